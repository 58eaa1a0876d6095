package media

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Text that is more than text: programs, pages, drawings, mail. Nobody uploads those as plain text,
// for somewhere something may run them. A rule looks for a beginning, without regard to case.
var textStarts = []struct{ start, typ string }{
	{"<?php", "text/x-php"}, {"<?\n", "text/x-php"}, {"<?\r", "text/x-php"},
	{"<svg", "image/svg+xml"}, {"<!doctype svg", "image/svg+xml"}, {"<?xml", "text/xml"},
	{"{\\rtf1", "text/rtf"}, {"begin:vcalendar", "text/calendar"}, {"begin:vcard", "text/vcard"},
	{"%!ps", "application/postscript"}, {"\\documentclass", "text/x-tex"},
	{"from:", "message/rfc822"}, {"received:", "message/rfc822"}, {"return-path:", "message/rfc822"}, {"article", "message/news"}, {"xref:", "message/news"},
	{"diff ", "text/x-diff"}, {"--- a", "text/x-diff"}, {"#include", "text/x-c"}, {"/* xpm */", "image/x-xpmi"}, {"@echo off", "text/x-msdos-batch"},
	{".\\\"", "text/troff"}, {".so ", "text/troff"}, {"eval \"exec perl", "text/x-perl"},
}

// pageMarks make a page of a text that has them anywhere near its start.
var pageMarks = []string{"<!doctype html", "<html>", "<html ", "<head>", "<title>", "<script", "<style", "<table", "<a href="}

// textType tells what a text is, in libmagic's words.
func textType(head []byte) string {
	text := bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	low := strings.ToLower(string(text[:min(len(text), 4096)]))
	trimmed := strings.TrimLeft(low, " \t\r\n")
	for _, r := range textStarts {
		if !strings.HasPrefix(trimmed, r.start) {
			continue
		}
		if r.typ == "text/xml" && strings.Contains(low, "svg") {
			return "image/svg+xml"
		}
		return r.typ
	}
	for _, mark := range pageMarks {
		if strings.Contains(low, mark) {
			return "text/html"
		}
	}
	switch line, _, more := strings.Cut(low, "\n"); {
	case strings.HasPrefix(line, "#!") && strings.Contains(line, "/") && (more || strings.HasPrefix(line, "#! ")):
		return "text/x-shellscript"
	case isJSON(text):
		return "application/json"
	case isCSV(text):
		return "text/csv"
	}
	return "text/plain"
}

// isJSON tells whether a text is one JSON object or list, or the start of one that is longer than what was read.
func isJSON(text []byte) bool {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return false
	}
	if len(text) < sniffed-64 {
		return json.Valid(text)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := d.Token(); err != nil {
			return d.InputOffset() > int64(len(text)/2)
		}
	}
}

// isCSV: three lines or more, and commas outside of quotes on each, as many as on the first.
func isCSV(text []byte) bool {
	const enough = 10
	lines, commas, first, quoted := 0, 0, 0, false
	for _, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			commas++
		case c == '\n':
			if lines++; lines == 1 {
				first = commas
			}
			if commas == 0 || commas != first {
				return false
			}
			if commas = 0; lines == enough {
				return true
			}
		}
	}
	return lines > 2 && (commas == 0 || commas == first)
}
