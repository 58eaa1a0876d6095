package handlers_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorm.io/gorm"

	"github.com/headpress/headpress/models"
)

// patternTheme is a theme with patterns on top of another, as files.
var patternTheme = map[string]string{
	"patterns/hero.php": `<?php
/**
 * Title: Hero & <b>co</b>
 * Slug: mine/hero
 * Description: The top.
 * Viewport Width: 1200px
 * Inserter: yes
 * Categories: query, banner , own
 * Keywords: big  first,
 * Block Types: core/group
 * Post Types: page, wp_template
 * Template Types: index
 */
?>
<!-- wp:paragraph -->
<p><?php echo esc_html_x( 'It\'s <here>', 'greeting', 'mine' ); ?> <?php esc_attr_e( '"a"', 'mine' ) ?></p>
<!-- /wp:paragraph -->
`,
	"patterns/a/b.php": "<?php // Title: Below\n// Slug: mine/below\n// Inserter: no\n// Categories: ,\n?>\n" +
		`<!-- wp:pattern {"slug":"mine/hero"} /--><!-- wp:template-part {"slug":"top"} /--><!-- wp:pattern {"slug":"mine/unknown"} /-->`,
	"patterns/a.php": "<?php /* Title: Addresses\nSlug: mine/addresses */ $a = get_theme_file_uri( 'own.css' ); ?>" +
		"<?= $a, ' ', get_theme_file_uri( '/x y.css' ), ' ', get_parent_theme_file_uri( 'x' ), ' ', get_theme_file_uri() ?>\n\n<?php echo esc_url( get_template_directory_uri() . '/a?b&c' ) ?>\n\n" +
		"<?php echo get_stylesheet_directory_uri(), ' ', home_url(), ' ', home_url( '/' ), ' ', site_url( 'a' ), ' ', trailingslashit( 'b/' ), ' ', get_bloginfo( 'url' ), ' ', gmdate( 'Y' ) ?>\n\n" +
		"<?php printf( esc_html__( 'By %s', 'mine' ), '<a href=\"' . esc_url( __( 'https://example.net', 'mine' ) ) . '\">' . wp_kses_post( '<i onclick=\"x\">them</i>' ) . '</a>' );",
	"patterns/c.php":            "<?php\n# Title: Refused\n# Slug: mine/refused\nif ( $x ) : ?>a<?php endif;",
	"patterns/z.php":            "<?php // Title: Again\n// Slug: mine/hero\n?>\nnever",
	"patterns/e.php":            "<?php // Title: No name\n?>\nnever",
	"patterns/f.php":            "<?php // Slug: mine/untitled\n// Title: 0\n?>\nnever",
	"patterns/g.html":           "Title: No PHP\nSlug: mine/html\n",
	"patterns/vendor/h.php":     "<?php // Title: Not ours\n// Slug: mine/vendor\n",
	"patterns/.i.php":           "<?php // Title: Hidden\n// Slug: mine/hidden\n",
	"patterns/j.php":            "<?php // Title: " + "Late\n/*" + strings.Repeat(" ", 9000) + "*/\n// Slug: mine/late\n",
	"templates/index.html":      `<!-- wp:group --><div><!-- wp:pattern {"slug":"mine/below"} /--></div><!-- /wp:group -->`,
	"templates/plain.html":      `<!-- wp:pattern {"slug":"base/text"} /-->`,
	"own.css":                   "",
	"style.css":                 "/*\nTheme Name: Mine\n*/",
	"../base/style.css":         "/*\nTheme Name: Base\n*/",
	"../base/theme.json":        `{"version":3,"settings":{"useRootPaddingAwareAlignments":true,"color":{"duotone":[{"slug":"own","colors":["#000","#fff"]}]}},"templateParts":[{"name":"top","area":"header","title":"Top"}]}`,
	"../base/patterns/hero.php": "<?php // Title: Base\n// Slug: mine/hero\n?>\nnever",
	"../base/patterns/ref.php":  "<?php // Title: Base\n// Slug: mine/refused\n?>\nnever",
	"../base/patterns/text.php": "<?php // Title: Text\n// Slug: base/text\n?>\njust text\n",
	"../base/parts/top.html":    `<!-- wp:pattern {"slug":"mine/hero"} /-->`,
}

// withPatterns gives a site this theme.
func (s *testSite) withPatterns() (theme string) {
	s.t.Helper()
	theme = s.themed(patternTheme)
	if err := s.store.Tx(s.t.Context(), func(tx *gorm.DB) error {
		return tx.Exec("UPDATE wp_options SET option_value = 'base' WHERE option_name = 'template'").Error
	}); err != nil {
		s.t.Fatal(err)
	}
	return theme
}

// wantBody checks an answer of the administrator's as a text, with ' for ".
func (s *testSite) wantBody(path, want string) {
	s.t.Helper()
	w := s.get("/wp-json/wp/v2"+path, "as", "admin")
	if got := strings.ReplaceAll(w.Body.String(), `"`, `'`); w.Code != http.StatusOK || got != want {
		s.t.Errorf("%s: %d\n got %s\nwant %s", path, w.Code, got, want)
	}
}

const (
	heroMarkup = `<!-- wp:paragraph -->\n<p>It&#039;s &lt;here&gt; &quot;a&quot;<\/p>\n<!-- \/wp:paragraph -->\n`
	heroInside = `<!-- wp:paragraph {\'metadata\':{\'patternName\':\'mine\/hero\',\'name\':\'Hero \\u0026 co\',\'description\':\'The top.\',\'categories\':[\'query\',\'banner\',\'own\']}} -->\n<p>It&#039;s &lt;here&gt; &quot;a&quot;<\/p>\n<!-- \/wp:paragraph -->`
)

// Patterns of a theme that are PHP files are read and never run.
func TestThemePatterns(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		theme := s.withPatterns()
		below := heroInside + `<!-- wp:template-part {\'slug\':\'top\',\'theme\':\'` + theme + `\'} \/--><!-- wp:pattern {\'slug\':\'mine\/unknown\'} \/-->`
		s.log.take()
		s.wantBody("/block-patterns/patterns?_fields=name,description,inserter,categories,source", `[{'name':'mine\/below','description':'','inserter':false,'categories':[]},`+
			`{'name':'mine\/addresses','description':''},{'name':'mine\/hero','description':'The top.','inserter':true,'categories':['posts','banner','own']},{'name':'base\/text','description':''}]`)
		refused := `msg="pattern left out" file=` + filepath.Join(s.site.Content, "themes", theme, "patterns", "c.php") + ` error="line 4: if() is not known"`
		if log := s.log.take(); strings.Count(log, "pattern left out") != 1 || !strings.Contains(log, refused) {
			t.Errorf("logged %s", log)
		}
		s.wantBody("/block-patterns/patterns?_fields=name,title,content,viewport_width,keywords,block_types,post_types,template_types", `[{'name':'mine\/below','title':'Below','content':'`+below+`'},`+
			`{'name':'mine\/addresses','title':'Addresses','content':'https:\/\/example.org\/wp-content\/themes\/`+theme+`\/own.css https:\/\/example.org\/wp-content\/themes\/base\/x y.css `+
			`https:\/\/example.org\/wp-content\/themes\/base\/x https:\/\/example.org\/wp-content\/themes\/`+theme+`\nhttps:\/\/example.org\/wp-content\/themes\/base\/a?b&#038;c\n`+
			`https:\/\/example.org\/wp-content\/themes\/`+theme+` https:\/\/example.org https:\/\/example.org\/ https:\/\/example.org\/a b\/ https:\/\/example.org 2024\n`+
			`By <a href=\'https:\/\/example.net\'><i>them<\/i><\/a>'},`+
			`{'name':'mine\/hero','title':'Hero & <b>co<\/b>','content':'`+heroMarkup+`','viewport_width':1200,'keywords':['big','first'],'block_types':['core\/group'],'post_types':['page','wp_template'],'template_types':['index']},`+
			`{'name':'base\/text','title':'Text','content':'just text\n'}]`)
		if log := s.log.take(); strings.Contains(log, "pattern left out") {
			t.Errorf("logged again: %s", log)
		}
		s.wantError(s.get("/wp-json/wp/v2/block-patterns/patterns"), http.StatusUnauthorized, "rest_cannot_view")
		s.wantError(s.get("/wp-json/wp/v2/block-patterns/categories"), http.StatusUnauthorized, "rest_cannot_view")
		if w := s.get("/wp-json/wp/v2/block-patterns/categories?_fields=name,label", "as", "admin"); !strings.HasPrefix(w.Body.String(), `[{"name":"banner","label":"Banners"},{"name":"buttons","label":"Buttons"},`) {
			t.Errorf("categories: %s", w.Body)
		}

		// Templates show patterns in the place of their names, and keep the names.
		group := `<!-- wp:group --><div>` + below + `<\/div><!-- \/wp:group -->`
		s.wantBody("/templates/"+theme+"//index?_fields=content.raw", `{'content':{'raw':'`+group+`'}}`)
		s.wantBody("/templates/lookup?slug=plain&context=edit&_fields=content", `{'content':{'raw':'just text','block_version':0}}`)
		s.wantBody("/template-parts/"+theme+"//top?_fields=content.raw,area", `{'content':{'raw':'`+heroInside+`'},'area':'header'}`)
		s.send(http.StatusOK, "POST", "/templates/"+theme+"//index", `{"title":"Changed"}`)
		s.wantBody("/templates/"+theme+"//index?_fields=content.raw,source", `{'content':{'raw':'`+group+`'},'source':'custom'}`)
		stored, err := s.store.FindPosts(t.Context(), models.PostQuery{Types: []string{"wp_template"}, Statuses: []string{"publish"}, Columns: models.PostFull})
		if err != nil || len(stored) != 1 || stored[0].Content != patternTheme["templates/index.html"] {
			t.Errorf("stored %+v, %v", stored, err)
		}

		// A file that changes is read again.
		hero := filepath.Join(s.site.Content, "themes", theme, "patterns", "hero.php")
		if err := os.WriteFile(hero, []byte("<?php // Title: New\n// Slug: mine/hero\n?>\nnew"), 0o644); err != nil {
			t.Fatal(err)
		}
		s.wantBody("/template-parts/"+theme+"//top?_fields=content.raw", `{'content':{'raw':'new'}}`)
		if err := os.Remove(hero); err != nil {
			t.Fatal(err)
		}
		s.wantBody("/template-parts/"+theme+"//top?_fields=content.raw", `{'content':{'raw':'never'}}`) // the next of this name
	})
}

// Patterns in contents are rendered as texts of their own: they know the post and the comment
// that lists show, and not the blocks around.
func TestPatternsRendered(t *testing.T) {
	s := sqliteSite(t, 3)
	s.withPatterns()
	theme := s.themed(map[string]string{
		"patterns/titles.php": "<?php // Title: Titles\n// Slug: mine/titles\n?>\n<!-- wp:post-title /-->",
		"patterns/list.php":   "<?php // Title: List\n// Slug: mine/list\n?>\n<!-- wp:post-template --><!-- wp:post-title /--><!-- /wp:post-template -->",
		"parts/titles.html":   `<!-- wp:pattern {"slug":"mine/titles"} /-->`,
	})
	one := `<!-- wp:query {"query":{"perPage":1,"postType":"page","inherit":false}} --><div>`
	for content, want := range map[string]string{
		`a<!-- wp:pattern {"slug":"mine/hero"} /-->b`:                                                                                                                              "a\n<p class=\"wp-block-paragraph\">It&#039;s &lt;here&gt; &quot;a&quot;</p>\n\nb",
		`<!-- wp:pattern {"slug":"mine/refused"} /--><!-- wp:pattern {"slug":"mine/no"} /-->`:                                                                                      "",
		`<!-- wp:template-part {"slug":"top"} /-->`:                                                                                                                                "<header class=\"wp-block-template-part\">\n<p class=\"wp-block-paragraph\">It&#039;s &lt;here&gt; &quot;a&quot;</p>\n\n</header>",
		`<!-- wp:group {"layout":{"type":"constrained"}} --><div class="wp-block-group"></div><!-- /wp:group -->`:                                                                  `<div class="wp-block-group has-global-padding is-layout-constrained wp-block-group-is-layout-constrained"></div>`,
		`<!-- wp:image {"style":{"color":{"duotone":"var:preset|duotone|own"}}} --><figure><img src="x"/></figure><!-- /wp:image -->`:                                              `<figure class="wp-duotone-own"><img decoding="async" src="x"/></figure>`,
		one + `<!-- wp:post-template --><!-- wp:pattern {"slug":"mine/titles"} /--><!-- wp:template-part {"slug":"titles"} /--><!-- /wp:post-template --></div><!-- /wp:query -->`: `<h2 class="wp-block-post-title">Sample Page</h2><div class="wp-block-template-part"><h2 class="wp-block-post-title">Sample Page</h2></div></li>`,
		one + `<!-- wp:pattern {"slug":"mine/list"} /--></div><!-- /wp:query -->`:                                                                                                  `<h2 class="wp-block-post-title">Hello world!</h2>`,
	} {
		body, err := json.Marshal(map[string]string{"content": content, "status": "publish", "date": "2020-01-01T00:00:00"})
		if err != nil {
			t.Fatal(err)
		}
		post := s.send(http.StatusCreated, "POST", "/posts", string(body))
		if got := field(s.send(http.StatusOK, "GET", "/posts/"+field(post, "id"), ""), "content.rendered"); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s (%s)\n got %s\nwant %s", content, theme, got, want)
		}
	}
}
