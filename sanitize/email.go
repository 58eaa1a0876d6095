package sanitize

import "strings"

// domainEdge are the characters that no part of a domain begins or ends with.
const domainEdge = phpSpace + "-"

func inLocalPart(c byte) bool {
	return isLetter(c) || isDigit(c) || strings.IndexByte("!#$%&'*+/=?^_`{|}~.-", c) >= 0
}

func inDomain(c byte) bool { return isLetter(c) || isDigit(c) || c == '-' }

// splitEmail takes an address apart at its first @; one at the very beginning does not count.
func splitEmail(s string) (local, domain string, ok bool) {
	if len(s) < 6 || strings.IndexByte(s[1:], '@') < 0 {
		return "", "", false
	}
	return strings.Cut(s, "@")
}

// IsEmail tells whether s is an address to WordPress (is_email), which knows no names beyond ASCII.
func IsEmail(s string) bool {
	local, domain, ok := splitEmail(s)
	if !ok {
		return false
	}
	local = strings.TrimSuffix(local, "\n") // its pattern ends in $
	if local == "" || strings.IndexFunc(local, func(r rune) bool { return r >= 0x80 || !inLocalPart(byte(r)) }) >= 0 {
		return false
	}
	if strings.Contains(domain, "..") || strings.Trim(domain, phpSpace+".") != domain {
		return false
	}
	parts := strings.Split(domain, ".")
	for _, part := range parts {
		if part == "" || strings.Trim(part, domainEdge) != part {
			return false
		}
		for i := range len(part) {
			if !inDomain(part[i]) {
				return false
			}
		}
	}
	return len(parts) >= 2
}

// Email takes out what no address may hold (sanitize_email); what then is none is "".
func Email(s string) string {
	local, domain, ok := splitEmail(s)
	if !ok {
		return ""
	}
	local = mapBytes(local, func(c byte) (byte, bool) { return c, inLocalPart(c) })
	if local == "" {
		return ""
	}
	var run strings.Builder // two dots and more vanish altogether
	for i := 0; i < len(domain); {
		n := 0
		for i+n < len(domain) && domain[i+n] == '.' {
			n++
		}
		if n < 2 {
			n = 1
			run.WriteByte(domain[i])
		}
		i += n
	}
	var parts []string
	all := strings.Split(strings.Trim(run.String(), phpSpace+"."), ".")
	if len(all) < 2 {
		return ""
	}
	for _, part := range all {
		part = mapBytes(strings.Trim(part, domainEdge), func(c byte) (byte, bool) { return c, inDomain(c) })
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) < 2 {
		return ""
	}
	return local + "@" + strings.Join(parts, ".")
}
