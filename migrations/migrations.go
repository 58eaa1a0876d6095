// Package migrations makes and updates databases of our own: SQL per engine, run by goose.
// Databases that WordPress made are never touched.
package migrations

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed sqlite postgres mysql
var files embed.FS

// Table is the name, without the prefix, of the table that records what has run.
const Table = "headpress_schema"

// Step is a migration and whether it has run.
type Step struct {
	Version int64
	File    string
	Applied bool
}

// Up runs the migrations that have not run yet.
func Up(ctx context.Context, db *sql.DB, engine, prefix string) error {
	p, err := provider(db, engine, prefix)
	if err != nil {
		return err
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if current > target {
		return fmt.Errorf("the database has schema version %d, this program knows %d: a newer headpress made it", current, target)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Status lists the migrations. The database must hold the table of versions.
func Status(ctx context.Context, db *sql.DB, engine, prefix string) ([]Step, error) {
	p, err := provider(db, engine, prefix)
	if err != nil {
		return nil, err
	}
	list, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the schema's version: %w", err)
	}
	steps := make([]Step, len(list))
	for i, m := range list {
		steps[i] = Step{m.Source.Version, m.Source.Path, m.State == goose.StateApplied}
	}
	return steps, nil
}

func provider(db *sql.DB, engine, prefix string) (*goose.Provider, error) {
	dir, err := fs.Sub(files, engine)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithTableName(prefix + Table), goose.WithDisableGlobalRegistry(true)}
	var dialect database.Dialect
	switch engine {
	case "sqlite":
		dialect = goose.DialectSQLite3
	case "mysql":
		dialect = goose.DialectMySQL
	case "postgres":
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker() // two servers starting at once
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	default:
		return nil, errors.New("no migrations for " + engine)
	}
	return goose.NewProvider(dialect, db, prefixed{dir, prefix}, options...)
}

// prefixed reads files with {prefix} replaced by the tables' prefix.
type prefixed struct {
	fs.FS
	prefix string
}

// Open opens a file or a folder.
func (p prefixed) Open(name string) (fs.File, error) {
	f, err := p.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return f, err
	}
	data, err := fs.ReadFile(p.FS, name)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return file{f, bytes.NewReader(bytes.ReplaceAll(data, []byte("{prefix}"), []byte(p.prefix)))}, nil
}

type file struct {
	fs.File
	text *bytes.Reader
}

func (f file) Read(b []byte) (int, error) { return f.text.Read(b) }
