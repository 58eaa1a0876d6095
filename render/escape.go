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

// cleanAttr is wp_kses_one_attr: what may stay of an attribute of an element in a
// post, with the white space after it.
func cleanAttr(attr, element string) string {
	body := strings.TrimRight(attr, " \t\n\v\f\r")
	clean := sanitize.PostFilter().Clean("<" + element + " " + body + ">")
	clean, ok := strings.CutPrefix(clean, "<"+element+" ")
	if !ok {
		return ""
	}
	return strings.TrimSuffix(clean, ">") + attr[len(body):]
}
