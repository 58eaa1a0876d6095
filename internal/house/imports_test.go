// Package house holds the tests of the house itself: what may import what.
package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/headpress/headpress/"

// may lists, for every package with a rule, the packages of ours it may import
// (a folder stands for everything below it). A new top-level package needs a line.
var may = map[string][]string{
	"cmd":        {"handlers", "api", "registry", "render", "media", "auth", "transfer", "models", "migrations", "internal"},
	"handlers":   {"api", "registry", "render", "sanitize", "media", "auth", "transfer", "models", "internal"},
	"api":        {"sanitize", "internal"},
	"render":     {"sanitize", "internal"},
	"media":      {"registry", "sanitize", "models", "internal"},
	"auth":       {"sanitize", "models", "internal"},
	"transfer":   {"auth", "render", "sanitize", "media", "models", "internal"},
	"models":     {"migrations", "internal"},
	"registry":   {"internal"},
	"sanitize":   {"internal"},
	"migrations": {},
	"internal":   {"internal"},
}

// not lists what a package must not import from elsewhere.
var not = map[string][]string{
	"api":      {"gorm.io/", "database/sql"},
	"models":   {"github.com/gin-gonic/", "net/http"},
	"render":   {"gorm.io/", "database/sql", "github.com/gin-gonic/"},
	"sanitize": {"gorm.io/", "database/sql", "github.com/gin-gonic/", "net/http"},
	"registry": {"gorm.io/", "database/sql", "github.com/gin-gonic/", "net/http"},
	"internal": {"gorm.io/", "database/sql"},
}

func below(name string, folders []string) bool {
	for _, f := range folders {
		if name == f || strings.HasPrefix(name, f+"/") {
			return true
		}
	}
	return false
}

// Imports run downwards only. Tests may reach wherever they need to.
func TestImportsRunDownwards(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && file != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "content") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		folder := path.Dir(filepath.ToSlash(rel))
		top, _, _ := strings.Cut(folder, "/")
		allowed, known := may[top]
		if !known {
			t.Errorf("%s: %q is a new part of the house: give it a line here", rel, top)
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		files++
		for _, spec := range f.Imports {
			what, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if ours, ok := strings.CutPrefix(what, module); ok {
				if !below(ours, allowed) && !below(ours, []string{top}) {
					t.Errorf("%s imports %s: upwards or sideways", rel, ours)
				}
				continue
			}
			for _, other := range not[top] {
				if strings.HasPrefix(what, other) {
					t.Errorf("%s imports %s", rel, what)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Errorf("only %d files were looked at", files)
	}
}
