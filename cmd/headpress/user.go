package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/handlers"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

type userCmd struct {
	Add         userAddCmd         `cmd:"" help:"Make a user."`
	List        userListCmd        `cmd:"" help:"List the users: id, login, e-mail, roles."`
	Password    userPasswordCmd    `cmd:"" help:"Give a user a new password, which ends the user's sessions."`
	AppPassword userAppPasswordCmd `cmd:"" name:"app-password" help:"Make an application password and print it."`
}

type userAddCmd struct {
	Login    string `arg:"" help:"The login."`
	Email    string `name:"email" required:"" help:"E-mail address."`
	Role     string `name:"role" required:"" help:"Role: administrator, editor, author, contributor, subscriber, or one of the site's own."`
	Password string `name:"password" secret:"" help:"Password; made up and printed when empty. Others on this machine may see what stands on a command line: HEADPRESS_PASSWORD and HEADPRESS_PASSWORD_FILE name it too."`
}

// Run makes a user as the API does. It prints the password that it made up, and nothing else.
func (c userAddCmd) Run(a *app) error {
	return a.withPassword(c.Password, func(store *models.Store, password string) error {
		roles := &php.Array{}
		roles.Append(c.Role)
		return a.operate(store, "/wp/v2/users", php.Map{
			{Key: "username", Value: c.Login}, {Key: "email", Value: c.Email}, {Key: "roles", Value: roles}, {Key: "password", Value: password},
		})
	})
}

type userPasswordCmd struct {
	Login    string `arg:"" help:"Whose."`
	Password string `name:"password" secret:"" help:"The new password; made up and printed when empty. HEADPRESS_PASSWORD and HEADPRESS_PASSWORD_FILE name it too."`
}

// Run sets a password as the API does. It prints the password that it made up, and nothing else.
func (c userPasswordCmd) Run(a *app) error {
	return a.withPassword(c.Password, func(store *models.Store, password string) error {
		user, err := store.FindLogin(a.ctx, c.Login, "")
		if err != nil {
			return err
		}
		if user == nil {
			return fmt.Errorf("there is no user %q", c.Login)
		}
		return a.operate(store, fmt.Sprint("/wp/v2/users/", user.ID), php.Map{{Key: "password", Value: password}})
	})
}

// passwordLength is the length of passwords that are made up.
const passwordLength = 24

// withPassword runs steps with the password given or a new one, which is then printed.
func (a *app) withPassword(given string, steps func(store *models.Store, password string) error) (err error) {
	store, err := a.open()
	if err != nil {
		return err
	}
	defer closing(store, &err)
	password := given
	if password == "" {
		password = auth.RandomString(passwordLength)
	}
	if err := steps(store, password); err != nil {
		return err
	}
	if given == "" {
		fmt.Fprintln(a.out, password)
	}
	return nil
}

// operate sends a request to the API of the site.
func (a *app) operate(store *models.Store, route string, params php.Map) error {
	site := &handlers.Site{Store: store, Content: a.Content, Secret: a.Key, SiteURL: a.SiteURL, HomeURL: a.HomeURL, Log: a.log}
	server, err := handlers.NewServer(site)
	if err != nil {
		return err
	}
	_, err = site.Operate(a.ctx, server, http.MethodPost, route, params)
	var refused *api.Error
	if errors.As(err, &refused) {
		return errors.New(refused.Message)
	}
	return err
}

type userListCmd struct{}

// Run lists the users.
func (userListCmd) Run(a *app) (err error) {
	store, err := a.open()
	if err != nil {
		return err
	}
	defer closing(store, &err)
	users, err := store.FindUsers(a.ctx, models.UserQuery{OrderBy: "id"})
	if err != nil {
		return err
	}
	ids := make([]int64, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	capabilities := store.Prefix() + "capabilities"
	meta, err := store.UserMeta(a.ctx, ids, capabilities)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, u := range users {
		var roles []string
		for _, m := range meta[u.ID] {
			list, _ := php.MaybeUnserialize(m.Value).(*php.Array)
			for k, v := range list.All() {
				if php.ToBool(v) {
					roles = append(roles, k.String())
				}
			}
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", u.ID, u.Login, u.Email, dash(strings.Join(roles, ",")))
	}
	return w.Flush()
}

type userAppPasswordCmd struct {
	Login string `arg:"" help:"Whose."`
	Name  string `arg:"" help:"What it is for."`
}

// Run prints the password and nothing else: scripts read it.
func (c userAppPasswordCmd) Run(a *app) (err error) {
	store, err := a.open()
	if err != nil {
		return err
	}
	defer closing(store, &err)
	user, err := store.FindLogin(a.ctx, c.Login, "")
	if err != nil {
		return err
	}
	if user == nil {
		return fmt.Errorf("there is no user %q", c.Login)
	}
	plain, err := auth.AddApplicationPassword(a.ctx, store, user.ID, c.Name, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintln(a.out, auth.ChunkPassword(plain))
	return nil
}
