package render

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/imagesize"
	"github.com/headpress/headpress/internal/php"
)

// media is a widget of the media library, or of a file elsewhere.
func (c *widgetContext) media() string {
	var a *Attachment
	if id := absolute(c.Settings, "attachment_id"); id > 0 && c.r.From.Attachments != nil {
		a = c.r.media().Attachment(id)
	}
	ids := array(c.Settings, "ids")
	if c.Kind == "media_gallery" && !c.r.allAttachments(ids) || c.Kind != "media_gallery" && a == nil && c.text("url") == "" {
		return ""
	}
	inner := ""
	switch c.Kind {
	case "media_image":
		inner = c.image(a)
	case "media_gallery":
		inner = c.gallery(ids)
	default:
		inner = c.player(a)
	}
	return c.framed(c.title("") + inner)
}

// allAttachments tells whether all of a list are in the media library, and there are any.
func (r *Renderer) allAttachments(ids *php.Array) bool {
	if r.From.Attachments == nil {
		return false
	}
	list := make([]int64, 0, ids.Len())
	for _, v := range ids.Values() {
		list = append(list, php.ToInt(v))
	}
	return len(list) > 0 && len(r.media().AttachmentsByID(list, "")) == len(list)
}

// player plays a file of the media library; of others those that a player understands.
func (c *widgetContext) player(a *Attachment) string {
	kind := audioPlayer
	if c.Kind == "media_video" {
		kind = videoPlayer
	}
	src := c.text("url")
	if a != nil && strings.HasPrefix(a.MimeType, kind.name+"/") {
		src = a.URL
	} else {
		a = nil
	}
	atts := &php.Array{}
	for k, v := range c.Settings.All() {
		if k.String() != "title" && k.String() != "content" {
			atts.Put(k, v)
		}
	}
	atts.Set("src", src)
	if src == "" {
		return ""
	}
	if kind.name == "audio" {
		return c.r.player(PostText{}, kind, atts, "")
	}
	if _, remote := remoteVideo(src, false); a == nil && remote == "" {
		return ""
	}
	html := c.r.player(PostText{}, kind, atts, c.text("content"))
	return flexibleVideo(html)
}

// flexibleVideo lets a video take the width of its place.
func flexibleVideo(html string) string {
	head, rest, ok := strings.Cut(html, "<video ")
	if !ok {
		return html
	}
	tag, rest, _ := strings.Cut(rest, ">")
	if at := strings.Index(head, `style="width: `); at >= 0 {
		if end := strings.Index(head[at:], `px;"`); end >= 0 {
			head = head[:at] + `style="width:100%;"` + head[at+end+len(`px;"`):]
		}
	}
	return head + withoutSize("<video "+tag) + ">" + rest
}

func (c *widgetContext) gallery(ids *php.Array) string {
	atts, list := &php.Array{}, make([]string, 0, ids.Len())
	for _, v := range ids.Values() {
		list = append(list, php.ToString(v))
	}
	atts.Set("ids", strings.Join(list, ","))
	for _, name := range []string{"columns", "size"} {
		if v, ok := c.Settings.Get(name); ok {
			atts.Set(name, v)
		}
	}
	atts.Set("link", c.text("link_type"))
	if c.is("orderby_random") {
		atts.Set("orderby", "rand")
	}
	return c.r.gallery(PostText{}, atts)
}

func (c *widgetContext) image(a *Attachment) string {
	size, width, height := cmp.Or(c.text("size"), "medium"), absolute(c.Settings, "width"), absolute(c.Settings, "height")
	classes, image := "image "+c.text("image_classes"), ""
	if a != nil && a.isImage() {
		attrs := []attr{{"class", "image wp-image-" + strconv.FormatInt(a.ID, 10) + " " + c.text("image_classes")}, {"style", "max-width: 100%; height: auto;"}}
		if alt := c.text("alt"); alt != "" {
			attrs = append(attrs, attr{"alt", alt})
		}
		if title := c.text("image_title"); title != "" {
			attrs = append(attrs, attr{"title", title})
		}
		if size == "custom" {
			image, width = c.r.imageOf(a, width, height, attrs)
		} else {
			attrs[0].value += " attachment-" + size + " size-" + size
			image = c.r.attachmentImage(a, size, false, attrs...)
			_, width, _, _ = c.r.imageSource(a, size)
		}
	} else {
		url := c.text("url")
		if a != nil || url == "" {
			return ""
		}
		image = `<img class="` + escAttr(classes) + `" src="` + escURL(url) + `" alt="` + escAttr(c.text("alt")) + `" width="` + escAttr(c.text("width")) + `" height="` + escAttr(c.text("height")) + `"`
		if title := c.text("image_title"); title != "" {
			image += ` title="` + escAttr(title) + `"`
		}
		for _, own := range c.r.loadingOf("lazy", width, height) {
			image += " " + own.name + `="` + own.value + `"`
		}
		image += " />"
	}
	image = c.linked(image, a)
	if caption := c.text("caption"); caption != "" {
		atts := &php.Array{}
		atts.Set("width", width)
		atts.Set("caption", caption)
		image = c.r.caption(PostText{}, atts, image)
	}
	return image
}

// linked puts an image in the link that is set for it.
func (c *widgetContext) linked(image string, a *Attachment) string {
	url := ""
	switch kind := cmp.Or(c.text("link_type"), "custom"); {
	case kind == "custom":
		url = c.text("link_url")
	case kind == "file" && a != nil:
		url = a.URL
	case kind == "file":
		url = c.text("url")
	case kind == "post" && a != nil:
		url = a.Link
	}
	if url == "" {
		return image
	}
	out := `<a href="` + escURL(url) + `"`
	if v := c.text("link_classes"); v != "" {
		out += ` class="` + escAttr(v) + `"`
	}
	if v := c.text("link_rel"); v != "" {
		out += ` rel="` + escAttr(v) + `"`
	}
	if c.is("link_target_blank") {
		out += ` target="_blank"`
	}
	return out + ">" + image + "</a>"
}

// imageOf is an image of a size of one's own: the smallest copy of its shape, else the
// thumbnail if that is large enough, made to fit (image_get_intermediate_size).
func (r *Renderer) imageOf(a *Attachment, w, h int64, attrs []attr) (string, int64) {
	name := strconv.FormatInt(w, 10) + "x" + strconv.FormatInt(h, 10)
	attrs[0].value += " attachment-" + name + " size-" + name
	full := a.full()
	shapeW, shapeH := w, h
	if w == 0 || h == 0 {
		shapeW, shapeH = imagesize.Constrain(full.width, full.height, w, h)
	}
	best := full
	for _, s := range a.sizes() {
		if s.width >= shapeW && s.height >= shapeH && s.width*s.height < best.width*best.height && sameShape(s.width, s.height, shapeW, shapeH) {
			best = s
		}
	}
	if best.file == full.file {
		if i := slices.IndexFunc(a.sizes(), func(s imageSize) bool { return s.name == "thumbnail" }); i >= 0 && (a.sizes()[i].width >= w || a.sizes()[i].width >= h) {
			best = a.sizes()[i]
		}
	}
	url := a.URL
	if best.file != full.file {
		url = a.URL[:strings.LastIndexByte(a.URL, '/')+1] + best.file
	}
	shownW, shownH := imagesize.Constrain(best.width, best.height, w, h)
	return r.imageTag(a, imageFile{url, shownW, shownH}, name, attrs), shownW
}
