package config

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// WPConfig is what a wp-config.php says in plain literals: constants and the prefix.
type WPConfig struct {
	Constants map[string]string
	Prefix    string
}

// maxWPConfig is more than any wp-config.php holds.
const maxWPConfig = 1 << 20

// ReadWPConfig reads a wp-config.php without running it.
func ReadWPConfig(path string, lookup func(string) (string, bool)) (*WPConfig, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxWPConfig {
		return nil, fmt.Errorf("%s: too large for a wp-config.php", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ParseWPConfig(string(b), lookup), nil
}

// phpTrue is the value of a constant that is true, and not a text or a number.
const phpTrue = "true"

// ParseWPConfig finds define('NAME', value) and $table_prefix = value where the value
// is a literal, or the getenv('NAME') and getenv_docker('NAME', 'default') of container
// images. The first definition counts, as in PHP; comments and all other code are passed over.
func ParseWPConfig(src string, lookup func(string) (string, bool)) *WPConfig {
	c := &WPConfig{Constants: map[string]string{}}
	tokens := scanPHP(src)
	at := func(i int) phpToken {
		if i < len(tokens) {
			return tokens[i]
		}
		return phpToken{}
	}
	for i := range tokens {
		switch t := tokens[i]; {
		case t.kind == phpWord && strings.EqualFold(t.text, "define") && at(i+1).is("(") && at(i+2).kind == phpString && at(i+3).is(","):
			value, next, ok := literal(at, i+4, lookup)
			if _, twice := c.Constants[at(i+2).text]; ok && !twice && (at(next).is(")") || at(next).is(",")) {
				if next == i+5 && at(i+4).kind == phpWord && value != "" {
					value = phpTrue
				}
				c.Constants[at(i+2).text] = value
			}
		case t.kind == phpVariable && t.text == "table_prefix" && at(i+1).is("="):
			if value, next, ok := literal(at, i+2, lookup); ok && at(next).is(";") {
				c.Prefix = value
			}
		}
	}
	return c
}

// literal evaluates one literal, or literals joined with dots, from token i on.
func literal(at func(int) phpToken, i int, lookup func(string) (string, bool)) (value string, next int, ok bool) {
	for {
		switch t := at(i); {
		case t.kind == phpString || t.kind == phpNumber:
			value += t.text
			i++
		case t.kind == phpWord && (strings.EqualFold(t.text, "true") || strings.EqualFold(t.text, "false")) && !at(i+1).is("("):
			if strings.EqualFold(t.text, "true") {
				value += "1"
			}
			i++
		case t.kind == phpWord && (t.text == "getenv" || t.text == "getenv_docker") && at(i+1).is("(") && at(i+2).kind == phpString:
			v, found := lookup(at(i + 2).text)
			if file, ok := lookup(at(i+2).text + "_FILE"); ok && !found && t.text == "getenv_docker" {
				b, err := os.ReadFile(file)
				v, found = strings.TrimRight(string(b), "\r\n"), err == nil
			}
			i += 3
			if at(i).is(",") && at(i+1).kind == phpString {
				if !found {
					v = at(i + 1).text
				}
				i += 2
			}
			if !at(i).is(")") {
				return "", i, false
			}
			value += v
			i++
		default:
			return "", i, false
		}
		if !at(i).is(".") {
			return value, i, true
		}
		i++
	}
}

const (
	phpOther = iota // one byte of punctuation, or something without a plain value
	phpWord
	phpVariable
	phpString
	phpNumber
)

type phpToken struct {
	kind int
	text string
}

func (t phpToken) is(s string) bool { return t.kind == phpOther && t.text == s }

// scanPHP splits PHP source into what a configuration needs. It is linear and never
// fails: what it does not know is punctuation.
func scanPHP(src string) []phpToken {
	var out []phpToken
	i := openTag(src, 0)
	for i < len(src) {
		c := src[i]
		switch {
		case c == ' ' || '\t' <= c && c <= '\r':
			i++
		case strings.HasPrefix(src[i:], "?>"):
			i = openTag(src, i+2)
		case c == '#' && !strings.HasPrefix(src[i:], "#[") || strings.HasPrefix(src[i:], "//"):
			for i < len(src) && src[i] != '\n' && !strings.HasPrefix(src[i:], "?>") {
				i++
			}
		case strings.HasPrefix(src[i:], "/*"):
			end := strings.Index(src[i+2:], "*/")
			if end < 0 {
				return out
			}
			i += end + 4
		case c == '\'' || c == '"':
			t, next := scanString(src, i)
			out, i = append(out, t), next
		case c == '$' && i+1 < len(src) && wordByte(src[i+1]):
			end := wordEnd(src, i+1)
			out, i = append(out, phpToken{phpVariable, src[i+1 : end]}), end
		case '0' <= c && c <= '9':
			end := i
			for end < len(src) && (wordByte(src[end]) || src[end] == '.') {
				end++
			}
			out, i = append(out, phpToken{phpNumber, src[i:end]}), end
		case wordByte(c) || c == '\\':
			end := wordEnd(src, i+1)
			out, i = append(out, phpToken{phpWord, strings.TrimPrefix(src[i:end], `\`)}), end
		default:
			out, i = append(out, phpToken{phpOther, src[i : i+1]}), i+1
		}
	}
	return out
}

// openTag gives the place behind the next <?php or <?=.
func openTag(src string, i int) int {
	n := strings.Index(src[i:], "<?")
	if n < 0 {
		return len(src)
	}
	i += n + 2
	if len(src)-i >= 3 && strings.EqualFold(src[i:i+3], "php") {
		return i + 3
	}
	return i
}

func wordByte(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func wordEnd(src string, i int) int {
	for i < len(src) && (wordByte(src[i]) || src[i] == '\\') {
		i++
	}
	return i
}

// scanString reads a quoted string at i. One with a variable inside has no plain value.
func scanString(src string, i int) (phpToken, int) {
	quote := src[i]
	var b strings.Builder
	plain := true
	for i++; i < len(src) && src[i] != quote; {
		c := src[i]
		switch {
		case c == '\\' && i+1 < len(src) && quote == '\'':
			if n := src[i+1]; n == '\'' || n == '\\' {
				c = n
				i++
			}
			b.WriteByte(c)
			i++
		case c == '\\' && i+1 < len(src):
			i = scanEscape(&b, src, i+1)
		case quote == '"' && c == '$' && i+1 < len(src) && (wordByte(src[i+1]) && (src[i+1] < '0' || src[i+1] > '9') || src[i+1] == '{'),
			quote == '"' && c == '{' && i+1 < len(src) && src[i+1] == '$':
			plain = false
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	if !plain || i >= len(src) {
		return phpToken{phpOther, "string"}, min(i+1, len(src))
	}
	return phpToken{phpString, b.String()}, i + 1
}

// scanEscape reads what follows the backslash of a double-quoted string, at i.
func scanEscape(b *strings.Builder, src string, i int) int {
	c := src[i]
	if n := strings.IndexByte(`nrtvef\$"`, c); n >= 0 {
		b.WriteByte("\n\r\t\v\x1b\f\\$\""[n])
		return i + 1
	}
	digits := func(from, most int, base int) (int64, int) {
		to := from
		for to < len(src) && to-from < most {
			if _, err := strconv.ParseUint(src[to:to+1], base, 8); err != nil {
				break
			}
			to++
		}
		n, err := strconv.ParseInt(src[from:to], base, 64)
		if err != nil {
			return 0, from
		}
		return n, to
	}
	switch {
	case '0' <= c && c <= '7':
		n, end := digits(i, 3, 8)
		b.WriteByte(byte(n))
		return end
	case c == 'x':
		if n, end := digits(i+1, 2, 16); end > i+1 {
			b.WriteByte(byte(n))
			return end
		}
	case c == 'u' && i+1 < len(src) && src[i+1] == '{':
		if n, end := digits(i+2, 6, 16); end > i+2 && end < len(src) && src[end] == '}' && n <= utf8.MaxRune {
			b.WriteRune(rune(n))
			return end + 1
		}
	}
	b.WriteByte('\\')
	return i
}

// settings gives the values under the names of our settings.
func (c *WPConfig) settings() map[string]string {
	out := map[string]string{}
	if c.Constants["DB_NAME"] != "" {
		out["db"] = c.DSN()
	}
	for setting, constant := range map[string]string{
		"site-url": "WP_SITEURL", "home-url": "WP_HOME",
		"auth-key": "AUTH_KEY", "jwt-secret": "JWT_AUTH_SECRET_KEY", "secure-auth-key": "SECURE_AUTH_KEY", "logged-in-key": "LOGGED_IN_KEY", "nonce-key": "NONCE_KEY",
		"auth-salt": "AUTH_SALT", "secure-auth-salt": "SECURE_AUTH_SALT", "logged-in-salt": "LOGGED_IN_SALT", "nonce-salt": "NONCE_SALT",
	} {
		if v := c.Constants[constant]; v != "" {
			out[setting] = v
		}
	}
	if c.Prefix != "" {
		out["table-prefix"] = c.Prefix
	}
	if v, ok := c.Constants["EMPTY_TRASH_DAYS"]; ok {
		out["empty-trash-days"] = strconv.FormatInt(max(0, phpInt(v)), 10)
	}
	if v := c.Constants["WP_ENVIRONMENT_TYPE"]; slices.Contains([]string{"local", "development", "staging"}, v) { // all else is production
		out["environment"] = v
	}
	if v, ok := c.Constants["WP_HTTP_BLOCK_EXTERNAL"]; ok {
		if out["outgoing-http"] = "on"; v != "" && v != "0" {
			out["outgoing-http"] = "off"
		}
	}
	if v, ok := c.Constants["WP_POST_REVISIONS"]; ok { // 1 is a number, true is all
		if out["post-revisions"] = "all"; v != phpTrue && phpInt(v) >= 0 {
			out["post-revisions"] = strconv.FormatInt(phpInt(v), 10)
		}
	}
	return out
}

// phpInt is a constant as PHP takes it for a number: its leading digits, or 0.
func phpInt(v string) int64 {
	if v == phpTrue {
		return 1
	}
	v = strings.TrimLeft(v, " \t\n\r\v\f")
	end := 0
	for end < len(v) && end < 9 && ('0' <= v[end] && v[end] <= '9' || end == 0 && (v[end] == '-' || v[end] == '+')) {
		end++
	}
	n, _ := strconv.ParseInt(v[:end], 10, 64)
	return n
}

// sockets are the places where MySQL and MariaDB listen for "localhost".
var sockets = []string{"/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"}

// DSN makes an address of DB_HOST, DB_USER, DB_PASSWORD and DB_NAME. DB_HOST may be
// host, host:port, host:/socket, :/socket or [::1]:port; a bare localhost means a socket
// where there is one, as it does to PHP.
func (c *WPConfig) DSN() string {
	host := c.Constants["DB_HOST"]
	u := url.URL{Scheme: "mysql", User: url.UserPassword(c.Constants["DB_USER"], c.Constants["DB_PASSWORD"]), Path: "/" + c.Constants["DB_NAME"]}
	socket := ""
	if name, path, ok := strings.Cut(host, ":/"); ok {
		host, socket = name, "/"+path
	} else if host == "localhost" || host == "" {
		for _, s := range sockets {
			if info, err := os.Stat(s); err == nil && info.Mode()&os.ModeSocket != 0 {
				socket = s
				break
			}
		}
	}
	if host == "" {
		host = "localhost"
	}
	name, port := host, "3306"
	if h, p, err := net.SplitHostPort(host); err == nil && p != "" {
		name, port = h, p
	}
	u.Host = net.JoinHostPort(strings.Trim(name, "[]"), port)
	if socket != "" {
		u.RawQuery = url.Values{"socket": {socket}}.Encode()
	}
	return u.String()
}
