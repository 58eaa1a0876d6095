package api

import (
	"context"
	"net/http"

	"github.com/headpress/headpress/internal/php"
)

// Session is one client's request to one site, as the application behind the
// API sees it. The requests that embedding and batches make share it, and with
// it everything that was loaded.
type Session interface {
	// LoggedIn tells whether somebody has signed in.
	LoggedIn() bool
	// AuthError is why the way in which the client signed in is refused for every route, or nil.
	AuthError() *Error
	// RestURL is the address of a path of the API: "" gives its root.
	RestURL(path string) string
	// RouteOf gives the path and query of an address of this API, and whether it is one.
	RouteOf(address string) (path, query string, ok bool)
	// FreshNonce is the nonce that signed-in browsers get with each answer, or "".
	FreshNonce() string
	// Cookies are those that the answer sets: a new password renews the session that set it.
	Cookies() []*http.Cookie
	// Err is why something could not be loaded, or nil: the request then fails as a whole.
	Err() error
}

// Context is one dispatch: a request that has found its endpoint.
type Context struct {
	context.Context
	Session Session
	Server  *Server
	Request *Request
	Route   *Route
	Fields  *Fields // what _fields asks for; nil is everything
	// Embedding is true inside _embed.
	Embedding bool
}

// Param gives a parameter as it was checked and converted.
func (c *Context) Param(name string) any { return c.Request.Param(name) }

// Has tells whether a parameter was given or has a default, and is not null.
func (c *Context) Has(name string) bool { return c.Request.Param(name) != nil }

// String gives a parameter as text; absent it is "".
func (c *Context) String(name string) string {
	switch v := c.Request.Param(name).(type) {
	case string:
		return v
	case nil:
		return ""
	case *php.Array, *php.Object:
		return ""
	default:
		return php.ToString(v)
	}
}

// Int gives a parameter as a whole number; absent it is 0.
func (c *Context) Int(name string) int64 {
	switch v := c.Request.Param(name).(type) {
	case int64:
		return v
	case nil:
		return 0
	default:
		return php.ToInt(v)
	}
}

// Bool gives a parameter as true or false; absent it is false.
func (c *Context) Bool(name string) bool {
	v := c.Request.Param(name)
	return v != nil && php.ToBool(v)
}

// Strings gives a list parameter as texts.
func (c *Context) Strings(name string) []string {
	a, _ := c.Request.Param(name).(*php.Array)
	l := make([]string, 0, a.Len())
	for _, v := range a.Values() {
		l = append(l, php.ToString(v))
	}
	return l
}

// Ints gives a list parameter as whole numbers.
func (c *Context) Ints(name string) []int64 {
	a, _ := c.Request.Param(name).(*php.Array)
	l := make([]int64, 0, a.Len())
	for _, v := range a.Values() {
		l = append(l, php.ToInt(v))
	}
	return l
}

// IDs gives a list parameter as ids: a sign in front of one is not counted, as
// absint has it in WordPress's queries.
func (c *Context) IDs(name string) []int64 {
	l := c.Ints(name)
	for i, n := range l {
		if n < 0 {
			l[i] = max(-n, 0)
		}
	}
	return l
}

// View is the context parameter: view, edit or embed.
func (c *Context) View() string {
	if v := c.String("context"); v != "" {
		return v
	}
	return "view"
}

// IsHead tells whether only headers are asked for.
func (c *Context) IsHead() bool { return c.Request.Method == http.MethodHead }

// URL is the address of a path of the API.
func (c *Context) URL(path string) string { return c.Session.RestURL(path) }

// WithRequest gives a context for another request of the same client.
func (c *Context) WithRequest(r *Request) *Context {
	d := *c
	d.Request, d.Route, d.Fields = r, nil, nil
	return &d
}
