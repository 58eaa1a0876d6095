package handlers_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/headpress/headpress/models"
)

const fallback = "/wp-json/wp-block-editor/v1/navigation-fallback"

// What is made of a menu is what WordPress made of the same one.
func TestNavigationFallback(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		ask := func() *models.Post {
			t.Helper()
			var id int64
			w := s.get(fallback+"?_fields=id", "as", "admin")
			id, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(w.Body.String(), `{"id":`), "}"), 10, 64)
			if err != nil || w.Code != 200 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			return s.post(id)
		}
		rows := s.allRows()
		s.wantError(s.get(fallback), 401, "rest_cannot_create")
		for table, before := range rows {
			if now := s.allRows()[table]; now != before {
				t.Errorf("who may not ask changed %s", table)
			}
		}
		first := ask()
		if first.Title != "Navigation" || first.Name != "navigation" || first.Content != "<!-- wp:page-list /-->" || first.Status != "publish" || first.Author != 1 || first.GUID != "https://example.org/navigation/" {
			t.Errorf("%+v", first)
		}
		if again := ask(); again.ID != first.ID {
			t.Errorf("a second one, %d", again.ID)
		}
		if got, want := s.get(fallback, "as", "admin").Body.String(), `{"id":`+strconv.FormatInt(first.ID, 10)+`,"_links":{"self":[{"embeddable":true,"href":"https:\/\/example.org\/wp-json\/wp\/v2\/navigation\/`+
			strconv.FormatInt(first.ID, 10)+`","targetHints":{"allow":["GET","POST","PUT","PATCH","DELETE"]}}]}}`; got != want {
			t.Errorf("%s, not\n%s", got, want)
		}
		forget := func() {
			s.send(200, "DELETE", "/navigation/"+strconv.FormatInt(ask().ID, 10)+"?force=true", "")
		}
		forget()

		add := func(menu, body string) string {
			t.Helper()
			return field(s.send(201, "POST", "/menu-items", `{"menus":`+menu+`,"status":"publish",`+body+`}`), "id")
		}
		old := field(s.send(201, "POST", "/menus", `{"name":"Old"}`), "id")
		add(old, `"title":"One","url":"https://one.example/"`)
		menu := field(s.send(201, "POST", "/menus", `{"name":"New & \\ more"}`), "id")
		if p := ask(); p.Title != "Navigation" {
			t.Errorf("of an empty menu: %s", p.Title)
		}
		forget()
		top := add(menu, `"menu_order":1,"title":"Home \"q\" -- <i>","url":"https://example.org","description":"D \"x\"","attr_title":"T & t","classes":["a","b b"],"xfn":["x","y"]`)
		below := add(menu, `"menu_order":2,"title":"Child","url":"/rel?a=1&b=2","target":"_blank","parent":`+top)
		add(menu, `"menu_order":3,"type":"post_type","object":"page","object_id":501,"parent":`+below)
		draft := add(menu, `"menu_order":4,"title":"Gone","url":"/gone"`)
		add(menu, `"menu_order":5,"title":"Below what is gone","url":"/gone","parent":`+draft)
		s.send(200, "POST", "/menu-items/"+draft, `{"status":"draft"}`)
		add(menu, `"menu_order":6,"type":"taxonomy","object":"category","object_id":101`)
		p := ask()
		page, category := s.send(200, "GET", "/pages/501?context=edit", ""), s.send(200, "GET", "/categories/101", "")
		want := `<!-- wp:navigation-submenu {"className":"a bb menu-item menu-item-type-custom menu-item-object-custom menu-item-home","description":"D u0026#8220;xu0026#8221;","id":null,"kind":"custom",` +
			`"label":"Home u0022qu0022 u002du002d u003ciu003e","opensInNewTab":false,"rel":"x y","title":"T u0026#038; t","type":"custom","url":"https://example.org"} -->` +
			`<!-- wp:navigation-submenu {"className":" menu-item menu-item-type-custom menu-item-object-custom","description":"","id":null,"kind":"custom","label":"Child","opensInNewTab":true,"rel":null,"title":"","type":"custom","url":"/rel?a=1u0026b=2"} -->` +
			`<!-- wp:navigation-link {"className":" menu-item menu-item-type-post_type menu-item-object-page","description":"","id":"501","kind":"post-type","label":"` + field(page, "title.raw") + `","opensInNewTab":false,"rel":null,"title":"","type":"page","url":"` + field(page, "link") + `"} /-->` +
			`<!-- /wp:navigation-submenu --><!-- /wp:navigation-submenu -->` +
			`<!-- wp:navigation-link {"className":" menu-item menu-item-type-taxonomy menu-item-object-category","description":"","id":"101","kind":"taxonomy","label":"` + field(category, "name") + `","opensInNewTab":false,"rel":null,"title":"","type":"category","url":"` + field(category, "link") + `"} /-->`
		if p.Content != want || p.Title != `New &amp;  more` || p.Name != "new-more" {
			t.Errorf("%s %s\n%s, not\n%s", p.Title, p.Name, p.Content, want)
		}
		forget()
		s.exec("UPDATE wp_terms SET slug = 'primary' WHERE term_id = " + old)
		if p := ask(); p.Title != "Old" || p.Name != "primary" {
			t.Errorf("the primary menu by its name: %s %s", p.Title, p.Name)
		}
		forget()
		s.exec("UPDATE wp_options SET option_value = 'primary' WHERE option_name = 'stylesheet'")
		s.exec("INSERT INTO wp_options (option_name, option_value, autoload) VALUES ('theme_mods_primary', 'a:1:{s:18:\"nav_menu_locations\";a:1:{s:7:\"primary\";i:" + menu + ";}}', 'on')")
		if p := ask(); p.Name != "new-more" {
			t.Errorf("the primary menu by its place: %s", p.Name)
		}
	})
}
