package handlers

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/fileheader"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// blockTemplate is a template or a template part: a file of the theme, what somebody has
// made of one, or one that somebody has made.
type blockTemplate struct {
	typ, theme, slug   string
	title, description string
	source, origin     string // source is theme or custom
	status             string
	content            string  // with the names of patterns in it
	resolved           *string // with the patterns themselves, once that was asked for
	area               string  // "" for none
	hasFile, custom    bool
	types              []string     // post types it is for; nil for any
	post               *models.Post // nil for a file
	parent             *models.Post // of a revision: the post that is revised
}

func (t *blockTemplate) id() string { return t.theme + "//" + t.slug }

// wpID is the id of the post that holds the template, 0 for a file.
func (t *blockTemplate) wpID() int64 {
	if t.post == nil {
		return 0
	}
	return t.post.ID
}

// templateKey names a template.
type templateKey struct{ typ, theme, slug string }

// sanitizeTemplateID writes ids as WordPress does: addresses may have lost one of
// the two slashes (_sanitize_template_id).
func sanitizeTemplateID(id string) string {
	if decoded, err := url.PathUnescape(id); err == nil {
		id = decoded
	}
	last := strings.LastIndexByte(id, '/')
	if last < 0 || last > 0 && id[last-1] == '/' {
		return id
	}
	return id[:last] + "/" + id[last:]
}

// template finds one by its id, nil where there is none (get_block_template).
func (s *session) template(typ, id string) *blockTemplate {
	theme, slug, ok := strings.Cut(id, "//")
	if !ok {
		return nil
	}
	return s.templates.get(templateKey{typ, theme, slug})
}

func (s *session) fetchTemplates(keys []templateKey) (map[templateKey]*blockTemplate, error) {
	out := map[templateKey]*blockTemplate{}
	for _, k := range keys {
		found, err := s.findTemplates(models.PostQuery{
			Types: []string{k.typ}, Slugs: []string{sanitize.TitleForQuery(k.slug)}, Statuses: []string{"auto-draft", "draft", "publish", "trash"},
			Tax: []models.TaxClause{{Taxonomy: "wp_theme", Slugs: []string{sanitize.TitleForQuery(k.theme)}}}, Limit: 1,
		})
		if err != nil {
			return nil, err
		}
		switch {
		case len(found) > 0:
			out[k] = found[0]
		case k.theme == s.themeFiles().stylesheet && k.slug != "":
			if path, ok := s.themeFiles().file(k.typ, k.slug); ok {
				out[k] = s.themeTemplate(k.typ, templateFile{k.slug, path})
			}
		}
	}
	return out, nil
}

// findTemplates gives the templates that are stored as posts. Those without a theme are none.
func (s *session) findTemplates(q models.PostQuery) ([]*blockTemplate, error) {
	q.Columns = models.PostFull
	found, err := s.site.Store.FindPosts(s.ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range found {
		s.posts.put(&found[i], true)
		s.announce(found[i].ID)
		s.users.want(found[i].Author)
	}
	var l []*blockTemplate
	for i := range found {
		if t := s.storedTemplate(&found[i], &found[i]); t != nil {
			l = append(l, t)
		}
	}
	s.nameTemplates(l)
	return l, s.err
}

// storedTemplate makes a template of a post, or of a revision of one
// (_build_block_template_result_from_post).
func (s *session) storedTemplate(p, parent *models.Post) *blockTemplate {
	t := &blockTemplate{typ: parent.Type, slug: parent.Name, title: p.Title, description: p.Excerpt, source: "custom", status: p.Status, post: p}
	if p != parent {
		t.parent = parent
	}
	for _, term := range s.postTerms.get(parent.ID) {
		switch {
		case term.Taxonomy == "wp_theme" && t.theme == "":
			t.theme = term.Name
		case term.Taxonomy == "wp_template_part_area" && t.area == "" && t.typ == "wp_template_part":
			t.area = term.Name
		}
	}
	if t.theme == "" {
		return nil
	}
	theme := s.themeFiles()
	if t.theme == theme.stylesheet {
		_, t.hasFile = theme.file(t.typ, t.slug)
	}
	meta := s.postMeta.get(parent.ID)
	t.origin = meta.first("origin")
	if t.typ == "wp_template" {
		t.custom = templateTypeOf(t.slug) == nil && !php.ToBool(meta.first("is_wp_suggestion"))
		if t.hasFile {
			t.types = theme.postTypes(t.slug)
		}
	}
	t.content = render.TemplateContent(p.Content, theme.stylesheet)
	return t
}

// themeTemplate makes a template of a file (_build_block_template_result_from_file).
func (s *session) themeTemplate(typ string, f templateFile) *blockTemplate {
	theme := s.themeFiles()
	t := &blockTemplate{typ: typ, theme: theme.stylesheet, slug: f.slug, title: f.slug, source: "theme", status: "publish", hasFile: true, custom: true}
	if typ == "wp_template_part" {
		t.area = "uncategorized"
		if e := theme.entry("templateParts", f.slug); e != nil {
			if area := textOf(e, "area"); isTemplateArea(area) {
				t.area = area
			}
			if title := textOf(e, "title"); title != "" {
				t.title = title
			}
		}
	} else {
		if e := theme.entry("customTemplates", f.slug); e != nil {
			if title := textOf(e, "title"); title != "" {
				t.title = title
			}
		}
		t.types = theme.postTypes(f.slug)
		if d := templateTypeOf(f.slug); d != nil {
			t.title, t.description, t.custom = d.title, d.description, false
		}
	}
	t.content = render.TemplateContent(fileheader.Text(f.path, maxThemeFile), theme.stylesheet)
	return t
}

// resolved is the content of a template with patterns in the place of their names, as answers have it.
func (s *session) resolved(t *blockTemplate) string {
	if t.resolved == nil {
		content := render.ResolvePatterns(t.content, s.pattern)
		t.resolved = &content
	}
	return *t.resolved
}

// postTypes are the types that theme.json offers a template for: pages, where it names none.
func (t *themeFiles) postTypes(slug string) []string {
	e := t.entry("customTemplates", slug)
	if e == nil {
		return nil
	}
	v, _ := e.Get("postTypes")
	a, ok := v.(*php.Array)
	if !ok {
		return []string{"page"}
	}
	l := []string{}
	for _, v := range a.Values() {
		l = append(l, php.ToString(v))
	}
	return l
}

// templateQuery says which templates are wanted (get_block_templates).
type templateQuery struct {
	typ      string
	slugs    []string // nil for all
	area     *string  // only parts of an area
	postType *string  // only templates that posts of a type may choose
	wpID     *int64   // only what is stored: in this post, or in any of the theme's where it is no id
}

// findAllTemplates gives what is stored, then the theme's files that nothing stored replaces.
func (s *session) findAllTemplates(q templateQuery) ([]*blockTemplate, error) {
	stored := models.PostQuery{Types: []string{q.typ}, Statuses: []string{"publish"}, Slugs: q.slugs}
	theme := s.themeFiles()
	if q.wpID != nil {
		stored.Statuses = []string{"auto-draft", "draft", "publish"}
	}
	if q.wpID != nil && *q.wpID > 0 {
		stored.Include = []int64{*q.wpID}
	} else {
		stored.Tax = []models.TaxClause{{Taxonomy: "wp_theme", Slugs: []string{sanitize.TitleForQuery(theme.stylesheet)}}}
		if q.area != nil && q.typ == "wp_template_part" {
			stored.Tax = append(stored.Tax, models.TaxClause{Taxonomy: "wp_template_part_area", Slugs: []string{*q.area}})
		}
	}
	found, err := s.findTemplates(stored)
	if err != nil {
		return nil, err
	}
	asked := q.postType != nil && q.typ == "wp_template"
	found = slices.DeleteFunc(found, func(t *blockTemplate) bool {
		return asked && *q.postType != "" && (!t.custom || t.types != nil && !slices.Contains(t.types, *q.postType))
	})
	if q.wpID != nil {
		return found, nil
	}
	have := map[string]bool{}
	for _, t := range found {
		have[t.slug] = true
	}
	for _, f := range theme.files(q.typ) {
		if have[f.slug] || q.slugs != nil && !slices.Contains(q.slugs, f.slug) {
			continue
		}
		t := s.themeTemplate(q.typ, f)
		switch {
		case q.area != nil && q.typ == "wp_template_part" && t.area != *q.area:
		case asked && !slices.Contains(t.types, *q.postType) && !(t.custom && t.types == nil):
		default:
			found = append(found, t)
		}
	}
	return found, nil
}

var (
	templateOf   = regexp.MustCompile(`^(author|category|archive|tag|page)-.+$`)
	templateKind = regexp.MustCompile(`^(taxonomy|single)-(.+)$`)
)

// templateHierarchy lists the templates that may show what a slug names, the
// closest first (get_template_hierarchy).
func (s *session) templateHierarchy(slug string, custom bool, prefix string) []string {
	switch {
	case slug == "index":
		return []string{"index"}
	case custom:
		return []string{"page", "singular", "index"}
	case slug == "front-page":
		return []string{"front-page", "home", "index"}
	}
	l := []string{slug}
	if prefix != "" {
		kind, _, _ := strings.Cut(prefix, "-")
		if kind != prefix {
			l = append(l, prefix)
		}
		l = append(l, kind)
	} else if m := templateOf.FindStringSubmatch(slug); m != nil {
		l = append(l, m[1])
	} else if m := templateKind.FindStringSubmatch(slug); m != nil {
		for _, name := range s.templateSubjects(m[1]) {
			rest, ok := strings.CutPrefix(m[2], name)
			if ok && rest == "" {
				l = append(l, m[1])
				break
			}
			if ok && len(rest) > 1 && rest[0] == '-' {
				l = append(l, m[1]+"-"+name, m[1])
				break
			}
		}
	}
	for _, archive := range []string{"author", "taxonomy", "category", "tag"} {
		if strings.HasPrefix(slug, archive) {
			l = append(l, "archive")
		}
	}
	if slug == "date" {
		l = append(l, "archive")
	}
	if slug == "attachment" {
		l = append(l, "single")
	}
	if slug == "attachment" || strings.HasPrefix(slug, "single") || strings.HasPrefix(slug, "page") {
		l = append(l, "singular")
	}
	l = append(l, "index")
	seen := map[string]bool{}
	return slices.DeleteFunc(l, func(name string) bool { again := seen[name]; seen[name] = true; return again })
}

// templateSubjects are the post types or the taxonomies that templates may be for.
func (s *session) templateSubjects(kind string) []string {
	var l []string
	if kind == "single" {
		for _, t := range s.site.Registry.Types {
			l = append(l, t.Name)
		}
		return l
	}
	for _, t := range s.site.Registry.Taxonomies {
		l = append(l, t.Name)
	}
	return l
}

// lookUpTemplate finds the template that shows what a slug names. One without
// content stands back behind the next (get_template_fallback).
func (s *session) lookUpTemplate(slug string, custom bool, prefix string) (*blockTemplate, error) {
	hierarchy := s.templateHierarchy(slug, custom, prefix)
	found, err := s.findAllTemplates(templateQuery{typ: "wp_template", slugs: hierarchy})
	if err != nil {
		return nil, err
	}
	var last *blockTemplate
	for _, name := range hierarchy {
		i := slices.IndexFunc(found, func(t *blockTemplate) bool { return t.slug == name })
		if i < 0 {
			continue
		}
		if last = found[i]; last.content != "" {
			break
		}
	}
	return last, nil
}

// templateMaker says what made a template first, and who that is
// (get_wp_templates_author_text_field, get_wp_templates_original_source_field).
func (s *session) templateMaker(t *blockTemplate) (original, author string) {
	switch {
	case t.hasFile && (t.origin == "theme" || t.origin == ""):
		if author = s.themeFiles().name(t.theme); author == "" {
			author = t.theme
		}
		return "theme", author
	case t.origin == "plugin":
		return "plugin", t.theme
	case !t.hasFile && t.source == "custom" && t.post.Author == 0:
		return "site", s.options.String("blogname")
	}
	if u := s.users.get(t.post.Author); u != nil {
		return "user", u.DisplayName
	}
	return "user", "Unknown author"
}
