package models_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
	"gorm.io/gorm"
)

func ptr(n int64) *int64 { return &n }

func idsOf[T any](rows []T, id func(T) int64) []int64 {
	out := []int64{}
	for _, row := range rows {
		out = append(out, id(row))
	}
	return out
}

// numbers are a total and ids, "52: 229 228 227": so WordPress answered on this site.
func numbers(total int64, ids []int64) string {
	return strings.TrimSpace(fmt.Sprintf("%d: %s", total, strings.Trim(fmt.Sprint(ids), "[]")))
}

func TestPostsAsWordPressListsThem(t *testing.T) {
	post, publish := []string{"post"}, []string{"publish"}
	base := models.PostQuery{Types: post, Statuses: publish, Limit: 5}
	with := func(change func(*models.PostQuery)) models.PostQuery {
		q := base
		change(&q)
		return q
	}
	type pq = *models.PostQuery
	category := func(op string, children bool, ids ...int64) models.TaxClause {
		return models.TaxClause{Taxonomy: "category", TermIDs: ids, Operator: op, IncludeChildren: children}
	}
	tag := func(op string, ids ...int64) models.TaxClause {
		return models.TaxClause{Taxonomy: "post_tag", TermIDs: ids, Operator: op}
	}
	standard := models.TaxClause{Taxonomy: "post_format", Operator: "NOT EXISTS"}
	aside := models.TaxClause{Taxonomy: "post_format", Slugs: []string{"post-format-aside"}}
	tests := []struct {
		name string
		q    models.PostQuery
		want string
	}{
		{"newest first", base, "52: 229 228 227 226 224"},
		{"oldest first", with(func(q pq) { q.Order = "asc" }), "52: 255 254 253 252 251"},
		{"second page", with(func(q pq) { q.Offset, q.Limit = 5, 2 }), "52: 225 223"},
		{"last page", with(func(q pq) { q.Offset = 50 }), "52: 254 255"},
		{"behind the last page", with(func(q pq) { q.Offset = 1000 }), "52:"},
		{"far behind the last page", with(func(q pq) { q.Offset = math.MaxInt64 }), "52:"},
		{"by title", with(func(q pq) { q.OrderBy, q.Order, q.Exclude = []string{"title"}, "asc", []int64{247, 248}; q.Limit = 14 }), "50: 242 244 254 205 241 260 206 246 207 252 200 256 208 209"},
		{"by id", with(func(q pq) { q.OrderBy = []string{"id"} }), "52: 260 259 258 257 256"},
		{"by modified", with(func(q pq) { q.OrderBy = []string{"modified"} }), "52: 217 204 221 208 225"},
		{"by slug", with(func(q pq) { q.OrderBy, q.Limit = []string{"slug"}, 14 }), "52: 228 227 226 225 255 224 223 202 222 221 251 257 201 259"},
		{"by slug up", with(func(q pq) { q.OrderBy, q.Order, q.Limit = []string{"slug"}, "asc", 10 }), "52: 245 258 242 244 254 205 241 260 206 247"},
		{"by author", with(func(q pq) { q.OrderBy, q.Include = []string{"author"}, []int64{200, 201, 202, 203, 204} }), "5: 204 203 202 201 200"},
		{"by include", with(func(q pq) { q.OrderBy, q.Include = []string{"include"}, []int64{210, 200, 205} }), "3: 210 200 205"},
		{"by slugs", with(func(q pq) { q.OrderBy, q.Slugs = []string{"include_slugs"}, []string{"kiwi", "juice", "lemons"} }), "3: 213 212 214"},
		{"by slugs without any", with(func(q pq) { q.OrderBy = []string{"include_slugs"} }), "52: 255 254 253 252 251"},
		{"include wins over exclude", with(func(q pq) { q.Include, q.Exclude = []int64{203}, []int64{203} }), "1: 203"},
		{"include 0", with(func(q pq) { q.Include = []int64{0} }), "0:"},
		{"include of other types and statuses", with(func(q pq) { q.Include = []int64{230, 102, 236} }), "1: 236"},
		{"exclude", with(func(q pq) { q.Exclude = []int64{229, 228} }), "50: 227 226 224 225 223"},
		{"slug in capitals", with(func(q pq) { q.Slugs = []string{"KIWI"} }), "1: 213"},
		{"drafts and pending", with(func(q pq) { q.Statuses = []string{"draft", "pending"} }), "5: 239 238 232 231 230"},
		{"any", with(func(q pq) { q.Statuses, q.StatusesNot = nil, []string{"trash", "auto-draft"} }), "60: 235 229 228 227 226"},
		{"own private posts", with(func(q pq) { q.OwnStatuses, q.Self, q.Include = []string{"private"}, 3, []int64{233, 234, 229} }), "2: 229 234"},
		{"author", with(func(q pq) { q.Authors = []int64{3, 6} }), "13: 227 226 223 219 218"},
		{"author excluded", with(func(q pq) { q.AuthorsNot, q.Authors = []int64{1, 2}, []int64{1} }), "17: 228 227 226 223 220"},
		{"after and before", with(func(q pq) { q.After, q.Before = "2024-02-01 00:00:00", "2024-04-01 00:00:00" }), "4: 204 205 203 202"},
		{"before the epoch", with(func(q pq) { q.Before = "1970-01-01 00:00:00" }), "2: 254 255"},
		{"exactly then is not after", with(func(q pq) { q.After, q.Before = "2024-09-12 10:00:00", "2024-09-16 10:00:00" }), "4: 259 258 217 257"},
		{"modified", with(func(q pq) { q.ModifiedAfter, q.ModifiedBefore = "2025-07-10 00:00:00", "2025-07-20 00:00:00" }), "10: 228 227 224 223 219"},

		{"category", with(func(q pq) { q.Tax = []models.TaxClause{category("", false, 2)} }), "9: 227 220 259 217 249"},
		{"category by its name", with(func(q pq) { q.Tax = []models.TaxClause{{Taxonomy: "category", Names: []string{"NEWS"}}} }), "9: 227 220 259 217 249"},
		{"category and below", with(func(q pq) { q.Tax = []models.TaxClause{category("IN", true, 2)} }), "15: 227 222 221 220 259"},
		{"both categories", with(func(q pq) { q.Tax = []models.TaxClause{category("AND", false, 2, 5)} }), "4: 227 217 249 207"},
		{"one category twice", with(func(q pq) { q.Tax = []models.TaxClause{category("AND", false, 2, 2)} }), "9: 227 220 259 217 249"},
		{"all categories and below", with(func(q pq) { q.Tax = []models.TaxClause{category("AND", true, 2, 5)} }), "1: 249"},
		{"a category that is not", with(func(q pq) { q.Tax = []models.TaxClause{category("IN", false, 99999)} }), "0:"},
		{"both, one is not", with(func(q pq) { q.Tax = []models.TaxClause{category("AND", true, 2, 99999)} }), "0:"},
		{"not in", with(func(q pq) { q.Tax = []models.TaxClause{category("NOT IN", false, 2)} }), "43: 229 228 226 224 225"},
		{"not in or below", with(func(q pq) { q.Tax = []models.TaxClause{category("NOT IN", true, 2)} }), "37: 229 228 226 224 225"},
		{"no terms at all", with(func(q pq) { q.Tax = []models.TaxClause{category("IN", false)} }), "0:"},
		{"category and tag", with(func(q pq) { q.Tax = []models.TaxClause{category("", false, 2), tag("", 12)} }), "2: 249 210"},
		{"category or tag", with(func(q pq) { q.Tax, q.TaxRelation = []models.TaxClause{category("", false, 2), tag("", 12)}, "OR" }), "10: 227 220 259 217 249"},
		{"category or not tag", with(func(q pq) { q.Tax, q.TaxRelation = []models.TaxClause{category("", false, 2), tag("NOT IN", 12)}, "OR" }), "51: 229 228 227 226 224"},
		{"format", with(func(q pq) { q.Tax = []models.TaxClause{aside} }), "1: 211"},
		{"no format", with(func(q pq) { q.Tax = []models.TaxClause{standard} }), "43: 229 228 227 226 224"},
		{"either", with(func(q pq) { q.Tax = []models.TaxClause{{Any: []models.TaxClause{standard, aside}}} }), "44: 229 228 227 226 224"},
		{"either, in a category", with(func(q pq) { q.Tax = []models.TaxClause{{Any: []models.TaxClause{standard}}, category("", false, 2)} }), "8: 227 220 259 249 236"},

		{"search", with(func(q pq) { q.Search = "FOX" }), "31: 229 228 227 226 224"},
		{"search in titles", with(func(q pq) { q.Search, q.SearchColumns = "fox", []string{"post_title"} }), "1: 208"},
		{"search in excerpts", with(func(q pq) { q.Search, q.SearchColumns = "excerpt", []string{"post_excerpt"} }), "7: 226 221 216 236 211"},
		{"search in open excerpts", with(func(q pq) { q.Search, q.SearchColumns, q.SearchOpen = "excerpt", []string{"post_excerpt"}, true }), "6: 226 221 216 211 206"},
		{"search in titles and excerpts", with(func(q pq) {
			q.Search, q.SearchColumns, q.SearchOpen = "excerpt", []string{"post_title", "post_excerpt"}, true
		}), "7: 226 221 260 216 211"},
		{"phrase", with(func(q pq) { q.Search = `"brown quick"` }), "0:"},
		{"minus", with(func(q pq) { q.Search = "fox -quick" }), "0:"},
		{"only minus", with(func(q pq) { q.Search = "-fox" }), "21: 260 259 258 257 256"},
		{"without accent", with(func(q pq) { q.Search = "cafe" }), "1: 246"},
		{"with accent", with(func(q pq) { q.Search = "CAFÉ" }), "1: 246"},
		{"Persian", with(func(q pq) { q.Search = "فارسی" }), "7: 228 224 216 245 212"},
		{"emoji", with(func(q pq) { q.Search = "🎉" }), "1: 246"},
		{"another emoji", with(func(q pq) { q.Search = "🎈" }), "0:"},
		{"a single letter", with(func(q pq) { q.Search, q.SearchOpen = "a", true }), "47: 229 228 227 226 224"},
		{"an unimportant word", with(func(q pq) { q.Search = "the" }), "34: 229 228 227 226 224"},
		{"percent", with(func(q pq) { q.Search = "%" }), "0:"},
		{"underscore", with(func(q pq) { q.Search = "_" }), "0:"},
		{"quote", with(func(q pq) { q.Search = "'" }), "10: 229 226 223 220 217"},
		{"backslash", with(func(q pq) { q.Search, q.SearchOpen = `\`, true }), "51: 229 228 227 226 224"},
		{"zero", with(func(q pq) { q.Search = "0" }), "4: 220 260 210 200"},
		{"exact", with(func(q pq) { q.Search, q.SearchExact = "Kiwi", true }), "1: 213"},
		{"relevance", with(func(q pq) { q.Search, q.OrderBy = "fox", []string{"relevance"} }), "31: 208 229 228 227 226"},
		{"search in a category", with(func(q pq) { q.Search, q.Tax, q.Limit = "lazy dog", []models.TaxClause{category("", false, 2)}, 9 }), "6: 227 220 217 210 207 200"},
		{"relevance without a search", with(func(q pq) { q.OrderBy = []string{"relevance"} }), "52: 229 228 227 226 224"},
		{"a zero byte", with(func(q pq) { q.Search = "fox\x00x" }), "0:"},
		{"too long a search", with(func(q pq) { q.Search = strings.Repeat("x", 1601) }), "52: 229 228 227 226 224"},
		{"posts and pages", with(func(q pq) {
			q.Types, q.Search, q.OrderBy = []string{"post", "page"}, "فارسی", []string{"relevance"}
			q.Limit = 9
		}), "8: 228 224 216 245 212 204 200 108"},

		{"pages below", models.PostQuery{Types: []string{"page"}, Statuses: publish, Parents: []int64{102, 104}}, "4: 106 105 104 103"},
		{"pages not at the top", models.PostQuery{Types: []string{"page"}, Statuses: publish, ParentsNot: []int64{0}}, "5: 114 106 105 104 103"},
		{"page by menu order", models.PostQuery{Types: []string{"page"}, Statuses: publish, MenuOrder: ptr(2)}, "1: 102"},
		{"pages by title", models.PostQuery{Types: []string{"page"}, Statuses: publish, OrderBy: []string{"title"}, Order: "asc", Exclude: []int64{103, 106}, Limit: 10}, "115: 102 1136 1142 1147 1148 1129 1168 1141 1170 1123"},
		{"media by type", models.PostQuery{Types: []string{"attachment"}, Statuses: []string{"inherit"}, MimeTypes: []string{"audio", "text/*"}}, "3: 312 308 307"},
		{"media by kind", models.PostQuery{Types: []string{"attachment"}, Statuses: []string{"inherit"}, MimeTypes: []string{"image/png", "image/gif"}}, "5: 314 313 310 304 303"},
		{"media by title", models.PostQuery{Types: []string{"attachment"}, Statuses: []string{"inherit"}, OrderBy: []string{"title"}, Order: "asc", Limit: 10}, "15: 301 312 306 302 300 307 314 313 309 311"},
		{"media by file name", models.PostQuery{Types: []string{"attachment"}, Statuses: []string{"inherit"}, Search: "a", SearchFiles: true, Limit: 5}, "10: 314 313 312 309 306"},
	}
	modelstest.EachSite(t, func(t *testing.T, store *models.Store) {
		for _, test := range tests {
			for _, cols := range []models.PostColumns{models.PostIDs, models.PostFull} {
				test.q.Columns = cols
				posts, err := store.FindPosts(t.Context(), test.q)
				if err != nil {
					t.Fatalf("%s: %v", test.name, err)
				}
				total, err := store.CountPosts(t.Context(), test.q)
				if err != nil {
					t.Fatalf("%s: %v", test.name, err)
				}
				if got := numbers(total, idsOf(posts, func(p models.Post) int64 { return p.ID })); got != test.want {
					t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
				}
			}
		}
	})
}

func TestTermsAsWordPressListsThem(t *testing.T) {
	category, tag := []string{"category"}, []string{"post_tag"}
	tests := []struct {
		name string
		q    models.TermQuery
		want string
	}{
		{"by name", models.TermQuery{Taxonomies: category}, "11: 8 11 10 4 2 6 5 7 1 3 9"},
		{"by name down", models.TermQuery{Taxonomies: category, Order: "desc"}, "11: 9 3 1 7 5 6 2 4 10 11 8"},
		{"tags by name", models.TermQuery{Taxonomies: tag, Limit: 14}, "25: 35 34 12 13 29 28 15 31 33 16 18 14 20 21"},
		{"tags by name down", models.TermQuery{Taxonomies: tag, Order: "desc", Limit: 10}, "25: 27 32 17 25 19 30 26 24 23 36"},
		{"tags by slug", models.TermQuery{Taxonomies: tag, OrderBy: "slug", Limit: 10}, "25: 32 35 34 12 13 28 29 15 31 33"},
		{"a page", models.TermQuery{Taxonomies: tag, Offset: 3, Limit: 3}, "25: 13 29 28"},
		{"by slug", models.TermQuery{Taxonomies: category, OrderBy: "slug"}, "11: 9 8 11 10 4 2 7 6 5 1 3"},
		{"by id down", models.TermQuery{Taxonomies: category, OrderBy: "id", Order: "desc", Limit: 2}, "11: 11 10"},
		{"by count", models.TermQuery{Taxonomies: category, OrderBy: "count", Include: []int64{2, 8, 11, 1, 32}}, "4: 11 8 2 1"},
		{"by description", models.TermQuery{Taxonomies: category, OrderBy: "description", Order: "desc", Limit: 3}, "11: 9 4 2"},
		{"by include", models.TermQuery{Taxonomies: category, OrderBy: "include", Include: []int64{3, 2}, Exclude: []int64{3}}, "2: 3 2"},
		{"by include, backwards", models.TermQuery{Taxonomies: category, OrderBy: "include", Order: "desc", Include: []int64{3, 2}}, "2: 2 3"},
		{"by slugs, backwards", models.TermQuery{Taxonomies: category, OrderBy: "include_slugs", Order: "desc", Slugs: []string{"science", "news"}}, "2: 2 5"},
		{"by slugs", models.TermQuery{Taxonomies: category, OrderBy: "include_slugs", Slugs: []string{"science", "news", "beta"}}, "2: 5 2"},
		{"in use", models.TermQuery{Taxonomies: category, HideEmpty: true}, "9: 8 4 2 6 5 7 1 3 9"},
		{"search", models.TermQuery{Taxonomies: category, Search: "NEWS"}, "2: 2 7"},
		{"search without accent", models.TermQuery{Taxonomies: append(tag, "category"), Search: "eclair"}, "1: 31"},
		{"search in Persian", models.TermQuery{Taxonomies: category, Search: "فا"}, "1: 9"},
		{"search for an emoji", models.TermQuery{Taxonomies: tag, Search: "🚀"}, "1: 27"},
		{"search for another emoji", models.TermQuery{Taxonomies: tag, Search: "🎈"}, "0:"},
		{"search for +", models.TermQuery{Taxonomies: tag, Search: "C+"}, "1: 28"},
		{"search for &", models.TermQuery{Taxonomies: category, Search: "&"}, "1: 8"},
		{"search for _", models.TermQuery{Taxonomies: category, Search: "_"}, "0:"},
		{"at the top", models.TermQuery{Taxonomies: category, Parent: ptr(0)}, "7: 8 11 10 2 5 1 9"},
		{"below", models.TermQuery{Taxonomies: category, Parent: ptr(2)}, "1: 3"},
		{"of a post", models.TermQuery{Taxonomies: tag, ObjectIDs: []int64{203}}, "3: 15 16 17"},
		{"of posts", models.TermQuery{Taxonomies: category, ObjectIDs: []int64{249, 250}}, "8: 8 4 2 6 5 7 3 9"},
		{"slugs", models.TermQuery{Taxonomies: category, Slugs: []string{"News", "alpha"}}, "1: 2"},
		{"name without accent", models.TermQuery{Taxonomies: tag, Names: []string{"ECLAIR"}}, "1: 31"},
	}
	modelstest.EachSite(t, func(t *testing.T, store *models.Store) {
		for _, test := range tests {
			terms, err := store.FindTerms(t.Context(), test.q)
			if err != nil {
				t.Fatalf("%s: %v", test.name, err)
			}
			total, err := store.CountTerms(t.Context(), test.q)
			if err != nil {
				t.Fatalf("%s: %v", test.name, err)
			}
			if got := numbers(total, idsOf(terms, func(p models.TermRow) int64 { return p.ID })); got != test.want {
				t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
			}
		}
	})
}

func TestUsersAsWordPressListsThem(t *testing.T) {
	tests := []struct {
		name string
		q    models.UserQuery
		want string
	}{
		{"by name", models.UserQuery{}, "11: 1 4 2 5 9 8 11 10 7 6 3"},
		{"a page", models.UserQuery{Offset: 2, Limit: 3}, "11: 2 5 9"},
		{"behind the last page", models.UserQuery{Offset: 80, Limit: 10}, "11:"},
		{"by slug", models.UserQuery{OrderBy: "slug", Order: "desc"}, "11: 6 7 5 10 11 8 9 2 4 3 1"},
		{"by e-mail", models.UserQuery{OrderBy: "email", Limit: 10}, "11: 6 1 3 4 2 9 8 11 10 5"},
		{"by registration", models.UserQuery{OrderBy: "registered_date", Limit: 10}, "11: 9 1 10 2 11 3 4 5 6 7"},
		{"by url", models.UserQuery{OrderBy: "url", Include: []int64{1, 2, 5}}, "3: 5 1 2"},
		{"by include", models.UserQuery{OrderBy: "include", Include: []int64{3, 1}, Exclude: []int64{3}}, "2: 3 1"},
		{"by include, backwards", models.UserQuery{OrderBy: "include", Order: "desc", Include: []int64{3, 1}}, "2: 1 3"},
		{"by slugs, never backwards", models.UserQuery{OrderBy: "include_slugs", Order: "desc", Slugs: []string{"editor", "admin"}}, "2: 2 1"},
		{"by slugs", models.UserQuery{OrderBy: "include_slugs", Slugs: []string{"editor", "ADMIN"}}, "2: 2 1"},
		{"search", models.UserQuery{Search: "ADMIN"}, "1: 1"},
		{"search in Persian", models.UserQuery{Search: "نویسنده"}, "1: 3"},
		{"search for stars", models.UserQuery{Search: "*dit*"}, "1: 2"},
		{"search for a number", models.UserQuery{Search: "2", SearchColumns: []string{"id"}}, "1: 2"},
		{"search for half a number", models.UserQuery{Search: "2x", SearchColumns: []string{"id"}}, "1: 2"},
		{"search for an address", models.UserQuery{Search: "editor@example.org"}, "1: 2"},
		{"search in names", models.UserQuery{Search: "Demo", SearchColumns: []string{"name"}}, "4: 1 4 2 5"},
		{"search nowhere", models.UserQuery{Search: "Demo", SearchColumns: []string{"pass"}}, "0:"},
		{"role", models.UserQuery{Roles: []string{"editor"}}, "3: 2 11 7"},
		{"roles", models.UserQuery{Roles: []string{"editor", "author"}}, "7: 2 9 11 10 7 6 3"},
		{"a role's name in another's", models.UserQuery{Roles: []string{"edit", "edit%", "edito_"}}, "0:"},
		{"authors", models.UserQuery{Authors: true}, "9: 1 4 2 9 11 10 7 6 3"},
		{"with posts", models.UserQuery{HasPosts: []string{"post"}}, "5: 1 2 9 6 3"},
		{"with pages", models.UserQuery{HasPosts: []string{"page"}}, "3: 1 2 11"},
		{"exclude", models.UserQuery{Exclude: []int64{1, 2, 3}, HasPosts: []string{"post", "page"}}, "3: 9 11 6"},
	}
	modelstest.EachSite(t, func(t *testing.T, store *models.Store) {
		for _, test := range tests {
			users, err := store.FindUsers(t.Context(), test.q)
			if err != nil {
				t.Fatalf("%s: %v", test.name, err)
			}
			total, err := store.CountUsers(t.Context(), test.q)
			if err != nil {
				t.Fatalf("%s: %v", test.name, err)
			}
			if got := numbers(total, idsOf(users, func(u models.User) int64 { return u.ID })); got != test.want {
				t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
			}
		}
	})
}

func TestCommentsAsWordPressListsThem(t *testing.T) {
	approved := []string{"approve"}
	comment := []string{"comment"}
	tests := []struct {
		name string
		q    models.CommentQuery
		want string
	}{
		{"newest first", models.CommentQuery{Status: approved, Types: comment, Limit: 5}, "28: 834 832 831 830 829"},
		{"oldest first", models.CommentQuery{Status: approved, Types: comment, Order: "asc", Limit: 5}, "28: 800 801 802 803 804"},
		{"of posts", models.CommentQuery{Status: approved, Types: comment, PostIDs: []int64{200, 203}, Limit: 5, Offset: 15}, "17: 801 800"},
		{"of no post", models.CommentQuery{Status: approved, Types: comment, PostIDs: []int64{0}}, "1: 834"},
		{"replies", models.CommentQuery{Status: approved, Types: comment, Parents: []int64{800, 801}}, "2: 802 801"},
		{"no replies", models.CommentQuery{Status: approved, Types: comment, ParentsNot: []int64{0}}, "3: 803 802 801"},
		{"of users", models.CommentQuery{Status: approved, Types: comment, Authors: []int64{5, 2}, AuthorsNot: []int64{5}}, "2: 813 801"},
		{"of an address", models.CommentQuery{Status: approved, Types: comment, AuthorEmail: "Visitor@example.com"}, "5: 834 832 817 811 800"},
		{"held", models.CommentQuery{Status: []string{"hold"}, Types: comment}, "1: 805"},
		{"all", models.CommentQuery{Types: comment, Limit: 1}, "29: 834"},
		{"any", models.CommentQuery{Status: []string{"any"}, Types: comment, Limit: 1}, "32: 834"},
		{"spam", models.CommentQuery{Status: []string{"spam"}, Types: comment}, "1: 806"},
		{"a status of its own", models.CommentQuery{Status: []string{"post-trashed"}}, "1: 815"},
		{"pings", models.CommentQuery{Types: []string{"pings"}, OrderBy: "id"}, "2: 809 808"},
		{"notes", models.CommentQuery{Types: []string{"note"}}, "1: 833"},
		{"no notes", models.CommentQuery{Status: approved, Include: []int64{833, 832, 808}}, "2: 832 808"},
		{"every type", models.CommentQuery{Status: approved, Types: []string{"all"}, Limit: 2}, "31: 834 833"},
		{"search", models.CommentQuery{Status: approved, Types: comment, Search: "🎉"}, "1: 811"},
		{"search for an address", models.CommentQuery{Status: approved, Types: comment, Search: "VISITOR@example.com"}, "5: 834 832 817 811 800"},
		{"search without accent", models.CommentQuery{Status: approved, Types: comment, Search: "zoe", Include: []int64{801, 802, 803}}, "1: 802"},
		{"after and before", models.CommentQuery{Status: approved, Types: comment, After: "2024-10-01 12:00:00", Before: "2024-10-01 15:30:00"}, "3: 804 803 802"},
		{"by post", models.CommentQuery{Status: approved, OrderBy: "post", Include: []int64{800, 810, 812}}, "3: 812 810 800"},
		{"by include", models.CommentQuery{Status: approved, OrderBy: "include", Include: []int64{810, 800, 805}, Exclude: []int64{5}}, "2: 810 800"},
	}
	modelstest.EachSite(t, func(t *testing.T, store *models.Store) {
		for _, test := range tests {
			comments, total, err := store.PageComments(t.Context(), test.q)
			if err != nil {
				t.Fatalf("%s: %v", test.name, err)
			}
			if got := numbers(total, idsOf(comments, func(c models.Comment) int64 { return c.ID })); got != test.want {
				t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
			}
		}
	})
}

func TestLoadingBySet(t *testing.T) {
	modelstest.EachSite(t, func(t *testing.T, store *models.Store) {
		ctx := context.Background()
		check := func(what string, got any, err error, want string) {
			t.Helper()
			if err != nil {
				t.Errorf("%s: %v", what, err)
			} else if fmt.Sprint(got) != want {
				t.Errorf("%s:\n got %v\nwant %s", what, got, want)
			}
		}
		posts, err := store.PostsByID(ctx, []int64{200, 0, 99999, 200, 102}, models.PostHeaders)
		check("posts", len(posts), err, "2")
		check("no content", posts[200].Title+"|"+posts[200].Date+"|"+posts[200].Content, err, "First steps|2024-01-03 08:00:00|")
		posts, err = store.PostsByID(ctx, []int64{200}, models.PostFull)
		check("content", posts[200].Content != "", err, "true")

		lineage, err := store.Lineage(ctx, []int64{105, 103}, models.PostHeaders)
		path := []string{}
		for p := lineage[105]; p != nil; p = lineage[p.Parent] {
			path = append(path, p.Name)
		}
		check("lineage", path, err, "[early-years history about]")
		page, err := store.PostByPath(ctx, "/about/history/team/", "page")
		check("page by path", page.ID, err, "106")
		page, err = store.PostByPath(ctx, "about/team", "page")
		check("page of the same slug", page.ID, err, "103")
		page, err = store.PostByPath(ctx, "team", "page")
		check("no such page", page == nil, err, "true")

		terms, err := store.TermsOf(ctx, []int64{203, 249, 250}, "post_tag", "category")
		check("terms", idsOf(terms[203], func(r models.TermRow) int64 { return r.ID }), err, "[15 16 5 17]")
		check("many terms", len(terms[249]), err, "32")
		check("no terms", len(terms[250]), err, "0")
		above, err := store.TermLineage(ctx, []int64{4})
		check("terms above", idsOf(above, func(r models.TermRow) int64 { return r.ID }), err, "[2 3 4]")

		meta, err := store.PostMeta(ctx, []int64{300, 301}, "_wp_attached_file", "_wp_attachment_image_alt")
		check("meta", fmt.Sprint(meta[300], meta[301]), err, "[{1 300 _wp_attached_file 2024/03/landscape.jpg} {3 300 _wp_attachment_image_alt Alt of landscape}] [{4 301 _wp_attached_file 2024/03/exif-photo.jpg}]")
		termMeta, err := store.TermMeta(ctx, []int64{2})
		check("term meta", termMeta, err, "map[2:[{1 2 colour red}]]")
		commentMeta, err := store.CommentMeta(ctx, []int64{800, 801})
		check("comment meta", commentMeta, err, "map[800:[{1 800 rating 5}]]")
		userMeta, err := store.UserMeta(ctx, []int64{1, 2}, "nickname")
		check("user meta", userMeta, err, "map[1:[{1 1 nickname admin}] 2:[{17 2 nickname Demo Editor}]]")

		revisions, err := store.RevisionsOf(ctx, []int64{259, 200})
		check("revisions", fmt.Sprint(revisions[259], len(revisions)), err, "{259 3 1187} 1")
		writers, err := store.AuthorsWithPosts(ctx, []int64{1, 4, 10, 11}, []string{"post", "page"}, []string{"publish"})
		check("authors", writers, err, "map[1:true 11:true]")
		users, err := store.UsersByID(ctx, []int64{1, 99})
		check("users", fmt.Sprint(len(users), users[1].Login, users[1].Pass), err, "1admin")

		pages, err := store.CommentsPerPost(ctx, models.CommentQuery{PostIDs: []int64{200, 203, 250}, Status: []string{"approve"}, Types: []string{"comment"}, Limit: 3})
		check("comments of a post", idsOf(pages[200].Comments, func(c models.Comment) int64 { return c.ID }), err, "[804 803 802]")
		check("comments of another", idsOf(pages[203].Comments, func(c models.Comment) int64 { return c.ID }), err, "[830 829 828]")
		check("totals", fmt.Sprint(pages[200].Total, pages[203].Total, len(pages)), err, "5 12 2")
		children, err := store.CommentChildren(ctx, []int64{800, 801, 804})
		check("replies", children, err, "map[800:1 801:1]")
		pages, err = store.CommentsPerParent(ctx, models.CommentQuery{Parents: []int64{800, 801, 804}, Status: []string{"approve"}, Types: []string{"comment"}, Limit: 1})
		check("replies to comments", fmt.Sprint(pages[800].Comments[0].ID, pages[801].Comments[0].ID, pages[800].Total, len(pages)), err, "801 802 1 2")
		before, err := store.CommentsBefore(ctx, []int64{800, 801, 803, 804, 805, 808, 833, 999}, true, 0)
		check("threads before", before, err, "map[800:0 801:0 803:0 804:1 805:2 808:2 833:4]")
		before, err = store.CommentsBefore(ctx, []int64{800, 801, 803, 804, 808}, false, 0)
		check("comments before", before, err, "map[800:0 801:1 803:1 804:1 808:2]")

		var u *models.User
		u, err = store.FindLogin(ctx, "ADMIN", "")
		check("by login", fmt.Sprint(u.ID, u.Pass != ""), err, "1 true")
		u, err = store.FindLogin(ctx, "editor@example.org", "editor@example.org")
		check("by e-mail", u.ID, err, "2")
		u, err = store.FindLogin(ctx, "nobody", "")
		check("nobody", u == nil, err, "true")
		for _, value := range []string{"one", "two"} {
			err = store.SaveUserMeta(ctx, 3, "colour", value)
			check("save", "", err, "")
		}
		// Of two who have read one value only the first replaces it.
		for _, c := range [][2]string{{"Two", "wrong"}, {"two", "three"}, {"two", "lost"}} {
			check("replace", "", store.ReplaceUserMeta(ctx, 3, "colour", c[0], c[1]), "")
		}
		saved, err := store.LoadUserMeta(ctx, 3, "colour", "nickname", "nothing")
		check("saved", saved["colour"], err, "three")
		check("loaded", len(saved), err, "2")
	})
}

func TestOneStatementEach(t *testing.T) {
	modelstest.EachSite(t, func(t *testing.T, store *models.Store) {
		ids := []int64{}
		for id := range int64(100) {
			ids = append(ids, 200+id)
		}
		for name, f := range map[string]func(context.Context) error{
			"FindPosts": func(ctx context.Context) error {
				_, err := store.FindPosts(ctx, models.PostQuery{Search: "fox", Tax: []models.TaxClause{{Taxonomy: "category", TermIDs: []int64{2}, IncludeChildren: true}}})
				return err
			},
			"a page that shows its total": func(ctx context.Context) error {
				_, _, err := store.PagePosts(ctx, models.PostQuery{Types: []string{"post"}, Limit: 100})
				return err
			},
			"PostsByID":   func(ctx context.Context) error { _, err := store.PostsByID(ctx, ids, models.PostFull); return err },
			"Lineage":     func(ctx context.Context) error { _, err := store.Lineage(ctx, ids, models.PostHeaders); return err },
			"TermsOf":     func(ctx context.Context) error { _, err := store.TermsOf(ctx, ids); return err },
			"PostMeta":    func(ctx context.Context) error { _, err := store.PostMeta(ctx, ids); return err },
			"RevisionsOf": func(ctx context.Context) error { _, err := store.RevisionsOf(ctx, ids); return err },
			"CommentsPerPost": func(ctx context.Context) error {
				_, err := store.CommentsPerPost(ctx, models.CommentQuery{PostIDs: ids, Limit: 10})
				return err
			},
			"CommentsBefore":  func(ctx context.Context) error { _, err := store.CommentsBefore(ctx, ids, true, 1); return err },
			"CommentChildren": func(ctx context.Context) error { _, err := store.CommentChildren(ctx, ids); return err },
			"FindUsers":       func(ctx context.Context) error { _, err := store.FindUsers(ctx, models.UserQuery{}); return err },
		} {
			var stats models.Stats
			if err := f(models.WithStats(context.Background(), &stats)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if n := stats.Statements.Load(); n != 1 {
				t.Errorf("%s: %d statements", name, n)
			}
		}
		for what, f := range map[string]func(context.Context) error{
			"no ids": func(ctx context.Context) error {
				_, err := store.PostsByID(ctx, []int64{0, -1}, models.PostFull)
				return err
			},
		} {
			var stats models.Stats
			if err := f(models.WithStats(context.Background(), &stats)); err != nil || stats.Statements.Load() != 0 {
				t.Errorf("%s: %v, %d statements", what, err, stats.Statements.Load())
			}
		}
	})
}

// The same rows in the same order on every engine; each line fails where an engine compares bytes.
func TestTextsOfTheWorld(t *testing.T) {
	titles := []string{
		1: "Éclair", 2: "eclairs", 3: "کتاب", 4: "كتاب", 5: "می‌خواهم", 6: "میخواهم", 7: "سَلام",
		8: "سلام", 9: "🚀 Launch", 10: "🎈 Party", 11: "Zebra", 12: "apple", 13: "ÅNGSTRÖM", 14: "100% wool", 15: "100 wool",
	}
	modelstest.Each(t, func(t *testing.T, store *models.Store) {
		err := store.Tx(t.Context(), func(tx *gorm.DB) error {
			for id, title := range titles {
				if id == 0 {
					continue
				}
				date := "2024-01-01 00:00:00"
				post := models.Post{ID: int64(id), Title: title, Name: title, Status: "publish", Type: "post", Date: date, DateGMT: date, Modified: date, ModifiedGMT: date}
				if err := tx.Create(&post).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		find := func(q models.PostQuery) string {
			t.Helper()
			posts, err := store.FindPosts(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(idsOf(posts, func(p models.Post) int64 { return p.ID }))
		}
		for text, want := range map[string]string{
			"ECLAIR": "[2 1]", "éclairs": "[2]", "کتاب": "[3]", "كتاب": "[4]", "سلام": "[8]", "🚀": "[9]", "🎈": "[10]", "🎉": "[]",
			"angstrom": "[13]", "100%": "[14]", "zebra": "[11]", "میخواهم": "[6]",
		} {
			if got := find(models.PostQuery{Search: text}); got != want {
				t.Errorf("search %q finds %s, want %s", text, got, want)
			}
		}
		for slug, want := range map[string]string{"eclair": "[1]", "ZEBRA": "[11]", "میخواهم": "[6 5]", "سلام": "[8 7]"} {
			if got := find(models.PostQuery{Slugs: []string{slug}}); got != want {
				t.Errorf("slug %q is of %s, want %s", slug, got, want)
			}
		}
		if got, want := find(models.PostQuery{OrderBy: []string{"title"}, Order: "asc"}), "[15 14 13 12 1 2 11 7 8 4 3 5 6 10 9]"; got != want {
			t.Errorf("by title %s, want %s", got, want)
		}
	})
}

func TestHierarchiesThatBiteTheirTail(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, store *models.Store) {
		date := "2024-01-01 00:00:00"
		err := store.Tx(t.Context(), func(tx *gorm.DB) error {
			for _, row := range []any{
				&models.Post{ID: 1, Parent: 2, Name: "a", Type: "page", Status: "publish", Date: date, DateGMT: date, Modified: date, ModifiedGMT: date},
				&models.Post{ID: 2, Parent: 1, Name: "b", Type: "page", Status: "publish", Date: date, DateGMT: date, Modified: date, ModifiedGMT: date},
				&models.Term{ID: 1, Name: "A", Slug: "a"}, &models.Term{ID: 2, Name: "B", Slug: "b"}, &models.Term{ID: 3, Name: "C", Slug: "c"},
				&models.TermTaxonomy{ID: 1, TermID: 1, Taxonomy: "category", Parent: 2},
				&models.TermTaxonomy{ID: 2, TermID: 2, Taxonomy: "category", Parent: 1, Count: 1},
				&models.TermTaxonomy{ID: 3, TermID: 3, Taxonomy: "category"},
				&models.TermRelationship{ObjectID: 1, TermTaxonomyID: 2},
			} {
				if err := tx.Create(row).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		posts, err := store.Lineage(t.Context(), []int64{1}, models.PostIDs)
		if err != nil || len(posts) != 2 {
			t.Errorf("lineage: %v, %v", posts, err)
		}
		if page, err := store.PostByPath(t.Context(), "a/b/a/b", "page"); err != nil || page != nil {
			t.Errorf("path: %v, %v", page, err)
		}
		if terms, err := store.TermLineage(t.Context(), []int64{1}); err != nil || len(terms) != 2 {
			t.Errorf("term lineage: %v, %v", terms, err)
		}
		found, err := store.FindPosts(t.Context(), models.PostQuery{Tax: []models.TaxClause{{Taxonomy: "category", TermIDs: []int64{1}, IncludeChildren: true}}})
		if err != nil || len(found) != 1 {
			t.Errorf("below a term: %v, %v", found, err)
		}
		// A is empty, but B below it is not; wp_count_terms() does not count A.
		q := models.TermQuery{Taxonomies: []string{"category"}, HideEmpty: true, Hierarchical: true}
		terms, total, err := store.PageTerms(t.Context(), q)
		if got := fmt.Sprint(idsOf(terms, func(r models.TermRow) int64 { return r.ID }), total); err != nil || got != "[1 2] 1" {
			t.Errorf("in use: %s, %v", got, err)
		}
	})
}

func TestPagesTellTheirTotal(t *testing.T) {
	modelstest.EachSite(t, func(t *testing.T, store *models.Store) {
		for _, c := range []struct {
			offset, limit     int64
			total, statements int64
		}{{0, 10, 52, 1}, {50, 10, 52, 1}, {0, 100, 52, 1}, {0, 0, 52, 1}, {1000, 10, 0, 1}} {
			var stats models.Stats
			q := models.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"}, Offset: c.offset, Limit: c.limit}
			_, total, err := store.PagePosts(models.WithStats(t.Context(), &stats), q)
			if n := stats.Statements.Load(); err != nil || total != c.total || n != c.statements {
				t.Errorf("%d from %d: %d in %d statements, %v", c.limit, c.offset, total, n, err)
			}
		}
		_, total, err := store.PageUsers(t.Context(), models.UserQuery{Offset: 90, Limit: 10})
		if err != nil || total != 11 {
			t.Errorf("users: %d, %v", total, err)
		}
	})
}

func TestTiesAreBrokenById(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, store *models.Store) {
		want := []int64{}
		err := store.Tx(t.Context(), func(tx *gorm.DB) error {
			for id := range int64(40) {
				date := "2024-01-01 00:00:00"
				post := models.Post{ID: id + 1, Title: "Same", Status: "publish", Type: "post", Date: date, DateGMT: date, Modified: date, ModifiedGMT: date}
				if err := tx.Create(&post).Error; err != nil {
					return err
				}
				want = append(want, id+1)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, by := range []string{"date", "title", "modified", "author", "menu_order"} {
			for _, order := range []string{"asc", "desc"} {
				posts, err := store.FindPosts(t.Context(), models.PostQuery{Types: []string{"post"}, OrderBy: []string{by}, Order: order})
				if err != nil {
					t.Fatal(err)
				}
				got := idsOf(posts, func(p models.Post) int64 { return p.ID })
				if order == "desc" {
					slices.Reverse(got)
				}
				if !slices.Equal(got, want) {
					t.Errorf("by %s %s: %v", by, order, got)
				}
			}
		}
	})
}
