package models

import (
	"context"
	"database/sql/driver"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
)

// PostgreSQL's text holds no U+0000, which serialized objects of PHP are full of. So it is stored as two characters that weigh
// nothing wherever texts are compared, as U+0000 does; the first of them, which is long out of use, is stored twice where
// a text has it. Bytes that are not UTF-8 are dropped: nothing else can be done with them.
const (
	languageTag = "\U000E0001"
	storedNUL   = languageTag + "\U000E0030"
)

var (
	intoPostgres = strings.NewReplacer("\x00", storedNUL, languageTag, languageTag+languageTag)
	fromPostgres = strings.NewReplacer(storedNUL, "\x00", languageTag+languageTag, languageTag)
)

func storable(s string) string { return intoPostgres.Replace(strings.ToValidUTF8(s, "")) }

// postgresTexts makes connections that translate the texts they send and get.
type postgresTexts struct{ driver.Connector }

// Connect opens a connection.
func (c postgresTexts) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return textConn{conn.(*stdlib.Conn)}, nil
}

type textConn struct{ *stdlib.Conn }

// CheckNamedValue sees every value that is sent.
func (c textConn) CheckNamedValue(v *driver.NamedValue) error {
	if text, ok := v.Value.(string); ok {
		v.Value = storable(text)
	}
	return c.Conn.CheckNamedValue(v)
}

// QueryContext asks.
func (c textConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return textRowsOf(c.Conn.QueryContext(ctx, query, args))
}

// PrepareContext prepares a statement.
func (c textConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	stmt, err := c.Conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return textStmt{stmt.(*stdlib.Stmt)}, nil
}

type textStmt struct{ *stdlib.Stmt }

// QueryContext asks.
func (s textStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return textRowsOf(s.Stmt.QueryContext(ctx, args))
}

type textRows struct{ *stdlib.Rows }

func textRowsOf(rows driver.Rows, err error) (driver.Rows, error) {
	if err != nil {
		return nil, err
	}
	return textRows{rows.(*stdlib.Rows)}, nil
}

// Next reads a row.
func (r textRows) Next(row []driver.Value) error {
	err := r.Rows.Next(row)
	for i, v := range row {
		if text, ok := v.(string); ok && strings.Contains(text, languageTag) {
			row[i] = fromPostgres.Replace(text)
		}
	}
	return err
}
