package render

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// TestGoldenBlocks renders texts of blocks one after the other, as one request does:
// numbers in names run on.
func TestGoldenBlocks(t *testing.T) {
	f, err := os.Open("testdata/blocks.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := &Renderer{Settings: Settings{Home: "http://h.example", SiteURL: "http://h.example"}}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct{ In, Out string }
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if got, _ := r.renderBlocks(PostText{}, c.In); got != c.Out {
			t.Errorf("%s\n got %s\nwant %s", c.In, got, c.Out)
		}
	}
}

// TestGoldenAttributes renders blocks with odd values of attributes, each as a request of its own.
func TestGoldenAttributes(t *testing.T) {
	f, err := os.Open("testdata/attributes.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var c struct{ In, Out string }
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		r := &Renderer{Settings: Settings{Home: "http://h.example", SiteURL: "http://h.example", SiteName: "Oracle"}, From: Sources{Site: struct{ Site }{}}} // a site that is there and not asked
		if got := r.Content(PostText{Type: "post", Content: c.In}); got != c.Out {
			t.Errorf("%s\n got %s\nwant %s", c.In, got, c.Out)
		}
	}
}

func TestContentOfOwnHashes(t *testing.T) {
	for text, want := range map[string]string{
		`<!-- wp:group {"layout":{"type":"flex","orientation":"vertical"}} --><div class="wp-block-group">x</div><!-- /wp:group -->`: `wp-container-core-group-is-layout-831b2db5`,
		`<!-- wp:columns --><div class="wp-block-columns"></div><!-- /wp:columns -->`:                                                `wp-container-core-columns-is-layout-794e3cfa`,
	} {
		if got := new(Renderer).Content(PostText{Type: "post", Content: text}); !strings.Contains(got, want) {
			t.Errorf("%s\n got %s\nwant …%s…", text, got, want)
		}
	}
}

// TestHostileBlocks: nothing that a text can hold costs more than its length allows.
func TestHostileBlocks(t *testing.T) {
	menu := `<!-- wp:navigation --><!-- wp:navigation-submenu {"label":"a"} -->`
	for name, text := range map[string]string{
		"unclosed":   strings.Repeat("<!-- wp:group -->x", 20000),
		"nested":     strings.Repeat("<!-- wp:group --><div>", 5000) + strings.Repeat("</div><!-- /wp:group -->", 5000),
		"attributes": strings.Repeat(`<!-- wp:a {"b":`, 20000),
		"braces":     "<!-- wp:a {" + strings.Repeat("} ", 100000),
		"space":      strings.Repeat("<!--"+strings.Repeat(" ", 200), 1000),
		"menus":      strings.Repeat(menu, 100) + strings.Repeat("<!-- /wp:navigation-submenu --><!-- /wp:navigation -->", 100),
		"tags":       "<!-- wp:paragraph --><p " + strings.Repeat(`a="1" class="x" `, 20000) + "><!-- /wp:paragraph -->",
		"images":     strings.Repeat(`<img src="a" width="1" height="1" class="wp-image-1">`, 20000),
		"open":       strings.Repeat("<img ", 50000),
		"comments":   "<!-- wp:paragraph --><p>" + strings.Repeat("<!-- -", 50000) + "<!-- /wp:paragraph -->",
		"classes":    `<!-- wp:group {"className":"` + strings.Repeat("is-style-x ", 20000) + `"} --><div>x</div><!-- /wp:group -->`,
	} {
		t.Run(name, func(t *testing.T) {
			new(Renderer).Content(PostText{ID: 1, Type: "post", Content: text})
		})
	}
}

func BenchmarkBlockPost(b *testing.B) {
	const one = "<!-- wp:heading -->\n<h2 class=\"wp-block-heading\">About \"things\"</h2>\n<!-- /wp:heading -->\n\n<!-- wp:paragraph -->\n<p>It's a <strong>long</strong> line -- with <a href=\"http://h.example/\">links</a>, quotes and more words to fill the space.</p>\n<!-- /wp:paragraph -->\n\n" +
		"<!-- wp:group {\"layout\":{\"type\":\"constrained\"}} -->\n<div class=\"wp-block-group\"><!-- wp:list -->\n<ul class=\"wp-block-list\"><!-- wp:list-item -->\n<li>One</li>\n<!-- /wp:list-item --></ul>\n<!-- /wp:list --></div>\n<!-- /wp:group -->\n\n" +
		"<!-- wp:image {\"sizeSlug\":\"large\"} -->\n<figure class=\"wp-block-image size-large\"><img src=\"http://h.example/a.jpg\" alt=\"\" width=\"3\" height=\"2\"/></figure>\n<!-- /wp:image -->\n\n"
	text := strings.Repeat(one, 14<<10/len(one))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		new(Renderer).Content(PostText{ID: 1, Type: "post", Content: text})
	}
}

func FuzzContent(f *testing.F) {
	f.Add(`<!-- wp:group {"layout":{"type":"flex"},"style":{"spacing":{"blockGap":{"top":"1px"}}}} --><div class="a"><!-- wp:search /--></div><!-- /wp:group -->`)
	f.Add(`<!-- wp:navigation --><!-- wp:page-list /--><!-- /wp:navigation --><!-- wp:cover {"useFeaturedImage":true} /-->`)
	f.Add(`<img class="wp-image-1" src="a" sizes="x"><iframe src="a" width="1" height="2">`)
	f.Fuzz(func(t *testing.T, s string) {
		new(Renderer).Content(PostText{ID: 1, Type: "page", Content: s})
	})
}

// A number outside the bounds of an attribute is none: the default takes its place.
func TestAttributeBounds(t *testing.T) {
	kind := BlockTypeOf("core/latest-comments")
	for given, want := range map[int64]int64{0: 5, -1: 5, 1: 1, 100: 100, 101: 5} {
		attrs := &php.Array{}
		attrs.Set("commentsToShow", given)
		if got, _ := prepareAttributes(kind, attrs).Get("commentsToShow"); got != want {
			t.Errorf("%d: %v, want %d", given, got, want)
		}
	}
}
