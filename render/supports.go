package render

import (
	"crypto/md5"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// skips tells whether a block writes a kind of style itself
// (wp_should_skip_block_supports_serialization).
func skips(supports *php.Array, set, feature string) bool {
	v, ok := dig(supports, set, "__experimentalSkipSerialization")
	if !ok {
		return false
	}
	if list, isList := v.(*php.Array); isList {
		return feature != "" && slices.Contains(list.Values(), any(feature))
	}
	return php.ToBool(v)
}

// prepareBlock does what WordPress does to a parsed block before rendering it
// (render_block_data): names for its element styles, style variation and custom CSS are
// put into its class names.
func (r *Renderer) prepareBlock(b, parent *Block) {
	if b.Name == "" {
		return
	}
	if parent != nil {
		b.parentLayout = array(parent.Attrs, "layout")
	}
	if b.Name == "core/gallery" {
		b.nameImages()
	}
	r.elementsName(b)
	r.variationName(b)
	customCSSName(b)
}

func appendClassName(b *Block, class string) {
	old, _ := dig(b.Attrs, "className")
	name := php.ToString(old)
	if name != "" {
		name += " "
	}
	b.setAttr("className", name+class)
}

// setAttr changes an attribute of a block that WordPress changes too.
func (b *Block) setAttr(name string, v any) {
	attrs := &php.Array{}
	for k, v := range b.Attrs.All() {
		attrs.Put(k, v)
	}
	attrs.Set(name, v)
	b.Attrs = attrs
}

// elementsName is wp_render_elements_support_styles.
func (r *Renderer) elementsName(b *Block) {
	t := blockTypes()[b.Name]
	elements := array(b.Attrs, "style", "elements")
	if t == nil || elements.Len() == 0 {
		return
	}
	has := func(keys ...string) bool {
		v, ok := dig(elements, keys...)
		return ok && v != nil
	}
	found := false
	if !skips(t.Supports, "color", "button") {
		found = has("button", "color", "text") || has("button", "color", "background") || has("button", "color", "gradient")
	}
	if !skips(t.Supports, "color", "link") {
		found = found || has("link", "color", "text") || has("link", ":hover", "color", "text")
	}
	if !skips(t.Supports, "color", "heading") {
		for _, h := range []string{"heading", "h1", "h2", "h3", "h4", "h5", "h6"} {
			found = found || has(h, "color", "text") || has(h, "color", "background") || has(h, "color", "gradient")
		}
	}
	if found {
		appendClassName(b, "wp-elements-"+strconv.Itoa(r.next("wp-elements-")))
	}
}

// variationName gives a block with a style variation that the theme has data for a
// name of its own, so that nested ones do not mix.
func (r *Renderer) variationName(b *Block) {
	for class := range strings.FieldsSeq(text(b.Attrs, "className")) {
		style, ok := strings.CutPrefix(class, "is-style-")
		if !ok || strings.HasPrefix(style, "default") {
			continue
		}
		if r.theme().variations[b.Name+" "+style] {
			appendClassName(b, class+"--"+strconv.Itoa(r.uniqueID()))
			return
		}
	}
}

// uniqueID is wp_unique_id: one counter for all.
func (r *Renderer) uniqueID() int { return r.next("") }

// customCSSName is the name of a block's own CSS: a hash of the whole block.
func customCSSName(b *Block) {
	css := strings.Trim(text(b.Attrs, "style", "css"), phpSpace)
	if css == "" || hasTag(css) {
		return
	}
	t := blockTypes()[b.Name]
	if v, ok := dig(t.supports(), "customCSS"); ok && !php.ToBool(v) {
		return
	}
	appendClassName(b, "wp-custom-css-"+idFromValues(b.value()))
}

// hasTag is #</?\w+#.
func hasTag(s string) bool {
	for i := 0; ; {
		n := strings.IndexByte(s[i:], '<')
		if n < 0 {
			return false
		}
		i += n + 1
		j := i
		if j < len(s) && s[j] == '/' {
			j++
		}
		if j < len(s) && isWord(s[j]) {
			return true
		}
	}
}

// value is the block as parse_blocks gives it to PHP.
func (b *Block) value() php.Map {
	name := any(b.Name)
	if b.Name == "" {
		name = nil
	}
	inner, content := []any{}, []any{}
	for _, p := range b.Content {
		if p.Block != nil {
			inner = append(inner, p.Block.value())
			content = append(content, nil)
		} else {
			content = append(content, p.Text)
		}
	}
	var attrs any = b.Attrs
	if b.Attrs == nil {
		attrs = nil
	}
	out := php.Map{{Key: "blockName", Value: name}, {Key: "attrs", Value: attrs}, {Key: "innerBlocks", Value: inner}, {Key: "innerHTML", Value: b.text()}, {Key: "innerContent", Value: content}}
	if b.parentLayout != nil {
		out = append(out, php.Member{Key: "parentLayout", Value: b.parentLayout})
	}
	return out
}

// classWith gives the first class name of a block that begins with prefix and passes.
func classWith(b *Block, prefix string, pass func(string) bool) string {
	for class := range strings.FieldsSeq(text(b.Attrs, "className")) {
		if strings.HasPrefix(class, prefix) && (pass == nil || pass(class)) {
			return class
		}
	}
	return ""
}

// supportFilters is what WordPress adds to every rendered block, in its order.
func (r *Renderer) supportFilters(b *Block, html string) string {
	if b.Name == "" || b.Attrs.Len() == 0 && blockTypes()[b.Name] == nil {
		return html
	}
	supports := blockTypes()[b.Name].supports()
	html = settingsClass(b, supports, html)
	if class := classWith(b, "wp-elements-", nil); class != "" {
		html = addClassToFirst(html, class)
	}
	html = r.fluidFontSize(b, html)
	html = r.layoutSupport(b, html)
	html = r.positionSupport(b, supports, html)
	html = dimensionsSupport(b, supports, html)
	html = r.duotoneSupport(b, supports, html)
	html = backgroundSupport(b, supports, html)
	if class := classWith(b, "is-style-", func(c string) bool {
		i := strings.LastIndex(c, "--")
		return i > 0 && i+2 < len(c) && strings.Trim(c[i+2:], "0123456789") == ""
	}); class != "" {
		html = addClassToFirst(html, class)
	}
	html = visibilitySupport(b, html)
	if class := classWith(b, "wp-custom-css-", nil); class != "" {
		html = addClassToFirst(html, "has-custom-css", class)
	}
	return html
}

// settingsClass is the class of a block with theme.json settings of its own.
func settingsClass(b *Block, supports *php.Array, html string) string {
	settings, ok := dig(b.Attrs, "settings")
	if !ok || !php.ToBool(settings) || !truthy(supports, "__experimentalSettings") {
		return html
	}
	whole, err := php.Serialize(b.value())
	if err != nil {
		return html
	}
	sum := md5.Sum([]byte(whole))
	return addClassToFirst(html, "wp-settings-"+hex.EncodeToString(sum[:]))
}

// positionSupport is wp_render_position_support.
func (r *Renderer) positionSupport(b *Block, supports *php.Array, html string) string {
	if text(b.Attrs, "style", "position", "type") != "sticky" || !r.theme().Sticky || !truthy(supports, "position", "sticky") {
		return html
	}
	return addClassToFirst(html, "wp-container-"+strconv.Itoa(r.uniqueID()), "is-position-sticky")
}

// addStyle adds declarations to the style of the first tag.
func addStyle(html, style string, classes ...string) string {
	t := newTags(html)
	if !t.next() {
		return html
	}
	if old, _ := t.attr("style"); old != "" {
		style = strings.TrimSuffix(old, ";") + ";" + style
	}
	t.setAttr("style", style)
	t.addClass(classes...)
	return t.html()
}

// dimensionsSupport is wp_render_dimensions_support: a ratio and a minimal height
// exclude each other.
func dimensionsSupport(b *Block, supports *php.Array, html string) string {
	if !truthy(supports, "dimensions", "aspectRatio") || skips(supports, "dimensions", "aspectRatio") {
		return html
	}
	if ratio := text(b.Attrs, "style", "dimensions", "aspectRatio"); ratio != "" {
		var s styleSet
		s.put("aspect-ratio", styleValue(ratio, ""))
		return addStyle(html, strings.Join(append(s.css, "height:unset;min-height:unset;"), ";"), "has-aspect-ratio")
	}
	for _, keys := range [][]string{{"minHeight"}, {"style", "dimensions", "minHeight"}} {
		if v, ok := dig(b.Attrs, keys...); ok && v != nil {
			return addStyle(html, "aspect-ratio:unset;")
		}
	}
	return html
}

// duotones are the presets of WordPress itself.
const duotones = " dark-grayscale grayscale purple-yellow blue-red midnight magenta-yellow purple-green blue-orange "

// duotoneSupport names a block's duotone filter.
func (r *Renderer) duotoneSupport(b *Block, supports *php.Array, html string) string {
	v, ok := dig(b.Attrs, "style", "color", "duotone")
	if !ok || html == "" || !truthy(supports, "filter", "duotone") {
		return html
	}
	name := ""
	if preset, isPreset := strings.CutPrefix(php.ToString(v), "var:preset|duotone|"); isPreset && (strings.Contains(duotones, " "+preset+" ") || r.theme().duotones[preset]) {
		name = preset
	} else {
		if list, isList := v.(*php.Array); isList {
			var colors []string
			for _, c := range list.Values() {
				colors = append(colors, php.ToString(c))
			}
			name = strings.Join(colors, "-")
		} else {
			name = php.ToString(v)
		}
		name = sanitize.Key(name+"-") + strconv.Itoa(r.uniqueID())
	}
	return addClassToFirst(html, "wp-duotone-"+name)
}

// backgroundSupport is wp_render_background_support.
func backgroundSupport(b *Block, supports *php.Array, html string) string {
	bg := array(b.Attrs, "style", "background")
	if bg.Len() == 0 || !truthy(supports, "background", "backgroundImage") || skips(supports, "background", "") {
		return html
	}
	style := backgroundStyle(bg)
	if style == "" {
		return html
	}
	return addStyle(html, style, "has-background")
}

func backgroundStyle(bg *php.Array) string {
	var out strings.Builder
	put := func(name, value string) {
		if value != "" && safeCSS(name, value) {
			out.WriteString(name + ":" + value + ";")
		}
	}
	image, hasImage := dig(bg, "backgroundImage")
	url := ""
	switch v := image.(type) {
	case string:
		url = v
	case *php.Array:
		if hasImage = v.Len() > 0; hasImage {
			if u := text(v, "url"); u != "" {
				url = "url('" + u + "')"
			}
		}
	}
	hasImage = hasImage && image != nil
	if gradient := text(bg, "gradient"); gradient != "" {
		if url != "" {
			url = gradient + ", " + url
		} else {
			put("background", gradient)
		}
	}
	if url != "" {
		out.WriteString("background-image:" + url + ";")
	}
	size, position := text(bg, "backgroundSize"), text(bg, "backgroundPosition")
	if hasImage {
		if size == "" {
			size = "cover"
		}
		if size == "contain" && position == "" {
			position = "50% 50%"
		}
	}
	put("background-position", position)
	put("background-repeat", text(bg, "backgroundRepeat"))
	put("background-size", size)
	put("background-attachment", text(bg, "backgroundAttachment"))
	return out.String()
}

// hidden tells of a block that is switched off everywhere.
func hidden(b *Block) bool {
	if blockTypes()[b.Name] == nil {
		return false
	}
	v, ok := dig(b.Attrs, "metadata", "blockVisibility")
	return ok && v == false
}

func visibilitySupported(t *BlockType) bool {
	v, ok := dig(t.Supports, "visibility")
	return !ok || php.ToBool(v)
}

// visibilitySupport marks blocks that are hidden on some screens; their images get no
// priority of their own.
func visibilitySupport(b *Block, html string) string {
	t := blockTypes()[b.Name]
	if t == nil || html == "" || !visibilitySupported(t) {
		return html
	}
	var classes []string
	for _, screen := range []string{"desktop", "mobile", "tablet"} {
		if v, ok := dig(b.Attrs, "metadata", "blockVisibility", "viewport", screen); ok && v == false {
			classes = append(classes, "wp-block-hidden-"+screen)
		}
	}
	if len(classes) == 0 {
		return html
	}
	p := newTags(html)
	if p.next() {
		p.addClass(classes...)
		for ok := true; ok; ok = p.next() {
			if p.tag.name == "IMG" {
				p.setAttr("fetchpriority", "auto")
			}
		}
	}
	return p.html()
}
