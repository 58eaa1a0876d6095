package auth_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/headpress/headpress/auth"
)

// A key counts for a day, and only as it was made. The stored values are of the kinds that WordPress has stored.
func TestResetKey(t *testing.T) {
	now := time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)
	key, stored := auth.NewResetKey(now)
	if len(key) != 20 || !strings.HasPrefix(stored, fmt.Sprint(now.Unix(), ":$generic$")) {
		t.Errorf("%s %s", key, stored)
	}
	_, hash, _ := strings.Cut(stored, ":")
	at := func(age time.Duration) string { return fmt.Sprint(now.Add(-age).Unix(), ":", hash) }
	const day = 24 * time.Hour
	for _, c := range []struct {
		name, key, stored string
		want              error
	}{
		{"fresh", key, stored, nil},
		{"a day old", key, at(day), nil},
		{"older", key, at(day + time.Second), auth.ErrExpiredKey},
		{"of the future", key, at(-day), nil},
		{"without a time", key, hash, auth.ErrExpiredKey},
		{"with another time", key, "x:" + hash, auth.ErrExpiredKey},
		{"wrong", strings.ToUpper(key), stored, auth.ErrInvalidKey},
		{"wrong and old", strings.ToUpper(key), at(2 * day), auth.ErrInvalidKey},
		{"shorter", key[:19], stored, auth.ErrInvalidKey},
		{"empty", "", stored, auth.ErrInvalidKey},
		{"nothing stored", key, "", auth.ErrInvalidKey},
		{"both empty", "", "", auth.ErrInvalidKey},
		{"only a time stored", key, fmt.Sprint(now.Unix(), ":"), auth.ErrInvalidKey},
		{"the hash", hash, stored, auth.ErrInvalidKey},
		{"what is stored", stored, stored, auth.ErrInvalidKey},
	} {
		if err := auth.CheckResetKey(c.key, c.stored, now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}
