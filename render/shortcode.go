package render

import (
	"strings"
	"unicode/utf8"

	"github.com/headpress/headpress/internal/php"
)

// shortcodeNames are the shortcodes that WordPress itself knows.
var shortcodeNames = nameSet("wp_caption caption gallery playlist audio video embed")

// shortcodeMatch is a shortcode found in a text: [name attrs], [name attrs /] or
// [name attrs]content[/name]; Escaped when it stands in double brackets.
type shortcodeMatch struct {
	full, name, attrs, content string
	enclosing, escaped         bool
	open, close                bool // a single extra bracket before or after
}

// replaceShortcodes puts f's text in the place of every shortcode among names
// (get_shortcode_regex with do_shortcode_tag). Escaped ones lose one pair of brackets.
func replaceShortcodes(text string, names map[string]bool, f func(m shortcodeMatch) string) string {
	var out strings.Builder
	last := 0
	closing := map[string]*finder{}
	attrsEnd := finder{s: text, what: "]"}
	for from := 0; ; {
		k := strings.IndexByte(text[from:], '[')
		if k < 0 {
			break
		}
		i := from + k
		m, end := matchShortcode(text, i, names, &attrsEnd, closing)
		if end == 0 {
			from = i + 1
			continue
		}
		out.WriteString(text[last:i])
		if m.escaped {
			out.WriteString(m.full[1 : len(m.full)-1])
		} else {
			if m.open {
				out.WriteByte('[')
			}
			out.WriteString(f(m))
			if m.close {
				out.WriteByte(']')
			}
		}
		last, from = end, end
	}
	if last == 0 {
		return text
	}
	out.WriteString(text[last:])
	return out.String()
}

// matchShortcode reads the shortcode at i; end is 0 when there is none.
func matchShortcode(s string, i int, names map[string]bool, attrsEnd *finder, closing map[string]*finder) (m shortcodeMatch, end int) {
	at := i + 1
	if at < len(s) && s[at] == '[' {
		m.open = true
		at++
	}
	start := at
	for at < len(s) && (isWord(s[at]) || s[at] == '-') {
		at++
	}
	m.name = s[start:at]
	if !names[m.name] {
		return m, 0
	}
	if end = attrsEnd.from(at); end < 0 {
		return m, 0
	}
	m.attrs = s[at:end]
	end++
	if n := len(m.attrs) - 1; n >= 0 && m.attrs[n] == '/' {
		m.attrs = m.attrs[:n]
	} else {
		f := closing[m.name]
		if f == nil {
			f = &finder{s: s, what: "[/" + m.name + "]"}
			closing[m.name] = f
		}
		if c := f.from(end); c >= 0 {
			m.content, m.enclosing = s[end:c], true
			end = c + len(f.what)
		}
	}
	if end < len(s) && s[end] == ']' {
		m.close = true
		end++
	}
	m.escaped = m.open && m.close
	m.full = s[i:end]
	return m, end
}

// usedShortcodes are those of names that stand in the text as [name; WordPress
// works with no others, nor looks at the text when there is none.
func usedShortcodes(text string, names map[string]bool) map[string]bool {
	var used map[string]bool
	for i := 0; i < len(text); i++ {
		if text[i] != '[' {
			continue
		}
		start := i + 1
		end := start
		for end < len(text) && text[end] > ' ' && strings.IndexByte("<>&/[]=", text[end]) < 0 {
			end++
		}
		if name := text[start:end]; names[name] {
			if used == nil {
				used = map[string]bool{}
			}
			used[name] = true
		}
		i = end - 1
	}
	return used
}

// runShortcodes is do_shortcode with f for the shortcodes; without inTags those
// inside tags are left alone.
func runShortcodes(text string, names map[string]bool, inTags bool, f func(m shortcodeMatch) string) string {
	used := usedShortcodes(text, names)
	if used == nil {
		return text
	}
	text = shortcodesInTags(text, used, inTags, f)
	text = replaceShortcodes(text, used, f)
	return braces.Replace(text)
}

var (
	// Brackets inside tags are hidden while shortcodes are looked for; entities that
	// stood there before get a zero, so that they are not taken for hidden ones.
	ownBraces  = strings.NewReplacer("&#91;", "&#091;", "&#93;", "&#093;")
	hideBraces = strings.NewReplacer("[", "&#91;", "]", "&#93;")
	braces     = strings.NewReplacer("&#91;", "[", "&#93;", "]")
)

// shortcodesInTags runs the shortcodes inside attributes and hides all other
// brackets of tags (do_shortcodes_in_html_tags).
func shortcodesInTags(text string, names map[string]bool, inTags bool, f func(m shortcodeMatch) string) string {
	text = ownBraces.Replace(text)
	var out strings.Builder
	out.Grow(len(text))
	splitHTML(text, func(t string) { out.WriteString(t) }, func(tag string) {
		if strings.IndexByte(tag, '[') >= 0 && strings.IndexByte(tag, ']') >= 0 && inTags &&
			!strings.HasPrefix(tag, "<!--") && !strings.HasPrefix(tag, "<![CDATA[") {
			tag = shortcodesInTag(tag, names, f)
		}
		out.WriteString(hideBraces.Replace(tag))
	})
	return out.String()
}

func shortcodesInTag(tag string, names map[string]bool, f func(m shortcodeMatch) string) string {
	front, attrs, back, ok := parseAttrs(tag)
	if !ok {
		// <[email]>: a shortcode where a name should be.
		i := skipSpace(tag, 1)
		if i < len(tag) && tag[i] == '[' {
			i++
			if i < len(tag) && tag[i] == '[' {
				i++
			}
			if n := strings.IndexAny(tag[i:], "[]"); n > 0 && tag[i+n] == ']' {
				return replaceShortcodes(tag, names, f)
			}
		}
		return tag
	}
	element := strings.TrimSpace(strings.TrimLeft(front, "< \t\r\n\v\f"))
	for k, attr := range attrs {
		open := strings.IndexByte(attr, '[')
		if open < 0 || strings.IndexByte(attr, ']') < 0 {
			continue
		}
		quote := strings.IndexAny(attr, `"'`)
		if quote < 0 || open < quote {
			attrs[k] = replaceShortcodes(attr, names, f)
			continue
		}
		n := 0
		changed := replaceShortcodes(attr, names, func(m shortcodeMatch) string { n++; return f(m) })
		if n == 0 && changed == attr {
			continue
		}
		if changed = cleanAttr(changed, element); strings.Trim(changed, phpSpace) != "" {
			attrs[k] = changed
		}
	}
	return front + strings.Join(attrs, "") + back
}

// parseAttrs cuts an opening tag into what precedes its attributes, each of them
// with the white space after it, and its end (wp_kses_attr_parse). Anything
// unusual makes it give up.
func parseAttrs(tag string) (front string, attrs []string, back string, ok bool) {
	i := skipSpace(tag, 1)
	start := i
	for i < len(tag) && (isDigit(tag[i]) || isLetter(tag[i])) {
		i++
	}
	if i == start {
		return "", nil, "", false
	}
	i = skipSpace(tag, i)
	front = tag[:i]
	end := len(tag)
	if tag[end-1] == '>' {
		end--
	}
	if strings.IndexByte(tag[i:end], '>') >= 0 {
		return "", nil, "", false
	}
	body := strings.TrimRight(tag[i:end], " \t\n\v\f\r")
	if strings.HasSuffix(body, "/") {
		body = strings.TrimRight(body[:len(body)-1], " \t\n\v\f\r")
	} else {
		body = tag[i:end]
	}
	back = tag[i+len(body):]
	for body != "" {
		n := attrEnd(body)
		if n == 0 {
			return "", nil, "", false
		}
		attrs = append(attrs, body[:n])
		body = body[n:]
	}
	return front, attrs, back, true
}

// attrEnd gives the length of the attribute at the start of s with the white
// space after it; 0 when it is malformed.
func attrEnd(s string) int {
	i := 0
	switch {
	case isLetter(s[0]) || s[0] == '_':
		for i < len(s) && (isWord(s[i]) || strings.IndexByte("-:.", s[i]) >= 0) {
			i++
		}
	case s[0] == '[':
		i++
		if i < len(s) && s[i] == '[' {
			i++
		}
		n := strings.IndexAny(s[i:], "[]")
		if n < 1 || s[i+n] != ']' {
			return 0
		}
		i += n + 1
		if i < len(s) && s[i] == ']' {
			i++
		}
	default:
		return 0
	}
	value := skipSpace(s, i)
	if value == len(s) || s[value] != '=' {
		if value == i && i < len(s) {
			return 0
		}
		return value
	}
	value = skipSpace(s, value+1)
	if value == len(s) {
		return 0
	}
	if s[value] == '"' || s[value] == '\'' {
		n := strings.IndexByte(s[value+1:], s[value])
		if n < 0 {
			return 0
		}
		return skipSpace(s, value+n+2)
	}
	end := value
	for end < len(s) && !isSpace(s[end]) && s[end] != '"' && s[end] != '\'' {
		end++
	}
	if end == value || (end < len(s) && !isSpace(s[end])) {
		return 0
	}
	return skipSpace(s, end)
}

// parseShortcodeAtts reads attributes (shortcode_parse_atts): names in small
// letters, and values without names under 0, 1, ….
func parseShortcodeAtts(s string) *php.Array {
	atts := &php.Array{}
	if s == "" {
		return atts
	}
	if !utf8.ValidString(s) {
		return atts
	}
	s = unbreakable.Replace(s)
	quoted := [2]finder{{s: s, what: `"`}, {s: s, what: "'"}}
	for i := skipSpace(s, 0); i < len(s); i = skipSpace(s, i) {
		name, value, end := readShortcodeAtt(s, i, &quoted)
		i = end
		value = stripCSlashes(value)
		if unclosedTag(value) {
			value = ""
		}
		switch {
		case name == "0":
		case name != "":
			atts.Set(strings.ToLower(name), value)
		case value != "" || end > 0:
			atts.Append(value)
		}
	}
	return atts
}

// Runs of no-break and zero-width spaces are one space.
var unbreakable = strings.NewReplacer("\u00a0", " ", "\u200b", " ")

// readShortcodeAtt reads name="value", name='value', name=value, "value", 'value'
// or a bare word at i.
func readShortcodeAtt(s string, i int, quoted *[2]finder) (name, value string, end int) {
	closes := func(at int) bool { return at == len(s) || isSpace(s[at]) }
	quote := func(at int) (string, int) {
		if at >= len(s) || (s[at] != '"' && s[at] != '\'') {
			return "", 0
		}
		f := &quoted[0]
		if s[at] == '\'' {
			f = &quoted[1]
		}
		if n := f.from(at + 1); n >= 0 && closes(n+1) {
			return s[at+1 : n], n + 1
		}
		return "", 0
	}
	n := i
	for n < len(s) && (isWord(s[n]) || s[n] == '-') {
		n++
	}
	if n > i {
		if eq := skipSpace(s, n); eq < len(s) && s[eq] == '=' {
			at := skipSpace(s, eq+1)
			if v, end := quote(at); end > 0 {
				return s[i:n], v, end
			}
			end := at
			for end < len(s) && !isSpace(s[end]) && s[end] != '"' && s[end] != '\'' {
				end++
			}
			if end > at && closes(end) {
				return s[i:n], s[at:end], end
			}
		}
	} else if v, end := quote(i); end > 0 {
		return "", v, end
	}
	end = i
	for end < len(s) && !isSpace(s[end]) {
		end++
	}
	return "", s[i:end], end
}

// unclosedTag tells whether a < has no > after it.
func unclosedTag(s string) bool {
	for {
		k := strings.IndexByte(s, '<')
		if k < 0 {
			return false
		}
		end := strings.IndexByte(s[k:], '>')
		if end < 0 {
			return true
		}
		s = s[k+end+1:]
	}
}

// stripCSlashes is PHP's stripcslashes: C escapes become what they stand for.
func stripCSlashes(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'n':
			out = append(out, '\n')
		case 't':
			out = append(out, '\t')
		case 'r':
			out = append(out, '\r')
		case 'a':
			out = append(out, '\a')
		case 'v':
			out = append(out, '\v')
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'x':
			if i+1 < len(s) && isHex(s[i+1]) {
				n := 0
				for k := 0; k < 2 && i+1 < len(s) && isHex(s[i+1]); k++ {
					i++
					n = n*16 + hexValue(s[i])
				}
				out = append(out, byte(n))
				continue
			}
			out = append(out, c)
		default:
			n, k := 0, 0
			for k < 3 && i+k < len(s) && s[i+k] >= '0' && s[i+k] <= '7' {
				n = n*8 + int(s[i+k]-'0')
				k++
			}
			if k > 0 {
				i += k - 1
				out = append(out, byte(n))
				continue
			}
			out = append(out, c)
		}
	}
	return string(out)
}

func hexValue(c byte) int {
	if isDigit(c) {
		return int(c - '0')
	}
	return int(c|0x20) - 'a' + 10
}

// doShortcodes runs the shortcodes of a text.
func (r *Renderer) doShortcodes(in PostText, text string) string {
	return runShortcodes(text, shortcodeNames, true, func(m shortcodeMatch) string { return r.shortcode(in, m) })
}

// stripShortcodes takes the shortcodes out of a text (strip_shortcodes).
func stripShortcodes(text string) string {
	return runShortcodes(text, shortcodeNames, false, func(shortcodeMatch) string { return "" })
}

// shortcodeUnautop takes the paragraph away around a shortcode that stands alone
// in it (shortcode_unautop).
func shortcodeUnautop(text string) string {
	closing := map[string]*finder{}
	attrsEnd := finder{s: text, what: "]"}
	return scan(text, paragraphOpen, false, func(s string, i int) (int, string) {
		start := skipWideSpace(s, i+len(paragraphOpen))
		if start == len(s) || s[start] != '[' || (start+1 < len(s) && s[start+1] == '[') {
			return 0, ""
		}
		m, end := matchShortcode(s, start, shortcodeNames, &attrsEnd, closing)
		if end == 0 {
			return 0, ""
		}
		if m.close {
			end--
		}
		if after := skipWideSpace(s, end); strings.HasPrefix(s[after:], paragraphClose) {
			return after + len(paragraphClose), s[start:end]
		}
		// With its content it is followed by something else; alone it may not be.
		if m.enclosing {
			end = end - len(m.content) - len("[/]") - len(m.name)
			if after := skipWideSpace(s, end); strings.HasPrefix(s[after:], paragraphClose) {
				return after + len(paragraphClose), s[start:end]
			}
		}
		return 0, ""
	})
}

// skipWideSpace passes over what wp_spaces_regexp calls spaces.
func skipWideSpace(s string, i int) int {
	for i < len(s) {
		switch {
		case s[i] == '\r' || s[i] == '\n' || s[i] == '\t' || s[i] == ' ':
			i++
		case strings.HasPrefix(s[i:], "\u00a0"):
			i += 2
		case strings.HasPrefix(s[i:], "&nbsp;"):
			i += 6
		default:
			return i
		}
	}
	return i
}
