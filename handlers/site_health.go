package handlers

import (
	"net/http"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/fetch"
	"github.com/headpress/headpress/internal/php"
)

// siteHealth serves the checks by which WordPress's apps and pages tell how a site is. Each says what
// is true of this program, which has no need to call itself.
type siteHealth struct{ site *Site }

func newSiteHealth(site *Site) *siteHealth { return &siteHealth{site} }

const siteHealthNamespace = "wp-site-health/v1"

func (h *siteHealth) routes() []*api.Route {
	route := func(path string, schema func(*api.Context) php.Map, handle func(*api.Context) (*api.Response, error)) *api.Route {
		return &api.Route{Namespace: siteHealthNamespace, Path: "/" + siteHealthNamespace + path, Schema: schema,
			Endpoints: []api.Endpoint{{Methods: api.Readable, Permission: mayViewSiteHealth, Handle: handle}}}
	}
	test := func(path string, look func(c *api.Context) healthTest) *api.Route {
		return route("/tests/"+path, describeHealthTest, func(c *api.Context) (*api.Response, error) {
			return api.OK(look(c).print(strings.ReplaceAll(path, "-", "_"))), nil
		})
	}
	return []*api.Route{
		api.NamespaceRoute(siteHealthNamespace),
		test("background-updates", backgroundUpdates),
		test("loopback-requests", loopbackRequests),
		test("https-status", httpsStatus),
		test("dotorg-communication", h.dotorgCommunication),
		test("authorization-header", authorizationHeader),
		route("/directory-sizes", nil, h.sizes),
		route("/tests/page-cache", nil, h.pageCache),
	}
}

func mayViewSiteHealth(c *api.Context) error {
	if !of(c).can("view_site_health_checks") {
		return c.Forbidden("rest_forbidden", "Sorry, you are not allowed to do that.")
	}
	return nil
}

// healthTest is what a check has found.
type healthTest struct {
	label, status string // good, recommended or critical
	badge         string
	description   string // a sentence of plain text
}

func (t healthTest) parts() (label, status, badge, description php.Member) {
	return php.Member{Key: "label", Value: t.label}, php.Member{Key: "status", Value: t.status},
		php.Member{Key: "badge", Value: php.Map{{Key: "label", Value: t.badge}, {Key: "color", Value: "blue"}}},
		php.Member{Key: "description", Value: "<p>" + t.description + "</p>"}
}

func (t healthTest) print(name string) php.Map {
	label, status, badge, description := t.parts()
	return php.Map{label, status, badge, description, {Key: "actions", Value: ""}, {Key: "test", Value: name}}
}

func describeHealthTest(*api.Context) php.Map {
	text := func(description string) *api.Schema {
		return api.NewSchema(api.Type("string"), api.Description(description), api.ReadOnly)
	}
	return api.Document("wp-site-health-test", api.Properties{
		api.P("test", text("The name of the check.")),
		api.P("label", text("What was found, in a few words.")),
		api.P("status", api.NewSchema(api.Type("string"), api.Description("How bad it is."), api.Enum("good", "recommended", "critical"), api.ReadOnly)),
		api.P("badge", api.NewSchema(api.Type("object"), api.Description("What the check is about."), api.Props(
			api.P("label", api.Of1("string", api.ReadOnly)),
			api.P("color", api.Of1("string", api.Enum("blue", "orange", "red", "green", "purple", "gray"), api.ReadOnly))), api.ReadOnly)),
		api.P("description", text("What was found, and why it matters.")),
		api.P("actions", text("HTML that leads to what can be done.")),
	})
}

const (
	aboutSecurity    = "Security"
	aboutPerformance = "Performance"
)

// backgroundUpdates: who installed the program renews it.
func backgroundUpdates(*api.Context) healthTest {
	return healthTest{"Background updates are not working as expected", "critical", aboutSecurity,
		"This site is served by headpress, which does not replace its own program. Whoever runs it installs new versions."}
}

// loopbackRequests: what WordPress calls itself for happens inside of the server.
func loopbackRequests(*api.Context) healthTest {
	return healthTest{"Loopback requests are not needed", "good", aboutPerformance,
		"Scheduled work is done by the server itself, which need not call the site for it."}
}

// httpsStatus looks at the addresses of the site (wp_is_using_https).
func httpsStatus(c *api.Context) healthTest {
	s := of(c)
	home, siteURL := s.site.addresses(s.options, false)
	if strings.HasPrefix(home, "https://") && strings.HasPrefix(siteURL, "https://") {
		return healthTest{"Your website is using an active HTTPS connection", "good", aboutSecurity, "The addresses of the site begin with https, so what readers and writers send is hidden from others."}
	}
	return healthTest{"Your website does not use HTTPS", "recommended", aboutSecurity, "An address of the site begins with http. Give it a certificate, and set the options siteurl and home to https."}
}

// dotorgCommunication asks wordpress.org for anything at all, where the site may ask others.
func (h *siteHealth) dotorgCommunication(c *api.Context) healthTest {
	const why = "The block and pattern directories of wordpress.org can be looked into only where it is reached."
	if _, err := h.site.Fetch.Get(c, fetch.Request{URL: h.site.Directory, UserAgent: "WordPress/" + wordPressVersion, Timeout: directoryTimeout, Limit: directoryLimit}); err != nil {
		return healthTest{"Could not reach WordPress.org", "critical", aboutSecurity, why + " " + unasked(err)}
	}
	return healthTest{"Can communicate with WordPress.org", "good", aboutSecurity, why}
}

// The name and the password that the check of the Authorization header sends.
const healthUser, healthPassword = "user", "pwd"

// authorizationHeader tells whether the header comes through: who checks sends a name and a password known to all.
func authorizationHeader(c *api.Context) healthTest {
	name, password, sent := (&http.Request{Header: c.Request.Header}).BasicAuth()
	const why = "Programs that you have approved sign in with the Authorization header of their requests."
	switch {
	case !sent:
		return healthTest{"The authorization header is missing", "recommended", aboutSecurity, why + " It has not come through."}
	case name != healthUser || password != healthPassword:
		return healthTest{"The authorization header is invalid", "recommended", aboutSecurity, why + " It came with another name and password than this check sends."}
	}
	return healthTest{"The Authorization header is working as expected", "good", aboutSecurity, why + " It has come through."}
}

// pageCache tells whether answers are made of what is in memory.
func (h *siteHealth) pageCache(*api.Context) (*api.Response, error) {
	t := healthTest{"Texts and lists are kept in memory", "good", aboutPerformance, "What rarely changes is kept in memory until it does, so that answers need no cache in front of them."}
	if !h.site.CacheOptions {
		t = healthTest{"Nothing is kept in memory", "recommended", aboutPerformance, "The server was started with the cache switched off: each request reads everything from the database."}
	}
	label, status, badge, description := t.parts()
	return api.OK(php.Map{badge, description, {Key: "test", Value: "page_cache"}, status, label, {Key: "actions", Value: ""}}), nil
}
