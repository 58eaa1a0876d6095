package render

import "strings"

const nextPage = "<!--nextpage-->"

// Teaser is what get_the_content gives outside the post's own page: its first
// page, up to <!--more-->.
func Teaser(content string) string {
	content = firstPage(content)
	for i := 0; ; {
		k := strings.Index(content[i:], "<!--more")
		if k < 0 {
			return content
		}
		i += k
		// The comment ends on its line.
		end := strings.Index(content[i+len("<!--more"):], "-->")
		if end < 0 {
			return content
		}
		if !strings.Contains(content[i:i+len("<!--more")+end], "\n") {
			return BalanceTags(dropMoreDelimiters(content, i))
		}
		i += len("<!--more")
	}
}

// dropMoreDelimiters gives the text before end, without the delimiters of the
// block that <!--more--> stands in.
func dropMoreDelimiters(content string, end int) string {
	if !strings.Contains(content, "<!-- wp:more ") {
		return content[:end]
	}
	return scan(content[:end], "<!-- wp:more", false, func(s string, i int) (int, string) {
		line := s[i:]
		if n := strings.IndexByte(line, '\n'); n >= 0 {
			line = line[:n]
		}
		if n := strings.Index(line, " -->"); n >= 0 {
			return i + n + len(" -->"), ""
		}
		return 0, ""
	})
}

// firstPage is the text up to the first <!--nextpage-->; one at the very
// beginning counts for nothing.
func firstPage(content string) string {
	if !strings.Contains(content, nextPage) {
		return content
	}
	for _, cut := range [][2]string{
		{"<!-- wp:nextpage -->", ""}, {"<!-- /wp:nextpage -->", ""},
		{"\n" + nextPage + "\n", nextPage}, {"\n" + nextPage, nextPage}, {nextPage + "\n", nextPage},
	} {
		content = strings.ReplaceAll(content, cut[0], cut[1])
	}
	page, _, _ := strings.Cut(strings.TrimPrefix(content, nextPage), nextPage)
	return page
}
