package api

import (
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// fuzzSchemas are schemas with all that values are checked for.
func fuzzSchemas() []*Schema {
	return []*Schema{
		Integer("", Minimum(-3), Maximum(7)),
		Number("", Minimum(0.5)),
		String("", MinLength(1), MaxLength(5), Pattern("^[a-z]*$")),
		String("", Enum("a", "b", "1", "")),
		String("", Format("date-time")),
		String("", Format("uri")),
		String("", Format("email")),
		String("", Format("hex-color")),
		String("", Format("uuid")),
		String("", Format("ip")),
		String("", Format("text-field")),
		NewSchema(Type("boolean", "integer", "null")),
		NewSchema(Type("array", "string", "object")),
		Array("", Items(Integer("", Minimum(0))), MinItems(1), MaxItems(4)),
		Array("", Items(String("", Enum("x", "y")))),
		Object("", Props(P("a", Integer("")), P("b", Array("", Items(NewSchema(Type("boolean")))))), More(String(""))),
		NewSchema(AnyOf(Integer(""), Array("", Items(String(""))), Object("", Props(P("c", Number("")))))),
		NewSchema(OneOf(Integer("", Maximum(5)), NewSchema(Type("number"), Minimum(3)))),
	}
}

// FuzzSchema: a value that fits is made of the type it was said to have, and still fits.
func FuzzSchema(f *testing.F) {
	for i, text := range []string{"5", "1.5", `"abc"`, `"a"`, `"2024-02-30T10:00:00"`, `"http://x/ y"`, `"a@b.co"`, `"#fff"`, `"6ba7b810-9dad-11d1-80b4-00c04fd430c8"`, `"::1"`, `"<b>"`, "null",
		`{"a":[1]}`, `"1,2 3"`, `["x"]`, `{"a":"1","b":"0,1","z":"q"}`, `{"c":"1e3"}`, "4.5", `"0x1A"`, `[[[]]]`, "true", `" 5"`, `{"0":1,"1":2}`, "1e999"} {
		f.Add(uint8(i), text)
	}
	schemas := fuzzSchemas()
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		s := schemas[int(which)%len(schemas)]
		v, err := php.DecodeJSON(text)
		if err != nil {
			v = text // as it comes in a query
		}
		before := string(php.AppendJSON(nil, v, 0))
		clean, ok := s.Clean(v)
		if ok != (s.Check(v, "p") == nil) && ok {
			t.Errorf("%d %s: cleaned, and refused", which, before)
		}
		if after := string(php.AppendJSON(nil, v, 0)); after != before {
			t.Errorf("%d %s was changed to %s", which, before, after)
		}
		if !ok || s.Format != "" || len(s.Type) != 1 { // among several types the best fit of what was made may be another
			return
		}
		once := string(php.AppendJSON(nil, clean, 0))
		again, ok := s.Clean(clean)
		if twice := string(php.AppendJSON(nil, again, 0)); !ok || twice != once {
			t.Errorf("%d %s became %s, then %s (%t)", which, before, once, twice, ok)
		}
	})
}
