package handlers

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/mail"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

// Which writes cause mails, and what these say. When, and to whom, is WordPress's; the words are ours.

// maxQuoted is how many characters of a comment a mail shows.
const maxQuoted = 10_000

// tellAccount tells a user, at the address that he had before, that his password or his address is another (wp_update_user).
func (s *session) tellAccount(before, now *models.User) error {
	if s.site.Mail == nil || before.Email == "" {
		return nil
	}
	tell := func(subject, what string) error {
		return s.sendLater(waiting{To: before.Email, Subject: subject, Text: fmt.Sprintf("Hello %s,\n\n%s\n\nWas it not you? Then write to %s.\n\n%s\n%s\n",
			mail.Line(before.Login, 60), what, s.options.String("admin_email"), s.siteName(), s.home)})
	}
	if before.Pass != now.Pass {
		if err := tell("Your new password", "the password of your account has been changed."); err != nil {
			return err
		}
	}
	if before.Email != now.Email {
		return tell("Your new email address", "mails for your account go to "+mail.Line(now.Email, 100)+" from now on. This is the last one to "+before.Email+".")
	}
	return nil
}

// tellReset tells the site's address that somebody has set a new password with a key (wp_password_change_notification).
func (s *session) tellReset(user *models.User) error {
	admin := s.options.String("admin_email")
	if admin == "" || strings.EqualFold(user.Email, admin) {
		return nil
	}
	return s.sendLater(waiting{To: admin, Subject: "A user has a new password", Text: fmt.Sprintf("%s had lost the password, and has set a new one.\n\n%s\n%s\n", mail.Line(user.Login, 60), s.siteName(), s.home)})
}

// lostPasswordMail is the mail with a key to a new password (retrieve_password).
func (s *session) lostPasswordMail(user *models.User, r resetRequest, key string) waiting {
	link := withArgs(r.Page, php.Map{{Key: "login", Value: user.Login}, {Key: "key", Value: key}, {Key: "action", Value: "rp"}})
	return waiting{To: user.Email, Subject: "Set a new password", Text: fmt.Sprintf(
		"Hello %s,\n\nsomebody, we hope you, has asked for a new password for your account on %s.\nSet it here, within a day:\n\n%s\n\nWas it not you? Then do nothing, and everything stays as it is.\nThe request came from the IP address %s.\n",
		mail.Line(user.Login, 60), s.siteName(), link, r.IP)}
}

// postAuthor is who is told of what others write about a post: nil where he has written it himself, or is
// the one who asks, or may not read his post any more.
func (s *session) postAuthor(m *models.Comment) (*models.Post, *models.User) {
	post := s.posts.get(m.PostID)
	if post == nil {
		return nil, nil
	}
	author := s.users.get(post.Author)
	if author == nil || author.Email == "" || author.ID == m.UserID || s.row != nil && s.row.ID == author.ID || !s.userCan(author.ID, "read_post", post.ID) {
		return post, nil
	}
	return post, author
}

// tellApproved tells the author of a post that others see a comment now (wp_notify_postauthor). That
// somebody has written one is told to nobody: WordPress's API does not.
func (s *session) tellApproved(m *models.Comment) error {
	if s.site.Mail == nil || m.Type == "note" || !s.options.Bool("comments_notify") {
		return nil
	}
	post, author := s.postAuthor(m)
	if author == nil {
		return s.err
	}
	return s.sendLater(s.commentMail(author, post, m, "Comment", "has commented on your post", s.commentLink(m)))
}

// tellNote tells the author of a post of a note that is new or changed; who is mentioned in a new one, and may edit
// the post, is told too (wp_new_comment_via_rest_notify_postauthor).
func (s *session) tellNote(m *models.Comment, fresh bool) error {
	if v, stored := s.options.Get("wp_notes_notify"); s.site.Mail == nil || m.Type != "note" || stored && !php.ToBool(v) {
		return nil
	}
	post, author := s.postAuthor(m)
	if post == nil {
		return s.err
	}
	if author != nil {
		if err := s.sendLater(s.commentMail(author, post, m, "Note", "has written a note on your post", s.permalink(post))); err != nil {
			return err
		}
	}
	if !fresh {
		return s.err
	}
	title := postTitle(post)
	for _, user := range s.mentioned(m) {
		if user.ID == m.UserID || user.ID == post.Author || user.Email == "" || !s.userCan(user.ID, "edit_post", post.ID) {
			continue
		}
		if err := s.sendLater(waiting{To: user.Email, Subject: "You are mentioned in a note on “" + title + "”", Text: fmt.Sprintf(
			"%s mentions you in a note on “%s”:\n\n%s\n\n%s\n", mail.Line(m.Author, 100), title, quoted(m), s.permalink(post))}); err != nil {
			return err
		}
	}
	return s.err
}

// commentMail tells of a comment or a note.
func (s *session) commentMail(to *models.User, post *models.Post, m *models.Comment, what, did, link string) waiting {
	name := mail.Line(m.Author, 100)
	if name == "" {
		name = "Somebody"
	}
	title := postTitle(post)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s “%s”:\n\n%s\n\n%s\n\n", name, did, title, quoted(m), link)
	for _, l := range [][2]string{{"Email", m.AuthorEmail}, {"Website", sanitize.PlainText(m.AuthorURL)}, {"IP address", m.AuthorIP}} {
		if l[1] != "" {
			fmt.Fprintf(&b, "%s: %s\n", l[0], mail.Line(l[1], 200))
		}
	}
	return waiting{To: to.Email, FromName: mail.Line(sanitize.PlainText(m.Author), 100), ReplyTo: m.AuthorEmail, Subject: what + " on “" + title + "”", Text: b.String()}
}

func postTitle(p *models.Post) string { return mail.Line(sanitize.PlainText(p.Title), 100) }

// quoted is what a comment says.
func quoted(m *models.Comment) string {
	text := []rune(sanitize.PlainText(m.Content))
	if len(text) > maxQuoted {
		return string(text[:maxQuoted]) + "…"
	}
	return string(text)
}

var (
	mentionTag = regexp.MustCompile(`(?i)<span [^>]*class=["']([^"']*)["']`)
	mentionID  = regexp.MustCompile(`^user-([1-9][0-9]{0,17})$`)
)

// maxMentions is how many people a note can call.
const maxMentions = 100

// mentioned are the users whom a note calls by their ids.
func (s *session) mentioned(m *models.Comment) []*models.User {
	var ids []int64
	for _, tag := range mentionTag.FindAllStringSubmatch(m.Content, maxMentions) {
		classes := strings.Fields(tag[1])
		if !slices.Contains(classes, "wp-note-mention") {
			continue
		}
		for _, class := range classes {
			if id := mentionID.FindStringSubmatch(class); id != nil {
				if n := php.ToInt(id[1]); !slices.Contains(ids, n) && len(ids) < maxMentions {
					ids = append(ids, n)
				}
			}
		}
	}
	s.users.want(ids...)
	s.userMeta.want(ids...)
	var out []*models.User
	for _, id := range ids {
		if user := s.users.get(id); user != nil {
			out = append(out, user)
		}
	}
	return out
}
