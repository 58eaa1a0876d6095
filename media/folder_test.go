package media_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/headpress/headpress/media"
)

var _ media.Storage = (*media.Folder)(nil)

func create(t *testing.T, st media.Storage, name, content string) error {
	t.Helper()
	return st.Create(context.Background(), name, strings.NewReader(content), int64(len(content)))
}

func read(t *testing.T, st media.Storage, name string) string {
	t.Helper()
	f, about, err := st.Open(context.Background(), name)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil || about.Size != int64(len(b)) || about.Name != name {
		t.Errorf("%s: %v, %+v", name, err, about)
	}
	return string(b)
}

func list(t *testing.T, st media.Storage, folder string) (names []string) {
	t.Helper()
	for f, err := range st.List(context.Background(), folder) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names
}

// left gives everything in a folder of the disk, hidden or not, but for empty folders.
func left(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, p)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// A file's life: made once, read, replaced, listed, removed.
func TestFolder(t *testing.T) {
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "content", "uploads")
	st := media.NewFolder(dir)
	if names := list(t, st, ""); names != nil {
		t.Errorf("an uploads folder that is not there holds %q", names)
	}
	if err := st.Remove(ctx, "2024/05/a.txt"); err != nil {
		t.Error(err)
	}
	if err := create(t, st, "2024/05/a.txt", "first"); err != nil {
		t.Fatal(err)
	}
	if err := create(t, st, "2024/05/a.txt", "second"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a name is given twice: %v", err)
	}
	if got := read(t, st, "2024/05/a.txt"); got != "first" {
		t.Error(got)
	}
	if err := st.Replace(ctx, "2024/05/a.txt", strings.NewReader("third"), 5); err != nil {
		t.Error(err)
	}
	if err := st.Replace(ctx, "b.txt", strings.NewReader(""), 0); err != nil {
		t.Error(err)
	}
	if got := read(t, st, "2024/05/a.txt") + read(t, st, "b.txt"); got != "third" {
		t.Error(got)
	}
	info, err := os.Stat(filepath.Join(dir, "2024/05/a.txt"))
	if err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v: WordPress and web servers could not read it", info, err)
	}
	if names := list(t, st, ""); !slices.Equal(names, []string{"2024/05/a.txt", "b.txt"}) {
		t.Error(names)
	}
	if names := list(t, st, "2024"); !slices.Equal(names, []string{"2024/05/a.txt"}) {
		t.Error(names)
	}
	if err := st.Remove(ctx, "2024/05/a.txt", "b.txt", "2024/05", "nothing"); err != nil {
		t.Error(err)
	}
	if names := left(t, dir); names != nil {
		t.Errorf("left: %q", names)
	}
}

// What comes short, too long or not at all leaves nothing.
func TestFolderHalves(t *testing.T) {
	dir := t.TempDir()
	st := media.NewFolder(dir)
	for name, c := range map[string]struct {
		content io.Reader
		size    int64
	}{
		"short":  {strings.NewReader("abc"), 4},
		"long":   {strings.NewReader("abc"), 2},
		"broken": {io.MultiReader(strings.NewReader("abc"), errReader{}), 4},
	} {
		if err := st.Create(context.Background(), "2024/"+name, c.content, c.size); err == nil {
			t.Errorf("%s: stored", name)
		}
		if err := st.Replace(context.Background(), "2024/"+name, c.content, c.size); err == nil {
			t.Errorf("%s: stored over", name)
		}
	}
	if names := left(t, dir); names != nil {
		t.Errorf("left: %q", names)
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

// No name and no link leads out of the folder, and hidden names are not there.
func TestFolderBounds(t *testing.T) {
	ctx, base := context.Background(), t.TempDir()
	dir := filepath.Join(base, "uploads")
	st := media.NewFolder(dir)
	if err := create(t, st, "in.txt", "in"); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"out.txt": "out", "uploads/.secret": "hidden", "uploads/.git/config": "hidden"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(base, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(base, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"link.txt": "../out.txt", "linked": ".."} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{
		"../out.txt", "a/../../out.txt", "/etc/passwd", "./in.txt", "x/../in.txt", "in.txt/", "in.txt/x", "", ".", "..", ".secret", ".git/config", "in.txt\x00", "2024//x",
		"link.txt", "linked/out.txt", strings.Repeat("n", 300),
	} {
		if got := read(t, st, name); got == "out" || got == "in" || got == "hidden" {
			t.Errorf("%q is read: %s", name, got)
		}
		if _, err := st.Stat(ctx, name); err == nil {
			t.Errorf("%q is known", name)
		}
		if err := create(t, st, name, "x"); err == nil {
			t.Errorf("%q is made", name)
		}
		if name == "link.txt" { // the link itself may go
			continue
		}
		if err := st.Remove(ctx, name); err != nil && !strings.HasPrefix(name, "linked/") {
			t.Errorf("%q: %v", name, err)
		}
	}
	if names := list(t, st, ""); !slices.Equal(names, []string{"in.txt"}) {
		t.Error(names)
	}
	if names := left(t, base); !slices.Equal(names, []string{"out.txt", "uploads/.git/config", "uploads/.secret", "uploads/in.txt", "uploads/link.txt", "uploads/linked"}) {
		t.Error(names)
	}
}

// A pipe is no file, and nobody waits for who might write into it.
func TestFolderPipe(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.txt"), 0o600); err != nil {
		t.Skip(err)
	}
	if _, _, err := media.NewFolder(dir).Open(t.Context(), "pipe.txt"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// Of many who want one name, one gets it, and the file is its own.
func TestFolderRace(t *testing.T) {
	dir := t.TempDir()
	st := media.NewFolder(dir)
	contents := make([][]byte, 16)
	won := make([]bool, len(contents))
	var all sync.WaitGroup
	for i := range contents {
		contents[i] = bytes.Repeat([]byte{byte('a' + i)}, 1<<16)
		all.Go(func() {
			won[i] = st.Create(context.Background(), "2024/05/same.bin", bytes.NewReader(contents[i]), 1<<16) == nil
		})
	}
	all.Wait()
	winners := 0
	for i := range won {
		if won[i] {
			if winners++; read(t, st, "2024/05/same.bin") != string(contents[i]) {
				t.Error("another's file under the winner's name")
			}
		}
	}
	if winners != 1 {
		t.Errorf("%d winners", winners)
	}
	if names := left(t, dir); len(names) != 1 {
		t.Error(names)
	}
}
