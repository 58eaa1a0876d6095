package handlers_test

import (
	"io/fs"
	"maps"
	"path/filepath"
	"strings"
	"testing"
)

// toolbox puts plugins of all kinds into the content folder; the first one is active.
func toolbox(s *testSite) {
	s.put(map[string]string{
		"plugins/runs.php": "<?php /* Plugin Name: Runs */",
		"plugins/full/full.php": "<?php\n/*\n * Plugin Name: Full & <i>more</i>\n * Plugin URI: https://example.com/?a=1&b=2\n * Description: It's <em>good</em> -- <script>really</script>\n" +
			" * Version: 1.0 <b>beta</b>\n * Author: Ann\n * Author URI: https://example.com/ann\n * Network: TRUE\n * Requires at least: 6.1\n * Domain Path: /texts\n */",
		"plugins/full/second.php":    "<?php /* Plugin Name: item 10 */",
		"plugins/full/help.php":      "<?php",
		"plugins/full/deep/more.php": "<?php /* Plugin Name: Too deep */",
		"plugins/item.php":           "<?php /* Plugin Name: Item 9 */",
		"plugins/.hidden.php":        "<?php /* Plugin Name: Hidden */",
		"plugins/notes.txt":          "Plugin Name: A text",
		"plugins/upper.PHP":          "<?php /* Plugin Name: Upper */",
		"plugins/zero.php":           "<?php /* Plugin Name: 0 */",
		"themes/secret.php":          "<?php /* Plugin Name: Secret */",
	})
	s.exec("DELETE FROM wp_options WHERE option_name = 'active_plugins'")
	s.exec("INSERT INTO wp_options (option_name, option_value, autoload) VALUES ('active_plugins', 'a:1:{i:0;s:8:\"runs.php\";}', 'on')")
}

func TestPlugins(t *testing.T) {
	s := sqliteSite(t, 1)
	toolbox(s)
	for _, c := range []struct{ path, want string }{
		{"/plugins?_fields=plugin,status", `[{'plugin':'full\/full','status':'inactive'},{'plugin':'item','status':'inactive'},{'plugin':'full\/second','status':'inactive'},{'plugin':'runs','status':'active'}]`},
		{"/plugins?_fields=plugin&status=active", `[{'plugin':'runs'}]`},
		{"/plugins?_fields=plugin&status=", `[{'plugin':'full\/full'},{'plugin':'item'},{'plugin':'full\/second'},{'plugin':'runs'}]`},
		// A text is looked for letter by letter, in what files say and in their names.
		{"/plugins?_fields=plugin&search=Item", `[{'plugin':'item'}]`},
		{"/plugins?_fields=plugin&search=/texts", `[{'plugin':'full\/full'}]`},
		{"/plugins?_fields=plugin&search=full/", `[{'plugin':'full\/full'},{'plugin':'full\/second'}]`},
		{"/plugins?_fields=plugin&search=nothing", `[]`},
		{"/plugins/full/full?context=embed", `{'plugin':'full\/full','status':'inactive','name':'Full &amp; more','plugin_uri':'https:\/\/example.com\/?a=1&#038;b=2','author':'Ann','author_uri':'https:\/\/example.com\/ann',` +
			`'description':{'raw':'It's <em>good<\/em> -- really','rendered':'It&#8217;s <em>good<\/em> &#8212; really <cite>By <a href=\'https:\/\/example.com\/ann\'>Ann<\/a>.<\/cite>'},` +
			`'version':'1.0 beta','network_only':true,'requires_wp':'6.1','requires_php':'','textdomain':'full',` +
			`'_links':{'self':[{'href':'https:\/\/example.org\/wp-json\/wp\/v2\/plugins\/full\/full','targetHints':{'allow':['GET','POST','PUT','PATCH','DELETE']}}]}}`},
		{"/plugins/x?plugin=\\full//second&_fields=plugin,textdomain", `{'plugin':'full\/second','textdomain':'full'}`},
		{"/plugins/item?_fields=description,textdomain", `{'description':{'raw':'','rendered':''},'textdomain':''}`},
	} {
		s.wantBody(c.path, c.want)
	}
}

// What would run or fetch a plugin's code is refused, and leaves tables and files as they were.
func TestPluginsRefused(t *testing.T) {
	s := sqliteSite(t, 1)
	toolbox(s)
	s.get("/wp-json/wp/v2/plugins", "as", "admin") // that the password was used is recorded once a day
	tables, files := s.tables(), s.contentFiles()
	for _, c := range []struct {
		method, path, as string
		status           int
		code             string
	}{
		{"GET", "/plugins", "", 401, "rest_cannot_view_plugins"},
		{"GET", "/plugins/none", "", 401, "rest_cannot_view_plugin"},
		{"POST", "/plugins", "", 400, "rest_missing_callback_param"},
		{"POST", "/plugins?slug=new", "", 401, "rest_cannot_install_plugin"},
		{"PUT", "/plugins/item?status=active", "", 401, "rest_cannot_manage_plugins"},
		{"DELETE", "/plugins/item", "", 401, "rest_cannot_manage_plugins"},
		{"GET", "/plugins/none", "admin", 404, "rest_plugin_not_found"},
		{"GET", "/plugins/full/help", "admin", 404, "rest_plugin_not_found"},
		{"GET", "/plugins/x?plugin=full/deep/more", "admin", 404, "rest_plugin_not_found"},
		{"GET", "/plugins/x?plugin=.hidden", "admin", 404, "rest_plugin_not_found"},
		{"GET", "/plugins/x?plugin=../themes/secret", "admin", 400, "rest_invalid_param"},
		{"GET", "/plugins/x?plugin=c:/x", "admin", 400, "rest_invalid_param"},
		{"GET", "/plugins/x?plugin[]=item", "admin", 400, "rest_invalid_param"},
		{"GET", "/plugins/x?plugin=..%5Cthemes%5Csecret", "admin", 404, "rest_plugin_not_found"},
		{"POST", "/plugins?slug=!", "admin", 400, "rest_invalid_param"},
		{"POST", "/plugins?slug=new", "admin", 500, "fs_unavailable"},
		{"POST", "/plugins?slug=new&status=active", "admin", 500, "fs_unavailable"},
		{"PUT", "/plugins/item?status=active", "admin", 403, "rest_cannot_activate_plugin"},
		{"PUT", "/plugins/runs?status=inactive", "admin", 403, "rest_cannot_deactivate_plugin"},
		{"PUT", "/plugins/none?status=active", "admin", 404, "rest_plugin_not_found"},
		{"DELETE", "/plugins/runs", "admin", 400, "rest_cannot_delete_active_plugin"},
		{"DELETE", "/plugins/item", "admin", 500, "fs_unavailable"},
		{"DELETE", "/plugins/none", "admin", 404, "rest_plugin_not_found"},
	} {
		var header []string
		if c.as != "" {
			header = []string{"as", c.as}
		}
		s.wantError(s.do(c.method, "/wp-json/wp/v2"+c.path, nil, header...), c.status, c.code)
	}
	for _, same := range []string{"/plugins/item?status=inactive", "/plugins/runs?status=active", "/plugins/item"} {
		if w := s.do("PUT", "/wp-json/wp/v2"+same, nil, "as", "admin"); w.Code != 200 {
			t.Errorf("%s changes nothing: %d %s", same, w.Code, w.Body)
		}
	}
	if !maps.Equal(tables, s.tables()) || files != s.contentFiles() {
		t.Error("something was changed")
	}
}

// contentFiles lists the files of the content folder.
func (s *testSite) contentFiles() string {
	s.t.Helper()
	var names []string
	if err := filepath.WalkDir(s.site.Content, func(path string, _ fs.DirEntry, err error) error {
		names = append(names, path)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return strings.Join(names, "\n")
}

func TestSiteHealth(t *testing.T) {
	s := sqliteSite(t, 1)
	for _, c := range []struct{ test, want string }{
		{"background-updates", `'status':'critical'`}, {"loopback-requests", `'status':'good'`}, {"https-status", `'status':'good'`},
		{"dotorg-communication", `'status':'critical'`}, {"authorization-header", `'label':'The authorization header is invalid'`}, {"page-cache", `'test':'page_cache','status':'recommended'`},
	} {
		path := "/wp-json/wp-site-health/v1/tests/" + c.test
		s.wantError(s.get(path), 401, "rest_forbidden")
		if got := strings.ReplaceAll(s.get(path, "as", "admin").Body.String(), `"`, `'`); !strings.Contains(got, c.want) || !strings.Contains(got, `'test':'`+strings.ReplaceAll(c.test, "-", "_")+`'`) {
			t.Errorf("%s: %s", c.test, got)
		}
	}
	s.setOptions(map[string]string{"home": "http://example.org"})
	if got := s.get("/wp-json/wp-site-health/v1/tests/https-status", "as", "admin").Body.String(); !strings.Contains(got, `"label":"Your website does not use HTTPS","status":"recommended"`) {
		t.Errorf("of a home without TLS: %s", got)
	}
}

// The sizes of folders, and of the database on every engine.
func TestDirectorySizes(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		s.wantError(s.get("/wp-json/wp-site-health/v1/directory-sizes"), 401, "rest_forbidden")
		s.put(map[string]string{"themes/a/style.css": "12345", "plugins/a/a.php": strings.Repeat("x", 1536), "uploads/2024/01/a.jpg": "123", "uploads/fonts/a.woff": "1234", "notes.txt": "12"})
		w := s.get("/wp-json/wp-site-health/v1/directory-sizes", "as", "admin")
		got := strings.ReplaceAll(w.Body.String(), `"`, `'`)
		const want = `{'raw':0,'wordpress_size':{'size':'2.00 B','debug':'2.00 B (2 bytes)','raw':2},'themes_size':{'size':'5.00 B','debug':'5.00 B (5 bytes)','raw':5},` +
			`'plugins_size':{'size':'1.50 KB','debug':'1.50 KB (1536 bytes)','raw':1536},'uploads_size':{'size':'7.00 B','debug':'7.00 B (7 bytes)','raw':7},` +
			`'fonts_size':{'size':'4.00 B','debug':'4.00 B (4 bytes)','raw':4},'database_size':{'size':'`
		if !strings.HasPrefix(got, want) {
			t.Errorf("%d\n got %s\nwant %s…", w.Code, got, want)
		}
		if strings.Contains(got, `'database_size':{'size':'0.00 B'`) {
			t.Errorf("no database: %s", got)
		}
	})
	s := sqliteSite(t, 1)
	if got := s.get("/wp-json/wp-site-health/v1/directory-sizes", "as", "admin").Body.String(); !strings.Contains(got, `"themes_size":{"size":"The directory does not exist.","debug":"directory not found"}`) {
		t.Errorf("of no folders: %s", got)
	}
}
