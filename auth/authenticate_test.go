package auth

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// people are a site's users with their metadata; queries are counted.
type people struct {
	users   []*models.User
	meta    map[int64]map[string]string
	queries int
	saved   string
}

func (p *people) FindLogin(_ context.Context, login, email string) (*models.User, error) {
	p.queries++
	for _, u := range p.users {
		if strings.EqualFold(u.Login, login) || email != "" && strings.EqualFold(u.Email, email) {
			return u, nil
		}
	}
	return nil, nil
}

func (p *people) LoadUserMeta(_ context.Context, id int64, keys ...string) (map[string]string, error) {
	p.queries++
	out := map[string]string{}
	for _, k := range keys {
		out[k] = p.meta[id][k]
	}
	return out, nil
}

func (p *people) ReplaceUserMeta(_ context.Context, id int64, key, old, value string) error {
	p.queries++
	if p.meta[id][key] == old {
		p.saved = value
	}
	return nil
}

const (
	adminCookie = "admin|4070908800|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|b0a249d56aef2e29358817c1347540e2cf1c00c5040a4d18a6b19b523fe7bb8b"
	lastUsed    = 4070908800
)

// noon is when WordPress made the nonces below.
var noon = time.Date(2026, 11, 22, 15, 50, 0, 0, time.UTC)

func demo(t *testing.T) (*Authenticator, *people, *Access) {
	t.Helper()
	_, access, _ := loadWorld(t, worlds[0])
	salts, missing := NewSalts(func(name string) string { return "conformance-" + name }, nil)
	if len(missing) > 0 {
		t.Fatalf("missing %v", missing)
	}
	p := &people{
		users: []*models.User{
			{ID: 1, Login: "admin", Email: "admin@example.org", Pass: "$wp$2y$10$conformanceconformancOQSYANe7iV7gc5tkEbTrkAfqML3Mc.I6"},
			{ID: 5, Login: "subscriber", Email: "subscriber@example.org", Pass: "$P$BabcdefgHkL9FSrzkS7OTHOffPq59N/"},
		},
		meta: map[int64]map[string]string{1: {
			"wp_capabilities": `a:1:{s:13:"administrator";b:1;}`,
			"session_tokens":  `a:1:{s:64:"66d34fba71f8f450f7e45598853e53bfc23bbd129027cbb131a2f4ffd7878cd0";a:4:{s:10:"expiration";i:4070908800;s:2:"ip";s:9:"127.0.0.1";s:2:"ua";s:11:"conformance";s:5:"login";i:1700000000;}}`,
			"_application_passwords": `a:1:{i:0;a:7:{s:4:"uuid";s:36:"00000000-0000-4000-8000-000000000001";s:6:"app_id";s:0:"";s:4:"name";s:11:"conformance";s:8:"password";` +
				`s:49:"$generic$9O62Iu1GJ05LDrwdNKhcdG3q4m8_rqQLuvSooMOO";s:7:"created";i:1700000001;s:9:"last_used";i:4070908800;s:7:"last_ip";s:9:"127.0.0.1";}}`,
		}},
	}
	return &Authenticator{Accounts: p, Salts: salts, CapsKey: "wp_capabilities", AppPasswords: true, Now: func() time.Time { return noon }}, p, access
}

func (p *people) UserByID(_ context.Context, id int64) (*models.User, error) {
	p.queries++
	for _, u := range p.users {
		if u.ID == id {
			return u, nil
		}
	}
	return nil, nil
}

func (p *people) RenewPassword(_ context.Context, id int64, old, hash string) error {
	p.queries++
	for _, u := range p.users {
		if u.ID == id && u.Pass == old {
			u.Pass = hash
		}
	}
	return nil
}

func basic(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }

func text(s string) *string { return &s }

// What WordPress made of the same credentials.
func TestAuthenticate(t *testing.T) {
	const adminNonce, visitorNonce = "5c4d05f76a", "f0e60aee38"
	good := basic("admin:demodemodemodemodemoadmi")
	for _, c := range []struct {
		name    string
		c       Credentials
		user    int64
		fresh   string
		invalid bool
		queries int
	}{
		{"nothing", Credentials{}, 0, "", false, 0},
		{"application password", Credentials{Authorization: good}, 1, "", false, 2},
		{"with spaces, by e-mail", Credentials{Authorization: basic("Admin@Example.org:demo demo demo demo demo admi")}, 1, "", false, 2},
		{"another case, accent and tag in the login", Credentials{Authorization: basic(" Ád<b>min:demodemodemodemodemoadmi")}, 1, "", false, 2},
		{"small letters in the scheme", Credentials{Authorization: "basic " + good[6:]}, 1, "", false, 2},
		{"application password with a bad nonce", Credentials{Authorization: good, Nonce: text("bad")}, 1, "", false, 2},
		{"wrong password", Credentials{Authorization: basic("admin:wrong")}, 0, "", false, 2},
		{"login password", Credentials{Authorization: basic("admin:admin-pass")}, 0, "", false, 2},
		{"unknown user", Credentials{Authorization: basic("nobody:demodemodemodemodemoadmi")}, 0, "", false, 1},
		{"other scheme", Credentials{Authorization: "Bearer abc"}, 0, "", false, 0},
		{"no base64", Credentials{Authorization: "Basic !!!"}, 0, "", false, 0},
		{"wrong password with a bad nonce", Credentials{Authorization: basic("admin:x"), Nonce: text("bad")}, 0, "", true, 2},
		{"cookie without nonce", Credentials{Cookie: adminCookie}, 0, "", false, 2},
		{"cookie with nonce", Credentials{Cookie: adminCookie, Nonce: text(adminNonce)}, 1, adminNonce, false, 2},
		{"encoded cookie", Credentials{Cookie: strings.ReplaceAll(adminCookie, "|", "%7C"), Nonce: text(adminNonce)}, 1, adminNonce, false, 2},
		{"cookie with a bad nonce", Credentials{Cookie: adminCookie, Nonce: text("badbadbad0")}, 1, "", true, 2},
		{"cookie with an empty nonce", Credentials{Cookie: adminCookie, Nonce: text("")}, 1, "", true, 2},
		{"cookie goes before the password", Credentials{Cookie: adminCookie, Authorization: good}, 0, "", false, 2},
		{"cookie with another's nonce", Credentials{Cookie: adminCookie, Nonce: text(visitorNonce)}, 1, "", true, 2},
		{"nonce without cookie", Credentials{Nonce: text(adminNonce)}, 0, "", true, 0},
		{"a visitor's nonce", Credentials{Nonce: text(visitorNonce)}, 0, visitorNonce, false, 0},
		{"broken cookie", Credentials{Cookie: "admin|1|x|y"}, 0, "", false, 0},
		{"forged cookie", Credentials{Cookie: adminCookie[:len(adminCookie)-1] + "0", Nonce: text(adminNonce)}, 0, "", true, 2},
		{"forged cookie, good password", Credentials{Cookie: adminCookie[:len(adminCookie)-1] + "0", Authorization: good}, 1, "", false, 4},
		{"four bars", Credentials{Cookie: adminCookie + "|x"}, 0, "", false, 0},
	} {
		a, p, access := demo(t)
		r, err := a.Authenticate(context.Background(), access, c.c)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if r.User.ID != c.user || r.FreshNonce != c.fresh || r.InvalidNonce != c.invalid || (r.Row != nil) != (c.user != 0) {
			t.Errorf("%s: user %d, fresh nonce %q, invalid %v", c.name, r.User.ID, r.FreshNonce, r.InvalidNonce)
		}
		if p.queries != c.queries || p.saved != "" {
			t.Errorf("%s: %d queries, saved %q", c.name, p.queries, p.saved)
		}
		if want := c.user == 1; r.User.Can("manage_options") != want {
			t.Errorf("%s: manages options: %v", c.name, !want)
		}
	}
}

func TestApplicationPasswordsMayBeOff(t *testing.T) {
	a, p, access := demo(t)
	a.AppPasswords = false
	r, err := a.Authenticate(context.Background(), access, Credentials{Authorization: basic("admin:demodemodemodemodemoadmi")})
	if err != nil || r.User.LoggedIn() || p.queries != 0 {
		t.Errorf("user %d, %d queries, %v", r.User.ID, p.queries, err)
	}
}

func TestUseIsRecordedOnceADay(t *testing.T) {
	for _, c := range []struct {
		last any
		want bool
	}{
		{nil, true}, {noon.Unix() - 90000, true}, {noon.Unix() - 80000, false}, {int64(lastUsed), false},
	} {
		a, p, access := demo(t)
		list := php.MaybeUnserialize(p.meta[1]["_application_passwords"]).(*php.Array)
		list.Values()[0].(*php.Array).Set("last_used", c.last)
		p.meta[1]["_application_passwords"], _ = php.Serialize(list)
		if _, err := a.Authenticate(context.Background(), access, Credentials{Authorization: basic("admin:demodemodemodemodemoadmi"), IP: "192.0.2.7"}); err != nil {
			t.Fatal(err)
		}
		if (p.saved != "") != c.want {
			t.Errorf("last used %v: saved %q", c.last, p.saved)
		}
		if c.want && (!strings.Contains(p.saved, `s:7:"last_ip";s:9:"192.0.2.7"`) || !strings.Contains(p.saved, `s:9:"last_used";i:1795362600`)) {
			t.Errorf("saved %s", p.saved)
		}
	}
}

// Cookies that WordPress made for one session under hashes of every generation.
func TestCookiesOfAllHashes(t *testing.T) {
	salts, _ := NewSalts(func(name string) string { return "oracle-" + name }, nil)
	end := time.Unix(4070908800, 0)
	sessions := &php.Array{}
	sessions.Set(SessionVerifier("tok"), end.Unix())
	for hash, mac := range map[string]string{
		"$P$BabcdefgHkL9FSrzkS7OTHOffPq59N/": "2bdf706bbe11ffd90e9d6879234ff6a61da60bf4030fa2287d58caecdd1de689",
		"$wp$2y$10$conf":                     "d50040bdda04e6664142ace912dc492694cdfe4be5f52eb1c142b1da97c6c294",
		"$2y$10$xyzu":                        "11ebebd232dfc07b193bd7f578f741086856653681c2f27516f08d3a1fbc8b18",
		"5f4dcc3b5aa765d61d8327deb882cf99":   "a72fdfaf0ff9844dc588d0ad9b187fad048b0a9a0845de12551934079b704eb5",
		"$2a$10$abcdefgh":                    "b4bf2abee8ea0b41c3034d91071f2dd8921ac2f753334c36d00e234e5e9bd324",
		"ab":                                 "7f7615136f12ee6916bbe4f8a4494ac77e191ef861e9bcfb73ecb1f359874ebd",
	} {
		want := "subscriber|4070908800|tok|" + mac
		if got := salts.NewCookie(SchemeLoggedIn, "subscriber", hash, end, "tok"); got != want {
			t.Errorf("hash %s: cookie %s, want %s", hash, got, want)
		}
		cookie, ok := ParseCookie(want)
		if !ok || !salts.CheckCookie(SchemeLoggedIn, noon, cookie, hash, sessions) {
			t.Errorf("hash %s: cookie refused", hash)
		}
		if salts.CheckCookie(SchemeLoggedIn, end.Add(time.Second), cookie, hash, sessions) || salts.CheckCookie(SchemeLoggedIn, noon, cookie, hash, nil) {
			t.Errorf("hash %s: a session that is over or was ended counts", hash)
		}
	}
	if got := CookieName(SchemeLoggedIn, "https://demo.example.org"); got != "wordpress_logged_in_aaf87cd96502375db2f617e1b819f4ad" {
		t.Errorf("name %s", got)
	}
}

func TestNoncesLiveTwoTicks(t *testing.T) {
	a, _, _ := demo(t)
	nonce := a.Salts.Nonce(noon, RESTAction, 1, "token")
	for after, want := range map[time.Duration]bool{0: true, 11 * time.Hour: true, 20 * time.Hour: true, 25 * time.Hour: false, -13 * time.Hour: false} {
		if got := a.Salts.CheckNonce(noon.Add(after), nonce, RESTAction, 1, "token"); got != want {
			t.Errorf("after %v: %v", after, got)
		}
	}
}

func TestWithoutSecretsNothingIsSigned(t *testing.T) {
	cookie := Cookie{Login: "admin", Expiration: noon.Unix() + 60, Token: "tok"}
	cookie.MAC = Salts{}.sign(SchemeLoggedIn, cookie, "x")
	sessions := &php.Array{}
	sessions.Set(SessionVerifier("tok"), cookie.Expiration)
	if (Salts{}).CheckCookie(SchemeLoggedIn, noon, cookie, "x", sessions) {
		t.Error("a cookie counts")
	}
	if nonce := (Salts{}).Nonce(noon, RESTAction, 0, ""); (Salts{}).CheckNonce(noon, nonce, RESTAction, 0, "") {
		t.Error("a nonce counts")
	}
}

func TestSalts(t *testing.T) {
	settings := map[string]string{"AUTH_KEY": "a", "AUTH_SALT": "b", "LOGGED_IN_KEY": "same", "LOGGED_IN_SALT": "same", "NONCE_KEY": "put your unique phrase here", "SECURE_AUTH_KEY": "c"}
	options := map[string]string{"logged_in_key": "x", "logged_in_salt": "y", "nonce_key": "z"}
	salts, missing := NewSalts(func(n string) string { return settings[n] }, func(n string) string { return options[n] })
	if salts[SchemeAuth] != "ab" || salts[SchemeLoggedIn] != "xy" || salts[SchemeSecureAuth] != "c" || salts[SchemeNonce] != "z" {
		t.Errorf("salts %v", salts)
	}
	if got := strings.Join(missing, " "); got != "secure_auth_salt nonce_salt" {
		t.Errorf("missing %s", got)
	}
}

func FuzzCredentials(f *testing.F) {
	f.Add("Basic YWRtaW46eA==", adminCookie)
	f.Add("basic !!!", "a|b|c|d")
	f.Add("Basic", "%7C%7c%")
	f.Fuzz(func(t *testing.T, header, cookie string) {
		a, _, access := demoFuzz()
		r, err := a.Authenticate(context.Background(), access, Credentials{Authorization: header, Cookie: cookie, Nonce: text("0000000000")})
		if err != nil || r.User.LoggedIn() && cookie != adminCookie {
			t.Errorf("user %d, %v", r.User.ID, err)
		}
	})
}

func demoFuzz() (*Authenticator, *people, *Access) {
	salts, _ := NewSalts(func(name string) string { return "conformance-" + name }, nil)
	p := &people{users: []*models.User{{ID: 1, Login: "admin", Pass: "x"}}}
	return &Authenticator{Accounts: p, Salts: salts, AppPasswords: true, Now: func() time.Time { return noon }}, p, &Access{}
}
