package render

// EscURL makes an address fit to be shown in HTML and in answers (esc_url).
func EscURL(url string) string { return escURL(url) }

// SameShape tells whether two sizes have the same proportions (wp_image_matches_ratio).
func SameShape(width1, height1, width2, height2 int64) bool {
	return sameShape(width1, height1, width2, height2)
}
