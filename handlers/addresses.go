package handlers

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/fetch"
	"github.com/headpress/headpress/sanitize"
)

// lookup bounds how long the name of a host is looked up.
const lookup = 3 * time.Second

// webHost takes apart an address of the web, which may begin with two slashes instead of a scheme; ok is false for
// others, and where there is a user in it.
func webHost(address string) (host string, port int, ok bool) {
	if sanitize.NoNull(address) != address {
		return "", 0, false
	}
	scheme, rest, ok := strings.Cut(address, "//")
	if s := strings.ToLower(scheme); !ok || s != "" && s != "http:" && s != "https:" {
		return "", 0, false
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	if strings.Contains(rest, "@") {
		return "", 0, false
	}
	host = rest
	if at := strings.LastIndexByte(rest, ':'); at >= 0 {
		host = rest[:at]
		if text := strings.TrimLeft(rest[at+1:], " \t\n\v\f\r"); text != "" { // as PHP reads numbers: what follows the digits does not count
			digits := text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
			n, err := strconv.ParseUint(digits, 10, 16)
			if err != nil {
				return "", 0, false
			}
			port = int(n)
		}
	}
	return host, port, host != "" && !strings.ContainsAny(host, ":[]")
}

// reachable tells whether something might be fetched from an address: one of this site, or one of the internet, at a usual
// port (wp_http_validate_url). With resolve the name of a foreign host is looked up, and must be known.
func (s *session) reachable(address string, resolve bool) bool {
	host, port, ok := webHost(address)
	if !ok {
		return false
	}
	usual := port == 0 || port == 80 || port == 443 || port == 8080
	if home, err := url.Parse(s.home); err == nil && strings.EqualFold(home.Hostname(), host) {
		return usual || home.Port() == strconv.Itoa(port)
	}
	host = strings.Trim(host, ".")
	if ip, err := netip.ParseAddr(host); err == nil {
		return usual && public(ip)
	}
	if !usual || strings.EqualFold(host, "localhost") {
		return false
	}
	if !resolve {
		return true
	}
	ctx, cancel := context.WithTimeout(s.ctx, lookup)
	defer cancel()
	found, err := s.site.resolve(ctx, host)
	return err == nil && len(found) > 0 && public(found[0])
}

// public tells whether an address is one that WordPress knows to be public, which are none of IPv6.
func public(ip netip.Addr) bool { return ip.Unmap().Is4() && fetch.Public(ip) }

// resolve looks up the name of a host.
func (site *Site) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if site.Lookup != nil {
		return site.Lookup(ctx, host)
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
}
