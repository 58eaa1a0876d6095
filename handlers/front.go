package handlers

import (
	"context"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/headpress/headpress/api"
)

// Front answers everything a site is asked for: the API at its two addresses,
// and elsewhere a page that says where the API is.
type Front struct {
	site *Site
	api  *api.Server
}

// NewSite makes the handler of a whole site.
func NewSite(site *Site, server *api.Server) *Front { return &Front{site, server} }

// ServeHTTP finds the API under /wp-json, below the path of the option home if
// that has one, and under ?rest_route=. Paths are not decoded first, as in WordPress.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery != "" && strings.Contains(r.URL.RawQuery, "rest_route=") {
		if q := r.URL.Query(); q.Get("rest_route") != "" {
			f.api.ServeRoute(w, r, q.Get("rest_route"))
			return
		}
	}
	path := r.URL.EscapedPath()
	for _, prefix := range []string{"", "/index.php", f.homePath(r.Context())} {
		if rest, ok := strings.CutPrefix(path, prefix+"/wp-json"); ok && (rest == "" || rest[0] == '/') {
			f.api.ServeRoute(w, r, rest)
			return
		}
	}
	f.page(w, r)
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
	s, err := f.site.begin(r.Context(), nil)
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
