package themejson

import "strings"

// What a theme.json may hold; everything else is dropped.
var topLevel = words("blockTypes customTemplates description patterns settings slug styles templateParts title version")

// schema says which keys are known below a key; a nil value leaves what is there alone.
type schema map[string]schema

// words is a set of keys below which anything may be.
func words(list string) schema {
	s := schema{}
	for _, w := range strings.Fields(list) {
		s[w] = nil
	}
	return s
}

// settingsSchema are the settings of a site or of a block (WP_Theme_JSON::VALID_SETTINGS).
var settingsSchema = schema{
	"appearanceTools": nil, "useRootPaddingAwareAlignments": nil, "custom": nil,
	"background": words("backgroundImage backgroundSize gradient"),
	"border":     words("color radius radiusSizes style width"),
	"color": words("background custom customDuotone customGradient defaultDuotone defaultGradients defaultPalette duotone gradients link heading button " +
		"caption palette text"),
	"dimensions":      words("aspectRatio aspectRatios defaultAspectRatios dimensionSizes height minHeight minWidth width"),
	"layout":          words("contentSize wideSize allowEditing allowCustomContentAndWideSize"),
	"lightbox":        words("enabled allowEditing"),
	"position":        words("fixed sticky"),
	"blockVisibility": words("allowEditing"),
	"spacing":         words("customSpacingSize defaultSpacingSizes spacingSizes spacingScale blockGap margin padding units"),
	"shadow":          words("presets defaultPresets"),
	"typography": words("fluid customFontSize defaultFontSizes dropCap fontFamilies fontSizes fontStyle fontWeight letterSpacing lineHeight textAlign " +
		"textColumns textDecoration textIndent textTransform writingMode"),
	"viewport": words("mobile tablet"),
}

// Font families are lists of objects whose keys are known as well.
var (
	fontFamily = words("fontFamily name slug fontFace")
	fontFace   = words("ascentOverride descentOverride fontDisplay fontFamily fontFeatureSettings fontStyle fontStretch fontVariationSettings fontWeight " +
		"lineGapOverride sizeAdjust src unicodeRange")
)

// styleSchema are the styles of anything (WP_Theme_JSON::VALID_STYLES).
var styleSchema = schema{
	"background": words("backgroundImage backgroundPosition backgroundRepeat backgroundSize backgroundAttachment gradient"),
	"border":     words("color radius style width top right bottom left"),
	"color":      words("background gradient text"),
	"dimensions": words("aspectRatio height minHeight minWidth width"),
	"filter":     words("duotone"),
	"outline":    words("color offset style width"),
	"shadow":     nil,
	"spacing":    words("margin padding blockGap"),
	"typography": words("fontFamily fontSize fontStyle fontWeight letterSpacing lineHeight textAlign textColumns textDecoration textIndent textShadow " +
		"textTransform writingMode"),
	"css": nil,
}

var (
	elements     = strings.Fields("link heading h1 h2 h3 h4 h5 h6 button caption cite textInput select")
	interactions = strings.Fields(":link :any-link :visited :hover :focus :focus-visible :active")
	// blockStates are the states of blocks that styles may name.
	blockStates = map[string][]string{
		"core/button":          {":hover", ":focus", ":focus-visible", ":active"},
		"core/navigation-link": {":hover", ":focus", ":focus-visible", ":active", "-current"},
	}
	viewports = []string{"@mobile", "@tablet"}
)

// preset is a list of choices that settings offer, kept apart by who offers them.
type preset struct {
	path    []string
	prevent []string // the setting that keeps the choices of WordPress, where there is one
	names   bool     // whether a choice without a name takes that of WordPress's with its slug
}

var presets = []preset{
	{path: []string{"dimensions", "aspectRatios"}, prevent: []string{"dimensions", "defaultAspectRatios"}},
	{path: []string{"color", "palette"}, prevent: []string{"color", "defaultPalette"}},
	{path: []string{"color", "gradients"}, prevent: []string{"color", "defaultGradients"}},
	{path: []string{"color", "duotone"}, prevent: []string{"color", "defaultDuotone"}},
	{path: []string{"typography", "fontSizes"}, prevent: []string{"typography", "defaultFontSizes"}, names: true},
	{path: []string{"typography", "fontFamilies"}},
	{path: []string{"spacing", "spacingSizes"}, prevent: []string{"spacing", "defaultSpacingSizes"}, names: true},
	{path: []string{"shadow", "presets"}, prevent: []string{"shadow", "defaultPresets"}},
	{path: []string{"border", "radiusSizes"}},
	{path: []string{"dimensions", "dimensionSizes"}},
}

var origins = []string{"default", "blocks", "theme", "custom"}

// appearanceTools are the settings that one setting switches on together.
var appearanceTools = [][]string{
	{"background", "backgroundImage"}, {"background", "backgroundSize"}, {"background", "gradient"},
	{"border", "color"}, {"border", "radius"}, {"border", "style"}, {"border", "width"},
	{"color", "link"}, {"color", "heading"}, {"color", "button"}, {"color", "caption"},
	{"dimensions", "aspectRatio"}, {"dimensions", "height"}, {"dimensions", "minHeight"}, {"dimensions", "minWidth"}, {"dimensions", "width"},
	{"position", "sticky"},
	{"spacing", "blockGap"}, {"spacing", "margin"}, {"spacing", "padding"},
	{"typography", "lineHeight"}, {"typography", "textColumns"},
}

// renamed are settings that version 1 called otherwise.
var renamed = [][2][]string{
	{{"border", "customColor"}, {"border", "color"}}, {{"border", "customRadius"}, {"border", "radius"}},
	{{"border", "customStyle"}, {"border", "style"}}, {{"border", "customWidth"}, {"border", "width"}},
	{{"spacing", "customMargin"}, {"spacing", "margin"}}, {{"spacing", "customPadding"}, {"spacing", "padding"}},
	{{"typography", "customLineHeight"}, {"typography", "lineHeight"}},
}
