package models

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

var userColumns = columns("u", "id", "user_login", "user_nicename", "user_email", "user_url", "user_registered", "user_status", "display_name")

// UserQuery says which users are wanted, as WP_User_Query's arguments do. An empty field does not restrict.
type UserQuery struct {
	Include       []int64 // Exclude is ignored when set
	Exclude       []int64
	Slugs         []string
	Search        string   // anywhere in a column; * at either end says nothing more
	SearchColumns []string // as in the REST API: id, username, email, name, slug, url; WP_User_Query's choice by the text when empty
	Roles         []string // roles or capabilities, one of which the user was given
	HasPosts      []string // types, of one of which the user has published a post
	Authors       bool     // who=authors: users of level 1 and more

	OrderBy string // as in the REST API: name (also when empty), id, slug, email, url, registered_date, login, include, include_slugs
	Order   string // asc (also when empty), or desc
	Offset  int64
	Limit   int64 // 0 is all
}

// FindUsers gives the users of a page, without password and activation key.
func (s *Store) FindUsers(ctx context.Context, q UserQuery) ([]User, error) {
	c := s.userConditions(q)
	order := s.userOrder(q)
	limit, args := limits(q.Offset, q.Limit)
	return read[User](ctx, s, "users", "SELECT "+userColumns+" FROM "+s.Table("users")+" u"+c.where()+order.String()+limit, slices.Concat(c.args, order.args, args)...)
}

// CountUsers tells how many users there are on all pages.
func (s *Store) CountUsers(ctx context.Context, q UserQuery) (int64, error) {
	c := s.userConditions(q)
	return count(ctx, s, "number of users", "SELECT COUNT(*) AS n FROM "+s.Table("users")+" u"+c.where(), c.args...)
}

// PageUsers gives the users of a page and the number of users on all pages, which it
// counts only when the page does not show it.
func (s *Store) PageUsers(ctx context.Context, q UserQuery) ([]User, int64, error) {
	users, err := s.FindUsers(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	if total, ok := shownTotal(len(users), q.Offset, q.Limit); ok {
		return users, total, nil
	}
	total, err := s.CountUsers(ctx, q)
	return users, total, err
}

func (s *Store) userConditions(q UserQuery) conds {
	var c conds
	oneOf(&c, "u.id", q.Include, q.Exclude)
	in(&c, "u.user_nicename", q.Slugs)
	if q.Search != "" && q.Search != "0" { // "0" is empty to PHP
		s.userSearch(&c, q.Search, q.SearchColumns)
	}
	if len(q.Roles) > 0 {
		var either conds
		for _, role := range distinct(q.Roles) {
			either.expr(s.dialect.Like("m.meta_value", Contains(`"`+role+`"`)))
		}
		c.add("u.id IN (SELECT m.user_id FROM "+s.Table("usermeta")+" m WHERE m.meta_key = ? AND ("+either.join(" OR ")+"))",
			slices.Concat([]any{s.prefix + "capabilities"}, either.args)...)
	}
	if q.Authors {
		c.add("u.id IN (SELECT m.user_id FROM "+s.Table("usermeta")+" m WHERE m.meta_key = ? AND m.meta_value <> '0')", s.prefix+"user_level")
	}
	if len(q.HasPosts) > 0 {
		var posts conds
		posts.add("p.post_author = u.id AND p.post_status = 'publish'")
		in(&posts, "p.post_type", q.HasPosts)
		c.add("EXISTS (SELECT 1 FROM "+s.Table("posts")+" p"+posts.where()+")", posts.args...)
	}
	return c
}

var userSearchColumns = map[string]string{
	"id": "u.id", "username": "u.user_login", "email": "u.user_email", "name": "u.display_name", "slug": "u.user_nicename", "url": "u.user_url",
}

func (s *Store) userSearch(c *conds, text string, names []string) {
	text = strings.Trim(text, "*")
	if len(names) == 0 {
		switch {
		case strings.Contains(text, "@"):
			names = []string{"email"}
		case isNumber(text):
			names = []string{"username", "id"}
		case strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://"):
			names = []string{"url"}
		default:
			names = []string{"username", "url", "email", "slug", "name"}
		}
	}
	var either conds
	for _, name := range names {
		column, ok := userSearchColumns[name]
		if !ok {
			continue
		}
		if name == "id" {
			if id, whole := leadingNumber(text); whole {
				either.add(column+" = ?", id)
			}
			continue
		}
		either.expr(s.dialect.Like(column, Contains(text)))
	}
	if len(either.sql) == 0 {
		either.add("1 = 0")
	}
	c.one(either, " OR ")
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return err == nil
}

// leadingNumber is the number that MySQL takes text for when it compares it with an id: "12abc" is 12, "1e1" is 10.
func leadingNumber(text string) (n int64, whole bool) {
	f := php.ToFloat(text)
	return int64(f), f == math.Trunc(f) && math.Abs(f) < 1<<53
}

var userOrders = map[string]string{
	"name": "u.display_name", "id": "u.id", "slug": "u.user_nicename", "email": "u.user_email",
	"url": "u.user_url", "registered_date": "u.user_registered", "login": "u.user_login",
}

func (s *Store) userOrder(q UserQuery) ordering {
	var o ordering
	desc := strings.EqualFold(q.Order, "desc")
	switch {
	case q.OrderBy == "include" && len(q.Include) > 0:
		s.dialect.listedIDs(&o, "u.id", q.Include, desc)
	case q.OrderBy == "include": // nothing to go by: WP_User_Query takes the login
		o.by(s.dialect.Sort("u.user_login"), desc)
	case q.OrderBy == "include_slugs":
		desc = false
		if len(q.Slugs) > 0 {
			listed(&o, "u.user_nicename", q.Slugs, false)
		}
	default:
		column, ok := userOrders[q.OrderBy]
		if !ok {
			column = "u.display_name"
		}
		if column != "u.id" && column != "u.user_registered" {
			column = s.dialect.Sort(column)
		}
		o.by(column, desc)
	}
	if q.OrderBy != "id" {
		o.by("u.id", desc)
	}
	return o
}

// UsersByID gives the users that exist among ids, without password and activation key.
func (s *Store) UsersByID(ctx context.Context, ids []int64) (map[int64]*User, error) {
	out := make(map[int64]*User, len(ids))
	err := chunks(ids, func(part []int64) error {
		var c conds
		in(&c, "u.id", part)
		users, err := read[User](ctx, s, "users", "SELECT "+userColumns+" FROM "+s.Table("users")+" u"+c.where(), c.args...)
		for i := range users {
			out[users[i].ID] = &users[i]
		}
		return err
	})
	return out, err
}

// UserByID gives a user with the password's hash, or nil.
func (s *Store) UserByID(ctx context.Context, id int64) (*User, error) {
	return s.account(ctx, "u.id = ?", id)
}

// FindLogin gives the user with that login or, when there is none and email is not
// empty, with that e-mail address, with the password's hash; nil when there is neither.
func (s *Store) FindLogin(ctx context.Context, login, email string) (*User, error) {
	if email == "" {
		return s.account(ctx, "u.user_login = ? ORDER BY u.id", login)
	}
	return s.account(ctx, "u.user_login = ? OR u.user_email = ? ORDER BY CASE WHEN u.user_login = ? THEN 0 ELSE 1 END, u.id", login, email, login)
}

func (s *Store) account(ctx context.Context, condition string, args ...any) (*User, error) {
	users, err := read[User](ctx, s, "user", "SELECT "+userColumns+", "+columns("u", "user_pass", "user_activation_key")+
		" FROM "+s.Table("users")+" u WHERE "+condition+" LIMIT 1", args...)
	if err != nil || len(users) == 0 {
		return nil, err
	}
	return &users[0], nil
}
