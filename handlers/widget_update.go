package handlers

import (
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// widgetChange is what is set for a widget while it is made fit to be stored.
type widgetChange struct {
	s    *session
	sent *php.Array
	out  *php.Array
}

// updateWidget makes what is sent for a widget fit to be stored over what was set for it (WP_Widget::update).
func (s *session) updateWidget(kind string, sent, old *php.Array) *php.Array {
	w := &widgetChange{s, sent, &php.Array{}}
	switch kind {
	case "custom_html", "block": // what such widgets have stands first, in this order
		if kind == "custom_html" {
			w.out.Set("title", "")
		}
		w.out.Set("content", "")
		fallthrough
	default:
		w.keep(old)
	case "nav_menu", "rss", "tag_cloud":
	}
	switch kind {
	case "archives":
		w.title()
		w.flags("count", "dropdown")
	case "block":
		w.html("content")
	case "calendar", "meta", "search":
		w.title()
	case "categories":
		w.title()
		w.flags("count", "hierarchical", "dropdown")
	case "custom_html":
		w.title()
		w.html("content")
	case "nav_menu":
		if php.ToBool(w.get("title")) {
			w.title()
		}
		if php.ToBool(w.get("nav_menu")) {
			w.out.Set("nav_menu", php.ToInt(w.get("nav_menu")))
		}
	case "pages":
		w.title()
		order := w.text("sortby")
		if order != "post_title" && order != "ID" {
			order = "menu_order"
		}
		w.out.Set("sortby", order)
		w.out.Set("exclude", sanitize.TextField(w.text("exclude")))
	case "recent-comments":
		w.title()
		w.out.Set("number", absint(php.ToInt(w.get("number"))))
	case "recent-posts":
		w.title()
		w.out.Set("number", php.ToInt(w.get("number")))
		w.out.Set("show_date", php.ToBool(w.get("show_date")))
	case "rss":
		w.feed(old)
	case "tag_cloud":
		w.title()
		w.flags("count")
		w.out.Set("taxonomy", w.text("taxonomy"))
	case "text":
		w.words(old)
	case "media_audio", "media_gallery", "media_image", "media_video":
		w.media(kind)
	}
	return w.out
}

// keep begins with what was set before.
func (w *widgetChange) keep(old *php.Array) {
	for k, v := range old.All() {
		w.out.Put(k, v)
	}
}

func (w *widgetChange) get(name string) any {
	v, _ := w.sent.Get(name)
	return v
}

// text is what is sent as text; lists and objects are none.
func (w *widgetChange) text(name string) string {
	switch v := w.get(name).(type) {
	case nil, *php.Array, *php.Object:
		return ""
	default:
		return php.ToString(v)
	}
}

func (w *widgetChange) title() { w.out.Set("title", sanitize.TextField(w.text("title"))) }

// flags are stored as 1 and 0.
func (w *widgetChange) flags(names ...string) {
	for _, name := range names {
		n := int64(0)
		if php.ToBool(w.get(name)) {
			n = 1
		}
		w.out.Set(name, n)
	}
}

// html is stored as it is sent by who may write any, nothing and numbers included.
func (w *widgetChange) html(name string) {
	v := w.get(name)
	switch v.(type) {
	case *php.Array, *php.Object: // PHP fails on them when it shows the form
		v = ""
	}
	if !w.s.can("unfiltered_html") {
		v = w.s.clean("widget", sanitize.PostFilter(), php.ToString(v))
	}
	w.out.Set(name, v)
}

// words is a text, and whether it is shown as one writes posts.
func (w *widgetChange) words(old *php.Array) {
	w.title()
	said := w.text("text")
	if !w.s.can("unfiltered_html") {
		said = w.s.clean("widget", sanitize.PostFilter(), said)
	}
	w.out.Set("text", said)
	filter, visual := w.get("filter"), w.get("visual")
	w.out.Set("filter", php.ToBool(filter))
	oldFilter, _ := old.Get("filter")
	if visual == nil {
		if visual, _ = old.Get("visual"); filter == "content" || oldFilter == "content" {
			visual = true
		}
	}
	if visual == nil {
		return
	}
	w.out.Set("visual", php.ToBool(visual))
	if php.ToBool(visual) {
		w.out.Set("filter", true)
	}
}

// feed is wp_widget_rss_process. An address that is new cannot be asked, and why not is stored with it.
func (w *widgetChange) feed(old *php.Array) {
	items := php.ToInt(w.get("items"))
	if items < 1 || items > 20 {
		items = 10
	}
	url := sanitize.URL(sanitize.StripTags(w.text("url")), nil)
	var problem any = false
	if before, _ := old.Get("url"); w.get("url") != nil && w.text("url") != php.ToString(before) && url != "" {
		problem = render.FeedProblem(url)
	}
	w.out.Set("title", strings.Trim(sanitize.StripTags(w.text("title")), " \t\n\r\x00\x0b"))
	w.out.Set("url", url)
	w.out.Set("link", "")
	w.out.Set("items", items)
	w.out.Set("error", problem)
	for _, name := range []string{"show_summary", "show_author", "show_date"} {
		w.out.Set(name, php.ToInt(w.get(name)))
	}
}

var (
	preloads  = api.Enum("none", "auto", "metadata")
	linkTypes = map[string]api.Option{"media_gallery": api.Enum("post", "file", "none"), "media_image": api.Enum("none", "file", "post", "custom")}
)

// mediaSchema is what a setting of a widget of the media library may be.
func mediaSchema(kind, name string) *api.Schema {
	switch name {
	case "attachment_id", "width", "height":
		return api.Of1("integer", api.Minimum(0))
	case "columns":
		return api.Of1("integer", api.Minimum(1), api.Maximum(9))
	case "ids":
		return api.Of1("array", api.Items(api.Of1("integer")))
	case "loop", "link_target_blank", "orderby_random":
		return api.Of1("boolean")
	case "preload":
		return api.Of1("string", preloads)
	case "size":
		sizes := []any{"thumbnail", "medium", "medium_large", "large", "1536x1536", "2048x2048", "full"}
		return api.Of1("string", api.Enum(append(sizes, "custom")...))
	case "link_type":
		return api.Of1("string", linkTypes[kind])
	case "url", "link_url", "mp3", "ogg", "flac", "m4a", "wav", "mp4", "m4v", "webm", "ogv", "flv":
		return api.Of1("string", api.Format("uri"))
	}
	return api.Of1("string")
}

// media changes what is sent and fits, and leaves the rest.
func (w *widgetChange) media(kind string) {
	for _, field := range render.MediaFields(kind) {
		v, sent := w.sent.Get(field.Name)
		if !sent {
			continue
		}
		schema := mediaSchema(kind, field.Name)
		if v == "" && schema.Type[0] == "boolean" {
			v = false
		}
		if schema.Check(v, field.Name) != nil {
			continue
		}
		clean, ok := schema.Clean(v)
		if !ok {
			continue
		}
		switch field.Name {
		case "caption", "content":
			clean = w.s.clean("widget", sanitize.PostFilter(), php.ToString(clean))
		case "title", "alt", "image_title":
			clean = sanitize.TextField(php.ToString(clean))
		case "image_classes", "link_classes", "link_rel":
			var classes []string
			for _, class := range strings.Fields(php.ToString(clean)) {
				classes = append(classes, sanitize.HTMLClass(class, ""))
			}
			clean = strings.Join(classes, " ")
		}
		w.out.Set(field.Name, clean)
	}
}
