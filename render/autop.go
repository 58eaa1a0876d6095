package render

import (
	"strconv"
	"strings"
)

// blockNames are the elements that autop keeps out of paragraphs.
//
// blockPrefixes are their names by first letter, without those that begin with
// another: several passes of wpautop look at a tag's first letters only, so that
// <picture> and <progress> count as <p>, and <link> as <li>.
var blockNames, blockPrefixes = blockTables()

func blockTables() (exact map[string]bool, prefixes [256][]string) {
	exact = map[string]bool{}
	names := strings.Fields("table thead tfoot caption col colgroup tbody tr td th div dl dd dt ul ol li pre form map area blockquote address style p" +
		" h1 h2 h3 h4 h5 h6 hr fieldset legend section article aside hgroup header footer nav figure figcaption details menu summary")
	for _, name := range names {
		exact[name] = true
		shorter := false
		for _, n := range names {
			shorter = shorter || (n != name && strings.HasPrefix(name, n))
		}
		if !shorter {
			prefixes[name[0]] = append(prefixes[name[0]], name)
		}
	}
	return exact, prefixes
}

// Elements before which a line break goes; by first letters, as above.
var noBreakBefore = []string{"p", "li", "div", "dl", "dd", "dt", "th", "td", "ul", "ol"}

const (
	newlineInTag   = " <!-- wpnl --> "
	newlineToKeep  = "<WPPreserveNewline />"
	preMark        = "<pre wp-pre-tag-"
	preMarkEnd     = "></pre>"
	lineBreak      = "<br />"
	paragraphOpen  = "<p>"
	paragraphClose = "</p>"
)

// Autop makes paragraphs of blank lines and <br /> of single ones (wpautop). It
// is a chain of textual passes; where they leave tags unbalanced WordPress does too.
func Autop(text string) string {
	if strings.Trim(text, phpSpace) == "" {
		return ""
	}
	text += "\n"
	text, kept := takePre(text)

	text = scan(text, "<br", false, func(s string, i int) (int, string) {
		if end := lineBreakTag(s, i); end > 0 {
			if end = lineBreakTag(s, skipSpace(s, end)); end > 0 {
				return end, "\n\n"
			}
		}
		return 0, ""
	})
	text = scan(text, "<", false, func(s string, i int) (int, string) {
		end := i + 1
		closing := end < len(s) && s[end] == '/'
		if closing {
			end++
		}
		start := end
		for end < len(s) && (isDigit(s[end]) || (s[end] >= 'a' && s[end] <= 'z')) {
			end++
		}
		if end == len(s) || !blockNames[s[start:end]] {
			return 0, ""
		}
		switch {
		case closing && s[end] == '>':
			return end + 1, s[i:end+1] + "\n\n"
		case !closing && (s[end] == '>' || s[end] == '/' || isSpace(s[end])):
			return end, "\n\n" + s[i:end]
		}
		return 0, ""
	})
	text = scan(text, "<hr", false, func(s string, i int) (int, string) {
		if end := closedTag(s, i+3); end > 0 {
			return end, s[i:end] + "\n\n"
		}
		return 0, ""
	})
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	text = replaceInTags(text, "\n", newlineInTag)
	text = collapseAroundTags(text)

	var out strings.Builder
	out.Grow(len(text) + len(text)/8)
	for _, p := range paragraphs(text) {
		out.WriteString(paragraphOpen)
		out.WriteString(strings.Trim(p, "\n"))
		out.WriteString(paragraphClose)
		out.WriteByte('\n')
	}
	text = unwrapBlocks(out.String())
	text = breakLines(text)
	text = restorePre(text, kept)
	if strings.Contains(text, "<!-- wpnl -->") {
		text = strings.ReplaceAll(strings.ReplaceAll(text, newlineInTag, "\n"), "<!-- wpnl -->", "\n")
	}
	return text
}

// takePre puts short marks in the place of <pre> elements.
func takePre(text string) (string, []string) {
	if !strings.Contains(text, "<pre") {
		return text, nil
	}
	parts := strings.Split(text, "</pre>")
	var out strings.Builder
	var kept []string
	for _, part := range parts[:len(parts)-1] {
		start := strings.Index(part, "<pre")
		if start < 0 {
			out.WriteString(part)
			continue
		}
		out.WriteString(part[:start] + preMark + strconv.Itoa(len(kept)) + preMarkEnd)
		kept = append(kept, part[start:]+"</pre>")
	}
	out.WriteString(parts[len(parts)-1])
	return out.String(), kept
}

func restorePre(text string, kept []string) string {
	if len(kept) == 0 {
		return text
	}
	return scan(text, preMark, false, func(s string, i int) (int, string) {
		start := i + len(preMark)
		end := start
		for end < len(s) && isDigit(s[end]) {
			end++
		}
		n, err := strconv.Atoi(s[start:end])
		if err != nil || n >= len(kept) || strconv.Itoa(n) != s[start:end] || !strings.HasPrefix(s[end:], preMarkEnd) {
			return 0, ""
		}
		return end + len(preMarkEnd), kept[n]
	})
}

// collapseAroundTags takes the white space away around tags whose parents would
// otherwise get paragraphs inside.
func collapseAroundTags(text string) string {
	if strings.Contains(text, "<option") {
		text = dropSpaceBefore(text, "<option")
		text = dropSpaceAfter(text, "</option>")
	}
	if strings.Contains(text, "</object>") {
		text = spaceAroundTags(text, []string{"<object"}, false, true)
		text = dropSpaceBefore(text, "</object>")
		text = spaceAroundTags(text, []string{"<param", "</param", "<embed", "</embed"}, true, true)
	}
	if strings.Contains(text, "<source") || strings.Contains(text, "<track") {
		text = mediaTags(text)
		text = spaceAroundTags(text, []string{"<source", "<track"}, true, true)
	}
	if strings.Contains(text, "<figcaption") {
		text = spaceAroundTags(text, []string{"<figcaption"}, true, false)
		text = dropSpaceAfter(text, "</figcaption>")
	}
	return text
}

func dropSpaceBefore(text, what string) string {
	return scan(text, what, true, func(s string, i int) (int, string) { return i + len(what), what })
}

func dropSpaceAfter(text, what string) string {
	return scan(text, what, false, func(s string, i int) (int, string) { return skipSpace(s, i+len(what)), what })
}

// spaceAroundTags drops the white space before or after tags with such beginnings.
func spaceAroundTags(text string, starts []string, before, after bool) string {
	gt := finder{s: text, what: ">"}
	return scan(text, "<", before, func(s string, i int) (int, string) {
		for _, start := range starts {
			if !strings.HasPrefix(s[i:], start) {
				continue
			}
			end := gt.from(i + len(start))
			if end < 0 {
				return 0, ""
			}
			put := s[i : end+1]
			if after {
				return skipSpace(s, end+1), put
			}
			return end + 1, put
		}
		return 0, ""
	})
}

// mediaTags drops the white space inside <audio> and <video>, shortcodes too.
func mediaTags(text string) string {
	media := func(s string, i int) int {
		if strings.HasPrefix(s[i:], "audio") || strings.HasPrefix(s[i:], "video") {
			return i + 5
		}
		return 0
	}
	for _, bracket := range []string{"<", "["} {
		end := finder{s: text, what: "]>", any: true}
		text = scan(text, bracket, false, func(s string, i int) (int, string) {
			name := media(s, i+1)
			if name == 0 {
				return 0, ""
			}
			if e := end.from(name); e >= 0 {
				return skipSpace(s, e+1), s[i : e+1]
			}
			return 0, ""
		})
	}
	for _, bracket := range []string{"</", "[/"} {
		text = scan(text, bracket, true, func(s string, i int) (int, string) {
			if name := media(s, i+2); name > 0 && name < len(s) && (s[name] == '>' || s[name] == ']') {
				return name + 1, s[i : name+1]
			}
			return 0, ""
		})
	}
	return text
}

// paragraphs splits at blank lines; empty pieces are left out.
func paragraphs(text string) []string {
	var out []string
	start := 0
	for i := 0; i < len(text); {
		if text[i] != '\n' {
			i++
			continue
		}
		last := i
		end := i + 1
		for ; end < len(text) && isSpace(text[end]); end++ {
			if text[end] == '\n' {
				last = end
			}
		}
		if last > i {
			// Two line breaks and nothing between them are made two before, so
			// the whole run is one separator.
			if i > start {
				out = append(out, text[start:i])
			}
			start = last + 1
		}
		i = end
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

// unwrapBlocks takes block elements out of the paragraphs they were put in.
func unwrapBlocks(text string) string {
	text = scan(text, paragraphOpen, false, func(s string, i int) (int, string) {
		if end := skipSpace(s, i+3); strings.HasPrefix(s[end:], paragraphClose) {
			return end + 4, ""
		}
		return 0, ""
	})
	lt := finder{s: text, what: "<"}
	text = scan(text, paragraphOpen, false, func(s string, i int) (int, string) {
		end := lt.from(i + 3)
		if end <= i+3 {
			return 0, ""
		}
		for _, name := range []string{"</div>", "</address>", "</form>"} {
			if strings.HasPrefix(s[end:], name) {
				return end + len(name), s[i:end] + paragraphClose + name
			}
		}
		return 0, ""
	})
	gt := finder{s: text, what: ">"}
	text = scan(text, paragraphOpen, false, func(s string, i int) (int, string) {
		start := skipSpace(s, i+3)
		if end := blockTag(s, start, &gt); end > 0 {
			if after := skipSpace(s, end); strings.HasPrefix(s[after:], paragraphClose) {
				return after + 4, s[start:end]
			}
		}
		return 0, ""
	})
	nl, closing := finder{s: text, what: "\n"}, finder{s: text, what: paragraphClose}
	text = scan(text, "<p><li", false, func(s string, i int) (int, string) {
		from := i + len("<p><li") + 1
		if from > len(s) || s[from-1] == '\n' {
			return 0, ""
		}
		end, line := closing.from(from), nl.from(from)
		if end < 0 || (line >= 0 && line < end) {
			return 0, ""
		}
		return end + 4, s[i+3 : end]
	})
	gt = finder{s: text, what: ">"}
	text = scan(text, "<", false, func(s string, i int) (int, string) {
		const quote = "<p><blockquote"
		if len(s)-i < len(quote) || !strings.EqualFold(s[i:i+len(quote)], quote) {
			return 0, ""
		}
		if end := gt.from(i + len(quote)); end > 0 {
			return end + 1, "<blockquote" + s[i+len(quote):end] + "><p>"
		}
		return 0, ""
	})
	text = strings.ReplaceAll(text, "</blockquote></p>", "</p></blockquote>")
	gt = finder{s: text, what: ">"}
	text = scan(text, paragraphOpen, false, func(s string, i int) (int, string) {
		start := skipSpace(s, i+3)
		if end := blockTag(s, start, &gt); end > 0 {
			return end, s[start:end]
		}
		return 0, ""
	})
	return dropAfterBlock(text, paragraphClose)
}

// dropAfterBlock removes what where it follows a block element's tag.
func dropAfterBlock(text, what string) string {
	gt := finder{s: text, what: ">"}
	return scan(text, "<", false, func(s string, i int) (int, string) {
		end := blockTag(s, i, &gt)
		if end == 0 {
			return 0, ""
		}
		if after := skipSpace(s, end); strings.HasPrefix(s[after:], what) {
			return after + len(what), s[i:end]
		}
		return 0, ""
	})
}

// breakLines puts <br /> at the line ends that are left, but not in scripts,
// styles and drawings, nor beside block elements.
func breakLines(text string) string {
	text = keepNewlines(text)
	text = strings.ReplaceAll(strings.ReplaceAll(text, "<br>", lineBreak), "<br/>", lineBreak)

	var out strings.Builder
	out.Grow(len(text) + len(text)/16)
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && !isSpace(text[i]) {
			i++
		}
		out.WriteString(text[start:i])
		if i == len(text) {
			break
		}
		space, last := i, -1
		for ; i < len(text) && isSpace(text[i]); i++ {
			if text[i] == '\n' {
				last = i
			}
		}
		// A line end right after <br /> has its break; one byte further on it
		// would get a second one, as in WordPress.
		if strings.HasSuffix(text[:space], lineBreak) {
			out.WriteByte(text[space])
			space++
		}
		if last >= space {
			out.WriteString(lineBreak + "\n")
			space = last + 1
		}
		out.WriteString(text[space:i])
	}
	text = strings.ReplaceAll(out.String(), newlineToKeep, "\n")

	text = dropAfterBlock(text, lineBreak)
	gt := finder{s: text, what: ">"}
	text = scan(text, lineBreak, false, func(s string, i int) (int, string) {
		start := i + len(lineBreak)
		name := skipSpace(s, start)
		if name >= len(s) || s[name] != '<' {
			return 0, ""
		}
		name++
		if name < len(s) && s[name] == '/' {
			name++
		}
		for _, n := range noBreakBefore {
			if strings.HasPrefix(s[name:], n) {
				if end := gt.from(name); end >= 0 {
					return end + 1, s[start : end+1]
				}
			}
		}
		return 0, ""
	})
	if body, ok := strings.CutSuffix(text, "\n</p>\n"); ok {
		text = body + "</p>\n"
	} else if body, ok := strings.CutSuffix(text, "\n</p>"); ok {
		text = body + "</p>"
	}
	return text
}

// keepNewlines marks the line ends inside <script>, <style>, <svg> and <math>.
func keepNewlines(text string) string {
	names := []string{"script", "style", "svg", "math"}
	closing := make([]finder, len(names))
	for k, name := range names {
		closing[k] = finder{s: text, what: "</" + name + ">"}
	}
	return scan(text, "<", false, func(s string, i int) (int, string) {
		for k, name := range names {
			if strings.HasPrefix(s[i+1:], name) {
				if end := closing[k].from(i + 1 + len(name)); end > 0 {
					end += len(closing[k].what)
					return end, strings.ReplaceAll(s[i:end], "\n", newlineToKeep)
				}
			}
		}
		return 0, ""
	})
}

// blockTag gives the end of the tag at i when its name begins like a block's, else 0.
func blockTag(s string, i int, gt *finder) int {
	if i+1 >= len(s) || s[i] != '<' {
		return 0
	}
	i++
	if s[i] == '/' {
		i++
	}
	if i >= len(s) {
		return 0
	}
	for _, name := range blockPrefixes[s[i]] {
		if strings.HasPrefix(s[i:], name) {
			return gt.from(i+len(name)) + 1
		}
	}
	return 0
}

// lineBreakTag gives the end of a <br> at i, else 0.
func lineBreakTag(s string, i int) int {
	if !strings.HasPrefix(s[i:], "<br") {
		return 0
	}
	return closedTag(s, i+3)
}

// closedTag gives the end of what is left of a tag without attributes, else 0.
func closedTag(s string, i int) int {
	i = skipSpace(s, i)
	if i < len(s) && s[i] == '/' {
		i++
	}
	if i < len(s) && s[i] == '>' {
		return i + 1
	}
	return 0
}

// scan replaces: at each what, rule tells where the match ends and what stands
// for it; end 0 is no match. trim takes the white space before a match with it.
func scan(s, what string, trim bool, rule func(s string, i int) (end int, put string)) string {
	var out strings.Builder
	last := 0
	for from := 0; from < len(s); {
		k := strings.Index(s[from:], what)
		if k < 0 {
			break
		}
		i := from + k
		end, put := rule(s, i)
		if end == 0 {
			from = i + 1
			continue
		}
		before := s[last:i]
		if trim {
			before = strings.TrimRight(before, " \t\n\v\f\r")
		}
		if last == 0 {
			out.Grow(len(s) + len(s)/16)
		}
		out.WriteString(before)
		out.WriteString(put)
		last, from = end, end
	}
	if last == 0 {
		return s
	}
	out.WriteString(s[last:])
	return out.String()
}

// finder finds the next what (or, with any, a byte of what) at or after a place.
// It remembers the last answer, so that asking at every tag of a text stays linear.
type finder struct {
	s, what    string
	any, asked bool
	low, at    int // what is at at and not in [low, at); at is -1 for none
}

func (f *finder) from(i int) int {
	if f.asked && i >= f.low && (f.at < 0 || i <= f.at) {
		return f.at
	}
	f.asked, f.low, f.at = true, i, -1
	if i > len(f.s) {
		return -1
	}
	var k int
	if f.any {
		k = strings.IndexAny(f.s[i:], f.what)
	} else {
		k = strings.Index(f.s[i:], f.what)
	}
	if k >= 0 {
		f.at = i + k
	}
	return f.at
}
