package handlers

import (
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

// collectionArgs are the parameters of a list of comments.
func (h *comments) collectionArgs() api.Properties {
	list := func(description string) *api.Schema { return api.Array(description, api.Items(api.Of1("integer"))) }
	preset := func(description string, def any, options ...api.Option) *api.Schema {
		s := api.NewSchema(api.Default(def), api.Description(description))
		return s.With(options...)
	}
	text := api.Type("string")
	key := api.Sanitize(func(_ *api.Context, _ string, v any) (any, error) { return sanitize.Key(php.ToString(v)), nil })
	args := append(api.Properties{h.resource.ContextArg("view")}, pageArgs()...)
	return append(args, searchArg(),
		api.P("after", dateArg("Only comments written after this date.")),
		api.P("author", list("Only comments by these users.")),
		api.P("author_exclude", list("No comments by these users.")),
		api.P("author_email", preset("Only comments from this e-mail address.", nil, api.Format("email"), text)),
		api.P("before", dateArg("Only comments written before this date.")),
		api.P("exclude", ids("Leaves these ids out.")), api.P("include", ids("Only these ids.")),
		api.P("offset", api.Integer("How many comments to skip.")),
		api.P("order", api.String("Direction of the order.", api.Default("desc"), api.Enum("asc", "desc"))),
		api.P("orderby", api.String("What the list is ordered by.", api.Default("date_gmt"),
			api.Enum("date", "date_gmt", "id", "include", "post", "parent", "type"))),
		api.P("parent", preset("Only replies to these comments.", php.List(), api.Type("array"), api.Items(api.Of1("integer")))),
		api.P("parent_exclude", preset("No replies to these comments.", php.List(), api.Type("array"), api.Items(api.Of1("integer")))),
		api.P("post", preset("Only comments on these posts.", php.List(), api.Type("array"), api.Items(api.Of1("integer")))),
		api.P("status", preset("Only comments with this status.", "approve", text, key)),
		api.P("type", preset("Only comments of this type.", "comment", text, key)),
		api.P("password", api.String("The password of the post, if it has one.")))
}

func (h *comments) mayList(c *api.Context) error {
	s := of(c)
	note := c.String("type") == "note"
	var posts []int64
	none := false // whether a list names no post: one that is no number names nothing
	switch v := c.Param("post").(type) {
	case *php.Array:
		for _, e := range v.Values() {
			none = none || e == int64(0)
			posts = append(posts, rowID(e))
		}
	case int64: // of a comment that is to be written
		if v != 0 {
			posts = []int64{v}
		}
	}
	s.posts.want(posts...)
	for _, id := range posts {
		post := s.posts.get(id)
		switch {
		case post != nil && !s.mayReadCommentsOf(c, post):
			return c.Forbidden("rest_cannot_read_post", "Sorry, you are not allowed to read the post for this comment.")
		case none && id == 0 && !s.can("moderate_comments"):
			return c.Forbidden("rest_cannot_read", "Sorry, you are not allowed to read comments without a post.")
		case post != nil && note && !s.takesNotes(post.Type):
			if !s.can("edit_post", post) {
				return c.Forbidden("rest_forbidden_param", "Query parameter not permitted.")
			}
			return api.NewError(http.StatusForbidden, "rest_comment_not_supported_post_type", "Sorry, this post type does not support notes.")
		}
	}
	if c.View() == "edit" {
		allowed := s.can("moderate_comments")
		if note && len(posts) > 0 { // notes belong to those who may edit the post
			allowed = !slices.ContainsFunc(posts, func(id int64) bool { return !s.can("edit_post", id) })
		}
		if !allowed {
			return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to edit comments.")
		}
	}
	if h.site.StrictPrivacy && !s.can("moderate_comments") && nonEmpty(c, "author_email") {
		return c.Forbidden("rest_forbidden_param", "Query parameter not permitted.")
	}
	if !s.can("edit_posts") && (nonEmpty(c, "author") || nonEmpty(c, "author_exclude") || nonEmpty(c, "author_email") ||
		c.String("type") != "comment" || c.String("status") != "approve") {
		return c.Forbidden("rest_forbidden_param", "Query parameter not permitted.")
	}
	return nil
}

// rowID is the id that a parameter names which may have been refused: what is no whole number names nothing.
func rowID(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case string:
		if php.IsNumeric(v) && php.ToFloat(v) == math.Floor(php.ToFloat(v)) {
			return php.ToInt(v)
		}
	}
	return 0
}

// query makes the database's question of the parameters.
func (h *comments) query(c *api.Context) models.CommentQuery {
	s := of(c)
	perPage := c.Int("per_page")
	q := models.CommentQuery{
		PostIDs: c.IDs("post"), Authors: c.IDs("author"), AuthorsNot: c.IDs("author_exclude"), AuthorEmail: c.String("author_email"),
		Parents: c.IDs("parent"), ParentsNot: c.IDs("parent_exclude"), Include: c.IDs("include"), Exclude: c.IDs("exclude"),
		Search: c.String("search"), After: s.bound(c, "after"), Before: s.bound(c, "before"),
		Status: words(c.String("status")), Types: words(c.String("type")),
		OrderBy: c.String("orderby"), Order: c.String("order"), Limit: perPage, Offset: absint(offsetOf(c.Int("page"), perPage)),
	}
	q.SearchShown = h.site.StrictPrivacy && !s.can("moderate_comments")
	if offset := c.Int("offset"); offset != 0 {
		q.Offset = absint(offset)
	}
	return q
}

// words is a list of one, or of none.
func words(word string) []string {
	if word == "" {
		return nil
	}
	return []string{word}
}

func (h *comments) list(c *api.Context) (*api.Response, error) {
	s := of(c)
	found, total, err := h.page(c)
	if err != nil {
		return nil, err
	}
	for i := range found {
		s.announceComment(&found[i])
	}
	shown := make([]*models.Comment, 0, len(found))
	for i := range found {
		if s.mayReadComment(c, &found[i]) {
			shown = append(shown, &found[i])
		}
	}
	res := api.OK(h.resource.List(c, shown))
	res.Paged(c, total, c.Int("per_page"), c.Int("page"))
	for i := range res.Headers { // the totals of comments, alone, are texts: an envelope shows it
		res.Headers[i].Value = php.ToString(res.Headers[i].Value)
	}
	return res, s.err
}

// page finds the comments of a page, and how many there are on all.
func (h *comments) page(c *api.Context) ([]models.Comment, int64, error) {
	s := of(c)
	if list, ok := commentListOf(c.Request); ok && c.Embedding {
		if page, ok := s.commentLists[list]; ok {
			return page.Comments, page.Total, nil
		}
	}
	q := h.query(c)
	if q.OrderBy == "include" && len(q.Include) == 0 { // WP_Comment_Query writes SQL that fails; only the total comes back
		total, err := s.site.Store.CountComments(s.ctx, q)
		return nil, total, err
	}
	return s.site.Store.PageComments(s.ctx, q)
}

// commentList names the first page of the comments on one post or of the
// replies to one comment, which is what links to lists ask for.
type commentList struct {
	by           string // post or parent
	id           int64
	types, state string
	limit        int64
}

// commentListOf reads a request for such a list; ok is false where it asks for more.
func commentListOf(r *api.Request) (l commentList, ok bool) {
	l.types, l.state = php.ToString(r.Param("type")), php.ToString(r.Param("status"))
	l.limit = php.ToInt(r.Param("per_page"))
	for k, v := range r.Query.All() {
		switch name := k.String(); name {
		case "post", "parent":
			if l.by != "" {
				return l, false
			}
			l.by, l.id = name, onlyID(v)
		case "type", "status", "context", "per_page":
		default:
			return l, false
		}
	}
	return l, l.id > 0
}

// onlyID gives the one id that a list parameter holds, or 0.
func onlyID(v any) int64 {
	if list := api.Elements(v); len(list) == 1 {
		if id, err := strconv.ParseInt(php.ToString(list[0]), 10, 64); err == nil {
			return id
		}
	}
	return 0
}

// primeList loads the comments of many posts, and the replies to many comments,
// in one statement for each kind of list, and announces what they need.
func (h *comments) primeList(c *api.Context, requests []*api.Request) error {
	s := of(c)
	kinds := map[commentList][]int64{}
	for _, r := range requests {
		l, ok := commentListOf(r)
		if !ok {
			continue
		}
		kind := l
		kind.id = 0
		kinds[kind] = append(kinds[kind], l.id)
		if l.by == "post" {
			s.posts.want(l.id)
		}
	}
	if s.commentLists == nil {
		s.commentLists = map[commentList]models.CommentPage{}
	}
	for kind, ids := range kinds {
		q := models.CommentQuery{Status: words(kind.state), Types: words(kind.types), Limit: kind.limit}
		var pages map[int64]models.CommentPage
		var err error
		if kind.by == "post" {
			q.PostIDs = ids
			pages, err = s.site.Store.CommentsPerPost(s.ctx, q)
		} else {
			q.Parents = ids
			pages, err = s.site.Store.CommentsPerParent(s.ctx, q)
		}
		if err != nil {
			return err
		}
		for _, id := range ids {
			list := kind
			list.id = id
			page := pages[id]
			s.commentLists[list] = page
			for i := range page.Comments {
				s.announceComment(&page.Comments[i])
			}
		}
	}
	return s.err
}
