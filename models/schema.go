package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/headpress/headpress/migrations"
)

// Kind says whose database it is.
type Kind int

// The kinds.
const (
	Empty     Kind = iota // no tables at all
	Own                   // made by our migrations
	WordPress             // made by WordPress: used in place, never altered
)

// String names the kind.
func (k Kind) String() string {
	return [...]string{"empty", "headpress", "WordPress"}[k]
}

// Kind looks at the tables. A database that is neither empty, ours nor WordPress's under
// the store's prefix is an error that says what was found.
func (s *Store) Kind(ctx context.Context) (Kind, error) {
	tables, err := s.tables(ctx)
	switch {
	case err != nil:
		return 0, fmt.Errorf("list tables: %w", err)
	case len(tables) == 0:
		return Empty, nil
	case slices.Contains(tables, s.Table(migrations.Table)):
		return Own, nil
	}
	var missing []string
	for _, name := range Tables {
		if name != "links" && !slices.Contains(tables, s.Table(name)) {
			missing = append(missing, s.Table(name))
		}
	}
	if len(missing) == 0 {
		return WordPress, nil
	}
	if found := prefixesIn(tables); len(found) > 0 && !slices.Contains(found, s.prefix) {
		return 0, fmt.Errorf("no WordPress tables with the prefix %q; there are some with %s", s.prefix, quoted(found))
	}
	if slices.Contains(tables, s.Table("options")) || slices.Contains(tables, s.Table("posts")) {
		return 0, fmt.Errorf("WordPress's tables are not complete: %s missing", quoted(missing))
	}
	return 0, fmt.Errorf("the database holds %d tables (%s, …) and none of them is WordPress's or ours: an empty database is needed", len(tables), tables[0])
}

func quoted(names []string) string {
	return `"` + strings.Join(names, `", "`) + `"`
}

// prefixesIn finds the prefixes under which there is a WordPress.
func prefixesIn(tables []string) []string {
	var found []string
	for _, table := range tables {
		prefix, ok := strings.CutSuffix(table, "term_relationships")
		if ok && slices.Contains(tables, prefix+"posts") && slices.Contains(tables, prefix+"options") {
			found = append(found, prefix)
		}
	}
	return found
}

func (s *Store) tables(ctx context.Context) ([]string, error) {
	query := `SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = `
	switch s.engine {
	case SQLite:
		query = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%'`
	case Postgres:
		query += "current_schema()"
	case MySQL:
		query += "DATABASE()"
	}
	var tables []string
	err := s.DB(ctx).Raw(query + " ORDER BY 1").Scan(&tables).Error
	return tables, err
}

// Migrate makes the tables of an empty database and updates those of our own.
// It leaves a WordPress's database alone.
func (s *Store) Migrate(ctx context.Context) error {
	kind, err := s.Kind(ctx)
	if err != nil || kind == WordPress {
		return err
	}
	defer s.texts.Store(nil)
	return s.migrating(func(pool *sql.DB) error {
		return migrations.Up(ctx, pool, string(s.engine), s.prefix)
	})
}

// migrating gives f a pool that goose can use: on MySQL it wants dates as time.Time.
func (s *Store) migrating(f func(*sql.DB) error) error {
	if s.engine != MySQL {
		return f(s.pools[0].pool)
	}
	conf := s.mysql.Clone()
	conf.ParseTime = true
	connector, err := mysqldriver.NewConnector(conf)
	if err != nil {
		return err
	}
	pool := sql.OpenDB(connector)
	defer pool.Close()
	return f(pool)
}

// Migrations lists the migrations of a database of our own; other kinds have none.
func (s *Store) Migrations(ctx context.Context) (Kind, []migrations.Step, error) {
	kind, err := s.Kind(ctx)
	if err != nil || kind != Own {
		return kind, nil, err
	}
	var steps []migrations.Step
	err = s.migrating(func(pool *sql.DB) error {
		steps, err = migrations.Status(ctx, pool, string(s.engine), s.prefix)
		return err
	})
	return kind, steps, err
}

// Has tells which of the tables, named without prefix, are there.
func (s *Store) Has(ctx context.Context, names []string) (map[string]bool, error) {
	tables, err := s.tables(ctx)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	have := map[string]bool{}
	for _, name := range names {
		have[name] = slices.Contains(tables, s.Table(name))
	}
	return have, nil
}

// ErrNotEmpty is the answer to filling a database that already holds a site.
var ErrNotEmpty = errors.New("the database already holds a site")

// Vacant tells whether the tables are there and hold no site yet.
func (s *Store) Vacant(ctx context.Context) (bool, error) {
	for _, table := range []string{"options", "users", "posts"} {
		var one []int
		if err := s.DB(ctx).Raw("SELECT 1 FROM " + s.Table(table) + " LIMIT 1").Scan(&one).Error; err != nil {
			return false, fmt.Errorf("look into %s: %w", s.Table(table), err)
		}
		if len(one) > 0 {
			return false, nil
		}
	}
	return true, nil
}
