package media_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/headpress/headpress/media"
	"github.com/headpress/headpress/media/mediatest"
)

// What every storage does alike.
func TestStorages(t *testing.T) {
	mediatest.Each(t, func(t *testing.T, st media.Storage) {
		ctx := t.Context()
		if names := list(t, st, ""); names != nil {
			t.Errorf("empty: %q", names)
		}
		want := map[string]string{}
		for _, name := range []string{"a.jpg", "2024/06/a b+c%2F&=?#.txt", "2024/06/سلام-é-😀.png", "2024/06/a.jpg", "2024/060/b.jpg", "sites/2/c.html", "2024/06/empty.txt"} {
			want[name] = strings.Repeat(name, 1000)
			if strings.HasSuffix(name, "empty.txt") {
				want[name] = ""
			}
			if err := create(t, st, name, want[name]); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := create(t, st, name, "other"); !errors.Is(err, fs.ErrExist) {
				t.Errorf("%s again: %v", name, err)
			}
		}
		for name, content := range want {
			if got := read(t, st, name); got != content {
				t.Errorf("%s: %.100q, %d bytes", name, got, len(got))
			}
			about, err := st.Stat(ctx, name)
			if err != nil || about.Name != name || about.Size != int64(len(content)) || about.Modified.IsZero() {
				t.Errorf("%+v %v", about, err)
			}
		}
		for folder, n := range map[string]int{"": len(want), "2024": 5, "2024/06": 4, "2024/0": 0, "nothing": 0, "../..": 0} {
			if got := list(t, st, folder); len(got) != n {
				t.Errorf("in %q: %q", folder, got)
			}
		}
		for f, err := range st.List(ctx, "") { // and stop
			if err != nil || want[f.Name] != "" && f.Size != int64(len(want[f.Name])) {
				t.Errorf("%+v %v", f, err)
			}
			break
		}

		// Replaced: over another and where nothing is.
		for _, name := range []string{"a.jpg", "new.jpg"} {
			if err := st.Replace(ctx, name, strings.NewReader("new"), 3); err != nil {
				t.Error(err)
			}
			if got := read(t, st, name); got != "new" {
				t.Errorf("%s: %q", name, got)
			}
		}

		// Removed, with some that are not there.
		if err := st.Remove(ctx, "a.jpg", "gone.jpg", "2024/06/a.jpg", "../a.jpg", "gone/gone.jpg"); err != nil {
			t.Error(err)
		}
		if got := list(t, st, ""); slices.Contains(got, "a.jpg") || slices.Contains(got, "2024/06/a.jpg") || len(got) != len(want)-1 {
			t.Errorf("%q", got)
		}
		for _, name := range []string{"a.jpg", "2024", "2024/06", "2024/06/", "", ".", "..", "../x", "/etc/passwd", "2024/../new.jpg", "2024//06/a.jpg", "./new.jpg", "a\x00b", ".headpress/x", "2024/.htaccess", strings.Repeat("x", 2000) + ".jpg"} {
			if _, err := st.Stat(ctx, name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("stat %.40q: %v", name, err)
			}
			if f, _, err := st.Open(ctx, name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("open %.40q: %v %v", name, f, err)
			}
		}
		for _, name := range []string{"", "..", "../x", "/x", "a/../b", ".htaccess", "a\x00b"} {
			if create(t, st, name, "x") == nil || st.Replace(ctx, name, strings.NewReader("x"), 1) == nil {
				t.Errorf("%q was stored", name)
			}
		}
	})
}

// Reading goes back and forth, as ranges do.
func TestStorageSeeks(t *testing.T) {
	mediatest.Each(t, func(t *testing.T, st media.Storage) {
		content := make([]byte, 300_000)
		for i := range content {
			content[i] = byte(i * 7 >> 3)
		}
		if err := st.Create(t.Context(), "a.bin", bytes.NewReader(content), int64(len(content))); err != nil {
			t.Fatal(err)
		}
		f, about, err := st.Open(t.Context(), "a.bin")
		if err != nil || about.Size != int64(len(content)) {
			t.Fatal(err)
		}
		defer f.Close()
		for _, c := range []struct {
			offset int64
			whence int
			at     int64
			n      int
		}{{100_000, io.SeekStart, 100_000, 10}, {0, io.SeekCurrent, 100_010, 5000}, {-7, io.SeekEnd, 299_993, 7}, {0, io.SeekStart, 0, 300_000}, {-200_000, io.SeekCurrent, 100_000, 1}} {
			at, err := f.Seek(c.offset, c.whence)
			b := make([]byte, c.n)
			if err == nil {
				_, err = io.ReadFull(f, b)
			}
			if err != nil || at != c.at || !bytes.Equal(b, content[at:][:c.n]) {
				t.Errorf("%+v: at %d, %v", c, at, err)
			}
		}
		if _, err := f.Seek(0, io.SeekEnd); err != nil {
			t.Error(err)
		}
		if n, err := f.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Errorf("%d %v behind the end", n, err)
		}
		if _, err := f.Seek(-1, io.SeekStart); err == nil {
			t.Error("before the beginning")
		}
	})
}

// failing breaks off after some bytes.
type failing struct{ left int }

func (f *failing) Read(p []byte) (int, error) {
	n := min(len(p), f.left)
	if f.left -= n; n == 0 {
		return 0, errors.New("the line is cut")
	}
	return n, nil
}

// A file is there whole, or not at all.
func TestStorageIsAtomic(t *testing.T) {
	mediatest.Each(t, func(t *testing.T, st media.Storage) {
		ctx := t.Context()
		if err := st.Create(ctx, "cut.bin", &failing{1 << 20}, 2<<20); err == nil {
			t.Error("a file that broke off")
		}
		if err := st.Create(ctx, "short.bin", strings.NewReader("four"), 5); err == nil {
			t.Error("a file that is shorter than said")
		}
		if err := st.Replace(ctx, "cut.bin", &failing{1 << 20}, 2<<20); err == nil {
			t.Error("a file that broke off")
		}
		over, cancel := context.WithCancel(ctx)
		cancel()
		if err := st.Create(over, "late.bin", &failing{1 << 20}, 2<<20); err == nil {
			t.Error("a request that was given up")
		}
		if got := list(t, st, ""); len(got) != 0 {
			t.Errorf("%q", got)
		}
	})
}

// Of many who make a file of one name at once, one succeeds, and its content is what is there.
func TestStorageCreatesOnce(t *testing.T) {
	mediatest.Each(t, func(t *testing.T, st media.Storage) { createAtOnce(t, st.Create, st) })
}

func createAtOnce(t *testing.T, create func(context.Context, string, io.Reader, int64) error, st media.Storage) {
	t.Helper()
	for range 5 {
		var wg sync.WaitGroup
		won := make(chan string, 8)
		for i := range cap(won) {
			wg.Go(func() {
				content := strings.Repeat(string(rune('a'+i)), 10_000)
				switch err := create(t.Context(), "2024/06/a.jpg", strings.NewReader(content), int64(len(content))); {
				case err == nil:
					won <- content
				case !errors.Is(err, fs.ErrExist):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		close(won)
		if len(won) != 1 {
			t.Fatalf("%d made it", len(won))
		}
		if content := <-won; read(t, st, "2024/06/a.jpg") != content {
			t.Error("another's content is there")
		}
		if err := st.Remove(t.Context(), "2024/06/a.jpg"); err != nil {
			t.Fatal(err)
		}
	}
}

// Servers that know no conditions, or refuse them, keep files from each other as well:
// who share a site share its ledger.
func TestBucketWithoutConditions(t *testing.T) {
	for name, change := range map[string]func(http.Handler) http.Handler{
		"ignored": func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPut {
					r.Header.Del("If-None-Match")
				}
				h.ServeHTTP(w, r)
			})
		},
		"refused": func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPut && r.Header.Get("If-None-Match") != "" {
					http.Error(w, `<Error><Code>NotImplemented</Code></Error>`, http.StatusNotImplemented)
					return
				}
				h.ServeHTTP(w, r)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := mediatest.BucketBehind(t, change)
			one, two := mediatest.Open(t, cfg), mediatest.Open(t, cfg)
			if err := create(t, one, "a.jpg", "first"); err != nil {
				t.Fatal(err)
			}
			if err := create(t, two, "a.jpg", "second"); !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
			if got := read(t, two, "a.jpg"); got != "first" {
				t.Error(got)
			}
		})
	}
}

// The answer to a request that succeeded is lost, and the request is sent again.
func TestBucketAnswersGetLost(t *testing.T) {
	lost := false
	b := mediatest.Open(t, mediatest.BucketBehind(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "a.jpg") && !lost {
				lost = true
				h.ServeHTTP(discard{}, r)
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			h.ServeHTTP(w, r)
		})
	}))
	if err := create(t, b, "a.jpg", "first"); err != nil || !lost {
		t.Errorf("%v, lost %v", err, lost)
	}
	if err := create(t, b, "a.jpg", "second"); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
}

type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// Readers of the bucket itself get the same types, and nothing that a browser runs.
func TestBucketTellsTypes(t *testing.T) {
	types := map[string]string{}
	b := mediatest.Open(t, mediatest.BucketBehind(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				types[r.URL.Path[strings.LastIndexByte(r.URL.Path, '.')+1:]] = r.Header.Get("Content-Type") + " " + r.Header.Get("Content-Disposition") + " " + r.Header.Get("Cache-Control")
			}
			h.ServeHTTP(w, r)
		})
	}))
	for ext, want := range map[string]string{"jpg": "image/jpeg ", "html": "text/plain; charset=utf-8 ", "svg": "image/svg+xml attachment", "x": "application/octet-stream attachment"} {
		if err := create(t, b, "a."+ext, "x"); err != nil || types[ext] != want+" public, max-age=31536000" {
			t.Errorf("%s: %q, %v", ext, types[ext], err)
		}
	}
}

func TestBucketSettings(t *testing.T) {
	cfg := mediatest.Bucket(t)
	if err := mediatest.Open(t, cfg).Check(t.Context()); err != nil {
		t.Error(err)
	}
	gone := cfg
	gone.Bucket = "there-is-no-such-bucket"
	if err := mediatest.Open(t, gone).Check(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := create(t, mediatest.Open(t, gone), "a.jpg", "x"); err == nil || errors.Is(err, fs.ErrExist) {
		t.Errorf("stored where nothing is: %v", err)
	}
	for _, wrong := range []media.BucketConfig{
		{Endpoint: "s3.example.org", Bucket: "b"}, {Endpoint: "ftp://s3.example.org", Bucket: "b"}, {Endpoint: "https://s3.example.org/bucket", Bucket: "b"}, {Endpoint: "https://key:secret@s3.example.org", Bucket: "b"},
		{Bucket: "b", Prefix: "../x"}, {Bucket: "b", Addressing: "dns"},
	} {
		if _, err := media.NewBucket(wrong); err == nil || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}
