package picture

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// jpegHeader is what the segments before a JPEG's pixels say.
type jpegHeader struct {
	frame       []byte // the SOF segment
	progressive bool
	exif, iptc  []byte // first segments of their kind, without their names
	scan        int    // where the first scan begins, 0 where the file ends before its pixels
	restart     int    // how many groups of blocks lie between two marks, 0 where there are none
}

// components is how many planes there are.
func (h jpegHeader) components() int { return int(h.frame[5]) }

// maxSegments bounds how many segments are looked at.
const maxSegments = 4096

// readJPEG reads the segments of a JPEG up to its pixels. A file that ends after it has said how
// large it is counts as read.
func readJPEG(r io.Reader) (jpegHeader, error) {
	h, err := readSegments(r)
	if len(h.frame) >= 6 && len(h.frame) >= 6+3*h.components() {
		return h, nil
	}
	if err == nil {
		err = ErrBroken
	}
	return h, err
}

func readSegments(r io.Reader) (jpegHeader, error) {
	var h jpegHeader
	at := &counter{r: r}
	in := bufio.NewReaderSize(at, 1<<12)
	if b, err := in.Peek(2); err != nil || b[0] != 0xff || b[1] != 0xd8 {
		return h, ErrBroken
	}
	_, _ = in.Discard(2)
	for range maxSegments {
		marker, err := nextMarker(in)
		if err != nil {
			return h, eof(err)
		}
		if marker == 0xd8 || marker == 0x01 || marker >= 0xd0 && marker <= 0xd7 {
			continue // no length
		}
		if marker == 0xd9 {
			break
		}
		if marker == 0xda {
			from := at.n - in.Buffered() - 2
			if size, err := in.Peek(2); err == nil {
				if _, err := in.Peek(int(size[0])<<8 | int(size[1])); err == nil {
					h.scan = from
				}
			}
			break
		}
		size, err := in.Peek(2)
		if err != nil {
			return h, eof(err)
		}
		n := int(size[0])<<8 | int(size[1])
		if n < 2 {
			return h, ErrBroken
		}
		frame := marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
		if !frame && (marker != 0xe1 || h.exif != nil) && (marker != 0xed || h.iptc != nil) && marker != 0xdd {
			if _, err := in.Discard(n); err != nil {
				return h, eof(err)
			}
			continue
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(in, body); err != nil {
			return h, eof(err)
		}
		body = body[2:]
		switch {
		case frame && h.frame == nil:
			h.frame, h.progressive = body, marker&3 == 2
		case marker == 0xe1:
			if tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok {
				h.exif = tiff
			}
		case marker == 0xed:
			h.iptc = body
		case marker == 0xdd && len(body) >= 2:
			h.restart = int(body[0])<<8 | int(body[1])
		}
	}
	return h, nil
}

func nextMarker(in *bufio.Reader) (byte, error) {
	for {
		if _, err := in.ReadSlice(0xff); err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return 0, err
		} else if err != nil {
			continue
		}
		for {
			c, err := in.ReadByte()
			if err != nil {
				return 0, err
			}
			if c == 0 {
				break
			}
			if c != 0xff {
				return c, nil
			}
		}
	}
}

// eof makes an end that comes too early a picture that is broken.
func eof(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrBroken
	}
	return err
}
