// Package mailtest is an SMTP server for tests: it keeps what it is given.
package mailtest

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
)

// Mail is a mail as it arrived.
type Mail struct {
	Sender   string   // of the envelope
	To       []string // of the envelope
	Header   netmail.Header
	Text     string // decoded
	Raw      string
	SignedIn string // login and password, joined by a colon
}

// Subject is the decoded subject.
func (m Mail) Subject() string {
	text, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err.Error()
	}
	return text
}

// Server takes mails.
type Server struct {
	t        testing.TB
	listener net.Listener

	mu    sync.Mutex
	mails []Mail
	// answer, where it is set, is what a command is answered with instead of the usual; "" is the usual, "hang up" is nothing.
	answer func(command string) string
}

// New starts a server, which ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, listener: listener}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		all.Wait()
	})
	return s
}

// URL is the server's address.
func (s *Server) URL() string { return "smtp://" + s.listener.Addr().String() }

// Answer has commands answered in another way: "" is the usual one, "hang up" ends the connection.
func (s *Server) Answer(f func(command string) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

// Take gives the mails that came since the last time.
func (s *Server) Take() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { s.mails = nil }()
	return s.mails
}

func (s *Server) said(command string) string {
	s.mu.Lock()
	answer := s.answer
	s.mu.Unlock()
	if answer == nil {
		return ""
	}
	return answer(command)
}

func (s *Server) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	var m Mail
	say := func(text string) { fmt.Fprintf(conn, "%s\r\n", text) }
	say("220 test")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		word, rest, _ := strings.Cut(line, " ")
		word = strings.ToUpper(word)
		switch other := s.said(line); other {
		case "":
		case "hang up":
			return
		default:
			say(other)
			continue
		}
		switch word {
		case "EHLO":
			say("250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN")
		case "AUTH":
			b, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			m.SignedIn = strings.ReplaceAll(strings.Trim(string(b), "\x00"), "\x00", ":")
			say("235 welcome")
		case "MAIL":
			m.Sender, m.To = address(rest), nil
			say("250 ok")
		case "RCPT":
			m.To = append(m.To, address(rest))
			say("250 ok")
		case "DATA":
			say("354 go on")
			if m.Raw, err = data(in); err != nil {
				return
			}
			if other := s.said("."); other == "hang up" {
				return
			} else if other != "" {
				say(other)
				continue
			}
			s.keep(m)
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func address(rest string) string {
	_, rest, _ = strings.Cut(rest, "<")
	rest, _, _ = strings.Cut(rest, ">")
	return rest
}

// data reads a message up to its dot.
func data(in *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		if line == ".\r\n" {
			return b.String(), nil
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
}

func (s *Server) keep(m Mail) {
	parsed, err := netmail.ReadMessage(strings.NewReader(m.Raw))
	if err != nil {
		s.t.Errorf("%v in %q", err, m.Raw)
		return
	}
	m.Header = parsed.Header
	var body io.Reader = parsed.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		s.t.Errorf("%v in %q", err, m.Raw)
	}
	m.Text = strings.ReplaceAll(string(text), "\r\n", "\n")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, m)
}
