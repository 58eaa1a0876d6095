package sanitize

import (
	"html"
	"strings"
	"unicode/utf8"
)

// DecodeHTML decodes the entities of HTML 4 and numeric ones (html_entity_decode).
// What HTML 4 does not know, or what stands for no character, stays.
func DecodeHTML(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	for {
		before, rest, ok := strings.Cut(s, "&")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		s = rest
		decoded, n := decodedAt(s)
		if n == 0 {
			decoded = "&"
		}
		out.WriteString(decoded)
		s = s[n:]
	}
}

// longestEntity is more than any entity has between & and ;.
const longestEntity = 32

// decodedAt is what stands for the entity behind an &, and how long that is with its semicolon.
func decodedAt(s string) (string, int) {
	end := strings.IndexByte(s[:min(len(s), longestEntity)], ';')
	if end < 1 {
		return "", 0
	}
	name := s[:end]
	if name[0] != '#' {
		switch {
		case name == "lang": // HTML 5 has others
			return "\u2329", end + 1
		case name == "rang":
			return "\u232a", end + 1
		case name == "apos" || !htmlEntities()[name]:
			return "", 0
		}
		return html.UnescapeString("&" + name + ";"), end + 1
	}
	digits, base, class := name[1:], 10, isDigit
	if len(digits) > 1 && digits[0]|0x20 == 'x' {
		digits, base, class = digits[1:], 16, isHex
	}
	if digits == "" || span(digits, 0, class) != len(digits) {
		return "", 0
	}
	r := rune(0)
	for i := range len(digits) {
		d := rune(digits[i] | 0x20)
		if d >= 'a' {
			d -= 'a' - 10
		} else {
			d -= '0'
		}
		if r = r*rune(base) + d; r > utf8.MaxRune {
			return "", 0
		}
	}
	if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 || !utf8.ValidRune(r) {
		return "", 0
	}
	return string(r), end + 1
}
