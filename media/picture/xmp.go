package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

const (
	nsXMP  = "adobe:ns:meta/"
	nsRDF  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsIPTC = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
	nsXML  = "http://www.w3.org/XML/1998/namespace"
)

// maxXMP is how long a packet may be.
const maxXMP = 1 << 20

// findXMP gives the first XMP packet of a file of any type, nil where there is none.
func findXMP(r io.Reader) ([]byte, error) {
	open, end := []byte("<x:xmpmeta"), []byte("</x:xmpmeta>")
	buf := make([]byte, 0, 1<<16)
	found := false
	for {
		if len(buf) == cap(buf) {
			if !found { // only what may be a part of the beginning is needed again
				keep := min(len(buf), len(open)-1)
				buf = buf[:copy(buf, buf[len(buf)-keep:])]
			} else if cap(buf) < maxXMP {
				buf = append(make([]byte, 0, 2*cap(buf)), buf...)
			} else {
				return nil, nil
			}
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		from := max(0, len(buf)-len(end))
		buf = buf[:len(buf)+n]
		if !found {
			if i := bytes.Index(buf, open); i >= 0 {
				found, from = true, 0
				buf = buf[:copy(buf, buf[i:])]
			}
		}
		if found {
			if i := bytes.Index(buf[from:], end); i >= 0 {
				return buf[:from+i+len(end)], nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// altText is the text for those who cannot see a picture, in English or in what its
// maker chose as default (IPTC's AltTextAccessibility).
func altText(packet []byte) string {
	path := []xml.Name{{Space: nsXMP, Local: "xmpmeta"}, {Space: nsRDF, Local: "RDF"}, {Space: nsRDF, Local: "Description"},
		{Space: nsIPTC, Local: "AltTextAccessibility"}, {Space: nsRDF, Local: "Alt"}, {Space: nsRDF, Local: "li"}}
	d := xml.NewDecoder(bytes.NewReader(packet))
	texts := map[string]string{}
	depth, on := 0, 0 // how deep we are, and how much of the path lies above us
	var language string
	var text strings.Builder
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "" // a packet that is not well-formed says nothing
		}
		switch t := token.(type) {
		case xml.Directive:
			return ""
		case xml.StartElement:
			if depth == on && on < len(path) && t.Name == path[on] {
				if on++; on == len(path) {
					language = ""
					text.Reset()
					for _, a := range t.Attr {
						if a.Name.Local == "lang" && (a.Name.Space == nsXML || a.Name.Space == "xml") {
							language = a.Value
						}
					}
				}
			}
			depth++
		case xml.CharData:
			if on == len(path) {
				text.Write(t)
			}
		case xml.EndElement:
			depth--
			if depth < on {
				if on == len(path) {
					if _, ok := texts[language]; !ok {
						texts[language] = text.String()
					}
				}
				on = depth
			}
		}
	}
	if s, ok := texts["en"]; ok {
		return s
	}
	return texts["x-default"]
}
