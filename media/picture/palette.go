package picture

import (
	"image"
	"image/color"
	"slices"
)

// A GIF has at most so many colours.
const maxColors = 256

// paletted gives the picture with 256 colours, or 255 and a transparent one. Where the
// picture has no more, they are the picture's; else mistakes are spread over
// neighbouring pixels (Floyd and Steinberg).
func paletted(img *image.NRGBA) *image.Paletted {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := &image.Paletted{Pix: make([]byte, w*h), Stride: w, Rect: image.Rect(0, 0, w, h)}
	if exact(img, out) {
		return out
	}
	colors := maxColors
	transparent := !img.Opaque()
	if transparent {
		colors--
	}
	out.Palette = medianCut(img, colors)
	q := &nearest{palette: out.Palette}
	if transparent {
		out.Palette = append(out.Palette, color.NRGBA{})
	}
	spread(img, out, q)
	return out
}

// solid tells whether a pixel is seen: a GIF knows nothing between.
func solid(alpha uint8) bool { return alpha >= 128 }

// exact numbers the colours of a picture that has few.
func exact(img *image.NRGBA, out *image.Paletted) bool {
	numbers := map[[4]uint8]uint8{}
	for y := range out.Rect.Dy() {
		row := img.Pix[y*img.Stride:]
		for x := range out.Rect.Dx() {
			c := [4]uint8(row[4*x : 4*x+4])
			if c[3] = 255; !solid(row[4*x+3]) {
				c = [4]uint8{}
			}
			i, ok := numbers[c]
			if !ok {
				if len(numbers) == maxColors {
					return false
				}
				i = uint8(len(numbers))
				numbers[c] = i
			}
			out.Pix[y*out.Stride+x] = i
		}
	}
	out.Palette = make(color.Palette, len(numbers))
	for c, i := range numbers {
		out.Palette[i] = color.NRGBA{c[0], c[1], c[2], c[3]}
	}
	return true
}

// bin counts pixels of nearly one colour.
type bin struct {
	n       int
	sum     [3]int
	r, g, b uint8 // five bits each
}

func (b *bin) side(channel int) uint8 { return [3]uint8{b.r, b.g, b.b}[channel] }

// box is a part of the space of colours.
type box struct {
	bins    []bin
	n       int
	channel int // the longest side
	length  int
}

func newBox(bins []bin) box {
	b := box{bins: bins}
	for c := range 3 {
		low, high := 255, 0
		for i := range bins {
			v := int(bins[i].side(c))
			low, high = min(low, v), max(high, v)
		}
		if high-low > b.length {
			b.channel, b.length = c, high-low
		}
	}
	for i := range bins {
		b.n += bins[i].n
	}
	return b
}

// medianCut chooses colours: the space of colours is halved where most pixels differ most.
func medianCut(img *image.NRGBA, colors int) color.Palette {
	counts := make([]bin, 1<<15)
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride:]
		for x := range img.Rect.Dx() {
			c := row[4*x : 4*x+4 : 4*x+4]
			if !solid(c[3]) {
				continue
			}
			b := &counts[index15(c[0], c[1], c[2])]
			b.n++
			b.sum[0] += int(c[0])
			b.sum[1] += int(c[1])
			b.sum[2] += int(c[2])
			b.r, b.g, b.b = c[0]>>3, c[1]>>3, c[2]>>3
		}
	}
	counts = slices.DeleteFunc(counts, func(b bin) bool { return b.n == 0 })
	boxes := []box{newBox(counts)}
	for len(boxes) < colors {
		widest := 0
		for i := range boxes {
			if boxes[i].n*boxes[i].length > boxes[widest].n*boxes[widest].length {
				widest = i
			}
		}
		b := boxes[widest]
		if b.length == 0 {
			break
		}
		slices.SortFunc(b.bins, func(x, y bin) int { return int(x.side(b.channel)) - int(y.side(b.channel)) })
		cut, seen := 0, 0
		for cut = 0; cut < len(b.bins)-1; cut++ {
			if seen += b.bins[cut].n; 2*seen >= b.n {
				cut++
				break
			}
		}
		cut = max(1, min(cut, len(b.bins)-1))
		boxes[widest] = newBox(b.bins[:cut])
		boxes = append(boxes, newBox(b.bins[cut:]))
	}
	palette := make(color.Palette, 0, maxColors)
	for _, b := range boxes {
		var sum [3]int
		for i := range b.bins {
			for c := range sum {
				sum[c] += b.bins[i].sum[c]
			}
		}
		n := max(1, b.n)
		palette = append(palette, color.NRGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255})
	}
	return palette
}

func index15(r, g, b uint8) int { return int(r>>3)<<10 | int(g>>3)<<5 | int(b>>3) }

// nearest finds the colour of a palette that is nearest to another, and remembers it.
type nearest struct {
	palette color.Palette
	known   [1 << 15]uint16 // number and one
}

func (q *nearest) of(r, g, b uint8) uint8 {
	at := index15(r, g, b)
	if n := q.known[at]; n > 0 {
		return uint8(n - 1)
	}
	best, distance := 0, 1<<30
	for i, c := range q.palette {
		c := c.(color.NRGBA)
		dr, dg, db := int(r)-int(c.R), int(g)-int(c.G), int(b)-int(c.B)
		if d := 2*dr*dr + 4*dg*dg + 3*db*db; d < distance { // as eyes see: green most
			best, distance = i, d
		}
	}
	q.known[at] = uint16(best + 1)
	return uint8(best)
}

func spread(img *image.NRGBA, out *image.Paletted, q *nearest) {
	w, h := out.Rect.Dx(), out.Rect.Dy()
	// Sixteenths of mistakes that this row and the next one are to mend, with a pixel at both ends.
	here, below := make([][3]int, w+2), make([][3]int, w+2)
	for y := range h {
		row := img.Pix[y*img.Stride:]
		for x := range w {
			c := row[4*x : 4*x+4 : 4*x+4]
			if !solid(c[3]) {
				out.Pix[y*out.Stride+x] = uint8(len(out.Palette) - 1)
				continue
			}
			var want [3]int
			for k := range want {
				want[k] = min(max(int(c[k])+here[x+1][k]/16, 0), 255)
			}
			i := q.of(uint8(want[0]), uint8(want[1]), uint8(want[2]))
			out.Pix[y*out.Stride+x] = i
			got := q.palette[i].(color.NRGBA)
			for k, v := range [3]int{int(got.R), int(got.G), int(got.B)} {
				e := want[k] - v
				here[x+2][k] += 7 * e
				below[x][k] += 3 * e
				below[x+1][k] += 5 * e
				below[x+2][k] += e
			}
		}
		here, below = below, here
		clear(below)
	}
}
