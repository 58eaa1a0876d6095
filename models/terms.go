package models

import (
	"context"
	"slices"
	"strings"
)

// TermRow is a term in one of its taxonomies.
type TermRow struct {
	ID             int64  `gorm:"column:term_id"`
	Name           string `gorm:"column:name"`
	Slug           string `gorm:"column:slug"`
	Group          int64  `gorm:"column:term_group"`
	TermTaxonomyID int64  `gorm:"column:term_taxonomy_id"`
	Taxonomy       string `gorm:"column:taxonomy"`
	Description    string `gorm:"column:description"`
	Parent         int64  `gorm:"column:parent"`
	Count          int64  `gorm:"column:count"`
}

var termColumns = columns("t", "term_id", "name", "slug", "term_group") + ", " +
	columns("tt", "term_taxonomy_id", "taxonomy", "description", "parent", "count")

// TermQuery says which terms are wanted, as WP_Term_Query's arguments do. An empty field does not restrict.
type TermQuery struct {
	Taxonomies []string
	Include    []int64 // Exclude is ignored when set
	Exclude    []int64
	Slugs      []string // sanitized
	Names      []string
	Search     string // in name or slug
	Parent     *int64
	ObjectIDs  []int64 // terms of these posts
	HideEmpty  bool
	// Hierarchical keeps an empty term that has a term in use below it. WordPress's
	// totals do not count such terms (wp_count_terms), nor does CountTerms.
	Hierarchical bool

	OrderBy string // as in the REST API: name (also when empty), id, slug, count, description, term_group, parent, include, include_slugs, none
	Order   string // asc (also when empty), or desc
	Offset  int64
	Limit   int64 // 0 is all
}

// FindTerms gives the terms of a page.
func (s *Store) FindTerms(ctx context.Context, q TermQuery) ([]TermRow, error) {
	c := s.termConditions(q)
	if q.HideEmpty {
		s.inUse(&c, q)
	}
	order := s.termOrder(q)
	limit, args := limits(q.Offset, q.Limit)
	return read[TermRow](ctx, s, "terms", "SELECT "+termColumns+s.termTables()+c.where()+order.String()+limit, slices.Concat(c.args, order.args, args)...)
}

// CountTerms tells how many terms there are on all pages.
func (s *Store) CountTerms(ctx context.Context, q TermQuery) (int64, error) {
	c := s.termConditions(q)
	if q.HideEmpty {
		c.add("tt.count > 0")
	}
	return count(ctx, s, "number of terms", "SELECT COUNT(*) AS n"+s.termTables()+c.where(), c.args...)
}

// PageTerms gives the terms of a page and the number of terms on all pages, which it
// counts only when the page does not show it.
func (s *Store) PageTerms(ctx context.Context, q TermQuery) ([]TermRow, int64, error) {
	terms, err := s.FindTerms(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	if total, ok := shownTotal(len(terms), q.Offset, q.Limit); ok && !(q.HideEmpty && q.Hierarchical) {
		return terms, total, nil
	}
	total, err := s.CountTerms(ctx, q)
	return terms, total, err
}

func (s *Store) termTables() string {
	return " FROM " + s.Table("terms") + " t JOIN " + s.Table("term_taxonomy") + " tt ON tt.term_id = t.term_id"
}

func (s *Store) termConditions(q TermQuery) conds {
	var c conds
	in(&c, "tt.taxonomy", q.Taxonomies)
	oneOf(&c, "t.term_id", q.Include, q.Exclude)
	in(&c, "t.slug", q.Slugs)
	in(&c, "t.name", q.Names)
	if q.Search != "" && q.Search != "0" { // "0" is empty to PHP
		var either conds
		either.expr(s.dialect.Like("t.name", Contains(q.Search)))
		either.expr(s.dialect.Like("t.slug", Contains(q.Search)))
		c.one(either, " OR ")
	}
	if q.Parent != nil {
		c.add("tt.parent = ?", *q.Parent)
	}
	if len(q.ObjectIDs) > 0 {
		var objects conds
		in(&objects, "object_id", q.ObjectIDs)
		c.add("tt.term_taxonomy_id IN (SELECT term_taxonomy_id FROM "+s.Table("term_relationships")+objects.where()+")", objects.args...)
	}
	return c
}

// inUse keeps the terms that have objects, and with Hierarchical the terms above them.
func (s *Store) inUse(c *conds, q TermQuery) {
	if !q.Hierarchical {
		c.add("tt.count > 0")
		return
	}
	var used, above conds
	used.add("used.count > 0")
	in(&used, "used.taxonomy", q.Taxonomies)
	in(&above, "upper.taxonomy", q.Taxonomies)
	above.add("upper.parent > 0")
	used.add("used.parent > 0")
	table := s.Table("term_taxonomy")
	c.add("(tt.count > 0 OR tt.term_id IN (WITH RECURSIVE above(term_id) AS (SELECT used.parent FROM "+table+" used"+used.where()+
		" UNION SELECT upper.parent FROM "+table+" upper JOIN above ON upper.term_id = above.term_id"+above.where()+") SELECT term_id FROM above))",
		append(used.args, above.args...)...)
}

var termOrders = map[string]string{
	"name": "t.name", "id": "t.term_id", "slug": "t.slug", "count": "tt.count",
	"description": "tt.description", "term_group": "t.term_group", "parent": "tt.parent",
}

func (s *Store) termOrder(q TermQuery) ordering {
	var o ordering
	desc := strings.EqualFold(q.Order, "desc")
	switch {
	case q.OrderBy == "none":
		return o
	case q.OrderBy == "include" && len(q.Include) > 0:
		s.dialect.listedIDs(&o, "t.term_id", q.Include, desc)
	case q.OrderBy == "include_slugs" && len(q.Slugs) > 0:
		listed(&o, "t.slug", q.Slugs, desc)
	default:
		column, ok := termOrders[q.OrderBy]
		if !ok {
			column = "t.name"
		}
		if column == "t.name" || column == "t.slug" || column == "tt.description" {
			column = s.dialect.Sort(column)
		}
		o.by(column, desc)
	}
	o.by("tt.term_taxonomy_id", desc)
	return o
}

// TermsOf gives the terms of posts by post, ordered by name, of these taxonomies or of all.
func (s *Store) TermsOf(ctx context.Context, objectIDs []int64, taxonomies ...string) (map[int64][]TermRow, error) {
	type objectTerm struct {
		TermRow
		ObjectID int64 `gorm:"column:object_id"`
	}
	out := make(map[int64][]TermRow, len(objectIDs))
	err := chunks(objectIDs, func(part []int64) error {
		var c conds
		in(&c, "tr.object_id", part)
		in(&c, s.dialect.Aside("tt.taxonomy"), taxonomies)
		rows, err := read[objectTerm](ctx, s, "terms of posts", "SELECT "+termColumns+", tr.object_id AS object_id"+s.termTables()+
			" JOIN "+s.Table("term_relationships")+" tr ON tr.term_taxonomy_id = tt.term_taxonomy_id"+c.where()+
			" ORDER BY "+s.dialect.Sort("t.name")+", tt.term_taxonomy_id", c.args...)
		for _, row := range rows {
			out[row.ObjectID] = append(out[row.ObjectID], row.TermRow)
		}
		return err
	})
	return out, err
}

// AllTerms gives every term of the taxonomies, ordered by name.
func (s *Store) AllTerms(ctx context.Context, taxonomies ...string) ([]TermRow, error) {
	return s.FindTerms(ctx, TermQuery{Taxonomies: taxonomies})
}

// TermLineage gives the terms with these ids and all terms above them, in one statement.
// A term that is in several taxonomies has a row for each.
func (s *Store) TermLineage(ctx context.Context, ids []int64) ([]TermRow, error) {
	var out []TermRow
	err := chunks(ids, func(part []int64) error {
		var c conds
		in(&c, "term_id", part)
		taxonomy := s.Table("term_taxonomy")
		rows, err := read[TermRow](ctx, s, "terms and their parents", "WITH RECURSIVE above(id) AS (SELECT term_taxonomy_id FROM "+taxonomy+c.where()+
			" UNION SELECT upper.term_taxonomy_id FROM above JOIN "+taxonomy+" child ON child.term_taxonomy_id = above.id"+
			" JOIN "+taxonomy+" upper ON upper.term_id = child.parent AND upper.taxonomy = child.taxonomy)"+
			" SELECT "+termColumns+" FROM above JOIN "+taxonomy+" tt ON tt.term_taxonomy_id = above.id JOIN "+s.Table("terms")+" t ON t.term_id = tt.term_id"+
			" ORDER BY tt.term_taxonomy_id", c.args...)
		out = append(out, rows...)
		return err
	})
	return out, err
}
