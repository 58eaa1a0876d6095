package media

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"golang.org/x/sync/errgroup"
)

// BucketConfig says where a bucket is and who we are there.
type BucketConfig struct {
	Endpoint   string // https://s3.example.org; Amazon's when empty
	Region     string
	Bucket     string
	Prefix     string // what the names of objects begin with, a folder usually
	AccessKey  string // without one, the environment's or the machine's role
	SecretKey  string
	Addressing string // auto, path or host: where the bucket's name is in addresses
}

// Bucket is a storage in a bucket of Amazon S3 or of what speaks its language.
type Bucket struct {
	client *minio.Core
	bucket string
	prefix string
	// unconditional: the server does not know how not to write over an object.
	unconditional atomic.Bool
}

const (
	amazon = "https://s3.amazonaws.com"
	// tokenHeader marks objects with the call that made them.
	tokenHeader = "Headpress-Call"
	// attempts is how often a request is sent that fails for reasons that pass.
	attempts = 4
	// longestKey is what S3 allows.
	longestKey = 1024
	// removers is how many objects are removed at a time. Not every server removes lists.
	removers = 8
)

// NewBucket makes the storage. It asks the server nothing; see Check.
func NewBucket(cfg BucketConfig) (*Bucket, error) {
	if cfg.Endpoint == "" {
		cfg.Endpoint = amazon
	}
	u, err := url.Parse(cfg.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("bucket: %q is no address of a server, like %s", cfg.Endpoint, amazon)
	}
	if u.User != nil {
		return nil, errors.New("bucket: keys have settings of their own, the address holds none")
	}
	lookup, ok := map[string]minio.BucketLookupType{"": minio.BucketLookupAuto, "auto": minio.BucketLookupAuto, "path": minio.BucketLookupPath, "host": minio.BucketLookupDNS}[cfg.Addressing]
	if !ok {
		return nil, fmt.Errorf("bucket: no way of addressing is called %q", cfg.Addressing)
	}
	keys := credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, "")
	if cfg.AccessKey == "" {
		keys = credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.IAM{}})
	}
	client, err := minio.NewCore(u.Host, &minio.Options{Creds: keys, Secure: u.Scheme == "https", Region: cfg.Region, BucketLookup: lookup, MaxRetries: attempts})
	if err != nil {
		return nil, fmt.Errorf("bucket: %w", err)
	}
	b := &Bucket{client: client, bucket: cfg.Bucket, prefix: strings.Trim(cfg.Prefix, "/")}
	if b.prefix != "" {
		if !local(b.prefix) {
			return nil, fmt.Errorf("bucket: %q cannot be the beginning of names", cfg.Prefix)
		}
		b.prefix += "/"
	}
	return b, nil
}

// Check tells why the bucket cannot be used.
func (b *Bucket) Check(ctx context.Context) error {
	found, err := b.client.BucketExists(ctx, b.bucket)
	if err == nil && !found {
		err = fs.ErrNotExist
	}
	if err != nil {
		return fmt.Errorf("bucket %s: %w", b.bucket, err)
	}
	return nil
}

// key is the object's key of a file.
func (b *Bucket) key(op, name string) (string, error) {
	if !local(name) || len(b.prefix)+len(name) > longestKey {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return b.prefix + name, nil
}

// failed gives the errors that storages have names for their names.
func failed(op, name string, err error) error {
	if err == nil {
		return nil
	}
	var answer minio.ErrorResponse
	if errors.As(err, &answer) {
		switch {
		case answer.StatusCode == http.StatusNotFound && answer.Code != minio.NoSuchBucket:
			err = fs.ErrNotExist
		case answer.StatusCode == http.StatusPreconditionFailed || answer.StatusCode == http.StatusConflict:
			err = fs.ErrExist
		}
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}

func (b *Bucket) stat(ctx context.Context, name string) (minio.ObjectInfo, error) {
	key, err := b.key("stat", name)
	if err != nil {
		return minio.ObjectInfo{}, err
	}
	info, err := b.client.StatObject(ctx, b.bucket, key, minio.StatObjectOptions{})
	return info, failed("stat", name, err)
}

// Stat is part of Storage.
func (b *Bucket) Stat(ctx context.Context, name string) (File, error) {
	info, err := b.stat(ctx, name)
	return File{Name: name, Size: info.Size, Modified: info.LastModified}, err
}

// Open is part of Storage. Reading asks for the content from where it begins.
func (b *Bucket) Open(ctx context.Context, name string) (io.ReadSeekCloser, File, error) {
	info, err := b.stat(ctx, name)
	if err != nil {
		return nil, File{}, err
	}
	return &object{ctx: ctx, bucket: b, name: name, info: info}, File{Name: name, Size: info.Size, Modified: info.LastModified}, nil
}

// object reads an object, a stretch per seek.
type object struct {
	ctx    context.Context // of the opening: io.Reader has no place for it
	bucket *Bucket
	name   string
	info   minio.ObjectInfo
	at     int64
	body   io.ReadCloser // from at, nil before the first Read
}

func (o *object) Read(p []byte) (int, error) {
	if o.at >= o.info.Size {
		return 0, io.EOF
	}
	if o.body == nil {
		var opts minio.GetObjectOptions
		err := opts.SetMatchETag(o.info.ETag) // what was changed since does not fit to what was read
		if err == nil && o.at > 0 {
			err = opts.SetRange(o.at, 0)
		}
		if err != nil {
			return 0, err
		}
		o.body, _, _, err = o.bucket.client.GetObject(o.ctx, o.bucket.bucket, o.bucket.prefix+o.name, opts)
		if err != nil {
			o.body = nil
			return 0, failed("read", o.name, err)
		}
	}
	n, err := o.body.Read(p)
	o.at += int64(n)
	if errors.Is(err, io.EOF) && o.at < o.info.Size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.at
	case io.SeekEnd:
		offset += o.info.Size
	}
	if offset < 0 {
		return 0, &fs.PathError{Op: "seek", Path: o.name, Err: fs.ErrInvalid}
	}
	if offset != o.at {
		_ = o.Close()
		o.at = offset
	}
	return offset, nil
}

func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	err := o.body.Close()
	o.body = nil
	return err
}

// Create is part of Storage. One request carries the whole object, so it is there whole or not at all,
// and nothing is left of what broke off. The server refuses to write over another object;
// for servers that do not know how to, we look before (and a Ledger keeps those out who share the site).
func (b *Bucket) Create(ctx context.Context, name string, content io.Reader, size int64) error {
	switch _, err := b.stat(ctx, name); {
	case err == nil:
		return &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	token := rand.Text()
	opts := options(name)
	opts.UserMetadata = map[string]string{tokenHeader: token}
	if !b.unconditional.Load() {
		opts.SetMatchETagExcept("*")
	}
	err := b.put(ctx, "create", name, content, size, opts)
	if refusesConditions(err) {
		b.unconditional.Store(true)
		return b.Create(ctx, name, content, size)
	}
	if errors.Is(err, fs.ErrExist) { // the answer to a request that did succeed may have been lost, and the request been repeated
		if info, statErr := b.stat(ctx, name); statErr == nil && info.UserMetadata[tokenHeader] == token {
			return nil
		}
	}
	return err
}

// refusesConditions tells whether a server answered that it cannot write under a condition.
func refusesConditions(err error) bool {
	var answer minio.ErrorResponse
	return errors.As(err, &answer) && answer.StatusCode == http.StatusNotImplemented
}

// Replace is part of Storage.
func (b *Bucket) Replace(ctx context.Context, name string, content io.Reader, size int64) error {
	return b.put(ctx, "replace", name, content, size, options(name))
}

func (b *Bucket) put(ctx context.Context, op, name string, content io.Reader, size int64, opts minio.PutObjectOptions) error {
	key, err := b.key(op, name)
	if err != nil {
		return err
	}
	seeker, seeks := content.(io.Seeker)
	var start int64
	if seeks {
		if start, err = seeker.Seek(0, io.SeekCurrent); err != nil {
			return err
		}
	}
	_, err = b.client.Client.PutObject(ctx, b.bucket, key, content, size, opts)
	if err != nil && seeks {
		if _, err := seeker.Seek(start, io.SeekStart); err != nil {
			return err
		}
	}
	return failed(op, name, err)
}

// options are what readers of the bucket itself are told of a file: what a browser would run is plain text there, too.
func options(name string) minio.PutObjectOptions {
	return minio.PutObjectOptions{ContentType: ServedType(name), ContentDisposition: disposition(name), CacheControl: CacheControl, DisableMultipart: true}
}

// Remove is part of Storage.
func (b *Bucket) Remove(ctx context.Context, names ...string) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(removers)
	for _, name := range names {
		key, err := b.key("remove", name)
		if err != nil {
			continue // such files do not exist
		}
		group.Go(func() error {
			err := failed("remove", name, b.client.RemoveObject(ctx, b.bucket, key, minio.RemoveObjectOptions{}))
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		})
	}
	return group.Wait()
}

// Names is part of Storage.
func (b *Bucket) Names(ctx context.Context, folder string) ([]string, error) {
	prefix := b.prefix
	if folder != "" {
		key, err := b.key("list", folder)
		if err != nil {
			return nil, nil // such folders do not exist
		}
		prefix = key + "/"
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var names []string
	for info := range b.client.ListObjectsIter(ctx, b.bucket, minio.ListObjectsOptions{Prefix: prefix}) {
		if info.Err != nil {
			return nil, failed("list", folder, info.Err)
		}
		if name := strings.TrimSuffix(strings.TrimPrefix(info.Key, prefix), "/"); name != "" {
			names = append(names, name)
		}
	}
	return names, nil
}

// List is part of Storage.
func (b *Bucket) List(ctx context.Context, folder string) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		prefix := b.prefix
		if folder != "" {
			key, err := b.key("list", folder)
			if err != nil {
				return
			}
			prefix = key + "/"
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for info := range b.client.ListObjectsIter(ctx, b.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
			if info.Err != nil {
				yield(File{}, failed("list", folder, info.Err))
				return
			}
			name := strings.TrimPrefix(info.Key, b.prefix)
			if !local(name) || strings.HasSuffix(info.Key, "/") { // a folder's own object, as consoles make them
				continue
			}
			if !yield(File{Name: name, Size: info.Size, Modified: info.LastModified}, nil) {
				return
			}
		}
	}
}
