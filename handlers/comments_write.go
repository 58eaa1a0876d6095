package handlers

import (
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

// Comments are written under the lock of posts: their number stands in the post's row,
// and a post that closes meanwhile takes no more.

// checkCommentEmail accepts an address or nothing (check_comment_author_email).
func checkCommentEmail(_ *api.Context, name string, v any) (any, error) {
	email := php.ToString(v)
	if email == "" || email == "0" {
		return email, nil
	}
	return email, api.String("", api.Format("email")).Check(email, name)
}

// anything leaves the checking of a parameter to what converts it.
func anything(*api.Context, string, any) error { return nil }

func errCommentContent() *api.Error {
	return api.NewError(http.StatusBadRequest, "rest_comment_content_invalid", "Invalid comment content.")
}

func (h *comments) create(c *api.Context) (*api.Response, error) {
	refuse := func(code, message string) (*api.Response, error) {
		return nil, api.NewError(http.StatusBadRequest, code, message)
	}
	if nonEmpty(c, "id") {
		return refuse("rest_comment_exists", "Cannot create existing comment.")
	}
	if typ := c.Param("type"); nonEmpty(c, "type") && typ != "comment" && typ != "note" {
		return refuse("rest_invalid_comment_type", "Cannot create a comment with that type.")
	}
	s := of(c)
	var id int64
	if err := s.write(func() error {
		if err := h.mayCreate(c); err != nil { // the post may have closed meanwhile
			return err
		}
		comment, err := h.compose(c)
		if err != nil {
			return err
		}
		if err := s.site.Store.Insert(s.ctx, comment); err != nil {
			return err
		}
		id = comment.ID
		if comment.Approved == "1" {
			if err := s.site.Store.RecountComments(s.ctx, comment.PostID); err != nil {
				return err
			}
		}
		if err := h.saveRest(c, comment); err != nil {
			return err
		}
		return s.tellNote(comment, true)
	}, lockPosts); err != nil {
		return nil, err
	}
	view := "view"
	if s.can("moderate_comments") {
		view = "edit"
	}
	res, err := h.answer(c, id, view)
	if err == nil {
		res.Status = http.StatusCreated
		res.Set("Location", c.URL("/wp/v2/comments/"+strconv.FormatInt(id, 10)))
	}
	return res, err
}

// compose makes the row of a new comment, and decides whether it may be written and
// whether it has to wait.
func (h *comments) compose(c *api.Context) (*models.Comment, error) {
	s := of(c)
	comment := &models.Comment{Type: "comment"}
	if c.String("type") == "note" {
		comment.Type = "note"
	}
	if err := h.describe(c, comment); err != nil {
		return nil, err
	}
	if comment.Content == "" && !isNoteStatus(c, comment) {
		return nil, errCommentContent()
	}
	if comment.DateGMT == "" {
		comment.Date, comment.DateGMT = s.present()
	}
	storableDates(comment)
	if s.LoggedIn() && comment.UserID == 0 && !php.ToBool(comment.Author) && !php.ToBool(comment.AuthorEmail) && !php.ToBool(comment.AuthorURL) {
		setCommentAuthor(comment, s.row)
	}
	if s.options.Bool("require_name_email") && (!php.ToBool(comment.Author) || !php.ToBool(comment.AuthorEmail)) {
		return nil, api.NewError(http.StatusBadRequest, "rest_comment_author_data_required", "Creating a comment requires valid author name and email values.")
	}
	if err := checkCommentLengths(comment, &models.Comment{}); err != nil {
		return nil, err
	}
	comment.Approved = "1"
	if comment.Type != "note" {
		var err error
		if comment.Approved, err = s.allowComment(comment); err != nil {
			return nil, err
		}
	}
	s.cleanComment(comment, !s.can("unfiltered_html"))
	if !commentFits(comment) {
		return nil, api.NewError(http.StatusInternalServerError, "rest_comment_failed_create", "Creating comment failed.")
	}
	return comment, nil
}

// isNoteStatus: a note may say nothing but that its thread is closed or open again.
func isNoteStatus(c *api.Context, comment *models.Comment) bool {
	meta, _ := c.Param("meta").(*php.Array)
	status, _ := meta.Get("_wp_note_status")
	return comment.Type == "note" && (status == "resolved" || status == "reopen")
}

// describe puts what the request says into a comment (prepare_item_for_database).
func (h *comments) describe(c *api.Context, m *models.Comment) error {
	s := of(c)
	switch v := c.Param("content").(type) {
	case string:
		m.Content = php.Trim(v)
	case *php.Array:
		if raw, _ := v.Get("raw"); raw != nil {
			if text, ok := raw.(string); ok {
				m.Content = php.Trim(text)
			}
		}
	}
	if c.Has("post") {
		m.PostID = c.Int("post")
	}
	if c.Has("parent") {
		m.Parent = c.Int("parent")
	}
	if c.Has("author") {
		user := s.users.get(c.Int("author"))
		if user == nil {
			return api.NewError(http.StatusBadRequest, "rest_comment_author_invalid", "Invalid comment author ID.")
		}
		setCommentAuthor(m, user)
	}
	for name, to := range map[string]*string{"author_name": &m.Author, "author_email": &m.AuthorEmail, "author_url": &m.AuthorURL} {
		if c.Has(name) {
			*to = c.String(name)
		}
	}
	m.AuthorIP = "127.0.0.1"
	if ip := remoteIP(c.Request.Remote); ip != "" {
		m.AuthorIP = ip
	}
	if c.Has("author_ip") && s.can("moderate_comments") {
		m.AuthorIP = c.String("author_ip")
	}
	if agent := c.String("author_user_agent"); php.ToBool(agent) {
		m.Agent = agent
	} else if agent := c.Request.Header.Get("User-Agent"); agent != "" {
		m.Agent = agent
	}
	for _, name := range []string{"date", "date_gmt"} {
		if !nonEmpty(c, name) {
			continue
		}
		if local, gmt, ok := wpdate.WithGMT(c.String(name), name == "date_gmt", s.zone); ok {
			m.Date, m.DateGMT = local, gmt
		}
		break
	}
	return nil
}

// storableDates makes none of dates that no column holds: of years with five digits, and
// what became of the zero date.
func storableDates(m *models.Comment) {
	for _, date := range []*string{&m.Date, &m.DateGMT} {
		if len(*date) > len(wpdate.Zero) {
			*date = wpdate.Zero
		}
	}
}

// setCommentAuthor makes a comment one by a user.
func setCommentAuthor(m *models.Comment, u *models.User) {
	m.UserID, m.Author, m.AuthorEmail, m.AuthorURL = u.ID, u.DisplayName, u.Email, u.URL
}

// cleanComment passes a comment's texts through what decides what may be stored
// (wp_filter_comment). Strict is for those who may not write any HTML they like.
func (s *session) cleanComment(m *models.Comment, strict bool) {
	m.Author = s.plainName("comment author")(m.Author)
	m.AuthorEmail = s.clean("comment email", sanitize.TextFilter(), sanitize.Email(php.Trim(m.AuthorEmail)))
	m.AuthorURL = s.clean("comment url", sanitize.TextFilter(), sanitize.URL(sanitize.StripAllTags(m.AuthorURL, false), nil))
	m.Content = s.storableComment(m.Content, strict)
}

// The sizes of columns, in bytes: those that are told before (wp_get_comment_fields_max_lengths),
// and those that the database has.
const (
	maxCommentName, maxCommentEmail, maxCommentURL, maxCommentText = 245, 100, 200, 65525
	commentNameColumn, commentAgentColumn, commentTextColumn       = 255, 255, 65535
	commentIPColumn                                                = 100
)

// checkCommentLengths refuses what is too long and was not there before (wp_check_comment_data_max_lengths).
func checkCommentLengths(m, before *models.Comment) error {
	for _, l := range []struct {
		code, now, before string
		max               int
	}{
		{"comment_author_column_length", m.Author, before.Author, maxCommentName},
		{"comment_author_email_column_length", m.AuthorEmail, before.AuthorEmail, maxCommentEmail},
		{"comment_author_url_column_length", m.AuthorURL, before.AuthorURL, maxCommentURL},
		{"comment_content_column_length", m.Content, before.Content, maxCommentText},
	} {
		if len(l.now) > l.max && l.now != l.before {
			return api.NewError(http.StatusBadRequest, l.code, "Comment field exceeds maximum length allowed.")
		}
	}
	return nil
}

// commentFits tells whether the columns hold what became of the texts: WordPress's
// database refuses it otherwise.
func commentFits(m *models.Comment) bool {
	return len(m.Author) <= commentNameColumn && len(m.Content) <= commentTextColumn && utf8.RuneCountInString(m.Agent) <= commentAgentColumn &&
		utf8.RuneCountInString(m.AuthorEmail) <= maxCommentEmail && utf8.RuneCountInString(m.AuthorURL) <= maxCommentURL && len(m.AuthorIP) <= commentIPColumn
}

func (h *comments) update(c *api.Context) (*api.Response, error) {
	s := of(c)
	if err := s.write(func() error {
		before, err := h.find(c)
		if err != nil {
			return err
		}
		if err := h.mayUpdate(c); err != nil {
			return err
		}
		if err := unchanged(c, "", func() string { return s.commentVersion(before) }); err != nil {
			return err
		}
		if c.Has("type") && c.Param("type") != commentType(before) {
			return api.NewError(http.StatusNotFound, "rest_comment_invalid_type", "Sorry, you are not allowed to change the comment type.")
		}
		comment := *before
		if err := h.describe(c, &comment); err != nil {
			return err
		}
		if post := c.Int("post"); post != 0 && s.posts.get(post) == nil {
			return api.NewError(http.StatusForbidden, "rest_comment_invalid_post_id", "Invalid post ID.")
		}
		if comment.Content == "" && commentTextGiven(c) {
			return errCommentContent()
		}
		if err := checkCommentLengths(&comment, before); err != nil {
			return err
		}
		// As in wp_update_comment both must be trusted: who writes, and whose comment it is.
		s.cleanComment(&comment, !s.can("unfiltered_html") || !s.userCan(before.UserID, "unfiltered_html"))
		comment.DateGMT = wpdate.ToGMT(comment.Date, s.zone)
		storableDates(&comment)
		switch comment.Approved {
		case "hold":
			comment.Approved = "0"
		case "approve":
			comment.Approved = "1"
		}
		if !commentFits(&comment) {
			return api.NewError(http.StatusInternalServerError, "rest_comment_failed_edit", "Updating comment failed.")
		}
		if err := s.site.Store.SaveComment(s.ctx, &comment); err != nil {
			return err
		}
		// As wp_update_comment does: a post that a comment has left keeps its count until it is counted again.
		if err := s.site.Store.RecountComments(s.ctx, comment.PostID); err != nil {
			return err
		}
		if err := h.saveRest(c, &comment); err != nil {
			return err
		}
		return s.tellNote(&comment, false)
	}, lockPosts); err != nil {
		return nil, err
	}
	return h.answer(c, c.Int("id"), "edit")
}

// commentTextGiven tells whether a request says what the comment's text is to be.
func commentTextGiven(c *api.Context) bool {
	switch v := c.Param("content").(type) {
	case string:
		return true
	case *php.Array:
		raw, _ := v.Get("raw")
		_, ok := raw.(string)
		return ok
	}
	return false
}

// saveRest changes what is not simply a column of a comment that is stored: status and metadata.
func (h *comments) saveRest(c *api.Context, m *models.Comment) error {
	s := of(c)
	s.comments.put(m.ID, m)
	if c.Has("status") {
		if err := s.changeCommentStatus(m, c.String("status")); err != nil {
			return err
		}
	}
	if meta, ok := c.Param("meta").(*php.Array); ok {
		return s.saveMeta(c, metaTarget{"comment", "comment", "commentmeta", m.ID, s.commentMeta.get(m.ID)}, meta)
	}
	return nil
}

// answer shows a comment as it is now to who has changed it.
func (h *comments) answer(c *api.Context, id int64, view string) (*api.Response, error) {
	s := of(c)
	comment := s.comments.get(id)
	if s.err != nil || comment == nil {
		return nil, s.err
	}
	s.announceComment(comment)
	c.Request.SetParam("context", view)
	return versioned(c, h.resource.Item(c, comment), func() string { return s.commentVersion(comment) }), s.err
}

func (h *comments) delete(c *api.Context) (*api.Response, error) {
	s := of(c)
	c.Request.SetParam("context", "edit")
	force := c.Bool("force")
	var previous any
	if force {
		comment, err := h.find(c)
		if err != nil {
			return nil, err
		}
		s.announceComment(comment)
		previous = h.resource.Previous(c, comment)
	}
	if err := s.write(func() error {
		comment, err := h.find(c)
		if err != nil {
			return err
		}
		if err := h.mayDelete(c); err != nil {
			return err
		}
		if err := unchanged(c, "", func() string { return s.commentVersion(comment) }); err != nil {
			return err
		}
		if force {
			return s.deleteComment(comment)
		}
		if s.site.trashDays() == 0 {
			return errNoTrash()
		}
		if comment.Approved == "trash" {
			return api.NewError(http.StatusGone, "rest_already_trashed", "The comment has already been trashed.")
		}
		return s.discardComment(comment, "trash")
	}, lockPosts); err != nil {
		return nil, err
	}
	if !force {
		return h.answer(c, c.Int("id"), "edit")
	}
	return api.OK(php.Map{{Key: "deleted", Value: true}, {Key: "previous", Value: previous}}), nil
}

// deleteComment removes a comment and its metadata; replies to it move up (wp_delete_comment).
func (s *session) deleteComment(m *models.Comment) error {
	store := s.site.Store
	if err := store.MoveReplies(s.ctx, m.ID, m.Parent); err != nil {
		return err
	}
	for _, table := range []string{"commentmeta", "comments"} {
		if err := store.Delete(s.ctx, table, "comment_id", []int64{m.ID}); err != nil {
			return err
		}
	}
	return store.RecountComments(s.ctx, m.PostID)
}
