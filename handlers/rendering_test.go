package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/headpress/headpress/internal/php"
)

// TestBlocksOfTheSite: blocks that show the site, as WordPress renders them. Each piece must
// be in the rendered content.
func TestBlocksOfTheSite(t *testing.T) {
	eachSite(t, 3, func(t *testing.T, s *testSite) {
		s.send(200, "POST", "/settings", `{"start_of_week":6,"date_format":null}`)
		me := s.send(200, "GET", "/users/me", "")
		s.send(201, "POST", "/comments", fmt.Sprintf(`{"post":%d,"content":"a <script>x</script>","author":%s,"author_email":"other@example.org"}`, firstPost, field(me, "id")))
		face, _, _ := strings.Cut(field(me, "avatar_urls.48"), "?")
		for _, c := range []struct {
			name, content string
			want          []string
		}{
			{"calendar", `<!-- wp:calendar {"backgroundColor":"base"} /-->`, []string{
				`<div class="wp-block-calendar"><table id="wp-calendar" class="wp-calendar-table has-background has-base-background-color">` + "\n\t<caption>" + testNow.Format("January 2006") + "</caption>",
				"<tr>\n\t\t<th scope=\"col\" aria-label=\"Saturday\">S</th>\n\t\t<th scope=\"col\" aria-label=\"Sunday\">S</th>",
				`<td id="today">`, `<span class="wp-calendar-nav-prev"><a href="https://example.org/2024/01/">&laquo; Jan</a></span>`, "<span class=\"wp-calendar-nav-next\">&nbsp;</span>\n\t</nav></div>",
			}},
			{"archives by post", `<!-- wp:archives {"type":"postbypost"} /-->`, []string{"<li><a href='https://example.org/post-", "<a href='https://example.org/hello-world/'>Hello world!</a></li>"}},
			{"a menu's entries and colours", `<!-- wp:navigation {"overlayMenu":"never","submenuVisibility":"click","customOverlayTextColor":"#111"} --><!-- wp:navigation-submenu {"label":"S","url":"/s"} -->` +
				"\n" + `<!-- wp:navigation-link {"label":"B","url":"/b"} /-->` + "\n" + `<!-- /wp:navigation-submenu --><!-- wp:navigation-link {"label":"P"} --><!-- wp:navigation-link {"label":"C"} /--><!-- /wp:navigation-link --><!-- /wp:navigation -->`, []string{
				`tabindex="-1" class="wp-block-navigation-item has-child open-on-click wp-block-navigation-submenu"><button data-wp-bind--aria-expanded="state.isSubmenuOpen"`,
				`<ul data-wp-on--focus="actions.openMenuOnFocus" style="color:#111" class="wp-block-navigation__submenu-container has-text-color wp-block-navigation-submenu"><li class="wp-block-navigation-item wp-block-navigation-link"><a`,
				`<span class="wp-block-navigation-item__label">P</span></a><span class="wp-block-navigation__submenu-icon"><svg`,
			}},
			{"a query of its own", `<!-- wp:post-template {"style":{"css":"color:red"}} --><!-- wp:post-title /--><!-- /wp:post-template --><!-- wp:query-no-results --><p>none</p><!-- /wp:query-no-results -->`, []string{
				`<ul class="wp-custom-css-`, `<h2 class="wp-block-post-title has-custom-css wp-custom-css-`,
			}},
			{"a page's query, which is not there", `<!-- wp:query {"query":{"inherit":true}} --><div><!-- wp:query-total /--></div><!-- /wp:query -->`, []string{`<div class="wp-block-query-total">0 results found</div>`}},
			{"a post in itself", `a<!-- wp:post-content /-->b`, []string{`a<div class="entry-content wp-block-post-content is-layout-flow wp-block-post-content-is-layout-flow">ab</div>b`}},
			{"old widgets", `<!-- wp:legacy-widget {"idBase":"calendar"} /--><!-- wp:legacy-widget {"idBase":"calendar"} /-->`, []string{`<div class="widget widget_calendar"><div id="calendar_wrap" class="calendar_wrap">`, `<div class="widget widget_calendar"><div class="calendar_wrap">`}},
			{"an old widget with a wrong signature", `a<!-- wp:legacy-widget {"idBase":"text","instance":{"encoded":"YTowOnt9","hash":"x"}} /-->b`, []string{"ab"}},
			{"what scripts of comments say", `<!-- wp:latest-comments {"commentsToShow":1,"displayContent":"excerpt"} /-->`, []string{`comment-excerpt"><p>a x</p>`, `src='` + face + `?s=48`}}, // and the picture of the account
			{"dates of no format", `<!-- wp:latest-posts {"displayPostDate":true} /-->`, []string{`class="wp-block-latest-posts__post-date"></time>`}},
			{"feeds", `<!-- wp:rss {"feedURL":"https://example.net/feed"} /-->`, []string{`<strong>RSS Error:</strong> WP HTTP Error: A valid URL was not provided.</div>`}},
			{"nobody's face", `<!-- wp:avatar {"userId":99999,"isLink":true} /-->`, []string{`<a href="https://example.org/author/" target="_self"  class="wp-block-avatar__link"><img alt=' Avatar'`, `avatar avatar-96 photo avatar-default wp-block-avatar__image`}},
		} {
			t.Run(c.name, func(t *testing.T) {
				body, err := json.Marshal(map[string]string{"content": c.content, "status": "publish", "date": "2023-01-01T00:00:00"})
				if err != nil {
					t.Fatal(err)
				}
				post := s.send(http.StatusCreated, "POST", "/posts", string(body))
				answer, err := php.DecodeJSON(s.get("/wp-json/wp/v2/posts/" + field(post, "id")).Body.String())
				if err != nil {
					t.Fatal(err)
				}
				got := field(answer.(*php.Array), "content.rendered")
				for _, want := range c.want {
					if !strings.Contains(got, want) {
						t.Errorf("got %s\nwant …%s…", got, want)
					}
				}
			})
		}
	})
}

// A navigation block of a menu that is not published shows the newest one that is; of one that is gone, nothing.
func TestMenusThatAreNotPublished(t *testing.T) {
	eachSite(t, 1, func(t *testing.T, s *testSite) {
		menu := func(status, label string) string {
			body := `{"status":"` + status + `","title":"` + label + `","content":"<!-- wp:navigation-link {\"label\":\"` + label + `\",\"url\":\"/x\"} /-->"}`
			return field(s.send(201, "POST", "/navigation", body), "id")
		}
		shown, draft := menu("publish", "Shown"), menu("draft", "Draft")
		for _, c := range []struct{ ref, label string }{{shown, "Shown"}, {draft, "Shown"}, {"99999", ""}} {
			got := s.get("/wp-json/wp/v2/block-renderer/core/navigation?context=edit&attributes[ref]="+c.ref, "as", "admin").Body.String()
			if strings.Contains(got, "Draft") || strings.Contains(got, "Shown") != (c.label != "") {
				t.Errorf("ref %s, not %q: %s", c.ref, c.label, got)
			}
		}
	})
}
