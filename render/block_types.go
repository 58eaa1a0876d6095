package render

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/headpress/headpress/internal/php"
)

// BlockType is what is registered of a block.
type BlockType struct {
	Name       string
	Dynamic    bool
	Supports   *php.Array
	Attributes *php.Array
	Uses       []string   // context values that it takes
	Provides   *php.Array // context values that it gives, and the attributes that hold them
	// Data is the whole entry: title, category, keywords, parent, selectors and so on,
	// as far as they differ from the usual.
	Data *php.Array

	defaults *php.Array // of attributes; blocks without attributes share it
}

func (t *BlockType) supports() *php.Array {
	if t == nil {
		return nil
	}
	return t.Supports
}

//go:embed blocktypes.json
var blockTypesJSON []byte

var registered = sync.OnceValue(func() []*BlockType {
	v, err := php.DecodeJSON(blockTypesJSON)
	if err != nil {
		panic("blocktypes.json: " + err.Error())
	}
	var types []*BlockType
	for name, entry := range asArray(v).All() {
		data := asArray(entry)
		t := &BlockType{Name: name.String(), Dynamic: truthy(data, "dynamic"), Supports: array(data, "supports"), Attributes: array(data, "attributes"),
			Provides: array(data, "provides"), Data: data, defaults: &php.Array{}}
		for _, u := range array(data, "uses").Values() {
			t.Uses = append(t.Uses, php.ToString(u))
		}
		for k, schema := range t.Attributes.All() {
			if def, ok := dig(asArray(schema), "default"); ok {
				t.defaults.Put(k, def)
			}
		}
		types = append(types, t)
	}
	return types
})

// BlockTypes are WordPress's own blocks in the order of their registration. They are
// shared: nobody changes them.
func BlockTypes() []*BlockType { return registered() }

// blockTypes are the same by name.
var blockTypes = sync.OnceValue(func() map[string]*BlockType {
	types := map[string]*BlockType{}
	for _, t := range registered() {
		types[t.Name] = t
	}
	return types
})

// BlockTypeOf gives a block by its name, nil where there is none.
func BlockTypeOf(name string) *BlockType { return blockTypes()[name] }

// Block renders a single block without saved content, as block renderers for editors
// do; in is the post that it stands in, empty without.
func (r *Renderer) Block(in PostText, name string, attrs *php.Array) string {
	r.alone = true
	defer func() { r.alone = false }()
	return r.renderBlock(in, &Block{Name: name, Attrs: attrs}, nil, postValues(in))
}

// VariationsOf are the styles that the theme's files add to a block, as slug and title.
func (t *Theme) VariationsOf(block string) []Variation {
	var l []Variation
	for _, v := range t.partials {
		if v.blocks[block] {
			l = append(l, v)
		}
	}
	return l
}

// Variation is a style of some blocks that a theme adds by a file of its own.
type Variation struct {
	Slug, Title string
	blocks      map[string]bool
}

// variationOf reads a style variation; ok is false for files that are none of blocks.
func variationOf(base string, data *php.Array) (v Variation, ok bool) {
	v = Variation{Slug: text(data, "slug"), Title: text(data, "title"), blocks: map[string]bool{}}
	if v.Slug == "" {
		v.Slug = kebabCase(v.Title)
	}
	if v.Slug == "" {
		v.Slug = strings.TrimSuffix(base, ".json")
	}
	if array(data, "styles").Len() == 0 {
		return v, false
	}
	for _, b := range array(data, "blockTypes").Values() {
		v.blocks[php.ToString(b)] = true
	}
	return v, len(v.blocks) > 0
}
