package vp8

import (
	"bytes"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/vp8"
)

// scene draws something with flat parts, slopes, edges and noise.
func scene(w, h int) *image.YCbCr {
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	r := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			v := 60 + 100*x/w + 20*y/h
			if (x/23+y/17)%5 == 0 {
				v += 40
			}
			if x > w/2 && y > h/2 {
				v += r.IntN(20)
			}
			img.Y[y*img.YStride+x] = uint8(min(v, 235))
		}
	}
	for y := range (h + 1) / 2 {
		for x := range (w + 1) / 2 {
			img.Cb[y*img.CStride+x] = uint8(90 + 60*x/w + x/9%3*5)
			img.Cr[y*img.CStride+x] = uint8(160 - 60*y/h)
		}
	}
	return img
}

func decode(t *testing.T, frame []byte) *image.YCbCr {
	t.Helper()
	d := vp8.NewDecoder()
	d.Init(bytes.NewReader(frame), len(frame))
	if _, err := d.DecodeFrameHeader(); err != nil {
		t.Fatal(err)
	}
	img, err := d.DecodeFrame()
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// likeness is the ratio of signal to noise of brightness, in decibels.
func likeness(a, b *image.YCbCr) float64 {
	sum := 0.0
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			d := float64(a.Y[y*a.YStride+x]) - float64(b.Y[y*b.YStride+x])
			sum += d * d
		}
	}
	return 10 * math.Log10(255*255*float64(a.Rect.Dx()*a.Rect.Dy())/max(sum, 1e-9))
}

// A decoder sees what was encoded, at every quality and size.
func TestEncode(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {15, 17}, {16, 16}, {150, 150}, {301, 203}, {640, 3}} {
		img := scene(size.X, size.Y)
		size0 := 1 << 30
		for _, c := range []struct {
			quality int
			least   float64
		}{{100, 45}, {86, 38}, {60, 33}, {20, 27}, {0, 22}} {
			frame, err := Encode(img, c.quality)
			if err != nil {
				t.Fatal(err)
			}
			got := decode(t, frame)
			if got.Rect.Size() != size {
				t.Fatalf("%v became %v", size, got.Rect.Size())
			}
			if db := likeness(img, got); db < c.least {
				t.Errorf("%v, quality %d: %.1f dB, want %.0f", size, c.quality, db, c.least)
			}
			if len(frame) > size0 {
				t.Errorf("%v, quality %d: %d bytes, more than with a higher quality", size, c.quality, len(frame))
			}
			size0 = len(frame)
		}
	}
}

func TestTooLarge(t *testing.T) {
	for _, img := range []*image.YCbCr{
		{Rect: image.Rect(0, 0, MaxSide+1, 1), SubsampleRatio: image.YCbCrSubsampleRatio420},
		{SubsampleRatio: image.YCbCrSubsampleRatio420},
		image.NewYCbCr(image.Rect(0, 0, 8, 8), image.YCbCrSubsampleRatio444),
	} {
		if _, err := Encode(img, 80); err == nil {
			t.Errorf("%v was encoded", img.Rect)
		}
	}
}

// Pictures of pure noise have the largest coefficients and carry furthest.
func TestNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	img := image.NewYCbCr(image.Rect(0, 0, 333, 222), image.YCbCrSubsampleRatio420)
	for _, plane := range [][]uint8{img.Y, img.Cb, img.Cr} {
		for i := range plane {
			plane[i] = uint8(r.IntN(2) * 255)
		}
	}
	for _, quality := range []int{0, 50, 100} {
		frame, err := Encode(img, quality)
		if err != nil {
			t.Fatal(err)
		}
		if got := decode(t, frame); quality == 100 && likeness(img, got) < 40 {
			t.Errorf("%.1f dB", likeness(img, got))
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, side := range []int{300, 1024} {
		b.Run(fmt.Sprint(side), func(b *testing.B) {
			img := scene(side, side)
			b.SetBytes(int64(side * side))
			for b.Loop() {
				if _, err := Encode(img, 86); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
