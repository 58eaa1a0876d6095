package models_test

import (
	"context"
	"strings"
	"testing"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
	"gorm.io/gorm"
)

// Totals touch every row that they count, so they must come from an index alone: SQLite says
// which one it reads for a table without the rows behind it. Posts above others are found by
// their ids, however many posts there are.
func TestStatementsReadWhatTheyNeed(t *testing.T) {
	ctx := context.Background()
	store := modelstest.Stores(t)[models.SQLite]
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var text string
	var bound []any
	must(store.DB(ctx).Callback().Row().After("gorm:row").Register("test:statement", func(db *gorm.DB) {
		text, bound = db.Statement.SQL.String(), db.Statement.Vars
	}))
	// As in a site that somebody has had analyzed: SQLite then plans with the sizes of tables.
	must(store.Tx(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("ANALYZE").Error; err != nil {
			return err
		}
		return tx.Exec("INSERT INTO sqlite_stat1 VALUES ('wp_posts', 'wp_posts_post_author', '40000 800')").Error
	}))
	shown := models.CommentQuery{Status: []string{"approve"}, Types: []string{"comment"}, Limit: 10}
	posts := models.PostQuery{Types: []string{"post"}, Statuses: []string{"publish"}, Limit: 10}
	for _, c := range []struct {
		name, want string
		ask        func() error
	}{
		{"comments", "SEARCH c USING COVERING INDEX wp_comments_comment_approved_date_gmt", func() error {
			_, err := store.CountComments(ctx, shown)
			return err
		}},
		{"comments of each post", "SEARCH c USING COVERING INDEX wp_comments_comment_post_id", func() error {
			q := shown
			q.PostIDs = []int64{1, 2}
			_, err := store.CommentsPerPost(ctx, q)
			return err
		}},
		{"posts", "SEARCH p USING COVERING INDEX wp_posts_type_status_", func() error {
			_, err := store.CountPosts(ctx, posts)
			return err
		}},
		{"posts of a term", "SEARCH tr USING COVERING INDEX wp_term_relationships_term_taxonomy_id", func() error {
			q := posts
			q.Tax = []models.TaxClause{{Taxonomy: "category", TermIDs: []int64{1}}}
			_, err := store.CountPosts(ctx, q)
			return err
		}},
		{"posts and their parents", "SEARCH p USING INTEGER PRIMARY KEY", func() error {
			_, err := store.Lineage(ctx, []int64{1, 2}, models.PostHeaders)
			return err
		}},
		{"full posts and their parents", "SEARCH p USING INTEGER PRIMARY KEY", func() error {
			_, err := store.FullLineage(ctx, []int64{1, 2})
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			must(c.ask())
			var steps []struct{ Detail string }
			must(store.DB(ctx).Raw("EXPLAIN QUERY PLAN "+text, bound...).Find(&steps).Error)
			var plan strings.Builder
			for _, s := range steps {
				plan.WriteString(s.Detail + "\n")
			}
			if !strings.Contains(plan.String(), c.want) {
				t.Errorf("%s\nis read by\n%swant %s", text, &plan, c.want)
			}
		})
	}
}
