package render

import (
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Block is one block of a text as parse_blocks finds it. Text between blocks is a
// block without a name.
type Block struct {
	Name    string     // with its namespace: "core/paragraph"; "" for text
	Attrs   *php.Array // nil when the delimiter's JSON is broken
	Content []Piece    // inner text and inner blocks in order

	parentLayout *php.Array // the parent's attribute layout, which sizes of children refer to
	prepared     bool       // its names are made: a menu's entries keep theirs when they are rendered again
}

// Piece is a stretch of a block's inner text, or an inner block.
type Piece struct {
	Text  string
	Block *Block
}

// text is a block's innerHTML: its own text without that of inner blocks.
func (b *Block) text() string {
	if len(b.Content) == 1 {
		return b.Content[0].Text
	}
	var out strings.Builder
	for _, p := range b.Content {
		out.WriteString(p.Text)
	}
	return out.String()
}

// inner gives the inner blocks.
func (b *Block) inner() []*Block {
	var out []*Block
	for _, p := range b.Content {
		if p.Block != nil {
			out = append(out, p.Block)
		}
	}
	return out
}

const (
	// maxBlockDepth bounds nesting: deeper openers stay text. Editors stop far earlier.
	maxBlockDepth = 250
	// maxRepeat and maxRepeated bound how much text unclosed blocks may repeat: WordPress
	// gives each of them all text up to the end, which is quadratic.
	maxRepeat   = 8
	maxRepeated = 1 << 19
	// maxValues bounds what the attributes of all blocks of a text hold together: values take
	// a hundred times the memory of their text. What comes behind counts as broken.
	maxValues = 300_000
)

// HasBlocks is has_blocks.
func HasBlocks(text string) bool { return strings.Contains(text, "<!-- wp:") }

// BlockVersion is the block_version of a content: 1 with blocks, 0 without.
func BlockVersion(text string) int {
	if HasBlocks(text) {
		return 1
	}
	return 0
}

// ParseBlocks is parse_blocks: it accepts every text, and keeps what is no block as text.
func ParseBlocks(text string) []*Block { return parseBlocks(text).blocks }

// parsedText is a text and its blocks. It is whole where every block begins and ends, so
// that a block around it would hold the same blocks.
type parsedText struct {
	text   string
	blocks []*Block
	whole  bool
}

func parseBlocks(text string) parsedText {
	p := blockParser{s: text, terminator: -1, budget: maxRepeat * (len(text) + 4096), values: maxValues}
	p.parse()
	return parsedText{text, p.out, !p.broken}
}

type frame struct {
	block   *Block
	start   int // of the opening delimiter
	prev    int // where inner text not yet taken begins
	leading int // where the text before the opener begins, -1 without
}

type blockParser struct {
	s          string
	out        []*Block
	stack      []frame
	offset     int
	terminator int // last found end of attributes, -1 before the first search
	exhausted  bool
	broken     bool // the text is not whole
	budget     int
	values     int // values that attributes may still hold
}

type delimiter struct {
	start, end   int
	name         string
	attrs        string
	closer, void bool
}

func (p *blockParser) parse() {
	p.budget = min(p.budget, len(p.s)+maxRepeated)
	at := 0
	for {
		d, ok := p.next(at)
		if !ok {
			break
		}
		leading := -1
		if d.start > p.offset {
			leading = p.offset
		}
		switch {
		case d.void:
			b := p.block(&d)
			if len(p.stack) == 0 {
				p.freeform(leading, d.start)
				p.out = append(p.out, b)
			} else {
				p.addInner(b, d.start, d.end)
			}
		case d.closer:
			if len(p.stack) == 0 {
				// A closer of nothing ends parsing: the rest is text.
				p.broken = true
				p.freeform(p.offset, len(p.s))
				return
			}
			top := p.stack[len(p.stack)-1]
			if len(p.stack) == 1 {
				p.pop(d.start)
			} else {
				p.stack = p.stack[:len(p.stack)-1]
				top.block.Content = append(top.block.Content, Piece{Text: p.s[top.prev:d.start]})
				p.addInner(top.block, top.start, d.end)
			}
		default:
			if len(p.stack) >= maxBlockDepth {
				at = d.end
				continue
			}
			p.stack = append(p.stack, frame{p.block(&d), d.start, d.end, leading})
		}
		p.offset, at = d.end, d.end
	}
	if len(p.stack) == 0 {
		p.freeform(p.offset, len(p.s))
	}
	for len(p.stack) > 0 {
		p.broken = true
		p.pop(len(p.s))
	}
}

// pop ends the innermost open block at end, as a block of its own in the output.
// WordPress does so for every unclosed block, so their text repeats.
func (p *blockParser) pop(end int) {
	top := p.stack[len(p.stack)-1]
	p.stack = p.stack[:len(p.stack)-1]
	if p.budget -= end - top.prev; p.budget < 0 {
		end = top.prev
	}
	if html := p.s[top.prev:end]; html != "" && html != "0" {
		top.block.Content = append(top.block.Content, Piece{Text: html})
	}
	p.freeform(top.leading, top.start)
	p.out = append(p.out, top.block)
}

func (p *blockParser) freeform(from, to int) {
	if from < 0 || from >= to {
		return
	}
	p.broken = p.broken || p.s[from:to] == "0" // which gets lost inside of blocks
	p.out = append(p.out, &Block{Attrs: noAttributes, Content: []Piece{{Text: p.s[from:to]}}})
}

// noAttributes is shared by the blocks that have none: attributes are replaced, never changed.
var noAttributes = &php.Array{}

// addInner puts b into the innermost open block. Text "0" between blocks gets lost,
// as PHP calls it empty.
func (p *blockParser) addInner(b *Block, start, end int) {
	top := &p.stack[len(p.stack)-1]
	if html := p.s[top.prev:start]; html != "" && html != "0" {
		top.block.Content = append(top.block.Content, Piece{Text: html})
	}
	top.block.Content = append(top.block.Content, Piece{Block: b})
	top.prev = end
}

func (p *blockParser) block(d *delimiter) *Block {
	b := &Block{Name: d.name, Attrs: noAttributes}
	// Commas and brackets tell how many values there are, or more than that.
	for _, mark := range []string{",", "[", "{"} {
		p.values -= strings.Count(d.attrs, mark)
	}
	if p.values < 0 {
		b.Attrs = nil
	} else if d.attrs != "" {
		v, err := php.DecodeJSON(d.attrs)
		b.Attrs, _ = v.(*php.Array)
		if err != nil {
			b.Attrs = nil
		}
	}
	return b
}

// next finds the next delimiter at or after from:
// <!-- ws /? wp: (namespace/)? name ws (attributes ws)? /? -->
func (p *blockParser) next(from int) (delimiter, bool) {
	s := p.s
	for {
		i := strings.Index(s[from:], "<!--")
		if i < 0 {
			return delimiter{}, false
		}
		start := from + i
		from = start + 4
		j := skipSpace(s, from)
		if j == from {
			continue
		}
		d := delimiter{start: start}
		if strings.HasPrefix(s[j:], "/") {
			d.closer = true
			j++
		}
		if !strings.HasPrefix(s[j:], "wp:") {
			continue
		}
		j += 3
		k := blockName(s, j)
		if k < 0 {
			continue
		}
		d.name = s[j:k]
		if strings.HasPrefix(s[k:], "/") {
			e := blockName(s, k+1)
			if e < 0 {
				continue
			}
			d.name, k = s[j:e], e
		} else {
			d.name = "core/" + d.name
		}
		j = skipSpace(s, k)
		if j == k {
			continue
		}
		if strings.HasPrefix(s[j:], "{") {
			end := p.attributesEnd(j)
			if end < 0 {
				continue
			}
			d.attrs = s[j : end+1]
			j = skipSpace(s, end+1)
		}
		if strings.HasPrefix(s[j:], "/-->") {
			d.void = true
			j++
		}
		if !strings.HasPrefix(s[j:], "-->") {
			continue
		}
		d.end = j + 3
		return d, true
	}
}

// attributesEnd finds the first } after from that white space, perhaps a slash, and
// --> follow. What it found last serves later searches, so that all together are linear.
func (p *blockParser) attributesEnd(from int) int {
	if p.terminator > from {
		return p.terminator
	}
	if p.exhausted {
		return -1
	}
	s := p.s
	for i := max(from, p.terminator) + 1; ; i++ {
		k := strings.IndexByte(s[i:], '}')
		if k < 0 {
			p.exhausted = true
			return -1
		}
		i += k
		j := skipSpace(s, i+1)
		if j == i+1 {
			continue
		}
		if strings.HasPrefix(s[j:], "/") {
			j++
		}
		if strings.HasPrefix(s[j:], "-->") {
			p.terminator = i
			return i
		}
	}
}

// blockName gives the end of a namespace or name that begins at i, or -1.
func blockName(s string, i int) int {
	if i >= len(s) || s[i] < 'a' || s[i] > 'z' {
		return -1
	}
	for i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= '0' && s[i] <= '9' || s[i] == '_' || s[i] == '-') {
		i++
	}
	return i
}

// SerializeBlocks is serialize_blocks.
func SerializeBlocks(blocks []*Block) string { return serializeBlocks(blocks, 0) }

func serializeBlocks(blocks []*Block, size int) string {
	var out strings.Builder
	out.Grow(size)
	for _, b := range blocks {
		b.serialize(&out)
	}
	return out.String()
}

func (b *Block) serialize(out *strings.Builder) {
	if b.Name == "" {
		b.serializeContent(out)
		return
	}
	name := strings.TrimPrefix(b.Name, "core/")
	out.WriteString("<!-- wp:")
	out.WriteString(name)
	out.WriteByte(' ')
	if b.Attrs.Len() > 0 {
		out.WriteString(serializeAttributes(b.Attrs))
		out.WriteByte(' ')
	}
	if b.empty() {
		out.WriteString("/-->")
		return
	}
	out.WriteString("-->")
	b.serializeContent(out)
	out.WriteString("<!-- /wp:")
	out.WriteString(name)
	out.WriteString(" -->")
}

// empty tells whether nothing stands between the delimiters.
func (b *Block) empty() bool {
	for _, p := range b.Content {
		if p.Block != nil || p.Text != "" {
			return false
		}
	}
	return true
}

func (b *Block) serializeContent(out *strings.Builder) {
	for _, p := range b.Content {
		if p.Block != nil {
			p.Block.serialize(out)
		} else {
			out.WriteString(p.Text)
		}
	}
}

var attributeEscapes = strings.NewReplacer(`\\`, `\u005c`, `--`, `\u002d\u002d`, `<`, `\u003c`, `>`, `\u003e`, `&`, `\u0026`, `\"`, `\u0022`)

// serializeAttributes is serialize_block_attributes: JSON that cannot end a comment.
func serializeAttributes(attrs *php.Array) string {
	return attributeEscapes.Replace(string(php.AppendJSON(nil, attrs, php.JSONUnescapedSlashes|php.JSONUnescapedUnicode)))
}

// EditableContent is the raw content that answers for editing hold: WordPress passes it
// through parse and serialize inside a temporary wrapper block, looking for places of
// hooked blocks, so broken delimiters close the wrapper and leave its closer behind. Text
// without blocks gets a second wrapper, which stays when it turns out to hold some.
func EditableContent(raw, postType string) string {
	return new(Renderer).editableContent(raw, postType, "")
}

// parse is parseBlocks; the last text is remembered, for its blocks are asked for as what
// editors get, as what readers see and as a summary.
func (r *Renderer) parse(text string) parsedText {
	if r.parsed.text != text {
		r.parsed = parseBlocks(text)
	}
	return r.parsed
}

// editableContent also names the theme of template parts that name none
// (_inject_theme_attribute_in_template_part_block).
func (r *Renderer) editableContent(raw, postType, theme string) string {
	if !strings.Contains(raw, "wp:") {
		return raw
	}
	if !HasBlocks(raw) {
		text := "<!-- wp:freeform -->" + raw + "<!-- /wp:freeform -->"
		if out := r.throughBlocks(text, postType, theme); out != text {
			return out
		}
		return raw
	}
	return r.throughBlocks(raw, postType, theme)
}

// UpdatedContent is the content that an update stores in place of the one it was given: it has
// been through the same wrapper block (update_ignored_hooked_blocks_postmeta), with no second one;
// what PHP takes for nothing is lost in it.
func UpdatedContent(raw, postType string) string {
	switch postType {
	case "post", "page", "wp_block", "wp_navigation":
	default:
		return raw
	}
	switch {
	case raw == "0":
		return ""
	case !strings.Contains(raw, "wp:"):
		return raw
	}
	return new(Renderer).throughBlocks(raw, postType, "")
}

// throughBlocks parses a text inside the wrapper block of its post type and writes it anew.
func (r *Renderer) throughBlocks(raw, postType, theme string) string {
	named := theme != "" && strings.Contains(raw, "template-part")
	if !named {
		if p := r.parse(raw); p.whole {
			if out := serializeBlocks(p.blocks, len(raw)); out != raw {
				return out
			}
			return raw
		}
	}
	wrapper := "post-content"
	switch postType {
	case "wp_block":
		wrapper = "block"
	case "wp_navigation":
		wrapper = "navigation"
	}
	blocks := ParseBlocks("<!-- wp:" + wrapper + " -->" + raw + "<!-- /wp:" + wrapper + " -->")
	if named {
		nameTheme(blocks, theme)
	}
	out := SerializeBlocks(blocks)
	start, end := strings.Index(out, "-->")+3, strings.LastIndex(out, "<!--")
	if end < start {
		return ""
	}
	return out[start:end]
}

func nameTheme(blocks []*Block, theme string) {
	for _, b := range blocks {
		if _, named := dig(b.Attrs, "theme"); b.Name == "core/template-part" && !named {
			b.setAttr("theme", theme)
		}
		nameTheme(b.inner(), theme)
	}
}
