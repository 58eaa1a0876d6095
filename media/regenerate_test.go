package media_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/headpress/headpress/internal/imagesize"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/media"
	"github.com/headpress/headpress/models"
)

// photo is a JPEG with that many pixels.
func photo(t *testing.T, w, h int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{R: byte(x), G: byte(y), B: byte(x ^ y), A: 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var sizes = []imagesize.Size{{Name: "thumbnail", Width: 150, Height: 150, Crop: true}, {Name: "medium", Width: 300, Height: 300}}

// take uploads a picture with its sizes, and gives the attachment.
func take(t *testing.T, l *media.Ledger, name, content string, o media.Options) int64 {
	t.Helper()
	ctx := t.Context()
	work := l.Begin()
	defer work.End(ctx)
	if err := create(t, work, name, content); err != nil {
		t.Fatal(err)
	}
	result, err := media.NewMaker(0, 0).Generate(ctx, work, name, "image/jpeg", o)
	if err != nil {
		t.Fatal(err)
	}
	var id int64
	if err := l.Store.Write(ctx, func(ctx context.Context) error {
		id = insert(t, ctx, l.Store, result.Name, result.Meta)
		return work.Keep(ctx)
	}); err != nil {
		t.Fatal(err)
	}
	return id
}

func attachment(t *testing.T, l *media.Ledger, id int64) *media.Attachment {
	t.Helper()
	for a, err := range media.Attachments(t.Context(), l.Store, id) {
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	t.Fatalf("no attachment %d", id)
	return nil
}

func details(t *testing.T, l *media.Ledger, id int64) string {
	t.Helper()
	metas, err := l.Store.PostMeta(t.Context(), []int64{id}, media.MetaDetails)
	if err != nil || len(metas[id]) != 1 {
		t.Fatal(metas, err)
	}
	return metas[id][0].Value
}

// What is missing is made, what is there stays untouched.
func TestRegenerateMissing(t *testing.T) {
	eachLedger(t, func(t *testing.T, l *media.Ledger) {
		ctx := t.Context()
		id := take(t, l, "2024/06/a.jpg", photo(t, 400, 300), media.Options{Sizes: sizes})
		before := details(t, l, id)
		g := &media.Regenerator{Ledger: l, Maker: media.NewMaker(0, 0), Sizes: sizes}
		if made, err := g.Attachment(ctx, attachment(t, l, id)); made != 0 || err != nil || details(t, l, id) != before {
			t.Errorf("nothing is missing: %d made, %v", made, err)
		}
		whole := list(t, l.Storage, "")

		// A file is lost.
		if err := l.Storage.Remove(ctx, "2024/06/a-300x225.jpg"); err != nil {
			t.Fatal(err)
		}
		kept := read(t, l.Storage, "2024/06/a-150x150.jpg")
		if made, err := g.Attachment(ctx, attachment(t, l, id)); made != 1 || err != nil {
			t.Errorf("a file was lost: %d made, %v", made, err)
		}
		if got := list(t, l.Storage, ""); !slices.Equal(got, whole) || read(t, l.Storage, "2024/06/a-150x150.jpg") != kept {
			t.Errorf("%q", got)
		}

		// A size is new.
		g.Sizes = append(slices.Clone(sizes), imagesize.Size{Name: "large", Width: 350, Height: 350})
		if made, err := g.Attachment(ctx, attachment(t, l, id)); made != 1 || err != nil || !strings.Contains(details(t, l, id), `s:5:"large";a:5:{s:4:"file";s:13:"a-350x263.jpg"`) {
			t.Errorf("a size is new: %d made, %v, %s", made, err, details(t, l, id))
		}
		if got := list(t, l.Storage, ""); len(got) != len(whole)+1 || claims(t, l) != 0 {
			t.Errorf("%q, %d claims", got, claims(t, l))
		}

		// The picture itself is lost.
		if err := l.Storage.Remove(ctx, "2024/06/a.jpg", "2024/06/a-150x150.jpg"); err != nil {
			t.Fatal(err)
		}
		before = details(t, l, id)
		if _, err := g.Attachment(ctx, attachment(t, l, id)); !errors.Is(err, fs.ErrNotExist) || details(t, l, id) != before {
			t.Errorf("%v", err)
		}
	})
}

// All is made anew: of other sizes the old files go, but what we know nothing of stays.
func TestRegenerateAll(t *testing.T) {
	eachLedger(t, func(t *testing.T, l *media.Ledger) {
		ctx := t.Context()
		id := take(t, l, "2024/06/big.jpg", photo(t, 2700, 300), media.Options{Sizes: sizes, Threshold: media.BigPicture})
		a := attachment(t, l, id)
		shop, all := &php.Array{}, a.Details
		shop.Set("file", "big-450x300.jpg")
		v, _ := all.Get("sizes")
		v.(*php.Array).Set("shop_single", shop)
		all.Set("plugin", "its own")
		text, err := php.Serialize(all)
		if err == nil {
			err = errors.Join(l.Store.SetMeta(ctx, "postmeta", id, media.MetaDetails, text), create(t, l.Storage, "2024/06/big-450x300.jpg", "the shop's"))
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Storage.Replace(ctx, "2024/06/big-150x150.jpg", strings.NewReader("spoilt"), 6); err != nil {
			t.Fatal(err)
		}
		g := &media.Regenerator{Ledger: l, Maker: media.NewMaker(0, 0), All: true, Sizes: []imagesize.Size{sizes[0], {Name: "medium", Width: 200, Height: 200}}}
		made, err := g.Attachment(ctx, attachment(t, l, id))
		if err != nil || made != 3 {
			t.Errorf("%d made, %v", made, err)
		}
		want := []string{"2024/06/big-150x150.jpg", "2024/06/big-200x22.jpg", "2024/06/big-450x300.jpg", "2024/06/big-scaled.jpg", "2024/06/big.jpg"}
		if got := list(t, l.Storage, ""); !slices.Equal(got, want) || claims(t, l) != 0 {
			t.Errorf("%q, %d claims", got, claims(t, l))
		}
		if got := read(t, l.Storage, "2024/06/big-150x150.jpg"); got == "spoilt" {
			t.Error("not made anew")
		}
		after := details(t, l, id)
		for _, part := range []string{`s:6:"plugin";s:7:"its own"`, `s:11:"shop_single"`, `s:14:"original_image";s:7:"big.jpg"`, `s:14:"big-200x22.jpg"`, `s:4:"file";s:22:"2024/06/big-scaled.jpg"`} {
			if !strings.Contains(after, part) {
				t.Errorf("%s is not in %s", part, after)
			}
		}
		// A second time changes nothing.
		if _, err := g.Attachment(ctx, attachment(t, l, id)); err != nil || details(t, l, id) != after || !slices.Equal(list(t, l.Storage, ""), want) {
			t.Errorf("%v %s", err, details(t, l, id))
		}
	})
}

// Pictures that cannot be read keep the copies that they have, and other files keep what is known of them.
func TestRegenerateLeavesAlone(t *testing.T) {
	eachLedger(t, func(t *testing.T, l *media.Ledger) {
		ctx := t.Context()
		g := &media.Regenerator{Ledger: l, Maker: media.NewMaker(0, 0), All: true, Sizes: sizes}
		id := take(t, l, "2024/06/a.jpg", photo(t, 400, 300), media.Options{Sizes: sizes})
		before, files := details(t, l, id), list(t, l.Storage, "")
		if err := l.Storage.Replace(ctx, "2024/06/a.jpg", strings.NewReader("no picture"), 10); err != nil {
			t.Fatal(err)
		}
		if _, err := g.Attachment(ctx, attachment(t, l, id)); err == nil {
			t.Error("it was taken for a picture")
		}
		if got := details(t, l, id); got != before || !slices.Equal(list(t, l.Storage, ""), files) {
			t.Errorf("%s, %q", got, list(t, l.Storage, ""))
		}

		// Changed by others between reading and storing.
		if err := l.Storage.Replace(ctx, "2024/06/a.jpg", strings.NewReader(photo(t, 500, 300)), int64(len(photo(t, 500, 300)))); err != nil {
			t.Fatal(err)
		}
		read := attachment(t, l, id)
		changed := strings.Replace(before, `s:6:"height";i:300`, `s:6:"height";i:301`, 1)
		if err := l.Store.SetMeta(ctx, "postmeta", id, media.MetaDetails, changed); err != nil {
			t.Fatal(err)
		}
		if _, err := g.Attachment(ctx, read); err == nil || changed == before || details(t, l, id) != changed {
			t.Errorf("%v %s", err, details(t, l, id))
		}
		if got := list(t, l.Storage, ""); !slices.Equal(got, files) || claims(t, l) != 0 {
			t.Errorf("%q, %d claims", got, claims(t, l))
		}
	})
}

// What does not fit together is found, and what nobody names can be removed.
func TestCheck(t *testing.T) {
	eachLedger(t, func(t *testing.T, l *media.Ledger) {
		ctx := t.Context()
		l.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
		whole := take(t, l, "2024/06/whole.jpg", photo(t, 400, 300), media.Options{Sizes: sizes})
		lost := take(t, l, "2024/06/lost.jpg", photo(t, 400, 300), media.Options{Sizes: sizes})
		if err := l.Storage.Remove(ctx, "2024/06/lost.jpg", "2024/06/whole-150x150.jpg"); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"2024/06/unnamed.jpg", "2023/01/unnamed.pdf", "2024/06/index.html", "plugin/cache/x.css", "2024/06/upload.jpg", "root.txt"} {
			if err := create(t, l.Storage, name, "12345"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := l.Store.AddClaims(ctx, models.Claim{File: "2024/06/upload.jpg", Instance: "x", Since: l.Now().Unix()}); err != nil {
			t.Fatal(err)
		}
		check := func(age time.Duration) (missing []media.Missing, unnamed []string) {
			t.Helper()
			r, err := l.Check(ctx, age, func(int, int) {})
			if err != nil || r.Owners != 2 || r.Unfinished != 1 {
				t.Fatalf("%+v %v", r, err)
			}
			for _, f := range r.Unnamed {
				unnamed = append(unnamed, f.Name)
			}
			return r.Missing, unnamed
		}
		missing, unnamed := check(time.Hour)
		if want := []media.Missing{{ID: whole, Name: "2024/06/whole-150x150.jpg"}, {ID: lost, Name: "2024/06/lost.jpg", Own: true}}; !slices.Equal(missing, want) {
			t.Errorf("missing: %v", missing)
		}
		if want := []string{"2023/01/unnamed.pdf", "2024/06/unnamed.jpg"}; !slices.Equal(unnamed, want) {
			t.Errorf("unnamed: %q", unnamed)
		}
		if _, young := check(3 * time.Hour); len(young) != 0 {
			t.Errorf("young: %q", young)
		}
		// One of them got its row in the meantime, another is being made.
		removed, err := l.Clear(ctx, append(unnamed, "2024/06/whole.jpg", "2024/06/upload.jpg"))
		if err != nil || !slices.Equal(removed, unnamed) {
			t.Errorf("%q %v", removed, err)
		}
		if _, left := check(time.Hour); len(left) != 0 {
			t.Errorf("left: %q", left)
		}
	})
}
