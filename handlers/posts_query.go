package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/sanitize"
)

// pageArgs are the parameters that page through any collection.
func pageArgs() api.Properties {
	return api.Properties{
		api.P("page", api.Integer("Which page of the list.", api.Default(int64(1)), api.Minimum(1), api.Early)),
		api.P("per_page", api.Integer("How many items a page holds.", api.Default(int64(usualPage)), api.Minimum(1), api.Maximum(100), api.Early, api.Sanitize(pageSize))),
	}
}

// usualPage is how many items a page holds where nothing is said.
const usualPage = 10

// pageSize takes null for nothing said. WordPress divides by it, but for posts.
func pageSize(_ *api.Context, _ string, v any) (any, error) {
	if v == nil {
		return int64(usualPage), nil
	}
	return php.ToInt(v), nil
}

// forceArg is the parameter that says whether to delete at once.
func forceArg(description string) api.Property {
	return api.P("force", api.NewSchema(api.Type("boolean"), api.Default(false), api.Description(description)))
}

// searchArg is the parameter that looks for words.
func searchArg() api.Property {
	return api.P("search", api.String("Words to look for.", api.Sanitize(sanitizeText)))
}

func sanitizeText(_ *api.Context, _ string, v any) (any, error) {
	return sanitize.TextField(php.ToString(v)), nil
}

func ids(description string, options ...api.Option) *api.Schema {
	return api.Array(description, append([]api.Option{api.Items(api.Of1("integer")), api.Default(php.List())}, options...)...)
}

func dateArg(description string) *api.Schema { return api.String(description, api.Format("date-time")) }

var postOrders = []string{"author", "date", "id", "include", "modified", "parent", "relevance", "slug", "include_slugs", "title"}

// collectionArgs are the parameters of a list of posts.
func (p *posts) collectionArgs() api.Properties {
	args := append(api.Properties{p.resource.ContextArg("view")}, pageArgs()...)
	args = append(args, searchArg(),
		api.P("after", dateArg("Only what was published after this date.")),
		api.P("modified_after", dateArg("Only what was changed after this date.")))
	if p.typ.Has("author") {
		args = append(args, api.P("author", ids("Only what these users wrote.")), api.P("author_exclude", ids("Nothing these users wrote.")))
	}
	args = append(args, api.P("before", dateArg("Only what was published before this date.")),
		api.P("modified_before", dateArg("Only what was changed before this date.")),
		api.P("exclude", ids("Leaves these ids out.")), api.P("include", ids("Only these ids.")))
	if p.typ.Has("page-attributes") {
		args = append(args, api.P("menu_order", api.Integer("Only what has this place in the order.")))
	}
	orders := postOrders
	if p.typ.Has("page-attributes") {
		orders = append(slices.Clone(orders), "menu_order")
	}
	args = append(args, api.P("search_semantics", api.String("How searching reads the words.", api.Enum("exact"))),
		api.P("offset", api.Integer("How many items to skip.")),
		api.P("order", api.String("Direction of the order.", api.Default("desc"), api.Enum("asc", "desc"))),
		api.P("orderby", api.String("What the list is ordered by.", api.Default("date"), api.EnumOf(orders))))
	if p.belongs() {
		args = append(args, api.P("parent", ids("Only what is below these ids.")), api.P("parent_exclude", ids("Nothing below these ids.")))
	}
	args = append(args,
		api.P("search_columns", api.NewSchema(api.Default(php.List()), api.Description("Where searching looks."), api.Type("array"),
			api.Items(api.NewSchema(api.Enum("post_title", "post_content", "post_excerpt"), api.Type("string"))))),
		api.P("slug", api.Array("Only what has one of these slugs.", api.Items(api.Of1("string")))),
		api.P("status", p.statusArg()))
	args = append(args, p.taxonomyArgs()...)
	if p.typ.Name == "post" {
		args = append(args, api.P("sticky", api.Boolean("Only sticky posts, or only others.")),
			api.P("ignore_sticky", api.Boolean("Gives sticky posts no place of their own.", api.Default(true))))
	}
	if p.typ.Has("post-formats") {
		args = append(args, api.P("format", api.Array("Only posts of these formats.", api.UniqueItems,
			api.Items(api.NewSchema(api.EnumOf(registry.FormatSlugs()), api.Type("string"))))))
	}
	return args
}

func (p *posts) statusArg() *api.Schema {
	names := make([]string, 0, len(p.site.Registry.Statuses)+1)
	for _, s := range p.site.Registry.Statuses {
		names = append(names, s.Name)
	}
	allowed := append(names, "any")
	return api.NewSchema(api.Default("publish"), api.Description("Only what has one of these statuses."), api.Type("array"),
		api.Items(api.NewSchema(api.EnumOf(allowed), api.Type("string"))), api.Raw,
		api.Sanitize(func(c *api.Context, name string, v any) (any, error) {
			return statuses(c, p.typ, allowed, "publish", name, v)
		}))
}

// statuses checks a status filter: what is not public needs the right to edit
// (sanitize_post_statuses).
func statuses(c *api.Context, typ *registry.PostType, allowed []string, usual, name string, v any) (any, error) {
	s := of(c)
	out := php.List()
	for _, e := range api.Elements(v) {
		if _, nested := e.(*php.Array); nested {
			continue
		}
		status := sanitize.TitleForQuery(php.ToString(e))
		if status != usual {
			if !s.can(typ.Cap("edit_posts")) && !(status == "private" && s.can(typ.Cap("read_private_posts"))) {
				return nil, c.Forbidden("rest_forbidden_status", "Status is forbidden.")
			}
			if status != "" && !slices.Contains(allowed, status) { // "" is a list of none, which fits the schema
				return nil, api.NotInEnum(name+"[0]", allowed)
			}
		}
		out.Append(status)
	}
	return out, nil
}

func (p *posts) taxonomyArgs() api.Properties {
	var args api.Properties
	taxonomies := p.taxonomies()
	if len(taxonomies) == 0 {
		return nil
	}
	args = append(args, api.P("tax_relation", api.String("How conditions on several taxonomies are joined.", api.Enum("AND", "OR"))))
	list := api.NewSchema(api.Title("Term ID List"), api.Description("Ids of terms."), api.Type("array"), api.Items(api.Of1("integer")))
	for _, t := range taxonomies {
		for _, exclude := range []bool{false, true} {
			props := api.Properties{api.P("terms", api.Array("Ids of terms.", api.Items(api.Of1("integer")), api.Default(php.List())))}
			if t.Hierarchical {
				props = append(props, api.P("include_children", api.Boolean("Counts the terms below them as well.", api.Default(false))))
			}
			name, text := t.RESTBase, "Only what has these terms of the taxonomy."
			if exclude {
				name, text = name+"_exclude", "Nothing that has these terms of the taxonomy."
			} else {
				props = append(props, api.P("operator", api.String("Whether one of the terms is enough or all are needed.", api.Enum("AND", "OR"), api.Default("OR"))))
			}
			args = append(args, api.P(name, api.Of(text, []string{"object", "array"}, api.OneOf(list,
				api.NewSchema(api.Title("Term ID Taxonomy Query"), api.Description("A condition on terms."), api.Type("object"), api.Props(props...), api.NoMore)))))
		}
	}
	return args
}

// query is ask for plain posts.
func (p *posts) query(c *api.Context) (q models.PostQuery, nothing bool) {
	s := of(c)
	perPage := c.Int("per_page")
	q = models.PostQuery{
		Types:   []string{p.typ.Name},
		Include: c.IDs("include"),
		Exclude: c.IDs("exclude"),
		Slugs:   slugs(c.Strings("slug")),
		Search:  c.String("search"), SearchColumns: c.Strings("search_columns"),
		SearchExact: c.String("search_semantics") == "exact",
		SearchOpen:  !s.LoggedIn(),
		After:       s.bound(c, "after"), Before: s.bound(c, "before"),
		ModifiedAfter: s.bound(c, "modified_after"), ModifiedBefore: s.bound(c, "modified_before"),
		OrderBy: []string{c.String("orderby")}, Order: c.String("order"),
		Limit: perPage, Offset: offset(c),
	}
	if p.typ.Has("author") {
		q.Authors, q.AuthorsNot = c.IDs("author"), c.IDs("author_exclude")
	}
	if p.belongs() {
		q.Parents, q.ParentsNot = c.Ints("parent"), c.Ints("parent_exclude")
	}
	if c.Has("menu_order") && (p.typ.Has("page-attributes") || p.typ.Name == "nav_menu_item") {
		n := max(c.Int("menu_order"), -c.Int("menu_order"))
		q.MenuOrder = &n
	}
	s.statusConditions(&q, c.Strings("status"))
	q.TaxRelation = c.String("tax_relation")
	for _, t := range p.taxonomies() {
		for name, operator := range map[string]string{t.RESTBase: "IN", t.RESTBase + "_exclude": "NOT IN"} {
			if clause, ok := taxClause(c, t, name, operator); ok {
				q.Tax = append(q.Tax, clause)
			}
		}
	}
	slices.SortStableFunc(q.Tax, func(a, b models.TaxClause) int { return strings.Compare(a.Taxonomy+a.Operator, b.Taxonomy+b.Operator) })
	if formats := c.Strings("format"); len(formats) > 0 && p.typ.Has("post-formats") {
		q.Tax = append(q.Tax, formatClause(formats))
	}
	if p.typ.Name == "post" && c.Has("sticky") {
		sticky := s.options.IDs("sticky_posts")
		switch {
		case !c.Bool("sticky"):
			q.Exclude = append(q.Exclude, sticky...)
		case len(q.Include) == 0:
			q.Include = sticky
			nothing = len(sticky) == 0
		default:
			q.Include = slices.DeleteFunc(q.Include, func(id int64) bool { return !slices.Contains(sticky, id) })
			nothing = len(q.Include) == 0
		}
	}
	q.Columns = models.PostHeaders
	if !c.IsHead() && p.wantsText(c) {
		q.Columns = models.PostFull
	}
	if p.refine != nil {
		p.refine(c, &q)
	}
	return q, nothing
}

// offset is how many posts come before those of a page.
func offset(c *api.Context) int64 {
	if c.Has("offset") {
		return absint(c.Int("offset"))
	}
	return offsetOf(max(c.Int("page"), 1), c.Int("per_page"))
}

// belongs tells whether posts of the type may have a parent that lists can ask for.
func (p *posts) belongs() bool { return p.typ.Hierarchical || p.typ.Name == "attachment" }

// statusConditions sets the statuses of a query; "any" leaves out those that searching leaves out.
func (s *session) statusConditions(q *models.PostQuery, wanted []string) {
	if slices.Contains(wanted, "any") {
		for _, status := range s.site.Registry.Statuses {
			if status.ExcludeFromSearch && !slices.Contains(wanted, status.Name) {
				q.StatusesNot = append(q.StatusesNot, status.Name)
			}
		}
		return
	}
	if len(wanted) > 0 { // "" is no status: alone it asks for any, even what is in the trash (WP_Query)
		q.Statuses = slices.DeleteFunc(slices.Clone(wanted), func(status string) bool { return status == "" })
		return
	}
	// Without a status WP_Query gives what the asker could read on the site itself.
	q.Statuses = []string{"publish"}
	if typ := s.site.Registry.Type(q.Types[0]); s.can(typ.Cap("read_private_posts")) {
		q.Statuses = append(q.Statuses, "private")
	} else if s.LoggedIn() {
		q.OwnStatuses, q.Self = []string{"private"}, s.user.ID
	}
}

// bound gives a date parameter in the site's time, as the database holds dates.
func (s *session) bound(c *api.Context, name string) string {
	text := c.String(name)
	if text == "" {
		return ""
	}
	t, ok := wpdate.ParseREST(text, s.zone)
	if !ok {
		return ""
	}
	return wpdate.Format(t.In(s.zone))
}

func taxClause(c *api.Context, t *registry.Taxonomy, name, operator string) (models.TaxClause, bool) {
	a, ok := c.Param(name).(*php.Array)
	if !ok {
		return models.TaxClause{}, false
	}
	clause := models.TaxClause{Taxonomy: t.Name, Operator: operator}
	list := a
	if !a.IsList() || a.Len() > 0 && !onlyNumbers(a) {
		terms, _ := a.Get("terms")
		list, _ = terms.(*php.Array)
		if v, ok := a.Get("include_children"); ok {
			clause.IncludeChildren = php.ToBool(v)
		}
		if v, ok := a.Get("operator"); ok && v == "AND" && operator == "IN" {
			clause.Operator = "AND"
		}
	}
	for _, v := range list.Values() {
		clause.TermIDs = append(clause.TermIDs, absint(php.ToInt(v)))
	}
	return clause, len(clause.TermIDs) > 0
}

func onlyNumbers(a *php.Array) bool {
	for _, v := range a.Values() {
		switch v.(type) {
		case int64, float64, string:
		default:
			return false
		}
	}
	return true
}

// formatClause asks for posts of formats; a standard post is one that has none.
func formatClause(formats []string) models.TaxClause {
	var named []string
	standard := false
	for _, f := range formats {
		if f == "standard" {
			standard = true
			continue
		}
		named = append(named, "post-format-"+f)
	}
	in := models.TaxClause{Taxonomy: "post_format", Slugs: named, Operator: "IN"}
	none := models.TaxClause{Taxonomy: "post_format", Operator: "NOT EXISTS"}
	switch {
	case !standard:
		return in
	case len(named) == 0:
		return none
	}
	return models.TaxClause{Any: []models.TaxClause{in, none}}
}

func errPageNumber(code string) *api.Error {
	return api.NewError(http.StatusBadRequest, code, "The page number requested is larger than the number of pages available.")
}
