package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/handlers"
	"github.com/headpress/headpress/internal/fetch"
	"github.com/headpress/headpress/internal/httpserver"
	"github.com/headpress/headpress/models"
)

type serveCmd struct{}

// Run serves until it is told to stop.
func (serveCmd) Run(a *app) (err error) {
	store, err := a.open()
	if err != nil {
		return err
	}
	defer closing(store, &err)
	kind, err := a.prepare(a.ctx, store)
	if err != nil {
		return err
	}
	if err := a.openFiles(store); err != nil {
		return err
	}
	site, handler, err := a.handler(store)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", a.Listen)
	if err != nil {
		return err
	}
	defer a.cleaning()()
	if a.Scheduler == "on" {
		var work sync.WaitGroup
		ctx, stop := context.WithCancel(a.ctx)
		work.Go(func() { site.Schedule(ctx, handlers.Sleep) })
		defer work.Wait()
		defer stop()
	}
	if site.Mail != nil {
		var mails sync.WaitGroup
		ctx, stop := context.WithCancel(a.ctx)
		mails.Go(func() { site.Deliver(ctx) })
		defer mails.Wait()
		defer stop()
		a.log.Info("sending mails", "server", site.Mail.String())
	} else {
		a.log.Info("sending no mails: --smtp is not set")
	}
	a.log.Info("serving", "address", listener.Addr().String(), "engine", store.Engine(), "database", kind.String(), "cache", a.Cache)
	return httpserver.Run(a.ctx, listener, handler, a.DrainTimeout, a.log)
}

// prepare makes the tables and the site where there are none. A WordPress's database is left as it is.
func (a *app) prepare(ctx context.Context, store *models.Store) (models.Kind, error) {
	kind, err := store.Kind(ctx)
	if err != nil || kind == models.WordPress {
		return kind, err
	}
	if err := store.Migrate(ctx); err != nil {
		return kind, err
	}
	vacant, err := store.Vacant(ctx)
	if err == nil && vacant {
		err = a.install(ctx, store)
		if errors.Is(err, models.ErrNotEmpty) {
			err = nil // another server was faster
		}
	}
	return models.Own, err
}

// handler puts the site behind HTTP.
func (a *app) handler(store *models.Store) (*handlers.Site, http.Handler, error) {
	proxies, err := a.Proxies()
	if err != nil {
		return nil, nil, err
	}
	days, revisions := int64(a.EmptyTrashDays), int64(a.PostRevisions)
	site := &handlers.Site{
		Store: store, Content: a.Content, Secret: a.Key, SiteURL: a.SiteURL, HomeURL: a.HomeURL,
		CacheOptions: a.Cache == "on", Proxies: proxies, Log: a.log, MaxBody: int64(a.MaxBody),
		Revisions: &revisions, EmptyTrashDays: &days, Environment: a.Environment, AnonymousComments: a.AnonymousComments == "on", StrictPrivacy: a.Privacy == "strict",
		ExcerptLength: a.ExcerptLength, ExcerptMore: a.ExcerptMore,
		Timeout: a.RequestTimeout, Storage: a.ledger.Storage, Ledger: a.ledger, UploadsURL: a.UploadsURL, MaxUpload: int64(a.MaxUpload),
	}
	site.Maker = a.maker()
	site.Fetch = fetch.New(a.OutgoingHTTP == "off")
	site.JWTSecret = a.JWTSecret
	site.Attempts = &auth.Attempts{PerAddress: a.LoginAttempts, PerAccount: a.LoginAttemptsAccount, Window: a.LoginWindow}
	if site.Mail, err = a.MailServer(); err != nil {
		return nil, nil, err
	}
	if site.MailFrom, err = a.Sender(); err != nil {
		return nil, nil, err
	}
	server, err := handlers.NewServer(site)
	if err != nil {
		return nil, nil, err
	}
	if err := site.StoreSalts(a.ctx); err != nil { // the database may be for reading only
		a.log.Warn("keys and salts are missing: cookies and nonces will not count", "error", err.Error())
	}
	return site, httpserver.New(httpserver.Config{
		Site: handlers.NewSite(site, server), Ready: store.Ping, Measure: measure, Content: a.Content, Uploads: a.uploads(), Log: a.log,
	}), nil
}

// measure counts the statements of a request and the rows they touched.
func measure(ctx context.Context) (context.Context, func() []slog.Attr) {
	stats := &models.Stats{}
	return models.WithStats(ctx, stats), func() []slog.Attr {
		return []slog.Attr{slog.Int64("statements", stats.Statements.Load()), slog.Int64("rows", stats.Rows.Load())}
	}
}
