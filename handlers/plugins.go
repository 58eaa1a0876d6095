package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// plugins serves the plugins in the content folder. What would have to run their code, or to
// fetch some, is refused (ADR 14).
type plugins struct{ resource *api.Resource[*plugin] }

func newPlugins() *plugins {
	return &plugins{&api.Resource[*plugin]{Title: "plugin", EveryContext: true, Fields: pluginFields(), Links: func(c *api.Context, p *plugin) api.Links {
		var l api.Links
		l.Add("self", c.URL("/wp/v2/plugins/"+strings.TrimSuffix(p.file, ".php")))
		return l
	}}}
}

// pluginPattern is what plugins may be called: a file, or one in a folder, without its ending.
const pluginPattern = `[^.\/]+(?:\/[^.\/]+)?`

func (h *plugins) routes() []*api.Route {
	context := h.resource.ContextArg("view")
	statuses := []any{"inactive", "active"}
	named := api.P("plugin", api.NewSchema(api.Type("string"), api.Pattern(pluginPattern), api.Validate(checkPluginName), api.Sanitize(pluginFile)))
	status := api.String("Whether WordPress is to run the plugin.", api.Enum(statuses...), api.Early)
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/plugins", Schema: h.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Permission: h.mayManage("rest_cannot_view_plugins"), Handle: h.list, Args: api.Properties{context,
				api.P("search", api.String("Only plugins that say this text.", api.Early)),
				api.P("status", api.Array("Only plugins of these statuses.", api.Items(api.Of1("string", api.Enum(statuses...)))))}},
			{Methods: api.Creatable, Permission: h.mayInstall, Handle: h.unavailable, Args: api.Properties{
				api.P("slug", api.NewSchema(api.Type("string"), api.Description("What wordpress.org calls the plugin."), api.Pattern(`[\w\-]+`), api.Required, api.Early)),
				api.P("status", status.With(api.Default("inactive")))}},
		}},
		{Namespace: "wp/v2", Path: `/wp/v2/plugins/(?P<plugin>[^.\/]+(?:\/[^.\/]+)?)`, Schema: h.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{context, named}, Permission: h.mayGet, Handle: h.get},
			{Methods: api.Editable, Args: api.Properties{context, named, api.P("status", status)}, Permission: h.mayUpdate, Handle: h.update},
			{Methods: api.Deletable, Args: api.Properties{context, named}, Permission: h.mayDelete, Handle: h.delete},
		}},
	}
}

// checkPluginName refuses what leads out of the folder of plugins.
func checkPluginName(_ *api.Context, _ string, v any) error {
	name, isText := v.(string)
	if !isText || strings.Trim(name, "./") == "" || strings.Contains(name, "../") || len(name) > 1 && name[1] == ':' {
		return api.ErrInvalid
	}
	return nil
}

// pluginFile makes the name of a file of it (plugin_basename).
func pluginFile(_ *api.Context, _ string, v any) (any, error) {
	file := strings.ReplaceAll(sanitize.TextField(php.ToString(v)+".php"), `\`, "/")
	for strings.Contains(file, "//") {
		file = strings.ReplaceAll(file, "//", "/")
	}
	return strings.Trim(file, "/"), nil
}

func pluginFields() []api.Field[*plugin] {
	type field = api.Field[*plugin]
	all, shown := api.In("view", "edit", "embed"), api.In("view", "edit")
	text := func(name, description string, context api.Option, get func(p *plugin) string, more ...api.Option) field {
		schema := api.String(description, append(more, api.ReadOnly, context)...)
		return field{Name: name, Schema: schema, Get: func(_ *api.Context, p *plugin) any { return get(p) }}
	}
	said := func(header string) func(p *plugin) string {
		return func(p *plugin) string { return p.header.Get(header) }
	}
	marked := func(header string) func(p *plugin) string {
		return func(p *plugin) string { return p.marked(header) }
	}
	return []field{
		text("plugin", "The file of the plugin, without its ending.", all, func(p *plugin) string { return strings.TrimSuffix(p.file, ".php") }, api.Pattern(pluginPattern)),
		{Name: "status", Schema: api.String("Whether WordPress runs the plugin.", api.Enum("inactive", "active"), all), Get: func(c *api.Context, p *plugin) any {
			if p.isActive(of(c)) {
				return "active"
			}
			return "inactive"
		}},
		text("name", "The name of the plugin.", all, marked("Plugin Name")),
		text("plugin_uri", "The page of the plugin.", shown, marked("Plugin URI"), api.Format("uri")),
		text("author", "Who made the plugin.", shown, marked("Author")),
		text("author_uri", "The site of who made it.", shown, marked("Author URI"), api.Format("uri")),
		{Name: "description", Schema: api.Object("What the plugin does.", api.ReadOnly, shown), Fields: []field{
			{Name: "raw", Schema: api.String("As the file says it."), Get: func(_ *api.Context, p *plugin) any { return p.marked("Description") }},
			{Name: "rendered", Schema: api.String("As it is shown."), Get: func(_ *api.Context, p *plugin) any { return p.description() }},
		}},
		text("version", "The version of the plugin.", shown, marked("Version")),
		{Name: "network_only", Schema: api.Boolean("Whether it is for networks of sites only.", api.ReadOnly, all), Get: func(_ *api.Context, p *plugin) any { return p.networkOnly() }},
		text("requires_wp", "The oldest WordPress that the plugin runs on.", all, said("Requires at least")),
		text("requires_php", "The oldest PHP that the plugin runs on.", all, said("Requires PHP")),
		text("textdomain", "The name under which its texts are translated.", shown, func(p *plugin) string { return p.textDomain() }),
	}
}

// description is what the plugin does, and who made it.
func (p *plugin) description() string {
	text, author := render.Texturize(p.marked("Description")), p.marked("Author")
	if author == "" {
		return text
	}
	if address := p.marked("Author URI"); address != "" {
		author = `<a href="` + address + `">` + author + "</a>"
	}
	return text + " <cite>By " + author + ".</cite>"
}

// mayManage: plugins are for those who switch them on and off.
func (h *plugins) mayManage(code string) func(c *api.Context) error {
	return func(c *api.Context) error {
		if !of(c).can("activate_plugins") {
			return c.Forbidden(code, "Sorry, you are not allowed to manage plugins for this site.")
		}
		return nil
	}
}

// mayTouch: the same, of a file that is there.
func (h *plugins) mayTouch(c *api.Context, code string) error {
	if err := h.mayManage(code)(c); err != nil {
		return err
	}
	if !isThere(of(c).pluginPath(c.String("plugin"))) {
		return errPlugin()
	}
	return nil
}

func errPlugin() *api.Error {
	return api.NewError(http.StatusNotFound, "rest_plugin_not_found", "Plugin not found.")
}

func (h *plugins) mayGet(c *api.Context) error { return h.mayTouch(c, "rest_cannot_view_plugin") }

func (h *plugins) mayUpdate(c *api.Context) error { return h.mayTouch(c, "rest_cannot_manage_plugins") }

func (h *plugins) mayDelete(c *api.Context) error {
	const code = "rest_cannot_manage_plugins"
	if err := h.mayManage(code)(c); err != nil {
		return err
	}
	if !of(c).can("delete_plugins") {
		return c.Forbidden(code, "Sorry, you are not allowed to delete plugins for this site.")
	}
	return h.mayTouch(c, code)
}

func (h *plugins) mayInstall(c *api.Context) error {
	if !of(c).can("install_plugins") {
		return c.Forbidden("rest_cannot_install_plugin", "Sorry, you are not allowed to install plugins on this site.")
	}
	if c.String("status") == "active" && !of(c).can("activate_plugins") {
		return c.Forbidden("rest_cannot_activate_plugin", "Sorry, you are not allowed to activate plugins.")
	}
	return nil
}

func (h *plugins) list(c *api.Context) (*api.Response, error) {
	s := of(c)
	search, status := c.String("search"), c.Strings("status")
	found := slices.DeleteFunc(s.plugins(), func(p *plugin) bool {
		is := "inactive"
		if p.isActive(s) {
			is = "active"
		}
		return len(status) > 0 && !slices.Contains(status, is) || php.ToBool(search) && !p.holds(search)
	})
	return api.OK(h.resource.List(c, found)), s.err
}

// find gives the plugin that the request names.
func (h *plugins) find(c *api.Context) (*plugin, error) {
	p := of(c).plugin(c.String("plugin"))
	if p == nil {
		return nil, errPlugin()
	}
	return p, nil
}

func (h *plugins) get(c *api.Context) (*api.Response, error) {
	p, err := h.find(c)
	if err != nil {
		return nil, err
	}
	return h.resource.Item(c, p), nil
}

// update answers with the plugin where nothing is to change. To switch one on or off is to run its code.
func (h *plugins) update(c *api.Context) (*api.Response, error) {
	p, err := h.find(c)
	if err != nil {
		return nil, err
	}
	if status, active := c.String("status"), p.isActive(of(c)); status == "active" && !active {
		return nil, api.NewError(http.StatusForbidden, "rest_cannot_activate_plugin", "Plugins are code for PHP, which does not run here: activate it in WordPress.")
	} else if status == "inactive" && active {
		return nil, api.NewError(http.StatusForbidden, "rest_cannot_deactivate_plugin", "Plugins are code for PHP, which does not run here: deactivate it in WordPress.")
	}
	return h.resource.Item(c, p), nil
}

func (h *plugins) delete(c *api.Context) (*api.Response, error) {
	p, err := h.find(c)
	if err != nil {
		return nil, err
	}
	if p.isActive(of(c)) {
		return nil, api.NewError(http.StatusBadRequest, "rest_cannot_delete_active_plugin", "Cannot delete an active plugin. Please deactivate it first.")
	}
	return h.unavailable(c)
}

// unavailable is what WordPress says where it may not write its own files.
func (h *plugins) unavailable(*api.Context) (*api.Response, error) {
	return nil, api.NewError(http.StatusInternalServerError, "fs_unavailable", "The filesystem is currently unavailable for managing plugins.")
}
