package auth

import (
	"slices"

	"github.com/headpress/headpress/internal/php"
)

// Role is one of a site's roles.
type Role struct {
	Slug string
	Name string
	Caps *php.Array // capability to bool, in the stored order
}

// Roles are a site's roles in the order of the option {prefix}user_roles.
type Roles struct {
	stored func() any // nil once it was read
	list   []Role
	place  map[string]int
}

// NewRoles takes what gives the unserialized option {prefix}user_roles. It is asked when
// a role matters for the first time: most requests come from visitors, who have none.
// What is no role there is left out.
func NewRoles(stored func() any) *Roles { return &Roles{stored: stored} }

func (r *Roles) read() {
	if r.stored == nil {
		return
	}
	roles, _ := r.stored().(*php.Array)
	r.stored, r.place = nil, map[string]int{}
	for key, v := range roles.All() {
		fields, ok := v.(*php.Array)
		if !ok {
			continue
		}
		role := Role{Slug: key.String()}
		name, _ := fields.Get("name")
		role.Name = php.ToString(name)
		if caps, ok := fields.Get("capabilities"); ok {
			role.Caps, _ = caps.(*php.Array)
		}
		r.place[role.Slug] = len(r.list)
		r.list = append(r.list, role)
	}
}

// All are the roles in the stored order.
func (r *Roles) All() []Role {
	r.read()
	return r.list
}

// Get gives the role with that slug.
func (r *Roles) Get(slug string) (Role, bool) {
	r.read()
	i, ok := r.place[slug]
	if !ok {
		return Role{}, false
	}
	return r.list[i], true
}

// User is somebody who asks, or is asked about: a user with roles and
// capabilities. The zero User is nobody.
type User struct {
	ID    int64
	Login string
	// Roles are the slugs of the roles in the order of the usermeta.
	Roles []string
	// Caps is the usermeta {prefix}capabilities as stored: roles and capabilities of the user's own.
	Caps *php.Array
	// AllCaps are the capabilities of all roles, overridden by Caps: what the REST field "capabilities" shows.
	AllCaps *php.Array

	access *Access
}

// LoggedIn tells whether this is somebody.
func (u *User) LoggedIn() bool { return u != nil && u.ID != 0 }

// HasRole tells whether the user has that role.
func (u *User) HasRole(slug string) bool { return slices.Contains(u.Roles, slug) }

// granted are capabilities that no role holds: WordPress grants them to whoever has one of others.
var granted = map[string][]string{
	"install_languages":       {"update_core", "install_plugins", "install_themes"},
	"resume_plugins":          {"activate_plugins"},
	"resume_themes":           {"switch_themes"},
	"view_site_health_checks": {"install_plugins"},
}

// has tells whether a primitive capability was given to the user.
func (u *User) has(capability string) bool {
	switch capability {
	case "exist": // everybody does, visitors too
		return true
	case doNotAllow:
		return false
	}
	if v, ok := u.AllCaps.Get(capability); ok && php.ToBool(v) {
		return true
	}
	return slices.ContainsFunc(granted[capability], func(c string) bool {
		v, ok := u.AllCaps.Get(c)
		return ok && php.ToBool(v)
	})
}

// Can tells whether the user may do something. Capabilities about one object
// take it, loaded or by id (see Access.Map); with a loaded post no query is made.
func (u *User) Can(capability string, args ...any) bool {
	if u == nil {
		u = &User{}
	}
	access := u.access
	if access == nil {
		access = &Access{}
	}
	for _, c := range access.Map(u, capability, args...) {
		if !u.has(c) {
			return false
		}
	}
	return true
}
