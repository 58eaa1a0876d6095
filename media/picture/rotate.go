package picture

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// quarterTurns are the turns that move pixels as a whole.
var quarterTurns = map[float64]Orientation{0: Upright, 90: 6, 180: 3, 270: 8}

// turn brings an angle between 0 and 360 degrees. What is endless turns nothing.
func turn(degrees float64) float64 {
	if math.IsInf(degrees, 0) || math.IsNaN(degrees) {
		return 0
	}
	return math.Mod(math.Mod(degrees, 360)+360, 360)
}

// Rotate turns the picture clockwise by degrees. Quarter turns lose nothing. With others the picture
// gets as large as it must, and the corners that come free get a color.
func (p *Picture) Rotate(degrees float64, corners color.NRGBA) *Picture {
	degrees = turn(degrees)
	if o, ok := quarterTurns[degrees]; ok {
		return p.Orient(o)
	}
	from := colored(p.upright())
	w, h := float64(from.Rect.Dx()), float64(from.Rect.Dy())
	rw, rh := RotatedSize(from.Rect.Dx(), from.Rect.Dy(), degrees)
	nw, nh := float64(rw), float64(rh)
	out := image.NewNRGBA(image.Rect(0, 0, rw, rh))
	for i := 0; i < len(out.Pix); i += 4 {
		copy(out.Pix[i:], []byte{corners.R, corners.G, corners.B, corners.A})
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	around := f64.Aff3{ // the middle of both
		cos, -sin, nw/2 - cos*w/2 + sin*h/2,
		sin, cos, nh/2 - sin*w/2 - cos*h/2,
	}
	draw.BiLinear.Transform(out, around, from, from.Rect, draw.Src, nil)
	return &Picture{pixels: out}
}

// RotatedSize is how large Rotate makes a picture of this size.
func RotatedSize(w, h int, degrees float64) (rw, rh int) {
	degrees = turn(degrees)
	if o, ok := quarterTurns[degrees]; ok {
		if o.swaps() {
			return h, w
		}
		return w, h
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	pw, ph := float64(w), float64(h)
	return int(math.Ceil(pw*math.Abs(cos) + ph*math.Abs(sin))), int(math.Ceil(pw*math.Abs(sin) + ph*math.Abs(cos)))
}

// Cut gives a part of the picture, which may lie beyond its edges: nothing is seen there.
func (p *Picture) Cut(part image.Rectangle) *Picture {
	w, h := p.Size()
	if whole := image.Rect(0, 0, w, h); part.In(whole) {
		return p.Crop(part)
	}
	out := image.NewNRGBA(image.Rect(0, 0, part.Dx(), part.Dy()))
	draw.Draw(out, out.Rect, colored(p.upright()), part.Min, draw.Src)
	return &Picture{pixels: out}
}
