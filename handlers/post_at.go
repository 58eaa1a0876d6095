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
	want := strings.Trim(path, "/")
	found := s.slugs.get(lastSlug(path))
	for i := range found {
		p := &found[i]
		if p.Type != "post" && p.Type != "page" && p.Type != "attachment" {
			continue
		}
		s.posts.put(p, false)
		link, err := url.Parse(s.permalink(p))
		if err == nil && strings.EqualFold(strings.Trim(strings.TrimPrefix(link.EscapedPath(), home.EscapedPath()), "/"), want) {
			return p
		}
	}
	return nil
}

// lastSlug is the last part of an address's path, as posts are found by it.
func lastSlug(address string) string {
	path, _, _ := strings.Cut(address, "?")
	path, _, _ = strings.Cut(path, "#")
	path = strings.TrimRight(path, "/")
	return strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])
}
