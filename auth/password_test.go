package auth

import (
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// Every generation of hash that a WordPress database may hold, all made by WordPress but the plain bcrypt one.
func TestCheckPassword(t *testing.T) {
	plainBcrypt, err := bcrypt.GenerateFromPassword([]byte("old plugin"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, plain, hash string
		ok, rehash        bool
	}{
		{"wordpress bcrypt", "admin-pass", "$wp$2y$10$conformanceconformancOQSYANe7iV7gc5tkEbTrkAfqML3Mc.I6", true, false},
		{"wordpress bcrypt, wrong", "admin-pas", "$wp$2y$10$conformanceconformancOQSYANe7iV7gc5tkEbTrkAfqML3Mc.I6", false, false},
		{"plain bcrypt", "old plugin", "$2y" + string(plainBcrypt[3:]), true, true},
		{"phpass", "legacy-pass", "$P$BabcdefgHkL9FSrzkS7OTHOffPq59N/", true, true},
		{"phpass, phpBB's mark", "legacy-pass", "$H$BabcdefgHkL9FSrzkS7OTHOffPq59N/", true, true},
		{"phpass, wrong", "legacy", "$P$BabcdefgHkL9FSrzkS7OTHOffPq59N/", false, true},
		{"md5", "password", "5f4dcc3b5aa765d61d8327deb882cf99", true, true},
		{"md5, wrong", "Password", "5f4dcc3b5aa765d61d8327deb882cf99", false, true},
		{"no hash", "", "", false, false},
		{"no hash we know", "x", strings.Repeat("z", 60), false, true},
		{"too long", strings.Repeat("a", 5000), "5f4dcc3b5aa765d61d8327deb882cf99", false, false},
		{"phpass, broken", "x", "$P$~abcdefgHkL9FSrzkS7OTHOffPq59N/", false, true},
		{"bcrypt, broken", "x", "$wp$2y$10$short-------------------------", false, true},
	} {
		if ok, rehash := CheckPassword(c.plain, c.hash); ok != c.ok || rehash != c.rehash {
			t.Errorf("%s: %v, rehash %v; want %v, %v", c.name, ok, rehash, c.ok, c.rehash)
		}
	}
}

func TestHashPassword(t *testing.T) {
	hash, err := HashPassword("  geheim\n")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$wp$2y$10$") || len(hash) != 63 {
		t.Errorf("hash %q", hash)
	}
	if ok, rehash := CheckPassword("geheim", hash); !ok || rehash {
		t.Errorf("own hash: %v, rehash %v", ok, rehash)
	}
	if _, err := HashPassword(strings.Repeat("a", 4097)); err == nil {
		t.Error("a password of 4097 bytes was hashed")
	}
}

// Passwords with quotes are hashed with backslashes before them, by WordPress and by us.
func TestQuotedPasswords(t *testing.T) {
	const password, wordpress = `it's "so" 1`, `$wp$2y$10$RJpwNJ7KnZFIDuqkpVBb1OAwusv.bFt/WkXVNW4Ac4Of8Qh4rsntW`
	ours, err := HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{wordpress, ours} {
		if ok, _ := CheckPassword(`it\'s \"so\" 1`, hash); !ok {
			t.Errorf("%s is another password", hash)
		}
	}
}

func TestApplicationPasswords(t *testing.T) {
	const stored = "$generic$9O62Iu1GJ05LDrwdNKhcdG3q4m8_rqQLuvSooMOO"
	for plain, want := range map[string]bool{
		"demodemodemodemodemoadmi":      true,
		"demo demo demo demo demo admi": true,
		"demo-demo-demo-demo-demo-admi": true,
		"Demodemodemodemodemoadmi":      false,
		"":                              false,
	} {
		if got := CheckApplicationPassword(plain, stored); got != want {
			t.Errorf("%q: %v", plain, got)
		}
	}

	if !CheckApplicationPassword("pass word", "5f4dcc3b5aa765d61d8327deb882cf99") {
		t.Error("an older hash is not understood")
	}
	plain, hash := NewApplicationPassword()
	if len(plain) != 24 || !CheckApplicationPassword(ChunkPassword(plain), hash) {
		t.Errorf("%q does not fit %q", plain, hash)
	}
	if got := ChunkPassword("abcd efgh-ijk"); got != "abcd efgh ijk" {
		t.Errorf("chunks %q", got)
	}
}
