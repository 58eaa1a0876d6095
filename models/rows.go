package models

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"

	"gorm.io/gorm"
)

// read runs one statement and gives its rows. T is int64, string, or a struct whose fields are, as gorm maps
// them; NULL is zero. gorm's Find would make each value of each row anew before it copies it.
func read[T any](ctx context.Context, s *Store, what, query string, args ...any) ([]T, error) {
	fail := func(err error) ([]T, error) { return nil, fmt.Errorf("read %s: %w", what, err) }
	db := s.DB(ctx)
	found, err := db.Raw(query, args...).Rows()
	if err != nil {
		return fail(err)
	}
	defer found.Close()
	columns, err := columnsOf(db, found, reflect.TypeFor[T]())
	if err != nil {
		return fail(err)
	}
	cells := make([]any, len(columns))
	for i, c := range columns {
		cells[i] = c.cell
	}
	var rows []T
	for found.Next() {
		if err := found.Scan(cells...); err != nil {
			return fail(err)
		}
		rows = append(rows, *new(T))
		row := reflect.ValueOf(&rows[len(rows)-1]).Elem()
		for _, c := range columns {
			c.store(row)
		}
	}
	if err := found.Err(); err != nil {
		return fail(err)
	}
	countRows(ctx, len(rows))
	return rows, nil
}

// column is a column of an answer: where its values are read, and the field that takes them.
type column struct {
	cell  any   // *sql.NullInt64 or *sql.NullString
	field []int // none where the row itself is the value
}

// columnsOf finds the fields of a type of rows for the columns of an answer.
func columnsOf(db *gorm.DB, rows *sql.Rows, row reflect.Type) ([]column, error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	columns := make([]column, len(names))
	of := gorm.Statement{DB: db}
	if row.Kind() == reflect.Struct {
		if err := of.Parse(reflect.New(row).Interface()); err != nil {
			return nil, err
		}
	}
	for i, name := range names {
		typ := row
		if of.Schema != nil {
			field := of.Schema.LookUpField(name)
			if field == nil {
				return nil, fmt.Errorf("%s has no field for column %s", row, name)
			}
			typ, columns[i].field = field.FieldType, field.StructField.Index
		}
		switch typ.Kind() {
		case reflect.Int64:
			columns[i].cell = new(sql.NullInt64)
		case reflect.String:
			columns[i].cell = new(sql.NullString)
		default:
			return nil, fmt.Errorf("column %s cannot be read as %s", name, typ)
		}
	}
	return columns, nil
}

// store puts the value that was read last into its place in a row.
func (c column) store(row reflect.Value) {
	if len(c.field) > 0 {
		row = row.FieldByIndex(c.field)
	}
	switch cell := c.cell.(type) {
	case *sql.NullInt64:
		row.SetInt(cell.Int64)
	case *sql.NullString:
		row.SetString(cell.String)
	}
}
