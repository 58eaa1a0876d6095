package models

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// MySQL's utf8mb4_unicode_520_ci, WordPress's collation, for engines that lack it.
// It compares the primary weights of Unicode 5.2's collation table: no case, no accents,
// characters that are ignorable there (vowel signs of Arabic, zero-width joiners,
// controls) not at all, and trailing spaces as if both texts had endlessly many.
// LIKE instead compares character by character.

// weightFile holds, deflated, what differs from implicitWeights: the distance to the
// last such character, the number of its weights, and their distances from one another.
// The test of the table makes it by asking a MariaDB.
//
//go:embed collation.bin
var weightFile []byte

// weights is the collation's table.
type weights struct {
	ascii [utf8.RuneSelf]uint16 // 0: ignorable
	upper [utf8.RuneSelf]rune   // what fold says of these
	pages map[rune]*page        // by r>>8
	fold  map[rune]rune         // the first character that weighs the same, unless it is the character itself
	alike map[rune][]rune       // by that first one
}

type page [256]struct {
	known   bool
	weights []uint16
}

var loadWeights = sync.OnceValue(func() *weights {
	t := &weights{pages: map[rune]*page{}, fold: map[rune]rune{}, alike: map[rune][]rune{}}
	data, err := io.ReadAll(flate.NewReader(bytes.NewReader(weightFile)))
	if err != nil {
		panic(fmt.Sprintf("the embedded collation table: %v", err)) // a broken build, not input
	}
	first := map[string]rune{}
	var r rune
	var last uint16
	for len(data) > 0 {
		gap, n := binary.Uvarint(data)
		count, m := binary.Uvarint(data[n:])
		data = data[n+m:]
		r += rune(gap)
		ws := make([]uint16, count)
		var key strings.Builder
		for i := range ws {
			step, n := binary.Varint(data)
			data = data[n:]
			last = uint16(int64(last) + step)
			ws[i] = last
			key.WriteByte(byte(last >> 8))
			key.WriteByte(byte(last))
		}
		p := t.pages[r>>8]
		if p == nil {
			p = &page{}
			t.pages[r>>8] = p
		}
		p[r&0xff].known, p[r&0xff].weights = true, ws
		if f, ok := first[key.String()]; ok {
			t.fold[r] = f
			t.alike[f] = append(t.alike[f], r)
		} else {
			first[key.String()] = r
			t.alike[r] = []rune{r}
		}
	}
	for c := range t.ascii {
		if ws := t.pages[0][c].weights; len(ws) > 0 {
			t.ascii[c] = ws[0]
		}
		t.upper[c] = rune(c)
		if f, ok := t.fold[rune(c)]; ok {
			t.upper[c] = f
		}
	}
	return t
})

// knows tells whether the table lists r.
func (t *weights) knows(r rune) bool {
	p := t.pages[r>>8]
	return p != nil && p[r&0xff].known
}

// implicitWeights are those of characters the table does not list, as MariaDB computes them.
func implicitWeights(r rune) [2]uint16 {
	base := rune(0xFBC0)
	switch {
	case r >= 0x3400 && r <= 0x4DB5:
		base = 0xFB80
	case r >= 0x4E00 && r <= 0x9FA5, r >= 0xFA0E && r <= 0xFA29:
		base = 0xFB40
	}
	return [2]uint16{uint16(base + r>>15), uint16(r&0x7FFF | 0x8000)}
}

// walker gives the weights of a text one after the other.
type walker struct {
	table *weights
	text  string
	rest  []uint16
	last  uint16 // comes after rest, unless it is 0
}

// next gives 0 at the end.
func (w *walker) next() uint16 {
	if weight := w.last; weight != 0 {
		w.last = 0
		return weight
	}
	for len(w.rest) == 0 {
		if w.text == "" {
			return 0
		}
		if c := w.text[0]; c < utf8.RuneSelf {
			w.text = w.text[1:]
			if weight := w.table.ascii[c]; weight != 0 {
				return weight
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(w.text)
		w.text = w.text[n:]
		if p := w.table.pages[r>>8]; p != nil && p[r&0xff].known {
			w.rest = p[r&0xff].weights
		} else {
			pair := implicitWeights(r)
			w.last = pair[1]
			return pair[0]
		}
	}
	weight := w.rest[0]
	w.rest = w.rest[1:]
	return weight
}

// collate compares as MySQL does: -1, 0 or 1.
func collate(a, b string) int {
	t := loadWeights()
	// What is the same at the start needs no weights; a character cut in two does no
	// harm, since both sides then continue alike.
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] && a[n] < utf8.RuneSelf {
		n++
	}
	space := t.ascii[' ']
	x, y := walker{table: t, text: a[n:]}, walker{table: t, text: b[n:]}
	for {
		v, w := x.next(), y.next()
		if v == 0 && w == 0 {
			return 0
		}
		if v == 0 {
			v = space
		}
		if w == 0 {
			w = space
		}
		if v != w {
			if v < w {
				return -1
			}
			return 1
		}
	}
}

// folded is the first character that weighs the same as r.
func (t *weights) folded(r rune) rune {
	if r < utf8.RuneSelf {
		return t.upper[r]
	}
	if f, ok := t.fold[r]; ok {
		return f
	}
	return r
}

// likeToken is a character of a pattern, or one of the wildcards.
type likeToken struct {
	r    rune
	kind byte       // 0, '_' or '%'
	lead *[256]bool // of a % before a character: the bytes that the character may begin with; nil for any
}

func parseLike(pattern string) []likeToken {
	var tokens []likeToken
	for i := 0; i < len(pattern); {
		r, n := utf8.DecodeRuneInString(pattern[i:])
		i += n
		switch {
		case r == '%' && len(tokens) > 0 && tokens[len(tokens)-1].kind == '%':
		case r == '%' || r == '_':
			tokens = append(tokens, likeToken{kind: byte(r)})
		case r == '\\' && i < len(pattern):
			r, n = utf8.DecodeRuneInString(pattern[i:])
			i += n
			fallthrough
		default:
			tokens = append(tokens, likeToken{r: r})
		}
	}
	return tokens
}

// compileLike prepares a pattern for like.
func compileLike(pattern string) []likeToken {
	t := loadWeights()
	tokens := parseLike(pattern)
	for i := range tokens {
		if tokens[i].kind == 0 {
			tokens[i].r = t.folded(tokens[i].r)
			if i > 0 && tokens[i-1].kind == '%' {
				tokens[i-1].lead = leading(t.class(tokens[i].r))
			}
		}
	}
	return tokens
}

// leading gives the bytes that characters begin with.
func leading(class []rune) *[256]bool {
	lead := &[256]bool{}
	for _, r := range class {
		if r == utf8.RuneError { // which any broken character counts as
			return nil
		}
		lead[string(r)[0]] = true
	}
	return lead
}

// like tells whether text matches a compiled pattern. Each % is tried at its earliest
// place only, which is enough, so time is bounded by the product of the two lengths.
func like(tokens []likeToken, text string) bool {
	t := loadWeights()
	at, star, resume := 0, -1, 0
	for pos := 0; pos < len(text) || at < len(tokens); {
		if at < len(tokens) {
			token := tokens[at]
			if token.kind == '%' {
				star, resume = at, token.skip(text, pos)
				at, pos = at+1, resume
				if at == len(tokens) {
					return true
				}
				continue
			}
			if pos < len(text) {
				r, n := rune(text[pos]), 1
				if r >= utf8.RuneSelf {
					r, n = utf8.DecodeRuneInString(text[pos:])
				}
				if token.kind == '_' || token.r == t.folded(r) {
					at++
					pos += n
					continue
				}
			}
		}
		if star < 0 || resume >= len(text) {
			return false
		}
		_, n := utf8.DecodeRuneInString(text[resume:])
		resume = tokens[star].skip(text, resume+n)
		pos, at = resume, star+1
	}
	return true
}

// skip gives the first place where what follows a % can begin, from pos on.
func (token *likeToken) skip(text string, pos int) int {
	if token.lead == nil {
		return pos
	}
	for pos < len(text) && !token.lead[text[pos]] {
		pos++
	}
	return pos
}

// longestRegexp is how many characters of a pattern PostgreSQL gets to see: its regular
// expressions take time to build. WordPress's own search takes 1600 bytes.
const longestRegexp = 2000

// likeRegexp writes a LIKE pattern as a PostgreSQL regular expression, in which every
// character stands for all that weigh the same.
func likeRegexp(pattern string) string {
	t := loadWeights()
	tokens := parseLike(storable(pattern))
	var b strings.Builder
	if len(tokens) == 0 || tokens[0].kind != '%' {
		b.WriteByte('^')
	} else {
		tokens = tokens[1:]
	}
	open := len(tokens) > 0 && tokens[len(tokens)-1].kind == '%'
	if open {
		tokens = tokens[:len(tokens)-1]
	}
	if len(tokens) > longestRegexp {
		tokens, open = tokens[:longestRegexp], true
	}
	for _, token := range tokens {
		switch token.kind {
		case '%':
			b.WriteString(".*")
		case '_':
			b.WriteByte('.')
		default:
			b.WriteByte('[')
			for _, r := range t.class(token.r) {
				if r != 0 {
					fmt.Fprintf(&b, `\U%08x`, r)
				}
			}
			b.WriteByte(']')
		}
	}
	if !open {
		b.WriteByte('$')
	}
	return b.String()
}

// class gives every character that weighs the same as r.
func (t *weights) class(r rune) []rune {
	f := t.folded(r)
	if class := t.alike[f]; slices.Contains(class, r) {
		return class
	}
	return []rune{r}
}
