package auth

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
)

// world is a small site and what WordPress says about it: testdata/capabilities.json, asked from a running WordPress.
type world struct {
	Roles string
	Types []struct {
		Name string
		Map  bool
		Caps map[string]any
	}
	Taxonomies []struct {
		Name string
		Caps map[string]string
	}
	Statuses []struct {
		Name            string
		Public, Private bool
	}
	Options map[string]string
	Users   []struct {
		ID        int64
		Caps, All string
		Roles     []string
	}
	Posts, Comments, Terms, Answers, Meta [][]any

	posts   map[int64]*models.Post
	trashed map[int64]string
	asked   int
}

func (w *world) Post(id int64) *models.Post  { w.asked++; return w.posts[id] }
func (w *world) TrashedFrom(id int64) string { return w.trashed[id] }
func (w *world) Option(name string) string   { return w.Options[name] }
func (w *world) UserExists(id int64) bool    { return id < 10 }
func (w *world) Comment(id int64) *models.Comment {
	for _, c := range w.Comments {
		if num(c[0]) == id {
			return &models.Comment{ID: id, PostID: num(c[1])}
		}
	}
	return nil
}
func (w *world) Term(id int64) *models.TermTaxonomy {
	for _, t := range w.Terms {
		if num(t[0]) == id {
			return &models.TermTaxonomy{TermID: id, Taxonomy: t[1].(string)}
		}
	}
	return nil
}
func (w *world) MetaAuth(_ *User, object, subtype, key string, _ int64) (allowed, known bool) {
	return true, object == "post" && subtype == "wp_template" && key == "_guarded"
}

func num(v any) int64 { f, _ := v.(float64); return int64(f) }

// worlds are an ordinary site, and one of stray attachments, revisions, types and statuses.
var worlds = []string{"testdata/capabilities.json", "testdata/capabilities-edges.json"}

func loadWorld(t *testing.T, file string) (*world, *Access, []*User) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{posts: map[int64]*models.Post{}, trashed: map[int64]string{}}
	if err := json.Unmarshal(text, w); err != nil {
		t.Fatal(err)
	}
	for _, p := range w.Posts {
		id := num(p[0])
		w.posts[id] = &models.Post{ID: id, Author: num(p[1]), Type: p[2].(string), Status: p[3].(string), Parent: num(p[4])}
		w.trashed[id] = p[5].(string)
	}
	var types []PostType
	for _, v := range w.Types {
		caps := map[string]string{}
		for k, c := range v.Caps {
			caps[k], _ = c.(string)
		}
		types = append(types, PostType{v.Name, v.Map, caps})
	}
	var taxonomies []Taxonomy
	for _, v := range w.Taxonomies {
		taxonomies = append(taxonomies, Taxonomy{v.Name, v.Caps})
	}
	var statuses []Status
	for _, v := range w.Statuses {
		statuses = append(statuses, Status{v.Name, v.Public, v.Private})
	}
	a := &Access{Registry: NewRegistry(types, taxonomies, statuses), Objects: w, Roles: NewRoles(func() any { return unserialize(t, w.Roles) })}
	var users []*User
	for _, u := range w.Users {
		users = append(users, a.User(u.ID, "", unserialize(t, u.Caps)))
	}
	return w, a, users
}

func unserialize(t *testing.T, s string) any {
	t.Helper()
	v, err := php.Unserialize(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestUsersHaveTheRolesAndCapabilitiesOfWordPress(t *testing.T) {
	w, _, users := loadWorld(t, worlds[0])
	for i, u := range users {
		if !slices.Equal(u.Roles, w.Users[i].Roles) {
			t.Errorf("user %d has roles %v, want %v", u.ID, u.Roles, w.Users[i].Roles)
		}
		if all, err := php.Serialize(u.AllCaps); err != nil || all != w.Users[i].All {
			t.Errorf("user %d has\n%s, want\n%s (%v)", u.ID, all, w.Users[i].All, err)
		}
	}
}

func TestMapAnswersAsWordPress(t *testing.T) {
	for _, file := range worlds {
		t.Run(file, func(t *testing.T) { testMap(t, file) })
	}
}

func testMap(t *testing.T, file string) {
	w, a, users := loadWorld(t, file)
	count, wrong := 0, 0
	check := func(u *User, want string, may bool, capability string, args ...any) {
		count++
		got, can := strings.Join(a.Map(u, capability, args...), " "), u.Can(capability, args...)
		if got != want || can != may {
			if wrong++; wrong < 30 {
				t.Errorf("user %d, %s %v: %q (%v), want %q (%v)", u.ID, capability, args, got, can, want, may)
			}
		}
	}
	for _, row := range w.Answers {
		capability, id := row[0].(string), num(row[1])
		for i, u := range users {
			answer := row[2+i].(string)
			var args []any
			if id != 0 {
				args = []any{id}
			}
			check(u, answer[1:], answer[0] == '+', capability, args...)
		}
	}
	for _, row := range w.Meta {
		i := slices.IndexFunc(users, func(u *User) bool { return u.ID == num(row[0]) })
		check(users[i], row[4].(string), row[5].(bool), row[1].(string), num(row[2]), row[3].(string))
	}
	t.Logf("%d answers, %d wrong", count, wrong)
}

func TestPostStatus(t *testing.T) {
	w, a, _ := loadWorld(t, worlds[1])
	for _, p := range w.Posts {
		if got := a.PostStatus(w.posts[num(p[0])]); got != p[6].(string) {
			t.Errorf("post %v has status %q, want %q", p, got, p[6])
		}
	}
	// Attachments may be attached to each other in a circle.
	w.posts[1] = &models.Post{ID: 1, Parent: 2, Type: "attachment", Status: "inherit"}
	w.posts[2] = &models.Post{ID: 2, Parent: 1, Type: "attachment", Status: "inherit"}
	if got := a.PostStatus(w.posts[1]); got != "publish" {
		t.Errorf("attached to each other: %q", got)
	}
}

func TestLoadedPostsAreNotLookedUp(t *testing.T) {
	w, _, users := loadWorld(t, worlds[0])
	for _, p := range w.posts {
		if p.Type == "revision" || p.Type == "attachment" {
			continue
		}
		for _, u := range users {
			for _, c := range []string{"read_post", "edit_post", "delete_post", "publish_post", "edit_post_meta"} {
				if u.Can(c, p) != u.Can(c, p.ID) {
					t.Errorf("user %d, %s of post %d: by id and loaded differ", u.ID, c, p.ID)
				}
				w.asked = 0
				if u.Can(c, p); w.asked != 0 {
					t.Errorf("%s of loaded post %d looked for %d posts", c, p.ID, w.asked)
				}
			}
		}
	}
}

func TestPolicy(t *testing.T) {
	_, a, users := loadWorld(t, worlds[0])
	admin := users[0]
	for _, c := range []struct {
		policy     Policy
		capability string
		want       bool
	}{
		{Policy{}, "unfiltered_html", true},
		{Policy{DisallowUnfilteredHTML: true}, "unfiltered_html", false},
		{Policy{DisallowUnfilteredHTML: true}, "edit_css", false},
		{Policy{}, "unfiltered_upload", false},
		{Policy{AllowUnfilteredUploads: true}, "unfiltered_upload", true},
		{Policy{DisallowFileEdit: true}, "edit_plugins", false},
		{Policy{DisallowFileEdit: true}, "install_plugins", true},
		{Policy{DisallowFileMods: true}, "install_plugins", false},
		{Policy{DisallowFileMods: true}, "upload_themes", false},
	} {
		a.Policy = c.policy
		if got := admin.Can(c.capability); got != c.want {
			t.Errorf("%+v: %s is %v", c.policy, c.capability, got)
		}
	}
}

func TestNobody(t *testing.T) {
	_, a, _ := loadWorld(t, worlds[0])
	for _, u := range []*User{nil, {}, a.Nobody()} {
		if u.Can("read") || u.Can("edit_user", int64(0)) || u.Can("edit_post", int64(200)) || !u.Can("exist") || u.LoggedIn() {
			t.Errorf("%v may do something", u)
		}
	}
}

func TestRolesKeepTheirOrder(t *testing.T) {
	_, a, _ := loadWorld(t, worlds[0])
	var slugs []string
	for _, r := range a.Roles.All() {
		slugs = append(slugs, r.Slug+"="+r.Name+"/"+strconv.Itoa(r.Caps.Len()))
	}
	want := "administrator=Administrator/61 editor=Editor/34 author=Author/10 contributor=Contributor/5 subscriber=Subscriber/2"
	if got := strings.Join(slugs, " "); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
