package handlers

import (
	"net/http"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

func errNoAppPassword() *api.Error {
	return api.NewError(http.StatusNotFound, "rest_application_password_not_found", "Application password not found.")
}

// change runs steps on the list of a user's application passwords, and stores what they
// leave of it. The keys of the list stay as they are, like WordPress's.
func (a *appPasswords) change(s *session, user int64, steps func(list *php.Array) (changed bool, err error)) error {
	return s.write(func() error {
		if s.users.get(user) == nil {
			return errUserID()
		}
		list, _ := s.userMeta.get(user).value(auth.MetaApplicationPasswords).(*php.Array)
		if list == nil {
			list = &php.Array{}
		}
		changed, err := steps(list)
		if err != nil || !changed {
			return err
		}
		text, err := php.Serialize(list)
		if err != nil {
			return err
		}
		return s.site.Store.SetMeta(s.ctx, "usermeta", user, auth.MetaApplicationPasswords, text)
	}, lockUsers)
}

// entry finds an application password in a list.
func entry(list *php.Array, uuid string) (php.Key, *php.Array, bool) {
	for k, v := range list.All() {
		if data, ok := v.(*php.Array); ok {
			if id, _ := data.Get("uuid"); id == uuid {
				return k, data, true
			}
		}
	}
	return php.Key{}, nil, false
}

// add gives a user a new application password, and tells it.
func (a *appPasswords) add(s *session, user int64, name, appID string) (data *php.Array, plain string, err error) {
	name = sanitize.TextField(name)
	if !php.ToBool(name) {
		return nil, "", api.NewError(http.StatusBadRequest, "application_password_empty_name", "An application name is required to create an application password.")
	}
	data, plain = auth.NewApplicationPasswordEntry(name, s.site.Now())
	data.Set("app_id", appID)
	err = a.change(s, user, func(list *php.Array) (bool, error) {
		list.Append(data)
		return true, a.used(s)
	})
	return data, plain, err
}

func (a *appPasswords) create(c *api.Context) (*api.Response, error) {
	s := of(c)
	user, err := a.user(c)
	if err != nil {
		return nil, err
	}
	data, plain, err := a.add(s, user.ID, c.String("name"), c.String("app_id"))
	if err != nil {
		return nil, err
	}
	uuid, _ := data.Get("uuid")
	res, err := a.answer(c, user, php.ToString(uuid))
	if err != nil {
		return nil, err
	}
	if m, ok := res.Data.(php.Map); ok && c.Wants("password") {
		res.Data = append(m, php.Member{Key: "password", Value: auth.ChunkPassword(plain)})
	}
	res.Status = http.StatusCreated
	if len(res.Links) > 0 { // WordPress takes the address from the links
		res.Set("Location", c.URL("/wp/v2/users/"+itoa(user.ID)+"/application-passwords/"+php.ToString(uuid)))
	}
	return res, nil
}

// used notes that the site has application passwords: without that WordPress accepts none.
func (a *appPasswords) used(s *session) error {
	return s.addOrSetOption(models.Option{Name: "using_application_passwords", Value: "1", Autoload: "off"})
}

// answer shows a password as it is now to who has changed it.
func (a *appPasswords) answer(c *api.Context, user *models.User, uuid string) (*api.Response, error) {
	s := of(c)
	p := a.byUUID(s, user.ID, uuid)
	if s.err != nil {
		return nil, s.err
	}
	if p == nil {
		return nil, errNoAppPassword()
	}
	c.Request.SetParam("context", "edit")
	return a.resource.Item(c, p), s.err
}

func (a *appPasswords) update(c *api.Context) (*api.Response, error) {
	s := of(c)
	user, err := a.user(c)
	if err != nil {
		return nil, err
	}
	uuid := c.String("uuid")
	if err := a.change(s, user.ID, func(list *php.Array) (bool, error) {
		_, data, ok := entry(list, uuid)
		if !ok {
			return false, errNoAppPassword()
		}
		name := sanitize.TextField(c.String("name"))
		if old, _ := data.Get("name"); !php.ToBool(name) || old == name {
			return false, nil
		}
		data.Set("name", name)
		return true, nil
	}); err != nil {
		return nil, err
	}
	return a.answer(c, user, uuid)
}

func (a *appPasswords) remove(c *api.Context) (*api.Response, error) {
	s := of(c)
	user, err := a.user(c)
	if err != nil {
		return nil, err
	}
	uuid := c.String("uuid")
	p := a.byUUID(s, user.ID, uuid)
	if p == nil {
		return nil, errNoAppPassword()
	}
	c.Request.SetParam("context", "edit")
	wanted := c.Fields
	c.Fields = nil // WP_REST_Application_Passwords_Controller shows what was deleted whole, or not at all
	previous := a.resource.Item(c, p).Data
	c.Fields = wanted
	if err := a.change(s, user.ID, func(list *php.Array) (bool, error) {
		k, _, ok := entry(list, uuid)
		if !ok {
			return false, errNoAppPassword()
		}
		list.Remove(k)
		return true, nil
	}); err != nil {
		return nil, err
	}
	return api.OK(php.Map{{Key: "deleted", Value: true}, {Key: "previous", Value: previous}}), nil
}

func (a *appPasswords) removeAll(c *api.Context) (*api.Response, error) {
	s := of(c)
	user, err := a.user(c)
	if err != nil {
		return nil, err
	}
	n := 0
	if err := a.change(s, user.ID, func(list *php.Array) (bool, error) {
		n = list.Len()
		*list = php.Array{}
		return n > 0, nil
	}); err != nil {
		return nil, err
	}
	return api.OK(php.Map{{Key: "deleted", Value: true}, {Key: "count", Value: n}}), nil
}
