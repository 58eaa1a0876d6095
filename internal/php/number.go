package php

import (
	"bytes"
	"math"
	"strconv"
)

// appendFloat writes f with the fewest digits that give it back, as PHP does with
// serialize_precision=-1. There is no ".0" behind whole numbers.
func appendFloat(b []byte, f float64, exp byte) []byte { return appendDigits(b, f, -1, 17, exp) }

// appendDigits writes f with so many digits (-1: the fewest), plainly while the point
// lies within them, else as 1.0e+25.
func appendDigits(b []byte, f float64, digits, plain int, exp byte) []byte {
	if f == 0 {
		if math.Signbit(f) {
			b = append(b, '-')
		}
		return append(b, '0')
	}
	var buf [40]byte
	sci := strconv.AppendFloat(buf[:0], f, 'e', max(digits-1, -1), 64) // d.ddde±xx
	e := bytes.LastIndexByte(sci, 'e')
	power, _ := strconv.Atoi(string(sci[e+1:]))
	mantissa := sci[:e]
	if bytes.IndexByte(mantissa, '.') > 0 {
		mantissa = bytes.TrimRight(bytes.TrimRight(mantissa, "0"), ".")
	}
	if power >= -4 && power < plain {
		places := digits - 1 - power
		if digits < 0 {
			places = -1
		}
		at := len(b)
		b = strconv.AppendFloat(b, f, 'f', places, 64)
		if bytes.IndexByte(b[at:], '.') > 0 {
			b = bytes.TrimRight(bytes.TrimRight(b, "0"), ".")
		}
		return b
	}
	b = append(b, mantissa...)
	if bytes.IndexByte(mantissa, '.') < 0 {
		b = append(b, ".0"...)
	}
	b = append(b, exp)
	if power >= 0 {
		b = append(b, '+')
	}
	return strconv.AppendInt(b, int64(power), 10)
}

// numeric is what a prefix of a string is worth as a number.
type numeric struct {
	i     int64
	f     float64
	isInt bool
	end   int // where the number ends
}

// numberPrefix reads the number that s begins with, as PHP does: blanks before it,
// a sign, digits, a fraction, an exponent. Neither hexadecimal nor names of infinity.
func numberPrefix(s string) (numeric, bool) {
	i := 0
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	start := i
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	digits := i
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	count, whole := i-digits, true
	if i < len(s) && s[i] == '.' {
		j := i + 1
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if count+j-i-1 > 0 {
			count, i, whole = count+j-i-1, j, false
		}
	}
	if count == 0 {
		return numeric{}, false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '-' || s[j] == '+') {
			j++
		}
		if j < len(s) && s[j] >= '0' && s[j] <= '9' {
			for j < len(s) && s[j] >= '0' && s[j] <= '9' {
				j++
			}
			i, whole = j, false
		}
	}
	n := numeric{end: i}
	if whole {
		if v, err := strconv.ParseInt(s[start:i], 10, 64); err == nil {
			n.i, n.f, n.isInt = v, float64(v), true
			if v == 0 && s[start] == '-' {
				n.f = math.Copysign(0, -1)
			}
			return n, true
		}
	}
	// Out of range gives ±Inf or 0, as C's strtod does.
	n.f, _ = strconv.ParseFloat(s[start:i], 64)
	return n, true
}

// numericString reads a string that is a number from end to end; blanks may follow it.
func numericString(s string) (numeric, bool) {
	n, ok := numberPrefix(s)
	if !ok {
		return n, false
	}
	for _, c := range []byte(s[n.end:]) {
		if !isBlank(c) {
			return n, false
		}
	}
	return n, true
}

func isBlank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// IsNumeric is PHP's is_numeric of a string: blanks around it are allowed, hexadecimal is not.
func IsNumeric(s string) bool {
	_, ok := numericString(s)
	return ok
}

// floatToInt is PHP's cast: towards zero, modulo 2^64 outside the range, 0 for INF and NAN.
func floatToInt(f float64) int64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	f = math.Trunc(f)
	if f >= -1<<63 && f < 1<<63 {
		return int64(f)
	}
	m := math.Mod(f, 1<<64)
	if m < 0 {
		m += 1 << 64
	}
	return int64(uint64(m))
}

// floatToIntCap is the cast PHP uses for numbers in strings: the nearest integer there is,
// and 0 for what overflows even a float.
func floatToIntCap(f float64) int64 {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return 0
	case f >= 1<<63:
		return math.MaxInt64
	case f < -1<<63:
		return math.MinInt64
	}
	return int64(f)
}
