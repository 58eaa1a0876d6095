package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/headpress/headpress/internal/php"
)

// Who edits an object learns its version, and may change just that version: of two who have
// read the same, the second is told that he would write over the first.
func TestVersions(t *testing.T) {
	eachSite(t, 2, func(t *testing.T, s *testSite) {
		category := php.ToInt(field(s.send(201, "POST", "/categories", `{"name":"C"}`), "id"))
		user := php.ToInt(field(s.send(201, "POST", "/users", `{"username":"someone","email":"s@example.org","password":"p"}`), "id"))
		comment := php.ToInt(field(s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"c"}`, firstPost+1)), "id"))
		for _, c := range []struct{ path, first, second, remove string }{
			{fmt.Sprint("/posts/", firstPost), `{"title":"1"}`, `{"title":"2"}`, "?force=true"},
			{fmt.Sprint("/posts/", firstPost+1), `{"tags":[]}`, fmt.Sprintf(`{"tags":[%d]}`, firstTag), ""}, // the row says nothing of it
			{fmt.Sprint("/pages/", firstPage), `{"content":"1"}`, `{"content":"2"}`, ""},
			{fmt.Sprint("/categories/", category), `{"description":"1"}`, `{"description":"2"}`, "?force=true"},
			{fmt.Sprint("/comments/", comment), `{"content":"1"}`, `{"content":"2"}`, ""},
			{fmt.Sprint("/users/", user), `{"first_name":"1"}`, `{"first_name":"2"}`, "?force=true&reassign=1"},
			{"/users/me", `{"description":"1"}`, `{"description":"2"}`, ""},
			{"/settings", `{"title":"1"}`, `{"title":"2"}`, ""},
		} {
			t.Run(c.path, func(t *testing.T) {
				s.t = t
				read := s.write("GET", c.path+"?context=edit", "").Header().Get("ETag")
				if again := s.write("HEAD", c.path+"?context=edit&_fields=id", "").Header().Get("ETag"); len(read) < 10 || again != read {
					t.Fatalf("the version is %s, then %s", read, again)
				}
				if c.path != "/settings" {
					if public := s.write("GET", c.path, "").Header().Get("ETag"); public != "" {
						t.Errorf("who does not edit gets %s", public)
					}
				}
				try := func(status int, method, path, body string, header ...string) string {
					t.Helper()
					w := s.write(method, path, body, header...)
					if refused := code(w.Body.Bytes()) == "rest_precondition_failed"; w.Code != status || refused != (status == http.StatusPreconditionFailed) {
						t.Errorf("%s %s %v: %d %.200s", method, body, header, w.Code, w.Body)
					}
					return w.Header().Get("ETag")
				}
				try(412, "POST", c.path, c.first, "If-Match", `"other"`)
				first := try(200, "POST", c.path, c.first, "If-Match", `"other", W/`+read) // weak where it was compressed
				if first == read || first != s.write("GET", c.path+"?context=edit", "").Header().Get("ETag") {
					t.Errorf("the version after %s is %s", read, first)
				}
				try(412, "POST", c.path, c.second, "If-Match", read)
				try(412, "POST", c.path, `{}`, "If-Match", read)
				if c.remove != "" {
					try(412, "DELETE", c.path+c.remove, "", "If-Match", read)
				}
				try(200, "POST", c.path, c.second, "If-Match", `*`)
				try(412, "POST", c.path, c.second, "If-Match", first, "If-Unmodified-Since", testNow.Add(time.Hour).Format(http.TimeFormat)) // which then does not count
				if c.remove != "" {
					last := s.write("GET", c.path+"?context=edit", "").Header().Get("ETag")
					try(200, "DELETE", c.path+c.remove, "", "If-Match", last)
				}
			})
		}
		s.t = t
		// What others do to an object that is not its own changes nothing.
		path := fmt.Sprint("/posts/", php.ToInt(field(s.send(201, "POST", "/posts", `{"title":"Quiet","status":"publish","categories":[101]}`), "id")))
		read, term := s.write("GET", path+"?context=edit", "").Header().Get("ETag"), s.write("GET", "/categories/101?context=edit", "").Header().Get("ETag")
		s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%s,"content":"c"}`, strings.TrimPrefix(path, "/posts/")))
		s.send(201, "POST", "/posts", `{"title":"Other","status":"publish","categories":[101]}`)
		if got := s.write("GET", path+"?context=edit", "").Header().Get("ETag"); got != read {
			t.Errorf("a comment changes the version of its post: %s, %s", read, got)
		}
		if got := s.write("GET", "/categories/101?context=edit", "").Header().Get("ETag"); got != term {
			t.Errorf("a post changes the version of its category: %s, %s", term, got)
		}
		// In a batch each request has headers of its own.
		batch := s.do("POST", "/wp-json/batch/v1", strings.NewReader(fmt.Sprintf(`{"requests":[{"path":"/wp/v2%s","body":{"title":"x"},"headers":{"If-Match":"\"other\""}},{"path":"/wp/v2%s","body":{"title":"y"},"headers":{"If-Match":%q}}]}`, path, path, read)),
			"as", "admin", "Content-Type", "application/json")
		if got := batch.Body.String(); !strings.Contains(got, `"status":412`) || !strings.Contains(got, `"raw":"y"`) {
			t.Error(got)
		}
	})
}
