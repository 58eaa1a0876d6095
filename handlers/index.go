package handlers

import (
	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	uploads "github.com/headpress/headpress/media"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// index serves the document that describes the site and its API.
type index struct{ site *Site }

func newIndex(site *Site) *index { return &index{site} }

func (i *index) routes() []*api.Route {
	return []*api.Route{{Path: "/", Endpoints: []api.Endpoint{{
		Methods: api.Readable, Args: api.Properties{api.P("context", api.NewSchema(api.Default("view")))}, Handle: i.get,
	}}}}
}

func (i *index) get(c *api.Context) (*api.Response, error) {
	s := of(c)
	o := s.options
	m := php.Map{}
	put := func(name string, value func() any) {
		if c.Wants(name) {
			m = append(m, php.Member{Key: name, Value: value()})
		}
	}
	text := func(name string) func() any {
		return func() any {
			if _, ok := o.Get(name); !ok { // what WordPress calls an option that is not there
				return false
			}
			return s.shownOption(name)
		}
	}
	put("name", text("blogname"))
	put("description", text("blogdescription"))
	put("url", func() any { return s.siteURL })
	put("home", func() any { return s.home })
	put("gmt_offset", func() any { return s.gmtOffset() })
	put("timezone_string", func() any { return o.String("timezone_string") })
	put("page_for_posts", func() any { return o.Int("page_for_posts") })
	put("page_on_front", func() any { return o.Int("page_on_front") })
	put("show_on_front", func() any { return o.PHP("show_on_front") })
	put("namespaces", func() any { return c.Namespaces() })
	put("authentication", func() any {
		return php.Map{{Key: "application-passwords", Value: php.Map{{Key: "endpoints", Value: php.Map{
			{Key: "authorization", Value: s.siteURL + "/wp-admin/authorize-application.php"}}}}}}
	})
	put("routes", func() any { return c.DescribeRoutes() })
	if s.can("upload_files") {
		put("image_sizes", func() any {
			sizes := php.Map{}
			for _, size := range ImageSizes(o) {
				sizes = append(sizes, php.Member{Key: size.Name, Value: php.Map{{Key: "width", Value: size.Width}, {Key: "height", Value: size.Height}, {Key: "crop", Value: size.Crop}}})
			}
			return sizes
		})
		put("image_size_threshold", func() any { return uploads.BigPicture })
		put("image_strip_meta", func() any { return true })
		put("image_max_bit_depth", func() any { return 16 })
	}
	logo, icon := o.Int("site_logo"), o.Int("site_icon")
	put("site_logo", func() any { return logo })
	put("site_icon", func() any { return icon })
	put("site_icon_url", func() any { return s.iconURL(icon) })
	res := api.OK(m)
	if c.Wants("_links") {
		res.Links.Add("help", "https://developer.wordpress.org/rest-api/")
		if s.editsSome() || s.can("switch_themes") || s.can("manage_network_themes") {
			res.Links.Add("https://api.w.org/active-theme", c.URL("/wp/v2/themes/"+o.String("stylesheet")))
		}
	}
	for _, picture := range []struct {
		kind  string
		id    int64
		shown bool
	}{{"site_logo", logo, c.Wants("site_logo")}, {"site_icon", icon, c.Wants("site_icon") || c.Wants("site_icon_url")}} {
		if picture.id == 0 || !picture.shown && !c.Wants("_links") {
			continue
		}
		route := "/" // what a link to nothing leads to (rest_get_route_for_post)
		if p := s.posts.get(picture.id); p != nil && p.Type == "attachment" {
			route = "/wp/v2/media/" + itoa(picture.id)
		}
		res.Links.Add("https://api.w.org/featuredmedia", c.URL(route), api.Embeddable, php.Member{Key: "type", Value: picture.kind})
	}
	return res, s.err
}

// shownOption is an option's text as it is shown to people (get_bloginfo with the filter display).
func (s *session) shownOption(name string) string {
	return render.Texturize(sanitize.EscHTML(s.options.String(name)))
}

// gmtOffset is the site's distance from UTC in hours (the option, or what the time zone says now).
func (s *session) gmtOffset() any {
	if s.options.String("timezone_string") != "" {
		_, seconds := s.now.In(s.zone).Zone()
		hours := float64(seconds) / 3600
		if hours == float64(int64(hours)) {
			return int64(hours)
		}
		return hours
	}
	return php.ToFloat(s.options.String("gmt_offset"))
}

func (s *session) iconURL(id int64) string {
	if id == 0 {
		return ""
	}
	if p := s.posts.get(id); p != nil {
		return s.attachmentURL(p)
	}
	return ""
}
