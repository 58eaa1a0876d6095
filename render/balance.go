package render

import "strings"

var (
	singleTags = nameSet("area base basefont br col command embed frame hr img input isindex link meta param source track wbr")
	// Elements that may directly hold their own kind.
	nestableTags = nameSet("article aside blockquote details div figure object q section span")
)

// BalanceTags closes what is open and drops what closes nothing (force_balance_tags).
func BalanceTags(text string) string {
	text = strings.ReplaceAll(text, "< !--", "<    !--")
	text = escapeBeforeDigits(text)

	var (
		out   strings.Builder
		queue string // to be written before what comes next
		stack []string
		open  = map[string]int{}
		gt    = finder{s: text, what: ">"}
		last  = 0
	)
	out.Grow(len(text) + 16)
	pop := func() string {
		name := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		open[name]--
		return "</" + name + ">"
	}
	for i := 0; ; {
		k := strings.IndexByte(text[i:], '<')
		if k < 0 {
			break
		}
		i += k
		t, ok := readBalanceTag(text, i, &gt)
		if !ok {
			i++
			continue
		}
		out.WriteString(queue)
		queue = ""
		name, put := strings.ToLower(t.name), ""
		single := singleTags[name]
		switch {
		case t.closing && len(stack) > 0 && stack[len(stack)-1] == name:
			put = pop()
		case t.closing:
			if open[name] > 0 {
				var closed strings.Builder
				for n := len(stack) - 1; ; n-- {
					found := stack[n] == name
					closed.WriteString(pop())
					if found {
						break
					}
				}
				queue = closed.String()
			}
		default:
			attrs, space := strings.Trim(t.attrs, phpSpace), t.space
			selfClosed := strings.HasSuffix(attrs, "/")
			switch {
			case selfClosed && single:
				space = " "
			case selfClosed:
				attrs = strings.Trim(attrs[:len(attrs)-1], phpSpace) + "></" + name
			case single:
				space, attrs = " ", attrs+"/"
			default:
				if len(stack) > 0 && stack[len(stack)-1] == name && !nestableTags[name] {
					queue = pop()
				}
				stack = append(stack, name)
				open[name]++
			}
			put = "<" + name + space + attrs + ">"
			if queue != "" {
				queue, put = queue+put, ""
			}
		}
		out.WriteString(text[last:i])
		out.WriteString(put)
		i, last = t.end, t.end
	}
	out.WriteString(queue)
	out.WriteString(text[last:])
	for len(stack) > 0 {
		out.WriteString(pop())
	}
	return strings.ReplaceAll(strings.ReplaceAll(out.String(), "< !--", "<!--"), "<    !--", "< !--")
}

// escapeBeforeDigits: what looks like <3 is no tag.
func escapeBeforeDigits(text string) string {
	return scan(text, "<", false, func(s string, i int) (int, string) {
		if i+1 < len(s) && isDigit(s[i+1]) {
			return i + 1, "&lt;"
		}
		return 0, ""
	})
}

type balanceTag struct {
	closing            bool
	name, space, attrs string
	end                int
}

// readBalanceTag reads the tag at i: a name, then the end (perhaps after a slash),
// or white space and attributes up to the next >.
func readBalanceTag(s string, i int, gt *finder) (t balanceTag, ok bool) {
	i++
	if i < len(s) && s[i] == '/' {
		t.closing = true
		i++
	}
	for _, end := range tagNameEnds(s, i) {
		t.name = s[i:end]
		after := skipSpace(s, end)
		slash := after
		if slash < len(s) && s[slash] == '/' {
			slash++
		}
		if slash < len(s) && s[slash] == '>' {
			t.attrs, t.end = s[after:slash], slash+1
			return t, true
		}
		if after == end {
			continue
		}
		close := gt.from(after)
		if close < 0 {
			return t, false
		}
		t.space, t.attrs, t.end = s[end:after], s[after:close], close+1
		return t, true
	}
	return t, false
}

// tagNameEnds gives where the name at i may end: custom elements (with a dash,
// beginning with a small letter) and the plain names of old.
func tagNameEnds(s string, i int) []int {
	var ends []int
	if i < len(s) && s[i] >= 'a' && s[i] <= 'z' {
		j, dash := i+1, -1
		for j < len(s) && (s[j] == '-' || s[j] == '.' || s[j] == '_' || isDigit(s[j]) || (s[j] >= 'a' && s[j] <= 'z')) {
			if s[j] == '-' && dash < 0 {
				dash = j
			}
			j++
		}
		if dash >= 0 && j > dash+1 {
			ends = append(ends, j)
		}
	}
	j := i
	for j < len(s) && (isWord(s[j]) || s[j] == ':') {
		j++
	}
	if j > i {
		ends = append(ends, j)
	}
	return ends
}
