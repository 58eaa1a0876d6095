// Package fetch asks other sites by HTTP. Addresses may come from users, so it reaches public
// hosts only, whatever names, redirects or forms of writing lead elsewhere, and tells those it
// asks nothing of the site but who asks.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	// ErrOff refuses all requests where the operator has not allowed any.
	ErrOff = errors.New("requests to other sites are switched off")
	// ErrRefused refuses an address that no request may go to.
	ErrRefused = errors.New("the address is not one of a public site")
	// ErrTooLarge refuses an answer that is larger than was asked for.
	ErrTooLarge = errors.New("the answer is too large")
)

// Client asks other sites. Its zero value asks public ones.
type Client struct {
	// Off refuses to ask anybody, and to look up names.
	Off bool
	// Lookup finds the addresses of a host; nil asks the system.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	// Allow tells of hosts, as host:port, that may be asked though they are not public.
	Allow func(at string) bool

	slots chan struct{}
}

// maxAtOnce bounds how many sites a client asks at the same time.
const maxAtOnce = 8

// New makes a client, which asks nobody if it is off.
func New(off bool) *Client { return &Client{Off: off, slots: make(chan struct{}, maxAtOnce)} }

// Request is what is asked for. Only addresses of http and https are.
type Request struct {
	URL       string
	UserAgent string
	Timeout   time.Duration // of everything together
	Limit     int64         // bytes of the answer that are read, unpacked
	Cut       bool          // a larger answer is cut and not refused
	// Own is the site's own address: its host and port may be asked wherever they are.
	Own string
}

// Response is what a site answered. Redirects have been followed.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// maxRedirects is how often an answer may send us elsewhere, as in WordPress.
const maxRedirects = 5

// Check tells whether an address is one to ask: plain, of a usual port, and its host's addresses are
// public (wp_http_validate_url). An address without a scheme passes, as in WordPress; none is asked there.
func (c *Client) Check(ctx context.Context, address, own string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" && !web(u) {
		return ErrRefused
	}
	at := hostPort(u)
	if err := c.plain(u, own); err != nil || at == ownHost(own) {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	_, err = c.addresses(ctx, at, own)
	return err
}

// lookupTimeout is how long a check waits for the addresses of a host.
const lookupTimeout = 5 * time.Second

func web(u *url.URL) bool { return u.Scheme == "http" || u.Scheme == "https" }

// plain refuses addresses that name more than a host with a usual port.
func (c *Client) plain(u *url.URL, own string) error {
	host := u.Hostname()
	if host == "" || u.User != nil || u.Opaque != "" || strings.ContainsAny(host, ":#?[]% ") {
		return ErrRefused
	}
	switch port := u.Port(); {
	case port == "" || port == "80" || port == "443" || port == "8080", c.trusted(hostPort(u), own):
		return nil
	}
	return ErrRefused
}

// trusted tells of hosts with their ports that may be asked wherever they are.
func (c *Client) trusted(at, own string) bool {
	return at == ownHost(own) || c.Allow != nil && c.Allow(at)
}

// hostPort is the host of an address with its port, named or usual.
func hostPort(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

func ownHost(own string) string {
	u, err := url.Parse(own)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	return hostPort(u)
}

// addresses are where a host with its port is; one of them that is not public refuses them all, for
// which of them is asked is not for the host to choose.
func (c *Client) addresses(ctx context.Context, at, own string) ([]netip.AddrPort, error) {
	host, name, err := net.SplitHostPort(at)
	if err != nil {
		return nil, ErrRefused
	}
	port, err := strconv.ParseUint(name, 10, 16)
	if err != nil {
		return nil, ErrRefused
	}
	found, err := c.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, ErrRefused
	}
	all := make([]netip.AddrPort, len(found))
	for i, ip := range found {
		if !Public(ip) && !c.trusted(at, own) {
			return nil, ErrRefused
		}
		all[i] = netip.AddrPortFrom(ip.Unmap(), uint16(port))
	}
	return all, nil
}

func (c *Client) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	switch {
	case c.Off:
		return nil, ErrOff
	case c.Lookup != nil:
		return c.Lookup(ctx, host)
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// reserved are networks in which nobody's public site is (RFC 6890), or which hide another address within.
var reserved = func() (l []netip.Prefix) {
	for p := range strings.FieldsSeq("0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 " +
		"198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 2001::/23 2001:db8::/32 2002::/16 3fff::/20") {
		l = append(l, netip.MustParsePrefix(p))
	}
	return l
}()

var publicIPv6 = netip.MustParsePrefix("2000::/3")

// Public tells whether an address is one of the public internet.
func Public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsValid() || ip.Zone() != "" || ip.Is6() && !publicIPv6.Contains(ip) {
		return false
	}
	return !slices.ContainsFunc(reserved, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// Get asks for an address. What is refused is ErrOff, ErrRefused or ErrTooLarge; other errors are those of the network.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	if c.Off {
		return nil, ErrOff
	}
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	if c.slots != nil {
		select {
		case c.slots <- struct{}{}:
			defer func() { <-c.slots }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	transport := c.transport(r.Own)
	defer transport.CloseIdleConnections()
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil, ErrRefused
	}
	for range maxRedirects + 1 {
		if !web(u) {
			return nil, ErrRefused
		}
		if err := c.plain(u, r.Own); err != nil {
			return nil, err
		}
		u.Fragment = ""
		res, next, err := ask(ctx, transport, u, r)
		if err != nil || next == nil {
			return res, err
		}
		u = next
	}
	return nil, fmt.Errorf("more than %d redirects", maxRedirects)
}

// transport connects to addresses that were checked, and not to names: what a name
// stands for cannot change in between. Proxies of the environment do not count.
func (c *Client) transport(own string) *http.Transport {
	return &http.Transport{
		DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10, TLSHandshakeTimeout: 10 * time.Second,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			all, err := c.addresses(ctx, strings.ToLower(address), own)
			if err != nil {
				return nil, err
			}
			var d net.Dialer
			for _, to := range all {
				var conn net.Conn
				if conn, err = d.DialContext(ctx, network, to.String()); err == nil {
					return conn, nil
				}
			}
			return nil, err
		},
	}
}

// ask asks once: next is where the answer sends us.
func ask(ctx context.Context, transport *http.Transport, u *url.URL, r Request) (*Response, *url.URL, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, nil, ErrRefused
	}
	req.Header.Set("User-Agent", r.UserAgent)
	req.Header.Set("Accept", "*/*")
	res, err := transport.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	if to := res.Header.Get("Location"); to != "" && redirects(res.StatusCode) {
		next, err := u.Parse(to)
		if err != nil {
			return nil, nil, ErrRefused
		}
		return nil, next, nil
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, r.Limit+1))
	if int64(len(body)) > r.Limit {
		if !r.Cut {
			return nil, nil, ErrTooLarge
		}
		body, err = body[:r.Limit], nil
	}
	if err != nil {
		return nil, nil, err
	}
	return &Response{Status: res.StatusCode, Header: res.Header, Body: body}, nil, nil
}

// redirects tells whether a status sends us elsewhere; those that WordPress follows are more than browsers do.
func redirects(status int) bool {
	return status >= 300 && status <= 303 || status >= 307 && status <= 399
}
