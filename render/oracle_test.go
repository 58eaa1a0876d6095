package render

import (
	"bufio"
	"encoding/json"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// TestOracle compares with answers of WordPress's functions to arbitrary texts,
// from a file of lines {"fn","in","out"} when HEADPRESS_RENDER_ANSWERS names one.
func TestOracle(t *testing.T) {
	name := os.Getenv("HEADPRESS_RENDER_ANSWERS")
	if name == "" {
		t.Skip("HEADPRESS_RENDER_ANSWERS is not set")
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	total, equal := map[string]int{}, map[string]int{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var c struct{ Fn, In, Out string }
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		ask := answers[c.Fn]
		if ask == nil {
			continue
		}
		total[c.Fn]++
		if got := ask(c.In); got == c.Out {
			equal[c.Fn]++
		} else if total[c.Fn]-equal[c.Fn] <= 5 {
			t.Errorf("%s(%q)\n got %q\nwant %q", c.Fn, c.In, got, c.Out)
		}
	}
	var names []string
	for fn := range total {
		names = append(names, fn)
	}
	sort.Strings(names)
	for _, fn := range names {
		t.Logf("%s: %d of %d equal", fn, equal[fn], total[fn])
	}
}

var oracleSite = Renderer{Settings: Settings{Home: "https://demo.example.org", SiteURL: "https://demo.example.org", Smilies: true}}

var answers = map[string]func(string) string{
	"wptexturize":        Texturize,
	"wpautop":            Autop,
	"force_balance_tags": BalanceTags,
	"esc_url":            escURL,
	"esc_html":           escHTML,
	"esc_attr":           escAttr,
	"convert_chars":      ConvertChars,
	"convert_smilies":    func(s string) string { return oracleSite.convertSmilies(s) },
	"shortcode_unautop":  shortcodeUnautop,
	"strip_all":          func(s string) string { return StripTags(s, true) + "|" + StripTags(s, false) },
	"trimwords":          func(s string) string { return TrimWords(s, 3, "…") },
	"teaser":             Teaser,
	"title":              Title,
	"make_clickable": func(s string) string {
		return makeClickable(s, func(url string) string {
			return strings.Replace(strings.Replace(oracleSite.commentLinkRel(url), " ugc", "", 1), ` rel="ugc"`, "", 1)
		})
	},
	"comment": func(s string) string { r := oracleSite; return r.Comment(s) },
	"embed": func(s string) string {
		r := oracleSite
		return r.autoembed(PostText{ID: 1001}, r.embedShortcodes(PostText{ID: 1001}, s))
	},
	"caption": func(s string) string {
		r, atts := oracleSite, &php.Array{}
		atts.Set("width", "5")
		return r.caption(PostText{}, atts, s)
	},
	"sc": func(s string) string {
		return runShortcodes(s, testShortcodes, true, testShortcode)
	},
	"strip_sc": func(s string) string {
		return runShortcodes(s, testShortcodes, false, func(shortcodeMatch) string { return "" })
	},
}

var testShortcodes = nameSet("foo test foo-bar")

func testShortcode(m shortcodeMatch) string {
	switch m.name {
	case "foo":
		atts := php.Object{Class: "stdClass", Props: parseShortcodeAtts(m.attrs)}
		content := m.content
		if content == "" {
			content = "-"
		}
		return "{foo:" + string(php.AppendJSON(nil, &atts, php.JSONUnescapedSlashes|php.JSONUnescapedUnicode)) + "|" + content + "}"
	case "test":
		return "<" + m.content + ">"
	}
	return "FB(" + m.content + ")"
}
