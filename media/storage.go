// Package media keeps a site's uploaded files: where they lie, what they are
// called, what they are, and what is made of them.
package media

import (
	"context"
	"io"
	"iter"
	"time"
)

// File is what a storage knows of a file.
type File struct {
	// Name is the path below the uploads folder, with slashes: "2026/11/photo.jpg".
	Name     string
	Size     int64 // bytes
	Modified time.Time
}

// Storage holds the files below wp-content/uploads. Names that lead out of it
// do not exist. Methods may be called from many goroutines.
type Storage interface {
	// Open gives a file to read; fs.ErrNotExist where there is none.
	Open(ctx context.Context, name string) (io.ReadSeekCloser, File, error)
	// Stat tells of a file; fs.ErrNotExist where there is none.
	Stat(ctx context.Context, name string) (File, error)
	// Create stores size bytes of content under a new name, whole or not at all;
	// fs.ErrExist where the name is taken.
	Create(ctx context.Context, name string, content io.Reader, size int64) error
	// Replace is Create over whatever is there: readers find the old content or the new.
	Replace(ctx context.Context, name string, content io.Reader, size int64) error
	// Remove takes files away. A file that is not there is no error.
	Remove(ctx context.Context, names ...string) error
	// Names gives the names, without the folder, of what lies in a folder itself: files, and where there are such, folders.
	Names(ctx context.Context, folder string) ([]string, error)
	// List gives all files below a folder, "" for all, in no particular order.
	List(ctx context.Context, folder string) iter.Seq2[File, error]
}
