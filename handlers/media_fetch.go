package handlers

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	uploads "github.com/headpress/headpress/media"
	"github.com/headpress/headpress/registry"
)

func errFetch(message string) *api.Error {
	return api.NewError(http.StatusBadRequest, "rest_invalid_url", message)
}

// checkFetch: addresses to fetch a file from are plain ones, of no network of ours (wp_http_validate_url). Names
// of hosts are not looked up, for nothing is fetched from other sites.
func checkFetch(c *api.Context, _ string, v any) error {
	s, address := of(c), php.ToString(v)
	if u, err := url.Parse(address); err != nil || u.Scheme != "http" && u.Scheme != "https" || !s.reachable(address, false) {
		return errFetch("The address must be one that anybody can reach by HTTP or HTTPS.")
	}
	return nil
}

// ownHost tells whether an address is one of this site.
func (s *session) ownHost(u *url.URL) bool {
	home, err := url.Parse(s.home)
	return err == nil && strings.EqualFold(home.Host, u.Host)
}

// fetched is the file at an address, instead of an upload. This site's own uploads are read where
// they lie; to others no request is made, as in a WordPress with WP_HTTP_BLOCK_EXTERNAL.
func (s *session) fetched(address string) (*upload, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errFetch("Invalid address.")
	}
	name := path.Base(u.Path)
	if name == "/" || name == "." {
		return nil, errFetch("The address names no file.")
	}
	if !strings.HasPrefix(uploads.TypeByName(name, registry.Mimes(false)), "image/") {
		return nil, errFetch("The address does not lead to an image of a type that is supported.")
	}
	own, ok := strings.CutPrefix(strings.TrimSuffix(address, "?"+u.RawQuery), s.uploadsURL()+"/")
	if !ok && !s.ownHost(u) {
		return nil, &api.Error{Code: "http_request_not_executed", Message: "Requests to other sites are blocked."}
	}
	failed := &api.Error{Code: "http_request_failed", Message: "The file could not be fetched."}
	if own, err = url.PathUnescape(own); !ok || err != nil {
		return nil, failed
	}
	about, err := s.site.Storage.Stat(s.ctx, own)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failed
	}
	ctx := context.WithoutCancel(s.ctx)
	return &upload{name: name, size: about.Size, code: "rest_upload_sideload_error", open: func() (io.ReadSeekCloser, error) {
		f, _, err := s.site.Storage.Open(ctx, own)
		return f, err
	}}, err
}
