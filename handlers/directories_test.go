package handlers_test

import (
	"net/http"
	"testing"
)

const (
	blockDirectory   = "/wp-json/wp/v2/block-directory/search?"
	patternDirectory = "/wp-json/wp/v2/pattern-directory/patterns?"
)

func TestDirectories(t *testing.T) {
	s := sqliteSite(t, 0)
	var answer, asked string
	var status int
	other := s.asking(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.RequestURI()
		if agent := r.UserAgent(); agent != "WordPress/7.1" || r.Header.Get("Authorization")+r.Header.Get("Cookie")+r.Referer() != "" {
			t.Errorf("the directory is told %v", r.Header)
		}
		w.WriteHeader(status)
		w.Write([]byte(answer))
	})
	s.site.Directory = other.URL
	const plugins = `{"info":{"results":2},"plugins":[{"name":"Hello <b>Block</b>","slug":"hello-block","author":"<a href=\"https://x.example/\">Jane &amp; D'oe</a>","rating":88,"num_ratings":7,` +
		`"active_installs":4321,"last_updated":"2024-03-02 11:22pm GMT","short_description":"Short &amp; <i>sweet</i> and it goes on and on so that it is cut at some words if there is any limit at all which we are to find out right here now ok",` +
		`"blocks":[{"name":"hello/block","title":"Hello"},{"name":"hello/second","title":"Second"}],"author_block_rating":70,"author_block_count":3,"icons":{"1x":"https://ps.w.org/i.png?rev=1","2x":"https://ps.w.org/j.png"}},` +
		`{"name":"Two","slug":"two","author":"","rating":100,"last_updated":"","blocks":[{"name":"two/b","title":""}],"icons":[]}]}`
	const patterns = `[{"id":27,"title":{"rendered":"Img &amp; <b>T</b>ext"},"meta":{"wpop_keywords":"blog, new &amp; x","wpop_description":"An <i>image</i>","wpop_viewport_width":1000,"wpop_block_types":["core/heading"]},` +
		`"category_slugs":["header","foot er"],"pattern_content":"<!-- wp:heading -->\n<h2 onclick=\"x\">Big</h2><script>a</script>\n<!-- /wp:heading -->","extra":1},{"id":"28","title":{"rendered":"B"},"meta":{"wpop_keywords":""}}]`
	for _, c := range []struct {
		path, answer string
		status       int
		asked, want  string
	}{
		{blockDirectory + "term=a%20b", plugins, 200, "/plugins/info/1.2/?action=query_plugins&request%5Bblock%5D=a+b&request%5Bper_page%5D=10&request%5Bpage%5D=1&request%5Blocale%5D=en_US&request%5Bwp_version%5D=7.1",
			`[{"name":"hello\/block","title":"Hello","description":"Short &amp; sweet and it goes on and on so that it is cut at some words if there is any limit at all which we are to find out...","id":"hello-block","rating":4.4,` +
				`"rating_count":7,"active_installs":4321,"author_block_rating":3.5,"author_block_count":3,"author":"Jane &amp; D'oe","icon":"https:\/\/ps.w.org\/i.png?rev=1","last_updated":"2024-03-02T23:22:00","humanized_updated":"3 months ago",` +
				`"_links":{"wp:install-plugin":[{"href":"https:\/\/example.org\/wp-json\/wp\/v2\/plugins?slug=hello-block"}],"curies":[{"name":"wp","href":"https:\/\/api.w.org\/{rel}","templated":true}]}},` +
				`{"name":"two\/b","title":"Two","description":"","id":"two","rating":5,"rating_count":0,"active_installs":0,"author_block_rating":0,"author_block_count":0,"author":"","icon":"block-default","last_updated":"1970-01-01T00:00:00","humanized_updated":"54 years ago",` +
				`"_links":{"wp:install-plugin":[{"href":"https:\/\/example.org\/wp-json\/wp\/v2\/plugins?slug=two"}],"curies":[{"name":"wp","href":"https:\/\/api.w.org\/{rel}","templated":true}]}}]`},
		{blockDirectory + "term=x&page=2&per_page=5&_fields=name", plugins, 200, "/plugins/info/1.2/?action=query_plugins&request%5Bblock%5D=x&request%5Bper_page%5D=5&request%5Bpage%5D=2&request%5Blocale%5D=en_US&request%5Bwp_version%5D=7.1",
			`[{"name":"hello\/block"},{"name":"two\/b"}]`},
		{blockDirectory + "term=x", `{"plugins":"x"}`, 404, "", `[]`},
		{blockDirectory + "term=x", `5`, 200, "", `[]`},
		{blockDirectory + "term=x", `{"error":"Words."}`, 200, "", `{"code":"plugins_api_failed","message":"Words.","data":{"status":500}}`},
		{blockDirectory + "term=x&_fields=code,additional_data", `<p>`, 200, "", `{"code":"plugins_api_failed","message":"The directory of WordPress.org gives no answer that can be used.","data":{"status":500},"additional_data":["<p>"]}`},
		{patternDirectory, patterns, 200, "/patterns/1.0/?page=1&per_page=100&order=desc&orderby=date&locale=en_US&wp-version=7.1",
			`[{"id":27,"title":"Img &amp; Text","content":"<!-- wp:heading -->\n<h2>Big<\/h2>a\n<!-- \/wp:heading -->","categories":["header","foot-er"],"keywords":["blog","new &amp; x"],"description":"An image","viewport_width":1000,"block_types":["core\/heading"]},` +
				`{"id":28,"title":"B","content":"","categories":[],"keywords":[""],"description":"","viewport_width":0,"block_types":[]}]`},
		{patternDirectory + "context=edit&category=3&search=a%20b&per_page=2&page=2&orderby=title&order=asc&keyword=5&slug=a,b&offset=4&_fields=id,block_types", patterns, 500,
			"/patterns/1.0/?page=2&per_page=2&order=asc&orderby=title&search=a+b&slug%5B0%5D=a&slug%5B1%5D=b&offset=4&locale=en_US&wp-version=7.1&pattern-categories=3&pattern-keywords=5",
			`[{"id":27,"block_types":["core\/heading"]},{"id":28,"block_types":[]}]`},
		{patternDirectory, `[]`, 200, "", `[]`},
		{patternDirectory, `{}`, 200, "", `{"code":"pattern_api_failed","message":"The directory of WordPress.org gives no answer that can be used.","data":{"status":500},"additional_data":[{"response":"{}"}]}`},
		{patternDirectory, `[1]`, 200, "", `{"code":"pattern_api_failed","message":"The directory of WordPress.org gives no answer that can be used.","data":{"status":500},"additional_data":[{"response":"[1]"}]}`},
	} {
		answer, status = c.answer, c.status
		if got := s.get(c.path, "as", "admin").Body.String(); got != c.want {
			t.Errorf("%s of %s:\n%s, not\n%s", c.path, c.answer, got, c.want)
		}
		if c.asked != "" && asked != c.asked {
			t.Errorf("asked for %s, not\n%s", asked, c.asked)
		}
	}
	asked = ""
	s.wantError(s.get(blockDirectory+"term=x"), 401, "rest_block_directory_cannot_view")
	s.wantError(s.get(patternDirectory), 401, "rest_pattern_directory_cannot_view")
	s.site.Fetch.Off = true
	s.wantError(s.get(blockDirectory+"term=x", "as", "admin"), 500, "plugins_api_failed")
	s.wantError(s.get(patternDirectory, "as", "admin"), 500, "http_request_not_executed")
	if asked != "" {
		t.Errorf("asked %s for those who may not", asked)
	}
	s.site.Fetch.Off = false
	other.Close()
	s.wantError(s.get(patternDirectory, "as", "admin"), 500, "http_request_failed")
}
