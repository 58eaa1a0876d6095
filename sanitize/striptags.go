package sanitize

import "strings"

// phpSpace are the characters that PHP's trim takes off.
const phpSpace = " \t\n\r\x00\x0b"

// StripTags is PHP's strip_tags: a small machine that finds tags, comments and
// processing instructions without knowing HTML. A "<" before white space is text.
func StripTags(s string) string {
	if !strings.ContainsAny(s, "<>\x00") {
		return s
	}
	const (
		text = iota
		tag
		instruction // <? … ?>
		declaration // <! … >
		comment     // <!-- … -->
	)
	out := make([]byte, 0, len(s))
	state, depth, brackets := text, 0, 0
	var quote, last byte
	xml := false                    // inside <?xml, where "->" does not end
	before := func(i, n int) byte { // the byte n before i
		if i < n {
			return 0
		}
		return s[i-n]
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == 0 && state <= tag {
			continue
		}
		if state == text {
			switch {
			case c == '<' && quote == 0:
				if i+1 < len(s) && isSpace(s[i+1]) {
					out = append(out, c)
					continue
				}
				state = tag
			case c == '<': // inside a quote that a tag left open
			case c == '>' && depth > 0:
				depth--
			case c == '>' && quote != 0:
			default:
				out = append(out, c)
			}
			continue
		}
		if c == '>' && state != comment {
			if depth > 0 {
				depth--
				continue
			}
			if quote != 0 {
				continue
			}
		}
		switch state {
		case tag:
			switch c {
			case '<':
				if quote == 0 && !(i+1 < len(s) && isSpace(s[i+1])) {
					depth++
				}
			case '>':
				if !xml || before(i, 1) != '-' {
					state, quote, xml = text, 0, false
				}
			case '"', '\'':
				quote = toggle(quote, c)
			case '!':
				if before(i, 1) == '<' {
					state = declaration
				}
			case '?':
				if before(i, 1) == '<' {
					state, brackets, last = instruction, 0, 0
				}
			}
		case instruction:
			switch c {
			case '(':
				if last != '"' && last != '\'' {
					last = '('
					brackets++
				}
			case ')':
				if last != '"' && last != '\'' {
					last = ')'
					brackets--
				}
			case '>':
				if brackets == 0 && last != '"' && before(i, 1) == '?' {
					state, quote = text, 0
				}
			case '"', '\'':
				if before(i, 1) == '\\' {
					break
				}
				if last == c {
					last = 0
				} else if last != '\\' {
					last = c
				}
				quote = toggle(quote, c)
			case 'l', 'L': // PHP overlooks the one at the very beginning
				if i > 4 && strings.EqualFold(s[i-4:i], "<?xm") {
					state, xml = tag, true
				}
			}
		case declaration:
			switch c {
			case '>':
				state, quote = text, 0
			case '"', '\'':
				if before(i, 1) != '\\' {
					quote = toggle(quote, c)
				}
			case '-':
				if before(i, 1) == '-' && before(i, 2) == '!' {
					state = comment
				}
			case 'E', 'e':
				if i >= 6 && strings.EqualFold(s[i-6:i], "doctyp") {
					state = tag
				}
			}
		case comment:
			if c == '>' && quote == 0 && before(i, 1) == '-' && before(i, 2) == '-' {
				state, quote = text, 0
			}
		}
	}
	return string(out)
}

func toggle(quote, c byte) byte {
	switch quote {
	case 0:
		return c
	case c:
		return 0
	}
	return quote
}

// StripAllTags is wp_strip_all_tags: scripts and styles go with their content, other tags leave theirs.
func StripAllTags(s string, removeBreaks bool) string {
	s = StripTags(dropElements(s))
	if removeBreaks {
		s = collapse(s)
	}
	return strings.Trim(s, phpSpace)
}

// dropElements removes script and style elements with all they hold.
func dropElements(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	low := lowerASCII(s)
	// Without an end nothing more is found behind it: ends are looked for once each.
	var noEnd [2]bool
	var out strings.Builder
	from := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '<' {
			continue
		}
		for n, name := range [...]string{"script", "style"} {
			if noEnd[n] || !strings.HasPrefix(low[i+1:], name) {
				continue
			}
			open := strings.IndexByte(low[i+1+len(name):], '>')
			if open < 0 {
				noEnd[n] = true
				continue
			}
			open += i + 1 + len(name) + 1
			end := strings.Index(low[open:], "</"+name+">")
			if end < 0 {
				noEnd[n] = true
				continue
			}
			out.WriteString(s[from:i])
			from = open + end + len("</"+name+">")
			i = from - 1
			break
		}
	}
	out.WriteString(s[from:])
	return out.String()
}

// collapse turns runs of line breaks, tabs and spaces into one space.
func collapse(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; c {
		case ' ', '\t', '\r', '\n':
			if i == 0 || !strings.ContainsRune(" \t\r\n", rune(s[i-1])) {
				out = append(out, ' ')
			}
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
