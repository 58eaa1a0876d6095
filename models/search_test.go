package models

import (
	"strings"
	"testing"
)

func TestSearchTerms(t *testing.T) {
	for _, c := range []struct {
		text, want string // terms, joined by |
		words      int
	}{
		{"fox", "fox", 1},
		{"fox brown", "fox|brown", 2},
		{"fox+brown, red", "fox|brown|red", 3},
		{"fox,brown;red", "fox|brown;red", 2},
		{`"quick brown" fox -lazy`, "quick brown|fox|-lazy", 3},
		{`"quick brown`, "quick brown", 1},
		{`qu"ick br"own`, "qu|ick br|own", 3},
		{`-"quick brown" fox`, "quick brown|fox", 3},
		{`" fox "  'bar' "'x y'" "a"`, " fox |bar|x y", 4},
		{"the fox a", "fox", 3},
		{"THE", "THE", 1},
		{"fox -the", "fox|-the", 2},
		{"-a fox", "-a|fox", 2},
		{"--fox", "--fox", 1},
		{"a b fox é ب", "fox|é|ب", 5},
		{"0", "0", 1},
		{"0 1", "1", 2},
		{" ", " ", 1},
		{`"`, `"`, 1},
		{"-", "-", 1},
		{`\`, "", 1},
		{`a\\b c\'d`, `a\b|c'd`, 2},
		{"fox\nbrown\ttab", "foxbrown|tab", 2},
		{"سلام، دنیا", "سلام،|دنیا", 2},
		{"aa bb cc dd ee ff gg hh ii", "aa|bb|cc|dd|ee|ff|gg|hh|ii", 9},
		{"aa bb cc dd ee ff gg hh ii jj", "aa bb cc dd ee ff gg hh ii jj", 10},
		{"it's “quoted” (paren)", "it's|“quoted”|(paren)", 3},
	} {
		q, ok := parseSearch(c.text)
		var got []string
		for _, term := range q.terms {
			if term.not {
				term.text = "-" + term.text
			}
			got = append(got, term.text)
		}
		if text := strings.Join(got, "|"); !ok || text != c.want || q.words != c.words {
			t.Errorf("%q: %q of %d words, want %q of %d", c.text, text, q.words, c.want, c.words)
		}
	}
	for _, text := range []string{"", strings.Repeat("é", 801)} {
		if _, ok := parseSearch(text); ok {
			t.Errorf("%.20q is searched for", text)
		}
	}
}

// The columns are shortened to T, E and C, the patterns stand in their places.
func TestRelevance(t *testing.T) {
	for text, want := range map[string]string{
		"fox":                      "CASE WHEN T[%fox%] THEN 1 ELSE 2 END",
		"fox brown":                "CASE WHEN T[%fox brown%] THEN 1 WHEN T[%fox%] AND T[%brown%] THEN 2 WHEN T[%fox%] OR T[%brown%] THEN 3 WHEN E[%fox brown%] THEN 4 WHEN C[%fox brown%] THEN 5 ELSE 6 END",
		"the fox":                  "CASE WHEN T[%the fox%] THEN 1 WHEN T[%fox%] THEN 2 WHEN E[%the fox%] THEN 4 WHEN C[%the fox%] THEN 5 ELSE 6 END",
		"fox red -lazy":            "CASE WHEN T[%fox%] AND T[%red%] THEN 2 WHEN T[%fox%] OR T[%red%] THEN 3 ELSE 6 END",
		"aa bb cc dd ee ff gg":     "CASE WHEN T[%aa bb cc dd ee ff gg%] THEN 1 WHEN E[%aa bb cc dd ee ff gg%] THEN 4 WHEN C[%aa bb cc dd ee ff gg%] THEN 5 ELSE 6 END",
		"aa bb cc dd ee ff gg -hh": "",
		"-fox -brown":              "",
		"0":                        "",
		`\`:                        "",
	} {
		q, _ := parseSearch(text)
		sql, args := q.relevance(Dialect{engine: MySQL}, false)
		for _, arg := range args {
			sql = strings.Replace(sql, " LIKE ?", "["+arg.(string)+"]", 1)
		}
		sql = strings.NewReplacer("p.post_title", "T", "p.post_excerpt", "E", "p.post_content", "C").Replace(sql)
		if sql != want {
			t.Errorf("%q:\n got %s\nwant %s", text, sql, want)
		}
	}
}

func FuzzSearch(f *testing.F) {
	f.Add(`"a -b" +c,d\`)
	f.Fuzz(func(t *testing.T, s string) {
		q, ok := parseSearch(s)
		if ok != (s != "" && len(s) <= maxSearch) || ok && (len(q.terms) == 0 || len(q.terms) > 9) {
			t.Errorf("%q: %+v", s, q)
		}
	})
}
