package render

import (
	"math"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// styleSet collects the classes and declarations of one element.
type styleSet struct {
	classes []string
	css     []string
}

func (s *styleSet) class(names ...string) { s.classes = append(s.classes, names...) }

func (s *styleSet) put(property, value string) {
	if value != "" && safeCSS(property, value) {
		s.css = append(s.css, property+":"+value)
	}
}

// safeCSS tells whether a declaration passes WordPress's filter (safecss_filter_attr).
func safeCSS(property, v string) bool { return sanitize.CSS(property+":"+v) != "" }

// styleValue gives a value of the style attribute as CSS. A reference to a preset of the
// property's kind is the preset's variable, any other reference nothing; so are bare numbers.
func styleValue(v any, kind string) string {
	s, _ := v.(string)
	if !strings.Contains(s, "var:") {
		return s
	}
	if slug := presetSlug(s, kind); slug != "" {
		return "var(--wp--preset--" + kind + "--" + slug + ")"
	}
	return ""
}

// sizeValue is styleValue of where a bare number is a size.
func sizeValue(v any, kind string) string {
	switch v.(type) {
	case int64, float64:
		return php.ToString(v)
	}
	return styleValue(v, kind)
}

// pixels is sizeValue where numbers are pixels.
func pixels(v any, kind string) string {
	s := sizeValue(v, kind)
	if php.IsNumeric(s) {
		s += "px"
	}
	return s
}

// presetSlug takes the slug, what stands behind the last bar, out of var:preset|kind|slug;
// "" where there is none, or no kind.
func presetSlug(v, kind string) string {
	if kind == "" || !strings.Contains(v, "var:preset|"+kind+"|") {
		return ""
	}
	return kebabCase(v[strings.LastIndexByte(v, '|')+1:])
}

// supported tells of a feature that is on unless a block says otherwise, or off unless.
func supported(supports *php.Array, byDefault bool, set, feature string) bool {
	v, ok := dig(supports, set)
	if !ok {
		return false
	}
	if _, isSet := v.(*php.Array); !isSet {
		return byDefault && php.ToBool(v)
	}
	if v, ok = dig(supports, set, feature); !ok {
		return byDefault
	}
	return php.ToBool(v)
}

// colorStyles is wp_apply_colors_support.
func colorStyles(attrs, supports *php.Array, out *styleSet) {
	if _, ok := dig(supports, "color"); !ok || skips(supports, "color", "") {
		return
	}
	color := array(attrs, "style", "color")
	if supported(supports, true, "color", "text") && !skips(supports, "color", "text") {
		colorOf(out, text(attrs, "textColor"), text(color, "text"), "color", "color", "has-text-color", "color")
	}
	if supported(supports, true, "color", "background") && !skips(supports, "color", "background") {
		colorOf(out, text(attrs, "backgroundColor"), text(color, "background"), "background-color", "color", "has-background", "background-color")
	}
	if supported(supports, false, "color", "gradients") && !skips(supports, "color", "gradients") {
		colorOf(out, text(attrs, "gradient"), text(color, "gradient"), "background", "gradient", "has-background", "gradient-background")
	}
}

func colorOf(out *styleSet, preset, custom, property, kind, flag, suffix string) {
	if preset == "" {
		if preset = presetSlug(custom, kind); preset == "" && custom == "" {
			return
		}
	} else {
		preset = kebabCase(preset)
	}
	if !contains(out.classes, flag) {
		out.class(flag)
	}
	if preset != "" {
		out.class("has-" + preset + "-" + suffix)
	} else {
		out.put(property, styleValue(custom, kind))
	}
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// typographyStyles is wp_apply_typography_support.
func (r *Renderer) typographyStyles(attrs, supports *php.Array, out *styleSet) {
	if _, ok := dig(supports, "typography"); !ok || skips(supports, "typography", "") {
		return
	}
	t := array(attrs, "style", "typography")
	use := func(feature, key, kind string) (string, bool) {
		if !supported(supports, false, "typography", feature) || skips(supports, "typography", key) {
			return "", false
		}
		v, _ := dig(t, key)
		if key == "fontSize" {
			return sizeValue(v, kind), true
		}
		return styleValue(v, kind), true
	}
	if custom, ok := use("fontSize", "fontSize", ""); ok {
		slug := text(attrs, "fontSize")
		if slug == "" {
			slug = presetSlug(text(t, "fontSize"), "font-size")
		}
		if slug != "" {
			out.class("has-" + kebabCase(slug) + "-font-size")
		} else {
			// A bare number that stays itself is no CSS.
			fluid := r.fontSize(custom)
			if _, isText := first(dig(t, "fontSize")).(string); isText || fluid != custom {
				out.put("font-size", fluid)
			}
		}
	}
	if custom, ok := use("__experimentalFontFamily", "fontFamily", "font-family"); ok {
		if slug := text(attrs, "fontFamily"); slug != "" {
			out.class("has-" + kebabCase(slug) + "-font-family")
		} else {
			out.put("font-family", custom)
		}
	}
	for _, f := range [][4]string{ // the last is the kind of presets
		{"__experimentalFontStyle", "fontStyle", "font-style", "font-style"}, {"__experimentalFontWeight", "fontWeight", "font-weight", "font-weight"}, {"lineHeight", "lineHeight", "line-height"},
		{"textColumns", "textColumns", "column-count"}, {"__experimentalTextDecoration", "textDecoration", "text-decoration", "text-decoration"},
		{"__experimentalTextTransform", "textTransform", "text-transform", "text-transform"}, {"__experimentalLetterSpacing", "letterSpacing", "letter-spacing", "letter-spacing"},
		{"__experimentalWritingMode", "writingMode", "writing-mode"},
	} {
		if v, ok := use(f[0], f[1], f[3]); ok {
			out.put(f[2], v)
		}
	}
	if v, ok := use("textAlign", "textAlign", ""); ok && v != "" {
		out.class("has-text-align-" + v)
	}
}

// borderStyles is wp_apply_border_support.
func borderStyles(attrs, supports *php.Array, out *styleSet) {
	borders(attrs, supports, out, "width", "color", "style")
}

// innerBorder is the border of an element inside a block, for blocks that place it
// themselves.
func innerBorder(attrs, supports *php.Array, out *styleSet) {
	borders(attrs, withoutSkips(supports), out, "color", "style", "width")
}

func borders(attrs, supports *php.Array, out *styleSet, parts ...string) {
	if _, ok := dig(supports, "__experimentalBorder"); !ok || skips(supports, "__experimentalBorder", "") {
		return
	}
	border := array(attrs, "style", "border")
	use := func(f string) bool {
		return supported(supports, false, "__experimentalBorder", f) && !skips(supports, "__experimentalBorder", f)
	}
	if use("color") {
		colorOf(out, text(attrs, "borderColor"), text(border, "color"), "border-color", "color", "has-border-color", "border-color")
	}
	if use("radius") {
		v, _ := dig(border, "radius")
		if corners, ok := v.(*php.Array); ok {
			for k, v := range corners.All() {
				out.put("border-"+kebabCase(k.String())+"-radius", styleValue(v, "border-radius"))
			}
		} else if v != nil {
			out.put("border-radius", pixels(v, "border-radius"))
		}
	}
	if use("style") {
		out.put("border-style", styleValue(text(border, "style"), ""))
	}
	if use("width") {
		v, _ := dig(border, "width")
		out.put("border-width", pixels(v, ""))
	}
	for _, side := range []string{"top", "right", "bottom", "left"} {
		own := array(border, side)
		for _, part := range parts {
			if v, _ := dig(own, part); php.ToBool(v) && (use(part) || part == "style" && use("width")) {
				out.put("border-"+side+"-"+part, styleValue(v, map[string]string{"color": "color"}[part]))
			}
		}
	}
}

// boxStyles writes padding or margin.
func boxStyles(out *styleSet, property string, v any) {
	if sides, ok := v.(*php.Array); ok {
		for k, side := range sides.All() {
			out.put(property+"-"+k.String(), styleValue(side, "spacing"))
		}
		return
	}
	out.put(property, styleValue(v, "spacing"))
}

func spacingStyles(attrs, supports *php.Array, out *styleSet) {
	if skips(supports, "spacing", "") {
		return
	}
	for _, box := range []string{"padding", "margin"} {
		if v, ok := dig(attrs, "style", "spacing", box); ok && truthy(supports, "spacing", box) && !skips(supports, "spacing", box) {
			boxStyles(out, box, v)
		}
	}
}

func dimensionStyles(attrs, supports *php.Array, out *styleSet) {
	if skips(supports, "dimensions", "") {
		return
	}
	d := array(attrs, "style", "dimensions")
	for _, f := range [][2]string{{"height", "height"}, {"minHeight", "min-height"}, {"minWidth", "min-width"}, {"width", "width"}} {
		if v, ok := dig(d, f[0]); ok && truthy(supports, "dimensions", f[0]) && !skips(supports, "dimensions", f[0]) {
			out.put(f[1], styleValue(v, "dimension"))
		}
	}
}

// wrapper is get_block_wrapper_attributes: the attributes that supports give a dynamic
// block's outer element, with those of its own in front.
func (c *blockContext) wrapper(own ...attr) string {
	supports := c.kind.supports()
	if c.r.submenuColors && c.block.Name == "core/navigation-submenu" {
		supports = with(supports, "color", true)
	}
	var s styleSet
	if align, ok := c.attrs.Get("align"); ok && truthy(supports, "align") {
		s.class("align" + php.ToString(align))
	}
	if v, ok := dig(supports, "customClassName"); !ok || php.ToBool(v) {
		for class := range strings.FieldsSeq(text(c.attrs, "className")) {
			s.class(class)
		}
	}
	if v, ok := dig(supports, "className"); !ok || php.ToBool(v) {
		s.class(defaultClass(c.block.Name))
	}
	colorStyles(c.attrs, supports, &s)
	c.r.typographyStyles(c.attrs, supports, &s)
	borderStyles(c.attrs, supports, &s)
	spacingStyles(c.attrs, supports, &s)
	dimensionStyles(c.attrs, supports, &s)
	if shadow := text(c.attrs, "style", "shadow"); shadow != "" && truthy(supports, "shadow") && !skips(supports, "shadow", "") {
		s.put("box-shadow", styleValue(shadow, "shadow"))
	}
	id, label := "", ""
	if truthy(supports, "anchor") {
		id = text(c.attrs, "anchor")
	}
	if truthy(supports, "ariaLabel") {
		label = text(c.attrs, "ariaLabel")
	}
	var style, class string
	var rest []attr
	styled := false
	for _, a := range own {
		switch a.name {
		case "style":
			style, styled = sanitize.CSS(a.value), a.value != ""
		case "class":
			class = a.value
		case "id":
			id = a.value
		case "aria-label":
			label = a.value
		case "":
		default:
			rest = append(rest, a)
		}
	}
	if len(s.css) > 0 {
		if style != "" {
			style = ";" + style
		}
		style = strings.Join(s.css, ";") + style
	}
	for _, name := range s.classes {
		if !contains(strings.Fields(class), name) {
			class = strings.TrimLeft(class+" "+name, " ")
		}
	}
	var out []string
	put := func(name, value string) {
		if value != "" {
			out = append(out, name+`="`+escAttr(value)+`"`)
		}
	}
	if styled || style != "" {
		out = append(out, `style="`+escAttr(style)+`"`)
	}
	put("class", class)
	put("id", id)
	put("aria-label", label)
	for _, a := range rest {
		out = append(out, a.name+`="`+escAttr(a.value)+`"`)
	}
	return strings.Join(out, " ")
}

// defaultClass is wp_get_block_default_classname.
func defaultClass(name string) string {
	return "wp-block-" + strings.ReplaceAll(strings.TrimPrefix(name, "core/"), "/", "-")
}

// length splits "1.5rem" into number and unit.
func length(s string) (n float64, unit string, ok bool) {
	i := 0
	for i < len(s) && (isDigit(s[i]) || s[i] == '.') {
		i++
	}
	n, err := strconv.ParseFloat(s[:i], 64)
	unit = s[i:]
	switch unit {
	case "px", "rem", "em":
		return n, unit, err == nil
	case "":
		return n, "px", err == nil
	}
	return 0, "", false
}

func round3(f float64) float64 { return math.Round(f*1000) / 1000 }

func number(f float64) string { return strconv.FormatFloat(round3(f), 'f', -1, 64) }

// fontSize is wp_get_typography_font_size_value for a size of a block's own: with fluid
// typography it becomes a clamp between a size for phones and itself.
func (r *Renderer) fontSize(size string) string {
	t := r.theme()
	if size == "" || !t.Fluid || strings.Contains(size, "clamp(") {
		return size
	}
	value, unit, ok := length(size)
	if !ok {
		return size
	}
	px := value
	if unit != "px" {
		px = value * 16
	}
	const phone, smallest = 320.0, 14.0
	wide, wideUnit, ok := length(t.WideSize)
	if !ok {
		wide, wideUnit = 1600, "px"
	}
	if wideUnit != "px" {
		wide *= 16
	}
	if px <= smallest || wide <= phone {
		return size
	}
	if php.IsNumeric(size) {
		size += "px"
	}
	factor := min(max(1-0.075*math.Log2(px), 0.25), 0.75)
	low := round3(value * factor)
	if unit == "px" {
		low = max(low, smallest)
	} else {
		low = max(low, smallest/16)
	}
	// The slope in hundredths of the view's width; viewport and sizes in one unit.
	div := 1.0
	if unit != "px" {
		div = 16
	}
	slope := round3(100 * (value - low) / (wide/div - phone/div))
	if slope == 0 {
		slope = 1
	}
	lowRem, base := number(low)+"rem", unit
	if unit == "px" {
		lowRem = number(low/16) + "rem"
	}
	return "clamp(" + number(low) + unit + ", " + lowRem + " + ((1vw - " + number(phone/div/100) + base + ") * " + number(slope) + "), " + size + ")"
}

// fluidFontSize is wp_render_typography_support: the first inline font size of a block
// becomes fluid.
func (r *Renderer) fluidFontSize(b *Block, html string) string {
	v, ok := dig(b.Attrs, "style", "typography", "fontSize")
	custom := sizeValue(v, "")
	if !ok || custom == "" {
		return html
	}
	fluid := r.fontSize(custom)
	if fluid == custom {
		return html
	}
	for i := 0; ; {
		n := strings.Index(html[i:], "font-size")
		if n < 0 {
			return html
		}
		i += n
		start := i
		i += len("font-size")
		if start > 0 && isWord(html[start-1]) {
			continue
		}
		j := skipSpace(html, i)
		if j >= len(html) || html[j] != ':' {
			continue
		}
		j = skipSpace(html, j+1)
		if !strings.HasPrefix(html[j:], custom) {
			continue
		}
		j = skipSpace(html, j+len(custom))
		if j < len(html) && html[j] == ';' {
			j++
		}
		return html[:start] + "font-size:" + fluid + ";" + html[j:]
	}
}
