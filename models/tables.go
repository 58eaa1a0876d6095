// Package models holds WordPress's tables and the queries on them, on SQLite,
// PostgreSQL and MySQL alike.
//
// Column names are written in lower case: MySQL and SQLite do not mind, and
// PostgreSQL folds unquoted names to it. Dates are WordPress's own strings,
// "2006-01-02 15:04:05", because only those hold 0000-00-00 00:00:00 everywhere.
package models

import "github.com/headpress/headpress/internal/php"

// Tables are WordPress's tables without their prefix, in the order in which they are copied.
var Tables = []string{
	"options", "users", "usermeta", "terms", "term_taxonomy", "termmeta",
	"posts", "postmeta", "term_relationships", "comments", "commentmeta", "links",
}

// tableOf names the table of a row type.
var tableOf = map[string]string{
	"Post": "posts", "PostMeta": "postmeta", "Term": "terms", "TermMeta": "termmeta",
	"TermTaxonomy": "term_taxonomy", "TermRelationship": "term_relationships",
	"User": "users", "UserMeta": "usermeta", "Comment": "comments",
	"CommentMeta": "commentmeta", "Option": "options", "Link": "links",
}

// Post is a row of wp_posts: a post, page, attachment, revision, menu item or any other type.
type Post struct {
	ID              int64  `gorm:"column:id;primaryKey"`
	Author          int64  `gorm:"column:post_author"`
	Date            string `gorm:"column:post_date"`
	DateGMT         string `gorm:"column:post_date_gmt"`
	Content         string `gorm:"column:post_content"`
	Title           string `gorm:"column:post_title"`
	Excerpt         string `gorm:"column:post_excerpt"`
	Status          string `gorm:"column:post_status"`
	CommentStatus   string `gorm:"column:comment_status"`
	PingStatus      string `gorm:"column:ping_status"`
	Password        string `gorm:"column:post_password"`
	Name            string `gorm:"column:post_name"`
	ToPing          string `gorm:"column:to_ping"`
	Pinged          string `gorm:"column:pinged"`
	Modified        string `gorm:"column:post_modified"`
	ModifiedGMT     string `gorm:"column:post_modified_gmt"`
	ContentFiltered string `gorm:"column:post_content_filtered"`
	Parent          int64  `gorm:"column:post_parent"`
	GUID            string `gorm:"column:guid"`
	MenuOrder       int64  `gorm:"column:menu_order"`
	Type            string `gorm:"column:post_type"`
	MimeType        string `gorm:"column:post_mime_type"`
	CommentCount    int64  `gorm:"column:comment_count"`
}

// HasPassword tells whether a password keeps readers out: PHP takes "0" for none.
func (p *Post) HasPassword() bool { return php.ToBool(p.Password) }

// Term is a row of wp_terms: a name that one or more taxonomies use.
type Term struct {
	ID    int64  `gorm:"column:term_id;primaryKey"`
	Name  string `gorm:"column:name"`
	Slug  string `gorm:"column:slug"`
	Group int64  `gorm:"column:term_group"`
}

// TermTaxonomy is a row of wp_term_taxonomy: a term inside one taxonomy.
type TermTaxonomy struct {
	ID          int64  `gorm:"column:term_taxonomy_id;primaryKey"`
	TermID      int64  `gorm:"column:term_id"`
	Taxonomy    string `gorm:"column:taxonomy"`
	Description string `gorm:"column:description"`
	Parent      int64  `gorm:"column:parent"`
	Count       int64  `gorm:"column:count"`
}

// TermRelationship is a row of wp_term_relationships: an object that has a term.
type TermRelationship struct {
	ObjectID       int64 `gorm:"column:object_id;primaryKey;autoIncrement:false"`
	TermTaxonomyID int64 `gorm:"column:term_taxonomy_id;primaryKey;autoIncrement:false"`
	Order          int64 `gorm:"column:term_order"`
}

// User is a row of wp_users.
type User struct {
	ID            int64  `gorm:"column:id;primaryKey"`
	Login         string `gorm:"column:user_login"`
	Pass          string `gorm:"column:user_pass"`
	Nicename      string `gorm:"column:user_nicename"`
	Email         string `gorm:"column:user_email"`
	URL           string `gorm:"column:user_url"`
	Registered    string `gorm:"column:user_registered"`
	ActivationKey string `gorm:"column:user_activation_key"`
	Status        int64  `gorm:"column:user_status"`
	DisplayName   string `gorm:"column:display_name"`
}

// Comment is a row of wp_comments.
type Comment struct {
	ID          int64  `gorm:"column:comment_id;primaryKey"`
	PostID      int64  `gorm:"column:comment_post_id"`
	Author      string `gorm:"column:comment_author"`
	AuthorEmail string `gorm:"column:comment_author_email"`
	AuthorURL   string `gorm:"column:comment_author_url"`
	AuthorIP    string `gorm:"column:comment_author_ip"`
	Date        string `gorm:"column:comment_date"`
	DateGMT     string `gorm:"column:comment_date_gmt"`
	Content     string `gorm:"column:comment_content"`
	Karma       int64  `gorm:"column:comment_karma"`
	Approved    string `gorm:"column:comment_approved"`
	Agent       string `gorm:"column:comment_agent"`
	Type        string `gorm:"column:comment_type"`
	Parent      int64  `gorm:"column:comment_parent"`
	UserID      int64  `gorm:"column:user_id"`
}

// PostMeta is a row of wp_postmeta.
type PostMeta struct {
	ID       int64  `gorm:"column:meta_id;primaryKey"`
	ObjectID int64  `gorm:"column:post_id"`
	Key      string `gorm:"column:meta_key"`
	Value    string `gorm:"column:meta_value"`
}

// TermMeta is a row of wp_termmeta.
type TermMeta struct {
	ID       int64  `gorm:"column:meta_id;primaryKey"`
	ObjectID int64  `gorm:"column:term_id"`
	Key      string `gorm:"column:meta_key"`
	Value    string `gorm:"column:meta_value"`
}

// CommentMeta is a row of wp_commentmeta.
type CommentMeta struct {
	ID       int64  `gorm:"column:meta_id;primaryKey"`
	ObjectID int64  `gorm:"column:comment_id"`
	Key      string `gorm:"column:meta_key"`
	Value    string `gorm:"column:meta_value"`
}

// UserMeta is a row of wp_usermeta.
type UserMeta struct {
	ID       int64  `gorm:"column:umeta_id;primaryKey"`
	ObjectID int64  `gorm:"column:user_id"`
	Key      string `gorm:"column:meta_key"`
	Value    string `gorm:"column:meta_value"`
}

// Option is a row of wp_options.
type Option struct {
	ID       int64  `gorm:"column:option_id;primaryKey"`
	Name     string `gorm:"column:option_name"`
	Value    string `gorm:"column:option_value"`
	Autoload string `gorm:"column:autoload"`
}

// Link is a row of wp_links, the old blogroll: carried along, never shown.
type Link struct {
	ID          int64  `gorm:"column:link_id;primaryKey"`
	URL         string `gorm:"column:link_url"`
	Name        string `gorm:"column:link_name"`
	Image       string `gorm:"column:link_image"`
	Target      string `gorm:"column:link_target"`
	Description string `gorm:"column:link_description"`
	Visible     string `gorm:"column:link_visible"`
	Owner       int64  `gorm:"column:link_owner"`
	Rating      int64  `gorm:"column:link_rating"`
	Updated     string `gorm:"column:link_updated"`
	Rel         string `gorm:"column:link_rel"`
	Notes       string `gorm:"column:link_notes"`
	RSS         string `gorm:"column:link_rss"`
}
