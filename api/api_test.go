package api_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"context"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
)

// visitor is a session of a site at https://example.org.
type visitor struct{ signedIn bool }

func (v visitor) LoggedIn() bool        { return v.signedIn }
func (visitor) AuthError() *api.Error   { return nil }
func (visitor) FreshNonce() string      { return "" }
func (visitor) Cookies() []*http.Cookie { return nil }
func (visitor) Err() error              { return nil }
func (visitor) RestURL(path string) string {
	return "https://example.org/wp-json/" + strings.TrimLeft(path, "/")
}
func (visitor) RouteOf(address string) (path, query string, ok bool) {
	rest, ok := strings.CutPrefix(address, "https://example.org/wp-json")
	path, query, _ = strings.Cut(rest, "?")
	return path, query, ok
}

type fruit struct {
	ID     int64
	Name   string
	Parent int64
}

// primed counts how often the fruits of links were loaded.
type orchard struct {
	fruits map[int64]fruit
	primed int
	read   []string // fields that were computed
}

func (o *orchard) server(t *testing.T) *api.Server {
	t.Helper()
	all := api.In("view", "edit", "embed")
	get := func(name string, f func(fruit) any) func(*api.Context, fruit) any {
		return func(_ *api.Context, item fruit) any { o.read = append(o.read, name); return f(item) }
	}
	fruits := &api.Resource[fruit]{Title: "fruit", Fields: []api.Field[fruit]{
		{Name: "id", Schema: api.Integer("Number.", all, api.ReadOnly), Get: get("id", func(f fruit) any { return f.ID })},
		{Name: "name", Schema: api.Object("Name.", all), Fields: []api.Field[fruit]{
			{Name: "raw", Schema: api.String("As stored.", api.In("edit")), Get: get("raw", func(f fruit) any { return f.Name })},
			{Name: "rendered", Schema: api.String("As shown.", all, api.ReadOnly), Get: get("rendered", func(f fruit) any { return strings.ToUpper(f.Name) })},
		}},
		{Name: "parent", Schema: api.Integer("Above.", api.In("view", "edit")), Get: get("parent", func(f fruit) any { return f.Parent })},
	}, Links: func(c *api.Context, f fruit) api.Links {
		var l api.Links
		l.Add("self", c.URL("/test/v1/fruits/"+php.ToString(f.ID)))
		if f.Parent != 0 {
			l.Add("up", c.URL("/test/v1/fruits/"+php.ToString(f.Parent)), api.Embeddable)
		}
		return l
	}}
	find := func(c *api.Context) (fruit, error) {
		f, ok := o.fruits[c.Int("id")]
		if !ok {
			return f, api.NewError(404, "no_fruit", "No such fruit.")
		}
		return f, nil
	}
	table, err := api.NewTable([]*api.Route{
		api.BatchRoute(),
		{Namespace: "test/v1", Path: "/test/v1/fruits", Schema: fruits.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{fruits.ContextArg("view"), api.P("ids", api.Array("Ids.", api.Items(api.Of1("integer"))))}, Handle: func(c *api.Context) (*api.Response, error) {
				var l []fruit
				for _, id := range c.Ints("ids") {
					l = append(l, o.fruits[id])
				}
				return api.OK(fruits.List(c, l)), nil
			}},
			{Methods: api.Creatable, Batch: api.Batchable, Args: api.Properties{api.P("name", api.String("Name.", api.Required)), api.P("weight", api.Integer("Grams.", api.Minimum(1)))},
				Permission: func(c *api.Context) error {
					if !c.Session.LoggedIn() {
						return c.Forbidden("may_not", "No.")
					}
					return nil
				},
				Handle: func(c *api.Context) (*api.Response, error) {
					return &api.Response{Status: 201, Data: php.Map{{Key: "name", Value: c.String("name")}, {Key: "weight", Value: c.Param("weight")}}}, nil
				}},
		}},
		{Namespace: "test/v1", Path: `/test/v1/fruits/(?P<id>[\d]+)`, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{api.P("id", api.Integer("Number.")), fruits.ContextArg("view")},
			Handle: func(c *api.Context) (*api.Response, error) {
				f, err := find(c)
				if err != nil {
					return nil, err
				}
				return fruits.Item(c, f), nil
			},
			Prime: func(*api.Context, []*api.Request) error { o.primed++; return nil },
		}}},
		{Namespace: "test/v1", Path: "/test/v1/broken", Endpoints: []api.Endpoint{{Methods: api.Readable, Handle: func(*api.Context) (*api.Response, error) { panic("a fault of ours") }}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &api.Server{Table: table, MaxBody: 1 << 10, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Begin: func(_ context.Context, r *http.Request, _ *api.Request) (api.Session, error) {
			return visitor{r.Header.Get("Authorization") != ""}, nil
		}}
}

// TestRequests: what is sent, and status and body of the answer.
func TestRequests(t *testing.T) {
	for _, c := range []struct{ name, method, path, body, want string }{
		{"one object", "GET", "/test/v1/fruits/1", "", `200 {"id":1,"name":{"rendered":"APPLE"},"parent":0,"_links":{"self":[{"href":"https:\/\/example.org\/wp-json\/test\/v1\/fruits\/1","targetHints":{"allow":["GET"]}}]}}`},
		{"letter case of paths does not matter", "GET", "/TEST/v1/Fruits/1?_fields=id", "", `200 {"id":1}`},
		{"a context shows its fields", "GET", "/test/v1/fruits/1?context=edit&_fields=name,parent", "", `200 {"name":{"raw":"apple","rendered":"APPLE"},"parent":0}`},
		{"parts of fields", "GET", "/test/v1/fruits/1?context=edit&_fields=name.raw", "", `200 {"name":{"raw":"apple"}}`},
		{"a name may have blanks and a NUL around it", "GET", "/test/v1/fruits/1?_fields=id%00,%09parent", "", `200 {"id":1,"parent":0}`},
		{"a no-break space is part of a name", "GET", "/test/v1/fruits/1?_fields=id%C2%A0", "", `200 []`},
		{"an empty name is one", "GET", "/test/v1/fruits/1?_fields[]=", "", `200 []`},
		{"lists within the list of fields count for nothing", "GET", "/test/v1/fruits/1?_fields[][]=id&_fields[]=parent", "", `200 {"parent":0}`},
		{"the start of a list", "OPTIONS", "/test/v1/fruits?_fields=methods.0", "", `200 {"methods":["GET"]}`},
		{"a list with a gap", "OPTIONS", "/test/v1/fruits?_fields=methods.1", "", `200 {"methods":{"1":"POST"}}`},
		{"links are not embedded unasked", "GET", "/test/v1/fruits/1?_fields=id,_embedded", "", `200 {"id":1}`},
		{"no such field", "GET", "/test/v1/fruits/1?_fields=nope", "", `200 []`},
		{"a path that is no number", "GET", "/test/v1/fruits/x", "", `404 {"code":"rest_no_route","message":"No route was found matching the URL and request method.","data":{"status":404}}`},
		{"an encoded digit is none", "GET", "/test/v1/fruits/%31", "", `404 {"code":"rest_no_route","message":"No route was found matching the URL and request method.","data":{"status":404}}`},
		{"an error of the handler", "GET", "/test/v1/fruits/9", "", `404 {"code":"no_fruit","message":"No such fruit.","data":{"status":404}}`},
		{"a fault of ours", "GET", "/test/v1/broken", "", `500 {"code":"internal_server_error","message":"An unexpected error occurred.","data":{"status":500}}`},
		{"a wrong context", "GET", "/test/v1/fruits/1?context=nope", "", `400 {"code":"rest_invalid_param","message":"Invalid parameter(s): context","data":{"status":400,"params":{"context":"context is not one of view, embed, edit."},"details":{"context":{"code":"rest_not_in_enum","message":"context is not one of view, embed, edit.","data":null}}}}`},
		{"a list of words", "GET", "/test/v1/fruits?ids=2,1&_fields=id", "", `200 [{"id":2},{"id":1}]`},
		{"a list of parameters", "GET", "/test/v1/fruits?ids[]=2&ids[]=1&_fields=id", "", `200 [{"id":2},{"id":1}]`},
		{"a list with a wrong element", "GET", "/test/v1/fruits?ids=2,x", "", `400 {"code":"rest_invalid_param","message":"Invalid parameter(s): ids","data":{"status":400,"params":{"ids":"ids[1] is not of type integer."},"details":{"ids":{"code":"rest_invalid_type","message":"ids[1] is not of type integer.","data":{"param":"ids[1]"}}}}}`},
		{"what is missing comes before what is wrong", "POST", "/test/v1/fruits", `{"weight":0}`, `400 {"code":"rest_missing_callback_param","message":"Missing parameter(s): name","data":{"status":400,"params":["name"]}}`},
		{"validation comes before permission", "POST", "/test/v1/fruits", `{"name":"x","weight":0}`, `400 {"code":"rest_invalid_param","message":"Invalid parameter(s): weight","data":{"status":400,"params":{"weight":"weight must not be below 1."},"details":{"weight":{"code":"rest_out_of_bounds","message":"weight must not be below 1.","data":null}}}}`},
		{"the anonymous get 401", "POST", "/test/v1/fruits", `{"name":"x"}`, `401 {"code":"may_not","message":"No.","data":{"status":401}}`},
		{"bounds come before being whole", "POST", "/test/v1/fruits", `{"name":"x","weight":0.5}`, `400 {"code":"rest_invalid_param","message":"Invalid parameter(s): weight","data":{"status":400,"params":{"weight":"weight must not be below 1."},"details":{"weight":{"code":"rest_out_of_bounds","message":"weight must not be below 1.","data":null}}}}`},
		{"coercion", "POST as admin", "/test/v1/fruits", `{"name":5,"weight":"7"}`, `400 {"code":"rest_invalid_param","message":"Invalid parameter(s): name","data":{"status":400,"params":{"name":"name is not of type string."},"details":{"name":{"code":"rest_invalid_type","message":"name is not of type string.","data":{"param":"name"}}}}}`},
		{"a number in a string", "POST as admin", "/test/v1/fruits", `{"name":"x","weight":"7"}`, `201 {"name":"x","weight":7}`},
		{"malformed JSON", "POST", "/test/v1/fruits", `{"name":`, `400 {"code":"rest_invalid_json","message":"Invalid JSON body passed.","data":{"status":400,"json_error_code":4,"json_error_message":"Syntax error"}}`},
		{"too large a body", "POST", "/test/v1/fruits", `{"name":"` + strings.Repeat("x", 2000) + `"}`, `413 {"code":"rest_request_too_large","message":"The request is larger than this site accepts.","data":{"status":413}}`},
		{"an envelope", "GET", "/test/v1/fruits/1?_fields=id&_envelope", "", `200 {"body":{"id":1},"status":200,"headers":{"Allow":"GET"}}`},
		{"JSONP", "GET", "/test/v1/fruits/1?_fields=id&_jsonp=a.b", "", `200 /**/a.b({"id":1})`},
		{"JSONP that is code", "GET", "/test/v1/fruits/1?_jsonp=alert(1)", "", `400 {"code":"rest_callback_invalid","message":"Invalid JSONP callback function."}`},
		{"JSONP that is a list", "GET", "/test/v1/fruits/1?_jsonp[]=a", "", `400 {"code":"rest_callback_invalid","message":"Invalid JSONP callback function."}`},
		{"JSONP for 0 is none", "GET", "/test/v1/fruits/1?_fields=id&_jsonp=0", "", `200 {"id":1}`},
		{"another method in the query", "POST", "/test/v1/fruits/1?_method=get&_fields=id", "", `200 {"id":1}`},
		{"HEAD has no body", "HEAD", "/test/v1/fruits/1", "", `200 `},
		{"what links point to", "GET", "/test/v1/fruits/2?_embed&_fields=id,_links.up,_embedded", "", `200 {"id":2,"_links":{"self":[{"href":"https:\/\/example.org\/wp-json\/test\/v1\/fruits\/2","targetHints":{"allow":["GET"]}}],"up":[{"embeddable":true,"href":"https:\/\/example.org\/wp-json\/test\/v1\/fruits\/1"}]},"_embedded":{"up":[{"id":1,"name":{"rendered":"APPLE"},"_links":{"self":[{"href":"https:\/\/example.org\/wp-json\/test\/v1\/fruits\/1","targetHints":{"allow":["GET"]}}]}}]}}`},
		{"a batch answers each request", "POST as admin", "/batch/v1", `{"requests":[{"path":"/test/v1/fruits","body":{"name":"x"}},{"path":"/test/v1/fruits","body":{}},{"path":"/nope"}]}`,
			`207 {"responses":[{"body":{"name":"x","weight":null},"status":201,"headers":{"Allow":"GET, POST"}},{"body":{"code":"rest_missing_callback_param","message":"Missing parameter(s): name","data":{"status":400,"params":["name"]}},"status":400,"headers":{"Allow":"GET, POST"}},{"body":{"code":"rest_no_route","message":"No route was found matching the URL and request method.","data":{"status":404}},"status":404,"headers":[]}]}`},
		{"a batch that must be valid as a whole", "POST as admin", "/batch/v1", `{"validation":"require-all-validate","requests":[{"path":"/test/v1/fruits","body":{"name":"x"}},{"path":"/nope"}]}`,
			`207 {"failed":"validation","responses":[null,{"body":{"code":"rest_no_route","message":"No route was found matching the URL and request method.","data":{"status":404}},"status":404,"headers":[]}]}`},
		{"reading is not for batches", "POST as admin", "/batch/v1", `{"requests":[{"path":"/batch/v1"}]}`, `207 {"responses":[{"body":{"code":"rest_batch_not_allowed","message":"The requested route does not support batch requests.","data":{"status":400}},"status":400,"headers":{"Allow":"POST"}}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := &orchard{fruits: map[int64]fruit{1: {1, "apple", 0}, 2: {2, "braeburn", 1}}}
			method, as, _ := strings.Cut(c.method, " as ")
			path, query, _ := strings.Cut(c.path, "?")
			r := httptest.NewRequest(method, "/x?"+query, strings.NewReader(c.body))
			if c.body != "" {
				r.Header.Set("Content-Type", "application/json")
			}
			if as != "" {
				r.Header.Set("Authorization", as)
			}
			w := httptest.NewRecorder()
			o.server(t).ServeRoute(w, r, path)
			if got := php.ToString(int64(w.Code)) + " " + w.Body.String(); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestOverride: a header may name another method, and an empty one names none.
func TestOverride(t *testing.T) {
	for method, want := range map[string]int{"get": 200, "": 404, "NOPE": 404} {
		r := httptest.NewRequest("POST", "/x?_fields=id", nil)
		r.Header.Set("X-HTTP-Method-Override", method)
		w := httptest.NewRecorder()
		(&orchard{fruits: map[int64]fruit{1: {1, "apple", 0}}}).server(t).ServeRoute(w, r, "/test/v1/fruits/1")
		if w.Code != want {
			t.Errorf("%q: %d, want %d", method, w.Code, want)
		}
	}
}

// TestLazy: fields that nobody asks for are not computed, and the links of many
// objects are prepared for at once.
func TestLazy(t *testing.T) {
	o := &orchard{fruits: map[int64]fruit{1: {1, "apple", 0}, 2: {2, "braeburn", 1}, 3: {3, "cox", 1}, 4: {4, "delicious", 2}}}
	s := o.server(t)
	s.ServeRoute(httptest.NewRecorder(), httptest.NewRequest("GET", "/x?_fields=parent,name.raw", nil), "/test/v1/fruits/2")
	if got := strings.Join(o.read, " "); got != "parent" {
		t.Errorf("computed %s, want parent", got)
	}
	s.ServeRoute(httptest.NewRecorder(), httptest.NewRequest("GET", "/x?_embed&ids=2,3,4", nil), "/test/v1/fruits")
	if o.primed != 1 {
		t.Errorf("primed %d times, want once", o.primed)
	}
}
