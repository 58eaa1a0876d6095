package httpserver

import (
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"
)

// minCompressed is the size from which compression pays.
const minCompressed = 1024

type encoder interface {
	io.WriteCloser
	Reset(io.Writer)
	Flush() error
}

var encoders = map[string]*sync.Pool{
	"br":   {New: func() any { return brotli.NewWriterLevel(nil, 4) }},
	"gzip": {New: func() any { w, _ := gzip.NewWriterLevel(nil, 5); return w }}, // the level is a good one
}

// compress writes answers with brotli or gzip where the client takes it.
func compress(c *gin.Context) {
	encoding := acceptable(c.GetHeader("Accept-Encoding"))
	if encoding == "" || c.Request.Method == http.MethodHead {
		c.Next()
		return
	}
	w := &compressed{ResponseWriter: c.Writer, encoding: encoding}
	c.Writer = w
	defer w.close()
	c.Next()
}

func acceptable(header string) string {
	best := ""
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if q := strings.ReplaceAll(params, " ", ""); strings.HasPrefix(q, "q=0") && strings.Trim(q[3:], ".0") == "" {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "br":
			return "br"
		case "gzip":
			best = "gzip"
		}
	}
	return best
}

// compressed decides at the first bytes, when type, status and a guess of the size are known.
type compressed struct {
	gin.ResponseWriter
	encoding string
	decided  bool
	enc      encoder
}

func (w *compressed) Write(b []byte) (int, error) {
	if !w.decided {
		w.decide(len(b))
	}
	if w.enc != nil {
		return w.enc.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

func (w *compressed) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// Unwrap lets http.ResponseController through.
func (w *compressed) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *compressed) Flush() {
	if w.enc != nil {
		_ = w.enc.Flush()
	}
	w.ResponseWriter.Flush()
}

func (w *compressed) decide(size int) {
	w.decided = true
	h := w.Header()
	status := w.Status()
	if size < minCompressed || status < 200 || status == http.StatusNoContent || status == http.StatusPartialContent || status == http.StatusNotModified ||
		w.Written() || h.Get("Content-Encoding") != "" || !compressible(h.Get("Content-Type")) {
		return
	}
	h.Del("Content-Length")
	h.Del("Accept-Ranges")
	h.Set("Content-Encoding", w.encoding)
	h.Add("Vary", "Accept-Encoding")
	if tag := h.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		h.Set("ETag", "W/"+tag) // these are other bytes: parts of the two do not fit together
	}
	w.enc = encoders[w.encoding].Get().(encoder)
	w.enc.Reset(w.ResponseWriter)
}

func compressible(contentType string) bool {
	t, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(t, "text/") || strings.HasSuffix(t, "json") || strings.HasSuffix(t, "javascript") || strings.HasSuffix(t, "xml")
}

func (w *compressed) close() {
	if w.enc == nil {
		return
	}
	_ = w.enc.Close()
	encoders[w.encoding].Put(w.enc)
	w.enc = nil
}
