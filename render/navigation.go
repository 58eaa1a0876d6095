package render

import (
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

const (
	menuIcon         = `<svg width="24" height="24" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M4 7.5h16v1.5H4z"></path><path d="M4 15h16v1.5H4z"></path></svg>`
	barsIcon         = `<svg width="24" height="24" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M5 5v1.5h14V5H5z"></path><path d="M5 12.8h14v-1.5H5v1.5z"></path><path d="M5 19h14v-1.5H5V19z"></path></svg>`
	overlayCloseIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path d="M13 11.8l6.1-6.3-1.1-1-6.1 6.2-6.1-6.2-1.1 1 6.1 6.3-6.5 6.7 1.1 1 6.5-6.6 6.5 6.6 1.1-1z" /></svg>`
	closeIcon        = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path d="m13.06 12 6.47-6.47-1.06-1.06L12 10.94 5.53 4.47 4.47 5.53 10.94 12l-6.47 6.47 1.06 1.06L12 13.06l6.47 6.47 1.06-1.06L13.06 12Z"></path></svg>`
	submenuIcon      = `<svg xmlns="http://www.w3.org/2000/svg" width="12" height="12" viewBox="0 0 12 12" fill="none" aria-hidden="true" focusable="false"><path d="M1.50002 4L6.00002 8L10.5 4" stroke-width="1.5"></path></svg>`
)

// inMenu tells whether a block stands in a navigation block.
func (c *blockContext) inMenu() bool { return c.values["core/in-menu"] != nil }

// menuColors are the classes and the style of a menu's two colours; what a palette names
// goes before what is the menu's own.
func menuColors(textColor, customText, background, customBackground string) (classes, css []string) {
	for _, c := range [][4]string{{textColor, customText, "has-text-color", "color"}, {background, customBackground, "has-background", "background-color"}} {
		named, custom, flag, property := c[0], c[1], c[2], c[3]
		if named != "" || custom != "" {
			classes = append(classes, flag)
		}
		if named != "" {
			classes = append(classes, "has-"+named+"-"+property)
		} else if custom != "" {
			css = append(css, property+": "+custom)
		}
	}
	return classes, css
}

// value is a text among the values of outer blocks.
func (c *blockContext) value(name string) string {
	s, _ := c.values[name].(string)
	return s
}

// presetName is value of a palette's colour, as class names have it.
func (c *blockContext) presetName(name string) string {
	if c.value(name) == "" {
		return ""
	}
	return kebabCase(c.value(name))
}

// itemColors are the colours that a menu gives its entries; own adds those that are
// colours of no palette, and names those of one as class names have them.
func (c *blockContext) itemColors(own bool) (classes, css []string) {
	style := asArray(c.values["style"])
	customText, customBackground := text(style, "color", "text"), text(style, "color", "background")
	if v := c.value("customTextColor"); own && v != "" {
		customText = v
	}
	if v := c.value("customBackgroundColor"); own && v != "" {
		customBackground = v
	}
	name := c.presetName
	if !own {
		name = c.value
	}
	return menuColors(name("textColor"), customText, name("backgroundColor"), customBackground)
}

// overlayColors are those of submenus and of a menu over the page.
func (c *blockContext) overlayColors() (classes, css []string) {
	return menuColors(c.value("overlayTextColor"), c.value("customOverlayTextColor"), c.value("overlayBackgroundColor"), c.value("customOverlayBackgroundColor"))
}

// submenus tells how a menu's submenus open, "hover", "click" or "always", and whether
// they have icons.
func (c *blockContext) submenus() (open string, icon bool) {
	open, icon = c.value("submenuVisibility"), true
	if php.ToBool(c.values["openSubmenusOnClick"]) {
		open = "click"
	}
	if v, ok := c.values["showSubmenuIcon"]; ok {
		icon = php.ToBool(v)
	}
	return open, icon
}

// opens is the class that says how a submenu opens.
func opens(open string, icon bool) string {
	switch {
	case open == "click":
		return "open-on-click"
	case open == "always":
		return "open-always"
	case icon:
		return "open-on-hover-click"
	}
	return ""
}

// ownColors are a menu's; first editors kept what they computed.
func (c *blockContext) ownColors() (classes, css []string) {
	or := func(name, otherwise string) string {
		if v := c.get(name); v != "" {
			return v
		}
		return c.get(otherwise)
	}
	return menuColors(c.get("textColor"), or("rgbTextColor", "customTextColor"), c.get("backgroundColor"), or("rgbBackgroundColor", "customBackgroundColor"))
}

// menuClasses are those that a menu's container and its lists have.
func (c *blockContext) menuClasses(responsive bool) []string {
	out, _ := c.ownColors()
	layout := array(c.attrs, "layout")
	if size := c.get("fontSize"); size != "" {
		out = append(out, "has-"+kebabCase(size)+"-font-size")
	}
	if responsive {
		out = append(out, "is-responsive")
	}
	if v := text(layout, "justifyContent"); v == "left" || v == "right" || v == "center" || v == "space-between" {
		out = append(out, "items-justified-"+v)
	}
	if text(layout, "orientation") == "vertical" {
		out = append(out, "is-vertical")
	}
	if text(layout, "flexWrap") == "nowrap" {
		out = append(out, "no-wrap")
	}
	if text(c.attrs, "style", "typography", "textDecoration") != "" {
		out = append(out, "has-text-decoration-"+text(c.attrs, "style", "typography", "textDecoration"))
	}
	return out
}

// defaultMenu is the menu that WordPress makes for a site that has none.
const defaultMenu = "<!-- wp:page-list /-->"

func renderNavigation(c *blockContext, _ string) string {
	overlay := c.get("overlayMenu")
	responsive := overlay == "mobile" || overlay == "always" || overlay == "" || c.is("isResponsive")
	blocks := c.block.inner()
	name, key := c.get("ariaLabel"), ""
	other := len(blocks) == 0
	if ref := c.int("ref"); ref > 0 {
		p := c.r.site().Post(ref)
		other, blocks = p != nil && p.Status != "publish", nil // another stands in for what is not published, not for what is gone
		if p != nil && !other {
			blocks, key = ParseBlocks(EditableContent(p.Content, p.Type)), "menu "+strconv.FormatInt(ref, 10)
			if name == "" {
				name = p.Title
			}
		}
	}
	if other {
		if p := c.r.site().Menu(); p != nil {
			blocks, key = ParseBlocks(EditableContent(p.Content, p.Type)), "menu "+strconv.FormatInt(p.ID, 10)
		} else {
			blocks = ParseBlocks(defaultMenu)
		}
	}
	if key != "" {
		if !c.r.enter(key) {
			return ""
		}
		defer c.r.leave(key)
	}
	label := name
	if n := c.r.next("menu name " + name); n > 1 {
		label = name + " " + strconv.Itoa(n)
	}
	classes := c.menuClasses(responsive)
	values := c.values.with(blockValues{"core/in-menu": true})
	// Menus write their colours and font size themselves.
	_, css := c.ownColors()
	style := attr{"style", strings.Join(css, ";")}
	c.attrs = without(c.attrs, "fontSize")
	list := c.wrapper(style, classAttr(append([]string{"wp-block-navigation__container"}, classes...)...))
	var inner strings.Builder
	open, submenus := false, false
	for _, b := range blocks {
		if b.Name == "" {
			continue
		}
		html := c.r.renderBlock(c.in, b, c.block, values)
		if html == "" {
			continue
		}
		item := isListItem(b.Name)
		if item != open {
			if item {
				inner.WriteString("<ul " + list + ">")
			} else {
				inner.WriteString("</ul>")
			}
			open = item
		}
		if b.Name == "core/site-title" || b.Name == "core/site-logo" || b.Name == "core/social-links" {
			html = `<li class="wp-block-navigation-item">` + html + "</li>"
		}
		submenus = submenus || b.Name != "core/navigation-link" && strings.Contains(html, "has-child")
		inner.WriteString(html)
	}
	if open {
		inner.WriteString("</ul>")
	}
	content := inner.String()
	c.values = values
	how, icon := c.submenus()
	if submenus && (responsive || icon || how == "click") {
		content = submenuDirectives(content, how)
	}
	attrs := []attr{style, classAttr(classes...)}
	if label != "" {
		attrs = append(attrs, attr{"aria-label", label})
	}
	wrapper := c.wrapper(attrs...)
	if !responsive {
		return "<nav " + wrapper + ">" + content + "</nav>"
	}
	id := "modal-" + strconv.Itoa(c.r.uniqueID())
	openIcon, shutIcon := menuIcon, closeIcon
	openLabel, shutLabel := `aria-label="Open menu"`, `aria-label="Close menu"`
	if c.get("icon") == "menu" {
		openIcon = barsIcon
	}
	if v, ok := c.attrs.Get("hasIcon"); ok && !php.ToBool(v) {
		openIcon, shutIcon, openLabel, shutLabel = "Menu", "Close", "", ""
	}
	openClass, containerClass := "wp-block-navigation__responsive-container-open", "wp-block-navigation__responsive-container"
	if overlay == "always" {
		openClass += " always-shown"
		containerClass += " hidden-by-default"
	}
	overClasses, overCSS := c.overlayColors()
	containerClass, overStyle := joinClasses(append([]string{containerClass}, overClasses...)...), " "
	if css := sanitize.CSS(strings.Join(overCSS, ";")); css != "" {
		overStyle = ` style="` + escAttr(css) + `"`
	}
	context := php.AppendJSON(nil, php.Map{{Key: "overlayOpenedBy", Value: php.Map{{Key: "click", Value: false}, {Key: "hover", Value: false}, {Key: "focus", Value: false}}},
		{Key: "type", Value: "overlay"}, {Key: "roleAttribute", Value: ""}, {Key: "ariaLabel", Value: "Menu"}}, php.JSONHexTag|php.JSONHexApos|php.JSONHexAmp)
	return "<nav " + wrapper + " \n\t\t data-wp-interactive=\"core/navigation\" data-wp-context='" + string(context) + "'>" +
		`<button aria-haspopup="dialog" ` + openLabel + ` class="` + openClass + "\" \n\t\t\t\tdata-wp-on--click=\"actions.openMenuOnClick\"\n\t\t\t\tdata-wp-on--keydown=\"actions.handleMenuKeydown\"\n\t\t\t>" + openIcon + "</button>\n" +
		"\t\t\t\t<div class=\"" + containerClass + `"` + overStyle + ` id="` + id + "\" \n\t\t\t\tdata-wp-class--has-modal-open=\"state.isMenuOpen\"\n\t\t\t\tdata-wp-class--is-menu-open=\"state.isMenuOpen\"\n" +
		"\t\t\t\tdata-wp-watch=\"callbacks.initMenu\"\n\t\t\t\tdata-wp-on--keydown=\"actions.handleMenuKeydown\"\n\t\t\t\tdata-wp-on--focusout=\"actions.handleMenuFocusout\"\n\t\t\t\ttabindex=\"-1\"\n\t\t\t>\n" +
		"\t\t\t\t\t<div class=\"wp-block-navigation__responsive-close\" tabindex=\"-1\">\n\t\t\t\t\t\t<div class=\"wp-block-navigation__responsive-dialog\" \n" +
		"\t\t\t\tdata-wp-bind--aria-modal=\"state.ariaModal\"\n\t\t\t\tdata-wp-bind--aria-label=\"state.ariaLabel\"\n\t\t\t\tdata-wp-bind--role=\"state.roleAttribute\"\n\t\t\t>\n" +
		"\t\t\t\t\t\t\t<button " + shutLabel + " class=\"wp-block-navigation__responsive-container-close\" \n\t\t\t\tdata-wp-on--click=\"actions.closeMenuOnClick\"\n\t\t\t>" + shutIcon + "</button>\n" +
		"\t\t\t\t\t\t\t<div class=\"wp-block-navigation__responsive-container-content\" \n\t\t\t\tdata-wp-watch=\"callbacks.focusFirstElement\"\n\t\t\t id=\"" + id + "-content\">\n" +
		"\t\t\t\t\t\t\t\t" + content + "\n\t\t\t\t\t\t\t\t\n\t\t\t\t\t\t\t</div>\n\t\t\t\t\t\t</div>\n\t\t\t\t\t</div>\n\t\t\t\t</div></nav>"
}

// renderOverlayClose is the button that closes a menu's overlay.
func renderOverlayClose(c *blockContext, _ string) string {
	text := c.get("text")
	if text == "" {
		text = "Close"
	}
	mode, label, inner := c.get("displayMode"), "", ""
	if mode != "text" {
		inner = overlayCloseIcon
	}
	if mode == "text" || mode == "both" {
		inner += `<span class="wp-block-navigation-overlay-close__text">` + ksesPost(text) + "</span>"
	} else {
		label = `aria-label="Close"`
	}
	return "<button " + c.wrapper() + ` type="button" ` + label + " >" + inner + "</button>"
}

// without gives attributes without one of them.
func without(attrs *php.Array, name string) *php.Array {
	out := &php.Array{}
	for k, v := range attrs.All() {
		if k.Str != name {
			out.Put(k, v)
		}
	}
	return out
}

// submenuDirectives makes the items that have items of their own interactive. It looks for
// an item, then its button, then its list, wherever these are.
func submenuDirectives(html, open string) string {
	t := newTags(html)
	find := func(name, class string) bool {
		for t.next(name) {
			if t.hasClass(class) {
				return true
			}
		}
		return false
	}
	for find("LI", "has-child") {
		t.direct(directive{"data-wp-interactive", "core/navigation"},
			directive{"data-wp-context", `{ "submenuOpenedBy": { "click": false, "hover": false, "focus": false }, "type": "submenu", "modal": null, "previousFocus": null }`},
			directive{"data-wp-watch", "callbacks.initMenu"}, directive{"data-wp-on--focusout", "actions.handleMenuFocusout"},
			directive{"data-wp-on--keydown", "actions.handleMenuKeydown"}, directive{"tabindex", "-1"})
		if open != "click" && open != "always" {
			t.direct(directive{"data-wp-on--pointerenter", "actions.openMenuOnHover"}, directive{"data-wp-on--pointerleave", "actions.closeMenuOnHover"})
		}
		if find("BUTTON", "wp-block-navigation-submenu__toggle") {
			t.direct(directive{"data-wp-on--click", "actions.toggleMenuOnClick"}, directive{"data-wp-bind--aria-expanded", "state.isSubmenuOpen"})
			t.removeAttr("aria-expanded")
		}
		if find("UL", "wp-block-navigation__submenu-container") {
			t.setAttr("data-wp-on--focus", "actions.openMenuOnFocus")
		}
	}
	return t.html()
}

// menuTarget tells whether what an item points to is there.
func (c *blockContext) menuTarget() bool {
	id := c.int("id")
	if c.get("kind") != "post-type" || id == 0 || c.r.From.Site == nil {
		return true
	}
	p := c.r.site().Post(id)
	return p != nil && p.Status == "publish"
}

func renderNavigationLink(c *blockContext, html string) string {
	label := c.get("label")
	if label == "" || !c.menuTarget() {
		return ""
	}
	var out strings.Builder
	classes, children := []string{"wp-block-navigation-item"}, len(c.block.inner()) > 0
	if children {
		classes = append(classes, "has-child")
	}
	out.WriteString("<li " + c.wrapper(classAttr(classes...)) + `><a class="wp-block-navigation-item__content" `)
	c.menuAnchor(&out, label)
	out.WriteString("</a>")
	if children {
		if _, icon := c.submenus(); icon {
			out.WriteString(`<span class="wp-block-navigation__submenu-icon">` + submenuIcon + "</span>")
		}
		out.WriteString(`<ul class="wp-block-navigation__submenu-container">` + html + "</ul>")
	}
	out.WriteString("</li>")
	return out.String()
}

func renderSubmenu(c *blockContext, html string) string {
	label := c.get("label")
	if label == "" || !c.menuTarget() {
		return ""
	}
	children := len(c.block.inner()) > 0
	open, icon := c.submenus()
	onClick := open == "click"
	classes := []string{"wp-block-navigation-item"}
	if children {
		classes = append(classes, "has-child")
		if class := opens(open, icon); class != "" {
			classes = append(classes, class)
		}
	}
	ariaLabel := escAttr(StripTags(label, false) + " submenu")
	var out strings.Builder
	out.WriteString("<li " + c.wrapper(classAttr(classes...)) + ">")
	if onClick && children {
		out.WriteString(`<button aria-label="` + ariaLabel + `" class="wp-block-navigation-item__content wp-block-navigation-submenu__toggle" ><span class="wp-block-navigation-item__label">` + ksesPost(label) + "</span>")
		if d := c.get("description"); d != "" {
			out.WriteString(`<span class="wp-block-navigation-item__description">` + ksesPost(d) + "</span>")
		}
		out.WriteString(`</button><span class="wp-block-navigation__submenu-icon">` + submenuIcon + "</span>")
	} else {
		out.WriteString(`<a class="wp-block-navigation-item__content"`)
		c.menuAnchor(&out, label)
		out.WriteString("</a>")
		if icon && children {
			out.WriteString(`<button aria-label="` + ariaLabel + `" class="wp-block-navigation__submenu-icon wp-block-navigation-submenu__toggle" >` + submenuIcon + "</button>")
		}
	}
	if children {
		out.WriteString("<ul " + c.submenuList() + ">" + html + "</ul>")
	}
	out.WriteString("</li>")
	return out.String()
}

// submenuColors are those of the overlay, as submenus show them.
func (c *blockContext) submenuColors() (classes, css []string) {
	return menuColors(c.presetName("overlayTextColor"), c.value("customOverlayTextColor"), c.presetName("overlayBackgroundColor"), c.value("customOverlayBackgroundColor"))
}

// submenuList are the attributes of a submenu's list: the overlay's colours, or its own,
// and then all that a submenu's block gives.
func (c *blockContext) submenuList() string {
	attrs := c.attrs
	for _, p := range [][2]string{{"overlayTextColor", "textColor"}, {"overlayBackgroundColor", "backgroundColor"}} {
		if v, ok := c.values[p[0]]; ok {
			attrs = with(attrs, p[1], v)
		}
	}
	for _, p := range [][2]string{{"customOverlayTextColor", "text"}, {"customOverlayBackgroundColor", "background"}} {
		if v, ok := c.values[p[0]]; ok {
			style := array(attrs, "style")
			attrs = with(attrs, "style", with(style, "color", with(array(style, "color"), p[1], v)))
		}
	}
	var colors styleSet
	colorStyles(attrs, with(nil, "color", true), &colors)
	c.r.submenuColors = true
	return c.wrapper(attr{"style", strings.Join(colors.css, ";")}, classAttr(append([]string{"wp-block-navigation__submenu-container"}, colors.classes...)...))
}

// with gives attributes with one more, or another.
func with(attrs *php.Array, name string, value any) *php.Array {
	out := &php.Array{}
	for k, v := range attrs.All() {
		out.Put(k, v)
	}
	out.Set(name, value)
	return out
}

func renderPageList(c *blockContext, _ string) string {
	pages := c.r.site().Pages()
	known := map[int64]bool{}
	for _, p := range pages {
		known[p.ID] = true
	}
	tree := map[int64][]*SitePost{}
	for _, p := range pages {
		if p.Parent == 0 || known[p.Parent] {
			tree[p.Parent] = append(tree[p.Parent], p)
		}
	}
	root := c.int("parentPageID")
	if len(tree[root]) == 0 {
		return ""
	}
	var home int64
	if c.r.site().Option("show_on_front") == "page" {
		home, _ = strconv.ParseInt(c.r.site().Option("page_on_front"), 10, 64)
	}
	menu := c.inMenu()
	open, icon := c.submenus()
	onClick := open == "click"
	overlay, overlayCSS := c.submenuColors()
	nested := ""
	if len(overlayCSS) > 0 {
		nested = ` style="` + escAttr(strings.Join(overlayCSS, ";")+";") + `"`
	}
	var list func(parent int64, depth int) string
	list = func(parent int64, depth int) string {
		var out strings.Builder
		for _, p := range tree[parent] {
			children := len(tree[p.ID]) > 0 && depth < 50
			class, link, title := "wp-block-pages-list__item", "wp-block-pages-list__item__link", ksesPost(p.Title)
			if title == "" {
				title = "(no title)"
			}
			if children {
				class += " has-child"
			}
			if menu {
				class += " wp-block-navigation-item"
				link += " wp-block-navigation-item__content"
				if how := opens(open, icon); how != "" {
					class += " " + how
				}
			}
			style := ""
			if depth > 0 {
				class += " " + joinClasses(overlay...)
				style = nested
			}
			if p.ID == home {
				class += " menu-item-home"
			}
			out.WriteString(`<li class="` + class + `"` + style + ">")
			if menu && onClick && children {
				out.WriteString(`<button aria-label="` + escAttr(StripTags(title, false)+" submenu") + `" class=" wp-block-navigation-item__content wp-block-navigation-submenu__toggle" >` + title +
					`</button><span class="wp-block-page-list__submenu-icon wp-block-navigation__submenu-icon">` + submenuIcon + "</span>")
			} else {
				out.WriteString(`<a class="` + link + `" href="` + escURL(p.Link) + `">` + title + "</a>")
			}
			if children {
				if menu && icon && !onClick {
					out.WriteString(`<button aria-label="` + escAttr(StripTags(title, false)+" submenu") + `" class="wp-block-navigation__submenu-icon wp-block-navigation-submenu__toggle" >` + submenuIcon + "</button>")
				}
				out.WriteString(`<ul class="wp-block-navigation__submenu-container">` + list(p.ID, depth+1) + "</ul>")
			}
			out.WriteString("</li>")
		}
		return out.String()
	}
	if php.ToBool(c.values["core/isInsideSubmenu"]) {
		return list(root, 1)
	}
	var classes, css []string
	if menu {
		classes, css = c.itemColors(true)
	}
	return "<ul " + c.wrapper(attr{"style", strings.Join(css, ";")}, classAttr(classes...)) + ">" + list(root, 0) + "</ul>"
}

// menuAnchor writes the rest of a menu entry's opening anchor, and what stands in it.
func (c *blockContext) menuAnchor(out *strings.Builder, label string) {
	if url := c.get("url"); url != "" {
		out.WriteString(` href="` + escURL(url) + `"`)
	}
	if c.is("opensInNewTab") {
		out.WriteString(` target="_blank"  `)
	}
	if rel := c.get("rel"); rel != "" {
		out.WriteString(` rel="` + escAttr(rel) + `"`)
	} else if c.is("nofollow") {
		out.WriteString(` rel="nofollow"`)
	}
	if title := c.get("title"); title != "" {
		out.WriteString(` title="` + escAttr(title) + `"`)
	}
	out.WriteString(`><span class="wp-block-navigation-item__label">` + ksesPost(label) + "</span>")
	if d := c.get("description"); d != "" {
		out.WriteString(`<span class="wp-block-navigation-item__description">` + ksesPost(d) + "</span>")
	}
}
