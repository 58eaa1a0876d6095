package render

import (
	"bufio"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// kitCase is one line of the rendering kit.
type kitCase struct {
	ID     string
	Setup  string
	Kind   string
	Read   any
	Path   string
	Input  map[string]any
	Expect map[string]any
}

var randomIDs = regexp.MustCompile(`(imageId|galleryId)&quot;:&quot;[0-9a-f]{13}|data-wp-key="[0-9a-f]{13}|data-secret="[A-Za-z0-9]{10}|#\?secret=[A-Za-z0-9]{10}`)

// TestKit renders the cases of a rendering kit (a folder of *.jsonl, named by
// HEADPRESS_RENDERING) that depend on nothing but their own text, as an answer for
// editing renders them: content, excerpt, content again.
func TestKit(t *testing.T) {
	dir := os.Getenv("HEADPRESS_RENDERING")
	if dir == "" {
		t.Skip("HEADPRESS_RENDERING is not set")
	}
	theme, err := LoadTheme("twentytwentyfive", []fs.FS{os.DirFS(filepath.Join(dir, "..", "theme", "twentytwentyfive"))}, "")
	if err != nil {
		t.Fatal(err)
	}
	groups := strings.Split(os.Getenv("HEADPRESS_RENDERING_GROUPS"), ",")
	if groups[0] == "" {
		groups = []string{"blocks-static", "content-media"}
	}
	for _, group := range groups {
		t.Run(group, func(t *testing.T) {
			f, err := os.Open(filepath.Join(dir, group+".jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			total, equal := 0, 0
			lines := bufio.NewScanner(f)
			lines.Buffer(nil, 1<<24)
			for lines.Scan() {
				var c kitCase
				if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
					t.Fatal(err)
				}
				want, ok := c.Expect["content.rendered"].(string)
				raw, isText := c.Input["content"].(string)
				if c.Setup != "" || !ok || !isText || c.Path != "" || strings.Contains(strings.ReplaceAll(lines.Text(), "{{base", ""), "{{") {
					continue
				}
				total++
				fill := strings.NewReplacer("{{base}}", "http://127.0.0.1:8111", "{{base%}}", "http%3A%2F%2F127.0.0.1%3A8111", "{{host}}", "127.0.0.1:8111")
				r := &Renderer{Settings: Settings{Home: "http://127.0.0.1:8111", SiteURL: "http://127.0.0.1:8111", Smilies: true}, Theme: theme}
				post := PostText{ID: 7, Type: c.Kind, Content: fill.Replace(raw)}
				r.Content(post)
				r.Excerpt(post)
				post.Content = EditableContent(post.Content, post.Type)
				got := randomIDs.ReplaceAllString(r.Content(post), "")
				if want = randomIDs.ReplaceAllString(fill.Replace(want), ""); got == want {
					equal++
				} else {
					t.Logf("%s\n in   %q\n got  %q\n want %q", c.ID, raw, got, want)
				}
			}
			t.Logf("%s: %d of %d equal", group, equal, total)
		})
	}
}
