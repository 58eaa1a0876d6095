package instance

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// another gives the name of a process that runs until the test kills it.
func another(t *testing.T) (id string, kill func()) {
	t.Helper()
	if place() == "" {
		t.Skip("the system does not tell about processes")
	}
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	pid := strings.Split(ID(), ".")
	pid[2] = strconv.Itoa(cmd.Process.Pid)
	pid[3] = started(pid[2])
	return strings.Join(pid, "."), func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
}

// A process is gone when it is of this boot and this namespace, and does not run. Nothing else is certain.
func TestGone(t *testing.T) {
	id, kill := another(t)
	if Gone(id) || Gone(ID()) {
		t.Errorf("%s or %s counts as gone", id, ID())
	}
	parts := strings.Split(id, ".")
	with := func(i int, v string) string {
		p := append([]string{}, parts...)
		p[i] = v
		return strings.Join(p, ".")
	}
	kill()
	for name, c := range map[string]struct {
		id   string
		gone bool
	}{
		"killed":              {id, true},
		"number used again":   {with(2, "1"), true},
		"of another boot":     {with(0, "0123456789abcdef"), false},
		"of a container":      {with(1, "1"), false},
		"of a silent system":  {"..7..abcdefgh", false},
		"no process's number": {with(2, "../1"), false},
		"not a name":          {"x", false},
		"nothing":             {"", false},
	} {
		if Gone(c.id) != c.gone {
			t.Errorf("%s: %s, gone %v", name, c.id, !c.gone)
		}
	}
}

// Folders of dead processes are removed with what is in them; others after a day.
func TestSweep(t *testing.T) {
	id, kill := another(t)
	kill()
	base := t.TempDir()
	own, err := Scratch(base)
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-25 * time.Hour)
	for name, stays := range map[string]bool{ID(): true, id: false, "..1..fresh": true, "..1..stale": false} {
		dir := filepath.Join(base, hidden, name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "half"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "stale") || name == ID() {
			if err := os.Chtimes(dir, old, old); err != nil {
				t.Fatal(err)
			}
		}
		defer func() {
			if _, err := os.Stat(filepath.Join(dir, "half")); (err == nil) != stays {
				t.Errorf("%s: %v", name, err)
			}
		}()
	}
	if filepath.Dir(filepath.Dir(own)) != base {
		t.Error(own)
	}
	if err := Sweep(base); err != nil {
		t.Error(err)
	}
	if err := Sweep(t.TempDir()); err != nil {
		t.Errorf("nothing to sweep: %v", err)
	}
}

// Where everybody may write, a folder that others have made, or may write to, is not ours.
func TestScratchAmongOthers(t *testing.T) {
	for name, c := range map[string]struct {
		base, hidden os.FileMode // hidden is 0 where nobody has made it
		want         bool
	}{
		"made by us":             {0o777 | os.ModeSticky, 0, true},
		"ours from before":       {0o777 | os.ModeSticky, 0o700, true},
		"open to all":            {0o777 | os.ModeSticky, 0o777, false},
		"shown to all":           {0o777 | os.ModeSticky, 0o755, false},
		"in a folder of uploads": {0o755, 0o755, true},
	} {
		base := t.TempDir()
		if err := os.Chmod(base, c.base); err != nil {
			t.Fatal(err)
		}
		if c.hidden != 0 {
			if err := errors.Join(os.Mkdir(filepath.Join(base, hidden), 0o700), os.Chmod(filepath.Join(base, hidden), c.hidden)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Scratch(base); (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
