package handlers_test

import (
	"strings"
	"testing"
)

// Icons are listed whole, whatever page is asked for, found by name and label, and shown to those who write.
func TestIcons(t *testing.T) {
	s := sqliteSite(t, 0)
	author := s.signIn(firstUser)
	get := func(as, path string) string {
		return shortly(s.get("/wp-json/wp/v2"+path, map[string][]string{"admin": {"as", "admin"}, "author": author}[as]...))
	}
	const plus = `{"name":"core\/plus","label":"Plus","content":"<svg xmlns=\"http:\/\/www.w3.org\/2000\/svg\" viewbox=\"0 0 24 24\">\n\t<path d=\"M11 12.5V17.5H12.5V12.5H17.5V11H12.5V6H11V11H6V12.5H11Z\" \/>\n<\/svg>\n","collection":"core"}`
	for _, c := range []struct{ as, path, want string }{
		{"author", "/icons/core/plus", plus},
		{"author", "/icon-collections?_fields=slug,label", `[{"slug":"core","label":"WordPress"}]`},
		{"admin", "/icons/core?search=SYMBOL+(&_fields=name,label", `[{"name":"core\/at-symbol","label":"At Symbol (@)"}]`},
		{"admin", "/icons?search=ore/plu&per_page=1&page=7&_fields=name", `[{"name":"core\/plus"},{"name":"core\/plus-circle"}]`},
		{"admin", "/icons?collection=mine", `404 rest_icon_collection_not_found`},
		{"admin", "/icons?collection=Core", `400 rest_invalid_param`},
		{"admin", "/icons?per_page=0", `400 rest_invalid_param`},
		{"admin", "/icons/core/unknown", `404 rest_icon_not_found`},
		{"admin", "/icons/mine", `404 rest_icon_collection_not_found`},
		{"admin", "/icon-collections/mine", `404 rest_icon_collection_not_found`},
		{"admin", "/block-renderer/core/icon?context=edit&attributes[icon]=core/unknown", `{"rendered":""}`},
		{"", "/icons/core/plus", `401 rest_cannot_view`},
		{"", "/icon-collections", `401 rest_cannot_view`},
	} {
		if got := get(c.as, c.path); got != c.want {
			t.Errorf("%s %s\n got %s\nwant %s", c.as, c.path, got, c.want)
		}
	}
	for _, path := range []string{"/icons?_fields=name", "/icons?search=0&_fields=name"} {
		if all := get("admin", path); strings.Count(all, `"name"`) != 88 {
			t.Errorf("%s: %s", path, all)
		}
	}
}
