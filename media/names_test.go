package media_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/headpress/headpress/media"
	"github.com/headpress/headpress/media/mediatest"
)

// freeNames are what WordPress made of names in folders that held these files.
var freeNames = []struct{ taken, name, free string }{
	{"", "a.jpg", "a.jpg"},
	{"a.jpg", "a.jpg", "a-1.jpg"},
	{"a.jpg a-1.jpg", "a.jpg", "a-2.jpg"},
	{"a.jpg", "A.jpg", "A.jpg"},
	{"A.jpg", "a.jpg", "a.jpg"},
	{"a.jpg", "a.JPG", "a-1.jpg"},
	{"", "a.JPG", "a.jpg"},
	{"a.JPG", "a.jpg", "a.jpg"},
	{"a.JPG", "a.JPG", "a-1.jpg"},
	{"a.jpg", "a.png", "a.png"},
	{"a.jpg", "a.jpeg", "a.jpeg"},
	{"a.jpeg", "a.jpg", "a.jpg"},
	{"", "a-scaled.jpg", "a-scaled-1.jpg"},
	{"a-scaled.jpg", "a.jpg", "a-1.jpg"},
	{"a-scaled.jpg", "a-scaled.jpg", "a-scaled-1.jpg"},
	{"", "a-rotated.jpg", "a-rotated-1.jpg"},
	{"", "a-300x200.jpg", "a-300x200-1.jpg"},
	{"a-300x200.jpg", "a.jpg", "a-1.jpg"},
	{"a-300x200.jpg", "a-300x200.jpg", "a-300x200-1.jpg"},
	{"a-300x200.jpg", "a.png", "a.png"},
	{"a-300x200.png", "a.jpg", "a.jpg"},
	{"a-300x200.jpg", "a-300x300.jpg", "a-300x300-1.jpg"},
	{"a-1.jpg", "a-1.jpg", "a-1-1.jpg"},
	{"a-1.jpg", "a.jpg", "a.jpg"},
	{"a.jpg a-2.jpg", "a.jpg", "a-1.jpg"},
	{"a.jpg a-1-300x200.jpg", "a.jpg", "a-2.jpg"},
	{"a-300x200-1.jpg", "a-300x200.jpg", "a-300x200-2.jpg"},
	{"a.txt", "a.txt", "a-1.txt"},
	{"a-300x200.txt", "a.txt", "a-1.txt"},
	{"", "a-300x200.txt", "a-300x200-1.txt"},
	{"a-scaled.txt", "a.txt", "a-1.txt"},
	{"", "a-scaled.txt", "a-scaled-1.txt"},
	{"a", "a", "a-1"},
	{"a-.txt", "a-.txt", "a-1-1.txt"},
	{"a-.txt a-1-1.txt", "a-.txt", "a-1-2.txt"},
	{"woff2", "woff2", "woff2-1"},
	{"woff2 woff2-1", "woff2", "woff2-2"},
	{"woff2 woff2-1 woff2-2", "woff2", "woff-3-3"},
	{"a.b.jpg", "a.b.jpg", "a.b-1.jpg"},
	{"سلام.jpg", "سلام.jpg", "سلام-1.jpg"},
	{"İ.jpg", "i.jpg", "i.jpg"},
	{"A.TXT", "a.txt", "a.txt"},
	{"a.txt", "A.TXT", "A.txt"},
	{"a-150x150.jpg", "A.jpg", "A-1.jpg"},
	{"A-150x150.jpg", "a.jpg", "a-1.jpg"},
	{"a-e1700000000000.jpg", "a.jpg", "a.jpg"},
	{"a-e1700000000000-300x200.jpg", "a.jpg", "a.jpg"},
	{"a-backup-1-2.jpg", "a.jpg", "a.jpg"},
	{"a-300x.jpg", "a.jpg", "a.jpg"},
	{"a-x200.jpg", "a.jpg", "a.jpg"},
	{"a-3x2.jpg", "a.jpg", "a-1.jpg"},
	{"a-pdf.jpg", "a.pdf", "a.pdf"},
	{"a-pdf-150x150.jpg", "a.pdf", "a.pdf"},
	{"a.pdf", "a.pdf", "a-1.pdf"},
	{"", "a-pdf.jpg", "a-pdf.jpg"},
	{"a.heic", "a.jpg", "a-1.jpg"},
	{"a.jpg", "a.heic", "a-1.heic"},
	{"a.heic", "a.heic", "a-1.heic"},
	{"a-300x200.jpg", "a.heic", "a-1.heic"},
	{"a.jpeg", "a.heic", "a.heic"},
	{"a.webp", "a.jpg", "a.jpg"},
	{"a.avif", "a.avif", "a-1.avif"},
	{"a.jpg a-1.png", "a.jpg", "a-1.jpg"},
	{"", "a-scaled-1.jpg", "a-scaled-1.jpg"},
	{"", "a-scaled-300x200.jpg", "a-scaled-300x200-1.jpg"},
	{"", "A-SCALED.jpg", "A-SCALED.jpg"},
	{"", "a-300X200.jpg", "a-300X200.jpg"},
	{"", "scaled.jpg", "scaled.jpg"},
	{"", "300x200.jpg", "300x200.jpg"},
	{"a.mp4", "a.mp4", "a-1.mp4"},
	{"a.mp4 a-1.mp4", "a.mp4", "a-2.mp4"},
	{"a-mp4.jpg", "a.mp4", "a.mp4"},
	{"a-scaled.jpg", "a.png", "a.png"},
	{"a-rotated.jpg", "a.jpg", "a-1.jpg"},
	{"a-scaled.jpg a-1.jpg", "a.jpg", "a-2.jpg"},
	{"a-100x100-300x200.jpg", "a-100x100.jpg", "a-100x100-1.jpg"},
	{"a-1.jpg a-1-150x150.jpg a.jpg", "a.jpg", "a-2.jpg"},
	{"b-300x200.jpg", "a.jpg", "a.jpg"},
	{"aa-300x200.jpg", "a.jpg", "a.jpg"},
	{"a-1-300x200.jpg", "a.jpg", "a.jpg"},
	{"a.b-300x200.jpg", "a.b.jpg", "a.b-1.jpg"},
	{"a.gif a.jpg", "a.gif", "a-1.gif"},
	{"a.PNG", "a.png", "a.png"},
	{"a.heic a-1.jpg", "a.jpg", "a-2.jpg"},
	{"a-scaled.jpg", "a.heic", "a-1.heic"},
	{"a-1.heic a.jpg", "a.heic", "a-2.heic"},
	{"a.jpg", "a.heif", "a-1.heif"},
	{"a.jpg", "a.heics", "a-1.heics"},
	{"a.jpg", "a.tiff", "a.tiff"},
	{"a.jpe", "a.jpg", "a.jpg"},
	{"a.JPEG", "a.jpg", "a.jpg"},
	{"a.heif", "a.jpg", "a-1.jpg"},
	{"a.heics", "a.jpg", "a-1.jpg"},
	{"a.heifs", "a.jpg", "a-1.jpg"},
	{"a.heic", "a.jpeg", "a-1.jpeg"},
	{"a.heic", "a.jpe", "a-1.jpe"},
	{"a.heif", "a.heic", "a-1.heic"},
	{"a.heic", "a.heif", "a-1.heif"},
	{"a.heic", "a.JPG", "a-1.jpg"},
	{"a.HEIC", "a.jpg", "a.jpg"},
	{"a-scaled.heic", "a.jpg", "a-1.jpg"},
	{"a-300x200.heic", "a.heif", "a-1.heif"},
	{"a.jpg", "a.heifs", "a-1.heifs"},
	{"a-1.jpg a.jpeg", "a.jpeg", "a-1.jpeg"},
	{"a.heic", "a.png", "a.png"},
	{"a.jpg", "a.HEIC", "a-1.heic"},
	{"a.JPG", "a.heic", "a.heic"},
	{"a-300x200.jpeg", "a.heic", "a.heic"},
	{"a-1.jpg", "a-scaled.jpg", "a-scaled-1.jpg"},
	{"a-scaled-1.jpg", "a-scaled.jpg", "a-scaled-2.jpg"},
	{"a-scaled-1.jpg a-scaled-2.jpg", "a-scaled.jpg", "a-scaled-3.jpg"},
	{"a-scaled-1-300x200.jpg", "a-scaled.jpg", "a-scaled-2.jpg"},
	{"a.heic a-1.heif", "a.jpg", "a-2.jpg"},
	{"1.jpg", "1.jpg", "1-1.jpg"},
	{"a-0.jpg", "a.jpg", "a.jpg"},
	{"a-300x200.jpg", "a.jpeg", "a.jpeg"},
	{"a-300x200.JPG", "a.jpg", "a-1.jpg"},
	{"A-300X200.jpg", "a.jpg", "a-1.jpg"},
	{"a-SCALED.jpg", "a.jpg", "a-1.jpg"},
}

func TestFreeName(t *testing.T) {
	for _, c := range freeNames {
		if got := media.FreeName(c.name, strings.Fields(c.taken)); got != c.free {
			t.Errorf("%s beside %q: %s, want %s", c.name, c.taken, got, c.free)
		}
	}
}

// A free name is free, whatever there is.
func FuzzFreeName(f *testing.F) {
	for _, c := range freeNames {
		f.Add(c.name, c.taken)
	}
	f.Fuzz(func(t *testing.T, name, taken string) {
		list := strings.Fields(taken)
		for range 3 {
			free := media.FreeName(name, list)
			for _, other := range list {
				if other == free {
					t.Fatalf("%q beside %q", free, list)
				}
			}
			list = append(list, free)
		}
	})
}

// Names tells what lies in one folder, and nothing of what is further below.
func TestNames(t *testing.T) {
	mediatest.Each(t, func(t *testing.T, st media.Storage) {
		for _, name := range []string{"a.txt", "2024/b.txt", "2024/05/c.txt", "2024/05/d/e.txt"} {
			if err := create(t, st, name, "x"); err != nil {
				t.Fatal(err)
			}
		}
		for folder, want := range map[string]string{"2024/05": "c.txt d", "2024": "05 b.txt", "2025": "", "../2024": "", "2024/05/d": "e.txt"} {
			names, err := st.Names(context.Background(), folder)
			if slices.Sort(names); err != nil || strings.Join(names, " ") != want {
				t.Errorf("%s: %q, %v", folder, names, err)
			}
		}
		if names, err := st.Names(context.Background(), ""); err != nil || !slices.Contains(names, "a.txt") || !slices.Contains(names, "2024") {
			t.Errorf("%q, %v", names, err)
		}
	})
}
