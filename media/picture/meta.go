package picture

import (
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// Meta gives what cameras and editors wrote into a picture, as WordPress keeps
// it in image_meta (wp_read_image_metadata): all strings, filtered as posts are.
func Meta(r io.ReadSeeker, mime string) (*php.Array, error) {
	x, sets := exif{}, iptc{}
	if mime == JPEG {
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		h, _ := readJPEG(r) // what a broken one says until it breaks counts
		x, sets = parseEXIF(h.exif), parseIPTC(h.iptc)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	packet, err := findXMP(r)
	if err != nil {
		return nil, err
	}
	return meta(x, sets, altText(packet)), nil
}

// shortText is how many bytes a text may have to be a title, too.
const shortText = 80

func meta(x exif, sets iptc, alt string) *php.Array {
	var title, caption, credit, created, copyright string
	// An IPTC value that PHP takes for empty is as none.
	set := func(id byte) (string, bool) {
		s := sets.first(id)
		return php.Trim(s), php.ToBool(s)
	}
	if s, ok := set(iptcHeadline); ok {
		title = s
	} else if s, ok := set(iptcObjectName); ok {
		title = s
	}
	if s, ok := set(iptcCaption); ok {
		caption = s
		if title == "" && len(s) < shortText {
			title = s
		}
	}
	if s, ok := set(iptcCredit); ok {
		credit = s
	} else if s, ok := set(iptcByline); ok {
		credit = s
	}
	created = "0"
	if date, time := sets.first(iptcCreatedDate), sets.first(iptcCreatedTime); php.ToBool(date) && php.ToBool(time) {
		created = timestamp(date, time)
	}
	if s, ok := set(iptcCopyright); ok {
		copyright = s
	}

	comment := x.text(tagUserComment)
	switch description := x.text(tagDescription); {
	case php.ToBool(description):
		if title == "" && len(description) < shortText {
			title = description
		}
		if caption == "" {
			switch {
			case !php.ToBool(comment):
				caption = description
			case title == description:
				caption = comment
			default:
				caption = description + " " + comment
			}
		}
	case caption == "" && php.ToBool(comment):
		caption = comment
		if title == "" && len(comment) < shortText {
			title = comment
		}
	case caption == "":
		caption = x.text(tagXPComment)
	}
	if credit == "" {
		if artist, _ := x[tagArtist].(string); php.ToBool(artist) {
			credit = php.Trim(artist)
		} else {
			credit = x.text(tagXPAuthor)
		}
	}
	if copyright == "" {
		copyright = x.text(tagCopyright)
	}
	if date := x.text(tagDigitized); created == "0" && php.ToBool(date) {
		day, clock, _ := strings.Cut(date, " ")
		parts := strings.Split(day, ":")
		day = strings.Join(parts[:min(3, len(parts))], "-")
		if before, hour, ok := strings.Cut(day, "T"); ok { // only the hour is left of 2020:05:06T07:08:09
			day, clock = before, hour+":00"
		}
		created = ""
		if len(parts) >= 3 {
			created = timestamp(day, clock)
		}
	}
	iso := php.ToString(x[tagISO])
	if list, ok := x[tagISO].(*php.Array); ok {
		v, _ := list.At(php.IntKey(0))
		iso = php.ToString(v)
	}
	camera := x.text(tagModel)

	clean := filter()
	m := &php.Array{}
	m.Set("aperture", php.ToString(round2(x.fraction(tagFNumber))))
	m.Set("credit", clean(empty(credit)))
	m.Set("camera", clean(empty(camera)))
	m.Set("caption", clean(empty(caption)))
	m.Set("created_timestamp", created)
	m.Set("copyright", clean(empty(copyright)))
	m.Set("focal_length", x.decimal(tagFocalLength))
	m.Set("iso", clean(zero(php.Trim(iso))))
	m.Set("shutter_speed", x.decimal(tagExposure))
	m.Set("title", clean(empty(title)))
	m.Set("orientation", x.orientationMeta(clean))
	keywords := &php.Array{}
	if php.ToBool(sets.first(iptcKeywords)) {
		for _, s := range sets[iptcKeywords] {
			keywords.Append(clean(s))
		}
	}
	m.Set("keywords", keywords)
	m.Set("alt", clean(alt))
	return m
}

// empty gives "" for what PHP takes for empty.
func empty(s string) string {
	if !php.ToBool(s) {
		return ""
	}
	return s
}

func zero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// round2 rounds to two places as PHP 8.2 does: what is .5 in 15 digits counts as such.
func round2(f float64) float64 {
	f, _ = strconv.ParseFloat(strconv.FormatFloat(f*100, 'g', 15, 64), 64)
	return math.Round(f) / 100
}

// decimal is a rational number as a string; a list of them is PHP's "Array".
func (x exif) decimal(tag uint16) string {
	if _, list := x[tag].(*php.Array); list {
		return "Array"
	}
	return php.ToString(x.fraction(tag))
}

func (x exif) orientationMeta(clean func(string) string) any {
	switch v := x[tagOrientation].(type) {
	case nil:
		return "0"
	case *php.Array:
		all := &php.Array{}
		for _, one := range v.Values() {
			all.Append(php.ToString(one))
		}
		return all
	default:
		return clean(php.ToString(v))
	}
}

// filter makes a text UTF-8 and filters it (wp_kses_post).
func filter() func(string) string {
	f := sanitize.PostFilter()
	return func(s string) string {
		if !utf8.ValidString(s) { // then it is ISO-8859-1
			var b strings.Builder
			for i := range len(s) {
				b.WriteRune(rune(s[i]))
			}
			s = b.String()
		}
		return f.Clean(s)
	}
}

// timestamp is the Unix time of a date (2015-03-04, 2015-3-4, 20150304) and a time of day (05:06:07,
// 050607, with an offset perhaps); "" for what PHP's strtotime would not take.
func timestamp(date, clock string) string {
	date, clock = php.Trim(date), php.Trim(clock)
	var y, m, d int
	if parts := strings.Split(date, "-"); len(parts) == 3 {
		y, m, d = digits(parts[0], 4, 4), digits(parts[1], 1, 2), digits(parts[2], 1, 2)
	} else if len(date) == 8 {
		y, m, d = digits(date[:4], 4, 4), digits(date[4:6], 2, 2), digits(date[6:], 2, 2)
	} else {
		return ""
	}
	offset := 0
	if i := strings.IndexAny(clock, "+-Z"); i >= 0 {
		zone := clock[i:]
		clock = php.Trim(clock[:i])
		if zone != "Z" {
			hm := strings.ReplaceAll(zone[1:], ":", "")
			if len(hm) == 2 {
				hm += "00"
			}
			n := digits(hm, 4, 4)
			if n < 0 {
				return ""
			}
			offset = n/100*3600 + n%100*60
			if zone[0] == '-' {
				offset = -offset
			}
		}
	}
	var h, min, s int
	switch parts := strings.Split(clock, ":"); {
	case clock == "":
	case len(parts) == 3:
		h, min, s = digits(parts[0], 1, 2), digits(parts[1], 1, 2), digits(parts[2], 1, 2)
	case len(parts) == 2:
		h, min = digits(parts[0], 1, 2), digits(parts[1], 2, 2)
	case len(clock) == 6:
		h, min, s = digits(clock[:2], 2, 2), digits(clock[2:4], 2, 2), digits(clock[4:], 2, 2)
	case len(clock) == 4:
		h, min = digits(clock[:2], 2, 2), digits(clock[2:], 2, 2)
	default:
		return ""
	}
	if y < 0 || m < 0 || m > 12 || d < 0 || d > 31 || h < 0 || h > 24 || min < 0 || min > 59 || s < 0 || s > 60 {
		return ""
	}
	return php.ToString(time.Date(y, time.Month(m), d, h, min, s, 0, time.UTC).Unix() - int64(offset))
}

// digits reads a number of least to most digits, -1 for anything else.
func digits(s string, least, most int) int {
	if len(s) < least || len(s) > most {
		return -1
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}
