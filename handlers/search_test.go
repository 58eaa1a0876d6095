package handlers

import (
	"strings"
	"testing"

	"github.com/headpress/headpress/models"
)

func TestSearch(t *testing.T) {
	rows := library(2)
	rows = append(rows,
		&models.Post{ID: 300, Author: 1, Date: "2024-02-01 00:00:00", DateGMT: "2024-02-01 00:00:00", Title: "Blue “page” -- one", Name: "blue-page", Status: "publish", Type: "page"},
		&models.Post{ID: 301, Author: 1, Date: "2024-03-01 00:00:00", DateGMT: "2024-03-01 00:00:00", Title: "Blue secret", Name: "blue-secret", Status: "publish", Type: "post", Password: "x"},
		&models.Term{ID: 120, Name: "post-format-video", Slug: "post-format-video"}, &models.TermTaxonomy{ID: 120, TermID: 120, Taxonomy: "post_format", Count: 1})
	s := newShelf(t, rows...)
	for _, c := range []struct {
		path   string
		admin  bool
		status int
		body   string
	}{
		{"/search?search=blue&_fields=id,title,url,type,subtype", false, 200,
			`[{'id':300,'title':'Blue \u201cpage\u201d &#8212; one','url':'https:\/\/example.org\/blue-page\/','type':'post','subtype':'page'}]`},
		{"/search?search=blue&_fields=id", true, 200, `[{'id':301},{'id':300}]`}, // protected posts are found by those who have signed in
		{"/search?search=blue&subtype=post&_fields=id", true, 200, `[{'id':301}]`},
		{"/search?search=draft&_fields=id", true, 200, `[]`},
		{"/search?include=300,200&_fields=id", false, 200, `[{'id':300},{'id':200}]`},
		{"/search?search=blue&exclude=300&_fields=id", false, 200, `[]`},
		{"/search?search=blue&subtype=category&_fields=id", false, 200, `[]`}, // not a type of post: posts alone are left
		{"/search?type=term&search=blue&_fields=id,title,url,type", false, 200, `[{'id':110,'title':'Blue','url':'https:\/\/example.org\/tag\/blue\/','type':'post_tag'}]`},
		{"/search?type=term&subtype=category&_fields=id", false, 200, `[{'id':103},{'id':101},{'id':102},{'id':1}]`},
		{"/search?type=term&subtype=post&search=format&_fields=id,title,url,type", false, 200, `[{'id':120,'title':'Video','url':'https:\/\/example.org\/type\/video\/','type':'post_format'}]`},
		{"/search?type=post-format&_fields=id,title,url,type", false, 200, `[{'id':'video','title':'Video','url':'https:\/\/example.org\/type\/video\/','type':'post-format'}]`},
		{"/search?type=post-format&search=VID&_fields=id", false, 200, `[{'id':'video'}]`},
		{"/search?type=post-format&search=0&_fields=id", false, 200, `[{'id':'video'}]`}, // nothing is looked for
		{"/search?type=post-format&search=aud", false, 200, `[]`},
		{"/search?type=nope", false, 400, ""},
		{"/search?subtype=nope", false, 400, ""},
		{"/search?subtype[a]=post", false, 400, ""},
		{"/search?search=blue&subtype[a][b]=post&subtype[1]=post&_fields=id", true, 200, `[{'id':301}]`}, // what is no word counts for nothing
		{"/search?context=edit", true, 400, ""},
		{"/search?type=term&page=9", false, 400, ""},
		{"/search?page=9", false, 200, `[]`}, // WP_Query knows no total beyond the last page
		{"/search?page=99999999999999999999&per_page=5&_fields=id", false, 200, `[]`},
		{"/search?page=99999999999999999999&_fields=id", false, 400, ""}, // where it begins wraps around to the start, as in PHP
	} {
		s.want(c.path, c.admin, c.status, c.body)
	}
}

// What a search costs does not depend on how much it finds, embedded or not.
func TestSearchStatements(t *testing.T) {
	s := newShelf(t, magazine(110)...)
	for _, path := range []string{"/search", "/search?_embed", "/search?type=term", "/search?type=term&_embed"} {
		var counts []int64
		for _, size := range []string{"10", "100"} {
			join := "?"
			if strings.Contains(path, "?") {
				join = "&"
			}
			_, n := s.get(path+join+"per_page="+size, false)
			counts = append(counts, n)
		}
		if t.Log(path, counts); counts[1] > counts[0] || counts[1] > 9 {
			t.Errorf("%s: %v statements for 10 and 100", path, counts)
		}
	}
}
