// Package auth answers who asks and what they may do: passwords, application
// passwords, cookies and nonces as WordPress computes them, and WordPress's
// roles and capabilities. It knows neither HTTP nor SQL: what it needs to look
// up comes through small interfaces.
package auth

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/blake2b"
)

// bcryptCost is what PHP 8.2's password_hash uses; costlier hashes are left alone.
const bcryptCost = 10

// maxPassword is the longest password WordPress looks at: longer ones only burn time.
const maxPassword = 4096

const (
	fastPrefix = "$generic$"
	fastKey    = "wp_fast_hash_6.8+"
	fastSize   = 30
)

// phpSpace are the characters that PHP's trim takes off.
const phpSpace = " \t\n\r\x00\x0b"

// prehash makes a password of any length fit bcrypt's 72 bytes (wp_hash_password).
func prehash(plain string) []byte {
	mac := hmac.New(sha512.New384, []byte("wp-sha384"))
	mac.Write([]byte(plain))
	sum := mac.Sum(nil)
	out := make([]byte, base64.StdEncoding.EncodedLen(len(sum)))
	base64.StdEncoding.Encode(out, sum)
	return out
}

// quoted is a password as WordPress hashes it, with the backslashes that it puts into all that is sent (wp_slash).
var quoted = strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`, "\x00", `\0`).Replace

// HashPassword hashes a login password as WordPress 6.8 and later do.
func HashPassword(plain string) (string, error) {
	plain = quoted(plain)
	if len(plain) > maxPassword {
		return "", fmt.Errorf("hash password: longer than %d bytes", maxPassword)
	}
	hash, err := bcrypt.GenerateFromPassword(prehash(strings.Trim(plain, phpSpace)), bcryptCost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	// Go marks its hashes 2a, PHP 2y: the same algorithm, but PHP refuses to call 2a current.
	return "$wp$2y" + string(hash[3:]), nil
}

// CheckPassword compares a password with a stored hash of any generation:
// WordPress's bcrypt, plain bcrypt, phpass and MD5. needsRehash says that a
// right password should be stored anew with HashPassword.
func CheckPassword(plain, hash string) (ok, needsRehash bool) {
	if hash == "" || len(plain) > maxPassword {
		return false, false
	}
	switch {
	case len(hash) <= 32:
		sum := md5.Sum([]byte(plain))
		return equal(hex.EncodeToString(sum[:]), hash), true
	case strings.HasPrefix(hash, "$wp"):
		stored := []byte(hash[3:])
		cost, err := bcrypt.Cost(stored)
		return bcrypt.CompareHashAndPassword(stored, prehash(plain)) == nil, err != nil || cost < bcryptCost
	case strings.HasPrefix(hash, "$P$"), strings.HasPrefix(hash, "$H$"):
		return checkPhpass(plain, hash), true
	default:
		return bcrypt.CompareHashAndPassword([]byte(hash), []byte(plain)) == nil, true
	}
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

const phpassDigits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// checkPhpass compares with a portable phpass hash: salted MD5, 2^n times.
func checkPhpass(plain, hash string) bool {
	if len(hash) != 34 {
		return false
	}
	rounds := strings.IndexByte(phpassDigits, hash[3])
	if rounds < 7 || rounds > 30 {
		return false
	}
	sum := md5.Sum([]byte(hash[4:12] + plain))
	buf := make([]byte, md5.Size+len(plain))
	copy(buf[md5.Size:], plain)
	for range 1 << rounds {
		copy(buf, sum[:])
		sum = md5.Sum(buf)
	}
	return equal(hash[:12]+phpassEncode(sum[:]), hash)
}

// phpassEncode writes bytes six bits at a time, lowest first.
func phpassEncode(in []byte) string {
	var out strings.Builder
	for i := 0; i < len(in); i += 3 {
		v, n := uint(in[i]), 2
		if i+1 < len(in) {
			v, n = v|uint(in[i+1])<<8, 3
		}
		if i+2 < len(in) {
			v, n = v|uint(in[i+2])<<16, 4
		}
		for range n {
			out.WriteByte(phpassDigits[v&63])
			v >>= 6
		}
	}
	return out.String()
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// RandomString gives n random letters and digits: a password, a token, a key.
func RandomString(n int) string {
	out := make([]byte, 0, n)
	buf := make([]byte, 2*n)
	for len(out) < n {
		rand.Read(buf) // never fails since Go 1.24
		for _, b := range buf {
			// 248 = 4 · 62: bytes above it would favour the first letters.
			if b < 248 && len(out) < n {
				out = append(out, alphanumeric[b%62])
			}
		}
	}
	return string(out)
}

// NewApplicationPassword makes an application password of 24 letters and digits and the hash to be stored.
func NewApplicationPassword() (plain, hash string) {
	plain = RandomString(24)
	return plain, FastHash(plain)
}

// FastHash hashes a long random secret as wp_fast_hash does: BLAKE2b, no salt, no stretching.
func FastHash(secret string) string {
	h, err := blake2b.New(fastSize, []byte(fastKey))
	if err != nil {
		panic(err) // size and key are constants
	}
	h.Write([]byte(secret))
	return fastPrefix + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// CheckApplicationPassword compares an application password, as typed, with its
// stored hash: the fast hash, or what older WordPresses stored.
func CheckApplicationPassword(plain, hash string) bool {
	plain = alnum(plain)
	if strings.HasPrefix(hash, fastPrefix) {
		return equal(FastHash(plain), hash)
	}
	ok, _ := CheckPassword(plain, hash)
	return ok
}

// alnum drops everything but letters and digits: people type the spaces between the chunks, or do not.
func alnum(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && strings.ContainsRune(alphanumeric, r) {
			return r
		}
		return -1
	}, s)
}

// ChunkPassword writes an application password as people see it: groups of four.
func ChunkPassword(plain string) string {
	plain = alnum(plain)
	var out strings.Builder
	for i := range len(plain) {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteByte(plain[i])
	}
	return out.String()
}
