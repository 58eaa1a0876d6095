package themephp

import (
	"fmt"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// written shows calls: a line each, with their arguments as JSON.
func written(calls []Call) string {
	var b strings.Builder
	for _, c := range calls {
		later := ""
		if c.Later {
			later = " later"
		}
		fmt.Fprintf(&b, "%s%s%s;", c.Name, php.AppendJSON(nil, php.List(c.Args...), 0), later)
	}
	return b.String()
}

func TestCalls(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"add('x') outside", ""},
		{"<?php add('x', 1, -2.5, true, null);", `add["x",1,-2.5,true,null];`},
		{"<?= ADD ( \"x\" , ) ?> add('y') <?php \\add('z')", `add["x"];add["z"];`},
		{"<?php add('a', array('b' => [1, 2,], 'c'));", `add["a",{"b":[1,2],"0":"c"}];`},
		{"<?php add('a' . \"b\" . 1, up('c', 'd'));", `add["ab1","C"];`},
		{"<?php $a = '#fff'; $b = [$a]; add($b, [$a => $a]);", `add[["#fff"],{"#fff":"#fff"}];`},
		{"<?php $a = 1; $a = other(); add('x', $a, 2);", `add["x"];`},
		{"<?php $a = 1; $a .= 'x'; add($a); $b = []; $b[] = 1; add($b);", `add[];add[];`},
		{"<?php add('x', is_admin() ? 1 : 2); add('y', ['a' => $b]);", `add["x"];add["y"];`},
		{"<?php function add($x) {} $o->add(1); A::add(2); new add(3); x\\add(4);", ""},
		{"<?php function f() { if (1) { add(1); } } add(2); on(function() { add(3); }); if (2) { add(4); }", "add[1] later;add[2];add[3] later;add[4];"},
		{"<?php interface I { function f(); } { add(1); }", "add[1];"},
		{"<?php // add(1)\n# add(2)\n/* add(3) */ 'add(4)'; \"add(5)\"; `add(6)`; add(7);", "add[7];"},
		{"<?php $x = <<<END\nadd(1)\n  END; add(2); $y = <<<'Z'\nadd(3)\nZ;\nadd(4); 1 << 2; add(5);", "add[2];add[4];add[5];"},
		{"<?php $x = 1 <<< 'a b'; add(1); $y = <<< \"END\" \r\nadd(2)\r\nEND; add(3);", "add[1];add[3];"},
		{"<?php add(foo(add(2)));", "add[];add[2];"},
		{"<?php add(0x10); add(010); add(1e3); add(1_000);", "add[];add[];add[1000];add[];"},
		{"<?php add(1", "add[];"},
		{"<?php 'open add(1)", ""},
		{"<?php add(" + strings.Repeat("[", 100) + strings.Repeat("]", 100) + ");", "add[];"},
		{"<?php $a = [1]; " + strings.Repeat("$a = [$a, $a]; ", 30) + "add($a); add(1);", "add[];add[];"},
	} {
		if got := written(Calls(c.source, table, "add")); got != c.want {
			t.Errorf("%.80q makes\n\t%s, want\n\t%s", c.source, got, c.want)
		}
	}
}

func FuzzCalls(f *testing.F) {
	for _, c := range files {
		f.Add(c.source)
	}
	f.Add("<?php $x = <<<END\nadd(1)\n  END; function f() { add(['a' => 1, $x], -1.5); }")
	f.Fuzz(func(_ *testing.T, source string) { Calls(source, table, "add", "up") })
}
