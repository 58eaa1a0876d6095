package render

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// shortcode gives the text of one of WordPress's own shortcodes.
func (r *Renderer) shortcode(in PostText, m shortcodeMatch) string {
	atts := parseShortcodeAtts(m.attrs)
	switch m.name {
	case "caption", "wp_caption":
		return r.caption(in, atts, m.content)
	case "gallery":
		return r.gallery(in, atts)
	case "playlist":
		return r.playlist(in, atts)
	case "audio":
		return r.player(in, audioPlayer, atts, "")
	case "video":
		return r.player(in, videoPlayer, atts, m.content)
	}
	return "" // [embed] has its own, earlier pass
}

// text reads an attribute, or what it is by default.
func textAtt(atts *php.Array, name, otherwise string) string {
	if v, ok := atts.Get(name); ok {
		return php.ToString(v)
	}
	return otherwise
}

// caption is [caption]: an image and its caption in a figure.
func (r *Renderer) caption(in PostText, atts *php.Array, content string) string {
	caption, given := atts.Get("caption")
	text := php.ToString(caption)
	if !given {
		if image, rest, ok := cutImage(content); ok {
			content, text = image, strings.Trim(rest, phpSpace)
		}
	} else if strings.IndexByte(text, '<') >= 0 {
		text = sanitize.PostFilter().Clean(text)
	}
	width := php.ToInt(textAtt(atts, "width", ""))
	if width < 1 || !php.ToBool(text) {
		return content
	}
	var id, captionID, describedBy string
	name, captionName := textAtt(atts, "id", ""), textAtt(atts, "caption_id", "")
	if php.ToBool(name) {
		name = r.repeatedID(sanitize.HTMLClass(name, ""))
		id = `id="` + escAttr(name) + `" `
	}
	if php.ToBool(captionName) {
		captionName = sanitize.HTMLClass(captionName, "")
	} else if php.ToBool(name) {
		captionName = "caption-" + strings.ReplaceAll(name, "_", "-")
	}
	if php.ToBool(captionName) {
		captionName = r.repeatedID(captionName)
		captionID = `id="` + escAttr(captionName) + `" `
		describedBy = `aria-describedby="` + escAttr(captionName) + `" `
	}
	class := strings.Trim("wp-caption "+textAtt(atts, "align", "alignnone")+" "+textAtt(atts, "class", ""), phpSpace)
	return fmt.Sprintf(`<figure %s%sstyle="width: %dpx" class="%s">%s<figcaption %sclass="wp-caption-text">%s</figcaption></figure>`,
		id, describedBy, width, escAttr(class), r.doShortcodes(in, content), captionID, text)
}

// repeatedID numbers an id from its second use in the answer on.
func (r *Renderer) repeatedID(id string) string {
	if n := r.next("id " + id); n > 1 {
		return id + "-" + strconv.Itoa(n)
	}
	return id
}

// cutImage cuts content after its first image, which may stand in a link.
func cutImage(content string) (image, rest string, ok bool) {
	gt := finder{s: content, what: ">"}
	// tag gives the end of a tag with attributes at i, else 0.
	tag := func(i int, name string) int {
		from := i + len(name)
		if !hasPrefixFold(content[i:], name) || from >= len(content) || content[from] == '>' {
			return 0
		}
		return gt.from(from) + 1
	}
	for i := range len(content) {
		if content[i] != '<' {
			continue
		}
		end := 0
		if at := tag(i, "<a "); at > 0 {
			end = tag(skipSpace(content, at), "<img ")
		} else {
			end = tag(i, "<img ")
		}
		if end == 0 {
			continue
		}
		if after := skipSpace(content, end); hasPrefixFold(content[after:], "</a>") {
			end = after + len("</a>")
		}
		return content[i:end], content[end:], true
	}
	return "", "", false
}

// pick gives the media that a gallery or playlist shows: those of ids or include,
// else the children of a post.
func (r *Renderer) pick(in PostText, atts *php.Array, mime string) (media []*Attachment, post int64) {
	post = in.ID
	if v, ok := atts.Get("id"); ok {
		post = php.ToInt(v)
	}
	if r.From.Attachments == nil {
		return nil, post
	}
	orderBy := textAtt(atts, "orderby", "")
	include := textAtt(atts, "include", "")
	if ids := textAtt(atts, "ids", ""); php.ToBool(ids) {
		include = ids
		if !php.ToBool(orderBy) {
			orderBy = "post__in"
		}
	}
	if _, ok := atts.Get("orderby"); !ok && orderBy == "" {
		orderBy = "menu_order ID"
	}
	if php.ToBool(include) {
		media = r.media().AttachmentsByID(idList(include), mime)
		if strings.EqualFold(orderBy, "post__in") {
			return media, post
		}
	} else {
		media = r.media().AttachmentsOf(post, mime)
		if exclude := idList(textAtt(atts, "exclude", "")); len(exclude) > 0 {
			media = slices.DeleteFunc(slices.Clone(media), func(a *Attachment) bool { return slices.Contains(exclude, a.ID) })
		}
	}
	return orderMedia(media, orderBy, strings.EqualFold(textAtt(atts, "order", "ASC"), "ASC")), post
}

// orderMedia sorts as get_posts would: by the keys of orderBy, in one direction;
// equal ones by id, as databases mostly do.
func orderMedia(media []*Attachment, orderBy string, ascending bool) []*Attachment {
	byID := func(a, b *Attachment) int { return cmp.Compare(a.ID, b.ID) }
	media = slices.SortedFunc(slices.Values(media), byID)
	if orderBy == "none" {
		return media
	}
	var compare []func(a, b *Attachment) int
	for _, key := range strings.FieldsFunc(orderBy, func(c rune) bool { return c == ' ' || c == ',' }) {
		switch key {
		case "ID":
			compare = append(compare, byID)
		case "menu_order":
			compare = append(compare, func(a, b *Attachment) int { return cmp.Compare(a.MenuOrder, b.MenuOrder) })
		case "title", "post_title":
			compare = append(compare, func(a, b *Attachment) int { return cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)) })
		case "date", "post_date":
			compare = append(compare, func(a, b *Attachment) int { return cmp.Compare(a.Date, b.Date) })
		case "rand", "RAND":
			rand.Shuffle(len(media), func(i, j int) { media[i], media[j] = media[j], media[i] })
			return media
		}
	}
	if compare == nil {
		compare = append(compare, func(a, b *Attachment) int { return cmp.Compare(a.Date, b.Date) })
	}
	slices.SortStableFunc(media, func(a, b *Attachment) int {
		for _, f := range compare {
			if n := f(a, b); n != 0 {
				if !ascending {
					n = -n
				}
				return n
			}
		}
		return 0
	})
	return media
}

// idList is wp_parse_id_list: numbers between commas and spaces, each once.
func idList(s string) []int64 {
	var ids []int64
	for _, word := range strings.FieldsFunc(s, func(c rune) bool { return c == ',' || (c < 0x80 && isSpace(byte(c))) }) {
		id := php.ToInt(word)
		if id < 0 {
			id = -id
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

var galleryTags = nameSet("figure figcaption div dl dt dd ul ol li p span section article aside blockquote header footer h1 h2 h3 h4 h5 h6 table tr td th strong em b i")

// gallery is [gallery]: pictures in figures.
func (r *Renderer) gallery(in PostText, atts *php.Array) string {
	selector := "gallery-" + strconv.Itoa(r.next("gallery"))
	media, post := r.pick(in, atts, "image")
	if len(media) == 0 {
		return ""
	}
	tag := func(name, usual, otherwise string) string {
		t := strings.Map(func(c rune) rune {
			if c < 0x80 && (isWord(byte(c)) || c == ':') {
				return c
			}
			return -1
		}, textAtt(atts, name, usual))
		if t = strings.ToLower(t); !galleryTags[t] {
			return otherwise
		}
		return t
	}
	item, icon, caption := tag("itemtag", "figure", "dl"), tag("icontag", "div", "dt"), tag("captiontag", "figcaption", "dd")
	size, link := textAtt(atts, "size", "thumbnail"), textAtt(atts, "link", "")
	columns := php.ToInt(textAtt(atts, "columns", "3"))

	var out strings.Builder
	fmt.Fprintf(&out, "<div id='%s' class='gallery galleryid-%d gallery-columns-%d gallery-size-%s'>", selector, post, columns, sanitize.HTMLClass(size, ""))
	for _, a := range media {
		text := strings.Trim(a.Caption, phpSpace)
		id := selector + "-" + strconv.FormatInt(a.ID, 10)
		var attrs []attr
		if text != "" {
			attrs = []attr{{"aria-describedby", id}}
		}
		image := ""
		switch link {
		case "none":
			image = r.attachmentImage(a, size, false, attrs...)
		case "file":
			image = r.attachmentLink(a, size, a.URL, attrs...)
		default:
			image = r.attachmentLink(a, size, a.Link, attrs...)
		}
		fmt.Fprintf(&out, "<%s class='gallery-item'>\n\t\t\t<%s class='gallery-icon %s'>\n\t\t\t\t%s\n\t\t\t</%s>", item, icon, orientation(a.Meta), image, icon)
		if text != "" && caption != "" {
			fmt.Fprintf(&out, "\n\t\t\t\t<%s class='wp-caption-text gallery-caption' id='%s'>\n\t\t\t\t%s\n\t\t\t\t</%s>", caption, id, Texturize(a.Caption), caption)
		}
		out.WriteString("</" + item + ">")
	}
	out.WriteString("\n\t\t</div>\n")
	return out.String()
}

func orientation(meta *php.Array) string {
	w, ok := meta.Get("width")
	h, ok2 := meta.Get("height")
	switch {
	case !ok || !ok2:
		return ""
	case php.ToFloat(h) > php.ToFloat(w):
		return "portrait"
	}
	return "landscape"
}

// attachmentLink is wp_get_attachment_link: the image, or the title, in a link.
func (r *Renderer) attachmentLink(a *Attachment, size, url string, attrs ...attr) string {
	text := ""
	if size != "none" {
		text = r.attachmentImage(a, size, false, attrs...)
	}
	if strings.Trim(text, phpSpace) == "" {
		text = a.Title
	}
	if strings.Trim(text, phpSpace) == "" {
		name := a.File[strings.LastIndexByte(a.File, '/')+1:]
		if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
			name = name[:dot]
		}
		text = escHTML(name)
	}
	return "<a href='" + escURL(url) + "'>" + text + "</a>"
}

// prependAttachment shows a media object before its description.
func (r *Renderer) prependAttachment(in PostText, text string) string {
	if r.From.Attachments == nil {
		return text
	}
	a := r.media().Attachment(in.ID)
	if a == nil {
		return text
	}
	var shown string
	switch {
	case mediaKind(a) == "video":
		atts := &php.Array{}
		atts.Set("src", a.URL)
		w, _ := a.Meta.Get("width")
		h, _ := a.Meta.Get("height")
		if php.ToBool(w) && php.ToBool(h) {
			atts.Set("width", php.ToInt(w))
			atts.Set("height", php.ToInt(h))
		}
		if poster := r.media().Attachment(a.Thumbnail); a.Thumbnail > 0 && poster != nil {
			atts.Set("poster", poster.URL)
		}
		shown = r.player(in, videoPlayer, atts, "")
	case mediaKind(a) == "audio":
		atts := &php.Array{}
		atts.Set("src", a.URL)
		shown = r.player(in, audioPlayer, atts, "")
	default:
		shown = `<p class="attachment">` + r.attachmentLink(a, "medium", a.URL) + "</p>"
	}
	return shown + "\n" + text
}
