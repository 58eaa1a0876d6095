package sanitize

import (
	"strings"
	"unicode/utf8"
)

// TextField makes one line of plain text (sanitize_text_field).
func TextField(s string) string { return plain(s, false) }

// TextareaField makes plain text and keeps its lines (sanitize_textarea_field).
func TextareaField(s string) string { return plain(s, true) }

func plain(s string, lines bool) string {
	if !utf8.ValidString(s) {
		return ""
	}
	if strings.Contains(s, "<") {
		s = StripAllTags(escapeOpenTags(s), false)
		s = strings.ReplaceAll(s, "<\n", "&lt;\n")
	}
	if !lines {
		s = collapse(s)
	}
	s = strings.Trim(s, phpSpace)
	cut, found := dropOctetsAll(s)
	if !found {
		return s
	}
	out := make([]byte, 0, len(cut))
	for i := range len(cut) {
		if cut[i] != ' ' || i == 0 || cut[i-1] != ' ' {
			out = append(out, cut[i])
		}
	}
	return strings.Trim(string(out), phpSpace)
}

// dropOctetsAll removes percent-encoded bytes until none is left. WordPress looks for
// the first one, removes it wherever it stands and begins again; taking each out as
// soon as its last digit arrives leaves the same.
func dropOctetsAll(s string) (string, bool) {
	if !strings.Contains(s, "%") {
		return s, false
	}
	out := make([]byte, 0, len(s))
	found := false
	for i := range len(s) {
		out = append(out, s[i])
		if n := len(out); n >= 3 && out[n-3] == '%' && isHex(out[n-2]) && isHex(out[n-1]) {
			out, found = out[:n-3], true
		}
	}
	return string(out), found
}

// escapeOpenTags escapes tags that are never closed, which strip_tags would swallow
// with all that follows (wp_pre_kses_less_than).
func escapeOpenTags(s string) string {
	var out strings.Builder
	for {
		start := strings.IndexByte(s, '<')
		if start < 0 {
			break
		}
		out.WriteString(s[:start])
		s = s[start:]
		end := strings.IndexAny(s[1:], "<>")
		switch {
		case end < 0:
			open := strings.TrimSuffix(s, "\n") // the pattern's $ stands before a last line break
			return out.String() + EscHTML(open) + s[len(open):]
		case s[end+1] == '>':
			out.WriteString(s[:end+2])
			s = s[end+2:]
		default:
			out.WriteString(EscHTML(s[:end+1]))
			s = s[end+1:]
		}
	}
	out.WriteString(s)
	return out.String()
}

// EscHTML is esc_html: text for a place in HTML, without escaping entities twice. Broken UTF-8 gives "".
func EscHTML(s string) string {
	if !strings.ContainsAny(s, `&<>"'`) {
		if !utf8.ValidString(s) {
			return ""
		}
		return s
	}
	if !utf8.ValidString(s) {
		return ""
	}
	return quoteMarkup.Replace(NormalizeEntities(s))
}

// HTML 4, which htmlspecialchars writes, does not know &apos;.
var quoteMarkup = strings.NewReplacer("&apos;", "&amp;apos;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")
