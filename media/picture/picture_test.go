package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// quarters draws a picture of four colours: red, green, blue, white, from the top left to the bottom right.
func quarters(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, [2][2]color.NRGBA{{{255, 0, 0, 255}, {0, 255, 0, 255}}, {{0, 0, 255, 255}, {255, 255, 255, 255}}}[2*y/h][2*x/w])
		}
	}
	return img
}

func asFile(t testing.TB, img image.Image, mime string) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	if mime == JPEG {
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: 95})
	} else {
		err = png.Encode(&b, img)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// corners tells the colours near the corners of a picture, row by row.
func corners(img image.Image) string {
	b := img.Bounds()
	letters := ""
	for _, at := range [4]image.Point{{b.Dx() / 8, b.Dy() / 8}, {b.Dx() * 7 / 8, b.Dy() / 8}, {b.Dx() / 8, b.Dy() * 7 / 8}, {b.Dx() * 7 / 8, b.Dy() * 7 / 8}} {
		r, g, bl, _ := img.At(b.Min.X+at.X, b.Min.Y+at.Y).RGBA()
		switch {
		case r > 0xc000 && g > 0xc000 && bl > 0xc000:
			letters += "W"
		case r > 0xc000:
			letters += "R"
		case g > 0xc000:
			letters += "G"
		case bl > 0xc000:
			letters += "B"
		default:
			letters += "?"
		}
	}
	return letters
}

// What cameras write into EXIF turns a picture as the standard says, whatever is done to it after.
func TestOrientation(t *testing.T) {
	for _, mime := range []string{JPEG, PNG} {
		p, err := Decode(bytes.NewReader(asFile(t, quarters(101, 67), mime)), mime)
		if err != nil {
			t.Fatal(err)
		}
		for o, want := range map[Orientation]string{0: "RGBW", 1: "RGBW", 2: "GRWB", 3: "WBGR", 4: "BWRG", 5: "RBGW", 6: "BRWG", 7: "WGBR", 8: "GWRB", 9: "RGBW"} {
			q := p.Orient(o)
			w, h := q.Size()
			if (o >= 5 && o <= 8) != (w == 67 && h == 101) {
				t.Errorf("%s, %d: %d×%d", mime, o, w, h)
			}
			if got := corners(q.upright()); got != want {
				t.Errorf("%s, %d: %s, want %s", mime, o, got, want)
			}
			if got := corners(q.Resize(image.Rect(0, 0, w, h), 40, 30).pixels); got != want {
				t.Errorf("%s, %d, made smaller: %s, want %s", mime, o, got, want)
			}
			// The top left quarter is of one colour, wherever it was stored.
			if got := corners(q.Crop(image.Rect(0, 0, w/2-4, h/2-4)).pixels); got != want[:1]+want[:1]+want[:1]+want[:1] {
				t.Errorf("%s, %d, cropped: %s, want %s", mime, o, got, want[:1])
			}
			if got := corners(q.Flip(true, false).Flip(false, true).Flip(true, true).upright()); got != want {
				t.Errorf("%s, %d, flipped there and back: %s, want %s", mime, o, got, want)
			}
		}
	}
}
