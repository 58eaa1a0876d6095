package handlers

import (
	"path/filepath"
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/fileheader"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/themephp"
	"github.com/headpress/headpress/registry"
)

// themeSupports are what the active theme can do, by name: true, or what it says of it.
type themeSupports map[string]any

// maxFunctionsFile bounds what is read of a theme's functions.php.
const maxFunctionsFile = 1 << 20

// themeSupport is something that a theme may be able to do.
type themeSupport struct {
	name   string
	shown  string // its name in answers, where that is another one
	schema *api.Schema
}

// themeSupportTable lists what clients are told of, in the order of answers (get_registered_theme_features).
var themeSupportTable = func() []themeSupport {
	unless := api.Default(false)
	flag := func(name, description string) themeSupport {
		return themeSupport{name, name, api.Boolean(description, unless)}
	}
	text, whole, yes := api.Of1("string"), api.Of1("integer"), api.Of1("boolean")
	options := func(name, description string, members ...api.Property) themeSupport {
		return themeSupport{name, name, api.Of(description, []string{"boolean", "object"}, unless, api.Props(members...), api.NoMore)}
	}
	list := func(name, description string, members ...api.Property) themeSupport {
		return themeSupport{name, name, api.Of(description, []string{"boolean", "array"}, unless, api.Items(api.Of1("object", api.Props(members...), api.NoMore)))}
	}
	enum := func(values ...any) *api.Schema { return api.Of1("string", api.Enum(values...)) }
	return []themeSupport{
		flag("align-wide", "Whether blocks may be wider than the text."),
		flag("automatic-feed-links", "Whether pages name the feeds of the site."),
		flag("block-templates", "Whether pages are made of templates of blocks."),
		flag("block-template-parts", "Whether a theme of PHP uses template parts of blocks."),
		options("custom-background", "Whether users may set a background, and with what it begins.",
			api.P("default-image", api.Of1("string", api.Format("uri"))), api.P("default-preset", enum("default", "fill", "fit", "repeat", "custom")),
			api.P("default-position-x", enum("left", "center", "right")), api.P("default-position-y", enum("left", "center", "right")),
			api.P("default-size", enum("auto", "contain", "cover")), api.P("default-repeat", enum("repeat-x", "repeat-y", "repeat", "no-repeat")),
			api.P("default-attachment", enum("scroll", "fixed")), api.P("default-color", text)),
		options("custom-header", "Whether users may set a header, and with what it begins.",
			api.P("default-image", api.Of1("string", api.Format("uri"))), api.P("random-default", yes), api.P("width", whole), api.P("height", whole),
			api.P("flex-height", yes), api.P("flex-width", yes), api.P("default-text-color", text), api.P("header-text", yes), api.P("uploads", yes), api.P("video", yes)),
		options("custom-logo", "Whether users may set a logo, and of which size.",
			api.P("width", whole), api.P("height", whole), api.P("flex-width", yes), api.P("flex-height", yes),
			api.P("header-text", api.Of1("array", api.Items(text))), api.P("unlink-homepage-logo", yes)),
		flag("customize-selective-refresh-widgets", "Whether previews renew single widgets."),
		flag("dark-editor-style", "Whether editors are to be dark."),
		flag("disable-custom-colors", "Whether only colours of the theme may be used."),
		flag("disable-custom-font-sizes", "Whether only font sizes of the theme may be used."),
		flag("disable-custom-gradients", "Whether only gradients of the theme may be used."),
		flag("disable-layout-styles", "Whether the styles of layouts are left to the theme."),
		list("editor-color-palette", "The colours of the theme.", api.P("name", text), api.P("slug", text), api.P("color", text)),
		list("editor-font-sizes", "The font sizes of the theme.", api.P("name", text), api.P("size", api.Of1("number")), api.P("slug", text)),
		list("editor-gradient-presets", "The gradients of the theme.", api.P("name", text), api.P("gradient", text), api.P("slug", text)),
		list("editor-spacing-sizes", "The distances of the theme.", api.P("name", text), api.P("size", text), api.P("slug", text)),
		flag("editor-styles", "Whether editors show the theme's styles."),
		{"html5", "html5", api.Of("What is written in the markup of HTML 5.", []string{"boolean", "array"}, unless,
			api.Items(enum("search-form", "comment-form", "comment-list", "gallery", "caption", "script", "style")))},
		{"post-formats", "formats", api.Array("The post formats that the theme knows.", api.Default([]string{"standard"}), api.Items(api.Of1("string", api.EnumKeyed(registry.FormatSlugs()))))},
		{"post-thumbnails", "post-thumbnails", api.Of("The post types that have a featured picture, or whether all have.", []string{"boolean", "array"}, unless, api.Items(text))},
		flag("responsive-embeds", "Whether what is embedded keeps its shape."),
		flag("title-tag", "Whether WordPress writes the titles of pages."),
		flag("wp-block-styles", "Whether blocks get more than their plain styles."),
	}
}()

func supportFields() []api.Field[*installedTheme] {
	var fields []api.Field[*installedTheme]
	for _, f := range themeSupportTable {
		fields = append(fields, api.Field[*installedTheme]{Name: f.shown, Schema: f.schema, Get: func(c *api.Context, t *installedTheme) any {
			return of(c).themeSupports(t).show(f)
		}})
	}
	return fields
}

// show gives one of the supports as clients get it (WP_REST_Themes_Controller::prepare_theme_support).
func (h themeSupports) show(f themeSupport) any {
	v, has := h[f.name]
	switch {
	case f.name == "post-formats":
		known, _ := v.(*php.Array)
		return php.List(append([]any{"standard"}, known.Values()...)...)
	case !has:
		return false
	case slices.Equal(f.schema.Type, []string{"boolean"}):
		return true
	}
	return f.schema.Coerce(v)
}

// themeSupports gathers what the active theme can do: what follows from its files, and what
// its functions.php says in calls whose arguments are literals. No PHP runs: whether a call is ever
// made is not known, so each counts as made.
func (s *session) themeSupports(t *installedTheme) themeSupports {
	if s.supports != nil {
		return s.supports
	}
	files := s.themeFiles()
	var calls []themephp.Call
	for _, dir := range files.dirs {
		calls = append(calls, themephp.Calls(fileheader.Text(filepath.Join(dir, "functions.php"), maxFunctionsFile), pureFunctions, "add_theme_support", "remove_theme_support")...)
	}
	h := themeSupports{}
	h.run(calls, false)
	// What WordPress itself adds comes behind what the file does at once, and before what its functions do.
	if s.ofBlocks(t) {
		for _, name := range []string{"post-thumbnails", "responsive-embeds", "editor-styles", "automatic-feed-links", "block-templates"} {
			h.add(name, nil)
		}
		h.add("html5", []any{php.List("comment-form", "comment-list", "search-form", "gallery", "caption", "style", "script")})
	} else if slices.ContainsFunc(files.dirs, func(dir string) bool { return isFile(filepath.Join(dir, "theme.json")) }) {
		h.add("block-templates", nil)
	}
	h.run(calls, true)
	h.complete()
	s.supports = h
	return h
}

func (h themeSupports) run(calls []themephp.Call, later bool) {
	for _, call := range calls {
		if call.Later != later || len(call.Args) == 0 {
			continue
		}
		name, _ := call.Args[0].(string)
		if call.Name == "remove_theme_support" {
			delete(h, name)
		} else {
			h.add(name, call.Args[1:])
		}
	}
}

// add does what add_theme_support does with a second call of the same name.
func (h themeSupports) add(name string, args []any) {
	var v any = true
	if len(args) > 0 {
		v = args[0]
	}
	given, isArray := v.(*php.Array)
	before, hadArray := h[name].(*php.Array)
	switch name {
	case "post-thumbnails":
		switch {
		case h[name] == true:
			return
		case isArray && hadArray:
			v = union(before, given)
		}
	case "html5":
		switch {
		case !php.ToBool(v) || len(args) == 0:
			given = php.List("comment-list", "comment-form", "search-form")
		case !isArray:
			return
		}
		v = php.List(append(slices.Clone(before.Values()), given.Values()...)...)
	case "post-formats":
		if !isArray {
			return
		}
		v = php.List(slices.DeleteFunc(slices.Clone(given.Values()), func(v any) bool {
			slug, _ := v.(string)
			return slug == "standard" || !slices.Contains(registry.FormatSlugs(), slug)
		})...)
	case "custom-logo":
		v = given
	case "custom-header", "custom-background":
		v = over(given, before) // what was said first counts
	}
	h[name] = v
}

// union is the values of two lists, each once.
func union(a, b *php.Array) *php.Array {
	l := &php.Array{}
	for _, v := range append(slices.Clone(a.Values()), b.Values()...) {
		if !slices.Contains(l.Values(), v) {
			l.Append(v)
		}
	}
	return l
}

// over gives the members of base with those of top in their places (wp_parse_args).
func over(base, top *php.Array) *php.Array {
	out := &php.Array{}
	for _, a := range []*php.Array{base, top} {
		for k, v := range a.All() {
			out.Put(k, v)
		}
	}
	return out
}

// supportDefaults are what a logo, a header and a background have where a theme says nothing.
var supportDefaults = map[string]php.Map{
	"custom-logo": {{Key: "width", Value: nil}, {Key: "height", Value: nil}, {Key: "flex-width", Value: false}, {Key: "flex-height", Value: false},
		{Key: "header-text", Value: ""}, {Key: "unlink-homepage-logo", Value: false}},
	"custom-header": {{Key: "default-image", Value: ""}, {Key: "random-default", Value: false}, {Key: "width", Value: int64(0)}, {Key: "height", Value: int64(0)},
		{Key: "flex-height", Value: false}, {Key: "flex-width", Value: false}, {Key: "default-text-color", Value: ""}, {Key: "header-text", Value: true},
		{Key: "uploads", Value: true}, {Key: "video", Value: false}},
	"custom-background": {{Key: "default-image", Value: ""}, {Key: "default-preset", Value: "default"}, {Key: "default-position-x", Value: "left"},
		{Key: "default-position-y", Value: "top"}, {Key: "default-size", Value: "auto"}, {Key: "default-repeat", Value: "repeat"},
		{Key: "default-attachment", Value: "scroll"}, {Key: "default-color", Value: ""}},
}

// complete fills in what a theme has left open. A logo or a header of no size may have any.
func (h themeSupports) complete() {
	for name, defaults := range supportDefaults {
		said, has := h[name].(*php.Array)
		if !has {
			continue
		}
		all := &php.Array{}
		for _, d := range defaults {
			all.Set(d.Key, d.Value)
		}
		all = over(all, said)
		width, _ := all.Get("width")
		height, _ := all.Get("height")
		switch name {
		case "custom-logo":
			if width == nil && height == nil {
				all.Set("flex-width", true)
				all.Set("flex-height", true)
			}
		case "custom-header":
			if php.ToInt(width) == 0 {
				all.Set("flex-width", true)
			}
			if php.ToInt(height) == 0 {
				all.Set("flex-height", true)
			}
		}
		h[name] = all
	}
}
