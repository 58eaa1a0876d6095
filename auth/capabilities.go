package auth

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/headpress/headpress/models"
)

// doNotAllow is the capability that nobody has.
const doNotAllow = "do_not_allow"

// maxParents bounds the walk from an attachment to the post that decides its status.
const maxParents = 20

// renamed are capabilities that another one stands for.
var renamed = map[string]string{
	"promote_user": "promote_users", "add_users": "promote_users",
	"delete_user":       "delete_users",
	"edit_css":          "unfiltered_html",
	"activate_plugin":   "activate_plugins",
	"deactivate_plugin": "activate_plugins", "deactivate_plugins": "activate_plugins",
	"resume_plugin": "resume_plugins", "resume_theme": "resume_themes",
	"upload_plugins": "install_plugins", "upload_themes": "install_themes",
	"update_languages":            "install_languages",
	"customize":                   "edit_theme_options",
	"update_php":                  "update_core",
	"setup_network":               "manage_options",
	"export_others_personal_data": "manage_options", "erase_others_personal_data": "manage_options", "manage_privacy_options": "manage_options",
	"manage_post_tags": "manage_categories",
	"edit_categories":  "manage_categories", "edit_post_tags": "manage_categories",
	"delete_categories": "manage_categories", "delete_post_tags": "manage_categories",
	"assign_categories": "edit_posts", "assign_post_tags": "edit_posts",
	"delete_blocks": "delete_posts", "delete_others_blocks": "delete_others_posts",
	"delete_private_blocks": "delete_private_posts", "delete_published_blocks": "delete_published_posts",
	"edit_blocks": "edit_posts", "edit_others_blocks": "edit_others_posts",
	"edit_private_blocks": "edit_private_posts", "edit_published_blocks": "edit_published_posts",
	"publish_blocks": "publish_posts", "read_private_blocks": "read_private_posts",
}

// Map gives the primitive capabilities that a capability asks of a user
// (map_meta_cap); all are needed, none means that it is allowed to everybody.
//
// The first argument is the object: an id as int64 or int, or the loaded
// *models.Post, *models.Comment, *models.TermTaxonomy or *User. Capabilities
// about metadata take the key as second argument.
func (a *Access) Map(u *User, capability string, args ...any) []string {
	switch capability {
	case "edit_post", "edit_page":
		return a.onPost(u, args, a.editPost)
	case "delete_post", "delete_page":
		return a.onPost(u, args, a.deletePost)
	case "read_post", "read_page":
		return a.onPost(u, args, a.readPost)
	case "publish_post":
		return a.onPost(u, args, a.publishPost)
	case "edit_block_binding":
		return a.onPost(u, args, a.editPost)
	case "edit_comment":
		return a.editComment(u, args)
	case "edit_term", "delete_term", "assign_term":
		return a.onTerm(capability, u, args)
	case "edit_post_meta", "add_post_meta", "delete_post_meta",
		"edit_comment_meta", "add_comment_meta", "delete_comment_meta",
		"edit_term_meta", "add_term_meta", "delete_term_meta",
		"edit_user_meta", "add_user_meta", "delete_user_meta":
		return a.onMeta(capability, u, args)
	case "edit_user", "create_app_password", "list_app_passwords", "read_app_password",
		"edit_app_password", "delete_app_password", "delete_app_passwords":
		if id := idOf(args); id != 0 && id == u.ID {
			return nil
		}
		return []string{"edit_users"}
	case "remove_user":
		if idOf(args) == u.ID && !u.has("delete_users") { // who deletes users is the super admin of a single site
			return []string{doNotAllow}
		}
		return []string{"remove_users"}
	case "unfiltered_html", "edit_css":
		return unless(a.Policy.DisallowUnfilteredHTML, "unfiltered_html")
	case "unfiltered_upload":
		return unless(!a.Policy.AllowUnfilteredUploads, capability)
	case "edit_files", "edit_plugins", "edit_themes":
		return unless(a.Policy.DisallowFileEdit || a.Policy.DisallowFileMods, capability)
	case "update_plugins", "delete_plugins", "install_plugins", "upload_plugins",
		"update_themes", "delete_themes", "install_themes", "upload_themes", "update_core",
		"install_languages", "update_languages":
		return unless(a.Policy.DisallowFileMods, rename(capability))
	case "manage_links":
		v := ""
		if a.Objects != nil {
			v = a.Objects.Option("link_manager_enabled")
		}
		return unless(v == "" || v == "0", capability)
	case "update_https":
		return []string{"manage_options", "update_core"}
	case "delete_site":
		return []string{doNotAllow}
	}
	if name, ok := renamed[capability]; ok {
		return []string{name}
	}
	if a.Registry != nil {
		if meta, ok := a.Registry.metaCaps[capability]; ok && meta != capability {
			return a.Map(u, meta, args...)
		}
	}
	return []string{capability}
}

func rename(capability string) string {
	if name, ok := renamed[capability]; ok {
		return name
	}
	return capability
}

func unless(forbidden bool, capability string) []string {
	if forbidden {
		capability = doNotAllow
	}
	return []string{capability}
}

// idOf gives the id that the first argument is or has.
func idOf(args []any) int64 {
	if len(args) == 0 {
		return 0
	}
	switch v := args[0].(type) {
	case int64:
		return v
	case int:
		return int64(v)
	case *models.Post:
		return v.ID
	case *models.Comment:
		return v.ID
	case *models.TermTaxonomy:
		return v.TermID
	case *models.User:
		return v.ID
	case *User:
		return v.ID
	}
	return 0
}

// post gives the post that the first argument is or names.
func (a *Access) post(args []any) *models.Post {
	if len(args) > 0 {
		if p, ok := args[0].(*models.Post); ok {
			return p
		}
	}
	return a.postByID(idOf(args))
}

func (a *Access) postByID(id int64) *models.Post {
	if id <= 0 || a.Objects == nil {
		return nil
	}
	return a.Objects.Post(id)
}

func (a *Access) onPost(u *User, args []any, decide func(*User, *models.Post) []string) []string {
	p := a.post(args)
	if p == nil || a.Registry == nil {
		return []string{doNotAllow}
	}
	return decide(u, p)
}

// unregistered is what a post of a type or status that nobody registered asks for.
var unregistered = []string{"edit_others_posts"}

// typeOf gives the post type of a post, or nil.
func (a *Access) typeOf(p *models.Post) *PostType {
	if t, ok := a.Registry.types[p.Type]; ok {
		return &t
	}
	return nil
}

// origin is the post that a revision belongs to, or nil; other posts are their own.
func (a *Access) origin(p *models.Post) *models.Post {
	if p.Type == "revision" {
		return a.postByID(p.Parent)
	}
	return p
}

func (a *Access) editPost(u *User, p *models.Post) []string {
	if p = a.origin(p); p == nil {
		return []string{doNotAllow}
	}
	t := a.typeOf(p)
	switch {
	case t == nil:
		return unregistered
	case !t.MapMetaCap:
		return []string{t.Cap("edit_post")}
	}
	return a.changePost(u, p, t, "edit")
}

func (a *Access) deletePost(u *User, p *models.Post) []string {
	t := a.typeOf(p)
	switch {
	case p.Type == "revision":
		return []string{doNotAllow}
	case a.isPage(p, "page_for_posts"), a.isPage(p, "page_on_front"):
		return []string{"manage_options"}
	case t == nil:
		return unregistered
	case !t.MapMetaCap:
		return []string{t.Cap("delete_post")}
	}
	return a.changePost(u, p, t, "delete")
}

func (a *Access) isPage(p *models.Post, option string) bool {
	return p.ID != 0 && a.Objects != nil && a.Objects.Option(option) == strconv.FormatInt(p.ID, 10)
}

// changePost is what editing and deleting have in common: own or others', published or private.
func (a *Access) changePost(u *User, p *models.Post, t *PostType, verb string) []string {
	var caps []string
	if p.Author != 0 && p.Author == u.ID {
		status := p.Status
		if status == "trash" && a.Objects != nil {
			status = a.Objects.TrashedFrom(p.ID)
		}
		if status == "publish" || status == "future" {
			caps = []string{t.Cap(verb + "_published_posts")}
		} else {
			caps = []string{t.Cap(verb + "_posts")}
		}
	} else {
		caps = []string{t.Cap(verb + "_others_posts")}
		switch p.Status {
		case "publish", "future":
			caps = append(caps, t.Cap(verb+"_published_posts"))
		case "private":
			caps = append(caps, t.Cap(verb+"_private_posts"))
		}
	}
	if a.isPage(p, "wp_page_for_privacy_policy") {
		caps = append(caps, "manage_options")
	}
	return caps
}

func (a *Access) readPost(u *User, p *models.Post) []string {
	if p = a.origin(p); p == nil {
		return []string{doNotAllow}
	}
	t := a.typeOf(p)
	switch {
	case t == nil:
		return unregistered
	case !t.MapMetaCap:
		return []string{t.Cap("read_post")}
	}
	status, ok := a.Registry.statuses[a.PostStatus(p)]
	switch {
	case !ok:
		return unregistered
	case status.Public, p.Author != 0 && p.Author == u.ID:
		return []string{t.Cap("read")}
	case status.Private:
		return []string{t.Cap("read_private_posts")}
	}
	return a.editPost(u, p)
}

func (a *Access) publishPost(_ *User, p *models.Post) []string {
	if t := a.typeOf(p); t != nil {
		return []string{t.Cap("publish_posts")}
	}
	return unregistered
}

// PostStatus is the status that counts: an attachment has that of the post it
// is attached to, and is public without one (get_post_status).
func (a *Access) PostStatus(p *models.Post) string {
	for range maxParents {
		if p.Type != "attachment" {
			return p.Status
		}
		switch p.Status {
		case "private", "trash", "auto-draft":
			return p.Status
		case "inherit":
		default:
			return "publish"
		}
		parent := a.postByID(p.Parent)
		if parent == nil || parent.ID == p.ID {
			return "publish"
		}
		if parent.Status == "trash" {
			if from := a.Objects.TrashedFrom(parent.ID); from != "" {
				return from
			}
			return "publish"
		}
		p = parent
	}
	return "publish"
}

func (a *Access) editComment(u *User, args []any) []string {
	var c *models.Comment
	if len(args) > 0 {
		c, _ = args[0].(*models.Comment)
	}
	if id := idOf(args); c == nil && id > 0 && a.Objects != nil {
		c = a.Objects.Comment(id)
	}
	if c == nil {
		return []string{doNotAllow}
	}
	if p := a.postByID(c.PostID); p != nil && a.Registry != nil {
		return a.editPost(u, p)
	}
	return []string{"edit_posts"}
}

func (a *Access) term(args []any) *models.TermTaxonomy {
	if len(args) > 0 {
		if t, ok := args[0].(*models.TermTaxonomy); ok {
			return t
		}
	}
	if id := idOf(args); id > 0 && a.Objects != nil {
		return a.Objects.Term(id)
	}
	return nil
}

func (a *Access) onTerm(capability string, u *User, args []any) []string {
	t := a.term(args)
	if t == nil || a.Registry == nil {
		return []string{doNotAllow}
	}
	taxonomy, ok := a.Registry.taxonomies[t.Taxonomy]
	if !ok {
		return []string{doNotAllow}
	}
	if capability == "delete_term" && a.Objects != nil {
		id := strconv.FormatInt(t.TermID, 10)
		if id == a.Objects.Option("default_"+t.Taxonomy) || id == a.Objects.Option("default_term_"+t.Taxonomy) {
			return []string{doNotAllow}
		}
	}
	return a.Map(u, taxonomy.Cap(capability+"s"), t)
}

// onMeta: who edits the object edits its metadata, except keys that are protected or guarded.
func (a *Access) onMeta(capability string, u *User, args []any) []string {
	object := strings.TrimSuffix(capability, "_meta")
	object = object[strings.IndexByte(object, '_')+1:]
	subtype := a.subtype(object, args)
	if subtype == "" {
		return []string{doNotAllow}
	}
	caps := a.Map(u, "edit_"+object, args...)
	if len(args) < 2 {
		return caps
	}
	key, _ := args[1].(string)
	if key == "" {
		return caps
	}
	allowed := !IsProtectedMeta(key)
	if a.Objects != nil {
		if v, known := a.Objects.MetaAuth(u, object, subtype, key, idOf(args)); known {
			allowed = v
		}
	}
	if !allowed {
		caps = append(caps[:len(caps):len(caps)], capability)
	}
	return caps
}

// subtype of an object: a post's type, a term's taxonomy; "" when there is no such object.
func (a *Access) subtype(object string, args []any) string {
	switch object {
	case "post":
		if p := a.post(args); p != nil {
			return p.Type
		}
	case "term":
		if t := a.term(args); t != nil {
			return t.Taxonomy
		}
	case "comment":
		if len(args) > 0 {
			if _, ok := args[0].(*models.Comment); ok {
				return "comment"
			}
		}
		if id := idOf(args); id > 0 && a.Objects != nil && a.Objects.Comment(id) != nil {
			return "comment"
		}
	case "user":
		id := idOf(args)
		if id != 0 && (isUser(args[0]) || a.Objects != nil && a.Objects.UserExists(id)) {
			return "user"
		}
	}
	return ""
}

func isUser(v any) bool {
	switch v.(type) {
	case *User, *models.User:
		return true
	}
	return false
}

// IsProtectedMeta tells whether a meta key is WordPress's own business: it begins with an underscore (is_protected_meta).
func IsProtectedMeta(key string) bool {
	for _, r := range key {
		if r >= 0x20 && r <= 0x7e || r > 0x7e && unicode.IsLetter(r) {
			return r == '_'
		}
	}
	return false
}
