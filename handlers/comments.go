package handlers

import (
	"net"
	"net/http"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// comments serves readers' comments, pings, and the notes that editors leave.
type comments struct {
	site     *Site
	resource *api.Resource[*models.Comment]
}

func newComments(site *Site) *comments {
	c := &comments{site: site}
	c.resource = c.fields()
	return c
}

func (h *comments) routes() []*api.Route {
	id := api.P("id", api.Integer("The number that names the comment."))
	password := api.P("password", api.String("The password of the comment's post, if it has one."))
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/comments", Schema: h.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: h.collectionArgs(), Permission: h.mayList, Handle: h.list, Prime: h.primeList},
			{Methods: api.Creatable, Args: h.resource.CreateArgs(), Permission: h.mayCreate, Handle: h.create},
		}},
		{Namespace: "wp/v2", Path: `/wp/v2/comments/(?P<id>[\d]+)`, Schema: h.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{id, h.resource.ContextArg("view"), password}, Permission: h.mayGet, Handle: h.get, Prime: h.prime},
			{Methods: api.Editable, Args: append(api.Properties{id}, h.resource.EditArgs()...), Permission: h.mayUpdate, Handle: h.update},
			{Methods: api.Deletable, Args: api.Properties{id, forceArg("Deletes at once instead of moving to the trash."), password}, Permission: h.mayDelete, Handle: h.delete},
		}},
	}
}

// find gives the comment the request names. One whose post is gone is not shown.
func (h *comments) find(c *api.Context) (*models.Comment, error) {
	s := of(c)
	var comment *models.Comment
	if id := c.Int("id"); id > 0 {
		comment = s.comments.get(id)
	}
	if comment == nil {
		return nil, api.NewError(http.StatusNotFound, "rest_comment_invalid_id", "Invalid comment ID.")
	}
	if comment.PostID != 0 && s.posts.get(comment.PostID) == nil {
		return nil, errPostID()
	}
	return comment, nil
}

func (h *comments) mayGet(c *api.Context) error {
	s := of(c)
	comment, err := h.find(c)
	if err != nil {
		return err
	}
	if c.View() == "edit" && !s.mayModerate(comment) {
		return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to edit comments.")
	}
	if !s.mayReadComment(c, comment) {
		return c.Forbidden("rest_cannot_read", "Sorry, you are not allowed to read this comment.")
	}
	if post := s.posts.get(comment.PostID); post != nil && !s.mayReadCommentsOf(c, post) {
		return c.Forbidden("rest_cannot_read_post", "Sorry, you are not allowed to read the post for this comment.")
	}
	return nil
}

// mayModerate tells whether the asker may see what editing a comment shows:
// notes belong to those who may edit the post.
func (s *session) mayModerate(comment *models.Comment) bool {
	if comment.Type == "note" {
		return s.can("edit_comment", comment)
	}
	return s.can("moderate_comments")
}

// mayReadCommentsOf tells whether the comments of a post are open to the asker
// (check_read_post_permission). A password counts only where one post or one
// comment is asked for.
func (s *session) mayReadCommentsOf(c *api.Context, post *models.Post) bool {
	if !post.HasPassword() {
		return s.readable(post)
	}
	_, one := c.Param("post").(int64) // of a comment that is to be written
	if (one || len(c.IDs("post")) == 1 || c.Int("id") != 0) && s.mayReadContent(c, post) {
		return s.readable(post)
	}
	return s.can("edit_post", post)
}

// mayReadComment tells whether a comment is open to the asker (check_read_permission).
func (s *session) mayReadComment(c *api.Context, comment *models.Comment) bool {
	if comment.Type != "note" && comment.Approved == "1" {
		if post := s.posts.get(comment.PostID); post != nil && s.mayReadCommentsOf(c, post) {
			return true
		}
	}
	switch {
	case !s.LoggedIn(), comment.PostID == 0 && !s.can("moderate_comments"):
		return false
	case comment.UserID != 0 && comment.UserID == s.user.ID:
		return true
	}
	return s.can("edit_comment", comment)
}

// mayEditComment is check_edit_permission.
func (s *session) mayEditComment(comment *models.Comment) bool {
	return s.LoggedIn() && (s.can("moderate_comments") || s.can("edit_comment", comment))
}

func (h *comments) mayUpdate(c *api.Context) error {
	comment, err := h.find(c)
	if err != nil {
		return err
	}
	if !of(c).mayEditComment(comment) {
		return c.Forbidden("rest_cannot_edit", "Sorry, you are not allowed to edit this comment.")
	}
	return nil
}

func (h *comments) mayDelete(c *api.Context) error {
	comment, err := h.find(c)
	if err != nil {
		return err
	}
	if !of(c).mayEditComment(comment) {
		return c.Forbidden("rest_cannot_delete", "Sorry, you are not allowed to delete this comment.")
	}
	return nil
}

func (h *comments) mayCreate(c *api.Context) error {
	s := of(c)
	note := c.String("type") == "note"
	if !s.LoggedIn() && (!s.site.AnonymousComments || note || s.options.Bool("comment_registration")) {
		return api.NewError(http.StatusUnauthorized, "rest_comment_login_required", "Sorry, you must be logged in to comment.")
	}
	moderator := s.can("moderate_comments")
	if c.Has("author") && c.Int("author") != s.user.ID && !moderator {
		return c.Forbidden("rest_comment_invalid_author", "Sorry, you are not allowed to name another author.")
	}
	if c.Has("author_ip") && !moderator && c.String("author_ip") != remoteIP(c.Request.Remote) {
		return c.Forbidden("rest_comment_invalid_author_ip", "Sorry, you are not allowed to name another address.")
	}
	if note && c.Int("post") != 0 && !s.can("edit_post", c.Int("post")) {
		return c.Forbidden("rest_cannot_create_note", "Sorry, you are not allowed to create notes for this post.")
	}
	if c.Has("status") && !note && !moderator {
		return c.Forbidden("rest_comment_invalid_status", "Sorry, you are not allowed to choose the status of comments.")
	}
	refuse := func(code, message string) error { return api.NewError(http.StatusForbidden, code, message) }
	post := s.posts.get(c.Int("post"))
	switch {
	case post == nil:
		return refuse("rest_comment_invalid_post_id", "Sorry, you are not allowed to create this comment without a post.")
	case note && !s.takesNotes(post.Type):
		return refuse("rest_comment_not_supported_post_type", "Sorry, this post type does not support notes.")
	case post.Status == "draft" && !note:
		return refuse("rest_comment_draft_post", "Sorry, you are not allowed to create a comment on this post.")
	case post.Status == "trash":
		return refuse("rest_comment_trash_post", "Sorry, you are not allowed to create a comment on this post.")
	case !s.mayReadCommentsOf(c, post):
		return c.Forbidden("rest_cannot_read_post", "Sorry, you are not allowed to read the post for this comment.")
	case !note && !s.discussionOpen(post):
		return refuse("rest_comment_closed", "Sorry, comments are closed for this item.")
	}
	return nil
}

// takesNotes tells whether editors may leave notes on posts of a type: its
// editor support says so.
func (s *session) takesNotes(postType string) bool {
	t := s.site.Registry.Type(postType)
	if t == nil {
		return false
	}
	editor, _ := t.Supports.Get("editor")
	list, _ := editor.([]any)
	for _, e := range list {
		if m, ok := e.(php.Map); ok {
			if v, ok := m.Get("notes"); ok && v == true {
				return true
			}
		}
	}
	return false
}

func remoteIP(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

func (h *comments) get(c *api.Context) (*api.Response, error) {
	comment, err := h.find(c)
	if err != nil {
		return nil, err
	}
	return versioned(c, h.resource.Item(c, comment), func() string { return of(c).commentVersion(comment) }), nil
}

// prime loads the comments that embedded links name, and announces what they need.
func (h *comments) prime(c *api.Context, requests []*api.Request) error {
	s := of(c)
	ids := requestIDs(requests, "id")
	s.comments.want(ids...)
	for _, id := range ids {
		if comment := s.comments.get(id); comment != nil {
			s.announceComment(comment)
		}
	}
	return s.err
}

// announceComment says what may be asked about a comment that a page shows.
func (s *session) announceComment(c *models.Comment) {
	s.comments.put(c.ID, c)
	s.commentMeta.want(c.ID)
	s.replies.want(c.ID)
	s.places.want(c.ID)
	if c.PostID > 0 {
		s.posts.want(c.PostID)
	}
	if c.UserID > 0 {
		s.users.want(c.UserID)
	}
}
