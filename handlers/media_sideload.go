package handlers

import (
	"net/http"
	"path"
	"slices"
	"strconv"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/imagesize"
	"github.com/headpress/headpress/internal/php"
	uploads "github.com/headpress/headpress/media"
)

// Browsers that make the smaller copies of a picture themselves send them one by one
// (sideload), and say at the end what they are (finalize).

// sideloaded is the key under which the names of copies wait that were sent and not used yet.
const sideloaded = "_wp_sideloaded_file"

// What a copy may be besides one of the sizes: the whole picture in one of its forms.
var wholeForms = []string{"original", "scaled", "full"}

// checkSize: copies are of sizes that the site knows.
func checkSize(c *api.Context, name string, v any) error {
	known := func(v any) bool {
		size := php.ToString(v)
		return slices.Contains(wholeForms, size) || slices.ContainsFunc(of(c).imageSizes(), func(s imagesize.Size) bool { return s.Name == size })
	}
	var values []any
	switch v := v.(type) {
	case string:
		values = []any{v}
	case *php.Array:
		values = v.Values()
	default:
		return &api.Error{Code: "rest_invalid_type", Message: name + " must be the name of a size, or a list of names.", Bare: true}
	}
	for _, v := range values {
		if !known(v) {
			return &api.Error{Code: "rest_not_in_enum", Message: name + " contains an invalid image size.", Bare: true}
		}
	}
	return nil
}

// checkSubSizes is checkSize for what finalize is told.
func checkSubSizes(c *api.Context, name string, v any) error {
	list, ok := v.(*php.Array)
	if !ok { // a list of no words is one of nothing
		list = php.List(v)
	}
	for i, v := range list.Values() {
		size, _ := v.(*php.Array)
		named, _ := size.Get("image_size")
		if err := checkSize(c, name+"["+strconv.Itoa(i)+"][image_size]", named); err != nil {
			return err
		}
	}
	return nil
}

// sizesOf are the sizes that a file is for.
func sizesOf(v any) []string {
	a, ok := v.(*php.Array)
	if !ok {
		return []string{php.ToString(v)}
	}
	var l []string
	for _, v := range a.Values() {
		l = append(l, php.ToString(v))
	}
	return l
}

func (m *media) sideload(c *api.Context) (*api.Response, error) {
	s, id := of(c), c.Int("id")
	if post := s.posts.full(id); post != nil && !s.isImage(post) && post.MimeType != "application/pdf" {
		return nil, api.NewError(http.StatusBadRequest, "rest_post_invalid_id", "Only images and PDF files have smaller copies.")
	}
	u, err := received(c)
	if err != nil {
		return nil, err
	}
	attached := s.postMeta.get(id).first(uploads.MetaFile)
	if attached == "" {
		return nil, api.NewError(http.StatusNotFound, "rest_unknown_attachment", "Unable to get meta information for file.")
	}
	work := s.site.Ledger.Begin()
	defer work.End(s.ctx)
	folder := path.Dir(attached)
	if folder == "." {
		folder = ""
	}
	file, err := s.place(work, u, s.uploadTypes(), folder, path.Base(attached))
	if err != nil {
		return nil, err
	}
	sizes := sizesOf(c.Param("image_size"))
	if err := s.checkDimensions(file, sizes); err != nil {
		return nil, err
	}
	w, h := file.width, file.height
	base := path.Base(file.name)
	answer := php.Map{{Key: "image_size", Value: c.Param("image_size")}}
	waiting := []string{base}
	replaces := slices.Contains([]string{"original", "scaled"}, sizes[0])
	if replaces {
		waiting = []string{file.name, path.Base(attached)}
		answer = append(answer, member("original_image", path.Base(attached)), member("width", w), member("height", h),
			member("filesize", u.size), member("file", file.name))
	} else {
		answer = append(answer, member("width", w), member("height", h), member("file", base), member("mime_type", file.mime), member("filesize", u.size))
	}
	err = s.write(func() error {
		if _, err := m.stored(c); err != nil {
			return err
		}
		for _, name := range waiting {
			if err := s.site.Store.AddMeta(s.ctx, "postmeta", id, sideloaded, name); err != nil {
				return err
			}
		}
		if replaces {
			if err := s.site.Store.SetMeta(s.ctx, "postmeta", id, uploads.MetaFile, file.name); err != nil {
				return err
			}
		}
		return work.Keep(s.ctx)
	}, lockPosts)
	return api.OK(answer), err
}

// checkDimensions: a copy is a picture, and not larger than its size.
func (s *session) checkDimensions(file placed, sizes []string) error {
	w, h := file.width, file.height
	if w == 0 || h == 0 {
		return api.NewError(http.StatusBadRequest, "rest_upload_invalid_image", "The dimensions of the image could not be read.")
	}
	for _, size := range s.imageSizes() {
		if slices.Contains(sizes, size.Name) && (size.Width > 0 && w > size.Width || size.Height > 0 && h > size.Height) {
			return api.NewError(http.StatusBadRequest, "rest_upload_dimension_mismatch", "The image is larger than its size allows.")
		}
	}
	return nil
}

func (m *media) finalize(c *api.Context) (*api.Response, error) {
	s, id := of(c), c.Int("id")
	list, _ := c.Param("sub_sizes").(*php.Array)
	err := s.write(func() error {
		post, err := m.stored(c)
		if err != nil {
			return err
		}
		details := s.mediaMeta(post)
		if details == nil {
			details = &php.Array{}
		}
		known := s.knownFiles(id)
		attached, waiting := s.postMeta.get(id).first(uploads.MetaFile), s.postMeta.get(id)[sideloaded]
		for _, v := range list.Values() {
			told, _ := v.(*php.Array)
			if v, _ := told.Get("file"); v == nil {
				continue
			}
			for _, name := range namesIn(told) {
				beside := path.Base(name) == name && slices.Contains(known, path.Join(path.Dir(attached), name))
				if !beside && !slices.Contains(known, name) && !slices.Contains(waiting, name) {
					return api.NewError(http.StatusBadRequest, "rest_invalid_sub_size_file", "The file was not sent for this attachment.")
				}
			}
			for _, name := range namesIn(told) {
				if err := s.site.Store.DeleteMetaValue(s.ctx, "postmeta", id, sideloaded, name); err != nil {
					return err
				}
			}
			if v, _ := told.Get("mime_type"); v != nil {
				told.Set("mime_type", s.guardedMeta(php.ToString(v)))
			}
			addCopy(details, told)
		}
		if list.Len() == 0 {
			return nil
		}
		return s.saveDetails(id, details)
	}, lockPosts)
	if err != nil {
		return nil, err
	}
	return m.answer(c, id)
}

// namesIn are the files that a copy names.
func namesIn(told *php.Array) (names []string) {
	for _, key := range []string{"file", "original_image"} {
		if v, _ := told.Get(key); v != nil {
			names = append(names, php.ToString(v))
		}
	}
	return names
}

// addCopy writes a copy into what is known of a file.
func addCopy(details, told *php.Array) {
	get := func(key string, absent any) any {
		if v, _ := told.Get(key); v != nil {
			return v
		}
		return absent
	}
	named, _ := told.Get("image_size")
	for _, name := range sizesOf(named) {
		if name == "original" || name == "scaled" {
			for _, key := range []string{"width", "height", "file", "filesize", "original_image"} {
				if v := get(key, nil); v != nil {
					details.Set(key, v)
				}
			}
			continue
		}
		v, _ := details.Get("sizes")
		sizes, _ := v.(*php.Array)
		if sizes == nil {
			sizes = &php.Array{}
		}
		size := &php.Array{}
		size.Set("width", get("width", int64(0)))
		size.Set("height", get("height", int64(0)))
		size.Set("file", get("file", ""))
		size.Set("mime-type", get("mime_type", ""))
		size.Set("filesize", get("filesize", int64(0)))
		sizes.Set(name, size)
		details.Set("sizes", sizes)
	}
}
