package handlers

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	netmail "net/mail"
	"net/netip"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/fetch"
	"github.com/headpress/headpress/internal/instance"
	"github.com/headpress/headpress/internal/mail"
	uploads "github.com/headpress/headpress/media"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
)

// Site is what all requests to a site share.
type Site struct {
	Store    *models.Store
	Registry *registry.Registry
	// Content is the wp-content folder: uploads/ and themes/.
	Content string
	// Storage holds the uploads, a folder of Content where nothing else is said.
	Storage uploads.Storage
	// Ledger keeps files and rows in step.
	Ledger *uploads.Ledger
	// UploadsURL replaces the option upload_url_path where it is set.
	UploadsURL string
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
	// MaxUpload bounds files that are uploaded, in bytes.
	MaxUpload int64
	// Maker makes the smaller copies of pictures.
	Maker *uploads.Maker
	// Revisions is how many revisions of a post are kept (WP_POST_REVISIONS); nil keeps all.
	Revisions *int64
	// EmptyTrashDays is after how many days the trash is emptied (EMPTY_TRASH_DAYS); with 0 there
	// is no trash, nil is as WordPress has it.
	EmptyTrashDays *int64
	// Environment is what the installation is for (WP_ENVIRONMENT_TYPE); "" is production.
	Environment string
	// AnonymousComments lets visitors comment (the filter rest_allow_anonymous_comments).
	AnonymousComments bool
	// ExcerptLength and ExcerptMore are the length of summaries and what stands at the end of
	// those that were cut (the filters excerpt_length and excerpt_more); 0 and "" are the usual.
	ExcerptLength int
	ExcerptMore   string
	// StrictPrivacy keeps users, and what only moderators see of comments, from visitors.
	StrictPrivacy bool
	// Timeout bounds the time that an answer may take.
	Timeout time.Duration
	// Fetch asks other sites; nil asks none.
	Fetch *fetch.Client
	// Directory is where the directories of wordpress.org answer; without it, there.
	Directory string
	// JWTSecret signs JSON Web Tokens; without one there are no routes for them.
	JWTSecret string
	// Attempts bounds failed sign-ins; nil bounds none.
	Attempts *auth.Attempts

	// Mail takes the mails that writes cause; nil is no mail. MailFrom is who sends them; without an address it is as WordPress has it.
	Mail     *mail.Server
	MailFrom netmail.Address

	// Lookup gives the addresses of a host; nil asks the system's name servers.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)

	guarded atomic.Int64  // texts that the guard has changed
	mails   chan struct{} // says that a mail has been put into the outbox

	auths *auth.Registry
	opts  optionsCache
	theme themeCache
}

// standardTrashDays is what WordPress has for EMPTY_TRASH_DAYS where nobody says otherwise.
const standardTrashDays = 30

// trashDays is for how many days things stay in the trash; 0 is no trash.
func (site *Site) trashDays() int64 {
	if site.EmptyTrashDays == nil {
		return standardTrashDays
	}
	return *site.EmptyTrashDays
}

// environment is what the installation is for.
func (site *Site) environment() string { return cmp.Or(site.Environment, environments[0]) }

// keptRevisions is how many revisions of a post are kept, all of them when it is below 0.
func (site *Site) keptRevisions() int64 {
	if site.Revisions == nil {
		return -1
	}
	return *site.Revisions
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
	if site.Storage == nil {
		site.Storage = uploads.NewFolder(filepath.Join(site.Content, "uploads"))
	}
	if site.Ledger == nil {
		site.Ledger = &uploads.Ledger{Storage: site.Storage, Store: site.Store, Log: site.Log, Now: site.Now}
	}
	if site.MaxBody == 0 {
		site.MaxBody = 64 << 20
	}
	if site.MaxUpload == 0 {
		site.MaxUpload = 64 << 20
	}
	if site.Maker == nil {
		site.Maker = uploads.NewMaker(0, 0)
	}
	if site.Fetch == nil {
		site.Fetch = fetch.New(true)
	}
	if site.Directory == "" {
		site.Directory = "https://api.wordpress.org"
	}
	if site.Timeout == 0 {
		site.Timeout = 30 * time.Second
	}
	site.mails = make(chan struct{}, 1)
	site.auths = capabilitiesOf(site.Registry)
	table, err := api.NewTable(site.routes())
	if err != nil {
		return nil, err
	}
	return &api.Server{
		Table:       table,
		MaxBody:     site.MaxBody,
		MaxUpload:   site.MaxUpload,
		Spool:       site.spool(),
		MayUpload:   site.mayUpload,
		Known:       func(r *http.Request, req *api.Request) bool { return site.sender(r, req).LoggedIn() },
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

// mayUpload tells whether who sends a request may send files with it: media or fonts.
func (site *Site) mayUpload(r *http.Request, req *api.Request) bool {
	u := site.sender(r, req)
	return u.can("upload_files") || u.can("edit_theme_options")
}

// spool is where uploads wait: where the storage is a folder beside it, so that they stay on one disk.
func (site *Site) spool() func() (string, error) {
	if folder, ok := site.Storage.(*uploads.Folder); ok {
		return folder.Scratch
	}
	return func() (string, error) { return instance.Scratch(os.TempDir()) }
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
