package picture

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// withSegments puts segments into a JPEG, behind its first two bytes.
func withSegments(jpeg, segments []byte) []byte {
	return append(append(bytes.Clone(jpeg[:2]), segments...), jpeg[2:]...)
}

// nothing is image_meta of a picture that says nothing of itself.
var nothing = php.Map{
	{Key: "aperture", Value: "0"}, {Key: "credit", Value: ""}, {Key: "camera", Value: ""}, {Key: "caption", Value: ""},
	{Key: "created_timestamp", Value: "0"}, {Key: "copyright", Value: ""}, {Key: "focal_length", Value: "0"}, {Key: "iso", Value: "0"},
	{Key: "shutter_speed", Value: "0"}, {Key: "title", Value: ""}, {Key: "orientation", Value: "0"}, {Key: "keywords", Value: []any{}}, {Key: "alt", Value: ""},
}

// Each line of the file is what WordPress 7.1 kept of a JPEG that has these segments: only what
// differs from nothing is written down.
func TestMeta(t *testing.T) {
	file, err := os.ReadFile("testdata/image_meta.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	jpeg := asFile(t, quarters(16, 8), JPEG)
	lines := strings.Split(strings.TrimSpace(string(file)), "\n")
	if len(lines) < 300 {
		t.Fatalf("%d cases", len(lines))
	}
	for _, line := range lines {
		var c struct {
			Name     string
			Segments string
			Differs  map[string]any
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		segments, err := base64.StdEncoding.DecodeString(c.Segments)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Meta(bytes.NewReader(withSegments(jpeg, segments)), JPEG)
		if err != nil {
			t.Fatal(err)
		}
		want := append(php.Map{}, nothing...)
		for name, v := range c.Differs {
			want.Set(name, v)
		}
		if a, b := serialized(t, got), serialized(t, want); a != b {
			t.Errorf("%s:\n got %s\nwant %s", c.Name, a, b)
		}
	}
}

func serialized(t testing.TB, v any) string {
	t.Helper()
	s, err := php.Serialize(v)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The text for the blind is found in files of every type, wherever it lies.
func TestAltTextAnywhere(t *testing.T) {
	packet := `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:i="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">` +
		`<i:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">A cat</rdf:li></rdf:Alt></i:AltTextAccessibility></rdf:Description></rdf:RDF></x:xmpmeta>`
	for _, before := range []int{0, 1, 65534, 65536 - 5, 65536, 65536 - len(packet), 3_000_000} {
		for _, mime := range []string{PNG, GIF, WebP, AVIF} {
			m, err := Meta(strings.NewReader(strings.Repeat("<x:xmpm ", before/8+1)[:before]+packet), mime)
			if err != nil {
				t.Fatal(err)
			}
			if alt, _ := m.Get("alt"); alt != "A cat" {
				t.Errorf("%s, after %d bytes: %q", mime, before, alt)
			}
		}
	}
}

func FuzzMeta(f *testing.F) {
	file, err := os.ReadFile("testdata/image_meta.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	jpeg := asFile(f, quarters(16, 8), JPEG)
	for line := range strings.Lines(string(file)) {
		var c struct{ Segments string }
		if json.Unmarshal([]byte(line), &c) != nil {
			f.Fatal(line)
		}
		segments, _ := base64.StdEncoding.DecodeString(c.Segments)
		f.Add(withSegments(jpeg, segments))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Meta(bytes.NewReader(data), JPEG)
		if err != nil {
			t.Fatal(err)
		}
		// What it says stays text that every database takes.
		s := serialized(t, m)
		if strings.ToValidUTF8(s, "") != s || strings.Contains(s, "\x00") {
			t.Errorf("%q", s)
		}
		_, _ = Probe(bytes.NewReader(data), MaxPixels)
	})
}
