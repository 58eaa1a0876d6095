package handlers

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/headpress/headpress/models"
)

// postAt finds the post at an address of this site, or nil (url_to_postid):
// plain addresses by their id, pretty ones by the last part of their path,
// checked against the address the post itself has.
func (s *session) postAt(address string) *models.Post {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	home, err := url.Parse(s.home)
	if err != nil || !strings.EqualFold(strings.TrimPrefix(u.Host, "www."), strings.TrimPrefix(home.Host, "www.")) {
		return nil
	}
	for _, name := range []string{"p", "page_id", "attachment_id"} {
		if id, err := strconv.ParseInt(u.Query().Get(name), 10, 64); err == nil && id > 0 {
			return s.posts.get(id)
		}
	}
	path := strings.Trim(strings.TrimPrefix(u.EscapedPath(), home.EscapedPath()), "/")
	if path == "" {
		if s.options.String("show_on_front") == "page" {
			return s.posts.get(s.options.Int("page_on_front"))
		}
		return nil
	}
	slug := path[strings.LastIndexByte(path, '/')+1:]
	found, err := s.site.Store.FindPosts(s.ctx, models.PostQuery{
		Types: []string{"post", "page", "attachment"}, Slugs: []string{strings.ToLower(slug)}, OrderBy: []string{"id"}, Order: "asc", Limit: 50,
	})
	if err != nil {
		s.fail(err)
		return nil
	}
	want := strings.Trim(path, "/")
	for i := range found {
		p := &found[i]
		s.posts.put(p, false)
		link, err := url.Parse(s.permalink(p))
		if err == nil && strings.EqualFold(strings.Trim(strings.TrimPrefix(link.EscapedPath(), home.EscapedPath()), "/"), want) {
			return p
		}
	}
	return nil
}
