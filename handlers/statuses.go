package handlers

import (
	"net/http"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/registry"
)

// postStatuses serves the registered post statuses.
type postStatuses struct {
	site     *Site
	resource *api.Resource[*registry.Status]
}

func newPostStatuses(site *Site) *postStatuses { return &postStatuses{site, statusFields()} }

func (p *postStatuses) routes() []*api.Route {
	context := p.resource.ContextArg("view")
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/statuses", Schema: p.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{context}, Permission: p.mayList, Handle: p.list,
		}}},
		{Namespace: "wp/v2", Path: `/wp/v2/statuses/(?P<status>[\w-]+)`, Schema: p.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{api.P("status", api.String("The status's own name.")), context}, Permission: p.mayGet, Handle: p.get,
		}}},
	}
}

func statusFields() *api.Resource[*registry.Status] {
	type status = *registry.Status
	type field = api.Field[status]
	all, shown, edit := api.In("embed", "view", "edit"), api.In("view", "edit"), api.In("edit")
	flag := func(name, description string, context api.Option, get func(status) bool) field {
		return field{Name: name, Schema: api.Boolean(description, context, api.ReadOnly), Get: func(_ *api.Context, s status) any { return get(s) }}
	}
	return &api.Resource[status]{
		Title: "status", Whole: true,
		Fields: []field{
			{Name: "name", Schema: api.String("The status's name for readers.", all, api.ReadOnly), Get: func(_ *api.Context, s status) any { return s.Label }},
			flag("private", "Whether only some may see such posts.", edit, func(s status) bool { return s.Private }),
			flag("protected", "Whether only those who write see such posts.", edit, func(s status) bool { return s.Protected }),
			flag("public", "Whether everyone may see such posts.", shown, func(s status) bool { return s.Public }),
			flag("queryable", "Whether everyone may ask for such posts.", shown, func(s status) bool { return s.Queryable }),
			flag("show_in_list", "Whether lists of all posts have such posts.", edit, func(s status) bool { return s.ShowInList }),
			{Name: "slug", Schema: api.String("The status's own name.", all, api.ReadOnly), Get: func(_ *api.Context, s status) any { return s.Name }},
			flag("date_floating", "Whether the date of such posts moves until they are published.", shown, func(s status) bool { return s.DateFloating }),
		},
		Links: func(c *api.Context, s status) api.Links {
			var l api.Links
			archives := c.URL("/wp/v2/posts")
			if s.Name != "publish" {
				q := &php.Array{}
				q.Set("status", s.Name)
				archives = api.AddQuery(archives, q)
			}
			l.Add("archives", archives)
			return l
		},
	}
}

// open tells whether the asker may know of a status: internal ones nobody, but the trash.
func (p *postStatuses) open(c *api.Context, s *registry.Status) bool {
	return s.Public || (!s.Internal || s.Name == "trash") && of(c).editsSome()
}

func (p *postStatuses) mayList(c *api.Context) error {
	if c.View() == "edit" && !of(c).editsSome() {
		return c.Forbidden("rest_cannot_view", "Sorry, you are not allowed to manage post statuses.")
	}
	return nil
}

func errStatus() *api.Error {
	return api.NewError(http.StatusNotFound, "rest_status_invalid", "Invalid status.")
}

func (p *postStatuses) mayGet(c *api.Context) error {
	status := p.site.Registry.Status(c.String("status"))
	switch {
	case status == nil:
		return errStatus()
	case !p.open(c, status):
		return c.Forbidden("rest_cannot_read_status", "Cannot view status.")
	}
	return nil
}

func (p *postStatuses) list(c *api.Context) (*api.Response, error) {
	out := php.Map{}
	for _, status := range p.site.Registry.Statuses {
		if p.open(c, status) {
			out = append(out, php.Member{Key: status.Name, Value: p.item(c, status).Item(c)})
		}
	}
	return api.OK(out), nil
}

func (p *postStatuses) get(c *api.Context) (*api.Response, error) {
	status := p.site.Registry.Status(c.String("status"))
	if status == nil {
		return nil, errStatus()
	}
	return p.item(c, status), nil
}

// item answers with a status; _fields does not leave its links out.
func (p *postStatuses) item(c *api.Context, status *registry.Status) *api.Response {
	res := p.resource.Item(c, status)
	res.Links = p.resource.Links(c, status)
	return res
}
