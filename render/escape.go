package render

import (
	"strings"

	"github.com/headpress/headpress/sanitize"
)

// Short names for what every file here escapes with.

func escHTML(s string) string   { return sanitize.EscHTML(s) }
func escAttr(s string) string   { return sanitize.EscHTML(s) } // esc_attr does the same
func escURL(s string) string    { return sanitize.EscURL(s) }
func stripTags(s string) string { return sanitize.StripTags(s) }

// isURLAttr tells of wp_kses_uri_attributes.
func isURLAttr(name string) bool { return urlAttrs[name] }

var urlAttrs = nameSet("action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src usemap xmlns")

func nameSet(names string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(names) {
		set[name] = true
	}
	return set
}

// cleanAttr is wp_kses_one_attr: what may stay of a quoted attribute of an element
// in a post, with the white space after it; "" when nothing may.
func cleanAttr(attr, element string) string {
	body := strings.TrimRight(attr, " \t\n\v\f\r")
	eq := strings.IndexByte(body, '=')
	start := skipSpace(body, eq+1)
	if eq < 0 || len(body) < start+2 || body[len(body)-1] != body[start] {
		return ""
	}
	name, quote := strings.TrimRight(body[:eq], " \t\n\v\f\r"), body[start:start+1]
	value := escAttr(body[start+1 : len(body)-1])
	lower := strings.ToLower(name)
	if isURLAttr(lower) {
		value = sanitize.BadProtocol(value, sanitize.Protocols)
	}
	front := "<" + strings.ToLower(element) + " " + lower + `="`
	clean, ok := strings.CutPrefix(sanitize.PostFilter().Clean(front+value+`">`), front)
	if !ok {
		return ""
	}
	return name + "=" + quote + strings.TrimSuffix(clean, `">`) + quote + attr[len(body):]
}
