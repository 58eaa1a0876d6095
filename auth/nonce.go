package auth

import (
	"strconv"
	"time"
)

// RESTAction is the action of the nonces that guard cookie requests to the REST API.
const RESTAction = "wp_rest"

// nonceTick is half a nonce's life: a nonce of the tick before is still good.
const nonceTick = 12 * time.Hour

func tick(now time.Time) int64 {
	const seconds = int64(nonceTick / time.Second)
	return (now.Unix() + seconds - 1) / seconds
}

func (s Salts) nonce(tick int64, action string, user int64, token string) string {
	h := s.Hash(strconv.FormatInt(tick, 10)+"|"+action+"|"+strconv.FormatInt(user, 10)+"|"+token, SchemeNonce)
	return h[len(h)-12 : len(h)-2]
}

// Nonce makes the nonce of a user's session for an action; a visitor is user 0 without a token.
func (s Salts) Nonce(now time.Time, action string, user int64, token string) string {
	return s.nonce(tick(now), action, user, token)
}

// CheckNonce tells whether a nonce was made for that action and session in this half of the day or the last.
func (s Salts) CheckNonce(now time.Time, nonce, action string, user int64, token string) bool {
	if s[SchemeNonce] == "" {
		return false
	}
	t := tick(now)
	return equal(nonce, s.nonce(t, action, user, token)) || equal(nonce, s.nonce(t-1, action, user, token))
}
