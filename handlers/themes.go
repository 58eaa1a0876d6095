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

// themes serves the themes in the content folder.
type themes struct {
	resource *api.Resource[*installedTheme]
}

func newThemes() *themes {
	return &themes{&api.Resource[*installedTheme]{Title: "theme", Fields: themeFields(), Links: themeLinks, Order: []string{
		"stylesheet", "stylesheet_uri", "template", "template_uri", "author", "author_uri", "description", "is_block_theme", "name", "requires_php",
		"requires_wp", "screenshot", "tags", "textdomain", "theme_supports", "theme_uri", "version", "status", "default_template_types", "default_template_part_areas"}}}
}

func (t *themes) routes() []*api.Route {
	status := api.Array("Only themes of these statuses.", api.Items(api.NewSchema(api.Enum("active", "inactive"), api.Type("string"))))
	stylesheet := api.String("The folder of the theme.", api.Sanitize(func(_ *api.Context, _ string, v any) (any, error) {
		return php.URLDecode(php.ToString(v)), nil
	}))
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/themes", Schema: t.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{api.P("status", status)}, Permission: t.mayList, Handle: t.list,
		}}},
		{Namespace: "wp/v2", Path: `/wp/v2/themes/(?P<stylesheet>[^\/:<>\*\?"\|]+(?:\/[^\/:<>\*\?"\|]+)?)`, Schema: t.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Args: api.Properties{api.P("stylesheet", stylesheet)}, Permission: t.mayGet, Handle: t.get,
		}}},
	}
}

// themeHeader is the top of a style sheet as clients get it.
type themeHeader struct{ *installedTheme }

// said is what a theme says of itself, in the form in which WordPress keeps it (WP_Theme::sanitize_header).
func (t themeHeader) said(name string) string {
	v := t.header.Get(name)
	switch name {
	case "Theme Name":
		return sanitize.HeaderNameFilter().Clean(v)
	case "Author", "Description":
		return sanitize.HeaderFilter().Clean(v)
	case "Author URI", "Theme URI":
		return sanitize.URL(v, nil)
	case "Version", "Requires at least", "Requires PHP":
		return sanitize.StripTags(v)
	}
	return v
}

// tags are the features that a theme names, under their places: empty ones leave holes.
func (t themeHeader) tags() *php.Array {
	l := &php.Array{}
	for i, tag := range strings.Split(sanitize.StripTags(t.header.Get("Tags")), ",") {
		if tag = php.Trim(tag); tag != "" && tag != "0" {
			l.Put(php.IntKey(int64(i)), tag)
		}
	}
	return l
}

func themeFields() []api.Field[*installedTheme] {
	type theme = *installedTheme
	type field = api.Field[theme]
	// Themes without a style sheet say nothing at all: false.
	styled := func(get func(c *api.Context, t themeHeader) any) func(*api.Context, theme) any {
		return func(c *api.Context, t theme) any {
			if !t.styled {
				return false
			}
			return get(c, themeHeader{t})
		}
	}
	text := func(name, header, description string) field {
		return field{Name: name, Schema: api.String(description, api.ReadOnly), Get: styled(func(_ *api.Context, t themeHeader) any { return t.said(header) })}
	}
	both := func(name, description string, part, shown []api.Option, raw, rendered func(c *api.Context, t theme) any) field {
		wanted := func(c *api.Context, _ theme) bool { return c.Wants(name, "raw") || c.Wants(name, "rendered") }
		return field{Name: name, Schema: api.Object(description, api.ReadOnly), If: wanted, Fields: []field{
			{Name: "raw", Schema: api.NewSchema(append([]api.Option{api.Description("As the style sheet says it.")}, part...)...), Get: raw},
			{Name: "rendered", Schema: api.NewSchema(append([]api.Option{api.Description("As it is shown.")}, shown...)...), Get: rendered},
		}}
	}
	plain, address := []api.Option{api.Type("string")}, []api.Option{api.Type("string"), api.Format("uri")}
	said := func(header string, show func(string) any) (raw, rendered func(c *api.Context, t theme) any) {
		return styled(func(_ *api.Context, t themeHeader) any { return t.said(header) }), styled(func(_ *api.Context, t themeHeader) any { return show(t.said(header)) })
	}
	escaped := func(s string) any { return sanitize.EscURL(s) }
	author, _ := said("Author", nil)
	authorURI, authorURIShown := said("Author URI", escaped)
	description, descriptionShown := said("Description", func(s string) any { return render.Texturize(s) })
	themeURI, themeURIShown := said("Theme URI", escaped)
	uri := func(name, description string, get func(s *session, t theme) string) field {
		return field{Name: name, Schema: api.String(description, api.Format("uri"), api.ReadOnly), Get: func(c *api.Context, t theme) any { return get(of(c), t) }}
	}
	active := func(c *api.Context, t theme) bool { return of(c).isActive(t) }
	return []field{
		{Name: "stylesheet", Schema: api.String("The folder of the theme, which is its name for programs.", api.ReadOnly), Get: func(_ *api.Context, t theme) any { return t.stylesheet }},
		{Name: "template", Schema: api.String("The folder of the theme that it builds on, or its own.", api.ReadOnly), Get: func(_ *api.Context, t theme) any {
			if t.template == "" {
				return nil
			}
			return t.template
		}},
		text("requires_php", "Requires PHP", "The oldest PHP that the theme runs on."),
		text("requires_wp", "Requires at least", "The oldest WordPress that the theme runs on."),
		text("textdomain", "Text Domain", "The name under which its texts are translated."),
		text("version", "Version", "The version of the theme."),
		uri("screenshot", "A picture of the theme.", func(s *session, t theme) string { return s.screenshot(t) }),
		both("author", "Who made the theme.", plain, plain, author, styled(func(_ *api.Context, t themeHeader) any {
			name, address := t.said("Author"), t.said("Author URI")
			switch {
			case !php.ToBool(name):
				return "Anonymous"
			case address != "":
				return `<a href="` + sanitize.EscURL(address) + `">` + name + "</a>"
			}
			return name
		})),
		both("author_uri", "The site of who made it.", address, address, authorURI, authorURIShown),
		both("description", "What the theme is like.", plain, plain, description, descriptionShown),
		both("name", "The name of the theme.", plain, plain, func(_ *api.Context, t theme) any {
			if !t.styled {
				return t.stylesheet
			}
			return themeHeader{t}.said("Theme Name")
		}, func(_ *api.Context, t theme) any {
			if name := (themeHeader{t}).said("Theme Name"); php.ToBool(name) {
				return name
			}
			return t.stylesheet
		}),
		both("tags", "What the theme offers.", []api.Option{api.Type("array"), api.Items(api.Of1("string"))}, plain,
			styled(func(_ *api.Context, t themeHeader) any { return t.tags() }),
			styled(func(_ *api.Context, t themeHeader) any {
				var l []string
				for _, tag := range t.tags().Values() {
					l = append(l, tag.(string))
				}
				return strings.Join(l, ", ")
			})),
		both("theme_uri", "The page of the theme.", address, address, themeURI, themeURIShown),
		{Name: "status", Schema: api.String("Whether the theme is in use.", api.Enum("inactive", "active")), Get: func(c *api.Context, t theme) any {
			if active(c, t) {
				return "active"
			}
			return "inactive"
		}},
		{Name: "theme_supports", Schema: api.Object("What the theme says that it can do.", api.ReadOnly), If: func(c *api.Context, t theme) bool {
			return active(c, t) && slices.ContainsFunc(themeSupportTable, func(f themeSupport) bool { return c.Wants("theme_supports", f.shown) })
		}, Fields: supportFields()},
		{Name: "is_block_theme", Schema: api.Boolean("Whether the theme is made of blocks.", api.ReadOnly), Get: func(c *api.Context, t theme) any { return of(c).ofBlocks(t) }},
		uri("stylesheet_uri", "The address of its folder.", func(s *session, t theme) string { return s.themeURL(t.stylesheet) }),
		uri("template_uri", "The address of the folder of the theme that it builds on, or of its own.", func(s *session, t theme) string { return s.themeURL(t.template) }),
		{Name: "default_template_types", If: active, Schema: api.Array("The templates that any theme may have.", api.ReadOnly,
			api.Items(api.Of1("object", api.Props(api.P("slug", api.Of1("string")), api.P("title", api.Of1("string")), api.P("description", api.Of1("string")))))),
			Get: func(*api.Context, theme) any {
				var l []any
				for _, t := range templateTypes {
					l = append(l, php.Map{{Key: "title", Value: t.title}, {Key: "description", Value: t.description}, {Key: "slug", Value: t.slug}})
				}
				return l
			}},
		{Name: "default_template_part_areas", If: active, Schema: api.Array("The places that parts of templates may be for.", api.ReadOnly,
			api.Items(api.Of1("object", api.Props(api.P("area", api.Of1("string")), api.P("label", api.Of1("string")), api.P("description", api.Of1("string")),
				api.P("icon", api.Of1("string")), api.P("area_tag", api.Of1("string")))))),
			Get: func(*api.Context, theme) any {
				var l []any
				for _, a := range templateAreas {
					l = append(l, php.Map{{Key: "area", Value: a.name}, {Key: "label", Value: a.label}, {Key: "description", Value: a.description},
						{Key: "icon", Value: a.icon}, {Key: "area_tag", Value: a.tag}})
				}
				return l
			}},
	}
}

// isActive tells whether a theme is in use.
func (s *session) isActive(t *installedTheme) bool {
	return t.stylesheet == s.options.String("stylesheet")
}

func themeLinks(c *api.Context, t *installedTheme) api.Links {
	s := of(c)
	var l api.Links
	l.Add("self", c.URL("/wp/v2/themes/"+t.stylesheet))
	l.Add("collection", c.URL("/wp/v2/themes"))
	if id := s.stylesIDs[t.stylesheet]; id > 0 {
		l.Add("https://api.w.org/user-global-styles", c.URL("/wp/v2/global-styles/"+itoa(id)))
	}
	if s.isActive(t) && s.ofBlocks(t) {
		allow := []string{}
		if s.can("export") {
			allow = api.Readable
		}
		l.Add("https://api.w.org/export-theme", c.URL("/wp-block-editor/v1/export"), php.Member{Key: "targetHints", Value: php.Map{{Key: "allow", Value: allow}}})
	}
	return l
}

// mayList: who writes may see the active theme, the others are for who chooses among them.
func (t *themes) mayList(c *api.Context) error {
	if status := c.Strings("status"); len(status) == 1 && status[0] == "active" {
		return t.maySeeActive(c)
	}
	return t.maySeeAll(c)
}

func (t *themes) mayGet(c *api.Context) error {
	if t.named(c) == of(c).options.String("stylesheet") {
		return t.maySeeActive(c)
	}
	return t.maySeeAll(c)
}

func (t *themes) maySeeAll(c *api.Context) error {
	if s := of(c); !s.can("switch_themes") && !s.can("manage_network_themes") {
		return c.Forbidden("rest_cannot_view_themes", "Sorry, you are not allowed to view themes.")
	}
	return nil
}

func (t *themes) maySeeActive(c *api.Context) error {
	if of(c).editsSome() || t.maySeeAll(c) == nil {
		return nil
	}
	return c.Forbidden("rest_cannot_view_active_theme", "Sorry, you are not allowed to view the active theme.")
}

// named is the theme that a request asks for: the active one when it names nothing (wp_get_theme).
func (t *themes) named(c *api.Context) string {
	if name := c.String("stylesheet"); php.ToBool(name) {
		return name
	}
	return of(c).options.String("stylesheet")
}

func (t *themes) list(c *api.Context) (*api.Response, error) {
	s := of(c)
	status, filtered := c.Strings("status"), c.Has("status")
	var found []*installedTheme
	if filtered && !slices.Contains(status, "inactive") {
		if slices.Contains(status, "active") { // even a broken one
			found = append(found, s.installed(s.options.String("stylesheet")))
		}
	} else {
		found = slices.DeleteFunc(s.installedThemes(), func(theme *installedTheme) bool {
			return filtered && !slices.Contains(status, "active") && s.isActive(theme)
		})
	}
	if err := t.findStyles(c, found...); err != nil {
		return nil, err
	}
	res := api.OK(t.resource.List(c, found))
	res.Set("X-WP-Total", len(found))
	res.Set("X-WP-TotalPages", 1)
	return res, s.err
}

func (t *themes) get(c *api.Context) (*api.Response, error) {
	s := of(c)
	theme := s.installed(t.named(c))
	if !isThere(theme.dir) {
		return nil, api.NewError(http.StatusNotFound, "rest_theme_not_found", "Theme not found.")
	}
	if err := t.findStyles(c, theme); err != nil {
		return nil, err
	}
	return t.resource.Item(c, theme), s.err
}

// findStyles finds the posts with users' styles to which the links of themes lead. The active theme
// gets one if it has none (WP_Theme_JSON_Resolver::get_user_global_styles_post_id).
func (t *themes) findStyles(c *api.Context, shown ...*installedTheme) error {
	s := of(c)
	if c.IsHead() || !c.WantsLinks() || len(shown) == 0 {
		return nil
	}
	var names []string
	for _, theme := range shown {
		names = append(names, theme.stylesheet)
	}
	ids := s.userStylesIDs(names...)
	active := s.options.String("stylesheet")
	if slices.Contains(names, active) && ids[active] == 0 && s.err == nil {
		if err := s.addUserStyles(active); err != nil {
			return err
		}
		ids = s.userStylesIDs(names...)
	}
	s.stylesIDs = ids
	return s.err
}
