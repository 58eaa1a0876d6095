package themejson

import (
	"slices"

	"github.com/headpress/headpress/internal/php"
)

// cleaner drops what no schema knows (WP_Theme_JSON::sanitize). Arrays that were empty
// stay; those that have become so go.
type cleaner struct{ all *Blocks }

// stylesOf says whose styles are looked at: what they may hold besides differs.
type stylesOf int

const (
	rootStyles stylesOf = iota
	blockStyles
	variationStyles
	innerStyles // of a block inside a variation
	elementStyles
	stateStyles
)

func (c cleaner) settings(a *php.Array) *php.Array {
	out := c.fields(a, settingsSchema, func(name string, v *php.Array) (*php.Array, bool) {
		if name == "blocks" {
			return c.blocks(v, func(b *php.Array, _ string) *php.Array { return c.fields(b, settingsSchema, nil) }), true
		}
		return nil, false
	})
	if typography := sub(out, "typography"); typography != nil {
		if families := sub(typography, "fontFamilies"); families != nil {
			typography.Set("fontFamilies", c.fonts(families))
		}
	}
	return out
}

func (c cleaner) fonts(families *php.Array) *php.Array {
	if families.Len() > 0 && !families.IsList() { // by origin
		out := &php.Array{}
		for k, v := range families.All() {
			if a, ok := v.(*php.Array); ok {
				v = c.fonts(a)
			}
			out.Put(k, v)
		}
		return out
	}
	list := func(l *php.Array, s schema) *php.Array {
		out := php.List()
		for _, v := range l.Values() {
			if a, ok := v.(*php.Array); ok {
				v = c.fields(a, s, nil)
			}
			out.Append(v)
		}
		return out
	}
	out := list(families, fontFamily)
	for _, v := range out.Values() {
		if a, ok := v.(*php.Array); ok {
			if faces := sub(a, "fontFace"); faces != nil {
				a.Set("fontFace", list(faces, fontFace))
			}
		}
	}
	return out
}

// styles cleans styles; block is the name of the block or element they are of.
func (c cleaner) styles(a *php.Array, of stylesOf, block string) *php.Array {
	return c.fields(a, styleSchema, func(name string, v *php.Array) (*php.Array, bool) {
		switch {
		case name == "elements" && of < elementStyles:
			return c.named(v, func(e *php.Array, element string) *php.Array {
				if !slices.Contains(elements, element) {
					return nil
				}
				return c.styles(e, elementStyles, element)
			}), true
		case name == "blocks" && of == rootStyles:
			return c.blocks(v, func(b *php.Array, name string) *php.Array { return c.styles(b, blockStyles, name) }), true
		case name == "blocks" && of == variationStyles:
			return c.blocks(v, func(b *php.Array, name string) *php.Array { return c.styles(b, innerStyles, name) }), true
		case name == "variations" && of == blockStyles:
			return c.named(v, func(e *php.Array, name string) *php.Array {
				if !slices.Contains(c.all.Styles[block], name) {
					return nil
				}
				return c.styles(e, variationStyles, block)
			}), true
		case of == elementStyles && (block == "link" || block == "button") && slices.Contains(interactions, name),
			of == blockStyles && (slices.Contains(blockStates[block], name) || slices.Contains(viewports, name)):
			return c.styles(v, stateStyles, ""), true
		}
		return nil, false
	})
}

// fields cleans an object of known keys; other is asked for arrays under further keys.
func (c cleaner) fields(a *php.Array, known schema, other func(name string, v *php.Array) (*php.Array, bool)) *php.Array {
	out := &php.Array{}
	for k, v := range a.All() {
		name := k.String()
		value, isArray := v.(*php.Array)
		below, ok := known[name]
		switch {
		case ok && below == nil:
		case ok && !isArray:
			continue
		case ok && value.Len() == 0:
		case ok:
			if value = c.fields(value, below, nil); value.Len() == 0 {
				continue
			}
			v = value
		case other == nil || !isArray:
			continue
		default:
			clean, known := other(name, value)
			if !known || clean.Len() == 0 && value.Len() > 0 {
				continue
			}
			v = clean
		}
		out.Put(k, v)
	}
	return out
}

// named cleans the members of an object each; those that become nothing go.
func (c cleaner) named(a *php.Array, each func(v *php.Array, name string) *php.Array) *php.Array {
	out := &php.Array{}
	for k, v := range a.All() {
		e, ok := v.(*php.Array)
		if !ok {
			continue
		}
		clean := each(e, k.String())
		if clean == nil || clean.Len() == 0 && e.Len() > 0 {
			continue
		}
		out.Put(k, clean)
	}
	return out
}

func (c cleaner) blocks(a *php.Array, each func(v *php.Array, name string) *php.Array) *php.Array {
	return c.named(a, func(v *php.Array, name string) *php.Array {
		if !slices.Contains(c.all.Names, name) {
			return nil
		}
		return each(v, name)
	})
}
