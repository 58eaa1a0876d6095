package themephp

import (
	"strconv"
	"strings"

	"github.com/headpress/headpress/internal/php"
)

// Call is a call of a function that a file makes, or would make: it is not known under
// which conditions.
type Call struct {
	Name string // in lower case
	// Args are the values of the arguments, as far as they are literals: from the first one on that is
	// none, they are left out.
	Args []any
	// Later: it stands in a function, so it runs when that is called.
	Later bool
}

// maxValues bounds how many values the literals of a file may have: variables could double them.
const maxValues = 100_000

// Calls finds the calls of some functions, by their names in lower case, in PHP that does
// anything. Arguments may be texts, numbers, arrays, variables that hold such, and calls
// out of a table of functions of texts. Nothing is run: what is no literal is passed over.
func Calls(source string, functions map[string]Function, names ...string) []Call {
	c := callScanner{evaluator: evaluator{s: source, functions: functions}, values: map[string]any{}, wanted: map[string]bool{}}
	for _, name := range names {
		c.wanted[name] = true
	}
	for c.i < len(c.s) {
		at := strings.Index(c.s[c.i:], "<?")
		if at < 0 {
			break
		}
		c.i += at + 2
		rest := c.s[c.i:]
		switch {
		case strings.HasPrefix(rest, "="):
			c.i++
		case len(rest) >= 3 && strings.EqualFold(rest[:3], "php"):
			c.i += 3
		default:
			continue
		}
		for c.i < len(c.s) && !c.close() {
			if c.token() != nil {
				return c.found
			}
		}
	}
	return c.found
}

type callScanner struct {
	evaluator
	values   map[string]any // of variables that hold literals
	count    int            // how many values there were
	wanted   map[string]bool
	found    []Call
	blocks   []bool // of the braces that are open: whether one begins a function
	function bool   // a function was named, and its brace comes
	before   string // the operator before a name: -> and :: make a method of it
}

// token passes over one token. An error is one of PHP's own: the file has no sense from there on.
func (c *callScanner) token() error {
	if err := c.space(); err != nil {
		return err
	}
	if c.i == len(c.s) || strings.HasPrefix(c.s[c.i:], "?>") {
		return nil
	}
	before := c.before
	c.before = ""
	switch b := c.s[c.i]; {
	case b == '\'' || b == '"' || b == '`':
		return c.skipQuoted(b)
	case strings.HasPrefix(c.s[c.i:], "<<<"):
		return c.skipHeredoc()
	case b == '$':
		c.variable()
	case b == '{':
		c.blocks, c.function = append(c.blocks, c.function), false
		c.i++
	case b == '}':
		c.blocks = c.blocks[:max(0, len(c.blocks)-1)]
		c.i++
	case b == ';': // a function of an interface has no brace
		c.function = false
		c.i++
	case strings.HasPrefix(c.s[c.i:], "->"), strings.HasPrefix(c.s[c.i:], "::"):
		c.before = "->"
		c.i += 2
	case isDigit(b):
		for c.i < len(c.s) && isName(c.s[c.i]) {
			c.i++
		}
	case isName(b) || b == '\\':
		name := c.qualified()
		switch {
		case before != "":
		case name == "function" || name == "fn" || name == "new":
			c.before, c.function = name, c.function || name == "function"
		case c.wanted[name]:
			c.call(name)
		}
	default:
		c.i++
	}
	return nil
}

// qualified reads a name in lower case, of the whole program where it begins with a backslash.
func (c *callScanner) qualified() string {
	start := c.i
	for c.i < len(c.s) && (isName(c.s[c.i]) || c.s[c.i] == '\\') {
		c.i++
	}
	return strings.ToLower(strings.TrimPrefix(c.s[start:c.i], `\`))
}

func (c *callScanner) skipQuoted(quote byte) error {
	for c.i++; c.i < len(c.s); c.i++ {
		switch c.s[c.i] {
		case '\\':
			c.i++
		case quote:
			c.i++
			return nil
		}
	}
	c.i = len(c.s)
	return errEnd
}

// skipHeredoc passes over a text of lines. Its end stands at the beginning of a line, behind spaces.
func (c *callScanner) skipHeredoc() error {
	c.i += len("<<<")
	rest := strings.TrimLeft(c.s[c.i:], " \t'\"")
	n := 0
	for n < len(rest) && isName(rest[n]) {
		n++
	}
	end, rest := rest[:n], strings.TrimLeft(rest[n:], " \t\r'\"")
	if end == "" || rest != "" && rest[0] != '\n' { // a shift, not a text
		return nil
	}
	rest = strings.TrimPrefix(rest, "\n")
	for rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if after, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), end); ok && (after == "" || !isName(after[0])) {
			c.i = len(c.s) - len(rest) - len(after)
			if rest != "" || strings.HasSuffix(c.s, "\n") {
				c.i--
			}
			return nil
		}
	}
	c.i = len(c.s)
	return errEnd
}

// variable keeps the literal that a variable is set to, and forgets what it held before.
func (c *callScanner) variable() {
	c.i++
	name := c.name()
	if name == "" {
		return
	}
	after := c.i
	if c.space() != nil || c.i == len(c.s) {
		return
	}
	rest := c.s[c.i:]
	if !strings.HasPrefix(rest, "=") || strings.HasPrefix(rest, "==") || strings.HasPrefix(rest, "=>") {
		if len(rest) > 1 && (rest[1] == '=' || rest[0] == '[' || strings.HasPrefix(rest, "++") || strings.HasPrefix(rest, "--")) {
			delete(c.values, name)
		}
		c.i = after
		return
	}
	c.i++
	after = c.i
	v, ok := c.literal()
	if ok = ok && c.space() == nil && c.i < len(c.s) && c.s[c.i] == ';'; ok {
		c.values[name] = v
		return
	}
	delete(c.values, name)
	c.i = after
}

// call keeps a call with its arguments.
func (c *callScanner) call(name string) {
	if c.space() != nil || c.i == len(c.s) || c.s[c.i] != '(' {
		return
	}
	c.i++
	after := c.i
	found := Call{Name: name}
	for _, function := range c.blocks {
		found.Later = found.Later || function
	}
	for {
		v, ok := c.literal()
		if !ok || c.space() != nil || c.i == len(c.s) || c.s[c.i] != ',' && c.s[c.i] != ')' {
			break
		}
		found.Args = append(found.Args, v)
		c.i++
		if c.s[c.i-1] == ')' {
			c.found = append(c.found, found)
			return
		}
	}
	c.i = after // what is no literal may hold calls
	c.found = append(c.found, found)
}

// literal reads a value: a text, int64, float64, bool, nil or a *php.Array.
func (c *callScanner) literal() (any, bool) {
	if c.depth++; c.depth > maxDepth {
		c.depth--
		return nil, false
	}
	defer func() { c.depth-- }()
	v, ok := c.value()
	for ok && c.space() == nil && c.i < len(c.s) && c.dot() {
		c.i++
		more, known := c.value()
		if ok = known; ok {
			text, err := c.make(php.ToString(v) + php.ToString(more))
			v, ok = text, err == nil
		}
	}
	return v, ok
}

func (c *callScanner) value() (any, bool) {
	if c.space() != nil || c.i == len(c.s) {
		return nil, false
	}
	if c.count++; c.count > maxValues {
		return nil, false
	}
	switch b := c.s[c.i]; {
	case b == '\'':
		v, err := c.single()
		return v, err == nil
	case b == '"':
		v, err := c.double()
		return v, err == nil
	case isDigit(b) || (b == '-' || b == '.') && c.i+1 < len(c.s) && isDigit(c.s[c.i+1]):
		return c.decimal()
	case b == '[':
		c.i++
		return c.array(']')
	case b == '$':
		c.i++
		v, ok := c.values[c.name()]
		c.count += weight(v)
		return v, ok && c.count <= maxValues
	case isName(b) || b == '\\':
		return c.named(c.qualified())
	}
	return nil, false
}

// weight is how many values an array holds.
func weight(v any) int {
	a, _ := v.(*php.Array)
	n := a.Len()
	for _, e := range a.Values() {
		n += weight(e)
	}
	return n
}

// named is a value that has a name: one of PHP's own, an array, or what a function of texts makes.
func (c *callScanner) named(name string) (any, bool) {
	switch name {
	case "true":
		return true, true
	case "false":
		return false, true
	case "null":
		return nil, true
	}
	if c.space() != nil || c.i == len(c.s) || c.s[c.i] != '(' {
		return nil, false
	}
	c.i++
	if name == "array" {
		return c.array(')')
	}
	f, known := c.functions[name]
	if !known || f.Prints {
		return nil, false
	}
	args, ok := c.array(')')
	if !ok || args.Len() < f.Min || f.Max >= 0 && args.Len() > f.Max {
		return nil, false
	}
	texts := make([]string, args.Len())
	for i, v := range args.Values() {
		if _, isArray := v.(*php.Array); isArray {
			return nil, false
		}
		texts[i] = php.ToString(v)
	}
	v, err := f.Call(texts)
	if err == nil {
		v, err = c.make(v)
	}
	return v, err == nil
}

// array reads the members of an array, or the arguments of a function, up to the bracket.
func (c *callScanner) array(end byte) (*php.Array, bool) {
	a := &php.Array{}
	for {
		if c.space() != nil || c.i == len(c.s) {
			return nil, false
		}
		if c.s[c.i] == end {
			c.i++
			return a, true
		}
		v, ok := c.literal()
		if !ok || c.i == len(c.s) {
			return nil, false
		}
		if strings.HasPrefix(c.s[c.i:], "=>") {
			c.i += 2
			_, isArray := v.(*php.Array)
			key := php.KeyOf(php.ToString(v))
			if v, ok = c.literal(); !ok || isArray || c.i == len(c.s) {
				return nil, false
			}
			a.Put(key, v)
		} else {
			a.Append(v)
		}
		if c.s[c.i] == ',' {
			c.i++
		} else if c.s[c.i] != end {
			return nil, false
		}
	}
}

// decimal reads a number in decimal digits.
func (c *callScanner) decimal() (any, bool) {
	start := c.i
	c.i++
	for c.i < len(c.s) && (isDigit(c.s[c.i]) || c.s[c.i] == '.' || c.s[c.i]|0x20 == 'e') {
		c.i++
	}
	text := c.s[start:c.i]
	if c.i < len(c.s) && isName(c.s[c.i]) || len(text) > 1 && text[0] == '0' && text[1] != '.' { // hexadecimal, octal
		return nil, false
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}
