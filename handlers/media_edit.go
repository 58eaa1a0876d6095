package handlers

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	uploads "github.com/headpress/headpress/media"
	"github.com/headpress/headpress/media/picture"
	"github.com/headpress/headpress/models"
)

var editable = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic"}

// editedName is what the names of edited pictures end in.
var editedName = regexp.MustCompile(`-edited(-[0-9]+)?$`)

// edit makes another file of a picture: turned, mirrored or cut (edit_media_item).
func (m *media) edit(c *api.Context) (*api.Response, error) {
	s, id := of(c), c.Int("id")
	before := s.posts.full(id)
	if before == nil {
		return nil, errPostID()
	}
	attached, details := s.postMeta.get(id).first(uploads.MetaFile), s.mediaMeta(before)
	original := attached
	if v, _ := details.Get("original_image"); php.ToBool(v) {
		original = path.Join(path.Dir(attached), path.Base(php.ToString(v)))
	}
	named, _ := details.Get("file")
	if src := c.String("src"); attached == "" || named == nil || src != s.uploadsURL()+"/"+attached && src != s.uploadsURL()+"/"+original {
		return nil, api.NewError(http.StatusNotFound, "rest_unknown_attachment", "Unable to get meta information for file.")
	}
	if !slices.Contains(editable, before.MimeType) {
		return nil, api.NewError(http.StatusBadRequest, "rest_cannot_edit_file_type", "This type of file cannot be edited.")
	}
	changes := changesOf(c)
	if len(changes) == 0 {
		return nil, api.NewError(http.StatusBadRequest, "rest_image_not_edited", "The image was not edited. Edit the image before applying the changes.")
	}
	work := s.site.Ledger.Begin()
	defer work.End(s.ctx)
	file, err := s.placeEdited(work, original, before.MimeType, changes)
	if err != nil {
		return nil, err
	}
	made, err := s.describe(work, file, true)
	if err != nil {
		return nil, err
	}
	if about, ok := details.Get("image_meta"); ok {
		made.Meta.Set("image_meta", about)
	}
	parent := &php.Array{}
	parent.Set("attachment_id", strconv.FormatInt(id, 10))
	parent.Set("file", original)
	made.Meta.Set("parent_image", parent)
	edited, err := m.insertEdited(c, work, file, made, before)
	if err != nil {
		return nil, err
	}
	post := s.posts.full(edited)
	if post == nil {
		return nil, s.err
	}
	res := m.resource.Item(c, post)
	m.created(c, res, edited)
	return res, s.err
}

// changesOf reads what is to be done with a picture. Without modifiers the older parameters count.
func changesOf(c *api.Context) (changes []uploads.Change) {
	number := func(a *php.Array, name string) float64 {
		v, _ := a.Get(name)
		return php.ToFloat(v)
	}
	if list, _ := c.Param("modifiers").(*php.Array); list.Len() > 0 {
		for _, v := range list.Values() {
			a, _ := v.(*php.Array)
			kind, _ := a.Get("type")
			v, _ := a.Get("args")
			args, _ := v.(*php.Array)
			v, _ = args.Get("flip")
			flip, _ := v.(*php.Array)
			h, _ := flip.Get("horizontal")
			v, _ = flip.Get("vertical")
			changes = append(changes, uploads.Change{Kind: php.ToString(kind), Horizontal: php.ToBool(h), Vertical: php.ToBool(v), Angle: number(args, "angle"),
				Left: number(args, "left"), Top: number(args, "top"), Width: number(args, "width"), Height: number(args, "height")})
		}
		return changes
	}
	if c.Has("rotation") {
		changes = append(changes, uploads.Change{Kind: "rotate", Angle: php.ToFloat(c.Param("rotation"))})
	}
	if c.Has("x") && c.Has("y") && c.Has("width") && c.Has("height") {
		cut := func(name string) float64 { return php.ToFloat(c.Param(name)) }
		changes = append(changes, uploads.Change{Kind: "crop", Left: cut("x"), Top: cut("y"), Width: cut("width"), Height: cut("height")})
	}
	return changes
}

// placeEdited stores the changed picture beside the uploads of this month.
func (s *session) placeEdited(work *uploads.Work, original, mime string, changes []uploads.Change) (placed, error) {
	p := placed{mime: mime}
	folder, ext := s.uploadFolder(nil), path.Ext(original)
	name := strings.TrimSuffix(path.Base(original), ext)
	name = cleanName(editedName.ReplaceAllString(name, "")+"-edited"+ext, s.uploadTypes())
	taken, err := s.site.Storage.Names(s.ctx, folder)
	if err != nil {
		return p, err
	}
	for {
		free := uploads.FreeName(name, taken)
		if len(free) > maxFileName {
			return p, api.NewError(http.StatusInternalServerError, "rest_upload_sideload_error", "The file's name is too long.")
		}
		p.name = path.Join(folder, free)
		err := s.site.Maker.Edit(s.ctx, work, original, p.name, mime, changes)
		if !errors.Is(err, fs.ErrExist) {
			return p, uneditable(err)
		}
		taken = append(taken, free)
	}
}

// uneditable says why a picture could not be changed.
func uneditable(err error) error {
	switch {
	case errors.Is(err, uploads.ErrCrop):
		return api.NewError(http.StatusInternalServerError, "rest_image_crop_failed", "Unable to crop this image.")
	case errors.Is(err, picture.ErrTooLarge):
		return errTooManyPixels()
	case errors.Is(err, picture.ErrBroken), errors.Is(err, picture.ErrUnsupported), errors.Is(err, fs.ErrNotExist):
		return api.NewError(http.StatusInternalServerError, "rest_unknown_image_file_type", "Unable to edit this image.")
	}
	return err
}

// insertEdited stores the row of an edited picture: what is said of the one before counts for it, too,
// where the request says nothing.
func (m *media) insertEdited(c *api.Context, work *uploads.Work, file placed, made uploads.Result, before *models.Post) (id int64, err error) {
	s := of(c)
	err = s.write(func() error {
		post := &models.Post{Type: m.typ.Name, Author: s.user.ID, MimeType: file.mime, GUID: s.uploadsURL() + "/" + file.name,
			Title: before.Title, Content: before.Content, Excerpt: before.Excerpt}
		if v, ok := text(c, "title"); ok {
			post.Title = v
		}
		m.takeFields(c, post)
		if err := s.savePost(post, nil, false); err != nil {
			return err
		}
		id = post.ID
		alt := s.postMeta.get(before.ID).text(altText)
		if c.Has("alt_text") {
			alt = c.String("alt_text")
		}
		if err := s.site.Store.AddMeta(s.ctx, "postmeta", id, uploads.MetaFile, made.Name); err != nil {
			return err
		}
		if alt != "" {
			if err := s.site.Store.AddMeta(s.ctx, "postmeta", id, altText, php.MaybeSerialize(alt)); err != nil {
				return err
			}
		}
		if err := s.saveDetails(id, made.Meta); err != nil {
			return err
		}
		return work.Keep(s.ctx)
	}, lockPosts)
	return id, err
}
