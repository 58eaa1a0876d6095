// Package themejson reads the settings and styles of themes: what WordPress brings,
// what a theme's theme.json says, what users have changed, and how these go together.
package themejson

import (
	_ "embed"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/headpress/headpress/internal/php"
)

//go:embed core.json
var coreJSON []byte

var builtin = sync.OnceValue(func() *php.Array {
	v, err := php.DecodeJSON(coreJSON)
	if err != nil {
		panic("core.json: " + err.Error())
	}
	return v.(*php.Array)
})

// Core is what WordPress itself brings, under what its blocks bring.
func Core() *php.Array {
	return Merge(Merge(&php.Array{}, sub(builtin(), "core")), sub(builtin(), "blocks"))
}

// Blocks are the blocks there are, in the order of their registration, and the names of their styles.
type Blocks struct {
	Names  []string
	Styles map[string][]string
}

// New makes data of a theme.json: only what is known, in its newest form, with choices
// kept under the origin (theme or custom).
func New(data *php.Array, origin string, blocks *Blocks) *php.Array {
	out := &php.Array{}
	if _, ok := data.Get("version"); !ok {
		out.Set("version", int64(latest))
		return out
	}
	data = migrate(copyOf(data), origin)
	for k, v := range data.All() {
		name := k.String()
		if _, ok := topLevel[name]; !ok {
			continue
		}
		switch name {
		case "version":
			v = int64(latest)
		case "settings", "styles":
			a, ok := v.(*php.Array)
			if !ok {
				continue
			}
			c := cleaner{blocks}
			if name == "settings" {
				a = c.settings(a)
			} else {
				share(a, blocks)
				a = resolve(c.styles(a, rootStyles, "")).(*php.Array)
			}
			if a.Len() == 0 {
				continue
			}
			v = a
		}
		out.Put(k, v)
	}
	for _, node := range nodes(out) {
		optIn(node)
		keepOrigins(node, origin)
	}
	return out
}

const latest = 3

// share hands styles that blocks have in common to each of the blocks that have a style
// of that name; what they say themselves counts more (unwrap_shared_block_style_variations).
func share(styles *php.Array, blocks *Blocks) {
	shared := sub(styles, "variations")
	if shared == nil {
		return
	}
	for _, block := range blocks.Names {
		for _, name := range blocks.Styles[block] {
			common := sub(shared, name)
			if common == nil {
				continue
			}
			own, _ := dig(styles, "blocks", block, "variations", name)
			a, _ := own.(*php.Array)
			set(styles, replace(common, a), "blocks", block, "variations", name)
		}
	}
	styles.Remove(php.KeyOf("variations"))
}

// migrate brings older versions up to date (WP_Theme_JSON_Schema::migrate).
func migrate(data *php.Array, origin string) *php.Array {
	v, _ := data.Get("version")
	version := php.ToInt(v)
	settings := nodes(data)
	if version < 2 {
		for _, node := range settings {
			for _, r := range renamed {
				if v, ok := dig(node, r[0]...); ok {
					set(node, v, r[1]...)
					sub(node, r[0][0]).Remove(php.KeyOf(r[0][1]))
				}
			}
		}
	}
	if root := sub(data, "settings"); version < 3 && origin != "custom" && root != nil {
		if _, ok := dig(root, "typography", "fontSizes"); ok {
			set(root, false, "typography", "defaultFontSizes")
		}
		_, sizes := dig(root, "spacing", "spacingSizes")
		_, scale := dig(root, "spacing", "spacingScale")
		if sizes || scale {
			set(root, false, "spacing", "defaultSpacingSizes")
		}
		if sizes && scale { // a list of sizes was enough to do without a scale
			sub(root, "spacing").Remove(php.KeyOf("spacingScale"))
		}
	}
	return data
}

// nodes are the settings of the site, then those of blocks.
func nodes(data *php.Array) []*php.Array {
	root := sub(data, "settings")
	if root == nil {
		return nil
	}
	l := []*php.Array{root}
	for _, v := range sub(root, "blocks").All() {
		if a, ok := v.(*php.Array); ok {
			l = append(l, a)
		}
	}
	return l
}

// optIn spells out what appearanceTools stands for.
func optIn(node *php.Array) {
	if v, ok := node.Get("appearanceTools"); !ok || !php.ToBool(v) {
		return
	}
	for _, path := range appearanceTools {
		if _, ok := dig(node, path...); !ok {
			set(node, true, path...)
		}
	}
	node.Remove(php.KeyOf("appearanceTools"))
}

// keepOrigins puts plain lists of choices under their origin, and makes sizes of a scale.
func keepOrigins(node *php.Array, origin string) {
	for _, p := range presets {
		v, ok := dig(node, p.path...)
		if a, list := v.(*php.Array); ok && list && (a.Len() == 0 || a.IsList()) {
			keyed := &php.Array{}
			keyed.Set(origin, a)
			set(node, keyed, p.path...)
		}
	}
	scale := sub(sub(node, "spacing"), "spacingScale")
	if scale == nil {
		return
	}
	if !slices.ContainsFunc(origins, func(o string) bool { return sub(scale, o) != nil }) {
		keyed := &php.Array{}
		keyed.Set(origin, scale)
		set(node, keyed, "spacing", "spacingScale")
		scale = keyed
	}
	for _, o := range origins {
		if s := sub(scale, o); s != nil {
			own, _ := dig(node, "spacing", "spacingSizes", o)
			sizes, _ := own.(*php.Array)
			set(node, mergeSizes(spacingSizes(s), sizes), "spacing", "spacingSizes", o)
		}
	}
}

// mergeSizes puts sizes in the place of those with their slug, or behind them.
func mergeSizes(base, over *php.Array) *php.Array {
	out := php.List()
	taken := map[string]bool{}
	for _, v := range base.Values() {
		for _, o := range over.Values() {
			if slug := slugOf(o); slug == slugOf(v) {
				v, taken[slug] = o, true
			}
		}
		out.Append(v)
	}
	for _, o := range over.Values() {
		if !taken[slugOf(o)] {
			out.Append(o)
		}
	}
	return out
}

// maxSteps bounds the sizes that a scale may have.
const maxSteps = 100

// spacingSizes makes the sizes of a scale: a middle, smaller and larger ones
// (WP_Theme_JSON::compute_spacing_sizes).
func spacingSizes(scale *php.Array) *php.Array {
	value := func(name string) any { v, _ := scale.Get(name); return v }
	steps := int(php.ToInt(value("steps")))
	middle, increment := php.ToFloat(value("mediumStep")), php.ToFloat(value("increment"))
	unit, plus := php.ToString(value("unit")), value("operator") == "+"
	if steps <= 0 || steps > maxSteps || middle <= 0 || unit == "" || increment <= 0 || !plus && value("operator") != "*" {
		return php.List()
	}
	size := func(name string, slug int, n float64) any {
		a := &php.Array{}
		a.Set("name", name)
		a.Set("slug", strconv.Itoa(slug))
		a.Set("size", php.ToString(math.Round(n*100)/100)+unit)
		return a
	}
	label := func(i int, word string) string {
		switch i {
		case 0:
			return word
		case 1:
			return "X-" + word
		}
		return strconv.Itoa(i) + "X-" + word
	}
	half := int(math.Round(float64(steps) / 2))
	below, above := half-1, steps-half
	var l []any
	for i, n := 0, middle; i < below; i++ {
		switch {
		case plus:
			n -= increment
		case increment > 1:
			n /= increment
		default:
			n *= increment
		}
		slug := 40 - 10*i
		if n <= 0 || slug <= 0 { // what finds no room below goes above
			if n <= 0 {
				above += below - i
			}
			break
		}
		l = append(l, size(label(i, "Small"), slug, n))
	}
	slices.Reverse(l)
	l = append(l, size("Medium", 50, middle))
	for i, n := 0, middle; i < above; i++ {
		switch {
		case plus:
			n += increment
		case increment >= 1:
			n *= increment
		default:
			n /= increment
		}
		l = append(l, size(label(i, "Large"), 60+10*i, n))
	}
	return php.List(l...)
}

// Merge puts data over other data (WP_Theme_JSON::merge): what is in both gives way,
// choices of each origin as a whole. A theme's choices do not replace WordPress's of the
// same slug unless it has switched those off.
func Merge(base, over *php.Array) *php.Array {
	out := replace(base, over)
	root := sub(out, "settings")
	for i, incoming := range nodes(over) {
		node := root
		if i > 0 {
			node = sub(sub(root, "blocks"), blockName(over, i-1))
		}
		if units, ok := dig(incoming, "spacing", "units"); ok {
			set(node, units, "spacing", "units")
		}
		for _, p := range presets {
			for _, origin := range origins {
				v, ok := dig(incoming, append(slices.Clone(p.path), origin)...)
				list, isList := v.(*php.Array)
				if !ok || !isList {
					continue
				}
				if origin == "theme" {
					list = themeChoices(root, node, p, list)
				}
				set(node, list, append(slices.Clone(p.path), origin)...)
			}
		}
	}
	return out
}

func blockName(data *php.Array, i int) string {
	n := 0
	for k, v := range sub(sub(data, "settings"), "blocks").All() {
		if _, ok := v.(*php.Array); ok {
			if n == i {
				return k.String()
			}
			n++
		}
	}
	return ""
}

// themeChoices names a theme's choices and leaves out those that WordPress keeps.
func themeChoices(root, node *php.Array, p preset, list *php.Array) *php.Array {
	defaults := map[string]*php.Array{}
	for _, n := range []*php.Array{node, root} {
		v, _ := dig(n, append(slices.Clone(p.path), "default")...)
		a, _ := v.(*php.Array)
		for _, e := range a.Values() {
			if c, ok := e.(*php.Array); ok {
				defaults[slugOf(c)] = c
			}
		}
	}
	keep := false
	if p.prevent != nil {
		keep = true
		for _, n := range []*php.Array{root, node} {
			if v, ok := dig(n, p.prevent...); ok {
				keep = php.ToBool(v)
			}
		}
	}
	out := php.List()
	for _, e := range list.Values() {
		d := defaults[slugOf(e)]
		if c, ok := e.(*php.Array); ok && p.names && d != nil {
			if _, named := c.Get("name"); !named {
				c = copyOf(c)
				name, _ := d.Get("name")
				c.Set("name", name)
				e = c
			}
		}
		if keep && d != nil {
			continue
		}
		out.Append(e)
	}
	return out
}

func slugOf(v any) string {
	a, _ := v.(*php.Array)
	s, _ := a.Get("slug")
	return php.ToString(s)
}

// resolve writes var:preset|color|base as var(--wp--preset--color--base).
func resolve(v any) any {
	switch t := v.(type) {
	case string:
		if rest, ok := strings.CutPrefix(t, "var:"); ok {
			return "var(--wp--" + strings.ReplaceAll(rest, "|", "--") + ")"
		}
	case *php.Array:
		out := &php.Array{}
		for k, e := range t.All() {
			out.Put(k, resolve(e))
		}
		return out
	}
	return v
}

// sub gives a nested array, nil where something else is there.
func sub(a *php.Array, key string) *php.Array {
	v, _ := a.Get(key)
	out, _ := v.(*php.Array)
	return out
}

func dig(a *php.Array, path ...string) (any, bool) {
	for _, key := range path[:len(path)-1] {
		if a = sub(a, key); a == nil {
			return nil, false
		}
	}
	return a.Get(path[len(path)-1])
}

func set(a *php.Array, v any, path ...string) {
	for _, key := range path[:len(path)-1] {
		next := sub(a, key)
		if next == nil {
			next = &php.Array{}
			a.Set(key, next)
		}
		a = next
	}
	a.Set(path[len(path)-1], v)
}

func copyOf(a *php.Array) *php.Array {
	out := &php.Array{}
	for k, v := range a.All() {
		if e, ok := v.(*php.Array); ok {
			v = copyOf(e)
		}
		out.Put(k, v)
	}
	return out
}

// replace is PHP's array_replace_recursive on copies.
func replace(base, over *php.Array) *php.Array {
	out := copyOf(base)
	for k, v := range over.All() {
		a, isArray := v.(*php.Array)
		if below, _ := out.At(k); isArray {
			if b, both := below.(*php.Array); both {
				v = replace(b, a)
			} else {
				v = copyOf(a)
			}
		}
		out.Put(k, v)
	}
	return out
}
