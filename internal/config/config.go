// Package config holds every setting of headpress: declared once, as a field of
// Settings, and read from the command line, the environment, headpress.toml or an
// existing wp-config.php, in this order.
package config

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/mail"
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

	MaxUpload     Size   `name:"max-upload" default:"64MB" group:"files" help:"Size over which an uploaded file is refused."`
	MaxPixels     int64  `name:"max-pixels" default:"100000000" group:"files" help:"Width times height over which a picture is refused, before its pixels are read."`
	PictureMemory Size   `name:"picture-memory" default:"400MB" group:"files" help:"Memory that pictures which are made smaller at the same time take, about; others wait."`
	UploadsURL    string `name:"uploads-url" placeholder:"URL" group:"files" help:"Public address of the uploads folder, of a bucket or a CDN; used instead of the option upload_url_path."`
	S3Bucket      string `name:"s3-bucket" placeholder:"NAME" group:"files" help:"Bucket to keep uploads in, instead of the folder uploads of --content."`
	S3Endpoint    string `name:"s3-endpoint" default:"https://s3.amazonaws.com" placeholder:"URL" group:"files" help:"Server of the bucket."`
	S3Region      string `name:"s3-region" default:"us-east-1" group:"files" help:"Region of the bucket."`
	S3Prefix      string `name:"s3-prefix" placeholder:"FOLDER" group:"files" help:"What the names of objects begin with."`
	S3AccessKey   string `name:"s3-access-key" secret:"" group:"files" help:"Access key; without one AWS_ACCESS_KEY_ID or the machine's role counts."`
	S3SecretKey   string `name:"s3-secret-key" secret:"" group:"files" help:"Secret key."`
	S3Addressing  string `name:"s3-addressing" enum:"auto,path,host" default:"auto" group:"files" help:"Where addresses of objects name the bucket: in their path or in their host."`

	Listen         string        `name:"listen" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Address to listen on."`
	SiteURL        string        `name:"site-url" placeholder:"URL" help:"Used instead of the option siteurl."`
	HomeURL        string        `name:"home-url" placeholder:"URL" help:"Used instead of the option home."`
	Cache          string        `name:"cache" enum:"on,off" default:"on" help:"With off everything is read from the database on every request."`
	TrustedProxies []string      `name:"trusted-proxies" default:"127.0.0.0/8,::1/128" placeholder:"CIDR" help:"Networks whose X-Forwarded-Proto and X-Forwarded-For count."`
	MaxBody        Size          `name:"max-body" default:"64MB" help:"Size over which a request's body is refused."`
	RequestTimeout time.Duration `name:"request-timeout" default:"30s" help:"How long a request may take to be answered; then the answer is 503."`
	DrainTimeout   time.Duration `name:"drain-timeout" default:"15s" help:"How long requests may take to end after SIGTERM."`
	LogLevel       string        `name:"log-level" enum:"debug,info,warn,error" default:"info" help:"What to log: debug, info, warn or error."`
	LogFormat      string        `name:"log-format" enum:"text,json" default:"text" help:"How to log: text or json."`

	EmptyTrashDays    Days      `name:"empty-trash-days" default:"30" help:"After how many days what is in the trash is deleted; 0 is no trash: things are deleted at once, with force only."`
	Scheduler         string    `name:"scheduler" enum:"on,off" default:"on" help:"With off this server neither publishes scheduled posts nor empties the trash."`
	PostRevisions     Revisions `name:"post-revisions" default:"all" help:"How many revisions of a post are kept: a number, or all."`
	ExcerptLength     int       `name:"excerpt-length" default:"0" help:"Words, in some languages characters, of automatic excerpts; 0 is as in the site's language, mostly 55."`
	ExcerptMore       string    `name:"excerpt-more" placeholder:"HTML" help:"What stands at the end of automatic excerpts that were cut, with a space in front if there is to be one; without it \" [&hellip;]\"."`
	Environment       string    `name:"environment" enum:"production,staging,development,local" default:"production" help:"What the installation is for, as clients are told; nothing here depends on it."`
	AnonymousComments string    `name:"anonymous-comments" enum:"on,off" default:"off" help:"With on visitors may comment without signing in."`
	Privacy           string    `name:"privacy" enum:"wordpress,strict" default:"wordpress" help:"With strict visitors get no users, and cannot search comments by e-mail or IP address."`

	OutgoingHTTP string `name:"outgoing-http" enum:"on,off" default:"off" help:"With on the server asks other sites where a request needs it: previews of links and embeds, the directories of wordpress.org. It reaches public hosts only."`

	JWTSecret            string        `name:"jwt-secret" secret:"" group:"signin" help:"Signs JSON Web Tokens (JWT_AUTH_SECRET_KEY of wp-config.php), 16 characters or more; without it there are none."`
	LoginAttempts        int           `name:"login-attempts" default:"50" group:"signin" help:"How many sign-ins from one address may fail within login-window; 0 is no limit."`
	LoginAttemptsAccount int           `name:"login-attempts-account" default:"100" group:"signin" help:"The same for one account, from any address."`
	LoginWindow          time.Duration `name:"login-window" default:"15m" group:"signin" help:"How long it takes until failed sign-ins are forgotten."`

	SMTP     string `name:"smtp" placeholder:"URL" secret:"dsn" group:"mail" help:"Server that takes mails: smtp://user:password@host:port or smtps://…; without it none are sent."`
	MailFrom string `name:"mail-from" placeholder:"ADDRESS" group:"mail" help:"Who sends mails: address, or Name <address>; without it the site's name and wordpress@ its host."`

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
var Groups = map[string]string{"signin": "Signing in", "mail": "Mail", "site": "A new site", "keys": "Keys and salts", "files": "Uploaded files"}

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
	if _, err := s.MailServer(); err != nil {
		return err
	}
	if _, err := s.Sender(); err != nil {
		return err
	}
	if s.RequestTimeout <= 0 {
		return errors.New("--request-timeout: a time above 0 is needed")
	}
	if s.LoginAttempts < 0 || s.LoginAttemptsAccount < 0 || s.LoginWindow <= 0 {
		return errors.New("--login-attempts, --login-attempts-account and --login-window cannot be negative")
	}
	for name, address := range map[string]string{"site-url": s.SiteURL, "home-url": s.HomeURL, "uploads-url": s.UploadsURL} {
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

// MailServer is the server that takes mails, nil without one.
func (s *Settings) MailServer() (*mail.Server, error) {
	if s.SMTP == "" {
		return nil, nil
	}
	server, err := mail.NewServer(s.SMTP)
	if err != nil {
		return nil, fmt.Errorf("--smtp: %w", err)
	}
	return server, nil
}

// Sender is who sends mails, nobody where nothing is said.
func (s *Settings) Sender() (netmail.Address, error) {
	if s.MailFrom == "" {
		return netmail.Address{}, nil
	}
	from, err := netmail.ParseAddress(s.MailFrom)
	if err != nil {
		return netmail.Address{}, fmt.Errorf("--mail-from: %q is no address", s.MailFrom)
	}
	return *from, nil
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

// Days is a number of days.
type Days int64

// UnmarshalText reads 30.
func (d *Days) UnmarshalText(text []byte) error {
	n, err := strconv.ParseInt(string(text), 10, 32)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is no number of days", text)
	}
	*d = Days(n)
	return nil
}

// Revisions is a number of revisions. Below 0 it is all of them.
type Revisions int64

// UnmarshalText reads 5, or all.
func (r *Revisions) UnmarshalText(text []byte) error {
	if string(text) == "all" {
		*r = -1
		return nil
	}
	n, err := strconv.ParseInt(string(text), 10, 32)
	if err != nil || n < -1 {
		return fmt.Errorf("%q is no number of revisions, nor all", text)
	}
	*r = Revisions(n)
	return nil
}

// String writes the number as it is read.
func (r Revisions) String() string {
	if r < 0 {
		return "all"
	}
	return strconv.FormatInt(int64(r), 10)
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
