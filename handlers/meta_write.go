package handlers

import (
	"errors"
	"net/http"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/registry"
	"github.com/headpress/headpress/sanitize"
)

// metaTarget is the object whose metadata are written.
type metaTarget struct {
	object, subtype string // post and its type, term and its taxonomy, user, comment
	table           string
	id              int64
	stored          metaValues
}

// saveMeta writes the registered metadata that a request names; null takes a value
// away, and names that are not registered are ignored (WP_REST_Meta_Fields::update_value).
func (s *session) saveMeta(c *api.Context, t metaTarget, given *php.Array) error {
	schema := metaSchema(t.object, t.subtype, api.In("edit"))
	for _, m := range registry.Meta(t.object, t.subtype) {
		v, ok := given.Get(m.RESTName)
		if !ok {
			continue
		}
		if err := s.saveMetaValue(c, t, m, schema.Properties.Get(m.RESTName), v); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) saveMetaValue(c *api.Context, t metaTarget, m registry.MetaKey, schema *api.Schema, v any) error {
	if v == nil {
		if storedMeta(m, t.stored) == nil {
			return api.NewError(http.StatusInternalServerError, "rest_invalid_stored_value", "The "+m.RESTName+" property has an invalid stored value, and cannot be updated to null.")
		}
		if !s.can("delete_"+t.object+"_meta", t.id, m.Key) {
			return c.Forbidden("rest_cannot_delete", "Sorry, you are not allowed to edit the "+m.RESTName+" custom field.").With("key", m.RESTName)
		}
		return s.site.Store.DeleteMeta(s.ctx, t.table, t.id, m.Key)
	}
	if err := schema.Check(v, "meta."+m.RESTName); err != nil {
		var e *api.Error
		if !errors.As(err, &e) {
			return err
		}
		refused := api.NewError(http.StatusBadRequest, e.Code, e.Message)
		if len(e.Data) > 0 {
			refused.Additional = []any{e.Data}
		}
		return refused
	}
	if !s.can("edit_"+t.object+"_meta", t.id, m.Key) {
		refused := c.Forbidden("rest_cannot_update", "Sorry, you are not allowed to edit the "+m.RESTName+" custom field.")
		refused.Data = append(php.Map{{Key: "key", Value: m.RESTName}}, refused.Data...)
		return refused
	}
	clean, _ := schema.Clean(v)
	text, err := s.storableMeta(m.Key, clean)
	if err != nil {
		return err
	}
	return s.site.Store.SetMeta(s.ctx, t.table, t.id, m.Key, text)
}

// storableMeta is a value of metadata as its column holds it, without what the asker
// may not store (sanitize_meta).
func (s *session) storableMeta(key string, v any) (string, error) {
	if key == "footnotes" && !s.can("unfiltered_html") {
		text, _ := v.(string) // anything else holds no footnotes; on a list PHP fails
		return php.MaybeSerialize(s.storableFootnotes(text)), nil
	}
	switch v.(type) {
	case *php.Array, php.Map, []any:
		return php.Serialize(v)
	}
	return php.MaybeSerialize(php.ToString(v)), nil
}

// storableFootnotes filters the texts of footnotes (_wp_filter_post_meta_footnotes).
func (s *session) storableFootnotes(text string) string {
	decoded, err := php.DecodeJSON(text)
	list, ok := decoded.(*php.Array)
	if err != nil || !ok {
		return ""
	}
	clean := s.cleaner("footnote", sanitize.PostFilter())
	out := []any{}
	for _, v := range list.Values() {
		note, _ := v.(*php.Array)
		id, named := note.Get("id")
		content, filled := note.Get("content")
		if !named || !filled || id == nil || content == nil {
			continue
		}
		out = append(out, php.Map{{Key: "id", Value: sanitize.Key(php.ToString(id))}, {Key: "content", Value: clean(php.ToString(content))}})
	}
	return string(php.AppendJSON(nil, out, 0))
}
