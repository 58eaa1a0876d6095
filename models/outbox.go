package models

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// mailPrefix is what the names of mails that wait to be sent begin with, among the options.
const mailPrefix = "_headpress_mail_"

// Mail is a mail that waits to be sent. What it says is for others to know.
type Mail struct {
	ID    string `gorm:"column:option_name"`
	Value string `gorm:"column:option_value"`
}

// AddMail has a mail wait, unless one with that id does already, or as many as may be.
func (s *Store) AddMail(ctx context.Context, m Mail, most int64) (added bool, err error) {
	like := s.dialect.Like("option_name", EscapeLike(mailPrefix)+"%")
	waiting, err := count(ctx, s, "mails", "SELECT COUNT(*) AS n FROM "+s.Table("options")+" WHERE "+like.SQL, like.Vars...)
	if err != nil || waiting >= most {
		return false, err
	}
	return true, s.claiming(ctx, "add mail", func(tx *gorm.DB) error {
		return tx.Clauses(s.dialect.unlessThere("option_name")).Create(&Option{Name: mailPrefix + m.ID, Value: m.Value, Autoload: "off"}).Error
	})
}

// Mails gives the mails that wait, the oldest first.
func (s *Store) Mails(ctx context.Context, most int64) ([]Mail, error) {
	like := s.dialect.Like("option_name", EscapeLike(mailPrefix)+"%")
	mails, err := read[Mail](ctx, s, "mails", "SELECT option_name, option_value FROM "+s.Table("options")+" WHERE "+like.SQL+" ORDER BY option_id LIMIT "+fmt.Sprint(most), like.Vars...)
	for i := range mails {
		mails[i].ID = mails[i].ID[len(mailPrefix):]
	}
	return mails, err
}

// ReplaceMail changes what is stored of a mail, and says false where somebody else has done so before.
func (s *Store) ReplaceMail(ctx context.Context, m Mail, value string) (done bool, err error) {
	err = s.claiming(ctx, "replace mail", func(tx *gorm.DB) error {
		result := tx.Exec("UPDATE "+s.Table("options")+" SET option_value = ? WHERE option_name = ? AND "+s.dialect.Exact("option_value")+" = ?", value, mailPrefix+m.ID, m.Value)
		done = result.RowsAffected == 1
		return result.Error
	})
	return done, err
}

// DropMail removes a mail that is stored just so.
func (s *Store) DropMail(ctx context.Context, m Mail) error {
	return s.claiming(ctx, "drop mail", func(tx *gorm.DB) error {
		return tx.Exec("DELETE FROM "+s.Table("options")+" WHERE option_name = ? AND "+s.dialect.Exact("option_value")+" = ?", mailPrefix+m.ID, m.Value).Error
	})
}

// ForgetMails removes all mails: those of a copied database are sent from where it was copied.
func (s *Store) ForgetMails(tx *gorm.DB) error {
	like := s.dialect.Like("option_name", EscapeLike(mailPrefix)+"%")
	return tx.Exec("DELETE FROM "+s.Table("options")+" WHERE "+like.SQL, like.Vars...).Error
}
