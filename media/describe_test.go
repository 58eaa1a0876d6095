package media

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/media/av"
)

// What WordPress 7.1 answered for the files beside metadata.txt: name, MIME type and serialized metadata.
func TestDescribe(t *testing.T) {
	dir := filepath.Join("testdata", "av")
	golden, err := os.ReadFile(filepath.Join(dir, "metadata.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(golden), "\n"), "\n")
	for _, line := range lines {
		part := strings.SplitN(line, " ", 3)
		meta, err := describe(t.Context(), NewFolder(dir), part[0], part[1])
		if err != nil {
			t.Errorf("%s: %v", part[0], err)
			continue
		}
		got, err := php.Serialize(meta)
		if err != nil || got != part[2] {
			t.Errorf("%s: %v\n got %s\nwant %s", part[0], err, got, part[2])
		}
	}
	if len(lines) < 40 {
		t.Errorf("only %d files", len(lines))
	}
}

// counted counts how often a file is read from another place.
type counted struct {
	*bytes.Reader
	seeks int
}

func (c *counted) Seek(offset int64, whence int) (int64, error) {
	c.seeks++
	return c.Reader.Seek(offset, whence)
}

// A file may have as many headers as it likes: where it lies in a bucket each jump is a request, and texts are kept of few of them.
func TestReadIsBounded(t *testing.T) {
	box := func(kind string, content []byte) []byte {
		n := len(content) + 8
		return append([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n), kind[0], kind[1], kind[2], kind[3]}, content...)
	}
	near := append(box("ftyp", []byte("isom")), bytes.Repeat(box("free", nil), 15_000)...)
	far := append(box("ftyp", []byte("isom")), bytes.Repeat(box("free", make([]byte, 5000)), 4000)...)
	for name, c := range map[string]struct {
		file []byte
		most int
	}{"near": {near, 100}, "far": {far, 2000}} {
		file := &counted{Reader: bytes.NewReader(c.file)}
		if _, err := av.Read(file, int64(len(c.file))); err != nil || file.seeks > c.most {
			t.Errorf("%s: %d jumps, %v", name, file.seeks, err)
		}
	}
}

// Whatever a file says, reading it ends, and takes what it says for no more than it is.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "av", "*.*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:min(len(b), 6000)])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		info, err := av.Read(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for _, meta := range []*php.Array{audioMeta(info, int64(len(b))), videoMeta(info, int64(len(b)))} {
			if text, err := php.Serialize(meta); err != nil || len(text) > 4*len(b)+4096 {
				t.Errorf("%d bytes give %d: %v", len(b), len(text), err)
			}
		}
	})
}
