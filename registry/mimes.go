package registry

import (
	"slices"
	"strings"
)

// Mime is a type of files that media may have, with the endings of their names.
type Mime struct {
	Extensions []string
	Type       string
}

// Types that only those may upload whose HTML is not filtered, and types that nobody may.
var (
	trustedOnly = []string{"text/html", "application/javascript"}
	nobody      = []string{"application/x-shockwave-flash", "application/x-msdownload"}
)

// Mimes are the types that media may have (get_allowed_mime_types); trusted is for
// those who may post unfiltered HTML.
func Mimes(trusted bool) []Mime {
	return slices.DeleteFunc(slices.Clone(mimes), func(m Mime) bool {
		return slices.Contains(nobody, m.Type) || !trusted && slices.Contains(trustedOnly, m.Type)
	})
}

// IsExtension tells whether any type, allowed or not, has an extension.
func IsExtension(extension string) bool {
	return slices.ContainsFunc(mimes, func(m Mime) bool { return slices.Contains(m.Extensions, extension) })
}

// MediaTypes are the groups of types that lists of media can ask for.
func MediaTypes() []string {
	return []string{"image", "video", "text", "application", "audio"}
}

// MimesOf are the types of a group.
func MimesOf(group string, trusted bool) []string {
	var l []string
	for _, m := range Mimes(trusted) {
		if strings.HasPrefix(m.Type, group+"/") && !slices.Contains(l, m.Type) {
			l = append(l, m.Type)
		}
	}
	return l
}

// mimes are wp_get_mime_types in its order.
var mimes = []Mime{
	{[]string{"jpg", "jpeg", "jpe"}, "image/jpeg"},
	{[]string{"gif"}, "image/gif"},
	{[]string{"png"}, "image/png"},
	{[]string{"bmp"}, "image/bmp"},
	{[]string{"tiff", "tif"}, "image/tiff"},
	{[]string{"webp"}, "image/webp"},
	{[]string{"avif"}, "image/avif"},
	{[]string{"ico"}, "image/x-icon"},
	{[]string{"heic"}, "image/heic"},
	{[]string{"heif"}, "image/heif"},
	{[]string{"heics"}, "image/heic-sequence"},
	{[]string{"heifs"}, "image/heif-sequence"},
	{[]string{"asf", "asx"}, "video/x-ms-asf"},
	{[]string{"wmv"}, "video/x-ms-wmv"},
	{[]string{"wmx"}, "video/x-ms-wmx"},
	{[]string{"wm"}, "video/x-ms-wm"},
	{[]string{"avi"}, "video/avi"},
	{[]string{"divx"}, "video/divx"},
	{[]string{"flv"}, "video/x-flv"},
	{[]string{"mov", "qt"}, "video/quicktime"},
	{[]string{"mpeg", "mpg", "mpe"}, "video/mpeg"},
	{[]string{"mp4", "m4v"}, "video/mp4"},
	{[]string{"ogv"}, "video/ogg"},
	{[]string{"webm"}, "video/webm"},
	{[]string{"mkv"}, "video/x-matroska"},
	{[]string{"3gp", "3gpp"}, "video/3gpp"},
	{[]string{"3g2", "3gp2"}, "video/3gpp2"},
	{[]string{"txt", "asc", "c", "cc", "h", "srt"}, "text/plain"},
	{[]string{"csv"}, "text/csv"},
	{[]string{"tsv"}, "text/tab-separated-values"},
	{[]string{"ics"}, "text/calendar"},
	{[]string{"rtx"}, "text/richtext"},
	{[]string{"css"}, "text/css"},
	{[]string{"htm", "html"}, "text/html"},
	{[]string{"vtt"}, "text/vtt"},
	{[]string{"dfxp"}, "application/ttaf+xml"},
	{[]string{"mp3", "m4a", "m4b"}, "audio/mpeg"},
	{[]string{"aac"}, "audio/aac"},
	{[]string{"ra", "ram"}, "audio/x-realaudio"},
	{[]string{"wav", "x-wav"}, "audio/wav"},
	{[]string{"ogg", "oga"}, "audio/ogg"},
	{[]string{"flac"}, "audio/flac"},
	{[]string{"mid", "midi"}, "audio/midi"},
	{[]string{"wma"}, "audio/x-ms-wma"},
	{[]string{"wax"}, "audio/x-ms-wax"},
	{[]string{"mka"}, "audio/x-matroska"},
	{[]string{"rtf"}, "application/rtf"},
	{[]string{"js"}, "application/javascript"},
	{[]string{"pdf"}, "application/pdf"},
	{[]string{"swf"}, "application/x-shockwave-flash"},
	{[]string{"class"}, "application/java"},
	{[]string{"tar"}, "application/x-tar"},
	{[]string{"zip"}, "application/zip"},
	{[]string{"gz", "gzip"}, "application/x-gzip"},
	{[]string{"rar"}, "application/rar"},
	{[]string{"7z"}, "application/x-7z-compressed"},
	{[]string{"exe"}, "application/x-msdownload"},
	{[]string{"psd"}, "application/octet-stream"},
	{[]string{"xcf"}, "application/octet-stream"},
	{[]string{"doc"}, "application/msword"},
	{[]string{"pot", "pps", "ppt"}, "application/vnd.ms-powerpoint"},
	{[]string{"wri"}, "application/vnd.ms-write"},
	{[]string{"xla", "xls", "xlt", "xlw"}, "application/vnd.ms-excel"},
	{[]string{"mdb"}, "application/vnd.ms-access"},
	{[]string{"mpp"}, "application/vnd.ms-project"},
	{[]string{"docx"}, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{[]string{"docm"}, "application/vnd.ms-word.document.macroEnabled.12"},
	{[]string{"dotx"}, "application/vnd.openxmlformats-officedocument.wordprocessingml.template"},
	{[]string{"dotm"}, "application/vnd.ms-word.template.macroEnabled.12"},
	{[]string{"xlsx"}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{[]string{"xlsm"}, "application/vnd.ms-excel.sheet.macroEnabled.12"},
	{[]string{"xlsb"}, "application/vnd.ms-excel.sheet.binary.macroEnabled.12"},
	{[]string{"xltx"}, "application/vnd.openxmlformats-officedocument.spreadsheetml.template"},
	{[]string{"xltm"}, "application/vnd.ms-excel.template.macroEnabled.12"},
	{[]string{"xlam"}, "application/vnd.ms-excel.addin.macroEnabled.12"},
	{[]string{"pptx"}, "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	{[]string{"pptm"}, "application/vnd.ms-powerpoint.presentation.macroEnabled.12"},
	{[]string{"ppsx"}, "application/vnd.openxmlformats-officedocument.presentationml.slideshow"},
	{[]string{"ppsm"}, "application/vnd.ms-powerpoint.slideshow.macroEnabled.12"},
	{[]string{"potx"}, "application/vnd.openxmlformats-officedocument.presentationml.template"},
	{[]string{"potm"}, "application/vnd.ms-powerpoint.template.macroEnabled.12"},
	{[]string{"ppam"}, "application/vnd.ms-powerpoint.addin.macroEnabled.12"},
	{[]string{"sldx"}, "application/vnd.openxmlformats-officedocument.presentationml.slide"},
	{[]string{"sldm"}, "application/vnd.ms-powerpoint.slide.macroEnabled.12"},
	{[]string{"onetoc", "onetoc2", "onetmp", "onepkg"}, "application/onenote"},
	{[]string{"oxps"}, "application/oxps"},
	{[]string{"xps"}, "application/vnd.ms-xpsdocument"},
	{[]string{"odt"}, "application/vnd.oasis.opendocument.text"},
	{[]string{"odp"}, "application/vnd.oasis.opendocument.presentation"},
	{[]string{"ods"}, "application/vnd.oasis.opendocument.spreadsheet"},
	{[]string{"odg"}, "application/vnd.oasis.opendocument.graphics"},
	{[]string{"odc"}, "application/vnd.oasis.opendocument.chart"},
	{[]string{"odb"}, "application/vnd.oasis.opendocument.database"},
	{[]string{"odf"}, "application/vnd.oasis.opendocument.formula"},
	{[]string{"wp", "wpd"}, "application/wordperfect"},
	{[]string{"key"}, "application/vnd.apple.keynote"},
	{[]string{"numbers"}, "application/vnd.apple.numbers"},
	{[]string{"pages"}, "application/vnd.apple.pages"},
}
