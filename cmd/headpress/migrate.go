package main

import (
	"errors"
	"fmt"

	"github.com/headpress/headpress/models"
)

type migrateCmd struct {
	Up     migrateUpCmd     `cmd:"" help:"Make the tables of an empty database, or bring ours up to date."`
	Status migrateStatusCmd `cmd:"" help:"List the migrations and which have run."`
}

type migrateUpCmd struct{}

// Run migrates. A database that WordPress made is refused: it is never altered.
func (migrateUpCmd) Run(a *app) (err error) {
	store, err := a.open()
	if err != nil {
		return err
	}
	defer closing(store, &err)
	kind, err := store.Kind(a.ctx)
	if err != nil {
		return err
	}
	if kind == models.WordPress {
		return errors.New("WordPress made this database: it is used as it is and never migrated")
	}
	if err := store.Migrate(a.ctx); err != nil {
		return err
	}
	fmt.Fprintln(a.out, "up to date")
	return nil
}

type migrateStatusCmd struct{}

// Run shows whose database it is and what has run.
func (migrateStatusCmd) Run(a *app) (err error) {
	store, err := a.open()
	if err != nil {
		return err
	}
	defer closing(store, &err)
	kind, steps, err := store.Migrations(a.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s database, kind: %s\n", store.Engine(), kind)
	for _, s := range steps {
		state := "pending"
		if s.Applied {
			state = "applied"
		}
		fmt.Fprintf(a.out, "%s\t%s\n", state, s.File)
	}
	return nil
}

// closing closes a store at the end of a command, whose error it completes.
func closing(store *models.Store, err *error) {
	*err = errors.Join(*err, store.Close())
}
