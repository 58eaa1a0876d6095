package auth

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/php"
)

// cookiePrefixes are how the names of cookies begin, by what they are signed with.
var cookiePrefixes = map[Scheme]string{SchemeLoggedIn: "wordpress_logged_in_", SchemeAuth: "wordpress_", SchemeSecureAuth: "wordpress_sec_"}

// CookieName is the name of the cookie that says who has signed in: SchemeLoggedIn to all of
// the site; SchemeAuth, or SchemeSecureAuth over TLS, to wp-admin. siteURL is the option siteurl.
func CookieName(scheme Scheme, siteURL string) string {
	sum := md5.Sum([]byte(siteURL))
	return cookiePrefixes[scheme] + hex.EncodeToString(sum[:])
}

// ResetCookieName is the name of the cookie that keeps login and key while somebody sets a new password.
func ResetCookieName(siteURL string) string {
	sum := md5.Sum([]byte(siteURL))
	return "wp-resetpass-" + hex.EncodeToString(sum[:])
}

// Cookie is what a cookie of somebody who has signed in says.
type Cookie struct {
	Login      string
	Expiration int64
	Token      string
	MAC        string
}

// ParseCookie takes a cookie's value apart, already percent-decoded.
func ParseCookie(value string) (Cookie, bool) {
	parts := strings.Split(value, "|")
	if len(parts) != 4 {
		return Cookie{}, false
	}
	expiration, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return Cookie{}, false
	}
	return Cookie{parts[0], expiration, parts[2], parts[3]}, true
}

// NewCookie makes the value of a cookie, not percent-encoded.
func (s Salts) NewCookie(scheme Scheme, login, passwordHash string, expiration time.Time, token string) string {
	c := Cookie{Login: login, Expiration: expiration.Unix(), Token: token}
	return c.signed() + "|" + s.sign(scheme, c, passwordHash)
}

func (c Cookie) signed() string {
	return c.Login + "|" + strconv.FormatInt(c.Expiration, 10) + "|" + c.Token
}

// sign binds the cookie to the site's secrets and to four characters of the
// password hash: a new password ends all sessions.
func (s Salts) sign(scheme Scheme, c Cookie, passwordHash string) string {
	key := s.Hash(c.Login+"|"+passwordFragment(passwordHash)+"|"+strconv.FormatInt(c.Expiration, 10)+"|"+c.Token, scheme)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(c.signed()))
	return hex.EncodeToString(mac.Sum(nil))
}

// passwordFragment: old hashes give four characters of their salt, newer ones their end.
func passwordFragment(hash string) string {
	if strings.HasPrefix(hash, "$P$") || strings.HasPrefix(hash, "$2y$") {
		return hash[min(8, len(hash)):min(12, len(hash))]
	}
	return hash[max(0, len(hash)-4):]
}

// postGrace is how long after its end a session may still save what is being written.
const postGrace = time.Hour

// expired tells whether a cookie is too old even to be looked up.
func (c Cookie) expired(now time.Time, post bool) bool {
	end := c.Expiration
	if post {
		end += int64(postGrace / time.Second)
	}
	return end < now.Unix()
}

// CheckCookie verifies a cookie against the user it names: the signature and the session,
// which must be among the unserialized usermeta session_tokens.
func (s Salts) CheckCookie(scheme Scheme, now time.Time, c Cookie, passwordHash string, sessions any) bool {
	if s[scheme] == "" || !equal(c.MAC, s.sign(scheme, c, passwordHash)) { // without secrets anybody can sign
		return false
	}
	list, _ := sessions.(*php.Array)
	session, ok := list.Get(SessionVerifier(c.Token))
	if !ok {
		return false
	}
	if fields, ok := session.(*php.Array); ok {
		session, _ = fields.Get("expiration")
	}
	return php.ToInt(session) >= now.Unix()
}
