package models

import (
	"strings"

	"gorm.io/gorm/clause"
)

// Dialect writes what the engines say differently.
//
// Nothing is needed for =, IN, ORDER BY, DISTINCT and GROUP BY: the columns that hold
// people's words carry a collation that compares as WordPress's MySQL does, without
// regard to case and accents. Only LIKE needs help.
type Dialect struct{ engine Engine }

// Like is the condition that column matches pattern, with MySQL's %, _ and \, without
// regard to case and accents. A character is compared with a character:
// é is found by e, but ß is not found by ss.
func (d Dialect) Like(column, pattern string) clause.Expr { return d.like(column, pattern, false) }

// NotLike is the condition that column does not match pattern.
func (d Dialect) NotLike(column, pattern string) clause.Expr { return d.like(column, pattern, true) }

func (d Dialect) like(column, pattern string, not bool) clause.Expr {
	operator := " LIKE ?"
	if d.engine == Postgres {
		column, operator, pattern = "("+column+` COLLATE "C")`, " ~ ?", likeRegexp(pattern)
	}
	if not {
		operator = strings.NewReplacer("LIKE", "NOT LIKE", "~", "!~").Replace(operator)
	}
	return clause.Expr{SQL: column + operator, Vars: []any{pattern}}
}

// EscapeLike makes s stand for itself in a pattern, as $wpdb->esc_like() does.
func EscapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// Contains is the pattern of a text that holds s anywhere.
func Contains(s string) string { return "%" + EscapeLike(s) + "%" }

// Exact is column as an expression that compares byte by byte.
func (d Dialect) Exact(column string) string {
	switch d.engine {
	case SQLite:
		return column + " COLLATE BINARY"
	case Postgres:
		return column + ` COLLATE "C"`
	default:
		return column + " COLLATE utf8mb4_bin"
	}
}

// Number is the text column as a number: its leading digits, or 0, as MySQL's column+0.
func (d Dialect) Number(column string) string {
	switch d.engine {
	case SQLite:
		return "CAST(" + column + " AS NUMERIC)"
	case Postgres: // no question mark in the pattern: it would be a placeholder
		return "COALESCE(substring(" + column + ` COLLATE "C" from '^\s*([-+]{0,1}(\d+(\.\d*){0,1}|\.\d+))')::numeric, 0)`
	default:
		return "(" + column + "+0)"
	}
}
