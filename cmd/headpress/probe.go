package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

type probeCmd struct{}

// Run asks the server of the same settings whether it is ready: a container without a
// shell has nothing else to do so with.
func (probeCmd) Run(a *app) error {
	ctx, cancel := context.WithTimeout(a.ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, localAddress(a.Listen)+"/readyz", nil)
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
