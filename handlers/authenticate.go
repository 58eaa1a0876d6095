package handlers

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// optionsLife is how long a cached copy of the options may be old: a WordPress
// beside us may change them at any time.
const optionsLife = time.Second

type optionsCache struct {
	mu      sync.Mutex
	options *models.Options
	read    time.Time
	reading bool
}

func (site *Site) options(ctx context.Context) (*models.Options, error) {
	if !site.CacheOptions {
		return site.Store.Options(ctx)
	}
	c := &site.opts
	c.mu.Lock()
	// While one request reads them anew, the others take the old ones: nobody waits for a slow database.
	if c.options != nil && (c.reading || time.Since(c.read) < optionsLife) {
		defer c.mu.Unlock()
		return c.options, nil
	}
	c.reading = true
	c.mu.Unlock()
	started := time.Now()
	o, err := site.Store.Options(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reading = false
	if err != nil {
		return nil, err
	}
	c.options, c.read = o, started
	return o, nil
}

// StoreSalts makes up and stores the keys and salts that neither the settings nor the
// options hold (wp_salt): without them no cookie and no nonce counts.
func (site *Site) StoreSalts(ctx context.Context) error {
	options, err := site.Store.Options(ctx)
	if err != nil {
		return err
	}
	_, missing := auth.NewSalts(site.secret, options.String)
	for _, name := range missing {
		if err := site.Store.AddOption(ctx, models.Option{Name: name, Value: auth.RandomString(64), Autoload: "off"}); err != nil {
			return err
		}
	}
	return nil
}

// nonceOf gives the nonce that comes with a request, nil without one. As in PHP's
// $_REQUEST a form goes before the query; a list is no nonce.
func nonceOf(r *http.Request, req *api.Request) *string {
	for _, source := range []*php.Array{req.Form, req.Query} {
		if v, ok := source.Get("_wpnonce"); ok {
			nonce, _ := v.(string)
			return &nonce
		}
	}
	if values := r.Header.Values("X-WP-Nonce"); len(values) > 0 {
		return &values[0]
	}
	return nil
}

// authenticator is what finds out who sends the request.
func (s *session) authenticator() *auth.Authenticator {
	a := &auth.Authenticator{
		Accounts: accounts{s}, Salts: s.salts(), CapsKey: s.site.Store.Prefix() + "capabilities",
		// WordPress wants TLS or a local environment; with us TLS often ends at a proxy that does not say so.
		AppPasswords: true, Attempts: s.site.Attempts, Now: s.site.Now,
	}
	if s.site.JWTSecret != "" {
		a.Tokens = &auth.Tokens{Secret: s.site.JWTSecret, Issuer: s.home, Now: s.site.Now}
	}
	return a
}

func (s *session) salts() auth.Salts {
	salts, _ := auth.NewSalts(s.site.secret, s.options.String)
	return salts
}

// authenticate finds out who sends the request.
func (s *session) authenticate(r *http.Request, req *api.Request) error {
	c := s.browser
	c.Cookie, c.Authorization, c.Nonce = s.cookie(r, auth.SchemeLoggedIn), r.Header.Get("Authorization"), nonceOf(r, req)
	if c.Cookie == "" && c.Authorization == "" && c.Nonce == nil {
		return nil
	}
	a := s.authenticator()
	if forTokens(req.Route) { // who asks for a new token may hold one that has expired
		a.Tokens = nil
	}
	result, err := a.Authenticate(s.ctx, s.access, c)
	if err != nil {
		return err
	}
	s.signedIn(result)
	s.password, s.nonce = result.AppPassword, result.FreshNonce
	switch {
	case result.Refused != nil:
		s.authErr = refusal(result.Refused)
	case result.InvalidNonce:
		s.authErr = api.NewError(http.StatusForbidden, "rest_cookie_invalid_nonce", "Cookie check failed.")
	}
	return nil
}

// sender is who sends a request whose body is still coming, nobody if that cannot be found out. A cookie without a
// nonce counts here: the form may yet bring one.
func (site *Site) sender(r *http.Request, req *api.Request) *session {
	ctx, cancel := context.WithTimeout(r.Context(), site.Timeout)
	defer cancel()
	s, err := site.begin(ctx, r, req)
	if err == nil && s.row == nil && s.authErr == nil {
		err = (&visit{session: s, r: r}).byCookie(auth.SchemeLoggedIn)
	}
	if err != nil { // the answer will tell
		return &session{}
	}
	return s
}

// signedIn makes the session that of who has signed in.
func (s *session) signedIn(r auth.Result) {
	s.user, s.row, s.token, s.remembered = r.User, r.Row, r.Token, r.Remembered
	if s.row != nil {
		s.users.put(s.row.ID, s.row)
	}
}

// refusal tells clients why a sign-in does not count.
func refusal(err error) *api.Error {
	var many *auth.TooMany
	var token *auth.TokenError
	switch {
	case errors.As(err, &many):
		e := api.NewError(http.StatusTooManyRequests, "rest_too_many_requests", "Too many failed attempts to sign in. Try again later.")
		e.RetryAfter = max(1, int(many.Wait/time.Second))
		return e
	case errors.As(err, &token):
		return api.NewError(http.StatusForbidden, token.Code, token.Message)
	}
	return api.NewError(http.StatusForbidden, "rest_forbidden", "You cannot sign in like this.")
}

// newNonce makes a nonce for something that the asker may do (wp_create_nonce).
func (s *session) newNonce(action string) string {
	return s.salts().Nonce(s.site.Now(), action, s.user.ID, s.token)
}

func (site *Site) secret(name string) string {
	if site.Secret == nil {
		return ""
	}
	return site.Secret(name)
}

// accounts finds users for auth.
type accounts struct{ s *session }

func (a accounts) FindLogin(ctx context.Context, login, email string) (*models.User, error) {
	return a.s.site.Store.FindLogin(ctx, login, email)
}

func (a accounts) LoadUserMeta(ctx context.Context, id int64, keys ...string) (map[string]string, error) {
	// All of it is read: what a request about oneself shows needs no second statement.
	meta := a.s.userMeta.get(id)
	out := map[string]string{}
	for _, k := range keys {
		if meta.has(k) {
			out[k] = meta.first(k)
		}
	}
	return out, a.s.err
}

func (a accounts) ReplaceUserMeta(ctx context.Context, id int64, key, old, value string) error {
	return a.s.site.Store.ReplaceUserMeta(ctx, id, key, old, value)
}

func (a accounts) UserByID(ctx context.Context, id int64) (*models.User, error) {
	return a.s.site.Store.UserByID(ctx, id)
}

func (a accounts) RenewPassword(ctx context.Context, id int64, old, hash string) error {
	return a.s.site.Store.RenewPassword(ctx, id, old, hash)
}

// trusted tells whether a request comes from a proxy whose headers count.
func (site *Site) trusted(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	addr = addr.Unmap()
	for _, p := range site.Proxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// secure tells whether the client speaks TLS, with us or with a trusted proxy.
func (site *Site) secure(r *http.Request) bool {
	if r == nil {
		return false
	}
	proto := r.Header.Values("X-Forwarded-Proto") // the last one is the proxy's
	return r.TLS != nil || site.trusted(r) && len(proto) > 0 && strings.EqualFold(proto[len(proto)-1], "https")
}

// clientIP is the client's address: behind trusted proxies the last one that is none of them.
func (site *Site) clientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if !site.trusted(r) {
		return host
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",") // some proxies add a header of their own
	for i := len(hops) - 1; i >= 0; i-- {
		addr, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		host = addr.Unmap().String()
		inside := false
		for _, p := range site.Proxies {
			inside = inside || p.Contains(addr.Unmap())
		}
		if !inside {
			break
		}
	}
	return host
}
