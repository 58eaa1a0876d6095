package handlers_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// option is an option as it is stored.
func (s *testSite) option(name string) string {
	s.t.Helper()
	options, err := s.store.Options(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	return options.String(name)
}

// inClassicTheme has a theme without templates, which may have sidebars, and widgets in one of them: two
// of WordPress's, and one of a plugin.
func (s *testSite) inClassicTheme() {
	dir := filepath.Join(s.site.Content, "themes", "classic")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		s.t.Fatal(err)
	}
	for name, value := range map[string]string{"stylesheet": "classic", "template": "classic",
		"widget_text":      `a:2:{i:2;a:4:{s:5:"title";s:2:"On";s:4:"text";s:4:"it's";s:6:"filter";b:1;s:6:"visual";b:1;}s:12:"_multiwidget";i:1;}`,
		"widget_search":    `a:2:{i:3;a:1:{s:5:"title";s:4:"Find";}s:12:"_multiwidget";i:1;}`,
		"widget_shop_cart": `a:2:{i:2;a:0:{}s:12:"_multiwidget";i:1;}`,
		"widget_block":     `a:1:{s:12:"_multiwidget";i:1;}`,
		"sidebars_widgets": `a:4:{s:19:"wp_inactive_widgets";a:0:{}s:4:"side";a:4:{i:0;s:6:"text-2";i:1;s:11:"shop_cart-2";i:2;s:8:"search-3";i:3;s:6:"gone-5";}s:4:"foot";a:0:{}s:13:"array_version";i:3;}`} {
		if err := s.store.SetOption(context.Background(), name, value); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestWidgetsOfAClassicTheme(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		s.inClassicTheme()
		before := s.option("sidebars_widgets")
		list := s.send(200, "GET", "/widgets", "")
		for path, want := range map[string]string{
			"0.id": "text-2", "0.sidebar": "side", "0.rendered": `<li id="text-2" class="widget widget_text"><h2 class="widgettitle">On</h2>` + "\n\t\t\t<div class=\"textwidget\"><p>it&#8217;s</p>\n</div>\n\t\t</li>", "1.id": "search-3", "2": "",
		} {
			if got := field(list, path); got != want {
				t.Errorf("%s of the list is %q, not %q", path, got, want)
			}
		}
		if got := field(s.send(200, "GET", "/sidebars", ""), "1.widgets"); got != `["text-2","search-3"]` {
			t.Errorf("the sidebar has %s", got)
		}
		if s.option("sidebars_widgets") != before {
			t.Error("reading has changed what is stored")
		}
		s.send(200, "POST", "/widgets/search-3", `{"sidebar":"foot"}`)
		want := `a:4:{s:19:"wp_inactive_widgets";a:0:{}s:4:"side";a:2:{i:0;s:6:"text-2";i:1;s:11:"shop_cart-2";}s:4:"foot";a:1:{i:0;s:8:"search-3";}s:13:"array_version";i:3;}`
		if got := s.option("sidebars_widgets"); got != want {
			t.Errorf("a widget that has moved leaves\n%s, not\n%s", got, want)
		}
		s.send(200, "POST", "/sidebars/foot", `{"widgets":["text-2"]}`)
		want = `a:4:{s:19:"wp_inactive_widgets";a:1:{i:0;s:8:"search-3";}s:4:"side";a:1:{i:1;s:11:"shop_cart-2";}s:4:"foot";a:1:{i:0;s:6:"text-2";}s:13:"array_version";i:3;}`
		if got := s.option("sidebars_widgets"); got != want {
			t.Errorf("a sidebar that is told its widgets leaves\n%s, not\n%s", got, want)
		}
	})
}

// TestWidgetLife follows a widget where a theme of blocks has no sidebars.
func TestWidgetLife(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		s.setOptions(map[string]string{"widget_text": "a:0:{}", "widget_block": `a:1:{s:12:"_multiwidget";i:1;}`, "sidebars_widgets": `a:2:{s:19:"wp_inactive_widgets";a:0:{}s:13:"array_version";i:3;}`})
		for _, step := range []struct {
			status             int
			method, path, body string
			want               map[string]string
			option, stored     string
		}{
			{201, "POST", "/widgets", `{"id_base":"text","sidebar":"side","instance":{"raw":{"title":" <b>T</b> ","text":"<i>x</i>","more":1}}}`,
				map[string]string{"id": "text-2", "sidebar": "side", "rendered": "", "instance.raw": `{"title":"T","text":"<i>x<\/i>","filter":false}`},
				"sidebars_widgets", `a:2:{s:19:"wp_inactive_widgets";a:1:{i:0;s:6:"text-2";}s:13:"array_version";i:3;}`},
			{200, "GET", "/widgets/text-2", "", map[string]string{"sidebar": "wp_inactive_widgets"},
				"widget_text", `a:2:{i:2;a:3:{s:5:"title";s:1:"T";s:4:"text";s:8:"<i>x</i>";s:6:"filter";b:0;}s:12:"_multiwidget";i:1;}`},
			{201, "POST", "/widgets", `{"id_base":"block","instance":{"raw":{"content":"<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->"}}}`, map[string]string{"id": "block-2"},
				"sidebars_widgets", `a:2:{s:19:"wp_inactive_widgets";a:2:{i:0;s:7:"block-2";i:1;s:6:"text-2";}s:13:"array_version";i:3;}`},
			{200, "PUT", "/widgets/text-2", `{"form_data":"widget-text[2][visual]=on&widget-text[2][text]=a%26b"}`, map[string]string{"instance.raw": `{"title":"","text":"a&b","filter":true,"visual":true}`}, "", ""},
			{200, "DELETE", "/widgets/text-2", "", map[string]string{"id": "text-2", "sidebar": "wp_inactive_widgets"},
				"sidebars_widgets", `a:2:{s:19:"wp_inactive_widgets";a:3:{i:0;s:7:"block-2";i:1;s:6:"text-2";i:2;s:6:"text-2";}s:13:"array_version";i:3;}`},
			{200, "DELETE", "/widgets/text-2?force=true", "", map[string]string{"deleted": "1", "previous.id": "text-2"}, "widget_text", `a:1:{s:12:"_multiwidget";i:1;}`},
			{404, "DELETE", "/widgets/text-2?force=true", "", map[string]string{"code": "rest_widget_not_found"}, "", ""},
			{400, "POST", "/widgets", `{"id_base":"text","instance":{"encoded":"YTowOnt9","hash":"bad"}}`, map[string]string{"code": "rest_invalid_widget"}, "widget_text", `a:1:{s:12:"_multiwidget";i:1;}`},
			{400, "POST", "/widgets", `{"id_base":"nope"}`, map[string]string{"code": "rest_invalid_widget"}, "", ""},
			{400, "POST", "/widgets", `{"id_base":"text","instance":{}}`, map[string]string{"code": "rest_invalid_widget"}, "", ""},
			{404, "GET", "/sidebars/side", "", map[string]string{"code": "rest_sidebar_not_found"}, "", ""},
			{200, "POST", "/sidebars/wp_inactive_widgets", `{"widgets":["block-2","nope-3"]}`, map[string]string{"widgets": `["block-2"]`},
				"sidebars_widgets", `a:2:{s:19:"wp_inactive_widgets";a:1:{i:0;s:7:"block-2";}s:13:"array_version";i:3;}`},
			{400, "POST", "/sidebars/wp_inactive_widgets", `{"widgets":[{"id":"block-2"}]}`, map[string]string{"code": "rest_invalid_param"}, "", ""},
			{404, "POST", "/widget-types/nope/encode", `{}`, map[string]string{"code": "rest_widget_type_invalid"}, "", ""},
		} {
			got := s.send(step.status, step.method, step.path, step.body)
			for path, want := range step.want {
				if field := field(got, path); field != want {
					t.Errorf("%s %s %s: %s is %s, not %s", step.method, step.path, step.body, path, field, want)
				}
			}
			if stored := s.option(step.option); step.option != "" && stored != step.stored {
				t.Errorf("%s %s %s leaves\n%s, not\n%s", step.method, step.path, step.body, stored, step.stored)
			}
		}
	})
}

// TestWidgetSettings pins what is stored of what is sent for each kind, and how it is shown.
func TestWidgetSettings(t *testing.T) {
	s := sqliteSite(t, 1)
	for _, w := range []struct{ kind, sent, raw, shown string }{
		{"archives", `{"title":"A & <b>","count":"x"}`, `{"title":"A &","count":1,"dropdown":0}`, ""},
		{"block", `{"content":"<!-- wp:paragraph --><p>'x'</p><!-- /wp:paragraph -->"}`, `{"content":"<!-- wp:paragraph --><p>'x'<\/p><!-- \/wp:paragraph -->"}`, `<div class="widget widget_block widget_text"><p class="wp-block-paragraph">'x'</p></div>`},
		{"block", `{}`, `{"content":null}`, `<div class="widget widget_block"></div>`},
		{"calendar", `{"title":["no text"]}`, `{"title":""}`, ""},
		{"categories", `{"dropdown":true}`, `{"title":"","count":0,"hierarchical":0,"dropdown":1}`, ""},
		{"custom_html", `{"title":"0","content":"<i>x</i> [gallery]"}`, `{"title":"0","content":"<i>x<\/i> [gallery]"}`, `<div class="widget_text widget widget_custom_html"><div class="textwidget custom-html-widget"><i>x</i> [gallery]</div></div>`},
		{"media_audio", `{"preload":"auto","loop":"","mp3":"javascript:1","zzz":1,"attachment_id":"x"}`, `{"preload":"auto","loop":false,"mp3":""}`, ``},
		{"media_gallery", `{"columns":10,"ids":"3,4","orderby_random":true}`, `{"ids":[3,4],"orderby_random":true}`, ``},
		{"media_image", `{"url":"http://x.y/a b.png","size":"nope","width":10,"height":"5","image_classes":"a b<","caption":"<u>c</u><script>d</script>","alt":"<b>e"}`,
			`{"width":10,"height":5,"caption":"<u>c<\/u>d","alt":"e","image_classes":"a b","url":"http:\/\/x.y\/a%20b.png"}`,
			`<div class="widget widget_media_image"><figure style="width: 10px" class="wp-caption alignnone"><img class="image a b" src="http://x.y/a%20b.png" alt="e" width="10" height="5" decoding="async" loading="lazy" /><figcaption class="wp-caption-text"><u>c</u>d</figcaption></figure></div>`},
		{"media_video", `{"url":"https://vimeo.com/1234","title":"V"}`, `{"url":"https:\/\/vimeo.com\/1234","title":"V"}`,
			`<div class="widget widget_media_video"><h2 class="widgettitle">V</h2><div style="width:100%;" class="wp-video"><video class="wp-video-shortcode" id="video-0-1" preload="metadata" controls="controls"><source type="video/vimeo" src="https://vimeo.com/1234?loop=0&#038;_=1" /><a href="https://vimeo.com/1234?loop=0">https://vimeo.com/1234?loop=0</a></video></div></div>`},
		{"nav_menu", `{"title":"","nav_menu":"7 x"}`, `{"nav_menu":7}`, ``},
		{"pages", `{"sortby":"x","exclude":"<i>1"}`, `{"title":"","sortby":"menu_order","exclude":"1"}`, ""},
		{"recent-comments", `{"number":"-3x"}`, `{"title":"","number":3}`, ""},
		{"recent-posts", `{"number":-2,"show_date":"on"}`, `{"title":"","number":-2,"show_date":true}`, ""},
		{"rss", `{"url":"http://10.1.2.3/feed","title":"<b>R","items":99,"show_date":"1"}`,
			`{"title":"R","url":"http:\/\/10.1.2.3\/feed","link":"","items":10,"error":"WP HTTP Error: A valid URL was not provided.","show_summary":0,"show_author":0,"show_date":1}`, ``},
		{"search", `{"title":"It's"}`, `{"title":"It's"}`, `<div class="widget widget_search"><h2 class="widgettitle">It&#8217;s</h2><form role="search"`},
		{"tag_cloud", `{"taxonomy":"<nope>"}`, `{"title":"","count":0,"taxonomy":"<nope>"}`, ""},
		{"text", `{"text":"it's\n\n:)","visual":true}`, `{"title":"","text":"it's\n\n:)","filter":true,"visual":true}`, "<div class=\"widget widget_text\">\t\t\t<div class=\"textwidget\"><p>it&#8217;s</p>\n<p>"},
		{"text", `{"text":"it's\n\nso","filter":true}`, `{"title":"","text":"it's\n\nso","filter":true}`, "<div class=\"widget widget_text\">\t\t\t<div class=\"textwidget\"><p>it's</p>\n<p>so</p>\n</div>\n\t\t</div>"},
		{"text", `{"text":"a","filter":"content"}`, `{"title":"","text":"a","filter":true,"visual":true}`, ""},
	} {
		got := s.send(201, "POST", "/widgets", `{"id_base":"`+w.kind+`","instance":{"raw":`+w.sent+`}}`)
		instance, _ := got.Get("instance")
		raw, _ := instance.(*php.Array).Get("raw")
		if b := string(php.AppendJSON(nil, raw, 0)); b != w.raw {
			t.Errorf("%s %s is stored as %s, not %s", w.kind, w.sent, b, w.raw)
		}
		signed := string(php.AppendJSON(nil, instance, 0))
		preview := field(s.send(200, "POST", "/widget-types/"+w.kind+"/encode", `{"instance":`+signed+`}`), "preview")
		if !strings.HasPrefix(preview, w.shown) {
			t.Errorf("%s %s is shown as %q, not %q", w.kind, w.sent, preview, w.shown)
		}
	}
	s.wantError(s.write("POST", "/widget-types/text/encode", `{"instance":{"encoded":"YTowOnt9","hash":"bad"}}`), 400, "rest_invalid_widget")
}

// TestWidgetForms: an old text keeps its old form, for an editor would change it.
func TestWidgetForms(t *testing.T) {
	s := sqliteSite(t, 1)
	for _, f := range []struct {
		said string
		old  bool
	}{
		{`{"text":"a"}`, false}, {`{"text":""}`, false}, {`{"text":"a\nb"}`, true}, {`{"text":"a\nb","filter":true}`, false}, {`{"text":"<b>a</b> <a href=x>b</a> <img src=x alt=''>"}`, false},
		{`{"text":"<b></b>"}`, true}, {`{"text":"<b class=x>a</b>"}`, true}, {`{"text":"<div>a</div>"}`, true}, {`{"text":"<b>a"}`, false}, {`{"text":"<b>"}`, true}, {`{"text":"a < b"}`, false},
		{`{"text":"<!-- a -->"}`, true}, {`{"text":"a","visual":false}`, true}, {`{"text":"<div>a</div>","visual":true}`, false},
	} {
		form := field(s.send(201, "POST", "/widgets?_fields=rendered_form", `{"id_base":"text","instance":{"raw":`+f.said+`}}`), "rendered_form")
		if old := strings.Contains(form, `type="checkbox"`); old != f.old {
			t.Errorf("%s: old is %v\n%s", f.said, old, form)
		}
	}
}
