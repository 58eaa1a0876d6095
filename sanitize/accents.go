package sanitize

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// accents says what becomes of the characters that remove_accents knows: on each
// line the replacement ("-" for nothing) and the characters. Others stay.
const accents = `- £
A ÀÁÂÃÄÅĀĂĄǍẠẢẤẦẨẪẬẮẰẲẴẶÅ
C ÇĆĈĊČ
D ÐĎĐ
E ÈÉÊËĒĔĖĘĚƏẸẺẼẾỀỂỄỆ€
G ĜĞĠĢ
H ĤĦ
I ÌÍÎÏĨĪĬĮİǏỈỊ
J Ĵ
K Ķ
L ĹĻĽĿŁ
N ÑŃŅŇŊ
O ÒÓÔÕÖØŌŎŐƠǑỌỎỐỒỔỖỘỚỜỞỠỢ
R ŔŖŘ
S ŚŜŞŠȘ
T ŢŤŦȚ
U ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛỤỦỨỪỬỮỰ
W Ŵ
Y ÝŶŸỲỴỶỸ
Z ŹŻŽ
a ªàáâãäåāăąǎɑạảấầẩẫậắằẳẵặ
c çćĉċč
d ðďđ
e èéêëēĕėęěǝẹẻẽếềểễệ
g ĝğġģ
h ĥħ
i ìíîïĩīĭįıǐỉị
j ĵ
k ķĸ
l ĺļľŀł
n ñńņňŉŋ
o ºòóôõöøōŏőơǒọỏốồổỗộớờởỡợ
r ŕŗř
s ßśŝşšſș
t ţťŧț
u ùúûüũūŭůűųưǔǖǘǚǜụủứừửữự
w ŵ
y ýÿŷỳỵỷỹ
z źżž
AE Æ
IJ Ĳ
OE Œ
TH Þ
ae æ
ij ĳ
oe œ
th þ`

// latin1 are the replacements for text that is no UTF-8: WordPress takes it for Windows-1252.
const latin1 = "E\x80 f\x83 S\x8a OE\x8c Z\x8e s\x9a oe\x9c z\x9e Y\x9f c\xa2 Y\xa5 u\xb5 " +
	"A\xc0\xc1\xc2\xc3\xc4\xc5 AE\xc6 C\xc7 E\xc8\xc9\xca\xcb I\xcc\xcd\xce\xcf DH\xd0 N\xd1 O\xd2\xd3\xd4\xd5\xd6\xd8 " +
	"U\xd9\xda\xdb\xdc Y\xdd TH\xde ss\xdf a\xe0\xe1\xe2\xe3\xe4\xe5 ae\xe6 c\xe7 e\xe8\xe9\xea\xeb i\xec\xed\xee\xef " +
	"dh\xf0 n\xf1 o\xf2\xf3\xf4\xf5\xf6\xf8 u\xf9\xfa\xfb\xfc y\xfd th\xfe y\xff"

// localAccents are what a locale writes differently.
var localAccents = map[string]*strings.Replacer{
	"de": strings.NewReplacer("Ä", "Ae", "ä", "ae", "Ö", "Oe", "ö", "oe", "Ü", "Ue", "ü", "ue", "ß", "ss", "ẞ", "SS"),
	"da": strings.NewReplacer("Æ", "Ae", "æ", "ae", "Ø", "Oe", "ø", "oe", "Å", "Aa", "å", "aa"),
	"ca": strings.NewReplacer("l·l", "ll"),
	"sr": strings.NewReplacer("Đ", "DJ", "đ", "dj"),
}

// localAccentsOf picks the rules of a WordPress locale, or nil.
func localAccentsOf(locale string) *strings.Replacer {
	switch {
	case locale == "de" || strings.HasPrefix(locale, "de_"):
		return localAccents["de"]
	case locale == "da_DK":
		return localAccents["da"]
	case locale == "ca":
		return localAccents["ca"]
	case locale == "sr_RS" || locale == "bs_BA":
		return localAccents["sr"]
	}
	return nil
}

var accentTable = sync.OnceValue(func() map[rune]string {
	table := map[rune]string{}
	for line := range strings.Lines(accents) {
		replacement, chars, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if replacement == "-" {
			replacement = ""
		}
		for _, r := range chars {
			table[r] = replacement
		}
	}
	return table
})

var latin1Table = sync.OnceValue(func() map[byte]string {
	table := map[byte]string{}
	for group := range strings.SplitSeq(latin1, " ") {
		n := strings.IndexFunc(group, func(r rune) bool { return r >= 0x80 })
		for _, c := range []byte(group[n:]) {
			table[c] = group[:n]
		}
	}
	return table
})

// RemoveAccents writes letters with accents without them, as far as WordPress
// knows them; locale is the site's, "" or "en_US" for none in particular.
func RemoveAccents(s, locale string) string {
	if isASCII(s) {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	if !utf8.ValidString(s) {
		for i := range len(s) {
			if r, ok := latin1Table()[s[i]]; ok {
				out.WriteString(r)
			} else {
				out.WriteByte(s[i])
			}
		}
		return out.String()
	}
	s = norm.NFC.String(s)
	if local := localAccentsOf(locale); local != nil {
		s = local.Replace(s)
	}
	table := accentTable()
	for _, r := range s {
		if replacement, ok := table[r]; ok {
			out.WriteString(replacement)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
