package render

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/headpress/headpress/internal/php"
)

// maxCommentDepth bounds answers to answers.
const maxCommentDepth = 100

// discussed is the post whose discussion a block shows: one that readers may see and
// that has comments or takes some.
func (c *blockContext) discussed() *SitePost {
	p := c.post()
	if p == nil || p.Locked || !p.CommentsOpen && p.Comments == 0 {
		return nil
	}
	return p
}

func renderCommentsTitle(c *blockContext, _ string) string {
	p := c.discussed()
	if p == nil || p.Comments == 0 {
		return ""
	}
	count, title := strconv.FormatInt(p.Comments, 10)+" responses", " to &#8220;"+p.title()+"&#8221;"
	if p.Comments == 1 {
		count = "One response"
	}
	if !c.is("showCommentsCount") {
		count = "Responses"
		if p.Comments == 1 {
			count = "Response"
		}
	}
	if !c.is("showPostTitle") {
		title = ""
	}
	tag := c.headingTag()
	return "<" + tag + ` id="comments" ` + c.wrapper(c.aligned()) + ">" + count + title + "</" + tag + ">"
}

// thread is a discussion while it is shown: comments alternate in their classes.
type thread struct {
	post    *SitePost
	answers map[int64][]*SiteComment
	shown   int
	started int
}

// renderCommentTemplate repeats the blocks inside for each comment.
func renderCommentTemplate(c *blockContext, _ string) string {
	p := c.discussed()
	if p == nil {
		return ""
	}
	threaded := php.ToBool(c.r.site().Option("thread_comments"))
	comments := c.r.site().PostComments(p.ID)
	known := map[int64]bool{}
	for _, m := range comments {
		known[m.ID] = true
	}
	t := &thread{post: p, answers: map[int64][]*SiteComment{}}
	for _, m := range comments {
		parent := m.Parent
		if !threaded {
			parent = 0
		}
		if parent == 0 || known[parent] {
			t.answers[parent] = append(t.answers[parent], m)
		}
	}
	top := c.pageOfComments(t.answers[0])
	if len(top) == 0 {
		return ""
	}
	return "<ol " + c.wrapper() + ">" + c.comments(t, top, 1) + "</ol>"
}

// pageOfComments are those that the discussion opens with where it is paged.
func (c *blockContext) pageOfComments(top []*SiteComment) []*SiteComment {
	size, _ := strconv.Atoi(c.r.site().Option("comments_per_page"))
	if !php.ToBool(c.r.site().Option("page_comments")) || size <= 0 || len(top) <= size {
		return top
	}
	if c.r.site().Option("default_comments_page") == "newest" {
		return top[(len(top)-1)/size*size:]
	}
	return top[:size]
}

func (c *blockContext) comments(t *thread, list []*SiteComment, depth int) string {
	if depth > maxCommentDepth {
		return ""
	}
	var out strings.Builder
	for _, m := range list {
		n := strconv.FormatInt(m.ID, 10)
		out.WriteString(`<li id="comment-` + n + `" class="` + escAttr(strings.Join(t.classes(m, depth), " ")) + `">`)
		values := blockValues{"commentId": m.ID, "core/comment": m, "core/comment-depth": depth}
		out.WriteString(c.renderTemplate(values))
		if answers := t.answers[m.ID]; len(answers) > 0 {
			out.WriteString("<ol>" + c.comments(t, answers, depth+1) + "</ol>")
		}
		out.WriteString("</li>")
	}
	return out.String()
}

// classes is get_comment_class.
func (t *thread) classes(m *SiteComment, depth int) []string {
	kind := m.Type
	if kind == "" {
		kind = "comment"
	}
	l := []string{kind}
	if m.User != "" {
		l = append(l, "byuser", "comment-author-"+m.User)
		if m.UserID == t.post.Author {
			l = append(l, "bypostauthor")
		}
	}
	if t.shown%2 == 1 {
		l = append(l, "odd", "alt")
	} else {
		l = append(l, "even")
	}
	t.shown++
	if depth == 1 {
		if t.started%2 == 1 {
			l = append(l, "thread-odd", "thread-alt")
		} else {
			l = append(l, "thread-even")
		}
		t.started++
	}
	return append(l, "depth-"+strconv.Itoa(depth))
}

func (c *blockContext) comment() *SiteComment {
	m, _ := c.values["core/comment"].(*SiteComment)
	return m
}

func (m *SiteComment) name() string {
	if m.Author == "" {
		return "Anonymous"
	}
	return m.Author
}

func renderCommentAuthor(c *blockContext, _ string) string {
	m := c.comment()
	if m == nil {
		return ""
	}
	name := escHTML(m.name())
	if c.is("isLink") && m.Site != "" && m.Site != "http://" {
		name = `<a rel="external nofollow ugc" href="` + escURL(m.Site) + `" target="` + escAttr(c.target("linkTarget")) + `" >` + name + "</a>"
	}
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + ">" + name + "</div>"
}

func renderCommentContent(c *blockContext, _ string) string {
	m := c.comment()
	if m == nil {
		return ""
	}
	text := c.r.Comment(m.Content)
	if text == "" {
		return ""
	}
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + ">" + text + "</div>"
}

func renderCommentDate(c *blockContext, _ string) string {
	m := c.comment()
	if m == nil {
		return ""
	}
	date := c.date(m.Date, c.get("format"))
	if c.is("isLink") {
		date = `<a href="` + escURL(m.Link) + `">` + date + "</a>"
	}
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + `><time datetime="` + escAttr(m.Date) + `">` + date + "</time></div>"
}

func renderCommentEditLink(c *blockContext, _ string) string {
	m := c.comment()
	if m == nil || !m.MayEdit {
		return ""
	}
	url := c.r.SiteURL + "/wp-admin/comment.php?action=editcomment&c=" + strconv.FormatInt(m.ID, 10)
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + `><a href="` + escURL(url) + `" target="` + escAttr(c.target("linkTarget")) + `">Edit</a></div>`
}

func renderCommentReplyLink(c *blockContext, _ string) string {
	m, p := c.comment(), c.post()
	if m == nil || p == nil || !p.CommentsOpen || !php.ToBool(c.r.site().Option("thread_comments")) {
		return ""
	}
	deepest, _ := strconv.Atoi(c.r.site().Option("thread_comments_depth"))
	if depth, _ := c.values["core/comment-depth"].(int); depth >= deepest {
		return ""
	}
	link := ""
	if php.ToBool(c.r.site().Option("comment_registration")) && !c.r.site().SignedIn() {
		link = `<a rel="nofollow" class="comment-reply-login" href="` + escURL(c.r.SiteURL+"/wp-login.php?redirect_to="+rawURLEncode(p.Link)) + `">Log in to Reply</a>`
	} else {
		n, to := strconv.FormatInt(m.ID, 10), escAttr("Reply to "+m.name())
		url := p.Link + "?"
		if strings.Contains(p.Link, "?") {
			url = p.Link + "&"
		}
		link = `<a rel="nofollow" class="comment-reply-link" href="` + escURL(url+"replytocom="+n) + `#respond" data-commentid="` + n + `" data-postid="` + strconv.FormatInt(p.ID, 10) +
			`" data-belowelement="comment-` + n + `" data-respondelement="respond" data-replyto="` + to + `" aria-label="` + to + `">Reply</a>`
	}
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + ">" + link + "</div>"
}

// renderCommentsPagination shows the links inside where discussions are paged.
func renderCommentsPagination(c *blockContext, html string) string {
	if c.discussed() == nil || strings.TrimFunc(html, unicode.IsSpace) == "" {
		return ""
	}
	// The links inside are those of a post's own page: answers for programs have none.
	return "<nav " + c.wrapper(attr{"aria-label", "Comments pagination"}) + ">" + html + "</nav>"
}

// renderOldComments stands where the theme's template of discussions was shown, which
// WordPress has on a post's own page only.
func renderOldComments(c *blockContext, _ string) string {
	if c.post() == nil {
		return ""
	}
	var classes []string
	if a := c.get("textAlign"); a != "" {
		classes = append(classes, "has-text-align-"+a)
	}
	if c.block.Name != "core/post-comments" {
		classes = append(classes, "wp-block-post-comments")
	}
	return "<div " + c.wrapper(classAttr(classes...)) + "></div>"
}

// renderCommentsForm is comment_form in a block: fields for visitors, the name alone of
// those who have signed in.
func renderCommentsForm(c *blockContext, _ string) string {
	p := c.post()
	if p == nil || p.Locked || !p.CommentsOpen {
		return ""
	}
	site := c.r.site()
	id := strconv.FormatInt(p.ID, 10)
	required := ` <span class="required">*</span>`
	notes := ` <span class="required-field-message">Required fields are marked <span class="required">*</span></span>`
	var fields strings.Builder
	textarea := `<p class="comment-form-comment"><label for="comment">Comment` + required + `</label> <textarea id="comment" name="comment" cols="45" rows="8" maxlength="65525" required></textarea></p>`
	name := site.ReaderName()
	switch {
	case name == "" && php.ToBool(site.Option("comment_registration")):
		fields.WriteString(`<p class="must-log-in">You must be <a href="` + escURL(c.r.SiteURL+"/wp-login.php?redirect_to="+rawURLEncode(p.Link)) + `">logged in</a> to post a comment.</p>`)
	case name == "":
		star, needed := required, " required"
		if !php.ToBool(site.Option("require_name_email")) {
			star, needed = "", ""
		}
		fields.WriteString(`<p class="comment-notes"><span id="email-notes">Your email address will not be published.</span>` + notes + `</p>` + textarea)
		fields.WriteString(`<p class="comment-form-author"><label for="author">Name` + star + `</label> <input id="author" name="author" type="text" value="" size="30" maxlength="245" autocomplete="name"` + needed + " /></p>\n")
		fields.WriteString(`<p class="comment-form-email"><label for="email">Email` + star + `</label> <input id="email" name="email" type="email" value="" size="30" maxlength="100" aria-describedby="email-notes" autocomplete="email"` + needed + " /></p>\n")
		fields.WriteString(`<p class="comment-form-url"><label for="url">Website</label> <input id="url" name="url" type="url" value="" size="30" maxlength="200" autocomplete="url" /></p>` + "\n")
		if php.ToBool(site.Option("show_comments_cookies_opt_in")) {
			fields.WriteString(`<p class="comment-form-cookies-consent"><input id="wp-comment-cookies-consent" name="wp-comment-cookies-consent" type="checkbox" value="yes" /> ` +
				`<label for="wp-comment-cookies-consent">Save my name, email, and website in this browser for the next time I comment.</label></p>` + "\n")
		}
	default:
		logout := c.r.SiteURL + "/wp-login.php?action=logout&redirect_to=" + rawURLEncode(p.Link) + "&_wpnonce=" + site.Nonce("log-out")
		fields.WriteString(`<p class="logged-in-as">Logged in as ` + escHTML(name) + `. <a href="` + escURL(c.r.SiteURL+"/wp-admin/profile.php") + `">Edit your profile</a>. <a href="` +
			attrEscapes.Replace(logout) + `">Log out?</a>` + notes + "</p>" + textarea)
	}
	form := fields.String()
	if name != "" || !php.ToBool(site.Option("comment_registration")) {
		form = `<form action="` + escURL(c.r.SiteURL+"/wp-comments-post.php") + `" method="post" id="commentform" class="comment-form">` + form +
			`<p class="form-submit wp-block-button"><input name="submit" type="submit" id="submit" class="wp-block-button__link wp-element-button" value="Post Comment" /> ` +
			`<input type='hidden' name='comment_post_ID' value='` + id + `' id='comment_post_ID' />` + "\n" + `<input type='hidden' name='comment_parent' id='comment_parent' value='0' />` + "\n</p>" + c.unfilteredNonce(p) + "</form>"
	}
	return "\t<div id=\"respond\" " + c.wrapper(classAttr(append([]string{"comment-respond"}, c.textAlign()...)...)) + ">\n\t\t<h3 id=\"reply-title\" class=\"comment-reply-title\">Leave a Reply <small>" +
		`<a rel="nofollow" id="cancel-comment-reply-link" href="` + escURL(withQueryArg(site.RequestURI(), "replytocom", "")+"#respond") + `" style="display:none;">Cancel reply</a></small></h3>` + form + "\t</div><!-- #respond -->\n\t"
}

// unfilteredNonce lets those who may write any HTML do so from outside of frames only
// (wp_comment_form_unfiltered_html_nonce).
func (c *blockContext) unfilteredNonce(p *SitePost) string {
	if !c.r.site().MayWriteHTML() {
		return ""
	}
	const field = "_wp_unfiltered_html_comment"
	return `<input type="hidden" id="` + field + `_disabled" name="` + field + `_disabled" value="` + c.r.site().Nonce("unfiltered-html-comment_"+strconv.FormatInt(p.ID, 10)) + `" /><script>` +
		"\n(function(){if(window===window.parent){document.getElementById('" + field + "_disabled').name='" + field + "';}})();\n//# sourceURL=wp_comment_form_unfiltered_html_nonce\n</script>\n"
}
