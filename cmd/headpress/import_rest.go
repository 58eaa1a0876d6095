package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/transfer"
)

// maxDocument bounds one document, and maxPages the pages of a collection.
const (
	maxDocument = 256 << 20
	maxPages    = 100_000
)

type importRESTCmd struct {
	Sources []string `arg:"" name:"source" help:"Files, or addresses of collections and single objects, whose further pages are fetched too."`
}

// Run stores documents of files and addresses.
func (c importRESTCmd) Run(a *app) (err error) {
	var documents []any
	for _, source := range c.Sources {
		var found []any
		if strings.HasPrefix(source, "http://") || strings.HasPrefix(source, "https://") {
			found, err = fetchAll(a.ctx, source)
		} else {
			found, err = readDocument(source)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", redacted(source), err)
		}
		documents = append(documents, found...)
	}
	store, err := a.open()
	if err != nil {
		return err
	}
	defer closing(store, &err)
	kind, err := a.prepare(a.ctx, store)
	if err != nil {
		return err
	}
	if kind == models.WordPress {
		return fmt.Errorf("this is the database of a WordPress: documents go into a database of ours")
	}
	done, err := transfer.ImportREST(a.ctx, store, documents...)
	if err != nil {
		return err
	}
	for _, note := range done.Notes {
		fmt.Fprintln(a.out, "Note:", note)
	}
	fmt.Fprintf(a.out, "Stored %d posts, %d new terms, %d new users.\n", done.Posts, done.Terms, done.Users)
	return nil
}

// redacted hides the password of an address.
func redacted(source string) string {
	if u, err := url.Parse(source); err == nil && u.User != nil {
		return u.Redacted()
	}
	return source
}

func readDocument(name string) ([]any, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return decodeDocument(f)
}

func decodeDocument(r io.Reader) ([]any, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxDocument {
		return nil, fmt.Errorf("the document is larger than %d MB", maxDocument>>20)
	}
	v, err := php.DecodeJSON(text)
	if err != nil {
		return nil, fmt.Errorf("this is no JSON: %w", err)
	}
	return []any{v}, nil
}

// fetchAll fetches an address and, where it is a collection, the pages behind it.
func fetchAll(ctx context.Context, address string) ([]any, error) {
	client := &http.Client{Timeout: 2 * time.Minute}
	var all []any
	for page, pages := 1, 1; page <= pages; page++ {
		u, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		if page > 1 {
			q := u.Query()
			q.Set("page", strconv.Itoa(page))
			u.RawQuery = q.Encode()
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
		if err != nil {
			return nil, err
		}
		res, err := client.Do(req)
		if err != nil {
			return nil, err
		}
		found, err := decodeDocument(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("page %d: the site answers %s", page, res.Status)
		}
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", page, err)
		}
		all = append(all, found...)
		if n, err := strconv.Atoi(res.Header.Get("X-WP-TotalPages")); err == nil {
			pages = min(n, maxPages)
		}
	}
	return all, nil
}
