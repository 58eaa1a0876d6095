package media

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Mount is where uploads are served.
const Mount = "/wp-content/uploads/"

// Server sends files to browsers: whole, in parts, or not again.
type Server struct {
	Storage Storage
	// Redirect is the address of the folder elsewhere that browsers are sent to; nil sends the files from here.
	Redirect *url.URL
	Log      *slog.Logger
}

const (
	// locked keeps a page that is made of a file from running or loading anything.
	locked = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
	// maxRanges is how many parts of a file one request may ask for.
	maxRanges = 16
	// slowest is what lines must carry, in bytes a second, and patience how long they may stand still besides.
	slowest  = 16 << 10
	patience = 5 * time.Minute
)

// never are the files that are not sent at all: programs of other servers may hold secrets.
var never = map[string]bool{
	".php": true, ".php3": true, ".php4": true, ".php5": true, ".php7": true, ".php8": true, ".phps": true, ".pht": true, ".phtml": true, ".phar": true, ".inc": true,
	".cgi": true, ".pl": true, ".py": true, ".rb": true, ".sh": true, ".asp": true, ".aspx": true, ".jsp": true, ".shtml": true,
}

// Sent tells whether a file below a content folder may be sent: it is not hidden, is no program nor a copy that editors
// leave of one (a.php~, a.php.bak), and its name leads nowhere else.
func Sent(name string) bool {
	if !local(name) || strings.ContainsRune(name, '\\') {
		return false
	}
	ends := strings.Split(strings.ToLower(strings.TrimRight(path.Base(name), "~")), ".")[1:]
	program := func(end string) bool { return never["."+end] }
	if ServedType(name) != unknown {
		ends = ends[max(0, len(ends)-1):]
	}
	return !slices.ContainsFunc(ends, program)
}

// ServeHTTP answers with the file that the path names below Mount.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, Mount)
	if !ok || !Sent(name) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if s.Redirect != nil && s.Redirect.Host != "" && s.Redirect.Host != r.Host { // a CDN that asks here must not be sent to itself
		u := *s.Redirect
		u.Path, u.RawPath = strings.TrimRight(u.Path, "/")+"/"+name, ""
		w.Header().Set("Location", u.String())
		w.WriteHeader(http.StatusTemporaryRedirect)
		return
	}
	f, about, err := s.Storage.Open(r.Context(), name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrInvalid) {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		if r.Context().Err() == nil {
			s.Log.ErrorContext(r.Context(), "file not sent", "error", err.Error())
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	defer f.Close()
	Describe(w.Header(), about)
	w.Header().Set("Cache-Control", CacheControl)
	if strings.Count(r.Header.Get("Range"), ",") >= maxRanges {
		r.Header.Del("Range") // each part may be a request to a bucket
	}
	// A large file may take longer than other answers.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience + time.Duration(about.Size/slowest)*time.Second))
	http.ServeContent(w, r, "", about.Modified, f)
}

// Describe sets the headers that tell what a file is, and keep browsers from running it.
func Describe(h http.Header, f File) {
	t := ServedType(f.Name)
	h.Set("Content-Type", t)
	h.Set("X-Content-Type-Options", "nosniff")
	if d := disposition(f.Name); d != "" {
		h.Set("Content-Disposition", d)
	}
	if t != "application/pdf" { // viewers are programs
		h.Set("Content-Security-Policy", locked)
	}
	h.Set("ETag", `"`+strconv.FormatInt(f.Modified.UnixNano(), 36)+"-"+strconv.FormatInt(f.Size, 36)+`"`)
}
