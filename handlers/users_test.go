package handlers_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
)

// Who may not list users sees those who have published something, whatever is asked for.
func TestOthersSeeAuthorsOnly(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		s.send(http.StatusCreated, "POST", "/users", `{"username":"silent","email":"silent@example.org","password":"p","roles":["subscriber"]}`)
		all := s.get("/wp-json/wp/v2/users?_fields=slug&per_page=100").Body.String()
		for _, query := range []string{"has_published_posts=", "has_published_posts=false", "has_published_posts=0", "has_published_posts=true", "has_published_posts=,"} {
			if got := s.get("/wp-json/wp/v2/users?_fields=slug&per_page=100&" + query).Body.String(); got != all {
				t.Errorf("%s: %s, without it %s", query, got, all)
			}
		}
		if strings.Contains(all, "silent") || !strings.Contains(all, "slug") {
			t.Errorf("visitors see %s", all)
		}
		if got := s.get("/wp-json/wp/v2/users?_fields=slug&per_page=100&has_published_posts=", "as", "admin").Body.String(); !strings.Contains(got, "silent") {
			t.Errorf("an administrator sees %s", got)
		}
	})
}

// Whoever may write posts sees who else may; and where only a closed column is to be searched, the open ones are.
func TestListsOfAuthors(t *testing.T) {
	s := sqliteSite(t, 3)
	ids := map[string]string{}
	for login, role := range map[string]string{"mute": "author", "silent": "subscriber"} {
		made := s.send(http.StatusCreated, "POST", "/users", `{"username":"`+login+`","email":"secret@example.org.`+login+`","password":"p","roles":["`+role+`"]}`)
		id, _ := made.Get("id")
		ids[login] = php.ToString(id)
	}
	password, err := auth.AddApplicationPassword(t.Context(), s.store, php.ToInt(ids["mute"]), "Test", testNow)
	if err != nil {
		t.Fatal(err)
	}
	mute := []string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("mute:"+password))}
	for query, want := range map[string]string{
		"who=authors&include=" + ids["mute"] + "," + ids["silent"]: `[{"slug":"mute"}]`,
		"who=authors&search_columns=email&search=mute":             `[{"slug":"mute"}]`,
		"who=authors&search_columns=email&search=secret":           `[]`,
		"include=" + ids["mute"]:                                   `[]`,
	} {
		if got := s.get("/wp-json/wp/v2/users?_fields=slug&"+query, mute...).Body.String(); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if w := s.get("/wp-json/wp/v2/users?who=authors"); w.Code != http.StatusUnauthorized {
		t.Errorf("visitors: %d %s", w.Code, w.Body)
	}
}

// A search that is a number is compared with ids as MySQL compares texts with numbers.
func TestUsersByNumber(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		for query, want := range map[string]string{"1": `[{"id":1}]`, "1.0": `[{"id":1}]`, "%2B1": `[{"id":1}]`, "10e-1": `[{"id":1}]`, "1.5": `[]`, "1e400": `[]`} {
			if got := s.get("/wp-json/wp/v2/users?_fields=id&search_columns=id&search="+query, "as", "admin").Body.String(); strings.TrimSpace(got) != want {
				t.Errorf("%s: %s, want %s", query, got, want)
			}
		}
	})
}
