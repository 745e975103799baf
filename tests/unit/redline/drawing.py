"""Redlines in one line of text, so that a test can be read, and arbitrary HTML to try them with."""

from collections.abc import Iterable

from hypothesis import strategies as st

from bot.redline import Mark, Paragraph, Redline, redline

_SIGNS = {Mark.KEEP: "{}", Mark.INSERT: "{{+{}+}}", Mark.DELETE: "[-{}-]", Mark.GAP: "<{}>"}

PIECES = (
    *(
        "<p>",
        "</p>",
        "<b>",
        "<b hidden>",
        "</b>",
        "<div>",
        "</div>",
        "<br>",
        "<h2>",
        "</h2>",
        "<blockquote>",
        "</blockquote>",
    ),
    *(
        "<ul>",
        "<ol start=2>",
        "<li>",
        "</li>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</tr>",
        "</table>",
    ),
    *("<pre>", "</pre>", "<textarea>", "</textarea>", "<script>", "</script>", "<template>", "</template>"),
    *(
        "<svg>",
        "</svg>",
        "<a href=x>",
        "</a>",
        "<img alt=x>",
        "<!-- c -->",
        "<p",
        "<!--",
        "&amp",
        "&nbsp;",
        "<![CDATA[",
    ),
    *(
        "a",
        "b",
        "c",
        "not",
        "the ",
        "fee ",
        "30",
        "1.5",
        "-5",
        "中",
        ". ",
        ",",
        "“",
        "(",
        ")",
        "|",
        "¶",
        "…",
        "↵",
    ),
    *(" ", "  ", "\n", "\u00a0", "\u200b", "word another third fourth "),
)

htmls = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, str]:
    """Give two pieces of HTML, the second one mostly made from the first."""
    old = draw(st.lists(st.sampled_from(PIECES), max_size=40))
    new = list(old)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(new)))
        new[place : place + draw(st.integers(0, 4))] = draw(st.lists(st.sampled_from(PIECES), max_size=4))
    return "".join(old), "".join(new)


def draw_line(paragraph: Paragraph) -> str:
    """Write `{+inserted+}`, `[-deleted-]` and `<…>`; the rest is kept."""
    return "".join(_SIGNS[span.mark].format(span.text) for span in paragraph.spans)


def draw(paragraphs: Iterable[Paragraph]) -> list[str]:
    """Write one line for each paragraph."""
    return [draw_line(paragraph) for paragraph in paragraphs]


def lines(old: str | None, new: str | None, operation: str = "edit") -> list[str]:
    """Write the redline of a change."""
    return draw(redline(old, new, operation).paragraphs)


def changed_text(paragraphs: Iterable[Paragraph], mark: Mark) -> str:
    """Join all text with one fate."""
    return "".join(span.text for paragraph in paragraphs for span in paragraph.spans if span.mark is mark)


def of_words(old: str, new: str) -> Redline:
    """Compare two plain texts as paragraphs."""
    return redline(f"<p>{old}</p>", f"<p>{new}</p>")
