// Package config holds every setting of headpress: declared once, as a field of
// Settings, and read from the command line, the environment, headpress.toml or an
// existing wp-config.php, in this order.
package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Settings are the flags that every command takes. The tags are the declaration:
// name, default and help, and "secret" for what is never shown and may come from a file.
type Settings struct {
	Config   string `name:"config" default:"headpress.toml" placeholder:"FILE" help:"File with settings, one 'name = value' a line."`
	WPConfig string `name:"wp-config" placeholder:"FILE" help:"A wp-config.php to take database, prefix, addresses, keys and salts from. It is read, not run."`

	DB          string `name:"db" default:"sqlite:headpress.db" placeholder:"DSN" secret:"dsn" help:"Database: sqlite:FILE, postgres://… or mysql://user:password@host:port/database."`
	TablePrefix string `name:"table-prefix" default:"wp_" help:"What the names of the tables begin with."`
	Connections int    `name:"connections" default:"0" help:"Database connections at most; 0 leaves it to the engine."`
	Content     string `name:"content" default:"./content" placeholder:"DIR" help:"The wp-content folder, with uploads and themes."`

	Listen         string        `name:"listen" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Address to listen on."`
	SiteURL        string        `name:"site-url" placeholder:"URL" help:"Used instead of the option siteurl."`
	HomeURL        string        `name:"home-url" placeholder:"URL" help:"Used instead of the option home."`
	Cache          string        `name:"cache" enum:"on,off" default:"on" help:"With off everything is read from the database on every request."`
	TrustedProxies []string      `name:"trusted-proxies" default:"127.0.0.0/8,::1/128" placeholder:"CIDR" help:"Networks whose X-Forwarded-Proto and X-Forwarded-For count."`
	MaxBody        Size          `name:"max-body" default:"64MB" help:"Size over which a request's body is refused."`
	DrainTimeout   time.Duration `name:"drain-timeout" default:"15s" help:"How long requests may take to end after SIGTERM."`
	LogLevel       string        `name:"log-level" enum:"debug,info,warn,error" default:"info" help:"What to log: debug, info, warn or error."`
	LogFormat      string        `name:"log-format" enum:"text,json" default:"text" help:"How to log: text or json."`

	Title         string `name:"title" default:"headpress" group:"site" help:"Name of the site."`
	AdminLogin    string `name:"admin-login" default:"admin" group:"site" help:"Login of the administrator."`
	AdminPassword string `name:"admin-password" secret:"" group:"site" help:"Password of the administrator; made up when empty."`
	AdminEmail    string `name:"admin-email" default:"admin@example.com" group:"site" help:"E-mail address of the administrator."`
	TimeZone      string `name:"time-zone" default:"UTC" group:"site" help:"Time zone of the site, like Asia/Tehran or +03:30."`
	Permalinks    string `name:"permalinks" default:"/%postname%/" group:"site" help:"Permalink structure; plain for ?p=1."`

	AuthKey        string `name:"auth-key" secret:"" group:"keys" help:"AUTH_KEY of wp-config.php."`
	SecureAuthKey  string `name:"secure-auth-key" secret:"" group:"keys" help:"SECURE_AUTH_KEY."`
	LoggedInKey    string `name:"logged-in-key" secret:"" group:"keys" help:"LOGGED_IN_KEY."`
	NonceKey       string `name:"nonce-key" secret:"" group:"keys" help:"NONCE_KEY."`
	AuthSalt       string `name:"auth-salt" secret:"" group:"keys" help:"AUTH_SALT."`
	SecureAuthSalt string `name:"secure-auth-salt" secret:"" group:"keys" help:"SECURE_AUTH_SALT."`
	LoggedInSalt   string `name:"logged-in-salt" secret:"" group:"keys" help:"LOGGED_IN_SALT."`
	NonceSalt      string `name:"nonce-salt" secret:"" group:"keys" help:"NONCE_SALT."`
}

// Groups are the titles of the groups that the settings name.
var Groups = map[string]string{"site": "A new site", "keys": "Keys and salts"}

// Key gives the key or salt that wp-config.php calls name (AUTH_KEY, NONCE_SALT, …).
func (s *Settings) Key(name string) string {
	switch name {
	case "AUTH_KEY":
		return s.AuthKey
	case "SECURE_AUTH_KEY":
		return s.SecureAuthKey
	case "LOGGED_IN_KEY":
		return s.LoggedInKey
	case "NONCE_KEY":
		return s.NonceKey
	case "AUTH_SALT":
		return s.AuthSalt
	case "SECURE_AUTH_SALT":
		return s.SecureAuthSalt
	case "LOGGED_IN_SALT":
		return s.LoggedInSalt
	case "NONCE_SALT":
		return s.NonceSalt
	}
	return ""
}

// Validate looks at what a type alone cannot say. kong calls it.
func (s *Settings) Validate() error {
	if _, err := s.Proxies(); err != nil {
		return err
	}
	for name, address := range map[string]string{"site-url": s.SiteURL, "home-url": s.HomeURL} {
		if address == "" {
			continue
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("--%s: %q is no http address", name, address)
		}
	}
	return nil
}

// Proxies are the networks of trusted-proxies. A single address is a network of one.
func (s *Settings) Proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range s.TrustedProxies {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			addr, also := netip.ParseAddr(text)
			if also != nil {
				return nil, fmt.Errorf("--trusted-proxies: %q is no network", text)
			}
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// Size is a number of bytes, written like 64MB.
type Size int64

var sizes = regexp.MustCompile(`^(\d{1,15})\s*([KMG]?)(?:i?B)?$`)

// UnmarshalText reads 512, 64KB, 64M or 1GiB; a kilobyte has 1024 bytes.
func (s *Size) UnmarshalText(text []byte) error {
	m := sizes.FindStringSubmatch(strings.TrimSpace(string(text)))
	if m == nil {
		return fmt.Errorf("%q is no size; 64MB is one", text)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return err
	}
	n <<= map[string]int{"": 0, "K": 10, "M": 20, "G": 30}[m[2]]
	if n <= 0 || n > 1<<50 {
		return fmt.Errorf("%q is no sensible size", text)
	}
	*s = Size(n)
	return nil
}

// String writes the size in the largest unit that fits.
func (s Size) String() string {
	for _, u := range []struct {
		shift int
		name  string
	}{{30, "GB"}, {20, "MB"}, {10, "KB"}} {
		if s > 0 && s%(1<<u.shift) == 0 {
			return strconv.FormatInt(int64(s>>u.shift), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

var passwordInDSN = regexp.MustCompile(`^([a-z]+://[^:/@]*):.*@([^@]*)$`)

// MaskDSN hides the password in a database address.
func MaskDSN(dsn string) string { return passwordInDSN.ReplaceAllString(dsn, "$1:***@$2") }
