package handlers

import (
	"path"
	"strings"

	"github.com/headpress/headpress/internal/imagesize"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/render"
)

// imageSource is a file of an image and the size it is to be shown at.
type imageSource struct {
	url           string
	width, height int64
}

// imageSrc finds the smallest file of an image that is at least as large as
// asked for (wp_get_attachment_image_src with a size in pixels, of which a zero
// side does not count); nil for what is no image.
func (s *session) imageSrc(id, width, height int64) *imageSource {
	p := s.posts.get(id)
	if p == nil || p.Type != "attachment" || !hasMime(p.MimeType, "image") {
		return nil
	}
	meta, _ := s.postMeta.get(id).value("_wp_attachment_metadata").(*php.Array)
	full := s.attachmentURL(p)
	fullWidth, fullHeight := sizeOf(meta)
	sizes, _ := meta.Get("sizes")
	list, _ := sizes.(*php.Array)
	shapeWidth, shapeHeight := width, height
	if width == 0 || height == 0 {
		shapeWidth, shapeHeight = fullWidth, fullHeight
	}
	var best *php.Array
	var area int64
	for _, v := range list.Values() {
		size, _ := v.(*php.Array)
		w, h := sizeOf(size)
		if w < width || h < height || !(w == width && h == height) && !render.SameShape(w, h, shapeWidth, shapeHeight) {
			continue
		}
		if best == nil || w*h < area {
			best, area = size, w*h
		}
		if w == width && h == height {
			break
		}
	}
	if v, ok := list.Get("thumbnail"); best == nil && ok { // small sizes fall back on the thumbnail, whatever its shape
		if thumbnail, ok := v.(*php.Array); ok {
			if w, _ := sizeOf(thumbnail); w >= width && w >= height {
				best = thumbnail
			}
		}
	}
	url, w, h := full, fullWidth, fullHeight
	if best != nil {
		file, _ := best.Get("file")
		url = strings.TrimSuffix(full, path.Base(full)) + php.ToString(file)
		w, h = sizeOf(best)
	}
	w, h = imagesize.Constrain(w, h, width, height)
	return &imageSource{url, w, h}
}

// sizeOf reads width and height of an image's metadata, or of one of its sizes.
func sizeOf(meta *php.Array) (width, height int64) {
	w, _ := meta.Get("width")
	h, _ := meta.Get("height")
	return php.ToInt(w), php.ToInt(h)
}
