package handlers_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/models"
)

// everyRole are those who write: a visitor, and a user of each role.
var everyRole = []string{"", "subscriber", "contributor", "author", "editor", "admin"}

// TestRefusedWritesStoreNothing sends every write that the route table knows, as every
// role, with the body that its parameters describe, with nothing, and with values that are
// wrong or lead nowhere; and looks at all tables after each that was refused.
func TestRefusedWritesStoreNothing(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		m := &matrix{testSite: s, passwords: map[string]string{"admin": s.password}}
		for _, role := range everyRole[1:5] {
			m.enrol(role)
		}
		for _, role := range everyRole {
			m.send(role, http.MethodGet, "/wp-json/wp/v2/users/me", "") // that a password was used is noted once
		}
		m.before = m.tables()
		for _, role := range everyRole {
			for _, route := range s.api.Table.Routes() {
				for i := range route.Endpoints {
					m.write(role, route, &route.Endpoints[i])
				}
			}
		}
		if m.refused < 1000 || m.stored < 30 {
			t.Errorf("%d requests were refused, %d stored something: that is not the whole matrix", m.refused, m.stored)
		}
	})
}

// matrix sends writes to a site and watches its tables.
type matrix struct {
	*testSite
	passwords       map[string]string // by role
	before          map[string]uint64 // what was in the tables
	refused, stored int
}

// enrol makes a user of a role, with an application password.
func (m *matrix) enrol(role string) {
	m.t.Helper()
	user := m.testSite.send(201, "POST", "/users", fmt.Sprintf(`{"username":%q,"email":"%s@example.org","password":"x","roles":[%q]}`, role, role, role))
	made := m.testSite.send(201, "POST", "/users/"+field(user, "id")+"/application-passwords", `{"name":"matrix"}`)
	m.passwords[role] = field(made, "password")
}

// tables gives a checksum of each table, whatever the order of its rows.
func (m *matrix) tables() map[string]uint64 {
	m.t.Helper()
	sums := map[string]uint64{}
	for _, table := range models.Tables {
		rows, err := m.store.DB(m.t.Context()).Raw("SELECT * FROM " + m.store.Table(table)).Rows()
		if err != nil {
			m.t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			m.t.Fatal(err)
		}
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				m.t.Fatal(err)
			}
			row := fnv.New64a()
			for _, v := range values {
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				fmt.Fprintf(row, "%v\x00", v)
			}
			sums[table] += row.Sum64()
		}
		if err := rows.Err(); err != nil {
			m.t.Fatal(err)
		}
		rows.Close()
	}
	return sums
}

func (m *matrix) send(role, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://example.org"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if role != "" {
		r.SetBasicAuth(role, m.passwords[role])
	}
	w := httptest.NewRecorder()
	m.handler.ServeHTTP(w, r)
	return w
}

// try sends a write. Where it is refused nothing may have changed.
func (m *matrix) try(role, method, path, body string) {
	m.t.Helper()
	w := m.send(role, method, path, body)
	after := m.tables()
	if !isRefused(w) {
		if !maps.Equal(m.before, after) {
			m.stored++
		}
		m.before = after
		return
	}
	m.refused++
	for _, table := range models.Tables {
		if m.before[table] != after[table] {
			m.t.Errorf("%s %s as %q with %.300s was refused with %d %s, and has changed wp_%s", method, path, role, body, w.Code, w.Body, table)
		}
	}
	m.before = after
}

// tryAll is try for writes that are expected to be refused: the tables are looked at once.
func (m *matrix) tryAll(role, method, path string, bodies []string) {
	m.t.Helper()
	for _, body := range bodies {
		if !isRefused(m.send(role, method, path, body)) {
			m.before = m.tables()
			for _, body := range bodies {
				m.try(role, method, path, body)
			}
			return
		}
	}
	m.refused += len(bodies)
	if after := m.tables(); !maps.Equal(m.before, after) {
		m.t.Errorf("%s %s as %q: one of %q was refused and has changed a table", method, path, role, bodies)
		m.before = after
	}
}

// isRefused tells whether nothing of a request was done: of a batch every part says so.
func isRefused(w *httptest.ResponseRecorder) bool {
	if w.Code != http.StatusMultiStatus {
		return w.Code >= 400
	}
	var batch struct{ Responses []*struct{ Status int } }
	if err := json.Unmarshal(w.Body.Bytes(), &batch); err != nil {
		return false
	}
	return !slices.ContainsFunc(batch.Responses, func(r *struct{ Status int }) bool { return r != nil && r.Status < 400 })
}

// write tries an endpoint on an object that is there and on one that is not.
func (m *matrix) write(role string, route *api.Route, e *api.Endpoint) {
	method := e.Methods[0]
	if method == http.MethodGet {
		return
	}
	hopeless, hopeful := []string{encode(e.Args, wrong)}, []string{`{"nothing":1}`, encode(e.Args, valid)}
	if role == "admin" { // who may do anything is refused for what he asks only
		for _, arg := range e.Args {
			hopeless = append(hopeless, encode(api.Properties{arg}, wrong))
			hopeful = append(hopeful, encode(api.Properties{arg}, nowhere))
		}
	}
	for _, path := range m.paths(route.Path) {
		if role == "admin" && method == http.MethodDelete && strings.Contains(path, "/users/") && (strings.HasSuffix(path, "/me") || strings.HasSuffix(path, "/1")) {
			continue // the administrator is needed for the rest
		}
		m.tryAll(role, method, "/wp-json"+path, hopeless)
		if strings.Contains(path, "999999") || role == "" {
			m.tryAll(role, method, "/wp-json"+path, hopeful)
			continue
		}
		for _, body := range hopeful {
			m.try(role, method, "/wp-json"+path, body)
		}
	}
	if route.Path == "/batch/v1" {
		for _, validation := range []string{"normal", "require-all-validate"} {
			m.try(role, method, "/wp-json"+route.Path, `{"validation":"`+validation+`","requests":[{"path":"/wp/v2/tags","body":{"name":""}},{"path":"/wp/v2/posts/999999","method":"DELETE"},{"path":"/wp/v2/posts","body":{"status":"nope","title":"x"}}]}`)
		}
		m.try(role, method, "/wp-json"+route.Path, `{"validation":"require-all-validate","requests":[{"path":"/wp/v2/posts","body":{"title":"stored by nobody"}},{"path":"/wp/v2/posts","body":{"status":"nope"}}]}`)
	}
}

var group = regexp.MustCompile(`\(\?P<(\w+)>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)`)

// paths are addresses of a route: with the id of an object that the collection lists, and
// with one that nothing has.
func (m *matrix) paths(pattern string) []string {
	if !group.MatchString(pattern) {
		return []string{pattern}
	}
	at := group.FindStringIndex(pattern)
	known := "1"
	collection := strings.TrimSuffix(pattern[:at[0]], "/")
	for _, q := range []string{"?per_page=100&context=edit&status=any", "?context=edit"} { // not every list knows statuses
		var list []struct{ ID, UUID any }
		if w := m.send("admin", http.MethodGet, "/wp-json"+collection+q, ""); json.Unmarshal(w.Body.Bytes(), &list) == nil && len(list) > 0 {
			if last := list[len(list)-1]; last.ID != nil {
				known = fmt.Sprint(last.ID)
			} else if last.UUID != nil {
				known = fmt.Sprint(last.UUID)
			}
			break
		}
	}
	var l []string
	for _, id := range []string{known, "999999"} {
		for _, rest := range m.paths(pattern[:at[0]] + id + pattern[at[1]:]) {
			if group.MatchString(rest) {
				continue
			}
			l = append(l, rest)
		}
	}
	return l
}

func encode(args api.Properties, value func(*api.Schema) any) string {
	body := map[string]any{}
	for _, arg := range args {
		if arg.Name != "id" && arg.Name != "parent" && arg.Name != "user_id" { // they are in the address
			body[arg.Name] = value(arg.Schema)
		}
	}
	b, _ := json.Marshal(body)
	return string(b)
}

// valid is a value as a schema wants it.
func valid(s *api.Schema) any {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Format == "date-time":
		return "2024-01-01T00:00:00"
	case s.Format == "email":
		return "somebody@example.org"
	case s.Format == "uri":
		return "https://example.org/x"
	case s.Format == "ip":
		return "192.0.2.1"
	case s.Format == "uuid":
		return "8d2e3d0c-5c35-4b05-8a3c-000000000000"
	case len(s.Type) == 0:
		return "text"
	}
	switch s.Type[0] {
	case "integer", "number":
		return 1
	case "boolean":
		return true
	case "array":
		return []any{}
	case "object":
		return map[string]any{"raw": "text"}
	case "null":
		return nil
	}
	return "text"
}

// wrong is a value that a schema does not allow.
func wrong(s *api.Schema) any {
	if len(s.Type) > 0 && (s.Type[0] == "string" || s.Type[0] == "null") {
		return map[string]any{"no": []any{"text"}}
	}
	return "nonsense"
}

// nowhere is a value that is well-formed, and names what is not there.
func nowhere(s *api.Schema) any {
	if len(s.Type) > 0 {
		switch s.Type[0] {
		case "integer", "number":
			return 999999
		case "array":
			return []any{999999}
		case "object":
			return map[string]any{"footnotes": 5, "persisted_preferences": "x"}
		case "boolean":
			return false
		}
	}
	return "nowhere"
}
