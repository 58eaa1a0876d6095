package auth

import (
	"context"
	"crypto/sha256"
	"math"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/headpress/headpress/models"
)

// What failed sign-ins cost. Application passwords are too long to be guessed, and scripts
// with an old one ask often: fifty of them count as one.
const (
	passwordCost    = 1.0
	appPasswordCost = 0.02
)

// Attempts bounds failed sign-ins per address and per account, and how many passwords are
// checked at once, for checking one takes a processor for a while. What was used up
// comes back over Window. The memory it takes is bounded; nil bounds nothing.
type Attempts struct {
	// PerAddress and PerAccount are how many sign-ins may fail in a Window; 0 is no bound.
	PerAddress, PerAccount int
	Window                 time.Duration
	Now                    func() time.Time

	mu                  sync.Mutex
	addresses, accounts map[string]allowance
	once                sync.Once
	slots               chan struct{}
}

// allowance is what has been used up of the attempts, and when that was counted.
type allowance struct {
	used float64
	at   time.Time
}

// maxAllowances is of how many addresses, and of how many accounts, something is remembered.
const maxAllowances = 10_000

// attempt is one sign-in under way. It counts as failed until it succeeds.
type attempt struct {
	from *Attempts
	taken
}

type taken struct {
	address, account string
	cost             float64
}

// TooMany says that too many sign-ins failed, and for how long nobody need try again.
type TooMany struct{ Wait time.Duration }

// Error is the text of the error.
func (e *TooMany) Error() string { return "too many failed sign-ins: wait " + e.Wait.String() }

// begin counts a sign-in from an address.
func (a *Attempts) begin(ip string, cost float64) (*attempt, error) {
	t := &attempt{from: a, taken: taken{address: addressKey(ip), cost: cost}}
	if a == nil {
		return t, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.addresses == nil {
		a.addresses, a.accounts = map[string]allowance{}, map[string]allowance{}
	}
	if err := a.take(a.addresses, t.address, cost, a.PerAddress); err != nil {
		t.address = ""
		return nil, err
	}
	return t, nil
}

// Spend counts something that an address may do no more often than fail to sign in.
func (a *Attempts) Spend(ip string) error {
	_, err := a.begin(ip, passwordCost)
	return err
}

// on counts the sign-in for an account too. Names that nobody has are counted alike: otherwise the bound would tell
// who has an account.
func (t *attempt) on(user *models.User, name string) error {
	a := t.from
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	sum := sha256.Sum256([]byte(strings.ToLower(name)))
	key := string(sum[:])
	if user != nil {
		key = strconv.FormatInt(user.ID, 10)
	}
	if err := a.take(a.accounts, key, t.cost, a.PerAccount); err != nil {
		return err
	}
	t.account = key
	return nil
}

// succeed takes back what was counted.
func (t *attempt) succeed() {
	a := t.from
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	give := func(table map[string]allowance, key string) {
		if w, ok := table[key]; ok {
			w.used = max(0, w.used-t.cost)
			table[key] = w
		}
	}
	give(a.addresses, t.address)
	give(a.accounts, t.account)
}

// take uses up an allowance, or tells how long it takes until there is enough of it.
func (a *Attempts) take(table map[string]allowance, key string, cost float64, limit int) error {
	if limit <= 0 || a.Window <= 0 {
		return nil
	}
	now := a.now()
	w, known := table[key]
	perSecond := float64(limit) / a.Window.Seconds()
	w.used = max(0, w.used-max(0, now.Sub(w.at).Seconds())*perSecond)
	w.at = now
	if over := w.used + cost - float64(limit); over > 1e-9 {
		return &TooMany{time.Duration(math.Ceil(over/perSecond)) * time.Second}
	}
	if !known && len(table) >= maxAllowances {
		forgetOne(table)
	}
	w.used += cost
	table[key] = w
	return nil
}

func (a *Attempts) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}

// forgetOne makes room: of a few entries the one that has used up least.
func forgetOne(table map[string]allowance) {
	least, looked := "", 0
	for key, w := range table {
		if looked == 0 || w.used < table[least].used {
			least = key
		}
		if looked++; looked == 16 {
			break
		}
	}
	delete(table, least)
}

// addressKey is what an address is counted under: who has one of IPv6 has 2^64 of them.
func addressKey(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if addr = addr.Unmap().WithZone(""); addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}

// slot waits until a password may be checked; free must be called afterwards.
func (a *Attempts) slot(ctx context.Context) (free func(), err error) {
	if a == nil {
		return func() {}, nil
	}
	a.once.Do(func() { a.slots = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)) })
	select {
	case a.slots <- struct{}{}:
		return func() { <-a.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
