package media_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/headpress/headpress/media"
	"github.com/headpress/headpress/media/mediatest"
)

func server(st media.Storage) *media.Server {
	return &media.Server{Storage: st, Log: slog.New(slog.DiscardHandler)}
}

// fetch asks for a path below the uploads folder; header holds names and values in turn.
func fetch(h http.Handler, method, name string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://example.org/", nil)
	r.URL.Path = media.Mount + name
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// A file comes whole, in parts, or not again.
func TestServe(t *testing.T) {
	mediatest.Each(t, func(t *testing.T, st media.Storage) {
		const content = "0123456789abcdefghij"
		if err := create(t, st, "2024/06/é 1.jpg", content); err != nil {
			t.Fatal(err)
		}
		h := server(st)
		first := fetch(h, "GET", "2024/06/é 1.jpg")
		tag, modified := first.Header().Get("ETag"), first.Header().Get("Last-Modified")
		for name, want := range map[string]string{"Content-Type": "image/jpeg", "Content-Length": "20", "Accept-Ranges": "bytes", "Cache-Control": "public, max-age=31536000", "X-Content-Type-Options": "nosniff", "Content-Disposition": ""} {
			if got := first.Header().Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		if first.Code != 200 || first.Body.String() != content || tag == "" || tag[0] != '"' || modified == "" {
			t.Fatalf("%d %v %q", first.Code, first.Header(), first.Body)
		}
		for _, c := range []struct {
			what   string
			header []string
			status int
			body   string
			part   string // Content-Range
		}{
			{"from the middle", []string{"Range", "bytes=5-9"}, 206, "56789", "bytes 5-9/20"},
			{"to the end", []string{"Range", "bytes=15-"}, 206, "fghij", "bytes 15-19/20"},
			{"the end", []string{"Range", "bytes=-3"}, 206, "hij", "bytes 17-19/20"},
			{"longer than the file", []string{"Range", "bytes=18-99"}, 206, "ij", "bytes 18-19/20"},
			{"behind the file", []string{"Range", "bytes=20-"}, 416, "invalid range: failed to overlap\n", "bytes */20"},
			{"another unit", []string{"Range", "lines=1-2"}, 416, "invalid range\n", ""},
			{"too many parts", []string{"Range", "bytes=0-0" + strings.Repeat(",2-2", 16)}, 200, content, ""},
			{"a part of what is known", []string{"Range", "bytes=0-1", "If-Range", tag}, 206, "01", "bytes 0-1/20"},
			{"a part of what was once", []string{"Range", "bytes=0-1", "If-Range", `"other"`}, 200, content, ""},
			{"a part of what has this age", []string{"Range", "bytes=0-1", "If-Range", modified}, 206, "01", "bytes 0-1/20"},
			{"a part of what is older", []string{"Range", "bytes=0-1", "If-Range", "Mon, 01 Jan 2001 00:00:00 GMT"}, 200, content, ""},
			{"known", []string{"If-None-Match", tag}, 304, "", ""},
			{"known, weakly", []string{"If-None-Match", `"x", W/` + tag}, 304, "", ""},
			{"known otherwise", []string{"If-None-Match", `"x"`, "If-Modified-Since", modified}, 200, content, ""},
			{"not changed", []string{"If-Modified-Since", modified}, 304, "", ""},
			{"changed", []string{"If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"}, 200, content, ""},
			{"only if it is another", []string{"If-Match", `"x"`}, 412, "", ""},
		} {
			w := fetch(h, "GET", "2024/06/é 1.jpg", c.header...)
			if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Content-Range") != c.part {
				t.Errorf("%s: %d %q %q", c.what, w.Code, w.Body, w.Header().Get("Content-Range"))
			}
			c.header = append(c.header, "x", "")
			if head := fetch(h, "HEAD", "2024/06/é 1.jpg", c.header...); head.Code != c.status || head.Body.Len() != 0 && c.status != 416 || head.Header().Get("ETag") != w.Header().Get("ETag") {
				t.Errorf("%s: HEAD %d %q", c.what, head.Code, head.Body)
			}
		}

		// Several parts.
		w := fetch(h, "GET", "2024/06/é 1.jpg", "Range", "bytes=0-1,10-11,-1")
		typ, params, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
		if err != nil || typ != "multipart/byteranges" || w.Code != 206 {
			t.Fatalf("%d %q", w.Code, w.Header())
		}
		parts := multipart.NewReader(w.Body, params["boundary"])
		for _, want := range []string{"01", "ab", "j"} {
			p, err := parts.NextPart()
			if err != nil {
				t.Fatal(err)
			}
			if b, err := io.ReadAll(p); err != nil || string(b) != want || p.Header.Get("Content-Type") != "image/jpeg" {
				t.Errorf("%q %v, %v", b, p.Header, err)
			}
		}

		// What is stored anew is another file.
		if err := st.Replace(t.Context(), "2024/06/é 1.jpg", strings.NewReader("new"), 3); err != nil {
			t.Fatal(err)
		}
		if w := fetch(h, "GET", "2024/06/é 1.jpg", "If-None-Match", tag); w.Code != 200 || w.Body.String() != "new" {
			t.Errorf("%d %q", w.Code, w.Body)
		}
	})
}

// What browsers would run is for reading, or to be stored; and programs stay where they are.
func TestServeTypes(t *testing.T) {
	mediatest.Each(t, func(t *testing.T, st media.Storage) {
		const evil = `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>`
		const text, bytes = "text/plain; charset=utf-8", "application/octet-stream"
		for name, want := range map[string]string{
			"a.html": text, "a.HTM": text, "a.xhtml": text, "a.xml": text, "a.xsl": text, "a.js": text, "a.mjs": text, "a.svg": "image/svg+xml", "a.svgz": bytes, "a": bytes, "a.swf": bytes, "a.hta": bytes, "a.mht": bytes,
			"a.JPG": "image/jpeg", "a.html.png": "image/png", "a.mp4": "video/mp4", "a.pdf": "application/pdf", "a.css": "text/css; charset=utf-8", "a.txt": text, "a.webp": "image/webp", "a.woff2": "font/woff2", "a.php.jpg": "image/jpeg",
			"a.php": "", "b.PHP": "", "b.phtml": "", "b.phar": "", "b.php7": "", "b.pht": "", "b.cgi": "", "b.inc": "", "a.php~": "", "a.PHP.bak": "", "a.inc.old": "", "php.png": "image/png", "a.bak": "application/octet-stream",
		} {
			if err := create(t, st, name, evil); err != nil {
				t.Fatal(name, err)
			}
			w := fetch(server(st), "GET", name)
			if want == "" {
				if w.Code != 404 || w.Body.Len() != 0 {
					t.Errorf("%s: %d %s", name, w.Code, w.Body)
				}
				continue
			}
			csp, disposition := w.Header().Get("Content-Security-Policy"), w.Header().Get("Content-Disposition")
			if w.Code != 200 || w.Header().Get("Content-Type") != want || w.Header().Get("X-Content-Type-Options") != "nosniff" ||
				(strings.Contains(csp, "sandbox") == (want == "application/pdf")) || (disposition == "attachment") != (want == bytes || want == "image/svg+xml") {
				t.Errorf("%s: %d %v", name, w.Code, w.Header())
			}
		}
	})
}

// Names lead nowhere else, folders are not shown, and hidden files are not there.
func TestServeStaysInside(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"secret.txt": "secret", "uploads/2024/a.txt": "a", "uploads/.htaccess": "secret", "uploads/.headpress/x/half.txt": "secret", "uploads/2024/index.html": "index"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink("../secret.txt", filepath.Join(dir, "uploads", "out.txt")), os.Symlink("..", filepath.Join(dir, "uploads", "up")),
		os.Symlink("2024/a.txt", filepath.Join(dir, "uploads", "in.txt")), os.Symlink(dir+"/secret.txt", filepath.Join(dir, "uploads", "absolute.txt"))); err != nil {
		t.Fatal(err)
	}
	h := server(media.NewFolder(filepath.Join(dir, "uploads")))
	for name, status := range map[string]int{
		"2024/a.txt": 200, "in.txt": 200, "2024/index.html": 200,
		"": 404, "2024": 404, "2024/": 404, ".": 404, "..": 404, "../secret.txt": 404, "2024/../../secret.txt": 404, "2024/../2024/a.txt": 404, "/2024/a.txt": 404, "2024//a.txt": 404, "./2024/a.txt": 404,
		"out.txt": 404, "up/secret.txt": 404, "absolute.txt": 404, ".htaccess": 404, ".headpress/x/half.txt": 404, "2024\\a.txt": 404, "..\\secret.txt": 404, "2024/a.txt\x00": 404, "2024/a.txt\x00.jpg": 404, "%2e%2e/secret.txt": 404,
		"2024/a.txt/": 404, "2024/a.txt/b": 404, "gone.txt": 404, strings.Repeat("x", 5000): 404, "2024/" + strings.Repeat("é", 200) + ".txt": 404,
	} {
		if w := fetch(h, "GET", name); w.Code != status || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%.60q: %d %q", name, w.Code, w.Body)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"} {
		if w := fetch(h, method, "2024/a.txt"); w.Code != 404 {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
}

// With a public address browsers are sent there, with all signs of a name in their place.
func TestServeRedirects(t *testing.T) {
	h := server(media.NewFolder(t.TempDir()))
	h.Redirect = &url.URL{Scheme: "https", Host: "cdn.example.org", Path: "/site/"}
	for name, want := range map[string]string{"2024/a.jpg": "https://cdn.example.org/site/2024/a.jpg", "é ?#%.jpg": "https://cdn.example.org/site/%C3%A9%20%3F%23%25.jpg", "a:b.jpg": "https://cdn.example.org/site/a:b.jpg", "../a.jpg": "", "a.php": "", "//evil.example/a.jpg": ""} {
		w := fetch(h, "GET", name)
		if w.Header().Get("Location") != want || (w.Code == 307) != (want != "") || want == "" && w.Code != 404 {
			t.Errorf("%s: %d %q", name, w.Code, w.Header().Get("Location"))
		}
	}
	h.Redirect.Host = "example.org"
	if w := fetch(h, "GET", "2024/a.jpg"); w.Code != 404 {
		t.Errorf("to itself: %d %q", w.Code, w.Header().Get("Location"))
	}
}

// broken is a storage whose server does not answer.
type broken struct{ media.Storage }

func (broken) Open(context.Context, string) (io.ReadSeekCloser, media.File, error) {
	return nil, media.File{}, errors.New("dial tcp 10.0.0.1:443: secret detail")
}

func TestServeFails(t *testing.T) {
	var log bytes.Buffer
	h := &media.Server{Storage: broken{}, Log: slog.New(slog.NewTextHandler(&log, nil))}
	if w := fetch(h, "GET", "a.jpg"); w.Code != 503 || w.Body.Len() != 0 || w.Header().Get("Cache-Control") != "" || !strings.Contains(log.String(), "secret detail") {
		t.Errorf("%d %v %q %s", w.Code, w.Header(), w.Body, log.String())
	}
}

// Whatever is asked for, nothing from outside of the folder comes.
func FuzzServe(f *testing.F) {
	dir := f.TempDir()
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, "uploads", "a"), 0o755), os.WriteFile(filepath.Join(dir, "secret.txt"), []byte("secret"), 0o600),
		os.WriteFile(filepath.Join(dir, "uploads", "a", "b.txt"), []byte("content"), 0o600), os.WriteFile(filepath.Join(dir, "uploads", "a", "b.php"), []byte("secret"), 0o600)); err != nil {
		f.Fatal(err)
	}
	h := server(media.NewFolder(filepath.Join(dir, "uploads")))
	for _, seed := range []string{"a/b.txt", "../secret.txt", "a/../../secret.txt", "a\x00", "a/b.php", "a/b.PhP ", "bytes=0-"} {
		f.Add(seed, "bytes=0-1,3-")
	}
	f.Fuzz(func(t *testing.T, name, ranges string) {
		w := fetch(h, "GET", name, "Range", ranges)
		if w.Code < 300 && name != "a/b.txt" || bytes.Contains(w.Body.Bytes(), []byte("secret")) {
			t.Errorf("%q: %d %q", name, w.Code, w.Body)
		}
	})
}
