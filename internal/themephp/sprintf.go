package themephp

import (
	"errors"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// builtins are functions of PHP itself.
var builtins = map[string]Function{
	"sprintf": {Min: 1, Max: -1, Call: sprintf},
	"printf":  {Min: 1, Max: -1, Prints: true, Call: sprintf},
}

// maxWidth bounds how far texts are padded.
const maxWidth = 1000

var errFormat = errors.New("a format that is not known")

// sprintf is PHP's, for texts and whole numbers.
func sprintf(args []string) (string, error) {
	format := args[0]
	var out strings.Builder
	next := 1
	for {
		before, rest, found := strings.Cut(format, "%")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		if after, ok := strings.CutPrefix(rest, "%"); ok {
			out.WriteByte('%')
			format = after
			continue
		}
		n := 0
		if d := leadingDigits(rest); d != "" && strings.HasPrefix(rest[len(d):], "$") {
			n, _ = strconv.Atoi(d)
			if n == 0 || n >= len(args) {
				return "", errors.New("too few arguments")
			}
			rest = rest[len(d)+1:]
		}
		left, pad := false, byte(' ')
		switch {
		case strings.HasPrefix(rest, "-"):
			left, rest = true, rest[1:]
		case strings.HasPrefix(rest, "0"):
			pad, rest = '0', rest[1:]
		}
		d := leadingDigits(rest)
		width, _ := strconv.Atoi(d)
		if rest = rest[len(d):]; rest == "" || len(d) > 1 && d[0] == '0' || width > maxWidth {
			return "", errFormat
		}
		if n == 0 {
			if n = next; n >= len(args) {
				return "", errors.New("too few arguments")
			}
			next++
		}
		v, sign := args[n], ""
		switch rest[0] {
		case 's':
		case 'd':
			v = strconv.FormatInt(php.ToInt(v), 10)
			if after, negative := strings.CutPrefix(v, "-"); negative && pad == '0' {
				sign, v = "-", after
			}
		default:
			return "", errFormat
		}
		padding := strings.Repeat(string(pad), max(0, width-len(sign)-len(v)))
		if out.Len()+len(padding)+len(v) > maxMade {
			return "", errLarge
		}
		if left {
			v, padding = v+padding, ""
		}
		out.WriteString(sign + padding + v)
		format = rest[1:]
	}
}

// leadingDigits are those that a text begins with: no more than numbers have here.
func leadingDigits(s string) string {
	n := 0
	for n < len(s) && n < 9 && isDigit(s[n]) {
		n++
	}
	return s[:n]
}
