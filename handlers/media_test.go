package handlers

import (
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/headpress/headpress/models"
)

// gallery is a site with one file of each kind, below posts of each status.
func gallery() []any {
	const date = "2024-05-01 10:00:00"
	post := func(id int64, typ, status, name string, parent int64) *models.Post {
		return &models.Post{ID: id, Author: 1, Date: date, DateGMT: date, Modified: date, ModifiedGMT: date, Title: name, Name: name, Type: typ, Status: status, Parent: parent}
	}
	file := func(id int64, mime, path string, parent int64, excerpt string) []any {
		p := post(id, "attachment", "inherit", "file-"+itoa(id), parent)
		p.MimeType, p.Excerpt = mime, excerpt
		return []any{p, &models.PostMeta{ObjectID: id, Key: "_wp_attached_file", Value: path}}
	}
	rows := []any{post(300, "post", "publish", "open", 0), post(301, "post", "draft", "hidden", 0), post(302, "page", "publish", "page", 0)}
	rows = append(rows, file(310, "image/png", "2024/05/wide.png", 300, "A caption")...)
	rows = append(rows, file(311, "application/pdf", "2024/05/paper.pdf", 0, "")...)
	rows = append(rows, file(312, "image/jpeg", "2024/05/secret.jpg", 301, "")...)
	rows = append(rows, file(313, "text/html", "2024/05/page.html", 0, "")...)
	rows = append(rows, file(314, "image/jpeg", "../../outside.jpg", 0, "")...)
	rows = append(rows,
		&models.PostMeta{ObjectID: 310, Key: "_wp_attachment_metadata", Value: `a:5:{s:5:"width";i:1600;s:6:"height";i:400;s:4:"file";s:16:"2024/05/wide.png";s:8:"filesize";i:77;s:5:"sizes";a:1:{s:6:"medium";a:4:{s:4:"file";s:15:"wide-300x75.png";s:5:"width";i:300;s:6:"height";i:75;s:9:"mime-type";s:9:"image/png";}}}`},
		&models.PostMeta{ObjectID: 310, Key: "_wp_attachment_image_alt", Value: "Wide"},
		post(320, "revision", "inherit", "300-revision-v1", 300), post(321, "revision", "inherit", "300-autosave-v1", 300), post(322, "revision", "inherit", "302-revision-v1", 302))
	return rows
}

func TestMedia(t *testing.T) {
	s := newShelf(t, gallery()...)
	for _, c := range []struct {
		path   string
		admin  bool
		status int
		body   string
	}{
		{"/media?_fields=id", false, 200, `[{'id':314},{'id':313},{'id':311},{'id':310}]`},
		{"/media?_fields=id", true, 200, `[{'id':314},{'id':313},{'id':312},{'id':311},{'id':310}]`},
		{"/media?media_type=image&_fields=id", true, 200, `[{'id':314},{'id':312},{'id':310}]`},
		{"/media?media_type=text&_fields=id", true, 200, `[{'id':313}]`},
		{"/media?media_type=text&_fields=id", false, 200, `[]`}, // HTML may be uploaded by those only whose HTML is not filtered
		{"/media?mime_type=application/pdf,nonsense&_fields=id", false, 200, `[{'id':311}]`},
		{"/media?mime_type=nonsense&_fields=id", false, 200, `[{'id':314},{'id':313},{'id':311},{'id':310}]`},
		{"/media?search=paper.pdf&_fields=id", false, 200, `[{'id':311}]`},
		{"/media?parent=300&_fields=id,post", false, 200, `[{'id':310,'post':300}]`},
		{"/media?media_type=nope", false, 400, ""},
		{"/media?status=publish", true, 400, ""},
		{"/media?status=private", false, 400, ""},
		{"/media/312", false, 401, ""},
		{"/media/300", true, 404, ""},
		{"/media/310?_fields=alt_text,caption,media_type,source_url,filename,filesize", false, 200,
			`{'caption':{'rendered':'<p>A caption<\/p>\n'},'alt_text':'Wide','media_type':'image','source_url':'https:\/\/example.org\/wp-content\/uploads\/2024\/05\/wide.png','filename':'wide.png','filesize':77}`},
		{"/media/310?_fields=caption.rendered,id", false, 200, `{'id':310}`},
		{"/media/310?_fields=media_details", false, 200, `{'media_details':{'width':1600,'height':400,'file':'2024\/05\/wide.png','filesize':77,'sizes':{` +
			`'medium':{'file':'wide-300x75.png','width':300,'height':75,'mime_type':'image\/png','source_url':'https:\/\/example.org\/wp-content\/uploads\/2024\/05\/wide-300x75.png'},` +
			`'full':{'file':'wide.png','width':1600,'height':400,'mime_type':'image\/png','source_url':'https:\/\/example.org\/wp-content\/uploads\/2024\/05\/wide.png'}}}}`},
		{"/media/310?context=edit&_fields=missing_image_sizes,exif_orientation,image_quality", true, 200,
			`{'missing_image_sizes':['thumbnail','medium_large','large','1536x1536'],'exif_orientation':1,'image_quality':{'default':82,'sizes':[]}}`},
		{"/media/311?context=edit&_fields=missing_image_sizes,media_details,filesize,media_type", true, 200,
			`{'media_type':'file','media_details':{},'missing_image_sizes':['thumbnail','medium','large'],'filesize':null}`},
		{"/media/314?_fields=filesize", true, 200, `{'filesize':null}`}, // no file outside the uploads folder is looked at
	} {
		s.want(c.path, c.admin, c.status, c.body)
	}
	outside := filepath.Join(s.site.Content, "..", "outside.jpg")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.want("/media/314?_fields=filesize", true, 200, `{'filesize':null}`)
	if err := os.MkdirAll(filepath.Join(s.site.Content, "uploads", "2024", "05"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.site.Content, "uploads", "2024", "05", "paper.pdf"), []byte("%PDF"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.want("/media/311?_fields=filesize", true, 200, `{'filesize':4}`)
}

// TestPictureOf: nobody is led to a picture that he may not see, or that is none.
func TestPictureOf(t *testing.T) {
	picture := func(post int64, id string) any {
		return &models.PostMeta{ObjectID: post, Key: "_thumbnail_id", Value: id}
	}
	s := newShelf(t, append(gallery(), picture(300, "310"), picture(302, "312"), picture(310, "302"), picture(313, "999"), picture(314, "310"))...)
	for _, c := range []struct {
		path           string
		visitor, admin bool
	}{
		{"/posts/300", true, true},
		{"/pages/302", false, true}, // the picture is of a draft
		{"/media/310", false, false},
		{"/media/313", false, false},
		{"/media/314", true, true},
	} {
		for _, admin := range []bool{false, true} {
			w, _ := s.get(c.path, admin)
			shown := strings.Contains(w.Body.String(), `"wp:featuredmedia"`)
			if want := admin && c.admin || !admin && c.visitor; w.Code != 200 || shown != want || !strings.Contains(w.Body.String(), `"has-post-thumbnail"`) {
				t.Errorf("%s as administrator %v: %d, shown %v", c.path, admin, w.Code, shown)
			}
		}
	}
}

// Two routes of media exist for clients that speak TLS only.
func TestSecureRoutes(t *testing.T) {
	s := newShelf(t, gallery()...)
	s.site.Proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	for _, c := range []struct {
		proto  string
		status int
	}{{"", 404}, {"http", 404}, {"https", 401}} {
		r := httptest.NewRequest("POST", "/wp-json/wp/v2/media/310/finalize", nil)
		r.Header.Set("X-Forwarded-Proto", c.proto)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("over %q: %d %s", c.proto, w.Code, w.Body)
		}
	}
}

func TestRevisions(t *testing.T) {
	s := newShelf(t, gallery()...)
	for _, c := range []struct {
		path   string
		admin  bool
		status int
		body   string
	}{
		{"/posts/300/revisions", false, 401, ""},
		{"/posts/300/revisions?_fields=id,parent", true, 200, `[{'id':321,'parent':300},{'id':320,'parent':300}]`},
		{"/posts/300/revisions?per_page=1&page=2&_fields=id", true, 200, `[{'id':320}]`},
		{"/posts/300/revisions?per_page=1&page=3", true, 400, ""},
		{"/posts/300/revisions?offset=2", true, 400, ""},
		{"/posts/300/revisions?offset=1&_fields=id", true, 200, `[{'id':321},{'id':320}]`}, // a list on one page skips nothing
		{"/posts/300/revisions?include=320,322&_fields=id", true, 200, `[{'id':320}]`},
		{"/posts/302/revisions", true, 404, ""}, // a page
		{"/posts/300/revisions/320?_fields=id,parent", true, 200, `{'id':320,'parent':300,'_links':{'parent':[{'href':'https:\/\/example.org\/wp-json\/wp\/v2\/posts\/300'}]}}`},
		{"/posts/300/revisions/322", true, 404, ""},
		{"/posts/300/revisions/310", true, 404, ""},
		{"/posts/300/autosaves?_fields=id", true, 200, `[{'id':321}]`},
		{"/posts/300/autosaves/1?_fields=id,parent,slug", true, 200, `{'id':321,'parent':300,'slug':'300-autosave-v1','_links':{'parent':[{'href':'https:\/\/example.org\/wp-json\/wp\/v2\/posts\/300'}]}}`},
		{"/pages/302/autosaves/1", true, 404, ""},
		{"/pages/302/autosaves", false, 401, ""},
	} {
		s.want(c.path, c.admin, c.status, c.body)
	}
}
