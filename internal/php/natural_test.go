package php

import "testing"

// Orders are those of PHP's strnatcasecmp.
func TestCompareNatural(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "a", -1}, {"a", "", 1}, {"a", "B", -1}, {"b", "A", 1}, {"a", "A", 0}, {"ab", "a", 1},
		{"x 9", "x 10", -1}, {"x10y", "x10z", -1}, {"x010", "x9", -1}, {"x1.10", "x1.9", 1}, {"x1.010", "x1.009", 1},
		{"007", "7", 0}, {"0", "00", 0}, {"a  b", "ab", 0}, {" a", "a", 0}, {"a ", "a", 1}, {"a1", "a", 1}, {"1a", "1", 1}, {"12", "2", 1}, {"12", "13", -1},
		{"Z", "é", -1}, {"a_b", "aB", 1}, {"x0y", "x00", -1}, {"1 2", "12", -1},
	} {
		if got := CompareNatural(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
