package render

import (
	"strings"
	"testing"
)

var somePatterns = map[string]*Pattern{
	"t/one":   {Name: "t/one", Title: `The <b>first</b> & "best"`, Description: "Says <i>it</i>.", Categories: []string{"query", "<b>x</b>"}, Content: "\n<!-- wp:paragraph --><p>1</p><!-- /wp:paragraph -->\n"},
	"t/two":   {Name: "t/two", Title: "Two", Content: "<!-- wp:spacer /--> and\n<!-- wp:spacer /-->"},
	"t/plain": {Name: "t/plain", Title: "Plain", Description: "0", Content: "  only text\n"},
	"t/empty": {Name: "t/empty", Title: "Empty", Content: "\n"},
	"t/named": {Name: "t/named", Title: "Named", Content: `<!-- wp:spacer {"metadata":{"name":"Old","x":1},"y":2} /-->`},
	"t/outer": {Name: "t/outer", Title: "Outer", Content: `<!-- wp:group --><div><!-- wp:pattern {"slug":"t/two"} /--></div><!-- /wp:group -->`},
	"t/chain": {Name: "t/chain", Title: "Chain", Content: `<!-- wp:pattern {"slug":"t/one"} /-->`},
	"t/lost":  {Name: "t/lost", Title: "Lost", Content: `<!-- wp:pattern {"slug":"t/none"} /-->`},
	"t/self":  {Name: "t/self", Title: "Self", Content: `a<!-- wp:pattern {"slug":"t/self"} /-->b`},
}

// Blocks that name a pattern become the pattern; a pattern of one block leaves its name there.
func TestResolvePatterns(t *testing.T) {
	const one = `<!-- wp:paragraph {"metadata":{"patternName":"t/one","name":"The first \u0026 \u0022best\u0022","description":"Says it.","categories":["query","x"]}} --><p>1</p><!-- /wp:paragraph -->`
	for _, c := range []struct{ in, want string }{
		{"no pattern", "no pattern"},
		{`a<!-- wp:pattern {"slug":"t/one"} /-->b`, "a" + one + "b"},
		{`<!-- wp:pattern {"slug":"t/one","className":"x"} -->inside<!-- /wp:pattern -->`, one},
		{`<!-- wp:pattern {"slug":"t/two"} /-->`, "<!-- wp:spacer /--> and\n<!-- wp:spacer /-->"},
		{`<!-- wp:pattern {"slug":"t/plain"} /-->.`, "only text."},
		{`a<!-- wp:pattern {"slug":"t/empty"} /-->b`, "ab"},
		{`<!-- wp:pattern {"slug":"t/named"} /-->`, `<!-- wp:spacer {"metadata":{"name":"Named","x":1,"patternName":"t/named"},"y":2} /-->`},
		{`<!-- wp:group --><div><!-- wp:pattern {"slug":"t/outer"} /--></div><!-- /wp:group -->`,
			`<!-- wp:group --><div><!-- wp:group {"metadata":{"patternName":"t/outer","name":"Outer"}} --><div><!-- wp:spacer /--> and` + "\n" + `<!-- wp:spacer /--></div><!-- /wp:group --></div><!-- /wp:group -->`},
		{`<!-- wp:pattern {"slug":"t/chain"} /-->`, one},
		{`<!-- wp:pattern {"slug":"t/lost"} /-->`, `<!-- wp:pattern {"slug":"t/none","metadata":{"patternName":"t/lost","name":"Lost"}} /-->`},
		{`<!-- wp:pattern {"slug":"t/self"} /-->`, "ab"},
		{`<!-- wp:pattern {"slug":"t/none"} /--><!-- wp:pattern /--><!-- wp:pattern {"slug":7} /--><!-- wp:pattern {"slug":""} /-->`,
			`<!-- wp:pattern {"slug":"t/none"} /--><!-- wp:pattern /--><!-- wp:pattern {"slug":7} /--><!-- wp:pattern {"slug":""} /-->`},
		{`<!-- wp:group --><!-- wp:pattern {"slug":"t/empty"} /--><!-- /wp:group -->`, `<!-- wp:group /-->`},
	} {
		if got := ResolvePatterns(c.in, func(name string) *Pattern { return somePatterns[name] }); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

// Patterns that multiply come to an end.
func TestPatternsThatMultiply(t *testing.T) {
	find := func(name string) *Pattern {
		next := `<!-- wp:pattern {"slug":"` + name + `x"} /-->`
		return &Pattern{Name: name, Title: "x", Content: strings.Repeat("text ", 1000) + next + next}
	}
	if got := len(ResolvePatterns(`<!-- wp:pattern {"slug":"x"} /-->`, find)); got > maxPatternText+1<<20 {
		t.Errorf("%d bytes", got)
	}
}

// FuzzResolvePatterns: any texts come to an end, and grow no further than patterns can make them.
func FuzzResolvePatterns(f *testing.F) {
	for name, p := range somePatterns {
		f.Add(p.Content, `<!-- wp:pattern {"slug":"`+name+`"} /-->`)
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		find := func(name string) *Pattern {
			if name == "t/fuzzed" {
				return &Pattern{Name: name, Title: "Fuzzed", Content: pattern}
			}
			return somePatterns[name]
		}
		for _, in := range []string{text, `<!-- wp:pattern {"slug":"t/fuzzed"} /-->` + text} {
			got := ResolvePatterns(in, find)
			if len(got) > 64*(len(in)+len(pattern)*(1+strings.Count(in, "pattern"))+1<<16) {
				t.Errorf("%d bytes of %d and %d", len(got), len(in), len(pattern))
			}
		}
	})
}
