package models

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// SlugTaken tells whether a term of any taxonomy, other than the one with that id, has the slug.
func (s *Store) SlugTaken(ctx context.Context, slug string, id int64) (bool, error) {
	n, err := count(ctx, s, "terms of a slug", "SELECT COUNT(*) AS n FROM "+s.Table("terms")+" WHERE slug = ? AND term_id <> ?", slug, id)
	return n > 0, err
}

// DeleteTerm takes a term out of its taxonomy, and away when no other taxonomy has it.
// What was below it moves up; objects that had no other term of the taxonomy get
// fallback, an id in term_taxonomy, unless that is 0 (wp_delete_term).
func (s *Store) DeleteTerm(ctx context.Context, t *TermRow, fallback int64) error {
	relations, taxonomy := s.Table("term_relationships"), s.Table("term_taxonomy")
	return s.change(ctx, "delete term", func(tx *gorm.DB) error {
		if fallback != 0 {
			var bare []int64
			if err := tx.Raw("SELECT tr.object_id FROM "+relations+" tr JOIN "+taxonomy+" tt ON tt.term_taxonomy_id = tr.term_taxonomy_id"+
				" WHERE tt.taxonomy = ? AND tr.object_id IN (SELECT object_id FROM "+relations+" WHERE term_taxonomy_id = ?)"+
				" GROUP BY tr.object_id HAVING COUNT(*) = 1", t.Taxonomy, t.TermTaxonomyID).Scan(&bare).Error; err != nil {
				return err
			}
			for part := range slices.Chunk(bare, 500) {
				rows := make([]TermRelationship, len(part))
				for i, id := range part {
					rows[i] = TermRelationship{ObjectID: id, TermTaxonomyID: fallback}
				}
				if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
					return err
				}
			}
		}
		if err := tx.Model(&TermTaxonomy{}).Where("parent = ? AND taxonomy = ?", t.ID, t.Taxonomy).Update("parent", t.Parent).Error; err != nil {
			return err
		}
		for _, statement := range []string{"DELETE FROM " + relations, "DELETE FROM " + taxonomy} {
			if err := tx.Exec(statement+" WHERE term_taxonomy_id = ?", t.TermTaxonomyID).Error; err != nil {
				return err
			}
		}
		if err := tx.Where("term_id = ?", t.ID).Delete(&TermMeta{}).Error; err != nil {
			return err
		}
		return tx.Exec("DELETE FROM "+s.Table("terms")+" WHERE term_id = ? AND NOT EXISTS (SELECT 1 FROM "+taxonomy+" tt WHERE tt.term_id = ?)", t.ID, t.ID).Error
	})
}

// DeleteOptions removes options.
func (s *Store) DeleteOptions(ctx context.Context, names ...string) error {
	return s.change(ctx, "delete options", func(tx *gorm.DB) error {
		return tx.Where("option_name IN ?", names).Delete(&Option{}).Error
	})
}
