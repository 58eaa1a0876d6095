package handlers

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	uploads "github.com/headpress/headpress/media"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

// lockUsers is held by who makes logins, e-mail addresses and slugs of users.
const lockUsers = "users"

// fresh is the metadata that every user has, with the values of a new one, in the
// order in which wp_insert_user adds it.
var freshUser = [][2]string{
	{"nickname", ""}, {"first_name", ""}, {"last_name", ""}, {"description", ""}, {"rich_editing", "true"}, {"syntax_highlighting", "true"},
	{"infinite_scrolling", "true"}, {"comment_shortcuts", "false"}, {"admin_color", "modern"}, {"use_ssl", "0"}, {"show_admin_bar_front", "true"}, {"locale", ""},
}

// refused is an error of WordPress's own functions, which carries neither status nor data.
func refused(code, message string) *api.Error {
	return &api.Error{Code: code, Message: message, Bare: true}
}

func checkUsername(_ *api.Context, _ string, v any) (any, error) {
	login := php.ToString(v)
	if !php.ToBool(login) || sanitize.User(login, true) != login {
		return nil, api.NewError(http.StatusBadRequest, "rest_user_invalid_username", "This username is invalid because it uses illegal characters.")
	}
	return login, nil
}

func checkPassword(_ *api.Context, _ string, v any) (any, error) {
	password := php.ToString(v)
	if !php.ToBool(password) {
		return nil, api.NewError(http.StatusBadRequest, "rest_user_invalid_password", "Passwords cannot be empty.")
	}
	if strings.Contains(password, `\`) || len(password) > 4096 {
		return nil, api.NewError(http.StatusBadRequest, "rest_user_invalid_password", "Passwords cannot contain a backslash, nor be longer than 4096 bytes.")
	}
	return password, nil
}

// checkReassign takes a number, or what is false.
func checkReassign(_ *api.Context, _ string, v any) (any, error) {
	switch n := v.(type) {
	case int64, float64:
		return n, nil
	case string:
		if php.IsNumeric(n) {
			return n, nil
		}
		if n == "false" {
			return false, nil
		}
	}
	if a, ok := v.(*php.Array); ok && a.Len() > 0 || !ok && php.ToBool(v) {
		return nil, api.NewError(http.StatusBadRequest, "rest_invalid_param", "Invalid user parameter(s).")
	}
	return false, nil
}

// mayGiveRoles tells whether the asker may give a user these roles (check_role_update).
func (u *users) mayGiveRoles(c *api.Context, user int64) error {
	s := of(c)
	for _, slug := range c.Strings("roles") {
		role, ok := s.access.Roles.Get(slug)
		if !ok {
			return api.NewError(http.StatusBadRequest, "rest_user_invalid_role", "The role "+slug+" does not exist.")
		}
		// Nobody takes from himself the right to edit users.
		if edits, _ := role.Caps.Get("edit_users"); user != 0 && s.user.ID == user && !php.ToBool(edits) {
			return c.Forbidden("rest_user_invalid_role", "Sorry, you are not allowed to give users that role.")
		}
	}
	return nil
}

// account is a user's row with the metadata that belongs to it.
type account struct {
	row  models.User
	meta map[string]string
}

// put puts what a request says into an account and makes it fit to be stored
// (wp_insert_user). before is nil for a new one; hash is that of a new password, or "".
func (a *account) put(s *session, c *api.Context, before *models.User, hash string) error {
	given := func(name string, to *string, clean func(string) string) bool {
		if !c.Has(name) {
			return false
		}
		*to = clean(c.String(name))
		return true
	}
	as := func(s string) string { return s }
	unless0 := func(clean func(string) string) func(string) string { // PHP takes "0" for nothing
		return func(v string) string {
			if v = clean(v); v == "0" {
				return ""
			}
			return v
		}
	}
	row := &a.row
	if before == nil {
		given("username", &row.Login, strings.TrimSpace)
		row.Registered = wpdate.Format(s.site.Now().UTC())
		switch other, err := s.site.Store.FindLogin(s.ctx, row.Login, ""); {
		case err != nil:
			return err
		case row.Login == "":
			return refused("empty_user_login", "Cannot create a user with an empty login name.")
		case utf8.RuneCountInString(row.Login) > 60:
			return refused("user_login_too_long", "Username may not be longer than 60 characters.")
		case other != nil:
			return refused("existing_user_login", "Sorry, that username already exists!")
		}
	}
	nicename := row.Nicename
	given("slug", &nicename, unless0(as))
	if nicename == "" {
		nicename = firstRunes(row.Login, 50)
	} else {
		nicename = sanitize.User(nicename, true)
	}
	if utf8.RuneCountInString(nicename) > 50 {
		return refused("user_nicename_too_long", "Nicename may not be longer than 50 characters.")
	}
	if nicename = sanitize.Title(nicename, "", s.locale()); nicename == "" || nicename == "0" {
		return refused("empty_user_nicename", "Cannot make a user without a nicename.")
	}
	var err error
	if row.Nicename, err = s.site.Store.FreeNicename(s.ctx, nicename, row.ID); err != nil {
		return err
	}
	given("email", &row.Email, func(v string) string {
		return s.clean("user email", sanitize.TextFilter(), sanitize.Email(strings.TrimSpace(v)))
	})
	if before == nil || !strings.EqualFold(before.Email, row.Email) {
		owner, err := s.site.Store.EmailOwner(s.ctx, row.Email)
		if err != nil {
			return err
		}
		if owner != 0 && owner != row.ID {
			return refused("existing_user_email", "Sorry, that email address is already used!")
		}
	}
	given("url", &row.URL, func(v string) string {
		return s.clean("user url", sanitize.TextFilter(), sanitize.URL(sanitize.StripAllTags(v, false), nil))
	})
	if utf8.RuneCountInString(row.URL) > 100 {
		return refused("user_url_too_long", "User URL may not be longer than 100 characters.")
	}
	for _, name := range []string{"first_name", "last_name", "nickname"} {
		text := a.meta[name]
		given(name, &text, unless0(s.plainName("user "+name)))
		a.meta[name] = text
	}
	if a.meta["nickname"] == "" {
		a.meta["nickname"] = row.Login
	}
	for name, clean := range map[string]func(string) string{"description": unless0(s.cleaner("user description", sanitize.UserFilter())), "locale": as} {
		text := a.meta[name]
		given(name, &text, clean)
		a.meta[name] = text
	}
	given("name", &row.DisplayName, unless0(s.plainName("user name")))
	if row.DisplayName == "" {
		if before == nil {
			row.DisplayName = strings.TrimSpace(a.meta["first_name"] + " " + a.meta["last_name"])
		}
		if row.DisplayName == "" {
			row.DisplayName = row.Login
		}
	}
	if utf8.RuneCountInString(row.DisplayName) > 250 || utf8.RuneCountInString(row.Email) > 100 {
		// WordPress does not notice that the database stores nothing.
		return api.NewError(http.StatusBadRequest, "rest_user_value_too_long", "The name or the email address is too long.")
	}
	if hash != "" {
		row.Pass = hash
	}
	if before != nil && (before.Email != row.Email || before.Pass != row.Pass) {
		row.ActivationKey = "" // a reset that somebody asked for before is void
	}
	return nil
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// saveAccountMeta stores the metadata of an account where it differs from what is stored.
func (s *session) saveAccountMeta(a *account, stored metaValues) error {
	for _, m := range freshUser {
		if v := php.MaybeSerialize(a.meta[m[0]]); !stored.has(m[0]) || stored.first(m[0]) != v {
			if err := s.site.Store.SetMeta(s.ctx, "usermeta", a.row.ID, m[0], v); err != nil {
				return err
			}
		}
	}
	return nil
}

// saveRoles gives a user roles in place of those that he has; what he may do beside
// them stays (WP_User::set_role, add_role).
func (s *session) saveRoles(user *models.User, roles []string) error {
	prefix := s.site.Store.Prefix()
	stored := s.userMeta.get(user.ID)
	caps := &php.Array{}
	old, _ := stored.value(prefix + "capabilities").(*php.Array)
	for k, v := range old.All() {
		if _, isRole := s.access.Roles.Get(k.String()); !isRole {
			caps.Put(k, v)
		}
	}
	for _, role := range roles {
		if role != "" {
			caps.Set(role, true)
		}
	}
	text, err := php.Serialize(caps)
	if err != nil {
		return err
	}
	level := int64(0)
	for k, v := range s.access.User(user.ID, user.Login, caps).AllCaps.All() {
		if m := levelCap.FindStringSubmatch(k.String()); m != nil && php.ToBool(v) {
			level = max(level, php.ToInt(m[1]))
		}
	}
	for _, m := range [][2]string{{prefix + "capabilities", text}, {prefix + "user_level", itoa(level)}} {
		if stored.has(m[0]) && stored.first(m[0]) == m[1] {
			continue
		}
		if err := s.site.Store.SetMeta(s.ctx, "usermeta", user.ID, m[0], m[1]); err != nil {
			return err
		}
	}
	return nil
}

var levelCap = regexp.MustCompile(`^level_(10|[0-9])$`)

// countUsers keeps the number of users that WordPress remembers (wp_update_user_counts).
func (s *session) countUsers() error {
	n, err := s.site.Store.CountUsers(s.ctx, models.UserQuery{})
	if err != nil {
		return err
	}
	return s.setOption("user_count", strconv.FormatInt(n, 10))
}

// hash hashes the password that a request names; "" is none. It takes a while, so it is
// done outside of transactions.
func hashGiven(c *api.Context) (string, error) {
	if !c.Has("password") {
		return "", nil
	}
	return auth.HashPassword(c.String("password"))
}

func (u *users) saveUserMeta(c *api.Context, id int64) error {
	given, ok := c.Param("meta").(*php.Array)
	if !ok {
		return nil
	}
	s := of(c)
	return s.saveMeta(c, metaTarget{object: "user", table: "usermeta", id: id, stored: s.userMeta.get(id)}, given)
}

func (u *users) create(c *api.Context) (*api.Response, error) {
	s := of(c)
	if nonEmpty(c, "id") {
		return nil, api.NewError(http.StatusBadRequest, "rest_user_exists", "Cannot create existing user.")
	}
	if err := u.mayGiveRoles(c, 0); err != nil {
		return nil, err
	}
	fresh := func() *account {
		a := &account{meta: map[string]string{}}
		for _, m := range freshUser {
			a.meta[m[0]] = m[1]
		}
		return a
	}
	if err := fresh().put(s, c, nil, ""); err != nil { // what is refused must not cost a hash
		return nil, err
	}
	hash, err := hashGiven(c)
	if err != nil {
		return nil, err
	}
	var id int64
	err = s.write(func() error {
		a := fresh()
		if err := a.put(s, c, nil, hash); err != nil {
			return err
		}
		if err := s.site.Store.Insert(s.ctx, &a.row); err != nil {
			return err
		}
		id = a.row.ID
		if err := s.saveAccountMeta(a, nil); err != nil {
			return err
		}
		roles := []string{s.options.String("default_role")}
		if c.Has("roles") {
			roles = c.Strings("roles")
		}
		if err := s.saveRoles(&a.row, roles); err != nil {
			return err
		}
		s.userMeta.forget(id)
		if err := u.saveUserMeta(c, id); err != nil {
			return err
		}
		return s.countUsers()
	}, lockUsers)
	if err != nil {
		return nil, err
	}
	res, err := u.answer(c, id)
	if err != nil {
		return nil, err
	}
	res.Status = http.StatusCreated
	res.Set("Location", c.URL("/wp/v2/users/"+itoa(id)))
	return res, nil
}

// answer shows a user as he is now to who has changed him.
func (u *users) answer(c *api.Context, id int64) (*api.Response, error) {
	s := of(c)
	if s.row != nil && s.row.ID == id {
		s.users.forget(id)
		if row := s.users.get(id); row != nil { // who asks is another now
			changed := *row
			changed.Pass = s.row.Pass
			s.row = &changed
			s.users.put(id, s.row) // with the rights that he had: WordPress loads who asks before it gives roles
		}
	}
	user := s.users.get(id)
	if s.err != nil || user == nil {
		return nil, s.err
	}
	c.Request.SetParam("context", "edit")
	return versioned(c, u.resource.Item(c, user), func() string { return s.userVersion(user) }), s.err
}

func (u *users) update(c *api.Context) (*api.Response, error) {
	s := of(c)
	user, err := findUser(c)
	if err != nil {
		return nil, err
	}
	id := user.ID
	hash, err := hashGiven(c)
	if err != nil {
		return nil, err
	}
	session := ""
	err = s.write(func() error {
		before, err := s.site.Store.UserByID(s.ctx, id)
		if err != nil {
			return err
		}
		if before == nil {
			return errUserID()
		}
		if err := unchanged(c, "", func() string { return s.userVersion(before) }); err != nil {
			return err
		}
		if err := u.clashes(c, before); err != nil {
			return err
		}
		if err := u.mayGiveRoles(c, id); err != nil {
			return err
		}
		stored := s.userMeta.get(id)
		a := account{row: *before, meta: map[string]string{}}
		for _, m := range freshUser {
			a.meta[m[0]] = m[1]
			if stored.has(m[0]) {
				a.meta[m[0]] = stored.text(m[0])
			}
		}
		if err := a.put(s, c, before, hash); err != nil {
			return err
		}
		if a.row != *before {
			if err := s.site.Store.Update(s.ctx, "users", []int64{id}, map[string]any{
				"user_pass": a.row.Pass, "user_nicename": a.row.Nicename, "user_email": a.row.Email, "user_url": a.row.URL,
				"user_activation_key": a.row.ActivationKey, "display_name": a.row.DisplayName,
			}); err != nil {
				return err
			}
		}
		if err := s.saveAccountMeta(&a, stored); err != nil {
			return err
		}
		if hash != "" {
			if session, err = s.newPassword(id); err != nil {
				return err
			}
		}
		if c.Has("roles") {
			if err := s.saveRoles(before, c.Strings("roles")); err != nil {
				return err
			}
		}
		if err := s.tellAccount(before, &a.row); err != nil {
			return err
		}
		return u.saveUserMeta(c, id)
	}, lockUsers)
	if err != nil {
		return nil, err
	}
	if session != "" { // his own password: his cookies are signed with it
		s.row.Pass = hash
		s.setCookies(s.row, session, s.remembered)
	}
	return u.answer(c, id)
}

// clashes refuses what another user has already, and a change of the login.
func (u *users) clashes(c *api.Context, user *models.User) error {
	s := of(c)
	if c.Has("email") {
		owner, err := s.site.Store.EmailOwner(s.ctx, c.String("email"))
		if err != nil {
			return err
		}
		if owner != 0 && owner != user.ID {
			return api.NewError(http.StatusBadRequest, "rest_user_invalid_email", "Invalid email address.")
		}
	}
	if nonEmpty(c, "username") && c.String("username") != user.Login {
		return api.NewError(http.StatusBadRequest, "rest_user_invalid_argument", "Username is not editable.")
	}
	if slug := c.String("slug"); php.ToBool(slug) && slug != user.Nicename {
		others, err := s.site.Store.FindUsers(s.ctx, models.UserQuery{Slugs: []string{slug}, Limit: 1})
		if err != nil {
			return err
		}
		if len(others) > 0 {
			return api.NewError(http.StatusBadRequest, "rest_user_invalid_slug", "Invalid slug.")
		}
	}
	return nil
}

// remove deletes a user. What he wrote goes to another, or to the trash.
func (u *users) remove(c *api.Context) (*api.Response, error) {
	s := of(c)
	user, err := findUser(c)
	if err != nil {
		return nil, err
	}
	if !c.Bool("force") {
		return nil, api.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "Users do not support trashing. Set 'force=true' to delete.")
	}
	reassigned := c.Param("reassign") != false
	heir := int64(0)
	if reassigned {
		if heir = absint(c.Int("reassign")); heir != 0 && (heir == user.ID || s.users.get(heir) == nil) {
			return nil, api.NewError(http.StatusBadRequest, "rest_user_invalid_reassign", "Invalid user ID for reassignment.")
		}
	}
	c.Request.SetParam("context", "edit")
	previous := u.resource.Previous(c, user)
	if s.err != nil {
		return nil, s.err
	}
	work := s.site.Ledger.Begin()
	defer work.End(s.ctx)
	err = s.write(func() error {
		user := s.users.get(user.ID)
		if user == nil {
			return errUserID()
		}
		if err := unchanged(c, "", func() string { return s.userVersion(user) }); err != nil {
			return err
		}
		if reassigned {
			if heir != 0 && s.users.get(heir) == nil {
				return api.NewError(http.StatusBadRequest, "rest_user_invalid_reassign", "Invalid user ID for reassignment.")
			}
			if err := s.site.Store.GiveAway(s.ctx, user.ID, heir); err != nil {
				return err
			}
		} else if err := u.deleteWorks(s, work, user.ID); err != nil {
			return err
		}
		for _, d := range [][2]string{{"usermeta", "user_id"}, {"users", "id"}} {
			if err := s.site.Store.Delete(s.ctx, d[0], d[1], []int64{user.ID}); err != nil {
				return err
			}
		}
		return s.countUsers()
	}, lockUsers, lockPosts, lockOptions)
	if err != nil {
		return nil, err
	}
	if s.row != nil && s.row.ID == user.ID {
		s.users.forget(user.ID)
	}
	return api.OK(php.Map{{Key: "deleted", Value: true}, {Key: "previous", Value: previous}}), nil
}

// deleteWorks deletes what a user wrote, of the types that have authors: posts and
// pages go to the trash (wp_delete_user).
func (u *users) deleteWorks(s *session, work *uploads.Work, user int64) error {
	var types []string
	for _, t := range u.site.Registry.Types {
		if t.Has("author") {
			types = append(types, t.Name)
		}
	}
	found, err := s.site.Store.FindPosts(s.ctx, models.PostQuery{Types: types, Authors: []int64{user}, OrderBy: []string{"id"}, Order: "asc", Columns: models.PostFull})
	if err != nil {
		return err
	}
	for i := range found {
		s.postMeta.want(found[i].ID) // files are named there
	}
	for i := range found {
		p := &found[i]
		switch {
		case p.Type == "attachment":
			err = s.deleteMedia(work, p)
		case p.Type == "revision":
			err = s.deleteRevisions(p.Parent, p.ID)
		case slices.Contains([]string{"post", "page"}, p.Type) && p.Status != "trash" && u.site.trashDays() > 0:
			err = s.trashPost(p)
		default:
			err = s.deletePost(p)
		}
		if err != nil {
			return err
		}
	}
	return s.site.Store.Delete(s.ctx, "links", "link_owner", []int64{user})
}
