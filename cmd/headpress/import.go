package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/transfer"
)

type importCmd struct {
	DB importDBCmd `cmd:"" name:"db" help:"Copy every table of a WordPress database, of any engine to any engine."`
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

// progress shows how far each table is, one line per table.
type progress struct {
	out   io.Writer
	table string
	last  int64
	rows  int64
}

func (p *progress) show(table string, done, total int64) {
	if table != p.table {
		p.end()
		p.table, p.last = table, 0
	}
	p.rows += done - p.last
	p.last = done
	const width = 30
	filled := int64(width)
	if total > 0 {
		filled = min(done*width/total, width)
	}
	fmt.Fprintf(p.out, "\r%-20s [%-*s] %d/%d", table, width, bar[:filled], done, total)
}

func (p *progress) end() {
	if p.table != "" {
		fmt.Fprintln(p.out)
	}
	p.table = ""
}

const bar = "=============================="
