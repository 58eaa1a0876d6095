package render

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"github.com/headpress/headpress/internal/php"
)

// WidgetForm is the form in which people set a widget, as WordPress's dashboard shows it,
// without space at both ends (wp_render_widget_control).
func (r *Renderer) WidgetForm(w Widget) string {
	if w.Settings == nil {
		w.Settings = &php.Array{}
	}
	f := &widgetForm{Widget: w}
	f.write(r)
	return strings.Trim(f.out.String(), phpSpace)
}

// widgetForm is a form while it is written.
type widgetForm struct {
	Widget
	out strings.Builder
}

func (f *widgetForm) id(field string) string {
	return "widget-" + f.Kind + "-" + f.Number + "-" + field
}
func (f *widgetForm) name(field string) string {
	return "widget-" + f.Kind + "[" + f.Number + "][" + field + "]"
}

// put writes a form's text with {id:FIELD}, {name:FIELD} and {value:FIELD} filled in.
func (f *widgetForm) put(markup string) {
	for {
		before, rest, ok := strings.Cut(markup, "{")
		f.out.WriteString(before)
		if !ok {
			return
		}
		what, after, _ := strings.Cut(rest, "}")
		markup = after
		switch kind, field, _ := strings.Cut(what, ":"); kind {
		case "id":
			f.out.WriteString(f.id(field))
		case "name":
			f.out.WriteString(f.name(field))
		case "value":
			f.out.WriteString(escAttr(f.text(field)))
		case "checked":
			if truthy(f.Settings, field) {
				f.out.WriteString(" checked='checked'")
			}
		}
	}
}

func selectedIf(yes bool) string {
	if yes {
		return " selected='selected'"
	}
	return ""
}

// titleField is the field for the title, the only one of many widgets.
const titleField = "<p>\n\t\t\t<label for=\"{id:title}\">Title:</label>\n\t\t\t<input class=\"widefat\" id=\"{id:title}\" name=\"{name:title}\" type=\"text\" value=\"{value:title}\" />\n\t\t</p>"

func (f *widgetForm) write(r *Renderer) {
	switch f.Kind {
	case "archives":
		f.put(titleField + "\n\t\t<p>\n\t\t\t<input class=\"checkbox\" type=\"checkbox\"{checked:dropdown} id=\"{id:dropdown}\" name=\"{name:dropdown}\" />\n\t\t\t<label for=\"{id:dropdown}\">Display as dropdown</label>\n\t\t\t<br />\n" +
			"\t\t\t<input class=\"checkbox\" type=\"checkbox\"{checked:count} id=\"{id:count}\" name=\"{name:count}\" />\n\t\t\t<label for=\"{id:count}\">Show post counts</label>\n\t\t</p>")
	case "block":
		f.put("<p>\n\t\t\t<label for=\"{id:content}\">\n\t\t\t\tBlock HTML:\t\t\t</label>\n\t\t\t<textarea id=\"{id:content}\" name=\"{name:content}\" rows=\"6\" cols=\"50\" class=\"widefat code\">")
		f.out.WriteString(escTextarea(f.text("content")) + "</textarea>\n\t\t</p>")
	case "calendar", "meta", "search":
		f.put(titleField)
	case "categories":
		box := func(field, label string) string {
			return "\t\t\t<input type=\"checkbox\" class=\"checkbox\" id=\"{id:" + field + "}\" name=\"{name:" + field + "}\"{checked:" + field + "} />\n\t\t\t<label for=\"{id:" + field + "}\">" + label + "</label>\n"
		}
		f.put(titleField + "\n\n\t\t<p>\n" + box("dropdown", "Display as dropdown") + "\t\t\t<br />\n\n" + box("count", "Show post counts") + "\t\t\t<br />\n\n" + box("hierarchical", "Show hierarchy") + "\t\t</p>")
	case "custom_html":
		f.put("<input id=\"{id:title}\" name=\"{name:title}\" class=\"title sync-input\" type=\"hidden\" value=\"{value:title}\" />\n\t\t<textarea id=\"{id:content}\" name=\"{name:content}\" class=\"content sync-input\" hidden>")
		f.out.WriteString(escTextarea(f.text("content")) + "</textarea>")
	case "media_audio", "media_gallery", "media_image", "media_video":
		f.media()
	case "nav_menu":
		f.menus(r)
	case "pages":
		f.put(titleField + "\n\n\t\t<p>\n\t\t\t<label for=\"{id:sortby}\">Sort by:</label>\n\t\t\t<select name=\"{name:sortby}\" id=\"{id:sortby}\" class=\"widefat\">\n")
		sort := cmp.Or(f.text("sortby"), "post_title")
		for _, o := range [][2]string{{"post_title", "Page title"}, {"menu_order", "Page order"}, {"ID", "Page ID"}} {
			f.out.WriteString("\t\t\t\t<option value=\"" + o[0] + `"` + selectedIf(sort == o[0]) + ">" + o[1] + "</option>\n")
		}
		f.put("\t\t\t</select>\n\t\t</p>\n\n\t\t<p>\n\t\t\t<label for=\"{id:exclude}\">Exclude:</label>\n\t\t\t<input type=\"text\" value=\"{value:exclude}\" name=\"{name:exclude}\" id=\"{id:exclude}\" class=\"widefat\" />\n\t\t\t<br />\n\t\t\t<small>Page IDs, separated by commas.</small>\n\t\t</p>")
	case "recent-comments":
		f.put(titleField + f.number("comments"))
	case "recent-posts":
		f.put(titleField + f.number("posts") + "\n\n\t\t<p>\n\t\t\t<input class=\"checkbox\" type=\"checkbox\"{checked:show_date} id=\"{id:show_date}\" name=\"{name:show_date}\" />\n\t\t\t<label for=\"{id:show_date}\">Display post date?</label>\n\t\t</p>")
	case "rss":
		f.feed()
	case "tag_cloud":
		f.taxonomies(r)
	case "text":
		f.words()
	}
}

// number is the field for how many posts or comments are shown.
func (f *widgetForm) number(of string) string {
	n := int64(5)
	if v, ok := f.Settings.Get("number"); ok && v != nil {
		n = absolute(f.Settings, "number")
	}
	return "\n\n\t\t<p>\n\t\t\t<label for=\"{id:number}\">Number of " + of + " to show:</label>\n\t\t\t<input class=\"tiny-text\" id=\"{id:number}\" name=\"{name:number}\" type=\"number\" step=\"1\" min=\"1\" value=\"" +
		strconv.FormatInt(n, 10) + "\" size=\"3\" />\n\t\t</p>"
}

// MediaField is a setting of a widget of the media library, with what it is where it is not set.
type MediaField struct {
	Name    string
	Default any
}

// MediaFields are the settings of a widget of the media library, in the order of its form.
func MediaFields(kind string) []MediaField {
	file := []MediaField{{"attachment_id", int64(0)}, {"url", ""}, {"title", ""}}
	texts := func(names ...string) (out []MediaField) {
		for _, n := range names {
			out = append(out, MediaField{n, ""})
		}
		return out
	}
	player := func(preload string) []MediaField { return []MediaField{{"preload", preload}, {"loop", false}} }
	switch kind {
	case "media_audio":
		return slices.Concat(player("none"), texts("mp3", "ogg", "flac", "m4a", "wav"), file)
	case "media_video":
		return slices.Concat(player("metadata"), texts("content", "mp4", "m4v", "webm", "ogv", "flv"), file)
	case "media_gallery":
		return []MediaField{{"title", ""}, {"ids", php.List()}, {"columns", int64(3)}, {"size", "thumbnail"}, {"link_type", "post"}, {"orderby_random", false}}
	}
	return slices.Concat([]MediaField{{"size", "medium"}, {"width", int64(0)}, {"height", int64(0)}, {"caption", ""}, {"alt", ""}, {"link_type", "custom"}},
		texts("link_url", "image_classes", "link_classes", "link_rel"), []MediaField{{"link_target_blank", false}, {"image_title", ""}}, file)
}

func (f *widgetForm) media() {
	for _, m := range MediaFields(f.Kind) {
		v, ok := f.Settings.Get(m.Name)
		if !ok {
			v = m.Default
		}
		if list, ok := v.(*php.Array); ok {
			var items []string
			for _, e := range list.Values() {
				items = append(items, php.ToString(e))
			}
			v = strings.Join(items, ",")
		}
		f.put("\t\t\t\t\t\t<input\n\t\t\t\ttype=\"hidden\"\n\t\t\t\tdata-property=\"" + m.Name + "\"\n\t\t\t\tclass=\"media-widget-instance-property\"\n\t\t\t\tname=\"{name:" + m.Name + "}\"\n\t\t\t\tid=\"{id:" + m.Name + "}\"\n\t\t\t\tvalue=\"")
		f.out.WriteString(escAttr(php.ToString(v)) + "\"\n\t\t\t/>\n")
	}
}

func (f *widgetForm) menus(r *Renderer) {
	menus := r.site().ClassicMenus()
	hidden := ` style="display:none" `
	message, controls := hidden, ""
	if len(menus) == 0 {
		message, controls = "", hidden
	}
	f.out.WriteString(`<p class="nav-menu-widget-no-menus-message" ` + message + ">\n\t\t\tNo menus have been created yet. <a href=\"" + escURL(r.SiteURL+"/wp-admin/nav-menus.php") + "\">Create some</a>.\t\t</p>\n\t\t<div class=\"nav-menu-widget-form-controls\" " + controls + ">\n")
	f.put("\t\t\t<p>\n\t\t\t\t<label for=\"{id:title}\">Title:</label>\n\t\t\t\t<input type=\"text\" class=\"widefat\" id=\"{id:title}\" name=\"{name:title}\" value=\"{value:title}\" />\n\t\t\t</p>\n" +
		"\t\t\t<p>\n\t\t\t\t<label for=\"{id:nav_menu}\">Select Menu:</label>\n\t\t\t\t<select id=\"{id:nav_menu}\" name=\"{name:nav_menu}\">\n\t\t\t\t\t<option value=\"0\">&mdash; Select &mdash;</option>\n")
	chosen := absolute(f.Settings, "nav_menu")
	for _, m := range menus {
		f.out.WriteString("\t\t\t\t\t\t\t\t\t\t\t<option value=\"" + strconv.FormatInt(m.ID, 10) + `" ` + selectedIf(m.ID == chosen) + ">\n\t\t\t\t\t\t\t" + termName(m.Name) + "\t\t\t\t\t\t</option>\n")
	}
	f.out.WriteString("\t\t\t\t\t\t\t\t\t</select>\n\t\t\t</p>\n\t\t\t\t\t</div>")
}

func (f *widgetForm) taxonomies(r *Renderer) {
	f.put("<p>\n\t\t\t<label for=\"{id:title}\">Title:</label>\n\t\t\t<input type=\"text\" class=\"widefat\" id=\"{id:title}\" name=\"{name:title}\" value=\"{value:title}\" />\n\t\t</p>\n" +
		"\t\t\t\t\t\t<p>\n\t\t\t\t\t<label for=\"{id:taxonomy}\">Taxonomy:</label>\n\t\t\t\t\t<select class=\"widefat\" id=\"{id:taxonomy}\" name=\"{name:taxonomy}\">\n")
	chosen := cloudTaxonomy(r.site(), f.text("taxonomy"))
	for _, name := range []string{"category", "post_tag", "link_category"} {
		plural, _, _, ok := r.site().Taxonomy(name)
		if !ok {
			plural = "Link Categories"
		}
		f.out.WriteString("\t\t\t\t\t\t\t\t\t\t\t<option value=\"" + name + `" ` + selectedIf(name == chosen) + ">\n\t\t\t\t\t\t\t" + plural + "\t\t\t\t\t\t</option>\n")
	}
	f.put("\t\t\t\t\t\t\t\t\t\t</select>\n\t\t\t\t</p>\n\t\t\t\t\t\t\t<p>\n\t\t\t\t<input type=\"checkbox\" class=\"checkbox\" id=\"{id:count}\" name=\"{name:count}\" {checked:count} />\n\t\t\t\t<label for=\"{id:count}\">Show tag counts</label>\n\t\t\t</p>")
}

// feed is wp_widget_rss_form.
func (f *widgetForm) feed() {
	if problem := f.text("error"); problem != "" {
		f.out.WriteString(`<p class="widget-error"><strong>RSS Error:</strong> ` + escHTML(problem) + "</p>")
	}
	field := func(name string) (id, attr string) {
		return "rss-" + strings.ReplaceAll(name, "_", "-") + "-" + f.Number, f.name(name)
	}
	id, name := field("url")
	f.out.WriteString("\t<p><label for=\"" + id + "\">Enter the RSS feed URL here:</label>\n\t<input class=\"widefat\" id=\"" + id + `" name="` + name + `" type="text" value="` + escURL(f.text("url")) + "\" /></p>\n")
	id, name = field("title")
	f.out.WriteString("\t<p><label for=\"" + id + "\">Give the feed a title (optional):</label>\n\t<input class=\"widefat\" id=\"" + id + `" name="` + name + `" type="text" value="` + escAttr(f.text("title")) + "\" /></p>\n")
	id, name = field("items")
	f.out.WriteString("\t<p><label for=\"" + id + "\">How many items would you like to display?</label>\n\t<select id=\"" + id + `" name="` + name + "\">\n\t")
	items := absolute(f.Settings, "items")
	if items < 1 || items > 20 {
		items = 10
	}
	for i := int64(1); i <= 20; i++ {
		n := strconv.FormatInt(i, 10)
		f.out.WriteString("<option value='" + n + "' " + selectedIf(i == items) + ">" + n + "</option>")
	}
	f.out.WriteString("\t</select></p>\n\t<p>\n")
	for _, box := range [][2]string{{"show_summary", "Display item content?"}, {"show_author", "Display item author if available?"}, {"show_date", "Display item date?"}} {
		checked := ""
		if _, set := f.Settings.Get(box[0]); truthy(f.Settings, box[0]) || !set && f.Settings.Len() > 0 {
			checked = " checked='checked'"
		}
		id, name = field(box[0])
		f.out.WriteString("\t\t\t<input id=\"" + id + `" name="` + name + `" type="checkbox" value="1" ` + checked + " />\n\t\t<label for=\"" + id + `">` + box[1] + "</label><br />\n")
	}
	f.out.WriteString("\t\t</p>")
}

// words is the form of a widget of text: fields for an editor to fill, or those of old.
func (f *widgetForm) words() {
	if !f.oldText() {
		f.put("<input id=\"{id:title}\" name=\"{name:title}\" class=\"title sync-input\" type=\"hidden\" value=\"{value:title}\">\n\t\t\t<textarea id=\"{id:text}\" name=\"{name:text}\" class=\"text sync-input\" hidden>")
		f.out.WriteString(closedTextarea.Replace(f.text("text")))
		f.put("</textarea>\n\t\t\t<input id=\"{id:filter}\" name=\"{name:filter}\" class=\"filter sync-input\" type=\"hidden\" value=\"on\">\n\t\t\t<input id=\"{id:visual}\" name=\"{name:visual}\" class=\"visual sync-input\" type=\"hidden\" value=\"on\">")
		return
	}
	f.put("<input id=\"{id:visual}\" name=\"{name:visual}\" class=\"visual\" type=\"hidden\" value=\"\">\n\t\t\t<p>\n\t\t\t\t<label for=\"{id:title}\">Title:</label>\n\t\t\t\t<input class=\"widefat\" id=\"{id:title}\" name=\"{name:title}\" type=\"text\" value=\"{value:title}\" />\n\t\t\t</p>\n" +
		"\t\t\t<div class=\"notice notice-info notice-alt inline\"><p>What stands here may be code, for which there is the &#8220;Custom HTML&#8221; widget.</p></div>" +
		"\t\t\t<p>\n\t\t\t\t<label for=\"{id:text}\">Content:</label>\n\t\t\t\t<textarea class=\"widefat\" rows=\"16\" cols=\"20\" id=\"{id:text}\" name=\"{name:text}\">")
	f.out.WriteString(escTextarea(f.text("text")))
	f.put("</textarea>\n\t\t\t</p>\n\t\t\t<p>\n\t\t\t\t<input id=\"{id:filter}\" name=\"{name:filter}\" type=\"checkbox\"{checked:filter} />&nbsp;<label for=\"{id:filter}\">Automatically add paragraphs</label>\n\t\t\t</p>")
}

var closedTextarea = strings.NewReplacer("</textarea", "&lt;/textarea")

// escTextarea is esc_textarea: entities are written out as well.
func escTextarea(s string) string { return htmlSpecialChars.Replace(s) }

var htmlSpecialChars = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")

// plainElements are those that texts of an editor hold, with the attributes that they may have there.
var plainElements = map[string][]string{
	"a": {"href"}, "abbr": nil, "acronym": nil, "b": nil, "code": nil, "dfn": nil, "em": nil, "hr": nil, "i": nil, "img": {"src", "alt"}, "li": nil, "ol": nil, "s": nil,
	"strong": nil, "u": nil, "ul": nil,
}

// oldText tells of a text that an editor might change: code, and line breaks that count as
// they are (WP_Widget_Text::is_legacy_instance).
func (f *widgetForm) oldText() bool {
	if v, ok := f.Settings.Get("visual"); ok && v != nil {
		return !php.ToBool(v)
	}
	said := f.text("text")
	filter, _ := f.Settings.Get("filter")
	switch {
	case filter == "content" || said == "":
		return false
	case !php.ToBool(filter) && strings.Contains(strings.Trim(said, phpSpace), "\n"), strings.Contains(said, "<!--"):
		return true
	}
	type open struct {
		name   string
		before int // letters seen when it began
	}
	var stack []open
	letters := 0
	z := html.NewTokenizer(strings.NewReader(said))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return slices.ContainsFunc(stack, func(o open) bool { return o.before == letters })
		case html.TextToken:
			letters += len(strings.TrimSpace(string(z.Text())))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			allowed, known := plainElements[string(name)]
			if !known {
				return true
			}
			element := string(name)
			for more {
				var key []byte
				key, _, more = z.TagAttr()
				if !slices.Contains(allowed, string(key)) {
					return true
				}
			}
			if element != "img" && element != "hr" {
				stack = append(stack, open{element, letters})
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(stack) > 0 && stack[len(stack)-1].name == string(name) {
				if stack[len(stack)-1].before == letters {
					return true
				}
				stack = stack[:len(stack)-1]
			}
		}
	}
}
