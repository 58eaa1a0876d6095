package fileheader

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestGet(t *testing.T) {
	for _, c := range []struct{ text, name, want string }{
		{"/*\nTheme Name: Twenty\n*/", "Theme Name", "Twenty"},
		{"/*\rTheme Name: Old Mac\rAuthor: X\r*/", "Author", "X"},
		{"/*\r\nTheme Name: Windows\r\n*/", "Theme Name", "Windows"},
		{"<?php /* Plugin Name: One line */ echo 1;", "Plugin Name", "One line"},
		{"\t <?PHP // Plugin Name: Closed ?> text", "Plugin Name", "Closed"},
		{" * @theme name:   Stars   ", "Theme Name", "Stars"},
		{"Theme Name: First\nTheme Name: Second", "Theme Name", "First"},
		{"Author:\nAuthor: Second", "Author", ""},
		{"My Theme Name: no", "Theme Name", ""},
		{"Theme Name : no", "Theme Name", ""},
		{"\ufeffTheme Name: behind a byte-order mark", "Theme Name", ""},
		{"Theme Name: \x00 zero \x0b", "Theme Name", "zero"},
		{"\u212aey: K is no Kelvin", "Key", ""},
		{strings.Repeat("x", Size-14) + "\nTheme Name: Late", "Theme Name", "L"},
		{"", "Theme Name", ""},
	} {
		if got := Of(c.text).Get(c.name); got != c.want {
			t.Errorf("%q of %.40q is %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "style.css")
	if err := os.WriteFile(file, []byte("/* Theme Name: X */"+strings.Repeat(" ", 1<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if h := Read(file); h.Get("Theme Name") != "X" || len(h) != Size {
		t.Errorf("%d bytes, %q", len(h), h.Get("Theme Name"))
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, none := range []string{dir, filepath.Join(dir, "none"), os.DevNull, pipe} {
		if h, text := Read(none), Text(none, 10); h != "" || text != "" {
			t.Errorf("%s says %q, %q", none, h, text)
		}
	}
}

func FuzzGet(f *testing.F) {
	f.Add("/*\nTheme Name: Twenty\n*/")
	f.Fuzz(func(t *testing.T, text string) {
		v := Of(text).Get("Theme Name")
		if strings.ContainsAny(v, "\r\n") || strings.Contains(v, "*/") || strings.Contains(v, "?>") || len(v) > Size {
			t.Errorf("%q", v)
		}
	})
}
