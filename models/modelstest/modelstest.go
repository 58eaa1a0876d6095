// Package modelstest gives tests real databases: the same suite runs on every engine.
//
// SQLite is always there; PostgreSQL and MySQL (or MariaDB) when HEADPRESS_TEST_POSTGRES
// and HEADPRESS_TEST_MYSQL hold the DSN of a server that lets us make databases.
package modelstest

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/headpress/headpress/models"
	"gorm.io/gorm"
)

// DSNs makes an empty database on every engine and gives their DSNs by engine.
// They are dropped when the test ends.
func DSNs(t testing.TB) map[models.Engine]string {
	t.Helper()
	dsns := map[models.Engine]string{models.SQLite: "sqlite:" + filepath.Join(t.TempDir(), "test.db")}
	for engine, env := range map[models.Engine]string{models.Postgres: "HEADPRESS_TEST_POSTGRES", models.MySQL: "HEADPRESS_TEST_MYSQL"} {
		if server := os.Getenv(env); server != "" {
			dsns[engine] = makeDatabase(t, server)
		}
	}
	return dsns
}

func makeDatabase(t testing.TB, server string) string {
	t.Helper()
	ctx := context.Background()
	admin, err := models.Open(ctx, models.Config{DSN: server, MaxOpen: 1})
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("hp_test_%d_%08x", os.Getpid(), rand.Uint32())
	if err := admin.DB(ctx).Exec("CREATE DATABASE " + name).Error; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		drop := "DROP DATABASE " + name
		if admin.Engine() == models.Postgres {
			drop += " WITH (FORCE)"
		}
		if err := admin.DB(ctx).Exec(drop).Error; err != nil {
			t.Errorf("drop the database: %v", err)
		}
		admin.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// Open opens a database until the test ends.
func Open(t testing.TB, dsn, prefix string) *models.Store {
	t.Helper()
	store, err := models.Open(context.Background(), models.Config{DSN: dsn, Prefix: prefix, MaxOpen: 4, Totals: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

// Stores gives a fresh database with WordPress's tables on every engine.
func Stores(t testing.TB) map[models.Engine]*models.Store {
	t.Helper()
	stores := map[models.Engine]*models.Store{}
	for engine, dsn := range DSNs(t) {
		stores[engine] = Open(t, dsn, "")
		if err := stores[engine].Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	return stores
}

// Each runs f as a subtest on every engine, with a fresh database that has WordPress's tables.
func Each(t *testing.T, f func(t *testing.T, store *models.Store)) {
	t.Helper()
	for engine, store := range Stores(t) {
		t.Run(string(engine), func(t *testing.T) { f(t, store) })
	}
}

// EachSite is Each with the demo site of the conformance kit in the folder that
// HEADPRESS_CONFORMANCE names; without it the test is skipped.
func EachSite(t *testing.T, f func(t *testing.T, store *models.Store)) {
	t.Helper()
	kit := os.Getenv("HEADPRESS_CONFORMANCE")
	if kit == "" {
		t.Skip("HEADPRESS_CONFORMANCE is not set")
	}
	Each(t, func(t *testing.T, store *models.Store) {
		Load(t, store, filepath.Join(kit, "site", "site.sql.gz"))
		f(t, store)
	})
}

var (
	insertLine = regexp.MustCompile("^INSERT INTO `wp_(\\w+)` VALUES (.*);$")
	createLine = regexp.MustCompile("^CREATE TABLE `wp_(\\w+)`")
	engineLine = regexp.MustCompile(`^\) ENGINE=.* AUTO_INCREMENT=(\d+)`)
)

// Load fills the tables from a mariadb-dump with the prefix wp_, gzipped.
func Load(t testing.TB, store *models.Store, file string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	err = store.Tx(context.Background(), func(tx *gorm.DB) error {
		next := map[string]int64{}
		var table string
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			if m := createLine.FindStringSubmatch(lines.Text()); m != nil {
				table = m[1]
			} else if m := engineLine.FindStringSubmatch(lines.Text()); m != nil {
				next[table], _ = strconv.ParseInt(m[1], 10, 64)
			} else if m := insertLine.FindStringSubmatch(lines.Text()); m != nil {
				for _, row := range parseRows(m[2]) {
					marks := strings.TrimSuffix(strings.Repeat("?, ", len(row)), ", ")
					if err := tx.Exec("INSERT INTO "+store.Table(m[1])+" VALUES ("+marks+")", row...).Error; err != nil {
						return fmt.Errorf("%s: %w", m[1], err)
					}
				}
			}
		}
		if err := lines.Err(); err != nil {
			return err
		}
		for table, id := range next {
			if models.KeyColumn(table) != "" {
				if err := store.SetNextID(tx, table, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// parseRows reads (1,'it\'s',NULL),(…) as mariadb-dump writes it.
func parseRows(s string) [][]any {
	var rows [][]any
	var row []any
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '(':
			row = nil
			i++
		case c == ')':
			rows = append(rows, row)
			i++
		case c == ',':
			i++
		case c == '\'':
			var b strings.Builder
			for i++; i < len(s) && s[i] != '\''; i++ {
				if s[i] == '\\' && i+1 < len(s) {
					i++
					if at := strings.IndexByte("0nrtZ", s[i]); at >= 0 {
						b.WriteByte("\x00\n\r\t\x1a"[at])
						continue
					}
				}
				b.WriteByte(s[i])
			}
			row = append(row, b.String())
			i++
		default:
			end := i + strings.IndexAny(s[i:]+")", ",)")
			if n, err := strconv.ParseInt(s[i:end], 10, 64); err == nil {
				row = append(row, n)
			} else {
				row = append(row, nil)
			}
			i = end
		}
	}
	return rows
}
