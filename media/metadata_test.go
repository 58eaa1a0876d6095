package media_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/imagesize"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/media"
	"github.com/headpress/headpress/media/picture"
)

// usual are the sizes of a new site.
var usual = []imagesize.Size{
	{Name: "thumbnail", Width: 150, Height: 150, Crop: true},
	{Name: "medium", Width: 300, Height: 300},
	{Name: "medium_large", Width: 768},
	{Name: "large", Width: 1024, Height: 1024},
	{Name: "1536x1536", Width: 1536, Height: 1536},
	{Name: "2048x2048", Width: 2048, Height: 2048},
}

var types = map[string]string{"jpg": picture.JPEG, "jpeg": picture.JPEG, "png": picture.PNG, "gif": picture.GIF, "webp": picture.WebP, "bmp": picture.BMP}

// draw makes a picture of one colour, that a camera held so.
func draw(t testing.TB, extension string, w, h, orientation int) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.NRGBA{0xcc, 0x66, 0x33, 0xff}})
	var out bytes.Buffer
	var err error
	switch types[extension] {
	case picture.JPEG:
		err = jpeg.Encode(&out, img, nil)
	case picture.GIF:
		err = gif.Encode(&out, img, nil)
	case picture.BMP:
		head := make([]byte, 54)
		copy(head, "BM")
		head[14] = 40
		binary.LittleEndian.PutUint32(head[18:], uint32(w))
		binary.LittleEndian.PutUint32(head[22:], uint32(h))
		out.Write(head)
	default:
		err = png.Encode(&out, img)
	}
	if err == nil && types[extension] == picture.WebP {
		var p *picture.Picture
		if p, err = picture.Decode(&out, picture.PNG); err == nil {
			out.Reset()
			err = p.Encode(&out, picture.WebP, 80)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	b := out.Bytes()
	if orientation > 1 {
		exif := "Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string(rune(orientation)) + "\x00\x00\x00\x00\x00\x00\x00"
		b = slices.Concat(b[:2], []byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, []byte(exif), b[2:])
	}
	return b
}

func stored(t testing.TB, st media.Storage, name string, content []byte) {
	t.Helper()
	if err := st.Create(context.Background(), name, bytes.NewReader(content), int64(len(content))); err != nil {
		t.Fatal(err)
	}
}

var fileSize = regexp.MustCompile(`"filesize";i:\d+`)

func serialized(t testing.TB, v any) string {
	t.Helper()
	s, err := php.Serialize(v)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Each line of the file is a picture, and which file and metadata WordPress 7.1 kept of it. File
// sizes are left out: no two encoders write the same bytes.
func TestGenerate(t *testing.T) {
	lines, err := os.ReadFile("testdata/metadata.txt")
	if err != nil {
		t.Fatal(err)
	}
	maker := media.NewMaker(0, 0)
	cases := 0
	for line := range strings.Lines(string(lines)) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		var extension string
		var w, h, orientation int
		if _, err := fmt.Sscan(parts[0], &extension, &w, &h, &orientation); err != nil || len(parts) != 3 {
			t.Fatal(line)
		}
		cases++
		st := media.NewFolder(t.TempDir())
		name := fmt.Sprintf("0000/00/case-%dx%d-%d.%s", w, h, orientation, extension)
		stored(t, st, name, draw(t, extension, w, h, orientation))
		got, err := maker.Generate(context.Background(), st, name, types[extension], media.Options{Sizes: usual, Threshold: media.BigPicture, Rotate: true})
		if err != nil {
			t.Errorf("%s: %v", parts[0], err)
			continue
		}
		if got.Name != parts[1] {
			t.Errorf("%s: became %s, want %s", parts[0], got.Name, parts[1])
		}
		if s := fileSize.ReplaceAllString(serialized(t, got.Meta), `"filesize";i:0`); s != parts[2] {
			t.Errorf("%s:\n got %s\nwant %s", parts[0], s, parts[2])
		}
		checkFiles(t, st, name, got)
	}
	if cases < 20 {
		t.Errorf("%d cases", cases)
	}
}

// checkFiles compares what metadata say of files with the files themselves.
func checkFiles(t *testing.T, st media.Storage, original string, got media.Result) {
	t.Helper()
	said := map[string]bool{original: true}
	check := func(name string, about *php.Array) {
		said[name] = true
		number := func(key string) int64 {
			v, _ := about.Get(key)
			return php.ToInt(v)
		}
		file, stat, err := st.Open(context.Background(), name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		defer file.Close()
		info, err := picture.Probe(file, picture.MaxPixels)
		if err != nil || int64(info.Width) != number("width") || int64(info.Height) != number("height") || stat.Size != number("filesize") {
			t.Errorf("%s is %d×%d with %d bytes (%v), said to be %d×%d with %d", name, info.Width, info.Height, stat.Size, err, number("width"), number("height"), number("filesize"))
		}
	}
	check(got.Name, got.Meta)
	v, _ := got.Meta.Get("sizes")
	sizes, _ := v.(*php.Array)
	for _, v := range sizes.All() {
		one := v.(*php.Array)
		file, _ := one.Get("file")
		check("0000/00/"+php.ToString(file), one)
	}
	for _, name := range got.Files {
		if !said[name] {
			t.Errorf("%s was made, and nothing says so", name)
		}
	}
	if len(got.Files) != len(said)-1 {
		t.Errorf("made %q, said %v", got.Files, said)
	}
	for file, err := range st.List(context.Background(), "") {
		if err != nil || !said[file.Name] {
			t.Errorf("left behind: %s, %v", file.Name, err)
		}
	}
}

// What cannot be read gets what is known of it, and no copies.
func TestGenerateUnreadable(t *testing.T) {
	whole := draw(t, "png", 800, 600, 1)
	for _, c := range []struct {
		name, mime string
		content    []byte
		keys       string
	}{
		{"a.png", picture.PNG, whole[:len(whole)-30], "width height file filesize sizes image_meta"},
		{"b.png", picture.PNG, whole[:50], "width height file filesize sizes image_meta"},
		{"c.png", picture.PNG, whole[:20], "filesize"},
		{"d.jpg", picture.JPEG, []byte("no picture at all, but text"), "filesize"},
		{"e.jpg", picture.JPEG, nil, "filesize"},
		{"f.tif", "image/tiff", []byte("II*\x00\x08\x00\x00\x00\x00\x00"), "filesize"},
		{"g.txt", "text/plain", []byte("text"), "filesize"},
		{"h.gif", picture.GIF, draw(t, "gif", 40, 30, 1)[:13], "width height file filesize sizes image_meta"},
	} {
		st := media.NewFolder(t.TempDir())
		stored(t, st, c.name, c.content)
		got, err := media.NewMaker(0, 0).Generate(context.Background(), st, c.name, c.mime, media.Options{Sizes: usual, Threshold: 2560, Rotate: true})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var keys []string
		for k := range got.Meta.All() {
			keys = append(keys, k.Str)
		}
		if s := strings.Join(keys, " "); s != c.keys || got.Name != c.name || len(got.Files) > 0 {
			t.Errorf("%s: %q, want %q; %+v", c.name, s, c.keys, got)
		}
	}
}

// A picture that would not fit into memory is refused by its header, before anything is read.
func TestGenerateBomb(t *testing.T) {
	bomb := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x75\x30\x00\x00\x75\x30\x08\x02\x00\x00\x00")
	bomb = binary.BigEndian.AppendUint32(bomb, crc32.ChecksumIEEE(bomb[12:]))
	bomb = append(bomb, make([]byte, 1<<20)...)
	st := media.NewFolder(t.TempDir())
	stored(t, st, "bomb.png", bomb)
	if _, err := media.NewMaker(0, 0).Check(bytes.NewReader(bomb)); !errors.Is(err, picture.ErrTooLarge) {
		t.Error(err)
	}
	if got, err := media.NewMaker(0, 0).Generate(context.Background(), st, "bomb.png", picture.PNG, media.Options{Sizes: usual}); !errors.Is(err, picture.ErrTooLarge) {
		t.Errorf("%+v, %v", got, err)
	}
	stored(t, st, "large.png", draw(t, "png", 101, 10, 1))
	for limit, want := range map[int64]bool{1009: true, 1010: false} {
		_, err := media.NewMaker(limit, 0).Generate(context.Background(), st, "large.png", picture.PNG, media.Options{})
		if errors.Is(err, picture.ErrTooLarge) != want {
			t.Errorf("1010 pixels, %d allowed: %v", limit, err)
		}
	}
}

// Copies that are there are not made again; those that lack are (wp_update_image_subsizes).
func TestComplete(t *testing.T) {
	st := media.NewFolder(t.TempDir())
	stored(t, st, "0000/00/a.jpg", draw(t, "jpg", 1200, 900, 6))
	maker := media.NewMaker(0, 0)
	got, err := maker.Generate(context.Background(), st, "0000/00/a.jpg", picture.JPEG, media.Options{Sizes: usual[:2], Rotate: true})
	if err != nil || len(got.Files) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	more, err := maker.Complete(context.Background(), st, "0000/00/a.jpg", got.Meta, usual)
	if err != nil || strings.Join(more.Files, " ") != "0000/00/a-768x1024.jpg" {
		t.Errorf("%+v, %v", more, err)
	}
	checkFiles(t, st, "0000/00/a.jpg", media.Result{Name: got.Name, Meta: more.Meta, Files: append(got.Files, more.Files...)})
}

// filling is a storage that takes some files only.
type filling struct {
	media.Storage
	left int
}

var errFull = errors.New("no space left")

func (f *filling) Create(ctx context.Context, name string, r io.Reader, size int64) error {
	if f.left--; f.left < 0 {
		return errFull
	}
	return f.Storage.Create(ctx, name, r, size)
}

// When the storage fails, the files that were made until then are known, so that they can be removed.
func TestGenerateFails(t *testing.T) {
	for n := range 4 {
		folder := media.NewFolder(t.TempDir())
		stored(t, folder, "a.png", draw(t, "png", 1100, 900, 1))
		got, err := media.NewMaker(0, 0).Generate(context.Background(), &filling{folder, n}, "a.png", picture.PNG, media.Options{Sizes: usual})
		if !errors.Is(err, errFull) || len(got.Files) != n {
			t.Errorf("after %d files: %q, %v", n, got.Files, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	folder := media.NewFolder(t.TempDir())
	stored(t, folder, "a.png", draw(t, "png", 1100, 900, 1))
	if got, err := media.NewMaker(0, 0).Generate(ctx, folder, "a.png", picture.PNG, media.Options{Sizes: usual}); !errors.Is(err, context.Canceled) || len(got.Files) > 0 {
		t.Errorf("nobody waits any more: %+v, %v", got, err)
	}
}
