package av

import (
	"encoding/binary"

	"github.com/headpress/headpress/internal/php"
)

// isBox tells whether a file begins with a box of MP4 or QuickTime.
func isBox(kind string) bool {
	switch kind {
	case "ftyp", "moov", "mdat", "wide", "free", "skip", "pnot":
		return true
	}
	return false
}

// sinceUnix is what MP4's clock, which began in 1904, shows at Unix's beginning.
const sinceUnix = 2082844800

// movie is what the boxes tell.
type movie struct {
	f             *file
	data          int64 // where the first content begins
	scale, length int64
	created       int64
	found         bool
	width, height int64
	video         *Video
	audio         *php.Array
	mpeg4         bool // one of its codecs makes it MP4
	aac           bool
	mobile        bool // a 3GP
	quicktime     bool
	boxes         int
}

const (
	// mostBoxes bounds the work that a file can ask for.
	mostBoxes = 20_000
	deepest   = 8
	// longestBox is how much of a box with numbers is read.
	longestBox = 64 << 10
)

func (f *file) mp4() *Info {
	m := &movie{f: f, data: -1}
	m.walk(0, f.size, 0, "")
	info := &Info{Format: "quicktime", MIME: "video/quicktime", Audio: m.audio, Video: m.video}
	if m.mpeg4 {
		info.Format = "mp4"
	}
	switch {
	case m.aac && m.video == nil:
		info.MIME = "audio/mp4"
	case m.aac:
		info.MIME = "video/mp4"
	}
	if !m.found {
		return info
	}
	created := m.created - sinceUnix
	info.Created = &created
	info.Seconds = quotient(m.length, m.scale)
	if m.video != nil {
		m.video.Width, m.video.Height = m.width, m.height
	}
	m.spread(info)
	return info
}

// spread gives the bits that are not known to be the sound's to the pictures.
func (m *movie) spread(info *Info) {
	if info.Seconds == nil || m.data < 0 || number(info.Seconds) <= 0 {
		return
	}
	total := quotient((m.f.size-m.data)*8, info.Seconds)
	switch {
	case m.video == nil && m.audio == nil:
		info.Audio = list("bitrate", total)
	case m.video == nil || m.mobile:
	case m.audio == nil:
		m.video.Bitrate = int64(number(total))
	default:
		if sound, ok := m.audio.Get("bitrate"); ok {
			m.video.Bitrate = int64(number(total) - number(sound))
		}
	}
}

// walk visits the boxes between two places; kind is the handler of the track that they are in.
func (m *movie) walk(at, end int64, depth int, kind string) {
	for at+8 <= end && m.boxes < mostBoxes && depth < deepest && m.f.err == nil {
		m.boxes++
		head := m.f.bytes(at, 16)
		if len(head) < 8 {
			return
		}
		length, start := int64(binary.BigEndian.Uint32(head)), at+8
		switch {
		case length == 1 && len(head) == 16:
			length, start = int64(binary.BigEndian.Uint64(head[8:])&(1<<62-1)), at+16 //nolint:gosec // 62 bits
		case length == 0:
			length = end - at
		}
		if length < start-at {
			return
		}
		next := at + length
		switch box := string(head[4:8]); box {
		case "ftyp":
			brand := m.f.bytes(start, 4)
			m.mobile = len(brand) == 4 && string(brand[:3]) == "3gp"
			m.quicktime = string(brand) == "qt  "
		case "mdat":
			if m.data < 0 {
				m.data = start
			}
		case "moov", "mdia", "minf", "stbl":
			if box == "mdia" {
				kind = m.handler(start, min(next, end))
			}
			m.walk(start, min(next, end), depth+1, kind)
		case "trak":
			m.walk(start, min(next, end), depth+1, "")
		case "mvhd":
			m.clock(m.f.bytes(start, 32))
		case "tkhd":
			m.size(m.f.bytes(start, 96))
		case "stsd":
			if b := m.f.bytes(start, min(next-start, longestBox)); len(b) > 16 {
				m.sample(b[8:], kind)
			}
		}
		at = next
	}
}

// handler finds out what kind of track a mdia box is about.
func (m *movie) handler(at, end int64) string {
	for at+8 <= end && m.boxes < mostBoxes {
		m.boxes++
		head := m.f.bytes(at, 20)
		if len(head) < 20 {
			return ""
		}
		if string(head[4:8]) == "hdlr" {
			return string(head[16:20])
		}
		length := int64(binary.BigEndian.Uint32(head))
		if length < 8 {
			return ""
		}
		at += length
	}
	return ""
}

func (m *movie) clock(b []byte) {
	be := binary.BigEndian
	switch {
	case len(b) >= 20 && b[0] == 0:
		m.created, m.scale, m.length = int64(be.Uint32(b[4:])), int64(be.Uint32(b[12:])), int64(be.Uint32(b[16:]))
	case len(b) >= 32 && b[0] == 1:
		m.created, m.scale, m.length = int64(be.Uint64(b[4:])&(1<<62-1)), int64(be.Uint32(b[20:])), int64(be.Uint64(b[24:])&(1<<62-1)) //nolint:gosec // 62 bits
	default:
		return
	}
	m.found = true
}

func (m *movie) size(b []byte) {
	at := 76
	if len(b) > 0 && b[0] == 1 {
		at = 88
	}
	if len(b) < at+8 {
		return
	}
	if w, h := binary.BigEndian.Uint32(b[at:])>>16, binary.BigEndian.Uint32(b[at+4:])>>16; w > 0 && h > 0 {
		m.width, m.height = int64(w), int64(h)
	}
}

// movieCodecs are names of what samples are made with, where QuickTime names none.
var movieCodecs = map[string]string{"avc1": "H.264/MPEG-4 AVC", "hvc1": "H.265/HEVC", "hev1": "H.265/HEVC"}

// sample reads the first description of a track's samples.
func (m *movie) sample(b []byte, kind string) {
	length := int64(binary.BigEndian.Uint32(b))
	if length < 16 || length > int64(len(b)) {
		return
	}
	codec, b := string(b[4:8]), b[:length]
	switch {
	case kind == "vide" && len(b) >= 86:
		v := &Video{Format: "quicktime", Codec: movieCodecs[codec]}
		if codec == "mp4v" {
			v.Format = "mpeg4"
		}
		if n := int(b[50]); m.quicktime && n > 0 && n < 32 {
			lossless := false
			v.Codec, v.Lossless = text(b[51:51+n]), &lossless
		}
		m.mpeg4 = m.mpeg4 || !m.quicktime && (codec == "mp4v" || movieCodecs[codec] != "")
		m.video = v
	case kind == "soun" && codec == "mp4a" && len(b) >= 36:
		m.mpeg4, m.aac = true, true
		m.audio = list("dataformat", "mp4", "bitrate", averageOf(b), "codec", "ISO/IEC 14496-3 AAC", "sample_rate", float64(binary.BigEndian.Uint32(b[32:]))/65536,
			"channels", int64(binary.BigEndian.Uint16(b[24:])), "bits_per_sample", int64(binary.BigEndian.Uint16(b[26:])), "lossless", false)
		finish(m.audio)
	}
}

// averageOf is the average bitrate in the esds box of a sound's description; nil where there is none.
func averageOf(b []byte) any {
	for at := 36; at+8 <= len(b); {
		length := int(binary.BigEndian.Uint32(b[at:]))
		if length < 8 || length > len(b)-at {
			return nil
		}
		if string(b[at+4:at+8]) == "esds" {
			return esds(b[at+12 : max(at+12, at+length)])
		}
		at += length
	}
	return nil
}

func esds(b []byte) any {
	// An ES descriptor holds a decoder's configuration: sizes are of 7 bits a byte.
	for len(b) > 2 {
		tag := b[0]
		i := 1
		for i < len(b) && b[i]&0x80 != 0 && i < 4 {
			i++
		}
		b = b[min(i+1, len(b)):]
		switch tag {
		case 3:
			b = b[min(3, len(b)):]
		case 4:
			if len(b) < 13 {
				return nil
			}
			return int64(binary.BigEndian.Uint32(b[9:]))
		default:
			return nil
		}
	}
	return nil
}
