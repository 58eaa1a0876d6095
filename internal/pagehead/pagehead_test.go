package pagehead

import (
	"net/url"
	"strings"
	"testing"
)

// What WordPress makes of whole pages is in handlers/testdata/pages.txt.
func TestAbsolute(t *testing.T) {
	for address, want := range map[string]string{
		"": "", "https://h.test/a": "https://h.test/a", "a.png": "https://site.test/a.png", "/a/../b": "https://site.test/a/../b", "../../a/../b": "https://site.test/a/../b",
		"a/b/../../c": "https://site.test/c", "x../y": "https://site.test/x../y", "//cdn.test:81/x": "https://cdn.test:81/x", "h.test:8080/x": "https://h.test:8080/x",
		"h.test:99999/x": "h.test:99999/x", "data:,x": "data:,x", "?": "https://site.test/", "?a#b": "https://site.test/?a#b",
	} {
		if got := Absolute(address, "https://site.test:8080/dir/page"); got != want {
			t.Errorf("%q: %q, not %q", address, got, want)
		}
	}
}

// Marks that begin and never end must not cost more than their length: these would be
// searched to the end again and again.
func TestLongPages(t *testing.T) {
	const n = 1 << 20
	for _, part := range []string{"<meta ", `<meta content="`, "<meta content='x", "<link ", `<link rel=`, "<title", "name=", `<meta content="" `, "<head"} {
		for _, end := range []string{"", ">", `">`, `"`} {
			Read(strings.Repeat(part, n/len(part)) + end)
		}
	}
	Absolute(strings.Repeat("a/", n)+strings.Repeat("../", n), "http://h.test/")
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{`<head><title>a</title></head>`, `<meta name="description" content="x">`, `<meta content='y' property=og:image>`, `<link rel="shortcut icon" href=/x.ico>`,
		`<meta content="`, `<meta content=>`, `<link href='/a'b'c' rel=icon>`, "x../../y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, page string) {
		h := Read(page)
		for _, found := range []string{h.Title, h.Icon, h.Description, h.Image} {
			if !strings.Contains(page, found) {
				t.Errorf("%q is not in the page", found)
			}
		}
		for _, address := range []string{h.Icon, h.Image, page} {
			absolute := Absolute(address, "https://site.test/")
			if absolute != address && !strings.HasPrefix(absolute, "https://") {
				t.Errorf("%q became %q", address, absolute)
			}
			_, _ = url.Parse(absolute)
		}
	})
}
