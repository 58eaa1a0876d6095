package registry

// Setting is an option that the API shows under a name and with a type of its own.
type Setting struct {
	Option, Name, Label string
	Type, Format        string
	Enum                []string
	Default             any
}

// Settings are the registered settings in the order of registration.
func Settings() []Setting {
	open := []string{"open", "closed"}
	return []Setting{
		{Option: "blogname", Name: "title", Label: "Title", Type: "string"},
		{Option: "blogdescription", Name: "description", Label: "Tagline", Type: "string"},
		{Option: "siteurl", Name: "url", Type: "string", Format: "uri"},
		{Option: "admin_email", Name: "email", Type: "string", Format: "email"},
		{Option: "timezone_string", Name: "timezone", Type: "string"},
		{Option: "date_format", Name: "date_format", Type: "string"},
		{Option: "time_format", Name: "time_format", Type: "string"},
		{Option: "start_of_week", Name: "start_of_week", Type: "integer"},
		{Option: "WPLANG", Name: "language", Type: "string", Default: "en_US"},
		{Option: "use_smilies", Name: "use_smilies", Type: "boolean", Default: true},
		{Option: "default_category", Name: "default_category", Type: "integer"},
		{Option: "default_post_format", Name: "default_post_format", Type: "string"},
		{Option: "posts_per_page", Name: "posts_per_page", Label: "Maximum posts per page", Type: "integer", Default: int64(10)},
		{Option: "show_on_front", Name: "show_on_front", Label: "Show on front", Type: "string"},
		{Option: "page_on_front", Name: "page_on_front", Label: "Page on front", Type: "integer"},
		{Option: "page_for_posts", Name: "page_for_posts", Type: "integer"},
		{Option: "default_ping_status", Name: "default_ping_status", Type: "string", Enum: open},
		{Option: "default_comment_status", Name: "default_comment_status", Label: "Allow comments on new posts", Type: "string", Enum: open},
		{Option: "site_logo", Name: "site_logo", Label: "Logo", Type: "integer"},
		{Option: "site_icon", Name: "site_icon", Label: "Icon", Type: "integer"},
	}
}
