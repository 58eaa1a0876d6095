// Package pagehead finds in a page of HTML what links to it are shown with. It looks for the
// same marks as WordPress does (WP_REST_URL_Details_Controller), which are marks in a text:
// comments and scripts count as well. Its time grows with the length of the page, whatever is in it.
package pagehead

import (
	"net/url"
	"strings"
)

// Head is what a page says of itself, as its markup has it: entities and tags are still in it.
type Head struct {
	Title, Icon, Description, Image string
}

// Read looks through a page.
func Read(page string) Head {
	d := newText(section(page))
	return Head{
		Title:       d.title(),
		Icon:        d.icon(),
		Description: d.meta("name", "description", "og:description"),
		Image:       d.meta("property", "og:image", "og:image:url"),
	}
}

// section is the head of a page, or all of it. Only marks in lower case count. Where something stands
// in front of the head, as much behind it is looked at too: WordPress takes the place of its end for a length.
func section(page string) string {
	const closing = "</head>"
	start, end := strings.Index(page, "<head"), strings.Index(page, closing)
	switch {
	case start < 0:
		return page
	case end < 0:
		return page[start:]
	}
	return page[start:min(len(page), start+end+len(closing))]
}

// text is searched from front to back; low is the same in lower case, as far as ASCII goes.
type text struct{ raw, low string }

func newText(raw string) text {
	low := []byte(raw)
	for i, c := range low {
		if c >= 'A' && c <= 'Z' {
			low[i] = c + 'a' - 'A'
		}
	}
	return text{raw, string(low)}
}

func (t text) title() string {
	start := strings.Index(t.low, "<title")
	if start < 0 {
		return ""
	}
	open := strings.IndexByte(t.low[start:], '>')
	if open < 0 {
		return ""
	}
	open += start + 1
	for from := open; ; {
		at := strings.Index(t.low[from:], "title>")
		if at < 0 {
			return ""
		}
		if inside := strings.TrimRight(t.low[open:from+at], spaces); strings.HasSuffix(inside, "/") {
			if inside = strings.TrimRight(inside[:len(inside)-1], spaces); strings.HasSuffix(inside, "<") {
				return t.raw[open : open+len(inside)-1]
			}
		}
		from += at + len("title>")
	}
}

// seeker finds the next place of a mark, and searches every part of the text once.
type seeker struct {
	text, mark string
	at         int // -1 where there is none any more
}

func (t text) seek(mark string) *seeker { return &seeker{t.low, mark, strings.Index(t.low, mark)} }

// next is the first place of the mark from a place on; places must not go back.
func (s *seeker) next(from int) int {
	if s.at >= 0 && s.at < from {
		if s.at = strings.Index(s.text[from:], s.mark); s.at >= 0 {
			s.at += from
		}
	}
	return s.at
}

func isSpace(c byte) bool {
	return c == ' ' || c >= '\t' && c <= '\r'
}

// elements calls each with the tags of a name, as long as it wants more: from behind
// the space after the name to the first >, whatever that stands in.
func (t text) elements(name string, each func(start, end int) (next int, more bool)) {
	open, closing := t.seek("<"+name), t.seek(">")
	for from := 0; from < len(t.low); {
		start := open.next(from)
		if start < 0 {
			return
		}
		from = start + 1
		if start += len(name) + 1; start >= len(t.low) || !isSpace(t.low[start]) {
			continue
		}
		end := closing.next(start)
		if end < 0 {
			return
		}
		next, more := each(start+1, end)
		if !more {
			return
		}
		from = max(from, next)
	}
}

// meta gives the content of the first meta element that an attribute names so.
func (t text) meta(attribute string, names ...string) (found string) {
	quotes := map[byte]*seeker{'"': t.seek(`"`), '\'': t.seek(`'`)}
	content, last := t.seek("content="), strings.LastIndexByte(t.low, '>')
	t.elements("meta", func(start, end int) (int, bool) {
		from := content.next(start)
		if from < 0 || from >= end {
			return start, true
		}
		from += len("content=")
		value := from // without quotes, or where they are not closed, there is no content
		if quote := quotes[t.low[from]]; quote != nil {
			if closing := quote.next(from + 1); closing >= 0 && closing < last {
				from, value = from+1, closing
				end = value + strings.IndexByte(t.low[value:], '>')
			}
		}
		if !named(t.low[start-1:end], attribute+"=", names, true) {
			return end, true
		}
		found = t.raw[from:value]
		return 0, false
	})
	return found
}

// named tells whether an attribute has one of some values, or begins with one where it is not
// in quotes or these need not be closed.
func named(element, attribute string, values []string, closed bool) bool {
	for {
		_, rest, ok := strings.Cut(element, attribute)
		if !ok {
			return false
		}
		element = rest
		quote := ""
		if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
			quote, rest = rest[:1], rest[1:]
		}
		rest = strings.TrimLeft(rest, spaces)
		for _, value := range values {
			if after, ok := strings.CutPrefix(rest, value); ok && (!closed || strings.HasPrefix(strings.TrimLeft(after, spaces), quote)) {
				return true
			}
		}
	}
}

const spaces = " \t\n\v\f\r"

// icon gives the address in the first link that says it is one to an icon.
func (t text) icon() (found string) {
	t.elements("link", func(start, end int) (int, bool) {
		if !named(t.low[start-1:end], "rel=", []string{"icon", "shortcut icon"}, false) {
			return end, true
		}
		if at := strings.Index(t.low[start:end], "href="); at >= 0 {
			found = address(t.raw[start+at+len("href=") : end])
		}
		return 0, false
	})
	return found
}

// address is the value of an attribute, which ends at a space, a double quote, or the quote that it began with.
func address(value string) string {
	run := func(s string) string {
		if end := strings.IndexAny(s, `" >`); end >= 0 {
			return s[:end]
		}
		return s
	}
	switch {
	case strings.HasPrefix(value, `"`):
		if in := run(value[1:]); strings.HasPrefix(value[1+len(in):], `"`) {
			return in
		}
		return ""
	case strings.HasPrefix(value, `'`):
		in := run(value[1:])
		if end := strings.LastIndexByte(in, '\''); end >= 0 {
			return in[:end]
		}
	}
	return run(value)
}

// Absolute completes an address of a page, as WordPress does: a relative one counts from the
// root of the host, whose port is forgotten, and what cannot be understood stays (WP_Http::make_absolute_url).
func Absolute(address, page string) string {
	base, err := url.Parse(page)
	if err != nil || address == "" {
		return address
	}
	host, rest, whole := authority(address)
	if whole {
		return address
	}
	rest = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, rest)
	path, query, fragment := rest, "", ""
	if path == "0" { // which PHP takes for none
		path = ""
	}
	if i := strings.IndexByte(path, '#'); i >= 0 {
		path, fragment = path[:i], path[i:]
	}
	if i := strings.IndexByte(path, '?'); i >= 0 {
		path, query = path[:i], path[i:]
	}
	if host == "" {
		host = base.Hostname()
		if path != "" && path[0] != '/' {
			path = climb("/" + path)
		}
	}
	out := base.Scheme + "://" + host + "/" + strings.TrimLeft(path, "/")
	if strings.HasPrefix(path, "//") { // of several slashes at the start of a path but one is kept
		out = base.Scheme + "://" + host + path
	}
	for _, part := range []string{query, fragment} {
		if len(part) > 1 {
			out += part
		}
	}
	return out
}

// authority takes the host from an address, with its port, as PHP's parse_url finds it. An address
// that is whole has a scheme, or none that can be understood.
func authority(address string) (host, rest string, whole bool) {
	if after, ok := strings.CutPrefix(address, "//"); ok {
		host, rest = cutHost(after)
		if at := strings.LastIndexByte(host, '@'); at >= 0 {
			host = host[at+1:]
		}
		return host, rest, !properHost(host)
	}
	colon := strings.IndexByte(address, ':')
	if colon <= 0 || strings.ContainsAny(address[:colon], "/?#") {
		return "", address, false
	}
	after := strings.TrimLeft(address[colon+1:], "0123456789")
	if digits := len(address) - colon - 1 - len(after); digits > 0 && digits <= 5 && (after == "" || after[0] == '/') {
		host, rest = cutHost(address) // a port, and no scheme
		return host, rest, !properHost(host)
	}
	return "", "", true
}

func cutHost(s string) (host, rest string) {
	if end := strings.IndexAny(s, "/?#"); end >= 0 {
		return s[:end], s[end:]
	}
	return s, ""
}

func properHost(host string) bool {
	u, err := url.Parse("http://" + host)
	if err != nil || u.Hostname() == "" {
		return false
	}
	port := strings.TrimLeft(u.Port(), "0")
	return len(port) < 5 || len(port) == 5 && port <= "65535"
}

// climb takes folders away that are gone into and left again. A path that begins with
// leaving folders just does not leave the root (a loop that WordPress does not enter).
func climb(path string) string {
	if rest, ok := strings.CutPrefix(path, "/../"); ok {
		for ok {
			rest, ok = strings.CutPrefix(rest, "../")
		}
		return "/" + rest
	}
	parts := strings.Split(path[1:], "/")
	var kept []string
	for i, part := range parts {
		switch {
		case part != ".." || i == len(parts)-1:
			kept = append(kept, part)
		case len(kept) > 0:
			kept = kept[:len(kept)-1]
		}
	}
	return "/" + strings.Join(kept, "/")
}
