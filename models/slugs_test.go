package models_test

import (
	"fmt"
	"testing"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
)

// The first number that nobody has is found, wherever it is.
func TestFreeNumbers(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, store *models.Store) {
		var rows []models.Post
		var terms []models.Term
		add := func(typ string, parent int64, names ...string) {
			for _, name := range names {
				rows = append(rows, models.Post{Type: typ, Parent: parent, Name: name})
				if typ == "post" {
					terms = append(terms, models.Term{Name: name, Slug: name})
				}
			}
		}
		for n := range 120 {
			add("post", 0, fmt.Sprint("many-", n+2))
		}
		add("post", 0, "many", "many-1", "many-0122", "many-more", "many-122-3", "many-1e3", "many-99999999999", "manyly-122")
		add("post", 0, "hole-2", "hole-3", "hole-3", "hole-5", "hole-10", "hole-9", "late-3", "0-2")
		for n := range 9 {
			add("post", 0, fmt.Sprint("short-", n+1))
		}
		add("page", 7, "many-2", "many-3")
		add("page", 8, "many-2")
		add("attachment", 7, "many-4")
		add("attachment", 0, "hole-4")
		add("post", 0, "%d8%b3-2")
		if err := store.Insert(t.Context(), &rows); err != nil {
			t.Fatal(err)
		}
		if err := store.Insert(t.Context(), &terms); err != nil {
			t.Fatal(err)
		}
		wants := map[models.SlugSpace]int64{}
		for _, c := range []struct {
			base         string
			first, limit int64
			typ          string
			parent       int64 // below 0: not among siblings
			want         int64
		}{
			{"many-", 2, 1e9, "post", -1, 122},
			{"many-", 2, 10, "post", -1, 10}, // all are taken
			{"many-", 10, 100, "post", -1, 100},
			{"many-", 100, 1000, "post", -1, 122},
			{"hole-", 2, 1e9, "post", -1, 4},
			{"hole-", 2, 1e9, "", -1, 6}, // a file counts everything
			{"late-", 2, 1e9, "post", -1, 2},
			{"0-", 2, 1e9, "post", -1, 3},
			{"short-", 2, 1e9, "post", -1, 10},
			{"short-", 2, 10, "post", -1, 10},
			{"short-", 10, 100, "post", -1, 10},
			{"%d8%b3-", 2, 1e9, "post", -1, 3},
			{"none-", 2, 1e9, "post", -1, 2},
			{"many-", 2, 1e9, "page", 7, 5},
			{"many-", 2, 1e9, "page", 8, 3},
			{"many-", 2, 1e9, "page", 0, 2},
		} {
			space := models.SlugSpace{Base: c.base, First: c.first, Limit: c.limit, Type: c.typ}
			if c.parent >= 0 {
				space.Siblings, space.Parent = true, c.parent
			}
			wants[space] = c.want
		}
		spaces := make([]models.SlugSpace, 0, len(wants))
		for space := range wants {
			spaces = append(spaces, space)
		}
		got, err := store.FreeNumbers(t.Context(), spaces)
		if err != nil {
			t.Fatal(err)
		}
		for space, want := range wants {
			if got[space] != want {
				t.Errorf("%+v: %d, want %d", space, got[space], want)
			}
		}
		for base, want := range map[string]int64{"many-": 122, "hole-": 4, "none-": 2} {
			if n, err := store.FreeTermNumber(t.Context(), base); n != want || err != nil {
				t.Errorf("terms, %s: %d, %v, want %d", base, n, err, want)
			}
		}
	})
}
