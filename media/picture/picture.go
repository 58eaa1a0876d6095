// Package picture reads, shrinks, turns and writes pictures, and reads what
// cameras and editors wrote into them. It knows readers and writers only.
package picture

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// The types of pictures. Of the last three only headers are read.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
	GIF  = "image/gif"
	WebP = "image/webp"
	AVIF = "image/avif"
	BMP  = "image/bmp"
	ICO  = "image/x-icon"
)

var (
	// ErrFormat says that a file is no picture of a known type.
	ErrFormat = errors.New("picture: unknown format")
	// ErrBroken says that a file's pixels cannot be read.
	ErrBroken = errors.New("picture: broken")
	// ErrTooLarge says that a picture has more pixels than are allowed.
	ErrTooLarge = errors.New("picture: too many pixels")
	// ErrUnsupported says that a type is known, but its pixels cannot be read or written.
	ErrUnsupported = errors.New("picture: type not supported")
)

// Picture holds pixels: as *image.YCbCr where they come from a JPEG, as
// *image.Gray, or as *image.NRGBA. It is seen through its orientation: pixels
// stay as they were read, and what is made of them is turned.
type Picture struct {
	pixels image.Image
	turned Orientation
	// video says that *image.YCbCr has the range of video, as lossy WebP has.
	video bool
	// lossless says that the picture comes from a WebP that had lost nothing.
	lossless bool
	damaged  bool
}

// Damaged tells whether the file was, so that a part of the pixels is invented.
func (p *Picture) Damaged() bool { return p.damaged }

// Decode reads the pixels of a picture; of an animation, the first one. Of a JPEG that is
// damaged it gives what can be read, where the reader can go back to the beginning.
// Call Probe before, which refuses what is too large.
func Decode(r io.Reader, mime string) (p *Picture, err error) {
	// The decoders are the standard library's, and fuzzed; should one panic all the same, only this picture is lost.
	defer func() {
		if recover() != nil {
			p, err = nil, ErrBroken
		}
	}()
	in := bufio.NewReaderSize(r, 1<<16)
	var img image.Image
	damaged := false
	switch mime {
	case JPEG:
		img, err = jpeg.Decode(in)
		if file, ok := r.(io.ReadSeeker); ok && err != nil {
			img, err = decodeDamaged(file)
			damaged = true
		}
	case PNG:
		img, err = png.Decode(in)
	case GIF:
		img, err = gif.Decode(in)
	case WebP:
		img, err = webp.Decode(in)
	default:
		return nil, ErrUnsupported
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if img.Bounds().Empty() {
		return nil, ErrBroken
	}
	p = of(img)
	p.damaged = damaged
	if mime == WebP {
		switch img := img.(type) {
		case *image.YCbCr:
			p.video = true
		case *image.NYCbCrA:
			p.pixels = videoPixels(&img.YCbCr, img.A, img.AStride)
		default:
			p.lossless = true
		}
	}
	return p, nil
}

// of brings what the decoders give into one of our three forms.
func of(img image.Image) *Picture {
	p := &Picture{turned: Upright}
	switch img := img.(type) {
	case *image.YCbCr:
		p.pixels = img
	case *image.Gray:
		p.pixels = img
	case *image.NRGBA:
		p.pixels = img
	case *image.RGBA: // PNG without transparency: the same bytes
		p.pixels = &image.NRGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
	case *image.CMYK: // as large as what it becomes
		out := &image.NRGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
		for i := 0; i+3 < len(img.Pix); i += 4 {
			c := img.Pix[i : i+4 : i+4]
			c[0], c[1], c[2] = color.CMYKToRGB(c[0], c[1], c[2], c[3])
			c[3] = 255
		}
		p.pixels = out
	case *image.Paletted:
		p.pixels = unpalette(img)
	default:
		p.pixels = straight(img)
	}
	return p
}

func unpalette(img *image.Paletted) *image.NRGBA {
	var table [256][4]uint8
	for i, c := range img.Palette {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		table[i] = [4]uint8{n.R, n.G, n.B, n.A}
	}
	b := img.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	for y := range b.Dy() {
		row, to := img.Pix[y*img.Stride:y*img.Stride+b.Dx()], out.Pix[y*out.Stride:]
		for x, i := range row {
			copy(to[4*x:4*x+4], table[i][:])
		}
	}
	return out
}

// straight makes 8-bit pixels of any others, row by row. 16-bit ones keep their upper half.
func straight(img image.Image) *image.NRGBA {
	b := img.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	for y := range b.Dy() {
		to := out.Pix[y*out.Stride : y*out.Stride+4*b.Dx()]
		switch img := img.(type) {
		case *image.NRGBA64:
			from := img.Pix[y*img.Stride:]
			for i := range to {
				to[i] = from[2*i]
			}
		case *image.RGBA64: // without transparency
			from := img.Pix[y*img.Stride:]
			for i := range to {
				to[i] = from[2*i]
			}
		case *image.Gray16:
			from := img.Pix[y*img.Stride:]
			for x := range b.Dx() {
				v := from[2*x]
				to[4*x], to[4*x+1], to[4*x+2], to[4*x+3] = v, v, v, 255
			}
		default:
			for x := range b.Dx() {
				c := color.NRGBAModel.Convert(img.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
				to[4*x], to[4*x+1], to[4*x+2], to[4*x+3] = c.R, c.G, c.B, c.A
			}
		}
	}
	return out
}

// Size is how wide and high the picture is, seen upright.
func (p *Picture) Size() (w, h int) {
	b := p.pixels.Bounds()
	if p.turned.swaps() {
		return b.Dy(), b.Dx()
	}
	return b.Dx(), b.Dy()
}
