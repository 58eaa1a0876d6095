package render

import "strings"

const excerptWords = 55

// Excerpt renders a post's excerpt: the one its author wrote, or one made of the content.
func (r *Renderer) Excerpt(in PostText) string {
	text := in.Excerpt
	if strings.Trim(text, phpSpace) == "" {
		text = r.trimExcerpt(in)
	}
	return r.ExcerptText(text)
}

// ExcerptText is the filters of the_excerpt over a text that is an excerpt already,
// as the captions of media are.
func (r *Renderer) ExcerptText(text string) string {
	text = Texturize(text)
	text = r.convertSmilies(text)
	text = ConvertChars(text)
	text = Autop(text)
	text = shortcodeUnautop(text)
	text = r.replaceInsecureHome(text)
	return r.filterContentTags(text)
}

// trimExcerpt is wp_trim_excerpt: the first words of the rendered content, without
// shortcodes and without blocks that do not count.
func (r *Renderer) trimExcerpt(in PostText) string {
	text := Teaser(in.Content)
	text = stripShortcodes(text)
	text = r.excerptBlocks(in, text)
	text = dropFootnoteMarks(text)
	text = r.content(in, text, false)
	text = strings.ReplaceAll(text, "]]>", "]]&gt;")
	words := excerptWords
	if in.ExcerptWords != nil {
		words = *in.ExcerptWords
	}
	return TrimWords(text, words, " [&hellip;]")
}

// TrimWords is wp_trim_words: the first n words of a text without tags, and more
// where something is left out. Below 0 it is all words but the last.
func TrimWords(text string, n int, more string) string {
	text = StripTags(text, false)
	if n < 0 {
		n = max(len(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\r' || r == '\t' }))-1, 0)
	}
	// Splitting knows these spaces only: no-break ones and others join words.
	space := func(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
	var out strings.Builder
	for i, words := 0, 0; i < len(text); {
		for i < len(text) && space(text[i]) {
			i++
		}
		start := i
		for i < len(text) && !space(text[i]) {
			i++
		}
		if start == i {
			break
		}
		if words == n {
			out.WriteString(more)
			break
		}
		if words++; words > 1 {
			out.WriteByte(' ')
		}
		out.WriteString(text[start:i])
	}
	return out.String()
}

// dropFootnoteMarks takes the numbers of footnotes out (excerpt_remove_footnotes).
func dropFootnoteMarks(text string) string {
	const start = `<sup data-fn="`
	if !strings.Contains(text, start) {
		return text
	}
	return scan(text, start, false, func(s string, i int) (int, string) {
		return footnoteMark(s, i), ""
	})
}

// footnoteMark gives the end of the mark at i, which has just this form, else 0.
func footnoteMark(s string, i int) int {
	ok := true
	literal := func(text string) {
		if ok = ok && strings.HasPrefix(s[i:], text); ok {
			i += len(text)
		}
	}
	value := func() {
		literal(`"`)
		start := i
		for ok && i < len(s) && s[i] != '"' {
			i++
		}
		ok = ok && i > start
		literal(`"`)
	}
	literal("<sup data-fn=")
	value()
	literal(" class=")
	value()
	literal(">")
	i = skipSpace(s, i)
	literal("<a href=")
	value()
	literal(" id=")
	value()
	literal(">")
	start := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	ok = ok && i > start
	literal("</a>")
	i = skipSpace(s, i)
	literal("</sup>")
	if !ok {
		return 0
	}
	return i
}
