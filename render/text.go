package render

import (
	"strings"

	"github.com/headpress/headpress/sanitize"
)

// ConvertChars writes a lone & as &#038; (convert_chars).
func ConvertChars(text string) string {
	if strings.IndexByte(text, '&') < 0 {
		return text
	}
	var out strings.Builder
	last := 0
	for i := 0; i+1 < len(text); i++ {
		// The byte after & is taken along unread, so &a; is not an entity here.
		if text[i] != '&' || text[i+1] == '#' || entityTail(text[i+2:]) {
			continue
		}
		out.WriteString(text[last:i])
		out.WriteString("&#038;")
		last = i + 1
		i++
	}
	if last == 0 {
		return text
	}
	out.WriteString(text[last:])
	return out.String()
}

// entityTail: one to eight letters or digits 1 to 4, and a semicolon.
func entityTail(s string) bool {
	n := 0
	for n < len(s) && n < 8 && (isLetter(s[n]) || (s[n] >= '1' && s[n] <= '4')) {
		n++
	}
	return n > 0 && n < len(s) && s[n] == ';'
}

var dangits = strings.NewReplacer(" Wordpress", " WordPress", "&#8216;Wordpress", "&#8216;WordPress",
	openDouble+"Wordpress", openDouble+"WordPress", ">Wordpress", ">WordPress", "(Wordpress", "(WordPress")

// capitalP is capital_P_dangit where the name begins a word.
func capitalP(text string) string {
	if !strings.Contains(text, "Wordpress") {
		return text
	}
	return dangits.Replace(text)
}

// Title renders a title: the filters of the_title.
func Title(text string) string {
	text = strings.Trim(ConvertChars(Texturize(text)), phpSpace)
	return strings.ReplaceAll(text, "Wordpress", "WordPress")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// StripTags is wp_strip_all_tags.
func StripTags(text string, removeBreaks bool) string {
	return sanitize.StripAllTags(text, removeBreaks)
}
