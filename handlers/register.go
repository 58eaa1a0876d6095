package handlers

import (
	"github.com/headpress/headpress/api"
)

// routes lists every route of the API in WordPress's order.
func (site *Site) routes() []*api.Route {
	var l []*api.Route
	add := func(routes ...*api.Route) { l = append(l, routes...) }
	add(newIndex(site).routes()...)
	add(api.BatchRoute())
	add(newOembed(site).routes()...)
	if site.JWTSecret != "" {
		add(jwtTokens{}.routes()...)
	}
	add(api.NamespaceRoute("wp/v2"))
	for _, t := range site.Registry.Types {
		switch t.Name {
		case "post", "page", "wp_block", "wp_navigation":
			p := newPosts(site, t)
			add(p.routes()...)
			add(newRevisions(p).routes()...)
		case "attachment":
			add(newMedia(site, t).routes()...)
		case "nav_menu_item":
			m := newMenuItems(site, t)
			add(m.routes()...)
			add(newRevisions(m.posts).routes()...)
		case "wp_template", "wp_template_part":
			p := newTemplates(site, t)
			add(newTemplateRevisions(p).routes()...)
			add(p.routes()...)
		case "wp_global_styles":
			add(newGlobalStyles(t).routes()...)
		case fontFamily:
			add(newFontFamilies(site, t).routes()...)
		case fontFace:
			add(newFontFaces(site, t).routes()...)
		}
	}
	add(newTypes(site).routes()...)
	add(newPostStatuses(site).routes()...)
	add(newTaxonomies(site).routes()...)
	for _, t := range site.Registry.Taxonomies {
		switch t.Name {
		case "category", "post_tag", "wp_pattern_category":
			add(newTerms(site, t).routes()...)
		case "nav_menu":
			add(newMenus(site, t).routes()...)
		}
	}
	add(newUsers(site).routes()...)
	add(newAppPasswords(site).routes()...)
	add(newComments(site).routes()...)
	add(newSearch(site).routes()...)
	add(newBlockRenderer(site).routes()...)
	add(newBlockTypes(site).routes()...)
	add(newSettings(site).routes()...)
	add(newThemes().routes()...)
	add(newPlugins().routes()...)
	add(newSidebars().routes()...)
	add(newWidgetTypes().routes()...)
	add(newWidgets().routes()...)
	add(newDirectories(site).routes()...)
	add(newPatterns().routes()...)
	add(newSiteHealth(site).routes()...)
	add(api.NamespaceRoute(editorNamespace))
	add(newURLDetails(site).routes()...)
	add(newMenuLocations().routes()...)
	add(newThemeExport(site).routes()...)
	add(newNavigationFallback(site).routes()...)
	add(newFontCollections().routes()...)
	add(newAbilities().routes()...)
	add(newIcons().routes()...)
	add(newViewConfig(site).routes()...)
	return l
}
