package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/php"
)

// blockRenderer makes a dynamic block's HTML out of its saved one.
type blockRenderer func(c *blockContext, html string) string

// dynamicBlock is the table of dynamic blocks. Those that are not there keep what was
// saved, as WordPress does with blocks it does not know.
func dynamicBlock(name string) blockRenderer {
	switch name {
	case "core/heading":
		return func(_ *blockContext, html string) string {
			return addDefaultClass(html, "wp-block-heading", headings...)
		}
	case "core/list":
		return func(_ *blockContext, html string) string { return addDefaultClass(html, "wp-block-list", "OL", "UL") }
	case "core/shortcode":
		return func(_ *blockContext, html string) string { return Autop(html) }
	case "core/button":
		return renderButton
	case "core/image":
		return renderImage
	case "core/gallery":
		return renderGallery
	case "core/cover":
		return renderCover
	case "core/media-text":
		return renderMediaText
	case "core/file":
		return renderFile
	case "core/accordion":
		return renderAccordion
	case "core/accordion-item":
		return renderAccordionItem
	case "core/tabs":
		return renderTabs
	case "core/tab-list":
		return renderTabList
	case "core/tab-panel":
		return renderTabPanel
	case "core/playlist":
		return renderPlaylist
	case "core/playlist-track":
		return renderPlaylistTrack
	case "core/footnotes":
		return renderFootnotes
	}
	return siteBlock(name)
}

// rendersOwnBlocks tells of blocks that render their inner blocks themselves, often or never.
func rendersOwnBlocks(name string) bool {
	switch name {
	case "core/post-template", "core/comment-template", "core/widget-group":
		return true
	}
	return false
}

// innerValues are context values that a block computes for those inside.
func (c *blockContext) innerValues() blockValues {
	switch c.block.Name {
	case "core/query":
		return blockValues{"core/query-results": &queryResults{}}
	case "core/tabs":
		id := c.get("anchor")
		if id == "" {
			id = "tabs_" + strconv.Itoa(c.r.uniqueID())
		}
		return blockValues{"core/tabs-id": id, "core/tabs-active": c.int("activeTabIndex")}
	case "core/playlist":
		return blockValues{"core/playlist-index": new(int)}
	}
	return nil
}

// filter is render_block_{name}: what WordPress adds to single blocks after everything else.
func (c *blockContext) filter(html string) string {
	switch c.block.Name {
	case "core/paragraph":
		html = addDefaultClass(html, "wp-block-paragraph", "P")
	case "core/image":
		html = c.lightbox(html)
	case "core/video":
		html = c.videoSize(html)
	case "core/accordion-item":
		if c.is("openByDefault") {
			t := newTags(html)
			if t.next() {
				if _, ok := t.attr("data-wp-class--is-open"); ok {
					t.addClass("is-open")
				}
			}
			html = t.html()
		}
	}
	return c.fitText(html)
}

// videoSize gives a video the dimensions of its file.
func (c *blockContext) videoSize(html string) string {
	id := c.int("id")
	if id == 0 || c.r.From.Attachments == nil {
		return html
	}
	a := c.r.media().Attachment(id)
	if a == nil {
		return html
	}
	w, h := php.ToInt(first(dig(a.Meta, "width"))), php.ToInt(first(dig(a.Meta, "height")))
	t := newTags(html)
	if w <= 0 || h <= 0 || !t.next("VIDEO") {
		return html
	}
	width, height := strconv.FormatInt(w, 10), strconv.FormatInt(h, 10)
	t.setAttr("width", width)
	t.setAttr("height", height)
	style, _ := t.attr("style")
	t.setAttr("style", "aspect-ratio: "+width+" / "+height+";"+style)
	return t.html()
}

var headings = []string{"H1", "H2", "H3", "H4", "H5", "H6"}

// addDefaultClass gives the first tag of some names a class.
func addDefaultClass(html, class string, names ...string) string {
	t := newTags(html)
	if !t.next(names...) {
		return html
	}
	t.addClass(class)
	return t.html()
}

// fitText marks text that scripts fit into its box.
func (c *blockContext) fitText(html string) string {
	if !c.is("fitText") || !truthy(c.kind.supports(), "typography", "fitText") {
		return html
	}
	t := newTags(html)
	if !t.next() {
		return html
	}
	t.setBare("data-wp-interactive")
	t.setAttr("data-wp-context---core-fit-text", `core/fit-text::{"fontSize":""}`)
	t.setAttr("data-wp-init---core-fit-text", "core/fit-text::callbacks.init")
	t.setAttr("data-wp-style--font-size", "core/fit-text::context.fontSize")
	return t.html()
}

// renderButton removes a button without text, and gives it its width.
func renderButton(c *blockContext, html string) string {
	t := newTags(html)
	found := false
	for t.next() {
		if t.tag.name == "A" || t.tag.name == "BUTTON" {
			found = true
			break
		}
	}
	// Only an empty link ends a button: what follows its opening tag up to the closer.
	if !t.advanceOver() || !found && strings.IndexByte(html, '<') >= 0 {
		return ""
	}
	width := text(c.attrs, "style", "dimensions", "width")
	if width == "" {
		return html
	}
	if preset, ok := strings.CutPrefix(width, "var:preset|dimension|"); ok {
		width = preset + "%"
	}
	t = newTags(html)
	if !t.nextClass("wp-block-button") {
		return html
	}
	t.addClass("has-custom-width")
	style := ""
	if percent, ok := strings.CutSuffix(width, "%"); ok {
		t.addClass("wp-block-button__width")
		if slices.Contains([]string{"25", "50", "75", "100"}, percent) {
			t.addClass("wp-block-button__width-" + percent)
		}
		style = "--wp--block-button--width: " + percent + ";"
	} else {
		style = "width: " + width + ";"
	}
	if old, _ := t.attr("style"); old != "" {
		style += " " + old
	}
	t.setAttr("style", style)
	return t.html()
}

// advanceOver tells whether something other than comments stands between the current
// tag and the next closing tag. Without a current tag it tells so of the whole.
func (t *tags) advanceOver() bool {
	from := t.tag.end
	if t.tag.name == "" {
		from = 0
	}
	rest := t.s[from:]
	for rest != "" {
		if after, ok := strings.CutPrefix(rest, "<!--"); ok {
			n := commentEnd(after)
			if n < 0 {
				return true
			}
			rest = after[n:]
			continue
		}
		return !strings.HasPrefix(rest, "</")
	}
	return false
}

// directive is one data-wp-… attribute.
type directive struct{ name, value string }

func (t *tags) direct(list ...directive) {
	for _, d := range list {
		t.setAttr(d.name, d.value)
	}
}

// renderAccordion makes the group of an accordion interactive.
func renderAccordion(c *blockContext, html string) string {
	t := newTags(html)
	if html == "" || !t.nextClass("wp-block-accordion") {
		return html
	}
	t.direct(directive{"data-wp-interactive", "core/accordion"},
		directive{"data-wp-context", `{ "autoclose": ` + strconv.FormatBool(c.is("autoclose")) + `, "accordionItems": [] }`})
	return t.html()
}

// renderAccordionItem connects an item's heading with its panel by an id.
func renderAccordionItem(c *blockContext, html string) string {
	if html == "" {
		return html
	}
	id := "accordion-item-" + strconv.Itoa(c.r.uniqueID())
	open := c.is("openByDefault")
	t := newTags(html)
	if !t.nextClass("wp-block-accordion-item") {
		return html
	}
	t.direct(directive{"data-wp-context", `{ "id": "` + id + `", "openByDefault": ` + strconv.FormatBool(open) + ` }`},
		directive{"data-wp-class--is-open", "state.isOpen"}, directive{"data-wp-init", "callbacks.initAccordionItems"},
		directive{"data-wp-on-window--hashchange", "callbacks.hashChange"})
	if t.nextClass("wp-block-accordion-heading__toggle") {
		t.direct(directive{"data-wp-on--click", "actions.toggle"}, directive{"id", id}, directive{"aria-controls", id + "-panel"},
			directive{"data-wp-bind--aria-expanded", "state.isOpen"})
	}
	if t.nextClass("wp-block-accordion-panel") {
		t.direct(directive{"id", id + "-panel"}, directive{"aria-labelledby", id}, directive{"data-wp-bind--hidden", "state.isHidden"},
			directive{"data-wp-on--beforematch", "actions.handleBeforeMatch"})
	}
	// The state that scripts would make is written on a second pass, in front.
	t = newTags(t.html())
	for t.next("BUTTON") {
		if v, ok := t.attr("data-wp-bind--aria-expanded"); ok && v == "state.isOpen" {
			t.setAttr("aria-expanded", strconv.FormatBool(open))
			break
		}
	}
	return t.html()
}

// renderTabs makes a set of tabs interactive.
func renderTabs(c *blockContext, html string) string {
	t := newTags(html)
	if !t.nextClass("wp-block-tabs") {
		return html
	}
	id, _ := c.values["core/tabs-id"].(string)
	context := php.AppendJSON(nil, php.Map{{Key: "tabsId", Value: id}, {Key: "activeTabIndex", Value: first(c.attrs.Get("activeTabIndex"))}}, 0)
	t.direct(directive{"data-wp-interactive", "core/tabs"}, directive{"data-wp-context", string(context)},
		directive{"data-wp-init", "callbacks.onTabsInit"}, directive{"data-wp-on--keydown", "actions.handleTabKeyDown"})
	return t.html()
}

// renderTabList connects saved tab buttons with their panels.
func renderTabList(c *blockContext, html string) string {
	id, _ := c.values["core/tabs-id"].(string)
	if id == "" {
		return html
	}
	t := newTags(html)
	if !t.nextClass("wp-block-tab-list") {
		return html
	}
	t.setAttr("aria-label", "Tabbed content")
	for n := 0; t.next("BUTTON"); n++ {
		panel := id + "-tab-" + strconv.Itoa(n)
		t.direct(directive{"id", "tab__" + panel}, directive{"aria-controls", panel}, directive{"data-wp-bind--aria-selected", "state.isActiveTab"},
			directive{"data-wp-bind--tabindex", "state.tabIndexAttribute"}, directive{"data-wp-context", `{"tabIndex":` + strconv.Itoa(n) + `}`},
			directive{"data-wp-on--click", "actions.handleTabClick"}, directive{"data-wp-on--keydown", "actions.handleTabKeyDown"})
	}
	return t.html()
}

// renderTabPanel connects a panel with its tab.
func renderTabPanel(c *blockContext, html string) string {
	id, ok := c.values["core/tabs-id"].(string)
	if !ok {
		return html
	}
	n := c.r.next("tab of "+id) - 1
	t := newTags(html)
	if !t.nextClass("wp-block-tab-panel") {
		return html
	}
	own, has := t.attr("id")
	if !has || own == "" {
		own = id + "-tab-" + strconv.Itoa(n)
		t.setAttr("id", own)
	}
	t.direct(directive{"aria-labelledby", "tab__" + own}, directive{"data-wp-bind--hidden", "!state.isActiveTab"})
	p := newTags(t.html())
	if p.nextClass("wp-block-tab-panel") {
		p.setBare("hidden")
	}
	return p.html()
}

// renderPlaylist puts the player in front of the tracks.
func renderPlaylist(c *blockContext, html string) string {
	var tracks []any
	for _, b := range c.block.inner() {
		if b.Name == "core/playlist-track" && truthy(b.Attrs, "id") {
			tracks = append(tracks, "track-"+strconv.Itoa(len(tracks)))
		}
	}
	if len(tracks) == 0 {
		return ""
	}
	t := newTags(html)
	if !t.next("FIGURE") {
		return html
	}
	style := c.get("waveformStyle")
	if style == "" {
		style = "bars"
	}
	context := php.AppendJSON(nil, php.Map{
		{Key: "playlistId", Value: "playlist-" + strconv.Itoa(c.r.uniqueID())}, {Key: "currentId", Value: tracks[0]}, {Key: "isPlaying", Value: false},
		{Key: "tracks", Value: tracks}, {Key: "waveformStyle", Value: style}, {Key: "showPlayButtonArtwork", Value: c.is("showPlayButtonArtwork")},
		{Key: "labelPauseTrack", Value: "Pause"}, {Key: "labelSelectTrack", Value: "Play"},
	}, 0)
	t.direct(directive{"data-wp-interactive", "core/playlist"}, directive{"data-wp-context", string(context)})
	t.insert(t.tag.end, `<div class="wp-block-playlist__waveform-player"
		data-wp-watch="callbacks.initWaveformPlayer"
		data-label-play="Play"
		data-label-pause="Pause"
		data-label-seek="Seek"
		data-label-seek-value="%1$s of %2$s"
	></div>`)
	return t.html()
}

func renderPlaylistTrack(c *blockContext, _ string) string {
	if c.int("id") == 0 {
		return ""
	}
	title := c.get("title")
	if !php.ToBool(title) {
		title = "Unknown title"
	}
	var out strings.Builder
	out.WriteString("<li " + c.wrapper() + "><button ")
	index, inside := c.values["core/playlist-index"].(*int)
	if inside {
		out.WriteString(`data-wp-context="{&quot;trackId&quot;:&quot;track-` + strconv.Itoa(*index) + `&quot;}" `)
		*index++
	}
	out.WriteString(`data-wp-on--click="actions.changeTrack" data-wp-bind--aria-current="state.isCurrentTrack" class="wp-block-playlist-track__button">` +
		`<span class="wp-block-playlist-track__content"><span class="wp-block-playlist-track__title">` + escHTML(title) + `</span>`)
	if artist := c.get("artist"); artist != "" {
		out.WriteString(`<span class="wp-block-playlist-track__artist">` + escHTML(artist) + `</span>`)
	}
	out.WriteString("</span>")
	if length := c.get("length"); length != "" {
		out.WriteString(`<span class="wp-block-playlist-track__length"><span class="screen-reader-text">Duration: </span>` + escHTML(length) + `</span>`)
	}
	label := "Play"
	if inside {
		label = ""
	}
	out.WriteString(`<span class="screen-reader-text" data-wp-text="state.trackButtonActionLabel">` + label + `</span></button></li>`)
	return out.String()
}

// renderFile prepares the preview of a PDF.
func renderFile(c *blockContext, html string) string {
	if !c.is("displayPreview") {
		return html
	}
	t := newTags(html)
	if !t.next() {
		return html
	}
	p := newTags(html)
	if !p.next("OBJECT") {
		return html
	}
	t.setAttr("data-wp-interactive", "core/file")
	if t.next("OBJECT") {
		t.setAttr("data-wp-bind--hidden", "!state.hasPdfPreview")
		t.setBare("hidden")
		label, _ := t.attr("aria-label")
		if label == "" || label == "PDF embed" {
			t.setAttr("aria-label", "PDF embed")
		} else {
			t.setAttr("aria-label", "Embed of "+label+".")
		}
	}
	return t.html()
}

// renderFootnotes lists the post's footnotes, which a meta value holds as JSON.
func renderFootnotes(c *blockContext, _ string) string {
	if c.r.From.Site == nil {
		return ""
	}
	id := c.postID()
	if id == 0 {
		return ""
	}
	v, err := php.DecodeJSON(c.r.site().PostMeta(id, "footnotes"))
	notes, _ := v.(*php.Array)
	if err != nil || notes.Len() == 0 {
		return ""
	}
	var out strings.Builder
	for i, n := range notes.Values() {
		note := asArray(n)
		key := text(note, "id")
		out.WriteString(`<li id="` + key + `">` + text(note, "content") + ` <a href="#` + key + `-link" aria-label="Jump to footnote reference ` +
			strconv.Itoa(i+1) + `">` + "\u21a9\ufe0e" + `</a></li>`)
	}
	return "<ol " + c.wrapper() + ">" + out.String() + "</ol>"
}

// randomID is PHP's uniqid: the time in seconds and microseconds.
func (r *Renderer) randomID() string {
	r.vary()
	now := time.Now()
	return fmt.Sprintf("%08x%05x", now.Unix(), now.Nanosecond()/1000)
}
