package api

import (
	"slices"

	"github.com/headpress/headpress/internal/php"
)

// Field is one row of a resource: what it is called, what it may be, how it is read.
type Field[T any] struct {
	Name   string
	Schema *Schema
	// Get reads the field. It is called only when the context and _fields want
	// it. A nil Get leaves the field out of answers (it is for writing only).
	Get func(c *Context, item T) any
	// Fields are the members of an object whose parts are wanted separately;
	// they take the place of Get, and their schemas become its properties.
	Fields []Field[T]
	// Order names Fields in the order of the schema where that differs.
	Order []string
	// If leaves the field out of an answer when it says no.
	If func(c *Context, item T) bool
	// Kept fields are read for what was deleted whatever _fields asks for.
	Kept bool
}

// Resource is a kind of object the API serves: a table of fields and its links.
type Resource[T any] struct {
	Title  string
	Fields []Field[T] // in the order of answers
	// Order names the fields in the order of the schema and of parameters,
	// where WordPress's differs from that of answers.
	Order []string
	// Whole says that _fields asks for whole members only: to name a part of one
	// is to ask for nothing (WordPress's controllers that check in_array).
	Whole bool
	// EveryContext says that answers show the fields of editing in every context, whatever the schema says.
	EveryContext bool
	Links        func(c *Context, item T) Links
	// SchemaLinks are the link descriptions that OPTIONS shows, or nil.
	SchemaLinks func(c *Context) []any
}

// Item answers with one object.
func (r *Resource[T]) Item(c *Context, item T) *Response {
	want := c.Fields
	if r.Whole {
		want = want.whole()
	}
	view := c.View()
	if r.EveryContext {
		view = "edit"
	}
	res := &Response{Data: read(c, r.Fields, item, view, want)}
	if r.Links != nil && c.WantsLinks() {
		res.Links = r.Links(c, item)
	}
	return res
}

// Previous gives an object as the "previous" of an answer to DELETE. It keeps
// its id, whatever _fields asks for (get_fields_for_response), and its Kept fields.
func (r *Resource[T]) Previous(c *Context, item T) php.Map {
	kept := []string{"id"}
	for i := range r.Fields {
		if r.Fields[i].Kept {
			kept = append(kept, r.Fields[i].Name)
		}
	}
	return read(c, r.Fields, item, c.View(), c.Fields.with(kept))
}

// List gives objects as a collection shows them. HEAD needs none.
func (r *Resource[T]) List(c *Context, items []T) []any {
	l := make([]any, 0, len(items))
	if c.IsHead() {
		return l
	}
	for _, item := range items {
		l = append(l, r.Item(c, item).Item(c))
	}
	return l
}

func read[T any](c *Context, fields []Field[T], item T, view string, want *Fields) php.Map {
	m := make(php.Map, 0, len(fields)+1)
	for i := range fields {
		f := &fields[i]
		if f.Get == nil && f.Fields == nil || !want.Has(f.Name) || !f.Schema.shownIn(view) || f.If != nil && !f.If(c, item) {
			continue
		}
		if f.Fields != nil {
			m = append(m, php.Member{Key: f.Name, Value: read(c, f.Fields, item, view, want.In(f.Name))})
			continue
		}
		m = append(m, php.Member{Key: f.Name, Value: f.Schema.show(f.Get(c, item), view)})
	}
	return m
}

func (s *Schema) shownIn(view string) bool {
	return s == nil || s.Context == nil || slices.Contains(s.Context, view)
}

// show takes out of a nested value what its schema does not show in this
// context (rest_filter_response_by_context).
func (s *Schema) show(v any, view string) any {
	if s == nil {
		return v
	}
	switch d := v.(type) {
	case php.Map:
		if len(s.Properties) == 0 || !s.contexts() {
			return v
		}
		out := make(php.Map, 0, len(d))
		for _, e := range d {
			p := s.Properties.Get(e.Key)
			if p != nil && !p.shownIn(view) {
				continue
			}
			if p != nil {
				e.Value = p.show(e.Value, view)
			}
			out = append(out, e)
		}
		return out
	case []any:
		if s.Items == nil || !s.Items.contexts() {
			return v
		}
		out := make([]any, 0, len(d))
		for _, e := range d {
			if s.Items.shownIn(view) {
				out = append(out, s.Items.show(e, view))
			}
		}
		return out
	}
	return v
}

// contexts tells whether anything inside depends on the context.
func (s *Schema) contexts() bool {
	if s.Context != nil {
		return true
	}
	for _, p := range s.Properties {
		if p.Schema.contexts() {
			return true
		}
	}
	return s.Items != nil && s.Items.contexts()
}

// Properties are the schemas of the fields in WordPress's order.
func (r *Resource[T]) Properties() Properties {
	return ordered(properties(r.Fields), r.Order)
}

func properties[T any](fields []Field[T]) Properties {
	p := make(Properties, 0, len(fields))
	for _, f := range fields {
		s := f.Schema
		if s == nil {
			continue
		}
		if f.Fields != nil {
			s = s.With(Props(ordered(properties(f.Fields), f.Order)...))
		}
		p = append(p, Property{f.Name, s})
	}
	return p
}

func ordered(p Properties, order []string) Properties {
	if order == nil {
		return p
	}
	slices.SortStableFunc(p, func(a, b Property) int {
		return place(order, a.Name) - place(order, b.Name)
	})
	return p
}

func place(order []string, name string) int {
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return len(order)
}

// Describe is the schema document of the resource.
func (r *Resource[T]) Describe(c *Context) php.Map {
	m := Document(r.Title, r.Properties())
	if r.SchemaLinks != nil {
		if l := r.SchemaLinks(c); len(l) > 0 {
			m = append(m, php.Member{Key: "links", Value: l})
		}
	}
	return m
}

// Document is a schema document without links.
func Document(title string, properties Properties) php.Map {
	return php.Map{{Key: "$schema", Value: "http://json-schema.org/draft-04/schema#"}, {Key: "title", Value: title}, {Key: "type", Value: "object"},
		{Key: "properties", Value: properties.Print()}}
}

// CreateArgs are the parameters of POST to the collection: the writable fields.
func (r *Resource[T]) CreateArgs() Properties { return r.args(true) }

// EditArgs are the parameters of POST, PUT and PATCH to one object: nothing is
// required and nothing has a default.
func (r *Resource[T]) EditArgs() Properties { return r.args(false) }

func (r *Resource[T]) args(create bool) Properties {
	var out Properties
	for _, p := range r.Properties() {
		if p.Schema.ReadOnly {
			continue
		}
		s := p.Schema.With(Early)
		if !create && (s.Required || s.HasDefault) {
			t := *s
			t.Required, t.HasDefault, t.Default = false, false, nil
			t.order = slices.DeleteFunc(slices.Clone(s.order), func(q part) bool { return q == partDefault || q == partRequired })
			s = &t
		}
		if s.HasDefault && s.Default == nil { // isset() sees none in a parameter
			t := *s
			t.HasDefault = false
			t.order = slices.DeleteFunc(slices.Clone(s.order), func(q part) bool { return q == partDefault })
			s = &t
		}
		if s.HasDefault { // rest_get_endpoint_args_for_schema sets it before all else
			s.order = append([]part{partDefault}, slices.DeleteFunc(s.order, func(q part) bool { return q == partDefault })...)
		}
		out = append(out, Property{p.Name, s})
	}
	return out
}

// ContextArg is the parameter that chooses which fields are shown; contexts
// are those of the resource's fields in the order of their first appearance.
func (r *Resource[T]) ContextArg(def string) Property {
	var seen []any
	for _, p := range r.Properties() {
		for _, c := range p.Schema.Context {
			if !slices.Contains(seen, any(c)) {
				seen = append(seen, c)
			}
		}
	}
	options := []Option{Description("Which fields the answer shows, by the use that is made of them."), Type("string"), Early}
	if len(seen) > 0 {
		slices.SortFunc(seen, func(a, b any) int { return contextRank(a) - contextRank(b) })
		options = append(options, Enum(seen...))
	}
	if def != "" {
		options = append(options, Default(def))
	}
	return Property{"context", NewSchema(options...)}
}

// contextRank keeps the order in which WordPress lists contexts.
func contextRank(v any) int { return slices.Index([]any{"view", "embed", "edit", "help"}, v) }
