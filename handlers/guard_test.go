package handlers

import (
	"bytes"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/logging"
	"github.com/headpress/headpress/sanitize"
)

// The guard is given texts that no filter has cleaned, as if one had failed.
func TestGuarded(t *testing.T) {
	var log bytes.Buffer
	site := &Site{Log: logging.New(&log, "info", "text")}
	s := &session{site: site, ctx: logging.WithRequestID(t.Context(), "42")}
	if got := s.guarded("title", sanitize.TextFilter(), "<b>a & b"); got != "<b>a & b" || log.Len() > 0 || site.Guarded() != 0 {
		t.Errorf("%q %d %s", got, site.Guarded(), &log)
	}
	if got := s.guarded("title", sanitize.TextFilter(), `<b onclick="secret()">a</b>`); got != "<b>a</b>" || site.Guarded() != 1 {
		t.Errorf("%q %d", got, site.Guarded())
	}
	line := log.String()
	for _, want := range []string{"level=WARN", `text=title`, `removed="[b onclick]"`, "total=1", "request=42"} {
		if !strings.Contains(line, want) {
			t.Errorf("%s is not in %s", want, line)
		}
	}
	if strings.Contains(line, "secret") {
		t.Errorf("the log tells what was written: %s", line)
	}
}
