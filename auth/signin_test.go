package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/headpress/headpress/models"
)

func TestSignIn(t *testing.T) {
	a, p, _ := demo(t)
	hash, err := HashPassword("right")
	if err != nil {
		t.Fatal(err)
	}
	p.users[0].Pass = hash
	p.users[1].Pass = "5f4dcc3b5aa765d61d8327deb882cf99" // MD5 of password
	for _, c := range []struct {
		name, password string
		want           error
	}{
		{"admin", "right", nil}, {" Admin@example.org ", " right\n", nil}, {"admin", "wrong", ErrIncorrectPassword}, {"nobody", "right", ErrInvalidUsername},
		{"nobody@example.org", "right", ErrInvalidEmail}, {"", "right", ErrEmptyUsername}, {"admin", " ", ErrEmptyPassword}, {"subscriber", "password", nil},
	} {
		row, err := a.SignIn(context.Background(), c.name, c.password, "192.0.2.1")
		if err != c.want || (row == nil) != (c.want != nil) {
			t.Errorf("%s %s: %v %v", c.name, c.password, row, err)
		}
	}
	if !strings.HasPrefix(p.users[1].Pass, "$wp$2y$") {
		t.Errorf("an old hash stays: %s", p.users[1].Pass)
	}
	p.users[1].Pass = "706dc2ee585fb5dcb18e3ac08da7ce0c" // MD5 of it's, as programs without WordPress's backslashes make it
	for range 2 {
		if _, err := a.SignIn(context.Background(), "subscriber", "it's", "192.0.2.1"); err != nil {
			t.Errorf("%s: %v", p.users[1].Pass, err)
		}
	}
}

// What failed is forgotten bit by bit; networks of IPv6 count as one; memory is bounded.
func TestAttempts(t *testing.T) {
	now := noon
	a := &Attempts{PerAddress: 2, PerAccount: 3, Window: time.Minute, Now: func() time.Time { return now }}
	fails := func(ip string, user int64) error {
		try, err := a.begin(ip, passwordCost)
		if err != nil {
			return err
		}
		return try.on(&models.User{ID: user}, "")
	}
	var many *TooMany
	for i, c := range []struct {
		ip   string
		user int64
		wait time.Duration
	}{
		{"192.0.2.1", 1, 0}, {"192.0.2.1", 1, 0}, {"192.0.2.1", 2, 30 * time.Second}, {"::ffff:192.0.2.1", 2, 30 * time.Second},
		{"2001:db8::1", 1, 0}, {"2001:db8::2", 2, 0}, {"2001:db8::ffff:3", 2, 30 * time.Second}, {"2001:db8:0:1::1", 2, 0},
		{"192.0.2.2", 1, 20 * time.Second},
	} {
		err := fails(c.ip, c.user)
		if errors.As(err, &many) != (c.wait > 0) || err != nil && many.Wait != c.wait {
			t.Errorf("%d: %v", i, err)
		}
	}
	if now = now.Add(30 * time.Second); fails("192.0.2.1", 3) != nil || fails("192.0.2.1", 3) == nil {
		t.Error("half the time gives half the attempts")
	}
	for i := range 3 * maxAllowances {
		_ = fails(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), int64(i))
	}
	if len(a.addresses) > maxAllowances || len(a.accounts) > maxAllowances {
		t.Errorf("%d addresses, %d accounts", len(a.addresses), len(a.accounts))
	}
	if fails("192.0.2.1", 4) == nil {
		t.Error("a flood makes forget who used up all")
	}
	off := &Attempts{}
	for range 100 {
		if try, err := off.begin("192.0.2.1", passwordCost); err != nil || try.on(nil, "x") != nil {
			t.Fatal("without limits something is refused")
		}
	}
}

// Whether a name has an account is told neither by the bound nor by the time that a refusal takes.
func TestNamesAreNotTold(t *testing.T) {
	a, p, _ := demo(t)
	a.Attempts = &Attempts{PerAccount: 2, Window: time.Minute, Now: a.Now}
	p.users[1].Pass = "5f4dcc3b5aa765d61d8327deb882cf99" // MD5 of password
	for i, want := range []bool{false, false, true} {
		for _, name := range []string{"subscriber", "nobody", "nobody@example.org"} {
			_, err := a.SignIn(context.Background(), name, "wrong", fmt.Sprintf("192.0.2.%d", i))
			if many := (*TooMany)(nil); errors.As(err, &many) != want {
				t.Errorf("%s, try %d: %v", name, i+1, err)
			}
		}
	}
	for hash, want := range map[string]bool{
		"$wp$2y$10$x": false, "$2y$10$x": false, "$2a$10$x": false, "$P$BxxxxxxxxxxxxxxxxxxxxxxxxxxxxxX": true, p.users[1].Pass: true, "": true,
	} {
		if quick(hash) != want {
			t.Errorf("%s: %v", hash, !want)
		}
	}
}

func TestSessions(t *testing.T) {
	stored := fmt.Sprintf(`a:4:{s:1:"a";a:1:{s:10:"expiration";i:%d;}s:1:"b";a:1:{s:10:"expiration";i:%d;}s:1:"c";i:%d;s:1:"d";s:1:"x";}`, noon.Unix()-1, noon.Unix()+1, noon.Unix()+1)
	s := ReadSessions(stored, noon)
	token := s.Begin(noon, SessionEnd(noon, true), "192.0.2.1", `a\"b`+strings.Repeat("é", 400))
	text, has, err := s.Stored()
	if err != nil || !has || len(token) != tokenLength || !s.Has(token) {
		t.Fatal(text, has, err)
	}
	want := fmt.Sprintf(`a:3:{s:1:"b";a:1:{s:10:"expiration";i:%d;}s:1:"c";a:1:{s:10:"expiration";i:%[1]d;}s:64:"%s";a:4:{s:10:"expiration";i:%d;s:2:"ip";s:9:"192.0.2.1";s:2:"ua";s:499:"a"b%s";s:5:"login";i:%d;}}`,
		noon.Unix()+1, SessionVerifier(token), noon.Unix()+14*86400, strings.Repeat("é", 248), noon.Unix())
	if text != want {
		t.Errorf("%s\nwant\n%s", text, want)
	}
	if s.EndOthers(token); s.list.Len() != 1 || !s.Has(token) {
		t.Error("others go on, or the own ended")
	}
	s.End(token)
	if _, has, _ := s.Stored(); has {
		t.Error("something is left")
	}
	if n := ReadSessions("broken", noon).list.Len() + ReadSessions("", noon).list.Len(); n != 0 {
		t.Error(n)
	}
}
