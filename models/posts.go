package models

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// PostColumns says how much of each post is read.
type PostColumns int

// What can be read of a post.
const (
	PostHeaders PostColumns = iota // everything but the content
	PostIDs                        // the id alone
	PostFull                       // everything
)

var (
	postHeaders = []string{
		"id", "post_author", "post_date", "post_date_gmt", "post_title", "post_excerpt", "post_status",
		"comment_status", "ping_status", "post_password", "post_name", "post_modified", "post_modified_gmt",
		"post_parent", "guid", "menu_order", "post_type", "post_mime_type", "comment_count",
	}
	postFull = append(slices.Clone(postHeaders), "post_content", "post_content_filtered", "to_ping", "pinged")
)

func (c PostColumns) sql() string {
	switch c {
	case PostIDs:
		return columns("p", "id")
	case PostFull:
		return columns("p", postFull...)
	default:
		return columns("p", postHeaders...)
	}
}

// PostQuery says which posts are wanted, as WP_Query's arguments do. An empty field does not restrict.
type PostQuery struct {
	Types       []string
	Statuses    []string // of anybody's posts
	StatusesNot []string // status "any" is everything but trash and auto-draft
	OwnStatuses []string // with Statuses: also these, of posts whose author is Self
	Self        int64

	Include    []int64 // Exclude is ignored when set, as in WP_Query
	Exclude    []int64
	Authors    []int64 // ignored when AuthorsNot is set
	AuthorsNot []int64
	Parents    []int64 // ParentsNot is ignored when set
	ParentsNot []int64
	Slugs      []string // sanitized
	Title      string   // "" is any
	MenuOrder  *int64
	MimeTypes  []string // "image/png", "image/*" or "image"

	After, Before                 string // "2006-01-02 15:04:05" in the site's time, exclusive
	ModifiedAfter, ModifiedBefore string

	Search        string
	SearchColumns []string // post_title, post_excerpt, post_content; all of them when empty
	SearchExact   bool     // a column must be the term, not hold it
	SearchFiles   bool     // also look into the file names of attachments
	SearchOpen    bool     // find only posts without a password, as people do who are not signed in

	Tax         []TaxClause
	TaxRelation string // AND (also when empty) or OR
	Meta        []MetaClause

	OrderBy []string // as in the REST API: date (also when empty), modified, id, title, slug, author, parent, menu_order, include, include_slugs, relevance, none
	Order   string   // asc, or desc (also when empty)
	Offset  int64
	Limit   int64 // 0 is all
	Columns PostColumns

	along    bool  // read along the order of the list, instead of gathering what terms have
	narrowed bool  // a condition names the few ids that are possible
	from     *mark // begin with this row of the list
}

// TaxClause is one condition on the terms of a post.
type TaxClause struct {
	Taxonomy        string
	TermIDs         []int64
	Slugs           []string // instead of TermIDs
	Names           []string // instead of both, as they are stored
	Operator        string   // IN (also when empty), AND, NOT IN, EXISTS, NOT EXISTS
	IncludeChildren bool
	Any             []TaxClause // instead of all else: one of these holds
}

// MetaClause is one condition on the metadata of an object.
type MetaClause struct {
	Key     string
	Value   string
	Compare string // = (also when empty), EXISTS, NOT EXISTS
}

// FindPosts gives the posts of a page.
func (s *Store) FindPosts(ctx context.Context, q PostQuery) ([]Post, error) {
	where, order, limit, args := s.postStatement(ctx, q)
	inner := "SELECT " + columns("p", "id") + " FROM " + s.Table("posts") + " p" + where.where() + order.String() + limit
	bound := slices.Concat(where.args, order.args, args)
	if q.Columns == PostIDs {
		return read[Post](ctx, s, "posts", inner, bound...)
	}
	// The page is chosen first, by an index where there is one, and only its rows are read whole.
	sql := "SELECT " + q.Columns.sql() + " FROM (" + inner + ") page JOIN " + s.Table("posts") + " p ON p.id = page.id" + order.String()
	return read[Post](ctx, s, "posts", sql, append(bound, order.args...)...)
}

// PostsAfter gives the headers of posts of a type by id: the first of those with larger ids, or of those among these ids.
func (s *Store) PostsAfter(ctx context.Context, typ string, after int64, limit int, ids ...int64) ([]Post, error) {
	var c conds
	c.add("p.post_type = ? AND p.id > ?", typ, after)
	in(&c, "p.id", ids)
	return read[Post](ctx, s, "posts", "SELECT "+PostHeaders.sql()+" FROM "+s.Table("posts")+" p"+c.where()+" ORDER BY p.id LIMIT ?", append(c.args, limit)...)
}

// CountPosts tells how many posts there are on all pages.
func (s *Store) CountPosts(ctx context.Context, q PostQuery) (int64, error) {
	where, _, _, _ := s.postStatement(ctx, q)
	return count(ctx, s, "number of posts", "SELECT COUNT(*) AS n FROM "+s.Table("posts")+" p"+where.where(), where.args...)
}

// PagePosts gives the posts of a page and the number of posts on all pages. An empty page
// has the total 0, as WP_Query's has.
func (s *Store) PagePosts(ctx context.Context, q PostQuery) ([]Post, int64, error) {
	if q.Limit > 0 && q.Columns != PostIDs {
		return s.countedPosts(ctx, q)
	}
	posts, err := s.FindPosts(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	if len(posts) == 0 {
		return nil, 0, nil
	}
	if total, ok := shownTotal(len(posts), q.Offset, q.Limit); ok {
		return posts, total, nil
	}
	total, err := s.CountPosts(ctx, q)
	return posts, total, err
}

func (s *Store) countedPosts(ctx context.Context, q PostQuery) ([]Post, int64, error) {
	where, order, _, _ := s.postStatement(ctx, q)
	list := s.listing(ctx, "SELECT COUNT(*) AS n FROM "+s.Table("posts")+" p"+where.where(), where.args)
	_, searching := parseSearch(q.Search)
	var posts []Post
	var total int64
	var err error
	switch {
	case searching && !(list.known && list.long && q.indexed()):
		posts, total, err = s.searchedPosts(ctx, q, list)
	case list.known:
		total = list.total
		posts, err = s.listedPosts(ctx, q, list, order.String())
	default:
		posts, total, err = s.pageAndTotal(ctx, q, list)
	}
	if err != nil || len(posts) == 0 {
		return nil, 0, err
	}
	return posts, total, nil
}

// pageAndTotal asks for both in one statement.
func (s *Store) pageAndTotal(ctx context.Context, q PostQuery, list *listing) ([]Post, int64, error) {
	type counted struct {
		Post
		Total int64
	}
	all, _, _, _ := s.postStatement(ctx, q)
	q.along = list.long && q.indexed()
	where, order, limit, args := s.postStatement(ctx, q)
	from := " FROM " + s.Table("posts") + " p"
	sql := "SELECT " + q.Columns.sql() + ", (SELECT COUNT(*)" + from + all.where() + ") AS total FROM (SELECT " + columns("p", "id") + from + where.where() + order.String() + limit + ") page JOIN " +
		s.Table("posts") + " p ON p.id = page.id" + order.String()
	rows, err := read[counted](ctx, s, "posts", sql, slices.Concat(all.args, where.args, order.args, args, order.args)...)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	posts := make([]Post, len(rows))
	for i := range rows {
		posts[i] = rows[i].Post
	}
	list.remember(rows[0].Total)
	return posts, rows[0].Total, nil
}

// searchedPosts gives a page of what a search finds. Texts are looked into once: that gives the ids of the first posts
// and the total, which are remembered both.
func (s *Store) searchedPosts(ctx context.Context, q PostQuery, list *listing) ([]Post, int64, error) {
	where, order, _, _ := s.postStatement(ctx, q)
	place, key := min(max(q.Offset, 0), math.MaxInt64-q.Limit), keyOf(order.String(), order.args)
	found, known := list.search(ctx, key)
	if !known || found.total > int64(len(found.ids)) && place+q.Limit > int64(len(found.ids)) {
		limit, args := limits(0, max(place+q.Limit, worthKeeping))
		type numbered struct{ ID, Total int64 }
		rows, err := read[numbered](ctx, s, "posts", "SELECT p.id AS id, COUNT(*) OVER () AS total FROM "+s.Table("posts")+" p"+where.where()+order.String()+limit, slices.Concat(where.args, order.args, args)...)
		if err != nil {
			return nil, 0, err
		}
		found = searched{ids: make([]int64, len(rows))}
		for i, row := range rows {
			found.ids[i], found.total = row.ID, row.Total
		}
		list.found(key, found)
	}
	ids := found.ids[min(place, int64(len(found.ids))):min(place+q.Limit, int64(len(found.ids)))]
	if len(ids) == 0 {
		return nil, 0, nil
	}
	// The conditions are asked again, for a post may have been hidden since; its texts are not looked into twice.
	q.Search, q.Include, q.OrderBy, q.Offset, q.Limit = "", ids, []string{"none"}, 0, 0
	posts, err := s.FindPosts(ctx, q)
	slices.SortFunc(posts, func(a, b Post) int { return cmp.Compare(slices.Index(ids, a.ID), slices.Index(ids, b.ID)) })
	return posts, found.total, err
}

// listedPosts gives a page of a list that has many rows. It is read along the order of the list, from a row on that is
// known to be near.
func (s *Store) listedPosts(ctx context.Context, q PostQuery, list *listing, order string) ([]Post, error) {
	if !q.indexed() {
		return s.FindPosts(ctx, q)
	}
	place := max(q.Offset, 0)
	q.along = true
	if m, found := list.before(order, place); found {
		q.from, q.Offset = &m, place-m.place
	}
	posts, err := s.FindPosts(ctx, q)
	if n := len(posts); err == nil && n > 0 {
		first, last := &posts[0], &posts[n-1]
		list.put(order, mark{place, first.Date, first.ID})
		list.put(order, mark{place + int64(n) - 1, last.Date, last.ID})
	}
	return posts, err
}

// indexed tells whether an index holds the order of the list: by date or by id.
func (q *PostQuery) indexed() bool {
	return len(q.OrderBy) == 0 || len(q.OrderBy) == 1 && (q.OrderBy[0] == "date" || q.OrderBy[0] == "id")
}

func (s *Store) postStatement(ctx context.Context, q PostQuery) (conds, ordering, string, []any) {
	found, searching := parseSearch(q.Search)
	var texts conds
	if searching {
		q.narrowed = s.candidates(ctx, &texts, q, found)
		texts.one(found.matching(s, q.SearchColumns, q.SearchExact, q.SearchFiles), " AND ")
		if q.SearchOpen {
			texts.add("p.post_password = ''")
		}
	}
	where := s.postConditions(q)
	where.sql, where.args = append(where.sql, texts.sql...), append(where.args, texts.args...)
	order := s.postOrder(q, found, searching)
	limit, args := limits(q.Offset, q.Limit)
	return where, order, limit, args
}

func (s *Store) postConditions(q PostQuery) conds {
	var c conds
	kind, status := "p.post_type", "p.post_status"
	if len(q.Include) > 0 || len(q.Slugs) > 0 || len(q.Parents) > 0 || q.narrowed {
		kind, status = s.dialect.Aside(kind), s.dialect.Aside(status)
	}
	in(&c, kind, q.Types)
	if len(q.OwnStatuses) > 0 && q.Self > 0 {
		// Written so that the statuses stay one list, for the index.
		in(&c, status, distinct(slices.Concat(q.Statuses, q.OwnStatuses)))
		var either conds
		either.add("p.post_author = ?", q.Self)
		in(&either, "p.post_status", q.Statuses)
		c.one(either, " OR ")
	} else {
		in(&c, status, q.Statuses)
	}
	notIn(&c, "p.post_status", q.StatusesNot)
	oneOf(&c, "p.id", q.Include, q.Exclude)
	if len(q.AuthorsNot) > 0 { // WP_Query has it the other way round for authors
		notIn(&c, "p.post_author", q.AuthorsNot)
	} else {
		in(&c, "p.post_author", q.Authors)
	}
	oneOf(&c, "p.post_parent", q.Parents, q.ParentsNot)
	in(&c, "p.post_name", q.Slugs)
	if q.Title != "" {
		c.add("p.post_title = ?", q.Title)
	}
	if q.MenuOrder != nil {
		c.add("p.menu_order = ?", *q.MenuOrder)
	}
	s.mimeConditions(&c, q.MimeTypes)
	for _, bound := range []struct{ sql, date string }{
		{"p.post_date > ?", q.After}, {"p.post_date < ?", q.Before},
		{"p.post_modified > ?", q.ModifiedAfter}, {"p.post_modified < ?", q.ModifiedBefore},
	} {
		if bound.date != "" {
			c.add(bound.sql, bound.date)
		}
	}
	if q.from != nil {
		q.from.begin(&c, q)
	}
	glue := " AND "
	if strings.EqualFold(q.TaxRelation, "OR") {
		glue = " OR "
	}
	c.one(s.taxConditions(q.Tax, q.along), glue)
	for _, m := range q.Meta {
		s.metaCondition(&c, m)
	}
	return c
}

// begin adds the condition that a post is that of the mark or comes after it.
func (m *mark) begin(c *conds, q PostQuery) {
	operator := ">"
	if !strings.EqualFold(q.Order, "asc") {
		operator = "<"
	}
	if slices.Equal(q.OrderBy, []string{"id"}) {
		c.add("p.id "+operator+"= ?", m.id)
		return
	}
	// The first condition says nothing new, but is one that every engine finds in an index.
	c.add("p.post_date "+operator+"= ? AND (p.post_date "+operator+" ? OR p.id "+operator+"= ?)", m.date, m.date, m.id)
}

func oneOf(c *conds, column string, include, exclude []int64) {
	if len(include) > 0 {
		in(c, column, include)
	} else {
		notIn(c, column, exclude)
	}
}

func (s *Store) mimeConditions(c *conds, types []string) {
	var either conds
	for _, t := range types {
		group, sub, ok := strings.Cut(t, "/")
		if !ok || sub == "" || sub == "*" {
			either.expr(s.dialect.Like("p.post_mime_type", EscapeLike(group)+"/%"))
		} else {
			either.add("p.post_mime_type = ?", t)
		}
	}
	c.one(either, " OR ")
}

func (s *Store) taxConditions(clauses []TaxClause, along bool) conds {
	var c conds
	for _, t := range clauses {
		if len(t.Any) > 0 {
			c.one(s.taxConditions(t.Any, along), " OR ")
			continue
		}
		s.taxCondition(&c, t, along)
	}
	return c
}

// taxCondition writes what WP_Tax_Query would: IN and AND without terms, and AND with a
// term that does not exist, find nothing; NOT IN without terms excludes nothing. Along a list each
// post is asked for its terms: written as numbers of them, since engines turn IN and EXISTS into a gathering of all posts
// that have a term.
func (s *Store) taxCondition(c *conds, t TaxClause, along bool) {
	relationships := "SELECT tr.object_id FROM " + s.Table("term_relationships") + " tr JOIN " + s.Table("term_taxonomy") + " tt ON tt.term_taxonomy_id = tr.term_taxonomy_id"
	operator := strings.ToUpper(t.Operator)
	switch operator {
	case "EXISTS", "NOT EXISTS":
		c.add("p.id "+strings.Replace(operator, "EXISTS", "IN", 1)+" ("+relationships+" WHERE tt.taxonomy = ?)", t.Taxonomy)
		return
	}
	tree := s.termTree(t)
	if len(tree.sql) == 0 {
		if operator != "NOT IN" {
			c.add("1 = 0")
		}
		return
	}
	if along && !t.IncludeChildren && operator != "AND" {
		test := " > 0"
		if operator == "NOT IN" {
			test = " = 0"
		}
		c.add("("+strings.Replace(relationships, "tr.object_id", "COUNT(*)", 1)+tree.where()+" AND tr.object_id = p.id)"+test, tree.args...)
		return
	}
	switch operator {
	case "NOT IN":
		c.add("p.id NOT IN ("+relationships+tree.where()+")", tree.args...)
	case "AND":
		taxonomy := s.Table("term_taxonomy")
		var given conds
		given.add("tt.taxonomy = ?", t.Taxonomy)
		in(&given, "tt.term_id", t.TermIDs)
		size, sizeArgs := "?", []any{len(distinct(t.TermIDs))}
		if t.IncludeChildren || len(t.TermIDs) == 0 {
			size, sizeArgs = "(SELECT COUNT(*) FROM "+taxonomy+" tt"+tree.where()+")", tree.args
		}
		c.add("p.id IN ("+relationships+tree.where()+" GROUP BY tr.object_id HAVING COUNT(*) = "+size+")", append(slices.Clone(tree.args), sizeArgs...)...)
		if t.IncludeChildren && len(t.TermIDs) > 0 {
			c.add("(SELECT COUNT(*) FROM "+taxonomy+" tt"+given.where()+") = ?", append(given.args, len(distinct(t.TermIDs)))...)
		}
	default:
		c.add("p.id IN ("+relationships+tree.where()+")", tree.args...)
	}
}

// termTree gives the conditions that pick the terms of a clause from term_taxonomy tt.
func (s *Store) termTree(t TaxClause) conds {
	var c, given conds
	if len(t.TermIDs) > 0 {
		in(&given, "tt.term_id", t.TermIDs)
	} else if len(t.Slugs) > 0 || len(t.Names) > 0 {
		var called conds
		in(&called, "slug", t.Slugs)
		in(&called, "name", t.Names)
		given.add("tt.term_id IN (SELECT term_id FROM "+s.Table("terms")+called.where()+")", called.args...)
	} else {
		return c
	}
	c.add("tt.taxonomy = ?", t.Taxonomy)
	if !t.IncludeChildren {
		c.one(given, " AND ")
		return c
	}
	// UNION, not UNION ALL: a term that is its own ancestor ends the recursion.
	taxonomy := s.Table("term_taxonomy")
	c.add("tt.term_id IN (WITH RECURSIVE tree(term_id) AS (SELECT tt.term_id FROM "+taxonomy+" tt WHERE tt.taxonomy = ? AND "+given.join(" AND ")+
		" UNION SELECT child.term_id FROM "+taxonomy+" child JOIN tree ON child.parent = tree.term_id WHERE child.taxonomy = ?) SELECT term_id FROM tree)",
		slices.Concat([]any{t.Taxonomy}, given.args, []any{t.Taxonomy})...)
	return c
}

func (s *Store) metaCondition(c *conds, m MetaClause) {
	rows := "IN (SELECT post_id FROM " + s.Table("postmeta") + " WHERE meta_key = ?"
	switch strings.ToUpper(m.Compare) {
	case "EXISTS":
		c.add("p.id "+rows+")", m.Key)
	case "NOT EXISTS":
		c.add("p.id NOT "+rows+")", m.Key)
	default:
		c.add("p.id "+rows+" AND meta_value = ?)", m.Key, m.Value)
	}
}

var postOrders = map[string]string{
	"date": "p.post_date", "modified": "p.post_modified", "id": "p.id", "title": "p.post_title", "slug": "p.post_name",
	"author": "p.post_author", "parent": "p.post_parent", "menu_order": "p.menu_order", "comment_count": "p.comment_count",
}

// postOrder orders as WP_Query does, and by id where WordPress leaves ties to MySQL.
func (s *Store) postOrder(q PostQuery, found search, searching bool) ordering {
	var o ordering
	desc := !strings.EqualFold(q.Order, "asc")
	by := q.OrderBy
	if len(by) == 0 {
		by = []string{"date"}
	}
	for _, name := range by {
		switch name {
		case "none":
			return ordering{}
		case "include":
			if len(q.Include) > 0 {
				s.dialect.listedIDs(&o, "p.id", q.Include, false)
				continue
			}
			o.by("p.post_date", false) // nothing to go by: WP_Query takes the date, oldest first
			desc = false
		case "include_slugs":
			if len(q.Slugs) > 0 {
				listed(&o, "p.post_name", q.Slugs, false)
				continue
			}
			o.by("p.post_date", false)
			desc = false
		case "relevance":
			if searching {
				if expr, args := found.relevance(s.dialect, q.SearchExact); expr != "" {
					o.by(expr, false, args...)
				}
			}
			o.by("p.post_date", desc)
		default:
			column, ok := postOrders[name]
			if !ok {
				column = "p.post_date"
			}
			if name == "title" || name == "slug" {
				column = s.dialect.Sort(column)
			}
			o.by(column, desc)
		}
	}
	if !slices.Contains(by, "id") {
		// Only revisions share slugs; MySQL has them at hand in the order of their making.
		o.by("p.id", desc && !slices.Equal(by, []string{"slug"}))
	}
	return o
}

// PostsByID gives the posts that exist among ids.
func (s *Store) PostsByID(ctx context.Context, ids []int64, cols PostColumns) (map[int64]*Post, error) {
	out := make(map[int64]*Post, len(ids))
	err := chunks(ids, func(part []int64) error {
		var c conds
		in(&c, "p.id", part)
		posts, err := read[Post](ctx, s, "posts", "SELECT "+cols.sql()+" FROM "+s.Table("posts")+" p"+c.where(), c.args...)
		for i := range posts {
			out[posts[i].ID] = &posts[i]
		}
		return err
	})
	return out, err
}

// Lineage gives the posts with these ids and all posts above them, in one statement. SQLite reads the
// tables of a CROSS JOIN in their order; otherwise it may take a few ids for more than there are posts.
func (s *Store) Lineage(ctx context.Context, ids []int64, cols PostColumns) (map[int64]*Post, error) {
	out := make(map[int64]*Post, len(ids))
	err := chunks(ids, func(part []int64) error {
		var c conds
		in(&c, "id", part)
		table := s.Table("posts")
		posts, err := read[Post](ctx, s, "posts and their parents", "WITH RECURSIVE above(id) AS (SELECT id FROM "+table+c.where()+
			" UNION SELECT child.post_parent FROM "+table+" child JOIN above ON child.id = above.id WHERE child.post_parent > 0)"+
			" SELECT "+cols.sql()+" FROM above CROSS JOIN "+table+" p WHERE p.id = above.id", c.args...)
		for i := range posts {
			out[posts[i].ID] = &posts[i]
		}
		return err
	})
	return out, err
}

// FullLineage is Lineage with the contents of the posts themselves; of those above them only headers are read.
func (s *Store) FullLineage(ctx context.Context, ids []int64) (map[int64]*Post, error) {
	out := make(map[int64]*Post, len(ids))
	var texts strings.Builder
	for _, name := range postFull[len(postHeaders):] {
		fmt.Fprintf(&texts, ", CASE WHEN own.own = 1 THEN p.%[1]s ELSE '' END AS %[1]s", name)
	}
	err := chunks(ids, func(part []int64) error {
		var c conds
		in(&c, "id", part)
		table := s.Table("posts")
		posts, err := read[Post](ctx, s, "posts and their parents", "WITH RECURSIVE above(id, own) AS (SELECT id, 1 FROM "+table+c.where()+
			" UNION SELECT child.post_parent, 0 FROM "+table+" child JOIN above ON child.id = above.id WHERE child.post_parent > 0)"+
			" SELECT "+PostHeaders.sql()+texts.String()+" FROM (SELECT id, MAX(own) AS own FROM above GROUP BY id) own CROSS JOIN "+table+" p WHERE p.id = own.id", c.args...)
		for i := range posts {
			out[posts[i].ID] = &posts[i]
		}
		return err
	})
	return out, err
}

// PostByPath finds the post of a hierarchical type by the slugs of its ancestors and its
// own, "about/team", as get_page_by_path() does. Attachments count too, but come last.
func (s *Store) PostByPath(ctx context.Context, path string, types ...string) (*Post, error) {
	var slugs []string
	for slug := range strings.SplitSeq(path, "/") {
		if slug != "" {
			slugs = append(slugs, slug)
		}
	}
	if len(slugs) == 0 || len(slugs) > 100 {
		return nil, nil
	}
	var c conds
	in(&c, "p.post_name", distinct(slugs))
	in(&c, s.dialect.Aside("p.post_type"), append(slices.Clone(types), "attachment"))
	posts, err := read[Post](ctx, s, "pages", "SELECT "+PostHeaders.sql()+" FROM "+s.Table("posts")+" p"+c.where()+" ORDER BY p.id", c.args...)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]*Post, len(posts))
	for i := range posts {
		byID[posts[i].ID] = &posts[i]
	}
	var attachment *Post
	for i := range posts {
		p := &posts[i]
		if !hasPath(p, byID, slugs) {
			continue
		}
		if p.Type != "attachment" {
			return p, nil
		}
		if attachment == nil {
			attachment = p
		}
	}
	return attachment, nil
}

func hasPath(p *Post, byID map[int64]*Post, slugs []string) bool {
	for i := len(slugs) - 1; i >= 0; i-- {
		if p == nil || !strings.EqualFold(p.Name, slugs[i]) {
			return false
		}
		if p.Parent == 0 {
			return i == 0
		}
		p = byID[p.Parent]
	}
	return false
}

// Revisions tells of the revisions of a post.
type Revisions struct {
	PostID int64 `gorm:"column:post_id"`
	Count  int64 // autosaves included
	Latest int64 // id of the newest
}

// RevisionsOf counts the revisions of posts; a post without any is not in the answer.
func (s *Store) RevisionsOf(ctx context.Context, postIDs []int64) (map[int64]Revisions, error) {
	out := map[int64]Revisions{}
	err := chunks(postIDs, func(part []int64) error {
		var c conds
		in(&c, "r.post_parent", part)
		c.add(s.dialect.Aside("r.post_type") + " = 'revision' AND " + s.dialect.Aside("r.post_status") + " = 'inherit'")
		rows, err := read[Revisions](ctx, s, "revisions", "SELECT post_id, count, latest FROM (SELECT r.post_parent AS post_id, r.id AS latest,"+
			" COUNT(*) OVER (PARTITION BY r.post_parent) AS count,"+
			" ROW_NUMBER() OVER (PARTITION BY r.post_parent ORDER BY r.post_date DESC, r.id DESC) AS place"+
			" FROM "+s.Table("posts")+" r"+c.where()+") numbered WHERE place = 1", c.args...)
		for _, r := range rows {
			out[r.PostID] = r
		}
		return err
	})
	return out, err
}

// AuthorsWithPosts tells which of the users wrote a post of one of the types in one of the statuses.
func (s *Store) AuthorsWithPosts(ctx context.Context, userIDs []int64, types, statuses []string) (map[int64]bool, error) {
	out := map[int64]bool{}
	err := chunks(userIDs, func(part []int64) error {
		var users, posts conds
		in(&users, "u.id", part)
		posts.add("p.post_author = u.id")
		in(&posts, "p.post_type", types)
		in(&posts, "p.post_status", statuses)
		users.add("EXISTS (SELECT 1 FROM "+s.Table("posts")+" p"+posts.where()+")", posts.args...)
		rows, err := read[int64](ctx, s, "authors", "SELECT u.id FROM "+s.Table("users")+" u"+users.where(), users.args...)
		for _, id := range rows {
			out[id] = true
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find authors: %w", err)
	}
	return out, nil
}
