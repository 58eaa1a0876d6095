package render

// SameShape tells whether two sizes have the same proportions (wp_image_matches_ratio).
func SameShape(width1, height1, width2, height2 int64) bool {
	return sameShape(width1, height1, width2, height2)
}
