package render

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/headpress/headpress/internal/php"
)

// Each target holds what is true of a parser whatever it is given. How long an answer may
// be is said by times and plus: that many bytes for each of the question.

func grows(t *testing.T, name, in, out string, times, plus int) {
	t.Helper()
	if len(out) > times*len(in)+plus {
		t.Errorf("%s %q: %d bytes become %d", name, in, len(in), len(out))
	}
	if utf8.ValidString(in) && !utf8.ValidString(out) {
		t.Errorf("%s %q: broken UTF-8 %q", name, in, out)
	}
}

func addTo(f *testing.F, texts ...string) {
	for _, text := range append(texts, vectors...) {
		f.Add(text)
	}
}

func FuzzAutop(f *testing.F) {
	addTo(f, "a\n\nb\nc", "<pre>\n\na</pre>\n\n<div>b\n</div>c", "<p>a<p>b\n\n</p>", "<ul>\n<li>a\n\n", "<object><param>\n</object><figure>\n\n<figcaption>", "<br /> \n<p>", "<svg\n>\n\n<script>\n\n")
	f.Fuzz(func(t *testing.T, s string) {
		out := Autop(s)
		grows(t, "autop", s, out, 16, 32)
		for _, mark := range []string{"wp-pre-tag", "<!-- wpnl -->"} {
			if strings.Contains(out, mark) && !strings.Contains(s, mark) {
				t.Errorf("%q: %q is left in %q", s, mark, out)
			}
		}
		grows(t, "unautop", s, shortcodeUnautop(s), 1, 0)
	})
}

func FuzzTexturize(f *testing.F) {
	addTo(f, "\"a\" 'b' 'tis 5'10\" 1x2 '99's -- --- ... ``c'' (tm) &c. &amp; &#038;", "<pre>\"a\"</pre>\"b\"<code>'", "[a b=\"c\"]\"d\"[/a] [[e]]", "rock 'n' roll's \"\"'' 0'0\"x0")
	f.Fuzz(func(t *testing.T, s string) {
		out := Texturize(s)
		grows(t, "texturize", s, out, 8, 0)
		if strings.Count(out, "<") != strings.Count(s, "<") || strings.Count(out, ">") != strings.Count(s, ">") {
			t.Errorf("%q: tags come or go in %q", s, out)
		}
		if !strings.ContainsAny(s, "'\"&-.x`(") && out != s {
			t.Errorf("%q: nothing to curl, and %q", s, out)
		}
	})
}

func FuzzBalance(f *testing.F) {
	addTo(f, "<b><i>a</b></i>", "<p>a<p>b", "<br><img></br>", "<div><div></div>", "<a-b><c:d/>< !-- x", "<3 <li/ ><ul></li>")
	f.Fuzz(func(t *testing.T, s string) {
		out := BalanceTags(s)
		grows(t, "balance", s, out, 8, 16)
		if !strings.Contains(s, "<") && out != s {
			t.Errorf("%q: no tags, and %q", s, out)
		}
	})
}

func FuzzShortcodes(f *testing.F) {
	addTo(f, "[foo a='b' c=\"d\" e f=g][/foo]", "[[foo]] [foo/] [test][test][/test]", "<a title='[foo]' b=[test]>", "[foo a=\"\\x41\\n\"]", "[foo-bar][/foo][foo a='b]", "<!-- [foo] --><pre>[foo]")
	f.Fuzz(func(t *testing.T, s string) {
		grows(t, "strip", s, runShortcodes(s, testNames, false, noShortcode), 8, 0) // brackets in tags become entities
		grows(t, "run", s, runShortcodes(s, testNames, true, testShortcode), 64, 64)
		if !strings.Contains(s, "[") {
			if out := runShortcodes(s, testNames, true, testShortcode); out != s {
				t.Errorf("%q: no shortcode, and %q", s, out)
			}
		}
		for name, v := range parseShortcodeAtts(s).All() {
			if !name.IsInt && (name.Str == "" || name.Str != strings.ToLower(name.Str)) {
				t.Errorf("%q: name %q", s, name.Str)
			}
			if text, ok := v.(string); !ok || len(text) > len(s) {
				t.Errorf("%q: value %q", s, v)
			}
		}
	})
}

func FuzzClickable(f *testing.F) {
	addTo(f, "http://a.example/(b) www.b.example, ftp.c.example a@b.example.", "<a href=\"http://a\">http://b</a> <code>http://c</code>", "http://a.example/b;c,d!e? (http://f)", "HTTP://x.y/é <http://z>")
	f.Fuzz(func(t *testing.T, s string) {
		out := classic["clickable"](s)
		grows(t, "clickable", s, out, 24, 64)
		if lower := strings.ToLower(s); !strings.Contains(lower, "://") && !strings.Contains(lower, "www.") && !strings.Contains(lower, "ftp.") && !strings.Contains(s, "@") &&
			strings.Contains(out, "<a ") && !strings.Contains(s, "<") {
			t.Errorf("%q: nothing to link, and %q", s, out)
		}
	})
}

func FuzzSmilies(f *testing.F) {
	addTo(f, ":) ;-) :roll: :???: 8) <pre>:)</pre> a:) :)b", "<textarea>:)</textarea> :mrgreen: <code")
	f.Fuzz(func(t *testing.T, s string) {
		out := asked().convertSmilies(s)
		grows(t, "smilies", s, out, 128, 0)
		if !strings.ContainsAny(s, ":;8") && out != s {
			t.Errorf("%q: no smiley, and %q", s, out)
		}
	})
}

func FuzzBlockAttributes(f *testing.F) {
	for _, v := range vectors {
		if strings.Contains(v, "wp:") {
			f.Add(v)
		}
	}
	f.Add(`<!-- wp:x/y {"a\u003cscript\u003e":1,"a":2,"b":[{"c":"--\u003e"}],"0":{},"1.50":1.50} -->d<!-- wp:z /--><!-- /wp:x/y -->`)
	f.Fuzz(func(t *testing.T, s string) {
		same := func(v string) string { return v }
		got, want := FilterBlockAttributes(s, same), SerializeBlocks(ParseBlocks(s))
		if got != want && !strings.Contains(s, "tagName") { // of those of template parts only a few are taken
			t.Errorf("%q: a filter that changes nothing gives %q, not %q", s, got, want)
		}
		grows(t, "serialized", s, SerializeBlocks(ParseBlocks(s)), 8*maxRepeat, 64)
		StripBlockCSS(s)
	})
}

func FuzzWidget(f *testing.F) {
	addTo(f, "<b>x</b>", "<div style='x'>a\nb", "<!-- wp:search /-->", "<iframe width=\"1\" height='2'></iframe><video width=\"3\">", "a\n\nb [gallery] :)")
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range []string{"text", "custom_html", "block"} {
			settings := &php.Array{}
			settings.Set("title", s)
			settings.Set("text", s)
			settings.Set("content", s)
			settings.Set("filter", true)
			w := Widget{Kind: kind, Number: "2", Settings: settings}
			if form := asked().WidgetForm(w); strings.Count(form, "<textarea") < 1 {
				t.Errorf("%q: the form of %s has no field for it: %q", s, kind, form)
			}
			asked().Widget(w, PlainFrame)
		}
	})
}
