package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
)

// media serves the posts of type attachment: files, with what is known of them.
type media struct{ *posts }

func newMedia(site *Site, typ *registry.PostType) *media {
	m := &media{newPosts(site, typ)}
	m.texts = []string{"description", "caption"}
	m.refine, m.take, m.keep = m.conditions, m.takeFields, m.keepFields
	m.resource = m.fields()
	return m
}

func (m *media) routes() []*api.Route {
	id := api.P("id", api.Integer("The number that names the media object."))
	object := m.typ.Path() + `/(?P<id>[\d]+)`
	create := append(m.resource.CreateArgs(),
		api.P("generate_sub_sizes", api.NewSchema(api.Type("boolean"), api.Default(true), api.Description("Makes the smaller sizes of an image."))),
		api.P("convert_format", api.NewSchema(api.Type("boolean"), api.Default(true), api.Description("Stores an image in the format that the site prefers."))),
		api.P("url", also(api.NewSchema(api.Type("string"), api.Format("uri"), api.Description("Where to fetch the file from, instead of an upload.")), checkFetch)))
	return []*api.Route{
		{Namespace: m.typ.Namespace, Path: m.typ.Path(), Schema: m.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: m.collectionArgs(), Permission: m.mayList, Handle: m.list},
			{Methods: api.Creatable, Args: create, TakesFile: true, Permission: m.mayCreate, Handle: m.create},
		}},
		{Namespace: m.typ.Namespace, Path: object, Schema: m.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{id, m.resource.ContextArg("view")}, Permission: m.mayGet, Handle: m.get, Prime: m.prime},
			{Methods: api.Editable, Args: append(api.Properties{id}, m.resource.EditArgs()...), Permission: m.mayUpdate, Handle: m.update},
			{Methods: api.Deletable, Args: api.Properties{id, forceArg("Deletes at once instead of moving to the trash.")}, Permission: m.mayDelete, Handle: m.delete},
		}},
		{Namespace: m.typ.Namespace, Path: object + "/post-process", Endpoints: []api.Endpoint{{Methods: api.Creatable, Permission: m.mayUpdate, Handle: m.postProcess, Args: api.Properties{
			id, api.P("action", api.NewSchema(api.Type("string"), api.Enum("create-image-subsizes"), api.Required)),
		}}}},
		{Namespace: m.typ.Namespace, Path: object + "/edit", Endpoints: []api.Endpoint{{Methods: api.Creatable, Args: m.editorArgs(), Permission: m.mayEditImage, Handle: m.edit}}},
		// Browsers that make the smaller sizes themselves need a secure page, and so do these two.
		{Namespace: m.typ.Namespace, Path: object + "/sideload", Schema: m.resource.Describe, Only: secure, Endpoints: []api.Endpoint{{Methods: api.Creatable, TakesFile: true, Handle: m.sideload, Permission: m.mayEditImage, Args: api.Properties{
			id, api.P("image_size", m.sizeName()),
			api.P("convert_format", api.NewSchema(api.Type("boolean"), api.Default(true), api.Description("Stores an image in the format that the site prefers."))),
		}}}},
		{Namespace: m.typ.Namespace, Path: object + "/finalize", Schema: m.resource.Describe, Only: secure, Endpoints: []api.Endpoint{{Methods: api.Creatable, Handle: m.finalize, Permission: m.mayEditImage, Args: api.Properties{
			id, api.P("sub_sizes", also(api.NewSchema(api.Description("The sizes that were sent."), api.Type("array"), api.Default(php.List()), api.MaxItems(100), api.Items(m.subSize())), checkSubSizes)),
		}}}},
	}
}

// secure tells whether the client speaks TLS.
func secure(c *api.Context) bool { return of(c).secure }

func (m *media) collectionArgs() api.Properties {
	args := m.posts.collectionArgs()
	allowed := []string{"inherit", "private", "trash"}
	for i := range args {
		if args[i].Name == "status" {
			args[i].Schema = api.NewSchema(api.Default("inherit"), api.Description("Only what has one of these statuses."), api.Type("array"),
				api.Items(api.NewSchema(api.EnumOf(allowed), api.Type("string"))), api.Raw,
				api.Sanitize(func(c *api.Context, name string, v any) (any, error) {
					return statuses(c, m.typ, allowed, "inherit", name, v)
				}))
		}
	}
	return append(args,
		api.P("media_type", api.NewSchema(api.Default(nil), api.Description("Only files of these kinds."), api.Type("array"),
			api.Items(api.NewSchema(api.Type("string"), api.EnumOf(registry.MediaTypes()))))),
		api.P("mime_type", api.NewSchema(api.Default(nil), api.Description("Only files of these MIME types."), api.Type("array"), api.Items(api.Of1("string")))))
}

// conditions turns the kinds of files that are asked for into MIME types. Types
// that the asker could not upload do not count (prepare_items_query).
func (m *media) conditions(c *api.Context, q *models.PostQuery) {
	s := of(c)
	if len(c.Strings("status")) == 0 {
		q.Statuses, q.OwnStatuses = []string{"inherit"}, nil
	}
	q.SearchFiles = q.Search != ""
	trusted := s.can("unfiltered_html")
	for _, group := range c.Strings("media_type") {
		q.MimeTypes = append(q.MimeTypes, registry.MimesOf(group, trusted)...)
	}
	known := registry.Mimes(trusted)
	for _, mime := range c.Strings("mime_type") {
		if slices.ContainsFunc(known, func(k registry.Mime) bool { return k.Type == mime }) {
			q.MimeTypes = append(q.MimeTypes, mime)
		}
	}
}

func (m *media) mayCreate(c *api.Context) error {
	if err := m.posts.mayCreate(c); err != nil {
		return err
	}
	s := of(c)
	if !s.can("upload_files") {
		return api.NewError(http.StatusBadRequest, "rest_cannot_create", "Sorry, you are not allowed to upload media on this site.")
	}
	if nonEmpty(c, "post") && !s.can("edit_post", c.Int("post")) {
		return c.Forbidden("rest_cannot_edit", "Sorry, you are not allowed to upload media to this post.")
	}
	return nil
}

func (m *media) mayEditImage(c *api.Context) error {
	if !of(c).can("upload_files") {
		return c.Forbidden("rest_cannot_edit_image", "Sorry, you are not allowed to upload media on this site.")
	}
	return m.mayUpdate(c)
}

// editorArgs say what the image editor does with an image: flips, turns and cuts.
func (m *media) editorArgs() api.Properties {
	modifier := func(title, text, typ string, required []string, members ...api.Property) *api.Schema {
		return api.NewSchema(api.Title(title), api.Props(
			api.P("type", api.String(text, api.Enum(typ))),
			api.P("args", api.Object("How much.", api.RequiredMembers(required...), api.Props(members...)))))
	}
	percent := func(text string) *api.Schema { return api.Number(text, api.Minimum(0), api.Maximum(100)) }
	args := api.Properties{
		api.P("src", api.String("The address of the image file to edit.", api.Format("uri"), api.Required)),
		api.P("modifiers", api.Array("What to do with the image, in order.", api.MinItems(1), api.Items(
			api.Object("One change.", api.RequiredMembers("type", "args"), api.OneOf(
				modifier("Flip", "Mirrors the image.", "flip", []string{"flip"}, api.P("flip", api.Object("Along which axes.", api.RequiredMembers("horizontal", "vertical"), api.Props(
					api.P("horizontal", api.Boolean("From left to right.")), api.P("vertical", api.Boolean("From top to bottom."))))),
				),
				modifier("Rotation", "Turns the image.", "rotate", []string{"angle"}, api.P("angle", api.Number("Degrees, clockwise."))),
				modifier("Crop", "Cuts the image.", "crop", []string{"left", "top", "width", "height"},
					api.P("left", api.Number("The left edge, in percent.")), api.P("top", api.Number("The upper edge, in percent.")),
					api.P("width", api.Number("The width, in percent.")), api.P("height", api.Number("The height, in percent."))),
			))))),
		api.P("rotation", api.Integer("Degrees to turn the image by; modifiers are the newer way.", api.Minimum(0), api.ExclusiveMinimum, api.Maximum(360), api.ExclusiveMaximum)),
		api.P("x", percent("The left edge of the cut.")),
		api.P("y", percent("The upper edge of the cut.")),
		api.P("width", percent("The width of the cut.")),
		api.P("height", percent("The height of the cut.")),
	}
	writable := m.resource.EditArgs()
	for _, name := range []string{"caption", "description", "title", "post", "alt_text"} {
		args = append(args, api.P(name, writable.Get(name)))
	}
	return args
}

// sizeName names an image size, or several that share one file. Besides the
// registered sizes there are the image itself in its forms.
func (m *media) sizeName() *api.Schema {
	return also(api.Of("The sizes that the file is for.", []string{"string", "array"}, api.Items(api.Of1("string", api.MinLength(1))), api.MinItems(1), api.MinLength(1), api.Required), checkSize)
}

// also adds a check to those of a schema.
func also(plain *api.Schema, check func(c *api.Context, name string, v any) error) *api.Schema {
	return plain.With(api.Validate(func(c *api.Context, name string, v any) error {
		if err := plain.Check(v, name); err != nil {
			return err
		}
		return check(c, name, v)
	}))
}

func (m *media) subSize() *api.Schema {
	return api.NewSchema(api.Type("object"), api.Props(
		api.P("image_size", m.sizeName()),
		api.P("width", api.NewSchema(api.Type("integer"), api.Minimum(1))),
		api.P("height", api.NewSchema(api.Type("integer"), api.Minimum(1))),
		api.P("file", api.NewSchema(api.Type("string"), api.MinLength(1))),
		api.P("mime_type", api.NewSchema(api.Type("string"), api.Pattern("^image/.*"))),
		api.P("filesize", api.NewSchema(api.Type("integer"), api.Minimum(1))),
		api.P("original_image", api.NewSchema(api.Type("string"), api.MinLength(1)))))
}

// links are a media object's relations, with the post it belongs to.
func (m *media) links(c *api.Context, p *models.Post) api.Links {
	s := of(c)
	l := m.relations(c, p)
	if parent := s.posts.get(p.Parent); parent != nil {
		if t := s.site.Registry.Type(parent.Type); t != nil && t.RESTBase != "" {
			l.Add("https://api.w.org/attached-to", c.URL(postRoute(t, parent.ID)), api.Embeddable, member("post_type", parent.Type), member("id", parent.ID))
		}
	}
	m.actionLinks(c, p, &l)
	return l
}

// isImage tells whether a media object is a picture with a file (wp_attachment_is_image).
func (s *session) isImage(p *models.Post) bool {
	file := s.postMeta.get(p.ID).first("_wp_attached_file")
	switch {
	case file == "":
		return false
	case strings.HasPrefix(p.MimeType, "image/"):
		return true
	case p.MimeType != "import":
		return false
	}
	ext := lower(file[strings.LastIndexByte(file, '.')+1:])
	return slices.Contains([]string{"jpg", "jpeg", "jpe", "gif", "png", "webp", "avif", "heic"}, ext)
}
