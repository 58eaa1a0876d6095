package sanitize

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// extensions are those that WordPress has a media type for; the second list may not be uploaded even by an administrator.
var (
	extensions = strings.Fields("jpg jpeg jpe gif png bmp tiff tif webp avif ico heic heif heics heifs asf asx wmv wmx wm avi divx flv mov qt mpeg mpg mpe mp4 m4v ogv webm mkv 3gp 3gpp 3g2 3gp2 " +
		"txt asc c cc h srt csv tsv ics rtx css htm html vtt dfxp mp3 m4a m4b aac ra ram js wav x-wav ogg oga flac mid midi wma wax mka rtf pdf class tar zip gz gzip rar 7z psd xcf " +
		"doc pot pps ppt wri xla xls xlt xlw mdb mpp docx docm dotx dotm xlsx xlsm xlsb xltx xltm xlam pptx pptm ppsx ppsm potx potm ppam sldx sldm onetoc onetoc2 onetmp onepkg oxps xps odt odp ods odg odc odb odf wp wpd key numbers pages")
	forbidden = strings.Fields("swf exe")
)

func yesNo(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] }

// functions by the name that golden files call them.
var functions = map[string]func(string) string{
	"accents":      func(s string) string { return RemoveAccents(s, "") },
	"accents-de":   func(s string) string { return RemoveAccents(s, "de_DE") },
	"accents-da":   func(s string) string { return RemoveAccents(s, "da_DK") },
	"accents-ca":   func(s string) string { return RemoveAccents(s, "ca") },
	"accents-sr":   func(s string) string { return RemoveAccents(s, "sr_RS") },
	"title":        func(s string) string { return Title(s, "", "") },
	"dashes":       TitleWithDashes,
	"query":        TitleForQuery,
	"lower":        Lower,
	"key":          Key,
	"class":        func(s string) string { return HTMLClass(s, "") },
	"user":         func(s string) string { return User(s, false) },
	"user-strict":  func(s string) string { return User(s, true) },
	"email":        Email,
	"is-email":     func(s string) string { return yesNo(IsEmail(s)) },
	"text":         TextField,
	"textarea":     TextareaField,
	"strip":        StripTags,
	"strip-all":    func(s string) string { return StripAllTags(s, false) },
	"strip-breaks": func(s string) string { return StripAllTags(s, true) },
	"esc":          EscHTML,
	"url":          func(s string) string { return URL(s, nil) },
	"url-web":      func(s string) string { return URL(s, []string{"http", "https"}) },
	"bad-protocol": func(s string) string { return BadProtocol(s, Protocols) },
	"normalize":    NormalizeEntities,
	"decode":       DecodeEntities,
	"no-null":      NoNull,
	"unslash":      Unslash,
	"slash":        Slash,
	"font-family":  FontFamily,
	"css":          CSS,
	"kses-post":    (&Filter{rules: postRules, UploadHost: "127.0.0.1:8111"}).Clean,
	"kses-text":    TextFilter().Clean,
	"rel":          func(s string) string { return RelUGC(s, "127.0.0.1") },
	"file": func(s string) string {
		return FileName(s,
			func(e string) bool { return slices.Contains(extensions, e) || slices.Contains(forbidden, e) },
			func(e string) bool { return slices.Contains(extensions, e) })
	},
	// Who may not post unfiltered HTML may not upload it either.
	"file-author": func(s string) string {
		return FileName(s,
			func(e string) bool { return slices.Contains(extensions, e) || slices.Contains(forbidden, e) },
			func(e string) bool {
				return slices.Contains(extensions, e) && !slices.Contains([]string{"htm", "html", "js"}, e)
			})
	},
}

// TestGolden compares with what WordPress answered: lines of a function's name, its argument and its answer.
func TestGolden(t *testing.T) {
	file := cmp.Or(os.Getenv("HEADPRESS_TEST_SANITIZE"), "testdata/golden.txt")
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, wrong := map[string]int{}, map[string]int{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != 3 || functions[fields[0]] == nil {
			t.Fatalf("no case: %q", lines.Text())
		}
		name := fields[0]
		in, err1 := strconv.Unquote(fields[1])
		want, err2 := strconv.Unquote(fields[2])
		if err1 != nil || err2 != nil {
			t.Fatalf("no case: %q", lines.Text())
		}
		all[name]++
		if got := functions[name](in); got != want {
			if wrong[name]++; wrong[name] <= 5 {
				t.Errorf("%s %q\n got %q\nwant %q", name, in, got, want)
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	t.Log(fmt.Sprint("cases ", all, " wrong ", wrong))
}
