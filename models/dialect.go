package models

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"gorm.io/gorm/clause"
)

// Dialect writes what the engines say differently.
//
// Nothing is needed for =, IN, DISTINCT and GROUP BY: the columns that hold people's
// words carry a collation that compares as WordPress's MySQL does, without regard to
// case and accents. LIKE needs help, and ORDER BY on PostgreSQL for young characters.
type Dialect struct {
	engine  Engine
	mariadb bool // the MySQL is a MariaDB
}

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

// hintLength is how many characters of a word hinted looks for.
const hintLength = 20

// hinted puts a condition before the one that column is like a pattern which holds word: whatever matches the pattern matches it, and
// it is quicker. MariaDB's LIKE weighs every character of a text by the collation, which takes five times as long as
// its regular expressions.
func (d Dialect) hinted(column, word string, like clause.Expr) clause.Expr {
	if !d.mariadb || word == "" || !utf8.ValidString(word) {
		return like
	}
	t := loadWeights()
	var b strings.Builder
	for _, r := range []rune(word)[:min(hintLength, utf8.RuneCountInString(word))] {
		b.WriteByte('[')
		for _, r := range t.class(r) {
			fmt.Fprintf(&b, `\x{%x}`, r)
		}
		b.WriteByte(']')
	}
	return clause.Expr{SQL: "(" + column + " REGEXP ? AND " + like.SQL + ")", Vars: append([]any{b.String()}, like.Vars...)}
}

// EscapeLike makes s stand for itself in a pattern, as $wpdb->esc_like() does.
func EscapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// Contains is the pattern of a text that holds s anywhere.
func Contains(s string) string { return "%" + EscapeLike(s) + "%" }

// size is the size of the database in bytes.
func (d Dialect) size() string {
	switch d.engine {
	case SQLite:
		return "page_count * page_size FROM pragma_page_count(), pragma_page_size()"
	case Postgres:
		return "pg_database_size(current_database())"
	default:
		return "COALESCE(CAST(SUM(data_length + index_length) AS SIGNED), 0) FROM information_schema.tables WHERE table_schema = DATABASE()"
	}
}

// serverInfo is what the server says of itself. MySQL and MariaDB give it in WordPress's form; others are named.
func (d Dialect) serverInfo() string {
	switch d.engine {
	case SQLite:
		return "'SQLite ' || sqlite_version()"
	case Postgres:
		return "'PostgreSQL ' || current_setting('server_version')"
	default:
		return "VERSION()"
	}
}

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

// unlessThere has an INSERT leave out rows whose value of a unique column is stored
// already, and not count them. (MySQL counts what ON DUPLICATE KEY leaves as it is.)
func (d Dialect) unlessThere(unique string) clause.Expression {
	if d.engine == MySQL {
		return clause.Insert{Modifier: "IGNORE"}
	}
	return clause.OnConflict{Columns: []clause.Column{{Name: unique}}, DoNothing: true}
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

// isNumber is the condition that a text is a whole number as people write it, of at most ten digits.
func (d Dialect) isNumber(text string) string {
	switch d.engine {
	case SQLite:
		return text + " GLOB '[1-9]*' AND " + text + " NOT GLOB '*[^0-9]*' AND LENGTH(" + text + ") <= 10"
	case Postgres:
		return text + ` COLLATE "C" ~ '^[1-9][0-9]{0,9}$'`
	default:
		return text + " REGEXP '^[1-9][0-9]{0,9}$'"
	}
}

// asInteger is the number that a text isNumber of holds.
func (d Dialect) asInteger(text string) string {
	if d.engine == Postgres { // which may look at texts before the conditions hold
		return "CASE WHEN " + d.isNumber(text) + " THEN CAST(" + text + " AS bigint) END"
	}
	return text + " + 0"
}

// Aside is column where another one's index serves better. SQLite without statistics
// always prefers the index of more columns.
func (d Dialect) Aside(column string) string {
	if d.engine == SQLite {
		return "+" + column
	}
	return column
}

// Sort is column as an expression to order by. PostgreSQL's collation knows places for
// emoji and Hangul among signs and letters; MySQL's is older than them and puts them,
// by their code, behind everything else. So they are moved to the planes for private
// use, which both put there.
func (d Dialect) Sort(column string) string {
	if d.engine != Postgres {
		return column
	}
	young := youngCharacters()
	return "(CASE WHEN (" + column + ` COLLATE "C") ~ '` + young + `' THEN (SELECT string_agg(CASE WHEN c ~ '` + young + `' THEN chr(ascii(c) + 983040) ELSE c END, '' ORDER BY n)` +
		` FROM regexp_split_to_table(` + column + ` COLLATE "C", '') WITH ORDINALITY letters(c, n)) ELSE ` + column + " END) COLLATE wordpress"
}

// youngCharacters is a class of a regular expression: Hangul, and the symbols that
// MySQL's collation table does not list.
var youngCharacters = sync.OnceValue(func() string {
	var b strings.Builder
	b.WriteString("[\uac00-\ud7a3")
	table := loadWeights()
	for _, block := range [][2]rune{{0x2190, 0x2bff}, {0x1f000, 0x1fbff}} {
		for r := block[0]; r <= block[1]; r++ {
			first := r
			for r <= block[1] && !table.knows(r) {
				r++
			}
			if r > first {
				fmt.Fprintf(&b, "\\U%08x-\\U%08x", first, r-1)
			}
		}
	}
	return b.String() + "]"
})
