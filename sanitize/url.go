package sanitize

import (
	"strings"
)

// Protocols are the schemes that addresses may have unless somebody says otherwise (wp_allowed_protocols).
var Protocols = strings.Fields("http https ftp ftps mailto news irc irc6 ircs gopher nntp feed telnet mms rtsp sms svn tel fax xmpp webcal urn")

// URL makes an address fit to be stored (sanitize_url): "" when its scheme is none
// of protocols, http:// in front when it has none. nil stands for Protocols.
func URL(s string, protocols []string) string { return cleanURL(s, protocols, false) }

// EscURL makes an address fit for an attribute (esc_url): as URL, with & and ' escaped.
func EscURL(s string) string { return cleanURL(s, nil, true) }

func cleanURL(s string, protocols []string, display bool) string {
	if protocols == nil {
		protocols = Protocols
	}
	s = strings.ReplaceAll(strings.TrimLeft(s, phpSpace), " ", "%20")
	s = mapBytes(s, func(c byte) (byte, bool) {
		return c, c >= 0x80 || isLetter(c) || isDigit(c) || strings.IndexByte("-~+_.?#=!&;,/:%@$|*'()[]", c) >= 0
	})
	if s == "" {
		return ""
	}
	if !hasPrefixFold(s, "mailto:") {
		s = dropLineBreakCodes(s)
	}
	s = strings.ReplaceAll(s, ";//", "://")
	if !strings.Contains(s, ":") && (s == "" || strings.IndexByte("/#?", s[0]) < 0) && !namesPHPFile(s) {
		s = "http://" + s
	}
	if display {
		// Before the scheme is looked at: what is an escape now hides no colon.
		s = strings.ReplaceAll(strings.ReplaceAll(NormalizeEntities(s), "&amp;", "&#038;"), "'", "&#039;")
	}
	if strings.ContainsAny(s, "[]") {
		s = encodeBrackets(s)
	}
	if s[0] == '/' {
		return s
	}
	good := BadProtocol(s, protocols)
	if !strings.EqualFold(good, s) {
		return ""
	}
	return good
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// dropLineBreakCodes removes encoded line breaks until none is left (_deep_replace).
func dropLineBreakCodes(s string) string {
	if !strings.Contains(s, "%0") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		out = append(out, s[i])
		if n := len(out); n >= 3 && out[n-3] == '%' && out[n-2] == '0' && strings.IndexByte("dDaA", out[n-1]) >= 0 {
			out = out[:n-3]
		}
	}
	return string(out)
}

// namesPHPFile: an address like index.php is relative, not a host.
func namesPHPFile(s string) bool {
	n := 0
	for n < len(s) && (isLetter(s[n]) || isDigit(s[n]) || s[n] == '-') {
		n++
	}
	return n > 0 && hasPrefixFold(s[n:], ".php")
}

// encodeBrackets encodes square brackets outside scheme, user and host, where IPv6 needs them.
//
// WordPress cuts the front out wherever it stands and looks for what is left as a
// whole: where that does not stand together, nothing is encoded.
func encodeBrackets(s string) string {
	front := s[:authorityEnd(s)]
	if front == "" && s[0] == '/' {
		front = "//"
	}
	rest := s
	if front != "" {
		rest = strings.ReplaceAll(s, front, "")
	}
	if rest == "" {
		return s
	}
	return strings.ReplaceAll(s, rest, bracketCodes.Replace(rest))
}

// authorityEnd is where path, query or fragment of an address begin; 0 when PHP's
// parse_url finds no host in it.
func authorityEnd(s string) int {
	start := strings.Index(s, "//") + 2
	if start == 1 || start > 2 && (start < 4 || s[start-3] != ':' || strings.ContainsAny(s[:start-3], "/?#:")) {
		return 0
	}
	end := len(s)
	if n := strings.IndexAny(s[start:], "/?#"); n >= 0 {
		end = start + n
	}
	host := s[start:end]
	host = host[strings.LastIndexByte(host, '@')+1:]
	if n := strings.LastIndexByte(host, ':'); n >= 0 && !(strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]")) {
		port := host[n+1:]
		host = host[:n]
		if port != "" && (len(port) > 5 || !isDigit(port[0]) || len(port) == 5 && port > "65535") {
			return 0
		}
	}
	if host == "" {
		return 0
	}
	return end
}

var bracketCodes = strings.NewReplacer("[", "%5B", "]", "%5D")

// maxProtocols is how often WordPress takes a bad scheme off before it gives up.
const maxProtocols = 6

// BadProtocol takes schemes that are not allowed off the front of an address, written with
// entities or not (wp_kses_bad_protocol): "javascript:alert(1)" gives "alert(1)".
func BadProtocol(s string, protocols []string) string {
	s = NoNull(s)
	if allowed(protocols, "http") && strings.HasPrefix(s, "http://") || allowed(protocols, "https") && strings.HasPrefix(s, "https://") {
		return s
	}
	for range maxProtocols {
		next := badProtocolOnce(s, protocols, 1)
		if next == s {
			return s
		}
		s = next
	}
	return ""
}

func allowed(protocols []string, scheme string) bool {
	for _, p := range protocols {
		if strings.EqualFold(p, scheme) {
			return true
		}
	}
	return false
}

// badProtocolOnce looks at what stands before the first colon.
func badProtocolOnce(s string, protocols []string, count int) string {
	s = closeColons(s)
	at, n := findColon(s)
	if at < 0 || strings.Contains(s[:at], "/?") {
		return s
	}
	rest := strings.Trim(s[at+n:], phpSpace)
	scheme := lowerASCII(NoNull(mapBytes(DecodeEntities(s[:at]), func(c byte) (byte, bool) { return c, !isSpace(c) })))
	protocol := ""
	if allowed(protocols, scheme) {
		protocol = scheme + ":"
	}
	if protocol == "feed:" {
		if count > 2 {
			return ""
		}
		if rest = badProtocolOnce(rest, protocols, count+1); rest == "" || rest == "0" {
			return rest
		}
	}
	return protocol + rest
}

// closeColons puts the missing semicolon behind a colon that is written as a number.
func closeColons(s string) string {
	if !strings.Contains(s, "&#") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); {
		n := numericColon(s[i:])
		if n == 0 {
			out.WriteByte(s[i])
			i++
			continue
		}
		out.WriteString(s[i : i+n])
		i += n
		hex := s[i-2] != '5'
		if i == len(s) || s[i] != ';' && !isDigit(s[i]) && !(hex && isHex(s[i])) {
			out.WriteByte(';')
		}
	}
	return out.String()
}

// numericColon gives the length of a numeric entity for a colon at the beginning of s, without its semicolon.
func numericColon(s string) int {
	if len(s) < 4 || s[0] != '&' || s[1] != '#' {
		return 0
	}
	i, digits := 2, "58"
	if s[2] == 'x' || s[2] == 'X' {
		i, digits = 3, "3a"
	}
	for i < len(s) && s[i] == '0' {
		i++
	}
	if len(s) >= i+2 && strings.EqualFold(s[i:i+2], digits) {
		return i + 2
	}
	return 0
}

// findColon finds the first colon, plain or as an entity, and its length; -1 without one.
func findColon(s string) (at, n int) {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == ':':
			return i, 1
		case s[i] != '&':
		case hasPrefixFold(s[i:], "&colon;"):
			return i, len("&colon;")
		default:
			if n := numericColon(s[i:]); n > 0 && i+n < len(s) && s[i+n] == ';' {
				return i, n + 1
			}
		}
	}
	return -1, 0
}

// DecodeEntities decodes numeric entities, the decimal ones first (wp_kses_decode_entities).
func DecodeEntities(s string) string {
	if !strings.Contains(s, "&#") {
		return s
	}
	return decodeNumbers(decodeNumbers(s, 10, isDigit), 16, isHex)
}

func decodeNumbers(s string, base int, class func(byte) bool) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		start := i + 2
		if strings.HasPrefix(s[i:], "&#") && (base == 10 || start < len(s) && s[start]|0x20 == 'x') {
			if base == 16 {
				start++
			}
			if end := span(s, start, class); end > start && end < len(s) && s[end] == ';' {
				out.WriteByte(lowByte(s[start:end], base))
				i = end
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// lowByte is what PHP's chr makes of a number: its last eight bits.
func lowByte(digits string, base int) byte {
	v := 0
	for i := range len(digits) {
		d := int(digits[i] | 0x20)
		if d >= 'a' {
			d -= 'a' - 10
		} else {
			d -= '0'
		}
		v = (v*base + d) & 0xff
	}
	return byte(v)
}

// NoNull removes control characters, and backslashes before zeros (wp_kses_no_null).
func NoNull(s string) string {
	s = noControls(s)
	if !strings.Contains(s, `\0`) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		n := i
		for n < len(s) && s[n] == '\\' {
			n++
		}
		zeros := n
		for zeros < len(s) && s[zeros] == '0' {
			zeros++
		}
		if n > i && zeros > n {
			i = zeros
			continue
		}
		if n == i {
			n++
		}
		out = append(out, s[i:n]...)
		i = n
	}
	return string(out)
}
