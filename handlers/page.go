package handlers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/headpress/headpress/auth"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/models"
	"github.com/headpress/headpress/sanitize"
)

//go:embed pages
var pageFiles embed.FS

var (
	pages     = template.Must(template.ParseFS(pageFiles, "pages/*.html"))
	pageStyle = func() string {
		b, err := pageFiles.ReadFile("pages/style.css")
		if err != nil {
			panic(err) // it is part of the program
		}
		return string(b)
	}()
	// styleHash lets browsers take that style and none other.
	styleHash = func() string {
		sum := sha256.Sum256([]byte(pageStyle))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}()
)

// maxPageForm bounds what is posted to a page.
const maxPageForm = 64 << 10

// visit is a request for one of the pages: HTML without scripts, for people.
type visit struct {
	*session
	w     http.ResponseWriter
	r     *http.Request
	query *php.Array
	form  url.Values // what was posted
	// embeddable pages may be shown in a frame of the same site.
	embeddable bool
	// formTargets are where a form's answer may lead to, beside this site.
	formTargets []string
}

// pageView is what the templates show.
type pageView struct {
	Title, Site, Error, Notice, BodyClass string
	Style                                 template.CSS
	Page                                  any
}

// visited answers with a page; what fails is logged, and told in a fixed text.
func (f *Front) visited(serve func(v *visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), f.site.Timeout)
		defer cancel()
		r.Body = http.MaxBytesReader(w, r.Body, maxPageForm)
		if err := readForm(r); err != nil {
			http.Error(w, "The form cannot be read.", http.StatusBadRequest)
			return
		}
		s, err := f.site.begin(ctx, r, nil)
		if err == nil {
			v := &visit{session: s, w: w, r: r, query: php.ParseQuery(r.URL.RawQuery), form: r.PostForm}
			if err = serve(v); err == nil {
				err = s.err
			}
		}
		if err == nil || errors.Is(err, context.Canceled) {
			return
		}
		f.site.Log.ErrorContext(ctx, "page failed", "path", r.URL.Path, "error", err.Error())
		status := http.StatusInternalServerError
		if models.IsUnavailable(err) || errors.Is(err, context.DeadlineExceeded) {
			status = http.StatusServiceUnavailable
		}
		http.Error(w, "The page cannot be shown at the moment.", status)
	}
}

// readForm reads what was posted. What is malformed in a name or a value is left out, as in PHP.
func readForm(r *http.Request) error {
	var large *http.MaxBytesError
	if err := r.ParseForm(); errors.As(err, &large) {
		return err
	}
	if err := r.ParseMultipartForm(maxPageForm); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return err
	}
	return nil
}

// posted gives a posted value, "" without one.
func (v *visit) posted(name string) string { return v.form.Get(name) }

// asked gives a value of the query, "" without one or when it is a list.
func (v *visit) asked(name string) string {
	value, _ := v.query.Get(name)
	text, _ := value.(string)
	return text
}

// param is a posted value or one of the query, as PHP's $_REQUEST has it.
func (v *visit) param(name string) string {
	if v.form.Has(name) {
		return v.posted(name)
	}
	return v.asked(name)
}

// byCookie finds out who asks.
func (v *visit) byCookie(scheme auth.Scheme) error {
	c := v.browser
	if c.Cookie = v.cookie(v.r, scheme); c.Cookie == "" {
		return nil
	}
	result, err := v.authenticator().ByCookie(v.ctx, v.access, scheme, c)
	if err != nil {
		return err
	}
	v.signedIn(result)
	return nil
}

// goodNonce tells whether the request carries a nonce of who asks for an action.
func (v *visit) goodNonce(action string) bool {
	return v.salts().CheckNonce(v.site.Now(), v.param("_wpnonce"), action, v.user.ID, v.token)
}

// headers sets what all pages have: nothing is kept, nothing is told to others, nothing is
// loaded, and no other site shows the page in a frame.
func (v *visit) headers() {
	h := v.w.Header()
	for _, cookie := range v.cookies {
		http.SetCookie(v.w, cookie)
	}
	h.Set("Cache-Control", "no-cache, must-revalidate, max-age=0, no-store, private")
	h.Set("Expires", "Wed, 11 Jan 1984 05:00:00 GMT")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	frames := "'none'"
	if v.embeddable {
		frames = "'self'"
		h.Set("X-Frame-Options", "SAMEORIGIN")
	} else {
		h.Set("X-Frame-Options", "DENY")
	}
	targets := append([]string{"'self'", origin(v.siteURL), origin(v.home)}, v.formTargets...)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+styleHash+"; form-action "+strings.Join(targets, " ")+"; base-uri 'none'; frame-ancestors "+frames)
}

// origin is scheme and host of an address.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "'self'"
	}
	return u.Scheme + "://" + u.Host
}

// show answers with a page.
func (v *visit) show(status int, name string, view pageView) error {
	view.Site, view.Style = sanitize.DecodeEntities(v.options.String("blogname")), template.CSS(pageStyle) //nolint:gosec // a file of ours
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, view); err != nil {
		return err
	}
	v.headers()
	v.w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	v.w.WriteHeader(status)
	if v.r.Method != http.MethodHead {
		v.w.Write(b.Bytes())
	}
	return nil
}

// message answers with a page that only says something.
func (v *visit) message(status int, title, text string) error {
	return v.show(status, "message", pageView{Title: title, Page: text})
}

// redirect sends the visitor to another address.
func (v *visit) redirect(location string) error {
	v.headers()
	v.w.Header().Set("Location", sanitize.Redirect(location))
	v.w.WriteHeader(http.StatusFound)
	return nil
}
