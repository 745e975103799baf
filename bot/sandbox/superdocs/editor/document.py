"""A document in chunks: its blocks, each with a `data-chunk-id`, and changes applied to them.

A chunk is an outermost block: a paragraph, a heading, a list item, a whole table, or whatever carries a
`data-chunk-id` already. Ids that are there are kept; everything outside the changed chunks keeps its bytes.
"""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, TypeAlias

from bot.sandbox.superdocs.editor.markup import BLOCK, VOID, Splice, Token, escaped, plain, spliced, tokens
from bot.sandbox.superdocs.editor.proposals import Proposal

_CHUNKS: Final = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "table", "blockquote", "pre", "figure"}
)
_LISTS: Final = frozenset({"ul", "ol", "dl", "menu"})
_ITEMS: Final = frozenset({"li", "dt", "dd"})
_HOLDERS: Final = frozenset({"div", "section", "article", "main", "header", "footer", "aside"})
_ID: Final = re.compile(r"\s+data-chunk-id\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_NAMES: Final = uuid.UUID("5d0c5d0c-0000-4000-8000-000000000001")


@dataclass(frozen=True)
class Chunk:
    """One block of a document."""

    chunk_id: str
    """Empty only before the document was marked."""
    tag: str
    start: int
    end: int
    html: str
    """Its source without the chunk id, as changes show it."""

    @cached_property
    def words(self) -> str:
        """Its words as they stand."""
        return plain(self.html)

    @cached_property
    def text(self) -> str:
        """Its words, with single spaces."""
        return " ".join(self.words.split())

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading."""
        return bool(re.fullmatch(r"h[1-6]", self.tag))


@dataclass(frozen=True)
class Document:
    """The source of a document and where its chunks are, in reading order."""

    html: str
    chunks: tuple[Chunk, ...] = field(repr=False)

    @classmethod
    def of(cls, html: str, seed: str = "") -> "Document":
        """Read a document and give an id to every chunk that has none.

        Args:
            html: The source. Text without any block becomes one paragraph.
            seed: Makes the ids; the same source and seed always give the same ids.
        """
        chunks = _chunks_of(html)
        if not chunks and html.strip() and not any(token.name in BLOCK for token in tokens(html)):
            html = f"<p>{html}</p>"
            chunks = _chunks_of(html)
        marked = spliced(html, list(_marks(chunks, seed)))
        return cls(marked, tuple(_chunks_of(marked)))

    def chunk(self, chunk_id: str | None) -> Chunk | None:
        """Return a chunk by its id, if it is there."""
        return next((chunk for chunk in self.chunks if chunk.chunk_id == chunk_id), None)

    def apply(self, proposals: Iterable[Proposal], seed: str = "") -> "tuple[Document, list[bool]]":
        """Carry out changes, and say for each whether it could be.

        A change to a chunk that is gone, or that another one of these changes already takes, cannot.
        """
        splices: list[Splice] = []
        taken: set[str] = set()
        done = []
        for proposal in proposals:
            splice = self._splice(proposal)
            free = splice is not None and proposal.chunk_id not in taken
            if splice is not None and free:
                splices.append(splice)
                taken |= {proposal.chunk_id} if proposal.chunk_id else set()
            done.append(free)
        return Document.of(spliced(self.html, splices), seed), done

    def _splice(self, proposal: Proposal) -> Splice | None:
        """Return what to splice for one change; None if its place cannot be found."""
        if proposal.operation == "create":
            return self._insertion(proposal)
        chunk = self.chunk(proposal.chunk_id)
        if chunk is None:
            return None
        if proposal.operation == "delete":
            return Splice(chunk.start, chunk.end, "")
        return Splice(chunk.start, chunk.end, self._marked(chunk, proposal.new_html or ""))

    def _marked(self, chunk: Chunk, new_html: str) -> str:
        """Return what a chunk becomes, with its id: where it stood, if the new text begins with the same tag."""
        bare, own = _first_tag(chunk.html), _first_tag(self.html[chunk.start : chunk.end])
        if bare and new_html.startswith(bare):
            return own + new_html[len(bare) :]
        return _with_id(new_html, chunk.chunk_id)

    def _insertion(self, proposal: Proposal) -> Splice | None:
        """Return where a new block goes: after its chunk, or at the end of a document when none is named."""
        last = self.chunks[-1] if self.chunks else None
        wanted = proposal.insert_after_chunk_id
        after = self.chunk(wanted) if wanted else last
        if after is None:
            return None if wanted else Splice(len(self.html), len(self.html), proposal.new_html or "")
        return Splice(after.end, after.end, proposal.new_html or "")


def _first_tag(html: str) -> str:
    """Return the tag that a chunk's source begins with."""
    first = next(tokens(html))
    return html[first.start : first.end]


def _with_id(html: str, chunk_id: str) -> str:
    """Return a piece of HTML whose first element carries this chunk id."""
    first = next((token for token in tokens(html) if token.kind == "start"), None)
    if first is None:
        return f'<p data-chunk-id="{chunk_id}">{html}</p>'
    if _ID.search(html, first.start, first.end):
        return html
    return spliced(html, [_mark(first.start + 1 + len(first.name), chunk_id)])


def _mark(at: int, chunk_id: str) -> Splice:
    return Splice(at, at, f' data-chunk-id="{escaped(chunk_id)}"')


def _marks(chunks: list[Chunk], seed: str) -> Iterable[Splice]:
    """Return the ids to insert, none of which is in the document yet."""
    taken = {chunk.chunk_id for chunk in chunks}
    for number, chunk in enumerate(chunks):
        if chunk.chunk_id:
            continue
        chunk_id = str(uuid.uuid5(_NAMES, f"{seed}/{number}/{chunk.html}"))
        while chunk_id in taken:
            chunk_id = str(uuid.uuid5(_NAMES, chunk_id))
        taken.add(chunk_id)
        yield _mark(chunk.start + 1 + len(chunk.tag), chunk_id)


def _chunks_of(html: str) -> list[Chunk]:
    """Find the outermost blocks of a source."""
    stream = list(tokens(html))
    found: list[Chunk] = []
    index = 0
    while index < len(stream):
        token = stream[index]
        if token.kind == "start" and _begins_chunk(html, stream, index):
            index, end = _end_of(stream, index)
            found.append(_chunk(html, token, end))
        else:
            index += 1
    return found


def _chunk(html: str, first: Token, end: int) -> Chunk:
    """Cut one chunk out, its id taken off its source."""
    source = html[first.start : end].rstrip()
    match = _ID.search(source, 0, first.end - first.start)
    chunk_id = next((group for group in match.groups() if group), "") if match else ""
    bare = source[: match.start()] + source[match.end() :] if match else source
    return Chunk(chunk_id, first.name, first.start, first.start + len(source), bare)


def _begins_chunk(html: str, stream: list[Token], index: int) -> bool:
    token = stream[index]
    if token.name in _CHUNKS or _ID.search(html, token.start, token.end):
        return True
    return token.name in _HOLDERS and _holds_bare_text(html, stream, index)


def _holds_bare_text(html: str, stream: list[Token], index: int) -> bool:
    """Say whether an element such as a `div` has words, and no block in it: then it is a block itself."""
    words = False
    for position in range(index + 1, len(stream)):
        token = stream[position]
        if token.kind == "text":
            words = words or bool(html[token.start : token.end].strip())
        elif token.name in BLOCK:
            return words and token.kind == "end"
    return words


def _end_of(stream: list[Token], index: int) -> tuple[int, int]:
    """Find where the element that begins here ends.

    End tags that HTML lets people leave out (`</p>`, `</li>`) are supplied where a browser would.

    Returns:
        The index of the first token after it, and the offset of its end in the source.
    """
    outer = stream[index]
    if outer.name in VOID:
        return index + 1, outer.end
    inside: list[str] = []
    for position in range(index + 1, len(stream)):
        token = stream[position]
        where = _step(outer.name, token, inside)
        if where != "goes on":
            return (position, token.start) if where == "before" else (position + 1, token.end)
    return len(stream), stream[-1].end


_Where: TypeAlias = Literal["goes on", "before", "after"]


def _step(outer: str, token: Token, inside: list[str]) -> _Where:
    """Say where the outer element ends, as seen from one token; keeps account of the blocks open inside it."""
    if token.kind == "end":
        return _close(outer, token.name, inside)
    if token.kind == "start":
        if _implies_end(outer, token.name, inside):
            return "before"
        if token.name == outer or token.name in BLOCK - VOID:
            inside.append(token.name)
    return "goes on"


def _close(outer: str, name: str, inside: list[str]) -> _Where:
    """Say where the outer element ends, as seen from an end tag."""
    if name in inside:
        del inside[_last(inside, name) :]
        return "goes on"
    if name == outer:
        return "after"
    return "before" if name in BLOCK else "goes on"


def _last(names: list[str], name: str) -> int:
    return len(names) - 1 - names[::-1].index(name)


def _implies_end(outer: str, name: str, inside: list[str]) -> bool:
    """Say whether this start tag ends an open paragraph or list item, as it does in a browser."""
    if outer == "p":
        return name in BLOCK
    return outer in _ITEMS and name in _ITEMS and not _LISTS.intersection(inside)
