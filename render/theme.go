package render

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Theme is what rendering needs of the active theme: the theme.json data that classes
// and hashes depend on, and its template parts and patterns as markup.
type Theme struct {
	Name string // the theme's folder

	RootPadding bool   // settings.useRootPaddingAwareAlignments
	BlockGap    bool   // whether blocks may have gaps of their own
	Sticky      bool   // settings.position.sticky
	WideSize    string // settings.layout.wideSize
	Fluid       bool   // settings.typography.fluid

	gap        string            // styles.spacing.blockGap
	gaps       map[string]string // per block
	variations map[string]bool   // "core/group section-1": style variations with data
	partials   []Variation       // of these, those that files of the theme add
	areas      map[string]string // of template parts, by slug
	duotones   map[string]bool   // presets, beside those of WordPress

	layers []fs.FS // the theme's files, then those of the theme that it builds on
}

// DefaultTheme is used without a theme: the values of twentytwentyfive that are seen
// in content, as built-in data.
func DefaultTheme() *Theme {
	t := &Theme{
		RootPadding: true, BlockGap: true, Sticky: true, Fluid: true, WideSize: "1340px", gap: "1.2rem",
		gaps: map[string]string{
			"core/columns": "var(--wp--preset--spacing--50)",
			"core/buttons": "16px",
			"core/quote":   "var(--wp--preset--spacing--30)",
		},
		variations: coreVariations(),
	}
	for variation, blocks := range map[string]string{
		"section-1": "core/group core/columns core/column", "section-2": "core/group core/columns core/column", "section-3": "core/group core/columns core/column",
		"section-4": "core/group core/columns core/column", "section-5": "core/group core/columns core/column", "text-display": "core/heading core/paragraph",
		"text-subtitle": "core/heading core/paragraph", "text-annotation": "core/heading core/paragraph", "post-terms-1": "core/post-terms", "plain": "core/quote", "wide": "core/separator",
	} {
		for _, b := range strings.Fields(blocks) {
			t.variations[b+" "+variation] = true
		}
	}
	return t
}

// coreVariations are the style variations that WordPress itself has data for.
func coreVariations() map[string]bool {
	return map[string]bool{"core/button outline": true, "core/site-logo rounded": true}
}

// LoadTheme reads a theme's theme.json and style variations. layers are its folder, then
// that of the theme it builds on, and may hold none of them. user is the JSON of the
// user's global styles, "" without.
func LoadTheme(name string, layers []fs.FS, user string) (*Theme, error) {
	t := &Theme{Name: name, layers: layers, gaps: map[string]string{}, variations: coreVariations(), areas: map[string]string{}}
	seen := map[string]bool{} // style variations of the theme itself come in the place of those below
	for _, files := range slices.Backward(layers) {
		data, err := readJSON(files, "theme.json")
		if err != nil {
			return nil, fmt.Errorf("theme %s: %w", name, err)
		}
		t.merge(data)
	}
	for _, files := range layers {
		err := fs.WalkDir(files, "styles", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(p) != ".json" || seen[p] {
				return nil //nolint:nilerr // a theme may have no styles
			}
			seen[p] = true
			partial, err := readJSON(files, p)
			if err != nil {
				return err
			}
			t.addVariation(p, partial)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("theme %s: %w", name, err)
		}
	}
	if v, err := php.DecodeJSON(user); err == nil {
		if a, ok := v.(*php.Array); ok {
			t.merge(a)
		}
	}
	return t, nil
}

func readJSON(files fs.FS, name string) (*php.Array, error) {
	b, err := fs.ReadFile(files, name)
	if err != nil {
		return &php.Array{}, nil //nolint:nilerr // nor a theme.json
	}
	v, err := php.DecodeJSON(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	a, _ := v.(*php.Array)
	return a, nil
}

func (t *Theme) merge(data *php.Array) {
	settings := array(data, "settings")
	if v, ok := dig(settings, "useRootPaddingAwareAlignments"); ok {
		t.RootPadding = php.ToBool(v)
	}
	if v, ok := dig(settings, "appearanceTools"); ok && php.ToBool(v) {
		t.BlockGap, t.Sticky = true, true
	}
	if v, ok := dig(settings, "spacing", "blockGap"); ok {
		t.BlockGap = v != nil
	}
	if v, ok := dig(settings, "position", "sticky"); ok {
		t.Sticky = php.ToBool(v)
	}
	if v := text(settings, "layout", "wideSize"); v != "" {
		t.WideSize = v
	}
	if v, ok := dig(settings, "typography", "fluid"); ok {
		t.Fluid = php.ToBool(v)
	}
	for _, preset := range array(settings, "color", "duotone").Values() {
		if t.duotones == nil {
			t.duotones = map[string]bool{}
		}
		t.duotones[text(asArray(preset), "slug")] = true
	}
	for _, part := range array(data, "templateParts").Values() {
		t.areas[text(asArray(part), "name")] = text(asArray(part), "area")
	}
	styles := array(data, "styles")
	if v := text(styles, "spacing", "blockGap"); v != "" {
		t.gap = presetToVar(v)
	}
	for name, block := range array(styles, "blocks").All() {
		b, _ := block.(*php.Array)
		if v := text(b, "spacing", "blockGap"); v != "" {
			t.gaps[name.String()] = presetToVar(v)
		}
		for variation, v := range array(b, "variations").All() {
			if a, ok := v.(*php.Array); ok && a.Len() > 0 {
				t.variations[name.String()+" "+variation.String()] = true
			}
		}
	}
}

// addVariation registers a style of some blocks from a file below styles/.
func (t *Theme) addVariation(file string, data *php.Array) {
	v, ok := variationOf(path.Base(file), data)
	if !ok {
		return
	}
	t.partials = append(t.partials, v)
	for b := range v.blocks {
		t.variations[b+" "+v.Slug] = true
	}
}

// fallbackGap is the gap of a block that sets none itself.
func (t *Theme) fallbackGap(block string) string {
	if g, ok := t.gaps[block]; ok {
		return g
	}
	if t.gap != "" {
		return t.gap
	}
	if g := text(blockTypes()[block].supports(), "spacing", "blockGap", "__experimentalDefault"); g != "" {
		return g
	}
	return "0.5em"
}

// part reads a template part of the theme, and its area.
func (t *Theme) part(slug string) (content, area string, ok bool) {
	name := "parts/" + slug + ".html"
	if !fs.ValidPath(name) {
		return "", "", false
	}
	for _, files := range t.layers {
		if b, err := fs.ReadFile(files, name); err == nil {
			return string(b), t.areas[slug], true
		}
	}
	return "", "", false
}

// presetToVar turns var:preset|spacing|50 into var(--wp--preset--spacing--50).
func presetToVar(v string) string {
	if !strings.HasPrefix(v, "var:") {
		return v
	}
	return "var(--wp--" + strings.ReplaceAll(strings.TrimPrefix(v, "var:"), "|", "--") + ")"
}

// dig walks down nested arrays.
func dig(a *php.Array, keys ...string) (any, bool) {
	var v any = a
	for _, k := range keys {
		a, ok := v.(*php.Array)
		if !ok || a == nil {
			return nil, false
		}
		if v, ok = a.Get(k); !ok {
			return nil, false
		}
	}
	return v, true
}

// array gives a nested array, nil when something else is there.
func array(a *php.Array, keys ...string) *php.Array {
	v, _ := dig(a, keys...)
	out, _ := v.(*php.Array)
	return out
}

// text gives a nested string, "" when something else is there.
func text(a *php.Array, keys ...string) string {
	v, _ := dig(a, keys...)
	s, _ := v.(string)
	return s
}

// truthy tells whether a nested value is there and true for PHP.
func truthy(a *php.Array, keys ...string) bool {
	v, ok := dig(a, keys...)
	return ok && php.ToBool(v)
}

// kebabCase is _wp_to_kebab_case: words by case, digits and anything else, in lower
// case with dashes between.
func kebabCase(s string) string {
	s = strings.NewReplacer("'", "", "\u2019", "").Replace(s)
	kind := func(c byte) int {
		switch {
		case c >= 'a' && c <= 'z', c >= 0x80:
			return 1
		case c >= 'A' && c <= 'Z':
			return 2
		case isDigit(c):
			return 3
		}
		return 0
	}
	var words []string
	for i := 0; i < len(s); {
		k := kind(s[i])
		if k == 0 {
			i++
			continue
		}
		j := i + 1
		for j < len(s) && kind(s[j]) == k {
			j++
		}
		if k == 2 {
			if j < len(s) && kind(s[j]) == 1 {
				if j-i > 1 {
					words = append(words, s[i:j-1])
					i = j - 1
				}
				for j < len(s) && kind(s[j]) == 1 {
					j++
				}
			}
		}
		words = append(words, s[i:j])
		i = j
	}
	return strings.ToLower(strings.Join(words, "-"))
}
