package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

// IsUnavailable tells whether an error means that the database cannot be reached
// at the moment, and not that it was asked something wrong.
func IsUnavailable(err error) bool {
	var network net.Error
	var connect *pgconn.ConnectError
	var refused *pgconn.PgError
	switch {
	case errors.Is(err, ErrBusy), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, mysql.ErrInvalidConn),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET),
		errors.Is(err, syscall.EPIPE), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &network), errors.As(err, &connect):
		return true
	case errors.As(err, &refused):
		if refused.Code == "55P03" { // a lock was waited for too long
			return true
		}
		switch refused.Code[:2] {
		case "08", "53", "57", "58": // connection, resources, operator intervention, system
			return true
		}
	}
	return false
}
