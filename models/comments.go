package models

import (
	"context"
	"slices"
	"strings"
)

var commentColumnNames = []string{
	"comment_id", "comment_post_id", "comment_author", "comment_author_email", "comment_author_url", "comment_author_ip",
	"comment_date", "comment_date_gmt", "comment_content", "comment_karma", "comment_approved", "comment_agent",
	"comment_type", "comment_parent", "user_id",
}

// CommentQuery says which comments are wanted, as WP_Comment_Query's arguments do. An empty
// field does not restrict, but for Status and Type.
type CommentQuery struct {
	PostIDs       []int64
	Authors       []int64 // ids of users
	AuthorsNot    []int64
	AuthorEmail   string
	Parents       []int64
	ParentsNot    []int64
	Include       []int64
	Exclude       []int64
	Status        []string // approve, hold, spam, trash, any other; all (also when empty): approve and hold; any: every status
	Types         []string // comment, pings, note, any other; without note when empty, with it when "all"
	Search        string   // in author, e-mail, address, IP or content
	SearchShown   bool     // and not in what readers do not see: e-mail and IP
	After, Before string   // "2006-01-02 15:04:05" in the site's time, exclusive

	OrderBy string // as in the REST API: date_gmt (also when empty), date, id, post, parent, type, include, none
	Order   string // asc, or desc (also when empty)
	Offset  int64
	Limit   int64 // 0 is all
}

// FindComments gives the comments of a page.
func (s *Store) FindComments(ctx context.Context, q CommentQuery) ([]Comment, error) {
	c := s.commentConditions(q)
	order := s.commentOrder(q)
	limit, args := limits(q.Offset, q.Limit)
	return read[Comment](ctx, s, "comments", "SELECT "+columns("c", commentColumnNames...)+" FROM "+s.Table("comments")+" c"+c.where()+order.String()+limit,
		slices.Concat(c.args, order.args, args)...)
}

// CountComments tells how many comments there are on all pages.
func (s *Store) CountComments(ctx context.Context, q CommentQuery) (int64, error) {
	c := s.commentConditions(q)
	return count(ctx, s, "number of comments", "SELECT COUNT(*) AS n FROM "+s.Table("comments")+" c"+c.where(), c.args...)
}

// PageComments gives the comments of a page and the number of comments on all pages,
// which it counts only when the page does not show it.
func (s *Store) PageComments(ctx context.Context, q CommentQuery) ([]Comment, int64, error) {
	comments, err := s.FindComments(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	if total, ok := shownTotal(len(comments), q.Offset, q.Limit); ok {
		return comments, total, nil
	}
	total, err := s.CountComments(ctx, q)
	return comments, total, err
}

func (s *Store) commentConditions(q CommentQuery) conds {
	var c conds
	approved := "c.comment_approved"
	if len(q.Include) > 0 || len(q.PostIDs) > 0 || len(q.Parents) > 0 || len(q.Authors) > 0 || q.AuthorEmail != "" {
		approved = s.dialect.Aside(approved)
	}
	in(&c, approved, commentStatuses(q.Status))
	in(&c, "c.comment_id", q.Include)
	notIn(&c, "c.comment_id", q.Exclude)
	in(&c, "c.comment_post_id", q.PostIDs)
	in(&c, "c.user_id", q.Authors)
	notIn(&c, "c.user_id", q.AuthorsNot)
	in(&c, "c.comment_parent", q.Parents)
	notIn(&c, "c.comment_parent", q.ParentsNot)
	if q.AuthorEmail != "" {
		c.add("c.comment_author_email = ?", q.AuthorEmail)
	}
	types, notes := commentTypes(q.Types)
	in(&c, "c.comment_type", types)
	if !notes {
		c.add("c.comment_type <> 'note'")
	}
	if q.After != "" {
		c.add("c.comment_date > ?", q.After)
	}
	if q.Before != "" {
		c.add("c.comment_date < ?", q.Before)
	}
	if q.Search != "" {
		var either conds
		columns := []string{"comment_author", "comment_author_url", "comment_content"}
		if !q.SearchShown {
			columns = append(columns, "comment_author_email", "comment_author_ip")
		}
		for _, column := range columns {
			either.expr(s.dialect.Like("c."+column, Contains(q.Search)))
		}
		c.one(either, " OR ")
	}
	return c
}

// commentStatuses gives the stored statuses of WordPress's words; none is every status.
func commentStatuses(words []string) []string {
	var out []string
	for _, word := range words {
		switch word {
		case "any":
			return nil
		case "", "all":
			out = append(out, "0", "1")
		case "hold":
			out = append(out, "0")
		case "approve":
			out = append(out, "1")
		default:
			out = append(out, word)
		}
	}
	if len(out) == 0 {
		return []string{"0", "1"}
	}
	return distinct(out)
}

// commentTypes gives the stored types of WordPress's words, and whether notes may be among
// them: WP_Comment_Query hides them from everybody who does not ask for notes or for all.
func commentTypes(words []string) (types []string, notes bool) {
	for _, word := range words {
		switch word {
		case "":
		case "all":
			return nil, true
		case "comment", "comments":
			types = append(types, "", "comment")
		case "pings":
			types = append(types, "pingback", "trackback")
		default:
			types = append(types, word)
			notes = notes || word == "note"
		}
	}
	return distinct(types), notes
}

var commentOrders = map[string]string{
	"date_gmt": "c.comment_date_gmt", "date": "c.comment_date", "id": "c.comment_id",
	"post": "c.comment_post_id", "parent": "c.comment_parent", "type": "c.comment_type",
}

func (s *Store) commentOrder(q CommentQuery) ordering {
	var o ordering
	desc := !strings.EqualFold(q.Order, "asc")
	switch {
	case q.OrderBy == "none":
		return o
	case q.OrderBy == "include" && len(q.Include) > 0:
		s.dialect.listedIDs(&o, "c.comment_id", q.Include, false)
	default:
		column, ok := commentOrders[q.OrderBy]
		if !ok {
			column = "c.comment_date_gmt"
		}
		o.by(column, desc)
	}
	switch q.OrderBy {
	case "id":
	case "", "date", "date_gmt":
		o.by("c.comment_id", desc)
	default: // ties have the newest first, whatever the order
		o.by("c.comment_id", true)
	}
	return o
}

// CommentsByID gives the comments that exist among ids.
func (s *Store) CommentsByID(ctx context.Context, ids []int64) (map[int64]*Comment, error) {
	out := make(map[int64]*Comment, len(ids))
	err := chunks(ids, func(part []int64) error {
		var c conds
		in(&c, "c.comment_id", part)
		comments, err := read[Comment](ctx, s, "comments", "SELECT "+columns("c", commentColumnNames...)+" FROM "+s.Table("comments")+" c"+c.where(), c.args...)
		for i := range comments {
			out[comments[i].ID] = &comments[i]
		}
		return err
	})
	return out, err
}

// CommentPage is the first page of a list of comments.
type CommentPage struct {
	Comments []Comment
	Total    int64
}

// CommentsPerPost gives the first q.Limit comments of each of q.PostIDs, in the order of
// q, and how many there are of each, in one statement. Posts without comments are missing.
func (s *Store) CommentsPerPost(ctx context.Context, q CommentQuery) (map[int64]CommentPage, error) {
	return s.commentsPer(ctx, "c.comment_post_id", &q, &q.PostIDs, func(c *Comment) int64 { return c.PostID })
}

// CommentsPerParent does the same for the replies to each of the comments q.Parents.
func (s *Store) CommentsPerParent(ctx context.Context, q CommentQuery) (map[int64]CommentPage, error) {
	return s.commentsPer(ctx, "c.comment_parent", &q, &q.Parents, func(c *Comment) int64 { return c.Parent })
}

// commentsPer finds comments by each value of a column; ids is the field of q with these values.
func (s *Store) commentsPer(ctx context.Context, column string, q *CommentQuery, ids *[]int64, of func(*Comment) int64) (map[int64]CommentPage, error) {
	type numbered struct {
		Comment
		Total int64
	}
	out := map[int64]CommentPage{}
	order := s.commentOrder(*q)
	err := chunks(*ids, func(part []int64) error {
		*ids = part
		c := s.commentConditions(*q)
		// The windows hold ids alone: a discussion may be long, and only its first page is read whole.
		sql := "SELECT " + columns("c", commentColumnNames...) + ", page.total AS total FROM (SELECT c.comment_id AS id" +
			", COUNT(*) OVER (PARTITION BY " + column + ") AS total" +
			", ROW_NUMBER() OVER (PARTITION BY " + column + order.String() + ") AS place" +
			" FROM " + s.Table("comments") + " c" + c.where() + ") page JOIN " + s.Table("comments") + " c ON c.comment_id = page.id"
		args := slices.Concat(order.args, c.args)
		if q.Limit > 0 {
			sql += " WHERE page.place <= ?"
			args = append(args, q.Limit)
		}
		rows, err := read[numbered](ctx, s, "lists of comments", sql+" ORDER BY "+column+", page.place", args...)
		for _, row := range rows {
			id := of(&row.Comment)
			out[id] = CommentPage{append(out[id].Comments, row.Comment), row.Total}
		}
		return err
	})
	return out, err
}

// CommentChildren counts the direct replies to comments, held ones included; a comment
// without any is not in the answer.
func (s *Store) CommentChildren(ctx context.Context, ids []int64) (map[int64]int64, error) {
	out := map[int64]int64{}
	err := chunks(ids, func(part []int64) error {
		var c conds
		in(&c, "c.comment_parent", part)
		c.add(s.dialect.Aside("c.comment_approved") + " IN ('0', '1')")
		rows, err := read[struct{ Parent, N int64 }](ctx, s, "replies", "SELECT c.comment_parent AS parent, COUNT(*) AS n FROM "+
			s.Table("comments")+" c"+c.where()+" GROUP BY c.comment_parent", c.args...)
		for _, row := range rows {
			out[row.Parent] = row.N
		}
		return err
	})
	return out, err
}

// CommentsBefore counts, for each of the comments, the open discussions of its post that
// began before its own, which tells its page where discussions are paged
// (get_page_of_comment). With threaded set, a reply belongs to the discussion it answers,
// otherwise it counts as one. Notes count, and held comments for the user who wrote them.
// Replies to what is gone are missing.
func (s *Store) CommentsBefore(ctx context.Context, ids []int64, threaded bool, user int64) (map[int64]int64, error) {
	out := make(map[int64]int64, len(ids))
	table := s.Table("comments")
	err := chunks(ids, func(part []int64) error {
		var c conds
		in(&c, "c.comment_id", part)
		climb := ""
		if threaded {
			climb = " UNION SELECT thread.id, up.comment_id, up.comment_parent FROM thread JOIN " + table + " up ON up.comment_id = thread.parent"
		}
		top := ""
		if threaded {
			top = " WHERE thread.parent = 0"
		}
		older := "o.comment_post_id = t.comment_post_id AND o.comment_parent = 0 AND o.comment_date_gmt < t.comment_date_gmt" +
			" AND (o.comment_approved = '1' OR o.comment_approved = '0' AND o.user_id = ? AND o.user_id > 0)"
		rows, err := read[struct{ ID, N int64 }](ctx, s, "places of comments", "WITH RECURSIVE thread(id, top, parent) AS (SELECT c.comment_id, c.comment_id, c.comment_parent FROM "+
			table+" c"+c.where()+climb+") SELECT thread.id AS id, COUNT(o.comment_id) AS n FROM thread JOIN "+table+" t ON t.comment_id = thread.top LEFT JOIN "+
			table+" o ON "+older+top+" GROUP BY thread.id", append(c.args, user)...)
		for _, row := range rows {
			out[row.ID] = row.N
		}
		return err
	})
	return out, err
}
