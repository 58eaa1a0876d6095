package handlers

import (
	"context"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
)

// operatorCaps are what the shell may do with users.
var operatorCaps = []string{"list_users", "create_users", "edit_users", "promote_users"}

// Operate sends a request to the API from the shell: what people do with users there goes
// the way of every client's requests, with the same checks.
func (site *Site) Operate(ctx context.Context, server *api.Server, method, route string, params php.Map) (*api.Response, error) {
	s, err := site.begin(ctx, nil, nil)
	if err != nil {
		return nil, err
	}
	caps := &php.Array{}
	for _, c := range operatorCaps {
		caps.Set(c, true)
	}
	s.user = s.access.User(0, "", caps)
	query := &php.Array{}
	for _, p := range params {
		query.Set(p.Key, p.Value)
	}
	c := &api.Context{Context: ctx, Session: s, Server: server}
	res := c.Dispatch(api.NewRequest(method, route, query))
	if s.err != nil {
		return nil, s.err
	}
	if res.Err != nil {
		return nil, res.Err
	}
	return res, nil
}
