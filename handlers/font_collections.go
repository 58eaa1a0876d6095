package handlers

import (
	"net/http"

	"github.com/headpress/headpress/api"
)

// fontCollections serves the catalogues of fonts that can be installed. WordPress has one, and fetches what
// is in it from wordpress.org. No requests are made to other sites here: it answers as a WordPress does that may not make any.
type fontCollections struct {
	resource *api.Resource[fontCollection]
}

// fontCollection is a catalogue.
type fontCollection struct{ slug string }

// collections are those that WordPress knows.
var collections = []fontCollection{{slug: "google-fonts"}}

// fetchedFields are those that a catalogue's own file would tell.
var fetchedFields = []string{"name", "description", "font_families", "categories"}

const collectionsPath = "/wp/v2/font-collections"

func newFontCollections() *fontCollections {
	all := api.In("view", "edit", "embed")
	return &fontCollections{&api.Resource[fontCollection]{Title: "font-collection", Links: collectionLinks, Fields: []api.Field[fontCollection]{
		{Name: "slug", Schema: api.String("What names the collection.", all, api.ReadOnly), Get: func(_ *api.Context, f fontCollection) any { return f.slug }},
		{Name: "name", Schema: api.String("What people call the collection.", all)},
		{Name: "description", Schema: api.String("What is in the collection.", all)},
		{Name: "font_families", Schema: api.Array("The families of the collection.", all)},
		{Name: "categories", Schema: api.Array("What the families are sorted by.", all)},
	}}}
}

func (f *fontCollections) routes() []*api.Route {
	context := f.resource.ContextArg("view")
	return []*api.Route{
		{Namespace: "wp/v2", Path: collectionsPath, Schema: f.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: append(api.Properties{context}, pageArgs()...), Permission: f.mayRead, Handle: f.list},
		}},
		{Namespace: "wp/v2", Path: collectionsPath + `/(?P<slug>[\/\w-]+)`, Schema: f.resource.Describe, Endpoints: []api.Endpoint{
			{Methods: api.Readable, Args: api.Properties{context}, Permission: f.mayRead, Handle: f.get},
		}},
	}
}

func (f *fontCollections) mayRead(c *api.Context) error {
	return mayReadFonts(c, of(c).can("edit_theme_options"))
}

func collectionLinks(c *api.Context, f fontCollection) api.Links {
	var l api.Links
	l.Add("self", c.URL(collectionsPath+"/"+f.slug))
	l.Add("collection", c.URL(collectionsPath))
	return l
}

// known tells whether an answer asks for nothing but what is known without a catalogue's file.
func (f *fontCollections) known(c *api.Context) bool {
	for _, name := range fetchedFields {
		if c.Wants(name) {
			return false
		}
	}
	return true
}

// list leaves out catalogues that cannot be shown; they count all the same.
func (f *fontCollections) list(c *api.Context) (*api.Response, error) {
	total, perPage, page := int64(len(collections)), c.Int("per_page"), c.Int("page")
	pages := (total + perPage - 1) / perPage
	if page > pages {
		return nil, errPageNumber("rest_post_invalid_page_number")
	}
	shown := cut(collections, page, perPage)
	if !f.known(c) {
		shown = nil
	}
	res := api.OK(f.resource.List(c, shown))
	res.PagedAs(c, total, pages, page)
	return res, nil
}

func (f *fontCollections) get(c *api.Context) (*api.Response, error) {
	for _, collection := range collections {
		if collection.slug != c.String("slug") {
			continue
		}
		if !f.known(c) {
			return nil, api.NewError(http.StatusInternalServerError, "font_collection_json_missing", "The file of the font collection cannot be had.")
		}
		return f.resource.Item(c, collection), nil
	}
	return nil, api.NewError(http.StatusNotFound, "rest_font_collection_not_found", "Font collection not found.")
}
