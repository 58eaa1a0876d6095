package render

import "strings"

// phpSpace is what PHP's trim() takes off.
const phpSpace = " \t\n\r\x00\x0B"

// isSpace is \s of a regular expression over bytes.
func isSpace(c byte) bool { return c == ' ' || (c >= '\t' && c <= '\r') }

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return (c|0x20) >= 'a' && (c|0x20) <= 'z' }
func isWord(c byte) bool   { return isDigit(c) || isLetter(c) || c == '_' }
func isHex(c byte) bool    { return isDigit(c) || ((c|0x20) >= 'a' && (c|0x20) <= 'f') }

// skipSpace gives the first index from i on that is not white space.
func skipSpace(s string, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

// htmlTokenEnd gives the length of the tag or comment (or CDATA section) that
// begins s, as WordPress splits HTML: a tag ends at the first >, quoted or not;
// what never ends runs to the end.
func htmlTokenEnd(s string, cdata bool) int {
	until, from := ">", 1
	switch {
	case strings.HasPrefix(s, "<!--"):
		until, from = "-->", 2 // <!--> is whole
	case cdata && strings.HasPrefix(s, "<![CDATA["):
		until, from = "]]>", 9
	}
	if n := strings.Index(s[from:], until); n >= 0 {
		return from + n + len(until)
	}
	return len(s)
}

// splitHTML walks over text and tags in turn (wp_html_split), in order.
func splitHTML(s string, text, tag func(string)) {
	for s != "" {
		n := strings.IndexByte(s, '<')
		if n < 0 {
			n = len(s)
		}
		if n > 0 {
			text(s[:n])
			s = s[n:]
			continue
		}
		n = htmlTokenEnd(s, true)
		tag(s[:n])
		s = s[n:]
	}
}

// replaceInTags replaces old by new inside tags and comments only
// (wp_replace_in_html_tags).
func replaceInTags(s, old, new string) string {
	if !strings.Contains(s, old) || strings.IndexByte(s, '<') < 0 {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	splitHTML(s, func(t string) { out.WriteString(t) }, func(t string) { out.WriteString(strings.ReplaceAll(t, old, new)) })
	return out.String()
}
