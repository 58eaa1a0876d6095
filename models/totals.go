package models

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// worthKeeping is the total from which it is remembered. To count fewer rows costs no more than to ask
	// whether a total still holds.
	worthKeeping = 1000
	// maxTotals bounds of how many lists anything is remembered.
	maxTotals = 1024
)

// totals remembers how many rows lists have on all their pages, and where some of these pages begin, until
// anything is written to the database, by whomever: to count rows, or to skip them, costs as much as there are.
//
// The database itself tells that something was written, by a stamp which then is another and never
// comes back. What was read after a stamp counts as long as the stamp is the same.
type totals struct {
	stamp func(context.Context) (string, error) // "" where nothing may be concluded

	mu    sync.Mutex
	long  map[listKey]bool       // the lists that had a total worth keeping
	known map[listKey]*knownList // what is known of them
	at    string                 // the stamp of all of that
}

func newTotals(stamp func(context.Context) (string, error)) *totals {
	return &totals{stamp: stamp, long: map[listKey]bool{}, known: map[listKey]*knownList{}}
}

// listKey is the hash of the statement that counts a list, or of an order with its arguments: those of searches are long.
type listKey [sha256.Size]byte

func keyOf(sql string, args []any) listKey {
	return sha256.Sum256(fmt.Appendf(nil, "%s\x00%#v", sql, args))
}

// knownList is a list whose rows have been counted.
type knownList struct {
	total int64
	marks map[string][]mark   // by order, in the order of their places
	ids   map[listKey][]int64 // of a search, by order: the first of what it found
}

// searched is what a search has found: all, or the first of them.
type searched struct {
	ids   []int64
	total int64
}

// mark is a row of a list that is ordered by date or id, and its place.
type mark struct {
	place int64
	date  string
	id    int64
}

// maxMarks bounds those of one list: at this number every other one goes.
const maxMarks = 256

// maxOrders is how many orders of one list have marks: date and id, either way.
const maxOrders = 4

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

// logPosition tells by the end of InnoDB's log whether anything was written to a MySQL or MariaDB.
type logPosition struct {
	read   func(context.Context) (string, error)
	logged func(context.Context) (bool, error) // whether all tables write that log
	now    func() time.Time

	mu    sync.Mutex
	asked bool // logged has answered
	use   bool // what it said
	last  string
	since time.Time // last was seen first
}

// settled is how long nothing must have been written for a position to count: a transaction reaches the log a
// moment before others see what it wrote.
const settled = time.Second

func (p *logPosition) stamp(ctx context.Context) (string, error) {
	p.mu.Lock()
	asked, use := p.asked, p.use
	p.mu.Unlock()
	if !asked {
		var err error
		if use, err = p.logged(ctx); err != nil {
			return "", err
		}
	}
	position := ""
	if use {
		var err error
		if position, err = p.read(ctx); err != nil {
			return "", err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked, p.use = true, use
	if now := p.now(); position != p.last {
		p.last, p.since = position, now
	} else if now.Sub(p.since) >= settled {
		return position, nil
	}
	return "", nil
}

// endOfLog asks for the end of InnoDB's log, which anybody may; "" where the server does not tell.
func (s *Store) endOfLog(ctx context.Context) (string, error) {
	type variable struct {
		Name  string `gorm:"column:Variable_name"`
		Value string `gorm:"column:Value"`
	}
	rows, err := read[variable](ctx, s, "end of the log", `SHOW GLOBAL STATUS LIKE 'Innodb\_%lsn%'`)
	for _, row := range rows {
		switch strings.ToLower(row.Name) {
		case "innodb_lsn_current", "innodb_redo_log_current_lsn": // MariaDB's and MySQL's
			return row.Value, err
		}
	}
	return "", err
}

// inLog tells whether all tables are InnoDB's: others can be written without a trace in its log.
func (s *Store) inLog(ctx context.Context) (bool, error) {
	n, err := read[int64](ctx, s, "engines of tables", "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE ? AND engine <> 'InnoDB'",
		EscapeLike(s.prefix)+"%")
	return err == nil && len(n) == 1 && n[0] == 0, err
}

// listing is a list that is about to be read, and what is remembered of it.
type listing struct {
	totals *totals // nil where nothing is remembered
	key    listKey
	stamp  string // of the time before reading
	long   bool   // when it was counted last, the list had many rows
	known  bool   // Total is still true
	total  int64
}

// listing looks up a list by the statement that counts it. Inside of a transaction nothing is remembered: it
// sees what others do not.
func (s *Store) listing(ctx context.Context, sql string, args []any) *listing {
	t := s.totals
	if t == nil || s.openTx(ctx) != nil {
		return &listing{}
	}
	l := &listing{totals: t, key: keyOf(sql, args)}
	t.mu.Lock()
	l.long = t.long[l.key]
	t.mu.Unlock()
	if !l.long {
		return l
	}
	l.stamp, _ = t.stamp(ctx) // without it the rows are counted
	l.with(func(k *knownList) { l.known, l.total = true, k.total })
	return l
}

// with calls f with what is known of the list, if that still holds.
func (l *listing) with(f func(*knownList)) {
	if l.stamp == "" {
		return
	}
	l.totals.mu.Lock()
	defer l.totals.mu.Unlock()
	if k := l.totals.known[l.key]; k != nil && l.totals.at == l.stamp {
		f(k)
	}
}

// search gives what a search has found in an order, if that is remembered. The stamp is asked for even if
// little was found: to look for it costs much.
func (l *listing) search(ctx context.Context, order listKey) (found searched, known bool) {
	if l.totals != nil && l.stamp == "" {
		l.stamp, _ = l.totals.stamp(ctx)
	}
	l.with(func(k *knownList) {
		found.ids, known = k.ids[order]
		found.total = k.total
	})
	return found, known
}

// found keeps what a search has found, of long pages far behind only the total.
func (l *listing) found(order listKey, found searched) {
	l.keep(found.total)
	if len(found.ids) > worthKeeping {
		return
	}
	l.with(func(k *knownList) {
		if len(k.ids) < maxOrders || k.ids[order] != nil {
			k.ids[order] = found.ids
		}
	})
}

// remember keeps the total of the list, if it was worth counting.
func (l *listing) remember(n int64) {
	if n >= worthKeeping {
		l.keep(n)
	}
}

func (l *listing) keep(n int64) {
	t := l.totals
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.long) >= maxTotals || len(t.known) >= maxTotals {
		clear(t.long)
		clear(t.known)
	}
	if n >= worthKeeping {
		t.long[l.key] = true
	}
	if l.stamp == "" {
		return
	}
	if t.at != l.stamp {
		clear(t.known)
		t.at = l.stamp
	}
	if t.known[l.key] == nil {
		t.known[l.key] = &knownList{total: n, marks: map[string][]mark{}, ids: map[listKey][]int64{}}
	}
}

// before gives the mark that is next before a place.
func (l *listing) before(order string, place int64) (m mark, found bool) {
	l.with(func(k *knownList) {
		marks := k.marks[order]
		at, _ := slices.BinarySearchFunc(marks, place+1, byPlace)
		if found = at > 0; found {
			m = marks[at-1]
		}
	})
	return m, found
}

// put keeps a mark.
func (l *listing) put(order string, m mark) {
	l.with(func(k *knownList) {
		marks := k.marks[order]
		at, there := slices.BinarySearchFunc(marks, m.place, byPlace)
		if there || marks == nil && len(k.marks) >= maxOrders {
			return
		}
		if marks = slices.Insert(marks, at, m); len(marks) > maxMarks {
			for i := range maxMarks / 2 {
				marks[i] = marks[2*i+1]
			}
			marks = marks[:maxMarks/2]
		}
		k.marks[order] = marks
	})
}

func byPlace(m mark, place int64) int { return cmp.Compare(m.place, place) }
