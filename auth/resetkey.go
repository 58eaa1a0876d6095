package auth

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Why a key to a new password does not count: WordPress's codes.
var (
	ErrInvalidKey = errors.New("invalid_key")
	ErrExpiredKey = errors.New("expired_key")
)

const (
	resetKeyLength = 20
	resetKeyLife   = 24 * time.Hour // password_reset_expiration
)

// NewResetKey makes a key with which somebody may set a new password once, and what is
// stored of it in user_activation_key (get_password_reset_key).
func NewResetKey(now time.Time) (key, stored string) {
	key = RandomString(resetKeyLength)
	return key, strconv.FormatInt(now.Unix(), 10) + ":" + FastHash(key)
}

// ResetKeyAge is how long ago a stored key was made; ok is false where there is none.
func ResetKeyAge(stored string, now time.Time) (age time.Duration, ok bool) {
	made, _, _ := strings.Cut(stored, ":")
	at, err := strconv.ParseInt(made, 10, 64)
	return now.Sub(time.Unix(at, 0)), err == nil
}

// CheckResetKey compares a key with what is stored of one (check_password_reset_key). That a key
// has expired is told only to who has it.
func CheckResetKey(key, stored string, now time.Time) error {
	_, hash, dated := strings.Cut(stored, ":")
	if !dated { // of a WordPress before 4.3
		hash = stored
	}
	if alnum(key) == "" || !CheckApplicationPassword(key, hash) {
		return ErrInvalidKey
	}
	if age, ok := ResetKeyAge(stored, now); !dated || !ok || age > resetKeyLife {
		return ErrExpiredKey
	}
	return nil
}
