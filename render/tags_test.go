package render

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTagsRewriteOnlyWhatIsAsked(t *testing.T) {
	class := func(t *tags) {
		if t.next() {
			t.addClass("new")
		}
	}
	all := func(t *tags) {
		if t.next() {
			t.setAttr("id", `a"b<c>&'é`)
			t.setBare("zz")
			t.setAttr("aa", "1")
			t.addClass("k")
			t.removeAttr("data-x")
		}
	}
	for _, c := range []struct {
		in   string
		do   func(*tags)
		want string
	}{
		{`<p>`, class, `<p class="new">`},
		{`<P CLASS=x>`, class, `<P class="x new">`},
		{`<p class='a  b' id=x>`, class, `<p class="a  b new" id=x>`},
		{`<p class>`, class, `<p class="new">`},
		{`<br />`, class, `<br class="new" />`},
		{`<img src=a/>`, class, `<img class="new" src=a/>`},
		{`<p class="a" class="b">`, class, `<p class="a new" class="b">`},
		{`<p class="a&amp;b &lt;">`, class, `<p class="a&amp;b &lt; new">`},
		{`<!-- c --><p>`, class, `<!-- c --><p class="new">`},
		{`<p`, class, `<p`},
		{`<p class="a`, class, `<p class="a`},
		{`<p id="a>b">`, class, `<p class="new" id="a>b">`},
		{`</p><p>`, class, `</p><p class="new">`},
		{`<1><p>`, class, `<1><p class="new">`},
		{`<p =a b>`, class, `<p class="new" =a b>`},
		{`<style><p></style><p>`, class, `<style class="new"><p></style><p>`},
		{`<!---><p>`, class, `<!---><p class="new">`},
		{`<!-- a --!><p>`, class, `<!-- a --!><p class="new">`},
		{`<!-- <p>`, class, `<!-- <p>`},
		{`<p class=" a ">`, class, `<p class="a new">`},
		{`<p>`, all, `<p aa="1" class="k" id="a&quot;b&lt;c&gt;&amp;&apos;é" zz>`},
		{`<p id=x data-x="1">`, all, `<p aa="1" class="k" zz id="a&quot;b&lt;c&gt;&amp;&apos;é" >`},
		{`<p class="q">`, func(t *tags) { t.next(); t.setAttr("class", "w"); t.addClass("z") }, `<p class="w z">`},
		{`<p>`, func(t *tags) {
			t.next()
			for _, n := range []string{"b", "a10", "a9", "B2", "data-wp-on--x", "data-wp", "class"} {
				t.setAttr(n, "1")
			}
		}, `<p B2="1" a10="1" a9="1" b="1" class="1" data-wp-on--x="1" data-wp="1">`},
		{`<a href="x">`, func(t *tags) { t.next(); t.setAttr("href", "javascript:x") }, `<a href="x">`},
		{`<a>`, func(t *tags) { t.next(); t.setAttr("href", "http://x/?a=1&b=2") }, `<a href="http://x/?a=1&#038;b=2">`},
	} {
		p := newTags(c.in)
		c.do(p)
		if got := p.html(); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

func TestEscURL(t *testing.T) {
	for in, want := range map[string]string{
		"http://x/?a=1&b=2": "http://x/?a=1&#038;b=2", "x y": "http://x%20y", "foo.php?x": "foo.php?x", "/a": "/a", "#a": "#a",
		"JAVASCRIPT:x": "", "java script:x": "", "//x/y": "//x/y", "http://[::1]/a[b]": "http://[::1]/a%5Bb%5D", `http://x/"<>`: "http://x/",
		"a:b": "", "tel:+1 2": "tel:+1%202", "http://x/%0d%0ax": "http://x/x", "http;//x": "http://x", "&#106;avascript:x": "",
		"javascript&colon;x": "http://javascript&#038;colon;x", "http://x/'q'": "http://x/&#039;q&#039;", "www.x.com:80/a": "",
		"http://x/&amp;&nbsp;&foo;": "http://x/&#038;&nbsp;&#038;foo;", "mailto:a@b.c": "mailto:a@b.c", "": "", "data:x": "",
	} {
		if got := escURL(in); got != want {
			t.Errorf("escURL(%q) = %q, want %q", in, got, want)
		}
	}
}

// Values of attributes take a hundred times the memory of their text: of all blocks together only so many are read.
func TestParseBlocksBoundsValues(t *testing.T) {
	many := `{"a":[` + strings.Repeat("[],", maxValues/2) + `1]}`
	blocks := ParseBlocks(`<!-- wp:a {"b":[1,2]} /--><!-- wp:a ` + many + ` /--><!-- wp:a {"b":1} /-->`)
	if len(blocks) != 3 || blocks[0].Attrs.Len() != 1 || blocks[1].Attrs != nil || blocks[2].Attrs != nil {
		t.Errorf("%d blocks", len(blocks))
	}
}

func TestParseBlocks(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{`<!-- wp:a {bad} -->x<!-- /wp:a -->`, `<!-- wp:a -->x<!-- /wp:a -->`},
		{`<!-- wp:a {"e":{},"f":1.50,"1":2} /-->`, `<!-- wp:a {"e":[],"f":1.5,"1":2} /-->`},
		{`<!-- wp:a {"b":1}--> <!-- wp:c {"d":1} -->x`, `<!-- wp:a -->x<!-- /wp:a -->`},
		{`0<!-- wp:a /-->0`, `0<!-- wp:a /-->0`},
		{`<!-- wp:a -->0<!-- wp:b /-->0<!-- /wp:a -->`, `<!-- wp:a --><!-- wp:b /--><!-- /wp:a -->`},
		{`<!-- wp:a --><!-- wp:b --><!-- /wp:b --><!-- /wp:a -->`, `<!-- wp:a --><!-- wp:b /--><!-- /wp:a -->`},
		{`y<!-- wp:a -->1<!-- wp:b -->2<!-- wp:c -->3`, `2<!-- wp:c -->3<!-- /wp:c -->1<!-- wp:b -->2<!-- wp:c -->3<!-- /wp:b -->y<!-- wp:a -->1<!-- wp:b -->2<!-- wp:c -->3<!-- /wp:a -->`},
		{`<!-- wp:a /--><!-- /wp:a /-->z<!-- wp:b /-->`, `<!-- wp:a /--><!-- wp:a /-->z<!-- wp:b /-->`},
		{`<!-- /wp:a -->z<!-- wp:b /-->`, `<!-- /wp:a -->z<!-- wp:b /-->`},
		{"<!--\n\twp:core/a\v/-->", `<!-- wp:a /-->`},
		{`<!-- wp:A /--><!-- wp:a/ --><!-- wp:1a /--><!-- wp:a {"x":1} / --><!-- wp:a-->`, `<!-- wp:A /--><!-- wp:a/ --><!-- wp:1a /--><!-- wp:a {"x":1} / --><!-- wp:a-->`},
		{`<!-- wp:a {"x":"a\\b\"c\u003c&'/é"} /-->`, `<!-- wp:a {"x":"a\u005cb\u0022c\u003c\u0026'/é"} /-->`},
		{`<!-- wp:a {"x":"} -->"} -->y<!-- /wp:a -->`, `<!-- wp:a -->"} -->y<!-- /wp:a -->`},
	} {
		if got := SerializeBlocks(ParseBlocks(c.in)); got != c.out {
			t.Errorf("%s\n got %s\nwant %s", c.in, got, c.out)
		}
	}
}

// What an update stores has been written anew, for the types that take hooked blocks.
func TestUpdatedContent(t *testing.T) {
	for _, c := range []struct{ kind, in, out string }{
		{"post", `<!--  wp:core/a {"f":1.50,"s":"<b>"}  --><p>x</p><!-- /wp:a --> `, `<!-- wp:a {"f":1.5,"s":"\u003cb\u003e"} --><p>x</p><!-- /wp:a --> `},
		{"page", `<!-- wp:group --><div>open`, `<!-- wp:group --><div>open<!-- /wp:group -->`},
		{"wp_block", `x <!-- /wp:group --> y`, `x <!-- /wp:block --> y`},
		{"wp_navigation", `0`, ``},
		{"post", `plain <!-- x --->`, `plain <!-- x --->`},
		{"attachment", `<!-- wp:core/a /-->`, `<!-- wp:core/a /-->`},
	} {
		if got := UpdatedContent(c.in, c.kind); got != c.out {
			t.Errorf("%s: %s\n got %s\nwant %s", c.kind, c.in, got, c.out)
		}
	}
}

func TestEditableContent(t *testing.T) {
	for _, c := range []struct{ kind, in, out string }{
		{"post", `<!-- wp:a {"x":1 -->q<!-- /wp:a -->`, `<!-- wp:a {"x":1 -->q<!-- /wp:post-content -->`},
		{"wp_block", `<!-- wp:a {"x":1 -->q<!-- /wp:a -->`, `<!-- wp:a {"x":1 -->q<!-- /wp:block -->`},
		{"wp_navigation", `<!-- wp:a {"x":1 -->q<!-- /wp:a -->`, `<!-- wp:a {"x":1 -->q<!-- /wp:navigation -->`},
		{"post", `plain`, `plain`},
	} {
		if got := EditableContent(c.in, c.kind); got != c.out {
			t.Errorf("%s: %s\n got %s\nwant %s", c.kind, c.in, got, c.out)
		}
	}
}

func FuzzParseBlocks(f *testing.F) {
	f.Add(`a<!-- wp:a {"b":[1,{}]} -->x<!-- wp:b /-->y<!-- /wp:a -->`)
	f.Add(`<!-- wp:a --><!-- wp:b {"c":"--\u003e"} -->`)
	f.Fuzz(func(t *testing.T, s string) {
		once := SerializeBlocks(ParseBlocks(s))
		ParseBlocks(once)
		EditableContent(s, "post")
	})
}

func FuzzTags(f *testing.F) {
	f.Add(`<p class="a" b=c>x<!-- y --><script>z</script>`)
	f.Fuzz(func(t *testing.T, s string) {
		p := newTags(s)
		for p.advance() {
			if p.tag.start >= p.tag.end {
				t.Fatalf("empty tag in %q", s)
			}
		}
		if p.html() != s {
			t.Fatalf("walking changed %q", s)
		}
		p = newTags(s)
		if p.next() {
			p.addClass("zz-9")
			q := newTags(p.html())
			if !q.next() || !q.hasClass("zz-9") {
				b, _ := json.Marshal(p.html())
				t.Fatalf("class not found again in %s", b)
			}
		}
	})
}
