//go:build unix

package instance

import (
	"io/fs"
	"os"
	"syscall"
)

// mine tells whether a file belongs to the user of this process.
func mine(info fs.FileInfo) bool {
	about, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(about.Uid) == os.Geteuid()
}
