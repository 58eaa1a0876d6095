package themejson

import (
	"cmp"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Export writes data as a theme.json of its own: choices of all origins in one list, what
// appearanceTools stands for under that name, keys in their order (WP_Theme_JSON::get_data).
func Export(data *php.Array, schema string) []byte {
	out := copyOf(data)
	for _, node := range nodes(out) {
		flatten(node)
		optOut(node)
	}
	out.Set("$schema", schema)
	text := php.AppendJSON(nil, sorted(out), php.JSONPrettyPrint|php.JSONUnescapedSlashes|php.JSONUnescapedUnicode)
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		rest := strings.TrimLeft(line, " ")
		lines[i] = strings.Repeat("\t", (len(line)-len(rest))/4) + rest
	}
	return []byte(strings.Join(lines, "\n"))
}

// flatten makes one list of the choices of all origins; later ones take the place of those with their slug.
func flatten(node *php.Array) {
	for _, p := range presets {
		v, ok := dig(node, p.path...)
		keyed, isArray := v.(*php.Array)
		if !ok || !isArray || !slices.ContainsFunc(origins, func(o string) bool { return sub(keyed, o) != nil }) {
			continue
		}
		bySlug := &php.Array{}
		for _, origin := range origins {
			for _, choice := range sub(keyed, origin).Values() {
				bySlug.Set(slugOf(choice), choice)
			}
		}
		set(node, php.List(bySlug.Values()...), p.path...)
	}
	if scale := sub(sub(node, "spacing"), "spacingScale"); scale != nil {
		for _, origin := range origins {
			if own := sub(scale, origin); own != nil {
				set(node, own, "spacing", "spacingScale")
			}
		}
	}
}

// optOut is the opposite of optIn, where everything is on.
func optOut(node *php.Array) {
	for _, path := range appearanceTools {
		if v, _ := dig(node, path...); v != true {
			return
		}
	}
	for _, path := range appearanceTools {
		below := sub(node, path[0])
		if below.Remove(php.KeyOf(path[1])); below.Len() == 0 {
			node.Remove(php.KeyOf(path[0]))
		}
	}
	node.Set("appearanceTools", true)
}

// sorted has the keys of all arrays in their order (ksort).
func sorted(v any) any {
	a, ok := v.(*php.Array)
	if !ok {
		return v
	}
	var keys []php.Key
	for k := range a.All() {
		keys = append(keys, k)
	}
	if !a.IsList() {
		slices.SortStableFunc(keys, func(a, b php.Key) int {
			if a.IsInt && b.IsInt {
				return cmp.Compare(a.Int, b.Int)
			}
			return strings.Compare(a.String(), b.String())
		})
	}
	out := &php.Array{}
	for _, k := range keys {
		below, _ := a.At(k)
		out.Put(k, sorted(below))
	}
	return out
}
