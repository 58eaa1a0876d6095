package php

import (
	"strings"
)

// Limits of PHP's parse_str, as its configuration ships them.
const (
	maxInputVars  = 1000
	maxInputDepth = 64
)

// ParseQuery reads a query string or a form body as PHP fills $_GET and $_POST:
// a[]=1 and a[b][c]=1 make arrays, dots and blanks in names become underscores, the
// last of equal names counts, and what goes beyond PHP's limits is left out.
func ParseQuery(raw string) *Array {
	out := &Array{}
	raw, _, _ = strings.Cut(raw, "\x00") // a C string to PHP
	for vars := 0; raw != ""; {
		var part string
		part, raw, _ = strings.Cut(raw, "&")
		if part == "" {
			continue
		}
		if vars++; vars > maxInputVars {
			break
		}
		name, value, _ := strings.Cut(part, "=")
		register(out, URLDecode(name), URLDecode(value))
	}
	return out
}

// register stores one variable under its name with brackets.
func register(out *Array, name, value string) {
	name = strings.TrimLeft(name, " ")
	if i := strings.IndexByte(name, 0); i >= 0 {
		name = name[:i] // names are C strings
	}
	open := strings.IndexByte(name, '[')
	if open < 0 {
		if name != "" {
			out.Set(underscores(name, " ."), value)
		}
		return
	}
	key := underscores(name[:open], " .")
	if key == "" {
		return
	}
	top := key
	// at is the array that holds key; key is the place where the next level, or the
	// value, goes. An empty pair of brackets means the next free integer.
	at, next, rest := out, false, name[open:]
	for depth := 1; strings.HasPrefix(rest, "["); depth++ {
		if depth > maxInputDepth {
			out.Remove(KeyOf(top))
			return
		}
		inner := rest[1:]
		skip := 0
		if inner != "" && isBlank(inner[0]) {
			skip = 1
		}
		end := strings.IndexByte(inner[skip:], ']')
		if end < 0 {
			if depth == 1 {
				// Brackets that never close are part of the name.
				key += "_" + underscores(inner, " .[")
			}
			break
		}
		end += skip
		at = child(at, key, next)
		if end == skip {
			key, next = "", true
		} else {
			key, next = inner[:end], false
		}
		rest = inner[end+1:]
	}
	if next {
		at.Append(value)
	} else {
		at.Set(key, value)
	}
}

// child gives the array under key, made anew where something else stood.
func child(at *Array, key string, next bool) *Array {
	if !next {
		if v, ok := at.Get(key); ok {
			if a, ok := v.(*Array); ok {
				return a
			}
		}
	}
	a := &Array{}
	if next {
		at.Append(a)
	} else {
		at.Set(key, a)
	}
	return a
}

func underscores(s, which string) string {
	if !strings.ContainsAny(s, which) {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if strings.IndexByte(which, c) >= 0 {
			b[i] = '_'
		}
	}
	return string(b)
}

// URLDecode is PHP's urldecode: a plus is a blank, and a % that no two digits follow stays.
func URLDecode(s string) string { return urlDecode(s, true) }

// RawURLDecode is PHP's rawurldecode: a plus stays.
func RawURLDecode(s string) string { return urlDecode(s, false) }

func urlDecode(s string, plus bool) string {
	if strings.IndexByte(s, '%') < 0 && !(plus && strings.IndexByte(s, '+') >= 0) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '+' && plus:
			c = ' '
		case c == '%' && i+2 < len(s):
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi < 16 && lo < 16 {
				c = hi<<4 | lo
				i += 2
			}
		}
		b = append(b, c)
	}
	return string(b)
}

func unhex(c byte) byte {
	switch {
	case isDigit(c):
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}

// URLEncode is PHP's urlencode: letters, digits, - _ and . stay, a blank becomes a plus.
func URLEncode(s string) string { return string(appendURL(nil, s, true)) }

// RawURLEncode is PHP's rawurlencode (RFC 3986): ~ stays too, a blank becomes %20.
func RawURLEncode(s string) string { return string(appendURL(nil, s, false)) }

func appendURL(b []byte, s string, plus bool) []byte {
	const upper = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case isAlnum(c) || c == '-' || c == '_' || c == '.' || c == '~' && !plus:
			b = append(b, c)
		case c == ' ' && plus:
			b = append(b, '+')
		default:
			b = append(b, '%', upper[c>>4], upper[c&15])
		}
	}
	return b
}

// BuildQuery writes args as WordPress does in Link headers, where add_query_arg gets
// values that urlencode_deep has encoded: names stay as they are, brackets are encoded,
// empty arrays are left out, and an empty value (null and false too) loses its equals sign.
func BuildQuery(args *Array) string { return string(appendQuery(nil, args, "", 0)) }

func appendQuery(b []byte, args *Array, prefix string, depth int) []byte {
	if depth > maxJSONDepth {
		return b
	}
	for k, v := range args.All() {
		name := k.String()
		if prefix != "" {
			name = prefix + "%5B" + name + "%5D"
		}
		v = widen(v)
		switch inner := v.(type) {
		case *Array:
			b = appendQuery(b, inner, name, depth+1)
			continue
		case *Object:
			b = appendQuery(b, inner.Props, name, depth+1)
			continue
		}
		if len(b) > 0 {
			b = append(b, '&')
		}
		b = append(b, name...)
		at := len(b)
		if b = appendURL(append(b, '='), ToString(v), true); len(b) == at+1 {
			b = b[:at]
		}
	}
	return b
}
