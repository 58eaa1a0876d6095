package handlers_test

import (
	"strings"
	"testing"
)

// What people write is never an object to the PHP of a WordPress beside us: as it does itself, texts that look
// serialized are stored serialized, and come back as they were written.
func TestTextsAreNoObjects(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		const object, stored = `O:8:"stdClass":0:{}`, `s:19:"O:8:"stdClass":0:{}";`
		escaped := strings.ReplaceAll(object, `"`, `\"`)
		id := s.upload("", "x.png", aPNG(2, 2)).Header().Get("X-WP-Upload-Attachment-ID")
		for _, c := range []struct{ path, body, shown string }{
			{"/users/me", `{"description":"` + escaped + `","first_name":"` + escaped + `"}`, `"description":"` + escaped + `"`},
			{"/media/" + id, `{"alt_text":"` + escaped + `"}`, `"alt_text":"` + escaped + `"`},
			{"/posts/1001", `{"meta":{"footnotes":"` + escaped + `"}}`, `"footnotes":"` + escaped + `"`},
			{"/settings", `{"title":"` + escaped + `"}`, `"title":"` + strings.ReplaceAll(escaped, `\"`, "&quot;") + `"`},
		} {
			for range 2 { // once more: nothing is serialized twice
				if w := s.write("POST", c.path, c.body); w.Code != 200 || !strings.Contains(w.Body.String(), c.shown) {
					t.Errorf("%s: %d %s", c.path, w.Code, w.Body)
				}
			}
			if w := s.get("/wp-json/wp/v2"+c.path+"?context=edit", "as", "admin"); !strings.Contains(w.Body.String(), c.shown) {
				t.Errorf("%s: %s", c.path, w.Body)
			}
		}
		all := 0
		for table, rows := range s.tables() {
			all += strings.Count(rows, stored)
			if left := strings.ReplaceAll(rows, stored, ""); strings.Contains(left, object) {
				t.Errorf("%s holds an object: %s", table, left)
			}
		}
		if all < 4 {
			t.Errorf("%d texts are stored serialized", all)
		}
	})
}
