package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"
)

// Loader finds the value of a flag that the command line leaves out, and remembers
// where it came from.
type Loader struct {
	Lookup func(name string) (string, bool) // of the environment

	loaded   bool
	file     map[string]string // headpress.toml
	filePath string
	wp       map[string]string // wp-config.php, by name of the setting
	wpPath   string
	sources  map[string]string
}

// NewLoader reads the process's environment.
func NewLoader() *Loader { return &Loader{Lookup: os.LookupEnv} }

// EnvName is the environment twin of a flag.
func EnvName(flag string) string {
	return "HEADPRESS_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Options make kong ask the loader and show the names of the environment in its help.
func (l *Loader) Options() []kong.Option {
	return []kong.Option{
		kong.Resolvers(l),
		kong.ExplicitGroups(groups()),
		kong.PostBuild(func(k *kong.Kong) error {
			for _, f := range k.Model.Flags {
				if isSetting(f) {
					f.Help += " [" + EnvName(f.Name) + "]"
				}
			}
			return nil
		}),
	}
}

func groups() []kong.Group {
	var out []kong.Group
	for key, title := range Groups {
		out = append(out, kong.Group{Key: key, Title: title})
	}
	slices.SortFunc(out, func(a, b kong.Group) int { return strings.Compare(b.Key, a.Key) })
	return out
}

func isSetting(f *kong.Flag) bool { return f.Name != "help" && f.Name != "version" }

// Validate is part of kong.Resolver.
func (l *Loader) Validate(*kong.Application) error { return nil }

// Resolve is part of kong.Resolver: kong calls it for every flag that the command line lacks.
func (l *Loader) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !isSetting(flag) {
		return nil, nil
	}
	if !l.loaded {
		l.loaded = true
		l.sources = map[string]string{}
		if err := l.load(ctx); err != nil {
			return nil, err
		}
	}
	value, source, err := l.find(flag.Name, flag.Tag.Has("secret"))
	if err != nil || source == "" {
		return nil, err
	}
	l.sources[flag.Name] = source
	return value, nil
}

// find looks into the environment, then the file, then wp-config.php.
func (l *Loader) find(name string, secret bool) (value, source string, err error) {
	env := EnvName(name)
	if v, ok := l.Lookup(env); ok && v != "" { // empty is how containers leave a variable out
		return v, env, nil
	}
	if path, ok := l.Lookup(env + "_FILE"); ok && path != "" && secret {
		b, err := os.ReadFile(path)
		if err != nil {
			return "", "", fmt.Errorf("%s_FILE: %w", env, err)
		}
		return strings.TrimRight(string(b), "\r\n"), env + "_FILE", nil
	}
	if v, ok := l.file[name]; ok {
		return v, l.filePath, nil
	}
	if v, ok := l.wp[name]; ok {
		return v, l.wpPath, nil
	}
	return "", "", nil
}

// load reads the two files. Which they are comes from the command line, the environment
// or, for wp-config.php, headpress.toml.
func (l *Loader) load(ctx *kong.Context) error {
	known := map[string]bool{}
	fromFlags := map[string]string{}
	for _, f := range ctx.Model.Flags {
		known[f.Name] = true
	}
	for _, p := range ctx.Path {
		if p.Flag != nil && (p.Flag.Name == "config" || p.Flag.Name == "wp-config" || p.Flag.Name == "db") {
			fromFlags[p.Flag.Name] = fmt.Sprint(ctx.FlagValue(p.Flag))
		}
	}
	path, asked := fromFlags["config"], true
	if path == "" {
		var source string
		if path, source, _ = l.find("config", false); source == "" {
			path, asked = "headpress.toml", false
		}
	}
	text, err := os.ReadFile(path)
	if err != nil && (asked || !errors.Is(err, fs.ErrNotExist)) {
		return err
	}
	if l.filePath = path; len(text) > 0 {
		if l.file, err = parseFile(text, known); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if l.wpPath = fromFlags["wp-config"]; l.wpPath == "" {
		if l.wpPath, _, err = l.find("wp-config", false); err != nil {
			return err
		}
	}
	if l.wpPath != "" {
		wp, err := ReadWPConfig(l.wpPath, l.Lookup)
		if err != nil {
			return err
		}
		l.wp = wp.settings()
		if _, source, err := l.find("db", true); err != nil || source == "" && fromFlags["db"] == "" {
			return errors.Join(err, fmt.Errorf("%s: no define('DB_NAME', …) with a plain value, and no --db either", l.wpPath))
		}
		if content := filepath.Join(filepath.Dir(l.wpPath), "wp-content"); l.wp["content"] == "" && isDir(content) {
			l.wp["content"] = content
		}
	}
	return nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// parseFile reads headpress.toml into flat text. A name that nobody knows is an error:
// it would be a setting that silently does nothing.
func parseFile(text []byte, known map[string]bool) (map[string]string, error) {
	var doc map[string]any
	if err := toml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for name, v := range doc {
		flag := strings.ReplaceAll(name, "_", "-")
		if !known[flag] || flag == "help" || flag == "version" || flag == "config" {
			return nil, fmt.Errorf("unknown setting %q", name)
		}
		switch v := v.(type) {
		case string, int64, float64, bool:
			out[flag] = fmt.Sprint(v)
		case []any:
			parts := make([]string, len(v))
			for i, p := range v {
				parts[i] = fmt.Sprint(p)
			}
			out[flag] = strings.Join(parts, ",")
		default:
			return nil, fmt.Errorf("setting %q: a text or number is needed", name)
		}
	}
	return out, nil
}

// Row is one setting as `headpress config` lists it.
type Row struct{ Name, Value, Source, Default, Help string }

// Rows lists every setting with its value and where the value comes from; secrets are masked.
func (l *Loader) Rows(ctx *kong.Context) []Row {
	given := map[string]bool{}
	for _, p := range ctx.Path {
		if p.Flag != nil && !p.Resolved {
			given[p.Flag.Name] = true
		}
	}
	var rows []Row
	for _, f := range ctx.Model.Flags {
		if !isSetting(f) {
			continue
		}
		row := Row{Name: f.Name, Value: text(ctx.FlagValue(f)), Default: f.Default, Help: strings.TrimSuffix(f.Help, " ["+EnvName(f.Name)+"]"), Source: "default"}
		if given[f.Name] {
			row.Source = "--" + f.Name
		} else if s := l.sources[f.Name]; s != "" {
			row.Source = s
		} else if row.Value == "" {
			row.Source = ""
		}
		if f.Tag.Has("secret") && row.Value != "" {
			if f.Tag.Get("secret") == "dsn" {
				row.Value = MaskDSN(row.Value)
			} else {
				row.Value = "***"
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func text(v any) string {
	if list, ok := v.([]string); ok {
		return strings.Join(list, ",")
	}
	return fmt.Sprint(v)
}
