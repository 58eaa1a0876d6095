package handlers

import (
	"github.com/headpress/headpress/api"
)

// routes lists every route of the API in WordPress's order.
func (site *Site) routes() []*api.Route {
	var l []*api.Route
	add := func(routes ...*api.Route) { l = append(l, routes...) }
	add(newIndex(site).routes()...)
	add(api.NamespaceRoute("wp/v2"))
	for _, t := range site.Registry.Types {
		switch t.Name {
		case "post", "page", "wp_block", "wp_navigation":
			add(newPosts(site, t).routes()...)
		}
	}
	add(newUsers(site).routes()...)
	return l
}
