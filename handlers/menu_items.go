package handlers

import (
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// menuItems serves the posts of type nav_menu_item: what classic menus lead to.
type menuItems struct{ *posts }

func newMenuItems(site *Site, typ *registry.PostType) *menuItems {
	m := &menuItems{newPosts(site, typ)}
	m.texts = []string{"description"}
	m.mayView, m.load, m.store = mayViewMenus("menu items"), m.loadObjects, m.save
	m.drafted = autosaved{} // of what a request says of an item its autosaves keep nothing
	m.resource = m.fields()
	return m
}

// routes are those of posts; the list shows whole menus in their order, and nothing goes to the trash.
func (m *menuItems) routes() []*api.Route {
	routes := m.posts.routes()
	list, single := routes[0].Endpoints, routes[1].Endpoints
	list[0].Args, single[2].Handle = m.collectionArgs(), m.delete
	return routes
}

func (m *menuItems) collectionArgs() api.Properties {
	args := m.posts.collectionArgs()
	usual := map[string]any{"per_page": int64(100), "order": "asc", "orderby": "menu_order"}
	for i := range args {
		if v, ok := usual[args[i].Name]; ok {
			args[i].Schema = args[i].Schema.With(api.Default(v))
		}
		if args[i].Name == "orderby" {
			args[i].Schema = args[i].Schema.With(api.EnumOf(append(postOrders[:len(postOrders):len(postOrders)], "menu_order")))
		}
	}
	return append(args, api.P("menu_order", api.Integer("Only what has this place in the order.")))
}

// menuItem is an item of a menu with what it leads to (wp_setup_nav_menu_item).
type menuItem struct {
	s    *session
	post *models.Post
	meta metaValues
}

func (s *session) menuItem(p *models.Post) menuItem { return menuItem{s, p, s.postMeta.get(p.ID)} }

func (i menuItem) kind() string    { return i.meta.text("_menu_item_type") }
func (i menuItem) object() string  { return i.meta.text("_menu_item_object") }
func (i menuItem) objectID() int64 { return php.ToInt(i.meta.first("_menu_item_object_id")) }
func (i menuItem) parent() int64   { return php.ToInt(i.meta.first("_menu_item_menu_item_parent")) }
func (i menuItem) target() string  { return i.meta.text("_menu_item_target") }

// classes are the values of the class attribute; nothing stored is one that is empty.
func (i menuItem) classes() []any {
	if l, ok := i.meta.value("_menu_item_classes").(*php.Array); ok {
		return l.Values()
	}
	return []any{i.meta.text("_menu_item_classes")}
}

// xfn are the relations to who is linked.
func (i menuItem) xfn() []string {
	l := strings.Split(i.meta.text("_menu_item_xfn"), " ")
	for n := range l {
		l[n] = sanitize.HTMLClass(l[n], "")
	}
	return l
}

// menuObject is what an item leads to.
type menuObject struct {
	label, title string
	url          any // false where a type has no archive
	// parent is the place of the object below others of its kind.
	parent  int64
	invalid bool
}

// leads finds what the item leads to. An object that is gone leaves an item that is invalid.
func (i menuItem) leads() menuObject {
	s := i.s
	o := s.menuObject(i.kind(), i.object(), i.objectID())
	switch i.kind() {
	case "post_type", "taxonomy":
		if o.title == "" {
			o.title = "#" + itoa(i.objectID()) + " (no title)"
		}
	case "post_type_archive":
	default:
		o.url = i.meta.text("_menu_item_url")
	}
	return o
}

func (s *session) menuObject(kind, object string, id int64) menuObject {
	switch kind {
	case "post_type":
		o := menuObject{label: object, url: ""}
		typ, post := s.site.Registry.Type(object), s.posts.get(id)
		if o.invalid = typ == nil || post == nil || s.status(post) == "trash"; typ != nil {
			o.label = typ.Singular()
		}
		if post != nil {
			o.title, o.url, o.parent = post.Title, s.permalink(post), post.Parent
		}
		return o
	case "taxonomy":
		o := menuObject{label: object, url: ""}
		tax, term := s.site.Registry.Taxonomy(object), s.terms.get(id)
		if tax != nil {
			o.label = tax.Singular()
		}
		if o.invalid = tax == nil || term == nil || term.Taxonomy != object; !o.invalid {
			o.title, o.url, o.parent = term.Name, s.termLink(term), term.Parent
		}
		return o
	case "post_type_archive":
		o := menuObject{label: "Post Type Archive", url: false}
		typ := s.site.Registry.Type(object)
		if o.invalid = typ == nil; typ != nil {
			o.title = typ.Archives()
		}
		if object == "post" {
			o.url = s.blogLink()
		}
		return o
	}
	return menuObject{label: "Custom Link", url: ""}
}

// title is the item's own, or that of what it leads to.
func (i menuItem) title() string {
	if i.post.Title != "" || i.kind() == "" || i.kind() == "custom" {
		return i.post.Title
	}
	return i.leads().title
}

func (i menuItem) description() string {
	return render.Texturize(render.TrimWords(i.post.Content, 200, "&hellip;"))
}

func (i menuItem) attrTitle() string { return render.Texturize(i.post.Excerpt) }

// menu is the menu that the item is in, 0 for none.
func (i menuItem) menu() int64 {
	for _, id := range i.s.termIDs(i.post.ID, "nav_menu") {
		return id
	}
	return 0
}

// fields are none of those of posts but a few of the same name.
func (m *menuItems) fields() *api.Resource[*models.Post] {
	all := api.In("view", "edit", "embed")
	read := func(get func(i menuItem) any) func(*api.Context, *models.Post) any {
		return func(c *api.Context, p *models.Post) any { return get(of(c).menuItem(p)) }
	}
	words := func(what string) *api.Schema {
		return api.Array(what, api.Items(api.Of1("string")), all, api.Sanitize(sanitizeClasses))
	}
	f := []postField{
		{Name: "id", Schema: api.Integer("The number that names the item.", api.Default(int64(0)), api.Minimum(0), all, api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any { return p.ID }},
		{Name: "title", Schema: api.Of("The title of the item.", []string{"string", "object"}, all), Fields: []postField{
			{Name: "raw", Schema: api.String("The title as stored, or that of what the item leads to.", api.In("edit")), Get: read(func(i menuItem) any { return i.title() })},
			{Name: "rendered", Schema: api.String("The title as shown.", all, api.ReadOnly), Get: read(func(i menuItem) any { return render.Title(i.title()) })},
		}},
		{Name: "status", Schema: api.String("Where the item stands.", api.EnumOf(m.writableStatuses()), api.Default("publish"), all), Get: func(_ *api.Context, p *models.Post) any { return p.Status }},
		{Name: "url", Schema: api.String("The address that the item leads to.", api.Format("uri"), all, api.Validate(checkItemURL)), Get: read(func(i menuItem) any { return i.leads().url })},
		{Name: "attr_title", Schema: api.String("Text for the title attribute.", all, cleaned(sanitize.TextField)), Get: read(func(i menuItem) any { return i.attrTitle() })},
		{Name: "description", Schema: api.String("What the item is about.", all, cleaned(sanitize.TextField)), Get: read(func(i menuItem) any { return i.description() })},
		{Name: "type", Schema: api.String("What kind of thing the item leads to.", api.Enum("taxonomy", "post_type", "post_type_archive", "custom"), all, api.Default("custom")), Get: read(func(i menuItem) any { return i.kind() })},
		{Name: "type_label", Schema: api.String("A word for the kind.", all, api.ReadOnly), Get: read(func(i menuItem) any { return i.leads().label })},
		{Name: "object", Schema: api.NewSchema(api.Description("The post type or taxonomy."), all, api.Type("string"), cleaned(sanitize.Key)), Get: read(func(i menuItem) any { return i.object() })},
		{Name: "object_id", Schema: api.NewSchema(api.Description("The post or term that the item leads to."), all, api.Type("integer"), api.Minimum(0), api.Default(int64(0))), Get: read(func(i menuItem) any { return absint(i.objectID()) })},
		{Name: "parent", Schema: api.Integer("The item above this one.", api.Minimum(0), api.Default(int64(0)), all), Get: read(func(i menuItem) any { return absint(i.parent()) })},
		{Name: "menu_order", Schema: api.NewSchema(api.Description("The item's place in the menu."), all, api.Type("integer"), api.Minimum(1), api.Default(int64(1))), Get: func(_ *api.Context, p *models.Post) any { return p.MenuOrder }},
		{Name: "target", Schema: api.String("The target attribute of the link.", all, api.Enum("_blank", "")), Get: read(func(i menuItem) any { return i.target() })},
		{Name: "classes", Schema: words("Classes of the link."), Get: read(func(i menuItem) any { return i.classes() })},
		{Name: "xfn", Schema: words("Relations to who is linked."), Get: read(func(i menuItem) any { return i.xfn() })},
		{Name: "invalid", Schema: api.NewSchema(api.Description("Whether what the item leads to is gone."), all, api.Type("boolean"), api.ReadOnly), Get: read(func(i menuItem) any { return i.leads().invalid })},
		{Name: "meta", Schema: metaSchema("post", m.typ.Name, api.In("view", "edit")), Get: func(*api.Context, *models.Post) any { return php.Map{} }},
	}
	for _, tax := range m.taxonomies() {
		f = append(f, postField{Name: tax.RESTBase, Schema: api.Integer("The menu that the item is in.", api.In("view", "edit")), Get: read(func(i menuItem) any { return i.menu() }),
			If: func(c *api.Context, p *models.Post) bool { return of(c).menuItem(p).menu() != 0 }})
	}
	return &api.Resource[*models.Post]{Title: m.typ.Name, Fields: f, Links: m.links, SchemaLinks: m.schemaLinks, Order: []string{"title", "id", "type_label", "type",
		"status", "parent", "attr_title", "classes", "description", "menu_order", "object", "object_id", "target", "url", "xfn", "invalid", "menus", "meta"}}
}

// checkItemURL: an address that is given must be one that can be stored.
func checkItemURL(_ *api.Context, _ string, v any) error {
	if php.ToString(v) != "" && sanitize.URL(php.ToString(v), nil) == "" {
		return &api.Error{Code: "rest_invalid_url", Message: "Invalid URL.", Bare: true}
	}
	return nil
}

func sanitizeClasses(_ *api.Context, _ string, v any) (any, error) {
	out := php.List()
	for _, e := range api.Elements(v) {
		out.Append(sanitize.HTMLClass(php.ToString(e), ""))
	}
	return out, nil
}

// loadObjects loads what the items of a list lead to, for titles and addresses depend on it.
func (m *menuItems) loadObjects(c *api.Context, found []models.Post) {
	if slices.ContainsFunc([]string{"title", "url", "type_label", "invalid", "_links", "_embedded"}, func(name string) bool { return c.Wants(name) }) {
		of(c).wantMenuObjects(found)
	}
}

// wantMenuObjects announces what items lead to.
func (s *session) wantMenuObjects(found []models.Post) {
	for _, p := range found {
		switch i := s.menuItem(&p); i.kind() {
		case "post_type":
			s.posts.want(i.objectID())
			s.postTerms.want(i.objectID())
		case "taxonomy":
			s.terms.want(i.objectID())
		}
	}
	for _, p := range found {
		if i := s.menuItem(&p); i.kind() == "post_type" {
			if post := s.posts.get(i.objectID()); post != nil {
				s.announceAuthor(post)
			}
		}
	}
}

// links are an item's relations, with what it leads to.
func (m *menuItems) links(c *api.Context, p *models.Post) api.Links {
	s := of(c)
	l := m.relations(c, p)
	i := s.menuItem(p)
	switch id := i.objectID(); i.kind() { // what the object is counts, not what the item says of it
	case "post_type":
		if post := s.posts.get(id); post != nil {
			if t := s.site.Registry.Type(post.Type); t != nil && t.RESTBase != "" {
				l.Add(menuItemObject, c.URL(postRoute(t, id)), member("post_type", t.Name), api.Embeddable)
			}
		}
	case "taxonomy":
		if term := s.terms.get(id); term != nil {
			if t := s.site.Registry.Taxonomy(term.Taxonomy); t != nil && t.RESTBase != "" {
				l.Add(menuItemObject, c.URL(t.Path()+"/"+itoa(id)), member("taxonomy", t.Name), api.Embeddable)
			}
		}
	}
	m.actionLinks(c, p, &l)
	return l
}

const menuItemObject = "https://api.w.org/menu-item-object"

func (m *menuItems) schemaLinks(c *api.Context) []any {
	return append(m.posts.schemaLinks(c), schemaLink(c.URL(m.typ.Path()+"/{id}"), "menu-item-object", "Get linked object.",
		php.Map{{Key: "object", Value: php.Map{{Key: "type", Value: "integer"}}}}))
}
