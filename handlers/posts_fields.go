package handlers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

type postField = api.Field[*models.Post]

var postSchemaOrder = []string{"date", "date_gmt", "guid", "id", "link", "modified", "modified_gmt", "slug", "status", "type", "password",
	"permalink_template", "generated_slug", "class_list", "parent", "title", "content", "author", "excerpt", "featured_media",
	"comment_status", "ping_status", "menu_order", "format", "meta", "sticky", "template"}

// fields are the fields of a type's posts: which ones depends on what the type supports.
func (p *posts) fields() *api.Resource[*models.Post] {
	typ := p.typ
	all, shown := api.In("view", "edit", "embed"), api.In("view", "edit")
	navigation := typ.Name == "wp_navigation"
	status := shown
	if navigation {
		status = all
	}
	f := []postField{
		{Name: "id", Schema: api.Integer("The number that names the post.", all, api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any { return p.ID }},
		{Name: "date", Schema: api.Of("When the post was or will be published, in the site's time.", []string{"string", "null"}, api.Format("date-time"), all), Get: postDate},
		{Name: "date_gmt", Schema: api.Of("When the post was or will be published, in UTC.", []string{"string", "null"}, api.Format("date-time"), shown), Get: postDateGMT},
		{Name: "guid", Schema: api.Object("The post's lasting identifier.", shown, api.ReadOnly), Order: []string{"raw", "rendered"}, Fields: []postField{
			{Name: "rendered", Schema: api.String("The identifier as shown.", shown, api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any { return p.GUID }},
			{Name: "raw", Schema: api.String("The identifier as stored.", api.In("edit"), api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any { return p.GUID }},
		}},
		{Name: "modified", Schema: api.String("When the post was last changed, in the site's time.", api.Format("date-time"), shown, api.ReadOnly), Get: postModified},
		{Name: "modified_gmt", Schema: api.String("When the post was last changed, in UTC.", api.Format("date-time"), shown, api.ReadOnly), Get: postModifiedGMT},
		{Name: "password", Schema: api.String("What readers must enter to see the content.", api.In("edit")), Get: func(_ *api.Context, p *models.Post) any { return p.Password }},
		{Name: "slug", Schema: api.String("The part of the address that is the post's own.", all, api.Sanitize(sanitizeSlug)), Get: func(_ *api.Context, p *models.Post) any { return p.Name }},
		{Name: "status", Schema: p.statusSchema(status), Get: func(_ *api.Context, p *models.Post) any { return p.Status }},
		{Name: "type", Schema: api.String("The type of the post.", all, api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any { return p.Type }},
		{Name: "link", Schema: api.String("The post's address.", api.Format("uri"), all, api.ReadOnly), Get: func(c *api.Context, p *models.Post) any { return of(c).permalink(p) }},
	}
	if typ.Shows("title") {
		f = append(f, p.titleField())
	}
	if typ.Shows("editor") {
		f = append(f, p.contentField())
	}
	if typ.Shows("excerpt") {
		f = append(f, excerptField())
	}
	if typ.Shows("author") {
		f = append(f, postField{Name: "author", Schema: api.Integer("Who wrote the post.", all), Get: func(_ *api.Context, p *models.Post) any { return p.Author }})
	}
	if typ.Shows("thumbnail") {
		f = append(f, postField{Name: "featured_media", Schema: api.Integer("The post's picture.", all), Get: func(c *api.Context, p *models.Post) any { return of(c).thumbnail(p.ID) }})
	}
	if typ.Hierarchical {
		f = append(f, postField{Name: "parent", Schema: api.Integer("The post above this one.", shown), Get: func(_ *api.Context, p *models.Post) any { return p.Parent }})
	}
	if typ.Shows("page-attributes") {
		f = append(f, postField{Name: "menu_order", Schema: api.Integer("The post's place among its siblings.", shown), Get: func(_ *api.Context, p *models.Post) any { return p.MenuOrder }})
	}
	if typ.Shows("comments") {
		f = append(f, postField{Name: "comment_status", Schema: api.String("Whether the post takes comments.", api.Enum("open", "closed"), shown), Get: func(_ *api.Context, p *models.Post) any { return p.CommentStatus }},
			postField{Name: "ping_status", Schema: api.String("Whether the post takes pings.", api.Enum("open", "closed"), shown), Get: func(_ *api.Context, p *models.Post) any { return p.PingStatus }})
	}
	if typ.Name == "post" {
		f = append(f, postField{Name: "sticky", Schema: api.Boolean("Whether the post stays at the top.", shown), Get: func(c *api.Context, p *models.Post) any {
			return slices.Contains(of(c).options.IDs("sticky_posts"), p.ID)
		}})
	}
	f = append(f, postField{Name: "template", Schema: api.String("The theme's template that shows the post.", shown, api.Validate(p.checkTemplate)), Get: func(c *api.Context, p *models.Post) any {
		if t := of(c).postMeta.get(p.ID).first("_wp_page_template"); php.ToBool(t) && t != "default" {
			return t
		}
		return ""
	}})
	if typ.Shows("post-formats") {
		f = append(f, postField{Name: "format", Schema: api.String("The form of the post.", api.EnumOf(registry.FormatSlugs()), shown), Get: func(c *api.Context, p *models.Post) any { return of(c).format(p.ID) }})
	}
	if typ.Shows("custom-fields") {
		f = append(f, postField{Name: "meta", Schema: metaSchema("post", typ.Name, shown), Get: func(c *api.Context, p *models.Post) any {
			m := registeredMeta("post", typ.Name, of(c).postMeta.get(p.ID))
			return slices.DeleteFunc(m, func(e php.Member) bool { return e.Key == "wp_pattern_sync_status" })
		}})
	}
	order := slices.Clone(postSchemaOrder)
	for _, t := range p.taxonomies() {
		f = append(f, postField{Name: t.RESTBase, Schema: api.Array("The post's terms of the "+t.Name+" taxonomy.", api.Items(api.Of1("integer")), shown), Get: func(c *api.Context, p *models.Post) any {
			return of(c).termIDs(p.ID, t.Name)
		}})
		order = append(order, t.RESTBase)
	}
	if typ.Name == "wp_block" {
		// WP_REST_Blocks_Controller takes it out of meta, and so knows it only where meta is shown.
		f = append(f, postField{Name: "wp_pattern_sync_status", Kept: true, Get: func(c *api.Context, p *models.Post) any {
			if !c.Wants("meta") || c.View() == "embed" {
				return ""
			}
			return of(c).postMeta.get(p.ID).first("wp_pattern_sync_status")
		}})
	}
	if typ.Viewable() {
		f = append(f,
			postField{Name: "permalink_template", Schema: api.String("The pattern of the post's address.", api.In("edit"), api.ReadOnly), If: mayEdit, Get: func(c *api.Context, p *models.Post) any {
				return of(c).address(p, true)
			}},
			postField{Name: "generated_slug", Schema: api.String("The slug the title would give.", api.In("edit"), api.ReadOnly), If: mayEdit, Get: func(c *api.Context, p *models.Post) any {
				return of(c).generatedSlug(p)
			}},
			postField{Name: "class_list", Schema: api.Array("The classes of the element that shows the post.", shown, api.ReadOnly, api.Items(api.Of1("string"))), Get: func(c *api.Context, p *models.Post) any {
				return of(c).classes(p)
			}})
	}
	return &api.Resource[*models.Post]{Title: typ.Name, Fields: f, Order: order, Links: p.links, SchemaLinks: p.schemaLinks}
}

func mayEdit(c *api.Context, p *models.Post) bool { return of(c).can("edit_post", p) }

// writableStatuses are those that a client may set: all that are not internal.
func (p *posts) writableStatuses() []string {
	var l []string
	for _, s := range p.site.Registry.Statuses {
		if !s.Internal {
			l = append(l, s.Name)
		}
	}
	return l
}

func (p *posts) titleField() postField {
	raw, rendered := api.In("edit"), api.In("view", "edit", "embed")
	switch p.typ.Name {
	case "wp_block": // WP_REST_Blocks_Controller shows patterns as they are stored
		return postField{Name: "title", Schema: api.Object("The pattern's title.", api.In("view", "edit", "embed"), api.Raw), Fields: []postField{
			{Name: "raw", Schema: api.String("The title as stored.", api.In("view", "edit")), Get: rawTitle},
		}}
	case "wp_navigation":
		raw = api.In("edit", "embed")
	}
	return postField{Name: "title", Schema: api.Object("The post's title.", api.In("view", "edit", "embed"), api.Raw), Fields: []postField{
		{Name: "raw", Schema: api.String("The title as stored.", raw), Get: rawTitle},
		{Name: "rendered", Schema: api.String("The title as shown.", rendered, api.ReadOnly), Get: renderedTitle},
	}}
}

func rawTitle(_ *api.Context, p *models.Post) any      { return p.Title }
func renderedTitle(_ *api.Context, p *models.Post) any { return render.Title(p.Title) }

// protectedTitle is the title of a revision. It has no password, unless it is an autosave
// that is the draft itself, and that one is shown as readers see it (protected_title_format).
func protectedTitle(_ *api.Context, p *models.Post) any {
	if p.HasPassword() {
		return render.Title("Protected: " + p.Title)
	}
	return render.Title(p.Title)
}

func (p *posts) contentField() postField {
	context := api.In("view", "edit")
	raw, rendered, version := api.In("edit"), context, api.In("edit")
	switch p.typ.Name {
	case "wp_block":
		raw = context
	case "wp_navigation":
		context, rendered = api.In("view", "edit", "embed"), api.In("view", "edit", "embed")
		raw, version = api.In("edit", "embed"), api.In("edit", "embed")
	}
	f := []postField{{Name: "raw", Schema: api.String("The content as stored.", raw), Get: func(c *api.Context, p *models.Post) any {
		// Raw content passes block hooks on its way out, which parse and write it anew.
		return of(c).editable(p)
	}}}
	if p.typ.Name != "wp_block" {
		f = append(f, postField{Name: "rendered", Schema: api.String("The content as shown.", rendered, api.ReadOnly), Get: func(c *api.Context, p *models.Post) any {
			if !of(c).mayReadContent(c, p) {
				return ""
			}
			return of(c).shownContent(c, p)
		}})
	}
	f = append(f,
		postField{Name: "protected", Schema: api.Boolean("Whether the content needs a password.", api.In("view", "edit", "embed"), api.ReadOnly), Get: isProtected},
		postField{Name: "block_version", Schema: api.Integer("Version of the block format in the content.", version, api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any {
			return render.BlockVersion(p.Content)
		}})
	return postField{Name: "content", Schema: api.Object("The post's content.", context, api.Raw), Order: []string{"raw", "rendered", "block_version", "protected"}, Fields: f}
}

func isProtected(_ *api.Context, p *models.Post) any { return p.HasPassword() }

func excerptField() postField {
	return postField{Name: "excerpt", Schema: api.Object("The post's summary.", api.In("view", "edit", "embed"), api.Raw), Fields: []postField{
		{Name: "raw", Schema: api.String("The summary as stored.", api.In("edit")), Get: func(_ *api.Context, p *models.Post) any { return p.Excerpt }},
		{Name: "rendered", Schema: api.String("The summary as shown.", api.In("view", "edit", "embed"), api.ReadOnly), Get: func(c *api.Context, p *models.Post) any {
			if !of(c).mayReadContent(c, p) {
				return ""
			}
			return of(c).shownExcerpt(c, p)
		}},
		{Name: "protected", Schema: api.Boolean("Whether the summary needs a password.", api.In("view", "edit", "embed"), api.ReadOnly), Get: isProtected},
	}}
}

func postDate(c *api.Context, p *models.Post) any { return of(c).date(p.Date) }

func postDateGMT(c *api.Context, p *models.Post) any {
	s := of(c)
	if p.DateGMT == zeroDate { // drafts without a date of their own
		return s.date(wpdate.ToGMT(p.Date, s.zone))
	}
	return s.date(p.DateGMT)
}

func postModified(c *api.Context, p *models.Post) any { return of(c).date(p.Modified) }

func postModifiedGMT(c *api.Context, p *models.Post) any {
	s := of(c)
	if p.ModifiedGMT == zeroDate {
		return s.date(wpdate.ToGMT(p.Modified, s.zone))
	}
	return s.date(p.ModifiedGMT)
}

// mayReadContent tells whether a post's password stands in the way
// (can_access_password_content).
func (s *session) mayReadContent(c *api.Context, p *models.Post) bool {
	switch {
	case !p.HasPassword(), c.View() == "edit" && s.can("edit_post", p):
		return true
	}
	given := c.String("password")
	return given != "" && given == p.Password
}

// thumbnail is the id of a post's picture, 0 without one.
func (s *session) thumbnail(post int64) int64 {
	return php.ToInt(s.postMeta.get(post).first("_thumbnail_id"))
}

// format is a post's format (get_post_format).
func (s *session) format(post int64) string {
	for _, t := range s.postTerms.get(post) {
		if t.Taxonomy == "post_format" {
			slug := strings.TrimPrefix(t.Slug, "post-format-")
			if slices.Contains(registry.FormatSlugs(), slug) {
				return slug
			}
		}
	}
	return "standard"
}

func (s *session) termIDs(post int64, taxonomy string) []int64 {
	l := []int64{}
	for _, t := range s.postTerms.get(post) {
		if t.Taxonomy == taxonomy {
			l = append(l, t.ID)
		}
	}
	return l
}

func (s *session) locale() string {
	if l := s.options.String("WPLANG"); l != "" {
		return l
	}
	return "en_US"
}

// classes are the classes of a post's element (get_post_class).
func (s *session) classes(p *models.Post) []string {
	l := []string{"post-" + strconv.FormatInt(p.ID, 10), p.Type, "type-" + p.Type, "status-" + p.Status}
	if t := s.site.Registry.Type(p.Type); t != nil && t.Has("post-formats") {
		l = append(l, "format-"+s.format(p.ID))
	}
	switch {
	case p.HasPassword():
		l = append(l, "post-password-required")
	case s.thumbnail(p.ID) > 0:
		l = append(l, "has-post-thumbnail")
	}
	l = append(l, "hentry")
	terms := s.postTerms.get(p.ID)
	for _, tax := range s.site.Registry.TaxonomiesOf(p.Type) {
		if !tax.Public {
			continue
		}
		for _, t := range terms {
			if t.Taxonomy != tax.Name {
				continue
			}
			id := strconv.FormatInt(t.ID, 10)
			class := sanitize.HTMLClass(t.Slug, id)
			if php.IsNumeric(class) || strings.Trim(class, "-") == "" {
				class = id
			}
			prefix := tax.Name
			if prefix == "post_tag" {
				prefix = "tag"
			}
			l = append(l, prefix+"-"+class)
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(l, func(c string) bool { again := seen[c]; seen[c] = true; return again })
}

// links are a post's relations and what may be done with it.
func (p *posts) links(c *api.Context, post *models.Post) api.Links {
	l := p.relations(c, post)
	p.actionLinks(c, post, &l)
	return l
}

// relations are what a post is connected with (prepare_links).
func (p *posts) relations(c *api.Context, post *models.Post) api.Links {
	s := of(c)
	var l api.Links
	self := postRoute(p.typ, post.ID)
	l.Add("self", c.URL(self))
	l.Add("collection", c.URL(p.typ.Path()))
	l.Add("about", c.URL("/wp/v2/types/"+p.typ.Name))
	if p.typ.Has("author") && post.Author != 0 {
		l.Add("author", c.URL("/wp/v2/users/"+strconv.FormatInt(post.Author, 10)), api.Embeddable)
	}
	if p.typ.Has("comments") {
		l.Add("replies", withQuery(c.URL("/wp/v2/comments"), "post", post.ID), api.Embeddable)
	}
	if p.typ.Has("revisions") {
		var r models.Revisions
		if s.site.keptRevisions() != 0 {
			r = s.revisions.get(post.ID)
		}
		l.Add("version-history", c.URL(self+"/revisions"), php.Member{Key: "count", Value: r.Count})
		if r.Count > 0 {
			l.Add("predecessor-version", c.URL(self+"/revisions/"+strconv.FormatInt(r.Latest, 10)), php.Member{Key: "id", Value: r.Latest})
		}
	}
	if p.typ.Hierarchical && post.Parent != 0 {
		if parent := s.posts.get(post.Parent); parent != nil {
			if t := s.site.Registry.Type(parent.Type); t != nil && t.RESTBase != "" {
				l.Add("up", c.URL(postRoute(t, parent.ID)), api.Embeddable)
			}
		}
	}
	// Nobody is led to a picture that he may not see.
	if picture := s.posts.full(s.thumbnail(post.ID)); picture != nil && picture.Type == "attachment" && s.readable(picture) {
		l.Add("https://api.w.org/featuredmedia", c.URL("/wp/v2/media/"+strconv.FormatInt(picture.ID, 10)), api.Embeddable)
	}
	if p.typ.Name != "attachment" && p.typ.Name != "nav_menu_item" {
		l.Add("https://api.w.org/attachment", withQuery(c.URL("/wp/v2/media"), "parent", post.ID))
	}
	for _, t := range p.taxonomies() {
		l.Add("https://api.w.org/term", withQuery(c.URL(t.Path()), "post", post.ID), php.Member{Key: "taxonomy", Value: t.Name}, api.Embeddable)
	}
	return l
}

// actionLinks are relations that tell the editor what it may offer.
func (p *posts) actionLinks(c *api.Context, post *models.Post, l *api.Links) {
	for _, action := range p.actions(c, post) {
		l.Add("https://api.w.org/action-"+action, c.URL(postRoute(p.typ, post.ID)))
	}
}

// postRoute is the path of a post in the API.
func postRoute(t *registry.PostType, id int64) string {
	return t.Path() + "/" + strconv.FormatInt(id, 10)
}

// actions are what the editor may offer the asker (get_available_actions).
func (p *posts) actions(c *api.Context, post *models.Post) []string {
	if c.View() != "edit" {
		return nil
	}
	s := of(c)
	var l []string
	publish, others := s.can(p.typ.Cap("publish_posts")), s.can(p.typ.Cap("edit_others_posts"))
	if p.typ.Name != "attachment" && publish {
		l = append(l, "publish")
	}
	if s.can("unfiltered_html") {
		l = append(l, "unfiltered-html")
	}
	if p.typ.Name == "post" && others && publish {
		l = append(l, "sticky")
	}
	if p.typ.Has("author") && others {
		l = append(l, "assign-author")
	}
	for _, t := range p.taxonomies() {
		create := "assign_terms"
		if t.Hierarchical {
			create = "edit_terms"
		}
		if s.can(t.Cap(create)) {
			l = append(l, "create-"+t.RESTBase)
		}
		if s.can(t.Cap("assign_terms")) {
			l = append(l, "assign-"+t.RESTBase)
		}
	}
	return l
}

// schemaLinks describe the actions in OPTIONS answers.
func (p *posts) schemaLinks(c *api.Context) []any {
	href := c.URL(p.typ.Path() + "/{id}")
	var l []any
	link := func(action, title string, properties php.Map) {
		l = append(l, schemaLink(href, "action-"+action, title, properties))
	}
	of := func(typ string) php.Map { return php.Map{{Key: "type", Value: typ}} }
	if p.typ.Name != "attachment" {
		link("publish", "The current user can publish this post.", php.Map{{Key: "status", Value: php.Map{{Key: "type", Value: "string"}, {Key: "enum", Value: []string{"publish", "future"}}}}})
	}
	link("unfiltered-html", "The current user can post unfiltered HTML markup and JavaScript.", php.Map{{Key: "content", Value: php.Map{{Key: "raw", Value: of("string")}}}})
	if p.typ.Name == "post" {
		link("sticky", "The current user can sticky this post.", php.Map{{Key: "sticky", Value: of("boolean")}})
	}
	if p.typ.Has("author") {
		link("assign-author", "The current user can change the author on this post.", php.Map{{Key: "author", Value: of("integer")}})
	}
	for _, t := range p.taxonomies() {
		ids := php.Map{{Key: t.RESTBase, Value: php.Map{{Key: "type", Value: "array"}, {Key: "items", Value: of("integer")}}}}
		link("assign-"+t.RESTBase, "The current user can assign terms in the "+t.Name+" taxonomy.", ids)
		link("create-"+t.RESTBase, "The current user can create terms in the "+t.Name+" taxonomy.", ids)
	}
	return l
}

// schemaLink describes a relation, and what the answer behind it has.
func schemaLink(href, rel, title string, properties php.Map) php.Map {
	return php.Map{{Key: "rel", Value: "https://api.w.org/" + rel}, {Key: "title", Value: title}, {Key: "href", Value: href},
		{Key: "targetSchema", Value: php.Map{{Key: "type", Value: "object"}, {Key: "properties", Value: properties}}}}
}
