package transfer_test

import (
	"testing"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
	"github.com/headpress/headpress/transfer"
)

// Files that a site is making when it is copied are its own business: the copy must not take them for leftovers.
func TestCopyDatabaseForgetsClaims(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, from *models.Store) {
		fill(t, from)
		if _, err := from.AddClaims(ctx, models.Claim{File: "2024/06/a.jpg", Work: "w"}); err != nil {
			t.Fatal(err)
		}
		to := modelstest.Open(t, modelstest.DSNs(t)[models.SQLite], "wp_")
		must(t, transfer.CopyDatabase(ctx, from, to, nil))
		for store, want := range map[*models.Store]int{from: 1, to: 0} {
			if claims, err := store.Claims(ctx); err != nil || len(claims) != want {
				t.Errorf("%d claims, %v; want %d", len(claims), err, want)
			}
		}
	})
}
