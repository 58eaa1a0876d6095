package handlers_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/headpress/headpress/handlers"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
)

// clock is a site's time; sleeping moves it on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (s *testSite) exec(sql string, args ...any) {
	s.t.Helper()
	if err := s.store.Tx(s.t.Context(), func(tx *gorm.DB) error { return tx.Exec(sql, args...).Error }); err != nil {
		s.t.Fatal(err)
	}
}

func (s *testSite) post(id int64) *models.Post {
	s.t.Helper()
	var rows []models.Post
	if err := s.store.DB(s.t.Context()).Where("id = ?", id).Find(&rows).Error; err != nil {
		s.t.Fatal(err)
	}
	if len(rows) == 0 {
		return nil
	}
	return &rows[0]
}

// events are the posts that WordPress would publish, ID@SECONDS from now.
func (s *testSite) events(now time.Time) string {
	s.t.Helper()
	text, _, err := s.store.Option(s.t.Context(), "cron")
	if err != nil {
		s.t.Fatal(err)
	}
	list, _ := php.MaybeUnserialize(text).(*php.Array)
	var l []string
	for at, hooks := range list.All() {
		hook, ok := hooks.(*php.Array)
		if !ok {
			continue
		}
		planned, _ := hook.Get("publish_future_post")
		events, _ := planned.(*php.Array)
		for _, e := range events.Values() {
			args, _ := e.(*php.Array).Get("args")
			l = append(l, fmt.Sprintf("%v@%d", args.(*php.Array).Values()[0], at.Int-now.Unix()))
		}
	}
	return strings.Join(l, " ")
}

func (s *testSite) schedule(title string, at time.Time, more string) int64 {
	s.t.Helper()
	made := s.send(201, "POST", "/posts", fmt.Sprintf(`{"title":%q,"status":"future","date_gmt":"%s"%s}`, title, at.UTC().Format("2006-01-02T15:04:05"), more))
	if got := field(made, "status"); got != "future" {
		s.t.Fatalf("%s is %s", title, got)
	}
	return php.ToInt(field(made, "id"))
}

// A scheduled post is published at its time: to the second, whole, and otherwise as it was.
func TestScheduledPost(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		c := &clock{now: testNow}
		s.site.Now = c.Now
		at := testNow.Add(90 * time.Second)
		id := s.schedule("Later on", at, fmt.Sprintf(`,"categories":[%d],"tags":[%d]`, firstCategory, firstTag))
		bare := s.schedule("Without a category", at, "")
		s.exec("DELETE FROM wp_term_relationships WHERE object_id = ?", bare)
		s.exec("UPDATE wp_options SET option_value = '1' WHERE option_name = 'fresh_site'")
		foreign := s.schedule("Of a plugin", at, "")
		s.exec("UPDATE wp_posts SET post_type = 'product' WHERE id = ?", foreign)
		before, tags := s.post(id), s.count(firstTag)
		if got, want := s.events(c.Now()), fmt.Sprintf("%d@90 %d@90 %d@90", id, bare, foreign); got != want {
			t.Errorf("WordPress would publish %s, want %s", got, want)
		}

		for _, step := range []struct {
			after time.Duration
			next  time.Duration // from testNow
			done  bool
		}{{0, 0, false}, {45 * time.Second, 90 * time.Second, false}, {89 * time.Second, 90 * time.Second, false}, {90 * time.Second, 0, true}, {time.Hour, 0, true}} {
			c.advance(testNow.Add(step.after).Sub(c.Now()))
			next, err := s.site.PublishDue(t.Context())
			if err != nil || (step.next == 0) != next.IsZero() || step.next != 0 && !next.Equal(testNow.Add(step.next)) {
				t.Errorf("after %v: next %v, %v", step.after, next, err)
			}
			if done := s.post(id).Status == "publish"; done != step.done {
				t.Errorf("after %v: published %v", step.after, done)
			}
		}
		after := s.post(id)
		before.Status = "publish"
		if *after != *before {
			t.Errorf("more than the status has changed:\n%+v\n%+v", before, after)
		}
		if got := s.meta(id); got != "_pingme=1 _encloseme=1" {
			t.Errorf("metadata %s", got)
		}
		if got := s.count(firstTag); got != tags+1 {
			t.Errorf("the tag has %d posts, want %d", got, tags+1)
		}
		if got := field(s.send(200, "GET", fmt.Sprint("/posts/", bare), ""), "categories"); got != "[1]" {
			t.Errorf("categories %s", got)
		}
		if fresh, _, _ := s.store.Option(t.Context(), "fresh_site"); fresh != "0" {
			t.Errorf("fresh_site is %q", fresh)
		}
		if got := s.post(foreign).Status; got != "future" {
			t.Errorf("a post of a plugin's type is %s", got)
		}
		if got, want := s.events(testNow), fmt.Sprintf("%d@90", foreign); got != want {
			t.Errorf("WordPress would publish %s, want %s", got, want)
		}
		if log := s.log.take(); strings.Count(log, "published a scheduled post") != 2 {
			t.Error(log)
		}
	})
}

// WordPress's events say what it would do, and change with the posts; all else in them stays.
func TestPublishEvents(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		// As WordPress 7.1 wrote it for post 4.
		const daily = `a:3:{s:8:"schedule";s:5:"daily";s:4:"args";a:0:{}s:8:"interval";i:86400;}`
		const cron = `a:4:{i:1700000000;a:1:{s:16:"wp_version_check";a:1:{s:32:"40cd750bba9870f18aada2478b24840a";` + daily + `}}` +
			`i:1795373769;a:1:{s:19:"publish_future_post";a:1:{s:32:"adcb9b75260590ff6058773ddcb9ddd6";a:2:{s:8:"schedule";b:0;s:4:"args";a:1:{i:0;i:4;}}}}` +
			`i:1999999999;a:1:{s:19:"wp_scheduled_delete";a:1:{s:32:"40cd750bba9870f18aada2478b24840a";` + daily + `}}s:7:"version";i:2;}`
		s.exec("INSERT INTO wp_options (option_name, option_value, autoload) VALUES ('cron', ?, 'on')", cron)
		now := time.Unix(1795373769, 0).Add(-300 * time.Second)
		s.site.Now = func() time.Time { return now }
		at := func(seconds int) time.Time { return now.Add(time.Duration(seconds) * time.Second) }
		id := s.schedule("One", at(300), "")
		other := s.schedule("Two", at(400), "")
		page := php.ToInt(field(s.send(201, "POST", "/pages", fmt.Sprintf(`{"title":"P","status":"future","date_gmt":"%s"}`, at(200).UTC().Format("2006-01-02T15:04:05"))), "id"))
		want := func(events string) {
			t.Helper()
			if got := s.events(now); got != events {
				t.Errorf("events %s, want %s", got, events)
			}
		}
		want(fmt.Sprintf("%d@200 4@300 %d@300 %d@400", page, id, other))
		s.send(200, "POST", fmt.Sprint("/posts/", id), fmt.Sprintf(`{"date_gmt":"%s"}`, at(900).UTC().Format("2006-01-02T15:04:05")))
		want(fmt.Sprintf("%d@200 4@300 %d@400 %d@900", page, other, id))
		s.send(200, "POST", fmt.Sprint("/posts/", id), `{"status":"draft"}`)
		want(fmt.Sprintf("%d@200 4@300 %d@400", page, other))
		s.send(200, "DELETE", fmt.Sprint("/posts/", other), "")
		s.send(200, "DELETE", fmt.Sprint("/pages/", page, "?force=true"), "")
		want("4@300")
		if text, _, _ := s.store.Option(t.Context(), "cron"); text != cron {
			t.Errorf("the rest has changed:\n%s\n%s", text, cron)
		}
	})
}

// Two servers on one database, and WordPress beside them: each post is published once, by one of them.
func TestTwoSchedulers(t *testing.T) {
	const posts = 12
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		c := &clock{now: testNow}
		other := serveSite(t, s.store, s.password)
		s.site.Now, other.site.Now = c.Now, c.Now
		ids := make([]int64, posts)
		for i := range ids {
			ids[i] = s.schedule(fmt.Sprint("Post ", i), testNow.Add(time.Duration(2+i%3)*time.Minute), fmt.Sprintf(`,"tags":[%d]`, firstTag))
		}
		count := s.count(firstTag)
		s.exec("UPDATE wp_posts SET post_status = 'publish' WHERE id = ?", ids[0]) // by WordPress
		c.advance(5 * time.Minute)
		var all sync.WaitGroup
		for _, site := range []*handlers.Site{s.site, other.site, s.site, other.site} {
			all.Go(func() {
				if _, err := site.PublishDue(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		log := s.log.take() + other.log.take()
		for i, id := range ids {
			want := 1
			if i == 0 {
				want = 0
			}
			if n := strings.Count(log, fmt.Sprintf("post=%d ", id)); n != want {
				t.Errorf("post %d was published %d times, want %d", id, n, want)
			}
			if got := s.meta(id); i > 0 && got != "_pingme=1 _encloseme=1" {
				t.Errorf("metadata of %d: %s", id, got)
			}
		}
		if got := s.count(firstTag); got != count+posts {
			t.Errorf("the tag has %d posts, want %d", got, count+posts)
		}
		if got := s.events(testNow); got != fmt.Sprintf("%d@120", ids[0]) {
			t.Errorf("events %s", got)
		}
	})
}

// The trash is emptied after its days, with all that WordPress deletes besides; what has left it stays.
func TestCleanUp(t *testing.T) {
	eachSite(t, 6, func(t *testing.T, s *testSite) {
		c := &clock{now: testNow}
		s.site.Now = c.Now
		const day = 24 * time.Hour
		setTime := func(table, column string, id int64, value string) {
			s.exec("UPDATE wp_"+table+" SET meta_value = ? WHERE "+column+" = ? AND meta_key = '_wp_trash_meta_time'", value, id)
		}
		ago := func(d time.Duration) string { return fmt.Sprint(testNow.Add(-d).Unix()) }
		posts := map[string]int64{}
		for _, p := range []struct{ name, time, more string }{
			{"31 days", ago(31 * day), ""}, {"a second over", ago(30*day + time.Second), ""}, {"30 days", ago(30 * day), ""}, {"29 days", ago(29 * day), ""},
			{"no number", "abc", ""}, {"nothing", "", ""}, {"with a fraction", ago(31*day) + ".5", ""},
			{"published since", ago(31 * day), "post_status = 'publish'"}, {"of a plugin", ago(31 * day), "post_type = 'product'"},
		} {
			id := php.ToInt(field(s.send(201, "POST", "/posts", fmt.Sprintf(`{"title":%q,"status":"publish","tags":[%d]}`, p.name, firstTag+9)), "id"))
			s.send(200, "DELETE", fmt.Sprint("/posts/", id), "")
			setTime("postmeta", "post_id", id, p.time)
			if p.more != "" {
				s.exec("UPDATE wp_posts SET "+p.more+" WHERE id = ?", id)
			}
			posts[p.name] = id
		}
		comments := map[string]int64{}
		for i, p := range []struct{ name, how, time, more string }{
			{"31 days", "trash", ago(31 * day), ""}, {"29 days", "trash", ago(29 * day), ""}, {"spam", "spam", ago(31 * day), ""},
			{"approved since", "trash", ago(31 * day), "1"}, {"with its post", "trash", ago(31 * day), "post-trashed"},
		} {
			id := firstComment + int64(i)
			s.send(200, "POST", fmt.Sprint("/comments/", id), `{"status":"`+p.how+`"}`)
			setTime("commentmeta", "comment_id", id, p.time)
			if p.more != "" {
				s.exec("UPDATE wp_comments SET comment_approved = ? WHERE comment_id = ?", p.more, id)
			}
			comments[p.name] = id
		}
		s.exec("UPDATE wp_comments SET comment_parent = ? WHERE comment_id = ?", comments["31 days"], comments["29 days"])
		s.exec("INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (999999, '_wp_trash_meta_time', ?)", ago(40*day))
		drafts := map[string]int64{}
		for name, date := range map[string]time.Time{"8 days": testNow.Add(-8 * day), "6 days": testNow.Add(-6 * day)} {
			id := php.ToInt(field(s.send(201, "POST", "/posts", `{"title":"Draft","status":"draft"}`), "id"))
			s.exec("UPDATE wp_posts SET post_status = 'auto-draft', post_date = ? WHERE id = ?", wpdate.Format(date), id)
			drafts[name] = id
		}
		for name, value := range map[string]string{"_transient_timeout_a_old": ago(1), "_transient_a_old": "x", "_transient_timeout_new": ago(-day), "_transient_new": "x", "_transient_forever": "x",
			"_site_transient_timeout_b": "1", "_site_transient_b": "x", "_transient_timeout_alone": "1", "_transientXtimeout_no": "1"} {
			s.exec("INSERT INTO wp_options (option_name, option_value, autoload) VALUES (?, ?, 'off')", name, value)
		}

		for range 2 { // the second time nothing is left to do
			if err := s.site.CleanUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for name, want := range map[string]string{"31 days": "", "a second over": "", "30 days": "trash", "29 days": "trash", "no number": "", "nothing": "", "with a fraction": "",
			"published since": "publish", "of a plugin": "trash"} {
			got, meta := "", s.meta(posts[name])
			if p := s.post(posts[name]); p != nil {
				got = p.Status
			}
			if kept := strings.Contains(meta, "_wp_trash_meta_time"); got != want || kept != (want == "trash") {
				t.Errorf("post, %s: %q, want %q; metadata %s", name, got, want, meta)
			}
		}
		for name, want := range map[string]string{"31 days": "", "29 days": "trash", "spam": "spam", "approved since": "1", "with its post": "post-trashed"} {
			rows, err := s.store.CommentsByID(t.Context(), []int64{comments[name]})
			if err != nil {
				t.Fatal(err)
			}
			got, parent := "", int64(0)
			if m := rows[comments[name]]; m != nil {
				got, parent = m.Approved, m.Parent
			}
			if meta := s.commentMeta(comments[name]); got != want || parent != 0 || (meta != "") != (name == "29 days") {
				t.Errorf("comment, %s: %q, want %q; parent %d, metadata %s", name, got, want, parent, meta)
			}
		}
		if s.post(drafts["8 days"]) != nil || s.post(drafts["6 days"]) == nil {
			t.Error("drafts that nobody saved")
		}
		var names []string
		if err := s.store.DB(t.Context()).Raw("SELECT option_name FROM wp_options WHERE option_name LIKE '%transient%' ORDER BY option_name").Scan(&names).Error; err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(names, " "); got != "_transient_forever _transient_new _transient_timeout_alone _transient_timeout_new _transientXtimeout_no" && got != "_transientXtimeout_no _transient_forever _transient_new _transient_timeout_alone _transient_timeout_new" {
			t.Errorf("transients %s", got)
		}
		if got := s.meta(999999); got != "" {
			t.Errorf("metadata of nothing: %s", got)
		}
		if log := s.log.take(); strings.Count(log, "msg=deleted") != 4 || !strings.Contains(log, `what="posts from the trash" number=5`) {
			t.Error(log)
		}
	})
}

// The scheduler looks every minute, wakes when something is due, goes on when it fails, and ends with the server.
func TestSchedule(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		c := &clock{now: testNow}
		s.site.Now = c.Now
		id := s.schedule("Later on", testNow.Add(150*time.Second), "")
		s.send(200, "DELETE", fmt.Sprint("/posts/", firstPost), "")
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var slept []time.Duration
		s.site.Schedule(ctx, func(_ context.Context, d time.Duration) {
			slept = append(slept, d)
			switch len(slept) {
			case 4: // at 2:30
				if got := s.post(id).Status; got != "publish" {
					t.Errorf("the post is %s", got)
				}
				c.advance(31 * 24 * time.Hour) // as if the server had been away
				s.exec("ALTER TABLE wp_posts RENAME TO wp_hidden")
				return
			case 5:
				if log := s.log.take(); !strings.Contains(log, "could not publish scheduled posts") || !strings.Contains(log, "could not clean up") {
					t.Error(log)
				}
				s.exec("ALTER TABLE wp_hidden RENAME TO wp_posts")
			case 6:
				if s.post(firstPost) != nil {
					t.Error("the trash is not emptied")
				}
				stop()
			}
			c.advance(d)
		})
		if got := fmt.Sprint(slept); got != "[1m0s 1m0s 30s 1m0s 1m0s 1m0s]" {
			t.Errorf("slept %s", got)
		}
	})
}
