package transfer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/headpress/headpress/models"
	"gorm.io/gorm"
)

// A batch of rows ends at either number: few statements, and none larger than servers take.
const (
	batchRows  = 200
	batchBytes = 1 << 20
)

// columnsOf are the columns of WordPress's tables, the key of the walk first.
// Numbers are marked with #.
var columnsOf = map[string]string{
	"options":            "option_id# option_name option_value autoload",
	"users":              "id# user_login user_pass user_nicename user_email user_url user_registered user_activation_key user_status# display_name",
	"usermeta":           "umeta_id# user_id# meta_key meta_value",
	"terms":              "term_id# name slug term_group#",
	"term_taxonomy":      "term_taxonomy_id# term_id# taxonomy description parent# count#",
	"termmeta":           "meta_id# term_id# meta_key meta_value",
	"term_relationships": "object_id# term_taxonomy_id# term_order#",
	"posts": "id# post_author# post_date post_date_gmt post_content post_title post_excerpt post_status comment_status ping_status post_password post_name " +
		"to_ping pinged post_modified post_modified_gmt post_content_filtered post_parent# guid menu_order# post_type post_mime_type comment_count#",
	"postmeta": "meta_id# post_id# meta_key meta_value",
	"comments": "comment_id# comment_post_id# comment_author comment_author_email comment_author_url comment_author_ip comment_date comment_date_gmt " +
		"comment_content comment_karma# comment_approved comment_agent comment_type comment_parent# user_id#",
	"commentmeta": "meta_id# comment_id# meta_key meta_value",
	"links": "link_id# link_url link_name link_image link_target link_description link_visible link_owner# link_rating# link_updated " +
		"link_rel link_notes link_rss",
}

// CopyDatabase copies a WordPress's content from one database to another, of any engine
// each, with all ids. The target must hold no site; its tables are made when it has none.
// The source is read as of one moment, the target gets everything or nothing. Where the
// table prefixes differ, the keys that carry it are renamed.
//
// Tables of plugins are not copied. PostgreSQL cannot hold U+0000: there it is dropped.
func CopyDatabase(ctx context.Context, from, to *models.Store, progress func(table string, done, total int64)) error {
	kind, err := from.Kind(ctx)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	if kind == models.Empty {
		return errors.New("source: the database is empty")
	}
	if err := to.Migrate(ctx); err != nil {
		return fmt.Errorf("target: %w", err)
	}
	vacant, err := to.Vacant(ctx)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	if !vacant {
		return fmt.Errorf("target: %w", models.ErrNotEmpty)
	}
	have, err := from.Has(ctx, models.Tables)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	source := from.DB(ctx).Begin(snapshot(from.Engine())...)
	if source.Error != nil {
		return fmt.Errorf("source: %w", source.Error)
	}
	defer source.Rollback()

	return to.Tx(ctx, func(target *gorm.DB) error {
		next := map[string]int64{}
		for _, table := range models.Tables {
			if !have[table] { // old sites may lack wp_links
				continue
			}
			c := copier{from: from, to: to, source: source, target: target, table: table, progress: progress}
			if err := c.run(); err != nil {
				return fmt.Errorf("copy %s: %w", from.Table(table), err)
			}
			if models.KeyColumn(table) != "" {
				if next[table], err = from.NextID(source, table); err != nil {
					return err
				}
			}
		}
		if err := to.ForgetClaims(target); err != nil {
			return err
		}
		if err := to.ForgetMails(target); err != nil {
			return err
		}
		// On MySQL this commits: it comes last, when all is counted.
		for table, id := range next {
			if err := to.SetNextID(target, table, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// snapshot asks for a transaction that sees one moment. SQLite's always do.
func snapshot(engine models.Engine) []*sql.TxOptions {
	if engine == models.SQLite {
		return nil
	}
	return []*sql.TxOptions{{Isolation: sql.LevelRepeatableRead, ReadOnly: true}}
}

type copier struct {
	from, to       *models.Store
	source, target *gorm.DB
	table          string
	progress       func(table string, done, total int64)

	columns []string
	numbers []bool
}

func (c *copier) run() error {
	for _, column := range strings.Fields(columnsOf[c.table]) {
		name, number := strings.CutSuffix(column, "#")
		c.columns, c.numbers = append(c.columns, name), append(c.numbers, number)
	}
	total, err := countRows(c.source, c.from.Table(c.table))
	if err != nil {
		return err
	}
	var done int64
	c.report(0, total)
	for last := []any(nil); ; {
		rows, err := c.read(last)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		last = append([]any(nil), rows[len(rows)-1][:2]...)
		if err := c.write(rows); err != nil {
			return err
		}
		done += int64(len(rows))
		c.report(done, total)
	}
	arrived, err := countRows(c.target, c.to.Table(c.table))
	if err != nil {
		return err
	}
	if arrived != total {
		return fmt.Errorf("%d rows were there, %d arrived", total, arrived)
	}
	return nil
}

func (c *copier) report(done, total int64) {
	if c.progress != nil {
		c.progress(c.table, done, total)
	}
}

func countRows(db *gorm.DB, table string) (n int64, err error) {
	err = db.Raw("SELECT COUNT(*) FROM " + table).Scan(&n).Error
	return n, err
}

// read gives the rows behind the last one, in the order of the key.
func (c *copier) read(last []any) ([][]any, error) {
	where, order, args := "", c.columns[0], []any(nil)
	if models.KeyColumn(c.table) == "" { // wp_term_relationships: two columns are the key
		order += ", " + c.columns[1]
	}
	switch {
	case last == nil:
	case models.KeyColumn(c.table) == "":
		where = fmt.Sprintf(" WHERE %[1]s > ? OR (%[1]s = ? AND %[2]s > ?)", c.columns[0], c.columns[1])
		args = []any{last[0], last[0], last[1]}
	default:
		where, args = " WHERE "+c.columns[0]+" > ?", last[:1]
	}
	found, err := c.source.Raw("SELECT "+strings.Join(c.columns, ", ")+" FROM "+c.from.Table(c.table)+where+
		" ORDER BY "+order+fmt.Sprintf(" LIMIT %d", batchRows), args...).Rows()
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var rows [][]any
	size := 0
	for found.Next() {
		row, err := c.scan(found)
		if err != nil {
			return nil, err
		}
		for _, v := range row {
			if s, ok := v.(string); ok {
				size += len(s)
			}
		}
		rows = append(rows, row)
		if size >= batchBytes {
			return rows, nil
		}
	}
	return rows, found.Err()
}

// scan reads a row into int64, string and nil: what every engine takes.
func (c *copier) scan(rows *sql.Rows) ([]any, error) {
	row, into := make([]any, len(c.columns)), make([]any, len(c.columns))
	numbers, texts := make([]sql.NullInt64, len(row)), make([]sql.NullString, len(row))
	for i, number := range c.numbers {
		if number {
			into[i] = &numbers[i]
		} else {
			into[i] = &texts[i]
		}
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	for i, column := range c.columns {
		switch {
		case numbers[i].Valid:
			row[i] = numbers[i].Int64
		case texts[i].Valid:
			row[i] = c.rename(column, texts[i].String)
		}
	}
	return row, nil
}

// rename gives keys that carry the source's prefix the target's: wp_user_roles,
// wp_capabilities and whatever else a user's meta keeps per site.
func (c *copier) rename(column, value string) string {
	from, to := c.from.Prefix(), c.to.Prefix()
	switch {
	case from == to:
	case c.table == "options" && column == "option_name" && value == from+"user_roles":
		return to + "user_roles"
	case c.table == "usermeta" && column == "meta_key" && strings.HasPrefix(value, from):
		return to + value[len(from):]
	}
	return value
}

func (c *copier) write(rows [][]any) error {
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(c.columns)), ", ") + ")"
	marks := strings.TrimSuffix(strings.Repeat(one+", ", len(rows)), ", ")
	args := make([]any, 0, len(rows)*len(c.columns))
	for _, row := range rows {
		args = append(args, row...)
	}
	return c.target.Exec("INSERT INTO "+c.to.Table(c.table)+" ("+strings.Join(c.columns, ", ")+") VALUES "+marks, args...).Error
}
