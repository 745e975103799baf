"""Where links lead and what loads by itself, judged on the new side alone; what was there before is no news.

That a link or an image is another one than before is told by the family that compares attributes; but where the one
link that leads elsewhere deceives about it as well, both are said here, in one sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from bot.redline.flags import urls
from bot.redline.flags.compared import raised
from bot.redline.flags.styles import number
from bot.redline.flags.texts import LONGEST, counted, quoted
from bot.redline.flags.visibility.hiding import why_hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Set

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Element, Tree
    from bot.redline.flags.urls import Url
    from bot.redline.model import Flag


def _names(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


class Finding(NamedTuple):
    """Something odd on one side."""

    key: tuple[str, ...]
    """Equal for what is the same oddity on both sides."""
    sentence: Callable[[], str]


def find(change: Compared) -> Iterator[Flag]:
    """Find links that do not lead where they seem to, dangerous addresses, and what loads from elsewhere."""
    old_hosts = {item.url.host for item in _loaded(change.old)}
    is_known = partial(_is_known, old_hosts) if change.old.html.strip() else _is_described
    for name, look in (
        ("dangerous-url", _dangerous),
        ("link-text-mismatch", _mismatched),
        ("remote-resource", lambda tree: _remote(tree, is_known)),
    ):
        fresh = _fresh(look(change.old), look(change.new))
        if name == "link-text-mismatch" and (turned := _turned(change, fresh)):
            yield raised(name, turned)
            yield raised("link-target-changed", turned)
        elif fresh:
            yield raised(name, counted(fresh[0].sentence(), len(fresh) - 1))


def _fresh(old: Iterable[Finding], new: Iterable[Finding]) -> list[Finding]:
    """Return what is new."""
    known = Counter(finding.key for finding in old)
    fresh = []
    for finding in new:
        known[finding.key] -= 1
        if known[finding.key] < 0:
            fresh.append(finding)
    return fresh


# Dangerous addresses.


def _dangerous(tree: Tree) -> Iterator[Finding]:
    for element in tree.elements:
        for name, value in urls.addresses(element):
            is_drawn = element.tag in urls.DRAWING or name in {"background", "poster"}
            is_part = element.tag in urls.ANIMATING or name == "srcset"
            danger = urls.read(value).danger(is_drawn=is_drawn or is_part)
            if danger:
                yield _of_danger(element, name, value, danger)


def _of_danger(element: Element, name: str, value: str, danger: str) -> Finding:
    def sentence() -> str:
        return f"{_subject(element)} {danger}: {urls.shown(value, 75)}."

    return Finding((element.tag, name, value), sentence)


def _subject(element: Element) -> str:
    words = urls.words_in(element, 30)
    if element.tag in {"a", "area"}:
        return f"The link {quoted(words, 30)}" if words else "A link without words"
    return f"An address in <{urls.legible(element.tag, 20)}>"


# Links that seem to lead elsewhere.


def _mismatched(tree: Tree) -> Iterator[Finding]:
    for link in tree.of("a", "area"):
        target = link.attributes.get("href", link.attributes.get("xlink:href", ""))
        words = urls.words_in(link, _LONGEST_TEXT)
        if mismatch := _mismatch(words, urls.read(target)):
            yield _of_mismatch(words, target, mismatch)


def _mismatch(words: str, url: Url) -> str:
    """Say how a link deceives: by its address, whatever its words are, or by words none of which is true."""
    if disguise := _disguise(url):
        return f"has an address that {disguise}"
    said = [claim for claim in claims(words) if claim.matters(url)]
    return "leads elsewhere than it says" if said and not any(claim.holds(url) for claim in said) else ""


_LONGEST_TEXT: Final = 500


def _of_mismatch(words: str, target: str, what: str) -> Finding:
    def sentence() -> str:
        return f"The link {quoted(words, 36)} {what}: {urls.shown(target, 80)}."

    return Finding((words, target), sentence)


_TARGETS: Final = frozenset({"action", "formaction", "href", "xlink:href"})


def _turned(change: Compared, mismatched: list[Finding]) -> str:
    """Say of the one link that deceives now that it is also the one whose target changes; empty if it is not."""
    old, new = _aims(change.old), _aims(change.new)
    if len(mismatched) != 1 or len(old) != len(new):
        return ""
    differing = [(was, becomes) for was, becomes in zip(old, new, strict=True) if was != becomes]
    if len(differing) != 1:
        return ""
    (tag, words, before), (*like, after) = differing[0]
    is_encrypted_only = before.startswith("http:") and urls.read(before).is_beside(urls.read(after))
    if like != [tag, words] or (words, after) != mismatched[0].key or is_encrypted_only:
        return ""
    rest = f" now {_mismatch(words, urls.read(after))}: {_from_to(before, after)}."
    return f"The link {quoted(words, min(36, LONGEST - len('The link “”' + rest)))}{rest}"


def _aims(tree: Tree) -> list[tuple[str, str, str]]:
    """List everything that leads somewhere: its tag, its words, where it leads."""
    return [
        (element.tag, urls.words_in(element, _LONGEST_TEXT), value)
        for element in tree.elements
        for name, value in element.attributes.items()
        if name in _TARGETS
    ]


def _from_to(before: str, after: str) -> str:
    """Write two addresses so that both show where they differ; how the new one looks as well, if there is room."""
    whole = urls.shown(after, 2000, is_drawn=False)
    old, new = urls.contrasted(urls.shown(before, 2000, is_drawn=False), whole, _AIM)
    return f"{old} → {urls.shown(after, _AIM_AND_LOOKS) if new == whole else new}"


_AIM: Final = 46
_AIM_AND_LOOKS: Final = 76
"""Characters of an address; of one with its host as it is drawn."""


def _disguise(url: Url) -> str:
    """Say what about an address is made to deceive, whatever the link's words are."""
    if url.user and url.host:
        return "only begins like another"
    if _is_lookalike(url.written_host):
        return "mixes look-alike letters"
    return ""


_LOOKALIKES: Final = frozenset("асԁеһіјӏорԛѕԝхуьʏαινορυɑɡօսցոհ")
"""Letters of other alphabets that are drawn as Latin ones are."""


def _is_lookalike(host: str) -> bool:
    """Say whether a part of a host mixes alphabets, or is written in look-alikes of Latin letters alone."""
    for label in host.split("."):
        foreign = [letter for letter in label if not letter.isascii() and letter.isalpha()]
        if foreign and (all(map(_LOOKALIKES.__contains__, foreign)) or len(_alphabets(label)) > 1):
            return True
    return False


def _alphabets(label: str) -> set[str]:
    """Tell the alphabets of a word; those that Japanese or Korean mix count as one."""
    names = {unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()}
    return {"EAST" if name in _EASTERN else name for name in names} - (
        {"LATIN"} if names & _EASTERN else set()
    )


_EASTERN: Final = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "KATAKANA-HIRAGANA"}


class Claim(NamedTuple):
    """What a link's words say about where it leads."""

    kind: str
    """``web``, ``mail``, ``phone``, or ``number`` for what is a telephone number only where one is called."""
    value: str

    def matters(self, url: Url) -> bool:
        """Say whether it can be held against an address: a relative one may lead anywhere."""
        return bool(url.scheme or url.host) and (self.kind != "number" or url.scheme in _CALLING)

    def holds(self, url: Url) -> bool:
        """Say whether the address leads there."""
        match self.kind:
            case "mail":
                return _is_mail_to(self.value, url)
            case "phone" | "number":
                return _is_call_to(self.value, url)
            case _:
                return _is_page_of(self.value, url)


_MAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]++@(?:[\w-]++\.)+[\w-]++")
_PAGE: Final = re.compile(
    r"(?<![\w@./-])(?:(?:https?|ftp):/{0,3}[^\s<>\"“”]++|www\.[^\s<>\"“”]++)", re.IGNORECASE
)
_DOMAIN: Final = re.compile(
    r"(?<![\w@./%-])(?:[\w-]++\.)+([a-z]{2,24}|[A-Z]{2,24})(?![\w@-])(?:/[^\s<>\"“”]*+)?"
)
_PHONE: Final = re.compile(r"(?<![\w+])\+?\(?\d[\d\s().\-/\u2010-\u2015\xa0]{5,30}\d")
_FILES: Final = _names(
    "asp bmp css csv dll doc docm docx dotx eml exe gif htm html ico ini jpeg jpg js json log md mp odp ods odt pdf "
    "php png ppt pptx ps rtf svg tar tex tif tiff txt vsd xls xlsm xlsx xml yaml yml zip"
)
"""Endings that are those of files, not of hosts."""
_TRAILING: Final = ".,;:!?)]}…'’”\""


def claims(words: str) -> Iterator[Claim]:
    """Read addresses, hosts, mail addresses and telephone numbers from a link's words."""
    pages = _PAGE.findall(words)
    mails = _MAIL.findall(words)
    yield from (Claim("web", page) for page in pages)
    yield from (Claim("mail", mail.lower()) for mail in mails)
    if not pages and not mails:
        for found in _DOMAIN.finditer(words):
            if found[1].lower() not in _FILES:
                yield Claim("web", f"//{found[0]}")
    for phone in _PHONE.findall(words):
        yield Claim("phone" if phone.startswith("+") else "number", _digits(phone.replace("(0)", "")))


def _is_page_of(claimed: str, url: Url) -> bool:
    page = urls.read(claimed.rstrip(_TRAILING) if "://" in claimed or claimed[:2] == "//" else f"//{claimed}")
    host = url.host or url.rest.rpartition("@")[2].partition("?")[0].lower()
    if not _is_one_house(page.host, host):
        return False
    path = page.rest.rstrip("/" + _TRAILING).lower()
    return not path or not url.host or unquote(url.rest).lower().startswith(unquote(path))


def _is_one_house(one: str, other: str) -> bool:
    one, other = (host.rstrip(".").removeprefix("www.") for host in (one, other))
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _is_mail_to(address: str, url: Url) -> bool:
    if url.scheme == "mailto":
        return address in url.rest.lower().replace("%40", "@")
    return bool(url.host) and _is_one_house(address.rpartition("@")[2], url.host)


_CALLING: Final = frozenset({"callto", "fax", "sms", "smsto", "tel"})


def _is_call_to(phone: str, url: Url) -> bool:
    """Say whether a telephone number is the one of a link, with or without the digits of its country."""
    called = _digits(url.rest.partition(";")[0].partition("?")[0])
    return bool(called) and (called.endswith(phone) or phone.endswith(called))


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text)).lstrip("0")


# What loads by itself.

_LOADING: Final = {
    "audio": ("src",), "bgsound": ("src",), "feimage": ("href", "xlink:href"), "image": ("href", "src", "xlink:href"),
    "img": ("dynsrc", "lowsrc", "src", "srcset"), "input": ("src",), "link": ("href",), "source": ("src", "srcset"),
    "track": ("src",), "use": ("href", "xlink:href"), "video": ("poster", "src"),
}  # fmt: skip
"""Attributes of which a browser loads the address as soon as it sees them; what is active is told as that."""

_PLAIN_LINKS: Final = _names(
    "alternate author bookmark canonical help license next prev privacy-policy search terms-of-service"
)
_LONGEST_CSS: Final = 100_000
"""Characters of a style sheet that are looked through."""
_SMALLEST: Final = 2
"""Pixels. What is smaller is not there to be seen."""


class Loaded(NamedTuple):
    """Something that a browser loads by itself from another computer."""

    element: Element
    address: str
    url: Url


def _loaded(tree: Tree) -> Iterator[Loaded]:
    for element in tree.elements:
        for address in _loaded_by(element):
            url = urls.read(address)
            if url.leaves:
                yield Loaded(element, address, url)


def _loaded_by(element: Element) -> Iterator[str]:
    names = _LOADING.get(element.tag, ())
    if element.tag == "link" and _PLAIN_LINKS & set(element.attributes.get("rel", "").lower().split()):
        names = ()
    for name, value in urls.addresses(element):
        if name in names or name == "background":
            yield value
    yield from urls.in_css(element.attributes.get("style", ""))
    if element.tag == "style":
        yield from urls.in_css(urls.words_in(element, _LONGEST_CSS))


def _remote(tree: Tree, is_known: Callable[[Loaded], bool]) -> Iterator[Finding]:
    for item in _loaded(tree):
        if oddity := _oddity(item, is_known):
            yield _of_remote(item, oddity)


def _of_remote(item: Loaded, oddity: str) -> Finding:
    def sentence() -> str:
        return f"Opening the document asks another computer for {oddity}: {urls.shown(item.address, 100)}."

    return Finding((item.element.tag, item.url.host, item.url.rest), sentence)


def _oddity(item: Loaded, is_known: Callable[[Loaded], bool]) -> str:
    """Say what is odd about loading it; empty for an image that can be seen and comes from where others do."""
    if item.element.tag != "img":
        return f"what <{urls.legible(item.element.tag, 20)}> needs"
    if _is_speck(item.element):
        return "an image too small to be seen"
    if why_hidden(item.element):
        return "an image that is not shown"
    return "" if is_known(item) else "an image from a new place"


def _is_known(hosts: Set[str], item: Loaded) -> bool:
    return item.url.host in hosts


def _is_described(item: Loaded) -> bool:
    """Say whether an image in a wholly new text looks like one that is meant to be seen."""
    return bool(item.element.attributes.get("alt", "").strip())


def _is_speck(image: Element) -> bool:
    for side in ("width", "height"):
        size = number(image.styles.get(side, image.attributes.get(side, "auto")))
        if size and size[0] <= _SMALLEST and size[1] in {"", "px", "pt"}:
            return True
    return False
