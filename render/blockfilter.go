package render

import (
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// FilterBlockAttributes passes every string in the attributes of a text's blocks
// through clean and writes the blocks anew (filter_block_content).
func FilterBlockAttributes(text string, clean func(string) string) string {
	blocks := ParseBlocks(text)
	for _, b := range blocks {
		b.filter(clean)
	}
	return SerializeBlocks(blocks)
}

func (b *Block) filter(clean func(string) string) {
	if b.Attrs != nil {
		b.Attrs = filterAttributes(b.Name, b.Attrs, clean)
	}
	for _, p := range b.Content {
		if p.Block != nil {
			p.Block.filter(clean)
		}
	}
}

// filterAttributes cleans keys and values; a key that changes moves to the end.
func filterAttributes(block string, attrs *php.Array, clean func(string) string) *php.Array {
	type member struct {
		key   php.Key
		value any
		gone  bool
	}
	list, at := make([]member, 0, attrs.Len()), make(map[php.Key]int, attrs.Len())
	for key, v := range attrs.All() {
		at[key] = len(list)
		list = append(list, member{key: key, value: v})
	}
	for key, v := range attrs.All() {
		name := key
		if !key.IsInt {
			name = php.KeyOf(clean(key.Str))
		}
		switch value := v.(type) {
		case string:
			value = clean(value)
			// The tag around a template part must be one that the text might hold itself.
			if block == "core/template-part" && key.Str == "tagName" && (value != strings.ToLower(value) || clean("<"+value+">") != "<"+value+">") {
				value = ""
			}
			v = value
		case *php.Array:
			v = filterAttributes(block, value, clean)
		}
		if name != key {
			if i, ok := at[key]; ok {
				list[i].gone = true
				delete(at, key)
			}
		}
		if i, ok := at[name]; ok {
			list[i].value = v
			continue
		}
		at[name] = len(list)
		list = append(list, member{key: name, value: v})
	}
	out := &php.Array{}
	for _, m := range list {
		if !m.gone {
			out.Put(m.key, m.value)
		}
	}
	return out
}

// StripBlockCSS takes the CSS of their own from a text's blocks, which is for those
// who may edit CSS (wp_strip_custom_css_from_blocks). A text without any stays as it is.
func StripBlockCSS(text string) string {
	if !strings.Contains(text, "<!-- wp:") {
		return text
	}
	blocks, found := ParseBlocks(text), false
	for _, b := range blocks {
		found = b.stripCSS() || found
	}
	if !found {
		return text
	}
	return SerializeBlocks(blocks)
}

func (b *Block) stripCSS() (found bool) {
	if v, ok := b.Attrs.Get("style"); ok {
		if style, ok := v.(*php.Array); ok {
			if _, found = style.Get("css"); found {
				style.Remove(php.KeyOf("css"))
				if style.Len() == 0 {
					b.Attrs.Remove(php.KeyOf("style"))
				}
			}
		}
	}
	for _, p := range b.Content {
		if p.Block != nil {
			found = p.Block.stripCSS() || found
		}
	}
	return found
}
