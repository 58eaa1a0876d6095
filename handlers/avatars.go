package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

var avatarSizes = []string{"24", "48", "96"}

// avatars are the addresses of the picture that belongs to an e-mail address
// (rest_get_avatar_urls). A comment without an address gets the default one.
func (s *session) avatars(email string) php.Map {
	hash := ""
	if email = lower(strings.TrimSpace(email)); email != "" {
		sum := sha256.Sum256([]byte(email))
		hash = hex.EncodeToString(sum[:])
	}
	fallback := s.options.String("avatar_default")
	switch fallback {
	case "", "mystery", "mm", "mysteryman":
		fallback = "mm"
	case "gravatar_default":
		fallback = ""
	}
	rating := lower(s.options.String("avatar_rating"))
	m := make(php.Map, len(avatarSizes))
	for i, size := range avatarSizes {
		url := "https://secure.gravatar.com/avatar/" + hash + "?s=" + size
		if fallback != "" {
			url += "&d=" + php.URLEncode(fallback)
		}
		if rating != "" {
			url += "&r=" + php.URLEncode(rating)
		}
		m[i] = php.Member{Key: size, Value: url}
	}
	return m
}
