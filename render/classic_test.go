package render

import (
	"bufio"
	"cmp"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/headpress/headpress/internal/php"
)

// asked is the site that the golden answers were asked of.
func asked() *Renderer {
	return &Renderer{Settings: Settings{Home: "https://demo.example.org", SiteURL: "https://demo.example.org", Smilies: true}}
}

// classic are the functions of classic text by their names in the golden file.
var classic = map[string]func(string) string{
	"texturize":  Texturize,
	"autop":      Autop,
	"balance":    BalanceTags,
	"chars":      ConvertChars,
	"title":      Title,
	"teaser":     Teaser,
	"unautop":    shortcodeUnautop,
	"esc-html":   escHTML,
	"esc-url":    escURL,
	"comment":    func(s string) string { return asked().Comment(s) },
	"smilies":    func(s string) string { return asked().convertSmilies(s) },
	"strip-tags": func(s string) string { return StripTags(s, true) + "|" + StripTags(s, false) },
	"trim-words": func(s string) string { return TrimWords(s, 3, "…") },
	"clickable": func(s string) string {
		// Outside comments nothing is called made by readers.
		return makeClickable(s, func(url string) string {
			return strings.NewReplacer(` rel="ugc"`, "", " ugc", "").Replace(asked().commentLinkRel(url))
		})
	},
	"embed": func(s string) string {
		r, in := asked(), PostText{ID: 1001}
		return r.autoembed(in, r.embedShortcodes(in, s))
	},
	"caption": func(s string) string {
		atts := &php.Array{}
		atts.Set("width", "5")
		return asked().caption(PostText{}, atts, s)
	},
	"shortcodes":       func(s string) string { return runShortcodes(s, testNames, true, testShortcode) },
	"strip-shortcodes": func(s string) string { return runShortcodes(s, testNames, false, noShortcode) },
}

var testNames = nameSet("foo test foo-bar")

func noShortcode(shortcodeMatch) string { return "" }

// testShortcode is what the three shortcodes did where the answers were asked.
func testShortcode(m shortcodeMatch) string {
	switch m.name {
	case "foo":
		atts := php.Object{Class: "stdClass", Props: parseShortcodeAtts(m.attrs)}
		json := php.AppendJSON(nil, &atts, php.JSONUnescapedSlashes|php.JSONUnescapedUnicode)
		return "{foo:" + string(json) + "|" + cmp.Or(m.content, "-") + "}"
	case "test":
		return "<" + m.content + ">"
	}
	return "FB(" + m.content + ")"
}

// TestClassicGolden compares with what WordPress answered: lines of a function's
// name, its argument and its answer. HEADPRESS_TEST_RENDER names a longer file.
func TestClassicGolden(t *testing.T) {
	f, err := os.Open(cmp.Or(os.Getenv("HEADPRESS_TEST_RENDER"), "testdata/classic.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, wrong := map[string]int{}, map[string]int{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != 3 || classic[fields[0]] == nil {
			t.Fatalf("no case: %q", lines.Text())
		}
		name := fields[0]
		in, err1 := strconv.Unquote(fields[1])
		want, err2 := strconv.Unquote(fields[2])
		if err1 != nil || err2 != nil {
			t.Fatalf("no case: %q", lines.Text())
		}
		all[name]++
		if got := classic[name](in); got != want {
			if wrong[name]++; wrong[name] <= 5 {
				t.Errorf("%s %q\n got %q\nwant %q", name, in, got, want)
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	t.Log("cases", all, "wrong", wrong)
}

// shelf holds the media of a test.
type shelf []*Attachment

func (s shelf) Attachment(id int64) *Attachment {
	for _, a := range s {
		if a.ID == id {
			return a
		}
	}
	return nil
}

func (s shelf) Metadata(id int64) string {
	if a := s.Attachment(id); a != nil {
		return string(php.AppendJSON(nil, a.Meta, 0))
	}
	return ""
}

func (s shelf) AttachmentsByID(ids []int64, mime string) (found []*Attachment) {
	for _, id := range ids {
		if a := s.Attachment(id); a != nil && strings.HasPrefix(a.MimeType, mime) {
			found = append(found, a)
		}
	}
	return found
}

func (s shelf) AttachmentsOf(post int64, mime string) (found []*Attachment) {
	for _, a := range s {
		if a.Parent == post && strings.HasPrefix(a.MimeType, mime) {
			found = append(found, a)
		}
	}
	return found
}

// shortPosts knows one post and one cached embed.
type shortPosts struct{}

func (shortPosts) PostByURL(url string) (EmbeddedPost, bool) {
	return EmbeddedPost{ID: 7, Title: "A &#038; B", Link: "https://demo.example.org/ab/", EmbedLink: "https://demo.example.org/ab/embed/"}, url == "https://demo.example.org/ab/"
}

func (shortPosts) EmbedCache(post int64, hash string) (string, bool) {
	return "<i>cached</i>", post == 9 && hash == "fdb95160e01c751924d63191a0925ca7"
}

func TestMediaShortcodes(t *testing.T) {
	meta := &php.Array{}
	meta.Set("width", int64(100))
	meta.Set("height", int64(200))
	media := shelf{
		{ID: 3, Parent: 9, Title: "Song", MimeType: "audio/mpeg", URL: "https://demo.example.org/s.mp3", Link: "https://demo.example.org/song/"},
		{ID: 4, Parent: 9, Title: "Tall", Caption: `a "b"`, MimeType: "image/png", URL: "https://demo.example.org/t.png", File: "t.png", Link: "https://demo.example.org/tall/", Meta: meta},
	}
	cases := []struct{ name, in, want string }{
		{"attached sound", "[audio]", `<audio class="wp-audio-shortcode" id="audio-9-1" preload="none" style="width: 100%;" controls="controls"><source type="audio/mpeg" src="https://demo.example.org/s.mp3?_=1" /><a href="https://demo.example.org/s.mp3">https://demo.example.org/s.mp3</a></audio>` + "\n"},
		{"no video", "[video]", "\n"},
		{"unknown file", "[video src=x.exe]", `<a class="wp-embedded-video" href="http://x.exe">x.exe</a>` + "\n"},
		{"vimeo", "[video src=https://vimeo.com/1?a loop=1]", `<div style="width: 640px;" class="wp-video"><video class="wp-video-shortcode" id="video-9-1" width="640" height="360" loop preload="metadata" controls="controls"><source type="video/vimeo" src="https://vimeo.com/1?loop=1&#038;_=1" /><a href="https://vimeo.com/1?loop=1">https://vimeo.com/1?loop=1</a></video></div>` + "\n"},
		{"gallery of titles", "[gallery size=none link=file]", "<div id='gallery-1' class='gallery galleryid-9 gallery-columns-3 gallery-size-none'><figure class='gallery-item'>\n\t\t\t<div class='gallery-icon portrait'>\n\t\t\t\t<a href='https://demo.example.org/t.png'>Tall</a>\n\t\t\t</div>\n\t\t\t\t<figcaption class='wp-caption-text gallery-caption' id='gallery-1-4'>\n\t\t\t\ta &#8220;b&#8221;\n\t\t\t\t</figcaption></figure>\n\t\t</div>\n\n"},
		{"no such pictures", "[gallery ids=999]", "\n"},
		{"cached embed", "[embed width=\"400\"]https://video.example.com/watch?v=1[/embed]", "<p><i>cached</i></p>\n"},
		{"repeated captions", "[caption id=a_b width=9]<img src=\"x\"> c[/caption][caption id=a_b width=9]<img src=\"x\"> c[/caption]",
			`<p><figure id="a_b" aria-describedby="caption-a-b" style="width: 9px" class="wp-caption alignnone"><img decoding="async" src="x"><figcaption id="caption-a-b" class="wp-caption-text">c</figcaption></figure>` +
				`<figure id="a_b-2" aria-describedby="caption-a-b-2" style="width: 9px" class="wp-caption alignnone"><img decoding="async" src="x"><figcaption id="caption-a-b-2" class="wp-caption-text">c</figcaption></figure></p>` + "\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := asked()
			r.From.Attachments, r.From.Posts = media, shortPosts{}
			if got := r.Content(PostText{ID: 9, Type: "post", Content: c.in}); got != c.want {
				t.Errorf("%s\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}

	r := asked()
	r.From.Posts = shortPosts{}
	got := r.Content(PostText{ID: 9, Type: "post", Content: "https://demo.example.org/ab/"})
	if !strings.Contains(got, `<a href="https://demo.example.org/ab/">A &#038; B</a>`) || !strings.Contains(got, `width="500" height="282"`) {
		t.Errorf("embedded post: %q", got)
	}
}

// Texts that a site made once must not change when they are rendered again: that
// is how a site read through its REST API is carried over.
func TestRenderedIsStable(t *testing.T) {
	for _, in := range []string{
		"<p>&#8220;One&#8221;<br />\ntwo</p>\n<ul>\n<li>a</li>\n</ul>\n<h2></h2>\n<p>&nbsp;</p>\n",
		"<div class=\"x\">\n<p>a</p>\n<div><span><br />\nb<br />\n</span></div>\n</div>\n",
	} {
		if got := asked().Content(PostText{Type: "post", Content: in}); got != in {
			t.Errorf("got %q\nwas %q", got, in)
		}
	}
}

// Hostile texts cost no more than friendly ones of their length.
func TestClassicIsLinear(t *testing.T) {
	pieces := []string{"<", "<p", "<p>", "<pre>", "<div", "[gallery ", "[caption]", "[[", "'", "1'", "\"1", "1x1", "1,", "&#1", "<!--", "<!--more", "<script>",
		"<svg>", "http://a ", "a@b.", "@", "<a ", "</i><i>", "<b><i>", "<p><li", "\n ", "<source", "<a x='[", "[caption a='b' ", "<sup data-fn=\"", "<img "}
	for _, piece := range pieces {
		text := strings.Repeat(piece, 200_000/len(piece))
		begun := time.Now()
		asked().Content(PostText{Type: "post", Content: text})
		asked().Excerpt(PostText{Type: "post", Content: text})
		asked().Comment(text)
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("%q took %v", piece, took)
		}
	}
}

func FuzzClassic(f *testing.F) {
	for _, seed := range []string{"<p>\"a\"</p>\n\n[gallery ids=1]", "[foo a='b'][/foo] <a x=\"[foo]\">", "http://a.b/(c) a@b.co :)", "<pre>\n<!--more--></pre>", "1x2 '99 -- &x;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, run := range classic {
			run(text)
		}
		asked().Content(PostText{ID: 1, Type: "post", Content: text})
		asked().Excerpt(PostText{ID: 1, Type: "post", Content: text})
	})
}

// article is some 14 KB of classic text.
var article = strings.Repeat("\"Words\" that are 'quoted' -- and 9x9, &c. <a href=\"https://a.example/?b=1&c=2\">A link</a>, it's <b>bold</b>.\nA line.\n\n<ul>\n<li>One</li>\n<li>Two :)</li>\n</ul>\n\n", 84)

func BenchmarkContent(b *testing.B) {
	b.SetBytes(int64(len(article)))
	b.ReportAllocs()
	for b.Loop() {
		asked().Content(PostText{ID: 1, Type: "post", Content: article})
	}
}

func BenchmarkExcerpt(b *testing.B) {
	for b.Loop() {
		asked().Excerpt(PostText{ID: 1, Type: "post", Content: article})
	}
}

func BenchmarkComment(b *testing.B) {
	for b.Loop() {
		asked().Comment(article)
	}
}

func BenchmarkTitle(b *testing.B) {
	for b.Loop() {
		Title("A \"title\" of the '90s -- and more")
	}
}
