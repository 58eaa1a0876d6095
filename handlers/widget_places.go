package handlers

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/render"
)

const (
	placesOption    = "sidebars_widgets"
	inactiveSidebar = "wp_inactive_widgets"
	// lockWidgets is held by who changes widgets or their places.
	lockWidgets = "widgets"
)

// widgetID is the name of a widget: its kind, and its number among those of the kind.
type widgetID struct{ base, number string }

// parseWidgetID takes a name apart (wp_parse_widget_id). A name without a number is a kind alone.
func parseWidgetID(id string) widgetID {
	at := strings.LastIndexByte(id, '-')
	if at <= 0 || at == len(id)-1 || strings.Trim(id[at+1:], "0123456789") != "" {
		return widgetID{base: id}
	}
	return widgetID{id[:at], id[at+1:]}
}

func (id widgetID) String() string { return id.base + "-" + id.number }

// widgetSettings are what is stored for the widgets of a kind, by their numbers.
func (s *session) widgetSettings(base string) *php.Array {
	stored, ok := s.options.PHP("widget_" + base).(*php.Array)
	if !ok {
		return &php.Array{}
	}
	stored.Remove(php.KeyOf("_multiwidget"))
	stored.Remove(php.KeyOf("__i__"))
	return stored
}

// storeWidgetSettings stores what is set for the widgets of a kind (WP_Widget::save_settings).
func (s *session) storeWidgetSettings(base string, settings *php.Array) error {
	settings.Set("_multiwidget", int64(1))
	text, err := php.Serialize(settings)
	if err != nil {
		return err
	}
	return s.addOrSetOption(models.Option{Name: "widget_" + base, Value: text, Autoload: "auto"})
}

// widget gives a widget of WordPress's kinds with what is set for it, nil settings for nothing.
func (s *session) widget(id widgetID) render.Widget {
	v, _ := s.widgetSettings(id.base).Get(id.number)
	settings, _ := v.(*php.Array)
	return render.Widget{Kind: id.base, Number: id.number, Settings: settings}
}

// knownWidgets are the widgets of WordPress's kinds in the order in which they are registered.
// A kind of which there is none has a first one nevertheless (WP_Widget::_register).
func (s *session) knownWidgets() []string {
	var out []string
	for _, w := range registry.Widgets() {
		before := len(out)
		for k := range s.widgetSettings(w.ID).All() {
			if k.IsInt {
				out = append(out, w.ID+"-"+k.String())
			}
		}
		if len(out) == before {
			out = append(out, w.ID+"-1")
		}
	}
	return out
}

// foreignWidget tells of a widget of a kind that code of others brings, which does not run here: it is not shown, and keeps its place.
func (s *session) foreignWidget(id string) bool {
	w := parseWidgetID(id)
	if registry.WidgetOf(w.base) != nil {
		return false
	}
	_, stored := s.widgetSettings(w.base).Get(w.number)
	return stored
}

// widgetPlaces are the sidebars with the ids of their widgets, in their order.
type widgetPlaces struct {
	*php.Array
	known []string // widgets that may be shown
}

// storedPlaces are the sidebars as they are stored.
func (s *session) storedPlaces() widgetPlaces {
	p := widgetPlaces{&php.Array{}, s.knownWidgets()}
	stored, _ := s.options.PHP(placesOption).(*php.Array)
	for name, v := range stored.All() {
		if list, ok := v.(*php.Array); ok {
			p.Put(name, list)
		}
	}
	return p
}

// widgetPlaces puts the widgets in order before anything is shown, as WordPress does (retrieve_widgets):
// those of sidebars that are gone, and those in no sidebar, become inactive. Where
// WordPress stores that at once, here it is stored with the next change.
func (s *session) widgetPlaces() widgetPlaces {
	p := s.storedPlaces()
	kept := &php.Array{}
	for name, v := range p.All() {
		kept.Put(name, p.keep(s, v))
	}
	p.Array = kept
	if p.Len() == 0 || slices.Equal(slices.Sorted(slices.Values(p.names())), slices.Sorted(slices.Values(s.sidebarIDs()))) {
		return p
	}
	p.Array = &php.Array{}
	inactive := php.List()
	p.Put(php.KeyOf(inactiveSidebar), inactive)
	var seen []any
	for name, v := range kept.All() {
		list, _ := v.(*php.Array)
		seen = append(seen, list.Values()...)
		if s.sidebar(name.String()) != nil && name.String() != inactiveSidebar {
			p.Put(name, list)
			continue
		}
		for _, id := range list.Values() {
			inactive.Append(id)
		}
	}
	lost := php.List()
	for _, id := range p.known {
		if !slices.Contains(seen, any(id)) && php.ToInt(parseWidgetID(id).number) >= 2 {
			lost.Append(id)
		}
	}
	for _, id := range inactive.Values() {
		lost.Append(id)
	}
	p.Put(php.KeyOf(inactiveSidebar), lost)
	return p
}

// names are the ids of the sidebars.
func (p widgetPlaces) names() []string {
	var out []string
	for name := range p.All() {
		out = append(out, name.String())
	}
	return out
}

// keep leaves out what names no widget (_wp_remove_unregistered_widgets).
func (p widgetPlaces) keep(s *session, v any) *php.Array {
	list, _ := v.(*php.Array)
	out := &php.Array{}
	for k, e := range list.All() {
		if id, ok := e.(string); ok && (slices.Contains(p.known, id) || s.foreignWidget(id)) {
			out.Put(k, id)
		}
	}
	return out
}

// widgets are those of a sidebar that may be shown.
func (p widgetPlaces) widgets(sidebar string) []string {
	v, _ := p.Get(sidebar)
	list, _ := v.(*php.Array)
	out := make([]string, 0, list.Len())
	for _, e := range list.Values() {
		if id, ok := e.(string); ok && slices.Contains(p.known, id) {
			out = append(out, id)
		}
	}
	return out
}

// of is the sidebar that a widget is in, "" where there is none (wp_find_widgets_sidebar).
func (p widgetPlaces) of(widget string) string {
	for name := range p.All() {
		if slices.Contains(p.widgets(name.String()), widget) {
			return name.String()
		}
	}
	return ""
}

// assign moves a widget to a sidebar, or out of all where that is "". What is in its sidebar already
// is there twice afterwards, and of one that is somewhere twice only the first goes (wp_assign_widget_to_sidebar).
func (p widgetPlaces) assign(widget, sidebar string) {
	for name, v := range p.All() {
		list, _ := v.(*php.Array)
		if name.String() == sidebar {
			continue
		}
		for k, e := range list.All() {
			if e == any(widget) {
				list.Remove(k)
				break
			}
		}
	}
	if sidebar != "" {
		p.list(sidebar).Append(widget)
	}
}

// list is what is in a sidebar, to be changed.
func (p widgetPlaces) list(sidebar string) *php.Array {
	if v, _ := p.Get(sidebar); v != nil {
		return v.(*php.Array)
	}
	list := php.List()
	p.Set(sidebar, list)
	return list
}

// storePlaces stores which widgets are in which sidebars (wp_set_sidebars_widgets).
func (s *session) storePlaces(p widgetPlaces) error {
	p.Set("array_version", int64(3))
	text, err := php.Serialize(p.Array)
	p.Remove(php.KeyOf("array_version"))
	if err != nil {
		return err
	}
	return s.addOrSetOption(models.Option{Name: placesOption, Value: text, Autoload: "auto"})
}

// signWidget is the encoded form of what is set for a widget, and the signature without which it counts for nothing.
func (s *session) signWidget(settings any) (encoded, hash string, err error) {
	text, err := php.Serialize(settings)
	if err != nil {
		return "", "", err
	}
	return base64.StdEncoding.EncodeToString([]byte(text)), s.salts().Hash(text, auth.SchemeAuth), nil
}

// signedWidget reads the encoded form, if the signature is this site's.
func (s *session) signedWidget(encoded, hash string) (*php.Array, error) {
	malformed := api.NewError(http.StatusBadRequest, "rest_invalid_widget", "The provided instance is malformed.")
	if encoded == "" && hash == "" {
		return &php.Array{}, nil
	}
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !s.salts().Verify(string(text), hash, auth.SchemeAuth) {
		return nil, malformed
	}
	v, err := php.Unserialize(string(text))
	if err != nil {
		return nil, malformed
	}
	settings, _ := v.(*php.Array)
	if settings == nil {
		settings = &php.Array{}
	}
	return settings, nil
}
