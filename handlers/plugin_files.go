package handlers

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/fileheader"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// plugin is a plugin as the top of its file describes it. It never runs here.
type plugin struct {
	file   string // from the folder of plugins, with slashes
	header fileheader.Header
}

// pluginsDir is the folder of all plugins.
func (site *Site) pluginsDir() string { return filepath.Join(site.Content, "plugins") }

// plugins are the files in the folder of plugins, and one folder deeper, that say a name, by
// their names. Those of one name stay as the file system lists them, as in WordPress (get_plugins).
func (s *session) plugins() []*plugin {
	root := s.site.pluginsDir()
	var all []*plugin
	add := func(file string) {
		if p := s.plugin(file); p != nil {
			all = append(all, p)
		}
	}
	for _, name := range unsorted(root) {
		if isFolder(filepath.Join(root, name)) {
			for _, inner := range unsorted(filepath.Join(root, name)) {
				add(name + "/" + inner)
			}
			continue
		}
		add(name)
	}
	slices.SortStableFunc(all, func(a, b *plugin) int {
		return php.CompareNatural(a.header.Get("Plugin Name"), b.header.Get("Plugin Name"))
	})
	return all
}

// unsorted names what is in a folder, as the file system lists it.
func unsorted(dir string) []string {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	names, _ := f.Readdirnames(-1)
	return names
}

// plugin gives the plugin of a file, nil where there is none.
func (s *session) plugin(file string) *plugin {
	parts := strings.Split(file, "/")
	if len(parts) > 2 || !strings.HasSuffix(file, ".php") || slices.ContainsFunc(parts, func(part string) bool { return part == "" || part[0] == '.' }) {
		return nil
	}
	p := &plugin{file, fileheader.Read(s.pluginPath(file))}
	if !php.ToBool(p.header.Get("Plugin Name")) {
		return nil
	}
	return p
}

// pluginPath is where a file of a plugin lies, "" for a name that leads elsewhere.
func (s *session) pluginPath(file string) string {
	file = filepath.FromSlash(file)
	if file != "" && !filepath.IsLocal(file) {
		return ""
	}
	return filepath.Join(s.site.pluginsDir(), file)
}

// activePlugins are the files of the plugins that WordPress runs.
func (s *session) activePlugins() []any {
	active, _ := s.options.PHP("active_plugins").(*php.Array)
	return active.Values()
}

// isActive tells whether WordPress runs the plugin.
func (p *plugin) isActive(s *session) bool { return slices.Contains(s.activePlugins(), any(p.file)) }

// textDomain is the name under which its texts are translated: the folder's where it says none.
func (p *plugin) textDomain() string {
	if domain := p.header.Get("Text Domain"); domain != "" {
		return domain
	}
	folder, _, inFolder := strings.Cut(p.file, "/")
	if !inFolder {
		return ""
	}
	return folder
}

// networkOnly: "Site Wide Only" is what plugins said before there was "Network".
func (p *plugin) networkOnly() bool {
	says := p.header.Get("Network")
	if says == "" {
		says = p.header.Get("Site Wide Only")
	}
	return strings.EqualFold(says, "true")
}

// marked is what a plugin says of itself, as it is shown (_get_plugin_data_markup_translate).
func (p *plugin) marked(name string) string {
	v := p.header.Get(name)
	switch name {
	case "Plugin Name":
		return sanitize.HeaderNameFilter().Clean(v)
	case "Plugin URI", "Author URI":
		return sanitize.EscURL(v)
	}
	return sanitize.HeaderFilter().Clean(v)
}

// holds tells whether the plugin says a text anywhere, letter by letter.
func (p *plugin) holds(text string) bool {
	if strings.Contains(p.file, text) || strings.Contains(p.textDomain(), text) {
		return true
	}
	for _, name := range []string{"Plugin Name", "Plugin URI", "Version", "Description", "Author", "Author URI", "Domain Path",
		"Requires at least", "Requires PHP", "Update URI", "Requires Plugins"} {
		if strings.Contains(p.header.Get(name), text) {
			return true
		}
	}
	return false
}
