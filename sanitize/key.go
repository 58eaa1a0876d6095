package sanitize

import "strings"

// Key keeps lower-case letters, digits, dashes and underscores (sanitize_key).
func Key(s string) string {
	return mapBytes(lowerASCII(s), func(c byte) (byte, bool) {
		return c, isLetter(c) || isDigit(c) || c == '-' || c == '_'
	})
}

// HTMLClass keeps what a class name may hold (sanitize_html_class), or gives the fallback treated the same way.
func HTMLClass(s, fallback string) string {
	s = mapBytes(dropOctets(s), func(c byte) (byte, bool) {
		return c, isLetter(c) || isDigit(c) || c == '-' || c == '_'
	})
	if s == "" && fallback != "" {
		return HTMLClass(fallback, "")
	}
	return s
}

// User makes a login name of what was sent (sanitize_user); strict keeps only what new names may hold.
func User(s string, strict bool) string {
	s = dropEntities(dropOctets(RemoveAccents(StripAllTags(s, false), "")))
	if strict {
		s = mapBytes(s, func(c byte) (byte, bool) {
			return c, isLetter(c) || isDigit(c) || strings.IndexByte(" _.-@", c) >= 0
		})
	}
	s = strings.Trim(s, phpSpace)
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case !isSpace(c):
			out = append(out, c)
		case i == 0 || !isSpace(s[i-1]):
			out = append(out, ' ')
		}
	}
	return string(out)
}

// dropOctets removes percent-encoded bytes, once.
func dropOctets(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}

// Unslash takes backslashes off as PHP's stripslashes does.
func Unslash(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			if i++; i == len(s) {
				break
			}
			if s[i] == '0' {
				out = append(out, 0)
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

// Slash puts a backslash before quotes and backslashes, as PHP's addslashes does.
func Slash(s string) string { return slasher.Replace(s) }

var slasher = strings.NewReplacer(`'`, `\'`, `"`, `\"`, `\`, `\\`, "\x00", `\0`)
