package handlers

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

// termValues are what a request wants a term to be; nil is not named.
type termValues struct {
	name, slug, description *string
	parent                  *int64
}

// maxTermText is how many characters the columns of names and slugs hold.
const maxTermText = 200

// cleaned passes a text that was sent through a filter.
func cleaned(filter func(string) string) api.Option {
	return api.Sanitize(func(_ *api.Context, _ string, v any) (any, error) { return filter(php.ToString(v)), nil })
}

// values reads a request; a parent must be a term of the taxonomy.
func (t *terms) values(c *api.Context) (termValues, error) {
	var v termValues
	s := of(c)
	if c.Has("parent") {
		if !t.tax.Hierarchical {
			return v, api.NewError(http.StatusBadRequest, "rest_taxonomy_not_hierarchical", "Cannot set parent term, taxonomy is not hierarchical.")
		}
		parent := c.Int("parent")
		if parent != 0 {
			if row := s.terms.get(parent); row == nil || row.Taxonomy != t.tax.Name {
				return v, api.NewError(http.StatusBadRequest, "rest_term_invalid", "Parent term does not exist.")
			}
		}
		v.parent = &parent
	}
	text := func(name string, clean func(string) string) *string {
		if !c.Has(name) {
			return nil
		}
		out := clean(c.String(name))
		return &out
	}
	v.name = text("name", s.plainName("term name"))
	v.slug = text("slug", s.slugOf)
	v.description = text("description", s.cleaner("term description", sanitize.UserFilter()))
	return v, s.err
}

// slugOf makes a slug of a text in the site's language (sanitize_title).
func (s *session) slugOf(text string) string { return sanitize.Title(text, "", s.locale()) }

func errEmptyTermName() *api.Error {
	return &api.Error{Code: "empty_term_name", Message: "A name is required for this term.", Bare: true}
}

// create adds a term (wp_insert_term).
func (t *terms) create(c *api.Context) (*api.Response, error) {
	s := of(c)
	v, err := t.values(c)
	if err != nil {
		return nil, err
	}
	var id int64
	if err := s.write(func() (err error) {
		id, err = t.adding(c, v)
		return err
	}, lockTerms); err != nil {
		return nil, err
	}
	row, err := t.written(c, id)
	if err != nil {
		return nil, err
	}
	res := versioned(c, t.resource.Item(c, row), func() string { return s.termVersion(row) })
	res.Status = http.StatusCreated
	res.Set("Location", c.URL(t.route(id)))
	return res, s.err
}

// written is a term as it is after a write, to be shown for editing.
func (t *terms) written(c *api.Context, id int64) (*models.TermRow, error) {
	c.Request.SetParam("context", "edit")
	row := of(c).terms.get(id)
	if row == nil || row.Taxonomy != t.tax.Name {
		return nil, api.NewError(http.StatusNotFound, "rest_term_invalid", "Term does not exist.")
	}
	return row, nil
}

func (t *terms) add(c *api.Context, v termValues) (int64, error) { return t.insert(of(c), v) }

func (t *terms) insert(s *session, v termValues) (int64, error) {
	store := s.site.Store
	name, given, description, parent := "", "", "", int64(0)
	for _, f := range []struct{ to, from *string }{{&name, v.name}, {&given, v.slug}, {&description, v.description}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if v.parent != nil {
		parent = *v.parent
	}
	if strings.TrimSpace(name) == "" {
		return 0, errEmptyTermName()
	}
	slug, provided := given, php.ToBool(given)
	if !provided {
		slug = s.slugOf(name)
	}
	if err := t.exists(s, name, slug, provided, parent); err != nil {
		return 0, err
	}
	slug, err := t.uniqueSlug(s, slug, 0, parent)
	if err != nil {
		return 0, err
	}
	if fields := tooLong(name, slug); fields != nil {
		// WordPress tells what the database layer said, as text in place of data.
		return 0, &api.Error{Code: "db_insert_error", Message: "The term could not be stored.", Text: unstorable(fields...)}
	}
	row := models.Term{Name: name, Slug: slug}
	if err := store.Insert(s.ctx, &row); err != nil {
		return 0, err
	}
	if !php.ToBool(slug) { // nothing of the name can be in a slug: the number is it
		if slug = sanitize.Title(slug, itoa(row.ID), s.locale()); slug != row.Slug {
			if err := store.Update(s.ctx, "terms", []int64{row.ID}, map[string]any{"slug": slug}); err != nil {
				return 0, err
			}
		}
	}
	if err := store.Insert(s.ctx, &models.TermTaxonomy{TermID: row.ID, Taxonomy: t.tax.Name, Description: description, Parent: parent}); err != nil {
		return 0, err
	}
	return row.ID, t.forgetTree(s)
}

func tooLong(name, slug string) (fields []string) {
	if utf8.RuneCountInString(name) > maxTermText {
		fields = append(fields, "name")
	}
	if utf8.RuneCountInString(slug) > maxTermText {
		fields = append(fields, "slug")
	}
	return fields
}

// forgetTree drops the copy of the hierarchy that WordPress keeps as an option.
func (t *terms) forgetTree(s *session) error {
	if !t.tax.Hierarchical {
		return nil
	}
	return s.site.Store.DeleteOptions(s.ctx, t.tax.Name+"_children")
}

// exists refuses a name that a term at the same place has already, unless a slug of
// its own tells the two apart. Case counts as the database compares, accents do not:
// they make another name.
func (t *terms) exists(s *session, name, slug string, provided bool, parent int64) error {
	store := s.site.Store
	named, err := store.FindTerms(s.ctx, models.TermQuery{Taxonomies: []string{t.tax.Name}, Names: []string{name}, Parent: &parent, OrderBy: "none"})
	if err != nil {
		return err
	}
	var same *models.TermRow
	for i := range named {
		if lower(named[i].Name) == lower(name) {
			same = &named[i]
			break
		}
	}
	if same == nil {
		return nil
	}
	bySlug, err := t.bySlug(s, slug)
	if err != nil {
		return err
	}
	if provided && same.Slug != slug && bySlug == nil {
		return nil
	}
	found := same
	if t.tax.Hierarchical {
		siblings, err := store.FindTerms(s.ctx, models.TermQuery{Taxonomies: []string{t.tax.Name}, Parent: &parent, OrderBy: "none"})
		if err != nil {
			return err
		}
		found = nil
		named, slugged := false, false
		for _, sibling := range siblings {
			named = named || sibling.Name == name
			slugged = slugged || sibling.Slug == slug
		}
		switch {
		case (!provided || same.Slug == slug) && named:
			found = same
		case bySlug != nil && slugged:
			found = bySlug
		default:
			return nil
		}
	}
	e := api.NewError(http.StatusBadRequest, "term_exists", "A term with the name provided already exists.").With("term_id", found.ID)
	e.Additional = []any{found.ID, found.ID}
	return e
}

// bySlug is the term of the taxonomy that has a slug, or nil.
func (t *terms) bySlug(s *session, slug string) (*models.TermRow, error) {
	if slug == "" {
		return nil, nil
	}
	return t.one(s, models.TermQuery{Slugs: []string{slug}})
}

// byID is a term of the taxonomy as it is now, or nil.
func (t *terms) byID(s *session, id int64) (*models.TermRow, error) {
	return t.one(s, models.TermQuery{Include: []int64{id}})
}

func (t *terms) one(s *session, q models.TermQuery) (*models.TermRow, error) {
	q.Taxonomies, q.OrderBy = []string{t.tax.Name}, "none"
	rows, err := s.site.Store.FindTerms(s.ctx, q)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// uniqueSlug is a slug that no other term has: where the taxonomy has it already, the
// slugs of the terms above are appended, then a number (wp_unique_term_slug).
func (t *terms) uniqueSlug(s *session, slug string, id, parent int64) (string, error) {
	store := s.site.Store
	taken, err := t.bySlug(s, slug)
	if err != nil || taken == nil {
		return slug, err
	}
	if t.tax.Hierarchical && parent != 0 {
		suffix := ""
		for seen := map[int64]bool{}; parent != 0 && !seen[parent]; {
			seen[parent] = true
			row, err := t.byID(s, parent)
			if err != nil {
				return "", err
			}
			if row == nil {
				break
			}
			suffix += "-" + row.Slug
			used, err := store.SlugTaken(s.ctx, slug+suffix, 0)
			if err != nil {
				return "", err
			}
			if !used {
				break
			}
			parent = row.Parent
		}
		slug += suffix
	}
	if used, err := store.SlugTaken(s.ctx, slug, id); err != nil || !used {
		return slug, err
	}
	n, err := store.FreeTermNumber(s.ctx, slug+"-") // its own number is taken, too
	return slug + "-" + itoa(n), err
}

// update changes a term (wp_update_term).
func (t *terms) update(c *api.Context) (*api.Response, error) {
	s := of(c)
	row, err := t.find(c)
	if err != nil {
		return nil, err
	}
	v, err := t.values(c)
	if err != nil {
		return nil, err
	}
	if err := s.write(func() error {
		if err := t.unchanged(c, row.ID); err != nil {
			return err
		}
		return t.changing(c, row.ID, v)
	}, lockTerms); err != nil {
		return nil, err
	}
	if row, err = t.written(c, row.ID); err != nil {
		return nil, err
	}
	return versioned(c, t.resource.Item(c, row), func() string { return s.termVersion(row) }), s.err
}

func (t *terms) alter(c *api.Context, id int64, v termValues) error {
	if v == (termValues{}) {
		return nil
	}
	return t.change(of(c), id, v)
}

func (t *terms) change(s *session, id int64, v termValues) error {
	store := s.site.Store
	old, err := t.byID(s, id)
	if err != nil {
		return err
	}
	if old == nil {
		return api.NewError(http.StatusNotFound, "rest_term_invalid", "Term does not exist.")
	}
	name, slug, description, parent := old.Name, old.Slug, old.Description, old.Parent
	for _, f := range []struct{ to, from *string }{{&name, v.name}, {&slug, v.slug}, {&description, v.description}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if strings.TrimSpace(name) == "" {
		return errEmptyTermName()
	}
	made := !php.ToBool(slug)
	if made {
		slug = s.slugOf(name)
	}
	if v.parent != nil {
		if parent, err = t.withoutLoop(s, id, *v.parent); err != nil {
			return err
		}
	}
	other, err := t.bySlug(s, slug)
	if err != nil {
		return err
	}
	if other != nil && other.ID != id {
		if !made && parent == old.Parent {
			return &api.Error{Code: "duplicate_term_slug", Message: "Another term already uses the slug " + slug + ".", Bare: true}
		}
		if slug, err = t.uniqueSlug(s, slug, id, parent); err != nil {
			return err
		}
	}
	if !php.ToBool(slug) {
		slug = sanitize.Title(name, itoa(id), s.locale())
	}
	if tooLong(name, slug) == nil { // what does not fit changes nothing, and nobody is told
		if err := store.Update(s.ctx, "terms", []int64{id}, map[string]any{"name": name, "slug": slug}); err != nil {
			return err
		}
	}
	if err := store.Update(s.ctx, "term_taxonomy", []int64{old.TermTaxonomyID}, map[string]any{"description": description, "parent": parent}); err != nil {
		return err
	}
	return t.forgetTree(s)
}

// withoutLoop is the parent, or 0 if the term itself is above it (wp_check_term_hierarchy_for_loops).
func (t *terms) withoutLoop(s *session, id, parent int64) (int64, error) {
	seen := map[int64]bool{}
	for above := parent; above != 0 && !seen[above]; {
		if above == id {
			return 0, nil
		}
		seen[above] = true
		row, err := t.byID(s, above)
		if err != nil {
			return 0, err
		}
		if row == nil {
			break
		}
		above = row.Parent
	}
	return parent, nil
}

// remove deletes a term, with force only: terms have no trash.
func (t *terms) remove(c *api.Context) (*api.Response, error) {
	s := of(c)
	row, err := t.find(c)
	if err != nil {
		return nil, err
	}
	if !c.Bool("force") {
		return nil, api.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "Terms do not support trashing. Set 'force=true' to delete.")
	}
	c.Request.SetParam("context", "view")
	previous := t.resource.Previous(c, row)
	if s.err != nil {
		return nil, s.err
	}
	if err := s.write(func() error {
		if err := t.unchanged(c, row.ID); err != nil {
			return err
		}
		return t.deleting(s, row.ID)
	}, lockTerms, lockPosts); err != nil {
		return nil, err
	}
	return api.OK(php.Map{{Key: "deleted", Value: true}, {Key: "previous", Value: previous}}), nil
}

func (t *terms) delete(s *session, id int64) error {
	store := s.site.Store
	row, err := t.byID(s, id)
	if err != nil {
		return err
	}
	if row == nil {
		return api.NewError(http.StatusNotFound, "rest_term_invalid", "Term does not exist.")
	}
	var fallback models.TermRow
	if standard := s.options.Int("default_" + t.tax.Name); standard > 0 {
		if standard == id {
			return api.NewError(http.StatusForbidden, "rest_cannot_delete", "Sorry, you are not allowed to delete this term.")
		}
		def, err := t.byID(s, standard)
		if err != nil {
			return err
		}
		if def != nil {
			fallback = *def
		}
	}
	if err := store.DeleteTerm(s.ctx, row, fallback.TermTaxonomyID); err != nil {
		return err
	}
	if fallback.TermTaxonomyID != 0 {
		s.recount([]models.TermRow{fallback})
	}
	items, err := s.menuItemsOf("taxonomy", t.tax.Name, id)
	if err != nil {
		return err
	}
	if err := s.deletePosts(items); err != nil {
		return err
	}
	return t.forgetTree(s)
}
