package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/sanitize"
)

// itemValues are what an item of a menu is to be (the arguments of wp_update_nav_menu_item).
type itemValues struct {
	kind, object, title, url, description, attrTitle, target, classes, xfn, status string

	objectID, parent, position, menu int64
}

// save stores an item: what the request says, and for the rest what the item is already.
func (m *menuItems) save(c *api.Context, post, before *models.Post) error {
	s := of(c)
	v, err := m.values(c, before)
	if err != nil {
		return err
	}
	if err := s.saveMenuItem(v, post, before); err != nil {
		return err
	}
	if meta, ok := c.Param("meta").(*php.Array); ok {
		return s.saveMeta(c, metaTarget{"post", m.typ.Name, "postmeta", post.ID, s.postMeta.get(post.ID)}, meta)
	}
	return nil
}

// values reads a request (prepare_item_for_database).
func (m *menuItems) values(c *api.Context, before *models.Post) (itemValues, error) {
	var v itemValues
	if before != nil {
		i := of(c).menuItem(before)
		address, _ := i.leads().url.(string)
		classes := make([]string, 0, 1)
		for _, class := range i.classes() {
			classes = append(classes, php.ToString(class))
		}
		v = itemValues{
			kind: i.kind(), object: i.object(), title: i.title(), url: address, description: i.description(), attrTitle: i.attrTitle(),
			target: i.target(), classes: strings.Join(classes, " "), xfn: i.meta.text("_menu_item_xfn"), status: before.Status,
			objectID: i.objectID(), parent: i.parent(), position: max(before.MenuOrder, 1), menu: i.menu(),
		}
	}
	for name, to := range map[string]*string{"type": &v.kind, "object": &v.object, "url": &v.url, "description": &v.description, "attr_title": &v.attrTitle, "target": &v.target, "status": &v.status} {
		if c.Has(name) {
			*to = c.String(name)
		}
	}
	for name, to := range map[string]*int64{"object_id": &v.objectID, "parent": &v.parent, "menu_order": &v.position} {
		if c.Has(name) {
			*to = c.Int(name)
		}
	}
	for name, to := range map[string]*string{"classes": &v.classes, "xfn": &v.xfn} {
		if c.Has(name) {
			*to = strings.Join(c.Strings(name), " ")
		}
	}
	for _, tax := range m.taxonomies() {
		if c.Has(tax.RESTBase) {
			v.menu = c.Int(tax.RESTBase)
		}
	}
	if title, ok := text(c, "title"); ok {
		v.title = title
	}
	if !php.ToBool(v.object) { // an object that is there says itself what it is
		switch v.kind {
		case "taxonomy":
			if term := of(c).terms.get(v.objectID); term != nil {
				v.object = term.Taxonomy
			}
		case "post_type":
			if post := of(c).posts.get(v.objectID); post != nil {
				v.object = post.Type
			}
		}
	}
	return v, v.check(m.site.Registry)
}

// check refuses items that lead nowhere.
func (v *itemValues) check(r *registry.Registry) error {
	refuse := func(code, message string) *api.Error { return api.NewError(http.StatusBadRequest, code, message) }
	switch {
	case v.kind == "taxonomy" && !php.ToBool(v.object):
		return refuse("rest_term_invalid_id", "Invalid term ID.")
	case v.kind == "post_type" && !php.ToBool(v.object):
		return refuse("rest_post_invalid_id", "Invalid post ID.")
	case v.kind == "post_type_archive" && r.Type(v.object) == nil:
		return refuse("rest_post_invalid_type", "Invalid post type.")
	case v.kind != "custom":
		return nil
	}
	var missing []*api.Error
	if v.title == "" {
		missing = append(missing, refuse("rest_title_required", "The title is required when using a custom menu item type."))
	}
	if !php.ToBool(v.url) {
		missing = append(missing, refuse("rest_url_required", "The url is required when using a custom menu item type."))
	}
	if len(missing) == 0 {
		return nil
	}
	missing[0].Others = missing[1:]
	return missing[0]
}

// saveMenuItem stores an item of a menu with its metadata (wp_update_nav_menu_item).
func (s *session) saveMenuItem(v itemValues, post, before *models.Post) error {
	if v.menu != 0 {
		if menu := s.terms.get(v.menu); menu == nil || menu.Taxonomy != "nav_menu" {
			return api.NewError(http.StatusBadRequest, "invalid_menu_id", "Invalid menu ID.")
		}
	}
	switch {
	case v.menu == 0:
		v.position = 1
	case v.position == 0:
		var err error
		if v.position, err = s.nextPosition(v.menu); err != nil {
			return err
		}
	}
	if v.kind == "custom" {
		v.url = php.Trim(v.url)
	} else {
		o := s.menuObject(v.kind, v.object, v.objectID)
		v.url, post.Parent = "", o.parent
		if v.title == "" || v.title == o.title { // it follows what the item leads to
			if v.title = ""; v.description == "" {
				v.description = " " // something must be in a post
			}
		}
	}
	post.Title, post.Content, post.Excerpt, post.MenuOrder = v.title, v.description, v.attrTitle, v.position
	if post.Status = "draft"; v.status == "publish" {
		post.Status = "publish"
	}
	if before != nil {
		post.Date, _ = s.present() // the date in UTC stays
	}
	if err := s.savePost(post, before, false); err != nil {
		return err
	}
	if v.menu != 0 && !slices.Contains(s.termIDs(post.ID, "nav_menu"), v.menu) {
		if err := s.setTerms(post, "nav_menu", []int64{v.menu}); err != nil {
			return err
		}
	}
	return s.saveItemMeta(v, post)
}

func (s *session) saveItemMeta(v itemValues, post *models.Post) error {
	if v.kind == "custom" {
		v.objectID, v.object = post.ID, "custom"
	}
	if v.parent == post.ID {
		v.parent = 0
	}
	classes, xfn := strings.Split(v.classes, " "), strings.Split(v.xfn, " ")
	for _, l := range [][]string{classes, xfn} {
		for i := range l {
			l[i] = sanitize.HTMLClass(l[i], "")
		}
	}
	list, err := php.Serialize(classes)
	if err != nil {
		return err
	}
	for _, m := range [][2]string{
		{"_menu_item_type", sanitize.Key(v.kind)}, {"_menu_item_menu_item_parent", itoa(v.parent)}, {"_menu_item_object_id", itoa(v.objectID)},
		{"_menu_item_object", sanitize.Key(v.object)}, {"_menu_item_target", sanitize.Key(v.target)}, {"_menu_item_classes", list},
		{"_menu_item_xfn", strings.Join(xfn, " ")}, {"_menu_item_url", sanitize.URL(v.url, nil)},
	} {
		if err := s.site.Store.SetMeta(s.ctx, "postmeta", post.ID, m[0], m[1]); err != nil {
			return err
		}
	}
	s.postMeta.forget(post.ID)
	const orphaned = "_menu_item_orphaned"
	if v.menu == 0 {
		return s.site.Store.SetMeta(s.ctx, "postmeta", post.ID, orphaned, itoa(s.site.Now().Unix()))
	}
	return s.site.Store.DeleteMeta(s.ctx, "postmeta", post.ID, orphaned)
}

// itemsOf are the items of a menu in their order, drafts included.
func (s *session) itemsOf(menu int64) ([]models.Post, error) {
	return s.site.Store.FindPosts(s.ctx, models.PostQuery{Types: []string{"nav_menu_item"}, OrderBy: []string{"menu_order"}, Order: "asc",
		Tax: []models.TaxClause{{Taxonomy: "nav_menu", TermIDs: []int64{menu}}}})
}

// nextPosition is the place behind the last item of a menu. Items that lead nowhere do
// not count, and an empty menu begins at 0 (wp_get_nav_menu_items).
func (s *session) nextPosition(menu int64) (int64, error) {
	found, err := s.itemsOf(menu)
	if err != nil {
		return 0, err
	}
	for i := range found {
		s.postMeta.want(found[i].ID)
	}
	n := int64(0)
	for i := range found {
		if status := found[i].Status; (status == "publish" || status == "draft") && !s.menuItem(&found[i]).leads().invalid {
			n++
		}
	}
	if n > 0 {
		n++
	}
	return n, s.err
}

// addToMenus makes a page that is published an item of the menus that take new pages
// (_wp_auto_add_pages_to_menu).
func (s *session) addToMenus(p *models.Post) error {
	for _, menu := range s.autoAddMenus() {
		id := php.ToInt(menu)
		items, err := s.itemsOf(id)
		if err != nil {
			return err
		}
		for i := range items {
			s.postMeta.want(items[i].ID)
		}
		if slices.ContainsFunc(items, func(item models.Post) bool { return s.menuItem(&item).objectID() == p.ID }) {
			continue
		}
		if row := s.terms.get(id); row == nil || row.Taxonomy != "nav_menu" {
			continue
		}
		item := &models.Post{Type: "nav_menu_item", Author: s.user.ID}
		v := itemValues{kind: "post_type", object: p.Type, objectID: p.ID, status: "publish", menu: id}
		if err := s.saveMenuItem(v, item, nil); err != nil {
			return err
		}
	}
	return nil
}

// delete removes an item at once: items have no trash. What was below it stays where it is.
func (m *menuItems) delete(c *api.Context) (*api.Response, error) {
	if !c.Bool("force") {
		return nil, api.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "Menu items do not support trashing. Set 'force=true' to delete.")
	}
	c.Request.SetParam("context", "view")
	return m.deleteNow(c)
}
