package handlers_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gorm.io/gorm"
)

// put writes files below the content folder.
func (s *testSite) put(files map[string]string) {
	s.t.Helper()
	for name, text := range files {
		file := filepath.Join(s.site.Content, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
}

// activate makes a theme the active one.
func (s *testSite) activate(stylesheet, template string) {
	s.t.Helper()
	s.setOptions(map[string]string{"stylesheet": stylesheet, "template": template})
}

// shelves are themes of all kinds.
func shelves(s *testSite) {
	s.put(map[string]string{
		"themes/blocks/style.css": "/*\nTheme Name: Blocks &amp; <b>more</b>\nAuthor: Ann \"Q\"\nAuthor URI: example.com/?a=1&b=2\nDescription: It's <em>good</em> -- <script>really</script>\n" +
			"Version: 1.0 <b>beta</b>\nRequires PHP: 7.4\nText Domain: blocks\nTags: one,,<b>two</b>\n*/",
		"themes/blocks/templates/index.html": "",
		"themes/blocks/screenshot.jpg":       "",
		"themes/blocks/screenshot.gif":       "",
		"themes/classic/style.css":           "/* Theme Name: Classic",
		"themes/classic/index.php":           "",
		"themes/child/style.css":             "Theme Name: Child\nTemplate: blocks",
		"themes/shelf/one/style.css":         "Theme Name: One",
		"themes/shelf/one/index.php":         "",
		"themes/shelf/two/style.css":         "Theme Name: Two\nTemplate: one",
		"themes/shelf-b/style.css":           "",
		"themes/shelf-b/index.php":           "",
		"themes/.hidden/style.css":           "Theme Name: Hidden",
		"themes/.hidden/index.php":           "",
		"themes/grandchild/style.css":        "Theme Name: Broken\nTemplate: child",
		"themes/orphan/style.css":            "Theme Name: Broken\nTemplate: nowhere",
		"themes/empty/style.css":             "Theme Name: Broken",
		"themes/plain/index.php":             "",
		"plugins/secret/style.css":           "Theme Name: Secret",
	})
}

func TestThemes(t *testing.T) {
	s := sqliteSite(t, 1)
	shelves(s)
	s.activate("blocks", "blocks")
	for _, c := range []struct{ path, want string }{
		{"/themes?_fields=stylesheet,template,status", `[{'stylesheet':'blocks','template':'blocks','status':'active'},{'stylesheet':'child','template':'blocks','status':'inactive'},` +
			`{'stylesheet':'classic','template':'classic','status':'inactive'},{'stylesheet':'shelf-b','template':'shelf-b','status':'inactive'},` +
			`{'stylesheet':'shelf\/one','template':'shelf\/one','status':'inactive'},{'stylesheet':'shelf\/two','template':'shelf\/one','status':'inactive'}]`},
		{"/themes?_fields=stylesheet&status=active", `[{'stylesheet':'blocks'}]`},
		{"/themes?_fields=is_block_theme&status=inactive", `[{'is_block_theme':true},{'is_block_theme':false},{'is_block_theme':false},{'is_block_theme':false},{'is_block_theme':false}]`},
		{"/themes?_fields=stylesheet&status=", `[]`},
		{"/themes/blocks?_fields=name,author,author_uri,description,tags", `{'author':{'raw':'Ann \'Q\'','rendered':'<a href=\'http:\/\/example.com\/?a=1&#038;b=2\'>Ann \'Q\'<\/a>'},` +
			`'author_uri':{'raw':'http:\/\/example.com\/?a=1&b=2','rendered':'http:\/\/example.com\/?a=1&#038;b=2'},` +
			`'description':{'raw':'It's <em>good<\/em> -- really','rendered':'It&#8217;s <em>good<\/em> &#8212; really'},` +
			`'name':{'raw':'Blocks &amp; more','rendered':'Blocks &amp; more'},'tags':{'raw':{'0':'one','2':'two'},'rendered':'one, two'}}`},
		{"/themes/blocks?_fields=version,requires_php,requires_wp,textdomain,screenshot", `{'requires_php':'7.4','requires_wp':'','textdomain':'blocks','version':'1.0 beta',` +
			`'screenshot':'https:\/\/example.org\/wp-content\/themes\/blocks\/screenshot.gif'}`},
		{"/themes/child?_fields=stylesheet_uri,template_uri,screenshot", `{'screenshot':'','stylesheet_uri':'https:\/\/example.org\/wp-content\/themes\/child','template_uri':'https:\/\/example.org\/wp-content\/themes\/blocks'}`},
		// Broken ones are there, too, and one without a style sheet knows its name only.
		{"/themes/grandchild?_fields=name.raw,template", `{'template':'child','name':{'raw':'Broken'}}`},
		{"/themes/plain?_fields=name,version,tags", `{'version':false,'name':{'raw':'plain','rendered':'plain'},'tags':{'raw':false,'rendered':false}}`},
		{"/themes/shelf-b?_fields=name", `{'name':{'raw':'','rendered':'shelf-b'}}`},
		{"/themes/x?stylesheet=0&_fields=stylesheet", `{'stylesheet':'blocks'}`},
		{"/themes/blocks?_fields=default_template_part_areas.area,author.nope", `{'default_template_part_areas':[]}`},
	} {
		s.wantBody(c.path, c.want)
	}
}

// Whom themes are shown to, and which are none.
func TestThemesRefused(t *testing.T) {
	s := sqliteSite(t, 1)
	shelves(s)
	s.activate("blocks", "blocks")
	for _, c := range []struct {
		path, as string
		status   int
		code     string
	}{
		{"/themes", "", 401, "rest_cannot_view_themes"},
		{"/themes?status=active", "", 401, "rest_cannot_view_active_theme"},
		{"/themes?status=inactive", "", 401, "rest_cannot_view_themes"},
		{"/themes/blocks", "", 401, "rest_cannot_view_active_theme"},
		{"/themes/nope", "", 401, "rest_cannot_view_themes"},
		{"/themes?status=nope", "", 400, "rest_invalid_param"},
		{"/themes/nope", "admin", 404, "rest_theme_not_found"},
		{"/themes/x?stylesheet[]=blocks", "admin", 400, "rest_invalid_param"},
		{"/themes/x?stylesheet=../plugins/secret", "admin", 404, "rest_theme_not_found"},
		{"/themes/x?stylesheet=..", "admin", 404, "rest_theme_not_found"},
		{"/themes/x?stylesheet=/etc", "admin", 404, "rest_theme_not_found"},
		{"/themes/x?stylesheet=blocks%00", "admin", 404, "rest_theme_not_found"},
	} {
		var header []string
		if c.as != "" {
			header = []string{"as", c.as}
		}
		s.wantError(s.get("/wp-json/wp/v2"+c.path, header...), c.status, c.code)
	}
}

// The links of the active theme lead to the post for users' styles, which is made once.
func TestThemeStyles(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		shelves(s)
		count := func() (n int64) {
			if err := s.store.Tx(t.Context(), func(tx *gorm.DB) error {
				return tx.Raw("SELECT COUNT(*) FROM wp_posts WHERE post_type = 'wp_global_styles'").Scan(&n).Error
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for i, theme := range []string{"blocks", "shelf/two", "\u00fcml"} {
			s.activate(theme, theme)
			before := count()
			s.get("/wp-json/wp/v2/themes?status=active&_fields=name", "as", "admin")
			s.do("HEAD", "/wp-json/wp/v2/themes?status=active", nil, "as", "admin")
			if n := count(); n != before {
				t.Errorf("%s: %d posts that nobody has asked for", theme, n-before)
			}
			first := s.get("/wp-json/wp/v2/themes?status=active&_fields=_links", "as", "admin").Body.String()
			if again := s.get("/wp-json/wp/v2/themes?status=active&_fields=_links", "as", "admin").Body.String(); again != first || !strings.Contains(first, `"wp:user-global-styles":[{"href":`) {
				t.Errorf("%s links to\n\t%s, then to\n\t%s", theme, first, again)
			}
			if n := count(); n != int64(i)+1 {
				t.Errorf("%s: %d posts of styles", theme, n)
			}
		}
	})
}

// What a theme can do follows from its files, and from literal calls of its functions.php.
func TestThemeSupports(t *testing.T) {
	s := sqliteSite(t, 1)
	s.put(map[string]string{
		"themes/plain/style.css":           "Theme Name: Plain",
		"themes/plain/theme.json":          "{}",
		"themes/plain/functions.php":       "<?php add_theme_support('html5', ['caption']); add_theme_support('html5', ['gallery', 'x']); add_theme_support('post-thumbnails', ['page']); add_theme_support('post-thumbnails', ['post', 'page']);",
		"themes/empty/style.css":           "Theme Name: Empty",
		"themes/bare/style.css":            "Theme Name: Bare",
		"themes/bare/functions.php":        "<?php function f() { add_theme_support('custom-logo'); add_theme_support('custom-header', ['width' => 10]); add_theme_support('html5'); add_theme_support('post-formats', ['video', 'standard', 'none']); }",
		"themes/gone/style.css":            "Theme Name: Gone",
		"themes/gone/functions.php":        "<?php add_theme_support('title-tag'); remove_theme_support('title-tag'); add_theme_support('editor-color-palette', array(array('name' => __('Red', 'd'), 'slug' => 'red', 'color' => $c)));",
		"themes/made/style.css":            "Theme Name: Made",
		"themes/made/functions.php":        "<?php remove_theme_support('editor-styles'); add_action('after_setup_theme', function() { add_theme_support('html5', ['caption']); remove_theme_support('responsive-embeds'); });",
		"themes/made/templates/index.html": "",
	})
	for _, c := range []struct{ theme, fields, want string }{
		{"plain", "html5,post-thumbnails,block-templates,formats", `{'block-templates':true,'html5':['caption','gallery','x'],'formats':['standard'],'post-thumbnails':['page','post']}`},
		{"empty", "html5,block-templates,editor-styles", `{'block-templates':false,'editor-styles':false,'html5':false}`},
		{"bare", "custom-logo,html5,formats", `{'custom-logo':{'width':0,'height':0,'flex-width':true,'flex-height':true,'header-text':[],'unlink-homepage-logo':false},` +
			`'html5':['comment-list','comment-form','search-form'],'formats':['standard','video']}`},
		{"bare", "custom-header", `{'custom-header':{'default-image':'','random-default':false,'width':10,'height':0,'flex-height':true,'flex-width':false,'default-text-color':'','header-text':true,'uploads':true,'video':false}}`},
		{"gone", "title-tag,editor-color-palette", `{'editor-color-palette':true,'title-tag':false}`},
		{"made", "html5,editor-styles,responsive-embeds,post-thumbnails", `{'editor-styles':true,'html5':['comment-form','comment-list','search-form','gallery','caption','style','script','caption'],'post-thumbnails':true,'responsive-embeds':false}`},
	} {
		s.activate(c.theme, c.theme)
		fields := "theme_supports." + strings.ReplaceAll(c.fields, ",", ",theme_supports.")
		s.wantBody("/themes?status=active&_fields="+fields, `[{'theme_supports':`+c.want+`}]`)
	}
}

// Pipes in the folder of a theme keep nobody waiting.
func TestPipesInThemes(t *testing.T) {
	s := sqliteSite(t, 0)
	s.put(map[string]string{"themes/piped/style.css": "Theme Name: Piped", "themes/piped/templates/index.html": "", "themes/piped/parts/a.html": "", "themes/piped/patterns/a.php": "", "themes/piped/styles/a.json": ""})
	s.activate("piped", "piped")
	for _, name := range []string{"theme.json", "functions.php", "templates/pipe.html", "parts/pipe.html", "patterns/pipe.php", "styles/pipe.json"} {
		if err := syscall.Mkfifo(filepath.Join(s.site.Content, "themes", "piped", name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"/wp/v2/themes", "/wp/v2/templates", "/wp/v2/template-parts", "/wp/v2/block-patterns/patterns", "/wp/v2/global-styles/themes/piped/variations", "/wp-block-editor/v1/export"} {
		if w := s.get("/wp-json"+path, "as", "admin"); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
