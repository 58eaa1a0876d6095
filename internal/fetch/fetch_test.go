package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

// names is a resolver that knows a few names.
func names(known map[string]string) func(context.Context, string) ([]netip.Addr, error) {
	return func(_ context.Context, host string) (l []netip.Addr, err error) {
		for ip := range strings.FieldsSeq(known[host]) {
			l = append(l, netip.MustParseAddr(ip))
		}
		if l == nil {
			err = &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		return l, err
	}
}

func TestCheck(t *testing.T) {
	c := New(false)
	c.Lookup = names(map[string]string{"public.test": "93.184.216.34", "six.test": "2606:2800:220:1::1", "inside.test": "10.1.2.3", "mixed.test": "93.184.216.34 127.0.0.1",
		"mapped.test": "::ffff:127.0.0.1", "home.test": "10.0.0.9", "127.1": "127.0.0.1"})
	for address, ok := range map[string]bool{
		"http://public.test/": true, "https://public.test/a?b#c": true, "http://six.test/": true, "http://public.test:8080/": true, "http://public.test:443/": true,
		"//public.test/": true, "http://93.184.216.34/": true,
		"": false, "nope": false, "/path": false, "ftp://public.test/": false, "file:///etc/passwd": false, "gopher://public.test/": false, "javascript:alert(1)": false,
		"http://user:pw@public.test/": false, "http://user@public.test/": false, "http://public.test:22/": false, "http://public.test:0/": false, "http://public.test:99999/": false,
		"http://inside.test/": false, "http://mixed.test/": false, "http://mapped.test/": false, "http://unknown.test/": false, "http:///x": false,
		"http://127.0.0.1/": false, "http://127.1/": false, "http://0x7f000001/": false, "http://2130706433/": false, "http://0177.0.0.1/": false, "http://localhost/": false,
		"http://10.0.0.1/": false, "http://172.16.0.1/": false, "http://192.168.1.1/": false, "http://169.254.169.254/latest/meta-data/": false, "http://100.64.0.1/": false,
		"http://0.0.0.0/": false, "http://224.0.0.1/": false, "http://255.255.255.255/": false, "http://198.18.0.1/": false,
		"http://[::1]/": false, "http://[::ffff:127.0.0.1]/": false, "http://[fe80::1%25eth0]/": false,
		"http://home.test/": true, "https://home.test/": false, "http://home.test:8080/": false, "http://HOME.test:80/": true,
	} {
		if err := c.Check(t.Context(), address, "http://home.test"); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
	c.Off = true
	for address, ok := range map[string]bool{"http://public.test/": false, "http://93.184.216.34/": true, "http://home.test/": true} {
		if err := c.Check(t.Context(), address, "http://home.test"); (err == nil) != ok {
			t.Errorf("%s without lookups: %v", address, err)
		}
	}
}

func TestPublic(t *testing.T) {
	for ip, public := range map[string]bool{
		"8.8.8.8": true, "93.184.216.34": true, "172.15.0.1": true, "172.32.0.1": true, "2606:2800::1": true, "2a00::1": true,
		"127.0.0.1": false, "127.255.255.254": false, "0.1.2.3": false, "10.0.0.1": false, "100.127.0.1": false, "169.254.169.254": false, "172.31.0.1": false, "192.0.0.1": false,
		"192.168.0.1": false, "198.19.0.1": false, "224.0.0.1": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::ffff:10.0.0.1": false, "::ffff:8.8.8.8": true, "::7f00:1": false, "64:ff9b::7f00:1": false, "64:ff9b::808:808": false, "2002:7f00:1::": false,
		"2001::1": false, "fc00::1": false, "fd00:ec2::254": false, "fe80::1": false, "fec0::1": false, "ff02::1": false, "2606:2800::1%eth0": false,
	} {
		if Public(netip.MustParseAddr(ip)) != public {
			t.Errorf("%s: %v", ip, !public)
		}
	}
}

// Whatever leads to an address, it is the address that counts when it is dialled.
func TestGet(t *testing.T) {
	secret := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { t.Error("the inner server was asked") }))
	defer secret.Close()
	var got http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		to, _ := strings.CutPrefix(r.URL.Path, "/to/")
		switch {
		case r.URL.Path == "/long":
			w.Write([]byte(strings.Repeat("x", 1000)))
		case r.URL.Path == "/slow":
			<-r.Context().Done()
		case strings.HasPrefix(r.URL.Path, "/round/"):
			left := len(r.URL.Path) - len("/round/")
			http.Redirect(w, r, r.URL.Path[:len("/round/")+left-1], http.StatusFound)
			if left == 0 {
				t.Error("no end")
			}
		case to != r.URL.Path:
			if raw := r.URL.RawQuery; raw != "" {
				to, _ = url.QueryUnescape(raw)
			}
			w.Header().Set("Location", to)
			w.Header().Set("Set-Cookie", "a=b")
			w.WriteHeader(http.StatusFound)
		default:
			w.Write([]byte("hello " + r.URL.Path))
		}
	}))
	defer server.Close()
	c := New(false)
	at := strings.TrimPrefix(server.URL, "http://")
	c.Allow = func(host string) bool { return host == at }
	c.Lookup = names(map[string]string{"rebound.test": "127.0.0.1"})
	for _, test := range []struct {
		address string
		want    string
		err     error
	}{
		{server.URL + "/a", "hello /a", nil},
		{server.URL + "/to/?" + url.QueryEscape("/b"), "hello /b", nil},
		{server.URL + "/to/?" + url.QueryEscape("//"+at+"/c"), "hello /c", nil},
		{server.URL + "/to/?" + url.QueryEscape(secret.URL), "", ErrRefused},
		{server.URL + "/to/?" + url.QueryEscape("http://10.0.0.1/"), "", ErrRefused},
		{server.URL + "/to/?" + url.QueryEscape("http://[::ffff:127.0.0.1]/"), "", ErrRefused},
		{server.URL + "/to/?" + url.QueryEscape("http://rebound.test/"), "", ErrRefused},
		{server.URL + "/to/?" + url.QueryEscape("file:///etc/passwd"), "", ErrRefused},
		{server.URL + "/to/?" + url.QueryEscape("ftp://"+at+"/"), "", ErrRefused},
		{server.URL + "/to/?" + url.QueryEscape("http://u:p@"+at+"/"), "", ErrRefused},
		{server.URL + "/long", strings.Repeat("x", 100), nil},
		{"//" + at + "/a", "", ErrRefused},
		{secret.URL, "", ErrRefused},
		{"http://rebound.test/", "", ErrRefused},
	} {
		res, err := c.Get(t.Context(), Request{URL: test.address, UserAgent: "me", Timeout: time.Minute, Limit: 100, Cut: true})
		if !errors.Is(err, test.err) || err == nil && string(res.Body) != test.want {
			t.Errorf("%s: %v %v", test.address, res, err)
		}
	}
	if got.Get("User-Agent") != "me" || got.Get("Cookie")+got.Get("Referer")+got.Get("Authorization") != "" {
		t.Errorf("sent %v", got)
	}
	if _, err := c.Get(t.Context(), Request{URL: server.URL + "/long", Timeout: time.Minute, Limit: 100}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a long answer: %v", err)
	}
	if _, err := c.Get(t.Context(), Request{URL: server.URL + "/round/xxxxxxxxx", Timeout: time.Minute, Limit: 100}); err == nil || !strings.Contains(err.Error(), "redirects") {
		t.Errorf("many redirects: %v", err)
	}
	if _, err := c.Get(t.Context(), Request{URL: server.URL + "/slow", Timeout: 10 * time.Millisecond, Limit: 100}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a slow server: %v", err)
	}
	if _, err := New(true).Get(t.Context(), Request{URL: server.URL}); !errors.Is(err, ErrOff) {
		t.Errorf("switched off: %v", err)
	}
}

// An address that is checked is one of a public host, whatever it looks like.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{"http://a.test/", "http://127.0.0.1", "http://[::1]:80/", "http://a@b:80/", "//x", "http://0x7f.1/", "http://１２７.0.0.1/"} {
		f.Add(s)
	}
	c := New(false)
	c.Lookup = names(nil)
	f.Fuzz(func(t *testing.T, address string) {
		if c.Check(t.Context(), address, "") != nil {
			return
		}
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if ip, err := netip.ParseAddr(u.Hostname()); err != nil || !Public(ip) {
			t.Errorf("%q passes", address)
		}
	})
}
