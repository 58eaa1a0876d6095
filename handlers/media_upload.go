package handlers

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	uploads "github.com/headpress/headpress/media"
	"github.com/headpress/headpress/media/picture"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/sanitize"
)

// upload is a file on its way into the storage.
type upload struct {
	name string // as the client calls it
	size int64
	open func() (io.ReadSeekCloser, error)
	// title is what the file is called where nobody says; "" is the name that it gets.
	title string
	// code is that of the error for files that are not taken; wrongType takes its place where the type is the reason, or is nil.
	code      string
	wrongType *api.Error
}

// refuse is the answer to a file that is not taken.
func (u *upload) refuse(message string) *api.Error {
	return api.NewError(http.StatusInternalServerError, u.code, message)
}

func errNoData() *api.Error {
	return api.NewError(http.StatusBadRequest, "rest_upload_no_data", "No data supplied.")
}

// received finds the file that a request brings: in a form, or as the body with its name in Content-Disposition
// (upload_from_file, upload_from_data).
func received(c *api.Context) (*upload, error) {
	r := c.Request
	if len(r.Files) > 0 {
		return receivedForm(r)
	}
	if r.Upload == nil {
		return nil, errNoData()
	}
	refuse := func(code, message string) error { return api.NewError(http.StatusBadRequest, code, message) }
	disposition := r.Header.Values("Content-Disposition")
	if len(disposition) == 0 {
		return nil, refuse("rest_upload_no_content_disposition", "No Content-Disposition supplied.")
	}
	name := uploads.DispositionName(disposition)
	if name == "" || name == "0" {
		return nil, refuse("rest_upload_invalid_disposition", `The Content-Disposition must be of the form: attachment; filename="image.png".`)
	}
	return &upload{name: name, size: r.Upload.Size, open: r.Upload.Open, code: "rest_upload_sideload_error"}, sumsUp(r, r.Upload)
}

func receivedForm(r *api.Request) (*upload, error) {
	at := -1
	for i, f := range r.Files {
		if f.Field == "file" { // of several with one name the last counts
			at = i
		}
	}
	if at < 0 {
		return nil, (&upload{code: "rest_upload_unknown_error"}).refuse(`The form has no file by the name of "file".`)
	}
	f := r.Files[at]
	u := &upload{name: f.Name, size: f.Size, open: f.Open, code: "rest_upload_unknown_error"}
	u.title = strings.TrimSuffix(f.Name, path.Ext(f.Name))
	if err := sumsUp(r, f); err != nil {
		return nil, err
	}
	if f.Missing || f.Size == 0 {
		return nil, u.refuse("The file is empty.")
	}
	return u, nil
}

// sumsUp holds a file against the sum that came with it.
func sumsUp(r *api.Request, f *api.File) error {
	if sums := r.Header.Values("Content-MD5"); len(sums) > 0 && strings.TrimSpace(sums[0]) != f.MD5 {
		return api.NewError(http.StatusPreconditionFailed, "rest_upload_hash_mismatch", "The content does not have the expected hash.")
	}
	return nil
}

// uploadTypes are the types of files that the asker may upload.
func (s *session) uploadTypes() []registry.Mime { return registry.Mimes(s.can("unfiltered_html")) }

// cleanName makes a file's name one that can be stored, where files of these types may be uploaded.
func cleanName(name string, allowed []registry.Mime) string {
	has := func(types []registry.Mime, extension string) bool {
		return slices.ContainsFunc(types, func(m registry.Mime) bool { return slices.Contains(m.Extensions, extension) })
	}
	return sanitize.FileName(name, registry.IsExtension, func(extension string) bool { return has(allowed, extension) })
}

// uploadFolder is where new files go: where the site wants it, a folder for the month of the
// post that they belong to (wp_upload_dir). Pages do not count.
func (s *session) uploadFolder(parent *models.Post) string {
	if !s.options.Bool("uploads_use_yearmonth_folders") {
		return ""
	}
	date, _ := s.present()
	if parent != nil && parent.Type != "page" && parent.Date > "0001" {
		date = parent.Date
	}
	return date[:4] + "/" + date[5:7]
}

// maxFileName is how many bytes a file's name may have.
const maxFileName = 255

// sizeMark is how many bytes the name of a smaller copy has more than that of the picture.
const sizeMark = len("-2048x2048")

// placed is a file in the storage.
type placed struct {
	name, mime    string
	width, height int64 // of a picture that can be read
}

// place checks a file and stores it under a name that is free. copyOf is the name of a picture
// that the file is a smaller copy of, "" where it is none.
func (s *session) place(work *uploads.Work, u *upload, allowed []registry.Mime, folder, copyOf string) (placed, error) {
	content, err := u.open()
	if err != nil {
		return placed{}, err
	}
	defer content.Close()
	head, err := uploads.Head(content)
	if err != nil {
		return placed{}, err
	}
	typ := uploads.CheckType(head, u.name, allowed)
	name := cleanName(typ.Name, allowed)
	if typ.Mime == "" || path.Ext(name) != "" && uploads.CheckType(head, name, allowed).Mime != typ.Mime {
		if u.wrongType != nil {
			return placed{}, u.wrongType
		}
		return placed{}, u.refuse("Sorry, you are not allowed to upload this file type.")
	}
	p := placed{mime: typ.Mime}
	if strings.HasPrefix(p.mime, "image/") {
		about, err := s.site.Maker.Check(content)
		if errors.Is(err, picture.ErrTooLarge) {
			return p, errTooManyPixels()
		}
		if err == nil { // what cannot be read is a file like any other, as in WordPress
			p.width, p.height = int64(about.Width), int64(about.Height)
		}
	}
	taken, err := s.site.Storage.Names(s.ctx, folder)
	if err != nil {
		return p, err
	}
	for {
		free := uploads.FreeCopyName(name, copyOf, taken)
		if len(free) > maxFileName {
			return p, u.refuse("The file's name is too long.")
		}
		if _, err := content.Seek(0, io.SeekStart); err != nil {
			return p, err
		}
		p.name = path.Join(folder, free)
		err := work.Create(s.ctx, p.name, content, u.size)
		if !errors.Is(err, fs.ErrExist) {
			return p, err
		}
		taken = append(taken, free) // somebody was faster
	}
}

// errTooManyPixels refuses a picture that takes too much memory to look at. A WordPress tries, and may die of it.
func errTooManyPixels() *api.Error {
	return api.NewError(http.StatusBadRequest, "rest_upload_image_too_large", "The image has more pixels than this site can handle.")
}
