package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A page of null items is as long as usual.
func TestPagesOfNull(t *testing.T) {
	s := sqliteSite(t, 12)
	for _, path := range []string{"/posts", "/comments", "/tags", "/users", "/search"} {
		w := s.do(http.MethodGet, "/wp-json/wp/v2"+path+"?_fields=id", strings.NewReader(`{"per_page":null}`), "Content-Type", "application/json")
		if want := s.get("/wp-json/wp/v2" + path + "?_fields=id").Body.String(); w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("%s: %d %s, want %s", path, w.Code, w.Body, want)
		}
	}
}

// Sticky posts come first in lists that WP_Query takes for the front page's: other authors and dates do not change
// that; words, terms and ids do.
func TestStickyPostsComeFirst(t *testing.T) {
	eachSite(t, 6, func(t *testing.T, s *testSite) {
		sticky := firstPost + 2
		s.send(http.StatusOK, "PUT", fmt.Sprintf("/posts/%d", sticky), `{"sticky":true}`)
		for query, first := range map[string]bool{
			"": true, "author=999": true, "before=1990-01-01T00:00:00": true, "after=2090-01-01T00:00:00": true, "slug=nope": true, "page=2": false,
			"search=nope": false, "categories=999999": false, "tags=999999": false, "format=chat": false, "include=999999": false, fmt.Sprintf("exclude=%d", sticky): false,
		} {
			w := s.get("/wp-json/wp/v2/posts?per_page=2&_fields=id&ignore_sticky=false&" + query)
			if got := strings.HasPrefix(w.Body.String(), fmt.Sprintf(`[{"id":%d}`, sticky)); w.Code != http.StatusOK || got != first {
				t.Errorf("%s: %d %s, sticky first: %t", query, w.Code, w.Body, first)
			}
		}
	})
}
