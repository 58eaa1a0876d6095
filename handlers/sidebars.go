package handlers

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/render"
)

// sidebars serves the places that a theme has for widgets, and the one of widgets that are not shown.
type sidebars struct{ resource *api.Resource[sidebarView] }

// sidebar is a place for widgets.
type sidebar struct {
	ID, Name, Description, Class string
	Frame                        render.WidgetFrame
}

// sidebarView is a sidebar in an answer; one that is asked to hold widgets and does not exist has no sidebar.
type sidebarView struct {
	*sidebar
	widgets []string
}

func newSidebars() *sidebars {
	all := api.In("embed", "view", "edit")
	field := func(name, description string, get func(*sidebar) string, options ...api.Option) api.Field[sidebarView] {
		return api.Field[sidebarView]{Name: name, Schema: api.String(description, append(options, all, api.ReadOnly)...), Get: func(_ *api.Context, v sidebarView) any {
			return get(cmp.Or(v.sidebar, &sidebar{}))
		}}
	}
	exists := func(f api.Field[sidebarView]) api.Field[sidebarView] {
		f.If = func(_ *api.Context, v sidebarView) bool { return v.sidebar != nil }
		return f
	}
	none := api.Default("")
	return &sidebars{&api.Resource[sidebarView]{Title: "sidebar", Whole: true, Links: sidebarLinks, Fields: []api.Field[sidebarView]{
		exists(field("id", "What code calls the sidebar.", func(b *sidebar) string { return b.ID })),
		exists(field("name", "What people call the sidebar.", func(b *sidebar) string { return b.Name })),
		field("description", "What the sidebar is for.", func(b *sidebar) string { return b.Description }),
		field("class", "A class for the list of its widgets in the dashboard.", func(b *sidebar) string { return b.Class }),
		field("before_widget", "HTML in front of each widget.", func(b *sidebar) string { return b.Frame.BeforeWidget }, none),
		field("after_widget", "HTML behind each widget.", func(b *sidebar) string { return b.Frame.AfterWidget }, none),
		field("before_title", "HTML in front of a widget's title.", func(b *sidebar) string { return b.Frame.BeforeTitle }, none),
		field("after_title", "HTML behind a widget's title.", func(b *sidebar) string { return b.Frame.AfterTitle }, none),
		field("status", "Whether its widgets are shown.", func(b *sidebar) string {
			if b.ID == inactiveSidebar || b.ID == "" {
				return "inactive"
			}
			return "active"
		}, api.Enum("active", "inactive")),
		{Name: "widgets", Schema: api.Array("The widgets in it.", api.Items(api.Of1("object", api.Type("object", "string"))), api.Default([]any{}), all),
			Get: func(_ *api.Context, v sidebarView) any { return v.widgets }},
	}}}
}

func (b *sidebars) routes() []*api.Route {
	context := b.resource.ContextArg("view")
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/sidebars", Schema: b.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{context}, Permission: mayManageWidgets, Handle: b.list},
		}},
		{Namespace: "wp/v2", Path: `/wp/v2/sidebars/(?P<id>[\w-]+)`, Schema: b.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{api.P("id", api.String("The sidebar's own name.")), context}, Permission: mayManageWidgets, Handle: b.get},
			{Methods: api.Editable, Args: b.resource.EditArgs(), Permission: mayManageWidgets, Handle: b.update},
		}},
	}
}

// mayManageWidgets: sidebars and widgets are for those who change what the theme shows.
func mayManageWidgets(c *api.Context) error {
	if !of(c).can("edit_theme_options") {
		return c.Forbidden("rest_cannot_manage_widgets", "Sorry, you are not allowed to manage widgets on this site.")
	}
	return nil
}

func sidebarLinks(c *api.Context, v sidebarView) api.Links {
	var l api.Links
	id, query := "", &php.Array{}
	if v.sidebar != nil {
		id = v.ID
		query.Set("sidebar", id)
	}
	l.Add("collection", c.URL("/wp/v2/sidebars"))
	l.Add("self", c.URL("/wp/v2/sidebars/"+id))
	l.Add("https://api.w.org/widget", api.AddQuery(c.URL("/wp/v2/widgets"), query), api.Embeddable)
	return l
}

func errNoSidebar() *api.Error {
	return api.NewError(http.StatusNotFound, "rest_sidebar_not_found", "No sidebar exists with that id.")
}

func (b *sidebars) list(c *api.Context) (*api.Response, error) {
	s := of(c)
	places := s.widgetPlaces()
	var l []sidebarView
	for name := range places.All() {
		if known := s.sidebar(name.String()); known != nil {
			l = append(l, sidebarView{known, places.widgets(name.String())})
		}
	}
	for _, id := range s.sidebarIDs() {
		if _, listed := places.Get(id); !listed {
			l = append(l, sidebarView{s.sidebar(id), []string{}})
		}
	}
	return api.OK(b.resource.List(c, l)), s.err
}

func (b *sidebars) get(c *api.Context) (*api.Response, error) {
	s := of(c)
	known := s.sidebar(c.String("id"))
	if known == nil {
		return nil, errNoSidebar()
	}
	return b.resource.Item(c, sidebarView{known, s.widgetPlaces().widgets(known.ID)}), s.err
}

// update says which widgets are in a sidebar. Those that were there and are not named become inactive;
// those that are named leave the sidebars that they were in.
func (b *sidebars) update(c *api.Context) (*api.Response, error) {
	s, id := of(c), c.String("id")
	v := sidebarView{sidebar: s.sidebar(id), widgets: []string{}}
	if !c.Has("widgets") {
		v.widgets = s.widgetPlaces().widgets(id)
		return b.resource.Item(c, v), s.err
	}
	named, _ := c.Param("widgets").(*php.Array)
	wanted := make(map[any]bool, named.Len())
	for _, e := range named.Values() {
		if _, ok := e.(string); !ok { // WordPress stores it, and fails on it from then on
			return nil, api.ErrInvalidParam([]api.Problem{{Param: "widgets", Err: api.ErrInvalid}})
		}
		wanted[e] = true
	}
	err := s.write(func() error {
		places := s.storedPlaces() // not put in order yet
		inactive := places.list(inactiveSidebar)
		for name, list := range places.All() {
			kept := &php.Array{}
			for k, e := range list.(*php.Array).All() {
				switch {
				case name.String() == id && !wanted[e] && id != inactiveSidebar:
					inactive.Append(e)
				case name.String() != id && !wanted[e]:
					kept.Put(k, e)
				}
			}
			if name.String() != inactiveSidebar {
				places.Put(name, kept)
			}
		}
		left := &php.Array{}
		for k, e := range inactive.All() {
			if !wanted[e] {
				left.Put(k, e)
			}
		}
		places.Set(inactiveSidebar, left)
		now := php.List(named.Values()...)
		places.Set(id, now)
		if err := s.storePlaces(places); err != nil {
			return err
		}
		v.widgets = v.widgets[:0]
		if v.sidebar != nil {
			v.widgets = places.widgets(id)
		}
		return s.storePlaces(s.widgetPlaces()) // with what has become of it
	}, lockWidgets)
	if err != nil {
		return nil, err
	}
	return b.resource.Item(c, v), nil
}

// sidebar gives a sidebar by its id, nil where there is none.
func (s *session) sidebar(id string) *sidebar {
	if id == inactiveSidebar {
		return &sidebar{ID: id, Name: "Inactive widgets"}
	}
	for _, known := range s.sidebars() {
		if known.ID == id {
			return &known
		}
	}
	return nil
}

// sidebarIDs are the ids of the theme's sidebars.
func (s *session) sidebarIDs() []string {
	var out []string
	for _, b := range s.sidebars() {
		out = append(out, b.ID)
	}
	return out
}

// ownBlockThemes are WordPress's themes that have no sidebars, which is known without their files.
var ownBlockThemes = []string{"twentytwentytwo", "twentytwentythree", "twentytwentyfour", "twentytwentyfive"}

// sidebars are those of the active theme. They are named by code of the theme, which does not run here: themes of
// blocks have none, and other themes those in which there are widgets, for WordPress stores no others.
func (s *session) sidebars() []sidebar {
	theme := s.installed(s.options.String("stylesheet"))
	if slices.Contains(ownBlockThemes, cmp.Or(s.options.String("template"), theme.stylesheet)) || s.ofBlocks(theme) {
		return nil
	}
	var out []sidebar
	places, _ := s.options.PHP(placesOption).(*php.Array)
	for name, v := range places.All() {
		id := name.String()
		if _, list := v.(*php.Array); list && id != inactiveSidebar && !strings.HasPrefix(id, "orphaned_widgets") {
			out = append(out, sidebar{ID: id, Name: id, Frame: render.PlainFrame})
		}
	}
	return out
}
