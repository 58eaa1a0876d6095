package handlers

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	uploads "github.com/headpress/headpress/media"
)

const (
	// sizesTime bounds how long folders are looked through for one request.
	sizesTime = 10 * time.Second
	// sizesDepth bounds how deep, for a link may lead to a folder around it.
	sizesDepth = 32
)

// sizes answers with the sizes of the folders and of the database (WP_Debug_Data::get_sizes).
func (h *siteHealth) sizes(c *api.Context) (*api.Response, error) {
	ctx, cancel := context.WithTimeout(c.Context, sizesTime)
	defer cancel()
	site := h.site
	themes, plugins, files := site.themesDir(), site.pluginsDir(), ""
	if folder, ok := site.Storage.(*uploads.Folder); ok {
		files = folder.Root()
	}
	// The program is one file and lies elsewhere: what counts for it is the rest of the site's folder,
	// which is WordPress's own where one lies around the content.
	root := site.Content
	if around := filepath.Dir(filepath.Clean(root)); isFolder(filepath.Join(around, "wp-includes")) {
		root = around
	}
	out := php.Map{{Key: "raw", Value: 0}}
	var total int64
	complete := true
	put := func(name string, size folderSize) {
		out = append(out, php.Member{Key: name, Value: size.print()})
		total += size.bytes
		complete = complete && !size.late
	}
	put("wordpress_size", folderSizeOf(ctx, root, themes, plugins, files))
	put("themes_size", folderSizeOf(ctx, themes))
	put("plugins_size", folderSizeOf(ctx, plugins))
	put("uploads_size", folderSizeOf(ctx, files))
	fonts := ""
	if files != "" {
		fonts = filepath.Join(files, "fonts")
	}
	put("fonts_size", folderSizeOf(ctx, fonts))
	database, err := site.Store.Size(c.Context)
	if err != nil {
		return nil, err
	}
	put("database_size", folderSize{bytes: database, found: true})
	put("total_size", folderSize{bytes: total, found: true, late: !complete})
	return api.OK(out), nil
}

// folderSize is what lies in a folder, in bytes.
type folderSize struct {
	bytes       int64
	found, late bool // late: the time was over before all was counted
}

func (f folderSize) print() php.Map {
	switch {
	case f.late:
		return php.Map{{Key: "size", Value: "Too many files to count them in time."}, {Key: "debug", Value: "timeout while calculating size"}}
	case !f.found:
		return php.Map{{Key: "size", Value: "The directory does not exist."}, {Key: "debug", Value: "directory not found"}}
	}
	size := formatSize(f.bytes)
	return php.Map{{Key: "size", Value: size}, {Key: "debug", Value: size + " (" + itoa(f.bytes) + " bytes)"}, {Key: "raw", Value: f.bytes}}
}

// folderSizeOf adds up the files below a folder, links followed, but for some folders (recurse_dirsize).
func folderSizeOf(ctx context.Context, dir string, without ...string) folderSize {
	size := folderSize{found: dir != "" && isFolder(dir)}
	var walk func(dir string, depth int)
	walk = func(dir string, depth int) {
		f, err := os.Open(dir)
		if err != nil {
			return
		}
		defer f.Close()
		for {
			entries, _ := f.ReadDir(1000)
			if len(entries) == 0 {
				return
			}
			for _, e := range entries {
				if size.late = size.late || ctx.Err() != nil; size.late {
					return
				}
				path := filepath.Join(dir, e.Name())
				info, err := e.Info()
				if err == nil && e.Type()&fs.ModeSymlink != 0 {
					info, err = os.Stat(path)
				}
				switch {
				case err != nil || slices.Contains(without, path):
				case info.Mode().IsRegular():
					size.bytes += info.Size()
				case info.IsDir() && depth < sizesDepth:
					walk(path, depth+1)
				}
			}
		}
	}
	if size.found {
		walk(dir, 0)
	}
	return size
}

// formatSize writes bytes as people read them, with two decimals (size_format).
func formatSize(n int64) string {
	units := []string{"B", "KB", "MB", "GB", "TB", "PB", "EB"}
	value, unit := float64(n), 0
	for value >= 1024 && unit < len(units)-1 {
		value, unit = value/1024, unit+1
	}
	digits := strconv.FormatFloat(value, 'f', 2, 64)
	if whole, decimals, _ := strings.Cut(digits, "."); len(whole) > 3 {
		digits = whole[:len(whole)-3] + "," + whole[len(whole)-3:] + "." + decimals
	}
	return digits + " " + units[unit]
}
