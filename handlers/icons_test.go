package handlers_test

import (
	"os"
	"path/filepath"
	"testing"
)

// Icons are those whose drawings stand beside the content folder; what they hold besides shapes is left out.
func TestIcons(t *testing.T) {
	s := sqliteSite(t, 0)
	author := s.signIn(firstUser)
	s.site.Content = filepath.Join(t.TempDir(), "content")
	type row struct{ as, path, want string }
	check := func(rows ...row) {
		t.Helper()
		for _, c := range rows {
			w := s.get("/wp-json/wp/v2"+c.path, map[string][]string{"admin": {"as", "admin"}, "author": author}[c.as]...)
			if got := shortly(w); got != c.want {
				t.Errorf("%s %s\n got %s\nwant %s", c.as, c.path, got, c.want)
			}
		}
	}
	check(
		row{"author", "/icons", `[]`},
		row{"author", "/icons/core/plus", `404 rest_icon_not_found`},
		row{"author", "/icon-collections?_fields=slug,label", `[{"slug":"core","label":"WordPress"}]`},
	)
	folder := filepath.Join(s.site.Content, "../wp-includes/images/icon-library")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, drawing := range map[string]string{
		"plus":      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" fill="red" onload="x()"><script>y()</script><path d="M0 0H8" clip-rule="evenodd"/></svg>`,
		"at-symbol": `<svg><path d="M1 1H8" /></svg>`, "unknown": `<svg></svg>`, "bell": ``,
	} {
		if err := os.WriteFile(filepath.Join(folder, name+".svg"), []byte(drawing), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const plus = `{"name":"core\/plus","label":"Plus","content":"<svg xmlns=\"http:\/\/www.w3.org\/2000\/svg\" viewbox=\"0 0 8 8\">y()<path d=\"M0 0H8\" \/><\/svg>","collection":"core"}`
	const at = `{"name":"core\/at-symbol","label":"At Symbol (@)","content":"<svg><path d=\"M1 1H8\" \/><\/svg>","collection":"core"}`
	check(
		row{"author", "/icons?per_page=1&page=7", `[` + at + `,` + plus + `]`}, // pages are not made
		row{"admin", "/icons/core?search=SYMBOL+(", `[` + at + `]`},
		row{"admin", "/icons?search=ore/p", `[` + plus + `]`},
		row{"admin", "/icons?search=0&_fields=name", `[{"name":"core\/at-symbol"},{"name":"core\/plus"}]`},
		row{"admin", "/icons?collection=mine", `404 rest_icon_collection_not_found`},
		row{"admin", "/icons?collection=Core", `400 rest_invalid_param`},
		row{"admin", "/icons?per_page=0", `400 rest_invalid_param`},
		row{"admin", "/icons/core/plus", plus},
		row{"admin", "/icons/core/unknown", `404 rest_icon_not_found`},
		row{"admin", "/icons/core/bell", `404 rest_icon_not_found`},
		row{"admin", "/icons/core/plus?name=core/../../plus", `404 rest_icon_not_found`},
		row{"admin", "/icons/mine", `404 rest_icon_collection_not_found`},
		row{"admin", "/icon-collections/mine", `404 rest_icon_collection_not_found`},
		row{"admin", "/block-renderer/core/icon?context=edit&attributes[icon]=core/at-symbol", `{"rendered":"<div class=\"wp-block-icon\"><svg aria-hidden=\"true\" focusable=\"false\"><path d=\"M1 1H8\" \/><\/svg><\/div>"}`},
		row{"admin", "/block-renderer/core/icon?context=edit&attributes[icon]=core/bell", `{"rendered":""}`},
		row{"", "/icons/core/plus", `401 rest_cannot_view`},
		row{"", "/icon-collections", `401 rest_cannot_view`},
	)
}
