package models

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/headpress/headpress/internal/php"
)

// autoloaded are the values of wp_options.autoload that wp_load_alloptions() reads.
var autoloaded = []string{"yes", "on", "auto", "auto-on"}

// alwaysNeeded are options that answers need although WordPress does not autoload them.
var alwaysNeeded = []string{
	"auth_key", "auth_salt", "secure_auth_key", "secure_auth_salt", "logged_in_key", "logged_in_salt", "nonce_key", "nonce_salt",
	"cron", "disallowed_keys", "fresh_site", "moderation_keys", "site_icon", "site_logo",
	"user_count", "using_application_passwords", "wp_page_for_privacy_policy", "WPLANG",
}

// Options are a site's options as they were read.
type Options struct {
	stored map[string]string
}

// Options reads the autoloaded options and the few others that answers need, in one statement.
func (s *Store) Options(ctx context.Context) (*Options, error) {
	fail := func(err error) (*Options, error) { return nil, fmt.Errorf("read options: %w", err) }
	names := append(slices.Clone(alwaysNeeded), s.prefix+"user_roles")
	// Read by hand: these are many rows, in every request that has no cache.
	rows, err := s.DB(ctx).Raw("SELECT option_name, option_value FROM "+s.Table("options")+" WHERE autoload IN ? OR option_name IN ?", autoloaded, names).Rows()
	if err != nil {
		return fail(err)
	}
	defer rows.Close()
	o := &Options{make(map[string]string, 160)}
	for rows.Next() {
		var name string
		var value sql.NullString
		if err := rows.Scan(&name, &value); err != nil {
			return fail(err)
		}
		o.stored[name] = value.String
	}
	if err := rows.Err(); err != nil {
		return fail(err)
	}
	countRows(ctx, len(o.stored))
	return o, nil
}

// Option reads one option that may not be autoloaded, a transient for example.
func (s *Store) Option(ctx context.Context, name string) (value string, found bool, err error) {
	var rows []Option
	err = s.DB(ctx).Select("option_value").Where("option_name = ?", name).Limit(1).Find(&rows).Error
	if err != nil {
		return "", false, fmt.Errorf("read option %s: %w", name, err)
	}
	if len(rows) == 0 {
		return "", false, nil
	}
	return rows[0].Value, true, nil
}

// AddOption stores an option that is not there yet; one that is stays as it is.
func (s *Store) AddOption(ctx context.Context, o Option) error {
	err := s.Tx(ctx, func(tx *gorm.DB) error {
		return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "option_name"}}, DoNothing: true}).Create(&o).Error
	})
	if err != nil {
		return fmt.Errorf("add option %s: %w", o.Name, err)
	}
	return nil
}

// With gives a copy in which one option is another.
func (o *Options) With(name, value string) *Options {
	stored := maps.Clone(o.stored)
	stored[name] = value
	return &Options{stored}
}

// Without gives a copy of the options in which one is not stored.
func (o *Options) Without(name string) *Options {
	stored := maps.Clone(o.stored)
	delete(stored, name)
	return &Options{stored}
}

// Get gives the stored text of an option.
func (o *Options) Get(name string) (string, bool) {
	v, ok := o.stored[name]
	return v, ok
}

// All walks the names and stored texts of the options that were read.
func (o *Options) All() iter.Seq2[string, string] { return maps.All(o.stored) }

// String gives an option that is a text, "" when there is none. A text that looks serialized is stored serialized.
func (o *Options) String(name string) string {
	v := o.stored[name]
	if strings.HasPrefix(v, "s:") {
		if text, ok := php.MaybeUnserialize(v).(string); ok {
			return text
		}
	}
	return v
}

// Int gives an option as PHP's (int) does: its leading digits, or 0.
func (o *Options) Int(name string) int64 { return php.ToInt(o.stored[name]) }

// Bool gives an option as PHP's (bool) does: "" and "0" are false.
func (o *Options) Bool(name string) bool { return php.ToBool(o.stored[name]) }

// PHP gives an option unserialized, as get_option() does; a missing one is false.
func (o *Options) PHP(name string) any {
	v, ok := o.stored[name]
	if !ok {
		return false
	}
	return php.MaybeUnserialize(v)
}

// IDs gives the numbers in an option that holds a list of ids.
func (o *Options) IDs(name string) []int64 {
	list, _ := o.PHP(name).(*php.Array)
	var ids []int64
	for _, v := range list.Values() {
		ids = append(ids, php.ToInt(v))
	}
	return ids
}
