package models

import (
	"context"

	"gorm.io/gorm"
)

// SaveComment stores all columns of a comment that is there.
func (s *Store) SaveComment(ctx context.Context, c *Comment) error {
	return s.change(ctx, "save comment", func(tx *gorm.DB) error {
		return tx.Model(c).Select("*").Omit("comment_id").Updates(c).Error
	})
}

// MoveReplies makes the replies to one comment replies to another, or to none.
func (s *Store) MoveReplies(ctx context.Context, from, to int64) error {
	return s.change(ctx, "move replies", func(tx *gorm.DB) error {
		return tx.Exec("UPDATE "+s.Table("comments")+" SET comment_parent = ? WHERE comment_parent = ?", to, from).Error
	})
}

// RecountComments counts the comments that readers see of a post (wp_update_comment_count_now).
func (s *Store) RecountComments(ctx context.Context, post int64) error {
	return s.change(ctx, "count comments", func(tx *gorm.DB) error {
		return tx.Exec("UPDATE "+s.Table("posts")+" SET comment_count = (SELECT COUNT(*) FROM "+s.Table("comments")+
			" WHERE comment_post_id = ? AND comment_approved = '1' AND comment_type <> 'note') WHERE id = ?", post, post).Error
	})
}

// HasComment tells whether somebody of that name, and of that address where one is given, has
// said the same at the same place before (the first question of wp_allow_comment).
func (s *Store) HasComment(ctx context.Context, like *Comment) (bool, error) {
	var c conds
	c.add("c.comment_post_id = ?", like.PostID)
	c.add("c.comment_parent = ?", like.Parent)
	c.add("c.comment_approved <> 'trash'")
	c.add("c.comment_author = ?", like.Author)
	if like.AuthorEmail != "" {
		c.add("c.comment_author_email = ?", like.AuthorEmail)
	}
	c.add("c.comment_content = ?", like.Content)
	return s.anyComment(ctx, "same comment", c)
}

// HasApproved tells whether a comment of a user, or without one of a visitor of that name
// and address, has been approved before.
func (s *Store) HasApproved(ctx context.Context, user int64, name, email string) (bool, error) {
	var c conds
	if user != 0 {
		c.add("c.user_id = ?", user)
	} else {
		c.add("c.comment_author = ?", name)
		c.add("c.comment_author_email = ?", email)
	}
	c.add(s.dialect.Aside("c.comment_approved") + " = '1'")
	return s.anyComment(ctx, "approved comment", c)
}

func (s *Store) anyComment(ctx context.Context, what string, c conds) (bool, error) {
	rows, err := read[struct{ N int64 }](ctx, s, what, "SELECT c.comment_id AS n FROM "+s.Table("comments")+" c"+c.where()+" LIMIT 1", c.args...)
	return len(rows) > 0, err
}

// LastComment gives the date, in UTC, of the latest comment after a date that is by a
// user, or without one from an address, or by that e-mail address; "" where there is none.
func (s *Store) LastComment(ctx context.Context, afterGMT string, user int64, ip, email string) (string, error) {
	var c, who conds
	c.add("c.comment_date_gmt >= ?", afterGMT)
	if user != 0 {
		who.add("c.user_id = ?", user)
	} else {
		who.add("c.comment_author_ip = ?", ip)
	}
	who.add("c.comment_author_email = ?", email)
	c.one(who, " OR ")
	rows, err := read[struct{ GMT string }](ctx, s, "last comment", "SELECT c.comment_date_gmt AS gmt FROM "+s.Table("comments")+" c"+c.where()+
		" ORDER BY c.comment_date_gmt DESC LIMIT 1", c.args...)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0].GMT, nil
}
