package models

import (
	"context"
	"sync/atomic"

	"gorm.io/gorm"
)

// Stats counts what one request asked of the database: every statement, and the rows
// that Find, First, Create, Update, Delete and Exec read or changed (Scan and Rows
// count as statements only).
type Stats struct {
	Statements atomic.Int64
	Rows       atomic.Int64
}

type statsKey struct{}

// WithStats gives a context whose statements are counted in stats.
func WithStats(ctx context.Context, stats *Stats) context.Context {
	return context.WithValue(ctx, statsKey{}, stats)
}

// countRows counts rows that were read by hand.
func countRows(ctx context.Context, n int) {
	if stats, ok := ctx.Value(statsKey{}).(*Stats); ok {
		stats.Rows.Add(int64(n))
	}
}

// countStatements makes db count every statement and every row read or changed.
func countStatements(db *gorm.DB) error {
	count := func(db *gorm.DB) {
		stats, ok := db.Statement.Context.Value(statsKey{}).(*Stats)
		if !ok || db.DryRun {
			return
		}
		stats.Statements.Add(1)
		stats.Rows.Add(max(db.RowsAffected, 0))
	}
	c := db.Callback()
	for _, register := range []func(string, func(*gorm.DB)) error{
		c.Query().After("gorm:query").Register,
		c.Row().After("gorm:row").Register,
		c.Raw().After("gorm:raw").Register,
		c.Create().After("gorm:create").Register,
		c.Update().After("gorm:update").Register,
		c.Delete().After("gorm:delete").Register,
	} {
		if err := register("headpress:stats", count); err != nil {
			return err
		}
	}
	return nil
}
