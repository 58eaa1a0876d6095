package imagesize

import "testing"

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
