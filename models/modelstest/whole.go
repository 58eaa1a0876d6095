package modelstest

import (
	"context"
	"fmt"
	"testing"

	"github.com/headpress/headpress/models"
)

// wholes are questions for rows that are there without those that belong to them. %[1]s is
// the prefix of the tables, %[2]d the id up to which posts were made by hand.
var wholes = map[string]string{
	"posts without category": `SELECT id FROM %[1]sposts p WHERE post_type = 'post' AND post_status <> 'auto-draft' AND NOT EXISTS
		(SELECT 1 FROM %[1]sterm_relationships tr JOIN %[1]sterm_taxonomy tt ON tt.term_taxonomy_id = tr.term_taxonomy_id WHERE tr.object_id = p.id AND tt.taxonomy = 'category')`,
	"published posts without marks for pings": `SELECT id FROM %[1]sposts p WHERE post_type = 'post' AND post_status = 'publish' AND id > %[2]d AND NOT EXISTS
		(SELECT 1 FROM %[1]spostmeta m WHERE m.post_id = p.id AND m.meta_key = '_encloseme')`,
	"posts in the trash that know not what they were": `SELECT id FROM %[1]sposts p WHERE post_status = 'trash' AND id > %[2]d AND 2 <>
		(SELECT COUNT(*) FROM %[1]spostmeta m WHERE m.post_id = p.id AND m.meta_key IN ('_wp_trash_meta_time', '_wp_trash_meta_status'))`,
	"posts without guid":         `SELECT id FROM %[1]sposts WHERE guid = ''`,
	"slugs used twice":           `SELECT MAX(id) FROM %[1]sposts WHERE post_type = 'post' AND post_name <> '' GROUP BY post_name HAVING COUNT(*) > 1`,
	"terms used twice":           `SELECT MAX(t.term_id) FROM %[1]sterms t JOIN %[1]sterm_taxonomy tt ON tt.term_id = t.term_id GROUP BY tt.taxonomy, t.slug HAVING COUNT(*) > 1`,
	"logins used twice":          `SELECT MAX(id) FROM %[1]susers GROUP BY user_login HAVING COUNT(*) > 1`,
	"metadata without post":      `SELECT post_id FROM %[1]spostmeta WHERE post_id NOT IN (SELECT id FROM %[1]sposts)`,
	"metadata without comment":   `SELECT comment_id FROM %[1]scommentmeta WHERE comment_id NOT IN (SELECT comment_id FROM %[1]scomments)`,
	"metadata without user":      `SELECT user_id FROM %[1]susermeta WHERE user_id NOT IN (SELECT id FROM %[1]susers)`,
	"users without capabilities": `SELECT id FROM %[1]susers u WHERE NOT EXISTS (SELECT 1 FROM %[1]susermeta m WHERE m.user_id = u.id AND m.meta_key = '%[1]scapabilities')`,
	"terms without taxonomy":     `SELECT term_id FROM %[1]sterms WHERE term_id NOT IN (SELECT term_id FROM %[1]sterm_taxonomy)`,
	"taxonomies without term":    `SELECT term_id FROM %[1]sterm_taxonomy WHERE term_id NOT IN (SELECT term_id FROM %[1]sterms)`,
	"relations without post":     `SELECT object_id FROM %[1]sterm_relationships WHERE object_id NOT IN (SELECT id FROM %[1]sposts)`,
	"relations without term":     `SELECT object_id FROM %[1]sterm_relationships WHERE term_taxonomy_id NOT IN (SELECT term_taxonomy_id FROM %[1]sterm_taxonomy)`,
	"revisions without post":     `SELECT id FROM %[1]sposts WHERE post_type = 'revision' AND post_parent NOT IN (SELECT id FROM %[1]sposts)`,
	"comments without post":      `SELECT comment_id FROM %[1]scomments WHERE comment_post_id NOT IN (SELECT id FROM %[1]sposts)`,
	"terms that count wrong": `SELECT term_taxonomy_id FROM %[1]sterm_taxonomy tt WHERE taxonomy IN ('category', 'post_tag') AND count <>
		(SELECT COUNT(*) FROM %[1]sterm_relationships tr JOIN %[1]sposts p ON p.id = tr.object_id WHERE tr.term_taxonomy_id = tt.term_taxonomy_id AND p.post_status = 'publish' AND p.post_type = 'post')`,
	// In the trash the number stays what it was.
	"posts that count wrong": `SELECT id FROM %[1]sposts p WHERE post_status <> 'trash' AND comment_count <>
		(SELECT COUNT(*) FROM %[1]scomments c WHERE c.comment_post_id = p.id AND comment_approved = '1' AND comment_type <> 'note')`,
}

// Whole checks that nothing in a database is half there, whatever has happened to it. Posts
// with ids up to made were not written by us.
func Whole(t testing.TB, store *models.Store, made int64) {
	t.Helper()
	for what, sql := range wholes {
		var wrong []int64
		if err := store.DB(context.Background()).Raw(fmt.Sprintf(sql, store.Prefix(), made)).Scan(&wrong).Error; err != nil {
			t.Fatal(what, err)
		}
		if len(wrong) > 0 {
			t.Errorf("%s: %v", what, wrong)
		}
	}
}
