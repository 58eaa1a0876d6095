package models

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write collation.bin anew from the MariaDB in HEADPRESS_TEST_MYSQL")

// mariaDBWeights asks a MariaDB what every character weighs.
func mariaDBWeights(t *testing.T) map[rune][]uint16 {
	t.Helper()
	dsn := os.Getenv("HEADPRESS_TEST_MYSQL")
	if dsn == "" {
		t.Skip("HEADPRESS_TEST_MYSQL is not set")
	}
	ctx := context.Background()
	store, err := Open(ctx, Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	rows, err := store.DB(ctx).Raw(`SELECT seq, hex(weight_string(convert(char(seq USING utf32) USING utf8mb4) COLLATE utf8mb4_unicode_520_ci))
		FROM seq_0_to_1114111 WHERE seq NOT BETWEEN 55296 AND 57343`).Rows()
	if err != nil {
		t.Skipf("not a MariaDB: %v", err)
	}
	defer rows.Close()
	weights := map[rune][]uint16{}
	for rows.Next() {
		var r rune
		var text string
		if err := rows.Scan(&r, &text); err != nil {
			t.Fatal(err)
		}
		raw, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		ws := []uint16{}
		for ; len(raw) > 0; raw = raw[2:] {
			ws = append(ws, binary.BigEndian.Uint16(raw))
		}
		weights[r] = ws
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return weights
}

func TestCollationTableIsMariaDBs(t *testing.T) {
	theirs := mariaDBWeights(t)
	if *update {
		var b bytes.Buffer
		w, _ := flate.NewWriter(&b, flate.BestCompression)
		var at, last int64
		for r := rune(0); r <= 0x10FFFF; r++ {
			ws, ok := theirs[r]
			implicit := implicitWeights(r)
			if !ok || slices.Equal(ws, implicit[:]) {
				continue
			}
			entry := binary.AppendUvarint(binary.AppendUvarint(nil, uint64(int64(r)-at)), uint64(len(ws)))
			at = int64(r)
			for _, weight := range ws {
				entry = binary.AppendVarint(entry, int64(weight)-last)
				last = int64(weight)
			}
			w.Write(entry)
		}
		w.Close()
		if err := os.WriteFile("collation.bin", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Skip("collation.bin written; run again")
	}
	wrong := 0
	for r, want := range theirs {
		w := walker{table: loadWeights(), text: string(r)}
		got := []uint16{}
		for weight := w.next(); weight != 0; weight = w.next() {
			got = append(got, weight)
		}
		if !slices.Equal(got, want) {
			if wrong++; wrong < 10 {
				t.Errorf("%U weighs %x, want %x", r, got, want)
			}
		}
	}
}

func TestCollate(t *testing.T) {
	for _, c := range []struct {
		a, op, b string
	}{
		{"eclair", "=", "Éclair"},
		{"straße", "=", "STRASSE"},
		{"ﬁn", "=", "FIN"},
		{"１２", "=", "12"},
		{"سَلام", "=", "سلام"},       // vowel signs count for nothing
		{"می‌خواهم", "=", "میخواهم"}, // nor does the zero-width non-joiner
		{"كتاب", "<", "کتاب"},        // Arabic and Persian kaf are two letters
		{"علي", "≠", "علی"},          // and so are their yehs
		{"أب", "≠", "اب"},
		{"😀", "≠", "😁"},
		{"a", "=", "a  "},
		{"a", ">", "a\t"},
		{"a\x00b", "=", "ab"},
		{"a b", "<", "ab"},
		{"a-b", "<", "a1"},
		{"Zebra", ">", "apple"},
		{"", "=", " "},
		{"ñandú", "<", "nandub"},
		{"中", "<", "😀"},
	} {
		got := map[int]string{-1: "<", 0: "=", 1: ">"}[collate(c.a, c.b)]
		if got != c.op && !(c.op == "≠" && got != "=") {
			t.Errorf("%q %s %q, want %s", c.a, got, c.b, c.op)
		}
		if collate(c.a, c.b) != -collate(c.b, c.a) {
			t.Errorf("%q and %q compare differently the other way round", c.a, c.b)
		}
	}
}

func TestLikeAndItsRegexp(t *testing.T) {
	for _, c := range []struct {
		text, pattern string
		want          bool
	}{
		{"Éclair", "eclair", true},
		{"un éclair au chocolat", "%ECLAIR%", true},
		{"straße", "%strasse%", false},
		{"50% off", `50\% %`, true},
		{"500 off", `50\%%`, false},
		{"a_b", `a\_b`, true},
		{"axb", `a_b`, true},
		{"aéb", `a_b`, true},
		{"", "%", true},
		{"", "", true},
		{"a", "", false},
		{"abab", "%ab", true},
		{"abac", "%ab", false},
		{"aXbXc", "a%x%c", true},
		{"line\nbreak", "line%break", true},
		{"سَلام", "سلام", false},
		{"علی", "%ی", true},
		{`back\slash`, `back\\slash`, true},
		{"end\\", `end\`, true},
		{"x%ÉÉé", `%\%%éÉE`, true},
		{"ßß ẞ", "%ß_ẞ", true},
		{"a\xffb\uFFFD", "%\uFFFDb%", true},
		{"\xe9clair", "%_clair", true},
		{"aaab", "%_b", true},
		{"b", "%%b", true},
		{"", "%a", false},
		{"aé", "%é", true},
		{"aé", "%éb", false},
	} {
		if got := like(compileLike(c.pattern), c.text); got != c.want {
			t.Errorf("%q LIKE %q: %v", c.text, c.pattern, got)
		}
	}
	if got, want := likeRegexp("%x%"), `[\U00000058\U00000078`; len(got) < len(want) || got[:len(want)] != want {
		t.Errorf("regexp of x: %s", got)
	}
	if long := likeRegexp("%" + string(bytes.Repeat([]byte("a"), 1<<20)) + "%"); len(long) > longestRegexp*2000 {
		t.Errorf("%d bytes", len(long))
	}
	if got := fmt.Sprint(like(compileLike("%"+string(bytes.Repeat([]byte("a%"), 100))+"b"), string(bytes.Repeat([]byte("a"), 5000)))); got != "false" {
		t.Error(got)
	}
}

// What is skipped of a text could not have matched.
func TestLikeSkipsNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func(letters []string, n int) string {
		var b strings.Builder
		for range random.IntN(n) {
			b.WriteString(letters[random.IntN(len(letters))])
		}
		return b.String()
	}
	letters := []string{"a", "A", "á", "b", "ß", "ی", "\uFFFD", "\xff", "\xc3"}
	found := 0
	for range 20000 {
		pattern, text := text(append(letters, "%", "%", "%", "_"), 8), text(letters, 12)
		tokens := compileLike(pattern)
		slow := slices.Clone(tokens)
		for i := range slow {
			slow[i].lead = nil
		}
		want := like(slow, text)
		if got := like(tokens, text); got != want {
			t.Fatalf("%q LIKE %q: %v, want %v", text, pattern, got, want)
		}
		if want {
			found++
		}
	}
	if found < 1000 {
		t.Errorf("only %d matches", found)
	}
}

func BenchmarkCollate(b *testing.B) {
	for range b.N {
		collate("hello-world-and-more", "hello-world-And-moré")
	}
}

func BenchmarkLike(b *testing.B) {
	text := string(bytes.Repeat([]byte("Lorem ipsum dolor sit amet "), 200))
	tokens := compileLike("%zebra%")
	b.SetBytes(int64(len(text)))
	for range b.N {
		like(tokens, text)
	}
}
