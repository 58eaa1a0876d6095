// Package transfer brings content in and out: a fresh site into an empty database,
// and one database's content into another.
package transfer

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
	"gorm.io/gorm"
)

// Site says what Install makes.
type Site struct {
	Title         string
	AdminLogin    string
	AdminPassword string // made up when empty
	AdminEmail    string
	TimeZone      string // Asia/Tehran, or an offset like +03:30; empty is +00:00
	Permalinks    string // /%postname%/
	SiteURL       string // where the site is, without a slash at the end
	HomeURL       string // SiteURL when empty
	Now           time.Time
}

// Installed holds what is told once.
type Installed struct {
	AdminLogin          string
	AdminPassword       string // only when Install made it up
	ApplicationPassword string // in groups of four
}

var (
	loginForm  = regexp.MustCompile(`^[A-Za-z0-9 _.@-]{1,60}$`)
	emailForm  = regexp.MustCompile(`^[^@\s]+@[^@\s.]+(\.[^@\s.]+)*$`)
	offsetForm = regexp.MustCompile(`^(?:UTC)?([+-])(\d{1,2})(?::?([0-5]\d))?$`)
)

// prepare checks what was asked for and completes it.
func (s *Site) prepare() (timeZone, gmtOffset string, err error) {
	s.Title = strings.TrimSpace(s.Title)
	s.SiteURL = strings.TrimRight(s.SiteURL, "/")
	s.HomeURL = strings.TrimRight(s.HomeURL, "/")
	if s.HomeURL == "" {
		s.HomeURL = s.SiteURL
	}
	if s.Now.IsZero() {
		s.Now = time.Now()
	}
	for _, address := range []string{s.SiteURL, s.HomeURL} {
		if u, err := url.Parse(address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return "", "", fmt.Errorf("%q is no address of a site: https://example.org is", address)
		}
	}
	if !loginForm.MatchString(s.AdminLogin) || strings.TrimSpace(s.AdminLogin) != s.AdminLogin {
		return "", "", fmt.Errorf("login %q: letters, digits, spaces and _ . - @ are possible", s.AdminLogin)
	}
	if !emailForm.MatchString(s.AdminEmail) || len(s.AdminEmail) > 100 {
		return "", "", fmt.Errorf("%q is no e-mail address", s.AdminEmail)
	}
	if s.Permalinks != "" && (s.Permalinks[0] != '/' || !strings.Contains(s.Permalinks, "%")) {
		return "", "", fmt.Errorf("permalinks %q: /%%postname%%/ is an example", s.Permalinks)
	}
	return zone(s.TimeZone)
}

// zone gives the options timezone_string and gmt_offset for a zone's name or offset.
func zone(name string) (timeZone, gmtOffset string, err error) {
	if name == "" {
		return "", "0", nil
	}
	if m := offsetForm.FindStringSubmatch(name); m != nil {
		hours, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3]) // none is 0
		offset := float64(hours) + float64(minutes)/60
		if m[1] == "-" {
			offset = -offset
		}
		if offset < -12 || offset > 14 {
			return "", "", fmt.Errorf("time zone %q is further than any", name)
		}
		return "", strconv.FormatFloat(offset, 'f', -1, 64), nil
	}
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		return "", "", fmt.Errorf("time zone %q is not known: Asia/Tehran or +03:30 are examples", name)
	}
	return name, "", nil
}

// Install makes a site in an empty database as WordPress's installer does: options,
// roles, an administrator, a category, a post with a comment and a page.
func Install(ctx context.Context, store *models.Store, site Site) (Installed, error) {
	timeZone, gmtOffset, err := site.prepare()
	if err != nil {
		return Installed{}, err
	}
	if err := store.Migrate(ctx); err != nil {
		return Installed{}, err
	}
	vacant, err := store.Vacant(ctx)
	if err != nil {
		return Installed{}, err
	}
	if !vacant {
		return Installed{}, models.ErrNotEmpty
	}
	done := Installed{AdminLogin: site.AdminLogin}
	if site.AdminPassword == "" {
		site.AdminPassword = auth.RandomString(24)
		done.AdminPassword = site.AdminPassword
	}
	hash, err := auth.HashPassword(site.AdminPassword)
	if err != nil {
		return Installed{}, fmt.Errorf("hash the password: %w", err)
	}
	password, plain := auth.NewApplicationPasswordEntry("headpress", site.Now)
	done.ApplicationPassword = auth.ChunkPassword(plain)

	options, err := site.options(store.Prefix(), timeZone, gmtOffset)
	if err != nil {
		return Installed{}, err
	}
	user, meta, err := site.admin(store.Prefix(), hash, password)
	if err != nil {
		return Installed{}, err
	}
	err = store.Tx(ctx, func(tx *gorm.DB) error {
		for _, rows := range []any{&options, &user, &meta} {
			if err := tx.CreateInBatches(rows, 100).Error; err != nil {
				return err
			}
		}
		if err := site.content(tx, timeZone, gmtOffset); err != nil {
			return err
		}
		return store.SkipTaken(tx, "posts", "users", "terms", "term_taxonomy")
	})
	if err != nil {
		return Installed{}, fmt.Errorf("install: %w", err)
	}
	return done, nil
}

func (s *Site) options(prefix, timeZone, gmtOffset string) ([]models.Option, error) {
	fill := map[string]string{
		"{siteurl}": s.SiteURL, "{home}": s.HomeURL, "{blogname}": s.Title, "{admin_email}": s.AdminEmail,
		"{permalink_structure}": s.Permalinks, "{timezone_string}": timeZone, "{gmt_offset}": gmtOffset,
		"{admin_email_lifespan}": strconv.FormatInt(s.Now.AddDate(0, 6, 0).Unix(), 10),
	}
	var rows []models.Option
	for _, o := range defaultOptions {
		value := o.value
		if v, ok := fill[value]; ok {
			value = v
		}
		rows = append(rows, models.Option{Name: o.name, Value: value, Autoload: o.autoload})
	}
	roles, err := php.Serialize(rolesOption())
	if err != nil {
		return nil, fmt.Errorf("serialize the roles: %w", err)
	}
	rows = append(rows, models.Option{Name: prefix + "user_roles", Value: roles, Autoload: "on"})
	for _, widget := range defaultWidgets {
		rows = append(rows, models.Option{Name: "widget_" + widget, Value: `a:1:{s:12:"_multiwidget";i:1;}`, Autoload: "auto"})
	}
	return rows, nil
}

// admin makes the administrator, who is user 1, and the usermeta WordPress gives every user.
func (s *Site) admin(prefix, hash string, password *php.Array) (models.User, []models.UserMeta, error) {
	nicename := sanitize.Title(strings.ReplaceAll(s.AdminLogin, "@", "-"), "user", "en_US")
	user := models.User{ID: 1, Login: s.AdminLogin, Pass: hash, Nicename: nicename[:min(len(nicename), 50)], Email: s.AdminEmail,
		URL: s.SiteURL, Registered: wpdate.Format(s.Now.UTC()), DisplayName: s.AdminLogin}
	passwords, err := php.Serialize(php.List(password))
	if err != nil {
		return user, nil, fmt.Errorf("serialize the application password: %w", err)
	}
	var meta []models.UserMeta
	for _, m := range [][2]string{
		{"nickname", s.AdminLogin}, {"first_name", ""}, {"last_name", ""}, {"description", ""}, {"rich_editing", "true"},
		{"syntax_highlighting", "true"}, {"infinite_scrolling", "true"}, {"comment_shortcuts", "false"}, {"admin_color", "modern"},
		{"use_ssl", "0"}, {"show_admin_bar_front", "true"}, {"locale", ""},
		{prefix + "capabilities", `a:1:{s:13:"administrator";b:1;}`}, {prefix + "user_level", "10"},
		{"dismissed_wp_pointers", ""}, {"show_welcome_panel", "1"}, {"_application_passwords", passwords},
	} {
		meta = append(meta, models.UserMeta{ObjectID: 1, Key: m[0], Value: m[1]})
	}
	return user, meta, nil
}

// content writes the first category, post, comment and page.
func (s *Site) content(tx *gorm.DB, timeZone, gmtOffset string) error {
	gmt := wpdate.Format(s.Now.UTC())
	local := wpdate.Format(s.Now.In(wpdate.Zone(timeZone, gmtOffset)))
	post := models.Post{ID: 1, Author: 1, Date: local, DateGMT: gmt, Modified: local, ModifiedGMT: gmt, Status: "publish",
		CommentStatus: "open", PingStatus: "open", Type: "post", Name: "hello-world", Title: "Hello world!",
		Content: paragraph("This is the first post of your new site. Change it or throw it away, and write your own."),
		GUID:    s.SiteURL + "/?p=1", CommentCount: 1}
	page := models.Post{ID: 2, Author: 1, Date: local, DateGMT: gmt, Modified: local, ModifiedGMT: gmt, Status: "publish",
		CommentStatus: "closed", PingStatus: "open", Type: "page", Name: "sample-page", Title: "Sample Page",
		Content: paragraph("A page stands outside the stream of posts: use one to say who you are, or how to reach you."),
		GUID:    s.SiteURL + "/?page_id=2"}
	comment := models.Comment{PostID: 1, Author: "A reader", AuthorEmail: "reader@example.com", Date: local, DateGMT: gmt,
		Content: "Good to see this site up. Comments like this one can be approved, changed and deleted.", Approved: "1", Type: "comment"}
	return errors.Join(
		insert(tx, &models.Term{ID: 1, Name: "Uncategorized", Slug: "uncategorized"}),
		insert(tx, &models.TermTaxonomy{ID: 1, TermID: 1, Taxonomy: "category", Count: 1}),
		insert(tx, &post), insert(tx, &page),
		insert(tx, &models.PostMeta{ObjectID: 2, Key: "_wp_page_template", Value: "default"}),
		insert(tx, &models.TermRelationship{ObjectID: 1, TermTaxonomyID: 1}),
		insert(tx, &comment),
	)
}

func paragraph(text string) string {
	return "<!-- wp:paragraph -->\n<p>" + text + "</p>\n<!-- /wp:paragraph -->"
}

func insert(tx *gorm.DB, row any) error { return tx.Create(row).Error }
