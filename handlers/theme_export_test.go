package handlers_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The archive holds what WordPress packs of the same theme, byte for byte.
func TestThemeExport(t *testing.T) {
	s := sqliteSite(t, 0)
	name := s.themed(map[string]string{
		"style.css": "/*\nTheme Name: Mine\n*/", "functions.php": "<?php", ".hidden": "h", ".gitignore": "x", ".git/config": "x", "node_modules/x": "x", "vendor/x": "x", "sub/.gitignore": "kept",
		"templates/index.html": `<!-- wp:template-part {"slug":"top","theme":"other","x":1.50} /-->`, "templates/sub/deep.html": `<!-- wp:group --><div><!-- wp:template-part {"slug":"top"} /--></div><!-- /wp:group -->`,
		"parts/top.html": `<!-- wp:paragraph --><p>Top</p><!-- /wp:paragraph -->`,
		"theme.json": `{"version":3,"$schema":"x","settings":{"appearanceTools":true,"color":{"palette":[{"slug":"base","name":"Base","color":"#fff"},{"slug":"text","name":"Text","color":"#000"}]},` +
			`"custom":{"10":"ten","9":"nine","a":{"y":1,"b":[]}}},"styles":{"color":{"text":"var:preset|color|text"}}}`,
	})
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(s.site.Content, "themes", name, "link")); err != nil {
		t.Skip(err)
	}
	const path = "/wp-json/wp-block-editor/v1/export"
	s.wantError(s.get(path), 401, "rest_cannot_export_templates")
	s.send(200, "POST", "/templates/"+name+"//index", `{"content":"<!-- wp:template-part {\"slug\":\"top\",\"theme\":\"`+name+`\"} /-->Mine"}`)
	s.send(201, "POST", "/template-parts", `{"slug":"own","content":"Own"}`)
	w := s.get(path, "as", "admin")
	h := w.Header()
	if w.Code != 200 || h.Get("Content-Type") != "application/zip" || h.Get("Content-Disposition") != "attachment; filename="+name+".zip" || h.Get("Cache-Control") == "" {
		t.Fatalf("%d %v", w.Code, h)
	}
	archive, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"templates/": "", "parts/": "", "style.css": "/*\nTheme Name: Mine\n*/", "functions.php": "<?php", ".hidden": "h", "sub/.gitignore": "kept",
		"templates/index.html": `<!-- wp:template-part {"slug":"top"} /-->Mine`, "templates/sub/deep.html": `<!-- wp:group --><div><!-- wp:template-part {"slug":"top"} /--></div><!-- /wp:group -->`,
		"parts/top.html": `<!-- wp:paragraph --><p>Top</p><!-- /wp:paragraph -->`, "parts/own.html": "Own",
		"theme.json": `{
	"$schema": "https://schemas.wp.org/wp/7.1/theme.json",
	"settings": {
		"appearanceTools": true,
		"color": {
			"palette": [
				{
					"color": "#fff",
					"name": "Base",
					"slug": "base"
				},
				{
					"color": "#000",
					"name": "Text",
					"slug": "text"
				}
			]
		},
		"custom": {
			"9": "nine",
			"10": "ten",
			"a": {
				"b": [],
				"y": 1
			}
		}
	},
	"styles": {
		"color": {
			"text": "var(--wp--preset--color--text)"
		}
	},
	"version": 3
}`,
	}
	var names []string
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
		if wanted, ok := want[f.Name]; !ok || string(text) != wanted {
			t.Errorf("%s: %s, not\n%s", f.Name, text, wanted)
		}
	}
	if slices.Sort(names); len(slices.Compact(names)) != len(want) {
		t.Errorf("the archive holds %q", names)
	}
	err = filepath.WalkDir(s.site.Content, func(file string, _ os.DirEntry, err error) error {
		if filepath.Ext(file) == ".zip" {
			t.Errorf("%s is left", file)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
