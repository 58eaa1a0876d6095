package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/sanitize"
)

// draftish are the statuses whose posts need no slug yet.
var draftish = []string{"draft", "pending", "auto-draft"}

// attachmentStatuses are those that a file can have; with any other it inherits that of its post.
var attachmentStatuses = []string{"inherit", "private", "trash", "auto-draft"}

// floating tells whether posts of a status have a date only when somebody gives them one.
func (s *session) floating(status string) bool {
	st := s.site.Registry.Status(status)
	return st != nil && st.DateFloating
}

// maySlug tells whether the asker may name a post that waits for review: the slug is
// for those who publish. Of a stored post it is asked in another way, in which nobody
// may publish patterns (map_meta_cap does not look at publish_blocks again).
func (s *session) maySlug(typ *registry.PostType, before *models.Post) bool {
	if before == nil {
		return s.can(typ.Cap("publish_posts"))
	}
	return s.can("publish_post", before)
}

// savePost stores a post with all that follows from its being stored (wp_insert_post,
// and wp_update_post where before is what it was until now). dated says that somebody
// has chosen the date.
func (s *session) savePost(p, before *models.Post, dated bool) error {
	local, gmt := s.present()
	previous := "new"
	if before != nil {
		previous = before.Status
		if slices.Contains(draftish, before.Status) && before.DateGMT == zeroDate && !dated {
			p.Date, p.DateGMT = local, ""
		}
	}
	typ := s.site.Registry.Type(p.Type)
	p.Title, p.Content, p.Excerpt = s.storableTitle(p.Title), s.storableContent(p.Content), s.storableHTML("excerpt", p.Excerpt)
	switch {
	case p.Type == "attachment" && !slices.Contains(attachmentStatuses, p.Status):
		p.Status = "inherit"
	case p.Status == "":
		p.Status = "draft"
	}
	if isEmpty(p) && typ != nil && typ.Has("editor") && typ.Has("title") && typ.Has("excerpt") {
		return api.NewError(http.StatusBadRequest, "empty_content", "Content, title, and excerpt are empty.")
	}
	if err := fits(p, before == nil); err != nil {
		return err
	}
	if p.Status == "pending" && typ != nil && !s.maySlug(typ, before) {
		p.Name = ""
	}
	switch named := php.ToBool(p.Name); { // PHP takes "0" for no name
	case !named && slices.Contains(draftish, p.Status):
		p.Name = ""
	case !named:
		// WordPress makes the slug of the title while its quotes have backslashes, and those count when it is cut.
		p.Name = sanitize.Title(sanitize.Slash(p.Title), "", s.locale())
	case before == nil || p.Name != before.Name:
		p.Name = sanitize.Title(sanitize.Slash(p.Name), "", s.locale()) // a NUL is "0" then
	}
	if err := s.datePost(p, before != nil, local, gmt); err != nil {
		return err
	}
	s.defaultDiscussion(p, before != nil)
	if p.Status == "private" {
		p.Password = ""
	}
	if before != nil {
		if err := s.untangle(p); err != nil {
			return err
		}
	}
	if err := s.nameForTrash(p, before); err != nil {
		return err
	}
	if p.Name != "" && !slices.Contains(draftish, p.Status) && !(p.Status == "inherit" && p.Type == "revision") {
		p.Name = s.uniqueSlug(p.Name, p)
	}
	store := func() error {
		if p.ID == 0 {
			return s.site.Store.Insert(s.ctx, p)
		}
		return s.site.Store.Save(s.ctx, p)
	}
	if err := store(); err != nil {
		return err
	}
	s.posts.put(p, true)
	s.forgetSlugs()
	if before == nil { // what a new post has is known
		s.postMeta.put(p.ID, nil)
		s.postTerms.put(p.ID, nil)
	}
	stored := *p
	if p.Name == "" && !slices.Contains(draftish, p.Status) {
		p.Name = s.uniqueSlug(s.titleSlug(p), p)
	}
	if err := s.defaultTerms(p); err != nil {
		return err
	}
	if p.GUID == "" && (before == nil || p.Status == "publish" && before.Status != "publish") {
		p.GUID = s.permalink(p)
	}
	if *p != stored {
		if err := store(); err != nil {
			return err
		}
	}
	return s.afterSaving(p, before, previous)
}

// isEmpty tells whether a post says nothing.
func isEmpty(p *models.Post) bool {
	return !php.ToBool(p.Title) && !php.ToBool(p.Content) && !php.ToBool(p.Excerpt)
}

// fits refuses what is too long for its column, as WordPress does; MySQL would cut it.
func fits(p *models.Post, created bool) error {
	const text = 1<<16 - 1
	var long []string
	for _, f := range []struct {
		column string
		fits   bool
	}{{"post_title", len(p.Title) <= text}, {"post_excerpt", len(p.Excerpt) <= text}, {"post_password", utf8.RuneCountInString(p.Password) <= 255}} {
		if !f.fits {
			long = append(long, f.column)
		}
	}
	if long == nil {
		return nil
	}
	refused := api.NewError(http.StatusInternalServerError, "db_update_error", "Could not update post in the database.")
	if created {
		refused = api.NewError(http.StatusInternalServerError, "db_insert_error", "Could not insert post into the database.")
	}
	refused.Additional = []any{unstorable(long...)}
	return refused
}

// unstorable is what WordPress tells of values that a column does not hold (wpdb::process_fields).
func unstorable(columns ...string) string {
	list := strings.Join(columns, ", ")
	if len(columns) == 1 {
		return "WordPress database error: Processing the value for the following field failed: " + list + ". The supplied value may be too long or contains invalid data."
	}
	return "WordPress database error: Processing the values for the following fields failed: " + list + ". The supplied values may be too long or contain invalid data."
}

// datePost completes the dates of a post, and with them decides between published and future.
func (s *session) datePost(p *models.Post, update bool, local, gmt string) error {
	none := func(date string) bool { return date == "" || date == zeroDate }
	switch {
	case !none(p.Date):
	case none(p.DateGMT):
		p.Date = local
	default:
		p.Date = wpdate.FromGMT(p.DateGMT, s.zone)
	}
	if t, err := time.Parse(wpdate.Stored, p.Date); err != nil || t.Year() < 1 {
		return api.NewError(http.StatusBadRequest, "invalid_date", "Invalid date.")
	}
	if none(p.DateGMT) {
		p.DateGMT = zeroDate
		if !s.floating(p.Status) {
			p.DateGMT = wpdate.ToGMT(p.Date, s.zone)
		}
	}
	p.Modified, p.ModifiedGMT = p.Date, p.DateGMT
	if update {
		p.Modified, p.ModifiedGMT = local, gmt
	}
	if p.Type == "attachment" || p.Status != "publish" && p.Status != "future" {
		return nil
	}
	now, _ := wpdate.Parse(gmt, time.UTC)
	date, _ := wpdate.Parse(p.DateGMT, time.UTC)
	p.Status = "publish"
	if date.Sub(now) >= time.Minute {
		p.Status = "future"
	}
	return nil
}

// defaultDiscussion fills in whether a post takes comments and pings.
func (s *session) defaultDiscussion(p *models.Post, update bool) {
	typ := s.site.Registry.Type(p.Type)
	for _, d := range []struct {
		status          *string
		feature, option string
	}{{&p.CommentStatus, "comments", "default_comment_status"}, {&p.PingStatus, "trackbacks", "default_ping_status"}} {
		if *d.status != "" {
			continue
		}
		*d.status = "closed"
		if !update && p.Type != "page" && typ != nil && typ.Has(d.feature) {
			*d.status = s.options.String(d.option)
		}
	}
}

// untangle keeps a post from being above itself: one that is to be below itself
// goes to the top, and so do others that run in a circle (wp_check_post_hierarchy_for_loops).
func (s *session) untangle(p *models.Post) error {
	var path []int64
	for id := p.Parent; id != 0; {
		if id == p.ID {
			p.Parent = 0
			return nil
		}
		if i := slices.Index(path, id); i >= 0 { // a circle that is there already
			return s.site.Store.Update(s.ctx, "posts", path[i:], map[string]any{"post_parent": int64(0)})
		}
		path = append(path, id)
		above := s.posts.get(id)
		if above == nil {
			return nil
		}
		id = above.Parent
	}
	return nil
}

const trashed = "__trashed"

// nameForTrash: a post in the trash gives its slug up for another one; it gets
// it back when it leaves the trash.
func (s *session) nameForTrash(p, before *models.Post) error {
	if before != nil && before.Status == "trash" && p.Status != "trash" {
		if desired := s.postMeta.get(p.ID).first("_wp_desired_post_slug"); desired != "" {
			p.Name = desired
			if err := s.site.Store.DeleteMeta(s.ctx, "postmeta", p.ID, "_wp_desired_post_slug"); err != nil {
				return err
			}
		}
	}
	if p.Status == "trash" {
		if before == nil || before.Status == "trash" {
			return nil
		}
		name, err := s.giveUpSlug(before)
		p.Name = name
		return err
	}
	if p.Name == "" {
		return nil
	}
	for _, other := range s.slugs.get(p.Name) { // wp_add_trashed_suffix_to_post_name_for_trashed_posts
		typ := s.site.Registry.Type(other.Type)
		if other.Status != "trash" || other.ID == p.ID || typ == nil || typ.ExcludeFromSearch {
			continue
		}
		name, err := s.giveUpSlug(&other)
		if err != nil {
			return err
		}
		if err := s.site.Store.Update(s.ctx, "posts", []int64{other.ID}, map[string]any{"post_name": name}); err != nil {
			return err
		}
		s.forgetSlugs()
		s.posts.forget(other.ID)
	}
	return nil
}

// giveUpSlug remembers a post's slug and gives the one it has in the trash.
func (s *session) giveUpSlug(p *models.Post) (string, error) {
	if strings.HasSuffix(p.Name, trashed) {
		return p.Name, nil
	}
	err := s.site.Store.AddMeta(s.ctx, "postmeta", p.ID, "_wp_desired_post_slug", p.Name)
	return cutSlug(p.Name, 191) + trashed, err
}

// afterSaving does what a change of a post's status, slug or date brings about.
func (s *session) afterSaving(p, before *models.Post, previous string) error {
	store := s.site.Store
	if err := s.keepEvent(p); err != nil {
		return err
	}
	if p.Status != previous {
		s.recount(s.postTerms.get(p.ID))
	}
	if before != nil {
		s.postMeta.forget(p.ID)
	}
	if p.Type == "page" && p.Parent == 0 && p.Status == "publish" && previous != "publish" {
		if err := s.addToMenus(p); err != nil {
			return err
		}
	}
	if p.Type == "post" && p.Status == "publish" { // notes for WordPress, which sends pings (_publish_post_hook)
		marks := []string{"_encloseme"}
		if s.options.Bool("default_pingback_flag") {
			marks = []string{"_pingme", "_encloseme"}
		}
		for _, mark := range marks {
			if !s.postMeta.get(p.ID).has(mark) {
				if err := store.AddMeta(s.ctx, "postmeta", p.ID, mark, "1"); err != nil {
					return err
				}
			}
		}
	}
	if err := s.noteFirst(p.Type, p.Status, previous); err != nil {
		return err
	}
	public := p.Status == "publish" || p.Type == "attachment" && p.Status == "inherit"
	if typ := s.site.Registry.Type(p.Type); before == nil || !public || typ != nil && typ.Hierarchical {
		return nil
	}
	if err := s.rememberOld(p.ID, "_wp_old_slug", before.Name, p.Name); err != nil {
		return err
	}
	return s.rememberOld(p.ID, "_wp_old_date", day(before.Date), day(p.Date))
}

// noteFirst keeps what WordPress remembers of whether anything has been published: a site with
// posts or pages is fresh no longer, and one without posts shows no calendar
// (_delete_option_fresh_site, block_core_calendar_update_has_published_posts).
func (s *session) noteFirst(typ, status, previous string) error {
	if status == "publish" && (typ == "post" || typ == "page") {
		if err := s.addOrSetOption(models.Option{Name: "fresh_site", Value: "0", Autoload: "off"}); err != nil {
			return err
		}
	}
	if typ != "post" || status == previous || status != "publish" && previous != "publish" {
		return nil
	}
	some := "1"
	if status != "publish" {
		left, err := s.site.Store.FindPosts(s.ctx, models.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"}, Limit: 1, OrderBy: []string{"none"}, Columns: models.PostIDs})
		if err != nil {
			return err
		}
		if len(left) == 0 {
			some = ""
		}
	}
	const option = "wp_calendar_block_has_published_posts"
	if _, stored := s.options.Get(option); some == "" && !stored {
		return nil
	}
	return s.setOption(option, some)
}

func day(date string) string {
	day, _, _ := strings.Cut(date, " ")
	return day
}

// rememberOld keeps what stood in a post's address, so that the old address still leads to it
// (wp_check_for_changed_slugs, wp_check_for_changed_dates).
func (s *session) rememberOld(post int64, key, before, now string) error {
	if before == now {
		return nil
	}
	defer s.postMeta.forget(post)
	known := s.postMeta.get(post)[key]
	if before != "" && !slices.Contains(known, before) {
		if err := s.site.Store.AddMeta(s.ctx, "postmeta", post, key, before); err != nil {
			return err
		}
	}
	if slices.Contains(known, now) {
		return s.site.Store.DeleteMetaValue(s.ctx, "postmeta", post, key, now)
	}
	return nil
}

// defaultTerms gives a post that has no category the one that the site has for such posts.
func (s *session) defaultTerms(p *models.Post) error {
	if p.Type != "post" || p.Status == "auto-draft" || len(s.termIDs(p.ID, "category")) > 0 {
		return nil
	}
	return s.setTerms(p, "category", []int64{s.options.Int("default_category")})
}

// setTerms gives a post these terms of a taxonomy and no others; ids of no term of it
// are ignored (wp_set_object_terms).
func (s *session) setTerms(p *models.Post, taxonomy string, ids []int64) error {
	var keep, add, remove []int64
	var changed []models.TermRow
	for _, id := range ids {
		s.terms.want(absint(id))
	}
	have := map[int64]bool{}
	for _, t := range s.postTerms.get(p.ID) {
		if t.Taxonomy == taxonomy {
			have[t.ID] = true
		}
	}
	for _, id := range ids {
		id = absint(id)
		t := s.terms.get(id)
		if t == nil || t.Taxonomy != taxonomy {
			continue
		}
		if keep = append(keep, id); !have[id] {
			add, changed = append(add, t.TermTaxonomyID), append(changed, *t)
		}
	}
	for _, t := range s.postTerms.get(p.ID) {
		if t.Taxonomy == taxonomy && !slices.Contains(keep, t.ID) {
			remove, changed = append(remove, t.TermTaxonomyID), append(changed, t)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	if err := s.site.Store.Relate(s.ctx, p.ID, add, remove); err != nil {
		return err
	}
	s.postTerms.forget(p.ID)
	s.recount(changed)
	return nil
}

// recount has write count anew, at its end, how many posts have each of the terms.
func (s *session) recount(terms []models.TermRow) {
	for _, t := range terms {
		s.uncounted[t.Taxonomy] = append(s.uncounted[t.Taxonomy], t.TermTaxonomyID)
	}
}

// countTerms counts the terms that recount was told of: once, whatever happened to their posts.
func (s *session) countTerms() error {
	for _, tax := range s.site.Registry.Taxonomies {
		ids := s.uncounted[tax.Name]
		if len(ids) == 0 {
			continue
		}
		slices.Sort(ids)
		if err := s.site.Store.Recount(s.ctx, slices.Compact(ids), tax.ObjectTypes); err != nil {
			return err
		}
	}
	clear(s.uncounted)
	return nil
}

// setFormat gives a post a format; the standard one is none (set_post_format).
func (s *session) setFormat(p *models.Post, format string) error {
	if format == "standard" {
		return s.setTerms(p, "post_format", nil)
	}
	return s.setTermNamed(p, "post_format", "post-format-"+format)
}

// setTermNamed gives a post one term of a taxonomy by its name; one that is not there is
// made (wp_set_object_terms).
func (s *session) setTermNamed(p *models.Post, taxonomy, name string) error {
	slug := sanitize.Title(name, "", s.locale())
	found, err := s.site.Store.FindTerms(s.ctx, models.TermQuery{Taxonomies: []string{taxonomy}, Slugs: []string{slug}})
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return s.setTerms(p, taxonomy, []int64{found[0].ID})
	}
	term := models.Term{Name: name, Slug: slug}
	if err := s.site.Store.Insert(s.ctx, &term); err != nil {
		return err
	}
	if err := s.site.Store.Insert(s.ctx, &models.TermTaxonomy{TermID: term.ID, Taxonomy: taxonomy}); err != nil {
		return err
	}
	s.terms.forget(term.ID)
	return s.setTerms(p, taxonomy, []int64{term.ID})
}

// setThumbnail gives a post its picture; what is no picture takes it away, and what is
// nothing at all changes nothing (set_post_thumbnail).
func (s *session) setThumbnail(p *models.Post, media int64) error {
	media = absint(media)
	if media > 0 {
		if s.posts.get(media) == nil {
			return nil
		}
		if s.imageSrc(media, 150, 150) != nil {
			return s.site.Store.SetMeta(s.ctx, "postmeta", p.ID, "_thumbnail_id", strconv.FormatInt(media, 10))
		}
	}
	return s.site.Store.DeleteMeta(s.ctx, "postmeta", p.ID, "_thumbnail_id")
}

// setSticky keeps a post at the top, or no longer (stick_post, unstick_post).
func (s *session) setSticky(post int64, sticky bool) error {
	ids := s.options.IDs("sticky_posts")
	if slices.Contains(ids, post) == sticky {
		return nil
	}
	if sticky {
		ids = append(ids, post)
	} else {
		ids = slices.DeleteFunc(ids, func(id int64) bool { return id == post })
	}
	text, err := php.Serialize(ids)
	if err != nil {
		return err
	}
	return s.setOption("sticky_posts", text)
}
