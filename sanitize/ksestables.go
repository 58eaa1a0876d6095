package sanitize

import (
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// globalAttributes are allowed on every element of a post.
const globalAttributes = "aria-controls aria-current aria-describedby aria-details aria-expanded aria-hidden aria-label aria-labelledby aria-live class data-* dir hidden id lang style tabindex title role xml:lang"

// postElements are the elements allowed in posts, with the attributes they have beside the
// global ones. "name!" is allowed without a value only; "name+pdf" must be there and name a PDF
// of this site, "name+value" must be there with that value.
const postElements = `address abbr acronym b bdo big br cite code dd dfn dl dt em fieldset i kbd mark rb rp rt rtc ruby s samp search small strike strong sub sup title tt u
	var wbr
article aside caption figure figcaption footer h1 h2 h3 h4 h5 h6 header hgroup legend main nav p span section summary: align
blockquote q: cite
data: value
del time: datetime
label: for
map: name
menu: type
pre: width
div: align popover
ins: datetime cite
li: align value
object: data+pdf type+application/pdf
progress: max value
ul: type popover
details: align open name
font: color face size
ol: start type reversed
dialog: closedby open popover autofocus
hr: align noshade size width
tbody tfoot thead: align char charoff valign
mtext mn ms mrow msqrt mroot mstyle merror mphantom msub msup msubsup mmultiscripts mprescripts semantics: displaystyle scriptlevel mathbackground mathcolor mathsize
textarea: cols rows disabled name readonly
tr: align bgcolor char charoff valign
track: default kind label src srclang
a: href rel rev name target download!
annotation: displaystyle scriptlevel mathbackground mathcolor mathsize encoding
area: alt coords href nohref shape target
audio: autoplay controls loop muted preload src
col colgroup: align char charoff span valign width
math: displaystyle scriptlevel mathbackground mathcolor mathsize display
menclose: displaystyle scriptlevel mathbackground mathcolor mathsize notation
meter: high low max min optimum value
mfrac: displaystyle scriptlevel mathbackground mathcolor mathsize linethickness
mi: displaystyle scriptlevel mathbackground mathcolor mathsize mathvariant
mtr: displaystyle scriptlevel mathbackground mathcolor mathsize columnalign rowalign
munder mover munderover: displaystyle scriptlevel mathbackground mathcolor mathsize accentunder accent
mspace: displaystyle scriptlevel mathbackground mathcolor mathsize width height depth
table: align bgcolor border cellpadding cellspacing rules summary width
button: command commandfor disabled name type value popovertarget popovertargetaction aria-haspopup
mtd: displaystyle scriptlevel mathbackground mathcolor mathsize columnspan rowspan columnalign rowalign
mpadded: displaystyle scriptlevel mathbackground mathcolor mathsize width height depth lspace voffset
video: autoplay controls height loop muted playsinline poster preload src width
img: alt align border height hspace loading longdesc vspace src usemap width
td th: abbr align axis bgcolor char charoff colspan headers height nowrap rowspan scope valign width
mtable: displaystyle scriptlevel mathbackground mathcolor mathsize columnalign rowspacing columnspacing align rowalign columnlines rowlines frame framespacing width
mo: displaystyle scriptlevel mathbackground mathcolor mathsize form fence separator lspace rspace stretchy symmetric maxsize minsize largeop movablelimits`

// textElements are those allowed in short texts: titles, descriptions of terms.
const textElements = `a: href title
abbr acronym: title
b cite code em i s strike strong
blockquote q: cite
del: datetime`

// commentElements are those allowed in comments.
const commentElements = textElements + "\nspan: class"

// storedCommentElements also have what RelUGC says of links.
const storedCommentElements = "a: href title rel\n" + commentElements

// userElements are those allowed in what users say about themselves.
const userElements = "a: href title rel target\n" + textElements

// headerElements are those that names of themes and plugins may have.
const headerElements = `abbr acronym: title
code em strong`

// linkedHeaderElements are those of what else themes and plugins say of themselves.
const linkedHeaderElements = "a: href title\n" + headerElements

// attribute says under which conditions an attribute is allowed.
type attribute struct {
	required  bool
	valueless bool
	pdf       bool
	value     string
}

// elements are the allowed elements with their allowed attributes.
type elements map[string]map[string]attribute

// rules are the table of a filter, that of what is stored in the end, and the guard's policy made of it.
type rules struct {
	table, stored elements
	policy        *bluemonday.Policy
}

var (
	postRules    = newRules(postElements, postElements, globalAttributes)
	textRules    = newRules(textElements, textElements, "")
	commentRules = newRules(commentElements, storedCommentElements, "")
	userRules    = newRules(userElements, userElements, "")

	headerRules       = newRules(headerElements, headerElements, "")
	linkedHeaderRules = newRules(linkedHeaderElements, linkedHeaderElements, "")
)

func newRules(filtered, stored, global string) func() *rules {
	return sync.OnceValue(func() *rules {
		r := &rules{table: readElements(filtered, global), stored: readElements(stored, global)}
		r.policy = newPolicy(r.stored)
		return r
	})
}

// readElements reads a table; an element that comes again keeps its first attributes.
func readElements(text, global string) elements {
	out := elements{}
	for line := range strings.Lines(text) {
		names, attributes, _ := strings.Cut(line, ":")
		allowed := map[string]attribute{}
		for _, word := range strings.Fields(attributes + " " + global) {
			name, value, required := strings.Cut(word, "+")
			a := attribute{required: required, pdf: value == "pdf"}
			if !a.pdf {
				a.value = value
			}
			if n, ok := strings.CutSuffix(name, "!"); ok {
				name, a.valueless = n, true
			}
			allowed[name] = a
		}
		for _, name := range strings.Fields(names) {
			if out[name] == nil {
				out[name] = allowed
			}
		}
	}
	return out
}

// uriAttributes are the attributes whose value is an address (wp_kses_uri_attributes).
const uriAttributes = "action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src usemap xmlns"

var isURIAttribute = sync.OnceValue(func() map[string]bool { return wordSet(uriAttributes) })

// safeProperties are the CSS properties that style attributes may set.
const safeProperties = "background background-color background-image background-position background-repeat background-size background-attachment background-blend-mode border " +
	"border-radius border-width border-color border-style border-right border-right-color border-right-style border-right-width border-bottom " +
	"border-bottom-color border-bottom-left-radius border-bottom-right-radius border-bottom-style border-bottom-width border-left border-left-color " +
	"border-left-style border-left-width border-top border-top-color border-top-left-radius border-top-right-radius border-top-style border-top-width " +
	"border-spacing border-collapse caption-side columns column-count column-fill column-gap column-rule column-span column-width display color filter font " +
	"font-family font-size font-style font-variant font-weight letter-spacing line-height text-align text-decoration text-indent text-transform white-space " +
	"height min-height max-height width min-width max-width margin margin-right margin-bottom margin-left margin-top margin-block-start margin-block-end " +
	"margin-inline-start margin-inline-end padding padding-right padding-bottom padding-left padding-top padding-block-start padding-block-end " +
	"padding-inline-start padding-inline-end flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap gap row-gap grid-template-columns " +
	"grid-auto-columns grid-column-start grid-column-end grid-column grid-column-gap grid-template-rows grid-auto-rows grid-row-start grid-row-end grid-row " +
	"grid-row-gap grid-gap justify-content justify-items justify-self align-content align-items align-self clear cursor direction float list-style-type " +
	"object-fit object-position opacity overflow vertical-align writing-mode position top right bottom left z-index box-shadow aspect-ratio container-type " +
	"fill fill-opacity fill-rule stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width " +
	"color-interpolation color-interpolation-filters paint-order stop-color stop-opacity flood-color flood-opacity lighting-color marker marker-end " +
	"marker-mid marker-start clip-path clip-rule mask mask-type cx cy r rx ry x y d alignment-baseline baseline-shift dominant-baseline " +
	"glyph-orientation-horizontal glyph-orientation-vertical text-anchor unicode-bidi word-spacing font-size-adjust font-stretch color-rendering " +
	"image-rendering shape-rendering text-rendering vector-effect transform transform-origin pointer-events visibility "

var isSafeProperty = sync.OnceValue(func() map[string]bool { return wordSet(safeProperties) })
