package render

import (
	"bytes"
	"strings"
)

const (
	openDouble  = "&#8220;"
	closeDouble = "&#8221;"
	openSingle  = "&#8216;"
	closeSingle = "&#8217;"
	apostrophe  = "&#8217;"
	prime       = "&#8242;"
	doublePrime = "&#8243;"
	enDash      = "&#8211;"
	emDash      = "&#8212;"
)

// Marks for decisions that later passes must not see as quotes. A piece of text
// never holds "<", so no writer can forge them; they end in a letter because the
// passes look at the byte before a quote.
const (
	markApostrophe = "<a"
	markSingle     = "<s"
	markDouble     = "<d"
	markCandidate  = "<c"
)

var (
	texturizeSkipTags       = []string{"pre", "code", "kbd", "style", "script", "tt"}
	texturizeSkipShortcodes = []string{"code"}

	// Replaced in this order over the whole text, each wherever it stands.
	texturizeStatic = [][2]string{
		{"...", "&#8230;"}, {"``", openDouble}, {"''", closeDouble}, {" (tm)", " &#8482;"},
		{"'tain't", apostrophe + "tain" + apostrophe + "t"}, {"'twere", apostrophe + "twere"},
		{"'twas", apostrophe + "twas"}, {"'tis", apostrophe + "tis"}, {"'twill", apostrophe + "twill"},
		{"'til", apostrophe + "til"}, {"'bout", apostrophe + "bout"}, {"'nuff", apostrophe + "nuff"},
		{"'round", apostrophe + "round"}, {"'cause", apostrophe + "cause"}, {"'em", apostrophe + "em"},
	}
)

// Texturize gives plain quotes, dashes and the like their typographic forms
// (wptexturize), outside tags, comments, registered shortcodes and code.
func Texturize(text string) string {
	if text == "" {
		return text
	}
	var (
		out                  strings.Builder
		inTags, inShortcodes []string
		t                    texturizer
	)
	out.Grow(len(text) + len(text)/16)
	for i := 0; i < len(text); {
		switch {
		case text[i] == '<':
			end := i + htmlTokenEnd(text[i:], false)
			token := text[i:end]
			if !strings.HasPrefix(token, "<!--") {
				inTags = pushPop(token, inTags, texturizeSkipTags)
				token = encodeAmpersands(token)
			}
			out.WriteString(token)
			i = end
			continue
		case text[i] == '[':
			if n := shortcodeDelimiter(text[i:]); n > 0 {
				token := text[i : i+n]
				if !strings.HasPrefix(token, "[[") && !strings.HasSuffix(token, "]]") {
					inShortcodes = pushPop(token, inShortcodes, texturizeSkipShortcodes)
				}
				out.WriteString(token)
				i += n
				continue
			}
		}
		end := i + 1
		for end < len(text) && text[end] != '<' && (text[end] != '[' || shortcodeDelimiter(text[end:]) == 0) {
			end++
		}
		if len(inTags) == 0 && len(inShortcodes) == 0 {
			out.WriteString(t.piece(text[i:end]))
		} else {
			out.WriteString(text[i:end])
		}
		i = end
	}
	return out.String()
}

// pushPop keeps the stack of open elements whose text stays as it is. As in
// WordPress names are compared by case, and end at a space or the last byte.
func pushPop(token string, stack, names []string) []string {
	opening, from := len(token) > 1 && token[1] != '/', 1
	if !opening {
		if len(stack) == 0 {
			return stack
		}
		from = 2
	}
	to := strings.IndexByte(token, ' ')
	if to < 0 {
		to = len(token) - 1
	}
	if to < from {
		return stack
	}
	name := token[from:to]
	for _, n := range names {
		switch {
		case n != name:
		case opening:
			return append(stack, n)
		case stack[len(stack)-1] == n:
			return stack[:len(stack)-1]
		}
	}
	return stack
}

// shortcodeDelimiter gives the length of the opening, closing or escaped tag of
// a registered shortcode at the start of s, 0 when there is none.
func shortcodeDelimiter(s string) int {
	i := 1
	if i < len(s) && (s[i] == '/' || s[i] == '[') {
		i++
	}
	start := i
	for i < len(s) && (isWord(s[i]) || s[i] == '-') {
		i++
	}
	if i == len(s) || i == start || (!isSpace(s[i]) && s[i] != ']' && s[i] != '/') || !shortcodeNames[s[start:i]] {
		return 0
	}
	for i < len(s) {
		switch s[i] {
		case ']':
			i++
			if i < len(s) && s[i] == ']' {
				i++
			}
			return i
		case '[', '>':
			return 0
		case '<':
			n := strings.IndexAny(s[i:], "[]>")
			if n < 0 || s[i+n] != '>' {
				return 0
			}
			i += n
		}
		i++
	}
	return 0
}

// texturizer works on one piece of text between delimiters; its two buffers are
// used in turn by the passes.
type texturizer struct{ a, b []byte }

func (t *texturizer) piece(text string) string {
	if !strings.ContainsAny(text, "'\"-.&`x(") || strings.Trim(text, phpSpace) == "" {
		return text
	}
	quoted := strings.IndexByte(text, '\'') >= 0
	for _, s := range texturizeStatic {
		if s[0][0] != '\'' || quoted {
			text = strings.ReplaceAll(text, s[0], s[1])
		}
	}
	single, double, dash := strings.IndexByte(text, '\'') >= 0, strings.IndexByte(text, '"') >= 0, strings.IndexByte(text, '-') >= 0
	if single || double || dash {
		t.a = append(t.a[:0], text...)
		if single {
			t.singleQuotes()
		}
		// A single quote's pass may have used up the double ones ('99").
		if bytes.IndexByte(t.a, '"') >= 0 {
			t.doubleQuotes()
		}
		if dash {
			t.dashes()
		}
		text = string(t.a)
	}
	return encodeAmpersands(times(text))
}

// pass rewrites t.a: at each byte equal to c, rule gives what to write and how
// many bytes that takes the place of; none leaves the byte alone. Rules look at
// the text as it was before the pass.
func (t *texturizer) pass(c byte, rule func(s []byte, i int) (put string, n int)) {
	s, out := t.a, t.b[:0]
	last := 0
	for {
		k := bytes.IndexByte(s[last:], c)
		if k < 0 {
			break
		}
		i := last + k
		out = append(out, s[last:i]...)
		put, n := rule(s, i)
		if n == 0 {
			out, last = append(out, c), i+1
			continue
		}
		out, last = append(out, put...), i+n
	}
	out = append(out, s[last:]...)
	t.a, t.b = out, s
}

func (t *texturizer) replace(old, new string) {
	if bytes.Contains(t.a, []byte(old)) {
		t.pass(old[0], func(s []byte, i int) (string, int) {
			if hasPrefixAt(s, i, old) {
				return new, len(old)
			}
			return "", 0
		})
	}
}

func (t *texturizer) singleQuotes() {
	year := func(close byte, put string) {
		t.pass('\'', func(s []byte, i int) (string, int) {
			if i+3 < len(s) && isDigit(s[i+1]) && isDigit(s[i+2]) && s[i+3] == close && closesQuote(s, i+4) {
				return markApostrophe + string(s[i+1:i+3]) + put, 4
			}
			return "", 0
		})
	}
	year('\'', closeSingle)
	year('"', closeDouble)
	// '99, but not '9, '999, '99% or '99.5.
	t.pass('\'', func(s []byte, i int) (string, int) {
		if i+2 < len(s) && isDigit(s[i+1]) && isDigit(s[i+2]) {
			if i+3 == len(s) || (s[i+3] != '%' && !isDigit(s[i+3]) && ((s[i+3] != '.' && s[i+3] != ',') || i+4 == len(s) || !isDigit(s[i+4]))) {
				return markApostrophe, 1
			}
		}
		return "", 0
	})
	t.quotedNumbers('\'', markSingle, closeSingle)
	t.pass('\'', func(s []byte, i int) (string, int) {
		if opensQuote(s, i) || (i > 0 && s[i-1] == '"') {
			return markSingle, 1
		}
		return "", 0
	})
	t.pass('\'', func(s []byte, i int) (string, int) {
		if spaceBefore(s, i) || i+1 == len(s) || spaceAt(s, i+1) || strings.IndexByte(".,:;!?\"'(){}[]-", s[i+1]) >= 0 ||
			hasPrefixAt(s, i+1, "&lt;") || hasPrefixAt(s, i+1, "&gt;") {
			return "", 0
		}
		return markApostrophe, 1
	})
	t.primes('\'', prime, markSingle, closeSingle)
	t.replace(markApostrophe, apostrophe)
	t.replace(markSingle, openSingle)
}

func (t *texturizer) doubleQuotes() {
	t.quotedNumbers('"', markDouble, closeDouble)
	t.pass('"', func(s []byte, i int) (string, int) {
		if opensQuote(s, i) && !spaceAt(s, i+1) {
			return markDouble, 1
		}
		return "", 0
	})
	t.primes('"', doublePrime, markDouble, closeDouble)
	t.replace(markDouble, openDouble)
}

// quotedNumbers decides '0.42' and "42" before primes can.
func (t *texturizer) quotedNumbers(quote byte, open, close string) {
	t.pass(quote, func(s []byte, i int) (string, int) {
		if (i > 0 && !spaceBefore(s, i)) || i+1 == len(s) || !isDigit(s[i+1]) {
			return "", 0
		}
		end := i + 2
		for end < len(s) && (isDigit(s[end]) || s[end] == '.' || s[end] == ',') {
			end++
		}
		if end == len(s) || s[end] != quote {
			return "", 0
		}
		return open + string(s[i+1:end]) + close, end + 1 - i
	})
}

// primes tells closing quotes from primes (wptexturize_primes): every stretch
// after an opening quote wants a closing one before digits get primes.
func (t *texturizer) primes(quote byte, primed, open, close string) {
	stretches := bytes.Split(t.a, []byte(open))
	var out []byte
	var sub texturizer
	for k, s := range stretches {
		if k > 0 {
			out = append(out, open...)
		}
		if bytes.IndexByte(s, quote) < 0 {
			out = append(out, s...)
			continue
		}
		sub.a = append(sub.a[:0], s...)
		if k > 0 && !bytes.Contains(s, []byte(close)) {
			sub.closeFirst(quote, primed, close)
		} else {
			sub.afterDigit(quote, primed)
			sub.pass(quote, func(s []byte, i int) (string, int) {
				if closesQuote(s, i+1) {
					return close, 1
				}
				return "", 0
			})
		}
		if quote == '"' {
			sub.replace(`"`, close)
		}
		out = append(out, sub.a...)
	}
	t.a = append(t.a[:0], out...)
}

// closeFirst gives a stretch without a closing quote one of its own candidates.
func (t *texturizer) closeFirst(quote byte, primed, close string) {
	candidates, afterText := 0, 0
	t.pass(quote, func(s []byte, i int) (string, int) {
		if !closesQuote(s, i+1) {
			return "", 0
		}
		candidates++
		return markCandidate, 1
	})
	if candidates > 1 {
		t.pass('<', func(s []byte, i int) (string, int) {
			if !hasPrefixAt(s, i, markCandidate) || (i > 0 && isDigit(s[i-1])) {
				return "", 0
			}
			afterText++
			return close, len(markCandidate)
		})
		if afterText == 0 {
			at := bytes.LastIndex(t.a, []byte(markCandidate+"."))
			if at < 0 {
				at = bytes.LastIndex(t.a, []byte(markCandidate))
			}
			t.pass('<', func(s []byte, i int) (string, int) {
				if i == at {
					return close, len(markCandidate)
				}
				return "", 0
			})
		}
		t.afterDigit(quote, primed)
		t.pass('<', func(s []byte, i int) (string, int) {
			if hasPrefixAt(s, i, markCandidate) && i > 0 && isDigit(s[i-1]) {
				return primed, len(markCandidate)
			}
			return "", 0
		})
	}
	if candidates > 0 {
		t.replace(markCandidate, close)
	}
	if candidates <= 1 {
		t.afterDigit(quote, primed)
	}
}

func (t *texturizer) afterDigit(quote byte, primed string) {
	t.pass(quote, func(s []byte, i int) (string, int) {
		if i > 0 && isDigit(s[i-1]) {
			return primed, 1
		}
		return "", 0
	})
}

func (t *texturizer) dashes() {
	t.replace("---", emDash)
	alone := func(s []byte, i, n int) bool {
		return (i == 0 || spaceBefore(s, i)) && (i+n == len(s) || spaceAt(s, i+n))
	}
	t.pass('-', func(s []byte, i int) (string, int) {
		if hasPrefixAt(s, i, "--") && alone(s, i, 2) {
			return emDash, 2
		}
		return "", 0
	})
	// Punycode names (xn--…) keep theirs.
	t.pass('-', func(s []byte, i int) (string, int) {
		if hasPrefixAt(s, i, "--") && !(i > 1 && s[i-2] == 'x' && s[i-1] == 'n') {
			return enDash, 2
		}
		return "", 0
	})
	t.pass('-', func(s []byte, i int) (string, int) {
		if alone(s, i, 1) {
			return enDash, 1
		}
		return "", 0
	})
}

// opensQuote tells whether what stands before i lets a quote open there.
func opensQuote(s []byte, i int) bool {
	return i == 0 || strings.IndexByte("([{-", s[i-1]) >= 0 || spaceBefore(s, i) || (i > 3 && string(s[i-4:i]) == "&lt;")
}

// closesQuote tells whether what stands at i lets a quote close before it.
func closesQuote(s []byte, i int) bool {
	return i == len(s) || strings.IndexByte(".,:;!?)}-]", s[i]) >= 0 || spaceAt(s, i) || hasPrefixAt(s, i, "&gt;")
}

// spaceAt and spaceBefore know the spaces of wp_spaces_regexp.
func spaceAt(s []byte, i int) bool {
	if i >= len(s) {
		return false
	}
	switch s[i] {
	case '\r', '\n', '\t', ' ':
		return true
	case 0xC2:
		return i+1 < len(s) && s[i+1] == 0xA0
	case '&':
		return hasPrefixAt(s, i, "&nbsp;")
	}
	return false
}

func spaceBefore(s []byte, i int) bool {
	if i == 0 {
		return false
	}
	switch s[i-1] {
	case '\r', '\n', '\t', ' ':
		return true
	case 0xA0:
		return i > 1 && s[i-2] == 0xC2
	case ';':
		return i > 5 && string(s[i-6:i]) == "&nbsp;"
	}
	return false
}

func hasPrefixAt(s []byte, i int, prefix string) bool {
	return len(s)-i >= len(prefix) && string(s[i:i+len(prefix)]) == prefix
}

// times writes 9x9 with a multiplication sign, but leaves 0x9 (hexadecimal) alone.
func times(text string) string {
	if strings.IndexByte(text, 'x') < 0 {
		return text
	}
	var out strings.Builder
	last, done := 0, 0 // written up to last; a match may not begin before done
	number := func(c byte) bool { return isDigit(c) || c == '.' || c == ',' }
	for from := 0; ; {
		k := strings.IndexByte(text[from:], 'x')
		if k < 0 {
			break
		}
		x := from + k
		from = x + 1
		start := x
		for start > done && number(text[start-1]) {
			start--
		}
		for ; start < x; start++ {
			if isDigit(text[start]) && (start == 0 || !isWord(text[start-1])) && (text[start] != '0' || start+1 < x) {
				break
			}
		}
		if start == x || x+1 == len(text) || !isDigit(text[x+1]) {
			continue
		}
		end := x + 2
		for end < len(text) && number(text[end]) {
			end++
		}
		// Step back to the last word boundary.
		for end > x+1 && (end < len(text) && isWord(text[end])) == isWord(text[end-1]) {
			end--
		}
		if end == x+1 {
			continue
		}
		out.WriteString(text[last:x])
		out.WriteString("&#215;")
		last, done, from = x+1, end, end
	}
	if last == 0 {
		return text
	}
	out.WriteString(text[last:])
	return out.String()
}

// encodeAmpersands writes every & that does not begin an entity as &#038;.
func encodeAmpersands(text string) string {
	if strings.IndexByte(text, '&') < 0 {
		return text
	}
	var out strings.Builder
	last := 0
	for i := 0; i < len(text); i++ {
		if text[i] == '&' && !looksLikeEntity(text[i+1:]) {
			out.WriteString(text[last:i])
			out.WriteString("&#038;")
			last = i + 1
		}
	}
	if last == 0 {
		return text
	}
	out.WriteString(text[last:])
	return out.String()
}

// looksLikeEntity judges by form only: &#12; &#xAf; &name1; with at most eight
// letters or digits 1 to 4.
func looksLikeEntity(s string) bool {
	i, ok := 0, func(c byte) bool { return isLetter(c) || (c >= '1' && c <= '4') }
	limit := 8
	if strings.HasPrefix(s, "#") {
		i, ok, limit = 1, isDigit, len(s)
		if len(s) > 1 && (s[1] == 'x' || s[1] == 'X') {
			i, ok = 2, isHex
		}
	}
	n := 0
	for i < len(s) && n < limit && ok(s[i]) {
		i++
		n++
	}
	return n > 0 && i < len(s) && s[i] == ';'
}
