package render

// Texturize is wptexturize.
func Texturize(text string) string { return text }

// Autop is wpautop.
func Autop(text string) string { return text }

// Smilies is convert_smilies.
func Smilies(text string) string { return text }

func shortcodeUnautop(text string) string { return text }
func capitalP(text string) string         { return text }

func (r *Renderer) embedShortcodes(in PostText, text string) string   { return text }
func (r *Renderer) autoembed(in PostText, text string) string         { return text }
func (r *Renderer) doShortcodes(in PostText, text string) string      { return text }
func (r *Renderer) prependAttachment(in PostText, text string) string { return text }
