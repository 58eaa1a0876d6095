package httpserver

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// newTest makes a handler whose site answers with the path it was asked for.
func newTest(t *testing.T, change func(*Config)) http.Handler {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"themes/t/style.css": "body{}", "themes/t/functions.php": "secret", "themes/t/.git": "secret", "debug.log": "secret"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg := Config{
		Site: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, r.RequestURI)
		}),
		Ready: func(context.Context) error { return nil },
		Measure: func(ctx context.Context) (context.Context, func() []slog.Attr) {
			return ctx, func() []slog.Attr { return []slog.Attr{slog.Int("statements", 3)} }
		},
		Content: dir,
		Uploads: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"tag"`)
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, strings.Repeat("upload ", 200)+r.URL.Path)
		}),
		Log: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&cfg)
	}
	return New(cfg)
}

func ask(h http.Handler, method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAnswersWithoutBodyStayEmpty(t *testing.T) {
	h := newTest(t, func(c *Config) {
		c.Site = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
		})
	})
	if w := ask(h, "HEAD", "/wp-json/x"); w.Code != 404 || w.Body.Len() != 0 || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %v %q", w.Code, w.Header(), w.Body)
	}
}

// gin cleans no path, redirects nothing and decodes nothing on the way.
func TestPathsArriveAsSent(t *testing.T) {
	h := newTest(t, nil)
	for _, target := range []string{"/", "/wp-json/wp/v2/templates/a//b", "/wp-json/wp/v2/posts/%31", "//wp-json/", "/healthz/", "/wp-json/../x?rest_route=/"} {
		if w := ask(h, "OPTIONS", target); w.Code != 200 || w.Body.String() != target {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// Themes' files come from the folder of the content, uploads from where they are, and nothing else does.
func TestContentFiles(t *testing.T) {
	h := newTest(t, nil)
	for target, status := range map[string]int{
		"/wp-content/themes/t/style.css": 200, "/wp-content/themes/t/functions.php": 404, "/wp-content/themes/t/.git": 404, "/wp-content/themes/t/": 404, "/wp-content/themes/../debug.log": 404,
		"/wp-content/debug.log": 404, "/wp-content/": 404, "/wp-content/themes/t%5c..%5cdebug.log": 404, "/wp-content/themes/%2e%2e/debug.log": 404, "/wp-content/themes/gone.css": 404, "/wp-content/themes//t/style.css": 404,
		"/wp-content/uploads/2024/a.txt": 200, "/wp-content/uploads/%2e%2e/x": 200,
	} {
		if w := ask(h, "GET", target); w.Code != status || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	if w := ask(h, "GET", "/wp-content/themes/t/style.css", "Range", "bytes=1-2"); w.Code != 206 || w.Body.String() != "od" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	// Compressed, they are other bytes than those that a part may be asked of.
	for accept, tag := range map[string]string{"gzip": `W/"tag"`, "": `"tag"`} {
		if w := ask(h, "GET", "/wp-content/uploads/2024/a.txt", "Accept-Encoding", accept); w.Header().Get("ETag") != tag {
			t.Errorf("%q: %v", accept, w.Header())
		}
	}
}

func TestCompression(t *testing.T) {
	long := strings.Repeat(`{"a":1}`, 1000)
	h := newTest(t, func(c *Config) {
		c.Site = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json; charset=UTF-8")
			w.WriteHeader(http.StatusOK)
			_, _ = io.WriteString(w, map[bool]string{true: long, false: "{}"}[r.URL.Path == "/long"])
		})
	})
	for accept, encoding := range map[string]string{"": "", "identity": "", "gzip": "gzip", "gzip, deflate, br": "br", "br;q=0, gzip;q=0.5": "gzip", "gzip;q=0.0": ""} {
		for range 2 { // the second time with a used encoder
			w := ask(h, "GET", "/long", "Accept-Encoding", accept)
			var body io.Reader = w.Body
			switch w.Header().Get("Content-Encoding") {
			case "gzip":
				body, _ = gzip.NewReader(w.Body)
			case "br":
				body = brotli.NewReader(w.Body)
			}
			if b, err := io.ReadAll(body); err != nil || string(b) != long || w.Header().Get("Content-Encoding") != encoding || (w.Header().Get("Vary") == "Accept-Encoding") != (encoding != "") {
				t.Errorf("%q: %v, %v, %d bytes", accept, err, w.Header(), len(b))
			}
		}
	}
	if w := ask(h, "GET", "/short", "Accept-Encoding", "gzip"); w.Body.String() != "{}" || w.Header().Get("Vary") != "" {
		t.Errorf("%v %q", w.Header(), w.Body)
	}
}

func TestFaults(t *testing.T) {
	var log strings.Builder
	h := newTest(t, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
		c.Site = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-WP-Total", "3")
			panic("the secret reason")
		})
		c.Ready = func(context.Context) error { return errors.New("no database") }
	})
	w := ask(h, "GET", "/wp-json/x")
	if w.Code != 500 || w.Body.String() != `{"code":"internal_server_error","message":"Something went wrong here.","data":{"status":500}}` || w.Header().Get("X-WP-Total") != "" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if !strings.Contains(log.String(), "the secret reason") {
		t.Error(log.String())
	}
	if w := ask(h, "GET", "/readyz"); w.Code != 503 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(h, "GET", "/healthz"); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestDebugLogCountsTheCost(t *testing.T) {
	var log strings.Builder
	h := newTest(t, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	ask(h, "GET", "/wp-json/wp/v2/posts?page=2")
	ask(h, "GET", "/?rest_route=/wp/v2/pages&password=geheim")
	for _, want := range []string{"method=GET", "route=/wp-json/wp/v2/posts ", "status=200", "statements=3", "time=", "route=/wp/v2/pages "} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s is not in %s", want, log.String())
		}
	}
}

func TestRunDrains(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan struct{})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(started)
			time.Sleep(100 * time.Millisecond)
			_, _ = io.WriteString(w, "whole")
		}), 5*time.Second, slog.New(slog.DiscardHandler))
	}()
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + listener.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	<-started
	stop()
	if got := <-answer; got != "whole" {
		t.Error(got)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
