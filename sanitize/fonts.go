package sanitize

import "strings"

// FontFamily is a list of fonts as CSS has it: names of other than letters and dashes stand in quotes
// (WP_Font_Utils::sanitize_font_family).
func FontFamily(s string) string {
	var names []string
	for name := range strings.SplitSeq(TextField(s), ",") {
		if name = strings.Trim(name, phpSpace); name == "" {
			continue
		}
		if strings.IndexFunc(name, func(r rune) bool { return r != '-' && (r > 'z' || !isLetter(byte(r))) }) >= 0 {
			name = `"` + strings.Trim(name, `"'`) + `"`
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// faceDefaults are what a style of a font is where nobody says, in the order in which FontFaceName puts them.
var faceDefaults = [][2]string{{"fontFamily", ""}, {"fontStyle", "normal"}, {"fontWeight", "400"}, {"fontStretch", "100%"}, {"unicodeRange", "U+0-10FFFF"}}

// faceNumbers write words of CSS as numbers. As in WordPress one word after the other is put in everywhere, so that
// "extra-expanded" becomes "extra-125%".
var faceNumbers = map[string][][2]string{
	"fontWeight": {{"normal", "400"}, {"bold", "700"}},
	"fontStretch": {{"ultra-condensed", "50%"}, {"extra-condensed", "62.5%"}, {"condensed", "75%"}, {"semi-condensed", "87.5%"}, {"normal", "100%"},
		{"semi-expanded", "112.5%"}, {"expanded", "125%"}, {"extra-expanded", "150%"}, {"ultra-expanded", "200%"}},
}

// FontFaceName is the name that tells the styles of fonts apart; get gives a setting, false where there is none
// (WP_Font_Utils::get_font_face_slug).
func FontFaceName(get func(setting string) (string, bool)) string {
	parts := make([]string, len(faceDefaults))
	for i, d := range faceDefaults {
		setting, value := d[0], d[1]
		if given, ok := get(setting); ok {
			value = given
		}
		switch setting {
		case "fontFamily":
			value = Lower(value)
		case "unicodeRange":
			value = mapBytes(value, func(c byte) (byte, bool) {
				if 'a' <= c && c <= 'z' {
					c -= 'a' - 'A'
				}
				return c, true
			})
		default:
			value = lowerASCII(value)
		}
		for _, word := range faceNumbers[setting] {
			value = strings.ReplaceAll(value, word[0], word[1])
		}
		parts[i] = joinCommas(strings.NewReplacer(`"`, "", "'", "", ";", "").Replace(value))
	}
	return strings.Join(parts, ";")
}

// joinCommas leaves out white space behind commas.
func joinCommas(s string) string {
	at := strings.IndexByte(s, ',')
	if at < 0 {
		return s
	}
	var b strings.Builder
	for ; at >= 0; at = strings.IndexByte(s, ',') {
		b.WriteString(s[:at+1])
		s = strings.TrimLeft(s[at+1:], " \t\n\v\f\r")
	}
	return b.String() + s
}
