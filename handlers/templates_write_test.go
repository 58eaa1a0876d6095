package handlers_test

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"github.com/headpress/headpress/models"
)

// step is a request, the status of its answer, and members of it as they must be.
type step struct {
	method, path, body string
	status             int
	want               map[string]string
}

// follow does steps as the administrator.
func (s *testSite) follow(steps []step) {
	s.t.Helper()
	for _, st := range steps {
		got := s.send(st.status, st.method, st.path, st.body)
		for path, want := range st.want {
			if v := field(got, path); v != want {
				s.t.Errorf("%s %s %s: %s is %q, want %q", st.method, st.path, st.body, path, v, want)
			}
		}
	}
}

// themed puts a theme's files into the content folder of a site.
func (s *testSite) themed(files map[string]string) string {
	s.t.Helper()
	options, err := s.store.Options(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	theme := options.String("stylesheet")
	below := map[string]string{}
	for name, text := range files {
		below["themes/"+theme+"/"+name] = text
	}
	s.put(below)
	return theme
}

// TestTemplateLife follows templates that are made up, made of the theme's files, and given back.
func TestTemplateLife(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		theme := s.themed(map[string]string{"templates/page.html": "From the file.", "parts/top.html": "Top.", "style.css": "/*\nTheme Name: A theme\n*/",
			"theme.json": `{"version":3,"templateParts":[{"name":"top","title":"The top","area":"header"}]}`})
		at := func(slug string) string { return "/templates/" + theme + "//" + slug }
		part := "/template-parts/" + theme + "//"
		s.follow([]step{
			{"POST", "/templates", `{}`, 400, map[string]string{"code": "rest_missing_callback_param"}},
			{"POST", "/templates", `{"slug":"mine"}`, 400, map[string]string{"code": "empty_content"}},
			{"POST", "/templates", `{"slug":"mine","title":"Mine","content":"One.","status":"draft"}`, 201,
				map[string]string{"id": theme + "//mine", "status": "publish", "source": "custom", "is_custom": "1", "title.raw": "Mine"}},
			{"POST", "/templates", `{"slug":"mine","content":"Two."}`, 201, map[string]string{"slug": "mine-2"}}, // one name in a theme is one template's
			{"POST", "/templates", `{"slug":"mine","content":"Other.","theme":"other"}`, 201, map[string]string{"theme": "other"}},
			{"POST", "/templates", `{"slug":"x","content":"x","author":999}`, 400, map[string]string{"code": "rest_invalid_author"}},
			{"POST", "/templates", `{"slug":"x","content":"x","theme":""}`, 400, map[string]string{"code": "rest_template_insert_error"}},
			{"POST", "/templates", `{"slug":"x","theme":""}`, 400, map[string]string{"code": "empty_content"}},
			{"POST", "/templates", `{"slug":"a\u0000b","content":"x"}`, 201, map[string]string{"slug": "a0b"}},                 // slashes are added before it becomes a slug
			{"GET", "/templates?wp_id=-1&_fields=theme,slug", ``, 200, map[string]string{"0.slug": "a0b", "1.slug": "mine-2"}}, // not that of another theme

			{"PUT", at("mine"), `{"content":{"raw":"Three."},"description":"Says three."}`, 200, map[string]string{"content.raw": "Three.", "title.raw": "Mine", "description": "Says three."}},
			{"PUT", at("mine"), `{"title":"","content":"","description":""}`, 200, map[string]string{"content.raw": "Three."}}, // nothing is stored
			{"PUT", at("mine"), `{"source":"theme"}`, 400, map[string]string{"code": "rest_invalid_template"}},                 // there is no file to go back to
			{"PUT", at("nope"), `{"content":"x"}`, 404, map[string]string{"code": "rest_template_not_found"}},
			{"GET", at("mine") + "/revisions", ``, 200, map[string]string{"0.content.raw": "Three."}},
			{"POST", at("mine") + "/autosaves", `{"content":"Four?"}`, 200, map[string]string{"content.raw": "Four?", "status": "inherit", "title.raw": ""}},

			// A file of the theme becomes a post, and is a file again.
			{"DELETE", at("page") + "?force=true", ``, 400, map[string]string{"code": "rest_invalid_template"}},
			{"POST", at("page") + "/autosaves", `{"content":"x"}`, 400, map[string]string{"code": "rest_invalid_template"}},
			{"PUT", at("page"), `{"title":"Changed"}`, 200, map[string]string{"content.raw": "From the file.", "title.raw": "Changed", "source": "custom", "origin": "theme", "has_theme_file": "1"}},
			{"PUT", at("page"), `{"source":"theme"}`, 200, map[string]string{"source": "theme", "wp_id": "0", "title.raw": "Pages"}},

			// Parts stand somewhere.
			{"PUT", part + "top", `{"content":"Changed."}`, 200, map[string]string{"area": "header", "title.raw": "The top"}},
			{"PUT", part + "top", `{"title":"T"}`, 200, map[string]string{"area": "header"}},
			{"PUT", part + "top", `{"area":"nowhere"}`, 200, map[string]string{"area": "uncategorized"}},
			{"POST", "/template-parts", `{"slug":"foot","content":"x","area":"footer"}`, 201, map[string]string{"area": "footer"}},

			{"DELETE", at("mine-2"), ``, 200, map[string]string{"status": "trash", "slug": "mine-2"}},
			{"GET", at("mine-2"), ``, 404, nil},
			{"DELETE", at("mine-2__trashed"), ``, 410, map[string]string{"code": "rest_template_already_trashed"}},
			{"DELETE", at("mine") + "?force=true", ``, 200, map[string]string{"deleted": "1", "previous.slug": "mine"}},
			{"GET", at("mine"), ``, 404, nil},
		})
	})
}

// TestGlobalStylesLife: what users change of a theme's styles is stored so that it cannot
// end the element it is printed in.
func TestGlobalStylesLife(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		const date = "2024-01-02 03:04:05"
		if err := s.store.Tx(t.Context(), func(tx *gorm.DB) error {
			return tx.Create(&models.Post{ID: 900, Author: 1, Type: "wp_global_styles", Status: "publish", Name: "styles", Title: "Custom Styles", Date: date, DateGMT: date, Modified: date, ModifiedGMT: date,
				Content: `{"version":3,"isGlobalStylesUserThemeJSON":true,"settings":{"color":{"custom":false}}}`}).Error
		}); err != nil {
			t.Fatal(err)
		}
		refused := map[string]string{"code": "rest_custom_css_illegal_markup"}
		s.follow([]step{
			{"PUT", "/global-styles/900", `{"styles":{"css":"a > b { color: \"é\" }"}}`, 200, map[string]string{"styles.css": `a > b { color: "é" }`, "settings.color.custom": ""}},
			{"PUT", "/global-styles/900", `{"styles":{"css":"</style>"}}`, 400, refused},
			{"PUT", "/global-styles/900", `{"styles":{"css":"x</STYLE x"}}`, 400, refused},
			{"PUT", "/global-styles/900", `{"styles":{"css":"x</sty"}}`, 400, refused},
			{"PUT", "/global-styles/900", `{"styles":{"css":"x<"}}`, 400, refused},
			{"PUT", "/global-styles/900", `{"styles":{"css":5}}`, 400, map[string]string{"code": "rest_custom_css_invalid_type"}},
			{"PUT", "/global-styles/900", `{"styles":null,"title":"Mine"}`, 200, map[string]string{"title.raw": "Mine", "styles.css": `a > b { color: "é" }`}},
			{"PUT", "/global-styles/901", `{"title":"x"}`, 404, map[string]string{"code": "rest_global_styles_not_found"}},
			{"GET", "/global-styles/900/revisions", ``, 200, map[string]string{"0.parent": "900"}},
		})
		rows, err := s.store.FindPosts(t.Context(), models.PostQuery{Include: []int64{900}, Columns: models.PostFull})
		const want = `{"styles":{"css":"a \u003E b { color: \"\u00e9\" }"},"settings":{"color":{"custom":false}},"isGlobalStylesUserThemeJSON":true,"version":3}`
		if err != nil || len(rows) != 1 || rows[0].Content != want {
			t.Errorf("%v, stored: %s", err, rows[0].Content)
		}
		for _, c := range []struct{ body, shown string }{
			{`{"styles":{},"settings":{}}`, `[{"author":1}`}, // a revision that holds nothing shows nothing
			{`{"styles":{"odd":1}}`, `[{"settings":{},"styles":{},"author":1}`},
		} {
			s.send(200, "PUT", "/global-styles/900", c.body)
			if got := s.write("GET", "/global-styles/900/revisions?_fields=author,settings,styles", "").Body.String(); !strings.HasPrefix(got, c.shown) {
				t.Errorf("after %s: %s", c.body, got)
			}
		}
	})
}
