package picture

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/headpress/headpress/internal/php"
)

// The tags that WordPress keeps or turns pictures by.
const (
	tagDescription = 0x010e
	tagModel       = 0x0110
	tagOrientation = 0x0112
	tagArtist      = 0x013b
	tagCopyright   = 0x8298
	tagExposure    = 0x829a
	tagFNumber     = 0x829d
	tagExifIFD     = 0x8769
	tagISO         = 0x8827
	tagDigitized   = 0x9004
	tagFocalLength = 0x920a
	tagUserComment = 0x9286
	tagXPComment   = 0x9c9c
	tagXPAuthor    = 0x9c9d
)

// exif holds tags with values as PHP's exif_read_data gives them: string, int64,
// float64, or a list of these. Texts are the bytes that the file has.
type exif map[uint16]any

// maxNesting is how deep directories may lie in each other.
const maxNesting = 8

// parseEXIF reads the TIFF structure behind "Exif\0\0". What comes before an error stays.
func parseEXIF(data []byte) exif {
	tags := exif{}
	if len(data) < 8 {
		return tags
	}
	r := tiffReader{data: data, tags: tags, left: 4096}
	switch string(data[:4]) {
	case "II\x2a\x00":
		r.order = binary.LittleEndian
	case "MM\x00\x2a":
		r.order = binary.BigEndian
	default:
		return tags
	}
	r.directory(r.order.Uint32(data[4:]), 0)
	return tags
}

type tiffReader struct {
	data  []byte
	order binary.ByteOrder
	tags  exif
	left  int // entries that may still be read, so that directories that name each other end
}

// sizes of a value of each type.
var tiffSizes = [13]uint64{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8}

// directory reads the entries of a directory; false at the first one that is wrong.
func (r *tiffReader) directory(at uint32, depth int) bool {
	if depth > maxNesting || uint64(at)+2 > uint64(len(r.data)) {
		return false
	}
	n := int(r.order.Uint16(r.data[at:]))
	entries := r.data[at+2:]
	if 12*n > len(entries) {
		return false
	}
	for i := range n {
		if r.left--; r.left < 0 || !r.entry(entries[12*i:12*i+12], depth) {
			return false
		}
	}
	return true
}

func (r *tiffReader) entry(e []byte, depth int) bool {
	tag, kind, count := r.order.Uint16(e), r.order.Uint16(e[2:]), r.order.Uint32(e[4:])
	if int(kind) >= len(tiffSizes) || kind == 0 {
		kind = 1 // PHP takes an unknown type as bytes
	}
	length := uint64(count) * tiffSizes[kind]
	value := e[8:12]
	if length > 4 {
		from := uint64(r.order.Uint32(value))
		if from+length > uint64(len(r.data)) {
			return false
		}
		value = r.data[from:]
	}
	value = value[:length]
	switch {
	case tag == tagExifIFD && kind == 4 && count == 1:
		return r.directory(r.order.Uint32(value), depth+1)
	case count == 0:
	case tag == tagUserComment:
		r.tags[tag] = r.comment(value)
	case tag == tagXPComment || tag == tagXPAuthor:
		s, _, _ := strings.Cut(latin9(r.units(value)), "\x00")
		r.tags[tag] = s
	default:
		r.tags[tag] = r.value(kind, count, value)
	}
	return true
}

func (r *tiffReader) value(kind uint16, count uint32, b []byte) any {
	switch kind {
	case 2:
		s, _, _ := strings.Cut(string(b), "\x00")
		return s
	case 1, 6, 7:
		return string(b)
	}
	size := int(tiffSizes[kind])
	list := make([]any, 0, min(count, 64))
	for ; len(b) >= size && len(list) < 64; b = b[size:] {
		list = append(list, r.number(kind, b))
	}
	if len(list) == 1 {
		return list[0]
	}
	return php.List(list...)
}

func (r *tiffReader) number(kind uint16, b []byte) any {
	pair := func(n, d int64) string { return strconv.FormatInt(n, 10) + "/" + strconv.FormatInt(d, 10) }
	switch kind {
	case 3:
		return int64(r.order.Uint16(b))
	case 4:
		return int64(r.order.Uint32(b))
	case 5:
		return pair(int64(r.order.Uint32(b)), int64(r.order.Uint32(b[4:])))
	case 8:
		return int64(int16(r.order.Uint16(b)))
	case 9:
		return int64(int32(r.order.Uint32(b)))
	case 10:
		return pair(int64(int32(r.order.Uint32(b))), int64(int32(r.order.Uint32(b[4:]))))
	case 11: // PHP reads floats in the order of its machine, not of the file
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}

// comment reads UserComment: eight bytes that name an encoding, then the text.
func (r *tiffReader) comment(b []byte) string {
	if len(b) >= 8 {
		switch code := string(b[:8]); {
		case code == "UNICODE\x00":
			return latin9(r.units(b[8:]))
		case code == "ASCII\x00\x00\x00", code == "JIS\x00\x00\x00\x00\x00", code == strings.Repeat("\x00", 8):
			b = b[8:]
		}
	}
	s, _, _ := strings.Cut(string(b), "\x00")
	return s
}

// units reads UTF-16 in the file's byte order, without a byte-order mark. What is half a unit stays one unit.
func (r *tiffReader) units(b []byte) []uint16 {
	u := make([]uint16, 0, len(b)/2+1)
	for ; len(b) >= 2; b = b[2:] {
		u = append(u, r.order.Uint16(b))
	}
	if len(b) == 1 {
		u = append(u, 0xffff)
	}
	if len(u) > 0 && u[0] == 0xfeff {
		u = u[1:]
	}
	return u
}

// latin9 writes UTF-16 in ISO-8859-15, PHP's setting exif.encode_unicode; what it lacks becomes "?".
func latin9(units []uint16) string {
	b := make([]byte, 0, len(units))
	for _, u := range units {
		c := byte('?')
		switch {
		case utf16.IsSurrogate(rune(u)):
		case strings.ContainsRune("¤¦¨´¸¼½¾", rune(u)):
		case u < 256:
			c = byte(u)
		default:
			for i, r := range []rune("€ŠšŽžŒœŸ") {
				if r == rune(u) {
					c = "\xa4\xa6\xa8\xb4\xb8\xbc\xbd\xbe"[i]
				}
			}
		}
		b = append(b, c)
	}
	return string(b)
}

// orientation is what EXIF says of how the camera was held.
func (x exif) orientation() Orientation {
	switch v := x[tagOrientation].(type) {
	case int64, string:
		if n := php.ToInt(v); n >= 1 && n <= 8 {
			return Orientation(n)
		}
	}
	return 0
}

// text gives a tag that is a single value as a trimmed string.
func (x exif) text(tag uint16) string {
	v := x[tag]
	if _, list := v.(*php.Array); list {
		return ""
	}
	return php.Trim(php.ToString(v))
}

// fraction computes a rational number; what is none is 0 (wp_exif_frac2dec).
func (x exif) fraction(tag uint16) float64 {
	v, ok := x[tag].(string)
	if !ok {
		if _, list := x[tag].(*php.Array); list {
			return 0
		}
		return php.ToFloat(x[tag])
	}
	if php.IsNumeric(v) {
		return php.ToFloat(v)
	}
	over, under, ok := strings.Cut(v, "/")
	if !ok || !php.IsNumeric(over) || !php.IsNumeric(under) || php.ToFloat(under) == 0 {
		return 0
	}
	return php.ToFloat(over) / php.ToFloat(under)
}
