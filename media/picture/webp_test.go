package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"testing"

	"golang.org/x/image/webp"
)

func encoded(t testing.TB, p *Picture, mime string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Encode(&b, mime, 86); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decoded(t testing.TB, file []byte, mime string) *Picture {
	t.Helper()
	p, err := Decode(bytes.NewReader(file), mime)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Colours come back from a WebP, and go on into other types.
func TestWebP(t *testing.T) {
	for _, size := range []image.Point{{40, 24}, {33, 17}, {2, 2}} {
		file := encoded(t, &Picture{pixels: quarters(size.X, size.Y), turned: Upright}, WebP)
		if info, err := Probe(bytes.NewReader(file), MaxPixels); err != nil || info.Width != size.X || info.Height != size.Y || info.MIME != WebP || info.Animated {
			t.Errorf("%+v, %v", info, err)
		}
		p := decoded(t, file, WebP)
		again := decoded(t, encoded(t, p, WebP), WebP)
		for _, mime := range []string{PNG, JPEG, GIF} {
			if got := corners(decoded(t, encoded(t, again, mime), mime).upright()); size.X > 2 && got != "RGBW" {
				t.Errorf("%v as %s: %s", size, mime, got)
			}
		}
	}
}

// What is transparent stays so, exactly.
func TestWebPAlpha(t *testing.T) {
	img := quarters(40, 24)
	for x := range 40 {
		for y := range 24 {
			c := img.NRGBAAt(x, y)
			c.A = uint8(6 * x)
			img.SetNRGBA(x, y, c)
		}
	}
	p := decoded(t, encoded(t, &Picture{pixels: img, turned: Upright}, WebP), WebP)
	for x := range 40 {
		if got := color.NRGBAModel.Convert(p.upright().At(x, 5)).(color.NRGBA).A; got != uint8(6*x) {
			t.Errorf("at %d: %d", x, got)
		}
	}
}

// A picture that had lost nothing loses nothing.
func TestWebPLossless(t *testing.T) {
	file := encoded(t, &Picture{pixels: quarters(40, 24), turned: Upright, lossless: true}, WebP)
	p := decoded(t, file, WebP)
	img, err := webp.Decode(bytes.NewReader(encoded(t, p.Crop(image.Rect(20, 0, 40, 12)), WebP)))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []image.Point{{0, 0}, {19, 11}} {
		if got := color.NRGBAModel.Convert(img.At(at.X, at.Y)).(color.NRGBA); got != (color.NRGBA{0, 255, 0, 255}) {
			t.Errorf("%v: %v", at, got)
		}
	}
}

// The pixels of a WebP are as many as the chunk with them says, whatever the file claims to be.
func TestWebPClaims(t *testing.T) {
	small := "WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	for name, file := range map[string]string{
		"lossless": small + "VP8L\x05\x00\x00\x00\x2f\xff\xff\xff\x0f\x00",
		"lossy":    small + "VP8 \x0a\x00\x00\x00\x10\x00\x00\x9d\x01\x2a\xff\x3f\xff\x3f",
		"canvas":   "WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff" + "VP8 \x0a\x00\x00\x00\x10\x00\x00\x9d\x01\x2a\x01\x00\x01\x00",
	} {
		if info, err := Probe(bytes.NewReader([]byte("RIFF\xff\x00\x00\x00"+file+"\x00\x00\x00\x00\x00\x00\x00\x00")), MaxPixels); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
}
