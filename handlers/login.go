package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
)

// loginPath is where people sign in.
const loginPath = "/wp-login.php"

// logOutAction is the action of the nonces that guard logging out.
const logOutAction = "log-out"

const (
	testCookie      = "wordpress_test_cookie"
	testCookieValue = "WP%20Cookie%20check"
)

// loginView is what the form shows.
type loginView struct {
	Action, Login, RedirectTo string
	Remember, Interim         bool
}

// loginPage is /wp-login.php.
func (f *Front) loginPage(v *visit) error {
	v.setTestCookie()
	switch v.param("action") {
	case "logout":
		return f.logOut(v)
	case "lostpassword", "retrievepassword":
		return f.lostPassword(v)
	case "rp", "resetpass":
		return f.resetPassword(v)
	case "register":
		return v.message(http.StatusNotImplemented, "Registration", "Nobody can register here. Ask an administrator of the site for an account.")
	case "postpass", "confirmaction", "confirm_admin_email":
		return v.message(http.StatusNotImplemented, "Not available", "This server does not have this page.")
	}
	v.embeddable = v.param("interim-login") != ""
	if v.r.Method == http.MethodPost {
		return f.logIn(v)
	}
	if v.asked("reauth") != "" {
		v.clearCookies()
	}
	view := pageView{}
	switch {
	case v.embeddable:
		view.Notice = "Your session has expired. Log in to go on where you were."
	case v.asked("loggedout") != "":
		view.Notice = "You are now logged out."
	case v.asked("checkemail") == "confirm":
		view.Notice = "If there is such an account, a mail with an address to set a new password is on its way. It may take some minutes."
	}
	return v.showLogin(http.StatusOK, view)
}

// setTestCookie sets the cookie by which the next request shows that the browser takes cookies.
func (v *visit) setTestCookie() {
	for _, path := range v.sitePaths() {
		v.cookies = append(v.cookies, &http.Cookie{Name: testCookie, Value: testCookieValue, Path: path, HttpOnly: true, Secure: v.secure})
	}
}

func (v *visit) showLogin(status int, view pageView) error {
	view.Title = "Log in"
	if v.embeddable {
		view.BodyClass = "interim-login"
	}
	view.Page = loginView{
		Action: v.siteURL + loginPath, Login: v.posted("log"), RedirectTo: v.param("redirect_to"),
		Remember: v.posted("rememberme") != "", Interim: v.embeddable,
	}
	return v.show(status, "login", view)
}

// logIn checks what was typed into the form.
func (f *Front) logIn(v *visit) error {
	if !v.form.Has("log") && !v.form.Has("pwd") && !v.form.Has("testcookie") {
		return v.showLogin(http.StatusOK, pageView{})
	}
	user, err := v.authenticator().SignIn(v.ctx, v.posted("log"), v.posted("pwd"), v.browser.IP)
	var many *auth.TooMany
	switch {
	case err == nil:
	case errors.As(err, &many):
		v.retryAfter(many)
		return v.showLogin(http.StatusTooManyRequests, pageView{Error: "Too many attempts to log in have failed. Wait " + waitText(many.Wait) + ", then try again."})
	case errors.Is(err, auth.ErrEmptyUsername):
		return v.showLogin(http.StatusOK, pageView{Error: "Enter your username or email address."})
	case errors.Is(err, auth.ErrEmptyPassword):
		return v.showLogin(http.StatusOK, pageView{Error: "Enter your password."})
	case errors.Is(err, auth.ErrInvalidUsername), errors.Is(err, auth.ErrInvalidEmail), errors.Is(err, auth.ErrIncorrectPassword):
		return v.showLogin(http.StatusOK, pageView{Error: "The username, the email address or the password is wrong."})
	default:
		return err
	}
	remember := php.ToBool(v.posted("rememberme"))
	if err := v.beginSession(user, remember); err != nil {
		return err
	}
	if _, err := v.r.Cookie(testCookie); err != nil && v.posted("testcookie") != "" {
		return v.showLogin(http.StatusOK, pageView{Error: "Your browser does not take cookies. Allow them for this site to log in."})
	}
	if v.embeddable {
		return v.show(http.StatusOK, "message", pageView{Title: "Log in", BodyClass: "interim-login interim-login-success", Page: "You have logged in."})
	}
	return v.redirect(v.after(v.home + "/"))
}

// retryAfter has the answer say for how long nobody need try again.
func (v *visit) retryAfter(many *auth.TooMany) {
	v.w.Header().Set("Retry-After", strconv.Itoa(max(1, int(many.Wait/time.Second))))
}

// after is where the visitor wanted to go, or the given address.
func (v *visit) after(fallback string) string {
	if location, ok := v.ownAddress(v.param("redirect_to"), v.r.URL.Path); ok {
		return location
	}
	return fallback
}

// waitText says for how long somebody has to wait.
func waitText(d time.Duration) string {
	if minutes := int((d + time.Minute - 1) / time.Minute); minutes > 1 {
		return strconv.Itoa(minutes) + " minutes"
	}
	return "a minute"
}

// logOut ends a session. Without a good nonce the visitor is asked first: another site may
// have sent him.
func (f *Front) logOut(v *visit) error {
	if err := v.byCookie(auth.SchemeLoggedIn); err != nil {
		return err
	}
	if !v.goodNonce(logOutAction) {
		args := php.Map{{Key: "action", Value: "logout"}}
		if to := v.param("redirect_to"); to != "" {
			args = append(args, php.Member{Key: "redirect_to", Value: to})
		}
		args = append(args, php.Member{Key: "_wpnonce", Value: v.newNonce(logOutAction)})
		return v.show(http.StatusForbidden, "logout", pageView{Title: "Log out", Page: struct{ Address string }{withArgs(v.siteURL+loginPath, args)}})
	}
	if v.row != nil {
		if err := v.write(func() error {
			return v.changeSessions(v.row.ID, func(sessions auth.Sessions) { sessions.End(v.token) })
		}, lockUsers); err != nil {
			return err
		}
	}
	v.clearCookies()
	return v.redirect(v.after(v.siteURL + loginPath + "?loggedout=true"))
}
