package handlers

import (
	"net/http"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/render"
)

// templates serves the templates of a site's pages, or the parts of them.
type templates struct {
	site     *Site
	typ      *registry.PostType
	resource *api.Resource[*blockTemplate]
}

type templateField = api.Field[*blockTemplate]

// templatePattern matches the id of a template as WordPress's routes do.
const templatePattern = `([^\/:<>\*\?"\|]+(?:\/[^\/:<>\*\?"\|]+)?)[\/\w%-]+`

func newTemplates(site *Site, typ *registry.PostType) *templates {
	t := &templates{site: site, typ: typ}
	t.resource = &api.Resource[*blockTemplate]{Title: typ.Name, Fields: t.fields(), Order: templateOrder, Links: t.links}
	return t
}

// templateID is the parameter that names a template.
func templateID(name string) api.Property {
	return api.P(name, api.String("The theme and the name of the template.", api.Sanitize(func(_ *api.Context, _ string, v any) (any, error) {
		return sanitizeTemplateID(php.ToString(v)), nil
	})))
}

// routes are the collection, the closest template for a slug, and the single template.
func (t *templates) routes() []*api.Route {
	id, context := templateID("id"), t.resource.ContextArg("view")
	return []*api.Route{
		{Namespace: t.typ.Namespace, Path: t.typ.Path(), Schema: t.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Permission: t.mayRead, Handle: t.list, Args: api.Properties{context,
				api.P("wp_id", api.Integer("Only what is stored in this post.")),
				api.P("area", api.String("Only parts for this place.")),
				api.P("post_type", api.String("Only templates that posts of this type may choose."))}},
			{Methods: api.Creatable, Args: t.resource.CreateArgs(), Permission: t.mayManage, Handle: t.create},
		}},
		{Namespace: t.typ.Namespace, Path: t.typ.Path() + "/lookup", Endpoints: []api.Endpoint{
			{Methods: api.Readable, Permission: t.mayRead, Handle: t.lookup, Args: api.Properties{
				api.P("slug", api.String("The template that would be the closest.", api.Required)),
				api.P("is_custom", api.Boolean("Whether somebody has made it up.")),
				api.P("template_prefix", api.String("The start of the slug that names a kind of page."))}},
		}},
		{Namespace: t.typ.Namespace, Path: t.typ.Path() + `/(?P<id>` + templatePattern + `)`, Schema: t.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{id, context}, Permission: t.mayRead, Handle: t.get},
			{Methods: api.Editable, Args: append(api.Properties{id}, t.resource.EditArgs()...), Permission: t.mayManage, Handle: t.update},
			{Methods: api.Deletable, Permission: t.mayManage, Handle: t.remove, Args: api.Properties{id,
				forceArg("Deletes at once instead of moving to the trash.")}},
		}},
	}
}

var templateOrder = []string{"id", "slug", "theme", "type", "source", "origin", "content", "title", "description", "status", "wp_id", "has_theme_file",
	"author", "modified", "author_text", "original_source", "date", "is_custom", "plugin", "area", "parent"}

func (t *templates) fields() []templateField {
	all, shown := api.In("embed", "view", "edit"), api.In("view", "edit")
	text, late := api.In("view", "edit", "embed"), api.In("view", "edit", "embed")
	either := []string{"object", "string"}
	f := []templateField{
		{Name: "id", Schema: api.String("The theme and the name of the template.", all, api.ReadOnly), Get: func(_ *api.Context, t *blockTemplate) any { return t.id() }},
		{Name: "theme", Schema: api.String("The theme it belongs to.", all), Get: func(_ *api.Context, t *blockTemplate) any { return t.theme }},
		{Name: "content", Schema: api.Of("What the template holds.", either, api.Default(""), all), Fields: []templateField{
			{Name: "raw", Schema: api.String("The blocks as stored.", shown), Get: func(c *api.Context, t *blockTemplate) any { return of(c).resolved(t) }},
			{Name: "block_version", Schema: api.Integer("Version of the block format in the content.", api.In("edit"), api.ReadOnly), Get: func(c *api.Context, t *blockTemplate) any {
				return render.BlockVersion(of(c).resolved(t))
			}},
		}},
		{Name: "slug", Schema: api.String("The name of the template in its theme.", all, api.Required, api.MinLength(1), api.Pattern(`[a-zA-Z0-9_\%-]+`)),
			Get: func(_ *api.Context, t *blockTemplate) any { return t.slug }},
		{Name: "source", Schema: api.String("Where the template is: theme or custom.", all, api.ReadOnly), Get: func(_ *api.Context, t *blockTemplate) any { return t.source }},
		{Name: "origin", Schema: api.String("Where a changed template came from.", all, api.ReadOnly), Get: func(_ *api.Context, t *blockTemplate) any {
			if t.origin == "" {
				return nil
			}
			return t.origin
		}},
		{Name: "type", Schema: api.String("Template or part of one.", all), Get: func(_ *api.Context, t *blockTemplate) any { return t.typ }},
		{Name: "description", Schema: api.String("What the template is for.", api.Default(""), all), Get: func(_ *api.Context, t *blockTemplate) any { return t.description }},
		{Name: "title", Schema: api.Of("What the template is called.", either, api.Default(""), all), Fields: []templateField{
			{Name: "raw", Schema: api.String("The title as stored.", text), Get: func(_ *api.Context, t *blockTemplate) any { return t.title }},
			{Name: "rendered", Schema: api.String("The title as shown.", text, api.ReadOnly), Get: func(_ *api.Context, t *blockTemplate) any {
				if t.post == nil {
					return t.title
				}
				return render.Title(t.title)
			}},
		}},
		{Name: "status", Schema: api.String("Where the template stands.", api.EnumOf((&posts{site: t.site}).writableStatuses()), api.Default("publish"), all),
			Get: func(_ *api.Context, t *blockTemplate) any { return t.status }},
		{Name: "wp_id", Schema: api.Integer("The post that holds the template.", all, api.ReadOnly), Get: func(_ *api.Context, t *blockTemplate) any { return t.wpID() }},
		{Name: "has_theme_file", Schema: api.Of("Whether the theme has a file for it.", []string{"bool"}, all, api.ReadOnly), Get: func(_ *api.Context, t *blockTemplate) any { return t.hasFile }},
	}
	if t.typ.Name == "wp_template" {
		f = append(f, templateField{Name: "is_custom", Schema: api.Of("Whether it is none of the known templates.", []string{"bool"}, all, api.ReadOnly),
			Get: func(_ *api.Context, t *blockTemplate) any { return t.custom }})
	}
	f = append(f, templateField{Name: "author", Schema: api.Integer("Who stored the template.", late), Get: func(_ *api.Context, t *blockTemplate) any {
		if t.post == nil {
			return 0
		}
		return t.post.Author
	}})
	if t.typ.Name == "wp_template_part" {
		f = append(f, templateField{Name: "area", Schema: api.String("The place that the part is for.", all),
			If: func(_ *api.Context, t *blockTemplate) bool { return t.typ == "wp_template_part" }, // looking up gives whole templates
			Get: func(_ *api.Context, t *blockTemplate) any {
				if t.area == "" {
					return nil
				}
				return t.area
			}})
	}
	date := api.Format("date-time")
	f = append(f,
		templateField{Name: "modified", Schema: api.Of("When the template was last changed, in the site's time.", []string{"string", "null"}, date, shown, api.ReadOnly), Get: func(c *api.Context, t *blockTemplate) any {
			if t.post == nil {
				return nil
			}
			return of(c).date(t.post.Modified)
		}},
		templateField{Name: "date", Schema: api.Of("When the template was stored, in the site's time.", []string{"string", "null"}, date, shown, api.ReadOnly), Get: func(c *api.Context, t *blockTemplate) any {
			if t.post == nil {
				return nil
			}
			return of(c).date(t.post.Date)
		}},
		templateField{Name: "author_text", Schema: api.NewSchema(api.Type("string"), api.Description("Whose the template is, in words."), api.ReadOnly, late), Get: func(c *api.Context, t *blockTemplate) any {
			_, author := of(c).templateMaker(t)
			return author
		}},
		templateField{Name: "original_source", Schema: api.String("What the template came from.", api.ReadOnly, late, api.Enum("theme", "plugin", "site", "user")), Get: func(c *api.Context, t *blockTemplate) any {
			original, _ := of(c).templateMaker(t)
			return original
		}})
	if t.typ.Name == "wp_template" { // no plugin can register a template here
		f = append(f, templateField{Name: "plugin", Schema: api.NewSchema(api.Type("string"), api.Description("The plugin that brought the template."), api.ReadOnly, late)})
	}
	return f
}

// route is the path of a template.
func (t *templates) route(item *blockTemplate) string { return t.typ.Path() + "/" + item.id() }

func (t *templates) links(c *api.Context, item *blockTemplate) api.Links {
	s := of(c)
	var l api.Links
	self := c.URL(t.route(item))
	l.Add("self", self)
	l.Add("collection", c.URL(t.typ.Path()))
	l.Add("about", c.URL("/wp/v2/types/"+t.typ.Name))
	if id := item.wpID(); id != 0 && t.typ.Has("revisions") {
		r := s.revisions.get(id)
		l.Add("version-history", self+"/revisions", php.Member{Key: "count", Value: r.Count})
		if r.Count > 0 {
			l.Add("predecessor-version", self+"/revisions/"+itoa(r.Latest), php.Member{Key: "id", Value: r.Latest})
		}
	}
	if s.can(t.typ.Cap("publish_posts")) {
		l.Add("https://api.w.org/action-publish", self)
	}
	if s.can("unfiltered_html") {
		l.Add("https://api.w.org/action-unfiltered-html", self)
	}
	return l
}

// mayRead: who may write anything at all may see templates.
func (t *templates) mayRead(c *api.Context) error {
	if !of(c).editsSome() {
		return c.Forbidden("rest_cannot_manage_templates", "Sorry, you are not allowed to access the templates on this site.")
	}
	return nil
}

func (t *templates) mayManage(c *api.Context) error {
	if !of(c).can("edit_theme_options") {
		return c.Forbidden("rest_cannot_manage_templates", "Sorry, you are not allowed to access the templates on this site.")
	}
	return nil
}

// find gives the template that the request names.
func (t *templates) find(c *api.Context) (*blockTemplate, error) {
	s := of(c)
	item := s.template(t.typ.Name, c.String("id"))
	if s.err != nil {
		return nil, s.err
	}
	if item == nil {
		return nil, errTemplate()
	}
	return item, nil
}

func (t *templates) get(c *api.Context) (*api.Response, error) {
	item, err := t.find(c)
	if err != nil {
		return nil, err
	}
	return versioned(c, t.resource.Item(c, item), func() string { return t.version(of(c), item) }), of(c).err
}

func (t *templates) list(c *api.Context) (*api.Response, error) {
	s := of(c)
	if c.IsHead() {
		return api.OK([]any{}), nil
	}
	q := templateQuery{typ: t.typ.Name}
	if c.Has("wp_id") {
		id := c.Int("wp_id")
		q.wpID = &id
	}
	if c.Has("area") {
		area := c.String("area")
		q.area = &area
	}
	if c.Has("post_type") {
		typ := c.String("post_type")
		q.postType = &typ
	}
	found, err := s.findAllTemplates(q)
	if err != nil {
		return nil, err
	}
	return api.OK(t.resource.List(c, found)), s.err
}

func (t *templates) lookup(c *api.Context) (*api.Response, error) {
	s := of(c)
	slug := c.String("slug")
	if slug == "" {
		return nil, api.NewError(http.StatusBadRequest, "rest_invalid_param", "Invalid parameter(s): slug")
	}
	item, err := s.lookUpTemplate(slug, c.Bool("is_custom"), c.String("template_prefix"))
	if err != nil {
		return nil, err
	}
	if item == nil {
		return api.OK(php.Obj{}), nil
	}
	return t.resource.Item(c, item), s.err
}
