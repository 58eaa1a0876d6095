package handlers

import (
	"context"
	"net/url"
	"strings"

	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/render"
	"github.com/headpress/headpress/sanitize"
)

// The locks of writing: who makes slugs, names or logins holds the lock of their
// kind until they are stored.
const (
	lockPosts = "posts"
	lockTerms = "terms"
)

// write runs a handler's steps in one transaction: all of them count, or none.
// Inside, everything is read anew, for others may have written since it was
// loaded; and afterwards again, so that the answer tells what is stored.
// The steps may be run again, so they must not change the request.
func (s *session) write(steps func() error, locks ...string) error {
	outer, before := s.ctx, s.options
	var read *models.Options
	err := s.site.Store.Write(outer, func(ctx context.Context) (err error) {
		s.ctx = ctx
		if read, err = s.site.Store.Options(ctx); err != nil {
			return err
		}
		s.settle(read)
		s.renew()
		if err := steps(); err != nil {
			return err
		}
		if err := s.countTerms(); err != nil {
			return err
		}
		return s.err
	}, locks...)
	s.ctx = outer
	if err == nil && s.mailed {
		s.site.wake()
	}
	if s.options != read { // steps have set some
		s.site.opts.forget()
	}
	if err != nil {
		s.settle(before)
	}
	s.renew()
	return err
}

// renew forgets everything that was loaded, but for who asks and the options.
func (s *session) renew() {
	s.loaders()
	s.uncounted = map[string][]int64{}
	s.commentLists, s.summaries = nil, nil
	if s.renderer != nil { // its counters run on
		s.renderer.From.Site = &renderSite{s: s}
	}
	if s.row != nil {
		s.users.put(s.row.ID, s.row)
	}
}

// forget has the next request read the options.
func (c *optionsCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.options = nil
}

// setOption stores an option, inside of write.
func (s *session) setOption(name, value string) error {
	if stored, ok := s.options.Get(name); ok && stored == value {
		return nil
	}
	if err := s.site.Store.SetOption(s.ctx, name, value); err != nil {
		return err
	}
	s.settle(s.options.With(name, value))
	return nil
}

// addOrSetOption stores the value of an option; a new one is loaded as it says.
func (s *session) addOrSetOption(o models.Option) error {
	if _, stored := s.options.Get(o.Name); stored {
		return s.setOption(o.Name, o.Value)
	}
	if err := s.site.Store.AddOption(s.ctx, o); err != nil {
		return err
	}
	s.settle(s.options.With(o.Name, o.Value))
	return nil
}

// dropOption removes an option, inside of write.
func (s *session) dropOption(name string) error {
	if err := s.site.Store.DeleteOptions(s.ctx, name); err != nil {
		return err
	}
	s.settle(s.options.Without(name))
	return nil
}

// present is now, as the database holds dates: in the site's time and in UTC.
func (s *session) present() (local, gmt string) {
	now := s.site.Now()
	return wpdate.Format(now.In(s.zone)), wpdate.Format(now.UTC())
}

// storableContent is a content as the asker may store it (content_save_pre).
func (s *session) storableContent(text string) string {
	if !s.can("edit_css") {
		text = render.StripBlockCSS(text)
	}
	return s.storableHTML("content", text)
}

// storableHTML is an excerpt, or another text of that kind, as the asker may store it (excerpt_save_pre).
func (s *session) storableHTML(kind, text string) string {
	text = sanitize.ConvertInvalidEntities(text)
	filtered, f := !s.can("unfiltered_html"), s.filter(sanitize.PostFilter())
	if filtered {
		text = f.Clean(text)
	}
	if s.options.Bool("use_balanceTags") {
		text = render.BalanceTags(text)
	}
	if filtered {
		text = s.guarded(kind, f, text)
	}
	return text
}

// storableTitle is a title as the asker may store it (title_save_pre).
func (s *session) storableTitle(text string) string {
	text = strings.Trim(text, " \t\n\r\x0b") // U+0000 is quoted when WordPress trims
	if !s.can("unfiltered_html") {
		text = s.clean("title", sanitize.TextFilter(), text)
	}
	return text
}

// filter tells a filter what it must know of the site.
func (s *session) filter(f *sanitize.Filter) *sanitize.Filter {
	if u, err := url.Parse(s.uploadsURL()); err == nil {
		f.UploadHost = u.Host
	}
	f.Blocks = render.FilterBlockAttributes
	return f
}
