package vp8

import "math/bits"

// boolWriter is the arithmetic encoder of section 7: it writes yes or no with a
// probability, in 256ths, of no.
type boolWriter struct {
	out []byte
	// What is written lies between low and low plus width; of low n+8 bits are not in out.
	low   uint64
	width uint32
	n     int
}

func newBoolWriter() *boolWriter { return &boolWriter{width: 255} }

func (w *boolWriter) put(yes bool, prob uint8) {
	split := 1 + (w.width-1)*uint32(prob)>>8
	if yes {
		w.low += uint64(split)
		w.width -= split
	} else {
		w.width = split
	}
	if w.width < 128 {
		shift := bits.LeadingZeros8(uint8(w.width))
		w.width <<= shift
		w.low <<= shift
		if w.n += shift; w.n >= 32 {
			w.spill()
		}
	}
}

// spill moves what is certain into out.
func (w *boolWriter) spill() {
	for w.n >= 8 {
		b := w.low >> w.n
		w.low &= 1<<w.n - 1
		w.n -= 8
		if b > 0xff { // a carry
			i := len(w.out) - 1
			for ; w.out[i] == 0xff; i-- {
				w.out[i] = 0
			}
			w.out[i]++
		}
		w.out = append(w.out, byte(b))
	}
}

// bit writes a bit of which nothing is known.
func (w *boolWriter) bit(yes bool) { w.put(yes, 128) }

// number writes n bits of v.
func (w *boolWriter) number(v uint32, n int) {
	for n--; n >= 0; n-- {
		w.bit(v>>n&1 == 1)
	}
}

// bytes ends writing.
func (w *boolWriter) bytes() []byte {
	w.low <<= 16
	w.n += 16
	w.spill()
	return w.out
}
