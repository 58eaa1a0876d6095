package auth

import (
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// PostType is what capability checks need to know of a registered post type.
type PostType struct {
	Name string
	// MapMetaCap says that edit_post and its like depend on author and status; without it they are capabilities like any other.
	MapMetaCap bool
	// Caps names the capabilities of the type: "edit_posts" → "edit_pages". What is missing keeps its name.
	Caps map[string]string
}

// Cap gives the type's own name of a capability.
func (t *PostType) Cap(name string) string {
	if c := t.Caps[name]; c != "" {
		return c
	}
	return name
}

// Taxonomy is what capability checks need to know of a registered taxonomy.
type Taxonomy struct {
	Name string
	// Caps names manage_terms, edit_terms, delete_terms and assign_terms.
	Caps map[string]string
}

// Cap gives the taxonomy's own name of a capability.
func (t *Taxonomy) Cap(name string) string {
	if c := t.Caps[name]; c != "" {
		return c
	}
	return name
}

// Status is what capability checks need to know of a post status.
type Status struct {
	Name    string
	Public  bool
	Private bool
}

// Registry holds the registered post types, taxonomies and statuses. It is made once and may be shared.
type Registry struct {
	types      map[string]PostType
	taxonomies map[string]Taxonomy
	statuses   map[string]Status
	metaCaps   map[string]string // edit_page → edit_post
}

// NewRegistry collects what is registered, in the order of registration.
func NewRegistry(types []PostType, taxonomies []Taxonomy, statuses []Status) *Registry {
	r := &Registry{types: map[string]PostType{}, taxonomies: map[string]Taxonomy{}, statuses: map[string]Status{}, metaCaps: map[string]string{}}
	for _, t := range types {
		r.types[t.Name] = t
		if t.MapMetaCap {
			for _, c := range []string{"read_post", "delete_post", "edit_post"} {
				r.metaCaps[t.Cap(c)] = c
			}
		}
	}
	for _, t := range taxonomies {
		r.taxonomies[t.Name] = t
	}
	for _, s := range statuses {
		r.statuses[s.Name] = s
	}
	return r
}

// Objects finds what a check names by id, usually among what the request has
// loaded already. A lookup that fails finds nothing, and nothing is forbidden
// ground; it is for the implementation to remember the failure.
type Objects interface {
	// Post gives the post with that id, or nil.
	Post(id int64) *models.Post
	// TrashedFrom gives the status a post had before it was trashed (_wp_trash_meta_status), or "".
	TrashedFrom(id int64) string
	// Comment gives the comment with that id, or nil.
	Comment(id int64) *models.Comment
	// Term gives the term with that id in its taxonomy, or nil.
	Term(id int64) *models.TermTaxonomy
	// UserExists tells whether there is a user with that id.
	UserExists(id int64) bool
	// Option gives a stored option, "" when there is none.
	Option(name string) string
	// MetaAuth asks the auth_callback of a registered meta key of an object ("post", "comment",
	// "term", "user"); known is false when none is registered.
	MetaAuth(u *User, object, subtype, key string, id int64) (allowed, known bool)
}

// Policy holds what wp-config.php may forbid or allow.
type Policy struct {
	DisallowUnfilteredHTML bool
	DisallowFileEdit       bool
	DisallowFileMods       bool
	AllowUnfilteredUploads bool
}

// Access decides what users may do, for one request.
type Access struct {
	Registry *Registry
	Objects  Objects
	Policy   Policy
	Roles    *Roles
}

// User makes a user from the usermeta {prefix}capabilities, unserialized.
func (a *Access) User(id int64, login string, caps any) *User {
	u := &User{ID: id, Login: login, access: a, AllCaps: &php.Array{}}
	u.Caps, _ = caps.(*php.Array)
	if a.Roles != nil {
		for key := range u.Caps.All() {
			role, ok := a.Roles.Get(key.String())
			if !ok {
				continue
			}
			u.Roles = append(u.Roles, role.Slug)
			merge(u.AllCaps, role.Caps)
		}
	}
	merge(u.AllCaps, u.Caps)
	return u
}

// Nobody is the visitor who has not said who he is.
func (a *Access) Nobody() *User { return &User{access: a} }

func merge(into, from *php.Array) {
	for key, v := range from.All() {
		into.Put(key, v)
	}
}
