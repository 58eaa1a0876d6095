package handlers

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
)

// Whoever read an object for editing knows its version: the ETag of the answer. He may send it
// back with a change, which then is refused if somebody else has changed the object meanwhile.
// A version names what is stored, not the bytes of an answer: it is the same in every context,
// and changes with every column, metadata or term that a client can write.

// versionOf makes a version of all that counts.
func versionOf(parts ...any) string {
	text, _ := json.Marshal(parts) // rows of texts and numbers
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:15])
}

// versioned tells who may edit an object its version.
func versioned(c *api.Context, res *api.Response, version func() string) *api.Response {
	if c.View() == "edit" && !c.Embedding {
		res.Version = version()
	}
	return res
}

// unchanged refuses a change of an object that is not what the client thinks it is: If-Match
// names its version, If-Unmodified-Since when it was read. modifiedGMT is "" for what knows not when it was changed.
func unchanged(c *api.Context, modifiedGMT string, version func() string) error {
	header := c.Request.Header
	if tags := header.Values("If-Match"); len(tags) > 0 { // then the other does not count (RFC 9110, 13.1.4)
		if !matches(strings.Join(tags, ","), version) {
			return errChanged()
		}
		return nil
	}
	since, err := http.ParseTime(header.Get("If-Unmodified-Since"))
	if modified, ok := wpdate.Parse(modifiedGMT, time.UTC); err == nil && ok && modified.After(since) {
		return errChanged()
	}
	return nil
}

func errChanged() error {
	return api.NewError(http.StatusPreconditionFailed, "rest_precondition_failed", "The object has been changed in the meantime.")
}

// matches tells whether a list of tags has a version, or is *, which is any. A tag is weak
// where an answer was compressed: it means the same here.
func matches(tags string, version func() string) bool {
	for tag := range strings.SplitSeq(tags, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == `"`+version()+`"` {
			return true
		}
	}
	return false
}

// passing are the metadata of posts that come and go without anybody changing the post.
var passing = []string{"_edit_lock", "_edit_last", "_pingme", "_encloseme"}

// postVersion is the version of a post of any type.
func (s *session) postVersion(id int64) string {
	post := s.posts.full(id)
	if post == nil {
		return ""
	}
	row := *post
	row.CommentCount, row.ToPing, row.Pinged = 0, "", ""
	meta := metaValues{}
	for key, values := range s.postMeta.get(id) {
		if !slices.Contains(passing, key) {
			meta[key] = values
		}
	}
	var terms []int64
	for _, t := range s.postTerms.get(id) {
		terms = append(terms, t.TermTaxonomyID)
	}
	slices.Sort(terms)
	return versionOf(row, meta, terms, slices.Contains(s.options.IDs("sticky_posts"), id))
}

// unchangedPost is unchanged for a post of any type.
func (s *session) unchangedPost(c *api.Context, p *models.Post) error {
	return unchanged(c, p.ModifiedGMT, func() string { return s.postVersion(p.ID) })
}

// termVersion is the version of a term. How many posts it has is not the term's doing.
func (s *session) termVersion(t *models.TermRow) string {
	row := *t
	row.Count = 0
	return versionOf(row, s.termMeta.get(t.ID))
}

// unchanged refuses a change of a term that is not what the client thinks it is.
func (t *terms) unchanged(c *api.Context, id int64) error {
	return unchanged(c, "", func() string {
		if row := of(c).terms.get(id); row != nil {
			return of(c).termVersion(row)
		}
		return ""
	})
}

// commentVersion is the version of a comment.
func (s *session) commentVersion(m *models.Comment) string {
	return versionOf(m, s.commentMeta.get(m.ID))
}

// userVersion is the version of a user, without what signing in changes.
func (s *session) userVersion(u *models.User) string {
	row := *u
	row.Pass, row.ActivationKey = "", ""
	all, meta := s.userMeta.get(u.ID), metaValues{}
	keys := []string{s.site.Store.Prefix() + "capabilities"}
	for _, m := range freshUser {
		keys = append(keys, m[0])
	}
	for _, m := range registry.Meta("user", "") {
		keys = append(keys, m.Key)
	}
	for _, key := range keys {
		meta[key] = all[key]
	}
	return versionOf(row, meta)
}

// version is the version of a template, which may be a file of the theme.
func (t *templates) version(s *session, item *blockTemplate) string {
	if item.post == nil {
		return versionOf(t.typ.Name, item.theme, item.slug)
	}
	return s.postVersion(item.post.ID)
}

// version is the version of all settings together.
func (t *settings) version(s *session) string {
	values := make([]any, len(t.list))
	for i := range t.list {
		values[i], _ = s.options.Get(t.list[i].Option)
	}
	return versionOf(values)
}
