// Package render turns stored text into what readers see: blocks, shortcodes,
// paragraphs, typography, images, embeds, excerpts. Text in, text out; posts and
// attachments are asked for through the small interfaces of a Renderer.
package render

import (
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Settings are the site's settings that rendered text depends on.
type Settings struct {
	Home     string // the option home, without a slash at its end
	SiteURL  string // the option siteurl
	SiteName string // the option blogname, as stored
	Locale   string // "en_US"
	Smilies  bool   // the option use_smilies

	// Addresses of files: wp-content/uploads, and its path below the content folder.
	UploadsURL string

	Summary Summary // how summaries are made

	// RecoverHTTPS is set when the site moved to https and old http addresses of
	// its own are to be rewritten (wp_replace_insecure_home_url).
	RecoverHTTPS bool
}

// Attachment is a media object as shortcodes, blocks and images need it.
type Attachment struct {
	ID, Parent  int64
	Title       string // as stored, like the other texts
	Caption     string
	Description string
	Alt         string
	MimeType    string
	Link        string     // address of its page
	URL         string     // address of its file
	File        string     // _wp_attached_file
	Meta        *php.Array // _wp_attachment_metadata; nil when there is none
	Thumbnail   int64      // its own featured image (cover of a song), 0 without
	MenuOrder   int64
	Date        string // "2006-01-02 15:04:05"
}

// Attachments finds media. Each call may be a query; an implementation that has
// loaded a page's media by set answers from memory.
type Attachments interface {
	// Attachment gives one, nil when there is none.
	Attachment(id int64) *Attachment
	// AttachmentsByID gives those that exist among ids, in the order of ids,
	// whose MIME type begins with mime ("image"; "" takes all).
	AttachmentsByID(ids []int64, mime string) []*Attachment
	// AttachmentsOf gives the children of a post by menu order, then id.
	AttachmentsOf(post int64, mime string) []*Attachment
	// Metadata is _wp_attachment_metadata as stored, "" where there is no such attachment.
	Metadata(id int64) string
}

// EmbeddedPost is a post of this site that a text embeds by its address.
type EmbeddedPost struct {
	ID        int64
	Title     string // rendered
	Link      string
	EmbedLink string // what its frame shows: Link and embed/, or ?embed=true
}

// Posts finds posts for embeds.
type Posts interface {
	// PostByURL gives the published post at an address of this site.
	PostByURL(url string) (EmbeddedPost, bool)
	// EmbedCache gives what WordPress cached on post of an address's oEmbed
	// answer, by the hex hash of the meta keys _oembed_….
	EmbedCache(post int64, hash string) (html string, ok bool)
}

// PostText is a post as far as its texts are concerned.
type PostText struct {
	ID       int64
	Type     string // post type; an attachment's content shows its file first
	MimeType string // of an attachment
	Title    string
	Content  string
	Excerpt  string

	ExcerptWords *int // length of an automatic excerpt, the usual one when nil
}

// Sources are where a text's parts come from that are not in the text. All of them may be
// nil. Rendering asks for them by site, media and posts, which note that it did.
type Sources struct {
	Posts       Posts
	Attachments Attachments
	Site        Site // what dynamic blocks show; without it they render as without content
}

// Renderer renders the texts of one answer. WordPress counts galleries, players
// and generated ids per request, so a Renderer lives as long as one and is not
// for concurrent use.
type Renderer struct {
	Settings
	From  Sources
	Theme *Theme // theme.json data; nil means DefaultTheme
	Cache *Cache // of texts that depend on nothing else; nil without

	alone    bool // a block is rendered by itself, in no content
	foremost bool // an image that loads first has been seen
	counters map[string]int
	counted  int
	blocks   blockState
	uses     *uses       // what the text being rendered depends on, where that is noted
	parsed   parsedText  // the text whose blocks were asked for last
	hashed   *hashedText // the text that was looked for in the cache last
	// lateAutop: content with blocks takes wpautop off the_content and puts it back as
	// the last of its priority, where it stays for all that the request renders.
	lateAutop bool
	// submenuColors: the first submenu with entries makes its block one with colours, for
	// all of its kind that the request renders afterwards.
	submenuColors bool
}

func (r *Renderer) site() Site {
	r.vary()
	return r.From.Site
}

func (r *Renderer) media() Attachments {
	r.vary()
	return r.From.Attachments
}

func (r *Renderer) posts() Posts {
	r.vary()
	return r.From.Posts
}

// next counts the uses of a name: 1, 2, 3, …
func (r *Renderer) next(name string) int {
	if r.counters == nil {
		r.counters = map[string]int{}
	}
	r.vary()
	r.counters[name]++
	r.counted++
	return r.counters[name]
}

// Counted tells how often something was counted: a text that is rendered anew gives the
// same again unless this has changed.
func (r *Renderer) Counted() int { return r.counted }

// Editable is a post's raw content as editors get it.
func (r *Renderer) Editable(in PostText) string {
	return r.editableContent(in.Content, in.Type, r.theme().Name)
}

// Content renders a post's content: the filters of the_content in WordPress's order.
func (r *Renderer) Content(in PostText) string {
	return r.cached(cacheKey{kind: 'c'}, in, in.Content, func() string { return r.content(in, in.Content, true) })
}

// content is the_content over text. wp_trim_excerpt runs it without the passes
// that excerpts do without: blocks (done before) and images.
func (r *Renderer) content(in PostText, text string, whole bool) string {
	defer func(alone bool) { r.alone = alone }(r.alone)
	r.alone = false
	if whole {
		text = r.editableContent(text, in.Type, r.theme().Name)
	}
	text = r.embedShortcodes(in, text)
	text = r.autoembed(in, text)
	var hasBlocks bool
	if whole {
		text, hasBlocks = r.renderBlocks(in, text)
	}
	text = Texturize(text)
	late := r.lateAutop
	if hasBlocks {
		r.lateAutop = true
	} else if !late {
		text = Autop(text)
	}
	text = shortcodeUnautop(text)
	if in.Type == "attachment" {
		text = r.prependAttachment(in, text)
	}
	text = r.replaceInsecureHome(text)
	if late && !hasBlocks {
		text = Autop(text)
	}
	text = capitalP(text)
	text = r.doShortcodes(in, text)
	if whole {
		text = r.filterContentTags(text)
	}
	return r.convertSmilies(text)
}

// replaceInsecureHome is wp_replace_insecure_home_url: a site that moved to
// https has its own http addresses corrected on the way out.
func (r *Renderer) replaceInsecureHome(text string) string {
	if !r.RecoverHTTPS {
		return text
	}
	secure := "https://" + strings.TrimPrefix(strings.TrimPrefix(r.Home, "http://"), "https://")
	insecure := "http://" + strings.TrimPrefix(secure, "https://")
	text = strings.ReplaceAll(text, strings.ReplaceAll(insecure, "/", `\/`), strings.ReplaceAll(secure, "/", `\/`))
	return strings.ReplaceAll(text, insecure, secure)
}
