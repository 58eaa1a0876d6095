package media

import (
	"context"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// The keys of metadata that name an attachment's files.
const (
	MetaFile    = "_wp_attached_file"
	MetaDetails = "_wp_attachment_metadata"
	MetaBackups = "_wp_attachment_backup_sizes"
)

// MetaFont is the key of metadata that name the files of a style of a font, below Fonts.
const MetaFont = "_wp_font_face_file"

// Fonts is the folder of the files of fonts.
const Fonts = "fonts"

// FontFile is the name of a file that metadata name, "" where they lead out of the folder of fonts.
func FontFile(meta string) string {
	if name := path.Join(Fonts, meta); meta != "" && local(name) && strings.HasPrefix(name, Fonts+"/") {
		return name
	}
	return ""
}

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

// pageOfPosts is how many posts are read at a time.
const pageOfPosts = 500

// eachPost walks the posts of a type by id, or those with these ids, with their metadata of some keys, until f says no.
func eachPost(ctx context.Context, store *models.Store, typ string, ids []int64, keys []string, f func(models.Post, []models.PostMeta) bool) error {
	for after := int64(0); ; {
		page, err := store.PostsAfter(ctx, typ, after, pageOfPosts, ids...)
		if err != nil || len(page) == 0 {
			return err
		}
		numbers := make([]int64, len(page))
		for i, p := range page {
			numbers[i] = p.ID
		}
		after = numbers[len(numbers)-1]
		metas, err := store.PostMeta(ctx, numbers, keys...)
		if err != nil {
			return err
		}
		for _, p := range page {
			if !f(p, metas[p.ID]) {
				return nil
			}
		}
	}
}

// Attachments walks all attachments that have a file, by id, or those with these ids.
func Attachments(ctx context.Context, store *models.Store, ids ...int64) iter.Seq2[*Attachment, error] {
	return func(yield func(*Attachment, error) bool) {
		err := eachPost(ctx, store, "attachment", ids, []string{MetaFile, MetaDetails, MetaBackups}, func(p models.Post, metas []models.PostMeta) bool {
			a := attachmentOf(p, metas)
			return a.File == "" || yield(a, nil)
		})
		if err != nil {
			yield(nil, err)
		}
	}
}

// Owner is a row that names files: an attachment, or a style of a font.
type Owner struct {
	ID int64
	// Own are the files that it stands for, Made those that were made of them.
	Own, Made []string
}

// Names are the names of all files of the row.
func (o Owner) Names() []string { return slices.Concat(o.Own, o.Made) }

// Owners walks all rows that name files.
func Owners(ctx context.Context, store *models.Store) iter.Seq2[Owner, error] {
	return func(yield func(Owner, error) bool) {
		for a, err := range Attachments(ctx, store) {
			if err != nil {
				yield(Owner{}, err)
				return
			}
			o := Owner{ID: a.ID, Made: a.Files()}
			if len(o.Made) > 0 && o.Made[0] == a.File {
				o.Own, o.Made = o.Made[:1], o.Made[1:]
			}
			if !yield(o, nil) {
				return
			}
		}
		err := eachPost(ctx, store, "wp_font_face", nil, []string{MetaFont}, func(p models.Post, metas []models.PostMeta) bool {
			o := Owner{ID: p.ID}
			for _, m := range metas {
				if name := FontFile(m.Value); name != "" {
					o.Own = append(o.Own, name)
				}
			}
			return len(o.Own) == 0 || yield(o, nil)
		})
		if err != nil {
			yield(Owner{}, err)
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
