package themephp

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// table has a function of each kind; testdata of PHP below says the same.
var table = map[string]Function{
	"up":    {Min: 1, Max: 2, Call: func(a []string) (string, error) { return strings.ToUpper(a[0]), nil }},
	"say":   {Min: 1, Max: 1, Prints: true, Call: func(a []string) (string, error) { return "<" + a[0] + ">", nil }},
	"place": {Call: func([]string) (string, error) { return "https://example.org/a", nil }},
}

const tableInPHP = `<?php
function up($a) { return strtoupper($a); }
function say($a) { echo '<', $a, '>'; }
function place() { return 'https://example.org/a'; }
include $argv[1];
`

// Each file, and what PHP prints of it.
var files = []struct{ name, source, want string }{
	{"text", "no PHP at all\n", "no PHP at all\n"},
	{"nothing", "", ""},
	{"a head", "<?php\n/**\n * Title: ?> x\n */\n?>\n<p>\n", "<p>\n"},
	{"only a head", "<?php\n// Title: x\n", ""},
	{"a closing tag takes one line break", "<?php ?>\r\n\r\na<?php ?>\n\nb<?php ?>\rc<?php ?> d", "\r\na\nbc d"},
	{"a comment of a line ends with PHP", "<?php // a ?>b<?php # c ?>d<?php # e\n ?>f", "bdf"},
	{"a long comment does not", "<?php /* ?> */ ?>a", "a"},
	{"echo", "<?php echo 'a', \"b\" , 'c' . 'd' ; echo('e'); print 'f'; print('g') ?>h", "abcdefgh"},
	{"short echo", "<p><?= 'a' ?></p><?= 'b', up( 'c' ); echo 'd'; ?>\n<?='e'?>\nf", "<p>a</p>bCdef"},
	{"tags in any case", "<?PHP echo 'a' ?><?Php\techo 'b' ?>", "ab"},
	{"a declaration of XML", "<?xml version=\"1.0\"?>a", "<?xml version=\"1.0\"?>a"},
	{"a tag at the end", "a<?php", "a"},
	{"no line break at the end", "a<?php echo 'b';", "ab"},
	{"single quotes", `<?php echo 'a\'b\\c\nd"$x {$y}';`, `a'b\c\nd"$x {$y}`},
	{"double quotes", `<?php echo "a\"b\\c\$d\te\x41\x4g\101\u{263a}\q'$ {a} $1 \{";`, "a\"b\\c$d\teA\x04gA\u263a\\q'$ {a} $1 \\{"},
	{"the rest of the escapes", `<?php echo "\v\e\f\r\n\7\777";`, "\v\x1b\f\r\n\a\xff"},
	{"calls", "<?php echo up( 'a' ) . \\up( up('b',) ) . UP( \"c\" , 'more' ); say( 'd' ) ?>", "ABC<d>"},
	{"a call without arguments", "<?php echo place ( ) . '/b' ?>", "https://example.org/a/b"},
	{"what is printed has no value", "<?php echo 'a' . say( 'b' ) . 'c';", "<b>ac"},
	{"numbers and names", "<?php echo 12 . '-' . 0 . true . FALSE . null . '.';", "12-01."},
	{"parentheses", "<?php echo ( 'a' . ( 'b' ) ) . 'c';", "abc"},
	{"comments everywhere", "<?php /* a */ echo /* b */ up /* c */ ( // d\n 'e' # f\n ) /* g */ ; // h", "E"},
	{"variables", "<?php $a = 'x' . up( 'y' ); $a .= 'z'; $b=$a; echo $a . $b ?>-<?php echo $a;", "xYzxYz-xYz"},
	{"empty statements", "<?php ;; echo 'a';; ?>b", "ab"},
	{"sprintf", "<?php echo sprintf( 'a %s b %2$s %1$s %% %s', 'x', up( 'y' ) ); printf( '%d %05d|%-5s|%5s|%05d', '12', 7, 'a', 'b', '-3' );", "a x b Y x % Y12 00007|a    |    b|-0003"},
	{"not UTF-8", "\xff<?php echo '\xfe';", "\xff\xfe"},
}

func TestEvaluate(t *testing.T) {
	for _, c := range files {
		got, err := Evaluate(c.source, table)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

// The table says what PHP says.
func TestAgainstPHP(t *testing.T) {
	program, err := exec.LookPath("php")
	if err != nil {
		t.Skip("no php here to compare with")
	}
	dir := t.TempDir()
	run, file := filepath.Join(dir, "run.php"), filepath.Join(dir, "file.php")
	if err := os.WriteFile(run, []byte(tableInPHP), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range files {
		if err := os.WriteFile(file, []byte(c.source), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(program, "-n", "-d", "short_open_tag=0", "-d", "display_errors=0", run, file).Output()
		if err != nil || string(out) != c.want {
			t.Errorf("%s: PHP says %q, %v; the table %q", c.name, out, err, c.want)
		}
	}
}

// What is more than markup is refused, and the error says where.
func TestRefused(t *testing.T) {
	for source, want := range map[string]string{
		"a\n<?php if ( true ) { echo 'b'; } ?>":    "line 2: if() is not known",
		"<?php\n\necho $a;":                        "line 3: $a is not known",
		"<?php echo up( $_GET['a'] );":             "line 1: $_GET is not known",
		"<?php $a = 'b'; echo $a['c'];":            "line 1: '[' is not known here",
		"<?php $a[] = 'b';":                        "line 1: '[' is not known here",
		"<?php $a = 'b'; $$a = 'c';":               "line 1: '$' is not known here",
		"<?php $a .= 'b';":                         "line 1: $a is not known",
		"<?php $this = 'b';":                       "line 1: '=' is not known here",
		"<?php include 'b.php';":                   "line 1: include is not known",
		"<?php require __DIR__ . '/b.php';":        "line 1: require is not known",
		"<?php echo `ls`;":                         "line 1: '`' is not known here",
		"<?php system( 'ls' );":                    "line 1: system() is not known",
		"<?php echo \"a $b\";":                     "line 1: a variable in a text",
		"<?php echo \"a {$b}\";":                   "line 1: a variable in a text",
		"<?php echo \"a ${b}\";":                   "line 1: a variable in a text",
		"<?php echo A::B;":                         "line 1: A is not known",
		"<?php echo up;":                           "line 1: up is not known",
		"<?php echo 'a' ? 'b' : 'c';":              "line 1: '?' is not known here",
		"<?php echo 1 + 2;":                        "line 1: '+' is not known here",
		"<?php echo -1;":                           "line 1: '-' is not known here",
		"<?php echo 1.5;":                          "line 1: a number that is not whole",
		"<?php echo 0x1;":                          "line 1: a number that is not whole",
		"<?php echo 012;":                          "line 1: a number that is not whole",
		"<?php echo [ 'a' ];":                      "line 1: '[' is not known here",
		"<?php echo <<<A\nb\nA;":                   "line 1: '<' is not known here",
		"<?php #[a]\necho 'b';":                    "line 1: '#' is not known here",
		"<?php echo up();":                         "line 1: up() takes other arguments",
		"<?php echo up( 'a', 'b', 'c' );":          "line 1: up() takes other arguments",
		"<?php echo up( x: 'a' );":                 "line 1: x is not known",
		"<?php echo up( ...'a' );":                 "line 1: '.' is not known here",
		"<?php echo 'a' 'b';":                      "line 1: '\\'' is not known here",
		"<?php echo 'a'":                           "line 1: ends before its time",
		"<?php echo 'a":                            "line 1: ends before its time",
		"<?php echo \"a":                           "line 1: ends before its time",
		"<?php echo up( 'a'":                       "line 1: ends before its time",
		"<?php echo ;":                             "line 1: ';' is not known here",
		"<?php 'a' . ":                             "line 1: ends before its time",
		"<?php /* a":                               "line 1: a comment without an end",
		"<?= ?>":                                   "line 1: '?' is not known here",
		"a <? echo 'b' ?>":                         "line 1: a tag that is not <?php",
		"<?phpecho 'b' ?>":                         "line 1: a tag that is not <?php",
		"<?php echo \"\\u{110000}\";":              "line 1: a character that is none",
		"<?php echo \"\\u{d800}\";":                "line 1: half a character",
		"<?php printf( '%s' );":                    "line 1: printf(): too few arguments",
		"<?php printf( '%2$s', 'a' );":             "line 1: printf(): too few arguments",
		"<?php printf( '%0$s', 'a' );":             "line 1: printf(): too few arguments",
		"<?php printf( '%x', 'a' );":               "line 1: printf(): a format that is not known",
		"<?php printf( '%', 'a' );":                "line 1: printf(): a format that is not known",
		"<?php printf( '%9999s', 'a' );":           "line 1: printf(): a format that is not known",
		"<?php echo " + strings.Repeat("(", 1000):  "line 1: nested too deep",
		"<?php echo " + strings.Repeat("up(", 999): "line 1: nested too deep",
		"<?php $a = '0123456789'; " + strings.Repeat("$a .= $a; ", 40):                                             "line 1: makes too much text",
		"<?php $a = '%1$s'; " + strings.Repeat("$a = $a . $a; ", 16) + "echo sprintf( $a, sprintf( $a, 'abc' ) );": "line 1: sprintf(): makes too much text",
	} {
		got, err := Evaluate(source, table)
		if err == nil || err.Error() != want {
			t.Errorf("%.80q: %.80q, %v; want %s", source, got, err, want)
		}
	}
}

// FuzzEvaluate: no file makes more text than may be made, and one without PHP stays as it is.
func FuzzEvaluate(f *testing.F) {
	for _, c := range files {
		f.Add(c.source)
	}
	f.Add("<?php $a = \"b\"; $a .= sprintf( '%1$05d', $a ); say( $a ) ?>")
	f.Fuzz(func(t *testing.T, source string) {
		got, err := Evaluate(source, table)
		switch {
		case err != nil && got != "":
			t.Errorf("%q and %v", got, err)
		case len(got) > maxMade:
			t.Errorf("%d bytes", len(got))
		case err == nil && !strings.Contains(source, "<?") && got != source:
			t.Errorf("%q of a text", got)
		}
		if err == nil && !strings.Contains(source, "<?") {
			return
		}
		// What stands around it does not change it.
		if again, err2 := Evaluate("a"+source, table); (err2 == nil) != (err == nil) || err == nil && again != "a"+got {
			t.Errorf("%q, %v behind a text: %q, %v", got, err, again, err2)
		}
	})
}
