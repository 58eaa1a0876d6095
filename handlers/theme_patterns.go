package handlers

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/headpress/headpress/internal/fileheader"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/themephp"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// themePattern is a pattern as a file of a theme describes it.
type themePattern struct {
	name, title, description string
	viewportWidth            *int64 // nil where the file says nothing, as the others
	inserter                 *bool
	categories, keywords     []string
	blockTypes, postTypes    []string
	templateTypes            []string

	source  string // the file
	refused bool   // it is more than markup
}

// themePatterns are the patterns of the active theme.
type themePatterns struct {
	all    []*themePattern // those that can be had, in the order of their registration
	byName map[string]*themePattern
	made   map[string]*render.Pattern
}

// patternCache keeps the files of patterns: as long as size and time say that they are the same.
type patternCache struct {
	mu    sync.Mutex
	files map[string]patternFile
}

type patternFile struct {
	size     int64
	modified time.Time
	pattern  *themePattern // nil for a file that describes none
}

// maxPatternFile bounds the size of a pattern's file.
const maxPatternFile = 1 << 20

// passedOver are folders that WordPress does not look into (WP_Theme::scandir).
var passedOver = []string{"CVS", "node_modules", "vendor", "bower_components"}

// patterns gives the patterns of the active theme: its own, then those of the theme it
// builds on. The first of a name counts (_register_theme_block_patterns).
func (s *session) patterns() *themePatterns {
	theme := s.themeFiles()
	if theme.patterns != nil {
		return theme.patterns
	}
	found := &themePatterns{byName: map[string]*themePattern{}, made: map[string]*render.Pattern{}}
	theme.patterns = found
	seen := map[string]patternFile{}
	for _, dir := range theme.dirs {
		in := filepath.Join(dir, "patterns")
		files := slices.DeleteFunc(walkTheme(in, ".php"), func(file string) bool {
			return slices.ContainsFunc(strings.Split(file, "/"), func(part string) bool { return part[0] == '.' || slices.Contains(passedOver, part) })
		})
		slices.SortFunc(files, func(a, b string) int { return slices.Compare(strings.Split(a, "/"), strings.Split(b, "/")) })
		for _, file := range files {
			path := filepath.Join(in, filepath.FromSlash(file))
			entry, ok := s.patternFile(path)
			if !ok {
				continue
			}
			seen[path] = entry
			p := entry.pattern
			if p == nil || found.byName[p.name] != nil {
				continue
			}
			if found.byName[p.name] = p; !p.refused {
				found.all = append(found.all, p)
			}
		}
	}
	c := &s.site.theme.patterns
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files = seen
	return found
}

// patternFile gives a file of a pattern as it is now.
func (s *session) patternFile(path string) (patternFile, bool) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return patternFile{}, false
	}
	c := &s.site.theme.patterns
	c.mu.Lock()
	entry, ok := c.files[path]
	c.mu.Unlock()
	if ok && entry.size == info.Size() && entry.modified.Equal(info.ModTime()) {
		return entry, true
	}
	entry = patternFile{size: info.Size(), modified: info.ModTime()}
	source := fileheader.Text(path, maxPatternFile+1)
	if entry.pattern = describePattern(source); entry.pattern == nil {
		return entry, true
	}
	_, err = themephp.Evaluate(source, s.patternFunctions())
	if len(source) > maxPatternFile {
		err = errors.New("the file is too large")
	}
	if err != nil {
		entry.pattern.refused, entry.pattern.source = true, ""
		s.site.Log.WarnContext(s.ctx, "pattern left out", "file", path, "error", err.Error())
	}
	return entry, true
}

// describePattern reads the head of a file, nil where it has no title or no slug.
func describePattern(source string) *themePattern {
	head := fileheader.Of(source)
	said := func(name string) string {
		if v := head.Get(name); v != "0" || name == "Description" {
			return v
		}
		return "" // 0 is nothing to PHP
	}
	list := func(name string) []string {
		v := said(name)
		if v == "" {
			return nil
		}
		return strings.FieldsFunc(v, func(r rune) bool { return r == ',' || strings.ContainsRune(" \t\n\r\f\v", r) })
	}
	p := &themePattern{
		name: said("Slug"), title: said("Title"), description: said("Description"), categories: list("Categories"), keywords: list("Keywords"),
		blockTypes: list("Block Types"), postTypes: list("Post Types"), templateTypes: list("Template Types"), source: source,
	}
	if p.name == "" || p.title == "" {
		return nil
	}
	if v := said("Viewport Width"); v != "" {
		width := php.ToInt(v)
		p.viewportWidth = &width
	}
	if v := said("Inserter"); v != "" {
		shown := strings.EqualFold(v, "yes") || strings.EqualFold(v, "true")
		p.inserter = &shown
	}
	return p
}

// pattern gives the pattern of a name with its markup, nil where there is none.
func (s *session) pattern(name string) *render.Pattern {
	all := s.patterns()
	if made, ok := all.made[name]; ok {
		return made
	}
	p := all.byName[name]
	if p == nil || p.refused {
		return nil
	}
	content, err := themephp.Evaluate(p.source, s.patternFunctions())
	if err != nil { // not the file alone decides: addresses may have become too long
		s.site.Log.WarnContext(s.ctx, "pattern left out", "pattern", name, "error", err.Error())
		return nil
	}
	made := &render.Pattern{Name: p.name, Title: p.title, Description: p.description, Categories: p.categories,
		Content: render.TemplateContent(content, s.themeFiles().stylesheet)}
	all.made[name] = made
	return made
}

// markup is a function of one text.
func markup(f func(string) string) themephp.Function {
	return themephp.Function{Min: 1, Max: 1, Call: func(args []string) (string, error) { return f(args[0]), nil }}
}

// translation is a function that translates a text, with so many more arguments that say how,
// and escapes it. Texts are as they are: no theme's translations are read.
func translation(more int, prints bool, escape func(string) string) themephp.Function {
	return themephp.Function{Min: 1, Max: 1 + more, Prints: prints, Call: func(args []string) (string, error) { return escape(args[0]), nil }}
}

// pureFunctions are WordPress's functions that depend on nothing but their arguments.
var pureFunctions = func() map[string]themephp.Function {
	same := func(s string) string { return s }
	html := sanitize.EscHTML // esc_attr is the same function but for its filters
	trim := func(s string) string { return strings.TrimRight(s, `/\`) }
	return map[string]themephp.Function{
		"__": translation(1, false, same), "_x": translation(2, false, same), "_e": translation(1, true, same), "_ex": translation(2, true, same),
		"esc_html__": translation(1, false, html), "esc_html_x": translation(2, false, html), "esc_html_e": translation(1, true, html),
		"esc_attr__": translation(1, false, html), "esc_attr_x": translation(2, false, html), "esc_attr_e": translation(1, true, html),
		"esc_html": markup(html), "esc_attr": markup(html), "esc_url": markup(sanitize.EscURL),
		"esc_url_raw":       markup(func(s string) string { return sanitize.URL(s, nil) }),
		"wp_kses_post":      markup(func(s string) string { return sanitize.PostFilter().Clean(s) }),
		"trailingslashit":   markup(func(s string) string { return trim(s) + "/" }),
		"untrailingslashit": markup(trim),
	}
}()

// patternFunctions are the functions that files of patterns may call.
func (s *session) patternFunctions() map[string]themephp.Function {
	theme := s.themeFiles()
	if theme.functions != nil {
		return theme.functions
	}
	stylesheet, template := s.themeURL(theme.stylesheet), s.themeURL(s.options.String("template"))
	value := func(v string) themephp.Function {
		return themephp.Function{Call: func([]string) (string, error) { return v, nil }}
	}
	// below is a function of the address of something in a place, or of the place itself.
	below := func(address func(path string) string) themephp.Function {
		return themephp.Function{Max: 1, Call: func(args []string) (string, error) { return address(strings.Join(args, "")), nil }}
	}
	in := func(base, path string) string {
		if path == "" {
			return base
		}
		return base + "/" + strings.TrimLeft(path, "/")
	}
	date := func(zone *time.Location) themephp.Function {
		return themephp.Function{Min: 1, Max: 1, Call: func(args []string) (string, error) { return wpdate.FormatPHP(s.now.In(zone), args[0]), nil }}
	}
	theme.functions = maps.Clone(pureFunctions)
	maps.Copy(theme.functions, map[string]themephp.Function{
		"get_template_directory_uri": value(template), "get_stylesheet_directory_uri": value(stylesheet),
		"get_template": value(s.options.String("template")), "get_stylesheet": value(theme.stylesheet),
		"get_theme_file_uri": below(func(path string) string {
			path = strings.TrimLeft(path, "/")
			if file := filepath.FromSlash(path); len(theme.dirs) > 1 && filepath.IsLocal(file) {
				if _, err := os.Stat(filepath.Join(theme.dirs[0], file)); err != nil {
					return in(template, path)
				}
			}
			return in(stylesheet, path)
		}),
		"get_parent_theme_file_uri": below(func(path string) string { return in(template, strings.TrimLeft(path, "/")) }),
		"home_url":                  below(func(path string) string { return in(s.home, path) }),
		"site_url":                  below(func(path string) string { return in(s.siteURL, path) }),
		"get_home_url":              value(s.home), "get_site_url": value(s.siteURL),
		"get_bloginfo": {Max: 1, Call: func(args []string) (string, error) {
			switch strings.Join(args, "") {
			case "", "name":
				return s.options.String("blogname"), nil
			case "description":
				return s.options.String("blogdescription"), nil
			case "url":
				return s.home, nil
			case "wpurl":
				return s.siteURL, nil
			}
			return "", errors.New("something else is asked of the site")
		}},
		"date": date(time.UTC), "gmdate": date(time.UTC), "wp_date": date(s.zone), "date_i18n": date(s.zone),
	})
	return theme.functions
}

// themeURL is the address of a theme's folder.
func (s *session) themeURL(name string) string {
	return s.siteURL + "/wp-content/themes/" + strings.ReplaceAll(php.RawURLEncode(name), "%2F", "/")
}
