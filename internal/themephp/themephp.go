// Package themephp reads the files of themes that are markup with a little PHP in it:
// texts to translate, addresses, escaping. It knows literals, the joining of texts,
// variables that are set once and for all on the way, and calls of functions out of a
// table. It runs nothing: a file that does anything else is refused as a whole.
package themephp

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Function is one that files may call. Every value is a text, as PHP would print it.
type Function struct {
	Min, Max int  // how many arguments it takes; a Max below 0 is any number
	Prints   bool // what it makes is printed, and its value is nothing
	Call     func(args []string) (string, error)
}

const (
	// maxDepth bounds how deep calls and parentheses may stand in each other.
	maxDepth = 40
	// maxMade bounds all the texts that are made on the way: variables could double them.
	maxMade = 4 << 20
)

// Evaluate gives what PHP would print of a file, with the functions that it may call by
// their names in lower case. The error says in which line something else stands.
func Evaluate(source string, functions map[string]Function) (string, error) {
	e := evaluator{s: source, functions: functions, variables: map[string]string{}}
	err := e.file()
	if err == nil {
		return e.out.String(), nil
	}
	return "", fmt.Errorf("line %d: %w", 1+strings.Count(source[:min(e.i, len(source))], "\n"), err)
}

type evaluator struct {
	s         string
	i         int
	functions map[string]Function
	variables map[string]string
	out       strings.Builder
	depth     int
	made      int // bytes
}

var (
	errDeep  = errors.New("nested too deep")
	errLarge = errors.New("makes too much text")
	errEnd   = errors.New("ends before its time")
)

// make counts a text that was made.
func (e *evaluator) make(s string) (string, error) {
	if e.made += len(s); e.made > maxMade {
		return "", errLarge
	}
	return s, nil
}

func (e *evaluator) print(s string) error {
	if _, err := e.make(s); err != nil {
		return err
	}
	e.out.WriteString(s)
	return nil
}

// file copies the text around PHP.
func (e *evaluator) file() error {
	for e.i < len(e.s) {
		at := strings.Index(e.s[e.i:], "<?")
		if at < 0 {
			return e.print(e.s[e.i:])
		}
		at += e.i
		after := e.s[at+2:]
		switch {
		case strings.HasPrefix(after, "="):
			if err := e.print(e.s[e.i:at]); err != nil {
				return err
			}
			e.i = at + 3
			if err := e.echo(); err != nil {
				return err
			}
		case len(after) >= 3 && strings.EqualFold(after[:3], "php") && (len(after) == 3 || isSpace(after[3])):
			if err := e.print(e.s[e.i:at]); err != nil {
				return err
			}
			e.i = at + 5
		case len(after) >= 3 && strings.EqualFold(after[:3], "xml"):
			if err := e.print(e.s[e.i : at+2]); err != nil {
				return err
			}
			e.i = at + 2
			continue
		default: // a short tag, or text: it depends on PHP's settings
			e.i = at
			return errors.New("a tag that is not <?php")
		}
		if err := e.statements(); err != nil {
			return err
		}
	}
	return nil
}

// statements reads PHP up to the closing tag, or to the end.
func (e *evaluator) statements() error {
	for {
		if err := e.space(); err != nil {
			return err
		}
		switch {
		case e.i == len(e.s) || e.close():
			return nil
		case e.s[e.i] == ';':
			e.i++
			continue
		}
		if err := e.statement(); err != nil {
			return err
		}
	}
}

// close takes the closing tag, and the line break behind it.
func (e *evaluator) close() bool {
	if !strings.HasPrefix(e.s[e.i:], "?>") {
		return false
	}
	e.i += 2
	switch rest := e.s[e.i:]; {
	case strings.HasPrefix(rest, "\r\n"):
		e.i += 2
	case strings.HasPrefix(rest, "\n"), strings.HasPrefix(rest, "\r"):
		e.i++
	}
	return true
}

// done wants a statement's end. A closing tag is one, and is left where it is.
func (e *evaluator) done() error {
	if err := e.space(); err != nil {
		return err
	}
	switch {
	case e.i == len(e.s):
		return errEnd
	case e.s[e.i] == ';':
		e.i++
	case !strings.HasPrefix(e.s[e.i:], "?>"):
		return e.unknown()
	}
	return nil
}

func (e *evaluator) statement() error {
	if e.s[e.i] == '$' {
		return e.assign()
	}
	start := e.i
	switch name := strings.ToLower(e.name()); name {
	case "echo":
		return e.echo()
	case "print":
		v, err := e.expression()
		if err == nil {
			err = e.print(v)
		}
		if err != nil {
			return err
		}
		return e.done()
	}
	e.i = start
	if _, err := e.expression(); err != nil {
		return err
	}
	return e.done()
}

// echo prints the values of a list.
func (e *evaluator) echo() error {
	for {
		v, err := e.expression()
		if err == nil {
			err = e.print(v)
		}
		if err != nil {
			return err
		}
		if e.i < len(e.s) && e.s[e.i] == ',' {
			e.i++
			continue
		}
		return e.done()
	}
}

// assign sets a variable, or puts a text behind it.
func (e *evaluator) assign() error {
	e.i++
	name := e.name()
	if err := e.space(); err != nil {
		return err
	}
	before, known := e.variables[name]
	switch rest := e.s[e.i:]; {
	case name == "" || name == "this":
		return e.unknown()
	case strings.HasPrefix(rest, ".="):
		if !known {
			return fmt.Errorf("$%s is not known", name)
		}
		e.i += 2
	case strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "==") && !strings.HasPrefix(rest, "=>"):
		before = ""
		e.i++
	default:
		return e.unknown()
	}
	v, err := e.expression()
	if err == nil {
		v, err = e.make(before + v)
	}
	if err != nil {
		return err
	}
	e.variables[name] = v
	return e.done()
}

// expression is texts with dots between, and what stands behind it is left.
func (e *evaluator) expression() (string, error) {
	if e.depth++; e.depth > maxDepth {
		return "", errDeep
	}
	defer func() { e.depth-- }()
	v, err := e.operand()
	if err != nil || e.i == len(e.s) || !e.dot() {
		return v, err
	}
	var out strings.Builder
	out.WriteString(v)
	for e.dot() {
		e.i++
		if v, err = e.operand(); err != nil {
			return "", err
		}
		out.WriteString(v)
	}
	return e.make(out.String())
}

// dot tells whether an operator that joins texts comes.
func (e *evaluator) dot() bool {
	rest := e.s[e.i:]
	return strings.HasPrefix(rest, ".") && !strings.HasPrefix(rest, ".=") && !strings.HasPrefix(rest, "..")
}

// operand reads one value and the space around it.
func (e *evaluator) operand() (v string, err error) {
	if err := e.space(); err != nil {
		return "", err
	}
	if e.i == len(e.s) {
		return "", errEnd
	}
	switch c := e.s[e.i]; {
	case c == '\'':
		v, err = e.single()
	case c == '"':
		v, err = e.double()
	case isDigit(c):
		v, err = e.number()
	case c == '(':
		e.i++
		if v, err = e.expression(); err == nil {
			err = e.take(')')
		}
	case c == '$':
		e.i++
		name := e.name()
		var known bool
		if v, known = e.variables[name]; !known {
			return "", fmt.Errorf("$%s is not known", name)
		}
	default:
		v, err = e.call()
	}
	if err == nil {
		err = e.space()
	}
	if err != nil {
		return "", err
	}
	return e.make(v)
}

// call reads a call of a function, or one of the values that have a name.
func (e *evaluator) call() (string, error) {
	if strings.HasPrefix(e.s[e.i:], `\`) { // the name is one of the whole program
		e.i++
	}
	start := e.i
	name := e.name()
	if name == "" {
		return "", e.unknown()
	}
	if err := e.space(); err != nil {
		return "", err
	}
	lower := strings.ToLower(name)
	if e.i == len(e.s) || e.s[e.i] != '(' {
		switch lower {
		case "true":
			return "1", nil
		case "false", "null":
			return "", nil
		}
		e.i = start
		return "", fmt.Errorf("%s is not known", shorten(name))
	}
	f, known := e.functions[lower]
	if !known {
		if f, known = builtins[lower]; !known {
			e.i = start
			return "", fmt.Errorf("%s() is not known", shorten(name))
		}
	}
	e.i++
	args, err := e.arguments()
	if err != nil {
		return "", err
	}
	if len(args) < f.Min || f.Max >= 0 && len(args) > f.Max {
		return "", fmt.Errorf("%s() takes other arguments", name)
	}
	v, err := f.Call(args)
	if err != nil {
		return "", fmt.Errorf("%s(): %w", name, err)
	}
	if f.Prints {
		return "", e.print(v)
	}
	return v, nil
}

func (e *evaluator) arguments() ([]string, error) {
	var args []string
	for {
		if err := e.space(); err != nil {
			return nil, err
		}
		if e.i < len(e.s) && e.s[e.i] == ')' {
			e.i++
			return args, nil
		}
		v, err := e.expression()
		if err != nil {
			return nil, err
		}
		args = append(args, v)
		if e.i < len(e.s) && e.s[e.i] == ',' {
			e.i++
			continue
		}
		return args, e.take(')')
	}
}

func (e *evaluator) take(c byte) error {
	if e.i == len(e.s) {
		return errEnd
	}
	if e.s[e.i] != c {
		return e.unknown()
	}
	e.i++
	return nil
}

// number reads a whole number in decimal digits.
func (e *evaluator) number() (string, error) {
	start := e.i
	for e.i < len(e.s) && isDigit(e.s[e.i]) {
		e.i++
	}
	digits := e.s[start:e.i]
	if e.i < len(e.s) && (isName(e.s[e.i]) || e.s[e.i] == '.') || len(digits) > 1 && digits[0] == '0' || len(digits) > 18 {
		return "", errors.New("a number that is not whole")
	}
	return digits, nil
}

// single reads a text between single quotes.
func (e *evaluator) single() (string, error) {
	var out strings.Builder
	for e.i++; e.i < len(e.s); e.i++ {
		switch c := e.s[e.i]; {
		case c == '\'':
			e.i++
			return out.String(), nil
		case c == '\\' && e.i+1 < len(e.s) && (e.s[e.i+1] == '\'' || e.s[e.i+1] == '\\'):
			e.i++
			out.WriteByte(e.s[e.i])
		default:
			out.WriteByte(c)
		}
	}
	return "", errEnd
}

const doubleEscapes = "n\nt\tr\rv\ve\x1bf\f\\\\$$\"\""

// double reads a text between double quotes, in which no variables may stand.
func (e *evaluator) double() (string, error) {
	var out strings.Builder
	for e.i++; e.i < len(e.s); {
		c := e.s[e.i]
		switch {
		case c == '"':
			e.i++
			return out.String(), nil
		case c == '$' && e.i+1 < len(e.s) && (isName(e.s[e.i+1]) && !isDigit(e.s[e.i+1]) || e.s[e.i+1] == '{'),
			c == '{' && e.i+1 < len(e.s) && e.s[e.i+1] == '$':
			return "", errors.New("a variable in a text")
		case c == '\\' && e.i+1 < len(e.s):
			if err := e.escape(&out); err != nil {
				return "", err
			}
			continue
		}
		out.WriteByte(c)
		e.i++
	}
	return "", errEnd
}

// escape reads what begins with a backslash.
func (e *evaluator) escape(out *strings.Builder) error {
	rest := e.s[e.i+1:]
	for i := 0; i < len(doubleEscapes); i += 2 {
		if rest[0] == doubleEscapes[i] {
			out.WriteByte(doubleEscapes[i+1])
			e.i += 2
			return nil
		}
	}
	digits := func(from, most int, is func(byte) bool) string {
		n := from
		for n < len(rest) && n < from+most && is(rest[n]) {
			n++
		}
		return rest[from:n]
	}
	if d := digits(0, 3, func(c byte) bool { return c >= '0' && c <= '7' }); d != "" {
		n, _ := strconv.ParseUint(d, 8, 16)
		out.WriteByte(byte(n)) //nolint:gosec // \777 is \377 in PHP
		e.i += 1 + len(d)
		return nil
	}
	if d := digits(1, 2, isHex); rest[0] == 'x' && d != "" {
		n, _ := strconv.ParseUint(d, 16, 8)
		out.WriteByte(byte(n))
		e.i += 2 + len(d)
		return nil
	}
	if strings.HasPrefix(rest, "u{") {
		d := digits(2, 8, isHex)
		n, err := strconv.ParseUint(d, 16, 32)
		if err != nil || n > utf8.MaxRune || !strings.HasPrefix(rest[2+len(d):], "}") {
			return errors.New("a character that is none")
		}
		if n >= 0xD800 && n < 0xE000 {
			return errors.New("half a character")
		}
		out.WriteRune(rune(n))
		e.i += 4 + len(d)
		return nil
	}
	out.WriteByte('\\')
	e.i++
	return nil
}

// space skips white space and comments. A comment of one line ends with PHP, if that is before.
func (e *evaluator) space() error {
	for e.i < len(e.s) {
		rest := e.s[e.i:]
		switch {
		case isSpace(rest[0]):
			e.i++
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				return errors.New("a comment without an end")
			}
			e.i += end + 4
		case strings.HasPrefix(rest, "//"), rest[0] == '#' && !strings.HasPrefix(rest, "#["):
			for e.i < len(e.s) && e.s[e.i] != '\n' && e.s[e.i] != '\r' && !strings.HasPrefix(e.s[e.i:], "?>") {
				e.i++
			}
		default:
			return nil
		}
	}
	return nil
}

// name reads a name, "" where there is none.
func (e *evaluator) name() string {
	start := e.i
	if e.i < len(e.s) && isDigit(e.s[e.i]) {
		return ""
	}
	for e.i < len(e.s) && isName(e.s[e.i]) {
		e.i++
	}
	return e.s[start:e.i]
}

func (e *evaluator) unknown() error {
	if e.i == len(e.s) {
		return errEnd
	}
	return fmt.Errorf("%q is not known here", e.s[e.i])
}

// shorten keeps names that come from files short.
func shorten(s string) string { return s[:min(len(s), 60)] }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isHex(c byte) bool   { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
func isName(c byte) bool {
	return c == '_' || c >= 0x80 || isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z'
}
