package handlers

import (
	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/render"
)

// patterns serves the patterns of the active theme, and what they are sorted by.
type patterns struct {
	resource *api.Resource[*themePattern]
	category *api.Resource[patternCategory]
}

func newPatterns() *patterns {
	type category = patternCategory
	all := api.In("view", "edit", "embed")
	text := func(description string, get func(category) string) api.Field[category] {
		return api.Field[category]{Schema: api.String(description, api.ReadOnly, all), Get: func(_ *api.Context, p category) any { return get(p) }}
	}
	name, label, description := text("What patterns call it.", func(p category) string { return p.name }),
		text("What people call it.", func(p category) string { return p.label }), text("What it holds.", func(p category) string { return p.description })
	name.Name, label.Name, description.Name = "name", "label", "description"
	return &patterns{patternFields(), &api.Resource[category]{Title: "block-pattern-category", Whole: true, Fields: []api.Field[category]{name, label, description}}}
}

func (p *patterns) routes() []*api.Route {
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/block-patterns/patterns", Schema: p.resource.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Permission: p.mayList, Handle: p.list,
		}}},
		{Namespace: "wp/v2", Path: "/wp/v2/block-patterns/categories", Schema: p.category.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Permission: p.mayList, Handle: p.categories,
		}}},
	}
}

// olderCategories have other names now.
var olderCategories = map[string]string{"buttons": "call-to-action", "columns": "text", "query": "posts"}

func patternFields() *api.Resource[*themePattern] {
	type pattern = *themePattern
	type field = api.Field[pattern]
	all := api.In("view", "edit", "embed")
	list := func(name, description string, get func(pattern) []string) field {
		return field{Name: name, Schema: api.Array(description, api.ReadOnly, all),
			If: func(_ *api.Context, p pattern) bool { return get(p) != nil }, Get: func(_ *api.Context, p pattern) any { return get(p) }}
	}
	return &api.Resource[pattern]{Title: "block-pattern", Whole: true, Fields: []field{
		{Name: "name", Schema: api.String("What blocks call the pattern.", api.ReadOnly, all), Get: func(_ *api.Context, p pattern) any { return p.name }},
		{Name: "title", Schema: api.String("What people call the pattern.", api.ReadOnly, all), Get: func(_ *api.Context, p pattern) any { return p.title }},
		{Name: "content", Schema: api.String("The markup of the pattern.", api.ReadOnly, all), Get: func(c *api.Context, p pattern) any {
			made := of(c).pattern(p.name)
			if made == nil {
				return ""
			}
			return render.ResolvePatterns(made.Content, of(c).pattern)
		}},
		{Name: "description", Schema: api.String("What the pattern is for.", api.ReadOnly, all), Get: func(_ *api.Context, p pattern) any { return p.description }},
		{Name: "viewport_width", Schema: api.Number("How wide a preview of it is.", api.ReadOnly, all),
			If: func(_ *api.Context, p pattern) bool { return p.viewportWidth != nil }, Get: func(_ *api.Context, p pattern) any { return *p.viewportWidth }},
		{Name: "inserter", Schema: api.Boolean("Whether editors offer it.", api.ReadOnly, all),
			If: func(_ *api.Context, p pattern) bool { return p.inserter != nil }, Get: func(_ *api.Context, p pattern) any { return *p.inserter }},
		list("categories", "What it is sorted by.", func(p pattern) []string {
			var l []string
			for _, name := range p.categories {
				if now, ok := olderCategories[name]; ok {
					name = now
				}
				l = append(l, name)
			}
			if l == nil && p.categories != nil {
				l = []string{}
			}
			return l
		}),
		list("keywords", "Words that find it.", func(p pattern) []string { return p.keywords }),
		list("block_types", "Blocks that it may take the place of.", func(p pattern) []string { return p.blockTypes }),
		list("post_types", "The only post types that it is for.", func(p pattern) []string { return p.postTypes }),
		list("template_types", "Templates that it fits.", func(p pattern) []string { return p.templateTypes }),
		{Name: "source", Schema: api.String("Who brought it, unless that is a theme or a plugin of the site.", api.ReadOnly, all,
			api.Enum("core", "plugin", "theme", "pattern-directory/core", "pattern-directory/theme", "pattern-directory/featured"))},
	}}
}

// mayList: who may write anything at all may see patterns.
func (p *patterns) mayList(c *api.Context) error {
	if !of(c).editsSome() {
		return c.Forbidden("rest_cannot_view", "Patterns are for those who write.")
	}
	return nil
}

func (p *patterns) list(c *api.Context) (*api.Response, error) {
	return api.OK(p.resource.List(c, of(c).patterns().all)), of(c).err
}

func (p *patterns) categories(c *api.Context) (*api.Response, error) {
	return api.OK(p.category.List(c, patternCategories)), nil
}

// patternCategory is what patterns are sorted by.
type patternCategory struct{ name, label, description string }

// patternCategories are those that WordPress itself registers.
var patternCategories = []patternCategory{
	{"banner", "Banners", "Large parts that catch the eye."},
	{"buttons", "Buttons", "Things to press."},
	{"columns", "Columns", "Things side by side."},
	{"text", "Text", "Mostly words."},
	{"query", "Posts", "Lists of the newest posts."},
	{"featured", "Featured", "A choice of the best."},
	{"call-to-action", "Call to action", "Parts that ask readers to do something."},
	{"team", "Team", "The people behind the site."},
	{"testimonials", "Testimonials", "What others say."},
	{"services", "Services", "What you offer."},
	{"contact", "Contact", "How to reach you."},
	{"about", "About", "Who you are."},
	{"portfolio", "Portfolio", "What you have made."},
	{"gallery", "Gallery", "Pictures together."},
	{"media", "Media", "Sound and moving pictures."},
	{"videos", "Videos", "Moving pictures."},
	{"audio", "Audio", "Sound."},
	{"posts", "Posts", "Lists of the newest posts."},
	{"footer", "Footers", "The end of pages."},
	{"header", "Headers", "The beginning of pages."},
	{"navigation", "Navigation", "Ways through the site."},
}
