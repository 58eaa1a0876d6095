// Command headpress serves WordPress's REST API from one binary.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/headpress/headpress/internal/config"
	"github.com/headpress/headpress/internal/logging"
	"github.com/headpress/headpress/media"
	"github.com/headpress/headpress/models"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// cli is the command line.
type cli struct {
	config.Settings
	Version kong.VersionFlag `name:"version" help:"Show the version."`

	Serve   serveCmd   `cmd:"" help:"Serve a site; an empty database gets a fresh one."`
	Init    initCmd    `cmd:"" help:"Make a site in an empty database."`
	Import  importCmd  `cmd:"" help:"Bring content into the database, which is made if it is empty."`
	User    userCmd    `cmd:"" help:"Users and their application passwords."`
	Media   mediaCmd   `cmd:"" help:"The uploaded files."`
	Migrate migrateCmd `cmd:"" help:"The tables of a database of our own."`
	Show    configCmd  `cmd:"" name:"config" help:"List every setting: name, value, source, default, help."`
	Probe   probeCmd   `cmd:"" help:"Ask the running server whether it is ready, for health checks of containers."`
	OpenAPI openapiCmd `cmd:"" name:"openapi" help:"Write the OpenAPI document of all routes."`
}

// app is what commands work with.
type app struct {
	*config.Settings
	ctx    context.Context
	out    io.Writer // what is said to people
	errs   io.Writer // how far something is
	log    *slog.Logger
	loader *config.Loader
	parsed *kong.Context
	ledger *media.Ledger // of the uploads, after openFiles
}

// open opens the database that the settings name.
func (a *app) open() (*models.Store, error) {
	return models.Open(a.ctx, models.Config{DSN: a.DB, Prefix: a.TablePrefix, MaxOpen: a.Connections, Totals: a.Cache == "on"})
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], config.NewLoader(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// exited carries the code with which kong wants to leave, after --help and --version.
type exited int

// run is main without the process.
func run(ctx context.Context, args []string, loader *config.Loader, out, errs io.Writer) (code int) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case exited:
			code = int(v)
		default:
			panic(v)
		}
	}()
	var c cli
	options := append(loader.Options(),
		kong.Name("headpress"),
		kong.Description("WordPress's REST API as one binary, on SQLite, PostgreSQL, MySQL and MariaDB."),
		kong.Vars{"version": version()},
		kong.Writers(out, errs),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 120}),
	)
	parser, err := kong.New(&c, options...)
	if err != nil {
		fmt.Fprintln(errs, "headpress:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(errs, "headpress: %v\nRun headpress --help to see what is possible.\n", err)
		return exitUsage
	}
	a := &app{Settings: &c.Settings, ctx: ctx, out: out, errs: errs, loader: loader, parsed: parsed, log: logging.New(errs, c.LogLevel, c.LogFormat)}
	if err := parsed.Run(a); err != nil {
		if !errors.Is(err, context.Canceled) || ctx.Err() == nil {
			fmt.Fprintln(errs, "headpress:", err)
		} else {
			fmt.Fprintln(errs, "headpress: interrupted")
		}
		return exitFailed
	}
	return exitDone
}

// version is the module's version, or the commit the program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return "headpress " + info.Main.Version
}
