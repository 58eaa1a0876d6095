package av

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"github.com/headpress/headpress/internal/php"
)

// bitrates of MPEG 1 and of MPEG 2 and 2.5, by layer, in kbit/s.
var bitrates = [2][4][16]int64{
	{1: {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448}, 2: {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384}, 3: {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}},
	{1: {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256}, 2: {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}, 3: {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}},
}

var channelModes = [4]string{"stereo", "joint stereo", "dual channel", "mono"}

// frame is the header of a frame of MPEG audio.
type frame struct {
	layer         int
	second        bool // MPEG 2 or 2.5
	rate, bitrate int64
	mode          int
	length        int64
}

func parseFrame(b []byte) (fr frame, ok bool) {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return fr, false
	}
	version, layer := b[1]>>3&3, 4-int(b[1]>>1&3)
	rate, kbit := b[2]>>2&3, b[2]>>4
	if version == 1 || layer == 4 || rate == 3 || kbit == 0 || kbit == 15 {
		return fr, false
	}
	fr = frame{layer: layer, second: version != 3, mode: int(b[3] >> 6)}
	i := 0
	fr.rate = [3]int64{44100, 48000, 32000}[rate]
	if fr.second {
		i = 1
		fr.rate /= 2
		if version == 0 {
			fr.rate /= 2
		}
	}
	fr.bitrate = bitrates[i][layer][kbit] * 1000
	padding := int64(b[2] >> 1 & 1)
	if layer == 1 {
		fr.length = (12*fr.bitrate/fr.rate + padding) * 4
	} else {
		fr.length = fr.samples()/8*fr.bitrate/fr.rate + padding
	}
	return fr, fr.length > 4
}

func (fr frame) samples() int64 {
	switch {
	case fr.layer == 1:
		return 384
	case fr.layer == 3 && fr.second:
		return 576
	}
	return 1152
}

// searched is how far behind the tags the first frame may be.
const searched = 128 << 10

// mp3 reads MPEG audio, whose first frame may tell how all of it was made.
func (f *file) mp3() *Info {
	start, end := int64(0), f.size
	tags, length := f.id3v2()
	start += length
	old := f.id3v1()
	if old != nil {
		end -= 128
		if tags.Len() == 0 {
			tags = old
		}
	}
	head := f.bytes(start, searched)
	var fr frame
	found := false
	for i := 0; i+4 <= len(head) && !found; i++ {
		if fr, found = parseFrame(head[i:]); found {
			// Two frames in a row, or one that is all there is, are no accident.
			if next := i + int(fr.length); next+4 <= len(head) && start+int64(next) < end {
				_, found = parseFrame(head[next:])
			}
			if found {
				start, head = start+int64(i), head[i:]
			}
		}
	}
	if !found {
		return nil
	}
	channels := int64(2)
	if fr.mode == 3 {
		channels = 1
	}
	audio := list("dataformat", "mp"+strconv.Itoa(fr.layer), "channels", channels, "sample_rate", fr.rate, "bitrate", fr.bitrate, "channelmode", channelModes[fr.mode])
	fr.describe(audio, head, end-start)
	bitrate, _ := audio.Get("bitrate")
	finish(audio)
	mime := "audio/mpeg"
	return &Info{Format: "mp" + strconv.Itoa(fr.layer), MIME: mime, Seconds: quotient((end-start)*8, bitrate), Audio: audio, Tags: tags}
}

// describe tells how the bits were spent: by the header of Xing, and LAME's behind it, or as one frame says for all.
func (fr frame) describe(audio *php.Array, head []byte, length int64) {
	side := 36
	switch {
	case !fr.second && fr.mode == 3, fr.second && fr.mode != 3:
		side = 21
	case fr.second:
		side = 13
	}
	mode, options := "cbr", "CBR"+strconv.FormatInt(fr.bitrate/1000, 10)
	var lame []byte
	if len(head) > side+16 && (bytes.HasPrefix(head[side:], []byte("Xing")) || bytes.HasPrefix(head[side:], []byte("Info"))) {
		b := head[side+4:]
		flags := binary.BigEndian.Uint32(b)
		b = b[4:]
		var frames, size int64
		for _, field := range []struct {
			flag uint32
			n    int
			into *int64
		}{{1, 4, &frames}, {2, 4, &size}, {4, 100, nil}, {8, 4, nil}} {
			if flags&field.flag == 0 || len(b) < field.n {
				continue
			}
			if field.into != nil {
				*field.into = int64(binary.BigEndian.Uint32(b))
			}
			b = b[field.n:]
		}
		if bytes.HasPrefix(b, []byte("LAME")) && len(b) >= 21 {
			lame = b
		}
		method := byte(0)
		if lame != nil {
			method = lame[9] & 15
		}
		switch method {
		case 1, 8: // constant
		case 2, 9:
			mode, options = "abr", "ABR"
		default:
			mode, options = "vbr", "VBR"
		}
		if mode != "cbr" && frames > 0 {
			if size == 0 {
				size = length
			}
			audio.Set("bitrate", product(float64(size)/float64(frames)*8, float64(fr.rate)/float64(fr.samples())))
		}
	}
	audio.Set("bitrate_mode", mode)
	if lame != nil && mode != "cbr" {
		audio.Set("codec", "LAME")
		audio.Set("encoder", text(bytes.TrimRight(bytes.TrimRight(lame[:9], "\x00 "), ".")))
	}
	audio.Set("lossless", false)
	audio.Set("encoder_options", options)
}
