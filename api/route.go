package api

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Route is everything the API knows about one path: the matcher, OPTIONS, the
// index and the specification all read it here.
type Route struct {
	Namespace string // "wp/v2"; empty for the index itself
	// Path is a regular expression with named groups, written as WordPress
	// writes it, for the index prints it.
	Path      string
	Endpoints []Endpoint
	// Schema describes what the route answers; nil where WordPress names none.
	Schema func(c *Context) php.Map
	// Only leaves the route out for requests to which it says no, as if it did not exist.
	Only func(c *Context) bool
	// Pages is the path that links to other pages of the collection name, where it is not that of the route.
	Pages string
	// Write may write an answer to GET, errors included, in another form than
	// JSON; ok is false where JSON is wanted (rest_pre_serve_request).
	Write func(c *Context, document any) (contentType string, body []byte, ok bool)

	re       *regexp.Regexp
	selfLink bool
}

// Endpoint is one way to call a route.
type Endpoint struct {
	Methods []string
	// Batch is the value shown under allow_batch: nil, true or false.
	Batch *bool
	Args  Properties
	// TakesFile says that requests bring a file, in a form or as their body.
	TakesFile bool
	// Permission refuses, or returns nil. Where it is nil, everyone may call.
	Permission func(c *Context) error
	Handle     func(c *Context) (*Response, error)
	// Prime loads what a set of requests to this endpoint will need, in a
	// number of SQL statements that does not depend on how many they are. It
	// is called before links are embedded.
	Prime func(c *Context, requests []*Request) error
}

var (
	// Readable endpoints answer GET (and HEAD).
	Readable = []string{http.MethodGet}
	// Creatable endpoints answer POST.
	Creatable = []string{http.MethodPost}
	// Editable endpoints answer POST, PUT and PATCH.
	Editable = []string{http.MethodPost, http.MethodPut, http.MethodPatch}
	// Deletable endpoints answer DELETE.
	Deletable = []string{http.MethodDelete}
)

// Batchable and NotBatchable are what an endpoint says of itself under allow_batch.
var (
	batchYes, batchNo = true, false
	Batchable         = &batchYes
	NotBatchable      = &batchNo
)

func (e *Endpoint) answers(method string) bool {
	for _, m := range e.Methods {
		if m == method {
			return true
		}
	}
	return false
}

// Table is the list of all routes in WordPress's order.
type Table struct {
	routes     []*Route
	namespaces []string
	byPrefix   map[string][]*Route // routes by the literal start of their path, at most four segments
	byPath     map[string]*Route   // routes without groups
}

// NewTable compiles routes. A pattern that does not compile is an error.
func NewTable(routes []*Route) (*Table, error) {
	t := &Table{byPrefix: map[string][]*Route{}, byPath: map[string]*Route{}}
	seen := map[string]bool{}
	for _, r := range routes {
		if r.Namespace != "" && !seen[r.Namespace] {
			seen[r.Namespace] = true
			t.namespaces = append(t.namespaces, r.Namespace)
		}
	}
	for _, r := range routes {
		literal, _, group := strings.Cut(r.Path, "(")
		r.selfLink = !group
		if !group {
			t.byPath[strings.ToLower(r.Path)] = r
		} else {
			re, err := regexp.Compile(`(?i)\A` + goPattern(r.Path) + `\z`)
			if err != nil {
				return nil, fmt.Errorf("route %s: %w", r.Path, err)
			}
			r.re = re
			key := prefixKey(literal)
			t.byPrefix[key] = append(t.byPrefix[key], r)
		}
		t.routes = append(t.routes, r)
	}
	return t, nil
}

// goPattern takes out the escapes that PCRE allows and RE2 does not.
func goPattern(p string) string {
	return strings.NewReplacer(`\/`, `/`, `\@`, `@`, `\_`, `_`).Replace(p)
}

// prefixKey is the first three segments of a path: /wp/v2/posts.
func prefixKey(path string) string {
	n := 0
	for i := range len(path) {
		if path[i] == '/' {
			if n++; n == 4 {
				return strings.ToLower(path[:i])
			}
		}
	}
	return strings.ToLower(strings.TrimSuffix(path, "/"))
}

// Routes lists all routes in order.
func (t *Table) Routes() []*Route { return t.routes }

// candidates are the routes that a path may match, in order.
func (t *Table) candidates(path string) []*Route {
	grouped := t.byPrefix[prefixKey(path)]
	if r, ok := t.byPath[strings.ToLower(path)]; ok {
		return append([]*Route{r}, grouped...)
	}
	return grouped
}

// find gives the first route that a path matches, and its named groups.
func (t *Table) find(c *Context, path string) (*Route, *php.Array) {
	for _, r := range t.candidates(path) {
		if groups, ok := r.match(path); ok && r.exists(c) {
			return r, groups
		}
	}
	return nil, nil
}

// match finds the endpoint of a method. HEAD falls back on GET.
func (t *Table) match(c *Context, method, path string) (*Route, *Endpoint, *php.Array) {
	for _, r := range t.candidates(path) {
		groups, ok := r.match(path)
		if !ok || !r.exists(c) {
			continue
		}
		for i := range r.Endpoints {
			if r.Endpoints[i].answers(method) {
				return r, &r.Endpoints[i], groups
			}
		}
		if method == http.MethodHead {
			for i := range r.Endpoints {
				if r.Endpoints[i].answers(http.MethodGet) {
					return r, &r.Endpoints[i], groups
				}
			}
		}
	}
	return nil, nil, nil
}

// takesFile tells whether the endpoint that a request is for takes files, for all that is known
// before anything is read.
func (t *Table) takesFile(method, path string) bool {
	for _, r := range t.candidates(path) {
		if _, ok := r.match(path); !ok {
			continue
		}
		for i := range r.Endpoints {
			if r.Endpoints[i].answers(method) {
				return r.Endpoints[i].TakesFile
			}
		}
	}
	return false
}

func (r *Route) exists(c *Context) bool { return r.Only == nil || r.Only(c) }

func (r *Route) match(path string) (*php.Array, bool) {
	groups := &php.Array{}
	if r.re == nil {
		return groups, strings.EqualFold(r.Path, path)
	}
	m := r.re.FindStringSubmatch(path)
	if m == nil {
		return nil, false
	}
	for i, name := range r.re.SubexpNames() {
		if name != "" {
			groups.Put(php.Key{Str: name}, m[i])
		}
	}
	return groups, true
}

// address is the path of the route as WordPress writes it, with what the request
// names in place of the groups.
func (r *Route) address(req *Request) string {
	var b strings.Builder
	path := r.Path
	for {
		start := strings.Index(path, "(?P<")
		if start < 0 {
			return b.String() + path
		}
		b.WriteString(path[:start])
		name, _, _ := strings.Cut(path[start+4:], ">")
		b.WriteString(php.ToString(req.Param(name)))
		depth, end := 0, len(path)
		for i := start; i < len(path); i++ {
			switch path[i] {
			case '\\':
				i++
			case '(':
				depth++
			case ')':
				depth--
			}
			if depth == 0 {
				end = i + 1
				break
			}
		}
		path = path[end:]
	}
}

// methods are all methods of the route in order, without repetition.
func (r *Route) methods() []string {
	var l []string
	seen := map[string]bool{}
	for _, e := range r.Endpoints {
		for _, m := range e.Methods {
			if !seen[m] {
				seen[m] = true
				l = append(l, m)
			}
		}
	}
	return l
}

// describe is the route as the index shows it, with its schema for OPTIONS
// (WP_REST_Server::get_data_for_route).
func (r *Route) describe(c *Context, help bool) php.Map {
	endpoints := make([]any, len(r.Endpoints))
	for i, e := range r.Endpoints {
		m := php.Map{{Key: "methods", Value: e.Methods}}
		if e.Batch != nil {
			m = append(m, php.Member{Key: "allow_batch", Value: php.Map{{Key: "v1", Value: *e.Batch}}})
		}
		endpoints[i] = append(m, php.Member{Key: "args", Value: e.Args.printArgs()})
	}
	m := php.Map{{Key: "namespace", Value: r.Namespace}, {Key: "methods", Value: r.methods()}, {Key: "endpoints", Value: endpoints}}
	if help && r.Schema != nil {
		if s := r.Schema(c); s != nil {
			m = append(m, php.Member{Key: "schema", Value: s})
		}
	}
	if r.selfLink {
		m = append(m, php.Member{Key: "_links", Value: php.Map{{Key: "self", Value: []any{php.Map{{Key: "href", Value: c.URL(r.Path)}}}}}})
	}
	return m
}
