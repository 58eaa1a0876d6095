package sanitize

import (
	"strings"
	"unicode/utf8"
)

// forbiddenInNames are the characters that a file's name must not hold.
var forbiddenInNames = func() *strings.Replacer {
	var pairs []string
	for _, r := range "?[]/\\=<>:;,'\"&$#*()|~`!{}%+’«»”“\x00" {
		pairs = append(pairs, string(r), "")
	}
	return strings.NewReplacer(pairs...)
}()

// spacesInNames makes plain spaces of Unicode's.
var spacesInNames = func() *strings.Replacer {
	var pairs []string
	for _, r := range "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000" {
		pairs = append(pairs, string(r), " ")
	}
	return strings.NewReplacer(pairs...)
}()

// FileName makes the name of an uploaded file safe (sanitize_file_name). known
// tells whether an extension is one that WordPress has a media type for, and
// allowed whether the user may upload files with it: an extension in the middle
// of a name that is not allowed gets an underscore, because Apache would run a.php.jpg.
func FileName(name string, known, allowed func(extension string) bool) string {
	name = RemoveAccents(name, "")
	if !utf8.ValidString(name) {
		base := name[strings.LastIndexByte(name, '/')+1:]
		end := strings.LastIndexByte(base, '.')
		if end < 0 {
			end = len(base)
		}
		if name = TitleWithDashes(base[:end]) + "." + strings.TrimPrefix(base[end:], "."); !utf8.ValidString(name) {
			return ""
		}
	}
	name = spacesInNames.Replace(name)
	name = forbiddenInNames.Replace(name)
	name = strings.ReplaceAll(name, "%20", "-")
	name = nameDashes(nameDots(name))
	name = strings.Trim(name, ".-_")
	if !strings.Contains(name, ".") {
		if known(strings.ToLower(name)) {
			return "unnamed-file." + name
		}
		return name
	}
	parts := strings.Split(name, ".")
	if len(parts) <= 2 {
		return name
	}
	var out strings.Builder
	out.WriteString(parts[0])
	for _, part := range parts[1 : len(parts)-1] {
		out.WriteString("." + part)
		if looksLikeExtension(part) && !allowed(strings.ToLower(part)) {
			out.WriteByte('_')
		}
	}
	return out.String() + "." + parts[len(parts)-1]
}

// nameDots makes one dot of several.
func nameDots(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] != '.' || i == 0 || s[i-1] != '.' {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// nameDashes makes one dash of runs of white space and dashes.
func nameDashes(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		if strings.IndexByte("\r\n\t -", c) < 0 {
			out = append(out, c)
		} else if i == 0 || strings.IndexByte("\r\n\t -", s[i-1]) < 0 {
			out = append(out, '-')
		}
	}
	return string(out)
}

// looksLikeExtension: two to five letters and at most one digit.
func looksLikeExtension(s string) bool {
	letters := s
	if n := len(s); n > 0 && isDigit(s[n-1]) {
		letters = s[:n-1]
	}
	if len(letters) < 2 || len(letters) > 5 {
		return false
	}
	for i := range len(letters) {
		if !isLetter(letters[i]) {
			return false
		}
	}
	return true
}
