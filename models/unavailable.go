package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"syscall"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// IsUnavailable tells whether an error means that the database cannot be reached
// at the moment, and not that it was asked something wrong.
func IsUnavailable(err error) bool {
	var network net.Error
	var connect *pgconn.ConnectError
	var refused *pgconn.PgError
	var my *mysql.MySQLError
	var lite *sqlite.Error
	switch {
	case errors.Is(err, ErrBusy), errors.Is(err, ErrChanged), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, mysql.ErrInvalidConn),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET),
		errors.Is(err, syscall.EPIPE), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &network), errors.As(err, &connect), pgconn.SafeToRetry(err): // the last: on a closed connection nothing was sent
		return true
	case errors.As(err, &refused):
		if refused.Code == "55P03" { // a lock was waited for too long
			return true
		}
		switch refused.Code[:2] {
		case "08", "40", "53", "57", "58": // connection, conflicts every time, resources, operator intervention, system
			return true
		}
	case errors.As(err, &my):
		// Too many connections, shutting down, killed, locked for too long, a deadlock every time, read-only, full.
		return slices.Contains([]uint16{1020, 1021, 1040, 1053, 1114, 1203, 1205, 1213, 1226, 1290, 1317, 1836, 1927}, my.Number)
	case errors.As(err, &lite):
		switch lite.Code() & 0xff { // above that are details
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
			return true
		}
	}
	return false
}
