// Package httpserver is the way in: gin with its middleware, the files of wp-content,
// the probes, and the choice of what belongs to the API. It knows nothing of sites.
package httpserver

import (
	"context"
	"errors"
	"html"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/headpress/headpress/internal/logging"
	"github.com/headpress/headpress/internal/php"
)

// Config says what to serve.
type Config struct {
	// API answers a request for a route: "/wp/v2/posts", "/" for the index.
	API func(w http.ResponseWriter, r *http.Request, route string)
	// Root gives the address of the API as a client's request sees it.
	Root func(r *http.Request) (string, error)
	// HomePath gives the path of the site's home address ("/en"). It is asked when a
	// path has something in front of wp-json.
	HomePath func(ctx context.Context) string
	// Ready tells whether the database answers.
	Ready func(ctx context.Context) error
	// Measure prepares the context of a request for counting, and gives what was counted.
	Measure func(ctx context.Context) (context.Context, func() []slog.Attr)
	// Content is the wp-content folder whose files are served.
	Content string
	Log     *slog.Logger
}

// New makes the handler of all requests.
func New(cfg Config) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.RedirectTrailingSlash = false // gin's own paths are few, and the API's are not to be touched
	_ = engine.SetTrustedProxies(nil)    // X-Forwarded headers are the site's business
	engine.Use(cfg.observe, cfg.recover, compress)

	engine.Any("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok\n") })
	engine.Any("/readyz", cfg.ready)
	files := contentFiles(cfg.Content)
	engine.GET("/wp-content/*file", files)
	engine.HEAD("/wp-content/*file", files)
	engine.NoRoute(cfg.serve)
	return engine
}

// serve hands requests for the API over, and shows everyone else where it is.
func (cfg *Config) serve(c *gin.Context) {
	if route, ok := cfg.route(c.Request); ok {
		c.Status(http.StatusOK)
		cfg.API(c.Writer, c.Request, route)
	} else {
		cfg.front(c)
	}
	c.Writer.WriteHeaderNow() // gin would write a 404 of its own where an answer has no body
}

// route finds the path of the API that a request is for, as WordPress's parse_request
// does: rest_route wins over the path, the path is taken as it was sent, and only if
// that is nothing, decoded.
func (cfg *Config) route(r *http.Request) (string, bool) {
	if strings.Contains(r.URL.RawQuery, "rest_route") {
		if v, ok := php.ParseQuery(r.URL.RawQuery).Get("rest_route"); ok {
			if route, ok := v.(string); ok && route != "" {
				return route, true
			}
		}
	}
	path := r.RequestURI
	if !strings.HasPrefix(path, "/") {
		path = r.URL.EscapedPath()
	}
	path, _, _ = strings.Cut(path, "?")
	if route, ok := cfg.below(r.Context(), path); ok {
		return route, true
	}
	if strings.Contains(path, "%") {
		return cfg.below(r.Context(), php.URLDecode(path))
	}
	return "", false
}

// below gives what follows wp-json, at the root, behind index.php or below the home address.
func (cfg *Config) below(ctx context.Context, path string) (string, bool) {
	path = strings.Trim(path, "/")
	at := strings.Index(path, "wp-json")
	if at < 0 {
		return "", false
	}
	if at > 0 && !strings.HasPrefix(path, "index.php/wp-json") {
		home := strings.Trim(cfg.HomePath(ctx), "/")
		if home == "" || len(path) <= len(home) || !strings.EqualFold(path[:len(home)], home) {
			return "", false
		}
		path = strings.Trim(path[len(home):], "/")
	}
	path = strings.TrimPrefix(path, "index.php/")
	rest, ok := strings.CutPrefix(path, "wp-json")
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	if rest == "" {
		rest = "/"
	}
	return rest, true
}

// front is what stands where WordPress has its pages: it points to the API, in the
// header that clients look for too.
func (cfg *Config) front(c *gin.Context) {
	root, err := cfg.Root(c.Request)
	if err != nil {
		cfg.Log.ErrorContext(c.Request.Context(), "front page", "error", err)
		fault(c, http.StatusServiceUnavailable, "unavailable", "The site cannot be reached at the moment.")
		return
	}
	status, title := http.StatusNotFound, "Nothing is here"
	if c.Request.URL.Path == "/" || c.Request.URL.Path == "/index.php" {
		status, title = http.StatusOK, "A headless site"
	}
	c.Header("Link", "<"+root+`>; rel="https://api.w.org/"`)
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Content-Type", "text/html; charset=UTF-8")
	c.Status(status)
	if c.Request.Method != http.MethodHead {
		root = html.EscapeString(root)
		_, _ = c.Writer.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"UTF-8\"><title>" + title + "</title><link rel=\"https://api.w.org/\" href=\"" + root + "\"></head>\n" +
			"<body><h1>" + title + "</h1><p>The content is at <a href=\"" + root + "\">" + root + "</a>.</p></body>\n</html>\n")
	}
}

func (cfg *Config) ready(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), 3*time.Second)
	defer cancel()
	if err := cfg.Ready(ctx); err != nil {
		cfg.Log.WarnContext(ctx, "not ready", "error", err)
		c.String(http.StatusServiceUnavailable, "the database does not answer\n")
		return
	}
	c.String(http.StatusOK, "ready\n")
}

// observe names the request and, at level debug, logs what it cost.
func (cfg *Config) observe(c *gin.Context) {
	ctx := logging.WithRequestID(c.Request.Context(), logging.NewRequestID())
	if !cfg.Log.Enabled(ctx, slog.LevelDebug) {
		c.Request = c.Request.WithContext(ctx)
		c.Next()
		return
	}
	start := time.Now()
	ctx, counted := cfg.Measure(ctx)
	c.Request = c.Request.WithContext(ctx)
	c.Next()
	attrs := append([]slog.Attr{
		slog.String("method", c.Request.Method), slog.String("route", c.Request.URL.RequestURI()), slog.Int("status", c.Writer.Status()), slog.Int("bytes", c.Writer.Size()),
	}, counted()...)
	cfg.Log.LogAttrs(ctx, slog.LevelDebug, "served", append(attrs, slog.Duration("time", time.Since(start)))...)
}

// recover turns a panic into a fixed answer; what happened goes to the log only.
func (cfg *Config) recover(c *gin.Context) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(v)
		}
		cfg.Log.ErrorContext(c.Request.Context(), "panic", "value", v, "method", c.Request.Method, "path", c.Request.URL.Path, "stack", string(debug.Stack()))
		if c.Writer.Written() {
			panic(http.ErrAbortHandler) // half an answer must not look whole
		}
		fault(c, http.StatusInternalServerError, "internal_server_error", "Something went wrong here.")
	}()
	c.Next()
}

// fault answers with an error in the API's form.
func fault(c *gin.Context, status int, code, message string) {
	body := php.AppendJSON(nil, php.Map{{Key: "code", Value: code}, {Key: "message", Value: message}, {Key: "data", Value: php.Map{{Key: "status", Value: status}}}}, 0)
	h := c.Writer.Header()
	clear(h)
	h.Set("Content-Type", "application/json; charset=UTF-8")
	c.Abort()
	c.Status(status)
	if c.Request.Method != http.MethodHead {
		_, _ = c.Writer.Write(body)
	}
	c.Writer.WriteHeaderNow()
}

// Run serves until ctx ends, then lets the requests under way finish, for as long as drain says.
func Run(ctx context.Context, listener net.Listener, handler http.Handler, drain time.Duration, log *slog.Logger) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute, // uploads over slow lines
		WriteTimeout:      5 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("shutting down", "drain", drain)
	end, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if err := server.Shutdown(end); err != nil {
		return errors.Join(errors.New("requests were cut off"), server.Close())
	}
	return nil
}
