package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/render"
)

// renderSite shows the site's content to dynamic blocks. What was asked once during a
// request is not asked again: a page of posts may hold the same block many times.
type renderSite struct {
	s    *session
	memo map[string]any
	// open: the answer is for editing, so those who may edit a post see it without its password.
	open bool
}

// once remembers the answer to a question.
func once[T any](r *renderSite, question string, ask func() T) T {
	if r.open {
		question += " (open)"
	}
	if v, ok := r.memo[question]; ok {
		return v.(T)
	}
	v := ask()
	if r.memo == nil {
		r.memo = map[string]any{}
	}
	r.memo[question] = v
	return v
}

func (r *renderSite) Post(id int64) *render.SitePost {
	p := r.s.posts.full(id)
	if p == nil || p.Status != "publish" && !r.s.can("read_post", p) {
		return nil
	}
	return once(r, "post "+itoa(id), func() *render.SitePost { return r.post(p) })
}

func (r *renderSite) post(p *models.Post) *render.SitePost {
	s := r.s
	locked := p.HasPassword() && !(r.open && s.can("edit_post", p))
	classes := s.classes(p)
	if i := slices.Index(classes, "post-password-required"); i >= 0 && !locked {
		classes = slices.Clone(classes)
		classes[i] = "post-password-protected"
		if s.thumbnail(p.ID) > 0 {
			classes = slices.Insert(classes, i+1, "has-post-thumbnail")
		}
	}
	return &render.SitePost{
		ID: p.ID, Parent: p.Parent, Author: p.Author, Thumbnail: s.thumbnail(p.ID), Type: p.Type, Status: p.Status,
		Title: p.Title, Content: p.Content, Excerpt: p.Excerpt, Link: s.permalink(p),
		Date: s.stamp(p.Date), Modified: s.stamp(p.Modified), ModifiedLater: p.Modified > p.Date,
		HasPassword: p.HasPassword(), Locked: locked,
		CommentsOpen: p.CommentStatus == "open", Comments: p.CommentCount, Classes: classes,
	}
}

// stamp is a stored date with the site's offset (get_the_date with format c).
func (s *session) stamp(date string) string {
	t, ok := wpdate.Parse(date, s.zone)
	if !ok {
		return ""
	}
	return t.In(s.zone).Format("2006-01-02T15:04:05-07:00")
}

func (r *renderSite) all(posts []models.Post, full bool) []*render.SitePost {
	var ids []int64
	for i := range posts {
		r.s.posts.put(&posts[i], full)
		ids = append(ids, posts[i].ID)
	}
	r.s.postMeta.want(ids...)
	r.s.postTerms.want(ids...)
	out := make([]*render.SitePost, len(posts))
	for i := range posts {
		out[i] = r.post(&posts[i])
	}
	return out
}

func (r *renderSite) Posts(q render.PostQuery) ([]*render.SitePost, int) {
	type page struct {
		posts []*render.SitePost
		total int
	}
	got := once(r, fmt.Sprintf("posts %+v", q), func() page {
		posts, total := r.find(q)
		return page{posts, total}
	})
	return got.posts, got.total
}

func (r *renderSite) find(q render.PostQuery) ([]*render.SitePost, int) {
	s := r.s
	m := models.PostQuery{Types: q.Types, Statuses: []string{"publish"}, Authors: q.Authors, Exclude: q.Exclude, Parents: q.Parents,
		Search: q.Search, OrderBy: []string{"date"}, Order: q.Order, Offset: int64(q.Offset), Limit: int64(max(q.PerPage, 0)), Columns: models.PostFull}
	if slices.Contains([]string{"title", "modified", "menu_order", "author"}, q.OrderBy) {
		m.OrderBy = []string{q.OrderBy}
	}
	if typ := s.site.Registry.Type(q.Types[0]); q.Private && typ != nil && s.LoggedIn() {
		if s.can(typ.Cap("read_private_posts")) {
			m.Statuses = append(m.Statuses, "private")
		} else {
			m.OwnStatuses, m.Self = []string{"private"}, s.row.ID
		}
	}
	for _, taxonomy := range sortedKeys(q.Terms) {
		m.Tax = append(m.Tax, models.TaxClause{Taxonomy: taxonomy, TermIDs: q.Terms[taxonomy]})
	}
	for _, taxonomy := range sortedKeys(q.NotTerms) {
		m.Tax = append(m.Tax, models.TaxClause{Taxonomy: taxonomy, TermIDs: q.NotTerms[taxonomy], Operator: "NOT IN"})
	}
	if len(q.Formats) > 0 {
		m.Tax = append(m.Tax, formatClause(q.Formats))
	}
	sticky := s.options.IDs("sticky_posts")
	switch q.Sticky {
	case "only":
		if len(sticky) == 0 {
			return nil, 0
		}
		m.Include = sticky
	case "exclude":
		m.Exclude = append(slices.Clone(m.Exclude), sticky...)
	}
	found, total, err := s.site.Store.PagePosts(s.ctx, m)
	if err != nil {
		s.fail(err)
		return nil, 0
	}
	// A query that narrows nothing is the blog's first page, wherever it begins: sticky posts come first there.
	plain := q.Sticky == "" && len(m.Tax) == 0 && q.Search == "" && len(q.Authors) == 0 && len(q.Parents) == 0
	if plain && len(sticky) > 0 && slices.Contains(q.Types, "post") {
		found = r.stickyFirst(found, sticky, q)
	}
	return r.all(found, true), int(total)
}

// stickyFirst moves sticky posts to the front and adds those that the page does not hold.
func (r *renderSite) stickyFirst(found []models.Post, sticky []int64, q render.PostQuery) []models.Post {
	var first, rest []models.Post
	missing := slices.Clone(sticky)
	for _, p := range found {
		if i := slices.Index(missing, p.ID); i >= 0 {
			first = append(first, p)
			missing = slices.Delete(missing, i, i+1)
		} else {
			rest = append(rest, p)
		}
	}
	missing = slices.DeleteFunc(missing, func(id int64) bool { return slices.Contains(q.Exclude, id) })
	if len(missing) > 0 {
		more, err := r.s.site.Store.FindPosts(r.s.ctx, models.PostQuery{Types: q.Types, Statuses: []string{"publish"}, Include: missing, Columns: models.PostFull})
		if err != nil {
			r.s.fail(err)
		}
		first = append(first, more...)
	}
	return append(first, rest...)
}

func (r *renderSite) Pages(orderBy ...string) []*render.SitePost {
	if len(orderBy) == 0 {
		orderBy = []string{"menu_order", "title"}
	}
	return once(r, fmt.Sprint("pages ", orderBy), func() []*render.SitePost {
		found, err := r.s.site.Store.FindPosts(r.s.ctx, models.PostQuery{Types: []string{"page"}, Statuses: []string{"publish"},
			OrderBy: orderBy, Order: "asc", Columns: models.PostHeaders})
		if err != nil {
			r.s.fail(err)
			return nil
		}
		return r.all(found, false)
	})
}

func (r *renderSite) PostMeta(id int64, key string) string { return r.s.postMeta.get(id).text(key) }

func (r *renderSite) PublicMeta(id int64, key string) (any, bool) {
	p := r.s.posts.get(id)
	if p == nil {
		return nil, false
	}
	for _, m := range registry.Meta("post", p.Type) {
		if m.Key == key {
			return registeredMeta("post", p.Type, r.s.postMeta.get(id)).Get(key)
		}
	}
	return nil, false
}

func (r *renderSite) term(t *models.TermRow) *render.SiteTerm {
	return &render.SiteTerm{ID: t.ID, Parent: t.Parent, Count: t.Count, Taxonomy: t.Taxonomy, Slug: t.Slug, Link: r.s.termLink(t),
		Name: t.Name, Description: t.Description}
}

func (r *renderSite) Terms(q render.TermQuery) []*render.SiteTerm {
	return once(r, fmt.Sprintf("terms %+v", q), func() []*render.SiteTerm {
		s := r.s
		m := models.TermQuery{Taxonomies: []string{q.Taxonomy}, Include: q.Include, Exclude: q.Exclude, HideEmpty: q.HideEmpty, Hierarchical: q.PadCounts,
			OrderBy: q.OrderBy, Order: q.Order, Limit: int64(q.Number)}
		if q.Roots {
			m.Parent = new(int64)
		}
		rows, err := s.site.Store.FindTerms(s.ctx, m)
		if err != nil {
			s.fail(err)
			return nil
		}
		s.keepTerms(rows)
		var ids []int64
		for i := range rows {
			ids = append(ids, rows[i].ID)
		}
		s.terms.want(ids...)
		out := make([]*render.SiteTerm, len(rows))
		for i := range rows {
			out[i] = r.term(&rows[i])
		}
		if q.PadCounts {
			r.padCounts(q.Taxonomy, out)
		}
		return out
	})
}

// padCounts lets a term count the posts of the terms below it, each post once
// (_pad_term_counts).
func (r *renderSite) padCounts(taxonomy string, terms []*render.SiteTerm) {
	pairs, err := r.s.site.Store.TermPosts(r.s.ctx, taxonomy)
	if err != nil {
		r.s.fail(err)
		return
	}
	byID := map[int64]*render.SiteTerm{}
	posts := map[int64]map[int64]bool{}
	for _, t := range terms {
		byID[t.ID], posts[t.ID] = t, map[int64]bool{}
	}
	for _, pair := range pairs {
		for id, depth := pair.TermID, 0; byID[id] != nil && depth < 100; id, depth = byID[id].Parent, depth+1 {
			posts[id][pair.ObjectID] = true
		}
	}
	for _, t := range terms {
		t.Count = int64(len(posts[t.ID]))
	}
}

func (r *renderSite) PostTerms(post int64, taxonomy string) []*render.SiteTerm {
	var out []*render.SiteTerm
	rows := r.s.postTerms.get(post)
	for i := range rows {
		if rows[i].Taxonomy == taxonomy {
			out = append(out, r.term(&rows[i]))
		}
	}
	return out
}

func (r *renderSite) Taxonomy(name string) (plural, singular, queryVar string, ok bool) {
	t := r.s.site.Registry.Taxonomy(name)
	if t == nil || !t.Public {
		return "", "", "", false
	}
	one, _ := t.Labels.Get("singular_name")
	return t.Label, php.ToString(one), t.QueryVar, true
}

func (r *renderSite) User(id int64) *render.SiteUser {
	s := r.s
	u := s.users.get(id)
	if u == nil {
		return nil
	}
	return &render.SiteUser{ID: u.ID, Name: u.DisplayName, Link: s.authorLink(u), Site: u.URL, Description: s.userMeta.get(id).text("description"),
		Avatar: func(size int) string { return s.avatar(u.Email, size) }}
}

// avatar is the address of one picture (get_avatar_url).
func (s *session) avatar(email string, size int) string {
	hash := ""
	if email = lower(strings.TrimSpace(email)); email != "" {
		sum := sha256.Sum256([]byte(email))
		hash = hex.EncodeToString(sum[:])
	}
	url := "https://secure.gravatar.com/avatar/" + hash + "?s=" + strconv.Itoa(size)
	switch fallback := s.options.String("avatar_default"); fallback {
	case "", "mystery", "mm", "mysteryman":
		url += "&d=mm"
	case "gravatar_default":
	default:
		url += "&d=" + php.URLEncode(fallback)
	}
	if rating := lower(s.options.String("avatar_rating")); rating != "" {
		url += "&r=" + php.URLEncode(rating)
	}
	return url
}

func (r *renderSite) Comments(limit int) []*render.SiteComment {
	return once(r, "comments "+strconv.Itoa(limit), func() []*render.SiteComment {
		s := r.s
		// Some may belong to posts that are not public: more are read than are shown.
		rows, err := s.site.Store.FindComments(s.ctx, models.CommentQuery{Status: []string{"approve"}, OrderBy: "date_gmt", Order: "desc", Limit: int64(2*limit + 20)})
		if err != nil {
			s.fail(err)
			return nil
		}
		for _, c := range rows {
			s.posts.want(c.PostID)
			s.users.want(c.UserID)
		}
		var out []*render.SiteComment
		for i := range rows {
			c := &rows[i]
			p := s.posts.get(c.PostID)
			if p == nil || p.Status != "publish" || len(out) == limit {
				continue
			}
			out = append(out, r.comment(c, p))
		}
		return out
	})
}

func (r *renderSite) comment(c *models.Comment, p *models.Post) *render.SiteComment {
	s := r.s
	title := p.Title
	if p.HasPassword() {
		title = "Protected: " + title
	}
	m := &render.SiteComment{ID: c.ID, Post: c.PostID, Parent: c.Parent, Type: c.Type, Author: c.Author, URL: c.AuthorURL, Site: c.AuthorURL, Link: s.commentLink(c), PostTitle: title,
		Date: s.stamp(c.Date), Content: c.Content, MayEdit: s.can("edit_post", p)}
	if hasFace(c) {
		m.Avatar = func(size int) string { return s.avatar(s.faceOf(c), size) }
	}
	if u := s.users.get(c.UserID); u != nil {
		m.UserID, m.User = u.ID, u.Nicename
		if m.URL == "" {
			m.URL = s.authorLink(u)
		}
	}
	return m
}

// maxDiscussion bounds the comments that one block shows.
const maxDiscussion = 5000

func (r *renderSite) PostComments(post int64) []*render.SiteComment {
	return once(r, "comments of "+itoa(post), func() []*render.SiteComment {
		s := r.s
		p := s.posts.full(post)
		order := s.options.String("comment_order")
		if order != "desc" {
			order = "asc"
		}
		rows, err := s.site.Store.FindComments(s.ctx, models.CommentQuery{PostIDs: []int64{post}, Status: []string{"approve"}, OrderBy: "date_gmt", Order: order, Limit: maxDiscussion})
		if err != nil {
			s.fail(err)
		}
		if p == nil || err != nil {
			return nil
		}
		for _, c := range rows {
			s.users.want(c.UserID)
		}
		out := make([]*render.SiteComment, len(rows))
		for i := range rows {
			out[i] = r.comment(&rows[i], p)
		}
		return out
	})
}

func (r *renderSite) ReaderName() string {
	if r.s.row == nil {
		return ""
	}
	return r.s.row.DisplayName
}

func (r *renderSite) MayWriteHTML() bool { return r.s.can("unfiltered_html") }

func (r *renderSite) Archives(kind string) []render.Archive {
	return once(r, "archives "+kind, func() []render.Archive {
		s := r.s
		digits := map[string]int{"yearly": 4, "monthly": 7, "daily": 10, "weekly": 10}[kind]
		periods, err := s.site.Store.Periods(s.ctx, "post", digits)
		if err != nil {
			s.fail(err)
			return nil
		}
		if kind == "weekly" {
			return s.weeks(periods)
		}
		var out []render.Archive
		for _, p := range periods {
			if p.Year == 0 {
				continue
			}
			path := fmt.Sprintf("%04d", p.Year)
			plain := path
			for _, n := range []int{p.Month, p.Day} {
				if n > 0 {
					path += fmt.Sprintf("/%02d", n)
					plain += fmt.Sprintf("%02d", n)
				}
			}
			link := s.home + "/?m=" + plain
			if s.options.String("permalink_structure") != "" {
				link = s.home + s.slashed(strings.TrimRight(s.front(), "/")+"/"+path)
			}
			out = append(out, render.Archive{Year: p.Year, Month: p.Month, Day: p.Day, Count: p.Posts, Link: link})
		}
		return out
	})
}

// weeks gathers days into weeks, which begin on the day that the site's settings name.
func (s *session) weeks(days []models.Period) []render.Archive {
	first := int(php.ToInt(s.options.String("start_of_week")))
	var out []render.Archive
	at := map[[2]int]int{}
	for _, d := range days {
		if d.Year == 0 {
			continue
		}
		day := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
		key := [2]int{d.Year, weekNumber(day, first)}
		if i, ok := at[key]; ok {
			out[i].Count += d.Posts
			continue
		}
		at[key] = len(out)
		begin := day.AddDate(0, 0, -((int(day.Weekday()) - first + 7) % 7))
		out = append(out, render.Archive{Year: begin.Year(), Month: int(begin.Month()), Day: begin.Day(), Count: d.Posts,
			Link: fmt.Sprintf("%s/?m=%d&w=%d", s.home, d.Year, key[1])})
	}
	return out
}

// weekNumber is the week as MySQL counts it for WordPress: from the first Sunday of the
// year, of a date moved back to Sunday where weeks begin later; where they begin on Monday,
// from the first week of four days (_wp_mysql_week).
func weekNumber(day time.Time, first int) int {
	if first == 1 {
		monday := (int(day.Weekday()) + 6) % 7
		n := (day.YearDay() - 1 + 7 - monday) / 7
		if january := (monday - (day.YearDay()-1)%7 + 7) % 7; january > 0 && january < 4 { // weekday of 1 January
			n++
		}
		return n
	}
	if first > 1 {
		day = day.AddDate(0, 0, -first)
	}
	return (day.YearDay() - 1 + 7 - int(day.Weekday())) / 7
}

func (r *renderSite) Option(name string) string { return r.s.options.String(name) }

func (r *renderSite) Pattern(slug string) (string, bool) {
	p := r.s.pattern(slug)
	if p == nil {
		return "", false
	}
	return p.Content, true
}

func (r *renderSite) TemplatePart(theme, slug string) (content, area string, ok bool) {
	type part struct {
		content, area string
		ok            bool
	}
	got := once(r, "part "+theme+"//"+slug, func() part {
		found, err := r.s.site.Store.FindPosts(r.s.ctx, models.PostQuery{Types: []string{"wp_template_part"}, Statuses: []string{"publish"}, Slugs: []string{slug},
			Tax: []models.TaxClause{{Taxonomy: "wp_theme", Slugs: []string{theme}}}, Limit: 1, Columns: models.PostFull})
		if err != nil {
			r.s.fail(err)
		}
		if len(found) == 0 {
			return part{}
		}
		p := part{content: found[0].Content, ok: true}
		for _, t := range r.s.postTerms.get(found[0].ID) {
			if t.Taxonomy == "wp_template_part_area" {
				p.area = t.Slug
			}
		}
		return p
	})
	return got.content, got.area, got.ok
}

func (r *renderSite) Menu() *render.SitePost {
	return once(r, "menu", func() *render.SitePost {
		found, err := r.s.site.Store.FindPosts(r.s.ctx, models.PostQuery{Types: []string{"wp_navigation"}, Statuses: []string{"publish"},
			OrderBy: []string{"date"}, Order: "desc", Limit: 1, Columns: models.PostFull})
		if err != nil {
			r.s.fail(err)
		}
		if len(found) == 0 {
			return nil
		}
		return r.post(&found[0])
	})
}

func (r *renderSite) RequestURI() string { return r.s.uri }

// Nobody has an address and a face nevertheless, as get_avatar and get_author_posts_url give them.
func (r *renderSite) Nobody() *render.SiteUser {
	s := r.s
	return &render.SiteUser{Link: s.authorLink(&models.User{}), Avatar: func(size int) string { return s.avatar("", size) }}
}

func (r *renderSite) Now() time.Time { return r.s.now.In(r.s.zone) }

func (r *renderSite) TypeName(kind string) string {
	t := r.s.site.Registry.Type(kind)
	if t == nil {
		return ""
	}
	one, _ := t.Labels.Get("singular_name")
	return php.ToString(one)
}

func (r *renderSite) SignedIn() bool { return r.s.LoggedIn() }

func (r *renderSite) MayManage() bool { return r.s.can("manage_options") }

// ClassicMenu gives a menu with what wp_nav_menu shows of it: published items that lead somewhere.
func (r *renderSite) ClassicMenu(id int64) *render.Menu {
	return once(r, "classic menu "+itoa(id), func() *render.Menu {
		s := r.s
		row := s.terms.get(id)
		if row == nil || row.Taxonomy != "nav_menu" {
			return nil
		}
		found, err := s.itemsOf(id)
		if err != nil {
			s.fail(err)
			return nil
		}
		for i := range found {
			s.postMeta.want(found[i].ID)
		}
		s.wantMenuObjects(found)
		m := &render.Menu{Name: row.Name, Slug: row.Slug}
		for i := range found {
			item := s.menuItem(&found[i])
			o := item.leads()
			if found[i].Status != "publish" || o.invalid {
				continue
			}
			url, _ := o.url.(string)
			entry := render.MenuItem{ID: found[i].ID, Parent: item.parent(), Title: item.title(), AttrTitle: item.attrTitle(), URL: url, Target: item.target(),
				XFN: item.meta.text("_menu_item_xfn"), Kind: item.kind(), Object: item.object()}
			entry.Privacy = entry.Kind == "post_type" && entry.Object == "page" && item.objectID() == s.options.Int("wp_page_for_privacy_policy") && item.objectID() > 0
			for _, class := range item.classes() {
				entry.Classes = append(entry.Classes, php.ToString(class))
			}
			m.Items = append(m.Items, entry)
		}
		return m
	})
}

func (r *renderSite) ClassicMenus() []*render.SiteTerm {
	return r.Terms(render.TermQuery{Taxonomy: "nav_menu", OrderBy: "name", Order: "asc"})
}

func (r *renderSite) Signed(encoded, hash string) (*php.Array, bool) {
	settings, err := r.s.signedWidget(encoded, hash)
	return settings, err == nil
}

func (r *renderSite) Nonce(action string) string { return r.s.newNonce(action) }

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
