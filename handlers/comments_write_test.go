package handlers_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// signIn gives the header of an application password of a user whom generate has made.
func (s *testSite) signIn(user int64) []string {
	s.t.Helper()
	password, err := auth.AddApplicationPassword(s.t.Context(), s.store, user, "Test", testNow)
	if err != nil {
		s.t.Fatal(err)
	}
	return []string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "author%d:%s", user, password))}
}

// setOptions changes options behind the server, as WordPress beside it would.
func (s *testSite) setOptions(values map[string]string) {
	s.t.Helper()
	for name, value := range values {
		err := s.store.Tx(s.t.Context(), func(tx *gorm.DB) error {
			return tx.Model(&models.Option{}).Where("option_name = ?", name).Update("option_value", value).Error
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// commentCount is the number of comments that stands in the row of a post.
func (s *testSite) commentCount(post int64) int64 {
	s.t.Helper()
	rows, err := s.store.PostsByID(s.t.Context(), []int64{post}, models.PostFull)
	if err != nil || rows[post] == nil {
		s.t.Fatal(err)
	}
	return rows[post].CommentCount
}

// commentMeta gives the stored metadata of a comment, KEY=value in the order of storing.
func (s *testSite) commentMeta(id int64) string {
	s.t.Helper()
	rows, err := s.store.CommentMeta(s.t.Context(), []int64{id})
	if err != nil {
		s.t.Fatal(err)
	}
	var l []string
	for _, m := range rows[id] {
		l = append(l, m.Key+"="+m.Value)
	}
	return strings.Join(l, " ")
}

// TestCommentLife follows a comment through every status to its end; the post's number goes with it.
func TestCommentLife(t *testing.T) {
	eachSite(t, 2, func(t *testing.T, s *testSite) {
		made := s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":" See <a href=\"https://example.net/\">there</a> ","date":"2020-02-03T04:05:06"}`, firstPost))
		id := php.ToInt(field(made, "id"))
		path := fmt.Sprint("/comments/", id)
		for name, want := range map[string]string{"author": "1", "status": "approved", "type": "comment", "date_gmt": "2020-02-03T00:35:06",
			"content.raw": `See <a href="https://example.net/" rel="nofollow ugc">there</a>`} {
			if got := field(made, name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		reply := php.ToInt(field(s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"Indeed","parent":%d}`, firstPost, id)), "id"))
		times := fmt.Sprint(" _wp_trash_meta_time=", testNow.Unix())
		for _, step := range []struct {
			word, status string
			count        int64
			meta         string
		}{
			{"hold", "hold", 3, ""},
			{"nonsense", "hold", 3, ""},
			{"approve", "approved", 4, ""},
			{"spam", "spam", 3, "_wp_trash_meta_status=1" + times},
			{"trash", "trash", 3, "_wp_trash_meta_status=spam" + times},
			{"untrash", "spam", 3, ""},
			{"unspam", "hold", 3, ""}, // nobody knows any more what it was
			{"1", "approved", 4, ""},
		} {
			got := s.send(200, "PUT", path, `{"status":"`+step.word+`"}`)
			if field(got, "status") != step.status || s.commentCount(firstPost) != step.count || s.commentMeta(id) != step.meta {
				t.Errorf("%s: %s, %d comments, %s; want %+v", step.word, field(got, "status"), s.commentCount(firstPost), s.commentMeta(id), step)
			}
		}
		s.send(200, "POST", path, fmt.Sprintf(`{"post":%d}`, firstPost+1))
		if a, b := s.commentCount(firstPost), s.commentCount(firstPost+1); a != 4 || b != 3 {
			t.Errorf("moved: %d and %d comments, want 4 and 3: the post it has left is not counted again", a, b)
		}
		if gone := s.send(200, "DELETE", path, ""); field(gone, "status") != "trash" {
			t.Errorf("in the trash: %s", field(gone, "status"))
		}
		s.send(410, "DELETE", path, "")
		if gone := s.send(200, "DELETE", path+"?force=true", ""); field(gone, "deleted") != "1" || field(gone, "previous.status") != "trash" {
			t.Errorf("deleted: %s", php.AppendJSON(nil, gone, 0))
		}
		if got := field(s.send(200, "GET", fmt.Sprint("/comments/", reply), ""), "parent"); got != "0" || s.commentMeta(id) != "" {
			t.Errorf("a reply to what is gone answers %s; metadata %s", got, s.commentMeta(id))
		}
	})
}

// TestCommentModeration: what those who are no moderators write waits, or not, as the site wants.
func TestCommentModeration(t *testing.T) {
	eachSite(t, 4, func(t *testing.T, s *testSite) {
		const writer = firstUser + 1 // whose post is the second
		as := s.signIn(writer)
		now := testNow
		s.site.Now = func() time.Time { return now }
		for _, c := range []struct {
			options string // NAME=value …
			post    int64
			content string
			status  string
		}{
			{"", firstPost, "Never seen before", "hold"},
			{"", firstPost + 1, "On my own post", "approved"},
			{"", firstPost, "Known by now", "approved"},
			{"", firstPost, "http://a.example http://b.example", "hold"},
			{"comment_max_links=3", firstPost, "http://a.example http://c.example", "approved"},
			{"moderation_keys=nothing\n\nCASINÒ", firstPost, "at the casinò", "hold"},
			{"moderation_keys= disallowed_keys=pills", firstPost, "cheap p<b>ills</b>", "trash"},
			{"disallowed_keys=192.0.2.", firstPost, "From an address", "trash"},
			{"disallowed_keys= comment_moderation=1", firstPost, "Everything waits", "hold"},
			{"comment_moderation=1", firstPost + 1, "But for mine", "approved"},
			{"comment_moderation=0 comment_previously_approved=0", firstPost, "<script>x</script><span class=\"big user-5\">y</span>", "approved"},
		} {
			for o := range strings.SplitSeq(c.options, " ") {
				if name, value, ok := strings.Cut(o, "="); ok {
					s.setOptions(map[string]string{name: value})
				}
			}
			now = now.Add(time.Minute) // nobody is too fast, and options are read anew
			body, _ := json.Marshal(map[string]any{"post": c.post, "content": c.content})
			got := s.send(201, "POST", "/comments", string(body), as...)
			if field(got, "status") != c.status {
				t.Errorf("%s: %q is %s, want %s", c.options, c.content, field(got, "status"), c.status)
			}
			if _, shown := got.Get("author_email"); shown {
				t.Errorf("an author is shown what moderators see: %s", php.AppendJSON(nil, got, 0))
			}
			if strings.Contains(c.content, "script") {
				whole := s.send(200, "GET", "/comments/"+field(got, "id")+"?context=edit", "")
				if raw := field(whole, "content.raw"); raw != `x<span class="user-5">y</span>` {
					t.Errorf("stored: %s", raw)
				}
			}
		}
	})
}

// TestNotes: editors' notes are counted nowhere and go with the note they answer.
func TestNotes(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		note := func(parent int64, content, more string) int64 {
			return php.ToInt(field(s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"type":"note","parent":%d,"content":%q%s}`, firstPost, parent, content, more)), "id"))
		}
		top := note(0, "Look", "")
		answer := note(top, "Look", "") // said twice: notes may
		closed := note(top, "", `,"meta":{"_wp_note_status":"resolved"}`)
		if got := s.commentCount(firstPost); got != commentsAPiece {
			t.Errorf("%d comments with notes, want %d", got, commentsAPiece)
		}
		if got := s.commentMeta(closed); got != "_wp_note_status=resolved" {
			t.Errorf("metadata: %s", got)
		}
		s.send(200, "POST", fmt.Sprint("/comments/", closed), `{"meta":{"_wp_note_status":null}}`)
		s.send(500, "POST", fmt.Sprint("/comments/", closed), `{"meta":{"_wp_note_status":null}}`) // nothing to take away
		s.send(200, "DELETE", fmt.Sprint("/comments/", top), "")
		for _, id := range []int64{answer, closed} {
			if got := s.send(200, "GET", fmt.Sprint("/comments/", id), ""); field(got, "status") != "trash" {
				t.Errorf("an answer is %s", field(got, "status"))
			}
		}
	})
}

// TestRefusedComments: what is refused, however late, leaves every table as it was.
func TestRefusedComments(t *testing.T) {
	eachSite(t, 14, func(t *testing.T, s *testSite) {
		as := s.signIn(firstUser + 3)
		nobody := []string{"Authorization", ""}
		const own, other, protected, private, draft = firstPost + 3, firstPost, firstPost + 7, firstPost + 11, firstPost + 13
		s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"Déjà vu"}`, own))
		s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"Mine"}`, own), as...)
		s.setOptions(map[string]string{"close_comments_for_old_posts": "0"})
		before := s.tables()
		post := func(id int64, more string) string { return fmt.Sprintf(`{"post":%d,%s}`, id, more) }
		comment := fmt.Sprint("/comments/", firstComment)
		for _, c := range []struct {
			method, path, body string
			status             int
			code               string
			header             []string
		}{
			{"POST", "/comments", post(own, `"content":"x"`), 401, "rest_comment_login_required", nobody},
			{"POST", "/comments", `{"content":"x"}`, 403, "rest_comment_invalid_post_id", nil},
			{"POST", "/comments", post(draft, `"content":"x"`), 403, "rest_comment_draft_post", nil},
			{"POST", "/comments", post(protected, `"content":"x"`), 403, "rest_cannot_read_post", as},
			{"POST", "/comments", post(private, `"content":"x"`), 403, "rest_cannot_read_post", as},
			{"POST", "/comments", post(other, `"content":"x","author":1`), 403, "rest_comment_invalid_author", as},
			{"POST", "/comments", post(other, `"content":"x","author_ip":"192.0.2.99"`), 403, "rest_comment_invalid_author_ip", as},
			{"POST", "/comments", post(other, `"content":"x","status":"approve"`), 403, "rest_comment_invalid_status", as},
			{"POST", "/comments", post(other, `"content":"x","type":"note"`), 403, "rest_cannot_create_note", as},
			{"POST", "/comments", post(other, `"content":"Soon again"`), 400, "comment_flood", as},
			{"POST", "/comments", post(own, `"content":" "`), 400, "rest_comment_content_invalid", nil},
			{"POST", "/comments", post(own, `"content":7`), 400, "rest_comment_content_invalid", nil},
			{"POST", "/comments", post(own, `"content":"","type":"note"`), 400, "rest_comment_content_invalid", nil},
			{"POST", "/comments", post(own, `"content":"x","type":"pingback"`), 400, "rest_invalid_comment_type", nil},
			{"POST", "/comments", post(own, `"content":"x","id":1`), 400, "rest_comment_exists", nil},
			{"POST", "/comments", post(own, `"content":"x","author":0`), 400, "rest_comment_author_invalid", nil},
			{"POST", "/comments", post(own, `"content":"x","author_name":"Only a name"`), 400, "rest_comment_author_data_required", nil},
			{"POST", "/comments", post(own, `"content":"x","author_email":"nowhere"`), 400, "rest_invalid_param", nil},
			{"POST", "/comments", post(own, `"content":"DEJA VU"`), 409, "comment_duplicate", nil},
			{"POST", "/comments", post(own, `"content":"`+strings.Repeat("x", 65526)+`"`), 400, "comment_content_column_length", nil},
			{"POST", "/comments", post(own, `"content":"x","author_email":"a@example.org","author_name":"`+strings.Repeat("&", 200)+`"`), 500, "rest_comment_failed_create", nil},
			{"POST", comment, `{"content":"x"}`, 403, "rest_cannot_edit", as},
			{"POST", comment, `{"content":""}`, 400, "rest_comment_content_invalid", nil},
			{"POST", comment, `{"type":"note"}`, 404, "rest_comment_invalid_type", nil},
			{"POST", comment, `{"post":99999}`, 403, "rest_comment_invalid_post_id", nil},
			{"POST", comment, `{"author_user_agent":"` + strings.Repeat("x", 256) + `"}`, 500, "rest_comment_failed_edit", nil},
			{"DELETE", comment, ``, 401, "rest_cannot_delete", nobody},
			{"DELETE", comment, `{"force":true}`, 403, "rest_cannot_delete", as},
			{"DELETE", "/comments/99999", ``, 404, "rest_comment_invalid_id", nil},
			// These are seen only when the comment is stored already.
			{"POST", "/comments", post(own, `"content":"x","status":"trash","meta":{"_wp_note_status":"nope"}`), 400, "rest_not_in_enum", nil},
			{"POST", comment, `{"content":"x","status":"spam","meta":{"_wp_note_status":"nope"}}`, 400, "rest_not_in_enum", nil},
		} {
			w := s.write(c.method, c.path, c.body, c.header...)
			var e struct{ Code string }
			json.Unmarshal(w.Body.Bytes(), &e)
			if w.Code != c.status || e.Code != c.code {
				t.Errorf("%s %s %.80s: %d %s, want %d %s", c.method, c.path, c.body, w.Code, e.Code, c.status, c.code)
			}
			for table, rows := range s.tables() {
				if rows != before[table] && table != "usermeta" { // when a password was used last
					t.Fatalf("%s %s %.80s changed %s", c.method, c.path, c.body, table)
				}
			}
		}
	})
}

// TestSameCommentTwice: the same words at the same place are refused to a name, or to a name
// with its address where one is given. Backslashes make no difference.
func TestSameCommentTwice(t *testing.T) {
	eachSite(t, 2, func(t *testing.T, s *testSite) {
		for _, c := range []struct {
			body   string
			status int
		}{
			{`"content":"Said","author_name":"Zed"`, 400}, // names need addresses here
			{`"content":"Said","author_name":"Zed","author_email":"zed@example.com"`, 201},
			{`"content":"said","author_name":"zed","author_email":"ZED@example.com"`, 409},
			{`"content":"Sa\\id","author_name":"Zed","author_email":"zed@example.com"`, 409},
			{`"content":"Said","author_name":"Zee","author_email":"zed@example.com"`, 201},
			{`"content":"Said","author_name":"Zed","author_email":"other@example.com"`, 201},
			{fmt.Sprintf(`"content":"Said","author_name":"Zed","author_email":"zed@example.com","parent":%d`, firstComment), 201},
			{`"content":"Sa<i>i</i>d","author_name":"Zed","author_email":"zed@example.com"`, 201},
		} {
			if w := s.write("POST", "/comments", fmt.Sprintf(`{"post":%d,%s}`, firstPost, c.body)); w.Code != c.status {
				t.Errorf("%s: %d, want %d", c.body, w.Code, c.status)
			}
		}
	})
}

// TestCommentByPassword: who knows the password of a post may comment on it.
func TestCommentByPassword(t *testing.T) {
	eachSite(t, 14, func(t *testing.T, s *testSite) {
		const protected = firstPost + 7
		as := s.signIn(firstUser + 3)
		for given, status := range map[string]int{"wrong": 403, "secret": 201} {
			s.send(status, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"I may","password":%q}`, protected, given), as...)
		}
		made := s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"Never","date":"0000-00-00T00:00:00"}`, firstPost))
		if got := field(made, "date_gmt"); got != "-0001-11-30T00:00:00" {
			t.Errorf("no date at all is %s", got)
		}
	})
}

// TestOldPostsClose: where the site says so, nobody comments on a post that is older.
func TestOldPostsClose(t *testing.T) {
	s := sqliteSite(t, 2)
	s.setOptions(map[string]string{"close_comments_for_old_posts": "1", "close_comments_days_old": "14"})
	s.send(403, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"Late"}`, firstPost))
	s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"Pages stay open"}`, firstPage))
	s.setOptions(map[string]string{"close_comments_days_old": "0"})
	s.site.Now = func() time.Time { return testNow.Add(time.Minute) }
	s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"Any time"}`, firstPost))
}
