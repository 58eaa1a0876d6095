package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// Who has lost the password asks for a mail with a key, and sets a new one with it: the actions
// lostpassword (retrievepassword) and rp (resetpass) of /wp-login.php.

// lostPasswordView is the form that asks for a mail.
type lostPasswordView struct{ Action, Login, RedirectTo, LogIn string }

// resetView is the form for a new password.
type resetView struct{ Action, Login, Key string }

// lostPassword asks for a mail. The answer is the same whether there is such an account or not.
func (f *Front) lostPassword(v *visit) error {
	if f.site.Mail == nil {
		return v.message(http.StatusNotImplemented, "Lost your password?", "This server sends no mail, so it cannot send you a new password. Ask an administrator of the site to set one.")
	}
	show := func(status int, view pageView) error {
		view.Title = "Lost your password?"
		view.Page = lostPasswordView{Action: v.siteURL + loginPath + "?action=lostpassword", Login: v.posted("user_login"), RedirectTo: v.param("redirect_to"), LogIn: v.siteURL + loginPath}
		return v.show(status, "lostpassword", view)
	}
	if v.r.Method != http.MethodPost {
		problem := ""
		switch v.asked("error") {
		case "invalidkey":
			problem = "This address is not valid, or was used already. Ask for another mail."
		case "expiredkey":
			problem = "This address was valid for a day, and is no longer. Ask for another mail."
		}
		return show(http.StatusOK, pageView{Error: problem})
	}
	name := strings.TrimSpace(v.posted("user_login"))
	if name == "" {
		return show(http.StatusOK, pageView{Error: "Enter your username or email address."})
	}
	if many := v.tooMany(); many != nil {
		return show(http.StatusTooManyRequests, pageView{Error: "This was tried too often. Wait " + waitText(many.Wait) + ", then try again."})
	}
	if len(name) <= maxResetName {
		if err := v.write(func() error {
			return v.askReset(resetRequest{Name: name, Page: v.siteURL + loginPath, IP: v.browser.IP})
		}); err != nil {
			return err
		}
	}
	return v.redirect(v.after(v.siteURL + loginPath + "?checkemail=confirm"))
}

// tooMany counts something that must not be done often. The result is nil where it still may be.
func (v *visit) tooMany() *auth.TooMany {
	var many *auth.TooMany
	if err := v.site.Attempts.Spend(v.browser.IP); errors.As(err, &many) {
		v.retryAfter(many)
	}
	return many
}

// resetPassword sets a new password with a key. The key goes from the address into a cookie first:
// addresses end in histories and logs.
func (f *Front) resetPassword(v *visit) error {
	if key, login := v.asked("key"), v.asked("login"); key != "" && login != "" {
		v.setResetCookie(login + ":" + key)
		return v.redirect(v.siteURL + loginPath + "?action=rp")
	}
	kept, _ := v.r.Cookie(v.resetCookie())
	login, key := "", ""
	if kept != nil {
		login, key, _ = strings.Cut(php.RawURLDecode(kept.Value), ":")
	}
	user, err := v.keyHolder(login, key)
	if err == nil && v.form.Has("pass1") && v.posted("rp_key") != key { // another site has sent the form
		err = auth.ErrInvalidKey
	}
	if err != nil {
		return v.badKey(err)
	}
	show := func(problem string) error {
		return v.show(http.StatusOK, "reset", pageView{Title: "Set a new password", Error: problem, Page: resetView{Action: v.siteURL + loginPath + "?action=resetpass", Login: user.Login, Key: key}})
	}
	password := v.posted("pass1")
	switch {
	case password == "":
		return show("")
	case strings.Trim(password, " \t\n\r\x00\x0b") == "":
		return show("A password cannot consist of spaces.")
	case v.posted("pass2") != password:
		return show("The two passwords are not the same.")
	}
	hash, err := auth.HashPassword(password)
	if err != nil {
		return show("The password is too long.")
	}
	if err := v.write(func() error {
		user, err := v.keyHolder(login, key) // others may have used it meanwhile
		if err != nil {
			return err
		}
		if err := v.site.Store.Update(v.ctx, "users", []int64{user.ID}, map[string]any{"user_pass": hash, "user_activation_key": ""}); err != nil {
			return err
		}
		if _, err := v.newPassword(user.ID); err != nil {
			return err
		}
		return v.tellReset(user)
	}, lockUsers); err != nil {
		return v.badKey(err)
	}
	v.setResetCookie("")
	return v.show(http.StatusOK, "resetdone", pageView{Title: "Set a new password", Page: struct{ LogIn string }{v.siteURL + loginPath}})
}

// keyHolder finds the user whose key it is (check_password_reset_key).
func (v *visit) keyHolder(login, key string) (*models.User, error) {
	if login == "" || key == "" {
		return nil, auth.ErrInvalidKey
	}
	user, err := v.site.Store.FindLogin(v.ctx, login, "")
	if err != nil {
		return nil, err
	}
	stored := ""
	if user != nil {
		stored = user.ActivationKey
	}
	if err := auth.CheckResetKey(key, stored, v.site.Now()); err != nil {
		return nil, err
	}
	return user, nil
}

// badKey sends visitors with a key that does not count back to ask for another one.
func (v *visit) badKey(err error) error {
	code := "invalidkey"
	switch {
	case errors.Is(err, auth.ErrExpiredKey):
		code = "expiredkey"
	case !errors.Is(err, auth.ErrInvalidKey):
		return err
	}
	v.setResetCookie("")
	if many := v.tooMany(); many != nil {
		return v.message(http.StatusTooManyRequests, "Set a new password", "This was tried too often. Wait "+waitText(many.Wait)+", then try again.")
	}
	return v.redirect(v.siteURL + loginPath + "?action=lostpassword&error=" + code)
}

func (v *visit) resetCookie() string {
	_, stored := v.site.addresses(v.options, false)
	return auth.ResetCookieName(stored)
}

// setResetCookie has the browser keep a login and a key for the page with the form, or with "" forget them.
func (v *visit) setResetCookie(value string) {
	c := &http.Cookie{Name: v.resetCookie(), Value: php.RawURLEncode(value), Path: pathOf(v.siteURL) + loginPath, HttpOnly: true, Secure: v.secure}
	if value == "" {
		c.Value, c.Expires, c.MaxAge = "%20", v.site.Now().AddDate(-1, 0, 0), -1
	}
	v.cookies = append(v.cookies, c)
}
