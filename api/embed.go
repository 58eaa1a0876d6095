package api

import (
	"net/http"
	"slices"

	"github.com/headpress/headpress/internal/php"
)

// Embed is what the _embed parameter asks for: all relations, or some.
type Embed struct {
	rels  []string // nil is all
	cache map[string]any
}

// ParseEmbed reads the parameter as rest_parse_embed_param does: "", "0", "1"
// and "true" ask for everything, even "false" names a relation.
func ParseEmbed(v any) *Embed {
	e := &Embed{cache: map[string]any{}}
	if s, ok := v.(string); ok && (s == "" || s == "0" || s == "1" || s == "true") {
		return e
	}
	for _, rel := range Elements(v) {
		e.rels = append(e.rels, php.ToString(rel))
	}
	return e
}

func (e *Embed) wants(rel string) bool { return e.rels == nil || slices.Contains(e.rels, rel) }

// objects are the maps of an answer that may have links.
func objects(data any) []php.Map {
	switch d := data.(type) {
	case php.Map:
		return []php.Map{d}
	case []any:
		l := make([]php.Map, 0, len(d))
		for _, e := range d {
			if m, ok := e.(php.Map); ok {
				l = append(l, m)
			}
		}
		return l
	}
	return nil
}

// hrefs walks the links of an object that are to be embedded.
func (e *Embed) hrefs(m php.Map, f func(rel, href string, embeddable bool)) {
	links, _ := m.Get("_links")
	lm, _ := links.(php.Map)
	for _, r := range lm {
		if !e.wants(r.Key) {
			continue
		}
		list, _ := r.Value.([]any)
		for _, l := range list {
			item, _ := l.(php.Map)
			href, _ := item.Get("href")
			address, _ := href.(string)
			able, _ := item.Get("embeddable")
			f(r.Key, address, able == true)
		}
	}
}

// embed asks for everything the links of data point to. Requests to one
// endpoint are primed together first, so that the number of SQL statements
// does not grow with the number of objects.
func (c *Context) embed(data any, e *Embed) error {
	type group struct {
		endpoint *Endpoint
		requests []*Request
	}
	var groups []*group
	var order []string
	requests := map[string]*Request{}
	for _, m := range objects(data) {
		e.hrefs(m, func(_, href string, embeddable bool) {
			if !embeddable || requests[href] != nil {
				return
			}
			r := requestOf(c, href)
			if r == nil {
				return
			}
			requests[href] = r
			order = append(order, href)
			r.Query.Set("context", "embed")
			route, endpoint, path := c.Server.Table.match(c, http.MethodGet, r.Route)
			if route == nil {
				return
			}
			r.bind(endpoint, path)
			if per := endpoint.Args.Get("per_page"); per != nil && per.Maximum != nil {
				if v, ok := r.Query.Get("per_page"); !ok || !php.ToBool(v) {
					r.Query.Set("per_page", int64(*per.Maximum))
				}
			}
			for _, g := range groups {
				if g.endpoint == endpoint {
					g.requests = append(g.requests, r)
					return
				}
			}
			groups = append(groups, &group{endpoint, []*Request{r}})
		})
	}
	d := *c
	d.Embedding = true
	for _, g := range groups {
		if g.endpoint.Prime != nil {
			if err := g.endpoint.Prime(&d, g.requests); err != nil {
				return err
			}
		}
	}
	for _, href := range order {
		res := d.Dispatch(requests[href])
		e.cache[href] = d.document(res, nil)
	}
	return nil
}

// embedded puts under _embedded what embed has found.
func embedded(data any, e *Embed) any {
	one := func(m php.Map) php.Map {
		out := php.Map{}
		found := map[string]bool{}
		e.hrefs(m, func(rel, href string, embeddable bool) {
			v, ok := e.cache[href]
			if !embeddable || !ok {
				v = []any{}
			}
			if !empty(v) { // a relation that leads to nothing but empty lists is left out
				found[rel] = true
			}
			list, _ := out.Get(rel)
			l, _ := list.([]any)
			out.Set(rel, append(l, v))
		})
		out = slices.DeleteFunc(out, func(r php.Member) bool { return !found[r.Key] })
		if len(out) == 0 {
			return m
		}
		return append(m, php.Member{Key: "_embedded", Value: out})
	}
	switch d := data.(type) {
	case php.Map:
		return one(d)
	case []any:
		for i, v := range d {
			if m, ok := v.(php.Map); ok {
				d[i] = one(m)
			}
		}
	}
	return data
}

func empty(v any) bool {
	switch d := v.(type) {
	case nil:
		return true
	case []any:
		return len(d) == 0
	case php.Map:
		return len(d) == 0
	}
	return false
}
