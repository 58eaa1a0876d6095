package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/transfer"
)

type importCmd struct {
	DB   importDBCmd   `cmd:"" name:"db" help:"Copy every table of a WordPress database, of any engine to any engine."`
	REST importRESTCmd `cmd:"" name:"rest" help:"Store what the REST API of another site answers: posts, media, terms, users."`
}

type importDBCmd struct {
	From       string `arg:"" name:"dsn" help:"Database to copy from."`
	FromPrefix string `name:"from-prefix" default:"wp_" help:"What the names of its tables begin with."`
}

// Run copies a database.
func (c importDBCmd) Run(a *app) (err error) {
	if c.From == a.DB {
		return errors.New("the database to copy from is the one to copy into")
	}
	from, err := models.Open(a.ctx, models.Config{DSN: c.From, Prefix: c.FromPrefix})
	if err != nil {
		return err
	}
	defer closing(from, &err)
	to, err := a.open()
	if err != nil {
		return err
	}
	defer closing(to, &err)
	p := progress{out: a.out}
	if err := transfer.CopyDatabase(a.ctx, from, to, p.show); err != nil {
		p.end()
		return err
	}
	p.end()
	fmt.Fprintf(a.out, "Copied %d rows from %s to %s.\n", p.rows, from.Engine(), to.Engine())
	return nil
}

// progress shows how far each table is: a moving bar on a terminal, else a line per table.
type progress struct {
	out         io.Writer
	table       string
	done, total int64
	rows        int64
}

func (p *progress) show(table string, done, total int64) {
	if table != p.table {
		p.end()
		p.table, p.done = table, 0
	}
	p.rows += done - p.done
	p.done, p.total = done, total
	if f, ok := p.out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			fmt.Fprint(p.out, "\r"+p.line())
		}
	}
}

func (p *progress) end() {
	if p.table != "" {
		fmt.Fprintln(p.out, "\r"+p.line()) // over the bar
	}
	p.table = ""
}

func (p *progress) line() string {
	const bar = "=============================="
	filled := int64(len(bar))
	if p.total > 0 {
		filled = min(p.done*filled/p.total, filled)
	}
	return fmt.Sprintf("%-20s [%-*s] %d/%d", p.table, len(bar), bar[:filled], p.done, p.total)
}
