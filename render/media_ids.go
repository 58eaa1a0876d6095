package render

import "strings"

// MediaIDs are the media that a stored text names: those of galleries and
// playlists, of images' wp-image- classes, and the numbers that blocks keep as
// ids. Whoever answers for Attachments can load them for a whole page of posts at
// once; one too many does no harm.
func MediaIDs(text string) []int64 {
	var ids []int64
	seen := map[int64]bool{}
	add := func(list string) {
		for _, id := range idList(list) {
			if id > 0 && !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	after := func(what string) {
		for at := 0; ; {
			k := strings.Index(text[at:], what)
			if k < 0 {
				return
			}
			at += k + len(what)
			end := at
			for end < len(text) && (isDigit(text[end]) || (text[end] == ',' && what == `"ids":[`)) {
				end++
			}
			add(text[at:end])
			at = end
		}
	}
	after("wp-image-")
	if HasBlocks(text) {
		for _, name := range []string{`"id":`, `"mediaId":`, `"ids":[`} {
			after(name)
		}
	}
	if used := usedShortcodes(text, mediaLists); used != nil {
		replaceShortcodes(text, used, func(m shortcodeMatch) string {
			atts := parseShortcodeAtts(m.attrs)
			add(textAtt(atts, "ids", "") + "," + textAtt(atts, "include", ""))
			return ""
		})
	}
	return ids
}

var mediaLists = nameSet("gallery playlist")
