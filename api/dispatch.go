package api

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Dispatch answers one request: match, required, validate, sanitize,
// permission, serve. Errors become answers.
func (c *Context) Dispatch(r *Request) *Response {
	d := c.WithRequest(r)
	if r.Method == http.MethodOptions {
		return d.options()
	}
	route, endpoint, groups := c.Server.Table.match(c, r.Method, r.Route)
	if route == nil {
		res := d.Refuse(errNoRoute())
		res.ctx = d
		return res
	}
	d.Route = route
	res := d.serve(endpoint, groups)
	res.route, res.ctx = route, d
	return res
}

// bind gives the request its path parameters and the defaults of the endpoint.
func (r *Request) bind(e *Endpoint, groups *php.Array) {
	r.path = groups
	defaults := &php.Array{}
	for _, a := range e.Args {
		if a.Schema.HasDefault {
			defaults.Set(a.Name, a.Schema.Default)
		}
	}
	r.defs = defaults
}

func (c *Context) serve(e *Endpoint, groups *php.Array) *Response {
	if err := c.prepare(e, groups); err != nil {
		return c.Refuse(err)
	}
	return c.run(e)
}

// prepare gives the request its parameters and checks them.
func (c *Context) prepare(e *Endpoint, groups *php.Array) error {
	c.Request.bind(e, groups)
	if err := c.Request.check(c, e.Args); err != nil {
		return err
	}
	c.Fields = ParseFields(c.Request.Param("_fields"))
	return nil
}

// run asks for permission and calls the handler.
func (c *Context) run(e *Endpoint) *Response {
	if e.Permission != nil {
		if err := e.Permission(c); err != nil {
			return c.Refuse(err)
		}
	}
	res, err := c.call(e)
	if err != nil {
		return c.Refuse(err)
	}
	return res
}

// call runs the handler; a panic becomes an error, so that one broken object
// neither ends the process nor, when embedded, the answer around it.
func (c *Context) call(e *Endpoint) (res *Response, err error) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if e.Handle == nil {
		return nil, ErrNotImplemented()
	}
	return e.Handle(c)
}

// options answers OPTIONS with everything known of the first route that
// matches, and with nothing for no route (rest_handle_options_request).
func (c *Context) options() *Response {
	route, groups := c.Server.Table.find(c, c.Request.Route)
	c.Fields = ParseFields(c.Request.Param("_fields"))
	if route == nil {
		return &Response{Data: php.Map{}, ctx: c}
	}
	c.Route, c.Request.path = route, groups
	return &Response{Data: route.describe(c, true), route: route, ctx: c}
}

// finish does what WordPress does after dispatching: the Allow header, and _fields.
func (c *Context) finish(res *Response) {
	if res.route != nil {
		if allow := res.ctx.allowedOn(res.route); len(allow) > 0 {
			res.Set("Allow", strings.Join(allow, ", "))
		}
	}
	if res.Err == nil && res.ctx != nil && res.ctx.Fields != nil {
		res.Data = res.ctx.Fields.filter(res.Data)
	}
}

// allowedOn lists the methods of a route that the asker may use on what the request names.
func (c *Context) allowedOn(route *Route) []string {
	var l []string
	for _, e := range route.Endpoints {
		if e.Permission != nil && e.Permission(c) != nil {
			continue
		}
		l = append(l, e.Methods...)
	}
	return l
}

// allowed is allowedOn for an address, which may be none of ours.
func (s *Server) allowed(c *Context, href string) []string {
	r := requestOf(c, href)
	if r == nil {
		return nil
	}
	route, endpoint, groups := s.Table.match(c, r.Method, r.Route)
	if route == nil {
		return nil
	}
	d := c.WithRequest(r)
	d.Route = route
	r.bind(endpoint, groups)
	if r.check(d, endpoint.Args) != nil {
		return nil
	}
	return d.allowedOn(route)
}

// requestOf makes a GET request of an address of this API, or nil.
func requestOf(c *Context, href string) *Request {
	path, query, ok := c.Session.RouteOf(href)
	if !ok {
		return nil
	}
	return NewRequest(http.MethodGet, path, php.ParseQuery(query))
}

// document is the answer as it is written: the data with its links, and with
// what they point to where the client asked for it.
func (c *Context) document(res *Response, embed *Embed) any {
	data := res.Data
	if m, ok := data.(php.Map); ok && len(res.Links) > 0 {
		data = append(m, php.Member{Key: "_links", Value: res.Links.print(c)})
	}
	if embed == nil {
		return data
	}
	if err := c.embed(data, embed); err != nil {
		var e *Error
		if !errors.As(err, &e) {
			c.Server.fault(c, err)
		}
	}
	return embedded(data, embed)
}
