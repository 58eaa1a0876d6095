package models

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ErrChanged says that somebody else has changed what was read. Write runs its steps again then.
var ErrChanged = errors.New("changed in the meantime")

// DuePost is a scheduled post and when it is to be published.
type DuePost struct {
	ID      int64  `gorm:"column:id"`
	DateGMT string `gorm:"column:post_date_gmt"`
}

// maxDue bounds how many rows one look for work gives; the next look gives the next.
const maxDue = 500

// Scheduled gives the posts of these types that are to be published until then, the earliest first.
func (s *Store) Scheduled(ctx context.Context, types []string, untilGMT string) ([]DuePost, error) {
	return read[DuePost](ctx, s, "scheduled posts", "SELECT id, post_date_gmt FROM "+s.Table("posts")+
		" WHERE post_type IN ? AND post_status = 'future' AND post_date_gmt <= ? ORDER BY post_date_gmt, id LIMIT "+fmt.Sprint(maxDue), types, untilGMT)
}

// Publish publishes a scheduled post whose time has come, unless it was done already: then it says false.
func (s *Store) Publish(ctx context.Context, post int64, nowGMT string) (done bool, err error) {
	err = s.change(ctx, "publish", func(tx *gorm.DB) error {
		result := tx.Exec("UPDATE "+s.Table("posts")+" SET post_status = 'publish' WHERE id = ? AND post_status = 'future' AND post_date_gmt <= ?", post, nowGMT)
		done = result.RowsAffected == 1
		return result.Error
	})
	return done, err
}

// Discarded gives the objects of which metadata, postmeta or commentmeta, says that they were
// put into the trash before then, in seconds of Unix, in the order of their ids from one on.
func (s *Store) Discarded(ctx context.Context, table string, before, from int64) ([]int64, error) {
	owner := metaOwner[table]
	rows, err := read[struct{ N int64 }](ctx, s, "old trash", "SELECT DISTINCT "+owner+" AS n FROM "+s.Table(table)+
		" WHERE meta_key = '_wp_trash_meta_time' AND "+s.dialect.Number("meta_value")+" < ? AND "+owner+" >= ? ORDER BY n LIMIT "+fmt.Sprint(maxDue), before, from)
	return numbers(rows), err
}

// OldDrafts gives the posts of these types that an editor made for somebody who never saved
// them, dated before then in the site's time.
func (s *Store) OldDrafts(ctx context.Context, types []string, before string, from int64) ([]int64, error) {
	rows, err := read[struct{ N int64 }](ctx, s, "old drafts", "SELECT id AS n FROM "+s.Table("posts")+
		" WHERE post_type IN ? AND post_status = 'auto-draft' AND post_date < ? AND id >= ? ORDER BY n LIMIT "+fmt.Sprint(maxDue), types, before, from)
	return numbers(rows), err
}

func numbers(rows []struct{ N int64 }) []int64 {
	out := make([]int64, len(rows))
	for i, row := range rows {
		out[i] = row.N
	}
	return out
}

// The names of the options that say until when a transient holds, and of what it holds.
var transients = [][2]string{{"_transient_timeout_", "_transient_"}, {"_site_transient_timeout_", "_site_transient_"}}

// DropTransients removes transients that hold no longer, and gives their number. Times
// without a value stay, as WordPress leaves them (delete_expired_transients).
func (s *Store) DropTransients(ctx context.Context, now int64) (dropped int64, err error) {
	err = s.change(ctx, "drop transients", func(tx *gorm.DB) error {
		dropped = 0
		options := s.Table("options")
		for _, t := range transients {
			like := s.dialect.Like("option_name", EscapeLike(t[0])+"%")
			var ended []string
			if err := tx.Raw("SELECT option_name FROM "+options+" WHERE "+like.SQL+" AND "+s.dialect.Number("option_value")+" < ? LIMIT "+fmt.Sprint(maxDue),
				append(like.Vars, now)...).Scan(&ended).Error; err != nil {
				return err
			}
			for _, name := range ended {
				value := t[1] + strings.TrimPrefix(name, t[0])
				result := tx.Exec("DELETE FROM "+options+" WHERE option_name = ?", value)
				if result.Error != nil {
					return result.Error
				}
				if result.RowsAffected == 0 {
					continue
				}
				dropped++
				if err := tx.Exec("DELETE FROM "+options+" WHERE option_name = ?", name).Error; err != nil {
					return err
				}
			}
		}
		return nil
	})
	return dropped, err
}

// ReplaceOption stores an option that is still what it was when it was read: old, or where
// stored is false not there. Otherwise it is ErrChanged.
func (s *Store) ReplaceOption(ctx context.Context, o Option, old string, stored bool) error {
	return s.change(ctx, "replace option "+o.Name, func(tx *gorm.DB) error {
		if !stored {
			tx = tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "option_name"}}, DoNothing: true}).Create(&o)
		} else {
			tx = tx.Exec("UPDATE "+s.Table("options")+" SET option_value = ? WHERE option_name = ? AND "+s.dialect.Exact("option_value")+" = ?", o.Value, o.Name, old)
		}
		if tx.Error == nil && tx.RowsAffected == 0 {
			return ErrChanged
		}
		return tx.Error
	})
}
