package handlers

import (
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/render"
)

// blockVariations are those that the server makes of what is registered and stored.
func blockVariations(c *api.Context, t *render.BlockType) any {
	s := of(c)
	switch t.Name {
	case "core/navigation-link":
		return s.linkVariations()
	case "core/post-terms":
		return s.termVariations()
	case "core/template-part":
		s.themeStyles = true
		return s.partVariations()
	}
	return []any{}
}

func blockVariation(name, title string, attributes php.Map, more ...php.Member) php.Map {
	return append(php.Map{{Key: "name", Value: name}, {Key: "title", Value: title}, {Key: "description", Value: ""}, {Key: "attributes", Value: attributes}}, more...)
}

// linkVariations are links to posts and terms of the kinds that menus show.
func (s *session) linkVariations() []any {
	l := []any{}
	add := func(name, kind string, labels php.Map) {
		label, _ := labels.Get("item_link")
		title := php.ToString(label)
		switch name {
		case "post", "page", "category", "post_tag": // these are named in the block itself
			title = strings.Replace(title, " Link", " link", 1)
		}
		if name == "post_tag" {
			name = "tag"
		}
		l = append(l, blockVariation(name, title, php.Map{{Key: "type", Value: name}, {Key: "kind", Value: kind}}))
	}
	for _, t := range s.site.Registry.Types {
		if t.ShowInNavMenus {
			add(t.Name, "post-type", t.Labels)
		}
	}
	for _, t := range s.site.Registry.Taxonomies {
		if t.ShowInNavMenus {
			add(t.Name, "taxonomy", t.Labels)
		}
	}
	return l
}

// termVariations list the terms of each taxonomy that readers may see.
func (s *session) termVariations() []any {
	l := []any{}
	for _, t := range s.site.Registry.Taxonomies {
		if !t.PubliclyQueryable || t.RESTBase == "" {
			continue
		}
		v := blockVariation(t.Name, t.Label, php.Map{{Key: "term", Value: t.Name}},
			php.Member{Key: "isActive", Value: []string{"term"}}, php.Member{Key: "scope", Value: []string{"inserter", "transform"}})
		if t.Name == "category" {
			v = append(v, php.Member{Key: "isDefault", Value: true})
		}
		l = append(l, v)
	}
	return l
}

// areaIcon is the picture of a template part by the area it is for.
func areaIcon(area string) string {
	if area == "header" || area == "footer" {
		return area
	}
	return "layout"
}

// partVariations are the areas that template parts are for, and each part
// (build_template_part_block_variations).
func (s *session) partVariations() []any {
	l := []any{}
	for _, area := range [][2]string{{"header", "Header"}, {"footer", "Footer"}} {
		l = append(l, blockVariation("area_"+area[0], area[1], php.Map{{Key: "area", Value: area[0]}},
			php.Member{Key: "scope", Value: []string{}}, php.Member{Key: "icon", Value: area[0]}))
	}
	parts, err := s.findAllTemplates(templateQuery{typ: "wp_template_part"})
	if err != nil {
		s.fail(err)
		return l
	}
	for _, p := range parts {
		attributes := php.Map{{Key: "slug", Value: p.slug}, {Key: "theme", Value: p.theme}, {Key: "area", Value: p.area}}
		l = append(l, blockVariation("instance_"+p.slug, p.title, slices.Clone(attributes), php.Member{Key: "scope", Value: []string{"inserter"}},
			php.Member{Key: "icon", Value: areaIcon(p.area)}, php.Member{Key: "example", Value: php.Map{{Key: "attributes", Value: attributes}}}))
	}
	return l
}
