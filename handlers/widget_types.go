package handlers

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// widgetTypes serves the kinds of widgets.
type widgetTypes struct {
	resource *api.Resource[*registry.Widget]
}

func newWidgetTypes() *widgetTypes {
	type kind = *registry.Widget
	all, none := api.In("embed", "view", "edit"), api.Default("")
	return &widgetTypes{&api.Resource[kind]{Title: "widget-type", Whole: true, Fields: []api.Field[kind]{
		{Name: "id", Schema: api.String("What code calls the kind.", all, api.ReadOnly), Get: func(_ *api.Context, w kind) any { return w.ID }},
		{Name: "name", Schema: api.String("What people call the kind.", none, all, api.ReadOnly), Get: func(_ *api.Context, w kind) any { return w.Name }},
		{Name: "description", Schema: api.String("What such widgets do.", none, api.In("view", "edit", "embed")), Get: func(_ *api.Context, w kind) any { return w.Description }},
		{Name: "is_multi", Schema: api.Boolean("Whether there may be several.", api.In("view", "edit", "embed"), api.ReadOnly), Get: func(*api.Context, kind) any { return true }},
		{Name: "classname", Schema: api.String("The class of what stands around such widgets.", none, all, api.ReadOnly), Get: func(_ *api.Context, w kind) any { return render.WidgetClass(w.ID) }},
	}, Links: func(c *api.Context, w kind) api.Links {
		var l api.Links
		l.Add("collection", c.URL("/wp/v2/widget-types"))
		l.Add("self", c.URL("/wp/v2/widget-types/"+w.ID))
		return l
	}}}
}

func (t *widgetTypes) routes() []*api.Route {
	context := t.resource.ContextArg("view")
	const one = "/wp/v2/widget-types/(?P<id>[a-zA-Z0-9_-]+)"
	id := func(options ...api.Option) api.Property {
		return api.P("id", api.String("The kind of widget.", options...))
	}
	instance := api.P("instance", api.Object("What is set for the widget."))
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/widget-types", Schema: t.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{context}, Permission: mayManageWidgets, Handle: t.list},
		}},
		{Namespace: "wp/v2", Path: one, Schema: t.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{id(), context}, Permission: t.mayGet, Handle: t.get},
		}},
		{Namespace: "wp/v2", Path: one + "/encode", Endpoints: []api.Endpoint{
			{Methods: api.Creatable, Args: api.Properties{id(api.Required), instance, api.P("form_data", api.String("What the widget's form sends.", api.Raw))},
				Permission: t.mayGet, Handle: t.encode},
		}},
		{Namespace: "wp/v2", Path: one + "/render", Endpoints: []api.Endpoint{
			{Methods: api.Creatable, Args: api.Properties{id(api.Required), instance}, Permission: t.mayGet, Handle: t.render},
		}},
	}
}

// asGiven leaves a text as it is, whatever its form means.
func asGiven(_ *api.Context, _ string, v any) (any, error) { return v, nil }

func (t *widgetTypes) find(c *api.Context) (*registry.Widget, error) {
	if w := registry.WidgetOf(c.String("id")); w != nil {
		return w, nil
	}
	return nil, api.NewError(http.StatusNotFound, "rest_widget_type_invalid", "Invalid widget type.")
}

func (t *widgetTypes) mayGet(c *api.Context) error {
	if err := mayManageWidgets(c); err != nil {
		return err
	}
	_, err := t.find(c)
	return err
}

func (t *widgetTypes) list(c *api.Context) (*api.Response, error) {
	var l []*registry.Widget
	for _, w := range registry.Widgets() {
		l = append(l, registry.WidgetOf(w.ID))
	}
	slices.SortFunc(l, func(a, b *registry.Widget) int { return cmp.Compare(a.ID, b.ID) })
	return api.OK(t.resource.List(c, l)), nil
}

func (t *widgetTypes) get(c *api.Context) (*api.Response, error) {
	w, err := t.find(c)
	if err != nil {
		return nil, err
	}
	return t.resource.Item(c, w), nil
}

// encode takes what a widget's form sends, and gives it signed, with the form and a preview. Nothing is stored.
func (t *widgetTypes) encode(c *api.Context) (*api.Response, error) {
	s := of(c)
	kind, err := t.find(c)
	if err != nil {
		return nil, err
	}
	settings := &php.Array{}
	instance, _ := c.Param("instance").(*php.Array)
	encoded, has := instance.Get("encoded")
	if hash, signed := instance.Get("hash"); has && signed && encoded != nil && hash != nil {
		if settings, err = s.signedWidget(php.ToString(encoded), php.ToString(hash)); err != nil {
			return nil, err
		}
	}
	number := "-1"
	if n := c.String("number"); php.IsNumeric(n) {
		number = itoa(php.ToInt(n))
	}
	if sent := formSettings(kind.ID, c.String("form_data")); sent != nil {
		if _, first := firstOf(sent); first != nil {
			settings = s.updateWidget(kind.ID, first, settings)
		}
	}
	signed, hash, err := s.signWidget(settings)
	if err != nil {
		return nil, err
	}
	w := render.Widget{Kind: kind.ID, Number: number, Settings: settings}
	form := s.rendering().WidgetForm(w)
	return api.OK(php.Map{{Key: "form", Value: form}, {Key: "preview", Value: s.rendering().Widget(w, render.PreviewFrame)},
		{Key: "instance", Value: widgetInstance(signed, hash, settings)}}), s.err
}

// widgetInstance is what is set for a widget, signed and as it is.
func widgetInstance(encoded, hash string, settings *php.Array) php.Map {
	raw := any(settings)
	if settings.Len() == 0 {
		raw = php.Obj{}
	}
	return php.Map{{Key: "encoded", Value: encoded}, {Key: "hash", Value: hash}, {Key: "raw", Value: raw}}
}

// formSettings is what a form sends for widgets of a kind by their numbers, nil for nothing.
func formSettings(base, form string) *php.Array {
	if form == "" {
		return nil
	}
	sent, _ := php.ParseQuery(form).Get("widget-" + base)
	list, _ := sent.(*php.Array)
	return list
}

// firstOf gives the first of the widgets that a form has: WordPress changes no others.
func firstOf(sent *php.Array) (number string, settings *php.Array) {
	for k, v := range sent.All() {
		settings, _ = v.(*php.Array)
		if settings == nil {
			settings = &php.Array{}
		}
		return k.String(), settings
	}
	return "", nil
}

// render is a page with a widget and nothing else, for a frame of the block editor.
func (t *widgetTypes) render(c *api.Context) (*api.Response, error) {
	s := of(c)
	kind, err := t.find(c)
	if err != nil {
		return nil, err
	}
	attributes := &php.Array{}
	attributes.Set("idBase", kind.ID)
	if instance := c.Param("instance"); instance != nil {
		attributes.Set("instance", instance)
	}
	widget := s.rendering().Block(render.PostText{}, "core/legacy-widget", attributes)
	style := s.siteURL + "/wp-content/themes/" + s.options.String("stylesheet") + "/style.css"
	page := "<!doctype html>\n<html lang=\"" + strings.ReplaceAll(s.locale(), "_", "-") + "\">\n<head>\n<meta charset=\"UTF-8\" />\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n" +
		"<link rel=\"stylesheet\" href=\"" + sanitize.EscURL(style) + "\" />\n</head>\n<body>\n" + widget + "\n</body>\n</html>\n"
	return api.OK(php.Map{{Key: "preview", Value: page}}), s.err
}
