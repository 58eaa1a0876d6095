package picture

import "image"

// Orientation is how a camera was held, as EXIF counts it: 1 to 8. Other values mean nothing.
type Orientation int

// Upright needs no turning.
const Upright Orientation = 1

// Turns tells whether a picture must be turned or mirrored to be seen upright.
func (o Orientation) Turns() bool { return o >= 2 && o <= 8 }

// Turning is made of three steps on stored pixels: mirror columns, mirror rows, then let
// columns and rows change places.
func (o Orientation) mirrorsX() bool { return o == 2 || o == 3 || o == 7 || o == 8 }
func (o Orientation) mirrorsY() bool { return o == 3 || o == 4 || o == 6 || o == 7 }
func (o Orientation) swaps() bool    { return o >= 5 && o <= 8 }

// orientationOf is the orientation made of these steps.
func orientationOf(mx, my, swap bool) Orientation {
	for o := Upright; o <= 8; o++ {
		if o.mirrorsX() == mx && o.mirrorsY() == my && o.swaps() == swap {
			return o
		}
	}
	return Upright
}

// then is the orientation that turns as o does and then as next does.
func (o Orientation) then(next Orientation) Orientation {
	nx, ny := next.mirrorsX(), next.mirrorsY()
	if o.swaps() { // what follows mirrors what were rows and columns before
		nx, ny = ny, nx
	}
	return orientationOf(o.mirrorsX() != nx, o.mirrorsY() != ny, o.swaps() != next.swaps())
}

// stored gives the rectangle of w×h stored pixels that is seen as r.
func (o Orientation) stored(r image.Rectangle, w, h int) image.Rectangle {
	if o.swaps() {
		r = image.Rect(r.Min.Y, r.Min.X, r.Max.Y, r.Max.X)
	}
	if o.mirrorsX() {
		r.Min.X, r.Max.X = w-r.Max.X, w-r.Min.X
	}
	if o.mirrorsY() {
		r.Min.Y, r.Max.Y = h-r.Max.Y, h-r.Min.Y
	}
	return r
}

// Orient gives the picture as it is seen when turned by o. No pixel moves yet.
func (p *Picture) Orient(o Orientation) *Picture {
	if !o.Turns() {
		return p
	}
	q := *p
	q.turned = p.turned.then(o)
	return &q
}

// Flip mirrors the picture: horizontally left becomes right, vertically top becomes bottom.
func (p *Picture) Flip(horizontal, vertical bool) *Picture {
	return p.Orient(orientationOf(horizontal, vertical, false))
}
