package render

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// playerKind is what [audio] and [video] differ in.
type playerKind struct {
	name       string
	extensions []string // attributes that name a file each, in the order of the sources
	preload    string
}

var (
	audioPlayer = playerKind{"audio", []string{"mp3", "ogg", "flac", "m4a", "wav"}, "none"}
	videoPlayer = playerKind{"video", []string{"mp4", "m4v", "webm", "ogv", "flv"}, "metadata"}

	playerTypes = map[string]string{
		"mp3": "audio/mpeg", "m4a": "audio/mpeg", "m4b": "audio/mpeg", "aac": "audio/aac", "ogg": "audio/ogg", "oga": "audio/ogg", "flac": "audio/flac",
		"wav": "audio/wav", "wma": "audio/x-ms-wma", "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg",
		"flv": "video/x-flv", "mov": "video/quicktime", "wmv": "video/x-ms-wmv", "avi": "video/avi", "mkv": "video/x-matroska",
	}
)

func (k playerKind) plays(ext string) bool {
	for _, e := range k.extensions {
		if e == ext {
			return true
		}
	}
	return false
}

// extension is the end of an address after its last dot, in small letters.
func extension(url string) string {
	return strings.ToLower(url[strings.LastIndexByte(url, '.')+1:])
}

// mediaKind is the first half of a MIME type.
func mediaKind(a *Attachment) string {
	kind, _, _ := strings.Cut(a.MimeType, "/")
	return kind
}

// validBool is wp_validate_boolean: PHP's truth, and "false" is false.
func validBool(s string) bool { return php.ToBool(s) && !strings.EqualFold(s, "false") }

// player is [audio] and [video].
func (r *Renderer) player(in PostText, kind playerKind, atts *php.Array, content string) string {
	instance := r.next(kind.name)
	src := textAtt(atts, "src", "")
	files := kind.extensions
	primary, sourceType := false, ""
	if php.ToBool(src) {
		if kind.name == "video" {
			src, sourceType = remoteVideo(src, php.ToBool(textAtt(atts, "loop", "")))
		}
		if sourceType == "" && !kind.plays(extension(src)) {
			return fmt.Sprintf(`<a class="wp-embedded-%s" href="%s">%s</a>`, kind.name, escURL(src), escHTML(src))
		}
		primary = true
	}
	for _, ext := range files {
		primary = primary || extension(textAtt(atts, ext, "")) == ext && strings.Contains(textAtt(atts, ext, ""), ".")
	}
	if !primary {
		var media []*Attachment
		if r.From.Attachments != nil {
			media = r.media().AttachmentsOf(in.ID, kind.name)
		}
		if len(media) == 0 || media[0].URL == "" {
			return ""
		}
		src = media[0].URL
	}

	var out strings.Builder
	attr := func(name, value string) { out.WriteString(" " + name + `="` + escAttr(value) + `"`) }
	flag := func(name, otherwise string) {
		if validBool(textAtt(atts, name, otherwise)) {
			out.WriteString(" " + name)
		}
	}
	width := textAtt(atts, "width", "640")
	if kind.name == "video" {
		style := ""
		if php.ToBool(width) {
			style = fmt.Sprintf("width: %dpx;", php.ToInt(width))
		}
		out.WriteString(`<div style="` + style + `" class="wp-video">`)
	}
	out.WriteString("<" + kind.name)
	if class := textAtt(atts, "class", "wp-"+kind.name+"-shortcode"); class != "" || kind.name == "audio" {
		attr("class", class)
	}
	attr("id", fmt.Sprintf("%s-%d-%d", kind.name, in.ID, instance))
	if kind.name == "video" {
		for _, side := range [][2]string{{"width", width}, {"height", textAtt(atts, "height", "360")}} {
			if n := php.ToInt(side[1]); n != 0 {
				attr(side[0], strconv.FormatInt(max(n, -n), 10))
			}
		}
		if poster := escURL(textAtt(atts, "poster", "")); poster != "" {
			attr("poster", poster)
		}
	}
	flag("loop", "")
	flag("autoplay", "")
	flag("muted", "false")
	if preload := textAtt(atts, "preload", kind.preload); preload == "none" || preload == "metadata" || preload == "auto" {
		attr("preload", preload)
	}
	if kind.name == "audio" {
		attr("style", textAtt(atts, "style", "width: 100%;"))
	}
	out.WriteString(` controls="controls">`)

	first := ""
	source := func(url, mime string) {
		if !php.ToBool(url) {
			return
		}
		if first == "" {
			first = url
		}
		if mime == "" {
			mime = playerTypes[extension(url)]
		}
		fmt.Fprintf(&out, `<source type="%s" src="%s" />`, mime, escURL(setQuery(url, "_", strconv.Itoa(instance))))
	}
	source(src, sourceType)
	for _, ext := range files {
		source(textAtt(atts, ext, ""), "")
	}
	if content != "" {
		out.WriteString(strings.Trim(strings.NewReplacer("\r\n", "", "\n", "", "\t", "").Replace(content), phpSpace))
	}
	link := escURL(first)
	out.WriteString(`<a href="` + link + `">` + link + `</a></` + kind.name + `>`)
	if kind.name == "video" {
		out.WriteString("</div>")
	}
	return out.String()
}

// remoteVideo knows the two video sites that the player understands, and brings
// their addresses into the form that it needs.
func remoteVideo(src string, loop bool) (url, mime string) {
	rest, ok := strings.CutPrefix(src, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(src, "http://"); !ok {
			return src, ""
		}
	}
	host := strings.TrimPrefix(rest, "www.")
	if strings.HasPrefix(host, "youtube.com/watch") || strings.HasPrefix(host, "youtu.be/") {
		return "https://" + strings.TrimPrefix(strings.TrimPrefix(setQuery(src, "feature", ""), "https://"), "http://"), "video/youtube"
	}
	if i := strings.Index(rest, "vimeo.com/"); i == 0 || (i > 1 && rest[i-1] == '.') {
		if end := strings.IndexAny(rest, "?#"); end >= 0 {
			rest = rest[:end]
		}
		value := "0"
		if loop {
			value = "1"
		}
		return setQuery("https://"+rest, "loop", value), "video/vimeo"
	}
	return src, ""
}

// setQuery is add_query_arg, and remove_query_arg with an empty value: the rest of
// the query is decoded and encoded again.
func setQuery(url, name, value string) string {
	url, fragment, hasFragment := strings.Cut(url, "#")
	base, query, _ := strings.Cut(url, "?")
	args := php.ParseQuery(query)
	if value == "" {
		args.Remove(php.KeyOf(name))
	} else {
		args.Set(name, value)
	}
	var parts []string
	appendQueryParts(&parts, args, "")
	if len(parts) > 0 {
		base += "?" + strings.Join(parts, "&")
	}
	if hasFragment {
		base += "#" + fragment
	}
	return base
}

func appendQueryParts(parts *[]string, args *php.Array, under string) {
	for key, value := range args.All() {
		name := key.String()
		if under != "" {
			name = under + "%5B" + name + "%5D"
		}
		if inner, ok := value.(*php.Array); ok {
			appendQueryParts(parts, inner, name)
			continue
		}
		if text := php.ToString(value); text != "" {
			name += "=" + php.URLEncode(text)
		}
		*parts = append(*parts, name)
	}
}

// playlistTags are what of a file's metadata the player shows.
var playlistTags = []string{"artist", "album", "genre", "year", "length_formatted"}

const (
	playerWidth  = 640
	playerHeight = 360
)

// playlist is [playlist]: a player, its list for readers without scripts, and the
// list as data.
func (r *Renderer) playlist(in PostText, atts *php.Array) string {
	kind := textAtt(atts, "type", "audio")
	if kind != "audio" {
		kind = "video"
	}
	r.next("playlist")
	media, _ := r.pick(in, atts, kind)
	if len(media) == 0 {
		return ""
	}
	yes := func(name string) bool { return validBool(textAtt(atts, name, "true")) }
	// The word "false" hides the pictures in the player, but not in its data.
	images := php.ToBool(textAtt(atts, "images", "true"))
	tracks := make([]any, 0, len(media))
	var list strings.Builder
	for _, a := range media {
		tracks = append(tracks, r.track(a, kind, images))
		list.WriteString("\t\t<li>" + r.attachmentLink(a, "none", a.URL) + "</li>")
	}
	data := php.Map{{Key: "type", Value: kind}, {Key: "tracklist", Value: yes("tracklist")}, {Key: "tracknumbers", Value: yes("tracknumbers")},
		{Key: "images", Value: yes("images")}, {Key: "artists", Value: yes("artists")}, {Key: "tracks", Value: tracks}}

	var out strings.Builder
	fmt.Fprintf(&out, "<div class=\"wp-playlist wp-%s-playlist wp-playlist-%s\">\n\t", kind, escAttr(textAtt(atts, "style", "light")))
	if kind == "audio" {
		out.WriteString("\t\t<div class=\"wp-playlist-current-item\"></div>\n\t")
	}
	fmt.Fprintf(&out, "\t<%s controls=\"controls\" preload=\"none\" width=\"%d\"\n\t\t", kind, playerWidth)
	if kind == "video" {
		fmt.Fprintf(&out, " height=\"%d\"", playerHeight)
	}
	fmt.Fprintf(&out, "\t></%s>\n\t<div class=\"wp-playlist-next\"></div>\n\t<div class=\"wp-playlist-prev\"></div>\n", kind)
	out.WriteString("\t<noscript>\n\t<ol>\n" + list.String() + "\t</ol>\n\t</noscript>\n")
	out.WriteString("\t<script type=\"application/json\" class=\"wp-playlist-script\">")
	out.Write(php.AppendJSON(nil, data, php.JSONHexTag|php.JSONUnescapedSlashes))
	out.WriteString("</script>\n</div>\n\t")
	return out.String()
}

// track is a file of a playlist, as the player's script wants it.
func (r *Renderer) track(a *Attachment, kind string, images bool) php.Map {
	mime := playerTypes[extension(a.URL)]
	meta := php.Map{}
	for _, name := range playlistTags {
		if v, ok := a.Meta.Get(name); ok && php.ToBool(v) {
			meta.Set(name, v)
		}
	}
	track := php.Map{{Key: "src", Value: a.URL}, {Key: "type", Value: mime}, {Key: "title", Value: a.Title},
		{Key: "caption", Value: a.Caption}, {Key: "description", Value: a.Description}, {Key: "meta", Value: meta}}
	if kind == "video" {
		w, _ := a.Meta.Get("width")
		h, _ := a.Meta.Get("height")
		width, height := any(int64(playerWidth)), any(int64(playerHeight))
		resized := int64(playerHeight)
		if php.ToBool(w) && php.ToBool(h) {
			width, height = w, h
			resized = int64(math.Round(php.ToFloat(h) * playerWidth / php.ToFloat(w)))
		}
		track.Set("dimensions", php.Map{
			{Key: "original", Value: php.Map{{Key: "width", Value: width}, {Key: "height", Value: height}}},
			{Key: "resized", Value: php.Map{{Key: "width", Value: int64(playerWidth)}, {Key: "height", Value: resized}}}})
	}
	if images {
		picture := func(size string) php.Map {
			if cover := a.Thumbnail; cover > 0 && r.From.Attachments != nil {
				if c := r.media().Attachment(cover); c != nil {
					if url, w, h, ok := r.imageSource(c, size); ok {
						return php.Map{{Key: "src", Value: url}, {Key: "width", Value: w}, {Key: "height", Value: h}}
					}
				}
			}
			icon := r.SiteURL + "/wp-includes/images/media/" + kind + ".svg"
			return php.Map{{Key: "src", Value: icon}, {Key: "width", Value: int64(48)}, {Key: "height", Value: int64(64)}}
		}
		track.Set("image", picture("full"))
		track.Set("thumb", picture("thumbnail"))
	}
	return track
}
