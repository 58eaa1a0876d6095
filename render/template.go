package render

// TemplateContent is the content of a template as answers hold it: passed through parse
// and serialize, with the theme named in template parts that name none.
func TemplateContent(raw, theme string) string {
	blocks := ParseBlocks(raw)
	nameTheme(blocks, theme)
	return SerializeBlocks(blocks)
}

// KebabCase is _wp_to_kebab_case: words in lower case with dashes between them.
func KebabCase(s string) string { return kebabCase(s) }
