package api

import (
	"net/http"

	"github.com/headpress/headpress/internal/php"
)

// Error is an answer that refuses: WordPress's code, a text for people, and the
// data that goes with it (its status first). Others holds further errors.
type Error struct {
	Code    string
	Message string
	Status  int
	Data    php.Map // printed after the status
	// Text stands in place of data where WordPress gives a text there.
	Text string
	// Bare errors carry no data and are shown as null.
	Bare   bool
	Others []*Error
	// Additional is data that was there before: WordPress keeps it when it adds the status.
	Additional []any
	// RetryAfter is for how many seconds the request need not be tried again; 0 says nothing.
	RetryAfter int
}

// NewError makes an error with a status.
func NewError(status int, code, message string) *Error {
	return &Error{Code: code, Message: message, Status: status}
}

// With gives a copy of e with one more member of its data.
func (e *Error) With(key string, value any) *Error {
	f := *e
	f.Data = append(append(php.Map(nil), e.Data...), php.Member{Key: key, Value: value})
	return &f
}

// Error gives the code and the text.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// data is what stands under "data".
func (e *Error) data() any {
	if e.Text != "" {
		return e.Text
	}
	if e.Bare {
		return nil
	}
	m := make(php.Map, 0, len(e.Data)+1)
	if e.Status != 0 {
		m = append(m, php.Member{Key: "status", Value: e.Status})
	}
	m = append(m, e.Data...)
	if len(m) == 0 {
		return nil
	}
	return m
}

// body is the error as a document.
func (e *Error) body() php.Map {
	m := php.Map{{Key: "code", Value: e.Code}, {Key: "message", Value: e.Message}, {Key: "data", Value: e.data()}}
	if len(e.Additional) > 0 {
		m = append(m, php.Member{Key: "additional_data", Value: e.Additional})
	}
	if len(e.Others) > 0 {
		l := make([]any, len(e.Others))
		for i, o := range e.Others {
			l[i] = o.body()
		}
		m = append(m, php.Member{Key: "additional_errors", Value: l})
	}
	return m
}

// HTTPStatus is the status of the answer: 500 where the error names none.
func (e *Error) HTTPStatus() int {
	if e.Status == 0 {
		return http.StatusInternalServerError
	}
	return e.Status
}

// Forbidden is an error whose status tells the anonymous (401) from those who
// have signed in (403), as rest_authorization_required_code does.
func (c *Context) Forbidden(code, message string) *Error {
	status := http.StatusUnauthorized
	if c.Session.LoggedIn() {
		status = http.StatusForbidden
	}
	return NewError(status, code, message)
}

// ErrNotImplemented refuses what WordPress answers and this server does not yet.
func ErrNotImplemented() *Error {
	return NewError(http.StatusNotImplemented, "rest_not_implemented", "This site does not support the requested method on this route.")
}

func errNoRoute() *Error {
	return NewError(http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
}

// ErrInvalidParam refuses named parameters; problems holds a text and an error for each.
func ErrInvalidParam(problems []Problem) *Error {
	params, details := make(php.Map, len(problems)), php.Map{}
	names := ""
	for i, p := range problems {
		if i > 0 {
			names += ", "
		}
		names += p.Param
		if p.Err == ErrInvalid { // a check that says no and nothing more
			params[i] = php.Member{Key: p.Param, Value: "Invalid parameter."}
			continue
		}
		params[i] = php.Member{Key: p.Param, Value: p.Err.Message}
		details = append(details, php.Member{Key: p.Param, Value: p.Err.body()})
	}
	return &Error{Code: "rest_invalid_param", Message: "Invalid parameter(s): " + names, Status: http.StatusBadRequest,
		Data: php.Map{{Key: "params", Value: params}, {Key: "details", Value: details}}}
}

// ErrInvalid refuses a parameter without saying why: an answer tells no details of it.
var ErrInvalid = bare("rest_invalid_param", "Invalid parameter.")

// Problem is what is wrong with one parameter.
type Problem struct {
	Param string
	Err   *Error
}

// bare makes an error of validation, which carries no status of its own.
func bare(code, message string) *Error { return &Error{Code: code, Message: message, Bare: true} }
