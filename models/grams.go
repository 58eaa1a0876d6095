package models

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
)

// A search must look into every text, since LIKE finds what stands anywhere. Databases of our own
// keep a small set of bits for the texts of each post, with one bit for each two or three characters in a row (grams).
// A text without the bits of a word cannot hold the word and is not read; any other is looked into as if there were
// no bits. So they can spare work but change no answer. See ADR 12.

// textsTable is the table of those sets, without the prefix. Its rows are made by triggers.
const textsTable = "headpress_texts"

// maxGrams is the size in bytes of the largest set, a power of two.
const maxGrams = 1024

// gramSet gives the set of bits of texts. Sets that would be nearly empty are folded to half their size.
func gramSet(texts ...string) []byte {
	set := make([]byte, maxGrams)
	for _, text := range texts {
		eachGram(text, func(h uint32, _ int) {
			h %= 8 * maxGrams
			set[h/8] |= 1 << (h % 8)
		})
	}
	count := 0
	for _, b := range set {
		count += bits.OnesCount8(b)
	}
	for len(set) > 8 && 6*count <= 8*len(set) {
		half := len(set) / 2
		for i := range half {
			set[i] |= set[half+i]
		}
		set = set[:half]
	}
	return set
}

// eachGram calls f with a number for each two and each three characters in a row, as LIKE compares them.
func eachGram(text string, f func(h uint32, size int)) {
	t := loadWeights()
	var before, last rune = -1, -1
	for text != "" {
		r, n := rune(text[0]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text)
		}
		text = text[n:]
		r = t.folded(r)
		if last >= 0 {
			f(gramHash(0, last, r), 2)
			if before >= 0 {
				f(gramHash(before+1, last, r), 3)
			}
		}
		before, last = last, r
	}
}

func gramHash(a, b, c rune) uint32 {
	h := uint64(a)<<42 ^ uint64(b)<<21 ^ uint64(c) //nolint:gosec // characters are not negative
	h *= 0x9E3779B97F4A7C15
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	return uint32(h >> 33) // 31 bits, which are an integer everywhere
}

// maxAsked bounds how many grams of a search are asked for.
const maxAsked = 16

// grams gives the numbers that the texts of every post have in which the search can find all it needs.
func (q search) grams(d Dialect) []uint32 {
	var all []uint32
	for _, t := range q.terms {
		if t.not {
			continue
		}
		text, size := t.text, 3
		if d.engine == Postgres { // which looks for what it stores
			text = strings.ToValidUTF8(text, "")
		}
		if utf8.RuneCountInString(text) < 3 {
			size = 2
		}
		eachGram(text, func(h uint32, n int) {
			if n == size && !slices.Contains(all, h) && len(all) < 8*maxAsked {
				all = append(all, h)
			}
		})
	}
	if n := len(all); n > maxAsked { // evenly from all of the text: neighbours say the same
		for i := range maxAsked {
			all[i] = all[i*n/maxAsked]
		}
		all = all[:maxAsked]
	}
	return all
}

// holdGrams tells whether a set of bits holds all grams, which are written one after the other in four bytes.
func holdGrams(set, grams []byte) bool {
	if len(set) == 0 {
		return true
	}
	for ; len(grams) >= 4; grams = grams[4:] {
		h := int(binary.LittleEndian.Uint32(grams)) & (8*len(set) - 1)
		if set[h/8]&(1<<(h%8)) == 0 {
			return false
		}
	}
	return true
}

// mayHold is the condition that a row of the table may belong to texts that hold all grams.
func (d Dialect) mayHold(grams []uint32) (string, []any) {
	if d.engine == SQLite {
		var packed []byte
		for _, h := range grams {
			packed = binary.LittleEndian.AppendUint32(packed, h)
		}
		return "(grams IS NULL OR headpress_holds(grams, ?))", []any{packed}
	}
	all, args := make([]string, len(grams)), make([]any, len(grams))
	for i, h := range grams {
		all[i], args[i] = "get_bit(grams, CAST(? AS integer) & (8 * octet_length(grams) - 1)) = 1", h
	}
	return "(grams IS NULL OR " + strings.Join(all, " AND ") + ")", args
}

// candidates adds to the conditions of a search that a post's set of bits allows it. Along a list each post
// is looked up, otherwise all sets are looked through.
func (s *Store) candidates(ctx context.Context, c *conds, q PostQuery, found search) (narrowed bool) {
	grams := found.grams(s.dialect)
	if len(grams) == 0 || q.SearchFiles || len(q.Types) == 0 || slices.Contains(q.Types, "revision") || !s.hasTexts(ctx) {
		return false
	}
	sql, args := s.dialect.mayHold(grams)
	if q.along {
		c.add("COALESCE((SELECT "+sql+" FROM "+s.Table(textsTable)+" WHERE post_id = p.id), TRUE)", args...)
		return false
	}
	among := "p.id IN (%s)"
	if s.engine == Postgres { // which would look into texts first
		among = "p.id = ANY(ARRAY(%s))"
	}
	c.add(fmt.Sprintf(among, "SELECT post_id FROM "+s.Table(textsTable)+" WHERE "+sql), args...)
	return true
}

// hasTexts tells whether the database has the table of sets: a WordPress's database has not.
func (s *Store) hasTexts(ctx context.Context) bool {
	if s.engine == MySQL {
		return false
	}
	if s.texts.Load() == nil {
		have, err := s.Has(ctx, []string{textsTable})
		if err != nil {
			return false
		}
		yes := have[textsTable]
		s.texts.Store(&yes)
	}
	return *s.texts.Load()
}

// textsAtOnce is how many posts get their sets in one transaction: others wait for it on SQLite.
const textsAtOnce = 100

// LookThroughTexts makes the sets of bits of posts that were written since, and tells of how many. It is to be
// called until that is none.
func (s *Store) LookThroughTexts(ctx context.Context) (done int, err error) {
	if !s.hasTexts(ctx) {
		return 0, nil
	}
	table := s.Table(textsTable)
	due := "SELECT post_id FROM " + table + " WHERE grams IS NULL LIMIT " + strconv.Itoa(textsAtOnce)
	if s.engine == Postgres {
		due += " FOR UPDATE SKIP LOCKED" // who changes a text afterwards waits, and then says so
	} else if n, err := read[int64](ctx, s, "texts", "SELECT post_id FROM "+table+" WHERE grams IS NULL LIMIT 1"); err != nil || len(n) == 0 {
		return 0, err // without becoming the writer for it
	}
	err = s.Write(ctx, func(ctx context.Context) error {
		ids, err := read[int64](ctx, s, "texts", due)
		if err != nil || len(ids) == 0 {
			return err
		}
		posts, err := s.PostsByID(ctx, ids, PostFull)
		if err != nil {
			return err
		}
		return s.Tx(ctx, func(tx *gorm.DB) error {
			for _, id := range ids {
				set := []byte{0} // of a post that has gone
				if p := posts[id]; p != nil {
					set = gramSet(p.Title, p.Excerpt, p.Content)
				}
				if err := tx.Exec("UPDATE "+table+" SET grams = ? WHERE post_id = ?", set, id).Error; err != nil {
					return err
				}
			}
			done = len(ids)
			return nil
		})
	})
	return done, err
}
