package auth

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
)

// A Scheme names one of WordPress's pairs of key and salt.
type Scheme string

// The schemes of wp_salt.
const (
	SchemeAuth       Scheme = "auth"
	SchemeSecureAuth Scheme = "secure_auth"
	SchemeLoggedIn   Scheme = "logged_in"
	SchemeNonce      Scheme = "nonce"
)

// Schemes are all of them, in the order in which wp-config.php names the keys.
var Schemes = []Scheme{SchemeAuth, SchemeSecureAuth, SchemeLoggedIn, SchemeNonce}

// placeholder is what the sample wp-config.php holds: as good as no key.
const placeholder = "put your unique phrase here"

// Salts holds the secrets of a site by scheme: key and salt, one after the other.
type Salts map[Scheme]string

// NewSalts collects keys and salts as wp_salt does. setting gives what
// wp-config.php or our settings hold under AUTH_KEY, AUTH_SALT and so on, option
// the stored options auth_key, auth_salt, …, where WordPress keeps what it had to
// make up. A value that is empty, the placeholder, or set twice does not count.
// missing names the options that somebody must make up and store first.
func NewSalts(setting, option func(name string) string) (salts Salts, missing []string) {
	seen := map[string]int{}
	for _, s := range Schemes {
		for _, part := range [...]string{"_KEY", "_SALT"} {
			seen[setting(upper(s)+part)]++
		}
	}
	usable := func(v string) bool { return v != "" && v != placeholder && seen[v] < 2 }
	salts = Salts{}
	for _, s := range Schemes {
		for _, part := range [...]string{"_key", "_salt"} {
			v := setting(upper(s) + upper(part))
			if !usable(v) {
				if v = option(string(s) + part); v == "" {
					missing = append(missing, string(s)+part)
				}
			}
			salts[s] += v
		}
	}
	return salts, missing
}

func upper[T ~string](s T) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// Hash is wp_hash: HMAC-MD5 in hexadecimal.
func (s Salts) Hash(data string, scheme Scheme) string {
	mac := hmac.New(md5.New, []byte(s[scheme]))
	mac.Write([]byte(data))
	return hex.EncodeToString(mac.Sum(nil))
}

// Verify tells whether a hash is wp_hash of some data.
func (s Salts) Verify(data, hash string, scheme Scheme) bool {
	return equal(s.Hash(data, scheme), hash)
}
