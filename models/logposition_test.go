package models

import (
	"context"
	"testing"
	"time"
)

// A position of MySQL's log counts once nothing has been written for a while, and not at all where tables are
// written without a trace in it.
func TestLogPosition(t *testing.T) {
	now, position, logged := time.Unix(0, 0), "10", true
	p := &logPosition{
		read:   func(context.Context) (string, error) { return position, nil },
		logged: func(context.Context) (bool, error) { return logged, nil },
		now:    func() time.Time { return now },
	}
	for _, step := range []struct {
		later    time.Duration
		position string
		want     string
	}{
		{0, "10", ""},
		{settled - 1, "10", ""},
		{1, "10", "10"},
		{time.Hour, "11", ""},
		{settled / 2, "12", ""},
		{settled / 2, "12", ""},
		{settled / 2, "12", "12"},
		{0, "", ""},
		{time.Hour, "", ""},
	} {
		now, position = now.Add(step.later), step.position
		if got, err := p.stamp(t.Context()); got != step.want || err != nil {
			t.Errorf("at %v, position %q: %q, %v, want %q", now, position, got, err, step.want)
		}
	}
	logged, position = false, "13"
	p.asked = false
	for range 3 {
		now = now.Add(time.Hour)
		if got, err := p.stamp(t.Context()); got != "" || err != nil {
			t.Errorf("other engines: %q, %v", got, err)
		}
	}
}
