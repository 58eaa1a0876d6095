package handlers

import (
	"net/http"
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/registry"
)

// types serves the registered post types.
type types struct {
	site     *Site
	resource *api.Resource[*registry.PostType]
}

func newTypes(site *Site) *types {
	t := &types{site: site}
	t.resource = t.fields()
	return t
}

func (t *types) routes() []*api.Route {
	context := t.resource.ContextArg("view")
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/types", Schema: t.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{context}, Permission: t.mayList, Handle: t.list,
		}}},
		{Namespace: "wp/v2", Path: `/wp/v2/types/(?P<type>[\w-]+)`, Schema: t.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{api.P("type", api.String("The type's own name.")), context}, Handle: t.get,
		}}},
	}
}

func (t *types) fields() *api.Resource[*registry.PostType] {
	type typ = *registry.PostType
	type field = api.Field[typ]
	all, shown, edit := api.In("view", "edit", "embed"), api.In("view", "edit"), api.In("edit")
	return &api.Resource[typ]{
		Title: "type",
		Order: []string{"capabilities", "description", "hierarchical", "viewable", "labels", "name", "slug", "supports", "has_archive", "taxonomies",
			"rest_base", "rest_namespace", "visibility", "icon", "template", "template_lock"},
		Fields: []field{
			{Name: "capabilities", Schema: api.Object("What the type calls its capabilities.", edit, api.ReadOnly), Get: func(_ *api.Context, t typ) any { return php.Obj(t.Caps) }},
			{Name: "description", Schema: api.String("What the type is for.", shown, api.ReadOnly), Get: func(_ *api.Context, t typ) any { return t.Description }},
			{Name: "hierarchical", Schema: api.Boolean("Whether posts may have posts below them.", shown, api.ReadOnly), Get: func(_ *api.Context, t typ) any { return t.Hierarchical }},
			// No type of the core has an archive of its own or a template of blocks.
			{Name: "has_archive", Schema: api.Of("The address of its archive, or whether it has one.", []string{"string", "boolean"}, shown, api.ReadOnly), Get: func(*api.Context, typ) any { return false }},
			{Name: "visibility", Schema: api.Object("Where the type shows.", edit, api.ReadOnly, api.Props(
				api.P("show_ui", api.Boolean("Whether there is a screen to manage it.")),
				api.P("show_in_nav_menus", api.Boolean("Whether menus may link to its posts.")))), Get: func(_ *api.Context, t typ) any {
				return php.Map{{Key: "show_in_nav_menus", Value: t.ShowInNavMenus}, {Key: "show_ui", Value: t.ShowUI}}
			}},
			{Name: "viewable", Schema: api.Boolean("Whether its posts have pages of their own.", edit, api.ReadOnly), Get: func(_ *api.Context, t typ) any { return t.Viewable() }},
			{Name: "labels", Schema: api.Object("The words that screens use.", edit, api.ReadOnly), Get: func(_ *api.Context, t typ) any { return php.Obj(t.Labels) }},
			{Name: "name", Schema: api.String("The type's name for readers.", all, api.ReadOnly), Get: func(_ *api.Context, t typ) any { return t.Label }},
			{Name: "slug", Schema: api.String("The type's own name.", all, api.ReadOnly), Get: func(_ *api.Context, t typ) any { return t.Name }},
			{Name: "icon", Schema: api.Of("The picture that stands for the type.", []string{"string", "null"}, all, api.ReadOnly), Get: func(_ *api.Context, t typ) any {
				if t.Icon == "" {
					return nil
				}
				return t.Icon
			}},
			{Name: "supports", Schema: api.Object("What the type can have.", edit, api.ReadOnly), Get: func(_ *api.Context, t typ) any { return t.Supports }},
			{Name: "taxonomies", Schema: api.Array("Taxonomies of the type.", api.Items(api.Of1("string")), shown, api.ReadOnly), Get: func(_ *api.Context, pt typ) any {
				l := []string{}
				for _, tax := range t.site.Registry.TaxonomiesOf(pt.Name) {
					if tax.RESTBase != "" {
						l = append(l, tax.Name)
					}
				}
				return l
			}},
			{Name: "rest_base", Schema: api.String("The last part of its route.", all, api.ReadOnly), Get: func(_ *api.Context, t typ) any { return t.RESTBase }},
			{Name: "rest_namespace", Schema: api.String("The first part of its route.", all, api.ReadOnly), Get: func(_ *api.Context, t typ) any { return t.Namespace }},
			{Name: "template", Schema: api.NewSchema(api.TypeList("array"), api.Description("Blocks that new posts start with."), api.ReadOnly, all), Get: func(*api.Context, typ) any { return []any{} }},
			{Name: "template_lock", Schema: api.NewSchema(api.Type("string", "boolean"), api.Enum("all", "insert", "contentOnly", false), api.Description("What may be done with those blocks."), api.ReadOnly, all), Get: func(*api.Context, typ) any { return false }},
		},
		Links: func(c *api.Context, t typ) api.Links {
			var l api.Links
			l.Add("collection", c.URL("/wp/v2/types"))
			l.Add("https://api.w.org/items", c.URL(t.Path()))
			return l
		},
	}
}

// served are the post types that the API serves.
func (site *Site) served() []*registry.PostType {
	var l []*registry.PostType
	for _, t := range site.Registry.Types {
		if t.RESTBase != "" {
			l = append(l, t)
		}
	}
	return l
}

// editsSome tells whether the asker may write posts of any type that the API serves.
func (s *session) editsSome() bool {
	return slices.ContainsFunc(s.site.served(), func(t *registry.PostType) bool { return s.can(t.Cap("edit_posts")) })
}

func (t *types) mayList(c *api.Context) error {
	if c.View() == "edit" && !of(c).editsSome() {
		return c.Forbidden("rest_cannot_view", "Sorry, you are not allowed to edit posts in this post type.")
	}
	return nil
}

func (t *types) list(c *api.Context) (*api.Response, error) {
	out := php.Map{}
	for _, pt := range t.site.served() {
		if c.View() != "edit" || of(c).can(pt.Cap("edit_posts")) {
			out = append(out, php.Member{Key: pt.Name, Value: t.resource.Item(c, pt).Item(c)})
		}
	}
	return api.OK(out), nil
}

func (t *types) get(c *api.Context) (*api.Response, error) {
	pt := t.site.Registry.Type(c.String("type"))
	switch {
	case pt == nil:
		return nil, api.NewError(http.StatusNotFound, "rest_type_invalid", "Invalid post type.")
	case pt.RESTBase == "":
		return nil, c.Forbidden("rest_cannot_read_type", "Cannot view post type.")
	case c.View() == "edit" && !of(c).can(pt.Cap("edit_posts")):
		return nil, c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to edit posts in this post type.")
	}
	return t.resource.Item(c, pt), nil
}
