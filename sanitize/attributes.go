package sanitize

import (
	"html"
	"strings"
)

// Attribute is one attribute of a tag as HTML reads it.
type Attribute struct {
	Name     string // in small letters
	Value    string // decoded
	HasValue bool
}

const htmlSpace = " \t\f\r\n"

// Attributes reads what stands between a tag's name and its ">" as HTML does: the
// first of two attributes with one name counts, and a value whose quote never
// closes leaves no tag at all (nil).
func Attributes(s string) []Attribute {
	var out []Attribute
	seen := map[string]bool{}
	for i := 0; ; {
		for i < len(s) && strings.IndexByte(htmlSpace+"/", s[i]) >= 0 {
			i++
		}
		if i == len(s) || s[i] == '>' {
			return out
		}
		start := i
		i++ // an equals sign may begin a name
		for i < len(s) && strings.IndexByte(htmlSpace+"=/>", s[i]) < 0 {
			i++
		}
		a := Attribute{Name: lowerASCII(s[start:i])}
		next := i
		for next < len(s) && strings.IndexByte(htmlSpace, s[next]) >= 0 {
			next++
		}
		if next < len(s) && s[next] == '=' {
			value, end, ok := attributeValue(s, next+1)
			if !ok {
				return nil
			}
			a.Value, a.HasValue, i = value, true, end
		}
		if !seen[a.Name] {
			seen[a.Name] = true
			out = append(out, a)
		}
	}
}

func attributeValue(s string, i int) (value string, end int, ok bool) {
	for i < len(s) && strings.IndexByte(htmlSpace, s[i]) >= 0 {
		i++
	}
	if i < len(s) && (s[i] == '"' || s[i] == '\'') {
		n := strings.IndexByte(s[i+1:], s[i])
		if n < 0 {
			return "", 0, false
		}
		return decodeAttribute(s[i+1 : i+1+n]), i + n + 2, true
	}
	end = i
	for end < len(s) && strings.IndexByte(htmlSpace+">", s[end]) < 0 {
		end++
	}
	return decodeAttribute(s[i:end]), end, true
}

// decodeAttribute decodes the character references of a value by HTML's rules for
// attributes: a name without semicolon does not count before "=", letters or digits.
func decodeAttribute(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	if !strings.Contains(s, "&") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '&' {
			out.WriteByte(s[i])
			i++
			continue
		}
		n, decoded := reference(s[i:])
		out.WriteString(decoded)
		i += n
	}
	return out.String()
}

// longestName bounds the names of character references.
const longestName = 40

// reference decodes the character reference that s begins with and gives its length.
func reference(s string) (n int, decoded string) {
	if strings.HasPrefix(s, "&#") {
		start, class := 2, isDigit
		if len(s) > 2 && (s[2] == 'x' || s[2] == 'X') {
			start, class = 3, isHex
		}
		end := span(s, start, class)
		if end == start {
			return 1, "&"
		}
		digits := strings.TrimLeft(s[start:end], "0")
		if len(digits) > 7 {
			digits = "110000" // beyond Unicode whatever the base: becomes U+FFFD
			start = 3
		}
		n = end
		if end < len(s) && s[end] == ';' {
			n++
		}
		if start == 3 {
			digits = "x0" + digits
		} else {
			digits = "0" + digits
		}
		return n, html.UnescapeString("&#" + digits + ";")
	}
	end := 1
	for end < len(s) && end < longestName && (isLetter(s[end]) || isDigit(s[end])) {
		end++
	}
	if end == 1 {
		return 1, "&"
	}
	if end < len(s) && s[end] == ';' {
		// What stays of the name at the end was not part of one.
		if d := html.UnescapeString(s[:end+1]); !(strings.HasSuffix(d, ";") && len(d) > 1) {
			return end + 1, d
		}
		return 1, "&"
	}
	if end < len(s) && s[end] == '=' {
		return 1, "&"
	}
	if d := html.UnescapeString(s[:end]); !isLetter(d[len(d)-1]) && !isDigit(d[len(d)-1]) {
		return end, d
	}
	return 1, "&"
}

var attributeEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")

// write gives the attribute in WordPress's normal form (wp_kses_hair).
func (a Attribute) write() string {
	if !a.HasValue {
		return a.Name
	}
	return a.Name + `="` + attributeEscapes.Replace(a.Value) + `"`
}
