package sanitize

import (
	"strings"
	"testing"
	"time"
)

// TestLongInputs: nobody sends a text that keeps us busy. Each of these is many
// times what makes naive scanners start over again and again.
func TestLongInputs(t *testing.T) {
	for _, unit := range []string{
		"<", ">", "&", "&#0", "&#x0000", "%", "%%4141", "<!--", "<!-->", "<!-- -->", "-->", "</1", "</", "<!a", "<a ", "<a href=\"", "<p style='calc('>", "<p a=b", "<script", "<script>", "<style></script>",
		"url(", "calc(", "linear-gradient(", "a;", "\\", "\\0", "\\\"", ".", "@", "a.", "feed:", "&colon;", "&#58", "--", "é", "\xff", "\n", " ", "]", "//", "<!-- wp:a -->", "<?", "'", "<a b='>",
	} {
		s := strings.Repeat(unit, 1<<16/len(unit))
		for name, fn := range functions {
			for _, text := range []string{s, "<!--" + s, "<p style=\"background:" + s + "\">", "http://" + s, s + "\n>"} {
				start := time.Now()
				fn(text)
				if took := time.Since(start); took > 3*time.Second {
					t.Errorf("%s of many %q took %v", name, unit, took)
				}
			}
		}
	}
}
