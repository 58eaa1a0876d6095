package render

import (
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

const (
	menuIcon    = `<svg width="24" height="24" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M4 7.5h16v1.5H4z"></path><path d="M4 15h16v1.5H4z"></path></svg>`
	barsIcon    = `<svg width="24" height="24" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M5 5v1.5h14V5H5z"></path><path d="M5 12.8h14v-1.5H5v1.5z"></path><path d="M5 19h14v-1.5H5V19z"></path></svg>`
	closeIcon   = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><path d="m13.06 12 6.47-6.47-1.06-1.06L12 10.94 5.53 4.47 4.47 5.53 10.94 12l-6.47 6.47 1.06 1.06L12 13.06l6.47 6.47 1.06-1.06L13.06 12Z"></path></svg>`
	submenuIcon = `<svg xmlns="http://www.w3.org/2000/svg" width="12" height="12" viewBox="0 0 12 12" fill="none" aria-hidden="true" focusable="false"><path d="M1.50002 4L6.00002 8L10.5 4" stroke-width="1.5"></path></svg>`
)

// inMenu tells whether a block stands in a navigation block.
func (c *blockContext) inMenu() bool { return c.values["core/in-menu"] != nil }

// navigationColors are the colour classes that a menu gives its items.
func navigationColors(c *blockContext) []string {
	var out []string
	text, _ := c.values["textColor"].(string)
	custom, _ := c.values["customTextColor"].(string)
	if text != "" || custom != "" {
		out = append(out, "has-text-color")
	}
	if text != "" {
		out = append(out, "has-"+text+"-color")
	}
	background, _ := c.values["backgroundColor"].(string)
	custom, _ = c.values["customBackgroundColor"].(string)
	if background != "" || custom != "" {
		out = append(out, "has-background")
	}
	if background != "" {
		out = append(out, "has-"+background+"-background-color")
	}
	return out
}

// menuClasses are those that a menu's container and its lists have.
func (c *blockContext) menuClasses(responsive bool) []string {
	out := navigationColors(&blockContext{values: blockValues{"textColor": c.get("textColor"), "customTextColor": c.get("customTextColor"),
		"backgroundColor": c.get("backgroundColor"), "customBackgroundColor": c.get("customBackgroundColor")}})
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

func renderNavigation(c *blockContext, _ string) string {
	overlay := c.get("overlayMenu")
	responsive := overlay == "mobile" || overlay == "always" || overlay == "" || c.is("isResponsive")
	blocks := c.block.inner()
	name, key := c.get("ariaLabel"), ""
	if ref := c.int("ref"); ref > 0 {
		blocks = nil
		if p := c.r.Site.Post(ref); p != nil && p.Type == "wp_navigation" && p.Status == "publish" {
			blocks, key = ParseBlocks(EditableContent(p.Content, p.Type)), "menu "+strconv.FormatInt(ref, 10)
			if name == "" {
				name = p.Title
			}
		}
	} else if len(blocks) == 0 {
		if p := c.r.Site.Menu(); p != nil {
			blocks, key = ParseBlocks(EditableContent(p.Content, p.Type)), "menu "+strconv.FormatInt(p.ID, 10)
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
	var css []string
	for _, own := range [][2]string{{"customTextColor", "color"}, {"customBackgroundColor", "background-color"}} {
		if v := c.get(own[0]); v != "" {
			css = append(css, own[1]+": "+v)
		}
	}
	style := attr{"style", strings.Join(css, ";")}
	c.attrs = without(c.attrs, "fontSize")
	list := c.wrapper(style, classAttr(append([]string{"wp-block-navigation__container"}, classes...)...))
	for _, v := range []string{"textColor", "customTextColor", "backgroundColor", "customBackgroundColor", "showSubmenuIcon", "openSubmenusOnClick"} {
		if x, ok := c.attrs.Get(v); ok {
			values = values.with(blockValues{v: x})
		}
	}
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
		submenus = submenus || strings.Contains(html, "has-child")
		inner.WriteString(html)
	}
	if open {
		inner.WriteString("</ul>")
	}
	content := inner.String()
	if submenus {
		content = submenuDirectives(content)
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
	context := php.AppendJSON(nil, php.Map{{Key: "overlayOpenedBy", Value: php.Map{{Key: "click", Value: false}, {Key: "hover", Value: false}, {Key: "focus", Value: false}}},
		{Key: "type", Value: "overlay"}, {Key: "roleAttribute", Value: ""}, {Key: "ariaLabel", Value: "Menu"}}, php.JSONHexTag|php.JSONHexApos|php.JSONHexAmp)
	return "<nav " + wrapper + " \n\t\t data-wp-interactive=\"core/navigation\" data-wp-context='" + string(context) + "'>" +
		`<button aria-haspopup="dialog" ` + openLabel + ` class="` + openClass + "\" \n\t\t\t\tdata-wp-on--click=\"actions.openMenuOnClick\"\n\t\t\t\tdata-wp-on--keydown=\"actions.handleMenuKeydown\"\n\t\t\t>" + openIcon + "</button>\n" +
		"\t\t\t\t<div class=\"" + containerClass + `"  id="` + id + "\" \n\t\t\t\tdata-wp-class--has-modal-open=\"state.isMenuOpen\"\n\t\t\t\tdata-wp-class--is-menu-open=\"state.isMenuOpen\"\n" +
		"\t\t\t\tdata-wp-watch=\"callbacks.initMenu\"\n\t\t\t\tdata-wp-on--keydown=\"actions.handleMenuKeydown\"\n\t\t\t\tdata-wp-on--focusout=\"actions.handleMenuFocusout\"\n\t\t\t\ttabindex=\"-1\"\n\t\t\t>\n" +
		"\t\t\t\t\t<div class=\"wp-block-navigation__responsive-close\" tabindex=\"-1\">\n\t\t\t\t\t\t<div class=\"wp-block-navigation__responsive-dialog\" \n" +
		"\t\t\t\tdata-wp-bind--aria-modal=\"state.ariaModal\"\n\t\t\t\tdata-wp-bind--aria-label=\"state.ariaLabel\"\n\t\t\t\tdata-wp-bind--role=\"state.roleAttribute\"\n\t\t\t>\n" +
		"\t\t\t\t\t\t\t<button " + shutLabel + " class=\"wp-block-navigation__responsive-container-close\" \n\t\t\t\tdata-wp-on--click=\"actions.closeMenuOnClick\"\n\t\t\t>" + shutIcon + "</button>\n" +
		"\t\t\t\t\t\t\t<div class=\"wp-block-navigation__responsive-container-content\" \n\t\t\t\tdata-wp-watch=\"callbacks.focusFirstElement\"\n\t\t\t id=\"" + id + "-content\">\n" +
		"\t\t\t\t\t\t\t\t" + content + "\n\t\t\t\t\t\t\t\t\n\t\t\t\t\t\t\t</div>\n\t\t\t\t\t\t</div>\n\t\t\t\t\t</div>\n\t\t\t\t</div></nav>"
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

// submenuDirectives makes the items that have items of their own interactive.
func submenuDirectives(html string) string {
	t := newTags(html)
	live := false
	for t.next() {
		switch {
		case t.hasClass("wp-block-navigation-item") && t.hasClass("has-child") && (t.hasClass("open-on-click") || t.hasClass("open-on-hover-click")):
			live = true
			t.direct(directive{"data-wp-interactive", "core/navigation"},
				directive{"data-wp-context", `{ "submenuOpenedBy": { "click": false, "hover": false, "focus": false }, "type": "submenu", "modal": null, "previousFocus": null }`},
				directive{"data-wp-watch", "callbacks.initMenu"}, directive{"data-wp-on--focusout", "actions.handleMenuFocusout"},
				directive{"data-wp-on--keydown", "actions.handleMenuKeydown"}, directive{"tabindex", "-1"})
			if !t.hasClass("open-on-click") {
				t.direct(directive{"data-wp-on--pointerenter", "actions.openMenuOnHover"}, directive{"data-wp-on--pointerleave", "actions.closeMenuOnHover"})
			}
		case t.hasClass("wp-block-navigation-submenu__toggle"):
			t.direct(directive{"data-wp-on--click", "actions.toggleMenuOnClick"}, directive{"data-wp-bind--aria-expanded", "state.isSubmenuOpen"})
			t.removeAttr("aria-expanded")
		case live && t.hasClass("wp-block-navigation__submenu-container"):
			t.setAttr("data-wp-on--focus", "actions.openMenuOnFocus")
		}
	}
	return t.html()
}

// menuTarget tells whether what an item points to is there.
func (c *blockContext) menuTarget() bool {
	id := c.int("id")
	if c.get("kind") != "post-type" || id == 0 || c.r.Site == nil {
		return true
	}
	p := c.r.Site.Post(id)
	return p != nil && p.Status == "publish"
}

func renderNavigationLink(c *blockContext, _ string) string {
	label := c.get("label")
	if label == "" || !c.menuTarget() {
		return ""
	}
	var out strings.Builder
	out.WriteString("<li " + c.wrapper(classAttr("wp-block-navigation-item")) + `><a class="wp-block-navigation-item__content" `)
	c.menuAnchor(&out, label)
	out.WriteString("</a></li>")
	return out.String()
}

func renderSubmenu(c *blockContext, html string) string {
	label := c.get("label")
	if label == "" || !c.menuTarget() {
		return ""
	}
	children := len(c.block.inner()) > 0
	onClick := php.ToBool(c.values["openSubmenusOnClick"])
	classes := []string{"wp-block-navigation-item"}
	icon := true
	if v, ok := c.values["showSubmenuIcon"]; ok {
		icon = php.ToBool(v)
	}
	if children {
		classes = append(classes, "has-child")
		if onClick {
			classes = append(classes, "open-on-click")
		} else if icon {
			classes = append(classes, "open-on-hover-click")
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
		out.WriteString(`<ul class="wp-block-navigation__submenu-container wp-block-navigation-submenu">` + html + "</ul>")
	}
	out.WriteString("</li>")
	return out.String()
}

func renderPageList(c *blockContext, _ string) string {
	pages := c.r.Site.Pages()
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
	if c.r.Site.Option("show_on_front") == "page" {
		home, _ = strconv.ParseInt(c.r.Site.Option("page_on_front"), 10, 64)
	}
	menu := c.inMenu()
	onClick := php.ToBool(c.values["openSubmenusOnClick"])
	icon := true
	if v, ok := c.values["showSubmenuIcon"]; ok {
		icon = php.ToBool(v)
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
				if onClick {
					class += " open-on-click"
				} else if icon {
					class += " open-on-hover-click"
				}
			}
			if depth > 0 {
				class += " "
			}
			if p.ID == home {
				class += " menu-item-home"
			}
			out.WriteString(`<li class="` + class + `">`)
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
	var classes []string
	if menu {
		classes = navigationColors(c)
	}
	return "<ul " + c.wrapper(classAttr(classes...)) + ">" + list(root, 0) + "</ul>"
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
