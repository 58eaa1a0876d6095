package media

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"github.com/headpress/headpress/registry"
)

// sniffed is how much of a file is looked at to find out what it is.
const sniffed = 8 << 10

// FileType is what a file counts as.
type FileType struct {
	Ext  string // as the name has it, "" where the file has no type that is allowed
	Mime string
	// Name is the file's name: another one where the bytes are a picture of another type than the name says.
	Name string
}

// Head reads the start of a file, by which CheckType knows it.
func Head(r io.Reader) ([]byte, error) {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(r, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return head[:n], err
}

// pictureEnds are the ends of names that pictures get whose name says another type (getimagesize_mimes_to_exts).
var pictureEnds = map[string]string{
	"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/bmp": "bmp", "image/tiff": "tif", "image/webp": "webp", "image/avif": "avif",
	"image/heic": "heic", "image/heif": "heic", "image/heic-sequence": "heic", "image/heif-sequence": "heic",
}

// texts are the types that plain text may go by.
var texts = []string{"text/plain", "text/csv", "application/csv", "text/richtext", "text/tsv", "text/vtt"}

// CheckType tells what a file is by its name and how it begins; allowed are the types that
// its owner may upload (wp_check_filetype_and_ext).
func CheckType(head []byte, name string, allowed []registry.Mime) FileType {
	t := typeByName(name, allowed)
	t.Name = name
	if t.Mime == "" {
		return t
	}
	picture := ""
	if strings.HasPrefix(t.Mime, "image/") {
		picture = pictureType(head)
		end, known := pictureEnds[picture]
		switch {
		case picture == "", picture == t.Mime && (end != "heic" || strings.EqualFold(t.Ext, end)):
		case !known:
			return FileType{Name: name}
		default:
			renamed := strings.TrimSuffix(name, t.Ext) + end
			t = typeByName(renamed, allowed)
			t.Name = renamed
		}
	}
	if picture == "" && !fits(contentType(head), t.Mime) {
		return FileType{Name: name}
	}
	return t
}

// TypeByName is the type that belongs to the end of a name, "" where there is none that is allowed.
func TypeByName(name string, allowed []registry.Mime) string { return typeByName(name, allowed).Mime }

// typeByName finds the type that belongs to the end of a name (wp_check_filetype).
func typeByName(name string, allowed []registry.Mime) FileType {
	at := strings.LastIndexByte(name, '.')
	if at < 0 {
		return FileType{}
	}
	ext := name[at+1:]
	for _, m := range allowed {
		if slices.Contains(m.Extensions, strings.ToLower(ext)) {
			return FileType{Ext: ext, Mime: m.Type}
		}
	}
	return FileType{}
}

// fits tells whether content of one type may go by a name of another.
func fits(content, named string) bool {
	major, _, _ := strings.Cut(content, "/")
	switch content {
	case "application/octet-stream", "application/encrypted", "application/CDFV2-encrypted", "application/zip":
		// Nothing is known of it: text and pictures would have told.
		return strings.HasPrefix(named, "application/") || strings.HasPrefix(named, "video/") || strings.HasPrefix(named, "audio/")
	case "text/plain":
		return slices.Contains(texts, named)
	case "application/csv":
		return slices.Contains([]string{"text/csv", "text/plain", content}, named)
	case "text/rtf":
		return slices.Contains([]string{"text/rtf", "text/plain", "application/rtf"}, named)
	}
	if major == "audio" || major == "video" {
		return strings.HasPrefix(named, major+"/")
	}
	return content == named
}

// pictureType tells by its first bytes which picture a file is, "" for none that is known (wp_get_image_mime).
func pictureType(head []byte) string {
	starts := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	switch {
	case starts("\x89PNG\r\n\x1a\n"):
		return "image/png"
	case starts("\xff\xd8\xff"):
		return "image/jpeg"
	case starts("GIF"):
		return "image/gif"
	case starts("BM"):
		return "image/bmp"
	case starts("II*\x00"), starts("MM\x00*"):
		return "image/tiff"
	case starts("8BPS"):
		return "image/psd"
	case starts("\x00\x00\x01\x00"):
		return "image/vnd.microsoft.icon"
	case starts("CWS"), starts("FWS"):
		return "application/x-shockwave-flash"
	case starts("RIFF") && len(head) >= 12 && string(head[8:12]) == "WEBP":
		return "image/webp"
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		switch string(head[8:12]) {
		case "avif", "avis":
			return "image/avif"
		case "heic", "heix", "heim", "heis":
			return "image/heic"
		case "mif1":
			return "image/heif"
		case "hevc", "hevx", "hevm", "hevs":
			return "image/heic-sequence"
		case "msf1":
			return "image/heif-sequence"
		}
	}
	return ""
}

// contentType tells what a file is by how it begins, in the words of the library (libmagic) that WordPress asks.
func contentType(head []byte) string {
	switch {
	case len(head) == 0:
		return "application/x-empty"
	case bytes.Contains(head[:min(len(head), 256)], []byte("%PDF-")):
		return "application/pdf"
	case bytes.HasPrefix(head, []byte("GIF8")), bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return pictureType(head)
	case fontType(head) != "":
		return fontType(head)
	case isText(head):
		return textType(head)
	}
	name, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	switch {
	case strings.HasPrefix(name, "text/"), strings.HasPrefix(name, "font/"): // with bytes that no text has, or no font
		return "application/octet-stream"
	case name == "application/x-ole-storage":
		return "application/CDFV2"
	}
	return name
}

// fontType tells which font a file is, "" for none. Of TrueType the number of tables and the name of the first must be likely.
func fontType(head []byte) string {
	if len(head) < 4 {
		return ""
	}
	switch string(head[:4]) {
	case "OTTO":
		return "application/vnd.ms-opentype"
	case "wOFF":
		return "font/woff"
	case "wOF2":
		return "font/woff2"
	case "\x00\x01\x00\x00", "true", "typ1":
		letter := func(c byte, more string) bool {
			return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte(more, c) >= 0
		}
		if len(head) >= 16 && head[4] == 0 && head[5] < 47 && letter(head[12], "") && letter(head[13], "") && letter(head[14], "/") && letter(head[15], "2 ") {
			return "font/sfnt"
		}
	}
	return ""
}

// isText: text holds no control characters but those of terminals and printers; two bytes tell of UTF-16.
func isText(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return true
	}
	return !bytes.ContainsFunc(head, func(r rune) bool {
		return r < ' ' && (r < '\a' || r > '\r') && r != 0x1b || r == 0x7f
	})
}
