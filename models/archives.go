package models

import (
	"context"
	"strconv"
)

// Period is a stretch of time that posts were published in.
type Period struct {
	Year, Month, Day int
	Posts            int64
}

// Periods counts the published posts of a type by year, month or day, newest first;
// digits is how much of a date tells them apart: 4, 7 or 10.
func (s *Store) Periods(ctx context.Context, postType string, digits int) ([]Period, error) {
	stamp := "SUBSTR(post_date, 1, " + strconv.Itoa(digits) + ")"
	rows, err := read[struct {
		Stamp string `gorm:"column:stamp"`
		N     int64  `gorm:"column:n"`
	}](ctx, s, "archives", "SELECT "+stamp+" AS stamp, COUNT(*) AS n FROM "+s.Table("posts")+
		" WHERE post_type = ? AND post_status = 'publish' GROUP BY "+stamp+" ORDER BY "+stamp+" DESC", postType)
	out := make([]Period, 0, len(rows))
	for _, row := range rows {
		p := Period{Posts: row.N}
		for i, part := range []struct {
			to       *int
			from, up int
		}{{&p.Year, 0, 4}, {&p.Month, 5, 7}, {&p.Day, 8, 10}} {
			if len(row.Stamp) < part.up {
				break
			}
			n, err := strconv.Atoi(row.Stamp[part.from:part.up])
			if err != nil && i == 0 {
				break
			}
			*part.to = n
		}
		out = append(out, p)
	}
	return out, err
}

// TermPost says that a post has a term.
type TermPost struct {
	TermID   int64 `gorm:"column:term_id"`
	ObjectID int64 `gorm:"column:object_id"`
}

// TermPosts gives the pairs of terms of a taxonomy and published posts.
func (s *Store) TermPosts(ctx context.Context, taxonomy string) ([]TermPost, error) {
	return read[TermPost](ctx, s, "posts of terms", "SELECT tt.term_id AS term_id, tr.object_id AS object_id FROM "+s.Table("term_taxonomy")+" tt JOIN "+s.Table("term_relationships")+
		" tr ON tr.term_taxonomy_id = tt.term_taxonomy_id JOIN "+s.Table("posts")+" p ON p.id = tr.object_id WHERE tt.taxonomy = ? AND p.post_status = 'publish'", taxonomy)
}
