package handlers_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/headpress/headpress/models/modelstest"
)

// loadTime is how long the clients of TestLoad write on each engine; make load has them do it for long.
var loadTime = flag.Duration("load", time.Second, "how long TestLoad writes on each engine")

// loadClients write at once.
const loadClients = 64

// madeByHand is the highest id of a post that generate makes.
const madeByHand = 1_100_000

// recount makes what generate made count right.
func (s *testSite) recount() {
	s.t.Helper()
	s.exec("UPDATE wp_term_taxonomy SET count = (SELECT COUNT(*) FROM wp_term_relationships tr JOIN wp_posts p ON p.id = tr.object_id" +
		" WHERE tr.term_taxonomy_id = wp_term_taxonomy.term_taxonomy_id AND p.post_status = 'publish' AND p.post_type = 'post')")
}

// load is what the clients of a site have done so far.
type load struct {
	*testSite
	writes  atomic.Int64 // that were answered with 2xx
	mu      sync.Mutex
	posts   map[int64]string // slugs of the posts that were made
	replies int              // comments that were made
	busy    int              // answers that asked to come again later
}

// answer checks the answer to a write: what is asked for is done, or refused with the code
// that says why. Nothing is ever a fault of ours.
func (l *load) answer(method, path, body, refusal string) (id int64, slug string, ok bool) {
	w := l.write(method, path, body)
	var v struct {
		ID   int64
		Slug string
		Code string
	}
	_ = json.Unmarshal(w.Body.Bytes(), &v)
	switch {
	case w.Code == http.StatusCreated || w.Code == http.StatusOK:
		l.writes.Add(1)
		return v.ID, v.Slug, true
	case w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") != "":
		l.mu.Lock()
		l.busy++
		l.mu.Unlock()
	case v.Code != refusal || refusal == "":
		l.t.Errorf("%s %s %s: %d %.300s", method, path, body, w.Code, w.Body)
	}
	return 0, "", false
}

// post makes a post; all have one title.
func (l *load) post() {
	id, slug, ok := l.answer("POST", "/posts", fmt.Sprintf(`{"title":"The same","status":"publish","tags":[%d],"meta":{"footnotes":""},"sticky":%v}`, firstTag, rand.IntN(10) == 0), "")
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for other, taken := range l.posts {
		if taken == slug {
			l.t.Errorf("posts %d and %d are both %s", other, id, slug)
		}
	}
	l.posts[id] = slug
}

// comment answers to one post.
func (l *load) comment(n int64) {
	if _, _, ok := l.answer("POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"Comment %d"}`, firstPost, n), ""); ok {
		l.mu.Lock()
		l.replies++
		l.mu.Unlock()
	}
}

// only makes what there may be one of, and deletes it again: of all clients one at most has it.
func (l *load) only(alive *atomic.Int64, path, body, refusal, remove string) {
	id, _, ok := l.answer("POST", path, body, refusal)
	if !ok {
		return
	}
	if n := alive.Add(1); n != 1 {
		l.t.Errorf("%s %s: there are %d", path, body, n)
	}
	alive.Add(-1)
	l.answer("DELETE", fmt.Sprint(path, "/", id, remove), "", "")
}

// TestLoad: many clients at once make posts of one title, terms of one name, users with one login
// and comments on one post. Nothing is there twice, nothing fails, and nothing that was
// answered is missing in the end.
func TestLoad(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		s.recount()
		l := &load{testSite: s, posts: map[int64]string{}}
		var category, tag, user atomic.Int64
		var all sync.WaitGroup
		end := time.Now().Add(*loadTime)
		for client := range int64(loadClients) {
			all.Go(func() {
				for n := int64(0); n == 0 || time.Now().Before(end) && !t.Failed(); n++ {
					switch client % 32 {
					case 0: // few: most of what they do is the hashing of passwords
						l.only(&user, "/users", `{"username":"same","email":"same@example.org","password":"p"}`, "existing_user_login", "?force=true&reassign=1")
					case 1, 2, 3:
						l.only(&category, "/categories", `{"name":"The same"}`, "term_exists", "?force=true")
					case 4, 5, 6:
						l.only(&tag, "/tags", `{"name":"The same"}`, "term_exists", "?force=true")
					case 7, 8, 9:
						l.comment(client<<32 + n)
					default:
						l.post()
					}
				}
			})
		}
		start := time.Now()
		all.Wait()
		if took := time.Since(start); *loadTime > time.Second {
			t.Logf("%d posts, %d comments; %d writes a second; %d were asked to come later", len(l.posts), l.replies, int(float64(l.writes.Load())/took.Seconds()), l.busy)
		}
		l.wantAll()
	})
}

// Who waits too long for other writers is asked to come again, and nothing is written.
func TestWaitingWriters(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		s.api.Timeout = 500 * time.Millisecond
		busy, done := make(chan bool), make(chan error)
		go func() {
			done <- s.store.Write(t.Context(), func(context.Context) error {
				busy <- true
				<-busy
				return nil
			}, "posts")
		}()
		<-busy
		before := s.tables()["posts"]
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				w := s.write("POST", "/posts", `{"title":"Late"}`)
				s.wantError(w, http.StatusServiceUnavailable, "service_unavailable")
				if w.Header().Get("Retry-After") != "5" {
					t.Errorf("Retry-After: %q", w.Header().Get("Retry-After"))
				}
			})
		}
		all.Wait()
		s.api.Timeout = 30 * time.Second
		s.wantServed(aPost) // readers do not wait
		busy <- true
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if s.tables()["posts"] != before {
			t.Error("something was written")
		}
		s.send(201, "POST", "/posts", `{"title":"In time"}`)
	})
}

// wantAll checks that the database holds what clients were told, and nothing else.
func (l *load) wantAll() {
	l.t.Helper()
	s := l.testSite
	var rows []struct {
		ID   int64  `gorm:"column:id"`
		Slug string `gorm:"column:post_name"`
	}
	if err := s.store.DB(s.t.Context()).Raw("SELECT id, post_name FROM wp_posts WHERE post_title = 'The same' AND post_type = 'post'").Scan(&rows).Error; err != nil {
		s.t.Fatal(err)
	}
	if len(rows) < len(l.posts) || len(rows) > len(l.posts)+l.busy {
		s.t.Errorf("%d posts are there, %d were made", len(rows), len(l.posts))
	}
	slugs := map[string]bool{}
	for _, row := range rows {
		if slug, ok := l.posts[row.ID]; ok && slug != row.Slug || slugs[row.Slug] {
			s.t.Errorf("post %d is %s, was %s", row.ID, row.Slug, slug)
		}
		slugs[row.Slug] = true
	}
	for n := range len(rows) { // and no number is left out
		want := "the-same"
		if n > 0 {
			want = fmt.Sprint("the-same-", n+1)
		}
		if !slugs[want] {
			s.t.Errorf("no post is %s", want)
			break
		}
	}
	for what, c := range map[string]struct {
		sql  string
		want int
	}{
		"comments":           {"SELECT COUNT(*) FROM wp_comments WHERE comment_post_id = 1001 AND user_id = 1", l.replies},
		"counted comments":   {"SELECT comment_count - 2 FROM wp_posts WHERE id = 1001", l.replies},
		"counted posts":      {"SELECT count FROM wp_term_taxonomy WHERE term_taxonomy_id = 1", len(rows) + 1},
		"users of one login": {"SELECT COUNT(*) FROM wp_users WHERE user_login = 'same'", 0},
		"terms of one name":  {"SELECT COUNT(*) FROM wp_terms WHERE name = 'The same'", 0},
	} {
		var n int
		if err := s.store.DB(s.t.Context()).Raw(c.sql).Scan(&n).Error; err != nil || n < c.want || n > c.want+l.busy {
			s.t.Errorf("%s: %d, want %d; %v", what, n, c.want, err)
		}
	}
	modelstest.Whole(s.t, s.store, madeByHand)
}
