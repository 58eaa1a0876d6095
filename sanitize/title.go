// Package sanitize decides what may be stored: titles become slugs, names of
// files and keys lose what they must not hold, addresses and markup lose what is
// dangerous. Text in, text out, the same bytes as WordPress's functions.
package sanitize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSlug is how long a slug may be, in bytes.
const maxSlug = 200

// Title makes a slug of a title (sanitize_title in its "save" context), or gives
// fallback when nothing is left of it. It does not make the slug unique.
func Title(title, fallback, locale string) string {
	if slug := TitleWithDashes(RemoveAccents(title, locale)); slug != "" {
		return slug
	}
	return fallback
}

// TitleForQuery makes a slug of a title to look one up (sanitize_title in its
// "query" context): accents stay and so are encoded.
func TitleForQuery(title string) string { return dashes(title, false) }

// TitleWithDashes makes a slug of a text without changing accents (sanitize_title_with_dashes, "save" context).
func TitleWithDashes(title string) string { return dashes(title, true) }

// separators are the spaces and dashes that become a dash.
const separators = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2011\u2013\u2014\u2028\u2029\u202f"

// vanishing are marks, quotes and characters without width that disappear.
const vanishing = "\u00a1\u00a9\u00ab\u00ad\u00ae\u00b0\u00b4\u00bb\u00bf\u02ca\u0300\u0301\u0304\u030c\u0341" +
	"\u200b\u200c\u200d\u200e\u200f\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2022\u2026\u202a\u202b\u202c\u202d\u202e\u2039\u203a\u2122\ufeff\ufffc"

// saved replaces the encoded characters and the entities that are spaces and dashes to WordPress.
var saved = func() *strings.Replacer {
	var pairs []string
	for _, r := range separators {
		pairs = append(pairs, percent(r), "-")
	}
	for _, r := range vanishing {
		pairs = append(pairs, percent(r), "")
	}
	for _, e := range []string{"&nbsp;", "&#8209;", "&#160;", "&ndash;", "&#8211;", "&mdash;", "&#8212;", "/"} {
		pairs = append(pairs, e, "-")
	}
	return strings.NewReplacer(append(pairs, "%c3%97", "x")...)
}()

func percent(r rune) string {
	const hex = "0123456789abcdef"
	var b [utf8.UTFMax]byte
	var out []byte
	for _, c := range b[:utf8.EncodeRune(b[:], r)] {
		out = append(out, '%', hex[c>>4], hex[c&15])
	}
	return string(out)
}

func dashes(title string, save bool) string {
	s := keepOctets(StripTags(title))
	if utf8.ValidString(s) {
		s = EncodeURI(Lower(s), maxSlug)
	}
	s = lowerASCII(s)
	if save {
		s = saved.Replace(s)
	}
	return joinDashes(dropEntities(s))
}

// keepOctets takes out percent signs that begin no code. WordPress hides codes
// behind three dashes meanwhile, so that "---41---" comes out as a code, too.
func keepOctets(s string) string {
	if !strings.Contains(s, "%") && !strings.Contains(s, "---") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '%':
			b.WriteByte(s[i])
		case i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString("---" + s[i+1:i+3] + "---")
			i += 2
		}
	}
	s = b.String()
	b.Reset()
	for i := 0; i < len(s); i++ {
		if i+8 <= len(s) && s[i:i+3] == "---" && isHex(s[i+3]) && isHex(s[i+4]) && s[i+5:i+8] == "---" {
			b.WriteString("%" + s[i+3:i+5])
			i += 7
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// EncodeURI percent-encodes what is not ASCII and cuts at length bytes, between
// characters (utf8_uri_encode); 0 is no limit.
func EncodeURI(s string, length int) string {
	var out strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf {
			if length > 0 && out.Len()+1 > length {
				break
			}
			out.WriteByte(byte(r))
			continue
		}
		if length > 0 && out.Len()+3*utf8.RuneLen(r) > length {
			break
		}
		out.WriteString(percent(r))
	}
	return out.String()
}

// dropEntities removes what looks like an entity: from an ampersand to the next semicolon on its line.
func dropEntities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var out strings.Builder
	for {
		start := strings.IndexByte(s, '&')
		if start < 0 {
			break
		}
		// At least one character lies between them, and none of it is a line break.
		end := -1
		for i := start + 1; i < len(s) && s[i] != '\n'; i++ {
			if s[i] == ';' && i > start+1 {
				end = i
				break
			}
		}
		if end < 0 {
			// No semicolon up to here: nor is there one for a later ampersand on this line.
			line := strings.IndexByte(s[start:], '\n')
			if line < 0 {
				break
			}
			out.WriteString(s[:start+line])
			s = s[start+line:]
			continue
		}
		out.WriteString(s[:start])
		s = s[end+1:]
	}
	out.WriteString(s)
	return out.String()
}

// joinDashes keeps lower-case letters, digits, percent signs, underscores and
// dashes, turns dots and runs of spaces into dashes and takes dashes off the ends.
func joinDashes(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '%', c == '_':
			out = append(out, c)
		case c == ' ', c == '-', c == '.':
			if len(out) > 0 && out[len(out)-1] != '-' {
				out = append(out, '-')
			}
		}
	}
	return strings.TrimSuffix(string(out), "-")
}

// Lower is PHP's mb_strtolower.
func Lower(s string) string {
	if !strings.ContainsRune(s, 'İ') {
		return strings.ToLower(s)
	}
	var out strings.Builder
	for _, r := range s {
		if r == 'İ' { // the one letter that becomes two
			out.WriteString("i̇")
			continue
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

func lowerASCII(s string) string {
	return mapBytes(s, func(c byte) (byte, bool) {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c, true
	})
}

// mapBytes rewrites a string byte by byte; false leaves one out.
func mapBytes(s string, f func(byte) (byte, bool)) string {
	for i := range len(s) {
		if c, keep := f(s[i]); !keep || c != s[i] {
			out := append(make([]byte, 0, len(s)), s[:i]...)
			for ; i < len(s); i++ {
				if c, keep := f(s[i]); keep {
					out = append(out, c)
				}
			}
			return string(out)
		}
	}
	return s
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isSpace is what \s matches in PHP's patterns.
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
