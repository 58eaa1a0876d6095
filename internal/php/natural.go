package php

// CompareNatural compares texts as people sort them, numbers in them by their size, without regard to the case
// of ASCII letters (strnatcasecmp): below, at or above 0 where a comes before b, nowhere, or after it.
func CompareNatural(a, b string) int {
	if a == "" || b == "" {
		return sign(len(a) - len(b))
	}
	i, j := leadingZeros(a), leadingZeros(b)
	for {
		for i < len(a) && isSpace(a[i]) {
			i++
		}
		for j < len(b) && isSpace(b[j]) {
			j++
		}
		if digitAt(a, i) && digitAt(b, j) {
			n, m := digits(a[i:]), digits(b[j:])
			if order := compareDigits(a[i:i+n], b[j:j+m]); order != 0 {
				return order
			}
			if i, j = i+n, j+m; i == len(a) || j == len(b) {
				return sign((len(a) - i) - (len(b) - j))
			}
		}
		x, y := byteAt(a, i), byteAt(b, j)
		if x != y {
			return sign(int(x) - int(y))
		}
		if i, j = i+1, j+1; i >= len(a) || j >= len(b) {
			return sign(max(0, len(a)-i) - max(0, len(b)-j))
		}
	}
}

// compareDigits compares numbers: after a zero digit by digit, as behind a decimal point, else the longer is the larger.
func compareDigits(a, b string) int {
	if a[0] != '0' && b[0] != '0' && len(a) != len(b) {
		return sign(len(a) - len(b))
	}
	for k := range min(len(a), len(b)) {
		if a[k] != b[k] {
			return sign(int(a[k]) - int(b[k]))
		}
	}
	return sign(len(a) - len(b))
}

// leadingZeros is how many zeros stand before the number that a text begins with.
func leadingZeros(s string) int {
	n := 0
	for n+1 < len(s) && s[n] == '0' && isDigit(s[n+1]) {
		n++
	}
	return n
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func digitAt(s string, i int) bool { return i < len(s) && isDigit(s[i]) }

// byteAt is a byte in upper case, 0 behind the end.
func byteAt(s string, i int) byte {
	switch {
	case i >= len(s):
		return 0
	case 'a' <= s[i] && s[i] <= 'z':
		return s[i] - 'a' + 'A'
	}
	return s[i]
}

func sign(n int) int { return min(1, max(-1, n)) }

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
