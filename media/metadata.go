package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/semaphore"

	"github.com/headpress/headpress/internal/imagesize"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/media/picture"
)

// Maker makes what WordPress keeps of uploaded files: smaller copies of pictures
// and _wp_attachment_metadata. One serves the whole program: it bounds the memory
// that pictures take together. Its methods may be called from many goroutines.
type Maker struct {
	maxPixels int64
	budget    int64
	memory    *semaphore.Weighted
}

// NewMaker makes a Maker. Pictures with more than maxPixels pixels are refused; those
// that are decoded at once take about maxMemory bytes. 0 stands for usual values.
func NewMaker(maxPixels, maxMemory int64) *Maker {
	if maxPixels <= 0 {
		maxPixels = picture.MaxPixels
	}
	if maxMemory <= 0 {
		maxMemory = 400 << 20
	}
	return &Maker{maxPixels: maxPixels, budget: maxMemory, memory: semaphore.NewWeighted(maxMemory)}
}

// Options say what is made of a picture.
type Options struct {
	// Sizes are the smaller copies to make, as the site has registered them.
	Sizes []imagesize.Size
	// Threshold is the longest side that a picture may have; larger ones are replaced
	// by a "-scaled" copy (big_image_size_threshold). 0 lets all be.
	Threshold int64
	// Rotate replaces pictures that EXIF says to turn by a "-rotated" copy.
	Rotate bool
	// Guard gives what is kept of a text that the file has brought along; nil keeps all.
	Guard func(text string) string
}

// guardTexts holds all texts of metadata against a guard, those in lists included.
func guardTexts(meta *php.Array, guard func(string) string) {
	if guard == nil {
		return
	}
	for key, v := range meta.All() {
		switch v := v.(type) {
		case string:
			if kept := guard(v); kept != v {
				meta.Put(key, kept)
			}
		case *php.Array:
			guardTexts(v, guard)
		}
	}
}

// Result is what was made of a file.
type Result struct {
	// Name is the file that the attachment shows: the one given, or its scaled or rotated copy.
	Name string
	// Meta is _wp_attachment_metadata.
	Meta *php.Array
	// Files are those that were made, also when there is an error: who gives up removes them.
	Files []string
	// Damaged says that the file was a damaged picture: copies show what could be read of it.
	Damaged bool
}

// Qualities that WordPress stores pictures with (wp_editor_set_quality).
const (
	qualityJPEG = 82
	qualityWebP = 86
)

func quality(mime string) int {
	if mime == picture.WebP {
		return qualityWebP
	}
	return qualityJPEG
}

// Check says whether a picture may be made copies of, by its header:
// picture.ErrTooLarge where it has too many pixels.
func (m *Maker) Check(r io.ReadSeeker) (picture.Info, error) { return picture.Probe(r, m.maxPixels) }

// Generate makes copies and metadata of a stored file (wp_generate_attachment_metadata).
// Of a picture whose pixels cannot be read there are no copies, and that is no error.
func (m *Maker) Generate(ctx context.Context, st Storage, name, mime string, o Options) (Result, error) {
	result := Result{Name: name, Meta: &php.Array{}}
	about, err := st.Stat(ctx, name)
	if err != nil {
		return result, err
	}
	bare := func() (Result, error) {
		result.Meta.Set("filesize", about.Size)
		return result, nil
	}
	if !strings.HasPrefix(mime, "image/") {
		result.Meta, err = describe(ctx, st, name, mime)
		guardTexts(result.Meta, o.Guard)
		return result, err
	}
	source, err := m.open(ctx, st, name)
	if errors.Is(err, picture.ErrFormat) || errors.Is(err, picture.ErrBroken) {
		return bare()
	}
	if err != nil {
		return result, err
	}
	defer source.Close()
	imageMeta, err := picture.Meta(source.file, source.info.MIME)
	if err != nil {
		return result, err
	}
	guardTexts(imageMeta, o.Guard)
	meta := result.Meta
	meta.Set("width", int64(source.info.Width))
	meta.Set("height", int64(source.info.Height))
	meta.Set("file", name)
	meta.Set("filesize", about.Size)
	meta.Set("sizes", &php.Array{})
	meta.Set("image_meta", imageMeta)

	w, h := source.dimensions()
	switch {
	case o.Threshold > 0 && max(w, h) > o.Threshold:
		// An animation would stand still.
		if !source.info.Animated {
			err = m.replace(ctx, &result, source, imagesize.Size{Width: o.Threshold, Height: o.Threshold}, "scaled")
		}
	case o.Rotate && source.info.Orientation.Turns():
		err = m.replace(ctx, &result, source, imagesize.Size{}, "rotated")
	}
	if err == nil {
		err = m.sizes(ctx, &result, source, o.Sizes)
	}
	if errors.Is(err, picture.ErrBroken) || errors.Is(err, picture.ErrUnsupported) {
		err = nil
	}
	result.Damaged = source.shown != nil && source.shown.Damaged()
	return result, err
}

// Complete makes the copies that a picture lacks (wp_update_image_subsizes). Name
// is the file as it was sent, meta its _wp_attachment_metadata, which is changed.
func (m *Maker) Complete(ctx context.Context, st Storage, name string, meta *php.Array, sizes []imagesize.Size) (Result, error) {
	result := Result{Name: name, Meta: meta}
	source, err := m.open(ctx, st, name)
	if err != nil {
		return result, err
	}
	defer source.Close()
	made, _ := meta.Get("sizes")
	have, _ := made.(*php.Array)
	sizes = slices.DeleteFunc(slices.Clone(sizes), func(s imagesize.Size) bool {
		_, ok := have.Get(s.Name)
		return ok
	})
	err = m.sizes(ctx, &result, source, sizes)
	if errors.Is(err, picture.ErrBroken) || errors.Is(err, picture.ErrUnsupported) {
		err = nil
	}
	result.Damaged = source.shown != nil && source.shown.Damaged()
	return result, err
}

// source is a stored picture. Its pixels are read when they are first needed.
type source struct {
	maker   *Maker
	storage Storage
	ctx     context.Context
	name    string
	file    io.ReadSeekCloser
	info    picture.Info
	held    int64
	shown   *picture.Picture
}

func (m *Maker) open(ctx context.Context, st Storage, name string) (*source, error) {
	file, _, err := st.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	info, err := picture.Probe(file, m.maxPixels)
	if err != nil {
		file.Close()
		return nil, err
	}
	return &source{maker: m, storage: st, ctx: ctx, name: name, file: file, info: info}, nil
}

// Close gives the file and its memory back.
func (s *source) Close() {
	s.file.Close()
	s.shown = nil
	s.maker.memory.Release(s.held)
	s.held = 0
}

// dimensions are those of the picture as it is seen.
func (s *source) dimensions() (w, h int64) {
	w, h = int64(s.info.Width), int64(s.info.Height)
	if s.info.Orientation >= 5 && s.info.Orientation <= 8 {
		return h, w
	}
	return w, h
}

// pixels reads the picture, when there is memory for it.
func (s *source) pixels() (*picture.Picture, error) {
	if s.shown != nil {
		return s.shown, nil
	}
	if !picture.CanDecode(s.info.MIME) || !picture.CanEncode(s.info.MIME) {
		return nil, picture.ErrUnsupported
	}
	need := min(s.info.Memory, s.maker.budget)
	if err := s.maker.memory.Acquire(s.ctx, need); err != nil {
		return nil, err
	}
	s.held = need
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	p, err := picture.Decode(s.file, s.info.MIME)
	if err != nil {
		return nil, err
	}
	s.shown = p.Orient(s.info.Orientation)
	return s.shown, nil
}

// replace makes the copy that the attachment shows in place of what was sent: one of a
// size, or one that is upright only.
func (m *Maker) replace(ctx context.Context, result *Result, s *source, size imagesize.Size, suffix string) error {
	p, err := s.pixels()
	if err != nil {
		return err
	}
	w, h := s.dimensions()
	part, nw, nh := imagesize.Part{Width: w, Height: h}, w, h
	if size.Width > 0 {
		var ok bool
		if part, nw, nh, ok = size.Of(w, h); !ok {
			return nil // a pixel more than allowed
		}
	}
	ext := path.Ext(s.name)
	name := strings.TrimSuffix(s.name, ext) + "-" + suffix + ext
	bytes, err := m.store(ctx, s.storage, result, name, s.info.MIME, p, part, nw, nh)
	if err != nil {
		return err
	}
	result.Name = name
	meta := result.Meta
	meta.Set("width", nw)
	meta.Set("height", nh)
	meta.Set("file", name)
	meta.Set("filesize", bytes)
	meta.Set("original_image", path.Base(s.name))
	if s.info.Orientation.Turns() {
		v, _ := meta.Get("image_meta")
		if about, ok := v.(*php.Array); ok {
			about.Set("orientation", int64(picture.Upright))
		}
	}
	return nil
}

// firstSizes are made before others: pages need them most.
var firstSizes = []string{"medium", "large", "thumbnail", "medium_large"}

func (m *Maker) sizes(ctx context.Context, result *Result, s *source, sizes []imagesize.Size) error {
	rank := func(size imagesize.Size) int {
		if i := slices.Index(firstSizes, size.Name); i >= 0 {
			return i
		}
		return len(firstSizes)
	}
	sizes = slices.Clone(sizes)
	slices.SortStableFunc(sizes, func(a, b imagesize.Size) int { return rank(a) - rank(b) })
	v, _ := result.Meta.Get("sizes")
	made, ok := v.(*php.Array)
	if !ok {
		made = &php.Array{}
		result.Meta.Set("sizes", made)
	}
	w, h := s.dimensions()
	ext := path.Ext(s.name)
	for _, size := range sizes {
		part, nw, nh, ok := size.Of(w, h)
		if !ok {
			continue
		}
		p, err := s.pixels()
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%s-%dx%d%s", strings.TrimSuffix(s.name, ext), nw, nh, ext)
		bytes, err := m.store(ctx, s.storage, result, name, s.info.MIME, p, part, nw, nh)
		if err != nil {
			return err
		}
		one := &php.Array{}
		one.Set("file", path.Base(name))
		one.Set("width", nw)
		one.Set("height", nh)
		one.Set("mime-type", s.info.MIME)
		one.Set("filesize", bytes)
		made.Set(size.Name, one)
	}
	return nil
}

// store makes a copy and gives its size in bytes. A file that has its name is replaced:
// names of uploads are chosen so that it is an older copy of the same picture.
func (m *Maker) store(ctx context.Context, st Storage, result *Result, name, mime string, p *picture.Picture, part imagesize.Part, w, h int64) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	var out bytes.Buffer
	rect := image.Rect(int(part.X), int(part.Y), int(part.X+part.Width), int(part.Y+part.Height))
	if err := p.Resize(rect, int(w), int(h)).Encode(&out, mime, quality(mime)); err != nil {
		return 0, err
	}
	size := int64(out.Len())
	err := st.Create(ctx, name, bytes.NewReader(out.Bytes()), size)
	if errors.Is(err, fs.ErrExist) {
		err = st.Replace(ctx, name, bytes.NewReader(out.Bytes()), size)
	}
	if err != nil {
		return 0, err
	}
	if !slices.Contains(result.Files, name) {
		result.Files = append(result.Files, name)
	}
	return size, nil
}
