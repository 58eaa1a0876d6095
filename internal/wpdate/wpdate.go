// Package wpdate knows WordPress's dates: strings like "2006-01-02 15:04:05" in the
// database, in the site's time or in UTC, and "2006-01-02T15:04:05" over REST.
package wpdate

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the binary runs where no zone files are

	"github.com/headpress/headpress/internal/php"
)

const (
	// Stored is Go's layout of a date in the database.
	Stored = "2006-01-02 15:04:05"
	// Zero is the date that means "none".
	Zero = "0000-00-00 00:00:00"
)

// ZoneName is wp_timezone_string: the zone's name, or an offset like "+03:30".
func ZoneName(timezoneString, gmtOffset string) string {
	if php.ToBool(timezoneString) {
		return timezoneString
	}
	seconds := int(math.Trunc(php.ToFloat(gmtOffset) * 3600))
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	return fmt.Sprintf("%c%02d:%02d", sign, seconds/3600, seconds/60%60)
}

// Zone is wp_timezone: the site's zone from the options timezone_string and gmt_offset.
// A name that nobody knows counts as UTC.
func Zone(timezoneString, gmtOffset string) *time.Location {
	name := ZoneName(timezoneString, gmtOffset)
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		if offset, ok := parseOffset(name); ok {
			return time.FixedZone(name, offset)
		}
		return time.UTC
	}
	if name == "Local" {
		return time.UTC
	}
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, loc)
	return loc
}

// zones keeps what LoadLocation reads: every request asks for the site's.
var zones sync.Map

// fields are the parts of a date as written; day 30 of February is still day 30 here.
type fields struct {
	year, month, day, hour, minute, second int
	zone                                   string
}

// scan reads YYYY-MM-DD, then optionally a T, t or blank, HH:MM:SS, a fraction and a zone.
// The ranges are PHP's: month and day may be 0, the hour 24, the second 60.
func scan(s string) (f fields, ok bool) {
	s = strings.TrimSuffix(s, "\n") // the $ of a PHP pattern allows it
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return f, false
	}
	f.year, f.month, f.day = number(s[:4]), number(s[5:7]), number(s[8:10])
	if f.year < 0 || f.month < 0 || f.month > 12 || f.day < 0 || f.day > 31 {
		return f, false
	}
	if s = s[10:]; s == "" {
		return f, true
	}
	if len(s) < 9 || s[0] != 'T' && s[0] != 't' && s[0] != ' ' || s[3] != ':' || s[6] != ':' {
		return f, false
	}
	f.hour, f.minute, f.second = number(s[1:3]), number(s[4:6]), number(s[7:9])
	if f.hour < 0 || f.hour > 24 || f.minute < 0 || f.minute > 59 || f.second < 0 || f.second > 60 {
		return f, false
	}
	if s = s[9:]; s != "" && s[0] == '.' {
		rest := strings.TrimLeft(s[1:], "0123456789")
		if len(rest) == len(s)-1 {
			return f, false
		}
		s = rest
	}
	f.zone = s
	if s != "" && s != "Z" {
		_, ok = parseOffset(s)
		return f, ok
	}
	return f, true
}

func number(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// parseOffset reads +03 or +03:30 in seconds. PHP takes any two digits of hours alone,
// with minutes no more than 24.
func parseOffset(s string) (int, bool) {
	if len(s) != 3 && (len(s) != 6 || s[3] != ':') || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hours, minutes := number(s[1:3]), 0
	if len(s) == 6 {
		if minutes = number(s[4:6]); hours > 24 || minutes < 0 || minutes > 59 {
			return 0, false
		}
	}
	if hours < 0 {
		return 0, false
	}
	seconds := hours*3600 + minutes*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

// time gives the moment; without a zone of its own the text is in loc.
func (f fields) time(loc *time.Location) time.Time {
	wall := time.Date(f.year, time.Month(f.month), f.day, f.hour, f.minute, f.second, 0, time.UTC)
	if f.zone != "" && f.zone != "Z" {
		offset, _ := parseOffset(f.zone)
		return wall.Add(-time.Duration(offset) * time.Second)
	}
	if f.zone == "Z" || loc == nil || loc == time.UTC {
		return wall
	}
	return inZone(wall, loc)
}

// inZone gives the moment at which clocks in loc show wall. Where clocks jump, PHP's
// choice is neither Go's nor always the earlier one: it looks at the offset that wall
// would have as UTC, and at the one it has then.
func inZone(wall time.Time, loc *time.Location) time.Time {
	offsetAt := func(t time.Time) time.Duration {
		_, seconds := t.In(loc).Zone()
		return time.Duration(seconds) * time.Second
	}
	first := offsetAt(wall)
	then := wall.Add(-first)
	second := offsetAt(then)
	if first != second {
		start, _ := then.In(loc).ZoneBounds()
		moment := wall.Add(-second)
		if inJump := !start.IsZero() && moment.Before(start) && !moment.Before(start.Add(first-second)); !inJump {
			return moment.In(loc)
		}
	}
	return wall.Add(-first).In(loc)
}

// Parse reads a stored date that is in the time of loc, as mysql2date does: days beyond
// the month's end run on, the zero date is a day of the year -1.
func Parse(s string, loc *time.Location) (time.Time, bool) {
	f, ok := scan(s)
	if !ok {
		return time.Time{}, false
	}
	t := f.time(loc)
	if loc != nil {
		t = t.In(loc)
	}
	return t, true
}

// ParseREST is rest_parse_date: the date-time form of the API, 30 February included.
// Text without a zone is in the time of loc; nil means UTC, as WordPress has it.
func ParseREST(s string, loc *time.Location) (time.Time, bool) {
	if len(strings.TrimSuffix(s, "\n")) <= 10 {
		return time.Time{}, false
	}
	return Parse(s, loc)
}

// HasZone tells whether a date-time names its zone.
func HasZone(s string) bool {
	f, ok := scan(s)
	return ok && f.zone != ""
}

// WithGMT is rest_get_date_with_gmt: the stored forms, local and UTC, of a date-time of
// the API. Text without a zone is UTC if isUTC is set, else in the time of loc.
func WithGMT(s string, isUTC bool, loc *time.Location) (local, gmt string, ok bool) {
	t, ok := ParseREST(s, nil)
	if !ok {
		return "", "", false
	}
	if isUTC || HasZone(s) {
		if local, gmt = Format(t.In(loc)), Format(t.UTC()); t.UTC().Year() > 9999 { // which FromGMT cannot read
			local = Format(time.Unix(0, 0).UTC())
		}
		return local, gmt, true
	}
	local = Format(t.UTC())
	return local, ToGMT(local, loc), true
}

// ToGMT is get_gmt_from_date: a stored date in the time of loc, in UTC.
func ToGMT(local string, loc *time.Location) string {
	if strings.HasPrefix(local, "-") { // what became of the zero date: no column holds it
		return Zero
	}
	t, ok := Parse(local, loc)
	if !ok {
		return Format(time.Unix(0, 0).UTC())
	}
	return Format(t.UTC())
}

// FromGMT is get_date_from_gmt: a stored date in UTC, in the time of loc.
func FromGMT(gmt string, loc *time.Location) string {
	t, ok := Parse(gmt, time.UTC)
	if !ok {
		return Format(time.Unix(0, 0).UTC())
	}
	return Format(t.In(loc))
}

// RFC3339 is mysql_to_rfc3339: a stored date as the API shows it, without a zone. A date
// that no clock in loc showed, or no calendar has, moves on; broken text gives "".
func RFC3339(date string, loc *time.Location) string {
	t, ok := Parse(date, loc)
	if !ok {
		return ""
	}
	return appendStamp(t, 'T')
}

// Format gives a moment as a stored date, in the zone that t is in.
func Format(t time.Time) string { return appendStamp(t, ' ') }

func appendStamp(t time.Time, separator byte) string {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	b := make([]byte, 0, 24)
	b = appendYear(b, year)
	for _, part := range [...]struct {
		before byte
		n      int
	}{{'-', int(month)}, {'-', day}, {separator, hour}, {':', minute}, {':', second}} {
		b = append(b, part.before, byte('0'+part.n/10), byte('0'+part.n%10))
	}
	return string(b)
}

// appendYear writes at least four digits, as PHP's Y does.
func appendYear(b []byte, year int) []byte {
	if year < 0 {
		b, year = append(b, '-'), -year
	}
	for limit := 1000; limit > year && limit > 1; limit /= 10 {
		b = append(b, '0')
	}
	return strconv.AppendInt(b, int64(year), 10)
}
