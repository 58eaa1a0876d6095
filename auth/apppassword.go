package auth

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// NewApplicationPasswordEntry makes an application password as WordPress keeps it in
// usermeta, and the password itself, which is told once.
func NewApplicationPasswordEntry(name string, now time.Time) (entry *php.Array, plain string) {
	plain, hash := NewApplicationPassword()
	var b [16]byte
	rand.Read(b[:]) // never fails since Go 1.24
	b[6], b[8] = b[6]&0x0F|0x40, b[8]&0x3F|0x80
	entry = &php.Array{}
	entry.Set("uuid", fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
	entry.Set("app_id", "")
	entry.Set("name", name)
	entry.Set("password", hash)
	entry.Set("created", now.Unix())
	entry.Set("last_used", nil)
	entry.Set("last_ip", nil)
	return entry, plain
}

// AddApplicationPassword gives a user one more application password and tells it.
func AddApplicationPassword(ctx context.Context, store *models.Store, user int64, name string, now time.Time) (plain string, err error) {
	err = store.Write(ctx, func(ctx context.Context) error {
		meta, err := store.LoadUserMeta(ctx, user, MetaApplicationPasswords)
		if err != nil {
			return fmt.Errorf("load application passwords: %w", err)
		}
		list, _ := php.MaybeUnserialize(meta[MetaApplicationPasswords]).(*php.Array)
		if list == nil {
			list = &php.Array{}
		}
		var entry *php.Array
		entry, plain = NewApplicationPasswordEntry(name, now)
		list.Append(entry)
		text, err := php.Serialize(list)
		if err != nil {
			return fmt.Errorf("store application passwords: %w", err)
		}
		return store.SaveUserMeta(ctx, user, MetaApplicationPasswords, text)
	}, "users")
	return plain, err
}
