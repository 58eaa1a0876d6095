package handlers

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// oembed tells other sites how to show posts of this one, and editors how to
// show addresses.
type oembed struct{ site *Site }

func newOembed(site *Site) *oembed { return &oembed{site} }

const oembedNamespace = "oembed/1.0"

func (h *oembed) routes() []*api.Route {
	address := api.P("url", api.String("The address to show.", api.Format("uri"), api.Required))
	size := api.Sanitize(func(_ *api.Context, _ string, v any) (any, error) { return absint(php.ToInt(v)), nil })
	return []*api.Route{
		api.NamespaceRoute(oembedNamespace),
		{Namespace: oembedNamespace, Path: "/oembed/1.0/embed", Write: writeOembedXML, Endpoints: []api.Endpoint{{
			Methods: api.Readable, Handle: h.embed, Args: api.Properties{address,
				api.P("format", api.NewSchema(api.Default("json"))),
				api.P("maxwidth", api.NewSchema(api.Default(int64(embedMax)), api.Raw, size)),
			},
		}}},
		{Namespace: oembedNamespace, Path: "/oembed/1.0/proxy", Endpoints: []api.Endpoint{{
			Methods: api.Readable, Permission: h.mayProxy, Handle: h.proxy, Args: api.Properties{address,
				api.P("format", api.String("The form of the other site's answer.", api.Default("json"), api.Enum("json", "xml"))),
				api.P("maxwidth", api.Integer("The greatest width in pixels.", api.Default(int64(embedMax)), api.Raw, size)),
				api.P("maxheight", api.Integer("The greatest height in pixels.", api.Raw, size)),
				api.P("discover", api.Boolean("Whether to ask sites that are not known.", api.Default(true))),
			},
		}}},
	}
}

// embedMin and embedMax bound the width of an embedded post, in pixels.
const embedMin, embedMax = 200, 600

func (h *oembed) embed(c *api.Context) (*api.Response, error) {
	s := of(c)
	if data := s.oembed(s.postAt(c.String("url")), c.Int("maxwidth")); data != nil {
		return api.OK(data), s.err
	}
	return nil, errEmbed()
}

func errEmbed() *api.Error {
	return api.NewError(http.StatusNotFound, "oembed_invalid_url", "Not Found")
}

func (h *oembed) mayProxy(c *api.Context) error {
	if !of(c).can("edit_posts") {
		return c.Forbidden("rest_forbidden", "Sorry, you are not allowed to make proxied oEmbed requests.")
	}
	return nil
}

// proxy answers for the site's own posts. Other sites are not asked: an address
// that a client sends must not make the server call out.
func (h *oembed) proxy(c *api.Context) (*api.Response, error) { return h.embed(c) }

// oembed describes a post for embedding (get_oembed_response_data); nil where
// the post is not open to everyone, or not meant to be embedded.
func (s *session) oembed(p *models.Post, width int64) php.Map {
	if p == nil {
		return nil
	}
	typ, status := s.site.Registry.Type(p.Type), s.site.Registry.Status(s.status(p))
	if typ == nil || status == nil || !typ.Viewable() || !typ.Embeddable || !status.Public {
		return nil
	}
	width = min(max(width, embedMin), embedMax)
	height := max((width*9+15)/16, embedMin)
	author, authorURL := s.options.String("blogname"), s.home
	if u := s.users.get(p.Author); u != nil {
		author, authorURL = u.DisplayName, s.authorLink(u)
	}
	title := p.Title
	if p.HasPassword() {
		title = "Protected: " + title
	}
	title = render.Title(title)
	m := php.Map{
		{Key: "version", Value: "1.0"}, {Key: "provider_name", Value: s.options.String("blogname")}, {Key: "provider_url", Value: s.home},
		{Key: "author_name", Value: author}, {Key: "author_url", Value: authorURL}, {Key: "title", Value: title},
		{Key: "type", Value: "rich"}, {Key: "width", Value: width}, {Key: "height", Value: height},
		{Key: "html", Value: s.embedHTML(p, title, width, height)},
	}
	picture := s.thumbnail(p.ID)
	if p.Type == "attachment" {
		switch {
		case hasMime(p.MimeType, "image"):
			picture = p.ID
		case hasMime(p.MimeType, "video"):
			m.Set("type", "video")
		}
	}
	if picture > 0 {
		var src, w, h any
		if i := s.imageSrc(picture, width, 0); i != nil {
			src, w, h = i.url, i.width, i.height
		}
		m = append(m, php.Member{Key: "thumbnail_url", Value: src}, php.Member{Key: "thumbnail_width", Value: w}, php.Member{Key: "thumbnail_height", Value: h})
	}
	return m
}

// embedHTML is a quotation with a frame that takes its place. By the secret both
// know each other. WordPress appends a script of its own, which sites that embed
// bring themselves.
func (s *session) embedHTML(p *models.Post, title string, width, height int64) string {
	secret := rand.Text()[:10]
	caption := "&#8220;" + title + "&#8221; &#8212; " + s.options.String("blogname")
	return fmt.Sprintf(`<blockquote class="wp-embedded-content" data-secret="%s"><a href="%s">%s</a></blockquote>`,
		secret, sanitize.EscURL(s.permalink(p)), title) +
		fmt.Sprintf(`<iframe sandbox="allow-scripts" security="restricted" src="%s" width="%d" height="%d" title="%s" data-secret="%s"`+
			` frameborder="0" marginwidth="0" marginheight="0" scrolling="no" class="wp-embedded-content"></iframe>`,
			sanitize.EscURL(s.embedLink(p)+"#?secret="+secret), width, height, sanitize.EscHTML(caption), secret)
}

// embedLink is what the frame of an embedded post shows (get_post_embed_url).
func (s *session) embedLink(p *models.Post) string {
	link := s.permalink(p)
	if s.options.String("permalink_structure") == "" || strings.Contains(link, "?") {
		separator := "?"
		if strings.Contains(link, "?") {
			separator = "&"
		}
		return link + separator + "embed=true"
	}
	return s.slashed(strings.TrimRight(link, "/") + "/embed")
}

// writeOembedXML writes an answer as XML where the client asks for that format
// (_oembed_rest_pre_serve_request).
func writeOembedXML(c *api.Context, document any) (string, []byte, bool) {
	if c.String("format") != "xml" {
		return "", nil, false
	}
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n")
	xmlElement(&b, "oembed", document)
	b.WriteByte('\n')
	return "text/xml; charset=UTF-8", []byte(b.String()), true
}

func xmlElement(b *strings.Builder, name string, value any) {
	b.WriteString("<" + name + ">")
	switch v := value.(type) {
	case php.Map:
		for _, m := range v {
			xmlElement(b, m.Key, m.Value)
		}
	case []any:
		for _, e := range v {
			xmlElement(b, "oembed", e)
		}
	default:
		xmlText(b, sanitize.EscHTML(php.ToString(v)))
	}
	b.WriteString("</" + name + ">")
}

// xmlText writes escaped text as XML without an encoding: what is not ASCII as
// numbers, entities that XML knows as their characters.
func xmlText(b *strings.Builder, text string) {
	for text != "" {
		at := strings.IndexByte(text, '&')
		if at < 0 {
			at = len(text)
		}
		for _, r := range text[:at] {
			xmlRune(b, r)
		}
		if text = text[at:]; text == "" {
			return
		}
		end := strings.IndexByte(text, ';')
		if end < 0 {
			end = 0
		}
		entity := text[:end+1]
		if r, ok := xmlEntity(entity); ok {
			xmlRune(b, r)
		} else {
			b.WriteString(entity)
		}
		text = text[end+1:]
	}
}

// xmlEntity gives the character of a numeric entity, or of one of the five that XML has.
func xmlEntity(entity string) (rune, bool) {
	switch entity {
	case "&amp;":
		return '&', true
	case "&lt;":
		return '<', true
	case "&gt;":
		return '>', true
	case "&quot;":
		return '"', true
	case "&apos;":
		return '\'', true
	}
	var n rune
	if c, err := fmt.Sscanf(entity, "&#x%x;", &n); err == nil && c == 1 {
		return n, true
	}
	c, err := fmt.Sscanf(entity, "&#%d;", &n)
	return n, err == nil && c == 1
}

func xmlRune(b *strings.Builder, r rune) {
	switch {
	case r == '&':
		b.WriteString("&amp;")
	case r == '<':
		b.WriteString("&lt;")
	case r == '>':
		b.WriteString("&gt;")
	case r == '\r':
		b.WriteString("&#13;")
	case r >= 0x80:
		fmt.Fprintf(b, "&#x%X;", r)
	case r >= ' ' || r == '\t' || r == '\n': // other controls cannot be in XML
		b.WriteRune(r)
	}
}
