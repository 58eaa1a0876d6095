package render

import (
	"strings"
	"unicode/utf8"
)

// Summary says how summaries are made where nobody wrote one.
type Summary struct {
	Words      int    // length; 0 is the language's
	More       string // what stands at the end of what was cut; "" is the usual
	Characters bool   // the language counts characters, for it has no spaces between words
}

const (
	excerptWords = 55
	commentWords = 20
	excerptMore  = " [&hellip;]"
)

// SummaryOf is what the translations of WordPress say of a language: whether characters
// count, and how many of them a summary has.
func SummaryOf(locale string) Summary {
	switch locale {
	case "ja":
		return Summary{Words: 2 * excerptWords, Characters: true}
	case "zh_CN", "zh_TW", "zh_HK", "zh_SG":
		return Summary{Characters: true}
	}
	return Summary{}
}

// length of an excerpt for which nothing else is said.
func (s Summary) length() int {
	if s.Words > 0 {
		return s.Words
	}
	return excerptWords
}

// trimWords is wp_trim_words in the site's language.
func (r *Renderer) trimWords(text string, n int, more string) string {
	if r.Summary.Characters {
		return trimCharacters(text, n, more)
	}
	return TrimWords(text, n, more)
}

// trimCharacters is TrimWords where characters count, spaces too.
func trimCharacters(text string, n int, more string) string {
	text = StripTags(text, false)
	if !utf8.ValidString(text) {
		return ""
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\r' || r == '\t' }), " ")
	count := 0
	for i := range text {
		if count >= n {
			return text[:i] + more
		}
		count++
	}
	return text
}

// Excerpt renders a post's excerpt: the one its author wrote, or one made of the content.
func (r *Renderer) Excerpt(in PostText) string {
	if strings.Trim(in.Excerpt, phpSpace) != "" {
		return r.ExcerptText(in.Excerpt)
	}
	key := cacheKey{kind: 'e'}
	if in.ExcerptWords != nil {
		key.words, key.asked = *in.ExcerptWords, true
	}
	return r.cached(key, in, in.Content, func() string { return r.ExcerptText(r.trimExcerpt(in)) })
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
	words, more := r.Summary.length(), r.Summary.More
	if in.ExcerptWords != nil {
		words = *in.ExcerptWords
	}
	if more == "" {
		more = excerptMore
	}
	return r.trimWords(text, words, more)
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
