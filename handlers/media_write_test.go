package handlers_test

import (
	"bytes"
	"crypto/md5" //nolint:gosec // Content-MD5 is what clients send
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// picture is a picture of this size, of stripes.
func picture(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{R: uint8(x / 4), G: uint8(y / 4), B: 90, A: 255})
		}
	}
	return img
}

func aPNG(w, h int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, picture(w, h))
	return b.Bytes()
}

func aJPEG(w, h int) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, picture(w, h), nil)
	return b.Bytes()
}

// bombPNG is small, and has as many pixels as it says.
func bombPNG(w, h uint32) []byte {
	b := aPNG(1, 1)
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

// upload sends a file as the body of a request.
func (s *testSite) upload(query, name string, content []byte, header ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	header = append([]string{"as", "admin", "Content-Type", "application/octet-stream", "Content-Disposition", `attachment; filename="` + name + `"`}, header...)
	return s.do("POST", "/wp-json/wp/v2/media"+query, bytes.NewReader(content), header...)
}

// form makes a form of fields and files: of a pair "file:name" and content, or of a name and a value.
func form(t testing.TB, pairs ...string) (contentType string, body io.Reader) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		part, name, file := "", "", false
		if part, name, file = strings.Cut(pairs[i], ":"); !file {
			_ = w.WriteField(part, pairs[i+1])
			continue
		}
		p, err := w.CreateFormFile(part, name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(p, pairs[i+1])
	}
	_ = w.Close()
	return w.FormDataContentType(), &b
}

func (s *testSite) sendForm(path string, pairs ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	typ, body := form(s.t, pairs...)
	return s.do("POST", path, body, "as", "admin", "Content-Type", typ)
}

// files are all files of the content folder, those that are hidden included.
func (s *testSite) files() (names []string) {
	s.t.Helper()
	err := filepath.WalkDir(filepath.Join(s.site.Content, "uploads"), func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(filepath.Join(s.site.Content, "uploads"), p)
			names = append(names, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return names
}

func (s *testSite) wantFiles(want ...string) {
	s.t.Helper()
	if got := s.files(); !slices.Equal(got, want) {
		s.t.Errorf("files\n got %q\nwant %q", got, want)
	}
}

// wantCode checks the status and the code of a refusal.
func (s *testSite) wantCode(name string, w *httptest.ResponseRecorder, status int, code string) {
	s.t.Helper()
	if w.Code != status || !strings.HasPrefix(w.Body.String(), `{"code":"`+code+`"`) {
		s.t.Errorf("%s: %d %.300s; want %d %s", name, w.Code, w.Body, status, code)
	}
}

// The life of a picture: sent, named, described, moved, made smaller, edited, deleted.
func TestMediaLife(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		content := aJPEG(600, 400)
		w := s.upload("?generate_sub_sizes=false", "Süß (1).JPG", content)
		if w.Code != 201 || w.Header().Get("Location") == "" || w.Header().Get("X-WP-Upload-Attachment-ID") == "" {
			t.Fatal(w.Code, w.Header(), w.Body)
		}
		id := w.Header().Get("X-WP-Upload-Attachment-ID")
		number, _ := strconv.ParseInt(id, 10, 64)
		path := "/media/" + id
		s.wantFiles("2024/06/Sus-1.jpg")
		for _, want := range []string{`"missing_image_sizes":["thumbnail","medium"]`, `"title":{"raw":"Sus-1"`, `"slug":"sus-1"`, `"status":"inherit"`, `"mime_type":"image\/jpeg"`,
			`"guid":{"rendered":"https:\/\/example.org\/wp-content\/uploads\/2024\/06\/Sus-1.jpg"`, `"width":600,"height":400,"file":"2024\/06\/Sus-1.jpg","filesize":` + strconv.Itoa(len(content))} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("no %s in %s", want, w.Body)
			}
		}
		s.send(200, "POST", path+"/post-process", `{"action":"create-image-subsizes"}`)
		s.wantFiles("2024/06/Sus-1-150x150.jpg", "2024/06/Sus-1-300x200.jpg", "2024/06/Sus-1.jpg")
		meta := s.meta(number)
		s.send(200, "POST", path+"/post-process", `{"action":"create-image-subsizes"}`)
		if again := s.meta(number); again != meta {
			t.Errorf("what is there is made again: %s", again)
		}
		if w := s.upload("?generate_sub_sizes=false", "Süß (1).jpg", content, "Content-MD5", sum(content)); w.Code != 201 {
			t.Error(w.Code, w.Body)
		}
		s.wantFiles("2024/06/Sus-1-1.jpg", "2024/06/Sus-1-150x150.jpg", "2024/06/Sus-1-300x200.jpg", "2024/06/Sus-1.jpg")

		s.send(200, "POST", path, `{"alt_text":"A \\ \\\\ \"tree\""}`)
		if got := s.meta(number); !strings.Contains(got, `_wp_attachment_image_alt=A  \ "tree"`) {
			t.Errorf("backslashes are taken off once: %s", got)
		}
		s.send(200, "POST", path, `{"alt_text":"A <b>tree</b>","featured_media":`+id+`,"caption":"In <i>May</i>","description":{"raw":"Old"},"post":1001,"title":"Tree"}`)
		if got := s.meta(number); !strings.Contains(got, "_wp_attachment_image_alt=A tree") || strings.Contains(got, "_thumbnail_id") {
			t.Error(got)
		}
		if w := s.get("/wp-json/wp/v2" + path + "?_fields=caption,post,alt_text"); w.Body.String() != `{"caption":{"rendered":"<p>In <i>May<\/i><\/p>\n"},"alt_text":"A tree","post":1001}` {
			t.Error(w.Body)
		}
		s.send(200, "POST", path, `{"slug":"a-tree","date":"2024-06-03T00:00:00"}`)
		if got := s.meta(number); !strings.Contains(got, "_wp_old_slug=sus-1") || !strings.Contains(got, "_wp_old_date=2024-06-01") {
			t.Error(got)
		}
		edited := s.write("POST", path+"/edit", `{"src":"https://example.org/wp-content/uploads/2024/06/Sus-1.jpg","modifiers":[{"type":"rotate","args":{"angle":90}},{"type":"crop","args":{"left":0,"top":0,"width":50,"height":50}}]}`)
		for _, want := range []string{`"width":200,"height":300,"file":"2024\/06\/Sus-1-edited.jpg"`, `"parent_image":{"attachment_id":"` + id + `","file":"2024\/06\/Sus-1.jpg"}`, `"alt_text":"A tree"`, `"title":{"rendered":"Tree"}`} {
			if edited.Code != 201 || !strings.Contains(edited.Body.String(), want) {
				t.Errorf("no %s: %d %s", want, edited.Code, edited.Body)
			}
		}
		if w := s.write("POST", "/posts/1001", `{"featured_media":`+id+`}`); w.Code != 200 {
			t.Error(w.Body)
		}
		s.wantError(s.write("DELETE", path, ""), 501, "rest_trash_not_supported")
		s.send(200, "DELETE", path+"?force=true", "")
		if strings.Contains(s.meta(1001), "_thumbnail_id") {
			t.Error("a post shows a picture that is gone")
		}
		s.wantFiles("2024/06/Sus-1-1.jpg", "2024/06/Sus-1-edited-150x150.jpg", "2024/06/Sus-1-edited.jpg")
		if got := s.meta(number); got != "" {
			t.Error(got)
		}
	})
}

func sum(content []byte) string {
	h := md5.Sum(content) //nolint:gosec // see above
	return hex.EncodeToString(h[:])
}

// What files say of themselves is held against the tables of what posts may hold, also where WordPress keeps it raw.
func TestTextsInFiles(t *testing.T) {
	s := sqliteSite(t, 1)
	vendor := `enc <b onclick="x">c</b> & <i>it</i><script>s</script>`
	flac := "fLaC\x00\x00\x00\x22\x10\x00\x10\x00\x00\x00\x00\x00\x00\x00\x0a\xc4\x42\xf0\x00\x00\xac\x44" + strings.Repeat("\x00", 16) +
		"\x84\x00\x00" + string(rune(len(vendor)+8)) + string(rune(len(vendor))) + "\x00\x00\x00" + vendor + "\x00\x00\x00\x00\xff\xf8" + strings.Repeat("\x00", 64)
	w := s.upload("", "tune.flac", []byte(flac))
	id, _ := strconv.ParseInt(w.Header().Get("X-WP-Upload-Attachment-ID"), 10, 64)
	if got := s.meta(id); w.Code != 201 || !strings.Contains(got, `s:7:"encoder";s:28:"enc <b>c</b> &amp; <i>it</i>"`) {
		t.Errorf("%d %s %s", w.Code, got, w.Body)
	}
	if s.site.Guarded() != 1 || !strings.Contains(s.log.take(), `text="media metadata"`) {
		t.Errorf("%d texts were changed", s.site.Guarded())
	}
	w = s.upload("", "tune.mp3", append([]byte("ID3\x03\x00\x00\x00\x00\x00\x1dTIT2\x00\x00\x00\x13\x00\x00\x03<b onclick=x>a</b>"), bytes.Repeat(append([]byte("\xff\xfb\x90\x00"), make([]byte, 413)...), 4)...))
	id, _ = strconv.ParseInt(w.Header().Get("X-WP-Upload-Attachment-ID"), 10, 64)
	if got := s.meta(id); w.Code != 201 || !strings.Contains(got, `s:5:"title";s:8:"<b>a</b>"`) || s.site.Guarded() != 1 {
		t.Errorf("%d %s %s", w.Code, got, w.Body)
	}
	path := fmt.Sprint("/media/", id)
	for _, c := range []struct{ body, player string }{{`{"caption":""}`, "-3"}, {`{"caption":"x"}`, "-2"}} { // an empty caption is made of the content, player and all
		if got := field(s.send(200, "POST", path, c.body), "description.rendered"); !strings.Contains(got, fmt.Sprint(`id="audio-`, id, c.player, `"`)) {
			t.Errorf("the player of what has been changed is counted on: %s", got)
		}
	}
}

// What is refused leaves neither a file, nor half a file, nor a row: not even a claim on a name.
func TestHostileUploads(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		s.api.MaxUpload = 1 << 20
		w := s.upload("", "there.png", aPNG(2, 2))
		id := w.Header().Get("X-WP-Upload-Attachment-ID")
		if w.Code != 201 {
			t.Fatal(w.Body)
		}
		good, php := aPNG(20, 20), []byte("<?php system($_GET['x']);")
		const sideload, unknown = "rest_upload_sideload_error", "rest_upload_unknown_error"
		rows, files := s.tables(), s.files()
		for name, c := range map[string]struct {
			file    string
			content []byte
			status  int
			code    string
			query   string
			header  []string
		}{
			"a script":                  {"x.php", php, 500, sideload, "", nil},
			"a script as a picture":     {"x.php.jpg", php, 500, sideload, "", nil},
			"a picture as a script":     {"x.php", good, 500, sideload, "", nil},
			"a script behind a NUL":     {"x.php\x00.jpg", php, 500, sideload, "", nil},
			"a script as text":          {"x.txt", php, 500, sideload, "", nil},
			"a page as text":            {"x.txt", []byte("hello <script>alert(1)</script>"), 500, sideload, "", nil},
			"a drawing":                 {"x.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), 500, sideload, "", nil},
			"a drawing as a picture":    {"x.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), 500, sideload, "", nil},
			"a drawing as text":         {"x.txt", []byte(`<svg onload="alert(1)">`), 500, sideload, "", nil},
			"settings of a web server":  {".htaccess", []byte("AddHandler x"), 500, sideload, "", nil},
			"a program":                 {"x.exe", []byte("MZ\x90\x00"), 500, sideload, "", nil},
			"no extension":              {"noext", good, 500, sideload, "", nil},
			"a bidi mark in the end":    {"x.\u202egnp", good, 500, sideload, "", nil},
			"no name that can be":       {"../../..", good, 500, sideload, "", nil},
			"300 bytes":                 {strings.Repeat("n", 296) + ".png", good, 500, sideload, "", nil},
			"text as a picture":         {"x.jpg", []byte("not a picture"), 500, sideload, "", nil},
			"a picture as a document":   {"x.pdf", good, 500, sideload, "", nil},
			"900 million pixels":        {"x.png", bombPNG(30000, 30000), 400, "rest_upload_image_too_large", "", nil},
			"as many as can be":         {"x.png", bombPNG(1<<31-1, 1<<31-1), 400, "rest_upload_image_too_large", "", nil},
			"nothing":                   {"x.png", nil, 400, "rest_upload_no_data", "", nil},
			"no name":                   {"", good, 400, "rest_upload_invalid_disposition", "", nil},
			"too much":                  {"x.png", append(good, make([]byte, 1<<20)...), 413, "rest_upload_file_too_big", "", nil},
			"another sum":               {"x.png", good, 412, "rest_upload_hash_mismatch", "", []string{"Content-MD5", strings.Repeat("0", 32)}},
			"no sum":                    {"x.png", good, 412, "rest_upload_hash_mismatch", "", []string{"Content-MD5", ""}},
			"from no address":           {"x.png", good, 400, "rest_invalid_param", "?url[]=x", nil},
			"below a file":              {"x.png", good, 400, "rest_invalid_param", "?post=ATTACHMENT", nil},
			"below nothing":             {"x.png", good, 403, "rest_cannot_edit", "?post=99999", nil},
			"by nobody we know":         {"x.png", good, 400, "rest_invalid_author", "?author=99999", nil},
			"with a picture":            {"x.png", good, 400, "rest_no_featured_media", "?featured_media=1", nil},
			"in a status":               {"x.png", good, 400, "rest_invalid_param", "?status=trash", nil},
			"by a visitor":              {"x.png", good, 401, "rest_cannot_create", "", []string{"Authorization", ""}},
			"a title that is too long":  {"x.png", good, 500, "db_insert_error", "?title=" + strings.Repeat("t", 1<<16), nil},
			"from another site":         {"x.png", good, 500, "http_request_not_executed", "?url=https://example.com/x.png", nil},
			"from our own network":      {"x.png", good, 400, "rest_invalid_param", "?url=http://169.254.169.254/x.png", nil},
			"from outside of uploads":   {"x.png", good, 500, "http_request_failed", "?url=https://example.org/wp-content/uploads/../../secret.png", nil},
			"JSON that is none, a file": {"x.txt", []byte("{"), 400, "rest_invalid_json", "", []string{"Content-Type", "application/json"}},
		} {
			s.wantCode(name, s.upload(strings.ReplaceAll(c.query, "ATTACHMENT", id), c.file, c.content, c.header...), c.status, c.code)
		}
		for name, c := range map[string]struct {
			pairs  []string
			status int
			code   string
		}{
			"no file":                {[]string{"title", "x"}, 400, "rest_upload_no_data"},
			"a file of another name": {[]string{"upload:x.png", string(good)}, 500, unknown},
			"an empty file":          {[]string{"file:x.png", ""}, 500, unknown},
			"a script":               {[]string{"file:x.php", string(php)}, 500, unknown},
			"a script as a picture":  {[]string{"file:x.jpg", string(php)}, 500, unknown},
			"too much":               {[]string{"file:x.png", string(make([]byte, 1<<20+1))}, 413, "rest_upload_file_too_big"},
			"far too much":           {[]string{"file:x.png", string(make([]byte, 3<<20))}, 413, "rest_upload_file_too_big"},
			"too many parts":         {slices.Repeat([]string{"a", "b"}, 1001), 400, "rest_invalid_body"},
			"fields that are long":   {[]string{"title", strings.Repeat("x", 1<<20+1), "file:x.png", string(good)}, 413, "rest_upload_file_too_big"},
		} {
			s.wantCode(name, s.sendForm("/wp-json/wp/v2/media", c.pairs...), c.status, c.code)
		}
		if w := s.do("POST", "/wp-json/wp/v2/media", bytes.NewReader(good), "as", "admin", "Content-Type", "image/png"); w.Code != 400 || !strings.Contains(w.Body.String(), "rest_upload_no_content_disposition") {
			t.Error(w.Code, w.Body)
		}
		if after := s.tables(); !maps.Equal(rows, after) {
			for table := range rows {
				if rows[table] != after[table] {
					t.Errorf("%s has changed:\n%s\n%s", table, rows[table], after[table])
				}
			}
		}
		s.wantFiles(files...)
	})
}

// brokenOff gives what has come of a body before the connection was lost.
type brokenOff struct{ io.Reader }

func (b brokenOff) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Uploads that break off leave nothing behind. A form that only lacks its end is a form, as in PHP.
func TestUploadsThatBreakOff(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		const typ, path = "multipart/form-data; boundary=b", "/wp-json/wp/v2/media"
		file := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.png\"\r\n\r\n" + string(aPNG(9, 9))
		field := "\r\n--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nTit"
		s.write("GET", "/users/me", "") // the use of a password is noted once
		rows := s.tables()
		for name, c := range map[string]struct {
			body   string
			lost   bool
			status int
			code   string
		}{
			"within the file":                 {file[:len(file)-9], false, 500, "rest_upload_unknown_error"},
			"behind the file":                 {file, false, 500, "rest_upload_unknown_error"},
			"within the head of a file":       {file[:40], false, 400, "rest_upload_no_data"},
			"within a second file":            {file + "\r\n" + file, false, 500, "rest_upload_unknown_error"},
			"no boundary":                     {"hello", false, 400, "rest_upload_no_data"},
			"the connection, in the file":     {file[:len(file)-9], true, 400, "rest_invalid_body"},
			"the connection, behind the file": {file + "\r\n--b", true, 400, "rest_invalid_body"},
			"the connection, in a field":      {file + field, true, 400, "rest_invalid_body"},
		} {
			var body io.Reader = strings.NewReader(c.body)
			if c.lost {
				body = brokenOff{body}
			}
			s.wantCode(name, s.do("POST", path, body, "as", "admin", "Content-Type", typ), c.status, c.code)
		}
		whole := []string{"as", "admin", "Content-Type", "image/png", "Content-Disposition", "attachment; filename=f.png"}
		s.wantCode("a body", s.do("POST", path, brokenOff{bytes.NewReader(aPNG(9, 9))}, whole...), 400, "rest_invalid_body")
		for table, after := range s.tables() {
			if rows[table] != after {
				t.Errorf("%s has changed:\n%s\n%s", table, rows[table], after)
			}
		}
		s.wantFiles()
		w := s.do("POST", path, strings.NewReader(file+field), "as", "admin", "Content-Type", typ)
		if w.Code != 201 || !strings.Contains(w.Body.String(), `"raw":"Tit"`) {
			t.Error(w.Code, w.Body)
		}
		s.wantFiles("2024/06/f.png")
	})
}

// A hundred megabytes are refused by what they say of themselves, and before they have come where they say nothing.
func TestLargeUploads(t *testing.T) {
	s := sqliteSite(t, 1)
	s.api.MaxUpload = 1 << 20
	header := []string{"as", "admin", "Content-Disposition", "attachment; filename=x.png", "Content-Type", "image/png"}
	for name, length := range map[string]int64{"told": 100 << 20, "not told": -1} {
		read := &counted{left: 100 << 20}
		r := httptest.NewRequest("POST", "/wp-json/wp/v2/media", read)
		r.ContentLength = length
		for i := 2; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		r.SetBasicAuth("admin", s.password)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		s.wantError(w, http.StatusRequestEntityTooLarge, "rest_upload_file_too_big")
		if read.done > 2<<20 || length > 0 && read.done > 0 {
			t.Errorf("%s: %d bytes were read", name, read.done)
		}
	}
	s.wantFiles()
}

// counted gives zeros, and counts them.
type counted struct{ left, done int64 }

func (c *counted) Read(p []byte) (int, error) {
	n := min(int64(len(p)), c.left)
	if n == 0 {
		return 0, io.EOF
	}
	clear(p[:n])
	c.left, c.done = c.left-n, c.done+n
	return int(n), nil
}

// Of large files by strangers, and by those who may not upload, nothing stays on disk while they come: and they are
// told what WordPress tells them, by the fields that follow the file, too.
func TestLargeUploadsOfStrangers(t *testing.T) {
	s := sqliteSite(t, 3)
	large := string(make([]byte, 3<<20))
	reader := s.aUser("reader", "reader-pass")
	reader.logIn("reader", "reader-pass")
	nonce := reader.nonce()
	var cookies []string
	for _, c := range reader.cookies {
		if c.Path == "/" {
			cookies = append(cookies, c.Name+"="+c.Value)
		}
	}
	user, err := s.store.FindLogin(t.Context(), "reader", "")
	if err != nil {
		t.Fatal(err)
	}
	s.send(200, "POST", "/users/"+strconv.FormatInt(user.ID, 10), `{"roles":["subscriber"]}`)
	for _, c := range []struct {
		name   string
		header []string
		status int
		code   string
	}{
		{"a stranger", nil, 401, "rest_cannot_create"},
		{"a wrong password", []string{"Authorization", "Basic YWRtaW46d3Jvbmc="}, 401, "rest_cannot_create"},
		{"a stranger's cookie", []string{"Cookie", "wordpress_logged_in_x=admin|1|2|3"}, 401, "rest_cannot_create"},
		{"a reader", []string{"Cookie", strings.Join(cookies, "; "), "X-WP-Nonce", nonce}, 403, "rest_cannot_create"},
	} {
		for _, fields := range [][]string{{"file:x.png", large}, {"a:x.png", large[:900<<10], "file:x.png", large[:900<<10]}, {"file:x.png", large, "status", "nonsense"}} {
			typ, body := form(t, fields...)
			most := int64(0)
			w := s.do("POST", "/wp-json/wp/v2/media", &watched{Reader: body, see: func() { most = max(most, s.onDisk()) }}, append(c.header, "Content-Type", typ)...)
			if len(fields) > 2 && fields[2] == "status" {
				s.wantCode(c.name+", wrong field", w, 400, "rest_invalid_param")
			} else {
				s.wantCode(c.name, w, c.status, c.code)
			}
			if most > 1<<20 {
				t.Errorf("%s: %d bytes were on disk", c.name, most)
			}
		}
	}
	if w := s.sendForm("/wp-json/wp/v2/media", "file:x.txt", strings.Repeat("text ", 1<<20)); w.Code != 201 {
		t.Error(w.Code, w.Body)
	}
}

// watched tells before each read of a body.
type watched struct {
	io.Reader
	see func()
}

func (w *watched) Read(p []byte) (int, error) {
	w.see()
	return w.Reader.Read(p)
}

// onDisk is how many bytes the files of the content folder have.
func (s *testSite) onDisk() (size int64) {
	for _, name := range s.files() {
		if about, err := os.Stat(filepath.Join(s.site.Content, "uploads", name)); err == nil {
			size += about.Size()
		}
	}
	return size
}

// Many who send files of one name at once get a file each.
func TestUploadsAtOnce(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		const n = 8
		var all sync.WaitGroup
		codes := make([]int, n)
		for i := range n {
			all.Go(func() { codes[i] = s.upload("", "same.png", aPNG(10+i, 10)).Code })
		}
		all.Wait()
		for _, code := range codes {
			if code != 201 {
				t.Error(codes)
				break
			}
		}
		want := []string{"2024/06/same.png"}
		for i := 1; i < n; i++ {
			want = append(want, "2024/06/same-"+strconv.Itoa(i)+".png")
		}
		slices.Sort(want)
		got := s.files()
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
	})
}

// Over TLS browsers send smaller copies themselves, and say at the end what they were.
func TestSideload(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		s.site.Proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
		w := s.upload("?generate_sub_sizes=false", "pic.jpg", aJPEG(600, 900))
		id := w.Header().Get("X-WP-Upload-Attachment-ID")
		side := func(size, name string, content []byte) *httptest.ResponseRecorder {
			return s.do("POST", "/wp-json/wp/v2/media/"+id+"/sideload?image_size="+size, bytes.NewReader(content), "as", "admin", "X-Forwarded-Proto", "https",
				"Content-Type", "image/jpeg", "Content-Disposition", "attachment; filename="+name)
		}
		small := aJPEG(150, 150)
		if w := side("thumbnail", "pic-150x150.jpg", small); w.Body.String() != `{"image_size":"thumbnail","width":150,"height":150,"file":"pic-150x150.jpg","mime_type":"image\/jpeg","filesize":`+strconv.Itoa(len(small))+`}` {
			t.Error(w.Body)
		}
		if w := side("thumbnail", "pic-150x150.jpg", small); !strings.Contains(w.Body.String(), `"file":"pic-150x150-1.jpg"`) {
			t.Error(w.Body)
		}
		s.wantCode("copies", side("thumbnail", "x.jpg", aJPEG(151, 150)), 400, "rest_upload_dimension_mismatch")
		s.wantCode("copies", side("thumbnail", "x.txt", []byte("text")), 400, "rest_upload_invalid_image")
		s.wantCode("copies", side("nope", "x.jpg", small), 400, "rest_invalid_param")
		notes := s.upload("", "notes.txt", []byte("Notes")).Header().Get("X-WP-Upload-Attachment-ID")
		s.wantCode("copies of a text", s.do("POST", "/wp-json/wp/v2/media/"+notes+"/sideload?image_size=thumbnail", bytes.NewReader(small), "as", "admin", "X-Forwarded-Proto", "https",
			"Content-Type", "image/jpeg", "Content-Disposition", "attachment; filename=x.jpg"), 400, "rest_post_invalid_id")
		s.send(200, "DELETE", "/media/"+notes+"?force=true", "")
		if w := side("scaled", "pic-scaled.jpg", small); !strings.HasPrefix(w.Body.String(), `{"image_size":"scaled","original_image":"pic.jpg","width":150,"height":150,"filesize":`) {
			t.Error(w.Body)
		}
		finalize := func(sizes string) *httptest.ResponseRecorder {
			return s.do("POST", "/wp-json/wp/v2/media/"+id+"/finalize", strings.NewReader(`{"sub_sizes":`+sizes+`}`), "as", "admin", "X-Forwarded-Proto", "https", "Content-Type", "application/json")
		}
		for _, name := range []string{"other.jpg", "../../x.jpg", "2024/06/other.jpg"} {
			s.wantCode("copies", finalize(`[{"image_size":"medium","width":1,"height":1,"file":"`+name+`"}]`), 400, "rest_invalid_sub_size_file")
		}
		if w := finalize(`[{"image_size":"thumbnail","width":150,"height":150,"file":"pic-150x150.jpg","mime_type":"image/jpeg","filesize":7},` +
			`{"image_size":"scaled","width":150,"height":150,"file":"2024/06/pic-scaled.jpg","filesize":9,"original_image":"pic.jpg"}]`); w.Code != 200 ||
			!strings.Contains(w.Body.String(), `"media_details":{"width":150,"height":150,"file":"2024\/06\/pic-scaled.jpg","filesize":9,"sizes":{"thumbnail":{"width":150,"height":150,"file":"pic-150x150.jpg","filesize":7,"mime_type":"image\/jpeg"`) {
			t.Error(w.Body)
		}
		s.wantCode("copies", finalize(`null`), 400, "rest_invalid_param")
		s.wantFiles("2024/06/pic-150x150-1.jpg", "2024/06/pic-150x150.jpg", "2024/06/pic-scaled.jpg", "2024/06/pic.jpg")
		s.send(200, "DELETE", "/media/"+id+"?force=true", "")
		s.wantFiles()
	})
}

// Large bodies that are held in memory are taken of those only who have signed in.
func TestLargeBodiesOfStrangers(t *testing.T) {
	s := sqliteSite(t, 3)
	s.api.MaxBody = 64 << 20
	huge := `{"title":"` + strings.Repeat("x", 9<<20) + `"}`
	typ, body := form(t, "title", strings.Repeat("x", 9<<20))
	s.wantCode("JSON", s.do("POST", "/wp-json/wp/v2/posts", strings.NewReader(huge), "Content-Type", "application/json"), 413, "rest_request_too_large")
	s.wantCode("a form", s.do("POST", "/wp-json/wp/v2/posts", body, "Content-Type", typ), 413, "rest_request_too_large")
	s.wantCode("JSON for media", s.do("POST", "/wp-json/wp/v2/media", strings.NewReader(huge), "Content-Type", "application/json"), 413, "rest_upload_file_too_big")
	s.wantCode("less", s.do("POST", "/wp-json/wp/v2/posts", strings.NewReader(huge[:1<<19]+`"}`), "Content-Type", "application/json"), 401, "rest_cannot_create")
	if w := s.write("POST", "/posts/1001", `{"unknown":`+huge+`}`); w.Code != 200 {
		t.Errorf("who has signed in: %d %.300s", w.Code, w.Body)
	}
	// Values take a hundred times the memory of their text.
	values := func(n int) *httptest.ResponseRecorder {
		return s.write("POST", "/posts/1001", `{"unknown":[`+strings.Repeat("[],", n)+`1]}`)
	}
	if w := values(99_000); w.Code != 200 {
		t.Errorf("many values: %d %.300s", w.Code, w.Body)
	}
	s.wantCode("too many values", values(101_000), 413, "rest_request_too_large")
}
