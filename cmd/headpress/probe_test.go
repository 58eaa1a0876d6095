package main

import "testing"

// A probe asks the server itself, without looking up a name.
func TestProbeAddress(t *testing.T) {
	for listen, want := range map[string]string{
		":8080":            "http://127.0.0.1:8080",
		"0.0.0.0:80":       "http://127.0.0.1:80",
		"[::]:8080":        "http://[::1]:8080",
		"[::1]:8080":       "http://[::1]:8080",
		"192.0.2.7:8080":   "http://192.0.2.7:8080",
		"site.example:443": "http://site.example:443",
	} {
		if got := probeAddress(listen); got != want {
			t.Errorf("%s: %s, want %s", listen, got, want)
		}
	}
}
