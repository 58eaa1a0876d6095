// Package av reads what sound and video files say of themselves, in their headers
// alone: formats, lengths, rates and ID3 tags, named and computed as WordPress has them
// in its attachments' metadata (wp_read_audio_metadata, wp_read_video_metadata).
//
// What is not said stays out: WordPress keeps no key then. Files are not trusted: sizes that they
// name are checked against what is there, and no more than a few of their bytes are kept.
package av

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Info is what is known of a file.
type Info struct {
	Format string // the container: mp3, wav, ogg, flac, mp4, quicktime, webm, matroska
	MIME   string
	// Seconds is how long it plays: an int64 or a float64, as PHP's division gives them; nil if not known.
	Seconds any
	Audio   *php.Array // nil where there is no sound
	Video   *Video     // nil where there is no picture
	Tags    *php.Array // of ID3, by getID3's names
	Created *int64     // in seconds of Unix
}

// Video is what is known of a file's pictures. Empty texts and nils are not known.
type Video struct {
	Lossless      *bool
	Bitrate       any
	Width, Height int64
	Format        string
	Codec         string
}

// ErrUnknown says that a file is of no format that is read here, or broken.
var ErrUnknown = errors.New("av: unknown format")

// Read reads a file of so many bytes.
func Read(r io.ReadSeeker, size int64) (*Info, error) {
	f := &file{r: r, size: size}
	head := f.bytes(0, 12)
	var info *Info
	switch {
	case len(head) < 4:
	case string(head[:4]) == "RIFF" && len(head) == 12 && string(head[8:]) == "WAVE":
		info = f.wav()
	case string(head[:4]) == "fLaC":
		info = f.flac(4)
	case string(head[:4]) == "OggS":
		info = f.ogg()
	case binary.BigEndian.Uint32(head) == ebmlID:
		info = f.matroska()
	case len(head) >= 8 && isBox(string(head[4:8])):
		info = f.mp4()
	case head[0] == 0xff && head[1]&0xf6 == 0xf0: // frames of AAC, of which no more is told
		info = &Info{MIME: "audio/aac"}
	case binary.BigEndian.Uint32(head) == 0x1ba:
		info = &Info{MIME: "video/mpeg"}
	default:
		info = f.mp3()
	}
	if f.err != nil {
		return nil, f.err
	}
	if info == nil {
		return nil, ErrUnknown
	}
	return info, nil
}

// file reads parts of a file; an error of the storage is kept and ends the reading.
type file struct {
	r     io.ReadSeeker
	size  int64
	err   error
	block []byte // what was read last
	from  int64  // and where it begins
	reads int
}

const (
	// blockSize is how much is read at least: headers lie side by side.
	blockSize = 4 << 10
	// mostReads bounds how often a file is read from another place: each may be a request to a bucket. Behind that it counts as ended.
	mostReads = 2000
)

// bytes gives n bytes from an offset on, fewer at the end of the file.
func (f *file) bytes(at, n int64) []byte {
	n = min(n, f.size-at)
	if f.err != nil || at < 0 || n <= 0 {
		return nil
	}
	if at < f.from || at+n > f.from+int64(len(f.block)) {
		f.read(at, min(max(n, blockSize), f.size-at))
	}
	return f.block[:min(at-f.from+n, int64(len(f.block)))][at-f.from:]
}

func (f *file) read(at, n int64) {
	f.block, f.from = nil, at
	if f.reads++; f.reads > mostReads {
		return
	}
	if _, err := f.r.Seek(at, io.SeekStart); err != nil {
		f.err = err
		return
	}
	b := make([]byte, n)
	got, err := io.ReadFull(f.r, b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		f.err = err
	}
	f.block = b[:got]
}

// quotient divides as PHP does: whole numbers that divide evenly stay whole.
func quotient(a, b any) any {
	x, xi := a.(int64)
	y, yi := b.(int64)
	if xi && yi {
		if y == 0 {
			return nil
		}
		if x%y == 0 {
			return x / y
		}
		return float64(x) / float64(y)
	}
	fx, fy := number(a), number(b)
	if fy == 0 || math.IsNaN(fx) || math.IsNaN(fy) {
		return nil
	}
	return fx / fy
}

// product multiplies as PHP does.
func product(a, b any) any {
	if x, ok := a.(int64); ok {
		if y, ok := b.(int64); ok {
			return x * y
		}
	}
	return number(a) * number(b)
}

func number(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return math.NaN()
}

// finish tells how the channels belong together, where that has a name, and how much
// smaller the sound is than it would be without compression.
func finish(a *php.Array) {
	count, _ := a.Get("channels")
	if _, ok := a.Get("channelmode"); !ok {
		switch count {
		case int64(1):
			a.Set("channelmode", "mono")
		case int64(2):
			a.Set("channelmode", "stereo")
		}
	}
	bits, ok := a.Get("bits_per_sample")
	if !ok {
		bits = int64(16)
	}
	rate, _ := a.Get("sample_rate")
	bitrate, ok := a.Get("bitrate")
	if !ok || count == nil || rate == nil {
		return
	}
	if ratio := quotient(bitrate, product(product(count, rate), bits)); ratio != nil {
		a.Set("compression_ratio", ratio)
	}
}

// list makes an array of names and values in turn, without those that are nil.
func list(pairs ...any) *php.Array {
	a := &php.Array{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != nil {
			a.Set(pairs[i].(string), pairs[i+1])
		}
	}
	return a
}

func u16(b []byte) int64 { return int64(binary.LittleEndian.Uint16(b)) }
func u32(b []byte) int64 { return int64(binary.LittleEndian.Uint32(b)) }

// wavCodecs are names of wFormatTag.
var wavCodecs = map[int64]string{
	0: "Microsoft Unknown Wave Format", 1: "Pulse Code Modulation (PCM)", 2: "Microsoft ADPCM", 3: "IEEE Float", 6: "Microsoft A-Law", 7: "Microsoft mu-Law", 17: "Intel DVI/IMA ADPCM",
	49: "Microsoft GSM 6.10", 80: "MPEG Layer-2 or Layer-1", 85: "MPEG Layer-3", 255: "AAC", 353: "Windows Media Audio V7 / V8 / V9", 8192: "Dolby AC3", 65534: "WAVE_FORMAT_EXTENSIBLE",
}

func (f *file) wav() *Info {
	var audio *php.Array
	var rate int64
	for at, n := int64(12), 0; n < 1000; n++ {
		head := f.bytes(at, 8)
		if len(head) < 8 {
			break
		}
		length := u32(head[4:])
		switch string(head[:4]) {
		case "fmt ":
			b := f.bytes(at+8, 16)
			if len(b) < 16 {
				return nil
			}
			tag, bits := u16(b), any(u16(b[14:]))
			if bits == int64(0) {
				bits = nil
			}
			format := "wav"
			if tag == 8192 {
				format = "ac3"
			}
			rate = u32(b[8:]) * 8
			audio = list("dataformat", format, "bitrate_mode", "cbr", "wformattag", tag, "codec", wavCodecs[tag], "channels", u16(b[2:]), "sample_rate", u32(b[4:]),
				"bitrate", rate, "bits_per_sample", bits, "lossless", tag == 1)
		case "data":
			if audio == nil {
				return nil
			}
			finish(audio)
			length = min(length, f.size-at-8)
			return &Info{Format: "wav", MIME: "audio/wav", Seconds: quotient(length*8, rate), Audio: audio}
		}
		at += 8 + length + length%2
	}
	return nil
}

// vendor is who made a file, in the comments of Vorbis.
func vendor(b []byte) any {
	if len(b) < 4 || u32(b) > int64(len(b)-4) {
		return nil
	}
	return text(b[4 : 4+u32(b)])
}

func (f *file) flac(at int64) *Info {
	var audio *php.Array
	var samples, rate int64
	var encoder any
	for n := 0; n < 1000; n++ {
		head := f.bytes(at, 4)
		if len(head) < 4 {
			break
		}
		length := int64(head[1])<<16 | int64(head[2])<<8 | int64(head[3])
		switch head[0] & 0x7f {
		case 0:
			b := f.bytes(at+4, 34)
			if len(b) < 34 {
				return nil
			}
			bits := binary.BigEndian.Uint64(b[10:18])
			rate, samples = int64(bits>>44), int64(bits&(1<<36-1))                                                                                                                     //nolint:gosec // 20 and 36 bits
			audio = list("dataformat", "flac", "bitrate_mode", "vbr", "lossless", true, "sample_rate", rate, "channels", int64(bits>>41&7)+1, "bits_per_sample", int64(bits>>36&31)+1) //nolint:gosec // few bits
		case 4:
			if v, ok := vendor(f.bytes(at+4, min(length, 1<<16))).(string); ok {
				encoder = strings.TrimPrefix(v, "reference ")
			}
		}
		at += 4 + length
		if head[0]&0x80 != 0 {
			break
		}
	}
	if audio == nil {
		return nil
	}
	info := &Info{Format: "flac", MIME: "audio/flac", Audio: audio, Seconds: quotient(samples, rate)}
	if info.Seconds != nil && samples > 0 {
		audio.Set("bitrate", quotient(f.size*8, info.Seconds))
	}
	if encoder != nil {
		audio.Set("encoder", encoder)
	}
	finish(audio)
	return info
}

// page is a page of Ogg: where its content begins and ends.
type page struct{ start, end int64 }

func (f *file) page(at int64) (p page, ok bool) {
	head := f.bytes(at, 27)
	if len(head) < 27 || string(head[:4]) != "OggS" {
		return p, false
	}
	lacing := f.bytes(at+27, int64(head[26]))
	p.start = at + 27 + int64(head[26])
	p.end = p.start
	for _, n := range lacing {
		p.end += int64(n)
	}
	return p, len(lacing) == int(head[26])
}

func (f *file) ogg() *Info {
	first, ok := f.page(0)
	if !ok {
		return nil
	}
	b := f.bytes(first.start, min(first.end-first.start, 64))
	var audio *php.Array
	var rate int64
	info := &Info{Format: "ogg", MIME: "application/ogg"}
	var prefix string
	var options any
	switch {
	case len(b) >= 30 && string(b[:7]) == "\x01vorbis":
		rate = u32(b[12:])
		audio, prefix = list("dataformat", "vorbis", "lossless", false, "channels", int64(b[11]), "sample_rate", rate, "bitrate_mode", "vbr"), "\x03vorbis"
		if nominal := u32(b[20:]); nominal > 0 && nominal < 1<<31 {
			options = "Nominal bitrate: " + php.ToString(int64(math.Round(float64(nominal)/1000))) + "kbps"
		}
	case len(b) >= 19 && string(b[:8]) == "OpusHead":
		info.MIME, rate = "audio/ogg; codecs=opus", 48000
		audio, prefix = list("dataformat", "opus", "bitrate_mode", "vbr", "lossless", false, "channels", int64(b[9]), "sample_rate_input", u32(b[12:]), "sample_rate", rate), "OpusTags"
	case len(b) >= 20 && string(b[:7]) == "\x80theora":
		info.MIME = "video/ogg"
		be := func(i int) int64 { return int64(b[i])<<16 | int64(b[i+1])<<8 | int64(b[i+2]) }
		info.Video = &Video{Width: be(14), Height: be(17), Format: "theora"}
		return info
	default:
		return nil
	}
	info.Audio = audio
	second, ok := f.page(first.end)
	if ok && second.end <= f.size {
		tags := f.bytes(second.start, min(second.end-second.start, longestTag))
		rest, named := bytes.CutPrefix(tags, []byte(prefix))
		// What is counted as sound begins behind the comments and ends with the last page but one.
		if last, at := f.lastPage(); last > 0 {
			info.Seconds = quotient(last, rate)
			bits := (at - second.start - int64(len(prefix)) - comments(rest)) * 8
			if prefix == "OpusTags" { // rounded otherwise in the last digit
				audio.Set("bitrate", float64(bits)/float64(last)*float64(rate))
			} else if bitrate := quotient(bits, info.Seconds); bitrate != nil {
				audio.Set("bitrate", bitrate)
			}
		}
		if v := vendor(rest); named && v != nil {
			audio.Set("encoder", v)
		}
		if options != nil {
			audio.Set("encoder_options", options)
		}
	}
	finish(audio)
	return info
}

// comments is how long the comments of Vorbis are, the vendor included.
func comments(b []byte) int64 {
	at := int64(0)
	field := func() bool {
		if at+4 > int64(len(b)) {
			return false
		}
		at = min(at+4+u32(b[at:]), int64(len(b)))
		return true
	}
	if !field() || at+4 > int64(len(b)) {
		return at
	}
	n := u32(b[at:])
	at += 4
	for range min(n, mostBoxes) {
		if !field() {
			break
		}
	}
	return at
}

// lastPage gives the place in time of the last page, and in the file.
func (f *file) lastPage() (granule, at int64) {
	start := max(0, f.size-1<<17)
	b := f.bytes(start, f.size-start)
	for i := bytes.LastIndex(b, []byte("OggS")); i >= 0; i = bytes.LastIndex(b[:i], []byte("OggS")) {
		if i+14 <= len(b) {
			if g := int64(binary.LittleEndian.Uint64(b[i+6:])); g > 0 { //nolint:gosec // -1 is none
				return g, start + int64(i)
			}
		}
	}
	return 0, 0
}
