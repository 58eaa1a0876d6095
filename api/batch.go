package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// maxBatch is how many requests one batch may hold.
const maxBatch = 25

// BatchRoute is the route that takes several writes at once. Each is checked
// and answered by itself; with validation=require-all-validate none is carried
// out unless all pass their checks.
func BatchRoute() *Route {
	request := NewSchema(Type("object"), Props(
		P("method", NewSchema(Type("string"), Enum("POST", "PUT", "PATCH", "DELETE"), Default("POST"))),
		P("path", NewSchema(Type("string"), Required)),
		P("body", NewSchema(Type("object"), Props(), AnyMore)),
		P("headers", NewSchema(Type("object"), Props(), More(NewSchema(Type("string", "array"), Items(Of1("string")))))),
	))
	return &Route{Path: "/batch/v1", Endpoints: []Endpoint{{
		Methods: Creatable,
		Args: Properties{
			P("validation", NewSchema(Type("string"), Enum("require-all-validate", "normal"), Default("normal"))),
			P("requests", NewSchema(Required, Type("array"), MaxItems(maxBatch), Items(request))),
		},
		Handle: serveBatch,
	}}}
}

// batched is one request of a batch on its way.
type batched struct {
	ctx      *Context
	route    *Route
	endpoint *Endpoint
	err      error
}

func serveBatch(c *Context) (*Response, error) {
	list, _ := c.Param("requests").(*php.Array)
	parts := make([]*batched, 0, list.Len())
	failed := false
	for _, v := range list.Values() {
		p := c.batched(v)
		failed = failed || p.err != nil
		parts = append(parts, p)
	}
	responses := make([]any, len(parts))
	body := php.Map{{Key: "responses", Value: responses}}
	if failed && c.String("validation") == "require-all-validate" {
		for i, p := range parts {
			if p.err != nil {
				responses[i] = c.Refuse(p.err).envelope(c, nil)
			}
		}
		body = append(php.Map{{Key: "failed", Value: "validation"}}, body...)
		return &Response{Status: http.StatusMultiStatus, Data: body}, nil
	}
	for i, p := range parts {
		responses[i] = p.answer().envelope(p.ctx, nil)
	}
	return &Response{Status: http.StatusMultiStatus, Data: body}, nil
}

// batched reads one request of a batch, finds its endpoint and checks its parameters.
func (c *Context) batched(v any) *batched {
	a, _ := v.(*php.Array)
	path, _ := a.Get("path")
	p := &batched{ctx: c}
	route, query, ok := splitURL(php.ToString(path))
	if !ok {
		p.err = NewError(http.StatusBadRequest, "parse_path_failed", "Could not parse the path.")
		return p
	}
	method := http.MethodPost
	if m, ok := a.Get("method"); ok {
		method = php.ToString(m)
	}
	r := NewRequest(method, route, php.ParseQuery(query))
	r.Remote = c.Request.Remote
	if b, ok := a.Get("body"); ok {
		r.Form, _ = b.(*php.Array)
	}
	if h, ok := a.Get("headers"); ok {
		headers, _ := h.(*php.Array)
		for k, values := range headers.All() {
			for _, value := range headerValues(values) {
				r.Header.Add(k.String(), value)
			}
		}
	}
	p.ctx = c.WithRequest(r)
	found, endpoint, groups := c.Server.Table.match(c, r.Method, r.Route)
	if found == nil {
		p.err = errNoRoute()
		return p
	}
	p.route, p.endpoint, p.ctx.Route = found, endpoint, found
	if endpoint.Batch == nil || !*endpoint.Batch {
		r.bind(endpoint, groups)
		p.err = NewError(http.StatusBadRequest, "rest_batch_not_allowed", "The requested route does not support batch requests.")
		return p
	}
	p.err = p.ctx.prepare(endpoint, groups)
	return p
}

// splitURL takes the path and the query out of an address, and says whether it is one to parse_url.
func splitURL(address string) (path, query string, ok bool) {
	address = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, address)
	path, _, _ = strings.Cut(address, "#")
	path, query, _ = strings.Cut(path, "?")
	scheme, rest, named := strings.Cut(path, ":")
	named = named && scheme != "" && strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") == ""
	if named && !strings.HasPrefix(rest, "//") {
		port, _, _ := strings.Cut(rest, "/")
		if port == "" || strings.Trim(port, "0123456789") != "" {
			return rest, query, true // mailto:somebody
		}
		return strings.TrimPrefix(rest, port), query, isPort(port)
	}
	if !named {
		rest = path
	}
	if !strings.HasPrefix(rest, "//") {
		return path, query, true
	}
	host := rest[2:]
	path = ""
	if i := strings.IndexByte(host, '/'); i >= 0 {
		host, path = host[:i], host[i:]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		if !isPort(host[i+1:]) {
			return "", "", false
		}
		host = host[:i]
	}
	return path, query, host != ""
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return s == "" || err == nil && n > 0
}

func headerValues(v any) []string {
	a, ok := v.(*php.Array)
	if !ok {
		return []string{php.ToString(v)}
	}
	var l []string
	for _, e := range a.Values() {
		l = append(l, php.ToString(e))
	}
	return l
}

// answer carries out a request of a batch, or says why not.
func (p *batched) answer() *Response {
	var res *Response
	if p.err != nil {
		res = p.ctx.Refuse(p.err)
	} else {
		res = p.ctx.run(p.endpoint)
	}
	res.route, res.ctx = p.route, p.ctx
	p.ctx.finish(res)
	return res
}
