package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// load parses a command line with an environment and files written into a new folder,
// which the process works in.
func load(t *testing.T, args []string, env map[string]string, files map[string]string) (*Settings, *Loader, *kong.Context, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var cli struct {
		Settings
		Do struct{} `cmd:""`
	}
	l := &Loader{Lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
	k, err := kong.New(&cli, l.Options()...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := k.Parse(append(args, "do"))
	return &cli.Settings, l, ctx, err
}

const wpConfig = `<?php
/* define('DB_NAME', 'comment'); */
// define('DB_NAME', 'comment');
# define('DB_NAME', 'comment');
define( 'DB_NAME', 'site' ); define("DB_USER", "wp"); DEFINE('DB_PASSWORD', 'p@s\'s\\:/"w');
define('DB_HOST', '10.0.0.1:3307');
define('DB_NAME', 'second');
define('AUTH_KEY', 'a;)//#\'define' ); define('NONCE_SALT', "n\x41\101\u{e9}\$x\"\q");
define('WP_HOME', 'https://' . 'example.org');
define('WP_SITEURL', "https://$host/");
define('LOGGED_IN_KEY', some_function('x'));
define('SECURE_AUTH_KEY', getenv_docker('WORDPRESS_SECURE_AUTH_KEY', 'from the image'));
define('WP_DEBUG', false);
$table_prefix = 'blog_';
if ( ! defined( 'ABSPATH' ) ) { define( 'ABSPATH', __DIR__ . '/' ); }
require_once ABSPATH . 'wp-settings.php';
?>
define('AUTH_SALT', 'text outside of PHP');
`

func TestPrecedence(t *testing.T) {
	files := map[string]string{
		"headpress.toml":         "db = 'sqlite:file.db'\nlisten = ':1'\ncontent = 'c-file'\ntable_prefix = 'file_'\nmax-body = 1024\ntrusted-proxies = ['10.0.0.0/8', '192.0.2.1']\n",
		"wp/wp-config.php":       wpConfig,
		"key":                    "from a file\n",
		"wp/wp-content/index.js": "",
	}
	env := map[string]string{"HEADPRESS_LISTEN": ":2", "HEADPRESS_CONTENT": "c-env", "HEADPRESS_TITLE": "", "HEADPRESS_AUTH_KEY_FILE": "key", "HEADPRESS_LISTEN_FILE": "key"}
	s, l, ctx, err := load(t, []string{"--content", "c-flag", "--wp-config", "wp/wp-config.php"}, env, files)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, got, want string }{
		{"flag beats environment", s.Content, "c-flag"}, {"environment beats file", s.Listen, ":2"}, {"file beats wp-config.php", s.DB, "sqlite:file.db"},
		{"file, with an underscore", s.TablePrefix, "file_"}, {"a secret from a file", s.AuthKey, "from a file"}, {"wp-config.php", s.SecureAuthKey, "from the image"},
		{"wp-config.php, joined", s.HomeURL, "https://example.org"}, {"not a literal", s.SiteURL, ""}, {"an empty variable is none", s.Title, "headpress"}, {"a number", s.MaxBody.String(), "1KB"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, not %q", c.what, c.got, c.want)
		}
	}
	if p, err := s.Proxies(); err != nil || len(p) != 2 || p[1].String() != "192.0.2.1/32" {
		t.Errorf("%v, %v", p, err)
	}
	var list strings.Builder
	for _, r := range l.Rows(ctx) {
		list.WriteString(strings.Join([]string{r.Name, r.Value, r.Source, r.Default}, "|") + "\n")
	}
	for _, want := range []string{
		"content|c-flag|--content|./content\n", "listen|:2|HEADPRESS_LISTEN|127.0.0.1:8080\n", "db|sqlite:file.db|headpress.toml|sqlite:headpress.db\n", "auth-key|***|HEADPRESS_AUTH_KEY_FILE|\n",
		"nonce-salt|***|wp/wp-config.php|\n", "title|headpress|default|headpress\n", "site-url|||\n", "max-body|1KB|headpress.toml|64MB\n", "trusted-proxies|10.0.0.0/8,192.0.2.1|headpress.toml|127.0.0.0/8,::1/128\n",
	} {
		if !strings.Contains(list.String(), want) {
			t.Errorf("%q is not in\n%s", want, list.String())
		}
	}
}

func TestInPlace(t *testing.T) {
	s, _, _, err := load(t, nil, map[string]string{"HEADPRESS_WP_CONFIG": "wp/wp-config.php"}, map[string]string{"wp/wp-config.php": wpConfig, "wp/wp-content/index.js": ""})
	if err != nil {
		t.Fatal(err)
	}
	if want := `mysql://wp:p%40s%27s%5C%3A%2F%22w@10.0.0.1:3307/site`; s.DB != want || s.TablePrefix != "blog_" || s.Content != filepath.Join("wp", "wp-content") {
		t.Errorf("%s %s %s", s.DB, s.TablePrefix, s.Content)
	}
	if s.Key("AUTH_KEY") != "a;)//#'define" || s.Key("NONCE_SALT") != "nAAé$x\"\\q" || s.Key("LOGGED_IN_KEY") != "" || s.Key("AUTH_SALT") != "" {
		t.Errorf("%q %q %q", s.AuthKey, s.NonceSalt, s.LoggedInKey)
	}
	if MaskDSN(s.DB) != "mysql://wp:***@10.0.0.1:3307/site" {
		t.Error(MaskDSN(s.DB))
	}
}

func TestWrongSettings(t *testing.T) {
	for name, c := range map[string]struct {
		args  []string
		env   map[string]string
		files map[string]string
	}{
		"unknown name":    {files: map[string]string{"headpress.toml": "data-base = 1"}},
		"no toml":         {files: map[string]string{"headpress.toml": "db"}},
		"missing file":    {args: []string{"--config", "gone.toml"}},
		"missing wp":      {args: []string{"--wp-config", "gone.php"}},
		"no DB_NAME":      {args: []string{"--wp-config", "x.php"}, files: map[string]string{"x.php": "<?php define('DB_NAME', $x);"}},
		"missing secret":  {env: map[string]string{"HEADPRESS_AUTH_KEY_FILE": "gone"}},
		"bad choice":      {env: map[string]string{"HEADPRESS_CACHE": "maybe"}},
		"bad size":        {args: []string{"--max-body", "big"}},
		"bad proxy":       {args: []string{"--trusted-proxies", "x"}},
		"bad address":     {args: []string{"--home-url", "example.org"}},
		"table in a file": {files: map[string]string{"headpress.toml": "[db]\nx = 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, _, err := load(t, c.args, c.env, c.files); err == nil {
				t.Error("was taken")
			}
		})
	}
}

func TestDSN(t *testing.T) {
	old := sockets
	defer func() { sockets = old }()
	sockets = nil
	for host, want := range map[string]string{
		"localhost": "localhost:3306/d", "db": "db:3306/d", "db:3307": "db:3307/d", "[::1]:3307": "[::1]:3307/d", "localhost:/tmp/my.sock": "localhost:3306/d?socket=%2Ftmp%2Fmy.sock",
		":/tmp/my.sock": "localhost:3306/d?socket=%2Ftmp%2Fmy.sock", "": "localhost:3306/d", "::1": "[::1]:3306/d",
	} {
		c := WPConfig{Constants: map[string]string{"DB_HOST": host, "DB_NAME": "d", "DB_USER": "u"}}
		if got := c.DSN(); got != "mysql://u:@"+want {
			t.Errorf("%q: %s", host, got)
		}
	}
}

func FuzzParseWPConfig(f *testing.F) {
	f.Add(wpConfig)
	f.Fuzz(func(t *testing.T, src string) {
		ParseWPConfig(src, func(string) (string, bool) { return "", false })
	})
}
