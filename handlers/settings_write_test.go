package handlers

import "testing"

// TestIsZone tells zones from names that are near to one. Copies of the database load on
// some machines only, so none of them may count anywhere.
func TestIsZone(t *testing.T) {
	for name, want := range map[string]bool{
		"UTC": true, "Europe/Berlin": true, "America/Argentina/Buenos_Aires": true, "Etc/GMT+5": true, "EST5EDT": true, "Asia/Calcutta": true,
		"": false, "europe/berlin": false, "UTC+2": false, "Local": false, "posixrules": false, "posix/Europe/Berlin": false, "right/UTC": false,
		"../Europe/Berlin": false, "/Europe/Berlin": false, "Europe/": false, "Europe": false, "zone.tab": false,
	} {
		if got := isZone(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
