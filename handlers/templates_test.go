package handlers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gorm.io/gorm"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// stage is a site with a theme of files on top of another, and with templates that people have changed.
func stage(t *testing.T) *shelf {
	t.Helper()
	row := func(id int64, typ, name, title, status string) *models.Post {
		const date = "2024-01-02 03:04:05"
		return &models.Post{ID: id, Author: 1, Date: date, DateGMT: date, Modified: date, ModifiedGMT: date, Type: typ, Name: name, Title: title, Status: status,
			Content: `<!-- wp:template-part {"slug":"header"} /-->`}
	}
	styles := row(320, "wp_global_styles", "wp-global-styles-child", "Custom Styles", "publish")
	styles.Content = `{"version":2,"isGlobalStylesUserThemeJSON":true,"settings":{"color":{"palette":[{"slug":"a","color":"#123456"}]}},"styles":{"nope":1}}`
	rows := []any{
		&models.Term{ID: 401, Name: "child", Slug: "child"}, &models.TermTaxonomy{ID: 401, TermID: 401, Taxonomy: "wp_theme", Count: 5},
		&models.Term{ID: 402, Name: "header", Slug: "header"}, &models.TermTaxonomy{ID: 402, TermID: 402, Taxonomy: "wp_template_part_area", Count: 1},
		row(301, "wp_template", "page", "Changed", "publish"), row(302, "wp_template", "mine", "Mine", "publish"), row(303, "wp_template", "draft", "Draft", "draft"),
		row(304, "wp_template", "tag-blue", "tag-blue", "publish"), row(305, "wp_template", "lost", "Of no theme", "publish"), row(306, "wp_template_part", "top", "Top", "publish"), styles,
		&models.Term{ID: 110, Name: "Blue", Slug: "blue"}, &models.TermTaxonomy{ID: 110, TermID: 110, Taxonomy: "post_tag", Count: 1},
		&models.TermRelationship{ObjectID: 306, TermTaxonomyID: 402},
	}
	for _, id := range []int64{301, 302, 303, 304, 306} {
		rows = append(rows, &models.TermRelationship{ObjectID: id, TermTaxonomyID: 401})
	}
	revision := func(id, of int64, content string) {
		rev := row(id, "revision", fmt.Sprintf("%d-revision-v1", of), "Before", "inherit")
		rev.Parent, rev.Content = of, content
		rows = append(rows, rev)
	}
	revision(1301, 301, styles.Content)
	revision(1320, 320, styles.Content)
	revision(1321, 320, `{"styles":{"color":{"text":"red"}}}`)
	s := newShelf(t, rows...)
	for name, text := range map[string]string{
		"base/style.css":             "/*\nTheme Name: Base\n*/",
		"base/theme.json":            `{"version":3,"customTemplates":[{"name":"x","title":"X"},{"name":"wide","title":"Wide","postTypes":["post"]}],"templateParts":[{"name":"foot","title":"The foot","area":"footer"}]}`,
		"base/templates/index.html":  `<!-- wp:template-part {"slug":"header"} /--><!-- wp:post-title {"level":1.50} /-->`,
		"base/templates/page.html":   "replaced",
		"base/templates/wide.html":   "wide",
		"base/parts/foot.html":       "foot",
		"child/style.css":            "/*\n * Theme Name: A <b>Child</b> \n * Template: base */",
		"child/theme.json":           `{"version":3,"settings":{"color":{"defaultPalette":false}},"customTemplates":[{"name":"x","title":"Over"}]}`,
		"child/templates/index.html": `<!-- wp:template-part {"slug":"header"} /-->`,
		"child/templates/x.html":     "x",
		"child/styles/b.json":        `{"version":3,"title":"Bee","styles":{"color":{"text":"var:preset|color|a"}}}`,
		"child/styles/a.json":        `{"version":3,"styles":{"color":{"text":"red"}}}`,
		"child/styles/blocks/c.json": `{"version":3,"title":"One Block","blockTypes":["core/group"],"styles":{"color":{"text":"blue"}}}`,
		"secret.html":                "outside",
	} {
		file := filepath.Join(s.site.Content, "themes", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{"stylesheet": "child", "template": "base"} {
		s.write(func(tx *gorm.DB) error {
			return tx.Exec("UPDATE wp_options SET option_value = ? WHERE option_name = ?", value, name).Error
		})
	}
	return s
}

// write changes the database.
func (s *shelf) write(f func(tx *gorm.DB) error) {
	s.t.Helper()
	if err := s.store.Tx(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

func TestTemplates(t *testing.T) {
	s := stage(t)
	for _, c := range []struct {
		path   string
		admin  bool
		status int
		body   string
	}{
		{"/templates", false, 401, ""},
		{"/templates/child//page", false, 401, ""},
		// A file that somebody has changed, one of the theme, one of the theme below, and one of nobody's.
		{"/templates/child//page?_fields=id,source,title.raw,wp_id,has_theme_file,is_custom,author_text,original_source", true, 200,
			`{'id':'child\/\/page','source':'custom','title':{'raw':'Changed'},'wp_id':301,'has_theme_file':true,'is_custom':false,'author_text':'A Child','original_source':'theme'}`},
		{"/templates/child/x?_fields=id,source,title.raw,wp_id,has_theme_file,is_custom", true, 200,
			`{'id':'child\/\/x','source':'theme','title':{'raw':'Over'},'wp_id':0,'has_theme_file':true,'is_custom':true}`},
		{"/templates/child//wide?_fields=title.raw,author,modified,date", true, 200, `{'title':{'raw':'Wide'},'author':0,'modified':null,'date':null}`},
		{"/templates/child//mine?_fields=author_text,original_source,content.raw", true, 200,
			`{'content':{'raw':'<!-- wp:template-part {\'slug\':\'header\',\'theme\':\'child\'} \/-->'},'author_text':'admin','original_source':'user'}`},
		{"/templates/child//draft?_fields=status", true, 200, `{'status':'draft'}`},
		{"/templates/child//lost", true, 404, ""},
		{"/templates/base//index", true, 404, ""},
		{"/templates/child//index?_fields=content.raw,title.raw,is_custom", true, 200,
			`{'content':{'raw':'<!-- wp:template-part {\'slug\':\'header\',\'theme\':\'child\'} \/-->'},'title':{'raw':'Index'},'is_custom':false}`},
		// What a template is for names it.
		{"/templates/child//tag-blue?_fields=title.raw", true, 200, `{'title':{'raw':'Tag: Blue'}}`},
		{"/templates/child//%2E%2E%2F%2E%2E%2Fsecret", true, 404, ""},
		{"/templates?wp_id=303&_fields=slug", true, 200, `[{'slug':'draft'}]`},
		{"/templates?wp_id=306&_fields=slug", true, 200, `[]`},
		{"/template-parts?area=header&_fields=slug,area", true, 200, `[{'slug':'top','area':'header'}]`},
		{"/template-parts?area=footer&_fields=slug,title.raw", true, 200, `[{'slug':'foot','title':{'raw':'The foot'}}]`},
		{"/templates/lookup?slug=tag-blue&_fields=slug", true, 200, `{'slug':'tag-blue'}`},
		{"/templates/lookup?slug=page-about&_fields=slug", true, 200, `{'slug':'page'}`},
		{"/templates/lookup?slug=draft&_fields=slug", true, 200, `{'slug':'index'}`},
		{"/templates/lookup?slug=", true, 400, ""},
		{"/templates/child//page/revisions?_fields=id,wp_id,parent,title.raw", true, 200, `[{'id':'child\/\/page','title':{'raw':'Before'},'wp_id':1301,'parent':301}]`},
		{"/templates/child//page/revisions/1301?_fields=status", true, 200, `{'status':'inherit'}`},
		{"/templates/child//page/revisions/99", true, 404, ""},
		{"/templates/child//x/revisions", true, 400, ""},
		{"/templates/child//nope/revisions", false, 404, ""},
		{"/templates/child//page/autosaves", true, 200, `[]`},
		{"/templates/child//page/autosaves/1301", true, 404, ""},
	} {
		s.want(c.path, c.admin, c.status, c.body)
	}
	// Files come in the order of the file system, which is not ours to choose.
	for path, want := range map[string]string{
		"/templates?_fields=slug":                "index mine page tag-blue wide x",
		"/templates?post_type=post&_fields=slug": "mine tag-blue wide",
		"/templates?post_type=page&_fields=slug": "mine tag-blue x",
	} {
		w, _ := s.get(path, true)
		for _, slug := range strings.Fields(want) {
			if !strings.Contains(w.Body.String(), `{"slug":"`+slug+`"}`) {
				t.Errorf("%s: no %s in %s", path, slug, w.Body)
			}
		}
		if n := strings.Count(w.Body.String(), "slug"); n != len(strings.Fields(want)) {
			t.Errorf("%s: %s", path, w.Body)
		}
	}
}

func TestTemplateHierarchy(t *testing.T) {
	s := newShelf(t)
	session, err := s.site.begin(t.Context(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		slug   string
		custom bool
		prefix string
		want   string
	}{
		{"index", false, "", "index"},
		{"anything", true, "page", "page singular index"},
		{"front-page", false, "x", "front-page home index"},
		{"single-post-hello", false, "", "single-post-hello single-post single singular index"},
		{"single-post", false, "", "single-post single singular index"},
		{"single-nope-x", false, "", "single-nope-x singular index"},
		{"single-postx", false, "", "single-postx singular index"},
		{"single-book-x", false, "single-book", "single-book-x single-book single singular index"},
		{"taxonomy-category-x", false, "", "taxonomy-category-x taxonomy-category taxonomy archive index"},
		{"taxonomy-post_format-post-format-aside", false, "", "taxonomy-post_format-post-format-aside taxonomy-post_format taxonomy archive index"},
		{"category-a-b", false, "", "category-a-b category archive index"},
		{"archive-post", false, "archive", "archive-post archive index"},
		{"attachment", false, "", "attachment single singular index"},
		{"date", false, "", "date archive index"},
		{"page-", false, "", "page- singular index"},
		{"wp-custom-template-x", false, "", "wp-custom-template-x index"},
	} {
		if got := strings.Join(session.templateHierarchy(c.slug, c.custom, c.prefix), " "); got != c.want {
			t.Errorf("%s, %v, %q: %s; want %s", c.slug, c.custom, c.prefix, got, c.want)
		}
	}
}

// What a list of templates costs does not depend on how many there are.
func TestTemplateStatements(t *testing.T) {
	var counts []int64
	for _, more := range []int64{1, 50} {
		s := stage(t)
		for i := range more {
			id := 5000 + i
			for _, row := range []any{&models.Post{ID: id, Author: 1, Date: "2024-01-02 03:04:05", Type: "wp_template", Status: "publish", Name: "tag-t" + itoa(id)}, &models.TermRelationship{ObjectID: id, TermTaxonomyID: 401}} {
				s.write(func(tx *gorm.DB) error { return tx.Create(row).Error })
			}
		}
		_, n := s.get("/templates", true)
		counts = append(counts, n)
	}
	if counts[0] != counts[1] {
		t.Errorf("%v statements", counts)
	}
}

func TestGlobalStyles(t *testing.T) {
	s := stage(t)
	for _, c := range []struct {
		path   string
		admin  bool
		status int
		body   string
	}{
		{"/global-styles/320", false, 401, ""},
		{"/global-styles/320?_fields=id,title.raw,settings,styles", true, 200,
			`{'id':320,'title':{'raw':'Custom Styles'},'settings':{'color':{'palette':{'custom':[{'slug':'a','color':'#123456'}]}}},'styles':{}}`},
		{"/global-styles/301", true, 404, ""},
		{"/global-styles/320/revisions?_fields=id", true, 200, `[{'id':1321},{'id':1320}]`},
		{"/global-styles/320/revisions/1320?_fields=id,styles", true, 200, `{'styles':{},'id':1320}`},
		{"/global-styles/320/revisions/1321", true, 404, ""}, // none of users' data
		{"/global-styles/themes/base", true, 404, ""},
		{"/global-styles/themes/child", false, 401, ""},
		{"/global-styles/themes/child?_fields=settings.color.defaultPalette,styles.blocks.core/group", true, 200, ""},
		{"/global-styles/themes/child/variations", true, 200,
			`[{'version':3,'styles':{'color':{'text':'red'}},'title':'a'},{'version':3,'title':'Bee','styles':{'color':{'text':'var(--wp--preset--color--a)'}}}]`},
	} {
		s.want(c.path, c.admin, c.status, c.body)
	}
	w, _ := s.get("/global-styles/themes/child", true)
	v, err := php.DecodeJSON(w.Body.String())
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"settings color defaultPalette":                                 "false",
		"settings spacing units":                                        "false", // a theme of files has not asked for them
		"styles blocks core/group variations one-block color text":      `"blue"`,
		"styles elements button typography textDecoration":              `"none"`,
		"settings blocks core/button dimensions dimensionSizes default": `[{"name":"25%","slug":"25","size":"25%"},{"name":"50%","slug":"50","size":"50%"},{"name":"75%","slug":"75","size":"75%"},{"name":"100%","slug":"100","size":"100%"}]`,
	} {
		at := v
		for _, key := range strings.Fields(path) {
			a, _ := at.(*php.Array)
			at, _ = a.Get(key)
		}
		if got := string(php.AppendJSON(nil, at, 0)); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
