package render

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// measured is the metadata of a picture.
func measured(width int64) *php.Array {
	a := &php.Array{}
	a.Set("width", width)
	a.Set("height", int64(10))
	a.Set("file", "t.png")
	return a
}

// contents are the golden texts and some that depend on more than themselves.
func contents(t *testing.T) []string {
	t.Helper()
	f, err := os.Open("testdata/blocks.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list := []string{article, `<img class="wp-image-4" src="https://demo.example.org/t.png" width="10" height="10">`, "[gallery ids=4]", "[caption id=a width=9]x[/caption]",
		"Classic \"text\" after blocks.\n\nIt has a second paragraph.", strings.Repeat("word ", 80)}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct{ In string }
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		list = append(list, c.In)
	}
	return list
}

// TestCacheChangesNothing renders all texts in one request, in any company and order, with
// a cache that others fill at the same time.
func TestCacheChangesNothing(t *testing.T) {
	texts := contents(t)
	media := shelf{{ID: 4, File: "t.png", MimeType: "image/png", URL: "https://demo.example.org/t.png", Meta: measured(10)}}
	request := func(cache *Cache, first, step int) []string {
		r := asked()
		r.From.Attachments, r.From.Posts, r.Cache = media, shortPosts{}, cache
		var out []string
		for i := range texts {
			in := PostText{ID: 9, Type: "post", Content: texts[(first+step*i)%len(texts)]}
			out = append(out, r.Content(in), r.Excerpt(in))
			for _, words := range []int{-1, 0, 3} { // each is another excerpt
				in.ExcerptWords = &words
				out = append(out, r.Excerpt(in))
			}
		}
		return out
	}
	cache := NewCache(1 << 20)
	var wait sync.WaitGroup
	for first := range 12 {
		wait.Go(func() {
			got, want := request(cache, first, 1+first%3), request(nil, first, 1+first%3)
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("text %d\n got %q\nwant %q", i, got[i], want[i])
				}
			}
		})
	}
	wait.Wait()
}

// TestCacheKeeps tells which texts are kept.
func TestCacheKeeps(t *testing.T) {
	picture := func(width int64) shelf {
		return shelf{{ID: 4, File: "t.png", MimeType: "image/png", URL: "https://demo.example.org/t.png", Meta: measured(width)}}
	}
	for _, c := range []struct {
		name, text string
		kept       bool
	}{
		{"classic", article, true},
		{"blocks", `<!-- wp:group {"layout":{"type":"flex"}} --><div class="wp-block-group"><!-- wp:paragraph --><p>x</p><!-- /wp:paragraph --></div><!-- /wp:group -->`, true},
		{"a picture", `<img class="wp-image-4" src="https://demo.example.org/t.png">`, true},
		{"an unknown shortcode", "[contact id=4]", true},
		{"a gallery, which counts", "[gallery ids=4]", false},
		{"an address of ours", "https://demo.example.org/ab/", false},
		{"a block of the site", "<!-- wp:site-title /-->", false},
		{"link colours, which count", `<!-- wp:group {"style":{"elements":{"link":{"color":{"text":"#000"}}}}} --><div>x</div><!-- /wp:group -->`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			cache := NewCache(1 << 20)
			render := func(media shelf) string {
				r := asked()
				r.From.Attachments, r.From.Posts, r.Cache = media, shortPosts{}, cache
				return r.Content(PostText{ID: 9, Type: "post", Content: c.text})
			}
			first := render(picture(10))
			if got := cache.texts.EstimatedSize(); (got == 1) != c.kept {
				t.Errorf("%d texts are kept", got)
			}
			if again := render(picture(10)); c.kept && again != first {
				t.Errorf("again: %q, first %q", again, first)
			}
			if other := render(picture(20)); c.name == "a picture" && (other == first || !strings.Contains(other, `width="20"`)) {
				t.Errorf("the picture has changed: %q", other)
			}
		})
	}
}
