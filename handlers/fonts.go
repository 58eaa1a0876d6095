package handlers

import (
	"net/http"
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/sanitize"
)

// fonts are what installed families of fonts and their styles (font faces) have in common: they are posts whose
// content is settings in the words of theme.json, as JSON.
type fonts struct {
	*posts
	// param is the name of the settings, in answers and in requests.
	param string
}

func newFonts(site *Site, typ *registry.PostType, param string) fonts {
	f := fonts{newPosts(site, typ), param}
	f.texts = []string{param}
	f.ask = f.asked
	return f
}

// versionField tells the version of theme.json whose words settings use; older ones are taken, too.
func versionField() postField {
	return postField{Name: "theme_json_version", Get: func(*api.Context, *models.Post) any { return themeJSONVersion },
		Schema: api.Integer("The version of theme.json that the settings follow.", api.Default(int64(themeJSONVersion)), api.Minimum(2), api.Maximum(themeJSONVersion), api.In("view", "edit", "embed"))}
}

// writeArgs are the parameters of writing: the settings are a text, so that forms with files can carry them.
func (f fonts) writeArgs(first api.Property, check func(c *api.Context, name string, v any) error, clean func(s *session, c *api.Context, settings *php.Array) *php.Array) api.Properties {
	text := api.String("The settings as JSON.", api.Required, api.Early)
	return api.Properties{first, api.P("theme_json_version", versionField().Schema), api.P(f.param, also(text, check).With(
		api.Sanitize(func(c *api.Context, _ string, v any) (any, error) {
			if a, ok := v.(*php.Array); ok {
				return a, nil // another source of parameters that nobody looks at
			}
			settings, _ := php.DecodeJSONOf(php.ToString(v), maxSettings)
			a, _ := settings.(*php.Array)
			return clean(of(c), c, a), nil
		})))}
}

// collectionArgs are few of those of posts.
func (f fonts) collectionArgs(names ...string) api.Properties {
	names = append(names, "context", "page", "per_page", "exclude", "include", "search_semantics", "offset", "order", "orderby")
	args := slices.DeleteFunc(f.posts.collectionArgs(), func(p api.Property) bool { return !slices.Contains(names, p.Name) })
	for i := range args {
		if args[i].Name == "orderby" {
			args[i].Schema = args[i].Schema.With(api.Default("id"), api.Enum("id", "include"))
		}
	}
	return args
}

// asked is ask: parameters that posts have and fonts have not do not count.
func (f fonts) asked(c *api.Context) (q models.PostQuery, nothing bool) {
	q = models.PostQuery{
		Types: []string{f.typ.Name}, Include: c.IDs("include"), Exclude: c.IDs("exclude"),
		OrderBy: []string{c.String("orderby")}, Order: c.String("order"), Limit: c.Int("per_page"), Offset: offset(c),
		Columns: models.PostHeaders,
	}
	if f.typ.Name == fontFamily {
		q.Slugs = slugs(c.Strings("slug"))
	}
	of(c).statusConditions(&q, nil)
	if !c.IsHead() && f.wantsText(c) {
		q.Columns = models.PostFull
	}
	return q, false
}

func (f fonts) mayList(c *api.Context) error { return mayReadFonts(c, of(c).can(f.typ.Cap("read"))) }

func (f fonts) mayGet(c *api.Context) error {
	post, err := f.find(c)
	if err != nil {
		return err
	}
	return mayReadFonts(c, of(c).can("read_post", post))
}

// mayReadFonts: fonts are for those who design the site.
func mayReadFonts(c *api.Context, may bool) error {
	if !may {
		return c.Forbidden("rest_cannot_read", "Sorry, you are not allowed to access fonts.")
	}
	return nil
}

const (
	fontFamily = "wp_font_family"
	fontFace   = "wp_font_face"
)

// fontFamilies serves the families of fonts that are installed.
type fontFamilies struct{ fonts }

func newFontFamilies(site *Site, typ *registry.PostType) *fontFamilies {
	f := &fontFamilies{newFonts(site, typ, "font_family_settings")}
	f.load, f.store = f.wantFaces, f.save
	all := api.In("view", "edit", "embed")
	setting := func(name string, schema *api.Schema, get func(p *models.Post) any) postField {
		return postField{Name: name, Schema: schema, Get: func(_ *api.Context, p *models.Post) any {
			if v := get(p); php.ToBool(v) {
				return plainValue(v)
			}
			return ""
		}}
	}
	kept := func(name string) func(p *models.Post) any {
		return func(p *models.Post) any {
			v, _ := fontSettings(p).Get(name)
			return v
		}
	}
	f.resource = &api.Resource[*models.Post]{Title: typ.Name, Links: f.links, Fields: []postField{
		{Name: "id", Schema: api.Integer("The number that names the family.", all, api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any { return p.ID }},
		versionField(),
		{Name: "font_faces", Schema: api.Array("The numbers that name the styles of the family.", all, api.Items(api.Of1("integer"))), Get: func(c *api.Context, p *models.Post) any { return of(c).faces(p.ID) }},
		{Name: f.param, Schema: api.Object("The family in the words of theme.json.", all, api.Props(), api.RequiredMembers("name", "slug", "fontFamily"), api.NoMore), Fields: []postField{
			setting("name", api.String("What people call the family."), func(p *models.Post) any { return p.Title }),
			setting("slug", api.String("What names the family in styles."), func(p *models.Post) any { return p.Name }),
			setting("fontFamily", api.String("The value of font-family in CSS."), kept("fontFamily")),
			setting("preview", api.String("The address of a picture of the family.", api.Format("uri"), api.Default("")), kept("preview")),
		}},
	}}
	return f
}

func (f *fontFamilies) routes() []*api.Route {
	id := api.P("id", api.Integer("The number that names the family."))
	write := f.writeArgs(id, f.check, f.clean)
	return []*api.Route{
		{Namespace: f.typ.Namespace, Path: f.typ.Path(), Schema: f.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: f.collectionArgs("slug"), Permission: f.mayList, Handle: f.list},
			{Methods: api.Creatable, Args: write[1:], Permission: f.mayCreate, Handle: f.create},
		}},
		{Namespace: f.typ.Namespace, Path: f.typ.Path() + `/(?P<id>[\d]+)`, Schema: f.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{id, f.resource.ContextArg("view")}, Permission: f.mayGet, Handle: f.get, Prime: f.prime},
			{Methods: api.Editable, Args: write, Permission: f.mayUpdate, Handle: f.update},
			{Methods: api.Deletable, Args: api.Properties{id, forceArg("Deletes at once; there is no trash for fonts.")}, Permission: f.mayDelete, Handle: f.delete},
		}},
	}
}

// fontSettings are those that a post holds, nil where it holds none.
func fontSettings(p *models.Post) *php.Array {
	v, _ := php.DecodeJSON(p.Content)
	a, _ := v.(*php.Array)
	return a
}

// faces are the styles of a family, in the order of their dates.
func (s *session) faces(family int64) []int64 {
	if ids := s.fontFaces.get(family); ids != nil {
		return ids
	}
	return []int64{}
}

func (f *fontFamilies) wantFaces(c *api.Context, found []models.Post) {
	for _, p := range found {
		of(c).fontFaces.want(p.ID)
	}
}

func (f *fontFamilies) links(c *api.Context, p *models.Post) api.Links {
	var l api.Links
	l.Add("self", c.URL(postRoute(f.typ, p.ID)))
	l.Add("collection", c.URL(f.typ.Path()))
	for _, id := range of(c).faces(p.ID) {
		l.Add("font_faces", c.URL(faceRoute(f.typ, p.ID)+"/"+itoa(id)), api.Embeddable)
	}
	return l
}

// faceRoute is the path of the styles of a family.
func faceRoute(families *registry.PostType, family int64) string {
	return postRoute(families, family) + "/font-faces"
}

// fontFaces serves the styles of families, and keeps their files.
type fontFaces struct {
	fonts
	families *registry.PostType
}

func newFontFaces(site *Site, typ *registry.PostType) *fontFaces {
	f := &fontFaces{newFonts(site, typ, "font_face_settings"), site.Registry.Type(fontFamily)}
	all := api.In("view", "edit", "embed")
	css := func(name, property string) api.Property {
		return api.P(name, api.String("The value of "+property+" in CSS."))
	}
	f.resource = &api.Resource[*models.Post]{Title: typ.Name, Links: f.links, Fields: []postField{
		{Name: "id", Schema: api.Integer("The number that names the style.", all, api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any { return p.ID }},
		versionField(),
		{Name: "parent", Schema: api.Integer("The family that the style belongs to.", all), Get: func(_ *api.Context, p *models.Post) any { return p.Parent }},
		{Name: f.param, Get: func(_ *api.Context, p *models.Post) any { return f.settings(p) }, Schema: api.Object("The style in the words of theme.json.", all, api.Props(
			api.P("fontFamily", api.String("The value of font-family in CSS.", api.Default(""))),
			api.P("fontStyle", api.String("The value of font-style in CSS.", api.Default("normal"))),
			api.P("fontWeight", api.NewSchema(api.Description("The weights that the font has, with spaces between them."), api.Default("400"), api.Type("string", "integer"))),
			api.P("fontDisplay", api.String("The value of font-display in CSS.", api.Default("fallback"), api.Enum("auto", "block", "fallback", "swap", "optional"))),
			api.P("src", api.NewSchema(api.Description("The addresses of the files."), api.AnyOf(api.Of1("string"), api.Of1("array", api.Items(api.Of1("string")))), api.Default(php.List()))),
			css("fontStretch", "font-stretch"), css("ascentOverride", "ascent-override"), css("descentOverride", "descent-override"), css("fontVariant", "font-variant"),
			css("fontFeatureSettings", "font-feature-settings"), css("fontVariationSettings", "font-variation-settings"), css("lineGapOverride", "line-gap-override"),
			css("sizeAdjust", "size-adjust"), css("unicodeRange", "unicode-range"),
			api.P("preview", api.String("The address of a picture of the style.", api.Format("uri"), api.Default(""))),
		), api.RequiredMembers("fontFamily", "src"), api.NoMore)},
	}}
	return f
}

func (f *fontFaces) routes() []*api.Route {
	family := api.P("font_family_id", api.Integer("The number that names the family.", api.Required))
	id := api.P("id", api.Integer("The number that names the style.", api.Required))
	base := f.families.Path() + `/(?P<font_family_id>[\d]+)/font-faces`
	return []*api.Route{
		{Namespace: f.typ.Namespace, Path: base, Schema: f.resource.Describe, Pages: facePages, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: append(api.Properties{family}, f.collectionArgs()...), Permission: f.mayList, Handle: f.listOfFamily},
			{Methods: api.Creatable, Args: f.writeArgs(family, f.check, f.clean), TakesFile: true, Permission: f.mayCreate, Handle: f.create},
		}},
		{Namespace: f.typ.Namespace, Path: base + `/(?P<id>[\d]+)`, Schema: f.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{family, id, f.resource.ContextArg("view")}, Permission: f.mayGet, Handle: f.getOfFamily, Prime: f.prime},
			{Methods: api.Deletable, Args: api.Properties{family, id, forceArg("Deletes at once; there is no trash for fonts.")}, Permission: f.mayDelete, Handle: f.deleteOfFamily},
		}},
	}
}

// facePages is where WordPress's links to further pages lead: its add_query_arg takes the pattern of
// the route for an address with a query.
const facePages = `/wp/v2/font-families/(?P<font_family_id>%5B\d%5D`

// settings are those of a style that theme.json knows, in the order in which they were stored.
func (f *fontFaces) settings(p *models.Post) any {
	stored := fontSettings(p)
	if stored == nil {
		return php.Map{{Key: "fontFamily", Value: ""}, {Key: "src", Value: []any{}}}
	}
	known := f.resource.Properties().Get(f.param).Properties
	m := make(php.Map, 0, stored.Len())
	for k, v := range stored.All() {
		if known.Get(k.String()) != nil {
			m = append(m, php.Member{Key: k.String(), Value: plainValue(v)})
		}
	}
	if len(m) == 0 {
		return []any{}
	}
	return m
}

func (f *fontFaces) links(c *api.Context, p *models.Post) api.Links {
	var l api.Links
	faces := faceRoute(f.families, p.Parent)
	l.Add("self", c.URL(faces+"/"+itoa(p.ID)))
	l.Add("collection", c.URL(faces))
	l.Add("parent", c.URL(postRoute(f.families, p.Parent)))
	return l
}

// family gives the family that a request names.
func (f *fontFaces) family(c *api.Context) (*models.Post, error) {
	p := of(c).posts.get(c.Int("font_family_id"))
	if p == nil || p.Type != fontFamily {
		return nil, errPostParent()
	}
	return p, nil
}

// ofFamily tells whether the style that a request names is of the family that it names.
func (f *fontFaces) ofFamily(c *api.Context) error {
	family, err := f.family(c)
	if err != nil {
		return err
	}
	face, err := f.find(c)
	if err == nil && face.Parent != family.ID {
		err = api.NewError(http.StatusNotFound, "rest_font_face_parent_id_mismatch", "The font face does not belong to this font family.")
	}
	return err
}

// listOfFamily lists the styles of all families: as in WordPress the family must be there, and nothing more.
func (f *fontFaces) listOfFamily(c *api.Context) (*api.Response, error) {
	if _, err := f.family(c); err != nil {
		return nil, err
	}
	return f.list(c)
}

func (f *fontFaces) getOfFamily(c *api.Context) (*api.Response, error) {
	if err := f.ofFamily(c); err != nil {
		return nil, err
	}
	return f.get(c)
}

func (f *fontFaces) deleteOfFamily(c *api.Context) (*api.Response, error) {
	if err := f.ofFamily(c); err != nil {
		return nil, err
	}
	return f.delete(c)
}

// faceName is the name that tells a style with these settings from others.
func faceName(settings *php.Array) string {
	return sanitize.FontFaceName(func(setting string) (string, bool) {
		v, ok := settings.Get(setting)
		return php.ToString(v), ok
	})
}
