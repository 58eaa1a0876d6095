package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/headpress/headpress/models"
)

// send writes as the administrator.
func (s *testSite) change(method, path, body string) (int, map[string]any) {
	s.t.Helper()
	w := s.do(method, "/wp-json/wp/v2"+path, strings.NewReader(body), "Content-Type", "application/json", "as", "admin")
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		s.t.Errorf("%s %s: %v in %s", method, path, err, w.Body)
	}
	return w.Code, answer
}

// rows are all rows of all tables.
func (s *testSite) allRows() map[string]string {
	s.t.Helper()
	out := map[string]string{}
	for table, list := range map[string]any{
		"options": &[]models.Option{}, "users": &[]models.User{}, "usermeta": &[]models.UserMeta{}, "terms": &[]models.Term{}, "term_taxonomy": &[]models.TermTaxonomy{},
		"termmeta": &[]models.TermMeta{}, "posts": &[]models.Post{}, "postmeta": &[]models.PostMeta{}, "term_relationships": &[]models.TermRelationship{},
	} {
		if err := s.store.DB(s.t.Context()).Order("1, 2").Find(list).Error; err != nil {
			s.t.Fatal(err)
		}
		out[table] = fmt.Sprintf("%+v", list)
	}
	return out
}

// A write that is refused leaves every table as it was.
func TestRefusedAccounts(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		s.change("GET", "/users/me", "") // notes that the password was used
		before := s.allRows()
		for _, c := range []struct {
			method, path, body string
			status             int
			code               string
		}{
			{"POST", "/categories", `{"name":" "}`, 500, "empty_term_name"},
			{"POST", "/categories", `{"name":"Uncategorized"}`, 400, "term_exists"},
			{"POST", "/categories", `{"name":"` + strings.Repeat("x", 201) + `"}`, 500, "db_insert_error"},
			{"POST", "/categories", `{"name":"Lost","parent":99999}`, 400, "rest_term_invalid"},
			{"POST", "/tags", `{"name":"Under","parent":1}`, 400, "rest_taxonomy_not_hierarchical"},
			{"POST", "/categories/101", `{"slug":"uncategorized"}`, 500, "duplicate_term_slug"},
			{"DELETE", "/categories/101", `{}`, 501, "rest_trash_not_supported"},
			{"DELETE", "/categories/1?force=true", ``, 403, "rest_cannot_delete"},
			{"POST", "/users", `{"username":"ADMIN","email":"a@example.org","password":"p"}`, 500, "existing_user_login"},
			{"POST", "/users", `{"username":"other","email":"Admin@example.org","password":"p"}`, 500, "existing_user_email"},
			{"POST", "/users", `{"username":"...","email":"o@example.org","password":"p"}`, 500, "empty_user_nicename"},
			{"POST", "/users/11", `{"slug":"نام"}`, 500, "empty_user_nicename"},
			{"POST", "/users", `{"username":"other","email":"o@example.org","password":"p","roles":["nobody"]}`, 400, "rest_user_invalid_role"},
			{"POST", "/users", `{"username":"other","email":"o@example.org","password":"p","meta":{"persisted_preferences":"x"}}`, 400, "rest_invalid_type"},
			{"POST", "/users/me", `{"roles":["author"]}`, 403, "rest_user_invalid_role"},
			{"POST", "/users/me", `{"name":"New","username":"new"}`, 400, "rest_user_invalid_argument"},
			{"POST", "/users/me", `{"roles":["author"],"username":"new"}`, 400, "rest_user_invalid_argument"},
			{"DELETE", "/users/11?force=true&reassign=11", ``, 400, "rest_user_invalid_reassign"},
			{"POST", "/settings", `{"title":"New","start_of_week":"x"}`, 400, "rest_invalid_param"},
			{"POST", "/users/me/application-passwords", `{"name":"<b></b>"}`, 400, "application_password_empty_name"},
			{"DELETE", "/users/me/application-passwords/none", ``, 404, "rest_application_password_not_found"},
		} {
			if status, answer := s.change(c.method, c.path, c.body); status != c.status || answer["code"] != c.code {
				t.Errorf("%s %s %.80s: %d %v, want %d %s", c.method, c.path, c.body, status, answer, c.status, c.code)
			}
		}
		for table, rows := range s.allRows() {
			if rows != before[table] {
				t.Errorf("%s has changed", table)
			}
		}
	})
}

// With a user who leaves nothing to anybody go his files, and they are nobody's pictures any more. His
// autosaves go, too: the post in the trash that one of them belongs to forgets what it was (wp_delete_post).
func TestDeletedUser(t *testing.T) {
	eachSite(t, 2, func(t *testing.T, s *testSite) {
		author := s.signIn(firstUser)
		id := s.upload("", "x.png", aPNG(200, 160), author...).Header().Get("X-WP-Upload-Attachment-ID")
		s.send(200, "POST", "/posts/1002", `{"featured_media":`+id+`}`)
		s.send(200, "POST", "/posts/1001/autosaves", `{"content":"Unsaved."}`, author...)
		s.send(200, "POST", "/posts/1001", `{"author":1}`)
		s.send(200, "DELETE", "/posts/1001", "")
		s.wantFiles("2024/06/x-150x150.png", "2024/06/x.png")
		s.send(200, "DELETE", "/users/11?force=true&reassign=false", "")
		s.wantFiles()
		if got := s.meta(1002); strings.Contains(got, "_thumbnail_id") {
			t.Errorf("a post shows a picture that is gone: %s", got)
		}
		if got := s.meta(1001); strings.Contains(got, "_wp_trash_meta_status") || s.post(1001).Status != "trash" {
			t.Errorf("in the trash: %s", got)
		}
		s.send(404, "GET", "/media/"+id, "")
	})
}

// Of many who create the same at once, one succeeds.
func TestParallelAccounts(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		for _, c := range []struct {
			path, body string
			codes      []any // of the others; who looks for the login before it is there, and for the address after, is told of that
		}{
			{"/categories", `{"name":"Same"}`, []any{"term_exists"}},
			{"/tags", `{"name":"Same"}`, []any{"term_exists"}},
			{"/users", `{"username":"same","email":"same@example.org","password":"p"}`, []any{"existing_user_login", "existing_user_email"}},
		} {
			var wait sync.WaitGroup
			var mu sync.Mutex
			made := 0
			for range 8 {
				wait.Go(func() {
					status, answer := s.change("POST", c.path, c.body)
					mu.Lock()
					defer mu.Unlock()
					if status == http.StatusCreated {
						made++
					} else if !slices.Contains(c.codes, answer["code"]) {
						t.Errorf("%s: %d %v", c.path, status, answer)
					}
				})
			}
			wait.Wait()
			if made != 1 {
				t.Errorf("%s: made %d times", c.path, made)
			}
		}
	})
}

// TestPrevious: what was deleted is told with its id, whatever _fields asks for; an
// application password is told whole, or not at all.
func TestPrevious(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		for _, c := range []struct{ path, body, fields, want string }{
			{"/tags", `{"name":"One"}`, "previous.name", `{"previous":[]}`},
			{"/tags", `{"name":"Two"}`, "previous", `{"previous":{"id":ID}}`},
			{"/posts", `{"title":"One"}`, "previous.id,slug", `{"previous":{"id":ID}}`},
			{"/posts", `{"title":"Two"}`, "deleted", `{"deleted":true}`},
			{"/blocks", `{"title":"One"}`, "previous", `{"previous":{"id":ID,"wp_pattern_sync_status":""}}`},
			{"/users/me/application-passwords", `{"name":"One"}`, "previous", `{"previous":{"uuid":"ID","app_id":"","name":"One","created":"DATE","last_used":null,"last_ip":null}}`},
		} {
			made := s.send(201, "POST", c.path, c.body)
			id := field(made, "id") + field(made, "uuid")
			got := s.write("DELETE", c.path+"/"+id+"?force=true&_fields="+c.fields, "").Body.String()
			if want := strings.NewReplacer("ID", id, "DATE", field(made, "created")).Replace(c.want); got != want {
				t.Errorf("%s of %s: %s, want %s", c.fields, c.path, got, want)
			}
		}
	})
}

// TestNoRoles: who gives up all his roles has them still while he is answered.
func TestNoRoles(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		w := s.write("POST", "/users/me", `{"roles":[]}`)
		if allow := w.Header().Get("Allow"); w.Code != 200 || !strings.Contains(allow, "DELETE") {
			t.Error(w.Code, allow, w.Body)
		}
		s.send(403, "POST", "/settings", `{"title":"x"}`)
	})
}

// A deleted category leaves what was below it one step higher, and its posts in the default category.
func TestDeletedCategory(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		_, above := s.change("POST", "/categories", `{"name":"Above"}`)
		_, below := s.change("POST", "/categories", fmt.Sprintf(`{"name":"Below","parent":%.0f}`, above["id"]))
		_, post := s.change("POST", "/posts", fmt.Sprintf(`{"title":"One","status":"publish","categories":[%.0f]}`, above["id"]))
		if status, _ := s.change("DELETE", fmt.Sprintf("/categories/%.0f?force=true", above["id"]), ""); status != 200 {
			t.Fatal(status)
		}
		if _, now := s.change("GET", fmt.Sprintf("/categories/%.0f", below["id"]), ""); now["parent"] != 0.0 {
			t.Error(now)
		}
		if _, now := s.change("GET", fmt.Sprintf("/posts/%.0f", post["id"]), ""); fmt.Sprint(now["categories"]) != "[1]" {
			t.Error(now)
		}
	})
}

// TestSlugMadeAnew: a term whose name's slug belongs to another gets the next free number,
// and the one it has is not free.
func TestSlugMadeAnew(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		for _, tax := range []string{"/categories", "/tags"} {
			s.send(201, "POST", tax, `{"name":"Same `+tax[1:]+`"}`)
			path := tax + "/" + field(s.send(201, "POST", tax, `{"name":"Other `+tax[1:]+`"}`), "id")
			s.send(200, "POST", path, `{"name":"Same `+tax[1:]+`"}`)
			for _, number := range []string{"2", "3", "2"} {
				if got := field(s.send(200, "POST", path, `{"slug":""}`), "slug"); got != "same-"+tax[1:]+"-"+number {
					t.Errorf("%s: %s, want number %s", tax, got, number)
				}
			}
		}
	})
}
