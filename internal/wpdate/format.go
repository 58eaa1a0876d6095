package wpdate

import (
	"strconv"
	"time"
)

// FormatPHP writes t with a format of PHP's date(), as the options date_format and
// time_format hold them. Names of days and months are English.
func FormatPHP(t time.Time, format string) string {
	b := make([]byte, 0, len(format)*3)
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c == '\\' {
			if i++; i < len(format) {
				b = append(b, format[i])
			}
			continue
		}
		b = appendPart(b, t, c)
	}
	return string(b)
}

func appendPart(b []byte, t time.Time, c byte) []byte {
	two := func(n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }
	plain := func(n int) []byte { return strconv.AppendInt(b, int64(n), 10) }
	hour12 := (t.Hour()+11)%12 + 1
	_, offset := t.Zone()
	switch c {
	case 'd':
		return two(t.Day())
	case 'D':
		return append(b, t.Weekday().String()[:3]...)
	case 'j':
		return plain(t.Day())
	case 'l':
		return append(b, t.Weekday().String()...)
	case 'N':
		return plain((int(t.Weekday())+6)%7 + 1)
	case 'S':
		return append(b, ordinal(t.Day())...)
	case 'w':
		return plain(int(t.Weekday()))
	case 'z':
		return plain(t.YearDay() - 1)
	case 'W':
		_, week := t.ISOWeek()
		return two(week)
	case 'F':
		return append(b, t.Month().String()...)
	case 'm':
		return two(int(t.Month()))
	case 'M':
		return append(b, t.Month().String()[:3]...)
	case 'n':
		return plain(int(t.Month()))
	case 't':
		return plain(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day())
	case 'L':
		if time.Date(t.Year(), 3, 0, 0, 0, 0, 0, time.UTC).Day() == 29 {
			return append(b, '1')
		}
		return append(b, '0')
	case 'o':
		year, _ := t.ISOWeek()
		return plain(year)
	case 'Y', 'x':
		return appendYear(b, t.Year())
	case 'X':
		if t.Year() >= 0 {
			b = append(b, '+')
		}
		return appendYear(b, t.Year())
	case 'y':
		return two((t.Year()%100 + 100) % 100)
	case 'a':
		return t.AppendFormat(b, "pm")
	case 'A':
		return t.AppendFormat(b, "PM")
	case 'B':
		h, m, s := t.UTC().Clock()
		beat := (h*3600 + m*60 + s + 3600) * 10 / 864 % 1000
		return append(b, byte('0'+beat/100), byte('0'+beat/10%10), byte('0'+beat%10))
	case 'g':
		return plain(hour12)
	case 'G':
		return plain(t.Hour())
	case 'h':
		return two(hour12)
	case 'H':
		return two(t.Hour())
	case 'i':
		return two(t.Minute())
	case 's':
		return two(t.Second())
	case 'u':
		return t.AppendFormat(b, "000000")
	case 'v':
		return t.AppendFormat(b, "000")
	case 'e':
		return append(b, t.Location().String()...)
	case 'I':
		if t.IsDST() {
			return append(b, '1')
		}
		return append(b, '0')
	case 'O':
		return appendOffset(b, offset, "")
	case 'P':
		return appendOffset(b, offset, ":")
	case 'p':
		if offset == 0 {
			return append(b, 'Z')
		}
		return appendOffset(b, offset, ":")
	case 'T':
		name, _ := t.Zone()
		return append(b, name...)
	case 'Z':
		return plain(offset)
	case 'c':
		return append(append(b, appendStamp(t, 'T')...), FormatPHP(t, "P")...)
	case 'r':
		return append(b, FormatPHP(t, "D, d M Y H:i:s O")...)
	case 'U':
		return strconv.AppendInt(b, t.Unix(), 10)
	}
	return append(b, c)
}

func appendOffset(b []byte, seconds int, colon string) []byte {
	sign := byte('+')
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	h, m := seconds/3600, seconds/60%60
	b = append(b, sign, byte('0'+h/10), byte('0'+h%10))
	return append(append(b, colon...), byte('0'+m/10), byte('0'+m%10))
}

func ordinal(day int) string {
	if day/10 != 1 {
		switch day % 10 {
		case 1:
			return "st"
		case 2:
			return "nd"
		case 3:
			return "rd"
		}
	}
	return "th"
}
