package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// blockState is what block rendering counts and collects during one answer.
type blockState struct {
	depth  int            // of blocks inside blocks, across synced patterns and template parts
	size   int            // bytes made by dynamic blocks, so that nesting cannot multiply
	within map[string]int // synced patterns, menus, posts being rendered: they do not nest in themselves
	theme  *Theme
}

const (
	maxRenderDepth = 400
	maxRenderSize  = 64 << 20
)

func (r *Renderer) theme() *Theme {
	if r.Theme != nil {
		return r.Theme
	}
	if r.blocks.theme == nil {
		r.blocks.theme = DefaultTheme()
	}
	return r.blocks.theme
}

// enter guards against things that hold themselves; leave must follow when it is true.
func (r *Renderer) enter(key string) bool {
	if r.blocks.within == nil {
		r.blocks.within = map[string]int{}
	}
	if r.blocks.within[key] > 0 {
		return false
	}
	r.blocks.within[key]++
	return true
}

func (r *Renderer) leave(key string) { r.blocks.within[key]-- }

// blockValues are context values that blocks give to those inside them.
type blockValues map[string]any

// with adds values without changing those of others.
func (v blockValues) with(add blockValues) blockValues {
	if len(add) == 0 {
		return v
	}
	out := make(blockValues, len(v)+len(add))
	for k, x := range v {
		out[k] = x
	}
	for k, x := range add {
		out[k] = x
	}
	return out
}

// ofLoops are the values that lists of posts, comments and terms give to all that is
// rendered for an item, and not to the blocks in them alone: texts of their own get these.
func (v blockValues) ofLoops() blockValues {
	out := blockValues{}
	for _, name := range []string{"postId", "postType", "commentId", "core/comment", "core/comment-depth", "termId", "taxonomy", "core/term"} {
		if x, ok := v[name]; ok {
			out[name] = x
		}
	}
	return out
}

// blockContext is what a block's renderer gets.
type blockContext struct {
	r      *Renderer
	in     PostText
	block  *Block
	kind   *BlockType
	attrs  *php.Array  // valid attributes with defaults
	values blockValues // all values of outer blocks
}

// renderBlocks renders the blocks of text (do_blocks) and tells whether it has any.
func (r *Renderer) renderBlocks(in PostText, text string) (string, bool) {
	if !HasBlocks(text) {
		// The grammar takes other white space than has_blocks looks for.
		if !strings.Contains(text, "wp:") {
			return text, false
		}
		return r.renderParsed(in, r.parse(text), postValues(in)), false
	}
	return r.renderParsed(in, r.parse(text), postValues(in)), true
}

func postValues(in PostText) blockValues {
	if in.ID == 0 {
		return nil
	}
	return blockValues{"postId": in.ID, "postType": in.Type}
}

func (r *Renderer) renderParsed(in PostText, parsed parsedText, values blockValues) string {
	var out strings.Builder
	out.Grow(len(parsed.text) + len(parsed.text)/8)
	for _, b := range parsed.blocks {
		out.WriteString(r.renderBlock(in, b, nil, values))
	}
	return out.String()
}

// renderBlock is render_block.
func (r *Renderer) renderBlock(in PostText, b, parent *Block, values blockValues) string {
	if b.Name == "" && len(b.Content) == 1 {
		return b.Content[0].Text
	}
	if r.blocks.depth >= maxRenderDepth || r.blocks.size > maxRenderSize {
		return ""
	}
	r.blocks.depth++
	defer func() { r.blocks.depth-- }()

	if !b.prepared {
		copied := *b
		b = &copied
		r.prepareBlock(b, parent)
	}
	kind := blockTypes()[b.Name]
	c := &blockContext{r: r, in: in, block: b, kind: kind, attrs: prepareAttributes(kind, b.Attrs), values: values}
	bound := c.bind()

	inner := values
	if kind.provides() != nil {
		add := blockValues{}
		for name, attribute := range kind.Provides.All() {
			if v, ok := c.attrs.Get(php.ToString(attribute)); ok {
				add[name.String()] = v
			}
		}
		inner = values.with(add)
	}
	inner = inner.with(c.innerValues())
	c.values = inner
	var html string
	// A menu renders its items twice, as ids that count show; menus in menus once.
	if !rendersOwnBlocks(b.Name) && !(b.Name == "core/navigation" && c.inMenu()) {
		html = r.renderPieces(in, b, inner)
	}
	if bound != nil {
		html = bound(html)
	}
	if kind != nil && kind.Dynamic {
		if render := dynamicBlock(b.Name); render != nil {
			html = render(c, html)
			r.blocks.size += len(html)
		}
	}
	html = r.supportFilters(b, html)
	html = c.filter(html)
	if hidden(b) {
		return ""
	}
	return html
}

// renderPieces is a block's own text with its inner blocks rendered in it.
func (r *Renderer) renderPieces(in PostText, b *Block, values blockValues) string {
	if len(b.Content) == 1 && b.Content[0].Block == nil {
		return b.Content[0].Text
	}
	item := b.Name == "core/navigation-submenu" || b.Name == "core/navigation-link" // show their items, not what stands between
	var out strings.Builder
	menu := b.Name == "core/navigation"
	if menu {
		b.Content = slices.Clone(b.Content)
	}
	for i, p := range b.Content {
		if p.Block != nil && menu {
			entry := *p.Block
			r.prepareBlock(&entry, b)
			entry.prepared = true
			b.Content[i].Block = &entry
			out.WriteString(r.renderBlock(in, &entry, b, values))
		} else if p.Block != nil {
			out.WriteString(r.renderBlock(in, p.Block, b, values))
		} else if !item {
			out.WriteString(p.Text)
		}
	}
	return out.String()
}

func (t *BlockType) provides() *php.Array {
	if t == nil {
		return nil
	}
	return t.Provides
}

// get gives a string attribute.
func (c *blockContext) get(name string) string {
	v, _ := c.attrs.Get(name)
	switch v.(type) {
	case string, int64, float64:
		return php.ToString(v)
	}
	return ""
}

// is tells whether an attribute is true for PHP.
func (c *blockContext) is(name string) bool {
	v, _ := c.attrs.Get(name)
	return php.ToBool(v)
}

// int gives a whole number.
func (c *blockContext) int(name string) int64 {
	v, _ := c.attrs.Get(name)
	return php.ToInt(v)
}

// prepareAttributes is prepare_attributes_for_render: values that their schema refuses
// go, defaults come behind.
func prepareAttributes(t *BlockType, attrs *php.Array) *php.Array {
	if t == nil || t.Attributes.Len() == 0 {
		return attrs
	}
	if attrs.Len() == 0 {
		return t.defaults
	}
	out := &php.Array{}
	for k, v := range attrs.All() {
		if schema := array(t.Attributes, k.String()); schema == nil || validAttribute(schema, v) {
			out.Put(k, v)
		}
	}
	for k, def := range t.defaults.All() {
		if _, has := out.At(k); !has {
			out.Put(k, def)
		}
	}
	return out
}

// validAttribute is rest_validate_value_from_schema as far as attributes need it.
func validAttribute(schema *php.Array, v any) bool {
	kind, ok := dig(schema, "type")
	if ok {
		kinds := []any{kind}
		if list, isList := kind.(*php.Array); isList {
			kinds = list.Values()
		}
		if !slices.ContainsFunc(kinds, func(k any) bool { return ofType(php.ToString(k), v) }) {
			return false
		}
	}
	if least, ok := dig(schema, "minimum"); ok && php.ToFloat(v) < php.ToFloat(least) {
		return false
	}
	if most, ok := dig(schema, "maximum"); ok && php.ToFloat(v) > php.ToFloat(most) {
		return false
	}
	if enum := array(schema, "enum"); enum.Len() > 0 {
		return slices.ContainsFunc(enum.Values(), func(e any) bool { return php.ToString(e) == php.ToString(v) })
	}
	return true
}

func ofType(kind string, v any) bool {
	switch kind {
	case "string", "rich-text":
		_, ok := v.(string)
		return ok
	case "boolean":
		switch v := v.(type) {
		case bool:
			return true
		case int64:
			return v == 0 || v == 1
		case string:
			return slices.Contains([]string{"", "0", "1", "true", "false"}, strings.ToLower(v))
		}
		return false
	case "integer":
		switch v := v.(type) {
		case int64:
			return true
		case float64:
			return v == float64(int64(v))
		case string:
			n, err := strconv.ParseFloat(v, 64)
			return err == nil && n == float64(int64(n))
		}
		return false
	case "number":
		switch v := v.(type) {
		case int64, float64:
			return true
		case string:
			return php.IsNumeric(v)
		}
		return false
	case "array":
		switch v := v.(type) {
		case *php.Array:
			return v.IsList()
		case string, int64, float64, bool:
			return true
		}
		return false
	case "object":
		switch v := v.(type) {
		case *php.Array:
			return true
		case string:
			return v == ""
		}
		return false
	case "null":
		return v == nil
	}
	return true
}

// excerptBlocks keeps what counts for an excerpt (excerpt_remove_blocks), rendered.
func (r *Renderer) excerptBlocks(in PostText, text string) string {
	if !HasBlocks(text) {
		return text
	}
	var out strings.Builder
blocks:
	for _, b := range r.parse(text).blocks {
		inner := b.inner()
		switch {
		case hidden(b):
			continue
		case excerptWrapper(b.Name) && len(inner) > 0:
			r.excerptInner(in, inner, &out)
			continue
		case !excerptWrapper(b.Name) && !excerptAllows(b.Name):
			continue
		}
		for _, i := range inner {
			if !excerptAllows(i.Name) || len(i.inner()) > 0 {
				continue blocks
			}
		}
		out.WriteString(r.renderBlock(in, b, nil, postValues(in)))
	}
	return out.String()
}

func (r *Renderer) excerptInner(in PostText, blocks []*Block, out *strings.Builder) {
	for _, b := range blocks {
		if hidden(b) || !excerptWrapper(b.Name) && !excerptAllows(b.Name) {
			continue
		}
		if inner := b.inner(); len(inner) > 0 {
			r.excerptInner(in, inner, out)
		} else {
			out.WriteString(r.renderBlock(in, b, nil, postValues(in)))
		}
	}
}

func excerptWrapper(name string) bool {
	return name == "core/columns" || name == "core/column" || name == "core/group"
}

func excerptAllows(name string) bool {
	switch name {
	case "", "core/freeform", "core/heading", "core/html", "core/list", "core/media-text", "core/paragraph", "core/preformatted", "core/pullquote",
		"core/quote", "core/table", "core/verse":
		return true
	}
	return false
}
