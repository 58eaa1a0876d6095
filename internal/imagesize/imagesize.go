// Package imagesize computes how large the smaller copies of an image are, as
// WordPress does.
package imagesize

import "math"

// Size is a registered image size: a box that images are made to fit, or to fill.
// A side of 0 is free.
type Size struct {
	Name          string
	Width, Height int64
	Crop          bool
}

// Constrain gives the dimensions of an image made to fit a box (wp_constrain_dimensions).
func Constrain(w, h, maxW, maxH int64) (int64, int64) {
	if maxW == 0 && maxH == 0 {
		return w, h
	}
	wr, hr := 1.0, 1.0
	didW, didH := false, false
	if maxW > 0 && w > maxW {
		wr, didW = float64(maxW)/float64(w), true
	}
	if maxH > 0 && h > maxH {
		hr, didH = float64(maxH)/float64(h), true
	}
	small, ratio := min(wr, hr), max(wr, hr)
	fits := func(ratio float64) bool {
		return (maxW == 0 || int64(math.Round(float64(w)*ratio)) <= maxW) && (maxH == 0 || int64(math.Round(float64(h)*ratio)) <= maxH)
	}
	if !fits(ratio) {
		ratio = small
	}
	nw, nh := max(1, int64(math.Round(float64(w)*ratio))), max(1, int64(math.Round(float64(h)*ratio)))
	// 399 of 400 is a rounding error.
	if didW && nw == maxW-1 {
		nw = maxW
	}
	if didH && nh == maxH-1 {
		nh = maxH
	}
	return nw, nh
}

// Part is a rectangle of an image: what is seen of it in a copy.
type Part struct{ X, Y, Width, Height int64 }

// Of computes the copy of this size that is made of an image of w×h: which part
// of the image it shows, and its dimensions; ok is false where the image is too small
// for it (image_resize_dimensions).
func (s Size) Of(w, h int64) (part Part, nw, nh int64, ok bool) {
	if w <= 0 || h <= 0 || s.Width <= 0 && s.Height <= 0 {
		return Part{}, 0, 0, false
	}
	switch {
	case s.Height == 0 && w < s.Width, s.Width == 0 && h < s.Height, s.Width > 0 && s.Height > 0 && w < s.Width && h < s.Height:
		return Part{}, 0, 0, false
	}
	part = Part{Width: w, Height: h}
	if s.Crop {
		ratio := float64(w) / float64(h)
		nw, nh = min(s.Width, w), min(s.Height, h)
		if nw == 0 {
			nw = int64(math.Round(float64(nh) * ratio))
		}
		if nh == 0 {
			nh = int64(math.Round(float64(nw) / ratio))
		}
		scale := max(float64(nw)/float64(w), float64(nh)/float64(h))
		part.Width = min(w, max(1, int64(math.Round(float64(nw)/scale))))
		part.Height = min(h, max(1, int64(math.Round(float64(nh)/scale))))
		part.X, part.Y = (w-part.Width)/2, (h-part.Height)/2
	} else {
		nw, nh = Constrain(w, h, s.Width, s.Height)
	}
	same := func(a, b int64) bool { return a-b <= 1 && b-a <= 1 }
	return part, nw, nh, !same(nw, w) || !same(nh, h)
}

// Fits tells whether a copy of this size can be made of an image: one that is
// smaller than the image.
func (s Size) Fits(w, h int64) bool {
	_, _, _, ok := s.Of(w, h)
	return ok
}
