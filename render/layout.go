package render

import (
	"crypto/md5"
	"encoding/hex"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// idFromValues is wp_unique_id_from_values: the start of md5 over PHP's JSON.
func idFromValues(v any) string {
	sum := md5.Sum(php.AppendJSON(nil, v, 0))
	return hex.EncodeToString(sum[:4])
}

// unsafeGap tells of gap values that WordPress drops.
func unsafeGap(v any) bool {
	s, ok := v.(string)
	return ok && (strings.ContainsAny(s, `\(&=}`) || strings.Contains(s, "/*"))
}

// blockGap is a block's own gap as layout uses and hashes it.
func blockGap(b *Block) any {
	v, _ := dig(b.Attrs, "style", "spacing", "blockGap")
	a, ok := v.(*php.Array)
	if !ok {
		if unsafeGap(v) {
			return nil
		}
		return v
	}
	out := &php.Array{}
	for k, side := range a.All() {
		if unsafeGap(side) {
			side = nil
		}
		out.Put(k, side)
	}
	return out
}

// layoutSupport is wp_render_layout_support_flag: classes for the layout of a block's
// children, and for a child's own size within its parent's.
func (r *Renderer) layoutSupport(b *Block, html string) string {
	supports := blockTypes()[b.Name].supports()
	flag, ok := dig(supports, "layout")
	if !ok {
		flag, ok = dig(supports, "__experimentalLayout")
	}
	hasLayout := ok && php.ToBool(flag)
	child := childLayoutClass(b)
	if !hasLayout && child == "" {
		return html
	}
	t := newTags(html)
	if !t.next() {
		return html
	}
	if child != "" {
		t.addClass(child)
	}
	if !hasLayout {
		return t.html()
	}
	classes := r.layoutClasses(b, flag)
	wrapper, found := innerWrapperClass(b)
	for found {
		if class, ok := t.attr("class"); ok && strings.Contains(class, wrapper) {
			break
		}
		if !t.next() {
			return t.html()
		}
	}
	t.addClass(classes...)
	return t.html()
}

// innerWrapperClass finds the classes of the element that inner blocks stand in: the
// last one open at the end of the text before them.
func innerWrapperClass(b *Block) (string, bool) {
	if len(b.Content) < 2 || b.Content[0].Block != nil {
		return "", false
	}
	t := newTags(b.Content[0].Text)
	type open struct {
		name, class string
		has         bool
	}
	var stack []open
	for t.advance() {
		if t.tag.closer {
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
			continue
		}
		if voidElement(t.tag.name) || t.tag.close >= 0 {
			continue
		}
		class, ok := t.attr("class")
		stack = append(stack, open{t.tag.name, class, ok})
	}
	if len(stack) == 0 {
		return "", false
	}
	last := stack[len(stack)-1]
	return last.class, last.has && last.class != ""
}

func voidElement(name string) bool {
	switch name {
	case "AREA", "BASE", "BR", "COL", "EMBED", "HR", "IMG", "INPUT", "LINK", "META", "PARAM", "SOURCE", "TRACK", "WBR":
		return true
	}
	return false
}

// childLayoutClass is the class of a block that has a size of its own in the layout of
// its parent, "" without.
func childLayoutClass(b *Block) string {
	own := array(b.Attrs, "style", "layout")
	if own.Len() == 0 {
		return ""
	}
	stretch := text(own, "selfStretch")
	applies := stretch == "fill" || stretch == "fixed" && truthy(own, "flexSize")
	kept := &php.Array{}
	for k, v := range own.All() {
		switch k.Str {
		case "columnStart", "columnSpan", "rowStart", "rowSpan":
			applies = applies || php.ToBool(v)
		case "selfStretch", "flexSize":
		default:
			continue
		}
		kept.Put(k, v)
	}
	if !applies {
		return ""
	}
	parent := &php.Array{}
	for k, v := range b.parentLayout.All() {
		if k.Str == "minimumColumnWidth" || k.Str == "columnCount" {
			parent.Put(k, v)
		}
	}
	return "wp-container-content-" + idFromValues(php.Map{{Key: "layout", Value: kept}, {Key: "parentLayout", Value: parent}})
}

// layoutClasses are the classes of a block's layout in WordPress's order. The container
// class appears only when the layout needs rules of its own.
func (r *Renderer) layoutClasses(b *Block, flag any) []string {
	theme := r.theme()
	used := array(b.Attrs, "layout")
	if used == nil {
		if def := array(asArray(flag), "default"); def != nil {
			used = def
		}
	}
	layout := &php.Array{}
	for k, v := range used.All() {
		layout.Put(k, v)
	}
	if truthy(layout, "inherit") || truthy(layout, "contentSize") {
		layout.Set("type", "constrained")
	}
	kind, slug := text(layout, "type"), ""
	switch kind {
	case "", "default":
		kind, slug = "default", "is-layout-flow"
	case "constrained", "flex", "grid":
		slug = "is-layout-" + kind
	}
	var classes []string
	if theme.RootPadding && kind == "constrained" {
		classes = append(classes, "has-global-padding")
	}
	own := array(b.Attrs, "layout")
	if v := text(own, "orientation"); v != "" {
		classes = append(classes, "is-"+sanitize.Title(v, "", "en_US"))
	}
	if v := text(own, "justifyContent"); v != "" {
		classes = append(classes, "is-content-justification-"+sanitize.Title(v, "", "en_US"))
	}
	if text(own, "flexWrap") == "nowrap" {
		classes = append(classes, "is-nowrap")
	}
	if slug != "" {
		classes = append(classes, slug)
	}
	gap := blockGap(b)
	spacing, _ := dig(b.Attrs, "style", "spacing")
	if needsContainer(kind, layout, gap, spacing, theme.BlockGap) {
		block := strings.ReplaceAll(b.Name, "/", "-")
		classes = append(classes, "wp-container-"+block+"-is-layout-"+
			idFromValues([]any{layout, theme.BlockGap, gap, false, theme.fallbackGap(b.Name), spacing}))
	}
	block := strings.ReplaceAll(strings.TrimPrefix(b.Name, "core/"), "/", "-")
	return append(classes, "wp-block-"+block+"-"+slug)
}

// needsContainer tells whether a layout has rules that its type alone does not give.
func needsContainer(kind string, layout *php.Array, gap, spacing any, gaps bool) bool {
	has := func(options string, value string) bool {
		return value != "" && strings.Contains(" "+options+" ", " "+value+" ")
	}
	justify, align := text(layout, "justifyContent"), text(layout, "verticalAlignment")
	own := gaps && gap != nil
	stacked := own
	if sides, ok := gap.(*php.Array); ok {
		v, _ := dig(sides, "top")
		stacked = own && v != nil
	}
	switch kind {
	case "default":
		return stacked
	case "constrained":
		padding := array(asArray(spacing), "padding")
		return stacked || truthy(layout, "contentSize") || truthy(layout, "wideSize") || has("left right", justify) ||
			text(padding, "left") != "" || text(padding, "right") != ""
	case "flex":
		if orientation, ok := dig(layout, "orientation"); ok && orientation != nil && orientation != "horizontal" {
			return true
		}
		return own && gap != "" || text(layout, "flexWrap") == "nowrap" || has("left right center space-between", justify) || has("top center bottom stretch", align)
	case "grid":
		return true
	}
	return false
}

func asArray(v any) *php.Array {
	a, _ := v.(*php.Array)
	return a
}
