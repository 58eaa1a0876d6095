package handlers

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/headpress/headpress/models"
)

func TestOembed(t *testing.T) {
	s := newShelf(t,
		&models.Post{ID: 200, Author: 1, Date: "2024-01-01 00:00:00", DateGMT: "2024-01-01 00:00:00", Title: `Café "1 & 2"`, Name: "cafe", Status: "publish", Type: "post"},
		&models.PostMeta{ObjectID: 200, Key: "_thumbnail_id", Value: "300"},
		&models.Post{ID: 201, Author: 1, Date: "2024-01-01 00:00:00", Title: "Private", Name: "private", Status: "private", Type: "post"},
		&models.Post{ID: 202, Author: 1, Date: "2024-01-01 00:00:00", Title: "Closed", Name: "closed", Status: "publish", Type: "post", Password: "x"},
		&models.Post{ID: 300, Author: 1, Date: "2024-01-01 00:00:00", Title: "Picture", Name: "picture", Status: "inherit", Type: "attachment", MimeType: "image/jpeg"},
		&models.PostMeta{ObjectID: 300, Key: "_wp_attached_file", Value: "2024/01/p.jpg"},
		&models.PostMeta{ObjectID: 300, Key: "_wp_attachment_metadata", Value: `a:3:{s:5:"width";i:1200;s:6:"height";i:800;s:5:"sizes";a:2:{s:9:"thumbnail";a:3:{s:4:"file";s:13:"p-150x150.jpg";s:5:"width";i:150;s:6:"height";i:150;}s:6:"medium";a:3:{s:4:"file";s:13:"p-300x200.jpg";s:5:"width";i:300;s:6:"height";i:200;}}}`})
	get := func(path string, admin bool) (int, string, string) {
		r := httptest.NewRequest("GET", "/wp-json/oembed/1.0/"+path, nil)
		if admin {
			r.SetBasicAuth("admin", s.password)
		}
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		body := regexp.MustCompile(`(secret=(?:\\?"|&quot;)?)\w{10}`).ReplaceAllString(w.Body.String(), "${1}S")
		return w.Code, w.Header().Get("Content-Type"), strings.ReplaceAll(body, `"`, `'`)
	}
	const json, xml = "application/json; charset=UTF-8", "text/xml; charset=UTF-8"
	for _, c := range []struct {
		path   string
		admin  bool
		status int
		kind   string
		body   string
	}{
		{"embed?url=https://example.org/cafe/&_fields=version,provider_name,provider_url,author_url,type,width,height", false, 200, json,
			`{'version':'1.0','provider_name':'Shelf','provider_url':'https:\/\/example.org','author_url':'https:\/\/example.org\/author\/admin\/','type':'rich','width':600,'height':338}`},
		{"embed?url=https://example.org/cafe/&maxwidth=320&_fields=title,html", false, 200, json,
			`{'title':'Caf\u00e9 &#8220;1 &#038; 2&#8221;','html':'<blockquote class=\'wp-embedded-content\' data-secret=\'S\'><a href=\'https:\/\/example.org\/cafe\/\'>Caf\u00e9 &#8220;1 &#038; 2&#8221;<\/a><\/blockquote>` +
				`<iframe sandbox=\'allow-scripts\' security=\'restricted\' src=\'https:\/\/example.org\/cafe\/embed\/#?secret=S\' width=\'320\' height=\'200\' title=\'&#8220;Caf\u00e9 &#8220;1 &#038; 2&#8221;&#8221; &#8212; Shelf\' data-secret=\'S\'` +
				` frameborder=\'0\' marginwidth=\'0\' marginheight=\'0\' scrolling=\'no\' class=\'wp-embedded-content\'><\/iframe>'}`},
		{"embed?url=https://example.org/?p=200&maxwidth=250&_fields=width,height,thumbnail_url,thumbnail_width,thumbnail_height", false, 200, json,
			`{'width':250,'height':200,'thumbnail_url':'https:\/\/example.org\/wp-content\/uploads\/2024\/01\/p-300x200.jpg','thumbnail_width':250,'thumbnail_height':167}`},
		{"embed?url=https://example.org/cafe/&_fields=thumbnail_url,thumbnail_width,thumbnail_height", false, 200, json, // no file is large enough but the image itself
			`{'thumbnail_url':'https:\/\/example.org\/wp-content\/uploads\/2024\/01\/p.jpg','thumbnail_width':600,'thumbnail_height':400}`},
		{"embed?url=https://example.org/closed/&_fields=title", false, 200, json, `{'title':'Protected: Closed'}`},
		{"embed?url=https://example.org/cafe/&format=xml&_fields=title,width", false, 200, xml,
			"<?xml version='1.0'?>\n<oembed><title>Caf&#xE9; &#x201C;1 &amp; 2&#x201D;</title><width>600</width></oembed>\n"},
		{"embed?url=https://example.org/private/&format=xml", true, 404, xml,
			"<?xml version='1.0'?>\n<oembed><code>oembed_invalid_url</code><message>Not Found</message><data><status>404</status></data></oembed>\n"},
		{"embed?url=/cafe/2/&_fields=type", false, 200, json, `{'type':'rich'}`},
		{"embed?url=https://www.example.org/index.php/CAFE/embed/&_fields=type", false, 200, json, `{'type':'rich'}`},
		{"embed?url=https://example.org/cafe/more/", false, 404, json, ""},
		{"embed?url=https://example.org/2/", false, 404, json, ""},
		{"embed?url=", false, 404, json, ""},
		{"embed?url=https://elsewhere.example/cafe/", false, 404, json, ""},
		{"embed", false, 400, json, ""},
		{"proxy?url=https://example.org/cafe/", false, 401, json, ""},
		{"proxy?url=https://example.org/cafe/&_fields=type", true, 200, json, `{'type':'rich'}`},
		{"proxy?url=http://127.0.0.1:1/", true, 404, json, ""}, // nobody is asked
	} {
		status, kind, body := get(c.path, c.admin)
		if status != c.status || kind != c.kind || c.body != "" && body != c.body {
			t.Errorf("%s: %d %s %s\nwant %d %s %s", c.path, status, kind, body, c.status, c.kind, c.body)
		}
	}
}
