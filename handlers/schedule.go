package handlers

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
)

// A site has work that no request asks for. What is due stands in the rows themselves; it is
// looked at again inside of the transaction that does it, under the lock of the writers of
// posts. So each thing is done once, by whichever server or WordPress comes first, also after
// all of them were away, and there is nothing to remember. See ADR 6.

const (
	// lookEvery is how often scheduled posts are looked for: posts are scheduled for a
	// minute from now at least, so none comes between two looks.
	lookEvery = time.Minute
	// cleanEvery is how often the trash and other old things are looked for.
	cleanEvery = time.Hour
	// autoDraftAge is for how long a post that nobody saved is kept (wp_delete_auto_drafts).
	autoDraftAge = 7 * 24 * time.Hour
)

// Schedule does what time brings about, until the context ends. Sleep waits for a time or the end of the context.
func (site *Site) Schedule(ctx context.Context, sleep func(ctx context.Context, d time.Duration)) {
	var cleaned time.Time
	for ctx.Err() == nil {
		wait := lookEvery
		if next, err := site.PublishDue(ctx); err != nil {
			site.missed(ctx, "publish scheduled posts", err)
		} else if !next.IsZero() {
			wait = min(wait, max(next.Sub(site.Now()), 0))
		}
		if err := site.lookThroughTexts(ctx); err != nil {
			site.missed(ctx, "look through texts", err)
		}
		if site.Now().Sub(cleaned) >= cleanEvery {
			if err := site.CleanUp(ctx); err != nil {
				site.missed(ctx, "clean up", err)
			} else {
				cleaned = site.Now()
			}
		}
		sleep(ctx, wait)
	}
}

// Sleep waits for a time, or until the context ends.
func Sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// missed tells of work that could not be done; it is tried again at the next look.
func (site *Site) missed(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		site.Log.Warn("could not "+what, "error", err.Error())
	}
}

// lookThroughTexts prepares what was written since for searches. Until then they read it whole.
func (site *Site) lookThroughTexts(ctx context.Context) error {
	for {
		if n, err := site.Store.LookThroughTexts(ctx); n == 0 || err != nil {
			return err
		}
	}
}

// PublishDue publishes the posts whose time has come, and tells when the next one within a
// minute is to be.
func (site *Site) PublishDue(ctx context.Context) (next time.Time, err error) {
	for {
		now := site.Now()
		due, err := site.Store.Scheduled(ctx, site.ownTypes(), wpdate.Format(now.UTC().Add(lookEvery)))
		if err != nil {
			return next, err
		}
		published := 0
		for _, post := range due {
			if post.DateGMT > wpdate.Format(now.UTC()) {
				next, _ = wpdate.Parse(post.DateGMT, time.UTC)
				return next, nil
			}
			done, err := site.publish(ctx, post.ID)
			if models.IsUnavailable(err) {
				return next, err
			}
			if err != nil { // the others need not wait for it
				site.missed(ctx, "publish a scheduled post", err)
			}
			if done {
				published++
				site.Log.InfoContext(ctx, "published a scheduled post", "post", post.ID, "due", post.DateGMT)
			}
		}
		if published == 0 { // also when others are doing it
			return next, nil
		}
	}
}

// publish publishes one scheduled post, as it is: neither its slug nor when it was changed
// last becomes another (wp_publish_post).
func (site *Site) publish(ctx context.Context, id int64) (done bool, err error) {
	err = site.alone(ctx, func(s *session) error {
		before := s.posts.full(id)
		if before == nil {
			return s.err
		}
		if done, err = site.Store.Publish(s.ctx, id, wpdate.Format(site.Now().UTC())); err != nil || !done {
			return err
		}
		post := *before
		post.Status = "publish"
		s.posts.put(&post, true)
		if err := s.defaultTerms(&post); err != nil {
			return err
		}
		return s.afterSaving(&post, before, "future")
	})
	return done && err == nil, err
}

// alone runs steps that nobody has asked for in a transaction of their own.
func (site *Site) alone(ctx context.Context, steps func(s *session) error, locks ...string) (err error) {
	defer func() { // one broken row must not end the server
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, site.Timeout)
	defer cancel()
	s, err := site.begin(ctx, nil, nil)
	if err != nil {
		return err
	}
	return s.write(func() error { return steps(s) }, append(locks, lockPosts)...)
}

// ownTypes are the post types that we know. Others belong to plugins, which must be told
// when their posts are published or go: WordPress does that.
func (site *Site) ownTypes() []string {
	names := make([]string, len(site.Registry.Types))
	for i, t := range site.Registry.Types {
		names[i] = t.Name
	}
	return names
}

// CleanUp deletes what has been in the trash for long enough, what nobody ever saved, and
// transients that hold no longer (wp_scheduled_delete, wp_delete_auto_drafts, delete_expired_transients).
func (site *Site) CleanUp(ctx context.Context) error {
	before := site.Now().Unix() - site.trashDays()*24*60*60
	draftsBefore, err := site.localTime(ctx, site.Now().Add(-autoDraftAge))
	if err != nil {
		return err
	}
	for _, work := range []struct {
		what string
		find func(from int64) ([]int64, error)
		do   func(s *session, id int64) (bool, error)
	}{
		{"posts from the trash", func(from int64) ([]int64, error) { return site.Store.Discarded(ctx, "postmeta", before, from) },
			func(s *session, id int64) (bool, error) { return s.emptyPost(id, before) }},
		{"comments from the trash", func(from int64) ([]int64, error) { return site.Store.Discarded(ctx, "commentmeta", before, from) },
			func(s *session, id int64) (bool, error) { return s.emptyComment(id, before) }},
		{"posts never saved", func(from int64) ([]int64, error) {
			return site.Store.OldDrafts(ctx, site.ownTypes(), draftsBefore, from)
		}, func(s *session, id int64) (bool, error) { return s.dropDraft(id, draftsBefore) }},
	} {
		if err := site.deleteAll(ctx, work.what, work.find, work.do); err != nil {
			return err
		}
	}
	dropped, err := site.Store.DropTransients(ctx, site.Now().Unix())
	if dropped > 0 {
		site.Log.InfoContext(ctx, "deleted", "what", "transients", "number", dropped)
	}
	return err
}

func (site *Site) localTime(ctx context.Context, t time.Time) (string, error) {
	options, err := site.options(ctx)
	if err != nil {
		return "", err
	}
	return wpdate.Format(t.In(wpdate.Zone(options.String("timezone_string"), options.String("gmt_offset")))), nil
}

// deleteAll deletes, one in a transaction, what is found from an id on.
func (site *Site) deleteAll(ctx context.Context, what string, find func(from int64) ([]int64, error), do func(s *session, id int64) (bool, error)) error {
	deleted := 0
	defer func() {
		if deleted > 0 {
			site.Log.LogAttrs(ctx, slog.LevelInfo, "deleted", slog.String("what", what), slog.Int("number", deleted))
		}
	}()
	for from := int64(0); ; {
		ids, err := find(from)
		if err != nil || len(ids) == 0 {
			return err
		}
		from = ids[len(ids)-1] + 1
		for _, id := range ids {
			done := false
			err := site.alone(ctx, func(s *session) (err error) {
				done, err = do(s, id)
				return err
			})
			switch {
			case models.IsUnavailable(err):
				return err
			case err != nil:
				site.missed(ctx, "delete "+what, err)
			case done:
				deleted++
			}
		}
	}
}

// expired tells whether metadata say that something went into the trash before then.
func expired(meta metaValues, before int64) bool {
	return slices.ContainsFunc(meta[trashTimeKey], func(at string) bool {
		return php.ToFloat(at) < float64(before)
	})
}

// emptyPost deletes a post that went into the trash before then. One that has left it in a way
// that WordPress knows nothing of only forgets that it was there.
func (s *session) emptyPost(id, before int64) (bool, error) {
	if !expired(s.postMeta.get(id), before) {
		return false, s.err
	}
	post := s.posts.full(id)
	switch {
	case s.err != nil:
		return false, s.err
	case post == nil || post.Status != "trash":
		return false, s.site.Store.DeleteMeta(s.ctx, "postmeta", id, trashStatusKey, trashTimeKey)
	case s.site.Registry.Type(post.Type) == nil, post.Type == "attachment": // of plugins, which are to be told; with files, which WordPress put there
		return false, nil
	}
	return true, s.deletePost(post)
}

// emptyComment is emptyPost for a comment.
func (s *session) emptyComment(id, before int64) (bool, error) {
	if !expired(s.commentMeta.get(id), before) {
		return false, s.err
	}
	comment := s.comments.get(id)
	switch {
	case s.err != nil:
		return false, s.err
	case comment == nil || comment.Approved != "trash":
		return false, s.site.Store.DeleteMeta(s.ctx, "commentmeta", id, trashStatusKey, trashTimeKey)
	}
	return true, s.deleteComment(comment)
}

// dropDraft deletes a post that nobody ever saved, dated before then.
func (s *session) dropDraft(id int64, before string) (bool, error) {
	post := s.posts.full(id)
	if s.err != nil || post == nil || post.Status != "auto-draft" || post.Date >= before {
		return false, s.err
	}
	return true, s.deletePost(post)
}
