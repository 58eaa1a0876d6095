package media

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/headpress/headpress/registry"
)

// kinds are files with what a WordPress took them for: with which ends of their names it accepts them, by the
// name that it gives them ("" for their own), or what libmagic calls them.
type kind struct {
	Name  string
	Bytes []byte
	As    map[string]string
	Type  string
}

func kinds(t testing.TB) (l []kind) {
	t.Helper()
	f, err := os.Open("testdata/filetypes.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var k kind
		if err := json.Unmarshal(lines.Bytes(), &k); err != nil {
			t.Fatal(err)
		}
		l = append(l, k)
	}
	return l
}

func TestCheckType(t *testing.T) {
	allowed := registry.Mimes(true)
	ends := []string{"php", "svg", "JPG", "Png", "", "htaccess", "epub", "md", "phar", "phtml", "opus", "weba", "swf", "exe"}
	for _, m := range allowed {
		ends = append(ends, m.Extensions...)
	}
	for _, k := range kinds(t) {
		if k.As == nil {
			continue
		}
		want := map[string]string{}
		for name, list := range k.As {
			for _, end := range strings.Fields(list) {
				want["name."+end] = name
				if name == "" {
					want["name."+end] = "name." + end
				}
			}
		}
		for _, end := range ends {
			name := strings.TrimSuffix("name."+end, ".")
			got := CheckType(k.Bytes, name, allowed)
			if got.Mime == "" {
				got.Name = ""
			}
			if got.Name != want[name] {
				t.Errorf("%s as %s: %+v, want %q", k.Name, name, got, want[name])
			}
		}
	}
}

func TestContentType(t *testing.T) {
	for _, k := range kinds(t) {
		if k.Type == "" {
			continue
		}
		got := contentType(k.Bytes)
		if fits(got, "text/plain") != fits(k.Type, "text/plain") || fits(got, "text/csv") != fits(k.Type, "text/csv") || fits(got, "application/zip") != fits(k.Type, "application/zip") {
			t.Errorf("%.60q: %s, want %s", k.Bytes, got, k.Type)
		}
	}
}

// Whatever the bytes are: what is called a page or a program is none of ours, and an image is one.
func FuzzCheckType(f *testing.F) {
	for _, k := range kinds(f) {
		f.Add(k.Bytes, "x.jpg")
		f.Add(k.Bytes, "x.txt")
	}
	allowed := registry.Mimes(false)
	f.Fuzz(func(t *testing.T, head []byte, name string) {
		got := CheckType(head, name, allowed)
		if got.Mime == "" {
			return
		}
		if !slices.ContainsFunc(allowed, func(m registry.Mime) bool {
			return m.Type == got.Mime && slices.Contains(m.Extensions, strings.ToLower(got.Ext))
		}) {
			t.Errorf("%q: %+v is not allowed", name, got)
		}
		if !strings.HasSuffix(got.Name, "."+got.Ext) || strings.HasPrefix(got.Mime, "image/") && pictureType(head) == "" {
			t.Errorf("%q, %.20q: %+v", name, head, got)
		}
	})
}
