package sanitize

import (
	"strings"
	"unicode/utf8"
)

// Redirect makes an address fit for a Location header (wp_sanitize_redirect): spaces and
// characters outside of ASCII are encoded, what no address holds is dropped, and so are
// encoded line breaks.
func Redirect(location string) string {
	var b strings.Builder
	for i := 0; i < len(location); {
		c := location[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(location[i:])
			if r != utf8.RuneError || size > 1 {
				b.WriteString(strings.ToUpper(percent(r)))
			}
			i += size
			continue
		}
		switch {
		case c == ' ':
			b.WriteString("%20")
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("!#%&()*+,-./:;=?@[]_~", c) >= 0:
			b.WriteByte(c)
		}
		i++
	}
	return dropLineBreakCodes(b.String())
}
