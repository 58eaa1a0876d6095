package themejson

import (
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// Choices of users stand behind those of the theme, or in the place of those with their slug.
func TestExport(t *testing.T) {
	decode := func(text string) *php.Array {
		v, err := php.DecodeJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		return v.(*php.Array)
	}
	for _, c := range [][2]string{
		{`{"settings":{"color":{"palette":{"theme":[{"slug":"a","color":"1"},{"slug":"b","color":"2"}],"custom":[{"slug":"a","color":"3"},{"slug":"c","color":"4"}]},"duotone":{"custom":[]}}}}`,
			`{"$schema":"s","settings":{"color":{"duotone":[],"palette":[{"color":"3","slug":"a"},{"color":"2","slug":"b"},{"color":"4","slug":"c"}]}}}`},
		{`{"settings":{"blocks":{"core/button":{"color":{"palette":{"custom":[{"slug":"p"}]}}}},"border":{"color":true}}}`,
			`{"$schema":"s","settings":{"blocks":{"core/button":{"color":{"palette":[{"slug":"p"}]}}},"border":{"color":true}}}`},
		{`{"version":3,"styles":{"css":"a/b é"}}`, `{"$schema":"s","styles":{"css":"a/b é"},"version":3}`},
	} {
		got := strings.NewReplacer("\n", "", "\t", "", `": `, `":`).Replace(string(Export(decode(c[0]), "s")))
		if got != c[1] {
			t.Errorf("%s:\n%s, not\n%s", c[0], got, c[1])
		}
	}
}
