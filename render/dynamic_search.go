package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// renderSearch is the search block: a field, its label and a button, each with styles of
// its own.
func renderSearch(c *blockContext, _ string) string {
	id := "wp-block-search__input-" + strconv.Itoa(c.r.uniqueID())
	label, button := c.get("label"), c.get("buttonText")
	hideLabel := false
	if v, ok := c.attrs.Get("label"); ok && v == "" {
		hideLabel = true
	}
	if label == "" {
		label = "Search"
	}
	if _, ok := c.attrs.Get("buttonText"); !ok {
		button = "Search"
	}
	position, icon := c.get("buttonPosition"), c.is("buttonUseIcon")
	if position == "" {
		position = "button-outside"
	}
	showLabel := true
	if v, ok := c.attrs.Get("showLabel"); ok {
		showLabel = php.ToBool(v)
	}
	only := position == "button-only"
	// The form itself gets no colours and type: they belong to its parts.
	colors, typo, border := &styleSet{}, &styleSet{}, &styleSet{}
	searchColors(c.attrs, colors)
	c.searchType(typo)
	decorated := &styleSet{css: slices.Clone(typo.css)}
	decorated.put("text-decoration", text(c.attrs, "style", "typography", "textDecoration"))
	// Decoration is the button's and that of a label that is seen; colours are the button's, and without one the field's.
	noButton := position == "no-button"
	labelTypo, inputColors := typo, &styleSet{}
	if showLabel {
		labelTypo = decorated
	}
	if noButton {
		inputColors = colors
	}
	searchBorder(c.attrs, border)

	labelClasses := append([]string{"wp-block-search__label"}, typo.classes...)
	if !showLabel || hideLabel {
		labelClasses = []string{"wp-block-search__label", "screen-reader-text"}
	}
	inside := position == "button-inside"
	styleAttr := func(sets ...*styleSet) string {
		var css []string
		for _, s := range sets {
			for _, d := range s.css {
				name, value, _ := strings.Cut(d, ":")
				css = append(css, name+": "+value)
			}
		}
		if len(css) == 0 {
			return ""
		}
		return ` style="` + escAttr(strings.Join(css, ";")) + `"`
	}

	inputClasses := []string{"wp-block-search__input"}
	if !inside {
		inputClasses = append(inputClasses, border.classes...)
	}
	inputClasses = append(inputClasses, typo.classes...)
	inputClasses = append(inputClasses, inputColors.classes...)
	inputStyle := ""
	if inside {
		inputStyle = styleAttr(radiusOf(border), typo)
	} else {
		inputStyle = styleAttr(border, inputColors, typo)
	}
	placeholder := attrEscapes.Replace(c.get("placeholder"))
	var input string
	if only {
		input = `<input aria-hidden="true" class="` + joinClasses(inputClasses...) + `" data-wp-bind--aria-hidden="!context.isSearchInputVisible" data-wp-bind--tabindex="state.tabindex" id="` + id +
			`" placeholder="` + placeholder + `"  value="" type="search" name="s" required ` + inputStyle + "/>"
	} else {
		input = `<input class="` + joinClasses(inputClasses...) + `" id="` + id + `" placeholder="` + placeholder + `" value="" type="search" name="s" required ` + inputStyle + "/>"
	}
	for k, v := range asArray(first(c.attrs.Get("query"))).All() {
		input += `<input type="hidden" name="` + escAttr(k.String()) + `" value="` + escAttr(php.ToString(v)) + `" />`
	}
	buttonHTML := ""
	if !noButton {
		classes := append([]string{"wp-block-search__button"}, colors.classes...)
		classes = append(classes, typo.classes...)
		if !inside {
			classes = append(classes, border.classes...)
		}
		inner := ksesPost(button)
		if icon {
			classes = append(classes, "has-icon")
			inner = "<svg class=\"search-icon\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\">\n\t\t\t\t\t<path d=\"M13 5c-3.3 0-6 2.7-6 6 0 1.4.5 2.7 1.3 3.7l-3.8 3.8 1.1 1.1 3.8-3.8c1 .8 2.3 1.3 3.7 1.3 3.3 0 6-2.7 6-6S16.3 5 13 5zm0 10.5c-2.5 0-4.5-2-4.5-4.5s2-4.5 4.5-4.5 4.5 2 4.5 4.5-2 4.5-4.5 4.5z\"></path>\n\t\t\t\t</svg>"
		}
		classes = append(classes, "wp-element-button")
		style := styleAttr(radiusOf(border), colors, decorated)
		if !inside {
			style = styleAttr(border, colors, decorated)
		}
		if only {
			buttonHTML = `<button  aria-expanded="false"  class="` + joinClasses(classes...) + `" data-wp-bind--aria-controls="state.ariaControls" data-wp-bind--aria-expanded="context.isSearchInputVisible" ` +
				`data-wp-bind--aria-label="state.ariaLabel" data-wp-bind--type="state.type" data-wp-on--click="actions.openSearchInput"  ` + style + ">" + inner + "</button>"
		} else {
			buttonHTML = `<button aria-label="` + attrEscapes.Replace(StripTags(button, false)) + `" class="` + joinClasses(classes...) + `" type="submit" ` + style + ">" + inner + "</button>"
		}
	}
	var formClasses []string
	switch position {
	case "button-outside", "button-inside", "button-only", "no-button":
		formClasses = append(formClasses, "wp-block-search__"+position)
	}
	if only {
		formClasses = append(formClasses, "wp-block-search__searchfield-hidden")
	}
	if !noButton {
		if icon {
			formClasses = append(formClasses, "wp-block-search__icon-button")
		} else {
			formClasses = append(formClasses, "wp-block-search__text-button")
		}
	}
	insideClasses, around := []string{"wp-block-search__inside-wrapper"}, &styleSet{}
	if n := c.int("width"); n != 0 && c.get("widthUnit") != "" {
		around.css = append(around.css, "width:"+strconv.FormatInt(n, 10)+c.get("widthUnit"))
	}
	if inside {
		insideClasses = append(insideClasses, border.classes...)
		around.css = append(around.css, padRadius(border).css...)
	}
	directives := ""
	if only {
		context := php.AppendJSON(nil, php.Map{{Key: "isSearchInputVisible", Value: false}, {Key: "inputId", Value: id}, {Key: "ariaLabelExpanded", Value: "Submit Search"}, {Key: "ariaLabelCollapsed", Value: "Expand search field"}}, 0)
		directives = "\n\t\t data-wp-interactive=\"core/search\"\n\t\t data-wp-context='" + string(context) + "'\n\t\t data-wp-class--wp-block-search__searchfield-hidden=\"!context.isSearchInputVisible\"" +
			"\n\t\t data-wp-on--keydown=\"actions.handleSearchKeydown\"\n\t\t data-wp-on--focusout=\"actions.handleSearchFocusout\"\n\t\t"
	}
	return `<form role="search" method="get" action="` + escURL(c.r.Home+"/") + `" ` + c.wrapper(classAttr(formClasses...)) + " " + directives + `><label class="` + joinClasses(labelClasses...) + `" for="` + id + `" ` + styleAttr(labelTypo) + `>` +
		ksesPost(label) + `</label><div class="` + joinClasses(insideClasses...) + `" ` + styleAttr(around) + ">" + input + buttonHTML + "</div></form>"
}

// searchColors are the button's: a palette's are classes and the block's own declarations,
// and where there are both, both.
func searchColors(attrs *php.Array, out *styleSet) {
	color := array(attrs, "style", "color")
	for _, p := range [][5]string{{"textColor", "text", "has-text-color", "color", "color"}, {"backgroundColor", "background", "has-background", "background-color", "background-color"},
		{"gradient", "gradient", "has-background", "gradient-background", "background"}} {
		preset, custom := text(attrs, p[0]), text(color, p[1])
		if (preset != "" || custom != "") && !contains(out.classes, p[2]) {
			out.class(p[2])
		}
		if preset != "" {
			out.class("has-" + preset + "-" + p[3])
		}
		out.put(p[4], custom)
	}
}

// searchType is the type of label, field and button, as it stands in the attributes.
func (c *blockContext) searchType(out *styleSet) {
	for _, p := range [][2]string{{"fontSize", "-font-size"}, {"fontFamily", "-font-family"}} {
		if slug := text(c.attrs, p[0]); slug != "" {
			out.class("has-" + slug + p[1])
		}
	}
	t := array(c.attrs, "style", "typography")
	for _, p := range [][2]string{{"fontSize", "font-size"}, {"fontFamily", "font-family"}, {"letterSpacing", "letter-spacing"}, {"fontWeight", "font-weight"}, {"fontStyle", "font-style"},
		{"lineHeight", "line-height"}, {"textTransform", "text-transform"}} {
		v, _ := dig(t, p[0])
		value := php.ToString(v)
		if !php.ToBool(v) {
			continue
		}
		if p[0] == "fontSize" {
			value = c.r.fontSize(value)
		}
		out.put(p[1], value)
	}
}

func joinClasses(classes ...string) string { return escAttr(strings.Join(classes, " ")) }

// withoutSkips gives supports as a block that styles its parts itself reads them.
func withoutSkips(supports *php.Array) *php.Array {
	out := &php.Array{}
	for k, v := range supports.All() {
		if set := asArray(v); set != nil {
			kept := &php.Array{}
			for f, on := range set.All() {
				if f.Str != "__experimentalSkipSerialization" {
					kept.Put(f, on)
				}
			}
			v = kept
		}
		out.Put(k, v)
	}
	return out
}

// radiusOf is what field and button keep of a border that goes around both.
func radiusOf(border *styleSet) *styleSet {
	out := &styleSet{}
	for _, d := range border.css {
		if name, _, _ := strings.Cut(d, ":"); strings.HasSuffix(name, "radius") {
			out.css = append(out.css, d)
		}
	}
	return out
}

// padRadius widens the radius of the border around by the padding between; a radius of no
// number that PHP sees stays away, except a corner's of a preset.
func padRadius(border *styleSet) *styleSet {
	out := &styleSet{}
	for _, d := range border.css {
		if name, value, _ := strings.Cut(d, ":"); strings.HasSuffix(name, "radius") {
			if php.ToInt(value) == 0 && (name == "border-radius" || !strings.HasPrefix(value, "var(")) {
				continue
			}
			d = name + ":calc(" + value + " + 4px)"
		}
		out.css = append(out.css, d)
	}
	return out
}

// searchBorder is the border of a search field and its button.
func searchBorder(attrs *php.Array, out *styleSet) {
	border := array(attrs, "style", "border")
	// Values stand as they are, references too; only a side's colour may name a palette's.
	raw := func(v any) string {
		if !php.ToBool(v) {
			return ""
		}
		return php.ToString(v)
	}
	sides := func(part string) {
		for _, side := range []string{"top", "right", "bottom", "left"} {
			value := raw(first(dig(border, side, part)))
			if part == "color" {
				value = styleValue(value, "color")
			}
			out.put("border-"+side+"-"+part, value)
		}
	}
	width := raw(first(dig(border, "width")))
	if php.IsNumeric(width) {
		width += "px"
	}
	out.put("border-width", width)
	sides("width")
	slug, color := text(attrs, "borderColor"), text(border, "color")
	if slug != "" || color != "" {
		out.class("has-border-color")
	}
	if slug != "" {
		out.class("has-" + slug + "-border-color")
	}
	out.put("border-color", color)
	sides("color")
	out.put("border-style", text(border, "style"))
	sides("style")
	if v, ok := dig(border, "radius"); ok {
		if corners := asArray(v); corners != nil {
			for k, corner := range corners.All() {
				out.put("border-"+kebabCase(k.String())+"-radius", sizeValue(corner, "border-radius"))
			}
		} else if php.ToBool(v) {
			out.put("border-radius", pixels(v, "border-radius"))
		}
	}
}
