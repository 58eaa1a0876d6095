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
		"no DB_NAME, 2":   {env: map[string]string{"HEADPRESS_WP_CONFIG": "x.php"}, files: map[string]string{"x.php": "<?php $x;"}},
		"bad days":        {args: []string{"--empty-trash-days", "-1"}},
		"bad revisions":   {args: []string{"--post-revisions", "some"}},
		"no time":         {args: []string{"--request-timeout", "0s"}},
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

// A database that is named elsewhere needs no DB_NAME in wp-config.php.
func TestOtherDatabase(t *testing.T) {
	php := map[string]string{"x.php": "<?php define('DB_NAME', getenv('NOT_SET')); $table_prefix = 'x_';", "headpress.toml": "title = 'x'"}
	for name, c := range map[string]struct {
		args []string
		env  map[string]string
	}{
		"flag":             {args: []string{"--db", "sqlite:here.db"}},
		"environment":      {env: map[string]string{"HEADPRESS_DB": "sqlite:here.db"}},
		"environment file": {env: map[string]string{"HEADPRESS_DB_FILE": "dsn"}},
	} {
		t.Run(name, func(t *testing.T) {
			php["dsn"] = "sqlite:here.db\n"
			s, _, _, err := load(t, append([]string{"--wp-config", "x.php"}, c.args...), c.env, php)
			if err != nil || s.DB != "sqlite:here.db" || s.TablePrefix != "x_" {
				t.Errorf("%+v %v", s, err)
			}
		})
	}
}

// What wp-config.php says of the trash and of revisions counts as it does in WordPress.
func TestTrashAndRevisions(t *testing.T) {
	for _, c := range []struct {
		php       string
		days      Days
		revisions string
	}{
		{``, 30, "all"},
		{`define('EMPTY_TRASH_DAYS', 7); define('WP_POST_REVISIONS', 5);`, 7, "5"},
		{`define('EMPTY_TRASH_DAYS', 0); define('WP_POST_REVISIONS', 0);`, 0, "0"},
		{`define('EMPTY_TRASH_DAYS', false); define('WP_POST_REVISIONS', false);`, 0, "0"},
		{`define('EMPTY_TRASH_DAYS', true); define('WP_POST_REVISIONS', true);`, 1, "all"},
		{`define('EMPTY_TRASH_DAYS', '12 days'); define('WP_POST_REVISIONS', '1');`, 12, "1"},
		{`define('EMPTY_TRASH_DAYS', '-5'); define('WP_POST_REVISIONS', '-1');`, 0, "all"},
		{`define('EMPTY_TRASH_DAYS', 'x'); define('WP_POST_REVISIONS', '');`, 0, "0"},
		{`define('EMPTY_TRASH_DAYS', 7 * 2); define('WP_POST_REVISIONS', constant('X'));`, 30, "all"},
	} {
		s, _, _, err := load(t, []string{"--wp-config", "x.php"}, nil, map[string]string{"x.php": "<?php define('DB_NAME', 'd'); " + c.php})
		if err != nil || s.EmptyTrashDays != c.days || s.PostRevisions.String() != c.revisions {
			t.Errorf("%s: %d days, %s revisions, %v", c.php, s.EmptyTrashDays, s.PostRevisions, err)
		}
	}
}

// WP_ENVIRONMENT_TYPE counts where it names one; all else is production, as in WordPress.
func TestEnvironment(t *testing.T) {
	for php, want := range map[string]string{
		``: "production", `define('WP_ENVIRONMENT_TYPE', 'staging');`: "staging", `define('WP_ENVIRONMENT_TYPE', 'local');`: "local", `define('WP_ENVIRONMENT_TYPE', 'x');`: "production",
	} {
		s, _, _, err := load(t, []string{"--wp-config", "x.php"}, nil, map[string]string{"x.php": "<?php define('DB_NAME', 'd'); " + php})
		if err != nil || s.Environment != want {
			t.Errorf("%s: %s %v", php, s.Environment, err)
		}
	}
}

// WordPress's constant decides whether other sites are asked; without it they are not.
func TestOutgoingHTTP(t *testing.T) {
	for php, want := range map[string]string{
		"": "off", "define('WP_HTTP_BLOCK_EXTERNAL', true);": "off", "define('WP_HTTP_BLOCK_EXTERNAL', 1);": "off",
		"define('WP_HTTP_BLOCK_EXTERNAL', false);": "on", "define('WP_HTTP_BLOCK_EXTERNAL', 0);": "on",
	} {
		s, _, _, err := load(t, []string{"--wp-config", "x.php"}, nil, map[string]string{"x.php": "<?php define('DB_NAME', 'd'); " + php})
		if err != nil || s.OutgoingHTTP != want {
			t.Errorf("%s: %s, %v", php, s.OutgoingHTTP, err)
		}
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

// FuzzParseWPConfig: whatever follows, what was defined before stays.
func FuzzParseWPConfig(f *testing.F) {
	f.Add(wpConfig)
	f.Add("define('DB_NAME', 'other'); /* */ # x\n?> text <?php $table_prefix = \"a\\x41{$b}\"; define(\"A\", <<<X\nX\n);")
	f.Fuzz(func(t *testing.T, src string) {
		nobody := func(string) (string, bool) { return "", false }
		ParseWPConfig(src, nobody)
		c := ParseWPConfig("<?php define('DB_NAME', 'a\\'b'); "+src, nobody)
		if c.Constants["DB_NAME"] != "a'b" {
			t.Errorf("%q: %q", src, c.Constants["DB_NAME"])
		}
	})
}
