package render

import (
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/php"
)

// archive is an entry of the archives block.
type archive struct {
	name, link string
	count      int64 // -1 where there is none to show
	current    bool
}

// archives are the entries of wp_get_archives, and what a list of them is called.
func (c *blockContext) archives() (label string, out []archive) {
	kind := c.get("type")
	label = map[string]string{"monthly": "Select Month", "yearly": "Select Year", "daily": "Select Day", "weekly": "Select Week"}[kind]
	if label == "" {
		label = "Select Post"
	}
	switch kind {
	case "postbypost", "alpha":
		q := PostQuery{Types: []string{"post"}, PerPage: -1, OrderBy: "date", Order: "desc", Sticky: "ignore"}
		if kind == "alpha" {
			q.OrderBy, q.Order = "title", "asc"
		}
		posts, _ := c.r.site().Posts(q)
		for _, p := range posts {
			name := StripTags(p.title(), false)
			if name == "" {
				name = strconv.FormatInt(p.ID, 10)
			}
			out = append(out, archive{name, p.Link, -1, p.ID == c.postID()})
		}
	case "yearly", "monthly", "daily", "weekly":
		for _, a := range c.r.site().Archives(kind) {
			first := time.Date(a.Year, time.Month(a.Month), max(a.Day, 1), 0, 0, 0, 0, time.UTC)
			name := strconv.Itoa(a.Year)
			switch kind {
			case "monthly":
				name = time.Month(a.Month).String() + " " + name
			case "daily", "weekly":
				name = c.date(first.Format(time.RFC3339), "")
			}
			if kind == "weekly" {
				name += "&#8211;" + c.date(first.AddDate(0, 0, 6).Format(time.RFC3339), "")
			}
			out = append(out, archive{name, a.Link, a.Count, false})
		}
	}
	return label, out
}

func renderArchives(c *blockContext, _ string) string {
	label, list := c.archives()
	counts := c.is("showPostCounts")
	count := func(a archive) string {
		if !counts || a.count < 0 {
			return ""
		}
		return "&nbsp;(" + strconv.FormatInt(a.count, 10) + ")"
	}
	if c.is("displayAsDropdown") {
		id := "wp-block-archives-" + strconv.Itoa(c.r.uniqueID())
		class := "wp-block-archives__label"
		if !c.is("showLabel") {
			class += " screen-reader-text"
		}
		var out strings.Builder
		out.WriteString("<div " + c.wrapper(classAttr("wp-block-archives-dropdown")) + `><label for="` + id + `" class="` + class + `">Archives</label>` +
			"\n\t\t<select id=\"" + id + "\" name=\"archive-dropdown\">\n\t\t<option value=\"\">" + label + "</option>")
		for _, a := range list {
			selected := ""
			if a.current {
				selected = " selected='selected'"
			}
			out.WriteString("\t<option value='" + escURL(a.link) + "'" + selected + "> " + Texturize(a.name) + " " + count(a) + "</option>\n")
		}
		out.WriteString("</select>" + dropdownScript(id, c.r.Home, "\t\t\t\tif ( dropdown.value ) {\n\t\t\t\t\tlocation.href = dropdown.value;\n\t\t\t\t}\n", "block_core_archives_build_dropdown_script") + "</div>")
		return out.String()
	}
	if len(list) == 0 {
		return "<div " + c.wrapper(classAttr("wp-block-archives-list")) + ">No archives to show.</div>"
	}
	var out strings.Builder
	out.WriteString("<ul " + c.wrapper(classAttr("wp-block-archives-list")) + ">")
	for _, a := range list {
		current := ""
		if a.current {
			current = ` aria-current="page"`
		}
		out.WriteString("\t<li><a href='" + escURL(a.link) + "'" + current + ">" + Texturize(a.name) + "</a>" + count(a) + "</li>\n")
	}
	out.WriteString("</ul>")
	return out.String()
}

// dropdownScript goes to the address that is chosen in a list.
func dropdownScript(id, home, guard, source string) string {
	args := php.AppendJSON(nil, []any{id, home}, php.JSONUnescapedSlashes|php.JSONHexTag)
	return "<script>\n( ( [ dropdownId, homeUrl ] ) => {\n\t\tconst dropdown = document.getElementById( dropdownId );\n\t\tfunction onSelectChange() {\n\t\t\tsetTimeout( () => {\n" +
		"\t\t\t\tif ( 'escape' === dropdown.dataset.lastkey ) {\n\t\t\t\t\treturn;\n\t\t\t\t}\n" + guard + "\t\t\t}, 250 );\n\t\t}\n\t\tfunction onKeyUp( event ) {\n" +
		"\t\t\tif ( 'Escape' === event.key ) {\n\t\t\t\tdropdown.dataset.lastkey = 'escape';\n\t\t\t} else {\n\t\t\t\tdelete dropdown.dataset.lastkey;\n\t\t\t}\n\t\t}\n" +
		"\t\tfunction onClick() {\n\t\t\tdelete dropdown.dataset.lastkey;\n\t\t}\n\t\tdropdown.addEventListener( 'keyup', onKeyUp );\n\t\tdropdown.addEventListener( 'click', onClick );\n" +
		"\t\tdropdown.addEventListener( 'change', onSelectChange );\n\t} )( " + string(args) + " );\n//# sourceURL=" + source + "\n</script>\n"
}

// renderCalendar is get_calendar: the current month, or one that the block names where
// addresses name months.
func renderCalendar(c *blockContext, _ string) string {
	site := c.r.site()
	if len(site.Archives("yearly")) == 0 {
		if site.SignedIn() {
			return "<div>The calendar block is hidden because there are no published posts.</div>"
		}
		return ""
	}
	today := site.Now()
	year, month := today.Year(), today.Month()
	if structure := site.Option("permalink_structure"); strings.Contains(structure, "%monthnum%") && strings.Contains(structure, "%year%") {
		if y, m := c.int("year"), c.int("month"); y > 0 && y < 10000 && m > 0 && m <= 12 {
			year, month = int(y), time.Month(m)
		}
	}
	var colors styleSet
	colorStyles(c.attrs, withoutSkips(c.kind.supports()), &colors)
	style, class := "", "wp-calendar-table"
	if len(colors.css) > 0 {
		style = `style="` + escAttr(strings.Join(colors.css, ";")+";") + `" `
	}
	colors.classes = append([]string{class}, colors.classes...)
	if v, ok := dig(c.attrs, "style", "elements", "link", "color", "text"); ok && v != nil {
		colors.class("has-link-color")
	}
	return "<div " + c.wrapper() + "><table " + style + `id="wp-calendar" class="` + joinClasses(colors.classes...) + `">` + c.month(year, month, today) + "</div>"
}

// renderLegacyWidget shows an old widget with what is set for it, which counts with a signature of the site only.
func renderLegacyWidget(c *blockContext, _ string) string {
	if c.get("id") != "" {
		return "" // a widget of a sidebar
	}
	settings, ok := c.r.site().Signed(text(c.attrs, "instance", "encoded"), text(c.attrs, "instance", "hash"))
	if !ok {
		return ""
	}
	return c.r.Widget(Widget{Kind: c.get("idBase"), Number: "-1", Settings: settings}, PreviewFrame)
}

// month is the inside of a calendar's table and what stands behind it.
func (c *blockContext) month(year int, month time.Month, today time.Time) string {
	posts := map[int]string{} // days of the month that have some, and where they are
	for _, a := range c.r.site().Archives("daily") {
		if a.Year == year && a.Month == int(month) {
			posts[a.Day] = a.Link
		}
	}
	start, _ := strconv.Atoi(c.r.site().Option("start_of_week"))
	var out strings.Builder
	out.WriteString("\n\t<caption>" + month.String() + " " + strconv.Itoa(year) + "</caption>\n\t<thead>\n\t<tr>")
	for i := range 7 {
		day := time.Weekday((start + i) % 7).String()
		out.WriteString("\n\t\t<th scope=\"col\" aria-label=\"" + day + `">` + day[:1] + "</th>")
	}
	out.WriteString("\n\t</tr>\n\t</thead>\n\t<tbody>\n\t<tr>")
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	column := (int(first.Weekday()) - start + 7) % 7
	if column > 0 {
		out.WriteString("\n\t\t<td colspan=\"" + strconv.Itoa(column) + `" class="pad">&nbsp;</td>`)
	}
	last := first.AddDate(0, 1, -1).Day()
	for day := 1; day <= last; day++ {
		if column == 7 {
			out.WriteString("\n\t</tr>\n\t<tr>\n\t\t")
			column = 0
		}
		out.WriteString("<td")
		if day == today.Day() && month == today.Month() && year == today.Year() {
			out.WriteString(` id="today"`)
		}
		out.WriteByte('>')
		n := strconv.Itoa(day)
		if link, ok := posts[day]; ok {
			n = `<a href="` + escURL(link) + `" aria-label="Posts published on ` + month.String() + " " + n + ", " + strconv.Itoa(year) + `">` + n + "</a>"
		}
		out.WriteString(n + "</td>")
		column++
	}
	if column < 7 {
		out.WriteString("\n\t\t<td class=\"pad\" colspan=\"" + strconv.Itoa(7-column) + `">&nbsp;</td>`)
	}
	out.WriteString("\n\t</tr>\n\t</tbody>\n\t</table>" + c.monthsAround(year, month))
	return out.String()
}

// monthsAround are the links to the nearest months before and after that have posts.
func (c *blockContext) monthsAround(year int, month time.Month) string {
	before, after := "&nbsp;", "&nbsp;"
	for _, a := range c.r.site().Archives("monthly") {
		name := time.Month(a.Month).String()[:3]
		switch at, here := 12*a.Year+a.Month, 12*year+int(month); {
		case at > here: // newest first: the last one is the nearest
			after = `<a href="` + escURL(a.Link) + `">` + name + " &raquo;</a>"
		case at < here && before == "&nbsp;":
			before = `<a href="` + escURL(a.Link) + `">&laquo; ` + name + "</a>"
		}
	}
	return "<nav aria-label=\"Previous and next months\" class=\"wp-calendar-nav\">\n\t\t<span class=\"wp-calendar-nav-prev\">" + before +
		"</span>\n\t\t<span class=\"pad\">&nbsp;</span>\n\t\t<span class=\"wp-calendar-nav-next\">" + after + "</span>\n\t</nav>"
}
