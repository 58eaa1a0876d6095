package sanitize

import (
	"strconv"
	"strings"
)

// invalidEntities are numbers of Windows-1252 where those of Unicode are meant.
var invalidEntities = func() *strings.Replacer {
	const windows = "€\x00‚ƒ„…†‡ˆ‰Š‹Œ\x00Ž\x00\x00‘’“”•–—˜™š›œ\x00žŸ"
	var pairs []string
	n := 128
	for _, r := range windows {
		to := ""
		if r != 0 {
			to = "&#" + strconv.Itoa(int(r)) + ";"
		}
		pairs = append(pairs, "&#"+strconv.Itoa(n)+";", to)
		n++
	}
	return strings.NewReplacer(pairs...)
}()

// ConvertInvalidEntities writes character references of Windows-1252, &#128; to
// &#159;, as those of Unicode (convert_invalid_entities).
func ConvertInvalidEntities(s string) string {
	if !strings.Contains(s, "&#1") {
		return s
	}
	return invalidEntities.Replace(s)
}
