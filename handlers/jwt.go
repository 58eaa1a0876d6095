package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
)

// The routes of the plugin "JWT Authentication for WP REST API".
const (
	jwtNamespace = "jwt-auth/v1"
	jwtPath      = "/" + jwtNamespace + "/token"
)

// forTokens tells whether a path of the API is about tokens themselves.
func forTokens(route string) bool {
	route = strings.ToLower(route)
	return route == jwtPath || route == jwtPath+"/validate"
}

// jwtTokens gives out JSON Web Tokens and checks them.
type jwtTokens struct{}

func (t jwtTokens) routes() []*api.Route {
	return []*api.Route{
		api.NamespaceRoute(jwtNamespace),
		{Namespace: jwtNamespace, Path: jwtPath, Endpoints: []api.Endpoint{{Methods: api.Creatable, Handle: t.create, Args: api.Properties{
			api.P("username", api.String("Login or email address of the user.")), api.P("password", api.String("Password of the user.")),
		}}}},
		{Namespace: jwtNamespace, Path: jwtPath + "/validate", Endpoints: []api.Endpoint{{Methods: api.Creatable, Handle: t.validate}}},
	}
}

// create gives a token to who knows a login and its password.
func (jwtTokens) create(c *api.Context) (*api.Response, error) {
	s := of(c)
	a := s.authenticator()
	user, err := a.SignIn(s.ctx, c.String("username"), c.String("password"), s.browser.IP)
	var many *auth.TooMany
	switch {
	case errors.As(err, &many):
		return nil, refusal(err)
	case errors.Is(err, auth.ErrEmptyUsername), errors.Is(err, auth.ErrEmptyPassword), errors.Is(err, auth.ErrInvalidUsername),
		errors.Is(err, auth.ErrInvalidEmail), errors.Is(err, auth.ErrIncorrectPassword):
		return nil, api.NewError(http.StatusForbidden, "[jwt_auth] "+err.Error(), "The username, the email address or the password is wrong.")
	case err != nil:
		return nil, err
	}
	token, err := a.Tokens.New(user)
	if errors.Is(err, auth.ErrTokenConfig) {
		return nil, refusal(err)
	}
	if err != nil {
		return nil, err
	}
	return api.OK(php.Map{
		{Key: "token", Value: token}, {Key: "user_email", Value: user.Email}, {Key: "user_nicename", Value: user.Nicename}, {Key: "user_display_name", Value: user.DisplayName},
	}), nil
}

// validate tells whether the token that the request bears is good.
func (jwtTokens) validate(c *api.Context) (*api.Response, error) {
	s := of(c)
	header := c.Request.Header.Get("Authorization")
	if header == "" {
		return nil, api.NewError(http.StatusForbidden, "jwt_auth_no_auth_header", "Authorization header not found.")
	}
	token, ok := auth.Bearer(header)
	if !ok {
		return nil, api.NewError(http.StatusForbidden, "jwt_auth_bad_auth_header", "Authorization header malformed.")
	}
	_, err := s.authenticator().Tokens.User(s.ctx, accounts{s}, token)
	var wrong *auth.TokenError
	if errors.As(err, &wrong) {
		return nil, refusal(err)
	}
	if err != nil {
		return nil, err
	}
	return api.OK(php.Map{{Key: "code", Value: "jwt_auth_valid_token"}, {Key: "data", Value: php.Map{{Key: "status", Value: http.StatusOK}}}}), nil
}
