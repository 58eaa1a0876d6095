package handlers

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/fileheader"
)

// installedTheme is a theme as its folder and the top of its style sheet tell.
type installedTheme struct {
	stylesheet string
	template   string // the theme that it builds on, or itself; "" for one that names itself
	dir        string
	header     fileheader.Header
	styled     bool // it has a style sheet
}

// themesDir is the folder of all themes.
func (site *Site) themesDir() string { return filepath.Join(site.Content, "themes") }

// installed reads a theme. Whether it is there is another question.
func (s *session) installed(stylesheet string) *installedTheme {
	t := &installedTheme{stylesheet: stylesheet, template: stylesheet}
	if !filepath.IsLocal(filepath.FromSlash(stylesheet)) {
		return t
	}
	t.dir = filepath.Join(s.site.themesDir(), filepath.FromSlash(stylesheet))
	style := filepath.Join(t.dir, "style.css")
	if t.styled = isThere(style); !t.styled {
		return t
	}
	t.header = fileheader.Read(style)
	switch parent := t.header.Get("Template"); {
	case parent == "" || parent == "0":
	case parent == stylesheet:
		t.template = ""
	default:
		t.template = parent
		// Themes that lie in a folder together name each other without it.
		if group, _, grouped := strings.Cut(stylesheet, "/"); grouped && !isThere(s.themeDir(parent)) && isThere(s.themeDir(group+"/"+parent)) {
			t.template = group + "/" + parent
		}
	}
	return t
}

// themeDir is the folder of a theme, "" for a name that leads out of the folder of themes.
func (s *session) themeDir(name string) string {
	name = filepath.FromSlash(name)
	if !filepath.IsLocal(name) {
		return ""
	}
	return filepath.Join(s.site.themesDir(), name)
}

// themeBlocks are the files that make a theme one of blocks.
var themeBlocks = []string{"templates/index.html", "block-templates/index.html"}

// ofBlocks tells whether the theme, or the one below it, is made of blocks (WP_Theme::is_block_theme).
func (s *session) ofBlocks(t *installedTheme) bool {
	return slices.ContainsFunc([]string{t.dir, s.themeDir(t.template)}, func(dir string) bool {
		return dir != "" && slices.ContainsFunc(themeBlocks, func(file string) bool { return isFile(filepath.Join(dir, file)) })
	})
}

// works tells whether a theme is none of those that WordPress calls broken: it has a page of its own to
// show, or builds on a theme that does not build on a third.
func (s *session) works(t *installedTheme) bool {
	switch t.template {
	case "":
		return false
	case t.stylesheet:
		return t.styled && (isFile(filepath.Join(t.dir, "index.php")) || s.ofBlocks(t))
	}
	below := s.installed(t.template)
	return isThere(below.dir) && below.template == below.stylesheet
}

// installedThemes are the themes that work, in the order of their style sheets' paths
// (wp_get_themes). They lie in the folder of themes, or one folder deeper.
func (s *session) installedThemes() []*installedTheme {
	root := s.site.themesDir()
	var names []string
	for _, name := range foldersIn(root) {
		if isThere(filepath.Join(root, name, "style.css")) {
			names = append(names, name)
			continue
		}
		for _, inner := range foldersIn(filepath.Join(root, name)) {
			if isThere(filepath.Join(root, name, inner, "style.css")) {
				names = append(names, name+"/"+inner)
			}
		}
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(a+"/style.css", b+"/style.css") })
	var all []*installedTheme
	for _, name := range names {
		if t := s.installed(name); s.works(t) {
			all = append(all, t)
		}
	}
	return all
}

// foldersIn names the folders in a folder, but for hidden ones and one that tools keep for themselves.
func foldersIn(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		if name := e.Name(); name[0] != '.' && name != "CVS" && isFolder(filepath.Join(dir, name)) {
			names = append(names, name)
		}
	}
	return names
}

// screenshots are the names that the picture of a theme may have.
var screenshots = []string{"png", "gif", "jpg", "jpeg", "webp", "avif"}

// screenshot is the address of the theme's picture, "" without one.
func (s *session) screenshot(t *installedTheme) string {
	for _, extension := range screenshots {
		if name := "screenshot." + extension; t.dir != "" && isThere(filepath.Join(t.dir, name)) {
			return s.themeURL(t.stylesheet) + "/" + name
		}
	}
	return ""
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return path != "" && err == nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
