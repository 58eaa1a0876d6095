package media

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"math"

	"github.com/headpress/headpress/media/picture"
)

// Change is one thing that an editor does with a picture.
type Change struct {
	// Kind is flip, rotate or crop.
	Kind string
	// Horizontal and Vertical say what a flip mirrors.
	Horizontal, Vertical bool
	// Angle is how far a rotation turns, in degrees, clockwise.
	Angle float64
	// What a crop leaves, in percent of the picture.
	Left, Top, Width, Height float64
}

// ErrCrop says that a cut leaves nothing.
var ErrCrop = errors.New("media: nothing is left of the picture")

// Edit stores a changed copy of a picture under a new name; fs.ErrExist where that is taken.
func (m *Maker) Edit(ctx context.Context, st Storage, from, to, mime string, changes []Change) error {
	source, err := m.open(ctx, st, from)
	if err != nil {
		return err
	}
	defer source.Close()
	w, h := source.dimensions()
	source.info.Memory = max(source.info.Memory, m.editing(int(w), int(h), changes))
	p, err := source.pixels()
	if err != nil {
		return err
	}
	for _, c := range changes {
		if err := ctx.Err(); err != nil {
			return err
		}
		switch c.Kind {
		case "flip":
			p = p.Flip(c.Horizontal, c.Vertical)
		case "rotate":
			if w, h := c.rotated(p.Size()); int64(w)*int64(h) > m.maxPixels {
				return picture.ErrTooLarge
			}
			p = p.Rotate(c.Angle, corners(mime))
		case "crop":
			part := c.part(p.Size())
			if part.Empty() {
				return ErrCrop
			}
			if int64(part.Dx())*int64(part.Dy()) > m.maxPixels {
				return picture.ErrTooLarge
			}
			p = p.Cut(part)
		}
	}
	var out bytes.Buffer
	if err := p.Encode(&out, mime, quality(mime)); err != nil {
		return err
	}
	return st.Create(ctx, to, bytes.NewReader(out.Bytes()), int64(out.Len()))
}

// editing is about how many bytes changes of a picture of this size take at once: a small
// picture may become a large one.
func (m *Maker) editing(w, h int, changes []Change) (most int64) {
	for _, c := range changes {
		nw, nh := w, h
		switch c.Kind {
		case "rotate":
			nw, nh = c.rotated(w, h)
		case "crop":
			part := c.part(w, h)
			nw, nh = part.Dx(), part.Dy()
		}
		if int64(nw)*int64(nh) > m.maxPixels { // refused when it comes to that
			return most
		}
		most = max(most, 4*(int64(w)*int64(h)+int64(nw)*int64(nh)))
		w, h = nw, nh
	}
	return most
}

// rotated is how large a rotation makes a picture.
func (c Change) rotated(w, h int) (nw, nh int) { return picture.RotatedSize(w, h, c.Angle) }

// corners is the color of what comes free when a picture is turned: white, and nothing where a picture can be transparent.
func corners(mime string) color.NRGBA {
	white := color.NRGBA{R: 255, G: 255, B: 255}
	if mime == picture.JPEG {
		white.A = 255
	}
	return white
}

// part is what a crop leaves of a picture of this size. It may lie beyond the edges.
func (c Change) part(w, h int) image.Rectangle {
	const far = 1 << 30
	of := func(percent float64, side int) int {
		return int(max(-far, min(far, math.Round(float64(side)*percent/100))))
	}
	x, y, cw, ch := of(c.Left, w), of(c.Top, h), of(c.Width, w), of(c.Height, h)
	if cw <= 0 || ch <= 0 {
		return image.Rectangle{}
	}
	return image.Rect(x, y, x+cw, y+ch)
}
