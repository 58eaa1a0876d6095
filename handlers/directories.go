package handlers

import (
	"errors"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/fetch"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// directories pass on what the directories of wordpress.org have: plugins that bring blocks, and
// patterns. Of the site they are told its language and the version of WordPress, and nothing more.
type directories struct {
	site  *Site
	block *api.Resource[*php.Array]
}

const (
	directoryTimeout = 10 * time.Second
	directoryLimit   = 8 << 20
	// maxDirectoryValues bounds the values in an answer, which take far more memory than its text.
	maxDirectoryValues = 200_000
)

func newDirectories(site *Site) *directories {
	return &directories{site: site, block: &api.Resource[*php.Array]{Title: "block-directory-item", Fields: blockFields(), Links: func(c *api.Context, p *php.Array) (l api.Links) {
		l.Add("https://api.w.org/install-plugin", c.URL("/wp/v2/plugins")+"?slug="+php.URLEncode(textOf(p, "slug")))
		return l
	}}}
}

func (d *directories) routes() []*api.Route {
	context := api.P("context", api.String("Which fields the answer shows, by the use that is made of them.", api.Enum("view", "embed", "edit"), api.Default("view")))
	patternArgs := api.Properties{context}
	for _, p := range pageArgs() {
		if p.Name == "per_page" {
			p.Schema = p.Schema.With(api.Default(int64(100)))
		}
		patternArgs = append(patternArgs, p)
	}
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/block-directory/search", Schema: d.block.Describe, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Permission: d.maySeeBlocks, Handle: d.blocks,
			Args: append(append(api.Properties{d.block.ContextArg("view")}, pageArgs()...), api.P("term", api.String("What to look for.", api.MinLength(1), api.Required))),
		}}},
		{Namespace: "wp/v2", Path: "/wp/v2/pattern-directory/patterns", Schema: d.describePatterns, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Permission: d.maySeePatterns, Handle: d.patterns, Args: append(patternArgs,
				api.P("search", api.String("Only patterns that hold this text.", api.MinLength(1))),
				api.P("category", api.Integer("Only patterns of the category with this id.", api.Minimum(1))),
				api.P("keyword", api.Integer("Only patterns of the keyword with this id.", api.Minimum(1))),
				api.P("slug", api.Array("Only patterns with these slugs.")),
				api.P("offset", api.Integer("How many patterns to leave out at the start.")),
				api.P("order", api.String("The direction of the order.", api.Default("desc"), api.Enum("asc", "desc"))),
				api.P("orderby", api.String("What the order goes by.", api.Default("date"),
					api.Enum("author", "date", "id", "include", "modified", "parent", "relevance", "slug", "include_slugs", "title", "favorite_count"))),
			),
		}}},
	}
}

// ask gives what a directory answers, with the text itself; nil is what is no JSON.
func (d *directories) ask(c *api.Context, path string, query *php.Array) (any, string, error) {
	res, err := d.site.Fetch.Get(c, fetch.Request{URL: d.site.Directory + path + "?" + php.BuildQuery(query), UserAgent: "WordPress/" + wordPressVersion,
		Timeout: directoryTimeout, Limit: directoryLimit})
	if err != nil {
		return nil, "", err
	}
	v, err := php.DecodeJSONOf(res.Body, maxDirectoryValues)
	if err != nil {
		v = nil
	}
	return v, string(res.Body), nil
}

// errDirectory: the directory could not be asked, or answered something else.
func errDirectory(code string) *api.Error {
	return api.NewError(http.StatusInternalServerError, code, "The directory of WordPress.org gives no answer that can be used.")
}

// unasked tells why a directory was not asked, in words that name nothing of the network.
func unasked(err error) string {
	if errors.Is(err, fetch.ErrOff) {
		return "Requests to other sites are blocked."
	}
	return "The directory could not be reached."
}

func (d *directories) maySeeBlocks(c *api.Context) error {
	if s := of(c); !s.can("install_plugins") || !s.can("activate_plugins") {
		return c.Forbidden("rest_block_directory_cannot_view", "Sorry, you are not allowed to browse the block directory.")
	}
	return nil
}

func (d *directories) blocks(c *api.Context) (*api.Response, error) {
	query := &php.Array{}
	query.Set("action", "query_plugins")
	request := &php.Array{}
	request.Set("block", c.String("term"))
	request.Set("per_page", c.Int("per_page"))
	request.Set("page", c.Int("page"))
	request.Set("locale", of(c).locale())
	request.Set("wp_version", wordPressVersion)
	query.Set("request", request)
	found, text, err := d.ask(c, "/plugins/info/1.2/", query)
	failed := errDirectory("plugins_api_failed")
	switch {
	case err != nil:
		failed.Additional = []any{unasked(err)}
		return nil, failed
	case found == nil:
		if text != "" {
			failed.Additional = []any{text}
		}
		return nil, failed
	}
	answer, _ := found.(*php.Array)
	if message, ok := answer.Get("error"); ok && message != nil {
		failed.Message = php.ToString(message)
		return nil, failed
	}
	plugins, _ := answer.Get("plugins")
	list, _ := plugins.(*php.Array)
	var shown []*php.Array
	for _, v := range list.Values() {
		if p, ok := v.(*php.Array); ok {
			shown = append(shown, p)
		}
	}
	return api.OK(d.block.List(c, shown)), nil
}

// blockFields tell of the first block of a plugin.
func blockFields() []api.Field[*php.Array] {
	view := api.In("view")
	first := func(p *php.Array, key string) string {
		v, _ := p.Get("blocks")
		blocks, _ := v.(*php.Array)
		for _, v := range blocks.Values() {
			block, _ := v.(*php.Array)
			return textOf(block, key)
		}
		return ""
	}
	field := func(name string, schema *api.Schema, get func(c *api.Context, p *php.Array) any) api.Field[*php.Array] {
		return api.Field[*php.Array]{Name: name, Schema: schema, Get: get}
	}
	text := func(key string) func(*api.Context, *php.Array) any {
		return func(_ *api.Context, p *php.Array) any { return textOf(p, key) }
	}
	whole := func(key string) func(*api.Context, *php.Array) any {
		return func(_ *api.Context, p *php.Array) any { v, _ := p.Get(key); return php.ToInt(v) }
	}
	stars := func(key string) func(*api.Context, *php.Array) any { // of a hundred, five
		return func(_ *api.Context, p *php.Array) any {
			v, _ := p.Get(key)
			if n := php.ToFloat(v) / 20; n != math.Trunc(n) {
				return n
			}
			return php.ToInt(v) / 20
		}
	}
	return []api.Field[*php.Array]{
		field("name", api.String("The name of the block.", view), func(_ *api.Context, p *php.Array) any { return first(p, "name") }),
		field("title", api.String("What the block is called.", view), func(_ *api.Context, p *php.Array) any {
			if title := first(p, "title"); title != "" {
				return title
			}
			return textOf(p, "name")
		}),
		field("description", api.String("What the block is for, in short.", view), func(_ *api.Context, p *php.Array) any {
			return render.TrimWords(textOf(p, "short_description"), 30, "...")
		}),
		field("id", api.String("The slug of the plugin.", view), text("slug")),
		field("rating", api.Number("Stars that people gave the plugin, of five.", view), stars("rating")),
		field("rating_count", api.Integer("How many people gave stars.", view), whole("num_ratings")),
		field("active_installs", api.Integer("On how many sites the plugin is in use.", view), whole("active_installs")),
		field("author_block_rating", api.Number("Stars for all blocks of the author.", view), stars("author_block_rating")),
		field("author_block_count", api.Integer("How many blocks the author has made.", view), whole("author_block_count")),
		field("author", api.String("Who made the plugin.", view), func(_ *api.Context, p *php.Array) any { return sanitize.StripAllTags(textOf(p, "author"), false) }),
		field("icon", api.String("The address of its icon.", api.Format("uri"), view), func(_ *api.Context, p *php.Array) any {
			v, _ := p.Get("icons")
			if icons, _ := v.(*php.Array); textOf(icons, "1x") != "" {
				return textOf(icons, "1x")
			}
			return "block-default"
		}),
		field("last_updated", api.String("When the plugin was last changed.", api.Format("date-time"), view), func(_ *api.Context, p *php.Array) any {
			return wpdate.RFC3339(wpdate.Format(updated(p)), time.UTC)
		}),
		field("humanized_updated", api.String("How long ago that was.", view), func(c *api.Context, p *php.Array) any {
			return render.TimeDifference(updated(p), of(c).now) + " ago"
		}),
	}
}

// updated is when a plugin was changed, which its directory writes as 2024-03-02 11:22pm GMT.
func updated(p *php.Array) time.Time {
	text := textOf(p, "last_updated")
	for _, layout := range []string{"2006-01-02 3:04pm MST", time.RFC3339, time.DateTime, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
			return t.UTC()
		}
	}
	return time.Unix(0, 0).UTC()
}

func (d *directories) maySeePatterns(c *api.Context) error {
	if !of(c).editsSome() {
		return c.Forbidden("rest_pattern_directory_cannot_view", "Sorry, you are not allowed to browse the local block pattern directory.")
	}
	return nil
}

// describePatterns is the schema. Its contexts do not count for answers, which show everything.
func (d *directories) describePatterns(*api.Context) php.Map {
	all := api.In("view", "edit", "embed")
	text := func(about string) *api.Schema { return api.String(about, api.MinLength(1), all) }
	list := func(about string, shown api.Option) *api.Schema {
		return api.Array(about, api.UniqueItems, api.Items(api.Of1("string")), shown)
	}
	return api.Document("pattern-directory-item", api.Properties{
		api.P("id", api.Integer("The number that names the pattern.", api.Minimum(1), all)),
		api.P("title", text("What the pattern is called.")),
		api.P("content", text("The blocks of the pattern.")),
		api.P("categories", list("The slugs of its categories.", all)),
		api.P("keywords", list("Words that it is found by.", all)),
		api.P("description", text("What the pattern shows.")),
		api.P("viewport_width", api.Integer("The width in pixels that it is shown with.", all)),
		api.P("block_types", list("The blocks that it may stand in.", api.In("view", "embed"))),
	})
}

func (d *directories) patterns(c *api.Context) (*api.Response, error) {
	query := &php.Array{}
	pass := func(param, as string) {
		if c.Has(param) {
			query.Set(as, c.Param(param))
		}
	}
	for _, param := range []string{"page", "per_page", "order", "orderby", "search", "slug", "offset"} {
		pass(param, param)
	}
	query.Set("locale", of(c).locale())
	query.Set("wp-version", wordPressVersion)
	pass("category", "pattern-categories")
	pass("keyword", "pattern-keywords")
	found, text, err := d.ask(c, "/patterns/1.0/", query)
	if err != nil {
		code := "http_request_failed"
		if errors.Is(err, fetch.ErrOff) {
			code = "http_request_not_executed"
		}
		return nil, api.NewError(http.StatusInternalServerError, code, unasked(err))
	}
	failed := errDirectory("pattern_api_failed")
	failed.Additional = []any{php.Map{{Key: "response", Value: text}}}
	list, ok := found.(*php.Array)
	if !ok || list.Len() == 0 && strings.TrimSpace(text) != "[]" || list.Len() > 0 && !list.IsList() {
		return nil, failed
	}
	l := make([]any, 0, list.Len())
	for _, v := range list.Values() {
		p, ok := v.(*php.Array)
		if !ok {
			return nil, failed
		}
		l = append(l, of(c).directoryPattern(p))
	}
	return api.OK(l), nil
}

// directoryPattern is a pattern as editors get it: what strangers wrote is cleaned as posts are.
func (s *session) directoryPattern(p *php.Array) php.Map {
	in := func(a *php.Array, key string) *php.Array {
		v, _ := a.Get(key)
		below, _ := v.(*php.Array)
		return below
	}
	whole := func(a *php.Array, key string) int64 { v, _ := a.Get(key); return absint(php.ToInt(v)) }
	texts := func(values []any, clean func(string) string) []any {
		l := make([]any, len(values))
		for i, v := range values {
			l[i] = clean(php.ToString(v))
		}
		return l
	}
	meta := in(p, "meta")
	var keywords []any
	for word := range strings.SplitSeq(textOf(meta, "wpop_keywords"), ",") {
		keywords = append(keywords, word)
	}
	return php.Map{
		member("id", whole(p, "id")), member("title", sanitize.TextField(textOf(in(p, "title"), "rendered"))),
		member("content", s.clean("pattern", sanitize.PostFilter(), textOf(p, "pattern_content"))),
		member("categories", texts(in(p, "category_slugs").Values(), func(slug string) string { return sanitize.Title(slug, "", s.locale()) })),
		member("keywords", texts(keywords, sanitize.TextField)), member("description", sanitize.TextField(textOf(meta, "wpop_description"))),
		member("viewport_width", whole(meta, "wpop_viewport_width")), member("block_types", texts(in(meta, "wpop_block_types").Values(), sanitize.TextField)),
	}
}
