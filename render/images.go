package render

import (
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/imagesize"
	"github.com/headpress/headpress/internal/php"
)

// attr is one attribute of a tag, in order of printing.
type attr struct{ name, value string }

// filterContentTags is wp_filter_content_tags as it works over REST: images and frames
// learn their dimensions, other sizes, and to load late.
func (r *Renderer) filterContentTags(html string) string {
	var out strings.Builder
	for {
		i := nextMediaTag(html)
		if i < 0 {
			break
		}
		end := strings.IndexByte(html[i:], '>')
		if end < 0 {
			break
		}
		out.WriteString(html[:i])
		tag := html[i : i+end+1]
		html = html[i+end+1:]
		if strings.HasPrefix(tag, "<img") {
			tag = r.contentImage(tag)
		} else {
			tag = contentFrame(tag)
		}
		out.WriteString(tag)
	}
	if out.Len() == 0 {
		return html
	}
	out.WriteString(html)
	return out.String()
}

// nextMediaTag finds <img or <iframe, lower-case, with something behind.
func nextMediaTag(s string) int {
	for at := 0; ; {
		i := strings.Index(s[at:], "<i")
		if i < 0 {
			return -1
		}
		at += i
		for _, name := range []string{"<img", "<iframe"} {
			if rest, ok := strings.CutPrefix(s[at:], name); ok && len(rest) > 1 && isSpace(rest[0]) && rest[1] != '>' {
				return at
			}
		}
		at += 2
	}
}

// quoted gives the value of a double-quoted attribute as the tag spells it.
func quoted(tag, name string) string {
	_, rest, ok := strings.Cut(tag, " "+name+`="`)
	if !ok {
		return ""
	}
	value, _, ok := strings.Cut(rest, `"`)
	if !ok {
		return ""
	}
	return value
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func contentFrame(tag string) string {
	if strings.Contains(tag, " loading=") || !strings.Contains(tag, ` src="`) || !strings.Contains(tag, ` width="`) || !strings.Contains(tag, ` height="`) {
		return tag
	}
	return `<iframe loading="lazy"` + strings.TrimPrefix(tag, "<iframe")
}

func (r *Renderer) contentImage(tag string) string {
	if id := imageID(tag); id > 0 && r.From.Attachments != nil {
		needsSize := !strings.Contains(tag, " width=") && !strings.Contains(tag, " height=")
		needsSet := !strings.Contains(tag, " srcset=")
		if needsSize || needsSet {
			if a := r.picture(id); a != nil {
				if needsSize {
					tag = addDimensions(tag, a)
				}
				if needsSet {
					tag = r.addSourceSet(tag, a)
				}
			}
		}
	}
	return autoSizes(addLoading(tag))
}

// imageID reads wp-image-N.
func imageID(tag string) int64 {
	const name = "wp-image-"
	for at := 0; at+len(name) <= len(tag); at++ {
		if (tag[at]|0x20) != 'w' || !strings.EqualFold(tag[at:at+len(name)], name) {
			continue
		}
		end := at + len(name)
		for end < len(tag) && isDigit(tag[end]) {
			end++
		}
		if n, err := strconv.ParseInt(tag[at+len(name):end], 10, 64); err == nil {
			return n
		}
	}
	return 0
}

// addLoading is wp_img_tag_add_loading_optimization_attrs where no image is known to
// be the first one seen: all load late that have dimensions.
func addLoading(tag string) string {
	if !strings.Contains(tag, ` src="`) {
		return tag
	}
	add := ""
	if !strings.Contains(tag, " decoding=") {
		add = ` decoding="async"`
	}
	if allDigits(quoted(tag, "width")) && allDigits(quoted(tag, "height")) && !strings.Contains(tag, " loading=") &&
		(!strings.Contains(tag, " fetchpriority=") || quoted(tag, "fetchpriority") == "auto") {
		add = ` loading="lazy"` + add
	}
	return "<img" + add + strings.TrimPrefix(tag, "<img")
}

// autoSizes lets browsers choose by layout where the image loads late.
func autoSizes(tag string) string {
	if !strings.Contains(tag, "sizes") {
		return tag
	}
	t := newTags(tag)
	if !t.next() {
		return tag
	}
	loading, _ := t.attr("loading")
	sizes, ok := t.attr("sizes")
	width, _ := t.attr("width")
	if !ok || width == "" || !strings.EqualFold(strings.TrimSpace(loading), "lazy") {
		return tag
	}
	if first, _, _ := strings.Cut(sizes, ","); strings.EqualFold(strings.TrimSpace(first), "auto") {
		return tag
	}
	t.setAttr("sizes", "auto, "+sizes)
	return t.html()
}

// imageSize is one entry of an attachment's metadata.
type imageSize struct {
	name          string
	file          string
	width, height int64
}

// sizes gives the smaller sizes of an image in their stored order.
func (a *Attachment) sizes() []imageSize {
	var out []imageSize
	for k, v := range array(a.Meta, "sizes").All() {
		s := asArray(v)
		if s == nil {
			continue
		}
		w, _ := s.Get("width")
		h, _ := s.Get("height")
		out = append(out, imageSize{k.String(), text(s, "file"), php.ToInt(w), php.ToInt(h)})
	}
	return out
}

// full gives the image's own size.
func (a *Attachment) full() imageSize {
	w, _ := dig(a.Meta, "width")
	h, _ := dig(a.Meta, "height")
	return imageSize{"full", path.Base(text(a.Meta, "file")), php.ToInt(w), php.ToInt(h)}
}

// dimensions finds how large the file at src is (wp_image_src_get_dimensions).
func (a *Attachment) dimensions(src string) (w, h int64) {
	if a.Meta == nil || text(a.Meta, "file") == "" {
		return 0, 0
	}
	src, _, _ = strings.Cut(src, "?")
	full := a.full()
	if strings.Contains(src, full.file) {
		return full.width, full.height
	}
	for _, s := range a.sizes() {
		if s.file == path.Base(src) {
			return s.width, s.height
		}
	}
	return 0, 0
}

func addDimensions(tag string, a *Attachment) string {
	w, h := a.dimensions(quoted(tag, "src"))
	if w == 0 || h == 0 {
		return tag
	}
	// Images inside a line have their width in the style.
	if _, style, ok := strings.Cut(tag, `style="width:`); ok {
		if px, _, ok := strings.Cut(strings.TrimLeft(style, " "), `px;"`); ok && allDigits(px) {
			own, _ := strconv.ParseInt(px, 10, 64)
			h = int64(math.Round(float64(h) * float64(own) / float64(w)))
			w = own
		}
	}
	return `<img width="` + strconv.FormatInt(w, 10) + `" height="` + strconv.FormatInt(h, 10) + `"` + strings.TrimPrefix(tag, "<img")
}

// edited gives the mark that WordPress's image editor puts into file names: -e and 13 digits.
func edited(file string) string {
	for i := 0; i+15 <= len(file); i++ {
		if file[i] == '-' && file[i+1] == 'e' && allDigits(file[i+2:i+15]) {
			return file[i : i+15]
		}
	}
	return ""
}

// addSourceSet is wp_image_add_srcset_and_sizes.
func (r *Renderer) addSourceSet(tag string, a *Attachment) string {
	src, _, _ := strings.Cut(quoted(tag, "src"), "?")
	if src == "" || a.Meta == nil {
		return tag
	}
	if mark := edited(text(a.Meta, "file")); mark != "" && !strings.Contains(path.Base(src), mark) {
		return tag
	}
	var w, h int64
	if ws, hs := quoted(tag, "width"), quoted(tag, "height"); allDigits(ws) && allDigits(hs) {
		w, _ = strconv.ParseInt(ws, 10, 64)
		h, _ = strconv.ParseInt(hs, 10, 64)
	}
	if w == 0 || h == 0 {
		if w, h = a.dimensions(src); w == 0 || h == 0 {
			return tag
		}
	}
	set := r.sourceSet(a, src, w, h)
	if set == "" {
		return tag
	}
	add := ` srcset="` + escAttr(set) + `"`
	if !strings.Contains(tag, " sizes=") {
		add += ` sizes="` + sizesFor(w) + `"`
	}
	return strings.TrimRight(strings.TrimSuffix(tag, ">"), "/ ") + add + " />"
}

func sizesFor(w int64) string {
	n := strconv.FormatInt(w, 10)
	return "(max-width: " + n + "px) 100vw, " + n + "px"
}

// maxSourceWidth is the widest image that srcset offers, the shown one apart.
const maxSourceWidth = 2048

// sourceSet is wp_calculate_image_srcset: all sizes of the same shape, the shown one first.
func (r *Renderer) sourceSet(a *Attachment, src string, w, h int64) string {
	sizes := a.sizes()
	file := text(a.Meta, "file")
	if len(sizes) == 0 || len(file) < 4 || w < 1 || h < 1 {
		return ""
	}
	if text(a.Meta, "sizes", "thumbnail", "mime-type") != "image/gif" {
		sizes = append(sizes, a.full())
	} else if strings.Contains(src, path.Base(file)) {
		// An animated GIF has only frozen smaller sizes.
		return ""
	}
	dir := ""
	if d := path.Dir(file); d != "." {
		dir = d + "/"
	}
	base := strings.TrimRight(r.UploadsURL, "/") + "/" + dir
	if strings.HasPrefix(src, "https://") && strings.HasPrefix(base, "http://") {
		base = "https://" + strings.TrimPrefix(base, "http://")
	}
	mark := edited(path.Base(src))
	matched := false
	var widths []int64
	urls := map[int64]string{}
	for _, s := range sizes {
		own := !matched && strings.Contains(src, dir+s.file)
		matched = matched || own
		if mark != "" && !strings.Contains(s.file, mark) || s.width > maxSourceWidth && !own || !sameShape(w, h, s.width, s.height) {
			continue
		}
		if _, dup := urls[s.width]; !dup {
			if own {
				widths = append([]int64{s.width}, widths...)
			} else {
				widths = append(widths, s.width)
			}
		}
		urls[s.width] = base + s.file
	}
	if !matched || len(widths) < 2 {
		return ""
	}
	parts := make([]string, len(widths))
	for i, w := range widths {
		parts[i] = strings.ReplaceAll(urls[w], " ", "%20") + " " + strconv.FormatInt(w, 10) + "w"
	}
	return strings.Join(parts, ", ")
}

// sameShape is wp_image_matches_ratio: scaled down to the smaller one they differ by a
// pixel at most.
func sameShape(w1, h1, w2, h2 int64) bool {
	if w1 > w2 {
		w1, h1, w2, h2 = w2, h2, w1, h1
	}
	cw, ch := imagesize.Constrain(w2, h2, w1, 0)
	return abs(cw-w1) <= 1 && abs(ch-h1) <= 1
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// isImage tells whether an attachment is a picture with a file (wp_attachment_is_image).
func (a *Attachment) isImage() bool {
	switch {
	case a.File == "":
		return false
	case strings.HasPrefix(a.MimeType, "image/"):
		return true
	}
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(a.File), "."))
	return a.MimeType == "import" && slices.Contains([]string{"jpg", "jpeg", "jpe", "gif", "png", "webp", "avif", "heic"}, ext)
}

// imageSource finds an image's file for a size (wp_get_attachment_image_src); a size that
// was not made gives the full one with smaller dimensions.
func (r *Renderer) imageSource(a *Attachment, size string) (url string, w, h int64, ok bool) {
	full := a.full()
	url, w, h = a.URL, full.width, full.height
	if !a.isImage() {
		// Documents are shown by a picture of their first page, if one was made.
		made := a.sizes()
		page := slices.IndexFunc(made, func(s imageSize) bool { return s.name == "full" })
		if page < 0 {
			return "", 0, 0, false
		}
		url, w, h = a.URL[:strings.LastIndexByte(a.URL, '/')+1]+made[page].file, made[page].width, made[page].height
	}
	if size != "full" {
		for _, s := range a.sizes() {
			if s.name == size {
				url, w, h = a.URL[:strings.LastIndexByte(a.URL, '/')+1]+s.file, s.width, s.height
				break
			}
		}
	}
	if limit, ok := sizeLimits(size); ok {
		w, h = imagesize.Constrain(w, h, limit[0], limit[1])
	}
	return url, w, h, true
}

// sizeLimits are the largest dimensions of WordPress's own sizes.
func sizeLimits(size string) ([2]int64, bool) {
	switch size {
	case "thumb", "thumbnail":
		return [2]int64{150, 150}, true
	case "medium":
		return [2]int64{300, 300}, true
	case "medium_large":
		return [2]int64{768, 0}, true
	case "large":
		return [2]int64{1024, 1024}, true
	case "1536x1536":
		return [2]int64{1536, 1536}, true
	case "2048x2048":
		return [2]int64{2048, 2048}, true
	}
	return [2]int64{}, false
}

// attachmentImage is wp_get_attachment_image: the <img> of an attachment in a
// size, or its icon; "" when there is neither. attrs override and follow the usual ones.
func (r *Renderer) attachmentImage(a *Attachment, size string, icon bool, attrs ...attr) string {
	if a == nil {
		return ""
	}
	url, w, h, ok := r.imageSource(a, size)
	if !ok {
		if !icon {
			return ""
		}
		url, w, h = r.SiteURL+"/wp-includes/images/media/"+mimeIcon(a.MimeType)+".svg", 48, 64
	}
	return r.imageTag(a, imageFile{url, w, h}, size, attrs)
}

// imageFile is one of the files of an image, with the dimensions in which it is shown.
type imageFile struct {
	url           string
	width, height int64
}

// imageTag is the <img> of one of an attachment's files.
func (r *Renderer) imageTag(a *Attachment, file imageFile, size string, attrs []attr) string {
	url, w, h := file.url, file.width, file.height
	_, _, _, ok := r.imageSource(a, size)
	list := []attr{{"src", url}, {"class", "attachment-" + size + " size-" + size}, {"alt", strings.Trim(stripTags(a.Alt), phpSpace)}}
	has := func(name string) *attr {
		for i := range list {
			if list[i].name == name {
				return &list[i]
			}
		}
		return nil
	}
	loading := "lazy"
	for _, own := range attrs {
		switch old := has(own.name); {
		case own.name == "loading":
			loading = own.value
		case old != nil:
			old.value = own.value
		default:
			list = append(list, own)
		}
	}
	list = append(list, r.loadingOf(loading, w, h)...)
	if ok && has("srcset") == nil && a.Meta != nil {
		if set := r.sourceSet(a, url, w, h); set != "" {
			list = append(list, attr{"srcset", set})
			if has("sizes") == nil {
				sizes := sizesFor(w)
				if has("loading") != nil {
					sizes = "auto, " + sizes
				}
				list = append(list, attr{"sizes", sizes})
			}
		}
	}
	var out strings.Builder
	out.WriteString("<img ")
	if w > 0 {
		out.WriteString(`width="` + strconv.FormatInt(w, 10) + `" `)
	}
	if h > 0 {
		out.WriteString(`height="` + strconv.FormatInt(h, 10) + `" `)
	}
	for i, own := range list {
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(own.name + `="` + escAttr(own.value) + `"`)
	}
	out.WriteString(" />")
	return out.String()
}

// loadingOf says when browsers load an image that no content holds; images of contents
// are told so together, when the content is done (wp_get_loading_optimization_attributes).
func (r *Renderer) loadingOf(loading string, w, h int64) []attr {
	if !r.alone {
		return nil
	}
	list := []attr{{"decoding", "async"}}
	switch {
	case loading != "":
		list = append(list, attr{"loading", loading})
	case w*h >= 50000 && !r.foremost:
		r.foremost = true
		list = append(list, attr{"fetchpriority", "high"})
	}
	return list
}

// mimeIcon names the picture that stands for a kind of file.
func mimeIcon(mime string) string {
	kind, sub, _ := strings.Cut(mime, "/")
	switch {
	case kind == "audio" || kind == "video" || kind == "text":
		return kind
	case strings.Contains(sub, "zip") || strings.Contains(sub, "tar") || strings.Contains(sub, "rar"):
		return "archive"
	case strings.Contains(sub, "sheet") || strings.Contains(sub, "excel"):
		return "spreadsheet"
	case strings.Contains(sub, "presentation") || strings.Contains(sub, "powerpoint"):
		return "interactive"
	case kind == "application" && (strings.Contains(sub, "pdf") || strings.Contains(sub, "word") || strings.Contains(sub, "document") || strings.Contains(sub, "rtf")):
		return "document"
	}
	return "default"
}
