package php

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// JSONFlags change how AppendJSON writes; their names are PHP's.
type JSONFlags uint

// The flags of json_encode that WordPress uses somewhere.
const (
	JSONPrettyPrint JSONFlags = 1 << iota
	JSONUnescapedSlashes
	JSONUnescapedUnicode
	JSONHexTag
	JSONHexAmp
	JSONHexApos
	JSONHexQuot
	JSONPreserveZeroFraction
	JSONUnescapedLineTerminators
)

// AppendJSON writes v as WordPress's wp_json_encode does. Where PHP refuses a value
// (INF, NAN, more than 512 levels) it writes 0 or null, as PHP does for partial output.
func AppendJSON(dst []byte, v any, flags JSONFlags) []byte {
	w := jsonWriter{b: dst, flags: flags}
	w.value(v)
	return w.b
}

// jsonWriter appends; depth is the number of open brackets.
type jsonWriter struct {
	b     []byte
	flags JSONFlags
	depth int
}

func (w *jsonWriter) value(v any) {
	switch v := v.(type) {
	case nil:
		w.b = append(w.b, "null"...)
	case string:
		w.string(v)
	case bool:
		w.b = strconv.AppendBool(w.b, v)
	case int64:
		w.b = strconv.AppendInt(w.b, v, 10)
	case int:
		w.b = strconv.AppendInt(w.b, int64(v), 10)
	case float64:
		w.float(v)
	case Map:
		if len(v) == 0 {
			w.b = append(w.b, "[]"...)
			return
		}
		w.members(v)
	case Obj:
		if len(v) == 0 {
			w.b = append(w.b, "{}"...)
			return
		}
		w.members(v)
	case []any:
		writeList(w, v, w.value)
	case []string:
		writeList(w, v, w.string)
	case []int64:
		writeList(w, v, func(n int64) { w.b = strconv.AppendInt(w.b, n, 10) })
	case []Map:
		writeList(w, v, func(m Map) { w.value(m) })
	case []Obj:
		writeList(w, v, func(m Obj) { w.value(m) })
	case *Array:
		w.array(v)
	case *Object:
		w.object(v)
	default:
		w.other(v)
	}
}

// other writes Go's remaining plain types by their kind.
func (w *jsonWriter) other(v any) {
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int, reflect.Int64:
		w.b = strconv.AppendInt(w.b, r.Int(), 10)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint, reflect.Uint64:
		w.b = strconv.AppendUint(w.b, r.Uint(), 10)
	case reflect.String:
		w.string(r.String())
	case reflect.Bool:
		w.b = strconv.AppendBool(w.b, r.Bool())
	case reflect.Slice:
		w.open('[', r.Len())
		for i := range r.Len() {
			w.item(i)
			w.value(r.Index(i).Interface())
		}
		w.close(']', r.Len())
	default:
		w.b = append(w.b, "null"...)
	}
}

func writeList[T any](w *jsonWriter, list []T, write func(T)) {
	if !w.open('[', len(list)) {
		return
	}
	for i, v := range list {
		w.item(i)
		write(v)
	}
	w.close(']', len(list))
}

// open begins a list or an object of n elements; it says whether there is room for it.
func (w *jsonWriter) open(bracket byte, n int) bool {
	if w.depth >= maxJSONDepth {
		w.b = append(w.b, "null"...)
		return false
	}
	w.depth++
	w.b = append(w.b, bracket)
	return true
}

// item begins the element at i.
func (w *jsonWriter) item(i int) {
	if i > 0 {
		w.b = append(w.b, ',')
	}
	w.indent()
}

func (w *jsonWriter) indent() {
	if w.flags&JSONPrettyPrint == 0 {
		return
	}
	w.b = append(w.b, '\n')
	for range w.depth {
		w.b = append(w.b, "    "...)
	}
}

func (w *jsonWriter) close(bracket byte, n int) {
	w.depth--
	if n > 0 {
		w.indent()
	}
	w.b = append(w.b, bracket)
}

func (w *jsonWriter) colon() {
	w.b = append(w.b, ':')
	if w.flags&JSONPrettyPrint != 0 {
		w.b = append(w.b, ' ')
	}
}

func (w *jsonWriter) members(list []Member) {
	if !w.open('{', len(list)) {
		return
	}
	for i := range list {
		w.item(i)
		w.string(list[i].Key)
		w.colon()
		w.value(list[i].Value)
	}
	w.close('}', len(list))
}

func (w *jsonWriter) array(a *Array) {
	if a.IsList() {
		writeList(w, a.Values(), w.value)
		return
	}
	if !w.open('{', a.Len()) {
		return
	}
	i := 0
	for k, v := range a.All() {
		w.item(i)
		w.key(k)
		w.value(v)
		i++
	}
	w.close('}', i)
}

func (w *jsonWriter) key(k Key) {
	if k.IsInt {
		w.b = append(strconv.AppendInt(append(w.b, '"'), k.Int, 10), '"')
	} else {
		w.string(k.Str)
	}
	w.colon()
}

// object writes the public properties. PHP marks the others with a NUL in front, and
// gives objects of classes it does not know a property with the class's name.
func (w *jsonWriter) object(o *Object) {
	if o == nil {
		w.b = append(w.b, "null"...)
		return
	}
	if !w.open('{', 0) {
		return
	}
	i := 0
	if !strings.EqualFold(o.Class, "stdClass") && o.Class != "" {
		w.item(i)
		w.key(Key{Str: "__PHP_Incomplete_Class_Name"})
		w.string(o.Class)
		i++
	}
	for k, v := range o.Props.All() {
		if !k.IsInt && strings.HasPrefix(k.Str, "\x00") {
			continue
		}
		w.item(i)
		w.key(k)
		w.value(v)
		i++
	}
	w.close('}', i)
}

func (w *jsonWriter) float(f float64) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		w.b = append(w.b, '0')
		return
	}
	at := len(w.b)
	w.b = appendFloat(w.b, f, 'e')
	if w.flags&JSONPreserveZeroFraction != 0 && strings.Trim(string(w.b[at:]), "-0123456789") == "" {
		w.b = append(w.b, ".0"...)
	}
}

const hexDigits = "0123456789abcdef"

// plainASCII marks the bytes that every set of flags writes as they are.
var plainASCII = func() (t [utf8.RuneSelf]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] = !strings.ContainsRune("\"\\/<>&'", rune(c))
	}
	return t
}()

func (w *jsonWriter) string(s string) {
	b := append(w.b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if plainASCII[c] {
				i++
				continue
			}
			esc := w.escape(c)
			if esc == "" {
				i++
				continue
			}
			b = append(append(b, s[start:i]...), esc...)
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			// _wp_json_sanity_check sends broken text through mb_convert_encoding,
			// which puts one ? for every broken sequence.
			b = append(append(b, s[start:i]...), '?')
			n = brokenLen(s[i:])
		case w.flags&JSONUnescapedUnicode != 0 && (r != 0x2028 && r != 0x2029 || w.flags&JSONUnescapedLineTerminators != 0):
			i += n
			continue
		case r > 0xFFFF:
			r -= 0x10000
			b = append(b, s[start:i]...)
			b = appendU(b, 0xD800+r>>10)
			b = appendU(b, 0xDC00+r&0x3FF)
		default:
			b = append(b, s[start:i]...)
			b = appendU(b, r)
		}
		i += n
		start = i
	}
	w.b = append(append(b, s[start:]...), '"')
}

func appendU(b []byte, r rune) []byte {
	return append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

// escape gives what stands for an ASCII byte that is not always plain, "" for itself.
func (w *jsonWriter) escape(c byte) string {
	switch c {
	case '/':
		if w.flags&JSONUnescapedSlashes == 0 {
			return `\/`
		}
	case '"':
		if w.flags&JSONHexQuot != 0 {
			return `\u0022`
		}
		return `\"`
	case '<':
		if w.flags&JSONHexTag != 0 {
			return `\u003C`
		}
	case '>':
		if w.flags&JSONHexTag != 0 {
			return `\u003E`
		}
	case '&':
		if w.flags&JSONHexAmp != 0 {
			return `\u0026`
		}
	case '\'':
		if w.flags&JSONHexApos != 0 {
			return `\u0027`
		}
	case '\\':
		return `\\`
	default:
		return controlEscapes[c]
	}
	return ""
}

var controlEscapes = func() (t [utf8.RuneSelf]string) {
	for c := range 0x20 {
		t[c] = fmt.Sprintf(`\u%04x`, c)
	}
	t['\b'], t['\f'], t['\n'], t['\r'], t['\t'] = `\b`, `\f`, `\n`, `\r`, `\t`
	return t
}()

// brokenLen is the length of the broken sequence at the start of s: a lead byte with
// as many of its continuation bytes as are there.
func brokenLen(s string) int {
	lo, hi, need := byte(0x80), byte(0xBF), 0
	switch c := s[0]; {
	case c >= 0xC2 && c <= 0xDF:
		need = 1
	case c >= 0xE0 && c <= 0xEF:
		need = 2
		if c == 0xE0 {
			lo = 0xA0
		} else if c == 0xED {
			hi = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		need = 3
		if c == 0xF0 {
			lo = 0x90
		} else if c == 0xF4 {
			hi = 0x8F
		}
	}
	n := 1
	for n <= need && n < len(s) && s[n] >= lo && s[n] <= hi {
		lo, hi = 0x80, 0xBF
		n++
	}
	return n
}
