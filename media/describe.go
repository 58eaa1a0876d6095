package media

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/media/av"
	"github.com/headpress/headpress/sanitize"
)

// describe gives the metadata of a stored file that is no picture: of sound and video what
// their headers say, of others how long they are.
func describe(ctx context.Context, st Storage, name, mime string) (*php.Array, error) {
	f, about, err := st.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size := &php.Array{}
	if about.Size > 0 {
		size.Set("filesize", about.Size)
	}
	kind, _, _ := strings.Cut(mime, "/")
	if kind != "audio" && kind != "video" {
		return size, nil
	}
	info, err := av.Read(f, about.Size)
	switch {
	case errors.Is(err, av.ErrUnknown):
		return size, nil
	case err != nil:
		return nil, err
	case kind == "video":
		return videoMeta(info, about.Size), nil
	}
	return audioMeta(info, about.Size), nil
}

// put sets what is known.
func put(meta *php.Array, key string, v any) {
	if v != nil && v != "" {
		meta.Set(key, v)
	}
}

// audioMeta writes what is known of sound as wp_read_audio_metadata does.
func audioMeta(info *av.Info, size int64) *php.Array {
	meta := &php.Array{}
	for key, v := range info.Audio.All() {
		meta.Put(key, v)
	}
	put(meta, "fileformat", info.Format)
	meta.Set("filesize", size)
	put(meta, "mime_type", info.MIME)
	playing(meta, info)
	tags(meta, info)
	if info.Created != nil {
		meta.Set("created_timestamp", *info.Created)
	}
	return meta
}

// videoMeta writes what is known of a video as wp_read_video_metadata does.
func videoMeta(info *av.Info, size int64) *php.Array {
	meta, v := &php.Array{}, info.Video
	if v == nil {
		v = &av.Video{}
	}
	if v.Lossless != nil {
		meta.Set("lossless", *v.Lossless)
	}
	put(meta, "bitrate", v.Bitrate)
	meta.Set("filesize", size)
	put(meta, "mime_type", info.MIME)
	playing(meta, info)
	if v.Width > 0 {
		meta.Set("width", v.Width)
		meta.Set("height", v.Height)
	}
	put(meta, "fileformat", info.Format)
	put(meta, "dataformat", v.Format)
	put(meta, "codec", v.Codec)
	if info.Audio.Len() > 0 {
		meta.Set("audio", info.Audio)
	}
	if info.Created != nil {
		meta.Set("created_timestamp", *info.Created)
	}
	tags(meta, info)
	return meta
}

// playing tells how long a file plays, in seconds and for people.
func playing(meta *php.Array, info *av.Info) {
	if info.Seconds == nil {
		return
	}
	seconds := php.ToFloat(info.Seconds)
	if seconds < 0 || seconds > 1e9 {
		return
	}
	n := int64(math.Round(seconds))
	meta.Set("length", n)
	if n >= 3600 {
		meta.Set("length_formatted", fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60))
	} else {
		meta.Set("length_formatted", fmt.Sprintf("%d:%02d", n/60, n%60))
	}
}

// tags adds what people have written into a file, as far as posts may hold it.
func tags(meta *php.Array, info *av.Info) {
	filter := sanitize.PostFilter()
	for key, v := range info.Tags.All() {
		meta.Put(key, filter.Clean(php.ToString(v)))
	}
}
