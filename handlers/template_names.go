package handlers

import (
	"regexp"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// templateType is what is known of a template by its slug.
type templateType struct{ slug, title, description string }

// templateTypes are the templates that any theme may have (get_default_block_template_types).
var templateTypes = []templateType{
	{"index", "Index", "Shows every page that has no template of its own."},
	{"home", "Blog Home", "Shows the latest posts, on the front page or on the page that is set for them."},
	{"front-page", "Front Page", "Shows the front page, whether it holds the latest posts or a page."},
	{"singular", "Single Entries", "Shows any single entry that has no closer template."},
	{"single", "Single Posts", "Shows a single post."},
	{"page", "Pages", "Shows a page."},
	{"archive", "All Archives", "Shows any list of posts that has no closer template."},
	{"author", "Author Archives", "Shows the posts of one author."},
	{"category", "Category Archives", "Shows the posts of one category."},
	{"taxonomy", "Taxonomy", "Shows the posts of one term of a taxonomy."},
	{"date", "Date Archives", "Shows the posts of a year, a month or a day."},
	{"tag", "Tag Archives", "Shows the posts of one tag."},
	{"attachment", "Attachment Pages", "Shows a file of the media library on a page of its own."},
	{"search", "Search Results", "Shows what a search has found."},
	{"privacy-policy", "Privacy Policy", "Shows the page with the privacy policy."},
	{"404", "Page: 404", "Shows that there is nothing at an address."},
	{"taxonomy-post_format-post-format-standard", "Post Format: Standard", "Shows the posts of the standard format."},
	{"taxonomy-post_format-post-format-aside", "Post Format: Aside", "Shows the posts of the aside format."},
	{"taxonomy-post_format-post-format-chat", "Post Format: Chat", "Shows the posts of the chat format."},
	{"taxonomy-post_format-post-format-gallery", "Post Format: Gallery", "Shows the posts of the gallery format."},
	{"taxonomy-post_format-post-format-link", "Post Format: Link", "Shows the posts of the link format."},
	{"taxonomy-post_format-post-format-image", "Post Format: Image", "Shows the posts of the image format."},
	{"taxonomy-post_format-post-format-quote", "Post Format: Quote", "Shows the posts of the quote format."},
	{"taxonomy-post_format-post-format-status", "Post Format: Status", "Shows the posts of the status format."},
	{"taxonomy-post_format-post-format-video", "Post Format: Video", "Shows the posts of the video format."},
	{"taxonomy-post_format-post-format-audio", "Post Format: Audio", "Shows the posts of the audio format."},
}

// templateTypeOf gives the type of a template by its slug, nil for one that only some themes have.
func templateTypeOf(slug string) *templateType {
	i := slices.IndexFunc(templateTypes, func(t templateType) bool { return t.slug == slug })
	if i < 0 {
		return nil
	}
	return &templateTypes[i]
}

// templateAreas are the places that parts of templates may be for
// (get_allowed_block_template_part_areas).
var templateAreas = []templateArea{
	{"uncategorized", "General", "For anything, anywhere on a page.", "layout", "div"},
	{"header", "Header", "For the top of pages: title, logo, the main menu.", "header", "header"},
	{"footer", "Footer", "For the bottom of pages: credits, links.", "footer", "footer"},
	{"navigation-overlay", "Navigation Overlay", "For menus that open over the page and close again.", "navigation-overlay", "div"},
}

// templateArea is a place for parts of templates, with the element around them.
type templateArea struct{ name, label, description, icon, tag string }

// isTemplateArea tells whether there is such a place.
func isTemplateArea(name string) bool {
	return slices.ContainsFunc(templateAreas, func(a templateArea) bool { return a.name == name })
}

// subject is the one thing that a template is for: an author, or a post of a type, or
// a term of a taxonomy.
type subject struct{ kind, of, slug string }

var subjectSlug = regexp.MustCompile(`(author|page|single|tag|category|taxonomy)-(.+)`)

// templateSubject reads what a template is for out of its slug.
func (s *session) templateSubject(slug string) (subject, bool) {
	m := subjectSlug.FindStringSubmatch(slug)
	if m == nil {
		return subject{}, false
	}
	switch m[1] {
	case "author":
		return subject{"author", "", m[2]}, true
	case "page":
		return subject{"post", "page", m[2]}, true
	case "tag":
		return subject{"term", "post_tag", m[2]}, true
	case "category":
		return subject{"term", "category", m[2]}, true
	}
	kind := map[string]string{"single": "post", "taxonomy": "term"}[m[1]]
	for _, name := range s.templateSubjects(m[1]) {
		if rest, ok := strings.CutPrefix(m[2], name+"-"); ok && rest != "" {
			return subject{kind, name, rest}, true
		}
	}
	return subject{}, false
}

// label is what one thing of this kind is called.
func (s *session) label(sub subject) string {
	var labels php.Map
	if t := s.site.Registry.Type(sub.of); sub.kind == "post" && t != nil {
		labels = t.Labels
	}
	if t := s.site.Registry.Taxonomy(sub.of); sub.kind == "term" && t != nil {
		labels = t.Labels
	}
	v, _ := labels.Get("singular_name")
	return php.ToString(v)
}

// nameTemplates gives names to templates whose title says nothing, by what they are
// for. All are looked up together.
func (s *session) nameTemplates(found []*blockTemplate) {
	subjects := map[*blockTemplate]subject{}
	asked := map[string][]string{} // slugs by kind
	var taxonomies []string
	for _, t := range found {
		if t.typ != "wp_template" || t.description != "" || t.title != "" && t.title != t.slug {
			continue
		}
		if sub, ok := s.templateSubject(t.slug); ok {
			subjects[t] = sub
			asked[sub.kind] = append(asked[sub.kind], sub.slug)
			if sub.kind == "term" {
				taxonomies = append(taxonomies, sub.of)
			}
		}
	}
	names := map[subject]string{}
	if slugs := asked["author"]; slugs != nil {
		users, err := s.site.Store.FindUsers(s.ctx, models.UserQuery{Slugs: slugs})
		if err != nil {
			s.fail(err)
		}
		for _, u := range users {
			names[subject{"author", "", u.Nicename}] = u.DisplayName
		}
	}
	if slugs := asked["term"]; slugs != nil {
		terms, err := s.site.Store.FindTerms(s.ctx, models.TermQuery{Slugs: slugs, Taxonomies: taxonomies})
		if err != nil {
			s.fail(err)
		}
		for _, t := range terms {
			names[subject{"term", t.Taxonomy, t.Slug}] = t.Name
		}
	}
	s.slugs.want(asked["post"]...)
	for _, slug := range asked["post"] {
		for _, p := range s.slugs.get(slug) {
			if p.Status == "publish" {
				names[subject{"post", p.Type, slug}] = p.Title
			}
		}
	}
	for t, sub := range subjects {
		name, known := names[sub]
		switch {
		case known && sub.kind == "author":
			t.title, t.description = "Author: "+name, "Template for "+name
		case known:
			t.title, t.description = s.label(sub)+": "+name, "Template for "+name
		case sub.kind == "author":
			t.title = "Deleted author: " + sub.slug
		default:
			t.title = "Not found: " + s.label(sub) + " (" + sub.slug + ")"
		}
	}
}
