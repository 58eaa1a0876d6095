package models

import (
	"container/list"
	"context"
	"database/sql"
	"sync"
	"time"

	"gorm.io/gorm"
)

const (
	// maxStatements is how many statements are kept prepared: lists of ids make many shapes of one.
	maxStatements = 512
	// maxPrepared is the length up to which statements are kept prepared: longer ones hold
	// lists that hardly come twice.
	maxPrepared = 32 << 10
	// prepareTimeout bounds the preparing of a statement that nobody waits for.
	prepareTimeout = 10 * time.Second
)

// statements keeps the statements of a pool prepared, for gorm. gorm could do so itself, but
// lets those who hold a connection wait for a statement that another is preparing, who waits
// for a connection: with more clients than connections that stands still. Here nobody waits
// for anybody: who finds a statement that is not prepared yet prepares it, or inside of a
// transaction runs it as it is.
type statements struct {
	pool *sql.DB
	work sync.WaitGroup // what nobody waits for but close
	ctx  context.Context
	stop context.CancelFunc // ends the work

	mu      sync.Mutex
	closed  bool
	byText  map[string]*list.Element // of *statement
	recent  list.List                // the statement that was used last is the first
	pending map[string]bool          // being prepared for the next time
}

// statement is a prepared statement. It is closed when it is kept no longer and nobody is just running it.
type statement struct {
	*sql.Stmt
	text    string
	users   int
	dropped bool
}

func keepStatements(pool *sql.DB) *statements {
	ctx, stop := context.WithCancel(context.Background())
	return &statements{pool: pool, ctx: ctx, stop: stop, byText: map[string]*list.Element{}, pending: map[string]bool{}}
}

// close ends what goes on in the background and closes the pool. A pool itself closes the
// connections that are in use only when they come back, which may be never: then SQLite's
// write-ahead log stays a file of its own, and a copy of the database lacks what is in it.
func (s *statements) close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.work.Wait()
	return s.pool.Close()
}

// take gives a statement that is prepared, to be given back, or nil.
func (s *statements) take(text string) *statement {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byText[text]
	if e == nil {
		return nil
	}
	s.recent.MoveToFront(e)
	st := e.Value.(*statement)
	st.users++
	return st
}

// giveBack ends the use of a statement.
func (s *statements) giveBack(st *statement) {
	s.mu.Lock()
	st.users--
	last := st.dropped && st.users == 0
	s.mu.Unlock()
	if last {
		_ = st.Close()
	}
}

// prepare gives a statement that is prepared now, to be given back; nil for what is not worth it.
func (s *statements) prepare(ctx context.Context, text string) (*statement, error) {
	if len(text) > maxPrepared {
		return nil, nil
	}
	if st := s.take(text); st != nil {
		return st, nil
	}
	prepared, err := s.pool.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	st := &statement{Stmt: prepared, text: text, users: 1}
	s.keep(st)
	return st, nil
}

// keep stores a statement, and lets go of the one that has not been used for longest. If
// another was faster this one is closed after its use.
func (s *statements) keep(st *statement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byText[st.text] != nil {
		st.dropped = true
		return
	}
	s.byText[st.text] = s.recent.PushFront(st)
	if len(s.byText) <= maxStatements {
		return
	}
	e := s.recent.Back()
	old := s.recent.Remove(e).(*statement)
	delete(s.byText, old.text)
	if old.dropped = true; old.users == 0 && !s.closed {
		s.work.Go(func() { _ = old.Close() }) // it may wait for a connection
	}
}

// prepareLater has a statement prepared for the next time. Who asks holds a connection and
// must not wait for another.
func (s *statements) prepareLater(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(text) > maxPrepared || s.pending[text] {
		return
	}
	s.pending[text] = true
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, prepareTimeout)
		defer cancel()
		if st, err := s.prepare(ctx, text); err == nil {
			s.giveBack(st)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.pending, text)
	})
}

// PrepareContext is part of gorm.ConnPool.
func (s *statements) PrepareContext(ctx context.Context, text string) (*sql.Stmt, error) {
	return s.pool.PrepareContext(ctx, text)
}

// ExecContext is part of gorm.ConnPool.
func (s *statements) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	st, err := s.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return s.pool.ExecContext(ctx, text, args...)
	}
	defer s.giveBack(st)
	return st.ExecContext(ctx, args...)
}

// QueryContext is part of gorm.ConnPool.
func (s *statements) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	st, err := s.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return s.pool.QueryContext(ctx, text, args...) //nolint:sqlclosecheck // whoever asked closes them
	}
	defer s.giveBack(st)
	return st.QueryContext(ctx, args...) //nolint:sqlclosecheck // whoever asked closes them
}

// QueryRowContext is part of gorm.ConnPool.
func (s *statements) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	return s.pool.QueryRowContext(ctx, text, args...)
}

// GetDBConn is part of gorm.GetDBConnector.
func (s *statements) GetDBConn() (*sql.DB, error) { return s.pool, nil }

// BeginTx is part of gorm.ConnPoolBeginner.
func (s *statements) BeginTx(ctx context.Context, options *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := s.pool.BeginTx(ctx, options)
	if err != nil {
		return nil, err
	}
	return &transaction{tx, s}, nil
}

// connection is one connection of the pool, whose transactions know the statements of the pool.
type connection struct {
	*sql.Conn
	statements *statements
}

// BeginTx is part of gorm.ConnPoolBeginner.
func (c *connection) BeginTx(ctx context.Context, options *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := c.Conn.BeginTx(ctx, options)
	if err != nil {
		return nil, err
	}
	return &transaction{tx, c.statements}, nil
}

// transaction runs what is prepared, and the rest as it is.
type transaction struct {
	*sql.Tx
	statements *statements
}

// ExecContext is part of gorm.ConnPool.
func (t *transaction) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	st := t.statements.take(text)
	if st == nil {
		t.statements.prepareLater(text)
		return t.Tx.ExecContext(ctx, text, args...)
	}
	defer t.statements.giveBack(st)
	return t.StmtContext(ctx, st.Stmt).ExecContext(ctx, args...) //nolint:sqlclosecheck // it ends with the transaction
}

// QueryContext is part of gorm.ConnPool.
func (t *transaction) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	st := t.statements.take(text)
	if st == nil {
		t.statements.prepareLater(text)
		return t.Tx.QueryContext(ctx, text, args...) //nolint:sqlclosecheck // whoever asked closes them
	}
	defer t.statements.giveBack(st)
	return t.StmtContext(ctx, st.Stmt).QueryContext(ctx, args...) //nolint:sqlclosecheck // whoever asked closes them
}
