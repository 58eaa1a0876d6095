package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/render"
)

// session is one client's request to the site: who asks, the options, and
// everything that was loaded on the way. Requests made by embedding and by
// batches share it.
type session struct {
	site    *Site
	ctx     context.Context
	options *models.Options
	now     time.Time
	zone    *time.Location
	home    string // without a slash at the end
	siteURL string
	secure  bool   // whether the client speaks TLS
	uri     string // path and query that the client asked for
	browser auth.Credentials

	access   *auth.Access
	user     *auth.User
	row      *models.User // the row of user, nil for nobody
	password string       // uuid of the application password that was used
	authErr  *api.Error
	nonce    string
	token    string // of the browser session that signed in
	cookies  []*http.Cookie
	// remembered: that session is one that lasts long.
	remembered bool

	posts       postLoader
	postMeta    loader[int64, metaValues]
	postTerms   loader[int64, []models.TermRow]
	children    loader[int64, []*models.Post] // media that belong to a post
	revisions   loader[int64, models.Revisions]
	templates   loader[templateKey, *blockTemplate]
	terms       loader[int64, *models.TermRow] // by term id
	termMeta    loader[int64, metaValues]
	users       loader[int64, *models.User]
	userMeta    loader[int64, metaValues]
	slugs       loader[string, []models.Post] // posts by slug
	numbers     loader[models.SlugSpace, int64]
	authors     loader[int64, bool] // whether a user has published posts
	comments    loader[int64, *models.Comment]
	commentMeta loader[int64, metaValues]
	replies     loader[int64, int64] // number of replies to a comment
	fontFaces   loader[int64, []int64]
	places      loader[int64, int64] // page of a comment where discussions are paged
	// commentLists are the lists of comments that embedding has loaded.
	commentLists map[commentList]models.CommentPage

	// uncounted are the ids in term_taxonomy, by taxonomy, of terms whose posts write has yet to count.
	uncounted map[string][]int64

	renderer  *render.Renderer
	theme     *themeFiles
	supports  themeSupports    // of the active theme
	stylesIDs map[string]int64 // posts with users' styles, by theme
	// themeStyles: the theme's styles of blocks have become known during this request.
	themeStyles bool
	summaries   map[int64]string // excerpts that were rendered before their turn
	mailed      bool             // a mail waits in the outbox
	// widgetsPlaced: WordPress puts widgets in order once in a request, and a batch is one.
	widgetsPlaced bool
	err           error // the first failure of a loader
}

// of gives the session of a request.
func of(c *api.Context) *session { return c.Session.(*session) }

// metaValues are the stored values of an object's metadata by key.
type metaValues map[string][]string

// first gives the first value of a key, "" where there is none.
func (m metaValues) first(key string) string {
	if v := m[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// text gives the first value of a key that holds a text: one that looks serialized is stored serialized.
func (m metaValues) text(key string) string {
	if text, ok := m.value(key).(string); ok {
		return text
	}
	return m.first(key)
}

// has tells whether there is any value of a key.
func (m metaValues) has(key string) bool { return len(m[key]) > 0 }

// value gives the first value of a key unserialized, nil where there is none.
func (m metaValues) value(key string) any {
	if v := m[key]; len(v) > 0 {
		return php.MaybeUnserialize(v[0])
	}
	return nil
}

// begin starts the session of a request. Without a request to the API nobody has signed
// in: pages find out who asks in their own way.
func (site *Site) begin(ctx context.Context, r *http.Request, req *api.Request) (*session, error) {
	s := &session{site: site, ctx: ctx, now: site.Now()}
	options, err := site.options(ctx)
	if err != nil {
		return nil, err
	}
	s.secure = site.secure(r)
	s.settle(options)
	s.loaders()
	roles := auth.NewRoles(func() any { return options.PHP(site.Store.Prefix() + "user_roles") })
	s.access = &auth.Access{Registry: site.auths, Objects: objects{s}, Policy: site.Policy, Roles: roles}
	s.user = s.access.Nobody()
	if r != nil {
		s.uri, s.browser = r.URL.RequestURI(), auth.Credentials{IP: site.clientIP(r), UserAgent: r.UserAgent(), Post: r.Method == http.MethodPost}
	}
	if req != nil {
		if err := s.authenticate(r, req); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// settle takes the options of the site, and what follows from them.
func (s *session) settle(o *models.Options) {
	s.options = o
	s.zone = wpdate.Zone(o.String("timezone_string"), o.String("gmt_offset"))
	s.home, s.siteURL = s.site.addresses(o, s.secure)
}

// addresses are home and siteurl without slashes at their ends. As in
// WordPress a request over TLS gets https addresses (home_url, get_site_url).
func (site *Site) addresses(o *models.Options, secure bool) (home, siteURL string) {
	home, siteURL = o.String("home"), o.String("siteurl")
	if site.HomeURL != "" {
		home = site.HomeURL
	}
	if site.SiteURL != "" {
		siteURL = site.SiteURL
	}
	for _, a := range []*string{&home, &siteURL} {
		*a = strings.TrimRight(*a, "/")
		if rest, ok := strings.CutPrefix(*a, "http://"); ok && secure {
			*a = "https://" + rest
		}
	}
	return home, siteURL
}

func metaOf[T any](rows map[int64][]T, key func(T) (string, string)) map[int64]metaValues {
	out := make(map[int64]metaValues, len(rows))
	for id, list := range rows {
		m := make(metaValues, len(list))
		for _, row := range list {
			k, v := key(row)
			m[k] = append(m[k], v)
		}
		out[id] = m
	}
	return out
}

func (s *session) loaders() {
	store, ctx := s.site.Store, s.ctx
	s.posts = postLoader{s: s}
	s.postMeta = loader[int64, metaValues]{fail: s.fail, fetch: func(ids []int64) (map[int64]metaValues, error) {
		rows, err := store.PostMeta(ctx, ids)
		metas := metaOf(rows, func(m models.PostMeta) (string, string) { return m.Key, m.Value })
		for _, m := range metas {
			if picture := php.ToInt(m.first("_thumbnail_id")); picture > 0 {
				s.posts.wantFull(picture)
				s.postMeta.want(picture)
			}
		}
		return metas, err
	}}
	s.termMeta = loader[int64, metaValues]{fail: s.fail, fetch: func(ids []int64) (map[int64]metaValues, error) {
		rows, err := store.TermMeta(ctx, ids)
		return metaOf(rows, func(m models.TermMeta) (string, string) { return m.Key, m.Value }), err
	}}
	s.userMeta = loader[int64, metaValues]{fail: s.fail, fetch: func(ids []int64) (map[int64]metaValues, error) {
		rows, err := store.UserMeta(ctx, ids)
		return metaOf(rows, func(m models.UserMeta) (string, string) { return m.Key, m.Value }), err
	}}
	s.commentMeta = loader[int64, metaValues]{fail: s.fail, fetch: func(ids []int64) (map[int64]metaValues, error) {
		rows, err := store.CommentMeta(ctx, ids)
		return metaOf(rows, func(m models.CommentMeta) (string, string) { return m.Key, m.Value }), err
	}}
	s.postTerms = loader[int64, []models.TermRow]{fail: s.fail, fetch: func(ids []int64) (map[int64][]models.TermRow, error) {
		return store.TermsOf(ctx, ids)
	}}
	s.revisions = loader[int64, models.Revisions]{fail: s.fail, fetch: func(ids []int64) (map[int64]models.Revisions, error) {
		return store.RevisionsOf(ctx, ids)
	}}
	s.templates = loader[templateKey, *blockTemplate]{fail: s.fail, fetch: s.fetchTemplates}
	s.terms = loader[int64, *models.TermRow]{fail: s.fail, fetch: func(ids []int64) (map[int64]*models.TermRow, error) {
		rows, err := store.TermLineage(ctx, ids)
		out := make(map[int64]*models.TermRow, len(rows))
		for i := range rows {
			out[rows[i].ID] = &rows[i]
			s.terms.put(rows[i].ID, &rows[i])
		}
		return out, err
	}}
	s.users = loader[int64, *models.User]{fail: s.fail, fetch: func(ids []int64) (map[int64]*models.User, error) {
		return store.UsersByID(ctx, ids)
	}}
	s.children = loader[int64, []*models.Post]{fail: s.fail, fetch: func(ids []int64) (map[int64][]*models.Post, error) {
		found, err := store.FindPosts(ctx, models.PostQuery{Types: []string{"attachment"}, Parents: ids, OrderBy: []string{"menu_order", "id"}, Order: "asc", Columns: models.PostFull})
		out := map[int64][]*models.Post{}
		for i := range found {
			p := &found[i]
			s.posts.put(p, true)
			s.postMeta.want(p.ID)
			out[p.Parent] = append(out[p.Parent], p)
		}
		return out, err
	}}
	s.fontFaces = loader[int64, []int64]{fail: s.fail, fetch: func(ids []int64) (map[int64][]int64, error) {
		q := models.PostQuery{Types: []string{fontFace}, Parents: ids, OrderBy: []string{"date", "id"}, Order: "asc"}
		s.statusConditions(&q, nil)
		found, err := store.FindPosts(ctx, q)
		out := map[int64][]int64{}
		for _, p := range found {
			out[p.Parent] = append(out[p.Parent], p.ID)
		}
		return out, err
	}}
	s.slugs = loader[string, []models.Post]{fail: s.fail, fetch: func(names []string) (map[string][]models.Post, error) {
		found, err := store.FindPosts(ctx, models.PostQuery{Slugs: names, OrderBy: []string{"id"}})
		out := map[string][]models.Post{}
		for _, p := range found {
			out[p.Name] = append(out[p.Name], p)
		}
		return out, err
	}}
	s.numbers = loader[models.SlugSpace, int64]{fail: s.fail, fetch: func(spaces []models.SlugSpace) (map[models.SlugSpace]int64, error) {
		return store.FreeNumbers(ctx, spaces)
	}}
	s.authors = loader[int64, bool]{fail: s.fail, fetch: func(ids []int64) (map[int64]bool, error) {
		return store.AuthorsWithPosts(ctx, ids, s.restTypes(), []string{"publish"})
	}}
	s.comments = loader[int64, *models.Comment]{fail: s.fail, fetch: func(ids []int64) (map[int64]*models.Comment, error) {
		return store.CommentsByID(ctx, ids)
	}}
	s.replies = loader[int64, int64]{fail: s.fail, fetch: func(ids []int64) (map[int64]int64, error) {
		return store.CommentChildren(ctx, ids)
	}}
	s.places = loader[int64, int64]{fail: s.fail, fetch: s.commentPages}
}

// fail remembers the first failure: the request then answers with it.
func (s *session) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// Err is why something could not be loaded, or nil.
func (s *session) Err() error { return s.err }

// LoggedIn tells whether somebody has signed in.
func (s *session) LoggedIn() bool { return s.row != nil }

// AuthError is why the way of signing in is refused, or nil.
func (s *session) AuthError() *api.Error { return s.authErr }

// FreshNonce is the nonce that browsers with a cookie get with each answer.
func (s *session) FreshNonce() string { return s.nonce }

// Cookies are those that the answer sets.
func (s *session) Cookies() []*http.Cookie { return s.cookies }

// can tells whether the asker may do something.
func (s *session) can(capability string, args ...any) bool { return s.user.Can(capability, args...) }

// RestURL is the address of a path of the API (get_rest_url).
func (s *session) RestURL(path string) string {
	path = "/" + strings.TrimLeft(path, "/")
	structure := s.options.String("permalink_structure")
	switch {
	case structure == "":
		return s.home + "/index.php?rest_route=" + php.URLEncode(path)
	case strings.HasPrefix(structure, "/index.php"):
		return s.home + "/index.php/wp-json" + path
	}
	return s.home + "/wp-json" + path
}

// RouteOf gives the path and query of an address of this API.
func (s *session) RouteOf(address string) (path, query string, ok bool) {
	root := strings.TrimSuffix(s.RestURL("/"), "/")
	if s.options.String("permalink_structure") == "" {
		u, err := url.Parse(address)
		if err != nil || !strings.HasPrefix(address, s.home) {
			return "", "", false
		}
		q := u.Query()
		path = q.Get("rest_route")
		q.Del("rest_route")
		return path, q.Encode(), path != ""
	}
	rest, ok := strings.CutPrefix(address, root)
	if !ok || rest == "" || rest[0] != '/' {
		return "", "", false
	}
	path, query, _ = strings.Cut(rest, "?")
	query, _, _ = strings.Cut(query, "#")
	return path, query, true
}

// restTypes are the post types that the API serves.
func (s *session) restTypes() []string {
	var l []string
	for _, t := range s.site.Registry.Types {
		if t.RESTBase != "" {
			l = append(l, t.Name)
		}
	}
	return l
}

// date shows a stored date in the API's form.
func (s *session) date(stored string) any {
	if d := wpdate.RFC3339(stored, s.zone); d != "" {
		return d
	}
	return nil
}

const zeroDate = "0000-00-00 00:00:00"
