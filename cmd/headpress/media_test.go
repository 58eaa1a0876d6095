package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/headpress/headpress/media/mediatest"
)

// fetch gets what an address gives.
func download(t *testing.T, address string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// Two servers share a database and a bucket: what one takes, the other has, shows and deletes; the bucket may be
// looked into and mended from anywhere.
func TestBucketIsShared(t *testing.T) {
	cfg := mediatest.Bucket(t)
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "shared.db")
	settings := []string{"--s3-bucket", cfg.Bucket, "--s3-endpoint", cfg.Endpoint, "--s3-prefix", cfg.Prefix, "--s3-access-key", cfg.AccessKey, "--s3-secret-key", cfg.SecretKey, "--s3-addressing", "path"}
	one := startProcess(t, dsn, settings...)
	two := startProcess(t, dsn, append([]string{"--uploads-url", "https://cdn.example.org/up/"}, settings...)...)
	password := toldOnce.FindStringSubmatch(one.out.String())[1]
	folder := func(p *process) string { return strings.TrimSuffix(p.base, "/wp-json/wp/v2") + "/wp-content/uploads/" }

	status, id, file := one.upload("POST", "/media", password, photo(t))
	if status != http.StatusCreated {
		t.Fatal(status, one.err.String())
	}
	// The other shows it, by addresses of its own.
	_, text := download(t, fmt.Sprint(two.base, "/media/", id))
	var shown struct {
		Source  string `json:"source_url"`
		Details struct {
			Sizes map[string]struct {
				Source string `json:"source_url"`
			}
		} `json:"media_details"`
	}
	if err := json.Unmarshal([]byte(text), &shown); err != nil || shown.Source != "https://cdn.example.org/up/"+file || len(shown.Details.Sizes) != 3 ||
		!strings.HasPrefix(shown.Details.Sizes["medium"].Source, "https://cdn.example.org/up/") {
		t.Errorf("%v %s", err, text)
	}
	medium := strings.TrimPrefix(shown.Details.Sizes["medium"].Source, "https://cdn.example.org/up/")
	for _, name := range []string{file, medium} {
		if res, body := download(t, folder(one)+name); res.StatusCode != 200 || !strings.HasPrefix(body, "\xff\xd8\xff") || res.Header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("%s: %d %v", name, res.StatusCode, res.Header)
		}
		if res, _ := download(t, folder(two)+name); res.StatusCode != 307 || res.Header.Get("Location") != "https://cdn.example.org/up/"+name {
			t.Errorf("%s: %d %v", name, res.StatusCode, res.Header)
		}
	}
	if res, body := download(t, folder(one)+medium, "Range", "bytes=0-2"); res.StatusCode != 206 || body != "\xff\xd8\xff" {
		t.Errorf("%d %q", res.StatusCode, body)
	}

	// A size is lost, and something strange is there.
	storage := mediatest.Open(t, cfg)
	if err := storage.Remove(t.Context(), medium); err != nil {
		t.Fatal(err)
	}
	strange := filepath.ToSlash(filepath.Dir(file)) + "/strange.jpg"
	if err := storage.Create(t.Context(), strange, strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	command := func(want int, parts []string, args ...string) {
		t.Helper()
		code, out, errs := headpress(t, nil, append(append(args, "--db", dsn), settings...)...)
		for _, part := range parts {
			if !strings.Contains(out, part) {
				t.Errorf("%q: %q is not in %s", args, part, out)
			}
		}
		if code != want {
			t.Errorf("%q: %d %s %s", args, code, out, errs)
		}
	}
	command(exitFailed, []string{fmt.Sprintf("missing size\t%d\t%s\n", id, medium), "1 rows with files, 3 files: 1 missing, 0 unnamed"}, "media", "check")
	command(exitFailed, []string{"unnamed\t1\t" + strange, "1 missing, 1 unnamed (1 bytes)"}, "media", "check", "--older-than", "0s")
	command(exitDone, []string{"1 media objects, 1 files made, 0 failed"}, "media", "regenerate")
	command(exitDone, []string{"1 files deleted"}, "media", "check", "--older-than", "0s", "--delete-unnamed")
	command(exitDone, []string{"1 media objects, 2 files made, 0 failed"}, "media", "regenerate", "--all", fmt.Sprint(id))
	command(exitFailed, nil, "media", "regenerate", "4711")
	command(exitDone, []string{"1 rows with files, 3 files: 0 missing, 0 unnamed"}, "media", "check")

	if status, _, _ := two.upload("DELETE", fmt.Sprintf("/media/%d?force=true", id), password, nil); status != http.StatusOK {
		t.Errorf("deleting: %d", status)
	}
	if res, _ := download(t, folder(one)+file); res.StatusCode != 404 {
		t.Errorf("deleted, and still there: %d", res.StatusCode)
	}
	command(exitDone, []string{"0 rows with files, 0 files"}, "media", "check")
}

// A server whose bucket is not there does not start.
func TestBucketIsNotThere(t *testing.T) {
	t.Chdir(t.TempDir())
	cfg := mediatest.Bucket(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(cfg.SecretKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"HEADPRESS_S3_BUCKET": "there-is-none", "HEADPRESS_S3_ENDPOINT": cfg.Endpoint, "HEADPRESS_S3_ACCESS_KEY": cfg.AccessKey, "HEADPRESS_S3_SECRET_KEY_FILE": secret, "HEADPRESS_S3_ADDRESSING": "path"}
	if code, _, errs := headpress(t, env, "serve", "--listen", "127.0.0.1:0"); code != exitFailed || !strings.Contains(errs, "bucket there-is-none") || strings.Contains(errs, cfg.SecretKey) {
		t.Errorf("%d %s", code, errs)
	}
}
