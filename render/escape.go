package render

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// escHTML is esc_html, and esc_attr as well: entities that are already there stay.
func escHTML(s string) string {
	if !utf8.ValidString(s) {
		return ""
	}
	if strings.IndexAny(s, `&<>"'`) < 0 {
		return s
	}
	return quoteEscapes.Replace(normalizeEntities(s))
}

var quoteEscapes = strings.NewReplacer("<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")

// escAttr is esc_attr.
func escAttr(s string) string { return escHTML(s) }

// normalizeEntities is wp_kses_normalize_entities: an ampersand that begins no known
// entity becomes &amp;.
func normalizeEntities(s string) string {
	var out strings.Builder
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			out.WriteString(s)
			return out.String()
		}
		out.WriteString(s[:i])
		s = s[i:]
		if n, text := entity(s); n > 0 {
			out.WriteString(text)
			s = s[n:]
		} else {
			out.WriteString("&amp;")
			s = s[1:]
		}
	}
}

// entity reads an entity at the start of s: how long it is, and how kses writes it.
func entity(s string) (n int, text string) {
	end := -1
	for i := 1; i < len(s) && i < 12; i++ {
		if s[i] == ';' {
			end = i
			break
		}
		if !isLetter(s[i]) && !isDigit(s[i]) && s[i] != '#' {
			break
		}
	}
	if end < 2 {
		return 0, ""
	}
	name := s[1:end]
	if name[0] != '#' {
		if strings.Contains(htmlEntities, " "+name+" ") {
			return end + 1, s[:end+1]
		}
		return 0, ""
	}
	digits, base, prefix := name[1:], 10, "&#"
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base, prefix = digits[1:], 16, "&#x"
	}
	if digits == "" || len(digits) > 7 {
		return 0, ""
	}
	code, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !validCodePoint(code) {
		return 0, ""
	}
	digits = strings.TrimLeft(digits, "0")
	if base == 10 {
		digits = strings.Repeat("0", max(0, 3-len(digits))) + digits
	}
	return end + 1, prefix + digits + ";"
}

func validCodePoint(c uint64) bool {
	return c == 9 || c == 10 || c == 13 || c >= 0x20 && c <= 0xd7ff || c >= 0xe000 && c <= 0xfffd || c >= 0x10000 && c <= 0x10ffff
}

// protocols are wp_allowed_protocols.
const protocols = " http https ftp ftps mailto news irc irc6 ircs gopher nntp feed telnet mms rtsp sms svn tel fax xmpp webcal urn "

// escURL is esc_url: "" for an address that must not be printed.
func escURL(s string) string {
	s = cleanURL(s)
	if s == "" {
		return ""
	}
	s = strings.ReplaceAll(normalizeEntities(s), "&amp;", "&#038;")
	s = strings.ReplaceAll(s, "'", "&#039;")
	if s = escapeBrackets(s); s == "" || s[0] == '/' {
		return s
	}
	if !allowedProtocol(s) {
		return ""
	}
	return s
}

// cleanURL drops what cannot stand in an address and gives it a scheme.
func cleanURL(s string) string {
	s = strings.ReplaceAll(strings.TrimLeft(s, phpSpace), " ", "%20")
	kept := make([]byte, 0, len(s))
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || isLetter(c) || isDigit(c) || strings.IndexByte("-~+_.?#=!&;,/:%@$|*'()[]", c) >= 0 {
			kept = append(kept, c)
		}
	}
	s = string(kept)
	if s == "" {
		return ""
	}
	if !strings.HasPrefix(strings.ToLower(s), "mailto:") {
		s = deepReplace(s, "%0d", "%0a", "%0D", "%0A")
	}
	s = strings.ReplaceAll(s, ";//", "://")
	if s == "" {
		return ""
	}
	if !strings.Contains(s, ":") && !strings.ContainsRune("/#?", rune(s[0])) && !looksLikePHPFile(s) {
		s = "http://" + s
	}
	return s
}

// deepReplace is _deep_replace: it removes what removing brings together too.
func deepReplace(s string, remove ...string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		out = append(out, s[i])
		for again := true; again; {
			again = false
			for _, r := range remove {
				if strings.HasSuffix(string(out[max(0, len(out)-len(r)):]), r) {
					out = out[:len(out)-len(r)]
					again = true
				}
			}
		}
	}
	return string(out)
}

// looksLikePHPFile is /^[a-z0-9-]+?\.php/i.
func looksLikePHPFile(s string) bool {
	i := 0
	for i < len(s) && (isLetter(s[i]) || isDigit(s[i]) || s[i] == '-') {
		i++
	}
	return i > 0 && len(s) >= i+4 && strings.EqualFold(s[i:i+4], ".php")
}

// escapeBrackets encodes [ and ] behind the host.
func escapeBrackets(s string) string {
	if !strings.ContainsAny(s, "[]") {
		return s
	}
	front := 0
	if i := strings.Index(s, "//"); i >= 0 {
		front = i + 2
		if j := strings.IndexAny(s[front:], "/?#"); j >= 0 {
			front += j
		} else {
			front = len(s)
		}
	}
	return s[:front] + strings.NewReplacer("[", "%5B", "]", "%5D").Replace(s[front:])
}

// allowedProtocol tells whether an address has no scheme, or a known one
// (wp_kses_bad_protocol would leave it as it is).
func allowedProtocol(s string) bool {
	head := s
	if i := strings.IndexAny(head, "?/"); i >= 0 {
		head = head[:i]
	}
	head = decodeAttr(head)
	if i := strings.IndexByte(head, '#'); i >= 0 {
		head = head[:i]
	}
	i := strings.IndexByte(head, ':')
	if i < 0 {
		return true
	}
	scheme := strings.ToLower(head[:i])
	return scheme != "" && !strings.Contains(scheme, " ") && strings.Contains(protocols, " "+scheme+" ")
}

// isURLAttr tells of wp_kses_uri_attributes.
func isURLAttr(name string) bool {
	switch name {
	case "action", "archive", "background", "cite", "classid", "codebase", "data", "formaction", "href", "icon", "longdesc",
		"manifest", "poster", "profile", "src", "usemap", "xmlns":
		return true
	}
	return false
}

// htmlEntities are the named entities of HTML 4 and XML, those kses knows.
const htmlEntities = " nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn acute micro para middot cedil ordm raquo iquest " +
	"Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash " +
	"Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde " +
	"ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml quot amp lt gt apos OElig oelig Scaron scaron Yuml circ tilde ensp " +
	"emsp thinsp zwnj zwj lrm rlm ndash mdash lsquo rsquo sbquo ldquo rdquo bdquo dagger Dagger permil lsaquo rsaquo euro fnof Alpha Beta Gamma Delta Epsilon Zeta " +
	"Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau Upsilon Phi Chi Psi Omega alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi " +
	"omicron pi rho sigmaf sigma tau upsilon phi chi psi omega thetasym upsih piv bull hellip prime Prime oline frasl weierp image real trade alefsym larr uarr rarr " +
	"darr harr crarr lArr uArr rArr dArr hArr forall part exist empty nabla isin notin ni prod sum minus lowast radic prop infin ang and or cap cup int sim cong asymp " +
	"ne equiv le ge sub sup nsub sube supe oplus otimes perp sdot lceil rceil lfloor rfloor lang rang loz spades clubs hearts diams sup1 sup2 sup3 frac14 frac12 frac34 there4 "
