package handlers

import (
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/registry"
)

// metaSchema is the schema of the registered metadata of a kind of object.
func metaSchema(object, subtype string, context api.Option) *api.Schema {
	var props api.Properties
	for _, m := range registry.Meta(object, subtype) {
		options := []api.Option{api.Type(m.Type), api.Title(""), api.Description("")}
		if m.Type == "string" {
			options = append(options, api.Default(""))
		}
		if m.Enum != nil {
			options = append(options, api.EnumOf(m.Enum))
		}
		if m.Type == "object" {
			options = []api.Option{api.Type("object"), api.Title(""), api.Description(""), api.Default(php.List()), api.In("edit"),
				api.Props(api.P("_modified", api.String("When the preferences were last changed.", api.Format("date-time"), api.Writable))), api.AnyMore}
		}
		props = append(props, api.P(m.RESTName, api.NewSchema(options...)))
	}
	return api.Object("The object's metadata.", context, api.Props(props...), api.Raw, api.Validate(func(_ *api.Context, _ string, v any) error {
		if _, ok := v.(*php.Array); !ok { // WP_REST_Meta_Fields::check_meta_is_array
			return api.ErrInvalid
		}
		return nil
	}))
}

// registeredMeta shows the registered metadata of an object. Where nothing is
// registered it is an empty list, as PHP prints an empty array.
func registeredMeta(object, subtype string, values metaValues) php.Map {
	out := php.Map{}
	for _, m := range registry.Meta(object, subtype) {
		var v any = values.value(m.Key)
		switch m.Type {
		case "string":
			if _, list := v.(*php.Array); list || v == nil {
				v = ""
			} else {
				v = php.ToString(v)
			}
		case "object":
			if _, ok := v.(*php.Array); !ok {
				v = &php.Array{}
			}
		}
		if text, ok := v.(string); ok && m.Enum != nil && !slices.Contains(m.Enum, text) {
			v = nil // what the schema does not allow is not shown, the default included
		}
		out = append(out, php.Member{Key: m.RESTName, Value: v})
	}
	return out
}
