package handlers_test

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/handlers"
	"github.com/headpress/headpress/internal/mail"
	"github.com/headpress/headpress/internal/mail/mailtest"
	"github.com/headpress/headpress/models"
)

// mails has a site send its mails to a server of the test.
func (s *testSite) mails() *mailtest.Server {
	s.t.Helper()
	server := mailtest.New(s.t)
	s.mailTo(server)
	return server
}

func (s *testSite) mailTo(server *mailtest.Server) {
	s.t.Helper()
	to, err := mail.NewServer(server.URL())
	if err != nil {
		s.t.Fatal(err)
	}
	s.site.Mail = to
}

// deliver sends what is due, and gives what arrived.
func (s *testSite) deliver(server *mailtest.Server) []mailtest.Mail {
	s.t.Helper()
	if err := s.site.DeliverDue(s.t.Context()); err != nil {
		s.t.Error(err)
	}
	return server.Take()
}

// outbox gives the rows of the mails that wait.
func (s *testSite) outbox() []models.Mail {
	s.t.Helper()
	rows, err := s.store.Mails(s.t.Context(), 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	return rows
}

// brief is who gets a mail, whose name it bears, who gets the answer, and its subject.
func brief(mails []mailtest.Mail) string {
	var l []string
	for _, m := range mails {
		from, _ := m.Header.AddressList("From")
		reply := strings.Trim(m.Header.Get("Reply-To"), "<>")
		l = append(l, strings.Join([]string{strings.Join(m.To, ","), from[0].Name, reply, strings.TrimPrefix(m.Subject(), "[Tést <site>] ")}, "|"))
	}
	return strings.Join(l, "\n")
}

// Which writes send mails, to whom, in whose name. This is what WordPress 7.1 sends after the same requests; the words are ours.
func TestMailsOfWrites(t *testing.T) {
	eachSite(t, 2, func(t *testing.T, s *testSite) {
		server := s.mails()
		const author, editor, subscriber, nobody = firstUser, firstUser + 2, firstUser + 3, firstUser + 4 // post 1001 is the author's
		role := func(user int64, caps string) {
			s.exec("UPDATE wp_usermeta SET meta_value = ? WHERE user_id = ? AND meta_key = 'wp_capabilities'", caps, user)
		}
		role(editor, `a:1:{s:6:"editor";b:1;}`)
		role(subscriber, `a:1:{s:10:"subscriber";b:1;}`)
		role(nobody, `a:0:{}`)
		s.setOptions(map[string]string{"comments_notify": "1", "moderation_notify": "1", "wp_notes_notify": "1"})
		if err := s.store.AddOption(t.Context(), models.Option{Name: "wp_notes_notify", Value: "1", Autoload: "on"}); err != nil {
			t.Fatal(err)
		}
		asAuthor := s.signIn(author)
		comment := field(s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"Held.","author":%d}`, firstPost, subscriber)), "id")
		s.exec("UPDATE wp_comments SET comment_approved = '0' WHERE comment_id = ?", comment)
		mention := func(users ...int64) string {
			var b strings.Builder
			for _, u := range users {
				fmt.Fprintf(&b, `<span class=\"wp-note-mention user-%d\">@u%d</span> `, u, u)
			}
			return b.String()
		}
		if got := s.deliver(server); len(got) != 0 {
			t.Errorf("a new comment: %s", brief(got))
		}
		told := func(what string) string {
			return "author11@example.org|Author 14|author14@example.org|" + what + " on “Post 1001 & “more””"
		}
		noted := "author11@example.org|admin|admin@example.org|Note on “Post 1001 & “more””"
		for _, c := range []struct {
			name, method, path, body string
			as                       []string
			want                     string
		}{
			{"a user", "POST", "/users", `{"username":"new","email":"new@example.org","password":"x"}`, nil, ""},
			{"a name", "POST", "/users/12", `{"name":"New"}`, nil, ""},
			{"a password", "POST", "/users/12", `{"password":"one"}`, nil, "author12@example.org|Tést <site>||Your new password"},
			{"the same password", "POST", "/users/12", `{"password":"one"}`, nil, "author12@example.org|Tést <site>||Your new password"},
			{"the same address", "POST", "/users/12", `{"email":"author12@example.org"}`, nil, ""},
			{"an address", "POST", "/users/12", `{"email":"other@example.org"}`, nil, "author12@example.org|Tést <site>||Your new email address"},
			{"its case", "POST", "/users/12", `{"email":"Other@example.org"}`, nil, "other@example.org|Tést <site>||Your new email address"},
			{"both", "POST", "/users/12", `{"email":"third@example.org","password":"two"}`, nil, "Other@example.org|Tést <site>||Your new password\nOther@example.org|Tést <site>||Your new email address"},
			{"what is refused", "POST", "/users/12", `{"email":"admin@example.org"}`, nil, ""},
			{"an application password", "POST", "/users/12/application-passwords", `{"name":"App"}`, nil, ""},
			{"the site's address", "POST", "/settings", `{"email":"boss@example.org"}`, nil, ""},
			{"a user who goes", "DELETE", "/users/12?force=true&reassign=1", ``, nil, ""},

			{"approved", "POST", "/comments/" + comment, `{"status":"approved"}`, nil, told("Comment")},
			{"approved again", "POST", "/comments/" + comment, `{"status":"approved"}`, nil, ""},
			{"another text", "POST", "/comments/" + comment, `{"content":"Other."}`, nil, ""},
			{"held", "POST", "/comments/" + comment, `{"status":"hold"}`, nil, ""},
			{"approved by the author of the post", "POST", "/comments/" + comment, `{"status":"approved"}`, asAuthor, ""},
			{"spam", "POST", "/comments/" + comment, `{"status":"spam"}`, nil, ""},
			{"no spam", "POST", "/comments/" + comment, `{"status":"unspam"}`, nil, told("Comment")},
			{"trashed", "DELETE", "/comments/" + comment, ``, nil, ""},
			{"out of the trash", "POST", "/comments/" + comment, `{"status":"untrash"}`, nil, told("Comment")},

			{"a note", "POST", "/comments", fmt.Sprintf(`{"post":%d,"type":"note","content":"A note."}`, firstPost), nil, noted},
			{"the author's own note", "POST", "/comments", fmt.Sprintf(`{"post":%d,"type":"note","content":"Mine."}`, firstPost), asAuthor, ""},
			{"people are mentioned", "POST", "/comments", fmt.Sprintf(`{"post":%d,"type":"note","content":"Hi %s"}`, firstPost, mention(1, author, editor, editor, subscriber, nobody, 99)), nil,
				noted + "\nauthor13@example.org|Tést <site>||You are mentioned in a note on “Post 1001 & “more””"},
			{"by the author of the post", "POST", "/comments", fmt.Sprintf(`{"post":%d,"type":"note","content":"Hi %s"}`, firstPost, mention(1, author)), asAuthor,
				"admin@example.org|Tést <site>||You are mentioned in a note on “Post 1001 & “more””"},
			{"in a comment", "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"Hi %s"}`, firstPost, mention(editor)), nil, ""},
		} {
			w := s.write(c.method, c.path, c.body, c.as...)
			if w.Code >= 300 && c.name != "what is refused" {
				t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
			}
			if d := cmp.Diff(c.want, brief(s.deliver(server))); d != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, d)
			}
		}

		// Who is told nothing.
		again := func(name, set, back string) {
			s.exec("UPDATE wp_comments SET comment_approved = '0' WHERE comment_id = ?", comment)
			s.exec(set)
			s.send(200, "POST", "/comments/"+comment, `{"status":"approved"}`)
			if got := brief(s.deliver(server)); got != "" {
				t.Errorf("%s: %s", name, got)
			}
			s.exec(back)
		}
		again("comments_notify", "UPDATE wp_options SET option_value = '0' WHERE option_name = 'comments_notify'", "UPDATE wp_options SET option_value = '1' WHERE option_name = 'comments_notify'")
		again("no address", "UPDATE wp_users SET user_email = '' WHERE id = 11", "UPDATE wp_users SET user_email = 'author11@example.org' WHERE id = 11")
		again("no such author", "UPDATE wp_posts SET post_author = 999 WHERE id = 1001", "UPDATE wp_posts SET post_author = 15 WHERE id = 1001")
		again("who may do nothing", "UPDATE wp_posts SET post_author = 15 WHERE id = 1001", "UPDATE wp_posts SET post_author = 14 WHERE id = 1001")
		again("his own comment", "UPDATE wp_posts SET post_author = 14 WHERE id = 1001", "UPDATE wp_posts SET post_author = 11 WHERE id = 1001")
		s.setOptions(map[string]string{"wp_notes_notify": "0"})
		s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"type":"note","content":"Quiet %s"}`, firstPost, mention(editor)))
		if got := brief(s.deliver(server)); got != "" {
			t.Errorf("wp_notes_notify: %s", got)
		}
		if left := s.outbox(); len(left) != 0 {
			t.Errorf("%d mails are left: %v", len(left), left)
		}
	})
}

// What mails say: plain text, and nothing that could be taken for a header.
func TestMailTexts(t *testing.T) {
	s := sqliteSite(t, 1)
	server := s.mails()
	s.site.MailFrom = netmail.Address{Address: "site@example.org"}
	s.exec("UPDATE wp_options SET option_value = 'A &amp; B <b>site</b>\r\nBcc: evil@example.com' WHERE option_name = 'blogname'")
	s.exec("UPDATE wp_options SET option_value = '1' WHERE option_name = 'comments_notify'")
	s.exec("UPDATE wp_posts SET post_title = 'Title &amp; <em>more</em>\nBcc: evil@example.com' WHERE id = 1001")
	s.exec("UPDATE wp_comments SET comment_approved = '0', comment_author = 'Évil \"<x>\"\r\nBcc: evil@example.com', comment_author_email = 'reader@example.org', comment_author_url = 'https://example.com/?a=1&amp;b=2'," +
		" comment_content = 'Fish &amp; <b>chips</b>, 1 &lt; 2\n\nBcc: evil@example.com\n.\nEnd', comment_author_ip = '192.0.2.1' WHERE comment_id = 1001")
	s.send(200, "POST", "/comments/1001", `{"status":"approved"}`)
	got := s.deliver(server)
	if len(got) != 1 || len(got[0].To) != 1 || got[0].Sender != "site@example.org" || got[0].Header.Get("Bcc") != "" || got[0].Header.Get("Reply-To") != "<reader@example.org>" {
		t.Fatalf("%+v", got)
	}
	if want := "[A & B <b>site</b> Bcc: evil@example.com] Comment on “Title & more Bcc: evil@example.com”"; got[0].Subject() != want {
		t.Errorf("subject %q", got[0].Subject())
	}
	want := "Évil \"\" Bcc: evil@example.com has commented on your post “Title & more Bcc: evil@example.com”:\n\nFish & chips, 1 < 2\n\nBcc: evil@example.com\n.\nEnd\n\n" +
		"https://example.org/post-1001/#comment-1001\n\nEmail: reader@example.org\nWebsite: https://example.com/?a=1&b=2\nIP address: 192.0.2.1\n"
	if d := cmp.Diff(want, strings.TrimRight(got[0].Text, "\n")+"\n"); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Without a server that takes mails nothing is stored, and no statement is sent for it. A mail belongs to the
// transaction of its write.
func TestOutbox(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		statements := func(body string) string {
			s.send(200, "GET", "/users/me", "")
			s.log.take()
			s.send(200, "POST", "/users/12", body)
			return regexp.MustCompile(`statements=(\d+)`).FindStringSubmatch(s.log.take())[1]
		}
		statements(`{"password":"x"}`)
		plain := statements(`{"email":"a1@example.org"}`)
		if rows := s.outbox(); len(rows) != 0 {
			t.Errorf("%v", rows)
		}
		server := s.mails()
		nothing := statements(`{"name":"x"}`)
		s.site.Mail = nil
		if got := statements(`{"name":"y"}`); got != nothing {
			t.Errorf("%s statements without a mail and with one that could be sent, %s without", nothing, got)
		}
		s.mailTo(server)
		var a, b int
		_, _ = fmt.Sscan(plain, &a)
		_, _ = fmt.Sscan(statements(`{"email":"a2@example.org"}`), &b)
		if b != a+2 { // how many wait; one more
			t.Errorf("%d statements, %d with a mail", a, b)
		}
		// An emoji, and what only looks like it is serialized, are stored as ASCII.
		s.exec("UPDATE wp_users SET user_login = ? WHERE id = 12", "s:1:\"\U0001F600\"; é")
		s.send(200, "POST", "/users/12", `{"email":"a3@example.org"}`)
		for _, row := range s.outbox() {
			if strings.ContainsFunc(row.Value, func(r rune) bool { return r > 126 }) || !strings.HasPrefix(row.Value, "{") {
				t.Error(row.Value)
			}
		}
		if err := s.store.DB(t.Context()).Raw("SELECT 1 FROM wp_options WHERE option_name LIKE '!_headpress!_mail!_%' ESCAPE '!' AND autoload = 'off'").Scan(&[]int{}).Error; err != nil {
			t.Error(err)
		}
		got := s.deliver(server)
		if len(got) != 2 || !strings.Contains(got[1].Text, "s:1:\"\U0001F600\"; é") {
			t.Errorf("%+v", got)
		}

		// Too many wait.
		for i := range 1000 {
			if _, err := s.store.AddMail(t.Context(), models.Mail{ID: fmt.Sprint("x", i), Value: "?"}, 1000); err != nil {
				t.Fatal(err)
			}
		}
		s.log.take()
		s.send(200, "POST", "/users/12", `{"email":"a4@example.org"}`)
		if log := s.log.take(); len(s.outbox()) != 1000 || !strings.Contains(log, "a mail is lost") {
			t.Errorf("%d wait\n%s", len(s.outbox()), log)
		}
		if got := s.deliver(server); len(got) != 0 || len(s.outbox()) != 0 { // nobody can read them
			t.Errorf("%d wait", len(s.outbox()))
		}
	})
}

// Two servers on one database send each mail once, also while the other one is sending it.
func TestTwoServersOneOutbox(t *testing.T) {
	const many = 12
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		server := s.mails()
		other := serveSite(t, s.store, s.password)
		other.mailTo(server)
		for i := range many {
			s.send(200, "POST", "/users/12", fmt.Sprintf(`{"email":"a%d@example.org"}`, i))
		}
		var all sync.WaitGroup
		for _, site := range []*handlers.Site{s.site, other.site, s.site, other.site} {
			all.Go(func() {
				if err := site.DeliverDue(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var to []string
		for _, m := range server.Take() {
			to = append(to, m.To...)
		}
		slices.Sort(to)
		if len(to) != many || len(slices.Compact(to)) != many || len(s.outbox()) != 0 {
			t.Errorf("%d mails: %v; %d are left", len(to), to, len(s.outbox()))
		}

		s.send(200, "POST", "/users/12", `{"email":"last@example.org"}`)
		server.Answer(func(command string) string {
			if command == "DATA" {
				server.Answer(nil)
				if err := other.site.DeliverDue(t.Context()); err != nil {
					t.Error(err)
				}
			}
			return ""
		})
		if got := s.deliver(server); len(got) != 1 {
			t.Errorf("%d mails", len(got))
		}
	})
}

// A server that does not answer, or says later, is asked again after a while, also by another process; a mail that is
// refused for good goes, and so does one that nobody took for two days.
func TestDeliverAgain(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		c := &clock{now: testNow}
		s.site.Now = c.Now
		server := s.mails()
		say := func(command, answer string) {
			server.Answer(func(got string) string {
				if strings.HasPrefix(got, command) {
					return answer
				}
				return ""
			})
		}
		try := func(what string, mails, left int) {
			t.Helper()
			_ = s.site.DeliverDue(t.Context())
			if got := server.Take(); len(got) != mails || len(s.outbox()) != left {
				t.Errorf("%s: %d mails, %d are left; want %d, %d", what, len(got), len(s.outbox()), mails, left)
			}
		}
		change := func(n int) {
			t.Helper()
			s.send(200, "POST", "/users/12", fmt.Sprintf(`{"email":"a%d@example.org"}`, n))
		}
		change(1)
		say("RCPT", "451 4.3.0 later")
		try("later", 0, 1)
		server.Answer(nil)
		try("too early", 0, 1)
		c.advance(59 * time.Second)
		try("too early", 0, 1)
		c.advance(time.Second)
		try("then", 1, 0)

		change(2)
		change(3)
		say("EHLO", "hang up")
		for range 5 {
			try("away", 0, 2)
			c.advance(15 * time.Minute)
		}
		// The process ends, and another one starts.
		server.Answer(nil)
		s.site.Mail = nil
		next := serveSite(t, s.store, s.password)
		next.mailTo(server)
		next.site.Now = c.Now
		if got := next.deliver(server); len(got) != 2 || len(s.outbox()) != 0 {
			t.Errorf("after a restart: %d mails, %d are left", len(got), len(s.outbox()))
		}
		s.mailTo(server)

		// It ends while it is sending: the mail is another's after the lease.
		change(4)
		say("DATA", "hang up")
		row := s.outbox()[0]
		try("in the middle", 0, 1)
		leased := strings.Replace(s.outbox()[0].Value, fmt.Sprintf(`"next":%d`, c.Now().Add(time.Minute).Unix()), fmt.Sprintf(`"next":%d`, c.Now().Add(10*time.Minute).Unix()), 1)
		if leased == s.outbox()[0].Value {
			t.Fatal(leased)
		}
		s.exec("UPDATE wp_options SET option_value = ? WHERE option_name = ?", leased, "_headpress_mail_"+row.ID)
		server.Answer(nil)
		c.advance(9 * time.Minute)
		try("leased", 0, 1)
		c.advance(time.Minute)
		try("after the lease", 1, 0)

		change(5)
		say("RCPT", "550 5.1.1 no such user")
		s.log.take()
		try("refused", 0, 0)
		if log := s.log.take(); !strings.Contains(log, "a mail was refused") {
			t.Error(log)
		}

		change(6)
		say("RCPT", "451 4.3.0 later")
		for n := 0; len(s.outbox()) > 0; n++ {
			if _ = s.site.DeliverDue(t.Context()); n > 500 {
				t.Fatal("it is tried for ever")
			}
			c.advance(10 * time.Minute)
		}
		if age := c.Now().Sub(testNow); age < 48*time.Hour || age > 55*time.Hour {
			t.Errorf("given up after %s", age)
		}
		if got := server.Take(); len(got) != 0 {
			t.Errorf("%d mails", len(got))
		}
	})
}

var linkInMail = regexp.MustCompile(`https://example\.org(/wp-login\.php\?login=([^&\s]*)&key=([A-Za-z0-9]{20})&action=rp)\n`)

// ask asks for a key and gives the path in the mail; "" is no mail.
func (b *browser) ask(server *mailtest.Server, name string) (path string) {
	b.s.t.Helper()
	w := b.send("/wp-login.php?action=lostpassword", "user_login="+url.QueryEscape(name))
	if w.Code != 302 || w.Header().Get("Location") != "https://example.org/wp-login.php?checkemail=confirm" {
		b.s.t.Errorf("%s: %d %s %s", name, w.Code, w.Header().Get("Location"), problem(w))
	}
	for _, m := range b.s.deliver(server) {
		link := linkInMail.FindStringSubmatch(m.Text)
		if link == nil || path != "" {
			b.s.t.Fatalf("%s: %q", name, m.Text)
		}
		path = link[1]
	}
	return path
}

// The way of who has lost the password, from the form to the new password, and what does not lead there.
func TestLostPassword(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		c := &clock{now: testNow}
		s.site.Now = c.Now
		if w := (&browser{s: s, cookies: map[string]*http.Cookie{}}).send("/wp-login.php?action=lostpassword", ""); w.Code != 501 {
			t.Errorf("without mail: %d", w.Code)
		}
		b := s.aUser("edith", "Old-Pass-1")
		server := s.mails()
		if w := b.send("/wp-login.php?action=lostpassword", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `name="user_login"`) {
			t.Errorf("the form: %d %s", w.Code, w.Body)
		}
		for _, empty := range []string{"user_login=", "user_login=++", "x=y"} {
			if w := b.send("/wp-login.php?action=lostpassword", empty); w.Code != 200 || problem(w) == "" {
				t.Errorf("%s: %d %s", empty, w.Code, problem(w))
			}
		}
		// Nobody learns whether there is such an account; for none there is a mail, nor a row that stays.
		for _, name := range []string{"nobody", "nobody@example.org", "edith@example.com", strings.Repeat("x", 300), "a\r\nBcc: evil@example.com", "' OR 1=1 --", "%"} {
			if path := b.ask(server, name); path != "" || len(s.outbox()) != 0 {
				t.Errorf("%q: %s, %d wait", name, path, len(s.outbox()))
			}
		}
		stored := func() string {
			t.Helper()
			user, err := s.store.FindLogin(t.Context(), "edith", "")
			if err != nil {
				t.Fatal(err)
			}
			return user.ActivationKey
		}
		path := b.ask(server, " Édith ")
		if !regexp.MustCompile(fmt.Sprintf(`^%d:\$generic\$[A-Za-z0-9_-]{40}$`, testNow.Unix())).MatchString(stored()) {
			t.Errorf("stored: %s", stored())
		}
		if again := b.ask(server, "EDITH@example.org"); again != "" {
			t.Error("there are two mails at once")
		}
		c.advance(5 * time.Minute)
		old := path
		if path = b.ask(server, "EDITH@example.org"); path == "" || path == old {
			t.Fatalf("path %q", path)
		}

		toForm := func(b *browser, path string) *httptest.ResponseRecorder {
			t.Helper()
			w := b.send(path, "")
			if w.Code != 302 || w.Header().Get("Location") != "https://example.org/wp-login.php?action=rp" {
				t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Location"))
			}
			return b.send("/wp-login.php?action=rp", "")
		}
		refused := func(what string, w *httptest.ResponseRecorder, code string) {
			t.Helper()
			if w.Code != 302 || w.Header().Get("Location") != "https://example.org/wp-login.php?action=lostpassword&error="+code {
				t.Errorf("%s: %d %s %s", what, w.Code, w.Header().Get("Location"), problem(w))
			}
			if p := problem(b.send("/wp-login.php?action=lostpassword&error="+code, "")); p == "" {
				t.Errorf("%s: the form says nothing", code)
			}
		}
		key := path[strings.Index(path, "key=")+4:][:20]
		stranger := &browser{s: s, cookies: map[string]*http.Cookie{}}
		refused("no key", stranger.send("/wp-login.php?action=rp", ""), "invalidkey")
		refused("a key that another has replaced", toForm(stranger, old), "invalidkey")
		for _, forged := range []string{"xxxxxxxxxxxxxxxxxxxx", "", "%00", stored(), url.QueryEscape(stored()), key[:19], strings.ToUpper(key), "[]"} {
			w := stranger.send("/wp-login.php?action=rp&login=edith&key="+strings.NewReplacer("$", "%24", ":", "%3A").Replace(forged), "")
			if w.Code == 302 && strings.HasSuffix(w.Header().Get("Location"), "action=rp") {
				w = stranger.send("/wp-login.php?action=rp", "")
			}
			refused("forged "+forged, w, "invalidkey")
		}
		refused("another's key", toForm(stranger, "/wp-login.php?action=rp&login=admin&key="+key), "invalidkey")

		session := &browser{s: s, cookies: map[string]*http.Cookie{}}
		session.logIn("edith", "Old-Pass-1")
		if stored() != "" {
			t.Error("who knows the password needs no key")
		}
		c.advance(5 * time.Minute)
		path = b.ask(server, "edith")
		key = path[strings.Index(path, "key=")+4:][:20]
		if session.me() != 200 || len(s.sessions("edith").Values()) != 1 {
			t.Error("asking ends no session")
		}
		if w := toForm(b, path); w.Code != 200 || !strings.Contains(w.Body.String(), `name="pass1"`) || !strings.Contains(w.Body.String(), key) || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Fatalf("the form: %d %s", w.Code, w.Body)
		}
		post := func(b *browser, one, two, key string) *httptest.ResponseRecorder {
			return b.send("/wp-login.php?action=resetpass", url.Values{"pass1": {one}, "pass2": {two}, "rp_key": {key}}.Encode())
		}
		for _, p := range []struct{ one, two, says string }{
			{"a", "b", "The two passwords are not the same."}, {"  ", "  ", "A password cannot consist of spaces."}, {"", "", ""}, {strings.Repeat("x", 4097), strings.Repeat("x", 4097), "The password is too long."},
		} {
			if w := post(b, p.one, p.two, key); w.Code != 200 || problem(w) != p.says || !strings.Contains(w.Body.String(), `name="pass1"`) {
				t.Errorf("%.5q: %d %q", p.one, w.Code, problem(w))
			}
		}
		if session.me() != 200 || stored() == "" {
			t.Error("something has changed")
		}
		// A form of another site does not know the key.
		b2 := &browser{s: s, cookies: map[string]*http.Cookie{}}
		toForm(b2, path)
		refused("a form without the key", post(b2, "evil", "evil", ""), "invalidkey")
		toForm(b2, path)

		const password = `New "pass' \ 1é`
		var all sync.WaitGroup
		answers := make([]*httptest.ResponseRecorder, 2)
		for i, who := range []*browser{b, b2} {
			all.Go(func() { answers[i] = post(who, password, password, key) })
		}
		all.Wait()
		done := 0
		for _, w := range answers {
			if w.Code == 200 {
				done++
			} else {
				refused("twice at once", w, "invalidkey")
			}
		}
		if done != 1 || stored() != "" || s.sessions("edith").Len() != 0 || session.me() == 200 {
			t.Errorf("%d have set the password; key %q, %d sessions", done, stored(), s.sessions("edith").Len())
		}
		if d := cmp.Diff("admin@example.org|Tést <site>||A user has a new password", brief(s.deliver(server))); d != "" {
			t.Error(d)
		}
		refused("used", toForm(b, path), "invalidkey")
		if w := b.logIn("edith", password); w.Code != 302 {
			t.Errorf("the new password: %d %s", w.Code, problem(w))
		}
		if w := b.logIn("edith", "Old-Pass-1"); w.Code == 302 {
			t.Error("the old password still counts")
		}

		c.advance(time.Hour)
		path = b.ask(server, "edith")
		c.advance(24 * time.Hour)
		if w := toForm(b, path); w.Code != 200 {
			t.Errorf("after a day: %d", w.Code)
		}
		c.advance(time.Second)
		refused("expired", toForm(b, path), "expiredkey")
		refused("expired, and wrong", toForm(b, strings.Replace(path, "key=", "key=x", 1)), "invalidkey")

		// What WordPress has stored counts as well, a new address voids it.
		wordpress := "Wp0rdpressKey0123456"
		keep := func(value string) {
			s.exec("UPDATE wp_users SET user_activation_key = ? WHERE user_login = 'edith'", value)
		}
		keep(fmt.Sprint(c.Now().Unix()-60, ":", auth.FastHash(wordpress)))
		if w := toForm(b, "/wp-login.php?action=rp&login=edith&key="+wordpress); w.Code != 200 {
			t.Errorf("WordPress's key: %d", w.Code)
		}
		keep(auth.FastHash(wordpress))
		refused("a key without its time", toForm(b, "/wp-login.php?action=rp&login=edith&key="+wordpress), "expiredkey")
		keep(fmt.Sprint(c.Now().Unix()-60, ":", auth.FastHash(wordpress)))
		s.change("POST", "/users/"+field(s.send(200, "GET", "/users?search=edith", ""), "0.id"), `{"email":"edith2@example.org"}`)
		refused("after a new address", toForm(b, "/wp-login.php?action=rp&login=edith&key="+wordpress), "invalidkey")
	})
}

// Asking is bounded like signing in, and so are keys that do not count.
func TestLostPasswordLimits(t *testing.T) {
	s := sqliteSite(t, 1)
	s.mails()
	s.site.Attempts = &auth.Attempts{PerAddress: 3, Window: time.Hour, Now: s.site.Now}
	b := &browser{s: s, cookies: map[string]*http.Cookie{}}
	for i, want := range []int{302, 302, 302, 429, 429} {
		if w := b.send("/wp-login.php?action=lostpassword", fmt.Sprint("user_login=nobody", i)); w.Code != want || (w.Header().Get("Retry-After") != "") != (want == 429) {
			t.Errorf("%d: %d", i, w.Code)
		}
	}
	if rows := s.outbox(); len(rows) != 3 {
		t.Errorf("%d wait", len(rows))
	}
	b.send("/wp-login.php?action=rp&login=admin&key=x", "")
	if w := b.send("/wp-login.php?action=rp", ""); w.Code != 429 {
		t.Errorf("%d", w.Code)
	}
	if w := b.logIn("admin", "x"); w.Code != 429 {
		t.Errorf("%d", w.Code)
	}
	if !bytes.Contains(b.send("/wp-login.php?checkemail=confirm", "").Body.Bytes(), []byte(html.EscapeString("If there is such an account"))) {
		t.Error("the page says nothing")
	}
}
