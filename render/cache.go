package render

import (
	"crypto/sha256"
	"slices"

	"github.com/maypok86/otter/v2"
)

// Cache holds rendered texts that depend on nothing but themselves, the settings, the theme
// and the metadata of pictures, which is compared whenever they are taken out. So nothing in
// it is ever out of date. It may be used by many at once.
type Cache struct {
	texts *otter.Cache[cacheKey, *rendered]
}

// NewCache makes a cache that holds so many bytes of texts.
func NewCache(bytes uint64) *Cache {
	return &Cache{otter.Must(&otter.Options[cacheKey, *rendered]{
		MaximumWeight: bytes,
		Weigher:       func(_ cacheKey, e *rendered) uint32 { return uint32(min(len(e.html)+256*(1+len(e.pictures)), 1<<30)) },
	})}
}

// cacheKey is all that a cached text depends on, but for pictures.
type cacheKey struct {
	kind     byte // 'c' content, 'e' excerpt
	words    int  // that an excerpt is asked for, if asked
	asked    bool
	late     bool // lateAutop before
	postType string
	text     [sha256.Size]byte
	settings Settings
	theme    *Theme
}

// rendered is a text that is kept.
type rendered struct {
	html     string
	late     bool // lateAutop after
	pictures []pictureUse
}

// pictureUse is the metadata of a picture as a text has used it.
type pictureUse struct {
	id       int64
	metadata string
}

// uses are what a text has used while it was rendered.
type uses struct {
	varies   bool // something that is not compared
	pictures []pictureUse
}

// vary notes that the text being rendered may be another next time.
func (r *Renderer) vary() {
	if r.uses != nil {
		r.uses.varies = true
	}
}

// picture gives an attachment whose metadata alone is used.
func (r *Renderer) picture(id int64) *Attachment {
	if r.uses != nil {
		r.uses.pictures = append(r.uses.pictures, pictureUse{id, r.From.Attachments.Metadata(id)})
	}
	return r.From.Attachments.Attachment(id)
}

// maxCached is the longest text that is kept.
const maxCached = 1 << 20

// cached gives a text of a post out of the cache, or renders it and keeps it if that
// depended on nothing else. Texts inside of texts are not kept, nor those of media, which
// show their file.
func (r *Renderer) cached(key cacheKey, in PostText, text string, render func() string) string {
	if r.Cache == nil || r.uses != nil || r.blocks.depth > 0 || in.Type == "attachment" || len(text) > maxCached {
		return render()
	}
	key.late, key.postType, key.settings, key.theme = r.lateAutop, in.Type, r.Settings, r.theme()
	key.text = r.sum(text)
	if e, ok := r.Cache.texts.GetIfPresent(key); ok && !slices.ContainsFunc(e.pictures, r.changed) {
		r.lateAutop = e.late
		return e.html
	}
	r.uses = &uses{}
	html := render()
	used := r.uses
	r.uses = nil
	if !used.varies {
		r.Cache.texts.Set(key, &rendered{html: html, late: r.lateAutop, pictures: used.pictures})
	}
	return html
}

// hashedText is a text and its hash.
type hashedText struct {
	text string
	sum  [sha256.Size]byte
}

// sum is the hash of a text. That of a content is wanted twice in a row: its summary follows.
func (r *Renderer) sum(text string) [sha256.Size]byte {
	if r.hashed == nil || r.hashed.text != text {
		r.hashed = &hashedText{text, sha256.Sum256([]byte(text))}
	}
	return r.hashed.sum
}

// changed tells whether a picture's metadata are others than when they were used.
func (r *Renderer) changed(u pictureUse) bool {
	return r.From.Attachments == nil || r.From.Attachments.Metadata(u.id) != u.metadata
}
