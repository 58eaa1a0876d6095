package picture

import (
	"image"
	"math"
	"runtime"
	"sync"
)

// Resize makes a picture of w×h from a part of this one. Every new pixel is the
// mean of the area it covers, as in GD's imagecopyresampled.
func (p *Picture) Resize(part image.Rectangle, w, h int) *Picture {
	b := p.pixels.Bounds()
	r := p.turned.stored(part, b.Dx(), b.Dy())
	if p.turned.swaps() {
		w, h = h, w
	}
	mx, my := p.turned.mirrorsX(), p.turned.mirrorsY()
	x, y := axis{r.Min.X, r.Max.X, w, mx}, axis{r.Min.Y, r.Max.Y, h, my}
	q := &Picture{turned: Upright, video: p.video, lossless: p.lossless}
	switch img := p.pixels.(type) {
	case *image.Gray:
		pix := mean(img.Pix, img.Stride, 1, x.spans(1, b.Dx(), w), y.spans(1, b.Dy(), h), floor)
		q.pixels = &image.Gray{Pix: pix, Stride: w, Rect: image.Rect(0, 0, w, h)}
	case *image.YCbCr:
		// What comes out is stored as JPEG, with a pixel of colour for each four.
		cw, ch := (w+1)/2, (h+1)/2
		sx, sy := subsampling(img.SubsampleRatio)
		sw, sh := (b.Dx()+sx-1)/sx, (b.Dy()+sy-1)/sy
		cx, cy := x.halves().spans(sx, sw, cw), y.halves().spans(sy, sh, ch)
		q.pixels = &image.YCbCr{
			Y:       mean(img.Y, img.YStride, 1, x.spans(1, b.Dx(), w), y.spans(1, b.Dy(), h), floor),
			Cb:      mean(img.Cb, img.CStride, 1, cx, cy, half),
			Cr:      mean(img.Cr, img.CStride, 1, cx, cy, half),
			YStride: w, CStride: cw, SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: image.Rect(0, 0, w, h),
		}
	case *image.NRGBA:
		xs, ys := x.spans(1, b.Dx(), w), y.spans(1, b.Dy(), h)
		out := &image.NRGBA{Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}
		if img.Opaque() {
			out.Pix = mean(img.Pix, img.Stride, 4, xs, ys, floor)
		} else {
			out.Pix = meanAlpha(img.Pix, img.Stride, xs, ys)
		}
		q.pixels = out
	}
	if p.turned.swaps() {
		q.pixels = transpose(q.pixels)
	}
	return q
}

// Crop gives a part of the picture.
func (p *Picture) Crop(part image.Rectangle) *Picture {
	return p.Resize(part, part.Dx(), part.Dy())
}

// upright gives the pixels as they are seen.
func (p *Picture) upright() image.Image {
	if !p.turned.Turns() {
		return p.pixels
	}
	w, h := p.Size()
	return p.Crop(image.Rect(0, 0, w, h)).pixels
}

func subsampling(r image.YCbCrSubsampleRatio) (x, y int) {
	switch r {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

// axis says how n new pixels lie on the stored pixels from..to.
type axis struct {
	from, to, n int
	mirrored    bool
}

// halved is an axis on which two new pixels share a sample.
type halved struct{ axis }

func (a axis) halves() halved { return halved{a} }

// span is a run of samples and how much each counts; the weights add up to one.
type span struct {
	first   int
	weights []uint32
}

// one is a weight of 1.
const one = 1 << 16

func (a axis) spans(sub, limit, n int) []span { return a.cover(1, sub, limit, n) }

func (a halved) spans(sub, limit, n int) []span { return a.cover(2, sub, limit, n) }

// cover computes for n samples, which each stand for each new pixels, what part they cover of
// a plane of limit samples, which each stand for sub stored pixels.
func (a axis) cover(each, sub, limit, n int) []span {
	scale := float64(a.to-a.from) / float64(a.n)
	spans := make([]span, n)
	for i := range spans {
		from := float64(a.from) + float64(i*each)*scale
		to := min(float64(a.from)+float64((i+1)*each)*scale, float64(a.to))
		if a.mirrored {
			from, to = float64(a.from)+float64(a.to)-to, float64(a.from)+float64(a.to)-from
		}
		from, to = from/float64(sub), to/float64(sub)
		first := min(max(int(from+1e-9), 0), limit-1)
		last := min(max(int(math.Ceil(to-1e-9))-1, first), limit-1)
		s := span{first, make([]uint32, last-first+1)}
		rest, length := uint32(one), to-from
		for k := first; k < last; k++ {
			part := min(to, float64(k+1)) - max(from, float64(k))
			s.weights[k-first] = min(rest, uint32(max(0, part)/length*one+0.5))
			rest -= s.weights[k-first]
		}
		s.weights[last-first] = rest
		spans[i] = s
	}
	return spans
}

// rounding is added before the fraction is cut off. GD cuts off what it
// computes of red, green and blue, which makes brightness a little less.
type rounding uint64

const (
	floor rounding = 0
	half  rounding = one / 2 * one
)

// bands calls work for parts of 0..n, on as many processors as there are.
func bands(n int, work func(from, to int)) {
	parts := min(runtime.GOMAXPROCS(0), (n+15)/16)
	if parts <= 1 {
		work(0, n)
		return
	}
	var wait sync.WaitGroup
	for i := range parts {
		wait.Go(func() { work(n*i/parts, n*(i+1)/parts) })
	}
	wait.Wait()
}

// mean makes len(xs)×len(ys) pixels of a plane with a number of channels.
func mean(pix []byte, stride, channels int, xs, ys []span, r rounding) []byte {
	w := len(xs)
	out := make([]byte, w*len(ys)*channels)
	left, right := reach(xs)
	bands(len(ys), func(from, to int) {
		sums := make([]uint32, (right-left)*channels)
		for y := from; y < to; y++ {
			rows := ys[y]
			clear(sums)
			for i, weight := range rows.weights {
				row := pix[(rows.first+i)*stride+left*channels:]
				row = row[:len(sums)]
				for x, v := range row {
					sums[x] += weight * uint32(v)
				}
			}
			across(out[y*w*channels:(y+1)*w*channels], sums, left, channels, xs, r)
		}
	})
	return out
}

// reach is the first sample of spans, and the one behind the last.
func reach(spans []span) (from, to int) {
	from = spans[0].first
	for _, s := range spans {
		from, to = min(from, s.first), max(to, s.first+len(s.weights))
	}
	return from, to
}

func across(out []byte, sums []uint32, left, channels int, xs []span, r rounding) {
	if channels == 1 {
		for x := range xs {
			s := &xs[x]
			total := uint64(r)
			in := sums[s.first-left:]
			for i, weight := range s.weights {
				total += uint64(weight) * uint64(in[i])
			}
			out[x] = byte(total >> 32)
		}
		return
	}
	for x := range xs {
		s := &xs[x]
		in := sums[(s.first-left)*4:]
		a, b, c, d := uint64(r), uint64(r), uint64(r), uint64(r)
		for i, weight := range s.weights {
			w, v := uint64(weight), in[4*i:4*i+4:4*i+4]
			a, b, c, d = a+w*uint64(v[0]), b+w*uint64(v[1]), c+w*uint64(v[2]), d+w*uint64(v[3])
		}
		to := out[4*x : 4*x+4 : 4*x+4]
		to[0], to[1], to[2], to[3] = byte(a>>32), byte(b>>32), byte(c>>32), byte(d>>32)
	}
}

// meanAlpha is mean for pixels that may be transparent: colours count as much as they are seen.
func meanAlpha(pix []byte, stride int, xs, ys []span) []byte {
	w := len(xs)
	out := make([]byte, 4*w*len(ys))
	left, right := reach(xs)
	bands(len(ys), func(from, to int) {
		sums := make([]uint64, 4*(right-left))
		for y := from; y < to; y++ {
			rows := ys[y]
			clear(sums)
			for i, weight := range rows.weights {
				row := pix[(rows.first+i)*stride+4*left:]
				row = row[:len(sums)]
				for x := 0; x+3 < len(row); x += 4 {
					v := row[x : x+4 : x+4]
					alpha := uint64(weight) * uint64(v[3])
					sum := sums[x : x+4 : x+4]
					sum[0] += alpha * uint64(v[0])
					sum[1] += alpha * uint64(v[1])
					sum[2] += alpha * uint64(v[2])
					sum[3] += alpha
				}
			}
			for x := range xs {
				s := &xs[x]
				in := sums[4*(s.first-left):]
				var a, b, c, d float64
				for i, weight := range s.weights {
					k, v := float64(weight), in[4*i:4*i+4:4*i+4]
					a, b, c, d = a+k*float64(v[0]), b+k*float64(v[1]), c+k*float64(v[2]), d+k*float64(v[3])
				}
				to := out[4*(y*w+x) : 4*(y*w+x)+4 : 4*(y*w+x)+4]
				if d > 0 {
					to[0], to[1], to[2] = byte(a/d), byte(b/d), byte(c/d)
				}
				to[3] = byte(d/(one*one) + 0.5)
			}
		}
	})
	return out
}

// transpose lets columns and rows change places.
func transpose(img image.Image) image.Image {
	switch img := img.(type) {
	case *image.Gray:
		w, h := img.Rect.Dx(), img.Rect.Dy()
		return &image.Gray{Pix: transposed(img.Pix, w, h, 1), Stride: h, Rect: image.Rect(0, 0, h, w)}
	case *image.NRGBA:
		w, h := img.Rect.Dx(), img.Rect.Dy()
		return &image.NRGBA{Pix: transposed(img.Pix, w, h, 4), Stride: 4 * h, Rect: image.Rect(0, 0, h, w)}
	case *image.YCbCr: // 4:2:0, as Resize makes them
		w, h := img.Rect.Dx(), img.Rect.Dy()
		cw, ch := (w+1)/2, (h+1)/2
		return &image.YCbCr{Y: transposed(img.Y, w, h, 1), Cb: transposed(img.Cb, cw, ch, 1), Cr: transposed(img.Cr, cw, ch, 1),
			YStride: h, CStride: ch, SubsampleRatio: img.SubsampleRatio, Rect: image.Rect(0, 0, h, w)}
	}
	return img
}

func transposed(pix []byte, w, h, channels int) []byte {
	out := make([]byte, len(pix))
	// Blocks keep both sides in the cache.
	const block = 32
	for by := 0; by < h; by += block {
		for bx := 0; bx < w; bx += block {
			for y := by; y < min(by+block, h); y++ {
				for x := bx; x < min(bx+block, w); x++ {
					if channels == 1 {
						out[x*h+y] = pix[y*w+x]
					} else {
						copy(out[4*(x*h+y):4*(x*h+y)+4], pix[4*(y*w+x):])
					}
				}
			}
		}
	}
	return out
}
