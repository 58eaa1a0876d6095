package render

import "strings"

// Comment renders a comment: the filters of comment_text.
func (r *Renderer) Comment(text string) string {
	text = makeClickable(text, r.commentLinkRel)
	text = Texturize(text)
	text = ConvertChars(text)
	text = BalanceTags(text)
	text = r.convertSmilies(text)
	text = Autop(text)
	return capitalP(text)
}

// commentLinkRel is the rel of a link in a comment: readers made it, and search
// engines do not follow it to other sites.
func (r *Renderer) commentLinkRel(url string) string {
	if r.internalLink(url) || !(hasPrefixFold(url, "http:") || hasPrefixFold(url, "https:")) {
		return ` rel="ugc"`
	}
	return ` rel="nofollow ugc"`
}

// internalLink tells whether an address is on this site's host (wp_is_internal_link).
func (r *Renderer) internalLink(url string) bool {
	return hostOf(url) == hostOf(r.Home)
}

func hostOf(url string) string {
	_, rest, ok := strings.Cut(url, "//")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	if colon := strings.LastIndexByte(rest, ':'); colon >= 0 && !strings.HasSuffix(rest, "]") {
		rest = rest[:colon]
	}
	return strings.ToLower(rest)
}
