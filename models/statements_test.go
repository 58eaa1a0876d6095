package models_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
)

// More clients than connections, all with statements that nobody has prepared yet, inside of
// transactions and outside: nobody waits for somebody who waits for him.
func TestStatementsOfManyClients(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, store *models.Store) {
		ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for client := range 32 {
			all.Go(func() {
				for n := range 20 {
					sql := fmt.Sprintf("SELECT %d + COUNT(*) FROM wp_options WHERE option_name = ?", n)
					ask := func(db *gorm.DB) error {
						var got int
						if err := db.Raw(sql, "nothing").Scan(&got).Error; err != nil || got != n {
							return fmt.Errorf("%d, want %d; %w", got, n, err)
						}
						return nil
					}
					var err error
					switch client % 3 {
					case 0:
						err = ask(store.DB(ctx))
					case 1:
						err = store.Tx(ctx, func(tx *gorm.DB) error {
							if err := ask(tx); err != nil {
								return err
							}
							return ask(tx)
						})
					default:
						err = store.Write(ctx, func(ctx context.Context) error { return ask(store.DB(ctx)) }, "terms")
					}
					if err != nil {
						t.Errorf("client %d: %v", client, err)
						return
					}
				}
			})
		}
		all.Wait()
	})
}

// Statements come and go: those that are not kept are as good as the others, also while they are in use.
func TestMoreStatementsThanAreKept(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, store *models.Store) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for n := range 700 {
					var got int
					if err := store.DB(ctx).Raw(fmt.Sprintf("SELECT %d + COUNT(*) FROM wp_options WHERE option_name = ?", n), "nothing").Scan(&got).Error; err != nil || got != n {
						t.Errorf("%d: %d %v", n, got, err)
						return
					}
				}
			})
		}
		all.Wait()
		long := "SELECT COUNT(*) FROM wp_options WHERE option_name = ? " + strings.Repeat(" ", 40<<10)
		var got int
		if err := store.DB(ctx).Raw(long, "nothing").Scan(&got).Error; err != nil {
			t.Error(err)
		}
	})
}

// Another process that writes to the same SQLite file for long makes us busy, not broken, and is not waited for longer than asked.
func TestOtherProcessWrites(t *testing.T) {
	dsn := "sqlite:" + t.TempDir() + "/test.db"
	store, other := modelstest.Open(t, dsn, ""), modelstest.Open(t, dsn, "")
	must(t, store.Migrate(ctx))
	must(t, other.Tx(ctx, func(*gorm.DB) error {
		ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		defer cancel()
		err := store.Write(ctx, func(ctx context.Context) error {
			return store.AddOption(ctx, models.Option{Name: "late"})
		}, "posts")
		if err == nil || !models.IsUnavailable(err) {
			t.Errorf("%v", err)
		}
		return nil
	}))
	must(t, store.AddOption(ctx, models.Option{Name: "in time"}))
	if _, found, err := store.Option(ctx, "late"); err != nil || found {
		t.Errorf("written all the same: %v", err)
	}
}

// A SQLite database that was closed right after a write is one file: whoever copies it has everything.
func TestClosedDatabaseIsOneFile(t *testing.T) {
	for round := range 20 {
		file := filepath.Join(t.TempDir(), "site.db")
		store, err := models.Open(ctx, models.Config{DSN: "sqlite:" + file})
		if err != nil {
			t.Fatal(err)
		}
		err = store.Tx(ctx, func(tx *gorm.DB) error {
			for n := range 8 {
				if err := tx.Exec(fmt.Sprintf("CREATE TABLE t%d (id integer)", n)).Error; err != nil {
					return err
				}
				if err := tx.Exec(fmt.Sprintf("INSERT INTO t%d VALUES (?)", n), n).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err := errors.Join(err, store.Close()); err != nil {
			t.Fatal(err)
		}
		if log, err := os.Stat(file + "-wal"); err == nil {
			t.Fatalf("round %d: %d bytes of log beside the database", round, log.Size())
		}
	}
}
