package logging

import (
	"context"
	"strings"
	"testing"
)

func TestLogger(t *testing.T) {
	var out strings.Builder
	log := New(&out, "warn", "text")
	ctx := WithRequestID(context.Background(), "abc")
	log.InfoContext(ctx, "unseen")
	log.With("k", 1).WarnContext(ctx, "seen")
	New(&out, "debug", "json").DebugContext(context.Background(), "plain")
	got := out.String()
	if strings.Contains(got, "unseen") || !strings.Contains(got, "msg=seen k=1 request=abc") || !strings.Contains(got, `"msg":"plain"}`) {
		t.Error(got)
	}
	if a, b := NewRequestID(), NewRequestID(); a == b || len(a) != 16 {
		t.Error(a, b)
	}
}
