package render

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// entityNames are the named entities that WordPress leaves as they are.
var entityNames = nameSet(`nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn acute micro para middot
cedil ordm raquo iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve
Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute
ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml quot amp lt
gt apos OElig oelig Scaron scaron Yuml circ tilde ensp emsp thinsp zwnj zwj lrm rlm ndash mdash lsquo rsquo sbquo ldquo rdquo bdquo dagger Dagger
permil lsaquo rsaquo euro fnof Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau Upsilon Phi Chi
Psi Omega alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega
thetasym upsih piv bull hellip prime Prime oline frasl weierp image real trade alefsym larr uarr rarr darr harr crarr lArr uArr rArr dArr hArr
forall part exist empty nabla isin notin ni prod sum minus lowast radic prop infin ang and or cap cup int sim cong asymp ne equiv le ge sub sup
nsub sube supe oplus otimes perp sdot lceil rceil lfloor rfloor lang rang loz spades clubs hearts diams sup1 sup2 sup3 frac14 frac12 frac34 there4`)

// protocols are those that addresses may have (wp_allowed_protocols).
var protocols = nameSet(`http https ftp ftps mailto news irc irc6 ircs gopher nntp feed telnet mms rtsp sms svn tel fax xmpp webcal urn`)

func nameSet(names string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(names) {
		set[name] = true
	}
	return set
}

// escHTML makes text safe between tags (esc_html); entities in it stay.
func escHTML(text string) string { return specialChars(text) }

// escAttr makes text safe in a quoted attribute (esc_attr); entities in it stay.
func escAttr(text string) string { return specialChars(text) }

// isURLAttr tells of wp_kses_uri_attributes.
func isURLAttr(name string) bool { return urlAttrs[name] }

var urlAttrs = nameSet("action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src usemap xmlns")

var specials = strings.NewReplacer("<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")

// specialChars is _wp_specialchars without double encoding. Text that is not
// UTF-8 vanishes, as in WordPress.
func specialChars(text string) string {
	if !strings.ContainsAny(text, `&<>"'`) {
		if !utf8.ValidString(text) {
			return ""
		}
		return text
	}
	if !utf8.ValidString(text) {
		return ""
	}
	text = normalizeEntities(text)
	// PHP's table of HTML 4.01 does not hold this one.
	text = strings.ReplaceAll(text, "&apos;", "&amp;apos;")
	return specials.Replace(text)
}

// normalizeEntities writes & as &amp; unless it begins an entity that WordPress
// knows, and gives numeric ones one form (wp_kses_normalize_entities).
func normalizeEntities(text string) string {
	if strings.IndexByte(text, '&') < 0 {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + 16)
	for {
		k := strings.IndexByte(text, '&')
		if k < 0 {
			break
		}
		out.WriteString(text[:k])
		text = text[k+1:]
		// What is written as &amp; stays one escape: &amp;lt; is not &lt;.
		n, put := entity(text)
		out.WriteString("&" + put)
		text = text[n:]
	}
	out.WriteString(text)
	return out.String()
}

// entity reads what follows a &: how much of it the entity takes and how it is
// written; an unknown one takes nothing and gives "amp;".
func entity(s string) (n int, put string) {
	end := strings.IndexByte(s[:min(len(s), 64)], ';')
	if end < 1 {
		return 0, "amp;"
	}
	body := s[:end]
	digits, base, prefix, most := "", 10, "#", 7
	switch {
	case body[0] != '#':
		if entityNames[body] {
			return end + 1, body + ";"
		}
		return 0, "amp;"
	case len(body) > 1 && (body[1] == 'x' || body[1] == 'X'):
		digits, base, prefix, most = body[2:], 16, "#x", 6
	default:
		digits = body[1:]
	}
	short := strings.TrimLeft(digits, "0")
	code, err := strconv.ParseUint(short, base, 32)
	if len(short) > most || err != nil || strings.ContainsAny(digits, "+-_") || !validRune(code) {
		return 0, "amp;"
	}
	if base == 10 && len(short) < 3 {
		short = strings.Repeat("0", 3-len(short)) + short
	}
	return end + 1, prefix + short + ";"
}

// validRune is valid_unicode: what XML may hold.
func validRune(c uint64) bool {
	return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF)
}

// escURL cleans an address for printing (esc_url): "" when its protocol is not allowed.
func escURL(url string) string {
	url = strings.TrimLeft(url, phpSpace)
	if url == "" {
		return ""
	}
	url = keepURLBytes(strings.ReplaceAll(url, " ", "%20"))
	if url == "" {
		return ""
	}
	if !hasPrefixFold(url, "mailto:") {
		url = dropLineBreaks(url)
	}
	url = strings.ReplaceAll(url, ";//", "://")
	if strings.IndexByte(url, ':') < 0 && (url == "" || strings.IndexByte("/#?", url[0]) < 0) && !phpFile(url) {
		url = "http://" + url
	}
	url = normalizeEntities(url)
	url = strings.ReplaceAll(url, "&amp;", "&#038;")
	url = strings.ReplaceAll(url, "'", "&#039;")
	if strings.ContainsAny(url, "[]") {
		url = encodeBrackets(url)
	}
	if url[0] == '/' {
		return url
	}
	good := goodProtocol(url)
	if !strings.EqualFold(good, url) {
		return ""
	}
	return good
}

// keepURLBytes drops what no address may hold.
func keepURLBytes(url string) string {
	ok := func(c byte) bool {
		return c >= 0x80 || isDigit(c) || isLetter(c) || strings.IndexByte("-~+_.?#=!&;,/:%@$|*'()[]", c) >= 0
	}
	for i := range len(url) {
		if ok(url[i]) {
			continue
		}
		out := append(make([]byte, 0, len(url)), url[:i]...)
		for ; i < len(url); i++ {
			if ok(url[i]) {
				out = append(out, url[i])
			}
		}
		return string(out)
	}
	return url
}

// dropLineBreaks takes encoded line breaks out, also those that appear when others
// go (_deep_replace), in one pass: it looks back from each byte it keeps.
func dropLineBreaks(url string) string {
	if !strings.Contains(url, "%0") {
		return url
	}
	out := make([]byte, 0, len(url))
	for i := range len(url) {
		out = append(out, url[i])
		if n := len(out); n > 2 && out[n-3] == '%' && out[n-2] == '0' && strings.IndexByte("dDaA", url[i]) >= 0 {
			out = out[:n-3]
		}
	}
	return string(out)
}

func phpFile(url string) bool {
	i := 0
	for i < len(url) && (isDigit(url[i]) || isLetter(url[i]) || url[i] == '-') {
		i++
	}
	return i > 0 && hasPrefixFold(url[i:], ".php")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// encodeBrackets encodes [ and ] after the host, which may be an IPv6 address.
func encodeBrackets(url string) string {
	dirty := url
	if front := urlFront(url); front != "" {
		dirty = strings.ReplaceAll(url, front, "")
	}
	if dirty == "" {
		return url
	}
	clean := strings.ReplaceAll(strings.ReplaceAll(dirty, "[", "%5B"), "]", "%5D")
	return strings.ReplaceAll(url, dirty, clean)
}

// urlFront is an address up to its path; "//" for a path alone.
func urlFront(url string) string {
	u, ok := splitURL(url)
	switch {
	case ok && u.scheme != "":
		return u.scheme + "://" + u.user + u.host + u.port
	case url[0] == '/':
		return "//" + u.user + u.host + u.port
	}
	return ""
}

// urlParts are what parse_url tells of an address's beginning.
type urlParts struct{ scheme, user, host, port string } // user ends in @, port begins with :

// splitURL is parse_url as far as the host; it refuses what that refuses.
func splitURL(url string) (u urlParts, ok bool) {
	n := 0
	for n < len(url) && (isDigit(url[n]) || isLetter(url[n]) || strings.IndexByte("+-.", url[n]) >= 0) {
		n++
	}
	switch {
	case n > 0 && strings.HasPrefix(url[n:], "://"):
		u.scheme, url = url[:n], url[n+3:]
	case n > 0 && n < len(url) && url[n] == ':':
		return urlParts{scheme: url[:n]}, true
	case strings.HasPrefix(url, "//"):
		url = url[2:]
	default:
		return u, true
	}
	if end := strings.IndexAny(url, "/?#"); end >= 0 {
		url = url[:end]
	}
	if at := strings.LastIndexByte(url, '@'); at >= 0 {
		u.user, url = url[:at+1], url[at+1:]
	}
	if colon := strings.LastIndexByte(url, ':'); colon >= 0 && !(url[0] == '[' && strings.HasSuffix(url, "]")) {
		if url, u.port = url[:colon], url[colon:]; u.port == ":" {
			u.port = ""
		} else if port, err := strconv.Atoi(u.port[1:]); err != nil || port < 0 || port > 65535 || len(u.port) > 6 {
			return urlParts{}, false
		}
	}
	u.host = url
	if url == "" {
		return urlParts{}, false
	}
	return u, true
}

// goodProtocol is wp_kses_bad_protocol: what is left when protocols that are not
// allowed are taken off, however they are hidden.
func goodProtocol(url string) string {
	if strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://") {
		return url
	}
	for range 6 {
		next := goodProtocolOnce(url, 1)
		if next == url {
			return url
		}
		url = next
	}
	return ""
}

func goodProtocolOnce(url string, depth int) string {
	before, after, found := cutColon(url)
	if !found || strings.Contains(before, "/?") {
		return url
	}
	after = strings.Trim(after, phpSpace)
	name := make([]byte, 0, len(before))
	for _, c := range []byte(decodeNumeric(before)) {
		if !isSpace(c) && c != 0 {
			name = append(name, c)
		}
	}
	protocol := strings.ToLower(string(name))
	if !protocols[protocol] {
		return after
	}
	if protocol == "feed" {
		if depth > 2 {
			return ""
		}
		if after = goodProtocolOnce(after, depth+1); after == "" {
			return ""
		}
	}
	return protocol + ":" + after
}

// cutColon cuts at the first colon, plain or as an entity.
func cutColon(s string) (before, after string, found bool) {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == ':':
			return s[:i], s[i+1:], true
		case s[i] != '&':
		case hasPrefixFold(s[i:], "&colon;"):
			return s[:i], s[i+7:], true
		case strings.HasPrefix(s[i:], "&#"):
			j, digits, more := i+2, "58", isDigit
			if j < len(s) && (s[j] == 'x' || s[j] == 'X') {
				j, digits, more = j+1, "3a", isHex
			}
			for j < len(s) && s[j] == '0' {
				j++
			}
			if !hasPrefixFold(s[j:], digits) {
				continue
			}
			j += 2
			if j < len(s) && s[j] == ';' {
				return s[:i], s[j+1:], true
			}
			if j == len(s) || !more(s[j]) {
				return s[:i], s[j:], true
			}
		}
	}
	return s, "", false
}

// decodeNumeric turns numeric entities into characters.
func decodeNumeric(s string) string {
	if !strings.Contains(s, "&#") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '&' {
			if n, put := entity(s[i+1:]); n > 0 && s[i+1] == '#' {
				base, digits := 10, strings.Trim(put, "#;")
				if digits[0] == 'x' {
					base, digits = 16, digits[1:]
				}
				if code, err := strconv.ParseUint(digits, base, 32); err == nil {
					out.WriteRune(rune(code))
					i += n
					continue
				}
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}
