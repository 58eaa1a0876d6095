package models_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"gorm.io/gorm"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
)

// pages is a site with 1,500 pages, served by two programs.
func pages(t *testing.T, engine models.Engine, dsn string) (ours, theirs *models.Store) {
	t.Helper()
	ours, theirs = modelstest.Open(t, dsn, ""), modelstest.Open(t, dsn, "")
	err := ours.Migrate(ctx)
	for range 15 {
		rows := make([]models.Post, 100)
		for i := range rows {
			rows[i] = models.Post{Type: "page", Status: "publish"}
		}
		err = errors.Join(err, ours.Tx(ctx, func(tx *gorm.DB) error { return tx.Create(&rows).Error }))
	}
	if err != nil {
		t.Fatal(engine, err)
	}
	return ours, theirs
}

var (
	pageQuery = models.PostQuery{Types: []string{"page"}, Statuses: []string{"publish"}, OrderBy: []string{"id"}, Limit: 10}
	one       = func(tx *gorm.DB) error { return tx.Create(&models.Post{Type: "page", Status: "publish"}).Error }
)

// Totals are remembered, and are those of the table all the same: after writes of our own, of another
// program, and while a transaction is open.
func TestTotals(t *testing.T) {
	for engine, dsn := range modelstest.DSNs(t) {
		t.Run(string(engine), func(t *testing.T) {
			ours, theirs := pages(t, engine, dsn)
			want := func(ctx context.Context, when string, total int64) {
				t.Helper()
				posts, got, err := ours.PagePosts(ctx, pageQuery)
				if err != nil || got != total || len(posts) != 10 {
					t.Errorf("%s: %d posts of %d, want %d; %v", when, len(posts), got, total, err)
				}
			}
			write := func(store *models.Store) {
				t.Helper()
				if err := store.Tx(ctx, one); err != nil {
					t.Fatal(err)
				}
			}
			statements := func() int64 {
				var stats models.Stats
				want(models.WithStats(ctx, &stats), "again", 1500)
				return stats.Statements.Load()
			}
			asked := []int64{statements(), statements(), statements(), statements()}
			if engine != models.MySQL && (asked[0] != 1 || asked[1] != 2 || asked[2] != 2 || asked[3] != 2) {
				t.Errorf("statements: %v", asked) // page and total; the same behind a stamp; a stamp and the page
			}
			write(theirs)
			want(ctx, "written by another program", 1501)
			want(ctx, "and asked again", 1501)
			write(ours)
			want(ctx, "written by us", 1502)
			want(ctx, "and asked again", 1502)
			err := ours.Write(ctx, func(inner context.Context) error {
				if err := ours.Tx(inner, one); err != nil {
					return err
				}
				want(inner, "inside of a transaction", 1503)
				want(inner, "and asked again", 1503)
				want(ctx, "outside of it", 1502)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			want(ctx, "after it", 1503)
			err = ours.Tx(ctx, func(tx *gorm.DB) error { return errors.Join(one(tx), context.Canceled) })
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			want(ctx, "after one that was undone", 1503)
			if n, err := ours.CountPosts(ctx, models.PostQuery{Types: []string{"post"}}); n != 0 || err != nil {
				t.Errorf("another list: %d, %v", n, err)
			}
		})
	}
}

// While four write and four read, no total lacks what was there before it was asked for, and none
// holds what nobody had begun to write.
func TestTotalsOfManyClients(t *testing.T) {
	for engine, dsn := range modelstest.DSNs(t) {
		t.Run(string(engine), func(t *testing.T) {
			ours, theirs := pages(t, engine, dsn)
			var begun, done atomic.Int64
			begun.Store(1500)
			done.Store(1500)
			var writers, readers sync.WaitGroup
			for i := range 4 {
				store := []*models.Store{ours, theirs}[i%2]
				writers.Go(func() {
					for range 25 {
						begun.Add(1)
						if err := store.Tx(ctx, one); err != nil {
							t.Error(err)
						}
						done.Add(1)
					}
				})
			}
			over := make(chan struct{})
			for range 4 {
				readers.Go(func() {
					for {
						least := done.Load()
						_, got, err := ours.PagePosts(ctx, pageQuery)
						if most := begun.Load(); err != nil || got < least || got > most {
							t.Errorf("%d, not from %d to %d; %v", got, least, most, err)
							return
						}
						select {
						case <-over:
							return
						default:
						}
					}
				})
			}
			writers.Wait()
			close(over)
			readers.Wait()
			if _, got, err := ours.PagePosts(ctx, pageQuery); got != 1600 || err != nil {
				t.Errorf("%d in the end; %v", got, err)
			}
		})
	}
}

// Pages of long lists are the same whether the list is remembered or not: in any order, from any place on, by terms, and
// after writes of another program.
func TestPagesOfRememberedLists(t *testing.T) {
	for engine, dsn := range modelstest.DSNs(t) {
		t.Run(string(engine), func(t *testing.T) {
			ours, theirs := pages(t, engine, dsn)
			plain, err := models.Open(ctx, models.Config{DSN: dsn})
			if err != nil {
				t.Fatal(err)
			}
			defer plain.Close()
			random := rand.New(rand.NewPCG(1, 2))
			err = ours.Tx(ctx, func(tx *gorm.DB) error {
				var errs []error
				for term := int64(1); term <= 3; term++ {
					errs = append(errs, tx.Create(&models.Term{ID: term, Name: "t", Slug: "t"}).Error, tx.Create(&models.TermTaxonomy{ID: 10 + term, TermID: term, Taxonomy: "category"}).Error)
				}
				for id := int64(1); id <= 1500; id++ { // many posts share a date; nearly all have the first term, some the others
					errs = append(errs, tx.Exec("UPDATE wp_posts SET post_date = ? WHERE id = ?", fmt.Sprintf("2024-01-%02d 00:00:00", 1+random.IntN(28)), id).Error)
					for term, of := range []int{10, 3, 400} {
						if random.IntN(of) != 0 == (term == 0) {
							errs = append(errs, tx.Create(&models.TermRelationship{ObjectID: id, TermTaxonomyID: int64(11 + term)}).Error)
						}
					}
				}
				return errors.Join(errs...)
			})
			if err != nil {
				t.Fatal(err)
			}
			clause := func(operator string, ids ...int64) []models.TaxClause {
				return []models.TaxClause{{Taxonomy: "category", TermIDs: ids, Operator: operator}}
			}
			terms := [][]models.TaxClause{nil, clause("IN", 1), clause("IN", 2, 1), clause("NOT IN", 2), clause("AND", 1, 2), append(clause("IN", 1), clause("NOT IN", 3)...), clause("IN", 3)}
			for round := range 300 {
				q := models.PostQuery{Types: []string{"page"}, Statuses: []string{"publish"}, Limit: int64(1 + random.IntN(20)), Offset: int64(random.IntN(1600)),
					OrderBy: [][]string{nil, {"date"}, {"id"}, {"title"}}[random.IntN(4)], Order: []string{"", "asc", "desc"}[random.IntN(3)], Tax: terms[random.IntN(len(terms))]}
				if round%50 == 49 {
					if err := theirs.Tx(ctx, one); err != nil {
						t.Fatal(err)
					}
				}
				want, wantTotal, err := plain.PagePosts(ctx, q)
				if err != nil {
					t.Fatal(err)
				}
				got, total, err := ours.PagePosts(ctx, q)
				if err != nil || total != wantTotal || !slices.Equal(got, want) {
					t.Fatalf("round %d, %+v: %d posts of %d, want %d of %d; %v", round, q, len(got), total, len(want), wantTotal, err)
				}
			}
		})
	}
}

// Searches for the same words in other sentences find the same posts in another order, whatever is remembered.
func TestSentencesOfRememberedSearches(t *testing.T) {
	for engine, dsn := range modelstest.DSNs(t) {
		t.Run(string(engine), func(t *testing.T) {
			store := modelstest.Open(t, dsn, "")
			if err := store.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			rows := []models.Post{{Type: "page", Status: "publish", Title: "red fox"}, {Type: "page", Status: "publish", Title: "red, fox"}}
			if err := store.Tx(ctx, func(tx *gorm.DB) error { return tx.Create(&rows).Error }); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				for i, sentence := range []string{"red fox", "red, fox"} {
					found, _, err := store.PagePosts(ctx, models.PostQuery{Types: []string{"page"}, Statuses: []string{"publish"}, Search: sentence, OrderBy: []string{"relevance"}, Limit: 1})
					if err != nil || len(found) != 1 || found[0].ID != rows[i].ID {
						t.Errorf("%q: %v; %v", sentence, found, err)
					}
				}
			}
		})
	}
}

// A post that is hidden while somebody searches is found as it was, or not at all.
func TestSearchesWhilePostsAreHidden(t *testing.T) {
	for engine, dsn := range modelstest.DSNs(t) {
		t.Run(string(engine), func(t *testing.T) {
			ours, theirs := modelstest.Open(t, dsn, ""), modelstest.Open(t, dsn, "")
			post := models.Post{Type: "page", Status: "publish", Content: "fox"}
			if err := errors.Join(ours.Migrate(ctx), ours.Tx(ctx, func(tx *gorm.DB) error { return tx.Create(&post).Error })); err != nil {
				t.Fatal(err)
			}
			over := make(chan struct{})
			var readers sync.WaitGroup
			for range 4 {
				readers.Go(func() {
					for {
						found, _, err := ours.PagePosts(ctx, models.PostQuery{Types: []string{"page"}, Statuses: []string{"publish"}, Search: "fox", Limit: 10, Columns: models.PostFull})
						if err != nil || len(found) == 1 && found[0].Status != "publish" {
							t.Errorf("%v; %v", found, err)
							return
						}
						select {
						case <-over:
							return
						default:
						}
					}
				})
			}
			for range 150 {
				for _, sql := range []string{"UPDATE wp_posts SET post_status = 'private' WHERE id = ?", "UPDATE wp_posts SET post_status = 'publish' WHERE id = ?"} {
					if err := theirs.Tx(ctx, func(tx *gorm.DB) error { return tx.Exec(sql, post.ID).Error }); err != nil {
						t.Error(err)
					}
				}
			}
			close(over)
			readers.Wait()
		})
	}
}
