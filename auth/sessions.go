package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// How long a session lasts, and how much longer a browser keeps the cookie of one that
// is remembered, so that what was being written can still be saved.
const (
	sessionLife    = 2 * 24 * time.Hour
	rememberedLife = 14 * 24 * time.Hour
	CookieGrace    = 12 * time.Hour
)

// tokenLength is the length of the token that names a session.
const tokenLength = 43

// maxUserAgent bounds what a session remembers of its browser.
const maxUserAgent = 500

// SessionEnd is when a session that begins now ends.
func SessionEnd(now time.Time, remember bool) time.Time {
	if remember {
		return now.Add(rememberedLife)
	}
	return now.Add(sessionLife)
}

// Remembered tells whether a cookie ends so late that its session must have been one to remember.
func (c Cookie) Remembered(now time.Time) bool {
	return c.Expiration-now.Unix() > int64(sessionLife/time.Second)
}

// SessionVerifier is the key under which session_tokens holds a token.
func SessionVerifier(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Sessions are the sessions of a user that have not ended, as the usermeta
// session_tokens holds them (WP_Session_Tokens).
type Sessions struct{ list *php.Array }

// ReadSessions takes the stored usermeta; what has expired, and what is none, is left out.
func ReadSessions(stored string, now time.Time) Sessions {
	s := Sessions{&php.Array{}}
	list, _ := php.MaybeUnserialize(stored).(*php.Array)
	for key, v := range list.All() {
		session, ok := v.(*php.Array)
		if !ok { // early WordPresses stored the end alone
			session = &php.Array{}
			session.Set("expiration", php.ToInt(v))
		}
		if end, _ := session.Get("expiration"); php.ToInt(end) >= now.Unix() {
			s.list.Put(key, session)
		}
	}
	return s
}

// Begin adds a session and gives the token that names it.
func (s Sessions) Begin(now, end time.Time, ip, userAgent string) (token string) {
	token = RandomString(tokenLength)
	session := &php.Array{}
	session.Set("expiration", end.Unix())
	if ip != "" {
		session.Set("ip", ip)
	}
	if userAgent != "" {
		session.Set("ua", clip(sanitize.Unslash(userAgent), maxUserAgent))
	}
	session.Set("login", now.Unix())
	s.list.Put(php.KeyOf(SessionVerifier(token)), session)
	return token
}

// Has tells whether a token names one of the sessions.
func (s Sessions) Has(token string) bool {
	_, ok := s.list.Get(SessionVerifier(token))
	return ok
}

// End removes the session that a token names.
func (s Sessions) End(token string) { s.list.Remove(php.KeyOf(SessionVerifier(token))) }

// EndOthers removes all sessions but the one that a token names.
func (s Sessions) EndOthers(token string) {
	session, ok := s.list.Get(SessionVerifier(token))
	*s.list = php.Array{}
	if ok {
		s.list.Put(php.KeyOf(SessionVerifier(token)), session)
	}
}

// Stored is the text for the usermeta; without sessions there is none.
func (s Sessions) Stored() (text string, any bool, err error) {
	if s.list.Len() == 0 {
		return "", false, nil
	}
	text, err = php.Serialize(s.list)
	return text, true, err
}

// clip shortens a text to so many bytes of whole characters.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}
