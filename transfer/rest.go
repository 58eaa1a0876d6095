package transfer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
	"gorm.io/gorm"
)

// Imported counts what ImportREST has stored.
type Imported struct {
	Posts, Terms, Users int
	// Notes tell of documents whose texts could not be stored so that they come
	// back byte for byte, and of references that were made up.
	Notes []string
}

// ImportREST stores what the API of another site has answered: one document or
// a list, of posts of any type, media, terms or users. Everything keeps its id,
// dates, slug and guid; what a post refers to is made if it is not there, from
// _embedded where that is given. All of it is one transaction.
//
// Documents of context=edit bring the stored texts. Others bring what readers
// see, and a text is stored such that it is shown again just so.
func ImportREST(ctx context.Context, store *models.Store, documents ...any) (Imported, error) {
	options, err := store.Options(ctx)
	if err != nil {
		return Imported{}, err
	}
	i := &restImport{prefix: store.Prefix(), options: options, renderer: &render.Renderer{Settings: render.Settings{
		Home: options.String("home"), SiteURL: options.String("siteurl"), SiteName: options.String("blogname"),
		Locale: "en_US", Smilies: options.Bool("use_smilies"),
	}}}
	err = store.Tx(ctx, func(tx *gorm.DB) error {
		i.tx = tx
		for n, d := range documents {
			if err := i.document(d); err != nil {
				return fmt.Errorf("document %d: %w", n+1, err)
			}
		}
		if err := i.finish(); err != nil {
			return err
		}
		return store.SkipTaken(tx, "posts", "terms", "term_taxonomy", "users", "postmeta", "usermeta")
	})
	if err != nil {
		return Imported{}, err
	}
	return i.done, nil
}

type restImport struct {
	tx       *gorm.DB
	prefix   string
	options  *models.Options
	renderer *render.Renderer
	done     Imported
	sticky   []int64
	tax      []int64   // term_taxonomy_ids whose counts changed
	pictures []picture // featured ones, which come among the later documents or not at all
}

// picture is the featured picture of a post.
type picture struct {
	id       int64
	of       models.Post
	document object // empty where none is embedded
}

// object reads members of a document without asking whether they are there.
type object struct{ a *php.Array }

func objectOf(v any) object { a, _ := v.(*php.Array); return object{a} }

func (o object) value(name string) any  { v, _ := o.a.Get(name); return v }
func (o object) in(name string) object  { return objectOf(o.value(name)) }
func (o object) int(name string) int64  { return php.ToInt(o.value(name)) }
func (o object) list(name string) []any { return o.in(name).a.Values() }
func (o object) has(name string) bool   { _, ok := o.a.Get(name); return ok }
func (o object) text(name string) string {
	if s, ok := o.value(name).(string); ok {
		return s
	}
	return ""
}

func (i *restImport) document(v any) error {
	o := objectOf(v)
	switch {
	case o.a == nil:
		return errors.New("this is no object of the REST API")
	case o.a.IsList():
		for n, e := range o.a.Values() {
			if err := i.document(e); err != nil {
				return fmt.Errorf("element %d: %w", n+1, err)
			}
		}
		return nil
	case o.has("code") && o.has("message"):
		return fmt.Errorf("this is an error of the other site: %s", o.text("code"))
	case o.has("taxonomy") && o.has("slug"):
		_, err := i.term(o, o.int("id"), o.text("taxonomy"), "")
		return err
	case o.has("type") && o.has("id") && o.has("slug"):
		return i.post(o)
	case o.has("slug") && o.has("name") && o.has("id"):
		return i.user(o, o.int("id"))
	}
	return errors.New("this is neither a post nor a term nor a user")
}

// stored turns a date of the API into a stored one.
func stored(date string) string { return strings.Replace(date, "T", " ", 1) }

func (i *restImport) post(o object) error {
	id := o.int("id")
	if id <= 0 {
		return errors.New("the post has no id")
	}
	typ := o.text("type")
	var there []models.Post
	if err := i.tx.Select("id", "post_type").Where("id = ?", id).Find(&there).Error; err != nil {
		return fmt.Errorf("look for post %d: %w", id, err)
	}
	if len(there) > 0 && there[0].Type != typ {
		return fmt.Errorf("post %d is a %s here already and not a %s", id, there[0].Type, typ)
	}
	p := models.Post{
		ID: id, Author: o.int("author"), Type: typ, Status: o.text("status"), Name: o.text("slug"),
		Date: stored(o.text("date")), DateGMT: stored(o.text("date_gmt")), Modified: stored(o.text("modified")), ModifiedGMT: stored(o.text("modified_gmt")),
		CommentStatus: o.text("comment_status"), PingStatus: o.text("ping_status"), Password: o.text("password"),
		Parent: o.int("parent"), MenuOrder: o.int("menu_order"), GUID: guid(o),
	}
	if p.Status == "" {
		p.Status = "publish"
	}
	for _, status := range []*string{&p.CommentStatus, &p.PingStatus} {
		if *status == "" {
			*status = "closed"
		}
	}
	for _, d := range []struct{ field, fallback *string }{{&p.DateGMT, &p.Date}, {&p.Modified, &p.Date}, {&p.ModifiedGMT, &p.DateGMT}} {
		if *d.field == "" {
			*d.field = *d.fallback
		}
	}
	if p.Date == "" {
		return fmt.Errorf("post %d has no date", id)
	}
	if content := o.in("content"); content.value("protected") == true && content.text("raw") == "" && content.text("rendered") == "" {
		return fmt.Errorf("post %d is protected by a password: its text is only in documents of context=edit", id)
	}
	i.texts(o, &p)
	if typ == "attachment" {
		i.attachment(o, &p)
	}
	if err := i.tx.Save(&p).Error; err != nil {
		return fmt.Errorf("store post %d: %w", id, err)
	}
	i.done.Posts++
	if err := i.meta(o, p); err != nil {
		return err
	}
	if o.value("sticky") == true {
		i.sticky = append(i.sticky, id)
	}
	if err := i.author(o, p.Author); err != nil {
		return err
	}
	if featured := o.int("featured_media"); featured > 0 && o.in("_links").has("wp:featuredmedia") { // sites link what is there
		i.pictures = append(i.pictures, picture{featured, p, embedded(o, "wp:featuredmedia", featured)})
	}
	return i.relations(o, p)
}

func guid(o object) string {
	if raw := o.in("guid").text("raw"); raw != "" {
		return raw
	}
	return sanitize.DecodeEntities(o.in("guid").text("rendered"))
}

// texts finds what to store so that title, content and excerpt are shown as in the document.
func (i *restImport) texts(o object, p *models.Post) {
	one := func(field string, show func(stored string) string, candidates func(rendered string) []string) string {
		text := o.in(field)
		if text.has("raw") {
			return text.text("raw")
		}
		rendered := text.text("rendered")
		for _, c := range candidates(rendered) {
			if show(c) == rendered {
				return c
			}
		}
		if rendered != "" {
			i.done.Notes = append(i.done.Notes, fmt.Sprintf("post %d: the %s may be shown with other bytes than before", p.ID, field))
		}
		return rendered
	}
	p.Title = one("title", render.Title, func(r string) []string { return []string{sanitize.DecodeEntities(r), r} })
	p.Content = one("content", func(s string) string {
		return i.renderer.Content(render.PostText{ID: p.ID, Type: p.Type, Title: p.Title, Content: s})
	}, func(r string) []string { return []string{r, "<!-- wp:html -->" + r + "<!-- /wp:html -->"} })
	p.Excerpt = one("excerpt", func(s string) string {
		return i.renderer.Excerpt(render.PostText{ID: p.ID, Type: p.Type, Title: p.Title, Content: p.Content, Excerpt: s})
	}, func(r string) []string {
		bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(r, "\n"), "<p>"), "</p>")
		return []string{"", sanitize.DecodeEntities(bare), bare, r}
	})
}

// attachment takes over what documents say of a file.
func (i *restImport) attachment(o object, p *models.Post) {
	p.MimeType = o.text("mime_type")
	p.Parent = o.int("post")
	if p.Status == "" || p.Status == "publish" {
		p.Status = "inherit"
	}
	p.Excerpt, p.Content = "", ""
	for field, into := range map[string]*string{"caption": &p.Excerpt, "description": &p.Content} {
		if raw := o.in(field); raw.has("raw") {
			*into = raw.text("raw")
		}
	}
	if p.GUID == "" {
		p.GUID = o.text("source_url")
	}
}

func (i *restImport) meta(o object, p models.Post) error {
	values := map[string]string{}
	if id := o.int("featured_media"); id > 0 {
		values["_thumbnail_id"] = strconv.FormatInt(id, 10)
	}
	if t := o.text("template"); t != "" {
		values["_wp_page_template"] = t
	}
	for k, v := range o.in("meta").a.All() {
		if text, ok := v.(string); ok && text != "" {
			values[k.String()] = php.MaybeSerialize(text)
		}
	}
	if p.Type == "attachment" {
		if alt := o.text("alt_text"); alt != "" {
			values["_wp_attachment_image_alt"] = php.MaybeSerialize(alt)
		}
		if _, file, ok := strings.Cut(o.text("source_url"), "/uploads/"); ok {
			values["_wp_attached_file"] = file
			if details, err := attachmentMeta(o.in("media_details"), file); err != nil {
				return fmt.Errorf("media %d: %w", p.ID, err)
			} else if details != "" {
				values["_wp_attachment_metadata"] = details
			}
		}
	}
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if err := i.tx.Where("post_id = ? AND meta_key = ?", p.ID, k).Delete(&models.PostMeta{}).Error; err != nil {
			return fmt.Errorf("replace %s of post %d: %w", k, p.ID, err)
		}
		if err := i.tx.Create(&models.PostMeta{ObjectID: p.ID, Key: k, Value: values[k]}).Error; err != nil {
			return fmt.Errorf("store %s of post %d: %w", k, p.ID, err)
		}
	}
	return nil
}

// attachmentMeta writes media_details as WordPress stores them.
func attachmentMeta(details object, file string) (string, error) {
	if details.a.Len() == 0 {
		return "", nil
	}
	meta := &php.Array{}
	for _, name := range []string{"width", "height"} {
		if details.has(name) {
			meta.Set(name, details.int(name))
		}
	}
	meta.Set("file", file)
	if details.has("filesize") {
		meta.Set("filesize", details.int("filesize"))
	}
	sizes := &php.Array{}
	for k, v := range details.in("sizes").a.All() {
		if k.String() == "full" {
			continue
		}
		s, size := objectOf(v), &php.Array{}
		size.Set("file", s.text("file"))
		size.Set("width", s.int("width"))
		size.Set("height", s.int("height"))
		size.Set("mime-type", s.text("mime_type"))
		if s.has("filesize") {
			size.Set("filesize", s.int("filesize"))
		}
		sizes.Put(k, size)
	}
	meta.Set("sizes", sizes)
	if v := details.value("image_meta"); v != nil {
		meta.Set("image_meta", v)
	}
	return php.Serialize(meta)
}

// author makes the post's author, if there is none with that id.
func (i *restImport) author(o object, id int64) error {
	if id <= 0 {
		return nil
	}
	return i.user(embedded(o, "author", id), id)
}

// embedded finds an object of an id in what a document has embedded of a relation, an empty one where it is not.
func embedded(o object, relation string, id int64) object {
	for _, e := range o.in("_embedded").list(relation) {
		if a := objectOf(e); a.int("id") == id {
			return a
		}
	}
	return object{}
}

// featured stores a featured picture that none of the documents was: without its file if it is not embedded either.
func (i *restImport) featured(p picture) error {
	var n int64
	if err := i.tx.Model(&models.Post{}).Where("id = ?", p.id).Count(&n).Error; err != nil {
		return fmt.Errorf("look for picture %d: %w", p.id, err)
	}
	switch {
	case n > 0:
		return nil
	case p.document.a != nil:
		return i.post(p.document)
	}
	i.done.Notes = append(i.done.Notes, fmt.Sprintf("picture %d of post %d was made without a file", p.id, p.of.ID))
	made := models.Post{ID: p.id, Type: "attachment", Status: "inherit", Name: "attachment-" + strconv.FormatInt(p.id, 10), Author: p.of.Author, CommentStatus: "closed", PingStatus: "closed",
		Date: p.of.Date, DateGMT: p.of.DateGMT, Modified: p.of.Date, ModifiedGMT: p.of.DateGMT}
	if err := i.tx.Create(&made).Error; err != nil {
		return fmt.Errorf("store picture %d: %w", p.id, err)
	}
	i.done.Posts++
	return nil
}

// user stores a user who cannot sign in; who is there already stays as he is.
func (i *restImport) user(o object, id int64) error {
	var n int64
	if err := i.tx.Model(&models.User{}).Where("id = ?", id).Count(&n).Error; err != nil {
		return fmt.Errorf("look for user %d: %w", id, err)
	}
	if n > 0 {
		return nil
	}
	slug := o.text("slug")
	if slug == "" {
		slug = "author-" + strconv.FormatInt(id, 10)
		i.done.Notes = append(i.done.Notes, fmt.Sprintf("user %d was made without a name", id))
	}
	u := models.User{ID: id, Login: slug, Nicename: slug, DisplayName: o.text("name"), URL: o.text("url"), Registered: "1970-01-01 00:00:00"}
	if u.DisplayName == "" {
		u.DisplayName = slug
	}
	if username := o.text("username"); username != "" {
		u.Login, u.Email = username, o.text("email")
	}
	if err := i.tx.Create(&u).Error; err != nil {
		return fmt.Errorf("store user %d: %w", id, err)
	}
	caps := &php.Array{}
	caps.Set("author", true)
	text, err := php.Serialize(caps)
	if err != nil {
		return err
	}
	meta := []models.UserMeta{{ObjectID: id, Key: i.prefix + "capabilities", Value: text}, {ObjectID: id, Key: i.prefix + "user_level", Value: "2"},
		{ObjectID: id, Key: "nickname", Value: php.MaybeSerialize(u.DisplayName)}, {ObjectID: id, Key: "description", Value: php.MaybeSerialize(o.text("description"))}}
	if err := i.tx.Create(&meta).Error; err != nil {
		return fmt.Errorf("store user %d: %w", id, err)
	}
	i.done.Users++
	return nil
}

// taxonomies are the members of posts that hold ids of terms, and the class
// before a term's slug in class_list.
var taxonomies = []struct{ member, taxonomy, class string }{
	{"categories", "category", "category-"}, {"tags", "post_tag", "tag-"}, {"wp_pattern_category", "wp_pattern_category", ""},
}

// relations gives the post its terms.
func (i *restImport) relations(o object, p models.Post) error {
	var terms []int64
	known := i.embeddedTerms(o)
	for _, t := range taxonomies {
		slugs := classSlugs(o.list("class_list"), t.class)
		ids := o.list(t.member)
		for n, v := range ids {
			slug := ""
			if len(slugs) == len(ids) {
				slug = slugs[n]
			}
			id, err := i.term(known[php.ToInt(v)], php.ToInt(v), t.taxonomy, slug)
			if err != nil {
				return err
			}
			terms = append(terms, id)
		}
	}
	if f := o.text("format"); f != "" && f != "standard" {
		id, err := i.named("post_format", "post-format-"+f)
		if err != nil {
			return err
		}
		terms = append(terms, id)
	}
	var before []int64
	if err := i.tx.Model(&models.TermRelationship{}).Where("object_id = ?", p.ID).Pluck("term_taxonomy_id", &before).Error; err != nil {
		return fmt.Errorf("terms of post %d: %w", p.ID, err)
	}
	if err := i.tx.Where("object_id = ?", p.ID).Delete(&models.TermRelationship{}).Error; err != nil {
		return fmt.Errorf("terms of post %d: %w", p.ID, err)
	}
	for _, id := range terms {
		if err := i.tx.Create(&models.TermRelationship{ObjectID: p.ID, TermTaxonomyID: id}).Error; err != nil {
			return fmt.Errorf("terms of post %d: %w", p.ID, err)
		}
	}
	i.tax = append(append(i.tax, before...), terms...)
	return nil
}

func (i *restImport) embeddedTerms(o object) map[int64]object {
	known := map[int64]object{}
	for _, group := range o.in("_embedded").list("wp:term") {
		for _, v := range objectOf(group).a.Values() {
			t := objectOf(v)
			known[t.int("id")] = t
		}
	}
	return known
}

// classSlugs are the slugs that a post's classes name, in the order of its terms.
func classSlugs(classes []any, prefix string) []string {
	var l []string
	for _, c := range classes {
		if slug, ok := strings.CutPrefix(php.ToString(c), prefix); ok && prefix != "" {
			l = append(l, slug)
		}
	}
	return l
}

// term stores a term under its id and gives its term_taxonomy_id. A term that is
// there stays as it is unless the document itself describes it.
func (i *restImport) term(o object, id int64, taxonomy, slug string) (int64, error) {
	if id <= 0 {
		return 0, fmt.Errorf("a term of %s has no id", taxonomy)
	}
	var there []models.TermTaxonomy
	if err := i.tx.Where("term_id = ?", id).Find(&there).Error; err != nil {
		return 0, fmt.Errorf("look for term %d: %w", id, err)
	}
	for _, t := range there {
		if t.Taxonomy == taxonomy {
			if !o.has("slug") {
				return t.ID, nil
			}
			err := i.tx.Model(&models.Term{}).Where("term_id = ?", id).Updates(map[string]any{"name": o.text("name"), "slug": o.text("slug")}).Error
			return t.ID, err
		}
	}
	if len(there) > 0 {
		return 0, fmt.Errorf("term %d is one of %s here already and not of %s", id, there[0].Taxonomy, taxonomy)
	}
	name := o.text("name")
	if o.has("slug") {
		slug = o.text("slug")
	}
	if slug == "" {
		slug = "term-" + strconv.FormatInt(id, 10)
	}
	if name == "" {
		name = strings.ReplaceAll(slug, "-", " ")
		i.done.Notes = append(i.done.Notes, fmt.Sprintf("term %d of %s was named after its slug", id, taxonomy))
	}
	if err := i.tx.Create(&models.Term{ID: id, Name: name, Slug: slug}).Error; err != nil {
		return 0, fmt.Errorf("store term %d: %w", id, err)
	}
	t := models.TermTaxonomy{TermID: id, Taxonomy: taxonomy, Description: o.text("description"), Parent: o.int("parent")}
	if err := i.tx.Create(&t).Error; err != nil {
		return 0, fmt.Errorf("store term %d: %w", id, err)
	}
	i.done.Terms++
	i.tax = append(i.tax, t.ID)
	return t.ID, nil
}

// named gives the term of a taxonomy with that slug, and makes it where there is none.
func (i *restImport) named(taxonomy, slug string) (int64, error) {
	var ids []int64
	err := i.tx.Model(&models.TermTaxonomy{}).Where("taxonomy = ? AND term_id IN (?)", taxonomy,
		i.tx.Model(&models.Term{}).Select("term_id").Where("slug = ?", slug)).Pluck("term_taxonomy_id", &ids).Error
	if err != nil {
		return 0, fmt.Errorf("look for %s: %w", slug, err)
	}
	if len(ids) > 0 {
		return ids[0], nil
	}
	term := models.Term{Name: slug, Slug: slug}
	if err := i.tx.Create(&term).Error; err != nil {
		return 0, fmt.Errorf("store %s: %w", slug, err)
	}
	t := models.TermTaxonomy{TermID: term.ID, Taxonomy: taxonomy}
	if err := i.tx.Create(&t).Error; err != nil {
		return 0, fmt.Errorf("store %s: %w", slug, err)
	}
	return t.ID, nil
}

// finish makes pictures that are not there, counts the posts of terms and notes sticky posts.
func (i *restImport) finish() error {
	for _, p := range i.pictures {
		if err := i.featured(p); err != nil {
			return err
		}
	}
	slices.Sort(i.tax)
	for _, id := range slices.Compact(i.tax) {
		var n int64
		err := i.tx.Model(&models.Post{}).Where("post_status = ? AND id IN (?)", "publish",
			i.tx.Model(&models.TermRelationship{}).Select("object_id").Where("term_taxonomy_id = ?", id)).Count(&n).Error
		if err == nil {
			err = i.tx.Model(&models.TermTaxonomy{}).Where("term_taxonomy_id = ?", id).Update("count", n).Error
		}
		if err != nil {
			return fmt.Errorf("count posts of terms: %w", err)
		}
	}
	if len(i.sticky) == 0 {
		return nil
	}
	list := &php.Array{}
	all := i.options.IDs("sticky_posts")
	for _, id := range i.sticky {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	for _, id := range all {
		list.Append(id)
	}
	text, err := php.Serialize(list)
	if err != nil {
		return err
	}
	if err := i.tx.Model(&models.Option{}).Where("option_name = ?", "sticky_posts").Update("option_value", text).Error; err != nil {
		return fmt.Errorf("note sticky posts: %w", err)
	}
	return nil
}
