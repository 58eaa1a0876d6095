package handlers

import (
	"net/http"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/themejson"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/render"
)

// globalStyles serves the settings and styles of the active theme and what users have changed in them.
type globalStyles struct {
	typ                *registry.PostType
	resource, revision *api.Resource[*models.Post]
}

func newGlobalStyles(typ *registry.PostType) *globalStyles {
	g := &globalStyles{typ: typ}
	g.resource = &api.Resource[*models.Post]{Title: typ.Name, Order: []string{"id", "styles", "settings", "title"}, Links: g.links, Fields: g.fields()}
	g.revision = &api.Resource[*models.Post]{Title: typ.Name + "-revision", Fields: g.revisionFields(),
		Order: []string{"author", "date", "date_gmt", "id", "modified", "modified_gmt", "parent", "styles", "settings"}}
	return g
}

func (g *globalStyles) routes() []*api.Route {
	id, parent := api.P("id", api.Integer("The number that names the revision.")), api.P("parent", api.Integer("The number that names the styles."))
	context := g.revision.ContextArg("view")
	stylesheet := api.P("stylesheet", api.String("The folder of the theme."))
	namespace, base := g.typ.Namespace, g.typ.Path()
	return []*api.Route{
		{Namespace: namespace, Path: base + `/(?P<parent>[\d]+)/revisions`, Schema: g.revision.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Permission: g.mayReadRevisions, Handle: g.listRevisions, Args: append(api.Properties{parent, context}, slices.DeleteFunc(revisionArgs(), func(p api.Property) bool {
				return p.Name != "page" && p.Name != "per_page" && p.Name != "offset"
			})...)},
		}},
		{Namespace: namespace, Path: base + `/(?P<parent>[\d]+)/revisions/(?P<id>[\d]+)`, Schema: g.revision.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{parent, id, context}, Permission: g.mayReadRevisions, Handle: g.getRevision},
		}},
		{Namespace: namespace, Path: base + `/themes/(?P<stylesheet>[\/\s%\w\.\(\)\[\]\@_\-]+)/variations`, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Batch: api.NotBatchable, Args: api.Properties{stylesheet}, Permission: g.mayReadThemes, Handle: g.variations},
		}},
		{Namespace: namespace, Path: base + `/themes/(?P<stylesheet>[^\/:<>\*\?"\|]+(?:\/[^\/:<>\*\?"\|]+)?)`, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Batch: api.NotBatchable, Args: api.Properties{stylesheet}, Permission: g.mayReadThemes, Handle: g.theme},
		}},
		{Namespace: namespace, Path: base + `/(?P<id>[\/\d+]+)`, Schema: g.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Batch: api.NotBatchable, Args: api.Properties{api.P("id", api.Integer("The number that names the styles."))}, Permission: g.mayGet, Handle: g.get},
			{Methods: api.Editable, Batch: api.NotBatchable, Args: g.resource.EditArgs(), Permission: g.mayUpdate, Handle: g.update},
		}},
	}
}

// usersData is what a post holds of global styles, nil where it is none of users' data.
func usersData(p *models.Post) *php.Array {
	v, _ := php.DecodeJSON(p.Content)
	data, _ := v.(*php.Array)
	if mine, _ := data.Get("isGlobalStylesUserThemeJSON"); !php.ToBool(mine) {
		return nil
	}
	return data
}

// userData is what a post holds of settings (or styles).
func (t *themeFiles) userData(p *models.Post, part string) any {
	if data := usersData(p); data != nil {
		v, _ := themejson.New(data, "custom", t.blocks()).Get(part)
		if a, ok := v.(*php.Array); ok && a.Len() > 0 {
			return plainValue(a)
		}
	}
	return php.Obj{}
}

// plainValue makes lists and maps of arrays, so that _fields can look into them.
func plainValue(v any) any {
	a, ok := v.(*php.Array)
	if !ok {
		return v
	}
	if a.Len() == 0 || a.IsList() {
		l := make([]any, 0, a.Len())
		for _, e := range a.Values() {
			l = append(l, plainValue(e))
		}
		return l
	}
	m := make(php.Map, 0, a.Len())
	for k, e := range a.All() {
		m = append(m, php.Member{Key: k.String(), Value: plainValue(e)})
	}
	return m
}

func (g *globalStyles) parts() []postField {
	shown := api.In("view", "edit")
	object := func(text string) *api.Schema {
		return api.NewSchema(api.Description(text), api.TypeList("object"), shown)
	}
	return []postField{
		{Name: "settings", Schema: object("Settings that users have changed."), Get: func(c *api.Context, p *models.Post) any { return of(c).themeFiles().userData(p, "settings") }},
		{Name: "styles", Schema: object("Styles that users have changed."), Get: func(c *api.Context, p *models.Post) any { return of(c).themeFiles().userData(p, "styles") }},
	}
}

func (g *globalStyles) fields() []postField {
	all, text := api.In("embed", "view", "edit"), api.In("view", "edit", "embed")
	return append([]postField{
		{Name: "id", Schema: api.Integer("The number that names the styles.", all, api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any { return p.ID }},
		{Name: "title", Schema: api.Of("What the styles are called.", []string{"object", "string"}, api.Default(""), all), Fields: []postField{
			{Name: "raw", Schema: api.String("The title as stored.", text), Get: rawTitle},
			{Name: "rendered", Schema: api.String("The title as shown.", text, api.ReadOnly), Get: renderedTitle},
		}},
	}, g.parts()...)
}

// told tells whether a revision holds anything of users' data.
func told(_ *api.Context, p *models.Post) bool {
	v, _ := php.DecodeJSON(p.Content)
	data, _ := v.(*php.Array)
	for _, part := range []string{"settings", "styles"} {
		if v, _ := data.Get(part); php.ToBool(v) {
			return true
		}
	}
	return false
}

func (g *globalStyles) revisionFields() []postField {
	all, shown, date := api.In("view", "edit", "embed"), api.In("view", "edit"), api.Format("date-time")
	parts := g.parts()
	for i := range parts {
		parts[i].If = told
	}
	return append(parts,
		postField{Name: "author", Schema: api.Integer("Who made the revision.", all), Get: func(_ *api.Context, p *models.Post) any { return p.Author }},
		postField{Name: "date", Schema: api.String("When the revision was made, in the site's time.", date, all), Get: postDate},
		postField{Name: "date_gmt", Schema: api.String("When the revision was made, in UTC.", date, shown), Get: postDateGMT},
		postField{Name: "id", Schema: api.Integer("The number that names the revision.", api.In("embed", "view", "edit"), api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any { return p.ID }},
		postField{Name: "modified", Schema: api.String("When the revision was last changed, in the site's time.", date, shown), Get: postModified},
		postField{Name: "modified_gmt", Schema: api.String("When the revision was last changed, in UTC.", date, shown), Get: postModifiedGMT},
		postField{Name: "parent", Schema: api.Integer("The revised styles.", all), Get: func(_ *api.Context, p *models.Post) any { return p.Parent }})
}

func (g *globalStyles) links(c *api.Context, p *models.Post) api.Links {
	s := of(c)
	var l api.Links
	self := c.URL(postRoute(g.typ, p.ID))
	l.Add("self", self)
	l.Add("about", c.URL("/wp/v2/types/"+g.typ.Name))
	if g.typ.Has("revisions") {
		l.Add("version-history", self+"/revisions", php.Member{Key: "count", Value: s.revisions.get(p.ID).Count})
	}
	if s.can(g.typ.Cap("publish_posts")) {
		l.Add("https://api.w.org/action-publish", self)
	}
	if s.can("edit_css") {
		l.Add("https://api.w.org/action-edit-css", self)
	}
	return l
}

// find gives the styles that the request names.
func (g *globalStyles) find(c *api.Context) (*models.Post, error) {
	p := of(c).posts.full(c.Int("id"))
	if p == nil || p.Type != g.typ.Name {
		return nil, api.NewError(http.StatusNotFound, "rest_global_styles_not_found", "No global styles config exists with that ID.")
	}
	return p, nil
}

func (g *globalStyles) mayGet(c *api.Context) error {
	s := of(c)
	p, err := g.find(c)
	switch {
	case err != nil:
		return err
	case c.View() == "edit" && !s.can("edit_post", p):
		return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to edit this global style.")
	case !s.can("read_post", p):
		return c.Forbidden("rest_cannot_view", "Sorry, you are not allowed to view this global style.")
	}
	return nil
}

func (g *globalStyles) mayUpdate(c *api.Context) error {
	p, err := g.find(c)
	if err != nil {
		return err
	}
	if !of(c).can("edit_post", p) {
		return c.Forbidden("rest_cannot_edit", "Sorry, you are not allowed to edit this global style.")
	}
	return nil
}

func (g *globalStyles) get(c *api.Context) (*api.Response, error) {
	p, err := g.find(c)
	if err != nil {
		return nil, err
	}
	return versioned(c, g.resource.Item(c, p), func() string { return of(c).postVersion(p.ID) }), of(c).err
}

// parent gives the styles whose revisions the request asks for.
func (g *globalStyles) parent(c *api.Context) (*models.Post, error) {
	p := of(c).posts.get(c.Int("parent"))
	if p == nil || p.Type != g.typ.Name {
		return nil, errPostParent()
	}
	return p, nil
}

func (g *globalStyles) mayReadRevisions(c *api.Context) error {
	p, err := g.parent(c)
	if err != nil {
		return err
	}
	if !of(c).can("edit_post", p) {
		return c.Forbidden("rest_cannot_read", "Sorry, you are not allowed to view revisions of this post.")
	}
	return nil
}

func (g *globalStyles) listRevisions(c *api.Context) (*api.Response, error) {
	p, err := g.parent(c)
	if err != nil {
		return nil, err
	}
	page, err := findRevisions(c, p.ID)
	if err != nil {
		return nil, err
	}
	res := api.OK(g.revision.List(c, of(c).revised(page.found)))
	res.PagedAs(c, page.total, page.pages, page.number)
	return res, of(c).err
}

func (g *globalStyles) getRevision(c *api.Context) (*api.Response, error) {
	p, err := g.parent(c)
	if err != nil {
		return nil, err
	}
	rev, err := of(c).revision(c.Int("id"))
	if err != nil {
		return nil, err
	}
	if rev.Parent != p.ID {
		return nil, errRevisionParent(p)
	}
	if usersData(rev) == nil {
		return nil, api.NewError(http.StatusNotFound, "rest_global_styles_not_found", "The revision holds no global styles.")
	}
	return g.revision.Item(c, rev), of(c).err
}

// mayReadThemes: who may write anything at all may see what a theme looks like.
func (g *globalStyles) mayReadThemes(c *api.Context) error {
	if !of(c).editsSome() {
		return c.Forbidden("rest_cannot_read_global_styles", "Sorry, you are not allowed to access the global styles on this site.")
	}
	return nil
}

// active gives the active theme, if the request names it.
func (g *globalStyles) active(c *api.Context) (*themeFiles, error) {
	t := of(c).themeFiles()
	if name := php.ToString(c.Param("stylesheet")); name == "" || name != t.stylesheet {
		return nil, api.NewError(http.StatusNotFound, "rest_theme_not_found", "Theme not found.")
	}
	return t, nil
}

// theme answers with WordPress's own data under those of the active theme.
func (g *globalStyles) theme(c *api.Context) (*api.Response, error) {
	t, err := g.active(c)
	if err != nil {
		return nil, err
	}
	merged := themejson.Merge(themejson.Core(), t.themeJSON())
	out := php.Map{}
	for _, part := range []string{"settings", "styles"} {
		if c.Wants(part) {
			v, _ := merged.Get(part)
			a, _ := v.(*php.Array)
			out = append(out, php.Member{Key: part, Value: plainValue(a)})
		}
	}
	res := api.OK(out)
	if c.WantsLinks() {
		res.Links.Add("self", c.URL(g.typ.Path()+"/themes/"+t.stylesheet))
	}
	return res, nil
}

// variations answers with the other looks that the active theme offers.
func (g *globalStyles) variations(c *api.Context) (*api.Response, error) {
	t, err := g.active(c)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, v := range t.styleFiles() {
		if blocks, _ := v.data.Get("blockTypes"); blocks != nil {
			continue
		}
		data := themejson.New(v.data, "theme", t.blocks())
		if title, _ := data.Get("title"); !php.ToBool(title) {
			data.Set("title", strings.TrimSuffix(path.Base(v.file), ".json"))
		}
		out = append(out, plainValue(data))
	}
	return api.OK(out), nil
}

// styleFile is a file of a theme's styles folder: another look of all, or of some blocks.
type styleFile struct {
	file string
	data *php.Array
}

// styleFiles are read by name, those of the theme itself before those of the theme below
// of the same name (WP_Theme_JSON_Resolver::get_style_variations).
func (t *themeFiles) styleFiles() []styleFile {
	var all []styleFile
	seen := map[string]bool{}
	for _, dir := range t.dirs {
		in := filepath.Join(dir, "styles")
		files := walkTheme(in, ".json")
		slices.Sort(files)
		var own []styleFile
		for _, file := range files {
			if data := readTheme(filepath.Join(in, filepath.FromSlash(file))); data.Len() > 0 && !seen[file] {
				own = append(own, styleFile{file, data})
			}
		}
		for _, v := range own {
			seen[v.file] = true
		}
		all = append(own, all...)
	}
	return all
}

// slug names a look of blocks.
func (v styleFile) slug() string {
	if slug := textOf(v.data, "slug"); slug != "" {
		return slug
	}
	return render.KebabCase(textOf(v.data, "title"))
}

// blocks are the blocks there are, with the styles that WordPress and the theme give them.
func (t *themeFiles) blocks() *themejson.Blocks {
	if t.known != nil {
		return t.known
	}
	t.known = &themejson.Blocks{Styles: map[string][]string{}}
	for _, b := range render.BlockTypes() {
		t.known.Names = append(t.known.Names, b.Name)
		styles, _ := b.Data.Get("styles")
		list, _ := styles.(*php.Array)
		for _, style := range list.Values() {
			if a, ok := style.(*php.Array); ok {
				t.known.Styles[b.Name] = append(t.known.Styles[b.Name], textOf(a, "name"))
			}
		}
	}
	for _, v := range t.styleFiles() {
		blocks, _ := v.data.Get("blockTypes")
		list, _ := blocks.(*php.Array)
		for _, block := range list.Values() {
			name := php.ToString(block)
			t.known.Styles[name] = append(t.known.Styles[name], v.slug())
		}
	}
	return t.known
}

// supports is what WordPress takes to be the theme's when its code says nothing.
const supports = `{"version":3,"settings":{"color":{"custom":true,"customGradient":true},"typography":{"customFontSize":true,"lineHeight":false},"spacing":{"units":false,"padding":false}}}`

// themeJSON is the theme's own data over what it supports.
func (t *themeFiles) themeJSON() *php.Array {
	v, _ := php.DecodeJSON(supports)
	return t.ownJSON(v.(*php.Array))
}

// ownJSON is the theme's own data over others: theme.json over that of the theme below, with the
// looks of blocks from files of their own.
func (t *themeFiles) ownJSON(merged *php.Array) *php.Array {
	for i := len(t.dirs) - 1; i >= 0; i-- {
		data := readTheme(filepath.Join(t.dirs[i], "theme.json"))
		if i == 0 {
			for _, v := range t.styleFiles() {
				addBlockStyles(data, v)
			}
		}
		merged = themejson.Merge(merged, themejson.New(data, "theme", t.blocks()))
	}
	return merged
}

// addBlockStyles puts a file's styles where theme.json holds those of blocks.
func addBlockStyles(data *php.Array, v styleFile) {
	blocks, _ := v.data.Get("blockTypes")
	list, _ := blocks.(*php.Array)
	styles, ok := v.data.Get("styles")
	if !ok {
		return
	}
	slug := v.slug()
	for _, block := range list.Values() {
		at := data
		for _, key := range []string{"styles", "blocks", php.ToString(block), "variations"} {
			below, _ := at.Get(key)
			next, ok := below.(*php.Array)
			if !ok {
				next = &php.Array{}
				at.Set(key, next)
			}
			at = next
		}
		at.Set(slug, styles)
	}
}
