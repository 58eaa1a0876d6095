package handlers_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// TestMenuLife follows a menu and its items from the first to the last.
func TestMenuLife(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		menu := field(s.send(201, "POST", "/menus", `{"name":"Main & more","slug":"ignored","description":"At the top"}`), "id")
		page := field(s.send(201, "POST", "/pages", `{"title":"Contact","status":"publish"}`), "id")
		ids := map[string]string{}
		send := func(status int, method, path, body string) *php.Array {
			t.Helper()
			for name, id := range ids {
				path, body = strings.ReplaceAll(path, "{"+name+"}", id), strings.ReplaceAll(body, "{"+name+"}", id)
			}
			return s.send(status, method, path, body)
		}
		ids["menu"], ids["page"], ids["category"] = menu, page, fmt.Sprint(firstCategory)
		for _, step := range []struct {
			name, method, path, body string
			want                     map[string]string
		}{
			{"", "GET", "/menus/{menu}", "", map[string]string{"name": "Main &amp; more", "slug": "main-more", "description": "At the top", "locations": "[]", "auto_add": "", "count": ""}},
			{"link", "POST", "/menu-items", `{"title":"Out","url":"https://example.com","menus":{menu},"classes":["a b","c<"],"xfn":["me","friend"],"target":"_blank","attr_title":"<b>Go</b>","description":"It's"}`,
				map[string]string{"type": "custom", "object": "custom", "type_label": "Custom Link", "url": "https://example.com", "classes": `["ab","c"]`, "xfn": `["me","friend"]`, "attr_title": "Go", "menu_order": "1", "invalid": "", "menus": menu}},
			{"entry", "POST", "/menu-items", `{"type":"post_type","object_id":{page},"menus":{menu},"menu_order":2,"parent":{link}}`,
				map[string]string{"title.raw": "Contact", "object": "page", "type_label": "Page", "parent": "{link}", "url": "https://example.org/contact/"}},
			{"shelf", "POST", "/menu-items", `{"type":"taxonomy","object":"category","object_id":{category},"title":"Shelf","menus":{menu},"status":"pending","menu_order":null}`,
				map[string]string{"status": "draft", "menu_order": "3", "type_label": "Category"}},
			{"archive", "POST", "/menu-items", `{"type":"post_type_archive","object":"post"}`, map[string]string{"title.raw": "Post Archives", "menus": "", "url": "https://example.org"}},
			{"", "PUT", "/pages/{page}", `{"title":"Write to us"}`, nil},
			{"", "GET", "/menu-items/{entry}", "", map[string]string{"title.rendered": "Write to us"}},
			{"", "PUT", "/menu-items/{entry}", `{"title":"Call","parent":{entry}}`, map[string]string{"title.raw": "Call", "parent": "0", "menus": menu}},
			{"", "PUT", "/menu-items/{entry}", `{"title":"Write to us"}`, map[string]string{"title.raw": "Write to us"}},
			{"", "PUT", "/menu-items/{link}", `{"menu_order":null}`, map[string]string{"menu_order": "4"}},
			{"", "PUT", "/menu-items/{archive}", `{"menus":{menu},"type":"custom"}`, map[string]string{"url": "https://example.org", "type": "custom", "object_id": "{archive}"}},
			{"", "DELETE", "/pages/{page}", "", nil},
			{"", "GET", "/menu-items/{entry}", "", map[string]string{"invalid": "1", "title.rendered": "Write to us"}},
			{"", "DELETE", "/menu-items/{link}?force=true", "", map[string]string{"deleted": "1", "previous.title": `{"rendered":"Out"}`}},
			{"", "PUT", "/menus/{menu}", `{"name":"Other","auto_add":true}`, map[string]string{"slug": "other", "description": "", "auto_add": "1"}},
		} {
			status := 200
			if step.name != "" {
				status = 201
			}
			got := send(status, step.method, step.path, step.body)
			if step.name != "" {
				ids[step.name] = field(got, "id")
			}
			for name, want := range step.want {
				for n, id := range ids {
					want = strings.ReplaceAll(want, "{"+n+"}", id)
				}
				if is := field(got, name); is != want {
					t.Errorf("%s %s %s: %s is %q, want %q", step.method, step.path, step.body, name, is, want)
				}
			}
		}

		added := field(send(201, "POST", "/pages", `{"title":"News","status":"publish"}`), "id")
		send(201, "POST", "/pages", `{"title":"Below","status":"publish","parent":`+added+`}`)
		if got := s.titles("/menu-items?menus=" + menu); got != "Post Archives, Write to us, News" {
			t.Errorf("the menu that takes new pages has %q", got)
		}
		send(200, "DELETE", "/pages/"+added+"?force=true", "")
		send(200, "DELETE", fmt.Sprint("/categories/", firstCategory, "?force=true"), "")
		if got := s.titles("/menu-items?status=any&menus=" + menu); strings.Contains(got, "News") || strings.Contains(got, "Shelf") {
			t.Errorf("items whose objects are gone are there still: %q", got)
		}
		send(200, "DELETE", "/menus/{menu}?force=true", "")
		if got := s.titles("/menu-items?status=any"); got != "" {
			t.Errorf("after the menu was deleted there is %q", got)
		}
	})
}

// titles are the titles of a list, in its order.
func (s *testSite) titles(path string) string {
	s.t.Helper()
	var l []string
	for _, v := range s.send(200, "GET", path, "").Values() {
		item, _ := v.(*php.Array)
		l = append(l, field(item, "title.rendered"))
	}
	return strings.Join(l, ", ")
}

// TestMenusRefuse: what cannot be stored is refused with WordPress's codes, and stores nothing.
func TestMenusRefuse(t *testing.T) {
	eachSite(t, 2, func(t *testing.T, s *testSite) {
		menu := field(s.send(201, "POST", "/menus", `{"name":"Main"}`), "id")
		item := field(s.send(201, "POST", "/menu-items", `{"title":"Out","url":"https://example.com","menus":`+menu+`}`), "id")
		for _, c := range []struct {
			method, path, body string
			status             int
			code               string
		}{
			{"POST", "/menus", `{"name":"MÁIN"}`, 400, "menu_exists"},
			{"POST", "/menus", `{"name":" "}`, 400, "empty_term_name"},
			{"POST", "/menus", `{}`, 400, "rest_missing_callback_param"},
			{"POST", "/menus", `{"name":"x","parent":1}`, 400, "rest_taxonomy_not_hierarchical"},
			{"POST", "/menus", `{"name":"x","locations":["primary"]}`, 400, "rest_invalid_param"},
			{"POST", "/menus", `{"name":"x","locations":[["primary"]]}`, 400, "rest_invalid_param"},
			{"POST", "/menus", `{"name":"` + strings.Repeat("x", 201) + `"}`, 400, "db_insert_error"},
			{"DELETE", "/menus/" + menu, "", 501, "rest_trash_not_supported"},
			{"GET", "/menus/1", "", 404, "rest_term_invalid"},
			{"POST", "/menu-items", `{}`, 400, "rest_title_required"},
			{"POST", "/menu-items", `{"title":"x"}`, 400, "rest_url_required"},
			{"POST", "/menu-items", `{"title":"x","url":"javascript:x"}`, 400, "rest_invalid_param"},
			{"POST", "/menu-items", `{"title":5,"url":"https://example.com"}`, 400, "rest_invalid_param"},
			{"POST", "/menu-items", `{"title":"x","type":"post_type"}`, 400, "rest_post_invalid_id"},
			{"POST", "/menu-items", `{"title":"x","type":"taxonomy"}`, 400, "rest_term_invalid_id"},
			{"POST", "/menu-items", `{"title":"x","type":"post_type_archive","object":"none"}`, 400, "rest_post_invalid_type"},
			{"POST", "/menu-items", `{"title":"x","url":"https://example.com","menus":1}`, 400, "invalid_menu_id"},
			{"POST", "/menu-items", `{"title":"x","url":"https://example.com","menus":0}`, 403, "rest_cannot_assign_term"},
			{"POST", "/menu-items", `{"title":"x","url":"https://example.com","menu_order":0}`, 400, "rest_invalid_param"},
			{"POST", "/menu-items", `{"id":` + item + `,"title":"x","url":"https://example.com"}`, 400, "rest_post_exists"},
			{"PUT", "/menu-items/" + item, `{"title":""}`, 400, "rest_title_required"},
			{"PUT", "/menu-items/" + item, `{"url":""}`, 400, "rest_url_required"},
			{"DELETE", "/menu-items/" + item, "", 501, "rest_trash_not_supported"},
			{"GET", "/menu-items/" + item + "/autosaves/1", "", 404, "rest_post_no_autosave"},
			{"GET", "/menu-locations/primary", "", 404, "rest_menu_location_invalid"},
		} {
			before := s.rows()
			s.wantError(s.write(c.method, c.path, c.body), c.status, c.code)
			if d := changes(before, s.rows()); d != "" {
				t.Errorf("%s %s %s is refused, and stores\n%s", c.method, c.path, c.body, d)
			}
		}
	})
}

// TestMenusAreForWriters: who writes posts may read menus, who changes the theme may write them.
func TestMenusAreForWriters(t *testing.T) {
	eachSite(t, 2, func(t *testing.T, s *testSite) {
		menu := field(s.send(201, "POST", "/menus", `{"name":"Main"}`), "id")
		item := field(s.send(201, "POST", "/menu-items", `{"title":"Out","url":"https://example.com","menus":`+menu+`}`), "id")
		draft := field(s.send(201, "POST", "/menu-items", `{"title":"Soon","url":"https://example.com","status":"draft"}`), "id")
		ask := func(method, path, body string) *httptest.ResponseRecorder {
			return s.do(method, "/wp-json/wp/v2"+path, strings.NewReader(body), "Content-Type", "application/json")
		}
		for _, c := range []struct{ method, path, body, code string }{
			{"GET", "/menus", "", "rest_cannot_view"},
			{"GET", "/menus/" + menu, "", "rest_cannot_view"},
			{"GET", "/menus/" + menu + "?context=edit", "", "rest_forbidden_context"},
			{"GET", "/menu-items", "", "rest_cannot_view"},
			{"GET", "/menu-items/" + item, "", "rest_cannot_view"},
			{"GET", "/menu-items/" + draft, "", "rest_forbidden"},
			{"GET", "/menu-items/" + item + "/autosaves", "", "rest_cannot_read"},
			{"GET", "/menu-locations", "", "rest_cannot_view"},
			{"POST", "/menus", `{"name":"x"}`, "rest_cannot_create"},
			{"PUT", "/menus/" + menu, `{"name":"x"}`, "rest_cannot_update"},
			{"DELETE", "/menus/" + menu + "?force=true", "", "rest_cannot_delete"},
			{"POST", "/menu-items", `{"title":"x","url":"https://example.com"}`, "rest_cannot_create"},
			{"PUT", "/menu-items/" + item, `{"title":"x"}`, "rest_cannot_edit"},
			{"DELETE", "/menu-items/" + item + "?force=true", "", "rest_cannot_delete"},
			{"POST", "/menu-items/" + item + "/autosaves", `{"title":"x"}`, "rest_cannot_edit"},
		} {
			s.wantError(ask(c.method, c.path, c.body), 401, c.code)
		}
	})
}
