package media

import (
	"strings"
	"testing"

	"github.com/headpress/headpress/registry"
)

// TestFontTypes: a WordPress takes these for fonts, or not.
func TestFontTypes(t *testing.T) {
	allowed := []registry.Mime{{Extensions: []string{"otf"}, Type: "application/vnd.ms-opentype"}, {Extensions: []string{"ttf"}, Type: "font/sfnt"},
		{Extensions: []string{"woff"}, Type: "font/woff"}, {Extensions: []string{"woff2"}, Type: "font/woff2"}}
	truetype := func(head string, tables byte, tag string) string {
		return head + "\x00" + string([]byte{tables}) + "\x00\x80\x00\x03\x00\x40" + tag
	}
	for _, c := range []struct{ content, ends string }{
		{"wOF2", "woff2"}, {"wOFF\x00\x01\x00\x00", "woff"}, {"OTTO", "otf"}, {"OTT", ""}, {"hello", ""}, {"<?php", ""},
		{truetype("\x00\x01\x00\x00", 12, "cmap"), "ttf"}, {truetype("\x00\x01\x00\x00", 12, "OS/2"), "ttf"}, {truetype("true", 46, "cvt "), "ttf"},
		{truetype("\x00\x01\x00\x00", 47, "cmap"), "otf"}, {truetype("\x00\x01\x00\x00", 12, "ab3c"), "otf"}, {truetype("\x00\x01\x00\x00", 12, "cma"), "otf"},
		{strings.Repeat("\x00", 100), "otf"}, // nothing is known of it
	} {
		var got []string
		for _, end := range []string{"otf", "ttf", "woff", "woff2", "php"} {
			if CheckType([]byte(c.content), "a."+end, allowed).Mime != "" {
				got = append(got, end)
			}
		}
		if strings.Join(got, " ") != c.ends {
			t.Errorf("%q goes by %q, not by %q", c.content, got, c.ends)
		}
	}
}
