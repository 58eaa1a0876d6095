package php

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Ref is a back reference inside a serialized value: R:n; (the same variable) or
// r:n; (the same object). It is kept as it stands: n counts values from the root,
// and a value that is written back in its order keeps every number true.
type Ref struct {
	Kind byte // 'R' or 'r'
	To   int64
}

// Enum is a case of an enumeration, stored as Class:Case.
type Enum string

// ErrSerialized is what Unserialize answers, wrapped, for text that PHP's unserialize refuses.
var ErrSerialized = errors.New("not a serialized value")

// maxSerializeDepth is PHP's unserialize_max_depth.
const maxSerializeDepth = 4096

// Unserialize reads what PHP's serialize wrote. Bytes after the value are ignored, as PHP does.
// Objects are not made: they come back as *Object with class and properties as stored.
func Unserialize(s string) (any, error) {
	r := reader{s: s}
	v, err := r.value(0)
	if err != nil {
		return nil, fmt.Errorf("unserialize at byte %d of %d: %w", r.i, len(s), err)
	}
	return v, nil
}

// reader walks a serialized string once, from left to right.
type reader struct {
	s string
	i int
}

// until takes the bytes up to stop and steps over it.
func (r *reader) until(stop byte) (string, bool) {
	n := strings.IndexByte(r.s[r.i:min(len(r.s), r.i+64)], stop)
	if n < 0 {
		return "", false
	}
	t := r.s[r.i : r.i+n]
	r.i += n + 1
	return t, true
}

func (r *reader) literal(t string) bool {
	if !strings.HasPrefix(r.s[r.i:], t) {
		return false
	}
	r.i += len(t)
	return true
}

// length reads digits and the colon behind them. Nothing can be longer than what is left.
func (r *reader) length() (int, bool) {
	t, ok := r.until(':')
	if !ok || t == "" || t[0] < '0' || t[0] > '9' {
		return 0, false
	}
	n, err := strconv.Atoi(t)
	return n, err == nil && n <= len(r.s)-r.i
}

func (r *reader) quoted() (string, bool) {
	n, ok := r.length()
	if !ok || !r.literal(`"`) || n > len(r.s)-r.i {
		return "", false
	}
	t := r.s[r.i : r.i+n]
	r.i += n
	return t, r.literal(`"`)
}

// escaped reads the S: form, where bytes may be written \xx.
func (r *reader) escaped() (string, bool) {
	n, ok := r.length()
	if !ok || !r.literal(`"`) {
		return "", false
	}
	out := make([]byte, 0, min(n, len(r.s)-r.i))
	for range n {
		if r.i >= len(r.s) {
			return "", false
		}
		c := r.s[r.i]
		r.i++
		if c == '\\' {
			if r.i+2 > len(r.s) {
				return "", false
			}
			b, err := strconv.ParseUint(r.s[r.i:r.i+2], 16, 8)
			if err != nil {
				return "", false
			}
			c = byte(b)
			r.i += 2
		}
		out = append(out, c)
	}
	return string(out), r.literal(`"`)
}

func (r *reader) value(depth int) (any, error) {
	if depth > maxSerializeDepth {
		return nil, fmt.Errorf("%w: nested too deep", ErrSerialized)
	}
	if r.literal("N;") {
		return nil, nil
	}
	if r.i+2 > len(r.s) || r.s[r.i+1] != ':' {
		return nil, ErrSerialized
	}
	kind := r.s[r.i]
	r.i += 2
	ok := false
	switch kind {
	case 'b':
		if r.literal("1;") {
			return true, nil
		}
		if r.literal("0;") {
			return false, nil
		}
	case 'i':
		if n, ok := r.integer(); ok {
			return n, nil
		}
	case 'd':
		if f, ok := r.float(); ok {
			return f, nil
		}
	case 's', 'S':
		var t string
		if kind == 's' {
			t, ok = r.quoted()
		} else {
			t, ok = r.escaped()
		}
		if ok && r.literal(";") {
			return t, nil
		}
	case 'R', 'r':
		if n, ok := r.integer(); ok && n > 0 {
			return Ref{Kind: kind, To: n}, nil
		}
	case 'a':
		a, err := r.members(depth, false)
		if err != nil {
			return nil, err
		}
		return a, nil
	case 'O':
		class, ok := r.class()
		if !ok {
			return nil, ErrSerialized
		}
		props, err := r.members(depth, true)
		if err != nil {
			return nil, err
		}
		return &Object{Class: class, Props: props}, nil
	case 'C':
		class, ok := r.class()
		if !ok {
			return nil, ErrSerialized
		}
		n, ok := r.length()
		if !ok || !r.literal("{") || n > len(r.s)-r.i {
			return nil, ErrSerialized
		}
		o := &Object{Class: class, Opaque: []byte(r.s[r.i : r.i+n]), Custom: true}
		r.i += n
		if r.literal("}") {
			return o, nil
		}
	case 'E':
		if t, ok := r.quoted(); ok && strings.Contains(t, ":") && r.literal(";") {
			return Enum(t), nil
		}
	}
	return nil, ErrSerialized
}

func (r *reader) integer() (int64, bool) {
	t, ok := r.until(';')
	if !ok || t == "" {
		return 0, false
	}
	n, err := strconv.ParseInt(t, 10, 64)
	// Past the range PHP keeps the nearest integer; ParseInt does so too.
	return n, err == nil || errors.Is(err, strconv.ErrRange)
}

func (r *reader) float() (float64, bool) {
	// A float that PHP wrote is short; a longer run of digits is read all the same.
	n := strings.IndexByte(r.s[r.i:], ';')
	if n <= 0 {
		return 0, false
	}
	t := r.s[r.i : r.i+n]
	r.i += n + 1
	switch t {
	case "INF":
		return math.Inf(1), true
	case "-INF":
		return math.Inf(-1), true
	case "NAN":
		return math.NaN(), true
	}
	for i := range len(t) {
		if c := t[i]; (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(t, 64)
	return f, err == nil || errors.Is(err, strconv.ErrRange)
}

func (r *reader) class() (string, bool) {
	name, ok := r.quoted()
	if !ok || name == "" || !r.literal(":") {
		return "", false
	}
	for i := range len(name) {
		c := name[i]
		if c < 0x80 && c != '_' && c != '\\' && !isAlnum(c) {
			return "", false
		}
	}
	return name, true
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// members reads n:{key value …}. Keys of arrays that look like integers become integers;
// names of properties stay strings.
func (r *reader) members(depth int, props bool) (*Array, error) {
	n, ok := r.length()
	if !ok || !r.literal("{") {
		return nil, ErrSerialized
	}
	a := &Array{}
	for range n {
		if r.i+2 > len(r.s) || r.s[r.i+1] != ':' {
			return nil, ErrSerialized
		}
		kind := r.s[r.i]
		r.i += 2
		var k Key
		switch kind {
		case 'i':
			i, ok := r.integer()
			if !ok {
				return nil, ErrSerialized
			}
			k = IntKey(i)
		case 's', 'S':
			read := r.quoted
			if kind == 'S' {
				read = r.escaped
			}
			t, ok := read()
			if !ok || !r.literal(";") {
				return nil, ErrSerialized
			}
			if k = (Key{Str: t}); !props {
				k = KeyOf(t)
			}
		default:
			return nil, ErrSerialized
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		a.Put(k, v)
	}
	if !r.literal("}") {
		return nil, ErrSerialized
	}
	return a, nil
}

// MaybeUnserialize reads stored text as WordPress's maybe_unserialize does: text that does
// not look serialized comes back as it is, text that does but is broken gives false.
func MaybeUnserialize(s string) any {
	if !IsSerialized(s) {
		return s
	}
	v, err := Unserialize(Trim(s))
	if err != nil {
		return false
	}
	return v
}

// IsSerialized is WordPress's is_serialized: a look at both ends, no parsing.
// The forms C:, R: and r: do not count, nor does an exponent in small letters.
func IsSerialized(s string) bool {
	if len(s) < 2 {
		return false
	}
	s = Trim(s)
	if s == "N;" {
		return true
	}
	if len(s) < 4 || s[1] != ':' {
		return false
	}
	end := s[len(s)-1]
	if end != ';' && end != '}' {
		return false
	}
	switch s[0] {
	case 's':
		if s[len(s)-2] != '"' {
			return false
		}
		return digitsColon(s[2:])
	case 'a', 'O', 'E':
		return digitsColon(s[2:])
	case 'b', 'i', 'd':
		body := s[2 : len(s)-1]
		return end == ';' && body != "" && strings.Trim(body, "0123456789.E+-") == ""
	}
	return false
}

// MaybeSerialize is a text as metadata and options hold it (maybe_serialize): one that looks serialized, even
// only at its start, is serialized itself. Or whoever writes a text would choose which objects PHP makes of it.
func MaybeSerialize(s string) string {
	if !seemsSerialized(Trim(s)) {
		return s
	}
	return string(appendSerializedString(nil, s))
}

// seemsSerialized is is_serialized without a look at the end.
func seemsSerialized(s string) bool {
	if s == "N;" {
		return true
	}
	if len(s) < 4 || s[1] != ':' || !strings.ContainsAny(s, ";}") {
		return false
	}
	switch s[0] {
	case 's':
		return strings.Contains(s, `"`) && digitsColon(s[2:])
	case 'a', 'O', 'E':
		return digitsColon(s[2:])
	case 'b', 'i', 'd':
		rest := strings.TrimLeft(s[2:], "0123456789.E+-")
		return len(rest) < len(s)-2 && strings.HasPrefix(rest, ";")
	}
	return false
}

func digitsColon(s string) bool {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n > 0 && n < len(s) && s[n] == ':'
}

// Trim is PHP's trim: blanks and NUL, nothing of Unicode.
func Trim(s string) string { return strings.Trim(s, " \t\n\r\x00\x0b") }

// Serialize writes v as PHP's serialize does. Map and the slices become arrays, Obj a stdClass.
func Serialize(v any) (string, error) {
	b, err := appendSerialized(nil, v, 0)
	return string(b), err
}

func appendSerialized(b []byte, v any, depth int) ([]byte, error) {
	if depth > maxSerializeDepth {
		return b, errors.New("serialize: nested too deep")
	}
	var err error
	switch v := v.(type) {
	case nil:
		return append(b, "N;"...), nil
	case bool:
		if v {
			return append(b, "b:1;"...), nil
		}
		return append(b, "b:0;"...), nil
	case int:
		return appendSerializedInt(b, int64(v)), nil
	case int64:
		return appendSerializedInt(b, v), nil
	case float64:
		b = append(b, "d:"...)
		switch {
		case math.IsInf(v, 1):
			b = append(b, "INF"...)
		case math.IsInf(v, -1):
			b = append(b, "-INF"...)
		case math.IsNaN(v):
			b = append(b, "NAN"...)
		default:
			b = appendFloat(b, v, 'E')
		}
		return append(b, ';'), nil
	case string:
		return appendSerializedString(b, v), nil
	case Ref:
		b = append(b, v.Kind, ':')
		return append(strconv.AppendInt(b, v.To, 10), ';'), nil
	case Enum:
		b = append(b, "E:"...)
		return append(appendQuoted(b, string(v)), ';'), nil
	case *Array:
		b = appendCount(append(b, "a:"...), v.Len())
		for k, e := range v.All() {
			b = appendSerializedKey(b, k)
			if b, err = appendSerialized(b, e, depth+1); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	case *Object:
		if v.Custom {
			b = appendQuoted(append(b, "C:"...), v.Class)
			b = appendCount(append(b, ':'), len(v.Opaque))
			return append(append(b, v.Opaque...), '}'), nil
		}
		b = appendQuoted(append(b, "O:"...), v.Class)
		b = appendCount(append(b, ':'), v.Props.Len())
		for k, e := range v.Props.All() {
			b = appendSerializedKey(b, k)
			if b, err = appendSerialized(b, e, depth+1); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	case Map:
		a := &Array{}
		for _, m := range v {
			a.Set(m.Key, m.Value)
		}
		return appendSerialized(b, a, depth)
	case Obj:
		a := &Array{}
		for _, m := range v {
			a.Put(Key{Str: m.Key}, m.Value)
		}
		return appendSerialized(b, &Object{Class: "stdClass", Props: a}, depth)
	case []any:
		return appendSerializedList(b, v, depth)
	case []string:
		return appendSerializedList(b, v, depth)
	case []int64:
		return appendSerializedList(b, v, depth)
	}
	return b, fmt.Errorf("serialize: %T is not a PHP value", v)
}

func appendSerializedList[T any](b []byte, list []T, depth int) ([]byte, error) {
	var err error
	b = appendCount(append(b, "a:"...), len(list))
	for i, v := range list {
		b = appendSerializedInt(b, int64(i))
		if b, err = appendSerialized(b, v, depth+1); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

func appendSerializedInt(b []byte, n int64) []byte {
	return append(strconv.AppendInt(append(b, "i:"...), n, 10), ';')
}

func appendSerializedString(b []byte, s string) []byte {
	return append(appendQuoted(append(b, "s:"...), s), ';')
}

func appendSerializedKey(b []byte, k Key) []byte {
	if k.IsInt {
		return appendSerializedInt(b, k.Int)
	}
	return appendSerializedString(b, k.Str)
}

func appendQuoted(b []byte, s string) []byte {
	b = append(strconv.AppendInt(b, int64(len(s)), 10), ":\""...)
	return append(append(b, s...), '"')
}

func appendCount(b []byte, n int) []byte {
	return append(strconv.AppendInt(b, int64(n), 10), ":{"...)
}
