package auth

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

// The usermeta that authentication reads, beside {prefix}capabilities.
const (
	MetaApplicationPasswords = "_application_passwords"
	MetaSessionTokens        = "session_tokens"
)

// usageEvery is how often the use of an application password is recorded.
const usageEvery = 24 * time.Hour

// Accounts finds users and their metadata for Authenticator. One call should be one query.
type Accounts interface {
	// FindLogin gives the user with that login or, when there is none and email is not
	// empty, with that e-mail address; nil when there is neither. Letter case and
	// accents do not matter, as in WordPress's collation.
	FindLogin(ctx context.Context, login, email string) (*models.User, error)
	// LoadUserMeta gives those metadata of a user, as stored.
	LoadUserMeta(ctx context.Context, id int64, keys ...string) (map[string]string, error)
	// ReplaceUserMeta replaces a value that is still the old one: who has written another meanwhile has priority.
	ReplaceUserMeta(ctx context.Context, id int64, key, old, value string) error
	// UserByID gives a user, nil when there is none.
	UserByID(ctx context.Context, id int64) (*models.User, error)
	// RenewPassword replaces the stored hash of a password, unless it has changed meanwhile.
	RenewPassword(ctx context.Context, id int64, old, hash string) error
}

// Credentials are what a request says about who sends it.
type Credentials struct {
	Authorization string  // the header
	Cookie        string  // value of the cookie of SchemeLoggedIn, as sent
	Nonce         *string // parameter _wpnonce or else header X-WP-Nonce; nil without both
	Post          bool    // the method is POST: an expired session still has an hour
	IP            string  // of the client, recorded with the use of an application password
	UserAgent     string  // of the client, recorded with a session
}

// Result says who asks.
type Result struct {
	User *User        // never nil
	Row  *models.User // the user's row; nil for nobody
	// AppPassword is the uuid of the application password in use, if one is.
	AppPassword string
	// Token is the session token of the cookie sent, good or not.
	Token string
	// Remembered: the cookie belongs to a session that lasts long.
	Remembered bool
	// FreshNonce goes out as X-WP-Nonce when the nonce sent was good.
	FreshNonce string
	// InvalidNonce: the request must be refused with 403 rest_cookie_invalid_nonce.
	InvalidNonce bool
	// Refused: the token that a request bears does not count (a *TokenError), or too many
	// sign-ins have failed (a *TooMany).
	Refused error
}

// settled tells whether a password has decided who asks: a nonce does not matter then.
func (r *Result) settled() bool { return r.AppPassword != "" || r.Refused != nil }

// Authenticator finds out who asks.
type Authenticator struct {
	Accounts Accounts
	Salts    Salts
	// CapsKey is the usermeta with roles: the table prefix and "capabilities".
	CapsKey string
	// AppPasswords says whether application passwords are accepted: behind TLS, or in a local environment.
	AppPasswords bool
	// Tokens are the JSON Web Tokens of the site; nil accepts none.
	Tokens *Tokens
	// Attempts bounds failed sign-ins.
	Attempts *Attempts
	Now      func() time.Time
}

// Authenticate finds out who asks, as WordPress does: a good cookie goes before an
// application password, but counts only with a nonce; a wrong application
// password, or none, makes a visitor. Without credentials nothing is queried.
func (a *Authenticator) Authenticate(ctx context.Context, access *Access, c Credentials) (Result, error) {
	r := Result{User: access.Nobody()}
	byCookie, err := a.cookie(ctx, access, SchemeLoggedIn, c, &r)
	if err != nil {
		return r, fmt.Errorf("authenticate by cookie: %w", err)
	}
	if token, ok := Bearer(c.Authorization); ok && !byCookie && a.Tokens != nil {
		if err := a.token(ctx, access, token, &r); err != nil {
			return r, fmt.Errorf("authenticate by token: %w", err)
		}
		return r, nil
	}
	if !byCookie && a.AppPasswords {
		if err := a.basic(ctx, access, c, &r); err != nil {
			return r, fmt.Errorf("authenticate by application password: %w", err)
		}
		if r.settled() {
			return r, nil
		}
	}
	now := a.Now()
	switch {
	case c.Nonce == nil: // a page of another site may have sent the cookie (rest_cookie_check_errors)
		r.User, r.Row = access.Nobody(), nil
	case a.Salts.CheckNonce(now, *c.Nonce, RESTAction, r.User.ID, r.Token):
		r.FreshNonce = a.Salts.Nonce(now, RESTAction, r.User.ID, r.Token)
	default:
		r.InvalidNonce = true
	}
	return r, nil
}

// ByCookie finds out who asks for a page: there a cookie counts alone, and what changes
// something is guarded by nonces of its own.
func (a *Authenticator) ByCookie(ctx context.Context, access *Access, scheme Scheme, c Credentials) (Result, error) {
	r := Result{User: access.Nobody()}
	if _, err := a.cookie(ctx, access, scheme, c, &r); err != nil {
		return r, fmt.Errorf("authenticate by cookie: %w", err)
	}
	return r, nil
}

func (a *Authenticator) cookie(ctx context.Context, access *Access, scheme Scheme, c Credentials, r *Result) (bool, error) {
	if c.Cookie == "" {
		return false, nil
	}
	cookie, ok := ParseCookie(urldecode(c.Cookie))
	if !ok {
		return false, nil
	}
	now := a.Now()
	r.Token, r.Remembered = cookie.Token, cookie.Remembered(now)
	login := sanitize.User(strings.Trim(cookie.Login, phpSpace), false)
	if cookie.expired(now, c.Post) || login == "" {
		return false, nil
	}
	row, err := a.Accounts.FindLogin(ctx, login, "")
	if err != nil || row == nil {
		return false, err
	}
	meta, err := a.Accounts.LoadUserMeta(ctx, row.ID, a.CapsKey, MetaSessionTokens)
	if err != nil {
		return false, err
	}
	if !a.Salts.CheckCookie(scheme, now, cookie, row.Pass, php.MaybeUnserialize(meta[MetaSessionTokens])) {
		return false, nil
	}
	r.Row, r.User = row, access.User(row.ID, row.Login, php.MaybeUnserialize(meta[a.CapsKey]))
	return true, nil
}

// basic tries an application password. Whatever is wrong with it leaves a visitor.
func (a *Authenticator) basic(ctx context.Context, access *Access, c Credentials, r *Result) error {
	name, password, ok := basicAuth(c.Authorization)
	if !ok || name == "" || password == "" {
		return nil
	}
	login, email := sanitize.User(strings.Trim(name, phpSpace), false), ""
	if sanitize.IsEmail(name) {
		email = name
	}
	if login == "" && email == "" {
		return nil
	}
	row, err := a.Accounts.FindLogin(ctx, login, email)
	if err != nil {
		return err
	}
	try, refused := a.Attempts.begin(c.IP, appPasswordCost)
	if refused == nil {
		refused = try.on(row, login)
	}
	if row == nil {
		r.Refused = refused
		return nil
	}
	meta, err := a.Accounts.LoadUserMeta(ctx, row.ID, a.CapsKey, MetaApplicationPasswords)
	if err != nil {
		return err
	}
	known := meta[MetaApplicationPasswords]
	list, _ := php.MaybeUnserialize(known).(*php.Array)
	for _, item := range list.Values() {
		fields, ok := item.(*php.Array)
		if !ok {
			continue
		}
		stored, _ := fields.Get("password")
		hash := php.ToString(stored)
		if refused != nil && !strings.HasPrefix(hash, fastPrefix) {
			continue // checking an old hash takes long; a fast one counts whatever failed before
		}
		if !CheckApplicationPassword(password, hash) {
			continue
		}
		if refused == nil {
			try.succeed()
		}
		uuid, _ := fields.Get("uuid")
		r.AppPassword = php.ToString(uuid)
		r.Row, r.User = row, access.User(row.ID, row.Login, php.MaybeUnserialize(meta[a.CapsKey]))
		return a.recordUse(ctx, row.ID, known, list, fields, c.IP)
	}
	r.Refused = refused
	return nil
}

// recordUse notes when and from where an application password was used, once a day. A list that has changed
// meanwhile stays as it is: passwords that somebody has just revoked must not come back.
func (a *Authenticator) recordUse(ctx context.Context, user int64, known string, list, fields *php.Array, ip string) error {
	last, _ := fields.Get("last_used")
	now := a.Now().Unix()
	if last != nil && php.ToInt(last)+int64(usageEvery/time.Second) > now {
		return nil
	}
	fields.Set("last_used", now)
	fields.Set("last_ip", ip)
	stored, err := php.Serialize(list)
	if err != nil {
		return fmt.Errorf("record use: %w", err)
	}
	if err := a.Accounts.ReplaceUserMeta(ctx, user, MetaApplicationPasswords, known, stored); err != nil {
		return fmt.Errorf("record use: %w", err)
	}
	return nil
}

// basicAuth takes name and password out of an Authorization header, as forgiving as PHP is.
func basicAuth(header string) (name, password string, ok bool) {
	const scheme = "basic "
	if len(header) < len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return "", "", false
	}
	kept := make([]byte, 0, len(header))
	for i := len(scheme); i < len(header); i++ { // PHP's base64_decode steps over what is no digit
		c := header[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/' {
			kept = append(kept, c)
		}
	}
	n, err := base64.RawStdEncoding.Decode(kept, kept)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(kept[:n]), ":")
}

// urldecode decodes a cookie's value as PHP does; a percent sign that begins no code stays.
func urldecode(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			out = append(out, ' ')
		case c == '%' && i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0:
			out = append(out, byte(hexDigit(s[i+1])<<4|hexDigit(s[i+2])))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
