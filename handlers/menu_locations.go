package handlers

import (
	"net/http"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
)

// menuLocations serves the places that a theme has for menus. They are named by code of
// the theme; themes of blocks name none, and the code of others does not run here.
type menuLocations struct{ resource *api.Resource[string] }

func newMenuLocations() *menuLocations {
	all := api.In("embed", "view", "edit")
	return &menuLocations{&api.Resource[string]{Title: "menu-location", Fields: []api.Field[string]{
		{Name: "name", Schema: api.String("The name of the place.", all, api.ReadOnly)},
		{Name: "description", Schema: api.String("What the place is for.", all, api.ReadOnly)},
		{Name: "menu", Schema: api.Integer("The menu that is shown there.", all, api.ReadOnly)},
	}}}
}

func (m *menuLocations) routes() []*api.Route {
	context := m.resource.ContextArg("view")
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/menu-locations", Schema: m.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{context}, Permission: m.mayView, Handle: m.list},
		}},
		{Namespace: "wp/v2", Path: `/wp/v2/menu-locations/(?P<location>[\w-]+)`, Schema: m.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{api.P("location", api.String("The name of the place.")), context}, Permission: m.mayView, Handle: m.get},
		}},
	}
}

func (m *menuLocations) mayView(c *api.Context) error {
	if !of(c).can("edit_theme_options") {
		return c.Forbidden("rest_cannot_view", "Sorry, you are not allowed to view menu locations.")
	}
	return nil
}

func (m *menuLocations) list(*api.Context) (*api.Response, error) { return api.OK(php.Map{}), nil }

func (m *menuLocations) get(*api.Context) (*api.Response, error) {
	return nil, api.NewError(http.StatusNotFound, "rest_menu_location_invalid", "Invalid menu location.")
}
