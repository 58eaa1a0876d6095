package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ErrBusy says that others held a lock for longer than anybody wants to wait.
var ErrBusy = errors.New("the database is busy")

// maxAttempts is how often a transaction is begun that the database ends because of others.
const maxAttempts = 4

type openTxKey struct{}

// openTx is the transaction that a context belongs to.
type openTx struct {
	store *Store
	db    *gorm.DB
}

func (s *Store) openTx(ctx context.Context) *gorm.DB {
	if t, ok := ctx.Value(openTxKey{}).(*openTx); ok && t.store == s {
		return t.db.WithContext(ctx)
	}
	return nil
}

// Write runs f in one transaction, and commits when f returns nil. All that is read and
// written with the context f gets belongs to it. Who names the same lock waits until
// the transaction is over, on any machine: what f then reads to find out whether a slug,
// a name or a login is free stays true. f may be run again after a deadlock.
func (s *Store) Write(ctx context.Context, f func(ctx context.Context) error, locks ...string) error {
	if s.openTx(ctx) != nil {
		return f(ctx)
	}
	locks = slices.Compact(slices.Sorted(slices.Values(locks))) // one order for all: nobody waits in a circle
	for _, name := range locks {
		leave, err := s.lanes.enter(ctx, name)
		if err != nil {
			return err
		}
		defer leave()
	}
	for attempt := 1; ; attempt++ {
		err := s.writeOnce(ctx, f, locks)
		if attempt == maxAttempts || !isConflict(err) {
			return err
		}
	}
}

func (s *Store) writeOnce(ctx context.Context, f func(ctx context.Context) error, locks []string) error {
	writer := s.writer.WithContext(ctx)
	transaction := func(db *gorm.DB) error {
		return db.Transaction(func(tx *gorm.DB) error {
			for _, name := range locks {
				if err := s.dialect.lockInside(tx, s.lockKey(name)); err != nil {
					return fmt.Errorf("lock %s: %w", name, err)
				}
			}
			return f(context.WithValue(ctx, openTxKey{}, &openTx{s, tx}))
		})
	}
	if s.engine != MySQL || len(locks) == 0 {
		return transaction(writer)
	}
	// MySQL's named locks belong to connections, and what a transaction reads is as old as its
	// first look: so the lock comes before it, and goes after the commit.
	return writer.Connection(func(conn *gorm.DB) error {
		if c, ok := conn.Statement.ConnPool.(*sql.Conn); ok {
			conn.Statement.ConnPool = &connection{c, writer.ConnPool.(*statements)}
		}
		conn = conn.Session(&gorm.Session{NewDB: true, Context: ctx})
		for _, name := range locks {
			key := s.lockKey(name)
			if err := s.dialect.lockAround(conn, key); err != nil {
				return fmt.Errorf("lock %s: %w", name, err)
			}
			defer s.dialect.unlock(conn, key)
		}
		return transaction(conn)
	})
}

// lockKey is a number for a lock of this site: servers know one space of names for all databases.
func (s *Store) lockKey(name string) int64 {
	h := fnv.New64a()
	database := ""
	if s.mysql != nil {
		database = s.mysql.DBName
	}
	fmt.Fprint(h, "headpress\x00", database, "\x00", s.prefix, "\x00", name)
	return int64(h.Sum64()) //nolint:gosec // any number does
}

// isConflict tells whether a transaction failed because of others, and may be tried again.
func isConflict(err error) bool {
	var my *mysqldriver.MySQLError
	var pg *pgconn.PgError
	switch {
	case errors.Is(err, ErrChanged):
		return true
	case errors.As(err, &my):
		return my.Number == 1213 || my.Number == 1020 // a deadlock; a row is not what the transaction saw
	case errors.As(err, &pg):
		return pg.Code == "40P01" || pg.Code == "40001"
	}
	return false
}

// lanes let the writers of one process wait for each other outside of the database,
// where waiting costs a connection.
type lanes struct {
	mu    sync.Mutex
	named map[string]chan struct{}
}

func (l *lanes) enter(ctx context.Context, name string) (leave func(), err error) {
	l.mu.Lock()
	lane := l.named[name]
	if lane == nil {
		if l.named == nil {
			l.named = map[string]chan struct{}{}
		}
		lane = make(chan struct{}, 1)
		l.named[name] = lane
	}
	l.mu.Unlock()
	select {
	case lane <- struct{}{}:
		return func() { <-lane }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Insert stores rows: a pointer to one, or to a slice of them. Rows without an id get the next, and know it then.
func (s *Store) Insert(ctx context.Context, rows any) error {
	return s.change(ctx, "insert", func(tx *gorm.DB) error { return tx.Create(rows).Error })
}

// Update sets columns of the rows of a table that have these ids.
func (s *Store) Update(ctx context.Context, table string, ids []int64, values map[string]any) error {
	return s.change(ctx, "update "+table, func(tx *gorm.DB) error {
		return chunks(ids, func(part []int64) error {
			return tx.Table(s.Table(table)).Where(KeyColumn(table)+" IN ?", padded(part)).Updates(values).Error
		})
	})
}

// Save stores all columns of a post that is there.
func (s *Store) Save(ctx context.Context, p *Post) error {
	return s.change(ctx, "save post", func(tx *gorm.DB) error {
		return tx.Model(p).Select("*").Omit("id").Updates(p).Error
	})
}

// Delete removes the rows of a table whose column holds one of these numbers.
func (s *Store) Delete(ctx context.Context, table, column string, values []int64) error {
	return s.change(ctx, "delete "+table, func(tx *gorm.DB) error {
		return chunks(values, func(part []int64) error {
			return tx.Exec("DELETE FROM "+s.Table(table)+" WHERE "+column+" IN ?", padded(part)).Error
		})
	})
}

// IDs gives the ids of the rows of a table whose column holds one of these numbers.
func (s *Store) IDs(ctx context.Context, table, column string, values []int64) ([]int64, error) {
	var ids []int64
	err := chunks(values, func(part []int64) error {
		var c conds
		in(&c, column, part)
		rows, err := read[struct{ N int64 }](ctx, s, table, "SELECT "+KeyColumn(table)+" AS n FROM "+s.Table(table)+c.where()+" ORDER BY n", c.args...)
		for _, row := range rows {
			ids = append(ids, row.N)
		}
		return err
	})
	return ids, err
}

// metaOwner names the column of the object that a row of metadata belongs to.
var metaOwner = map[string]string{"postmeta": "post_id", "termmeta": "term_id", "usermeta": "user_id", "commentmeta": "comment_id"}

// AddMeta adds a value to the metadata of an object, beside those that are there.
func (s *Store) AddMeta(ctx context.Context, table string, object int64, key, value string) error {
	return s.change(ctx, "add "+table, func(tx *gorm.DB) error {
		return tx.Exec("INSERT INTO "+s.Table(table)+" ("+metaOwner[table]+", meta_key, meta_value) VALUES (?, ?, ?)", object, key, value).Error
	})
}

// SetMeta replaces the values of a key in the metadata of an object, or adds one (update_metadata).
func (s *Store) SetMeta(ctx context.Context, table string, object int64, key, value string) error {
	found := int64(0)
	err := s.change(ctx, "set "+table, func(tx *gorm.DB) error {
		done := tx.Exec("UPDATE "+s.Table(table)+" SET meta_value = ? WHERE "+metaOwner[table]+" = ? AND meta_key = ?", value, object, key)
		found = done.RowsAffected
		return done.Error
	})
	if err != nil || found > 0 {
		return err
	}
	return s.AddMeta(ctx, table, object, key, value)
}

// DeleteMeta removes keys from the metadata of an object.
func (s *Store) DeleteMeta(ctx context.Context, table string, object int64, keys ...string) error {
	return s.change(ctx, "delete "+table, func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM "+s.Table(table)+" WHERE "+metaOwner[table]+" = ? AND meta_key IN ?", object, keys).Error
	})
}

// DeleteMetaValue removes one value of a key from the metadata of an object.
func (s *Store) DeleteMetaValue(ctx context.Context, table string, object int64, key, value string) error {
	return s.change(ctx, "delete "+table, func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM "+s.Table(table)+" WHERE "+metaOwner[table]+" = ? AND meta_key = ? AND meta_value = ?", object, key, value).Error
	})
}

// Relate gives an object terms and takes others from it, by their ids in term_taxonomy.
func (s *Store) Relate(ctx context.Context, object int64, add, remove []int64) error {
	return s.change(ctx, "relate", func(tx *gorm.DB) error {
		if len(remove) > 0 {
			if err := tx.Exec("DELETE FROM "+s.Table("term_relationships")+" WHERE object_id = ? AND term_taxonomy_id IN ?", object, padded(nonzero(remove))).Error; err != nil {
				return err
			}
		}
		rows := make([]TermRelationship, 0, len(add))
		for _, id := range distinct(add) {
			rows = append(rows, TermRelationship{ObjectID: object, TermTaxonomyID: id})
		}
		if len(rows) == 0 {
			return nil
		}
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
	})
}

// Recount counts the published posts of these types that have the terms (_update_post_term_count).
func (s *Store) Recount(ctx context.Context, termTaxonomyIDs []int64, types []string) error {
	return s.change(ctx, "count posts of terms", func(tx *gorm.DB) error {
		return chunks(termTaxonomyIDs, func(part []int64) error {
			taxonomy := s.Table("term_taxonomy")
			return tx.Exec("UPDATE "+taxonomy+" SET count = (SELECT COUNT(*) FROM "+s.Table("term_relationships")+" tr JOIN "+s.Table("posts")+" p ON p.id = tr.object_id"+
				" WHERE tr.term_taxonomy_id = "+taxonomy+".term_taxonomy_id AND p.post_status = 'publish' AND p.post_type IN ?) WHERE term_taxonomy_id IN ?",
				types, padded(part)).Error
		})
	})
}

// SetOption replaces the value of an option, or adds it.
func (s *Store) SetOption(ctx context.Context, name, value string) error {
	found := int64(0)
	err := s.change(ctx, "set option "+name, func(tx *gorm.DB) error {
		done := tx.Model(&Option{}).Where("option_name = ?", name).Update("option_value", value)
		found = done.RowsAffected
		return done.Error
	})
	if err != nil || found > 0 {
		return err
	}
	return s.AddOption(ctx, Option{Name: name, Value: value, Autoload: "auto"})
}

// change runs a statement that writes, in the transaction of the context or in one of its own.
func (s *Store) change(ctx context.Context, what string, f func(tx *gorm.DB) error) error {
	if err := s.Tx(ctx, f); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// lockWait is for how many seconds a lock that another machine holds is waited for.
const lockWait = 30

// lockInside takes a lock that ends with the transaction. SQLite needs none: it has one writer.
func (d Dialect) lockInside(tx *gorm.DB, key int64) error {
	if d.engine != Postgres {
		return nil
	}
	if err := tx.Exec(fmt.Sprintf("SET LOCAL lock_timeout = '%ds'", lockWait)).Error; err != nil {
		return err
	}
	return tx.Exec("SELECT pg_advisory_xact_lock(?)", key).Error
}

// lockAround takes a lock that belongs to a connection.
func (d Dialect) lockAround(conn *gorm.DB, key int64) error {
	var got int
	if err := conn.Raw(fmt.Sprintf("SELECT COALESCE(GET_LOCK('headpress %016x', %d), 0)", uint64(key), lockWait)).Scan(&got).Error; err != nil {
		return err
	}
	if got != 1 {
		return ErrBusy
	}
	return nil
}

// unlock gives a connection's lock back, also after the request was given up; a
// connection that is broken has lost it.
func (d Dialect) unlock(conn *gorm.DB, key int64) {
	ctx := context.WithoutCancel(conn.Statement.Context)
	_ = conn.WithContext(ctx).Exec(fmt.Sprintf("DO RELEASE_LOCK('headpress %016x')", uint64(key))).Error
}
