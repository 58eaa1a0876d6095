//go:build unix

package render

import (
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"strings"
	"syscall"
	"testing"
	"time"
)

// filled repeats a piece until the text has nearly a size.
func filled(piece string, size int) string { return strings.Repeat(piece, size/len(piece)) }

func huge(piece string) func(int) string { return func(size int) string { return filled(piece, size) } }

// between repeats one piece, and another one as often behind it.
func between(open, close string) func(int) string {
	return func(size int) string {
		n := size / (len(open) + len(close))
		return strings.Repeat(open, n) + strings.Repeat(close, n)
	}
}

// after puts something in front of many pieces.
func after(front, piece string) func(int) string {
	return func(size int) string { return front + filled(piece, size-len(front)) }
}

// numbered makes pieces that differ in a number.
func numbered(front, piece, end string) func(int) string {
	return func(size int) string {
		var out strings.Builder
		out.WriteString(front)
		for i := 0; out.Len() < size; i++ {
			fmt.Fprintf(&out, piece, i)
		}
		return out.String() + end
	}
}

// hugeTexts are what naive scanners start over and over again on, each in any size.
var hugeTexts = []struct {
	name string
	make func(size int) string
}{
	{"prose", huge("It's \"some\" text -- with <b>markup</b> &amp; 'more' of it.\n\n")},
	{"<<<<", huge("<")},
	{">>>>", huge(">")},
	{"&&&&", huge("&")},
	{"&#&#", huge("&#x0000")},
	{"entities", huge("&lt;&#8217;&hellip;&#x3c;&nope;")},
	{"[[[[", huge("[")},
	{"]]]]", huge("]")},
	{"{{{{", huge("{")},
	{"((((", huge("(")},
	{"brackets", huge("[a <b {c ")},
	{"quotes", huge("\"'")},
	{"nested quotes", between("\"'\"a ", "b'\"")},
	{"quotes in tags", huge("<a title=\"'<a title='\"")},
	{"quotes of digits", huge("1'2\" '34 ")},
	{"primes", huge("5'10\"x")},
	{"dashes", huge("-- - ---")},
	{"dots", huge("....")},
	{"open tags", huge("<p ")},
	{"open links", huge("<a href=\"")},
	{"unclosed tags", huge("<b><i><a><p>")},
	{"closers", huge("</b></i></p>")},
	{"crossed tags", huge("<b><i></b></i>")},
	{"deep lists", between("<ul><li>", "</li></ul>")},
	{"deep quotes", between("<blockquote>", "</blockquote>")},
	{"deep divs", huge("<div>")},
	{"tables", huge("<table><tr><td>")},
	{"pre", huge("<pre>\n\n")},
	{"comments", huge("<!--")},
	{"comments and lines", huge("<!--\n")},
	{"comments in comments", between("<!-- ", " -->")},
	{"closed comments", huge("<!-- x -->")},
	{"ends of comments", huge("--->")},
	{"comment with dashes", after("<!--", "-")},
	{"comment of tags", func(n int) string { return "<!--" + filled("<b>", n) + "-->" }},
	{"bogus comments", huge("</1 <!a ")},
	{"line breaks", huge("\n")},
	{"paragraphs", huge("a\n\n")},
	{"lines", huge("a\n")},
	{"spaces", huge(" ")},
	{"words", huge("a ")},
	{"one word", huge("a")},
	{"backslashes", huge("\\")},
	{"backslashes and zeros", huge("\\0\\\"")},
	{"control characters", huge("\x01\x00")},
	{"broken UTF-8", huge("\xff\xc3")},
	{"attributes", numbered("<p ", "data-a%d=\"b\" ", ">x</p>")},
	{"refused attributes", numbered("<p ", "a%d='b' ", ">x</p>")},
	{"classes", func(n int) string { return "<p class=\"" + filled("a ", n) + "\">" }},
	{"styles", func(n int) string { return "<p style=\"" + filled("color:red;", n) + "\">" }},
	{"style of parentheses", func(n int) string { return "<p style=\"background:" + filled("calc(", n) + "\">" }},
	{"style of addresses", func(n int) string { return "<p style=\"background:" + filled("url(a)", n) + "\">" }},
	{"style of many addresses", numbered("<p style=\"background:", "url(a%d)", "\">x")},
	{"style of gradients", func(n int) string { return "<p style=\"background:" + filled("linear-gradient(", n) + "\">" }},
	{"schemes", func(n int) string { return "<a href=\"" + filled("feed:", n) + "\">" }},
	{"colons", func(n int) string { return "<a href=\"" + filled("&#58;&colon;", n) + "\">" }},
	{"script", huge("<script>")},
	{"textareas", huge("<textarea><title>")},
	{"unclosed blocks", huge("<!-- wp:group -->")},
	{"blocks cut off", huge("<!-- wp:x ")},
	{"empty blocks", huge("<!-- wp:a /-->")},
	{"nested blocks", between("<!-- wp:group --><div>", "</div><!-- /wp:group -->")},
	{"nested columns", between("<!-- wp:columns --><div><!-- wp:column --><div>", "</div><!-- /wp:column --></div><!-- /wp:columns -->")},
	{"nested lists of blocks", between("<!-- wp:list --><ul><!-- wp:list-item --><li>", "</li><!-- /wp:list-item --></ul><!-- /wp:list -->")},
	{"closers of blocks", after("<!-- wp:a -->", "<!-- /wp:a -->")},
	{"block attributes", huge("<!-- wp:a {\"b\":")},
	{"braces of blocks", after("<!-- wp:a {", "} ")},
	{"deep attributes", func(n int) string {
		return "<!-- wp:a " + strings.Repeat("{\"a\":", n/6) + "1" + strings.Repeat("}", n/6) + " /-->"
	}},
	{"many attributes", numbered("<!-- wp:a {\"x\":0", ",\"a%d\":1", "} /-->")},
	{"refused keys", numbered("<!-- wp:a {\"x\":0", ",\"a\\u0026%d\":1", "} /-->")},
	{"long attributes", func(n int) string { return "<!-- wp:a {\"b\":\"" + filled("\\u003cb\\u003e", n) + "\"} /-->" }},
	{"class names of blocks", func(n int) string {
		return "<!-- wp:group {\"className\":\"" + filled("is-style-x ", n) + "\"} --><div>x</div><!-- /wp:group -->"
	}},
	{"paragraph blocks", huge("<!-- wp:paragraph -->\n<p>x</p>\n<!-- /wp:paragraph -->\n\n")},
	{"styled blocks", numbered("", "<!-- wp:group {\"style\":{\"spacing\":{\"padding\":\"%dpx\"},\"elements\":{\"link\":{\"color\":{\"text\":\"red\"}}}},\"layout\":{\"type\":\"flex\"}} --><div class=\"wp-block-group\">x</div><!-- /wp:group -->", "")},
	{"dynamic blocks", huge("<!-- wp:search /--><!-- wp:loginout /-->")},
	{"navigation", between("<!-- wp:navigation --><!-- wp:navigation-submenu {\"label\":\"a\"} -->", "<!-- /wp:navigation-submenu --><!-- /wp:navigation -->")},
	{"galleries of blocks", huge("<!-- wp:gallery --><figure class=\"wp-block-gallery\"><!-- wp:image --><figure><img src=\"a\"/></figure><!-- /wp:image --></figure><!-- /wp:gallery -->")},
	{"more and pages", huge("<!--more--><!--nextpage-->")},
	{"shortcodes", huge("[gallery]")},
	{"shortcodes with attributes", huge("[caption a=\"b\" c='d' e]")},
	{"one shortcode of attributes", numbered("[gallery ", "a%d=\"b\" ", "]")},
	{"shortcodes cut off", huge("[gallery ")},
	{"enclosing shortcodes", between("[caption width=1 caption=a]", "[/caption]")},
	{"escaped shortcodes", huge("[[gallery]]")},
	{"shortcodes in tags", huge("<a title='[gallery]'>[embed]")},
	{"embeds", huge("[embed]http://a.example/[/embed]\n")},
	{"players", huge("[audio src=a.mp3][video src=b.mp4]")},
	{"addresses", huge("http://a.example/b ")},
	{"one address", after("http://a.example/", "b")},
	{"address of parentheses", after("http://a.example/", "(")},
	{"address lines", huge("http://a.example/\n")},
	{"hosts", huge("www.a.example ")},
	{"mail", huge("a@b.example ")},
	{"mail cut off", huge("a@")},
	{"smilies", huge(":) ;-) :roll: ")},
	{"colons of smilies", huge(":")},
	{"images", huge("<img src=\"a.jpg\" width=\"1\" height=\"1\" class=\"wp-image-1\">")},
	{"different images", numbered("", "<img src=\"a.jpg\" class=\"wp-image-%d\">", "")},
	{"open images", huge("<img ")},
	{"iframes", huge("<iframe src=\"a\"></iframe>")},
	{"footnotes", huge("<sup data-fn=\"a\" class=\"fn\">")},
	{"percent", huge("%3C%253C")},
	{"wide text", huge("你好，世界。سلام ")},
}

// hugeSite renders as a site of its own does.
func hugeSite() *Renderer {
	return &Renderer{Settings: Settings{Home: "https://h.example", SiteURL: "https://h.example", Smilies: true}}
}

// storeAndRender does with a text what happens to a post of an author that is written
// and read again, and to a comment.
func storeAndRender(text string) {
	for kind, k := range storing {
		if k.kind != "content" && k.kind != "balanced comment" {
			continue
		}
		out, f, _ := stored(kind, text)
		f.Guard(out)
		switch k.kind {
		case "content":
			in := PostText{ID: 1, Type: "post", Title: out, Content: out}
			r := hugeSite()
			r.Content(in)
			r.Excerpt(in)
			Title(out)
			EditableContent(out, "post")
		default:
			hugeSite().Comment(out)
		}
	}
}

// TestHugeTextsCostTheirLength: four times the text must not cost more than four times the
// memory, with room for what grows in steps. (A scanner that starts over shows in the
// time, too: some of these would then outlast the test's deadline.)
func TestHugeTextsCostTheirLength(t *testing.T) {
	const small = 32 << 10
	for _, h := range hugeTexts {
		t.Run(h.name, func(t *testing.T) {
			storeAndRender(h.make(1000)) // what is made once
			one, four := allocated(h.make(small)), allocated(h.make(4*small))
			if four > 5*one+4<<20 {
				t.Errorf("%d bytes of text allocate %d bytes, %d allocate %d", small, one, 4*small, four)
			}
		})
	}
}

func allocated(text string) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	storeAndRender(text)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// BenchmarkHuge prints processor time and memory of 250, 500, 750 and 1000 KB of each.
func BenchmarkHuge(b *testing.B) {
	const kb = 1000
	fmt.Fprintf(os.Stderr, "%-28s %9s %9s %9s %9s  %s\n", "text", "250 KB", "500 KB", "750 KB", "1000 KB", "at most in use")
	for _, h := range hugeTexts {
		b.Run(strings.ReplaceAll(h.name, " ", "-"), func(b *testing.B) {
			if b.N > 1 {
				return
			}
			fmt.Fprintf(os.Stderr, "%-28s", h.name)
			var most uint64
			for size := 250 * kb; size <= 1000*kb; size += 250 * kb {
				text := h.make(size)
				runtime.GC()
				done, peak := make(chan struct{}), make(chan uint64)
				go watchHeap(done, peak)
				begun := processorTime(b)
				storeAndRender(text)
				took := processorTime(b) - begun
				close(done)
				most = max(most, <-peak)
				fmt.Fprintf(os.Stderr, " %6.0f ms", float64(took.Microseconds())/1000)
			}
			fmt.Fprintf(os.Stderr, "  %d MB\n", most>>20)
		})
	}
}

// processorTime is how long the program has kept processors busy: others on the machine do not count.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// watchHeap tells the most memory that objects took, above what they took at first.
func watchHeap(done <-chan struct{}, peak chan<- uint64) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	read := func() uint64 { metrics.Read(sample); return sample[0].Value.Uint64() }
	first := read()
	most := first
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			peak <- max(most, read()) - first
			return
		case <-tick.C:
			most = max(most, read())
		}
	}
}
