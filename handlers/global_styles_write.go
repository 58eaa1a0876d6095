package handlers

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

// themeJSONVersion is that of the settings and styles that are stored.
const themeJSONVersion = 3

// update stores what a user has changed of the theme's settings and styles.
func (g *globalStyles) update(c *api.Context) (*api.Response, error) {
	s := of(c)
	var id int64
	if err := s.write(func() error {
		before, err := g.find(c)
		if err != nil {
			return err
		}
		if err := s.unchangedPost(c, before); err != nil {
			return err
		}
		old := *before
		post := old
		if err := g.describe(c, &post); err != nil {
			return err
		}
		if err := s.savePost(&post, &old, false); err != nil {
			return err
		}
		id = post.ID
		return s.revise(&post)
	}, lockPosts); err != nil {
		return nil, err
	}
	p := s.posts.full(id)
	if s.err != nil || p == nil {
		return nil, s.err
	}
	return versioned(c, g.resource.Item(c, p), func() string { return s.postVersion(p.ID) }), s.err
}

// addUserStyles makes the post that holds what users change in a theme, unless another request has made it meanwhile.
func (s *session) addUserStyles(theme string) error {
	return s.write(func() error {
		if len(s.userStylesIDs(theme)) > 0 || s.err != nil {
			return s.err
		}
		p := models.Post{Type: "wp_global_styles", Status: "publish", Title: "Custom Styles", Name: "wp-global-styles-" + php.URLEncode(theme),
			Content: `{"version": ` + strconv.Itoa(themeJSONVersion) + `, "isGlobalStylesUserThemeJSON": true }`}
		if s.row != nil {
			p.Author = s.row.ID
		}
		if err := s.savePost(&p, nil, false); err != nil {
			return err
		}
		return s.setTermNamed(&p, "wp_theme", theme)
	}, lockPosts, lockTerms)
}

// describe puts what the request says into the post that holds the styles
// (prepare_item_for_database).
func (g *globalStyles) describe(c *api.Context, post *models.Post) error {
	s := of(c)
	if title, ok := text(c, "title"); ok {
		post.Title = title
	}
	if !c.Has("styles") && !c.Has("settings") {
		return nil
	}
	stored := usersData(post)
	config := &php.Array{}
	for _, part := range []string{"styles", "settings"} {
		given, ok := c.Param(part).(*php.Array)
		if !ok {
			if old, has := stored.Get(part); has {
				config.Set(part, old)
			}
			continue
		}
		if css, has := given.Get("css"); part == "styles" && has && css != nil {
			if err := checkCSS(css); err != nil {
				return err
			}
		}
		config.Set(part, s.storableStyles(given))
	}
	config.Set("isGlobalStylesUserThemeJSON", true)
	config.Set("version", int64(themeJSONVersion))
	// Nothing of it reads as HTML, whoever prints it.
	post.Content = string(php.AppendJSON(nil, config, php.JSONUnescapedSlashes|php.JSONHexTag|php.JSONHexAmp))
	return nil
}

// checkCSS refuses what would end the element that CSS is printed in.
func checkCSS(v any) error {
	css, ok := v.(string)
	if !ok {
		return api.NewError(http.StatusBadRequest, "rest_custom_css_invalid_type", "CSS must be a string.")
	}
	const end = "</style"
	for rest := strings.ToLower(css); ; rest = rest[1:] {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			return nil
		}
		rest = rest[i:]
		after, ends := strings.CutPrefix(rest, end)
		if strings.HasPrefix(end, rest) || ends && strings.ContainsAny(after[:1], " \t\f\r\n/>") {
			return api.NewError(http.StatusBadRequest, "rest_custom_css_illegal_markup", "The CSS must not contain an end of its element.")
		}
	}
}

// storableStyles takes out of settings and styles what the asker may not store: CSS of
// their own is for those who may edit CSS, markup for those who may store any
// (wp_filter_global_styles_post).
func (s *session) storableStyles(v any) any {
	css, html := s.can("edit_css"), s.can("unfiltered_html")
	if css && html {
		return v
	}
	clean := s.cleaner("styles", sanitize.TextFilter())
	var walk func(v any) any
	walk = func(v any) any {
		switch d := v.(type) {
		case string:
			if !html {
				return clean(d)
			}
		case *php.Array:
			out := &php.Array{}
			for k, e := range d.All() {
				if k.String() != "css" || css {
					out.Put(k, walk(e))
				}
			}
			return out
		}
		return v
	}
	return walk(v)
}
