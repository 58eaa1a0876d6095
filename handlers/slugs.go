package handlers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

// reservedSlugs cannot stand at the end of an address: they name feeds and embeds.
var reservedSlugs = []string{"feed", "rdf", "rss", "rss2", "atom", "embed"}

// maxSlug is the length of a slug in bytes.
const maxSlug = 200

// titleSlug is the slug that a post's title gives.
func (s *session) titleSlug(p *models.Post) string {
	return sanitize.Title(p.Title, strconv.FormatInt(p.ID, 10), s.locale())
}

// generatedSlug is the slug that the title would give the post, as people read it (get_sample_permalink).
func (s *session) generatedSlug(p *models.Post) string {
	return php.URLDecode(s.uniqueSlug(s.titleSlug(p), p))
}

// uniqueSlug is slug, with a number behind it where the slug is taken or reserved (wp_unique_post_slug).
func (s *session) uniqueSlug(slug string, p *models.Post) string {
	if p.Type == "wp_template" || p.Type == "wp_template_part" {
		return s.uniqueTemplateSlug(slug, p)
	}
	if !s.slugTaken(slug, p) && !s.slugReserved(slug, p) {
		return slug
	}
	for first := int64(2); ; {
		space := s.slugSpace(slug, p, first)
		n := s.numbers.get(space)
		if own := s.posts.get(p.ID); own != nil && numberIn(space, own.Name) < n && !s.slugTaken(own.Name, p) {
			return own.Name // which is taken by the post itself only
		}
		if n < space.Limit || s.err != nil {
			return space.Base + itoa(n)
		}
		first = space.Limit
	}
}

// slugSpace is where the numbers behind a slug are counted from first on, for a post. They end where the
// slug must be shorter for a longer number.
func (s *session) slugSpace(slug string, p *models.Post, first int64) models.SlugSpace {
	digits := len(itoa(first))
	space := models.SlugSpace{Base: cutSlug(slug, maxSlug-1-digits) + "-", First: first, Limit: 1e9, Type: p.Type}
	if len(slug) > maxSlug-1-len("999999999") {
		space.Limit, _ = strconv.ParseInt("1"+strings.Repeat("0", digits), 10, 64)
	}
	if t := s.site.Registry.Type(p.Type); p.Type == "attachment" {
		space.Type = ""
	} else if t != nil && t.Hierarchical {
		space.Siblings, space.Parent = true, p.Parent
	}
	return space
}

// numberIn is the number that makes a slug one of a space, or more than all its numbers.
func numberIn(space models.SlugSpace, slug string) int64 {
	text, _ := strings.CutPrefix(slug, space.Base)
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= space.First && slug == space.Base+itoa(n) {
		return n
	}
	return space.Limit
}

// wantSlug announces that the slug of a post's title may be asked for.
func (s *session) wantSlug(p *models.Post) {
	slug := s.titleSlug(p)
	space := s.slugSpace(slug, p, 2)
	s.slugs.want(slug)
	s.numbers.want(space)
	if numberIn(space, p.Name) < space.Limit {
		s.slugs.want(p.Name)
	}
}

// forgetSlugs forgets which slugs are taken.
func (s *session) forgetSlugs() {
	s.slugs, s.numbers = s.slugs.empty(), s.numbers.empty()
}

// uniqueTemplateSlug is a slug that no other template of the same theme has; a new one is
// for the active theme still (wp_filter_wp_template_unique_post_slug).
func (s *session) uniqueTemplateSlug(slug string, p *models.Post) string {
	theme := s.options.String("stylesheet")
	for _, t := range s.postTerms.get(p.ID) {
		if t.Taxonomy == "wp_theme" {
			theme = t.Name
			break
		}
	}
	q := models.PostQuery{Types: []string{p.Type}, Statuses: []string{"publish", "private"}, Exclude: []int64{p.ID}, Limit: 1, OrderBy: []string{"none"}, Columns: models.PostIDs,
		Tax: []models.TaxClause{{Taxonomy: "wp_theme", Slugs: []string{sanitize.TitleForQuery(theme)}}}}
	for candidate, n := slug, 2; ; n++ {
		q.Slugs = []string{candidate}
		found, err := s.site.Store.FindPosts(s.ctx, q)
		if err != nil {
			s.fail(err)
		}
		if err != nil || len(found) == 0 {
			return candidate
		}
		suffix := "-" + strconv.Itoa(n)
		candidate = cutSlug(slug, maxSlug-len(suffix)) + suffix
	}
}

// slugTaken tells whether another post has the slug where it would clash:
// pages among their siblings, attachments everywhere, others in their type.
func (s *session) slugTaken(slug string, p *models.Post) bool {
	t := s.site.Registry.Type(p.Type)
	return slices.ContainsFunc(s.slugs.get(slug), func(other models.Post) bool {
		switch {
		case other.ID == p.ID:
			return false
		case p.Type == "attachment":
			return true
		case t != nil && t.Hierarchical:
			return (other.Type == p.Type || other.Type == "attachment") && other.Parent == p.Parent
		}
		return other.Type == p.Type
	})
}

// slugReserved tells whether an address ending in slug would mean something else:
// a feed, or with dates in the permalinks a year, month or day.
func (s *session) slugReserved(slug string, p *models.Post) bool {
	if slices.Contains(reservedSlugs, slug) {
		return true
	}
	if t := s.site.Registry.Type(p.Type); t != nil && t.Hierarchical {
		n := strings.TrimPrefix(slug, "page")
		return n != "" && onlyDigits(n)
	}
	if p.Type != "post" || !onlyDigits(slug) || strings.Trim(slug, "0") == "" {
		return false
	}
	if stored := s.posts.get(p.ID); stored != nil && stored.Name == slug {
		return false // it has led to this post all the time
	}
	number, _ := strconv.Atoi(slug)
	tags := strings.Split(strings.Trim(s.options.String("permalink_structure"), "/"), "/")
	i := slices.Index(tags, "%postname%")
	if i < 0 {
		return false
	}
	before := func(tag string) bool { return i > 0 && tags[i-1] == tag }
	return i == 0 || before("%year%") && number < 13 || before("%monthnum%") && number < 32
}

func onlyDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// cutSlug shortens a slug without splitting an encoded character.
func cutSlug(slug string, n int) string {
	if len(slug) <= n {
		return slug
	}
	decoded := php.RawURLDecode(slug)
	if decoded == slug {
		return slug[:n]
	}
	return strings.TrimRight(sanitize.EncodeURI(decoded, n), "-")
}
