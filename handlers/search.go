package handlers

import (
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// search finds posts, terms and post formats by words.
type search struct {
	site     *Site
	resource *api.Resource[*found]
	sources  map[string]searchSource
}

// searchSource is one type of things that can be found.
type searchSource struct {
	subtypes []string
	find     func(c *api.Context, subtypes []string) ([]*found, int64, error)
}

// found is one result.
type found struct {
	id            any // a number, or the slug of a post format
	title, url    string
	kind, subtype string
	self, about   string // paths in the API, "" for none
}

var searchTypes = []string{"post", "term", "post-format"}

func newSearch(site *Site) *search {
	h := &search{site: site}
	h.sources = map[string]searchSource{
		"post":        {h.postTypes(), h.posts},
		"term":        {h.taxonomies(), h.terms},
		"post-format": {nil, h.formats},
	}
	h.resource = h.fields()
	return h
}

// postTypes are the types that a search looks at: public ones the API serves, but not media.
func (h *search) postTypes() []string {
	var l []string
	for _, t := range h.site.Registry.Types {
		if t.Public && t.RESTBase != "" && t.Name != "attachment" {
			l = append(l, t.Name)
		}
	}
	return l
}

func (h *search) taxonomies() []string {
	var l []string
	for _, t := range h.site.Registry.Taxonomies {
		if t.Public && t.RESTBase != "" {
			l = append(l, t.Name)
		}
	}
	return l
}

func (h *search) subtypes() []string {
	var l []string
	for _, t := range searchTypes {
		l = append(l, h.sources[t].subtypes...)
	}
	return l
}

func (h *search) routes() []*api.Route {
	args := append(api.Properties{h.resource.ContextArg("view")}, pageArgs()...)
	args = append(args, searchArg(),
		api.P("type", api.NewSchema(api.Default("post"), api.Description("What kind of thing to look for."), api.Type("string"), api.EnumOf(searchTypes))),
		api.P("subtype", api.NewSchema(api.Default("any"), api.Description("Only these post types, or these taxonomies."), api.Type("array"),
			api.Items(api.NewSchema(api.EnumOf(append(h.subtypes(), "any")), api.Type("string"))), api.Raw, api.Sanitize(h.sanitizeSubtypes))),
		api.P("exclude", ids("Leaves these ids out.")), api.P("include", ids("Only these ids.")))
	return []*api.Route{{Namespace: "wp/v2", Path: "/wp/v2/search", Schema: h.resource.Describe, Endpoints: []api.Endpoint{
		{Methods: api.Readable, Args: args, Handle: h.list},
	}}}
}

// sanitizeSubtypes keeps the subtypes that the type has; those of other types
// are valid but count for nothing (sanitize_subtypes).
func (h *search) sanitizeSubtypes(c *api.Context, name string, v any) (any, error) {
	known := append(h.subtypes(), "any")
	source := h.sources[php.ToString(c.Param("type"))]
	if a, ok := v.(*php.Array); ok { // wp_parse_list drops what is no scalar
		scalars := &php.Array{}
		for key, e := range a.All() {
			switch e.(type) {
			case *php.Array, *php.Object, nil:
			default:
				scalars.Put(key, e)
			}
		}
		v = scalars
	}
	if err := api.NewSchema(api.Type("array")).Check(v, name); err != nil {
		return nil, err
	}
	out := php.List()
	all := false
	for _, e := range api.Elements(v) {
		slug := sanitize.TitleForQuery(php.ToString(e))
		if !slices.Contains(known, slug) {
			return nil, api.NotInEnum(name+"[0]", known)
		}
		all = all || slug == "any"
		if slices.Contains(source.subtypes, slug) {
			out.Append(slug)
		}
	}
	if all {
		return php.List("any"), nil
	}
	return out, nil
}

func (h *search) fields() *api.Resource[*found] {
	shown := api.In("view", "embed")
	return &api.Resource[*found]{
		Title: "search-result",
		Whole: true,
		Fields: []api.Field[*found]{
			{Name: "id", Schema: api.Of("The number or the slug that names what was found.", []string{"integer", "string"}, shown, api.ReadOnly), Get: func(_ *api.Context, f *found) any { return f.id }},
			{Name: "title", Schema: api.String("The title of what was found.", shown, api.ReadOnly), Get: func(_ *api.Context, f *found) any { return f.title }},
			{Name: "url", Schema: api.String("The address of what was found.", api.Format("uri"), shown, api.ReadOnly), Get: func(_ *api.Context, f *found) any { return f.url }},
			{Name: "type", Schema: api.String("The kind of thing that was found; the taxonomy of terms.", api.EnumOf(searchTypes), shown, api.ReadOnly), Get: func(_ *api.Context, f *found) any { return f.kind }},
			{Name: "subtype", Schema: api.String("The post type of posts.", api.EnumOf(h.subtypes()), shown, api.ReadOnly),
				If: func(_ *api.Context, f *found) bool { return f.subtype != "" }, Get: func(_ *api.Context, f *found) any { return f.subtype }},
		},
		Links: func(c *api.Context, f *found) api.Links {
			var l api.Links
			if f.self != "" {
				l.Add("self", c.URL(f.self), api.Embeddable)
			}
			if f.about != "" {
				l.Add("about", c.URL(f.about))
			}
			l.Add("collection", c.URL("/wp/v2/search"))
			return l
		},
	}
}

// words are what is looked for; "0" is nothing, as PHP's empty has it.
func (h *search) words(c *api.Context) string {
	if words := c.String("search"); words != "0" {
		return words
	}
	return ""
}

func (h *search) list(c *api.Context) (*api.Response, error) {
	results, total, err := h.sources[c.String("type")].find(c, c.Strings("subtype"))
	if err != nil {
		return nil, err
	}
	perPage, page := c.Int("per_page"), max(c.Int("page"), 1)
	pages := (total + perPage - 1) / perPage
	if page > pages && total > 0 {
		return nil, errPageNumber("rest_search_invalid_page_number")
	}
	res := api.OK(h.resource.List(c, results))
	res.Set("X-WP-Total", int(total))
	res.Set("X-WP-TotalPages", int(pages))
	if page > 1 { // unlike other collections, the page before need not exist
		res.AddPage(c, "prev", page-1)
	}
	if page < pages {
		res.AddPage(c, "next", page+1)
	}
	return res, of(c).err
}

// posts finds published posts (WP_REST_Post_Search_Handler).
func (h *search) posts(c *api.Context, types []string) ([]*found, int64, error) {
	s := of(c)
	switch {
	case slices.Contains(types, "any"):
		types = h.postTypes()
	case len(types) == 0:
		types = []string{"post"}
	}
	perPage := c.Int("per_page")
	q := models.PostQuery{
		Types: types, Statuses: []string{"publish"}, Include: c.IDs("include"), Exclude: c.IDs("exclude"),
		Search: h.words(c), SearchOpen: !s.LoggedIn(), OrderBy: []string{"relevance"},
		Limit: perPage, Offset: absint(offsetOf(max(c.Int("page"), 1), perPage)),
	}
	posts, total, err := s.site.Store.PagePosts(s.ctx, q)
	if err != nil {
		return nil, 0, err
	}
	for i := range posts {
		s.posts.put(&posts[i], false)
	}
	s.wantParents(posts)
	if strings.Contains(s.options.String("permalink_structure"), "%") {
		for i := range posts { // addresses may need them
			s.postTerms.want(posts[i].ID)
			s.users.want(posts[i].Author)
		}
	}
	out := make([]*found, len(posts))
	for i := range posts {
		p := &posts[i]
		typ := h.site.Registry.Type(p.Type)
		out[i] = &found{id: p.ID, title: render.Title(p.Title), url: s.permalink(p), kind: "post", subtype: p.Type,
			self: postRoute(typ, p.ID), about: "/wp/v2/types/" + p.Type}
	}
	return out, total, nil
}

// terms finds terms by name or slug (WP_REST_Term_Search_Handler). Without any
// taxonomy left to look at, WordPress looks at all of them.
func (h *search) terms(c *api.Context, taxonomies []string) ([]*found, int64, error) {
	s := of(c)
	if slices.Contains(taxonomies, "any") {
		taxonomies = h.taxonomies()
	}
	perPage := c.Int("per_page")
	q := models.TermQuery{
		Taxonomies: taxonomies, Include: c.IDs("include"), Exclude: c.IDs("exclude"), Search: h.words(c),
		Limit: perPage, Offset: absint(offsetOf(max(c.Int("page"), 1), perPage)),
	}
	rows, total, err := s.site.Store.PageTerms(s.ctx, q)
	if err != nil {
		return nil, 0, err
	}
	s.keepTerms(rows)
	out := make([]*found, len(rows))
	for i := range rows {
		t := &rows[i]
		out[i] = &found{id: t.ID, title: t.Name, url: s.termLink(t), kind: t.Taxonomy, about: "/wp/v2/taxonomies/" + t.Taxonomy}
		if t.Taxonomy == "post_format" { // formats have names of their own
			out[i].url = s.formatLink(*t)
			for _, f := range registry.Formats {
				if t.Slug == "post-format-"+f.Slug {
					out[i].title = f.Name
				}
			}
		}
		if tax := h.site.Registry.Taxonomy(t.Taxonomy); tax != nil && tax.RESTBase != "" {
			out[i].self = tax.Path() + "/" + itoa(t.ID)
		}
	}
	return out, total, nil
}

// formats finds post formats that the site has used (WP_REST_Post_Format_Search_Handler).
func (h *search) formats(c *api.Context, _ []string) ([]*found, int64, error) {
	s := of(c)
	rows, err := s.site.Store.FindTerms(s.ctx, models.TermQuery{Taxonomies: []string{"post_format"}})
	if err != nil {
		return nil, 0, err
	}
	words := lower(h.words(c))
	var all []*found
	for _, f := range registry.Formats {
		i := slices.IndexFunc(rows, func(t models.TermRow) bool { return t.Slug == "post-format-"+f.Slug })
		if i < 0 || !strings.Contains(f.Slug, words) && !strings.Contains(lower(f.Name), words) {
			continue
		}
		all = append(all, &found{id: f.Slug, title: f.Name, url: s.formatLink(rows[i]), kind: "post-format"})
	}
	return cut(all, max(c.Int("page"), 1), c.Int("per_page")), int64(len(all)), nil
}

// formatLink is the address of a post format: the prefix of its slug is not shown there.
func (s *session) formatLink(t models.TermRow) string {
	t.Slug = strings.TrimPrefix(t.Slug, "post-format-")
	return s.termLink(&t)
}
