package sanitize

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzSanitize holds what is true of every function whatever it is given.
func FuzzSanitize(f *testing.F) {
	for _, s := range []string{"", "Hello <b>World</b>", "<?xml a->b>c", "&#x3a;&#58", "a%41%zz", "caf\xe9", "javascript&colon;x", "a@b.co", "x.php.jpg", "http://[::1]/[x]", "---41---", "<a href=\"javascript:x\" style=\"color:url(x)\">", "<!-- <b -->", "<object data=x>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, fn := range functions {
			got := fn(s)
			if utf8.ValidString(s) && !utf8.ValidString(got) && name != "decode" && name != "bad-protocol" {
				t.Errorf("%s %q: broken UTF-8 %q", name, s, got)
			}
		}
		if slug := Title(s, "", ""); len(slug) > maxSlug || strings.ContainsAny(slug, " <>\"'&/.") || slug != strings.ToLower(slug) {
			t.Errorf("title %q: slug %q", s, slug)
		}
		for _, name := range []string{"kses-post", "kses-text"} {
			clean := functions[name](s)
			low := strings.ToLower(clean)
			for _, bad := range []string{"<script", "<iframe", "<svg", "<style", "<form", "<input"} {
				if strings.Contains(low, bad) {
					t.Errorf("%s %q: %q", name, s, clean)
				}
			}
			if again := functions[name](functions[name](clean)); strings.Count(again, "<") > strings.Count(clean, "<") {
				t.Errorf("%s %q: tags appear when filtered again: %q", name, s, again)
			}
		}
		if url := URL(s, []string{"http", "https"}); url != "" &&
			strings.HasPrefix(strings.ToLower(url), "javascript:") {
			t.Errorf("url %q: %q", s, url)
		}
	})
}
