package media_test

import (
	"strings"
	"testing"

	"github.com/headpress/headpress/media"
)

// dispositions are headers and the names that WordPress found in them.
var dispositions = []struct {
	header []string
	name   string
}{
	{[]string{"attachment; filename=upload.jpg"}, "upload.jpg"},
	{[]string{"attachment; filename=\"upload.jpg\""}, "upload.jpg"},
	{[]string{"attachment"}, ""},
	{[]string{"inline"}, ""},
	{[]string{"attachment; filename="}, ""},
	{[]string{"attachment; filename=\"\""}, ""},
	{[]string{"attachment; filename*=UTF-8''t%C3%AFny.gif"}, ""},
	{[]string{"attachment; filename=a.jpg; filename*=UTF-8''b.jpg"}, "a.jpg"},
	{[]string{"attachment; filename*=UTF-8''b.jpg; filename=a.jpg"}, "a.jpg"},
	{[]string{"form-data; name=\"file\"; filename=\"photo.webp\""}, "photo.webp"},
	{[]string{"ATTACHMENT; FILENAME=x.jpg"}, ""},
	{[]string{"attachment;filename=x.jpg"}, "x.jpg"},
	{[]string{"attachment ;  filename = x.jpg"}, "x.jpg"},
	{[]string{"attachment; filename='x.jpg'"}, "'x.jpg'"},
	{[]string{"attachment; filename=\"a;b.jpg\""}, "\"a"},
	{[]string{"attachment; filename=\"a=b.jpg\""}, "a=b.jpg"},
	{[]string{"attachment; filename=\"a\\\"b.jpg\""}, "a\\\"b.jpg"},
	{[]string{"attachment; filename=\"x.jpg"}, "\"x.jpg"},
	{[]string{"attachment; filename=x.jpg\""}, "x.jpg\""},
	{[]string{"attachment; filename=\"x.jpg\"; size=3"}, "x.jpg"},
	{[]string{"attachment; filename=x.jpg; filename=y.jpg"}, "y.jpg"},
	{[]string{"attachment; filename=x y.jpg"}, "x y.jpg"},
	{[]string{"attachment; filename=\" x.jpg \""}, " x.jpg "},
	{[]string{"filename=x.jpg"}, ""},
	{[]string{"filename=x.jpg; attachment"}, ""},
	{[]string{"; filename=x.jpg"}, "x.jpg"},
	{[]string{"attachment, filename=x.jpg"}, ""},
	{[]string{"attachment; filename=سلام.jpg"}, "سلام.jpg"},
	{[]string{"attachment; filename=\"سلام دنیا.jpg\""}, "سلام دنیا.jpg"},
	{[]string{"attachment; filename=\"a\x09b.jpg\""}, "a\x09b.jpg"},
	{[]string{"attachment; filename=../../x.jpg"}, "../../x.jpg"},
	{[]string{"attachment; filename=\"..\\..\\x.jpg\""}, "..\\..\\x.jpg"},
	{[]string{"inline", "attachment; filename=x.jpg"}, "x.jpg"},
	{[]string{"attachment; filename=x.jpg", "attachment; filename=y.jpg"}, "y.jpg"},
	{[]string{"attachment; filename=0"}, ""},
	{[]string{"attachment; filename=\"0\""}, "0"},
	{[]string{"attachment; filename"}, ""},
	{[]string{"attachment; =x.jpg"}, ""},
	{[]string{"a=b; filename=x.jpg"}, "x.jpg"},
	{[]string{"attachment; filename==x.jpg"}, "=x.jpg"},
	{[]string{"attachment; filename=x=y.jpg"}, "x=y.jpg"},
	{[]string{"attachment; name=file; foo; filename=x.jpg"}, "x.jpg"},
	{[]string{""}, ""},
	{[]string{";"}, ""},
	{[]string{"=;="}, ""},
	{[]string{"attachment; filename=\"'x.jpg'\""}, "'x.jpg'"},
	{[]string{"attachment; filename='\"x.jpg\"'"}, "'\"x.jpg\"'"},
	{[]string{"attachment; filename=x.jpg;"}, "x.jpg"},
	{[]string{"attachment; filename=\"%41.jpg\""}, "%41.jpg"},
	{[]string{"attachment; filename=\xc2\xa0x.jpg\xc2\xa0"}, "\xc2\xa0x.jpg\xc2\xa0"},
	{[]string{"attachment; filename=\"x.jpg\" "}, "x.jpg"},
	{[]string{"attachment; filename= \"x.jpg\""}, "x.jpg"},
	{[]string{"attachment; filename=x.jpg;;"}, "x.jpg"},
	{[]string{"attachment; filename=\" \""}, " "},
	{[]string{"attachment; Filename=\"Foo.JPG\""}, ""},
	{[]string{"attachment; filename=\"\"x.jpg\"\""}, "\"x.jpg\""},
	{[]string{"attachment; filename=\"\x00x.jpg\""}, "\x00x.jpg"},
	{[]string{"attachment; filename=\"x.jpg\\\""}, "x.jpg\\"},
	{[]string{"attachment; filename=\"a;b;c.jpg\"; filename=\"d.jpg\""}, "d.jpg"},
	{[]string{"attachment; filename=x\xff.jpg"}, "x\xff.jpg"},
}

func TestDispositionName(t *testing.T) {
	for _, c := range dispositions {
		if got := media.DispositionName(c.header); got != c.name {
			t.Errorf("%q: %q, want %q", c.header, got, c.name)
		}
	}
}

// A name is a part of the header, in one piece.
func FuzzDispositionName(f *testing.F) {
	for _, c := range dispositions {
		f.Add(strings.Join(c.header, "\n"))
	}
	f.Fuzz(func(t *testing.T, header string) {
		if name := media.DispositionName([]string{header}); !strings.Contains(header, name) || strings.Contains(name, ";") {
			t.Errorf("%q: %q", header, name)
		}
	})
}
