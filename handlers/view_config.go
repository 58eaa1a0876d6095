package handlers

import (
	"net/http"
	"slices"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
)

// viewConfig serves how screens show lists and forms of a kind of things.
type viewConfig struct{ site *Site }

func newViewConfig(site *Site) *viewConfig { return &viewConfig{site} }

func (v *viewConfig) routes() []*api.Route {
	return []*api.Route{{Namespace: "wp/v2", Path: "/wp/v2/view-config", Schema: describeViews, Endpoints: []api.Endpoint{{
		Methods: api.Readable, Permission: v.mayGet, Handle: v.get,
		Args: api.Properties{api.P("kind", api.String("What kind of things: postType, taxonomy, root or another.", api.Required)), api.P("name", api.String("Which of them.", api.Required))},
	}}}}
}

// mayGet asks for what writing such things takes. What is not there is told to everybody, as WordPress does.
func (v *viewConfig) mayGet(c *api.Context) error {
	capability := "edit_posts"
	known := true
	switch c.String("kind") {
	case "postType":
		t := v.site.Registry.Type(c.String("name"))
		if known = t != nil && t.RESTBase != ""; known {
			capability = t.Cap("edit_posts")
		}
	case "taxonomy":
		t := v.site.Registry.Taxonomy(c.String("name"))
		if known = t != nil && t.RESTBase != ""; known {
			capability = t.Cap("manage_terms")
		}
	case "root":
		capability = "manage_options"
	}
	switch {
	case !known:
		return api.NewError(http.StatusNotFound, "rest_view_config_invalid_entity", "Invalid entity kind or name.")
	case !of(c).can(capability):
		return c.Forbidden("rest_cannot_read", "Sorry, you are not allowed to read view config.")
	}
	return nil
}

// screen is how a list is shown at first, in which layouts it may be shown, which views there are to choose from, and
// which fields a form has.
type screen struct {
	view, layouts any
	list          []any
	form          any
}

func (v *viewConfig) get(c *api.Context) (*api.Response, error) {
	s := of(c)
	kind, name := c.String("kind"), c.String("name")
	shown := usualScreen()
	if kind == "postType" {
		shown.form = postForm()
		shown.list = []any{viewChoice("all", v.site.Registry.Type(name).AllItems())}
		switch name {
		case "page":
			pageScreen(&shown)
		case "wp_block":
			s.patternScreen(&shown)
		case "wp_template":
			s.templateScreen(&shown)
		case "wp_template_part":
			partScreen(&shown)
		}
	}
	return api.OK(php.Map{{Key: "kind", Value: kind}, {Key: "name", Value: name}, {Key: "version", Value: 1}, {Key: "default_view", Value: shown.view},
		{Key: "default_layouts", Value: shown.layouts}, {Key: "view_list", Value: shown.list}, {Key: "form", Value: shown.form}}), s.err
}

// object is an object of names and values in turn.
func object(pairs ...any) php.Map {
	out := make(php.Map, len(pairs)/2)
	for i := range out {
		out[i] = php.Member{Key: pairs[2*i].(string), Value: pairs[2*i+1]}
	}
	return out
}

var (
	byTitle  = object("field", "title", "direction", "asc")
	noFilter = []any{}
	nothing  = php.Obj{}
)

// usualScreen is that of things of which nothing else is known.
func usualScreen() screen {
	return screen{
		view:    object("type", "table", "filters", noFilter, "sort", byTitle, "perPage", 20, "fields", []any{"author", "status"}, "titleField", "title"),
		layouts: object("table", nothing, "grid", nothing, "list", nothing),
		list:    []any{viewChoice("all", "All items")},
		form:    nothing,
	}
}

// viewChoice is a view to choose.
func viewChoice(slug, title string, more ...any) php.Map {
	return append(object("title", title, "slug", slug), object(more...)...)
}

// locked is what a view shows: things whose field has a value.
func locked(field, operator, value string) []any {
	return []any{object("field", field, "operator", operator, "value", value, "isLocked", true)}
}

// formField is a field of a form with a layout of its own.
func formField(id, layout, label string) php.Map {
	return object("id", id, "layout", object("type", layout, "labelPosition", label))
}

func formOf(fields ...any) php.Map {
	return object("layout", object("type", "panel"), "fields", fields)
}

func postForm() php.Map {
	return formOf(
		formField("featured_media", "regular", "none"), formField("post-content-info", "regular", "none"), formField("excerpt", "panel", "top"),
		object("id", "status", "label", "Status", "children", []any{formField("status", "regular", "none"), "scheduled_date", "password", "sticky"}),
		"date", "slug", "author", "template",
		object("id", "discussion", "label", "Discussion", "children", []any{formField("comment_status", "regular", "none"), "ping_status"}),
		"parent", "format", "revisions")
}

func pageScreen(s *screen) {
	authors := object("styles", object("author", object("align", "start")))
	s.view = object("type", "list", "filters", noFilter, "perPage", 20, "sort", byTitle, "showLevels", true, "titleField", "title", "mediaField", "featured_media", "fields", []any{"author", "status"})
	s.layouts = object("table", object("layout", authors), "grid", nothing, "list", nothing)
	for _, status := range [][3]string{{"published", "Published", "publish"}, {"future", "Scheduled", "future"}, {"drafts", "Drafts", "draft"}, {"pending", "Pending", "pending"}, {"private", "Private", "private"}} {
		s.list = append(s.list, viewChoice(status[0], status[1], "view", object("filters", locked("status", "isAny", status[2]))))
	}
	s.list = append(s.list, viewChoice("trash", "Trash", "view", object("type", "table", "layout", authors, "filters", locked("status", "isAny", "trash"))))
}

// narrowAuthors is the table of things whose authors matter little.
func narrowAuthors() php.Map {
	return object("layout", object("styles", object("author", object("width", "1%"))))
}

// patternScreen: a view for each category of patterns, those of the site's own among WordPress's. One of the site's takes the
// place of WordPress's of the same slug.
func (s *session) patternScreen(shown *screen) {
	badges := object("badgeFields", []any{"sync-status"})
	shown.view = object("type", "grid", "perPage", 20, "titleField", "title", "mediaField", "preview", "fields", []any{"sync-status"}, "filters", noFilter, "layout", badges)
	shown.layouts = object("table", narrowAuthors(), "grid", object("layout", badges))
	shown.form = formOf(formField("excerpt", "panel", "top"), formField("post-content-info", "regular", "none"), "sync-status", "revisions")
	titles := &php.Array{}
	for _, category := range patternCategories {
		titles.Set(category.name, category.label)
	}
	titles.Set("uncategorized", "Uncategorized")
	terms, err := s.site.Store.AllTerms(s.ctx, "wp_pattern_category")
	s.fail(err)
	for _, term := range terms {
		titles.Set(term.Slug, term.Name)
	}
	var categories []any
	for slug, title := range titles.All() {
		categories = append(categories, viewChoice(slug.String(), title.(string)))
	}
	slices.SortStableFunc(categories, func(a, b any) int { return php.CompareNatural(titleOf(a), titleOf(b)) })
	shown.list = append([]any{viewChoice("all-patterns", "All patterns"), viewChoice("my-patterns", "My patterns")}, categories...)
}

func titleOf(choice any) string { return choice.(php.Map)[0].Value.(string) }

// templateScreen: a view for each that made templates, those who are no people first.
func (s *session) templateScreen(shown *screen) {
	shown.view = object("type", "grid", "perPage", 20, "sort", byTitle, "titleField", "title", "descriptionField", "description", "mediaField", "preview",
		"fields", []any{"author", "active", "slug", "theme"}, "filters", noFilter, "showMedia", true)
	shown.layouts = object("table", object("showMedia", false), "grid", object("showMedia", true), "list", object("showMedia", false))
	shown.form = formOf(formField("description", "panel", "top"), formField("description_readonly", "regular", "none"), formField("last_edited_date", "panel", "none"),
		"revisions", "posts_page_title", "posts_per_page", "default_comment_status")
	templates, err := s.findAllTemplates(templateQuery{typ: "wp_template"})
	s.fail(err)
	var others, people []string
	for _, t := range templates {
		from, author := s.templateMaker(t)
		list := &others
		if from == "user" {
			list = &people
		}
		if !slices.Contains(*list, author) {
			*list = append(*list, author)
		}
	}
	shown.list = []any{viewChoice("all", "All templates")}
	for _, author := range append(others, people...) {
		shown.list = append(shown.list, viewChoice(author, author, "view", object("filters", locked("author", "is", author))))
	}
}

func partScreen(s *screen) {
	s.view = object("type", "grid", "perPage", 20, "titleField", "title", "mediaField", "preview", "fields", []any{"author"}, "filters", noFilter, "layout", nothing)
	s.layouts = object("table", narrowAuthors(), "grid", object("layout", nothing))
	s.form = formOf(formField("last_edited_date", "panel", "none"), "revisions")
	s.list = []any{viewChoice("all-parts", "All template parts")}
	for _, area := range [][2]string{{"header", "Header"}, {"footer", "Footer"}, {"navigation-overlay", "Navigation Overlay"}, {"uncategorized", "General"}} {
		s.list = append(s.list, viewChoice(area[0], area[1], "view", object("filters", locked("area", "is", area[0]))))
	}
}
