package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// renderImage drops an image block without an address and, in galleries, names the
// image for scripts.
func renderImage(c *blockContext, html string) string {
	if !strings.Contains(strings.ToLower(html), "<img") {
		return ""
	}
	t := newTags(html)
	if !t.next("IMG") {
		return ""
	}
	if src, _ := t.attr("src"); src == "" {
		return ""
	}
	if id := c.get("data-id"); id != "" {
		t.setAttr("data-id", id)
	}
	return t.html()
}

const lightboxButton = `<button
			class="lightbox-trigger"
			type="button"
			aria-haspopup="dialog"
			data-wp-bind--aria-label="state.thisImage.triggerButtonAriaLabel"
			data-wp-init="callbacks.initTriggerButton"
			data-wp-on--click="actions.showLightbox"
			data-wp-style--right="state.thisImage.buttonRight"
			data-wp-style--top="state.thisImage.buttonTop"
		>
			<svg xmlns="http://www.w3.org/2000/svg" width="12" height="12" fill="none" viewBox="0 0 12 12">
				<path fill="#fff" d="M2 0a2 2 0 0 0-2 2v2h1.5V2a.5.5 0 0 1 .5-.5h2V0H2Zm2 10.5H2a.5.5 0 0 1-.5-.5V8H0v2a2 2 0 0 0 2 2h2v-1.5ZM8 12v-1.5h2a.5.5 0 0 0 .5-.5V8H12v2a2 2 0 0 1-2 2H8Zm2-12a2 2 0 0 1 2 2v2h-1.5V2a.5.5 0 0 0-.5-.5H8V0h2Z" />
			</svg>
		</button>`

// lightbox makes an image open in full size.
func (c *blockContext) lightbox(html string) string {
	link := c.get("linkDestination")
	if html == "" || !truthy(c.attrs, "lightbox", "enabled") || link != "" && link != "none" {
		return html
	}
	t := newTags(html)
	if !t.next("FIGURE") {
		return html
	}
	id := c.r.randomID()
	t.addClass("wp-lightbox-container")
	t.direct(directive{"data-wp-interactive", "core/image"}, directive{"data-wp-context", `{"imageId":"` + id + `"}`}, directive{"data-wp-key", id})
	if !t.next("IMG") {
		return t.html()
	}
	t.direct(directive{"data-wp-init", "callbacks.setButtonStyles"}, directive{"data-wp-on--load", "callbacks.setButtonStyles"},
		directive{"data-wp-on-window--resize", "callbacks.setButtonStyles"}, directive{"data-wp-on--click", "actions.showLightbox"},
		directive{"data-wp-class--hide", "state.isContentHidden"}, directive{"data-wp-class--show", "state.isContentVisible"},
		directive{"data-wp-on--pointerenter", "actions.preloadImageWithDelay"}, directive{"data-wp-on--pointerdown", "actions.preloadImage"},
		directive{"data-wp-on--pointerleave", "actions.cancelPreload"})
	t.insert(t.tag.end, lightboxButton)
	return t.html()
}

// nameImages tells the images of a gallery their ids, which scripts look for
// (block_core_gallery_data_id_backcompatibility).
func (b *Block) nameImages() {
	content := slices.Clone(b.Content)
	for i, p := range content {
		if p.Block == nil || p.Block.Name != "core/image" {
			continue
		}
		if id, ok := dig(p.Block.Attrs, "id"); ok && id != nil {
			if _, named := dig(p.Block.Attrs, "data-id"); !named {
				image := *p.Block
				image.setAttr("data-id", escAttr(php.ToString(id)))
				content[i].Block = &image
			}
		}
	}
	b.Content = content
}

// renderGallery numbers the gallery, and binds its images together when they open in a
// lightbox.
func renderGallery(c *blockContext, html string) string {
	t := newTags(html)
	if !t.next() {
		return html
	}
	t.addClass("wp-block-gallery-" + strconv.Itoa(c.r.uniqueID()))
	for _, b := range c.block.inner() {
		if b.Name == "core/image" && truthy(b.Attrs, "lightbox", "enabled") {
			t.direct(directive{"data-wp-interactive", "core/gallery"}, directive{"data-wp-context", `{"galleryId":"` + c.r.randomID() + `"}`})
			break
		}
	}
	return t.html()
}

// featured gives the featured image of the post a block stands in.
func (c *blockContext) featured() *Attachment {
	if c.r.From.Site == nil || c.r.From.Attachments == nil {
		return nil
	}
	p := c.post()
	if p == nil || p.Thumbnail == 0 {
		return nil
	}
	return c.r.media().Attachment(p.Thumbnail)
}

// objectPosition is a focal point as CSS.
func objectPosition(attrs *php.Array) string {
	point := array(attrs, "focalPoint")
	if point == nil {
		return ""
	}
	percent := func(name string) string {
		v, _ := point.Get(name)
		return strconv.FormatFloat(php.ToFloat(v)*100, 'f', -1, 64) + "%"
	}
	return percent("x") + " " + percent("y")
}

// renderCover puts the post's featured image behind a cover that asks for it.
func renderCover(c *blockContext, html string) string {
	if c.get("backgroundType") != "image" && c.get("backgroundType") != "" || !c.is("useFeaturedImage") {
		return html
	}
	a := c.featured()
	if a == nil {
		return html
	}
	position := objectPosition(c.attrs)
	if c.is("hasParallax") || c.is("isRepeated") {
		src, _, _, _ := c.r.imageSource(a, "full")
		label := ""
		if a.Alt != "" {
			label = `aria-label="` + attrEscapes.Replace(a.Alt) + `" `
		}
		class := "wp-block-cover__image-background wp-image-" + strconv.FormatInt(a.ID, 10)
		if c.is("hasParallax") {
			class += " has-parallax"
		}
		if c.is("isRepeated") {
			class += " is-repeated"
		}
		if position == "" {
			position = "50% 50%"
		}
		return coverWith(html, "<div "+label+`class="`+class+`" role="img" style="background-position:`+position+";background-image:url("+escURL(src)+`);"></div>`)
	}
	attrs := []attr{{"class", "wp-block-cover__image-background wp-post-image"}, {"data-object-fit", "cover"}}
	if position != "" {
		attrs = append(attrs, attr{"data-object-position", position}, attr{"style", "object-position:" + position + ";"})
	}
	size := c.get("sizeSlug")
	if size == "" {
		size = "post-thumbnail"
	}
	return coverWith(html, c.r.attachmentImage(a, size, false, attrs...))
}

// coverWith puts a background in front of a cover's inner container.
func coverWith(html, background string) string {
	t := newTags(html)
	if !t.nextClass("wp-block-cover__inner-container") {
		return html
	}
	return html[:t.tag.start] + background + html[t.tag.start:]
}

// renderMediaText puts the post's featured image into a block that asks for it.
func renderMediaText(c *blockContext, html string) string {
	if !c.is("useFeaturedImage") {
		return html
	}
	a := c.featured()
	if a == nil {
		return html
	}
	size := c.get("mediaSizeSlug")
	if size == "" {
		size = "full"
	}
	src, _, _, ok := c.r.imageSource(a, "full")
	if !ok {
		return html
	}
	t := newTags(html)
	style := ""
	if c.is("imageFill") && t.next() {
		t.addClass("is-image-fill-element")
		position := objectPosition(c.attrs)
		if position == "" {
			position = "50% 50%"
		}
		style = ` style="object-position:` + position + `;"`
		t = newTags(t.html())
	}
	if !t.nextClass("wp-block-media-text__media") {
		return t.html()
	}
	// WordPress marks the figure while it works and leaves a space behind.
	t.insert(t.tag.nameEnd, " ")
	t.insert(t.tag.end, `<img alt="`+attrEscapes.Replace(a.Alt)+`" src="`+escURL(src)+`"`+style+` class="wp-image-`+strconv.FormatInt(a.ID, 10)+" size-"+escAttr(size)+`">`)
	return t.html()
}

// renderIcon styles the picture itself; its box keeps the margin only.
func renderIcon(c *blockContext, _ string) string {
	svg := Icon(c.get("icon"))
	if svg == "" {
		return ""
	}
	supports := withoutSkips(c.kind.supports())
	var colors, s styleSet
	colorStyles(c.attrs, supports, &colors)
	for _, named := range [][2]string{{"textColor", "color"}, {"backgroundColor", "background-color"}} {
		if slug := c.get(named[0]); slug != "" {
			s.put(named[1], "var(--wp--preset--color--"+kebabCase(slug)+")")
		}
	}
	s.css = append(s.css, colors.css...)
	innerBorder(c.attrs, supports, &s)
	colors.class(s.classes...)
	if v, ok := dig(c.attrs, "style", "spacing", "padding"); ok {
		boxStyles(&s, "padding", v)
	}
	s.put("width", styleValue(first(dig(c.attrs, "style", "dimensions", "width")), "dimension"))
	t := newTags(svg)
	if !t.next("SVG") {
		return ""
	}
	if label := c.get("ariaLabel"); label != "" {
		t.setAttr("role", "img")
		t.setAttr("aria-label", label)
		c.attrs = without(c.attrs, "ariaLabel")
	} else {
		t.setAttr("aria-hidden", "true")
		t.setAttr("focusable", "false")
	}
	t.addClass(colors.classes...)
	t = newTags(t.html())
	t.next("SVG")
	style := ""
	if len(s.css) > 0 {
		style = strings.Join(s.css, ";") + ";"
	}
	if n := c.int("rotation"); n != 0 {
		if style != "" {
			style += " "
		}
		style += "rotate: " + strconv.FormatInt(n, 10) + "deg;"
	}
	if style != "" {
		t.setAttr("style", style)
	}
	for _, flip := range [][2]string{{"flipHorizontal", "is-flip-horizontal"}, {"flipVertical", "is-flip-vertical"}} {
		if c.is(flip[0]) {
			t.addClass(flip[1])
		}
	}
	return "<div " + c.wrapper() + ">" + t.html() + "</div>"
}
