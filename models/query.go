package models

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm/clause"
)

// conds is a list of conditions with the values of their placeholders.
type conds struct {
	sql  []string
	args []any
}

func (c *conds) add(sql string, args ...any) {
	c.sql = append(c.sql, sql)
	c.args = append(c.args, args...)
}

func (c *conds) expr(e clause.Expr) { c.add(e.SQL, e.Vars...) }

// one adds the conditions of a group as a single condition, joined by glue.
func (c *conds) one(group conds, glue string) {
	if len(group.sql) > 0 {
		c.add("("+group.join(glue)+")", group.args...)
	}
}

// join writes the conditions with glue between them. Long chains are grouped: SQLite
// takes a chain for a tree as deep as the chain is long, and bounds depth.
func (c *conds) join(glue string) string {
	const most = 400
	if len(c.sql) <= most {
		return strings.Join(c.sql, glue)
	}
	var groups []string
	for part := range slices.Chunk(c.sql, most) {
		groups = append(groups, "("+strings.Join(part, glue)+")")
	}
	return strings.Join(groups, glue)
}

// where is the WHERE clause, or nothing.
func (c *conds) where() string {
	if len(c.sql) == 0 {
		return ""
	}
	return " WHERE " + c.join(" AND ")
}

// in adds "column is one of values", if there are any values.
func in[T int64 | string](c *conds, column string, values []T) {
	switch len(values) {
	case 0:
	case 1:
		c.add(column+" = ?", values[0])
	default:
		c.list(column+" IN ", values)
	}
}

// notIn adds "column is none of values", if there are any values.
func notIn[T int64 | string](c *conds, column string, values []T) {
	if len(values) > 0 {
		c.list(column+" NOT IN ", values)
	}
}

// maxPlaceholders is the length from which on a list of numbers is written into the
// statement: engines bound the placeholders of one.
const maxPlaceholders = 1024

func (c *conds) list(column string, values any) {
	switch values := values.(type) {
	case []string:
		c.add(column+"?", padded(distinct(values)))
	case []int64:
		if values = distinct(values); len(values) <= maxPlaceholders {
			c.add(column+"?", padded(values))
			return
		}
		b := append(make([]byte, 0, len(column)+8*len(values)), column...)
		for i, n := range values {
			b = strconv.AppendInt(append(b, "(,"[min(i, 1)]), n, 10)
		}
		c.add(string(append(b, ')')))
	}
}

// padded repeats the last value until the length is a power of two: a list of any
// length then needs one of few prepared statements.
func padded[T any](values []T) []T {
	n := 1
	for n < len(values) {
		n *= 2
	}
	if n == len(values) || len(values) > maxPlaceholders {
		return values
	}
	last := values[len(values)-1]
	out := make([]T, n)
	for i := copy(out, values); i < n; i++ {
		out[i] = last
	}
	return out
}

// distinct gives each value once, in the order of its first appearance.
func distinct[T comparable](values []T) []T {
	seen := make(map[T]bool, len(values))
	out := make([]T, 0, len(values))
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// ordering is an ORDER BY clause with the values of its placeholders.
type ordering struct {
	terms []string
	args  []any
}

func (o *ordering) by(expr string, desc bool, args ...any) {
	if desc {
		expr += " DESC"
	}
	o.terms = append(o.terms, expr)
	o.args = append(o.args, args...)
}

// listed orders as the values are listed, or backwards; MySQL's FIELD() for every engine.
func listed(o *ordering, column string, values []string, desc bool) {
	values = distinct(values)
	var b strings.Builder
	b.WriteString("CASE " + column)
	args := make([]any, len(values))
	for i, v := range values {
		fmt.Fprintf(&b, " WHEN ? THEN %d", i)
		args[i] = v
	}
	o.by(b.String()+" END", desc, args...)
}

// listedIDs orders by an id as the ids are listed, or backwards. They are one text: SQLite compares each
// branch of a CASE with all before it, which takes seconds where there are thousands.
func (d Dialect) listedIDs(o *ordering, column string, ids []int64, desc bool) {
	list := []byte{','}
	for _, id := range distinct(ids) {
		list = append(strconv.AppendInt(list, id, 10), ',')
	}
	place := "INSTR(?, ',' || " + column + " || ',')"
	switch d.engine {
	case Postgres:
		place = "STRPOS(?, ',' || " + column + " || ',')"
	case MySQL:
		place = "INSTR(?, CONCAT(',', " + column + ", ','))"
	}
	o.by(place, desc, string(list))
}

func (o *ordering) String() string {
	if len(o.terms) == 0 {
		return ""
	}
	return " ORDER BY " + strings.Join(o.terms, ", ")
}

// limits is the LIMIT clause: limit 0 takes all rows. SQLite forgets the offset where its
// sum with the limit is too large for it.
func limits(offset, limit int64) (string, []any) {
	offset = min(max(offset, 0), math.MaxInt64/2)
	switch {
	case limit <= 0 && offset == 0:
		return "", nil
	case limit <= 0:
		limit = math.MaxInt64 / 2
	}
	return " LIMIT ? OFFSET ?", []any{limit, offset}
}

// count runs one statement that gives a number, or remembers what it gave.
func count(ctx context.Context, s *Store, what, sql string, args ...any) (int64, error) {
	list := s.listing(ctx, sql, args)
	if list.known {
		return list.total, nil
	}
	rows, err := read[struct{ N int64 }](ctx, s, what, sql, args...)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	list.remember(rows[0].N)
	return rows[0].N, nil
}

// shownTotal tells how many rows there are in all when a page itself shows it.
func shownTotal(got int, offset, limit int64) (int64, bool) {
	if limit <= 0 || int64(got) < limit {
		return max(offset, 0) + int64(got), got > 0 || offset <= 0
	}
	return 0, false
}

// columns writes "p.a AS a, p.b AS b": MySQL and SQLite would answer with the declared
// case of a name, PostgreSQL with the lower one.
func columns(alias string, names ...string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = alias + "." + name + " AS " + name
	}
	return strings.Join(out, ", ")
}

// nonzero drops what is no id, and repetitions, and sorts the rest.
func nonzero(ids []int64) []int64 {
	out := make([]int64, 0, len(ids))
	for _, id := range ids {
		if id > 0 {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// chunks calls f with at most 10,000 ids at a time: engines limit the placeholders of a statement.
func chunks(ids []int64, f func([]int64) error) error {
	for part := range slices.Chunk(nonzero(ids), 10_000) {
		if err := f(part); err != nil {
			return err
		}
	}
	return nil
}
