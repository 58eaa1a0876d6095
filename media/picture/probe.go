package picture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Info is what a picture's header says.
type Info struct {
	MIME          string
	Width, Height int
	// Orientation is what EXIF says of a JPEG; 0 where it says nothing.
	Orientation Orientation
	Animated    bool
	// Memory is about how many bytes decoding takes.
	Memory int64
}

// MaxPixels is how many pixels a picture may have where nothing else is set.
const MaxPixels = 100_000_000

// Probe reads the header of a picture, and leaves the reader anywhere. Its
// pixels are not read: what has more than maxPixels is refused before.
func Probe(r io.ReadSeeker, maxPixels int64) (Info, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return Info{}, err
	}
	var head [16]byte
	n, err := io.ReadFull(r, head[:])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return Info{}, err
	}
	info := Info{MIME: sniff(head[:n])}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return Info{}, err
	}
	// How many bytes a pixel takes while it is decoded.
	var each float64
	switch info.MIME {
	case JPEG:
		each, err = info.jpeg(r)
	case PNG:
		each, err = info.png(r)
	case GIF:
		each, err = info.gif(r)
	case WebP:
		each, err = info.webp(r)
	case AVIF:
		err = info.avif(r)
	case BMP:
		err = info.bmp(r)
	case ICO:
		err = info.ico(r)
	default:
		err = ErrFormat
	}
	if err != nil {
		return info, err
	}
	if info.Width <= 0 || info.Height <= 0 {
		return info, ErrBroken
	}
	pixels := int64(info.Width) * int64(info.Height)
	info.Memory = int64(float64(pixels)*each) + 1<<20
	if pixels > maxPixels {
		return info, ErrTooLarge
	}
	return info, nil
}

// sniff tells a picture's type by its first bytes.
func sniff(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return GIF
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return WebP
	case len(head) >= 12 && string(head[4:8]) == "ftyp" && (string(head[8:12]) == "avif" || string(head[8:12]) == "avis"):
		return AVIF
	case len(head) >= 16 && string(head[:2]) == "BM" && head[15] == 0 && head[14] >= 12:
		return BMP
	case bytes.HasPrefix(head, []byte("\x00\x00\x01\x00")):
		return ICO
	}
	return ""
}

func (i *Info) jpeg(r io.Reader) (float64, error) {
	h, err := readJPEG(r)
	if err != nil {
		return 0, err
	}
	i.Height, i.Width = int(binary.BigEndian.Uint16(h.frame[1:])), int(binary.BigEndian.Uint16(h.frame[3:]))
	i.Orientation = parseEXIF(h.exif).orientation()
	n := h.components()
	// Samples a pixel: each component by how it is sampled, against the first.
	var samples, first float64
	for c := range n {
		hv := h.frame[6+3*c+1]
		s := float64(hv>>4) * float64(hv&15)
		if c == 0 {
			first = max(s, 1)
		}
		samples += s / first
	}
	if n == 4 {
		samples += 4 // planes, then pixels
	}
	if h.progressive {
		samples *= 5 // coefficients of four bytes are kept
	}
	return samples, nil
}

func (i *Info) png(r io.Reader) (float64, error) {
	var head [29]byte
	if _, err := io.ReadFull(r, head[:]); err != nil || string(head[12:16]) != "IHDR" {
		return 0, ErrBroken
	}
	w, h := binary.BigEndian.Uint32(head[16:]), binary.BigEndian.Uint32(head[20:])
	if w > 1<<31-1 || h > 1<<31-1 {
		return 0, ErrBroken
	}
	i.Width, i.Height = int(w), int(h)
	switch deep := head[24] == 16; {
	case head[25] == 0 && deep: // gray
		return 6, nil
	case head[25] == 0:
		return 1, nil
	case head[25] == 3: // a palette
		return 5, nil
	case deep:
		return 12, nil
	}
	return 4, nil
}

func (i *Info) gif(r io.ReadSeeker) (float64, error) {
	var head [10]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, broken(err)
	}
	i.Width, i.Height = int(binary.LittleEndian.Uint16(head[6:])), int(binary.LittleEndian.Uint16(head[8:]))
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	i.Animated = gifImages(bufio.NewReader(r)) > 1
	return 5, nil
}

// gifImages counts a GIF's pictures, up to two, without looking at pixels.
func gifImages(in *bufio.Reader) int {
	var head [13]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return 0
	}
	skip := func(n int) bool {
		_, err := in.Discard(n)
		return err == nil
	}
	colors := func(flags byte) int { // bytes of a table of colours
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	blocks := func() bool {
		for {
			n, err := in.ReadByte()
			if err != nil {
				return false
			}
			if n == 0 {
				return true
			}
			if !skip(int(n)) {
				return false
			}
		}
	}
	if !skip(colors(head[10])) {
		return 0
	}
	for n := 0; ; {
		kind, err := in.ReadByte()
		if err != nil {
			return n
		}
		switch kind {
		case 0x21: // an extension: its name, then blocks
			if !skip(1) || !blocks() {
				return n
			}
		case 0x2c:
			if n++; n == 2 {
				return n
			}
			var d [9]byte
			if _, err := io.ReadFull(in, d[:]); err != nil || !skip(colors(d[8])+1) || !blocks() {
				return n
			}
		default:
			return n
		}
	}
}

// maxChunks bounds how many chunks of a WebP are looked at before its pixels.
const maxChunks = 64

// webp reads the chunks up to the one with pixels: their own size counts as well as the one
// that the file claims, because the decoder goes by it.
func (i *Info) webp(r io.ReadSeeker) (float64, error) {
	if _, err := r.Seek(12, io.SeekStart); err != nil {
		return 0, err
	}
	each := 2.0
	for range maxChunks {
		var head [18]byte // a chunk's name and length, and what its first ten bytes say
		n, err := io.ReadFull(r, head[:])
		if n < 13 {
			return 0, broken(err)
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		body := head[8:]
		switch string(head[:4]) {
		case "VP8X":
			i.Animated = body[0]&2 != 0
			i.atLeast(1+(int(body[4])|int(body[5])<<8|int(body[6])<<16), 1+(int(body[7])|int(body[8])<<8|int(body[9])<<16))
			if i.Animated {
				return each, nil // not read at all
			}
		case "ALPH":
			each = 8
		case "VP8 ":
			i.atLeast(int(body[6])|int(body[7]&0x3f)<<8, int(body[8])|int(body[9]&0x3f)<<8)
			return each, nil
		case "VP8L":
			bits := binary.LittleEndian.Uint32(body[1:])
			i.atLeast(1+int(bits&0x3fff), 1+int(bits>>14&0x3fff))
			return 8, nil
		}
		if _, err := r.Seek(length+length&1-10, io.SeekCurrent); err != nil {
			return 0, err
		}
	}
	return 0, ErrBroken
}

func (i *Info) atLeast(w, h int) { i.Width, i.Height = max(i.Width, w), max(i.Height, h) }

// maxBoxes is how many bytes of an AVIF's header are read.
const maxBoxes = 1 << 20

// avif looks for the largest ispe box: the picture is as large, its tiles and thumbnails are smaller.
func (i *Info) avif(r io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(r, maxBoxes))
	if err != nil {
		return err
	}
	i.Animated = string(data[8:12]) == "avis"
	var walk func(data []byte, depth int)
	walk = func(data []byte, depth int) {
		for len(data) >= 8 {
			size, kind := uint64(binary.BigEndian.Uint32(data)), string(data[4:8])
			if size < 8 || size > uint64(len(data)) {
				size = uint64(len(data))
			}
			body := data[8:size]
			switch {
			case kind == "ispe" && len(body) >= 12:
				w, h := int64(binary.BigEndian.Uint32(body[4:])), int64(binary.BigEndian.Uint32(body[8:]))
				if w*h > int64(i.Width)*int64(i.Height) && w < 1<<20 && h < 1<<20 {
					i.Width, i.Height = int(w), int(h)
				}
			case depth < 3 && kind == "meta" && len(body) >= 4:
				walk(body[4:], depth+1)
			case depth < 3 && (kind == "iprp" || kind == "ipco"):
				walk(body, depth+1)
			}
			data = data[size:]
		}
	}
	walk(data, 0)
	return nil
}

func (i *Info) bmp(r io.Reader) error {
	var head [26]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return broken(err)
	}
	if head[14] == 12 { // of OS/2
		i.Width, i.Height = int(binary.LittleEndian.Uint16(head[18:])), int(binary.LittleEndian.Uint16(head[20:]))
		return nil
	}
	i.Width, i.Height = int(int32(binary.LittleEndian.Uint32(head[18:]))), int(int32(binary.LittleEndian.Uint32(head[22:])))
	i.Height = max(i.Height, -i.Height) // negative where the first row is on top
	return nil
}

// ico takes the icon with most bits a pixel.
func (i *Info) ico(r io.Reader) error {
	var head [6]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return broken(err)
	}
	bits := -1
	for range min(binary.LittleEndian.Uint16(head[4:]), 255) {
		var e [16]byte
		if _, err := io.ReadFull(r, e[:]); err != nil {
			return broken(err)
		}
		if b := int(binary.LittleEndian.Uint16(e[6:])); b >= bits {
			bits = b
			i.Width, i.Height = (int(e[0])+255)%256+1, (int(e[1])+255)%256+1
		}
	}
	return nil
}

// broken is the error of a decoder: nearly always the file is wrong.
func broken(err error) error {
	return fmt.Errorf("%w: %w", ErrBroken, err)
}
