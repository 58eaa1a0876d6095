package sanitize

import (
	"slices"
	"strings"
	"testing"
)

// The guard is asked about texts that no filter has seen.
func TestGuard(t *testing.T) {
	filters := map[string]*Filter{"post": PostFilter(), "text": TextFilter(), "comment": CommentFilter(), "user": UserFilter()}
	for _, c := range []struct{ filter, text, removed string }{
		{"post", `no markup & "quotes"`, ""},
		{"post", `<P CLASS=x>a<br />b &nbsp; & c</p><!-- wp:x {"a":"<"} --><hr/>`, ""},
		{"post", `<img src="a b%zz" alt='1'><a href="foo bar:x">`, ""},
		{"post", `<a href="HTTP://h/" data-x-1="" data-xml="1" aria-label="a" download>`, ""},
		{"post", `<object type="application/pdf" data="https://h/a.pdf"></object>`, ""},
		{"post", `<title>a < b</title><textarea><b>c</b></textarea></p></br>`, ""},
		{"post", `</no></unclosed`, "</no>"},
		{"post", `<script>x</script>`, "</script> <script>"},
		{"post", `<p onclick="x" id="y">`, "p onclick"},
		{"post", `<svg/onload=x>`, "<svg>"},
		{"post", `<p/onclick=x/id=y>`, "p onclick"},
		{"post", `<a href="javascript:x">`, "a href"},
		{"post", "<a href='\x01 java\tscr\nipt&colon;x'>", "a href"},
		{"post", `<img src="data:image/svg+xml,x">`, "img src"},
		{"post", `<video poster="vbscript:x">`, "video poster"},
		{"post", `<a data-a="x" download="y">`, "a download"},
		{"post", `<object data="https://h/a.swf" type="x/y">`, "object data object type"},
		{"post", `<math><title><img onerror="x"></title></math>`, "img onerror"},
		{"post", `<textarea></textarea><title><textarea><i onclick></textarea></title>`, "i onclick"},
		{"post", `<!-- <b onclick=x> --><p>`, ""},
		{"post", `<!--> <b onclick=x> -->`, "b onclick"},
		{"text", `<p>a</p><b>b</b>`, "</p> <p>"},
		{"text", `<a href="x" rel="y" data-x="z">`, "a data-x a rel"},
		{"comment", `<a href="x" rel="nofollow ugc">b</a> <span class="x">`, ""},
		{"comment", `<img src=x>`, "<img>"},
		{"user", `<a href="x" rel="y" target="z">`, ""},
	} {
		safe, removed := filters[c.filter].Guard(c.text)
		if got := strings.Join(removed, " "); got != c.removed {
			t.Errorf("%s %s: removed %q, want %q", c.filter, c.text, got, c.removed)
		}
		if removed == nil && safe != c.text {
			t.Errorf("%s %s became %s", c.filter, c.text, safe)
		}
		if again, removed := filters[c.filter].Guard(safe); removed != nil {
			t.Errorf("%s %s became %s, then %s", c.filter, c.text, safe, again)
		}
	}
}

// The addresses that browsers would open.
func TestSafeAddress(t *testing.T) {
	for _, c := range strings.Split("http://a|HTTPS:a|mailto:a|tel:1||a|/a:b|?a:b|#a:b|1a:b|a b:c|.a:b|//a|&|:a|é:a|urn:x|a/b:c", "|") {
		if !safeAddress.MatchString(c) {
			t.Errorf("%q is refused", c)
		}
	}
	for _, c := range []string{"javascript:a", " javascript:", "\x00\x1fdata:x", "java\nscript:x", "j:", "a+b.c-d:", "http\t:x", "JAVASCRIPT\r:", "httpx:", "feed1:"} {
		if safeAddress.MatchString(c) {
			t.Errorf("%q is let through", c)
		}
	}
}

// Everything that a table holds is known to bluemonday too.
func TestPolicyKnowsTheTable(t *testing.T) {
	for name, r := range map[string]*rules{"post": postRules(), "text": textRules(), "comment": commentRules(), "user": userRules()} {
		for element, attributes := range r.stored {
			for attr, rule := range attributes {
				value := "=" + `"x"`
				switch {
				case attr == "data-*":
					attr = "data-x"
				case rule.valueless:
					value = ""
				case rule.pdf:
					value = `="http://h/a.pdf"`
				case rule.value != "":
					value = `="` + rule.value + `"`
				}
				f := &Filter{rules: func() *rules { return r }}
				if _, removed := f.Guard("<" + element + " " + attr + value + "></" + element + ">"); removed != nil {
					t.Errorf("%s: %s", name, removed)
				}
			}
		}
		if slices.Contains([]string{"post", "user"}, name) != r.stored.allow("a", "target") {
			t.Errorf("%s: target", name)
		}
	}
}
