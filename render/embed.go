package render

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"html"
	"math"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// WordPress gives embeds this width where the theme does not say how wide
// content is, and one and a half times as much height, up to a limit.
const (
	embedWidth     = 500
	embedMaxHeight = 1000
)

// embedShortcodes runs [embed] alone, before anything else touches its address.
func (r *Renderer) embedShortcodes(in PostText, text string) string {
	return runShortcodes(text, map[string]bool{"embed": true}, false, func(m shortcodeMatch) string {
		return r.embed(in, parseShortcodeAtts(m.attrs), m.content, true)
	})
}

// autoembed embeds addresses that stand alone on a line or in a paragraph; what
// nobody knows stays text.
func (r *Renderer) autoembed(in PostText, text string) string {
	if !containsFold(text, "http") {
		return text
	}
	const inTag = "<!-- wp-line-break -->"
	text = replaceInTags(text, "\n", inTag)

	var out strings.Builder
	out.Grow(len(text))
	for rest := text; rest != ""; {
		line, after, more := strings.Cut(rest, "\n")
		rest = after
		start := skipSpace(line, 0)
		end := addressEnd(line, start)
		if end > start && skipSpace(line, end) == len(line) {
			line = line[:start] + r.embed(in, &php.Array{}, line[start:end], false) + line[end:]
		}
		out.WriteString(line)
		if more {
			out.WriteByte('\n')
		}
	}
	text = out.String()

	gt := finder{s: text, what: ">"}
	text = scan(text, "<", false, func(s string, i int) (int, string) {
		start := i + 2
		if start >= len(s) || s[i+1]|0x20 != 'p' || (s[start] != '>' && s[start] != ' ') {
			return 0, ""
		}
		if start = gt.from(start) + 1; start == 0 {
			return 0, ""
		}
		start = skipSpace(s, start)
		end := addressEnd(s, start)
		if after := skipSpace(s, end); end > start && hasPrefixFold(s[after:], paragraphClose) {
			after += len(paragraphClose)
			return after, s[i:start] + r.embed(in, &php.Array{}, s[start:end], false) + s[end:after]
		}
		return 0, ""
	})
	return strings.ReplaceAll(text, inTag, "\n")
}

func containsFold(s, what string) bool {
	for i := 0; i+len(what) <= len(s); i++ {
		if s[i]|0x20 == what[0] && strings.EqualFold(s[i:i+len(what)], what) {
			return true
		}
	}
	return false
}

// addressEnd gives the end of the http address at i, or i.
func addressEnd(s string, i int) int {
	end := i
	switch {
	case hasPrefixFold(s[i:], "http://"):
		end += len("http://")
	case hasPrefixFold(s[i:], "https://"):
		end += len("https://")
	default:
		return i
	}
	start := end
	for end < len(s) && !isSpace(s[end]) && strings.IndexByte(`<>"`, s[end]) < 0 {
		end++
	}
	if end == start {
		return i
	}
	return end
}

// embed is WP_Embed::shortcode: players for files, what WordPress cached of other
// sites' answers, posts of this site; anything else becomes a link, or stays.
func (r *Renderer) embed(in PostText, atts *php.Array, url string, link bool) string {
	if !php.ToBool(url) {
		url = textAtt(atts, "src", "")
	}
	if !php.ToBool(url) {
		return ""
	}
	url = strings.ReplaceAll(url, "&amp;", "&")
	if text, ok := r.embedFile(in, atts, url); ok {
		return text
	}
	if r.From.Posts != nil {
		merged := embedDefaults(atts)
		if serialized, err := php.Serialize(merged); err == nil {
			sum := md5.Sum([]byte(url + serialized))
			if cached, ok := r.posts().EmbedCache(in.ID, hex.EncodeToString(sum[:])); ok && php.ToBool(cached) && cached != "{{unknown}}" {
				return cached
			}
		}
		if post, ok := r.posts().PostByURL(url); ok {
			width, _ := merged.Get("width")
			return r.embedPost(post, php.ToInt(width))
		}
	}
	if !link {
		return url
	}
	return `<a href="` + escURL(url) + `">` + escHTML(url) + `</a>`
}

// embedDefaults are the attributes with the usual size in front (wp_embed_defaults).
func embedDefaults(atts *php.Array) *php.Array {
	merged := &php.Array{}
	merged.Set("width", int64(embedWidth))
	merged.Set("height", min(embedWidth*3/2, embedMaxHeight))
	for key, value := range atts.All() {
		if key.IsInt {
			merged.Append(value)
		} else {
			merged.Put(key, value)
		}
	}
	return merged
}

// embedFile knows addresses of sound and video files, and an old form of YouTube's.
func (r *Renderer) embedFile(in PostText, atts *php.Array, url string) (string, bool) {
	if id := youtubeID(url); id != "" {
		return r.autoembed(in, "https://youtube.com/watch?v="+php.URLEncode(id)), true
	}
	if addressEnd(url, 0) == 0 && !hasPrefixFold(url, "http") {
		return "", false
	}
	_, rest, ok := strings.Cut(url, "://")
	dot := strings.LastIndexByte(rest, '.')
	if !ok || dot < 1 || strings.IndexByte(rest, '\n') >= 0 || !(hasPrefixFold(url, "http://") || hasPrefixFold(url, "https://")) {
		return "", false
	}
	ext := extension(url)
	switch {
	case audioPlayer.plays(ext):
		return fmt.Sprintf(`[audio src="%s" /]`, escURL(url)), true
	case videoPlayer.plays(ext):
		size := ""
		if w, h := textAtt(atts, "width", ""), textAtt(atts, "height", ""); php.ToBool(w) && php.ToBool(h) {
			size = fmt.Sprintf(`width="%d" height="%d" `, php.ToInt(w), php.ToInt(h))
		}
		return fmt.Sprintf(`[video %s src="%s" /]`, size, escURL(url)), true
	}
	return "", false
}

// youtubeID is the id in addresses like youtube.com/embed/ID, wherever one stands.
func youtubeID(url string) string {
	for _, scheme := range []string{"http://", "https://"} {
		for at := 0; at < len(url); at++ {
			if !hasPrefixFold(url[at:], scheme) {
				continue
			}
			rest := url[at+len(scheme):]
			if hasPrefixFold(rest, "www.") {
				rest = rest[4:]
			}
			for _, path := range []string{"youtube.com/v/", "youtube.com/embed/"} {
				if hasPrefixFold(rest, path) {
					id, _, _ := strings.Cut(rest[len(path):], "/")
					return id
				}
			}
		}
	}
	return ""
}

// embedPost shows a post of this site as another site's would be: a quotation
// that a frame takes the place of. Both secrets are checked by WordPress's script.
func (r *Renderer) embedPost(post EmbeddedPost, width int64) string {
	width = min(max(200, width), 600)
	height := max(int64(math.Ceil(float64(width)/16*9)), 200)
	inner, outer := secret(), secret()
	title := html.UnescapeString("&#8220;" + post.Title + "&#8221; &#8212; " + r.SiteName)
	return fmt.Sprintf(`<blockquote class="wp-embedded-content" data-secret="%s"><a href="%s">%s</a></blockquote>`,
		outer, escURL(post.Link), stripTags(post.Title)) +
		fmt.Sprintf(`<iframe class="wp-embedded-content" sandbox="allow-scripts" security="restricted" style="position: absolute; visibility: hidden;"`+
			` title="%s" src="%s" data-secret="%s" width="%d" height="%d" frameborder="0" marginwidth="0" marginheight="0" scrolling="no"></iframe>`,
			escAttr(strings.ReplaceAll(title, "&", "&amp;")),
			escURL(post.EmbedLink+"#?secret="+inner+"#?secret="+outer), outer, width, height)
}

func secret() string { return rand.Text()[:10] }
