package handlers_test

import (
	"crypto/tls"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/handlers"
	"github.com/headpress/headpress/internal/php"
)

// browser keeps cookies by path, as browsers do.
type browser struct {
	s       *testSite
	tls     bool
	cookies map[string]*http.Cookie
}

// aUser makes a user with a password, and a browser without cookies.
func (s *testSite) aUser(login, password string) *browser {
	s.t.Helper()
	if status, answer := s.change("POST", "/users", fmt.Sprintf(`{"username":%q,"email":"%s@example.org","password":%q,"roles":["editor"]}`, login, login, password)); status != http.StatusCreated {
		s.t.Fatal(answer)
	}
	return &browser{s: s, cookies: map[string]*http.Cookie{}}
}

// send sends a request; a body that is not empty makes it a form that is posted.
func (b *browser) send(target, body string, header ...string) *httptest.ResponseRecorder {
	b.s.t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.tls {
		r.TLS = &tls.ConnectionState{}
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for _, c := range b.cookies {
		if strings.HasPrefix(r.URL.Path, c.Path) {
			r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
	w := httptest.NewRecorder()
	b.s.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name+c.Path)
		} else {
			b.cookies[c.Name+c.Path] = c
		}
	}
	return w
}

func (b *browser) logIn(login, password string, more ...string) *httptest.ResponseRecorder {
	b.s.t.Helper()
	return b.send("/wp-login.php", "log="+url.QueryEscape(login)+"&pwd="+url.QueryEscape(password)+strings.Join(more, ""))
}

func (b *browser) nonce() string {
	return b.send("/wp-admin/admin-ajax.php?action=rest-nonce", "").Body.String()
}

// me asks the API who the browser is.
func (b *browser) me() int {
	return b.send("/wp-json/wp/v2/users/me", "", "X-WP-Nonce", b.nonce()).Code
}

// sessions are the stored sessions of a user.
func (s *testSite) sessions(login string) *php.Array {
	s.t.Helper()
	user, err := s.store.FindLogin(s.t.Context(), login, "")
	if err != nil {
		s.t.Fatal(err)
	}
	meta, err := s.store.LoadUserMeta(s.t.Context(), user.ID, auth.MetaSessionTokens)
	if err != nil {
		s.t.Fatal(err)
	}
	list, _ := php.MaybeUnserialize(meta[auth.MetaSessionTokens]).(*php.Array)
	return list
}

var markup = regexp.MustCompile(`<[^>]*>`)

// problem is what a page says is wrong.
func problem(w *httptest.ResponseRecorder) string {
	_, rest, ok := strings.Cut(w.Body.String(), `role="alert"`)
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, "</div>")
	return html.UnescapeString(markup.ReplaceAllString("<"+rest, ""))
}

// What the form does with what is typed; statuses and addresses are those of WordPress,
// but for the page where people end up who named none.
func TestLogIn(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		const password = `p'w"x %41é`
		s.aUser("edith", password)
		for _, c := range []struct {
			login, password, more string
			status                int
			location, says        string
		}{
			{"Édith", password, "", 302, "https://example.org/", ""},
			{" edith ", " " + password + " ", "", 302, "https://example.org/", ""},
			{"EDITH@example.org", password, "&redirect_to=/x?y=1", 302, "/x?y=1", ""},
			{"edith@example.org", "wrong", "", 200, "", "wrong"},
			{"Édith", password, "&redirect_to=//evil.example/", 302, "https://example.org/", ""},
			{"Édith", password, "&redirect_to=https://example.org/wp-admin/authorize-application.php%3Fapp_name%3Dx", 302, "https://example.org/wp-admin/authorize-application.php?app_name=x", ""},
			{"Édith", password, "&testcookie=1", 200, "", "cookies"},
			{"Édith", "wrong", "", 200, "", "wrong"},
			{"nobody", password, "", 200, "", "wrong"},
			{"nobody@example.org", password, "", 200, "", "wrong"},
			{"", password, "", 200, "", "username"},
			{"Édith", "", "", 200, "", "password"},
			{"Édith", strings.Repeat("x", 5000), "", 200, "", "wrong"},
			{`" autofocus onfocus="x`, "x", "", 200, "", "wrong"},
		} {
			b := &browser{s: s, cookies: map[string]*http.Cookie{}}
			w := b.logIn(c.login, c.password, c.more)
			if w.Code != c.status || w.Header().Get("Location") != c.location || !strings.Contains(problem(w), c.says) || c.says == "" && problem(w) != "" {
				t.Errorf("%s %.20s %s: %d %q %q", c.login, c.password, c.more, w.Code, w.Header().Get("Location"), problem(w))
			}
			if in := c.status == 302 || c.says == "cookies"; in != (b.me() == 200) {
				t.Errorf("%s %.20s %s: signed in %v", c.login, c.password, c.more, !in)
			}
			if strings.Contains(w.Body.String(), `onfocus="x"`) || strings.Contains(w.Body.String(), "<script") {
				t.Errorf("%s: %s", c.login, w.Body)
			}
		}
	})
}

// A session from its begin to its end, with the cookies and rows that WordPress makes.
func TestSession(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		b := s.aUser("ada", "secret")
		cookies := func(w *httptest.ResponseRecorder) string {
			var l []string
			for _, c := range w.Result().Cookies() {
				name := c.Name[:strings.LastIndexByte(c.Name, '_')]
				l = append(l, fmt.Sprintf("%s %s %d secure=%v http=%v", name, c.Path, c.MaxAge, c.Secure, c.HttpOnly))
			}
			return strings.Join(l, "\n")
		}
		b.tls = true
		w := b.logIn("ada", "secret", "&rememberme=forever")
		if got, want := cookies(w), "wordpress_test / 0 secure=true http=true\nwordpress_sec /wp-content/plugins 1252800 secure=true http=true\n"+
			"wordpress_sec /wp-admin 1252800 secure=true http=true\nwordpress_logged_in / 1252800 secure=true http=true"; got != want {
			t.Errorf("cookies:\n%s\nwant\n%s", got, want)
		}
		b.tls = false
		if got, want := cookies(b.logIn("ada", "secret")), "wordpress_test / 0 secure=false http=true\nwordpress /wp-content/plugins 0 secure=false http=true\n"+
			"wordpress /wp-admin 0 secure=false http=true\nwordpress_logged_in / 0 secure=false http=true"; got != want {
			t.Errorf("cookies:\n%s\nwant\n%s", got, want)
		}
		var ends []string
		for key, v := range s.sessions("ada").All() {
			session := v.(*php.Array)
			end, _ := session.Get("expiration")
			ends = append(ends, fmt.Sprint(php.ToInt(end)-testNow.Unix()))
			var keys []string
			for k := range session.All() {
				keys = append(keys, k.String())
			}
			if len(key.String()) != 64 || strings.Join(keys, " ") != "expiration ip login" {
				t.Errorf("session %s: %v", key.String(), keys)
			}
		}
		if strings.Join(ends, " ") != "1209600 172800" {
			t.Errorf("sessions end in %v", ends)
		}
		nonce := b.nonce()
		if w := b.send("/wp-json/wp/v2/users/me?_fields=slug", "", "X-WP-Nonce", nonce); w.Body.String() != `{"slug":"ada"}` || w.Header().Get("X-WP-Nonce") != nonce {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		for _, c := range []struct{ target, body string }{{"?action=rest-nonce", "action=rest-nonce"}, {"", "action=rest-nonce"}, {"", ""}, {"?action=other", ""}, {"?action[]=rest-nonce", ""}} {
			if w := b.send("/wp-admin/admin-ajax.php"+c.target, c.body); w.Code != 400 || w.Body.String() != "0" {
				t.Errorf("%v: %d %s", c, w.Code, w.Body)
			}
		}
		if w := (&browser{s: s}).sendPlain("/wp-admin/admin-ajax.php?action=rest-nonce"); w.Code != 400 || w.Body.String() != "0" {
			t.Errorf("a visitor: %d %s", w.Code, w.Body)
		}
		w = b.send("/wp-login.php?action=logout&redirect_to=/bye", "")
		link := regexp.MustCompile(`href="([^"]+)"`).FindStringSubmatch(w.Body.String())
		if w.Code != 403 || link == nil || b.me() != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		kept := b.cookies
		b.cookies = map[string]*http.Cookie{}
		for k, c := range kept {
			b.cookies[k] = c
		}
		address := strings.TrimPrefix(html.UnescapeString(link[1]), "https://example.org")
		if w = b.send(address, ""); w.Code != 302 || w.Header().Get("Location") != "/bye" || b.me() == 200 {
			t.Errorf("%d %v", w.Code, w.Header())
		}
		if b.cookies = kept; b.me() == 200 || s.sessions("ada").Len() != 1 {
			t.Errorf("the session goes on: %d", s.sessions("ada").Len())
		}
	})
}

func (b *browser) sendPlain(target string) *httptest.ResponseRecorder {
	b.cookies = map[string]*http.Cookie{}
	return b.send(target, "")
}

// An application asks for a password of its own.
func TestAuthorize(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		const page = "/wp-admin/authorize-application.php"
		b := s.aUser("ada", "secret")
		w := b.send(page+"?app_name=x&success_url=https://a.example/", "")
		to := w.Header().Get("Location")
		if w.Code != 302 || to != "https://example.org/wp-login.php?redirect_to="+url.QueryEscape("https://example.org"+page+"?app_name=x&success_url=https://a.example/")+"&reauth=1" {
			t.Errorf("%d %s", w.Code, to)
		}
		b.logIn("ada", "secret")
		if w = b.send(page+"?app_name=My+%3Cb%3EApp&success_url=app://done&reject_url=https://a.example/no", ""); w.Code != 200 || !strings.Contains(w.Body.String(), "My &lt;b&gt;App") ||
			!strings.Contains(w.Header().Get("Content-Security-Policy"), " app: https://a.example; ") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
		}
		nonce := regexp.MustCompile(`name="_wpnonce" value="(\w+)"`).FindStringSubmatch(w.Body.String())[1]
		passwords := func() int {
			meta, _ := s.store.LoadUserMeta(t.Context(), mustUser(s, "ada"), auth.MetaApplicationPasswords)
			list, _ := php.MaybeUnserialize(meta[auth.MetaApplicationPasswords]).(*php.Array)
			return list.Len()
		}
		const id = "4b5f0c0e-8c43-4d58-8b7d-3b0e1f0f0c11"
		for _, c := range []struct {
			form     string
			status   int
			location string // a pattern
			made     int
		}{
			{"app_name=x&approve=1&_wpnonce=bad", 403, `^$`, 0},
			{"app_name=x&approve=1&success_url=http://a.example/", 500, `^$`, 0},
			{"app_name=x&approve=1&success_url=javascript:alert(1)", 500, `^$`, 0},
			{"app_name=x&approve=1&app_id=x", 500, `^$`, 0},
			{"app_name=&approve=1", 200, `^$`, 0},
			{"app_name=x", 200, `^$`, 0},
			{"app_name=x&reject=1", 302, `^https://example.org/$`, 0},
			{"app_name=x&reject=1&reject_url=https://a.example/no?y=1", 302, `^https://a.example/no\?y=1$`, 0},
			{"app_name=x&reject=1&approve=1&success_url=app://ok", 302, `^https://example.org/$`, 0},
			{"app_name=x&approve=1&app_id=" + id, 200, `^$`, 1},
			{"app_name=x&approve=1&success_url=app://ok?s=1", 302, `^app://ok\?s=1&site_url=https%3A%2F%2Fexample.org&user_login=ada&password=\w{24}$`, 1},
		} {
			before := passwords()
			form := "action=authorize_application_password&" + c.form
			if !strings.Contains(form, "_wpnonce") {
				form += "&_wpnonce=" + nonce
			}
			w := b.send(page, form)
			if w.Code != c.status || !regexp.MustCompile(c.location).MatchString(w.Header().Get("Location")) || passwords()-before != c.made {
				t.Errorf("%s: %d %q, %d made", c.form, w.Code, w.Header().Get("Location"), passwords()-before)
			}
			if c.made == 0 {
				continue
			}
			password := regexp.MustCompile(`password=(\w+)|>((?:\w{4} ){5}\w{4})<`).FindStringSubmatch(w.Header().Get("Location") + w.Body.String())
			if password == nil {
				t.Fatal(w.Body)
			}
			r := httptest.NewRequest("GET", "/wp-json/wp/v2/users/me", nil)
			r.SetBasicAuth("ada", password[1]+password[2])
			answer := httptest.NewRecorder()
			s.handler.ServeHTTP(answer, r)
			if answer.Code != 200 {
				t.Errorf("the new password: %d %s", answer.Code, answer.Body)
			}
		}
		// An application that has gone astray is told of by its host, and none is fooled by a form of another site.
		if w = (&browser{s: s}).sendPlain(page); w.Code != 302 {
			t.Error(w.Code)
		}
	})
}

func mustUser(s *testSite, login string) int64 {
	user, err := s.store.FindLogin(s.t.Context(), login, "")
	if err != nil || user == nil {
		s.t.Fatal(login, err)
	}
	return user.ID
}

// Who changes his password goes on in this browser, and nowhere else.
func TestOwnPassword(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		here := s.aUser("ada", "old")
		there := &browser{s: s, cookies: map[string]*http.Cookie{}}
		here.logIn("ada", "old", "&rememberme=1")
		there.logIn("ada", "old")
		w := here.send("/wp-json/wp/v2/users/me", "password=new", "X-WP-Nonce", here.nonce())
		if w.Code != 200 || len(w.Result().Cookies()) != 3 || w.Result().Cookies()[2].MaxAge != 1252800 {
			t.Errorf("%d %v", w.Code, w.Result().Cookies())
		}
		if here.me() != 200 || there.me() == 200 || s.sessions("ada").Len() != 1 {
			t.Errorf("here %d, there %d, %d sessions", here.me(), there.me(), s.sessions("ada").Len())
		}
		if status, answer := s.change("POST", fmt.Sprint("/users/", mustUser(s, "ada")), `{"password":"newer"}`); status != 200 || here.me() == 200 || s.sessions("ada").Len() != 0 {
			t.Errorf("%d %v, %d sessions", status, answer, s.sessions("ada").Len())
		}
	})
}

// withTokens makes a site that gives out JSON Web Tokens.
func withTokens(t *testing.T, s *testSite, secret string) {
	t.Helper()
	s.site.JWTSecret = secret
	server, err := handlers.NewServer(s.site)
	if err != nil {
		t.Fatal(err)
	}
	s.api = server
	s.handler = handlers.NewSite(s.site, server)
}

// The codes and members are those of the plugin's documentation.
func TestTokens(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		const secret = "a secret that is long enough"
		s.aUser("ada", "secret")
		if w := s.do("POST", "/wp-json/jwt-auth/v1/token", nil); w.Code != 404 {
			t.Errorf("without a secret: %d", w.Code)
		}
		withTokens(t, s, "short")
		s.wantError(s.do("POST", "/wp-json/jwt-auth/v1/token?username=ada&password=secret", nil), 403, "jwt_auth_bad_config")
		withTokens(t, s, secret)
		w := s.do("POST", "/wp-json/jwt-auth/v1/token", strings.NewReader(`{"username":"ada","password":"secret"}`), "Content-Type", "application/json")
		parts := regexp.MustCompile(`^\{"token":"([^"]+)","user_email":"ada@example.org","user_nicename":"ada","user_display_name":"ada"\}$`).FindStringSubmatch(w.Body.String())
		if w.Code != 200 || parts == nil {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		token := parts[1]
		claims := jwt.MapClaims{}
		if _, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return []byte(secret), nil }, jwt.WithTimeFunc(s.site.Now)); err != nil {
			t.Fatal(err)
		}
		iat, exp := claims["iat"].(float64), claims["exp"].(float64)
		if claims["iss"] != "https://example.org" || iat != float64(testNow.Unix()) || claims["nbf"] != iat || exp-iat != 7*86400 ||
			claims["data"].(map[string]any)["user"].(map[string]any)["id"] != fmt.Sprint(mustUser(s, "ada")) {
			t.Error(claims)
		}
		sign := func(method jwt.SigningMethod, key any, change func(jwt.MapClaims)) string {
			c := jwt.MapClaims{"iss": "https://example.org", "iat": iat, "nbf": iat, "exp": exp, "data": map[string]any{"user": map[string]any{"id": mustUser(s, "ada")}}}
			change(c)
			text, err := jwt.NewWithClaims(method, c).SignedString(key)
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		same := func(jwt.MapClaims) {}
		for _, c := range []struct{ name, header, code string }{
			{"good", "Bearer " + token, ""},
			{"the plugin's", "Bearer " + sign(jwt.SigningMethodHS256, []byte(secret), same), ""},
			{"none", "", "jwt_auth_no_auth_header"},
			{"other scheme", "Basic YTpi", "jwt_auth_bad_auth_header"},
			{"no token", "Bearer ", "jwt_auth_bad_auth_header"},
			{"broken", "Bearer a.b", "jwt_auth_invalid_token"},
			{"other key", "Bearer " + sign(jwt.SigningMethodHS256, []byte("x"), same), "jwt_auth_invalid_token"},
			{"other method", "Bearer " + sign(jwt.SigningMethodHS512, []byte(secret), same), "jwt_auth_invalid_token"},
			{"unsigned", "Bearer " + sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, same), "jwt_auth_invalid_token"},
			{"expired", "Bearer " + sign(jwt.SigningMethodHS256, []byte(secret), func(c jwt.MapClaims) { c["exp"] = iat - 1 }), "jwt_auth_invalid_token"},
			{"for ever", "Bearer " + sign(jwt.SigningMethodHS256, []byte(secret), func(c jwt.MapClaims) { delete(c, "exp") }), "jwt_auth_invalid_token"},
			{"other site", "Bearer " + sign(jwt.SigningMethodHS256, []byte(secret), func(c jwt.MapClaims) { c["iss"] = "https://other.example" }), "jwt_auth_bad_iss"},
			{"nobody", "Bearer " + sign(jwt.SigningMethodHS256, []byte(secret), func(c jwt.MapClaims) { delete(c, "data") }), "jwt_auth_bad_request"},
			{"gone user", "Bearer " + sign(jwt.SigningMethodHS256, []byte(secret), func(c jwt.MapClaims) { c["data"] = map[string]any{"user": map[string]any{"id": 99999}} }), "jwt_auth_invalid_token"},
		} {
			header := []string{"Authorization", c.header}
			if c.header == "" {
				header = nil
			}
			w := s.do("POST", "/wp-json/jwt-auth/v1/token/validate", nil, header...)
			if c.code == "" {
				if w.Body.String() != `{"code":"jwt_auth_valid_token","data":{"status":200}}` {
					t.Errorf("%s: %s", c.name, w.Body)
				}
				if w := s.get("/wp-json/wp/v2/users/me?_fields=slug", header...); w.Body.String() != `{"slug":"ada"}` {
					t.Errorf("%s: %s", c.name, w.Body)
				}
				continue
			}
			s.wantError(w, 403, c.code)
			if strings.HasPrefix(c.header, "Bearer x") {
				s.wantError(s.get("/wp-json/wp/v2/posts", header...), 403, c.code)
			}
		}
		for query, code := range map[string]string{
			"username=ada&password=wrong": "incorrect_password", "username=bob&password=x": "invalid_username", "username=bob@example.org&password=x": "invalid_email",
			"username=ada": "empty_password", "password=x": "empty_username",
		} {
			s.wantError(s.do("POST", "/wp-json/jwt-auth/v1/token?"+query, nil), 403, "[jwt_auth] "+code)
		}
		if status, answer := s.change("POST", fmt.Sprint("/users/", mustUser(s, "ada")), `{"password":"new"}`); status != 200 {
			t.Fatal(answer)
		}
		s.wantError(s.get("/wp-json/wp/v2/posts", "Authorization", "Bearer "+token), 403, "jwt_auth_invalid_token")
		s.wantError(s.get("/wp-json/wp/v2/posts", "Authorization", "Bearer x"), 403, "jwt_auth_invalid_token")
	})
}

// Guessing is slowed down, by all ways of signing in together; who is signed in notices nothing.
func TestTooManyAttempts(t *testing.T) {
	s := sqliteSite(t, 1)
	withTokens(t, s, "a secret that is long enough")
	b := s.aUser("ada", "secret")
	b.logIn("ada", "secret")
	now := testNow
	s.site.Attempts = &auth.Attempts{PerAddress: 3, PerAccount: 100, Window: 30 * time.Minute, Now: func() time.Time { return now }}
	guess := &browser{s: s, cookies: map[string]*http.Cookie{}}
	for range 10 { // what succeeds does not count
		if w := guess.logIn("ada", "secret"); w.Code != 302 {
			t.Fatal(w.Code)
		}
	}
	guess.logIn("ada", "wrong")
	guess.logIn("nobody", "wrong")
	s.wantError(s.do("POST", "/wp-json/jwt-auth/v1/token?username=ada&password=wrong", nil), 403, "[jwt_auth] incorrect_password")
	w := guess.logIn("ada", "secret")
	if w.Code != 429 || w.Header().Get("Retry-After") != "600" || !strings.Contains(problem(w), "10 minutes") {
		t.Errorf("%d %v %s", w.Code, w.Header(), problem(w))
	}
	w = s.do("POST", "/wp-json/jwt-auth/v1/token?username=ada&password=secret", nil)
	s.wantError(w, 429, "rest_too_many_requests")
	if w.Header().Get("Retry-After") != "600" {
		t.Error(w.Header())
	}
	s.wantError(s.get("/wp-json/wp/v2/posts", "Authorization", "Basic YWRhOnNlY3JldA=="), 429, "rest_too_many_requests")
	if w := s.get("/wp-json/wp/v2/users/me", "as", "admin"); w.Code != 200 {
		t.Errorf("an application password: %d", w.Code)
	}
	if b.me() != 200 || s.get("/wp-json/wp/v2/posts").Code != 200 {
		t.Error("who has signed in, or needs not to, is refused")
	}
	if now = now.Add(10 * time.Minute); guess.logIn("ada", "secret").Code != 302 {
		t.Error("it does not end")
	}
}

// The pages hold nothing back from those who use no mouse, and give nothing away.
func TestPagesAreSafe(t *testing.T) {
	s := sqliteSite(t, 1)
	for target, want := range map[string]int{
		"/wp-login.php": 200, "/wp-login.php?action=lostpassword": 501, "/wp-login.php?action=register": 501, "/wp-login.php?action=logout": 403, "/wp-login.php?interim-login=1": 200,
		"/wp-login.php?action=other&redirect_to=%22%3E%3Cscript%3E": 200, "/other/wp-login.php": 404, "/wp-login.php/x": 404,
	} {
		w := s.get(target)
		h := w.Header()
		if w.Code != want {
			t.Errorf("%s: %d", target, w.Code)
		}
		if want == 404 {
			continue
		}
		frames := "'none'"
		if strings.Contains(target, "interim") {
			frames = "'self'"
		}
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; style-src 'sha256-") || !strings.HasSuffix(h.Get("Content-Security-Policy"), "frame-ancestors "+frames) ||
			h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("Cache-Control"), "no-store") || strings.Contains(w.Body.String(), "<script") || !strings.Contains(w.Body.String(), `<html lang="en">`) {
			t.Errorf("%s: %v %s", target, h, w.Body)
		}
	}
	if w := s.do(http.MethodHead, "/wp-login.php", nil); w.Code != 200 || w.Body.Len() != 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	big := &browser{s: s, cookies: map[string]*http.Cookie{}}
	if w := big.send("/wp-login.php", "log="+strings.Repeat("x", 1<<20)); w.Code != 400 {
		t.Errorf("%d", w.Code)
	}
}

// Some proxies add a header of their own to what a client has sent: what the client says of itself does not count.
func TestForgedForwarding(t *testing.T) {
	s := sqliteSite(t, 1)
	s.site.Proxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	b := s.aUser("jane", "jane-pass")
	r := httptest.NewRequest(http.MethodPost, "/wp-login.php", strings.NewReader("log=jane&pwd=jane-pass"))
	r.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Forwarded-For": {"203.0.113.9", "198.51.100.7"}, "X-Forwarded-Proto": {"https", "http"}}
	w := httptest.NewRecorder()
	b.s.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.Secure {
			t.Errorf("%s is for TLS only", c.Name)
		}
	}
	sessions := s.sessions("jane")
	if sessions.Len() != 1 {
		t.Fatal(w.Code, sessions.Len())
	}
	session, _ := sessions.Values()[0].(*php.Array)
	if ip, _ := session.Get("ip"); ip != "198.51.100.7" {
		t.Errorf("the client's address is %v", ip)
	}
}
