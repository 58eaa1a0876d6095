package render

import "strings"

// stripTags is PHP's strip_tags: a machine that knows tags, <?…?>, <!…> and comments,
// and quotes inside each of them. What never ends is gone to the end of the text.
func stripTags(s string) string {
	if strings.IndexByte(s, '<') < 0 && strings.IndexByte(s, 0) < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	const (
		text = iota
		tag
		code    // <? … ?>
		markup  // <! … >
		comment // <!-- … -->
	)
	var (
		state, depth, parens int
		quote, last          byte
		xml                  bool
	)
	before := func(i int, word string) bool { return i >= len(word) && strings.EqualFold(s[i-len(word):i], word) }
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch state {
		case text:
			switch {
			case c == 0:
			case c == '>' && depth > 0: // a comment inside a tag ends that too, but for this
				depth--
			case c == '<' && (i+1 == len(s) || !isSpace(s[i+1])):
				state, last = tag, '<'
			default:
				out = append(out, c)
			}
		case tag:
			switch c {
			case '<':
				if quote == 0 && (i+1 == len(s) || !isSpace(s[i+1])) {
					depth++
				}
			case '>':
				switch {
				case depth > 0:
					depth--
				case quote != 0 || (xml && s[i-1] == '-'):
				default:
					state, last, xml = text, '>', false
				}
			case '"', '\'':
				quote = toggle(quote, c)
			case '!':
				if s[i-1] == '<' {
					state, last = markup, c
				}
			case '?':
				if s[i-1] == '<' {
					state, parens = code, 0
				}
			}
		case code:
			switch c {
			case '(', ')':
				if last != '"' && last != '\'' {
					last = c
					parens += 1 - 2*int(c-'(')
				}
			case '>':
				switch {
				case depth > 0:
					depth--
				case quote == 0 && parens == 0 && last != '"' && s[i-1] == '?':
					state = text
				}
			case '"', '\'':
				if s[i-1] != '\\' {
					if last == c {
						last = 0
					} else if last != '\\' {
						last = c
					}
					quote = toggle(quote, c)
				}
			case 'l', 'L':
				if before(i, "<?xm") {
					state, xml = tag, true
				}
			}
		case markup:
			switch c {
			case '>':
				switch {
				case depth > 0:
					depth--
				case quote == 0:
					state = text
				}
			case '"', '\'':
				if s[i-1] != '\\' {
					quote = toggle(quote, c)
				}
			case '-':
				if before(i, "!-") {
					state = comment
				}
			case 'e', 'E':
				if before(i, "<!doctyp") {
					state = tag
				}
			}
		case comment:
			if c == '>' && quote == 0 && before(i, "--") {
				state = text
			}
		}
	}
	return string(out)
}

// toggle opens or closes a quote; the other kind means nothing inside one.
func toggle(quote, c byte) byte {
	switch quote {
	case 0:
		return c
	case c:
		return 0
	}
	return quote
}
