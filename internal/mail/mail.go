// Package mail hands plain text mails to an SMTP server.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// Message is a mail in plain text.
type Message struct {
	// ID names the mail for ever: who gets it twice can tell by it.
	ID       string
	Date     time.Time
	To       string // an address
	From     netmail.Address
	ReplyTo  string // an address, or ""
	Subject  string
	Text     string
	FromHost string // the right half of Message-ID
}

// ErrRefused says that a mail will never be taken: nobody need try again.
var ErrRefused = errors.New("the mail is refused for good")

// timeout bounds what is waited for: a connection, and one mail on it.
const timeout = 30 * time.Second

// Server is an SMTP server that takes mails.
type Server struct {
	host, user, password string
	port                 int
	options              []gomail.Option
}

// NewServer reads smtp://user:password@host:port, which speaks TLS after STARTTLS (587 where there is no port), or
// smtps:// (465). A name and a password go over TLS only. On this machine nothing is encrypted by smtp://.
func NewServer(address string) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Opaque != "" || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("smtp://user:password@host:port or smtps://… is needed") // without the address: it holds a password
	}
	s := &Server{host: u.Hostname(), user: u.User.Username()}
	s.password, _ = u.User.Password()
	auth := gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover)
	switch here := loopback(s.host); {
	case u.Scheme == "smtps":
		s.port, s.options = 465, []gomail.Option{gomail.WithSSL()}
	case u.Scheme != "smtp":
		return nil, errors.New("smtp:// or smtps:// is needed")
	case here:
		s.port, s.options = 25, []gomail.Option{gomail.WithTLSPolicy(gomail.NoTLS)}
		auth = gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc)
	case s.user == "":
		s.port, s.options = 587, []gomail.Option{gomail.WithTLSPolicy(gomail.TLSOpportunistic)}
	default:
		s.port, s.options = 587, []gomail.Option{gomail.WithTLSPolicy(gomail.TLSMandatory)}
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return nil, errors.New("the port must be a number up to 65535")
		}
	}
	s.options = append(s.options, gomail.WithPort(s.port), gomail.WithTimeout(timeout), gomail.WithoutNoop())
	if s.user != "" {
		s.options = append(s.options, gomail.WithUsername(s.user), gomail.WithPassword(s.password), auth)
	}
	return s, nil
}

// String is the server's address, without name and password.
func (s *Server) String() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Conn is a connection to the server, for one mail after another.
type Conn struct{ client *gomail.Client }

// Dial connects and signs in.
func (s *Server) Dial(ctx context.Context) (*Conn, error) {
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", s, err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return nil, fmt.Errorf("connect to %s: %w", s, err)
	}
	return &Conn{client}, nil
}

// Close ends the connection.
func (c *Conn) Close() { _ = c.client.Close() } // what was sent has been confirmed

// Send hands a mail over. The error is ErrRefused where trying again is of no use.
func (c *Conn) Send(m Message) error {
	msg, err := m.build()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	err = c.client.Send(msg)
	if err == nil || msg.IsDelivered() { // what came afterwards is of no concern
		return nil
	}
	var failed *gomail.SendError
	if errors.As(err, &failed) && failed.ErrorCode() >= 500 {
		switch failed.Reason {
		case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose: // what the server says of the sender is a setting of ours
			return fmt.Errorf("%w: %w", ErrRefused, err)
		}
	}
	return err
}

// build makes the message. All that people have written becomes one line, or the text: there is no way to add a header.
func (m Message) build() (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	to, err := Address(m.To)
	if err != nil {
		return nil, err
	}
	from, err := Address(m.From.Address)
	if err != nil {
		return nil, err
	}
	msg.ToMailAddress(&netmail.Address{Address: to})
	msg.FromMailAddress(&netmail.Address{Name: Line(m.From.Name, maxName), Address: from})
	if m.ReplyTo != "" {
		if reply, err := Address(m.ReplyTo); err == nil {
			msg.ReplyToMailAddress(&netmail.Address{Address: reply})
		}
	}
	msg.Subject(Line(m.Subject, maxSubject))
	msg.SetMessageIDWithValue(Line(m.ID+"@"+m.FromHost, maxSubject))
	msg.SetDateWithValue(m.Date)
	// No answers by machines (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, clean(m.Text))
	return msg, nil
}

// How many characters a name and a subject have at most.
const maxName, maxSubject = 100, 200

// Address checks that a text is an address and nothing more.
func Address(text string) (string, error) {
	a, err := netmail.ParseAddress(text)
	if err != nil || a.Address != text || a.Name != "" || strings.ContainsFunc(text, unicode.IsControl) || len(text) > 254 {
		return "", errors.New("no address")
	}
	return text, nil
}

// Line makes one line of a text, without control characters, of that many characters at most.
func Line(text string, most int) string {
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\ufffd"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' // joiners belong to words and to emoji
	}), " ")
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most-1]) + "…"
	}
	return text
}

// clean leaves lines their ends, and takes other control characters away.
func clean(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(text, "\ufffd"))
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}
