package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
	"github.com/headpress/headpress/transfer"
	"gorm.io/gorm"
)

var ctx = context.Background()

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var site = transfer.Site{Title: "دفتر من", AdminLogin: "Amir.H", AdminEmail: "amir@example.org", TimeZone: "Asia/Tehran",
	Permalinks: "/%postname%/", SiteURL: "https://example.org/", Now: time.Date(2026, 3, 21, 20, 45, 0, 0, time.UTC)}

func TestInstall(t *testing.T) {
	for engine, dsn := range modelstest.DSNs(t) {
		t.Run(string(engine), func(t *testing.T) {
			store := modelstest.Open(t, dsn, "hp_")
			done, err := transfer.Install(ctx, store, site)
			must(t, err)

			o, err := store.Options(ctx)
			must(t, err)
			for name, want := range map[string]string{"siteurl": "https://example.org", "home": "https://example.org", "blogname": "دفتر من",
				"timezone_string": "Asia/Tehran", "gmt_offset": "", "permalink_structure": "/%postname%/", "admin_email": "amir@example.org",
				"default_category": "1", "show_on_front": "posts", "stylesheet": "twentytwentyfive", "date_format": "F j, Y"} {
				if got := o.String(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			roles := auth.NewRoles(func() any { return o.PHP("hp_user_roles") })
			admin, _ := roles.Get("administrator")
			subscriber, _ := roles.Get("subscriber")
			if len(roles.All()) != 5 || admin.Caps.Len() != 61 || subscriber.Caps.Len() != 2 {
				t.Errorf("roles: %d, %d capabilities, %d", len(roles.All()), admin.Caps.Len(), subscriber.Caps.Len())
			}
			for name := range o.All() { // whatever is stored must be readable by PHP
				if v := o.PHP(name); v == false {
					t.Errorf("option %s is broken: %q", name, o.String(name))
				}
			}

			var user models.User
			must(t, store.DB(ctx).First(&user).Error)
			if ok, _ := auth.CheckPassword(done.AdminPassword, user.Pass); !ok || user.Nicename != "amir-h" || user.Registered != "2026-03-21 20:45:00" {
				t.Errorf("%+v with %q", user, done.AdminPassword)
			}
			var meta models.UserMeta
			must(t, store.DB(ctx).Where("meta_key = ?", "_application_passwords").First(&meta).Error)
			list, _ := php.MaybeUnserialize(meta.Value).(*php.Array)
			first, _ := list.Get("0")
			hash, _ := first.(*php.Array).Get("password")
			if !auth.CheckApplicationPassword(done.ApplicationPassword, hash.(string)) || len(done.ApplicationPassword) != 29 {
				t.Errorf("application password %q", done.ApplicationPassword)
			}

			var posts []models.Post
			must(t, store.DB(ctx).Order("id").Find(&posts).Error)
			if len(posts) != 2 || posts[0].Date != "2026-03-22 00:15:00" || posts[0].DateGMT != "2026-03-21 20:45:00" || posts[0].CommentCount != 1 {
				t.Errorf("%+v", posts)
			}
			next := models.Post{Title: "third"}
			must(t, store.Tx(ctx, func(tx *gorm.DB) error { return tx.Create(&next).Error }))
			if next.ID != 3 {
				t.Errorf("the next post is %d", next.ID)
			}
			if _, err := transfer.Install(ctx, store, site); !errors.Is(err, models.ErrNotEmpty) {
				t.Errorf("a second time: %v", err)
			}
		})
	}
}

func TestInstallRefuses(t *testing.T) {
	store := modelstest.Open(t, modelstest.DSNs(t)[models.SQLite], "")
	for want, change := range map[string]func(*transfer.Site){
		"no address":       func(s *transfer.Site) { s.SiteURL = "example.org" },
		"login":            func(s *transfer.Site) { s.AdminLogin = "a<b" },
		"no e-mail":        func(s *transfer.Site) { s.AdminEmail = "amir" },
		"is not known":     func(s *transfer.Site) { s.TimeZone = "Mars/Olympus" },
		"further than":     func(s *transfer.Site) { s.TimeZone = "+19:00" },
		"permalinks":       func(s *transfer.Site) { s.Permalinks = "postname" },
		`login ""`:         func(s *transfer.Site) { s.AdminLogin = "" },
		`"ftp://e.org" is`: func(s *transfer.Site) { s.HomeURL = "ftp://e.org" },
	} {
		s := site
		change(&s)
		if _, err := transfer.Install(ctx, store, s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if kind, err := store.Kind(ctx); kind != models.Empty || err != nil {
		t.Errorf("something was made: %v %v", kind, err)
	}
}

// dump gives all content of a database in a form that engines share.
func dump(t *testing.T, store *models.Store) map[string]any {
	t.Helper()
	all := map[string]any{}
	read := func(name, order string, rows any) {
		must(t, store.DB(ctx).Order(order).Find(rows).Error)
		all[name] = rows
	}
	read("options", "option_id", &[]models.Option{})
	read("users", "id", &[]models.User{})
	read("usermeta", "umeta_id", &[]models.UserMeta{})
	read("terms", "term_id", &[]models.Term{})
	read("term_taxonomy", "term_taxonomy_id", &[]models.TermTaxonomy{})
	read("termmeta", "meta_id", &[]models.TermMeta{})
	read("posts", "id", &[]models.Post{})
	read("postmeta", "meta_id", &[]models.PostMeta{})
	read("term_relationships", "object_id, term_taxonomy_id", &[]models.TermRelationship{})
	read("comments", "comment_id", &[]models.Comment{})
	read("commentmeta", "meta_id", &[]models.CommentMeta{})
	read("links", "link_id", &[]models.Link{})
	for _, table := range models.Tables {
		if models.KeyColumn(table) != "" {
			next, err := store.NextID(store.DB(ctx), table)
			must(t, err)
			all["next "+table] = next
		}
	}
	return all
}

// fill writes more rows than a batch has, with what is hard to carry.
func fill(t *testing.T, store *models.Store) {
	t.Helper()
	must(t, store.Tx(ctx, func(tx *gorm.DB) error {
		var posts []models.Post
		var terms []models.TermRelationship
		for i := range int64(450) {
			posts = append(posts, models.Post{ID: 10 + 2*i, Title: fmt.Sprintf("پست %d 😀 'q' \\ ?", i), Content: strings.Repeat("متن ", 1000), Date: "0000-00-00 00:00:00",
				DateGMT: "0000-00-00 00:00:00", Modified: "2026-03-22 02:30:00", ModifiedGMT: "2026-03-21 23:00:00"})
			terms = append(terms, models.TermRelationship{ObjectID: 10 + i/3, TermTaxonomyID: 1 + i%3})
		}
		return errors.Join(tx.CreateInBatches(&posts, 50).Error, tx.CreateInBatches(&terms, 100).Error,
			tx.Create(&models.Option{Name: "siteurl", Value: "https://e.org"}).Error,
			tx.Create(&models.Option{Name: store.Prefix() + "user_roles", Value: "a:0:{}"}).Error,
			tx.Create(&models.UserMeta{ObjectID: 1, Key: store.Prefix() + "capabilities", Value: "a:0:{}"}).Error,
			tx.Exec("INSERT INTO "+store.Table("postmeta")+" (post_id, meta_key, meta_value) VALUES (10, 'empty', NULL)").Error,
			store.SetNextID(tx, "posts", 7777))
	}))
}

func TestCopyDatabaseBetweenAllEngines(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, from *models.Store) {
		fill(t, from)
		want := dump(t, from)
		for engine, dsn := range modelstest.DSNs(t) {
			t.Run("to "+string(engine), func(t *testing.T) {
				to := modelstest.Open(t, dsn, "")
				var last string
				must(t, transfer.CopyDatabase(ctx, from, to, func(table string, done, total int64) {
					if table == "posts" {
						last = fmt.Sprint(done, " of ", total)
					}
				}))
				if last != "450 of 450" {
					t.Errorf("progress ended at %q", last)
				}
				got := dump(t, to)
				for part := range want {
					if d := cmp.Diff(want[part], got[part]); d != "" {
						t.Errorf("%s differs: %.2000s", part, d)
					}
				}
				var nulls int64
				must(t, to.DB(ctx).Raw("SELECT COUNT(*) FROM "+to.Table("postmeta")+" WHERE meta_value IS NULL").Scan(&nulls).Error)
				if nulls != 1 {
					t.Errorf("%d NULLs", nulls)
				}
				post := models.Post{Title: "next"}
				must(t, to.Tx(ctx, func(tx *gorm.DB) error { return tx.Create(&post).Error }))
				if post.ID != 7777 {
					t.Errorf("the next post is %d", post.ID)
				}
				if err := transfer.CopyDatabase(ctx, from, to, nil); !errors.Is(err, models.ErrNotEmpty) {
					t.Errorf("a second time: %v", err)
				}
			})
		}
	})
}

func TestCopyDatabaseRenamesThePrefix(t *testing.T) {
	for engine, dsn := range modelstest.DSNs(t) {
		t.Run(string(engine), func(t *testing.T) {
			from := modelstest.Open(t, modelstest.DSNs(t)[models.SQLite], "blog_")
			must(t, from.Migrate(ctx))
			fill(t, from)
			to := modelstest.Open(t, dsn, "wp_")
			must(t, transfer.CopyDatabase(ctx, from, to, nil))
			if _, ok, err := to.Option(ctx, "wp_user_roles"); !ok || err != nil {
				t.Errorf("no roles: %v", err)
			}
			var meta models.UserMeta
			must(t, to.DB(ctx).First(&meta).Error)
			if meta.Key != "wp_capabilities" {
				t.Errorf("usermeta %s", meta.Key)
			}
		})
	}
}

// A copy that fails leaves the target empty, so it can be tried again.
func TestCopyDatabaseIsAllOrNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, to *models.Store) {
		from := modelstest.Open(t, modelstest.DSNs(t)[models.SQLite], "")
		must(t, from.Migrate(ctx))
		fill(t, from)
		ctx, cancel := context.WithCancel(ctx)
		err := transfer.CopyDatabase(ctx, from, to, func(table string, done, _ int64) {
			if table == "posts" && done > 100 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("cancelled: %v", err)
		}
		if vacant, err := to.Vacant(context.Background()); !vacant || err != nil {
			t.Fatalf("something stayed: %v", err)
		}
		must(t, transfer.CopyDatabase(context.Background(), from, to, nil))
	})
}

func TestCopyTheDemoSite(t *testing.T) {
	modelstest.EachSite(t, func(t *testing.T, from *models.Store) {
		want := dump(t, from)
		for engine, to := range modelstest.Stores(t) {
			must(t, transfer.CopyDatabase(ctx, from, to, nil))
			got := dump(t, to)
			for part := range want {
				if d := cmp.Diff(want[part], got[part]); d != "" {
					t.Errorf("to %s: %s differs: %.2000s", engine, part, d)
				}
			}
		}
	})
}

func TestCopyDatabaseRefuses(t *testing.T) {
	dsns := modelstest.DSNs(t)
	empty := modelstest.Open(t, dsns[models.SQLite], "")
	target := modelstest.Open(t, modelstest.DSNs(t)[models.SQLite], "")
	if err := transfer.CopyDatabase(ctx, empty, target, nil); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("nothing to copy: %v", err)
	}
}

// A featured picture that the other site links is there afterwards: as a document of its own, as it is embedded in the post, or
// without its file. One that it does not link stays a number.
func TestImportRESTPictures(t *testing.T) {
	for engine, dsn := range modelstest.DSNs(t) {
		t.Run(string(engine), func(t *testing.T) {
			store := modelstest.Open(t, dsn, "wp_")
			_, err := transfer.Install(ctx, store, site)
			must(t, err)
			post := func(id int, more string) string {
				return fmt.Sprintf(`{"id":%d,"date":"2024-01-02T03:04:05","slug":"s%d","type":"post","title":{"raw":"T"},"content":{"raw":"C"},"author":1,"featured_media":%d%s}`, id, id, id+100, more)
			}
			const linked = `,"_links":{"wp:featuredmedia":[{}]}`
			picture := func(id int) string {
				return fmt.Sprintf(`{"id":%d,"date":"2023-01-02T03:04:05","slug":"p%d","type":"attachment","title":{"rendered":"P"},"mime_type":"image/png","source_url":"https://example.net/wp-content/uploads/p.png"}`, id, id)
			}
			document, err := php.DecodeJSON([]byte("[" + strings.Join([]string{post(700, ""), post(701, linked), post(702, linked+`,"_embedded":{"wp:featuredmedia":[`+picture(802)+`]}`),
				post(703, linked), picture(803)}, ",") + "]"))
			must(t, err)
			done, err := transfer.ImportREST(ctx, store, document)
			must(t, err)
			if want := []string{"picture 801 of post 701 was made without a file"}; cmp.Diff(want, done.Notes) != "" || done.Posts != 7 {
				t.Errorf("%d posts, %q", done.Posts, done.Notes)
			}
			type row struct{ Name, Type, Status, MimeType string }
			got := map[int64]row{}
			found, err := store.PostsByID(ctx, []int64{800, 801, 802, 803}, models.PostHeaders)
			must(t, err)
			for _, p := range found {
				got[p.ID] = row{p.Name, p.Type, p.Status, p.MimeType}
			}
			want := map[int64]row{801: {"attachment-801", "attachment", "inherit", ""}, 802: {"p802", "attachment", "inherit", "image/png"}, 803: {"p803", "attachment", "inherit", "image/png"}}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
