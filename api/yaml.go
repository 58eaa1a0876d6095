package api

import (
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// AppendYAML writes a document of php.Obj, []any and scalars as YAML: blocks for what
// has members, JSON for the rest, which YAML understands.
func AppendYAML(dst []byte, v any) []byte { return appendBlock(dst, v, 0) }

func appendBlock(b []byte, v any, depth int) []byte {
	indent := strings.Repeat("  ", depth)
	switch v := v.(type) {
	case php.Obj:
		for i, m := range v {
			if i > 0 || depth == 0 || b[len(b)-1] == '\n' {
				b = append(b, indent...)
			}
			b = appendInside(append(appendYAMLKey(b, m.Key), ':'), m.Value, depth+1)
		}
	case []any:
		for _, e := range v {
			b = append(append(b, indent...), '-', ' ')
			if o, ok := e.(php.Obj); ok && len(o) > 0 {
				b = appendBlock(b, o, depth+1)
			} else {
				b = append(appendScalar(b, e), '\n')
			}
		}
	default:
		b = append(appendScalar(b, v), '\n')
	}
	return b
}

// appendInside writes what follows a key.
func appendInside(b []byte, v any, depth int) []byte {
	if nested(v) {
		return appendBlock(append(b, '\n'), v, depth)
	}
	return append(appendScalar(append(b, ' '), v), '\n')
}

// nested tells whether a value needs lines of its own. Lists of scalars fit into one.
func nested(v any) bool {
	switch v := v.(type) {
	case php.Obj:
		return len(v) > 0
	case []any:
		for _, e := range v {
			switch e.(type) {
			case php.Obj, php.Map, []any:
				return true
			}
		}
	}
	return false
}

func appendScalar(b []byte, v any) []byte {
	return php.AppendJSON(b, v, php.JSONUnescapedSlashes|php.JSONUnescapedUnicode|php.JSONPreserveZeroFraction)
}

func appendYAMLKey(b []byte, key string) []byte {
	plain := key != "" && (key[0] == '/' || key[0] == '_' || 'a' <= key[0]|0x20 && key[0]|0x20 <= 'z')
	for _, c := range []byte(key) {
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '/' || c == '{' || c == '}' || c == '.') {
			plain = false
		}
	}
	switch strings.ToLower(key) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		plain = false
	}
	if plain {
		return append(b, key...)
	}
	return appendScalar(b, key)
}
