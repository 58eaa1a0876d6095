package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

const (
	// worthKeeping is the total from which it is remembered. To count fewer rows costs no more than to ask
	// whether a total still holds.
	worthKeeping = 1000
	// maxTotals and maxTotalKey bound what is remembered.
	maxTotals   = 1024
	maxTotalKey = 4 << 10
)

// totals remembers how many rows lists have on all their pages until anything is written to the
// database, by whomever: to count them costs as much as there are rows.
//
// The database itself tells that something was written, by a stamp which then is another. A total
// counts if the stamp was the same before and after it was counted, and still is.
type totals struct {
	stamp func(context.Context) (string, error)

	mu    sync.Mutex
	large map[string]bool  // the lists that had a total worth keeping
	known map[string]int64 // their totals
	at    string           // the stamp of all of them
}

func newTotals(stamp func(context.Context) (string, error)) *totals {
	return &totals{stamp: stamp, large: map[string]bool{}, known: map[string]int64{}}
}

// snapshot names the transactions whose writes a statement sees on PostgreSQL.
func (s *Store) snapshot(ctx context.Context) (name string, err error) {
	err = s.reader.WithContext(ctx).Raw("SELECT pg_current_snapshot()::text").Scan(&name).Error
	return name, err
}

// dataVersion asks SQLite for a number that is another after each commit of any other connection.
// It only means something to the connection that asks, so one is kept for it.
type dataVersion struct {
	pool *sql.DB

	mu     sync.Mutex
	conn   *sql.Conn
	pragma *sql.Stmt
	opened int // connections until now
}

func (v *dataVersion) stamp(ctx context.Context) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.conn == nil {
		conn, err := v.pool.Conn(ctx)
		if err != nil {
			return "", err
		}
		pragma, err := conn.PrepareContext(ctx, "PRAGMA data_version")
		if err != nil {
			return "", errors.Join(err, conn.Close())
		}
		v.conn, v.pragma = conn, pragma
		v.opened++
	}
	if stats, ok := ctx.Value(statsKey{}).(*Stats); ok {
		stats.Statements.Add(1)
	}
	var version int64
	if err := v.pragma.QueryRowContext(ctx).Scan(&version); err != nil {
		err = errors.Join(err, v.pragma.Close(), v.conn.Close())
		v.conn = nil
		return "", err
	}
	return fmt.Sprintf("%d.%d", v.opened, version), nil
}

func (v *dataVersion) close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	var err error
	if v.conn != nil {
		err = errors.Join(v.pragma.Close(), v.conn.Close())
		v.conn = nil
	}
	return errors.Join(err, v.pool.Close())
}

// rememberedTotal gives the total of a list if it is remembered and still true, and otherwise what to tell
// it to when it has been counted. Inside of a transaction nothing is remembered: it sees what others do not.
func (s *Store) rememberedTotal(ctx context.Context, sql string, args []any) (n int64, found bool, remember func(int64)) {
	t := s.totals
	if t == nil || s.openTx(ctx) != nil {
		return 0, false, func(int64) {}
	}
	key := fmt.Sprintf("%s\x00%#v", sql, args)
	if len(key) > maxTotalKey {
		return 0, false, func(int64) {}
	}
	before := ""
	t.mu.Lock()
	large := t.large[key]
	t.mu.Unlock()
	if large {
		before, _ = t.stamp(ctx) // without it the rows are counted
		t.mu.Lock()
		n, found = t.known[key]
		found = found && before != "" && t.at == before
		t.mu.Unlock()
	}
	return n, found, func(n int64) { t.remember(ctx, key, n, before) }
}

// remember keeps a total that was counted after a stamp, if nothing was written meanwhile.
func (t *totals) remember(ctx context.Context, key string, n int64, before string) {
	if n < worthKeeping {
		return
	}
	after := ""
	if before != "" {
		after, _ = t.stamp(ctx)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.large) >= maxTotals {
		clear(t.large)
		clear(t.known)
	}
	t.large[key] = true
	if before == "" || after != before {
		return
	}
	if t.at != before {
		clear(t.known)
		t.at = before
	}
	t.known[key] = n
}
