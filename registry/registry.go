// Package registry holds what WordPress's core registers: post types,
// taxonomies, statuses, post formats and metadata. It is data without logic;
// a site's plugins cannot run here, so this is all there is.
package registry

import (
	"slices"

	"github.com/headpress/headpress/internal/php"
)

// WordPressVersion is the WordPress whose API is served.
const WordPressVersion = "7.1"

// PostType is a registered post type.
type PostType struct {
	Name, Label, Description             string
	Labels                               php.Map
	Hierarchical, Public                 bool
	PubliclyQueryable, ExcludeFromSearch bool
	ShowUI, ShowInNavMenus, Embeddable   bool
	MapMetaCap                           bool
	LateRoutes                           bool   // its revisions' routes come before its own
	Icon                                 string // "" for none
	RESTBase, Namespace                  string // RESTBase is "" for types that the API does not serve
	Caps                                 php.Map
	Supports                             php.Map
	Taxonomies                           []string
}

// Has tells whether the type supports a feature, such as title or revisions.
func (t *PostType) Has(feature string) bool {
	_, ok := t.Supports.Get(feature)
	return ok
}

// shown are the features whose fields the API shows whatever the type supports
// (the fixed schemas of WP_REST_Posts_Controller).
var shown = map[string][]string{
	"post":       {"title", "editor", "author", "excerpt", "thumbnail", "comments", "revisions", "custom-fields", "post-formats"},
	"page":       {"title", "editor", "author", "excerpt", "thumbnail", "comments", "revisions", "page-attributes", "custom-fields"},
	"attachment": {"title", "author", "comments", "revisions", "custom-fields", "thumbnail"},
	// Of what an item of a menu supports, its own fields show the title alone.
	"nav_menu_item": {"title"},
}

// Shows tells whether the API shows the fields of a feature.
func (t *PostType) Shows(feature string) bool {
	if features, ok := shown[t.Name]; ok {
		return slices.Contains(features, feature)
	}
	return t.Has(feature)
}

// Cap gives the type's own name of a capability.
func (t *PostType) Cap(name string) string {
	if v, ok := t.Caps.Get(name); ok {
		return v.(string)
	}
	return name
}

// Singular is the word for one post of the type.
func (t *PostType) Singular() string { return label(t.Labels, "singular_name") }

// AllItems is what lists of all posts of the type are called.
func (t *PostType) AllItems() string { return label(t.Labels, "all_items") }

// Archives is the title of the list of the type's posts.
func (t *PostType) Archives() string { return label(t.Labels, "archives") }

func label(labels php.Map, name string) string {
	v, _ := labels.Get(name)
	text, _ := v.(string)
	return text
}

// Viewable tells whether visitors may see the type's pages (is_post_type_viewable).
func (t *PostType) Viewable() bool {
	return t.PubliclyQueryable || t.Public // every type here is built in
}

// Path is the path of the type's collection in the API.
func (t *PostType) Path() string { return "/" + t.Namespace + "/" + t.RESTBase }

// Taxonomy is a registered taxonomy.
type Taxonomy struct {
	Name, Label, Description         string
	Labels                           php.Map
	Hierarchical, Public             bool
	PubliclyQueryable, ShowUI        bool
	ShowInNavMenus, ShowTagcloud     bool
	ShowInQuickEdit, ShowAdminColumn bool
	RESTBase, Namespace              string // RESTBase is "" for taxonomies that the API does not serve
	QueryVar                         string
	Rewrite                          string // the default first segment of its addresses, "" for none
	RewriteHierarchical              bool
	ObjectTypes                      []string
	Caps                             php.Map
}

// Cap gives the taxonomy's own name of a capability.
func (t *Taxonomy) Cap(name string) string {
	if v, ok := t.Caps.Get(name); ok {
		return v.(string)
	}
	return name
}

// Singular is the word for one term of the taxonomy.
func (t *Taxonomy) Singular() string { return label(t.Labels, "singular_name") }

// Path is the path of the taxonomy's collection in the API.
func (t *Taxonomy) Path() string { return "/" + t.Namespace + "/" + t.RESTBase }

// Status is a registered post status.
type Status struct {
	Name, Label           string
	Public, Internal      bool
	Protected, Private    bool
	Queryable, ShowInList bool
	DateFloating          bool
	ExcludeFromSearch     bool
}

// Registry is everything that is registered.
type Registry struct {
	Types      []*PostType
	Taxonomies []*Taxonomy
	Statuses   []*Status
}

// New makes the registry of WordPress's core.
func New() *Registry {
	return &Registry{Types: PostTypes(), Taxonomies: Taxonomies(), Statuses: Statuses()}
}

// Type gives a post type, or nil.
func (r *Registry) Type(name string) *PostType {
	if i := slices.IndexFunc(r.Types, func(t *PostType) bool { return t.Name == name }); i >= 0 {
		return r.Types[i]
	}
	return nil
}

// Taxonomy gives a taxonomy, or nil.
func (r *Registry) Taxonomy(name string) *Taxonomy {
	if i := slices.IndexFunc(r.Taxonomies, func(t *Taxonomy) bool { return t.Name == name }); i >= 0 {
		return r.Taxonomies[i]
	}
	return nil
}

// Status gives a post status, or nil.
func (r *Registry) Status(name string) *Status {
	if i := slices.IndexFunc(r.Statuses, func(s *Status) bool { return s.Name == name }); i >= 0 {
		return r.Statuses[i]
	}
	return nil
}

// TaxonomiesOf are the taxonomies of a post type in the order of registration.
func (r *Registry) TaxonomiesOf(postType string) []*Taxonomy {
	var l []*Taxonomy
	for _, t := range r.Taxonomies {
		if slices.Contains(t.ObjectTypes, postType) {
			l = append(l, t)
		}
	}
	return l
}

// Formats are the post formats: slug and name, the standard one first.
var Formats = []struct{ Slug, Name string }{
	{"standard", "Standard"}, {"aside", "Aside"}, {"chat", "Chat"}, {"gallery", "Gallery"}, {"link", "Link"},
	{"image", "Image"}, {"quote", "Quote"}, {"status", "Status"}, {"video", "Video"}, {"audio", "Audio"},
}

// FormatSlugs are the slugs of Formats.
func FormatSlugs() []string {
	l := make([]string, len(Formats))
	for i, f := range Formats {
		l[i] = f.Slug
	}
	return l
}
