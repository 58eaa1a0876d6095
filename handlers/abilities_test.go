package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What abilities there are, what they take, how they are run, and what is told who does it wrong.
func TestAbilities(t *testing.T) {
	eachSite(t, 0, func(t *testing.T, s *testSite) {
		engine := map[string]string{"sqlite": "SQLite 3.", "postgres": "PostgreSQL ", "mysql": ""}[string(s.store.Engine())]
		author := s.signIn(firstUser)
		for _, c := range []struct{ as, method, path, want string }{
			{"admin", "GET", "/abilities?_fields=name,meta.annotations", `[{"name":"core\/get-site-info","meta":{"annotations":{"readonly":true,"destructive":false,"idempotent":true}}},` +
				`{"name":"core\/get-user-info","meta":{"annotations":{"readonly":true,"destructive":false,"idempotent":true}}},` +
				`{"name":"core\/get-environment-info","meta":{"annotations":{"readonly":true,"destructive":false,"idempotent":true}}}]`},
			{"admin", "GET", "/abilities?_fields=name&category=SITE!&per_page=1&page=2", `[{"name":"core\/get-environment-info"}]`},
			{"admin", "GET", "/abilities?_fields=name&namespace=/Core", `[{"name":"core\/get-site-info"},{"name":"core\/get-user-info"},{"name":"core\/get-environment-info"}]`},
			{"admin", "GET", "/abilities?_fields=name&namespace=core/get", `[]`},
			{"admin", "GET", "/abilities?_fields=name&meta[annotations][idempotent]=1&category=user", `[{"name":"core\/get-user-info"}]`},
			{"admin", "GET", "/abilities?_fields=name&meta[annotations][destructive]=true", `[]`},
			{"admin", "GET", "/abilities?_fields=name&meta[public]=true", `[]`}, // a text is not true
			{"admin", "GET", "/abilities?_fields=name&meta[show_in_rest]=false&category=user", `[{"name":"core\/get-user-info"}]`},
			{"admin", "GET", "/abilities?_fields=name&meta[x]=", `[]`},
			{"admin", "GET", "/abilities?_fields=name&page=9223372036854775807", `[]`},
			{"admin", "GET", "/abilities/core/get-environment-info?_fields=input_schema.properties.fields.items,output_schema.additionalProperties",
				`{"input_schema":{"properties":{"fields":{"items":{"type":"string","enum":["environment","php_version","db_server_info","wp_version"]}}}},"output_schema":{"additionalProperties":false}}`},
			{"admin", "GET", "/abilities/core/get-site-info?context=embed&_fields=name,description,category", `{"name":"core\/get-site-info","category":"site"}`},
			{"admin", "GET", "/abilities/core/none", `404 rest_ability_not_found`},
			{"admin", "GET", "/categories?_fields=slug,label,meta&per_page=1", `[{"slug":"site","label":"Site","meta":[]}]`},
			{"admin", "GET", "/categories/none", `404 rest_ability_category_not_found`},
			{"admin", "GET", "/categories/SITE", `400 rest_invalid_param`},

			{"admin", "GET", "/abilities/core/get-site-info/run", `{"name":"T\u00e9st &lt;site&gt;","description":"","url":"https:\/\/example.org","wpurl":"https:\/\/example.org",` +
				`"admin_email":"admin@example.org","charset":"UTF-8","language":"en-US","version":"7.1"}`},
			{"admin", "GET", "/abilities/core/get-site-info/run?input[fields]=url,name,url", `{"url":"https:\/\/example.org","name":"T\u00e9st &lt;site&gt;"}`},
			{"admin", "GET", "/abilities/core/get-site-info/run?input[fields]=", `{"name":"T\u00e9st &lt;site&gt;","description":"","url":"https:\/\/example.org","wpurl":"https:\/\/example.org",` +
				`"admin_email":"admin@example.org","charset":"UTF-8","language":"en-US","version":"7.1"}`},
			{"admin", "GET", "/abilities/core/get-user-info/run?input[fields][]=roles&input[fields][]=id", `{"id":1,"roles":["administrator"]}`},
			{"admin", "GET", "/abilities/core/get-environment-info/run?input[fields]=wp_version,php_version,environment", `{"environment":"production","php_version":"","wp_version":"7.1"}`},
			{"admin", "GET", "/abilities/core/get-environment-info/run?input[fields]=db_server_info", `{"db_server_info":"` + engine + `…`},
			{"admin", "GET", "/abilities/core/get-site-info/run?_fields=version", `{"version":"7.1"}`},

			{"admin", "GET", "/abilities/core/none/run", `404 rest_ability_not_found`},
			{"admin", "POST", "/abilities/core/get-site-info/run", `405 rest_ability_invalid_method`},
			{"admin", "DELETE", "/abilities/core/get-site-info/run?input=1", `405 rest_ability_invalid_method`},
			{"admin", "HEAD", "/abilities/core/get-site-info/run", `405`},
			{"admin", "GET", "/abilities/core/get-site-info/run?input=1", `400 ability_invalid_input`},
			{"admin", "GET", "/abilities/core/get-site-info/run?input[fields]=none", `400 ability_invalid_input`},
			{"admin", "GET", "/abilities/core/get-site-info/run?input[more]=1", `400 ability_invalid_input`},

			{"author", "GET", "/categories?_fields=slug", `[{"slug":"site"},{"slug":"user"}]`},
			{"author", "GET", "/abilities/core/get-site-info/run", `403 rest_ability_cannot_execute`},
			{"author", "GET", "/abilities/core/get-user-info/run?input[fields]=id,roles,description", `{"id":11,"roles":["author"],"description":"Writes."}`},
			{"", "GET", "/abilities", `401 rest_forbidden`},
			{"", "GET", "/abilities/core/none", `401 rest_forbidden`},
			{"", "GET", "/categories/site", `401 rest_forbidden`},
			{"", "GET", "/abilities/core/get-user-info/run", `401 rest_ability_cannot_execute`},
			{"", "GET", "/abilities/core/none/run", `404 rest_ability_not_found`}, // as in WordPress, whoever asks
			{"", "POST", "/abilities/core/get-user-info/run", `405 rest_ability_invalid_method`},
			{"", "GET", "/abilities/core/get-user-info/run?input=1", `400 ability_invalid_input`},
		} {
			w := s.do(c.method, "/wp-json/wp-abilities/v1"+c.path, nil, map[string][]string{"admin": {"as", "admin"}, "author": author}[c.as]...)
			if got := shortly(w); got != c.want && (!strings.HasSuffix(c.want, "…") || !strings.HasPrefix(got, strings.TrimSuffix(c.want, "…"))) {
				t.Errorf("%s %s %s\n got %s\nwant %s", c.as, c.method, c.path, got, c.want)
			}
		}
	})
}

// shortly is an answer as tests write it: its document, or the status and the code of an error.
func shortly(w *httptest.ResponseRecorder) string {
	if w.Code < 400 {
		return w.Body.String()
	}
	var e struct{ Code string }
	_ = json.Unmarshal(w.Body.Bytes(), &e) // HEAD has none
	return strings.TrimSpace(fmt.Sprint(w.Code, " ", e.Code))
}

// A page of abilities says how many there are, and links to the page before even where that has none.
func TestAbilitiesPages(t *testing.T) {
	s := sqliteSite(t, 0)
	h := s.do(http.MethodGet, "/wp-json/wp-abilities/v1/abilities?per_page=2&page=9", nil, "as", "admin").Header()
	const prev = `<https://example.org/wp-json/wp-abilities/v1/abilities?per_page=2&page=8>; rel="prev"`
	if h.Get("X-WP-Total") != "3" || h.Get("X-WP-TotalPages") != "2" || !strings.Contains(strings.Join(h["Link"], " "), prev) {
		t.Errorf("%v", h)
	}
}
