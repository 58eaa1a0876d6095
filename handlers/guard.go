package handlers

import (
	"log/slog"

	"github.com/headpress/headpress/sanitize"
)

// guarded is what is stored of a text that a filter has cleaned: the text itself, but
// where the guard would still take something away. That is a fault of ours: the filters
// leave nothing that WordPress would not. So it is logged, without the text, and counted.
func (s *session) guarded(kind string, f *sanitize.Filter, text string) string {
	safe, removed := f.Guard(text)
	if removed == nil {
		return text
	}
	s.site.Log.LogAttrs(s.ctx, slog.LevelWarn, "the guard changed a text before it was stored",
		slog.String("text", kind), slog.Any("removed", removed[:min(len(removed), maxRemoved)]), slog.Int64("total", s.site.guarded.Add(1)))
	return safe
}

// guardedMeta is guarded for the texts that files bring along, whoever uploads them. Those of cameras and tags are
// filtered when they are read; names of codecs and programs are kept as they are, as in WordPress.
func (s *session) guardedMeta(text string) string {
	return s.guarded("media metadata", sanitize.PostFilter(), text)
}

// maxRemoved bounds how many of the things that were removed the log names.
const maxRemoved = 20

// Guarded is how many texts the guard has changed since the program started.
func (site *Site) Guarded() int64 { return site.guarded.Load() }

// clean filters a text of a kind, and has it guarded.
func (s *session) clean(kind string, f *sanitize.Filter, text string) string {
	return s.guarded(kind, f, s.filter(f).Clean(text))
}

// cleaner is clean for texts of one kind.
func (s *session) cleaner(kind string, f *sanitize.Filter) func(string) string {
	return func(text string) string { return s.clean(kind, f, text) }
}

// plainName makes texts fit for names of a kind: no markup, entities written out (the
// filters of pre_term_name, pre_user_display_name and their like).
func (s *session) plainName(kind string) func(string) string {
	return func(text string) string { return s.clean(kind, sanitize.TextFilter(), sanitize.TextField(text)) }
}
