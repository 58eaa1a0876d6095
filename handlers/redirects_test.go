package handlers

import (
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// Where visitors are sent after signing in; WordPress gave the same answers for a site at
// http://127.0.0.1:8221, "" being the address that it falls back on.
func TestOwnAddress(t *testing.T) {
	s := &session{home: "http://127.0.0.1:8221", siteURL: "http://127.0.0.1:8221"}
	for location, want := range map[string]string{
		"/": "/", "/x?y=1#z": "/x?y=1#z", "x": "/x", "x/y": "/x/y", "../x": "/../x", "?x=1": "?x=1", "#x": "#x",
		"//evil.example": "", "///evil.example": "", "////evil.example/x": "", `/\evil.example`: "/evil.example", `\\evil.example`: "/evil.example", `/\/evil.example`: "",
		"http://127.0.0.1:8221/x": "http://127.0.0.1:8221/x", "http://127.0.0.1/x": "http://127.0.0.1/x", "https://127.0.0.1:9999/x": "https://127.0.0.1:9999/x",
		"HTTP://127.0.0.1/x": "", "ftp://127.0.0.1/x": "", "http:127.0.0.1": "", "http:/127.0.0.1": "", "http:///127.0.0.1": "",
		"http://127.0.0.1.evil.example/": "", "http://evil.example/": "", "http://127.0.0.1@evil.example/": "", `http://127.0.0.1\@evil.example/`: "",
		"http://127.0.0.1:80@evil.example/": "", "http://127.0.0.1#@evil.example/": "http://127.0.0.1#@evil.example/", "http://127.0.0.1?@evil.example/": "http://127.0.0.1?@evil.example/",
		"javascript:alert(1)": "", "javascript://127.0.0.1/%0aalert(1)": "", "data:text/html,x": "", "mailto:a@b": "", "http://": "", ":": "", "a:b": "", "localhost:80": "",
		"/a b": "/a%20b", "/a%0d%0aSet-Cookie:x": "/aSet-Cookie:x", "/ä": "/%C3%A4", `/"x"<y>`: "/xy", " /x": "/x", "\t/x": "/x", "http://127.0.0.1 /": "",
		"/x?u=//evil.example": "/x?u=//evil.example", "http://[::1]/": "", "http://127.0.0.1:8221:80/x": "", "http://127.0.0.1:99999/": "",
		"//127.0.0.1/x": "http://127.0.0.1/x", "http://127.0.0.1;evil.example/": "", "http://127.0.0.1%2eevil.example/": "", "http://127.0.0.1%00.evil.example/": "",
		"http://127.0.0.1%0d%0a.evil.example/": "", "http://127.0.0.1./": "", `http://evil.example\127.0.0.1/`: "", "/\x01x": "/x", "/x\x80y": "/xy", "": "",
	} {
		got, ok := s.ownAddress(location, "/wp-login.php")
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("%q: %q, want %q", location, got, want)
		}
	}
}

// Addresses that WordPress takes from applications, and refuses.
func TestReadAppAddress(t *testing.T) {
	for address, want := range map[string]string{
		"": "", "0": "", "https://a.example/ok": "", "HTTPS://a.example": "", "http://127.0.0.1:3000/": "", "http://[::1]/x": "", "wordpress://app": "", "my-app+1.2://x": "", "https://user:pw@a.example/": "",
		"https://a.example:/": "", "https://ä.example/": "", "https://a.example/x y": "",
		"http://a.example/ok": badScheme, "http://localhost/ok": badScheme, "http://127.0.0.2/": badScheme, "http://127.1/": badScheme, "http://a.localhost/": badScheme,
		"myapp://": badAddress, "myapp:": badAddress, "myapp:x": badAddress, "javascript:alert(1)": badAddress, "JavaScript://x": badAddress, "data://x": badAddress, "//a.example/x": badAddress,
		"/relative": badAddress, "relative": badAddress, ":": badAddress, "http://": badAddress, "https:///": badAddress, "http:a": badAddress, " https://a.example": badAddress,
		"https://a.example:99999/": badAddress, "1app://x": badAddress, "my_app://x": badAddress, "mailto:a@b.c": badAddress, `https:\\a.example`: badAddress, "https://?x": badAddress,
		// WordPress lets these pass.
		"HtTp://a.example": badScheme, "https://a b/": badAddress, `https://a.example\@b`: badAddress, "https://[::1": badAddress,
	} {
		a, problem := readAppAddress(address)
		if problem != want {
			t.Errorf("%q: %q, want %q", address, problem, want)
		}
		if strings.ContainsAny(a.source, " ;,'\"") {
			t.Errorf("%q: source %q", address, a.source)
		}
	}
}

// What WordPress makes of an address that the password is sent to.
func TestWithArgs(t *testing.T) {
	args := php.Map{{Key: "user_login", Value: "a b"}, {Key: "password", Value: "P"}}
	for address, want := range map[string]string{
		"https://a.example":                         "https://a.example?user_login=a+b&password=P",
		"https://a.example/?":                       "https://a.example/?user_login=a+b&password=P",
		"https://a.example/?x":                      "https://a.example/?x&user_login=a+b&password=P",
		"https://a.example/?x=1&x=2":                "https://a.example/?x=2&user_login=a+b&password=P",
		"https://a.example/?x[]=1&x[]=2":            "https://a.example/?x%5B0%5D=1&x%5B1%5D=2&user_login=a+b&password=P",
		"https://a.example/?password=old&x.y=1":     "https://a.example/?password=P&x_y=1&user_login=a+b",
		"https://a.example/?x=a%20b+c%2Bd":          "https://a.example/?x=a+b+c%2Bd&user_login=a+b&password=P",
		"https://a.example/?x=1#f?g=2":              "https://a.example/?x=1&user_login=a+b&password=P#f?g=2",
		"app://x?y=http://z/?a=b":                   "app://x?y=http%3A%2F%2Fz%2F%3Fa%3Db&user_login=a+b&password=P",
		"http://127.0.0.1:3000/cb?state=a%2Fb%3D":   "http://127.0.0.1:3000/cb?state=a%2Fb%3D&user_login=a+b&password=P",
		"https://a.example/?x=1&amp;y=2&a=1;b=2&q=": "https://a.example/?x=1&amp;y=2&a=1%3Bb%3D2&q&user_login=a+b&password=P",
	} {
		if got := withArgs(address, args); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

func FuzzAddresses(f *testing.F) {
	f.Add("https://a.example/?x=1#y")
	f.Add(`//a\@b`)
	f.Fuzz(func(t *testing.T, address string) {
		s := &session{home: "https://example.org", siteURL: "https://example.org"}
		withArgs(address, nil)
		a, problem := readAppAddress(address)
		if problem == "" && strings.ContainsAny(a.address+a.source, " \r\n\"<>") {
			t.Errorf("%q: %+v", address, a)
		}
		if to, ok := s.ownAddress(address, "/wp-login.php"); ok && (strings.HasPrefix(to, "//") || strings.ContainsAny(to, " \r\n\\")) {
			t.Errorf("%q: %q", address, to)
		}
	})
}
