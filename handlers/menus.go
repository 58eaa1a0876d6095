package handlers

import (
	"errors"
	"net/http"
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
)

// menus serves the terms of nav_menu: classic menus, with where the theme shows them.
type menus struct{ *terms }

func newMenus(site *Site, tax *registry.Taxonomy) *menus {
	m := &menus{newTerms(site, tax)}
	m.mayView, m.adding, m.changing, m.deleting = mayViewMenus("menus"), m.add, m.alter, m.drop
	m.resource = m.fields()
	return m
}

func (m *menus) routes() []*api.Route {
	routes := m.terms.routes()
	single := routes[1].Endpoints
	single[2].Args = api.Properties{single[2].Args[0], forceArg("Must be true: menus have no trash.")}
	return routes
}

// mayViewMenus: menus are for those who write posts of any kind (check_has_read_only_access).
func mayViewMenus(what string) func(c *api.Context) error {
	return func(c *api.Context) error {
		if of(c).editsSome() {
			return nil
		}
		return c.Forbidden("rest_cannot_view", "Sorry, you are not allowed to view "+what+".")
	}
}

func (m *menus) fields() *api.Resource[*models.TermRow] {
	base, shown := *m.terms.resource, api.In("view", "edit")
	base.Fields = slices.DeleteFunc(slices.Clone(base.Fields), func(f termField) bool {
		return f.Name == "count" || f.Name == "link" || f.Name == "taxonomy"
	})
	base.Fields = append(base.Fields,
		termField{Name: "locations", Schema: also(api.Array("Where the theme shows the menu.", api.Items(api.Of1("string")), shown), checkLocations), Get: func(c *api.Context, t *models.TermRow) any {
			l := []string{}
			for name, menu := range of(c).menuLocations().All() {
				if menu == t.ID {
					l = append(l, name.String())
				}
			}
			return l
		}},
		termField{Name: "auto_add", Schema: api.NewSchema(api.Description("Whether new pages at the top become items of the menu."), shown, api.Type("boolean")), Get: func(c *api.Context, t *models.TermRow) any {
			return slices.Contains(of(c).autoAddMenus(), any(t.ID))
		}})
	return &base
}

// checkLocations: the places of menus are named by code of a theme; themes of blocks name none.
func checkLocations(_ *api.Context, _ string, v any) error {
	for _, e := range api.Elements(v) {
		return &api.Error{Code: "rest_invalid_menu_location", Message: "Invalid menu location.", Data: php.Map{{Key: "location", Value: e}}}
	}
	return nil
}

const (
	menuLocationsMod = "nav_menu_locations"
	autoAddOption    = "nav_menu_options"
)

// menuLocations are the menus by the places that the theme has for them (get_nav_menu_locations).
func (s *session) menuLocations() *php.Array {
	v, _ := s.themeMods().Get(menuLocationsMod)
	locations, _ := v.(*php.Array)
	return locations
}

// autoAddMenus are the menus to which new pages are added.
func (s *session) autoAddMenus() []any {
	options, _ := s.options.PHP(autoAddOption).(*php.Array)
	v, _ := options.Get("auto_add")
	l, _ := v.(*php.Array)
	return l.Values()
}

// saveRest stores what a request says of a menu beside its term (handle_locations, handle_auto_add).
func (m *menus) saveRest(c *api.Context, id int64) error {
	s := of(c)
	if c.Has("locations") { // none can be named, so the menu leaves those it has
		now := &php.Array{}
		for name, menu := range s.menuLocations().All() {
			if menu != id {
				now.Put(name, menu)
			}
		}
		if err := s.setThemeMod(menuLocationsMod, now); err != nil {
			return err
		}
	}
	if !c.Has("auto_add") {
		return nil
	}
	add := slices.DeleteFunc(slices.Clone(s.autoAddMenus()), func(v any) bool { return v == id && !c.Bool("auto_add") })
	if c.Bool("auto_add") && !slices.Contains(add, any(id)) {
		add = append(add, id)
	}
	options, ok := s.options.PHP(autoAddOption).(*php.Array)
	if !ok {
		options = &php.Array{}
	}
	options.Set("auto_add", php.List(add...))
	text, err := php.Serialize(options)
	if err != nil {
		return err
	}
	return s.setOption(autoAddOption, text)
}

// named refuses a name that another menu has, as the database compares (wp_update_nav_menu_object).
func (m *menus) named(s *session, id int64, name string) error {
	if name == "" {
		return nil
	}
	same, err := m.one(s, models.TermQuery{Names: []string{name}})
	if err != nil || same == nil || same.ID == id {
		return err
	}
	e := &api.Error{Code: "menu_exists", Message: "The menu name " + name + " conflicts with another menu name. Please try another."}
	if id == 0 {
		e.Status, e.Data, e.Additional = http.StatusBadRequest, php.Map{{Key: "term_id", Value: same.ID}}, []any{same.ID}
	}
	return e
}

// add stores a menu. Its slug is made of its name, whatever the request says.
func (m *menus) add(c *api.Context, v termValues) (int64, error) {
	s := of(c)
	if err := m.named(s, 0, *v.name); err != nil {
		return 0, err
	}
	v.slug = nil
	id, err := m.insert(s, v)
	if err != nil {
		return 0, refusedMenu(err)
	}
	return id, m.saveRest(c, id)
}

// refusedMenu gives what refuses a term the status that it has for menus.
func refusedMenu(err error) error {
	var e *api.Error
	if !errors.As(err, &e) || e.Status != 0 {
		return err
	}
	refused := *e
	refused.Bare, refused.Status = false, http.StatusBadRequest
	if e.Text != "" {
		refused.Text, refused.Additional = "", []any{e.Text}
	}
	return &refused
}

// alter changes a menu. A description that is not named is none.
func (m *menus) alter(c *api.Context, id int64, v termValues) error {
	s, none := of(c), ""
	if v.name != nil {
		if err := m.named(s, id, *v.name); err != nil {
			return err
		}
	}
	v.slug = &none
	if v.description == nil {
		v.description = &none
	}
	if err := m.change(s, id, v); err != nil {
		return err
	}
	return m.saveRest(c, id)
}

// drop deletes a menu with its items, and takes it from where the theme shows it (wp_delete_nav_menu).
func (m *menus) drop(s *session, id int64) error {
	items, err := s.itemsOf(id)
	if err != nil {
		return err
	}
	ids := make([]int64, len(items))
	for i := range items {
		ids[i] = items[i].ID
	}
	if err := s.deletePosts(ids); err != nil {
		return err
	}
	if err := m.delete(s, id); err != nil {
		return err
	}
	locations := s.menuLocations()
	if locations == nil {
		locations = &php.Array{}
	}
	for name, menu := range s.menuLocations().All() {
		if menu == id {
			locations.Put(name, int64(0))
		}
	}
	return s.setThemeMod(menuLocationsMod, locations)
}
