package render

import "strings"

// Comment renders a comment: the filters of comment_text.
func (r *Renderer) Comment(text string) string {
	text = makeClickable(text, r.commentLinkRel)
	text = Texturize(text)
	text = ConvertChars(text)
	text = r.convertSmilies(text)
	text = BalanceTags(text)
	text = Autop(text)
	return capitalP(text)
}

// commentLinkRel is the rel of a link in a comment: readers made it, and search
// engines do not follow it to other sites.
func (r *Renderer) commentLinkRel(url string) string {
	u, ok := splitURL(url)
	if own, _ := splitURL(r.Home); !ok || !(strings.EqualFold(u.scheme, "http") || strings.EqualFold(u.scheme, "https")) ||
		strings.EqualFold(u.host, own.host) {
		return ` rel="ugc"`
	}
	return ` rel="nofollow ugc"`
}
