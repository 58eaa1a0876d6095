// Package httpserver is the way in: gin with its middleware, the files of wp-content and
// the probes. It knows nothing of sites.
package httpserver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/headpress/headpress/internal/logging"
	"github.com/headpress/headpress/internal/php"
)

// Config says what to serve.
type Config struct {
	// Site answers what is neither a probe nor a file.
	Site http.Handler
	// Ready tells whether the database answers.
	Ready func(ctx context.Context) error
	// Measure prepares the context of a request for counting, and gives what was counted.
	Measure func(ctx context.Context) (context.Context, func() []slog.Attr)
	// Content is the wp-content folder whose themes are served.
	Content string
	// Uploads answers for files below /wp-content/uploads/.
	Uploads http.Handler
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
	files := contentFiles(cfg.Content, cfg.Uploads)
	engine.GET("/wp-content/*file", files)
	engine.HEAD("/wp-content/*file", files)
	engine.NoRoute(cfg.serve)
	return engine
}

// serve hands everything else to the site.
func (cfg *Config) serve(c *gin.Context) {
	c.Status(http.StatusOK)
	cfg.Site.ServeHTTP(c.Writer, c.Request)
	c.Writer.WriteHeaderNow() // gin would write a 404 of its own where an answer has no body
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

// observe names the request and, at level debug, logs what it cost. Queries stay out: they may hold passwords.
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
	route := c.Request.URL.Path
	if v := c.Request.URL.Query().Get("rest_route"); v != "" {
		route = v
	}
	attrs := append([]slog.Attr{
		slog.String("method", c.Request.Method), slog.String("route", route), slog.Int("status", c.Writer.Status()), slog.Int("bytes", c.Writer.Size()),
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
