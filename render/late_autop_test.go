package render

import "testing"

// A content with blocks changes how the contents after it in the same answer are
// rendered: wpautop then comes after shortcode_unautop.
func TestAutopAfterBlocks(t *testing.T) {
	const classic = "a\n\n[gallery ids=\"9\"]\n\nb"
	r := &Renderer{}
	for _, c := range []struct{ content, want string }{
		{classic, "<p>a</p>\n\n<p>b</p>\n"},
		{"<!-- wp:paragraph -->\n<p>x</p>\n<!-- /wp:paragraph -->", "\n<p class=\"wp-block-paragraph\">x</p>\n"},
		{classic, "<p>a</p>\n<p></p>\n<p>b</p>\n"},
	} {
		if got := r.Content(PostText{ID: 1, Type: "post", Content: c.content}); got != c.want {
			t.Errorf("%q: %q, want %q", c.content, got, c.want)
		}
	}
}
