package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// send writes as the administrator and checks the status of the answer.
func (s *testSite) send(status int, method, path, body string, header ...string) *php.Array {
	s.t.Helper()
	w := s.write(method, path, body, header...)
	if w.Code != status {
		s.t.Fatalf("%s %s %s: %d %s; want %d", method, path, body, w.Code, w.Body, status)
	}
	v, err := php.DecodeJSON(w.Body.String())
	if err != nil {
		s.t.Fatal(err)
	}
	a, _ := v.(*php.Array)
	return a
}

func (s *testSite) write(method, path, body string, header ...string) *httptest.ResponseRecorder {
	return s.do(method, "/wp-json/wp/v2"+path, strings.NewReader(body), append([]string{"as", "admin", "Content-Type", "application/json"}, header...)...)
}

// field gives a member of an answer as text; a dot leads into an object.
func field(a *php.Array, path string) string {
	var v any = a
	for _, name := range strings.Split(path, ".") {
		o, _ := v.(*php.Array)
		v, _ = o.Get(name)
	}
	if o, ok := v.(*php.Array); ok {
		return string(php.AppendJSON(nil, o, 0))
	}
	return php.ToString(v)
}

// meta gives the stored metadata of a post, KEY=value in the order of storing.
func (s *testSite) meta(post int64) string {
	s.t.Helper()
	rows, err := s.store.PostMeta(s.t.Context(), []int64{post})
	if err != nil {
		s.t.Fatal(err)
	}
	var l []string
	for _, m := range rows[post] {
		value := m.Value
		if m.Key == "_wp_trash_meta_time" {
			value = "…"
		}
		l = append(l, m.Key+"="+value)
	}
	return strings.Join(l, " ")
}

func (s *testSite) count(term int64) int64 {
	s.t.Helper()
	rows, err := s.store.FindTerms(s.t.Context(), models.TermQuery{Include: []int64{term}})
	if err != nil || len(rows) != 1 {
		s.t.Fatal(rows, err)
	}
	return rows[0].Count
}

// TestPostLife follows a post from its first draft to its end.
func TestPostLife(t *testing.T) {
	eachSite(t, 5, func(t *testing.T, s *testSite) {
		draft := s.send(201, "POST", "/posts", fmt.Sprintf(`{"title":"A tale","content":"One.","categories":[%d]}`, firstCategory))
		id := php.ToInt(field(draft, "id"))
		path := fmt.Sprint("/posts/", id)
		for name, want := range map[string]string{"status": "draft", "slug": "", "generated_slug": "a-tale", "guid.raw": fmt.Sprint("https://example.org/?p=", id), "categories": fmt.Sprintf("[%d]", firstCategory)} {
			if got := field(draft, name); got != want {
				t.Errorf("draft: %s is %q, want %q", name, got, want)
			}
		}
		news := s.count(firstCategory)

		today, _, _ := strings.Cut(field(draft, "date"), "T")
		published := s.send(200, "PUT", path, `{"status":"publish","date":"2020-02-03T04:05:06"}`)
		if got := field(published, "slug") + " " + field(published, "date_gmt"); got != "a-tale 2020-02-03T00:35:06" {
			t.Errorf("published: %s", got)
		}
		counted := s.count(firstCategory)
		if counted != news+1 {
			t.Errorf("with one published %d posts count, want %d", counted, news+1)
		}

		s.send(200, "POST", path, `{"title":"A longer tale","slug":"longer"}`)
		s.send(200, "POST", path, `{"title":"A longer tale"}`) // says nothing new: no revision
		if revisions := s.send(200, "GET", path+"/revisions", ""); revisions.Len() != 2 {
			t.Errorf("%d revisions, want 2", revisions.Len())
		}
		if got, want := s.meta(id), "_pingme=1 _encloseme=1 _wp_old_date="+today+" _wp_old_slug=a-tale"; got != want {
			t.Errorf("metadata %s, want %s", got, want)
		}

		trashed := s.send(200, "DELETE", path, "")
		if got := field(trashed, "status") + " " + field(trashed, "slug"); got != "trash longer__trashed" {
			t.Errorf("in the trash: %s", got)
		}
		if got := s.count(firstCategory); got != counted-1 {
			t.Errorf("with one in the trash %d posts count, want %d", got, counted-1)
		}
		s.send(410, "DELETE", path, "")
		if got, want := s.meta(id), "_pingme=1 _encloseme=1 _wp_old_date="+today+" _wp_old_slug=a-tale _wp_trash_meta_status=publish _wp_trash_meta_time=… _wp_desired_post_slug=longer"; got != want {
			t.Errorf("metadata in the trash %s, want %s", got, want)
		}
		again := s.send(201, "POST", "/posts", `{"title":"Longer","status":"publish","sticky":true}`)
		if got := field(again, "slug") + " " + field(again, "sticky"); got != "longer 1" {
			t.Errorf("what is in the trash keeps its slug: %s", got)
		}
		if back := s.send(200, "POST", path, `{"status":"publish"}`); field(back, "slug") != "longer-2" {
			t.Errorf("back from the trash as %s", field(back, "slug"))
		}

		gone := s.send(200, "DELETE", path+"?force=true", "")
		if field(gone, "deleted") != "1" || field(gone, "previous.slug") != "longer-2" {
			t.Errorf("deleted: %s", php.AppendJSON(nil, gone, 0))
		}
		rows, err := s.store.IDs(t.Context(), "posts", "post_parent", []int64{id})
		if got := s.meta(id); got != "" || err != nil || len(rows) > 0 {
			t.Errorf("left behind: %s, %v %v", got, rows, err)
		}
		s.send(404, "GET", path, "")
	})
}

// TestTemplateInTrash: a template that the theme does not have is forgotten in the trash, and not before.
func TestTemplateInTrash(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		if err := s.store.SetMeta(t.Context(), "postmeta", firstPage, "_wp_page_template", "gone.php"); err != nil {
			t.Fatal(err)
		}
		path := fmt.Sprintf("/pages/%d", firstPage)
		for _, c := range []struct{ method, body, template string }{{"POST", `{"title":"x"}`, "gone.php"}, {"DELETE", "", "default"}} {
			s.send(200, c.method, path, c.body)
			if got := s.meta(firstPage); !strings.Contains(got, "_wp_page_template="+c.template) {
				t.Errorf("%s: %s", c.method, got)
			}
		}
	})
}

// TestTextsOfUpdates: blocks are written anew when a post is changed, not when it is made; an
// empty content or excerpt in an object says so, an empty title says nothing.
func TestTextsOfUpdates(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		const odd = `<!-- wp:core/html {\"a\":\"<b>\"} --><i>x</i><!-- /wp:html -->`
		id := php.ToInt(field(s.send(201, "POST", "/posts", `{"title":"T","excerpt":"E","content":"`+odd+`"}`), "id"))
		path := fmt.Sprint("/posts/", id)
		for _, step := range []struct{ body, title, content, excerpt string }{
			{`{"title":"T2"}`, "T2", `<!-- wp:core/html {"a":"<b>"} --><i>x</i><!-- /wp:html -->`, "E"},
			{`{"content":"` + odd + `"}`, "T2", `<!-- wp:html {"a":"\u003cb\u003e"} --><i>x</i><!-- /wp:html -->`, "E"},
			{`{"title":{"raw":""},"content":{"raw":null},"excerpt":{"raw":0}}`, "T2", `<!-- wp:html {"a":"\u003cb\u003e"} --><i>x</i><!-- /wp:html -->`, "0"},
			{`{"title":{"raw":""},"content":{"raw":""},"excerpt":{"raw":false}}`, "T2", "", ""},
		} {
			s.send(200, "POST", path, step.body)
			found, err := s.store.PostsByID(t.Context(), []int64{id}, models.PostFull)
			if err != nil {
				t.Fatal(err)
			}
			if p := found[id]; p.Title != step.title || p.Content != step.content || p.Excerpt != step.excerpt {
				t.Errorf("%s: %q, %q, %q", step.body, p.Title, p.Content, p.Excerpt)
			}
		}
	})
}

// TestAutosaves: an own draft is changed itself; what is published, or another's, gets a revision.
func TestAutosaves(t *testing.T) {
	eachSite(t, 5, func(t *testing.T, s *testSite) {
		draft := s.send(201, "POST", "/posts", `{"title":"Draft"}`)
		saved := s.send(200, "POST", "/posts/"+field(draft, "id")+"/autosaves", `{"content":"More."}`)
		if field(saved, "id") != field(draft, "id") || field(saved, "date") != "" {
			t.Errorf("own draft: %s", php.AppendJSON(nil, saved, 0))
		}
		taken := field(s.send(200, "GET", fmt.Sprintf("/posts/%d", firstPost), ""), "slug")
		saved = s.send(200, "POST", "/posts/"+field(draft, "id")+"/autosaves", `{"slug":"`+taken+`","password":"p"}`)
		if field(saved, "slug") != taken || field(saved, "title.rendered") != "Protected: Draft" {
			t.Errorf("own draft with a password: %s", php.AppendJSON(nil, saved, 0))
		}
		path := fmt.Sprintf("/posts/%d/autosaves", firstPost)
		first := s.send(200, "POST", path, `{"content":"Changed."}`)
		second := s.send(200, "POST", path, `{"content":"Changed again."}`)
		if field(first, "parent") != fmt.Sprint(firstPost) || field(first, "id") != field(second, "id") || field(second, "content.raw") != "Changed again." {
			t.Errorf("published: %s, then %s", php.AppendJSON(nil, first, 0), php.AppendJSON(nil, second, 0))
		}
	})
}

// TestFootnotesOfAutosaves: what may not stand in footnotes is no autosave's either, given or taken from the post.
func TestFootnotesOfAutosaves(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		path := fmt.Sprintf("/posts/%d", firstPost)
		s.send(200, "POST", path, `{"meta":{"footnotes":"[{\"content\":\"<i onclick=x>1</i>\",\"id\":\"f\"}]"}}`)
		author := s.signIn(firstUser)
		for _, c := range []struct{ body, stored string }{
			{`{"content":"New."}`, `[{"id":"f","content":"<i>1<\/i>"}]`},
			{`{"meta":{"footnotes":"[{\"content\":\"<b>2</b><script>x</script>\",\"id\":\"f\"}]"}}`, `[{"id":"f","content":"<b>2<\/b>x"}]`},
			{`{"meta":{"footnotes":"none"}}`, ""},
			{`{"meta":{"footnotes":7}}`, ""},
			{`{"meta":{"footnotes":["x"]}}`, ""},
		} {
			saved := s.send(200, "POST", path+"/autosaves", c.body, author...)
			if got := s.meta(php.ToInt(field(saved, "id"))); field(saved, "meta.footnotes") != c.stored || got != "footnotes="+c.stored {
				t.Errorf("%s: %s, stored %s", c.body, field(saved, "meta"), got)
			}
		}
		saved := s.send(200, "POST", path+"/autosaves", `{"meta":{"footnotes":["x"]}}`)
		if got := s.meta(php.ToInt(field(saved, "id"))); field(saved, "meta") != `{"footnotes":null}` || got != `footnotes=a:1:{i:0;s:1:"x";}` {
			t.Errorf("who may store anything: %s, stored %s", field(saved, "meta"), got)
		}
	})
}

// TestRefusedWrites: what is refused, however late, leaves every table as it was.
func TestRefusedWrites(t *testing.T) {
	eachSite(t, 5, func(t *testing.T, s *testSite) {
		post := fmt.Sprint("/posts/", firstPost)
		s.write("GET", "/users/me", "") // notes when the password was used
		before := s.tables()
		for _, c := range []struct {
			method, path, body string
			status             int
			code               string
			header             []string
		}{
			{"POST", "/posts", `{"title":"x"}`, 401, "rest_cannot_create", []string{"Authorization", ""}},
			{"DELETE", post, ``, 401, "rest_cannot_delete", []string{"Authorization", ""}},
			{"POST", "/posts", `{}`, 400, "empty_content", nil},
			{"POST", "/posts", `{"title":"x","status":"nope"}`, 400, "rest_invalid_param", nil},
			{"POST", "/posts", `{"title":"x","template":"nope"}`, 400, "rest_invalid_param", nil},
			{"POST", "/posts", `{"title":"x","meta":"none"}`, 400, "rest_invalid_param", nil},
			{"POST", "/posts", `{"title":"x","author":999}`, 400, "rest_invalid_author", nil},
			{"POST", "/posts", `{"title":"x","sticky":true,"password":"x"}`, 400, "rest_invalid_field", nil},
			{"POST", "/pages", `{"title":"x","parent":999}`, 400, "rest_post_invalid_id", nil},
			// These are seen only when the post is stored already.
			{"POST", "/posts", `{"title":"x","status":"publish","sticky":true,"format":"aside","tags":[201],"meta":{"footnotes":5}}`, 400, "rest_invalid_type", nil},
			{"POST", post, `{"title":"x","status":"draft","featured_media":601,"categories":[],"meta":{"footnotes":[]}}`, 400, "rest_invalid_type", nil},
			{"POST", post, `{"title":"x"}`, 412, "rest_precondition_failed", []string{"If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"}},
		} {
			w := s.write(c.method, c.path, c.body, c.header...)
			var e struct{ Code string }
			json.Unmarshal(w.Body.Bytes(), &e)
			if w.Code != c.status || e.Code != c.code {
				t.Errorf("%s %s %s: %d %s, want %d %s", c.method, c.path, c.body, w.Code, e.Code, c.status, c.code)
			}
			for table, rows := range s.tables() {
				if rows != before[table] {
					t.Fatalf("%s %s %s changed %s", c.method, c.path, c.body, table)
				}
			}
		}
	})
}

// tables gives all rows by table.
func (s *testSite) tables() map[string]string {
	s.t.Helper()
	all := map[string]string{}
	for table, rows := range map[string]any{
		"options": &[]models.Option{}, "users": &[]models.User{}, "usermeta": &[]models.UserMeta{}, "terms": &[]models.Term{}, "term_taxonomy": &[]models.TermTaxonomy{},
		"termmeta": &[]models.TermMeta{}, "posts": &[]models.Post{}, "postmeta": &[]models.PostMeta{}, "term_relationships": &[]models.TermRelationship{},
		"comments": &[]models.Comment{}, "commentmeta": &[]models.CommentMeta{}, "links": &[]models.Link{},
	} {
		order := models.KeyColumn(table)
		if order == "" {
			order = "object_id, term_taxonomy_id"
		}
		if err := s.store.DB(s.t.Context()).Order(order).Find(rows).Error; err != nil {
			s.t.Fatal(err)
		}
		all[table] = fmt.Sprint(rows)
	}
	return all
}

// TestOneTitle: many clients at once make posts of one title; each post has a slug of its own.
func TestOneTitle(t *testing.T) {
	const clients, each = 12, 4
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		var mu sync.Mutex
		slugs := map[string]bool{}
		var all sync.WaitGroup
		for range clients {
			all.Go(func() {
				for range each {
					w := s.write("POST", "/posts", `{"title":"The same","status":"publish"}`)
					var p struct{ Slug string }
					json.Unmarshal(w.Body.Bytes(), &p)
					mu.Lock()
					if w.Code != http.StatusCreated || slugs[p.Slug] {
						t.Errorf("%d %q %.200s", w.Code, p.Slug, w.Body)
					}
					slugs[p.Slug] = true
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if !slugs["the-same"] || !slugs[fmt.Sprint("the-same-", clients*each)] || len(slugs) != clients*each {
			t.Errorf("%d slugs", len(slugs))
		}
	})
}

// TestSlugOfQuotes: a title is cut to a slug while its quotes still have backslashes, which so cost room.
func TestSlugOfQuotes(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		for title, letters := range map[string]int{
			strings.Repeat("س", 40):                            33,
			strings.Repeat("'", 7) + strings.Repeat("س", 33):   31,
			strings.Repeat(`\"`, 20) + strings.Repeat("س", 40): 26,
		} {
			w := s.write("POST", "/posts", `{"title":"`+title+`","status":"publish"}`)
			var p struct{ Slug string }
			json.Unmarshal(w.Body.Bytes(), &p)
			if want := strings.Repeat("%d8%b3", letters); p.Slug != want {
				t.Errorf("%s\n got %s\nwant %s", title, p.Slug, want)
			}
		}
	})
}
