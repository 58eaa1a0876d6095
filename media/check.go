package media

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/headpress/headpress/models"
)

// Missing is a file that a row names and that is not there.
type Missing struct {
	ID   int64 // of the attachment, or of the style of a font
	Name string
	Own  bool // what the row stands for, not a size of a picture
}

// Report is what a check found.
type Report struct {
	Owners  int // rows that name files, looked at
	Files   int // in the storage
	Missing []Missing
	// Unnamed are files that no row names, in the folders where rows have theirs.
	Unnamed []File
	// Unfinished is how many files are being made or removed just now, or were when a server was killed.
	Unfinished int
}

// uploadFolder are the folders that WordPress makes for uploads.
var uploadFolder = regexp.MustCompile(`^(sites/\d+/)?\d{4}/\d{2}$`)

// keepers are files that servers and plugins put into folders to keep them from being listed.
var keepers = []string{"index.html", "index.php", "web.config"}

// Check compares the files that there are with those that rows name, and changes
// nothing. Files younger than age do not count as unnamed: their row may be on its way.
// Progress tells now and then how much was looked at.
func (l *Ledger) Check(ctx context.Context, age time.Duration, progress func(files, rows int)) (*Report, error) {
	r := &Report{}
	there, named, folders := map[string]File{}, map[string]bool{}, map[string]bool{}
	// What somebody was at work on at the beginning or at the end may have come or gone in between.
	unfinished := func() error {
		claims, err := l.Store.Claims(ctx)
		for _, c := range claims {
			named[c.File] = true
		}
		r.Unfinished = max(r.Unfinished, len(claims))
		return err
	}
	if err := unfinished(); err != nil {
		return nil, err
	}
	for f, err := range l.Storage.List(ctx, "") {
		if err != nil {
			return nil, err
		}
		there[f.Name] = f
		if r.Files++; r.Files%1000 == 0 {
			progress(r.Files, 0)
		}
	}
	for o, err := range Owners(ctx, l.Store) {
		if err != nil {
			return nil, err
		}
		if r.Owners++; r.Owners%100 == 0 {
			progress(r.Files, r.Owners)
		}
		for _, name := range o.Names() {
			folders[path.Dir(name)] = true
			named[name] = true
			if _, ok := there[name]; ok {
				continue
			}
			// It may have come since the list was made.
			if _, err := l.Storage.Stat(ctx, name); errors.Is(err, fs.ErrNotExist) {
				r.Missing = append(r.Missing, Missing{o.ID, name, slices.Contains(o.Own, name)})
			} else if err != nil {
				return nil, err
			}
		}
	}
	if err := unfinished(); err != nil {
		return nil, err
	}
	for name, f := range there {
		folder := path.Dir(name)
		if !named[name] && (folders[folder] || uploadFolder.MatchString(folder)) && !slices.Contains(keepers, path.Base(name)) && l.Now().Sub(f.Modified) >= age {
			r.Unnamed = append(r.Unnamed, f)
		}
	}
	slices.SortFunc(r.Unnamed, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	progress(r.Files, r.Owners)
	return r, nil
}

// Clear removes files that no row names, and gives the names of those that it
// removed. It looks again: what was named in the meantime stays.
func (l *Ledger) Clear(ctx context.Context, names []string) (removed []string, err error) {
	heir := rand.Text()
	for part := range slices.Chunk(names, 500) {
		var mine []models.Claim
		for _, name := range part {
			c := l.claim(heir, name)
			added, err := l.Store.AddClaims(ctx, c)
			if err != nil {
				return removed, err
			}
			if added == 1 { // else somebody is at work on it
				mine = append(mine, c)
			}
		}
		gone, err := l.settleUnnamed(ctx, mine)
		removed = append(removed, gone...)
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}
