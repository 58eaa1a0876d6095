package handlers

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

// users serves the site's users.
type users struct {
	site     *Site
	resource *api.Resource[*models.User]
}

type userField = api.Field[*models.User]

func newUsers(site *Site) *users {
	u := &users{site: site}
	u.resource = u.fields()
	return u
}

func (u *users) routes() []*api.Route {
	id := api.P("id", api.Integer("The number that names the user."))
	context := u.resource.ContextArg("view")
	remove := api.Properties{
		api.P("force", api.NewSchema(api.Type("boolean"), api.Default(false), api.Description("Must be true: users have no trash."))),
		api.P("reassign", api.NewSchema(api.Type("integer"), api.Description("Who gets what the user wrote."), api.Required, api.Raw, api.Sanitize(checkReassign))),
	}
	collection := append(api.Properties{context}, pageArgs()...)
	collection = append(collection, searchArg(),
		api.P("exclude", ids("Leaves these ids out.")), api.P("include", ids("Only these ids.")),
		api.P("offset", api.Integer("How many users to skip.")),
		api.P("order", api.NewSchema(api.Default("asc"), api.Description("Direction of the order."), api.Enum("asc", "desc"), api.Type("string"))),
		api.P("orderby", api.NewSchema(api.Default("name"), api.Description("What the list is ordered by."),
			api.Enum("id", "include", "name", "registered_date", "slug", "include_slugs", "email", "url"), api.Type("string"))),
		api.P("slug", api.Array("Only users with one of these slugs.", api.Items(api.Of1("string")))),
		api.P("roles", api.Array("Only users with one of these roles.", api.Items(api.Of1("string")))),
		api.P("capabilities", api.Array("Only users who were given one of these capabilities.", api.Items(api.Of1("string")))),
		api.P("who", api.String("Only users who may write.", api.Enum("authors"))),
		api.P("has_published_posts", api.Of("Only users who have published something, or something of these types.", []string{"boolean", "array"},
			api.Items(api.NewSchema(api.Type("string"), api.EnumKeyed(u.types()))))),
		api.P("search_columns", api.NewSchema(api.Default(php.List()), api.Description("Where searching looks."), api.Type("array"),
			api.Items(api.NewSchema(api.Enum("email", "name", "id", "username", "slug"), api.Type("string"))))))
	return []*api.Route{
		{Namespace: "wp/v2", Path: "/wp/v2/users", Schema: u.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Batch: api.Batchable, Args: collection, Permission: u.mayList, Handle: u.list},
			{Methods: api.Creatable, Batch: api.Batchable, Args: u.resource.CreateArgs(), Permission: u.mayCreate, Handle: u.create},
		}},
		{Namespace: "wp/v2", Path: `/wp/v2/users/(?P<id>[\d]+)`, Schema: u.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Batch: api.Batchable, Args: api.Properties{id, context}, Permission: u.mayGet, Handle: u.get, Prime: u.prime},
			{Methods: api.Editable, Batch: api.Batchable, Args: append(api.Properties{id}, u.resource.EditArgs()...), Permission: u.mayUpdate, Handle: u.update},
			{Methods: api.Deletable, Batch: api.Batchable, Args: append(api.Properties{id}, remove...), Permission: u.mayDelete, Handle: u.remove},
		}},
		{Namespace: "wp/v2", Path: "/wp/v2/users/me", Schema: u.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{context}, Handle: u.me},
			{Methods: api.Editable, Args: u.resource.EditArgs(), Permission: asMe(u.mayUpdate), Handle: u.update},
			{Methods: api.Deletable, Args: remove, Permission: asMe(u.mayDelete), Handle: u.remove},
		}},
	}
}

// types are the post types whose authors the API shows.
func (u *users) types() []string {
	var l []string
	for _, t := range u.site.Registry.Types {
		if t.RESTBase != "" {
			l = append(l, t.Name)
		}
	}
	return l
}

func (u *users) fields() *api.Resource[*models.User] {
	all, edit := api.In("embed", "view", "edit"), api.In("edit")
	meta := func(key string) func(*api.Context, *models.User) any {
		return func(c *api.Context, u *models.User) any { return of(c).userMeta.get(u.ID).text(key) }
	}
	uri := api.Format("uri")
	sizes := api.Properties{}
	for _, size := range avatarSizes {
		sizes = append(sizes, api.P(size, api.String("The picture's address at "+size+" pixels.", uri, all)))
	}
	return &api.Resource[*models.User]{
		Title: "user", Whole: true,
		Order: []string{"id", "username", "name", "first_name", "last_name", "email", "url", "description", "link", "locale", "nickname", "slug",
			"registered_date", "roles", "password", "capabilities", "extra_capabilities", "avatar_urls", "meta"},
		Fields: []userField{
			{Name: "id", Schema: api.Integer("The number that names the user.", all, api.ReadOnly), Get: func(_ *api.Context, u *models.User) any { return u.ID }},
			{Name: "username", Schema: api.String("What the user signs in with.", edit, api.Required, api.Sanitize(checkUsername)), Get: func(_ *api.Context, u *models.User) any { return u.Login }},
			{Name: "name", Schema: api.String("The name the site shows.", all, cleaned(sanitize.TextField)), Get: func(_ *api.Context, u *models.User) any { return u.DisplayName }},
			{Name: "first_name", Schema: api.String("The user's first name.", edit, cleaned(sanitize.TextField)), Get: meta("first_name")},
			{Name: "last_name", Schema: api.String("The user's last name.", edit, cleaned(sanitize.TextField)), Get: meta("last_name")},
			{Name: "email", Schema: api.String("The user's e-mail address.", api.Format("email"), edit, api.Required), Get: func(_ *api.Context, u *models.User) any { return u.Email }},
			{Name: "url", Schema: api.String("The user's site.", uri, all), Get: func(_ *api.Context, u *models.User) any { return u.URL }},
			{Name: "description", Schema: api.String("What the user says of himself.", all), Get: meta("description")},
			{Name: "link", Schema: api.String("The address of what the user wrote.", uri, all, api.ReadOnly), Get: func(c *api.Context, u *models.User) any { return of(c).authorLink(u) }},
			{Name: "locale", Schema: api.String("The user's language.", api.Enum("", "en_US"), edit), Get: func(c *api.Context, u *models.User) any { return of(c).localeOf(u) }},
			{Name: "nickname", Schema: api.String("The user's nickname.", edit, cleaned(sanitize.TextField)), Get: meta("nickname")},
			{Name: "slug", Schema: api.String("The part of the address that is the user's own.", all, api.Sanitize(sanitizeSlug)), Get: func(_ *api.Context, u *models.User) any { return u.Nicename }},
			{Name: "roles", Schema: api.Array("The user's roles.", api.Items(api.Of1("string")), edit), Get: func(c *api.Context, u *models.User) any { return rolesOf(of(c).principal(u)) }},
			{Name: "registered_date", Schema: api.String("When the user was added.", api.Format("date-time"), edit, api.ReadOnly), Get: func(_ *api.Context, u *models.User) any {
				t, _ := wpdate.Parse(u.Registered, time.UTC)
				return wpdate.FormatPHP(t, "c")
			}},
			{Name: "capabilities", Schema: api.Object("Everything the user may do.", edit, api.ReadOnly), Get: func(c *api.Context, u *models.User) any {
				return asObject(of(c).principal(u).AllCaps)
			}},
			{Name: "extra_capabilities", Schema: api.Object("Roles and capabilities given to the user alone.", edit, api.ReadOnly), Get: func(c *api.Context, u *models.User) any {
				return asObject(of(c).principal(u).Caps)
			}},
			{Name: "avatar_urls", Schema: api.Object("The addresses of the user's picture.", all, api.ReadOnly, api.Props(sizes...)), If: avatarsOn[*models.User], Get: func(c *api.Context, u *models.User) any {
				return of(c).avatars(u.Email)
			}},
			{Name: "meta", Schema: metaSchema("user", "", api.In("view", "edit")), Get: func(c *api.Context, u *models.User) any {
				return registeredMeta("user", "", of(c).userMeta.get(u.ID))
			}},
			{Name: "password", Schema: api.String("A new password.", api.In(), api.Required, api.Sanitize(checkPassword))},
		},
		Links: func(c *api.Context, u *models.User) api.Links {
			var l api.Links
			l.Add("self", c.URL("/wp/v2/users/"+itoa(u.ID)))
			l.Add("collection", c.URL("/wp/v2/users"))
			return l
		},
	}
}

// localeOf is a user's language (get_user_locale).
func (s *session) localeOf(u *models.User) string {
	if l := s.userMeta.get(u.ID).first("locale"); l != "" {
		return l
	}
	return s.locale()
}

// rolesOf lists a user's roles.
func rolesOf(u *auth.User) []string {
	if u.Roles == nil {
		return []string{}
	}
	return u.Roles
}

// asObject prints an array as an object, even an empty one.
func asObject(a *php.Array) php.Obj {
	o := php.Obj{}
	for k, v := range a.All() {
		o = append(o, php.Member{Key: k.String(), Value: v})
	}
	return o
}

// principal is a user as capability checks see it.
func (s *session) principal(u *models.User) *auth.User {
	if s.row != nil && s.row.ID == u.ID {
		return s.user
	}
	return s.access.User(u.ID, u.Login, s.userMeta.get(u.ID).value(s.site.Store.Prefix()+"capabilities"))
}

func errUserID() *api.Error {
	return api.NewError(http.StatusNotFound, "rest_user_invalid_id", "Invalid user ID.")
}

func findUser(c *api.Context) (*models.User, error) {
	if id := c.Int("id"); id > 0 {
		if u := of(c).users.get(id); u != nil {
			return u, nil
		}
	}
	return nil, errUserID()
}

// errNoUsers keeps the users of a site that wants it so from visitors; authors of posts
// that are embedded stay.
func (u *users) errNoUsers(c *api.Context) error {
	if !u.site.StrictPrivacy || of(c).LoggedIn() || c.Embedding {
		return nil
	}
	return c.Forbidden("rest_user_cannot_view", "Sorry, you are not allowed to list users.")
}

func (u *users) mayList(c *api.Context) error {
	s := of(c)
	if err := u.errNoUsers(c); err != nil {
		return err
	}
	lister := s.can("list_users")
	switch orderby := c.String("orderby"); {
	case (nonEmpty(c, "roles") || nonEmpty(c, "capabilities")) && !lister:
		return c.Forbidden("rest_user_cannot_view", "Sorry, you are not allowed to filter users by role.")
	case c.View() == "edit" && !lister:
		return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to edit users.")
	case (orderby == "email" || orderby == "registered_date") && !lister:
		return c.Forbidden("rest_forbidden_orderby", "Sorry, you are not allowed to order users by this parameter.")
	case c.String("who") == "authors" && !u.mayWrite(s):
		return c.Forbidden("rest_forbidden_who", "Sorry, you are not allowed to query users by this parameter.")
	}
	return nil
}

func (u *users) mayWrite(s *session) bool {
	return slices.ContainsFunc(u.types(), func(name string) bool {
		t := u.site.Registry.Type(name)
		return t.Has("author") && s.can(t.Cap("edit_posts"))
	})
}

// nonEmpty tells whether a parameter was given and is not empty.
func nonEmpty(c *api.Context, name string) bool {
	switch v := c.Param(name).(type) {
	case nil:
		return false
	case *php.Array:
		return v.Len() > 0
	default:
		return php.ToBool(v)
	}
}

func (u *users) mayGet(c *api.Context) error {
	s := of(c)
	if err := u.errNoUsers(c); err != nil {
		return err
	}
	user, err := findUser(c)
	if err != nil {
		return err
	}
	switch {
	case s.row != nil && s.row.ID == user.ID:
		return nil
	case c.View() == "edit" && !s.can("edit_user", user.ID):
		return c.Forbidden("rest_forbidden_context", "Sorry, you are not allowed to edit users.")
	case !s.can("edit_user", user.ID) && !s.can("list_users") && !s.authors.get(user.ID):
		return c.Forbidden("rest_user_cannot_view", "Sorry, you are not allowed to list users.")
	}
	return nil
}

func (u *users) mayCreate(c *api.Context) error {
	if !of(c).can("create_users") {
		return c.Forbidden("rest_cannot_create_user", "Sorry, you are not allowed to create new users.")
	}
	return nil
}

func (u *users) mayUpdate(c *api.Context) error {
	s := of(c)
	user, err := findUser(c)
	if err != nil {
		return err
	}
	if nonEmpty(c, "roles") && !s.can("promote_user", user.ID) {
		return c.Forbidden("rest_cannot_edit_roles", "Sorry, you are not allowed to edit roles of this user.")
	}
	if !s.can("edit_user", user.ID) {
		return c.Forbidden("rest_cannot_edit", "Sorry, you are not allowed to edit this user.")
	}
	return nil
}

func (u *users) mayDelete(c *api.Context) error {
	user, err := findUser(c)
	if err != nil {
		return err
	}
	if !of(c).can("delete_user", user.ID) {
		return c.Forbidden("rest_user_cannot_delete", "Sorry, you are not allowed to delete this user.")
	}
	return nil
}

// asMe makes a check about a user one about the asker.
func asMe(check func(*api.Context) error) func(*api.Context) error {
	return func(c *api.Context) error {
		c.Request.SetParam("id", of(c).user.ID)
		return check(c)
	}
}

func (u *users) get(c *api.Context) (*api.Response, error) {
	user, err := findUser(c)
	if err != nil {
		return nil, err
	}
	return versioned(c, u.resource.Item(c, user), func() string { return of(c).userVersion(user) }), nil
}

func (u *users) me(c *api.Context) (*api.Response, error) {
	s := of(c)
	if s.row == nil {
		return nil, api.NewError(http.StatusUnauthorized, "rest_not_logged_in", "You are not currently logged in.")
	}
	return versioned(c, u.resource.Item(c, s.row), func() string { return s.userVersion(s.row) }), nil
}

func (u *users) prime(c *api.Context, requests []*api.Request) error {
	s := of(c)
	ids := requestIDs(requests, "id")
	s.users.want(ids...)
	s.userMeta.want(ids...)
	s.authors.want(ids...)
	return s.err
}

func (u *users) list(c *api.Context) (*api.Response, error) {
	s := of(c)
	perPage, page := c.Int("per_page"), c.Int("page")
	q := models.UserQuery{
		Include: c.IDs("include"), Exclude: c.IDs("exclude"), Slugs: c.Strings("slug"),
		Search: c.String("search"), SearchColumns: c.Strings("search_columns"),
		Roles: slices.Concat(s.sensibleRoles(c.Strings("roles")), s.holders(c.Strings("capabilities"))), Authors: c.String("who") == "authors",
		OrderBy: c.String("orderby"), Order: c.String("order"), Limit: perPage, Offset: wrap(float64(page-1) * float64(perPage)),
	}
	if c.Has("offset") {
		q.Offset = c.Int("offset")
	}
	page = int64(math.Ceil(float64(q.Offset)/float64(perPage) + 1)) // the page that an offset falls into
	switch v := c.Param("has_published_posts").(type) {
	case bool:
		if v {
			q.HasPosts = publicTypes(u.site)
		}
	case *php.Array:
		q.HasPosts = c.Strings("has_published_posts")
	}
	if q.Authors { // WordPress forgets the roles then
		q.Roles = nil
	}
	if !s.can("list_users") { // others see authors only, and do not learn who has an e-mail address
		if len(q.HasPosts) == 0 && !q.Authors { // a list of none, too, must not show everybody
			q.HasPosts = u.types()
		}
		open := []string{"id", "username", "slug", "name"}
		q.SearchColumns = slices.DeleteFunc(q.SearchColumns, func(c string) bool { return !slices.Contains(open, c) })
		if len(q.SearchColumns) == 0 { // also where all that were named are closed
			q.SearchColumns = open
		}
	}
	if q.Offset < 0 {
		total := int64(0)
		// WordPress's SQL is refused by the database, and the total is then the number of rows
		// that the statement before has found: the asker's metadata.
		for _, values := range s.userMeta.get(s.user.ID) {
			total += int64(len(values))
		}
		res := api.OK([]any{})
		res.Paged(c, total, perPage, page)
		return res, s.err
	}
	found, total, err := u.site.Store.PageUsers(s.ctx, q)
	if err != nil {
		return nil, err
	}
	rows := make([]*models.User, len(found))
	for i := range found {
		rows[i] = &found[i]
		s.users.put(found[i].ID, rows[i])
		s.userMeta.want(found[i].ID)
		if len(q.HasPosts) > 0 && !s.can("list_users") {
			s.authors.put(found[i].ID, true)
		} else {
			s.authors.want(found[i].ID)
		}
	}
	res := api.OK(u.resource.List(c, rows))
	res.Paged(c, total, perPage, page)
	return res, s.err
}

// wrap turns a float into an integer as PHP does, modulo 2⁶⁴.
func wrap(f float64) int64 {
	if math.Abs(f) < 1<<63 {
		return int64(f)
	}
	f = math.Mod(f, 1<<64)
	if f < 0 {
		f += 1 << 64
	}
	return int64(uint64(f))
}

// maxRoles is how many roles a list of users may name freely; each is a condition of its own.
const maxRoles = 100

// sensibleRoles are the roles to look for: of very many those that the site has, and one
// more, so that a list without any finds nobody.
func (s *session) sensibleRoles(names []string) []string {
	if len(names) <= maxRoles {
		return names
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, known := s.access.Roles.Get(name)
		return !known && name != names[0]
	})
}

// holders are the roles that have one of the capabilities, and the capabilities
// themselves, which users may have been given alone.
func (s *session) holders(capabilities []string) []string {
	var l []string
	for _, r := range s.access.Roles.All() {
		if slices.ContainsFunc(capabilities, func(name string) bool { v, ok := r.Caps.Get(name); return ok && php.ToBool(v) }) {
			l = append(l, r.Slug)
		}
	}
	return append(l, capabilities...)
}

func publicTypes(site *Site) []string {
	var l []string
	for _, t := range site.Registry.Types {
		if t.Public {
			l = append(l, t.Name)
		}
	}
	return l
}

func avatarsOn[T any](c *api.Context, _ T) bool { return of(c).options.Bool("show_avatars") }

// lower is strtolower of PHP 8: ASCII letters only.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
