package api

import (
	"bytes"
	"crypto/md5" //nolint:gosec // Content-MD5 is what clients send
	"encoding/hex"
	"errors"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/headpress/headpress/internal/php"
)

// File is a file that a client has sent: a part of a form, or the whole body. Its content waits on disk until the
// request is answered.
type File struct {
	// Field is the name of the part of a form; "" for a body.
	Field string
	// Name and Type are what the client calls it: neither is to be believed.
	Name, Type string
	Size       int64
	// MD5 is the sum of the content, in hex.
	MD5 string
	// Missing is true for a part that names no file, or broke off.
	Missing bool

	path string
	data []byte
	lost bool // the content was thrown away: who sent it may not upload
}

// errLost is what opening a file gives whose content was thrown away. Nobody gets so far whom permissions refuse.
var errLost = errors.New("the content of an upload was not kept")

type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// Open gives the content.
func (f *File) Open() (io.ReadSeekCloser, error) {
	if f.lost {
		return nil, errLost
	}
	if f.path == "" {
		return memory{bytes.NewReader(f.data)}, nil
	}
	return os.Open(f.path)
}

// maxFormParts bounds the fields and files of a form.
const maxFormParts = 1000

// formOverhead is what a form may hold beside its file.
const formOverhead = 1 << 20

// keptOfAnybody is how much of its files a request may have on disk before anybody asks who sends it.
const keptOfAnybody = 1 << 20

// maxOfStrangers bounds bodies that are held in memory, of clients whom nobody knows: they may write comments, which are far shorter.
const maxOfStrangers = 1 << 20

// bodyReader takes in the body of one request.
type bodyReader struct {
	server *Server
	req    *Request
	// files says that the endpoint takes files: they are kept on disk, and may be large.
	files bool
	limit int64
	kept  int64 // bytes on disk
	// mayUpload tells whether who sends the request may upload.
	mayUpload func() bool
}

// errTooLarge ends the reading of a body.
var errTooLarge = errors.New("too large")

func (s *Server) readBody(req *Request, w http.ResponseWriter, r *http.Request) *Error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	b := &bodyReader{server: s, req: req, limit: s.MaxBody, mayUpload: sync.OnceValue(func() bool { return s.MayUpload == nil || s.MayUpload(r, req) })}
	typ, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	form := typ == "multipart/form-data" && params["boundary"] != "" && r.Method == http.MethodPost
	inMemory := req.isJSON() || typ == "application/x-www-form-urlencoded"
	if b.files = s.Table.takesFile(req.Method, req.Route); b.files && !inMemory {
		b.limit = s.MaxUpload
	}
	whole := b.limit
	if b.files && form {
		whole += formOverhead
	}
	if r.ContentLength > whole {
		return b.refusal(errTooLarge)
	}
	var body io.Reader = http.MaxBytesReader(w, r.Body, whole)
	if !b.files || inMemory {
		body = &strangers{body, maxOfStrangers, func() bool { return s.Known == nil || s.Known(r, req) }}
	}
	switch {
	case form:
		err := b.readForm(body, params["boundary"])
		if err != nil && !errors.Is(err, errTooLarge) { // what is too large is told so, whatever else is wrong
			if _, rest := io.Copy(io.Discard, body); rest != nil {
				err = rest
			}
		}
		return b.refusal(err)
	case typ == "multipart/form-data" && r.Method == http.MethodPost && !b.files:
		return b.refusal(errors.New("a form without a boundary"))
	case b.files && !inMemory:
		file, err := b.keep(body)
		if err == nil && file.Size > 0 {
			req.Upload = file
		}
		return b.refusal(err)
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return b.refusal(err)
	}
	if typ == "application/x-www-form-urlencoded" && r.Method == http.MethodPost {
		req.Form = php.ParseQuery(string(data))
	}
	req.Body = data
	if b.files && len(data) > 0 {
		sum := md5.Sum(data) //nolint:gosec // see above
		req.Upload = &File{Size: int64(len(data)), MD5: hex.EncodeToString(sum[:]), data: data}
	}
	return nil
}

// strangers ends a body that is large where nobody knows who sends it.
type strangers struct {
	io.Reader
	left  int64
	known func() bool
}

func (s *strangers) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if s.left -= int64(n); s.left < 0 {
		if !s.known() {
			return 0, errTooLarge
		}
		s.left = math.MaxInt64
	}
	return n, err
}

// refusal is the answer to a body that could not be read.
func (b *bodyReader) refusal(err error) *Error {
	var large *http.MaxBytesError
	var disk *os.PathError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &large) && !errors.Is(err, errTooLarge):
		if errors.As(err, &disk) {
			b.server.Log.Error("an upload could not be kept", "error", err.Error())
			return NewError(http.StatusInsufficientStorage, "rest_upload_no_space", "The file could not be stored.")
		}
		return NewError(http.StatusBadRequest, "rest_invalid_body", "The request's body could not be read.")
	case b.files:
		return NewError(http.StatusRequestEntityTooLarge, "rest_upload_file_too_big", "The file is larger than this site accepts.")
	}
	return errBodyTooLarge()
}

func errBodyTooLarge() *Error {
	return NewError(http.StatusRequestEntityTooLarge, "rest_request_too_large", "The request is larger than this site accepts.")
}

// keep puts a file on disk, and sums it up on the way.
func (b *bodyReader) keep(content io.Reader) (*File, error) {
	dir := ""
	if b.server.Spool != nil {
		var err error
		if dir, err = b.server.Spool(); err != nil {
			return nil, err
		}
	}
	f, err := os.CreateTemp(dir, "upload-")
	if err != nil {
		return nil, err
	}
	b.req.kept = append(b.req.kept, f.Name())
	sum := md5.New() //nolint:gosec // see above
	disk := &spooled{reader: b, to: f}
	size, err := io.Copy(io.MultiWriter(disk, sum), io.LimitReader(content, b.limit+1))
	if disk.lost {
		err = errors.Join(err, f.Truncate(0))
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil && size > b.limit {
		err = errTooLarge
	}
	return &File{Size: size, MD5: hex.EncodeToString(sum.Sum(nil)), path: f.Name(), lost: disk.lost}, err
}

// spooled puts content on disk: more than a little only for those who may upload, or strangers could fill the
// disk. What others send is read all the same, for fields that decide about the answer may follow.
type spooled struct {
	reader *bodyReader
	to     *os.File
	lost   bool
}

func (w *spooled) Write(p []byte) (int, error) {
	w.lost = w.lost || w.reader.kept+int64(len(p)) > keptOfAnybody && !w.reader.mayUpload()
	if w.lost {
		return len(p), nil
	}
	n, err := w.to.Write(p)
	w.reader.kept += int64(n)
	return n, err
}

// ending notes that a body has come to its end, and did not break off.
type ending struct {
	io.Reader
	reached bool
}

func (e *ending) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	e.reached = e.reached || err == io.EOF
	return n, err
}

// cut tells whether a part broke off because the body ended.
func (e *ending) cut(err error) bool { return e.reached && errors.Is(err, io.ErrUnexpectedEOF) }

// readForm reads a form part by part, as PHP does: files are known by having a file's name, and a form that
// ends without its last boundary is one. Of a field in which it ends counts what is there, a file counts as missing.
func (b *bodyReader) readForm(body io.Reader, boundary string) error {
	most := b.limit // of what the fields hold together
	if b.files {
		most = formOverhead
	}
	end := &ending{Reader: body}
	reader := multipart.NewReader(end, boundary)
	var pairs strings.Builder
	for n := 0; ; n++ {
		part, err := reader.NextRawPart()
		if err == io.EOF || err != nil && end.reached {
			break
		}
		if err != nil {
			return err
		}
		if n >= maxFormParts {
			return errors.New("too many parts")
		}
		_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if name, file := params["filename"]; file {
			if err := b.readPart(part, params["name"], name, end); err != nil {
				return err
			}
			continue
		}
		data, err := io.ReadAll(io.LimitReader(part, most+1))
		if err != nil && !end.cut(err) {
			return err
		}
		if int64(len(data)+pairs.Len()) > most {
			return errTooLarge
		}
		if pairs.Len() > 0 {
			pairs.WriteByte('&')
		}
		pairs.WriteString(url.QueryEscape(params["name"]) + "=" + url.QueryEscape(string(data)))
	}
	b.req.Form = php.ParseQuery(pairs.String())
	return nil
}

// readPart takes one file of a form; where the endpoint takes none, nobody needs its content.
func (b *bodyReader) readPart(part *multipart.Part, field, name string, end *ending) error {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	file := &File{Missing: true}
	if name != "" && b.files {
		var err error
		if file, err = b.keep(part); end.cut(err) {
			file = &File{Missing: true}
		} else if err != nil {
			return err
		}
	}
	file.Field, file.Name, file.Type = field, name, part.Header.Get("Content-Type")
	b.req.Files = append(b.req.Files, file)
	return nil
}

// release removes what was kept of the request on disk.
func (r *Request) release() {
	for _, name := range r.kept {
		_ = os.Remove(name) // what stays goes with the folder of this process
	}
}
