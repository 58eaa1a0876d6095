package handlers

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/themejson"
	"github.com/headpress/headpress/render"
)

// themeExport packs the active theme with what users have made of its templates and
// styles, so that it can be installed elsewhere (wp_generate_block_templates_export_file).
type themeExport struct{ site *Site }

func newThemeExport(site *Site) *themeExport { return &themeExport{site} }

func (e *themeExport) routes() []*api.Route {
	return []*api.Route{{Namespace: editorNamespace, Path: "/wp-block-editor/v1/export", Endpoints: []api.Endpoint{
		{Methods: api.Readable, Permission: e.mayExport, Handle: e.get},
	}}}
}

func (e *themeExport) mayExport(c *api.Context) error {
	if !of(c).can("edit_theme_options") {
		return c.Forbidden("rest_cannot_export_templates", "Sorry, you are not allowed to export templates and template parts.")
	}
	return nil
}

const (
	maxExportFiles = 20_000
	maxExportSize  = 512 << 20 // bytes, before they are packed
)

// notExported are files and folders at the top of a theme that are its makers' alone.
var notExported = []string{".DS_Store", ".git", ".github", ".gitignore", ".svn", "node_modules", "vendor"}

func (e *themeExport) get(c *api.Context) (*api.Response, error) {
	s := of(c)
	made, err := s.exportedFiles()
	if err != nil {
		return nil, err
	}
	dir, err := e.site.spool()()
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(dir, "export-*.zip")
	if err != nil {
		return nil, err
	}
	packed := &temporary{file}
	p := packer{ctx: s.ctx, zip: zip.NewWriter(file), made: made}
	if err = p.pack(s.themeFiles()); err == nil {
		err = p.zip.Close()
	}
	if err != nil {
		return nil, errors.Join(err, packed.Close())
	}
	return &api.Response{File: &api.Attachment{ContentType: "application/zip", Name: path.Base(s.themeFiles().stylesheet) + ".zip", Content: packed}}, nil
}

// temporary is a file that is gone when nobody needs it any more.
type temporary struct{ *os.File }

func (t *temporary) Close() error {
	return errors.Join(t.File.Close(), os.Remove(t.Name()))
}

// exportedFile is a file that takes the place of one of the theme.
type exportedFile struct {
	name    string
	content []byte
}

// exportedFiles are the templates and the theme.json of the theme as users have them.
func (s *session) exportedFiles() ([]exportedFile, error) {
	var l []exportedFile
	for _, kind := range [][2]string{{"wp_template", "templates"}, {"wp_template_part", "parts"}} {
		found, err := s.findAllTemplates(templateQuery{typ: kind[0]})
		if err != nil {
			return nil, err
		}
		for _, t := range found {
			if name := t.slug + ".html"; filepath.IsLocal(filepath.FromSlash(name)) {
				l = append(l, exportedFile{kind[1] + "/" + name, []byte(render.PortableTemplate(t.content))})
			}
		}
	}
	theme := s.themeFiles()
	data := theme.ownJSON(&php.Array{})
	v, _ := php.DecodeJSON(s.userStyles(theme.stylesheet))
	user, _ := v.(*php.Array)
	if mine, _ := user.Get("isGlobalStylesUserThemeJSON"); php.ToBool(mine) {
		data = themejson.Merge(data, themejson.New(user, "custom", theme.blocks()))
	}
	return append(l, exportedFile{"theme.json", themejson.Export(data, "https://schemas.wp.org/wp/"+wordPressVersion+"/theme.json")}), s.err
}

// packer writes a theme into an archive.
type packer struct {
	ctx   context.Context
	zip   *zip.Writer
	made  []exportedFile
	files int
	size  int64
}

func errExport(message string) *api.Error {
	return api.NewError(http.StatusInternalServerError, "unable_to_create_file", message)
}

func (p *packer) pack(theme *themeFiles) error {
	for _, folder := range []string{"templates/", "parts/"} {
		if _, err := p.zip.Create(folder); err != nil {
			return err
		}
	}
	if err := p.theme(theme.dirs); err != nil {
		return err
	}
	for _, f := range p.made {
		w, err := p.zip.Create(f.name)
		if err != nil {
			return err
		}
		if _, err := w.Write(f.content); err != nil {
			return err
		}
	}
	return nil
}

// theme packs the files of the theme itself. Links lead nowhere out of its folder.
func (p *packer) theme(dirs []string) error {
	if len(dirs) == 0 {
		return nil
	}
	root, err := os.OpenRoot(dirs[0])
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer root.Close()
	return fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case slices.Contains(notExported, name):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() && strings.Count(name, "/") >= maxThemeDepth:
			return fs.SkipDir
		case !d.Type().IsRegular() || slices.ContainsFunc(p.made, func(f exportedFile) bool { return f.name == name }):
			return nil
		}
		return p.file(root, name)
	})
}

func (p *packer) file(root *os.Root, name string) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if p.files++; p.files > maxExportFiles || p.size+info.Size() > maxExportSize {
		return errExport("The theme is too large to be exported.")
	}
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: info.ModTime()}
	w, err := p.zip.CreateHeader(header)
	if err != nil {
		return err
	}
	n, err := io.Copy(w, io.LimitReader(f, info.Size()))
	p.size += n
	return err
}
