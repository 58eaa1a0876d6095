package api

import (
	"github.com/headpress/headpress/internal/php"
)

// NamespaceRoute is the route that lists the routes of a namespace.
func NamespaceRoute(namespace string) *Route {
	return &Route{Namespace: namespace, Path: "/" + namespace, Endpoints: []Endpoint{{
		Methods: Readable,
		Args: Properties{
			P("namespace", NewSchema(Default(namespace))),
			P("context", NewSchema(Default("view"))),
		},
		Handle: func(c *Context) (*Response, error) {
			ns := c.String("namespace")
			var of []*Route
			for _, r := range c.Server.Table.routes {
				if r.Namespace == ns {
					of = append(of, r)
				}
			}
			if ns == "" || of == nil {
				return nil, NewError(404, "rest_invalid_namespace", "The specified namespace could not be found.")
			}
			res := OK(php.Map{{Key: "namespace", Value: ns}, {Key: "routes", Value: describeAll(c, of)}})
			res.Links.Add("up", c.URL("/"))
			return res, nil
		},
	}}}
}

// DescribeRoutes is the table of all routes, as the index shows it.
func (c *Context) DescribeRoutes() php.Map { return describeAll(c, c.Server.Table.routes) }

func describeAll(c *Context, routes []*Route) php.Map {
	help := c.View() == "help"
	m := make(php.Map, 0, len(routes))
	for _, r := range routes {
		if r.exists(c) {
			m = append(m, php.Member{Key: r.Path, Value: r.describe(c, help)})
		}
	}
	return m
}

// Namespaces lists the namespaces in order.
func (c *Context) Namespaces() []string { return c.Server.Table.namespaces }
