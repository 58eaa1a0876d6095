package render

import (
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
)

// SitePost is a post as dynamic blocks show it.
type SitePost struct {
	ID, Parent, Thumbnail, Author int64
	Type, Status                  string
	Title, Content, Excerpt       string // as stored
	Link                          string
	Date, Modified                string // with offset: 2024-03-05T06:07:08+03:30
	ModifiedLater                 bool   // changed after it was published
	HasPassword                   bool   // it has one
	Locked                        bool   // it has one, and the reader may not see its text
	CommentsOpen                  bool
	Comments                      int64
	Classes                       []string // what post_class gives
}

// SiteTerm is a term as dynamic blocks show it.
type SiteTerm struct {
	ID, Parent, Count    int64
	Taxonomy, Slug, Link string
	Name, Description    string // as stored
}

// SiteUser is a user as dynamic blocks show it.
type SiteUser struct {
	ID                int64
	Name, Link        string
	Description, Site string
	Avatar            func(size int) string // the picture's address
}

// SiteComment is a comment as dynamic blocks show it.
type SiteComment struct {
	ID, Post        int64
	Parent, UserID  int64
	Type, User      string // User is the name in addresses of its author, "" for visitors
	Author, URL     string // URL is where its author is found: own address, else the page of posts here
	Site            string // its author's own address
	MayEdit         bool
	Link, PostTitle string // the title as stored
	Date            string // with offset
	Content         string // as stored
	Avatar          func(size int) string
}

// PostQuery is what a block asks of the site's published posts.
type PostQuery struct {
	Types            []string
	PerPage, Offset  int // PerPage -1 takes all
	OrderBy, Order   string
	Search           string
	Authors          []int64
	Exclude, Parents []int64
	Terms, NotTerms  map[string][]int64 // by taxonomy
	Sticky           string             // "only", "exclude", "ignore" (an ordinary order), "" (first)
	Formats          []string
	Private          bool // also private posts that the reader may see
}

// TermQuery is what a block asks of the site's terms.
type TermQuery struct {
	Taxonomy         string
	Number           int // 0 takes all
	OrderBy, Order   string
	HideEmpty        bool
	Roots            bool // without parent only
	Include, Exclude []int64
	PadCounts        bool // a parent counts its children's posts too; it stays when they have some
}

// Archive is a year, month or day that has posts.
type Archive struct {
	Year, Month, Day int
	Count            int64
	Link             string
}

// Site answers what dynamic blocks ask. Implementations answer by set where they can.
type Site interface {
	// Post gives a post of any kind that readers may see, nil without.
	Post(id int64) *SitePost
	Posts(q PostQuery) (posts []*SitePost, total int)
	// Pages are the published pages in an order, without one by menu order, then title.
	Pages(orderBy ...string) []*SitePost
	PostMeta(id int64, key string) string
	// PublicMeta gives a meta value that is registered for REST.
	PublicMeta(id int64, key string) (any, bool)
	Terms(q TermQuery) []*SiteTerm
	// PostTerms are a post's terms by name.
	PostTerms(post int64, taxonomy string) []*SiteTerm
	// Taxonomy gives the labels of a taxonomy, and its name in addresses.
	Taxonomy(name string) (plural, singular, queryVar string, ok bool)
	User(id int64) *SiteUser
	// Nobody is what is shown of a user who is not there.
	Nobody() *SiteUser
	// Comments are the newest approved ones on posts that readers may see.
	Comments(limit int) []*SiteComment
	// PostComments are the approved ones on a post, in the order of discussions.
	PostComments(post int64) []*SiteComment
	// ReaderName is the name of the reader, "" for visitors.
	ReaderName() string
	// MayWriteHTML tells whether the reader's texts are stored as they are.
	MayWriteHTML() bool
	// TypeName is the name of one post of a type, as its label says.
	TypeName(kind string) string
	// Archives are those of posts, newest first; kind is "yearly", "monthly", "daily" or "weekly".
	Archives(kind string) []Archive
	// Now is the time in the site's zone.
	Now() time.Time
	Option(name string) string
	// Pattern gives a registered pattern's content.
	Pattern(slug string) (string, bool)
	// TemplatePart gives a template part as the site has it, and its area.
	TemplatePart(theme, slug string) (content, area string, ok bool)
	// Menu is the newest published navigation, nil without.
	Menu() *SitePost
	// ClassicMenu is a menu with the entries that are shown, nil where there is none.
	ClassicMenu(id int64) *Menu
	// ClassicMenus are the menus by name, without their entries.
	ClassicMenus() []*SiteTerm
	// Signed gives what is set for a widget from its encoded form, if this site has signed it.
	Signed(encoded, hash string) (*php.Array, bool)
	// MayManage tells whether the reader runs the site.
	MayManage() bool
	// RequestURI is the path and query that were asked for.
	RequestURI() string
	SignedIn() bool
	// Nonce is one of the reader's for an action.
	Nonce(action string) string
}

// siteBlock is the part of the table that shows the site's content. Without a Site
// these blocks render as on an empty one: not at all.
func siteBlock(name string) blockRenderer {
	render := siteBlocks(name)
	if render == nil {
		return nil
	}
	return func(c *blockContext, html string) string {
		if !siteless(name) && c.r.site() == nil {
			return html
		}
		return render(c, html)
	}
}

// siteless blocks need settings only.
func siteless(name string) bool {
	switch name {
	case "core/social-link", "core/search", "core/home-link", "core/navigation-link", "core/navigation-submenu", "core/icon", "core/rss", "core/widget-group":
		return true
	}
	return false
}

func siteBlocks(name string) blockRenderer {
	switch name {
	case "core/archives":
		return renderArchives
	case "core/avatar":
		return renderAvatar
	case "core/block":
		return renderSynced
	case "core/breadcrumbs":
		return renderBreadcrumbs
	case "core/calendar":
		return renderCalendar
	case "core/categories":
		return renderCategories
	case "core/comments":
		return renderComments
	case "core/comments-title":
		return renderCommentsTitle
	case "core/comments-pagination":
		return renderCommentsPagination
	case "core/comment-template":
		return renderCommentTemplate
	case "core/comment-author-name":
		return renderCommentAuthor
	case "core/comment-content":
		return renderCommentContent
	case "core/comment-date":
		return renderCommentDate
	case "core/comment-edit-link":
		return renderCommentEditLink
	case "core/comment-reply-link":
		return renderCommentReplyLink
	case "core/post-comments":
		return renderOldComments
	case "core/post-comments-form":
		return renderCommentsForm
	case "core/home-link":
		return renderHomeLink
	case "core/icon":
		return renderIcon
	case "core/latest-comments":
		return renderLatestComments
	case "core/latest-posts":
		return renderLatestPosts
	case "core/loginout":
		return renderLoginout
	case "core/navigation":
		return renderNavigation
	case "core/navigation-link":
		return renderNavigationLink
	case "core/navigation-overlay-close":
		return renderOverlayClose
	case "core/navigation-submenu":
		return renderSubmenu
	case "core/page-list":
		return renderPageList
	case "core/pattern":
		return renderPattern
	case "core/post-author":
		return renderPostAuthor
	case "core/post-author-biography":
		return renderAuthorBio
	case "core/post-author-name":
		return renderAuthorName
	case "core/post-comments-count":
		return renderCommentsCount
	case "core/post-comments-link":
		return renderCommentsLink
	case "core/post-content":
		return renderPostContent
	case "core/post-date":
		return renderPostDate
	case "core/post-excerpt":
		return renderPostExcerpt
	case "core/post-featured-image":
		return renderFeaturedImage
	case "core/post-template":
		return renderPostTemplate
	case "core/post-terms":
		return renderPostTerms
	case "core/post-time-to-read":
		return renderTimeToRead
	case "core/post-title":
		return renderPostTitle
	case "core/query":
		return renderQuery
	case "core/query-no-results":
		return renderNoResults
	case "core/query-pagination":
		return renderPagination
	case "core/query-pagination-next":
		return renderPaginationNext
	case "core/query-pagination-previous":
		return renderPaginationPrevious
	case "core/query-pagination-numbers":
		return renderPaginationNumbers
	case "core/query-title":
		return renderQueryTitle
	case "core/query-total":
		return renderQueryTotal
	case "core/read-more":
		return renderReadMore
	case "core/rss":
		return renderFeed
	case "core/search":
		return renderSearch
	case "core/site-logo":
		return renderSiteLogo
	case "core/site-tagline":
		return renderTagline
	case "core/site-title":
		return renderSiteTitle
	case "core/social-link":
		return renderSocialLink
	case "core/tag-cloud":
		return renderTagCloud
	case "core/template-part":
		return renderTemplatePart
	case "core/term-count":
		return renderTermCount
	case "core/term-description":
		return renderTermDescription
	case "core/term-name":
		return renderTermName
	case "core/term-template":
		return renderTermTemplate
	case "core/legacy-widget":
		return renderLegacyWidget
	case "core/widget-group":
		return renderWidgetGroup
	}
	return nil
}

// postID is the post that a block stands in.
func (c *blockContext) postID() int64 {
	id, _ := c.values["postId"].(int64)
	return id
}

func (c *blockContext) post() *SitePost {
	id := c.postID()
	if id == 0 || c.r.From.Site == nil {
		return nil
	}
	return c.r.site().Post(id)
}

// title is get_the_title.
func (p *SitePost) title() string {
	switch {
	case p.HasPassword:
		return Title("Protected: " + p.Title)
	case p.Status == "private":
		return Title("Private: " + p.Title)
	}
	return Title(p.Title)
}

func (p *SitePost) text() PostText {
	return PostText{ID: p.ID, Type: p.Type, Title: p.Title, Content: p.Content, Excerpt: p.Excerpt}
}

// date formats a date with offset; "" is the site's date format.
func (c *blockContext) date(stamp, format string) string {
	if format == "" {
		format = c.r.site().Option("date_format")
	}
	t, ok := parseStamp(stamp)
	if !ok {
		return ""
	}
	return wpdate.FormatPHP(t, format)
}

// parseStamp reads a date with or without an offset.
func parseStamp(s string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, true
	}
	return wpdate.Parse(s, time.UTC)
}

// avatar is get_avatar.
func (r *Renderer) avatar(source func(int) string, size int, alt, class string, extra ...string) string {
	if source == nil {
		return ""
	}
	size = max(size, -size)
	twice := 2 * size
	if size == 0 {
		size, twice = 96, 96
	}
	if strings.Contains(source(size), "/avatar/?") {
		class = strings.TrimRight("avatar-default "+class, " ") // nobody's
	}
	if r.alone {
		extra = append(extra, "loading='lazy' decoding='async'")
	}
	n := strconv.Itoa(size)
	if class != "" {
		class = " " + class
	}
	return "<img alt='" + escAttr(alt) + "' src='" + escURL(source(size)) + "' srcset='" + escURL(source(twice)) + " 2x' class='avatar avatar-" + n + " photo" + class +
		"' height='" + n + "' width='" + n + "' " + strings.Join(extra, "") + "/>"
}

// target is the attribute of a link that may open elsewhere.
func (c *blockContext) target(name string) string {
	if _, ok := c.attrs.Get(name); !ok {
		return "_self"
	}
	return c.get(name)
}

// headingTag is h and the level, or p for level 0.
func (c *blockContext) headingTag() string {
	if level, ok := c.attrs.Get("level"); ok && level != nil {
		if n := c.int("level"); n == 0 {
			return "p"
		} else {
			return "h" + strconv.FormatInt(n, 10)
		}
	}
	return "h2"
}

// aligned is the class of a text alignment alone.
func (c *blockContext) aligned() attr {
	if a := c.get("textAlign"); a != "" {
		return classAttr("has-text-align-" + a)
	}
	return classAttr()
}

// textAlign is the class of a text alignment in front of a wrapper's others.
func (c *blockContext) textAlign() []string {
	var out []string
	if a := c.get("textAlign"); a != "" {
		out = append(out, "has-text-align-"+a)
	}
	return append(out, c.linkColor()...)
}

// linkColor is the class of a block whose links have a colour of their own.
func (c *blockContext) linkColor() []string {
	if v, ok := dig(c.attrs, "style", "elements", "link", "color", "text"); ok && v != nil {
		return []string{"has-link-color"}
	}
	return nil
}

func classAttr(classes ...string) attr { return attr{"class", strings.Join(classes, " ")} }
