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
