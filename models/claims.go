package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// Claim says that somebody is at work on a file, which is to go away unless the
// claim is dropped first. There is one claim on a file at most, on any machine: claims are
// options, and the names of options are unique.
type Claim struct {
	File     string `json:"file"`
	Work     string `json:"work"`     // who claims it
	Instance string `json:"instance"` // the process that the work is done in
	Since    int64  `json:"since"`    // in seconds of Unix
}

// claimPrefix is what the names of claims begin with, among the options.
const claimPrefix = "_headpress_file_"

// option is the row of a claim. Files whose names differ in case only share one: some
// systems of files do not tell them apart.
func (c Claim) option() Option {
	sum := sha256.Sum256([]byte(strings.ToLower(c.File)))
	value, _ := json.Marshal(c) // texts and a number
	return Option{Name: claimPrefix + hex.EncodeToString(sum[:16]), Value: string(value), Autoload: "off"}
}

// byName: rows are written in one order by all, so that nobody waits in a circle.
func byName(a, b Option) int { return strings.Compare(a.Name, b.Name) }

// AddClaims stores claims, and gives how many of them: files that are claimed already stay as they are.
func (s *Store) AddClaims(ctx context.Context, claims ...Claim) (added int64, err error) {
	rows := make([]Option, len(claims))
	for i, c := range claims {
		rows[i] = c.option()
	}
	if len(rows) == 0 {
		return 0, nil
	}
	slices.SortFunc(rows, byName)
	err = s.claiming(ctx, "claim files", func(tx *gorm.DB) error {
		done := tx.Clauses(s.dialect.unlessThere("option_name")).Create(&rows)
		added = done.RowsAffected
		return done.Error
	})
	return added, err
}

// DropClaims removes those claims that are stored just so, and gives their number.
func (s *Store) DropClaims(ctx context.Context, claims ...Claim) (dropped int64, err error) {
	rows := make([]Option, len(claims))
	for i, c := range claims {
		rows[i] = c.option()
	}
	slices.SortFunc(rows, byName)
	err = s.claiming(ctx, "drop claims", func(tx *gorm.DB) error {
		dropped = 0
		for _, row := range rows {
			done := tx.Exec("DELETE FROM "+s.Table("options")+" WHERE option_name = ? AND option_value = ?", row.Name, row.Value)
			if done.Error != nil {
				return done.Error
			}
			dropped += done.RowsAffected
		}
		return nil
	})
	return dropped, err
}

// TakeClaim puts a claim into another's place, if that is still stored just so.
func (s *Store) TakeClaim(ctx context.Context, old, now Claim) (taken bool, err error) {
	before, after := old.option(), now.option()
	err = s.claiming(ctx, "take claim", func(tx *gorm.DB) error {
		done := tx.Exec("UPDATE "+s.Table("options")+" SET option_value = ? WHERE option_name = ? AND option_value = ?", after.Value, before.Name, before.Value)
		taken = done.RowsAffected == 1
		return done.Error
	})
	return taken, err
}

// ForgetClaims removes all claims: in a copied database they are those of the one it was
// copied from, whose files are not ours to remove.
func (s *Store) ForgetClaims(tx *gorm.DB) error {
	like := s.dialect.Like("option_name", EscapeLike(claimPrefix)+"%")
	return tx.Exec("DELETE FROM "+s.Table("options")+" WHERE "+like.SQL, like.Vars...).Error
}

// claiming runs a statement in the transaction of the context, or in one of its own that may be run again.
func (s *Store) claiming(ctx context.Context, what string, f func(tx *gorm.DB) error) error {
	return s.Write(ctx, func(ctx context.Context) error { return s.change(ctx, what, f) })
}

// Claims gives all claims there are, or those on these files.
func (s *Store) Claims(ctx context.Context, files ...string) ([]Claim, error) {
	var c conds
	if len(files) == 0 {
		c.expr(s.dialect.Like("option_name", EscapeLike(claimPrefix)+"%"))
	} else {
		names := make([]string, len(files))
		for i, file := range files {
			names[i] = Claim{File: file}.option().Name
		}
		in(&c, "option_name", names)
	}
	rows, err := read[struct {
		Value string `gorm:"column:value_"`
	}](ctx, s, "claims", "SELECT option_value AS value_ FROM "+s.Table("options")+c.where()+" ORDER BY option_id", c.args...)
	if err != nil {
		return nil, err
	}
	claims := make([]Claim, 0, len(rows))
	for _, row := range rows {
		var claim Claim
		// What others have written under such a name must not keep anybody from cleaning up behind the dead.
		if json.Unmarshal([]byte(row.Value), &claim) == nil && claim.File != "" {
			claims = append(claims, claim)
		}
	}
	return claims, nil
}
