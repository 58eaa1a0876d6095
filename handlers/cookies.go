package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// cookie gives a cookie of somebody who has signed in, as it was sent, or "".
func (s *session) cookie(r *http.Request, scheme auth.Scheme) string {
	if c, err := r.Cookie(s.cookieName(scheme)); err == nil {
		return c.Value
	}
	return ""
}

func (s *session) cookieName(scheme auth.Scheme) string {
	_, stored := s.site.addresses(s.options, false) // cookies are named after the option, TLS or not
	return auth.CookieName(scheme, stored)
}

// pathOf is the path of an address, without a slash at its end.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.EscapedPath(), "/")
}

// sitePaths are the paths of home and siteurl: cookies for all of the site are set on both
// (COOKIEPATH, SITECOOKIEPATH).
func (s *session) sitePaths() []string {
	home, site := pathOf(s.home)+"/", pathOf(s.siteURL)+"/"
	if home == site {
		return []string{home}
	}
	return []string{home, site}
}

// adminPaths are where the cookies that open wp-admin count.
func (s *session) adminPaths() []string {
	return []string{pathOf(s.siteURL) + "/wp-content/plugins", pathOf(s.siteURL) + "/wp-admin"}
}

// adminScheme is what the cookies that open wp-admin are signed with.
func (s *session) adminScheme() auth.Scheme {
	if s.secure {
		return auth.SchemeSecureAuth
	}
	return auth.SchemeAuth
}

// setCookies has the answer set the cookies of a session that a token names (wp_set_auth_cookie).
func (s *session) setCookies(user *models.User, token string, remember bool) {
	now := s.site.Now()
	end := auth.SessionEnd(now, remember)
	salts := s.salts()
	set := func(scheme auth.Scheme, secure bool, paths []string) {
		value := php.RawURLEncode(salts.NewCookie(scheme, user.Login, user.Pass, end, token))
		for _, path := range paths {
			c := &http.Cookie{Name: s.cookieName(scheme), Value: value, Path: path, HttpOnly: true, Secure: secure}
			if remember {
				c.Expires = end.Add(auth.CookieGrace)
				c.MaxAge = int(c.Expires.Sub(now) / time.Second)
			}
			s.cookies = append(s.cookies, c)
		}
	}
	set(s.adminScheme(), s.secure, s.adminPaths())
	home, _ := s.site.addresses(s.options, false)
	set(auth.SchemeLoggedIn, s.secure && strings.HasPrefix(home, "https://"), s.sitePaths())
}

// clearCookies has the answer delete the cookies of who has signed in (wp_clear_auth_cookie).
func (s *session) clearCookies() {
	clear := func(scheme auth.Scheme, paths []string) {
		for _, path := range paths {
			s.cookies = append(s.cookies, &http.Cookie{Name: s.cookieName(scheme), Value: "%20", Path: path, Expires: s.site.Now().AddDate(-1, 0, 0), MaxAge: -1, HttpOnly: true})
		}
	}
	clear(auth.SchemeAuth, s.adminPaths())
	clear(auth.SchemeSecureAuth, s.adminPaths())
	clear(auth.SchemeLoggedIn, s.sitePaths())
}

// changeSessions changes the stored sessions of a user, inside of write.
func (s *session) changeSessions(user int64, change func(auth.Sessions)) error {
	stored := s.userMeta.get(user)
	sessions := auth.ReadSessions(stored.first(auth.MetaSessionTokens), s.site.Now())
	change(sessions)
	text, has, err := sessions.Stored()
	switch {
	case err != nil:
		return err
	case has:
		return s.site.Store.SetMeta(s.ctx, "usermeta", user, auth.MetaSessionTokens, text)
	case stored.has(auth.MetaSessionTokens):
		return s.site.Store.DeleteMeta(s.ctx, "usermeta", user, auth.MetaSessionTokens)
	}
	return nil
}

// beginSession makes a session for a user, stores it and sets its cookies.
func (s *session) beginSession(user *models.User, remember bool) error {
	token := ""
	if err := s.write(func() error {
		if user.ActivationKey != "" { // who knows the password needs no key to a new one
			if err := s.site.Store.Update(s.ctx, "users", []int64{user.ID}, map[string]any{"user_activation_key": ""}); err != nil {
				return err
			}
		}
		return s.changeSessions(user.ID, func(sessions auth.Sessions) { token = s.newSession(sessions, remember) })
	}, lockUsers); err != nil {
		return err
	}
	s.setCookies(user, token, remember)
	return nil
}

func (s *session) newSession(sessions auth.Sessions, remember bool) (token string) {
	now := s.site.Now()
	return sessions.Begin(now, auth.SessionEnd(now, remember), s.browser.IP, s.browser.UserAgent)
}

// newPassword ends the sessions of a user whose password changes, inside of write. Who
// changes his own goes on: the result is the token of the session that he has afterwards.
// WordPress leaves the rows of sessions that no cookie fits any more; here they go.
func (s *session) newPassword(user int64) (token string, err error) {
	own := s.row != nil && s.row.ID == user
	err = s.changeSessions(user, func(sessions auth.Sessions) {
		if !own {
			sessions.EndOthers("")
			return
		}
		sessions.EndOthers(s.token)
		if token = s.token; !sessions.Has(token) {
			token = s.newSession(sessions, s.remembered)
		}
	})
	return token, err
}
