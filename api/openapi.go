package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// OpenAPI describes all routes as an OpenAPI 3.1 document. It is made of the same
// table that matches requests, so that the two cannot disagree.
func (t *Table) OpenAPI() php.Obj {
	c := &Context{Context: context.Background(), Session: paper{}, Server: &Server{Table: t}, Request: &Request{}}
	d := openapi{schemas: map[string]string{}, ids: map[string]bool{}}
	var paths php.Obj
	at := map[string]int{}
	for _, r := range t.routes {
		path, groups := template(r.Path)
		operations := d.operations(c, r, path, groups)
		if i, ok := at[path]; ok { // patterns that differ only in what a segment may hold
			have := paths[i].Value.(php.Obj)
			for _, o := range operations {
				if !slices.ContainsFunc(have, func(m php.Member) bool { return m.Key == o.Key }) {
					have = append(have, o)
				}
			}
			paths[i].Value = have
			continue
		}
		at[path] = len(paths)
		paths = append(paths, php.Member{Key: path, Value: operations})
	}
	slices.SortFunc(d.components, func(a, b php.Member) int { return strings.Compare(a.Key, b.Key) })
	return php.Obj{
		{Key: "openapi", Value: "3.1.0"},
		{Key: "info", Value: php.Obj{{Key: "title", Value: "headpress"}, {Key: "version", Value: "wp/v2"}, {Key: "description", Value: "WordPress's REST API. Objects may carry _links, and _embedded when _embed is asked for."},
			{Key: "license", Value: php.Obj{{Key: "name", Value: "GPL-2.0-or-later"}, {Key: "identifier", Value: "GPL-2.0-or-later"}}}}},
		{Key: "servers", Value: []any{php.Obj{{Key: "url", Value: "/wp-json"}}}},
		{Key: "security", Value: []any{php.Obj{}, php.Obj{{Key: "applicationPassword", Value: []any{}}}}},
		{Key: "paths", Value: paths},
		{Key: "components", Value: php.Obj{
			{Key: "schemas", Value: append(d.components, php.Member{Key: "error", Value: errorSchema})},
			{Key: "securitySchemes", Value: php.Obj{{Key: "applicationPassword", Value: php.Obj{{Key: "type", Value: "http"}, {Key: "scheme", Value: "basic"}}}}},
		}},
	}
}

// paper is the session of a description: nobody asks, and addresses begin at the server's.
type paper struct{}

func (paper) LoggedIn() bool                        { return false }
func (paper) AuthError() *Error                     { return nil }
func (paper) RestURL(path string) string            { return path }
func (paper) RouteOf(string) (string, string, bool) { return "", "", false }
func (paper) FreshNonce() string                    { return "" }
func (paper) Cookies() []*http.Cookie               { return nil }
func (paper) Err() error                            { return nil }

var errorSchema = php.Obj{{Key: "type", Value: "object"}, {Key: "properties", Value: php.Obj{
	{Key: "code", Value: php.Obj{{Key: "type", Value: "string"}}}, {Key: "message", Value: php.Obj{{Key: "type", Value: "string"}}},
	{Key: "data", Value: php.Obj{{Key: "type", Value: []any{"object", "null"}}, {Key: "properties", Value: php.Obj{{Key: "status", Value: php.Obj{{Key: "type", Value: "integer"}}}}}}},
}}, {Key: "required", Value: []any{"code", "message", "data"}}}

type openapi struct {
	components php.Obj
	schemas    map[string]string // schema document → name of the component
	ids        map[string]bool
}

// group is a named part of a path.
type group struct{ name, pattern string }

// template writes a route's pattern as a path with {names}.
func template(pattern string) (string, []group) {
	var out strings.Builder
	var groups []group
	for i := 0; i < len(pattern); {
		rest := pattern[i:]
		name, ok := strings.CutPrefix(rest, "(?P<")
		if !ok {
			out.WriteByte(pattern[i])
			i++
			continue
		}
		name, body, _ := strings.Cut(name, ">")
		end := closing(body)
		if prefix, last, two := twoSegments(body[:end]); two { // core/plus: a parameter of OpenAPI is within one segment
			groups = append(groups, group{name + "_prefix", prefix}, group{name, last})
			out.WriteString("{" + name + "_prefix}/{" + name + "}")
		} else {
			groups = append(groups, group{name, body[:end]})
			out.WriteString("{" + name + "}")
		}
		i = len(pattern) - len(body) + min(end+1, len(body))
	}
	return strings.NewReplacer(`\/`, "/", `\.`, ".", `\-`, "-", "?}", "}").Replace(out.String()), groups
}

// twoSegments splits the pattern of a group at the slash between two segments of a path.
func twoSegments(pattern string) (prefix, last string, two bool) {
	i := outside(pattern, '/')
	if i == len(pattern) {
		return "", "", false
	}
	return pattern[:i], pattern[i+1:], true
}

// closing finds the parenthesis that closes a group whose inside begins at s.
func closing(s string) int { return outside(s, ')') }

// outside finds a byte of a pattern that is in no group and no class, or its end.
func outside(s string, wanted byte) int {
	depth, class := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == wanted && depth == 0:
			return i
		case c == '(':
			depth++
		case c == ')':
			depth--
		}
	}
	return len(s)
}

func (d *openapi) operations(c *Context, r *Route, path string, groups []group) php.Obj {
	ref := ""
	if r.Schema != nil {
		if s := r.Schema(c); s != nil {
			ref = d.component(s)
		}
	}
	var out php.Obj
	for i := range r.Endpoints {
		e := &r.Endpoints[i]
		for _, method := range e.Methods {
			if key := strings.ToLower(method); !slices.ContainsFunc(out, func(m php.Member) bool { return m.Key == key }) {
				out = append(out, php.Member{Key: key, Value: d.operation(method, e, path, groups, ref)})
			}
		}
	}
	return out
}

func (d *openapi) operation(method string, e *Endpoint, path string, groups []group, ref string) php.Obj {
	var parameters []any
	for _, g := range groups {
		schema := php.Obj{{Key: "type", Value: "string"}}
		if s := e.Args.Get(g.name); s != nil {
			schema = modern(s.Print())
		}
		if ecma := !strings.ContainsAny(g.pattern, `"`) && !strings.Contains(g.pattern, "(?"); ecma && schemaType(schema) == "string" && !has(schema, "pattern") {
			schema = append(schema, php.Member{Key: "pattern", Value: "^(?:" + g.pattern + ")$"})
		}
		parameters = append(parameters, php.Obj{{Key: "name", Value: g.name}, {Key: "in", Value: "path"}, {Key: "required", Value: true}, {Key: "schema", Value: schema}})
	}
	query := method == http.MethodGet || method == http.MethodDelete
	var body php.Obj
	var required []any
	for _, a := range e.Args {
		if slices.ContainsFunc(groups, func(g group) bool { return g.name == a.Name }) {
			continue
		}
		schema := modern(a.Schema.Print())
		if !query {
			if i := slices.IndexFunc(body, func(m php.Member) bool { return m.Key == a.Name }); i >= 0 {
				body[i].Value = schema // a field that is named like a part of the path wins, as in array_merge
				continue
			}
			body = append(body, php.Member{Key: a.Name, Value: schema})
			if a.Schema.Required {
				required = append(required, a.Name)
			}
			continue
		}
		p := php.Obj{{Key: "name", Value: a.Name}, {Key: "in", Value: "query"}}
		if a.Schema.Required {
			p = append(p, php.Member{Key: "required", Value: true})
		}
		if slices.Contains(a.Schema.Type, "array") {
			p = append(p, php.Member{Key: "style", Value: "form"}, php.Member{Key: "explode", Value: false})
		}
		parameters = append(parameters, append(p, php.Member{Key: "schema", Value: schema}))
	}
	op := php.Obj{{Key: "operationId", Value: d.id(method, path)}}
	if len(parameters) > 0 {
		op = append(op, php.Member{Key: "parameters", Value: parameters})
	}
	if len(body) > 0 {
		schema := php.Obj{{Key: "type", Value: "object"}, {Key: "properties", Value: body}}
		if required != nil {
			schema = append(schema, php.Member{Key: "required", Value: required})
		}
		content := php.Obj{{Key: "application/json", Value: php.Obj{{Key: "schema", Value: schema}}}}
		if e.TakesFile {
			binary := php.Obj{{Key: "type", Value: "string"}, {Key: "format", Value: "binary"}}
			form := php.Obj{{Key: "type", Value: "object"}, {Key: "properties", Value: append(php.Obj{{Key: "file", Value: binary}}, body...)}}
			content = php.Obj{
				{Key: "multipart/form-data", Value: php.Obj{{Key: "schema", Value: form}}},
				{Key: "*/*", Value: php.Obj{{Key: "schema", Value: binary}}},
			}
		}
		op = append(op, php.Member{Key: "requestBody", Value: php.Obj{{Key: "content", Value: content}}})
	}
	answer := php.Obj{}
	switch of := (php.Obj{{Key: "$ref", Value: "#/components/schemas/" + ref}}); {
	case ref == "" || method == http.MethodDelete:
	case query && e.Args.Get("per_page") != nil:
		answer = php.Obj{{Key: "schema", Value: php.Obj{{Key: "type", Value: "array"}, {Key: "items", Value: of}}}}
	case len(groups) > 0 || !query:
		answer = php.Obj{{Key: "schema", Value: of}}
	}
	code := "200"
	if method == http.MethodPost && len(groups) == 0 {
		code = "2XX" // 201 where something was made
	}
	return append(op, php.Member{Key: "responses", Value: php.Obj{
		{Key: code, Value: php.Obj{{Key: "description", Value: "The answer"}, {Key: "content", Value: php.Obj{{Key: "application/json", Value: answer}}}}},
		{Key: "default", Value: php.Obj{{Key: "description", Value: "A refusal"}, {Key: "content", Value: php.Obj{{Key: "application/json", Value: php.Obj{{Key: "schema", Value: php.Obj{{Key: "$ref", Value: "#/components/schemas/error"}}}}}}}}},
	}})
}

// id makes a name for an operation that no other has.
func (d *openapi) id(method, path string) string {
	var out strings.Builder
	out.WriteString(strings.ToLower(method))
	upper := true
	for _, c := range []byte(path) {
		switch {
		case '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z':
			if upper && 'a' <= c && c <= 'z' {
				c -= 'a' - 'A'
			}
			out.WriteByte(c)
			upper = false
		default:
			upper = true
		}
	}
	name := out.String()
	for d.ids[name] {
		name += "Too"
	}
	d.ids[name] = true
	return name
}

// component files a schema document under its title and gives the name. Documents that
// share a title and differ get a number.
func (d *openapi) component(s php.Map) string {
	schema := modern(s)
	text := string(php.AppendJSON(nil, schema, 0))
	if name, ok := d.schemas[text]; ok {
		return name
	}
	title, _ := s.Get("title")
	base := strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z' {
			return r
		}
		return '-'
	}, php.ToString(title))
	if base == "" {
		base = "object"
	}
	name := base
	for n := 2; has(d.components, name) || name == "error"; n++ {
		name = base + "-" + php.ToString(n)
	}
	d.schemas[text] = name
	d.components = append(d.components, php.Member{Key: name, Value: schema})
	return name
}

func has(o php.Obj, key string) bool {
	return slices.ContainsFunc(o, func(m php.Member) bool { return m.Key == key })
}

func schemaType(o php.Obj) any {
	for _, m := range o {
		if m.Key == "type" {
			return m.Value
		}
	}
	return nil
}

// modern turns a schema as WordPress prints it (draft 4, with words of its own) into
// one of OpenAPI 3.1 (draft 2020-12).
func modern(s php.Map) php.Obj {
	out := make(php.Obj, 0, len(s))
	exclusive, _ := s.Get("exclusiveMinimum")
	for _, m := range s {
		switch m.Key {
		case "type":
			if m.Value == "bool" { // as WordPress says in the schema of templates
				m.Value = "boolean"
			}
			out = append(out, m)
		case "title", "description", "format", "pattern", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems":
			out = append(out, m)
		case "default":
			if typ, _ := s.Get("type"); typ == "object" && !php.ToBool(m.Value) {
				m.Value = php.Obj{} // PHP's empty array
			}
			out = append(out, m)
		case "minimum":
			if exclusive == true {
				m.Key = "exclusiveMinimum"
			}
			out = append(out, m)
		case "readonly":
			out = append(out, php.Member{Key: "readOnly", Value: m.Value})
		case "enum":
			if keyed, ok := m.Value.(php.Map); ok {
				var list []any
				for _, e := range keyed {
					list = append(list, e.Value)
				}
				m.Value = list
			}
			out = append(out, m)
		case "items", "additionalProperties":
			if inner, ok := m.Value.(php.Map); ok {
				m.Value = modern(inner)
			}
			out = append(out, m)
		case "oneOf", "anyOf":
			list, _ := m.Value.([]any)
			of := make([]any, len(list))
			for i, v := range list {
				inner, _ := v.(php.Map)
				of[i] = modern(inner)
			}
			out = append(out, php.Member{Key: m.Key, Value: of})
		case "properties":
			members, _ := m.Value.(php.Map)
			properties := make(php.Obj, 0, len(members))
			var required []any
			for _, p := range members {
				inner, _ := p.Value.(php.Map)
				properties = append(properties, php.Member{Key: p.Key, Value: modern(inner)})
				if v, _ := inner.Get("required"); v == true {
					required = append(required, p.Key)
				}
			}
			out = append(out, php.Member{Key: "properties", Value: properties})
			if required != nil {
				out = append(out, php.Member{Key: "required", Value: required})
			}
		}
	}
	return out
}
