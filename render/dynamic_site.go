package render

import (
	_ "embed"
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

func renderSiteTitle(c *blockContext, _ string) string {
	name := c.r.SiteName
	if name == "" {
		return ""
	}
	tag := "h1"
	if v, ok := c.attrs.Get("level"); ok {
		if tag = "p"; php.ToInt(v) > 0 {
			tag = "h" + strconv.FormatInt(php.ToInt(v), 10)
		}
	}
	text := escHTML(name)
	if v, ok := c.attrs.Get("isLink"); !ok || php.ToBool(v) {
		target := c.get("linkTarget")
		if target == "" {
			target = "_self"
		}
		text = `<a href="` + escURL(c.r.Home) + `" target="` + escAttr(target) + `" rel="home">` + text + "</a>"
	}
	return "<" + tag + " " + c.wrapper(classAttr(c.textAlign()...)) + ">" + text + "</" + tag + ">"
}

func renderTagline(c *blockContext, _ string) string {
	text := c.r.site().Option("blogdescription")
	if text == "" {
		return ""
	}
	tag := "p"
	if n := c.int("level"); n > 0 {
		tag = "h" + strconv.FormatInt(n, 10)
	}
	var classes []string
	if a := c.get("textAlign"); a != "" {
		classes = append(classes, "has-text-align-"+a)
	}
	return "<" + tag + " " + c.wrapper(classAttr(classes...)) + ">" + escHTML(text) + "</" + tag + ">"
}

func renderSiteLogo(c *blockContext, _ string) string {
	id, _ := strconv.ParseInt(c.r.site().Option("site_logo"), 10, 64)
	if id == 0 || c.r.From.Attachments == nil {
		return ""
	}
	a := c.r.media().Attachment(id)
	if a == nil {
		return ""
	}
	alt := a.Alt
	if alt == "" {
		alt = c.r.SiteName
	}
	image := c.r.attachmentImage(a, "full", false, attr{"class", "custom-logo"}, attr{"alt", alt}, attr{"loading", ""})
	if image == "" {
		return ""
	}
	if w := c.int("width"); w > 0 {
		full := a.full()
		t := newTags(image)
		if t.next("IMG") && full.width > 0 {
			t.setAttr("width", strconv.FormatInt(w, 10))
			t.setAttr("height", strconv.FormatInt(int64(float64(w)*float64(full.height)/float64(full.width)), 10))
			t.setAttr("sizes", sizesFor(w))
			image = t.html()
		}
	}
	if v, ok := c.attrs.Get("isLink"); !ok || php.ToBool(v) {
		target := ""
		if t := c.get("linkTarget"); t == "_blank" {
			target = ` target="_blank"`
		}
		image = `<a href="` + escURL(c.r.Home+"/") + `" class="custom-logo-link" rel="home"` + target + ">" + image + "</a>"
	}
	var classes []string
	if c.int("width") == 0 {
		classes = append(classes, "is-default-size")
	}
	return "<div " + c.wrapper(classAttr(classes...)) + ">" + image + "</div>"
}

func renderHomeLink(c *blockContext, _ string) string {
	label := c.get("label")
	if label == "" {
		label = "Home"
	}
	classes, css := c.itemColors(false)
	classes = append(classes, "wp-block-navigation-item")
	target, description := "", ""
	if c.is("opensInNewTab") {
		target = ` target="_blank"`
	}
	if d := c.get("description"); d != "" {
		description = `<span class="wp-block-navigation-item__description">` + ksesPost(d) + "</span>"
	}
	return "<li " + c.wrapper(attr{"style", strings.Join(css, ";")}, classAttr(classes...)) + `><a class="wp-block-home-link__content wp-block-navigation-item__content" href="` + escURL(c.r.Home) + `" rel="home" ` + target + `>` + ksesPost(label) + description + "</a></li>"
}

// loginForm is wp_login_form as the block asks for it.
func (c *blockContext) loginForm() string {
	return `<form name="loginform" id="loginform" action="` + escURL(c.r.SiteURL+"/wp-login.php") + `" method="post"><p class="login-username">` +
		"\n\t\t\t\t<label for=\"user_login\">Username or Email Address</label>\n\t\t\t\t" +
		`<input type="text" name="log" id="user_login" autocomplete="username" class="input" value="" size="20" />` + "\n\t\t\t</p>" +
		"<p class=\"login-password\">\n\t\t\t\t<label for=\"user_pass\">Password</label>\n\t\t\t\t" +
		`<input type="password" name="pwd" id="user_pass" autocomplete="current-password" spellcheck="false" class="input" value="" size="20" />` + "\n\t\t\t</p>" +
		`<p class="login-remember"><label><input name="rememberme" type="checkbox" id="rememberme" value="forever" /> Remember Me</label></p>` +
		"<p class=\"login-submit\">\n\t\t\t\t" +
		`<input type="submit" name="wp-submit" id="wp-submit" class="button button-primary wp-block-button__link wp-element-button" value="Log In" />` +
		"\n\t\t\t\t<input type=\"hidden\" name=\"redirect_to\" value=\"" + escURL(origin(c.r.Home)+c.r.site().RequestURI()) + "\" />\n\t\t\t</p></form>"
}

func renderLoginout(c *blockContext, _ string) string {
	class, label := "logged-out", "Log in"
	var query []string
	if v, ok := c.attrs.Get("redirectToCurrent"); !ok || php.ToBool(v) {
		query = append(query, "redirect_to="+rawURLEncode(origin(c.r.Home)+c.r.site().RequestURI()))
	}
	if c.r.site().SignedIn() {
		class, label = "logged-in", "Log out"
		query = append(append([]string{"action=logout"}, query...), "_wpnonce="+c.r.site().Nonce("log-out"))
	}
	if c.is("displayLoginAsForm") && class == "logged-out" {
		return "<div " + c.wrapper(classAttr(class, "has-login-form")) + ">" + c.loginForm() + "</div>"
	}
	url := c.r.SiteURL + "/wp-login.php"
	if len(query) > 0 {
		url += "?" + strings.Join(query, "&")
	}
	return "<div " + c.wrapper(classAttr(class)) + `><a href="` + escURL(url) + `">` + label + "</a></div>"
}

// origin is scheme and host of an address.
func origin(url string) string {
	i := strings.Index(url, "://")
	if i < 0 {
		return url
	}
	if j := strings.IndexByte(url[i+3:], '/'); j >= 0 {
		return url[:i+3+j]
	}
	return url
}

// rawURLEncode is PHP's rawurlencode.
func rawURLEncode(s string) string {
	var out strings.Builder
	for i := range len(s) {
		if c := s[i]; isWord(c) || c == '-' || c == '.' || c == '~' {
			out.WriteByte(c)
		} else {
			out.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c)>>4, 16)+strconv.FormatUint(uint64(c)&15, 16)))
		}
	}
	return out.String()
}

func renderWidgetGroup(c *blockContext, html string) string {
	var inner strings.Builder
	for _, b := range c.block.inner() {
		inner.WriteString(c.r.renderBlock(c.in, b, c.block, c.values))
	}
	title := ""
	if v := c.get("title"); v != "" {
		title = `<h2 class="widget-title">` + escHTML(v) + "</h2>"
	}
	return title + `<div class="wp-widget-group__inner-blocks">` + inner.String() + "</div>"
}

// renderFeed says why a feed is not shown. Rendering makes no calls to other sites, so it
// is always what WordPress says where none are possible.
func renderFeed(c *blockContext, _ string) string {
	address := c.get("feedURL")
	message := "<strong>RSS Error:</strong> "
	switch {
	case address == "":
		message = "An error has occurred, which probably means the feed is down. Try again later."
	case strings.TrimRight(address, "/") == c.r.Home || strings.TrimRight(address, "/") == c.r.SiteURL:
		message = "Adding an RSS feed to this site\u2019s homepage is not supported, as it could lead to a loop that slows down your site. " +
			"Try using another block, like the <strong>Latest Posts</strong> block, to list posts from the site."
	default:
		message += escHTML(FeedProblem(address))
	}
	return `<div class="components-placeholder"><div class="notice notice-error">` + message + "</div></div>"
}

// FeedProblem is why a feed is not fetched, as WordPress has it where calls to other sites are blocked.
func FeedProblem(address string) string {
	u, err := url.Parse(address)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && publicAddress(u.Hostname()) {
		return "WP HTTP Error: User has blocked requests through HTTP to the URL: " + address + "."
	}
	return "WP HTTP Error: A valid URL was not provided."
}

// publicAddress tells of a host that needs no name server to be found.
func publicAddress(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Is4() && !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsUnspecified()
}

// termTree orders terms under their parents, and gives those whose parent is missing
// the top.
func termTree(terms []*SiteTerm) map[int64][]*SiteTerm {
	known := map[int64]bool{}
	for _, t := range terms {
		known[t.ID] = true
	}
	tree := map[int64][]*SiteTerm{}
	for _, t := range terms {
		parent := t.Parent
		if !known[parent] {
			parent = 0
		}
		tree[parent] = append(tree[parent], t)
	}
	return tree
}

// walkTerms visits a tree of terms in order; seen guards against circles.
func walkTerms(tree map[int64][]*SiteTerm, parent int64, depth int, seen map[int64]bool, visit func(t *SiteTerm, depth int, children bool), leave func(t *SiteTerm, depth int, children bool)) {
	for _, t := range tree[parent] {
		if seen[t.ID] || depth > 100 {
			continue
		}
		seen[t.ID] = true
		children := len(tree[t.ID]) > 0
		visit(t, depth, children)
		walkTerms(tree, t.ID, depth+1, seen, visit, leave)
		leave(t, depth, children)
	}
}

func renderCategories(c *blockContext, _ string) string {
	taxonomy := c.get("taxonomy")
	plural, singular, query, ok := c.r.site().Taxonomy(taxonomy)
	number := strconv.Itoa(c.r.next("wp-block-categories-"))
	if !ok && !c.is("displayAsDropdown") {
		return "<ul " + c.wrapper(classAttr("wp-block-categories-list", "wp-block-categories-taxonomy-"+taxonomy)) + "></ul>"
	}
	hierarchy, counts := c.is("showHierarchy"), c.is("showPostCounts")
	terms := c.r.site().Terms(TermQuery{Taxonomy: taxonomy, OrderBy: "name", Order: "asc", HideEmpty: !c.is("showEmpty"), Roots: c.is("showOnlyTopLevel"), PadCounts: hierarchy})
	tree := map[int64][]*SiteTerm{0: terms}
	if hierarchy {
		tree = termTree(terms)
	}
	var out strings.Builder
	class := "wp-block-categories-taxonomy-" + taxonomy
	if c.is("displayAsDropdown") {
		id := "wp-block-categories-" + number
		label, labelClass := c.get("label"), "wp-block-categories__label"
		if label == "" {
			label = plural
		}
		if v, ok := c.attrs.Get("showLabel"); ok && !php.ToBool(v) {
			labelClass += " screen-reader-text"
		}
		out.WriteString("<div " + c.wrapper(classAttr("wp-block-categories-dropdown", class)) + `><label class="` + labelClass + `" for="` + id + `">` + ksesPost(label) + "</label>" +
			"<select  name='" + escAttr(query) + "' id='" + id + "' class='postform'>\n\t<option value='-1'>Select " + singular + "</option>\n")
		out.WriteString(termOptions(tree, counts, func(t *SiteTerm) string { return t.Slug }))
		out.WriteString("</select>" + dropdownScript(id, c.r.Home, "\t\t\t\t// Only navigate if a valid term is selected (not the default \"Select [taxonomy]\" option)\n"+
			"\t\t\t\tif ( dropdown.value && dropdown.value !== '-1' && dropdown instanceof HTMLSelectElement ) {\n\t\t\t\t\tconst url = new URL( homeUrl );\n"+
			"\t\t\t\t\turl.searchParams.set( dropdown.name, dropdown.value );\n\t\t\t\t\tlocation.href = url.href;\n\t\t\t\t}\n", "build_dropdown_script_block_core_categories") + "\n</div>")
		return out.String()
	}
	out.WriteString("<ul " + c.wrapper(classAttr("wp-block-categories-list", class)) + ">")
	if len(terms) == 0 {
		out.WriteString(`<li class="cat-item-none">No ` + strings.ToLower(plural) + "</li>")
	}
	out.WriteString(termList(tree, counts))
	out.WriteString("</ul>")
	return out.String()
}

// termList are the entries of a list of terms, one below the other.
func termList(tree map[int64][]*SiteTerm, counts bool) string {
	var out strings.Builder
	walkTerms(tree, 0, 0, map[int64]bool{}, func(t *SiteTerm, depth int, children bool) {
		out.WriteString("\t<li class=\"cat-item cat-item-" + strconv.FormatInt(t.ID, 10) + `"><a href="` + escURL(t.Link) + `">` + termName(t.Name) + "</a>")
		if counts {
			out.WriteString(" (" + strconv.FormatInt(t.Count, 10) + ")")
		}
		out.WriteString("\n")
		if children {
			out.WriteString(strings.Repeat("\t", depth) + "<ul class='children'>\n")
		}
	}, func(_ *SiteTerm, depth int, children bool) {
		if children {
			out.WriteString(strings.Repeat("\t", depth) + "</ul>\n")
		}
		out.WriteString("</li>\n")
	})
	return out.String()
}

// termOptions are terms to choose from.
func termOptions(tree map[int64][]*SiteTerm, counts bool, value func(t *SiteTerm) string) string {
	var out strings.Builder
	walkTerms(tree, 0, 0, map[int64]bool{}, func(t *SiteTerm, depth int, _ bool) {
		out.WriteString("\t<option class=\"level-" + strconv.Itoa(depth) + `" value="` + escAttr(value(t)) + `">` + strings.Repeat("&nbsp;", 3*depth) + termName(t.Name))
		if counts {
			out.WriteString("&nbsp;&nbsp;(" + strconv.FormatInt(t.Count, 10) + ")")
		}
		out.WriteString("</option>\n")
	}, func(*SiteTerm, int, bool) {})
	return out.String()
}

// termName is a term's name as pages show it: stored with entities already.
func termName(name string) string { return escHTML(name) }

func renderTagCloud(c *blockContext, _ string) string {
	number := int(c.int("numberOfTags"))
	terms := c.r.site().Terms(TermQuery{Taxonomy: c.get("taxonomy"), OrderBy: "count", Order: "desc", Number: number, HideEmpty: true})
	if len(terms) == 0 {
		// WordPress says so while it serves the API.
		return "<p " + c.wrapper() + ">There&#8217;s no content to show here yet.</p>"
	}
	small, unit := sizeAndUnit(c.get("smallestFontSize"))
	large, _ := sizeAndUnit(c.get("largestFontSize"))
	return "<p " + c.wrapper() + ">" + strings.Join(tagCloud(terms, small, large, unit, c.is("showTagCounts")), "\n") + "</p>"
}

// tagCloud are links to terms by name, the larger the more posts they have (wp_generate_tag_cloud).
func tagCloud(terms []*SiteTerm, small, large float64, unit string, counts bool) []string {
	if len(terms) == 0 {
		return nil
	}
	terms = slices.Clone(terms)
	sort.SliceStable(terms, func(i, j int) bool { return strings.ToLower(terms[i].Name) < strings.ToLower(terms[j].Name) })
	// Sizes grow with the logarithm of the count (default_topic_count_scale).
	scale := func(t *SiteTerm) float64 { return math.Round(math.Log10(float64(t.Count+1)) * 100) }
	least, most := scale(terms[0]), scale(terms[0])
	for _, t := range terms {
		least, most = min(least, scale(t)), max(most, scale(t))
	}
	step := max(large-small, 1) / max(most-least, 1)
	items := make([]string, len(terms))
	for i, t := range terms {
		id, count := strconv.FormatInt(t.ID, 10), strconv.FormatInt(t.Count, 10)
		things := " items"
		if t.Count == 1 {
			things = " item"
		}
		name := termName(t.Name)
		items[i] = `<a href="` + escURL(t.Link) + `" class="tag-cloud-link tag-link-` + id + ` tag-link-position-` + strconv.Itoa(i+1) + `" style="font-size: ` +
			php.ToString(small+(scale(t)-least)*step) + unit + `;" aria-label="` + escAttr(name+" ("+count+things+")") + `">` + name
		if counts {
			items[i] += `<span class="tag-link-count"> (` + count + ")</span>"
		}
		items[i] += "</a>"
	}
	return items
}

func sizeAndUnit(s string) (float64, string) {
	i := 0
	for i < len(s) && (isDigit(s[i]) || s[i] == '.') {
		i++
	}
	n, _ := strconv.ParseFloat(s[:i], 64)
	return n, s[i:]
}

func renderLatestPosts(c *blockContext, _ string) string {
	q := PostQuery{Types: []string{"post"}, PerPage: int(c.int("postsToShow")), OrderBy: c.get("orderBy"), Order: c.get("order"), Sticky: "ignore"}
	if list := asArray(first(c.attrs.Get("categories"))); list.Len() > 0 {
		q.Terms = map[string][]int64{}
		for _, v := range list.Values() {
			id, _ := dig(asArray(v), "id")
			q.Terms["category"] = append(q.Terms["category"], php.ToInt(id))
		}
	}
	if v, _ := c.attrs.Get("categories"); asArray(v) == nil && php.ToString(v) != "" {
		// Blocks of the first editors name one category.
		for id := range strings.SplitSeq(php.ToString(v), ",") {
			q.Terms = map[string][]int64{"category": append(q.Terms["category"], php.ToInt(id))}
		}
	}
	if q.PerPage == 0 {
		q.PerPage = max(1, int(php.ToInt(c.r.site().Option("posts_per_page"))))
	}
	if a := c.int("selectedAuthor"); a > 0 {
		q.Authors = []int64{a}
	}
	posts, _ := c.r.site().Posts(q)
	var out strings.Builder
	for _, p := range posts {
		title, link := p.title(), escURL(p.Link)
		if title == "" {
			title = "(no title)"
		}
		out.WriteString("<li>")
		if c.is("displayFeaturedImage") && p.Thumbnail > 0 && c.r.From.Attachments != nil {
			style := ""
			for _, d := range [][2]string{{"featuredImageSizeWidth", "max-width"}, {"featuredImageSizeHeight", "max-height"}} {
				if n := c.int(d[0]); n > 0 {
					style += d[1] + ":" + strconv.FormatInt(n, 10) + "px;"
				}
			}
			image := c.r.attachmentImage(c.r.media().Attachment(p.Thumbnail), c.get("featuredImageSizeSlug"), false, c.thumbnailClass(c.get("featuredImageSizeSlug")), attr{"style", style})
			if c.is("addLinkToFeaturedImage") {
				image = `<a href="` + link + `" aria-label="` + escAttr(title) + `">` + image + "</a>"
			}
			class := "wp-block-latest-posts__featured-image"
			if a := c.get("featuredImageAlign"); a != "" {
				class += " align" + escAttr(a)
			}
			out.WriteString(`<div class="` + class + `">` + image + "</div>")
		}
		out.WriteString(`<a class="wp-block-latest-posts__post-title" href="` + link + `">` + title + "</a>")
		if c.is("displayAuthor") {
			if u := c.r.site().User(p.Author); u != nil && u.Name != "" {
				out.WriteString(`<div class="wp-block-latest-posts__post-author">by ` + escHTML(u.Name) + "</div>")
			}
		}
		if c.is("displayPostDate") {
			out.WriteString(`<time datetime="` + escAttr(p.Date) + `" class="wp-block-latest-posts__post-date">` + c.date(p.Date, "") + "</time>")
		}
		if c.is("displayPostContent") {
			switch c.get("displayPostContentRadio") {
			case "excerpt":
				text := p.text()
				words := int(c.int("excerptLength"))
				text.ExcerptWords = &words
				excerpt := c.r.trimmedExcerpt(text)
				if cut, ok := strings.CutSuffix(excerpt, " [&hellip;]"); ok {
					excerpt = cut + "\u2026 <a class=\"wp-block-latest-posts__read-more\" href=\"" + link + `" rel="noopener">Read more<span class="screen-reader-text">: ` + title + "</span></a>"
				}
				if p.Locked {
					excerpt = "This content is password protected."
				}
				out.WriteString(`<div class="wp-block-latest-posts__post-excerpt">` + excerpt + "</div>")
			case "full_post":
				text := "This content is password protected."
				if !p.Locked {
					text = ""
					if key := "latest " + strconv.FormatInt(p.ID, 10); c.r.enter(key) {
						text = c.r.renderParsed(p.text(), parseBlocks(p.Content), postValues(c.in))
						c.r.leave(key)
					}
				}
				out.WriteString(`<div class="wp-block-latest-posts__post-full-content">` + text + "</div>")
			}
		}
		out.WriteString("</li>\n")
	}
	classes := []string{"wp-block-latest-posts__list"}
	layout := array(c.block.Attrs, "layout")
	grid, columns := c.get("postLayout") == "grid", c.get("columns")
	if kind := text(layout, "type"); kind != "" {
		// The layout of supports goes before the block's own.
		n, _ := layout.Get("columnCount")
		grid, columns = kind == "grid", ""
		if php.ToBool(n) {
			columns = php.ToString(n)
		}
	}
	if grid {
		if classes = append(classes, "is-grid"); columns != "" {
			classes = append(classes, "columns-"+columns)
		}
		classes = append(classes, responsiveGrid(layout)...)
	}
	if c.is("displayPostDate") {
		classes = append(classes, "has-dates")
	}
	if c.is("displayAuthor") {
		classes = append(classes, "has-author")
	}
	if v, ok := dig(c.attrs, "style", "elements", "link", "color", "text"); ok && v != nil {
		classes = append(classes, "has-link-color")
	}
	return "<ul " + c.wrapper(classAttr(classes...)) + ">" + out.String() + "</ul>"
}

func first(v any, _ bool) any { return v }

// trimmedExcerpt is get_the_excerpt: the author's text as it is, or one made of the content.
func (r *Renderer) trimmedExcerpt(in PostText) string {
	if strings.Trim(in.Excerpt, phpSpace) != "" {
		return in.Excerpt
	}
	return r.trimExcerpt(in)
}

// thumbnailClass is the class that featured images have besides the usual.
func (c *blockContext) thumbnailClass(size string) attr {
	return attr{"class", "attachment-" + size + " size-" + size + " wp-post-image"}
}

func renderLatestComments(c *blockContext, _ string) string {
	comments := c.r.site().Comments(int(c.int("commentsToShow")))
	content := c.get("displayContent")
	if v, ok := c.block.Attrs.Get("displayExcerpt"); ok && !php.ToBool(v) {
		content = "none"
	}
	var classes []string
	if c.is("displayAvatar") {
		classes = append(classes, "has-avatars")
	}
	if c.is("displayDate") {
		classes = append(classes, "has-dates")
	}
	if content != "none" {
		classes = append(classes, "has-excerpts")
	}
	if len(comments) == 0 {
		classes = append(classes, "no-comments")
		return "<div " + c.wrapper(classAttr(classes...)) + ">No comments to show.</div>"
	}
	var out strings.Builder
	for _, m := range comments {
		out.WriteString(`<li class="wp-block-latest-comments__comment">`)
		if c.is("displayAvatar") {
			out.WriteString(c.r.avatar(m.Avatar, 48, "", "wp-block-latest-comments__comment-avatar"))
		}
		author := m.Author
		if author == "" {
			author = "Anonymous"
		}
		if m.URL != "" && m.URL != "http://" {
			author = `<a class="wp-block-latest-comments__comment-author" href="` + escURL(m.URL) + `">` + escHTML(author) + "</a>"
		} else {
			author = `<span class="wp-block-latest-comments__comment-author">` + escHTML(author) + "</span>"
		}
		out.WriteString(`<article><footer class="wp-block-latest-comments__comment-meta">` + author + ` on <a class="wp-block-latest-comments__comment-link" href="` + escURL(m.Link) + `">` + Title(m.PostTitle) + "</a>")
		if c.is("displayDate") {
			out.WriteString(`<time datetime="` + escAttr(m.Date) + `" class="wp-block-latest-comments__comment-date">` + c.date(m.Date, "") + "</time>")
		}
		out.WriteString("</footer>")
		switch content {
		case "full":
			out.WriteString(`<div class="wp-block-latest-comments__comment-excerpt">` + c.r.commentText(m.Content) + "</div>")
		case "excerpt":
			out.WriteString(`<div class="wp-block-latest-comments__comment-excerpt">` + Autop(c.r.commentExcerpt(m.Content)) + "</div>")
		}
		out.WriteString("</article></li>")
	}
	return "<ol " + c.wrapper(classAttr(classes...)) + ">" + out.String() + "</ol>"
}

// commentExcerpt is get_comment_excerpt, in which scripts leave their text.
func (r *Renderer) commentExcerpt(text string) string {
	return r.trimWords(sanitize.StripTags(lineEnds.Replace(text)), commentWords, "&hellip;")
}

var lineEnds = strings.NewReplacer("\n", " ", "\r", " ")

//go:embed social.json
var socialJSON []byte

// socialServices are the names and pictures of services, by their key.
var socialServices = sync.OnceValue(func() map[string][2]string {
	services := map[string][2]string{}
	if err := json.Unmarshal(socialJSON, &services); err != nil {
		panic("social.json: " + err.Error())
	}
	return services
})

func renderSocialLink(c *blockContext, _ string) string {
	url := c.get("url")
	if url == "" {
		return ""
	}
	service, known := c.get("service"), false
	if _, ok := c.attrs.Get("service"); !ok {
		service = "Icon"
	}
	info, known := socialServices()[service]
	if !known {
		info = socialServices()["share"]
	}
	switch {
	case sanitize.IsEmail(url):
		url = "mailto:" + c.r.hideMail(url)
	case !strings.HasPrefix(url, "//") && !strings.HasPrefix(url, "#") && !hasScheme(url):
		url = "https://" + url
	}
	value := func(name string) string {
		s, _ := c.values[name].(string)
		return s
	}
	on := func(name string) bool { return php.ToBool(c.values[name]) }
	classes := []string{"wp-social-link", "wp-social-link-" + service}
	if v := value("iconColor"); v != "" {
		classes = append(classes, "has-"+v+"-color")
	}
	if v := value("iconBackgroundColor"); v != "" {
		classes = append(classes, "has-"+v+"-background-color")
	}
	var style []string
	if _, ok := c.values["iconColorValue"]; ok {
		style = append(style, "color:"+value("iconColorValue"))
	}
	if _, ok := c.values["iconBackgroundColorValue"]; ok {
		style = append(style, "background-color:"+value("iconBackgroundColorValue"))
	}
	label, labelClass := c.get("label"), "wp-block-social-link-label"
	if label == "" {
		label = info[0]
	}
	if !on("showLabels") {
		labelClass += " screen-reader-text"
	}
	rel, target := c.get("rel"), ""
	if on("openInNewTab") {
		rel, target = strings.TrimLeft(rel+" noopener nofollow", " "), ` target="_blank"`
	}
	if rel != "" {
		rel = ` rel="` + escAttr(rel) + `"`
	}
	return "<li " + c.wrapper(attr{"style", strings.Join(style, ";")}, classAttr(classes...)) + "><a" + rel + target + ` href="` + escURL(url) + `" class="wp-block-social-link-anchor">` +
		info[1] + `<span class="` + labelClass + `">` + escHTML(label) + "</span></a></li>"
}

// hasScheme tells whether PHP's parse_url finds a scheme: digits behind the colon make
// it a port.
func hasScheme(url string) bool {
	scheme, rest, ok := strings.Cut(url, ":")
	if !ok || scheme == "" || strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") != "" {
		return false
	}
	port, _, _ := strings.Cut(rest, "/")
	return !(allDigits(port) && len(port) < 6)
}

// hideMail is antispambot: some letters become entities, at random.
func (r *Renderer) hideMail(s string) string {
	r.vary()
	var out strings.Builder
	for i := range len(s) {
		if s[i] == '@' || rand.IntN(2) == 0 {
			out.WriteString("&#" + strings.Repeat("0", max(0, 3-len(strconv.Itoa(int(s[i]))))) + strconv.Itoa(int(s[i])) + ";")
		} else {
			out.WriteByte(s[i])
		}
	}
	return out.String()
}
