package sanitize

import (
	"strconv"
	"strings"
	"sync"
)

// entityNames are the entities that WordPress leaves alone.
const entityNames = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn acute micro para middot cedil ordm raquo iquest Agrave " +
	"Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash " +
	"Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth " +
	"ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml quot amp lt gt apos OElig oelig Scaron scaron Yuml " +
	"circ tilde ensp emsp thinsp zwnj zwj lrm rlm ndash mdash lsquo rsquo sbquo ldquo rdquo bdquo dagger Dagger permil lsaquo rsaquo euro fnof Alpha Beta " +
	"Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau Upsilon Phi Chi Psi Omega alpha beta gamma delta epsilon zeta " +
	"eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega thetasym upsih piv bull hellip prime Prime oline frasl " +
	"weierp image real trade alefsym larr uarr rarr darr harr crarr lArr uArr rArr dArr hArr forall part exist empty nabla isin notin ni prod sum minus " +
	"lowast radic prop infin ang and or cap cup int sim cong asymp ne equiv le ge sub sup nsub sube supe oplus otimes perp sdot lceil rceil lfloor rfloor " +
	"lang rang loz spades clubs hearts diams sup1 sup2 sup3 frac14 frac12 frac34 there4"

var htmlEntities = sync.OnceValue(func() map[string]bool { return wordSet(entityNames) })

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// NormalizeEntities writes every & that begins no known entity as &amp; and numbers
// in one form (wp_kses_normalize_entities).
func NormalizeEntities(s string) string { return normalizeEntities(s, htmlEntities()) }

func normalizeEntities(s string, names map[string]bool) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var out strings.Builder
	out.Grow(len(s) + 16)
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			break
		}
		out.WriteString(s[:i])
		s = s[i:]
		if entity, n := entityAt(s, names); n > 0 {
			out.WriteString(entity)
			s = s[n:]
			continue
		}
		out.WriteString("&amp;")
		s = s[1:]
	}
	out.WriteString(s)
	return out.String()
}

// entityAt gives the normal form of the entity that s begins with and how much of s it takes.
func entityAt(s string, names map[string]bool) (entity string, n int) {
	if !strings.HasPrefix(s, "&#") {
		end := span(s, 1, isLetter)
		if letters := end - 1; letters < 2 || letters > 8 {
			return "", 0
		}
		digits := end
		end = span(s, end, isDigit)
		if end-digits > 2 || end == len(s) || s[end] != ';' || !names[s[1:end]] {
			return "", 0
		}
		return s[:end+1], end + 1
	}
	start, base, most, class := 2, 10, 7, isDigit
	if len(s) > 2 && (s[2] == 'x' || s[2] == 'X') {
		start, base, most, class = 3, 16, 6, isHex
	}
	end := span(s, start, class)
	if end == start || end == len(s) || s[end] != ';' {
		return "", 0
	}
	digits := strings.TrimLeft(s[start:end], "0")
	if len(digits) > most {
		return "", 0
	}
	v, err := strconv.ParseInt(digits, base, 64)
	if err != nil || !isUnicode(v) { // no digits but zeros are an error, and no character
		return "", 0
	}
	if base == 16 {
		return "&#x" + digits + ";", end + 1
	}
	for len(digits) < 3 {
		digits = "0" + digits
	}
	return "&#" + digits + ";", end + 1
}

// span gives the end of the run of such bytes that begins at i.
func span(s string, i int, class func(byte) bool) int {
	for i < len(s) && class(s[i]) {
		i++
	}
	return i
}

// isUnicode are the numbers that WordPress takes for characters (valid_unicode).
func isUnicode(v int64) bool {
	return v == 0x9 || v == 0xa || v == 0xd || v >= 0x20 && v <= 0xd7ff || v >= 0xe000 && v <= 0xfffd || v >= 0x10000 && v <= 0x10ffff
}
