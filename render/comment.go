package render

import (
	"strconv"
	"strings"
)

// Comment renders a comment: the filters of comment_text.
func (r *Renderer) Comment(text string) string {
	return r.commentText(makeClickable(text, r.commentLinkRel))
}

// commentText is Comment without links for addresses: where the comment is no block's
// subject, WordPress has taken make_clickable off.
func (r *Renderer) commentText(text string) string {
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

// urlParts are what parse_url tells of an address's beginning.
type urlParts struct{ scheme, host string }

// splitURL is parse_url as far as the host; it refuses what that refuses.
func splitURL(url string) (u urlParts, ok bool) {
	n := 0
	for n < len(url) && (isDigit(url[n]) || isLetter(url[n]) || strings.IndexByte("+-.", url[n]) >= 0) {
		n++
	}
	switch {
	case n > 0 && strings.HasPrefix(url[n:], "://"):
		u.scheme, url = url[:n], url[n+3:]
	case n > 0 && n < len(url) && url[n] == ':':
		return urlParts{scheme: url[:n]}, true
	case strings.HasPrefix(url, "//"):
		url = url[2:]
	default:
		return u, true
	}
	if end := strings.IndexAny(url, "/?#"); end >= 0 {
		url = url[:end]
	}
	url = url[strings.LastIndexByte(url, '@')+1:]
	if colon := strings.LastIndexByte(url, ':'); colon >= 0 && !(url[0] == '[' && strings.HasSuffix(url, "]")) {
		number := url[colon+1:]
		url = url[:colon]
		if port, err := strconv.ParseUint(number, 10, 16); number != "" && (err != nil || port > 65535 || len(number) > 5) {
			return urlParts{}, false
		}
	}
	u.host = url
	if url == "" {
		return urlParts{}, false
	}
	return u, true
}
