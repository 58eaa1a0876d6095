package api

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Response is what a handler answers.
type Response struct {
	Status  int // 0 is 200
	Data    any
	Links   Links
	Headers []Header
	// Version names what is stored of the object, for clients that want to change just that: the ETag.
	Version string
	// File is sent in place of Data.
	File *Attachment
	// Err is set when the answer is an error.
	Err *Error

	route *Route
	ctx   *Context
}

// Attachment is a file that an answer consists of. It is closed when it was sent.
type Attachment struct {
	ContentType, Name string
	Content           io.ReadSeekCloser
}

// send writes the file: without what else goes with answers, for WordPress ends when it has sent one.
func (a *Attachment) send(w http.ResponseWriter, method string) error {
	defer a.Content.Close()
	size, err := a.Content.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = a.Content.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", a.ContentType)
	h.Set("Content-Disposition", "attachment; filename="+a.Name)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	w.WriteHeader(http.StatusOK)
	if method != http.MethodHead {
		_, err = io.Copy(w, a.Content)
	}
	return err
}

// Header is a header of an answer. Value is a string or, for totals, an int:
// an envelope shows it as a number.
type Header struct {
	Name  string
	Value any
}

// OK answers with data.
func OK(data any) *Response { return &Response{Data: data} }

// Set adds or replaces a header.
func (r *Response) Set(name string, value any) {
	for i := range r.Headers {
		if r.Headers[i].Name == name {
			r.Headers[i].Value = value
			return
		}
	}
	r.Headers = append(r.Headers, Header{name, value})
}

// AddLink adds to the Link header.
func (r *Response) AddLink(rel, href string, attributes ...string) {
	v := "<" + href + ">; rel=\"" + rel + "\""
	for i := 0; i+1 < len(attributes); i += 2 {
		v += "; " + attributes[i] + "=" + attributes[i+1]
	}
	for i := range r.Headers {
		if r.Headers[i].Name == "Link" {
			r.Headers[i].Value = r.Headers[i].Value.(string) + ", " + v
			return
		}
	}
	r.Headers = append(r.Headers, Header{"Link", v})
}

// Paged adds the totals and the links to the pages before and after, as the
// collections of WordPress do. The links repeat the query of the request.
func (r *Response) Paged(c *Context, total, perPage, page int64) {
	pages := int64(0)
	if perPage > 0 {
		pages = (total + perPage - 1) / perPage
	}
	r.PagedAs(c, total, pages, page)
}

// PagedAs is Paged for collections that count their pages in another way.
func (r *Response) PagedAs(c *Context, total, pages, page int64) {
	r.Set("X-WP-Total", int(total))
	r.Set("X-WP-TotalPages", int(pages))
	if page > 1 {
		r.AddPage(c, "prev", min(page-1, pages))
	}
	if pages > page {
		r.AddPage(c, "next", page+1)
	}
}

// AddPage links to another page of a collection, with the query of the request.
func (r *Response) AddPage(c *Context, rel string, page int64) {
	q := &php.Array{}
	for k, v := range c.Request.Query.All() {
		q.Put(k, v)
	}
	q.Set("page", page)
	path := c.Route.Pages
	if path == "" {
		path = c.Route.address(c.Request)
	}
	r.AddLink(rel, AddQuery(c.URL(path), q))
}

// AddQuery appends a query to an address that may have one already.
func AddQuery(address string, q *php.Array) string {
	s := php.BuildQuery(q)
	if s == "" {
		return address
	}
	if strings.Contains(address, "?") {
		return address + "&" + s
	}
	return address + "?" + s
}

// Link is one address under a relation. Attributes come in order, href last as
// WordPress prints it, or first where the relation says so.
type Link struct {
	Href       string
	Attributes php.Map
}

// Links are the relations of an object in their order.
type Links []Relation

// Relation is one rel and its links.
type Relation struct {
	Rel   string
	Links []Link
}

// Add appends a link under rel.
func (l *Links) Add(rel, href string, attributes ...php.Member) {
	link := Link{Href: href, Attributes: attributes}
	for i := range *l {
		if (*l)[i].Rel == rel {
			(*l)[i].Links = append((*l)[i].Links, link)
			return
		}
	}
	*l = append(*l, Relation{rel, []Link{link}})
}

// Embeddable marks a link that _embed follows.
var Embeddable = php.Member{Key: "embeddable", Value: true}

const apiOrg = "https://api.w.org/"

// print writes relations down: those of api.w.org shortened to wp:…, with the
// curies that say so, and self links with the methods the asker may use.
func (l Links) print(c *Context) php.Map {
	m := make(php.Map, 0, len(l)+1)
	curies := false
	for _, r := range l {
		rel := r.Rel
		if rest, ok := strings.CutPrefix(rel, apiOrg); ok {
			rel, curies = "wp:"+rest, true
		}
		items := make([]any, len(r.Links))
		for i, link := range r.Links {
			item := make(php.Map, 0, len(link.Attributes)+2)
			item = append(item, link.Attributes...)
			item = append(item, php.Member{Key: "href", Value: link.Href})
			if r.Rel == "self" {
				if allow := c.Server.allowed(c, link.Href); len(allow) > 0 {
					item = append(item, php.Member{Key: "targetHints", Value: php.Map{{Key: "allow", Value: allow}}})
				}
			}
			items[i] = item
		}
		m = append(m, php.Member{Key: rel, Value: items})
	}
	if curies {
		m = append(m, php.Member{Key: "curies", Value: []any{php.Map{{Key: "name", Value: "wp"}, {Key: "href", Value: "https://api.w.org/{rel}"}, {Key: "templated", Value: true}}}})
	}
	return m
}

// Item is one object in a list: its data with its links inside.
func (r *Response) Item(c *Context) any {
	m, ok := r.Data.(php.Map)
	if !ok || len(r.Links) == 0 {
		return r.Data
	}
	return append(m, php.Member{Key: "_links", Value: r.Links.print(c)})
}

func (r *Response) status() int {
	if r.Err != nil {
		return r.Err.HTTPStatus()
	}
	if r.Status == 0 {
		return http.StatusOK
	}
	return r.Status
}

// envelope is the whole answer as a document.
func (r *Response) envelope(c *Context, embed *Embed) php.Map {
	headers := make(php.Map, len(r.Headers))
	for i, h := range r.Headers {
		headers[i] = php.Member{Key: h.Name, Value: h.Value}
	}
	return php.Map{{Key: "body", Value: c.document(r, embed)}, {Key: "status", Value: r.status()}, {Key: "headers", Value: headers}}
}

func headerText(v any) string {
	switch n := v.(type) {
	case int:
		return strconv.Itoa(n)
	case string:
		return n
	}
	return php.ToString(v)
}

// retryAfter is in how many seconds a request is worth another try that could not be answered.
const retryAfter = 5

// Refuse turns an error into an answer. What is not an *Error is a fault of
// ours: it is logged, and the client gets a fixed text.
func (c *Context) Refuse(err error) *Response {
	e, ok := err.(*Error)
	if !ok {
		c.Server.fault(c, err)
		e = NewError(http.StatusInternalServerError, "internal_server_error", "An unexpected error occurred.")
		if c.Server.Unavailable != nil && c.Server.Unavailable(err) {
			e = NewError(http.StatusServiceUnavailable, "service_unavailable", "The site's data cannot be reached at the moment.")
			e.RetryAfter = retryAfter
		}
	}
	res := &Response{Err: e, Data: e.body()}
	if e.RetryAfter > 0 {
		res.Set("Retry-After", e.RetryAfter)
	}
	return res
}
