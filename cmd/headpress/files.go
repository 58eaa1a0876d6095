package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/headpress/headpress/internal/instance"
	"github.com/headpress/headpress/media"
	"github.com/headpress/headpress/models"
)

// openWithFiles opens the database and the place where its uploads are.
func (a *app) openWithFiles() (*models.Store, error) {
	store, err := a.open()
	if err != nil {
		return nil, err
	}
	if err := a.openFiles(store); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// openFiles opens the place where uploads are: a bucket where one is named, else a folder
// of the content.
func (a *app) openFiles(store *models.Store) error {
	storage, err := a.storage()
	if err != nil {
		return err
	}
	a.ledger = &media.Ledger{Storage: storage, Store: store, Log: a.log, Now: time.Now}
	return nil
}

func (a *app) storage() (media.Storage, error) {
	if a.S3Bucket == "" {
		return media.NewFolder(a.uploadsFolder()), nil
	}
	bucket, err := media.NewBucket(media.BucketConfig{
		Endpoint: a.S3Endpoint, Region: a.S3Region, Bucket: a.S3Bucket, Prefix: a.S3Prefix,
		AccessKey: a.S3AccessKey, SecretKey: a.S3SecretKey, Addressing: a.S3Addressing,
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(a.ctx, 30*time.Second)
	defer cancel()
	return bucket, bucket.Check(ctx)
}

func (a *app) uploadsFolder() string { return filepath.Join(a.Content, "uploads") }

// uploads sends uploads to browsers. Those of a bucket that has a public address come from there.
func (a *app) uploads() http.Handler {
	server := &media.Server{Storage: a.ledger.Storage, Log: a.log}
	if u, err := url.Parse(a.UploadsURL); err == nil && a.S3Bucket != "" {
		server.Redirect = u
	}
	return server
}

// cleaning removes what servers left that were killed, now and from time to time, until
// the function that it gives is called.
func (a *app) cleaning() (stop func()) {
	for _, base := range []string{a.uploadsFolder(), os.TempDir()} {
		if err := instance.Sweep(base); err != nil {
			a.log.Warn("unfinished files were not removed", "error", err.Error())
		}
	}
	ctx, cancel := context.WithCancel(a.ctx)
	var work sync.WaitGroup
	work.Go(func() { a.ledger.Watch(ctx) })
	return func() {
		cancel()
		work.Wait()
	}
}
