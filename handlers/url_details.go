package handlers

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/fetch"
	"github.com/headpress/headpress/internal/pagehead"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/sanitize"
)

// editorNamespace holds what only the block editor asks for.
const editorNamespace = "wp-block-editor/v1"

// wordPressVersion is the version that other sites are told of.
const wordPressVersion = "7.1"

// urlDetails tells editors what the page behind an address says of itself.
type urlDetails struct {
	resource *api.Resource[pagehead.Head]
	site     *Site

	mu    sync.Mutex
	known map[string]knownPage
}

// knownPage is what a page said, which counts for a while.
type knownPage struct {
	head  pagehead.Head
	until time.Time
}

const (
	pageLimit    = 150 << 10 // bytes that are read of a page
	pageTimeout  = 5 * time.Second
	pageLifetime = time.Hour
	maxPages     = 100 // that are kept
)

func newURLDetails(site *Site) *urlDetails {
	all := api.In("view", "edit", "embed")
	field := func(name, about, format string, get func(h pagehead.Head) string) api.Field[pagehead.Head] {
		schema := api.String(about, all, api.ReadOnly)
		if format != "" {
			schema = api.String(about, api.Format(format), all, api.ReadOnly)
		}
		return api.Field[pagehead.Head]{Name: name, Schema: schema, Get: func(_ *api.Context, h pagehead.Head) any { return get(h) }}
	}
	return &urlDetails{site: site, known: map[string]knownPage{}, resource: &api.Resource[pagehead.Head]{Title: "url-details", Fields: []api.Field[pagehead.Head]{
		field("title", "What the page is called.", "", func(h pagehead.Head) string { return h.Title }),
		field("icon", "The address of its icon.", "uri", func(h pagehead.Head) string { return h.Icon }),
		field("description", "What the page says it is about.", "", func(h pagehead.Head) string { return h.Description }),
		field("image", "The address of its picture.", "uri", func(h pagehead.Head) string { return h.Image }),
	}}}
}

func (h *urlDetails) routes() []*api.Route {
	return []*api.Route{{Namespace: editorNamespace, Path: "/wp-block-editor/v1/url-details", Endpoints: []api.Endpoint{{
		Methods: api.Readable, Permission: h.mayAsk, Handle: h.get,
		Args: api.Properties{api.P("url", api.String("The address of the page.", api.Format("uri"), api.Required, api.Validate(h.checkURL), api.Sanitize(cleanURL)))},
	}}}}
}

func cleanURL(_ *api.Context, _ string, v any) (any, error) {
	return sanitize.URL(php.ToString(v), nil), nil
}

// checkURL: no names are looked up for those who may not ask.
func (h *urlDetails) checkURL(c *api.Context, _ string, v any) error {
	address, ok := v.(string)
	if !ok {
		return api.ErrInvalid
	}
	client := *h.site.Fetch
	client.Off = client.Off || h.mayAsk(c) != nil
	if err := client.Check(c, address, of(c).home); err != nil {
		return api.ErrInvalid
	}
	return nil
}

func (h *urlDetails) mayAsk(c *api.Context) error {
	if of(c).editsSome() {
		return nil
	}
	return c.Forbidden("rest_cannot_view_url_details", "Sorry, you are not allowed to process remote URLs.")
}

func (h *urlDetails) get(c *api.Context) (*api.Response, error) {
	address := strings.TrimRight(c.String("url"), `/\`)
	if address == "" {
		return nil, api.NewError(http.StatusNotFound, "rest_invalid_url", "Invalid URL.")
	}
	head, ok := h.remembered(address)
	if !ok {
		s := of(c)
		res, err := h.site.Fetch.Get(c, fetch.Request{URL: address, UserAgent: "WP-URLDetails/" + wordPressVersion + " (+" + s.home + ")",
			Timeout: pageTimeout, Limit: pageLimit, Cut: true, Own: s.home})
		switch {
		case err != nil || res.Status != http.StatusOK:
			return nil, api.NewError(http.StatusNotFound, "no_response", "The page did not answer, or not with a page.")
		case len(res.Body) == 0:
			return nil, api.NewError(http.StatusNotFound, "no_content", "The answer has no content.")
		}
		head = shownHead(pagehead.Read(string(res.Body)), address)
		h.remember(address, head)
	}
	return h.resource.Item(c, head), nil
}

// shownHead is what a page says as people may read it. A title that is nothing but 0 counts as none.
func shownHead(h pagehead.Head, address string) pagehead.Head {
	if h.Title = sanitize.StripAllTags(sanitize.DecodeHTML(h.Title), false); h.Title == "0" {
		h.Title = ""
	}
	h.Description = sanitize.StripAllTags(sanitize.DecodeHTML(h.Description), false)
	if h.Icon == "0" {
		h.Icon = ""
	}
	h.Icon = pagehead.Absolute(h.Icon, address)
	h.Image = pagehead.Absolute(php.Trim(h.Image), address)
	return h
}

func (h *urlDetails) remembered(address string) (pagehead.Head, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, ok := h.known[address]
	return p.head, ok && h.site.Now().Before(p.until)
}

func (h *urlDetails) remember(address string, head pagehead.Head) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.known) >= maxPages {
		clear(h.known)
	}
	h.known[address] = knownPage{head, h.site.Now().Add(pageLifetime)}
}
