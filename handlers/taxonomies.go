package handlers

import (
	"net/http"
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/registry"
)

// taxonomies serves the registered taxonomies.
type taxonomies struct {
	site     *Site
	resource *api.Resource[*registry.Taxonomy]
}

func newTaxonomies(site *Site) *taxonomies { return &taxonomies{site, taxonomyFields()} }

func (t *taxonomies) routes() []*api.Route {
	context := t.resource.ContextArg("view")
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/taxonomies", Schema: t.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{context, api.P("type", api.String("Only taxonomies of this post type."))}, Permission: t.mayList, Handle: t.list,
		}}},
		{Namespace: "wp/v2", Path: `/wp/v2/taxonomies/(?P<taxonomy>[\w-]+)`, Schema: t.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{api.P("taxonomy", api.String("The taxonomy's own name.")), context}, Permission: t.mayGet, Handle: t.get,
		}}},
	}
}

func taxonomyFields() *api.Resource[*registry.Taxonomy] {
	type field = api.Field[*registry.Taxonomy]
	type tax = *registry.Taxonomy
	all, shown, edit := api.In("view", "edit", "embed"), api.In("view", "edit"), api.In("edit")
	visibility := api.Properties{
		api.P("public", api.Boolean("Whether it is meant for everyone.")),
		api.P("publicly_queryable", api.Boolean("Whether visitors may ask for its archives.")),
		api.P("show_ui", api.Boolean("Whether there is a screen to manage it.")),
		api.P("show_admin_column", api.Boolean("Whether lists of posts have a column for it.")),
		api.P("show_in_nav_menus", api.Boolean("Whether menus may link to its terms.")),
		api.P("show_in_quick_edit", api.Boolean("Whether quick editing offers it.")),
	}
	return &api.Resource[tax]{
		Title: "taxonomy", Whole: true,
		Order: []string{"capabilities", "description", "hierarchical", "labels", "name", "slug", "show_cloud", "types", "rest_base", "rest_namespace", "visibility"},
		Fields: []field{
			{Name: "name", Schema: api.String("The taxonomy's name for readers.", all, api.ReadOnly), Get: func(_ *api.Context, t tax) any { return t.Label }},
			{Name: "slug", Schema: api.String("The taxonomy's own name.", all, api.ReadOnly), Get: func(_ *api.Context, t tax) any { return t.Name }},
			{Name: "capabilities", Schema: api.Object("What the taxonomy calls its capabilities.", edit, api.ReadOnly), Get: func(_ *api.Context, t tax) any { return t.Caps }},
			{Name: "description", Schema: api.String("What the taxonomy is for.", shown, api.ReadOnly), Get: func(_ *api.Context, t tax) any { return t.Description }},
			{Name: "labels", Schema: api.Object("The words that screens use.", edit, api.ReadOnly), Get: func(_ *api.Context, t tax) any { return t.Labels }},
			{Name: "types", Schema: api.Array("Post types that have these terms.", api.Items(api.Of1("string")), shown, api.ReadOnly), Get: func(_ *api.Context, t tax) any { return t.ObjectTypes }},
			{Name: "show_cloud", Schema: api.Boolean("Whether tag clouds may show it.", edit, api.ReadOnly), Get: func(_ *api.Context, t tax) any { return t.ShowTagcloud }},
			{Name: "hierarchical", Schema: api.Boolean("Whether terms may have terms below them.", shown, api.ReadOnly), Get: func(_ *api.Context, t tax) any { return t.Hierarchical }},
			{Name: "rest_base", Schema: api.String("The last part of its route.", all, api.ReadOnly), Get: func(_ *api.Context, t tax) any { return t.RESTBase }},
			{Name: "rest_namespace", Schema: api.String("The first part of its route.", all, api.ReadOnly), Get: func(_ *api.Context, t tax) any { return t.Namespace }},
			{Name: "visibility", Schema: api.Object("Where the taxonomy shows.", edit, api.ReadOnly, api.Props(visibility...)), Get: func(_ *api.Context, t tax) any {
				return php.Map{{Key: "public", Value: t.Public}, {Key: "publicly_queryable", Value: t.PubliclyQueryable}, {Key: "show_admin_column", Value: t.ShowAdminColumn},
					{Key: "show_in_nav_menus", Value: t.ShowInNavMenus}, {Key: "show_in_quick_edit", Value: t.ShowInQuickEdit}, {Key: "show_ui", Value: t.ShowUI}}
			}},
		},
		Links: func(c *api.Context, t tax) api.Links {
			var l api.Links
			l.Add("collection", c.URL("/wp/v2/taxonomies"))
			l.Add("https://api.w.org/items", c.URL(t.Path()))
			return l
		},
	}
}

// asked are the taxonomies that the API serves, those of one post type when the request names it.
func (t *taxonomies) asked(c *api.Context) []*registry.Taxonomy {
	l := t.site.Registry.Taxonomies
	if typ := c.String("type"); php.ToBool(typ) { // "0" is empty to PHP
		l = t.site.Registry.TaxonomiesOf(typ)
	}
	var served []*registry.Taxonomy
	for _, tax := range l {
		if tax.RESTBase != "" {
			served = append(served, tax)
		}
	}
	return served
}

func (t *taxonomies) mayList(c *api.Context) error {
	usable := func(tax *registry.Taxonomy) bool { return of(c).can(tax.Cap("assign_terms")) }
	if c.View() == "edit" && !slices.ContainsFunc(t.asked(c), usable) {
		return c.Forbidden("rest_cannot_view", "Sorry, you are not allowed to manage terms in this taxonomy.")
	}
	return nil
}

func (t *taxonomies) mayGet(c *api.Context) error {
	tax := t.site.Registry.Taxonomy(c.String("taxonomy"))
	switch {
	case tax == nil:
	case tax.RESTBase == "":
		return c.Forbidden("rest_forbidden", "Sorry, you are not allowed to do that.")
	case c.View() == "edit" && !of(c).can(tax.Cap("assign_terms")):
		return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to manage terms in this taxonomy.")
	}
	return nil
}

func (t *taxonomies) list(c *api.Context) (*api.Response, error) {
	out := php.Map{}
	for _, tax := range t.asked(c) {
		if c.View() != "edit" || of(c).can(tax.Cap("assign_terms")) {
			out = append(out, php.Member{Key: tax.Name, Value: t.resource.Item(c, tax).Item(c)})
		}
	}
	return api.OK(named(out)), nil
}

// named prints a collection by name: an empty one is an empty object.
func named(m php.Map) any {
	if len(m) == 0 {
		return php.Obj{}
	}
	return m
}

func (t *taxonomies) get(c *api.Context) (*api.Response, error) {
	tax := t.site.Registry.Taxonomy(c.String("taxonomy"))
	if tax == nil {
		return nil, api.NewError(http.StatusNotFound, "rest_taxonomy_invalid", "Invalid taxonomy.")
	}
	return t.resource.Item(c, tax), nil
}
