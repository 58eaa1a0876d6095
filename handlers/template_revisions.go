package handlers

import (
	"net/http"
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/models"
)

// templateRevisions serves what templates were before, and what editors have not saved themselves.
type templateRevisions struct {
	templates          *templates
	resource, autosave *api.Resource[*blockTemplate]
}

func newTemplateRevisions(t *templates) *templateRevisions {
	parent := templateField{Name: "parent", Schema: api.Integer("The post that holds the template.", api.In("view", "edit", "embed")),
		Get: func(_ *api.Context, t *blockTemplate) any { return t.parent.ID }}
	r := &templateRevisions{templates: t}
	of := func(folder string) *api.Resource[*blockTemplate] {
		return &api.Resource[*blockTemplate]{Title: t.typ.Name, Fields: append(slices.Clone(t.resource.Fields), parent), Order: templateOrder,
			Links: func(c *api.Context, item *blockTemplate) api.Links {
				var l api.Links
				above := c.URL(t.route(item))
				l.Add("self", above+folder+itoa(item.wpID()))
				l.Add("parent", above)
				return l
			}}
	}
	r.resource, r.autosave = of("/revisions/"), of("/autosaves/")
	return r
}

func (r *templateRevisions) routes() []*api.Route {
	typ := r.templates.typ
	id := api.P("id", api.Integer("The number that names the revision."))
	context, parent := r.resource.ContextArg("view"), templateID("parent")
	below := typ.Path() + `/(?P<parent>` + templatePattern + `)`
	return []*api.Route{
		{Namespace: typ.Namespace, Path: below + "/revisions", Schema: r.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: append(api.Properties{parent, context}, revisionArgs()...), Permission: r.mayRead("parent"), Handle: r.list},
		}},
		{Namespace: typ.Namespace, Path: below + `/revisions/(?P<id>[\d]+)`, Schema: r.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{parent, id, context}, Permission: r.mayRead("parent"), Handle: r.get},
			{Methods: api.Deletable, Permission: r.mayDelete, Handle: r.delete, Args: api.Properties{parent, id,
				forceArg("Must be true: revisions have no trash.")}},
		}},
		{Namespace: typ.Namespace, Path: typ.Path() + `/(?P<id>` + templatePattern + `)/autosaves`, Schema: r.autosave.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{templateID("id"), context}, Permission: r.mayRead("id"), Handle: r.autosaves},
			{Methods: api.Creatable, Args: append(api.Properties{templateID("id")}, r.templates.resource.EditArgs()...), Permission: r.templates.mayManage, Handle: r.autosaveNow},
		}},
		{Namespace: typ.Namespace, Path: below + `/autosaves/(?P<id>[\d]+)`, Schema: r.autosave.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{parent, id, context}, Permission: r.mayRead("parent"), Handle: r.lastAutosave},
		}},
	}
}

// parent gives the post that holds the template which a parameter names.
func (r *templateRevisions) parent(c *api.Context, param string) (*models.Post, error) {
	s := of(c)
	item := s.template(r.templates.typ.Name, c.String(param))
	switch {
	case s.err != nil:
		return nil, s.err
	case item == nil:
		return nil, api.NewError(http.StatusNotFound, "rest_post_invalid_parent", "Invalid template parent ID.")
	case item.post == nil:
		return nil, api.NewError(http.StatusBadRequest, "rest_invalid_template", "Templates based on theme files can't have revisions.")
	}
	return item.post, nil
}

func (r *templateRevisions) mayRead(param string) func(*api.Context) error {
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

func (r *templateRevisions) mayDelete(c *api.Context) error {
	s := of(c)
	post, err := r.parent(c, "parent")
	if err != nil {
		return err
	}
	refused := c.Forbidden("rest_cannot_delete", "Sorry, you are not allowed to delete this revision.")
	if !s.can("delete_post", post) {
		return refused
	}
	if _, err := s.revision(c.Int("id")); err != nil {
		return err
	}
	if !s.can("edit_theme_options") {
		return refused
	}
	return nil
}

func (r *templateRevisions) get(c *api.Context) (*api.Response, error) {
	post, err := r.parent(c, "parent")
	if err != nil {
		return nil, err
	}
	s := of(c)
	rev, err := s.revision(c.Int("id"))
	if err != nil {
		return nil, err
	}
	if rev.Parent != post.ID {
		return nil, errRevisionParent(post)
	}
	return r.resource.Item(c, s.revisedTemplate(rev, post)), s.err
}

// revisedTemplate is a template as a revision has it.
func (s *session) revisedTemplate(rev, post *models.Post) *blockTemplate {
	t := s.storedTemplate(rev, post)
	s.nameTemplates([]*blockTemplate{t})
	return t
}

func (r *templateRevisions) list(c *api.Context) (*api.Response, error) {
	post, err := r.parent(c, "parent")
	if err != nil {
		return nil, err
	}
	page, err := findRevisions(c, post.ID)
	if err != nil {
		return nil, err
	}
	res := api.OK(r.resource.List(c, of(c).revisedTemplates(page.found, post)))
	res.PagedAs(c, page.total, page.pages, page.number)
	return res, of(c).err
}

func (s *session) revisedTemplates(found []models.Post, post *models.Post) []*blockTemplate {
	l := make([]*blockTemplate, len(found))
	for i, rev := range s.revised(found) {
		s.users.want(rev.Author)
		l[i] = s.storedTemplate(rev, post)
	}
	s.nameTemplates(l)
	return l
}

func (r *templateRevisions) autosaves(c *api.Context) (*api.Response, error) {
	post, err := r.parent(c, "id")
	if err != nil {
		return nil, err
	}
	s := of(c)
	found, err := s.autosavesOf(post)
	if err != nil {
		return nil, err
	}
	return api.OK(r.autosave.List(c, s.revisedTemplates(found, post))), s.err
}

func (r *templateRevisions) lastAutosave(c *api.Context) (*api.Response, error) {
	post, err := r.parent(c, "parent")
	if err != nil {
		return nil, err
	}
	s := of(c)
	found, err := s.autosavesOf(post)
	if err != nil {
		return nil, err
	}
	if rev := latestAutosave(found, post); rev != nil {
		return r.autosave.Item(c, s.revisedTemplate(rev, post)), s.err
	}
	return nil, api.NewError(http.StatusNotFound, "rest_post_no_autosave", "There is no autosave revision for this template.")
}
