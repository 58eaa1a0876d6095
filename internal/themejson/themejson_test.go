package themejson

import (
	"testing"

	"github.com/headpress/headpress/internal/php"
)

var fewBlocks = &Blocks{Names: []string{"core/paragraph", "core/button", "core/quote", "core/group", "core/column"},
	Styles: map[string][]string{"core/group": {"section-1"}, "core/column": {"section-1"}, "core/quote": {"plain"}}}

func decode(t testing.TB, text string) *php.Array {
	t.Helper()
	v, err := php.DecodeJSON(text)
	if err != nil {
		t.Fatal(err, text)
	}
	return v.(*php.Array)
}

func encode(a *php.Array) string {
	return string(php.AppendJSON(nil, a, php.JSONUnescapedSlashes|php.JSONUnescapedUnicode))
}

// The answers are those of a WordPress 7.1 that was asked the same.
func TestNew(t *testing.T) {
	for _, c := range []struct{ what, origin, in, want string }{
		{"choices are kept by origin", "theme", `{"version":3,"settings":{"color":{"palette":[{"slug":"a","color":"#1"}]}}}`,
			`{"version":3,"settings":{"color":{"palette":{"theme":[{"slug":"a","color":"#1"}]}}}}`},
		{"those that are, stay", "custom", `{"version":3,"settings":{"color":{"palette":{"theme":[{"slug":"a","color":"#1"}]}}},"styles":{"elements":{"link":{"color":{"text":"red"}}}}}`,
			`{"version":3,"settings":{"color":{"palette":{"theme":[{"slug":"a","color":"#1"}]}}},"styles":{"elements":{"link":{"color":{"text":"red"}}}}}`},
		{"version 1 called settings otherwise", "custom", `{"version":1,"settings":{"color":{"link":true},"border":{"customRadius":true}},"styles":{}}`,
			`{"version":3,"settings":{"color":{"link":true},"border":{"radius":true}}}`},
		{"without a version nothing counts", "custom", `{"settings":{"color":{"link":true}}}`, `{"version":3}`},
		{"version 2 had no choices of WordPress's", "theme",
			`{"version":2,"settings":{"typography":{"fontSizes":[{"slug":"small","size":"9px"}]},"spacing":{"spacingSizes":[{"slug":"20","size":"9px","name":"n"}]}}}`,
			`{"version":3,"settings":{"typography":{"fontSizes":{"theme":[{"slug":"small","size":"9px"}]},"defaultFontSizes":false},"spacing":{"spacingSizes":{"theme":[{"slug":"20","size":"9px","name":"n"}]},"defaultSpacingSizes":false}}}`},
		{"unless a user has changed it", "custom", `{"version":2,"settings":{"typography":{"fontSizes":[{"slug":"a","size":"1px"}]}},"styles":{"color":{"text":"var:preset|color|a"},"blocks":{"core/paragraph":{"css":"x"}}}}`,
			`{"version":3,"settings":{"typography":{"fontSizes":{"custom":[{"slug":"a","size":"1px"}]}}},"styles":{"color":{"text":"var(--wp--preset--color--a)"},"blocks":{"core/paragraph":{"css":"x"}}}}`},
		{"a scale gives sizes", "theme", `{"version":2,"settings":{"spacing":{"spacingScale":{"steps":3,"unit":"px","mediumStep":20,"operator":"+","increment":5}}}}`,
			`{"version":3,"settings":{"spacing":{"spacingScale":{"theme":{"steps":3,"unit":"px","mediumStep":20,"operator":"+","increment":5}},"defaultSpacingSizes":false,"spacingSizes":{"theme":[{"name":"Small","slug":"40","size":"15px"},{"name":"Medium","slug":"50","size":"20px"},{"name":"Large","slug":"60","size":"25px"}]}}}}`},
		{"or none", "theme", `{"version":3,"settings":{"spacing":{"spacingScale":{"steps":0}}}}`,
			`{"version":3,"settings":{"spacing":{"spacingScale":{"theme":{"steps":0}},"spacingSizes":{"theme":[]}}}}`},
		{"only what is known", "theme",
			`{"version":3,"settings":{"foo":1,"color":{"foo":2,"palette":[]},"custom":{"a":{"b":1}},"border":true,"blocks":{"core/nope":{"color":{"text":true}},"core/paragraph":{"appearanceTools":true,"color":{"palette":[{"slug":"x","color":"red"}]}}}},` +
				`"styles":{"foo":1,"color":{"foo":1,"text":"var:preset|color|x"},"css":"a{}","spacing":"x","typography":{},"blocks":{"core/paragraph":{"elements":{"link":{":hover":{"color":{"text":"b"}},":foo":{}},"nope":{"color":{"text":"a"}}},":hover":{"color":{"text":"z"}}},"core/button":{":hover":{"color":{"text":"z"}}}},"elements":{"h1":{":hover":{"color":{"text":"a"}}}}},` +
				`"title":"T","description":"D","patterns":["x"],"zzz":1,"customTemplates":[{"name":"a","title":"A","zz":1}],"$schema":"s"}`,
			`{"version":3,"settings":{"color":{"palette":{"theme":[]}},"custom":{"a":{"b":1}},"blocks":{"core/paragraph":{"color":{"palette":{"theme":[{"slug":"x","color":"red"}]},"link":true,"heading":true,"button":true,"caption":true},"background":{"backgroundImage":true,"backgroundSize":true,"gradient":true},"border":{"color":true,"radius":true,"style":true,"width":true},"dimensions":{"aspectRatio":true,"height":true,"minHeight":true,"minWidth":true,"width":true},"position":{"sticky":true},"spacing":{"blockGap":true,"margin":true,"padding":true},"typography":{"lineHeight":true,"textColumns":true}}}},` +
				`"styles":{"color":{"text":"var(--wp--preset--color--x)"},"css":"a{}","typography":[],"blocks":{"core/paragraph":{"elements":{"link":{":hover":{"color":{"text":"b"}}}}},"core/button":{":hover":{"color":{"text":"z"}}}}},"title":"T","description":"D","patterns":["x"],"customTemplates":[{"name":"a","title":"A","zz":1}]}`},
		{"deeper as well", "theme",
			`{"version":3,"settings":{"lightbox":{"enabled":true,"foo":1},"typography":{"fontFamilies":[{"slug":"a","zz":1,"fontFace":[{"src":"a","zz":2}]}]}},"styles":{"blocks":{"core/quote":{"variations":{"plain":{"blocks":{"core/paragraph":{"color":{"text":"q"},"elements":{"link":{"color":{"text":"r"}}},"variations":{}}},"elements":{"link":{}},"color":{"foo":1}}}},"core/group":{"mobile":{"color":{"text":"a"}},"@mobile":{"color":{"text":"a"}}}}}}`,
			`{"version":3,"settings":{"lightbox":{"enabled":true},"typography":{"fontFamilies":{"theme":[{"slug":"a","fontFace":[{"src":"a"}]}]}}},"styles":{"blocks":{"core/quote":{"variations":{"plain":{"blocks":{"core/paragraph":{"color":{"text":"q"},"elements":{"link":{"color":{"text":"r"}}}}},"elements":{"link":[]}}}},"core/group":{"@mobile":{"color":{"text":"a"}}}}}}`},
		{"looks that a block does not have go", "custom", `{"version":3,"styles":{"blocks":{"core/group":{"variations":{"none":{"color":{"text":"a"}},"section-1":{"color":{"text":"b"}}}}}}}`,
			`{"version":3,"styles":{"blocks":{"core/group":{"variations":{"section-1":{"color":{"text":"b"}}}}}}}`},
		{"styles in common go to each block that has them", "theme",
			`{"version":3,"styles":{"blocks":{"core/group":{"variations":{"section-1":{"color":{"text":"own"}}}}},"variations":{"section-1":{"color":{"text":"all","background":"b"}}}}}`,
			`{"version":3,"styles":{"blocks":{"core/group":{"variations":{"section-1":{"color":{"text":"own","background":"b"}}}},"core/column":{"variations":{"section-1":{"color":{"text":"all","background":"b"}}}}}}}`},
	} {
		if got := encode(New(decode(t, c.in), c.origin, fewBlocks)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.want)
		}
	}
}

func TestMerge(t *testing.T) {
	theme := New(decode(t, `{"version":3,"settings":{"typography":{"fontSizes":[{"slug":"small","size":"9px"},{"slug":"zz","size":"1px"}]},"spacing":{"units":["px"]},"color":{"palette":[{"slug":"black","color":"#010101"},{"slug":"mine","color":"#020202"}]}}}`), "theme", fewBlocks)
	for _, c := range []struct {
		what string
		over string
		path []string
		want string
	}{
		{"choices of WordPress's slugs are left out", ``, []string{"color", "palette", "theme"}, `[{"slug":"mine","color":"#020202"}]`},
		{"unless WordPress's are off, then they keep its names", `{"version":3,"settings":{"typography":{"defaultFontSizes":false}}}`, []string{"typography", "fontSizes", "theme"},
			`[{"slug":"small","size":"9px","name":"Small"},{"slug":"zz","size":"1px"}]`},
		{"units are replaced as a whole", ``, []string{"spacing", "units"}, `["px"]`},
		{"what the theme does not say is WordPress's", ``, []string{"spacing", "spacingScale"}, `{"default":{"operator":"*","increment":1.5,"steps":7,"mediumStep":1.5,"unit":"rem"}}`},
	} {
		base := Core()
		if c.over != "" {
			base = Merge(base, decode(t, c.over))
		}
		v, _ := dig(sub(Merge(base, theme), "settings"), c.path...)
		if got := encode(v.(*php.Array)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.want)
		}
	}
}

// WordPress's own sizes come of its own scale.
func TestSpacingSizes(t *testing.T) {
	spacing := sub(sub(sub(builtin(), "core"), "settings"), "spacing")
	want, got := sub(sub(spacing, "spacingSizes"), "default"), spacingSizes(sub(sub(spacing, "spacingScale"), "default"))
	if encode(got) != encode(want) {
		t.Errorf("got %s\nwant %s", encode(got), encode(want))
	}
}

func FuzzNew(f *testing.F) {
	f.Add(`{"version":1,"settings":{"spacing":{"spacingScale":{"steps":9,"unit":"%","mediumStep":1,"operator":"*","increment":0.5}}},"styles":{"variations":{"section-1":{"css":"a"}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := php.DecodeJSON(text)
		a, ok := v.(*php.Array)
		if err != nil || !ok {
			return
		}
		once := New(a, "theme", fewBlocks)
		Merge(Core(), once)
	})
}
