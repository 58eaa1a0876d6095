package httpserver

import (
	"net/http"
	"os"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

// contentFiles serves uploads and the assets of themes. Folders are not listed, hidden
// files and PHP are not there, and nothing outside of the folder can be reached.
func contentFiles(dir string) gin.HandlerFunc {
	return func(c *gin.Context) {
		name := strings.TrimPrefix(path.Clean(c.Param("file")), "/")
		if !servable(name) {
			c.Status(http.StatusNotFound)
			c.Writer.WriteHeaderNow()
			return
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			c.Status(http.StatusNotFound)
			c.Writer.WriteHeaderNow()
			return
		}
		defer root.Close()
		f, err := root.Open(name)
		if err != nil {
			c.Status(http.StatusNotFound)
			c.Writer.WriteHeaderNow()
			return
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil || !info.Mode().IsRegular() {
			c.Status(http.StatusNotFound)
			c.Writer.WriteHeaderNow()
			return
		}
		c.Header("X-Content-Type-Options", "nosniff")
		http.ServeContent(c.Writer, c.Request, info.Name(), info.ModTime(), f)
	}
}

func servable(name string) bool {
	if !strings.HasPrefix(name, "uploads/") && !strings.HasPrefix(name, "themes/") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return false
		}
	}
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".php", ".phtml", ".phar", ".inc":
		return false
	}
	return true
}
