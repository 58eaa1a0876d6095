package render

// TemplateContent is the content of a template as answers hold it: passed through parse
// and serialize, with the theme named in template parts that name none.
func TemplateContent(raw, theme string) string {
	blocks := ParseBlocks(raw)
	nameTheme(blocks, theme)
	return SerializeBlocks(blocks)
}

// KnownBlock tells whether WordPress itself has a block of this name.
func KnownBlock(name string) bool { return blockTypes()[name] != nil }

// KebabCase is _wp_to_kebab_case: words in lower case with dashes between them.
func KebabCase(s string) string { return kebabCase(s) }
