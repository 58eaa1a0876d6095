package handlers

import (
	"net/http"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/render"
)

// blockTypes serves what is registered of blocks.
type blockTypes struct {
	site     *Site
	resource *api.Resource[*render.BlockType]
}

func newBlockTypes(site *Site) *blockTypes { return &blockTypes{site, blockTypeFields()} }

func (b *blockTypes) routes() []*api.Route {
	context := b.resource.ContextArg("view")
	context.Schema.Enum = []any{"view", "embed", "edit"}
	namespace := api.P("namespace", api.String("The part of a block's name in front of the slash."))
	list := func(path string) *api.Route {
		return &api.Route{Namespace: "wp/v2", Path: path, Schema: b.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{context, namespace}, Permission: b.mayList, Handle: b.list,
		}}}
	}
	return []*api.Route{
		list("/wp/v2/block-types"),
		list("/wp/v2/block-types/(?P<namespace>[a-zA-Z0-9_-]+)"),
		{Namespace: "wp/v2", Path: "/wp/v2/block-types/(?P<namespace>[a-zA-Z0-9_-]+)/(?P<name>[a-zA-Z0-9_-]+)", Schema: b.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{api.P("name", api.String("The part of a block's name behind the slash.")), namespace, context},
			Permission: b.mayGet, Handle: b.get,
		}}},
	}
}

const blockName = "^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$"

// blockTypeFields are the fields of a block's registration. What the data does not name
// is as usual: nothing, or the style sheets that WordPress names after the block.
func blockTypeFields() *api.Resource[*render.BlockType] {
	type block = *render.BlockType
	type field = api.Field[block]
	all := api.In("embed", "view", "edit")
	end := func(options ...api.Option) []api.Option { return append(options, all, api.ReadOnly) }
	orNull := func(typ string) []string { return []string{typ, "null"} }
	entry := func(key string, usual any) func(*api.Context, block) any {
		return func(_ *api.Context, t block) any {
			if v, ok := t.Data.Get(key); ok {
				return v
			}
			return usual
		}
	}
	none := func(v any) func(*api.Context, block) any { return func(*api.Context, block) any { return v } }
	// handles are the style sheets of a block; blocks of before have their own.
	handles := func(key, suffix string) func(*api.Context, block) any {
		return func(_ *api.Context, t block) any {
			if v, ok := t.Data.Get(key); ok {
				return v
			}
			return []string{"wp-block-" + strings.TrimPrefix(t.Name, "core/") + suffix}
		}
	}
	first := func(get func(*api.Context, block) any) func(*api.Context, block) any {
		return func(c *api.Context, t block) any {
			switch l := get(c, t).(type) {
			case []string:
				return l[0]
			case *php.Array:
				if l.Len() > 0 {
					return l.Values()[0]
				}
			}
			return nil
		}
	}
	editorStyles, styles := handles("editor_style_handles", "-editor"), handles("style_handles", "")
	handleList := func(description string) *api.Schema {
		return api.NewSchema(end(api.Description(description), api.TypeList("array"), api.Default([]any{}), api.Items(api.Of1("string")))...)
	}
	handle := func(description string) *api.Schema {
		return api.Of(description, orNull("string"), end(api.Default(nil))...)
	}
	names := func(description string) *api.Schema {
		return api.Of(description, orNull("array"), end(api.Items(api.Of1("string", api.Pattern(blockName))), api.Default(nil))...)
	}
	example := func() *api.Schema {
		return api.Of("What a preview shows.", orNull("object"), end(api.Default(nil), api.Props(
			api.P("attributes", api.Object("Attributes of the preview.")),
			api.P("innerBlocks", api.Array("Blocks inside the preview.", api.Items(innerBlock()))),
		))...)
	}
	icon := func() *api.Schema {
		return api.Of("The name of a picture.", orNull("string"), end(api.Default(nil))...)
	}
	category := func() *api.Schema {
		return api.Of("The group that editors list it in.", orNull("string"), end(api.Default(nil))...)
	}
	return &api.Resource[block]{
		Title: "block-type",
		Order: []string{"api_version", "title", "name", "description", "icon", "attributes", "provides_context", "uses_context", "selectors", "supports", "category", "is_dynamic",
			"editor_script_handles", "script_handles", "view_script_handles", "view_script_module_ids", "editor_style_handles", "style_handles", "view_style_handles", "styles",
			"variations", "textdomain", "parent", "ancestor", "allowed_blocks", "keywords", "example", "block_hooks", "editor_script", "script", "view_script", "editor_style", "style"},
		Fields: []field{
			{Name: "attributes", Schema: api.Of("What the block stores.", orNull("object"), end(api.Props(), api.Default(nil), api.More(api.Of1("object")))...),
				Get: func(_ *api.Context, t block) any { return t.Attributes }},
			{Name: "is_dynamic", Schema: api.Boolean("Whether the server renders it.", end(api.Default(false))...),
				Get: func(_ *api.Context, t block) any { return t.Dynamic }},
			{Name: "api_version", Schema: api.Integer("The version of the block API.", end(api.Default(1))...), Get: entry("api_version", 3)},
			{Name: "name", Schema: api.String("The block's name.", api.Pattern(blockName), api.Required, all, api.ReadOnly),
				Get: func(_ *api.Context, t block) any { return t.Name }},
			{Name: "title", Schema: api.String("The block's name for people.", end(api.Default(""))...), Get: entry("title", "")},
			{Name: "description", Schema: api.String("What the block is for.", end(api.Default(""))...), Get: none("")},
			{Name: "icon", Schema: icon(), Get: entry("icon", nil)},
			{Name: "category", Schema: category(), Get: entry("category", nil)},
			{Name: "keywords", Schema: api.Array("Words that find it.", end(api.Items(api.Of1("string")), api.Default([]any{}))...), Get: entry("keywords", []any{})},
			{Name: "parent", Schema: names("Blocks that it stands in."), Get: entry("parent", nil)},
			{Name: "ancestor", Schema: names("Blocks that it stands in, at any depth."), Get: entry("ancestor", nil)},
			{Name: "allowed_blocks", Schema: names("Blocks that may stand in it."), Get: entry("allowed_blocks", nil)},
			{Name: "provides_context", Schema: api.Object("Values for the blocks inside.", end(api.Props(), api.More(api.Of1("string")), api.Default([]any{}))...), Get: entry("provides", []any{})},
			{Name: "uses_context", Schema: api.Array("Values from the blocks outside.", end(api.Default([]any{}), api.Items(api.Of1("string")))...), Get: entry("uses", []any{})},
			{Name: "selectors", Schema: api.Object("Where styles apply.", end(api.Default([]any{}), api.Props())...), Get: entry("selectors", []any{})},
			{Name: "supports", Schema: api.Object("Tools that editors offer for it.", end(api.Default([]any{}), api.Props())...), Get: entry("supports", []any{})},
			{Name: "styles", Schema: api.Array("Styles to choose from.", end(api.Items(api.Of1("object", api.Props(
				api.P("name", api.String("The style's own name.", api.Required)),
				api.P("label", api.String("The style's name for people.")),
				api.P("inline_style", api.String("CSS.")),
				api.P("style_handle", api.String("A style sheet.")),
			))), api.Default([]any{}))...), Get: blockStyles},
			{Name: "textdomain", Schema: handle("What translations are filed under."), Get: none(nil)},
			{Name: "example", Schema: example(), Get: entry("example", nil)},
			{Name: "editor_script_handles", Schema: handleList("Scripts of editors."), Get: none([]any{})},
			{Name: "script_handles", Schema: handleList("Scripts of editors and pages."), Get: none([]any{})},
			{Name: "view_script_handles", Schema: handleList("Scripts of pages."), Get: none([]any{})},
			{Name: "view_script_module_ids", Schema: handleList("Script modules of pages."), Get: entry("modules", []any{})},
			{Name: "editor_style_handles", Schema: handleList("Style sheets of editors."), Get: editorStyles},
			{Name: "style_handles", Schema: handleList("Style sheets of editors and pages."), Get: styles},
			{Name: "view_style_handles", Schema: handleList("Style sheets of pages."), Get: none([]any{})},
			{Name: "variations", Schema: api.Array("The block with attributes set beforehand.", api.Items(api.Of1("object", api.Props(
				api.P("name", api.String("The variation's own name.", api.Required)),
				api.P("title", api.String("The variation's name for people.", api.Required)),
				api.P("description", api.String("What the variation is for.", api.Optional)),
				api.P("category", category()),
				api.P("icon", icon()),
				api.P("isDefault", api.Boolean("Whether it is the one to begin with.", api.Optional, api.Default(false))),
				api.P("attributes", api.Object("The attributes that are set.")),
				api.P("innerBlocks", api.Array("Blocks to begin with.", api.Items(innerBlock()))),
				api.P("example", example()),
				api.P("scope", api.Of("Where editors offer it.", orNull("array"), api.Default(nil), api.Items(api.Of1("string", api.Enum("block", "inserter", "transform"))), api.ReadOnly)),
				api.P("keywords", api.Array("Words that find it.", api.Items(api.Of1("string")), api.Default([]any{}), all, api.ReadOnly)),
			))), api.ReadOnly, all, api.Default(nil)), Get: blockVariations},
			{Name: "block_hooks", Schema: api.Object("Blocks that it puts itself beside.", end(api.PatternProps(
				api.P(blockName, api.Of1("string", api.Enum("before", "after", "first_child", "last_child")))), api.Default([]any{}))...), Get: none([]any{})},
			{Name: "editor_script", Schema: handle("The script of editors."), Get: none(nil)},
			{Name: "script", Schema: handle("The script of editors and pages."), Get: none(nil)},
			{Name: "view_script", Schema: handle("The script of pages."), Get: none(nil)},
			{Name: "editor_style", Schema: handle("The style sheet of editors."), Get: first(editorStyles)},
			{Name: "style", Schema: handle("The style sheet of editors and pages."), Get: first(styles)},
		},
		Links: func(c *api.Context, t block) api.Links {
			var l api.Links
			namespace, _, _ := strings.Cut(t.Name, "/")
			l.Add("collection", c.URL("/wp/v2/block-types"))
			l.Add("self", c.URL("/wp/v2/block-types/"+t.Name))
			l.Add("up", c.URL("/wp/v2/block-types/"+namespace))
			if t.Dynamic {
				l.Add("https://api.w.org/render-block", editing(c.URL("/wp/v2/block-renderer/"+t.Name)))
			}
			return l
		},
	}
}

// editing adds the context of editors to an address, which has parameters already where
// permalinks are plain.
func editing(address string) string {
	if strings.Contains(address, "?") {
		return address + "&context=edit"
	}
	return address + "?context=edit"
}

// innerBlock is the schema of a block in an example.
func innerBlock() *api.Schema {
	return api.Of1("object", api.Props(
		api.P("name", api.String("The block's name.", api.Pattern(blockName), api.Required)),
		api.P("attributes", api.Object("The block's attributes.")),
		api.P("innerBlocks", api.Array("The blocks inside.")),
	))
}

// blockStyles are a block's own styles. WordPress knows those of the theme's files only
// once something has read theme.json, which during a list the variations of template parts do.
func blockStyles(c *api.Context, t *render.BlockType) any {
	l := []any{}
	own, _ := t.Data.Get("styles")
	if a, ok := own.(*php.Array); ok {
		l = append(l, a.Values()...)
	}
	if s := of(c); s.themeStyles {
		for _, v := range s.activeTheme().VariationsOf(t.Name) {
			l = append(l, php.Map{{Key: "name", Value: v.Slug}, {Key: "label", Value: v.Title}})
		}
	}
	return l
}

func (b *blockTypes) mayList(c *api.Context) error {
	if of(c).editsSomething() {
		return nil
	}
	return c.Forbidden("rest_block_type_cannot_view", "Sorry, you are not allowed to manage block types.")
}

// editsSomething tells whether the asker may edit posts of any type that the API serves.
func (s *session) editsSomething() bool {
	if s.can("edit_posts") {
		return true
	}
	for _, t := range s.site.Registry.Types {
		if t.RESTBase != "" && s.can(t.Cap("edit_posts")) {
			return true
		}
	}
	return false
}

func (b *blockTypes) mayGet(c *api.Context) error {
	if err := b.mayList(c); err != nil {
		return err
	}
	_, err := b.find(c)
	return err
}

func (b *blockTypes) find(c *api.Context) (*render.BlockType, error) {
	if t := render.BlockTypeOf(c.String("namespace") + "/" + c.String("name")); t != nil {
		return t, nil
	}
	return nil, api.NewError(http.StatusNotFound, "rest_block_type_invalid", "Invalid block type.")
}

func (b *blockTypes) list(c *api.Context) (*api.Response, error) {
	namespace := c.String("namespace")
	var l []*render.BlockType
	for _, t := range render.BlockTypes() {
		if namespace == "" || strings.HasPrefix(t.Name, namespace+"/") {
			l = append(l, t)
		}
	}
	return api.OK(b.resource.List(c, l)), nil
}

func (b *blockTypes) get(c *api.Context) (*api.Response, error) {
	t, err := b.find(c)
	if err != nil {
		return nil, err
	}
	return b.resource.Item(c, t), nil
}
