package api

import (
	"github.com/headpress/headpress/internal/php"
)

// Schema is one node of WordPress's subset of JSON Schema. It says what a
// field or a parameter may be, and prints as it was written down: the order in
// which its options are given is the order of its keys in OPTIONS answers.
type Schema struct {
	Title, Description string
	Type               []string
	Format, Pattern    string
	Enum               []any
	Items              *Schema
	Properties         Properties
	// Additional is nil where nothing is said of other properties, else
	// forbids them (Closed) or gives their schema.
	Additional *Schema
	Closed     bool
	// Patterned gives the schema of members by regular expressions of their names.
	Patterned            Properties
	OneOf, AnyOf         []*Schema
	Minimum, Maximum     *float64
	ExclusiveMin         bool
	ExclusiveMax         bool
	MinLength, MaxLength *int
	MinItems, MaxItems   *int
	UniqueItems          bool
	Default              any
	HasDefault           bool
	Context              []string
	ReadOnly, Required   bool
	RequiredMembers      []string // of an object, the way draft 4 names them

	// Validate and Sanitize take the place of what the schema itself would do
	// with a parameter (validate_callback and sanitize_callback in WordPress).
	// A returned *Error is reported under the parameter's name.
	Validate func(c *Context, name string, v any) error
	Sanitize func(c *Context, name string, v any) (any, error)
	// Raw parameters are neither validated nor sanitized by the schema.
	Raw bool
	// Early parameters are checked before all others: only if those are right,
	// what is wrong with the rest is told, in the order it was sent.
	Early bool

	order     []part
	keyedEnum bool
	typeList  bool
}

type part uint8

const (
	partTitle part = iota
	partDescription
	partType
	partFormat
	partPattern
	partEnum
	partItems
	partProperties
	partAdditional
	partPatterned
	partOneOf
	partAnyOf
	partMinimum
	partMaximum
	partExclusiveMin
	partExclusiveMax
	partMinLength
	partMaxLength
	partMinItems
	partMaxItems
	partUniqueItems
	partDefault
	partContext
	partReadOnly
	partRequired
)

// Property is one named member of an object: a field of a resource or a parameter of a route.
type Property struct {
	Name   string
	Schema *Schema
}

// Properties are the members of an object in their order.
type Properties []Property

// Get gives the schema of name, or nil.
func (p Properties) Get(name string) *Schema {
	for i := range p {
		if p[i].Name == name {
			return p[i].Schema
		}
	}
	return nil
}

// Option sets one key of a Schema.
type Option func(*Schema)

// NewSchema makes a schema from its keys in order.
func NewSchema(options ...Option) *Schema {
	s := &Schema{}
	for _, o := range options {
		o(s)
	}
	return s
}

// With gives a copy of s with more keys.
func (s *Schema) With(options ...Option) *Schema {
	t := *s
	t.order = append([]part(nil), s.order...)
	for _, o := range options {
		o(&t)
	}
	return &t
}

func (s *Schema) put(p part) {
	for _, q := range s.order {
		if p == q {
			return
		}
	}
	s.order = append(s.order, p)
}

// Title sets the schema's title.
func Title(t string) Option { return func(s *Schema) { s.Title = t; s.put(partTitle) } }

// Description says in our own words what a value is.
func Description(d string) Option {
	return func(s *Schema) { s.Description = d; s.put(partDescription) }
}

// Type names the types a value may have, one or several.
func Type(names ...string) Option { return func(s *Schema) { s.Type = names; s.put(partType) } }

// TypeList names a single type the way WordPress writes several.
func TypeList(name string) Option {
	return func(s *Schema) { Type(name)(s); s.typeList = true }
}

// Format asks strings to be a date-time, uri, email, ip, uuid, hex-color or text-field.
func Format(f string) Option { return func(s *Schema) { s.Format = f; s.put(partFormat) } }

// Pattern asks strings to match a regular expression somewhere.
func Pattern(p string) Option { return func(s *Schema) { s.Pattern = p; s.put(partPattern) } }

// Enum lists the allowed values.
func Enum(values ...any) Option { return func(s *Schema) { s.Enum = values; s.put(partEnum) } }

// EnumOf lists the allowed strings.
func EnumOf(values []string) Option {
	e := make([]any, len(values))
	for i, v := range values {
		e[i] = v
	}
	return Enum(e...)
}

// EnumKeyed lists the allowed strings as an object of equal keys and values,
// the way PHP prints lists of post types.
func EnumKeyed(values []string) Option {
	return func(s *Schema) { EnumOf(values)(s); s.keyedEnum = true }
}

// Items gives the schema of the elements of arrays.
func Items(i *Schema) Option { return func(s *Schema) { s.Items = i; s.put(partItems) } }

// Props gives the members of objects.
func Props(p ...Property) Option {
	return func(s *Schema) { s.Properties = p; s.put(partProperties) }
}

// P names a member.
func P(name string, s *Schema) Property { return Property{name, s} }

// NoMore forbids members that are not named.
func NoMore(s *Schema) { s.Closed = true; s.put(partAdditional) }

// AnyMore allows members that are not named.
func AnyMore(s *Schema) { s.put(partAdditional) }

// More gives the schema of members that are not named.
func More(m *Schema) Option { return func(s *Schema) { s.Additional = m; s.put(partAdditional) } }

// PatternProps gives the schema of members by regular expressions of their names.
func PatternProps(p ...Property) Option {
	return func(s *Schema) { s.Patterned = p; s.put(partPatterned) }
}

// OneOf asks for exactly one of several schemas.
func OneOf(of ...*Schema) Option { return func(s *Schema) { s.OneOf = of; s.put(partOneOf) } }

// AnyOf asks for at least one of several schemas.
func AnyOf(of ...*Schema) Option { return func(s *Schema) { s.AnyOf = of; s.put(partAnyOf) } }

// Minimum bounds numbers from below.
func Minimum(n float64) Option { return func(s *Schema) { s.Minimum = &n; s.put(partMinimum) } }

// ExclusiveMinimum leaves the lower bound itself out.
func ExclusiveMinimum(s *Schema) { s.ExclusiveMin = true; s.put(partExclusiveMin) }

// ExclusiveMaximum leaves the upper bound itself out.
func ExclusiveMaximum(s *Schema) { s.ExclusiveMax = true; s.put(partExclusiveMax) }

// Maximum bounds numbers from above.
func Maximum(n float64) Option { return func(s *Schema) { s.Maximum = &n; s.put(partMaximum) } }

// MinLength bounds strings, in characters.
func MinLength(n int) Option { return func(s *Schema) { s.MinLength = &n; s.put(partMinLength) } }

// MaxLength bounds strings, in characters.
func MaxLength(n int) Option { return func(s *Schema) { s.MaxLength = &n; s.put(partMaxLength) } }

// MinItems bounds arrays.
func MinItems(n int) Option { return func(s *Schema) { s.MinItems = &n; s.put(partMinItems) } }

// MaxItems bounds arrays.
func MaxItems(n int) Option { return func(s *Schema) { s.MaxItems = &n; s.put(partMaxItems) } }

// UniqueItems forbids equal elements.
func UniqueItems(s *Schema) { s.UniqueItems = true; s.put(partUniqueItems) }

// Default is the value where none is given.
func Default(v any) Option {
	return func(s *Schema) { s.Default, s.HasDefault = v, true; s.put(partDefault) }
}

// In names the contexts in which a field is shown.
func In(contexts ...string) Option {
	return func(s *Schema) { s.Context = append([]string{}, contexts...); s.put(partContext) }
}

// ReadOnly keeps a field out of what clients may send.
func ReadOnly(s *Schema) { s.ReadOnly = true; s.put(partReadOnly) }

// Writable says in so many words that clients may send a field.
func Writable(s *Schema) { s.ReadOnly = false; s.put(partReadOnly) }

// Required asks for a parameter.
func Required(s *Schema) { s.Required = true; s.put(partRequired) }

// Optional says in so many words that a member may be left out.
func Optional(s *Schema) { s.Required = false; s.put(partRequired) }

// RequiredMembers names the members that an object must have.
func RequiredMembers(names ...string) Option {
	return func(s *Schema) { s.RequiredMembers = names; s.put(partRequired) }
}

// Raw lets a parameter through as it is.
func Raw(s *Schema) { s.Raw = true }

// Early has a parameter checked before others (validate_callback in WordPress).
func Early(s *Schema) { s.Early = true }

// Validate replaces the schema's own validation.
func Validate(f func(c *Context, name string, v any) error) Option {
	return func(s *Schema) { s.Validate = f }
}

// Sanitize replaces the schema's own coercion.
func Sanitize(f func(c *Context, name string, v any) (any, error)) Option {
	return func(s *Schema) { s.Sanitize = f }
}

func typed(description string, types []string, options []Option) *Schema {
	s := NewSchema(Description(description), Type(types...))
	for _, o := range options {
		o(s)
	}
	return s
}

// String is the schema of a text.
func String(description string, options ...Option) *Schema {
	return typed(description, []string{"string"}, options)
}

// Integer is the schema of a whole number.
func Integer(description string, options ...Option) *Schema {
	return typed(description, []string{"integer"}, options)
}

// Number is the schema of a number.
func Number(description string, options ...Option) *Schema {
	return typed(description, []string{"number"}, options)
}

// Boolean is the schema of true and false.
func Boolean(description string, options ...Option) *Schema {
	return typed(description, []string{"boolean"}, options)
}

// Array is the schema of a list.
func Array(description string, options ...Option) *Schema {
	return typed(description, []string{"array"}, options)
}

// Object is the schema of named members.
func Object(description string, options ...Option) *Schema {
	return typed(description, []string{"object"}, options)
}

// Of is the schema of a value of several types.
func Of(description string, types []string, options ...Option) *Schema {
	return typed(description, types, options)
}

// Of1 is a schema with a type and nothing else before it: elements of lists.
func Of1(typ string, options ...Option) *Schema {
	s := NewSchema(Type(typ))
	for _, o := range options {
		o(s)
	}
	return s
}

// Print writes the schema down as WordPress prints it.
func (s *Schema) Print() php.Map {
	m := make(php.Map, 0, len(s.order))
	for _, p := range s.order {
		switch p {
		case partTitle:
			m = append(m, php.Member{Key: "title", Value: s.Title})
		case partDescription:
			m = append(m, php.Member{Key: "description", Value: s.Description})
		case partType:
			if len(s.Type) == 1 && !s.typeList {
				m = append(m, php.Member{Key: "type", Value: s.Type[0]})
			} else {
				m = append(m, php.Member{Key: "type", Value: s.Type})
			}
		case partFormat:
			m = append(m, php.Member{Key: "format", Value: s.Format})
		case partPattern:
			m = append(m, php.Member{Key: "pattern", Value: s.Pattern})
		case partEnum:
			m = append(m, php.Member{Key: "enum", Value: s.printEnum()})
		case partItems:
			m = append(m, php.Member{Key: "items", Value: s.Items.Print()})
		case partProperties:
			m = append(m, php.Member{Key: "properties", Value: s.Properties.Print()})
		case partAdditional:
			switch {
			case s.Closed:
				m = append(m, php.Member{Key: "additionalProperties", Value: false})
			case s.Additional != nil:
				m = append(m, php.Member{Key: "additionalProperties", Value: s.Additional.Print()})
			default:
				m = append(m, php.Member{Key: "additionalProperties", Value: true})
			}
		case partPatterned:
			m = append(m, php.Member{Key: "patternProperties", Value: s.Patterned.Print()})
		case partOneOf:
			m = append(m, php.Member{Key: "oneOf", Value: printAll(s.OneOf)})
		case partAnyOf:
			m = append(m, php.Member{Key: "anyOf", Value: printAll(s.AnyOf)})
		case partMinimum:
			m = append(m, php.Member{Key: "minimum", Value: number(*s.Minimum)})
		case partMaximum:
			m = append(m, php.Member{Key: "maximum", Value: number(*s.Maximum)})
		case partExclusiveMin:
			m = append(m, php.Member{Key: "exclusiveMinimum", Value: true})
		case partExclusiveMax:
			m = append(m, php.Member{Key: "exclusiveMaximum", Value: true})
		case partMinLength:
			m = append(m, php.Member{Key: "minLength", Value: *s.MinLength})
		case partMaxLength:
			m = append(m, php.Member{Key: "maxLength", Value: *s.MaxLength})
		case partMinItems:
			m = append(m, php.Member{Key: "minItems", Value: *s.MinItems})
		case partMaxItems:
			m = append(m, php.Member{Key: "maxItems", Value: *s.MaxItems})
		case partUniqueItems:
			m = append(m, php.Member{Key: "uniqueItems", Value: true})
		case partDefault:
			m = append(m, php.Member{Key: "default", Value: s.Default})
		case partContext:
			m = append(m, php.Member{Key: "context", Value: s.Context})
		case partReadOnly:
			m = append(m, php.Member{Key: "readonly", Value: s.ReadOnly})
		case partRequired:
			if s.RequiredMembers != nil {
				m = append(m, php.Member{Key: "required", Value: s.RequiredMembers})
			} else {
				m = append(m, php.Member{Key: "required", Value: s.Required})
			}
		}
	}
	return m
}

func (s *Schema) printEnum() any {
	if !s.keyedEnum {
		return s.Enum
	}
	m := make(php.Map, len(s.Enum))
	for i, v := range s.Enum {
		m[i] = php.Member{Key: php.ToString(v), Value: v}
	}
	return m
}

func printAll(of []*Schema) []any {
	l := make([]any, len(of))
	for i, s := range of {
		l[i] = s.Print()
	}
	return l
}

// number prints whole bounds without a fraction.
func number(f float64) any {
	if f == float64(int64(f)) {
		return int64(f)
	}
	return f
}

// Print writes the members down as WordPress prints a schema's properties.
func (p Properties) Print() php.Map {
	m := make(php.Map, len(p))
	for i := range p {
		m[i] = php.Member{Key: p[i].Name, Value: p[i].Schema.Print()}
	}
	return m
}

// printArgs writes parameters down as OPTIONS and the index show them: without
// context and readonly, and with required always and last.
func (p Properties) printArgs() php.Map {
	m := make(php.Map, len(p))
	for i := range p {
		s := p[i].Schema
		t := *s
		t.order = make([]part, 0, len(s.order))
		for _, q := range s.order {
			if q != partContext && q != partReadOnly && q != partRequired {
				t.order = append(t.order, q)
			}
		}
		m[i] = php.Member{Key: p[i].Name, Value: append(t.Print(), php.Member{Key: "required", Value: s.Required})}
	}
	return m
}
