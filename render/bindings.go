package render

import (
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// bindable are the attributes that block bindings may fill.
func bindable(block string) []string {
	switch block {
	case "core/paragraph", "core/heading":
		return []string{"content"}
	case "core/image":
		return []string{"id", "url", "title", "alt", "caption"}
	case "core/button":
		return []string{"url", "text", "linkTarget", "rel"}
	case "core/post-date":
		return []string{"datetime"}
	case "core/navigation-link", "core/navigation-submenu":
		return []string{"url"}
	}
	return nil
}

// bind fills bound attributes from their sources. It returns how the saved HTML changes,
// nil when it does not.
func (c *blockContext) bind() func(string) string {
	names := bindable(c.block.Name)
	bindings := array(c.block.Attrs, "metadata", "bindings")
	if names == nil || bindings.Len() == 0 {
		return nil
	}
	overrides := text(bindings, "__default", "source") == "core/pattern-overrides"
	type change struct{ name, value string }
	var changes []change
	for _, name := range names {
		binding := array(bindings, name)
		if overrides {
			binding = array(bindings, "__default")
		}
		if binding == nil {
			continue
		}
		v := c.boundValue(text(binding, "source"), array(binding, "args"), name)
		if v == nil {
			continue
		}
		attrs := &php.Array{}
		for k, old := range c.attrs.All() {
			attrs.Put(k, old)
		}
		attrs.Set(name, v)
		c.attrs = attrs
		changes = append(changes, change{name, php.ToString(v)})
	}
	if len(changes) == 0 {
		return nil
	}
	return func(html string) string {
		for _, ch := range changes {
			html = c.replaceBound(html, ch.name, ch.value)
		}
		return html
	}
}

// boundValue asks a source for a value; nil keeps what was saved.
func (c *blockContext) boundValue(source string, args *php.Array, attribute string) any {
	switch source {
	case "core/pattern-overrides":
		content := asArray(c.values["pattern/overrides"])
		v, ok := dig(content, text(c.block.Attrs, "metadata", "name"), attribute)
		if !ok {
			return nil
		}
		return v
	case "core/post-data":
		field := text(args, "field")
		if field == "" {
			field = text(args, "key")
		}
		p := c.post()
		if p == nil {
			return nil
		}
		switch field {
		case "date":
			return p.Date
		case "modified":
			if p.ModifiedLater {
				return p.Modified
			}
			return ""
		case "link":
			return p.Link
		}
	case "core/post-meta":
		key := text(args, "key")
		id := c.postID()
		if key == "" || id == 0 || c.r.From.Site == nil || strings.HasPrefix(key, "_") {
			return nil
		}
		if v, ok := c.r.site().PublicMeta(id, key); ok {
			return v
		}
	}
	return nil
}

// replaceBound writes an attribute's value where the saved HTML holds it.
func (c *blockContext) replaceBound(html, name, value string) string {
	schema := array(c.kind.Attributes, name)
	selectors := strings.Split(text(schema, "selector"), ",")
	switch text(schema, "source") {
	case "rich-text", "html":
		for _, s := range selectors {
			tag := strings.ToUpper(strings.TrimSpace(s))
			t := newTags(html)
			for t.next(tag) {
				start := t.tag.end
				for depth := 1; t.advance(); {
					if t.tag.name != tag {
						continue
					}
					if !t.tag.closer {
						depth++
						continue
					}
					if depth--; depth == 0 {
						return html[:start] + ksesPost(value) + html[t.tag.start:]
					}
				}
				break
			}
		}
	case "attribute":
		attribute := text(schema, "attribute")
		for _, s := range selectors {
			t := newTags(html)
			if t.next(strings.ToUpper(strings.TrimSpace(s))) {
				if value == "" && attribute != "alt" && attribute != "href" && attribute != "src" {
					t.removeAttr(attribute)
				} else {
					t.setAttr(attribute, value)
				}
				return t.html()
			}
		}
	}
	return html
}

// ksesPost is wp_kses_post.
func ksesPost(s string) string {
	if !strings.ContainsAny(s, "<>&") {
		return s
	}
	return sanitize.PostFilter().Clean(s)
}
