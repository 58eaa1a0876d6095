package handlers

import (
	"net/http"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/registry"
)

// widgets serves the widgets of sidebars: what is set for them lies in an option for each kind.
type widgets struct{ resource *api.Resource[widgetView] }

// widgetView is a widget in an answer.
type widgetView struct {
	id      widgetID
	sidebar string
}

func newWidgets() *widgets {
	all, edit := api.In("view", "edit", "embed"), api.In("edit")
	return &widgets{&api.Resource[widgetView]{Title: "widget", Links: widgetLinks, Fields: []api.Field[widgetView]{
		{Name: "id", Schema: api.String("What names the widget.", all), Get: func(_ *api.Context, w widgetView) any { return w.id.String() }},
		{Name: "id_base", Schema: api.String("The kind of widget.", all), Get: func(_ *api.Context, w widgetView) any { return w.id.base }},
		{Name: "sidebar", Schema: api.String("The sidebar that it is in.", api.Default(inactiveSidebar), api.Required, all), Get: func(_ *api.Context, w widgetView) any { return w.sidebar }},
		{Name: "rendered", Schema: api.String("The widget's HTML.", all, api.ReadOnly), Get: func(c *api.Context, w widgetView) any { return of(c).renderedWidget(w) }},
		{Name: "rendered_form", Schema: api.String("The HTML of the widget's form.", edit, api.ReadOnly), Get: func(c *api.Context, w widgetView) any {
			return of(c).rendering().WidgetForm(of(c).widget(w.id))
		}},
		{Name: "instance", Schema: api.Object("What is set for the widget.", edit, api.Default(nil), api.Props(
			api.P("encoded", api.String("All of it, encoded.", edit)),
			api.P("hash", api.String("The site's signature of that.", edit)),
			api.P("raw", api.Object("All of it as it is.", edit)),
		)), Get: instanceOf},
		{Name: "form_data", Schema: api.String("What the widget's form sends.", api.In(), api.Sanitize(asGiven))},
	}}}
}

func (w *widgets) routes() []*api.Route {
	context := w.resource.ContextArg("view")
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/widgets", Schema: w.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Batch: api.Batchable, Args: api.Properties{context, api.P("sidebar", api.String("Only those of this sidebar."))}, Permission: mayManageWidgets, Handle: w.list},
			{Methods: api.Creatable, Batch: api.Batchable, Args: w.resource.CreateArgs(), Permission: mayManageWidgets, Handle: w.create},
		}},
		{Namespace: "wp/v2", Path: `/wp/v2/widgets/(?P<id>[\w\-]+)`, Schema: w.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Batch: api.Batchable, Args: api.Properties{context}, Permission: mayManageWidgets, Handle: w.get},
			{Methods: api.Editable, Batch: api.Batchable, Args: w.resource.EditArgs(), Permission: mayManageWidgets, Handle: w.update},
			{Methods: api.Deletable, Batch: api.Batchable, Args: api.Properties{api.P("force", api.Boolean("Whether the widget is deleted, and does not become inactive."))}, Permission: mayManageWidgets, Handle: w.delete},
		}},
	}
}

// instanceOf is what is set for a widget; where nothing is, that is what is signed.
func instanceOf(c *api.Context, w widgetView) any {
	s := of(c)
	settings := s.widget(w.id).Settings
	value := any(settings)
	if settings == nil {
		value = nil
	}
	encoded, hash, err := s.signWidget(value)
	if err != nil {
		s.fail(err)
	}
	return widgetInstance(encoded, hash, settings)
}

func widgetLinks(c *api.Context, w widgetView) api.Links {
	var l api.Links
	l.Add("self", c.URL("/wp/v2/widgets/"+w.id.String()))
	l.Add("collection", c.URL("/wp/v2/widgets"))
	l.Add("about", c.URL("/wp/v2/widget-types/"+w.id.base), api.Embeddable)
	l.Add("https://api.w.org/sidebar", c.URL("/wp/v2/sidebars/"+w.sidebar+"/"))
	return l
}

// renderedWidget is a widget as its sidebar shows it: the inactive ones are not shown.
func (s *session) renderedWidget(w widgetView) string {
	place := s.sidebar(w.sidebar)
	if place == nil || place.ID == inactiveSidebar {
		return ""
	}
	return s.rendering().Widget(s.widget(w.id), place.Frame)
}

func (w *widgets) list(c *api.Context) (*api.Response, error) {
	places := of(c).widgetPlaces()
	l := []widgetView{}
	for name := range places.All() {
		sidebar := name.String()
		if c.Has("sidebar") && sidebar != c.String("sidebar") {
			continue
		}
		for _, id := range places.widgets(sidebar) {
			l = append(l, widgetView{parseWidgetID(id), sidebar})
		}
	}
	return api.OK(w.resource.List(c, l)), of(c).err
}

func errNoWidget() *api.Error {
	return api.NewError(http.StatusNotFound, "rest_widget_not_found", "No widget was found with that id.")
}

// find is the widget that a request is for, and where all widgets are.
func (w *widgets) find(c *api.Context) (widgetView, widgetPlaces, error) {
	places, id := of(c).widgetPlaces(), c.String("id")
	sidebar := places.of(id)
	if sidebar == "" {
		return widgetView{}, places, errNoWidget()
	}
	return widgetView{parseWidgetID(id), sidebar}, places, nil
}

func (w *widgets) get(c *api.Context) (*api.Response, error) {
	view, _, err := w.find(c)
	if err != nil {
		return nil, err
	}
	return w.resource.Item(c, view), of(c).err
}

// create adds a widget. It is answered in the sidebar that was asked for, but stands first among the inactive ones
// until a sidebar is told of it: WordPress looks for lost widgets in what it knew before.
func (w *widgets) create(c *api.Context) (*api.Response, error) {
	s := of(c)
	view := widgetView{sidebar: c.String("sidebar")}
	err := s.write(func() (err error) {
		before := s.widgetPlaces()
		if view.id, err = s.saveWidget(c); err != nil {
			return err
		}
		if s.widgetsPlaced { // an earlier request of a batch
			before.assign(view.id.String(), view.sidebar)
			return s.storePlaces(before)
		}
		return s.storePlaces(s.widgetPlaces())
	}, lockWidgets)
	if err != nil {
		return nil, err
	}
	s.widgetsPlaced = true
	c.Request.SetParam("context", "edit")
	res := w.resource.Item(c, view)
	res.Status = http.StatusCreated
	return res, s.err
}

func (w *widgets) update(c *api.Context) (*api.Response, error) {
	s := of(c)
	var view widgetView
	err := s.write(func() error {
		found, places, err := w.find(c)
		if err != nil {
			return err
		}
		view = found
		if c.Has("instance") || c.Has("form_data") {
			if _, err := s.saveWidget(c); err != nil {
				return err
			}
		}
		if c.Has("sidebar") && c.String("sidebar") != view.sidebar {
			view.sidebar = c.String("sidebar")
			places.assign(view.id.String(), view.sidebar)
		}
		return s.storePlaces(places)
	}, lockWidgets)
	if err != nil {
		return nil, err
	}
	s.widgetsPlaced = true
	c.Request.SetParam("context", "edit")
	return w.resource.Item(c, view), s.err
}

func (w *widgets) delete(c *api.Context) (*api.Response, error) {
	s := of(c)
	c.Request.SetParam("context", "edit")
	var res *api.Response
	err := s.write(func() error {
		view, places, err := w.find(c)
		if err != nil {
			return err
		}
		if !c.Bool("force") {
			view.sidebar = inactiveSidebar
			places.assign(view.id.String(), inactiveSidebar)
			res = w.resource.Item(c, view)
			return s.storePlaces(places)
		}
		previous := w.resource.Item(c, view)
		res = api.OK(php.Map{{Key: "deleted", Value: true}, {Key: "previous", Value: previous.Data}})
		res.Links = previous.Links
		settings := s.widgetSettings(view.id.base)
		settings.Remove(php.KeyOf(view.id.number))
		if err := s.storeWidgetSettings(view.id.base, settings); err != nil {
			return err
		}
		places.assign(view.id.String(), "")
		return s.storePlaces(places)
	}, lockWidgets)
	if err != nil {
		return nil, err
	}
	s.widgetsPlaced = true
	return res, s.err
}

// saveWidget stores what a request sets for a widget, a new one where it names none, and gives its id.
func (s *session) saveWidget(c *api.Context) (widgetID, error) {
	id := parseWidgetID(c.String("id"))
	switch {
	case c.Has("id"):
	case c.Has("id_base"):
		id = widgetID{base: c.String("id_base")}
	default:
		return id, errInvalidWidget("Widget type (id_base) is required.")
	}
	if registry.WidgetOf(id.base) == nil {
		return id, errInvalidWidget("The provided widget type (id_base) cannot be updated.")
	}
	settings := s.widgetSettings(id.base)
	if id.number == "" {
		if c.Has("id") {
			return id, api.NewError(http.StatusInternalServerError, "rest_invalid_widget", "The requested widget is invalid.")
		}
		id.number = nextWidget(settings)
	}
	number, sent := id.number, (*php.Array)(nil)
	if instance, ok := c.Param("instance").(*php.Array); ok {
		var err error
		if sent, err = s.instanceSent(instance); err != nil {
			return id, err
		}
	} else if form := formSettings(id.base, c.String("form_data")); form != nil {
		number, sent = firstOf(form)
	}
	if sent == nil {
		return id, nil
	}
	old, _ := settings.Get(number)
	before, _ := old.(*php.Array)
	settings.Set(number, s.updateWidget(id.base, sent, before))
	return id, s.storeWidgetSettings(id.base, settings)
}

// nextWidget is the number of a kind's next widget: there is no first one (next_widget_id_number).
func nextWidget(settings *php.Array) string {
	next := int64(1)
	for k := range settings.All() {
		if k.IsInt {
			next = max(next, k.Int)
		}
	}
	return itoa(next + 1)
}

func errInvalidWidget(message string) *api.Error {
	return api.NewError(http.StatusBadRequest, "rest_invalid_widget", message)
}

// instanceSent is what a request sets for a widget, as it is or signed.
func (s *session) instanceSent(instance *php.Array) (*php.Array, error) {
	encoded, hasEncoded := instance.Get("encoded")
	hash, hasHash := instance.Get("hash")
	raw, hasRaw := instance.Get("raw")
	switch {
	case hasRaw && raw != nil:
		settings, _ := raw.(*php.Array)
		if settings == nil {
			settings = &php.Array{}
		}
		return settings, nil
	case hasEncoded && hasHash && encoded != nil && hash != nil:
		return s.signedWidget(php.ToString(encoded), php.ToString(hash))
	}
	return nil, errInvalidWidget("The provided instance is invalid. Must contain raw OR encoded and hash.")
}
