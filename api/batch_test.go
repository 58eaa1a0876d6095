package api

import "testing"

// TestBatchPaths: which paths of a batch parse_url takes, and what is left of them.
func TestBatchPaths(t *testing.T) {
	for path, want := range map[string]string{
		"/wp/v2/posts?a=b:80#c": "/wp/v2/posts a=b:80", "https://u:p@h:80/wp/v2/posts?x": "/wp/v2/posts x", "http://[::1]/x": "/x ", "//h:80/x": "/x ",
		"/x:99999": "/x:99999 ", "x:80": " ", "mailto:x": "x ", "http:x": "x ", "/%zz": "/%zz ", "/x\x00": "/x_ ", "": " ", "?x": " x",
		"///": "-", "//": "-", "http:///x": "-", "http://?x": "-", "http://:80/x": "-", "http://a:b/x": "-", "http://a:99999/x": "-", "x:99999": "-",
	} {
		route, query, ok := splitURL(path)
		got := route + " " + query
		if !ok {
			got = "-"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}
