package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"io"
)

// Uploads break off, and WordPress makes sizes of the JPEGs they leave: libjpeg shows what there is and
// gray below. Go's decoder gives nothing. So it is shown the file with something behind it,
// twice: where both pictures differ they are invented, and made gray.

// decodeDamaged reads what can be read of a JPEG that ends too early, or whose pixels are
// wrong from some place on.
func decodeDamaged(r io.ReadSeeker) (image.Image, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	h, err := readJPEG(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if h.scan == 0 { // not even tables
		return grayFrame(h)
	}
	if h.progressive {
		// Fewer scans are the whole picture, less sharp.
		for last, tries := len(data), 0; tries < 12; tries++ {
			if last = bytes.LastIndex(data[:last], []byte{0xff, 0xda}); last <= h.scan {
				break
			}
			if img, err := jpeg.Decode(io.MultiReader(bytes.NewReader(data[:last]), bytes.NewReader(endOfImage))); err == nil {
				return img, nil
			}
		}
	}
	// What the decoder had not asked for when it gave up is not the reason. What is wrong may lie a
	// little before.
	const buffered = 4096
	asked := &counter{r: bytes.NewReader(data)}
	_, err = jpeg.Decode(asked)
	for back := 0; asked.n-back >= h.scan; back = max(8*back, buffered) {
		part := data[:asked.n-back]
		if img, ok := inventRest(h, part); ok {
			return img, nil
		}
	}
	return nil, err
}

// inventRest reads a JPEG of which the rest is missing.
func inventRest(h jpegHeader, data []byte) (image.Image, bool) {
	one, err := jpeg.Decode(io.MultiReader(bytes.NewReader(data), padding(h, data, 0x00)))
	if err != nil {
		return nil, false
	}
	if other, err := jpeg.Decode(io.MultiReader(bytes.NewReader(data), padding(h, data, 0x55))); err == nil {
		grayBelow(one, other)
	}
	return one, true
}

var endOfImage = []byte{0xff, 0xd9}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += n
	return n, err
}

// padding is more than enough for the pixels that may be missing behind data, whatever codes the
// file has: bytes of one value, with the marks between them that the file promised.
func padding(h jpegHeader, data []byte, fill byte) io.Reader {
	const perBlock = 96 // a code and ten bits for each of 64 coefficients
	blocks, mcu := h.blocks()
	if h.restart == 0 {
		return io.MultiReader(io.LimitReader(repeat(fill), int64(blocks)*perBlock), bytes.NewReader(endOfImage))
	}
	next := byte(0xd0)
	for i := len(data) - 2; i >= h.scan; i-- {
		if data[i] == 0xff && data[i+1] >= 0xd0 && data[i+1] <= 0xd7 {
			next = 0xd0 + (data[i+1]-0xd0+1)%8
			break
		}
	}
	interval := h.restart * mcu
	one := bytes.Repeat([]byte{fill}, min(interval*perBlock, 1<<20))
	return io.MultiReader(&intervals{fill: append(one, 0xff, next), left: blocks/interval + 1}, bytes.NewReader(endOfImage))
}

// intervals reads the same bytes again and again, each time with the next mark at their end.
type intervals struct {
	fill []byte
	at   int
	left int
}

func (p *intervals) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.fill[p.at:])
	if p.at += n; p.at == len(p.fill) {
		mark := &p.fill[len(p.fill)-1]
		*mark = 0xd0 + (*mark-0xd0+1)%8
		p.at = 0
		p.left--
	}
	return n, nil
}

// repeat reads one byte for ever.
type repeat byte

func (v repeat) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(v)
	}
	return len(b), nil
}

// blocks says how many blocks of 8×8 a picture has, and how many of them go together.
func (h jpegHeader) blocks() (all, mcu int) {
	height, width := int(binary.BigEndian.Uint16(h.frame[1:])), int(binary.BigEndian.Uint16(h.frame[3:]))
	hmax, vmax := 1, 1
	for c := range h.components() {
		hv := h.frame[6+3*c+1]
		hmax, vmax = max(hmax, int(hv>>4)), max(vmax, int(hv&15))
		mcu += max(1, int(hv>>4)*int(hv&15))
	}
	across, down := (width+8*hmax-1)/(8*hmax), (height+8*vmax-1)/(8*vmax)
	return max(1, across*down) * mcu, mcu
}

// grayFrame is a picture of which nothing is known but how large it is.
func grayFrame(h jpegHeader) (image.Image, error) {
	height, width := int(binary.BigEndian.Uint16(h.frame[1:])), int(binary.BigEndian.Uint16(h.frame[3:]))
	if width == 0 || height == 0 {
		return nil, ErrBroken
	}
	img := image.NewGray(image.Rect(0, 0, width, height))
	grayFrom(img.Pix, 0)
	return img, nil
}

func grayFrom(pix []byte, at int) {
	for i := at; i < len(pix); i++ {
		pix[i] = 0x80
	}
}

// grayBelow makes a picture gray from the first group of pixels on that another has otherwise.
func grayBelow(img, other image.Image) {
	switch a := img.(type) {
	case *image.Gray:
		if b, ok := other.(*image.Gray); ok {
			mx, my := firstDifference(a.Pix, b.Pix, a.Stride, 8, 8)
			grayPlane(a.Pix, a.Stride, mx*8, my*8, 8)
		}
	case *image.YCbCr:
		b, ok := other.(*image.YCbCr)
		if !ok {
			return
		}
		sx, sy := subsampling(a.SubsampleRatio)
		w, h := 8*sx, 8*sy
		mx, my := firstDifference(a.Y, b.Y, a.YStride, w, h)
		for _, planes := range [2][2][]byte{{a.Cb, b.Cb}, {a.Cr, b.Cr}} {
			if cx, cy := firstDifference(planes[0], planes[1], a.CStride, 8, 8); cy < my || cy == my && cx < mx {
				mx, my = cx, cy
			}
		}
		grayPlane(a.Y, a.YStride, mx*w, my*h, h)
		grayPlane(a.Cb, a.CStride, mx*8, my*8, 8)
		grayPlane(a.Cr, a.CStride, mx*8, my*8, 8)
	}
}

// firstDifference finds the first group of w×h samples, row by row, in which two planes differ.
func firstDifference(a, b []byte, stride, w, h int) (mx, my int) {
	rows := len(a) / max(stride, 1)
	for my = 0; my*h < rows; my++ {
		from, to := my*h*stride, min((my+1)*h, rows)*stride
		if bytes.Equal(a[from:to], b[from:to]) {
			continue
		}
		first := stride
		for at := from; at < to; at += stride {
			for x := range first {
				if a[at+x] != b[at+x] {
					first = x
					break
				}
			}
		}
		return first / w, my
	}
	return 0, my
}

// grayPlane makes a plane gray behind x in the h rows from y on, and in all rows below.
func grayPlane(pix []byte, stride, x, y, h int) {
	for row := y; row < y+h && (row+1)*stride <= len(pix); row++ {
		grayFrom(pix[:(row+1)*stride], row*stride+min(x, stride))
	}
	grayFrom(pix, min((y+h)*stride, len(pix)))
}
