package handlers

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
)

// revisedMeta are the keys of metadata that revisions keep.
func revisedMeta(postType string) []string {
	var keys []string
	for _, m := range registry.Meta("post", postType) {
		if m.Key == "footnotes" {
			keys = append(keys, m.Key)
		}
	}
	return keys
}

// revise keeps a revision of a post that has been changed, unless the last one says
// the same, and lets go of the oldest beyond the number that is kept (wp_save_post_revision).
func (s *session) revise(p *models.Post) error {
	typ := s.site.Registry.Type(p.Type)
	keep := s.site.keptRevisions()
	if typ == nil || !typ.Has("revisions") || p.Status == "auto-draft" || keep == 0 {
		return nil
	}
	q := revisionsOf(p.ID)
	q.OrderBy, q.Order = []string{"date", "id"}, "asc"
	found, err := s.site.Store.FindPosts(s.ctx, q)
	if err != nil {
		return err
	}
	mark := strconv.FormatInt(p.ID, 10) + "-revision"
	for i := len(found) - 1; i >= 0; i-- {
		if strings.Contains(found[i].Name, mark) {
			if s.saysTheSame(p, &found[i]) {
				return nil
			}
			break
		}
	}
	rev, err := s.addRevision(p, "revision", models.Post{Title: p.Title, Content: p.Content, Excerpt: p.Excerpt, Date: p.Modified, DateGMT: p.ModifiedGMT})
	if err != nil || keep < 0 {
		return err
	}
	var old []int64
	for _, r := range append(found, *rev)[:max(0, int64(len(found))+1-keep)] {
		if !strings.Contains(r.Name, "autosave") {
			old = append(old, r.ID)
		}
	}
	return s.deleteRevisions(p.ID, old...)
}

// deleteRevisions removes revisions of a post. A post in the trash forgets then what it was
// before: wp_delete_post takes that from the revision, and delete_post_meta hears its post.
func (s *session) deleteRevisions(post int64, ids ...int64) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.site.Store.DeleteMeta(s.ctx, "postmeta", post, "_wp_trash_meta_status", "_wp_trash_meta_time"); err != nil {
		return err
	}
	return s.deletePosts(ids)
}

// saysTheSame compares a post with a revision, without regard to white space.
func (s *session) saysTheSame(p, rev *models.Post) bool {
	if normalSpace(p.Title) != normalSpace(rev.Title) || normalSpace(p.Content) != normalSpace(rev.Content) || normalSpace(p.Excerpt) != normalSpace(rev.Excerpt) {
		return false
	}
	s.postMeta.forget(p.ID, rev.ID)
	s.postMeta.want(p.ID, rev.ID)
	for _, key := range revisedMeta(p.Type) {
		if !slices.Equal(s.postMeta.get(p.ID)[key], s.postMeta.get(rev.ID)[key]) {
			return false
		}
	}
	return true
}

// normalSpace makes one of many blanks or line ends (normalize_whitespace).
func normalSpace(text string) string {
	text = strings.NewReplacer("\r", "\n").Replace(php.Trim(text))
	var b strings.Builder
	b.Grow(len(text))
	var last byte
	for i := range len(text) {
		c := text[i]
		if c == '\t' {
			c = ' '
		}
		if c != last || c != ' ' && c != '\n' {
			b.WriteByte(c)
		}
		last = c
	}
	return b.String()
}

// addRevision stores a revision or an autosave of a post, with the metadata that
// revisions keep (_wp_put_post_revision).
func (s *session) addRevision(p *models.Post, kind string, rev models.Post) (*models.Post, error) {
	rev.Type, rev.Status, rev.Parent, rev.Author = "revision", "inherit", p.ID, s.user.ID
	rev.Name = strconv.FormatInt(p.ID, 10) + "-" + kind + "-v1"
	if err := s.savePost(&rev, nil, false); err != nil {
		return nil, err
	}
	s.postMeta.forget(p.ID)
	for _, key := range revisedMeta(p.Type) {
		for _, v := range s.postMeta.get(p.ID)[key] {
			v, err := s.storableMeta(key, php.MaybeUnserialize(v))
			if err != nil {
				return nil, err
			}
			if err := s.site.Store.AddMeta(s.ctx, "postmeta", rev.ID, key, v); err != nil {
				return nil, err
			}
		}
	}
	return &rev, nil
}

// autosaveNow keeps what an editor has not saved: in the post itself where it is a
// draft of the asker's that nobody else has open, else in a revision that belongs to the
// asker (WP_REST_Autosaves_Controller::create_item).
func (r *revisions) autosaveNow(c *api.Context) (*api.Response, error) {
	s := of(c)
	var id int64
	err := s.write(func() error {
		before, err := r.posts.stored(c)
		if err != nil {
			return err
		}
		given := models.Post{ID: before.ID, Type: before.Type}
		draft := before.Status == "draft" || before.Status == "auto-draft"
		own := draft && before.Author == s.user.ID && !s.lockedByOther(before)
		if own {
			given = *before
		}
		dated := false
		if r.posts.drafted != (autosaved{}) {
			if dated, err = r.posts.prepare(c, &given, before); err != nil {
				return err
			}
		}
		if id = before.ID; own {
			return s.savePost(&given, before, dated)
		}
		id, err = s.keepAutosave(c, before, &given, r.posts.drafted)
		return err
	}, lockPosts)
	if err != nil {
		return nil, err
	}
	rev := s.posts.full(id)
	if s.err != nil || rev == nil {
		return nil, s.err
	}
	c.Request.SetParam("context", "edit")
	return r.item(c, r.autosave, rev), s.err
}

// autosaved are the names that a request has for the texts of an autosave.
type autosaved struct{ title, content, excerpt string }

// keepAutosave stores an autosave of the asker's as a revision. Where there is one
// already it is changed, if what is given differs from the post (create_post_autosave).
func (s *session) keepAutosave(c *api.Context, post, given *models.Post, names autosaved) (int64, error) {
	meta, _ := c.Param("meta").(*php.Array)
	q := revisionsOf(post.ID)
	q.Slugs, q.Authors, q.Limit = []string{strconv.FormatInt(post.ID, 10) + "-autosave-v1"}, []int64{s.user.ID}, 1
	found, err := s.site.Store.FindPosts(s.ctx, q)
	if err != nil {
		return 0, err
	}
	var rev *models.Post
	if len(found) == 0 {
		rev, err = s.addRevision(post, "autosave", models.Post{Title: given.Title, Content: given.Content, Excerpt: given.Excerpt})
	} else {
		before := found[0]
		after, differs := before, false
		for _, f := range []struct {
			name           string
			to, given, has *string
		}{{names.title, &after.Title, &given.Title, &post.Title}, {names.content, &after.Content, &given.Content, &post.Content}, {names.excerpt, &after.Excerpt, &given.Excerpt, &post.Excerpt}} {
			if _, ok := text(c, f.name); ok {
				*f.to = *f.given
				differs = differs || normalSpace(*f.given) != normalSpace(*f.has)
			}
		}
		stored := s.postMeta.get(post.ID)
		for _, key := range revisedMeta(post.Type) {
			if v, ok := meta.Get(key); ok && v != nil && v != stored.text(key) {
				differs = true
			}
		}
		if rev = &before; !differs {
			return before.ID, nil
		}
		after.Date, after.DateGMT = "", ""
		rev, err = &after, s.savePost(&after, &before, true)
	}
	if err != nil {
		return 0, err
	}
	for _, key := range revisedMeta(post.Type) {
		if v, ok := meta.Get(key); ok && v != nil {
			text, err := s.storableMeta(key, v)
			if err != nil {
				return 0, err
			}
			if err := s.site.Store.SetMeta(s.ctx, "postmeta", rev.ID, key, text); err != nil {
				return 0, err
			}
		}
	}
	return rev.ID, nil
}

// editLockTime is how long a post counts as open after its editor was heard of last.
const editLockTime = 150 * time.Second

// lockedByOther tells whether somebody else has a post open in an editor (wp_check_post_lock).
func (s *session) lockedByOther(p *models.Post) bool {
	at, user, _ := strings.Cut(s.postMeta.get(p.ID).first("_edit_lock"), ":")
	owner := php.ToInt(user)
	if owner == 0 {
		owner = php.ToInt(s.postMeta.get(p.ID).first("_edit_last"))
	}
	opened := time.Unix(php.ToInt(at), 0)
	return at != "" && owner != s.user.ID && s.site.Now().Sub(opened) < editLockTime && s.users.get(owner) != nil
}
