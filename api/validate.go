package api

import (
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/sanitize"
)

// validate checks v against s, as rest_validate_value_from_schema does.
func (s *Schema) validate(v any, param string) *Error {
	s, err := s.combined(v, param)
	if err != nil {
		return err
	}
	if len(s.Type) == 0 {
		return nil
	}
	typ := bestType(v, s.Type)
	if typ == "" {
		if s.only("integer") && isNumeric(v) { // bounds are told first
			if err := s.validateNumber(php.ToFloat(v), param); err != nil {
				return err
			}
		}
		return invalidType(param, s.Type)
	}
	switch typ {
	case "object":
		err = s.validateObject(v, param)
	case "array":
		err = s.validateArray(v, param)
	case "number", "integer":
		err = s.validateNumber(php.ToFloat(v), param)
	case "string":
		err = s.validateString(v.(string), param)
	}
	if err != nil {
		return err
	}
	if len(s.Enum) > 0 {
		if err := s.validateEnum(v, param); err != nil {
			return err
		}
	}
	if text, ok := v.(string); ok && typ == "string" && s.Format != "" {
		return validateFormat(s.Format, text, param)
	}
	return nil
}

// combined resolves anyOf and oneOf to the schema that fits v.
func (s *Schema) combined(v any, param string) (*Schema, *Error) {
	for _, of := range []struct {
		schemas []*Schema
		one     bool
	}{{s.AnyOf, false}, {s.OneOf, true}} {
		if len(of.schemas) == 0 {
			continue
		}
		var matched []int
		var failed []mismatch
		for i, sub := range of.schemas {
			if len(sub.Type) == 0 {
				sub = sub.With()
				sub.Type = s.Type
			}
			if err := sub.validate(v, param); err != nil {
				failed = append(failed, mismatch{i, sub, err})
			} else if matched = append(matched, i); !of.one {
				break
			}
		}
		switch {
		case len(matched) == 0:
			return nil, noMatch(v, param, failed)
		case len(matched) > 1:
			e := NewError(0, "rest_one_of_multiple_matches", param+" matches more than one of the expected formats.")
			positions := make([]any, len(matched))
			for i, m := range matched {
				positions[i] = m
			}
			e.Data = php.Map{{Key: "positions", Value: positions}}
			return nil, e
		}
		if len(s.Type) == 0 {
			t := *s
			t.Type = of.schemas[matched[0]].Type
			s = &t
		}
	}
	return s, nil
}

// only tells whether the schema has this one type.
func (s *Schema) only(typ string) bool { return len(s.Type) == 1 && !s.typeList && s.Type[0] == typ }

type mismatch struct {
	position int
	schema   *Schema
	err      *Error
}

// noMatch tells of the schemas that do not fit the one that was most likely
// meant (rest_get_combining_operation_error).
func noMatch(v any, param string, failed []mismatch) *Error {
	at := func(m mismatch) *Error {
		e := NewError(0, "rest_no_matching_schema", param+" does not match the expected format: "+m.err.Message)
		e.Data = php.Map{{Key: "position", Value: m.position}}
		return e
	}
	if len(failed) == 1 {
		return at(failed[0])
	}
	var likely []mismatch
	for _, m := range failed {
		p, named := m.err.Data.Get("param")
		if m.err.Code != "rest_invalid_type" || named && p != param {
			likely = append(likely, m)
		}
	}
	if len(likely) == 1 {
		return at(likely[0])
	}
	if a, ok := v.(*php.Array); ok && len(likely) > 1 {
		best, most := -1, 0
		for i, m := range likely {
			n := 0
			for _, p := range m.schema.Properties {
				if _, ok := a.Get(p.Name); ok {
					n++
				}
			}
			if n > most {
				best, most = i, n
			}
		}
		if best >= 0 {
			return at(likely[best])
		}
	}
	return bare("rest_no_matching_schema", param+" does not match any of the expected formats.")
}

func invalidType(param string, types []string) *Error {
	e := NewError(0, "rest_invalid_type", param+" is not of type "+strings.Join(types, ",")+".")
	e.Data = php.Map{{Key: "param", Value: param}}
	return e
}

// bestType is the first of types that v can be (rest_get_best_type_for_value).
func bestType(v any, types []string) string {
	if v == "" && slices.Contains(types, "string") {
		return "string"
	}
	for _, t := range types {
		if isType(v, t) {
			return t
		}
	}
	return ""
}

func isType(v any, typ string) bool {
	switch typ {
	case "null":
		return v == nil
	case "boolean":
		switch b := v.(type) {
		case bool:
			return true
		case string:
			switch strings.ToLower(b) {
			case "true", "false", "0", "1":
				return true
			}
		case int64:
			return b == 0 || b == 1
		}
		return false
	case "object":
		if v == "" {
			return true
		}
		_, ok := v.(*php.Array)
		return ok
	case "array":
		switch a := v.(type) {
		case *php.Array:
			return numericKeys(a)
		case string, int64, float64, bool:
			return true
		}
		return false
	case "number":
		return isNumeric(v)
	case "integer":
		if !isNumeric(v) {
			return false
		}
		f := php.ToFloat(v)
		return f == float64(int64(f)) || f > 1e15 || f < -1e15
	case "string":
		_, ok := v.(string)
		return ok
	}
	return false
}

// numericKeys tells whether no key is a string (wp_is_numeric_array).
func numericKeys(a *php.Array) bool {
	for k := range a.All() {
		if !k.IsInt {
			return false
		}
	}
	return true
}

func isNumeric(v any) bool {
	switch n := v.(type) {
	case int64, float64:
		return true
	case string:
		return php.IsNumeric(n)
	}
	return false
}

// elements are the values that a parameter of type array stands for: scalars are split at commas and white space.
func elements(v any) []any {
	if a, ok := v.(*php.Array); ok {
		return a.Values()
	}
	words := strings.FieldsFunc(php.ToString(v), func(r rune) bool { return r == ',' || r == ' ' || r >= '\t' && r <= '\r' })
	l := make([]any, len(words))
	for i, w := range words {
		l[i] = w
	}
	return l
}

// maxElements bounds lists: longer ones serve no client, and fill statements to the
// database and memory.
const maxElements = 10_000

// crowded tells whether v is too long for the list that s describes.
func (s *Schema) crowded(v any) bool {
	if !slices.Contains(s.Type, "array") {
		return false
	}
	switch v := v.(type) {
	case *php.Array:
		return v.Len() > maxElements
	case string:
		n := 0
		for i := 0; i < len(v) && n <= maxElements; i++ {
			if c := v[i]; c == ',' || c == ' ' || c >= '\t' && c <= '\r' {
				n++
			}
		}
		return n > maxElements
	}
	return false
}

func tooMany(param string, most int) *Error {
	return bare("rest_too_many_items", param+" must contain at most "+strconv.Itoa(most)+" items.")
}

func (s *Schema) validateArray(v any, param string) *Error {
	if s.crowded(v) {
		return tooMany(param, maxElements)
	}
	l := elements(v)
	if s.Items != nil {
		for i, e := range l {
			if err := s.Items.validate(e, param+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
	}
	if s.MinItems != nil && len(l) < *s.MinItems {
		return bare("rest_too_few_items", param+" must contain at least "+strconv.Itoa(*s.MinItems)+" items.")
	}
	if s.MaxItems != nil && len(l) > *s.MaxItems {
		return tooMany(param, *s.MaxItems)
	}
	if s.UniqueItems && !unique(l) {
		return bare("rest_duplicate_items", param+" has duplicate items.")
	}
	return nil
}

func unique(l []any) bool {
	seen := make(map[string]bool, len(l))
	for _, e := range l {
		k := string(php.AppendJSON(nil, e, 0))
		if seen[k] {
			return false
		}
		seen[k] = true
	}
	return true
}

func (s *Schema) validateObject(v any, param string) *Error {
	a, _ := v.(*php.Array) // "" stands for no members
	required := slices.Clone(s.RequiredMembers)
	for _, p := range s.Properties {
		if p.Schema.Required {
			required = append(required, p.Name)
		}
	}
	for _, name := range required {
		if _, ok := a.Get(name); !ok {
			return bare("rest_property_required", name+" is a required property of "+param+".")
		}
	}
	for k, e := range a.All() {
		name := k.String()
		sub := s.Properties.Get(name)
		if sub == nil {
			sub = s.patterned(name)
		}
		if sub == nil {
			if s.Closed {
				return bare("rest_additional_properties_forbidden", name+" is not a valid property of Object.")
			}
			sub = s.Additional
		}
		if sub != nil {
			if err := sub.validate(e, param+"["+name+"]"); err != nil {
				return err
			}
		}
	}
	return nil
}

// patterned is the schema of a member whose name matches a pattern, or nil.
func (s *Schema) patterned(name string) *Schema {
	for _, p := range s.Patterned {
		if pattern(p.Name).MatchString(name) {
			return p.Schema
		}
	}
	return nil
}

func (s *Schema) validateNumber(f float64, param string) *Error {
	low := s.Minimum != nil && (f < *s.Minimum || s.ExclusiveMin && f == *s.Minimum)
	high := s.Maximum != nil && (f > *s.Maximum || s.ExclusiveMax && f == *s.Maximum)
	if !low && !high {
		return nil
	}
	text := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		return bare("rest_out_of_bounds", param+" must be between "+text(*s.Minimum)+" and "+text(*s.Maximum)+".")
	case low:
		return bare("rest_out_of_bounds", param+" must not be below "+text(*s.Minimum)+".")
	}
	return bare("rest_out_of_bounds", param+" must not be above "+text(*s.Maximum)+".")
}

func (s *Schema) validateString(text, param string) *Error {
	if s.MinLength != nil && utf8.RuneCountInString(text) < *s.MinLength {
		return bare("rest_too_short", param+" must be at least "+strconv.Itoa(*s.MinLength)+" characters long.")
	}
	if s.MaxLength != nil && utf8.RuneCountInString(text) > *s.MaxLength {
		return bare("rest_too_long", param+" must be at most "+strconv.Itoa(*s.MaxLength)+" characters long.")
	}
	if s.Pattern != "" && !pattern(s.Pattern).MatchString(text) {
		return bare("rest_invalid_pattern", param+" does not match pattern "+s.Pattern+".")
	}
	return nil
}

var patterns sync.Map // of schemas, which are few and fixed

func pattern(p string) *regexp.Regexp {
	if r, ok := patterns.Load(p); ok {
		return r.(*regexp.Regexp)
	}
	r := regexp.MustCompile(p)
	patterns.Store(p, r)
	return r
}

func (s *Schema) validateEnum(v any, param string) *Error {
	clean, err := s.sanitize(v, param)
	if err == nil {
		for _, e := range s.Enum {
			if sameValue(clean, e) {
				return nil
			}
		}
	}
	names := make([]string, len(s.Enum))
	for i, e := range s.Enum {
		names[i] = php.ToString(e)
	}
	return bare("rest_not_in_enum", param+" is not one of "+strings.Join(names, ", ")+".")
}

func sameValue(a, b any) bool {
	if n, ok := b.(int); ok {
		b = int64(n)
	}
	if isNumber(a) && isNumber(b) {
		return php.ToFloat(a) == php.ToFloat(b)
	}
	return reflect.DeepEqual(a, b)
}

func isNumber(v any) bool {
	switch v.(type) {
	case int64, float64:
		return true
	}
	return false
}

var (
	hexColor = regexp.MustCompile(`^#(?:[A-Fa-f0-9]{3}){1,2}$`)
	uuid     = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

func validateFormat(format, text, param string) *Error {
	switch format {
	case "hex-color":
		if !hexColor.MatchString(text) {
			return bare("rest_invalid_hex_color", "Invalid hex color.")
		}
	case "date-time":
		if _, ok := wpdate.ParseREST(text, nil); !ok {
			return bare("rest_invalid_date", "Invalid date.")
		}
	case "email":
		if !sanitize.IsEmail(text) {
			return bare("rest_invalid_email", "Invalid email address.")
		}
	case "ip":
		if a, err := netip.ParseAddr(text); err != nil || a.Zone() != "" {
			return bare("rest_invalid_ip", param+" is not a valid IP address.")
		}
	case "uuid":
		if !uuid.MatchString(text) {
			return bare("rest_invalid_uuid", param+" is not a valid UUID.")
		}
	}
	return nil
}

// sanitize turns a valid v into the type of s, as rest_sanitize_value_from_schema does.
func (s *Schema) sanitize(v any, param string) (any, *Error) {
	for _, of := range [][]*Schema{s.AnyOf, s.OneOf} {
		if len(of) == 0 {
			continue
		}
		for _, sub := range of {
			if len(sub.Type) == 0 {
				sub = sub.With()
				sub.Type = s.Type
			}
			if sub.validate(v, param) == nil {
				return sub.sanitize(v, param)
			}
		}
		_, err := s.combined(v, param) // none fits: null, which nobody has validated
		return nil, err
	}
	if len(s.Type) == 0 {
		return v, nil
	}
	typ := s.Type[0]
	if len(s.Type) > 1 || s.typeList {
		if typ = bestType(v, s.Type); typ == "" {
			return nil, nil
		}
	}
	switch typ {
	case "array":
		if v == nil {
			return php.List(), nil
		}
		out := php.List()
		for i, e := range elements(v) {
			if s.Items != nil {
				var err *Error
				if e, err = s.Items.sanitize(e, param+"["+strconv.Itoa(i)+"]"); err != nil {
					return nil, err
				}
			}
			out.Append(e)
		}
		if s.UniqueItems && !unique(out.Values()) {
			return nil, bare("rest_duplicate_items", param+" has duplicate items.")
		}
		return out, nil
	case "object":
		a, _ := v.(*php.Array)
		out := &php.Array{}
		for k, e := range a.All() {
			sub := s.Properties.Get(k.String())
			if sub == nil {
				sub = s.patterned(k.String())
			}
			if sub == nil {
				if s.Closed {
					continue
				}
				sub = s.Additional
			}
			if sub != nil {
				var err *Error
				if e, err = sub.sanitize(e, param+"["+k.String()+"]"); err != nil {
					return nil, err
				}
			}
			out.Put(k, e)
		}
		return out, nil
	case "null":
		return nil, nil
	case "integer":
		return php.ToInt(v), nil
	case "number":
		return php.ToFloat(v), nil
	case "boolean":
		if b, ok := v.(string); ok {
			b = strings.ToLower(b)
			return b != "false" && b != "0" && b != "", nil
		}
		return php.ToBool(v), nil
	}
	switch v.(type) {
	case *php.Array, *php.Object:
		return v, nil
	}
	text := php.ToString(v)
	switch s.Format {
	case "hex-color":
		return text, nil
	case "date-time", "email", "ip", "uuid", "text-field":
		return sanitize.TextField(text), nil
	case "textarea-field":
		return sanitize.TextareaField(text), nil
	case "uri":
		return sanitize.URL(text, nil), nil
	}
	return text, nil
}

// Elements are the values that a list parameter stands for: the elements of an
// array but those that are arrays themselves or null, or the words of a text with
// commas and spaces (wp_parse_list).
func Elements(v any) []any {
	return slices.DeleteFunc(slices.Clone(elements(v)), func(e any) bool {
		switch e.(type) {
		case *php.Array, *php.Object, nil:
			return true
		}
		return false
	})
}

// NotInEnum is the error of a parameter that is none of the allowed values.
func NotInEnum(param string, allowed []string) *Error {
	return bare("rest_not_in_enum", param+" is not one of "+strings.Join(allowed, ", ")+".")
}

// Check tells what is wrong with v, as it would be told of the parameter of a name.
func (s *Schema) Check(v any, param string) error {
	if e := s.validate(v, param); e != nil {
		return e
	}
	return nil
}

// Clean gives v as the type of the schema, and whether it fits the schema.
func (s *Schema) Clean(v any) (any, bool) {
	if s.validate(v, "") != nil {
		return nil, false
	}
	clean, err := s.sanitize(v, "")
	return clean, err == nil
}

// Coerce gives v as the type of the schema without asking whether it fits: nil where it can
// be none of its types (rest_sanitize_value_from_schema).
func (s *Schema) Coerce(v any) any {
	clean, _ := s.sanitize(v, "")
	return clean
}
