package handlers

import (
	"strings"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/registry"
)

// postLoader is a loader of posts that reads contents only when they are asked for.
type postLoader struct {
	s     *session
	heads loader[int64, *models.Post]
	fulls loader[int64, *models.Post]
	ready bool
}

func (l *postLoader) init() {
	if l.ready {
		return
	}
	l.ready = true
	store, ctx, fail := l.s.site.Store, l.s.ctx, l.s.fail
	l.heads = loader[int64, *models.Post]{fail: fail, fetch: func(ids []int64) (map[int64]*models.Post, error) {
		// Parents come along: permalinks of pages and the status of attachments depend on them.
		found, err := store.Lineage(ctx, ids, models.PostHeaders)
		for id, p := range found {
			l.heads.put(id, p)
		}
		return found, err
	}}
	l.fulls = loader[int64, *models.Post]{fail: fail, fetch: func(ids []int64) (map[int64]*models.Post, error) {
		found, err := store.FullLineage(ctx, ids)
		for id, p := range found {
			l.heads.put(id, p)
			l.s.announceContent(p)
		}
		return found, err
	}}
}

// want announces posts that may be asked for.
func (l *postLoader) want(ids ...int64) {
	l.init()
	l.heads.want(ids...)
}

// wantFull announces posts whose contents may be asked for.
func (l *postLoader) wantFull(ids ...int64) {
	l.init()
	l.fulls.want(ids...)
}

// knows tells whether a post has been loaded, perhaps without its content.
func (l *postLoader) knows(id int64) bool {
	l.init()
	_, head := l.heads.known[id]
	_, full := l.fulls.known[id]
	return head || full
}

// put stores posts that a query has read.
func (l *postLoader) put(p *models.Post, full bool) {
	l.init()
	l.heads.put(p.ID, p)
	if full {
		l.fulls.put(p.ID, p)
		l.s.announceContent(p)
	}
}

// get gives a post, perhaps without its content, or nil.
func (l *postLoader) get(id int64) *models.Post {
	l.init()
	if id <= 0 {
		return nil
	}
	if p, ok := l.fulls.known[id]; ok {
		return p
	}
	return l.heads.get(id)
}

// full gives a post with its content, or nil.
func (l *postLoader) full(id int64) *models.Post {
	l.init()
	if id <= 0 {
		return nil
	}
	return l.fulls.get(id)
}

func (l *postLoader) forget(ids ...int64) {
	l.init()
	l.heads.forget(ids...)
	l.fulls.forget(ids...)
}

// announceContent announces what rendering a content may ask for: the posts it
// names, pictures above all, its own media for galleries, and what it embeds. A
// page of posts then costs one statement for all of them.
func (s *session) announceContent(p *models.Post) {
	content := p.Content
	if strings.Contains(content, "[gallery") || strings.Contains(content, "[playlist") {
		s.children.want(p.ID)
	}
	home := "\n" + s.home + "/" // at the beginning of a line
	rest, found := strings.CutPrefix(content, home[1:])
	if !found {
		_, rest, found = strings.Cut(content, home)
	}
	for ; found; _, rest, found = strings.Cut(rest, home) {
		address, _, _ := strings.Cut(rest, "\n")
		s.slugs.want(slugsIn(strings.TrimSpace(address))...)
	}
	var ids []int64
	for _, mark := range []string{"wp-image-", `"id":`, `"mediaId":`, `"ref":`} {
		for rest := content; ; {
			_, after, ok := strings.Cut(rest, mark)
			if !ok {
				break
			}
			id, n := leadingID(after)
			if n > 0 {
				ids = append(ids, id)
			}
			rest = after[n:]
		}
	}
	for _, mark := range []string{"ids=", `"ids":[`} {
		for rest := content; ; {
			_, after, ok := strings.Cut(rest, mark)
			if !ok {
				break
			}
			for rest = strings.TrimLeft(after, `"'`); ; {
				rest = strings.TrimLeft(rest, ", ")
				id, n := leadingID(rest)
				if n == 0 {
					break
				}
				ids, rest = append(ids, id), rest[n:]
			}
		}
	}
	if len(ids) > 0 {
		s.posts.wantFull(ids...)
		s.postMeta.want(ids...)
	}
}

// leadingID reads the id at the start of a text; n is its length, 0 without one.
func leadingID(text string) (id int64, n int) {
	for n < len(text) && n < 18 && '0' <= text[n] && text[n] <= '9' {
		id = 10*id + int64(text[n]-'0')
		n++
	}
	return id, n
}

// objects answers the questions of capability checks from what the session has loaded.
type objects struct{ s *session }

func (o objects) Post(id int64) *models.Post { return o.s.posts.get(id) }

func (o objects) TrashedFrom(id int64) string {
	return o.s.postMeta.get(id).first("_wp_trash_meta_status")
}

func (o objects) Comment(id int64) *models.Comment { return o.s.comments.get(id) }

func (o objects) Term(id int64) *models.TermTaxonomy {
	t := o.s.terms.get(id)
	if t == nil {
		return nil
	}
	return &models.TermTaxonomy{ID: t.TermTaxonomyID, TermID: t.ID, Taxonomy: t.Taxonomy, Description: t.Description, Parent: t.Parent, Count: t.Count}
}

func (o objects) UserExists(id int64) bool { return o.s.users.get(id) != nil }

func (o objects) Option(name string) string { return o.s.options.String(name) }

// MetaAuth: registered metadata may be changed by whoever may edit the object.
func (o objects) MetaAuth(_ *auth.User, object, subtype, key string, _ int64) (allowed, known bool) {
	for _, m := range registry.Meta(object, subtype) {
		if m.Key == key {
			return true, true
		}
	}
	return false, false
}
