package picture

import (
	"bytes"
	"image"
	"os"
	"testing"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A JPEG that breaks off shows what there is, and gray below.
func TestBrokenOff(t *testing.T) {
	files := map[string][]byte{
		"plain":         asFile(t, quarters(96, 64), JPEG),
		"restart marks": fixture(t, "restart.jpg"),
		"gray":          fixture(t, "gray.jpg"),
	}
	for name, file := range files {
		whole := decoded(t, file, JPEG).upright()
		h, err := readJPEG(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		before := 0
		for n := h.scan; n < len(file); n += max(1, (len(file)-h.scan)/20) {
			p, err := Decode(bytes.NewReader(file[:n]), JPEG)
			if err != nil {
				t.Fatalf("%s, %d of %d bytes: %v", name, n, len(file), err)
			}
			// As many pixels are right as there are bytes for them, from the top left on.
			right := sameRows(whole, p.upright())
			if right < before {
				t.Errorf("%s, %d of %d bytes: %d rows are right, %d were with less", name, n, len(file), right, before)
			}
			before = right
			if n == h.scan {
				if r, g, b, _ := p.upright().At(95, 63).RGBA(); r>>8 != 128 || g>>8 != 128 || b>>8 != 128 {
					t.Errorf("%s: not gray without pixels: %d %d %d", name, r>>8, g>>8, b>>8)
				}
			}
		}
		if before < 40 {
			t.Errorf("%s: %d of 64 rows of nearly the whole file", name, before)
		}
	}
}

// sameRows counts the rows at the top that are equal.
func sameRows(a, b image.Image) int {
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				return y
			}
		}
	}
	return a.Bounds().Dy()
}

// A progressive one becomes less sharp.
func TestBrokenOffProgressive(t *testing.T) {
	file := fixture(t, "progressive.jpg")
	for _, n := range []int{len(file) / 2, len(file) * 3 / 4, len(file) - 3} {
		p, err := Decode(bytes.NewReader(file[:n]), JPEG)
		if err != nil {
			t.Fatal(err)
		}
		if r, g, b, _ := p.upright().At(48, 32).RGBA(); r>>8 < 200 || g>>8 < 200 || b>>8 < 200 {
			t.Errorf("%d bytes: the disc in the middle is not white: %d %d %d", n, r>>8, g>>8, b>>8)
		}
	}
}

// Of a file that ends before its pixels only the size is known.
func TestNothingButSize(t *testing.T) {
	file := fixture(t, "gray.jpg")
	at := bytes.Index(file, []byte{0xff, 0xc0})
	for n, want := range map[int]bool{at + 2: false, at + 19: true, at + 40: true} {
		p, err := Decode(bytes.NewReader(file[:n]), JPEG)
		if got := err == nil; got != want {
			t.Errorf("%d bytes: %v", n, err)
		} else if got {
			if w, h := p.Size(); w != 96 || h != 64 {
				t.Errorf("%d×%d", w, h)
			}
		}
	}
}

// Wrong bytes anywhere neither crash nor keep the decoder busy.
func TestWrongBytes(t *testing.T) {
	for _, name := range []string{"restart.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg"} {
		file := fixture(t, name)
		for at := 0; at < len(file); at += 7 {
			wrong := bytes.Clone(file)
			wrong[at] ^= 0x5a
			info, err := Probe(bytes.NewReader(wrong), 1<<22)
			if err != nil {
				continue
			}
			p, err := Decode(bytes.NewReader(wrong), JPEG)
			if err != nil {
				continue
			}
			if w, h := p.Size(); w != info.Width || h != info.Height {
				t.Errorf("%s, wrong at %d: %d×%d, said to be %d×%d", name, at, w, h, info.Width, info.Height)
			}
		}
	}
}
