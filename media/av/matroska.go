package av

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// The elements of Matroska and WebM that are read.
const (
	ebmlID      = 0x1A45DFA3
	docType     = 0x4282
	segment     = 0x18538067
	segmentInfo = 0x1549A966
	timeScale   = 0x2AD7B1
	duration    = 0x4489
	trackList   = 0x1654AE6B
	track       = 0xAE
	trackType   = 0x83
	codecID     = 0x86
	codecData   = 0x63A2
	language    = 0x22B59C
	videoTrack  = 0xE0
	pixelWidth  = 0xB0
	pixelHeight = 0xBA
	audioTrack  = 0xE1
	frequency   = 0xB5
	channelsID  = 0x9F
	bitDepth    = 0x6264
	cluster     = 0x1F43B675
)

// matroskaCodecs are the names that formats have in metadata; others keep Matroska's own.
var matroskaCodecs = map[string]string{
	"V_VP8": "vp8", "V_MPEG4/ISO/AVC": "h264", "V_MPEG4/ISO/ASP": "mpeg4", "V_MPEG4/ISO/SP": "mpeg4", "V_THEORA": "theora",
	"A_VORBIS": "vorbis", "A_MPEG/L3": "mp3", "A_AC3": "ac3", "A_DTS": "dts", "A_AAC": "aac", "A_FLAC": "flac", "A_PCM/INT/LIT": "pcm", "A_PCM/INT/BIG": "pcm",
}

// recording is what the elements tell.
type recording struct {
	f        *file
	kind     string
	scale    int64
	duration float64
	tracks   []matroskaTrack
	elements int
}

type matroskaTrack struct {
	kind            int64
	codec, language string
	width, height   int64
	rate            float64
	channels, bits  int64
	vorbis          []byte // what its codec says of itself
}

// mostTracks bounds the tracks that are kept: their texts may be long.
const mostTracks = 100

func (f *file) matroska() *Info {
	r := &recording{f: f, scale: 1_000_000}
	r.walk(0, f.size, 0, nil)
	if r.kind != "webm" && r.kind != "matroska" {
		return nil
	}
	info := &Info{Format: r.kind, MIME: "video/webm"}
	suffix := "webm"
	if r.kind == "matroska" {
		suffix = "x-matroska"
	}
	info.MIME = "audio/" + suffix
	if r.duration > 0 {
		info.Seconds = r.duration * float64(r.scale) / 1e9
	}
	for _, t := range r.tracks {
		name := matroskaCodecs[t.codec]
		if name == "" {
			name = t.codec
		}
		switch {
		case t.kind == 1 && info.Video == nil:
			info.Video = &Video{Width: t.width, Height: t.height, Format: name}
			info.MIME = "video/" + suffix
		case t.kind == 2 && info.Audio == nil:
			info.Audio = t.sound(name)
		}
	}
	r.spread(info)
	return info
}

// sound describes a track of sound. What the codec tells of itself counts more than the track.
func (t *matroskaTrack) sound(name string) *php.Array {
	a := list("dataformat", name, "sample_rate", t.rate, "channels", t.channels, "language", t.language)
	if t.bits > 0 {
		a.Set("bits_per_sample", t.bits)
	}
	switch name {
	case "vorbis":
		a.Set("lossless", false)
		a.Set("bitrate_mode", "vbr")
		if head := t.vorbis; head != nil {
			a.Set("sample_rate", u32(head[12:]))
			a.Set("channels", int64(head[11]))
			if nominal := u32(head[20:]); nominal > 0 && nominal < 1<<31 {
				a.Set("bitrate", nominal)
			}
		}
	case "flac":
		a.Set("sample_rate", int64(t.rate))
		a.Set("bitrate_mode", "vbr")
		a.Set("lossless", true)
	case "pcm":
		a.Set("bitrate", t.rate*float64(t.channels)*float64(t.bits))
	}
	finish(a)
	return a
}

// vorbisHead is the first of the three headers that a track keeps together.
func vorbisHead(b []byte) []byte {
	if len(b) < 3 || b[0] != 2 {
		return nil
	}
	i := 1
	for range 2 { // the lengths of two, in steps of 255
		for i < len(b) && b[i] == 255 {
			i++
		}
		i++
	}
	if i+30 > len(b) || string(b[i:i+7]) != "\x01vorbis" {
		return nil
	}
	return b[i : i+30]
}

func (r *recording) spread(info *Info) {
	if info.Seconds == nil {
		return
	}
	total := number(quotient(r.f.size*8, info.Seconds))
	switch {
	case info.Video == nil && info.Audio != nil:
		if _, ok := info.Audio.Get("bitrate"); !ok {
			info.Audio.Set("bitrate", total)
			finish(info.Audio)
		}
	case info.Video != nil && info.Audio == nil:
		info.Video.Bitrate = int64(total)
	case info.Video != nil:
		if sound, ok := info.Audio.Get("bitrate"); ok {
			info.Video.Bitrate = int64(math.Round(total - number(sound)))
		}
	}
}

// vint reads a number whose first bits tell how long it is; with keep they are part of it.
func vint(b []byte, keep bool) (v int64, n int, unknown bool) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0, false
	}
	n = bits.LeadingZeros8(b[0]) + 1
	if n > len(b) || keep && n > 4 {
		return 0, 0, false
	}
	first := b[0]
	if !keep {
		first &= 0xff >> n
	}
	v = int64(first)
	ones := first == 0xff>>n
	for _, c := range b[1:n] {
		v, ones = v<<8|int64(c), ones && c == 0xff
	}
	return v, n, ones && !keep
}

// walk visits the elements between two places.
func (r *recording) walk(at, end int64, depth int, t *matroskaTrack) {
	for at < end && r.elements < mostBoxes && depth < deepest && r.f.err == nil {
		r.elements++
		head := r.f.bytes(at, 12)
		id, n, _ := vint(head, true)
		if n == 0 {
			return
		}
		length, m, unknown := vint(head[n:], false)
		if m == 0 {
			return
		}
		start := at + int64(n+m)
		next := start + length
		if unknown || next > end || next < start {
			next = end
		}
		switch id {
		case ebmlID, segment, segmentInfo, trackList, videoTrack, audioTrack:
			r.walk(start, next, depth+1, t)
		case track:
			one := matroskaTrack{language: "eng", rate: 8000, channels: 1}
			r.walk(start, next, depth+1, &one)
			if len(r.tracks) < mostTracks {
				r.tracks = append(r.tracks, one)
			}
		case cluster:
			if len(r.tracks) > 0 {
				return // the content begins
			}
		default:
			if length <= longestBox {
				r.element(id, start, next, t)
			}
		}
		at = next
	}
}

func (r *recording) element(id, start, next int64, t *matroskaTrack) {
	var b []byte
	switch id {
	case docType, timeScale, duration, trackType, codecID, codecData, language, pixelWidth, pixelHeight, frequency, channelsID, bitDepth:
		b = r.f.bytes(start, next-start)
	}
	if b == nil {
		return
	}
	switch id {
	case docType:
		r.kind = strings.TrimRight(string(b), "\x00")
	case timeScale:
		r.scale = unsigned(b)
	case duration:
		r.duration = float(b)
	}
	if t == nil {
		return
	}
	switch id {
	case trackType:
		t.kind = unsigned(b)
	case codecID:
		t.codec = strings.TrimRight(text(b), "\x00")
	case codecData:
		t.vorbis = slices.Clone(vorbisHead(b))
	case language:
		t.language = strings.TrimRight(text(b), "\x00")
	case pixelWidth:
		t.width = unsigned(b)
	case pixelHeight:
		t.height = unsigned(b)
	case frequency:
		t.rate = float(b)
	case channelsID:
		t.channels = unsigned(b)
	case bitDepth:
		t.bits = unsigned(b)
	}
}

func unsigned(b []byte) (n int64) {
	for _, c := range b[:min(len(b), 7)] {
		n = n<<8 | int64(c)
	}
	return n
}

func float(b []byte) float64 {
	var v float64
	switch len(b) {
	case 4:
		v = float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	case 8:
		v = math.Float64frombits(binary.BigEndian.Uint64(b))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 || v > 1e15 {
		return 0
	}
	return v
}
