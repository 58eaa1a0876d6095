package handlers

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	uploads "github.com/headpress/headpress/media"
	"github.com/headpress/headpress/media/picture"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

const altText = "_wp_attachment_image_alt"

// takeFields puts what a request says of a file into its row.
func (m *media) takeFields(c *api.Context, post *models.Post) {
	for name, to := range map[string]*string{"caption": &post.Excerpt, "description": &post.Content} {
		if v, ok := text(c, name); ok {
			*to = v
		}
	}
	if c.Has("post") {
		post.Parent = c.Int("post")
	}
}

// keepFields stores the text that stands for a picture, and the picture that stands for sound or film.
func (m *media) keepFields(c *api.Context, post *models.Post) error {
	s := of(c)
	if c.Has("featured_media") && plays(post) {
		if err := s.setThumbnail(post, c.Int("featured_media")); err != nil {
			return err
		}
	}
	if !c.Has("alt_text") {
		return nil
	}
	// WordPress hands the text on as one with slashes.
	return s.site.Store.SetMeta(s.ctx, "postmeta", post.ID, altText, php.MaybeSerialize(sanitize.Unslash(c.String("alt_text"))))
}

// plays tells whether a file is sound or film: only those may have a picture of their own.
func plays(post *models.Post) bool {
	return strings.HasPrefix(post.MimeType, "audio/") || strings.HasPrefix(post.MimeType, "video/")
}

// checkPicture is handle_featured_media for a new file. Later on nobody objects.
func (m *media) checkPicture(c *api.Context, post *models.Post) error {
	if !c.Has("featured_media") {
		return nil
	}
	if !plays(post) {
		return api.NewError(http.StatusBadRequest, "rest_no_featured_media", "The post does not support a featured image.")
	}
	if id := c.Int("featured_media"); id != 0 && of(c).imageSrc(id, 150, 150) == nil {
		return api.NewError(http.StatusBadRequest, "rest_invalid_featured_media", "Invalid featured media ID.")
	}
	return nil
}

// checkParent: files belong to posts, not to files or revisions.
func (m *media) checkParent(c *api.Context) error {
	parent := of(c).posts.get(c.Int("post"))
	if parent != nil && (parent.Type == "revision" || parent.Type == "attachment") {
		return api.NewError(http.StatusBadRequest, "rest_invalid_param", "Invalid parent type.")
	}
	return nil
}

func (m *media) create(c *api.Context) (*api.Response, error) {
	s := of(c)
	if err := m.checkParent(c); err != nil {
		return nil, err
	}
	u, err := received(c)
	if address := c.String("url"); address != "" {
		u, err = s.fetched(address)
	}
	if err != nil {
		return nil, err
	}
	work := s.site.Ledger.Begin()
	defer work.End(s.ctx)
	file, err := s.place(work, u, s.uploadTypes(), s.uploadFolder(s.posts.get(c.Int("post"))), "")
	if err != nil {
		return nil, err
	}
	made, err := s.describe(work, file, c.Bool("generate_sub_sizes"))
	if err != nil {
		return nil, err
	}
	title := u.title
	if title == "" {
		title = strings.TrimSuffix(path.Base(file.name), path.Ext(file.name))
	}
	id, err := m.insert(c, work, file, made, title)
	if err != nil {
		return nil, err
	}
	res, err := m.answer(c, id)
	m.created(c, res, id)
	return res, err
}

// created says where the new file is found.
func (m *media) created(c *api.Context, res *api.Response, id int64) {
	if res != nil {
		res.Status = http.StatusCreated
		res.Set("X-WP-Upload-Attachment-ID", strconv.FormatInt(id, 10))
		res.Set("Location", c.URL(postRoute(m.typ, id)))
	}
}

// describe finds out what is kept of a file, and makes the smaller copies of a picture.
func (s *session) describe(work *uploads.Work, file placed, sizes bool) (uploads.Result, error) {
	o := uploads.Options{Guard: s.guardedMeta}
	if sizes && len(path.Base(file.name))+sizeMark <= maxFileName {
		o.Sizes, o.Threshold, o.Rotate = s.imageSizes(), uploads.BigPicture, true
	}
	made, err := s.site.Maker.Generate(s.ctx, work, file.name, file.mime, o)
	if errors.Is(err, picture.ErrTooLarge) {
		err = errTooManyPixels()
	}
	return made, err
}

// insert stores the row of a new file, with the files that belong to it: all or nothing.
func (m *media) insert(c *api.Context, work *uploads.Work, file placed, made uploads.Result, title string) (id int64, err error) {
	s := of(c)
	err = s.write(func() error {
		post := &models.Post{Type: m.typ.Name, Author: s.user.ID, MimeType: file.mime, GUID: s.uploadsURL() + "/" + file.name}
		if err := m.checkPicture(c, post); err != nil {
			return err
		}
		dated, err := m.prepare(c, post, nil)
		if err != nil {
			return err
		}
		about, _ := made.Meta.Get("image_meta")
		alt := describedBy(post, about, title)
		if err := s.savePost(post, nil, dated); err != nil {
			return err
		}
		id = post.ID
		if err := s.site.Store.AddMeta(s.ctx, "postmeta", id, uploads.MetaFile, made.Name); err != nil {
			return err
		}
		if alt != "" && !c.Has("alt_text") {
			if err := s.site.Store.AddMeta(s.ctx, "postmeta", id, altText, php.MaybeSerialize(alt)); err != nil {
				return err
			}
		}
		if err := m.saveRest(c, post); err != nil {
			return err
		}
		if err := s.saveDetails(id, made.Meta); err != nil {
			return err
		}
		return work.Keep(s.ctx)
	}, m.locks(c)...)
	return id, err
}

// describedBy fills in what nobody has said of a picture from what it says of itself, and gives
// the text that stands for it.
func describedBy(post *models.Post, about any, title string) (alt string) {
	a, _ := about.(*php.Array)
	own := func(name string) string {
		v, _ := a.Get(name)
		if v, ok := v.(string); ok && php.Trim(v) != "" {
			return v
		}
		return ""
	}
	if t := own("title"); !php.ToBool(post.Title) && t != "" && !php.IsNumeric(sanitize.Title(t, "", "")) {
		post.Title = t
	}
	if post.Title == "" {
		post.Title = title
	}
	if t := own("caption"); !php.ToBool(post.Excerpt) && t != "" {
		post.Excerpt = t
	}
	return sanitize.TextField(own("alt"))
}

// saveDetails stores what is known of a file.
func (s *session) saveDetails(id int64, details *php.Array) error {
	text, err := php.Serialize(details)
	if err != nil {
		return err
	}
	return s.site.Store.SetMeta(s.ctx, "postmeta", id, uploads.MetaDetails, text)
}

func (m *media) update(c *api.Context) (*api.Response, error) {
	if err := m.checkParent(c); err != nil {
		return nil, err
	}
	if res, err := m.posts.update(c); err != nil || res == nil {
		return res, err
	}
	return m.answer(c, c.Int("id")) // WordPress prepares it twice, which counts in the ids of players
}

// delete removes a file with all that was made of it. There is no trash for files.
func (m *media) delete(c *api.Context) (*api.Response, error) {
	s := of(c)
	if !c.Bool("force") {
		return nil, api.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "The file does not support trashing. Set 'force=true' to delete.")
	}
	post := s.posts.full(c.Int("id"))
	if post == nil {
		return nil, errPostID()
	}
	c.Request.SetParam("context", "edit")
	previous := m.resource.Previous(c, post)
	work := s.site.Ledger.Begin()
	defer work.End(s.ctx)
	err := s.write(func() error {
		post, err := m.stored(c)
		if err != nil {
			return err
		}
		return s.deleteMedia(work, post)
	}, lockPosts, lockOptions)
	return api.OK(php.Map{{Key: "deleted", Value: true}, {Key: "previous", Value: previous}}), err
}

// deleteMedia removes an attachment, and its files when the work ends (wp_delete_attachment).
func (s *session) deleteMedia(work *uploads.Work, post *models.Post) error {
	files := s.filesOf(post.ID)
	if err := s.leaveMedia(post.ID); err != nil {
		return err
	}
	if err := s.deletePost(post); err != nil {
		return err
	}
	return work.Discard(s.ctx, files...)
}

// knownFiles are the files that the row of an attachment names.
func (s *session) knownFiles(id int64) []string {
	meta := s.postMeta.get(id)
	array := func(key string) *php.Array {
		a, _ := meta.value(key).(*php.Array)
		return a
	}
	return uploads.FilesOf(meta.first(uploads.MetaFile), array(uploads.MetaDetails), array(uploads.MetaBackups))
}

// filesOf are all files of an attachment, those included that were sent for it and not used yet.
func (s *session) filesOf(id int64) []string {
	files, meta := s.knownFiles(id), s.postMeta.get(id)
	for _, name := range meta[sideloaded] {
		if name = path.Join(path.Dir(meta.first(uploads.MetaFile)), path.Base(name)); !slices.Contains(files, name) {
			files = append(files, name)
		}
	}
	return files
}

// leaveMedia: what shows a file shows it no longer (wp_delete_attachment, _delete_site_logo_on_delete_attachment).
func (s *session) leaveMedia(id int64) error {
	if err := s.site.Store.DropMeta(s.ctx, "postmeta", "_thumbnail_id", strconv.FormatInt(id, 10)); err != nil {
		return err
	}
	if s.options.Int("site_logo") != id {
		return nil
	}
	if err := s.dropOption("site_logo"); err != nil {
		return err
	}
	return s.removeThemeMod("custom_logo")
}

// postProcess makes the copies of a picture that are missing (wp_update_image_subsizes).
func (m *media) postProcess(c *api.Context) (*api.Response, error) {
	s, id := of(c), c.Int("id")
	post := s.posts.full(id)
	if post == nil {
		return nil, errPostID()
	}
	if s.isImage(post) {
		if err := m.complete(c, post); err != nil {
			return nil, err
		}
	}
	return m.answer(c, id)
}

func (m *media) complete(c *api.Context, post *models.Post) error {
	s := of(c)
	work := s.site.Ledger.Begin()
	defer work.End(s.ctx)
	file, before := s.postMeta.get(post.ID).first(uploads.MetaFile), s.postMeta.get(post.ID).first(uploads.MetaDetails)
	details := s.mediaMeta(post)
	var made uploads.Result
	var err error
	if details.Len() == 0 {
		made, err = s.describe(work, placed{name: file, mime: post.MimeType}, true)
	} else {
		original := file
		if name, _ := details.Get("original_image"); php.ToBool(name) {
			original = path.Join(path.Dir(file), path.Base(php.ToString(name)))
		}
		made, err = s.site.Maker.Complete(s.ctx, work, original, details, s.imageSizes())
		made.Name = file
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, picture.ErrBroken) || errors.Is(err, picture.ErrUnsupported) || errors.Is(err, uploads.ErrBusy) {
		return nil // of such a picture there is nothing to make, or somebody makes it
	}
	if errors.Is(err, picture.ErrTooLarge) {
		err = errTooManyPixels()
	}
	if err != nil {
		return err
	}
	return s.write(func() error {
		now, err := m.stored(c)
		if err != nil {
			return err
		}
		meta := s.postMeta.get(now.ID)
		if meta.first(uploads.MetaFile) != file || meta.first(uploads.MetaDetails) != before {
			return nil // somebody was faster: what was made here goes away again
		}
		if made.Name != file {
			if err := s.site.Store.SetMeta(s.ctx, "postmeta", now.ID, uploads.MetaFile, made.Name); err != nil {
				return err
			}
		}
		if err := s.saveDetails(now.ID, made.Meta); err != nil {
			return err
		}
		return work.Keep(s.ctx)
	}, lockPosts)
}
