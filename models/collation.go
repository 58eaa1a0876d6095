package models

import "strings"

// likeRegexp writes a LIKE pattern as a PostgreSQL regular expression.
func likeRegexp(pattern string) string {
	var b strings.Builder
	b.WriteString("^" + pattern + "$")
	return b.String()
}
