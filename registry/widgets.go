package registry

// Widget is a kind of widget.
type Widget struct {
	ID          string // as in the ids of its widgets, and in the name of their option
	Name        string // what people call it
	Description string
}

// widgets are WordPress's own, in the order in which it finds those that have lost their place.
var widgets = []Widget{
	{"pages", "Pages", "Lists the site’s pages."},
	{"calendar", "Calendar", "Shows a month, and the days that have posts."},
	{"archives", "Archives", "Lists the months that have posts."},
	{"media_audio", "Audio", "Plays sound."},
	{"media_image", "Image", "Shows a picture."},
	{"media_gallery", "Gallery", "Shows several pictures."},
	{"media_video", "Video", "Plays a video of the media library, or of another site."},
	{"meta", "Meta", "Links to signing in, feeds and WordPress.org."},
	{"search", "Search", "A form that searches the site."},
	{"text", "Text", "Any text."},
	{"categories", "Categories", "Lists categories, or offers them to choose from."},
	{"recent-posts", "Recent Posts", "Lists the newest posts."},
	{"recent-comments", "Recent Comments", "Lists the newest comments."},
	{"rss", "RSS", "Lists the entries of a feed."},
	{"tag_cloud", "Tag Cloud", "Shows the terms that are used most, the larger the more."},
	{"nav_menu", "Navigation Menu", "Shows a menu."},
	{"custom_html", "Custom HTML", "Any HTML."},
	{"block", "Block", "Holds blocks."},
}

// Widgets are the kinds of widgets in the order of their registration.
func Widgets() []Widget { return widgets }

// WidgetOf gives a kind of widget by its id, nil where there is none.
func WidgetOf(id string) *Widget {
	for i := range widgets {
		if widgets[i].ID == id {
			return &widgets[i]
		}
	}
	return nil
}
