package main

import (
	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/handlers"
)

type openapiCmd struct{}

// Run writes the document to stdout. It needs no database: the routes are data.
func (openapiCmd) Run(a *app) error {
	server, err := handlers.NewServer(&handlers.Site{Log: a.log, JWTSecret: "shows the routes that a secret brings"})
	if err != nil {
		return err
	}
	doc := append([]byte("# Written by `headpress openapi` from the table of routes. Not to be edited.\n"), api.AppendYAML(nil, server.Table.OpenAPI())...)
	_, err = a.out.Write(doc)
	return err
}
