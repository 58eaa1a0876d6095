package media

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/headpress/headpress/internal/instance"
	"github.com/headpress/headpress/models"
)

// Ledger keeps files and rows in step, whatever happens in between: a row never
// names a file that is not whole, and no file stays that no row names.
//
// Before a file is made it is claimed in the database. The transaction that stores the row drops
// the claim. So whoever finds a claim whose work is over knows that the file is to go away, on any
// machine and after any accident. Deleting is the same: the transaction that removes the row claims its files.
type Ledger struct {
	Storage Storage
	Store   *models.Store
	Log     *slog.Logger
	// Now is the clock.
	Now func() time.Time
}

// ErrLost says that the files of a work are not its own any more: it took so long that it
// was taken for dead.
var ErrLost = errors.New("media: the files were given up")

// ErrBusy says that another work is at a file, and may take it away again.
var ErrBusy = errors.New("media: another work is at the file")

// given is how long a work may take whose process may be on another machine.
const given = 10 * time.Minute

// settling bounds how long it takes to clean up behind a work.
const settling = 30 * time.Second

// Work makes files for a transaction, and takes files away after it. It is a storage; what is made
// with Create goes away again unless Keep is part of a transaction that is committed, and so does
// what is stored with Replace where no row names it.
type Work struct {
	Storage
	ledger *Ledger
	id     string

	mu       sync.Mutex
	made     []models.Claim
	replaced []models.Claim
	gone     []string // discarded, if the transaction was committed
}

// Begin starts a work. It must end.
func (l *Ledger) Begin() *Work {
	return &Work{Storage: l.Storage, ledger: l, id: rand.Text()}
}

func (l *Ledger) claim(work, file string) models.Claim {
	return models.Claim{File: file, Work: work, Instance: instance.ID(), Since: l.Now().Unix()}
}

// Create claims a name and stores the file. fs.ErrExist says that there is such a file, or that somebody is making it.
func (w *Work) Create(ctx context.Context, name string, content io.Reader, size int64) error {
	claim := w.ledger.claim(w.id, name)
	added, err := w.ledger.Store.AddClaims(ctx, claim)
	if err != nil {
		return err
	}
	if added == 0 {
		return fmt.Errorf("media: %s is claimed: %w", name, fs.ErrExist)
	}
	w.mu.Lock()
	w.made = append(w.made, claim)
	w.mu.Unlock()
	err = w.Storage.Create(ctx, name, content, size)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	// The file is somebody else's: nobody may take it away for us.
	_, dropErr := w.ledger.Store.DropClaims(context.WithoutCancel(ctx), claim)
	w.mu.Lock()
	w.made = slices.DeleteFunc(w.made, func(c models.Claim) bool { return c == claim })
	w.mu.Unlock()
	return errors.Join(err, dropErr)
}

// Replace claims a file for as long as the work takes, and stores it. ErrBusy says that another work makes it or
// takes it away: what is stored there now would go with that work.
func (w *Work) Replace(ctx context.Context, name string, content io.Reader, size int64) error {
	claim := w.ledger.claim(w.id, name)
	w.mu.Lock()
	own := slices.ContainsFunc(slices.Concat(w.made, w.replaced), func(c models.Claim) bool { return c.File == name })
	w.mu.Unlock()
	if !own {
		added, err := w.ledger.Store.AddClaims(ctx, claim)
		if err != nil {
			return err
		}
		if added == 0 {
			return fmt.Errorf("%s: %w", name, ErrBusy)
		}
		w.mu.Lock()
		w.replaced = append(w.replaced, claim)
		w.mu.Unlock()
	}
	return w.Storage.Replace(ctx, name, content, size)
}

// Keep is the last step of the transaction that stores the rows: with its commit all files made so far stay.
func (w *Work) Keep(ctx context.Context) error {
	w.mu.Lock()
	claims := slices.Concat(w.made, w.replaced)
	w.mu.Unlock()
	dropped, err := w.ledger.Store.DropClaims(ctx, claims...)
	if err == nil && dropped != int64(len(claims)) {
		err = ErrLost
	}
	return err
}

// Discard is a step of the transaction that removes the rows, or what they say: with its commit the files go away.
func (w *Work) Discard(ctx context.Context, names ...string) error {
	claims := make([]models.Claim, 0, len(names))
	for _, name := range names {
		claims = append(claims, w.ledger.claim(w.id, name))
	}
	w.mu.Lock()
	w.gone = append(w.gone, names...)
	w.mu.Unlock()
	_, err := w.ledger.Store.AddClaims(ctx, claims...) // what another work has claimed is its business
	return err
}

// End takes away what was made and not kept, and what was discarded. What cannot be done now
// is left to Recover.
func (w *Work) End(ctx context.Context) {
	w.mu.Lock()
	names, replaced := w.gone, w.replaced
	for _, c := range slices.Concat(w.made, w.replaced) {
		names = append(names, c.File)
	}
	w.made, w.replaced, w.gone = nil, nil, nil
	w.mu.Unlock()
	if len(names) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settling)
	defer cancel()
	claims, err := w.ledger.Store.Claims(ctx, names...)
	if err == nil {
		var made, there []models.Claim
		for _, c := range claims {
			switch {
			case c.Work != w.id:
			case slices.Contains(replaced, c): // it was there before, perhaps for a row
				there = append(there, c)
			default:
				made = append(made, c)
			}
		}
		err = w.ledger.settle(ctx, made)
		if err == nil {
			_, err = w.ledger.settleUnnamed(ctx, there)
		}
	}
	if err != nil {
		w.ledger.Log.WarnContext(ctx, "files are left to clean up", "error", err.Error())
	}
}

// settle removes the files and then the claims on them: the other way round a crash
// would leave files that nobody knows of.
func (l *Ledger) settle(ctx context.Context, claims []models.Claim) error {
	if len(claims) == 0 {
		return nil
	}
	names := make([]string, len(claims))
	for i, c := range claims {
		names[i] = c.File
	}
	if err := l.Storage.Remove(ctx, names...); err != nil {
		return err
	}
	_, err := l.Store.DropClaims(ctx, claims...)
	return err
}

// Recover settles the claims of works that ended without End, and gives the names of the
// files that it removed: at once where the process is known to be gone, else after some
// minutes. It may run anywhere at any time.
func (l *Ledger) Recover(ctx context.Context) (removed []string, err error) {
	claims, err := l.Store.Claims(ctx)
	if err != nil {
		return nil, err
	}
	var mine []models.Claim
	heir := rand.Text()
	for _, c := range claims {
		if !l.over(c) {
			continue
		}
		own := l.claim(heir, c.File)
		taken, err := l.Store.TakeClaim(ctx, c, own)
		if err != nil {
			return nil, err
		}
		if taken {
			mine = append(mine, own)
		}
	}
	return l.settleUnnamed(ctx, mine)
}

// settleUnnamed settles claims of our own. Files that a row names stay: a crash between claiming a
// name and learning that the file is another's leaves a claim, too.
func (l *Ledger) settleUnnamed(ctx context.Context, mine []models.Claim) (removed []string, err error) {
	if len(mine) == 0 {
		return nil, nil
	}
	claimed := make(map[string]bool, len(mine))
	for _, c := range mine {
		claimed[c.File] = true
	}
	for o, err := range Owners(ctx, l.Store) {
		if err != nil {
			return nil, err
		}
		for _, name := range o.Names() {
			delete(claimed, name)
		}
	}
	var gone, stay []models.Claim
	for _, c := range mine {
		if !claimed[c.File] {
			stay = append(stay, c)
			continue
		}
		gone = append(gone, c)
		removed = append(removed, c.File)
	}
	if err := l.settle(ctx, gone); err != nil {
		return nil, err
	}
	_, err = l.Store.DropClaims(ctx, stay...)
	return removed, err
}

// over tells whether nobody works on a claim any more.
func (l *Ledger) over(c models.Claim) bool {
	return instance.Gone(c.Instance) || l.Now().Sub(time.Unix(c.Since, 0)) > given
}

// Watch recovers at once and then every few minutes, until ctx ends.
func (l *Ledger) Watch(ctx context.Context) {
	tick := time.NewTicker(given / 4)
	defer tick.Stop()
	for {
		removed, err := l.Recover(ctx)
		if err != nil && ctx.Err() == nil {
			l.Log.WarnContext(ctx, "uploads that broke off were not cleaned up", "error", err.Error())
		}
		if len(removed) > 0 {
			l.Log.InfoContext(ctx, "files of uploads that broke off were removed", "files", len(removed))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
