package picture

import (
	"bytes"
	"encoding/binary"
)

// The datasets of IPTC's record 2 that WordPress keeps.
const (
	iptcObjectName  = 5
	iptcKeywords    = 25
	iptcCreatedDate = 55
	iptcCreatedTime = 60
	iptcByline      = 80
	iptcHeadline    = 105
	iptcCredit      = 110
	iptcCopyright   = 116
	iptcCaption     = 120
)

// iptc holds the values of record 2 by dataset, as bytes of the file.
type iptc map[byte][]string

// parseIPTC reads the datasets in a JPEG's APP13 segment (iptcparse). As PHP does,
// it takes the first thing that looks like one as the beginning.
func parseIPTC(data []byte) iptc {
	sets := iptc{}
	for {
		i := bytes.IndexByte(data, 0x1c)
		if i < 0 || i+1 >= len(data) {
			return sets
		}
		data = data[i:]
		if data[1] == 1 || data[1] == 2 {
			break
		}
		data = data[1:]
	}
	for len(data) > 5 && data[0] == 0x1c {
		record, set := data[1], data[2]
		n, head := int(binary.BigEndian.Uint16(data[3:])), 5
		if data[3]&0x80 != 0 {
			if len(data) < 9 {
				break
			}
			n, head = int(binary.BigEndian.Uint32(data[5:])), 9
		}
		if n > len(data)-head {
			break
		}
		if record == 2 {
			sets[set] = append(sets[set], string(data[head:head+n]))
		}
		data = data[head+n:]
	}
	return sets
}

// first is the first value of a dataset.
func (s iptc) first(set byte) string {
	if len(s[set]) == 0 {
		return ""
	}
	return s[set][0]
}
