package render

import (
	"testing"

	"github.com/headpress/headpress/sanitize"
)

// What WordPress stores for an author: names and values of attributes are filtered, addresses are not.
func TestFilterBlockAttributes(t *testing.T) {
	filter := sanitize.PostFilter()
	filter.Blocks = FilterBlockAttributes
	for in, want := range map[string]string{
		`<!-- wp:template-part {"tagName":"script","slug":"x"} /-->`:            `<!-- wp:template-part {"tagName":"","slug":"x"} /-->`,
		`<!-- wp:template-part {"tagName":"DIV"} /-->`:                          `<!-- wp:template-part {"tagName":""} /-->`,
		`<!-- wp:template-part {"tagName":"main"} /-->`:                         `<!-- wp:template-part {"tagName":"main"} /-->`,
		`<!-- wp:template-part {"a":{"tagName":"script"}} /-->`:                 `<!-- wp:template-part {"a":{"tagName":""}} /-->`,
		`<!-- wp:group {"tagName":"script"} /-->`:                               `<!-- wp:group {"tagName":"script"} /-->`,
		`<!-- wp:x/y {"\u003cb\u003ek":1,"\u0026":2,"c":3} /-->`:                `<!-- wp:x/y {"\u003cb\u003ek":1,"c":3,"\u0026amp;":2} /-->`,
		`<!-- wp:x/y {"a\u003cscript\u003e":1,"a":2} /-->`:                      `<!-- wp:x/y {"a":2} /-->`,
		`<!-- wp:x/y {"a":"x\u0000y"} /-->`:                                     `<!-- wp:x/y {"a":"xy"} /-->`,
		`<!-- wp:x/y {"a":"b"} --->`:                                            `<!-- wp:x/y {"a":"b"} /-->`,
		`<!-- wp:x/y {"a":"b"} ---->z<!-- /wp:x/y --->`:                         `<!-- wp:x/y {"a":"b"} -->z<!-- /wp:x/y -->`,
		`<!-- wp:x/y {"a":"javascript:x","c":"\u003c!-- x --\u003e"} /-->`:      `<!-- wp:x/y {"a":"javascript:x","c":"\u003c!\u002d\u002d x \u002d\u002d\u003e"} /-->`,
		`a<!-- wp:x/y -->b<!-- wp:z/z {"q":"&"} /-->c<!-- /wp:x/y --><script>d`: `a<!-- wp:x/y -->b<!-- wp:z/z {"q":"\u0026amp;"} /-->c<!-- /wp:x/y -->d`,
	} {
		if got := filter.Clean(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestStripBlockCSS(t *testing.T) {
	for text, want := range map[string]string{
		`<!-- wp:paragraph {"style":{"css":"color:red"}} --><p>x</p><!-- /wp:paragraph -->`:                          `<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->`,
		`<!-- wp:paragraph {"style":{"css":"a","color":{"text":"#fff"}},"a":1.50} --><p>x</p><!-- /wp:paragraph -->`: `<!-- wp:paragraph {"style":{"color":{"text":"#fff"}},"a":1.5} --><p>x</p><!-- /wp:paragraph -->`,
		`<!-- wp:paragraph {"a":{"css":"x"},"b":1.50} --><p>x</p><!-- /wp:paragraph -->`:                             `<!-- wp:paragraph {"a":{"css":"x"},"b":1.50} --><p>x</p><!-- /wp:paragraph -->`,
		`<!-- wp:group --><!-- wp:x/y {"\u0073tyle":{"css":""}} /--><!-- /wp:group -->`:                              `<!-- wp:group --><!-- wp:x/y /--><!-- /wp:group -->`,
	} {
		if got := StripBlockCSS(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}
