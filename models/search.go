package models

import (
	"slices"
	"strings"

	"gorm.io/gorm/clause"
)

// searchTerm is a word or phrase of a search.
type searchTerm struct {
	text string
	not  bool // written with a minus: must not occur
}

// search is what WP_Query makes of the text that somebody searches for.
type search struct {
	sentence string // the whole text
	terms    []searchTerm
	words    int // how many there were before the unimportant ones went
}

// maxSearch is the length above which WP_Query ignores a search.
const maxSearch = 1600

// stopwords do not count in a search of several words.
var stopwords = strings.Fields("about an are as at be by com for from how in is it of on or that the this to was what when where who will with www")

// parseSearch splits s as WP_Query::parse_search() does. ok is false when nothing is searched for.
func parseSearch(s string) (q search, ok bool) {
	if s == "" || len(s) > maxSearch {
		return search{}, false
	}
	s = strings.NewReplacer("\r", "", "\n", "").Replace(stripSlashes(s))
	q.sentence, q.words = s, 1
	raw := splitSearch(s)
	if len(raw) > 0 {
		q.words = len(raw)
	}
	var terms []string
	for _, t := range raw {
		t = cleanSearchTerm(t)
		if t != "" && !slices.Contains(stopwords, strings.ToLower(t)) {
			terms = append(terms, t)
		}
	}
	if len(terms) == 0 || len(terms) > 9 {
		terms = []string{s}
	}
	for _, t := range terms {
		rest, not := strings.CutPrefix(t, "-")
		q.terms = append(q.terms, searchTerm{rest, not})
	}
	return q, true
}

// splitSearch gives words, and phrases with their quotes; a phrase may lack the closing one.
func splitSearch(s string) []string {
	var out []string
	for i := 0; i < len(s); {
		var end int
		switch s[i] {
		case '\t', ' ', ',', '+':
			i++
			continue
		case '"':
			if n := strings.IndexByte(s[i+1:], '"'); n >= 0 {
				end = i + n + 2
			} else {
				end = len(s)
			}
		default:
			if n := strings.IndexAny(s[i:], "\t \",+"); n >= 0 {
				end = i + n
			} else {
				end = len(s)
			}
		}
		out = append(out, s[i:end])
		i = end
	}
	return out
}

// cleanSearchTerm gives a term without quotes, or "" for one that says nothing:
// a single letter or minus, and "0", which PHP takes for empty.
func cleanSearchTerm(t string) string {
	if len(t) > 2 && t[0] == '"' && t[len(t)-1] == '"' {
		t = strings.Trim(t, `"'`)
	} else {
		t = strings.Trim(t, `"' `)
	}
	if t == "0" || len(t) == 1 && (t[0] == '-' || t[0]|0x20 >= 'a' && t[0]|0x20 <= 'z') {
		return ""
	}
	return t
}

// stripSlashes is PHP's stripslashes(), which WP_Query applies to every search.
func stripSlashes(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		if i++; i < len(s) {
			if s[i] == '0' {
				b.WriteByte(0)
			} else {
				b.WriteByte(s[i])
			}
		}
	}
	return b.String()
}

// searchColumns are the columns of a post that a search may look into.
var searchColumns = []string{"post_title", "post_excerpt", "post_content"}

// matching is the condition that a post, known as p, matches the search: every term
// somewhere, and no excluded term anywhere.
func (q search) matching(s *Store, in []string, exact, files bool) conds {
	var names []string
	for _, column := range searchColumns {
		if slices.Contains(in, column) {
			names = append(names, column)
		}
	}
	if len(names) == 0 {
		names = searchColumns
	}
	var all conds
	for _, t := range q.terms {
		pattern, like, glue := EscapeLike(t.text), s.dialect.Like, " OR "
		if !exact {
			pattern = Contains(t.text)
		}
		if t.not {
			like, glue = s.dialect.NotLike, " AND "
		}
		var either conds
		for _, name := range names {
			e := like("p."+name, pattern)
			if name == "post_content" && !t.not {
				e = s.dialect.hinted("p."+name, t.text, e)
			}
			either.expr(e)
		}
		if files {
			e := like("f.meta_value", pattern)
			either.add("EXISTS (SELECT 1 FROM "+s.Table("postmeta")+" f WHERE f.post_id = p.id AND "+s.dialect.Aside("f.meta_key")+" = '_wp_attached_file' AND "+e.SQL+")", e.Vars...)
		}
		all.one(either, glue)
	}
	return all
}

// relevance orders what was found: the sentence in the title, all words in the title, any
// word in the title, the sentence in the excerpt, in the content, and the rest. It orders
// nothing where WP_Query has no words to look for in titles (it writes broken SQL then).
func (q search) relevance(d Dialect, exact bool) (string, []any) {
	var titles conds
	for _, t := range q.terms {
		if !t.not && t.text != "" {
			titles.expr(d.Like("p.post_title", Contains(t.text)))
		}
	}
	if exact || len(titles.sql) == 0 || q.sentence == "" || q.sentence == "0" {
		return "", nil
	}
	var b strings.Builder
	var args []any
	when := func(rank string, e clause.Expr) {
		b.WriteString(" WHEN " + e.SQL + " THEN " + rank)
		args = append(args, e.Vars...)
	}
	if q.words == 1 {
		when("1", clause.Expr{SQL: titles.join(" OR "), Vars: titles.args})
		return "CASE" + b.String() + " ELSE 2 END", args
	}
	sentence := Contains(q.sentence)
	excludes := strings.HasPrefix(q.sentence, "-") || minusAfterSpace(q.sentence)
	if !excludes {
		when("1", d.Like("p.post_title", sentence))
	}
	if n := len(titles.sql); n < 7 {
		when("2", clause.Expr{SQL: titles.join(" AND "), Vars: titles.args})
		if n > 1 {
			when("3", clause.Expr{SQL: titles.join(" OR "), Vars: titles.args})
		}
	}
	if !excludes {
		when("4", d.Like("p.post_excerpt", sentence))
		when("5", d.Like("p.post_content", sentence))
	}
	if b.Len() == 0 {
		return "", nil
	}
	return "CASE" + b.String() + " ELSE 6 END", args
}

func minusAfterSpace(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i] == '-' && strings.IndexByte(" \t\n\v\f\r", s[i-1]) >= 0 {
			return true
		}
	}
	return false
}
