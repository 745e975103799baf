"""What the reader knows about HTML's elements. The law: when in doubt, text is shown.

The sets follow the living standard (https://html.spec.whatwg.org/multipage/rendering.html and, for what an end
tag or the next start tag closes, https://html.spec.whatwg.org/multipage/syntax.html#optional-tags).
"""


def _names(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


VOID = _names("area base br col embed hr img image input link meta param source track wbr")
"""They hold nothing and have no end tag."""

NEVER_DEEPER = VOID | _names("p li dt dd tr td th thead tbody tfoot colgroup option optgroup rb rt rtc rp")
"""A row of them is no nesting, although they may come without end tags: the next one ends the last."""

RAW = _names("iframe noembed noframes noscript script style textarea title xmp")
"""No tags are read in them but their own end."""

BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main menu nav ol optgroup "
    "option p plaintext pre search section select summary table tbody td textarea tfoot th thead tr ul xmp"
)
"""They begin and end a paragraph."""

PREFORMATTED = _names("listing plaintext pre textarea xmp")
"""White space in them is drawn as it stands."""

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}

LISTS = _names("dir menu ol ul")

CELLS = _names("td th")

HIDDEN = _names("iframe noembed noframes noscript script style template title")
"""What they hold is not drawn as text of the page."""

SCRIPTS = _names("script style")
"""Those of them that do something to the page."""

DRAWINGS = _names("math svg")
"""In them a browser reads by other rules: what is a style sheet here may be text there."""

EMBEDDED = _names(
    "applet audio base button canvas embed form frame frameset input link math meta object picture select source "
    "svg textarea track video"
)
"""They do or show something that is no word."""

_PARTS_OF_TABLES = _names("tbody tfoot thead")

_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), LISTS),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "td": (CELLS, frozenset({"tr", "table"})),
    "th": (CELLS, frozenset({"tr", "table"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "tbody": (_PARTS_OF_TABLES, frozenset({"table"})),
    "tfoot": (_PARTS_OF_TABLES, frozenset({"table"})),
    "option": (frozenset({"option"}), frozenset({"select"})),
}
_ENDS_PARAGRAPH = (frozenset({"p"}), BLOCKS - {"p"})
_NOTHING: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


def ended_by(tag: str) -> tuple[frozenset[str], frozenset[str]]:
    """Tell which open elements a start tag ends, the innermost of them, and beyond which it does not look."""
    return _ENDS.get(tag, _ENDS_PARAGRAPH if tag in BLOCKS else _NOTHING)
