"""Text that dresses up as the card it is shown on: Slack's markup, and the card's own words.

Neither can harm a card that quotes inertly; but a document has no reason to hold them, and whoever puts them there
wants a reviewer to believe something. They are looked for as a reader takes the text: in its usual letters, without
what is invisible, entities read once more. Only what the new text holds more often than the old one is new.

Ordinary text stays quiet: footnote marks, bullets and products (`a*b*c`), an address in angle brackets, "approved by
the board", a signature line, "no other changes shall be made".
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Final

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import counted, ended, quoted, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.model import Flag
    from bot.redline.reading.record import Reading

SHOWN_OF_EXPLANATION: Final = 600
"""Characters of an explanation that a card shows."""

_QUOTED: Final = 80
"""Characters of a finding that a sentence quotes."""

_ALIVE: Final = re.compile(
    r"""
    <!(?:channel|here|everyone|group|[a-z]{2,20}[|^][^<>\n]{0,200})>          # calls people, or draws a time
    | <[@\#][a-z0-9]{1,40}(?:\|[^<>\n]{0,200})?>                              # names a person or a channel
    | <(?:[a-z][a-z0-9+.-]{1,20}:|\#|/)[^<>|\s]{0,2000}\|[^<>\n]{0,500}>      # a link under a label
    | (?<![\w.@/])@(?:channel|here|everyone)(?![\w@-]|\.\w)
    | (?<![\w:]):(?:[a-z0-9+-]{1,30}_[a-z0-9_+-]{1,30}|check|eyes|key|lock|ok|robot|rocket|shield|stop|tada|thumbsup
        |warning|x|[+-]1):(?![\w:`])                                          # an emoji's name
    | (?<!`)```(?!`)                                                          # opens or closes a block of code
    """,
    re.VERBOSE,
)
"""What Slack would bring to life. It wants lower case, as the text is searched."""

_EMPHASIS: Final = re.compile(
    r"""
    (?<![\w~*/\\.]) (?P<mark>~~?|\*\*?) (?=[^\s~*]) (?=[^\w~*\n]{0,20}\w) [^~*\n]{1,300} (?<!\s) (?P=mark)
    (?= $ | \s | [.,;:!?)\]}>"'”’»—–] (?!\w) )
    """,
    re.VERBOSE | re.MULTILINE,
)
"""Bold and struck as Slack draws them, as a card marks what is added and removed."""

_TICK: Final = "[✅✔✓☑🗸🆗🟢👍]"
_SETTLED: Final = (
    "(?:(?:pre-?|auto-?)?approved|signed off|(?:verified|reviewed|checked|cleared) by|safe to approve"
    "|no (?:changes|differences|issues|warnings))"
)
_BUTTON: Final = (
    "(?:(?:approve|deny|reject|accept|undo)(?: (?:all|this change|changes?|with feedback|anyway|now))?"
    "|review (?:whole change|all|changes?)|ask again|stop this edit|send now, deny the rest)"
)
_LOOK: Final = "(?:struck|strike(?:through)?|bold|underlined?|red|green|highlighted)"
_FATE: Final = "(?:removed|deleted|added|inserted|unchanged|approved)"
_DUTY: Final = "".join(f"(?<!{word} )" for word in ("to", "shall", "must", "will", "should", "may"))


def _any_of(*words: str, signs: Iterable[str] = ()) -> re.Pattern[str]:
    """Search for what begins with a word only where a word begins, which is several times faster."""
    return re.compile("|".join([rf"\b(?:{'|'.join(words)})", *signs]), re.MULTILINE)


_ANYWHERE: Final = _any_of(
    # Titles and counts.
    r"change \d+ ?[·•|] ?(?:edit|new|delete|create|insert|approved|denied|applied|open)\b",
    r"change \d+ of \d+ ?[·•|–—-]",
    r"\d+ changes? (?:to review|approved|applied|pending)\b",
    r"and \d+ more (?:edits|changes) ?(?:\(|that do not fit|not shown|$)",
    # Who speaks.
    r"(?:superdocs|typebar|slackbot|the (?:ai|assistant|bot|relay)) (?:says|said|confirms|verified) ?:",
    # Legends.
    rf"{_LOOK} ?(?:=|means) ?{_FATE}\b",
    rf"{_DUTY}decide by \d{{1,2}}:\d\d",
    # Being told to press buttons.
    r"(?:click|press|tap|hit) (?:on )?(?:the )?[\"'“‘\[]?(?:approve|accept all)\b",
    r"safe to approve\b",
    # States.
    r"(?:approved|denied|rejected|applied|reviewed|verified|cleared|signed off) by ?:? ?(?:@\w{1,40}|<@)",
    r"(?:pre|auto)-?approved by (?:legal|compliance|superdocs|the system|admin|security|the reviewer)",
    rf"{_SETTLED}\W{{0,3}}{_TICK}",
    r"applied, found in the document\b",
    r"\d+ of \d+ approvals\b",
    # Warnings.
    r"this (?:change|edit) (?:cannot be inspected|is safe)",
    signs=(
        r"\+ ?\d+ ?[−–-] ?\d+ words?\b",
        rf"[\[⟦【] ?{_BUTTON} ?(?:…|\.\.\.)? ?[\]⟧】]",
        rf"{_TICK}\W{{0,3}}{_SETTLED}",
        r"⚠\W{0,3}(?:no (?:warnings?|flags?|issues?)|link target|hidden text|change \d)",
    ),
)
"""What only a card writes, or somebody who imitates one."""

_ALONE: Final = _any_of(
    r"(?:this is )?(?:the )?end of (?:the |this |all )?(?:changes?|diff|differences|redline|edits?|change \d+)",
    r"(?:there (?:are|is) )?no (?:further|more|additional|remaining|visible) (?:changes?|differences?|edits?)"
    r"(?: (?:found|detected|below|follow|remain|to review|in this (?:document|change|clause|section)))?",
    r"no (?:other )?(?:differences|edits|redlines)(?: (?:found|detected|below|remain))?",
    r"nothing (?:else|more|further) (?:changes|changed|was changed|differs|to review)",
    r"the words are the same",
    r"(?:formatting|whitespace|cosmetic|style)(?: changes?)? only",
    r"only (?:formatting|whitespace|cosmetic|style)(?: changes?| differs)?",
    r"(?:already|automatically|auto-?|pre-?) ?(?:approved|applied)",
    rf"{_BUTTON} ?[/,]? ?(?:deny|reject)(?: with feedback| all)?",
    r"deny with feedback|review whole change|(?:approve|deny) all",
    r"no review (?:is )?(?:needed|required|necessary)",
)
"""What a card says in a line of its own, and a document might say within a sentence."""

_BORDER: Final = re.compile(
    r"[.!?…\n|·•;:()\[\]{}⟦⟧【】=_#*~<>\"“”«»\u2500-\u27bf\U0001f000-\U0001faff]+|(?<!\S)[-–—]+(?!\S)"
)
"""Between two lines or sentences."""

_LONGEST_LINE: Final = 80

_STROKES: Final = re.compile("[\u0334-\u0338]")
_SPACES: Final = re.compile(r"[^\S\n]+")

_IMAGE: Final = "[image"
"""How the redline draws an image."""


def find(change: Compared) -> Iterator[Flag]:
    """Give a flag for Slack's markup, and one for words of the card, that are new in the drawn text."""
    old, new = _changed(change.old_reading, change.new_reading)
    if markup := [*_more(_alive, old, new), *_more_emphasis(old, new)]:
        yield _slack_markup("text", markup)
    # What draws as an image in a block that both sides have, draws so on both.
    drawn = _drawn_images(change) if any(_IMAGE in text for text in new) else []
    if spoofed := [*_more(_spoofs, old, new), *drawn]:
        yield _spoofed_chrome("text", spoofed)


def of_explanation(text: str) -> tuple[Flag, ...]:
    """Say what is odd about the words with which a change is explained.

    Emphasis is ordinary there, as Markdown has it, and so is "no further changes": whoever explains may claim it.
    """
    plain = _plain(text)
    flags = []
    if markup := _alive(plain):
        flags.append(_slack_markup("explanation", markup))
    if spoofed := _matches(_ANYWHERE, plain):
        flags.append(_spoofed_chrome("explanation", spoofed))
    if len(" ".join(text.split())) > SHOWN_OF_EXPLANATION:
        shown = (
            f"The explanation has {len(text):,} characters; the card shows the first {SHOWN_OF_EXPLANATION}."
        )
        flags.append(raised("truncated", shown))
    return tuple(flags)


def _changed(old: Reading, new: Reading) -> tuple[list[str], list[str]]:
    """Give the plain texts of the blocks that only one side has, of both sides."""
    before, after = (Counter(block.text for block in side.blocks) for side in (old, new))
    return ([*map(_plain, (before - after).elements())], [*map(_plain, (after - before).elements())])


def _plain(text: str) -> str:
    """Write a text as a reader takes it."""
    text = html.unescape(text)
    usual = unicodedata.normalize("NFKC", text)
    # One letter may stand for eighteen: nobody disguises words so, but many would take long to search.
    usual = usual if len(usual) <= 2 * len(text) else text
    return _SPACES.sub(" ", _STROKES.sub("", visible(usual))).strip()


def _more(search: Callable[[str], Iterable[str]], old: Iterable[str], new: Iterable[str]) -> list[str]:
    """Give what the new texts hold more often than the old ones, in the order of the new ones."""
    after = Counter(found for text in new for found in search(text))
    before = Counter(found for text in old for found in search(text)) if after else Counter()
    return list(after - before)


def _matches(pattern: re.Pattern[str], plain: str) -> list[str]:
    """Search in lower case, and quote as it stands where that is as long."""
    lower = plain.lower()
    written = plain if len(plain) == len(lower) else lower
    return [written[found.start() : found.end()] for found in pattern.finditer(lower)]


def _alive(plain: str) -> list[str]:
    # Most texts have nothing of what a match begins with.
    return _matches(_ALIVE, plain) if any(sign in plain for sign in "<@:`") else []


def _emphasised(plain: str) -> list[str]:
    return _matches(_EMPHASIS, plain) if "*" in plain or "~" in plain else []


def _more_emphasis(old: list[str], new: list[str]) -> list[str]:
    """Give new emphasis, unless the texts had as much of its kind: then only words in it are others."""
    after = [found for text in new for found in _emphasised(text)]
    before = [found for text in old for found in _emphasised(text)] if after else []
    kinds = Counter(found[0] for found in after) - Counter(found[0] for found in before)
    known = set(before)
    return [found for found in dict.fromkeys(after) if found[0] in kinds and found not in known]


def _spoofs(plain: str) -> list[str]:
    """Give what only a card writes, and what it says in a line of its own."""
    lines = (line.strip(" ,-–—'’") for line in _BORDER.split(plain))
    alone = [line for line in lines if len(line) <= _LONGEST_LINE and _ALONE.fullmatch(line.lower())]
    return [*alone, *_matches(_ANYWHERE, plain)]


def _drawn_images(change: Compared) -> list[str]:
    """Give the sign for an image if the new text has more of them than images."""
    old, new = (
        side.text.count(_IMAGE) - side.tags.count("img") - side.tags.count("image")
        for side in (change.old_reading, change.new_reading)
    )
    return [f"{_IMAGE}: …]"] if new > max(old, 0) else []


def _slack_markup(where: str, found: list[str]) -> Flag:
    return raised(
        "slack-markup-in-text", _told(f"The {where} holds Slack markup, shown as plain text", found)
    )


def _spoofed_chrome(where: str, found: list[str]) -> Flag:
    return raised("spoofed-chrome", _told(f"The {where} imitates this card's own words", found))


def _told(what: str, found: list[str]) -> str:
    """Quote the first finding and count the others."""
    return counted(ended(f"{what}: {quoted(found[0], _QUOTED)}"), len(found) - 1)
