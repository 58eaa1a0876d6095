package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// ability is something that clients may have done: what it is called, what it takes and gives, what it does
// to the site, and who may ask for it.
type ability struct {
	name, label, description string
	category                 string // the slug of an abilityCategory
	input, output            *api.Schema
	effect                   effect
	may                      func(*session) bool
	// run is called with what fits the schema, or with nil where nothing was given.
	run func(s *session, input any) (any, error)
}

// effect is what running an ability does to the site.
type effect struct{ readonly, destructive, idempotent bool }

// method is the one by which an ability is run, and the rule that says so.
func (e effect) method() (method, rule string) {
	switch {
	case e.readonly:
		return http.MethodGet, "Read-only abilities require GET method."
	case e.destructive && e.idempotent:
		return http.MethodDelete, "Destructive and idempotent abilities require DELETE method."
	}
	return http.MethodPost, "Abilities that perform updates require POST method."
}

// meta is what clients may know of an ability besides.
func (a *ability) meta() php.Map {
	return php.Map{
		{Key: "annotations", Value: php.Map{{Key: "readonly", Value: a.effect.readonly}, {Key: "destructive", Value: a.effect.destructive}, {Key: "idempotent", Value: a.effect.idempotent}}},
		{Key: "public", Value: true}, {Key: "show_in_rest", Value: true},
	}
}

// abilityCategory is what abilities are sorted by.
type abilityCategory struct{ slug, label, description string }

// abilities serves what is registered of them, and runs them.
type abilities struct {
	list       []*ability
	categories []abilityCategory
	resource   *api.Resource[*ability]
	category   *api.Resource[abilityCategory]
}

func newAbilities() *abilities {
	return &abilities{coreAbilities(), coreAbilityCategories, abilityFields(), abilityCategoryFields()}
}

// anyType are the types of a value that may be anything.
var anyType = []string{"integer", "number", "boolean", "string", "array", "object", "null"}

func (a *abilities) routes() []*api.Route {
	const ns = "wp-abilities/v1"
	page := []api.Property{
		api.P("page", api.Integer("Which page of the list.", api.Default(int64(1)), api.Minimum(1))),
		api.P("per_page", api.Integer("How many items a page holds.", api.Default(int64(50)), api.Minimum(1), api.Maximum(100))),
	}
	filters := api.Properties{
		api.P("category", api.String("Only abilities of this category.")),
		api.P("namespace", api.String("Only abilities whose names begin with this and a slash.")),
		api.P("meta", api.Object("Only abilities of which this is true.", api.Props(annotations()), api.AnyMore)),
	}
	name := api.P("name", api.String("The ability's own name.", api.Pattern(`^[a-zA-Z0-9\-\/]+$`)))
	list := func(context api.Property, more ...api.Property) api.Properties {
		return append(append(api.Properties{context}, page...), more...)
	}
	return []*api.Route{
		api.NamespaceRoute(ns),
		{Namespace: ns, Path: "/wp-abilities/v1/categories", Schema: a.category.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: list(a.category.ContextArg("view")), Permission: mayRead, Handle: a.listCategories,
		}}},
		{Namespace: ns, Path: "/wp-abilities/v1/categories/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)", Schema: a.category.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{api.P("slug", api.String("The category's own name.", api.Pattern("^[a-z0-9]+(?:-[a-z0-9]+)*$")))},
			Permission: mayRead, Handle: a.getCategory,
		}}},
		{Namespace: ns, Path: `/wp-abilities/v1/abilities/(?P<name>[a-zA-Z0-9\-\/]+?)/run`, Schema: describeRun, Endpoints: []api.Endpoint{{
			Methods:    []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete},
			Args:       api.Properties{name, api.P("input", api.Of("What the ability takes.", anyType, api.Default(nil)))},
			Permission: a.mayRun, Handle: a.run,
		}}},
		{Namespace: ns, Path: "/wp-abilities/v1/abilities", Schema: a.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: list(a.resource.ContextArg("view"), filters...), Permission: mayRead, Handle: a.listAbilities,
		}}},
		{Namespace: ns, Path: `/wp-abilities/v1/abilities/(?P<name>[a-zA-Z0-9\-\/]+)`, Schema: a.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{name}, Permission: mayRead, Handle: a.get,
		}}},
	}
}

// annotations describes an effect.
func annotations() api.Property {
	flag := func(name, description string) api.Property {
		return api.P(name, api.Of(description, []string{"boolean", "null"}))
	}
	return api.P("annotations", api.Object("What running it does to the site.", api.Props(
		flag("readonly", "Whether running it changes nothing."),
		flag("destructive", "Whether running it may take something away."),
		flag("idempotent", "Whether running it again changes nothing more."),
	), api.AnyMore))
}

func describeRun(*api.Context) php.Map {
	return api.Document("ability-execution", api.Properties{api.P("result", api.Of("What the ability gave.", anyType, api.In("view", "edit"), api.ReadOnly))})
}

func abilityFields() *api.Resource[*ability] {
	type field = api.Field[*ability]
	all, shown := api.In("view", "edit", "embed"), api.In("view", "edit")
	text := func(name, description string, context api.Option, get func(*ability) string) field {
		return field{Name: name, Schema: api.String(description, context, api.ReadOnly), Get: func(_ *api.Context, a *ability) any { return get(a) }}
	}
	return &api.Resource[*ability]{Title: "ability", Fields: []field{
		text("name", "The ability's own name.", all, func(a *ability) string { return a.name }),
		text("label", "The ability's name for people.", all, func(a *ability) string { return a.label }),
		text("description", "What the ability does.", shown, func(a *ability) string { return a.description }),
		text("category", "The category of the ability.", all, func(a *ability) string { return a.category }),
		{Name: "input_schema", Schema: api.Object("What the ability takes.", shown, api.ReadOnly), Get: func(_ *api.Context, a *ability) any { return a.input.Print() }},
		{Name: "output_schema", Schema: api.Object("What the ability gives.", shown, api.ReadOnly), Get: func(_ *api.Context, a *ability) any { return a.output.Print() }},
		{Name: "meta", Schema: api.Object("What else is known of the ability.", api.Props(
			annotations(), api.P("public", api.Boolean("Whether clients of all kinds are meant to use it.")),
		), shown, api.ReadOnly), Get: func(_ *api.Context, a *ability) any { return a.meta() }},
	}, Links: func(c *api.Context, a *ability) api.Links {
		var l api.Links
		self := c.URL("/wp-abilities/v1/abilities/" + a.name)
		l.Add("self", self)
		l.Add("collection", c.URL("/wp-abilities/v1/abilities"))
		l.Add("wp:action-run", self+"/run") // written out, and so without curies
		return l
	}}
}

func abilityCategoryFields() *api.Resource[abilityCategory] {
	type field = api.Field[abilityCategory]
	all, shown := api.In("view", "edit", "embed"), api.In("view", "edit")
	text := func(name, description string, context api.Option, get func(abilityCategory) string) field {
		return field{Name: name, Schema: api.String(description, context, api.ReadOnly), Get: func(_ *api.Context, a abilityCategory) any { return get(a) }}
	}
	return &api.Resource[abilityCategory]{Title: "ability-category", Fields: []field{
		text("slug", "The category's own name.", all, func(a abilityCategory) string { return a.slug }),
		text("label", "The category's name for people.", all, func(a abilityCategory) string { return a.label }),
		text("description", "What its abilities are about.", shown, func(a abilityCategory) string { return a.description }),
		{Name: "meta", Schema: api.Object("What else is known of the category.", shown, api.ReadOnly), Get: func(*api.Context, abilityCategory) any { return []any{} }},
	}, Links: func(c *api.Context, a abilityCategory) api.Links {
		var l api.Links
		l.Add("self", c.URL("/wp-abilities/v1/categories/"+a.slug))
		l.Add("collection", c.URL("/wp-abilities/v1/categories"))
		l.Add("abilities", c.URL("/wp-abilities/v1/abilities?category="+a.slug))
		return l
	}}
}

// mayRead: who may read the dashboard may see what there is to run.
func mayRead(c *api.Context) error {
	if !of(c).can("read") {
		return c.Forbidden("rest_forbidden", "Sorry, you are not allowed to do that.")
	}
	return nil
}

// pageOf answers with a page of a list that is all there. A page behind the last is empty, and says so by its link.
func pageOf[T any](c *api.Context, r *api.Resource[T], list []T) *api.Response {
	total, size, page := int64(len(list)), c.Int("per_page"), c.Int("page")
	pages := (total + size - 1) / size
	res := api.OK(r.List(c, cut(list, page, size)))
	res.Set("X-WP-Total", int(total))
	res.Set("X-WP-TotalPages", int(pages))
	if page > 1 {
		res.AddPage(c, "prev", page-1)
	}
	if page < pages {
		res.AddPage(c, "next", page+1)
	}
	return res
}

func (a *abilities) listCategories(c *api.Context) (*api.Response, error) {
	return pageOf(c, a.category, a.categories), nil
}

func (a *abilities) getCategory(c *api.Context) (*api.Response, error) {
	for _, category := range a.categories {
		if category.slug == c.String("slug") {
			return a.category.Item(c, category), nil
		}
	}
	return nil, api.NewError(http.StatusNotFound, "rest_ability_category_not_found", "Ability category not found.")
}

func (a *abilities) listAbilities(c *api.Context) (*api.Response, error) {
	category, namespace := sanitize.Key(c.String("category")), sanitize.Key(c.String("namespace"))
	meta, _ := c.Param("meta").(*php.Array)
	var l []*ability
	for _, item := range a.list {
		own, _, _ := strings.Cut(item.name, "/")
		if (!php.ToBool(category) || item.category == category) && (!php.ToBool(namespace) || own == namespace) && agrees(item.meta(), meta) {
			l = append(l, item)
		}
	}
	return pageOf(c, a.resource, l), nil
}

// agrees tells whether all that is asked for is so, type and all. What is not shown to clients is not in the list: to ask
// for show_in_rest asks for nothing.
func agrees(meta php.Map, asked *php.Array) bool {
	for k, want := range asked.All() {
		have, ok := meta.Get(k.String())
		if k.String() == "show_in_rest" {
			continue
		}
		switch below := want.(type) {
		case *php.Array:
			m, isMap := have.(php.Map)
			if !isMap || !agrees(m, below) {
				return false
			}
		default:
			if !ok || have != want {
				return false
			}
		}
	}
	return true
}

func errNoAbility() *api.Error {
	return api.NewError(http.StatusNotFound, "rest_ability_not_found", "Ability not found.")
}

func (a *abilities) find(c *api.Context) *ability {
	for _, item := range a.list {
		if item.name == c.String("name") {
			return item
		}
	}
	return nil
}

func (a *abilities) get(c *api.Context) (*api.Response, error) {
	if item := a.find(c); item != nil {
		return a.resource.Item(c, item), nil
	}
	return nil, errNoAbility()
}

// inputOf is what an ability is to be run with: where there should be no body, only the query counts.
func (a *ability) inputOf(c *api.Context) any {
	if method, _ := a.effect.method(); method == http.MethodPost {
		return c.Param("input")
	}
	input, _ := c.Request.Query.Get("input")
	return input
}

// mayRun: as WordPress does, all that can be wrong is told before anything is run
// (WP_REST_Abilities_V1_Run_Controller::check_ability_permissions).
func (a *abilities) mayRun(c *api.Context) error {
	item := a.find(c)
	if item == nil {
		return errNoAbility()
	}
	if method, rule := item.effect.method(); c.Request.Method != method {
		return api.NewError(http.StatusMethodNotAllowed, "rest_ability_invalid_method", rule)
	}
	if input := item.inputOf(c); input != nil {
		if err := (*api.Error)(nil); errors.As(item.input.Check(input, "input"), &err) {
			return api.NewError(http.StatusBadRequest, "ability_invalid_input", `Ability "`+item.name+`" has invalid input. Reason: `+err.Message)
		}
	}
	if !item.may(of(c)) {
		return c.Forbidden("rest_ability_cannot_execute", "Sorry, you are not allowed to execute this ability.")
	}
	return nil
}

func (a *abilities) run(c *api.Context) (*api.Response, error) {
	item := a.find(c)
	if item == nil {
		return nil, errNoAbility()
	}
	input := item.inputOf(c)
	if input != nil {
		input, _ = item.input.Clean(input)
	}
	result, err := item.run(of(c), input)
	if err != nil {
		return nil, err
	}
	return api.OK(result), nil
}
