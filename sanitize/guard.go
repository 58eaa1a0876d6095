package sanitize

import (
	"regexp"
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
)

// Guard looks at a text that the filter has let through, as it will be stored. A second
// reader of HTML, bluemonday, holds it against the same tables: where it would still take
// an element, an attribute or the scheme of an address away, its version is given back,
// and what it took. Every other text comes back byte for byte.
func (f *Filter) Guard(s string) (safe string, removed []string) {
	if !strings.Contains(s, "<") {
		return s, nil
	}
	r := f.rules()
	safe = r.policy.Sanitize(s)
	if removed = r.lost(s, safe, 0); removed == nil {
		return s, nil
	}
	slices.Sort(removed)
	return safe, slices.Compact(removed)
}

// newPolicy says to bluemonday what a table allows.
func newPolicy(table elements) *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowComments()
	for name, attributes := range table {
		p.AllowNoAttrs().OnElements(name)
		for attr, rule := range attributes {
			switch {
			case attr == "data-*":
				p.AllowDataAttributes()
			case rule.valueless:
				p.AllowAttrs(attr).Matching(emptyValue).OnElements(name)
			case rule.pdf:
				p.AllowAttrs(attr).Matching(pdfAddress).OnElements(name)
			case rule.value != "":
				p.AllowAttrs(attr).Matching(regexp.MustCompile("(?i)^" + regexp.QuoteMeta(rule.value) + "$")).OnElements(name)
			case isURIAttribute()[attr]:
				p.AllowAttrs(attr).Matching(safeAddress).OnElements(name)
			default:
				p.AllowAttrs(attr).OnElements(name)
			}
		}
	}
	return p
}

var (
	emptyValue = regexp.MustCompile(`^$`)
	pdfAddress = regexp.MustCompile(`^https?://[^?#]+\.pdf$`)
	// safeAddress are addresses with a scheme of Protocols, or without any, as browsers
	// see it: they skip control characters and spaces in front, tabs and line breaks anywhere.
	safeAddress = regexp.MustCompile(`^[\x00-\x20]*((?i:` + strings.Join(Protocols, "|") + `):(?s:.*)|` +
		`([a-zA-Z][a-zA-Z0-9+.\-\t\n\r]*([^a-zA-Z0-9+.\-\t\n\r:](?s:.*))?|[^a-zA-Z\x00-\x20](?s:.*))?)$`)
)

// maxRaw bounds how deep the text of titles and textareas is looked at: HTML sees no
// markup in it, but does so inside of MathML.
const maxRaw = 4

// lost compares the tags of a text with those that bluemonday leaves of it.
func (r *rules) lost(before, after string, depth int) (removed []string) {
	was, is := tagReader{z: html.NewTokenizer(strings.NewReader(before))}, tagReader{z: html.NewTokenizer(strings.NewReader(after))}
	ok := is.next()
	for was.next() {
		removed = append(removed, r.lostInside(was.raw, depth)...)
		if !ok || was.name != is.name || was.closer != is.closer {
			if was.closer {
				removed = append(removed, "</"+was.name+">")
			} else {
				removed = append(removed, "<"+was.name+">")
			}
			continue
		}
		kept := is.attributes
		for _, a := range was.attributes {
			switch {
			case len(kept) > 0 && kept[0] == a:
				kept = kept[1:]
			case !isDataName(a) || !r.stored.allow(was.name, a): // bluemonday knows fewer names of data attributes
				removed = append(removed, was.name+" "+a)
			}
		}
		ok = is.next()
	}
	return append(removed, r.lostInside(was.raw, depth)...)
}

func (r *rules) lostInside(raw string, depth int) []string {
	if depth == maxRaw || !strings.Contains(raw, "<") {
		return nil
	}
	return r.lost(raw, r.policy.Sanitize(raw), depth+1)
}

// Allows tells whether what is stored may hold an element, and on it an attribute; both in small letters.
func (f *Filter) Allows(element, attr string) bool { return f.rules().stored.allow(element, attr) }

func (e elements) allow(element, attr string) bool {
	allowed, ok := e[element]
	if !ok || attr == "" {
		return ok
	}
	_, named := allowed[attr]
	_, data := allowed["data-*"]
	return named && attr != "data-*" || data && isDataName(attr)
}

// tagReader goes from tag to tag as HTML sees them.
type tagReader struct {
	z          *html.Tokenizer
	name       string
	closer     bool
	attributes []string
	raw        string // the text of a title or textarea that has just ended
}

func (t *tagReader) next() bool {
	t.raw = ""
	for {
		switch t.z.Next() {
		case html.ErrorToken:
			return false
		case html.TextToken:
			if !t.closer && (t.name == "title" || t.name == "textarea") {
				t.raw = string(t.z.Raw())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := t.z.TagName()
			t.name, t.closer, t.attributes = string(name), false, t.attributes[:0]
			for more {
				var key []byte
				key, _, more = t.z.TagAttr()
				t.attributes = append(t.attributes, string(key))
			}
			return true
		case html.EndTagToken:
			name, _ := t.z.TagName()
			t.name, t.closer, t.attributes = string(name), true, t.attributes[:0]
			return true
		}
	}
}
