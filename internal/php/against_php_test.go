package php

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
)

// askPHP runs a PHP expression over $s for every input and gives the answers, byte for byte.
func askPHP(t *testing.T, code string, inputs []string) []string {
	t.Helper()
	php, err := exec.LookPath("php")
	if err != nil {
		t.Skip("no php here to compare with")
	}
	var in bytes.Buffer
	for _, s := range inputs {
		in.WriteString(base64.StdEncoding.EncodeToString([]byte(s)) + "\n")
	}
	cmd := exec.Command(php, "-n", "-d", "display_errors=0", "-d", "serialize_precision=-1", "-d", "precision=14", "-r",
		`while (($l = fgets(STDIN)) !== false) { $s = base64_decode($l); echo base64_encode(`+code+`), "\n"; }`)
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(inputs) {
		t.Fatalf("%d answers to %d questions", len(lines), len(inputs))
	}
	for i, l := range lines {
		b, err := base64.StdEncoding.DecodeString(l)
		if err != nil {
			t.Fatal(err)
		}
		lines[i] = string(b)
	}
	return lines
}

func against(t *testing.T, code string, inputs []string, ours func(string) string) {
	t.Helper()
	wrong := 0
	for i, want := range askPHP(t, code, inputs) {
		if got := ours(inputs[i]); got != want {
			if wrong++; wrong <= 10 {
				t.Errorf("%q: PHP says %q, we say %q", inputs[i], want, got)
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d differ", wrong, len(inputs))
	}
}

// mutations breaks good texts at random places, always the same ones.
func mutations(good []string, n int) []string {
	r := rand.New(rand.NewPCG(7, 1))
	const bits = "{}[]:;,\"\\0123459ais dObNeE+-.&=%u\x00\x1f\xff\xc3\xa9tn"
	out := append([]string(nil), good...)
	for range n {
		b := []byte(good[r.IntN(len(good))])
		for range 1 + r.IntN(3) {
			at := r.IntN(len(b) + 1)
			switch c := bits[r.IntN(len(bits))]; r.IntN(4) {
			case 0:
				b = append(b[:at], append([]byte{c}, b[at:]...)...)
			case 1:
				if at < len(b) {
					b = append(b[:at], b[at+1:]...)
				}
			case 2:
				if at < len(b) {
					b[at] = c
				}
			default:
				b = append(b, b[at:]...)
			}
		}
		out = append(out, string(b))
	}
	return out
}

func TestUnserializeAgainstPHP(t *testing.T) {
	var good []string
	for _, s := range serialized {
		// PHP follows references and checks classes; those stay out of the comparison.
		if !strings.ContainsAny(s[:1], "OCE") && !strings.Contains(s, "R:") {
			good = append(good, s)
		}
	}
	var in []string
	for _, s := range mutations(good, 4000) {
		if !strings.ContainsAny(s, "OCERr") {
			in = append(in, s)
		}
	}
	against(t, `(function($s){ $v = @unserialize($s); return $v === false && $s !== 'b:0;' ? 'refused' : serialize($v); })($s)`, in, func(s string) string {
		v, err := Unserialize(s)
		if b, isBool := v.(bool); err != nil || isBool && !b && s != "b:0;" {
			return "refused"
		}
		out, _ := Serialize(v)
		return out
	})
}

func TestJSONAgainstPHP(t *testing.T) {
	in := mutations([]string{
		`{"a":[1,2.5e3,"x\u00e9\ud83d\ude00\n",null,true],"b":{"c":{}}}`, `[[],[[]],{}]`, `"é\/😀 \u2028"`, `[-0,-0.0,1e400,12345678901234567890,0.1,1E-7,1e25,123456789012345678]`,
		`{"1":{"":0},"01":false,"-5":"\u0000"}`, ` [ "a" , "b" ] `,
	}, 6000)
	against(t, `(function($s){ $v = json_decode($s, true); $e = json_last_error(); return $e ? "error $e" : serialize($v).' '.json_encode($v); })($s)`, in, func(s string) string {
		v, err := DecodeJSON(s)
		if err != nil {
			return fmt.Sprint("error ", int(err.(JSONError)))
		}
		out, _ := Serialize(v)
		if strings.Contains(out, "d:INF") || strings.Contains(out, "d:-INF") {
			return out + " " // json_encode refuses
		}
		return out + " " + string(AppendJSON(nil, v, 0))
	})
}

func TestJSONFlagsAgainstPHP(t *testing.T) {
	in := []string{"</a href='x'>&amp;\"é\u2028\u2029😀\x00\x7f\t\\", "", "/", "плохо"}
	for flags, code := range map[JSONFlags]string{
		JSONHexTag | JSONHexAmp | JSONUnescapedSlashes | JSONUnescapedUnicode: "JSON_HEX_TAG|JSON_HEX_AMP|JSON_UNESCAPED_SLASHES|JSON_UNESCAPED_UNICODE",
		JSONHexQuot | JSONHexApos: "JSON_HEX_QUOT|JSON_HEX_APOS",
		JSONUnescapedUnicode | JSONUnescapedLineTerminators | JSONPrettyPrint: "JSON_UNESCAPED_UNICODE|JSON_UNESCAPED_LINE_TERMINATORS|JSON_PRETTY_PRINT",
	} {
		against(t, "json_encode(['k'=>[$s,[],(object)[]],$s=>1.0], "+code+")", in, func(s string) string {
			return string(AppendJSON(nil, Map{{"k", []any{s, []any{}, Obj{}}}, {s, 1.0}}, flags))
		})
	}
}

func TestFloatsAgainstPHP(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	var in []string
	for range 3000 {
		f := math.Float64frombits(r.Uint64())
		if r.IntN(2) == 0 {
			f = math.Round(r.Float64()*1e6) / math.Pow10(r.IntN(12)) * math.Pow10(r.IntN(14))
		}
		if !math.IsInf(f, 0) && !math.IsNaN(f) {
			in = append(in, fmt.Sprintf("%.20e", f))
		}
	}
	against(t, `json_encode((float)$s).' '.(string)(float)$s.' '.(int)(float)$s.' '.(int)$s`, in, func(s string) string {
		f := ToFloat(s)
		return fmt.Sprintf("%s %s %d %d", AppendJSON(nil, f, 0), ToString(f), ToInt(f), ToInt(s))
	})
}

func TestQueryAgainstPHP(t *testing.T) {
	in := mutations([]string{
		"a=1&b=2&a=3", "a[]=1&a[]=2&a[k]=3", "a[b][c]=1&a[b][]=2&a[b][d]=x", "a.b=1&c+d=2&e%20f=3", "tax%5B0%5D[x]=1&q=%C3%A9+b%2B", "a[x=1&b[[c]=2&d]=3", " a=1&a[ ]=2&a[ b]=3",
	}, 4000)
	against(t, `(function($s){ parse_str($s, $v); return serialize($v); })($s)`, in, func(s string) string {
		out, _ := Serialize(ParseQuery(s))
		return out
	})
}

func TestConversionsAgainstPHP(t *testing.T) {
	in := mutations([]string{"1", "-12.5e3", " 42 ", "0x1A", "1e1000", ".5", "9223372036854775808", "abc", "", "0.0", "+7", "00012"}, 3000)
	against(t, `(is_numeric($s)?'n':'-').' '.(int)$s.' '.json_encode(is_finite((float)$s)?(float)$s:0).' '.($s==1?'t':'f').($s=="1e1"?'t':'f').($s==-12500.0?'t':'f').($s=="9223372036854775809"?'t':'f').($s=="1e1001"?'t':'f').($s?'t':'f')`, in, func(s string) string {
		tf := func(b bool) string {
			if b {
				return "t"
			}
			return "f"
		}
		n := "-"
		if IsNumeric(s) {
			n = "n"
		}
		return fmt.Sprintf("%s %d %s %s", n, ToInt(s), AppendJSON(nil, ToFloat(s), 0),
			tf(Equal(s, 1))+tf(Equal(s, "1e1"))+tf(Equal(s, -12500.0))+tf(Equal(s, "9223372036854775809"))+tf(Equal(s, "1e1001"))+tf(ToBool(s)))
	})
}
