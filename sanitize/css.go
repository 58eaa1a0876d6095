package sanitize

import "strings"

// urlProperties are those whose values may hold url(…).
var urlProperties = wordSet("background background-image filter cursor fill stroke marker marker-end marker-mid marker-start clip-path mask")

// cssFunctions are the functions that values may call, with whatever arguments.
var cssFunctions = wordSet("var calc min max minmax clamp repeat circle ellipse inset polygon rect xywh path matrix matrix3d perspective " +
	"rotate rotate3d rotateX rotateY rotateZ scale scale3d scaleX scaleY scaleZ skew skewX skewY translate translate3d translateX translateY translateZ")

// CSS keeps what a style attribute may say (safecss_filter_attr).
func CSS(s string) string {
	s = cssBreaks.Replace(NoNull(s))
	var out strings.Builder
	for item := range strings.SplitSeq(strings.Trim(s, phpSpace), ";") {
		if item == "" {
			continue
		}
		item = strings.Trim(item, phpSpace)
		if !safeDeclaration(item) {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte(';')
		}
		out.WriteString(item)
	}
	return out.String()
}

var cssBreaks = strings.NewReplacer("\n", "", "\r", "", "\t", "")

func safeDeclaration(item string) bool {
	test := item
	if property, value, ok := strings.Cut(item, ":"); ok { // a property without a colon stays
		property = strings.Trim(property, phpSpace)
		trimmed := strings.Trim(value, phpSpace)
		var url, gradient bool
		switch {
		case isCustomProperty(property):
			url, gradient = strings.HasPrefix(trimmed, "url("), strings.Contains(trimmed, "-gradient(")
		case isSafeProperty()[property]:
			url, gradient = urlProperties[property], property == "background" || property == "background-image"
		default:
			return false
		}
		if url {
			if test, ok = dropURLs(test, value); !ok {
				return false
			}
		}
		if gradient {
			test = dropGradients(test)
		}
	}
	test = dropFunctions(test)
	return !strings.ContainsAny(test, `\(&=}`) && !strings.Contains(test, "/*")
}

// isCustomProperty: two dashes and a name of ASCII letters, digits, dashes and underscores.
func isCustomProperty(s string) bool {
	if len(s) < 3 || s[0] != '-' || s[1] != '-' {
		return false
	}
	for i := 2; i < len(s); i++ {
		if !isWord(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}

func isWord(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }

// maxURLs is up to how many addresses of a declaration are taken out as WordPress does,
// wherever else they stand; of more each is taken out in its place.
const maxURLs = 100

// dropURLs takes url(…) out of test; false when an address is empty or its scheme is not allowed.
func dropURLs(test, value string) (string, bool) {
	var found []string
	for {
		start := strings.Index(value, "url(")
		if start < 0 {
			break
		}
		end := strings.IndexByte(value[start+4:], ')')
		if end < 0 {
			break
		}
		if end == 0 { // nothing between the parentheses: no address to WordPress, and a parenthesis left
			value = value[start+4:]
			continue
		}
		whole := value[start : start+4+end+1]
		address := strings.TrimLeft(whole[4:len(whole)-1], " \t\n\v\f\r")
		if address != "" {
			if quote := address[0]; quote == '"' || quote == '\'' {
				inner := strings.TrimRight(address[1:], " \t\n\v\f\r")
				if strings.HasSuffix(inner, string(quote)) {
					address = inner[:len(inner)-1]
				}
			}
		}
		address = strings.Trim(address, phpSpace)
		if address == "" || address == "0" || BadProtocol(address, Protocols) != address {
			return test, false
		}
		found = append(found, whole)
		value = value[start+len(whole):]
	}
	if len(found) <= maxURLs {
		for _, whole := range found {
			test = strings.ReplaceAll(test, whole, "")
		}
		return test, true
	}
	var out strings.Builder
	for _, whole := range found {
		front, rest, _ := strings.Cut(test, whole)
		out.WriteString(front)
		test = rest
	}
	return out.String() + test, true
}

// closing finds, for every opening parenthesis, the one that closes it.
func closing(s string) map[int]int {
	out := map[int]int{}
	var open []int
	for i := range len(s) {
		switch s[i] {
		case '(':
			open = append(open, i)
		case ')':
			if n := len(open); n > 0 {
				out[open[n-1]] = i
				open = open[:n-1]
			}
		}
	}
	return out
}

// dropFunctions takes the calls of known functions out, arguments and all.
func dropFunctions(s string) string {
	if !strings.Contains(s, "(") {
		return s
	}
	ends := closing(s)
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if isLetter(s[i]) && (i == 0 || !isWord(s[i-1])) {
			end := span(s, i, isWord)
			if end < len(s) && s[end] == '(' && cssFunctions[s[i:end]] {
				if last, ok := ends[end]; ok {
					i = last + 1
					continue
				}
			}
			out = append(out, s[i:end]...)
			i = end
			continue
		}
		out = append(out, s[i])
		i++
	}
	return string(out)
}

// dropGradients takes gradients out whose arguments call functions one deep at most.
func dropGradients(s string) string {
	for _, name := range [...]string{"linear-gradient(", "radial-gradient(", "conic-gradient("} {
		if !strings.Contains(s, name) {
			continue
		}
		var out strings.Builder
		for {
			start := strings.Index(s, name)
			if start < 0 {
				break
			}
			end := gradientEnd(s, start+len(name))
			if end < 0 {
				out.WriteString(s[:start+len(name)])
				s = s[start+len(name):]
				continue
			}
			out.WriteString(strings.TrimSuffix(s[:start], "repeating-"))
			s = s[end:]
		}
		out.WriteString(s)
		s = out.String()
	}
	return s
}

// gradientEnd gives the end of a gradient whose arguments begin at i, or -1.
func gradientEnd(s string, i int) int {
	depth := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '(':
			if depth++; depth > 1 {
				return -1
			}
		case ')':
			if depth--; depth < 0 {
				return i + 1
			}
		}
	}
	return -1
}
