package handlers

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"

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

// authenticate finds out who sends the request.
func (s *session) authenticate(r *http.Request, req *api.Request) error {
	cookie := ""
	_, stored := s.site.addresses(s.options, false) // cookies are named after the option, TLS or not
	if c, err := r.Cookie(auth.CookieName(stored)); err == nil {
		cookie = c.Value
	}
	authorization := r.Header.Get("Authorization")
	nonce := nonceOf(r, req)
	if cookie == "" && authorization == "" && nonce == nil {
		return nil
	}
	salts, _ := auth.NewSalts(s.site.secret, s.options.String)
	a := &auth.Authenticator{
		Accounts: accounts{s}, Salts: salts, CapsKey: s.site.Store.Prefix() + "capabilities",
		// WordPress wants TLS or a local environment; with us TLS often ends at a proxy that does not say so.
		AppPasswords: true, Now: s.site.Now,
	}
	result, err := a.Authenticate(s.ctx, s.access, auth.Credentials{
		Authorization: authorization, Cookie: cookie, Nonce: nonce, Post: r.Method == http.MethodPost, IP: s.site.clientIP(r),
	})
	if err != nil {
		return err
	}
	s.user, s.row, s.password, s.nonce, s.token = result.User, result.Row, result.AppPassword, result.FreshNonce, result.Token
	if s.row != nil {
		s.users.put(s.row.ID, s.row)
	}
	if result.InvalidNonce {
		s.authErr = api.NewError(http.StatusForbidden, "rest_cookie_invalid_nonce", "Cookie check failed.")
	}
	return nil
}

// newNonce makes a nonce for something that the asker may do (wp_create_nonce).
func (s *session) newNonce(action string) string {
	salts, _ := auth.NewSalts(s.site.secret, s.options.String)
	return salts.Nonce(s.site.Now(), action, s.user.ID, s.token)
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

func (a accounts) SaveUserMeta(ctx context.Context, id int64, key, value string) error {
	return a.s.site.Store.Tx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&models.UserMeta{}).Where("user_id = ? AND meta_key = ?", id, key).Update("meta_value", value).Error
	})
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
	return r.TLS != nil || site.trusted(r) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
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
	hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
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
