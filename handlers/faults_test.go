package handlers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
	"github.com/headpress/headpress/transfer"
	"gorm.io/gorm"
)

// wire is a TCP proxy in front of a database server, which can be cut or go dead.
type wire struct {
	address, target string

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]bool
	dead     bool // connections stay, nothing comes through
}

func newWire(t *testing.T, target string) *wire {
	t.Helper()
	w := &wire{address: "127.0.0.1:0", target: target, conns: map[net.Conn]bool{}}
	w.mend(t)
	w.address = w.listener.Addr().String()
	t.Cleanup(w.cut)
	return w
}

// mend lets connections through.
func (w *wire) mend(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", w.address)
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	w.listener = listener
	w.mu.Unlock()
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", w.target)
			if err != nil {
				near.Close()
				continue
			}
			w.mu.Lock()
			w.conns[near], w.conns[far] = true, true
			w.mu.Unlock()
			go w.pump(near, far)
			go w.pump(far, near)
		}
	}()
}

func (w *wire) pump(to, from net.Conn) {
	defer to.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		w.mu.Lock()
		dead := w.dead
		w.mu.Unlock()
		if dead {
			continue
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// cut ends all connections and refuses new ones.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listener.Close()
	for c := range w.conns {
		c.Close()
	}
	clear(w.conns)
}

func (w *wire) setDead(dead bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead = dead
}

// eachWiredSite runs f with a site behind a wire on every database server there is.
func eachWiredSite(t *testing.T, f func(t *testing.T, s *testSite, w *wire, dsn string)) {
	t.Helper()
	if os.Getenv("HEADPRESS_TEST_POSTGRES") == "" && os.Getenv("HEADPRESS_TEST_MYSQL") == "" {
		t.Skip("HEADPRESS_TEST_POSTGRES is not set, nor is HEADPRESS_TEST_MYSQL")
	}
	for engine, dsn := range modelstest.DSNs(t) {
		if engine == models.SQLite {
			continue
		}
		t.Run(string(engine), func(t *testing.T) {
			u, err := url.Parse(dsn)
			if err != nil {
				t.Fatal(err)
			}
			w := newWire(t, u.Host)
			u.Host = w.address
			f(t, newTestSite(t, u.String(), 5), w, dsn)
		})
	}
}

const aPost = "/wp-json/wp/v2/posts/1001"

func (s *testSite) wantServed(path string) {
	s.t.Helper()
	if w := s.get(path); w.Code != http.StatusOK {
		s.t.Errorf("%s: %d %s\n%s", path, w.Code, w.Body, s.log.take())
	}
}

// A database that goes away is said so, with nothing of the reason; when it is back the site is, too.
func TestDatabaseGoesAway(t *testing.T) {
	eachWiredSite(t, func(t *testing.T, s *testSite, w *wire, _ string) {
		s.t = t
		for range 2 {
			s.wantServed(aPost)
			w.cut()
			for range 3 {
				s.log.take()
				s.wantError(s.get(aPost), http.StatusServiceUnavailable, "service_unavailable")
				if log := s.log.take(); !regexp.MustCompile(`level=ERROR.*route=/wp/v2/posts/1001 error=.*request=[0-9a-f]{16}`).MatchString(log) {
					t.Error(log)
				}
			}
			s.wantError(s.get("/wp-json/wp/v2/posts?_embed"), http.StatusServiceUnavailable, "service_unavailable")
			s.wantError(s.get("/wp-json/wp/v2/users/me", "as", "admin"), http.StatusServiceUnavailable, "service_unavailable")
			if a, b, c := s.get("/readyz").Code, s.get("/healthz").Code, s.get("/").Code; a != 503 || b != 200 || c != 503 {
				t.Errorf("ready %d, health %d, front %d", a, b, c)
			}
			w.mend(t)
			s.wantServed(aPost)
			s.wantServed("/readyz")
		}
	})
}

// A database that goes away in the middle of writes leaves nothing half written: all of a write
// is there or nothing, and all of it where it was answered. Some were stored and the answer to the commit was lost.
func TestDatabaseGoesAwayMidWrite(t *testing.T) {
	eachWiredSite(t, func(t *testing.T, s *testSite, w *wire, dsn string) {
		s.t = t
		s.recount()
		var mu sync.Mutex
		made, lost := map[int64]bool{}, 0
		var all sync.WaitGroup
		stop := make(chan struct{})
		for range 6 {
			all.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					res := s.write("POST", "/posts", fmt.Sprintf(`{"title":"The same","status":"publish","content":"x","tags":[%d],"sticky":true}`, firstTag))
					var v struct{ ID int64 }
					_ = json.Unmarshal(res.Body.Bytes(), &v)
					mu.Lock()
					switch res.Code {
					case http.StatusCreated:
						made[v.ID] = true
					case http.StatusServiceUnavailable:
						lost++
					default:
						t.Errorf("%d %s", res.Code, res.Body)
					}
					mu.Unlock()
				}
			})
		}
		for range 20 {
			time.Sleep(30 * time.Millisecond)
			w.cut()
			w.mend(t)
		}
		time.Sleep(100 * time.Millisecond)
		close(stop)
		all.Wait()
		s.wantServed(aPost)
		store := modelstest.Open(t, dsn, "")
		var stored []int64
		if err := store.DB(t.Context()).Model(&models.Post{}).Where("post_title = 'The same'").Pluck("id", &stored).Error; err != nil {
			t.Fatal(err)
		}
		there := map[int64]bool{}
		for _, id := range stored {
			there[id] = true
		}
		for id := range made {
			if !there[id] {
				t.Errorf("post %d was answered and is gone", id)
			}
		}
		if len(made) == 0 || lost == 0 || len(stored) > len(made)+lost {
			t.Errorf("%d posts answered, %d stored, %d requests failed", len(made), len(stored), lost)
		}
		modelstest.Whole(t, store, madeByHand)
	})
}

// A database that says nothing any more costs a request its time, not more.
func TestDatabaseHangs(t *testing.T) {
	eachWiredSite(t, func(t *testing.T, s *testSite, w *wire, _ string) {
		s.t = t
		s.api.Timeout = 300 * time.Millisecond
		s.wantServed(aPost)
		w.setDead(true)
		start := time.Now()
		var wait sync.WaitGroup
		for range 20 { // more than there are connections
			wait.Go(func() { s.wantError(s.get(aPost), http.StatusServiceUnavailable, "service_unavailable") })
		}
		wait.Wait()
		if took := time.Since(start); took > 15*time.Second { // waiting one after the other they would take far longer
			t.Errorf("took %v", took)
		}
		w.setDead(false)
		s.api.Timeout = time.Second
		back := time.Now()
		for s.get(aPost).Code != http.StatusOK { // connections that were being made must be given up first
			if time.Since(back) > 20*time.Second {
				t.Fatal("the site does not come back: " + s.log.take())
			}
		}
		for range 20 {
			s.wantServed(aPost)
		}
	})
}

// Sessions that an administrator of the database ends are made anew without anybody noticing.
func TestDatabaseSessionsEnd(t *testing.T) {
	eachWiredSite(t, func(t *testing.T, s *testSite, _ *wire, dsn string) {
		s.t = t
		u, err := url.Parse(dsn)
		if err != nil {
			t.Fatal(err)
		}
		admin := modelstest.Open(t, dsn, "")
		for range 2 {
			s.wantServed(aPost)
			name := strings.TrimPrefix(u.Path, "/")
			switch admin.Engine() {
			case models.Postgres:
				err = admin.DB(t.Context()).Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ? AND pid <> pg_backend_pid()", name).Error
			case models.MySQL:
				var ids []int64
				err = admin.DB(t.Context()).Raw("SELECT id FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()", name).Scan(&ids).Error
				for _, id := range ids {
					_ = admin.DB(t.Context()).Exec(fmt.Sprint("KILL ", id)) // it may have gone by itself
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(1100 * time.Millisecond) // the driver trusts a connection that was used within the last second
			for i := range 3 {
				if w := s.get(aPost); w.Code != http.StatusOK {
					t.Errorf("request %d: %d %s\n%s", i, w.Code, w.Body, s.log.take())
				}
			}
		}
	})
}

// What the database refuses is our fault and nobody else's business.
func TestTableGone(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		s.wantServed(aPost)
		rename := func(from, to string) {
			t.Helper()
			err := s.store.Tx(t.Context(), func(tx *gorm.DB) error { return tx.Exec("ALTER TABLE " + from + " RENAME TO " + to).Error })
			if err != nil {
				t.Fatal(err)
			}
		}
		rename("wp_posts", "wp_hidden")
		for _, path := range []string{aPost, "/wp-json/wp/v2/posts?_embed", "/wp-json/wp/v2/comments"} {
			s.wantError(s.get(path), http.StatusInternalServerError, "internal_server_error")
		}
		rename("wp_hidden", "wp_posts")
		s.wantServed(aPost)
		s.wantServed("/wp-json/wp/v2/posts?_embed")
		// Half an answer is none: a table that only some fields need.
		rename("wp_postmeta", "wp_hidden")
		s.wantError(s.get("/wp-json/wp/v2/posts"), http.StatusInternalServerError, "internal_server_error")
		s.wantServed("/wp-json/wp/v2/posts?_fields=id,title")
		rename("wp_hidden", "wp_postmeta")
		s.wantServed("/wp-json/wp/v2/posts")
	})
}

// A panic ends neither the process nor the answers to others, and is told to nobody but the log.
func TestPanics(t *testing.T) {
	s := sqliteSite(t, 3)
	endpoint := func(path string) *api.Endpoint {
		for _, r := range s.api.Table.Routes() {
			if r.Path == path {
				return &r.Endpoints[0]
			}
		}
		t.Fatal("no route " + path)
		return nil
	}
	boom := func(*api.Context) (*api.Response, error) { panic("the secret reason") }
	single, users := endpoint(`/wp/v2/posts/(?P<id>[\d]+)`), endpoint(`/wp/v2/users/(?P<id>[\d]+)`)
	handle, permission := single.Handle, single.Permission
	check := func(path string) {
		t.Helper()
		s.log.take()
		w := s.get(path)
		s.wantError(w, http.StatusInternalServerError, "internal_server_error")
		if log := s.log.take(); !strings.Contains(w.Body.String(), "unexpected") && !strings.Contains(w.Body.String(), "Something") || !strings.Contains(log, "the secret reason") || !strings.Contains(log, "faults_test.go") || !strings.Contains(log, "request=") {
			t.Errorf("%s\n%s", w.Body, log)
		}
		s.wantServed("/wp-json/wp/v2/tags")
	}
	single.Handle = boom
	check(aPost)
	single.Handle, single.Permission = handle, func(*api.Context) error { panic("the secret reason") }
	check(aPost)
	single.Permission = permission
	s.wantServed(aPost)

	// What cannot be embedded is an error in its place.
	users.Handle = boom
	w := s.get("/wp-json/wp/v2/posts/1001?_embed=author&_fields=_links,_embedded")
	var post struct {
		Embedded struct{ Author []struct{ Code string } } `json:"_embedded"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &post); err != nil || w.Code != 200 || len(post.Embedded.Author) != 1 || post.Embedded.Author[0].Code != "internal_server_error" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// Bodies over the limit (1 MB here) are refused, whatever they say of their length.
func TestLargeBodies(t *testing.T) {
	s := sqliteSite(t, 1)
	for _, typ := range []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png", ""} {
		for _, method := range []string{"POST", "PUT", "GET"} {
			for _, path := range []string{"/wp-json/wp/v2/posts", aPost, "/wp-json/nothing", "/?rest_route=/wp/v2/posts"} {
				for name, body := range map[string]io.Reader{"sized": strings.NewReader(strings.Repeat("a", 1<<20+1)), "chunked": io.MultiReader(strings.NewReader(strings.Repeat("a", 1<<20)), strings.NewReader("aa"))} {
					w := s.do(method, path, body, "Content-Type", typ)
					if w.Code != http.StatusRequestEntityTooLarge {
						t.Errorf("%s %s %s %s: %d", name, typ, method, path, w.Code)
					}
					s.wantError(w, http.StatusRequestEntityTooLarge, "rest_request_too_large")
				}
			}
		}
	}
	if w := s.do("POST", "/wp-json/wp/v2/posts", strings.NewReader(`{"a":"`+strings.Repeat("a", 1<<20-9)+`"}`), "Content-Type", "application/json"); w.Code != http.StatusUnauthorized {
		t.Errorf("a body as large as allowed: %d", w.Code)
	}
}

// The log at level debug tells what each request cost.
func TestDebugLog(t *testing.T) {
	s := sqliteSite(t, 12)
	s.log.take()
	for _, c := range []struct{ path, route string }{
		{"/wp-json/wp/v2/posts?per_page=5&search=&password=geheim", "/wp-json/wp/v2/posts"},
		{"/?rest_route=/wp/v2/posts&password=geheim", "/wp/v2/posts"},
	} {
		s.get(c.path)
		log := s.log.take()
		if !regexp.MustCompile(`level=DEBUG msg=served method=GET route=`+c.route+` status=200 bytes=\d+ statements=[1-9]\d* rows=[1-9]\d* time=[\d.]+.?s request=[0-9a-f]{16}\n`).MatchString(log) || strings.Contains(log, "geheim") {
			t.Error(log)
		}
	}
}

// Without keys and salts in the settings the site makes its own, once; then nonces and cookies count.
func TestSalts(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		s.site.Secret = func(name string) string {
			if name == "AUTH_KEY" {
				return "configured"
			}
			return "put your unique phrase here"
		}
		for range 2 {
			if err := s.site.StoreSalts(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		options, err := s.store.Options(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		salts, missing := auth.NewSalts(s.site.Secret, options.String)
		if len(missing) != 0 || options.String("auth_key") != "" || len(options.String("nonce_salt")) != 64 || options.String("nonce_salt") == options.String("nonce_key") {
			t.Errorf("%v missing", missing)
		}
		nonce := salts.Nonce(testNow, auth.RESTAction, 0, "")
		form := func(body string) *httptest.ResponseRecorder {
			return s.do("POST", "/wp-json/wp/v2/posts/1001?_method=GET", strings.NewReader(body), "Content-Type", "application/x-www-form-urlencoded")
		}
		for _, c := range []struct {
			name string
			w    *httptest.ResponseRecorder
			want int
		}{
			{"in the header", s.get(aPost, "X-WP-Nonce", nonce), 200},
			{"in the query", s.get(aPost + "?_wpnonce=" + nonce), 200},
			{"in a form", form("_wpnonce=" + nonce), 200},
			{"wrong in the header", s.get(aPost, "X-WP-Nonce", "x"), 403},
			{"empty in the header", s.get(aPost, "X-WP-Nonce", ""), 403},
			{"wrong in the query", s.get(aPost + "?_wpnonce=x"), 403},
			{"a list", s.get(aPost + "?_wpnonce[]=" + nonce), 403},
			{"wrong in a form, right in the header", s.do("POST", aPost+"?_method=GET", strings.NewReader("_wpnonce=x"), "Content-Type", "application/x-www-form-urlencoded", "X-WP-Nonce", nonce), 403},
			{"in JSON, where nobody looks", s.do("POST", aPost+"?_method=GET", strings.NewReader(`{"_wpnonce":"x"}`), "Content-Type", "application/json"), 200},
		} {
			if c.w.Code != c.want {
				t.Errorf("a nonce %s: %d %s", c.name, c.w.Code, c.w.Body)
			}
		}
	})
}

// A site whose options say nothing useful is served nevertheless.
func TestBrokenOptions(t *testing.T) {
	ctx := context.Background()
	store := modelstest.Open(t, "sqlite:"+t.TempDir()+"/x.db", "")
	if _, err := transfer.Install(ctx, store, transfer.Site{Title: "x", AdminLogin: "admin", AdminEmail: "a@example.org", SiteURL: "https://example.org"}); err != nil {
		t.Fatal(err)
	}
	if err := generate(ctx, store, 5); err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"", "0", "a:1:{", "b:1;", "\xff\x00", "O:8:\"stdClass\":0:{}", "-1", "99999999999999999999", `a:1:{i:0;i:9223372036854775807;}`, strings.Repeat("%postname%/", 100)} {
		err := store.Tx(ctx, func(tx *gorm.DB) error {
			return tx.Model(&models.Option{}).Where("option_name NOT IN ?", []string{"x"}).Update("option_value", value).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		s := serveSite(t, store, "")
		for _, route := range []string{"/", "/wp/v2/posts", "/wp/v2/posts?_embed", "/wp/v2/posts/1001", "/wp/v2/pages?_embed", "/wp/v2/categories", "/wp/v2/users", "/wp/v2/comments", "/wp/v2/search", "/wp/v2/settings", "/wp/v2/types", "/wp/v2/media"} {
			if w := s.get("/?rest_route=" + url.QueryEscape(strings.Replace(route, "?", "&", 1))); w.Code >= 500 {
				t.Errorf("options %q: %s: %d %s\n%s", value, route, w.Code, w.Body, s.log.take())
			}
		}
	}
}
