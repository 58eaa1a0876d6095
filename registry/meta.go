package registry

// MetaKey is a registered metadata key that the API shows.
type MetaKey struct {
	Key, RESTName string
	Type          string // string or object
	Enum          []string
}

// Meta are the registered keys of a kind of object (post, comment, term, user) and its subtype.
func Meta(object, subtype string) []MetaKey {
	footnotes := MetaKey{Key: "footnotes", RESTName: "footnotes", Type: "string"}
	switch object {
	case "post":
		switch subtype {
		case "post", "page":
			return []MetaKey{footnotes}
		case "wp_block":
			return []MetaKey{{Key: "wp_pattern_sync_status", RESTName: "wp_pattern_sync_status", Type: "string", Enum: []string{"partial", "unsynced"}}, footnotes}
		}
	case "comment":
		return []MetaKey{{Key: "_wp_note_status", RESTName: "_wp_note_status", Type: "string", Enum: []string{"resolved", "reopen"}}}
	case "user":
		return []MetaKey{{Key: "wp_persisted_preferences", RESTName: "persisted_preferences", Type: "object"}}
	}
	return nil
}
