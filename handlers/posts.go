package handlers

import (
	"net/http"
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/sanitize"
)

// posts serves the posts of one type: posts, pages, patterns, navigation menus
// and any other type whose objects are plain posts.
type posts struct {
	site     *Site
	typ      *registry.PostType
	resource *api.Resource[*models.Post]
	// texts are the fields that need the content of a post.
	texts []string
	// ask makes the database's question of the parameters of a list; nothing is true where no post can be the answer.
	ask func(c *api.Context) (q models.PostQuery, nothing bool)
	// refine adds a type's own conditions to the query of its collection, or is nil.
	refine func(c *api.Context, q *models.PostQuery)
	// mayView asks for more than others do of who reads the posts, and load loads by set
	// what the fields of a list need; or they are nil.
	mayView func(c *api.Context) error
	load    func(c *api.Context, found []models.Post)
	// store writes what a request makes of a post; before is nil for a new one.
	store func(c *api.Context, post, before *models.Post) error
	// drafted are the texts of a request that autosaves keep.
	drafted autosaved
	// take puts a type's own fields of a request into a post, and keep stores those that are
	// no columns of its row; or they are nil.
	take func(c *api.Context, post *models.Post)
	keep func(c *api.Context, post *models.Post) error
}

func newPosts(site *Site, typ *registry.PostType) *posts {
	p := &posts{site: site, typ: typ, texts: []string{"content", "excerpt"}}
	p.ask = p.query
	p.store, p.drafted = p.save, autosaved{"title", "content", "excerpt"}
	p.resource = p.fields()
	return p
}

// routes are the collection and the single object.
func (p *posts) routes() []*api.Route {
	id := api.P("id", api.Integer("The number that names the post."))
	single := api.Properties{id, p.resource.ContextArg("view")}
	if p.typ.Shows("excerpt") {
		single = append(single, api.P("excerpt_length", api.Integer("Number of words of an automatic excerpt.")))
	}
	if p.typ.Shows("editor") {
		single = append(single, api.P("password", api.String("The post's password, if it has one.")))
	}
	return []*api.Route{
		{Namespace: p.typ.Namespace, Path: p.typ.Path(), Schema: p.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Batch: api.Batchable, Args: p.collectionArgs(), Permission: p.mayList, Handle: p.list},
			{Methods: api.Creatable, Batch: api.Batchable, Args: p.resource.CreateArgs(), Permission: p.mayCreate, Handle: p.create},
		}},
		{Namespace: p.typ.Namespace, Path: p.typ.Path() + `/(?P<id>[\d]+)`, Schema: p.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Batch: api.Batchable, Args: single, Permission: p.mayGet, Handle: p.get, Prime: p.prime},
			{Methods: api.Editable, Batch: api.Batchable, Args: append(api.Properties{id}, p.resource.EditArgs()...), Permission: p.mayUpdate, Handle: p.update},
			{Methods: api.Deletable, Batch: api.Batchable, Args: api.Properties{id, forceArg("Deletes at once instead of moving to the trash.")}, Permission: p.mayDelete, Handle: p.delete},
		}},
	}
}

// wantsText tells whether an answer needs the contents of posts.
func (p *posts) wantsText(c *api.Context) bool {
	return slices.ContainsFunc(p.texts, func(name string) bool { return c.Wants(name) })
}

func errPostID() *api.Error {
	return api.NewError(http.StatusNotFound, "rest_post_invalid_id", "Invalid post ID.")
}

// find gives the post the request names, if it is of this type.
func (p *posts) find(c *api.Context) (*models.Post, error) {
	post := of(c).posts.get(c.Int("id"))
	if post == nil || post.Type != p.typ.Name {
		return nil, errPostID()
	}
	return post, nil
}

func (p *posts) mayList(c *api.Context) error {
	if c.View() == "edit" && !of(c).can(p.typ.Cap("edit_posts")) {
		return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to edit posts in this post type.")
	}
	return p.view(c)
}

// view asks what is asked of all who read the posts.
func (p *posts) view(c *api.Context) error {
	if p.mayView == nil {
		return nil
	}
	return p.mayView(c)
}

func (p *posts) mayGet(c *api.Context) error {
	s := of(c)
	if id := c.Int("id"); p.wantsText(c) && !s.posts.knows(id) {
		s.posts.full(id) // one statement instead of one for the head and one for the content
	}
	post, err := p.find(c)
	if err != nil {
		return err
	}
	if c.View() == "edit" && !s.can("edit_post", post) {
		return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to edit this post.")
	}
	if password, _ := c.Request.Query.Get("password"); php.ToBool(password) && password != post.Password {
		return api.NewError(http.StatusForbidden, "rest_post_incorrect_password", "Incorrect post password.")
	}
	if !s.readable(post) {
		return c.Forbidden("rest_forbidden", "Sorry, you are not allowed to do that.")
	}
	return p.view(c)
}

// readable tells whether the asker may see a post (check_read_permission).
func (s *session) readable(p *models.Post) bool {
	for depth := 0; depth < 100; depth++ {
		if t := s.site.Registry.Type(p.Type); t == nil || t.RESTBase == "" {
			return false
		}
		if p.Type == "wp_block" && !s.can("read_post", p) { // patterns are for those who write
			return false
		}
		if p.Status == "publish" || s.can("read_post", p) {
			return true
		}
		if status := s.site.Registry.Status(p.Status); status != nil && status.Public {
			return true
		}
		if p.Status != "inherit" {
			return false
		}
		if p.Parent == 0 {
			return true
		}
		parent := s.posts.get(p.Parent)
		if parent == nil {
			return true
		}
		p = parent
	}
	return false
}

func (p *posts) mayCreate(c *api.Context) error {
	s := of(c)
	if nonEmpty(c, "id") {
		return api.NewError(http.StatusBadRequest, "rest_post_exists", "Cannot create existing post.")
	}
	if nonEmpty(c, "author") && c.Param("author") != s.user.ID && !s.can(p.typ.Cap("edit_others_posts")) {
		return c.Forbidden("rest_cannot_edit_others", "Sorry, you are not allowed to create posts as this user.")
	}
	if c.Bool("sticky") && !s.can(p.typ.Cap("edit_others_posts")) && !s.can(p.typ.Cap("publish_posts")) {
		return c.Forbidden("rest_cannot_assign_sticky", "Sorry, you are not allowed to make posts sticky.")
	}
	if !s.can(p.typ.Cap("create_posts")) {
		return c.Forbidden("rest_cannot_create", "Sorry, you are not allowed to create posts as this user.")
	}
	return p.mayAssignTerms(c)
}

// mayAssignTerms checks terms one by one; what stands for no term at all is
// forbidden, terms that do not exist are ignored (check_assign_terms_permission).
func (p *posts) mayAssignTerms(c *api.Context) error {
	s := of(c)
	for _, tax := range p.taxonomies() {
		var values []any
		switch v := c.Param(tax.RESTBase).(type) {
		case nil:
		case *php.Array:
			values = v.Values()
		default:
			values = []any{v}
		}
		for _, v := range values {
			id := php.ToInt(v)
			if !php.ToBool(v) || s.terms.get(id) != nil && !s.can("assign_term", id) {
				return c.Forbidden("rest_cannot_assign_term", "Sorry, you are not allowed to assign the provided terms.")
			}
		}
	}
	return nil
}

func (p *posts) mayUpdate(c *api.Context) error {
	s := of(c)
	post, err := p.find(c)
	if err != nil {
		return err
	}
	if !s.can("edit_post", post) {
		return c.Forbidden("rest_cannot_edit", "Sorry, you are not allowed to edit this post.")
	}
	if nonEmpty(c, "author") && c.Param("author") != s.user.ID && !s.can(p.typ.Cap("edit_others_posts")) {
		return c.Forbidden("rest_cannot_edit_others", "Sorry, you are not allowed to update posts as this user.")
	}
	if c.Bool("sticky") && !s.can(p.typ.Cap("edit_others_posts")) && !s.can(p.typ.Cap("publish_posts")) {
		return c.Forbidden("rest_cannot_assign_sticky", "Sorry, you are not allowed to make posts sticky.")
	}
	return p.mayAssignTerms(c)
}

func (p *posts) mayDelete(c *api.Context) error {
	post, err := p.find(c)
	if err != nil {
		return err
	}
	if !of(c).can("delete_post", post) {
		return c.Forbidden("rest_cannot_delete", "Sorry, you are not allowed to delete this post.")
	}
	return nil
}

// taxonomies are those of the type that the API serves.
func (p *posts) taxonomies() []*registry.Taxonomy {
	return slices.DeleteFunc(p.site.Registry.TaxonomiesOf(p.typ.Name), func(t *registry.Taxonomy) bool { return t.RESTBase == "" })
}

func (p *posts) get(c *api.Context) (*api.Response, error) {
	s := of(c)
	post, err := p.find(c)
	if err != nil {
		return nil, err
	}
	if p.wantsText(c) {
		if full := s.posts.full(post.ID); full != nil {
			post = full
		}
	}
	s.announce(post.ID)
	s.announceAuthor(post)
	res := versioned(c, p.resource.Item(c, post), func() string { return s.postVersion(post.ID) })
	if p.typ.Viewable() {
		res.AddLink("alternate", s.permalink(post), "type", "text/html")
	}
	return res, nil
}

// prime announces the posts that embedded links name.
func (p *posts) prime(c *api.Context, requests []*api.Request) error {
	s := of(c)
	ids := requestIDs(requests, "id")
	s.posts.wantFull(ids...)
	s.announce(ids...)
	return s.err
}

// announce says of which posts terms, metadata and the like may be asked.
func (s *session) announce(ids ...int64) {
	s.postMeta.want(ids...)
	s.postTerms.want(ids...)
	s.revisions.want(ids...)
}

// requestIDs collects a numeric parameter of many requests.
func requestIDs(requests []*api.Request, name string) []int64 {
	ids := make([]int64, 0, len(requests))
	for _, r := range requests {
		if id := php.ToInt(r.Param(name)); id > 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

func (p *posts) list(c *api.Context) (*api.Response, error) {
	s := of(c)
	if c.String("orderby") == "relevance" && c.String("search") == "" {
		return nil, api.NewError(http.StatusBadRequest, "rest_no_search_term_defined", "You need to define a search term to order by relevance.")
	}
	if c.String("orderby") == "include" && len(c.Ints("include")) == 0 {
		return nil, api.NewError(http.StatusBadRequest, "rest_orderby_include_missing_include", "You need to define an include parameter to order by include.")
	}
	q, nothing := p.ask(c)
	var found []models.Post
	var total int64
	if !nothing {
		var err error
		if found, total, err = s.stickyFirst(c, q); err != nil {
			return nil, err
		}
	}
	perPage, page := c.Int("per_page"), c.Int("page")
	if total == 0 && page > 1 && !nothing { // beyond the last page nothing is known of the total yet
		var err error
		if total, err = s.site.Store.CountPosts(s.ctx, q); err != nil {
			return nil, err
		}
	}
	pages := (total + perPage - 1) / perPage
	if page > pages && total > 0 {
		return nil, api.NewError(http.StatusBadRequest, "rest_post_invalid_page_number", "The page number requested is larger than the number of pages available.")
	}
	shown := make([]*models.Post, 0, len(found))
	for i := range found {
		s.posts.put(&found[i], q.Columns == models.PostFull)
		s.announce(found[i].ID)
		s.announceAuthor(&found[i])
		if c.View() == "edit" && c.Wants("generated_slug") {
			s.wantSlug(&found[i])
		}
	}
	s.wantParents(found)
	if p.load != nil && !c.IsHead() {
		p.load(c, found)
	}
	for i := range found {
		post := &found[i]
		if c.View() == "edit" && !s.can("edit_post", post) || c.View() != "edit" && !s.readable(post) {
			continue
		}
		shown = append(shown, post)
	}
	res := api.OK(p.resource.List(c, shown))
	res.PagedAs(c, total, pages, page)
	return res, s.err
}

// announceAuthor says who may be asked about as the author of a post. Of the
// author of a published post it is known that there is one.
func (s *session) announceAuthor(p *models.Post) {
	s.users.want(p.Author)
	s.userMeta.want(p.Author)
	if p.Status == "publish" && p.Author > 0 {
		s.authors.put(p.Author, true)
	}
}

// wantParents announces what the addresses and the visibility of posts depend on.
func (s *session) wantParents(found []models.Post) {
	for _, p := range found {
		if p.Parent > 0 {
			s.posts.want(p.Parent)
		}
	}
}

// stickyFirst finds a page of posts. With ignore_sticky=false sticky posts come
// first on the first page of a list, on top of those it would hold
// (the sticky step of WP_Query).
func (s *session) stickyFirst(c *api.Context, q models.PostQuery) ([]models.Post, int64, error) {
	found, total, err := s.site.Store.PagePosts(s.ctx, q)
	if err != nil || c.Param("ignore_sticky") == nil || c.Bool("ignore_sticky") || c.Int("page") > 1 || !isHomeQuery(c) {
		return found, total, err
	}
	sticky := s.options.IDs("sticky_posts")
	if len(sticky) == 0 {
		return found, total, nil
	}
	var first, rest, missing []models.Post
	have := map[int64]bool{}
	for _, p := range found {
		if slices.Contains(sticky, p.ID) {
			first = append(first, p)
			have[p.ID] = true
		} else {
			rest = append(rest, p)
		}
	}
	var ids []int64
	for _, id := range sticky {
		if !have[id] && !slices.Contains(q.Exclude, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		missing, err = s.site.Store.FindPosts(s.ctx, models.PostQuery{Types: q.Types, Statuses: []string{"publish"}, Include: ids, Columns: q.Columns})
	}
	return slices.Concat(first, missing, rest), total, err
}

// isHomeQuery tells whether a query is the list of a site's front page to WP_Query, which looks at few of its parameters.
func isHomeQuery(c *api.Context) bool {
	for _, name := range []string{"include", "search", "categories", "tags", "format"} {
		switch v := c.Param(name).(type) {
		case nil:
		case *php.Array:
			if v.Len() > 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// slugs sanitizes a list of slugs as sanitize_title does in queries.
func slugs(list []string) []string {
	out := make([]string, 0, len(list))
	for _, l := range list {
		out = append(out, sanitize.TitleForQuery(l))
	}
	return out
}
