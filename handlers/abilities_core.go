package handlers

import (
	"slices"
	"strings"

	"github.com/headpress/headpress/api"
	"github.com/headpress/headpress/internal/php"
	"github.com/headpress/headpress/registry"
)

// coreAbilityCategories are those that WordPress itself registers.
var coreAbilityCategories = []abilityCategory{
	{"site", "Site", "What the site is, and how it is set."},
	{"user", "User", "Who uses the site."},
}

// fact is one thing that can be told of the site or of a user.
type fact struct {
	name   string
	schema *api.Schema
	get    func(*session) any
}

func textFact(name, title, description string, get func(*session) string, more ...api.Option) fact {
	return fact{name, api.Of1("string", append([]api.Option{api.Title(title), api.Description(description)}, more...)...), func(s *session) any { return get(s) }}
}

// telling gives an ability what tells facts: all of them, or those that are asked for, in their own order
// or, as one of WordPress's does, in the order in which they are asked for.
func telling(asAsked bool, a ability, facts ...fact) *ability {
	names := make([]string, len(facts))
	output := make(api.Properties, len(facts))
	for i, f := range facts {
		names[i], output[i] = f.name, api.P(f.name, f.schema)
	}
	a.input = api.Of1("object", api.Props(api.P("fields", api.NewSchema(api.Type("array"), api.Items(api.Of1("string", api.EnumOf(names))),
		api.Description("What to tell; without it everything is told.")))), api.NoMore, api.Default(php.Obj{}))
	a.output = api.Of1("object", api.Props(output...), api.NoMore)
	a.effect = effect{readonly: true, idempotent: true}
	a.run = func(s *session, input any) (any, error) {
		given, _ := input.(*php.Array)
		fields, _ := given.Get("fields")
		told := php.Map{}
		for _, i := range chosen(names, api.Elements(fields), asAsked) {
			told = append(told, php.Member{Key: facts[i].name, Value: facts[i].get(s)})
		}
		return told, s.err
	}
	return &a
}

// chosen are the places of the names that are asked for, each once; nothing asks for all.
func chosen(names []string, asked []any, asAsked bool) []int {
	var places []int
	for _, name := range asked {
		if i := slices.Index(names, php.ToString(name)); i >= 0 && !slices.Contains(places, i) {
			places = append(places, i)
		}
	}
	if len(asked) == 0 {
		for i := range names {
			places = append(places, i)
		}
	}
	if !asAsked {
		slices.Sort(places)
	}
	return places
}

// coreAbilities are those that WordPress itself registers.
func coreAbilities() []*ability {
	option := func(name string) func(*session) string {
		return func(s *session) string { return s.options.String(name) }
	}
	version := func(*session) string { return registry.WordPressVersion }
	manages := func(s *session) bool { return s.can("manage_options") }
	own := func(key string) func(*session) string {
		return func(s *session) string { return s.userMeta.get(s.row.ID).text(key) }
	}
	return []*ability{
		telling(true, ability{name: "core/get-site-info", label: "Get Site Information", category: "site", may: manages,
			description: "Tells what the site is called, where it is, and in which language."},
			textFact("name", "Site Title", "What the site is called.", func(s *session) string { return s.shownOption("blogname") }),
			textFact("description", "Tagline", "What the site is about.", func(s *session) string { return s.shownOption("blogdescription") }),
			textFact("url", "Site Address (URL)", "Where readers find the site.", func(s *session) string { return s.home }),
			textFact("wpurl", "WordPress Address (URL)", "Where WordPress's own files are.", func(s *session) string { return s.siteURL }),
			textFact("admin_email", "Administration Email Address", "The address of who runs the site.", option("admin_email")),
			textFact("charset", "Site Charset", "How the site's texts are encoded.", option("blog_charset")),
			textFact("language", "Site Language", "The language of the site.", func(s *session) string { return strings.ReplaceAll(s.locale(), "_", "-") }),
			textFact("version", "WordPress Version", "The WordPress whose API this is.", version)),
		telling(false, ability{name: "core/get-user-info", label: "Get User Information", category: "user", may: (*session).LoggedIn,
			description: "Tells who asks: names, roles and language."},
			fact{"id", api.Of1("integer", api.Title("User ID"), api.Description("The number that names the user.")), func(s *session) any { return s.row.ID }},
			textFact("display_name", "Display Name", "The name the site shows.", func(s *session) string { return s.row.DisplayName }),
			textFact("user_nicename", "User Nicename", "The part of the address that is the user's own.", func(s *session) string { return s.row.Nicename }),
			textFact("user_login", "Username", "What the user signs in with.", func(s *session) string { return s.row.Login }),
			fact{"roles", api.Of1("array", api.Title("Roles"), api.Description("The user's roles."), api.Items(api.Of1("string"))), func(s *session) any { return rolesOf(s.user) }},
			textFact("locale", "Language", "The user's language.", func(s *session) string { return s.localeOf(s.row) }),
			textFact("first_name", "First Name", "The user's first name.", own("first_name")),
			textFact("last_name", "Last Name", "The user's last name.", own("last_name")),
			textFact("nickname", "Nickname", "The user's nickname.", own("nickname")),
			textFact("description", "Biographical Info", "What the user says of himself.", own("description")),
			textFact("user_url", "Website", "The user's site.", func(s *session) string { return s.row.URL })),
		telling(false, ability{name: "core/get-environment-info", label: "Get Environment Info", category: "site", may: manages,
			description: "Tells what the site runs on."},
			textFact("environment", "Environment Type", "What the installation is for.", func(s *session) string { return s.site.environment() }, api.EnumOf(environments)),
			// No PHP runs here, and no version is what says so: a number would be taken for a promise to plugins.
			textFact("php_version", "PHP Version", "The PHP that runs the site; empty, for none does.", func(*session) string { return "" }),
			textFact("db_server_info", "Database Server Info", "The database server and its version.", func(s *session) string {
				info, err := s.site.Store.ServerInfo(s.ctx)
				s.fail(err)
				return info
			}),
			textFact("wp_version", "WordPress Version", "The WordPress whose API this is.", version)),
	}
}

// environments are what an installation may be for, the usual one first (wp_get_environment_type).
var environments = []string{"production", "staging", "development", "local"}
