package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// tokenLife is how long a JSON Web Token is good.
const tokenLife = 7 * 24 * time.Hour

// minSecret is the length below which a secret can be guessed from a token.
const minSecret = 16

// Tokens makes and reads the JSON Web Tokens of the plugin "JWT Authentication for
// WP REST API": with one secret, those of one are good at the other.
type Tokens struct {
	Secret string
	Issuer string // the address of the site
	Now    func() time.Time
}

// A TokenError says with the plugin's code why a token does not count.
type TokenError struct{ Code, Message string }

// Error is the text of the error.
func (e *TokenError) Error() string { return e.Code + ": " + e.Message }

// Why tokens do not count.
var (
	ErrTokenConfig  = &TokenError{"jwt_auth_bad_config", "JWT is not configured properly: its secret is too short."}
	ErrTokenIssuer  = &TokenError{"jwt_auth_bad_iss", "The iss do not match with this server."}
	ErrTokenRequest = &TokenError{"jwt_auth_bad_request", "User ID not found in the token."}
)

// tokenClaims are what a token says. Beside the plugin's claims it is bound to the user's
// password, so that a new one ends it; the plugin's own tokens are not.
type tokenClaims struct {
	jwt.RegisteredClaims
	Data struct {
		User struct {
			ID       any    `json:"id"`
			Password string `json:"pw,omitempty"`
		} `json:"user"`
	} `json:"data"`
}

// New makes a token for a user.
func (t *Tokens) New(user *models.User) (string, error) {
	if len(t.Secret) < minSecret {
		return "", ErrTokenConfig
	}
	now := t.Now()
	var c tokenClaims
	c.Issuer = t.Issuer
	c.IssuedAt, c.NotBefore, c.ExpiresAt = jwt.NewNumericDate(now), jwt.NewNumericDate(now), jwt.NewNumericDate(now.Add(tokenLife))
	c.Data.User.ID, c.Data.User.Password = strconv.FormatInt(user.ID, 10), t.passwordMark(user.Pass)
	return jwt.NewWithClaims(jwt.SigningMethodHS256, &c).SignedString([]byte(t.Secret))
}

// passwordMark is a sign by which a password's hash is known again.
func (t *Tokens) passwordMark(hash string) string {
	mac := hmac.New(sha256.New, []byte(t.Secret))
	mac.Write([]byte("password|" + hash))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// User finds the user that a token names. What is wrong with a token is a *TokenError.
func (t *Tokens) User(ctx context.Context, accounts Accounts, token string) (*models.User, error) {
	if len(t.Secret) < minSecret {
		return nil, ErrTokenConfig
	}
	var c tokenClaims
	_, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return []byte(t.Secret), nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithTimeFunc(t.Now), jwt.WithIssuedAt(), jwt.WithExpirationRequired())
	if err != nil {
		return nil, &TokenError{"jwt_auth_invalid_token", tokenProblem(err)}
	}
	if c.Issuer != t.Issuer {
		return nil, ErrTokenIssuer
	}
	id := php.ToInt(c.Data.User.ID)
	if id <= 0 {
		return nil, ErrTokenRequest
	}
	row, err := accounts.UserByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if row == nil || c.Data.User.Password != "" && !equal(c.Data.User.Password, t.passwordMark(row.Pass)) {
		return nil, &TokenError{"jwt_auth_invalid_token", "The token has been revoked."}
	}
	return row, nil
}

// tokenProblem tells in a few words what is wrong with a token.
func tokenProblem(err error) string {
	switch {
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return "Signature verification failed"
	case errors.Is(err, jwt.ErrTokenExpired):
		return "Expired token"
	case errors.Is(err, jwt.ErrTokenNotValidYet), errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		return "Cannot handle token before its time"
	}
	return "Malformed token"
}

// Bearer takes the token out of an Authorization header.
func Bearer(header string) (string, bool) {
	scheme, token, ok := strings.Cut(strings.TrimSpace(header), " ")
	token = strings.TrimSpace(token)
	return token, ok && strings.EqualFold(scheme, "bearer") && token != ""
}

// token takes the user from a token that a request bears.
func (a *Authenticator) token(ctx context.Context, access *Access, token string, r *Result) error {
	row, err := a.Tokens.User(ctx, a.Accounts, token)
	var wrong *TokenError
	if errors.As(err, &wrong) {
		r.Refused = wrong
		return nil
	}
	if err != nil {
		return err
	}
	meta, err := a.Accounts.LoadUserMeta(ctx, row.ID, a.CapsKey)
	if err != nil {
		return err
	}
	r.Row, r.User = row, access.User(row.ID, row.Login, php.MaybeUnserialize(meta[a.CapsKey]))
	return nil
}
