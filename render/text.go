package render

import "strings"

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

// StripTags is wp_strip_all_tags: no tags, and no content of scripts and styles.
// Without keepBreaks white space becomes single spaces only where WordPress asks for it.
func StripTags(text string, removeBreaks bool) string {
	text = dropElements(text)
	text = stripTags(text)
	if removeBreaks {
		text = collapseBreaks(text)
	}
	return strings.Trim(text, phpSpace)
}

// collapseBreaks makes one space of each run of line breaks, tabs and spaces.
func collapseBreaks(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && (text[i] == '\r' || text[i] == '\n' || text[i] == '\t' || text[i] == ' ') {
			i++
		}
		if i > start {
			out.WriteByte(' ')
			continue
		}
		out.WriteByte(text[i])
		i++
	}
	return out.String()
}

// dropElements takes <script> and <style> out with what they hold; the names
// count as beginnings, and end at the first tag that closes them.
func dropElements(text string) string {
	names := []string{"script", "style"}
	closing := make([]foldFinder, len(names))
	for k, name := range names {
		closing[k] = foldFinder{s: text, what: "</" + name + ">"}
	}
	gt := finder{s: text, what: ">"}
	return scan(text, "<", false, func(s string, i int) (int, string) {
		for k, name := range names {
			if !hasPrefixFold(s[i+1:], name) {
				continue
			}
			open := gt.from(i + 1 + len(name))
			if open < 0 {
				return 0, ""
			}
			if end := closing[k].from(open + 1); end >= 0 {
				return end + len(closing[k].what), ""
			}
		}
		return 0, ""
	})
}

// foldFinder is a finder that reads letters of either case.
type foldFinder struct {
	s, what string
	low, at int
	asked   bool
}

func (f *foldFinder) from(i int) int {
	if f.asked && i >= f.low && (f.at < 0 || i <= f.at) {
		return f.at
	}
	f.asked, f.low, f.at = true, i, -1
	for j := i; j+len(f.what) <= len(f.s); j++ {
		k := strings.IndexByte(f.s[j:], f.what[0])
		if k < 0 {
			break
		}
		j += k
		if hasPrefixFold(f.s[j:], f.what) {
			f.at = j
			break
		}
	}
	return f.at
}
