package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Widget is a widget of WordPress's own kinds with what is set for it.
type Widget struct {
	Kind     string // "text", "recent-posts"
	Number   string // "3" of text-3
	Settings *php.Array
}

// WidgetFrame is what a place for widgets puts around them and their titles. In BeforeWidget
// %1$s stands for the widget's id, and %2$s for its class.
type WidgetFrame struct{ BeforeWidget, AfterWidget, BeforeTitle, AfterTitle string }

// PreviewFrame is what stands around a widget that is in no place (the_widget).
var PreviewFrame = WidgetFrame{BeforeWidget: `<div class="widget %2$s">`, AfterWidget: "</div>", BeforeTitle: `<h2 class="widgettitle">`, AfterTitle: "</h2>"}

// PlainFrame is what a place has that names nothing of its own (register_sidebar).
var PlainFrame = WidgetFrame{BeforeWidget: `<li id="%1$s" class="widget %2$s">`, AfterWidget: "</li>\n", BeforeTitle: `<h2 class="widgettitle">`, AfterTitle: "</h2>\n"}

// widgetContext is a widget while it is shown.
type widgetContext struct {
	Widget
	r     *Renderer
	frame WidgetFrame
}

// Widget renders a widget in its place, without space at both ends; one that has nothing to show is "" (wp_render_widget).
func (r *Renderer) Widget(w Widget, frame WidgetFrame) string {
	defer func(alone bool) { r.alone = alone }(r.alone)
	r.alone = true
	if w.Settings == nil {
		w.Settings = &php.Array{}
	}
	class := WidgetClass(w.Kind)
	if w.Kind == "block" {
		class += blockWidgetClass(w.text("content"))
	}
	frame.BeforeWidget = strings.NewReplacer("%1$s", w.Kind+"-"+w.Number, "%2$s", class).Replace(frame.BeforeWidget)
	c := &widgetContext{w, r, frame}
	return strings.Trim(c.show(), phpSpace)
}

// WidgetClass is the class of what stands around widgets of a kind.
func WidgetClass(kind string) string {
	switch kind {
	case "archives":
		return "widget_archive"
	case "recent-posts":
		return "widget_recent_entries"
	}
	return "widget_" + strings.ReplaceAll(kind, "-", "_")
}

// show is the widget with what stands around it.
func (c *widgetContext) show() string {
	switch c.Kind {
	case "archives":
		return c.framed(c.title("Archives") + c.archives())
	case "block":
		return c.framed(c.blocks())
	case "calendar":
		return c.framed(c.title("") + c.calendar())
	case "categories":
		return c.framed(c.title("Categories") + c.categories())
	case "custom_html":
		c.frame.BeforeWidget = widgetText(c.frame.BeforeWidget)
		return c.framed(c.title("") + `<div class="textwidget custom-html-widget">` + c.text("content") + "</div>")
	case "media_audio", "media_gallery", "media_image", "media_video":
		return c.media()
	case "meta":
		return c.framed(c.title("Meta") + c.meta())
	case "nav_menu":
		return c.menu()
	case "pages":
		return c.pages()
	case "recent-comments":
		return c.framed(c.title("Recent Comments") + c.comments())
	case "recent-posts":
		return c.posts()
	case "rss":
		return c.feed()
	case "search":
		return c.framed(c.title("") + c.r.searchForm())
	case "tag_cloud":
		return c.tags()
	case "text":
		return c.framed(c.title("") + "\t\t\t<div class=\"textwidget\">" + c.words() + "</div>\n\t\t")
	}
	return ""
}

func (c *widgetContext) framed(inner string) string {
	return c.frame.BeforeWidget + inner + c.frame.AfterWidget
}

func (c *widgetContext) text(name string) string { return c.Widget.text(name) }
func (c *widgetContext) is(name string) bool     { return truthy(c.Settings, name) }

// text is a setting as text; a list or an object is none.
func (w *Widget) text(name string) string {
	v, _ := w.Settings.Get(name)
	switch v.(type) {
	case nil, *php.Array, *php.Object:
		return ""
	}
	return php.ToString(v)
}

// heading is the widget's title as pages show it (the filters of widget_title).
func (c *widgetContext) heading(otherwise string) string {
	title := c.text("title")
	if !php.ToBool(title) {
		title = otherwise
	}
	return escHTML(ConvertChars(Texturize(title)))
}

func (c *widgetContext) title(otherwise string) string {
	if title := c.heading(otherwise); php.ToBool(title) {
		return c.frame.BeforeTitle + title + c.frame.AfterTitle
	}
	return ""
}

// widgetText gives what stands around a widget one class more: themes have styles for it.
func widgetText(before string) string {
	for _, class := range []string{` class="`, ` class='`} {
		before = strings.ReplaceAll(before, class, class+"widget_text ")
	}
	return before
}

// listed is a list of entries, each with a line break behind it.
func (c *widgetContext) listed(entries string) string {
	return "\n\t\t\t<ul>\n\t\t\t\t" + entries + "\t\t\t</ul>\n\n\t\t\t"
}

// asBlock lends what blocks show of the site.
func (c *widgetContext) asBlock(attrs ...any) *blockContext {
	a := &php.Array{}
	for i := 0; i+1 < len(attrs); i += 2 {
		a.Set(attrs[i].(string), attrs[i+1])
	}
	return &blockContext{r: c.r, attrs: a, block: &Block{Attrs: a}}
}

func (c *widgetContext) archives() string {
	label, list := c.asBlock("type", "monthly").archives()
	count := func(a archive) string {
		if !c.is("count") {
			return ""
		}
		return "&nbsp;(" + strconv.FormatInt(a.count, 10) + ")"
	}
	var out strings.Builder
	if !c.is("dropdown") {
		for _, a := range list {
			out.WriteString("\t<li><a href='" + escURL(a.link) + "'>" + Texturize(a.name) + "</a>" + count(a) + "</li>\n")
		}
		return c.listed(out.String())
	}
	id := "archives-dropdown-" + c.Number
	out.WriteString("\t\t<label class=\"screen-reader-text\" for=\"" + id + `">` + c.heading("Archives") + "</label>\n\t\t<select id=\"" + id +
		"\" name=\"archive-dropdown\">\n\t\t\t\n\t\t\t<option value=\"\">" + label + "</option>\n\t\t\t")
	for _, a := range list {
		out.WriteString("\t<option value='" + escURL(a.link) + "'> " + Texturize(a.name) + " " + count(a) + "</option>\n")
	}
	out.WriteString("\n\t\t</select>\n\n\t\t\t" + widgetScript(id, "if ( dropdown.value ) {\n\t\t\t\tdocument.location.href = dropdown.value;\n\t\t\t}", "WP_Widget_Archives"))
	return out.String()
}

// widgetScript does something with what is chosen in a list.
func widgetScript(id, chosen, source string) string {
	return "<script>\n( ( dropdownId ) => {\n\tconst dropdown = document.getElementById( dropdownId );\n\tfunction onSelectChange() {\n\t\tsetTimeout( () => {\n" +
		"\t\t\tif ( 'escape' === dropdown.dataset.lastkey ) {\n\t\t\t\treturn;\n\t\t\t}\n\t\t\t" + chosen + "\n\t\t}, 250 );\n\t}\n\tfunction onKeyUp( event ) {\n" +
		"\t\tif ( 'Escape' === event.key ) {\n\t\t\tdropdown.dataset.lastkey = 'escape';\n\t\t} else {\n\t\t\tdelete dropdown.dataset.lastkey;\n\t\t}\n\t}\n" +
		"\tfunction onClick() {\n\t\tdelete dropdown.dataset.lastkey;\n\t}\n\tdropdown.addEventListener( 'keyup', onKeyUp );\n\tdropdown.addEventListener( 'click', onClick );\n" +
		"\tdropdown.addEventListener( 'change', onSelectChange );\n})( \"" + id + "\" );\n\n//# sourceURL=" + source + "%3A%3Awidget\n</script>\n"
}

func (c *widgetContext) calendar() string {
	today, id := c.r.site().Now(), ""
	if c.r.next("calendar_wrap") == 1 {
		id = `id="calendar_wrap" `
	}
	table := ""
	if len(c.r.site().Archives("yearly")) > 0 {
		table = `<table id="wp-calendar" class="wp-calendar-table">` + c.asBlock().month(today.Year(), today.Month(), today)
	}
	return "<div " + id + `class="calendar_wrap">` + table + "</div>"
}

func (c *widgetContext) categories() string {
	hierarchy, counts := c.is("hierarchical"), c.is("count")
	terms := c.r.site().Terms(TermQuery{Taxonomy: "category", OrderBy: "name", Order: "asc", HideEmpty: true, PadCounts: hierarchy})
	tree := map[int64][]*SiteTerm{0: terms}
	if hierarchy {
		tree = termTree(terms)
	}
	if !c.is("dropdown") {
		list := termList(tree, counts)
		if len(terms) == 0 {
			list = `<li class="cat-item-none">No categories</li>`
		}
		return c.listed(list)
	}
	id := "cat"
	if n := c.r.next("widget categories"); n > 1 {
		id = "categories-dropdown-" + c.Number
	}
	var out strings.Builder
	out.WriteString(`<form action="` + escURL(c.r.Home) + `" method="get"><label class="screen-reader-text" for="` + id + `">` + c.heading("Categories") + "</label>")
	if len(terms) > 0 {
		out.WriteString("<select  name='cat' id='" + id + "' class='postform'>\n\t<option value='-1'>Select Category</option>\n" +
			termOptions(tree, counts, func(t *SiteTerm) string { return strconv.FormatInt(t.ID, 10) }) + "</select>\n")
	}
	out.WriteString("</form>" + widgetScript(id, "if ( dropdown.value && parseInt( dropdown.value ) > 0 && dropdown instanceof HTMLSelectElement ) {\n\t\t\t\tdropdown.parentElement.submit();\n\t\t\t}", "WP_Widget_Categories"))
	return out.String()
}

func (c *widgetContext) meta() string {
	r := c.r
	sign := `<a href="` + escURL(r.SiteURL+"/wp-login.php") + `">Log in</a>`
	admin := ""
	if r.site().SignedIn() {
		admin = `<li><a href="` + escURL(r.SiteURL+"/wp-admin/") + `">Site Admin</a></li>`
		sign = `<a href="` + escURL(r.SiteURL+"/wp-login.php?action=logout&_wpnonce="+r.site().Nonce("log-out")) + `">Log out</a>`
	} else if php.ToBool(r.site().Option("users_can_register")) {
		admin = `<li><a href="` + escURL(r.SiteURL+"/wp-login.php?action=register") + `">Register</a></li>`
	}
	feed, comments := "/feed/", "/comments/feed/"
	if r.site().Option("permalink_structure") == "" {
		feed, comments = "/?feed=rss2", "/?feed=comments-rss2"
	}
	return "\n\t\t<ul>\n\t\t\t" + admin + "\t\t\t<li>" + sign + "</li>\n\t\t\t<li><a href=\"" + escURL(r.Home+feed) + "\">Entries feed</a></li>\n\t\t\t<li><a href=\"" +
		escURL(r.Home+comments) + "\">Comments feed</a></li>\n\n\t\t\t<li><a href=\"https://wordpress.org/\">WordPress.org</a></li>\n\t\t</ul>\n\n\t\t"
}

// searchForm is get_search_form of a theme that has none of its own.
func (r *Renderer) searchForm() string {
	return `<form role="search" method="get" class="search-form" action="` + escURL(r.Home+"/") + "\">\n\t\t\t\t<label>\n\t\t\t\t\t" +
		"<span class=\"screen-reader-text\">Search for:</span>\n\t\t\t\t\t" +
		`<input type="search" class="search-field" placeholder="Search &hellip;" value="" name="s" />` +
		"\n\t\t\t\t</label>\n\t\t\t\t<input type=\"submit\" class=\"search-submit\" value=\"Search\" />\n\t\t\t</form>"
}

func (c *widgetContext) comments() string {
	number := absolute(c.Settings, "number")
	if number == 0 {
		number = 5
	}
	var out strings.Builder
	for _, m := range c.r.site().Comments(int(number)) {
		author := m.Author
		if author == "" {
			author = "Anonymous"
		}
		if m.Site != "" && m.Site != "http://" {
			rel := "ugc external nofollow"
			if origin(m.Site) == origin(c.r.Home) {
				rel = "ugc"
			}
			author = `<a href="` + escURL(m.Site) + `" class="url" rel="` + rel + `">` + author + "</a>"
		}
		out.WriteString(`<li class="recentcomments"><span class="comment-author-link">` + author + `</span> on <a href="` + escURL(m.Link) + `">` + Title(m.PostTitle) + "</a></li>")
	}
	return `<ul id="recentcomments">` + out.String() + "</ul>"
}

// absolute is a number that is set, whatever sign it has.
func absolute(settings *php.Array, name string) int64 {
	v, _ := settings.Get(name)
	n := php.ToInt(v)
	return max(n, -n)
}

func (c *widgetContext) posts() string {
	number := absolute(c.Settings, "number")
	if number == 0 {
		number = 5
	}
	posts, _ := c.r.site().Posts(PostQuery{Types: []string{"post"}, PerPage: int(number), OrderBy: "date", Order: "desc", Sticky: "ignore"})
	if len(posts) == 0 {
		return ""
	}
	var out strings.Builder
	for _, p := range posts {
		title := p.title()
		if title == "" {
			title = "(no title)"
		}
		out.WriteString("\t\t\t\t\t\t\t\t\t\t\t<li>\n\t\t\t\t\t<a href=\"" + escURL(p.Link) + `">` + title + "</a>\n\t\t\t\t\t\t\t\t\t")
		if c.is("show_date") {
			out.WriteString("\t\t<span class=\"post-date\">" + c.asBlock().date(p.Date, "") + "</span>\n\t\t\t\t\t\t\t\t\t")
		}
		out.WriteString("</li>\n")
	}
	return c.framed("\n\t\t" + c.title("Recent Posts") + "\n\t\t<ul>\n" + out.String() + "\t\t\t\t\t</ul>\n\n\t\t")
}

func (c *widgetContext) tags() string {
	taxonomy := cloudTaxonomy(c.r.site(), c.text("taxonomy"))
	plural, _, _, _ := c.r.site().Taxonomy(taxonomy)
	cloud := tagCloud(c.r.site().Terms(TermQuery{Taxonomy: taxonomy, OrderBy: "count", Order: "desc", Number: 45, HideEmpty: true}), 8, 22, "pt", c.is("count"))
	if len(cloud) == 0 {
		return ""
	}
	return c.framed(c.title(plural) + `<div class="tagcloud">` + strings.Join(cloud, "\n") + "</div>\n")
}

// cloudTaxonomy is whose terms a cloud shows.
func cloudTaxonomy(site Site, name string) string {
	if _, _, _, ok := site.Taxonomy(name); ok || name == "link_category" {
		return name
	}
	return "post_tag"
}

// pages are shown under those above them; those whose page above is not shown come last.
func (c *widgetContext) pages() string {
	order := []string{"menu_order", "title"}
	switch c.text("sortby") {
	case "post_title":
		order = []string{"title"}
	case "ID":
		order = []string{"id"}
	}
	excluded := map[int64]bool{}
	for _, id := range idList(c.text("exclude")) {
		excluded[id] = true
	}
	pages := slices.DeleteFunc(slices.Clone(c.r.site().Pages(order...)), func(p *SitePost) bool { return excluded[p.ID] })
	blog := php.ToInt(c.r.site().Option("page_for_posts"))
	l := newNestedList(pages, func(p *SitePost) int64 { return p.ID }, func(p *SitePost) int64 { return p.Parent }, "<ul class='children'>", func(p *SitePost, children bool) string {
		class := "page_item page-item-" + strconv.FormatInt(p.ID, 10)
		if children {
			class += " page_item_has_children"
		}
		if p.ID == blog {
			class += " current_page_parent"
		}
		title := Title(p.Title) // whether it has a password or not
		if title == "" {
			title = "#" + strconv.FormatInt(p.ID, 10) + " (no title)"
		}
		return `<li class="` + class + `"><a href="` + escURL(p.Link) + `">` + title + "</a>"
	})
	l.list(0, 0)
	for _, p := range pages {
		if l.shown[p.ID] {
			continue
		}
		for _, sibling := range l.tree[p.Parent] { // of one page above, together
			l.entry(sibling, 0, false)
		}
	}
	if l.out.Len() == 0 {
		return ""
	}
	return c.framed(c.title("Pages") + c.listed(l.out.String()))
}

// feed is a feed's title and why it is not shown: rendering makes no calls to other sites.
func (c *widgetContext) feed() string {
	url := strings.TrimLeft(c.text("url"), phpSpace)
	if at := strings.Index(strings.ToLower(url), "http"); at > 0 {
		url = url[at:]
	}
	if url == "" || c.is("error") || slices.Contains([]string{c.r.SiteURL, c.r.Home}, strings.TrimRight(url, "/")) {
		return ""
	}
	title := c.text("title")
	if title == "" {
		title = "Unknown Feed"
	}
	title = escHTML(ConvertChars(Texturize(title)))
	head := c.frame.BeforeTitle + `<a class="rsswidget rss-widget-feed" href="` + escURL(url) + `"><img class="rss-widget-icon" style="border:0" width="14" height="14" src="` +
		escURL(c.r.SiteURL+"/wp-includes/images/rss.png") + `" alt="RSS feed: ` + title + `" loading="lazy" /></a> <a class="rsswidget rss-widget-title" href="">` + title + "</a>" + c.frame.AfterTitle
	problem := ""
	if c.r.site().MayManage() {
		problem = "<p><strong>RSS Error:</strong> " + escHTML(FeedProblem(url)) + "</p>"
	}
	return c.framed(head + problem)
}

// words is what a widget of text says: as one writes posts, with paragraphs only, or as it stands.
func (c *widgetContext) words() string {
	r, said := c.r, c.text("text")
	filter, _ := c.Settings.Get("filter")
	if filter == "content" || php.ToBool(filter) && c.is("visual") {
		r.alone = false // images are told how to load when all is done
		said = r.autoembed(PostText{}, r.embedShortcodes(PostText{}, said))
		said = shortcodeUnautop(Autop(r.convertSmilies(Texturize(said))))
		return flexible(r.filterContentTags(r.doShortcodes(PostText{}, capitalP(r.replaceInsecureHome(said)))))
	}
	if php.ToBool(filter) {
		said = shortcodeUnautop(Autop(said))
	}
	return r.doShortcodes(PostText{}, said)
}

// flexible lets frames and players take the width of their place (WP_Widget_Text::inject_video_max_width_style).
func flexible(html string) string {
	var out strings.Builder
	splitHTML(html, func(text string) { out.WriteString(text) }, func(tag string) {
		name, _, _ := strings.Cut(strings.TrimPrefix(tag, "<"), " ")
		switch strings.ToLower(name) {
		case "video", "iframe", "object", "embed":
			tag = withoutSize(tag)
		}
		out.WriteString(tag)
	})
	return out.String()
}

// withoutSize takes width and height in pixels out of a tag.
func withoutSize(tag string) string {
	parts := strings.Split(tag, " ")
	kept := parts[:0]
	for _, a := range parts {
		name, value, _ := strings.Cut(a, "=")
		if n, ok := strings.CutSuffix(strings.TrimPrefix(value, `"`), `"`); (name == "width" || name == "height") && ok && allDigits(n) {
			continue
		}
		kept = append(kept, a)
	}
	return strings.Join(kept, " ")
}

func (c *widgetContext) blocks() string {
	r, in := c.r, PostText{}
	r.alone = false // images are told how to load when all is done
	html := r.autoembed(in, r.embedShortcodes(in, c.text("content")))
	html, _ = r.renderBlocks(in, html)
	return r.filterContentTags(r.doShortcodes(in, html))
}

// blockWidgetClass is the class of the widget that a block has taken the place of, by the
// first block of a text.
func blockWidgetClass(content string) string {
	blocks := ParseBlocks(content)
	if len(blocks) == 0 {
		return ""
	}
	kind, ok := map[string]string{
		"core/paragraph": "text", "core/calendar": "calendar", "core/search": "search", "core/html": "custom_html", "core/archives": "archive",
		"core/latest-posts": "recent_entries", "core/latest-comments": "recent_comments", "core/tag-cloud": "tag_cloud", "core/categories": "categories",
		"core/audio": "media_audio", "core/video": "media_video", "core/image": "media_image", "core/gallery": "media_gallery", "core/rss": "rss",
	}[blocks[0].Name]
	if !ok {
		return ""
	}
	return " widget_" + kind
}
