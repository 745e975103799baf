import random

import pytest
import turbohtml

from bot.redline import caps
from bot.redline.reading.opened import Opened

TAGS = [
    *(
        "a",
        "b",
        "i",
        "font",
        "nobr",
        "span",
        "sub",
        "div",
        "p",
        "li",
        "ul",
        "ol",
        "dd",
        "dt",
        "dl",
        "td",
        "tr",
        "th",
    ),
    *(
        "table",
        "tbody",
        "thead",
        "caption",
        "colgroup",
        "col",
        "template",
        "svg",
        "math",
        "g",
        "foreignObject",
        "desc",
    ),
    *(
        "title",
        "mi",
        "mtext",
        "annotation-xml",
        "select",
        "option",
        "optgroup",
        "button",
        "form",
        "input",
        "br",
        "hr",
    ),
    *(
        "ruby",
        "rt",
        "rp",
        "object",
        "h1",
        "h2",
        "section",
        "address",
        "x",
        "dialog",
        "style",
        "script",
        "textarea",
    ),
    *("noscript", "xmp", "iframe", "body", "details", "summary", "legend", "pre", "article"),
]
TIMES, DEEP = 150, 50


def opened(tags: str) -> Opened:
    """Follow tags written as `div p /p`; a slash after a name is the tag's own."""
    one = Opened()
    for tag in tags.split():
        if tag.startswith("/"):
            one.end(tag[1:])
        else:
            one.start(tag.rstrip("/"), has_slash=tag.endswith("/"))
    return one


@pytest.mark.parametrize(
    ("tags", "depth"),
    [
        ("div p /p /div", 0),
        ("ul li p li p p /ul", 0),
        ("table tr td p tr td /table", 0),
        ("dl dt dd dt dd", 2),
        ("b i /b /i", 0),
        ("b div /b /div", 0),
        ("div span /div", 0),
        ("span div /span /div", 2),
        ("div b /div", 1),
        ("br img input", 0),
        ("div/ div/", 2),
        ("svg path/ path/ /svg", 0),
        ("svg p g/ g/", 4),
        ("svg input input", 3),
        ("ruby rt rt /ruby", 0),
        ("rt rt", 2),
        ("h1 /h2", 0),
        ("select option option /select", 0),
        ("div table td /div", 3),
        ("button ul button /button", 1),
        ("a a a", 1),
        ("div /x /x /x", 1),
    ],
)
def test_an_element_is_open_until_a_browser_has_closed_it_for_certain(tags: str, depth: int) -> None:
    """What is left open counts; what only may have been closed counts as well."""
    assert opened(tags).depth == depth


def test_formatting_outlives_its_block() -> None:
    """A browser opens it again in the next one."""
    assert opened("p b i /p div /div").formatting == 2
    assert opened("p b i /i /b /p").formatting == 0


def test_doubted_paragraphs_do_not_add_up() -> None:
    """Each cell leaves a paragraph that may be open, and one at most is."""
    assert len(opened("table tr " + "td p /td " * 100)) == 3


def tag(chance: random.Random) -> str:
    name = chance.choice(TAGS)
    return chance.choice(
        [f"<{name}>", f"<{name} x#>", f"</{name}>", f"</{name}>", f"<{name}/>", "<!--", "]]>", "x"]
    )


def pattern(chance: random.Random) -> str:
    """Make a few tags that mostly close what they open, in any order, and others in between."""
    names = chance.choices(TAGS, k=chance.randint(1, 4))
    tags = [*(f"<{name} x#>" for name in names), *(f"</{name}>" for name in chance.sample(names, len(names)))]
    for _ in range(chance.randint(0, 3)):
        tags.insert(chance.randint(0, len(tags)), tag(chance))
    return "x".join(tags)


def depth_of(html: str) -> int:
    deepest, todo = 0, [(turbohtml.parse_fragment(html, "body", positions=False), 0)]
    while todo:
        node, depth = todo.pop()
        deepest = max(deepest, depth)
        todo += [(child, depth + 1) for child in node.children if isinstance(child, turbohtml.Element)]
    return deepest


def test_no_row_of_tags_nests_deeper_than_was_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any few tags, again and again: what the scan lets through, a parser does not nest much deeper."""
    monkeypatch.setattr(caps, "MAX_DEPTH", DEEP)
    chance = random.Random(1)  # noqa: S311 -- examples, the same in each run
    htmls = [
        "".join(one.replace("#", str(n)) for n in range(TIMES))
        for one in (pattern(chance) for _ in range(600))
    ]
    inspected = [html for html in htmls if not caps.uninspectable("<p>", html)]
    assert len(inspected) > 150
    assert max(map(depth_of, inspected)) < 2 * DEEP
