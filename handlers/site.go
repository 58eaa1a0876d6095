package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
)

// Site is what all requests to a site share.
type Site struct {
	Store    *models.Store
	Registry *registry.Registry
	// Content is the wp-content folder: uploads/ and themes/.
	Content string
	// Secret gives a key or salt by its name in wp-config.php (AUTH_KEY, NONCE_SALT, …), "" where the settings hold none.
	Secret func(name string) string
	// SiteURL and HomeURL replace the options siteurl and home where they are set.
	SiteURL, HomeURL string
	// CacheOptions keeps what rarely changes in memory for a moment; without it every request reads everything.
	CacheOptions bool
	// Proxies are the networks whose X-Forwarded headers count.
	Proxies []netip.Prefix
	Policy  auth.Policy
	Log     *slog.Logger
	// Now is the clock.
	Now func() time.Time
	// MaxBody bounds request bodies, in bytes.
	MaxBody int64
	// Revisions is how many revisions of a post are kept (WP_POST_REVISIONS); nil keeps all.
	Revisions *int64
	// Timeout bounds the time that an answer may take.
	Timeout time.Duration

	auths *auth.Registry
	opts  optionsCache
	theme themeCache
}

// NewServer makes the API of a site.
func NewServer(site *Site) (*api.Server, error) {
	if site.Registry == nil {
		site.Registry = registry.New()
	}
	if site.Now == nil {
		site.Now = time.Now
	}
	if site.Log == nil {
		site.Log = slog.Default()
	}
	if site.MaxBody == 0 {
		site.MaxBody = 64 << 20
	}
	if site.Timeout == 0 {
		site.Timeout = 30 * time.Second
	}
	site.auths = capabilitiesOf(site.Registry)
	table, err := api.NewTable(site.routes())
	if err != nil {
		return nil, err
	}
	return &api.Server{
		Table:       table,
		MaxBody:     site.MaxBody,
		Log:         site.Log,
		Unavailable: models.IsUnavailable,
		Timeout:     site.Timeout,
		Begin: func(ctx context.Context, r *http.Request, req *api.Request) (api.Session, error) {
			s, err := site.begin(ctx, r, req)
			if err != nil {
				return nil, err
			}
			return s, nil
		},
	}, nil
}

// capabilitiesOf tells auth what is registered.
func capabilitiesOf(r *registry.Registry) *auth.Registry {
	types := make([]auth.PostType, len(r.Types))
	for i, t := range r.Types {
		types[i] = auth.PostType{Name: t.Name, MapMetaCap: t.MapMetaCap, Caps: map[string]string{}}
		for _, c := range t.Caps {
			types[i].Caps[c.Key] = c.Value.(string)
		}
	}
	taxonomies := make([]auth.Taxonomy, len(r.Taxonomies))
	for i, t := range r.Taxonomies {
		taxonomies[i] = auth.Taxonomy{Name: t.Name, Caps: map[string]string{}}
		for _, c := range t.Caps {
			taxonomies[i].Caps[c.Key] = c.Value.(string)
		}
	}
	statuses := make([]auth.Status, len(r.Statuses))
	for i, s := range r.Statuses {
		statuses[i] = auth.Status{Name: s.Name, Public: s.Public, Private: s.Private}
	}
	return auth.NewRegistry(types, taxonomies, statuses)
}
