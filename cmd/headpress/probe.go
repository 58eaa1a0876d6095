package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

type probeCmd struct{}

// Run asks the server of the same settings whether it is ready: a container without a
// shell has nothing else to do so with.
func (probeCmd) Run(a *app) error {
	ctx, cancel := context.WithTimeout(a.ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, probeAddress(a.Listen)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", res.Status)
	}
	return nil
}

// probeAddress is where a server that listens at an address is reached from its own machine. It needs
// no names: a container may know none.
func probeAddress(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return localAddress(listen)
	}
	switch ip := net.ParseIP(host); {
	case host == "", ip != nil && ip.IsUnspecified() && ip.To4() != nil:
		host = "127.0.0.1"
	case ip != nil && ip.IsUnspecified():
		host = "::1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
