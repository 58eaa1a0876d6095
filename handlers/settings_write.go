package handlers

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// lockOptions is held by who changes settings.
const lockOptions = "options"

// update changes the settings that a request names; null puts one back to its default.
func (t *settings) update(c *api.Context) (*api.Response, error) {
	s := of(c)
	written := map[string]any{}
	if err := s.write(func() error {
		clear(written)
		if err := unchanged(c, "", func() string { return t.version(s) }); err != nil {
			return err
		}
		for i := range t.list {
			r := &t.list[i]
			if !c.Request.Has(r.Name) {
				continue
			}
			v := c.Param(r.Name)
			if v == nil {
				if err := r.reset(s); err != nil {
					return err
				}
				continue
			}
			clean, ok := t.sanitize(s, r.Option, v)
			if !ok || r.holds(s, clean) {
				continue
			}
			if err := s.setOption(r.Option, php.MaybeSerialize(php.ToString(clean))); err != nil {
				return err
			}
			written[r.Option] = clean
		}
		return nil
	}, lockOptions); err != nil {
		return nil, err
	}
	return t.answer(c, written)
}

// reset forgets a setting, so that its default counts. One whose stored value does not
// fit its type was shown as null: sending that back must not lose it.
func (r *setting) reset(s *session) error {
	if r.Option == "siteurl" { // without it WordPress finds its site no more
		return api.NewError(http.StatusBadRequest, "rest_invalid_param", "A site has an address.").With("params", php.Map{{Key: r.Name, Value: "A site has an address."}})
	}
	stored, ok := s.options.Get(r.Option)
	value := any(false) // so get_option tells that nothing is stored, which fits booleans only
	if ok {
		value = php.MaybeUnserialize(stored)
	}
	if _, fits := r.schema.Clean(value); !fits {
		return api.NewError(http.StatusInternalServerError, "rest_invalid_stored_value", "The "+r.Name+" property has an invalid stored value, and cannot be updated to null.")
	}
	if !ok {
		return nil
	}
	if err := s.dropOption(r.Option); err != nil || r.Option != "site_logo" {
		return err
	}
	return s.removeThemeMod("custom_logo") // where themes had it before (_delete_site_logo_on_remove_custom_logo)
}

// removeThemeMod forgets what the active theme keeps under a name (remove_theme_mod).
func (s *session) removeThemeMod(name string) error {
	mods := s.themeMods()
	if _, set := mods.Get(name); !set {
		return nil
	}
	mods.Remove(php.KeyOf(name))
	if mods.Len() == 0 {
		return s.dropOption(s.themeModsOption())
	}
	return s.storeThemeMods(mods)
}

// setThemeMod keeps a value for the active theme under a name (set_theme_mod).
func (s *session) setThemeMod(name string, v any) error {
	mods := s.themeMods()
	mods.Set(name, v)
	return s.storeThemeMods(mods)
}

// themeMods are what the active theme keeps (get_theme_mods).
func (s *session) themeMods() *php.Array {
	mods, ok := s.options.PHP(s.themeModsOption()).(*php.Array)
	if !ok {
		mods = &php.Array{}
	}
	return mods
}

func (s *session) themeModsOption() string { return "theme_mods_" + s.options.String("stylesheet") }

func (s *session) storeThemeMods(mods *php.Array) error {
	text, err := php.Serialize(mods)
	if err != nil {
		return err
	}
	return s.setOption(s.themeModsOption(), text)
}

// holds tells whether a setting has the value already: a default that is not stored
// counts, too (update_option).
func (r *setting) holds(s *session, v any) bool {
	if stored, ok := s.options.Get(r.Option); ok {
		return stored == php.MaybeSerialize(php.ToString(v))
	}
	return r.Default != nil && php.Equal(r.Default, v)
}

var anyHTTP = regexp.MustCompile(`(?i)https?://.`)

// sanitize makes a value fit for an option (sanitize_option). Where ok is false the
// option keeps what it has.
func (t *settings) sanitize(s *session, option string, v any) (clean any, ok bool) {
	text, isText := v.(string)
	switch option {
	case "admin_email":
		text = sanitize.Email(text)
		return text, sanitize.IsEmail(text)
	case "blogname", "blogdescription":
		return sanitize.EscHTML(text), true
	case "siteurl":
		if !anyHTTP.MatchString(text) {
			return nil, false
		}
		return sanitize.URL(text, nil), true
	case "timezone_string":
		return text, !php.ToBool(text) || isZone(text)
	case "date_format", "time_format":
		return s.clean(option, sanitize.TextFilter(), sanitize.StripTags(text)), true
	case "start_of_week", "default_category", "page_on_front", "page_for_posts", "site_icon":
		return absint(php.ToInt(v)), true
	case "posts_per_page":
		switch n := php.ToInt(v); {
		case n == 0:
			return int64(1), true
		case n < -1:
			return absint(n), true
		default:
			return n, true
		}
	case "default_ping_status", "default_comment_status":
		if !isText || text == "" || text == "0" {
			return "closed", true
		}
	case "WPLANG":
		return text, !php.ToBool(text) || t.site.hasLanguage(text)
	}
	return v, true
}

var zoneName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`)

// notZone matches names that load and are no zones of their own: copies of the database
// beside it, and rules for machines.
var notZone = regexp.MustCompile(`^(Local|posixrules|(posix|right)/.*)$`)

// isZone tells whether a name is one of the time zone database's, in its own case.
func isZone(name string) bool {
	if !zoneName.MatchString(name) || notZone.MatchString(name) {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

var languageName = regexp.MustCompile(`^[A-Za-z]{2,3}(_[A-Za-z0-9]+)*$`)

// hasLanguage tells whether a translation is installed.
func (site *Site) hasLanguage(name string) bool {
	if !languageName.MatchString(name) {
		return false
	}
	for _, suffix := range []string{".mo", ".l10n.php"} {
		if _, err := os.Stat(filepath.Join(site.Content, "languages", name+suffix)); err == nil {
			return true
		}
	}
	return false
}

// answer shows all settings. Those just written are shown as what was sent, for false,
// once stored, is a text that fits no boolean.
func (t *settings) answer(c *api.Context, written map[string]any) (*api.Response, error) {
	s := of(c)
	m := make(php.Map, 0, len(t.list))
	for _, r := range t.list {
		if !c.Wants(r.Name) {
			continue
		}
		v := r.read(s)
		if w, ok := written[r.Option]; ok && r.Option != "siteurl" {
			v = nil
			if clean, ok := r.schema.Clean(w); ok {
				v = clean
			}
		}
		m = append(m, php.Member{Key: r.Name, Value: v})
	}
	res := api.OK(m)
	res.Version = t.version(s)
	return res, s.err
}
