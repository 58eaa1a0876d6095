package handlers

import (
	"net/http"
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

func sanitizeSlug(c *api.Context, _ string, v any) (any, error) {
	return sanitize.Title(php.ToString(v), "", of(c).locale()), nil
}

// statusSchema: a post may keep the status it has, even one that cannot be set (check_status).
func (p *posts) statusSchema(context api.Option) *api.Schema {
	plain := api.String("Where the post stands.", api.EnumOf(p.writableStatuses()), context)
	return plain.With(api.Validate(func(c *api.Context, name string, v any) error {
		if post := of(c).posts.get(c.Int("id")); post != nil && v == post.Status {
			return nil
		}
		return plain.Check(v, name)
	}))
}

// checkTemplate: the theme must know a template by that name, unless the post has it already.
func (p *posts) checkTemplate(c *api.Context, _ string, v any) error {
	s, name := of(c), php.ToString(v)
	if !php.ToBool(v) || c.Int("id") != 0 && name == s.postMeta.get(c.Int("id")).first("_wp_page_template") {
		return nil
	}
	known, err := s.hasTemplate(p.typ.Name, name)
	if err != nil || known {
		return err
	}
	return &api.Error{Code: "rest_invalid_param", Message: "template is not one of the templates of the theme.", Bare: true}
}

// hasTemplate tells whether posts of a type may choose a template (WP_Theme::get_page_templates).
func (s *session) hasTemplate(postType, name string) (bool, error) {
	found, err := s.findAllTemplates(templateQuery{typ: "wp_template", postType: &postType})
	return slices.ContainsFunc(found, func(t *blockTemplate) bool {
		return t.slug == name && t.custom && (t.types == nil || slices.Contains(t.types, postType))
	}), err
}

func (p *posts) create(c *api.Context) (*api.Response, error) {
	s := of(c)
	var id int64
	err := s.write(func() error {
		post := &models.Post{Type: p.typ.Name, Author: s.user.ID}
		err := p.store(c, post, nil)
		id = post.ID
		return err
	}, p.locks(c)...)
	if err != nil {
		return nil, err
	}
	return p.answerNew(c, id)
}

// answerNew shows a new post, and says where it is.
func (p *posts) answerNew(c *api.Context, id int64) (*api.Response, error) {
	res, err := p.answer(c, id)
	if err == nil {
		res.Status = http.StatusCreated
		res.Set("Location", c.URL(postRoute(p.typ, id)))
	}
	return res, err
}

func (p *posts) update(c *api.Context) (*api.Response, error) {
	s := of(c)
	err := s.write(func() error {
		before, err := p.stored(c)
		if err != nil {
			return err
		}
		post := *before
		if err := p.store(c, &post, before); err != nil {
			return err
		}
		return s.revise(&post)
	}, p.locks(c)...)
	if err != nil {
		return nil, err
	}
	return p.answer(c, c.Int("id"))
}

// save stores what a request makes of a post.
func (p *posts) save(c *api.Context, post, before *models.Post) error {
	if before == nil && c.Has("id") { // what says nothing, for mayCreate refuses the rest
		return errPostID()
	}
	dated, err := p.prepare(c, post, before)
	if err != nil {
		return err
	}
	p.freeSlug(c, post, before)
	if err := of(c).savePost(post, before, dated); err != nil {
		return err
	}
	return p.saveRest(c, post)
}

// locks are those a save needs: a format may be a new term.
func (p *posts) locks(c *api.Context) []string {
	if p.typ.Shows("post-formats") && c.Has("format") {
		return []string{lockPosts, lockTerms}
	}
	return []string{lockPosts}
}

// stored gives a copy of the post that the request names, with its content, if it is what the client thinks.
func (p *posts) stored(c *api.Context) (*models.Post, error) {
	s := of(c)
	s.posts.full(c.Int("id"))
	post, err := p.find(c)
	if err != nil {
		return nil, err
	}
	before := *post
	return &before, s.unchangedPost(c, &before)
}

// answer shows a post as it is now to who has changed it.
func (p *posts) answer(c *api.Context, id int64) (*api.Response, error) {
	s := of(c)
	post := s.posts.full(id)
	if s.err != nil || post == nil {
		return nil, s.err
	}
	c.Request.SetParam("context", "edit")
	res := versioned(c, p.resource.Item(c, post), func() string { return s.postVersion(id) })
	return res, s.err
}

// text gives what a request says of a text: plain, or as the raw member of an object.
func text(c *api.Context, name string) (string, bool) {
	switch v := c.Param(name).(type) {
	case string:
		return v, true
	case *php.Array:
		raw, _ := v.Get("raw")
		if _, list := raw.(*php.Array); raw != nil && !list && (name != "title" || php.ToBool(raw)) { // no title is none
			return php.ToString(raw), true
		}
	}
	return "", false
}

// prepare puts what the request says into a post (prepare_item_for_database).
func (p *posts) prepare(c *api.Context, post, before *models.Post) (dated bool, err error) {
	s := of(c)
	for _, t := range []struct {
		field, feature string
		to             *string
	}{{"title", "title", &post.Title}, {"content", "editor", &post.Content}, {"excerpt", "excerpt", &post.Excerpt}} {
		if v, ok := text(c, t.field); ok && p.typ.Shows(t.feature) {
			*t.to = v
		}
	}
	if c.Has("status") && (before == nil || c.Param("status") != before.Status) {
		if post.Status, err = p.allowedStatus(c, c.String("status")); err != nil {
			return false, err
		}
	}
	if _, given := text(c, "content"); given && before != nil {
		post.Content = render.UpdatedContent(post.Content, p.typ.Name)
	}
	dated = p.date(c, post, before)
	if c.Has("slug") {
		post.Name = c.String("slug")
	}
	if nonEmpty(c, "author") && p.typ.Shows("author") {
		author := c.Int("author")
		if author != s.user.ID && s.users.get(author) == nil {
			return false, api.NewError(http.StatusBadRequest, "rest_invalid_author", "Invalid author ID.")
		}
		post.Author = author
	}
	if err := p.password(c, post, before); err != nil {
		return false, err
	}
	if c.Has("parent") && p.typ.Hierarchical {
		parent := c.Int("parent")
		if parent != 0 && s.posts.get(parent) == nil {
			return false, api.NewError(http.StatusBadRequest, "rest_post_invalid_id", "Invalid post parent ID.")
		}
		post.Parent = parent
	}
	if c.Has("menu_order") && p.typ.Shows("page-attributes") {
		post.MenuOrder = c.Int("menu_order")
	}
	if p.typ.Shows("comments") {
		for name, to := range map[string]*string{"comment_status": &post.CommentStatus, "ping_status": &post.PingStatus} {
			if nonEmpty(c, name) {
				*to = c.String(name)
			}
		}
	}
	if p.take != nil {
		p.take(c, post)
	}
	return dated, nil
}

// freeSlug finds a slug that no other post has for a draft that is given one: drafts share
// slugs otherwise, and autosaves keep what they are given.
func (p *posts) freeSlug(c *api.Context, post, before *models.Post) {
	status := post.Status
	if status == "" {
		status = "draft"
	}
	if c.Has("slug") && php.ToBool(post.Name) && (status == "draft" || status == "pending") && (before != nil || post.Status != "") {
		published := *post
		published.Status = "publish"
		post.Name = of(c).uniqueSlug(post.Name, &published)
	}
}

// allowedStatus is a status that the asker may give (handle_status_param).
func (p *posts) allowedStatus(c *api.Context, status string) (string, error) {
	publish := of(c).can(p.typ.Cap("publish_posts"))
	switch status {
	case "draft", "pending":
	case "private":
		if !publish {
			return "", c.Forbidden("rest_cannot_publish", "Sorry, you are not allowed to create private posts in this post type.")
		}
	case "publish", "future":
		if !publish {
			return "", c.Forbidden("rest_cannot_publish", "Sorry, you are not allowed to publish posts in this post type.")
		}
	default:
		if p.site.Registry.Status(status) == nil {
			return "draft", nil
		}
	}
	return status, nil
}

// date takes the date of a request: the local one goes before that in UTC, and null
// asks for the present. It tells whether somebody has chosen a date.
func (p *posts) date(c *api.Context, post, before *models.Post) bool {
	s := of(c)
	chosen := false
	for _, name := range []string{"date", "date_gmt"} {
		if !nonEmpty(c, name) {
			continue
		}
		local, gmt, ok := wpdate.WithGMT(c.String(name), name == "date_gmt", s.zone)
		if ok && (before == nil || name == "date" && local != before.Date || name == "date_gmt" && gmt != before.DateGMT) {
			post.Date, post.DateGMT, chosen = local, gmt, true
		}
		break
	}
	for _, name := range []string{"date", "date_gmt"} {
		if c.Request.Has(name) && !c.Has(name) {
			post.Date, post.DateGMT = "", ""
		}
	}
	return chosen
}

// password takes the password of a request. Files and sticky posts have none.
func (p *posts) password(c *api.Context, post, before *models.Post) error {
	s := of(c)
	refuse := func(message string) error {
		return api.NewError(http.StatusBadRequest, "rest_invalid_field", message)
	}
	if c.Has("password") && p.typ.Name != "attachment" {
		post.Password = c.String("password")
		if post.Password != "" && p.typ.Name == "post" && (c.Bool("sticky") || before != nil && slices.Contains(s.options.IDs("sticky_posts"), before.ID)) {
			return refuse("A post can not be sticky and have a password.")
		}
	}
	if p.typ.Name == "post" && c.Bool("sticky") && before != nil && before.HasPassword() {
		return refuse("A password protected post can not be set to sticky.")
	}
	return nil
}

// saveRest stores what a request says of a post beside its row.
func (p *posts) saveRest(c *api.Context, post *models.Post) error {
	s := of(c)
	if p.typ.Name == "post" && c.Has("sticky") {
		if err := s.setSticky(post.ID, c.Bool("sticky")); err != nil {
			return err
		}
	}
	if p.typ.Name != "attachment" && p.typ.Shows("thumbnail") && c.Has("featured_media") { // files see to it themselves
		if err := s.setThumbnail(post, c.Int("featured_media")); err != nil {
			return err
		}
	}
	if p.typ.Shows("post-formats") && nonEmpty(c, "format") {
		if err := s.setFormat(post, c.String("format")); err != nil {
			return err
		}
	}
	if c.Has("template") {
		name := php.ToString(c.Param("template"))
		if c.Int("id") == 0 && name != "" { // a new post has one of the theme's; what a stored one is given stays (handle_template)
			known, err := s.hasTemplate(p.typ.Name, name)
			if err != nil {
				return err
			}
			if !known {
				name = ""
			}
		}
		if err := s.site.Store.SetMeta(s.ctx, "postmeta", post.ID, "_wp_page_template", name); err != nil {
			return err
		}
	}
	for _, tax := range p.taxonomies() {
		if !c.Has(tax.RESTBase) {
			continue
		}
		if err := s.setTerms(post, tax.Name, c.Ints(tax.RESTBase)); err != nil {
			return err
		}
	}
	if p.keep != nil {
		if err := p.keep(c, post); err != nil {
			return err
		}
	}
	s.postMeta.forget(post.ID)
	if meta, ok := c.Param("meta").(*php.Array); ok && p.typ.Shows("custom-fields") {
		return s.saveMeta(c, metaTarget{"post", p.typ.Name, "postmeta", post.ID, s.postMeta.get(post.ID)}, meta)
	}
	return nil
}
