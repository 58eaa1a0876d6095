package handlers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/headpress/headpress/models"
)

// magazine is a site on which everything is connected: posts with pictures of
// their own and others', nested categories, tags, threads of comments by members
// and visitors, revisions; and pages below pages.
func magazine(posts int64) []any { return edition(posts, false) }

// edition is a magazine; a rich one has galleries, embeds and dynamic blocks in its posts.
func edition(posts int64, rich bool) []any {
	var rows []any
	add := func(list ...any) { rows = append(rows, list...) }
	date := func(i int64) string { return fmt.Sprintf("2024-%02d-%02d 10:00:00", 1+i/28%12, 1+i%28) }
	for u := int64(2); u <= 8; u++ {
		add(&models.User{ID: u, Login: fmt.Sprint("writer", u), Nicename: fmt.Sprint("writer-", u), DisplayName: fmt.Sprint("Writer ", u), Email: fmt.Sprintf("w%d@example.org", u), Registered: date(u)},
			&models.UserMeta{ObjectID: u, Key: "wp_capabilities", Value: `a:1:{s:6:"author";b:1;}`})
	}
	term := func(id int64, taxonomy string, parent int64) {
		add(&models.Term{ID: id, Name: fmt.Sprint("Term ", id), Slug: fmt.Sprint("term-", id)},
			&models.TermTaxonomy{ID: id, TermID: id, Taxonomy: taxonomy, Parent: parent, Count: 1})
	}
	for i := int64(0); i < 9; i++ {
		parent := int64(0)
		if i >= 3 {
			parent = 101 + i%3
		}
		term(101+i, "category", parent)
		term(201+i, "post_tag", 0)
	}
	const post, file, revision, page, comment = 1000, 2000, 3000, 6000, 100
	for i := range posts {
		picture := func(n int64) int64 { return file + n%posts }
		content := fmt.Sprintf("<!-- wp:paragraph -->\n<p>Text %d.</p>\n<!-- /wp:paragraph -->\n<!-- wp:image {\"id\":%[2]d} -->\n<figure class=\"wp-block-image\"><img src=\"https://example.org/wp-content/uploads/2024/01/p%[2]d.jpg\" class=\"wp-image-%[2]d\"/></figure>\n<!-- /wp:image -->", i, picture(i+1))
		switch kind := i % 4; {
		case !rich:
		case kind == 1:
			content = fmt.Sprintf("Classic text.\n\n[gallery ids=\"%d,%d\"]\n\n<img class=\"wp-image-%d\" src=\"/x.jpg\" />", picture(i+2), picture(i+3), picture(i+4))
		case kind == 2:
			content = fmt.Sprintf("A gallery of its own.\n\n[gallery]\n\nhttps://example.org/post-%d/\n\nAnd words.", (i+9)%posts)
		case kind == 3:
			content += "\n<!-- wp:latest-comments /-->\n<!-- wp:tag-cloud /-->"
		}
		add(&models.Post{ID: post + i, Author: 2 + i%7, Date: date(i), DateGMT: date(i), Modified: date(i), ModifiedGMT: date(i), Title: fmt.Sprint("Post ", i), Name: fmt.Sprint("post-", i),
			Content: content, Status: "publish", Type: "post", CommentStatus: "open"},
			&models.PostMeta{ObjectID: post + i, Key: "_thumbnail_id", Value: fmt.Sprint(picture(i))},
			&models.TermRelationship{ObjectID: post + i, TermTaxonomyID: 101 + i%9}, &models.TermRelationship{ObjectID: post + i, TermTaxonomyID: 201 + i%9},
			&models.Post{ID: file + i, Author: 2 + i%7, Date: date(i), DateGMT: date(i), Modified: date(i), ModifiedGMT: date(i), Title: fmt.Sprint("Picture ", i), Name: fmt.Sprint("picture-", i), Content: "Shown once.",
				Status: "inherit", Type: "attachment", MimeType: "image/jpeg", Parent: post + (i+7)%posts, CommentStatus: "open"},
			&models.PostMeta{ObjectID: file + i, Key: "_wp_attached_file", Value: fmt.Sprintf("2024/01/p%d.jpg", file+i)},
			&models.PostMeta{ObjectID: file + i, Key: "_wp_attachment_metadata", Value: `a:4:{s:5:"width";i:800;s:6:"height";i:600;s:4:"file";s:14:"2024/01/p1.jpg";s:5:"sizes";a:1:{s:6:"medium";a:4:{s:4:"file";s:14:"p1-300x225.jpg";s:5:"width";i:300;s:6:"height";i:225;s:9:"mime-type";s:10:"image/jpeg";}}}`})
		for r := range int64(2) {
			add(&models.Post{ID: revision + 2*i + r, Author: 1, Date: date(i), Status: "inherit", Type: "revision", Parent: post + i, Name: fmt.Sprintf("%d-revision-v1", post+i), Title: "Before"})
		}
		parent := int64(0)
		for k := range int64(3) {
			id := comment + 3*i + k
			add(&models.Comment{ID: id, PostID: post + i, Parent: parent, UserID: (k % 2) * (2 + i%7), Author: "Visitor", AuthorEmail: "v@example.org", Date: date(i), DateGMT: date(i), Content: "Well said.", Approved: "1", Type: "comment"})
			parent = id
		}
		above := int64(0)
		if i > 0 {
			above = page + (i-1)/3
		}
		add(&models.Post{ID: page + i, Author: 2 + i%7, Date: date(i), DateGMT: date(i), Modified: date(i), ModifiedGMT: date(i), Title: fmt.Sprint("Page ", i), Name: fmt.Sprint("page-", i), Parent: above, Content: "Words.", Status: "publish", Type: "page"},
			&models.PostMeta{ObjectID: page + i, Key: "_thumbnail_id", Value: fmt.Sprint(picture(i))})
	}
	return rows
}

// What a request costs in SQL statements does not depend on how many objects it shows.
func TestStatements(t *testing.T) {
	plain, rich := newShelf(t, magazine(110)...), newShelf(t, edition(110, true)...)
	for _, c := range []struct {
		path        string
		admin       bool
		most, extra int64 // extra is what galleries, embeds and dynamic blocks may cost
	}{
		{"/posts?_embed", false, 12, 6},
		{"/posts", false, 8, 6},
		{"/posts?_fields=id", false, 2, 0},
		{"/posts?_fields=id,title,link", false, 2, 0},
		{"/posts?_fields=id,date,slug,excerpt", false, 2, 2},
		{"/posts?_fields=id,featured_media,categories,tags", false, 4, 0},
		{"/posts?context=edit", true, 12, 4},
		{"/pages?_embed", false, 14, 0},
		{"/media", false, 6, 0},
		{"/media?_embed", false, 13, 1},
		{"/media?_fields=id,source_url", false, 4, 0},
		{"/comments?_embed", false, 13, 1},
		{"/users?_embed", false, 4, 0},
		{"/categories", false, 3, 0},
		{"/posts/1001/revisions", true, 6, 0},
	} {
		join := "?"
		if strings.Contains(c.path, "?") {
			join = "&"
		}
		for _, site := range []*shelf{plain, rich} {
			var counts [2]int64
			for i, size := range []string{"10", "100"} {
				w, n := site.get(c.path+join+"per_page="+size, c.admin)
				if w.Code != 200 {
					t.Errorf("%s: %d %.200s", c.path, w.Code, w.Body)
				}
				counts[i] = n
			}
			most := c.most
			if site == rich {
				most += c.extra
			}
			t.Log(c.path, counts)
			if counts[0] > most || counts[1] > most {
				t.Errorf("%s: %d statements for 10, %d for 100; want at most %d for both", c.path, counts[0], counts[1], most)
			}
		}
	}
	for _, c := range []struct {
		path string
		most int64
	}{
		{"/posts/1001", 6},
		{"/posts/1005?_fields=id,title", 2},
		{"/posts/1001?_embed", 12},
		{"/pages/6050", 6},
		{"/media/2001", 5},
		{"/comments/101", 6},
		{"/users/2", 4},
		{"/categories/104", 3},
	} {
		for _, site := range []*shelf{plain, rich} {
			w, n := site.get(c.path, false)
			t.Log(c.path, n)
			if w.Code != 200 || n > c.most {
				t.Errorf("%s: %d, %d statements, want at most %d: %.200s", c.path, w.Code, n, c.most, w.Body)
			}
		}
	}
}

// menuItemRows are the rows of an item that leads to the page or category with a number.
func menuItemRows(id, n int64) []any {
	kind, object, to := "post_type", "page", 6000+n
	if n%2 == 1 {
		kind, object, to = "taxonomy", "category", 101+n%9
	}
	rows := []any{&models.Post{ID: id, Author: 1, Date: "2024-01-01 10:00:00", DateGMT: "2024-01-01 10:00:00", Status: "publish", Type: "nav_menu_item", MenuOrder: n, Content: " "},
		&models.TermRelationship{ObjectID: id, TermTaxonomyID: 900}}
	for key, value := range map[string]string{"type": kind, "object": object, "object_id": fmt.Sprint(to), "menu_item_parent": "0"} {
		rows = append(rows, &models.PostMeta{ObjectID: id, Key: "_menu_item_" + key, Value: value})
	}
	return rows
}

// TestMenusCostFewStatements: however many items a menu has, they and what they lead to are read by set.
func TestMenusCostFewStatements(t *testing.T) {
	rows := append(magazine(110), &models.Term{ID: 900, Name: "Main", Slug: "main"}, &models.TermTaxonomy{ID: 900, TermID: 900, Taxonomy: "nav_menu", Count: 100})
	for i := range int64(100) {
		rows = append(rows, menuItemRows(30000+i, i)...)
	}
	s := newShelf(t, rows...)
	for _, path := range []string{"/menu-items?per_page=", "/menu-items?_embed&per_page="} {
		var counts [2]int64
		for i, size := range []string{"10", "100"} {
			w, n := s.get(path+size, true)
			if counts[i] = n; w.Code != 200 || strings.Contains(w.Body.String(), `"invalid":true`) {
				t.Errorf("%s: %d %.300s", path, w.Code, w.Body)
			}
		}
		if t.Log(path, counts); counts[1] > counts[0] || counts[0] > 12 {
			t.Errorf("%s: %d statements for 10 items, %d for 100", path, counts[0], counts[1])
		}
	}
}
