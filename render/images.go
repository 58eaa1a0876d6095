package render

// attr is one attribute of a tag, in order of printing.
type attr struct{ name, value string }

// filterContentTags is wp_filter_content_tags: srcset, sizes, loading, decoding.
func (r *Renderer) filterContentTags(html string) string { return html }

// attachmentImage is wp_get_attachment_image: the <img> of an attachment in a
// size, or its icon; "" when there is neither. attrs override and follow the usual ones.
func (r *Renderer) attachmentImage(a *Attachment, size string, icon bool, attrs ...attr) string {
	return ""
}
