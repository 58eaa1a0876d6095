package render

import "strings"

const nextPage = "<!--nextpage-->"

// Teaser is what get_the_content gives outside the post's own page: its first
// page, up to <!--more-->.
func Teaser(content string) string {
	content = firstPage(content)
	more := moreComment(content)
	if more == "" {
		return content
	}
	if strings.Contains(content, "<!-- wp:more ") {
		content = dropMoreDelimiters(content)
	}
	before, _, found := strings.Cut(content, more)
	if !found {
		return content
	}
	return BalanceTags(before)
}

// moreComment is the first <!--more--> with the text it may hold, on one line.
func moreComment(content string) string {
	const start = "<!--more"
	end, line := finder{s: content, what: "-->"}, finder{s: content, what: "\n"}
	for i := 0; ; i += len(start) {
		k := strings.Index(content[i:], start)
		if k < 0 {
			return ""
		}
		i += k
		e, nl := end.from(i+len(start)), line.from(i)
		if e >= 0 && (nl < 0 || nl > e) {
			return content[i : e+len("-->")]
		}
	}
}

// dropMoreDelimiters takes the delimiters out of the block around <!--more-->.
func dropMoreDelimiters(content string) string {
	end, line := finder{s: content, what: " -->"}, finder{s: content, what: "\n"}
	return scan(content, "<!-- ", false, func(s string, i int) (int, string) {
		name := i + len("<!-- ")
		if name < len(s) && s[name] == '/' {
			name++
		}
		if !strings.HasPrefix(s[name:], "wp:more") {
			return 0, ""
		}
		e, nl := end.from(name+len("wp:more")), line.from(name)
		if e < 0 || (nl >= 0 && nl < e) {
			return 0, ""
		}
		return e + len(" -->"), ""
	})
}

// firstPage is the text up to the first <!--nextpage-->; one at the very
// beginning counts for nothing.
func firstPage(content string) string {
	if !strings.Contains(content, nextPage) {
		return content
	}
	for _, cut := range [][2]string{
		{"\n" + nextPage + "\n", nextPage}, {"\n" + nextPage, nextPage}, {nextPage + "\n", nextPage},
		{"<!-- wp:nextpage -->", ""}, {"<!-- /wp:nextpage -->", ""},
	} {
		content = strings.ReplaceAll(content, cut[0], cut[1])
	}
	page, _, _ := strings.Cut(strings.TrimPrefix(content, nextPage), nextPage)
	return page
}
