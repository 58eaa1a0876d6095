package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	uploads "github.com/headpress/headpress/media"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/sanitize"
)

// maxSettings is how many values the settings of a font may hold.
const maxSettings = 10_000

func errFont(message string) *api.Error {
	return api.NewError(http.StatusBadRequest, "rest_invalid_param", message)
}

// read gives settings that are sent, checked but for what partial ones may lack.
func (f fonts) read(name string, v any, partial bool) (*php.Array, error) {
	settings, err := php.DecodeJSONOf(php.ToString(v), maxSettings)
	if err != nil || settings == nil {
		return nil, errFont(name + " must be valid JSON.")
	}
	schema := f.resource.Properties().Get(f.param)
	required := schema.RequiredMembers
	a, _ := settings.(*php.Array)
	if slug, _ := a.Get("slug"); partial && slug != nil {
		return nil, errFont("The slug of a font family cannot be changed.")
	}
	if partial {
		schema = schema.With(func(s *api.Schema) { s.RequiredMembers = nil })
	}
	if err, ok := schema.Check(settings, name).(*api.Error); ok {
		refused := api.NewError(http.StatusBadRequest, err.Code, err.Message)
		if err.Data != nil { // what there was before WordPress adds the status
			refused.Additional = []any{err.Data}
		}
		return nil, refused
	}
	for _, member := range required {
		if v, ok := a.Get(member); ok && !php.ToBool(v) {
			return nil, errFont(name + ": " + member + " must not be empty.")
		}
	}
	return a, nil
}

// encode is what is stored of settings.
func encode(settings *php.Array) string { return string(php.AppendJSON(nil, settings, 0)) }

// check checks the settings of a family. As in WordPress a request with any id is a change; and with PUT and PATCH the
// settings that are a text are held against the schema of answers, which no text fits.
func (f *fontFamilies) check(c *api.Context, name string, v any) error {
	if m := c.Request.Method; m == http.MethodPut || m == http.MethodPatch {
		if err := api.Object("").Check(v, name); err != nil {
			return err
		}
	}
	_, err := f.read(name, v, c.Has("id"))
	return err
}

func (f *fontFamilies) clean(s *session, _ *api.Context, settings *php.Array) *php.Array {
	out := &php.Array{}
	for k, v := range settings.All() {
		text := php.ToString(v)
		switch k.String() {
		case "slug":
			text = sanitize.Title(text, "", s.locale())
		case "fontFamily":
			text = sanitize.FontFamily(text)
		case "preview":
			text = sanitize.URL(text, nil)
		default:
			text = sanitize.TextField(text)
		}
		out.Put(k, text)
	}
	return out
}

// save stores what a request makes of a family. A changed one is published, whatever it was.
func (f *fontFamilies) save(c *api.Context, post, before *models.Post) error {
	s := of(c)
	settings, _ := c.Param(f.param).(*php.Array)
	content := &php.Array{}
	if before != nil {
		for _, field := range []string{"fontFamily", "preview"} {
			v, _ := fontSettings(before).Get(field)
			if !php.ToBool(v) {
				v = ""
			}
			content.Set(field, v)
		}
	}
	for k, v := range settings.All() {
		switch k.String() {
		case "name":
			post.Title = php.ToString(v)
		case "slug":
			post.Name = php.ToString(v)
		default:
			content.Put(k, v)
		}
	}
	if before == nil {
		taken, err := s.hasFontFamily(post.Name)
		if err != nil {
			return err
		}
		if taken {
			return api.NewError(http.StatusBadRequest, "rest_duplicate_font_family", `A font family with the slug "`+post.Name+`" is there already.`)
		}
	}
	post.Content, post.Status = encode(content), "publish"
	return s.savePost(post, before, false)
}

// hasFontFamily tells whether there is a family of a slug that the asker could see on the site. As WP_Query has it, no slug
// is that of any family, and of several that share a slug the newest counts.
func (s *session) hasFontFamily(slug string) (bool, error) {
	q := models.PostQuery{Types: []string{fontFamily}, Limit: 1, OrderBy: []string{"date"}}
	if slug = sanitize.TitleForQuery(slug); slug == "" {
		s.statusConditions(&q, nil)
	} else {
		q.Slugs = []string{slug}
	}
	found, err := s.site.Store.FindPosts(s.ctx, q)
	if err != nil || len(found) == 0 {
		return false, err
	}
	p := &found[0]
	status := s.site.Registry.Status(p.Status)
	switch {
	case status == nil, status.Public:
		return true, nil
	case status.Protected:
		return s.can("edit_post", p), nil
	case status.Private:
		return s.can("read_post", p), nil
	}
	return false, nil
}

// check checks the settings of a style, and that they name the files that come with them and no others.
func (f *fontFaces) check(c *api.Context, name string, v any) error {
	settings, err := f.read(name, v, false)
	if err != nil {
		return err
	}
	src, _ := settings.Get("src")
	sources, files := sourcesOf(src), sentFonts(c.Request)
	for _, v := range sources {
		text := strings.TrimLeft(php.ToString(v), " \t\n\r\x00\v")
		if !php.ToBool(text) {
			return errFont(name + ": src must not be empty.")
		}
		if !files.has(text) && !of(c).reachable(text, of(c).can(f.typ.Cap("create_posts"))) {
			return errFont(name + ": src must be addresses or files.")
		}
	}
	for _, file := range files {
		named := slices.ContainsFunc(sources, func(v any) bool {
			if file.key.IsInt {
				return v == file.key.Int
			}
			return v == file.key.Str
		})
		if !named {
			return errFont(name + ": src must name the file " + file.key.String() + ".")
		}
	}
	return nil
}

// sourcesOf are the addresses of files: one, or a list of them.
func sourcesOf(src any) []any {
	if a, ok := src.(*php.Array); ok {
		return a.Values()
	}
	return []any{src}
}

func (f *fontFaces) clean(_ *session, c *api.Context, settings *php.Array) *php.Array {
	files := sentFonts(c.Request)
	source := func(v any) any {
		text := strings.TrimLeft(php.ToString(v), " \t\n\r\x00\v")
		if files.has(text) {
			return text
		}
		return sanitize.URL(text, nil)
	}
	out := &php.Array{}
	for k, v := range settings.All() {
		switch k.String() {
		case "src":
			if list, ok := v.(*php.Array); ok {
				clean := php.List()
				for _, v := range list.Values() {
					clean.Append(source(v))
				}
				v = clean
			} else {
				v = source(v)
			}
		case "fontFamily":
			v = sanitize.FontFamily(php.ToString(v))
		case "preview":
			v = sanitize.URL(php.ToString(v), nil)
		default:
			v = sanitize.TextField(php.ToString(v))
		}
		out.Put(k, v)
	}
	return out
}

// sentFont is a file of a form. Its key is what PHP calls it in $_FILES; several that share one are none that can be taken.
type sentFont struct {
	key     php.Key
	file    *api.File
	several bool
}

type sentFontList []sentFont

func (l sentFontList) get(name string) *sentFont {
	for i := range l {
		if l[i].key.String() == name {
			return &l[i]
		}
	}
	return nil
}

func (l sentFontList) has(name string) bool { return l.get(name) != nil }

// sentFonts are the files that come with a request; of several with one name the last counts.
func sentFonts(r *api.Request) (l sentFontList) {
	for _, file := range r.Files {
		if !closed(file.Field) {
			continue
		}
		for k, v := range php.ParseQuery(url.QueryEscape(file.Field) + "=").All() {
			_, several := v.(*php.Array)
			l = append(slices.DeleteFunc(l, func(s sentFont) bool { return s.key == k }), sentFont{k, file, several})
		}
	}
	return l
}

// closed tells whether the brackets in the name of a field are closed: PHP takes no file of others.
func closed(field string) bool {
	open := 0
	for i := range len(field) {
		switch field[i] {
		case '[':
			open++
		case ']':
			if open--; open < 0 || i+1 < len(field) && field[i+1] != '[' {
				return false
			}
		}
	}
	return open == 0
}

// create stores a style with the files that come with it: all or nothing.
func (f *fontFaces) create(c *api.Context) (*api.Response, error) {
	s := of(c)
	if err := f.mayAdd(c); err != nil { // before anything is stored
		return nil, err
	}
	work := s.site.Ledger.Begin()
	defer work.End(s.ctx)
	settings, files, err := f.place(c, work)
	if err != nil {
		return nil, err
	}
	var id int64
	err = s.write(func() error {
		if err := f.mayAdd(c); err != nil {
			return err
		}
		post := &models.Post{Type: f.typ.Name, Author: s.user.ID, Parent: c.Int("font_family_id"), Title: faceName(settings), Content: encode(settings), Status: "publish"}
		if err := s.savePost(post, nil, false); err != nil {
			return err
		}
		for _, name := range files {
			if err := s.site.Store.AddMeta(s.ctx, "postmeta", post.ID, uploads.MetaFont, php.MaybeSerialize(name)); err != nil {
				return err
			}
		}
		id = post.ID
		return work.Keep(s.ctx)
	}, lockPosts)
	if err != nil {
		return nil, err
	}
	return f.answerNew(c, id)
}

// mayAdd tells whether a style can be added to a family. Of all families no two styles have equal settings.
func (f *fontFaces) mayAdd(c *api.Context) error {
	s := of(c)
	if _, err := f.family(c); err != nil {
		return err
	}
	settings, _ := c.Param(f.param).(*php.Array)
	q := models.PostQuery{Types: []string{f.typ.Name}, Title: sanitize.Unslash(faceName(settings)), Limit: 1, Columns: models.PostIDs}
	s.statusConditions(&q, nil)
	found, err := s.site.Store.FindPosts(s.ctx, q)
	if err == nil && len(found) > 0 {
		err = api.NewError(http.StatusBadRequest, "rest_duplicate_font_face", "There is a font face with these settings already.")
	}
	return err
}

// fontTypes are the files that may be fonts.
var fontTypes = []registry.Mime{
	{Extensions: []string{"otf"}, Type: "application/vnd.ms-opentype"}, {Extensions: []string{"ttf"}, Type: "font/sfnt"},
	{Extensions: []string{"woff"}, Type: "font/woff"}, {Extensions: []string{"woff2"}, Type: "font/woff2"},
}

// place stores the files that the settings of a request name, and gives the settings with their addresses in place
// of the names, and the files' own names.
func (f *fontFaces) place(c *api.Context, work *uploads.Work) (settings *php.Array, files []string, err error) {
	s := of(c)
	given, _ := c.Param(f.param).(*php.Array)
	sent := sentFonts(c.Request)
	src, _ := given.Get("src")
	addresses, placed := php.List(), map[*sentFont]bool{}
	for _, v := range sourcesOf(src) {
		font := sent.get(php.ToString(v))
		if font == nil {
			addresses.Append(v)
			continue
		}
		u := &upload{name: font.file.Name, size: font.file.Size, open: font.file.Open, code: "rest_font_upload_unknown_error",
			wrongType: api.NewError(http.StatusBadRequest, "rest_font_upload_invalid_file_type", "Sorry, you are not allowed to upload this file type.")}
		switch {
		case font.several || font.file.Missing || placed[font]: // a file can be moved but once
			return nil, nil, u.refuse("No file was uploaded.")
		case font.file.Size == 0:
			return nil, nil, u.refuse("The file is empty.")
		}
		file, err := s.place(work, u, fontTypes, uploads.Fonts, "")
		if err != nil {
			return nil, nil, err
		}
		placed[font] = true
		files = append(files, strings.TrimPrefix(file.name, uploads.Fonts+"/"))
		addresses.Append(s.uploadsURL() + "/" + file.name)
	}
	settings = &php.Array{}
	for k, v := range given.All() {
		settings.Put(k, v)
	}
	settings.Set("src", addresses)
	if addresses.Len() == 1 {
		settings.Set("src", addresses.Values()[0])
	}
	return settings, files, nil
}

// delete removes a style, or a family with its styles; and their files. There is no trash for fonts.
func (f fonts) delete(c *api.Context) (*api.Response, error) {
	s := of(c)
	if !c.Bool("force") {
		return nil, api.NewError(http.StatusNotImplemented, "rest_trash_not_supported", "Fonts do not support trashing. Set 'force=true' to delete.")
	}
	post := s.posts.full(c.Int("id"))
	if post == nil {
		return nil, errPostID()
	}
	c.Request.SetParam("context", "edit")
	previous := f.resource.Item(c, post).Data
	work := s.site.Ledger.Begin()
	defer work.End(s.ctx)
	err := s.write(func() error {
		post, err := f.stored(c)
		if err != nil {
			return err
		}
		var faces []int64
		if post.Type == fontFamily {
			if faces, err = s.allFaces(post.ID); err != nil {
				return err
			}
		}
		files := s.filesOfFonts(append(faces, post.ID))
		if err := s.deletePosts(faces); err != nil {
			return err
		}
		if err := s.deletePost(post); err != nil {
			return err
		}
		return work.Discard(s.ctx, files...)
	}, lockPosts)
	return api.OK(php.Map{{Key: "deleted", Value: true}, {Key: "previous", Value: previous}}), err
}

// allFaces are the styles of a family, those included that answers do not show; what is in the trash stays there.
func (s *session) allFaces(family int64) ([]int64, error) {
	q := models.PostQuery{Types: []string{fontFace}, Parents: []int64{family}, OrderBy: []string{"none"}, Columns: models.PostIDs}
	s.statusConditions(&q, []string{"any"})
	found, err := s.site.Store.FindPosts(s.ctx, q)
	ids := make([]int64, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	return ids, err
}

// filesOfFonts are the files of styles.
func (s *session) filesOfFonts(faces []int64) (names []string) {
	s.postMeta.want(faces...)
	for _, id := range faces {
		for _, meta := range s.postMeta.get(id)[uploads.MetaFont] {
			if name := uploads.FontFile(meta); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
