package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

func (p *posts) delete(c *api.Context) (*api.Response, error) {
	s := of(c)
	c.Request.SetParam("context", "edit")
	if !c.Bool("force") {
		if s.site.trashDays() == 0 {
			return nil, errNoTrash()
		}
		if err := s.write(func() error { return p.trash(c) }, lockPosts); err != nil {
			return nil, err
		}
		return p.answer(c, c.Int("id"))
	}
	return p.deleteNow(c)
}

// deleteNow removes a post for good, and shows what it was.
func (p *posts) deleteNow(c *api.Context) (*api.Response, error) {
	s := of(c)
	post := s.posts.full(c.Int("id"))
	if post == nil {
		return nil, errPostID()
	}
	previous := p.resource.Previous(c, post)
	err := s.write(func() error {
		post, err := p.stored(c)
		if err != nil {
			return err
		}
		return s.deletePost(post)
	}, lockPosts)
	return api.OK(php.Map{{Key: "deleted", Value: true}, {Key: "previous", Value: previous}}), err
}

// errNoTrash refuses to put things where nothing is kept.
func errNoTrash() *api.Error {
	return api.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "The site has no trash. Set 'force=true' to delete.")
}

// trash moves a post to the trash, its comments with it (wp_trash_post).
func (p *posts) trash(c *api.Context) error {
	s := of(c)
	before, err := p.stored(c)
	if err != nil {
		return err
	}
	if before.Status == "trash" {
		return api.NewError(http.StatusGone, "rest_already_trashed", "The post has already been deleted.")
	}
	return s.trashPost(before)
}

// trashPost is trash for a post that is loaded.
func (s *session) trashPost(before *models.Post) error {
	if err := s.leaveFront(before); err != nil {
		return err
	}
	for _, m := range [][2]string{{"_wp_trash_meta_status", before.Status}, {"_wp_trash_meta_time", strconv.FormatInt(s.site.Now().Unix(), 10)}} {
		if err := s.site.Store.AddMeta(s.ctx, "postmeta", before.ID, m[0], m[1]); err != nil {
			return err
		}
	}
	post := *before
	post.Status = "trash"
	if err := s.savePost(&post, before, false); err != nil {
		return err
	}
	if err := s.forgetTemplate(&post); err != nil {
		return err
	}
	if err := s.revise(&post); err != nil {
		return err
	}
	return s.trashComments(post.ID)
}

// forgetTemplate: a template that the theme does not have any more does not go into the
// trash with the post that chose it (wp_insert_post, which is told of it there).
func (s *session) forgetTemplate(p *models.Post) error {
	name := s.postMeta.get(p.ID).text("_wp_page_template")
	if !php.ToBool(name) || name == "default" {
		return s.err
	}
	if known, err := s.hasTemplate(p.Type, name); err != nil || known {
		return err
	}
	return s.site.Store.SetMeta(s.ctx, "postmeta", p.ID, "_wp_page_template", "default")
}

// trashComments hides the comments of a post in the trash, and remembers what they were (wp_trash_post_comments).
func (s *session) trashComments(post int64) error {
	store := s.site.Store
	ids, err := store.IDs(s.ctx, "comments", "comment_post_id", []int64{post})
	if err != nil || len(ids) == 0 {
		return err
	}
	found, err := store.CommentsByID(s.ctx, ids)
	if err != nil {
		return err
	}
	statuses := &php.Array{}
	for _, id := range ids {
		if comment := found[id]; comment != nil {
			statuses.Put(php.IntKey(id), comment.Approved)
		}
	}
	text, err := php.Serialize(statuses)
	if err != nil {
		return err
	}
	if err := store.AddMeta(s.ctx, "postmeta", post, "_wp_trash_meta_comments_status", text); err != nil {
		return err
	}
	return store.Update(s.ctx, "comments", ids, map[string]any{"comment_approved": "post-trashed"})
}

// leaveFront: a page that goes is the front page no longer, nor the page of posts
// (_reset_front_page_settings_for_post); and nothing that goes is sticky.
func (s *session) leaveFront(p *models.Post) error {
	id := strconv.FormatInt(p.ID, 10)
	if p.Type == "page" {
		front := map[string]string{}
		if s.options.String("page_on_front") == id {
			front["show_on_front"], front["page_on_front"] = "posts", "0"
		}
		if s.options.String("page_for_posts") == id {
			front["page_for_posts"] = "0"
		}
		for name, value := range front {
			if err := s.setOption(name, value); err != nil {
				return err
			}
		}
	}
	return s.setSticky(p.ID, false)
}

// deletePost removes a post and all that is its own: terms, revisions, comments,
// metadata, items of menus. What is below it moves up (wp_delete_post).
func (s *session) deletePost(p *models.Post) error {
	store := s.site.Store
	if err := s.leaveFront(p); err != nil {
		return err
	}
	if p.Type == "page" && s.options.Int("wp_page_for_privacy_policy") == p.ID {
		if err := s.setOption("wp_page_for_privacy_policy", "0"); err != nil {
			return err
		}
	}
	never := *p
	never.Status = "trash"
	if err := s.keepEvent(&never); err != nil {
		return err
	}
	up := int64(0)
	if t := s.site.Registry.Type(p.Type); t != nil && t.Hierarchical {
		up = p.Parent
	}
	below, err := store.FindPosts(s.ctx, models.PostQuery{Parents: []int64{p.ID}, OrderBy: []string{"none"}})
	if err != nil {
		return err
	}
	gone, moved := []int64{p.ID}, []int64(nil)
	for _, child := range below {
		switch {
		case child.Type == "revision":
			gone = append(gone, child.ID)
		case child.Type == "attachment", child.Type == p.Type && child.Type != "":
			moved = append(moved, child.ID)
		}
	}
	if err := store.Update(s.ctx, "posts", moved, map[string]any{"post_parent": up}); err != nil {
		return err
	}
	items, err := s.menuItemsOf("post_type", p.Type, p.ID)
	if err != nil {
		return err
	}
	gone = append(gone, items...)
	if err := s.deletePosts(gone); err != nil {
		return err
	}
	return s.noteFirst(p.Type, "", p.Status)
}

// deletePosts removes posts with their terms, comments and metadata, and nothing else.
func (s *session) deletePosts(gone []int64) error {
	store := s.site.Store
	terms, err := store.TermsOf(s.ctx, gone)
	if err != nil {
		return err
	}
	comments, err := store.IDs(s.ctx, "comments", "comment_post_id", gone)
	if err != nil {
		return err
	}
	for _, d := range []struct {
		table, column string
		ids           []int64
	}{
		{"commentmeta", "comment_id", comments}, {"comments", "comment_id", comments}, {"term_relationships", "object_id", gone},
		{"postmeta", "post_id", gone}, {"posts", "id", gone},
	} {
		if err := store.Delete(s.ctx, d.table, d.column, d.ids); err != nil {
			return err
		}
	}
	var counted []models.TermRow
	for _, list := range terms {
		counted = append(counted, list...)
	}
	s.recount(counted)
	return nil
}

// menuItemsOf are the items of menus that lead to an object: a post or a term, which is
// of this type or taxonomy (_wp_delete_post_menu_item, _wp_delete_tax_menu_item).
func (s *session) menuItemsOf(kind, object string, id int64) ([]int64, error) {
	found, err := s.site.Store.FindPosts(s.ctx, models.PostQuery{
		Types: []string{"nav_menu_item"}, OrderBy: []string{"none"}, Columns: models.PostIDs,
		Meta: []models.MetaClause{{Key: "_menu_item_object_id", Value: strconv.FormatInt(id, 10)}, {Key: "_menu_item_type", Value: kind}, {Key: "_menu_item_object", Value: object}},
	})
	ids := make([]int64, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	slices.Sort(ids)
	return ids, err
}
