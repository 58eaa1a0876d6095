package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
	"github.com/headpress/headpress/transfer"
)

// shelf is a small site on SQLite whose administrator asks.
type shelf struct {
	t        *testing.T
	store    *models.Store
	site     *Site
	handler  http.Handler
	password string
}

func newShelf(t *testing.T, rows ...any) *shelf {
	t.Helper()
	ctx := context.Background()
	store := modelstest.Open(t, modelstest.DSNs(t)[models.SQLite], "wp_")
	installed, err := transfer.Install(ctx, store, transfer.Site{SiteURL: "https://example.org", Title: "Shelf", AdminLogin: "admin", AdminEmail: "admin@example.org", Permalinks: "/%postname%/"})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Tx(ctx, func(tx *gorm.DB) error {
		for _, row := range rows {
			if err := tx.Create(row).Error; err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	site := &Site{Store: store, Content: t.TempDir()}
	server, err := NewServer(site)
	if err != nil {
		t.Fatal(err)
	}
	return &shelf{t, store, site, NewSite(site, server), installed.ApplicationPassword}
}

// get asks for a path as the administrator or as nobody, and gives the answer and the number of statements.
func (s *shelf) get(path string, admin bool) (*httptest.ResponseRecorder, int64) {
	s.t.Helper()
	var stats models.Stats
	r := httptest.NewRequest("GET", "/wp-json/wp/v2"+path, nil)
	r = r.WithContext(models.WithStats(r.Context(), &stats))
	if admin {
		r.SetBasicAuth("admin", s.password)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w, stats.Statements.Load()
}

// want checks status, and what follows: bodies are compared as the text that a _fields request gives.
func (s *shelf) want(path string, admin bool, status int, body string) {
	s.t.Helper()
	w, _ := s.get(path, admin)
	if got := strings.ReplaceAll(w.Body.String(), `"`, `'`); w.Code != status || body != "" && got != body {
		s.t.Errorf("%s: %d %s\nwant %d %s", path, w.Code, got, status, body)
	}
}

// library is a tree of categories, tags, and posts that have them.
func library(posts int) []any {
	var rows []any
	term := func(id int64, taxonomy, name string, parent, count int64) {
		rows = append(rows, &models.Term{ID: id, Name: name, Slug: strings.ToLower(name)},
			&models.TermTaxonomy{ID: id, TermID: id, Taxonomy: taxonomy, Parent: parent, Count: count})
	}
	term(101, "category", "Books", 0, 0)
	term(102, "category", "Poetry", 101, 1)
	term(103, "category", "Atlases", 101, 0)
	term(110, "post_tag", "Blue", 0, 1)
	term(111, "post_tag", "Amber", 0, 1)
	for i := range int64(posts) {
		id := 200 + i
		rows = append(rows, &models.Post{ID: id, Author: 1, Date: "2024-01-01 00:00:00", DateGMT: "2024-01-01 00:00:00", Title: "Post", Name: fmt.Sprint("post-", id), Status: "publish", Type: "post"})
		for _, tt := range []int64{102, 110, 111} {
			rows = append(rows, &models.TermRelationship{ObjectID: id, TermTaxonomyID: tt})
		}
	}
	return append(rows, &models.Post{ID: 900, Author: 1, Date: "2024-01-01 00:00:00", Title: "Draft", Status: "draft", Type: "post"})
}

func TestTerms(t *testing.T) {
	s := newShelf(t, library(1)...)
	for _, c := range []struct {
		path   string
		admin  bool
		status int
		body   string
	}{
		{"/categories/102?_fields=id,link,parent,meta", false, 200, `{'id':102,'link':'https:\/\/example.org\/category\/books\/poetry\/','parent':101,'meta':[]}`},
		{"/categories/110", false, 404, ""}, // a tag
		{"/tags?_fields=id,parent", false, 200, `[{'id':111},{'id':110}]`},
		{"/tags?offset=-1&_fields=id", false, 200, `[{'id':110}]`},
		{"/tags?page=99999999999999999999&per_page=5&_fields=id", false, 200, `[]`},
		{"/tags?page=1e400&per_page=1&_fields=id", false, 200, `[{'id':110}]`},                  // page 0
		{"/categories?hide_empty=1&_fields=id", false, 200, `[{'id':101},{'id':102},{'id':1}]`}, // Books is above a term in use
		{"/categories?hide_empty=1&parent=101&_fields=id", false, 200, `[{'id':102}]`},
		{"/categories?include=-102&_fields=id", false, 200, `[{'id':102}]`},
		{"/tags?post=200&_fields=id", false, 200, `[{'id':111},{'id':110}]`},
		{"/tags?post=200&order=desc&_fields=id", false, 200, `[{'id':110},{'id':111}]`},
		{"/tags?post=200&per_page=1&page=2&_fields=id", false, 200, `[{'id':110}]`},
		{"/tags?post=77777", false, 400, ""},
		{"/tags?post=900", false, 401, ""},
		{"/tags?post=900", true, 200, "[]"},
		{"/wp_pattern_category?post=200", true, 403, ""}, // posts have none
		{"/tags?context=edit", false, 401, ""},
		{"/tags?context=edit&_fields=id", true, 200, `[{'id':111},{'id':110}]`},
	} {
		s.want(c.path, c.admin, c.status, c.body)
	}
}

// A page of posts with its terms costs the same number of statements, however many posts it holds.
func TestEmbeddedTermsCostNoStatements(t *testing.T) {
	s := newShelf(t, library(30)...)
	const path = "/posts?_embed=wp:term&_fields=id,_links,_embedded&per_page="
	w, one := s.get(path+"1&include=200", false)
	var posts []struct {
		Embedded struct {
			Terms [][]struct{ ID int64 } `json:"wp:term"`
		} `json:"_embedded"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &posts); err != nil || len(posts) != 1 || fmt.Sprint(posts[0].Embedded.Terms) != "[[{102}] [{111} {110}]]" {
		t.Fatalf("%v %s", err, w.Body)
	}
	if w, many := s.get(path+"30", false); many > one+1 {
		t.Errorf("%d statements for one post, %d for 30: %.200s", one, many, w.Body)
	}
}

func TestRegisteredThings(t *testing.T) {
	s := newShelf(t)
	for _, c := range []struct {
		path   string
		admin  bool
		status int
		body   string
	}{
		{"/types/page?_fields=slug,hierarchical,rest_base", false, 200, `{'hierarchical':true,'slug':'page','rest_base':'pages'}`},
		{"/types/revision", true, 403, ""},
		{"/types/nope", true, 404, ""},
		{"/types?context=edit", false, 401, ""},
		{"/taxonomies/post_tag?_fields=slug,types", false, 200, `{'slug':'post_tag','types':['post']}`},
		{"/taxonomies/post_format", true, 403, ""},
		{"/taxonomies/nope", true, 404, ""},
		{"/taxonomies?type=page", false, 200, "{}"},
		{"/statuses?_fields=draft", false, 200, "[]"},
		{"/statuses/draft", false, 401, ""},
		{"/statuses/draft?_fields=slug", true, 200, `{'slug':'draft','_links':{'archives':[{'href':'https:\/\/example.org\/wp-json\/wp\/v2\/posts?status=draft'}]}}`},
		{"/statuses/auto-draft", true, 403, ""},
		{"/statuses/nope", true, 404, ""},
		{"/settings", false, 401, ""},
	} {
		s.want(c.path, c.admin, c.status, c.body)
	}
}

// Settings have the types that are registered; a value that does not fit is null.
func TestSettings(t *testing.T) {
	s := newShelf(t)
	ctx := context.Background()
	for name, value := range map[string]string{"use_smilies": "", "posts_per_page": "7", "start_of_week": "x", "admin_email": "nobody", "blogname": "Caf\u00e9 &amp; co"} {
		if err := s.store.Tx(ctx, func(tx *gorm.DB) error {
			return tx.Model(&models.Option{}).Where("option_name = ?", name).Update("option_value", value).Error
		}); err != nil {
			t.Fatal(err)
		}
	}
	s.want("/settings?_fields=title,url,email,start_of_week,use_smilies,posts_per_page,site_logo", true, 200,
		`{'title':'Caf\u00e9 &amp; co','url':'https:\/\/example.org','email':null,'start_of_week':null,'use_smilies':null,'posts_per_page':7,'site_logo':null}`)
}

func TestApplicationPasswords(t *testing.T) {
	s := newShelf(t)
	s.want("/users/me/application-passwords", false, 401, "")
	s.want("/users/1/application-passwords", false, 401, "")
	s.want("/users/1/application-passwords/none", true, 404, "")
	s.want("/users/77/application-passwords", true, 404, "")
	w, _ := s.get("/users/me/application-passwords/introspect", true)
	var p struct {
		UUID, Name, Created string
		LastUsed            *string `json:"last_used"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 200 || len(p.UUID) != 36 || strings.Contains(w.Body.String(), "password\"") {
		t.Fatalf("%v %s", err, w.Body)
	}
	if _, err := time.Parse("2006-01-02T15:04:05", p.Created); err != nil {
		t.Error(err)
	}
	s.want("/users/1/application-passwords/"+p.UUID+"?_fields=uuid", true, 200, `{'uuid':'`+p.UUID+`'}`)
}

// What Allow says of a request that is refused goes by its parameters as they were sent.
func TestAllowOfRefused(t *testing.T) {
	s := newShelf(t, library(1)...)
	for path, want := range map[string]string{
		"/tags?post=200":              "GET",
		"/tags?post=200.0":            "GET",
		"/tags?post=200x":             "", // no whole number, no post
		"/tags?post=200,201":          "",
		"/comments?post[]=900":        "", // a draft
		"/comments?post[]=900x":       "GET",
		"/comments?post[]=0":          "",
		"/comments?post[]=0&post[]=x": "GET", // 0 as text is not the number 0
		"/comments?post[]=x":          "GET",
	} {
		if w, _ := s.get(path, false); w.Header().Get("Allow") != want {
			t.Errorf("%s: %d, allow %q, want %q", path, w.Code, w.Header().Get("Allow"), want)
		}
	}
}
