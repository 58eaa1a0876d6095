package sanitize_test

import (
	"testing"

	"github.com/headpress/headpress/sanitize"
)

func TestPlainText(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		" Fish &amp; <b>chips</b> ":            "Fish & chips",
		"1 &lt; 2 < 3 & 4":                     "1 < 2 < 3 & 4",
		"a<script>alert(1)</script>b":          "ab",
		"a<style>p{}</style><!-- c -->":        "a",
		`<a href="https://x/">x</a>` + "\n\ny": "x\n\ny",
		"&amp;lt;b&gt;":                        "&lt;b>",
		"سلام <em>\U0001F600</em>":             "سلام \U0001F600",
		`<span class="wp-note-mention user-2">@edith</span>, hi`: "@edith, hi",
	} {
		if got := sanitize.PlainText(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
