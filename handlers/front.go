package handlers

import (
	"context"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// Front answers everything a site is asked for: the API at its two addresses,
// the pages to sign in with, and elsewhere a page that says where the API is.
type Front struct {
	site      *Site
	api       *api.Server
	passwords *appPasswords
	pages     map[string]http.HandlerFunc // by their paths below the site's address
}

// NewSite makes the handler of a whole site.
func NewSite(site *Site, server *api.Server) *Front {
	f := &Front{site: site, api: server, passwords: newAppPasswords(site)}
	f.pages = map[string]http.HandlerFunc{
		loginPath:     f.visited(f.loginPage),
		authorizePath: f.visited(f.authorizePage),
		ajaxPath:      f.visited(f.ajax),
	}
	return f
}

// ServeHTTP hands requests for the API over, and shows a page for everything else.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if route, ok := apiRoute(r, f.homePath); ok {
		f.api.ServeRoute(w, r, route)
		return
	}
	if page := f.pageAt(r); page != nil {
		page(w, r)
		return
	}
	f.page(w, r)
}

// pageAt finds a page by its path, which may stand below the folder of the site's address.
func (f *Front) pageAt(r *http.Request) http.HandlerFunc {
	if !strings.HasSuffix(r.URL.Path, ".php") {
		return nil
	}
	for path, page := range f.pages {
		folder, ok := strings.CutSuffix(r.URL.Path, path)
		if ok && (folder == "" || folder == f.sitePath(r.Context())) {
			return page
		}
	}
	return nil
}

// sitePath is the path of the address siteurl: "/wp" of https://example.org/wp.
func (f *Front) sitePath(ctx context.Context) string {
	options, err := f.site.options(ctx)
	if err != nil {
		return ""
	}
	_, siteURL := f.site.addresses(options, false)
	return pathOf(siteURL)
}

// apiRoute finds the path of the API that a request is for, as WordPress's parse_request
// does: rest_route wins over the path, the path is taken as it was sent, and only if that
// is nothing, decoded. Quotes have backslashes as wp_magic_quotes gives them, so that no object
// with one in its name is found. home is asked when something stands in front of wp-json.
func apiRoute(r *http.Request, home func(context.Context) string) (string, bool) {
	if strings.Contains(r.URL.RawQuery, "route") { // the name may come as rest.route or rest%5Froute
		if v, ok := php.ParseQuery(r.URL.RawQuery).Get("rest_route"); ok {
			if route, ok := v.(string); ok && route != "" {
				return sanitize.Slash(route), true
			}
		}
	}
	path := r.RequestURI
	if !strings.HasPrefix(path, "/") {
		path = r.URL.EscapedPath()
	}
	path, _, _ = strings.Cut(sanitize.Slash(path), "?")
	ask := func() string { return home(r.Context()) }
	if route, ok := belowJSON(path, ask); ok {
		return route, true
	}
	if strings.Contains(path, "%") {
		return belowJSON(php.URLDecode(path), ask)
	}
	return "", false
}

// belowJSON gives what follows wp-json at the root, behind index.php or below the home address.
func belowJSON(path string, home func() string) (string, bool) {
	path = strings.Trim(path, "/")
	at := strings.Index(path, "wp-json")
	if at < 0 {
		return "", false
	}
	if at > 0 && !strings.HasPrefix(path, "index.php/wp-json") {
		folder := strings.Trim(home(), "/")
		if folder == "" || len(path) <= len(folder) || !strings.EqualFold(path[:len(folder)], folder) {
			return "", false
		}
		path = strings.Trim(path[len(folder):], "/")
	}
	rest, ok := strings.CutPrefix(strings.TrimPrefix(path, "index.php/"), "wp-json")
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	if rest == "" {
		rest = "/"
	}
	return rest, true
}

// homePath is the path of the site's address: "/en" of https://example.org/en.
func (f *Front) homePath(ctx context.Context) string {
	options, err := f.site.options(ctx)
	if err != nil {
		return ""
	}
	home, _ := f.site.addresses(options, false)
	_, rest, _ := strings.Cut(home, "://")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return ""
}

var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<title>{{.Name}}</title>
<link rel="https://api.w.org/" href="{{.API}}">
</head>
<body>
<h1>{{.Name}}</h1>
<p>{{.Text}} <a href="{{.API}}">REST API</a></p>
</body>
</html>
`))

// page answers what is not the API: WordPress shows its theme there, we say
// where the API is, with the same header by which clients discover it.
func (f *Front) page(w http.ResponseWriter, r *http.Request) {
	s, err := f.site.begin(r.Context(), nil, nil)
	if err != nil {
		f.site.Log.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err.Error())
		http.Error(w, "The site's data cannot be reached at the moment.", http.StatusServiceUnavailable)
		return
	}
	s.home, s.siteURL = f.site.addresses(s.options, f.site.secure(r))
	root := s.RestURL("/")
	w.Header().Set("Link", "<"+root+`>; rel="https://api.w.org/"`)
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	status, text := http.StatusOK, "This site is read through its"
	if path := strings.TrimRight(r.URL.Path, "/"); path != "" && path != "/index.php" && path != f.homePath(r.Context()) {
		if p := s.postAt(s.home + r.URL.EscapedPath()); p == nil || p.Status != "publish" {
			status, text = http.StatusNotFound, "Nothing is here. This site is read through its"
		} else {
			w.Header().Add("Link", "<"+s.RestURL(postRoute(f.site.Registry.Type(p.Type), p.ID))+`>; rel="alternate"; title="JSON"; type="application/json"`)
		}
	}
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	if err := page.Execute(w, map[string]any{"Name": s.options.String("blogname"), "API": root, "Text": text}); err != nil {
		f.site.Log.DebugContext(r.Context(), "page not written", "error", err.Error(), "at", time.Now())
	}
}
