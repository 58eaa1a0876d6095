package handlers

import (
	"path"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/imagesize"
	"github.com/headpress/headpress/internal/php"
	uploads "github.com/headpress/headpress/media"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

func member(key string, value any) php.Member { return php.Member{Key: key, Value: value} }

// fields are those of posts, without a password, and what is known of the file.
func (m *media) fields() *api.Resource[*models.Post] {
	base := *m.posts.resource
	f := slices.DeleteFunc(slices.Clone(base.Fields), func(f postField) bool { return f.Name == "password" })
	own := m.ownFields()
	order := slices.Clone(postSchemaOrder)
	order = append(order, "alt_text", "caption", "description", "media_type", "mime_type", "media_details", "post", "source_url",
		"missing_image_sizes", "filename", "filesize", "exif_orientation", "image_quality", "image_output_format", "image_save_progressive")
	base.Fields, base.Order, base.Links = append(f, own...), order, m.links
	return &base
}

func (m *media) ownFields() []postField {
	all, shown, edit := api.In("view", "edit", "embed"), api.In("view", "edit"), api.In("edit")
	text := func(name, what string, context api.Option, raw, rendered func(c *api.Context, p *models.Post) any) postField {
		return postField{Name: name, Schema: api.Object(what, context, api.Raw), Fields: []postField{
			{Name: "raw", Schema: api.String("The text as stored.", edit), Get: raw},
			{Name: "rendered", Schema: api.String("The text as shown.", context, api.ReadOnly), Get: rendered},
		}}
	}
	percent := api.NewSchema(api.Type("integer"), api.Minimum(1), api.Maximum(100))
	quality := api.Properties{}
	for _, size := range builtInSizes {
		quality = append(quality, api.P(size.Name, percent))
	}
	f := []postField{
		text("description", "What the media object is about.", shown,
			func(_ *api.Context, p *models.Post) any { return p.Content },
			func(c *api.Context, p *models.Post) any { return of(c).content(p) }),
		text("caption", "The text below the media object.", all,
			func(_ *api.Context, p *models.Post) any { return p.Excerpt },
			func(c *api.Context, p *models.Post) any { return of(c).caption(p) }),
		{Name: "alt_text", Schema: api.String("The text that stands for the picture.", all, cleaned(sanitize.TextField)), Get: func(c *api.Context, p *models.Post) any {
			return of(c).postMeta.get(p.ID).text(altText)
		}},
		{Name: "media_type", Schema: api.String("The kind of the media object.", api.Enum("image", "file"), all, api.ReadOnly), Get: func(c *api.Context, p *models.Post) any {
			if of(c).isImage(p) {
				return "image"
			}
			return "file"
		}},
		{Name: "mime_type", Schema: api.String("The MIME type of the file.", all, api.ReadOnly), Get: func(_ *api.Context, p *models.Post) any { return p.MimeType }},
		{Name: "media_details", Schema: api.Object("What is known of the file, by its type.", all, api.ReadOnly), Get: func(c *api.Context, p *models.Post) any { return of(c).mediaDetails(p) }},
		{Name: "post", Schema: api.Integer("The post that the media object belongs to.", shown), Get: func(_ *api.Context, p *models.Post) any {
			if p.Parent == 0 {
				return nil
			}
			return p.Parent
		}},
		{Name: "source_url", Schema: api.String("The address of the file.", api.Format("uri"), all, api.ReadOnly), Get: func(c *api.Context, p *models.Post) any { return of(c).attachmentURL(p) }},
		{Name: "missing_image_sizes", Schema: api.Array("The sizes that were not made yet.", api.Items(api.Of1("string")), edit, api.ReadOnly), Get: func(c *api.Context, p *models.Post) any {
			return of(c).missingSizes(p)
		}},
		{Name: "filename", Schema: api.String("The name of the file as it was sent.", shown, api.ReadOnly), Get: func(c *api.Context, p *models.Post) any { return of(c).fileName(p) }},
		{Name: "filesize", Schema: api.Of("How many bytes the file has.", []string{"integer", "null"}, shown, api.ReadOnly), Get: func(c *api.Context, p *models.Post) any { return of(c).fileSize(p) }},
		{Name: "exif_orientation", Schema: api.Integer("How the camera was held: 1 to 8.", edit, api.ReadOnly), Get: func(c *api.Context, p *models.Post) any {
			about, _ := of(c).mediaMeta(p).Get("image_meta")
			a, _ := about.(*php.Array)
			if n, _ := a.Get("orientation"); php.ToInt(n) != 0 {
				return php.ToInt(n)
			}
			return 1
		}},
		{Name: "image_output_format", Schema: api.Of("The MIME type that smaller sizes are made in, if it is another.", []string{"string", "null"}, edit, api.ReadOnly), Get: func(*api.Context, *models.Post) any { return nil }},
		{Name: "image_save_progressive", Schema: api.Boolean("Whether smaller sizes load step by step.", edit, api.ReadOnly), Get: func(*api.Context, *models.Post) any { return false }},
		{Name: "image_quality", Schema: api.Object("How well smaller sizes are made.", edit, api.ReadOnly, api.Props(
			api.P("default", percent),
			api.P("sizes", api.NewSchema(api.Type("object"), api.Props(quality...))))), Get: func(_ *api.Context, p *models.Post) any {
			quality := 82
			if p.MimeType == "image/webp" {
				quality = 86
			}
			return php.Map{member("default", quality), member("sizes", []any{})}
		}},
	}
	for i := range f {
		name := f[i].Name
		picture := slices.Contains([]string{"exif_orientation", "image_output_format", "image_save_progressive", "image_quality"}, name)
		// WP_REST_Attachments_Controller looks for the names alone: _fields=caption.rendered finds nothing.
		f[i].If = func(c *api.Context, p *models.Post) bool {
			return c.WantsWhole(name) && (!picture || of(c).isImage(p))
		}
	}
	return f
}

// caption is a media object's caption as readers see it: without one it is
// taken from the description, as excerpts are.
func (s *session) caption(p *models.Post) string { return s.excerpt(p, nil) }

// mediaMeta is what was found out about a file when it was uploaded; nil if nothing.
func (s *session) mediaMeta(p *models.Post) *php.Array {
	a, _ := s.postMeta.get(p.ID).value("_wp_attachment_metadata").(*php.Array)
	return a
}

// madeSizes are the smaller sizes of an image or of a document's first page.
func madeSizes(meta *php.Array) *php.Array {
	v, _ := meta.Get("sizes")
	a, _ := v.(*php.Array)
	return a
}

// mediaDetails is the metadata of a file with the addresses of its sizes. The
// media object's own metadata is read anew here, so it may be changed.
func (s *session) mediaDetails(p *models.Post) any {
	meta := s.mediaMeta(p)
	if meta.Len() == 0 {
		return php.Obj{}
	}
	sizes := madeSizes(meta)
	if sizes.Len() == 0 {
		meta.Set("sizes", php.Obj{})
		return meta
	}
	shown := &php.Array{}
	for name, v := range sizes.All() {
		size, ok := v.(*php.Array)
		if !ok {
			shown.Put(name, v)
			continue
		}
		if mime, ok := size.Get("mime-type"); ok && mime != nil {
			size.Remove(php.KeyOf("mime-type"))
			size.Remove(php.KeyOf("mime_type"))
			size.Set("mime_type", mime)
		}
		if url, _, _, ok := s.sizeSource(p, meta, name.String()); ok {
			size.Set("source_url", url)
		}
		shown.Put(name, size)
	}
	if url, w, h, ok := s.sizeSource(p, meta, "full"); ok {
		full := &php.Array{}
		full.Set("file", path.Base(url))
		full.Set("width", w)
		full.Set("height", h)
		full.Set("mime_type", p.MimeType)
		full.Set("source_url", url)
		shown.Set("full", full)
	}
	meta.Set("sizes", shown)
	return meta
}

// sizeSource finds the file of an image's size and its dimensions (image_downsize).
// Documents have a picture only if their first page was made one.
func (s *session) sizeSource(p *models.Post, meta *php.Array, size string) (url string, w, h int64, ok bool) {
	sizes := madeSizes(meta)
	at := func(name string) *php.Array {
		v, _ := sizes.Get(name)
		a, _ := v.(*php.Array)
		return a
	}
	text := func(a *php.Array, name string) string {
		v, _ := a.Get(name)
		return php.ToString(v)
	}
	number := func(a *php.Array, name string) int64 {
		v, _ := a.Get(name)
		return php.ToInt(v)
	}
	url = s.attachmentURL(p)
	dir, _ := path.Split(url)
	if !s.isImage(p) {
		full := at("full")
		if full.Len() == 0 {
			return "", 0, 0, false
		}
		url = dir + text(full, "file")
	}
	if made := at(size); made.Len() > 0 {
		return dir + text(made, "file"), number(made, "width"), number(made, "height"), true
	}
	return url, number(meta, "width"), number(meta, "height"), true
}

// imageSizes are the sizes that the site makes of images.
func (s *session) imageSizes() []imagesize.Size { return ImageSizes(s.options) }

// missingSizes are the sizes that could be made of an image and were not
// (wp_get_missing_image_subsizes). The first page of a PDF gets three of them.
func (s *session) missingSizes(p *models.Post) []string {
	meta := s.mediaMeta(p)
	missing := []string{}
	add := func(name string) {
		if _, ok := madeSizes(meta).Get(name); !ok {
			missing = append(missing, name)
		}
	}
	if !s.isImage(p) {
		if p.MimeType == "application/pdf" {
			for _, name := range []string{"thumbnail", "medium", "large"} {
				add(name)
			}
		}
		return missing
	}
	w, h := s.originalDimensions(p, meta)
	for _, size := range s.imageSizes() {
		if meta.Len() == 0 || size.Fits(w, h) {
			add(size.Name)
		}
	}
	return missing
}

// originalDimensions are those of the image as it was sent, which the site may
// have made smaller; without the file those of the smaller one.
func (s *session) originalDimensions(p *models.Post, meta *php.Array) (w, h int64) {
	if original, _ := meta.Get("original_image"); original != nil {
		name := path.Join(path.Dir(s.postMeta.get(p.ID).first(uploads.MetaFile)), path.Base(php.ToString(original)))
		if f, _, err := s.site.Storage.Open(s.ctx, name); err == nil {
			defer f.Close()
			if about, err := s.site.Maker.Check(f); err == nil {
				return int64(about.Width), int64(about.Height)
			}
		}
	}
	mw, _ := meta.Get("width")
	mh, _ := meta.Get("height")
	return php.ToInt(mw), php.ToInt(mh)
}

// fileName is the name of the file as it was sent, nil where there is no file.
func (s *session) fileName(p *models.Post) any {
	file := s.postMeta.get(p.ID).first("_wp_attached_file")
	if file == "" {
		return nil
	}
	if original, _ := s.mediaMeta(p).Get("original_image"); original != nil && s.isImage(p) {
		if name := php.ToString(original); name != "" {
			file = name
		}
	}
	return file[strings.LastIndexByte(file, '/')+1:]
}

// fileSize is the number of bytes as it was stored, or as the file has it; nil where neither is known.
func (s *session) fileSize(p *models.Post) any {
	if size, _ := s.mediaMeta(p).Get("filesize"); php.ToInt(size) > 0 {
		return php.ToInt(size)
	}
	if about, err := s.site.Storage.Stat(s.ctx, s.postMeta.get(p.ID).first(uploads.MetaFile)); err == nil {
		return about.Size
	}
	return nil
}
