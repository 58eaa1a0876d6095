package media

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/headpress/headpress/internal/imagesize"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/media/picture"
	"github.com/headpress/headpress/sanitize"
)

// BigPicture is the longest side that pictures have in pages; larger ones are shown by a
// "-scaled" copy (big_image_size_threshold).
const BigPicture = 2560

// Regenerator makes the copies of stored pictures anew.
type Regenerator struct {
	Ledger *Ledger
	Maker  *Maker
	Sizes  []imagesize.Size
	// All makes every copy; else only those that metadata or the storage lack.
	All bool
}

// errChanged says that somebody else has written an attachment's metadata meanwhile.
var errChanged = errors.New("media: the attachment was changed in the meantime")

// Attachment regenerates what belongs to an attachment, and gives the number of files it made. Metadata
// are stored in one transaction; files that they named and name no more are removed.
// Sizes that the site does not know, those of a theme written in PHP, stay as they are.
func (g *Regenerator) Attachment(ctx context.Context, a *Attachment) (made int, err error) {
	work := g.Ledger.Begin()
	defer work.End(ctx)
	var result Result
	switch {
	case !strings.HasPrefix(a.MimeType, "image/"):
		if a.Details.Len() > 0 {
			return 0, nil // what others found out may be more than we would
		}
		result, err = g.Maker.Generate(ctx, work, a.File, a.MimeType, Options{Guard: g.guard})
	case g.All || a.Details.Len() == 0:
		result, err = g.all(ctx, work, a)
	default:
		result, err = g.missing(ctx, work, a)
	}
	if err != nil {
		return 0, err
	}
	return len(result.Files), g.save(ctx, work, a, result)
}

// guard takes out of a text what posts may not hold: nobody knows who has uploaded the file.
func (g *Regenerator) guard(text string) string {
	safe, removed := sanitize.PostFilter().Guard(text)
	if removed != nil {
		g.Ledger.Log.Warn("the guard changed a text before it was stored", "text", "media metadata", "removed", removed[:min(len(removed), 20)])
	}
	return safe
}

// all makes every copy from the file as it was sent. A picture that was edited stays what the editor made of it.
func (g *Regenerator) all(ctx context.Context, work *Work, a *Attachment) (Result, error) {
	options, name := Options{Sizes: g.Sizes, Threshold: BigPicture, Rotate: true, Guard: g.guard}, a.original()
	edited := a.Backups.Len() > 0
	if _, err := g.Ledger.Storage.Stat(ctx, name); errors.Is(err, fs.ErrNotExist) || edited {
		name, options.Threshold, options.Rotate = a.File, 0, false
	}
	if !picture.CanDecode(a.MimeType) || !picture.CanEncode(a.MimeType) {
		return Result{}, nil // others could make copies that we cannot
	}
	result, err := g.Maker.Generate(ctx, work, name, a.MimeType, options)
	if err == nil && (result.Damaged || len(result.Files) == 0) && len(g.Sizes) > 0 && a.sizes().Len() > 0 {
		err = fmt.Errorf("%s: %w: its copies are left as they are", name, picture.ErrBroken)
	}
	if err != nil {
		return result, err
	}
	for key, v := range a.Details.All() { // what plugins have stored there
		if _, ok := result.Meta.Get(key.String()); !ok && (key.String() != "original_image" || name == a.File && a.original() != a.File) {
			result.Meta.Put(key, v)
		}
	}
	known := func(name string) bool {
		return slices.ContainsFunc(g.Sizes, func(s imagesize.Size) bool { return s.Name == name })
	}
	v, _ := result.Meta.Get("sizes")
	if sizes, ok := v.(*php.Array); ok {
		for key, v := range a.sizes().All() {
			if !known(key.String()) {
				sizes.Put(key, v)
			}
		}
	}
	return result, nil
}

// missing makes what metadata lack, and what they name and is not there.
func (g *Regenerator) missing(ctx context.Context, work *Work, a *Attachment) (Result, error) {
	sizes, lost := &php.Array{}, false
	for key, v := range a.sizes().All() {
		size, _ := v.(*php.Array)
		file, _ := size.Get("file")
		name, _ := file.(string)
		_, err := g.Ledger.Storage.Stat(ctx, path.Join(path.Dir(a.File), path.Base(name)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Result{}, err
		}
		if err == nil || !slices.ContainsFunc(g.Sizes, func(s imagesize.Size) bool { return s.Name == key.String() }) {
			sizes.Put(key, v)
		} else {
			lost = true
		}
	}
	before := a.sizes().Len()
	a.Details.Set("sizes", sizes)
	name := a.original()
	if _, err := g.Ledger.Storage.Stat(ctx, name); errors.Is(err, fs.ErrNotExist) || a.Backups.Len() > 0 {
		name = a.File
	}
	result, err := g.Maker.Complete(ctx, work, name, a.Details, g.Sizes)
	if errors.Is(err, picture.ErrFormat) {
		return Result{}, nil // a drawing, for example
	}
	if err == nil && !lost && len(result.Files) == 0 && a.sizes().Len() == before {
		result.Meta = nil // as it was
	}
	result.Name = a.File
	return result, err
}

// save stores the metadata, if they are still those that were read.
func (g *Regenerator) save(ctx context.Context, work *Work, a *Attachment, result Result) error {
	if result.Meta == nil {
		return nil
	}
	details, err := php.Serialize(result.Meta)
	if err != nil {
		return err
	}
	keep := FilesOf(result.Name, result.Meta, a.Backups)
	gone := slices.DeleteFunc(slices.Clone(a.named), func(name string) bool { return slices.Contains(keep, name) })
	store := g.Ledger.Store
	return store.Write(ctx, func(ctx context.Context) error {
		metas, err := store.PostMeta(ctx, []int64{a.ID}, MetaFile, MetaDetails)
		if err != nil {
			return err
		}
		if stored := attachmentRow(metas[a.ID]); stored != a.stored {
			return errChanged
		}
		if result.Name != a.File {
			err = store.SetMeta(ctx, "postmeta", a.ID, MetaFile, result.Name)
		}
		if err == nil {
			err = store.SetMeta(ctx, "postmeta", a.ID, MetaDetails, details)
		}
		if err == nil {
			err = work.Keep(ctx)
		}
		if err == nil {
			err = work.Discard(ctx, gone...)
		}
		return err
	}, "posts")
}
