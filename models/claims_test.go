package models_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
)

func claim(file, work string) models.Claim {
	return models.Claim{File: file, Work: work, Instance: "i." + work, Since: 1717243200}
}

// A file has one claim, whoever asks first; who was taken for dead cannot drop it any more.
func TestClaims(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, store *models.Store) {
		ctx := t.Context()
		count := func(what string, want int64) func(got int64, err error) {
			return func(got int64, err error) {
				t.Helper()
				if err != nil || got != want {
					t.Errorf("%s: %d, %v; want %d", what, got, err, want)
				}
			}
		}
		a, b := claim("2024/06/é 'a'.jpg", "one"), claim("2024/06/É 'A'.JPG", "two")
		count("the first", 1)(store.AddClaims(ctx, a))
		count("the second, whose name differs in case", 0)(store.AddClaims(ctx, b))
		count("one of two", 1)(store.AddClaims(ctx, b, claim("2024/06/b.jpg", "two")))
		count("nothing", 0)(store.AddClaims(ctx))
		count("another's", 0)(store.DropClaims(ctx, b))

		if l, err := store.Claims(ctx); err != nil || len(l) != 2 || l[0] != a || l[1] != claim("2024/06/b.jpg", "two") {
			t.Errorf("%v %v", l, err)
		}
		if l, err := store.Claims(ctx, a.File, "2024/06/c.jpg"); err != nil || len(l) != 1 || l[0] != a {
			t.Errorf("%v %v", l, err)
		}
		if taken, err := store.TakeClaim(ctx, claim(a.File, "nobody"), b); err != nil || taken {
			t.Errorf("a claim that is not there was taken: %v", err)
		}
		heir := claim(a.File, "heir")
		if taken, err := store.TakeClaim(ctx, a, heir); err != nil || !taken {
			t.Errorf("not taken: %v", err)
		}
		count("the dead", 0)(store.DropClaims(ctx, a))
		count("the heir", 1)(store.DropClaims(ctx, heir, a))

		// What others have written under the name of a claim is none.
		for _, value := range []string{"", "a:0:{}", `{"file":7}`, "null"} {
			if err := store.SetOption(ctx, "_headpress_file_"+value, value); err != nil {
				t.Fatal(err)
			}
		}
		if l, err := store.Claims(ctx); err != nil || len(l) != 1 {
			t.Errorf("%v %v", l, err)
		}

		// What a transaction claims or drops counts when the transaction does.
		fail := errors.New("no")
		c := claim("2024/06/c.jpg", "three")
		count("c", 1)(store.AddClaims(ctx, c))
		err := store.Write(ctx, func(ctx context.Context) error {
			count("inside", 1)(store.DropClaims(ctx, c))
			count("inside", 1)(store.AddClaims(ctx, claim("2024/06/d.jpg", "three")))
			return fail
		})
		if !errors.Is(err, fail) {
			t.Error(err)
		}
		if l, err := store.Claims(ctx, "2024/06/c.jpg", "2024/06/d.jpg"); err != nil || len(l) != 1 || l[0] != c {
			t.Errorf("%v %v", l, err)
		}
	})
}

// Of many who want one name at once, one gets it.
func TestClaimsAtOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, store *models.Store) {
		var wg sync.WaitGroup
		got := make(chan int64, 16)
		for i := range cap(got) {
			wg.Go(func() {
				n, err := store.AddClaims(t.Context(), claim("2024/06/a.jpg", string(rune('a'+i))))
				if err != nil {
					t.Error(err)
				}
				got <- n
			})
		}
		wg.Wait()
		close(got)
		sum := int64(0)
		for n := range got {
			sum += n
		}
		if sum != 1 {
			t.Errorf("%d got it", sum)
		}
	})
}
