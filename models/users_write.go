package models

import (
	"context"
	"strconv"
	"unicode/utf8"

	"gorm.io/gorm"
)

// EmailOwner is the id of the user with that e-mail address, or 0.
func (s *Store) EmailOwner(ctx context.Context, email string) (int64, error) {
	if email == "" { // many may have none
		return 0, nil
	}
	user, err := s.account(ctx, "u.user_email = ? ORDER BY u.id", email)
	if err != nil || user == nil {
		return 0, err
	}
	return user.ID, nil
}

// maxNicename is how many characters the column holds.
const maxNicename = 50

// FreeNicename is a slug that no user other than the one with that id has: the wanted
// one, with a number where it is taken (wp_insert_user).
func (s *Store) FreeNicename(ctx context.Context, wanted string, id int64) (string, error) {
	for candidate, n := wanted, 2; ; n++ {
		users, err := s.FindUsers(ctx, UserQuery{Slugs: []string{candidate}, Exclude: []int64{id}, Limit: 1})
		if err != nil || len(users) == 0 {
			return candidate, err
		}
		suffix := strconv.Itoa(n)
		candidate = head(wanted, maxNicename-1-len(suffix)) + "-" + suffix
	}
}

// head is the first n characters of s.
func head(s string, n int) string {
	for utf8.RuneCountInString(s) > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// GiveAway makes all posts and links of a user those of another.
func (s *Store) GiveAway(ctx context.Context, from, to int64) error {
	return s.change(ctx, "give away", func(tx *gorm.DB) error {
		if err := tx.Model(&Post{}).Where("post_author = ?", from).Update("post_author", to).Error; err != nil {
			return err
		}
		return tx.Model(&Link{}).Where("link_owner = ?", from).Update("link_owner", to).Error
	})
}

// RenewPassword replaces the hash of a password, unless it has changed meanwhile. A reset
// that somebody asked for is void then (wp_set_password).
func (s *Store) RenewPassword(ctx context.Context, id int64, old, hash string) error {
	return s.change(ctx, "renew password", func(tx *gorm.DB) error {
		return tx.Model(&User{}).Where("id = ? AND user_pass = ?", id, old).Updates(map[string]any{"user_pass": hash, "user_activation_key": ""}).Error
	})
}
