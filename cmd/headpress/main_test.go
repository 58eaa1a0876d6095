package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/headpress/headpress/internal/config"
)

// headpress runs a command line in an environment and gives what came out.
func headpress(t *testing.T, env map[string]string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e strings.Builder
	code = run(t.Context(), args, loader(env), &o, &e)
	return code, o.String(), e.String()
}

func loader(env map[string]string) *config.Loader {
	return &config.Loader{Lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
}

func TestExitCodes(t *testing.T) {
	t.Chdir(t.TempDir())
	for line, want := range map[string]int{
		"--help": exitDone, "--version": exitDone, "config": exitDone, "serve --help": exitDone,
		"": exitUsage, "nonsense": exitUsage, "serve --nonsense": exitUsage, "serve --cache maybe": exitUsage, "import": exitUsage, "import db": exitUsage, "user app-password admin": exitUsage, "user add bob": exitUsage, "user add bob --email b@example.org": exitUsage, "user password": exitUsage,
		"serve --db oracle:x": exitFailed, "serve --db mysql://root@127.0.0.1:1/x": exitFailed, "serve --listen nowhere:x": exitFailed, "user list --db sqlite:gone/x.db": exitFailed,
	} {
		code, out, errs := headpress(t, nil, strings.Fields(line)...)
		if code != want || code != exitDone && (errs == "" || strings.Contains(out, "Usage")) {
			t.Errorf("%q: %d, %s%s", line, code, out, errs)
		}
	}
}

func TestInit(t *testing.T) {
	t.Chdir(t.TempDir())
	code, out, errs := headpress(t, map[string]string{"HEADPRESS_ADMIN_PASSWORD": "secret"}, "init", "--title", "Tést", "--admin-login", "ada", "--time-zone", "Asia/Tehran", "--permalinks", "/%year%/%postname%/", "--site-url", "https://example.org")
	if code != exitDone || !strings.Contains(out, "Administrator: ada\n") || strings.Contains(out, "secret") || !regexp.MustCompile(`Application password \(shown only now\): (\w{4} ){5}\w{4}\n`).MatchString(out) {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	if code, _, errs = headpress(t, nil, "init"); code != exitFailed || !strings.Contains(errs, "already holds a site") {
		t.Errorf("a second init: %d %s", code, errs)
	}
	if code, out, _ = headpress(t, nil, "user", "list"); code != exitDone || !strings.Contains(out, "ada") || !strings.Contains(out, "administrator") {
		t.Errorf("%d %s", code, out)
	}
	if code, out, _ = headpress(t, nil, "user", "app-password", "ADA", "a script"); code != exitDone || !regexp.MustCompile(`^(\w{4} ){5}\w{4}\n$`).MatchString(out) {
		t.Errorf("%d %q", code, out)
	}
	if code, _, errs = headpress(t, nil, "user", "app-password", "bob", "x"); code != exitFailed {
		t.Errorf("%d %s", code, errs)
	}
	if code, out, _ = headpress(t, nil, "migrate", "status"); code != exitDone || !strings.Contains(out, "kind: headpress") || !strings.Contains(out, "applied") || strings.Contains(out, "pending") {
		t.Errorf("%d %s", code, out)
	}
	if code, out, errs = headpress(t, nil, "import", "db", "sqlite:headpress.db", "--db", "sqlite:copy.db"); code != exitDone || !strings.Contains(out, "Copied") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	if code, out, _ = headpress(t, nil, "user", "list", "--db", "sqlite:copy.db"); code != exitDone || !strings.Contains(out, "ada") {
		t.Errorf("%d %s", code, out)
	}
	if code, _, errs = headpress(t, nil, "import", "db", "sqlite:headpress.db", "--db", "sqlite:copy.db"); code != exitFailed || !strings.Contains(errs, "already holds a site") {
		t.Errorf("a second import: %d %s", code, errs)
	}
}

// Lists come in pages, and all of them are fetched with the credentials of the address.
func TestImportREST(t *testing.T) {
	t.Chdir(t.TempDir())
	post := func(id int) string {
		return fmt.Sprintf(`{"id":%d,"date":"2024-01-02T03:04:05","date_gmt":"2024-01-02T03:04:05","slug":"s%d","status":"publish","type":"post","title":{"raw":"T"},"content":{"raw":"C"}}`, id, id)
	}
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, _, _ := r.BasicAuth(); user != "ada" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.URL.Query().Get("page") == "2" {
			fmt.Fprint(w, "["+post(702)+"]")
			return
		}
		w.Header().Set("X-WP-TotalPages", "2")
		fmt.Fprint(w, "["+post(700)+","+post(701)+"]")
	}))
	defer other.Close()
	if err := os.WriteFile("one.json", []byte(post(703)), 0o600); err != nil {
		t.Fatal(err)
	}
	address := strings.Replace(other.URL, "http://", "http://ada:x@", 1) + "/wp-json/wp/v2/posts"
	code, out, errs := headpress(t, nil, "import", "rest", address, "one.json")
	if code != exitDone || !strings.Contains(out, "Stored 4 posts") {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	for _, bad := range []string{other.URL, "gone.json", "main.go"} {
		if code, _, errs := headpress(t, nil, "import", "rest", bad); code != exitFailed || errs == "" {
			t.Errorf("%s: %d %s", bad, code, errs)
		}
	}
}

// buffer may be written and read at the same time.
type buffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestServe walks through the README: one command in an empty folder is a working API.
func TestServe(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out, errs buffer
	done := make(chan int, 1)
	go func() { done <- run(ctx, []string{"serve", "--listen", "127.0.0.1:0"}, loader(nil), &out, &errs) }()
	var base string
	for base == "" {
		select {
		case code := <-done:
			t.Fatalf("ended with %d: %s", code, errs.String())
		case <-time.After(20 * time.Millisecond):
		}
		if m := regexp.MustCompile(`address=(\S+)`).FindStringSubmatch(errs.String()); m != nil {
			base = "http://" + m[1]
		}
	}
	get := func(path, user, password string) (int, http.Header, string) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if user != "" {
			req.SetBasicAuth(user, password)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, res.Header, string(b)
	}
	if status, header, body := get("/wp-json/wp/v2/posts?_fields=id,slug", "", ""); status != 200 || body != `[{"id":1,"slug":"hello-world"}]` || header.Get("X-WP-Total") != "1" {
		t.Errorf("%d %v %s", status, header, body)
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 200, "/nothing/": 404, "/wp-json/wp/v2/nothing": 404, "/?rest_route=/wp/v2/posts/1": 200} {
		if status, _, body := get(path, "", ""); status != want {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	password := regexp.MustCompile(`Application password.*: (.*)\n`).FindStringSubmatch(out.String())
	if password == nil {
		t.Fatal("no application password in " + out.String())
	}
	if status, _, body := get("/wp-json/wp/v2/users/me?context=edit&_fields=roles", "admin", password[1]); status != 200 || body != `{"roles":["administrator"]}` {
		t.Errorf("%d %s", status, body)
	}
	stop()
	if code := <-done; code != exitDone {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}

func TestConfigMasksSecrets(t *testing.T) {
	t.Chdir(t.TempDir())
	code, out, _ := headpress(t, map[string]string{"HEADPRESS_DB": "mysql://u:hidden@h/d", "HEADPRESS_NONCE_SALT": "hidden"}, "config")
	if code != exitDone || strings.Contains(out, "hidden") || !strings.Contains(out, "mysql://u:***@h/d") || !strings.Contains(out, "HEADPRESS_NONCE_SALT") {
		t.Error(out)
	}
}

// The committed document is what the routes say, and is OpenAPI.
func TestOpenAPI(t *testing.T) {
	file, err := filepath.Abs("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	code, out, errs := headpress(t, nil, "openapi")
	if code != exitDone {
		t.Fatal(errs)
	}
	if out != string(want) {
		t.Error("openapi.yaml is out of date: make openapi")
	}
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData([]byte(out))
	if err != nil {
		t.Fatal(err)
	}
	// WordPress has defaults outside of their enum: an empty wp_pattern_sync_status.
	if err := doc.Validate(t.Context(), openapi3.DisableSchemaDefaultsValidation()); err != nil {
		t.Error(err)
	}
	if doc.Paths.Len() < 10 {
		t.Errorf("%d paths", doc.Paths.Len())
	}
	if _, err := json.Marshal(doc); err != nil {
		t.Error(err)
	}
}

// What the shell does with users goes through the checks of the API.
func TestUsers(t *testing.T) {
	t.Chdir(t.TempDir())
	if code, _, errs := headpress(t, nil, "user", "add", "ada", "--email", "ada@example.org", "--role", "editor"); code != exitFailed {
		t.Errorf("without a site: %d %s", code, errs)
	}
	if code, _, errs := headpress(t, nil, "init"); code != exitDone {
		t.Fatal(errs)
	}
	secret := map[string]string{"HEADPRESS_PASSWORD": "a secret"}
	for _, c := range []struct {
		env  map[string]string
		args string
		code int
		out  string // a pattern
		errs string
	}{
		{nil, "user add ada --email ada@example.org --role editor", exitDone, `^\w{24}\n$`, ""},
		{secret, "user add bob --email bob@example.org --role author", exitDone, `^$`, ""},
		{nil, "user add ADA --email other@example.org --role editor", exitFailed, `^$`, "already exists"},
		{nil, "user add cid --email Ada@example.org --role editor", exitFailed, `^$`, "already used"},
		{nil, "user add cid --email none --role editor", exitFailed, `^$`, "email"},
		{nil, "user add cid --email cid@example.org --role king", exitFailed, `^$`, "king"},
		{nil, "user password ada", exitDone, `^\w{24}\n$`, ""},
		{secret, "user password Bob", exitDone, `^$`, ""},
		{nil, "user password nobody", exitFailed, `^$`, "no user"},
		{nil, `user password bob --password back\slash`, exitFailed, `^$`, "password"},
		{nil, "user list", exitDone, `(?s)admin .*administrator\n.* ada .* editor\n.* bob .* author\n$`, ""},
	} {
		code, out, errs := headpress(t, c.env, strings.Fields(c.args)...)
		if code != c.code || !regexp.MustCompile(c.out).MatchString(out) || !strings.Contains(errs, c.errs) || strings.Contains(out+errs, "a secret") {
			t.Errorf("%s: %d %q %s", c.args, code, out, errs)
		}
	}
}
