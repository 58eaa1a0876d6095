package models

import (
	"context"

	"gorm.io/gorm"
)

// DropMeta deletes metadata of a key that have this value, of all objects.
func (s *Store) DropMeta(ctx context.Context, table, key, value string) error {
	return s.change(ctx, "delete "+table, func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM "+s.Table(table)+" WHERE meta_key = ? AND meta_value = ?", key, value).Error
	})
}
