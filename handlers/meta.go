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
		props = append(props, api.P(m.RESTName, metaValueSchema(m)))
	}
	return api.Object("The object's metadata.", context, api.Props(props...), api.Raw, api.Validate(func(_ *api.Context, _ string, v any) error {
		if _, ok := v.(*php.Array); !ok { // WP_REST_Meta_Fields::check_meta_is_array
			return api.ErrInvalid
		}
		return nil
	}))
}

func metaValueSchema(m registry.MetaKey) *api.Schema {
	options := []api.Option{api.Type(m.Type), api.Title(""), api.Description("")}
	if m.Type == "string" {
		options = append(options, api.Default(""))
	}
	if m.Enum != nil {
		options = append(options, api.EnumOf(m.Enum))
	}
	if m.Type == "object" {
		options = append(options, api.Default(php.List()), api.In("edit"),
			api.Props(api.P("_modified", api.String("When the preferences were last changed.", api.Format("date-time"), api.Writable))), api.AnyMore)
	}
	return api.NewSchema(options...)
}

// registeredMeta shows the registered metadata of an object. Where nothing is
// registered it is an empty list, as PHP prints an empty array.
func registeredMeta(object, subtype string, values metaValues) php.Map {
	out := php.Map{}
	for _, m := range registry.Meta(object, subtype) {
		out = append(out, php.Member{Key: m.RESTName, Value: storedMeta(m, values)})
	}
	return out
}

// storedMeta is the value of registered metadata, that of none where there is none, and nil
// where it is none that the schema allows, the default included
// (WP_REST_Meta_Fields::prepare_value).
func storedMeta(m registry.MetaKey, values metaValues) any {
	v := values.value(m.Key)
	if m.Type == "object" {
		if !values.has(m.Key) {
			return &php.Array{}
		}
		if _, ok := v.(*php.Array); !ok || metaValueSchema(m).Check(v, m.RESTName) != nil {
			return nil
		}
		return v
	}
	if !values.has(m.Key) {
		v = ""
	}
	if text, ok := v.(string); !ok || m.Enum != nil && !slices.Contains(m.Enum, text) {
		return nil
	}
	return v
}
