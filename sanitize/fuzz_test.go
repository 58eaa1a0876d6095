package sanitize

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Each target holds what is true whatever it is given. How long an answer may be is said
// by times and plus: that many bytes for each of the question.

func within(t *testing.T, name, in, out string, times, plus int) {
	t.Helper()
	if len(out) > times*len(in)+plus {
		t.Errorf("%s %q: %d bytes become %d", name, in, len(in), len(out))
	}
}

func settles(t *testing.T, name, in string, f func(string) string) {
	t.Helper()
	once := f(in)
	if twice := f(once); twice != once {
		t.Errorf("%s %q: %q, then %q", name, in, once, twice)
	}
}

// FuzzSanitize: no function breaks UTF-8, nor blows a text up.
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
			within(t, name, s, got, 16, 64)
		}
	})
}

func FuzzKses(f *testing.F) {
	for i, s := range []string{"<a href=\"javascript:x\" style=\"color:url(x)\" title='<b>'>y</a>", "<!-- <b onclick=x> --->", "<!--\n>", "<object type=application/pdf data=http://h/a.pdf>", "<p/a=b c>&#x0003c;</P >", "<!x y></1 z>", "<b <i>", "\\\"", "<title><img/onerror=x>"} {
		f.Add(uint8(i), s)
	}
	f.Fuzz(func(t *testing.T, which uint8, s string) {
		filter := []func() *Filter{PostFilter, TextFilter, CommentFilter, UserFilter}[which%4]()
		filter.UploadHost = "h"
		clean := filter.Clean(s)
		if _, removed := filter.Guard(clean); removed != nil {
			t.Errorf("%q: %q holds %q", s, clean, removed)
		}
		within(t, "kses", s, clean, 8, 64)
		if again := filter.Clean(clean); strings.Count(again, "<") > strings.Count(clean, "<") {
			t.Errorf("%q: tags appear when %q is filtered again: %q", s, clean, again)
		}
	})
}

func FuzzCSS(f *testing.F) {
	for _, s := range []string{"color:red;background:url('http://x/y.png')", "width:calc(1px + (2px))", "background:repeating-linear-gradient(a,rgb(1))", "--a: b;c", "a:b;;x:\\", "fill:url(javascript:x)", "mask:url()"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		css := CSS(s)
		within(t, "css", s, css, 1, 0)
		settles(t, "css", css, CSS) // "a; ;" needs two rounds in WordPress too
		for part := range strings.SplitSeq(css, ";") {
			if property, _, ok := strings.Cut(part, ":"); ok && !isSafeProperty()[strings.Trim(property, phpSpace)] && !isCustomProperty(strings.Trim(property, phpSpace)) {
				t.Errorf("%q: %q", s, part)
			}
		}
	})
}

func FuzzURL(f *testing.F) {
	for _, s := range []string{"javascript&colon;x", "http://a b/[c]?d=é#e", "//x", "a;//b", "index.php?x:y", "mailto:a%0db", "%0%0aa", "[::1]", "feed:feed:x:y", "&#x3a;&#58"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, fn := range map[string]func(string) string{"url": functions["url"], "esc-url": EscURL} {
			url := fn(s)
			within(t, name, s, url, 12, 16)
			if strings.ContainsAny(url, "<>\"` \t\r\n\x00") || url != "" && url[0] != '/' && !safeAddress.MatchString(url) {
				t.Errorf("%s %q: %q", name, s, url)
			}
		}
		if scheme, _, ok := strings.Cut(URL(s, []string{"http", "https"}), "://"); ok && isWordOnly(scheme) && !slices.Contains([]string{"http", "https"}, lowerASCII(scheme)) {
			t.Errorf("web address %q: scheme %q", s, scheme)
		}
	})
}

func isWordOnly(s string) bool { return s != "" && span(s, 0, isLetter) == len(s) }

func FuzzSlug(f *testing.F) {
	for _, s := range []string{"Hello <b>World</b>", "سلام دنيا", "%41%e3%81%zz", "ß ẞ Ǆ é a.b/c", "a&nbsp;b–c×d", strings.Repeat("ü%C3%BC", 40), "\xff\xe2\x80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) { // nobody can send it; WordPress cuts only UTF-8
			return
		}
		written := strings.Contains(s, "%") // what is written as bytes is cut like letters
		for _, locale := range []string{"", "de_DE", "ca"} {
			slug := Title(s, "", locale)
			if len(slug) > maxSlug || strings.ContainsAny(slug, " <>\"'&/.?#\t\r\n\x00") || slug != strings.ToLower(slug) || !utf8.ValidString(slug) {
				t.Errorf("%q: %q", s, slug)
			}
			if strings.HasPrefix(slug, "-") || strings.HasSuffix(slug, "-") && len(slug) < maxSlug-12 || strings.Contains(slug, "--") {
				t.Errorf("%q: dashes in %q", s, slug)
			}
			for i := range len(slug) {
				if slug[i] == '%' && !written && (i+2 >= len(slug) || !isHex(slug[i+1]) || !isHex(slug[i+2])) {
					t.Errorf("%q: %q is cut inside of a byte", s, slug)
				}
			}
			if !written {
				settles(t, "slug", s, func(s string) string { return Title(s, "", locale) })
			}
		}
	})
}

func FuzzStripTags(f *testing.F) {
	for _, s := range []string{"a<b>c</b>", "<!-- a>b -->c", "<?xml a->b?>c", "<a title='>'>b", "a < b > c", "<script>a</script>b<style>c", "<<a>b>", "<!DOCTYPE 'x'>y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, name := range []string{"strip", "strip-all", "strip-breaks"} {
			within(t, name, s, functions[name](s), 1, 0)
		}
		if i := strings.IndexByte(s, '<'); i < 0 && StripTags(s) != strings.ReplaceAll(s, "\x00", "") {
			t.Errorf("%q has no tags, and becomes %q", s, StripTags(s))
		}
	})
}

func FuzzText(f *testing.F) {
	for _, s := range []string{" a <b>c</b> %41%4 d\n", "a < b", "<%41b>", "%%4141", "&lt;b&gt;", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, name := range []string{"text", "textarea"} {
			out := functions[name](s)
			within(t, name, s, out, 8, 8)
			if strings.Trim(out, phpSpace) != out || !utf8.ValidString(out) {
				t.Errorf("%s %q: %q", name, s, out)
			}
		}
		if strings.ContainsAny(TextField(s), "\r\n\t") {
			t.Errorf("%q: more than a line in %q", s, TextField(s))
		}
	})
}

func FuzzEntities(f *testing.F) {
	for _, s := range []string{"&amp;&amp&#038;&#x3C;&#0;&frac12;&notit;&#xd800;", "&#150;&#1500;", "a & b < c > \"d\" 'e' &apos;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		settles(t, "normalize", s, NormalizeEntities)
		if out := EscHTML(s); strings.ContainsAny(out, `<>"'`) {
			t.Errorf("%q: %q", s, out)
		}
		within(t, "esc", s, EscHTML(s), 9, 0)
		within(t, "decode", s, DecodeEntities(s), 1, 0)
		within(t, "attribute", s, decodeAttribute(s), 2, 8)
		within(t, "windows", s, ConvertInvalidEntities(s), 2, 0)
	})
}

func FuzzAttributes(f *testing.F) {
	for _, s := range []string{` a=b c='d' e="f"g h/i = j =k`, `a="b`, `A a`, `x=&quot;&amp=&notin`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var again strings.Builder
		list := Attributes(s)
		for i, a := range list {
			if a.Name == "" || strings.ContainsAny(a.Name, " \t\r\n\f>/") || strings.Contains(a.Name[1:], "=") || a.Name != lowerASCII(a.Name) {
				t.Errorf("%q: name %q", s, a.Name)
			}
			if slices.ContainsFunc(list[:i], func(b Attribute) bool { return b.Name == a.Name }) {
				t.Errorf("%q: %q twice", s, a.Name)
			}
			again.WriteString(" " + a.write())
		}
		// Behind a name "=x" would be its value; and a bare carriage return is read as a line break.
		odd := func(a Attribute) bool { return a.Name[0] == '=' || strings.Contains(a.Value, "\r") }
		if got := Attributes(again.String()); !slices.ContainsFunc(list, odd) && !slices.Equal(got, list) {
			t.Errorf("%q: %v, written as %q, is read as %v", s, list, again.String(), got)
		}
	})
}

func FuzzRel(f *testing.F) {
	for _, s := range []string{`<a href="http://h/">b</a>`, `<a rel='x' href=y>`, "<A \n><a x>", `<a rel="nofollow" href="https://h:1/">`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := RelUGC(CommentFilter().Clean(s), "h")
		if _, removed := CommentFilter().Guard(out); removed != nil {
			t.Errorf("%q: %q holds %q", s, out, removed)
		}
		if n := strings.Count(s, "<"); len(RelUGC(s, "h")) > 8*len(s)+n*32+8 {
			t.Errorf("%q grows to %d bytes", s, len(RelUGC(s, "h")))
		}
	})
}

// FuzzNames: names of files, logins, e-mail addresses, classes, keys, media types.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"phone photo (1).jpg", "../../etc/passwd", "a.php.jpg", "A@b..co", "user name@é", "image/svg+xml; x", "%41bc", "#FFF", "\u202etxt.exe", "con.jpg."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if name := functions["file"](s); strings.ContainsAny(name, "/\\\x00<>:\"'?*|&;`$ \t\r\n") || strings.HasPrefix(name, ".") {
			t.Errorf("file %q: %q", s, name)
		}
		for name, allowed := range map[string]string{"key": "abcdefghijklmnopqrstuvwxyz0123456789_-", "class": letters + "0123456789_-", "user-strict": letters + "0123456789 _.-@"} {
			out := functions[name](s)
			if i := strings.IndexFunc(out, func(r rune) bool { return !strings.ContainsRune(allowed, r) }); i >= 0 {
				t.Errorf("%s %q: %q", name, s, out)
			}
			within(t, name, s, out, 4, 0)
			settles(t, name, s, functions[name])
		}
		if email := Email(s); email != "" && (strings.Count(email, "@") != 1 || strings.ContainsAny(email, " <>\"(),:;[]\\\t\r\n")) {
			t.Errorf("email %q: %q", s, email)
		} else if again := Email(Email(email)); Email(again) != again && len(email) >= 6 { // shorter ones are refused, before anything is taken out
			t.Errorf("email %q: %q, then %q", s, email, again) // a hyphen that a character hid goes the second time (sanitize_email)
		}
		if s != "" && IsEmail(s) && Email(s) != s {
			t.Errorf("email %q is one, and made %q", s, Email(s))
		}
	})
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
