package api

import (
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
	for _, e := range elements(v) {
		name := strings.TrimSpace(php.ToString(e))
		if name == "" {
			continue
		}
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
		m, list := php.Map{}, []any{}
		for i, e := range d {
			name := php.IntKey(int64(i)).String()
			if child, ok := f.names[name]; ok {
				if child != nil {
					e = child.inner(e)
				}
				if len(list) == i {
					list = append(list, e)
				}
				m = append(m, php.Member{Key: name, Value: e})
			}
		}
		if len(m) == len(list) {
			return list
		}
		return m
	case []int64:
		return f.inner(anys(d))
	case []string:
		return f.inner(anys(d))
	}
	return v
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}
