package vp8

// block holds sixteen coefficients, row by row.
type block [16]int32

// forward is the cosine transform that inverse undoes.
func forward(src []uint8, stride int, pred []uint8, predStride int, out *block) {
	var t block
	for y := range 4 {
		s, p := src[y*stride:y*stride+4], pred[y*predStride:y*predStride+4]
		d0, d1, d2, d3 := int32(s[0])-int32(p[0]), int32(s[1])-int32(p[1]), int32(s[2])-int32(p[2]), int32(s[3])-int32(p[3])
		a, b, c, d := (d0+d3)*8, (d1+d2)*8, (d1-d2)*8, (d0-d3)*8
		t[4*y], t[4*y+2] = a+b, a-b
		t[4*y+1], t[4*y+3] = (c*2217+d*5352+14500)>>12, (d*2217-c*5352+7500)>>12
	}
	for x := range 4 {
		a, b, c, d := t[x]+t[12+x], t[4+x]+t[8+x], t[4+x]-t[8+x], t[x]-t[12+x]
		out[x], out[8+x] = (a+b+7)>>4, (a-b+7)>>4
		out[4+x] = (c*2217 + d*5352 + 12000) >> 16
		if d != 0 {
			out[4+x]++
		}
		out[12+x] = (d*2217 - c*5352 + 51000) >> 16
	}
}

// inverse adds what coefficients say to what was foretold, as every decoder does (section 14.4).
func inverse(c *block, pred []uint8, predStride int, dst []uint8, stride int) {
	const (
		c1 = 85627 // 65536 √2 cos π/8
		c2 = 35468 // 65536 √2 sin π/8
	)
	var t block
	for i := range 4 {
		a, b := c[i]+c[8+i], c[i]-c[8+i]
		k := (c[4+i]*c2)>>16 - (c[12+i]*c1)>>16
		d := (c[4+i]*c1)>>16 + (c[12+i]*c2)>>16
		t[4*i], t[4*i+1], t[4*i+2], t[4*i+3] = a+d, b+k, b-k, a-d
	}
	for y := range 4 {
		dc := t[y] + 4
		a, b := dc+t[8+y], dc-t[8+y]
		k := (t[4+y]*c2)>>16 - (t[12+y]*c1)>>16
		d := (t[4+y]*c1)>>16 + (t[12+y]*c2)>>16
		p, to := pred[y*predStride:y*predStride+4], dst[y*stride:y*stride+4]
		to[0], to[1] = clip(int32(p[0])+(a+d)>>3), clip(int32(p[1])+(b+k)>>3)
		to[2], to[3] = clip(int32(p[2])+(b-k)>>3), clip(int32(p[3])+(a-d)>>3)
	}
}

// walsh is its own inverse but for a factor: the sums of four rows, then of four columns.
func walsh(c *block) block {
	var t, out block
	for i := range 4 {
		a, b, k, d := c[i]+c[12+i], c[4+i]+c[8+i], c[4+i]-c[8+i], c[i]-c[12+i]
		t[i], t[8+i], t[4+i], t[12+i] = a+b, a-b, d+k, d-k
	}
	for i := range 4 {
		r := t[4*i : 4*i+4]
		a, b, k, d := r[0]+r[3], r[1]+r[2], r[1]-r[2], r[0]-r[3]
		out[4*i], out[4*i+2], out[4*i+1], out[4*i+3] = a+b, a-b, d+k, d-k
	}
	return out
}

// inverseWalsh gives the first coefficients of sixteen blocks (section 14.3).
func inverseWalsh(c *block) block {
	out := walsh(c)
	for i := range out {
		out[i] = (out[i] + 3) >> 3
	}
	return out
}

// roughness estimates how many bits the difference of two blocks of 4×4 costs: the sum of its Hadamard transform.
func roughness(src []uint8, stride int, pred []uint8, predStride int) int32 {
	var t block
	for y := range 4 {
		s, p := src[y*stride:y*stride+4], pred[y*predStride:y*predStride+4]
		d0, d1, d2, d3 := int32(s[0])-int32(p[0]), int32(s[1])-int32(p[1]), int32(s[2])-int32(p[2]), int32(s[3])-int32(p[3])
		a, b, c, d := d0+d2, d1+d3, d0-d2, d1-d3
		t[4*y], t[4*y+1], t[4*y+2], t[4*y+3] = a+b, a-b, c+d, c-d
	}
	sum := int32(0)
	for x := range 4 {
		a, b, c, d := t[x]+t[8+x], t[4+x]+t[12+x], t[x]-t[8+x], t[4+x]-t[12+x]
		sum += abs(a+b) + abs(a-b) + abs(c+d) + abs(c-d)
	}
	return sum
}

func abs(v int32) int32 {
	if v < 0 {
		return -v
	}
	return v
}
