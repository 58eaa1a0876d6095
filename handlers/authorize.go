package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
)

// authorizePath is where people let applications act for them.
const authorizePath = "/wp-admin/authorize-application.php"

// authorizeAction names the form of that page, and its nonces.
const authorizeAction = "authorize_application_password"

// authorizeView is what the page shows.
type authorizeView struct {
	Action, Nonce, Login                  string
	AppName, AppID, SuccessURL, RejectURL string
	SuccessAt, RejectAt                   string // what people are told of the addresses
}

// authorizePage is /wp-admin/authorize-application.php: an application sends people here,
// and gets a password of its own when they approve.
func (f *Front) authorizePage(v *visit) error {
	if err := v.byCookie(v.adminScheme()); err != nil {
		return err
	}
	if v.row == nil {
		self := origin(v.siteURL) + v.uri
		return v.redirect(v.siteURL + loginPath + "?redirect_to=" + php.URLEncode(self) + "&reauth=1")
	}
	decided := v.posted("action") == authorizeAction
	if decided && !v.goodNonce(authorizeAction) {
		return v.message(http.StatusForbidden, "The page has expired", "Go back to the application, and try again.")
	}
	success, problem1 := readAppAddress(v.param("success_url"))
	reject, problem2 := readAppAddress(v.param("reject_url"))
	problem3 := ""
	if id := v.param("app_id"); id != "" && id != emptyNumber && !uuidLike.MatchString(id) {
		problem3 = badAppID
	}
	if problems := problemTexts(problem1, problem2, problem3); problems != "" {
		// WordPress ends here with an error page of status 500 (wp_die).
		return v.message(http.StatusInternalServerError, "Cannot authorize the application", "The application's request is not allowed. "+problems)
	}
	for _, a := range []appAddress{success, reject} {
		if a.source != "" {
			v.formTargets = append(v.formTargets, a.source)
		}
	}
	view := authorizeView{
		Action: v.siteURL + authorizePath, Nonce: v.newNonce(authorizeAction), Login: v.row.Login,
		AppName: v.param("app_name"), AppID: v.param("app_id"), SuccessURL: v.param("success_url"), RejectURL: v.param("reject_url"),
		SuccessAt: success.shown, RejectAt: reject.shown,
	}
	switch {
	case decided && v.posted("reject") != "":
		if reject.address == "" {
			return v.redirect(v.home + "/")
		}
		return v.redirect(reject.address)
	case decided && v.posted("approve") != "":
		return f.approve(v, view, success)
	}
	return v.show(http.StatusOK, "authorize", pageView{Title: "Authorize an application", Page: view})
}

func problemTexts(codes ...string) string {
	texts := map[string]string{
		badAddress: "An address to go back to is malformed.", badScheme: "An address to go back to must be served over TLS.", badAppID: "The ID of the application must be a UUID.",
	}
	var out []string
	for _, code := range codes {
		if code != "" {
			out = append(out, texts[code])
		}
	}
	return strings.Join(out, " ")
}

// approve makes the password and hands it over, to the application or to the visitor.
func (f *Front) approve(v *visit, view authorizeView, success appAddress) error {
	_, plain, err := f.passwords.add(v.session, v.row.ID, view.AppName, view.AppID)
	var refused *api.Error
	if errors.As(err, &refused) {
		return v.show(http.StatusOK, "authorize", pageView{Title: "Authorize an application", Error: refused.Message, Page: view})
	}
	if err != nil {
		return err
	}
	if success.address != "" {
		return v.redirect(withArgs(success.address, php.Map{
			{Key: "site_url", Value: v.siteURL}, {Key: "user_login", Value: v.row.Login}, {Key: "password", Value: plain},
		}))
	}
	return v.show(http.StatusOK, "password", pageView{Title: "Your new password", Page: struct{ AppName, Login, Password string }{view.AppName, v.row.Login, auth.ChunkPassword(plain)}})
}

// ajaxPath is where WordPress's own pages ask for fresh nonces.
const ajaxPath = "/wp-admin/admin-ajax.php"

// ajax is /wp-admin/admin-ajax.php, of which clients of the API use one action: rest-nonce
// gives a browser that has signed in a new nonce. All else is "0" with status 400.
func (f *Front) ajax(v *visit) error {
	if err := v.byCookie(auth.SchemeLoggedIn); err != nil {
		return err
	}
	status, text := http.StatusBadRequest, "0"
	if v.asked("action") == "rest-nonce" && !v.form.Has("action") && v.row != nil && v.r.Method != http.MethodPost {
		status, text = http.StatusOK, v.newNonce(auth.RESTAction)
	}
	v.headers()
	v.w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	v.w.WriteHeader(status)
	if v.r.Method != http.MethodHead {
		v.w.Write([]byte(text))
	}
	return nil
}
