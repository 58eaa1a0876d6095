package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/headpress/headpress/handlers"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
)

// BenchmarkReads tells what typical requests cost on a site of 1,000 posts, on every
// engine: time, memory, SQL statements and rows. All is read from the database each
// time, as with --cache off.
func BenchmarkReads(b *testing.B) {
	for _, engine := range []models.Engine{models.SQLite, models.Postgres, models.MySQL} {
		dsn := modelstest.DSNs(b)[engine]
		if dsn == "" {
			continue
		}
		s := newTestSite(b, dsn, 1000)
		front := handlers.NewSite(s.site, s.api)
		for _, c := range []struct{ name, path string }{
			{"single", "/wp-json/wp/v2/posts/1010"},
			{"single_embed", "/wp-json/wp/v2/posts/1010?_embed"},
			{"list_10", "/wp-json/wp/v2/posts"},
			{"list_10_embed", "/wp-json/wp/v2/posts?_embed"},
			{"list_100", "/wp-json/wp/v2/posts?per_page=100"},
			{"list_100_embed", "/wp-json/wp/v2/posts?per_page=100&_embed"},
			{"list_100_id", "/wp-json/wp/v2/posts?per_page=100&_fields=id"},
			{"list_10_page_50", "/wp-json/wp/v2/posts?page=50"},
			{"search", "/wp-json/wp/v2/posts?search=usual+length&_fields=id"},
			{"tags_100", "/wp-json/wp/v2/tags?per_page=100"},
		} {
			b.Run(fmt.Sprintf("%s/%s", engine, c.name), func(b *testing.B) {
				b.ReportAllocs()
				var stats models.Stats
				ask := func(stats *models.Stats) int {
					r := httptest.NewRequest(http.MethodGet, c.path, nil)
					r = r.WithContext(models.WithStats(r.Context(), stats))
					w := httptest.NewRecorder()
					front.ServeHTTP(w, r)
					if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "{") && !strings.HasPrefix(w.Body.String(), "[{") {
						b.Fatalf("%s: %d %.200s", c.path, w.Code, w.Body)
					}
					return w.Body.Len()
				}
				size := ask(&models.Stats{}) // statements are prepared now
				for b.Loop() {
					ask(&stats)
				}
				b.ReportMetric(float64(stats.Statements.Load())/float64(b.N), "statements/op")
				b.ReportMetric(float64(stats.Rows.Load())/float64(b.N), "rows/op")
				b.ReportMetric(float64(size)/1024, "KB-answer")
			})
		}
	}
}
