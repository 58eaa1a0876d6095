package handlers

import (
	"math"
	"net/http"
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/sanitize"
)

// terms serves the terms of one taxonomy: categories, tags and any other.
type terms struct {
	site     *Site
	tax      *registry.Taxonomy
	resource *api.Resource[*models.TermRow]
	// mayView asks for more than others do of who reads the terms, or is nil.
	mayView func(c *api.Context) error
	// adding, changing and deleting write a term, within a transaction.
	adding   func(c *api.Context, v termValues) (int64, error)
	changing func(c *api.Context, id int64, v termValues) error
	deleting func(s *session, id int64) error
}

type termField = api.Field[*models.TermRow]

func newTerms(site *Site, tax *registry.Taxonomy) *terms {
	t := &terms{site: site, tax: tax}
	t.adding, t.changing, t.deleting = t.add, t.alter, t.delete
	t.resource = t.fields()
	return t
}

// routes are the collection and the single object.
func (t *terms) routes() []*api.Route {
	id := api.P("id", api.Integer("The number that names the term."))
	return []*api.Route{
		{Namespace: t.tax.Namespace, Path: t.tax.Path(), Schema: t.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Batch: api.Batchable, Args: t.collectionArgs(), Permission: t.mayList, Handle: t.list, Prime: t.primeList},
			{Methods: api.Creatable, Batch: api.Batchable, Args: t.resource.CreateArgs(), Permission: t.mayCreate, Handle: t.create},
		}},
		{Namespace: t.tax.Namespace, Path: t.tax.Path() + `/(?P<id>[\d]+)`, Schema: t.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Batch: api.Batchable, Args: api.Properties{id, t.resource.ContextArg("view")}, Permission: t.mayGet, Handle: t.get, Prime: t.prime},
			{Methods: api.Editable, Batch: api.Batchable, Args: append(api.Properties{id}, t.resource.EditArgs()...), Permission: t.mayUpdate, Handle: t.update},
			{Methods: api.Deletable, Batch: api.Batchable, Args: api.Properties{id, forceArg("Must be true: terms have no trash.")}, Permission: t.mayDelete, Handle: t.remove},
		}},
	}
}

func (t *terms) collectionArgs() api.Properties {
	args := append(api.Properties{t.resource.ContextArg("view")}, pageArgs()...)
	args = append(args, searchArg(), api.P("exclude", ids("Leaves these ids out.")), api.P("include", ids("Only these ids.")))
	if !t.tax.Hierarchical {
		args = append(args, api.P("offset", api.Integer("How many terms to skip.")))
	}
	args = append(args,
		api.P("order", api.String("Direction of the order.", api.Default("asc"), api.Enum("asc", "desc"))),
		api.P("orderby", api.String("What the list is ordered by.", api.Default("name"),
			api.Enum("id", "include", "name", "slug", "include_slugs", "term_group", "description", "count"))),
		api.P("hide_empty", api.Boolean("Leaves out terms that nothing has.", api.Default(false))))
	if t.tax.Hierarchical {
		args = append(args, api.P("parent", api.Integer("Only terms right below this one.")))
	}
	return append(args,
		api.P("post", api.Integer("Only terms of this post.", api.Default(nil))),
		api.P("slug", api.Array("Only terms with one of these slugs.", api.Items(api.Of1("string")))))
}

func (t *terms) fields() *api.Resource[*models.TermRow] {
	all, shown := api.In("view", "embed", "edit"), api.In("view", "edit")
	f := []termField{
		{Name: "id", Schema: api.Integer("The number that names the term.", all, api.ReadOnly), Get: func(_ *api.Context, t *models.TermRow) any { return t.ID }},
		{Name: "count", Schema: api.Integer("How many published posts have the term.", shown, api.ReadOnly), Get: func(_ *api.Context, t *models.TermRow) any { return t.Count }},
		{Name: "description", Schema: api.String("What the term is about.", shown, cleaned(sanitize.PostFilter().Clean)), Get: func(_ *api.Context, t *models.TermRow) any { return t.Description }},
		{Name: "link", Schema: api.String("The address of the term's archive.", api.Format("uri"), all, api.ReadOnly), Get: func(c *api.Context, t *models.TermRow) any { return of(c).termLink(t) }},
		{Name: "name", Schema: api.String("The term as readers see it.", all, api.Required, cleaned(sanitize.TextField)), Get: func(_ *api.Context, t *models.TermRow) any { return t.Name }},
		{Name: "slug", Schema: api.String("The part of the address that is the term's own.", all, api.Sanitize(sanitizeSlug)), Get: func(_ *api.Context, t *models.TermRow) any { return t.Slug }},
		{Name: "taxonomy", Schema: api.String("The taxonomy that the term belongs to.", api.Enum(t.tax.Name), all, api.ReadOnly), Get: func(_ *api.Context, t *models.TermRow) any { return t.Taxonomy }},
	}
	if t.tax.Hierarchical {
		f = append(f, termField{Name: "parent", Schema: api.Integer("The term above this one.", shown), Get: func(_ *api.Context, t *models.TermRow) any { return t.Parent }})
	}
	f = append(f, termField{Name: "meta", Schema: metaSchema("term", t.tax.Name, shown), Get: func(c *api.Context, row *models.TermRow) any {
		if len(registry.Meta("term", t.tax.Name)) == 0 {
			return php.Map{}
		}
		return registeredMeta("term", t.tax.Name, of(c).termMeta.get(row.ID))
	}})
	title := t.tax.Name
	if title == "post_tag" {
		title = "tag"
	}
	return &api.Resource[*models.TermRow]{Title: title, Whole: true, Fields: f, Links: t.links}
}

// links are a term's relations (prepare_links).
func (t *terms) links(c *api.Context, row *models.TermRow) api.Links {
	s := of(c)
	var l api.Links
	l.Add("self", c.URL(t.route(row.ID)))
	l.Add("collection", c.URL(t.tax.Path()))
	l.Add("about", c.URL("/wp/v2/taxonomies/"+t.tax.Name))
	if row.Parent != 0 {
		if parent := s.terms.get(row.Parent); parent != nil && parent.Taxonomy == t.tax.Name {
			l.Add("up", c.URL(t.route(parent.ID)), api.Embeddable)
		}
	}
	for _, name := range t.tax.ObjectTypes {
		if typ := t.site.Registry.Type(name); typ != nil && typ.RESTBase != "" {
			l.Add("https://api.w.org/post_type", withQuery(c.URL(typ.Path()), t.tax.RESTBase, row.ID))
		}
	}
	return l
}

func (t *terms) route(id int64) string { return t.tax.Path() + "/" + itoa(id) }

// find gives the term the request names, if it is of this taxonomy.
func (t *terms) find(c *api.Context) (*models.TermRow, error) {
	if id := c.Int("id"); id > 0 {
		if row := of(c).terms.get(id); row != nil && row.Taxonomy == t.tax.Name {
			return row, nil
		}
	}
	return nil, api.NewError(http.StatusNotFound, "rest_term_invalid", "Term does not exist.")
}

func (t *terms) mayList(c *api.Context) error {
	s := of(c)
	if c.View() == "edit" && !s.can(t.tax.Cap("edit_terms")) {
		return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to edit terms in this taxonomy.")
	}
	if nonEmpty(c, "post") {
		post := s.posts.get(rowID(c.Param("post")))
		if post == nil {
			return api.NewError(http.StatusBadRequest, "rest_post_invalid_id", "Invalid post ID.")
		}
		if !t.mayReadOf(s, post) {
			return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to view terms for this post.")
		}
	}
	return t.view(c)
}

// view asks what is asked of all who read the terms.
func (t *terms) view(c *api.Context) error {
	if t.mayView == nil {
		return nil
	}
	return t.mayView(c)
}

// mayReadOf tells whether the asker may see the terms of a post: the post must
// be able to have them, and be open to everyone or to the asker.
func (t *terms) mayReadOf(s *session, post *models.Post) bool {
	typ := s.site.Registry.Type(post.Type)
	if typ == nil || !slices.Contains(t.tax.ObjectTypes, post.Type) {
		return false
	}
	status := s.site.Registry.Status(s.status(post))
	return typ.Viewable() && status != nil && status.Public || s.can("read_post", post)
}

func (t *terms) mayGet(c *api.Context) error {
	row, err := t.find(c)
	if err != nil {
		return err
	}
	if c.View() == "edit" && !of(c).can("edit_term", row.ID) {
		return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to edit this term.")
	}
	return t.view(c)
}

func (t *terms) mayCreate(c *api.Context) error {
	// Whoever may give a post tags may make new ones; categories need more.
	create := "assign_terms"
	if t.tax.Hierarchical {
		create = "edit_terms"
	}
	if !of(c).can(t.tax.Cap(create)) {
		return c.Forbidden("rest_cannot_create", "Sorry, you are not allowed to create terms in this taxonomy.")
	}
	return nil
}

func (t *terms) mayUpdate(c *api.Context) error {
	row, err := t.find(c)
	if err != nil {
		return err
	}
	if !of(c).can("edit_term", row.ID) {
		return c.Forbidden("rest_cannot_update", "Sorry, you are not allowed to edit this term.")
	}
	return nil
}

func (t *terms) mayDelete(c *api.Context) error {
	row, err := t.find(c)
	if err != nil {
		return err
	}
	if !of(c).can("delete_term", row.ID) {
		return c.Forbidden("rest_cannot_delete", "Sorry, you are not allowed to delete this term.")
	}
	return nil
}

func (t *terms) get(c *api.Context) (*api.Response, error) {
	row, err := t.find(c)
	if err != nil {
		return nil, err
	}
	return versioned(c, t.resource.Item(c, row), func() string { return of(c).termVersion(row) }), nil
}

func (t *terms) prime(c *api.Context, requests []*api.Request) error {
	s := of(c)
	s.terms.want(requestIDs(requests, "id")...)
	return s.err
}

// primeList loads the terms of all posts that embedded lists are about.
func (t *terms) primeList(c *api.Context, requests []*api.Request) error {
	s := of(c)
	posts := requestIDs(requests, "post")
	s.posts.want(posts...)
	s.postTerms.want(posts...)
	for _, id := range posts {
		s.keepTerms(s.postTerms.get(id))
	}
	return s.err
}

// keepTerms remembers terms that a query has read, and announces those above
// them, on which addresses and links depend.
func (s *session) keepTerms(rows []models.TermRow) {
	for i := range rows {
		s.terms.put(rows[i].ID, &rows[i])
		s.termMeta.want(rows[i].ID)
	}
	for i := range rows {
		if rows[i].Parent > 0 {
			s.terms.want(rows[i].Parent)
		}
	}
}

func (t *terms) list(c *api.Context) (*api.Response, error) {
	s := of(c)
	perPage := c.Int("per_page")
	offset := offsetOf(c.Int("page"), perPage)
	if !t.tax.Hierarchical && c.Int("offset") != 0 {
		offset = c.Int("offset")
	}
	page := php.ToInt(math.Ceil(float64(offset)/float64(perPage)) + 1) // links count from the offset
	offset = absint(offset)
	var found []models.TermRow
	var total int64
	if t.onlyPost(c) {
		for _, row := range s.postTerms.get(c.Int("post")) {
			if row.Taxonomy == t.tax.Name {
				found = append(found, row)
			}
		}
		total = int64(len(found))
		found = found[min(offset, total):]
		found = found[:min(perPage, int64(len(found)))]
	} else {
		var err error
		if found, total, err = s.site.Store.PageTerms(s.ctx, t.query(c, offset, perPage)); err != nil {
			return nil, err
		}
	}
	s.keepTerms(found)
	rows := make([]*models.TermRow, len(found))
	for i := range found {
		rows[i] = &found[i]
	}
	res := api.OK(t.resource.List(c, rows))
	res.Paged(c, total, perPage, page)
	return res, s.err
}

// offsetOf is where a page begins; what overflows wraps around as in PHP.
func offsetOf(page, perPage int64) int64 {
	if page-1 > math.MaxInt64/perPage {
		return php.ToInt(float64(page-1) * float64(perPage))
	}
	return (page - 1) * perPage
}

// cut is a page of a list that is all there. A page before the first, as the infinite one counts, begins
// that far from the end (array_slice).
func cut[T any](list []T, page, size int64) []T {
	n := int64(len(list))
	start := min((min(max(page, -n), n+1)-1)*size, n)
	if start < 0 {
		start = max(n+start, 0)
	}
	return list[start:min(start+size, n)]
}

// absint is a number without its sign.
func absint(n int64) int64 {
	switch {
	case n == math.MinInt64:
		return math.MaxInt64
	case n < 0:
		return -n
	}
	return n
}

// absints are ids without their signs (wp_parse_id_list).
func absints(ids []int64) []int64 {
	for i, id := range ids {
		ids[i] = absint(id)
	}
	return ids
}

// onlyPost tells whether the list is all terms of one post in the usual order,
// as posts link to it: those are loaded with the post.
func (t *terms) onlyPost(c *api.Context) bool {
	for _, name := range []string{"include", "exclude", "slug", "search"} {
		if nonEmpty(c, name) {
			return false
		}
	}
	return c.Int("post") > 0 && !c.Has("parent") && c.String("orderby") == "name" && c.String("order") == "asc"
}

func (t *terms) query(c *api.Context, offset, limit int64) models.TermQuery {
	q := models.TermQuery{
		Taxonomies: []string{t.tax.Name}, Include: absints(c.Ints("include")), Exclude: absints(c.Ints("exclude")), Slugs: slugs(c.Strings("slug")),
		Search: c.String("search"), HideEmpty: c.Bool("hide_empty"), Hierarchical: t.tax.Hierarchical,
		OrderBy: c.String("orderby"), Order: c.String("order"), Offset: offset, Limit: limit,
	}
	if t.tax.Hierarchical && c.Has("parent") {
		parent := c.Int("parent")
		q.Parent, q.Hierarchical = &parent, false
	}
	if post := c.Int("post"); post != 0 {
		q.ObjectIDs, q.HideEmpty = []int64{post}, false
	}
	return q
}
