package handlers

import (
	"fmt"
	"strings"
	"testing"

	"gorm.io/gorm"

	"github.com/headpress/headpress/models"
)

// discussion is a post with threads of comments, a ping, what waits or is gone,
// and an editor's note; a private post, a protected one and a draft with a comment each.
func discussion() []any {
	rows := []any{&models.User{ID: 2, Login: "reader", Nicename: "reader", DisplayName: "Reader", Email: "Reader@example.org"},
		&models.CommentMeta{ObjectID: 309, Key: "_wp_note_status", Value: "resolved"}}
	post := func(id int64, status, password string) {
		rows = append(rows, &models.Post{ID: id, Author: 1, Date: "2024-01-01 00:00:00", DateGMT: "2024-01-01 00:00:00", Title: "Post", Name: fmt.Sprint("post-", id),
			Status: status, Type: "post", Password: password, CommentStatus: "open"})
	}
	post(200, "publish", "")
	post(201, "private", "")
	post(202, "publish", "secret")
	post(203, "draft", "")
	minute := 0
	comment := func(id, post, parent, user int64, approved, kind string) {
		minute++
		date := fmt.Sprintf("2024-01-01 10:%02d:00", minute)
		rows = append(rows, &models.Comment{ID: id, PostID: post, Parent: parent, UserID: user, Author: "Somebody", AuthorEmail: "somebody@example.org",
			AuthorIP: "192.0.2.7", Date: date, DateGMT: date, Content: "Well -- said.", Approved: approved, Type: kind})
	}
	comment(300, 200, 0, 0, "1", "comment")
	comment(301, 200, 300, 2, "1", "")
	comment(302, 200, 301, 0, "1", "comment")
	comment(303, 200, 0, 0, "1", "comment")
	comment(304, 200, 0, 0, "0", "comment")
	comment(305, 200, 0, 0, "spam", "comment")
	comment(306, 200, 0, 0, "1", "pingback")
	comment(308, 200, 0, 1, "1", "note")
	comment(309, 200, 308, 1, "1", "note")
	comment(310, 201, 0, 0, "1", "comment")
	comment(311, 202, 0, 0, "1", "comment")
	comment(312, 203, 0, 0, "1", "comment")
	comment(313, 0, 0, 0, "1", "comment")
	comment(314, 999, 0, 0, "1", "comment")
	return rows
}

func TestComments(t *testing.T) {
	s := newShelf(t, discussion()...) // a new site has a comment of its own, 1
	const anybody, admin = false, true
	for _, c := range []struct {
		path   string
		admin  bool
		status int
		body   string
	}{
		{"/comments?_fields=id&exclude=1", anybody, 200, `[{'id':303},{'id':302},{'id':301},{'id':300}]`}, // what is closed is left out
		{"/comments?_fields=id&exclude=1", admin, 200, `[{'id':314},{'id':313},{'id':312},{'id':311},{'id':310},{'id':303},{'id':302},{'id':301},{'id':300}]`},
		{"/comments?post=200&orderby=id&order=asc&_fields=id,parent", anybody, 200, `[{'id':300,'parent':0},{'id':301,'parent':300},{'id':302,'parent':301},{'id':303,'parent':0}]`},
		{"/comments?parent=300&_fields=id", anybody, 200, `[{'id':301}]`},
		{"/comments?status=hold&_fields=id,status", admin, 200, `[{'id':304,'status':'hold'}]`},
		{"/comments?type=all&post=200&status=any&per_page=3&_fields=id,type", admin, 200, `[{'id':309,'type':'note'},{'id':308,'type':'note'},{'id':306,'type':'pingback'}]`},
		{"/comments?type=note&context=edit&post=200&_fields=id,meta", admin, 200, `[{'id':309,'meta':{'_wp_note_status':'resolved'}},{'id':308,'meta':{'_wp_note_status':null}}]`},
		{"/comments?orderby=include&_fields=id", admin, 200, `[]`},
		{"/comments?orderby=parent&order=asc&include=300,303,301&_fields=id", admin, 200, `[{'id':303},{'id':300},{'id':301}]`},

		// Filters that could tell of what is hidden are for those who write.
		{"/comments?status=hold", anybody, 401, ""},
		{"/comments?type=note", anybody, 401, ""},
		{"/comments?author_email=somebody@example.org", anybody, 401, ""},
		{"/comments?context=edit", anybody, 401, ""},
		{"/comments?post=201", anybody, 401, ""},
		{"/comments?post=0", anybody, 401, ""},
		{"/comments?post=202", anybody, 401, ""},
		{"/comments?post=202&password=secret&_fields=id", anybody, 200, `[{'id':311}]`},
		{"/comments?post=202,200&password=secret", anybody, 401, ""}, // a password opens one post
		{"/comments?post=202&password[]=secret", anybody, 400, ""},

		{"/comments/300?_fields=id,content,status,link", anybody, 200,
			`{'id':300,'content':{'rendered':'<p>Well \u2013 said.<\/p>\n'},'link':'https:\/\/example.org\/post-200\/#comment-300','status':'approved'}`},
		{"/comments/301?_fields=type,author_avatar_urls.24", anybody, 200, `{'type':'comment'}`}, // parts of members cannot be asked for
		{"/comments/304", anybody, 401, ""},
		{"/comments/308", anybody, 401, ""},
		{"/comments/310", anybody, 401, ""},
		{"/comments/311", anybody, 401, ""},
		{"/comments/311?password=secret&_fields=id", anybody, 200, `{'id':311}`},
		{"/comments/312", anybody, 401, ""},
		{"/comments/313?_fields=link", admin, 200, `{'link':'\/#comment-313'}`},
		{"/comments/314", admin, 404, ""}, // its post is gone
		{"/comments/999", admin, 404, ""},
		{"/comments/99999999999999999999", admin, 404, ""},
	} {
		body := strings.ReplaceAll(c.body, `\u2013`, `&#8212;`) // entities, as texturize writes them
		s.want(c.path, c.admin, c.status, body)
	}
}

// Avatars of members follow their account, whatever the comment says; pings have none.
func TestCommentAvatars(t *testing.T) {
	s := newShelf(t, discussion()...)
	member, _ := s.get("/comments/301?_fields=author_avatar_urls", false)
	account, _ := s.get("/users/2?_fields=avatar_urls", true)
	if strings.ReplaceAll(member.Body.String(), "author_", "") != account.Body.String() {
		t.Errorf("comment: %s\nuser: %s", member.Body, account.Body)
	}
	s.want("/comments/306?_fields=author_avatar_urls", true, 200, `{'author_avatar_urls':{'24':false,'48':false,'96':false}}`)
}

// Where discussions are paged, a comment's address names its page.
func TestCommentPages(t *testing.T) {
	s := newShelf(t, discussion()...)
	set := func(options ...string) {
		t.Helper()
		for i := 0; i < len(options); i += 2 {
			err := s.store.Tx(t.Context(), func(tx *gorm.DB) error {
				return tx.Model(&models.Option{}).Where("option_name = ?", options[i]).Update("option_value", options[i+1]).Error
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	link := func(id int, want string) {
		t.Helper()
		s.want(fmt.Sprintf("/comments/%d?_fields=link", id), true, 200, `{'link':'https:\/\/example.org\/post-200\/`+strings.ReplaceAll(want, "/", `\/`)+fmt.Sprintf(`#comment-%d'}`, id))
	}
	set("page_comments", "1", "comments_per_page", "1", "default_comments_page", "oldest", "thread_comments", "1", "thread_comments_depth", "5")
	link(300, "")
	link(302, "")
	link(303, "comment-page-2/")
	link(306, "comment-page-3/")
	set("default_comments_page", "newest")
	link(302, "comment-page-1/")
	link(309, "comment-page-4/") // notes count
	set("thread_comments", "0")
	link(302, "comment-page-2/") // counted alone
	set("permalink_structure", "")
	s.want("/comments/303?_fields=link", true, 200, `{'link':'https:\/\/example.org\/?p=200&cpage=2#comment-303'}`)
}

// Lists that posts and comments link to are loaded together, and say the same
// as when they are asked for alone.
func TestEmbeddedComments(t *testing.T) {
	s := newShelf(t, discussion()...)
	for path, link := range map[string]string{
		"/posts/200?_embed=replies&_fields=_embedded,_links":     "/comments?post=200",
		"/comments/300?_embed=children&_fields=_embedded,_links": "/comments?parent=300",
		"/comments/308?_embed=children&_fields=_embedded,_links": "/comments?parent=308&type=note&status=all",
	} {
		whole, _ := s.get(path, true)
		alone, _ := s.get(link+"&context=embed&per_page=100", true)
		if !strings.Contains(whole.Body.String(), alone.Body.String()) || len(alone.Body.String()) < 100 {
			t.Errorf("%s: %s\nwithout %s: %s", path, whole.Body, link, alone.Body)
		}
	}
}
