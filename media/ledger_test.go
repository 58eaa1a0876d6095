package media_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/headpress/headpress/internal/instance"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/media"
	"github.com/headpress/headpress/media/mediatest"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
)

var noon = time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)

func newLedger(store *models.Store, st media.Storage) *media.Ledger {
	return &media.Ledger{Storage: st, Store: store, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon }}
}

// eachLedger runs f with a ledger on every engine, over a storage of every kind.
func eachLedger(t *testing.T, f func(t *testing.T, l *media.Ledger)) {
	t.Helper()
	mediatest.Each(t, func(t *testing.T, st media.Storage) {
		modelstest.Each(t, func(t *testing.T, store *models.Store) {
			for file, err := range st.List(t.Context(), "") { // of the engine before
				if err != nil || st.Remove(t.Context(), file.Name) != nil {
					t.Fatal(err)
				}
			}
			f(t, newLedger(store, st))
		})
	})
}

// insert stores the rows of an attachment with these metadata.
func insert(t *testing.T, ctx context.Context, store *models.Store, file string, details *php.Array) int64 {
	t.Helper()
	p := models.Post{Type: "attachment", Status: "inherit", MimeType: "image/jpeg", Date: "2024-06-01 12:00:00", DateGMT: "2024-06-01 12:00:00", Modified: "2024-06-01 12:00:00", ModifiedGMT: "2024-06-01 12:00:00"}
	err := store.Insert(ctx, &p)
	if err == nil {
		err = store.AddMeta(ctx, "postmeta", p.ID, media.MetaFile, file)
	}
	if err == nil && details != nil {
		var text string
		if text, err = php.Serialize(details); err == nil {
			err = store.AddMeta(ctx, "postmeta", p.ID, media.MetaDetails, text)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

func claims(t *testing.T, l *media.Ledger) int {
	t.Helper()
	all, err := l.Store.Claims(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// upload makes two files and their row; how tells what happens on the way.
func upload(t *testing.T, l *media.Ledger, name, how string) error {
	t.Helper()
	ctx := t.Context()
	work := l.Begin()
	if how != "killed" && how != "killed behind the row" {
		defer work.End(ctx)
	}
	small := strings.TrimSuffix(name, ".jpg") + "-150x150.jpg"
	for _, n := range []string{name, small} {
		if err := create(t, work, n, "content of "+n); err != nil {
			return err
		}
	}
	if how == "killed" || how == "given up" {
		return nil
	}
	no := errors.New("no")
	return l.Store.Write(ctx, func(ctx context.Context) error {
		details := &php.Array{}
		sizes, thumbnail := &php.Array{}, &php.Array{}
		thumbnail.Set("file", small[strings.LastIndexByte(small, '/')+1:])
		sizes.Set("thumbnail", thumbnail)
		details.Set("sizes", sizes)
		insert(t, ctx, l.Store, name, details)
		if err := work.Keep(ctx); err != nil {
			return err
		}
		if how == "refused" {
			return no
		}
		return nil
	}, "posts")
}

// Files stay when their row does, and go with it; what others have is not touched.
func TestLedger(t *testing.T) {
	eachLedger(t, func(t *testing.T, l *media.Ledger) {
		has := func(what string, want ...string) {
			t.Helper()
			if got := list(t, l.Storage, ""); !slices.Equal(got, want) || claims(t, l) != 0 {
				t.Errorf("%s: %q, %d claims; want %q", what, got, claims(t, l), want)
			}
		}
		if err := upload(t, l, "2024/06/a.jpg", ""); err != nil {
			t.Fatal(err)
		}
		has("uploaded", "2024/06/a-150x150.jpg", "2024/06/a.jpg")
		if err := upload(t, l, "2024/06/b.jpg", "given up"); err != nil {
			t.Error(err)
		}
		has("given up", "2024/06/a-150x150.jpg", "2024/06/a.jpg")
		if err := upload(t, l, "2024/06/b.jpg", "refused"); err == nil {
			t.Error("not refused")
		}
		has("refused", "2024/06/a-150x150.jpg", "2024/06/a.jpg")
		if err := upload(t, l, "2024/06/a.jpg", ""); !errors.Is(err, fs.ErrExist) {
			t.Error(err)
		}
		has("a name that is taken", "2024/06/a-150x150.jpg", "2024/06/a.jpg")

		// Who is making a file keeps others from it, and from nothing else.
		one, two := l.Begin(), l.Begin()
		if err := create(t, one, "2024/06/c.jpg", "one's"); err != nil {
			t.Fatal(err)
		}
		if err := create(t, two, "2024/06/C.jpg", "two's"); !errors.Is(err, fs.ErrExist) {
			t.Error(err)
		}
		two.End(t.Context())
		if got := read(t, l.Storage, "2024/06/c.jpg"); got != "one's" {
			t.Error(got)
		}
		one.End(t.Context())
		has("ended", "2024/06/a-150x150.jpg", "2024/06/a.jpg")

		// Deleting: the files go when the transaction has come to its end, and not before.
		for _, committed := range []bool{false, true} {
			work := l.Begin()
			err := l.Store.Write(t.Context(), func(ctx context.Context) error {
				if err := work.Discard(ctx, "2024/06/a.jpg", "2024/06/a-150x150.jpg", "2024/06/gone.jpg"); err != nil || committed {
					return err
				}
				return errors.New("no")
			})
			if (err == nil) != committed {
				t.Error(err)
			}
			if got := read(t, l.Storage, "2024/06/a.jpg"); got != "content of 2024/06/a.jpg" {
				t.Error(got)
			}
			work.End(t.Context())
			if !committed {
				has("not deleted", "2024/06/a-150x150.jpg", "2024/06/a.jpg")
			}
		}
		has("deleted")
	})
}

// dead is the name of a process of this machine that has come to its end.
func dead(t *testing.T) string {
	t.Helper()
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	pid := strconv.Itoa(cmd.Process.Pid)
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		t.Skip(err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	parts := strings.Split(instance.ID(), ".")
	parts[2], parts[3] = pid, strings.Fields(string(stat))[21]
	return strings.Join(parts, ".")
}

// disown has all claims be another process's, made at a time.
func disown(t *testing.T, l *media.Ledger, process string, since time.Time) {
	t.Helper()
	all, err := l.Store.Claims(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		other := c
		other.Instance, other.Since = process, since.Unix()
		if ok, err := l.Store.TakeClaim(t.Context(), c, other); err != nil || !ok {
			t.Fatal(ok, err)
		}
	}
}

// What a process that was killed leaves behind is cleaned up by the next, at once on the
// same machine, after minutes on another. What still runs is left alone.
func TestLedgerRecovers(t *testing.T) {
	for name, c := range map[string]struct {
		process string
		since   time.Time
		over    bool
	}{
		"this process":                     {instance.ID(), noon, false},
		"killed on this machine":           {dead(t), noon, true},
		"at work on another machine":       {"b.1.2.3.x", noon.Add(-9 * time.Minute), false},
		"another machine, for a long time": {"b.1.2.3.x", noon.Add(-11 * time.Minute), true},
	} {
		t.Run(name, func(t *testing.T) {
			eachLedger(t, func(t *testing.T, l *media.Ledger) {
				if err := upload(t, l, "2024/06/whole.jpg", ""); err != nil {
					t.Fatal(err)
				}
				if err := upload(t, l, "2024/06/killed.jpg", "killed"); err != nil {
					t.Fatal(err)
				}
				if err := upload(t, l, "2024/06/row.jpg", "killed behind the row"); err != nil {
					t.Fatal(err)
				}
				// Killed when the name was claimed, which turned out to be taken.
				if _, err := l.Store.AddClaims(t.Context(), models.Claim{File: "2024/06/whole-150x150.jpg", Work: "w"}, models.Claim{File: "2024/06/never.jpg", Work: "w"}); err != nil {
					t.Fatal(err)
				}
				disown(t, l, c.process, c.since)
				removed, err := l.Recover(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				slices.Sort(removed)
				want := []string{"2024/06/row-150x150.jpg", "2024/06/row.jpg", "2024/06/whole-150x150.jpg", "2024/06/whole.jpg"}
				if !c.over {
					want = slices.Sorted(slices.Values(append(want, "2024/06/killed-150x150.jpg", "2024/06/killed.jpg")))
					if len(removed) != 0 || claims(t, l) != 4 {
						t.Errorf("removed %q, %d claims", removed, claims(t, l))
					}
				} else if !slices.Equal(removed, []string{"2024/06/killed-150x150.jpg", "2024/06/killed.jpg", "2024/06/never.jpg"}) || claims(t, l) != 0 {
					t.Errorf("removed %q, %d claims", removed, claims(t, l))
				}
				if got := list(t, l.Storage, ""); !slices.Equal(got, want) {
					t.Errorf("%q, want %q", got, want)
				}
			})
		})
	}
}

// A deletion that was cut off behind its commit is brought to its end.
func TestLedgerRecoversDeletions(t *testing.T) {
	eachLedger(t, func(t *testing.T, l *media.Ledger) {
		if err := create(t, l.Storage, "a.jpg", "a"); err != nil {
			t.Fatal(err)
		}
		if err := l.Begin().Discard(t.Context(), "a.jpg"); err != nil {
			t.Fatal(err)
		}
		disown(t, l, dead(t), noon)
		if removed, err := l.Recover(t.Context()); err != nil || !slices.Equal(removed, []string{"a.jpg"}) || len(list(t, l.Storage, "")) != 0 {
			t.Errorf("%q %v", removed, err)
		}
	})
}

// Who was taken for dead and is not cannot store a row any more: its files are going away.
func TestLedgerLost(t *testing.T) {
	eachLedger(t, func(t *testing.T, l *media.Ledger) {
		work := l.Begin()
		defer work.End(t.Context())
		if err := create(t, work, "a.jpg", "a"); err != nil {
			t.Fatal(err)
		}
		other := *l
		other.Now = func() time.Time { return noon.Add(time.Hour) }
		if removed, err := other.Recover(t.Context()); err != nil || len(removed) != 1 {
			t.Errorf("%q %v", removed, err)
		}
		err := l.Store.Write(t.Context(), func(ctx context.Context) error {
			insert(t, ctx, l.Store, "a.jpg", nil)
			return work.Keep(ctx)
		})
		if !errors.Is(err, media.ErrLost) {
			t.Error(err)
		}
		for a, err := range media.Attachments(t.Context(), l.Store) {
			t.Errorf("%+v %v", a, err)
		}
	})
}

// Two servers with one database and one bucket, which knows no conditions: of those
// who want a name at once, one gets it.
// Two works on one picture: what one makes, and may take away again, the other does not take for its own.
func TestReplacing(t *testing.T) {
	eachLedger(t, func(t *testing.T, l *media.Ledger) {
		ctx := t.Context()
		store := func(do func(context.Context, string, io.Reader, int64) error, name, text string) error {
			return do(ctx, name, strings.NewReader(text), int64(len(text)))
		}
		want := func(name, text string) {
			t.Helper()
			got := ""
			if f, _, err := l.Storage.Open(ctx, name); err == nil {
				b, err := io.ReadAll(f)
				if err != nil || f.Close() != nil {
					t.Fatal(err)
				}
				got = string(b)
			}
			if got != text {
				t.Errorf("%s is %q, not %q", name, got, text)
			}
		}
		first, second := l.Begin(), l.Begin()
		if err := store(first.Create, "2024/06/copy.jpg", "one"); err != nil {
			t.Fatal(err)
		}
		if err := store(second.Replace, "2024/06/copy.jpg", "two"); !errors.Is(err, media.ErrBusy) {
			t.Errorf("over a file that another makes: %v", err)
		}
		if err := store(first.Replace, "2024/06/copy.jpg", "again"); err != nil {
			t.Errorf("over a file of its own: %v", err)
		}
		want("2024/06/copy.jpg", "again")
		second.End(ctx)
		want("2024/06/copy.jpg", "again")
		first.End(ctx)
		want("2024/06/copy.jpg", "")

		// What a row names outlives a work that was given up, what none names goes with it.
		insert(t, ctx, l.Store, "2024/06/named.jpg", nil)
		for _, name := range []string{"2024/06/named.jpg", "2024/06/left.jpg"} {
			if err := store(l.Storage.Create, name, "old"); err != nil {
				t.Fatal(err)
			}
			if err := store(first.Replace, name, "new"); err != nil {
				t.Fatal(err)
			}
		}
		if err := store(second.Replace, "2024/06/named.jpg", "two"); !errors.Is(err, media.ErrBusy) {
			t.Errorf("over a file that another replaces: %v", err)
		}
		first.End(ctx)
		want("2024/06/named.jpg", "new")
		want("2024/06/left.jpg", "")
		if err := store(second.Replace, "2024/06/named.jpg", "two"); err != nil || second.Keep(ctx) != nil {
			t.Error(err)
		}
		second.End(ctx)
		want("2024/06/named.jpg", "two")
		if n := claims(t, l); n != 0 {
			t.Errorf("%d claims are left", n)
		}
	})
}

func TestLedgersShareABucket(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, store *models.Store) {
		cfg := mediatest.Bucket(t)
		one, two := newLedger(store, mediatest.Open(t, cfg)), newLedger(store, mediatest.Open(t, cfg))
		turn := make(chan *media.Ledger, 2)
		turn <- one
		turn <- two
		createAtOnce(t, func(ctx context.Context, name string, content io.Reader, size int64) error {
			l := <-turn
			defer func() { turn <- l }()
			work := l.Begin()
			defer work.End(ctx)
			if err := work.Create(ctx, name, content, size); err != nil {
				return err
			}
			return l.Store.Write(ctx, work.Keep)
		}, one.Storage)
	})
}

func TestFilesOf(t *testing.T) {
	array := func(text string) *php.Array {
		a, _ := php.MaybeUnserialize(text).(*php.Array)
		return a
	}
	details := array(`a:3:{s:4:"file";s:20:"2024/06/a-scaled.jpg";s:14:"original_image";s:5:"a.jpg";s:5:"sizes";a:4:{s:9:"thumbnail";a:1:{s:4:"file";s:13:"a-150x150.jpg";}s:5:"other";a:1:{s:4:"file";s:9:"../../x.y";}s:5:"again";a:1:{s:4:"file";s:13:"a-150x150.jpg";}s:4:"none";s:1:"x";}}`)
	backups := array(`a:1:{s:9:"full-orig";a:1:{s:4:"file";s:7:"old.jpg";}}`)
	got := media.FilesOf("2024/06/a-scaled.jpg", details, backups)
	if want := []string{"2024/06/a-scaled.jpg", "2024/06/a.jpg", "2024/06/a-150x150.jpg", "2024/06/x.y", "2024/06/old.jpg"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for _, bad := range []string{"../../etc/passwd", "/etc/passwd", "", "a/../../b"} {
		if got := media.FilesOf(bad, nil, nil); len(got) != 0 {
			t.Errorf("%q: %q", bad, got)
		}
	}
}
