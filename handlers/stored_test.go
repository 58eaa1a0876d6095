package handlers_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// An author's posts are stored as WordPress stores them, byte for byte, and
// the guard has never anything to take away. Texts that name the site are left to the
// replay over HTTP.
func TestRecordedTextsAreStored(t *testing.T) {
	dir := os.Getenv("HEADPRESS_RENDERING")
	if dir == "" {
		t.Skip("HEADPRESS_RENDERING is not set")
	}
	s := sqliteSite(t, 1)
	author := s.signIn(firstUser)
	n := 0
	for _, group := range []string{"kses-post", "kses-comment"} {
		f, err := os.Open(filepath.Join(dir, group+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var c struct {
				ID, As string
				Input  map[string]any
				Expect map[string]any
			}
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				t.Fatal(err)
			}
			text, _ := c.Input["content"].(string)
			want, expected := c.Expect["content.raw"].(string)
			if text == "" || strings.Contains(text, "{{") {
				continue
			}
			body, err := json.Marshal(map[string]any{"title": "t", "content": text, "excerpt": text, "status": "draft"})
			if err != nil {
				t.Fatal(err)
			}
			w := s.write("POST", "/posts?context=edit", string(body), author...)
			var got struct{ Content struct{ Raw string } }
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 201 {
				t.Fatalf("%s: %d %s %v", c.ID, w.Code, w.Body, err)
			}
			if expected && group == "kses-post" && (c.As == "author" || c.As == "contributor") && got.Content.Raw != want {
				t.Errorf("%s %q\n got %q\nwant %q", c.ID, text, got.Content.Raw, want)
			}
			n++
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
	if n < 400 || s.site.Guarded() != 0 {
		t.Errorf("%d texts, of which the guard changed %d", n, s.site.Guarded())
	}
}

// Posts as large as the server takes are stored and read within its deadline, whatever
// they are made of.
func TestHugePosts(t *testing.T) {
	s := sqliteSite(t, 1)
	author := s.signIn(firstUser)
	for _, piece := range []string{"<", "&", "[", "\"'", "<!--", "<!--\n", "<!-- wp:x ", "<!-- wp:group -->", "<!-- wp:group --><div>", "<ul><li>", "<b>", "[gallery ", "<a href='", "http://a.example/ ", ":) ", "<p style='background:url(a)", "a\n\n"} {
		body, err := json.Marshal(map[string]any{"title": "t", "status": "publish", "content": strings.Repeat(piece, 150_000/len(piece))})
		if err != nil {
			t.Fatal(err)
		}
		w := s.write("POST", "/posts", string(body), author...)
		var made struct{ ID int64 }
		if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != 201 {
			t.Errorf("%q: %d %.200s %v", piece, w.Code, w.Body, err)
			continue
		}
		if w := s.get("/wp-json/wp/v2/posts/" + strconv.FormatInt(made.ID, 10)); w.Code != 200 {
			t.Errorf("%q: %d %.200s", piece, w.Code, w.Body)
		}
	}
	if s.site.Guarded() != 0 {
		t.Errorf("the guard changed %d", s.site.Guarded())
	}
}
