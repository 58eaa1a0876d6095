package handlers

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// ownAddress gives where a visitor may be sent to after signing in: only to an address of
// this site (wp_validate_redirect). from is the path of the page that sends him.
func (s *session) ownAddress(location, from string) (string, bool) {
	location = sanitize.Redirect(strings.Trim(location, " \t\n\r\x00\x08\x0b"))
	if location == "" {
		return "", false
	}
	if strings.HasPrefix(location, "//") { // a browser takes the scheme it has
		location = "http:" + location
	}
	test, _, _ := strings.Cut(location, "?")
	u, err := url.Parse(test)
	if err != nil || u.Opaque != "" || !goodPort(u) {
		return "", false
	}
	if u.Scheme == "" {
		if u.Path != "" && u.Path[0] != '/' {
			location = strings.TrimRight(path.Dir(from), "/") + "/" + location
		}
		return location, true
	}
	if !strings.HasPrefix(test, "http://") && !strings.HasPrefix(test, "https://") {
		return "", false
	}
	hosts := []string{hostOf(s.home), hostOf(s.siteURL)}
	return location, u.Host != "" && slices.ContainsFunc(hosts, func(h string) bool { return strings.EqualFold(h, u.Hostname()) })
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func goodPort(u *url.URL) bool {
	if u.Port() == "" {
		return true
	}
	_, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil
}

// The codes of what is wrong with a request to authorize an application.
const (
	badAddress  = "invalid_redirect_url_format"
	badScheme   = "invalid_redirect_scheme"
	badAppID    = "invalid_app_id"
	emptyNumber = "0" // PHP takes this text for nothing
)

// uuidLike is wp_is_uuid without a version.
var uuidLike = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// appAddress is where an application wants to be told of the decision. The password goes
// there, so what a browser may take for another address is refused too.
type appAddress struct {
	address string // as it goes out, "" for none
	shown   string // what people are told of it
	source  string // as a source of a Content-Security-Policy
}

// readAppAddress checks an address as WordPress does (wp_is_authorize_application_redirect_url_valid);
// problem is the code of what is wrong with it.
func readAppAddress(raw string) (a appAddress, problem string) {
	if raw == "" || raw == emptyNumber {
		return a, ""
	}
	sent, err := url.Parse(raw)
	if err != nil {
		return a, badAddress
	}
	a.address = sanitize.Redirect(raw)
	u, err := url.Parse(a.address)
	if err != nil || u.Scheme == "" || u.Host == "" || u.Hostname() == "" || u.Host != sent.Host || u.Scheme != sent.Scheme || !goodPort(u) {
		return a, badAddress
	}
	switch u.Scheme {
	case "javascript", "data":
		return a, badAddress
	case "http":
		if h := u.Hostname(); h != "127.0.0.1" && h != "::1" {
			return a, badScheme
		}
	case "https":
	default: // an app on the device
		a.source, a.shown = u.Scheme+":", u.Scheme+"://"+u.Host
		return a, ""
	}
	a.source, a.shown = u.Scheme+":", u.Host
	if plainHost.MatchString(u.Host) {
		a.source += "//" + u.Host
	}
	return a, ""
}

// plainHost is a host that may stand in a Content-Security-Policy as it is.
var plainHost = regexp.MustCompile(`^(?:[A-Za-z0-9.-]+|\[::1\])(?::[0-9]+)?$`)

// withArgs adds parameters to an address in place of those that it has already (add_query_arg).
func withArgs(address string, args php.Map) string {
	address, fragment, hasFragment := strings.Cut(address, "#")
	base, query, _ := strings.Cut(address, "?")
	q := php.ParseQuery(query)
	for _, a := range args {
		q.Set(a.Key, a.Value)
	}
	address = base + "?" + php.BuildQuery(q)
	if hasFragment {
		address += "#" + fragment
	}
	return address
}
