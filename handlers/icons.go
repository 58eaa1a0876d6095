package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/render"
)

// iconLabels are the names for people that are not made of an icon's own name.
var iconLabels = map[string]string{"at-symbol": "At Symbol (@)", "rss": "RSS"}

// iconCollection is a set of icons.
type iconCollection struct{ slug, label, description string }

// coreIcons is the one set that there is.
var coreIcons = iconCollection{"core", "WordPress", "What WordPress brings."}

// icon is a picture that blocks may show.
type icon struct{ name, label, content string }

func iconLabel(name string) string {
	if label, ok := iconLabels[name]; ok {
		return label
	}
	words := strings.Split(name, "-")
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, " ")
}

// findIcon finds an icon by its full name (core/plus), nil where there is none.
func findIcon(full string) *icon {
	if drawing := render.Icon(full); drawing != "" {
		return &icon{full, iconLabel(strings.TrimPrefix(full, coreIcons.slug+"/")), drawing}
	}
	return nil
}

// icons serves the icons and their collections.
type icons struct {
	resource   *api.Resource[*icon]
	collection *api.Resource[iconCollection]
}

func newIcons() *icons { return &icons{iconFields(), iconCollectionFields()} }

func iconFields() *api.Resource[*icon] {
	all := api.In("view", "edit", "embed")
	text := func(name, description string, get func(*icon) string) api.Field[*icon] {
		return api.Field[*icon]{Name: name, Schema: api.String(description, api.ReadOnly, all), Get: func(_ *api.Context, i *icon) any { return get(i) }}
	}
	return &api.Resource[*icon]{Title: "icon", Fields: []api.Field[*icon]{
		text("name", "What blocks call the icon.", func(i *icon) string { return i.name }),
		text("label", "What people call the icon.", func(i *icon) string { return i.label }),
		text("content", "The drawing, as SVG.", func(i *icon) string { return i.content }),
		text("collection", "The set that the icon is of.", func(*icon) string { return coreIcons.slug }),
	}}
}

func iconCollectionFields() *api.Resource[iconCollection] {
	all := api.In("view", "edit", "embed")
	text := func(name, description string, get func(iconCollection) string) api.Field[iconCollection] {
		return api.Field[iconCollection]{Name: name, Schema: api.String(description, api.ReadOnly, all), Get: func(_ *api.Context, i iconCollection) any { return get(i) }}
	}
	return &api.Resource[iconCollection]{Title: "icon-collection", Fields: []api.Field[iconCollection]{
		text("slug", "The set's own name.", func(i iconCollection) string { return i.slug }),
		text("label", "What people call the set.", func(i iconCollection) string { return i.label }),
		text("description", "What is in the set.", func(i iconCollection) string { return i.description }),
	}}
}

func (i *icons) routes() []*api.Route {
	const slug = "[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?"
	context := i.resource.ContextArg("view")
	// Pages are asked for and never made: every answer has all (WP_REST_Icons_Controller::get_items).
	page := api.Properties{
		context,
		api.P("page", api.Integer("Has no effect.", api.Default(int64(1)), api.Minimum(1))),
		api.P("per_page", api.Integer("Has no effect.", api.Default(int64(usualPage)), api.Minimum(1), api.Maximum(100))),
		api.P("search", api.String("Only icons whose name or label has this text.", api.Sanitize(sanitizeText))),
	}
	collection := api.P("collection", api.String("Only icons of this set.", api.Pattern("^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$")))
	route := func(path string, schema func(*api.Context) php.Map, args api.Properties, may func(*api.Context) error, handle func(*api.Context) (*api.Response, error)) *api.Route {
		return &api.Route{Namespace: "wp/v2", Path: path, Schema: schema, Endpoints: []api.Endpoint{{Methods: api.Readable, Args: args, Permission: may, Handle: handle}}}
	}
	icons, collections := mayViewIcons("icons"), mayViewIcons("icon collections")
	return []*api.Route{
		route("/wp/v2/icons", i.resource.Describe, append(slices.Clone(page), collection), icons, i.list),
		route("/wp/v2/icons/(?P<collection>"+slug+")", i.resource.Describe, append(api.Properties{collection}, page...), icons, i.list),
		route("/wp/v2/icons/(?P<name>"+slug+"/"+slug+")", i.resource.Describe, api.Properties{api.P("name", api.String("The icon's full name.")), context}, icons, i.get),
		route("/wp/v2/icon-collections", i.collection.Describe, page, collections, i.listCollections),
		route("/wp/v2/icon-collections/(?P<slug>"+slug+")", i.collection.Describe, api.Properties{api.P("slug", api.String("The set's own name.")), context}, collections, i.getCollection),
	}
}

// mayViewIcons: who may write anything at all may see icons.
func mayViewIcons(what string) func(*api.Context) error {
	return func(c *api.Context) error {
		if !of(c).editsSome() {
			return c.Forbidden("rest_cannot_view", "Sorry, you are not allowed to view the registered "+what+".")
		}
		return nil
	}
}

func errNoCollection(slug string) *api.Error {
	return api.NewError(http.StatusNotFound, "rest_icon_collection_not_found", `Icon collection not found: "`+slug+`".`)
}

func (i *icons) list(c *api.Context) (*api.Response, error) {
	if of := c.String("collection"); of != "" && of != coreIcons.slug {
		return nil, errNoCollection(of)
	}
	search := ""
	if text := c.String("search"); php.ToBool(text) {
		search = strings.ToLower(text)
	}
	found := []*icon{}
	for _, name := range render.IconNames() {
		if drawn := findIcon(name); strings.Contains(name, search) || strings.Contains(strings.ToLower(drawn.label), search) {
			found = append(found, drawn)
		}
	}
	return api.OK(i.resource.List(c, found)), nil
}

func (i *icons) get(c *api.Context) (*api.Response, error) {
	if found := findIcon(c.String("name")); found != nil {
		return i.resource.Item(c, found), nil
	}
	return nil, api.NewError(http.StatusNotFound, "rest_icon_not_found", `Icon not found: "`+c.String("name")+`".`)
}

func (i *icons) listCollections(c *api.Context) (*api.Response, error) {
	return api.OK(i.collection.List(c, []iconCollection{coreIcons})), nil
}

func (i *icons) getCollection(c *api.Context) (*api.Response, error) {
	if slug := c.String("slug"); slug != coreIcons.slug {
		return nil, errNoCollection(slug)
	}
	return i.collection.Item(c, coreIcons), nil
}
