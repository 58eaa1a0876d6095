package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/headpress/headpress/internal/fetch"
)

// asking lets a site ask a server of the test.
func (s *testSite) asking(h http.HandlerFunc) *httptest.Server {
	s.t.Helper()
	other := httptest.NewServer(h)
	s.t.Cleanup(other.Close)
	client := fetch.New(false)
	client.Allow = func(at string) bool { return "http://"+at == other.URL }
	s.site.Fetch = client
	return other
}

const urlDetails = "/wp-json/wp-block-editor/v1/url-details?url="

// testdata/pages.txt holds pages, and what WordPress tells of them.
func TestPages(t *testing.T) {
	s := sqliteSite(t, 0)
	golden, err := os.ReadFile("testdata/pages.txt")
	if err != nil {
		t.Fatal(err)
	}
	var page string
	other := s.asking(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(page)) })
	for i, line := range strings.Split(strings.TrimSuffix(string(golden), "\n"), "\n") {
		quoted, want, _ := strings.Cut(line, "\t")
		if page, err = strconv.Unquote(quoted); err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		if got := s.get(urlDetails+other.URL+"/dir/"+strconv.Itoa(i), "as", "admin").Body.String(); got != want {
			t.Errorf("%s\n%s, not\n%s", quoted, got, want)
		}
	}
}

func TestURLDetails(t *testing.T) {
	s := sqliteSite(t, 0)
	asked, last := 0, http.Header{}
	other := s.asking(func(w http.ResponseWriter, r *http.Request) {
		asked, last = asked+1, r.Header
		switch r.URL.Path {
		case "/empty":
		case "/gone":
			http.Error(w, "<title>gone</title>", http.StatusNotFound)
		case "/away":
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
		case "/moved":
			http.Redirect(w, r, "/page", http.StatusPermanentRedirect)
		case "/long":
			w.Write([]byte("<title>long</title>" + strings.Repeat("x", 1<<20)))
		case "/late":
			w.Write([]byte(strings.Repeat("x", 150<<10-len("<title>late")) + "<title>late</title>"))
		default:
			w.Write([]byte("<title>A page</title>"))
		}
	})
	admin := []string{"as", "admin"}
	for _, c := range []struct {
		url    string
		as     []string
		status int
		want   string
	}{
		{other.URL + "/page/", admin, 200, `{"title":"A page","icon":"","description":"","image":""}`},
		{other.URL + "/moved", admin, 200, `"title":"A page"`},
		{other.URL + "/long", admin, 200, `"title":"long"`},
		{other.URL + "/late", admin, 200, `"title":""`},
		{other.URL + "/empty", admin, 404, `"code":"no_content"`},
		{other.URL + "/gone", admin, 404, `"code":"no_response"`},
		{other.URL + "/away", admin, 404, `"code":"no_response"`},
		{other.URL + "/page", nil, 401, `"code":"rest_cannot_view_url_details"`},
		{"nope", admin, 400, `"code":"rest_invalid_param"`},
		{"http://10.0.0.1/", admin, 400, `"code":"rest_invalid_param"`},
		{"http://example.invalid/", nil, 400, `"code":"rest_invalid_param"`}, // and nobody looks the name up
		{"ftp://example.com/", admin, 400, `"code":"rest_invalid_param"`},
		{"", admin, 400, `"code":"rest_invalid_param"`},
	} {
		w := s.get(urlDetails+c.url, c.as...)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: %d %s", c.url, w.Code, w.Body)
		}
	}
	if last.Get("User-Agent") != "WP-URLDetails/7.1 (+https://example.org)" || last.Get("Cookie")+last.Get("Authorization")+last.Get("Referer") != "" {
		t.Errorf("other sites are told %v", last)
	}
	before := asked
	s.get(urlDetails+other.URL+"/page", "as", "admin")
	if asked != before {
		t.Error("a page that is known is asked again")
	}
	s.site.Now = func() time.Time { return testNow.Add(61 * time.Minute) }
	s.get(urlDetails+other.URL+"/page", "as", "admin")
	if asked != before+1 {
		t.Error("a page that was known an hour ago is not asked again")
	}
	s.site.Fetch.Off = true
	if w := s.get(urlDetails+other.URL+"/other", "as", "admin"); w.Code != 404 || asked != before+1 {
		t.Errorf("a server that is not to ask anybody: %d %s, asked %d times", w.Code, w.Body, asked-before-1)
	}
}
