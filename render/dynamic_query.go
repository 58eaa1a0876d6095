package render

import (
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// query reads the query block around a block, and the page of it that was asked for.
func (c *blockContext) query() (q PostQuery, ok bool) {
	v := asArray(c.values["query"])
	// The query of the page itself has no posts where answers are made for programs.
	if truthy(v, "inherit") || c.r.From.Site == nil {
		return q, false
	}
	get := func(name string) any { return first(dig(v, name)) }
	ints := func(v any) []int64 {
		var out []int64
		switch v := v.(type) {
		case *php.Array:
			for _, n := range v.Values() {
				if id := php.ToInt(n); id > 0 {
					out = append(out, id)
				}
			}
		case string:
			for _, n := range strings.Split(v, ",") {
				if id := php.ToInt(n); id > 0 {
					out = append(out, id)
				}
			}
		case int64:
			out = append(out, v)
		}
		return out
	}
	kind := text(v, "postType")
	if kind == "" {
		kind = "post"
	}
	q = PostQuery{Types: []string{kind}, OrderBy: text(v, "orderBy"), Order: strings.ToLower(text(v, "order")), Search: text(v, "search"),
		Authors: ints(get("author")), Exclude: ints(get("exclude")), Parents: ints(get("parents")), Sticky: text(v, "sticky"), Private: true}
	if q.OrderBy == "" {
		q.OrderBy = "date"
	}
	if q.Order != "asc" {
		q.Order = "desc"
	}
	if q.PerPage = int(php.ToInt(get("perPage"))); q.PerPage < 1 {
		q.PerPage = max(1, int(php.ToInt(c.r.site().Option("posts_per_page"))))
	}
	q.PerPage = min(q.PerPage, 100)
	q.Offset = int(max(0, php.ToInt(get("offset"))))
	terms := func(list *php.Array) map[string][]int64 {
		out := map[string][]int64{}
		for taxonomy, ids := range list.All() {
			if l := ints(ids); len(l) > 0 {
				out[taxonomy.String()] = l
			}
		}
		return out
	}
	if tax := array(v, "taxQuery"); tax != nil {
		if array(tax, "include") != nil || array(tax, "exclude") != nil {
			q.Terms, q.NotTerms = terms(array(tax, "include")), terms(array(tax, "exclude"))
		} else {
			q.Terms = terms(tax)
		}
	}
	for _, f := range array(v, "format").Values() {
		q.Formats = append(q.Formats, php.ToString(f))
	}
	return q, true
}

// results runs the query once for all blocks that ask for it.
func (c *blockContext) results() ([]*SitePost, int, PostQuery) {
	q, ok := c.query()
	if !ok {
		return nil, 0, q
	}
	cache, _ := c.values["core/query-results"].(*queryResults)
	if cache == nil {
		posts, total := c.r.site().Posts(q)
		return posts, total, q
	}
	if !cache.done {
		cache.posts, cache.total = c.r.site().Posts(q)
		cache.done = true
	}
	return cache.posts, cache.total, q
}

type queryResults struct {
	posts []*SitePost
	total int
	done  bool
}

func renderQuery(c *blockContext, html string) string {
	if !c.is("enhancedPagination") {
		return html
	}
	if _, ok := c.attrs.Get("queryId"); !ok {
		return html
	}
	id := c.get("queryId")
	t := newTags(html)
	if !t.next() {
		return html
	}
	t.direct(directive{"data-wp-interactive", "core/query"}, directive{"data-wp-router-region", "query-" + id}, directive{"data-wp-context", "{}"}, directive{"data-wp-key", id})
	return t.html()
}

func renderPostTemplate(c *blockContext, _ string) string {
	posts, _, _ := c.results()
	if len(posts) == 0 {
		return ""
	}
	classes := c.linkColor()
	layout := array(c.attrs, "layout")
	if text(layout, "type") == "grid" {
		if n, ok := layout.Get("columnCount"); ok && php.ToBool(n) {
			classes = append(classes, "columns-"+sanitize.Key(php.ToString(n)))
			classes = append(classes, responsiveGrid(layout)...)
		}
	} else if l := asArray(c.values["displayLayout"]); text(l, "type") == "flex" {
		classes = append(classes, "is-flex-container", "columns-"+php.ToString(first(l.Get("columns"))))
	}
	enhanced := php.ToBool(c.values["enhancedPagination"])
	var out strings.Builder
	for _, p := range posts {
		inner := c.renderTemplate(blockValues{"postId": p.ID, "postType": p.Type})
		id := strconv.FormatInt(p.ID, 10)
		out.WriteString("<li ")
		if enhanced {
			out.WriteString(`data-wp-key="post-template-item-` + id + `" `)
		}
		out.WriteString(`class="` + joinClasses(append([]string{"wp-block-post"}, p.Classes...)...) + `">` + inner + "</li>")
	}
	return "<ul " + c.wrapper(classAttr(classes...)) + ">" + out.String() + "</ul>"
}

// renderTemplate renders all inner content once for one item of a list.
func (c *blockContext) renderTemplate(values blockValues) string {
	in := c.in
	if id, ok := values["postId"].(int64); ok {
		if p := c.r.site().Post(id); p != nil {
			in = p.text()
		}
	}
	var out strings.Builder
	for _, p := range c.block.Content {
		if p.Block != nil {
			out.WriteString(c.r.renderBlock(in, p.Block, c.block, c.values.with(values)))
		} else {
			out.WriteString(p.Text)
		}
	}
	// WordPress renders each item as a nameless block with the template's attributes, so
	// what supports add to any block is added to the item's first tag too.
	item := *c.block
	item.Name = "core/null"
	return c.r.supportFilters(&item, out.String())
}

func renderNoResults(c *blockContext, html string) string {
	if strings.TrimSpace(html) == "" {
		return ""
	}
	if posts, _, _ := c.results(); len(posts) > 0 {
		return ""
	}
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + ">" + html + "</div>"
}

func renderPagination(c *blockContext, html string) string {
	if strings.TrimSpace(html) == "" {
		return ""
	}
	return "<nav " + c.wrapper(attr{"aria-label", "Pagination"}, classAttr(c.linkColor()...)) + ">" + html + "</nav>"
}

// pages gives the page of the query that was asked for and how many there are.
func (c *blockContext) pages() (key string, page, last int) {
	_, total, q := c.results()
	key = "query-page"
	if id, ok := c.values["queryId"]; ok {
		key = "query-" + php.ToString(id) + "-page"
	}
	page = 1
	_, query, _ := strings.Cut(c.r.site().RequestURI(), "?")
	for part := range strings.SplitSeq(query, "&") {
		if v, ok := strings.CutPrefix(part, key+"="); ok {
			page = max(1, int(php.ToInt(v)))
		}
	}
	if q.PerPage > 0 {
		last = (total + q.PerPage - 1) / q.PerPage
	}
	if m, ok := dig(asArray(c.values["query"]), "pages"); ok && php.ToInt(m) > 0 {
		last = min(last, int(php.ToInt(m)))
	}
	return key, page, last
}

// withQueryArg is add_query_arg on the address that was asked for; without a value it is
// remove_query_arg.
func withQueryArg(uri, key, value string) string {
	path, query, _ := strings.Cut(uri, "?")
	var parts []string
	found := false
	for part := range strings.SplitSeq(query, "&") {
		name, v, _ := strings.Cut(part, "=")
		if name == key {
			v, found = value, true
		}
		if part != "" && (name != key || value != "") {
			parts = append(parts, name+"="+strings.ReplaceAll(v, ",", "%2C"))
		}
	}
	if !found && value != "" {
		parts = append(parts, key+"="+value)
	}
	if len(parts) == 0 {
		return path
	}
	return path + "?" + strings.Join(parts, "&")
}

// arrow is the arrow beside a pagination label.
func (c *blockContext) arrow(next bool) string {
	kind, _ := c.values["paginationArrow"].(string)
	sign := map[string][2]string{"arrow": {"\u2190", "\u2192"}, "chevron": {"\u00ab", "\u00bb"}}[kind]
	side, s := "previous", sign[0]
	if next {
		side, s = "next", sign[1]
	}
	if s == "" {
		return ""
	}
	return `<span class='wp-block-query-pagination-` + side + `-arrow is-arrow-` + kind + `' aria-hidden='true'>` + s + "</span>"
}

// pageLabel is the text of a link and the label of one that shows none.
func (c *blockContext) pageLabel(usual string) (text string, hidden attr) {
	label := c.get("label")
	if label == "" {
		label = usual
	}
	if v, ok := c.values["showLabel"]; ok && !php.ToBool(v) {
		return "", attr{"aria-label", label}
	}
	return escHTML(label), attr{}
}

// pageLink is a link to a neighbouring page; scripts follow it where the query says so.
func (c *blockContext) pageLink(which, address string, hidden attr, label string) string {
	html := `<a href="` + escURL(address) + `" ` + c.wrapper(hidden) + ">" + label + "</a>"
	if !php.ToBool(c.values["enhancedPagination"]) {
		return html
	}
	t := newTags(html)
	t.next()
	t.direct(directive{"data-wp-key", "query-pagination-" + which}, directive{"data-wp-on--click", "core/query::actions.navigate"},
		directive{"data-wp-on--mouseenter", "core/query::actions.prefetch"}, directive{"data-wp-watch", "core/query::callbacks.prefetch"})
	return t.html()
}

func renderPaginationNext(c *blockContext, _ string) string {
	key, page, last := c.pages()
	if page >= last {
		return ""
	}
	label, hidden := c.pageLabel("Next Page")
	return c.pageLink("next", withQueryArg(c.r.site().RequestURI(), key, strconv.Itoa(page+1)), hidden, label+c.arrow(true))
}

func renderPaginationPrevious(c *blockContext, _ string) string {
	key, page, last := c.pages()
	if page <= 1 || last == 0 {
		return ""
	}
	label, hidden := c.pageLabel("Previous Page")
	return c.pageLink("previous", withQueryArg(c.r.site().RequestURI(), key, strconv.Itoa(min(page-1, last))), hidden, c.arrow(false)+label)
}

func renderPaginationNumbers(c *blockContext, _ string) string {
	key, page, last := c.pages()
	if last < 2 {
		return ""
	}
	middle := 2
	if v, ok := c.attrs.Get("midSize"); ok {
		if n := int(php.ToInt(v)); n >= 0 {
			middle = n
		}
	}
	_, query, _ := strings.Cut(c.r.site().RequestURI(), "?")
	address := func(n int) string {
		out := "?" + key + "=" + strconv.Itoa(n)
		if n == 1 {
			out = ""
		}
		for part := range strings.SplitSeq(query, "&") {
			if part == "" || strings.HasPrefix(part, key+"=") {
				continue
			}
			if out == "" {
				out = "?"
			} else {
				out += "&"
			}
			out += strings.ReplaceAll(part, ",", "%2C")
		}
		return escURL(out)
	}
	var items []string
	enhanced := php.ToBool(c.values["enhancedPagination"])
	item := func(name, rest string) {
		if key := ` data-wp-key="index-` + strconv.Itoa(len(items)) + `"`; enhanced && name == "a" {
			name += key + ` data-wp-on--click="core/query::actions.navigate"`
		} else if enhanced {
			name += key
		}
		items = append(items, "<"+name+" "+rest)
	}
	dots := false
	for n := 1; n <= last; n++ {
		switch {
		case n == page:
			item("span", `aria-current="page" class="page-numbers current">`+strconv.Itoa(n)+"</span>")
			dots = true
		case n <= 1 || n >= page-middle && n <= page+middle || n > last-1:
			item("a", `class="page-numbers" href="`+address(n)+`">`+strconv.Itoa(n)+"</a>")
			dots = true
		case dots:
			item("span", `class="page-numbers dots">&hellip;</span>`)
			dots = false
		}
	}
	return "<div " + c.wrapper() + ">" + strings.Join(items, "\n") + "</div>"
}

// responsiveGrid is the class of a grid with a number of columns that keeps them from getting too narrow.
func responsiveGrid(layout *php.Array) []string {
	if truthy(layout, "columnCount") && truthy(layout, "minimumColumnWidth") {
		return []string{"has-native-responsive-grid"}
	}
	return nil
}

func renderQueryTotal(c *blockContext, _ string) string {
	_, total, q := c.results()
	count := strconv.Itoa(total)
	out := count + " results found"
	if total == 1 {
		out = "1 result found"
	}
	if c.get("displayType") == "range-display" {
		_, page, _ := c.pages()
		from := (page-1)*q.PerPage + 1
		to := min(from+q.PerPage-1, total)
		switch {
		case total == 0:
			out = "No results found"
		case from == to:
			out = "Displaying " + strconv.Itoa(from) + " of " + count
		default:
			out = "Displaying " + strconv.Itoa(from) + " \u2013 " + strconv.Itoa(to) + " of " + count
		}
	}
	return "<div " + c.wrapper() + ">" + out + "</div>"
}

// renderQueryTitle shows the type of posts only: there is no archive and no search where
// answers are made for programs.
func renderQueryTitle(c *blockContext, _ string) string {
	title, kind := "", c.get("type")
	switch kind {
	case "", "archive", "search":
		return ""
	case "post-type":
		p := c.post()
		if p == nil {
			return ""
		}
		if title = c.r.site().TypeName(p.Type); c.is("showPrefix") {
			title = "Post Type: &#8220;" + title + "&#8221;"
		}
	}
	level := c.get("level")
	if level == "" {
		level = "1"
	}
	return "<h" + escAttr(level) + " " + c.wrapper(c.aligned()) + ">" + title + "</h" + escAttr(level) + ">"
}

func renderTermTemplate(c *blockContext, _ string) string {
	q := asArray(c.values["termQuery"])
	if q == nil {
		return ""
	}
	ints := func(name string) []int64 {
		var out []int64
		for _, v := range array(q, name).Values() {
			out = append(out, php.ToInt(v))
		}
		return out
	}
	nested := truthy(q, "showNested")
	hide := true
	if v, ok := q.Get("hideEmpty"); ok {
		hide = php.ToBool(v)
	}
	query := TermQuery{Taxonomy: text(q, "taxonomy"), OrderBy: text(q, "orderBy"), Order: text(q, "order"), HideEmpty: hide, Include: ints("include"), Exclude: ints("exclude")}
	if n, ok := q.Get("perPage"); ok {
		query.Number = int(php.ToInt(n))
	}
	query.Roots = len(query.Include) == 0
	terms := c.r.site().Terms(query)
	if len(terms) == 0 {
		return ""
	}
	var children map[int64][]*SiteTerm
	if nested {
		all := query
		all.Roots, all.Number = false, 0
		children = termTree(c.r.site().Terms(all))
	}
	var list func(terms []*SiteTerm, depth int) string
	list = func(terms []*SiteTerm, depth int) string {
		var out strings.Builder
		for _, t := range terms {
			out.WriteString(`<li class="wp-block-term term-` + strconv.FormatInt(t.ID, 10) + " " + escAttr(t.Taxonomy) + " taxonomy-" + escAttr(t.Taxonomy) + `">`)
			out.WriteString(c.renderTemplate(blockValues{"termId": t.ID, "taxonomy": t.Taxonomy, "core/term": t}))
			if sub := children[t.ID]; len(sub) > 0 && depth < 50 {
				out.WriteString("<ul>" + list(sub, depth+1) + "</ul>")
			}
			out.WriteString("</li>")
		}
		return out.String()
	}
	return "<ul " + c.wrapper(classAttr(c.linkColor()...)) + ">" + list(terms, 0) + "</ul>"
}

func (c *blockContext) term() *SiteTerm {
	t, _ := c.values["core/term"].(*SiteTerm)
	return t
}

func renderTermName(c *blockContext, _ string) string {
	t := c.term()
	if t == nil {
		return ""
	}
	tag := "p"
	if n := c.int("level"); n > 0 {
		tag = "h" + strconv.FormatInt(n, 10)
	}
	name := termName(t.Name)
	if c.is("isLink") {
		name = `<a href="` + escURL(t.Link) + `">` + name + "</a>"
	}
	return "<" + tag + " " + c.wrapper(classAttr(c.textAlign()...)) + ">" + name + "</" + tag + ">"
}

func renderTermCount(c *blockContext, _ string) string {
	t := c.term()
	if t == nil {
		return ""
	}
	n := strconv.FormatInt(t.Count, 10)
	brackets := map[string][2]string{"round": {"(", ")"}, "square": {"[", "]"}, "curly": {"{", "}"}, "angle": {"&lt;", "&gt;"}}
	kind := c.get("bracketType")
	if b, ok := brackets[kind]; ok {
		n = b[0] + n + b[1]
	}
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + ">" + n + "</div>"
}

func renderTermDescription(c *blockContext, _ string) string {
	t := c.term()
	if t == nil || t.Description == "" {
		return ""
	}
	return "<div " + c.wrapper(classAttr(c.textAlign()...)) + ">" + t.Description + "</div>"
}

var listItems = []string{"core/navigation-link", "core/home-link", "core/site-title", "core/site-logo", "core/social-links", "core/navigation-submenu", "core/page-list"}

func isListItem(name string) bool { return slices.Contains(listItems, name) }
