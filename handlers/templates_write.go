package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

func errTemplate() *api.Error {
	return api.NewError(http.StatusNotFound, "rest_template_not_found", "No templates exist with that id.")
}

// create stores a template that somebody has made up.
func (t *templates) create(c *api.Context) (*api.Response, error) {
	s := of(c)
	theme := s.options.String("stylesheet")
	if c.Has("theme") {
		theme = c.String("theme")
	}
	var id int64
	if err := s.write(func() error {
		post := &models.Post{Type: t.typ.Name, Status: "publish", Author: s.user.ID, Name: c.String("slug")}
		if err := t.describe(c, post, nil); err != nil {
			return err
		}
		if err := s.savePost(post, nil, false); err != nil {
			return err
		}
		if id = post.ID; strings.TrimSpace(theme) == "" { // WordPress has stored it, and does not find it
			return api.NewError(http.StatusBadRequest, "rest_template_insert_error", "A template belongs to a theme.")
		}
		return t.place(c, post, theme, "")
	}, lockPosts, lockTerms); err != nil {
		return nil, err
	}
	item, err := t.stored(s, id)
	if err != nil {
		return nil, err
	}
	res := versioned(c, t.resource.Item(c, item), func() string { return t.version(s, item) })
	res.Status = http.StatusCreated
	res.Set("Location", c.URL(t.route(item)))
	return res, s.err
}

// stored is the template that a post holds.
func (t *templates) stored(s *session, id int64) (*blockTemplate, error) {
	found, err := s.findTemplates(models.PostQuery{Types: []string{t.typ.Name}, Include: []int64{id}, Statuses: []string{"publish"}})
	if err == nil && len(found) == 0 {
		err = errTemplate()
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// describe puts what the request says into the post of a template (prepare_item_for_database).
func (t *templates) describe(c *api.Context, post *models.Post, item *blockTemplate) error {
	templateTexts(c, post, item)
	if nonEmpty(c, "author") {
		author, s := c.Int("author"), of(c)
		if author != s.user.ID && s.users.get(author) == nil {
			return api.NewError(http.StatusBadRequest, "rest_invalid_author", "Invalid author ID.")
		}
		post.Author = author
	}
	return nil
}

// templateTexts takes the texts of a template from a request. What it does not say of a
// file of the theme is as in the file.
func templateTexts(c *api.Context, post *models.Post, item *blockTemplate) {
	if item != nil && item.post == nil {
		post.Title, post.Excerpt, post.Content = item.title, item.description, item.content
	}
	for name, to := range map[string]*string{"title": &post.Title, "description": &post.Excerpt, "content": &post.Content} {
		if c.Has(name) {
			said, _ := text(c, name)
			if _, plain := c.Param(name).(string); plain || said != "" || item == nil || item.post == nil {
				*to = said
			}
		}
	}
}

// place says of what theme a template is, and for which place a part. Where theme is ""
// it stays where it was; area is where a part has been until now.
func (t *templates) place(c *api.Context, post *models.Post, theme, area string) error {
	s := of(c)
	if theme != "" {
		if err := s.setTermNamed(post, "wp_theme", s.plainName("theme")(theme)); err != nil {
			return err
		}
	}
	if t.typ.Name != "wp_template_part" {
		suggested := c.Param("is_wp_suggestion") // a template for one thing that the editor has offered
		if suggested == nil {
			return nil
		}
		return s.site.Store.SetMeta(s.ctx, "postmeta", post.ID, "is_wp_suggestion", php.ToString(suggested))
	}
	if c.Has("area") {
		area = c.String("area")
	}
	if !isTemplateArea(area) {
		area = "uncategorized"
	}
	return s.setTermNamed(post, "wp_template_part_area", area)
}

// update changes a template. What the theme has as a file becomes a post; asking for the
// theme's source deletes that post again.
func (t *templates) update(c *api.Context) (*api.Response, error) {
	s := of(c)
	revert := c.Param("source") == "theme"
	c.Request.SetParam("context", "edit")
	var id int64
	if err := s.write(func() error {
		item, err := t.current(c)
		if err != nil {
			return err
		}
		if revert {
			return t.revert(s, item)
		}
		post, before := &models.Post{Type: t.typ.Name, Author: s.user.ID, Name: item.slug}, item.post
		if before != nil {
			changed := *before
			post = &changed
		}
		post.Status = "publish"
		if err := t.describe(c, post, item); err != nil {
			return err
		}
		if isEmpty(post) { // WordPress stores nothing then, and does not say so
			id = item.wpID()
			return nil
		}
		if err := s.savePost(post, before, false); err != nil {
			return err
		}
		id = post.ID
		if before == nil {
			if err := s.site.Store.AddMeta(s.ctx, "postmeta", id, "origin", item.source); err != nil {
				return err
			}
			return t.place(c, post, item.theme, item.area)
		}
		if err := t.place(c, post, "", item.area); err != nil {
			return err
		}
		return s.revise(post)
	}, lockPosts, lockTerms); err != nil {
		return nil, err
	}
	item, err := t.find(c)
	if id != 0 {
		item, err = t.stored(s, id)
	}
	if err != nil {
		return nil, err
	}
	return versioned(c, t.resource.Item(c, item), func() string { return t.version(s, item) }), s.err
}

// current is the template that the request names, if it is what the client thinks.
func (t *templates) current(c *api.Context) (*blockTemplate, error) {
	item, err := t.find(c)
	if err != nil {
		return nil, err
	}
	changed := ""
	if item.post != nil {
		changed = item.post.ModifiedGMT
	}
	return item, unchanged(c, changed, func() string { return t.version(of(c), item) })
}

// revert goes back to the theme's file.
func (t *templates) revert(s *session, item *blockTemplate) error {
	if item.post == nil {
		return nil
	}
	if !item.hasFile { // WordPress deletes it and fails then
		return api.NewError(http.StatusBadRequest, "rest_invalid_template", "The theme has no file for this template.")
	}
	return s.deletePost(item.post)
}

// remove deletes what somebody has made of a template, or moves it to the trash.
func (t *templates) remove(c *api.Context) (*api.Response, error) {
	s := of(c)
	item, err := t.find(c)
	if err != nil {
		return nil, err
	}
	if item.post == nil {
		return nil, api.NewError(http.StatusBadRequest, "rest_invalid_template", "Templates based on theme files can't be removed.")
	}
	force := c.Bool("force")
	c.Request.SetParam("context", "edit")
	previous := t.resource.Previous(c, item)
	if s.err != nil {
		return nil, s.err
	}
	if err := s.write(func() error {
		now, err := t.current(c)
		switch {
		case err != nil:
			return err
		case now.post == nil:
			return errTemplate()
		case force:
			return s.deletePost(now.post)
		case now.status == "trash":
			return api.NewError(http.StatusGone, "rest_template_already_trashed", "The template has already been deleted.")
		}
		return s.trashPost(now.post)
	}, lockPosts, lockTerms); err != nil {
		return nil, err
	}
	if force {
		return api.OK(php.Map{{Key: "deleted", Value: true}, {Key: "previous", Value: previous}}), nil
	}
	item.status = "trash" // the rest is shown as it was, but by its name it is not found any more
	res := t.resource.Item(c, item)
	res.Links = slices.DeleteFunc(res.Links, func(r api.Relation) bool { return r.Rel == "version-history" || r.Rel == "predecessor-version" })
	return res, s.err
}

// autosaveNow keeps what an editor has not saved of a template.
func (r *templateRevisions) autosaveNow(c *api.Context) (*api.Response, error) {
	s := of(c)
	var id int64
	var post *models.Post
	if err := s.write(func() (err error) {
		if post, err = r.parent(c, "id"); err != nil {
			return err
		}
		given := models.Post{ID: post.ID, Type: post.Type}
		templateTexts(c, &given, nil)
		id, err = s.keepAutosave(c, post, &given, autosaved{"title", "content", "description"})
		return err
	}, lockPosts); err != nil {
		return nil, err
	}
	rev := s.posts.full(id)
	if s.err != nil || rev == nil {
		return nil, s.err
	}
	c.Request.SetParam("context", "edit")
	return r.autosave.Item(c, s.revisedTemplate(rev, post)), s.err
}

// delete removes a revision.
func (r *templateRevisions) delete(c *api.Context) (*api.Response, error) {
	s := of(c)
	post, err := r.parent(c, "parent")
	if err != nil {
		return nil, err
	}
	res, err := r.get(c)
	if err != nil {
		return nil, err
	}
	if !c.Bool("force") {
		return nil, api.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "Revisions do not support trashing. Set 'force=true' to delete.")
	}
	if err := s.write(func() error { return s.deleteRevisions(post.ID, c.Int("id")) }, lockPosts); err != nil {
		return nil, err
	}
	return api.OK(php.Map{{Key: "deleted", Value: true}, {Key: "previous", Value: res.Data}}), nil
}
