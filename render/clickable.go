package render

import "strings"

const (
	// Longer texts are taken apart at white space before addresses are looked for.
	clickableWhole = 10000
	clickablePiece = 2100
	longestURL     = 2000
)

// makeClickable turns addresses in the text into links (make_clickable). rel gives
// the rel attribute of an address, with a space before it.
func makeClickable(text string, rel func(url string) string) string {
	var out strings.Builder
	out.Grow(len(text))
	nested := 0
	for text != "" {
		n, tag := clickableToken(text)
		piece := text[:n]
		text = text[n:]
		if tag || piece[0] == '<' {
			switch {
			case opensVerbatim(piece):
				nested++
			case nested > 0 && closesVerbatim(piece):
				nested--
			}
		}
		if nested > 0 || piece == "0" || (piece[0] == '<' && !angleURL(piece)) {
			out.WriteString(piece)
			continue
		}
		if len(piece) <= clickableWhole {
			out.WriteString(linkPiece(piece, rel))
			continue
		}
		for _, chunk := range splitAtSpace(piece, clickablePiece) {
			if len(chunk) > clickablePiece+1 {
				out.WriteString(chunk)
			} else {
				out.WriteString(makeClickable(chunk, rel))
			}
		}
	}
	return unnestLinks(out.String())
}

// clickableToken gives the length of the tag (<…> with neither bracket inside) or
// of the text before the next one.
func clickableToken(s string) (n int, tag bool) {
	start := 0
	for {
		k := strings.IndexByte(s[start:], '<')
		if k < 0 {
			return len(s), false
		}
		k += start
		end := strings.IndexAny(s[k+1:], "<>")
		if end < 0 {
			return len(s), false
		}
		if s[k+1+end] == '>' && end > 0 {
			if k > 0 {
				return k, false
			}
			return end + 2, true
		}
		if s[k+1+end] == '<' {
			start = k + 1 + end
		} else {
			start = k + 1 + end + 1
		}
	}
}

var verbatimTags = []string{"code", "pre", "script", "style"}

func opensVerbatim(tag string) bool {
	for _, name := range verbatimTags {
		if n := len(name) + 1; len(tag) > n && hasPrefixFold(tag[1:], name) && (isSpace(tag[n]) || tag[n] == '>') {
			return true
		}
	}
	return false
}

func closesVerbatim(tag string) bool {
	for _, name := range verbatimTags {
		if strings.EqualFold(tag, "</"+name+">") {
			return true
		}
	}
	return false
}

// angleURL: <http://…> is no tag.
func angleURL(piece string) bool {
	i := skipSpace(piece, 1)
	n := 0
	for i < len(piece) && isWord(piece[i]) {
		i++
		n++
	}
	return n > 0 && n <= 20 && strings.HasPrefix(piece[i:], "://")
}

// splitAtSpace cuts into pieces of at most goal bytes, each ending with white
// space where it can (_split_str_by_whitespace).
func splitAtSpace(s string, goal int) []string {
	spaces := strings.NewReplacer("\r", " ", "\n", " ", "\t", " ", "\v", " ", "\f", " ", "\x00", " ").Replace(s)
	var chunks []string
	at := 0
	for goal < len(s)-at {
		pos := strings.LastIndexByte(spaces[at:at+goal+1], ' ')
		if pos < 0 {
			if pos = strings.IndexByte(spaces[at+goal+1:], ' '); pos < 0 {
				break
			}
			pos += goal + 1
		}
		chunks = append(chunks, s[at:at+pos+1])
		at += pos + 1
	}
	if at < len(s) {
		chunks = append(chunks, s[at:])
	}
	return chunks
}

// linkPiece links the addresses in a piece of text: those with a protocol, then
// those of www and ftp hosts, then mail addresses.
func linkPiece(piece string, rel func(string) string) string {
	s := " " + piece + " "
	s = linkURLs(s, rel)
	s = linkHosts(s, rel)
	s = linkMail(s)
	return s[1 : len(s)-1]
}

func urlPlainByte(c byte) bool {
	return isWord(c) || c >= 0x80 || strings.IndexByte(`#%~/@[]*(+=&$-`, c) >= 0
}

func urlPunctuation(c byte) bool { return strings.IndexByte(`'.,;:!?)`, c) >= 0 }

func linkURLs(s string, rel func(string) string) string {
	var out strings.Builder
	last := 0
	for from := 0; ; {
		k := strings.Index(s[from:], "://")
		if k < 0 {
			break
		}
		sep := from + k
		from = sep + 3
		start := sep
		for start > last && sep-start < 21 && isWord(s[start-1]) {
			start--
		}
		// A character that lets an address begin must stand before, unused.
		if sep == start || sep-start > 20 || start-1 < last || !beforeURL(s[start-1]) {
			continue
		}
		run := 0
		for sep+3+run < len(s) && !isSpace(s[sep+3+run]) && run <= longestURL {
			run++
		}
		if run == 0 || run > longestURL {
			continue
		}
		end := sep + 3
		for end < len(s) && urlPlainByte(s[end]) {
			end++
		}
		for end+1 < len(s) && urlPunctuation(s[end]) && urlPlainByte(s[end+1]) {
			for end++; end < len(s) && urlPlainByte(s[end]); {
				end++
			}
		}
		url, suffix := s[start:end], ""
		matched := end
		if s[end] == ')' {
			matched++
			if strings.IndexByte(url, '(') > 0 {
				url += ")"
			} else {
				suffix = ")"
			}
			// What looks like a file's ending belongs to the address all the same.
			if n := fileEnding(s[matched:]); n > 0 {
				url += s[matched : matched+n]
				matched += n
			}
		}
		for strings.Count(url, "(") < strings.Count(url, ")") {
			cut := strings.LastIndexByte(url, ')')
			url, suffix = url[:cut], url[cut:]+suffix
		}
		clean := escURL(url)
		out.WriteString(s[last:start])
		if clean == "" {
			out.WriteString(s[start:matched])
		} else {
			out.WriteString(`<a href="` + clean + `"` + rel(clean) + `>` + clean + `</a>` + suffix)
		}
		last, from = matched, matched
	}
	out.WriteString(s[last:])
	return out.String()
}

// fileEnding gives the length of a dot and two to six letters or digits.
func fileEnding(s string) int {
	n := 1
	for n < len(s) && n < 7 && isWord(s[n]) {
		n++
	}
	if s == "" || s[0] != '.' || n < 3 {
		return 0
	}
	return n
}

func beforeURL(c byte) bool { return isSpace(c) || strings.IndexByte("(<.,;:!?", c) >= 0 }

func linkHosts(s string, rel func(string) string) string {
	var out strings.Builder
	last := 0
	for i := 1; i < len(s); i++ {
		if (!isSpace(s[i-1]) && s[i-1] != '>') || i-1 < last || !(hasPrefixFold(s[i:], "www.") || hasPrefixFold(s[i:], "ftp.")) {
			continue
		}
		end := i + 4
		for end < len(s) && (isWord(s[end]) || s[end] >= 0x80 || strings.IndexByte(`#$%&~/.-;:=,?@[]+`, s[end]) >= 0) {
			end++
		}
		if end == i+4 {
			continue
		}
		url, suffix := "http://"+s[i:end], ""
		if c := url[len(url)-1]; strings.IndexByte(".,;:)", c) >= 0 {
			url, suffix = url[:len(url)-1], string(c)
		}
		if clean := escURL(url); clean != "" {
			out.WriteString(s[last:i])
			out.WriteString(`<a href="` + clean + `"` + rel(clean) + `>` + clean + `</a>` + suffix)
			last = end
		}
		i = end - 1
	}
	out.WriteString(s[last:])
	return out.String()
}

func linkMail(s string) string {
	var out strings.Builder
	last := 0
	alnum := func(c byte) bool { return isDigit(c) || isLetter(c) }
	for from := 0; ; {
		k := strings.IndexByte(s[from:], '@')
		if k < 0 {
			break
		}
		at := from + k
		from = at + 1
		start := at
		for start > last && (alnum(s[start-1]) || strings.IndexByte("._+-", s[start-1]) >= 0) {
			start--
		}
		if start == at || start == last || (!isSpace(s[start-1]) && s[start-1] != '>') {
			continue
		}
		// Labels with dots between them; the last has two characters at least and no dash.
		end, i := 0, at+1
		for {
			label := i
			for i < len(s) && (alnum(s[i]) || s[i] == '-') {
				i++
			}
			if label > at+1 {
				n := label
				for n < i && alnum(s[n]) {
					n++
				}
				if n-label >= 2 {
					end = n
				}
			}
			if i == label || i == len(s) || s[i] != '.' {
				break
			}
			i++
		}
		if end == 0 {
			continue
		}
		mail := s[start:end]
		out.WriteString(s[last:start])
		out.WriteString(`<a href="mailto:` + mail + `">` + mail + `</a>`)
		last, from = end, end
	}
	out.WriteString(s[last:])
	return out.String()
}

// unnestLinks takes links out that were made inside a link.
func unnestLinks(s string) string {
	if !strings.Contains(s, "</a></a>") && !strings.Contains(s, "</A>") {
		return s
	}
	gt := finder{s: s, what: ">"}
	return scan(s, "<", false, func(s string, i int) (int, string) {
		if !hasPrefixFold(s[i:], "<a") {
			return 0, ""
		}
		outer := i + 2
		if outer < len(s) && strings.IndexByte(" \r\n\t", s[outer]) >= 0 {
			if outer = gt.from(outer + 2); outer < 0 {
				return 0, ""
			}
		}
		if outer >= len(s) || s[outer] != '>' || !hasPrefixFold(s[outer+1:], "<a ") {
			return 0, ""
		}
		inner := gt.from(outer + 1 + len("<a ") + 1)
		if inner < 0 {
			return 0, ""
		}
		// The text may hold < but no >, which the tag that closes it brings.
		close := gt.from(inner + 1)
		if close < 0 || !hasPrefixFold(s[close+1:], "</a>") || close-3 <= inner+1 || !strings.EqualFold(s[close-3:close+1], "</a>") {
			return 0, ""
		}
		return close + 1 + len("</a>"), s[i:outer+1] + s[inner+1:close-3] + "</a>"
	})
}
