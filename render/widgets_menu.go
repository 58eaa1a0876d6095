package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// MenuItem is an entry of a classic menu as it is shown.
type MenuItem struct {
	ID, Parent                         int64
	Title, AttrTitle, URL, Target, XFN string
	Kind, Object                       string // "post_type" and "page"
	Classes                            []string
	Privacy                            bool // it leads to the page about privacy
}

// Menu is a classic menu with its entries in their order.
type Menu struct {
	Name, Slug string
	Items      []MenuItem
}

// menu is wp_nav_menu.
func (c *widgetContext) menu() string {
	id, _ := c.Settings.Get("nav_menu")
	m := c.r.site().ClassicMenu(php.ToInt(id))
	if m == nil {
		return ""
	}
	title := c.title("")
	if len(m.Items) == 0 {
		return c.framed(title)
	}
	number := ""
	if n := c.r.next("menu-" + m.Slug); n > 1 {
		number = "-" + strconv.Itoa(n-1)
	}
	return c.framed(title + `<div class="menu-` + m.Slug + `-container"><ul id="menu-` + m.Slug + number + `" class="menu">` + c.r.menuItems(m.Items) + "</ul></div>")
}

// menuItems are the entries of a menu with those below them; one whose entry above is
// not there comes last.
func (r *Renderer) menuItems(items []MenuItem) string {
	known, entries := map[int64]bool{}, make([]*MenuItem, len(items))
	for i := range items {
		known[items[i].ID], entries[i] = true, &items[i]
	}
	l := newNestedList(entries, func(m *MenuItem) int64 { return m.ID }, func(m *MenuItem) int64 { return m.Parent }, `<ul class="sub-menu">`, r.menuItem)
	l.list(0, 0)
	for _, m := range entries {
		if !l.shown[m.ID] && !known[m.Parent] {
			l.entry(m, 0, false)
		}
	}
	return l.out.String()
}

func (r *Renderer) menuItem(m *MenuItem, children bool) string {
	id := strconv.FormatInt(m.ID, 10)
	classes := append(slices.DeleteFunc(slices.Clone(m.Classes), func(class string) bool { return class == "" }), "menu-item", "menu-item-type-"+m.Kind, "menu-item-object-"+m.Object)
	rel := m.XFN
	if m.Privacy {
		classes = append(classes, "menu-item-privacy-policy")
		rel = strings.Trim("privacy-policy "+rel, " ")
	}
	if m.Kind == "custom" && strings.TrimRight(m.URL, "/") == r.Home {
		classes = append(classes, "menu-item-home")
	}
	if children {
		classes = append(classes, "menu-item-has-children")
	}
	classes = append(classes, "menu-item-"+id)
	var out strings.Builder
	out.WriteString(`<li id="menu-item-` + id + `" class="` + escAttr(joinClasses(classes...)) + `"><a`)
	if m.Target == "_blank" && rel == "" {
		rel = "noopener"
	}
	url := ""
	if m.URL != "" {
		url = escURL(m.URL)
	}
	for _, a := range []attr{{"target", escAttr(m.Target)}, {"rel", escAttr(rel)}, {"href", url}, {"title", escAttr(m.AttrTitle)}} {
		if a.value != "" {
			out.WriteString(" " + a.name + `="` + a.value + `"`)
		}
	}
	out.WriteString(">" + Title(m.Title) + "</a>")
	return out.String()
}
