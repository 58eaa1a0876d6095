package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	netmail "net/mail"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/mail"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

// Mails wait in the outbox, rows among the options: they are put there by the transaction of
// the write that causes them, and whoever takes one says so in the row before sending it. See ADR 10.

const (
	// maxWaiting is how many mails may wait. What comes on top of them is lost, and logged.
	maxWaiting = 1000
	// mailLease is for how long a mail is somebody's who has taken it: longer than sending may take, on clocks that differ.
	mailLease = 10 * time.Minute
	// mailPause is how long is waited before a mail is tried again; it doubles each time, up to longestPause.
	mailPause, longestPause = time.Minute, 15 * time.Minute
	// mailLife is after what time nobody tries any more.
	mailLife = 48 * time.Hour
	// resetPause is for how long somebody who has been sent a key gets no other one.
	resetPause = 5 * time.Minute
)

// waiting is a mail in the outbox.
type waiting struct {
	To       string        `json:"to,omitempty"`
	FromName string        `json:"from_name,omitempty"`
	ReplyTo  string        `json:"reply_to,omitempty"`
	Subject  string        `json:"subject,omitempty"`
	Text     string        `json:"text,omitempty"`
	Reset    *resetRequest `json:"reset,omitempty"` // its text is made when it is sent
	Since    int64         `json:"since"`           // when it was put here, in seconds of Unix
	Tries    int           `json:"tries"`
	Next     int64         `json:"next"` // not to be tried before
}

// stored is the value of the row: ASCII, which the tables of every old WordPress can hold.
func (w waiting) stored() string {
	b, _ := json.Marshal(w) // texts and numbers
	var out strings.Builder
	for _, r := range string(b) {
		switch {
		case r < utf8.RuneSelf:
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

// sendLater puts a mail into the outbox, inside of write. Without a server that takes mails it does nothing.
func (s *session) sendLater(w waiting) error { return s.sendOnce(auth.RandomString(24), w) }

// sendOnce is sendLater for a mail of which one is enough as long as it waits.
func (s *session) sendOnce(id string, w waiting) error {
	if s.site.Mail == nil {
		return nil
	}
	w.Since = s.site.Now().Unix()
	added, err := s.site.Store.AddMail(s.ctx, models.Mail{ID: id, Value: w.stored()}, maxWaiting)
	if err != nil {
		return err
	}
	if !added {
		s.site.Log.WarnContext(s.ctx, "a mail is lost: too many wait to be sent", "waiting", maxWaiting)
	}
	s.mailed = true
	return nil
}

// wake has mails sent at once.
func (site *Site) wake() {
	select {
	case site.mails <- struct{}{}:
	default: // somebody has said so already
	}
}

// Deliver sends the mails of the outbox until the context ends.
func (site *Site) Deliver(ctx context.Context) {
	for ctx.Err() == nil {
		if err := site.DeliverDue(ctx); err != nil {
			site.missed(ctx, "send mails", err)
		}
		select {
		case <-ctx.Done():
		case <-site.mails:
		case <-time.After(lookEvery):
		}
	}
}

// DeliverDue sends the mails that are due. Where the server cannot be reached it stops at the first.
func (site *Site) DeliverDue(ctx context.Context) (err error) {
	defer func() { // one broken row must not end the server
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	rows, err := site.Store.Mails(ctx, maxWaiting)
	if err != nil {
		return err
	}
	var conn *mail.Conn
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	for _, row := range rows {
		var w waiting
		unreadable := json.Unmarshal([]byte(row.Value), &w)
		switch now := site.Now(); {
		case ctx.Err() != nil:
			return nil
		case unreadable != nil, now.Sub(time.Unix(w.Since, 0)) > mailLife:
			site.Log.Warn("a mail was given up", "mail", row.ID, "tries", w.Tries)
			if err := site.Store.DropMail(ctx, row); err != nil {
				return err
			}
			continue
		case now.Unix() < w.Next:
			continue
		}
		message, err := site.takeMail(ctx, &row, &w)
		switch {
		case errors.Is(err, models.ErrChanged): // another server is sending it
			continue
		case err != nil:
			return err
		case message == nil: // there is nobody to send it to
			continue
		}
		if conn == nil {
			if conn, err = site.Mail.Dial(ctx); err != nil {
				return errors.Join(err, site.putBack(ctx, row, w))
			}
		}
		if err := conn.Send(*message); err != nil {
			conn.Close() // nobody knows what it is in the middle of
			conn = nil
			if errors.Is(err, mail.ErrRefused) {
				site.Log.Warn("a mail was refused", "mail", row.ID, "error", err.Error())
			} else {
				site.Log.Warn("a mail could not be sent", "mail", row.ID, "tries", w.Tries, "error", err.Error())
				if err := site.putBack(ctx, row, w); err != nil {
					return err
				}
				continue
			}
		}
		if err := site.settleMail(ctx, func(ctx context.Context) error { return site.Store.DropMail(ctx, row) }); err != nil {
			return err
		}
	}
	return nil
}

// takeMail makes a mail ours for a while, and gives what is to be sent; nil is nothing. Row and
// w are what is stored then. It is ErrChanged where somebody else was faster.
func (site *Site) takeMail(ctx context.Context, row *models.Mail, w *waiting) (message *mail.Message, err error) {
	ctx, cancel := context.WithTimeout(ctx, site.Timeout)
	defer cancel()
	s, err := site.begin(ctx, nil, nil)
	if err != nil {
		return nil, err
	}
	taken := *w
	taken.Tries++
	taken.Next = site.Now().Add(mailLease).Unix()
	value := taken.stored()
	var lost bool
	if err := s.write(func() error {
		message, lost = nil, false
		done, err := site.Store.ReplaceMail(s.ctx, *row, value)
		if err != nil || !done {
			lost = !done
			return err
		}
		out := taken
		if w.Reset != nil {
			if out, err = s.resetMail(*w.Reset, w.Tries == 0); err != nil {
				return err
			}
		}
		if out.To == "" {
			return site.Store.DropMail(s.ctx, models.Mail{ID: row.ID, Value: value})
		}
		message = s.message(row.ID, out)
		return nil
	}, lockUsers); err != nil {
		return nil, err
	}
	if lost {
		return nil, models.ErrChanged
	}
	row.Value, *w = value, taken
	return message, nil
}

// message is a mail of the outbox as it is sent.
func (s *session) message(id string, w waiting) *mail.Message {
	host := strings.TrimPrefix(hostOf(s.home), "www.")
	from := s.site.MailFrom
	if from.Address == "" {
		from.Address = "wordpress@" + host
	}
	if from.Name == "" {
		from.Name = s.siteName()
	}
	if w.FromName != "" {
		from.Name = w.FromName
	}
	return &mail.Message{
		ID: id, FromHost: host, Date: s.site.Now(), To: w.To, From: netmail.Address{Name: from.Name, Address: from.Address},
		ReplyTo: w.ReplyTo, Subject: "[" + s.siteName() + "] " + w.Subject, Text: w.Text,
	}
}

// siteName is the site's name as a text.
func (s *session) siteName() string {
	return mail.Line(html.UnescapeString(s.options.String("blogname")), 80)
}

// putBack has a mail that could not be sent tried again later.
func (site *Site) putBack(ctx context.Context, row models.Mail, w waiting) error {
	pause := longestPause
	if n := w.Tries - 1; n < 8 {
		pause = min(pause, mailPause<<n)
	}
	w.Next = site.Now().Add(pause).Unix()
	return site.settleMail(ctx, func(ctx context.Context) error {
		_, err := site.Store.ReplaceMail(ctx, row, w.stored())
		return err
	})
}

// settleMail notes what became of a mail, also when the server is told to stop meanwhile.
func (site *Site) settleMail(ctx context.Context, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), site.Timeout)
	defer cancel()
	return f(ctx)
}

// resetRequest says that somebody has asked for a key to a new password. Whether there is such
// a user is found out when the mail is sent: the request takes the same time for all. The key is made
// then, too, so that it is stored nowhere but as its hash.
type resetRequest struct {
	Name string `json:"name"` // a login or an address, as it was typed
	Page string `json:"page"` // the address of the page for it
	IP   string `json:"ip"`
}

// maxResetName is more than logins and addresses have.
const maxResetName = 254

// askReset puts a request for a key into the outbox.
func (s *session) askReset(r resetRequest) error {
	sum := sha256.Sum256([]byte(strings.ToLower(r.Name)))
	return s.sendOnce("reset_"+hex.EncodeToString(sum[:12]), waiting{Reset: &r})
}

// resetMail gives who asked a new key, and makes the mail with it; one without To is none. Who
// has got a key just before gets no other one.
func (s *session) resetMail(r resetRequest, first bool) (waiting, error) {
	var user *models.User
	store := s.site.Store
	id, err := int64(0), error(nil)
	if strings.Contains(r.Name, "@") {
		id, err = store.EmailOwner(s.ctx, r.Name)
	}
	switch {
	case err != nil:
	case id != 0:
		user, err = store.UserByID(s.ctx, id)
	default:
		user, err = store.FindLogin(s.ctx, sanitize.User(r.Name, false), "")
	}
	if err != nil || user == nil || user.Email == "" {
		return waiting{}, err
	}
	now := s.site.Now()
	if age, ok := auth.ResetKeyAge(user.ActivationKey, now); first && ok && age >= 0 && age < resetPause {
		return waiting{}, nil
	}
	key, stored := auth.NewResetKey(now)
	if err := store.Update(s.ctx, "users", []int64{user.ID}, map[string]any{"user_activation_key": stored}); err != nil {
		return waiting{}, err
	}
	return s.lostPasswordMail(user, r, key), nil
}
