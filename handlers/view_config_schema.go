package handlers

import (
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
)

// describeViews is the schema of a screen.
func describeViews(*api.Context) php.Map {
	return api.Document("view-config", api.Properties{
		api.P("kind", api.String("What kind of things.", api.ReadOnly)),
		api.P("name", api.String("Which of them.", api.ReadOnly)),
		api.P("version", api.Integer("The version of this form of configuration.", api.ReadOnly)),
		api.P("default_view", api.Object("How a list is shown at first.", api.ReadOnly, api.Props(viewMembers()...))),
		api.P("default_layouts", api.Object("The layouts that a list may be shown in.", api.ReadOnly, api.Props(layoutsOfLists()...))),
		api.P("view_list", api.Array("The views to choose from.", api.ReadOnly, api.Items(objectOf(
			api.P("title", word()), api.P("slug", word()), api.P("view", objectOf(viewMembers()...)))))),
		api.P("form", api.Object("The fields of a form.", api.ReadOnly, api.Props(
			api.P("layout", formLayout()),
			api.P("fields", listOf(api.NewSchema(api.OneOf(word(), objectOf(
				api.P("id", word()), api.P("label", word()), api.P("description", word()), api.P("layout", formLayout()),
				api.P("children", listOf(api.NewSchema(api.OneOf(word(), api.Of1("object"))))),
			))))),
		))),
	})
}

func word(values ...string) *api.Schema {
	if values == nil {
		return api.Of1("string")
	}
	return api.Of1("string", api.EnumOf(values))
}

func yesNo() *api.Schema { return api.Of1("boolean") }

func listOf(items *api.Schema) *api.Schema { return api.Of1("array", api.Items(items)) }

func objectOf(members ...api.Property) *api.Schema { return api.Of1("object", api.Props(members...)) }

// textOrNumber is a length in CSS, a text or a number.
func textOrNumber() *api.Schema { return api.NewSchema(api.Type("string", "number")) }

// listLayouts are the parts that layouts of lists may have, by kind.
func listLayouts(kinds ...string) api.Properties {
	var l api.Properties
	for _, kind := range kinds {
		switch kind {
		case "columns":
			l = append(l, api.P("styles", api.Of1("object", api.More(objectOf(api.P("width", textOrNumber()), api.P("maxWidth", textOrNumber()),
				api.P("minWidth", textOrNumber()), api.P("align", word("start", "center", "end")))))))
		case "density":
			l = append(l, api.P("density", word("compact", "balanced", "comfortable")))
		case "moving":
			l = append(l, api.P("enableMoving", yesNo()))
		case "pictures":
			l = append(l, api.P("badgeFields", listOf(word())), api.P("previewSize", api.Of1("number")))
		}
	}
	return l
}

// listMembers say what a list shows, in any layout.
func listMembers() api.Properties {
	return api.Properties{
		api.P("filters", listOf(objectOf(api.P("field", word()),
			api.P("operator", word("is", "isNot", "isAny", "isNone", "isAll", "isNotAll", "lessThan", "greaterThan", "lessThanOrEqual", "greaterThanOrEqual", "before", "after")),
			api.P("value", api.NewSchema()), api.P("isLocked", yesNo())))),
		api.P("sort", objectOf(api.P("field", word()), api.P("direction", word("asc", "desc")))),
		api.P("perPage", api.Of1("integer")),
		api.P("fields", listOf(word())),
		api.P("titleField", word()), api.P("mediaField", word()), api.P("descriptionField", word()),
		api.P("showTitle", yesNo()), api.P("showMedia", yesNo()), api.P("showDescription", yesNo()), api.P("showLevels", yesNo()),
		api.P("groupBy", objectOf(api.P("field", word()), api.P("direction", word("asc", "desc")), api.P("showLabel", api.Of1("boolean", api.Default(true))))),
		api.P("infiniteScrollEnabled", yesNo()),
	}
}

// viewMembers are those of a view, in whatever layout.
func viewMembers() api.Properties {
	return append(api.Properties{api.P("type", word()), api.P("layout", objectOf(listLayouts("columns", "density", "moving", "pictures")...))}, listMembers()...)
}

// layoutsOfLists are all layouts of lists by name.
func layoutsOfLists() api.Properties {
	table, plain, grid := listLayouts("columns", "density", "moving"), listLayouts("density"), listLayouts("pictures", "density")
	var l api.Properties
	for _, layout := range []api.Property{{Name: "table", Schema: objectOf(table...)}, {Name: "list", Schema: objectOf(plain...)}, {Name: "grid", Schema: objectOf(grid...)},
		{Name: "activity", Schema: objectOf(plain...)}, {Name: "pickerGrid", Schema: objectOf(grid...)}, {Name: "pickerTable", Schema: objectOf(table...)}} {
		l = append(l, api.P(layout.Name, objectOf(append(listMembers(), api.P("layout", layout.Schema))...)))
	}
	return l
}

// formLayout is one of the layouts of forms and of their parts.
func formLayout() *api.Schema {
	layout := func(name string, members ...api.Property) *api.Schema {
		return objectOf(slices.Insert(members, 0, api.P("type", word(name)))...)
	}
	label := func() api.Property { return api.P("labelPosition", word("top", "side", "none")) }
	return api.NewSchema(api.OneOf(
		layout("regular", label()),
		layout("panel", label(),
			api.P("openAs", api.NewSchema(api.OneOf(word("dropdown", "modal"),
				objectOf(api.P("type", word("dropdown", "modal")), api.P("applyLabel", word()), api.P("cancelLabel", word()))))),
			api.P("summary", api.NewSchema(api.OneOf(word(), listOf(word())))),
			api.P("editVisibility", word("always", "on-hover"))),
		layout("card", api.P("withHeader", yesNo()), api.P("isOpened", yesNo()), api.P("isCollapsible", yesNo()),
			api.P("summary", api.NewSchema(api.OneOf(word(), listOf(api.NewSchema(api.OneOf(word(),
				objectOf(api.P("id", word()), api.P("visibility", word("always", "when-collapsed")))))))))),
		layout("row", api.P("alignment", word("start", "center", "end")), api.P("styles", api.Of1("object", api.More(objectOf(api.P("flex", textOrNumber())))))),
		layout("details", api.P("summary", word())),
	))
}
