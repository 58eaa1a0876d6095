package api

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Request is what a client, a link that is embedded, or a batch asks for.
// Parameters keep the source they came from: WordPress's order of precedence
// depends on the method and the content type (WP_REST_Request::get_parameter_order).
type Request struct {
	Method string
	Route  string // the path below /wp-json, "/" for the index
	Header http.Header
	Body   []byte
	Query  *php.Array
	Form   *php.Array
	Files  []*File
	// Upload is the body of a request to an endpoint that takes files, nil where it is empty or a form.
	Upload  *File
	Remote  string // the client's address
	path    *php.Array
	json    any
	defs    *php.Array
	jsonErr *Error
	parsed  bool
	kept    []string // files on disk, for as long as the request takes
}

// NewRequest makes a request without a body.
func NewRequest(method, route string, query *php.Array) *Request {
	return &Request{Method: method, Route: route, Query: query, Header: http.Header{}}
}

// mediaType is the lower-cased media type of the body.
func (r *Request) mediaType() string {
	t, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(t))
}

// isJSON tells whether the body is JSON by its type: application/json and application/*+json.
func (r *Request) isJSON() bool {
	t := r.mediaType()
	rest, ok := strings.CutPrefix(t, "application/")
	return ok && (rest == "json" || strings.HasSuffix(rest, "+json") && len(rest) > len("+json"))
}

// maxValues is how many values a body of JSON may hold: those of all that clients store at once are far fewer.
const maxValues = 100_000

// parse reads the body once. Malformed JSON is an error that is reported before anything else is checked.
func (r *Request) parse() {
	if r.parsed {
		return
	}
	r.parsed = true
	if len(r.Body) == 0 {
		return
	}
	switch {
	case r.isJSON():
		v, err := php.DecodeJSONOf(r.Body, maxValues)
		if errors.Is(err, php.JSONTooMany) {
			r.jsonErr = errBodyTooLarge()
			return
		}
		if err != nil {
			code := php.JSONSyntax
			errors.As(err, &code)
			r.jsonErr = NewError(http.StatusBadRequest, "rest_invalid_json", "Invalid JSON body passed.").
				With("json_error_code", int(code)).With("json_error_message", code.Error())
			return
		}
		r.json = v
	case r.mediaType() == "application/x-www-form-urlencoded" && r.Method != http.MethodPost:
		r.Form = php.ParseQuery(string(r.Body)) // PHP itself reads forms of POST only
	}
}

// sources are the parameters in order of precedence; nil where there are none.
func (r *Request) sources() [5]*php.Array {
	r.parse()
	body, _ := r.json.(*php.Array)
	var form *php.Array
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		form = r.Form
	}
	return [...]*php.Array{body, form, r.Query, r.path, r.defs}
}

// Param gives a parameter from the first source that has it; null and absent are one.
func (r *Request) Param(name string) any {
	for _, s := range r.sources() {
		if v, ok := s.Get(name); ok && v != nil {
			return v
		}
	}
	return nil
}

// Has tells whether any source has the parameter, null included; defaults count too.
func (r *Request) Has(name string) bool {
	for _, s := range r.sources() {
		if _, ok := s.Get(name); ok {
			return true
		}
	}
	return false
}

// SetParam changes a parameter where it is, or adds it.
func (r *Request) SetParam(name string, v any) {
	var first *php.Array
	for _, s := range r.sources() {
		if _, ok := s.Get(name); ok {
			s.Set(name, v)
			return
		}
		first = cmp.Or(first, s)
	}
	if first == nil {
		r.Query = &php.Array{}
		first = r.Query
	}
	first.Set(name, v)
}

// RemoveParam takes a parameter out of every source.
func (r *Request) RemoveParam(name string) {
	for _, s := range r.sources() {
		s.Remove(php.KeyOf(name))
	}
}

// check does what has_valid_params and sanitize_params do: malformed JSON, then
// what is missing, then what is wrong; then every value gets its type.
func (r *Request) check(c *Context, args Properties) *Error {
	r.parse()
	if r.jsonErr != nil {
		return r.jsonErr
	}
	var missing []any
	for _, a := range args {
		if a.Schema.Required && r.Param(a.Name) == nil {
			missing = append(missing, a.Name)
		}
	}
	if len(missing) > 0 {
		names := make([]string, len(missing))
		for i, m := range missing {
			names[i] = m.(string)
		}
		return NewError(http.StatusBadRequest, "rest_missing_callback_param", "Missing parameter(s): "+strings.Join(names, ", ")).With("params", missing)
	}
	var problems []Problem
	for _, a := range args {
		v := r.Param(a.Name)
		if v == nil {
			continue
		}
		var err error
		switch {
		case a.Schema.crowded(v):
			err = tooMany(a.Name, maxElements)
		case a.Schema.Validate != nil:
			err = a.Schema.Validate(c, a.Name, v)
		case a.Schema.Raw || !a.Schema.Early && a.Schema.Sanitize == nil:
		default:
			if e := a.Schema.validate(v, a.Name); e != nil {
				err = e
			}
		}
		if err != nil {
			problems = append(problems, Problem{a.Name, asError(err)})
		}
	}
	if problems != nil {
		return ErrInvalidParam(problems)
	}
	for _, source := range r.sources() {
		for key, v := range source.All() {
			name := key.String()
			schema := args.Get(name)
			if schema == nil || source == r.defs && r.given(name) {
				continue
			}
			clean, err := v, error(nil)
			switch {
			case schema.crowded(v): // in a source that another hides
				err = tooMany(name, maxElements)
			case schema.Sanitize != nil:
				clean, err = schema.Sanitize(c, name, v)
			case schema.Raw || v == nil && source == r.defs: // a default that is null is none
			default:
				// As in WordPress null is no wrong value of a field, but becomes one of its type; other parameters take none.
				if e := schema.validate(v, name); e != nil && (v == nil && !schema.Early || v != nil && schema.Validate == nil) {
					err = e
				} else if s, e := schema.sanitize(v, name); e != nil {
					err = e
				} else {
					clean = s
				}
			}
			if err != nil {
				problems = append(problems, Problem{name, asError(err)})
				continue
			}
			source.Set(name, clean)
		}
	}
	if problems != nil {
		return ErrInvalidParam(problems)
	}
	return nil
}

// given tells whether the client itself has sent a parameter: nobody looks at its default then.
func (r *Request) given(name string) bool {
	for _, s := range r.sources() {
		if v, _ := s.Get(name); v != nil {
			return s != r.defs
		}
	}
	return false
}

func asError(err error) *Error {
	if e, ok := err.(*Error); ok {
		return e
	}
	return &Error{Code: "rest_invalid_param", Message: "Invalid parameter.", Bare: true}
}
