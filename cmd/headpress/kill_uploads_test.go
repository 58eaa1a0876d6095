package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/headpress/headpress/media"
	"github.com/headpress/headpress/media/mediatest"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
)

// photo is a JPEG that gets two smaller sizes.
func photo(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 400, 300))
	for i := range 400 * 300 {
		img.Set(i%400, i/400, color.RGBA{R: byte(i), G: byte(i >> 8), B: byte(i * 7), A: 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// upload sends a picture, or deletes one; the status is 0 where no answer came.
func (p *process) upload(method, path, password string, body []byte) (status int, id int64, file string) {
	req, err := http.NewRequest(method, p.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, 0, ""
	}
	req.SetBasicAuth("admin", password)
	req.Header.Set("Content-Type", "image/jpeg")
	req.Header.Set("Content-Disposition", `attachment; filename="photo.jpg"`)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, 0, ""
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, 0, ""
	}
	var v struct {
		ID      int64
		Details struct{ File string } `json:"media_details"`
	}
	_ = json.Unmarshal(b, &v)
	return res.StatusCode, v.ID, v.Details.File
}

// A server is killed in the middle of 200 uploads, and of deletions between them. After the next start
// there is no row without its files and no file without its row, and what was answered is there.
func TestKilledWhileUploading(t *testing.T) {
	const uploads, uploaders = 200, 8
	picture := photo(t)
	for engine, dsn := range modelstest.DSNs(t) {
		for _, kind := range []string{"folder", "bucket"} {
			if kind == "bucket" && engine == models.MySQL {
				continue // two engines with buckets are enough
			}
			t.Run(string(engine)+"/"+kind, func(t *testing.T) {
				dir, temporary := t.TempDir(), t.TempDir()
				t.Setenv("TMPDIR", temporary)
				storage := media.Storage(media.NewFolder(filepath.Join(dir, "uploads")))
				args := []string{"--content", dir}
				if kind == "bucket" {
					cfg := mediatest.Bucket(t)
					storage = mediatest.Open(t, cfg)
					args = append(args, "--s3-bucket", cfg.Bucket, "--s3-endpoint", cfg.Endpoint, "--s3-prefix", cfg.Prefix, "--s3-access-key", cfg.AccessKey, "--s3-secret-key", cfg.SecretKey, "--s3-addressing", "path")
					dsn = modelstest.DSNs(t)[engine] // a site of its own
				}
				server := startProcess(t, dsn, args...)
				m := toldOnce.FindStringSubmatch(server.out.String())
				if m == nil {
					t.Fatal("no application password: " + server.out.String())
				}
				password := m[1]
				var (
					mu       sync.Mutex
					there    = map[int64]string{} // what was made and not deleted, as far as was answered
					answered int
					cut      int
					all      sync.WaitGroup
					kill     = make(chan bool)
				)
				for range uploaders {
					all.Go(func() {
						for n := range uploads / uploaders {
							status, id, file := server.upload("POST", "/media", password, picture)
							mu.Lock()
							switch status {
							case http.StatusCreated:
								there[id] = file
								if answered++; answered == uploads/2 {
									close(kill)
								}
							case 0:
								cut++
							default:
								t.Errorf("status %d", status)
							}
							mu.Unlock()
							if status == 0 {
								return
							}
							if n%3 == 2 {
								mu.Lock()
								delete(there, id) // whether it is, nobody knows until it is answered
								mu.Unlock()
								if status, _, _ := server.upload("DELETE", fmt.Sprintf("/media/%d?force=true", id), password, nil); status != http.StatusOK && status != 0 {
									t.Errorf("deleting: status %d", status)
								}
							}
						}
					})
				}
				go func() { // all were answered before
					all.Wait()
					mu.Lock()
					defer mu.Unlock()
					if answered < uploads/2 {
						close(kill)
					}
				}()
				store := modelstest.Open(t, dsn, "")
				<-kill
				for range 500 { // best while files are being made or deleted
					if claims, err := store.Claims(t.Context()); err != nil || len(claims) > 0 {
						break
					}
					time.Sleep(time.Millisecond)
				}
				server.kill()
				all.Wait()
				left, err := store.Claims(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				server = startProcess(t, dsn, args...)
				ledger := &media.Ledger{Storage: storage, Store: store, Log: slog.New(slog.DiscardHandler), Now: time.Now}
				var report *media.Report
				for range 500 { // the server cleans up while it serves
					if report, err = ledger.Check(t.Context(), -time.Hour, func(int, int) {}); err != nil {
						t.Fatal(err)
					}
					if report.Unfinished == 0 {
						break
					}
					time.Sleep(20 * time.Millisecond)
				}
				if report.Unfinished > 0 || len(report.Missing) > 0 || len(report.Unnamed) > 0 {
					t.Errorf("%d unfinished, missing %v, unnamed %v", report.Unfinished, report.Missing, report.Unnamed)
				}
				if report.Files != 3*report.Owners {
					t.Errorf("%d files of %d attachments", report.Files, report.Owners)
				}
				for id, file := range there {
					status, _, _ := server.upload("GET", fmt.Sprint("/media/", id), password, nil)
					if _, err := storage.Stat(t.Context(), file); status != http.StatusOK || err != nil {
						t.Errorf("%d (%s) was made and is gone: %d %v", id, file, status, err)
					}
				}
				var unfinished []string
				for _, base := range []string{dir, temporary} {
					_ = filepath.WalkDir(base, func(name string, d fs.DirEntry, err error) error {
						if err == nil && d.Type().IsRegular() && filepath.Base(filepath.Dir(filepath.Dir(name))) == ".headpress" {
							unfinished = append(unfinished, name)
						}
						return nil
					})
				}
				if len(unfinished) > 0 {
					t.Errorf("left: %q", unfinished)
				}
				t.Logf("%d answered, %d cut off, %d files in flight when it was killed; %d attachments and %d files after the next start", answered, cut, len(left), report.Owners, report.Files)
				if len(left) == 0 && cut == 0 {
					t.Error("the server was not killed in the middle of anything")
				}
			})
		}
	}
}
