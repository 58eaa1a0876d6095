package picture

import (
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
)

// Encode writes the picture as a file of a type. Quality is from 1 to 100, for
// types that lose some.
func (p *Picture) Encode(w io.Writer, mime string, quality int) error {
	if mime == WebP {
		return p.encodeWebP(w, quality)
	}
	img := p.upright()
	if v, ok := img.(*image.YCbCr); ok && p.video {
		img = videoPixels(v, nil, 0)
	}
	switch mime {
	case JPEG:
		if n, ok := img.(*image.NRGBA); ok {
			img = onBlack(n)
		}
		return jpeg.Encode(w, img, &jpeg.Options{Quality: quality})
	case PNG:
		return png.Encode(w, img)
	case GIF:
		colors := paletted(colored(img))
		return gif.EncodeAll(w, &gif.GIF{Image: []*image.Paletted{colors}, Delay: []int{0}})
	}
	return ErrUnsupported
}

// CanDecode tells whether Decode reads a type.
func CanDecode(mime string) bool { return mime == JPEG || mime == PNG || mime == GIF || mime == WebP }

// CanEncode tells whether Encode writes a type.
func CanEncode(mime string) bool { return mime == JPEG || mime == PNG || mime == GIF || mime == WebP }

// colored gives pixels of red, green, blue and alpha.
func colored(img image.Image) *image.NRGBA {
	if n, ok := img.(*image.NRGBA); ok {
		return n
	}
	out := image.NewNRGBA(img.Bounds())
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out
}

// onBlack lays a picture that may be transparent on black.
func onBlack(img *image.NRGBA) image.Image {
	if img.Opaque() {
		return &image.RGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
	}
	out := image.NewRGBA(img.Rect)
	draw.Draw(out, out.Rect, image.Black, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, img, img.Rect.Min, draw.Over)
	return out
}
