package models

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// SlugSpace is where the numbers behind a slug are counted: Base is the slug with the dash behind
// it, and numbers from First on and below Limit, which has at most ten digits, are looked at.
type SlugSpace struct {
	Base         string
	First, Limit int64
	Type         string // of the posts that count, "" for all
	Siblings     bool   // of hierarchical types: posts below Parent, and attachments too
	Parent       int64
}

// FreeNumbers gives for each space the lowest number that no post has, Limit where all are taken.
// However many are taken, it takes one statement, and the database alone sees them.
func (s *Store) FreeNumbers(ctx context.Context, spaces []SlugSpace) (map[SlugSpace]int64, error) {
	out := make(map[SlugSpace]int64, len(spaces))
	for part := range slices.Chunk(spaces, 100) { // SQLite bounds what one statement is made of
		var sql []string
		var args []any
		for i, space := range part {
			var c conds
			types := []string{space.Type}
			if space.Siblings {
				types = append(types, "attachment")
				c.add(s.dialect.Aside("post_parent")+" = ?", space.Parent)
			}
			if space.Type != "" {
				in(&c, s.dialect.Aside("post_type"), types)
			}
			free, values := s.freeNumber("posts", "post_name", space.Base, space.First, space.Limit, c)
			sql, args = append(sql, "SELECT "+strconv.Itoa(i)+" AS space, "+free), append(args, values...)
		}
		rows, err := read[struct{ Space, Free int64 }](ctx, s, "numbers behind slugs", strings.Join(sql, " UNION ALL "), args...)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[part[row.Space]] = row.Free
		}
	}
	return out, nil
}

// FreeTermNumber gives the lowest number from 2 on that no term has behind a slug with its dash.
func (s *Store) FreeTermNumber(ctx context.Context, base string) (int64, error) {
	free, args := s.freeNumber("terms", "slug", base, 2, 1e9, conds{})
	rows, err := read[struct{ Free int64 }](ctx, s, "numbers behind slugs", "SELECT "+free, args...)
	if err != nil {
		return 0, err
	}
	return rows[0].Free, nil
}

// freeNumber is what to select to find the first hole in the numbers behind base: sorted, each
// number must be the one before and one more. Slugs are found by the index, between base-1 and base-a.
func (s *Store) freeNumber(table, column, base string, first, limit int64, c conds) (sql string, args []any) {
	from := strconv.Itoa(len([]rune(base)) + 1)
	number := "SUBSTR(" + column + ", " + from + ")"
	c.add(column+" > ? AND "+column+" < ?", base+"1", base+"a")
	c.add(s.dialect.isNumber(number))
	c.add("LENGTH("+number+") BETWEEN ? AND ?", len(strconv.FormatInt(first, 10)), len(strconv.FormatInt(limit-1, 10)))
	sql = "COALESCE(MIN(CASE WHEN n <> place + ? THEN place + ? END), MAX(place) + ?, ?) AS free FROM (SELECT n, DENSE_RANK() OVER (ORDER BY n) AS place" +
		" FROM (SELECT " + s.dialect.asInteger(number) + " AS n FROM " + s.Table(table) + c.where() + ") numbers) places"
	return sql, append([]any{first - 1, first - 1, first, first}, c.args...)
}
