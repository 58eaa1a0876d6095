package handlers_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/headpress/headpress/handlers"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
	"github.com/headpress/headpress/transfer"
	"gorm.io/gorm"
)

// TestSeed: a post of a real site, imported as its API gave it, comes back byte
// for byte, under the address of a home with a path. HEADPRESS_SEED names the document.
func TestSeed(t *testing.T) {
	name := os.Getenv("HEADPRESS_SEED")
	if name == "" {
		t.Skip("HEADPRESS_SEED is not set")
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	modelstest.Each(t, func(t *testing.T, store *models.Store) {
		ctx := t.Context()
		_, err := transfer.Install(ctx, store, transfer.Site{Title: "Seed", AdminLogin: "admin", AdminEmail: "admin@example.org", TimeZone: "Asia/Tehran",
			Permalinks: "/%postname%/", SiteURL: "https://drmostafazadehpain.com", HomeURL: "https://drmostafazadehpain.com/en"})
		if err != nil {
			t.Fatal(err)
		}
		document, err := php.DecodeJSON(want)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := transfer.ImportREST(ctx, store, document); err != nil {
			t.Fatal(err)
		}
		site := &handlers.Site{Store: store, Content: t.TempDir()}
		server, err := handlers.NewServer(site)
		if err != nil {
			t.Fatal(err)
		}
		get := func() []byte {
			t.Helper()
			w := httptest.NewRecorder()
			handlers.NewSite(site, server).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/en/wp-json/wp/v2/posts/631", nil))
			if w.Code != http.StatusOK {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			return w.Body.Bytes()
		}

		t.Run("every member but the revisions", func(t *testing.T) {
			members := func(text []byte) map[string]string {
				v, err := php.DecodeJSON(text)
				if err != nil {
					t.Fatal(err)
				}
				out := map[string]string{}
				for k, e := range v.(*php.Array).All() {
					if k.String() == "_links" {
						links := e.(*php.Array)
						links.Remove(php.KeyOf("version-history"))
						links.Remove(php.KeyOf("predecessor-version"))
					}
					out[k.String()] = string(php.AppendJSON(nil, e, 0))
				}
				return out
			}
			got, want := members(get()), members(want)
			for k, v := range want {
				if got[k] != v {
					t.Errorf("%s:\n got %s\nwant %s", k, got[k], v)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d members, want %d", len(got), len(want))
			}
		})

		t.Run("with its revisions all bytes", func(t *testing.T) {
			err := store.Tx(ctx, func(tx *gorm.DB) error {
				for id := int64(633); id <= 636; id++ {
					r := models.Post{ID: id, Type: "revision", Status: "inherit", Parent: 631, Author: 1, Name: "631-revision-v1",
						Date: "2025-06-02 12:34:45", DateGMT: "2025-06-02 09:04:45", Modified: "2025-06-02 12:34:45", ModifiedGMT: "2025-06-02 09:04:45"}
					if err := tx.Create(&r).Error; err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := get(); !bytes.Equal(got, want) {
				i := 0
				for i < len(got) && i < len(want) && got[i] == want[i] {
					i++
				}
				t.Errorf("%d bytes, want %d; first difference at %d:\n got …%s\nwant …%s", len(got), len(want), i, clip(got, i), clip(want, i))
			}
		})
	})
}

func clip(b []byte, at int) []byte { return b[max(0, at-60):min(len(b), at+200)] }
