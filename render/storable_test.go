package render

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/headpress/headpress/sanitize"
)

// storing is what becomes of texts of each kind before they are stored for somebody
// who may not write any HTML.
var storing = []struct {
	kind   string
	filter func() *sanitize.Filter
	after  func(string) string
}{
	{"content", sanitize.PostFilter, func(s string) string { return s }},
	{"balanced content", sanitize.PostFilter, BalanceTags},
	{"title", sanitize.TextFilter, func(s string) string { return s }},
	{"comment", sanitize.CommentFilter, func(s string) string { return sanitize.RelUGC(s, "h.example") }},
	{"balanced comment", sanitize.CommentFilter, func(s string) string { return BalanceTags(sanitize.RelUGC(s, "h.example")) }},
	{"description", sanitize.UserFilter, func(s string) string { return s }},
}

// stored gives a text as it is stored, its filter, and what the guard has against it.
func stored(kind int, text string) (out string, f *sanitize.Filter, removed []string) {
	f = storing[kind].filter()
	f.UploadHost, f.Blocks = "h.example", FilterBlockAttributes
	out = storing[kind].after(f.Clean(sanitize.ConvertInvalidEntities(StripBlockCSS(text))))
	_, removed = f.Guard(out)
	return out, f, removed
}

// addresses are the attributes that browsers take for addresses.
var addresses = strings.Fields("href src cite action formaction data poster longdesc usemap background manifest icon profile codebase classid archive xlink:href srcset ping")

// outside parses a text as browsers do and names the elements, attributes and schemes
// that its filter does not allow.
func outside(f *sanitize.Filter, text string) (found []string) {
	nodes, err := html.ParseFragment(strings.NewReader(text), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil { // nested deeper than the parser goes
		return nil
	}
	for _, n := range nodes {
		for n := range within(n) {
			if n.Type != html.ElementNode {
				continue
			}
			element := strings.ToLower(n.Data)
			if !f.Allows(element, "") {
				found = append(found, element)
				continue
			}
			for _, a := range n.Attr {
				name := strings.ToLower(a.Key)
				if a.Namespace != "" {
					name = a.Namespace + ":" + name
				}
				if !f.Allows(element, name) {
					found = append(found, element+" "+name)
				}
				if s := scheme(a.Val); slices.Contains(addresses, name) && s != "" && !slices.Contains(sanitize.Protocols, s) {
					found = append(found, name+" "+s+":")
				}
				if name == "style" {
					found = append(found, styleSchemes(a.Val)...)
				}
			}
		}
	}
	return found
}

func within(n *html.Node) func(func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		if yield(n) {
			n.Descendants()(yield)
		}
	}
}

// scheme is the scheme of an address as browsers see it, in small letters.
func scheme(address string) string {
	address = strings.TrimLeftFunc(address, func(r rune) bool { return r <= ' ' })
	address = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(address)
	for i := range len(address) {
		switch c := address[i] | 0x20; {
		case 'a' <= c && c <= 'z':
		case i > 0 && (isDigit(address[i]) || strings.IndexByte("+.-", address[i]) >= 0):
		case i > 0 && address[i] == ':':
			return strings.ToLower(address[:i])
		default:
			return ""
		}
	}
	return ""
}

// styleSchemes finds the schemes of addresses in CSS that are not allowed. Inside of a
// function, such as calc(), url() is no address to browsers: the declaration is void.
func styleSchemes(css string) (found []string) {
	depth := 0
	for i := range len(css) {
		switch css[i] {
		case '(':
			if depth++; depth == 1 && i >= 3 && strings.EqualFold(css[i-3:i], "url") {
				if s := scheme(strings.TrimLeft(css[i+1:], ` "'`)); s != "" && !slices.Contains(sanitize.Protocols, s) {
					found = append(found, "style "+s+":")
				}
			}
		case ')':
			depth--
		case ';':
			depth = 0
		}
	}
	return found
}

// checkStored holds what must be true of a text of a kind whatever it was.
func checkStored(t *testing.T, kind int, text string) bool {
	out, f, removed := stored(kind, text)
	if found := outside(f, out); found != nil {
		t.Errorf("%s %q\nis stored as %q\nwhich holds %q", storing[kind].kind, text, out, found)
		return false
	}
	if removed != nil {
		t.Errorf("%s %q\nis stored as %q\nof which the guard removes %q", storing[kind].kind, text, out, removed)
		return false
	}
	return true
}

// recordedTexts are the texts that were sent in the recorded cases, none where they are not at hand.
func recordedTexts(t testing.TB) (texts []string) {
	dir := os.Getenv("HEADPRESS_RENDERING")
	if dir == "" {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil || len(files) < 9 {
		t.Fatalf("recorded cases: %d files, %v", len(files), err)
	}
	for _, file := range files {
		for _, c := range readCases(t, file) {
			for _, name := range []string{"content", "title", "excerpt", "description", "name", "caption", "alt_text"} {
				if text, ok := c.Input[name].(string); ok && text != "" {
					texts = append(texts, text)
				}
			}
		}
	}
	return texts
}

// The guard has nothing against what the filters make of recorded texts and known
// attacks, nor have we.
func TestStoredTexts(t *testing.T) {
	texts := append(recordedTexts(t), vectors...)
	for _, text := range texts {
		for kind := range storing {
			checkStored(t, kind, text)
		}
	}
	t.Logf("%d texts, %d kinds", len(texts), len(storing))
}

// What browsers make of texts that no filter has seen is noticed, or the test above proves nothing.
func TestOutside(t *testing.T) {
	for text, want := range map[string]string{
		`<p onclick=x>`: "p onclick", `<svg/onload=x>`: "svg", `<a href=" java&#10;script:x">`: "href javascript:", `<p style="a:URL( 'data:x')">`: "style data:",
		`<math><mi xlink:href=x>`: "mi xlink:href", `<math><title><img src=x onerror=y>`: "img onerror", `<p xml:lang=a style="b:url(c);d:calc(url(data:x))" data-e=f>`: "",
		`<title><img src=x onerror=y></title>`: "", `<!--><i onclick=x>-->`: "i onclick", `<table><tr><td>x<a href=http:x>`: "",
	} {
		if got := strings.Join(outside(sanitize.PostFilter(), text), ","); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// TestStoredMutations stores texts that are made of others by chance, the same ones each
// time; HEADPRESS_TEST_MUTATIONS says how many.
func TestStoredMutations(t *testing.T) {
	n := 50_000
	if s := os.Getenv("HEADPRESS_TEST_MUTATIONS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	m := newMutator(append(recordedTexts(t), vectors...))
	wrong := 0
	for range n {
		if !checkStored(t, m.r.IntN(len(storing)), m.text()) {
			if wrong++; wrong == 20 {
				t.Fatal("and so on")
			}
		}
	}
	t.Logf("%d texts", n)
}

func FuzzStored(f *testing.F) {
	for i, v := range vectors {
		f.Add(uint8(i%len(storing)), v)
	}
	f.Fuzz(func(t *testing.T, kind uint8, text string) { checkStored(t, int(kind)%len(storing), text) })
}

// mutator makes texts of others.
type mutator struct {
	r     *rand.Rand
	texts []string
}

// longest bounds the texts that are made.
const longest = 1500

func newMutator(texts []string) *mutator {
	m := &mutator{r: rand.New(rand.NewPCG(3, 14))}
	for _, text := range texts {
		if len(text) <= longest {
			m.texts = append(m.texts, text)
		}
	}
	return m
}

// tokens are what scanners stumble over.
var tokens = []string{
	"<", ">", "</", "/>", "\"", "'", "`", "=", "&", ";", "/", "\\", " ", "\t", "\n", "\r\n", "\f", "\v", "\x00", "\x01", "\x7f", "\xc0", "\xe2\x80", "\u2028", "\u00a0", "ſ", "İ", "K",
	"<!--", "-->", "--->", "--!>", "<!", "<!-->", "]]>", "<![CDATA[", "<?", "?>", "<%", "</1", "<!doctype ", "{", "}", "[", "]", "(", ")", ":", "url(", "calc(", "/*", "*/",
	"&lt;", "&gt;", "&quot;", "&amp;", "&apos;", "&#", "&#x", "&#58;", "&#x3a", "&colon;", "&Tab;", "&NewLine;", "&#0;", "&#9;", "&#60", "&lt", "&nbsp", "&#x3c;", "\\\"", "\\u003c", "\\0",
	"<script>", "</script>", "<style>", "<title>", "</title>", "<textarea>", "</textarea>", "<math>", "</math>", "<svg>", "<mtext>", "<annotation>", "<table>", "<caption>", "<select>",
	"<object type=\"application/pdf\" data=\"", "<noscript>", "<plaintext>", "<template>", "<iframe>", "<xmp>", "<p ", "<b>", "<img ", "<a ", "<a href=\"", "<span class='", "<br/>", "</p>", "</br>",
	" onerror=", " onclick=x", " style=\"", " href=", " src=", " title=\"", " data-x=", " class", " xml:lang=", " xlink:href=", " download", "javascript:", "data:", "vbscript:", "feed:", "http://", "mailto:", "JAVASCRIPT:",
	"<!-- wp:a -->", "<!-- wp:a {\"b\":\"", "\"} -->", "\"} /-->", "<!-- /wp:a -->", "background:url(", "--x:", ");", "[caption]", "0",
}

// text makes one: some changes to one of the texts.
func (m *mutator) text() string {
	s := m.any()
	for range 1 + m.r.IntN(5) {
		s = m.change(s)
	}
	return s[:min(len(s), longest)]
}

func (m *mutator) any() string { return m.texts[m.r.IntN(len(m.texts))] }

// stretch gives a piece of a text: mostly a short one.
func (m *mutator) stretch(s string) (from, to int) {
	from = m.r.IntN(len(s) + 1)
	n := m.r.IntN(12)
	if m.r.IntN(4) == 0 {
		n = m.r.IntN(len(s) + 1)
	}
	return from, min(len(s), from+n)
}

func (m *mutator) change(s string) string {
	from, to := m.stretch(s)
	switch m.r.IntN(9) {
	case 0: // cut out
		return s[:from] + s[to:]
	case 1, 2: // put in
		return s[:from] + tokens[m.r.IntN(len(tokens))] + s[from:]
	case 3: // replace
		return s[:from] + tokens[m.r.IntN(len(tokens))] + s[to:]
	case 4: // repeat
		return s[:to] + strings.Repeat(s[from:to], 1+m.r.IntN(3)) + s[to:]
	case 5: // a piece of another
		other := m.any()
		a, b := m.stretch(other)
		return s[:from] + other[a:b] + s[from:]
	case 6: // half of another
		other := m.any()
		a, _ := m.stretch(other)
		return s[:from] + other[a:]
	case 7: // written as numbers
		var out strings.Builder
		for _, c := range []byte(s[from:min(to, from+8)]) {
			switch m.r.IntN(3) {
			case 0:
				out.WriteString("&#" + strconv.Itoa(int(c)) + ";")
			case 1:
				out.WriteString("&#x" + strconv.FormatInt(int64(c), 16) + ";")
			default:
				out.WriteString("&#0" + strconv.Itoa(int(c)))
			}
		}
		return s[:from] + out.String() + s[min(to, from+8):]
	}
	// a letter of the other case, or a bit
	if from == len(s) {
		return s
	}
	b := []byte(s)
	if m.r.IntN(2) == 0 {
		b[from] ^= 0x20
	} else {
		b[from] ^= 1 << m.r.IntN(8)
	}
	return string(b)
}
