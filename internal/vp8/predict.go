package vp8

// How a block is foretold from the pixels above and left of it (section 12).
const (
	modeDC = iota
	modeTM
	modeV
	modeH
	modeRD
	modeVR
	modeLD
	modeVL
	modeHD
	modeHU
	modes
)

// edge holds the pixels around a block of 4×4: those left of it from the lowest
// to the highest, the one in the corner, and eight above, from left to right.
type edge [13]uint8

func clip(v int32) uint8 {
	if v < 0 {
		return 0
	}
	if v > 255 {
		return 255
	}
	return uint8(v)
}

func avg2(a, b uint8) uint8 { return uint8((uint32(a) + uint32(b) + 1) / 2) }

func avg3(a, b, c uint8) uint8 { return uint8((uint32(a) + 2*uint32(b) + uint32(c) + 2) / 4) }

// predict4 foretells a block of 4×4.
func predict4(mode int, e *edge, out *[16]uint8) {
	three := func(i int) uint8 { return avg3(e[i-1], e[i], e[i+1]) }
	switch mode {
	case modeDC:
		sum := uint32(4)
		for i := range 4 {
			sum += uint32(e[i]) + uint32(e[5+i])
		}
		for i := range out {
			out[i] = uint8(sum / 8)
		}
	case modeTM:
		for y := range 4 {
			d := int32(e[3-y]) - int32(e[4])
			for x := range 4 {
				out[4*y+x] = clip(d + int32(e[5+x]))
			}
		}
	case modeV:
		for x := range 4 {
			v := three(5 + x)
			out[x], out[4+x], out[8+x], out[12+x] = v, v, v, v
		}
	case modeH:
		for y, v := range [4]uint8{three(3), three(2), three(1), avg3(e[1], e[0], e[0])} {
			out[4*y], out[4*y+1], out[4*y+2], out[4*y+3] = v, v, v, v
		}
	case modeRD:
		for i := range 7 {
			v := three(i + 1)
			for x := max(0, i-3); x <= min(3, i); x++ { // along the diagonal
				out[4*(3-i+x)+x] = v
			}
		}
	case modeVR:
		for x := range 4 {
			out[x], out[4+x] = avg2(e[4+x], e[5+x]), three(4+x)
		}
		out[8], out[12] = three(3), three(2)
		copy(out[9:12], out[0:3])
		copy(out[13:16], out[4:7])
	case modeLD:
		for i := range 7 {
			v := avg3(e[5+i], e[6+i], e[min(7+i, 12)])
			for x := max(0, i-3); x <= min(3, i); x++ {
				out[4*(i-x)+x] = v
			}
		}
	case modeVL:
		for x := range 4 {
			out[x], out[4+x] = avg2(e[5+x], e[6+x]), three(6+x)
		}
		copy(out[8:11], out[1:4])
		copy(out[12:15], out[5:8])
		out[11], out[15] = three(10), three(11)
	case modeHD:
		out[2], out[3] = three(5), three(6)
		for y := range 4 {
			out[4*y], out[4*y+1] = avg2(e[3-y], e[4-y]), three(4-y)
			if y > 0 {
				out[4*y+2], out[4*y+3] = out[4*y-4], out[4*y-3]
			}
		}
	case modeHU:
		p, q, r, s := e[3], e[2], e[1], e[0]
		run := [10]uint8{avg2(p, q), avg3(p, q, r), avg2(q, r), avg3(q, r, s), avg2(r, s), avg3(r, s, s), s, s, s, s}
		for y := range 4 {
			copy(out[4*y:4*y+4], run[2*y:])
		}
	}
}

// predictSquare foretells a block of n×n, 16 for brightness or 8 for colour, from the n pixels
// above and left of it. hasTop and hasLeft say whether these are of the picture.
func predictSquare(mode, n int, top, left []uint8, corner uint8, hasTop, hasLeft bool, out []uint8) {
	switch mode {
	case modeDC:
		v := uint8(0x80)
		if hasTop || hasLeft {
			sum, count := uint32(0), uint32(0)
			add := func(edge []uint8) {
				for _, p := range edge[:n] {
					sum += uint32(p)
				}
				count += uint32(n)
			}
			if hasTop {
				add(top)
			}
			if hasLeft {
				add(left)
			}
			v = uint8((sum + count/2) / count)
		}
		for i := range out[:n*n] {
			out[i] = v
		}
	case modeTM:
		for y := range n {
			d := int32(left[y]) - int32(corner)
			row := out[n*y : n*y+n]
			for x := range row {
				row[x] = clip(d + int32(top[x]))
			}
		}
	case modeV:
		for y := range n {
			copy(out[n*y:n*y+n], top)
		}
	case modeH:
		for y := range n {
			row := out[n*y : n*y+n]
			for x := range row {
				row[x] = left[y]
			}
		}
	}
}
