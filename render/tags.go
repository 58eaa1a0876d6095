package render

import (
	"html"
	"slices"
	"strings"
)

// tags walks over the tags of a piece of HTML and changes attributes where they stand,
// as WP_HTML_Tag_Processor does: bytes that nothing was asked of stay as they are, and
// new attributes come right after the tag's name, sorted.
type tags struct {
	s     string
	pos   int
	tag   tagToken
	edits []edit

	set     []pendingAttr
	classes []string
}

type tagToken struct {
	name             string // upper-case; "" while there is no tag
	start, end       int
	nameEnd          int
	closer           bool
	attrs            []tagAttr
	bodyStart, close int // of a raw text element: where its text begins and its end tag
}

type tagAttr struct {
	name                 string // lower-case
	start, end           int
	valueStart, valueEnd int
	bare                 bool // no value
}

type edit struct {
	start, end int
	text       string
}

type pendingAttr struct {
	name, value  string
	bare, remove bool
}

func newTags(s string) *tags { return &tags{s: s} }

// rawText are the elements whose content is no markup; their end tag is not visited.
func rawText(name string) bool {
	switch name {
	case "SCRIPT", "STYLE", "TEXTAREA", "TITLE", "IFRAME", "NOEMBED", "NOFRAMES", "XMP":
		return true
	}
	return false
}

// next goes to the next opening tag, with a name when one is given.
func (t *tags) next(names ...string) bool {
	for t.advance() {
		if !t.tag.closer && (len(names) == 0 || slices.Contains(names, t.tag.name)) {
			return true
		}
	}
	return false
}

// nextClass goes to the next opening tag with a class.
func (t *tags) nextClass(class string) bool {
	for t.next() {
		if t.hasClass(class) {
			return true
		}
	}
	return false
}

// advance goes to the next tag, opening or closing.
func (t *tags) advance() bool {
	t.flush()
	t.tag = tagToken{}
	s := t.s
	for t.pos < len(s) {
		i := strings.IndexByte(s[t.pos:], '<')
		if i < 0 || t.pos+i+1 >= len(s) {
			break
		}
		start := t.pos + i
		at := start + 1
		closer := false
		switch {
		case strings.HasPrefix(s[at:], "!--"):
			n := commentEnd(s[at+3:])
			if n < 0 {
				t.pos = len(s)
				return false
			}
			t.pos = at + 3 + n
			continue
		case s[at] == '!' || s[at] == '?':
			if !t.skipTo(at, '>') {
				return false
			}
			continue
		case s[at] == '/':
			at++
			closer = true
			if at < len(s) && !isLetter(s[at]) {
				if !t.skipTo(at, '>') {
					return false
				}
				continue
			}
		}
		if at >= len(s) {
			break
		}
		if !isLetter(s[at]) {
			t.pos = at
			continue
		}
		if t.readTag(start, at, closer) {
			return true
		}
		break
	}
	t.pos = len(s)
	t.tag = tagToken{}
	return false
}

func (t *tags) skipTo(from int, c byte) bool {
	i := strings.IndexByte(t.s[from:], c)
	if i < 0 {
		t.pos = len(t.s)
		return false
	}
	t.pos = from + i + 1
	return true
}

// commentEnd gives the length of the rest of a comment behind <!--, or -1.
func commentEnd(s string) int {
	if strings.HasPrefix(s, ">") {
		return 1
	}
	if strings.HasPrefix(s, "->") {
		return 2
	}
	for i := 0; ; {
		n := strings.Index(s[i:], "--")
		if n < 0 {
			return -1
		}
		i += n
		if strings.HasPrefix(s[i+2:], ">") {
			return i + 3
		}
		if strings.HasPrefix(s[i+2:], "!>") {
			return i + 4
		}
		i++
	}
}

func isTagSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'
}

func skipTagSpace(s string, i int) int {
	for i < len(s) && isTagSpace(s[i]) {
		i++
	}
	return i
}

func (t *tags) readTag(start, at int, closer bool) bool {
	s := t.s
	i := at
	for i < len(s) && !isTagSpace(s[i]) && s[i] != '/' && s[i] != '>' {
		i++
	}
	tag := tagToken{name: strings.ToUpper(s[at:i]), start: start, nameEnd: i, closer: closer, close: -1}
	for {
		for i < len(s) && (isTagSpace(s[i]) || s[i] == '/') {
			i++
		}
		if i >= len(s) {
			return false
		}
		if s[i] == '>' {
			break
		}
		a := tagAttr{start: i, bare: true}
		if s[i] == '=' {
			i++
		}
		for i < len(s) && !isTagSpace(s[i]) && s[i] != '/' && s[i] != '>' && s[i] != '=' {
			i++
		}
		a.name = strings.ToLower(s[a.start:i])
		a.end = i
		if j := skipTagSpace(s, i); j < len(s) && s[j] == '=' {
			i = skipTagSpace(s, j+1)
			if i >= len(s) {
				return false
			}
			a.bare = false
			if q := s[i]; q == '"' || q == '\'' {
				n := strings.IndexByte(s[i+1:], q)
				if n < 0 {
					return false
				}
				a.valueStart, a.valueEnd, a.end = i+1, i+1+n, i+2+n
			} else {
				a.valueStart = i
				for i < len(s) && !isTagSpace(s[i]) && s[i] != '>' {
					i++
				}
				a.valueEnd, a.end = i, i
			}
			i = a.end
		}
		if !closer {
			tag.attrs = append(tag.attrs, a)
		}
	}
	tag.end = i + 1
	t.pos = tag.end
	if !closer && rawText(tag.name) {
		tag.bodyStart = tag.end
		n := endTag(s[tag.end:], tag.name)
		if n < 0 {
			return false
		}
		tag.close = tag.end + n
		if !t.skipTo(tag.close, '>') {
			return false
		}
	}
	t.tag = tag
	return true
}

// endTag finds the end tag of a raw text element.
func endTag(s, name string) int {
	for i := 0; ; {
		n := strings.Index(s[i:], "</")
		if n < 0 {
			return -1
		}
		i += n
		rest := s[i+2:]
		if len(rest) > len(name) && strings.EqualFold(rest[:len(name)], name) {
			if c := rest[len(name)]; isTagSpace(c) || c == '/' || c == '>' {
				return i
			}
		}
		i += 2
	}
}

func (t *tags) find(name string) *tagAttr {
	for i := range t.tag.attrs {
		if t.tag.attrs[i].name == name {
			return &t.tag.attrs[i]
		}
	}
	return nil
}

func (t *tags) pending(name string) *pendingAttr {
	for i := range t.set {
		if t.set[i].name == name {
			return &t.set[i]
		}
	}
	return nil
}

// attr gives an attribute's value, decoded; ok tells whether it is there. An attribute
// without a value gives "".
func (t *tags) attr(name string) (value string, ok bool) {
	if name == "class" && len(t.classes) > 0 {
		t.applyClasses()
	}
	if p := t.pending(name); p != nil {
		return p.value, !p.remove
	}
	a := t.find(name)
	if a == nil {
		return "", false
	}
	return decodeAttr(t.s[a.valueStart:a.valueEnd]), true
}

func decodeAttr(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	return html.UnescapeString(s)
}

// setAttr sets an attribute. Addresses that WordPress would not print are refused.
func (t *tags) setAttr(name, value string) {
	if t.tag.name == "" || t.tag.closer {
		return
	}
	if isURLAttr(name) && value != "" {
		if escURL(value) == "" {
			return
		}
	}
	t.put(pendingAttr{name: name, value: value})
}

// setBare sets an attribute without a value, such as hidden.
func (t *tags) setBare(name string) { t.put(pendingAttr{name: name, bare: true}) }

func (t *tags) removeAttr(name string) {
	if name == "class" {
		t.classes = nil
	}
	if t.find(name) == nil {
		t.set = slices.DeleteFunc(t.set, func(p pendingAttr) bool { return p.name == name })
		return
	}
	t.put(pendingAttr{name: name, remove: true})
}

func (t *tags) put(p pendingAttr) {
	if t.tag.name == "" || t.tag.closer {
		return
	}
	if p.name == "class" {
		t.classes = nil
	}
	if old := t.pending(p.name); old != nil {
		*old = p
		return
	}
	t.set = append(t.set, p)
}

func (t *tags) addClass(names ...string) {
	if t.tag.name == "" || t.tag.closer {
		return
	}
	for _, name := range names {
		if !slices.Contains(t.classes, name) {
			t.classes = append(t.classes, name)
		}
	}
}

func (t *tags) hasClass(name string) bool {
	if slices.Contains(t.classes, name) {
		return true
	}
	a := t.find("class")
	if p := t.pending("class"); a == nil && p == nil {
		return false
	}
	class, _ := t.attr("class")
	return slices.Contains(strings.FieldsFunc(class, func(r rune) bool { return r < 0x80 && isTagSpace(byte(r)) }), name)
}

// applyClasses turns added classes into a change of the attribute. White space between
// classes that stay is kept; an attribute that changes loses classes that it names again.
func (t *tags) applyClasses() {
	added := t.classes
	t.classes = nil
	old, _ := t.attr("class")
	var out strings.Builder
	changed := false
	seen := make(map[string]bool)
	for i := 0; i < len(old); {
		ws := skipTagSpace(old, i)
		end := ws
		for end < len(old) && !isTagSpace(old[end]) {
			end++
		}
		if end == ws {
			break
		}
		name := old[ws:end]
		if seen[name] {
			i = end
			continue
		}
		seen[name] = true
		if out.Len() > 0 {
			out.WriteString(old[i:ws])
		}
		out.WriteString(name)
		i = end
	}
	for _, name := range added {
		if !seen[name] {
			if out.Len() > 0 {
				out.WriteByte(' ')
			}
			out.WriteString(name)
			changed = true
		}
	}
	if changed {
		t.put(pendingAttr{name: "class", value: out.String()})
	}
}

// flush turns what was asked of the current tag into edits of the text.
func (t *tags) flush() {
	if len(t.classes) > 0 {
		t.applyClasses()
	}
	if len(t.set) == 0 {
		return
	}
	var added []string
	for _, p := range t.set {
		text := p.name
		if !p.bare {
			value := p.value
			if isURLAttr(p.name) {
				value = escURL(value)
			} else {
				value = attrEscapes.Replace(value)
			}
			text += `="` + value + `"`
		}
		a := t.find(p.name)
		switch {
		case a == nil:
			added = append(added, " "+text)
		case p.remove:
			for _, a := range t.tag.attrs {
				if a.name == p.name {
					t.edits = append(t.edits, edit{a.start, a.end, ""})
				}
			}
		default:
			t.edits = append(t.edits, edit{a.start, a.end, text})
		}
	}
	slices.Sort(added)
	t.edits = append(t.edits, edit{t.tag.nameEnd, t.tag.nameEnd, strings.Join(added, "")})
	t.set = t.set[:0]
}

var attrEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;")

// insert puts text at a place of the original text, before further changes there.
func (t *tags) insert(at int, text string) {
	t.flush()
	t.edits = append(t.edits, edit{at, at, text})
}

// html gives the text with all changes.
func (t *tags) html() string {
	t.flush()
	if len(t.edits) == 0 {
		return t.s
	}
	slices.SortStableFunc(t.edits, func(a, b edit) int { return a.start - b.start })
	var out strings.Builder
	at := 0
	for _, e := range t.edits {
		if e.start < at {
			continue
		}
		out.WriteString(t.s[at:e.start])
		out.WriteString(e.text)
		at = e.end
	}
	out.WriteString(t.s[at:])
	return out.String()
}

// addClassToFirst adds classes to the first tag of a piece of HTML.
func addClassToFirst(s string, classes ...string) string {
	t := newTags(s)
	if !t.next() {
		return s
	}
	t.addClass(classes...)
	return t.html()
}
