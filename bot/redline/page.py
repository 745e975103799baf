"""A redline as a page of its own, for whoever reads all of it. The law: odd things first, and nothing that changes is left out.

The page is one file without scripts and without anything from elsewhere. Every word of the document is escaped, what
would be invisible is named, and what was removed or added is said to whoever does not see colours or lines.
"""

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Final

from bot.redline.model import ELLIPSIS, UNDRAWN, Flag, Kind, Mark, Paragraph, Redline, Span
from bot.redline.words import word_places

_LONG: Final = 60
"""Words of an unchanged stretch that are shown whole."""

_CONTEXT: Final = 15
"""Words of a longer one that are shown at its beginning, and at its end."""

_DEEPEST: Final = 6

_STYLE: Final = """
body{margin:0;background:#fff;color:#1a1a1a;font:1rem/1.6 system-ui,sans-serif}
main{max-width:46rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem;line-height:1.3}
.doc>*{margin:.6rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
.doc h2,.doc h3,.doc h4,.doc h5,.doc h6{font-size:1.1rem;margin-top:1.4rem}
.doc blockquote{border-left:3px solid #bbb;padding-left:.8rem}
.doc .code{font-family:ui-monospace,monospace;background:#f4f4f4;padding:.3rem .6rem}
.doc .row{border-top:1px solid #ddd;border-bottom:1px solid #ddd;padding:.2rem 0}
.l2{margin-left:1.5rem}.l3{margin-left:3rem}.l4{margin-left:4.5rem}.l5{margin-left:6rem}.l6{margin-left:7.5rem}
ins{background:#dff5e1;color:#0b4d17;text-decoration:underline;font-weight:600;padding:0 .1em}
del{background:#fde4e4;color:#7d1010;text-decoration:line-through;padding:0 .1em}
.gap{color:#595959}
.alarm{font-weight:700}
.said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-color-scheme:dark){body{background:#181818;color:#e8e8e8}.gap{color:#a8a8a8}
ins{background:#12351a;color:#a9e8b4}del{background:#471717;color:#ffc2c2}.doc .code{background:#262626}}
@media print{body{background:#fff;color:#000;font-size:11pt}main{max-width:none;padding:0}
ins,del{background:none;color:#000}.doc>*{break-inside:avoid}}
"""

_NOTHING_ELSE: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load: what is written in the page, and nothing."""


def page(change: Redline, title: str) -> str:
    """Write a redline as HTML.

    Args:
        change: The redline; where it cannot be inspected, the page says why and shows no words.
        title: What is compared, as people call it.
    """
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING_ELSE}">',
        f"<title>{_escaped(title)}</title><style>{_STYLE}</style></head>",
        f"<body><main><h1>{_escaped(title)}</h1>",
        *_flags(change.flags),
        *_account(change),
        '<article class="doc" aria-label="The document, with its changes">',
        *_paragraphs(change),
        "</article></main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _flags(flags: tuple[Flag, ...]) -> Iterator[str]:
    """Say what is odd, each sentence once; the dangerous ones come first, as they are given."""
    told = dict.fromkeys((flag.sentence, flag.dangerous) for flag in flags)
    if told:
        yield '<ul aria-label="What to know first">'
        for sentence, is_dangerous in told:
            words = _escaped(sentence)
            yield f'<li class="alarm">⚠ {words}</li>' if is_dangerous else f"<li>{words}</li>"
        yield "</ul>"


def _account(change: Redline) -> Iterator[str]:
    """Say how much changes, by which signs that is shown, and what no word shows."""
    if change.uninspectable:
        yield f"<p>This cannot be shown. {_escaped(change.uninspectable)}</p>"
        return
    counts = change.counts
    edits = "1 edit" if counts.edits == 1 else f"{counts.edits:,} edits"
    yield f"<p>{edits}: +{counts.inserted:,} −{counts.deleted:,} words.</p>"
    if counts.edits:
        yield (
            f"<p>{_marked(Mark.DELETE, 'Struck')} is removed, {_marked(Mark.INSERT, 'underlined')} is added. "
            f"Unchanged text is left out where {ELLIPSIS} stands; changes never are.</p>"
        )
    if change.remark:
        yield f"<p>{_escaped(change.remark)}</p>"


def _paragraphs(change: Redline) -> Iterator[str]:
    """Show the paragraphs that change, with the headings between them; count the others."""
    for is_shown, group in groupby(change.paragraphs, key=_is_shown):
        paragraphs = list(group)
        if is_shown:
            yield from map(_paragraph, paragraphs)
        else:
            several = (
                "1 unchanged paragraph"
                if len(paragraphs) == 1
                else f"{len(paragraphs):,} unchanged paragraphs"
            )
            yield f'<p class="gap">{ELLIPSIS} {several}</p>'


def _is_shown(paragraph: Paragraph) -> bool:
    return paragraph.changed or paragraph.kind is Kind.HEADING


def _paragraph(paragraph: Paragraph) -> str:
    label = f"{_escaped(paragraph.label)} " if paragraph.label else ""
    words = label + "".join(map(_span, paragraph.spans))
    level = min(max(paragraph.level, 1), _DEEPEST)
    match paragraph.kind:
        case Kind.HEADING:
            tag = f"h{min(level + 1, _DEEPEST)}"
            return f'<{tag} dir="auto">{words}</{tag}>'
        case Kind.QUOTE:
            return f'<blockquote dir="auto">{words}</blockquote>'
        case Kind.LIST_ITEM:
            return f'<p class="l{level}" dir="auto">{words}</p>'
        case Kind.TABLE_ROW | Kind.CODE:
            name = "row" if paragraph.kind is Kind.TABLE_ROW else "code"
            return f'<p class="{name}" dir="auto">{words}</p>'
        case _:
            return f'<p dir="auto">{words}</p>'


def _span(span: Span) -> str:
    if span.changed:
        return _marked(span.mark, span.drawn)
    return _escaped(_shortened(span.drawn))


def _marked(mark: Mark, words: str) -> str:
    """Mark words for the eye, and say what became of them to whoever hears the page."""
    tag, said = ("del", "removed") if mark is Mark.DELETE else ("ins", "added")
    return f'<{tag}><span class="said">[{said}: </span>{_escaped(words)}<span class="said">]</span></{tag}>'


def _shortened(words: str) -> str:
    """Leave out the middle of a long unchanged stretch."""
    places = word_places(words)
    if len(places) <= _LONG:
        return words
    return f"{words[: places[_CONTEXT - 1][1]]} {ELLIPSIS} {words[places[-_CONTEXT][0] :]}"


def _escaped(words: str) -> str:
    """Escape words, and name what would be invisible or obeyed."""
    return escape(UNDRAWN.sub(lambda found: f"[U+{ord(found.group()):04X}]", words))
