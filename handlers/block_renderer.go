package handlers

import (
	"net/http"
	"slices"
	"sync"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/render"
)

// blockRenderer renders single dynamic blocks for editors.
type blockRenderer struct{ site *Site }

func newBlockRenderer(site *Site) *blockRenderer { return &blockRenderer{site} }

func (b *blockRenderer) routes() []*api.Route {
	return []*api.Route{{Namespace: "wp/v2", Path: "/wp/v2/block-renderer/(?P<name>[a-z0-9-]+/[a-z0-9-]+)", Schema: renderedBlock, Endpoints: []api.Endpoint{{
		Methods: []string{http.MethodGet, http.MethodPost},
		Args: api.Properties{
			api.P("name", api.String("The block's name.")),
			api.P("context", api.NewSchema(api.Description("Blocks are rendered for editors only."), api.Type("string"), api.Early, api.Enum("edit"), api.Default("view"))),
			api.P("attributes", api.Object("The block's attributes.", api.Default(&php.Array{}), api.Validate(checkAttributes), api.Sanitize(cleanAttributes))),
			api.P("post_id", api.Integer("The post that the block stands in.")),
		},
		Permission: b.mayRender, Handle: b.render,
	}}}}
}

func renderedBlock(*api.Context) php.Map {
	rendered := api.NewSchema(api.Description("The block's HTML."), api.Type("string"), api.Required, api.In("edit"))
	return php.Map{{Key: "$schema", Value: "http://json-schema.org/schema#"}, {Key: "title", Value: "rendered-block"}, {Key: "type", Value: "object"},
		{Key: "properties", Value: api.Properties{api.P("rendered", rendered)}.Print()}}
}

// attributeSchemas keeps the schemas of blocks' attributes, made when first asked for.
var attributeSchemas sync.Map

// attributeSchema is what a block's attributes must be; nil where there is no such block.
func attributeSchema(name string) *api.Schema {
	if s, ok := attributeSchemas.Load(name); ok {
		return s.(*api.Schema)
	}
	t := render.BlockTypeOf(name)
	if t == nil {
		return nil
	}
	var members []api.Property
	for key, v := range t.Attributes.All() {
		data, _ := v.(*php.Array)
		members = append(members, api.P(key.String(), attribute(data)))
	}
	s := api.Object("", api.Props(members...), api.NoMore)
	attributeSchemas.Store(name, s)
	return s
}

// schemaTypes are the types that the API checks; attributes of others may be anything.
var schemaTypes = []string{"array", "object", "string", "number", "integer", "boolean", "null"}

// attribute is the schema of one attribute, or of the elements of one.
func attribute(data *php.Array) *api.Schema {
	s := api.NewSchema()
	typ, _ := data.Get("type")
	switch typ := typ.(type) {
	case string:
		if slices.Contains(schemaTypes, typ) {
			s.Type = []string{typ}
		}
	case *php.Array:
		for _, t := range typ.Values() {
			s.Type = append(s.Type, php.ToString(t))
		}
	}
	if enum, ok := data.Get("enum"); ok {
		if a, ok := enum.(*php.Array); ok {
			s.Enum = a.Values()
		}
	}
	if items, ok := data.Get("items"); ok {
		if a, ok := items.(*php.Array); ok {
			s.Items = attribute(a)
		}
	}
	for _, bound := range []struct {
		key string
		to  **float64
	}{{"minimum", &s.Minimum}, {"maximum", &s.Maximum}} {
		if v, ok := data.Get(bound.key); ok {
			n := php.ToFloat(v)
			*bound.to = &n
		}
	}
	return s
}

// checkAttributes leaves unknown blocks to the handler, which has a better answer for them.
func checkAttributes(c *api.Context, _ string, v any) error {
	if s := attributeSchema(c.String("name")); s != nil {
		return s.Check(v, "")
	}
	return nil
}

func cleanAttributes(c *api.Context, _ string, v any) (any, error) {
	s := attributeSchema(c.String("name"))
	if s == nil {
		return v, nil
	}
	clean, _ := s.Clean(v)
	return clean, nil
}

// post is the post that the block stands in, nil without.
func (b *blockRenderer) post(c *api.Context) *models.Post {
	if id := c.Int("post_id"); id > 0 {
		return of(c).posts.full(id)
	}
	return nil
}

func (b *blockRenderer) mayRender(c *api.Context) error {
	s := of(c)
	if c.Int("post_id") > 0 {
		if p := b.post(c); p == nil || !s.can("edit_post", p) {
			return c.Forbidden("block_cannot_read", "Sorry, you are not allowed to read blocks of this post.")
		}
	} else if !s.can("edit_posts") {
		return c.Forbidden("block_cannot_read", "Sorry, you are not allowed to read blocks as this user.")
	}
	return nil
}

func (b *blockRenderer) render(c *api.Context) (*api.Response, error) {
	t := render.BlockTypeOf(c.String("name"))
	if t == nil || !t.Dynamic {
		return nil, api.NewError(http.StatusNotFound, "block_invalid", "Invalid block.")
	}
	s := of(c)
	var in render.PostText
	if p := b.post(c); p != nil {
		in = postText(p)
	}
	attributes, _ := c.Param("attributes").(*php.Array)
	return api.OK(php.Map{{Key: "rendered", Value: s.rendering().Block(in, t.Name, attributes)}}), nil
}
