package handlers

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/fileheader"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/themejson"
	"github.com/headpress/headpress/internal/themephp"
	"github.com/headpress/headpress/sanitize"
)

// themeFiles is the active theme as it lies in the content folder: its own files,
// then those of the theme it builds on.
type themeFiles struct {
	stylesheet string
	root       string
	dirs       []string
	data       *php.Array // theme.json, over that of the theme below
	names      map[string]string
	known      *themejson.Blocks
	patterns   *themePatterns
	functions  map[string]themephp.Function // that files of patterns may call
}

// themeFiles gives the active theme; it is read once in a request.
func (s *session) themeFiles() *themeFiles {
	if s.theme != nil {
		return s.theme
	}
	t := &themeFiles{stylesheet: s.options.String("stylesheet"), root: filepath.Join(s.site.Content, "themes"), data: &php.Array{}, names: map[string]string{}}
	t.dirs = themeDirs(t.root, t.stylesheet, s.options.String("template"))
	for _, dir := range slices.Backward(t.dirs) {
		t.data = replaceRecursive(t.data, readTheme(filepath.Join(dir, "theme.json")))
	}
	s.theme = t
	return t
}

// themeDirs are the folders of a theme and of the theme that it builds on.
func themeDirs(root, stylesheet, template string) []string {
	var dirs []string
	for _, name := range []string{stylesheet, template} {
		name = filepath.FromSlash(name)
		if dir := filepath.Join(root, name); filepath.IsLocal(name) && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// maxThemeFile bounds what is read of a file of a theme.
const maxThemeFile = 4 << 20

// readTheme reads a file of JSON; one that is missing or broken says nothing.
func readTheme(file string) *php.Array {
	v, _ := php.DecodeJSON(fileheader.Text(file, maxThemeFile))
	a, ok := v.(*php.Array)
	if !ok {
		return &php.Array{}
	}
	return a
}

// replaceRecursive is PHP's array_replace_recursive: lists are replaced element by element.
func replaceRecursive(base, over *php.Array) *php.Array {
	out := &php.Array{}
	for k, v := range base.All() {
		out.Put(k, v)
	}
	for k, v := range over.All() {
		below, _ := out.At(k)
		a, isArray := v.(*php.Array)
		if b, both := below.(*php.Array); isArray && both {
			v = replaceRecursive(b, a)
		}
		out.Put(k, v)
	}
	return out
}

// maxThemeDepth bounds the folders below a theme's folder that are looked into.
const maxThemeDepth = 8

// walkTheme lists the files with an extension below a folder, as paths from there.
// They come as the file system lists them: so does WordPress, and the order shows.
func walkTheme(dir, extension string) []string {
	var found []string
	var walk func(below string, depth int)
	walk = func(below string, depth int) {
		f, err := os.Open(filepath.Join(dir, below))
		if err != nil {
			return
		}
		entries, _ := f.ReadDir(-1) // of an open folder: not sorted
		f.Close()
		for _, e := range entries {
			name := filepath.Join(below, e.Name())
			switch {
			case e.IsDir() && depth < maxThemeDepth:
				walk(name, depth+1)
			case !e.IsDir() && filepath.Ext(name) == extension:
				found = append(found, filepath.ToSlash(name))
			}
		}
	}
	walk("", 0)
	return found
}

// folder names the folder of a theme that holds templates or their parts; the
// first block themes called them otherwise (get_block_theme_folders).
func folder(dir, typ string) string {
	old := false
	if info, err := os.Stat(filepath.Join(dir, "block-templates")); err == nil {
		old = info.IsDir()
	}
	switch {
	case typ == "wp_template_part" && old:
		return filepath.Join(dir, "block-template-parts")
	case typ == "wp_template_part":
		return filepath.Join(dir, "parts")
	case old:
		return filepath.Join(dir, "block-templates")
	}
	return filepath.Join(dir, "templates")
}

// file gives the path of a template's file.
func (t *themeFiles) file(typ, slug string) (string, bool) {
	name := filepath.FromSlash(slug + ".html")
	if !filepath.IsLocal(name) {
		return "", false
	}
	for _, dir := range t.dirs {
		path := filepath.Join(folder(dir, typ), name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, true
		}
	}
	return "", false
}

// templateFile is the file of one template.
type templateFile struct{ slug, path string }

// files lists the files of templates, those of the theme itself first.
func (t *themeFiles) files(typ string) []templateFile {
	var l []templateFile
	seen := map[string]bool{}
	for _, dir := range t.dirs {
		in := folder(dir, typ)
		for _, name := range walkTheme(in, ".html") {
			if slug := strings.TrimSuffix(name, ".html"); !seen[slug] {
				seen[slug] = true
				l = append(l, templateFile{slug, filepath.Join(in, filepath.FromSlash(name))})
			}
		}
	}
	return l
}

// entry finds what theme.json says of a template under customTemplates, or of a part under templateParts.
func (t *themeFiles) entry(list, slug string) *php.Array {
	v, _ := t.data.Get(list)
	a, _ := v.(*php.Array)
	var found *php.Array
	for _, v := range a.Values() {
		if e, ok := v.(*php.Array); ok && textOf(e, "name") == slug {
			found = e
		}
	}
	return found
}

// textOf gives a text of an array, "" where something else is there.
func textOf(a *php.Array, key string) string {
	v, _ := a.Get(key)
	s, _ := v.(string)
	return s
}

// name is the name of a theme by its style sheet, "" for a theme that is not there.
func (t *themeFiles) name(stylesheet string) string {
	if name, ok := t.names[stylesheet]; ok {
		return name
	}
	name := ""
	if dir := filepath.FromSlash(stylesheet); filepath.IsLocal(dir) {
		header := fileheader.Read(filepath.Join(t.root, dir, "style.css"))
		name = strings.TrimSpace(sanitize.StripAllTags(header.Get("Theme Name"), false))
	}
	t.names[stylesheet] = name
	return name
}
