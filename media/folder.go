package media

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/headpress/headpress/internal/instance"
)

// Folder is a storage in a local folder: the uploads of a wp-content folder, the same
// that a WordPress beside us uses.
type Folder struct{ dir string }

// NewFolder gives the storage in a folder, which is made when the first file comes.
func NewFolder(dir string) *Folder { return &Folder{dir: dir} }

// Root is the folder itself.
func (f *Folder) Root() string { return f.dir }

// Scratch is this process's folder for unfinished files, on the same disk.
func (f *Folder) Scratch() (string, error) { return instance.Scratch(f.dir) }

// local tells whether a name can be one of ours: below the folder, written in one way
// only, and hidden nowhere.
func local(name string) bool {
	if !filepath.IsLocal(filepath.FromSlash(name)) || path.Clean(name) != name || name == "." || strings.IndexByte(name, 0) >= 0 {
		return false
	}
	return !strings.HasPrefix(name, ".") && !strings.Contains(name, "/.")
}

// open gives the folder as a root that no name and no symbolic link leads out of.
func (f *Folder) open(name string) (*os.Root, error) {
	if !local(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return os.OpenRoot(f.dir)
}

func about(name string, info fs.FileInfo) (File, error) {
	if !info.Mode().IsRegular() {
		return File{}, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return File{Name: name, Size: info.Size(), Modified: info.ModTime()}, nil
}

// Open gives a file to read.
func (f *Folder) Open(_ context.Context, name string) (io.ReadSeekCloser, File, error) {
	root, err := f.open(name)
	if err != nil {
		return nil, File{}, err
	}
	defer root.Close()
	// A pipe that somebody has put there would keep us waiting for a writer.
	file, err := root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, File{}, absent(err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, File{}, errors.Join(err, file.Close())
	}
	known, err := about(name, info)
	if err != nil {
		return nil, File{}, errors.Join(err, file.Close())
	}
	return file, known, nil
}

// Stat tells of a file.
func (f *Folder) Stat(_ context.Context, name string) (File, error) {
	root, err := f.open(name)
	if err != nil {
		return File{}, err
	}
	defer root.Close()
	info, err := root.Stat(filepath.FromSlash(name))
	if err != nil {
		return File{}, absent(err)
	}
	return about(name, info)
}

// absent: what is below a file, or has a name longer than any file's, is not there; nor is
// what a link leads out of the folder to, which is no error of the system's but the root's.
func absent(err error) error {
	var system syscall.Errno
	if errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ENAMETOOLONG) || !errors.As(err, &system) {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return err
}

// Create stores a new file. It is written beside its place, in the folder of this
// process, and gets its name when all of it is on the disk.
func (f *Folder) Create(_ context.Context, name string, content io.Reader, size int64) error {
	return f.store(name, content, size, func(root *os.Root, half, final string) error {
		err := root.Link(half, final)
		if err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
		// Some systems of files know no links: an empty file holds the place then.
		place, err := root.OpenFile(final, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		return errors.Join(place.Close(), root.Rename(half, final))
	})
}

// Replace stores a file over the one that is there, if there is one.
func (f *Folder) Replace(_ context.Context, name string, content io.Reader, size int64) error {
	return f.store(name, content, size, (*os.Root).Rename)
}

func (f *Folder) store(name string, content io.Reader, size int64, publish func(root *os.Root, half, final string) error) (err error) {
	if !local(name) {
		return &fs.PathError{Op: "create", Path: name, Err: fs.ErrInvalid}
	}
	scratch, err := instance.Scratch(f.dir)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	final := filepath.FromSlash(name)
	if err := root.MkdirAll(filepath.Dir(final), 0o755); err != nil {
		return err
	}
	mode, err := modeIn(root, filepath.Dir(final))
	if err != nil {
		return err
	}
	below, err := filepath.Rel(f.dir, scratch)
	if err != nil {
		return err
	}
	half := filepath.Join(below, rand.Text())
	defer func() { // a link leaves the first name behind, a failure all of the file
		if gone := root.Remove(half); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	if err := write(root, half, content, size, mode); err != nil {
		return err
	}
	if err := publish(root, half, final); err != nil {
		return err
	}
	return syncFolder(root, filepath.Dir(final))
}

// modeIn: files may be read and written by those who may read and write their folder, as in WordPress.
func modeIn(root *os.Root, dir string) (fs.FileMode, error) {
	info, err := root.Stat(dir)
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm() & 0o666, nil
}

// write puts size bytes into a new file, and onto the disk.
func write(root *os.Root, name string, content io.Reader, size int64, mode fs.FileMode) error {
	file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(file, io.LimitReader(content, size+1))
	if err == nil && n != size {
		err = fmt.Errorf("%d bytes of %d: %w", n, size, io.ErrUnexpectedEOF)
	}
	if err == nil {
		err = file.Chmod(mode) // whatever the umask says
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// syncFolder has the names in a folder reach the disk.
func syncFolder(root *os.Root, dir string) error {
	d, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Remove takes files away.
func (f *Folder) Remove(_ context.Context, names ...string) error {
	root, err := os.OpenRoot(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer root.Close()
	var errs []error
	for _, name := range names {
		if !local(name) {
			continue
		}
		final := filepath.FromSlash(name)
		if info, err := root.Lstat(final); err == nil && info.IsDir() {
			continue
		}
		if err := root.Remove(final); err != nil && !errors.Is(absent(err), fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Names gives the names of what lies in a folder itself.
func (f *Folder) Names(_ context.Context, folder string) ([]string, error) {
	root, err := os.OpenRoot(f.dir)
	if errors.Is(err, fs.ErrNotExist) || folder != "" && !local(folder) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	dir, err := root.Open(filepath.FromSlash(path.Clean("./" + folder)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names, err := dir.Readdirnames(-1)
	return names, errors.Join(err, dir.Close())
}

// List gives all files below a folder.
func (f *Folder) List(ctx context.Context, folder string) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		if folder != "" && !local(folder) {
			return
		}
		root, err := os.OpenRoot(f.dir)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(File{}, err)
			return
		}
		defer root.Close()
		start := folder
		if start == "" {
			start = "."
		}
		err = fs.WalkDir(root.FS(), start, func(name string, entry fs.DirEntry, err error) error {
			if err == nil {
				err = ctx.Err()
			}
			switch {
			case errors.Is(err, fs.ErrNotExist): // removed in the meantime
				return nil
			case err != nil:
				return err
			case name != "." && !local(name):
				if entry.IsDir() {
					return fs.SkipDir
				}
				return nil
			case !entry.Type().IsRegular():
				return nil
			}
			info, err := entry.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			if !yield(File{Name: name, Size: info.Size(), Modified: info.ModTime()}, nil) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield(File{}, err)
		}
	}
}
