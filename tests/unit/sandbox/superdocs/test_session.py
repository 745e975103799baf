"""A session's documents: which is meant, and how they stand beside each other."""

import pytest

from bot.sandbox.superdocs.session import PRIMARY, Session

SUPPLY, SECRECY = "<p>Supply.</p>", "<p>Secrecy.</p>"


@pytest.fixture
def session() -> Session:
    """Give a session with two documents, the first one focused."""
    session = Session("s")
    session.upload(SUPPLY, "Supply agreement.docx")
    session.upload(SECRECY, "NDA (final).pdf", "background")
    return session


@pytest.mark.parametrize(
    ("message", "titles", "left"),
    [
        ("tighten", ["Supply agreement.docx"], "tighten"),
        ("tighten in both documents", ["Supply agreement.docx", "NDA (final).pdf"], "tighten"),
        ("tighten throughout all of the agreements", ["Supply agreement.docx", "NDA (final).pdf"], "tighten"),
        ("tighten in the NDA (final).pdf", ["NDA (final).pdf"], "tighten"),
        ("tighten in “supply agreement”", ["Supply agreement.docx"], "tighten"),
        (
            "tighten in NDA (final) and Supply agreement.docx",
            ["Supply agreement.docx", "NDA (final).pdf"],
            "tighten",
        ),
        ("tighten in Supply agreements", ["Supply agreement.docx"], "tighten in Supply agreements"),
    ],
)
def test_which_documents_a_message_is_about(
    session: Session, message: str, titles: list[str], left: str
) -> None:
    """All, those it names, or the focused one; the focused one comes first, and names are taken out."""
    slots, instruction = session.addressed(message, None)
    assert ([slot.title for slot in slots], instruction) == (titles, left)


@pytest.mark.parametrize("durable", [True, False])
def test_a_pinned_document_wins(session: Session, durable: bool) -> None:
    """Over the focus and over what the message names, by either of its ids."""
    other = session.slots[1]
    pinned = other.durable_id if durable else other.document_id
    slots, instruction = session.addressed("tighten in Supply agreement", pinned)
    assert (slots, instruction) == ([other], "tighten in Supply agreement")


def test_a_session_without_a_document() -> None:
    """Nothing is meant."""
    assert Session("s").addressed("write a letter in all documents", None)[0] == []


def test_the_first_document_has_the_first_place(session: Session) -> None:
    """Even if it opens in the background, since somebody has to be in front; the ids differ."""
    assert Session("t").upload(SUPPLY, "a.md", "background").document_id == PRIMARY
    third = session.upload(SUPPLY, "b.md", "new_tab")
    assert session.focused is third
    assert len({slot.document_id for slot in session.slots}) == 3


def test_a_document_from_a_request_takes_the_place_of_the_focused_one(session: Session) -> None:
    """Its chunk ids are kept, its first heading is its title, and it is saved nowhere yet."""
    slot = session.load('<h1 data-chunk-id="mine">New</h1>')
    assert slot is session.slots[0]
    assert (slot.title, slot.durable_id, slot.version_id) == ("New", None, "v2")
    assert slot.document.chunk("mine") is not None
