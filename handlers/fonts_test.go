package handlers_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// fontFaces is the path of the styles of a family.
func fontFaces(family string) string { return "/font-families/" + family + "/font-faces" }

// settings is a body with settings, which are JSON within JSON.
func settings(name, text string) string {
	return string(php.AppendJSON(nil, php.Map{{Key: name, Value: text}}, 0))
}

func familySettings(text string) string { return settings("font_family_settings", text) }
func faceSettings(text string) string   { return settings("font_face_settings", text) }

// TestFontLife follows families of fonts and their styles from the first to the last.
func TestFontLife(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		family := field(s.send(201, "POST", "/font-families", familySettings(`{"preview":"example.org/p.svg","name":"<b>My</b> \"Fönt\"","slug":"My Fönt","fontFamily":"Open Sans, 'x', serif"}`)), "id")
		at := "/font-families/" + family
		s.follow([]step{
			{"GET", at, ``, 200, map[string]string{"theme_json_version": "3", "font_faces": "[]",
				"font_family_settings": `{"name":"My \"F\u00f6nt\"","slug":"my-font","fontFamily":"\"Open Sans\", \"x\", serif","preview":"http:\/\/example.org\/p.svg"}`}},
			{"POST", "/font-families", familySettings(`{"name":"Other","slug":"MY-FONT","fontFamily":"x"}`), 400, map[string]string{"code": "rest_duplicate_font_family"}},
			{"POST", "/font-families", familySettings(`{"name":"Feed","slug":"feed","fontFamily":"x"}`), 201, map[string]string{"font_family_settings.slug": "feed-2"}},
			{"POST", "/font-families", familySettings(`{"name":"x","slug":"--","fontFamily":"x"}`), 400, map[string]string{"code": "rest_duplicate_font_family"}}, // no slug is that of any

			{"POST", at, familySettings(`{"name":"Renamed","preview":""}`), 200, map[string]string{"font_family_settings": `{"name":"Renamed","slug":"my-font","fontFamily":"\"Open Sans\", \"x\", serif","preview":""}`}},
			{"POST", at, familySettings(`{}`), 200, map[string]string{"font_family_settings.name": "Renamed"}},
			{"PUT", at, familySettings(`{"name":"x"}`), 400, map[string]string{"data.details.font_family_settings.code": "rest_invalid_type"}}, // as in WordPress
			{"POST", "/font-families/1", familySettings(`{"name":"x"}`), 404, map[string]string{"code": "rest_post_invalid_id"}},
		})
		face := field(s.send(201, "POST", fontFaces(family), faceSettings(`{"fontWeight":700,"src":["https://example.org/a b.woff2"],"fontFamily":"Open Sans","unicodeRange":"u+26"}`)), "id")
		s.follow([]step{
			{"GET", fontFaces(family) + "/" + face, ``, 200, map[string]string{"parent": family,
				"font_face_settings": `{"fontWeight":"700","src":"https:\/\/example.org\/a%20b.woff2","fontFamily":"\"Open Sans\"","unicodeRange":"u+26"}`}},
			{"GET", at, ``, 200, map[string]string{"font_faces": "[" + face + "]"}},
			// No two styles are alike, in whatever family; accents and case make no difference.
			{"POST", fontFaces(family), faceSettings(`{"fontFamily":"'ÔPEN SANS'","fontWeight":"bold","unicodeRange":"U+26","src":"https://example.org/b"}`), 400, map[string]string{"code": "rest_duplicate_font_face"}},
			{"POST", fontFaces(family), faceSettings(`{"fontFamily":"Open Sans","src":"https://example.org/b"}`), 201, map[string]string{"font_face_settings.src": "https://example.org/b"}},
			{"GET", fontFaces("999999"), ``, 404, map[string]string{"code": "rest_post_invalid_parent"}},
			{"GET", "/font-families/999999/font-faces/" + face, ``, 404, map[string]string{"code": "rest_post_invalid_parent"}},
			{"POST", fontFaces(face), faceSettings(`{"fontFamily":"x","src":"https://example.org/b"}`), 404, map[string]string{"code": "rest_post_invalid_parent"}},
			{"DELETE", fontFaces(family) + "/" + face, ``, 501, map[string]string{"code": "rest_trash_not_supported"}},
			{"DELETE", fontFaces(family) + "/" + face + "?force=true", ``, 200, map[string]string{"deleted": "1", "previous.parent": family}},
			{"DELETE", at, ``, 501, map[string]string{"code": "rest_trash_not_supported"}},
			{"DELETE", at + "?force=true", ``, 200, map[string]string{"deleted": "1", "previous.font_family_settings.name": "Renamed"}},
			{"GET", at, ``, 404, nil},
		})
		if rows := s.rows(); strings.Contains(fmt.Sprint(rows), "wp_font_face") {
			t.Error("styles have outlived their family")
		}
	})
}

// TestFontsRefuse: what is wrong with settings is told as WordPress tells it.
func TestFontsRefuse(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		s.site.Lookup = func(_ context.Context, host string) ([]netip.Addr, error) {
			switch host {
			case "fonts.example.com":
				return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil
			case "inner.example.com":
				return []netip.Addr{netip.MustParseAddr("10.0.0.1")}, nil
			}
			return nil, errors.New("no such host")
		}
		family := field(s.send(201, "POST", "/font-families", familySettings(`{"name":"x","slug":"x","fontFamily":"x"}`)), "id")
		before := fmt.Sprint(s.rows())
		refused := func(path, param, text, code string) {
			t.Helper()
			got := s.send(400, "POST", path, settings(param, text))
			if c := field(got, "data.details."+param+".code"); c != code {
				t.Errorf("%s: %s, not %s", text, c, code)
			}
		}
		for _, c := range [][2]string{
			{`{`, "rest_invalid_param"}, {`null`, "rest_invalid_param"}, {`5`, "rest_invalid_type"}, {`{}`, "rest_property_required"},
			{`{"name":"x","slug":"y"}`, "rest_property_required"}, {`{"name":"","slug":"y","fontFamily":"x"}`, "rest_invalid_param"}, {`{"name":"x","slug":"0","fontFamily":"x"}`, "rest_invalid_param"},
			{`{"name":5,"slug":"y","fontFamily":"x"}`, "rest_invalid_type"}, {`{"name":"x","slug":"y","fontFamily":"x","fontFace":[]}`, "rest_additional_properties_forbidden"},
		} {
			refused("/font-families", "font_family_settings", c[0], c[1])
		}
		for _, text := range []string{`{"slug":"new"}`, `{"slug":5}`, `{"fontFamily":""}`} {
			refused("/font-families/"+family, "font_family_settings", text, "rest_invalid_param")
		}
		for _, c := range [][2]string{
			{`{"fontFamily":"x"}`, "rest_property_required"}, {`{"fontFamily":"x","src":""}`, "rest_invalid_param"}, {`{"fontFamily":"x","src":[5]}`, "rest_no_matching_schema"},
			{`{"fontFamily":"x","src":"file0"}`, "rest_invalid_param"}, {`{"fontFamily":"x","src":"https://example.org/a","fontDisplay":"nope"}`, "rest_not_in_enum"},
		} {
			refused(fontFaces(family), "font_face_settings", c[0], c[1])
		}
		for _, src := range []string{"a.woff2", "/a.woff2", "ftp://example.org/a", "data:font/woff2,x", "https://user@example.org/a", "https://example.org:81/a", "https://10.1.2.3/a", "https://169.254.169.254/a",
			"https://[2606:4700::1111]/a", "https://localhost/a", "https://nowhere.example.com/a", "https://inner.example.com/a", "https://fonts.example.com:22/a", "javascript:alert(1)", "https:example.org/a", `https://example.org/\u0001`} {
			refused(fontFaces(family), "font_face_settings", `{"fontFamily":"x","src":"`+src+`"}`, "rest_invalid_param")
		}
		if fmt.Sprint(s.rows()) != before {
			t.Error("something was stored")
		}
		for i, src := range []string{"https://example.org/a", "//EXAMPLE.org/a", "http://example.org:8080/a", "https://8.8.8.8/a", "https://fonts.example.com/a"} {
			s.send(201, "POST", fontFaces(family), faceSettings(fmt.Sprintf(`{"fontFamily":"font %d","src":%q}`, i, src)))
		}
		// Strangers cannot have names looked up.
		s.site.Lookup = func(context.Context, string) ([]netip.Addr, error) {
			t.Error("a name was looked up for a stranger")
			return nil, errors.New("no")
		}
		w := s.do("POST", "/wp-json/wp/v2"+fontFaces(family), strings.NewReader(faceSettings(`{"fontFamily":"y","src":"https://nowhere.example.com/a"}`)), "Content-Type", "application/json")
		s.wantCode("a stranger", w, 401, "rest_cannot_create")
	})
}

// TestFontFiles: files come and go with the styles that they belong to.
func TestFontFiles(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		family := field(s.send(201, "POST", "/font-families", familySettings(`{"name":"x","slug":"x","fontFamily":"x"}`)), "id")
		n := 0
		send := func(src string, files ...string) *httptest.ResponseRecorder {
			t.Helper()
			n++
			return s.sendForm("/wp-json/wp/v2"+fontFaces(family), append([]string{"font_face_settings", fmt.Sprintf(`{"fontFamily":"font %d","src":%s}`, n, src)}, files...)...)
		}
		stored := func(src, want string, files ...string) (id string) {
			t.Helper()
			w := send(src, files...)
			answer, _ := php.DecodeJSON(w.Body.String())
			made, _ := answer.(*php.Array)
			if got := field(made, "font_face_settings.src"); w.Code != 201 || got != want {
				t.Errorf("%d %s\n got %s\nwant %s", w.Code, w.Body, got, want)
			}
			return field(made, "id")
		}
		const at = "https://example.org/wp-content/uploads/fonts/"
		stored(`"file0"`, at+"A-b.woff2", "file0:A b.woff2", "wOF2....")
		both := stored(`["file0","https://example.org/x","other"]`, `["https:\/\/example.org\/wp-content\/uploads\/fonts\/a-b.woff2","https:\/\/example.org\/x","https:\/\/example.org\/wp-content\/uploads\/fonts\/a-b.otf"]`,
			"file0:a-b.woff2", "wOF2", "other:a-b.otf", "OTTO")
		stored(`"file0"`, at+"a.php_.woff", "file0:a.php.woff", "wOFF")
		stored(`"file0"`, at+"woff2", "file0:.woff2", "wOF2")
		s.wantFiles("fonts/A-b.woff2", "fonts/a-b.otf", "fonts/a-b.woff2", "fonts/a.php_.woff", "fonts/woff2")

		for _, c := range []struct {
			src    string
			files  []string
			status int
			code   string
		}{
			{`"file0"`, []string{"file0:a.woff2", "not a font"}, 400, "rest_font_upload_invalid_file_type"},
			{`"file0"`, []string{"file0:a.php", "wOF2"}, 400, "rest_font_upload_invalid_file_type"},
			{`"file0"`, []string{"file0:a.svg", "<svg/>"}, 400, "rest_font_upload_invalid_file_type"},
			{`["file0","file1"]`, []string{"file0:a.woff2", "wOF2", "file1:b.exe", "MZ"}, 400, "rest_font_upload_invalid_file_type"},
			{`"file0"`, []string{"file0:a.woff2", ""}, 500, "rest_font_upload_unknown_error"},
			{`"file0"`, []string{"file0[]:a.woff2", "wOF2"}, 500, "rest_font_upload_unknown_error"},
			{`"file0"`, []string{"file0:" + strings.Repeat("x", 300) + ".woff2", "wOF2"}, 500, "rest_font_upload_unknown_error"},
			{`["file0","file0"]`, []string{"file0:a.woff2", "wOF2"}, 500, "rest_font_upload_unknown_error"},
			{`"file0"`, []string{"file1:a.woff2", "wOF2"}, 400, "rest_invalid_param"},
			{`["file0"]`, []string{"file0:a.woff2", "wOF2", "file1:b.woff2", "wOF2"}, 400, "rest_invalid_param"},
		} {
			s.wantCode(c.src+" "+c.files[0], send(c.src, c.files...), c.status, c.code)
		}
		n = 0 // settings that are there already
		s.wantCode("again", send(`"file0"`, "file0:again.woff2", "wOF2"), 400, "rest_duplicate_font_face")
		s.wantFiles("fonts/A-b.woff2", "fonts/a-b.otf", "fonts/a-b.woff2", "fonts/a.php_.woff", "fonts/woff2")

		s.send(200, "DELETE", fontFaces(family)+"/"+both+"?force=true", "")
		s.wantFiles("fonts/A-b.woff2", "fonts/a.php_.woff", "fonts/woff2")
		s.send(200, "DELETE", "/font-families/"+family+"?force=true", "")
		s.wantFiles()
		if claims, err := s.store.Claims(t.Context()); err != nil || len(claims) > 0 {
			t.Errorf("left behind: %v %v", claims, err)
		}
	})
}

// TestFontsAreForDesigners: nobody else sees them, nor learns what is there.
func TestFontsAreForDesigners(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		family := field(s.send(201, "POST", "/font-families", familySettings(`{"name":"x","slug":"x","fontFamily":"x"}`)), "id")
		face := field(s.send(201, "POST", fontFaces(family), faceSettings(`{"fontFamily":"x","src":"https://example.org/x"}`)), "id")
		for _, path := range []string{"/font-families", "/font-families/" + family, fontFaces(family), fontFaces("999999"), fontFaces(family) + "/" + face, "/font-collections", "/font-collections/nope"} {
			s.wantCode(path, s.get("/wp-json/wp/v2"+path), 401, "rest_cannot_read")
		}
	})
}

// TestFontCollections: what is in a catalogue of another site cannot be told, only that there is one.
func TestFontCollections(t *testing.T) {
	s := sqliteSite(t, 1)
	s.follow([]step{
		{"GET", "/font-collections/google-fonts", ``, 500, map[string]string{"code": "font_collection_json_missing"}},
		{"GET", "/font-collections/google-fonts?_fields=slug", ``, 200, map[string]string{"slug": "google-fonts"}},
		{"GET", "/font-collections/google/fonts", ``, 404, map[string]string{"code": "rest_font_collection_not_found"}},
		{"GET", "/font-collections?page=2", ``, 400, map[string]string{"code": "rest_post_invalid_page_number"}},
	})
	w := s.get("/wp-json/wp/v2/font-collections", "as", "admin")
	if w.Code != 200 || strings.TrimSpace(w.Body.String()) != "[]" || w.Header().Get("X-WP-Total") != "1" {
		t.Errorf("%d %s, total %s", w.Code, w.Body, w.Header().Get("X-WP-Total"))
	}
	if w := s.get("/wp-json/wp/v2/font-collections?_fields=slug", "as", "admin"); strings.TrimSpace(w.Body.String()) != `[{"slug":"google-fonts"}]` {
		t.Error(w.Body)
	}
}
