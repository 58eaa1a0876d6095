package handlers

import (
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
)

// front is what precedes the first tag of the permalink structure: "/blog/" of "/blog/%postname%/".
func (s *session) front() string {
	structure := s.options.String("permalink_structure")
	if structure == "" {
		return ""
	}
	before, _, _ := strings.Cut(structure, "%")
	return "/" + strings.TrimLeft(before, "/")
}

// index is "index.php/" where addresses go through it.
func (s *session) index() string {
	if strings.HasPrefix(s.options.String("permalink_structure"), "/index.php") {
		return "/index.php"
	}
	return ""
}

// slashed ends an address the way the permalink structure ends (user_trailingslashit).
func (s *session) slashed(address string) string {
	address = strings.TrimRight(address, "/")
	if strings.HasSuffix(s.options.String("permalink_structure"), "/") {
		return address + "/"
	}
	return address
}

// permalink is the address of a post (get_permalink).
func (s *session) permalink(p *models.Post) string { return s.address(p, false) }

// address is the permalink, or with sample set the template the editor shows:
// a tag stands where the slug goes, and what is not published yet has one too.
func (s *session) address(p *models.Post, sample bool) string {
	switch p.Type {
	case "page":
		return s.pageLink(p, sample)
	case "attachment":
		return s.attachmentLink(p, sample)
	}
	structure := s.options.String("permalink_structure")
	if structure == "" || s.plain(p, sample) {
		return s.home + "/?p=" + strconv.FormatInt(p.ID, 10)
	}
	name := p.Name
	if sample {
		name = "%postname%"
	}
	return s.home + s.slashedLike(s.fill(structure, p, name))
}

// status is the status of a post; attachments have that of the post they belong
// to, unattached ones are published (get_post_status).
func (s *session) status(p *models.Post) string {
	for depth := 0; p.Type == "attachment" && p.Status == "inherit" && depth < 100; depth++ {
		parent := s.posts.get(p.Parent)
		if parent == nil {
			return "publish"
		}
		if p = parent; p.Status == "trash" {
			if before := s.postMeta.get(p.ID).first("_wp_trash_meta_status"); before != "" {
				return before
			}
		}
	}
	return p.Status
}

// plain tells whether a post's address is its id still (wp_force_plain_post_permalink).
func (s *session) plain(p *models.Post, sample bool) bool {
	name := p.Status
	if !sample || p.Type == "attachment" {
		name = s.status(p)
	}
	status := s.site.Registry.Status(name)
	switch {
	case status == nil:
		return true
	case status.Public && !status.Internal && !status.Protected,
		status.Private && s.can("read_post", p),
		status.Protected && sample:
		return false
	}
	return true
}

// slashedLike keeps a single slash at the start and the structure's end.
func (s *session) slashedLike(path string) string {
	return s.slashed("/" + strings.TrimLeft(path, "/"))
}

// fill puts a post's values into the tags of a permalink structure.
func (s *session) fill(structure string, p *models.Post, name string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(structure, "%")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		tag, after, _ := strings.Cut(rest, "%")
		if value, ok := s.permalinkTag(tag, p, name); ok {
			b.WriteString(value)
			structure = after
		} else {
			b.WriteByte('%')
			structure = rest
		}
	}
}

// permalinkDates are the layouts of the tags that show a part of the date.
var permalinkDates = map[string]string{"year": "2006", "monthnum": "01", "day": "02", "hour": "15", "minute": "04", "second": "05"}

func (s *session) permalinkTag(tag string, p *models.Post, name string) (string, bool) {
	switch tag {
	case "postname", "pagename":
		return name, true
	case "post_id":
		return strconv.FormatInt(p.ID, 10), true
	case "category":
		return s.categoryPath(p.ID), true
	case "author":
		if u := s.users.get(p.Author); u != nil {
			return u.Nicename, true
		}
		return "", true
	}
	if layout, ok := permalinkDates[tag]; ok {
		date, _ := wpdate.Parse(p.Date, s.zone)
		return date.Format(layout), true
	}
	return "", false
}

// categoryPath is the path of the category that stands in a post's address:
// the one with the lowest id, with its parents before it.
func (s *session) categoryPath(post int64) string {
	var first *models.TermRow
	terms := s.postTerms.get(post)
	for i := range terms {
		if t := &terms[i]; t.Taxonomy == "category" && (first == nil || t.ID < first.ID) {
			first = t
		}
	}
	if first == nil {
		if t := s.terms.get(s.options.Int("default_category")); t != nil {
			return t.Slug
		}
		return ""
	}
	return s.termPath(first)
}

// termPath is a term's slug with those of its parents before it.
func (s *session) termPath(t *models.TermRow) string {
	path := t.Slug
	for depth := 0; t != nil && t.Parent != 0 && depth < 100; depth++ {
		if t = s.terms.get(t.Parent); t != nil {
			path = t.Slug + "/" + path
		}
	}
	return path
}

// pagePath is the path of a page: its slug with those of its parents before it (get_page_uri).
func (s *session) pagePath(p *models.Post) string {
	path := p.Name
	seen := map[int64]bool{p.ID: true}
	for parent := p.Parent; parent != 0 && !seen[parent]; {
		seen[parent] = true
		up := s.posts.get(parent)
		if up == nil {
			break
		}
		if up.Name != "" {
			path = up.Name + "/" + path
		}
		parent = up.Parent
	}
	return path
}

func (s *session) pageLink(p *models.Post, sample bool) string {
	if s.options.String("show_on_front") == "page" && p.ID == s.options.Int("page_on_front") {
		return s.home + "/"
	}
	return s.plainPageLink(p, sample)
}

// plainPageLink is a page's address even if it is the front page (_get_page_link).
func (s *session) plainPageLink(p *models.Post, sample bool) string {
	if s.options.String("permalink_structure") == "" || !sample && s.plain(p, false) {
		return s.home + "/?page_id=" + strconv.FormatInt(p.ID, 10)
	}
	if sample {
		named := *p
		named.Name = "%pagename%"
		p = &named
	}
	return s.home + s.index() + s.slashed("/"+s.pagePath(p))
}

// attachmentLink is the address of a media object's page: below its parent, if that has an address.
func (s *session) attachmentLink(p *models.Post, sample bool) string {
	plain := s.home + "/?attachment_id=" + strconv.FormatInt(p.ID, 10)
	if s.options.String("permalink_structure") == "" || s.plain(p, sample) {
		return plain
	}
	if p.Parent == 0 {
		if sample {
			return plain
		}
		return s.home + s.index() + s.slashed("/"+p.Name)
	}
	parent := s.posts.get(p.Parent)
	if parent == nil || parent.ID == p.ID {
		return plain
	}
	if t := s.site.Registry.Type(parent.Type); t == nil || !t.Viewable() {
		return plain
	}
	base := s.permalink(parent)
	if parent.Type == "page" {
		base = s.plainPageLink(parent, false)
	}
	if strings.Contains(base, "?") {
		return plain
	}
	name := p.Name
	if php.IsNumeric(name) || strings.Contains(s.options.String("permalink_structure"), "%category%") {
		name = "attachment/" + name
	}
	if sample {
		name = "%postname%"
	}
	return s.slashed(strings.TrimRight(base, "/") + "/" + name)
}

// termLink is the address of a term's archive (get_term_link).
func (s *session) termLink(t *models.TermRow) string {
	tax := s.site.Registry.Taxonomy(t.Taxonomy)
	if tax == nil {
		return s.home + "/"
	}
	if s.options.String("permalink_structure") == "" || tax.Rewrite == "" {
		switch {
		case t.Taxonomy == "category":
			return s.home + "/?cat=" + strconv.FormatInt(t.ID, 10)
		case tax.QueryVar != "":
			return s.home + "/?" + tax.QueryVar + "=" + t.Slug
		}
		return s.home + "/?taxonomy=" + t.Taxonomy + "&term=" + t.Slug
	}
	path := t.Slug
	if tax.RewriteHierarchical {
		path = s.termPath(t)
	}
	return s.home + s.slashed(s.taxonomyBase(tax)+"/"+path)
}

// taxonomyBase is what precedes a term in its address; sites may rename it for categories and tags.
func (s *session) taxonomyBase(tax *registry.Taxonomy) string {
	option := map[string]string{"category": "category_base", "post_tag": "tag_base"}[tax.Name]
	if base := strings.Trim(s.options.String(option), "/"); option != "" && base != "" {
		return s.index() + "/" + strings.TrimPrefix(base, "index.php/")
	}
	return strings.TrimRight(s.front(), "/") + "/" + tax.Rewrite
}

// blogLink is the address of the list of all posts (get_post_type_archive_link).
func (s *session) blogLink() string {
	if s.options.String("show_on_front") == "page" {
		if page := s.posts.get(s.options.Int("page_for_posts")); page != nil {
			return s.permalink(page)
		}
	}
	return s.home
}

// authorLink is the address of a user's archive (get_author_posts_url).
func (s *session) authorLink(u *models.User) string {
	if s.options.String("permalink_structure") == "" {
		return s.home + "/?author=" + strconv.FormatInt(u.ID, 10)
	}
	return s.home + s.slashed(strings.TrimRight(s.front(), "/")+"/author/"+u.Nicename)
}

// withQuery adds a parameter to an address (add_query_arg).
func withQuery(address, name string, value int64) string {
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	return address + separator + name + "=" + strconv.FormatInt(value, 10)
}
