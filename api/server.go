package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// Server answers requests to the API over HTTP.
type Server struct {
	Table *Table
	// Begin starts a request: it loads what every answer needs and finds out who asks.
	Begin func(ctx context.Context, r *http.Request, req *Request) (Session, error)
	// Unavailable tells whether an error means that the database is away.
	Unavailable func(error) bool
	// MaxBody is the size in bytes over which a body is refused with 413.
	MaxBody int64
	// MaxUpload is the same for files, which are not held in memory.
	MaxUpload int64
	// Spool gives the folder where files wait until a request is answered; nil is the system's.
	Spool func() (string, error)
	// MayUpload tells whether who sends a request may upload at all: it is asked while a large file comes, before
	// the form around it is known. nil lets everybody send one as far as permissions.
	MayUpload func(r *http.Request, req *Request) bool
	// Known tells, in the same way, whether somebody has signed in; nil holds large bodies of everybody in memory.
	Known func(r *http.Request, req *Request) bool
	// Timeout bounds the time that an answer may take, so that a database that hangs
	// holds nobody for long; 0 is no bound.
	Timeout time.Duration
	Log     *slog.Logger
}

// buffers are reused for documents, unless they have grown huge.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

const maxPooled = 4 << 20

const jsonType = "application/json; charset=UTF-8"

var jsonpIllegal = regexp.MustCompile(`[^\w.]`)

// ServeRoute answers a request for a path of the API: "/wp/v2/posts", "/" for the index.
func (s *Server) ServeRoute(w http.ResponseWriter, r *http.Request, route string) {
	if route = strings.TrimRight(route, `/\`); route == "" { // untrailingslashit
		route = "/"
	}
	query := php.ParseQuery(r.URL.RawQuery)
	query.Remove(php.KeyOf("error")) // WP::parse_request forgets it
	req, overridden := methodOf(r, route, query)
	defer req.release()
	unread := s.readBody(req, w, r)
	ctx := r.Context()
	if s.Timeout > 0 { // from here on: a slow line is not our fault
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.Timeout)
		defer cancel()
	}
	c := &Context{Context: ctx, Server: s, Request: req}
	session, err := s.Begin(ctx, r, req)
	if err != nil {
		s.writeFault(w, c.Refuse(err))
		return
	}
	c.Session = session
	h := w.Header()
	callback, callable := jsonpOf(query)
	h.Set("Content-Type", jsonType)
	if callback != "" || !callable {
		h.Set("Content-Type", "application/javascript; charset=UTF-8")
	}
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Link", "<"+session.RestURL("/")+`>; rel="https://api.w.org/"`)
	h.Set("X-Content-Type-Options", "nosniff")
	if !callable {
		w.WriteHeader(http.StatusBadRequest)
		w.Write(php.AppendJSON(nil, php.Map{{Key: "code", Value: "rest_callback_invalid"}, {Key: "message", Value: "Invalid JSONP callback function."}}, 0))
		return
	}
	h.Set("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link")
	h.Set("Access-Control-Allow-Headers", "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type")
	res := s.answer(c, unread)
	if res.File != nil {
		if session.LoggedIn() { // WordPress says nothing here; caches are not to keep what is not for all
			h.Set("Cache-Control", "no-cache, must-revalidate, max-age=0, no-store, private")
		}
		if err := res.File.send(w, req.Method); err != nil {
			s.fault(c, err)
		}
		return
	}
	c.finish(res)

	if origin := r.Header.Get("Origin"); origin != "" {
		h.Set("Access-Control-Allow-Origin", safeOrigin(origin))
		h.Set("Access-Control-Allow-Methods", "OPTIONS, GET, POST, PUT, PATCH, DELETE")
		h.Set("Access-Control-Allow-Credentials", "true")
		h.Add("Vary", "Origin")
	} else if r.Method == http.MethodGet && !session.LoggedIn() {
		h.Add("Vary", "Origin")
	}
	if nonce := session.FreshNonce(); nonce != "" {
		h.Set("X-WP-Nonce", nonce)
	}
	for _, cookie := range session.Cookies() {
		http.SetCookie(w, cookie)
	}
	status := res.status()
	if session.LoggedIn() || session.AuthError() != nil || overridden && status >= 400 && status < 500 {
		h.Set("Expires", "Wed, 11 Jan 1984 05:00:00 GMT")
		h.Set("Cache-Control", "no-cache, must-revalidate, max-age=0, no-store, private")
	}
	var embed *Embed
	if v, ok := query.Get("_embed"); ok && req.Method != http.MethodHead {
		embed = ParseEmbed(v)
	}
	var document any
	if _, enveloped := query.Get("_envelope"); enveloped {
		document = res.envelope(c, embed)
		status = http.StatusOK
	} else {
		for _, hd := range res.Headers {
			h.Set(hd.Name, headerText(hd.Value))
		}
		if res.Version != "" {
			h.Set("ETag", `"`+res.Version+`"`)
		}
		if req.Method != http.MethodHead {
			document = c.document(res, embed)
		}
	}
	if err := session.Err(); err != nil { // something could not be loaded: better no answer than half of one
		s.writeFault(w, c.Refuse(err))
		return
	}
	if req.Method == http.MethodHead || status == http.StatusNoContent || document == nil {
		w.WriteHeader(status)
		return
	}
	if res.route != nil && res.route.Write != nil && req.Method == http.MethodGet {
		if contentType, body, ok := res.route.Write(res.ctx, document); ok {
			h.Set("Content-Type", contentType)
			w.WriteHeader(status)
			w.Write(body)
			return
		}
	}
	var flags php.JSONFlags
	if req.Has("_pretty") {
		flags |= php.JSONPrettyPrint
	}
	pooled := buffers.Get().(*[]byte)
	buf := (*pooled)[:0]
	defer func() {
		if cap(buf) <= maxPooled {
			*pooled = buf
			buffers.Put(pooled)
		}
	}()
	if callback != "" {
		buf = append(append(append(buf, "/**/"...), callback...), '(')
	}
	buf = php.AppendJSON(buf, document, flags)
	if callback != "" {
		buf = append(buf, ')')
	}
	w.WriteHeader(status)
	w.Write(buf)
}

// jsonpOf is the function that the answer is to be given to, "" for none, and whether it may be one.
func jsonpOf(query *php.Array) (callback string, ok bool) {
	switch v, _ := query.Get("_jsonp"); v := v.(type) {
	case string:
		if !php.ToBool(v) {
			return "", true
		}
		return v, !jsonpIllegal.MatchString(v)
	case nil:
		return "", true
	}
	return "", false
}

// answer dispatches, unless the body could not be read or the way of signing in is refused.
func (s *Server) answer(c *Context, unread *Error) *Response {
	if unread != nil {
		return c.Refuse(unread)
	}
	if err := c.Session.AuthError(); err != nil {
		return c.Refuse(err)
	}
	return c.Dispatch(c.Request)
}

// methodOf makes the request, with the method that _method or
// X-HTTP-Method-Override name. Only the latter counts as an override for caches.
func methodOf(r *http.Request, route string, query *php.Array) (*Request, bool) {
	req := &Request{Method: r.Method, Route: route, Header: r.Header, Query: query, Remote: r.RemoteAddr}
	if v, ok := query.Get("_method"); ok {
		req.Method = strings.ToUpper(php.ToString(v))
		return req, false
	}
	if m, ok := r.Header[http.CanonicalHeaderKey("X-HTTP-Method-Override")]; ok { // an empty one, too, takes the method's place
		req.Method = strings.ToUpper(m[0])
		return req, true
	}
	return req, false
}

// safeOrigin is an origin as WordPress echoes it: like any other address, or
// nothing where its scheme is none that a site may link to.
func safeOrigin(origin string) string {
	if origin == "null" {
		return origin
	}
	return sanitize.URL(origin, nil)
}

// writeFault answers when a request could not even be begun.
func (s *Server) writeFault(w http.ResponseWriter, res *Response) {
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set("Cache-Control", "no-store")
	for _, hd := range res.Headers {
		w.Header().Set(hd.Name, headerText(hd.Value))
	}
	w.WriteHeader(res.status())
	w.Write(php.AppendJSON(nil, res.Data, 0))
}

// fault logs an error of ours with the request it happened in.
func (s *Server) fault(c *Context, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	s.Log.ErrorContext(c.Context, "request failed", "method", c.Request.Method, "route", c.Request.Route, "error", err.Error())
}
