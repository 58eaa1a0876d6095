package handlers

import (
	"context"
	"net/http/httptest"
	"testing"
)

// Where WordPress finds its API, asked of one with its home below /en.
func TestAPIRoute(t *testing.T) {
	for target, want := range map[string]string{
		"/wp-json":                                        "/",
		"/wp-json/":                                       "/",
		"/wp-json/wp/v2/posts?x=1":                        "/wp/v2/posts",
		"/wp-json/wp/v2/posts///":                         "/wp/v2/posts",
		"//wp-json/wp/v2/posts":                           "/wp/v2/posts",
		"/wp-json//wp/v2/posts":                           "//wp/v2/posts",
		"/wp-json/wp/v2/posts/%31":                        "/wp/v2/posts/%31",
		"/wp%2Djson/wp/v2/posts":                          "/wp/v2/posts",
		"/wp-json/wp/v2/templates/a//b":                   "/wp/v2/templates/a//b",
		"/index.php/wp-json/wp/v2/types":                  "/wp/v2/types",
		"/en/wp-json/wp/v2/posts":                         "/wp/v2/posts",
		"/EN/wp-json/wp/v2/posts":                         "/wp/v2/posts",
		"/en/index.php/wp-json/wp/v2/x":                   "/wp/v2/x",
		"/?rest_route=/wp/v2/posts":                       "/wp/v2/posts",
		"/?rest.route=/wp/v2/posts":                       "/wp/v2/posts",
		"/?rest_route=wp/v2/posts":                        "wp/v2/posts",
		"/x/y?rest%5Froute=%2Fwp%2Fv2%2Fposts%2F1&page=2": "/wp/v2/posts/1",
		"/wp-json/wp/v2/posts?rest_route=/wp/v2/types":    "/wp/v2/types",
		"/wp-json/wp/v2/posts?rest_route=":                "/wp/v2/posts",
		"/wp-json/wp/v2/themes/q'uote":                    `/wp/v2/themes/q\'uote`,
		"/wp-json/wp/v2/themes/q%27uote":                  "/wp/v2/themes/q%27uote",
		"/?rest_route=/wp/v2/themes/q%27uote":             `/wp/v2/themes/q\'uote`,
		// no route
		"/": "", "/?rest_route=": "", "/wp-jsonx": "", "/WP-JSON/": "", "/fr/wp-json/": "", "/entry/wp-json/": "", "/a-post/": "", "/?rest_route[]=/wp/v2": "",
	} {
		route, ok := apiRoute(httptest.NewRequest("GET", target, nil), func(context.Context) string { return "/en" })
		if route != want || ok != (want != "") {
			t.Errorf("%s: %q, not %q", target, route, want)
		}
	}
}
