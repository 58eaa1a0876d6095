package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/mysql"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	modernc "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Engine is a kind of database.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
	MySQL    Engine = "mysql"
)

func engineOf(dsn string) (Engine, error) {
	scheme, _, _ := strings.Cut(dsn, ":")
	switch scheme {
	case "sqlite":
		return SQLite, nil
	case "postgres", "postgresql":
		return Postgres, nil
	case "mysql":
		return MySQL, nil
	}
	return "", errors.New("unknown database: sqlite:FILE, postgres://… or mysql://user:password@host:port/database is needed")
}

// openPools makes the connection pool for writing, and for SQLite a second one for reading.
func (s *Store) openPools(cfg Config) error {
	var pools []*sql.DB
	var err error
	switch s.engine {
	case SQLite:
		if pools, s.changes, err = openSQLite(strings.TrimPrefix(cfg.DSN, "sqlite:"), cfg.MaxOpen); err != nil {
			return err
		}
		if cfg.Totals {
			s.totals = newTotals(s.changes.stamp)
		}
	case Postgres:
		conf, err := pgx.ParseConfig(cfg.DSN)
		if err != nil {
			return err
		}
		conf.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec // we keep the statements that are worth keeping
		pools = []*sql.DB{limit(sql.OpenDB(hasty{postgresTexts{stdlib.GetConnector(*conf)}}), cfg.MaxOpen)}
		if cfg.Totals {
			s.totals = newTotals(s.snapshot)
		}
	case MySQL:
		if s.mysql, err = mysqlConfig(cfg.DSN); err != nil {
			return err
		}
		connector, err := mysqldriver.NewConnector(s.mysql)
		if err != nil {
			return err
		}
		pools = []*sql.DB{limit(sql.OpenDB(hasty{connector}), cfg.MaxOpen)}
		if cfg.Totals {
			s.totals = newTotals((&logPosition{read: s.endOfLog, logged: s.inLog, now: time.Now}).stamp)
		}
	}
	for _, pool := range pools {
		s.pools = append(s.pools, keepStatements(pool))
	}
	return err
}

// connectTimeout bounds how long a server may take to let us in.
const connectTimeout = 5 * time.Second

// hasty gives up connecting after a while. A pool itself would wait for ever for a server
// that says nothing, with one connection less for everybody.
type hasty struct{ driver.Connector }

// Connect opens a connection.
func (h hasty) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	return h.Connector.Connect(ctx)
}

// limit keeps a pool within what servers allow and lets unused connections go.
func limit(pool *sql.DB, most int) *sql.DB {
	if most <= 0 {
		most = max(16, 4*runtime.GOMAXPROCS(0))
	}
	pool.SetMaxOpenConns(most)
	pool.SetMaxIdleConns(most)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool
}

// openSQLite opens one connection that writes and several that read, and can open one that tells
// of changes. Writers wait for each other in the pool instead of failing as busy.
func openSQLite(file string, most int) ([]*sql.DB, *dataVersion, error) {
	file = strings.TrimPrefix(file, "//")
	if file == "" || strings.HasPrefix(file, ":memory:") {
		return nil, nil, errors.New("sqlite: a file is needed")
	}
	if err := registerSQLite(); err != nil {
		return nil, nil, err
	}
	uri := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(file)
	writer, err := sql.Open("sqlite", uri+"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(0)")
	if err != nil {
		return nil, nil, err
	}
	writer.SetMaxOpenConns(1)
	reading := uri + "?_pragma=busy_timeout(10000)&_pragma=query_only(1)&_pragma=cache_size(-8000)"
	reader, err := sql.Open("sqlite", reading)
	if err != nil {
		return nil, nil, errors.Join(err, writer.Close())
	}
	changes, err := sql.Open("sqlite", reading)
	if err != nil {
		return nil, nil, errors.Join(err, reader.Close(), writer.Close())
	}
	return []*sql.DB{writer, limit(reader, most)}, &dataVersion{pool: changes}, nil
}

// registerSQLite teaches modernc's driver the collation "wordpress", its LIKE, and what searches look at first. The
// driver keeps such things for the whole process.
var registerSQLite = sync.OnceValue(func() error {
	if err := modernc.RegisterCollationUtf8("wordpress", collate); err != nil {
		return err
	}
	err := modernc.RegisterDeterministicScalarFunction("headpress_holds", 2, func(_ *modernc.FunctionContext, args []driver.Value) (driver.Value, error) {
		set, _ := args[0].([]byte)
		grams, _ := args[1].([]byte)
		return holdGrams(set, grams), nil
	})
	if err != nil {
		return err
	}
	var patterns likePatterns
	return modernc.RegisterDeterministicScalarFunction("like", 2, func(_ *modernc.FunctionContext, args []driver.Value) (driver.Value, error) {
		pattern, ok := textOf(args[0])
		text, also := textOf(args[1])
		if !ok || !also {
			return nil, nil
		}
		return like(patterns.compiled(pattern), text), nil
	})
})

// likePatterns keeps a few compiled patterns: statements ask with the same ones, row after row.
type likePatterns struct {
	recent atomic.Pointer[[]likePattern]
}

type likePattern struct {
	text   string
	tokens []likeToken
}

// maxLikePatterns are more than a search has words.
const maxLikePatterns = 16

func (p *likePatterns) compiled(pattern string) []likeToken {
	var recent []likePattern
	if kept := p.recent.Load(); kept != nil {
		recent = *kept
	}
	for i := range recent {
		if recent[i].text == pattern {
			return recent[i].tokens
		}
	}
	tokens := compileLike(pattern)
	now := append([]likePattern{{strings.Clone(pattern), tokens}}, recent[:min(len(recent), maxLikePatterns-1)]...)
	p.recent.Store(&now)
	return tokens
}

func textOf(v driver.Value) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", false
	case string:
		return v, true
	case []byte:
		return string(v), true
	}
	return fmt.Sprint(v), true
}

// mysqlConfig reads mysql://user:password@host:port/database?socket=PATH.
func mysqlConfig(dsn string) (*mysqldriver.Config, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		var e *url.Error
		if errors.As(err, &e) {
			err = e.Err // without the address: it holds the password
		}
		return nil, err
	}
	conf := mysqldriver.NewConfig()
	conf.User = u.User.Username()
	conf.Passwd, _ = u.User.Password()
	conf.DBName = strings.TrimPrefix(u.Path, "/")
	if conf.DBName == "" {
		return nil, errors.New("the address names no database")
	}
	conf.Net, conf.Addr = "tcp", net.JoinHostPort(or(u.Hostname(), "127.0.0.1"), or(u.Port(), "3306"))
	for name, values := range u.Query() {
		switch name {
		case "socket":
			conf.Net, conf.Addr = "unix", values[0]
		case "tls":
			conf.TLSConfig = values[0]
		default:
			return nil, fmt.Errorf("unknown parameter %q: socket and tls are known", name)
		}
	}
	conf.Collation = "utf8mb4_unicode_520_ci"
	conf.Logger = &mysqldriver.NopLogger{} // what it would print is in the errors
	conf.ParseTime = false                 // zero dates are no time.Time
	conf.ClientFoundRows = true            // an update that changes nothing still found its row, as on the other engines
	// WordPress takes the strict modes off, too: zero dates and over-long values are stored.
	conf.Params = map[string]string{"sql_mode": "'NO_ENGINE_SUBSTITUTION'"}
	return conf, nil
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func dialector(engine Engine, pool gorm.ConnPool) gorm.Dialector {
	switch engine {
	case SQLite:
		return sqliteDialector{&sqlite.Dialector{DriverName: "sqlite", Conn: pool}}
	case Postgres:
		return postgres.New(postgres.Config{Conn: pool})
	default:
		return mysql.New(mysql.Config{Conn: pool, DisableWithReturning: true})
	}
}

// sqliteDialector knows the errors of modernc's driver; gorm's knows only the cgo one's.
type sqliteDialector struct{ *sqlite.Dialector }

// Translate gives gorm's name to an error.
func (d sqliteDialector) Translate(err error) error {
	var e *modernc.Error
	if errors.As(err, &e) {
		switch e.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return gorm.ErrDuplicatedKey
		}
	}
	return err
}
