package sanitize

import (
	"slices"
	"strings"
)

// RelUGC marks the links of a comment as written by a visitor (wp_rel_ugc): all get
// rel="nofollow ugc", those to a host of the site itself only "ugc".
func RelUGC(s string, homeHost string) string {
	var out strings.Builder
	for {
		start, end := nextLink(s)
		if start < 0 {
			break
		}
		out.WriteString(s[:start])
		out.WriteString(relLink(s[start+3:end], homeHost))
		s = s[end+1:]
	}
	out.WriteString(s)
	return out.String()
}

// nextLink finds "<a ", something on the same line, and ">".
func nextLink(s string) (start, end int) {
	for from := 0; ; from++ {
		n := strings.IndexByte(s[from:], '<')
		if n < 0 {
			return -1, -1
		}
		from += n
		if !hasPrefixFold(s[from:], "<a ") || len(s) < from+5 || s[from+3] == '\n' {
			continue
		}
		n = strings.IndexAny(s[from+4:], ">\n")
		if n < 0 {
			return -1, -1
		}
		end = from + 4 + n
		if s[end] == '>' {
			return from, end
		}
		from = end // nothing else closes on this line either
	}
}

func relLink(text, homeHost string) string {
	rel := "nofollow ugc"
	attributes := Attributes(text)
	at := -1
	for i, a := range attributes {
		switch a.Name {
		case "href":
			if host := hostOf(BadProtocol(a.Value, Protocols)); host != "" && host == strings.ToLower(homeHost) {
				rel = "ugc"
			}
		case "rel":
			at = i
		}
	}
	if at >= 0 {
		words := strings.Split(attributeEscapes.Replace(attributes[at].Value), " ")
		for i := range words {
			words[i] = strings.Trim(words[i], phpSpace)
		}
		var unique []string
		for _, w := range append(words, strings.Split(rel, " ")...) {
			if !slices.Contains(unique, w) {
				unique = append(unique, w)
			}
		}
		rel = strings.Join(unique, " ")
		var html []string
		for i, a := range attributes {
			if i == at {
				continue
			}
			if isURIAttribute()[a.Name] {
				a.Value = BadProtocol(a.Value, Protocols)
			}
			word := a.Name
			if a.HasValue {
				word += `="` + EscHTML(attributeEscapes.Replace(a.Value)) + `"`
			}
			html = append(html, word)
		}
		text = strings.Trim(strings.Join(html, " "), phpSpace)
	}
	return "<a " + text + ` rel="` + EscHTML(rel) + `">`
}

// hostOf gives the host of an absolute web address, in small letters.
func hostOf(url string) string {
	end := authorityEnd(url)
	if end == 0 || !hasPrefixFold(url, "http://") && !hasPrefixFold(url, "https://") {
		return ""
	}
	host := url[strings.Index(url, "//")+2 : end]
	host = host[strings.LastIndexByte(host, '@')+1:]
	if n := strings.LastIndexByte(host, ':'); n >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:n]
	}
	return strings.ToLower(host)
}
