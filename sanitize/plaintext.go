package sanitize

import (
	"html"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

var noMarkup = bluemonday.StrictPolicy()

// PlainText is what a text with markup says, for mails: no WordPress bytes are owed there.
func PlainText(s string) string {
	return strings.TrimSpace(html.UnescapeString(noMarkup.Sanitize(s)))
}
