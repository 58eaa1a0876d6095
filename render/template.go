package render

import (
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// TemplateContent is the content of a template as answers hold it: passed through parse
// and serialize, with the theme named in template parts that name none.
func TemplateContent(raw, theme string) string {
	blocks := ParseBlocks(raw)
	nameTheme(blocks, theme)
	return SerializeBlocks(blocks)
}

// PortableTemplate is the content of a template for another site: its parts name no theme.
func PortableTemplate(content string) string {
	blocks := ParseBlocks(content)
	forgetTheme(blocks)
	return SerializeBlocks(blocks)
}

func forgetTheme(blocks []*Block) {
	for _, b := range blocks {
		if b.Name == "core/template-part" && b.Attrs != nil {
			b.Attrs.Remove(php.KeyOf("theme"))
		}
		forgetTheme(b.inner())
	}
}

// Pattern is a registered pattern: markup that blocks refer to by its name.
type Pattern struct {
	Name, Title, Description string
	Categories               []string
	Content                  string
}

const (
	// maxPatternDepth bounds how deep patterns may stand in each other.
	maxPatternDepth = 50
	// maxPatternText bounds the text of all patterns that one text is made of.
	maxPatternText = 8 << 20
)

// ResolvePatterns puts patterns in the place of the blocks that refer to them
// (resolve_pattern_blocks). find gives the pattern of a name, nil without.
func ResolvePatterns(text string, find func(name string) *Pattern) string {
	if !strings.Contains(text, "pattern") {
		return text
	}
	r := patternResolver{find: find, within: map[string]bool{}}
	var out strings.Builder
	whole := Block{Content: r.resolve(pieces(ParseBlocks(text)))}
	whole.serializeContent(&out)
	return out.String()
}

// pieces are blocks as they stand inside of another.
func pieces(blocks []*Block) []Piece {
	l := make([]Piece, len(blocks))
	for i, b := range blocks {
		if l[i].Block = b; b.Name == "" {
			l[i] = Piece{Text: b.text()}
		}
	}
	return l
}

type patternResolver struct {
	find   func(name string) *Pattern
	within map[string]bool // patterns that are being resolved
	size   int
}

func (r *patternResolver) resolve(in []Piece) []Piece {
	out := make([]Piece, 0, len(in))
	for _, p := range in {
		if found, ok := r.pattern(p.Block); ok {
			out = append(out, found...)
			continue
		}
		if p.Block != nil {
			p.Block.Content = r.resolve(p.Block.Content)
		}
		out = append(out, p)
	}
	return out
}

// pattern gives what stands in the pattern that a block refers to: nothing inside of itself.
func (r *patternResolver) pattern(b *Block) ([]Piece, bool) {
	if b == nil || b.Name != "core/pattern" {
		return nil, false
	}
	slug := text(b.Attrs, "slug")
	if slug == "" {
		return nil, false
	}
	if r.within[slug] {
		return nil, true
	}
	p := r.find(slug)
	if p == nil || len(r.within) >= maxPatternDepth || r.size+len(p.Content) > maxPatternText {
		return nil, false
	}
	r.size += len(p.Content)
	blocks := ParseBlocks(strings.Trim(p.Content, " \t\n\r\x00\v"))
	if len(blocks) == 1 {
		blocks[0].nameOrigin(p)
	}
	r.within[slug] = true
	defer delete(r.within, slug)
	return r.resolve(pieces(blocks)), true
}

// nameOrigin says in a block's metadata of which pattern it is.
func (b *Block) nameOrigin(p *Pattern) {
	metadata := &php.Array{}
	for k, v := range array(b.Attrs, "metadata").All() {
		metadata.Put(k, v)
	}
	metadata.Set("patternName", p.Name)
	metadata.Set("name", sanitize.TextField(p.Title))
	if php.ToBool(p.Description) {
		metadata.Set("description", sanitize.TextField(p.Description))
	}
	if len(p.Categories) > 0 {
		categories := &php.Array{}
		for _, c := range p.Categories {
			categories.Append(sanitize.TextField(c))
		}
		metadata.Set("categories", categories)
	}
	b.setAttr("metadata", metadata)
}

// KebabCase is _wp_to_kebab_case: words in lower case with dashes between them.
func KebabCase(s string) string { return kebabCase(s) }
