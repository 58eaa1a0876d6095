package media

import (
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// DispositionName is the file's name in the values of a Content-Disposition header, "" where there is none
// (WP_REST_Attachments_Controller::get_filename_from_disposition). As in WordPress the last
// one counts, filename* does not, and a name ends at a semicolon, quoted or not.
func DispositionName(values []string) string {
	found := ""
	for _, v := range values {
		_, rest, ok := strings.Cut(php.Trim(v), ";")
		if !ok {
			continue
		}
		for part := range strings.SplitSeq(rest, ";") {
			key, value, ok := strings.Cut(part, "=")
			if value = php.Trim(value); !ok || php.Trim(key) != "filename" || value == "" || value == "0" {
				continue
			}
			if strings.HasPrefix(value, `"`) && strings.HasSuffix(value, `"`) {
				value = strings.TrimSuffix(value[1:], `"`)
			}
			found = value
		}
	}
	return found
}
