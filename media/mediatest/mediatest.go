// Package mediatest gives tests real storages: the same suite runs on every kind.
//
// A bucket is always there, in a server within the test; HEADPRESS_TEST_S3 names a
// bigger one: http://key:secret@127.0.0.1:9000.
package mediatest

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/headpress/headpress/media"
)

// Storages gives an empty storage of every kind, by what it is called.
func Storages(t testing.TB) map[string]media.Storage {
	t.Helper()
	return map[string]media.Storage{"folder": media.NewFolder(t.TempDir()), "bucket": Open(t, Bucket(t))}
}

// Each runs f as a subtest with an empty storage of every kind.
func Each(t *testing.T, f func(t *testing.T, st media.Storage)) {
	t.Helper()
	for name, st := range Storages(t) {
		t.Run(name, func(t *testing.T) { f(t, st) })
	}
}

// Bucket makes a bucket and tells where it is. It is gone when the test ends.
func Bucket(t testing.TB) media.BucketConfig {
	t.Helper()
	if server := os.Getenv("HEADPRESS_TEST_S3"); server != "" {
		return bucketAt(t, server)
	}
	return BucketBehind(t, func(h http.Handler) http.Handler { return h })
}

// BucketBehind is Bucket in the server within the test, whose handler is changed before.
func BucketBehind(t testing.TB, change func(http.Handler) http.Handler) media.BucketConfig {
	t.Helper()
	server := httptest.NewServer(change(lengths(gofakes3.New(s3mem.New()).Server())))
	t.Cleanup(server.Close)
	return bucketAt(t, strings.Replace(server.URL, "://", "://key:secret@", 1))
}

// lengths tells the server within the test how long an empty body is; of others the client says so.
func lengths(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && r.Header.Get("Content-Length") == "" {
			r.Header.Set("Content-Length", "0")
		}
		h.ServeHTTP(w, r)
	})
}

func bucketAt(t testing.TB, server string) media.BucketConfig {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	cfg := media.BucketConfig{Endpoint: u.Scheme + "://" + u.Host, Region: "us-east-1", Bucket: "hp-" + strings.ToLower(rand.Text()), Prefix: "site/uploads", AccessKey: u.User.Username(), Addressing: "path"}
	cfg.SecretKey, _ = u.User.Password()
	client, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""), Secure: u.Scheme == "https", Region: cfg.Region, BucketLookup: minio.BucketLookupPath})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if err := client.MakeBucket(ctx, cfg.Bucket, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for o := range client.ListObjectsIter(ctx, cfg.Bucket, minio.ListObjectsOptions{Recursive: true}) {
			if o.Err != nil || client.RemoveObject(ctx, cfg.Bucket, o.Key, minio.RemoveObjectOptions{}) != nil {
				break
			}
		}
		if err := client.RemoveBucket(ctx, cfg.Bucket); err != nil {
			t.Errorf("remove the bucket: %v", err)
		}
	})
	return cfg
}

// Open gives the storage in a bucket.
func Open(t testing.TB, cfg media.BucketConfig) *media.Bucket {
	t.Helper()
	b, err := media.NewBucket(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
