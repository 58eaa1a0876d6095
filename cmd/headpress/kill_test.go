package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/headpress/headpress/internal/config"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/models/modelstest"
)

// kills is how often TestKilled kills the server on each engine.
var kills = flag.Int("kills", 21, "how often TestKilled kills the server on each engine")

// asServer is set in the environment of a test that is to be the program itself.
const asServer = "HEADPRESS_TEST_AS_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		os.Exit(run(context.Background(), os.Args[1:], config.NewLoader(), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// process is a running server.
type process struct {
	cmd      *exec.Cmd
	out, err buffer
	base     string
}

var (
	servedAt = regexp.MustCompile(`msg=serving address=(\S+)`)
	toldOnce = regexp.MustCompile(`Application password[^:]*: (.*)\n`)
)

func startProcess(t *testing.T, dsn string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], append([]string{"serve", "--listen", "127.0.0.1:0", "--db", dsn}, args...)...)}
	p.cmd.Dir = t.TempDir()
	p.cmd.Env = append(os.Environ(), asServer+"=1")
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	for range 3000 {
		if m := servedAt.FindStringSubmatch(p.err.String()); m != nil {
			p.base = "http://" + m[1] + "/wp-json/wp/v2"
			return p
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("does not serve: " + p.err.String())
	return nil
}

// kill ends the process as a failing machine would.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// ask sends a request; the status is 0 where no answer came.
func (p *process) ask(method, path, password, body string) (status int, id int64) {
	req, err := http.NewRequest(method, p.base+path, strings.NewReader(body))
	if err != nil {
		return 0, 0
	}
	req.SetBasicAuth("admin", password)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, 0
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, 0
	}
	var v struct{ ID int64 }
	_ = json.NewDecoder(bytes.NewReader(b)).Decode(&v)
	return res.StatusCode, v.ID
}

// A server that is killed in the middle of writes leaves nothing half written, and everything
// that it has answered is there.
func TestKilled(t *testing.T) {
	const writers = 6
	for engine, dsn := range modelstest.DSNs(t) {
		t.Run(string(engine), func(t *testing.T) {
			server := startProcess(t, dsn)
			m := toldOnce.FindStringSubmatch(server.out.String())
			if m == nil {
				t.Fatal("no application password: " + server.out.String())
			}
			password := m[1]
			var mu sync.Mutex
			there := map[int64]bool{} // posts that were made and not deleted, as far as was answered
			faults := 0
			var cut atomic.Int64 // requests that got no answer
			for range *kills {
				var all sync.WaitGroup
				for range writers {
					all.Go(func() {
						for {
							n := rand.IntN(1 << 30)
							status, id := server.ask("POST", "/posts", password, fmt.Sprintf(`{"title":"One","status":"publish","content":"<p>%d</p>","sticky":true,"categories":[1]}`, n))
							if status == http.StatusCreated {
								mu.Lock()
								there[id] = true
								mu.Unlock()
								post := fmt.Sprint("/posts/", id)
								server.ask("POST", post, password, fmt.Sprintf(`{"content":"<p>again %d</p>","slug":"other-%d"}`, n, n))
								server.ask("POST", "/comments", password, fmt.Sprintf(`{"post":%d,"content":"Yes %d"}`, id, n))
								server.ask("POST", "/tags", password, fmt.Sprintf(`{"name":"Tag %d"}`, n))
								switch n % 3 {
								case 0:
									status, _ = server.ask("DELETE", post, password, "")
								case 1:
									mu.Lock()
									delete(there, id) // whether it is, nobody knows until it is answered
									mu.Unlock()
									status, _ = server.ask("DELETE", post+"?force=true", password, "")
								}
							}
							if status >= 500 {
								mu.Lock()
								faults++
								mu.Unlock()
							}
							if status == 0 {
								cut.Add(1)
								return
							}
						}
					})
				}
				time.Sleep(time.Duration(50+rand.IntN(250)) * time.Millisecond)
				server.kill()
				all.Wait()
				server = startProcess(t, dsn)
			}
			server.kill()
			if faults > 0 {
				t.Errorf("%d writes failed", faults)
			}
			store := modelstest.Open(t, dsn, "")
			var ids []int64
			if err := store.DB(t.Context()).Model(&models.Post{}).Where("post_type = 'post'").Pluck("id", &ids).Error; err != nil {
				t.Fatal(err)
			}
			stored := map[int64]bool{}
			for _, id := range ids {
				stored[id] = true
			}
			for id := range there {
				if !stored[id] {
					t.Errorf("post %d was made and is gone", id)
				}
			}
			modelstest.Whole(t, store, 10)
			t.Logf("%d kills: %d posts answered, %d stored, %d requests cut off", *kills, len(there), len(ids), cut.Load())
			if cut.Load() < int64(*kills) || len(there) == 0 {
				t.Error("the server was not killed in the middle of anything")
			}
		})
	}
}
