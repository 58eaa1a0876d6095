package render

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

func renderPostTitle(c *blockContext, _ string) string {
	p := c.post()
	if p == nil {
		return ""
	}
	title := p.title()
	if title == "" {
		return ""
	}
	tag := c.headingTag()
	if c.is("isLink") {
		rel := ""
		if v := c.get("rel"); v != "" {
			rel = `rel="` + escAttr(v) + `"`
		}
		title = `<a href="` + escURL(p.Link) + `" target="` + escAttr(c.target("linkTarget")) + `" ` + rel + ">" + title + "</a>"
	}
	return "<" + tag + " " + c.wrapper(classAttr(c.textAlign()...)) + ">" + title + "</" + tag + ">"
}

func renderPostDate(c *blockContext, _ string) string {
	classes := c.textAlign()
	var p *SitePost
	stamp, bound := c.get("datetime"), false
	if _, ok := dig(c.block.Attrs, "metadata", "bindings", "datetime"); ok {
		bound = true
	}
	if v, ok := c.attrs.Get("datetime"); ok && v != nil {
		if stamp == "" {
			return ""
		}
	}
	p = c.post()
	modified := c.get("displayType") == "modified"
	if stamp == "" && !bound {
		if p == nil || p.Locked {
			return ""
		}
		stamp = p.Date
		if modified {
			if !p.ModifiedLater {
				return ""
			}
			stamp = p.Modified
		}
	}
	if stamp == "" {
		return ""
	}
	if modified {
		classes = append([]string{"wp-block-post-date__modified-date"}, classes...)
	}
	format := c.get("format")
	shown := c.date(stamp, format)
	if t, ok := parseStamp(stamp); ok && c.get("format") == "human-diff" {
		shown = timeDifference(t, time.Now())
	}
	text := `<time datetime="` + escAttr(stamp) + `">` + escHTML(shown) + "</time>"
	if c.is("isLink") && p != nil {
		text = `<a href="` + escURL(p.Link) + `">` + text + "</a>"
	}
	return "<div " + c.wrapper(classAttr(classes...)) + ">" + text + "</div>"
}

// timeDifference is TimeDifference with the words around it.
func timeDifference(t, now time.Time) string {
	if now.Before(t) {
		return TimeDifference(t, now) + " from now"
	}
	return TimeDifference(t, now) + " ago"
}

// TimeDifference tells how long it is from one time to another in words, like 3 days (human_time_diff).
func TimeDifference(t, now time.Time) string {
	diff := now.Sub(t).Abs()
	const day = 24 * time.Hour
	for _, unit := range []struct {
		below, size time.Duration
		name        string
	}{{time.Minute, time.Second, "second"}, {time.Hour, time.Minute, "minute"}, {day, time.Hour, "hour"}, {7 * day, day, "day"},
		{30 * day, 7 * day, "week"}, {365 * day, 30 * day, "month"}, {1 << 62, 365 * day, "year"}} {
		if diff < unit.below {
			n := max(1, int64(diff.Seconds()/unit.size.Seconds()+0.5))
			if n != 1 {
				unit.name += "s"
			}
			return strconv.FormatInt(n, 10) + " " + unit.name
		}
	}
	return ""
}

// author is who wrote the post a block stands in.
func (c *blockContext) author() *SiteUser {
	p := c.post()
	if p == nil || p.Author == 0 {
		return nil
	}
	return c.r.site().User(p.Author)
}

func renderPostAuthor(c *blockContext, _ string) string {
	u := c.author()
	if u == nil {
		return ""
	}
	var out strings.Builder
	if c.is("showAvatar") {
		size := int(c.int("avatarSize"))
		if size == 0 {
			size = 48
		}
		if img := c.r.avatar(u.Avatar, size, "", ""); img != "" {
			out.WriteString(`<div class="wp-block-post-author__avatar">` + img + "</div>")
		}
	}
	out.WriteString(`<div class="wp-block-post-author__content">`)
	if v := c.get("byline"); v != "" {
		out.WriteString(`<p class="wp-block-post-author__byline">` + ksesPost(v) + "</p>")
	}
	name := u.Name
	if c.is("isLink") {
		name = `<a href="` + escURL(u.Link) + `" target="` + escAttr(c.target("linkTarget")) + `">` + name + "</a>"
	}
	out.WriteString(`<p class="wp-block-post-author__name">` + name + "</p>")
	if c.is("showBio") {
		out.WriteString(`<p class="wp-block-post-author__bio">` + u.Description + "</p>")
	}
	out.WriteString("</div>")
	classes := c.textAlign()
	if c.get("itemsJustification") != "" {
		classes = append(classes, "items-justified-"+c.get("itemsJustification"))
	}
	return "<div " + c.wrapper(classAttr(classes...)) + ">" + out.String() + "</div>"
}

func renderAuthorName(c *blockContext, _ string) string {
	u := c.author()
	if u == nil {
		return ""
	}
	name := u.Name
	if c.is("isLink") {
		name = `<a href="` + escURL(u.Link) + `" target="` + escAttr(c.target("linkTarget")) + `" class="wp-block-post-author-name__link">` + name + "</a>"
	}
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + ">" + name + "</div>"
}

func renderAuthorBio(c *blockContext, _ string) string {
	u := c.author()
	if u == nil || u.Description == "" {
		return ""
	}
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + ">" + u.Description + "</div>"
}

func renderAvatar(c *blockContext, _ string) string {
	var u *SiteUser
	if m := c.comment(); m != nil {
		// What other sites send has no face.
		u = &SiteUser{Name: m.name(), Link: m.Site, Avatar: m.Avatar}
		if m.Type == "pingback" || m.Type == "trackback" {
			return "<div " + c.wrapper(c.aligned()) + "></div>"
		}
	} else if id := c.int("userId"); id > 0 {
		if u = c.r.site().User(id); u == nil {
			u = c.r.site().Nobody()
		}
	} else {
		u = c.author()
	}
	if u == nil {
		return ""
	}
	size := int(c.int("size"))
	var border styleSet
	innerBorder(c.attrs, c.kind.supports(), &border)
	style := ""
	if len(border.css) > 0 {
		style = ` style="` + escAttr(strings.Join(border.css, ";")+";") + `"`
	}
	image := c.r.avatar(u.Avatar, size, u.Name+" Avatar", strings.Join(append([]string{"wp-block-avatar__image"}, border.classes...), " "), style)
	if image == "" {
		return ""
	}
	if c.is("isLink") {
		label := ""
		target := c.target("linkTarget")
		if target == "_blank" {
			label = `aria-label="(` + escAttr(u.Name) + ` author archive, opens in a new tab)"`
		}
		image = `<a href="` + escURL(u.Link) + `" target="` + escAttr(target) + `" ` + label + ` class="wp-block-avatar__link">` + image + "</a>"
	}
	return "<div " + c.wrapper() + ">" + image + "</div>"
}

func renderPostExcerpt(c *blockContext, _ string) string {
	p := c.post()
	if p == nil {
		return ""
	}
	more := ""
	if v := c.get("moreText"); v != "" {
		more = `<a class="wp-block-post-excerpt__more-link" href="` + escURL(p.Link) + `">` + ksesPost(v) + "</a>"
	}
	words := int(c.int("excerptLength"))
	if words == 0 {
		words = excerptWords
	}
	text := p.text()
	long := 100
	text.ExcerptWords = &long
	excerpt := ""
	switch {
	case p.Locked:
		excerpt = "There is no excerpt because this is a protected post."
	default:
		if key := "excerpt " + strconv.FormatInt(p.ID, 10); c.r.enter(key) {
			excerpt = c.r.trimmedExcerpt(text)
			c.r.leave(key)
		}
	}
	if cut, ok := strings.CutSuffix(excerpt, " [&hellip;]"); ok {
		excerpt = cut
	}
	excerpt = c.r.trimWords(excerpt, words, "&hellip;")
	newLine := true
	if v, ok := c.attrs.Get("showMoreOnNewLine"); ok {
		newLine = php.ToBool(v)
	}
	content := `<p class="wp-block-post-excerpt__excerpt">` + excerpt
	if newLine && more != "" {
		content += `</p><p class="wp-block-post-excerpt__more-text">` + more + "</p>"
	} else {
		content += " " + more + "</p>"
	}
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + ">" + content + "</div>"
}

func renderPostTerms(c *blockContext, _ string) string {
	taxonomy := c.get("term")
	if c.postID() == 0 || taxonomy == "" {
		return ""
	}
	terms := c.r.site().PostTerms(c.postID(), taxonomy)
	if len(terms) == 0 {
		return ""
	}
	separator := c.get("separator")
	if separator == "" {
		separator = " "
	}
	links := make([]string, len(terms))
	for i, t := range terms {
		links[i] = `<a href="` + escURL(t.Link) + `" rel="tag">` + termName(t.Name) + "</a>"
	}
	text := strings.Join(links, `<span class="wp-block-post-terms__separator">`+escHTML(separator)+"</span>")
	if v := c.get("prefix"); v != "" {
		text = `<span class="wp-block-post-terms__prefix">` + ksesPost(v) + "</span>" + text
	}
	if v := c.get("suffix"); v != "" {
		text += `<span class="wp-block-post-terms__suffix">` + ksesPost(v) + "</span>"
	}
	return "<div " + c.wrapper(classAttr(append([]string{"taxonomy-" + taxonomy}, c.textAlign()...)...)) + ">" + text + "</div>"
}

func renderFeaturedImage(c *blockContext, _ string) string {
	var border styleSet
	innerBorder(c.attrs, c.kind.supports(), &border)
	p, a := c.post(), c.featured()
	if p == nil || a == nil {
		return ""
	}
	size := c.get("sizeSlug")
	if size == "" {
		size = "post-thumbnail"
	}
	attrs := []attr{c.thumbnailClass(size)}
	if len(border.classes) > 0 {
		attrs[0].value += " " + strings.Join(border.classes, " ")
	}
	if c.is("isLink") {
		alt := p.title()
		if alt == "" {
			alt = "Untitled post " + strconv.FormatInt(p.ID, 10)
		}
		attrs = append(attrs, attr{"alt", StripTags(alt, false)})
	}
	style := ""
	if v := c.get("aspectRatio"); v != "" {
		style = "aspect-ratio:" + v + ";"
		if c.get("width") == "" || c.get("height") == "" {
			style += "width:100%;"
		}
		if c.get("width") != "" && c.get("height") == "" {
			style = "aspect-ratio:" + v + ";"
		}
	}
	switch v := c.get("height"); {
	case v != "":
		style += "height:" + v + ";"
	case c.get("width") != "" && c.get("aspectRatio") == "":
		style += "height:auto;"
	}
	if v := c.get("width"); v != "" {
		style += "width:" + v + ";"
	}
	for _, d := range border.css {
		style += d + ";"
	}
	scale := c.get("scale")
	if scale == "" {
		scale = "cover"
	}
	style += "object-fit:" + scale + ";"
	if shadow := text(c.attrs, "style", "shadow"); shadow != "" {
		style += "box-shadow:" + styleValue(shadow, "shadow") + ";"
	}
	attrs = append(attrs, attr{"style", style})
	image := c.r.attachmentImage(a, size, false, attrs...)
	if image == "" {
		return ""
	}
	overlay := ""
	if dim := c.int("dimRatio"); dim > 0 {
		classes := []string{"wp-block-post-featured-image__overlay", "has-background-dim", "has-background-dim-" + strconv.FormatInt(dim, 10)}
		styles := []string{}
		if v := c.get("overlayColor"); v != "" {
			classes = append(classes, "has-"+v+"-background-color")
		}
		if v := c.get("gradient"); v != "" {
			classes = append(classes, "has-background-gradient", "has-"+v+"-gradient-background")
		}
		if v := c.get("customGradient"); v != "" {
			classes = append(classes, "has-background-gradient")
			styles = append(styles, "background-image: "+v)
		}
		if v := c.get("customOverlayColor"); v != "" {
			styles = append(styles, "background-color: "+v)
		}
		overlay = `<span class="` + joinClasses(classes...) + `" style="` + escAttr(strings.Join(styles, "; ")) + `" aria-hidden="true"></span>`
	}
	if c.is("isLink") {
		rel := ""
		if v := c.get("rel"); v != "" {
			rel = `rel="` + escAttr(v) + `"`
		}
		image = `<a href="` + escURL(p.Link) + `" target="` + escAttr(c.target("linkTarget")) + `" ` + rel + ">" + image + overlay + "</a>"
	} else {
		image += overlay
	}
	return "<figure " + c.wrapper() + ">" + image + "</figure>"
}

func renderPostContent(c *blockContext, _ string) string {
	p := c.post()
	if p == nil {
		return ""
	}
	key := "content " + strconv.FormatInt(p.ID, 10)
	// A post cannot show itself within itself, but for the answer's own text.
	if !c.r.enter(key) {
		return ""
	}
	defer c.r.leave(key)
	in := p.text()
	if p.Locked {
		in.Content = c.r.passwordForm(p)
	} else {
		in.Content = c.r.moreLink(in, p.Link)
	}
	content := c.r.Content(in)
	content = strings.ReplaceAll(content, "]]>", "]]&gt;")
	if content == "" {
		return ""
	}
	tag := "div"
	switch t := c.get("tagName"); t {
	case "main", "section", "article":
		tag = t
	}
	return "<" + tag + " " + c.wrapper(classAttr("entry-content")) + ">" + content + "</" + tag + ">"
}

// passwordForm stands where a locked post's content would (get_the_password_form).
func (r *Renderer) passwordForm(p *SitePost) string {
	id := "pwbox-" + strconv.FormatInt(p.ID, 10)
	return `<form action="` + escURL(r.SiteURL+"/wp-login.php?action=postpass") + `" class="post-password-form" method="post"><input type="hidden" name="redirect_to" value="` +
		escAttr(p.Link) + `" /></p>` + "\n<p>This content is password-protected. To view it, please enter the password below.</p>\n" + `<p><label for="` + id +
		`">Password: <input name="post_password" id="` + id + `" type="password" spellcheck="false" required size="20" /></label> <span class="wp-block-button">` +
		`<input type="submit" name="Submit" class="wp-block-button__link wp-element-button" value="Enter" /></span></p>` + "\n</form>\n"
}

// moreLink cuts a content at its <!--more--> and links to the rest (get_the_content).
func (r *Renderer) moreLink(in PostText, link string) string {
	i := strings.Index(in.Content, "<!--more")
	if i < 0 {
		return in.Content
	}
	end := strings.Index(in.Content[i:], "-->")
	if end < 0 {
		return in.Content
	}
	label := strings.Trim(in.Content[i+len("<!--more"):i+end], phpSpace)
	if label == "" {
		label = `<span aria-label="Continue reading ` + escAttr(StripTags(Title(in.Title), false)) + `">(more&hellip;)</span>`
	}
	return in.Content[:i] + ` <a href="` + link + "#more-" + strconv.FormatInt(in.ID, 10) + `" class="more-link">` + label + "</a>"
}

func renderReadMore(c *blockContext, _ string) string {
	p := c.post()
	if p == nil {
		return ""
	}
	title := p.title()
	hidden := ": " + title
	if title == "" {
		hidden = " untitled post " + strconv.FormatInt(p.ID, 10)
	}
	label := c.get("content")
	if label == "" {
		label = "Read more"
	}
	return "<a " + c.wrapper() + ` href="` + escURL(p.Link) + `" target="` + escAttr(c.target("linkTarget")) + `">` + ksesPost(label) + `<span class="screen-reader-text">` + hidden + "</span></a>"
}

func renderCommentsCount(c *blockContext, _ string) string {
	p := c.post()
	if p == nil {
		return ""
	}
	return "<div " + c.wrapper(c.aligned()) + ">" + strconv.FormatInt(p.Comments, 10) + "</div>"
}

func renderCommentsLink(c *blockContext, _ string) string {
	p := c.post()
	if p == nil || !p.CommentsOpen && p.Comments == 0 {
		return ""
	}
	hidden := `<span class="screen-reader-text"> on ` + p.title() + "</span>"
	text, anchor := "No comments"+hidden, "#respond"
	switch p.Comments {
	case 0:
	case 1:
		text, anchor = "1 comment"+hidden, "#comments"
	default:
		text, anchor = strconv.FormatInt(p.Comments, 10)+" comments"+hidden, "#comments"
	}
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + "><a href=" + escURL(p.Link+anchor) + ">" + text + "</a></div>"
}

// renderComments shows nothing where nobody can or did comment.
func renderComments(c *blockContext, html string) string {
	if c.is("legacy") {
		return renderOldComments(c, html)
	}
	if c.discussed() == nil {
		return ""
	}
	return html
}

func renderTimeToRead(c *blockContext, _ string) string {
	p := c.post()
	if p == nil {
		return ""
	}
	words := int64(len(strings.Fields(StripTags(dropComments(p.Content), false))))
	mode := c.get("displayMode")
	if mode == "words" {
		unit := " words"
		if words == 1 {
			unit = " word"
		}
		return "<div " + c.wrapper(c.aligned()) + ">" + strconv.FormatInt(words, 10) + unit + "</div>"
	}
	speed := c.int("averageReadingSpeed")
	if speed < 1 {
		speed = 189
	}
	rounded := func(n, by int64) int64 { return max(1, (2*n+by)/(2*by)) }
	minutes := rounded(words, speed)
	asRange := true
	if v, ok := c.attrs.Get("displayAsRange"); ok {
		asRange = php.ToBool(v)
	}
	out := ""
	if asRange {
		low, high := rounded(words*10, speed*12), rounded(words*10, speed*8)
		if low == high {
			high = low + 1
		}
		out = strconv.FormatInt(low, 10) + "\u2013" + strconv.FormatInt(high, 10) + " minutes"
	} else {
		unit := " minutes"
		if minutes == 1 {
			unit = " minute"
		}
		out = strconv.FormatInt(minutes, 10) + unit
	}
	return "<div " + c.wrapper(c.aligned()) + ">" + out + "</div>"
}

// dropComments takes HTML comments out.
func dropComments(s string) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "<!--")
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		if _, s, ok = strings.Cut(rest, "-->"); !ok {
			return out.String()
		}
	}
}

func renderSynced(c *blockContext, _ string) string {
	id := c.int("ref")
	if id == 0 {
		return ""
	}
	p := c.r.site().Post(id)
	if p == nil || p.Type != "wp_block" || p.Status != "publish" || p.HasPassword {
		return ""
	}
	key := "pattern " + strconv.FormatInt(id, 10)
	if !c.r.enter(key) {
		return ""
	}
	defer c.r.leave(key)
	content := EditableContent(p.Content, p.Type)
	content = c.r.embedShortcodes(c.in, content)
	content = c.r.autoembed(c.in, content)
	values := c.values
	if v, ok := c.attrs.Get("content"); ok && v != nil {
		values = values.with(blockValues{"pattern/overrides": v})
	}
	return c.r.renderParsed(c.in, parseBlocks(content), values)
}

func renderPattern(c *blockContext, _ string) string {
	slug := c.get("slug")
	content, ok := c.r.site().Pattern(slug)
	key := "registered " + slug
	if slug == "" || !ok || !c.r.enter(key) {
		return ""
	}
	defer c.r.leave(key)
	return c.r.autoembed(c.in, c.r.renderParsed(c.in, parseBlocks(content), c.values.ofLoops()))
}

func renderTemplatePart(c *blockContext, _ string) string {
	slug := c.get("slug")
	if slug == "" {
		return ""
	}
	theme := c.get("theme")
	if theme == "" {
		theme = c.r.theme().Name
	}
	content, area, ok := c.r.site().TemplatePart(theme, slug)
	if !ok {
		if theme != c.r.theme().Name {
			return ""
		}
		if content, area, ok = c.r.theme().part(slug); !ok {
			return ""
		}
	}
	key := "part " + theme + "//" + slug
	if !c.r.enter(key) {
		return ""
	}
	defer c.r.leave(key)
	content = shortcodeUnautop(content)
	content = c.r.doShortcodes(c.in, content)
	content = c.r.renderParsed(c.in, parseBlocks(content), c.values.ofLoops())
	content = c.r.convertSmilies(Texturize(content))
	content = c.r.filterContentTags(content)
	tag := c.get("tagName")
	if tag == "" {
		if tag = area; area != "header" && area != "footer" {
			tag = "div"
		}
	}
	return "<" + tag + " " + c.wrapper() + ">" + strings.ReplaceAll(content, "]]>", "]]&gt;") + "</" + tag + ">"
}

func renderBreadcrumbs(c *blockContext, _ string) string {
	p := c.post()
	if p == nil {
		return ""
	}
	var items []string
	link := func(url, text string) { items = append(items, `<li><a href="`+escURL(url)+`">`+text+"</a></li>") }
	if v, ok := c.attrs.Get("showHomeItem"); !ok || php.ToBool(v) {
		link(c.r.Home+"/", "Home")
	}
	if p.Type == "post" {
		if terms := c.r.site().PostTerms(p.ID, "category"); len(terms) > 0 {
			byID := map[int64]*SiteTerm{}
			for _, t := range c.r.site().Terms(TermQuery{Taxonomy: "category", OrderBy: "name", Order: "asc"}) {
				byID[t.ID] = t
			}
			var chain []*SiteTerm
			for t := terms[0]; t != nil && len(chain) < 50; t = byID[t.Parent] {
				chain = append(chain, t)
			}
			slices.Reverse(chain)
			for _, t := range chain {
				link(t.Link, termName(t.Name))
			}
		}
	} else {
		var chain []*SitePost
		for up := p.Parent; up > 0 && len(chain) < 50; {
			parent := c.r.site().Post(up)
			if parent == nil {
				break
			}
			chain = append(chain, parent)
			up = parent.Parent
		}
		slices.Reverse(chain)
		for _, parent := range chain {
			link(parent.Link, parent.title())
		}
	}
	if v, ok := c.attrs.Get("showCurrentItem"); !ok || php.ToBool(v) {
		items = append(items, `<li><span aria-current="page">`+p.title()+"</span></li>")
	}
	separator := c.get("separator")
	return "<nav " + c.wrapper(attr{"style", sanitize.CSS(`--separator: "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(separator) + `"`)}, attr{"aria-label", "Breadcrumbs"}) + "><ol>" + strings.Join(items, "") + "</ol></nav>"
}
