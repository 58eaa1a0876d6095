package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/headpress/headpress/handlers"
	"github.com/headpress/headpress/media"
)

type mediaCmd struct {
	Check      mediaCheckCmd      `cmd:"" help:"Compare the uploaded files with the rows in the database; changes nothing unless told to."`
	Regenerate mediaRegenerateCmd `cmd:"" help:"Make the smaller sizes of pictures that are missing, or all of them anew."`
}

type mediaCheckCmd struct {
	DeleteUnnamed bool          `name:"delete-unnamed" help:"Delete the files that no row names, where uploads are."`
	OlderThan     time.Duration `name:"older-than" default:"1h" help:"Leave alone files that are younger: their row may be on its way."`
}

// errFound makes a check that found something fail.
var errFound = errors.New("files and rows do not fit together")

// Run lists what is missing and what nobody names, and fails if there is any.
func (c mediaCheckCmd) Run(a *app) (err error) {
	store, err := a.openWithFiles()
	if err != nil {
		return err
	}
	defer closing(store, &err)
	if _, err := a.ledger.Recover(a.ctx); err != nil {
		return err
	}
	bar := newCounter(a.errs)
	report, err := a.ledger.Check(a.ctx, c.OlderThan, func(files, rows int) {
		bar.show(fmt.Sprintf("%d files, %d rows", files, rows))
	})
	bar.end()
	if err != nil {
		return err
	}
	var bytes int64
	for _, m := range report.Missing {
		what := "size"
		if m.Own {
			what = "file"
		}
		fmt.Fprintf(a.out, "missing %s\t%d\t%s\n", what, m.ID, m.Name)
	}
	for _, f := range report.Unnamed {
		bytes += f.Size
		fmt.Fprintf(a.out, "unnamed\t%d\t%s\n", f.Size, f.Name)
	}
	fmt.Fprintf(a.out, "%d rows with files, %d files: %d missing, %d unnamed (%d bytes), %d unfinished\n", report.Owners, report.Files, len(report.Missing), len(report.Unnamed), bytes, report.Unfinished)
	left := len(report.Unnamed)
	if c.DeleteUnnamed && left > 0 {
		names := make([]string, left)
		for i, f := range report.Unnamed {
			names[i] = f.Name
		}
		removed, err := a.ledger.Clear(a.ctx, names)
		fmt.Fprintf(a.out, "%d files deleted\n", len(removed))
		if err != nil {
			return err
		}
		left -= len(removed)
	}
	if left > 0 || len(report.Missing) > 0 {
		return errFound
	}
	return nil
}

type mediaRegenerateCmd struct {
	IDs []int64 `arg:"" optional:"" name:"id" help:"Of these media objects; of all when none is named."`
	All bool    `name:"all" help:"Make every size anew, also those that are there."`
}

// maker makes what is kept of pictures, within the settings.
func (a *app) maker() *media.Maker { return media.NewMaker(a.MaxPixels, int64(a.PictureMemory)) }

// Run regenerates, several pictures at a time, and fails if one could not be.
func (c mediaRegenerateCmd) Run(a *app) (err error) {
	store, err := a.openWithFiles()
	if err != nil {
		return err
	}
	defer closing(store, &err)
	options, err := store.Options(a.ctx)
	if err != nil {
		return err
	}
	g := &media.Regenerator{Ledger: a.ledger, Maker: a.maker(), Sizes: handlers.ImageSizes(options), All: c.All}
	var (
		mu                      sync.Mutex
		looked, files, failures int
		bar                     = newCounter(a.errs)
		group, ctx              = errgroup.WithContext(a.ctx)
	)
	group.SetLimit(max(1, runtime.GOMAXPROCS(0)))
	for at, err := range media.Attachments(ctx, store, c.IDs...) {
		if err != nil {
			return errors.Join(err, group.Wait())
		}
		group.Go(func() error {
			made, err := g.Attachment(ctx, at)
			mu.Lock()
			defer mu.Unlock()
			looked++
			files += made
			if err != nil && ctx.Err() == nil {
				failures++
				bar.end()
				if errors.Is(err, fs.ErrNotExist) {
					err = fmt.Errorf("%s is not there", at.File)
				}
				fmt.Fprintf(a.errs, "%d: %v\n", at.ID, err)
			}
			bar.show(fmt.Sprintf("%d media objects, %d files made", looked, files))
			return ctx.Err()
		})
	}
	err = group.Wait()
	bar.end()
	fmt.Fprintf(a.out, "%d media objects, %d files made, %d failed\n", looked, files, failures)
	switch {
	case err != nil:
		return err
	case len(c.IDs) > looked:
		return fmt.Errorf("%d of the %d media objects have no file, or are not there", len(c.IDs)-looked, len(c.IDs))
	case failures > 0:
		return fmt.Errorf("%d media objects could not be regenerated", failures)
	}
	return nil
}

// counter shows how far something is: a line that changes on a terminal, else one now and then.
type counter struct {
	out      io.Writer
	terminal bool
	last     time.Time
	line     string
	shown    string
}

func newCounter(out io.Writer) *counter {
	c := &counter{out: out, last: time.Now()}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		c.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return c
}

func (c *counter) show(line string) {
	c.line = line
	pause := 10 * time.Second
	if c.terminal {
		pause = 100 * time.Millisecond
	}
	if now := time.Now(); now.Sub(c.last) >= pause {
		c.last = now
		c.print()
	}
}

func (c *counter) print() {
	if c.terminal {
		fmt.Fprintf(c.out, "\r\x1b[K%s", c.line)
	} else {
		fmt.Fprintln(c.out, c.line)
	}
	c.shown = c.line
}

// end leaves the last state behind.
func (c *counter) end() {
	if c.line != "" && c.shown != c.line {
		c.print()
	}
	if c.terminal && c.shown != "" {
		fmt.Fprintln(c.out)
	}
	c.line, c.shown = "", ""
}
