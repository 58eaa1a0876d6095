package models

import (
	"fmt"
	"regexp"
	"strconv"

	"gorm.io/gorm"
)

// keyColumns are the numbered keys of the tables. wp_term_relationships has none.
var keyColumns = map[string]string{
	"options": "option_id", "users": "id", "usermeta": "umeta_id", "terms": "term_id",
	"term_taxonomy": "term_taxonomy_id", "termmeta": "meta_id", "posts": "id", "postmeta": "meta_id",
	"comments": "comment_id", "commentmeta": "meta_id", "links": "link_id",
}

// KeyColumn names the column that numbers a table's rows, "" for wp_term_relationships.
func KeyColumn(table string) string { return keyColumns[table] }

var autoIncrement = regexp.MustCompile(`\bAUTO_INCREMENT=(\d+)`)

// NextID is the number that the next row of the table gets at least. It counts rows
// that were there and are gone.
func (s *Store) NextID(tx *gorm.DB, table string) (int64, error) {
	key, name := keyColumns[table], s.Table(table)
	var top, next int64
	if err := tx.Raw("SELECT COALESCE(MAX(" + key + "), 0) + 1 FROM " + name).Scan(&top).Error; err != nil {
		return 0, fmt.Errorf("highest id of %s: %w", name, err)
	}
	var err error
	switch s.engine {
	case SQLite:
		err = tx.Raw("SELECT seq + 1 FROM sqlite_sequence WHERE name = ?", name).Scan(&next).Error
	case Postgres:
		var sequence string
		if err = tx.Raw("SELECT pg_get_serial_sequence(?, ?)", name, key).Scan(&sequence).Error; err == nil && sequence != "" {
			err = tx.Raw("SELECT last_value + is_called::int FROM " + sequence).Scan(&next).Error
		}
	case MySQL: // information_schema is cached in MySQL 8 and may be a day old
		var created struct {
			Text string `gorm:"column:create table"`
		}
		err = tx.Raw("SHOW CREATE TABLE " + name).Scan(&created).Error
		if m := autoIncrement.FindStringSubmatch(created.Text); m != nil {
			next, _ = strconv.ParseInt(m[1], 10, 64)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("next id of %s: %w", name, err)
	}
	return max(top, next), nil
}

// SetNextID makes the next row of the table get that number, which must be above all
// that are there. On MySQL this ends the transaction: do it last.
func (s *Store) SetNextID(tx *gorm.DB, table string, next int64) error {
	name := s.Table(table)
	var err error
	switch s.engine {
	case SQLite:
		if err = tx.Exec("DELETE FROM sqlite_sequence WHERE name = ?", name).Error; err == nil {
			err = tx.Exec("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", name, next-1).Error
		}
	case Postgres:
		err = tx.Exec("SELECT setval(pg_get_serial_sequence(?, ?), ?, false)", name, keyColumns[table], next).Error
	case MySQL:
		err = tx.Exec("ALTER TABLE " + name + " AUTO_INCREMENT = " + strconv.FormatInt(next, 10)).Error
	}
	if err != nil {
		return fmt.Errorf("set next id of %s: %w", name, err)
	}
	return nil
}

// SkipTaken is to be called after rows were inserted with ids of their own: PostgreSQL's
// sequences do not notice those, the other engines do.
func (s *Store) SkipTaken(tx *gorm.DB, tables ...string) error {
	if s.engine != Postgres {
		return nil
	}
	for _, table := range tables {
		next, err := s.NextID(tx, table)
		if err != nil {
			return err
		}
		if err := s.SetNextID(tx, table, next); err != nil {
			return err
		}
	}
	return nil
}
