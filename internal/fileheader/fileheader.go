// Package fileheader reads what style sheets, plugins and patterns say of themselves in
// the comment at their top: "Theme Name: Twenty", a line each.
package fileheader

import (
	"io"
	"os"
	"strings"
)

// Size is how much of a file counts as its top, in bytes.
const Size = 8 << 10

// Header is the top of a file.
type Header string

// Of is the top of a text. Old Macs' line breaks are line breaks, too.
func Of(text string) Header {
	return Header(strings.ReplaceAll(text[:min(len(text), Size)], "\r", "\n"))
}

// Read reads the top of a file. A file that cannot be read, or is none, says nothing.
func Read(file string) Header { return Of(Text(file, Size)) }

// Text is what stands in a file, no more than limit bytes of it; "" for one that cannot be read, or is none.
func Text(file string, limit int64) string {
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() { // who opens a pipe waits for somebody to write
		return ""
	}
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return ""
	}
	return string(text)
}

// Get gives what stands behind a name and a colon, "" for nothing: the first line counts
// that begins with the name, in any case, behind what comments may begin with (get_file_data).
func (h Header) Get(name string) string {
	for line := range strings.Lines(string(h)) {
		line = strings.TrimSuffix(line, "\n")
		if open := strings.TrimLeft(line, " \t"); hasFold(open, "<?php") {
			line = open[len("<?php"):]
		}
		line = strings.TrimLeft(line, " \t/*#@")
		if !hasFold(line, name) || !strings.HasPrefix(line[len(name):], ":") {
			continue
		}
		value := line[len(name)+1:]
		for _, end := range []string{"*/", "?>"} {
			value, _, _ = strings.Cut(value, end)
		}
		return strings.Trim(value, " \t\n\r\x00\x0b")
	}
	return ""
}

// hasFold tells whether a text begins with a prefix, ASCII letters in any case.
func hasFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(s[i]) != lower(prefix[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
