package media

import (
	"context"
	"iter"
	"path"
	"slices"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// The keys of metadata that name an attachment's files.
const (
	MetaFile    = "_wp_attached_file"
	MetaDetails = "_wp_attachment_metadata"
	MetaBackups = "_wp_attachment_backup_sizes"
)

// FilesOf are the names of all files of an attachment: its own first, then the one
// it was made from, its sizes, and those that were put aside by an editor. Names
// that lead out of the uploads folder are left out.
func FilesOf(attached string, details, backups *php.Array) []string {
	var names []string
	add := func(name string) {
		if local(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	add(attached)
	folder := path.Dir(attached)
	beside := func(v any) {
		if name, ok := v.(string); ok && name != "" {
			add(path.Join(folder, path.Base(name)))
		}
	}
	original, _ := details.Get("original_image")
	beside(original)
	sizes, _ := details.Get("sizes")
	made, _ := sizes.(*php.Array)
	for _, list := range []*php.Array{made, backups} {
		for _, v := range list.Values() {
			size, _ := v.(*php.Array)
			file, _ := size.Get("file")
			beside(file)
		}
	}
	return names
}

// Attachment is a row of a file, with what the row says of it.
type Attachment struct {
	ID       int64
	MimeType string
	File     string // its own, below the uploads folder
	Details  *php.Array
	Backups  *php.Array

	stored [2]string // file and details as they are stored
	named  []string  // the files, when it was read
}

// Files are the names of all files of the attachment, as it was read.
func (a *Attachment) Files() []string { return a.named }

// original is the name of the file as it was sent.
func (a *Attachment) original() string {
	v, _ := a.Details.Get("original_image")
	if name, ok := v.(string); ok && name != "" {
		return path.Join(path.Dir(a.File), path.Base(name))
	}
	return a.File
}

func (a *Attachment) sizes() *php.Array {
	v, _ := a.Details.Get("sizes")
	sizes, _ := v.(*php.Array)
	return sizes
}

// attachmentPage is how many attachments are read at a time.
const attachmentPage = 500

// Attachments walks all attachments that have a file, by id, or those with these ids.
func Attachments(ctx context.Context, store *models.Store, ids ...int64) iter.Seq2[*Attachment, error] {
	return func(yield func(*Attachment, error) bool) {
		for after := int64(0); ; {
			page, err := store.AttachmentsAfter(ctx, after, attachmentPage, ids...)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(page) == 0 {
				return
			}
			numbers := make([]int64, len(page))
			for i, p := range page {
				numbers[i] = p.ID
			}
			after = numbers[len(numbers)-1]
			metas, err := store.PostMeta(ctx, numbers, MetaFile, MetaDetails, MetaBackups)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, p := range page {
				if a := attachmentOf(p, metas[p.ID]); a.File != "" && !yield(a, nil) {
					return
				}
			}
		}
	}
}

// attachmentOf reads what metadata say of files; as in WordPress the first of a key counts.
func attachmentOf(p models.Post, metas []models.PostMeta) *Attachment {
	a := &Attachment{ID: p.ID, MimeType: p.MimeType, stored: attachmentRow(metas)}
	a.File = a.stored[0]
	a.Details, _ = php.MaybeUnserialize(a.stored[1]).(*php.Array)
	for _, m := range slices.Backward(metas) {
		if m.Key == MetaBackups {
			a.Backups, _ = php.MaybeUnserialize(m.Value).(*php.Array)
		}
	}
	a.named = FilesOf(a.File, a.Details, a.Backups)
	return a
}

// attachmentRow is the file and the details as they are stored.
func attachmentRow(metas []models.PostMeta) (row [2]string) {
	for _, m := range slices.Backward(metas) {
		switch m.Key {
		case MetaFile:
			row[0] = m.Value
		case MetaDetails:
			row[1] = m.Value
		}
	}
	return row
}
