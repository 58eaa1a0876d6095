package render

import (
	"strings"
	"testing"
)

// TestSummaries: lengths and ends as settings and languages have them.
func TestSummaries(t *testing.T) {
	seventy := 70
	for _, c := range []struct {
		name, text string
		rules      Summary
		words      *int
		want       string
	}{
		{"the usual", strings.Repeat("w ", 60), Summary{}, nil, "<p>" + strings.TrimSpace(strings.Repeat("w ", 55)) + " [&hellip;]</p>\n"},
		{"a theme's", "one two three four", Summary{Words: 2, More: "… <b>more</b>"}, nil, "<p>one two… <b>more</b></p>\n"},
		{"a request's", strings.Repeat("w ", 60), Summary{Words: 2}, &seventy, "<p>" + strings.TrimSpace(strings.Repeat("w ", 60)) + "</p>\n"},
		{"characters", "日本語の 文章です。", Summary{Words: 6, Characters: true}, nil, "<p>日本語の 文 [&hellip;]</p>\n"},
		{"as many as allowed", "日本語の 文章", Summary{Words: 7, Characters: true}, nil, "<p>日本語の 文章</p>\n"},
		{"spaces are one", "a  \n b\tc", Summary{Words: 4, Characters: true}, nil, "<p>a b  [&hellip;]</p>\n"},
		{"Japanese", strings.Repeat("語", 200), SummaryOf("ja"), nil, "<p>" + strings.Repeat("語", 110) + " [&hellip;]</p>\n"},
		{"Chinese", strings.Repeat("語", 200), SummaryOf("zh_CN"), nil, "<p>" + strings.Repeat("語", 55) + " [&hellip;]</p>\n"},
		{"Persian", strings.Repeat("واژه ", 60), SummaryOf("fa_IR"), nil, "<p>" + strings.TrimSpace(strings.Repeat("واژه ", 55)) + " [&hellip;]</p>\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := asked()
			r.Summary = c.rules
			if got := r.Excerpt(PostText{ID: 1, Type: "post", Content: c.text, ExcerptWords: c.words}); got != c.want {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
		})
	}
}
