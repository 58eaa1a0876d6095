package php

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// JSONError is why a text is no JSON for PHP; its number is json_last_error's.
type JSONError int

// The errors of json_decode that a text can bring about.
const (
	JSONDepth   JSONError = 1
	JSONState   JSONError = 2
	JSONControl JSONError = 3
	JSONSyntax  JSONError = 4
	JSONUTF8    JSONError = 5
	JSONUTF16   JSONError = 10
	// JSONTooMany is none of PHP's: a text holds more values than DecodeJSONOf may take.
	JSONTooMany JSONError = -1
)

// Error is what json_last_error_msg says.
func (e JSONError) Error() string {
	switch e {
	case JSONDepth:
		return "Maximum stack depth exceeded"
	case JSONState:
		return "State mismatch (invalid or malformed JSON)"
	case JSONControl:
		return "Control character error, possibly incorrectly encoded"
	case JSONUTF8:
		return "Malformed UTF-8 characters, possibly incorrectly encoded"
	case JSONTooMany:
		return "Too many values"
	case JSONUTF16:
		return "Single unpaired UTF-16 surrogate in unicode escape"
	}
	return "Syntax error"
}

// PHP's depth of 512 counts the scalar within when it reads, and only brackets when it writes.
const (
	maxJSONDepth       = 512
	maxJSONDecodeDepth = maxJSONDepth - 1
)

// DecodeJSON reads text as json_decode($text, true) does: objects become arrays, keys
// that look like integers become integers, integers out of range become floats, and of
// two equal keys the last value stays at the first place. The error is a JSONError.
func DecodeJSON[T ~string | ~[]byte](text T) (any, error) { return DecodeJSONOf(text, math.MaxInt) }

// DecodeJSONOf is DecodeJSON for texts of strangers: values take many times the memory of
// their text, so no more than most of them are read.
func DecodeJSONOf[T ~string | ~[]byte](text T, most int) (any, error) {
	d := jsonReader{s: string(text), left: most}
	v, err := d.value(0)
	if err == 0 {
		if d.space(); d.i < len(d.s) {
			err = d.unexpected()
		}
	}
	if err != 0 {
		return nil, err
	}
	return v, nil
}

type jsonReader struct {
	s    string
	i    int
	left int // values that may still come
}

func (d *jsonReader) space() {
	for d.i < len(d.s) {
		switch d.s[d.i] {
		case ' ', '\t', '\n', '\r':
			d.i++
		default:
			return
		}
	}
}

// unexpected names the error of a byte that begins no token.
func (d *jsonReader) unexpected() JSONError {
	if d.i >= len(d.s) {
		return JSONSyntax
	}
	switch c := d.s[d.i]; {
	case c == '"':
		// A string where none belongs is still read before it is refused.
		if _, err := d.string(); err != 0 {
			return err
		}
	case c < 0x20:
		return JSONControl
	case c >= 0x80:
		if r, n := utf8.DecodeRuneInString(d.s[d.i:]); r == utf8.RuneError && n < 2 {
			return JSONUTF8
		}
	}
	return JSONSyntax
}

func (d *jsonReader) value(depth int) (any, JSONError) {
	d.space()
	if d.i >= len(d.s) {
		return nil, JSONSyntax
	}
	if d.left--; d.left < 0 {
		return nil, JSONTooMany
	}
	switch c := d.s[d.i]; {
	case c == '{' || c == '[':
		if depth >= maxJSONDecodeDepth {
			return nil, JSONDepth
		}
		d.i++
		if c == '{' {
			return d.object(depth + 1)
		}
		return d.list(depth + 1)
	case c == '"':
		s, err := d.string()
		if err != 0 {
			return nil, err
		}
		return s, 0
	case c == '-' || '0' <= c && c <= '9':
		return d.number()
	}
	for _, l := range [...]struct {
		name  string
		value any
	}{{"true", true}, {"false", false}, {"null", nil}} {
		if n := d.i + len(l.name); n <= len(d.s) && d.s[d.i:n] == l.name {
			d.i = n
			return l.value, 0
		}
	}
	return nil, d.unexpected()
}

func (d *jsonReader) list(depth int) (any, JSONError) {
	a := &Array{}
	if d.space(); d.i < len(d.s) && d.s[d.i] == ']' {
		d.i++
		return a, 0
	}
	for {
		if d.mismatch('}') && a.Len() == 0 {
			return nil, JSONState
		}
		v, err := d.value(depth)
		if err != 0 {
			return nil, err
		}
		a.Append(v)
		if done, err := d.next(']', '}'); done || err != 0 {
			return a, err
		}
	}
}

func (d *jsonReader) object(depth int) (any, JSONError) {
	a := &Array{}
	if d.space(); d.i < len(d.s) && d.s[d.i] == '}' {
		d.i++
		return a, 0
	}
	for {
		if d.mismatch(']') && a.Len() == 0 {
			return nil, JSONState
		}
		if d.space(); d.i >= len(d.s) || d.s[d.i] != '"' {
			return nil, d.unexpected()
		}
		k, err := d.string()
		if err != 0 {
			return nil, err
		}
		if d.space(); d.i >= len(d.s) || d.s[d.i] != ':' {
			return nil, d.unexpected()
		}
		d.i++
		v, err := d.value(depth)
		if err != 0 {
			return nil, err
		}
		a.Set(k, v)
		if done, err := d.next('}', ']'); done || err != 0 {
			return a, err
		}
	}
}

func (d *jsonReader) mismatch(wrong byte) bool {
	d.space()
	return d.i < len(d.s) && d.s[d.i] == wrong
}

// next steps over a comma, or over the end of the list or object.
func (d *jsonReader) next(end, wrong byte) (done bool, err JSONError) {
	d.space()
	if d.i < len(d.s) {
		switch d.s[d.i] {
		case ',':
			d.i++
			return false, 0
		case end:
			d.i++
			return true, 0
		case wrong:
			return true, JSONState
		}
	}
	return true, d.unexpected()
}

func (d *jsonReader) number() (any, JSONError) {
	start := d.i
	if d.s[d.i] == '-' {
		d.i++
	}
	digits := func() bool {
		from := d.i
		for d.i < len(d.s) && d.s[d.i] >= '0' && d.s[d.i] <= '9' {
			d.i++
		}
		return d.i > from
	}
	if d.i < len(d.s) && d.s[d.i] == '0' {
		d.i++
	} else if !digits() {
		return nil, JSONSyntax
	}
	whole := true
	if d.i+1 < len(d.s) && d.s[d.i] == '.' && isDigit(d.s[d.i+1]) {
		d.i++
		digits()
		whole = false
	}
	if d.i < len(d.s) && (d.s[d.i] == 'e' || d.s[d.i] == 'E') {
		back := d.i
		d.i++
		if d.i < len(d.s) && (d.s[d.i] == '-' || d.s[d.i] == '+') {
			d.i++
		}
		if digits() {
			whole = false
		} else {
			d.i = back // the e begins what follows, and is refused there
		}
	}
	text := d.s[start:d.i]
	if whole {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, 0
		}
	}
	f, _ := strconv.ParseFloat(text, 64) // out of range it is INF
	return f, 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// string reads a string; one without escapes is a slice of the text.
func (d *jsonReader) string() (string, JSONError) {
	d.i++
	start := d.i
	var out []byte
	for d.i < len(d.s) {
		switch c := d.s[d.i]; {
		case c == '"':
			part := d.s[start:d.i]
			d.i++
			if out == nil {
				return part, 0
			}
			return string(append(out, part...)), 0
		case c == '\\':
			out = append(out, d.s[start:d.i]...)
			var err JSONError
			if out, err = d.escape(out); err != 0 {
				return "", err
			}
			start = d.i
		case c < 0x20:
			return "", JSONControl
		case c < utf8.RuneSelf:
			d.i++
		default:
			r, n := utf8.DecodeRuneInString(d.s[d.i:])
			if r == utf8.RuneError && n < 2 {
				return "", JSONUTF8
			}
			d.i += n
		}
	}
	// PHP meets the closing NUL of its buffer here.
	return "", JSONControl
}

// escape appends what the escape at the backslash stands for.
func (d *jsonReader) escape(out []byte) ([]byte, JSONError) {
	if d.i+1 >= len(d.s) {
		return out, JSONSyntax
	}
	c := d.s[d.i+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		d.i += 2
		return append(out, "\"\\/\b\f\n\r\t"[i]), 0
	}
	r, ok := d.hex(d.i)
	if !ok {
		return out, JSONSyntax
	}
	d.i += 6
	switch {
	case r >= 0xD800 && r < 0xDC00:
		low, ok := d.hex(d.i)
		if !ok || low < 0xDC00 || low > 0xDFFF {
			return out, JSONUTF16
		}
		d.i += 6
		r = (r-0xD800)<<10 + low - 0xDC00 + 0x10000
	case r >= 0xDC00 && r < 0xE000:
		return out, JSONUTF16
	}
	return utf8.AppendRune(out, r), 0
}

// hex reads the four digits of \uXXXX at i.
func (d *jsonReader) hex(i int) (rune, bool) {
	if i+6 > len(d.s) || d.s[i] != '\\' || d.s[i+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range []byte(d.s[i+2 : i+6]) {
		switch {
		case isDigit(c):
			r = r<<4 + rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 + rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
