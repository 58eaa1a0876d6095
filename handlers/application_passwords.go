package handlers

import (
	"net/http"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// appPasswords serves the application passwords of a user.
type appPasswords struct {
	site     *Site
	resource *api.Resource[*appPassword]
}

// appPassword is an application password as usermeta holds it, and whose it is.
type appPassword struct {
	user int64
	data *php.Array
}

func (p *appPassword) value(key string) any {
	v, _ := p.data.Get(key)
	return v
}

func (p *appPassword) text(key string) string {
	if v := p.value(key); v != nil {
		return php.ToString(v)
	}
	return ""
}

// date shows a Unix time without a zone; what was never is null.
func (p *appPassword) date(key string) any {
	if n := php.ToInt(p.value(key)); n != 0 {
		return time.Unix(n, 0).UTC().Format("2006-01-02T15:04:05")
	}
	return nil
}

func newAppPasswords(site *Site) *appPasswords { return &appPasswords{site, appPasswordFields()} }

func (a *appPasswords) routes() []*api.Route {
	const base = `/wp/v2/users/(?P<user_id>(?:[\d]+|me))/application-passwords`
	context := a.resource.ContextArg("view")
	read := api.Properties{context}
	may := func(capability, code, message string) func(*api.Context) error {
		return func(c *api.Context) error {
			user, err := a.user(c)
			if err != nil {
				return err
			}
			if !of(c).can(capability, user.ID, c.String("uuid")) {
				return c.Forbidden(code, message)
			}
			return nil
		}
	}
	return []*api.Route{
		{Namespace: "wp/v2", Path: base, Schema: a.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: read, Handle: a.list,
				Permission: may("list_app_passwords", "rest_cannot_list_application_passwords", "Sorry, you are not allowed to list application passwords for this user.")},
			{Methods: api.Creatable, Args: appPasswordArgs(true), Handle: a.create,
				Permission: may("create_app_password", "rest_cannot_create_application_passwords", "Sorry, you are not allowed to create application passwords for this user.")},
			{Methods: api.Deletable, Handle: a.removeAll,
				Permission: may("delete_app_passwords", "rest_cannot_delete_application_passwords", "Sorry, you are not allowed to delete application passwords for this user.")},
		}},
		{Namespace: "wp/v2", Path: base + "/introspect", Schema: a.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: read, Permission: a.mayIntrospect, Handle: a.introspect},
		}},
		{Namespace: "wp/v2", Path: base + `/(?P<uuid>[\w\-]+)`, Schema: a.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: read, Handle: a.get,
				Permission: may("read_app_password", "rest_cannot_read_application_password", "Sorry, you are not allowed to read this application password.")},
			{Methods: api.Editable, Args: appPasswordArgs(false), Handle: a.update,
				Permission: may("edit_app_password", "rest_cannot_edit_application_password", "Sorry, you are not allowed to edit this application password.")},
			{Methods: api.Deletable, Handle: a.remove,
				Permission: may("delete_app_password", "rest_cannot_delete_application_password", "Sorry, you are not allowed to delete this application password.")},
		}},
	}
}

// appID is the schema of what names an application: a uuid or nothing.
func appID(options ...api.Option) *api.Schema {
	return api.String("The number that names the application.", append([]api.Option{
		api.OneOf(api.Of1("string", api.Format("uuid")), api.Of1("string", api.Enum("")))}, options...)...)
}

func appPasswordArgs(create bool) api.Properties {
	name := []api.Option{api.MinLength(1), api.Pattern(`.*\S.*`), api.Early}
	if create {
		name = append(name, api.Required)
	}
	return api.Properties{api.P("app_id", appID(api.Early)), api.P("name", api.String("What the user calls the password.", name...))}
}

func appPasswordFields() *api.Resource[*appPassword] {
	type field = api.Field[*appPassword]
	all, shown := api.In("view", "edit", "embed"), api.In("view", "edit")
	date := func(key string) func(*api.Context, *appPassword) any {
		return func(_ *api.Context, p *appPassword) any { return p.date(key) }
	}
	return &api.Resource[*appPassword]{
		Title: "application-password",
		Order: []string{"uuid", "app_id", "name", "password", "created", "last_used", "last_ip"},
		Fields: []field{
			{Name: "uuid", Schema: api.String("The number that names the password.", api.Format("uuid"), all, api.ReadOnly), Get: func(_ *api.Context, p *appPassword) any { return p.text("uuid") }},
			{Name: "app_id", Schema: appID(all), Get: func(_ *api.Context, p *appPassword) any { return p.text("app_id") }},
			{Name: "name", Schema: api.String("What the user calls the password.", api.Required, all, api.MinLength(1), api.Pattern(`.*\S.*`)), Get: func(_ *api.Context, p *appPassword) any { return p.text("name") }},
			{Name: "password", Schema: api.String("The password itself, told once.", api.In("edit"), api.ReadOnly)},
			{Name: "created", Schema: api.String("When the password was made, in UTC.", api.Format("date-time"), shown, api.ReadOnly), Get: date("created")},
			{Name: "last_used", Schema: api.Of("When the password was last used, in UTC.", []string{"string", "null"}, api.Format("date-time"), shown, api.ReadOnly), Get: date("last_used")},
			{Name: "last_ip", Schema: api.Of("From where the password was last used.", []string{"string", "null"}, api.Format("ip"), shown, api.ReadOnly), Get: func(_ *api.Context, p *appPassword) any {
				if ip := p.text("last_ip"); ip != "" {
					return ip
				}
				return nil
			}},
		},
		Links: func(c *api.Context, p *appPassword) api.Links {
			var l api.Links
			l.Add("self", c.URL("/wp/v2/users/"+itoa(p.user)+"/application-passwords/"+p.text("uuid")))
			return l
		},
	}
}

// user is whose passwords the request is about.
func (a *appPasswords) user(c *api.Context) (*models.User, error) {
	s := of(c)
	if c.String("user_id") == "me" {
		if s.row == nil {
			return nil, api.NewError(http.StatusUnauthorized, "rest_not_logged_in", "You are not currently logged in.")
		}
		return s.row, nil
	}
	if id := c.Int("user_id"); id > 0 {
		if u := s.users.get(id); u != nil {
			return u, nil
		}
	}
	return nil, errUserID()
}

// all gives the application passwords of a user.
func (a *appPasswords) all(s *session, user int64) []*appPassword {
	list, _ := s.userMeta.get(user).value(auth.MetaApplicationPasswords).(*php.Array)
	var l []*appPassword
	for _, v := range list.Values() {
		if data, ok := v.(*php.Array); ok {
			l = append(l, &appPassword{user, data})
		}
	}
	return l
}

func (a *appPasswords) byUUID(s *session, user int64, uuid string) *appPassword {
	for _, p := range a.all(s, user) {
		if p.text("uuid") == uuid {
			return p
		}
	}
	return nil
}

func (a *appPasswords) list(c *api.Context) (*api.Response, error) {
	s := of(c)
	user, err := a.user(c)
	if err != nil {
		return nil, err
	}
	return api.OK(a.resource.List(c, a.all(s, user.ID))), s.err
}

func (a *appPasswords) get(c *api.Context) (*api.Response, error) {
	s := of(c)
	user, err := a.user(c)
	if err != nil {
		return nil, err
	}
	p := a.byUUID(s, user.ID, c.String("uuid"))
	if p == nil {
		return nil, api.NewError(http.StatusNotFound, "rest_application_password_not_found", "Application password not found.")
	}
	return a.resource.Item(c, p), s.err
}

func (a *appPasswords) mayIntrospect(c *api.Context) error {
	user, err := a.user(c)
	if err != nil {
		return err
	}
	if s := of(c); s.row == nil || s.row.ID != user.ID {
		return c.Forbidden("rest_cannot_introspect_app_password_for_non_authenticated_user", "The authenticated application password can only be introspected for the current user.")
	}
	return nil
}

// introspect shows the password that the request itself uses.
func (a *appPasswords) introspect(c *api.Context) (*api.Response, error) {
	s := of(c)
	user, err := a.user(c)
	if err != nil {
		return nil, err
	}
	if s.password == "" {
		return nil, api.NewError(http.StatusNotFound, "rest_no_authenticated_app_password", "Cannot introspect application password.")
	}
	p := a.byUUID(s, user.ID, s.password)
	if p == nil {
		return nil, api.NewError(http.StatusNotFound, "rest_application_password_not_found", "Application password not found.")
	}
	return a.resource.Item(c, p), s.err
}
