package sanitize

import "strings"

// Filter decides what markup may be stored: elements and attributes of a table
// stay in WordPress's normal form, other tags go and leave their text (wp_kses).
type Filter struct {
	rules func() *rules
	// UploadHost is host, and port if there is one, of the address of the uploads folder: PDF objects must come from there.
	UploadHost string
	// Blocks passes the strings in the attributes of a text's blocks through clean, and
	// writes the blocks anew; nil leaves them as they are.
	Blocks func(text string, clean func(string) string) string
}

// PostFilter is for contents and excerpts of those who may not write unfiltered HTML (wp_filter_post_kses).
func PostFilter() *Filter { return &Filter{rules: postRules} }

// TextFilter is for titles, and descriptions of terms (wp_filter_kses).
func TextFilter() *Filter { return &Filter{rules: textRules} }

// CommentFilter is for comments (wp_filter_kses of pre_comment_content).
func CommentFilter() *Filter { return &Filter{rules: commentRules} }

// UserFilter is for descriptions of users.
func UserFilter() *Filter { return &Filter{rules: userRules} }

// HeaderFilter is for what themes and plugins say of themselves, HeaderNameFilter for their names, which have no links.
func HeaderFilter() *Filter { return &Filter{rules: linkedHeaderRules} }

// HeaderNameFilter is for the names of themes and plugins.
func HeaderNameFilter() *Filter { return &Filter{rules: headerRules} }

// The bounds of what is filtered again: WordPress goes on as long as a comment
// changes, and into comments inside of comments.
const (
	maxNested = 3
	maxAgain  = 8
)

// Clean filters a text.
func (f *Filter) Clean(s string) string { return f.clean(s, f.Blocks, 0) }

func (f *Filter) clean(s string, blocks func(string, func(string) string) string, depth int) string {
	s = NormalizeEntities(noControls(s))
	s = escapeOpenTags(s)
	if blocks != nil && strings.Contains(s, "<!--") {
		s = blocks(closeComments(s), func(v string) string { return f.clean(v, nil, depth) })
	}
	return f.split(s, depth)
}

// closeComments writes comments that end in "--->" with two dashes, so that no block hides behind a third.
func closeComments(s string) string {
	if !strings.Contains(s, "--->") {
		return s
	}
	var out strings.Builder
	for {
		start := strings.Index(s, "<!--")
		if start < 0 {
			break
		}
		body := s[start+4:]
		if line := strings.IndexByte(body, '\n'); line >= 0 {
			body = body[:line]
		}
		end := strings.Index(body, "--->")
		if end < 0 {
			out.WriteString(s[:start+4])
			s = s[start+4:]
			if !strings.Contains(s, "--->") {
				break
			}
			continue
		}
		out.WriteString(s[:start+4] + strings.TrimRight(body[:end], "-") + "-->")
		s = s[start+4+end+4:]
	}
	out.WriteString(s)
	return out.String()
}

// split finds what looks like a tag and filters it; the text between stays.
func (f *Filter) split(s string, depth int) string {
	var out strings.Builder
	out.Grow(len(s))
	p := pieces{s: s, line: -1, closer: -1}
	for at := 0; ; {
		n := strings.IndexAny(s[at:], "<>")
		if n < 0 {
			out.WriteString(s[at:])
			return out.String()
		}
		out.WriteString(s[at : at+n])
		at += n
		end, comment := p.end(at)
		piece := strings.ReplaceAll(s[at:end], `\"`, `"`)
		at = end
		switch {
		case piece[0] != '<':
			out.WriteString("&gt;")
		case comment:
			out.WriteString(f.comment(piece, depth))
		default:
			out.WriteString(f.tag(piece))
		}
	}
}

// pieces remembers what was found ahead in a text, so that no stretch is searched twice.
type pieces struct {
	s            string
	line, closer int // the next line break and the next "-->", len(s) without
}

func (p *pieces) ahead(found *int, from int, what string) int {
	if *found < from {
		*found = len(p.s)
		if n := strings.Index(p.s[from:], what); n >= 0 {
			*found = from + n
		}
	}
	return *found
}

// end tells where what begins at i ends, and whether HTML takes it for a comment: a
// real one, a closer of no tag, or a declaration in small letters. A comment of
// several lines ends at its first ">".
func (p *pieces) end(i int) (end int, comment bool) {
	s := p.s[i:]
	if s[0] == '>' {
		return i + 1, false
	}
	real := strings.HasPrefix(s, "<!--")
	if real {
		line, closer := p.ahead(&p.line, i, "\n"), p.ahead(&p.closer, i+4, "-->")
		if closer < line {
			return closer + 3, true
		}
		if line >= len(p.s)-1 {
			return line, true
		}
	}
	if len(s) > 3 && s[1] == '/' && !isLetter(s[2]) {
		if n := strings.IndexByte(s[3:], '>'); n >= 0 {
			return i + 3 + n + 1, true
		}
	}
	n := strings.IndexByte(s, '>')
	if n < 0 {
		return len(p.s), real
	}
	return i + n + 1, real || len(s) > 3 && s[1] == '!' && 'a' <= s[2] && s[2] <= 'z'
}

// comment filters what a comment says until it stays the same.
func (f *Filter) comment(piece string, depth int) string {
	if depth >= maxNested {
		return ""
	}
	real := strings.HasPrefix(piece, "<!--")
	body := ""
	if real {
		body = strings.ReplaceAll(strings.ReplaceAll(piece, "<!--", ""), "-->", "")
	} else {
		body = piece[2 : len(piece)-1]
	}
	for range maxAgain {
		next := f.clean(body, nil, depth+1)
		if next == body {
			break
		}
		body = next
	}
	if !real {
		return piece[:2] + body + ">"
	}
	if body == "" {
		return ""
	}
	dashes := make([]byte, 0, len(body))
	for i := range len(body) {
		if body[i] != '-' || i == 0 || body[i-1] != '-' {
			dashes = append(dashes, body[i])
		}
	}
	return "<!--" + strings.TrimSuffix(string(dashes), "-") + "-->"
}

// tag writes an allowed tag anew and drops any other.
func (f *Filter) tag(piece string) string {
	i := span(piece, 1, isSpace)
	slash := i < len(piece) && piece[i] == '/'
	if slash {
		i = span(piece, i+1, isSpace)
	}
	end := span(piece, i, func(c byte) bool { return isLetter(c) || isDigit(c) || c == '-' })
	name := piece[i:end]
	allowed, ok := f.rules().table[lowerASCII(name)]
	if name == "" || !ok {
		return ""
	}
	if slash {
		return "</" + name + ">"
	}
	return f.open(name, strings.TrimSuffix(piece[end:], ">"), allowed)
}

// open writes an opening tag with the attributes that are allowed (wp_kses_attr).
func (f *Filter) open(name, attributes string, allowed map[string]attribute) string {
	end := ">"
	if trimmed := strings.TrimRight(attributes, " \t\n\v\f\r"); strings.HasSuffix(trimmed, "/") {
		end = " />"
	}
	if len(allowed) == 0 {
		return "<" + name + end
	}
	refused := "" // a tag without an attribute it needs is left bare: its closer is still to come
	if end == ">" {
		refused = "<" + name + ">"
	}
	found := 0
	var out strings.Builder
	out.WriteString("<" + name)
	for _, a := range Attributes(attributes) {
		rule, known := allowed[a.Name]
		if !known {
			_, data := allowed["data-*"]
			known = data && isDataName(a.Name)
		}
		if isURIAttribute()[a.Name] {
			a.Value = BadProtocol(a.Value, Protocols)
		}
		whole := a.write
		if a.Name == "style" {
			if css := CSS(a.Value); css != a.Value {
				a.Value, whole = css, func() string { return a.Name + `="` + EscHTML(css) + `"` }
			}
			known = known && a.Value != "" && a.Value != "0"
		}
		if !known || !f.fits(a, rule) {
			if rule.required {
				return refused
			}
			continue
		}
		if rule.required {
			found++
		}
		out.WriteString(" " + dropAngles.Replace(whole()))
	}
	for _, rule := range allowed {
		if rule.required {
			found--
		}
	}
	if found < 0 {
		return refused
	}
	return out.String() + end
}

var dropAngles = strings.NewReplacer("<", "", ">", "")

// isDataName: data- and small letters, digits, dashes, underscores.
func isDataName(s string) bool {
	rest, ok := strings.CutPrefix(s, "data-")
	if !ok || rest == "" {
		return false
	}
	for i := range len(rest) {
		if c := rest[i]; !('a' <= c && c <= 'z' || isDigit(c) || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

func (f *Filter) fits(a Attribute, rule attribute) bool {
	switch {
	case rule.valueless:
		return !a.HasValue
	case rule.pdf:
		return f.isOwnPDF(a.Value)
	case rule.value != "":
		return lowerASCII(a.Value) == rule.value
	}
	return true
}

// isOwnPDF tells whether an address names a PDF among the site's uploads.
func (f *Filter) isOwnPDF(url string) bool {
	rest, ok := strings.CutPrefix(url, "http://")
	if !ok {
		rest, ok = strings.CutPrefix(url, "https://")
	}
	return ok && !strings.ContainsAny(url, "?#") && strings.HasSuffix(url, ".pdf") && f.UploadHost != "" && strings.HasPrefix(rest, f.UploadHost+"/")
}

// noControls removes control characters (wp_kses_no_null with slash_zero kept).
func noControls(s string) string {
	return mapBytes(s, func(c byte) (byte, bool) {
		return c, !(c <= 0x08 || c == 0x0b || c == 0x0c || c >= 0x0e && c <= 0x1f)
	})
}
