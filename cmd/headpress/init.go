package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/transfer"
)

type initCmd struct{}

// Run makes a site.
func (initCmd) Run(a *app) (err error) {
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
		return errors.New("this database already holds a WordPress site: serve it as it is")
	}
	return a.install(a.ctx, store)
}

// install makes a site in a database without one and prints what is told once.
func (a *app) install(ctx context.Context, store *models.Store) error {
	site := transfer.Site{
		Title: a.Title, AdminLogin: a.AdminLogin, AdminPassword: a.AdminPassword, AdminEmail: a.AdminEmail,
		TimeZone: a.TimeZone, Permalinks: a.Permalinks, SiteURL: a.SiteURL, HomeURL: a.HomeURL,
	}
	if site.Permalinks == "plain" {
		site.Permalinks = ""
	}
	if site.SiteURL == "" {
		if site.SiteURL = site.HomeURL; site.SiteURL == "" {
			site.SiteURL = localAddress(a.Listen)
		}
	}
	made, err := transfer.Install(ctx, store, site)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "Made a site at %s in %s.\n", site.SiteURL, store.Engine())
	fmt.Fprintf(a.out, "Administrator: %s\n", made.AdminLogin)
	if made.AdminPassword != "" {
		fmt.Fprintf(a.out, "Password: %s\n", made.AdminPassword)
	}
	fmt.Fprintf(a.out, "Application password (shown only now): %s\n", made.ApplicationPassword)
	return nil
}

// localAddress is how a browser on this machine reaches what listens at addr.
func localAddress(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "http://localhost"
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		host = "localhost"
	}
	return strings.TrimSuffix("http://"+net.JoinHostPort(host, port), ":80")
}
