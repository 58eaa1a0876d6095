package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"

	"github.com/HugoSmits86/nativewebp"

	"github.com/headpress/headpress/internal/vp8"
)

// Lossy WebP has brightness from 16 to 235 and colours from 16 to 240, as video has,
// which JPEG has not. Pixels that go from WebP to WebP stay as they are.

// fromVideo computes colours of red, green and blue from those of video (BT.601).
func fromVideo(y, cb, cr uint8) (r, g, b uint8) {
	l, u, v := 76309*(int32(y)-16), int32(cb)-128, int32(cr)-128
	to8 := func(n int32) uint8 { return uint8(min(max(n+1<<15, 0)>>16, 255)) }
	return to8(l + 104597*v), to8(l - 25674*u - 53278*v), to8(l + 132201*u)
}

// videoPixels makes pixels of red, green, blue and alpha of a lossy WebP's. Alpha may be nil.
func videoPixels(img *image.YCbCr, alpha []uint8, alphaStride int) *image.NRGBA {
	b := img.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	for y := range b.Dy() {
		to := out.Pix[y*out.Stride:]
		for x := range b.Dx() {
			i, j := img.YOffset(b.Min.X+x, b.Min.Y+y), img.COffset(b.Min.X+x, b.Min.Y+y)
			c := to[4*x : 4*x+4 : 4*x+4]
			c[0], c[1], c[2] = fromVideo(img.Y[i], img.Cb[j], img.Cr[j])
			c[3] = 255
			if alpha != nil {
				c[3] = alpha[y*alphaStride+x]
			}
		}
	}
	return out
}

// toVideo makes video's colours of a picture's: the means of four pixels each.
func toVideo(img image.Image) *image.YCbCr {
	n := colored(img)
	w, h := n.Rect.Dx(), n.Rect.Dy()
	out := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for y := 0; y < h; y += 2 {
		for x := 0; x < w; x += 2 {
			var sum [3]int32
			for i := range 4 {
				px, py := min(x+i&1, w-1), min(y+i>>1, h-1)
				c := n.Pix[py*n.Stride+4*px:]
				r, g, b := int32(c[0]), int32(c[1]), int32(c[2])
				out.Y[py*out.YStride+px] = uint8((16839*r + 33059*g + 6420*b + 16<<16 + 1<<15) >> 16)
				sum[0], sum[1], sum[2] = sum[0]+r, sum[1]+g, sum[2]+b
			}
			at := y/2*out.CStride + x/2
			out.Cb[at] = uint8((-9719*sum[0] - 19081*sum[1] + 28800*sum[2] + 128<<18 + 1<<17) >> 18)
			out.Cr[at] = uint8((28800*sum[0] - 24116*sum[1] - 4684*sum[2] + 128<<18 + 1<<17) >> 18)
		}
	}
	return out
}

// encodeWebP writes a WebP file: without loss where the picture came from one without, as GD does.
func (p *Picture) encodeWebP(w io.Writer, quality int) error {
	img := p.upright()
	if p.lossless {
		return nativewebp.Encode(w, img, nil)
	}
	colors, ok := img.(*image.YCbCr)
	if !ok || !p.video {
		colors = toVideo(img)
	}
	frame, err := vp8.Encode(colors, quality)
	if err != nil {
		return ErrUnsupported
	}
	var chunks bytes.Buffer
	chunk := func(name string, head, data []byte) {
		n := len(head) + len(data)
		chunks.WriteString(name)
		_ = binary.Write(&chunks, binary.LittleEndian, uint32(n))
		chunks.Write(head)
		chunks.Write(data)
		if n%2 == 1 {
			chunks.WriteByte(0)
		}
	}
	if n, ok := img.(*image.NRGBA); ok && !n.Opaque() {
		alpha, err := encodeAlpha(n)
		if err != nil {
			return err
		}
		right, bottom := n.Rect.Dx()-1, n.Rect.Dy()-1
		chunk("VP8X", []byte{0x10, 0, 0, 0, byte(right), byte(right >> 8), byte(right >> 16), byte(bottom), byte(bottom >> 8), byte(bottom >> 16)}, nil)
		chunk("ALPH", []byte{1}, alpha)
	}
	chunk("VP8 ", nil, frame)
	head := append([]byte("RIFF"), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(head[4:], uint32(4+chunks.Len()))
	if _, err := w.Write(append(head, "WEBP"...)); err != nil {
		return err
	}
	_, err = chunks.WriteTo(w)
	return err
}

// encodeAlpha writes alpha as the green of a lossless picture, without that one's header.
func encodeAlpha(img *image.NRGBA) ([]byte, error) {
	green := image.NewNRGBA(img.Rect)
	for i := 0; i+3 < len(green.Pix); i += 4 {
		green.Pix[i+1], green.Pix[i+3] = img.Pix[i+3], 255
	}
	var file bytes.Buffer
	if err := nativewebp.Encode(&file, green, nil); err != nil {
		return nil, err
	}
	const header = 12 + 8 + 5 // of the file, the chunk, the picture
	b := file.Bytes()
	if len(b) < header || string(b[12:16]) != "VP8L" {
		return nil, ErrUnsupported
	}
	n := int(binary.LittleEndian.Uint32(b[16:]))
	if n < 5 || 20+n > len(b) {
		return nil, ErrUnsupported
	}
	return b[header : 20+n], nil
}
