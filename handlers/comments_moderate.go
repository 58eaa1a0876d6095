package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// floodPause is how long one writer of comments waits between two (wp_throttle_comment_flood).
const floodPause = 15 * time.Second

// storableComment is the text of a comment as it may be stored (pre_comment_content).
func (s *session) storableComment(text string, strict bool) string {
	text = sanitize.ConvertInvalidEntities(text)
	f := s.filter(sanitize.CommentFilter())
	if strict {
		text = mentionClasses(f.Clean(text))
	}
	host := ""
	if u, err := url.Parse(s.home); err == nil {
		host = u.Hostname()
	}
	text = sanitize.RelUGC(text, host)
	if s.options.Bool("use_balanceTags") {
		text = render.BalanceTags(text)
	}
	if strict {
		text = s.guarded("comment", f, text)
	}
	return text
}

var (
	spanClass    = regexp.MustCompile(`(?i)(<span )class=("[^"]*"|'[^']*')`)
	classWord    = regexp.MustCompile(`\s*\S+`)
	mentionClass = regexp.MustCompile(`^(wp-note-mention|user-[1-9][0-9]*)$`)
)

// mentionClasses leaves spans only the classes of a mention of somebody (_wp_kses_sanitize_note_mention_classes).
func mentionClasses(text string) string {
	return spanClass.ReplaceAllStringFunc(text, func(tag string) string {
		part := spanClass.FindStringSubmatch(tag)
		classes := part[2][1 : len(part[2])-1]
		kept := classWord.ReplaceAllStringFunc(classes, func(word string) string {
			if mentionClass.MatchString(strings.TrimSpace(word)) {
				return word
			}
			return ""
		})
		switch {
		case kept == classes:
			return tag
		case strings.TrimSpace(kept) == "":
			return part[1]
		}
		return part[1] + `class="` + strings.TrimSpace(kept) + `"`
	})
}

// discussionOpen tells whether a post takes comments: where the site says so, old posts close (comments_open).
func (s *session) discussionOpen(p *models.Post) bool {
	if p.CommentStatus != "open" {
		return false
	}
	days := s.options.Int("close_comments_days_old")
	if !s.options.Bool("close_comments_for_old_posts") || days == 0 || p.Type != "post" {
		return true
	}
	written, ok := wpdate.Parse(p.DateGMT, time.UTC)
	return !ok || s.site.Now().Sub(written).Hours() <= float64(days)*24
}

// userCan tells whether a user, who need not be the asker, may do something.
func (s *session) userCan(id int64, capability string, args ...any) bool {
	user := s.users.get(id)
	return user != nil && s.principal(user).Can(capability, args...)
}

// allowComment refuses what was said before and who writes too fast, and gives the
// status of others (wp_allow_comment).
func (s *session) allowComment(m *models.Comment) (approved string, err error) {
	// WordPress looks for what backslashes have been taken off once too often.
	known, err := s.site.Store.HasComment(s.ctx, &models.Comment{PostID: m.PostID, Parent: m.Parent,
		Author: sanitize.Unslash(m.Author), AuthorEmail: sanitize.Unslash(m.AuthorEmail), Content: sanitize.Unslash(m.Content)})
	if err != nil {
		return "", err
	}
	if known {
		return "", api.NewError(http.StatusConflict, "comment_duplicate", "Duplicate comment detected; it looks as though you have already said that!")
	}
	flood, err := s.floods(m)
	if err != nil {
		return "", err
	}
	if flood {
		return "", api.NewError(http.StatusBadRequest, "comment_flood", "You are posting comments too quickly. Slow down.")
	}
	if m.UserID != 0 {
		post := s.posts.get(m.PostID)
		if post != nil && post.Author == m.UserID || s.userCan(m.UserID, "moderate_comments") {
			return "1", nil
		}
	}
	if listed(s.options.String("disallowed_keys"), m.Author, m.AuthorEmail, m.AuthorURL, m.Content, sanitize.StripAllTags(m.Content, false), m.AuthorIP, m.Agent) {
		if s.site.trashDays() == 0 {
			return "spam", nil
		}
		return "trash", nil
	}
	trusted, err := s.trusts(m)
	if err != nil || !trusted {
		return "0", err
	}
	return "1", nil
}

// floods tells whether the writer of a comment has written another one just before.
// Moderators may write as fast as they can (wp_check_comment_flood).
func (s *session) floods(m *models.Comment) (bool, error) {
	if s.can("manage_options") || s.can("moderate_comments") {
		return false, nil
	}
	asker := int64(0)
	if s.LoggedIn() {
		asker = s.row.ID
	}
	hourAgo := wpdate.Format(s.site.Now().UTC().Add(-time.Hour))
	last, err := s.site.Store.LastComment(s.ctx, hourAgo, asker, m.AuthorIP, m.AuthorEmail)
	if err != nil || last == "" {
		return false, err
	}
	before, ok := wpdate.Parse(last, time.UTC)
	now, _ := wpdate.Parse(m.DateGMT, time.UTC)
	return ok && now.Sub(before) < floodPause, nil
}

// trusts tells whether a comment need not wait for a moderator (check_comment).
func (s *session) trusts(m *models.Comment) (bool, error) {
	if s.options.String("comment_moderation") == "1" {
		return false, nil
	}
	shown := s.rendering().Comment(m.Content)
	if most := s.options.Int("comment_max_links"); most > 0 && int64(len(shownLinks.FindAllStringIndex(shown, -1))) >= most {
		return false, nil
	}
	keys := s.options.String("moderation_keys")
	if listed(keys, m.Author, m.AuthorEmail, m.AuthorURL, shown, m.AuthorIP, m.Agent) {
		return false, nil
	}
	if s.options.String("comment_previously_approved") != "1" {
		return true, nil
	}
	if m.Author == "" || m.AuthorEmail == "" {
		return false, nil
	}
	user, err := s.site.Store.EmailOwner(s.ctx, m.AuthorEmail)
	if err != nil {
		return false, err
	}
	return s.site.Store.HasApproved(s.ctx, user, m.Author, m.AuthorEmail)
}

var shownLinks = regexp.MustCompile(`(?i)<a [^>]*href`)

// listed tells whether one of the texts holds one of the words of a list, a word or
// address a line, without regard to case.
func listed(list string, texts ...string) bool {
	for line := range strings.SplitSeq(list, "\n") {
		word := php.Trim(line)
		if word == "" || word == "0" {
			continue
		}
		pattern, err := regexp.Compile("(?i)" + regexp.QuoteMeta(word))
		if err != nil { // no UTF-8: nothing matches, as in PCRE
			continue
		}
		for _, text := range texts {
			if pattern.MatchString(text) {
				return true
			}
		}
	}
	return false
}

// The metadata that remember what a comment was before it became spam or was trashed.
const (
	trashStatusKey = "_wp_trash_meta_status"
	trashTimeKey   = "_wp_trash_meta_time"
)

// changeCommentStatus does what a word for a status asks for; other words ask for
// nothing (handle_status_param).
func (s *session) changeCommentStatus(m *models.Comment, word string) error {
	switch word {
	case "approved", "approve", "1":
		_, err := s.setCommentStatus(m, "1")
		return err
	case "hold", "0":
		_, err := s.setCommentStatus(m, "0")
		return err
	case "spam", "trash":
		if word == "trash" && s.site.trashDays() == 0 {
			return errNoTrash() // WordPress deletes the comment and then fails over it
		}
		return s.discardComment(m, word)
	case "unspam", "untrash":
		return s.restoreComment(m)
	}
	return nil
}

// setCommentStatus stores a status; changed is false where it was so before (wp_set_comment_status).
func (s *session) setCommentStatus(m *models.Comment, status string) (changed bool, err error) {
	if m.Approved == status {
		return false, nil
	}
	m.Approved = status
	if err := s.site.Store.Update(s.ctx, "comments", []int64{m.ID}, map[string]any{"comment_approved": status}); err != nil {
		return false, err
	}
	if status == "1" {
		if err := s.tellApproved(m); err != nil {
			return false, err
		}
	}
	return true, s.site.Store.RecountComments(s.ctx, m.PostID)
}

// discardComment makes a comment spam or trash, and remembers what it was (wp_spam_comment,
// wp_trash_comment). With a note that opens a thread the notes that answer it go.
func (s *session) discardComment(m *models.Comment, as string) error {
	was := m.Approved
	changed, err := s.setCommentStatus(m, as)
	if err != nil || !changed {
		return err
	}
	store := s.site.Store
	if err := store.DeleteMeta(s.ctx, "commentmeta", m.ID, trashStatusKey, trashTimeKey); err != nil {
		return err
	}
	for _, meta := range [][2]string{{trashStatusKey, was}, {trashTimeKey, strconv.FormatInt(s.site.Now().Unix(), 10)}} {
		if err := store.AddMeta(s.ctx, "commentmeta", m.ID, meta[0], meta[1]); err != nil {
			return err
		}
	}
	if as != "trash" || m.Type != "note" || m.Parent != 0 {
		return nil
	}
	replies, err := store.FindComments(s.ctx, models.CommentQuery{Parents: []int64{m.ID}, Types: []string{"note"}, Status: []string{"all"}, OrderBy: "id"})
	for i := range replies {
		if err := s.discardComment(&replies[i], "trash"); err != nil {
			return err
		}
	}
	return err
}

// restoreComment gives a comment the status it had before it was discarded; one of
// which nothing is known waits (wp_untrash_comment, wp_unspam_comment).
func (s *session) restoreComment(m *models.Comment) error {
	var status string
	switch was := s.commentMeta.get(m.ID).first(trashStatusKey); was {
	case "", "0", "hold":
		status = "0"
	case "1", "approve":
		status = "1"
	case "spam", "trash":
		status = was
	default:
		return nil
	}
	changed, err := s.setCommentStatus(m, status)
	if err != nil || !changed {
		return err
	}
	s.commentMeta.forget(m.ID)
	return s.site.Store.DeleteMeta(s.ctx, "commentmeta", m.ID, trashStatusKey, trashTimeKey)
}
