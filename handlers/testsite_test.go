package handlers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/handlers"
	"github.com/headpress/headpress/internal/httpserver"
	"github.com/headpress/headpress/internal/logging"
	uploads "github.com/headpress/headpress/media"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
	"github.com/headpress/headpress/transfer"
)

// testSite is a site with generated content behind everything that serves it.
type testSite struct {
	t        testing.TB
	store    *models.Store
	site     *handlers.Site
	api      *api.Server
	handler  http.Handler
	log      *testLog
	password string // the administrator's application password
}

// testLog keeps what the server logs, at level debug.
type testLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *testLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// take gives what was logged since the last time.
func (l *testLog) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.b.Reset()
	return l.b.String()
}

// testNow is when all tests happen, so that what sites make is alike.
var testNow = time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)

// eachSite runs f with a site of that many posts on every engine there is.
func eachSite(t *testing.T, posts int, f func(t *testing.T, s *testSite)) {
	t.Helper()
	for engine, dsn := range modelstest.DSNs(t) {
		t.Run(string(engine), func(t *testing.T) { f(t, newTestSite(t, dsn, posts)) })
	}
}

// sqliteSite makes a site of that many posts on SQLite.
func sqliteSite(t testing.TB, posts int) *testSite {
	t.Helper()
	return newTestSite(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"), posts)
}

func newTestSite(t testing.TB, dsn string, posts int) *testSite {
	t.Helper()
	ctx := context.Background()
	store := modelstest.Open(t, dsn, "")
	installed, err := transfer.Install(ctx, store, transfer.Site{
		Title: "Tést <site>", AdminLogin: "admin", AdminEmail: "admin@example.org", TimeZone: "Asia/Tehran", Permalinks: "/%postname%/", SiteURL: "https://example.org",
		Now: testNow,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := generate(ctx, store, posts); err != nil {
		t.Fatal(err)
	}
	return serveSite(t, store, installed.ApplicationPassword)
}

// serveSite puts a site that is there behind HTTP.
func serveSite(t testing.TB, store *models.Store, password string) *testSite {
	t.Helper()
	s := &testSite{t: t, store: store, log: &testLog{}, password: password}
	log := logging.New(s.log, "debug", "text")
	s.site = &handlers.Site{
		Store: store, Content: t.TempDir(), Log: log, MaxBody: 1 << 20,
		Secret: func(name string) string { return "test-" + name },
		Now:    func() time.Time { return testNow },
	}
	server, err := handlers.NewServer(s.site)
	if err != nil {
		t.Fatal(err)
	}
	s.api = server
	s.handler = httpserver.New(httpserver.Config{
		Site: handlers.NewSite(s.site, server), Ready: store.Ping, Content: s.site.Content, Log: log,
		Uploads: &uploads.Server{Storage: s.site.Storage, Log: log},
		Measure: func(ctx context.Context) (context.Context, func() []slog.Attr) {
			stats := &models.Stats{}
			return models.WithStats(ctx, stats), func() []slog.Attr {
				return []slog.Attr{slog.Int64("statements", stats.Statements.Load()), slog.Int64("rows", stats.Rows.Load())}
			}
		},
	})
	return s
}

// do sends a request; header holds names and values in turn, as the administrator with "as", "admin".
func (s *testSite) do(method, target string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://example.org/", body)
	// What clients send need not be what Go's own client would.
	r.Method, r.RequestURI = method, target
	path, query, _ := strings.Cut(target, "?")
	r.URL.Path, r.URL.RawQuery = path, query
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "as" {
			r.SetBasicAuth(header[i+1], s.password)
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func (s *testSite) get(target string, header ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(http.MethodGet, target, nil, header...)
}

// wantError checks that an answer is an error with this status and code, that it is JSON, and that it tells nothing of our inside.
func (s *testSite) wantError(w *httptest.ResponseRecorder, status int, code string) {
	s.t.Helper()
	var e struct {
		Code, Message string
		Data          struct{ Status int }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || w.Code != status || e.Code != code || e.Data.Status != status || w.Header().Get("Content-Type") != "application/json; charset=UTF-8" {
		s.t.Errorf("%d %s %s, %v; want %d %s", w.Code, w.Header().Get("Content-Type"), w.Body, err, status, code)
	}
	for _, secret := range []string{"SELECT", "wp_posts", ".go:", "/tmp", "127.0.0.1", "goroutine", "sqlite", "pgx", "mysql", "panic"} {
		if strings.Contains(w.Body.String(), secret) {
			s.t.Errorf("%s is told: %s", secret, w.Body)
		}
	}
}

// Ids of what generate makes.
const (
	firstUser, users             = 11, 5
	firstCategory, categories    = 101, 8
	firstTag, tags               = 201, 15
	firstPage, pages             = 501, 12
	firstMedia, media            = 601, 20
	firstPost                    = 1001
	firstComment, commentsAPiece = 1001, 2
)

const postText = `<!-- wp:paragraph -->
<p>Post %[1]d says: "it's" a test -- with <strong>some</strong> text, سلام و درود, and a <a href="https://example.org/post-%[1]d/">link</a>.</p>
<!-- /wp:paragraph -->

<!-- wp:heading {"level":3} -->
<h3 class="wp-block-heading">A heading</h3>
<!-- /wp:heading -->

<!-- wp:image {"id":%[2]d,"sizeSlug":"large"} -->
<figure class="wp-block-image size-large"><img src="https://example.org/wp-content/uploads/2024/01/picture-%[2]d.jpg" alt="" class="wp-image-%[2]d"/></figure>
<!-- /wp:image -->

<!-- wp:group {"layout":{"type":"constrained"}} -->
<div class="wp-block-group"><!-- wp:list -->
<ul class="wp-block-list"><!-- wp:list-item -->
<li>One</li>
<!-- /wp:list-item --></ul>
<!-- /wp:list --></div>
<!-- /wp:group -->

<!-- wp:paragraph -->
<p>And here is a second paragraph that is there to have an excerpt of a usual length, which is what many lists of posts show: fifty-five words and no more than that, cut at a word, with three dots in brackets after it, as readers of feeds and archives have known it for many years now.</p>
<!-- /wp:paragraph -->`

// generate fills a fresh site: posts with authors, pictures, terms, comments and revisions, and pages in a tree.
func generate(ctx context.Context, store *models.Store, posts int) error {
	var rows struct {
		users    []models.User
		usermeta []models.UserMeta
		terms    []models.Term
		taxonomy []models.TermTaxonomy
		posts    []models.Post
		meta     []models.PostMeta
		rels     []models.TermRelationship
		comments []models.Comment
	}
	const date = "2024-01-02 03:04:05"
	for i := range int64(users) {
		id := firstUser + i
		rows.users = append(rows.users, models.User{ID: id, Login: fmt.Sprint("author", id), Nicename: fmt.Sprint("author", id), Email: fmt.Sprintf("author%d@example.org", id), Registered: date, DisplayName: fmt.Sprint("Author ", id)})
		rows.usermeta = append(rows.usermeta, models.UserMeta{ObjectID: id, Key: store.Prefix() + "capabilities", Value: `a:1:{s:6:"author";b:1;}`},
			models.UserMeta{ObjectID: id, Key: store.Prefix() + "user_level", Value: "2"}, models.UserMeta{ObjectID: id, Key: "description", Value: "Writes."})
	}
	term := func(id int64, taxonomy, name string, parent int64) {
		rows.terms = append(rows.terms, models.Term{ID: id, Name: name, Slug: strings.ToLower(strings.ReplaceAll(name, " ", "-"))})
		rows.taxonomy = append(rows.taxonomy, models.TermTaxonomy{ID: id, TermID: id, Taxonomy: taxonomy, Parent: parent, Count: int64(posts)})
	}
	for i := range int64(categories) {
		parent := int64(0)
		if i > 4 {
			parent = firstCategory + i - 1
		}
		term(firstCategory+i, "category", fmt.Sprint("Category ", i), parent)
	}
	for i := range int64(tags) {
		term(firstTag+i, "post_tag", fmt.Sprint("Tag ", i), 0)
	}
	post := func(p models.Post) {
		p.DateGMT, p.ModifiedGMT, p.Modified, p.CommentStatus, p.PingStatus = p.Date, p.Date, p.Date, "open", "open"
		p.GUID = fmt.Sprint("https://example.org/?p=", p.ID)
		rows.posts = append(rows.posts, p)
	}
	for i := range int64(pages) {
		parent := int64(0)
		if i > 3 {
			parent = firstPage + i - 1
		}
		post(models.Post{ID: firstPage + i, Author: firstUser, Date: date, Type: "page", Status: "publish", Parent: parent, Name: fmt.Sprint("page-", i), Title: fmt.Sprint("Page ", i), Content: "A page.", MenuOrder: i})
	}
	for i := range int64(media) {
		id := firstMedia + i
		post(models.Post{ID: id, Author: firstUser, Date: date, Type: "attachment", Status: "inherit", Name: fmt.Sprint("picture-", id), Title: fmt.Sprint("Picture ", id), MimeType: "image/jpeg"})
		file := fmt.Sprintf("2024/01/picture-%d.jpg", id)
		rows.meta = append(rows.meta, models.PostMeta{ObjectID: id, Key: "_wp_attached_file", Value: file}, models.PostMeta{ObjectID: id, Key: "_wp_attachment_metadata",
			Value: fmt.Sprintf(`a:4:{s:5:"width";i:1600;s:6:"height";i:900;s:4:"file";s:%d:"%s";s:5:"sizes";a:1:{s:6:"medium";a:4:{s:4:"file";s:%d:"%s";s:5:"width";i:300;s:6:"height";i:169;s:9:"mime-type";s:10:"image/jpeg";}}}`,
				len(file), file, len("picture-000-300x169.jpg"), fmt.Sprintf("picture-%03d-300x169.jpg", id))})
	}
	for i := range int64(posts) {
		id, picture := firstPost+i, firstMedia+i%media
		day := fmt.Sprintf("2024-%02d-%02d %02d:%02d:00", i/28/24%12+1, i/24%28+1, i%24, i*7%60)
		p := models.Post{ID: id, Author: firstUser + i%users, Date: day, Type: "post", Status: "publish", Name: fmt.Sprint("post-", id), Title: fmt.Sprintf("Post %d & “more”", id), Content: fmt.Sprintf(postText, id, picture), CommentCount: commentsAPiece}
		switch i % 20 {
		case 7:
			p.Password = "secret"
		case 11:
			p.Status = "private"
		case 13:
			p.Status = "draft"
		}
		post(p)
		post(models.Post{ID: 1_000_000 + id, Author: p.Author, Date: day, Type: "revision", Status: "inherit", Parent: id, Name: fmt.Sprintf("%d-revision-v1", id), Title: p.Title, Content: p.Content})
		rows.meta = append(rows.meta, models.PostMeta{ObjectID: id, Key: "_thumbnail_id", Value: fmt.Sprint(picture)})
		for _, t := range []int64{firstCategory + i%categories, firstTag + i%tags, firstTag + (i+3)%tags} {
			rows.rels = append(rows.rels, models.TermRelationship{ObjectID: id, TermTaxonomyID: t})
		}
		for n := range int64(commentsAPiece) {
			rows.comments = append(rows.comments, models.Comment{ID: firstComment + i*commentsAPiece + n, PostID: id, Author: "Reader", AuthorEmail: "reader@example.org", Date: day, DateGMT: day, Content: "Thanks, \U0001F600!", Approved: "1", Type: "comment"})
		}
	}
	return store.Tx(ctx, func(tx *gorm.DB) error {
		for _, list := range []any{&rows.users, &rows.usermeta, &rows.terms, &rows.taxonomy, &rows.posts, &rows.meta, &rows.rels, &rows.comments} {
			if err := tx.CreateInBatches(list, 100).Error; err != nil && err != gorm.ErrEmptySlice {
				return err
			}
		}
		return store.SkipTaken(tx, "posts", "users", "terms", "term_taxonomy", "comments")
	})
}
