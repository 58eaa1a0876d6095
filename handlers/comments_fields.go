package handlers

import (
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

type commentField = api.Field[*models.Comment]

func (h *comments) fields() *api.Resource[*models.Comment] {
	all, shown, edit := api.In("view", "edit", "embed"), api.In("view", "edit"), api.In("edit")
	uri := api.Format("uri")
	text := func(get func(*models.Comment) string) func(*api.Context, *models.Comment) any {
		return func(_ *api.Context, c *models.Comment) any { return get(c) }
	}
	number := func(get func(*models.Comment) int64) func(*api.Context, *models.Comment) any {
		return func(_ *api.Context, c *models.Comment) any { return get(c) }
	}
	sizes := api.Properties{}
	for _, size := range avatarSizes {
		sizes = append(sizes, api.P(size, api.String("The picture's address at "+size+" pixels.", uri, api.In("embed", "view", "edit"))))
	}
	return &api.Resource[*models.Comment]{
		Title: "comment",
		Whole: true,
		Order: []string{"id", "author", "author_email", "author_ip", "author_name", "author_url", "author_user_agent", "content", "date", "date_gmt",
			"link", "parent", "post", "status", "type", "author_avatar_urls", "meta"},
		Fields: []commentField{
			{Name: "id", Schema: api.Integer("The number that names the comment.", all, api.ReadOnly), Get: number(func(c *models.Comment) int64 { return c.ID })},
			{Name: "post", Schema: api.Integer("The post the comment is on.", shown, api.Default(int64(0))), Get: number(func(c *models.Comment) int64 { return c.PostID })},
			{Name: "parent", Schema: api.Integer("The comment this one answers.", all, api.Default(int64(0))), Get: number(func(c *models.Comment) int64 { return c.Parent })},
			{Name: "author", Schema: api.Integer("The user who wrote the comment, if it was one.", all), Get: number(func(c *models.Comment) int64 { return c.UserID })},
			{Name: "author_name", Schema: api.String("The writer's name.", all, cleaned(sanitize.TextField)), Get: text(func(c *models.Comment) string { return c.Author })},
			{Name: "author_email", Schema: api.String("The writer's e-mail address.", api.Format("email"), edit, api.Validate(anything), api.Sanitize(checkCommentEmail)), Get: text(func(c *models.Comment) string { return c.AuthorEmail })},
			{Name: "author_url", Schema: api.String("The writer's site.", uri, all), Get: text(func(c *models.Comment) string { return c.AuthorURL })},
			{Name: "author_ip", Schema: api.String("The address the comment was sent from.", api.Format("ip"), edit), Get: text(func(c *models.Comment) string { return c.AuthorIP })},
			{Name: "author_user_agent", Schema: api.String("The program the comment was sent with.", edit, cleaned(sanitize.TextField)), Get: text(func(c *models.Comment) string { return c.Agent })},
			{Name: "date", Schema: api.String("When the comment was written, in the site's time.", api.Format("date-time"), all), Get: func(c *api.Context, m *models.Comment) any { return of(c).date(m.Date) }},
			{Name: "date_gmt", Schema: api.String("When the comment was written, in UTC.", api.Format("date-time"), shown), Get: func(c *api.Context, m *models.Comment) any { return of(c).date(m.DateGMT) }},
			{Name: "content", Schema: api.Object("What the comment says.", all, api.Raw, api.Props(
				api.P("raw", api.String("The comment as stored.", edit)),
				api.P("rendered", api.String("The comment as shown.", all, api.ReadOnly)))), Get: commentContent},
			{Name: "link", Schema: api.String("The comment's address.", uri, all, api.ReadOnly), Get: func(c *api.Context, m *models.Comment) any { return of(c).commentLink(m) }},
			{Name: "status", Schema: api.String("Where the comment stands.", shown, cleaned(sanitize.Key)), Get: text(commentStatus)},
			{Name: "type", Schema: api.String("The kind of comment.", all, api.ReadOnly, api.Default("comment")), Get: text(commentType)},
			{Name: "author_avatar_urls", Schema: api.Object("The addresses of the writer's picture.", all, api.ReadOnly, api.Props(sizes...)), If: avatarsOn[*models.Comment], Get: commentAvatars},
			{Name: "meta", Schema: metaSchema("comment", "", shown), Get: func(c *api.Context, m *models.Comment) any {
				return registeredMeta("comment", "", of(c).commentMeta.get(m.ID))
			}},
		},
		Links: h.links,
	}
}

// commentContent shows the text before its source, the other way round than the schema.
func commentContent(c *api.Context, m *models.Comment) any {
	out := php.Map{}
	if c.Wants("content", "rendered") {
		out = append(out, php.Member{Key: "rendered", Value: of(c).rendering().Comment(m.Content)})
	}
	return append(out, php.Member{Key: "raw", Value: m.Content})
}

// commentStatus gives a stored status the name the API has for it; others show as they are.
func commentStatus(c *models.Comment) string {
	switch c.Approved {
	case "0", "hold":
		return "hold"
	case "1", "approve":
		return "approved"
	}
	return c.Approved
}

// commentType is get_comment_type: old comments have none.
func commentType(c *models.Comment) string {
	if c.Type == "" {
		return "comment"
	}
	return c.Type
}

// commentAvatars are the pictures of the user who wrote, or of the address that
// was given; pings have none.
func commentAvatars(c *api.Context, m *models.Comment) any {
	s := of(c)
	if !hasFace(m) {
		none := php.Map{}
		for _, size := range avatarSizes {
			none = append(none, php.Member{Key: size, Value: false})
		}
		return none
	}
	return s.avatars(s.faceOf(m))
}

// hasFace tells whether a comment shows a picture: pings do not (is_avatar_comment_type).
func hasFace(m *models.Comment) bool {
	t := commentType(m)
	return t == "comment" || t == "note"
}

// faceOf is the e-mail address whose picture a comment shows: that of the account, where it has one.
func (s *session) faceOf(m *models.Comment) string {
	if u := s.users.get(m.UserID); u != nil {
		return u.Email
	}
	return m.AuthorEmail
}

// commentLink is the address of a comment on its post's page (get_comment_link).
// WordPress ends even addresses by id the way its permalinks end.
func (s *session) commentLink(c *models.Comment) string {
	link := ""
	if p := s.posts.get(c.PostID); p != nil {
		link = s.permalink(p)
	}
	structure := s.options.String("permalink_structure")
	page := s.commentPage(c)
	switch {
	case structure == "":
		if page > 0 {
			link = withQuery(link, "cpage", page)
		}
	case page > 0:
		link = s.slashed(strings.TrimRight(link, "/") + "/comment-page-" + itoa(page))
	default:
		link = s.slashed(link)
	}
	return link + "#comment-" + itoa(c.ID)
}

// commentPage is the page of its post's discussions that a comment is on, 0
// where addresses do not tell it.
func (s *session) commentPage(c *models.Comment) int64 {
	if !s.options.Bool("page_comments") || s.options.Int("comments_per_page") < 1 {
		return 0
	}
	page := s.places.get(c.ID)
	if page == 1 && s.options.String("default_comments_page") == "oldest" {
		return 0
	}
	return page
}

// commentPages finds the pages of a set of comments.
func (s *session) commentPages(ids []int64) (map[int64]int64, error) {
	threaded := s.options.Bool("thread_comments") && s.options.Int("thread_comments_depth") > 1
	before, err := s.site.Store.CommentsBefore(s.ctx, ids, threaded, s.user.ID)
	perPage := s.options.Int("comments_per_page")
	for id, n := range before {
		before[id] = n/perPage + 1
	}
	return before, err
}

func (h *comments) links(c *api.Context, m *models.Comment) api.Links {
	s := of(c)
	var l api.Links
	l.Add("self", c.URL("/wp/v2/comments/"+itoa(m.ID)))
	l.Add("collection", c.URL("/wp/v2/comments"))
	if m.UserID != 0 {
		l.Add("author", c.URL("/wp/v2/users/"+itoa(m.UserID)), api.Embeddable)
	}
	if post := s.posts.get(m.PostID); post != nil {
		if t := s.site.Registry.Type(post.Type); t != nil && t.RESTBase != "" {
			l.Add("up", c.URL(postRoute(t, post.ID)), api.Embeddable, php.Member{Key: "post_type", Value: post.Type})
		}
	}
	if m.Parent != 0 {
		l.Add("in-reply-to", c.URL("/wp/v2/comments/"+itoa(m.Parent)), api.Embeddable)
	}
	if s.replies.get(m.ID) > 0 {
		href := withQuery(c.URL("/wp/v2/comments"), "parent", m.ID)
		if m.Type == "note" { // replies to notes are notes, which other lists hide
			href += "&type=note&status=all"
		}
		l.Add("children", href, api.Embeddable)
	}
	return l
}
