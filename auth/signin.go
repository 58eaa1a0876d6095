package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

// Why a sign-in with a password is refused: WordPress's codes. People are not told which,
// for that would say who has an account.
var (
	ErrEmptyUsername     = errors.New("empty_username")
	ErrEmptyPassword     = errors.New("empty_password")
	ErrInvalidUsername   = errors.New("invalid_username")
	ErrInvalidEmail      = errors.New("invalid_email")
	ErrIncorrectPassword = errors.New("incorrect_password")
)

// SignIn finds the user with a login, or an e-mail address, and a password (wp_authenticate).
// The error is one of those above, a *TooMany, or a failure. A hash of an older kind is
// replaced with one of today.
func (a *Authenticator) SignIn(ctx context.Context, name, password, ip string) (*models.User, error) {
	login := sanitize.User(strings.Trim(name, phpSpace), false)
	password = strings.Trim(password, phpSpace)
	switch {
	case login == "":
		return nil, ErrEmptyUsername
	case password == "":
		return nil, ErrEmptyPassword
	}
	try, err := a.Attempts.begin(ip, passwordCost)
	if err != nil {
		return nil, err
	}
	email, unknown := "", ErrInvalidUsername
	if sanitize.IsEmail(login) {
		email, unknown = login, ErrInvalidEmail
	}
	row, err := a.Accounts.FindLogin(ctx, login, email)
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	if err := try.on(row, login); err != nil {
		return nil, err
	}
	hash := someHash()
	if row != nil {
		hash = row.Pass
	}
	free, err := a.Attempts.slot(ctx)
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	ok, old := CheckPassword(quoted(password), hash)
	if !ok && quoted(password) != password { // hashed by who puts no backslashes there
		ok, _ = CheckPassword(password, hash)
		old = true
	}
	if !ok && quick(hash) { // the time would tell who has not signed in for years
		CheckPassword(password, someHash())
	}
	renewed := ""
	if ok && old && row != nil {
		renewed, err = HashPassword(password)
	}
	free()
	switch {
	case row == nil: // a hash was checked all the same: the time tells nothing
		return nil, unknown
	case !ok:
		return nil, ErrIncorrectPassword
	case err != nil:
		return nil, fmt.Errorf("sign in: %w", err)
	}
	try.succeed()
	if renewed != "" {
		if err := a.Accounts.RenewPassword(ctx, row.ID, row.Pass, renewed); err != nil {
			return nil, fmt.Errorf("sign in: %w", err)
		}
		row.Pass = renewed
	}
	return row, nil
}

// quick tells whether a hash is of a kind that takes no time to check: all but bcrypt.
func quick(hash string) bool { return !strings.HasPrefix(strings.TrimPrefix(hash, "$wp"), "$2") }

// someHash is the hash of a password that nobody has.
var someHash = sync.OnceValue(func() string {
	hash, err := HashPassword(RandomString(tokenLength))
	if err != nil {
		return ""
	}
	return hash
})
