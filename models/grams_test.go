package models_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
)

// pieces are what texts and searches are made of.
var pieces = []string{
	"fox", "FOX", "Fóx", "éclair", "ECLAIR", "Straße", "strasse", "ﬁsh", "İstanbul", "سلام", "سَلام", "كتاب", "کتاب", "می‌خواهم", "日本", "日本語", "한국어", "😀", "😀😁",
	"100%", "a_b", `c\d`, "%", "_", `\`, "'", `"`, "x", "yz", " ", "-", "naïve", "na\u0308ive", "ǅ", "ß", "<p>", "&amp;", "0", "\n", "q",
}

func made(random *rand.Rand, most int) string {
	var b strings.Builder
	for range random.IntN(most + 1) {
		b.WriteString(pieces[random.IntN(len(pieces))])
		if random.IntN(3) == 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// Searches find what a look into every text finds: before and after the sets of bits are made, after texts were changed,
// deleted and added by whomever, and on all engines, whatever is remembered of them.
func TestSearchesFindWhatAllTextsHold(t *testing.T) {
	for engine, dsn := range modelstest.DSNs(t) {
		t.Run(string(engine), func(t *testing.T) {
			store := modelstest.Open(t, dsn, "")
			if err := store.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(3, 4))
			do := func(sql string, args ...any) {
				t.Helper()
				if err := store.Tx(ctx, func(tx *gorm.DB) error { return tx.Exec(sql, args...).Error }); err != nil {
					t.Fatal(err)
				}
			}
			rows := make([]models.Post, 300)
			for i := range rows {
				rows[i] = models.Post{Type: "page", Status: "publish", Title: made(random, 4), Excerpt: made(random, 3), Content: made(random, 40), Date: fmt.Sprintf("2024-01-01 00:00:%02d", i%60)}
			}
			if err := store.Tx(ctx, func(tx *gorm.DB) error { return tx.Create(&rows).Error }); err != nil {
				t.Fatal(err)
			}
			look := func() {
				t.Helper()
				for {
					n, err := store.LookThroughTexts(ctx)
					if err != nil {
						t.Fatal(err)
					}
					if n == 0 {
						return
					}
				}
			}
			found := 0
			for round := range 400 {
				id := 1 + random.IntN(300)
				switch random.IntN(8) {
				case 0:
					do("UPDATE wp_posts SET post_content = ? WHERE id = ?", made(random, 40), id)
				case 1:
					do("UPDATE wp_posts SET post_title = ?, post_excerpt = ? WHERE id = ?", made(random, 4), made(random, 3), id)
				case 2:
					do("DELETE FROM wp_posts WHERE id = ?", id)
				case 3:
					do("UPDATE wp_posts SET post_type = CASE post_type WHEN 'page' THEN 'revision' ELSE 'page' END WHERE id = ?", id)
				case 4:
					do("INSERT INTO wp_posts (post_type, post_status, post_date, post_content, post_title, post_excerpt, to_ping, pinged, post_content_filtered) VALUES ('page', 'publish', '2024-01-01 00:00:00', ?, '', '', '', '', '')", made(random, 40))
				case 5:
					look()
				}
				if round == 200 {
					look()
				}
				q := models.PostQuery{Types: []string{"page"}, Statuses: []string{"publish"}, Search: made(random, 3), Limit: int64(1 + random.IntN(20)), Offset: int64(random.IntN(20)),
					OrderBy: [][]string{{"date"}, {"relevance"}}[random.IntN(2)], SearchExact: random.IntN(10) == 0}
				for range 2 {
					got, total, err := store.PagePosts(ctx, q)
					if err != nil {
						t.Fatal(err)
					}
					whole := q
					whole.Types = []string{"page", "none", "revision"} // all texts are read when revisions are looked for, too
					whole.Limit, whole.Offset = 0, 0
					want, err := store.FindPosts(ctx, whole)
					if err != nil {
						t.Fatal(err)
					}
					want = slices.DeleteFunc(want, func(p models.Post) bool { return p.Type != "page" })
					wantTotal := int64(len(want))
					want = want[min(q.Offset, wantTotal):min(q.Offset+q.Limit, wantTotal)]
					if len(want) == 0 {
						wantTotal = 0
					}
					if total != wantTotal || !slices.Equal(got, want) {
						t.Fatalf("round %d, %q: %d posts of %d, want %d of %d", round, q.Search, len(got), total, len(want), wantTotal)
					}
					if q.Search != "" && total > 0 && total < 200 {
						found++
					}
				}
			}
			if found < 100 {
				t.Errorf("only %d searches found some of the posts", found)
			}
		})
	}
}
