package picture

import (
	"bytes"
	"fmt"
	"image"
	"testing"
)

// FuzzProbe reads headers of any bytes, and the pixels of what is small: nothing crashes, and
// the pixels are as many as the header said.
func FuzzProbe(f *testing.F) {
	img := quarters(20, 12)
	p := &Picture{pixels: img, turned: Upright}
	for _, mime := range []string{JPEG, PNG, GIF, WebP} {
		f.Add(encoded(f, p, mime))
	}
	for _, name := range []string{"restart.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg"} {
		f.Add(fixture(f, name))
	}
	f.Add([]byte("\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf\x00\x00\x00\x28meta\x00\x00\x00\x00\x00\x00\x00\x1ciprp\x00\x00\x00\x14ipco\x00\x00\x00\x14ispe\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x10"))
	f.Add([]byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x28\x00\x00\x00\x10\x00\x00\x00\xf0\xff\xff\xff"))
	f.Add([]byte("\x00\x00\x01\x00\x01\x00\x10\x10\x00\x00\x01\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		const limit = 1 << 16
		info, err := Probe(bytes.NewReader(data), limit)
		if err != nil {
			return
		}
		if info.Width <= 0 || info.Height <= 0 || int64(info.Width)*int64(info.Height) > limit || info.MIME == "" {
			t.Fatalf("%+v", info)
		}
		p, err := Decode(bytes.NewReader(data), info.MIME)
		if err != nil {
			return
		}
		if w, h := p.Size(); info.MIME == JPEG && (w != info.Width || h != info.Height) {
			t.Errorf("%d×%d, said to be %d×%d", w, h, info.Width, info.Height)
		}
		p = p.Orient(info.Orientation)
		w, h := p.Size()
		small := p.Resize(image.Rect(0, 0, w, h), (w+1)/2, (h+2)/3)
		if sw, sh := small.Size(); sw != (w+1)/2 || sh != (h+2)/3 {
			t.Errorf("%d×%d became %d×%d", w, h, sw, sh)
		}
	})
}

func BenchmarkResize(b *testing.B) {
	jpeg := asFile(b, quarters(3000, 2000), JPEG)
	p := decoded(b, jpeg, JPEG)
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			decoded(b, jpeg, JPEG)
		}
	})
	for _, w := range []int{150, 1024, 2560} {
		small := p.Resize(image.Rect(0, 0, 3000, 2000), w, w*2/3)
		b.Run(fmt.Sprint("to ", w), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Resize(image.Rect(0, 0, 3000, 2000), w, w*2/3)
			}
		})
		for _, mime := range []string{JPEG, WebP, PNG, GIF} {
			b.Run(fmt.Sprint(mime, " of ", w), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					encoded(b, small, mime)
				}
			})
		}
	}
}
