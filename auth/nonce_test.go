package auth

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The nonces that the recorded WordPress put into links to previews. They are those of the
// half day of the recording, so that replaying the requests at another time cannot give them.
func TestRecordedPreviewNonces(t *testing.T) {
	kit := os.Getenv("HEADPRESS_CONFORMANCE")
	if kit == "" {
		t.Skip("HEADPRESS_CONFORMANCE is not set")
	}
	users := map[string]int64{"admin": 1, "editor": 2, "author": 3, "contributor": 4}
	salts, _ := NewSalts(func(name string) string { return "conformance-" + name }, func(string) string { return "" })
	link := regexp.MustCompile(`preview_id=(\d+)(?:&amp;|&|\\u0026)preview_nonce=([0-9a-f]+)`)
	seen := 0
	for _, family := range []string{"autosaves", "write-revisions"} {
		cases := bufio.NewScanner(recorded(t, filepath.Join(kit, "corpus", family+".jsonl")))
		cases.Buffer(nil, 64<<20)
		for cases.Scan() {
			var c struct {
				ID, As string
				Expect struct {
					At   int64
					Body json.RawMessage
				}
			}
			if err := json.Unmarshal(cases.Bytes(), &c); err != nil {
				t.Fatal(err)
			}
			for _, m := range link.FindAllStringSubmatch(string(c.Expect.Body), -1) {
				seen++
				if got := salts.Nonce(time.Unix(c.Expect.At, 0), "post_preview_"+m[1], users[c.As], ""); got != m[2] {
					t.Errorf("%s: %s, recorded %s", c.ID, got, m[2])
				}
			}
		}
		if err := cases.Err(); err != nil {
			t.Fatal(err)
		}
	}
	if seen == 0 {
		t.Error("no nonces are recorded")
	}
}

// recorded opens a file of the kit, which may be gzipped.
func recorded(t *testing.T, file string) io.Reader {
	t.Helper()
	for _, name := range []string{file, file + ".gz"} {
		f, err := os.Open(name)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		if !strings.HasSuffix(name, ".gz") {
			return f
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	t.Fatalf("%s is not there", file)
	return nil
}
