package handlers_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// What parameters that nobody means to send do, as a WordPress beside us answers them.
func TestOddParameters(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		s.send(http.StatusOK, "DELETE", "/posts/1001", "")
		get := func(path string) (int, string) {
			w := s.get("/wp-json/wp/v2"+path, "as", "admin")
			return w.Code, w.Body.String()
		}
		same := func(path, other string) {
			_, a := get(path)
			if _, b := get(other); a != b {
				t.Errorf("%s: %s; %s: %s", path, a, other, b)
			}
		}
		same("/posts?_fields=id&categories=-101", "/posts?_fields=id&categories=101")
		same("/posts?_fields=id&tags_exclude[terms]=-201", "/posts?_fields=id&tags_exclude=201")
		same("/posts?_fields=id&status[]=&status[]=trash", "/posts?_fields=id&status=trash")
		same("/taxonomies?type=0", "/taxonomies")
		if code, body := get("/posts?_fields=id&status[]=&order=asc"); code != 200 || !strings.Contains(body, `"id":1001}`) {
			t.Errorf("an empty status leaves out the trash: %d %s", code, body)
		}
		if w := s.get("/wp-json/wp/v2/posts?status[]="); w.Code != 400 {
			t.Errorf("an empty status is open to visitors: %d %s", w.Code, w.Body)
		}
		if _, body := get("/comments?_fields=id&per_page=1&search=nothing&_envelope"); !strings.Contains(body, `"X-WP-Total":"0","X-WP-TotalPages":"0"`) {
			t.Errorf("totals of comments in an envelope: %s", body)
		}
		if _, body := get("/posts/1002/revisions?order=x&page=x"); !strings.Contains(body, `"page":`) || strings.Contains(body, `"order":`) {
			t.Errorf("pages of revisions are not checked first: %s", body)
		}
	})
}

// What the database holds of registered metadata, and the schema does not allow, is shown as nothing
// and cannot be taken away (WP_REST_Meta_Fields).
func TestStoredMeta(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		for _, c := range []struct {
			path, table, key, stored, shown string
			object                          int64
		}{
			{"/posts/1001", "postmeta", "footnotes", "x", `"footnotes":"x"`, 1001},
			{"/posts/1001", "postmeta", "footnotes", `s:1:"x";`, `"footnotes":"x"`, 1001},
			{"/posts/1001", "postmeta", "footnotes", "i:5;", `"footnotes":null`, 1001},
			{"/posts/1001", "postmeta", "footnotes", "a:0:{}", `"footnotes":null`, 1001},
			{"/users/11", "usermeta", "wp_persisted_preferences", "x", `"persisted_preferences":null`, 11},
			{"/users/11", "usermeta", "wp_persisted_preferences", `a:1:{s:9:"_modified";s:1:"x";}`, `"persisted_preferences":null`, 11},
			{"/users/11", "usermeta", "wp_persisted_preferences", `a:1:{s:9:"_modified";s:10:"2024-01-02";}`, `"persisted_preferences":null`, 11},
			{"/users/11", "usermeta", "wp_persisted_preferences", `a:1:{s:1:"a";i:1;}`, `"persisted_preferences":{"a":1}`, 11},
		} {
			key := strings.Replace(c.key, "wp_persisted", s.store.Prefix()+"persisted", 1)
			if err := s.store.SetMeta(t.Context(), c.table, c.object, key, c.stored); err != nil {
				t.Fatal(err)
			}
			if w := s.get("/wp-json/wp/v2"+c.path+"?context=edit&_fields=meta", "as", "admin"); !strings.Contains(w.Body.String(), `"meta":{`+c.shown+"}") {
				t.Errorf("%s: %s", c.stored, w.Body)
			}
			name, shown, _ := strings.Cut(c.shown, ":")
			want := http.StatusOK
			if shown == "null" {
				want = http.StatusInternalServerError
			}
			if w := s.write("POST", c.path, `{"meta":{`+name+`:null}}`); w.Code != want {
				t.Errorf("%s cannot be taken away, or can: %d %s", c.stored, w.Code, w.Body)
			}
		}
	})
}

// A setting that is not stored cannot be forgotten, unless it is a switch (get_option gives false).
func TestForgottenSettings(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		for _, c := range []struct {
			body   string
			status int
		}{{`{"title":null}`, 200}, {`{"title":null}`, 500}, {`{"use_smilies":null}`, 200}, {`{"use_smilies":null}`, 200}, {`{"title":"New"}`, 200}, {`{"title":null}`, 200}} {
			if w := s.write("POST", "/settings", c.body); w.Code != c.status {
				t.Errorf("%s: %d %s", c.body, w.Code, w.Body)
			}
		}
		s.send(http.StatusOK, "POST", "/settings", `{"language":""}`)
		if got := field(s.send(http.StatusOK, "POST", "/settings", `{"language":"0"}`), "language"); got != "0" {
			t.Errorf("language %q", got)
		}
	})
}

// Pages and offsets that no list reaches are refused or empty, whatever is counted; an infinite page is none, from which PHP
// counts back from the end.
func TestPagesOutOfReach(t *testing.T) {
	eachSite(t, 30, func(t *testing.T, s *testSite) {
		const most = "9223372036854775807"
		for _, c := range []struct{ path, want string }{
			{"/wp/v2/posts?search=post&_fields=id&offset=" + most, `200 []`},
			{"/wp/v2/posts?search=post&_fields=id&page=" + most, `400 rest_post_invalid_page_number`},
			{"/wp/v2/posts?search=post&_fields=id&page=922337203685477581&per_page=10", `400 rest_post_invalid_page_number`},
			{"/wp/v2/posts?_fields=id&page=1844674407370955163&per_page=10", `400 rest_post_invalid_page_number`},
			{"/wp/v2/search?type=post-format&_fields=id&page=" + most + "&per_page=10", `200 []`},
			{"/wp-abilities/v1/categories?_fields=slug&page=1e309", `200 [{"slug":"site"},{"slug":"user"}]`},
			{"/wp-abilities/v1/categories?_fields=slug&page=1e309&per_page=1", `200 [{"slug":"user"}]`},
			{"/wp-abilities/v1/categories?_fields=slug&page=" + most, `200 []`},
			{"/wp/v2/font-collections?_fields=slug&page=1e309", `200 [{"slug":"google-fonts"}]`},
			{"/wp/v2/font-collections?_fields=slug&page=" + most, `400 rest_post_invalid_page_number`},
		} {
			w := s.get("/wp-json"+c.path, "as", "admin")
			code, body, _ := strings.Cut(c.want, " ")
			if got := strconv.Itoa(w.Code); got != code || w.Code == 200 && w.Body.String() != body || w.Code != 200 && !strings.Contains(w.Body.String(), `"`+body+`"`) {
				t.Errorf("%s: %d %s", c.path, w.Code, w.Body)
			}
		}
	})
}
