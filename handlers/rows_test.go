package handlers_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/headpress/headpress/models"
)

// TestRowsOfWrites pins what writes leave in the tables: testdata/rows.txt has requests,
// each with the rows that it adds (+), takes away (-) or changes (~) in a site of one post.
// They are the rows that WordPress leaves after the same requests; docs/differences.md
// lists what is not. With HEADPRESS_TEST_UPDATE=1 the file is written anew.
func TestRowsOfWrites(t *testing.T) {
	const file = "testdata/rows.txt"
	golden, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		s.send(200, "GET", "/users/me", "") // that a password was used is noted once
		var got strings.Builder
		for line := range strings.Lines(string(golden)) {
			line = strings.TrimRight(line, "\n")
			method, rest, ok := strings.Cut(line, " ")
			switch {
			case !ok || len(method) < 3: // the rows of the last run
			case method == "###":
				fmt.Fprintf(&got, "%s\n", line)
			default:
				path, body, _ := strings.Cut(rest, " ")
				before := s.rows()
				if w := s.write(method, path, body); w.Code >= 300 {
					t.Fatalf("%s: %d %s", line, w.Code, w.Body)
				}
				fmt.Fprintf(&got, "%s\n%s", line, changes(before, s.rows()))
			}
		}
		if os.Getenv("HEADPRESS_TEST_UPDATE") != "" {
			if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		if d := cmp.Diff(string(golden), got.String()); d != "" {
			t.Errorf("rows (-want +got):\n%s", d)
		}
	})
}

// row is a row of a table as texts by column.
type row map[string]string

// made are values that nobody can foresee.
var made = regexp.MustCompile(`\$(?:wp|generic)\$[A-Za-z0-9$./_-]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// rows reads all tables: rows by table and key. Numbers that only count metadata,
// options and relations are left out.
func (s *testSite) rows() map[string]row {
	s.t.Helper()
	all := map[string]row{}
	for _, table := range models.Tables {
		id := models.KeyColumn(table)
		rows, err := s.store.DB(s.t.Context()).Raw("SELECT * FROM " + s.store.Table(table)).Rows()
		if err != nil {
			s.t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			s.t.Fatal(err)
		}
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				s.t.Fatal(err)
			}
			r := row{}
			for i, v := range values {
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				r[strings.ToLower(columns[i])] = made.ReplaceAllString(fmt.Sprint(v), "…")
			}
			key := table + " " + r[id]
			switch {
			case table == "options":
				key = table + " " + r["option_name"]
				delete(r, id)
				delete(r, "option_name")
			case strings.HasSuffix(table, "meta") || id == "":
				delete(r, id)
				key = table + r.String()
				r = row{}
			}
			all[key] = r
		}
		if err := rows.Err(); err != nil {
			s.t.Fatal(err)
		}
		rows.Close()
	}
	return all
}

// String lists the columns that hold something.
func (r row) String() string {
	var b strings.Builder
	for _, column := range slices.Sorted(maps.Keys(r)) {
		if v := r[column]; v != "" && v != "0" {
			fmt.Fprintf(&b, " %s=%q", column, v)
		}
	}
	return b.String()
}

// changes lists what is different between two states of the tables, sorted.
func changes(before, after map[string]row) string {
	var l []string
	for key, old := range before {
		now, ok := after[key]
		switch {
		case !ok:
			l = append(l, "- "+key)
		case !maps.Equal(old, now):
			changed := row{}
			for column, v := range now {
				if v != old[column] {
					changed[column] = old[column] + " → " + v
				}
			}
			l = append(l, "~ "+key+changed.String())
		}
	}
	for key, now := range after {
		if _, ok := before[key]; !ok {
			l = append(l, "+ "+key+now.String())
		}
	}
	slices.SortFunc(l, func(a, b string) int { return strings.Compare(a[2:], b[2:]) })
	if len(l) == 0 {
		return ""
	}
	return strings.Join(l, "\n") + "\n"
}
