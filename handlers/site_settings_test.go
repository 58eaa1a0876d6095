package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// visitor is nobody who has signed in.
var visitor = []string{"Authorization", ""}

// code is the code of an answer that refuses.
func code(body []byte) string {
	var e struct{ Code string }
	_ = json.Unmarshal(body, &e)
	return e.Code
}

// Without a trash (EMPTY_TRASH_DAYS is 0) nothing goes there: what is not forced is refused.
func TestNoTrash(t *testing.T) {
	eachSite(t, 2, func(t *testing.T, s *testSite) {
		none := int64(0)
		s.site.EmptyTrashDays = &none
		s.setOptions(map[string]string{"disallowed_keys": "pills", "comment_previously_approved": "0"})
		for _, c := range []struct {
			method, path, body string
			status             int
			code               string
		}{
			{"DELETE", fmt.Sprint("/posts/", firstPost), "", 501, "rest_trash_not_supported"},
			{"DELETE", fmt.Sprint("/pages/", firstPage), "", 501, "rest_trash_not_supported"},
			{"DELETE", fmt.Sprint("/comments/", firstComment), "", 501, "rest_trash_not_supported"},
			{"POST", fmt.Sprint("/comments/", firstComment), `{"status":"trash"}`, 501, "rest_trash_not_supported"},
			{"POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"new","status":"trash"}`, firstPost), 501, "rest_trash_not_supported"},
			{"DELETE", fmt.Sprint("/posts/", firstPost, "?force=true"), "", 200, ""},
		} {
			if w := s.write(c.method, c.path, c.body); w.Code != c.status || code(w.Body.Bytes()) != c.code {
				t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, w.Code, w.Body)
			}
		}
		got := s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"pills"}`, firstPost+1), s.signIn(firstUser+2)...)
		if field(got, "status") != "spam" {
			t.Errorf("a disallowed comment is %s", field(got, "status"))
		}
		// Neither do the works of a user who goes.
		s.send(200, "DELETE", fmt.Sprint("/users/", firstUser+1, "?force=true&reassign=false"), "")
		s.send(404, "GET", fmt.Sprint("/posts/", firstPost+1, "?context=edit"), "")
	})
}

// As many revisions are kept as the site wants; with none those that are there are not told of.
func TestKeptRevisions(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		path := fmt.Sprint("/posts/", firstPost)
		saved := 0
		for _, c := range []struct{ keep, list, count int64 }{{-1, 4, 4}, {2, 2, 2}, {0, 0, 0}, {1, 1, 1}} {
			s.site.Revisions = &c.keep
			for range 3 {
				saved++
				s.send(200, "POST", path, fmt.Sprintf(`{"content":"Version %d"}`, saved))
			}
			var list []struct{ ID int64 }
			w := s.write("GET", path+"/revisions", "")
			if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || int64(len(list)) != c.list || w.Header().Get("X-WP-Total") != fmt.Sprint(c.list) {
				t.Errorf("kept %d: %d revisions, total %s, %v", c.keep, len(list), w.Header().Get("X-WP-Total"), err)
			}
			post := s.send(200, "GET", path, "")
			if got := php.ToInt(field(post, "_links.version-history.0.count")); got != c.count {
				t.Errorf("kept %d: the post tells of %d", c.keep, got)
			}
		}
	})
}

// Visitors comment where the site lets them (rest_allow_anonymous_comments).
func TestAnonymousComments(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		n := 0
		for _, c := range []struct {
			on                          bool
			registration, required, who string
			status                      int
			code                        string
		}{
			{false, "0", "0", `"author_name":"N"`, 401, "rest_comment_login_required"},
			{true, "1", "0", `"author_name":"N"`, 401, "rest_comment_login_required"},
			{true, "0", "0", `"author_name":"N","type":"note"`, 401, "rest_comment_login_required"},
			{true, "0", "1", `"author_name":"N"`, 400, "rest_comment_author_data_required"},
			{true, "0", "0", `"author":1`, 401, "rest_comment_invalid_author"},
			{true, "0", "0", `"author":0`, 400, "rest_comment_author_invalid"},
			{true, "0", "0", `"author_ip":"8.8.8.8"`, 401, "rest_comment_invalid_author_ip"},
			{true, "0", "0", `"status":"approve"`, 401, "rest_comment_invalid_status"},
			{true, "0", "1", `"author_name":"N","author_email":"n@example.org"`, 201, ""},
			{true, "0", "1", `"author_name":"N","author_email":"n@example.org"`, 400, "comment_flood"},
		} {
			n++
			s.site.AnonymousComments = c.on
			s.setOptions(map[string]string{"comment_registration": c.registration, "require_name_email": c.required})
			w := s.write("POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"Text %d",%s}`, firstPost, n, c.who), visitor...)
			if w.Code != c.status || code(w.Body.Bytes()) != c.code {
				t.Errorf("%+v: %d %s", c, w.Code, w.Body)
			}
		}
	})
}

// With strict privacy visitors learn of no users but as authors of what they read, and nobody
// but moderators finds comments by what readers do not see.
func TestStrictPrivacy(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		contributor, admin := s.signIn(firstUser), []string{"as", "admin"}
		total := func(path string, as []string) string {
			t.Helper()
			w := s.get("/wp-json/wp/v2"+path, as...)
			if w.Code != http.StatusOK {
				return fmt.Sprint(w.Code, " ", code(w.Body.Bytes()))
			}
			return w.Header().Get("X-WP-Total")
		}
		for _, c := range []struct {
			path           string
			as             []string
			usual, private string
		}{
			{"/comments?search=reader@example", nil, "7", "0"},
			{"/comments?search=reader@example", contributor, "7", "0"},
			{"/comments?search=reader@example", admin, "7", "7"},
			{"/comments?search=thanks", nil, "6", "6"},
			{"/comments?author_email=reader@example.org", contributor, "6", "403 rest_forbidden_param"},
			{"/comments?author_email=reader@example.org", admin, "6", "6"},
			{"/users", nil, "4", "401 rest_user_cannot_view"},
			{fmt.Sprint("/users/", firstUser), nil, "", "401 rest_user_cannot_view"},
			{"/users/99999", nil, "404 rest_user_invalid_id", "401 rest_user_cannot_view"},
			{"/users", contributor, "4", "4"},
			{fmt.Sprint("/users/", firstUser), contributor, "", ""},
		} {
			s.site.StrictPrivacy = false
			if got := total(c.path, c.as); got != c.usual {
				t.Errorf("%s %v: %s, want %s", c.path, c.as, got, c.usual)
			}
			s.site.StrictPrivacy = true
			if got := total(c.path, c.as); got != c.private {
				t.Errorf("in private %s %v: %s, want %s", c.path, c.as, got, c.private)
			}
		}
		if got := field(s.send(200, "GET", fmt.Sprint("/posts/", firstPost, "?_embed=author"), "", visitor...), "_embedded.author.0.name"); got != fmt.Sprint("Author ", firstUser) {
			t.Errorf("the author of a post is %q", got)
		}
	})
}
