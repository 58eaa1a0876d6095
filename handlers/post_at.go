package handlers

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/headpress/headpress/models"
)

var addressID = regexp.MustCompile(`[?&](?:p|page_id|attachment_id)=(\d+)`)

// postAt finds the post at an address of this site, or nil (url_to_postid):
// plain addresses by their id, pretty ones by the last part of their path,
// checked against the address the post itself has.
func (s *session) postAt(address string) *models.Post {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	home, err := url.Parse(s.home)
	if err != nil || u.Host == "" && u.Path == "" && u.RawQuery == "" || u.Host != "" && strings.TrimPrefix(u.Host, "www.") != strings.TrimPrefix(home.Host, "www.") {
		return nil
	}
	if m := addressID.FindStringSubmatch(address); m != nil {
		if id, err := strconv.ParseInt(m[1], 10, 64); err == nil && id > 0 {
			return s.posts.get(id)
		}
	}
	local := func(path string) string { return strings.Trim(strings.TrimPrefix(path, home.EscapedPath()), "/") }
	path := local(u.EscapedPath())
	if s.index() == "" {
		path = strings.TrimPrefix(path, "index.php/")
	}
	paths := []string{path}
	if before := withoutEnding(path); before != path {
		paths = append(paths, before)
	}
	for _, want := range paths {
		if want == "" {
			if s.options.String("show_on_front") == "page" {
				return s.posts.get(s.options.Int("page_on_front"))
			}
			return nil
		}
		found := s.slugs.get(lastPart(want))
		for i := range found {
			p := &found[i]
			if p.Type != "post" && p.Type != "page" && p.Type != "attachment" {
				continue
			}
			s.posts.put(p, false)
			link := s.permalink(p)
			if p.Type == "page" { // the front page is found at its own path too, the page of posts is no post
				if link = s.plainPageLink(p, false); s.options.String("show_on_front") == "page" && p.ID == s.options.Int("page_for_posts") {
					continue
				}
			}
			if at, err := url.Parse(link); err == nil && at.RawQuery == "" && strings.EqualFold(local(at.EscapedPath()), want) {
				return p
			}
		}
	}
	return nil
}

var pathEnding = regexp.MustCompile(`(?i)(?:^|/)(?:embed|(?:trackback|feed|(?:feed/)?(?:feed|rdf|rss2?|atom)|(?:page/|comment-page-)?\d+))$`)

// withoutEnding takes off the end of a path that names a post's feed, frame or page.
func withoutEnding(path string) string {
	before := pathEnding.ReplaceAllString(path, "")
	if lower := strings.ToLower(path); before == "" && lower != "embed" && !strings.HasPrefix(lower, "page/") {
		return path // of these two only the front page has any
	}
	return before
}

// slugsIn are the slugs by which the post at an address may be found.
func slugsIn(address string) []string {
	path, _, _ := strings.Cut(address, "?")
	path, _, _ = strings.Cut(path, "#")
	path = strings.TrimRight(path, "/")
	l := []string{lastPart(path)}
	if before := withoutEnding(path); before != path {
		l = append(l, lastPart(before))
	}
	return l
}

func lastPart(path string) string {
	return strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])
}
