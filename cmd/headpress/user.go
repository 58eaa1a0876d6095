package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

type userCmd struct {
	List        userListCmd        `cmd:"" help:"List the users: id, login, e-mail, roles."`
	AppPassword userAppPasswordCmd `cmd:"" name:"app-password" help:"Make an application password and print it."`
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
