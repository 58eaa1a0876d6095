package api

import (
	"maps"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Fields is what _fields asks for: a tree of names. A nil *Fields asks for everything.
type Fields struct {
	names map[string]*Fields // a nil child means the whole member
}

// maxFieldDepth bounds the names in one path of _fields.
const maxFieldDepth = 100

// ParseFields reads the parameter: a list, or text with commas and spaces.
func ParseFields(v any) *Fields {
	if v == nil {
		return nil
	}
	var f *Fields
	for _, e := range Elements(v) {
		name := strings.Trim(php.ToString(e), " \t\n\r\x00\v") // PHP's trim
		if f == nil {
			f = &Fields{names: map[string]*Fields{}}
		}
		if path := strings.SplitN(name, ".", maxFieldDepth+1); len(path) <= maxFieldDepth { // nothing is nested deeper
			f.add(path)
		}
	}
	return f
}

func (f *Fields) add(path []string) {
	child, known := f.names[path[0]]
	switch {
	case len(path) == 1:
		f.names[path[0]] = nil
	case known && child == nil: // the whole member is asked for already
	default:
		if child == nil {
			child = &Fields{names: map[string]*Fields{}}
			f.names[path[0]] = child
		}
		child.add(path[1:])
	}
}

// Has tells whether a member, or something inside it, is asked for.
func (f *Fields) Has(name string) bool {
	if f == nil {
		return true
	}
	_, ok := f.names[name]
	return ok
}

// In gives what is asked for inside a member.
func (f *Fields) In(name string) *Fields {
	if f == nil {
		return nil
	}
	return f.names[name]
}

// whole are the members that are asked for as a whole; the id counts as asked
// for in any case (get_fields_for_response).
func (f *Fields) whole() *Fields {
	if f == nil {
		return nil
	}
	w := &Fields{names: map[string]*Fields{}}
	for name, child := range f.names {
		if child == nil || name == "id" {
			w.names[name] = nil
		}
	}
	return w
}

// with are the members that are asked for, and those of these names.
func (f *Fields) with(names []string) *Fields {
	if f == nil {
		return nil
	}
	w := &Fields{names: maps.Clone(f.names)}
	for _, name := range names {
		w.names[name] = nil
	}
	return w
}

// Wants tells whether the member at a path of names is asked for.
func (c *Context) Wants(path ...string) bool {
	f := c.Fields
	for _, p := range path {
		if f == nil {
			return true
		}
		if !f.Has(p) {
			return false
		}
		f = f.names[p]
	}
	return true
}

// WantsLinks tells whether links are asked for, or what they lead to.
func (c *Context) WantsLinks() bool {
	return c.Wants("_links") || c.Request.Has("_embed") && c.Wants("_embedded")
}

// WantsWhole tells whether a member itself is asked for, not only something inside it.
func (c *Context) WantsWhole(name string) bool {
	if c.Fields == nil {
		return true
	}
	child, ok := c.Fields.names[name]
	return ok && child == nil
}

// filter takes out what was not asked for: of one object, or of each in a list
// (rest_filter_response_fields).
func (f *Fields) filter(v any) any {
	switch d := v.(type) {
	case []any:
		out := make([]any, len(d))
		for i, e := range d {
			out[i] = f.member(e)
		}
		return out
	default:
		return f.member(v)
	}
}

func (f *Fields) member(v any) any {
	m, ok := v.(php.Map)
	if !ok {
		return v
	}
	out := make(php.Map, 0, len(m))
	for _, e := range m {
		child, ok := f.names[e.Key]
		if !ok {
			continue
		}
		if child != nil {
			e.Value = child.inner(e.Value)
		}
		out = append(out, e)
	}
	return out
}

// inner filters a nested value: objects by name, lists by position. What is left of the
// start of a list is a list.
func (f *Fields) inner(v any) any {
	switch d := v.(type) {
	case php.Map:
		return f.member(d)
	case []any:
		return f.elements(php.List(d...))
	case []int64:
		return f.elements(php.List(anys(d)...))
	case []string:
		return f.elements(php.List(anys(d)...))
	case *php.Array:
		return f.elements(d)
	}
	return v // nobody looks into what PHP has as an object
}

// elements keeps elements under their keys.
func (f *Fields) elements(a *php.Array) any {
	out := &php.Array{}
	for k, e := range a.All() {
		child, ok := f.names[k.String()]
		if !ok {
			continue
		}
		if child != nil {
			e = child.inner(e)
		}
		out.Put(k, e)
	}
	if out.IsList() {
		return append([]any{}, out.Values()...)
	}
	return out
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}
