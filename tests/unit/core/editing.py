"""Documents in chunks and rounds of changes as if by chance, and what a faithful SuperDocs makes of them.

Nothing here is taken from what is tested: a document is a list of named paragraphs, and a change is carried out on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from bot.core.model import Change, ChangeState, Job, JobState, Round, RoundState, Verdict
from bot.core.proposal import Content, Proposal
from tests.make import decided, make_job, make_round

if TYPE_CHECKING:
    from collections.abc import Iterable

Chunk = tuple[str, str]
"""Its name and its words."""

_WORDS = ("pay", "30", "days", "fee", "not", "shall")


@dataclass(frozen=True)
class Step:
    """One change, and what was said to it.

    Attributes:
        verdict: None where nobody decided.
        chunk_id: Of a new one, the chunk that it follows.
        old: The words that it replaces; None for a new one.
        new: Its paragraphs; None for a deletion.
        names: Of the chunks that it makes; an edit's first keeps its name.
    """

    number: int
    verdict: Verdict | None
    chunk_id: str
    old: str | None
    new: tuple[str, ...] | None
    names: tuple[str, ...] = ()

    @property
    def is_approved(self) -> bool:
        """Say whether it is to be carried out."""
        return self.verdict is Verdict.APPROVE

    @property
    def content(self) -> Content:
        """Return its texts as SuperDocs proposes them: without the chunk's name."""
        new = None if self.new is None else "".join(map(_paragraph, self.new))
        return Content(None if self.old is None else _paragraph(self.old), new)

    @property
    def proposal(self) -> Proposal:
        """Return it as SuperDocs proposes it."""
        is_new = self.old is None
        return Proposal(
            f"ch_{self.number}",
            "create" if is_new else "delete" if self.new is None else "edit",
            self.content,
            chunk_id="" if is_new else self.chunk_id,
            after_id=self.chunk_id if is_new else "",
        )

    @property
    def change(self) -> Change:
        """Return it as the record has it after its round was sent."""
        given = self.proposal
        open_change = Change(
            self.number, given.change_id, given.digest, given.operation, given.chunk_id, given.after_id
        )
        if self.verdict is None:
            return replace(open_change, state=ChangeState.LAPSED)
        return decided(open_change, self.verdict, feedback="Otherwise." if not self.is_approved else "")


@dataclass(frozen=True)
class Story:
    """A document, and the rounds of changes to it."""

    before: tuple[Chunk, ...]
    rounds: tuple[tuple[Step, ...], ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return all changes, in order."""
        return tuple(step for steps in self.rounds for step in steps)

    @property
    def job(self) -> Job:
        """Return the record of it, after its end."""
        rounds: Iterable[Round] = (
            make_round(*(step.change for step in steps), number=number, state=RoundState.CONFIRMED)
            for number, steps in enumerate(self.rounds, 1)
            if steps
        )
        return make_job(*rounds, state=JobState.COMPLETED, has_document=True)

    @property
    def contents(self) -> dict[str, Content]:
        """Return the texts of its changes."""
        return {step.change.digest: step.content for step in self.steps}

    def after(self, amiss: Step | None = None) -> tuple[Chunk, ...]:
        """Return the document after it; with one change amiss: made although denied, or not although approved."""
        chunks = self.before
        for step in self.steps:
            chunks = _made(chunks, step) if step.is_approved is not (step == amiss) else chunks
        return chunks


def html(chunks: Iterable[Chunk], *, named: bool = True) -> str:
    """Write a document."""
    return "\n".join(
        f'<p data-chunk-id="{name}">{words}</p>' if named else f"<p>{words}</p>" for name, words in chunks
    )


def renamed(chunks: Iterable[Chunk]) -> tuple[Chunk, ...]:
    """Return a document whose chunks were all named anew."""
    return tuple((f"anew-{number}", words) for number, (_name, words) in enumerate(chunks))


@st.composite
def stories(draw: st.DrawFn, *, is_plain: bool = False) -> Story:
    """Tell a story of one or two rounds.

    Args:
        draw: Hypothesis' own.
        is_plain: One round, and no paragraph is like another, so that words alone tell them apart.
    """
    made = _Made(draw, is_plain=is_plain)
    before = tuple((f"c{number}", made.words()) for number in range(draw(st.integers(1, 6))))
    story = Story(before, (made.steps(before),))
    if is_plain:
        return story
    return Story(before, (story.rounds[0], made.steps(story.after())))


class _Made:
    """Makes changes with numbers and names of their own."""

    def __init__(self, draw: st.DrawFn, *, is_plain: bool) -> None:
        self._draw = draw
        self._is_plain = is_plain
        self._count = 0

    def words(self) -> str:
        words = self._draw(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4))
        self._count += 1
        return " ".join([f"clause{self._count}", *words] if self._is_plain else words)

    def steps(self, chunks: tuple[Chunk, ...]) -> tuple[Step, ...]:
        chosen = self._draw(st.lists(st.sampled_from(chunks), unique=True, max_size=4)) if chunks else []
        return tuple(filter(None, (self._step(chunk) for chunk in chosen)))

    def _step(self, chunk: Chunk) -> Step | None:
        name, old = chunk
        kind = self._draw(st.sampled_from(("edit", "edit", "split", "create", "delete")))
        count = {"edit": 1, "split": 2, "create": self._draw(st.integers(1, 2)), "delete": 0}[kind]
        new = tuple(self.words() for _ in range(count))
        if new == (old,):
            return None
        verdict = self._draw(st.sampled_from((Verdict.APPROVE, Verdict.APPROVE, Verdict.DENY, None)))
        self._count += 1
        names = tuple(f"new-{self._count}-{place}" for place in range(count))
        is_new = kind == "create"
        return Step(
            self._count,
            verdict,
            name,
            None if is_new else old,
            new or None,
            names if is_new else (name, *names[1:]),
        )


def _made(chunks: tuple[Chunk, ...], step: Step) -> tuple[Chunk, ...]:
    """Carry out one change; one whose place is gone cannot be."""
    place = next((place for place, chunk in enumerate(chunks) if chunk[0] == step.chunk_id), None)
    if place is None:
        return chunks
    made = tuple(zip(step.names, step.new or (), strict=False))
    kept = place + 1 if step.old is None else place
    return (*chunks[:kept], *made, *chunks[place + 1 :])


def _paragraph(words: str) -> str:
    return f"<p>{words}</p>"
