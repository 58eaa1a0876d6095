package handlers_test

import (
	"context"
	"encoding/base64"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models/modelstest"
)

// loadTime is how long the clients of TestLoad write on each engine; make load has them do it for long.
var loadTime = flag.Duration("load", time.Second, "how long TestLoad writes on each engine")

// loadClients write at once.
const loadClients = 64

// madeByHand is the highest id of a post that generate makes on a site of one.
const madeByHand = 1_000_000 + firstPost

// recount makes what generate made count right.
func (s *testSite) recount() {
	s.t.Helper()
	s.exec("UPDATE wp_term_taxonomy SET count = (SELECT COUNT(*) FROM wp_term_relationships tr JOIN wp_posts p ON p.id = tr.object_id" +
		" WHERE tr.term_taxonomy_id = wp_term_taxonomy.term_taxonomy_id AND p.post_status = 'publish' AND p.post_type = 'post')")
}

// kind is what clients of TestLoad make, change and delete.
type kind struct {
	name, path string
	share      int                  // how many of 16 clients are busy with it
	create     func(n int64) string // the body that makes one; all bear one name
	taken      string               // the code of the refusal where there may be only one
	change     string               // the member that is changed
	shown      string               // where answers hold it
	remove     string               // the query of deleting
	gone       string               // the code of the refusal where it has just been deleted
	file       []byte               // what is uploaded
}

func same(body string) func(int64) string { return func(int64) string { return body } }

// kinds of things that are made of one title, name, login or file name.
var kinds = []kind{
	{name: "posts", path: "/posts", share: 5, create: same(fmt.Sprintf(`{"title":"The same","status":"publish","tags":[%d],"sticky":true}`, firstTag)), change: "excerpt", shown: "excerpt.raw", remove: "?force=true", gone: "rest_post_invalid_id"},
	{name: "pages", path: "/pages", share: 1, create: same(`{"title":"The same","status":"publish"}`), change: "content", shown: "content.raw", remove: "?force=true", gone: "rest_post_invalid_id"},
	{name: "comments", path: "/comments", share: 2, create: func(n int64) string { return fmt.Sprintf(`{"post":%d,"content":"Comment %d"}`, firstPost, n) },
		change: "content", shown: "content.raw", remove: "?force=true", gone: "rest_comment_invalid_id"},
	{name: "categories", path: "/categories", share: 1, create: same(`{"name":"The same"}`), taken: "term_exists", change: "description", shown: "description", remove: "?force=true", gone: "rest_term_invalid"},
	{name: "tags", path: "/tags", share: 1, create: same(`{"name":"The same"}`), taken: "term_exists", change: "description", shown: "description", remove: "?force=true", gone: "rest_term_invalid"},
	{name: "users", path: "/users", share: 1, create: func(n int64) string {
		return fmt.Sprintf(`{"username":"same","email":"same%d@example.org","password":"p"}`, n)
	}, taken: "existing_user_login", change: "description", shown: "description",
		remove: "?force=true&reassign=1", gone: "rest_user_invalid_id"},
	{name: "application passwords", path: fmt.Sprintf("/users/%d/application-passwords", firstUser), share: 2, create: same(`{"name":"Same"}`), change: "name", shown: "name", gone: "rest_application_password_not_found"},
	{name: "media", path: "/media", share: 3, file: aPNG(160, 160), change: "description", shown: "description.raw", remove: "?force=true", gone: "rest_post_invalid_id"},
}

// object is one thing that was made, and what has been done to it.
type object struct {
	id       string
	made     *php.Array
	changes  []change
	deleting bool // somebody has asked for that
	deleted  bool
	unsure   bool // a change was answered with: come again later
}

// change is a change that was answered with 200, and when it was asked for and answered.
type change struct {
	value        string
	begun, ended int64
}

// load is what the clients of a site have done so far.
type load struct {
	*testSite
	end           time.Time
	clock         atomic.Int64 // orders what is asked and answered
	writes        atomic.Int64 // that were answered with 2xx
	refused, busy atomic.Int64

	mu   sync.Mutex
	made map[string][]*object // by kind
}

// ask writes, and checks the answer: what is asked for is done, or refused with one of the codes
// that say why. Nothing is ever a fault of ours.
func (l *load) ask(status int, refusal string, send func() *httptest.ResponseRecorder) (answer *php.Array, ok, later bool) {
	w := send()
	v, err := php.DecodeJSON(w.Body.String())
	answer, _ = v.(*php.Array)
	switch {
	case err == nil && w.Code == status:
		l.writes.Add(1)
		return answer, true, false
	case w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") != "":
		l.busy.Add(1)
		return nil, false, true
	case refusal != "" && answer != nil && field(answer, "code") == refusal:
		l.refused.Add(1)
	default:
		l.t.Errorf("%d %.300s", w.Code, w.Body)
	}
	return nil, false, false
}

// create makes one.
func (l *load) create(k kind) {
	answer, ok, _ := l.ask(http.StatusCreated, k.taken, func() *httptest.ResponseRecorder {
		if k.file != nil {
			return l.upload("", "same.png", k.file)
		}
		return l.write("POST", k.path, k.create(l.clock.Add(1)))
	})
	if !ok {
		return
	}
	o := &object{id: field(answer, "id"), made: answer}
	if o.id == "" {
		o.id = field(answer, "uuid")
		if w := l.get("/wp-json/wp/v2/users/me", "Authorization", basic(fmt.Sprint("author", firstUser), field(answer, "password"))); w.Code != http.StatusOK {
			l.t.Errorf("a new application password does not sign in: %d %.200s", w.Code, w.Body)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.made[k.name] = append(l.made[k.name], o)
}

func basic(login, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(login+":"+password))
}

// any is one of those that were made, deleted ones too.
func (l *load) any(k kind) *object {
	l.mu.Lock()
	defer l.mu.Unlock()
	if list := l.made[k.name]; len(list) > 0 {
		return list[max(0, len(list)-1-rand.IntN(8))] // the young ones: many are at it
	}
	return nil
}

// change changes one.
func (l *load) change(k kind, o *object) {
	begun := l.clock.Add(1)
	value := fmt.Sprint("Changed ", begun)
	_, ok, later := l.ask(http.StatusOK, k.gone, func() *httptest.ResponseRecorder {
		return l.write("POST", k.path+"/"+o.id, fmt.Sprintf(`{%q:%q}`, k.change, value))
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	o.unsure = o.unsure || later
	if ok {
		o.changes = append(o.changes, change{value, begun, l.clock.Add(1)})
	} else if !later && !o.deleting {
		l.t.Errorf("%s %s is gone, and nobody has deleted it", k.name, o.id)
	}
}

// remove deletes one. Of those who try one at most does it.
func (l *load) remove(k kind, o *object) {
	l.mu.Lock()
	o.deleting = true
	l.mu.Unlock()
	_, ok, later := l.ask(http.StatusOK, k.gone, func() *httptest.ResponseRecorder { return l.write("DELETE", k.path+"/"+o.id+k.remove, "") })
	l.mu.Lock()
	defer l.mu.Unlock()
	o.unsure = o.unsure || later
	if ok && o.deleted {
		l.t.Errorf("%s %s was deleted twice", k.name, o.id)
	}
	o.deleted = o.deleted || ok
}

// TestLoad: many clients at once make, change and delete posts of one title, terms of one name, users
// with one login, files of one name, application passwords, and comments on one post. Nothing is there
// twice, nothing fails, and nothing that was answered is missing in the end.
func TestLoad(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		s.recount()
		l := &load{testSite: s, made: map[string][]*object{}, end: time.Now().Add(*loadTime)}
		var clients []kind
		for _, k := range kinds {
			for range k.share * loadClients / 16 {
				clients = append(clients, k)
			}
		}
		var all sync.WaitGroup
		start := time.Now()
		for _, k := range clients {
			all.Go(func() {
				for n := 0; n == 0 || time.Now().Before(l.end) && !t.Failed(); n++ {
					o := l.any(k)
					switch dice := rand.IntN(10); {
					case o == nil || dice < 5:
						l.create(k)
					case dice < 8:
						l.change(k, o)
					default:
						l.remove(k, o)
					}
				}
			})
		}
		all.Wait()
		if took := time.Since(start).Seconds(); *loadTime > time.Second {
			var list []string
			for _, k := range kinds {
				list = append(list, fmt.Sprint(len(l.made[k.name]), " ", k.name))
			}
			t.Logf("%d writes and %d refusals a second; made: %s; %d were asked to come later", int(float64(l.writes.Load())/took), int(float64(l.refused.Load())/took), strings.Join(list, ", "), l.busy.Load())
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

// wantAll checks that the site holds what clients were told, and nothing else.
func (l *load) wantAll() {
	s := l.testSite
	s.t.Helper()
	files := map[string]bool{}
	for _, k := range kinds {
		there := s.list(k)
		for _, o := range l.made[k.name] {
			shown := there[o.id]
			switch {
			case o.unsure:
			case o.deleted != (shown == nil):
				s.t.Errorf("%s %s: deleted is %v, but shown is %v", k.name, o.id, o.deleted, shown != nil)
			case shown != nil:
				l.wantState(k, o, shown)
			}
			delete(there, o.id)
			if shown == nil || k.file == nil {
				continue
			}
			for _, name := range filesOf(shown) {
				if files[name] {
					s.t.Errorf("two files are %s", name)
				}
				files[name] = true
			}
		}
		if len(there) > int(l.busy.Load()) {
			s.t.Errorf("%s are there that nobody was told of: %v", k.name, slices.Collect(maps.Keys(there)))
		}
	}
	for _, name := range s.files() {
		if !files[name] && l.busy.Load() == 0 {
			s.t.Errorf("nothing names the file %s", name)
		}
		delete(files, name)
	}
	if len(files) > 0 {
		s.t.Errorf("files are missing: %v", slices.Collect(maps.Keys(files)))
	}
	if claims, err := s.store.Claims(s.t.Context()); len(claims) > 0 || err != nil {
		s.t.Errorf("claims are left: %v %v", claims, err)
	}
	modelstest.Whole(s.t, s.store, madeByHand)
}

// wantState checks that a thing is as it was made, or as the last change has left it: one that no other began after.
func (l *load) wantState(k kind, o *object, shown *php.Array) {
	l.t.Helper()
	latest, got, wants := int64(0), field(shown, k.shown), []string(nil)
	for _, c := range o.changes {
		latest = max(latest, c.begun)
	}
	for _, c := range o.changes {
		if c.ended > latest {
			wants = append(wants, c.value)
		}
	}
	if len(o.changes) == 0 {
		wants = []string{field(o.made, k.shown)}
	}
	if !slices.Contains(wants, got) {
		l.t.Errorf("%s %s: %s is %q, want one of %q", k.name, o.id, k.shown, got, wants)
	}
	for _, name := range []string{"slug", "link", "source_url"} {
		if field(shown, name) != field(o.made, name) {
			l.t.Errorf("%s %s: %s is %q, was %q", k.name, o.id, name, field(shown, name), field(o.made, name))
		}
	}
}

// list are all things of a kind by id, but those that were there before.
func (s *testSite) list(k kind) map[string]*php.Array {
	s.t.Helper()
	there := map[string]*php.Array{}
	for page := 1; ; page++ {
		v, err := php.DecodeJSON(s.get(fmt.Sprintf("/wp-json/wp/v2%s?context=edit&per_page=100&orderby=id&page=%d", k.path, page), "as", "admin").Body.String())
		rows, _ := v.(*php.Array)
		if err != nil || rows == nil {
			s.t.Fatalf("%s: %v %v", k.path, v, err)
		}
		for _, row := range rows.Values() {
			row, ok := row.(*php.Array)
			if !ok { // an error: there is no such page
				return there
			}
			id := field(row, "id")
			if id == "" {
				id = field(row, "uuid")
			}
			if n := php.ToInt(id); field(row, "uuid") != "" || n > madeByHand || k.taken != "" && (field(row, "name") == "The same" || field(row, "username") == "same") ||
				k.name == "comments" && strings.HasPrefix(field(row, "content.raw"), "C") {
				there[id] = row
			}
		}
		if rows.Len() < 100 || strings.HasSuffix(k.path, "application-passwords") {
			return there
		}
	}
}

// filesOf are the names of the files of an attachment, as an answer tells them.
func filesOf(shown *php.Array) []string {
	name := field(shown, "media_details.file")
	names := []string{name}
	details, _ := shown.Get("media_details")
	sizes, _ := details.(*php.Array).Get("sizes")
	if sizes, ok := sizes.(*php.Array); ok {
		for size := range sizes.All() {
			if size.String() != "full" {
				names = append(names, path.Join(path.Dir(name), field(sizes, size.String()+".file")))
			}
		}
	}
	return names
}
