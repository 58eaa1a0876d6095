package mail_test

import (
	"errors"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/headpress/headpress/internal/mail"
	"github.com/headpress/headpress/internal/mail/mailtest"
)

func TestNewServer(t *testing.T) {
	for _, c := range []struct{ address, shown string }{
		{"smtp://user:p%40ss@mail.example.org", "mail.example.org:587"},
		{"smtps://user:pass@mail.example.org", "mail.example.org:465"},
		{"smtp://localhost", "localhost:25"},
		{"smtp://[::1]:2525/", "[::1]:2525"},
		{"smtp://mail.example.org:25", "mail.example.org:25"},
		{"mail.example.org:25", ""},
		{"http://mail.example.org", ""},
		{"smtp://", ""},
		{"smtp://host:0", ""},
		{"smtp://host:99999", ""},
		{"smtp://host/path", ""},
		{"smtp://host?x=1", ""},
		{"smtp://user:se cret\n@host", ""},
	} {
		s, err := mail.NewServer(c.address)
		switch {
		case c.shown == "" && err == nil:
			t.Errorf("%s is taken", c.address)
		case c.shown == "" && strings.Contains(err.Error(), "cret"):
			t.Errorf("a password is told: %v", err)
		case c.shown != "" && (err != nil || s.String() != c.shown):
			t.Errorf("%s: %v %v", c.address, s, err)
		}
	}
}

func send(t *testing.T, address string, m mail.Message) error {
	t.Helper()
	s, err := mail.NewServer(address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := s.Dial(t.Context())
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Send(m)
}

func message() mail.Message {
	return mail.Message{
		ID: "1", FromHost: "example.org", Date: time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC),
		To: "édith@example.org", From: netmail.Address{Name: "Tést", Address: "site@example.org"}, Subject: "Hello", Text: "Text\n",
	}
}

func TestSend(t *testing.T) {
	server := mailtest.New(t)
	m := message()
	m.To, m.ReplyTo = "edith@example.org", "reader@example.org"
	m.Subject = "سلام " + strings.Repeat("é", 300)
	m.Text = "A line\n.\n..dots\n" + strings.Repeat("سلام ", 300) + "\r\nend\x00\x1b[31m\n"
	if err := send(t, strings.Replace(server.URL(), "//", "//user:p%40ss@", 1), m); err != nil {
		t.Fatal(err)
	}
	got := server.Take()
	if len(got) != 1 {
		t.Fatal(got)
	}
	for name, want := range map[string]string{
		"To": "<edith@example.org>", "From": "=?utf-8?q?T=C3=A9st?= <site@example.org>", "Reply-To": "<reader@example.org>",
		"Message-Id": "<1@example.org>", "Date": "Sat, 01 Jun 2024 12:00:00 +0000", "Auto-Submitted": "auto-generated", "Content-Type": "text/plain; charset=UTF-8", "Bcc": "",
	} {
		if v := got[0].Header.Get(name); v != want {
			t.Errorf("%s: %q, want %q", name, v, want)
		}
	}
	if want := "سلام " + strings.Repeat("é", 194) + "…"; got[0].Subject() != want {
		t.Errorf("subject %q", got[0].Subject())
	}
	if want := "A line\n.\n..dots\n" + strings.Repeat("سلام ", 300) + "\nend[31m\n"; strings.TrimRight(got[0].Text, "\n") != strings.TrimRight(want, "\n") {
		t.Errorf("text %q", got[0].Text)
	}
	if got[0].SignedIn != "user:p@ss" || got[0].Sender != "site@example.org" || len(got[0].To) != 1 || got[0].To[0] != "edith@example.org" {
		t.Errorf("%+v", got[0])
	}
	for line := range strings.Lines(got[0].Raw) {
		if len(line) > 998+2 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

// Nothing that people have written becomes a header or another recipient.
func TestHeaderInjection(t *testing.T) {
	server := mailtest.New(t)
	for _, evil := range []string{
		"x\r\nBcc: evil@example.com", "x\nBcc: evil@example.com", "x\rBcc: evil@example.com", "x\x00\r\n\r\nBody", "x\u2028Bcc: evil@example.com", "x\u0085Bcc: evil@example.com",
		`"x" <evil@example.com>, "y`, `x>\r\nRCPT TO:<evil@example.com`, "x\" <evil@example.com>\r\n", "=?utf-8?q?x=0D=0ABcc:_evil@example.com?=", strings.Repeat("x ", 5000) + "\r\nBcc: evil@example.com",
	} {
		for part, put := range map[string]func(m *mail.Message){
			"name": func(m *mail.Message) { m.From.Name = evil }, "subject": func(m *mail.Message) { m.Subject = evil }, "id": func(m *mail.Message) { m.ID = evil },
			"reply": func(m *mail.Message) { m.ReplyTo = evil }, "text": func(m *mail.Message) { m.Text = "\r\n.\r\nRCPT TO:<evil@example.com>\r\n" + evil },
			"host": func(m *mail.Message) { m.FromHost = evil },
		} {
			m := message()
			m.To = "edith@example.org"
			put(&m)
			if err := send(t, server.URL(), m); err != nil {
				t.Errorf("%s %q: %v", part, evil, err)
				continue
			}
			got := server.Take()
			if len(got) != 1 || len(got[0].To) != 1 || got[0].To[0] != "edith@example.org" || got[0].Sender != "site@example.org" {
				t.Fatalf("%s %q: %+v", part, evil, got)
			}
			for name := range got[0].Header {
				if !strings.Contains(" To From Reply-To Subject Message-Id Date Auto-Submitted Content-Type Content-Transfer-Encoding Mime-Version ", " "+name+" ") {
					t.Errorf("%s %q: header %s in\n%s", part, evil, name, got[0].Raw)
				}
			}
			if from, err := got[0].Header.AddressList("From"); err != nil || len(from) != 1 || from[0].Address != "site@example.org" {
				t.Errorf("%s %q: from %v %v", part, evil, from, err)
			}
		}
		for part, put := range map[string]func(m *mail.Message){"to": func(m *mail.Message) { m.To = evil }, "from": func(m *mail.Message) { m.From.Address = evil }} {
			m := message()
			m.To = "edith@example.org"
			put(&m)
			if err := send(t, server.URL(), m); !errors.Is(err, mail.ErrRefused) || len(server.Take()) != 0 {
				t.Errorf("%s %q: %v", part, evil, err)
			}
		}
	}
}

// What is refused for good is told apart from what may work later.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		command, answer string
		refused         bool
	}{
		{"RCPT", "550 5.1.1 no such user", true},
		{"RCPT", "450 4.2.0 try again", false},
		{"DATA", "554 5.7.1 spam", true},
		{".", "554 5.7.1 spam", true},
		{".", "451 4.3.0 later", false},
		{".", "hang up", false},
		{"MAIL", "550 5.7.1 not your address", false}, // a setting of ours
		{"EHLO", "hang up", false},
		{"MAIL", "hang up", false},
	} {
		server := mailtest.New(t)
		server.Answer(func(command string) string {
			if strings.HasPrefix(command, c.command) {
				return c.answer
			}
			return ""
		})
		m := message()
		m.To = "edith@example.org"
		err := send(t, server.URL(), m)
		if err == nil || errors.Is(err, mail.ErrRefused) != c.refused {
			t.Errorf("%s %s: %v", c.command, c.answer, err)
		}
	}
}

// A mail that the server has taken is not sent again, whatever comes then.
func TestTaken(t *testing.T) {
	server := mailtest.New(t)
	server.Answer(func(command string) string {
		if command == "RSET" || command == "QUIT" {
			return "hang up"
		}
		return ""
	})
	m := message()
	m.To = "edith@example.org"
	if err := send(t, server.URL(), m); err != nil || len(server.Take()) != 1 {
		t.Error(err)
	}
}
