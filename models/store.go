package models

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"

	mysqldriver "github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
)

// DefaultDSN is the database used when none is named.
const DefaultDSN = "sqlite:headpress.db"

// DefaultPrefix is the table prefix used when none is named.
const DefaultPrefix = "wp_"

// Config says which database to open.
type Config struct {
	DSN     string // sqlite:FILE, postgres://… or mysql://user:password@host:port/database[?socket=PATH]
	Prefix  string // of the tables, DefaultPrefix when empty
	MaxOpen int    // connections at most, a number that fits the engine when 0
	Totals  bool   // remember how long lists are, and where their pages begin, while nothing is written
}

// Store is an open database.
type Store struct {
	engine  Engine
	dialect Dialect
	prefix  string
	reader  *gorm.DB
	writer  *gorm.DB // the same as reader except on SQLite
	pools   []*statements
	mysql   *mysqldriver.Config  // on MySQL
	changes *dataVersion         // on SQLite
	totals  *totals              // nil: they are not remembered
	texts   atomic.Pointer[bool] // whether there is the table of hasTexts; nil: not known yet
	lanes   lanes
}

var prefixes = regexp.MustCompile(`^[A-Za-z0-9_]{1,32}$`)

// Open opens the database that cfg names. It makes an empty SQLite file where there
// is none and changes nothing else; see Kind and Migrate.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.DSN == "" {
		cfg.DSN = DefaultDSN
	}
	if cfg.Prefix == "" {
		cfg.Prefix = DefaultPrefix
	}
	if !prefixes.MatchString(cfg.Prefix) {
		return nil, fmt.Errorf("table prefix %q: only letters, digits and _ are possible", cfg.Prefix)
	}
	engine, err := engineOf(cfg.DSN)
	if err != nil {
		return nil, err
	}
	if engine == Postgres {
		cfg.Prefix = strings.ToLower(cfg.Prefix) // as PostgreSQL does with unquoted names
	}
	s := &Store{engine: engine, dialect: Dialect{engine: engine}, prefix: cfg.Prefix}
	if err := s.openPools(cfg); err != nil {
		return nil, fmt.Errorf("open %s database: %w", engine, err)
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s database: %w", engine, err), s.Close())
	}
	return s, nil
}

func (s *Store) start(ctx context.Context) error {
	handles := make([]*gorm.DB, len(s.pools))
	for i, kept := range s.pools {
		if err := kept.pool.PingContext(ctx); err != nil {
			return err
		}
		db, err := gorm.Open(dialector(s.engine, kept), &gorm.Config{
			SkipDefaultTransaction: true,
			TranslateError:         true,
			DisableAutomaticPing:   true,
			NamingStrategy:         namer{s.prefix},
			Logger:                 logger.Discard,
		})
		if err != nil {
			return err
		}
		if err := countStatements(db); err != nil {
			return err
		}
		handles[i] = db
	}
	s.writer, s.reader = handles[0], handles[len(handles)-1]
	if s.engine == MySQL {
		version, err := read[string](ctx, s, "version", "SELECT VERSION()")
		s.dialect.mariadb = len(version) == 1 && strings.Contains(version[0], "MariaDB")
		return err
	}
	return nil
}

// Close gives the connections back.
func (s *Store) Close() error {
	var errs []error
	if s.changes != nil {
		errs = append(errs, s.changes.close())
	}
	for i := len(s.pools) - 1; i >= 0; i-- { // SQLite's writer last: it folds the write-ahead log in
		errs = append(errs, s.pools[i].close())
	}
	return errors.Join(errs...)
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	for _, kept := range s.pools {
		if err := kept.pool.PingContext(ctx); err != nil {
			return fmt.Errorf("%s database: %w", s.engine, err)
		}
	}
	return nil
}

// Engine is the kind of database server.
func (s *Store) Engine() Engine { return s.engine }

// ServerInfo names the database server with its version, as the server itself tells it.
func (s *Store) ServerInfo(ctx context.Context) (string, error) {
	var info string
	err := s.DB(ctx).Raw("SELECT " + s.dialect.serverInfo()).Scan(&info).Error
	return info, err
}

// Size is how many bytes the database takes where it is kept.
func (s *Store) Size(ctx context.Context) (int64, error) {
	var bytes int64
	err := s.DB(ctx).Raw("SELECT " + s.dialect.size()).Scan(&bytes).Error
	return bytes, err
}

// Dialect holds what differs between engines in a query.
func (s *Store) Dialect() Dialect { return s.dialect }

// Prefix is the prefix of the tables.
func (s *Store) Prefix() string { return s.prefix }

// Table gives the prefixed name of one of WordPress's tables: "posts" gives "wp_posts".
func (s *Store) Table(name string) string { return s.prefix + name }

// DB is the handle for reading, inside of Write its transaction. Outside it cannot write on SQLite: use Tx.
func (s *Store) DB(ctx context.Context) *gorm.DB {
	if tx := s.openTx(ctx); tx != nil {
		return tx
	}
	return s.reader.WithContext(ctx)
}

// Tx runs f in a transaction that may write, and commits when f returns nil.
// Inside of Write it is part of that transaction. On SQLite there is one such transaction at a time.
func (s *Store) Tx(ctx context.Context, f func(tx *gorm.DB) error) error {
	if tx := s.openTx(ctx); tx != nil {
		return f(tx)
	}
	return s.writer.WithContext(ctx).Transaction(f)
}

// namer maps row types to WordPress's names. Columns are lower-cased because
// MySQL and SQLite answer with the declared case (ID, comment_post_ID).
type namer struct{ prefix string }

func (n namer) TableName(model string) string {
	if table, ok := tableOf[model]; ok {
		return n.prefix + table
	}
	return strings.ToLower(model)
}

func (n namer) ColumnName(_, column string) string            { return strings.ToLower(column) }
func (n namer) SchemaName(table string) string                { return table }
func (n namer) JoinTableName(table string) string             { return table }
func (n namer) RelationshipFKName(schema.Relationship) string { return "" }
func (n namer) CheckerName(table, column string) string       { return table + "_" + column }
func (n namer) IndexName(table, column string) string         { return table + "_" + column }
func (n namer) UniqueName(table, column string) string        { return table + "_" + column }
