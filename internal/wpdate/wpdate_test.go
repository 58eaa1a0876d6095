package wpdate

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestZone(t *testing.T) {
	for _, c := range []struct{ name, offset, want string }{
		{"Asia/Tehran", "", "Asia/Tehran"}, {"", "3.5", "+03:30"}, {"", "-3.5", "-03:30"}, {"", "5.75", "+05:45"}, {"", "0", "+00:00"}, {"", "", "+00:00"},
		{"", "-0.5", "-00:30"}, {"", "12", "+12:00"}, {"", "abc", "+00:00"}, {"", "+2", "+02:00"},
	} {
		if got := ZoneName(c.name, c.offset); got != c.want {
			t.Errorf("%q, %q: %s, not %s", c.name, c.offset, got, c.want)
		}
	}
	moment := time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct{ name, offset, want string }{
		{"Europe/Berlin", "3.5", "2024-07-01 14:00:00"}, {"", "3.5", "2024-07-01 15:30:00"}, {"", "-9.5", "2024-07-01 02:30:00"}, {"No/Where", "", "2024-07-01 12:00:00"}, {"Local", "", "2024-07-01 12:00:00"}, {"../etc", "", "2024-07-01 12:00:00"},
	} {
		if got := Format(moment.In(Zone(c.name, c.offset))); got != c.want {
			t.Errorf("%q, %q: %s, not %s", c.name, c.offset, got, c.want)
		}
	}
}

func TestStoredDates(t *testing.T) {
	berlin := Zone("Europe/Berlin", "")
	for _, c := range []struct{ date, rest, gmt, local string }{
		{"2024-01-01 00:00:00", "2024-01-01T00:00:00", "2023-12-31 23:00:00", "2024-01-01 01:00:00"},
		{"2024-03-31 02:30:00", "2024-03-31T03:30:00", "2024-03-31 01:30:00", "2024-03-31 04:30:00"}, // clocks jumped over it
		{"2024-10-27 02:30:00", "2024-10-27T02:30:00", "2024-10-27 01:30:00", "2024-10-27 03:30:00"}, // clocks showed it twice
		{"2024-02-30 10:00:00", "2024-03-01T10:00:00", "2024-03-01 09:00:00", "2024-03-01 11:00:00"},
		{"2024-01-01", "2024-01-01T00:00:00", "2023-12-31 23:00:00", "2024-01-01 01:00:00"},
		{"2024-01-01 24:00:00", "2024-01-02T00:00:00", "2024-01-01 23:00:00", "2024-01-02 01:00:00"},
		{Zero, "-0001-11-30T00:00:00", "-0001-11-29 23:06:32", "-0001-11-30 00:53:28"},
		{"2024-13-01 00:00:00", "", "1970-01-01 00:00:00", "1970-01-01 00:00:00"},
	} {
		if rest, gmt, local := RFC3339(c.date, berlin), ToGMT(c.date, berlin), FromGMT(c.date, berlin); rest != c.rest || gmt != c.gmt || local != c.local {
			t.Errorf("%s: %s, %s, %s", c.date, rest, gmt, local)
		}
	}
}

func TestWithGMT(t *testing.T) {
	berlin := Zone("Europe/Berlin", "")
	for _, c := range []struct{ in, local, gmt, localOfUTC, utc string }{
		{"2024-03-31T02:30:00", "2024-03-31 02:30:00", "2024-03-31 01:30:00", "2024-03-31 04:30:00", "2024-03-31 02:30:00"},
		{"2024-02-30T10:00:00", "2024-03-01 10:00:00", "2024-03-01 09:00:00", "2024-03-01 11:00:00", "2024-03-01 10:00:00"},
		{"1970-01-01T00:00:00", "1970-01-01 00:00:00", "1969-12-31 23:00:00", "1970-01-01 01:00:00", "1970-01-01 00:00:00"},
		{"2024-01-01t00:00:00Z", "2024-01-01 01:00:00", "2024-01-01 00:00:00", "2024-01-01 01:00:00", "2024-01-01 00:00:00"},
		{"2024-01-01 00:00:00+03", "2023-12-31 22:00:00", "2023-12-31 21:00:00", "2023-12-31 22:00:00", "2023-12-31 21:00:00"},
		{"2024-01-01T00:00:00.5+03:30", "2023-12-31 21:30:00", "2023-12-31 20:30:00", "2023-12-31 21:30:00", "2023-12-31 20:30:00"},
		{"2024-01-01T00:00:00\n", "2024-01-01 00:00:00", "2023-12-31 23:00:00", "2024-01-01 01:00:00", "2024-01-01 00:00:00"},
		{"2024-01-00T00:00:60", "2023-12-31 00:01:00", "2023-12-30 23:01:00", "2023-12-31 01:01:00", "2023-12-31 00:01:00"},
		{"9999-12-31T23:59:59", "9999-12-31 23:59:59", "9999-12-31 22:59:59", "10000-01-01 00:59:59", "9999-12-31 23:59:59"},
		{"9999-12-31T23:59:59-01:00", "1970-01-01 00:00:00", "10000-01-01 00:59:59", "1970-01-01 00:00:00", "10000-01-01 00:59:59"},
	} {
		local, gmt, ok := WithGMT(c.in, false, berlin)
		localOfUTC, utc, _ := WithGMT(c.in, true, berlin)
		if !ok || local != c.local || gmt != c.gmt || localOfUTC != c.localOfUTC || utc != c.utc {
			t.Errorf("%q: %s %s, as UTC %s %s", c.in, local, gmt, localOfUTC, utc)
		}
	}
	for _, in := range []string{
		"", "2024-01-01", "2024-13-01T00:00:00", "2024-01-32T00:00:00", "2024-01-01T25:00:00", "2024-01-01T00:60:00", "2024-01-01T00:00:61", "2024-01-01T00:00:00z",
		"2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+99:99", "2024-01-01T00:00:00+25:00", "2024-01-01 00:00:00-0330", "2024-1-1T00:00:00", "2024-01-01T00:00:00 ", "24-01-01T00:00:00", "2024-01-01X00:00:00", "２024-01-01T00:00:00",
	} {
		if _, _, ok := WithGMT(in, false, berlin); ok {
			t.Errorf("%q was taken", in)
		}
	}
}

func TestFormatPHP(t *testing.T) {
	moment, _ := Parse("2024-01-05 03:04:05", Zone("Asia/Tehran", ""))
	const format = `d D j l N S w z W F m M n t L o Y y a A B g G h H i s u v e I O P p T Z c r U \Y\\ x X`
	const want = `05 Fri 5 Friday 5 th 5 4 01 January 01 Jan 1 31 1 2024 2024 24 am AM 023 3 3 03 03 04 05 000000 000 Asia/Tehran 0 +0330 +03:30 +03:30 +0330 12600 2024-01-05T03:04:05+03:30 Fri, 05 Jan 2024 03:04:05 +0330 1704411245 Y\ 2024 +2024`
	if got := FormatPHP(moment, format); got != want {
		t.Errorf("\n%s\n%s", got, want)
	}
	if got := FormatPHP(moment.AddDate(0, 0, 17).Add(10*time.Hour), `F jS, Y g:i A`); got != "January 22nd, 2024 1:04 PM" {
		t.Error(got)
	}
}

// Every zone below has jumps of its own kind: east and west, half hours, a missing day.
func TestJumpsAgainstPHP(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil {
		t.Skip("no php here to compare with")
	}
	zones := []string{"America/New_York", "Asia/Tehran", "Europe/Dublin", "Asia/Pyongyang", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "Africa/Casablanca", "Europe/London", "America/Sao_Paulo"}
	r := rand.New(rand.NewPCG(1, 9))
	var in, ours []string
	for _, name := range zones {
		loc := Zone(name, "")
		for at := time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2030; {
			_, end := at.In(loc).ZoneBounds()
			if end.IsZero() {
				break
			}
			for range 4 {
				wall := end.In(loc).Add(time.Duration(r.IntN(4*3600)-2*3600) * time.Second)
				date := Format(wall)
				in = append(in, name+"|"+date)
				got, _ := Parse(date, loc)
				ours = append(ours, fmt.Sprint(got.Unix()))
			}
			at = end
		}
	}
	cmd := exec.Command(php, "-n", "-r", `while (($l = fgets(STDIN)) !== false) { [$z, $d] = explode('|', trim($l)); echo date_create($d, new DateTimeZone($z))->format('U'), "\n"; }`)
	cmd.Stdin = strings.NewReader(strings.Join(in, "\n"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for i, want := range strings.Fields(string(out)) {
		if ours[i] != want {
			if wrong++; wrong < 10 {
				t.Errorf("%s: PHP %s, we %s", in[i], want, ours[i])
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d differ", wrong, len(in))
	}
}

func FuzzParse(f *testing.F) {
	f.Add("2024-01-01T00:00:00.5+03:30")
	loc := Zone("Europe/Berlin", "")
	f.Fuzz(func(t *testing.T, s string) {
		if rest := RFC3339(s, loc); rest != "" && len(rest) < 19 {
			t.Errorf("%q gave %q", s, rest)
		}
	})
}
