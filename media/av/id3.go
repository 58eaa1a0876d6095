package av

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/headpress/headpress/internal/php"
)

// frameNames are what the frames of ID3v2 are called in metadata.
var frameNames = map[string]string{
	"TIT1": "content_group_description", "TIT2": "title", "TIT3": "subtitle", "TPE1": "artist", "TPE2": "band", "TPE3": "conductor", "TPE4": "remixer", "TALB": "album",
	"TYER": "year", "TDAT": "date", "TIME": "time", "TRDA": "recording_dates", "TDRC": "recording_time", "TDOR": "original_release_time", "TDRL": "release_time", "TDTG": "tagging_time",
	"TDEN": "encoding_time", "TORY": "original_year", "TRCK": "track_number", "TPOS": "part_of_a_set", "TCON": "genre", "TCOM": "composer", "TEXT": "lyricist", "TOLY": "original_lyricist",
	"TOPE": "original_artist", "TOAL": "original_album", "TOFN": "original_filename", "TOWN": "file_owner", "TBPM": "bpm", "TKEY": "initial_key", "TLAN": "language", "TMED": "media_type",
	"TFLT": "file_type", "TMOO": "mood", "TCOP": "copyright_message", "TPRO": "produced_notice", "TPUB": "publisher", "TENC": "encoded_by", "TSSE": "encoder_settings", "TSRC": "isrc",
	"TSIZ": "size", "TSOA": "album_sort_order", "TSOP": "performer_sort_order", "TSOT": "title_sort_order", "TSO2": "album_artist_sort_order", "TSOC": "composer_sort_order",
	"TSST": "set_subtitle", "TCMP": "part_of_a_compilation", "TDLY": "playlist_delay", "TRSN": "internet_radio_station_name", "TRSO": "internet_radio_station_owner",
	"TMCL": "musician_credits_list", "TIPL": "involved_people_list", "COMM": "comment", "USLT": "unsynchronised_lyric", "TXXX": "text", "WXXX": "url_user",
	"WCOM": "commercial_information", "WOAR": "url_artist", "WCOP": "copyright", "WOAF": "url_file", "WPUB": "url_publisher",
}

// shortNames are those that the frames of ID3v2.2 got in later versions.
var shortNames = map[string]string{
	"TT1": "TIT1", "TT2": "TIT2", "TT3": "TIT3", "TP1": "TPE1", "TP2": "TPE2", "TP3": "TPE3", "TP4": "TPE4", "TAL": "TALB", "TYE": "TYER", "TDA": "TDAT", "TIM": "TIME", "TRK": "TRCK", "TPA": "TPOS",
	"TCO": "TCON", "TCM": "TCOM", "TXT": "TEXT", "TBP": "TBPM", "TLA": "TLAN", "TCR": "TCOP", "TPB": "TPUB", "TEN": "TENC", "TSS": "TSSE", "TRC": "TSRC", "TXX": "TXXX", "COM": "COMM", "ULT": "USLT", "WXX": "WXXX",
}

const (
	// longestTag is how much of a tag is read: pictures in it may be large, and come last usually.
	longestTag = 1 << 20
	mostFrames = 500
)

// syncsafe reads a number of 7 bits a byte.
func syncsafe(b []byte) int64 {
	return int64(b[0]&127)<<21 | int64(b[1]&127)<<14 | int64(b[2]&127)<<7 | int64(b[3]&127)
}

// id3v2 reads the tag at the beginning, and tells how long it is.
func (f *file) id3v2() (tags *php.Array, length int64) {
	tags = &php.Array{}
	head := f.bytes(0, 10)
	if len(head) < 10 || string(head[:3]) != "ID3" {
		return tags, 0
	}
	length = 10 + syncsafe(head[6:])
	version, flags := head[3], head[5]
	b := f.bytes(10, min(length-10, longestTag))
	if version < 4 && flags&0x80 != 0 {
		b = bytes.ReplaceAll(b, []byte{0xff, 0}, []byte{0xff})
	}
	if flags&0x40 != 0 && version > 2 && len(b) >= 4 { // an extended header
		n := int64(binary.BigEndian.Uint32(b)) + 4
		if version == 4 {
			n = syncsafe(b)
		}
		b = b[min(n, int64(len(b))):]
	}
	for range mostFrames {
		id, content, rest := nextFrame(version, b)
		if id == "" {
			break
		}
		b = rest
		name := frameNames[id]
		if name == "" {
			continue
		}
		value := frameValue(id, content)
		if value == "" {
			continue
		}
		if name == "genre" {
			value = genre(value)
		}
		if _, there := tags.Get(name); !there {
			tags.Set(name, value)
		}
	}
	follow(tags)
	return tags, length
}

func nextFrame(version byte, b []byte) (id string, content, rest []byte) {
	head, name := 10, 4
	if version == 2 {
		head, name = 6, 3
	}
	if len(b) <= head || b[0] == 0 {
		return "", nil, nil
	}
	id = string(b[:name])
	var n int64
	skip := 0
	switch version {
	case 2:
		n = int64(b[3])<<16 | int64(b[4])<<8 | int64(b[5])
		if id = shortNames[id]; id == "" {
			id = "-"
		}
	case 4:
		n = syncsafe(b[4:])
		if b[9]&1 != 0 {
			skip = 4
		}
	default:
		n = int64(binary.BigEndian.Uint32(b[4:]))
	}
	if n > int64(len(b)-head) {
		return "", nil, nil
	}
	content = b[head : head+int(n)]
	return id, content[min(skip, len(content)):], b[head+int(n):]
}

// frameValue is the first text of a frame.
func frameValue(id string, b []byte) string {
	if id[0] == 'W' && id != "WXXX" {
		return first(0, b)
	}
	if len(b) < 2 {
		return ""
	}
	encoding, b := b[0], b[1:]
	switch id {
	case "COMM", "USLT":
		if len(b) < 3 {
			return ""
		}
		_, b = cut(encoding, b[3:]) // a language and a description
	case "TXXX":
		_, b = cut(encoding, b)
	case "WXXX":
		_, b = cut(encoding, b)
		encoding = 0
	}
	return first(encoding, b)
}

// cut splits a text from what is behind its end.
func cut(encoding byte, b []byte) (before, after []byte) {
	if encoding == 1 || encoding == 2 {
		for i := 0; i+1 < len(b); i += 2 {
			if b[i] == 0 && b[i+1] == 0 {
				return b[:i], b[i+2:]
			}
		}
		return b, nil
	}
	before, after, _ = bytes.Cut(b, []byte{0})
	return before, after
}

func first(encoding byte, b []byte) string {
	b, _ = cut(encoding, b)
	switch encoding {
	case 1, 2:
		order := binary.ByteOrder(binary.BigEndian)
		if encoding == 1 && len(b) >= 2 {
			if b[0] == 0xff && b[1] == 0xfe {
				order = binary.LittleEndian
			}
			b = b[2:]
		}
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = order.Uint16(b[2*i:])
		}
		return string(utf16.Decode(units))
	case 3:
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return latin(b)
}

// latin reads ISO 8859-1.
func latin(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// text is a text that says nothing of its encoding.
func text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return latin(b)
}

var genreNumber = regexp.MustCompile(`^\(?(\d{1,3})\)?`)

// genre writes a genre that is given by its number, alone or in parentheses, by its name.
func genre(s string) string {
	m := genreNumber.FindStringSubmatch(s)
	if m == nil || s[0] != '(' && m[0] != s {
		return s
	}
	if n, err := strconv.Atoi(m[1]); err == nil && n < len(genres) {
		return genres[n]
	}
	return s
}

// follow adds what other frames tell besides: how many tracks there are, and the year.
func follow(tags *php.Array) {
	if v, ok := tags.Get("track_number"); ok {
		if number, total, ok := strings.Cut(php.ToString(v), "/"); ok {
			tags.Set("track_number", number)
			tags.Set("totaltracks", total)
		}
	}
	if v, ok := tags.Get("recording_time"); ok {
		if year := php.ToString(v); len(year) >= 4 && strings.Trim(year[:4], "0123456789") == "" {
			if _, there := tags.Get("year"); !there {
				tags.Set("year", year[:4])
			}
		}
	}
}

// id3v1 reads the tag of 128 bytes at the end, nil where there is none.
func (f *file) id3v1() *php.Array {
	b := f.bytes(f.size-128, 128)
	if len(b) < 128 || string(b[:3]) != "TAG" {
		return nil
	}
	field := func(from, to int) string {
		s, _, _ := bytes.Cut(b[from:to], []byte{0})
		return latin(bytes.Trim(s, " "))
	}
	tags := list("title", field(3, 33), "artist", field(33, 63), "album", field(63, 93), "year", field(93, 97), "comment", field(97, 127))
	if b[125] == 0 && b[126] != 0 {
		tags.Set("comment", field(97, 125))
		tags.Set("track_number", strconv.Itoa(int(b[126])))
	}
	switch n := int(b[127]); {
	case n < len(genres):
		tags.Set("genre", genres[n])
	case n != 255:
		tags.Set("genreid", strconv.Itoa(n))
	}
	return tags
}
