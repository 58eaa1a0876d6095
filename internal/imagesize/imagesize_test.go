package imagesize

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestConstrain(t *testing.T) {
	for _, c := range []struct{ w, h, maxW, maxH, wantW, wantH int64 }{
		{1200, 800, 300, 300, 300, 200},
		{1200, 800, 768, 0, 768, 512},
		{800, 1200, 0, 300, 200, 300},
		{2560, 1506, 1024, 1024, 1024, 602},
		{100, 50, 300, 300, 100, 50},
		{3000, 1, 300, 300, 300, 1},
		{0, 0, 300, 300, 1, 1}, // where nothing is known
	} {
		if w, h := Constrain(c.w, c.h, c.maxW, c.maxH); w != c.wantW || h != c.wantH {
			t.Errorf("%d×%d into %d×%d: %d×%d, want %d×%d", c.w, c.h, c.maxW, c.maxH, w, h, c.wantW, c.wantH)
		}
	}
}

func TestFits(t *testing.T) {
	for _, c := range []struct {
		what string
		size Size
		w, h int64
		want bool
	}{
		{"smaller", Size{Width: 300, Height: 300}, 500, 400, true},
		{"larger on both sides", Size{Width: 1024, Height: 1024}, 500, 400, false},
		{"the image itself", Size{Width: 1536, Height: 1536}, 1536, 1000, false},
		{"a free side", Size{Width: 768}, 1536, 1000, true},
		{"too wide for a free side", Size{Width: 768}, 500, 4000, false},
		{"cropped", Size{Width: 150, Height: 150, Crop: true}, 500, 400, true},
		{"cropped from a strip", Size{Width: 150, Height: 150, Crop: true}, 500, 100, true},
		{"nothing known", Size{Width: 150, Height: 150, Crop: true}, 0, 0, false},
	} {
		if got := c.size.Fits(c.w, c.h); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

// Each line of the file is an image, its width and height, and what image_resize_dimensions of WordPress 7.1 said
// of each size: which part of the image, left, top, width, height, becomes how wide and high; "-" where it makes none.
func TestOf(t *testing.T) {
	sizes := []Size{
		{Name: "thumbnail", Width: 150, Height: 150, Crop: true}, {Name: "medium", Width: 300, Height: 300},
		{Name: "medium_large", Width: 768}, {Name: "large", Width: 1024, Height: 1024},
		{Name: "1536x1536", Width: 1536, Height: 1536}, {Name: "2048x2048", Width: 2048, Height: 2048},
		{Name: "banner", Width: 1200, Height: 400, Crop: true}, {Name: "tall", Height: 500}, {Name: "tallcrop", Height: 500, Crop: true},
		{Name: "square", Width: 1024, Height: 1024, Crop: true}, {Name: "one", Width: 1, Height: 1, Crop: true},
	}
	file, err := os.ReadFile("testdata/copies.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(file)), "\n")
	for _, line := range lines {
		parts := strings.Split(line, " | ")
		var w, h int64
		if _, err := fmt.Sscan(parts[0], &w, &h); err != nil || len(parts) != 1+len(sizes) {
			t.Fatal(line)
		}
		for i, size := range sizes {
			got := "-"
			if p, nw, nh, ok := size.Of(w, h); ok {
				got = fmt.Sprint(p.X, p.Y, p.Width, p.Height, nw, nh)
			}
			if want := parts[1+i]; got != want {
				t.Errorf("%s of %d×%d: %s, want %s", size.Name, w, h, got, want)
			}
		}
	}
	if len(lines) < 100 {
		t.Errorf("%d lines", len(lines))
	}
}
