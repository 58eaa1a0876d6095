package vp8

import "math"

// The kinds of blocks, which have probabilities of their own (section 13.3).
const (
	planeRest  = iota // brightness, whose first coefficients are in a block of their own
	planeFirst        // these first coefficients
	planeColor
	planeWhole // brightness with its first coefficient
	planes
)

// probs are probabilities by plane, band of coefficients, what came before, and place in the tree of tokens.
type probs [planes][8][3][11]uint8

var (
	bands  = [17]uint8{0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0}
	zigzag = [16]uint8{0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15}
	// extra are the probabilities of the bits of large coefficients, from 11, 19, 35 and 67 on.
	extra = [4][]uint8{
		{173, 148, 140}, {176, 155, 140, 135}, {180, 157, 141, 134, 130}, {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129},
	}
)

// maxLevel is the largest coefficient that can be written.
const maxLevel = 2047

// tokens writes coefficients, or counts what would be written while there is no writer.
type tokens struct {
	w      *boolWriter
	probs  probs
	counts [planes][8][3][11][2]uint32
}

func (t *tokens) put(yes bool, plane int, band uint8, before, i int) {
	if t.w != nil {
		t.w.put(yes, t.probs[plane][band][before][i])
		return
	}
	n := 0
	if yes {
		n = 1
	}
	t.counts[plane][band][before][i][n]++
}

// free writes a bit whose probability is fixed.
func (t *tokens) free(yes bool, prob uint8) {
	if t.w != nil {
		t.w.put(yes, prob)
	}
}

// block writes the levels, in zigzag order, from first on. Before is how many of the blocks above
// and left have any.
func (t *tokens) block(levels *[16]int16, plane, before, first int) {
	last := 15
	for last >= first && levels[last] == 0 {
		last--
	}
	n := first
	band := bands[n]
	t.put(last >= first, plane, band, before, 0)
	for n <= last {
		v := int(levels[n])
		n++
		if v == 0 {
			t.put(false, plane, band, before, 1)
			band, before = bands[n], 0
			continue
		}
		t.put(true, plane, band, before, 1)
		negative := v < 0
		if negative {
			v = -v
		}
		if v == 1 {
			t.put(false, plane, band, before, 2)
			band, before = bands[n], 1
		} else {
			t.large(v, plane, band, before)
			band, before = bands[n], 2
		}
		t.free(negative, 128)
		if n < 16 {
			t.put(n <= last, plane, band, before, 0)
		}
	}
}

func (t *tokens) large(v, plane int, band uint8, before int) {
	t.put(true, plane, band, before, 2)
	t.put(v > 4, plane, band, before, 3)
	switch {
	case v <= 4:
		t.put(v > 2, plane, band, before, 4)
		if v > 2 {
			t.put(v == 4, plane, band, before, 5)
		}
	case v <= 10:
		t.put(false, plane, band, before, 6)
		t.put(v > 6, plane, band, before, 7)
		if v <= 6 {
			t.free(v == 6, 159)
		} else {
			t.free((v-7)&2 != 0, 165)
			t.free((v-7)&1 != 0, 145)
		}
	default:
		t.put(true, plane, band, before, 6)
		kind := 0
		for kind < 3 && v >= 3+(8<<(kind+1)) {
			kind++
		}
		t.put(kind >= 2, plane, band, before, 8)
		t.put(kind&1 == 1, plane, band, before, 9+kind/2)
		rest := v - 3 - (8 << kind)
		for i, prob := range extra[kind] {
			t.free(rest>>(len(extra[kind])-1-i)&1 == 1, prob)
		}
	}
}

// bitsOf is what a yes or no costs, by its probability in 256ths.
var bitsOf = func() (t [257]float64) {
	for i := range t {
		t[i] = -math.Log2(max(float64(i), 0.5) / 256)
	}
	return t
}()

// choose takes the probabilities that were counted where sending them costs less than it saves, and
// writes which ones.
func (t *tokens) choose(header *boolWriter) {
	t.probs = usualProbs
	for i := range t.probs {
		for j := range t.probs[i] {
			for k := range t.probs[i][j] {
				for l := range t.probs[i][j][k] {
					no, yes := float64(t.counts[i][j][k][l][0]), float64(t.counts[i][j][k][l][1])
					old, update := t.probs[i][j][k][l], updateProbs[i][j][k][l]
					better := old
					if no+yes > 0 {
						better = uint8(min(max(math.Round(256*no/(no+yes)), 1), 255))
					}
					cost := func(p uint8) float64 { return no*bitsOf[p] + yes*bitsOf[256-int(p)] }
					send := cost(better)+bitsOf[256-int(update)]+8 < cost(old)+bitsOf[update]
					header.put(send, update)
					if send {
						header.number(uint32(better), 8)
						t.probs[i][j][k][l] = better
					}
				}
			}
		}
	}
}
