package vp8

import "math"

// write puts the frame together: its header, the modes, the coefficients.
func (e *encoder) write(blocks []macroblock, quantizer int) ([]byte, error) {
	var t tokens
	e.residuals(blocks, &t)

	h := newBoolWriter()
	h.number(0, 2) // colours as usual, decoders clip
	h.number(0, 1) // no segments
	h.number(0, 1) // the normal filter
	h.number(uint32(filterLevel(quantizer)), 6)
	h.number(0, 3) // sharpness
	h.number(0, 1) // the same for all blocks
	h.number(0, 2) // one partition of coefficients
	h.number(uint32(quantizer), 7)
	h.number(0, 5) // the same for all planes
	h.number(0, 1) // probabilities are for this frame
	t.choose(h)
	empty := 0
	for i := range blocks {
		if blocks[i].empty {
			empty++
		}
	}
	skip := uint8(min(max(math.Round(256*float64(len(blocks)-empty)/float64(len(blocks))), 1), 255))
	h.number(1, 1)
	h.number(uint32(skip), 8)
	e.modes(h, blocks, skip)

	t.w = newBoolWriter()
	e.residuals(blocks, &t)
	first, second := h.bytes(), t.w.bytes()
	if len(first) >= 1<<19 {
		return nil, ErrTooLarge
	}
	w, height := e.img.Rect.Dx(), e.img.Rect.Dy()
	tag := uint32(len(first))<<5 | 1<<4 // a key frame of version 0 that is shown
	out := make([]byte, 0, 10+len(first)+len(second))
	out = append(out, byte(tag), byte(tag>>8), byte(tag>>16), 0x9d, 0x01, 0x2a, byte(w), byte(w>>8), byte(height), byte(height>>8))
	return append(append(out, first...), second...), nil
}

// filterLevel is how much decoders smooth the borders of blocks.
func filterLevel(quantizer int) int { return min(quantizer*3/4, 63) }

// modes writes how each macroblock is foretold (section 11).
func (e *encoder) modes(h *boolWriter, blocks []macroblock, skip uint8) {
	top := make([]uint8, 4*e.width)
	for my := range e.height {
		var left [4]uint8
		for mx := range e.width {
			b := &blocks[my*e.width+mx]
			h.put(b.empty, skip)
			h.put(b.whole, 145)
			if b.whole {
				m := b.modes[0]
				sideways := m == modeH || m == modeTM
				h.put(sideways, 156)
				if sideways {
					h.put(m == modeTM, 128)
				} else {
					h.put(m == modeV, 163)
				}
				for i := range 4 {
					top[4*mx+i], left[i] = m, m
				}
			} else {
				for i, m := range b.modes {
					modeBits(int(m), &modeProbs[top[4*mx+i%4]][left[i/4]], h.put)
					top[4*mx+i%4], left[i/4] = m, m
				}
			}
			for i, m := range [3]uint8{modeDC, modeV, modeH} {
				h.put(b.color != m, [3]uint8{142, 114, 183}[i])
				if b.color == m {
					break
				}
			}
		}
	}
}

// nearby says which blocks of a macroblock have coefficients, seen from the next one: four
// of brightness, two of each colour, and the first coefficients.
type nearby [9]uint8

// residuals writes, or counts, all coefficients (section 13).
func (e *encoder) residuals(blocks []macroblock, t *tokens) {
	tops := make([]nearby, e.width)
	for my := range e.height {
		var left nearby
		for mx := range e.width {
			b, top := &blocks[my*e.width+mx], &tops[mx]
			if b.empty {
				// First coefficients are remembered over blocks that have none.
				l, u := left[8], top[8]
				left, *top = nearby{}, nearby{}
				if !b.whole {
					left[8], top[8] = l, u
				}
				continue
			}
			has := func(i int) uint8 { return uint8(b.nonzero >> i & 1) }
			plane, first := planeWhole, 0
			if b.whole {
				t.block(&b.firsts, planeFirst, int(left[8]+top[8]), 0)
				left[8], top[8] = has(24), has(24)
				plane, first = planeRest, 1
			}
			for i := range 16 {
				l, u := &left[i/4], &top[i%4]
				t.block(&b.levels[i], plane, int(*l+*u), first)
				*l, *u = has(i), has(i)
			}
			for i := range 8 {
				l, u := &left[4+i/4*2+i/2%2], &top[4+i/4*2+i%2]
				t.block(&b.levels[16+i], planeColor, int(*l+*u), 0)
				*l, *u = has(16+i), has(16+i)
			}
		}
	}
}
