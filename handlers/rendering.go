package handlers

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/render"
)

// rendering gives the session's renderer: its counters run on across the objects of an answer.
func (s *session) rendering() *render.Renderer {
	if s.renderer == nil {
		s.renderer = &render.Renderer{
			Settings: render.Settings{
				Home: s.home, SiteURL: s.siteURL, SiteName: s.options.String("blogname"), Locale: s.locale(),
				Smilies: s.options.Bool("use_smilies"), UploadsURL: s.uploadsURL(), Summary: s.summary(),
			},
			From:  render.Sources{Posts: renderPosts{s}, Attachments: attachments{s}, Site: &renderSite{s: s}},
			Theme: s.activeTheme(), Cache: s.renders(),
		}
	}
	return s.renderer
}

// summary says how summaries are made: as the language does, unless settings say otherwise.
func (s *session) summary() render.Summary {
	rules := render.SummaryOf(s.locale())
	if n := s.site.ExcerptLength; n > 0 {
		rules.Words = n
	}
	rules.More = s.site.ExcerptMore
	return rules
}

func postText(p *models.Post) render.PostText {
	return render.PostText{ID: p.ID, Type: p.Type, MimeType: p.MimeType, Title: p.Title, Content: p.Content, Excerpt: p.Excerpt}
}

// content is a post's content as readers see it.
func (s *session) content(p *models.Post) string { return s.rendering().Content(postText(p)) }

// excerpt is a post's summary as readers see it; words is the length of an
// automatic one, nil for the usual.
func (s *session) excerpt(p *models.Post, words *int) string {
	text := postText(p)
	text.ExcerptWords = words
	return s.rendering().Excerpt(text)
}

// editable is a post's content as editors get it.
func (s *session) editable(p *models.Post) string { return s.rendering().Editable(postText(p)) }

// shownContent is the content of an answer. Beside the raw content WordPress renders it a
// second time, behind the excerpt, which shows in ids that count (insert_hooked_blocks_into_rest_response).
func (s *session) shownContent(c *api.Context, p *models.Post) string {
	if site, ok := s.rendering().From.Site.(*renderSite); ok {
		site.open = c.View() == "edit"
	}
	before := s.rendering().Counted()
	text := s.content(p)
	if text == "" || c.View() != "edit" || !c.Wants("content", "raw") || s.rendering().Counted() == before {
		return text
	}
	switch p.Type {
	case "post", "page", "wp_block", "wp_navigation":
	default:
		return text
	}
	if c.Wants("excerpt", "rendered") {
		if s.summaries == nil {
			s.summaries = map[int64]string{}
		}
		s.summaries[p.ID] = s.shownExcerpt(c, p)
	}
	return s.content(p)
}

// shownExcerpt is the excerpt of an answer; shownContent may have rendered it.
func (s *session) shownExcerpt(c *api.Context, p *models.Post) string {
	if text, ok := s.summaries[p.ID]; ok {
		delete(s.summaries, p.ID)
		return text
	}
	var words *int
	if c.Has("excerpt_length") {
		n := int(c.Int("excerpt_length"))
		words = &n
	}
	return s.excerpt(p, words)
}

// uploadsURL is the address of the uploads folder.
func (s *session) uploadsURL() string {
	if u := s.site.UploadsURL; u != "" {
		return strings.TrimRight(u, "/")
	}
	if u := s.options.String("upload_url_path"); u != "" {
		return u
	}
	return s.siteURL + "/wp-content/uploads"
}

// attachments finds media for the renderer.
type attachments struct{ s *session }

func (a attachments) Attachment(id int64) *render.Attachment {
	s := a.s
	meta := s.postMeta.get(id) // before the post, for metadata announces pictures
	p := s.posts.full(id)
	if p == nil || p.Type != "attachment" {
		return nil
	}
	data, _ := meta.value("_wp_attachment_metadata").(*php.Array)
	return &render.Attachment{
		ID: p.ID, Parent: p.Parent, Title: p.Title, Caption: p.Excerpt, Description: p.Content,
		Alt: meta.text(altText), MimeType: p.MimeType, Link: s.permalink(p),
		URL: s.attachmentURL(p), File: meta.first("_wp_attached_file"), Meta: data, Thumbnail: s.thumbnail(p.ID),
	}
}

func (a attachments) Metadata(id int64) string {
	meta := a.s.postMeta.get(id)
	if p := a.s.posts.full(id); p == nil || p.Type != "attachment" {
		return ""
	}
	return meta.first("_wp_attachment_metadata")
}

func (a attachments) AttachmentsByID(ids []int64, mime string) []*render.Attachment {
	a.s.posts.wantFull(ids...)
	a.s.postMeta.want(ids...)
	var l []*render.Attachment
	for _, id := range ids {
		if at := a.Attachment(id); at != nil && hasMime(at.MimeType, mime) {
			l = append(l, at)
		}
	}
	return l
}

func hasMime(mime, prefix string) bool {
	return prefix == "" || mime == prefix || len(mime) > len(prefix) && mime[:len(prefix)+1] == prefix+"/"
}

func (a attachments) AttachmentsOf(post int64, mime string) []*render.Attachment {
	var ids []int64
	for _, p := range a.s.children.get(post) {
		ids = append(ids, p.ID)
	}
	return a.AttachmentsByID(ids, mime)
}

// attachmentURL is the address of a media object's file (wp_get_attachment_url).
func (s *session) attachmentURL(p *models.Post) string {
	if file := s.postMeta.get(p.ID).first("_wp_attached_file"); file != "" {
		return s.uploadsURL() + "/" + file
	}
	return p.GUID
}

// renderPosts finds posts that texts embed.
type renderPosts struct{ s *session }

func (r renderPosts) PostByURL(url string) (render.EmbeddedPost, bool) {
	p := r.s.postAt(url)
	if p == nil || !r.s.readable(p) || p.Status != "publish" {
		return render.EmbeddedPost{}, false
	}
	return render.EmbeddedPost{ID: p.ID, Title: render.Title(p.Title), Link: r.s.permalink(p), EmbedLink: r.s.embedLink(p)}, true
}

func (r renderPosts) EmbedCache(post int64, hash string) (string, bool) {
	meta := r.s.postMeta.get(post)
	html := meta.first("_oembed_" + hash)
	return html, html != "" && html != "{{unknown}}"
}

// themeCache keeps the active theme's data: themes change with a deployment, not with a
// request. What users have changed in it is asked for anew.
type themeCache struct {
	mu       sync.Mutex
	themes   map[string]cachedTheme
	renders  *render.Cache
	patterns patternCache
}

// renderedBytes is how much memory texts may take that were rendered once.
const renderedBytes = 64 << 20

// renders is the cache of rendered texts, nil where everything is made anew.
func (s *session) renders() *render.Cache {
	if !s.site.CacheOptions {
		return nil
	}
	c := &s.site.theme
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.renders == nil {
		c.renders = render.NewCache(renderedBytes)
	}
	return c.renders
}

// builtinTheme is the one where there are no files of a theme.
var builtinTheme = sync.OnceValue(render.DefaultTheme)

type cachedTheme struct {
	user  string
	theme *render.Theme
}

// activeTheme is the theme whose data layouts depend on; without its files, WordPress's own defaults.
func (s *session) activeTheme() *render.Theme {
	name := s.options.String("stylesheet")
	dirs := themeDirs(filepath.Join(s.site.Content, "themes"), name, s.options.String("template"))
	if !slices.ContainsFunc(dirs, func(dir string) bool { _, err := os.Stat(filepath.Join(dir, "theme.json")); return err == nil }) {
		return builtinTheme()
	}
	user := s.userStyles(name)
	c := &s.site.theme
	c.mu.Lock()
	defer c.mu.Unlock()
	key := strings.Join(dirs, "\n")
	if t, ok := c.themes[key]; ok && t.user == user {
		return t.theme
	}
	layers := make([]fs.FS, len(dirs))
	for i, dir := range dirs {
		layers[i] = os.DirFS(dir)
	}
	theme, err := render.LoadTheme(name, layers, user)
	if err != nil {
		s.site.Log.WarnContext(s.ctx, "theme not read", "theme", name, "error", err.Error())
		theme = builtinTheme()
	}
	if c.themes == nil {
		c.themes = map[string]cachedTheme{}
	}
	c.themes[key] = cachedTheme{user, theme}
	return theme
}

// userStylesPosts are the posts that hold what users have changed in themes, the newest first.
func (s *session) userStylesPosts(columns models.PostColumns, themes ...string) []models.Post {
	q := models.PostQuery{Types: []string{"wp_global_styles"}, Statuses: []string{"publish"}, OrderBy: []string{"date"}, Order: "desc", Columns: columns,
		Tax: []models.TaxClause{{Taxonomy: "wp_theme", Names: themes}}}
	if len(themes) == 1 {
		q.Limit = 1
	}
	found, err := s.site.Store.FindPosts(s.ctx, q)
	if err != nil {
		s.fail(err)
	}
	return found
}

// userStylesIDs are the ids of these posts by theme.
func (s *session) userStylesIDs(themes ...string) map[string]int64 {
	found, ids := s.userStylesPosts(models.PostIDs, themes...), map[string]int64{}
	for _, p := range found {
		s.postTerms.want(p.ID)
	}
	for _, p := range found {
		for _, t := range s.postTerms.get(p.ID) {
			for _, theme := range themes { // in any case, as the database has found them
				if t.Taxonomy == "wp_theme" && ids[theme] == 0 && strings.EqualFold(t.Name, theme) {
					ids[theme] = p.ID
				}
			}
		}
	}
	return ids
}

// userStyles is the JSON of what users have changed in a theme, "" for nothing
// (WP_Theme_JSON_Resolver::get_user_data).
func (s *session) userStyles(theme string) string {
	found := s.userStylesPosts(models.PostFull, theme)
	if len(found) == 0 || usersData(&found[0]) == nil {
		return ""
	}
	return found[0].Content
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
