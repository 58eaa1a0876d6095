// Package vp8 writes pictures as VP8 key frames (RFC 6386): what lossy WebP files hold.
package vp8

import (
	"errors"
	"image"
	"math"
)

// MaxSide is how wide and high a picture may be.
const MaxSide = 1<<14 - 1

// ErrTooLarge says that a picture does not fit into the format.
var ErrTooLarge = errors.New("vp8: picture too large")

// maxDetailed is the number of macroblocks up to which blocks of 4×4 may be foretold one
// by one: their modes must fit into a partition of half a megabyte.
const maxDetailed = 60_000

// macroblock is what is written of 16×16 pixels.
type macroblock struct {
	whole   bool      // brightness is foretold as one block
	modes   [16]uint8 // of brightness; the first one where it is one block
	color   uint8     // mode of colour
	empty   bool      // nothing differs from what was foretold
	levels  [24][16]int16
	firsts  [16]int16 // of a block that is foretold whole: the first coefficients
	nonzero uint32    // which of levels have any; bit 24 is of firsts
}

// steps are how coarse coefficients are: the first one of a block, and the others.
type steps [2]int32

type encoder struct {
	img           *image.YCbCr
	width, height int // in macroblocks
	detailed      bool

	bright, firsts, color steps
	modeCost              [modes][modes][modes]int32
	lambda                int32

	// The line above, in the pixels that a decoder sees, and the modes of its blocks.
	topY, topU, topV []uint8
	topModes         []uint8
	leftModes        [4]uint8

	// A macroblock with the pixels around it: brightness from row 1 and column 8 on, colour too.
	y          [17 * stride]uint8
	u, v       [9 * stride]uint8
	srcY       [256]uint8
	srcU, srcV [64]uint8
}

const stride = 32

// Encode writes a picture of 4:2:0, in the range of brightness that video has (16 to
// 235), as a frame. Quality is from 0 to 100, as in other encoders of WebP.
func Encode(img *image.YCbCr, quality int) ([]byte, error) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	if w > MaxSide || h > MaxSide || w <= 0 || h <= 0 || img.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		return nil, ErrTooLarge
	}
	e := &encoder{img: img, width: (w + 15) / 16, height: (h + 15) / 16}
	e.detailed = e.width*e.height <= maxDetailed
	quantizer := quantizerOf(quality)
	e.bright = steps{stepsDC[quantizer], stepsAC[quantizer]}
	e.firsts = steps{2 * stepsDC[quantizer], max(8, stepsAC[quantizer]*155/100)}
	e.color = steps{stepsDC[min(quantizer, 117)], stepsAC[quantizer]}
	e.costs()
	e.topY, e.topU, e.topV = make([]uint8, 16*e.width), make([]uint8, 8*e.width), make([]uint8, 8*e.width)
	e.topModes = make([]uint8, 4*e.width)

	blocks := make([]macroblock, e.width*e.height)
	for my := range e.height {
		e.leftModes = [4]uint8{}
		for mx := range e.width {
			e.load(mx, my)
			e.macroblock(&blocks[my*e.width+mx], mx, my)
			e.keep(mx)
		}
	}
	return e.write(blocks, quantizer)
}

// quantizerOf is the coarseness, 0 to 127, that libwebp gives a quality.
func quantizerOf(quality int) int {
	x := float64(min(max(quality, 0), 100)) / 100
	if x < 0.75 {
		x *= 2.0 / 3
	} else {
		x = 2*x - 1
	}
	return int(127*(1-math.Cbrt(x)) + 0.5)
}

// costs computes what the modes of small blocks cost, in the measure of roughness.
func (e *encoder) costs() {
	e.lambda = e.bright[1]
	for up := range e.modeCost {
		for left := range e.modeCost[up] {
			for mode := range e.modeCost[up][left] {
				bits := 0.0
				modeBits(mode, &modeProbs[up][left], func(yes bool, prob uint8) {
					if yes {
						bits += bitsOf[256-int(prob)]
					} else {
						bits += bitsOf[prob]
					}
				})
				e.modeCost[up][left][mode] = int32(bits * float64(e.lambda))
			}
		}
	}
}

// modeBits are the decisions that lead to the mode of a small block.
func modeBits(mode int, p *[modes - 1]uint8, put func(yes bool, prob uint8)) {
	for i, m := range [3]int{modeDC, modeTM, modeV} {
		put(mode != m, p[i])
		if mode == m {
			return
		}
	}
	turned := mode == modeLD || mode == modeVL || mode == modeHD || mode == modeHU
	put(turned, p[3])
	if !turned {
		put(mode != modeH, p[4])
		if mode != modeH {
			put(mode == modeVR, p[5])
		}
		return
	}
	for i, m := range [3]int{modeLD, modeVL, modeHD} {
		put(mode != m, p[6+i])
		if mode == m {
			return
		}
	}
}

// load takes the pixels of a macroblock, and those around it as a decoder sees them.
func (e *encoder) load(mx, my int) {
	w, h := e.img.Rect.Dx(), e.img.Rect.Dy()
	fetch(e.srcY[:], 16, e.img.Y, e.img.YStride, mx*16, my*16, w, h)
	fetch(e.srcU[:], 8, e.img.Cb, e.img.CStride, mx*8, my*8, (w+1)/2, (h+1)/2)
	fetch(e.srcV[:], 8, e.img.Cr, e.img.CStride, mx*8, my*8, (w+1)/2, (h+1)/2)
	around(e.y[:], 16, e.topY, mx, my)
	around(e.u[:], 8, e.topU, mx, my)
	around(e.v[:], 8, e.topV, mx, my)
	// Small blocks look four pixels further.
	right := e.y[24:28]
	switch {
	case my == 0:
		fill(right, 0x7f)
	case mx == e.width-1:
		fill(right, e.topY[16*mx+15])
	default:
		copy(right, e.topY[16*mx+16:])
	}
	for row := 4; row < 16; row += 4 {
		copy(e.y[row*stride+24:row*stride+28], right)
	}
}

func fill(b []uint8, v uint8) {
	for i := range b {
		b[i] = v
	}
}

// fetch copies n×n pixels; what lies outside of the picture is as its edge.
func fetch(dst []uint8, n int, plane []uint8, from, x, y, w, h int) {
	for r := range n {
		row := plane[min(y+r, h-1)*from:]
		have := min(n, w-x)
		copy(dst[r*n:r*n+have], row[x:])
		fill(dst[r*n+have:r*n+n], row[w-1])
	}
}

// around puts the pixels left of and above a block beside it.
func around(b []uint8, n int, top []uint8, mx, my int) {
	for r := range n + 1 {
		if mx == 0 {
			b[r*stride+7] = 0x81
		} else {
			b[r*stride+7] = b[r*stride+7+n]
		}
	}
	if my == 0 {
		fill(b[7:8+n], 0x7f)
	} else {
		copy(b[8:8+n], top[n*mx:n*mx+n])
	}
}

// keep remembers the last line of a macroblock for those below.
func (e *encoder) keep(mx int) {
	copy(e.topY[16*mx:16*mx+16], e.y[16*stride+8:])
	copy(e.topU[8*mx:8*mx+8], e.u[8*stride+8:])
	copy(e.topV[8*mx:8*mx+8], e.v[8*stride+8:])
}

func (e *encoder) macroblock(b *macroblock, mx, my int) {
	var pred [256]uint8
	mode, cost := e.bestWhole(&pred, mx, my)
	b.whole = true
	if e.detailed {
		b.whole = !e.small(b, mx, cost)
	}
	if b.whole {
		for i := range b.modes {
			b.modes[i] = uint8(mode)
		}
		for i := range 4 {
			e.topModes[4*mx+i], e.leftModes[i] = uint8(mode), uint8(mode)
		}
		e.codeWhole(b, &pred)
	}
	e.colors(b, mx, my)
	b.empty = b.nonzero == 0
}

// square foretells the whole of a block.
func square(mode, n int, b []uint8, mx, my int, out []uint8) {
	var left [16]uint8
	for r := range n {
		left[r] = b[(r+1)*stride+7]
	}
	predictSquare(mode, n, b[8:8+n], left[:n], b[7], my > 0, mx > 0, out)
}

// bestWhole finds the mode by which brightness as one block is foretold best.
func (e *encoder) bestWhole(best *[256]uint8, mx, my int) (mode int, cost int32) {
	var pred [256]uint8
	cost = math.MaxInt32
	for m := modeDC; m <= modeH; m++ {
		square(m, 16, e.y[:], mx, my, pred[:])
		sum := int32(0)
		for at := 0; at < 256 && sum < cost; at += 64 {
			for x := 0; x < 16; x += 4 {
				sum += roughness(e.srcY[at+x:], 16, pred[at+x:], 16)
			}
		}
		if sum < cost {
			mode, cost, *best = m, sum, pred
		}
	}
	return mode, cost
}

// small foretells sixteen blocks one by one, if that is better than at once, which costs
// limit. Each is coded at once: the next ones look at it.
func (e *encoder) small(b *macroblock, mx int, limit int32) bool {
	var spent int32
	left := e.leftModes
	top := [4]uint8(e.topModes[4*mx : 4*mx+4])
	b.nonzero = 0
	for i := range 16 {
		bx, by := i%4, i/4
		at := (1+4*by)*stride + 8 + 4*bx
		var around edge
		for r := range 5 {
			around[4-r] = e.y[at-stride+r*stride-1]
		}
		copy(around[5:], e.y[at-stride:at-stride+8])
		src := e.srcY[64*by+4*bx:]
		costs := &e.modeCost[top[bx]][left[by]]
		var pred, best [16]uint8
		mode, cost := 0, int32(math.MaxInt32)
		for m := range modes {
			if costs[m] >= cost {
				continue
			}
			predict4(m, &around, &pred)
			if c := roughness(src, 16, pred[:], 4) + costs[m]; c < cost {
				mode, cost, best = m, c, pred
			}
		}
		if spent += cost; spent >= limit {
			return false
		}
		b.modes[i], top[bx], left[by] = uint8(mode), uint8(mode), uint8(mode)
		var c block
		forward(src, 16, best[:], 4, &c)
		if quantize(&c, 0, e.bright, &b.levels[i]) {
			b.nonzero |= 1 << i
		}
		inverse(&c, best[:], 4, e.y[at:], stride)
	}
	e.leftModes = left
	copy(e.topModes[4*mx:], top[:])
	return true
}

// codeWhole codes brightness that was foretold as one block: first coefficients apart from the others.
func (e *encoder) codeWhole(b *macroblock, pred *[256]uint8) {
	var c [16]block
	var dc block
	b.nonzero = 0
	for i := range c {
		at := 64*(i/4) + 4*(i%4)
		forward(e.srcY[at:], 16, pred[at:], 16, &c[i])
		dc[i] = c[i][0]
	}
	sums := walsh(&dc)
	for i, v := range sums {
		if v >= 0 {
			v++
		}
		sums[i] = v >> 1
	}
	if quantize(&sums, 0, e.firsts, &b.firsts) {
		b.nonzero |= 1 << 24
	}
	dc = inverseWalsh(&sums)
	for i := range c {
		if quantize(&c[i], 1, e.bright, &b.levels[i]) {
			b.nonzero |= 1 << i
		}
		c[i][0] = dc[i]
		inverse(&c[i], pred[64*(i/4)+4*(i%4):], 16, e.y[(1+4*(i/4))*stride+8+4*(i%4):], stride)
	}
}

// colors codes both planes of colour, which share a mode.
func (e *encoder) colors(b *macroblock, mx, my int) {
	var pred, best [2][64]uint8
	least := int32(math.MaxInt32)
	for m := modeDC; m <= modeH; m++ {
		square(m, 8, e.u[:], mx, my, pred[0][:])
		square(m, 8, e.v[:], mx, my, pred[1][:])
		sum := int32(0)
		for at := 0; at < 64; at += 4 {
			if at%8 == 0 && at/8%4 != 0 || at%8 == 4 && at/8%4 != 0 {
				continue // only the corners of blocks
			}
			sum += roughness(e.srcU[at:], 8, pred[0][at:], 8) + roughness(e.srcV[at:], 8, pred[1][at:], 8)
		}
		if sum < least {
			least, best = sum, pred
			b.color = uint8(m)
		}
	}
	for i := range 8 {
		plane, src, dst := i/4, e.srcU[:], e.u[:]
		if plane == 1 {
			src, dst = e.srcV[:], e.v[:]
		}
		x, y := 4*(i%2), 4*(i/2%2)
		var c block
		forward(src[8*y+x:], 8, best[plane][8*y+x:], 8, &c)
		if quantize(&c, 0, e.color, &b.levels[16+i]) {
			b.nonzero |= 1 << (16 + i)
		}
		inverse(&c, best[plane][8*y+x:], 8, dst[(1+y)*stride+8+x:], stride)
	}
}

// quantize makes levels, in zigzag order, of coefficients from first on, and of these what a
// decoder makes of the levels. It tells whether there are any but zeros.
func quantize(c *block, first int, s steps, levels *[16]int16) bool {
	any := false
	*levels = [16]int16{}
	for n := first; n < 16; n++ {
		at := zigzag[n]
		step, v := s[1], abs(c[at])
		// What lies between two levels becomes the lower one up to here: zeros cost least.
		bias := step * 52 / 128
		if at == 0 {
			step = s[0]
			bias = step / 2
		}
		level := min((v+bias)/step, maxLevel)
		if level == 0 {
			c[at] = 0
			continue
		}
		any = true
		if c[at] < 0 {
			level = -level
		}
		levels[n] = int16(level)
		c[at] = level * step
	}
	return any
}
