package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// PostMeta gives the metadata of posts in the order of storing, of these keys or of all.
func (s *Store) PostMeta(ctx context.Context, ids []int64, keys ...string) (map[int64][]PostMeta, error) {
	return metaOf[PostMeta](ctx, s, "postmeta", "meta_id", "post_id", ids, keys)
}

// TermMeta gives the metadata of terms in the order of storing, of these keys or of all.
func (s *Store) TermMeta(ctx context.Context, ids []int64, keys ...string) (map[int64][]TermMeta, error) {
	return metaOf[TermMeta](ctx, s, "termmeta", "meta_id", "term_id", ids, keys)
}

// UserMeta gives the metadata of users in the order of storing, of these keys or of all.
func (s *Store) UserMeta(ctx context.Context, ids []int64, keys ...string) (map[int64][]UserMeta, error) {
	return metaOf[UserMeta](ctx, s, "usermeta", "umeta_id", "user_id", ids, keys)
}

// CommentMeta gives the metadata of comments in the order of storing, of these keys or of all.
func (s *Store) CommentMeta(ctx context.Context, ids []int64, keys ...string) (map[int64][]CommentMeta, error) {
	return metaOf[CommentMeta](ctx, s, "commentmeta", "meta_id", "comment_id", ids, keys)
}

// LoadUserMeta gives those metadata of a user as stored, the first value of each key.
func (s *Store) LoadUserMeta(ctx context.Context, id int64, keys ...string) (map[string]string, error) {
	rows, err := s.UserMeta(ctx, []int64{id}, keys...)
	out := make(map[string]string, len(keys))
	for _, row := range rows[id] {
		if _, ok := out[row.Key]; !ok {
			out[row.Key] = row.Value
		}
	}
	return out, err
}

// SaveUserMeta replaces a value, or adds it.
func (s *Store) SaveUserMeta(ctx context.Context, id int64, key, value string) error {
	err := s.Tx(ctx, func(tx *gorm.DB) error {
		done := tx.Model(&UserMeta{}).Where("user_id = ? AND meta_key = ?", id, key).Update("meta_value", value)
		if done.Error != nil || done.RowsAffected > 0 {
			return done.Error
		}
		return tx.Create(&UserMeta{ObjectID: id, Key: key, Value: value}).Error
	})
	if err != nil {
		return fmt.Errorf("save usermeta %s: %w", key, err)
	}
	return nil
}

// ReplaceUserMeta replaces a value that is still the old one, byte for byte, and leaves any other.
func (s *Store) ReplaceUserMeta(ctx context.Context, id int64, key, old, value string) error {
	return s.change(ctx, "replace usermeta "+key, func(tx *gorm.DB) error {
		return tx.Exec("UPDATE "+s.Table("usermeta")+" SET meta_value = ? WHERE user_id = ? AND meta_key = ? AND "+s.dialect.Exact("meta_value")+" = ?", value, id, key, old).Error
	})
}

// metaRow is what the four tables of metadata have in common.
type metaRow struct {
	ID       int64
	ObjectID int64
	Key      string `gorm:"column:key_"` // KEY and VALUE are words of MySQL
	Value    string `gorm:"column:value_"`
}

func metaOf[T PostMeta | TermMeta | UserMeta | CommentMeta](ctx context.Context, s *Store, table, id, object string, ids []int64, keys []string) (map[int64][]T, error) {
	out := make(map[int64][]T, len(ids))
	err := chunks(ids, func(part []int64) error {
		var c conds
		in(&c, "m."+object, part)
		in(&c, s.dialect.Aside("m.meta_key"), keys)
		rows, err := read[metaRow](ctx, s, table, "SELECT m."+id+" AS id, m."+object+" AS objectid, m.meta_key AS key_, m.meta_value AS value_"+
			" FROM "+s.Table(table)+" m"+c.where()+" ORDER BY m."+id, c.args...)
		for _, row := range rows {
			out[row.ObjectID] = append(out[row.ObjectID], T(row))
		}
		return err
	})
	return out, err
}
