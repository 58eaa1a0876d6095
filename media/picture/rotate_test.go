package picture

import (
	"image"
	"image/color"
	"math"
	"testing"
)

// quadrants is a picture of four colors: red and green above, blue and white below.
func quadrants(w, h int) *Picture {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{R: 255, A: 255}
			switch {
			case x >= w/2 && y < h/2:
				c = color.NRGBA{G: 255, A: 255}
			case x < w/2 && y >= h/2:
				c = color.NRGBA{B: 255, A: 255}
			case x >= w/2:
				c = color.NRGBA{R: 255, G: 255, B: 255, A: 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return &Picture{pixels: img}
}

// Sizes are those that GD gives.
func TestRotatedSize(t *testing.T) {
	for _, c := range []struct {
		w, h   int
		angle  float64
		nw, nh int
	}{{640, 480, 45, 792, 792}, {200, 100, 30, 224, 187}, {200, 100, 90, 100, 200}, {200, 100, -90, 100, 200}, {200, 100, 180, 200, 100}, {200, 100, 360, 200, 100}, {200, 100, 390, 224, 187},
		{200, 100, math.Inf(1), 200, 100}, {200, 100, math.NaN(), 200, 100}} {
		p := quadrants(c.w, c.h)
		if w, h := RotatedSize(c.w, c.h, c.angle); w != c.nw || h != c.nh {
			t.Errorf("%d×%d by %v: %d×%d", c.w, c.h, c.angle, w, h)
		}
		if w, h := p.Rotate(c.angle, color.NRGBA{}).Size(); w != c.nw || h != c.nh {
			t.Errorf("%d×%d by %v is %d×%d", c.w, c.h, c.angle, w, h)
		}
	}
}

// Clockwise: what was above on the left gets to the right.
func TestRotate(t *testing.T) {
	at := func(p *Picture, x, y int) color.NRGBA { return colored(p.upright()).NRGBAAt(x, y) }
	red := color.NRGBA{R: 255, A: 255}
	white := color.NRGBA{R: 255, G: 255, B: 255}
	if got := at(quadrants(20, 10).Rotate(90, white), 8, 2); got != red {
		t.Errorf("by 90: %v", got)
	}
	if got := at(quadrants(20, 10).Rotate(180, white), 18, 8); got != red {
		t.Errorf("by 180: %v", got)
	}
	if got := at(quadrants(20, 10).Rotate(270, white), 2, 18); got != red {
		t.Errorf("by 270: %v", got)
	}
	turned := quadrants(100, 100).Rotate(45, white)
	if got := at(turned, 71, 20); got != red {
		t.Errorf("by 45: %v", got)
	}
	if got := at(turned, 2, 2); got != white {
		t.Errorf("a free corner: %v", got)
	}
}

func TestCut(t *testing.T) {
	p := quadrants(20, 10).Cut(image.Rect(10, 5, 30, 15))
	if w, h := p.Size(); w != 20 || h != 10 {
		t.Errorf("%d×%d", w, h)
	}
	got := colored(p.upright())
	if got.NRGBAAt(0, 0) != (color.NRGBA{R: 255, G: 255, B: 255, A: 255}) || got.NRGBAAt(15, 8) != (color.NRGBA{}) {
		t.Error(got.NRGBAAt(0, 0), got.NRGBAAt(15, 8))
	}
}
