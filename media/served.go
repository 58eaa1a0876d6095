package media

import (
	"path"
	"strings"
)

// CacheControl is how long files may be kept: names are not used again as long as a file is there.
const CacheControl = "public, max-age=31536000"

// servedTypes are the types that files are sent as, by extension: not those of a
// system, and none that has a browser run what is in a file.
var servedTypes = map[string]string{
	"jpg": "image/jpeg", "jpeg": "image/jpeg", "jpe": "image/jpeg", "jfif": "image/jpeg", "gif": "image/gif", "png": "image/png", "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff",
	"webp": "image/webp", "avif": "image/avif", "ico": "image/x-icon", "heic": "image/heic", "heif": "image/heif", "heics": "image/heic-sequence", "heifs": "image/heif-sequence",
	"asf": "video/x-ms-asf", "asx": "video/x-ms-asf", "wmv": "video/x-ms-wmv", "wmx": "video/x-ms-wmx", "wm": "video/x-ms-wm", "avi": "video/avi", "divx": "video/divx", "flv": "video/x-flv",
	"mov": "video/quicktime", "qt": "video/quicktime", "mpeg": "video/mpeg", "mpg": "video/mpeg", "mpe": "video/mpeg", "mp4": "video/mp4", "m4v": "video/mp4", "ogv": "video/ogg",
	"webm": "video/webm", "mkv": "video/x-matroska", "3gp": "video/3gpp", "3gpp": "video/3gpp", "3g2": "video/3gpp2", "3gp2": "video/3gpp2",
	"mp3": "audio/mpeg", "m4a": "audio/mpeg", "m4b": "audio/mpeg", "aac": "audio/aac", "ra": "audio/x-realaudio", "ram": "audio/x-realaudio", "wav": "audio/wav", "x-wav": "audio/wav", "ogg": "audio/ogg", "oga": "audio/ogg",
	"flac": "audio/flac", "mid": "audio/midi", "midi": "audio/midi", "wma": "audio/x-ms-wma", "wax": "audio/x-ms-wax", "mka": "audio/x-matroska",
	"txt": "text/plain; charset=utf-8", "asc": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8", "tsv": "text/tab-separated-values; charset=utf-8", "ics": "text/calendar; charset=utf-8", "vtt": "text/vtt; charset=utf-8",
	"rtx": "text/richtext", "rtf": "application/rtf", "pdf": "application/pdf",
	"woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
	"tar": "application/x-tar", "zip": "application/zip", "gz": "application/x-gzip", "gzip": "application/x-gzip", "rar": "application/rar", "7z": "application/x-7z-compressed", "psd": "application/octet-stream",
	"doc": "application/msword", "ppt": "application/vnd.ms-powerpoint", "pot": "application/vnd.ms-powerpoint", "pps": "application/vnd.ms-powerpoint", "xls": "application/vnd.ms-excel", "xla": "application/vnd.ms-excel", "xlt": "application/vnd.ms-excel", "xlw": "application/vnd.ms-excel",
	"mdb": "application/vnd.ms-access", "mpp": "application/vnd.ms-project", "wri": "application/vnd.ms-write", "onetoc": "application/onenote", "onetoc2": "application/onenote", "onetmp": "application/onenote", "onepkg": "application/onenote",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docm": "application/vnd.ms-word.document.macroEnabled.12", "dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12", "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptm": "application/vnd.ms-powerpoint.presentation.macroEnabled.12", "ppsx": "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
	"odt": "application/vnd.oasis.opendocument.text", "odp": "application/vnd.oasis.opendocument.presentation", "ods": "application/vnd.oasis.opendocument.spreadsheet", "odg": "application/vnd.oasis.opendocument.graphics",
	"odc": "application/vnd.oasis.opendocument.chart", "odb": "application/vnd.oasis.opendocument.database", "odf": "application/vnd.oasis.opendocument.formula",
	"wp": "application/wordperfect", "wpd": "application/wordperfect", "key": "application/vnd.apple.keynote", "numbers": "application/vnd.apple.numbers", "pages": "application/vnd.apple.pages", "oxps": "application/oxps", "xps": "application/vnd.ms-xpsdocument",
	"epub": "application/epub+zip", "sql": "text/plain; charset=utf-8", "json": "application/json",
	"css": "text/css; charset=utf-8",
	// Pages and scripts are for reading only.
	"html": plain, "htm": plain, "xhtml": plain, "xht": plain, "xml": plain, "xsl": plain, "xslt": plain, "rss": plain, "atom": plain, "js": plain, "mjs": plain, "md": plain, "log": plain,
	// A picture where a page shows it; whoever opens it itself gets it to keep.
	"svg": svg,
}

const svg = "image/svg+xml"

// disposition has browsers store a file instead of showing it, where it could run something.
func disposition(name string) string {
	switch ServedType(name) {
	case svg, unknown:
		return "attachment"
	}
	return ""
}

const (
	plain   = "text/plain; charset=utf-8"
	unknown = "application/octet-stream"
)

// ServedType is the type that a file is sent as: pages and scripts are plain text,
// and what is not known are bytes.
func ServedType(name string) string {
	if t, ok := servedTypes[strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))]; ok {
		return t
	}
	return unknown
}
