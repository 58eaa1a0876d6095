package sanitize

import "testing"

// TestFontFaceName: a WordPress gave styles with these settings these names.
func TestFontFaceName(t *testing.T) {
	for _, c := range []struct{ family, style, weight, stretch, unicodes, want string }{
		{"x", "-", "-", "-", "-", "x;normal;400;100%;U+0-10FFFF"},
		{`"Open Sans", serif`, "Italic", "BOLD", "75%", "u+0025-00ff, u+4??", "open sans,serif;italic;700;75%;U+0025-00FF,U+4??"},
		{`"İÉ;ß"`, "É", "normal bold", "ultra-condensed", "u+é", "i̇éß;É;400 700;50%;U+é"},
		{`"it's"`, "a , b", `4"00`, "semi-condensed", "", "its;a ,b;400;semi-75%;"},
		{`"a\b"`, "", "bolder", "extra-expanded", "-", `a\b;;700er;extra-125%;U+0-10FFFF`},
		{"", "-", "", "semi-expanded", "-", ";normal;;112.5%;U+0-10FFFF"},
		{"x", "-", "-", "condensed expanded normal", "-", "x;normal;400;75% 125% 100%;U+0-10FFFF"},
	} {
		given := map[string]string{"fontFamily": c.family, "fontStyle": c.style, "fontWeight": c.weight, "fontStretch": c.stretch, "unicodeRange": c.unicodes}
		got := FontFaceName(func(setting string) (string, bool) { return given[setting], given[setting] != "-" })
		if got != c.want {
			t.Errorf("%+v\n got %q\nwant %q", c, got, c.want)
		}
	}
}
