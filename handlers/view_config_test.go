package handlers_test

import (
	"net/http"
	"strings"
	"testing"
)

// How screens show lists: what depends on the site, who may ask, and what is told of what is not there.
func TestViewConfig(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		for _, body := range []string{`{"name":"alpha 10"}`, `{"name":"Alpha 9"}`, `{"name":"Our posts","slug":"posts"}`, `{"name":"Éclair"}`} {
			if w := s.do(http.MethodPost, "/wp-json/wp/v2/wp_pattern_category", strings.NewReader(body), "as", "admin", "Content-Type", "application/json"); w.Code != http.StatusCreated {
				t.Fatal(w.Body)
			}
		}
		author := s.signIn(firstUser)
		for _, c := range []struct{ as, query, want string }{
			{"admin", "kind=postType&name=attachment&_fields=view_list,default_view", `{"default_view":{"type":"table","filters":[],"sort":{"field":"title","direction":"asc"},"perPage":20,"fields":["author","status"],"titleField":"title"},` +
				`"view_list":[{"title":"Media","slug":"all"}]}`},
			{"admin", "kind=postType&name=page&_fields=view_list.6,default_layouts", `{"default_layouts":{"table":{"layout":{"styles":{"author":{"align":"start"}}}},"grid":{},"list":{}},` +
				`"view_list":{"6":{"title":"Trash","slug":"trash","view":{"type":"table","layout":{"styles":{"author":{"align":"start"}}},"filters":[{"field":"status","operator":"isAny","value":"trash","isLocked":true}]}}}}`},
			{"admin", "kind=postType&name=wp_block&_fields=view_list", `{"view_list":[{"title":"All patterns","slug":"all-patterns"},{"title":"My patterns","slug":"my-patterns"},{"title":"About","slug":"about"},` +
				`{"title":"Alpha 9","slug":"alpha-9"},{"title":"alpha 10","slug":"alpha-10"},{"title":"Audio","slug":"audio"},{"title":"Banners","slug":"banner"},{"title":"Buttons","slug":"buttons"},` +
				`{"title":"Call to action","slug":"call-to-action"},{"title":"Columns","slug":"columns"},{"title":"Contact","slug":"contact"},{"title":"Featured","slug":"featured"},{"title":"Footers","slug":"footer"},` +
				`{"title":"Gallery","slug":"gallery"},{"title":"Headers","slug":"header"},{"title":"Media","slug":"media"},{"title":"Navigation","slug":"navigation"},{"title":"Our posts","slug":"posts"},` +
				`{"title":"Portfolio","slug":"portfolio"},{"title":"Posts","slug":"query"},{"title":"Services","slug":"services"},{"title":"Team","slug":"team"},{"title":"Testimonials","slug":"testimonials"},` +
				`{"title":"Text","slug":"text"},{"title":"Uncategorized","slug":"uncategorized"},{"title":"Videos","slug":"videos"},{"title":"\u00c9clair","slug":"eclair"}]}`},
			{"admin", "kind=postType&name=wp_template_part&_fields=form", `{"form":{"layout":{"type":"panel"},"fields":[{"id":"last_edited_date","layout":{"type":"panel","labelPosition":"none"}},"revisions"]}}`},
			{"admin", "kind=root&name=none&_fields=kind,name,version,form", `{"kind":"root","name":"none","version":1,"form":{}}`},
			{"admin", "kind=postType&name=revision", "404 rest_view_config_invalid_entity"},
			{"admin", "kind=taxonomy&name=post_format", "404 rest_view_config_invalid_entity"},
			{"admin", "kind=postType", "400 rest_missing_callback_param"},
			{"author", "kind=postType&name=post&_fields=version", `{"version":1}`},
			{"author", "kind=mine&name=x&_fields=kind", `{"kind":"mine"}`},
			{"author", "kind=postType&name=page", "403 rest_cannot_read"},
			{"author", "kind=taxonomy&name=category", "403 rest_cannot_read"},
			{"author", "kind=root&name=site", "403 rest_cannot_read"},
			{"", "kind=mine&name=x", "401 rest_cannot_read"},
			{"", "kind=postType&name=none", "404 rest_view_config_invalid_entity"},
		} {
			w := s.get("/wp-json/wp/v2/view-config?"+c.query, map[string][]string{"admin": {"as", "admin"}, "author": author}[c.as]...)
			if got := shortly(w); got != c.want {
				t.Errorf("%s %s\n got %s\nwant %s", c.as, c.query, got, c.want)
			}
		}
	})
}

// Templates are listed by who made them: the theme first, then people, each once.
func TestTemplateViews(t *testing.T) {
	s := sqliteSite(t, 0)
	s.withPatterns()
	for _, slug := range []string{"zz-mine", "aa-mine"} {
		if w := s.do(http.MethodPost, "/wp-json/wp/v2/templates", strings.NewReader(`{"slug":"`+slug+`","content":"x"}`), "as", "admin", "Content-Type", "application/json"); w.Code != http.StatusCreated {
			t.Fatal(w.Body)
		}
	}
	const want = `{"view_list":[{"title":"All templates","slug":"all"},` +
		`{"title":"Mine","slug":"Mine","view":{"filters":[{"field":"author","operator":"is","value":"Mine","isLocked":true}]}},` +
		`{"title":"admin","slug":"admin","view":{"filters":[{"field":"author","operator":"is","value":"admin","isLocked":true}]}}]}`
	if got := s.get("/wp-json/wp/v2/view-config?kind=postType&name=wp_template&_fields=view_list", "as", "admin").Body.String(); got != want {
		t.Errorf(" got %s\nwant %s", got, want)
	}
}
