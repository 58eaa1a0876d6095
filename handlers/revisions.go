package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// revisions serves the revisions of the posts of one type, and among them the
// autosaves: what editors have not saved themselves.
type revisions struct {
	posts              *posts
	resource, autosave *api.Resource[*models.Post]
}

func newRevisions(p *posts) *revisions {
	return &revisions{posts: p, resource: revisionFields(p, false), autosave: revisionFields(p, true)}
}

// routes are the lists and single objects of revisions, then of autosaves.
func (r *revisions) routes() []*api.Route {
	typ := r.posts.typ
	id := api.P("id", api.Integer("The number that names the revision."))
	parent := api.P("parent", api.Integer("The number that names the revised post."))
	context := r.resource.ContextArg("view")
	var l []*api.Route
	if typ.Has("revisions") {
		below := typ.Path() + `/(?P<parent>[\d]+)/revisions`
		l = append(l,
			&api.Route{Namespace: typ.Namespace, Path: below, Schema: r.resource.Describe, Endpoints: []api.Endpoint{
				{Methods: api.Readable, Args: append(api.Properties{parent, context}, revisionArgs()...), Permission: r.mayRead("parent"), Handle: r.list},
			}},
			&api.Route{Namespace: typ.Namespace, Path: below + `/(?P<id>[\d]+)`, Schema: r.resource.Describe, Endpoints: []api.Endpoint{
				{Methods: api.Readable, Args: api.Properties{parent, id, context}, Permission: r.mayRead("parent"), Handle: r.get},
				{Methods: api.Deletable, Permission: r.mayDelete, Args: api.Properties{parent, id,
					forceArg("Must be true: revisions have no trash.")}},
			}})
	}
	if !typ.Has("autosave") {
		return l
	}
	return append(l,
		&api.Route{Namespace: typ.Namespace, Path: typ.Path() + `/(?P<id>[\d]+)/autosaves`, Schema: r.autosave.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{parent, context}, Permission: r.mayRead("id"), Handle: r.autosaves},
			{Methods: api.Creatable, Args: leading(parent, r.posts.resource.EditArgs()), Permission: r.mayAutosave, Handle: r.autosaveNow},
		}},
		&api.Route{Namespace: typ.Namespace, Path: typ.Path() + `/(?P<parent>[\d]+)/autosaves/(?P<id>[\d]+)`, Schema: r.autosave.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{parent, id, context}, Permission: r.mayRead("parent"), Handle: r.lastAutosave},
		}})
}

// leading puts a parameter in front of others; where they have it already, theirs is put there.
func leading(first api.Property, args api.Properties) api.Properties {
	l := api.Properties{first}
	for _, a := range args {
		if a.Name == first.Name {
			l[0] = a
		} else {
			l = append(l, a)
		}
	}
	return l
}

func revisionArgs() api.Properties {
	return api.Properties{
		api.P("page", api.Integer("Which page of the list.", api.Default(int64(1)), api.Minimum(1), api.Early)),
		api.P("per_page", api.Integer("How many items a page holds; without it all are on one.", api.Minimum(1), api.Maximum(100), api.Early)),
		searchArg(),
		api.P("exclude", ids("Leaves these ids out.")), api.P("include", ids("Only these ids.")),
		api.P("offset", api.Integer("How many items to skip.")),
		api.P("order", api.String("Direction of the order.", api.Default("desc"), api.Enum("asc", "desc"))),
		api.P("orderby", api.String("What the list is ordered by.", api.Default("date"),
			api.Enum("date", "id", "include", "relevance", "slug", "include_slugs", "title"))),
	}
}

// revisionFields are the parts of a post that revisions keep; which ones depends on the type of the post.
func revisionFields(p *posts, autosave bool) *api.Resource[*models.Post] {
	all, shown := api.In("view", "edit", "embed"), api.In("view", "edit")
	date := api.Format("date-time")
	f := []postField{
		{Name: "author", Schema: api.Integer("Who made the revision.", all), Get: func(_ *api.Context, p *models.Post) any { return p.Author }},
		{Name: "date", Schema: api.String("When the revision was made, in the site's time.", date, all), Get: func(c *api.Context, p *models.Post) any {
			return dateUnless(c, p.DateGMT, p.Date)
		}},
		{Name: "date_gmt", Schema: api.String("When the revision was made, in UTC.", date, shown), Get: func(c *api.Context, p *models.Post) any {
			return dateUnless(c, p.DateGMT, p.DateGMT)
		}},
		{Name: "id", Schema: api.Integer("The number that names the revision.", all), Get: func(_ *api.Context, p *models.Post) any { return p.ID }},
		{Name: "modified", Schema: api.String("When the revision was last changed, in the site's time.", date, shown), Get: func(c *api.Context, p *models.Post) any {
			return dateUnless(c, p.ModifiedGMT, p.Modified)
		}},
		{Name: "modified_gmt", Schema: api.String("When the revision was last changed, in UTC.", date, shown), Get: func(c *api.Context, p *models.Post) any {
			return dateUnless(c, p.ModifiedGMT, p.ModifiedGMT)
		}},
		{Name: "parent", Schema: api.Integer("The revised post.", all), Get: func(_ *api.Context, p *models.Post) any { return p.Parent }},
		{Name: "slug", Schema: api.String("The name of the revision.", all), Get: func(_ *api.Context, p *models.Post) any { return p.Name }},
	}
	guid := postField{Name: "guid", Schema: api.String("The revision's lasting identifier.", shown), Get: func(_ *api.Context, p *models.Post) any {
		return php.Map{{Key: "rendered", Value: p.GUID}, {Key: "raw", Value: p.GUID}}
	}}
	for _, field := range p.resource.Fields {
		if field.Name == "guid" {
			guid = field
		}
	}
	f = append(f, guid)
	parts := map[string][2]func(*api.Context, *models.Post) any{
		"title": {rawTitle, protectedTitle},
		"content": {func(_ *api.Context, p *models.Post) any { return p.Content },
			func(c *api.Context, p *models.Post) any { return of(c).content(p) }},
		"excerpt": {func(_ *api.Context, p *models.Post) any { return p.Excerpt }, func(c *api.Context, p *models.Post) any {
			if p.Excerpt == "" {
				return ""
			}
			return of(c).rendering().ExcerptText(p.Excerpt)
		}},
	}
	for _, name := range []string{"title", "content", "excerpt"} {
		for _, field := range p.resource.Fields {
			if field.Name == name {
				f = append(f, revised(field, parts[name][0], parts[name][1]))
			}
		}
	}
	f = append(f, postField{Name: "meta", Schema: metaSchema("post", p.typ.Name, shown), Get: func(c *api.Context, rev *models.Post) any {
		return registeredMeta("post", p.typ.Name, of(c).postMeta.get(rev.ID))
	}})
	if autosave {
		f = append(f, postField{Name: "preview_link", Schema: api.String("The address that shows the autosave.", api.Format("uri"), api.In("edit"), api.ReadOnly),
			Get: func(c *api.Context, p *models.Post) any { return of(c).previewLink(p) }})
	}
	return &api.Resource[*models.Post]{
		Title: p.typ.Name + "-revision", Fields: f,
		Order: []string{"author", "date", "date_gmt", "guid", "id", "modified", "modified_gmt", "parent", "slug", "title", "content", "excerpt", "meta", "preview_link"},
		Links: func(c *api.Context, rev *models.Post) api.Links { return revisionLinks(c, p, rev) },
	}
}

// dateUnless shows a date unless the one in UTC is none: drafts that are autosaved in place have no date.
func dateUnless(c *api.Context, gmt, date string) any {
	if gmt == zeroDate {
		return nil
	}
	return of(c).date(date)
}

// revised is the field of a post as its revisions have it: described in the same
// way, but shown as the raw and the rendered text only.
func revised(field postField, raw, rendered func(*api.Context, *models.Post) any) postField {
	var members []postField
	known := false
	for _, m := range field.Fields {
		switch m.Name {
		case "raw":
			m.Get = raw
		case "rendered":
			m.Get, known = rendered, true
		default:
			m.Get = nil // described, never shown
		}
		members = append(members, m)
	}
	if !known { // patterns know no rendered texts; their revisions show them all the same
		members = append(members, postField{Name: "rendered", Get: rendered})
	}
	field.Fields = members
	return field
}

// revisionLinks lead back to the post, where the answer names it.
func revisionLinks(c *api.Context, p *posts, rev *models.Post) api.Links {
	var l api.Links
	if c.Wants("parent") && rev.Parent != 0 {
		l.Add("parent", c.URL(postRoute(p.typ, rev.Parent)))
	}
	return l
}

// previewLink is the address at which an editor sees an autosave; types that
// visitors cannot see have none.
func (s *session) previewLink(rev *models.Post) string {
	post := rev // a draft that is autosaved in place
	if rev.Type == "revision" {
		post = s.posts.get(rev.Parent)
	}
	if post == nil {
		return ""
	}
	if t := s.site.Registry.Type(post.Type); t == nil || !t.Viewable() {
		return ""
	}
	q := &php.Array{}
	if post != rev {
		q.Set("preview_id", post.ID)
		q.Set("preview_nonce", s.newNonce("post_preview_"+strconv.FormatInt(post.ID, 10)))
	}
	q.Set("preview", "true")
	return api.AddQuery(s.permalink(post), q)
}

func errPostParent() *api.Error {
	return api.NewError(http.StatusNotFound, "rest_post_invalid_parent", "Invalid post parent ID.")
}

// parent gives the revised post that a parameter names, if it is of the right type.
func (r *revisions) parent(c *api.Context, param string) (*models.Post, error) {
	post := of(c).posts.get(c.Int(param))
	if post == nil || post.Type != r.posts.typ.Name {
		return nil, errPostParent()
	}
	return post, nil
}

// mayRead: revisions are for those who may edit the post.
func (r *revisions) mayRead(param string) func(*api.Context) error {
	return func(c *api.Context) error {
		post, err := r.parent(c, param)
		if err != nil {
			return err
		}
		if !of(c).can("edit_post", post) {
			return c.Forbidden("rest_cannot_read", "Sorry, you are not allowed to view revisions of this post.")
		}
		return nil
	}
}

// mayDelete: nobody may; WordPress maps delete_post on revisions to what no one has.
func (r *revisions) mayDelete(c *api.Context) error {
	s := of(c)
	refused := c.Forbidden("rest_cannot_delete", "Sorry, you are not allowed to delete this revision.")
	post, err := r.parent(c, "parent")
	if err != nil {
		return err
	}
	if !s.can("delete_post", post) {
		return refused
	}
	rev, err := of(c).revision(c.Int("id"))
	if err != nil {
		return err
	}
	if err := r.mayRead("parent")(c); err != nil {
		return err
	}
	if !s.can("delete_post", rev) {
		return refused
	}
	return nil
}

func (r *revisions) mayAutosave(c *api.Context) error {
	if c.Int("id") == 0 {
		return api.NewError(http.StatusNotFound, "rest_post_invalid_id", "Invalid item ID.")
	}
	return r.posts.mayUpdate(c)
}

// revision gives a revision by its id.
func (s *session) revision(id int64) (*models.Post, error) {
	rev := s.posts.full(id)
	if rev == nil || rev.Type != "revision" {
		return nil, api.NewError(http.StatusNotFound, "rest_post_invalid_id", "Invalid revision ID.")
	}
	return rev, nil
}

func (r *revisions) get(c *api.Context) (*api.Response, error) {
	post, err := r.parent(c, "parent")
	if err != nil {
		return nil, err
	}
	rev, err := of(c).revision(c.Int("id"))
	if err != nil {
		return nil, err
	}
	if rev.Parent != post.ID {
		return nil, errRevisionParent(post)
	}
	return r.item(c, r.resource, rev), of(c).err
}

func errRevisionParent(post *models.Post) *api.Error {
	return api.NewError(http.StatusNotFound, "rest_revision_parent_id_mismatch", "The revision does not belong to the specified parent with id of \""+itoa(post.ID)+"\"")
}

// item answers with one revision. Its link is shown whether _fields names it or not.
func (r *revisions) item(c *api.Context, resource *api.Resource[*models.Post], rev *models.Post) *api.Response {
	res := resource.Item(c, rev)
	res.Links = revisionLinks(c, r.posts, rev)
	return res
}

// revisionsOf is the query for the revisions of a post.
func revisionsOf(post int64) models.PostQuery {
	return models.PostQuery{Types: []string{"revision"}, Statuses: []string{"inherit"}, Parents: []int64{post}, Columns: models.PostFull}
}

func (r *revisions) list(c *api.Context) (*api.Response, error) {
	post, err := r.parent(c, "parent")
	if err != nil {
		return nil, err
	}
	page, err := findRevisions(c, post.ID)
	if err != nil {
		return nil, err
	}
	res := api.OK(r.resource.List(c, of(c).revised(page.found)))
	res.PagedAs(c, page.total, page.pages, page.number)
	return res, of(c).err
}

// revisionPage is a page of a list of revisions.
type revisionPage struct {
	found                []models.Post
	total, pages, number int64
}

// findRevisions gives the revisions of a post that the request asks for.
func findRevisions(c *api.Context, post int64) (*revisionPage, error) {
	s := of(c)
	switch orderby := c.String("orderby"); {
	case orderby == "relevance" && c.String("search") == "":
		return nil, api.NewError(http.StatusBadRequest, "rest_no_search_term_defined", "You need to define a search term to order by relevance.")
	case orderby == "include" && len(c.Ints("include")) == 0:
		return nil, api.NewError(http.StatusBadRequest, "rest_orderby_include_missing_include", "You need to define an include parameter to order by include.")
	}
	perPage, page, offset := c.Int("per_page"), max(c.Int("page"), 1), c.Int("offset")
	if s.site.keptRevisions() == 0 { // those that are there are not told of (wp_revisions_enabled)
		return &revisionPage{number: page}, nil
	}
	q := revisionsOf(post)
	q.Include, q.Exclude, q.Search = c.IDs("include"), c.IDs("exclude"), c.String("search")
	q.OrderBy, q.Order = []string{c.String("orderby")}, c.String("order")
	if perPage > 0 { // a list on one page skips nothing
		q.Limit, q.Offset = perPage, (page-1)*perPage
		if c.Has("offset") {
			q.Offset = max(offset, -offset)
		}
	}
	found, total, err := s.site.Store.PagePosts(s.ctx, q)
	if err != nil {
		return nil, err
	}
	if total == 0 && q.Offset > 0 { // beyond the last page nothing is known of the total yet
		if total, err = s.site.Store.CountPosts(s.ctx, q); err != nil {
			return nil, err
		}
	}
	pages := min(total, 1)
	if perPage > 0 {
		pages = (total + perPage - 1) / perPage
	}
	if total > 0 {
		switch {
		case offset >= total:
			return nil, api.NewError(http.StatusBadRequest, "rest_revision_invalid_offset_number", "The offset number requested is larger than or equal to the number of available revisions.")
		case offset == 0 && page > pages:
			return nil, errPageNumber("rest_revision_invalid_page_number")
		}
	}
	return &revisionPage{found, total, pages, page}, nil
}

// revised announces what is asked of revisions.
func (s *session) revised(found []models.Post) []*models.Post {
	l := make([]*models.Post, len(found))
	for i := range found {
		l[i] = &found[i]
		s.posts.put(l[i], true)
		s.postMeta.want(found[i].ID)
	}
	return l
}

// autosaves lists the revisions that editors have not saved themselves, of every user.
func (r *revisions) autosaves(c *api.Context) (*api.Response, error) {
	post, err := r.parent(c, "id")
	if err != nil {
		return nil, err
	}
	found, err := of(c).autosavesOf(post)
	if err != nil {
		return nil, err
	}
	return api.OK(r.autosave.List(c, of(c).revised(found))), of(c).err
}

// lastAutosave answers with the newest autosave of the post, whatever id the address ends in.
func (r *revisions) lastAutosave(c *api.Context) (*api.Response, error) {
	post, err := r.parent(c, "parent")
	if err != nil {
		return nil, err
	}
	found, err := of(c).autosavesOf(post)
	if err != nil {
		return nil, err
	}
	of(c).revised(found)
	if rev := latestAutosave(found, post); rev != nil {
		return r.item(c, r.autosave, rev), of(c).err
	}
	return nil, api.NewError(http.StatusNotFound, "rest_post_no_autosave", "There is no autosave revision for this post.")
}

// autosavesOf gives the autosaves of a post, the newest first.
func (s *session) autosavesOf(post *models.Post) ([]models.Post, error) {
	found, err := s.site.Store.FindPosts(s.ctx, revisionsOf(post.ID))
	if err != nil {
		return nil, err
	}
	mark := itoa(post.ID) + "-autosave"
	return slices.DeleteFunc(found, func(rev models.Post) bool { return !strings.Contains(rev.Name, mark) }), nil
}

// latestAutosave gives the newest autosave, or nil.
func latestAutosave(found []models.Post, post *models.Post) *models.Post {
	name := itoa(post.ID) + "-autosave-v1"
	for i := range found {
		if found[i].Name == name {
			return &found[i]
		}
	}
	return nil
}
