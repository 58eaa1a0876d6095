package php

import (
	"math"
	"strings"
	"testing"
)

func TestDecodeJSON(t *testing.T) {
	for in, want := range map[string]string{ // JSON → what PHP's serialize makes of json_decode($in, true)
		`null`: "N;", ` true `: "b:1;", `-0`: "i:0;", `-0.0`: "d:-0;", `1e2`: "d:100;", `12`: "i:12;", `1.50`: "d:1.5;",
		`9223372036854775807`: "i:9223372036854775807;", `9223372036854775808`: "d:9.223372036854776E+18;", `1E400`: "d:INF;",
		`{}`: "a:0:{}", `[]`: "a:0:{}", `{"a":1,"b":2,"a":3}`: `a:2:{s:1:"a";i:3;s:1:"b";i:2;}`, `{"1":1,"01":2}`: `a:2:{i:1;i:1;s:2:"01";i:2;}`,
		`"\u0041\ud83d\ude00\n\/"`: "s:7:\"A\U0001F600\n/\";", `[1,[2,{"x":null}]]`: `a:2:{i:0;i:1;i:1;a:2:{i:0;i:2;i:1;a:1:{s:1:"x";N;}}}`,
		"\"a\x7f\"": "s:2:\"a\x7f\";", `{"\u0000a":1}`: "a:1:{s:2:\"\x00a\";i:1;}",
	} {
		v, err := DecodeJSON(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got, _ := Serialize(v); got != want {
			t.Errorf("%s gave %s, not %s", in, got, want)
		}
	}
}

func TestDecodeJSONRefuses(t *testing.T) {
	nest := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for in, want := range map[string]JSONError{
		"": JSONSyntax, " ": JSONSyntax, "TRUE": JSONSyntax, "\ufeff{}": JSONSyntax, "[1}": JSONState, `{"a":1]`: JSONState, "[}": JSONState, "{]": JSONState,
		`"a`: JSONControl, `"\u12"`: JSONSyntax, `"\ud800"`: JSONUTF16, `"\udc00"`: JSONUTF16, `"\ud800\u0041"`: JSONUTF16, "\"\x01\"": JSONControl,
		"[\x01]": JSONControl, "[\x00]": JSONControl, "1\x00": JSONControl, "\"\xff\"": JSONUTF8, "\xff": JSONUTF8, "[1,]": JSONSyntax, "-": JSONSyntax,
		"01": JSONSyntax, "1.": JSONSyntax, "1e": JSONSyntax, "é": JSONSyntax, `"\q"`: JSONSyntax, `"\`: JSONSyntax, `["a" "b"]`: JSONSyntax,
		"1\"\xff\"": JSONUTF8, `{"a" 1}`: JSONSyntax, "{1:2}": JSONSyntax, "\"\xed\xa0\x80\"": JSONUTF8, `{"a":}`: JSONSyntax, "{,}": JSONSyntax, "[1]]": JSONSyntax,
		"{}]": JSONSyntax, "'a'": JSONSyntax, "\v1": JSONControl, `[1 "` + "\x01": JSONControl, nest(512): JSONDepth, strings.Repeat(`{"a":`, 100000): JSONDepth,
	} {
		if v, err := DecodeJSON(in); err != want {
			t.Errorf("%.40q gave %v, %v, not %q", in, v, err, want)
		}
	}
	if _, err := DecodeJSON(nest(511)); err != nil {
		t.Errorf("511 levels: %v", err)
	}
}

func TestAppendJSON(t *testing.T) {
	mixed := &Array{}
	mixed.Set("b", 1.0)
	mixed.Append("x")
	object := &Object{Class: "stdClass", Props: &Array{}}
	object.Props.Put(Key{Str: "\x00*\x00secret"}, 1)
	object.Props.Put(Key{Str: "0"}, true)
	for _, c := range []struct {
		v     any
		flags JSONFlags
		want  string
	}{
		{nil, 0, "null"}, {true, 0, "true"}, {42, 0, "42"}, {int64(math.MinInt64), 0, "-9223372036854775808"},
		{0.1, 0, "0.1"}, {1.0, 0, "1"}, {1.0, JSONPreserveZeroFraction, "1.0"}, {1e25, 0, "1.0e+25"}, {-1.5e-7, 0, "-1.5e-7"}, {math.Copysign(0, -1), 0, "-0"}, {1e16, 0, "10000000000000000"}, {1e17, 0, "1.0e+17"}, {0.0001, 0, "0.0001"},
		{`a/b "c" \ <d> & 'e'`, 0, `"a\/b \"c\" \\ <d> & 'e'"`},
		{`<'&">`, JSONHexTag | JSONHexAmp | JSONHexApos | JSONHexQuot, `"\u003C\u0027\u0026\u0022\u003E"`},
		{"é\u2028\U0001F600\b\x1f\x7f", 0, `"\u00e9\u2028\ud83d\ude00\b\u001f` + "\x7f\""},
		{"é/\u2028", JSONUnescapedUnicode | JSONUnescapedSlashes, `"é/\u2028"`},
		{"a\xffb", 0, `"a?b"`}, {"a\xe2\x28\xa1b", 0, `"a?(?b"`}, {"\xed\xa0\x80x", 0, `"???x"`}, {"a\xf0\x9f\x98z", 0, `"a?z"`}, {"a\xe2\x82", 0, `"a?"`},
		{Map{}, 0, "[]"}, {Obj{}, 0, "{}"}, {Map{{"a", Obj{{"b", []int64{1, 2}}}}}, 0, `{"a":{"b":[1,2]}}`},
		{[]any{"x", []string{"é"}}, 0, `["x",["\u00e9"]]`}, {(*Array)(nil), 0, "[]"}, {List(1, 2), 0, "[1,2]"}, {mixed, 0, `{"b":1,"0":"x"}`},
		{object, 0, `{"0":true}`}, {&Object{Class: "Foo", Props: List("p")}, 0, `{"__PHP_Incomplete_Class_Name":"Foo","0":"p"}`}, {&Object{Class: "stdClass"}, 0, "{}"},
		{Map{{"a", []any{}}, {"b", Obj{}}, {"c", []any{1}}}, JSONPrettyPrint, "{\n    \"a\": [],\n    \"b\": {},\n    \"c\": [\n        1\n    ]\n}"},
		{math.Inf(1), 0, "0"}, {[]Map{{{"a", 1}}}, 0, `[{"a":1}]`}, {[]uint8{1}, 0, "[1]"},
	} {
		if got := string(AppendJSON(nil, c.v, c.flags)); got != c.want {
			t.Errorf("%#v gave %s, not %s", c.v, got, c.want)
		}
	}
}

func TestAppendJSONAllocatesNothing(t *testing.T) {
	var v any = Map{{"id", int64(1)}, {"title", "a <b> é"}, {"tags", []int64{1, 2, 3}}, {"on", true}}
	buf := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { AppendJSON(buf, v, 0) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

func TestDecodeJSONOf(t *testing.T) {
	for in, values := range map[string]int{"1": 1, "[]": 1, "[1,[2],{}]": 5, `{"a":{"b":null}}`: 3} {
		if _, err := DecodeJSONOf(in, values); err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if v, err := DecodeJSONOf(in, values-1); err != JSONTooMany || v != nil {
			t.Errorf("%s, one less: %v %v", in, v, err)
		}
	}
}

func FuzzDecodeJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,"x\u00e9",null,true]}`, `[[[]]]`, `"\ud83d\ude00"`, `-0.0e-7`, `{"1":{"":0}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := DecodeJSON(s)
		if err != nil {
			return
		}
		once := AppendJSON(nil, v, JSONPreserveZeroFraction) // else -0.0 comes back as the integer 0
		w, err := DecodeJSON(once)
		if err != nil {
			t.Fatalf("%q was written as %q: %v", s, once, err)
		}
		if twice := AppendJSON(nil, w, JSONPreserveZeroFraction); string(once) != string(twice) {
			t.Fatalf("%q, then %q", once, twice)
		}
	})
}
