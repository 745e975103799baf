"""What people find while they type, and how soon."""

from __future__ import annotations

import asyncio
from time import perf_counter

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.library.errors import UnusableError
from bot.library.listing import Listed, Listing, fold, found, listed
from bot.library.store import Entry


def of(*paths: str) -> Listed:
    """List documents, the first of them the newest."""
    return listed((Entry(path, float(-age)) for age, path in enumerate(paths)), 1000, lambda: False)


def search(words: str, *paths: str, most: int = 100) -> tuple[str, ...]:
    return found(of(*paths).documents, words, most)


# What is found.


def test_every_word_is_found_in_any_case_and_with_any_accents() -> None:
    """As people type, who leave such things out."""
    paths = ("Verträge/Müller Straße.html", "Vertrage/mueller.html", "Notes.html")
    assert search("mULLER vertrag", *paths) == paths[:1]
    assert search("STRASSE", *paths) == paths[:1]
    assert search("vertrage", *paths) == paths[:2]


def test_a_name_that_a_mac_has_taken_apart_is_found() -> None:
    """There a letter and its accent are two characters; the path stays as it is."""
    apart = "Mu\u0308ller.html"
    assert search("müller", apart) == (apart,)


def test_names_come_before_folders_and_the_newest_first() -> None:
    """A folder's name says less about a document than its own."""
    assert search("lease", "lease/a.html", "b/old lease.html", "lease/c.html", "new lease.html") == (
        "b/old lease.html",
        "new lease.html",
        "lease/a.html",
        "lease/c.html",
    )


def test_words_may_be_spread_over_folder_and_name() -> None:
    """All of them are there, and that is enough."""
    assert search("2026 lease", "2026/lease.html", "2025/lease.html") == ("2026/lease.html",)


def test_no_words_find_the_newest() -> None:
    """Before anybody typed, what was changed last is offered."""
    assert search("", "c.html", "a.html", "b.html", most=2) == ("c.html", "a.html")
    assert search("  ", "c.html") == ("c.html",)


def test_nothing_is_found_where_nothing_fits() -> None:
    """A word too many is one too many."""
    assert search("lease x", "lease.html") == ()


def test_a_search_costs_as_little_whatever_somebody_types() -> None:
    """Thousands of words are typed by nobody; whoever sends them keeps no worker from its work."""
    many = listed((Entry(f"a b c {n}.html") for n in range(20_000)), 20_000, lambda: False).documents
    begun = perf_counter()
    assert found(many, "a b c " * 20_000, 1) == ("a b c 0.html",)
    assert found(many, " ".join(f"{n:x}" for n in range(5_000)), 1) == ()
    assert found(many, "a " * 255 + "zz", 1) == ()
    assert perf_counter() - begun < 0.5


def test_as_many_are_found_as_were_asked_for() -> None:
    """Whether they have the words in their names or in their folders."""
    assert search("a", "x/a1.html", "a/x.html", "a/y.html", most=2) == ("x/a1.html", "a/x.html")


def test_whole_words_of_a_name_come_first() -> None:
    """Whoever types a number means that number, and not one that begins or ends with it."""
    paths = ("Contract 212.html", "Contract 123.html", "x/Contract 12.html", "Contract_12-b.html")
    assert set(search("contract 12", *paths)[:2]) == {"x/Contract 12.html", "Contract_12-b.html"}
    assert len(search("contract 12", *paths)) == 4


def test_without_times_the_shortest_path_comes_first() -> None:
    """A store that tells no times still has an order."""
    some = listed([Entry("x/b.html"), Entry("b.html"), Entry("a.html")], 10, lambda: False)
    assert found(some.documents, "", 10) == ("a.html", "b.html", "x/b.html")


def test_folding_leaves_no_accent_and_no_case() -> None:
    """In the scripts that have them."""
    assert fold("Ärger ŁÓDŹ ΆΛΦΑ ﬁn") == "arger łodz αλφα fin"


# What is listed.


def test_only_documents_are_listed() -> None:
    """What SuperDocs does not edit, and what nobody may ask for, is not offered."""
    some = of("a.html", "b.exe", ".hidden.html", "c/.git/d.html", "e\n.html", "f.docx", "\udcff.html")
    assert [one.path for one in some.documents] == ["a.html", "f.docx"]
    assert not some.is_cut


def test_a_library_beyond_measure_is_cut_and_says_so() -> None:
    """What was listed until then is offered."""
    some = listed((Entry(f"{number}.html") for number in range(5)), 3, lambda: False)
    assert (len(some.documents), some.is_cut) == (3, True)
    exact = listed((Entry(f"{number}.html") for number in range(3)), 3, lambda: False)
    assert (len(exact.documents), exact.is_cut) == (3, False)


def test_a_listing_that_takes_too_long_ends() -> None:
    """Also among files that are no documents."""
    looks = iter([False, False, True])
    some = listed((Entry(path) for path in ("a.html", "b.exe", "c.html")), 10, lambda: next(looks))
    assert ([one.path for one in some.documents], some.is_cut) == (["a.html"], True)


def test_twenty_thousand_documents_are_searched_in_a_moment() -> None:
    """Slack waits three seconds, and the relay has more to do."""
    many = listed(
        (Entry(f"Verträge/{n % 100}/Vertrag Nummer {n}.html", n) for n in range(20_000)),
        20_000,
        lambda: False,
    )
    begun = perf_counter()
    assert found(many.documents, "vertrage nummer 77 0", 10)
    assert found(many.documents, "nothing has this", 10) == ()
    assert perf_counter() - begun < 0.5


# When it is listed.


class Shelf:
    """Lists when it is let; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.may = asyncio.Event()
        self.now = 0.0
        self.broken: Exception | None = None
        self.listing = Listing(self.list, patience_s=0.05, clock=lambda: self.now)

    async def list(self) -> Listed:
        """List what there is as of the question."""
        self.asked += 1
        number = self.asked
        await self.may.wait()
        if self.broken:
            raise self.broken
        return of(f"{number}.html")

    async def seen(self) -> str:
        """Give what one who searches sees."""
        (only,) = (await self.listing.current()).documents
        return only.path

    async def settled(self) -> None:
        """Let what goes on in the background come to its end."""
        for _ in range(5):
            await asyncio.sleep(0)


async def test_the_first_search_waits_for_the_listing() -> None:
    """For as long as Slack would."""
    shelf = Shelf()
    shelf.may.set()
    assert await shelf.seen() == "1.html"


async def test_who_comes_before_the_first_listing_is_told() -> None:
    """And the listing goes on, so that the next keystroke finds it. It is begun once."""
    shelf = Shelf()
    for _ in range(2):
        with pytest.raises(TransientError, match="one moment"):
            await shelf.seen()
    shelf.may.set()
    assert await shelf.seen() == "1.html"
    assert shelf.asked == 1


async def test_a_fresh_listing_is_not_made_anew() -> None:
    """Many keystrokes are one listing."""
    shelf = Shelf()
    shelf.may.set()
    await shelf.seen()
    shelf.now = 29
    assert await shelf.seen() == "1.html"
    assert shelf.asked == 1


async def test_an_older_listing_is_answered_at_once_and_made_anew_meanwhile() -> None:
    """Who types waits for nothing, and the next one sees what is new."""
    shelf = Shelf()
    shelf.may.set()
    await shelf.seen()
    shelf.may.clear()
    shelf.now = 31
    assert await shelf.seen() == "1.html"
    shelf.may.set()
    await shelf.settled()
    assert await shelf.seen() == "2.html"
    assert shelf.asked == 2


async def test_a_stale_listing_is_waited_for_if_it_comes_in_time() -> None:
    """Who opens the dialog after an hour sees what is there now; if that takes too long, what was there."""
    shelf = Shelf()
    shelf.may.set()
    await shelf.seen()
    shelf.now = 4000
    assert await shelf.seen() == "2.html"
    shelf.may.clear()
    shelf.now = 8000
    assert await shelf.seen() == "2.html"
    await shelf.listing.close()


async def test_after_a_write_it_is_listed_anew() -> None:
    """What stands beside a document now is found soon."""
    shelf = Shelf()
    shelf.may.set()
    await shelf.seen()
    shelf.listing.expire()
    assert await shelf.seen() == "1.html"
    await shelf.settled()
    assert await shelf.seen() == "2.html"


async def test_a_library_that_fails_for_now_is_answered_from_what_was_listed() -> None:
    """And asked again at the next search."""
    shelf = Shelf()
    shelf.may.set()
    await shelf.seen()
    shelf.now, shelf.broken = 4000, TransientError("no answer")
    assert await shelf.seen() == "1.html"
    shelf.broken = None
    assert await shelf.seen() == "3.html"


async def test_a_library_that_was_never_listed_says_why() -> None:
    """The sentence is the store's; once it works, it is forgotten."""
    shelf = Shelf()
    shelf.may.set()
    shelf.broken = UnusableError("there is no folder /x", "Make it.")
    with pytest.raises(RefusedError, match=r"DOCUMENTS_URL: there is no folder /x\. Make it\."):
        await shelf.seen()
    shelf.broken = None
    assert await shelf.seen() == "2.html"


async def test_closing_stops_what_goes_on() -> None:
    """Nothing is left running, and closing what never began is nothing."""
    shelf = Shelf()
    await shelf.listing.close()
    with pytest.raises(TransientError):
        await shelf.seen()
    await shelf.listing.close()
    assert {task.get_name() for task in asyncio.all_tasks()}.isdisjoint({"library listing"})
