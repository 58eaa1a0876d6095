package httpserver

import (
	"net/http"
	"os"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

// contentFiles serves uploads, and the assets of themes. Folders are not listed, hidden
// files and PHP are not there, and nothing outside of the folder can be reached.
func contentFiles(dir string, uploads http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		name := strings.TrimPrefix(c.Param("file"), "/")
		switch {
		case strings.HasPrefix(name, "uploads/"):
			c.Status(http.StatusOK)
			uploads.ServeHTTP(c.Writer, c.Request)
		case strings.HasPrefix(name, "themes/") && servable(name):
			themeFile(c, dir, name)
		default:
			c.Status(http.StatusNotFound)
		}
		c.Writer.WriteHeaderNow()
	}
}

func themeFile(c *gin.Context, dir, name string) {
	c.Status(http.StatusNotFound)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return
	}
	defer root.Close()
	f, err := root.Open(name)
	if err != nil {
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	c.Status(http.StatusOK)
	c.Header("X-Content-Type-Options", "nosniff")
	http.ServeContent(c.Writer, c.Request, info.Name(), info.ModTime(), f)
}

func servable(name string) bool {
	if path.Clean(name) != name || strings.ContainsAny(name, "\\\x00") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return false
		}
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".php", ".phtml", ".phar", ".inc":
		return false
	}
	return true
}
