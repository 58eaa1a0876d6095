package handlers

import (
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// navigationFallback tells editors which navigation stands where none was chosen. Where there is
// none at all it is made: of a classic menu, or as a list of pages (WP_Navigation_Fallback).
type navigationFallback struct {
	typ      *registry.PostType
	resource *api.Resource[*models.Post]
}

func newNavigationFallback(site *Site) *navigationFallback {
	n := &navigationFallback{typ: site.Registry.Type("wp_navigation")}
	n.resource = &api.Resource[*models.Post]{Title: "navigation-fallback", Fields: []postField{
		{Name: "id", Schema: api.Integer("The number that names the navigation.", api.In("view", "edit", "embed"), api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any { return p.ID }},
	}, Links: func(c *api.Context, p *models.Post) (l api.Links) {
		l.Add("self", c.URL(postRoute(n.typ, p.ID)), api.Embeddable)
		return l
	}}
	return n
}

func (n *navigationFallback) routes() []*api.Route {
	return []*api.Route{{Namespace: editorNamespace, Path: "/wp-block-editor/v1/navigation-fallback", Schema: n.resource.Describe, Endpoints: []api.Endpoint{
		{Methods: api.Readable, Permission: n.mayAsk, Handle: n.get},
	}}}
}

func (n *navigationFallback) mayAsk(c *api.Context) error {
	if !of(c).can(n.typ.Cap("create_posts")) {
		return c.Forbidden("rest_cannot_create", "Sorry, you are not allowed to create Navigation Menus as this user.")
	}
	if c.View() == "edit" && !of(c).can(n.typ.Cap("edit_posts")) {
		return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to edit Navigation Menus as this user.")
	}
	return nil
}

func (n *navigationFallback) get(c *api.Context) (*api.Response, error) {
	s := of(c)
	p, err := n.latest(s)
	if err == nil && p == nil {
		err = s.write(func() error {
			if p, err = n.latest(s); err != nil || p != nil { // somebody was faster
				return err
			}
			p, err = n.create(s)
			return err
		}, lockPosts)
	}
	if err != nil {
		return nil, err
	}
	return n.resource.Item(c, p), s.err
}

// latest is the newest navigation that is published, nil where there is none.
func (n *navigationFallback) latest(s *session) (*models.Post, error) {
	found, err := s.site.Store.FindPosts(s.ctx, models.PostQuery{Types: []string{n.typ.Name}, Statuses: []string{"publish"}, Limit: 1})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// create stores a navigation in the name of who asks.
func (n *navigationFallback) create(s *session) (*models.Post, error) {
	p := &models.Post{Type: n.typ.Name, Status: "publish", Author: s.user.ID, Title: "Navigation", Name: "navigation", Content: "<!-- wp:page-list /-->"}
	menu, err := s.fallbackMenu()
	if err != nil {
		return nil, err
	}
	if menu != nil {
		content, err := s.menuBlocks(menu.ID)
		if err != nil {
			return nil, err
		}
		if content != "" {
			// WordPress stores both as if they had been quoted, and takes backslashes away.
			p.Title, p.Name, p.Content = sanitize.Unslash(menu.Name), menu.Slug, sanitize.Unslash(content)
		}
	}
	return p, s.savePost(p, nil, false)
}

// fallbackMenu is the classic menu that counts most: the theme's primary one, one of that name, or the newest.
func (s *session) fallbackMenu() (*models.TermRow, error) {
	terms, err := s.site.Store.FindTerms(s.ctx, models.TermQuery{Taxonomies: []string{"nav_menu"}, OrderBy: "none"})
	if err != nil || len(terms) == 0 {
		return nil, err
	}
	const primary = "primary"
	placed, _ := s.menuLocations().Get(primary)
	best, rank := &terms[0], -1
	for i := range terms {
		t, r := &terms[i], 0
		switch {
		case placed != nil && php.ToInt(placed) == t.ID:
			r = 2
		case t.Slug == primary:
			r = 1
		}
		if r > rank || r == rank && t.ID > best.ID {
			best, rank = t, r
		}
	}
	return best, nil
}

// menuBlocks writes the items of a classic menu as blocks (WP_Classic_To_Block_Menu_Converter).
// Items below one that is not shown are not either.
func (s *session) menuBlocks(menu int64) (string, error) {
	found, err := s.site.Store.FindPosts(s.ctx, models.PostQuery{Types: []string{"nav_menu_item"}, Statuses: []string{"publish"}, OrderBy: []string{"menu_order"}, Order: "asc",
		Tax: []models.TaxClause{{Taxonomy: "nav_menu", TermIDs: []int64{menu}}}, Columns: models.PostFull})
	if err != nil {
		return "", err
	}
	for i := range found {
		s.postMeta.want(found[i].ID)
	}
	s.wantMenuObjects(found)
	below := map[int64][]menuItem{}
	for i := range found {
		item := s.menuItem(&found[i])
		below[item.parent()] = append(below[item.parent()], item)
	}
	var blocks func(parent int64) []*render.Block
	blocks = func(parent int64) []*render.Block {
		items := below[parent]
		delete(below, parent) // a circle ends
		var l []*render.Block
		for _, item := range items {
			object := item.leads()
			if object.invalid {
				continue
			}
			b := &render.Block{Name: "core/navigation-link", Attrs: item.linkAttributes(object)}
			for _, inner := range blocks(item.post.ID) {
				b.Name = "core/navigation-submenu"
				b.Content = append(b.Content, render.Piece{Block: inner})
			}
			l = append(l, b)
		}
		return l
	}
	return render.SerializeBlocks(blocks(0)), s.err
}

// linkAttributes are those of the block that stands for an item.
func (i menuItem) linkAttributes(object menuObject) *php.Array {
	kind := i.kind()
	var id, rel any
	if kind != "custom" {
		id = i.meta.text("_menu_item_object_id")
	}
	if xfn := i.meta.text("_menu_item_xfn"); xfn != "" {
		rel = xfn
	}
	a := &php.Array{}
	for _, m := range []php.Member{
		member("className", i.shownClasses(object)), member("description", i.description()), member("id", id), member("kind", strings.ReplaceAll(kind, "_", "-")),
		member("label", i.title()), member("opensInNewTab", i.target() == "_blank"), member("rel", rel), member("title", i.attrTitle()),
		member("type", i.object()), member("url", object.url),
	} {
		a.Set(m.Key, m.Value)
	}
	return a
}

// shownClasses are an item's own classes and those that tell what it is (_wp_menu_item_classes_by_context).
func (i menuItem) shownClasses(object menuObject) string {
	s := i.s
	var l []string
	for _, class := range i.classes() {
		l = append(l, php.ToString(class))
	}
	l = append(l, "menu-item", "menu-item-type-"+i.kind(), "menu-item-object-"+i.object())
	page := func(option string) bool {
		id := s.options.Int(option)
		return i.kind() == "post_type" && id != 0 && id == i.objectID()
	}
	if page("wp_page_for_privacy_policy") {
		l = append(l, "menu-item-privacy-policy")
	}
	address, _ := object.url.(string)
	if page("page_on_front") && s.options.String("show_on_front") == "page" || i.kind() == "custom" && strings.TrimRight(address, "/") == s.home {
		l = append(l, "menu-item-home")
	}
	if page("page_for_posts") {
		l = append(l, "current_page_parent")
	}
	return strings.Join(l, " ")
}
