package render

// EscURL makes an address fit to be shown in HTML and in answers (esc_url).
func EscURL(url string) string { return escURL(url) }
