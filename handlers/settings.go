package handlers

import (
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/registry"
)

// settings serves the options that are registered for the API.
type settings struct {
	site *Site
	list []setting
}

// setting is a registered setting with its schema and its parameter, whose keys differ in order.
type setting struct {
	registry.Setting
	schema, arg *api.Schema
}

func newSettings(site *Site) *settings {
	t := &settings{site: site}
	for _, r := range registry.Settings() {
		description := api.Description("The site's option " + r.Option + ".")
		var limits []api.Option
		if r.Format != "" {
			limits = append(limits, api.Format(r.Format))
		}
		if r.Enum != nil {
			limits = append(limits, api.EnumOf(r.Enum))
		}
		typed := api.NewSchema(append([]api.Option{api.Type(r.Type)}, limits...)...)
		t.list = append(t.list, setting{r,
			api.NewSchema(append([]api.Option{api.Type(r.Type), api.Title(r.Label), description, api.Default(r.Default)}, limits...)...),
			api.NewSchema(append([]api.Option{api.Title(r.Label), description, api.Type(r.Type), api.Early, nullable(typed)}, limits...)...)})
	}
	return t
}

// nullable gives values their type, but leaves null alone: it stands for the default.
func nullable(typed *api.Schema) api.Option {
	return api.Sanitize(func(_ *api.Context, _ string, v any) (any, error) {
		if v == nil {
			return nil, nil
		}
		clean, _ := typed.Clean(v)
		return clean, nil
	})
}

func (t *settings) routes() []*api.Route {
	var args api.Properties
	for _, r := range t.list {
		args = append(args, api.P(r.Name, r.arg))
	}
	return []*api.Route{{Namespace: "wp/v2", Path: "/wp/v2/settings", Schema: t.describe, Endpoints: []api.Endpoint{
		{Methods: api.Readable, Permission: t.mayManage, Handle: t.get},
		{Methods: api.Editable, Args: args, Permission: t.mayManage, Handle: t.update},
	}}}
}

func (t *settings) describe(*api.Context) php.Map {
	var properties api.Properties
	for _, r := range t.list {
		properties = append(properties, api.P(r.Name, r.schema))
	}
	return api.Document("settings", properties)
}

func (t *settings) mayManage(c *api.Context) error {
	if !of(c).can("manage_options") {
		return c.Forbidden("rest_forbidden", "Sorry, you are not allowed to do that.")
	}
	return nil
}

func (t *settings) get(c *api.Context) (*api.Response, error) { return t.answer(c, nil) }

// read gives the option as its type. What does not fit the type is null, so
// that sending it back changes nothing (prepare_value).
func (r *setting) read(s *session) any {
	v := r.Default
	if text, ok := s.options.Get(r.Option); ok {
		v = php.MaybeUnserialize(text)
	}
	if r.Option == "siteurl" {
		_, address := s.site.addresses(s.options, false)
		v = strings.TrimRight(address, "/")
	}
	if v == nil {
		return nil
	}
	clean, ok := r.schema.Clean(v)
	if !ok {
		return nil
	}
	return clean
}
