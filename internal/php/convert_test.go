package php

import (
	"math"
	"testing"
)

func TestIsNumeric(t *testing.T) {
	for s, want := range map[string]bool{
		"1": true, "-1": true, "+1.5": true, ".5": true, "1.": true, "1e5": true, "1E-5": true, " 1": true, "1 ": true, "\t\n\r\v\f1": true,
		"": false, " ": false, ".": false, "-": false, "1e": false, "0x1A": false, "1a": false, "1_0": false, "INF": false, "١": false, "1 1": false, "--1": false,
	} {
		if IsNumeric(s) != want {
			t.Errorf("is_numeric(%q) is %v", s, want)
		}
	}
}

func TestConversions(t *testing.T) {
	for _, c := range []struct {
		v any
		i int64
		f float64
		s string
		b bool
	}{
		{nil, 0, 0, "", false}, {true, 1, 1, "1", true}, {false, 0, 0, "", false}, {12, 12, 12, "12", true},
		{1.9, 1, 1.9, "1.9", true}, {-1.9, -1, -1.9, "-1.9", true}, {1e19, -8446744073709551616, 1e19, "1.0E+19", true}, {math.Inf(1), 0, math.Inf(1), "INF", true},
		{0.1 + 0.2, 0, 0.1 + 0.2, "0.3", true}, {1e14, 100000000000000, 1e14, "1.0E+14", true}, {0.0, 0, 0, "0", false},
		{"12abc", 12, 12, "12abc", true}, {" 1e3x", 1000, 1000, " 1e3x", true}, {"0x1A", 0, 0, "0x1A", true}, {"", 0, 0, "", false}, {"0", 0, 0, "0", false}, {"0.0", 0, 0, "0.0", true},
		{"9999999999999999999", math.MaxInt64, 1e19, "9999999999999999999", true}, {"-1e1000", 0, math.Inf(-1), "-1e1000", true}, {"-1e300", math.MinInt64, -1e300, "-1e300", true},
		{&Array{}, 0, 0, "Array", false}, {List(0), 1, 1, "Array", true}, {[]any{}, 0, 0, "Array", false}, {Obj{}, 1, 1, "", true},
	} {
		if i, f, s, b := ToInt(c.v), ToFloat(c.v), ToString(c.v), ToBool(c.v); i != c.i || f != c.f || s != c.s || b != c.b {
			t.Errorf("%#v gave %d %v %q %v", c.v, i, f, s, b)
		}
	}
}

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		a, b any
		want bool
	}{
		{nil, false, true}, {nil, "", true}, {nil, "0", false}, {nil, 0, true}, {nil, &Array{}, true}, {true, "a", true}, {false, "0", true}, {true, List(0), true},
		{1, 1.0, true}, {1, "1", true}, {1, "01", true}, {1, " 1 ", true}, {1, "1a", false}, {0, "", false}, {0, "a", false}, {1.5, "1.50", true},
		{"1", "01", true}, {"10", "1e1", true}, {"abc", "ABC", false}, {"abc", "abc", true}, {"1", " 1", true}, {"1", "1 ", true}, {"", "0", false},
		{"9223372036854775808", "9223372036854775809", false}, {"1e1000", "1e1001", false},
		{List(1, 2), List("1", 2.0), true}, {List(1), List(1, 2), false}, {List(), "", false}, {Map{{"a", 1}, {"b", 2}}, Map{{"b", 2}, {"a", 1}}, true},
		{&Object{Class: "A"}, &Object{Class: "A"}, true}, {&Object{Class: "A"}, &Object{Class: "B"}, false},
	} {
		if Equal(c.a, c.b) != c.want || Equal(c.b, c.a) != c.want {
			t.Errorf("%#v == %#v is %v", c.a, c.b, c.want)
		}
	}
}
