package models_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
)

// Periods and the posts of terms are the same on every engine.
func TestArchives(t *testing.T) {
	tests := []struct {
		digits int
		want   string
	}{
		{4, "7 of 2025-0-0: 6, 2024-0-0: 41, 2022-0-0: 1"},
		{7, "20 of 2025-3-0: 2, 2025-2-0: 2, 2025-1-0: 2"},
		{10, "50 of 2025-3-23: 1, 2025-3-18: 1, 2025-2-13: 1"},
	}
	modelstest.EachSite(t, func(t *testing.T, store *models.Store) {
		for _, test := range tests {
			periods, err := store.Periods(t.Context(), "post", test.digits)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range periods[:min(3, len(periods))] {
				got = append(got, fmt.Sprintf("%d-%d-%d: %d", p.Year, p.Month, p.Day, p.Posts))
			}
			if s := fmt.Sprintf("%d of %s", len(periods), strings.Join(got, ", ")); s != test.want {
				t.Errorf("%d digits: got %s, want %s", test.digits, s, test.want)
			}
		}
		pairs, err := store.TermPosts(t.Context(), "category")
		if err != nil {
			t.Fatal(err)
		}
		if len(pairs) != 61 {
			t.Errorf("%d pairs of categories and posts", len(pairs))
		}
	})
}
