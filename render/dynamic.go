package render

// SitePost is a post as dynamic blocks show it.
type SitePost struct {
	ID, Parent, Thumbnail, Author int64
	Type, Status                  string
	Title, Content, Excerpt       string // as stored
	Link                          string
	Date, Modified                string // local, with offset: 2024-03-05T06:07:08+03:30
	ModifiedLater                 bool   // changed after it was published
	MenuOrder                     int64
	HasPassword, CommentsOpen     bool
	Comments                      int64
	Classes                       []string // post_class without those of the page
}

// SiteTerm is a term as dynamic blocks show it.
type SiteTerm struct {
	ID, Parent, Count          int64
	Taxonomy, Slug, Name, Link string
	Description                string
}

// SiteUser is a user as dynamic blocks show it.
type SiteUser struct {
	ID                              int64
	Name, Link, Avatar, Description string // Avatar is the address without size
}

// SiteComment is a comment as dynamic blocks show it.
type SiteComment struct {
	ID, Post                      int64
	Author, AuthorURL, Link, Date string
	Content, PostTitle, Avatar    string
}

// PostQuery is what a block asks of the site's posts.
type PostQuery struct {
	Types            []string
	PerPage, Offset  int
	Page             int
	OrderBy, Order   string
	Search           string
	Author           []int64
	Include, Exclude []int64
	Parents          []int64
	Terms            map[string][]int64 // taxonomy → ids, all of them
	NotTerms         map[string][]int64
	Sticky           string // "", "only", "exclude", "ignore"
	Formats          []string
}

// TermQuery is what a block asks of the site's terms.
type TermQuery struct {
	Taxonomy           string
	Number             int
	OrderBy, Order     string
	HideEmpty, TopOnly bool
	Parent             int64
	Include, Exclude   []int64
}

// Archive is a stretch of time that has posts.
type Archive struct {
	Link, Label string
	Count       int64
}

// Site answers what dynamic blocks ask. Implementations answer by set where they can.
type Site interface {
	Post(id int64) *SitePost
	PostMeta(id int64, key string) string
	PublicMeta(id int64, key string) (any, bool) // registered for REST, not protected
}

// postID is the post that a block stands in.
func (c *blockContext) postID() int64 {
	id, _ := c.values["postId"].(int64)
	return id
}

func (c *blockContext) post() *SitePost {
	id := c.postID()
	if id == 0 || c.r.Site == nil {
		return nil
	}
	return c.r.Site.Post(id)
}

func siteBlock(name string) blockRenderer { return nil }
