package php

import (
	"math"
	"strings"
	"testing"
)

// What PHP's serialize wrote, and what comes back byte for byte.
var serialized = []string{
	`N;`, `b:1;`, `b:0;`, `i:0;`, `i:-9223372036854775808;`, `d:0.1;`, `d:-0;`, `d:1.0E+25;`, `d:INF;`, `d:-INF;`, `d:NAN;`,
	`s:0:"";`, `s:7:"caf` + "\xc3\xa9" + `";";`, `s:1:"` + "\x00" + `";`,
	`a:0:{}`, `a:2:{i:0;s:1:"a";i:1;s:1:"b";}`, `a:3:{s:1:"z";i:1;s:1:"a";i:2;i:-5;a:1:{i:0;b:0;}}`,
	`O:8:"stdClass":1:{s:1:"1";i:1;}`,
	"O:3:\"Foo\":3:{s:1:\"a\";i:1;s:4:\"\x00*\x00b\";d:2.5;s:6:\"\x00Foo\x00c\";a:1:{i:0;r:1;}}",
	`C:11:"ArrayObject":33:{x:i:0;a:1:{i:0;i:1;};m:a:0:{}1234}`,
	`E:11:"Suit:Hearts";`, `a:2:{i:0;i:1;i:1;R:2;}`,
	`a:1:{s:13:"administrator";a:2:{s:4:"name";s:13:"Administrator";s:12:"capabilities";a:1:{s:13:"switch_themes";b:1;}}}`,
}

func TestSerializedRoundTrip(t *testing.T) {
	for _, s := range serialized {
		v, err := Unserialize(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if got, err := Serialize(v); err != nil || got != s {
			t.Errorf("%s came back as %s (%v)", s, got, err)
		}
	}
}

func TestUnserializeRefuses(t *testing.T) {
	for _, s := range []string{
		"", "x", "i", "i:", "i:5", "i:-;", "i: 5;", "b:2;", "b:01;", "d:;", "d:inf;", "d:1e;", `s:3:"ab";`, `s:1:"ab";`, `s:-1:"";`, `s:+2:"ab";`,
		`s:99999999999999999999:"a";`, "a:1:{i:0;i:1", "a:1:{i:0;i:x}", "a:1000000000:{}", "a:1:{d:1;i:1;}", "a:1:{a:0:{}i:1;}", "a:-1:{}",
		`O:0:"":0:{}`, `O:3:"F o":0:{}`, `C:3:"Foo":9:{}`, `E:3:"Foo";`, "R:0;", `S:2:"\6";`,
		strings.Repeat("a:1:{i:0;", 5000) + "N;" + strings.Repeat("}", 5000),
	} {
		if v, err := Unserialize(s); err == nil {
			t.Errorf("%.40q was read as %#v", s, v)
		}
	}
}

func TestUnserializeAsPHPRewrites(t *testing.T) {
	for in, want := range map[string]string{
		"i:+5;": "i:5;", "i:99999999999999999999999;": "i:9223372036854775807;", "d:.5;": "d:0.5;", "d:1.;": "d:1;", "d:0.10000000000000001;": "d:0.1;",
		`S:2:"\61b";`: `s:2:"ab";`, "a:2:{i:0;i:1;i:0;i:2;}": "a:1:{i:0;i:2;}", `a:1:{s:1:"1";i:1;}`: "a:1:{i:1;i:1;}", "a:0:{}rest": "a:0:{}",
	} {
		v, err := Unserialize(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got, _ := Serialize(v); got != want {
			t.Errorf("%s became %s, PHP makes %s", in, got, want)
		}
	}
}

func TestMaybeUnserialize(t *testing.T) {
	for in, want := range map[string]any{
		"a:1:{i:0;i:1":   "a:1:{i:0;i:1", // open end: not serialized
		"a:1:{i:0;i:x}":  false,          // looks so, is broken
		" i:5; ":         int64(5),
		"b:2;":           false,
		`C:3:"Foo":0:{}`: `C:3:"Foo":0:{}`,
		"N;":             nil,
		`s:3:"ab";`:      false,
		"i:5;}":          "i:5;}",
		"d:1e5;":         "d:1e5;",
		"i:-;":           false,
		`s:5:"ab"cd";`:   "ab\"cd",
		"d:.5;":          0.5,
		"":               "", "x": "x", "Hello: world;": "Hello: world;", "i:;": "i:;", "s:a:\"\";": "s:a:\"\";",
	} {
		if got := MaybeUnserialize(in); got != want {
			t.Errorf("%q gave %#v, not %#v", in, got, want)
		}
	}
	if a, ok := MaybeUnserialize("a:0:{};").(*Array); !ok || a.Len() != 0 {
		t.Error("bytes after an array are ignored")
	}
}

func TestSerializeShorthands(t *testing.T) {
	got, err := Serialize(Map{{"name", "x"}, {"7", []string{"a"}}, {"o", Obj{{"k", []int64{1}}}}, {"l", []any{1, nil, math.Pi}}})
	want := `a:4:{s:4:"name";s:1:"x";i:7;a:1:{i:0;s:1:"a";}s:1:"o";O:8:"stdClass":1:{s:1:"k";a:1:{i:0;i:1;}}s:1:"l";a:3:{i:0;i:1;i:1;N;i:2;d:3.141592653589793;}}`
	if err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := Serialize(struct{}{}); err == nil {
		t.Error("a Go struct is no PHP value")
	}
}

func FuzzUnserialize(f *testing.F) {
	for _, s := range serialized {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Unserialize(s)
		if err != nil {
			return
		}
		once, err := Serialize(v)
		if err != nil {
			t.Fatal(err)
		}
		w, err := Unserialize(once)
		if err != nil {
			t.Fatalf("%q was written as %q, which is refused: %v", s, once, err)
		}
		if twice, _ := Serialize(w); twice != once {
			t.Fatalf("%q, then %q", once, twice)
		}
	})
}

// Texts that look serialized are stored serialized, as WordPress 7.1 does: else a text could make objects of PHP's.
func TestMaybeSerialize(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "text": "text", "N;x": "N;x", `s:3:"abc"`: `s:3:"abc"`, `C:3:"abc":0:{}`: `C:3:"abc":0:{}`, "i:5": "i:5", "a:;": "a:;", "O:;": "O:;", `s:;"`: `s:;"`,
		"s:3:abc;": "s:3:abc;", "i:x;": "i:x;", "R:1;": "R:1;", "d:1e5;": "d:1e5;", "i:;": "i:;", "i:5}": "i:5}",
		`O:8:"stdClass":0:{}`: `s:19:"O:8:"stdClass":0:{}";`, `O:8:"stdClass":0:{}  `: `s:21:"O:8:"stdClass":0:{}  ";`, "a:1:{i:0;i:5;}": `s:14:"a:1:{i:0;i:5;}";`,
		"a:1:{i:0;i:5;}x": `s:15:"a:1:{i:0;i:5;}x";`, `s:3:"abc";`: `s:10:"s:3:"abc";";`, "N;": `s:2:"N;";`, "b:1;x": `s:5:"b:1;x";`, "d:0.5;": `s:6:"d:0.5;";`, "d:1E5;": `s:6:"d:1E5;";`,
		" i:5;": `s:5:" i:5;";`, "i:5;;": `s:5:"i:5;;";`, `E:3:"A:B";`: `s:10:"E:3:"A:B";";`, "i:5; x}": `s:7:"i:5; x}";`, "a:1:}": `s:5:"a:1:}";`, "b:1;}": `s:5:"b:1;}";`,
		`s:3:"abc";x"`: `s:12:"s:3:"abc";x"";`,
	} {
		got := MaybeSerialize(text)
		if got != want {
			t.Errorf("%s is stored as %s, want %s", text, got, want)
		}
		if back := MaybeUnserialize(got); back != text {
			t.Errorf("%s comes back as %v", text, back)
		}
	}
}
