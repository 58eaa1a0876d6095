package php

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseQuery(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "[]",
		"a=1&b=&c&&=x&a=2":           `{"a":"2","b":"","c":""}`,
		"a[]=1&a[]=2&a[k]=3&a[]=4":   `{"a":{"0":"1","1":"2","k":"3","2":"4"}}`,
		"a[b][c]=1&a[b][]=2":         `{"a":{"b":{"c":"1","0":"2"}}}`,
		"a.b=1&c d=2&e+f=3&g%20h=4":  `{"a_b":"1","c_d":"2","e_f":"3","g_h":"4"}`,
		"a[x.y z]=1":                 `{"a":{"x.y z":"1"}}`,
		"a=1&a[b]=2":                 `{"a":{"b":"2"}}`,
		"a[b]=1&a=2":                 `{"a":"2"}`,
		"a[b=1&c[d.e[f=2":            `{"a_b":"1","c_d_e_f":"2"}`,
		"a[b][c=1":                   `{"a":{"b":"1"}}`,
		"a[b]x[c]=1":                 `{"a":{"b":"1"}}`,
		"[a]=1":                      "[]",
		"a[[b]=1":                    `{"a":{"[b":"1"}}`,
		"0=a&1=b":                    `["a","b"]`,
		"q=a%2Bb+c%zz%4&r=100%":      `{"q":"a+b c%zz%4","r":"100%"}`,
		"a[ ]=1&a[ b]=2":             `{"a":{"0":"1"," b":"2"}}`,
		"a%00b=1":                    `{"a":"1"}`,
		"%5B%5D=1&x%5B%5D=2":         `{"x":["2"]}`,
		"s=caf%C3%A9&rest_route=/wp": `{"s":"caf\u00e9","rest_route":"\/wp"}`,
	} {
		if got := string(AppendJSON(nil, ParseQuery(in), 0)); got != want {
			t.Errorf("%s gave %s, not %s", in, got, want)
		}
	}
}

func TestParseQueryIsBounded(t *testing.T) {
	var many strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&many, "v%d=1&", i)
	}
	if n := ParseQuery(many.String()).Len(); n != 1000 {
		t.Errorf("%d variables", n)
	}
	if n := ParseQuery("a" + strings.Repeat("[b]", 100000) + "=1&c=2").Len(); n != 1 {
		t.Errorf("%d variables beside one nested too deep", n)
	}
}

func TestBuildQuery(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":true,"b":false,"c":null,"d":1.5,"e":""}`:       "a=1&b&c&d=1.5&e",
		`{"s":"a b~*é'\"","t":"&=&"}`:                        "s=a+b%7E%2A%C3%A9%27%22&t=%26%3D%26",
		`{"a":[],"b":[[]],"c":{"x":{"y":"z w","e":""}}}`:     "c%5Bx%5D%5By%5D=z+w&c%5Bx%5D%5Be%5D",
		`{"exclude":["1","2"],"_fields":"id,slug","page":2}`: "exclude%5B0%5D=1&exclude%5B1%5D=2&_fields=id%2Cslug&page=2",
	} {
		v, err := DecodeJSON(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := BuildQuery(v.(*Array)); got != want {
			t.Errorf("%s gave %s, not %s", in, got, want)
		}
	}
}

func TestURLCoding(t *testing.T) {
	if got := RawURLEncode("a b~-_.é/"); got != "a%20b~-_.%C3%A9%2F" {
		t.Error(got)
	}
	if got := RawURLDecode("a+b%20c%g1"); got != "a+b c%g1" {
		t.Error(got)
	}
}

func plainNames(args *Array) bool {
	for k, v := range args.All() {
		inner, _ := v.(*Array)
		if !k.IsInt && (k.Str == "" || strings.ContainsFunc(k.Str, func(r rune) bool { return r >= 0x80 || !isAlnum(byte(r)) })) || !plainNames(inner) {
			return false
		}
	}
	return true
}

// FuzzParseQuery: what was read is written so that it is read again as the same, where
// names are plain: WordPress writes them as they are.
func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"a[b][]=1&c.d=%20", "a=1&a[]=2", "a[=1&b]=2&c d=3", "a[b]c[d]=1", "[a]=1&=2&&x", "a[0]=1&a[]=2&a[-1]=3", "a%5Bb%5D=%C3%28+%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		args := ParseQuery(s)
		once := BuildQuery(args)
		if !plainNames(args) {
			return
		}
		if twice := BuildQuery(ParseQuery(once)); twice != once {
			t.Errorf("%q: %q, then %q", s, once, twice)
		}
	})
}
