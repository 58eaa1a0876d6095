// Package instance names the process, so that others can tell whether it still runs,
// and gives it a folder for what is not finished yet.
package instance

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ID names this process among all of all machines:
// boot of the machine . process namespace . process . its start . random.
// Where the system does not tell, the first parts are empty and only age tells that a process is gone.
var ID = sync.OnceValue(func() string {
	place, pid := place(), strconv.Itoa(os.Getpid())
	start := started(pid)
	if place == "" || start == "" {
		place, start = ".", ""
	}
	return strings.Join([]string{place, pid, start, strings.ToLower(rand.Text()[:8])}, ".")
})

// place is the boot of this machine and the namespace that process numbers belong to: containers have their own.
func place() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	space, err := os.Readlink("/proc/self/ns/pid") // pid:[4026531836]
	if err != nil {
		return ""
	}
	short := strings.ReplaceAll(strings.TrimSpace(string(boot)), "-", "")
	return short[:min(16, len(short))] + "." + strings.Trim(strings.TrimPrefix(space, "pid:"), "[]")
}

// started is when a process began, in the kernel's count; "" where there is no such process.
func started(pid string) string {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return ""
	}
	// The name, in parentheses, may hold anything. Behind it the start is field 22 of all, 20 of these.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 || fields[0] == "Z" {
		return ""
	}
	return fields[19]
}

// Gone tells whether a process is certainly not there any more. Of other machines,
// and of other containers, nothing is certain.
func Gone(id string) bool {
	if id == ID() {
		return false
	}
	parts := strings.Split(id, ".")
	here := place()
	if len(parts) != 5 || here == "" || parts[0]+"."+parts[1] != here {
		return false
	}
	if _, err := strconv.Atoi(parts[2]); err != nil {
		return false
	}
	return started(parts[2]) != parts[3]
}

// hidden is the folder that holds the folders of processes.
const hidden = ".headpress"

// abandoned is how long a folder is left alone whose process may be on another machine.
const abandoned = 24 * time.Hour

// Scratch makes this process's folder for unfinished files, below base.
func Scratch(base string) (string, error) {
	dir := filepath.Join(base, hidden, ID())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return dir, trusted(base)
}

// trusted: where everybody may write, as in /tmp, somebody else may have made the folder
// before us, and could change what lies in it.
func trusted(base string) error {
	around, err := os.Stat(base)
	if err != nil || around.Mode()&os.ModeSticky == 0 {
		return err
	}
	ours, err := os.Lstat(filepath.Join(base, hidden))
	if err == nil && (!ours.IsDir() || ours.Mode().Perm()&0o077 != 0 || !mine(ours)) {
		err = &fs.PathError{Op: "use", Path: filepath.Join(base, hidden), Err: fs.ErrPermission}
	}
	return err
}

// Sweep removes the folders of processes that are gone, and those that were not
// touched for a day.
func Sweep(base string) error {
	entries, err := os.ReadDir(filepath.Join(base, hidden))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	errs := []error{err}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !e.IsDir() || e.Name() == ID() {
			continue
		}
		if Gone(e.Name()) || time.Since(info.ModTime()) > abandoned {
			errs = append(errs, os.RemoveAll(filepath.Join(base, hidden, e.Name())))
		}
	}
	return errors.Join(errs...)
}
