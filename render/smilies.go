package render

import "strings"

// smilies are the texts and what stands for them; a picture's name ends in .png.
var smilies = map[string]string{
	";-)": "😉", ";)": "😉", ":|": "😐", ":x": "😡", ":wink:": "😉", ":twisted:": "😈", ":smile:": "🙂", ":shock:": "😯",
	":sad:": "🙁", ":roll:": "🙄", ":razz:": "😛", ":oops:": "😳", ":o": "😮", ":neutral:": "😐", ":mrgreen:": "mrgreen.png",
	":mad:": "😡", ":lol:": "😆", ":idea:": "💡", ":grin:": "😀", ":evil:": "👿", ":eek:": "😮", ":cry:": "😥", ":cool:": "😎",
	":arrow:": "➡", ":P": "😛", ":D": "😀", ":???:": "😕", ":?:": "❓", ":?": "😕", ":-|": "😐", ":-x": "😡", ":-o": "😮",
	":-P": "😛", ":-D": "😀", ":-?": "😕", ":-)": "🙂", ":-(": "🙁", ":)": "🙂", ":(": "🙁", ":!:": "❗",
	"8O": "😯", "8-O": "😯", "8-)": "😎",
}

const longestSmiley = len(":mrgreen:")

var smileySkipTags = []string{"code", "pre", "style", "script", "textarea"}

// convertSmilies puts pictures in the place of smilies that stand between spaces
// (convert_smilies), where the site wants them.
func (r *Renderer) convertSmilies(text string) string {
	if !r.Smilies || !strings.ContainsAny(text, ":;8") {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + 16)
	skip := ""
	gt := finder{s: text, what: ">"}
	plain := 0 // start of the text since the last tag
	flush := func(end int) {
		if skip == "" {
			r.smileyText(&out, text[plain:end])
		} else {
			out.WriteString(text[plain:end])
		}
	}
	for i := 0; i < len(text); i++ {
		if text[i] != '<' {
			continue
		}
		end := gt.from(i)
		if end < 0 {
			break
		}
		flush(i)
		tag := text[i : end+1]
		out.WriteString(tag)
		if skip == "" {
			for _, name := range smileySkipTags {
				if strings.HasPrefix(tag[1:], name) {
					skip = name
					break
				}
			}
		}
		if skip != "" && tag == "</"+skip+">" {
			skip = ""
		}
		i, plain = end, end+1
	}
	flush(len(text))
	return out.String()
}

func (r *Renderer) smileyText(out *strings.Builder, text string) {
	// A piece that begins with < is taken for a tag.
	if text == "" || text[0] == '<' {
		out.WriteString(text)
		return
	}
	s, last := []byte(text), 0
	for i := 0; i < len(s); i++ {
		if (s[i] != ':' && s[i] != ';' && s[i] != '8') || (i > 0 && !spaceBefore(s, i)) {
			continue
		}
		end := i + 1
		for end < len(s) && end-i <= longestSmiley && !spaceAt(s, end) {
			end++
		}
		to, ok := smilies[text[i:end]]
		if !ok {
			continue
		}
		if strings.HasSuffix(to, ".png") {
			to = `<img src="` + escURL(r.SiteURL+"/wp-includes/images/smilies/"+to) + `" alt="` + escAttr(text[i:end]) +
				`" class="wp-smiley" style="height: 1em; max-height: 1em;" />`
		}
		out.WriteString(text[last:i])
		out.WriteString(to)
		last, i = end, end-1
	}
	out.WriteString(text[last:])
}
