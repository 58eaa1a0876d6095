package handlers

import (
	"crypto/md5"
	"encoding/hex"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/internal/wpdate"
	"github.com/headpress/headpress/models"
)

// The option in which WordPress keeps what is to happen when, and the event that publishes a post.
const (
	cronOption   = "cron"
	publishEvent = "publish_future_post"
)

// keepEvent keeps the event by which WordPress would publish a post: one at its time for a
// scheduled post, none for any other. We need no events ourselves; a WordPress on the same
// database does, once it is alone (_future_post_hook, _transition_post_status).
func (s *session) keepEvent(p *models.Post) error {
	if p.Type == "revision" {
		return nil
	}
	var at int64
	if date, ok := wpdate.Parse(p.DateGMT, time.UTC); ok && p.Status == "future" {
		at = date.Unix()
	}
	old, stored := s.options.Get(cronOption)
	if at == 0 && !strings.Contains(old, publishEvent) {
		return nil
	}
	events := &php.Array{}
	if stored {
		list, ok := php.MaybeUnserialize(old).(*php.Array)
		if !ok { // nobody knows what this is
			return nil
		}
		events = list
	}
	events, err := withEvent(events, p.ID, at)
	if err != nil {
		return err
	}
	text, err := php.Serialize(events)
	if err != nil || text == old {
		return err
	}
	if err := s.site.Store.ReplaceOption(s.ctx, models.Option{Name: cronOption, Value: text, Autoload: "on"}, old, stored); err != nil {
		return err
	}
	s.settle(s.options.With(cronOption, text))
	return nil
}

// withEvent gives the events of the option with one that publishes a post at a time, or with
// none where the time is 0: {time: {hook: {hash of the arguments: event}}}, the earliest first, and a version.
func withEvent(events *php.Array, post, at int64) (*php.Array, error) {
	args, err := php.Serialize(php.List(post))
	if err != nil {
		return nil, err
	}
	sum := md5.Sum([]byte(args)) //nolint:gosec // a name, as WordPress makes it
	key := hex.EncodeToString(sum[:])
	event := &php.Array{}
	event.Set("schedule", false)
	event.Set("args", php.List(post))
	hook := &php.Array{}
	hook.Set(key, event)
	hooks := &php.Array{}
	hooks.Set(publishEvent, hook)

	out := &php.Array{}
	placed := at == 0
	place := func() {
		if !placed {
			out.Put(php.IntKey(at), hooks)
			placed = true
		}
	}
	for k, v := range events.All() {
		if !k.IsInt || k.Int > at {
			place()
		}
		if list, ok := v.(*php.Array); ok && k.IsInt {
			if v = withoutEvent(list, key, k.Int == at, event); v == nil {
				continue
			}
			placed = placed || k.Int == at
		}
		out.Put(k, v)
	}
	place()
	out.Set("version", int64(2))
	return out, nil
}

// withoutEvent gives the hooks of one time without an event, or with it where it is to stay;
// nil when nothing is left.
func withoutEvent(hooks *php.Array, key string, stays bool, event *php.Array) any {
	list, _ := hooks.Get(publishEvent)
	planned, _ := list.(*php.Array)
	_, there := planned.Get(key)
	switch {
	case stays == there:
		return hooks
	case stays:
		if planned == nil {
			planned = &php.Array{}
		}
		planned.Set(key, event)
		hooks.Set(publishEvent, planned)
		return hooks
	}
	planned.Remove(php.KeyOf(key))
	if planned.Len() == 0 {
		hooks.Remove(php.KeyOf(publishEvent))
	}
	if hooks.Len() == 0 {
		return nil
	}
	return hooks
}
