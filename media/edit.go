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
			if w, h := p.RotatedSize(c.Angle); int64(w)*int64(h) > m.maxPixels {
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
